/* The page of a measure: England, all systems compared with intervals, all providers, small multiples, what it is and is not. */
#include "publish/charts.h"
#include "publish/html.h"
#include "publish/page_groups.h"
#include "publish/page_funnel.h"
#include "publish/tables.h"

#include <stdlib.h>

#define DOTS_MAXIMUM 1000
/* A dot plot of shares on fewer than this many people is a picture of chance. */
#define DOT_DENOMINATOR 20

/* ---- comparison --------------------------------------------------------------------------------------- */

/* Only figures of the measure's latest month are compared: months differ by season. */
static size_t dots_of(page *p, int32_t measure, org_list list, chart_dots *d, chart_dot *dots)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    size_t n = 0;
    int32_t target = -1;
    for (size_t i = 0; i < list.count && n < DOTS_MAXIMUM; i++) {
        const edition_series *series = site_total(s, measure, list.items[i]);
        if (series == NULL)
            continue;
        standing x = standing_find(s, series);
        if (x.last == NULL || period_compare(x.last->period, site_measure_latest(s, measure)) != 0)
            continue;
        if (x.last->has_denominator && edition_denominator(m, x.last) < DOT_DENOMINATOR)
            continue;
        dots[n] = chart_dot_of(m, x.last);
        dots[n].name = org_short(s, list.items[i]);
        const char *path = path_series(p, measure, list.items[i], ".html");
        dots[n].link = arena_printf(p->scratch, "%s%s", p->root, path);
        target = n == 0 || target == series->latest_target_index ? series->latest_target_index : -1;
        n++;
    }
    /* One line through all of them only where one target applies to all: England's may not be a trust's. */
    if (target >= 0) {
        d->target = s->now->targets[target].level;
        d->target_by = s->now->targets[target].by;
    }
    chart_dots_rank(dots, n, m->better);
    return n;
}

static void dot_plot(page *p, int32_t measure, org_list list, const char *what, const char *unique)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    chart_dot *dots = arena_array(p->scratch, list.count + 1, sizeof *dots);
    if (dots == NULL)
        return;
    chart_dots d = {
        .measure = m, .reference = (double)NAN, .reference_name = "England", .target = (double)NAN, .items = dots};
    d.count = dots_of(p, measure, list, &d, dots);
    if (d.count < 2)
        return;
    char when[PERIOD_WORDS];
    period_words(site_measure_latest(s, measure), when);
    d.subtitle = arena_printf(p->scratch, "%s, %zu %s", when, d.count, what);
    const edition_series *england = s->england < 0 ? NULL : site_total(s, measure, s->england);
    if (england != NULL && period_compare(england->last, site_measure_latest(s, measure)) == 0)
        d.reference = england->latest_value;
    RAW(p, "<figure class=\"chart-box\"><div class=\"chart-wide\">");
    chart_dot_plot(&d, unique, CHART_WIDE, false, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    const char *narrow = arena_printf(p->scratch, "%s-narrow", unique);
    chart_dot_plot(&d, narrow == NULL ? "narrow" : narrow, CHART_NARROW, false, p->out);
    RAW(p, "</div></figure>\n");
}

static void small_multiples(page *p, int32_t measure, org_list list)
{
    const site *s = p->site;
    chart_scale scale = {0};
    size_t drawn = 0;
    for (size_t i = 0; i < list.count; i++) {
        const edition_series *series = site_total(s, measure, list.items[i]);
        standing x = series == NULL ? (standing){0} : standing_find(s, series);
        if (x.count < 3)
            continue;
        series_view v = view_of(s, &x);
        chart_scale_add(&scale, &v);
        chart_scale_heading(&scale, &v, org_short(s, list.items[i]));
        drawn++;
    }
    if (drawn < 2)
        return;
    RAW(p, "<section><h2 id=\"small\">Every system on one scale</h2>\n<div class=\"multiples\">\n");
    for (size_t i = 0; i < list.count; i++) {
        const edition_series *series = site_total(s, measure, list.items[i]);
        standing x = series == NULL ? (standing){0} : standing_find(s, series);
        if (x.count < 3)
            continue;
        series_view v = view_of(s, &x);
        RAW(p, "<a");
        page_href(p, path_series(p, measure, list.items[i], ".html"), NULL);
        RAW(p, ">");
        chart_small(&v, &scale, org_short(s, list.items[i]), p->out);
        RAW(p, "</a>\n");
    }
    RAW(p, "</div></section>\n");
}

/* ---- providers ---------------------------------------------------------------------------------------- */

/* Every open provider with a figure, trusts first, each group by name: systems' lists are ordered so; merged by one walk over regions. */
static int compare_by_name(const void *a, const void *b)
{
    const edition_org *x = *(const edition_org *const *)a, *y = *(const edition_org *const *)b;
    int by_kind = (x->kind != ORG_TRUST) - (y->kind != ORG_TRUST);
    if (by_kind != 0)
        return by_kind;
    int by_name =
        strcmp(x->short_name[0] != 0 ? x->short_name : x->name, y->short_name[0] != 0 ? y->short_name : y->name);
    return by_name != 0 ? by_name : strcmp(x->code, y->code);
}

static org_list providers_of(page *p, int32_t measure)
{
    const edition *e = p->site->now;
    const edition_org **found = arena_array(p->scratch, e->org_count + 1, sizeof *found);
    int32_t *items = arena_array(p->scratch, e->org_count + 1, sizeof *items);
    if (found == NULL || items == NULL)
        return (org_list){0};
    size_t n = 0;
    for (size_t i = 0; i < e->org_count; i++)
        if (org_kind_is_provider(e->orgs[i].kind) && site_total(p->site, measure, (int32_t)i) != NULL)
            found[n++] = &e->orgs[i];
    qsort(found, n, sizeof *found, compare_by_name);
    for (size_t i = 0; i < n; i++)
        items[i] = (int32_t)(found[i] - e->orgs);
    return (org_list){items, n};
}

static void providers(page *p, int32_t measure, bool funnel_explained)
{
    org_list all = providers_of(p, measure);
    if (all.count == 0)
        return;
    org_list trusts = all, others = {0};
    for (trusts.count = 0; trusts.count < all.count && p->site->now->orgs[all.items[trusts.count]].kind == ORG_TRUST;)
        trusts.count++;
    others = (org_list){all.items + trusts.count, all.count - trusts.count};
    RAW(p, "<section><h2 id=\"providers\">Every provider</h2>\n<form class=\"filter\" data-filter=\"rows\" hidden>"
           "<label for=\"find-provider\">Find a provider</label><input id=\"find-provider\" type=\"search\" "
           "autocomplete=\"off\">"
           "<p class=\"count\" role=\"status\"></p></form>\n");
    if (strcmp(p->site->now->measures[measure].value_kind, "ratio") == 0)
        dot_plot(p, measure, trusts, "NHS trusts", "trusts");
    if (trusts.count > 0)
        table_of_measure(p, measure, trusts, "NHS trusts", "Provider");
    if (others.count > 0) {
        RAW(p, "<details class=\"fold\"><summary>");
        page_number_plain(p, others.count);
        RAW(p, " other providers</summary>\n");
        table_of_measure(p, measure, others, "Other providers", "Provider");
        RAW(p, "</details>\n");
    }
    RAW(p, "</section>\n");
    /* Other providers do other work: an urgent treatment centre is no outlier among emergency departments. */
    (void)funnel_section(p, measure, trusts, "NHS trusts", "funnel-trusts", funnel_explained);
}

/* ---- about -------------------------------------------------------------------------------------------- */

static void lines_as_list(page *p, const char *lines)
{
    RAW(p, "<ul>");
    for (const char *line = lines; *line != 0;) {
        size_t length = strcspn(line, "\n");
        const char *one = arena_copy(p->scratch, line, length);
        if (length > 0) {
            RAW(p, "<li>");
            page_text(p, one);
            RAW(p, "</li>");
        }
        line += length + (line[length] != 0);
    }
    RAW(p, "</ul>\n");
}

static void targets(page *p, int32_t measure)
{
    const edition *e = p->site->now;
    bool any = false;
    for (size_t i = 0; i < e->target_count; i++) {
        const edition_target *t = &e->targets[i];
        if (t->measure != measure)
            continue;
        if (!any)
            RAW(p, "<h3>Targets</h3><ul>");
        any = true;
        RAW(p, "<li>");
        buffer_clear(&p->words);
        sentence_target(&e->measures[measure], t, &p->words);
        const char *words = page_words_take(p), *when = strstr(words, " by ");
        if (!t->needs_baseline) {
            page_text(p, words);
        } else { /* it has a date, but no level that holds for all */
            RAW(p, "By ");
            page_text(p, when == NULL ? "a date not given" : when + 4);
        }
        RAW(p, ", set by ");
        page_text(p, t->authority);
        RAW(p, " (");
        page_text(p, t->document);
        RAW(p, ")");
        if (t->note[0] != 0) {
            RAW(p, ": ");
            page_text(p, t->note);
        }
        if (t->note[0] == 0 || t->note[strlen(t->note) - 1] != '.')
            RAW(p, ".");
        if (t->needs_baseline)
            RAW(p, " Set against each trust\xe2\x80\x99s own starting point, so it is not shown on charts.");
        if (!t->verified)
            RAW(p, " <span class=\"tag\">to be confirmed</span>");
        RAW(p, "</li>");
    }
    if (any)
        RAW(p, "</ul>\n");
}

static void about(page *p, int32_t measure)
{
    const edition_measure *m = &p->site->now->measures[measure];
    RAW(p, "<section class=\"prose\"><h2 id=\"about\">About this measure</h2><h3>What it is</h3><p>");
    page_text(p, m->definition);
    RAW(p, "</p><h3>Why it matters</h3><p>");
    page_text(p, m->why_it_matters);
    RAW(p, "</p>\n");
    if (m->caveats[0] != 0) {
        RAW(p, "<h3>What to bear in mind</h3>");
        lines_as_list(p, m->caveats);
    }
    targets(p, measure);
    RAW(p, "<h3>Who made it</h3><p>Written by ");
    page_text(p, m->authors[0] != 0 ? m->authors : "nobody named");
    if (strncmp(m->checked_by, "Not ", 4) == 0) {
        RAW(p, ", not ");
        page_text(p, m->checked_by + 4);
    } else if (m->checked_by[0] != 0) {
        RAW(p, ", checked by ");
        page_text(p, m->checked_by);
    }
    if (m->review_by[0] != 0) {
        RAW(p, ", to be reviewed by ");
        page_text(p, m->review_by);
    }
    RAW(p, ". Rule version <code>");
    page_text(p, m->rule_version);
    RAW(p, "</code>.</p></section>\n");
}

static void england(page *p, int32_t measure)
{
    const site *s = p->site;
    const edition_series *series = s->england < 0 ? NULL : site_total(s, measure, s->england);
    if (series == NULL)
        return;
    standing x = standing_find(s, series);
    series_view v = view_of(s, &x);
    RAW(p, "<section><h2 id=\"england\">England</h2>\n<p class=\"lede\">");
    page_sentence(p, &v);
    RAW(p, "</p>\n");
    if (x.count > 1) {
        RAW(p, "<figure class=\"chart-box\">");
        page_chart_both(p, &v, "england-chart");
        RAW(p, "</figure>\n");
    }
    RAW(p, "<p>");
    page_link(p, path_series(p, measure, s->england, ".html"), "England in full: the table, breakdowns and sources");
    RAW(p, "</p></section>\n");
}

static bool list_has(const site *s, int32_t measure, org_list list)
{
    for (size_t i = 0; i < list.count; i++)
        if (site_total(s, measure, list.items[i]) != NULL)
            return true;
    return false;
}

/* True where it drew a funnel, which need not be explained again. */
static bool systems(page *p, int32_t measure)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    const bool ratio = strcmp(m->value_kind, "ratio") == 0, share = ratio && strcmp(m->unit, "percent") == 0;
    RAW(p, "<section><h2 id=\"systems\">Every integrated care system</h2>\n");
    if (share)
        RAW(p, "<p>In order, with 95% intervals: where two intervals overlap by much, which is better cannot be "
               "told.</p>\n");
    else if (ratio)
        RAW(p, "<p>In order. A small difference may be chance.</p>\n");
    else
        RAW(p, "<p>By name, not ranked: systems differ in size, and this kind of figure has no interval to rank "
               "by.</p>\n");
    bool mapped = false;
    for (size_t i = 0; i < s->mapped_count; i++)
        mapped = mapped || s->mapped[i] == measure;
    if (mapped) {
        RAW(p, "<p>");
        page_link(p, path_map(p, measure), "See it on the map");
        RAW(p, "</p>\n");
    }
    if (ratio)
        dot_plot(p, measure, s->icbs, "integrated care systems", "systems-chart");
    table_of_measure(p, measure, s->icbs, "Integrated care systems", "System");
    RAW(p, "</section>\n");
    const bool funnel = funnel_section(p, measure, s->icbs, "integrated care systems", "funnel-systems", false);
    small_multiples(p, measure, s->icbs);
    return funnel;
}

void page_measure(page *p, int32_t measure)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    page_begin(p, &(page_head){.title = m->name, .description = m->question, .section = "measures.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Home</a></li><li><a");
    page_href(p, "measures.html", NULL);
    RAW(p, ">Measures</a></li></ol></nav>\n<h1><span class=\"caption\">");
    page_text(p, domain_title(m->domain));
    RAW(p, "</span> ");
    page_text(p, m->name);
    RAW(p, "</h1>\n<p class=\"lede\">");
    page_text(p, m->question);
    RAW(p, "</p>\n<p class=\"jump\">");
    const bool systems_have = list_has(s, measure, s->icbs), providers_have = providers_of(p, measure).count > 0;
    if (systems_have)
        RAW(p, "<a href=\"#systems\">Systems</a> ");
    if (providers_have)
        RAW(p, "<a href=\"#providers\">Providers</a> ");
    RAW(p, "<a href=\"#about\">About this measure</a></p>\n");
    england(p, measure);
    const bool funnel = systems_have && systems(p, measure);
    if (site_measure_latest(s, measure).kind == PERIOD_NONE)
        RAW(p, "<p>This edition has no figures of it: no file that holds them was added.</p>\n");
    else if (!systems_have && !providers_have)
        RAW(p, "<p>It is published for England as a whole, not for systems or providers.</p>\n");
    providers(p, measure, funnel);
    groups_of_measure_write(p, measure);
    about(p, measure);
    icon_sprite(p->out);
    page_end(p);
}
