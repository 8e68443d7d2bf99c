/* Home, and the map of one measure (a page of its own per measure, so that choosing works without a script). */
#include "publish/charts.h"
#include "publish/html.h"
#include "publish/tables.h"

/* ---- the map ------------------------------------------------------------------------------------------ */

static void hex_map(page *p, int32_t measure)
{
    const site *s = p->site;
    const edition_measure *m = &s->now->measures[measure];
    chart_hex *hexes = arena_array(p->scratch, s->icbs.count + 1, sizeof *hexes);
    if (hexes == NULL)
        return;
    size_t n = 0;
    for (size_t i = 0; i < s->icbs.count; i++) {
        int32_t who = s->icbs.items[i];
        const edition_org *o = &s->now->orgs[who];
        if (o->hex_row == INT32_MIN)
            continue;
        const edition_series *series = site_total(s, measure, who);
        hexes[n] = (chart_hex){.label = o->hex_label,
                               .name = org_in_sentence(p, who),
                               .row = o->hex_row,
                               .column = o->hex_column,
                               .value = (double)NAN};
        const char *path = series == NULL ? path_organisation(p, who) : path_series(p, measure, who, ".html");
        hexes[n].link = arena_printf(p->scratch, "%s%s", p->root, path);
        if (series != NULL && period_compare(series->last, site_measure_latest(s, measure)) == 0) {
            hexes[n].value = series->latest_value;
            hexes[n].over_open_band = series->over_open_band;
        }
        n++;
    }
    char when[PERIOD_WORDS];
    period_words(site_measure_latest(s, measure), when);
    chart_hexes map = {.measure = m,
                       .subtitle = arena_printf(p->scratch, "%s, %zu integrated care systems", when, n),
                       .items = hexes,
                       .count = n};
    RAW(p, "<figure class=\"chart-box\"><div class=\"chart-wide\">");
    chart_hex_map(&map, "hexes", CHART_WIDE, false, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    chart_hex_map(&map, "hexes-narrow", CHART_NARROW, false, p->out);
    RAW(p, "</div></figure>\n");
}

#define MAPPED_FEW 8 /* more measures than this: one of each domain stands open, all of them by domain in a fold */

static bool same_domain(const site *s, int32_t a, int32_t b)
{
    return strcmp(s->now->measures[a].domain, s->now->measures[b].domain) == 0;
}

static void map_choice(page *p, int32_t measure, bool current)
{
    RAW(p, "<li><a");
    page_href(p, path_map(p, measure), NULL);
    if (current)
        RAW(p, " aria-current=\"true\"");
    RAW(p, ">");
    page_text(p, p->site->now->measures[measure].short_name);
    RAW(p, "</a></li>");
}

static void all_choices(page *p, int32_t measure)
{
    const site *s = p->site;
    buffer_printf(p->out, "<details class=\"fold\"><summary>All %zu measures that can be mapped</summary>\n",
                  s->mapped_count);
    for (size_t i = 0; i < s->mapped_count; i++) {
        if (i == 0 || !same_domain(s, s->mapped[i], s->mapped[i - 1])) {
            if (i > 0)
                RAW(p, "</ul>\n");
            RAW(p, "<p>");
            page_text(p, domain_title(s->now->measures[s->mapped[i]].domain));
            RAW(p, "</p><ul class=\"plain\">");
        }
        map_choice(p, s->mapped[i], s->mapped[i] == measure);
    }
    RAW(p, "</ul></details>");
}

/* The map, the choice of its measure, and its figures as a table, side by side where there is room. */
static void mapped(page *p, int32_t measure)
{
    const site *s = p->site;
    RAW(p, "<div class=\"mapped\"><nav class=\"choice\" aria-label=\"Measure shown on the map\"><p "
           "id=\"choice\">Colour the map by</p>"
           "<ul class=\"plain\" aria-labelledby=\"choice\">");
    const bool few = s->mapped_count <= MAPPED_FEW;
    for (size_t i = 0; i < s->mapped_count; i++)
        if (few || i == 0 || s->mapped[i] == measure || !same_domain(s, s->mapped[i], s->mapped[i - 1]))
            map_choice(p, s->mapped[i], s->mapped[i] == measure);
    RAW(p, "</ul>");
    if (!few)
        all_choices(p, measure);
    RAW(p, "</nav>\n");
    hex_map(p, measure);
    const char *caption = arena_printf(p->scratch, "The same as a table: %s", s->now->measures[measure].name);
    table_of_map(p, measure, s->icbs, caption == NULL ? "The same as a table" : caption);
    RAW(p, "</div>\n<p>");
    page_link(p, path_measure(p, measure), "Compare with intervals, and read about this measure");
    RAW(p, "</p>\n");
}

void page_map(page *p, int32_t measure)
{
    const edition_measure *m = &p->site->now->measures[measure];
    const char *title = arena_printf(p->scratch, "Map: %s", m->name);
    page_begin(
        p, &(page_head){.title = title == NULL ? m->name : title, .description = m->question, .section = "index.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Home</a></li></ol></nav>\n<h1><span class=\"caption\">Map of the integrated care systems</span> ");
    page_text(p, m->name);
    RAW(p, "</h1>\n<p class=\"lede\">");
    page_text(p, m->question);
    RAW(p, "</p>\n");
    mapped(p, measure);
    page_end(p);
}

/* ---- home --------------------------------------------------------------------------------------------- */

static void headlines(page *p)
{
    const site *s = p->site;
    RAW(p, "<section><h2 id=\"england\">England in three sentences</h2>\n<div class=\"cards\">\n");
    for (size_t i = 0; i < 3; i++) {
        int32_t m = s->headline[i];
        if (m < 0)
            continue;
        standing x = standing_find(s, site_total(s, m, s->england));
        series_view v = view_of(s, &x);
        RAW(p, "<article class=\"card\"><h3>");
        page_link(p, path_series(p, m, s->england, ".html"), s->now->measures[m].short_name);
        RAW(p, "</h3><p class=\"big\">");
        page_figure(p, &s->now->measures[m], x.last);
        RAW(p, "</p>");
        if (x.count > 1)
            chart_sparkline(&v, p->out);
        RAW(p, "<p>");
        page_sentence(p, &v);
        RAW(p, "</p></article>\n");
    }
    RAW(p, "</div>\n");
    if (s->england >= 0) {
        RAW(p, "<p>");
        page_link(p, path_organisation(p, s->england), "Every measure for England");
        RAW(p, "</p>");
    }
    RAW(p, "</section>\n");
}

static void find(page *p)
{
    const site *s = p->site;
    RAW(p, "<section><h2 id=\"find\">Find your system</h2>\n<form class=\"filter\" data-filter=\"list\" hidden><label "
           "for=\"find-system\">Name or "
           "code of a system</label><input id=\"find-system\" type=\"search\" autocomplete=\"off\"><p class=\"count\" "
           "role=\"status\"></p></form>\n"
           "<ul class=\"columns\" data-list>");
    for (size_t i = 0; i < s->icbs.count; i++) {
        RAW(p, "<li data-words=\"");
        page_text(p, org_long(s, s->icbs.items[i]));
        RAW(p, " ");
        page_text(p, s->now->orgs[s->icbs.items[i]].code);
        RAW(p, "\">");
        page_org_link(p, s->icbs.items[i], true);
        RAW(p, "</li>");
    }
    RAW(p, "</ul>\n<p><a");
    page_href(p, "organisations.html", NULL);
    RAW(p, ">Trusts and other providers, regions, and systems that have closed</a></p></section>\n");
}

static void how_many(page *p, size_t count, const char *one, const char *several)
{
    RAW(p, "<li>");
    if (count == 0)
        RAW(p, "No");
    else
        page_number_plain(p, count);
    buffer_printf(p->out, " %s</li>", count <= 1 ? one : several);
}

static void changed(page *p)
{
    const site *s = p->site;
    size_t counts[CHANGE_KIND_COUNT] = {0}, improved = 0, worsened = 0;
    for (size_t i = 0; i < s->change_count; i++) {
        const site_change *c = &s->changes[i];
        counts[c->kind]++;
        if (c->kind == CHANGE_SIGNAL && strncmp(c->after, "improvement", 11) == 0)
            improved++;
        if (c->kind == CHANGE_SIGNAL && strncmp(c->after, "concern", 7) == 0)
            worsened++;
    }
    RAW(p, "<section class=\"panel\"><h2 id=\"changed\">What changed</h2>");
    if (s->previous == NULL)
        RAW(p, "<p>This is the first edition here, so there is no earlier one to compare with. In the latest month of "
               "each measure, against the figure before:</p>");
    RAW(p, "<ul class=\"tight\">");
    if (s->previous != NULL) {
        how_many(p, counts[CHANGE_NEW_PERIOD], "measure reaches a later month", "measures reach a later month");
        how_many(p, counts[CHANGE_REVISION], "earlier figure was revised", "earlier figures were revised");
    }
    how_many(p, counts[CHANGE_SIGNAL], "verdict changed", "verdicts changed");
    if (improved > 0)
        how_many(p, improved, "measure of an organisation is now improving",
                 "measures of organisations are now improving");
    if (worsened > 0)
        how_many(p, worsened, "measure of an organisation is now of concern",
                 "measures of organisations are now of concern");
    RAW(p, "</ul><p><a");
    page_href(p, "changes.html", NULL);
    RAW(p, ">");
    buffer_text(p->out, s->previous != NULL ? "Everything that changed since the edition before"
                                            : "Everything that is new in the latest month");
    RAW(p, "</a></p></section>\n");
}

static void what_this_is(page *p)
{
    RAW(p, "<section class=\"panel\"><h2 id=\"about\">What this is</h2><p>One set of figures for everybody. Concord "
           "takes the files that NHS England "
           "publishes, works out each measure once, says whether it has really changed, and shows the same page to a "
           "board, a council, "
           "a regulator and the public.</p><p><strong>Who can use it:</strong> anyone, without a login. "
           "<strong>Whose data:</strong> NHS England\xe2\x80\x99s published figures, under the Open Government "
           "Licence. Every one can be followed to "
           "the line of the file it came from.</p><p><a");
    page_href(p, "methods.html", NULL);
    RAW(p, ">How change is judged</a></p></section>\n");
}

void page_home(page *p)
{
    const site *s = p->site;
    page_begin(p, &(page_head){
                      .title = "NHS performance, one figure for everyone",
                      .description =
                          "Every integrated care system in England on real published figures: what has really changed, "
                          "against which target, and where each figure comes from.",
                      .section = "index.html"});
    RAW(p, "<div class=\"hero\"><h1>How is your part of the NHS doing?</h1><p class=\"lede\">Waiting times, urgent "
           "care, cancer, staff "
           "and more for every integrated care "
           "system, trust and region in England, to ");
    page_period(p, s->now->latest);
    RAW(p, ". The same figures for everyone, and a plain answer to one question: has it really changed?</p><p><a "
           "class=\"action\" href=\"#find\">Find your system</a></p></div>\n");
    headlines(p);
    if (s->mapped_count > 0) {
        RAW(p, "<section><h2 id=\"map\">Across the country</h2>\n");
        mapped(p, s->mapped[0]);
        RAW(p, "</section>\n");
    }
    find(p);
    RAW(p, "<div class=\"overview halves\">");
    changed(p);
    what_this_is(p);
    RAW(p, "</div>\n");
    icon_sprite(p->out);
    page_end(p);
}
