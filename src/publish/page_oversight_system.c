/* Both views on one system: NHS England's scores and the Care Quality Commission's evidence, on the same figures; and the block on pages of organisations. */
#include "publish/page_oversight.h"

#include "publish/chart_place.h"
#include "publish/charts.h"

#define RECORDS_OPEN 4 /* more records under a statement than this are folded away */

/* ---- NHS England's view ----------------------------------------------------------------------------------- */

static void put(page *p, void (*words)(page *, const oversight_chapter *, const oversight_organisation *, buffer *),
                const oversight_chapter *c, const oversight_organisation *o)
{
    buffer b = {0};
    words(p, c, o, &b);
    page_text(p, b.data == NULL ? "" : b.data);
    p->out->failed = p->out->failed || b.failed;
    buffer_free(&b);
}

static void own_scores(page *p, int32_t who)
{
    const oversight_book *b = p->site->book;
    size_t told = 0;
    for (size_t i = 0; i < b->chapter_count; i++) {
        const oversight_chapter *c = &b->chapters[i];
        const oversight_organisation *o = chapter_organisation(c, who);
        if (o == NULL)
            continue;
        RAW(p, "<p><a");
        page_href(p, path_steps(p, c->framework, who), NULL);
        RAW(p, "><strong>");
        page_text(p, c->framework->name);
        RAW(p, "</strong></a>");
        verified_tag(p, c->framework->verified);
        RAW(p, "<br>");
        put(p, words_standing, c, o);
        RAW(p, "</p>\n");
        told++;
    }
    if (told == 0)
        RAW(p, "<p>No framework scores the board itself on figures that there are.</p>\n");
}

static bool framework_has(const oversight_chapter *c, const org_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (chapter_organisation(c, list->items[i]) != NULL)
            return true;
    return false;
}

static void trusts(page *p, int32_t who)
{
    const oversight_book *b = p->site->book;
    const org_list list = site_children(p->site, who, CHILD_PROVIDER);
    size_t columns = 0;
    for (size_t i = 0; i < b->chapter_count; i++)
        columns += framework_has(&b->chapters[i], &list);
    if (columns == 0)
        return;
    RAW(p, "<h3>Its trusts</h3>\n<table class=\"judged\"><thead><tr><th scope=\"col\">Trust</th>");
    for (size_t i = 0; i < b->chapter_count; i++)
        if (framework_has(&b->chapters[i], &list)) {
            RAW(p, "<th scope=\"col\">");
            page_link(p, path_framework(p, b->chapters[i].framework), b->chapters[i].framework->name);
            RAW(p, "</th>");
        }
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t k = 0; k < list.count; k++) {
        bool any = false;
        for (size_t i = 0; i < b->chapter_count; i++)
            any = any || chapter_organisation(&b->chapters[i], list.items[k]) != NULL;
        if (!any)
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_org_link(p, list.items[k], true);
        RAW(p, "</th>");
        for (size_t i = 0; i < b->chapter_count; i++) {
            const oversight_chapter *c = &b->chapters[i];
            const oversight_organisation *o = chapter_organisation(c, list.items[k]);
            if (!framework_has(c, &list))
                continue;
            RAW(p, "<td data-label=\"");
            page_text(p, c->framework->name);
            RAW(p, "\">");
            if (o == NULL || isnan(o->average)) {
                RAW(p, "<span class=\"none\">not scored</span></td>");
                continue;
            }
            RAW(p, "<span><a");
            page_href(p, path_steps(p, c->framework, list.items[k]), NULL);
            RAW(p, ">");
            if (o->segment > 0)
                buffer_printf(p->out, "Segment %d", (int)o->segment);
            else
                buffer_printf(p->out, "Average %.2f", o->average);
            RAW(p, "</a></span><span class=\"under\">");
            if (o->segment > 0)
                buffer_printf(p->out, "average %.2f, ", o->average);
            bool shared;
            int32_t place = chapter_place(c, o, &shared);
            buffer_printf(p->out, "%splace %d of %d</span></td>", shared ? "joint " : "", (int)place, (int)o->ranked);
        }
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table>\n");
}

/* ---- the Commission's view ---------------------------------------------------------------------------------- */

static size_t figures_of(const page *p, const framework_statement *st, int32_t who)
{
    size_t count = 0;
    for (size_t i = 0; i < st->measure_count; i++) {
        int32_t at = edition_find_measure(p->site->now, st->measures[i]);
        count += at >= 0 && site_total(p->site, at, who) != NULL;
    }
    return count;
}

static size_t records_of(const page *p, const framework_statement *st, int32_t who)
{
    size_t count = 0;
    for (size_t i = 0; i < st->record_count; i++)
        count += oversight_book_records(p->site->book, who, st->records[i]).count;
    return count;
}

static void themes(page *p, const framework *f, int32_t who)
{
    RAW(p, "<dl class=\"facts long\">");
    for (size_t i = 0; i < f->statement_count;) {
        const char *theme = f->statements[i].theme;
        size_t with = 0, all = 0;
        for (; i < f->statement_count && strcmp(f->statements[i].theme, theme) == 0; i++, all++)
            with += figures_of(p, &f->statements[i], who) + records_of(p, &f->statements[i], who) > 0;
        RAW(p, "<div><dt>");
        page_text(p, theme);
        buffer_printf(p->out, "</dt><dd>evidence under %zu of %zu statements</dd></div>", with, all);
    }
    RAW(p, "</dl>\n");
}

static void ratings(page *p, int32_t who)
{
    const oversight_book *b = p->site->book;
    const char *code = p->site->now->orgs[who].code;
    const oversight_event *rated =
        oversight_event_in_force(b->events, b->event_count, code, "cqc-rating", p->site->now->latest);
    RAW(p, "<p>");
    if (rated == NULL) {
        RAW(p, "The register has no rating of this system by the Commission.");
    } else {
        RAW(p, "Its rating in the register: <strong>");
        page_text(p, rated->rating);
        RAW(p, "</strong>, since ");
        page_period(p, rated->first);
        RAW(p, ".");
    }
    RAW(p, "</p>\n");
}

/* ---- the figures that both use -------------------------------------------------------------------------------- */

static void uses_of_scores(page *p, const char *id)
{
    const oversight_book *b = p->site->book;
    size_t told = 0;
    for (size_t i = 0; i < b->chapter_count; i++)
        for (size_t m = 0; m < b->chapters[i].framework->metric_count; m++) {
            const framework *f = b->chapters[i].framework;
            if (strcmp(f->metrics[m].measure, id) != 0)
                continue;
            told++;
            RAW(p, "<span class=\"each\">");
            page_link(p, path_framework(p, f), f->name);
            RAW(p, "</span>");
        }
    if (told == 0)
        RAW(p, "<span class=\"none\">not scored</span>");
}

static void uses_of_evidence(page *p, const char *id)
{
    const oversight_book *b = p->site->book;
    size_t told = 0;
    for (size_t i = 0; i < b->chapter_count; i++)
        for (size_t k = 0; k < b->chapters[i].framework->statement_count; k++) {
            const framework_statement *st = &b->chapters[i].framework->statements[k];
            for (size_t m = 0; m < st->measure_count; m++)
                if (strcmp(st->measures[m], id) == 0) {
                    told++;
                    RAW(p, "<span class=\"each\">");
                    page_text(p, st->name);
                    RAW(p, "</span>");
                }
        }
    if (told == 0)
        RAW(p, "<span class=\"none\">under no statement</span>");
}

static bool is_used(const oversight_book *b, const char *id)
{
    for (size_t i = 0; i < b->chapter_count; i++) {
        const framework *f = b->chapters[i].framework;
        for (size_t m = 0; m < f->metric_count; m++)
            if (strcmp(f->metrics[m].measure, id) == 0)
                return true;
        for (size_t k = 0; k < f->statement_count; k++)
            for (size_t m = 0; m < f->statements[k].measure_count; m++)
                if (strcmp(f->statements[k].measures[m], id) == 0)
                    return true;
    }
    return false;
}

static void base_row(page *p, int32_t m, int32_t who, size_t *without)
{
    const site *s = p->site;
    const edition_measure *of = &s->now->measures[m];
    const edition_series *series = site_total(s, m, who);
    if (series == NULL) {
        ++*without;
        return;
    }
    standing x = standing_find(s, series);
    RAW(p, "<tr><th scope=\"row\">");
    page_link(p, path_series(p, m, who, ".html"), of->name);
    RAW(p, "</th><td data-label=\"Latest\"><strong>");
    page_figure(p, of, x.last);
    RAW(p, "</strong><span class=\"under\">");
    page_period(p, series->last);
    RAW(p, "</span></td><td data-label=\"Is it changing?\"><span class=\"together\">");
    page_variation(p, series->variation, true);
    RAW(p, "</span></td><td data-label=\"NHS England scores it in\"><span>");
    uses_of_scores(p, of->id);
    RAW(p, "</span></td><td data-label=\"The Commission reads it under\"><span>");
    uses_of_evidence(p, of->id);
    RAW(p, "</span></td></tr>\n");
}

static void one_base(page *p, int32_t who)
{
    const site *s = p->site;
    size_t without = 0;
    RAW(p, "<section><h2 id=\"base\">One evidence base</h2><p>Each figure that either of them looks at, once, and what "
           "each makes of it.</p>\n<table class=\"judged\"><thead><tr><th scope=\"col\">Measure</th><th "
           "scope=\"col\">Latest</th><th scope=\"col\">Is it changing?</th><th scope=\"col\">NHS England scores it "
           "in</th><th scope=\"col\">The Commission reads it under</th></tr></thead><tbody>\n");
    for (size_t k = 0; k < s->now->measure_count; k++) {
        const int32_t m = s->order[k];
        if (is_used(s->book, s->now->measures[m].id))
            base_row(p, m, who, &without);
    }
    RAW(p, "</tbody></table>\n");
    if (without > 0) {
        size_t told = 0;
        RAW(p, "<p class=\"note\">Without a figure of this system: ");
        for (size_t k = 0; k < s->now->measure_count; k++) {
            const int32_t m = s->order[k];
            if (!is_used(s->book, s->now->measures[m].id) || site_total(s, m, who) != NULL)
                continue;
            buffer_text(p->out, told++ > 0 ? "; " : "");
            page_link(p, path_measure(p, m), s->now->measures[m].name);
        }
        RAW(p, ".</p>\n");
    }
    RAW(p, "</section>\n");
}

/* ---- the evidence index ----------------------------------------------------------------------------------------- */

static void record_item(page *p, const oversight_record *r)
{
    RAW(p, "<li>");
    page_text(p, r->words[0] != 0 ? r->words : r->id);
    RAW(p, " <span class=\"note\">(");
    page_text(p, r->record);
    RAW(p, ", ");
    page_text(p, r->standing);
    RAW(p, ", ");
    page_date(p, r->on);
    RAW(p, ")</span></li>");
}

static void statement_item(page *p, const framework_statement *st, int32_t who)
{
    const site *s = p->site;
    size_t told = 0, records = records_of(p, st, who);
    RAW(p, "<li><h4>");
    page_text(p, st->name);
    verified_tag(p, st->verified);
    RAW(p, "</h4>");
    if (figures_of(p, st, who) + records == 0) {
        RAW(p, "<p class=\"none\">No evidence here: ");
        page_text(p, st->measure_count + st->record_count == 0
                         ? "neither a published figure nor a kind of record bears on it."
                         : "the figures and records that would bear on it are not there.");
        RAW(p, "</p></li>\n");
        return;
    }
    RAW(p, "<ul>");
    for (size_t i = 0; i < st->measure_count; i++) {
        int32_t at = edition_find_measure(s->now, st->measures[i]);
        const edition_series *series = at < 0 ? NULL : site_total(s, at, who);
        if (series == NULL)
            continue;
        standing x = standing_find(s, series);
        series_view v = view_of(s, &x);
        RAW(p, "<li>");
        page_link(p, path_series(p, at, who, ".html"), s->now->measures[at].short_name);
        RAW(p, ": ");
        buffer_clear(&p->words);
        sentence_finding(&v, &p->words);
        page_text(p, p->words.data);
        RAW(p, "</li>");
    }
    for (size_t i = 0; i < st->record_count; i++) {
        const oversight_record_list list = oversight_book_records(s->book, who, st->records[i]);
        for (size_t k = 0; k < list.count; k++) {
            if (told++ == RECORDS_OPEN && records > RECORDS_OPEN)
                buffer_printf(p->out,
                              "</ul><details class=\"fold within\"><summary>%zu more record%s<span "
                              "class=\"hidden\"> under this statement</span></summary><ul>",
                              records - RECORDS_OPEN, plural(records - RECORDS_OPEN));
            record_item(p, &list.items[k]);
        }
    }
    RAW(p, "</ul>");
    if (records > RECORDS_OPEN)
        RAW(p, "</details>");
    RAW(p, "</li>\n");
}

static void evidence(page *p, const framework *f, int32_t who)
{
    RAW(p, "<section><h2 id=\"evidence\">Evidence under each quality statement</h2>\n");
    for (size_t i = 0; i < f->statement_count; i++) {
        if (i == 0 || strcmp(f->statements[i].theme, f->statements[i - 1].theme) != 0) {
            RAW(p, "<h3>");
            page_text(p, f->statements[i].theme);
            RAW(p, "</h3><ul class=\"evidence\">\n");
        }
        statement_item(p, &f->statements[i], who);
        if (i + 1 == f->statement_count || strcmp(f->statements[i].theme, f->statements[i + 1].theme) != 0)
            RAW(p, "</ul>\n");
    }
    RAW(p, "</section>\n");
}

/* ---- regimes ------------------------------------------------------------------------------------------------------ */

static void regime(page *p, const framework *f, int32_t who)
{
    const int32_t which = oversight_regime_of(p->site->book, f, p->site->now->orgs[who].code, p->site->now->latest);
    if (which < 0)
        return;
    RAW(p, "<section><h2 id=\"regime\">What is asked of it</h2><p>It is in the regime <strong>");
    page_text(p, f->regimes[which].name);
    RAW(p, "</strong>");
    verified_tag(p, f->regimes[which].verified);
    RAW(p, ". ");
    page_link(p, path_framework(p, f), "How the regimes differ");
    RAW(p, ".</p>\n<dl class=\"facts long\">");
    for (size_t i = 0; i < f->return_count; i++) {
        RAW(p, "<div><dt>");
        page_text(p, f->returns[i].name);
        RAW(p, "</dt><dd>");
        page_text(p, f->returns[i].how[which][0] == 0 ? "not known here" : f->returns[i].how[which]);
        RAW(p, " (");
        page_text(p, f->returns[i].asked_by);
        RAW(p, ")");
        verified_tag(p, f->returns[i].verified);
        RAW(p, "</dd></div>");
    }
    RAW(p, "</dl></section>\n");
}

/* ---- the page ----------------------------------------------------------------------------------------------------- */

void page_system_oversight(page *p, int32_t who)
{
    const site *s = p->site;
    const oversight_book *b = s->book;
    const char *title = arena_printf(p->scratch, "How %s is overseen", org_long(s, who));
    page_begin(p, &(page_head){.title = title == NULL ? "Oversight" : title, .section = "oversight.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li>");
    page_link(p, "index.html", "Home");
    RAW(p, "</li><li>");
    page_link(p, "oversight.html", "Oversight");
    RAW(p, "</li><li>");
    page_org_link(p, who, true);
    RAW(p, "</li></ol></nav>\n<h1><span class=\"caption\">");
    page_text(p, org_long(s, who));
    RAW(p, "</span> How the system is overseen</h1>\n<p class=\"lede\">NHS England gives scores, the Care Quality "
           "Commission gathers evidence under quality statements. Here both stand side by side, on the same figures "
           "and the same "
           "record of who promised what.</p>\n<div class=\"overview halves\"><section class=\"panel\"><h2 "
           "id=\"england\">NHS England\xe2\x80\x99s view</h2>\n");
    own_scores(p, who);
    trusts(p, who);
    RAW(p, "</section><section class=\"panel\"><h2 id=\"commission\">The Care Quality Commission\xe2\x80\x99s "
           "view</h2>\n");
    ratings(p, who);
    for (size_t i = 0; i < b->chapter_count; i++)
        if (b->chapters[i].framework->statement_count > 0) {
            RAW(p, "<p><a");
            page_href(p, path_framework(p, b->chapters[i].framework), NULL);
            RAW(p, "><strong>");
            page_text(p, b->chapters[i].framework->name);
            RAW(p, "</strong></a>");
            verified_tag(p, b->chapters[i].framework->verified);
            RAW(p, "</p>\n");
            themes(p, b->chapters[i].framework, who);
        }
    RAW(p, "<p><a href=\"#evidence\">The evidence under each statement</a></p></section></div>\n");
    one_base(p, who);
    for (size_t i = 0; i < b->chapter_count; i++)
        if (b->chapters[i].framework->statement_count > 0)
            evidence(p, b->chapters[i].framework, who);
    for (size_t i = 0; i < b->chapter_count; i++)
        regime(p, b->chapters[i].framework, who);
    icon_sprite(p->out);
    page_end(p);
}

/* ---- on the page of an organisation ---------------------------------------------------------------------------------- */

void oversight_block(page *p, int32_t who)
{
    const site *s = p->site;
    const oversight_book *b = s->book;
    const bool system =
        s->now->orgs[who].kind == ORG_ICB && !site_org_closed(s, who) && site_has_oversight(s) && b->chapter_count > 0;
    size_t told = 0;
    for (size_t i = 0; site_has_oversight(s) && i < b->chapter_count; i++)
        told += chapter_organisation(&b->chapters[i], who) != NULL;
    if (told == 0 && !system)
        return;
    RAW(p, "<section><h2 id=\"oversight\">How it is judged</h2>\n");
    for (size_t i = 0; i < b->chapter_count; i++) {
        const oversight_chapter *c = &b->chapters[i];
        const oversight_organisation *o = chapter_organisation(c, who);
        if (o == NULL)
            continue;
        RAW(p, "<p><strong>");
        page_text(p, c->framework->name);
        RAW(p, ":</strong>");
        verified_tag(p, c->framework->verified);
        RAW(p, " ");
        put(p, words_standing, c, o);
        RAW(p, " <a");
        page_href(p, path_steps(p, c->framework, who), NULL);
        RAW(p, ">Every step<span class=\"hidden\"> of ");
        page_text(p, c->framework->name);
        RAW(p, "</span></a></p>\n");
    }
    if (system) {
        RAW(p, "<p>");
        page_link(p, path_system(p, who),
                  "NHS England\xe2\x80\x99s and the Care Quality Commission\xe2\x80\x99s views side by side");
        RAW(p, "</p>\n");
    }
    RAW(p, "</section>\n");
}
