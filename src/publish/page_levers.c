/*
 * The levers of a plan: a form that a server answers. It works without a script, as an address with a query; web/plan.js adds sliders and asks
 * for the answer alone (part=answer) while they move.
 */
#include "publish/plan_figures.h"
#include "publish/plan_form.h"
#include "publish/plan_tables.h"

typedef struct levers {
    plan_view view;
    lever_bounds bounds;
    lever_form form;
    course today, yours, needed;
    const edition_flow *functions;
} levers;

/* ---- the answer ------------------------------------------------------------------------------------------- */

static status courses_make(const site *s, levers *l, arena *a, error *err)
{
    plan_view *v = &l->view;
    const lever_form *f = &l->form;
    plan_settings *settings = &v->settings;
    settings->growth_per_year = f->growth;
    settings->goal.value = f->target;
    settings->by = f->by;
    settings->profile = f->profile;
    settings->unit_cost = f->cost;
    const size_t periods = plan_periods(&v->list, settings);
    double *capacity = arena_array(a, periods, sizeof *capacity);
    if (capacity == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    status code = plan_answer_make(&v->list, settings, a, &v->answer, err);
    v->targets[0] = (course_target){f->target, periods - 1, f->by};
    v->question = (course_question){.list = &v->list,
                                    .settings = settings,
                                    .periods = periods,
                                    .targets = v->targets,
                                    .target_count = 1,
                                    .luck = s->scenarios == NULL ? NULL : &s->scenarios->luck};
    const flow_profile profile = {f->profile, v->list.capacity, settings->ramp_months, NULL};
    flow_profile_fill(&profile, 1 + f->capacity, periods, capacity);
    if (code == STATUS_OK)
        code = course_make(&v->question, v->answer.unchanged_capacity, a, &l->today, err);
    if (code == STATUS_OK)
        code = course_make(&v->question, capacity, a, &l->yours, err);
    return code == STATUS_OK ? course_make(&v->question, v->answer.capacity, a, &l->needed, err) : code;
}

static const char *profile_words(flow_profile_kind kind)
{
    return kind == FLOW_PROFILE_FLAT ? "at once" : kind == FLOW_PROFILE_LINEAR ? "in a line until then" : "over a year";
}

static void yours_words(const levers *l, buffer *out)
{
    const lever_form *f = &l->form;
    const course *c = &l->yours;
    const size_t end = c->periods - 1;
    char by[PERIOD_WORDS];
    period_words(f->by, by);
    if (f->capacity == 0)
        buffer_text(out, "With as many treatments as today");
    else
        buffer_printf(out, "With %.4g%% %s treatments, %s", fabs(f->capacity) * 100, f->capacity < 0 ? "fewer" : "more",
                      profile_words(f->profile));
    if (f->capacity != 0)
        buffer_char(out, ',');
    if (f->growth == 0)
        buffer_text(out, " and as many new pathways");
    else
        buffer_printf(out, " and new pathways %s by %.4g%% a year", f->growth < 0 ? "falling" : "growing",
                      fabs(f->growth) * 100);
    buffer_text(out, ", ");
    const bool nobody = c->figures[end].waiting < PLAN_NOBODY;
    if (nobody)
        buffer_printf(out, "nobody would be waiting by %s", by);
    else {
        plan_share_words(c->figures[end].within_share, out);
        buffer_printf(out, " would have waited 18 weeks or less by %s", by);
    }
    if (c->within != NULL && !nobody) {
        buffer_text(out, " (9 times in 10 between ");
        plan_share_words(c->within[end].low, out);
        buffer_text(out, " and ");
        plan_share_words(c->within[end].high, out);
        buffer_printf(out, "). The chance of %.4g%% is ", f->target * 100);
        plan_chance_words(c->met[0].probability, out);
    }
    buffer_char(out, '.');
    if (!isnan(f->cost) && c->extra_treatments > 0) {
        buffer_text(out, " The treatments beside today\xe2\x80\x99s cost \xc2\xa3");
        plan_people_words(c->extra_treatments * f->cost, out);
        buffer_char(out, '.');
    }
}

/* In the order of the fields; each leads to its field. */
static void summary(page *p, const lever_form *f)
{
    if (f->wrong_count == 0)
        return;
    RAW(p, "<div class=\"problems\" role=\"alert\"><h2>There is a problem</h2><ul>");
    for (size_t i = 0; i < ASK_FIELDS; i++) {
        if (f->wrong[i][0] == 0)
            continue;
        RAW(p, "<li><a href=\"#");
        page_text_exact(p, lever_names[i]);
        RAW(p, "\">");
        page_text(p, f->wrong[i]);
        RAW(p, "</a></li>");
    }
    RAW(p, "</ul><p>Until it is mended, the answer below leaves it out.</p></div>\n");
}

static void answer(page *p, const levers *l)
{
    const plan_view *v = &l->view;
    const course *courses[] = {&l->today, &l->yours, &l->needed};
    static const char *const names[] = {"As today", "Your levers", "What it takes"};
    const drawn_course drawn[] = {
        {names[0], courses[0], false, 1}, {names[2], courses[2], false, 2}, {names[1], courses[1], true, 3}};
    const bool same = l->form.capacity == 0; /* two lines on one another would be read as one */
    if (v->list.problem[0] != 0) {
        RAW(p, "<p class=\"lede said\">There is no plan for this list: ");
        page_text(p, v->list.problem);
        RAW(p, ".</p>\n");
        return;
    }
    RAW(p, "<p class=\"lede said\">");
    buffer_clear(&p->words);
    yours_words(l, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</p>\n<p class=\"takes\">");
    buffer_clear(&p->words);
    plan_needed_words(&v->list, &v->settings, &v->answer, org_short(p->site, v->who), &p->words);
    page_text(p, p->words.data);
    RAW(p, "</p>\n");
    buffer_clear(&p->words);
    if (l->yours.figures[l->yours.periods - 1].waiting < PLAN_NOBODY)
        buffer_text(&p->words, "Nobody is waiting by ");
    else {
        plan_share_words(l->yours.figures[l->yours.periods - 1].within_share, &p->words);
        buffer_text(&p->words, " within 18 weeks by ");
    }
    char by[PERIOD_WORDS];
    period_words(l->form.by, by);
    buffer_text(&p->words, by);
    const char *title = page_words_take(p);
    plan_paths_figure(p, v, drawn + same, same ? 2 : 3, title, "levers");
    plan_table_answer(p, v, courses, names, 3);
    plan_table_months(p, v, courses, names, 3);
}

/* ---- the form --------------------------------------------------------------------------------------------- */

typedef struct number_field {
    lever_field field;
    const char *label, *hint, *unit;
    const char *low, *high, *step; /* of the slider */
    const char *usual;
} number_field;

static void described_by(page *p, const lever_form *f, lever_field field)
{
    const char *name = lever_names[field];
    RAW(p, " aria-describedby=\"");
    page_text_exact(p, name);
    RAW(p, "-hint");
    if (f->wrong[field][0] != 0) {
        RAW(p, " ");
        page_text_exact(p, name);
        RAW(p, "-error\" aria-invalid=\"true");
    }
    RAW(p, "\"");
}

static void field_open(page *p, const lever_form *f, lever_field field, const char *label, const char *hint)
{
    const char *name = lever_names[field];
    const bool wrong = f->wrong[field][0] != 0;
    if (wrong)
        RAW(p, "<div class=\"lever wrong\"><label for=\"");
    else
        RAW(p, "<div class=\"lever\"><label for=\"");
    page_text_exact(p, name);
    RAW(p, "\">");
    page_text(p, label);
    RAW(p, "</label><p class=\"hint\" id=\"");
    page_text_exact(p, name);
    RAW(p, "-hint\">");
    page_text(p, hint);
    RAW(p, "</p>");
    if (!wrong)
        return;
    RAW(p, "<p class=\"why\" id=\"");
    page_text_exact(p, name);
    RAW(p, "-error\"><span class=\"hidden\">Error: </span>");
    page_text(p, f->wrong[field]);
    RAW(p, "</p>");
}

static void attribute(page *p, const char *name, const char *value)
{
    buffer_printf(p->out, " %s=\"", name);
    page_text_exact(p, value);
    RAW(p, "\"");
}

static void number_write(page *p, const lever_form *f, const number_field *n)
{
    const char *name = lever_names[n->field];
    field_open(p, f, n->field, n->label, n->hint);
    RAW(p,
        "<div class=\"setting\"><input type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" spellcheck=\"false\"");
    attribute(p, "id", name);
    attribute(p, "name", name);
    attribute(p, "value", f->typed[n->field][0] == 0 ? n->usual : f->typed[n->field]);
    if (n->low != NULL) {
        attribute(p, "data-low", n->low);
        attribute(p, "data-high", n->high);
        attribute(p, "data-step", n->step);
    }
    described_by(p, f, n->field);
    RAW(p, "> <span class=\"of\">");
    page_text(p, n->unit);
    RAW(p, "</span></div></div>\n");
}

static void option(page *p, const char *value, const char *words, bool chosen)
{
    RAW(p, "<option value=\"");
    page_text_exact(p, value);
    if (chosen)
        RAW(p, "\" selected>");
    else
        RAW(p, "\">");
    page_text(p, words);
    RAW(p, "</option>");
}

static void select_open(page *p, const lever_form *f, lever_field field)
{
    RAW(p, "<select");
    attribute(p, "id", lever_names[field]);
    attribute(p, "name", lever_names[field]);
    described_by(p, f, field);
    RAW(p, ">");
}

static void form(page *p, const levers *l)
{
    const lever_form *f = &l->form;
    char by[PERIOD_TEXT], target[NUMBER_TEXT];
    period_format(l->bounds.by, by);
    (void)number_format(l->bounds.target, target);
    const number_field
        growth = {ASK_GROWTH,
                  "Growth of new pathways",
                  "Against today, year by year. Falling is below 0.",
                  "% a year",
                  "-5",
                  "10",
                  "0.5",
                  "0"},
        capacity = {ASK_CAPACITY, "Treatments", "More, or below 0 fewer, than today.", "%", "-20", "60", "1", "0"},
        goal = {ASK_TARGET, "Target", "People who have waited 18 weeks or less.", "%", "50", "99", "1", target},
        cost = {ASK_COST, "Cost of a treatment", "Where you know it. Empty is fine.", "pounds", NULL, NULL, NULL, ""};
    RAW(p, "<form class=\"levers\" method=\"get\"");
    RAW(p, " action=\"");
    page_text_exact(p, arena_printf(p->scratch, "%splan/%s", p->root, p->site->org_name[l->view.who]));
    RAW(p, "\"");
    RAW(p, " novalidate>\n<h2 id=\"levers-head\">The levers</h2>\n");
    number_write(p, f, &capacity);
    field_open(p, f, ASK_PROFILE, "How treatments change", "From today to the month of the target.");
    select_open(p, f, ASK_PROFILE);
    option(p, "linear", "In a line until then", f->profile == FLOW_PROFILE_LINEAR);
    option(p, "flat", "At once", f->profile == FLOW_PROFILE_FLAT);
    option(p, "ramp", "In a line over the first year", f->profile == FLOW_PROFILE_RAMP);
    RAW(p, "</select></div>\n");
    number_write(p, f, &growth);
    number_write(p, f, &goal);
    field_open(p, f, ASK_BY, "By which month", "Year and month, such as 2029-03.");
    RAW(p, "<div class=\"setting\"><input type=\"text\" autocomplete=\"off\" spellcheck=\"false\"");
    attribute(p, "id", lever_names[ASK_BY]);
    attribute(p, "name", lever_names[ASK_BY]);
    attribute(p, "value", f->typed[ASK_BY][0] == 0 ? by : f->typed[ASK_BY]);
    described_by(p, f, ASK_BY);
    RAW(p, "></div></div>\n");
    number_write(p, f, &cost);
    field_open(p, f, ASK_FUNCTION, "Treatment function", "One list, or all of them together.");
    select_open(p, f, ASK_FUNCTION);
    option(p, "", "All together", f->function[0] == 0);
    for (size_t i = 0; i < l->bounds.function_count; i++) {
        const edition_flow *x = &l->bounds.functions[i];
        if (x->treatment_function != NULL)
            option(p, x->treatment_function, x->treatment_function_name,
                   strcmp(x->treatment_function, f->function) == 0);
    }
    RAW(p, "</select></div>\n<p><button type=\"submit\" class=\"button\">Work it out</button></p>\n</form>\n");
}

/* ---- the page ----------------------------------------------------------------------------------------------- */

/* The organisation of "plan/D7T5G"; -1 where there is none. */
static int32_t asked_of(const site *s, const char *path)
{
    static const char start[] = "plan/";
    if (strncmp(path, start, sizeof start - 1) != 0)
        return -1;
    for (size_t i = 0; i < s->now->org_count; i++)
        if (site_has_plan(s, (int32_t)i) && strcmp(s->org_name[i], path + sizeof start - 1) == 0)
            return (int32_t)i;
    return -1;
}

bool site_can_answer(const site *s, const char *path)
{
    return asked_of(s, path) >= 0;
}

static void whole(page *p, const levers *l)
{
    const int32_t who = l->view.who;
    const char *name = org_long(p->site, who);
    const char *title =
        arena_printf(p->scratch, "%sLevers of the plan: %s", l->form.wrong_count > 0 ? "Error: " : "", name);
    page_begin(p, &(page_head){.title = title == NULL ? name : title, .section = "organisations.html"});
    page_breadcrumbs(p, who, true);
    summary(p, &l->form);
    RAW(p, "<h1><span class=\"caption\">");
    page_text(p, name);
    RAW(p, "</span> What would it take? Move the levers</h1>\n<div class=\"asking\">\n");
    form(p, l);
    RAW(p, "<div><div id=\"answer\">\n");
    answer(p, l);
    RAW(p, "</div><p class=\"hidden\" role=\"status\" id=\"answer-said\"></p></div>\n</div>\n<p><a");
    page_href(p, arena_printf(p->scratch, "plan/%s.html", p->site->org_name[who]), NULL);
    RAW(p, ">The plan in full: scenarios, assumptions, treatment functions, and what it does not say</a></p>\n<script "
           "defer src=\"");
    buffer_text(p->out, p->root);
    RAW(p, "web/plan.js\"></script>\n");
    page_end(p);
}

status site_answer(const site *s, const char *path, const site_field *fields, size_t count, arena *scratch, buffer *out,
                   bool *good, error *err)
{
    const int32_t who = asked_of(s, path);
    *good = false;
    if (who < 0)
        return error_set(err, STATUS_NOT_FOUND, "There is no plan at %s", path);
    levers *l = arena_array(scratch, 1, sizeof *l);
    if (l == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    size_t function_count = 0;
    if (count > SITE_FIELDS_MAXIMUM)
        count = SITE_FIELDS_MAXIMUM;
    status code = edition_flows(s->now, who, NULL, scratch, &l->functions, &function_count, err);
    if (code == STATUS_OK)
        code = plan_view_list(s, who, NULL, scratch, &l->view, err);
    if (code != STATUS_OK)
        return code;
    l->bounds = (lever_bounds){.last = l->view.list.last,
                               .by = l->view.settings.by,
                               .target = l->view.settings.goal.value * 100,
                               .functions = l->functions,
                               .function_count = function_count};
    lever_form_read(fields, count, &l->bounds, &l->form);
    if (l->form.function[0] != 0)
        code = plan_view_list(s, who, l->form.function, scratch, &l->view, err);
    if (code == STATUS_OK && l->form.function[0] != 0 && l->view.list.problem[0] == 0) {
        /* Its figures may end in another month than those of all together, so other months are in reach. */
        l->bounds.last = l->view.list.last;
        l->bounds.by = l->view.settings.by;
        lever_form_read(fields, count, &l->bounds, &l->form);
    }
    if (code == STATUS_OK && l->view.list.problem[0] == 0)
        code = courses_make(s, l, scratch, err);
    if (code != STATUS_OK)
        return code;
    page p = {.site = s, .out = out, .scratch = scratch, .root = "../", .path = path};
    if (l->form.answer_alone) {
        summary(&p, &l->form);
        answer(&p, l);
    } else
        whole(&p, l);
    buffer_free(&p.words);
    *good = l->form.wrong_count == 0;
    return buffer_status(out, err);
}
