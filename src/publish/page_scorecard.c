/* The scorecard of one organisation: a table per domain, a row per measure, and within it one for each level that is asked for. */
#include "publish/scorecard.h"

#include "publish/charts.h"
#include "publish/figure.h"
#include "publish/html.h"
#include "publish/record.h"
#include "publish/sentence.h"

/* ---- the scorecard ------------------------------------------------------------------------------------ */

/* " rowspan=2" of what all levels of a row share. */
static void row_span(page *p, size_t rows)
{
    if (rows > 1)
        buffer_printf(p->out, " rowspan=\"%zu\"", rows);
}

/* How the cells of one level are called where a row is a card. */
static const char *ask_name(const score_ask *ask, bool several)
{
    if (ask->aim != NULL && ask->aim->tier == AIM_LOCAL)
        return "Agreed locally";
    if (ask->aim != NULL && ask->aim->tier == AIM_REGIONAL)
        return "Regional target";
    return several ? "National target" : "Target";
}

static void agreed_cell(page *p, const edition_measure *m, const series_aim *a, const edition_point *last)
{
    const register_subject *of = register_find(p->site->record->log, REGISTER_TARGET, a->id);
    buffer_clear(&p->words);
    sentence_aim(m, a, &p->words);
    page_text(p, p->words.data);
    RAW(p, "<span class=\"under\">");
    buffer_text(p->out, a->tier == AIM_LOCAL      ? "agreed locally: "
                        : a->tier == AIM_REGIONAL ? "regional: "
                                                  : "national: ");
    if (of != NULL)
        record_about_link(p, a->id);
    else
        page_text(p, a->title);
    RAW(p, "</span>");
    const double due = last == NULL ? (double)NAN : series_aim_level(a, last->period);
    if (isnan(due) || due == a->level)
        return;
    RAW(p, "<span class=\"under\">");
    buffer_clear(&p->words);
    figure_level(m, due, &p->words);
    page_text(p, p->words.data);
    RAW(p, " for ");
    page_period(p, last->period);
    RAW(p, "</span>");
}

static void target_cell(page *p, const edition_measure *m, const standing *x, const score_ask *ask, bool several)
{
    RAW(p, "<td role=\"cell\" class=\"asked\" data-label=\"");
    page_text(p, ask_name(ask, several));
    RAW(p, "\">");
    if (ask->aim != NULL) {
        agreed_cell(p, m, ask->aim, x->last);
    } else {
        const edition_target *national = &p->site->now->targets[x->series->latest_target_index];
        buffer_clear(&p->words);
        sentence_target(m, national, &p->words);
        page_text(p, p->words.data);
        RAW(p, "<span class=\"under\">");
        RAW(p, "national, ");
        page_text(p, national->authority);
        if (!national->verified)
            RAW(p, ", to be confirmed");
        RAW(p, "</span>");
    }
    RAW(p, "</td>");
}

static void gap_cell(page *p, const edition_measure *m, const series_view *v, const score_ask *ask)
{
    int64_t missing = 0;
    if (v->series == NULL || !sentence_gap_to(v, ask->level, &missing)) {
        RAW(p, "<td role=\"cell\" class=\"asked number blank\"><span class=\"hidden\">no gap to count</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" class=\"asked number\" data-label=\"Gap to it\">");
    if (missing == 0) {
        buffer_text(p->out, ask->aim == NULL ? "target met" : "met");
        RAW(p, "</td>");
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

static void assurance_cell(page *p, const char *assurance)
{
    if (assurance[0] == 0) {
        RAW(p, "<td role=\"cell\" class=\"asked icon blank\"><span class=\"hidden\">no verdict</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" class=\"asked icon\" data-label=\"Assurance\">");
    page_assurance(p, assurance, true);
    RAW(p, "</td>");
}

static void change_cell(page *p, const edition_measure *m, const edition_point *now, const edition_point *then,
                        const char *label, size_t rows)
{
    bool known = now != NULL && then != NULL && !isnan(now->value) && !isnan(then->value);
    RAW(p, "<td role=\"cell\" class=\"number");
    if (!known)
        RAW(p, " blank");
    RAW(p, "\"");
    row_span(p, rows);
    RAW(p, " data-label=\"");
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

static void variation_cell(page *p, const series_view *v, size_t rows)
{
    const edition_series *x = v->series;
    RAW(p, "<td role=\"cell\" class=\"icon\"");
    row_span(p, rows);
    RAW(p, " data-label=\"Variation\">");
    icon_variation(x->variation, true, p->out);
    RAW(p, "<span class=\"verdict\">");
    buffer_clear(&p->words);
    sentence_change(v, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</span>");
    page_seasonal(p, x);
    RAW(p, "</td>");
}

/* Every verdict of the row in one attribute, for the filter. */
static void row_begin(page *p, const char *variation, const score_ask *asks, size_t n, bool sentence)
{
    RAW(p, "<tbody role=\"rowgroup\"");
    if (!sentence || n > 1)
        buffer_printf(p->out, " class=\"%s%s%s\"", sentence ? "" : "brief", !sentence && n > 1 ? " " : "",
                      n > 1 ? "several" : "");
    RAW(p, " data-variation=\"");
    page_text(p, variation);
    RAW(p, "\" data-assurance=\"");
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && asks[i].assurance[0] != 0)
            RAW(p, " ");
        page_text(p, asks[i].assurance);
    }
    RAW(p, "\"><tr role=\"row\"><th scope=\"row\" role=\"rowheader\"");
    row_span(p, n);
    RAW(p, ">");
}

/* The levels after the first stand in rows of their own, in the columns of the first. */
static void further_asks(page *p, const edition_measure *m, const standing *x, const series_view *v,
                         const score_ask *asks, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        RAW(p, "</tr>\n<tr role=\"row\" class=\"also\">");
        target_cell(p, m, x, &asks[i], true);
        gap_cell(p, m, v, &asks[i]);
        assurance_cell(p, asks[i].assurance);
    }
}

static void no_target_cell(page *p)
{
    RAW(p, "<td role=\"cell\" class=\"blank\"><span class=\"hidden\">no target</span></td>");
}

static void spark_cell(page *p, const series_view *v, size_t rows)
{
    RAW(p, "<td role=\"cell\"");
    row_span(p, rows);
    if (v->count > 1) {
        RAW(p, " class=\"spark\" data-label=\"24 months\">");
        chart_sparkline(v, p->out);
        RAW(p, "</td>");
    } else {
        RAW(p, " class=\"spark blank\"><span class=\"hidden\">one figure so far</span></td>");
    }
}

/* The figures, and where there is a verdict or a target a sentence below them: "too few months" forty times says nothing. */
static void score_row(page *p, int32_t which, int32_t who, bool sentence)
{
    const edition_measure *m = &p->site->now->measures[which];
    standing x = standing_find(p->site, site_total(p->site, which, who));
    series_view v = view_of(p->site, &x);
    score_ask asks[SCORE_ASKS_MOST];
    const size_t n = scorecard_asks(p->site, which, who, asks);
    row_begin(p, x.series->variation, asks, n, sentence);
    page_link(p, path_series(p, which, who, ".html"), m->short_name);
    RAW(p, "<span class=\"under\">");
    page_text(p, m->unit_label);
    RAW(p, "</span></th><td role=\"cell\" class=\"number latest\"");
    row_span(p, n);
    RAW(p, " data-label=\"Latest\">");
    page_figure(p, m, x.last);
    if (x.last != NULL) {
        RAW(p, "<span class=\"under\">");
        page_period(p, x.last->period);
        RAW(p, "</span>");
    }
    RAW(p, "</td>");
    if (n > 0)
        target_cell(p, m, &x, &asks[0], n > 1);
    else
        no_target_cell(p);
    const char *since = arena_printf(p->scratch, "Since the %s before", series_noun(x.series, false));
    /* A yearly figure's change since the last time is that since last year: told once. */
    change_cell(p, m, x.last, x.month_before == x.year_before ? NULL : x.month_before,
                since == NULL ? "Since the one before" : since, n);
    change_cell(p, m, x.last, x.year_before, "Since a year before", n);
    if (n > 0)
        gap_cell(p, m, &v, &asks[0]);
    else
        no_target_cell(p);
    spark_cell(p, &v, n);
    variation_cell(p, &v, n);
    assurance_cell(p, n > 0 ? asks[0].assurance : "");
    further_asks(p, m, &x, &v, asks, n);
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

/* A measure that something was agreed for and that has no figures here yet stands in the scorecard too. */
static void awaited_row(page *p, int32_t which, int32_t who)
{
    const edition_measure *m = &p->site->now->measures[which];
    const standing none = {0};
    const series_view no_view = {0};
    score_ask asks[SCORE_ASKS_MOST];
    const size_t n = scorecard_asks(p->site, which, who, asks);
    row_begin(p, "", asks, n, true);
    page_link(p, path_measure(p, which), m->short_name);
    RAW(p, "<span class=\"under\">");
    page_text(p, m->unit_label);
    RAW(p, "</span></th><td role=\"cell\" class=\"number\"");
    row_span(p, n);
    RAW(p, " data-label=\"Latest\"><span class=\"none\">no figure yet</span></td>");
    target_cell(p, m, &none, &asks[0], n > 1);
    change_cell(p, m, NULL, NULL, "Since the month before", n);
    change_cell(p, m, NULL, NULL, "Since a year before", n);
    gap_cell(p, m, &no_view, &asks[0]);
    RAW(p, "<td role=\"cell\" class=\"spark blank\"");
    row_span(p, n);
    RAW(p, "><span class=\"hidden\">no figures yet</span></td><td role=\"cell\" class=\"icon blank\"");
    row_span(p, n);
    RAW(p, "><span class=\"hidden\">no figures yet</span></td>");
    assurance_cell(p, "");
    further_asks(p, m, &none, &no_view, asks, n);
    RAW(p, "</tr>\n<tr role=\"row\" class=\"say\"><td role=\"cell\" colspan=\"9\">No figures have come in yet for "
           "what was agreed here.</td></tr></tbody>\n");
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
    size_t aims = 0;
    (void)site_aims(s, x->measure, x->org, -1, x->geography, &aims);
    return !site_series_old(s, x) && (x->variation[0] != 0 || x->latest_target_index >= 0 || aims > 0);
}

/* Something was agreed for it, and there is no figure. */
static bool is_awaited(const site *s, int32_t which, int32_t who)
{
    size_t aims = 0;
    (void)site_total_aims(s, which, who, &aims);
    return aims > 0 && site_total(s, which, who) == NULL;
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
        much += is_awaited(p->site, order[k], who);
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
        else if (is_awaited(p->site, order[k], who))
            awaited_row(p, order[k], who);
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
static bool absent_here(const site *s, int32_t which, int32_t who)
{
    return site_total(s, which, who) == NULL && site_measure_latest(s, which).kind != PERIOD_NONE &&
           !is_awaited(s, which, who);
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
            has += site_total(s, s->order[k], who) != NULL || is_awaited(s, s->order[k], who);
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
