/* What changed: later months, revised figures, verdicts that are not what they were. */
#include "publish/charts.h"
#include "publish/html.h"

#define ROWS_SHOWN 400 /* of one kind at one level; the data files have all */

/* Names of signals and of variations: either may stand in a change. */
static const char *verdict_words(const char *verdict)
{
    if (strncmp(verdict, "improvement", 11) == 0)
        return "Improving";
    if (strncmp(verdict, "concern", 7) == 0)
        return "Concern";
    if (strcmp(verdict, "common-cause") == 0)
        return "No real change";
    if (strcmp(verdict, "high") == 0 || strcmp(verdict, "neither-high") == 0)
        return "Unusually high";
    if (strcmp(verdict, "low") == 0 || strcmp(verdict, "neither-low") == 0)
        return "Unusually low";
    return "Not judged";
}

/* 0 England and regions, 1 systems, 2 the rest. */
static int tier_of(const edition_org *o)
{
    return o->kind == ORG_ENGLAND || o->kind == ORG_REGION ? 0 : o->kind == ORG_ICB ? 1 : 2;
}

static size_t change_count(const site *s, change_kind kind, int tier)
{
    size_t n = 0;
    for (size_t i = 0; i < s->change_count; i++)
        n += s->changes[i].kind == kind && (tier < 0 || tier_of(&s->now->orgs[s->changes[i].org]) == tier);
    return n;
}

static void change_row(page *p, const site_change *c)
{
    const edition *e = p->site->now;
    bool verdict = c->kind == CHANGE_SIGNAL;
    RAW(p, "<tr><th scope=\"row\">");
    page_org_link(p, c->org, true);
    RAW(p, "</th><td>");
    page_link(p, path_series(p, c->measure, c->org, ".html"), e->measures[c->measure].short_name);
    RAW(p, "</td><td>");
    page_period(p, c->period);
    if (verdict)
        RAW(p, "</td><td>");
    else
        RAW(p, "</td><td class=\"number\">");
    page_text(p, verdict ? verdict_words(c->before) : c->before);
    if (verdict) {
        RAW(p, "</td><td class=\"icons\" data-sort=\"");
        page_text(p, verdict_words(c->after));
        RAW(p, "\">");
        const edition_series *now = site_total(p->site, c->measure, c->org);
        icon_variation(now == NULL ? "" : now->variation, false, p->out);
        RAW(p, "<span class=\"verdict\">");
    } else {
        RAW(p, "</td><td class=\"number\">");
    }
    page_text(p, verdict ? verdict_words(c->after) : c->after);
    if (verdict)
        RAW(p, "</span>");
    RAW(p, "</td></tr>\n");
}

static void change_table(page *p, change_kind kind, int tier, const char *caption)
{
    const site *s = p->site;
    size_t total = change_count(s, kind, tier), shown = 0;
    if (total == 0)
        return;
    RAW(p, "<details class=\"table\"");
    if (tier < 2)
        RAW(p, " open");
    RAW(p, "><summary>");
    page_text(p, caption);
    RAW(p, " (");
    page_number_plain(p, total);
    RAW(p, ")</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    /* several tables have the same caption, each under its own heading: a landmark wants a name of its own */
    page_text(p, kind == CHANGE_SIGNAL ? "Verdicts, " : "Revised figures, ");
    page_text(p, caption);
    RAW(p, "\"><table class=\"data\" data-sortable><thead><tr><th scope=\"col\">Organisation</th><th "
           "scope=\"col\">Measure</th>"
           "<th scope=\"col\">Month</th>");
    if (kind == CHANGE_SIGNAL)
        RAW(p, "<th scope=\"col\">Was</th><th scope=\"col\">Is now</th>");
    else
        RAW(p, "<th scope=\"col\" class=\"number\">Was</th><th scope=\"col\" class=\"number\">Is now</th>");
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < s->change_count && shown < ROWS_SHOWN; i++) {
        const site_change *c = &s->changes[i];
        if (c->kind != kind || tier_of(&s->now->orgs[c->org]) != tier)
            continue;
        change_row(p, c);
        shown++;
    }
    RAW(p, "</tbody></table></div>");
    if (shown < total)
        RAW(p, "<p class=\"note\">The first 400 are shown. The verdict on every series is in the index of the <a "
               "href=\"data.html\">data</a>.</p>");
    RAW(p, "</details>\n");
}

static void new_periods(page *p)
{
    const site *s = p->site;
    const edition *e = s->now;
    RAW(p, "<section><h2 id=\"months\">Later months</h2>\n");
    if (change_count(s, CHANGE_NEW_PERIOD, -1) + change_count(s, CHANGE_NEW_SERIES, -1) == 0) {
        RAW(p, "<p>No measure reaches a later month than before.</p></section>\n");
        return;
    }
    RAW(p, "<ul class=\"tight\">");
    int32_t told = -1;
    for (size_t i = 0; i < s->change_count; i++) {
        const site_change *c = &s->changes[i];
        if (c->kind != CHANGE_NEW_PERIOD && c->kind != CHANGE_NEW_SERIES)
            continue;
        /* A later month and new organisations of one measure stand beside each other in the list, and in one line here. */
        const bool goes_on = c->kind == CHANGE_NEW_SERIES && told == c->measure;
        if (goes_on) {
            RAW(p, "; ");
        } else {
            if (told >= 0)
                RAW(p, "</li>");
            RAW(p, "<li>");
            page_link(p, path_measure(p, c->measure), e->measures[c->measure].name);
        }
        told = c->measure;
        if (c->kind == CHANGE_NEW_SERIES) {
            if (!goes_on)
                RAW(p, ": ");
            page_text(p, c->after);
            if (strcmp(c->after, "1") == 0)
                RAW(p, " organisation has figures for the first time");
            else
                RAW(p, " organisations have figures for the first time");
        } else {
            RAW(p, " now has ");
            page_period(p, c->period);
            if (c->before[0] != 0) {
                RAW(p, " (before: ");
                page_text(p, c->before);
                RAW(p, ")");
            } else {
                RAW(p, ", for the first time");
            }
        }
    }
    RAW(p, "</li></ul></section>\n");
}

static void tables_of(page *p, change_kind kind)
{
    change_table(p, kind, 0, "England and its regions");
    change_table(p, kind, 1, "Integrated care systems");
    change_table(p, kind, 2, "Providers and sub-ICB locations");
}

void page_changes(page *p)
{
    const site *s = p->site;
    bool compared = s->previous != NULL;
    page_begin(p, &(page_head){.title = "What changed",
                               .description = "Verdicts that are not what they were, later months, revised figures.",
                               .section = "changes.html"});
    RAW(p, "<h1>What changed</h1>\n<p class=\"lede\">");
    if (compared) {
        RAW(p, "This edition against the one before: later months, figures that were revised, and verdicts that are "
               "not what they were.");
    } else {
        RAW(p, "This is the first edition here, so there is no earlier one to compare with. Listed instead is what is "
               "new in the latest month of each measure: verdicts that are not those on the figure before it.");
    }
    RAW(p, "</p>\n<p class=\"note\">Of the verdicts, those on organisations that have closed and on measures whose "
           "figures end "
           "more than half a year ago (of yearly figures, two years) are left out: they are not news.");
    if (compared)
        RAW(p, " On a scorecard, \xe2\x80\x9cnew\xe2\x80\x9d and \xe2\x80\x9cnow\xe2\x80\x9d are against the figure "
               "before.");
    RAW(p, "</p>\n");
    if (compared) {
        RAW(p, "<p class=\"note\">Edition <code>");
        buffer_printf(p->out, "%.12s", s->now->id);
        RAW(p, "</code> against <code>");
        buffer_printf(p->out, "%.12s", s->previous->id);
        RAW(p, "</code>.</p>\n");
        new_periods(p);
    }
    RAW(p, "<section><h2 id=\"verdicts\">");
    buffer_text(p->out, compared ? "Verdicts that changed" : "New in the latest month");
    RAW(p, "</h2>\n");
    if (change_count(s, CHANGE_SIGNAL, -1) == 0)
        RAW(p, "<p>None.</p>");
    tables_of(p, CHANGE_SIGNAL);
    RAW(p, "</section>\n");
    if (compared) {
        RAW(p, "<section><h2 id=\"revisions\">Earlier figures that were revised</h2>\n");
        if (change_count(s, CHANGE_REVISION, -1) == 0)
            RAW(p, "<p>None.</p>");
        tables_of(p, CHANGE_REVISION);
        RAW(p, "</section>\n");
    }
    icon_sprite(p->out);
    page_end(p);
}
