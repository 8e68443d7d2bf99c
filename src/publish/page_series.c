/* The page of one measure for one organisation: the answer, the chart, the table, breakdowns, sources, method. */
#include "publish/charts.h"
#include "publish/html.h"
#include "publish/page_inequality.h"
#include "publish/page_points.h"
#include "publish/record_pages.h"
#include "publish/sentence.h"
#include "publish/series_verdicts.h"
#include "publish/tables.h"

#include <stdlib.h>

static void downloads(page *p, int32_t measure, int32_t who, const char *csv, const char *json, bool agreed)
{
    RAW(p, "<p class=\"downloads\">Download every figure, breakdowns too: <a download");
    page_href(p, path_series(p, measure, who, csv), NULL);
    RAW(p, ">CSV</a> <a download");
    page_href(p, path_series(p, measure, who, json), NULL);
    RAW(p, ">JSON</a>");
    if (agreed) {
        RAW(p, " <a download");
        page_href(p, path_series(p, measure, who, ".agreed.csv"), NULL);
        RAW(p, ">What was agreed, as CSV</a>");
    }
    RAW(p, "</p>\n");
}

/* ---- breakdowns --------------------------------------------------------------------------------------- */

static bool same_breakdown(const edition *e, int32_t a, int32_t b)
{
    return strcmp(e->breakdowns[a].breakdown, e->breakdowns[b].breakdown) == 0;
}

/* Small multiples need a line: with one month there is a table alone. */
static void breakdown_charts(page *p, const edition_series *const *run, size_t count)
{
    const site *s = p->site;
    chart_scale scale = {0};
    size_t drawn = 0;
    for (size_t i = 0; i < count; i++) {
        standing x = standing_find(s, run[i]);
        if (x.count < 3)
            continue;
        series_view v = view_of(s, &x);
        chart_scale_add(&scale, &v);
        chart_scale_heading(&scale, &v, s->now->breakdowns[run[i]->breakdown].name);
        drawn++;
    }
    if (drawn == 0)
        return;
    RAW(p, "<p>All on one scale, so that heights can be compared.</p>\n<div class=\"multiples\">\n");
    for (size_t i = 0; i < count; i++) {
        standing x = standing_find(s, run[i]);
        if (x.count < 3)
            continue;
        series_view v = view_of(s, &x);
        chart_small(&v, &scale, s->now->breakdowns[run[i]->breakdown].name, p->out);
    }
    RAW(p, "</div>\n");
}

static void breakdown_table(page *p, const edition_measure *m, const edition_series *const *run, size_t count,
                            const char *name)
{
    const edition *e = p->site->now;
    bool denominator = strcmp(m->value_kind, "numerator") != 0;
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, name);
    RAW(p, "\"><table class=\"data\" data-sortable><caption class=\"hidden\">");
    page_text(p, name);
    RAW(p, ": latest figures</caption><thead><tr><th scope=\"col\">");
    page_text(p, name);
    RAW(p, "</th><th scope=\"col\" class=\"number\">Latest<span class=\"unit\">");
    page_text(p, unit_head(m));
    RAW(p, "</span></th>");
    if (denominator)
        RAW(p, "<th scope=\"col\" class=\"number\">Denominator</th>");
    bool judged = false;
    for (size_t i = 0; i < count; i++)
        judged = judged || run[i]->variation[0] != 0;
    RAW(p, "<th scope=\"col\">");
    buffer_text(p->out, series_noun(run[0], true));
    RAW(p, "</th>");
    if (judged)
        RAW(p, "<th scope=\"col\">Variation</th>");
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++) {
        standing x = standing_find(p->site, run[i]);
        if (x.last == NULL)
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, e->breakdowns[run[i]->breakdown].name);
        RAW(p, "</th><td class=\"number\" data-sort=\"");
        if (x.last->over_open_band)
            RAW(p, "1e9");
        else
            buffer_number(p->out, x.last->value);
        RAW(p, "\">");
        page_figure_exact(p, m, x.last->value, x.last->over_open_band);
        RAW(p, "</td>");
        if (denominator) {
            RAW(p, "<td class=\"number\">");
            if (x.last->has_denominator)
                page_amount(p, edition_denominator(m, x.last));
            RAW(p, "</td>");
        }
        RAW(p, "<td>");
        page_period(p, x.last->period);
        RAW(p, "</td>");
        if (judged) {
            RAW(p, "<td class=\"icons\" data-sort=\"");
            page_text(p, run[i]->variation);
            RAW(p, "\">");
            page_variation(p, run[i]->variation, true);
            page_seasonal(p, run[i]);
            RAW(p, "</td>");
        }
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
}

static void breakdowns(page *p, int32_t measure, int32_t who, geography g)
{
    const edition *e = p->site->now;
    size_t count = 0;
    const edition_series *all = edition_series_of(e, measure, who, &count);
    const edition_series **run = arena_array(p->scratch, count + 1, sizeof *run);
    if (run == NULL)
        return;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].breakdown >= 0 && all[i].geography == g)
            run[n++] = &all[i];
    for (size_t first = 0, end = 0; first < n; first = end) {
        for (end = first; end < n && same_breakdown(e, run[end]->breakdown, run[first]->breakdown);)
            end++;
        const edition_breakdown_value *b = &e->breakdowns[run[first]->breakdown];
        RAW(p, "<section><h2 id=\"by-");
        page_text(p, b->breakdown);
        RAW(p, "\">By ");
        buffer_char(p->out,
                    (char)(b->breakdown_name[0] >= 'A' && b->breakdown_name[0] <= 'Z' ? b->breakdown_name[0] + 32
                                                                                      : b->breakdown_name[0]));
        if (b->breakdown_name[0] != 0)
            page_text(p, b->breakdown_name + 1);
        RAW(p, "</h2>\n");
        breakdown_charts(p, run + first, end - first);
        breakdown_table(p, &e->measures[measure], run + first, end - first, b->breakdown_name);
        RAW(p, "</section>\n");
    }
}

/* ---- sources ------------------------------------------------------------------------------------------ */

static void sheet_put(page *p, const edition_release *r, int32_t sheet)
{
    text name = line_sheet(r->sheets, sheet);
    char *copy = arena_copy(p->scratch, name.at, name.length);
    RAW(p, "sheet ");
    if (copy != NULL && name.length > 0) {
        RAW(p, "\u201c");
        page_text(p, copy);
        RAW(p, "\u201d");
    } else {
        page_count(p, sheet);
    }
}

/* "16 to 20" of a csv; "sheet “Provider”, rows 16 to 20" of a workbook. */
static void lines_between(page *p, const edition_release *r, int64_t first_line, int64_t last_line)
{
    line_place first = place_of_line(first_line), last = place_of_line(last_line);
    bool workbook = first.sheet > 0, one = last.sheet == first.sheet;
    if (workbook) {
        sheet_put(p, r, first.sheet);
        buffer_text(p->out, one && last.row > first.row ? ", rows " : ", row ");
    }
    page_count(p, first.row);
    if (one && last.row <= first.row)
        return;
    RAW(p, " to ");
    if (!one) {
        sheet_put(p, r, last.sheet);
        RAW(p, ", row ");
    }
    page_count(p, last.row);
}

/* One line per release, the newest period first, with the lines behind its newest figure. */
static void release_rows(page *p, const standing *x)
{
    const edition *e = p->site->now;
    for (size_t i = x->count; i > 0; i--) {
        const edition_point *point = &x->points[i - 1];
        if (point->release < 0 || !point_has_figure(point))
            continue;
        if (i < x->count && x->points[i].release == point->release)
            continue;
        size_t first = i - 1;
        while (first > 0 && x->points[first - 1].release == point->release)
            first--;
        const edition_release *r = &e->releases[point->release];
        RAW(p, "<tr><th scope=\"row\">");
        if (first + 1 < i) {
            page_period(p, x->points[first].period);
            RAW(p, " to ");
        }
        page_period(p, point->period);
        RAW(p, "</th><td class=\"file\">");
        page_release_file(p, r);
        RAW(p, "</td><td>");
        page_text(p, r->published[0] != 0 ? r->published : "not stated");
        RAW(p, "</td><td class=\"number\">");
        if (point->rows > 0)
            page_count(p, point->rows);
        RAW(p, "</td><td>");
        if (point->first_line > 0)
            lines_between(p, r, point->first_line, point->last_line);
        RAW(p, "</td></tr>\n");
    }
}

static const edition_source *source_of(const edition *e, const char *id)
{
    for (size_t i = 0; i < e->source_count; i++)
        if (strcmp(e->sources[i].id, id) == 0)
            return &e->sources[i];
    return NULL;
}

/* A landing page comes from a catalogue that anyone may edit: nothing but https becomes a link. */
static void source_words(page *p, const edition_source *source)
{
    if (source == NULL)
        return;
    RAW(p, "<p>");
    if (strncmp(source->landing_page, "https://", 8) == 0) {
        RAW(p, "<a rel=\"external noopener\" href=\"");
        page_text(p, source->landing_page);
        RAW(p, "\">");
        page_text(p, source->name);
        RAW(p, "</a>");
    } else {
        page_text(p, source->name);
    }
    RAW(p, ", published by ");
    page_text(p, source->publisher);
    RAW(p, ". ");
    page_text(p, source->licence);
    RAW(p, ".</p>\n");
}

static void where_from(page *p, const edition_measure *m, const standing *x, int32_t who)
{
    const edition *e = p->site->now;
    RAW(p, "<section><h2 id=\"sources\">Where it comes from</h2>\n");
    source_words(p, source_of(e, m->source));
    bool any = false, several = false, tidy = false, all_tidy = true;
    for (size_t i = 0; i < x->count; i++) {
        any = any || x->points[i].release >= 0;
        several = several || (x->points[i].release < 0 && point_has_figure(&x->points[i]));
        tidy = tidy || x->points[i].tidy;
        all_tidy = all_tidy && (x->points[i].tidy || !point_has_figure(&x->points[i]));
    }
    if (any) {
        RAW(p, "<details class=\"table\"><summary>Files and lines behind each figure</summary><div class=\"scroll\" "
               "tabindex=\"0\" role=\"region\" "
               "aria-label=\"Files and lines\"><table class=\"data\"><thead><tr><th scope=\"col\">Figures of</th><th "
               "scope=\"col\">File, and its SHA-256</th>"
               "<th scope=\"col\">Published</th><th scope=\"col\" class=\"number\">Rows</th><th scope=\"col\">Lines of "
               "the latest figure</th></tr></thead>"
               "<tbody>\n");
        release_rows(p, x);
        RAW(p, "</tbody></table></div></details>\n");
    }
    if (several)
        RAW(p, "<p>Some figures come from several files at once.</p>\n");
    if (tidy && e->orgs[who].kind == ORG_GROUP)
        RAW(p, "<p>The figures of the group\xe2\x80\x99s members were added up; those of the members come from a file "
               "of finished figures.</p>\n");
    else if (tidy && all_tidy)
        RAW(p,
            "<p>These figures were taken as they stand from a file of finished figures, not added up from rows.</p>\n");
    else if (tidy)
        RAW(p, "<p>Figures marked \xe2\x80\x9c"
               "as given\xe2\x80\x9d were taken as they stand from a file of finished figures, not added up from "
               "rows.</p>\n");
    RAW(p, "<p>Ask Concord for every line behind one figure: <code>concord explain ");
    page_text(p, m->id);
    RAW(p, " ");
    page_text(p, e->orgs[who].code);
    if (x->last != NULL) {
        char when[PERIOD_TEXT];
        period_format(x->last->period, when);
        RAW(p, " ");
        buffer_text(p->out, when);
    }
    RAW(p, "</code></p></section>\n");
}

static void how_worked_out(page *p, int32_t measure)
{
    const edition_measure *m = &p->site->now->measures[measure];
    RAW(p, "<section><h2 id=\"method\">How it is worked out</h2><p>");
    page_text(p, m->definition);
    RAW(p, "</p><p>Limits and verdicts follow the rule set <code>");
    page_text(p, p->site->now->rules);
    RAW(p, "</code>: <a");
    page_href(p, "methods.html", NULL);
    RAW(p, ">how change is judged</a>. Rule version of this measure: <code>");
    page_text(p, m->rule_version);
    RAW(p, "</code>. <a");
    page_href(p, path_measure(p, measure), "about");
    RAW(p, ">More about this measure</a>.</p></section>\n");
}

/* ---- the season --------------------------------------------------------------------------------------- */

/* Whether the verdict stands when the season is taken out. */
static void season_verdict(page *p, const series_view *as_it_is, const series_view *without)
{
    const char *now = as_it_is->series->variation, *then = without->series->variation;
    if (now[0] == 0 || then[0] == 0)
        return;
    RAW(p, "<p>Judged this way the latest month shows <strong>");
    buffer_clear(&p->words);
    buffer_text(&p->words, icon_variation_words(then));
    if (p->words.length > 0 && p->words.data[0] >= 'A' && p->words.data[0] <= 'Z')
        p->words.data[0] = (char)(p->words.data[0] + 32);
    page_text(p, page_words_take(p));
    RAW(p, "</strong>");
    if (strcmp(now, then) == 0)
        RAW(p, ", as above.");
    else if (strcmp(then, "common-cause") == 0)
        RAW(p, ": the signal above may be no more than the season.");
    else if (strcmp(now, "common-cause") == 0)
        RAW(p, ": the season hides a signal above.");
    else
        RAW(p, ", which is not what the chart above says.");
    RAW(p, "</p>\n");
}

static void season_section(page *p, const edition_measure *m, const series_view *v)
{
    series_view without;
    if (!season_take_out(v, p->scratch, &without))
        return;
    RAW(p,
        "<section><h2 id=\"season\">With its season taken out</h2>\n<p>Here each figure is shown less what its month "
        "of the year usually adds. Read it with care: the season is worked out from the same figures, so the limits "
        "are a little too narrow. A target is for figures as they are, so none is drawn. ");
    RAW(p, "<a");
    page_href(p, "methods.html", "seasons");
    RAW(p, ">How a season is found</a>.</p>\n");
    season_verdict(p, v, &without);
    RAW(p, "<figure class=\"chart-box\">");
    page_chart_both(p, &without, "season-out");
    RAW(p, "</figure>\n");
    points_table(p, m, &without, "Figures without their season", false);
    RAW(p, "</section>\n");
}

static void season_inset(page *p, const series_view *v, bool with_link)
{
    if (!series_is_seasonal(v->series))
        return;
    buffer_clear(&p->words);
    sentence_season(v, &p->words);
    RAW(p, "<div class=\"inset\"><p>");
    page_text(p, page_words_take(p));
    if (with_link)
        RAW(p, " <a href=\"#season\">See it with the season taken out</a>.");
    RAW(p, "</p></div>\n");
}

/* ---- next, and as published --------------------------------------------------------------------------------- */

static void compare_links(page *p, int32_t measure, int32_t who)
{
    const site *s = p->site;
    const edition_org *o = &s->now->orgs[who];
    RAW(p, "<section class=\"next\"><h2 id=\"next\">Compare</h2><ul><li><a");
    page_href(p, path_measure(p, measure), NULL);
    RAW(p, ">All organisations on this measure</a></li>");
    int32_t above[3] = {o->icb, o->region, s->england};
    for (int i = 0; i < 3; i++) {
        if (above[i] < 0 || above[i] == who || site_total(s, measure, above[i]) == NULL)
            continue;
        RAW(p, "<li>");
        buffer_clear(&p->words);
        buffer_text(&p->words, "The same for ");
        sentence_organisation(&s->now->orgs[above[i]], &p->words);
        page_link(p, path_series(p, measure, above[i], ".html"), page_words_take(p));
        RAW(p, "</li>");
    }
    RAW(p, "<li>");
    buffer_clear(&p->words);
    buffer_text(&p->words, "All measures of ");
    sentence_organisation(o, &p->words);
    page_link(p, path_organisation(p, who), page_words_take(p));
    RAW(p, "</li></ul></section>\n");
}

static void as_published(page *p, int32_t measure, int32_t who)
{
    const site *s = p->site;
    const edition_series *then = site_published(s, measure, who);
    if (then == NULL || then == site_total(s, measure, who))
        return;
    const edition_measure *m = &s->now->measures[measure];
    standing x = standing_find(s, then);
    series_view v = view_of(s, &x);
    RAW(p, "<section><h2 id=\"as-published\">As published at the time</h2>\n<p>Above, history is carried over to "
           "today\xe2\x80\x99s map of the NHS. Here it is as the files "
           "said, month by month.");
    if (then->note[0] != 0) {
        RAW(p, " ");
        page_text(p, then->note);
    }
    RAW(p, "</p>\n<p>");
    page_sentence(p, &v);
    RAW(p, "</p>\n");
    season_inset(p, &v, false);
    if (x.count > 1) {
        RAW(p, "<figure class=\"chart-box\">");
        record_mark(s, p->scratch, &v);
        page_chart_both(p, &v, "published");
        record_marks_list(p, &v);
        RAW(p, "</figure>\n");
    }
    points_table(p, m, &v, "Figures as published", false);
    downloads(p, measure, who, ".as-published.csv", ".as-published.json", false);
    RAW(p, "</section>\n");
}

/* ---- the page ----------------------------------------------------------------------------------------- */

/* Before its first month an organisation that was formed from others has figures under their names. */
static void before_it_was(page *p, const standing *x, int32_t who)
{
    const edition_org *o = &p->site->now->orgs[who];
    if (x->count == 0 || o->opened == DATE_NONE || o->opened < period_first_day(x->points[0].period) ||
        period_first_day(x->points[0].period) < o->opened - 31 || o->kind == ORG_ENGLAND ||
        o->opened < date_of(2022, 7, 2))
        return;
    RAW(p, "<p class=\"note\">No figures for this organisation before ");
    page_period(p, x->points[0].period);
    RAW(p, ": it was formed on ");
    page_date(p, o->opened);
    RAW(p, ".</p>\n");
}

static void one_month(page *p, const edition_measure *m, const standing *x)
{
    RAW(p, "<div class=\"one\"><p class=\"big\">");
    page_figure(p, m, x->last);
    RAW(p, "</p><p>");
    if (x->last != NULL) {
        RAW(p, "In ");
        page_period(p, x->last->period);
        RAW(p, ". ");
    }
    const int needed = edition_rules_of(p->site->now).minimum_points;
    const char *noun = series_noun(x->series, false);
    buffer_printf(p->out, "One %s so far: a chart begins with the second", noun);
    if (needed > 2)
        buffer_printf(p->out, ", and verdicts with %d %ss", needed, noun);
    RAW(p, ".</p></div>\n");
}

void page_series(page *p, int32_t measure, int32_t who)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    const edition_series *series = site_total(s, measure, who);
    standing x = standing_find(s, series);
    series_view v = view_of(s, &x);
    const char *title = arena_printf(p->scratch, "%s: %s", m->name, org_long(s, who));
    buffer_clear(&p->words);
    sentence_series(&v, &p->words);
    const char *sentence = page_words_take(p);
    page_begin(p, &(page_head){.title = title == NULL ? m->name : title,
                               .description = sentence,
                               .section = "measures.html",
                               .csv = path_series(p, measure, who, ".csv"),
                               .json = path_series(p, measure, who, ".json")});
    page_breadcrumbs(p, who, true);
    RAW(p, "<h1><span class=\"caption\">");
    page_text(p, org_long(s, who));
    RAW(p, "</span> ");
    page_text(p, m->name);
    RAW(p, "</h1>\n<p class=\"lede\">");
    page_text(p, sentence);
    RAW(p, "</p>\n");
    if (series->note[0] != 0) {
        RAW(p, "<div class=\"inset\"><p>");
        page_text(p, series->note);
        RAW(p, "</p></div>\n");
    }
    season_inset(p, &v, true);
    if (s->now->orgs[who].kind == ORG_ICB && strcmp(m->icb_from, "provider") == 0)
        RAW(p, "<p class=\"note\">These are the figures of the providers in this system, wherever their patients "
               "live.</p>\n");
    RAW(p, "<div class=\"charted\">");
    series_verdicts(p, m, &x, &v);
    if (x.count > 1) {
        RAW(p, "<figure class=\"chart-box\">");
        record_mark(s, p->scratch, &v);
        page_chart_both(p, &v, "chart");
        record_marks_list(p, &v);
        RAW(p, "</figure>\n");
    } else {
        one_month(p, m, &x);
    }
    RAW(p, "</div>\n");
    series_agreed_where(p, &v);
    before_it_was(p, &x, who);
    points_table(p, m, &v, "The figures", true);
    season_section(p, m, &v);
    downloads(p, measure, who, ".csv", ".json", v.aim_count > 0);
    inequality_section(p, measure, who, series->geography);
    breakdowns(p, measure, who, series->geography);
    compare_links(p, measure, who);
    as_published(p, measure, who);
    where_from(p, m, &x, who);
    how_worked_out(p, measure);
    icon_sprite(p->out);
    page_end(p);
}
