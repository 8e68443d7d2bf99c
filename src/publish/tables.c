/* Tables of many organisations: one measure in full, or the measures of a domain side by side. */
#include "publish/tables.h"

#include "publish/charts.h"
#include "publish/html.h"

#define OPEN_ROWS 12 /* more other providers than this are folded away */

static bool measure_has_any(const site *s, int32_t measure, org_list list)
{
    for (size_t i = 0; i < list.count; i++)
        if (site_total(s, measure, list.items[i]) != NULL)
            return true;
    return false;
}

/* A number cell's sort value: the figure; the open band is above every closed one. */
static void sort_value(page *p, const standing *x)
{
    RAW(p, " data-sort=\"");
    if (x->last != NULL && x->last->over_open_band)
        RAW(p, "1e9");
    else if (x->last != NULL)
        buffer_number(p->out, x->last->value);
    RAW(p, "\"");
}

/* Which columns have anything to say: a column of empty cells only makes the others narrow. */
typedef struct filled_columns {
    bool year_before, variation, assurance, interval;
} filled_columns;

static filled_columns columns_filled(const site *s, int32_t measure, org_list list)
{
    filled_columns c = {0};
    for (size_t i = 0; i < list.count; i++) {
        const edition_series *series = site_total(s, measure, list.items[i]);
        if (series == NULL)
            continue;
        standing x = standing_find(s, series);
        c.year_before = c.year_before || (x.last != NULL && x.year_before != NULL && !isnan(x.last->value) &&
                                          !isnan(x.year_before->value));
        c.variation = c.variation || series->variation[0] != 0;
        if (x.last != NULL && strcmp(s->now->measures[measure].value_kind, "ratio") == 0)
            c.interval = c.interval || !isnan(chart_dot_of(&s->now->measures[measure], x.last).lower);
        size_t aims = 0;
        (void)site_aims(s, measure, list.items[i], -1, series->geography, &aims);
        c.assurance = c.assurance || series->assurance[0] != 0 || aims > 0;
    }
    return c;
}

/* The head of the column of changes, with their unit: points, where the figures are percentages. */
static void year_before_head(page *p, const edition_measure *m)
{
    RAW(p, "<th scope=\"col\" class=\"number\">Since last year");
    if (change_unit(m)[0] != 0) {
        RAW(p, "<span class=\"unit\">");
        page_text(p, change_unit(m));
        RAW(p, "</span>");
    }
    RAW(p, "</th>");
}

static bool is_late(const site *s, int32_t measure, const standing *x)
{
    return x->last != NULL && period_compare(x->last->period, site_measure_latest(s, measure)) < 0;
}

/* ---- measures of a domain side by side ------------------------------------------------------------------- */

static void domain_cell(page *p, int32_t measure, int32_t who)
{
    const edition_measure *m = &p->site->now->measures[measure];
    const edition_series *series = site_total(p->site, measure, who);
    if (series == NULL) {
        RAW(p, "<td class=\"number\" data-sort=\"\"><span class=\"hidden\">no figure</span></td>");
        return;
    }
    standing x = standing_find(p->site, series);
    RAW(p, "<td class=\"number\"");
    sort_value(p, &x);
    RAW(p, "><a");
    page_href(p, path_series(p, measure, who, ".html"), NULL);
    RAW(p, ">");
    if (x.last != NULL)
        page_figure_brief(p, m, x.last->value, x.last->over_open_band);
    else
        RAW(p, "no figure");
    RAW(p, "</a>");
    if (series->variation[0] != 0 && strcmp(series->variation, "common-cause") != 0)
        icon_variation(series->variation, true, p->out);
    if (is_late(p->site, measure, &x)) {
        RAW(p, "<span class=\"under\">");
        page_period(p, x.last->period);
        RAW(p, "</span>");
    }
    RAW(p, "</td>");
}

#define COLUMNS_MAXIMUM 8 /* more measures side by side than a page is wide */

/* Measures side by side, a row per organisation that has any of them. */
static void domain_table(page *p, const int32_t *columns, size_t count, org_list list, const char *caption,
                         const char *head)
{
    const edition *e = p->site->now;
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, caption);
    RAW(p, "\"><table class=\"data grid\" data-sortable><caption><span>");
    page_text(p, caption);
    RAW(p, "</span></caption><thead><tr><th scope=\"col\">");
    page_text(p, head);
    RAW(p, "</th>");
    for (size_t k = 0; k < count; k++) {
        int32_t m = columns[k];
        RAW(p, "<th scope=\"col\" class=\"number\">");
        page_link(p, path_measure(p, m), e->measures[m].short_name);
        RAW(p, "<span class=\"unit\">");
        /* "completed pathways" under "Completed pathways" would only widen the column. */
        page_text(p, strcmp(e->measures[m].unit, "count") == 0 ? "number" : unit_head(&e->measures[m]));
        RAW(p, "</span></th>");
    }
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < list.count; i++) {
        bool any = false;
        for (size_t k = 0; k < count && !any; k++)
            any = site_total(p->site, columns[k], list.items[i]) != NULL;
        if (!any)
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_org_link(p, list.items[i], true);
        RAW(p, "</th>");
        for (size_t k = 0; k < count; k++)
            domain_cell(p, columns[k], list.items[i]);
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
}

/* A table per domain, in parts of as many columns as a page has room for; the first open, the others folded away. */
static void domains(page *p, org_list list, const char *title, const char *head)
{
    const site *s = p->site;
    const edition *e = s->now;
    int32_t *columns = arena_array(p->scratch, e->measure_count + 1, sizeof *columns);
    bool first_table = true;
    for (size_t first = 0, end = 0; first < e->measure_count && columns != NULL; first = end) {
        const char *domain = e->measures[s->order[first]].domain;
        size_t count = 0;
        for (end = first; end < e->measure_count && strcmp(e->measures[s->order[end]].domain, domain) == 0; end++)
            if (measure_has_any(s, s->order[end], list))
                columns[count++] = s->order[end];
        if (count == 0)
            continue;
        const size_t parts = (count + COLUMNS_MAXIMUM - 1) / COLUMNS_MAXIMUM;
        RAW(p, "<details class=\"fold\"");
        if (first_table)
            RAW(p, " open");
        first_table = false;
        RAW(p, "><summary>");
        page_text(p, domain_title(domain));
        RAW(p, "<span class=\"hidden\">: ");
        page_text(p, title);
        RAW(p, "</span></summary>\n");
        for (size_t part = 0; part < parts; part++) {
            const size_t from = count * part / parts, to = count * (part + 1) / parts;
            const char *caption = parts == 1 ? arena_printf(p->scratch, "%s: %s", title, domain_title(domain))
                                             : arena_printf(p->scratch, "%s: %s (%zu of %zu)", title,
                                                            domain_title(domain), part + 1, parts);
            domain_table(p, columns + from, to - from, list, caption == NULL ? title : caption, head);
        }
        RAW(p, "</details>\n");
    }
}

void table_by_domain(page *p, org_list list, const char *anchor, const char *title, const char *head)
{
    if (list.count == 0)
        return;
    /* Lists put trusts first, so the others are the tail. */
    size_t trusts = 0;
    while (trusts < list.count && p->site->now->orgs[list.items[trusts]].kind == ORG_TRUST)
        trusts++;
    org_list shown = list, folded = {0};
    if (trusts > 0 && list.count - trusts > OPEN_ROWS) {
        shown.count = trusts;
        folded = (org_list){list.items + trusts, list.count - trusts};
    }
    RAW(p, "<section><h2 id=\"");
    page_text(p, anchor);
    RAW(p, "\">");
    page_text(p, title);
    RAW(p, "</h2>\n<p>Latest figures. An icon marks what has really changed; the figure leads to its chart.</p>\n");
    domains(p, shown, folded.count > 0 ? "NHS trusts" : title, head);
    if (folded.count > 0) {
        RAW(p, "<details class=\"fold\"><summary>");
        page_number_plain(p, folded.count);
        RAW(p, " other providers</summary>\n");
        domains(p, folded, "Other providers", head);
        RAW(p, "</details>\n");
    }
    RAW(p, "</section>\n");
}

/* ---- one measure in full ------------------------------------------------------------------------------- */

static void interval_cell(page *p, const edition_measure *m, const chart_dot *dot)
{
    RAW(p, "<td class=\"number\">");
    if (!isnan(dot->lower) && !isnan(dot->upper)) {
        page_figure_brief(p, m, dot->lower, false);
        RAW(p, " to ");
        page_figure_brief(p, m, dot->upper, false);
    }
    RAW(p, "</td>");
}

/* Below the verdict on the national target that on what was agreed: "agreed locally: 70% by June 2026". */
static void agreed_words(page *p, const edition_measure *m, const series_aim *a)
{
    RAW(p, "<span class=\"asked\">");
    if (a->assurance[0] != 0)
        page_assurance(p, a->assurance, true);
    RAW(p, "<span class=\"under\">");
    buffer_clear(&p->words);
    buffer_printf(&p->words, "%s: ", series_aim_words(a));
    sentence_aim(m, a, &p->words);
    page_text(p, page_words_take(p));
    RAW(p, "</span></span>");
}

static void measure_row(page *p, int32_t measure, int32_t who, const filled_columns *filled)
{
    const edition_measure *m = &p->site->now->measures[measure];
    standing x = standing_find(p->site, site_total(p->site, measure, who));
    RAW(p, "<tr><th scope=\"row\">");
    page_org_link(p, who, true);
    RAW(p, "</th><td class=\"number\"");
    sort_value(p, &x);
    RAW(p, "><a");
    page_href(p, path_series(p, measure, who, ".html"), NULL);
    RAW(p, ">");
    if (x.last != NULL)
        page_figure_brief(p, m, x.last->value, x.last->over_open_band);
    else
        RAW(p, "no figure");
    RAW(p, "</a></td>");
    if (filled->interval) {
        chart_dot dot = {.lower = (double)NAN, .upper = (double)NAN};
        if (x.last != NULL)
            dot = chart_dot_of(m, x.last);
        interval_cell(p, m, &dot);
    }
    RAW(p, "<td");
    if (x.last != NULL) {
        buffer_printf(p->out, " data-sort=\"%d\"", (int)x.last->period.first_month);
        if (is_late(p->site, measure, &x))
            RAW(p, " class=\"month late\">");
        else
            RAW(p, " class=\"month\">");
        page_period(p, x.last->period);
    } else {
        RAW(p, ">");
    }
    RAW(p, "</td>");
    if (filled->year_before) {
        RAW(p, "<td class=\"number\">");
        page_change(p, m, x.last, x.year_before);
        page_change_note(p, x.last, x.year_before);
        RAW(p, "</td>");
    }
    if (filled->variation) {
        RAW(p, "<td class=\"icons\" data-sort=\"");
        page_text(p, x.series->variation);
        RAW(p, "\">");
        if (x.last != NULL && x.last->estimated)
            RAW(p, "<span class=\"none\">estimated, so not judged</span>");
        else
            page_variation(p, x.series->variation, true);
        RAW(p, "</td>");
    }
    if (filled->assurance) {
        RAW(p, "<td class=\"icons\" data-sort=\"");
        page_text(p, x.series->assurance);
        RAW(p, "\">");
        size_t aims = 0;
        const series_aim *agreed = site_aims(p->site, measure, who, -1, x.series->geography, &aims);
        if (site_org_closed(p->site, who)) {
            RAW(p, "<span class=\"none\">closed</span>");
            aims = 0;
        } else if (aims == 0 || x.series->assurance[0] != 0) {
            page_assurance(p, x.series->assurance, true);
            if (aims > 0)
                RAW(p, "<span class=\"under\">national target</span>");
        }
        for (size_t i = 0; i < aims; i++)
            agreed_words(p, m, &agreed[i]);
        RAW(p, "</td>");
    }
    RAW(p, "</tr>\n");
}

void table_of_measure(page *p, int32_t measure, org_list list, const char *caption, const char *head)
{
    const edition_measure *m = &p->site->now->measures[measure];
    const filled_columns filled = columns_filled(p->site, measure, list);
    if (!measure_has_any(p->site, measure, list))
        return;
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, caption);
    RAW(p, "\"><table class=\"data\" data-sortable><caption>");
    page_text(p, caption);
    RAW(p, "</caption><thead><tr><th scope=\"col\">");
    page_text(p, head);
    RAW(p, "</th><th scope=\"col\" class=\"number\">Latest<span class=\"unit\">");
    page_text(p, unit_head(m));
    RAW(p, "</span></th>");
    if (filled.interval)
        RAW(p, "<th scope=\"col\" class=\"number\">95% interval</th>");
    RAW(p, "<th scope=\"col\">");
    buffer_text(p->out, site_measure_latest(p->site, measure).months == 1 ? "Month" : "Period");
    RAW(p, "</th>");
    if (filled.year_before)
        year_before_head(p, m);
    if (filled.variation)
        RAW(p, "<th scope=\"col\">Variation</th>");
    if (filled.assurance)
        RAW(p, "<th scope=\"col\">Assurance</th>");
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < list.count; i++)
        if (site_total(p->site, measure, list.items[i]) != NULL)
            measure_row(p, measure, list.items[i], &filled);
    RAW(p, "</tbody></table></div>\n");
}

void table_of_map(page *p, int32_t measure, org_list list, const char *caption)
{
    const edition_measure *m = &p->site->now->measures[measure];
    RAW(p, "<div class=\"scroll beside\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, caption);
    RAW(p, "\"><table class=\"data\" data-sortable><caption class=\"hidden\">");
    page_text(p, caption);
    RAW(p, "</caption><thead><tr><th scope=\"col\">System</th><th scope=\"col\" class=\"number\">Latest<span "
           "class=\"unit\">");
    page_text(p, unit_head(m));
    RAW(p, "</span></th>");
    const bool year_before = columns_filled(p->site, measure, list).year_before;
    if (year_before)
        year_before_head(p, m);
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < list.count; i++) {
        const edition_series *series = site_total(p->site, measure, list.items[i]);
        if (series == NULL)
            continue;
        standing x = standing_find(p->site, series);
        RAW(p, "<tr><th scope=\"row\">");
        page_link(p, path_series(p, measure, list.items[i], ".html"), org_short(p->site, list.items[i]));
        RAW(p, "</th><td class=\"number\"");
        sort_value(p, &x);
        RAW(p, ">");
        if (x.last != NULL)
            page_figure_brief(p, m, x.last->value, x.last->over_open_band);
        if (is_late(p->site, measure, &x)) {
            RAW(p, "<span class=\"under\">");
            page_period(p, x.last->period);
            RAW(p, "</span>");
        }
        RAW(p, "</td>");
        if (year_before) {
            RAW(p, "<td class=\"number\">");
            page_change(p, m, x.last, x.year_before);
            page_change_note(p, x.last, x.year_before);
            RAW(p, "</td>");
        }
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
}
