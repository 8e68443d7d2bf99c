/*
 * The planning page of an organisation: what would it take, the picture, the courses side by side, what is assumed and what matters most, the
 * treatment functions, how well it would have done, and what it does not say.
 */
#include "publish/charts.h"
#include "publish/plan_figures.h"
#include "publish/plan_tables.h"

/* ---- the head --------------------------------------------------------------------------------------------- */

static const char *plan_path_of(page *p, int32_t who, const char *extension)
{
    return arena_printf(p->scratch, "plan/%s%s", p->site->org_name[who], extension);
}

static void heading(page *p, const plan_view *v)
{
    RAW(p, "<h1><span class=\"caption\">");
    page_text(p, org_long(p->site, v->who));
    RAW(p, "</span> What would it take to reach ");
    buffer_printf(p->out, "%.4g%% by ", v->settings.goal.value * 100);
    page_period(p, v->settings.by);
    RAW(p, "?</h1>\n");
}

static void words_paragraph(page *p)
{
    RAW(p, "<p class=\"lede\">");
    page_text(p, p->words.data == NULL ? "" : p->words.data);
    RAW(p, "</p>\n");
}

/* What must be known before the answer is believed. */
static void cautions(page *p, const plan_view *v)
{
    if (v->list.one_month) {
        RAW(p, "<div class=\"inset\"><p><strong>Learned from one month, ");
        page_period(p, v->list.last);
        RAW(p, ".</strong> The list at its start is taken to be that at its end, so \xe2\x80\x9c"
               "as today\xe2\x80\x9d keeps still. With the "
               "extract of the month before, the rates are measured.</p></div>\n");
    }
    if (v->list.gap) {
        RAW(p, "<div class=\"inset\"><p>Learned from ");
        page_period(p, v->list.first);
        RAW(p, " to ");
        page_period(p, v->list.last);
        RAW(p, ": a month before that is missing.</p></div>\n");
    }
    if (v->list.estimated)
        RAW(p, "<div class=\"inset\"><p>Some months are the share of an organisation that was split: "
               "<strong>estimated</strong>.</p></div>\n");
}

static void levers_link(page *p, int32_t who)
{
    if (p->site->answers) {
        RAW(p, "<p><a class=\"button\"");
        page_href(p, plan_path_of(p, who, ""), NULL);
        RAW(p, ">Move the levers</a></p>\n");
        return;
    }
    RAW(p, "<p class=\"note\">Other growth, other capacity, another month? The levers of this page move where it is "
           "served: "
           "<code>concord serve</code>, then <code>/plan/");
    page_text_exact(p, p->site->org_name[who]);
    RAW(p, "</code>. On the command line: <code>concord plan ");
    page_text_exact(p, p->site->now->orgs[who].code);
    RAW(p, "</code>.</p>\n");
}

/* ---- the sections ------------------------------------------------------------------------------------------- */

static void picture(page *p, const plan_view *v)
{
    const course *courses[] = {&v->courses[COURSE_TODAY], &v->courses[COURSE_NEEDED]};
    static const char *const names[] = {"As today", "What it takes"};
    const drawn_course drawn[] = {{names[0], courses[0], true, 1}, {names[1], courses[1], false, 2}};
    buffer_clear(&p->words);
    if (v->answer.found.outcome == FLOW_CANNOT_BE_MET)
        buffer_printf(&p->words, "%.4g%% is out of reach in this time", v->settings.goal.value * 100);
    else if (v->answer.found.outcome == FLOW_MET_BY_NONE)
        buffer_printf(&p->words, "%.4g%% is to be expected whatever is done", v->settings.goal.value * 100);
    else {
        const double change = v->answer.found.last_capacity / v->list.capacity - 1;
        char by[PERIOD_WORDS];
        period_words(v->settings.by, by);
        buffer_printf(&p->words, "Reaching %.4g%% by %s takes %.0f%% %s treatments", v->settings.goal.value * 100, by,
                      fabs(change) * 100, change < 0 ? "fewer" : "more");
    }
    const char *title = page_words_take(p);
    plan_paths_figure(p, v, drawn, 2, title, "paths");
    plan_table_answer(p, v, courses, names, 2);
    plan_table_months(p, v, courses, names, 2);
}

static void scenarios(page *p, const plan_view *v)
{
    RAW(p, "<section><h2 id=\"scenarios\">Scenarios side by side</h2>\n<p>What each course leads to by ");
    page_period(p, v->settings.by);
    RAW(p, ", with the range that 9 of 10 runs fall in, and the chance of each national target. \xe2\x80\x9c"
           "What it takes\xe2\x80\x9d is just enough on "
           "average, so its chance is about even: to be sure takes more, as said above.</p>\n");
    plan_table_scenarios(p, v);
    bool any = false;
    for (size_t i = 0; i < v->shown_count; i++) {
        const plan_shown *x = &v->shown[i];
        if (x->course > 0 && v->courses[x->course].problem == NULL)
            continue;
        buffer_text(p->out, any ? ", " : "<p class=\"note\">Not applied to this list, with the reason below: ");
        any = true;
        RAW(p, "<a");
        page_href(p, p->path, plan_anchor(p, x->whole));
        RAW(p, ">");
        page_text(p, x->whole->name);
        RAW(p, "</a>");
    }
    if (any)
        RAW(p, ".</p>\n");
    const struct plan_scenarios *all = p->site->scenarios;
    if (all != NULL && all->refused > 0) {
        RAW(p, "<p class=\"note\">");
        buffer_printf(p->out, "%zu scenario%s could not be read. ", all->refused, plural(all->refused));
        page_text_exact(p, all->said);
        RAW(p, ".</p>\n");
    }
    if (v->beyond > 0)
        buffer_printf(
            p->out,
            "<p class=\"note\">%zu more scenario%s not shown: a page has room for %d, in the order of their "
            "names. Retire those that nobody needs, or see them with <code>concord plan compare</code>.</p>\n",
            v->beyond, v->beyond == 1 ? " is" : "s are", PLAN_COURSES_MOST - COURSE_FIRST_SCENARIO);
    RAW(p, "</section>\n");
}

static void sensitivity(page *p, const plan_view *v)
{
    if (v->bar_count == 0)
        return;
    RAW(p, "<section><h2 id=\"matters\">Which assumption matters most?</h2>\n<p>Each line runs from what its low value "
           "gives to "
           "what its high value gives. The widest is worth most effort: to know it better, or to change it.</p>\n");
    plan_tornado_figure(p, v, "tornado");
    plan_table_bars(p, v);
    RAW(p, "</section>\n");
}

static void functions(page *p, const plan_view *v)
{
    if (v->function_count == 0)
        return;
    RAW(p, "<section><h2 id=\"functions\">By treatment function</h2>\n<p>Each as a list of its own, with the same "
           "target. They do not "
           "add up to the whole exactly: rates differ.</p>\n");
    plan_table_functions(p, v);
    RAW(p, "</section>\n");
}

static void tested(page *p, const plan_view *v)
{
    RAW(p, "<section><h2 id=\"tested\">How well would it have done?</h2>\n<p>");
    if (v->test.months > 0) {
        buffer_printf(
            p->out,
            "Kept from the model and foretold by it, the last %zu month%s came out %.1f%% off in people waiting "
            "and %.1f points off in the share within 18 weeks, on average.",
            v->test.months, plural(v->test.months), v->test.list_error_percent, v->test.within_error_points);
    } else {
        RAW(p, "There are too few months here to keep some back and test it on them: it takes four. Tested on the "
               "published flows of "
               "42 integrated care boards (learned from April 2020 to March 2022, compared with the six months after), "
               "the "
               "number waiting was 4.0% off in the middle board; saying that nothing changes, 6.6%.");
    }
    RAW(p, "</p></section>\n");
}

static void where_from(page *p, const plan_view *v)
{
    const edition *e = p->site->now;
    RAW(p, "<section><h2 id=\"from\">Where it comes from, and what it does not say</h2>\n<p>Learned from ");
    page_period(p, v->list.first);
    if (!v->list.one_month) {
        RAW(p, " to ");
        page_period(p, v->list.last);
    }
    RAW(p, ": ");
    bool told = false;
    for (size_t i = 0; i < e->source_count && !told; i++)
        if (strcmp(e->sources[i].id, "rtt-full-extract") == 0) {
            page_text(p, e->sources[i].publisher);
            RAW(p, ", ");
            page_text(p, e->sources[i].name);
            told = true;
        }
    if (!told)
        RAW(p, "the full extract of referral to treatment waits");
    RAW(p, ". ");
    if (strcmp(e->orgs[v->who].level, "provider") == 0)
        RAW(p, "These are the people whom this organisation treats, wherever they live.");
    else
        RAW(p, "These are the people for whom this organisation is responsible, wherever they are treated.");
    RAW(p, "</p>\n<ul class=\"prose\">"
           "<li>People are counted by time waited, in bands of a month; each month they move up a band, are treated, "
           "or leave. More "
           "treatments than today\xe2\x80\x99s go to those who have waited longest.</li>"
           "<li>Urgent and routine are one list, and a treatment is a treatment: whether staff, theatres and money can "
           "be found is not "
           "in it.</li>");
    const flow_balance *b = &v->list.balance;
    if (b->negative_cells > 0) {
        RAW(p, "<li>Published counts do not balance: ");
        page_count(p, (int64_t)llround(b->negative_people));
        RAW(p, " more people were treated or still waiting than had been there, in ");
        buffer_printf(p->out, "%zu of %zu", b->negative_cells, b->cells);
        RAW(p,
            " counts by month and time waited. They are kept, as people who joined with an earlier clock start.</li>");
    }
    RAW(p, "<li>The last band spans from 12 months up: figures over 52 weeks in the plan are rough.</li>"
           "<li>The likelihoods hold what is assumed above and chance, not what nobody thought of: ");
    buffer_printf(p->out, "%d runs, so give or take up to %d points.</li></ul></section>\n", COURSE_REPLICATIONS, 7);
}

static void downloads(page *p, int32_t who)
{
    RAW(p, "<p class=\"downloads\"><a");
    page_href(p, plan_path_of(p, who, ".csv"), NULL);
    RAW(p, " download>Every course month by month (CSV)</a> <a");
    page_href(p, plan_path_of(p, who, ".json"), NULL);
    RAW(p, " download>The whole plan (JSON)</a></p>\n");
}

static void next(page *p, int32_t who)
{
    RAW(p, "<section class=\"next\"><h2 id=\"next\">What next</h2><ul><li><a");
    page_href(p, path_organisation(p, who), NULL);
    RAW(p, ">How this organisation is doing</a></li>");
    const int32_t m = edition_find_measure(p->site->now, "rtt-within-18-weeks");
    if (m >= 0 && site_total(p->site, m, who) != NULL) {
        RAW(p, "<li><a");
        page_href(p, path_series(p, m, who, ".html"), NULL);
        RAW(p, ">Waiting within 18 weeks, month by month</a></li>");
    }
    const int32_t above =
        p->site->now->orgs[who].icb >= 0 ? p->site->now->orgs[who].icb : p->site->now->orgs[who].region;
    if (above != who && site_has_plan(p->site, above)) {
        RAW(p, "<li><a");
        page_href(p, plan_path_of(p, above, ".html"), NULL);
        RAW(p, ">The same for ");
        page_text(p, org_short(p->site, above));
        RAW(p, "</a></li>");
    }
    RAW(p, "</ul></section>\n");
}

/* ---- the page ----------------------------------------------------------------------------------------------- */

static void no_plan(page *p, const plan_view *v)
{
    RAW(p, "<p class=\"lede\">There is no plan for this list: ");
    page_text(p, v->list.problem);
    RAW(p, ".</p>\n");
}

static void whole_page(page *p, const plan_view *v, int32_t who)
{
    const char *name = org_long(p->site, who);
    const char *title = arena_printf(p->scratch, "What would it take? %s", name);
    buffer_clear(&p->words);
    if (v->list.problem[0] == 0)
        plan_answer_words(v, &p->words);
    const char *answer = page_words_take(p);
    page_begin(p, &(page_head){.title = title == NULL ? name : title,
                               .description = answer,
                               .section = "organisations.html",
                               .csv = plan_path_of(p, who, ".csv"),
                               .json = plan_path_of(p, who, ".json")});
    page_breadcrumbs(p, who, true);
    if (v->list.problem[0] != 0) {
        RAW(p, "<h1><span class=\"caption\">");
        page_text(p, name);
        RAW(p, "</span> What would it take?</h1>\n");
        no_plan(p, v);
        page_end(p);
        return;
    }
    heading(p, v);
    buffer_clear(&p->words);
    plan_answer_words(v, &p->words);
    words_paragraph(p);
    cautions(p, v);
    levers_link(p, who);
    RAW(p, "<p class=\"jump\"><a href=\"#scenarios\">Scenarios</a> ");
    if (v->bar_count > 0)
        RAW(p, "<a href=\"#matters\">What matters most</a> ");
    RAW(p, "<a href=\"#assumed\">Assumptions</a> ");
    if (v->function_count > 0)
        RAW(p, "<a href=\"#functions\">Treatment functions</a> ");
    RAW(p, "<a href=\"#from\">Where it comes from</a></p>\n");
    picture(p, v);
    downloads(p, who);
    scenarios(p, v);
    sensitivity(p, v);
    plan_assumed(p, v);
    functions(p, v);
    tested(p, v);
    where_from(p, v);
    next(p, who);
    page_end(p);
}

status page_plan(page *p, int32_t who, error *err)
{
    const plan_view *v = NULL;
    const status code = plan_view_take(p->site, who, &v, err);
    if (code == STATUS_OK)
        whole_page(p, v, who);
    plan_view_release(p->site, v);
    return code;
}

void plan_block(page *p, int32_t who)
{
    plan_view *v = site_has_plan(p->site, who) ? arena_array(p->scratch, 1, sizeof *v) : NULL;
    if (v == NULL || plan_view_list(p->site, who, NULL, p->scratch, v, NULL) != STATUS_OK || v->list.problem[0] != 0 ||
        plan_answer_make(&v->list, &v->settings, p->scratch, &v->answer, NULL) != STATUS_OK)
        return;
    RAW(p, "<section class=\"panel plan-block\"><h2 id=\"plan\">What would it take?</h2>\n<p>");
    buffer_clear(&p->words);
    plan_needed_words(&v->list, &v->settings, &v->answer, org_short(p->site, who), &p->words);
    page_text(p, p->words.data == NULL ? "" : p->words.data);
    RAW(p, "</p>\n<p><a");
    page_href(p, plan_path_of(p, who, ".html"), NULL);
    RAW(p, ">The plan: courses side by side, chances and assumptions</a></p></section>\n");
}
