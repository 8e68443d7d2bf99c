/* The scorecard (a table per domain, a row per measure) and the matrix (variation across, assurance down) of one organisation. */
#include "publish/scorecard.h"

#include "publish/charts.h"
#include "publish/html.h"
#include "publish/sentence.h"

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

/* What the matrix places: not what ended years before the rest. */
static const edition_series *matrix_series(const site *s, int32_t measure, int32_t who)
{
    const edition_series *x = site_total(s, measure, who);
    return x != NULL && site_series_old(s, x) ? NULL : x;
}

static size_t matrix_count(const site *s, int32_t who, int row, int column)
{
    size_t n = 0;
    for (size_t m = 0; m < s->now->measure_count; m++) {
        const edition_series *x = matrix_series(s, (int32_t)m, who);
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
        const edition_series *x = matrix_series(p->site, m, who);
        if (x == NULL || matrix_column(x->variation) != column || matrix_row(x->assurance) != row)
            continue;
        RAW(p, "<li>");
        page_link(p, path_series(p, m, who, ".html"), e->measures[m].short_name);
        page_seasonal(p, x);
        RAW(p, "</li>");
    }
    RAW(p, "</ul></td>");
}

#define NAMES_MAXIMUM 12 /* longer lists of measures are folded away */

static bool matrix_leaves(const edition_series *x, bool unusual)
{
    return x != NULL && matrix_column(x->variation) < 0 && starts_with(x->variation, "neither") == unusual;
}

static void not_judged(page *p, size_t count)
{
    const int months = edition_rules_of(p->site->now).minimum_points;
    if (count > NAMES_MAXIMUM)
        buffer_printf(p->out, "<details class=\"fold note\"><summary>%zu not judged yet", count);
    else
        RAW(p, "<p class=\"note\">Not judged yet");
    if (months > 1)
        buffer_printf(p->out, " (it takes %d figures)", months);
    if (count > NAMES_MAXIMUM)
        RAW(p, "</summary><p>");
    else
        RAW(p, ": ");
}

/* Measures that the matrix cannot place: neither way is better and the level is unusual (wanted = true), or too few months. */
static void matrix_rest(page *p, int32_t who, bool unusual)
{
    const edition *e = p->site->now;
    size_t n = 0, count = 0;
    for (size_t m = 0; m < e->measure_count; m++)
        count += matrix_leaves(matrix_series(p->site, (int32_t)m, who), unusual);
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = p->site->order[k];
        const edition_series *x = matrix_series(p->site, m, who);
        if (!matrix_leaves(x, unusual))
            continue;
        if (n == 0 && unusual)
            RAW(p, "<p class=\"note\">Unusual, where neither up nor down is better: ");
        else if (n == 0)
            not_judged(p, count);
        else
            RAW(p, ", ");
        n++;
        page_link(p, path_series(p, m, who, ".html"), e->measures[m].short_name);
        if (unusual)
            buffer_text(p->out, strcmp(x->variation, "neither-high") == 0 ? " (high)" : " (low)");
    }
    if (n == 0)
        return;
    RAW(p, ".</p>");
    if (!unusual && count > NAMES_MAXIMUM)
        RAW(p, "</details>");
    RAW(p, "\n");
}

void matrix_write(page *p, int32_t who)
{
    static const char *const assurances[] = {"pass", "hit-and-miss", "fail", ""};
    static const char *const rows[] = {"Will meet the target", "Hit and miss", "Will miss the target", "No target"};
    static const char *const classes[] = {"pass", "mixed", "miss", "no-target"};
    const score_tally tally = scorecard_tally(p->site, who);
    if (tally.improving + tally.unchanged + tally.concern == 0) { /* twelve cells of "none" help nobody */
        RAW(p, "<p>No measure can be placed by how it is changing and whether it will meet its target.</p>\n");
        matrix_rest(p, who, true);
        matrix_rest(p, who, false);
        return;
    }
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
    int32_t t = x->series->latest_target_index;
    if (t < 0) {
        RAW(p, "<td role=\"cell\" class=\"blank\"><span class=\"hidden\">no target</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" data-label=\"Target\">");
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
    buffer_clear(&p->words);
    if (missing != 1 || sentence_one_noun(sentence_gap_noun(m), &p->words) == 0)
        buffer_text(&p->words, sentence_gap_noun(m));
    page_text(p, p->words.data);
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
    if (page_change(p, m, now, then) && change_unit(m)[0] != 0) {
        RAW(p, "<span class=\"under\">");
        page_text(p, change_unit(m));
        RAW(p, "</span>");
    }
    page_change_note(p, now, then);
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
    RAW(p, "</span>");
    page_seasonal(p, x);
    RAW(p, "</td>");
    if (x->assurance[0] == 0) {
        RAW(p, "<td role=\"cell\" class=\"icon blank\"><span class=\"hidden\">no verdict</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" class=\"icon\" data-label=\"Assurance\">");
    page_assurance(p, x->assurance, true);
    RAW(p, "</td>");
}

/* The figures, and where there is a verdict or a target a sentence below them: "too few months" forty times says nothing. */
static void score_row(page *p, int32_t measure, int32_t who, bool sentence)
{
    const edition_measure *m = &p->site->now->measures[measure];
    standing x = standing_find(p->site, site_total(p->site, measure, who));
    series_view v = view_of(p->site, &x);
    RAW(p, "<tbody role=\"rowgroup\"");
    if (!sentence)
        RAW(p, " class=\"brief\"");
    RAW(p, " data-variation=\"");
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
    const char *since = arena_printf(p->scratch, "Since the %s before", series_noun(x.series, false));
    /* A yearly figure's change since the last time is that since last year: told once. */
    change_cell(p, m, x.last, x.month_before == x.year_before ? NULL : x.month_before,
                since == NULL ? "Since the one before" : since);
    change_cell(p, m, x.last, x.year_before, "Since a year before");
    gap_cell(p, m, &v);
    if (x.count > 1) {
        RAW(p, "<td role=\"cell\" class=\"spark\" data-label=\"24 months\">");
        chart_sparkline(&v, p->out);
        RAW(p, "</td>");
    } else {
        RAW(p, "<td role=\"cell\" class=\"spark blank\"><span class=\"hidden\">one figure so far</span></td>");
    }
    verdict_cells(p, &v);
    if (!sentence) {
        RAW(p, "</tr></tbody>\n");
        return;
    }
    RAW(p, "</tr>\n<tr role=\"row\" class=\"say\"><td role=\"cell\" colspan=\"9\">");
    buffer_clear(&p->words); /* the top of the page says what became of the organisation */
    sentence_series_alone(&v, &p->words);
    page_text(p, p->words.data);
    if (series_is_seasonal(x.series)) {
        RAW(p, " ");
        buffer_clear(&p->words);
        sentence_season_brief(&v, &p->words);
        page_text(p, page_words_take(p));
    }
    RAW(p, "</td></tr></tbody>\n");
}

static void score_head(page *p, const char *domain)
{
    RAW(p, "<table class=\"score\" role=\"table\"><caption class=\"hidden\">");
    page_text(p, domain_title(domain));
    RAW(p, ": measures, latest figures, targets and verdicts</caption><thead role=\"rowgroup\"><tr role=\"row\">"
           "<th scope=\"col\" role=\"columnheader\">Measure</th><th scope=\"col\" role=\"columnheader\" "
           "class=\"number\">Latest</th>"
           "<th scope=\"col\" role=\"columnheader\">Target, and who set it</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Since last time</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Since last year</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Gap to target</th>"
           "<th scope=\"col\" role=\"columnheader\">Last 24 months</th><th scope=\"col\" "
           "role=\"columnheader\">Variation</th>"
           "<th scope=\"col\" role=\"columnheader\">Assurance</th></tr></thead>\n");
}

/* Rows that say most come first: with a verdict or a target, then the rest, each in the pages' order. */
static bool says_much(const site *s, const edition_series *x)
{
    return !site_series_old(s, x) && (x->variation[0] != 0 || x->latest_target_index >= 0);
}

#define QUIET_SHOWN 4 /* of the rest this many stand open; more are folded away, if that saves at least two rows */

static void quiet_fold(page *p, const char *domain, size_t count)
{
    buffer_printf(p->out,
                  "<details class=\"fold\"><summary>%zu more, with too few figures to be judged or older ones<span "
                  "class=\"hidden\">: ",
                  count);
    page_text(p, domain_title(domain));
    RAW(p, "</span></summary>\n");
    score_head(p, domain);
}

static void score_domain(page *p, int32_t who, const int32_t *order, size_t count, const char *domain)
{
    size_t much = 0, quiet = 0, shown = 0;
    for (size_t k = 0; k < count; k++) {
        const edition_series *x = site_total(p->site, order[k], who);
        much += x != NULL && says_much(p->site, x);
        quiet += x != NULL && !says_much(p->site, x);
    }
    if (much + quiet == 0)
        return;
    RAW(p, "<section class=\"domain\"><h3 id=\"");
    page_text(p, domain);
    RAW(p, "\">");
    page_text(p, domain_title(domain));
    RAW(p, "</h3>\n");
    score_head(p, domain);
    for (size_t k = 0; k < count; k++) {
        const edition_series *x = site_total(p->site, order[k], who);
        if (x != NULL && says_much(p->site, x))
            score_row(p, order[k], who, true);
    }
    const size_t open = quiet >= QUIET_SHOWN + 2 ? QUIET_SHOWN : quiet;
    for (int old = 0; old < 2; old++) /* what is old comes last */
        for (size_t k = 0; k < count; k++) {
            const edition_series *x = site_total(p->site, order[k], who);
            if (x == NULL || says_much(p->site, x) || site_series_old(p->site, x) != (old == 1))
                continue;
            if (shown++ == open) {
                RAW(p, "</table>\n");
                quiet_fold(p, domain, quiet - open);
            }
            score_row(p, order[k], who, false);
        }
    RAW(p, "</table>");
    if (quiet > open)
        RAW(p, "</details>");
    RAW(p, "</section>\n");
}

/* A measure that others have and this organisation does not: an ambulance trust has no waiting list. */
static bool absent_here(const site *s, int32_t measure, int32_t who)
{
    return site_total(s, measure, who) == NULL && site_measure_latest(s, measure).kind != PERIOD_NONE;
}

/* All of those in one line, folded. */
static void not_published(page *p, int32_t who)
{
    const edition *e = p->site->now;
    const char *domain = NULL;
    size_t absent = 0;
    for (size_t m = 0; m < e->measure_count; m++)
        absent += absent_here(p->site, (int32_t)m, who);
    if (absent == 0)
        return;
    buffer_printf(p->out,
                  "<details class=\"fold\"><summary>%zu measure%s no figures for this organisation</summary>\n<ul "
                  "class=\"tight\">",
                  absent, absent == 1 ? " has" : "s have");
    for (size_t k = 0; k < e->measure_count; k++) {
        const int32_t m = p->site->order[k];
        if (!absent_here(p->site, m, who))
            continue;
        if (domain == NULL || strcmp(domain, e->measures[m].domain) != 0) {
            if (domain != NULL)
                RAW(p, "</li>");
            domain = e->measures[m].domain;
            RAW(p, "<li>");
            page_text(p, domain_title(domain));
            RAW(p, " \xe2\x80\x93 ");
        } else {
            RAW(p, "; ");
        }
        page_link(p, path_measure(p, m), e->measures[m].short_name);
    }
    RAW(p, "</li></ul></details>\n");
}

/* The end of the run of measures of one domain that begins at `first` of the pages' order. */
static size_t domain_end(const site *s, size_t first)
{
    const edition_measure *measures = s->now->measures;
    size_t end = first;
    while (end < s->now->measure_count && strcmp(measures[s->order[end]].domain, measures[s->order[first]].domain) == 0)
        end++;
    return end;
}

static void domain_jump(page *p, int32_t who)
{
    const site *s = p->site;
    RAW(p, "<p class=\"jump\">");
    for (size_t first = 0, end = 0; first < s->now->measure_count; first = end) {
        size_t has = 0;
        end = domain_end(s, first);
        for (size_t k = first; k < end; k++)
            has += site_total(s, s->order[k], who) != NULL;
        if (has == 0)
            continue;
        const char *domain = s->now->measures[s->order[first]].domain;
        RAW(p, "<a href=\"#");
        page_text(p, domain);
        RAW(p, "\">");
        page_text(p, domain_title(domain));
        RAW(p, "</a> ");
    }
    RAW(p, "</p>\n");
}

void scorecard_write(page *p, int32_t who)
{
    const site *s = p->site;
    domain_jump(p, who);
    for (size_t first = 0, end = 0; first < s->now->measure_count; first = end) {
        end = domain_end(s, first);
        score_domain(p, who, s->order + first, end - first, s->now->measures[s->order[first]].domain);
    }
    not_published(p, who);
}

score_tally scorecard_tally(const site *s, int32_t who)
{
    score_tally tally = {0};
    for (size_t m = 0; m < s->now->measure_count; m++) {
        const edition_series *x = site_total(s, (int32_t)m, who);
        if (x == NULL)
            continue;
        tally.measures++;
        if (site_series_old(s, x))
            continue;
        int column = matrix_column(x->variation);
        tally.improving += column == 0;
        tally.unchanged += column == 1;
        tally.concern += column == 2;
        tally.unusual += starts_with(x->variation, "neither");
        tally.missing_target += matrix_row(x->assurance) == 2;
        if (tally.latest.kind == PERIOD_NONE ||
            (x->last.kind != PERIOD_NONE && period_compare(x->last, tally.latest) > 0))
            tally.latest = x->last;
    }
    tally.judged = tally.improving + tally.unchanged + tally.concern + tally.unusual;
    return tally;
}
