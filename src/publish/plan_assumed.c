/* What a planning page assumes: of every course, and scenario by scenario: whose it is, why it was kept, its versions, its assumptions. */
#include "publish/plan_tables.h"

#include "publish/record.h"

#include <ctype.h>
#include <string.h>

static const char *const heads_of[] = {"Assumption", "Low", "Central", "High", "Where it is from"};

void plan_card_value(page *p, const char *name, double value, const char *unit)
{
    plan_card_cell(p, name, true);
    buffer_clear(&p->words);
    plan_value_words(value, unit, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</td>");
}

const char *plan_anchor(const page *p, const scenario *s)
{
    char *anchor = arena_printf(p->scratch, "scenario-%s", s->id);
    for (char *at = anchor; at != NULL && *at != 0; at++)
        if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_' && *at != '.')
            *at = '-';
    return anchor == NULL ? "" : anchor;
}

static void assumption_row(page *p, const char *name, double low, double central, double high, const char *unit,
                           const char *from)
{
    RAW(p, "<tr><th scope=\"row\">");
    page_text(p, name);
    RAW(p, "</th>");
    plan_card_value(p, heads_of[1], low, unit);
    plan_card_value(p, heads_of[2], central, unit);
    plan_card_value(p, heads_of[3], high, unit);
    plan_card_cell(p, heads_of[4], false);
    page_text(p, from);
    RAW(p, "</td></tr>\n");
}

/* How much months differ by chance: one value, no range. */
static void variation_row(page *p, const char *name, double value)
{
    RAW(p, "<tr><th scope=\"row\">");
    page_text(p, name);
    RAW(p, "</th>");
    plan_card_cell(p, heads_of[1], true);
    RAW(p, "<span class=\"none\">fixed</span></td>");
    plan_card_value(p, heads_of[2], value, "share");
    plan_card_cell(p, heads_of[3], true);
    RAW(p, "<span class=\"none\">fixed</span></td>");
    plan_card_cell(p, heads_of[4], false);
    page_text(p, course_variation_source);
    RAW(p, "</td></tr>\n");
}

static void shared_table(page *p)
{
    plan_cards_open(p, "Assumptions of every course", heads_of, 5, 4);
    for (size_t i = 0; i < SHARED_ASSUMPTIONS; i++) {
        const course_assumption *x = &shared_assumptions[i];
        assumption_row(p, x->name, x->low, x->central, x->high, arena_printf(p->scratch, "share %s", x->unit),
                       x->source);
    }
    variation_row(p, "How much new pathways differ from month to month", COURSE_REFERRAL_VARIATION);
    variation_row(p, "How much treatments differ from month to month", COURSE_TREATMENT_VARIATION);
    plan_cards_close(p);
}

/* ---- a scenario ------------------------------------------------------------------------------------------- */

static const register_event *keeping_of(const record *r, const plan_shown *shown)
{
    for (size_t i = r->event_count; i-- > 0;)
        if (strcmp(r->events[i].subject, shown->whole->id) == 0 &&
            plan_scenario_version_of(&r->events[i]) == shown->whole->version)
            return &r->events[i];
    return NULL;
}

static void keeper(page *p, const plan_shown *shown, const register_event *event)
{
    RAW(p, " Kept by ");
    if (event == NULL) /* the register names who, not when: its text is the catalogue's own */
        record_body_link(p, shown->kept->owner);
    else {
        record_actor(p, event);
        RAW(p, ", on ");
        page_date(p, record_day(event));
        RAW(p, " (");
        record_event_link(p, event->sequence);
        RAW(p, ")");
    }
    const char *reason = register_value(shown->kept, FIELD_REASON);
    if (reason != NULL && reason[0] != 0) {
        RAW(p, ": \xe2\x80\x9c");
        page_text(p, reason);
        RAW(p, "\xe2\x80\x9d");
    }
    RAW(p, ".");
}

static void versions_before(page *p, const plan_shown *shown)
{
    const record *r = p->site->record;
    size_t count = 0;
    for (size_t i = r->event_count; i-- > 0;) {
        const register_event *event = &r->events[i];
        const int64_t version = plan_scenario_version_of(event);
        if (version == 0 || version >= shown->whole->version || strcmp(event->subject, shown->whole->id) != 0)
            continue;
        buffer_text(p->out, count++ == 0 ? " Before it: " : ", ");
        buffer_printf(p->out, "version %lld, kept on ", (long long)version);
        page_date(p, record_day(event));
        RAW(p, " (");
        record_event_link(p, event->sequence);
        RAW(p, ")");
    }
    if (count > 0)
        RAW(p, ".");
}

static void origin(page *p, const plan_shown *shown)
{
    const scenario *s = shown->whole;
    RAW(p, "<p class=\"note\"><code>");
    page_text_exact(p, s->id);
    buffer_printf(p->out, "</code>, version %lld.", (long long)s->version);
    if (shown->kept != NULL) {
        keeper(p, shown, keeping_of(p->site->record, shown));
        versions_before(p, shown);
    } else
        RAW(p, " An example of the catalogue, or a file of this workspace: nobody has kept it in the register.");
    RAW(p, " Written by ");
    page_text(p, s->author);
    RAW(p, ".</p>\n");
}

static const char *other_name(page *p, const char *code)
{
    const int32_t who = edition_find_org(p->site->now, code);
    return who < 0 ? code : org_short(p->site, who);
}

/* What is not applied of it here, and how it can be had. */
static void left_out(page *p, const plan_view *v, const plan_shown *shown)
{
    const course *c = shown->course == 0 ? NULL : &v->courses[shown->course];
    if (shown->below != NULL) {
        const int32_t who = edition_find_org(p->site->now, shown->below);
        RAW(p, "<p>It is about single providers: see it on the page of <a");
        page_href(p, arena_printf(p->scratch, "plan/%s.html", p->site->org_name[who]), plan_anchor(p, shown->whole));
        RAW(p, ">");
        page_text(p, org_short(p->site, who));
        RAW(p, "</a>.</p>\n");
        return;
    }
    if (c != NULL && c->problem != NULL) {
        RAW(p, "<p><strong>Not applied here:</strong> ");
        page_text_exact(p, c->problem);
        RAW(p, ".</p>\n");
    }
    buffer_clear(&p->words);
    plan_left_out_words(&shown->left, shown->left.with == NULL ? NULL : other_name(p, shown->left.with), &p->words);
    if (p->words.length == 0)
        return;
    if (c == NULL)
        RAW(p, "<p><strong>Not applied here.</strong> Left out: ");
    else
        RAW(p, "<p><strong>Applied in part.</strong> Left out: ");
    page_text(p, p->words.data);
    RAW(p, ". List by list, person by person: <code>concord plan simulate ");
    page_text_exact(p, p->site->now->orgs[v->who].code);
    if (shown->left.with != NULL) {
        RAW(p, " ");
        page_text_exact(p, shown->left.with);
    }
    RAW(p, " --scenario ");
    page_text_exact(p, shown->whole->id);
    RAW(p, "</code>.</p>\n");
}

static void scenario_block(page *p, const plan_view *v, const plan_shown *shown)
{
    const scenario *s = shown->whole;
    RAW(p, "<div class=\"panel scenario\"><h3 id=\"");
    page_text_exact(p, plan_anchor(p, s));
    RAW(p, "\">");
    page_text(p, s->name);
    RAW(p, "</h3>\n<p>");
    page_text(p, s->question);
    RAW(p, "</p>\n");
    origin(p, shown);
    left_out(p, v, shown);
    if (s->assumption_count > 0 && shown->below == NULL) {
        buffer_printf(p->out, "<details class=\"table\"><summary>%zu assumption%s, with source and range</summary>\n",
                      s->assumption_count, plural(s->assumption_count));
        plan_cards_open(p, arena_printf(p->scratch, "Assumptions of %s", s->name), heads_of, 5, 4);
        for (size_t i = 0; i < s->assumption_count; i++) {
            const scenario_assumption *x = &s->assumptions[i];
            assumption_row(p, x->name, x->low, x->central, x->high, x->unit, x->source);
        }
        plan_cards_close(p);
        RAW(p, "</details>\n");
    }
    RAW(p, "</div>\n");
}

void plan_assumed(page *p, const plan_view *v)
{
    RAW(p, "<section><h2 id=\"assumed\">What is assumed</h2>\n<p>Nothing else is: every number that is not published "
           "stands here. In each run every assumption takes a value between its low and its high, most often near the "
           "central one.</p>\n<h3>In every course</h3>\n");
    shared_table(p);
    for (size_t i = 0; i < v->shown_count; i++)
        scenario_block(p, v, &v->shown[i]);
    RAW(p, "</section>\n");
}
