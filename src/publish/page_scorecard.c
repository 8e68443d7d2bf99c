/* The scorecard (a table per domain, a row per measure) and the matrix (variation across, assurance down) of one organisation. */
#include "publish/scorecard.h"

#include "publish/charts.h"
#include "publish/html.h"

static bool starts_with(const char *words, const char *start)
{
    return strncmp(words, start, strlen(start)) == 0;
}

/* ---- the matrix --------------------------------------------------------------------------------------- */

static int matrix_column(const char *variation)
{
    return starts_with(variation, "improvement")    ? 0
           : strcmp(variation, "common-cause") == 0 ? 1
           : starts_with(variation, "concern")      ? 2
                                                    : -1;
}

static int matrix_row(const char *assurance)
{
    return strcmp(assurance, "pass") == 0           ? 0
           : strcmp(assurance, "hit-and-miss") == 0 ? 1
           : strcmp(assurance, "fail") == 0         ? 2
                                                    : 3;
}

static size_t matrix_count(const site *s, int32_t who, int row, int column)
{
    size_t n = 0;
    for (size_t m = 0; m < s->now->measure_count; m++) {
        const edition_series *x = site_total(s, (int32_t)m, who);
        n += x != NULL && matrix_column(x->variation) == column && matrix_row(x->assurance) == row;
    }
    return n;
}

static void matrix_cell(page *p, int32_t who, int row, int column)
{
    static const char *const heads[] = {"Improving", "No real change", "Concern"};
    const edition *e = p->site->now;
    if (matrix_count(p->site, who, row, column) == 0) {
        RAW(p, "<td class=\"empty\"><span class=\"none\">none</span></td>");
        return;
    }
    RAW(p, "<td data-label=\"");
    buffer_text(p->out, heads[column]);
    RAW(p, "\"><ul class=\"plain\">");
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = p->site->order[k];
        const edition_series *x = site_total(p->site, m, who);
        if (x == NULL || matrix_column(x->variation) != column || matrix_row(x->assurance) != row)
            continue;
        RAW(p, "<li>");
        page_link(p, path_series(p, m, who, ".html"), e->measures[m].short_name);
        RAW(p, "</li>");
    }
    RAW(p, "</ul></td>");
}

/* Measures that the matrix cannot place: neither way is better and the level is unusual (wanted = true), or too few months. */
static void matrix_rest(page *p, int32_t who, bool unusual)
{
    const edition *e = p->site->now;
    size_t n = 0;
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = p->site->order[k];
        const edition_series *x = site_total(p->site, m, who);
        if (x == NULL || matrix_column(x->variation) >= 0 || starts_with(x->variation, "neither") != unusual)
            continue;
        if (n == 0 && unusual)
            RAW(p, "<p class=\"note\">Unusual, where neither up nor down is better: ");
        else if (n == 0)
            RAW(p, "<p class=\"note\">Not judged yet (it takes 13 months): ");
        else
            RAW(p, ", ");
        n++;
        page_link(p, path_series(p, m, who, ".html"), e->measures[m].short_name);
        if (unusual)
            buffer_text(p->out, strcmp(x->variation, "neither-high") == 0 ? " (high)" : " (low)");
    }
    if (n > 0)
        RAW(p, ".</p>\n");
}

void matrix_write(page *p, int32_t who)
{
    static const char *const assurances[] = {"pass", "hit-and-miss", "fail", ""};
    static const char *const rows[] = {"Will meet the target", "Hit and miss", "Will miss the target", "No target"};
    static const char *const classes[] = {"pass", "mixed", "miss", "no-target"};
    RAW(p, "<table class=\"matrix\"><caption class=\"hidden\">Measures by variation (across) and assurance "
           "(down)</caption>"
           "<thead><tr><td></td><th scope=\"col\"><span class=\"head-icon\">");
    icon_variation("improvement-high", false, p->out);
    RAW(p, "</span>Improving</th><th scope=\"col\"><span class=\"head-icon\">");
    icon_variation("common-cause", false, p->out);
    RAW(p, "</span>No real change</th><th scope=\"col\"><span class=\"head-icon\">");
    icon_variation("concern-high", false, p->out);
    RAW(p, "</span>Concern</th></tr></thead><tbody>\n");
    for (int row = 0; row < 4; row++) {
        bool bare = true;
        for (int column = 0; column < 3; column++)
            bare = bare && matrix_count(p->site, who, row, column) == 0;
        RAW(p, "<tr class=\"");
        buffer_text(p->out, classes[row]);
        if (bare)
            RAW(p, " bare");
        RAW(p, "\"><th scope=\"row\"><span class=\"head-icon\">");
        icon_assurance(assurances[row], false, p->out);
        RAW(p, "</span>");
        buffer_text(p->out, rows[row]);
        RAW(p, "</th>");
        for (int column = 0; column < 3; column++)
            matrix_cell(p, who, row, column);
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table>\n");
    matrix_rest(p, who, true);
    matrix_rest(p, who, false);
}

/* ---- the scorecard ------------------------------------------------------------------------------------ */

static void target_cell(page *p, const edition_measure *m, const standing *x)
{
    RAW(p, "<td role=\"cell\" data-label=\"Target\">");
    int32_t t = x->series->latest_target_index;
    if (t < 0) {
        RAW(p, "<span class=\"none\">no target</span></td>");
        return;
    }
    const edition_target *target = &p->site->now->targets[t];
    buffer_clear(&p->words);
    sentence_target(m, target, &p->words);
    page_text(p, p->words.data);
    RAW(p, "<span class=\"under\">");
    page_text(p, target->authority);
    if (!target->verified)
        RAW(p, ", to be confirmed");
    RAW(p, "</span></td>");
}

static void gap_cell(page *p, const edition_measure *m, const series_view *v)
{
    int64_t missing = 0;
    if (!sentence_gap(v, &missing)) {
        RAW(p, "<td role=\"cell\" class=\"number blank\"><span class=\"hidden\">no target</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" class=\"number\" data-label=\"Gap to target\">");
    if (missing == 0) {
        RAW(p, "target met</td>");
        return;
    }
    page_count(p, missing);
    RAW(p, "<span class=\"under\">");
    page_text(p, sentence_gap_noun(m));
    RAW(p, "</span></td>");
}

static void change_cell(page *p, const edition_measure *m, const edition_point *now, const edition_point *then,
                        const char *label)
{
    bool known = now != NULL && then != NULL && !isnan(now->value) && !isnan(then->value);
    RAW(p, "<td role=\"cell\" class=\"number");
    if (!known)
        RAW(p, " blank");
    RAW(p, "\" data-label=\"");
    page_text(p, label);
    RAW(p, "\">");
    page_change(p, m, now, then);
    RAW(p, "</td>");
}

static void verdict_cells(page *p, const series_view *v)
{
    const edition_series *x = v->series;
    RAW(p, "<td role=\"cell\" class=\"icon\" data-label=\"Variation\">");
    icon_variation(x->variation, true, p->out);
    RAW(p, "<span class=\"verdict\">");
    buffer_clear(&p->words);
    sentence_change(v, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</span></td>");
    if (x->assurance[0] == 0) {
        RAW(p, "<td role=\"cell\" class=\"icon blank\"><span class=\"hidden\">no verdict</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" class=\"icon\" data-label=\"Assurance\">");
    page_assurance(p, x->assurance, true);
    RAW(p, "</td>");
}

static void score_row(page *p, int32_t measure, int32_t who)
{
    const edition_measure *m = &p->site->now->measures[measure];
    standing x = standing_find(p->site, site_total(p->site, measure, who));
    series_view v = view_of(p->site, &x);
    RAW(p, "<tbody role=\"rowgroup\" data-variation=\"");
    page_text(p, x.series->variation);
    RAW(p, "\" data-assurance=\"");
    page_text(p, x.series->assurance);
    RAW(p, "\"><tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
    page_link(p, path_series(p, measure, who, ".html"), m->short_name);
    RAW(p, "<span class=\"under\">");
    page_text(p, m->unit_label);
    RAW(p, "</span></th><td role=\"cell\" class=\"number latest\" data-label=\"Latest\">");
    page_figure(p, m, x.last);
    if (x.last != NULL) {
        RAW(p, "<span class=\"under\">");
        page_period(p, x.last->period);
        RAW(p, "</span>");
    }
    RAW(p, "</td>");
    target_cell(p, m, &x);
    change_cell(p, m, x.last, x.month_before, "Since the month before");
    change_cell(p, m, x.last, x.year_before, "Since a year before");
    gap_cell(p, m, &v);
    if (x.count > 1) {
        RAW(p, "<td role=\"cell\" class=\"spark\" data-label=\"24 months\">");
        chart_sparkline(&v, p->out);
        RAW(p, "</td>");
    } else {
        RAW(p, "<td role=\"cell\" class=\"spark blank\"><span class=\"hidden\">one month so far</span></td>");
    }
    verdict_cells(p, &v);
    RAW(p, "</tr>\n<tr role=\"row\" class=\"say\"><td role=\"cell\" colspan=\"9\">");
    page_sentence(p, &v);
    RAW(p, "</td></tr></tbody>\n");
}

static void score_head(page *p, const char *domain)
{
    RAW(p, "<section class=\"domain\"><h3 id=\"");
    page_text(p, domain);
    RAW(p, "\">");
    page_text(p, domain_title(domain));
    RAW(p, "</h3>\n<table class=\"score\" role=\"table\"><caption class=\"hidden\">");
    page_text(p, domain_title(domain));
    RAW(p, ": measures, latest figures, targets and verdicts</caption><thead role=\"rowgroup\"><tr role=\"row\">"
           "<th scope=\"col\" role=\"columnheader\">Measure</th><th scope=\"col\" role=\"columnheader\" "
           "class=\"number\">Latest</th>"
           "<th scope=\"col\" role=\"columnheader\">Target, and who set it</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Since last month</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Since last year</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Gap to target</th>"
           "<th scope=\"col\" role=\"columnheader\">Last 24 months</th><th scope=\"col\" "
           "role=\"columnheader\">Variation</th>"
           "<th scope=\"col\" role=\"columnheader\">Assurance</th></tr></thead>\n");
}

/* Rows that say most come first: with a verdict or a target, then the rest, each in the pages' order. */
static bool says_much(const edition_series *x)
{
    return x->variation[0] != 0 || x->latest_target_index >= 0;
}

void scorecard_write(page *p, int32_t who)
{
    const edition *e = p->site->now;
    const int32_t *order = p->site->order;
    for (size_t first = 0, end = 0; first < e->measure_count; first = end) {
        const char *domain = e->measures[order[first]].domain;
        bool open = false;
        for (end = first; end < e->measure_count && strcmp(e->measures[order[end]].domain, domain) == 0;)
            end++;
        for (int pass = 0; pass < 2; pass++)
            for (size_t k = first; k < end; k++) {
                const edition_series *x = site_total(p->site, order[k], who);
                if (x == NULL || says_much(x) != (pass == 0))
                    continue;
                if (!open)
                    score_head(p, domain);
                open = true;
                score_row(p, order[k], who);
            }
        if (open)
            RAW(p, "</table></section>\n");
    }
}

score_tally scorecard_tally(const site *s, int32_t who)
{
    score_tally tally = {0};
    for (size_t m = 0; m < s->now->measure_count; m++) {
        const edition_series *x = site_total(s, (int32_t)m, who);
        if (x == NULL)
            continue;
        tally.measures++;
        int column = matrix_column(x->variation);
        tally.improving += column == 0;
        tally.unchanged += column == 1;
        tally.concern += column == 2;
        tally.missing_target += matrix_row(x->assurance) == 2;
        if (tally.latest.kind == PERIOD_NONE ||
            (x->last.kind != PERIOD_NONE && period_compare(x->last, tally.latest) > 0))
            tally.latest = x->last;
    }
    return tally;
}
