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

static void domain_table(page *p, size_t first, size_t end, org_list list, const char *caption, const char *head)
{
    const edition *e = p->site->now;
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, caption);
    RAW(p, "\"><table class=\"data grid\" data-sortable><caption>");
    page_text(p, caption);
    RAW(p, "</caption><thead><tr><th scope=\"col\">");
    page_text(p, head);
    RAW(p, "</th>");
    for (size_t k = first; k < end; k++) {
        int32_t m = p->site->order[k];
        if (!measure_has_any(p->site, m, list))
            continue;
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
        for (size_t m = first; m < end && !any; m++)
            any = site_total(p->site, (int32_t)m, list.items[i]) != NULL;
        if (!any)
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_org_link(p, list.items[i], true);
        RAW(p, "</th>");
        for (size_t k = first; k < end; k++)
            if (measure_has_any(p->site, p->site->order[k], list))
                domain_cell(p, p->site->order[k], list.items[i]);
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
}

static void domains(page *p, org_list list, const char *title, const char *head)
{
    const edition *e = p->site->now;
    for (size_t first = 0, end = 0; first < e->measure_count; first = end) {
        bool any = false;
        for (end = first; end < e->measure_count && strcmp(e->measures[end].domain, e->measures[first].domain) == 0;
             end++)
            any = any || measure_has_any(p->site, (int32_t)end, list);
        if (!any)
            continue;
        const char *caption = arena_printf(p->scratch, "%s: %s", title, domain_title(e->measures[first].domain));
        domain_table(p, first, end, list, caption == NULL ? title : caption, head);
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

static void measure_row(page *p, int32_t measure, int32_t who, bool intervals)
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
    if (intervals) {
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
    RAW(p, "</td><td class=\"number\">");
    page_change(p, m, x.last, x.year_before);
    RAW(p, "</td><td class=\"icons\" data-sort=\"");
    page_text(p, x.series->variation);
    RAW(p, "\">");
    page_variation(p, x.series->variation, true);
    RAW(p, "</td><td class=\"icons\" data-sort=\"");
    page_text(p, x.series->assurance);
    RAW(p, "\">");
    page_assurance(p, x.series->assurance, true);
    RAW(p, "</td></tr>\n");
}

void table_of_measure(page *p, int32_t measure, org_list list, const char *caption, const char *head)
{
    const edition_measure *m = &p->site->now->measures[measure];
    bool intervals = strcmp(m->value_kind, "ratio") == 0;
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, caption);
    RAW(p, "\"><table class=\"data\" data-sortable><caption>");
    page_text(p, caption);
    RAW(p, "</caption><thead><tr><th scope=\"col\">");
    page_text(p, head);
    RAW(p, "</th><th scope=\"col\" class=\"number\">Latest<span class=\"unit\">");
    page_text(p, unit_head(m));
    RAW(p, "</span></th>");
    if (intervals)
        RAW(p, "<th scope=\"col\" class=\"number\">95% interval</th>");
    RAW(p, "<th scope=\"col\">Month</th><th scope=\"col\" class=\"number\">Since last year</th><th "
           "scope=\"col\">Variation</th>"
           "<th scope=\"col\">Assurance</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < list.count; i++)
        if (site_total(p->site, measure, list.items[i]) != NULL)
            measure_row(p, measure, list.items[i], intervals);
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
    RAW(p, "</span></th><th scope=\"col\" class=\"number\">Since last year</th></tr></thead><tbody>\n");
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
        RAW(p, "</td><td class=\"number\">");
        page_change(p, m, x.last, x.year_before);
        RAW(p, "</td></tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
}
