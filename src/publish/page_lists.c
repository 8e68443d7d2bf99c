/* Lists to find things by: every organisation, every measure. */
#include "publish/html.h"

#include <stdlib.h>

/* ---- organisations -------------------------------------------------------------------------------------- */

static void entry(page *p, int32_t who, bool with_parent)
{
    const edition_org *o = &p->site->now->orgs[who];
    RAW(p, "<li data-words=\"");
    page_text(p, o->name);
    RAW(p, " ");
    page_text(p, o->code);
    RAW(p, " ");
    page_text(p, o->ons_code);
    RAW(p, "\">");
    page_org_link(p, who, !with_parent);
    if (with_parent) {
        RAW(p, "<span class=\"under\">");
        page_text(p, o->code);
        if (o->icb >= 0) {
            RAW(p, ", ");
            page_text(p, org_short(p->site, o->icb));
        }
        RAW(p, "</span>");
    }
    RAW(p, "</li>");
}

static int compare_listed(const void *a, const void *b)
{
    const edition_org *x = *(const edition_org *const *)a, *y = *(const edition_org *const *)b;
    int by_name = strcmp(x->name[0] != 0 ? x->name : x->code, y->name[0] != 0 ? y->name : y->code);
    return by_name != 0 ? by_name : strcmp(x->code, y->code);
}

typedef bool (*org_choice)(const site *s, int32_t who);

static bool open_trust(const site *s, int32_t who)
{
    return s->now->orgs[who].kind == ORG_TRUST && !site_org_closed(s, who);
}
static bool open_other_provider(const site *s, int32_t who)
{
    org_kind kind = s->now->orgs[who].kind;
    return org_kind_is_provider(kind) && kind != ORG_TRUST && !s->now->orgs[who].unmapped && !site_org_closed(s, who);
}
static bool open_location(const site *s, int32_t who)
{
    return s->now->orgs[who].kind == ORG_SUB_ICB && !site_org_closed(s, who);
}
static bool open_hub(const site *s, int32_t who)
{
    return s->now->orgs[who].kind == ORG_COMMISSIONING_HUB && !site_org_closed(s, who);
}
static bool open_group(const site *s, int32_t who)
{
    return s->now->orgs[who].kind == ORG_GROUP && !site_org_closed(s, who);
}
static bool closed_any(const site *s, int32_t who)
{
    return site_org_closed(s, who);
}
static bool unmapped(const site *s, int32_t who)
{
    return s->now->orgs[who].unmapped && !site_org_closed(s, who);
}

static void group(page *p, const char *anchor, const char *title, const char *words, org_choice choose)
{
    const site *s = p->site;
    const edition_org **found = arena_array(p->scratch, s->now->org_count + 1, sizeof *found);
    size_t n = 0;
    for (size_t i = 0; i < s->now->org_count && found != NULL; i++)
        if (site_org_has_page(s, (int32_t)i) && choose(s, (int32_t)i))
            found[n++] = &s->now->orgs[i];
    if (n == 0)
        return;
    qsort(found, n, sizeof *found, compare_listed);
    RAW(p, "<section data-group><h2 id=\"");
    page_text(p, anchor);
    RAW(p, "\">");
    page_text(p, title);
    RAW(p, " <span class=\"how-many\">");
    page_number_plain(p, n);
    RAW(p, "</span></h2>\n");
    if (words[0] != 0) {
        RAW(p, "<p>");
        page_text(p, words);
        RAW(p, "</p>\n");
    }
    RAW(p, "<ul class=\"columns two\" data-list>");
    for (size_t i = 0; i < n; i++)
        entry(p, (int32_t)(found[i] - s->now->orgs), true);
    RAW(p, "</ul></section>\n");
}

static void regions(page *p)
{
    const site *s = p->site;
    RAW(p, "<section data-group><h2 id=\"systems\">Regions and integrated care systems</h2>\n<div class=\"regions\">");
    for (size_t r = 0; r < s->regions.count; r++) {
        org_list systems = site_children(s, s->regions.items[r], CHILD_ICB);
        RAW(p, "<div data-group><h3>");
        page_org_link(p, s->regions.items[r], true);
        RAW(p, "</h3><ul class=\"plain\" data-list>");
        for (size_t i = 0; i < systems.count; i++)
            entry(p, systems.items[i], false);
        RAW(p, "</ul></div>\n");
    }
    RAW(p, "</div></section>\n");
}

void page_organisations(page *p)
{
    page_begin(
        p, &(page_head){.title = "Find an organisation",
                        .description = "Every region, integrated care system, trust and other provider with figures.",
                        .section = "organisations.html"});
    RAW(p,
        "<h1>Find an organisation</h1>\n<p class=\"lede\">Every region, integrated care system, trust and other "
        "provider with published figures.</p>\n"
        "<form class=\"filter\" data-filter=\"list\" hidden><label for=\"find-any\">Name or code</label>"
        "<input id=\"find-any\" type=\"search\" autocomplete=\"off\"><p class=\"count\" role=\"status\"></p></form>\n"
        "<p class=\"jump\"><a href=\"#systems\">Systems</a> ");
    /* Only headings that will be there. */
    static const struct {
        const char *anchor, *jump, *title, *words;
        org_choice choose;
    } groups[] = {
        {"trusts", "NHS trusts", "NHS trusts", "", open_trust},
        {"others", "Other providers", "Other providers",
         "Independent providers, community interest companies, practices and local authorities that the files name.",
         open_other_provider},
        {"locations", "Sub-ICB locations", "Sub-ICB locations", "The parts that integrated care boards are made of.",
         open_location},
        {"hubs", "Other commissioners", "Other commissioners",
         "National hubs and others outside the integrated care boards. Their patients count in England and in no "
         "system.",
         open_hub},
        {"groups", "Groups", "Collaboratives, places and clusters",
         "Groups across the tree of organisations, as partners formed them. A figure is the sum of the members' own.",
         open_group},
        {"closed", "Closed", "Closed organisations", "Shown as their figures were published, with who followed them.",
         closed_any},
        {"unknown", "Unknown codes", "Codes that nobody places",
         "Named by a published file, unknown to the organisations data. Nothing is dropped.", unmapped},
    };
    const site *s = p->site;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t i = 0; i < s->now->org_count; i++)
            if (site_org_has_page(s, (int32_t)i) && groups[g].choose(s, (int32_t)i)) {
                RAW(p, "<a href=\"#");
                page_text(p, groups[g].anchor);
                RAW(p, "\">");
                page_text(p, groups[g].jump);
                RAW(p, "</a> ");
                break;
            }
    RAW(p, "</p>\n");
    if (s->england >= 0) {
        RAW(p, "<p>");
        page_link(p, path_organisation(p, s->england), "England as a whole");
        RAW(p, "</p>\n");
    }
    regions(p);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        group(p, groups[g].anchor, groups[g].title, groups[g].words, groups[g].choose);
    page_end(p);
}

/* ---- measures ----------------------------------------------------------------------------------------- */

static void measure_card(page *p, int32_t measure)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    RAW(p, "<li data-words=\"");
    page_text(p, m->name);
    RAW(p, " ");
    page_text(p, m->short_name);
    RAW(p, " ");
    page_text(p, domain_title(m->domain));
    RAW(p, "\"><h3>");
    page_link(p, path_measure(p, measure), m->name);
    RAW(p, "</h3><p>");
    page_text(p, m->question);
    RAW(p, "</p>");
    const edition_series *series = s->england < 0 ? NULL : site_total(s, measure, s->england);
    if (site_measure_latest(s, measure).kind == PERIOD_NONE)
        RAW(p, "<p class=\"under\">No figures in this edition</p>");
    if (series != NULL) {
        standing x = standing_find(s, series);
        RAW(p, "<p class=\"under\">England: ");
        page_figure(p, m, x.last);
        if (x.last != NULL) {
            RAW(p, " in ");
            page_period(p, x.last->period);
        }
        RAW(p, "</p>");
    }
    RAW(p, "</li>\n");
}

void page_measures(page *p)
{
    const edition *e = p->site->now;
    page_begin(p, &(page_head){.title = "Measures",
                               .description = "Every measure: what it asks, what England\xe2\x80\x99s latest figure "
                                              "is, and how organisations compare.",
                               .section = "measures.html"});
    RAW(p, "<h1>Measures</h1>\n<p class=\"lede\">Each asks one question of the published figures. Choose one to "
           "compare organisations.</p>\n<form class=\"filter\" data-filter=\"list\" hidden><label "
           "for=\"find-measure\">Find a "
           "measure</label><input id=\"find-measure\" type=\"search\" autocomplete=\"off\"><p class=\"count\" "
           "role=\"status\"></p></form>\n<p class=\"jump\">");
    for (size_t k = 0; k < e->measure_count; k++) {
        const char *domain = e->measures[p->site->order[k]].domain;
        if (k > 0 && strcmp(domain, e->measures[p->site->order[k - 1]].domain) == 0)
            continue;
        RAW(p, "<a href=\"#");
        page_text(p, domain);
        RAW(p, "\">");
        page_text(p, domain_title(domain));
        RAW(p, "</a> ");
    }
    RAW(p, "</p>\n");
    const char *open = NULL;
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = p->site->order[k];
        if (open == NULL || strcmp(open, e->measures[m].domain) != 0) {
            if (open != NULL)
                RAW(p, "</ul></section>\n");
            open = e->measures[m].domain;
            RAW(p, "<section data-group><h2 id=\"");
            page_text(p, open);
            RAW(p, "\">");
            page_text(p, domain_title(open));
            RAW(p, "</h2>\n<ul class=\"plain measures\" data-list>\n");
        }
        measure_card(p, m);
    }
    if (open != NULL)
        RAW(p, "</ul></section>\n");
    page_end(p);
}
