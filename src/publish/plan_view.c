/* plan_view: from an edition's flows, targets and scenarios to a plan. */
#include "publish/plan_view.h"

#include "publish/html.h"

#include <stdlib.h>

static const char PLANNED_MEASURE[] = "rtt-within-18-weeks", PANEL_MEASURE[] = "rtt-panel-within-18-weeks";

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

/* ---- what is asked ---------------------------------------------------------------------------------------- */

static bool has_word(const char *words, const char *wanted)
{
    const size_t length = strlen(wanted);
    for (const char *at = words; length > 0 && (at = strstr(at, wanted)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == 0 || at[length] == ' '))
            return true;
    return false;
}

static bool is_ahead(const plan_view *v, const edition_target *t, int32_t measure)
{
    const int32_t by = t->by.first_month + t->by.months - 1, now = v->list.last.first_month;
    return t->measure == measure && !t->needs_baseline && t->level > 0 && t->level < 100 &&
           has_word(t->levels, v->site->now->orgs[v->who].level) && by > now && by - now <= PLAN_PERIODS_MAXIMUM;
}

static int by_month(const course_target *x, const course_target *y)
{
    return x->step != y->step ? (x->step < y->step ? -1 : 1) : (x->level > y->level) - (x->level < y->level);
}

/* Keeps the last COURSE_TARGETS of them, ordered; says whether it is the last of all. */
static bool target_keep(plan_view *v, size_t *count, course_target x)
{
    size_t at = *count;
    if (at < COURSE_TARGETS)
        ++*count;
    else if (by_month(&x, &v->targets[0]) <= 0)
        return false;
    else
        memmove(v->targets, v->targets + 1, --at * sizeof *v->targets);
    for (; at > 0 && by_month(&v->targets[at - 1], &x) >= 0; at--)
        v->targets[at] = v->targets[at - 1];
    v->targets[at] = x;
    return at + 1 == *count;
}

/* The goal is the last target ahead; the likelihood of those before it is told too, as far as there is room for them. */
static void targets_find(plan_view *v)
{
    const edition *e = v->site->now;
    const int32_t measure = edition_find_measure(e, PLANNED_MEASURE), now = v->list.last.first_month;
    size_t count = 0;
    for (size_t i = 0; measure >= 0 && i < e->target_count; i++) {
        const edition_target *t = &e->targets[i];
        if (!is_ahead(v, t, measure))
            continue;
        const int32_t by = t->by.first_month + t->by.months - 1;
        if (target_keep(v, &count,
                        (course_target){t->level / 100, (size_t)(by - now - 1), period_month(by / 12, by % 12 + 1)}))
            v->goal = t;
    }
    if (count == 0) {
        const int32_t by = now + 24; /* no target ahead: the standard, two years from now */
        v->targets[count++] = (course_target){0.92, 23, period_month(by / 12, by % 12 + 1)};
    }
    v->question.target_count = count;
    v->settings.goal.value = v->targets[count - 1].level;
    v->settings.by = v->targets[count - 1].by;
}

/* Figures that no plan can be made from are a problem of that list, which its page tells; any other error is passed on. */
static status list_refuse(plan_list *list, status code, const error *own, error *err)
{
    if (code == STATUS_REFUSED) {
        (void)snprintf(list->problem, sizeof list->problem, "its figures cannot be planned with: %.250s",
                       own->message[0] == 0 ? "they are damaged" : own->message);
        return STATUS_OK;
    }
    if (code != STATUS_OK && err != NULL)
        *err = *own;
    return code;
}

status plan_view_list(const site *s, int32_t who, const char *only_function, arena *a, plan_view *out, error *err)
{
    error own = {0};
    const edition_flow *flows = NULL;
    size_t count = 0;
    *out = (plan_view){.site = s, .who = who, .settings = plan_settings_usual(), .sure = NAN};
    status code = edition_flows(s->now, who, only_function == NULL ? "" : only_function, a, &flows, &count, err);
    if (code == STATUS_OK && count == 0)
        code = error_set(err, STATUS_NOT_FOUND, "There are no waiting times to plan with");
    if (code != STATUS_OK)
        return code;
    out->flow = &flows[0];
    code = plan_list_make(out->flow, &out->settings, a, &out->list, &own);
    if (code == STATUS_OK && out->list.problem[0] == 0)
        targets_find(out);
    return list_refuse(&out->list, code, &own, err);
}

/* ---- the parts ------------------------------------------------------------------------------------------- */

/* A provider of this board that the scenario names; NULL where there is none. */
static const char *below_find(const plan_view *v, const scenario *s)
{
    const edition *e = v->site->now;
    for (size_t i = 0; i < s->lever_count; i++)
        for (size_t k = 0; k < s->levers[i].provider_count; k++) {
            const int32_t who = edition_find_org(e, s->levers[i].providers[k]);
            if (who >= 0 && e->orgs[who].icb == v->who && site_has_plan(v->site, who))
                return e->orgs[who].code;
        }
    return NULL;
}

/* Those that name this organisation, and those that name none. With no lever at all a scenario is the course as today. */
static status scenarios_show(plan_view *v, arena *a, error *err)
{
    const struct plan_scenarios *all = v->site->scenarios;
    const char *own = v->site->now->orgs[v->who].code;
    status code = STATUS_OK;
    v->shown = arena_array(a, all == NULL ? 1 : all->count + 1, sizeof *v->shown);
    if (v->shown == NULL)
        return no_memory(err);
    for (size_t i = 0; all != NULL && i < all->count && code == STATUS_OK; i++) {
        const scenario *s = &all->items[i];
        plan_shown shown = {.whole = s, .kept = all->kept[i]};
        if (s->lever_count == 0)
            continue;
        if (plan_scenario_names_any(s) && !plan_scenario_names(s, own)) {
            shown.below = below_find(v, s);
            if (shown.below != NULL)
                v->shown[v->shown_count++] = shown;
            continue;
        }
        if (v->course_count == PLAN_COURSES_MOST) {
            v->beyond++;
            continue;
        }
        scenario *narrow = arena_array(a, 1, sizeof *narrow);
        code = narrow == NULL ? no_memory(err) : plan_scenario_narrow(s, own, a, narrow, &shown.left, err);
        if (code == STATUS_OK && narrow->lever_count > 0) {
            shown.course = v->course_count;
            code = course_of_scenario(&v->question, narrow, a, &v->courses[v->course_count++], err);
        }
        v->shown[v->shown_count++] = shown;
    }
    return code;
}

static status courses_make(plan_view *v, unsigned parts, arena *a, error *err)
{
    const struct plan_scenarios *scenarios = v->site->scenarios;
    v->question.list = &v->list;
    v->question.settings = &v->settings;
    v->question.periods = v->answer.periods;
    v->question.targets = v->targets;
    v->question.luck = scenarios == NULL ? NULL : &scenarios->luck;
    v->question.every_month = (parts & PLAN_EVERY_MONTH) != 0;
    status code = course_make(&v->question, v->answer.unchanged_capacity, a, &v->courses[COURSE_TODAY], err);
    if (code == STATUS_OK)
        code = course_make(&v->question, v->answer.capacity, a, &v->courses[COURSE_NEEDED], err);
    v->courses[COURSE_TODAY].id = "as-today";
    v->courses[COURSE_TODAY].name = "As today";
    v->courses[COURSE_NEEDED].id = "what-it-takes";
    v->courses[COURSE_NEEDED].name = "What it takes";
    v->course_count = COURSE_FIRST_SCENARIO;
    if (code == STATUS_OK)
        code = scenarios_show(v, a, err);
    return code == STATUS_OK && (parts & PLAN_BARS) != 0
               ? course_bars(&v->question, v->courses, v->course_count, a, &v->bars, &v->bar_count, err)
               : code;
}

static status functions_make(plan_view *v, arena *a, error *err)
{
    const edition_flow *flows = NULL;
    size_t count = 0;
    status code = edition_flows(v->site->now, v->who, NULL, a, &flows, &count, err);
    if (code != STATUS_OK)
        return code;
    v->functions = arena_array(a, count + 1, sizeof *v->functions);
    if (v->functions == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        if (flows[i].treatment_function == NULL)
            continue;
        plan_function *f = &v->functions[v->function_count++];
        error own = {0};
        f->flow = &flows[i];
        code = plan_list_make(f->flow, &v->settings, a, &f->list, &own);
        if (code == STATUS_OK && f->list.problem[0] == 0 && plan_periods(&f->list, &v->settings) == 0)
            (void)snprintf(f->list.problem, sizeof f->list.problem, "its figures end before the others'");
        if (code == STATUS_OK && f->list.problem[0] == 0)
            code = plan_answer_make(&f->list, &v->settings, a, &f->answer, &own);
        code = list_refuse(&f->list, code, &own, err);
    }
    return code;
}

/* The last months, up to three, foretold from those before them. */
static status test_make(plan_view *v, arena *a, error *err)
{
    const edition_flow *f = v->flow;
    const size_t run = v->list.periods + 1; /* unbroken months with everything */
    const size_t held = v->list.one_month || run < 4 ? 0 : run < 6 ? run - 3 : 3;
    if (held == 0)
        return STATUS_OK;
    edition_flow before = *f;
    before.month_count -= held;
    plan_list list;
    plan_path path;
    double capacity[PLAN_PERIODS_MAXIMUM], people = 0, points = 0;
    status code = plan_list_make(&before, &v->settings, a, &list, err);
    if (code != STATUS_OK || list.problem[0] != 0)
        return code;
    plan_capacity_fill(&list, &v->settings, held, capacity);
    code = plan_project(&list, &v->settings, capacity, held, a, &path, err);
    for (size_t p = 0; p < held && code == STATUS_OK; p++) {
        const edition_flow_month *m = &f->months[before.month_count + p];
        const plan_figures expected = plan_figures_of(&list, &v->settings, path.stock + p * list.bands);
        double all = 0, soon = 0;
        for (size_t w = 0; w <= EDITION_FLOW_WEEKS; w++) {
            all += m->waiting[w];
            soon += (double)w < v->settings.goal.weeks ? m->waiting[w] : 0;
        }
        people += all > 0 ? fabs(expected.waiting / all - 1) * 100 : 0;
        points += all > 0 ? fabs(expected.within_share - soon / all) * 100 : 0;
    }
    v->test = (plan_test){held, people / (double)held, points / (double)held};
    return code;
}

/* Doubled in the worst case, then halved to a quarter of a per cent or so: finer than so few runs can tell. */
static status sure_find(plan_view *v, arena *a, error *err)
{
    const plan_settings *settings = &v->settings;
    const size_t target = v->question.target_count - 1;
    const flow_profile profile = {settings->profile, v->list.capacity, settings->ramp_months, NULL};
    double *capacity = arena_array(a, v->question.periods, sizeof *capacity);
    double low = v->answer.found.multiplier, step = low * 0.08, chance = 0;
    status code = capacity == NULL ? no_memory(err) : STATUS_OK;
    if (v->answer.found.outcome != FLOW_MET || v->question.luck == NULL ||
        v->courses[COURSE_NEEDED].met[target].probability >= PLAN_SURE)
        return code;
    double high = low;
    while (code == STATUS_OK && chance < PLAN_SURE && high <= v->answer.found.multiplier * 2) {
        low = high;
        high += step;
        step *= 1.5;
        flow_profile_fill(&profile, high, v->question.periods, capacity);
        code = course_chance(&v->question, capacity, target, a, &chance, err);
    }
    if (code != STATUS_OK || chance < PLAN_SURE)
        return code;
    for (int i = 0; i < 5 && code == STATUS_OK; i++) {
        const double middle = (low + high) / 2;
        flow_profile_fill(&profile, middle, v->question.periods, capacity);
        code = course_chance(&v->question, capacity, target, a, &chance, err);
        if (chance >= PLAN_SURE)
            high = middle;
        else
            low = middle;
    }
    flow_profile_fill(&profile, high, v->question.periods, capacity);
    v->sure = capacity[v->question.periods - 1];
    return code;
}

status plan_view_make(const site *s, int32_t who, unsigned parts, arena *a, plan_view *out, error *err)
{
    error own = {0};
    status code = plan_view_list(s, who, NULL, a, out, err);
    if (code != STATUS_OK || out->list.problem[0] != 0)
        return code;
    code = plan_answer_make(&out->list, &out->settings, a, &out->answer, &own);
    if (code == STATUS_OK)
        code = courses_make(out, parts, a, &own);
    if (code == STATUS_OK && (parts & PLAN_BARS) != 0)
        code = sure_find(out, a, &own);
    if (code == STATUS_OK && (parts & PLAN_FUNCTIONS) != 0)
        code = functions_make(out, a, &own);
    if (code == STATUS_OK)
        code = test_make(out, a, &own);
    if (code == STATUS_REFUSED) /* nothing of what was begun is told */
        out->course_count = out->shown_count = out->bar_count = out->function_count = 0;
    return list_refuse(&out->list, code, &own, err);
}

/* ---- the past --------------------------------------------------------------------------------------------- */

/* Months of a series within the window that is drawn. */
static size_t months_within(const plan_view *v, const edition_series *series)
{
    size_t count = 0, n = 0;
    const edition_point *points = series == NULL ? NULL : site_points(v->site, series, &count);
    for (size_t i = 0; i < count; i++)
        n += points[i].period.kind == PERIOD_MONTH && point_has_figure(&points[i]) &&
             points[i].period.first_month <= v->list.last.first_month &&
             points[i].period.first_month >= v->list.last.first_month - PLAN_PAST_MONTHS;
    return n;
}

/* The share of the extract, or that of the panel of boards, which leaves out national hubs: whichever tells more months. */
static const edition_series *history_find(const plan_view *v)
{
    const edition *e = v->site->now;
    const int32_t own = edition_find_measure(e, PLANNED_MEASURE), panel = edition_find_measure(e, PANEL_MEASURE);
    const edition_series *first = own < 0 ? NULL : site_total(v->site, own, v->who),
                         *second = panel < 0 ? NULL : site_total(v->site, panel, v->who);
    return months_within(v, second) > months_within(v, first) ? second : first;
}

status plan_history_make(const plan_view *v, arena *a, plan_history *out, error *err)
{
    const int32_t last = v->list.last.first_month;
    const edition_series *series = history_find(v);
    size_t count = 0;
    const edition_point *points = series == NULL ? NULL : site_points(v->site, series, &count);
    *out = (plan_history){.first_month = last,
                          .published = arena_array(a, PLAN_PAST_MONTHS + 1, sizeof(double)),
                          .estimated = arena_array(a, PLAN_PAST_MONTHS + 1, sizeof(double))};
    if (out->published == NULL || out->estimated == NULL)
        return no_memory(err);
    for (size_t i = 0; i <= PLAN_PAST_MONTHS; i++)
        out->published[i] = out->estimated[i] = NAN;
    for (size_t i = 0; i < count; i++) {
        const int32_t month = points[i].period.first_month;
        if (points[i].period.kind != PERIOD_MONTH || month > last || month < last - PLAN_PAST_MONTHS ||
            !point_has_figure(&points[i]))
            continue;
        out->first_month = month < out->first_month ? month : out->first_month;
        double *to = points[i].estimated ? out->estimated : out->published;
        to[PLAN_PAST_MONTHS - (last - month)] = points[i].value;
        out->any_estimated = out->any_estimated || points[i].estimated;
    }
    out->months = (size_t)(last - out->first_month + 1);
    const size_t skipped = PLAN_PAST_MONTHS + 1 - out->months;
    memmove(out->published, out->published + skipped, out->months * sizeof(double));
    memmove(out->estimated, out->estimated + skipped, out->months * sizeof(double));
    /* Where the plan begins is what the list itself says. */
    out->published[out->months - 1] = plan_figures_of(&v->list, &v->settings, v->list.opening).within_share * 100;
    if (out->any_estimated && isnan(out->estimated[out->months - 1]))
        out->estimated[out->months - 1] = out->published[out->months - 1];
    return STATUS_OK;
}
