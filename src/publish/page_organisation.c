/* The page of an organisation: the answer, what really changed, what is missing, the matrix, the scorecard, its parts. */
#include "publish/charts.h"
#include "publish/html.h"
#include "publish/record_pages.h"
#include "publish/page_groups.h"
#include "publish/scorecard.h"
#include "publish/tables.h"

/* ---- the answer --------------------------------------------------------------------------------------- */

static void how_many(page *p, size_t count, size_t of, const char *one, const char *several)
{
    if (count == of && of > 1)
        RAW(p, "all ");
    buffer_printf(p->out, "%zu ", count);
    page_text(p, count == 1 ? one : several);
}

/* "5 are improving, 2 are of concern and 3 show no real change": what there is none of is left out. A closed organisation was so. */
static void verdict_counts(page *p, const score_tally *t, bool closed)
{
    static const char *const words[4][2][2] = {
        {{"is improving", "are improving"}, {"was improving", "were improving"}},
        {{"is of concern", "are of concern"}, {"was of concern", "were of concern"}},
        {{"is unusual", "are unusual"}, {"was unusual", "were unusual"}},
        {{"shows no real change", "show no real change"}, {"showed no real change", "showed no real change"}}};
    const size_t counts[4] = {t->improving, t->concern, t->unusual, t->unchanged};
    size_t kinds = 0, told = 0;
    for (size_t i = 0; i < 4; i++)
        kinds += counts[i] > 0;
    for (size_t i = 0; i < 4; i++) {
        if (counts[i] == 0)
            continue;
        if (told > 0)
            buffer_text(p->out, told + 1 == kinds ? " and " : ", ");
        told++;
        if (i < 2)
            RAW(p, "<strong>");
        how_many(p, counts[i], t->judged, words[i][closed][0], words[i][closed][1]);
        if (i < 2)
            RAW(p, "</strong>");
    }
}

/* National targets and those agreed here are told alike. */
static void targets_missed(page *p, const score_tally *t)
{
    if (t->missing_agreed == 0)
        buffer_printf(p->out,
                      " %zu national target%s will be missed unless something changes, and none agreed locally.",
                      t->missing_target, plural(t->missing_target));
    else if (t->missing_target == 0)
        buffer_printf(p->out,
                      " %zu target%s agreed locally will be missed unless something changes, and none national.",
                      t->missing_agreed, plural(t->missing_agreed));
    else
        buffer_printf(p->out,
                      " %zu targets will be missed unless something changes: %zu national and %zu agreed locally.",
                      t->missing_target + t->missing_agreed, t->missing_target, t->missing_agreed);
}

static void answer(page *p, int32_t who)
{
    score_tally t = scorecard_tally(p->site, who);
    const bool closed = site_org_closed(p->site, who);
    const size_t judged = t.judged;
    RAW(p, "<p class=\"lede\">");
    if (t.measures == 0) {
        RAW(p, "There are no figures for this organisation in this edition.");
    } else if (judged == 0) {
        RAW(p, "There ");
        buffer_printf(p->out, "%s %zu measure%s", t.measures == 1 ? "is" : "are", t.measures, plural(t.measures));
        RAW(p, " to ");
        page_period(p, t.latest);
        const int months = edition_rules_of(p->site->now).minimum_points;
        if (months > 0)
            buffer_printf(p->out, ", none with the %d month%s that it takes to tell real change from chance.", months,
                          plural((size_t)months));
        else
            RAW(p, ", none with enough months to tell real change from chance.");
    } else {
        if (closed)
            buffer_printf(p->out, "When it closed, of %zu measure%s that could be judged, ", judged, plural(judged));
        else
            buffer_printf(p->out, "Of %zu measure%s that can be judged, ", judged, plural(judged));
        verdict_counts(p, &t, closed);
        RAW(p, ".");
        if (t.missing_target + t.missing_agreed > 0 && t.agreed > 0 && !closed)
            targets_missed(p, &t);
        else if (t.missing_target > 0 && !closed)
            buffer_printf(p->out, " %zu will miss %s target unless something changes.", t.missing_target,
                          t.missing_target == 1 ? "its" : "their");
        RAW(p, " Figures to ");
        page_period(p, t.latest);
        RAW(p, ".");
    }
    RAW(p, "</p>\n");
}

static void fact(page *p, const char *name, const char *value)
{
    if (value == NULL || value[0] == 0)
        return;
    RAW(p, "<div><dt>");
    page_text(p, name);
    RAW(p, "</dt><dd>");
    page_text(p, value);
    RAW(p, "</dd></div>");
}

static void facts(page *p, int32_t who)
{
    const edition_org *o = &p->site->now->orgs[who];
    RAW(p, "<dl class=\"facts\">");
    fact(p, o->kind == ORG_ENGLAND || o->kind == ORG_GROUP ? "Code" : "ODS code", o->code);
    fact(p, "ONS code", o->ons_code);
    if (o->region >= 0 && o->region != who) {
        RAW(p, "<div><dt>Region</dt><dd>");
        page_org_link(p, o->region, true);
        RAW(p, "</dd></div>");
    }
    if (o->icb >= 0 && o->icb != who) {
        RAW(p, "<div><dt>System</dt><dd>");
        page_org_link(p, o->icb, true);
        RAW(p, "</dd></div>");
    }
    if (o->opened != DATE_NONE && o->kind != ORG_ENGLAND) {
        RAW(p, "<div><dt>Opened</dt><dd>");
        page_date(p, o->opened);
        RAW(p, "</dd></div>");
    }
    if (site_org_closed(p->site, who)) {
        RAW(p, "<div><dt>Closed</dt><dd>");
        page_date(p, o->closed);
        RAW(p, "</dd></div>");
    }
    RAW(p, "</dl>\n");
}

/* ---- notes -------------------------------------------------------------------------------------------- */

static bool has_provider_measure(const site *s, int32_t who)
{
    for (size_t m = 0; m < s->now->measure_count; m++)
        if (strcmp(s->now->measures[m].icb_from, "provider") == 0 && site_total(s, (int32_t)m, who) != NULL)
            return true;
    return false;
}

static bool has_estimates(const site *s, int32_t who)
{
    for (size_t m = 0; m < s->now->measure_count; m++) {
        const edition_series *x = site_total(s, (int32_t)m, who);
        if (x != NULL && x->any_estimated)
            return true;
    }
    return false;
}

/* A sentence that names organisations with their codes in brackets, each code a link where the site has its page. */
static void linked_codes(page *p, const char *sentence)
{
    const char *from = sentence;
    for (const char *open = strchr(sentence, '('); open != NULL; open = strchr(open + 1, '(')) {
        char code[32];
        size_t length = strcspn(open + 1, ")");
        if (length == 0 || length >= sizeof code || open[1 + length] != ')')
            continue;
        memcpy(code, open + 1, length);
        code[length] = 0;
        int32_t who = edition_find_org(p->site->now, code);
        if (who < 0)
            continue;
        const char *before = arena_copy(p->scratch, from, (size_t)(open + 1 - from));
        page_text(p, before == NULL ? "" : before);
        page_link(p, path_organisation(p, who), code);
        from = open + 1 + length;
    }
    page_text(p, from);
}

static void notes(page *p, int32_t who)
{
    const edition_org *o = &p->site->now->orgs[who];
    if (site_org_closed(p->site, who)) {
        RAW(p, "<div class=\"inset\"><p><strong>This organisation has closed.</strong> ");
        linked_codes(p, o->became);
        RAW(p, " Its figures are shown as they were published.</p></div>\n");
    } else if (o->became[0] != 0) {
        RAW(p, "<div class=\"inset\"><p>");
        linked_codes(p, o->became);
        RAW(p, "</p></div>\n");
    }
    if (o->unmapped)
        RAW(p, "<div class=\"inset\"><p>A published file names this code, but the organisations data do not know it. "
               "Its figures are shown "
               "as published and belong to no system here.</p></div>\n");
    if (o->inexact[0] != 0) {
        RAW(p, "<div class=\"inset\"><p>");
        page_text(p, o->inexact);
        RAW(p, "</p></div>\n");
    }
    if (has_estimates(p->site, who))
        RAW(p, "<div class=\"inset\"><p>Some earlier figures are <strong>estimated</strong>: the organisation did not "
               "exist then, and they are shared "
               "out from the bodies that it was formed from. Estimates are drawn apart and never used to judge "
               "change.</p></div>\n");
}

/* Beside the figures that it explains, so that it does not stand between a reader and the answer. */
static void whose_figures(page *p, int32_t who)
{
    if (p->site->now->orgs[who].kind == ORG_ICB && has_provider_measure(p->site, who))
        RAW(p, "<p class=\"note\">A&amp;E figures of an integrated care system are those of the providers in it, "
               "wherever their patients live. Waiting list figures are of the people the system is responsible for, "
               "wherever they are treated.</p>\n");
}

/* ---- what really changed, what is missing --------------------------------------------------------------- */

static void news(page *p, int32_t who)
{
    news_item items[NEWS_MAXIMUM];
    size_t n = news_find(p->site, who, items);
    RAW(p, "<section class=\"panel\"><h2 id=\"changed\">What really changed</h2>\n");
    const score_tally t = scorecard_tally(p->site, who);
    if (t.judged == 0) {
        RAW(p, "<p>It cannot be told yet: no measure here has enough months to tell real change from chance.</p>");
    } else if (n == 0 && t.unchanged < t.judged) {
        RAW(p, "<p>Nothing this month is out of the ordinary once it is allowed for that, among so many figures, some "
               "stand out by chance alone.</p>");
    } else if (n == 0) {
        RAW(p, "<p>Nothing this month is out of the ordinary. Small ups and downs are what chance alone brings.</p>");
    } else {
        RAW(p, "<ul class=\"news\">");
        for (size_t i = 0; i < n; i++) {
            series_view v = view_of(p->site, &items[i].standing);
            RAW(p, "<li>");
            icon_variation(v.series->variation, true, p->out);
            RAW(p, "<div>");
            page_link(p, path_series(p, items[i].measure, who, ".html"),
                      p->site->now->measures[items[i].measure].short_name);
            RAW(p, "<p>");
            buffer_clear(&p->words);
            sentence_finding(&v, &p->words);
            page_text(p, p->words.data);
            RAW(p, "</p></div></li>");
        }
        RAW(p, "</ul>");
    }
    if (t.judged > 0) {
        RAW(p, "<p class=\"note\">One message per real change, five at most. At most 1 in 10 of these would be chance, "
               "on average: <a");
        page_href(p, "methods.html", "news");
        RAW(p, ">how this is chosen</a>.</p>");
    }
    RAW(p, "</section>\n");
}

/* Series that stop before the measure's latest period. One line per measure would bury the reader, so those that stop in the
 * same month are told together. */
static size_t late_write(page *p, int32_t who)
{
    const edition *e = p->site->now;
    size_t lines = 0;
    for (size_t m = 0; m < e->measure_count; m++) {
        const edition_series *x = site_total(p->site, (int32_t)m, who);
        period latest = site_measure_latest(p->site, (int32_t)m);
        if (x == NULL || latest.kind == PERIOD_NONE || x->last.kind == PERIOD_NONE ||
            period_compare(x->last, latest) >= 0)
            continue;
        bool told = false;
        for (size_t k = 0; k < m && !told; k++) {
            const edition_series *y = site_total(p->site, (int32_t)k, who);
            told = y != NULL && period_compare(y->last, x->last) == 0 &&
                   period_compare(site_measure_latest(p->site, (int32_t)k), latest) == 0;
        }
        if (told)
            continue;
        RAW(p, "<li>");
        size_t n = 0;
        for (size_t k = m; k < e->measure_count; k++) {
            const edition_series *y = site_total(p->site, (int32_t)k, who);
            if (y == NULL || period_compare(y->last, x->last) != 0 ||
                period_compare(site_measure_latest(p->site, (int32_t)k), latest) != 0)
                continue;
            if (n++ > 0)
                RAW(p, ", ");
            page_link(p, path_series(p, (int32_t)k, who, ".html"), e->measures[k].short_name);
        }
        RAW(p, ": latest figure ");
        page_period(p, x->last);
        RAW(p, ", others have ");
        page_period(p, latest);
        RAW(p, "</li>");
        lines++;
    }
    return lines;
}

/* The measures of an organisation that lack a figure for a period that begins with a month; true where there is one. */
static bool gaps_of_month(const page *p, int32_t who, int32_t month, bool *lacks, period *when)
{
    bool any = false;
    for (size_t m = 0; m < p->site->now->measure_count; m++) {
        lacks[m] = false;
        const edition_series *series = site_total(p->site, (int32_t)m, who);
        standing x = standing_find(p->site, series);
        for (size_t i = 0; i < x.count && !lacks[m]; i++)
            if (x.points[i].missing && x.points[i].period.first_month == month) {
                lacks[m] = any = true;
                *when = x.points[i].period;
            }
    }
    return any;
}

/* A list of measures, folded where it is long. */
static void measures_named(page *p, int32_t who, const bool *chosen, bool series)
{
    const edition *e = p->site->now;
    size_t count = 0, told = 0;
    for (size_t m = 0; m < e->measure_count; m++)
        count += chosen[m];
    if (count > 6)
        buffer_printf(p->out, "<details class=\"fold within\"><summary>%zu measures</summary>", count);
    for (size_t k = 0; k < e->measure_count; k++) {
        const int32_t m = p->site->order[k];
        if (!chosen[m])
            continue;
        if (told++ > 0)
            RAW(p, "; ");
        page_link(p, series ? path_series(p, m, who, ".html") : path_measure(p, m), e->measures[m].short_name);
    }
    if (count > 6)
        RAW(p, "</details>");
}

/* Gaps of the last 13 months: months that lack the same measures stand together. */
static size_t gaps_write(page *p, int32_t who)
{
    const edition *e = p->site->now;
    size_t lines = 0;
    bool *lacks = arena_array(p->scratch, 2 * e->measure_count + 2, sizeof *lacks), *next = NULL;
    if (lacks == NULL)
        return 0;
    next = lacks + e->measure_count + 1;
    for (int32_t back = 12; back >= 1; back--) {
        period first = {0}, last = {0}, then = {0};
        if (!gaps_of_month(p, who, e->latest.first_month - back, lacks, &first))
            continue;
        last = first;
        while (back > 1 && gaps_of_month(p, who, e->latest.first_month - back + 1, next, &then) &&
               memcmp(lacks, next, e->measure_count * sizeof *lacks) == 0) {
            last = then;
            back--;
        }
        RAW(p, "<li>No figure for ");
        page_period(p, first);
        if (period_compare(first, last) != 0) {
            RAW(p, " to ");
            page_period(p, last);
        }
        RAW(p, ": ");
        measures_named(p, who, lacks, true);
        RAW(p, "</li>");
        lines++;
    }
    return lines;
}

static size_t absent_write(page *p, int32_t who)
{
    const edition *e = p->site->now;
    const org_kind kind = e->orgs[who].kind;
    /* A trust without an A&E department misses nothing, nor does a region where no region has a figure: the measure is not made for
     * regions. England has nobody to compare with. */
    if ((kind != ORG_ICB && kind != ORG_REGION) || site_org_closed(p->site, who))
        return 0;
    const org_list alike = kind == ORG_ICB ? p->site->icbs : p->site->regions;
    bool *lacks = arena_array(p->scratch, e->measure_count + 1, sizeof *lacks), any = false;
    for (size_t m = 0; m < e->measure_count && lacks != NULL; m++) {
        size_t others = 0;
        for (size_t i = 0; i < alike.count; i++)
            others += site_total(p->site, (int32_t)m, alike.items[i]) != NULL;
        lacks[m] = others > 0 && site_total(p->site, (int32_t)m, who) == NULL;
        any = any || lacks[m];
    }
    if (!any)
        return 0;
    RAW(p, "<li>No figures at all: ");
    measures_named(p, who, lacks, false);
    RAW(p, "</li>");
    return 1;
}

static void missing(page *p, int32_t who)
{
    RAW(p, "<section class=\"panel\"><h2 id=\"missing\">What is missing or late</h2>\n");
    size_t start = p->out->length;
    RAW(p, "<ul class=\"tight\">");
    /* A closed organisation is not late. */
    size_t lines = site_org_closed(p->site, who) ? 0 : late_write(p, who);
    lines += gaps_write(p, who) + absent_write(p, who);
    RAW(p, "</ul>");
    if (lines == 0 && !p->out->failed) {
        p->out->length = start;
        RAW(p, "<p>Nothing: no measure is late, and none has a gap in the last year.</p>");
    }
    RAW(p, "</section>\n");
}

/* ---- its parts ---------------------------------------------------------------------------------------- */

static void parts(page *p, int32_t who)
{
    const site *s = p->site;
    switch (s->now->orgs[who].kind) {
    case ORG_ENGLAND:
        table_by_domain(p, s->regions, "regions", "Regions of England", "Region");
        table_by_domain(p, s->icbs, "systems", "Integrated care systems", "System");
        break;
    case ORG_REGION:
        table_by_domain(p, site_children(s, who, CHILD_ICB), "systems", "Integrated care systems in this region",
                        "System");
        table_by_domain(p, site_children(s, who, CHILD_PROVIDER), "providers", "Providers in this region", "Provider");
        break;
    case ORG_ICB:
        table_by_domain(p, site_children(s, who, CHILD_PROVIDER), "providers", "Providers in this system", "Provider");
        table_by_domain(p, site_children(s, who, CHILD_SUB_ICB), "locations", "Sub-ICB locations", "Location");
        break;
    default: break;
    }
}

static void as_published(page *p, int32_t who)
{
    const edition *e = p->site->now;
    size_t n = 0;
    for (size_t m = 0; m < e->measure_count; m++) {
        const edition_series *then = site_published(p->site, (int32_t)m, who);
        const edition_series *now = site_total(p->site, (int32_t)m, who);
        if (then == NULL || then == now)
            continue;
        if (n++ == 0)
            RAW(p, "<section><h2 id=\"as-published\">As published at the time</h2><p>The figures above are on today's "
                   "map of the NHS. Where the files, as they "
                   "were published, say something else, both are kept.</p>\n<div class=\"scroll\" tabindex=\"0\" "
                   "role=\"region\" "
                   "aria-labelledby=\"as-published\"><table class=\"data\"><thead><tr><th "
                   "scope=\"col\">Measure</th><th scope=\"col\" "
                   "class=\"number\">As published</th><th scope=\"col\">Months</th><th scope=\"col\" "
                   "class=\"number\">On today\xe2\x80\x99s map</th>"
                   "<th scope=\"col\">Months</th></tr></thead><tbody>\n");
        standing a = standing_find(p->site, then), b = standing_find(p->site, now);
        RAW(p, "<tr><th scope=\"row\"><a");
        page_href(p, path_series(p, (int32_t)m, who, ".html"), "as-published");
        RAW(p, ">");
        page_text(p, e->measures[m].short_name);
        RAW(p, "</a></th><td class=\"number\">");
        page_figure(p, &e->measures[m], a.last);
        RAW(p, "</td><td>");
        page_period(p, then->first);
        RAW(p, " to ");
        page_period(p, then->last);
        RAW(p, "</td><td class=\"number\">");
        page_figure(p, &e->measures[m], b.last);
        RAW(p, "</td><td>");
        page_period(p, now->first);
        RAW(p, " to ");
        page_period(p, now->last);
        RAW(p, "</td></tr>\n");
    }
    if (n > 0)
        RAW(p, "</tbody></table></div></section>\n");
}

static void next_steps(page *p)
{
    RAW(p, "<section class=\"next\"><h2 id=\"next\">What next</h2><ul><li><a");
    page_href(p, "organisations.html", NULL);
    RAW(p, ">Find another organisation</a></li><li><a");
    page_href(p, "measures.html", NULL);
    RAW(p, ">Compare organisations on one measure</a></li><li><a");
    page_href(p, "methods.html", NULL);
    RAW(p, ">What the icons mean and how change is judged</a></li><li><a");
    page_href(p, "data.html", NULL);
    RAW(p, ">Take the figures as data</a></li></ul></section>\n");
}

static void jump(page *p, int32_t who)
{
    const site *s = p->site;
    org_kind kind = s->now->orgs[who].kind;
    RAW(p, "<p class=\"jump\">");
    if (record_has(s, s->now->orgs[who].code))
        RAW(p, "<a href=\"#priorities\">Targets and priorities</a> ");
    RAW(p, "<a href=\"#scorecard\">Scorecard</a>");
    if (kind == ORG_ENGLAND)
        RAW(p, " <a href=\"#regions\">Regions</a> <a href=\"#systems\">Systems</a>");
    if (kind == ORG_REGION && site_children(s, who, CHILD_ICB).count > 0)
        RAW(p, " <a href=\"#systems\">Systems</a>");
    if ((kind == ORG_REGION || kind == ORG_ICB) && site_children(s, who, CHILD_PROVIDER).count > 0)
        RAW(p, " <a href=\"#providers\">Providers</a>");
    if (kind == ORG_ICB && site_children(s, who, CHILD_SUB_ICB).count > 0)
        RAW(p, " <a href=\"#locations\">Sub-ICB locations</a>");
    RAW(p, "</p>\n");
}

static void filter_form(page *p)
{
    RAW(p, "<form class=\"filter\" data-filter=\"score\" hidden><fieldset><legend>Show</legend>"
           "<label><input type=\"radio\" name=\"show\" value=\"\" checked> All</label>"
           "<label><input type=\"radio\" name=\"show\" value=\"concern\"> Concern</label>"
           "<label><input type=\"radio\" name=\"show\" value=\"improvement\"> Improving</label>"
           "<label><input type=\"radio\" name=\"show\" value=\"fail\"> Will miss a target</label></fieldset>"
           "<p class=\"count\" role=\"status\"></p></form>\n");
}

void page_organisation(page *p, int32_t who)
{
    const site *s = p->site;
    const edition_org *o = &s->now->orgs[who];
    const char *name = org_long(s, who);
    const char *about =
        arena_printf(p->scratch, "How %s is doing: latest figures, targets, and what has really changed.", name);
    page_begin(p, &(page_head){.title = name, .description = about, .section = "organisations.html"});
    page_breadcrumbs(p, who, false);
    RAW(p, "<h1><span class=\"caption\">");
    page_text(p, org_kind_caption(o->kind));
    if (site_org_closed(s, who))
        RAW(p, ", closed");
    RAW(p, "</span> ");
    page_text(p, name);
    RAW(p, "</h1>\n");
    answer(p, who);
    facts(p, who);
    bool any = scorecard_tally(s, who).measures > 0;
    if (any)
        jump(p, who);
    notes(p, who);
    if (any && site_org_closed(s, who)) { /* no news, and nowhere for attention to go */
        missing(p, who);
    } else if (any) {
        RAW(p, "<div class=\"overview\"><div class=\"side\">");
        news(p, who);
        missing(p, who);
        RAW(p, "</div><section class=\"panel\"><h2 id=\"matrix\">Where attention should go</h2>\n");
        matrix_write(p, who);
        RAW(p, "</section></div>\n");
    }
    record_of_body(p, o->code);
    if (any) {
        RAW(p, "<section><h2 id=\"scorecard\">Scorecard</h2>\n");
        whose_figures(p, who);
        filter_form(p);
        scorecard_write(p, who);
        record_scorecard_grounds(p, who);
        RAW(p, "</section>\n");
    }
    oversight_block(p, who);
    plan_block(p, who);
    parts(p, who);
    group_members_write(p, who);
    groups_of_write(p, who);
    as_published(p, who);
    next_steps(p);
    icon_sprite(p->out);
    page_end(p);
}
