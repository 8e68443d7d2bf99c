/* Capacity profiles, goals, and the least capacity that meets a goal by the end of a course. */
#include "plan/flow.h"

#include <math.h>
#include <string.h>

static const char *const profile_names[] = {"flat", "linear", "ramp", "monthly"};

const char *flow_profile_name(flow_profile_kind kind)
{
    return profile_names[kind];
}

bool flow_profile_find(const char *name, flow_profile_kind *out)
{
    for (size_t i = 0; i < sizeof profile_names / sizeof *profile_names; i++)
        if (strcmp(name, profile_names[i]) == 0) {
            *out = (flow_profile_kind)i;
            return true;
        }
    return false;
}

void flow_profile_fill(const flow_profile *profile, double multiplier, size_t periods, double *capacity)
{
    for (size_t p = 0; p < periods; p++) {
        double along = 1;
        if (profile->kind == FLOW_PROFILE_LINEAR)
            along = periods > 1 ? (double)p / (double)(periods - 1) : 1;
        else if (profile->kind == FLOW_PROFILE_RAMP)
            along = p < profile->ramp_periods ? (double)p / (double)profile->ramp_periods : 1;
        const double weight = profile->kind == FLOW_PROFILE_MONTHLY ? profile->weights[p] : 1;
        const double figure = profile->base * weight * (1 + (multiplier - 1) * along);
        capacity[p] = figure > 0 ? figure : 0;
    }
}

/* ---- goals ------------------------------------------------------------------------------------------- */

/* Fewer than a millionth of a person is rounding: nobody. */
static const double nobody = 1e-6;

double flow_goal_figure(const flow_goal *goal, const double *stock, size_t bands)
{
    const double total = flow_total(stock, bands);
    const bool empty = total < nobody;
    switch (goal->kind) {
    case FLOW_GOAL_SHARE_FROM: return empty ? 0 : flow_share_from(stock, bands, goal->band);
    case FLOW_GOAL_SHARE_WITHIN: return empty ? 1 : 1 - flow_over(stock, goal->detail, goal->weeks) / total;
    case FLOW_GOAL_SHARE_OVER: return empty ? 0 : flow_over(stock, goal->detail, goal->weeks) / total;
    case FLOW_GOAL_OVER: return empty ? 0 : flow_over(stock, goal->detail, goal->weeks);
    case FLOW_GOAL_PERCENTILE: return empty ? 0 : flow_percentile_weeks(stock, goal->detail, goal->p);
    case FLOW_GOAL_LIST: break;
    }
    return empty ? 0 : total;
}

bool flow_goal_met(const flow_goal *goal, double figure)
{
    return goal->kind == FLOW_GOAL_SHARE_WITHIN ? figure >= goal->value : figure <= goal->value;
}

/* Is a nearer to the goal than b? A missing figure is farthest. */
static bool is_nearer(const flow_goal *goal, double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(b) && !isnan(a);
    const double least = 1e-12 * fmax(fabs(a), fabs(b));
    return goal->kind == FLOW_GOAL_SHARE_WITHIN ? a > b + least : a < b - least;
}

static status goal_refuse(error *err, const char *what, const char *hint)
{
    error_set(err, STATUS_USAGE, "%s", what);
    error_hint(err, "%s", hint);
    return STATUS_USAGE;
}

static status goal_check(const flow_goal *goal, size_t bands, error *err)
{
    const bool is_share = goal->kind == FLOW_GOAL_SHARE_FROM || goal->kind == FLOW_GOAL_SHARE_WITHIN ||
                          goal->kind == FLOW_GOAL_SHARE_OVER;
    if (is_share && !(goal->value >= 0 && goal->value <= 1))
        return goal_refuse(err, "the target is no share of the list", "Give a share from 0 to 1, such as 0.92.");
    if (!isfinite(goal->value) || goal->value < 0)
        return goal_refuse(err, "the target is below 0 or missing", "Give a number of people or weeks of 0 or more.");
    if (goal->kind == FLOW_GOAL_SHARE_FROM && goal->band >= bands)
        return goal_refuse(err, "the band of the target is beyond the last one", "Bands are counted from 0.");
    const bool by_weeks =
        goal->kind == FLOW_GOAL_SHARE_WITHIN || goal->kind == FLOW_GOAL_SHARE_OVER || goal->kind == FLOW_GOAL_OVER;
    if (by_weeks && !(goal->weeks > 0))
        return goal_refuse(err, "the wait of the target is not above 0", "Give a wait in weeks, such as 18.");
    if (goal->kind == FLOW_GOAL_PERCENTILE && !(goal->p > 0 && goal->p <= 1))
        return goal_refuse(err, "the percentile of the target is not within 0 and 1", "The usual one is 0.92.");
    if ((by_weeks || goal->kind == FLOW_GOAL_PERCENTILE) && (!goal->detail || goal->detail->count == 0))
        return goal_refuse(err, "the target is in weeks, and the list has no waits in weeks", "Give the list by week.");
    return STATUS_OK;
}

static status profile_check(const flow_profile *profile, size_t periods, error *err)
{
    if (!(profile->base > 0) || !isfinite(profile->base))
        return goal_refuse(err, "the capacity of today is 0 or missing, so that nothing can be a multiple of it",
                           "Give today's capacity in people a period.");
    if (profile->kind == FLOW_PROFILE_RAMP && profile->ramp_periods < 1)
        return goal_refuse(err, "a ramp of no periods", "Give at least one period for the ramp.");
    if (profile->kind != FLOW_PROFILE_MONTHLY)
        return STATUS_OK;
    double sum = 0;
    for (size_t p = 0; p < periods; p++) {
        if (!(profile->weights[p] >= 0) || !isfinite(profile->weights[p]))
            return goal_refuse(err, "a month's weight of capacity is missing or below 0",
                               "Weights are 0 or more; 1 is usual.");
        sum += profile->weights[p];
    }
    return sum > 0
               ? STATUS_OK
               : goal_refuse(err, "all months' weights of capacity are 0", "At least one month needs some capacity.");
}

/* ---- the search -------------------------------------------------------------------------------------- */

typedef struct search {
    const flow_model *model;
    flow_course course;
    const flow_profile *profile;
    const flow_goal *goal;
    double *capacity, *stock;
    size_t projections;
} search;

static double figure_at(search *s, double multiplier)
{
    flow_profile_fill(s->profile, multiplier, s->course.periods, s->capacity);
    flow_project(s->model, &s->course, s->stock, NULL, NULL, NULL);
    s->projections++;
    return flow_goal_figure(s->goal, s->stock + (s->course.periods - 1) * s->model->bands, s->model->bands);
}

/* The look: steps of 1/16 up to twice the capacity, then by equal factors up to where everybody could be treated at once. */
enum { LOOK_FINE = 32, LOOK_COARSE = 48 };
static const double look_fine_end = 2;

static double look_at(size_t k, double last)
{
    if (k <= LOOK_FINE)
        return look_fine_end * (double)k / LOOK_FINE;
    return look_fine_end * pow(last / look_fine_end, (double)(k - LOOK_FINE) / LOOK_COARSE);
}

/* A multiplier at which a period's capacity is twice all the people of the course. */
static double look_last(const search *s)
{
    double people = flow_total(s->course.opening, s->model->bands) + flow_total(s->course.referrals, s->course.periods);
    if (s->model->joining != NULL)
        people += flow_total(s->model->joining, s->model->bands) * (double)s->course.periods;
    double least = s->profile->base;
    if (s->profile->kind == FLOW_PROFILE_MONTHLY)
        for (size_t p = 0; p < s->course.periods; p++)
            if (s->profile->weights[p] > 0)
                least = fmin(least, s->profile->base * s->profile->weights[p]);
    return fmax(2 * look_fine_end, 2 * people / least);
}

static void answer_fill(search *s, flow_outcome outcome, double multiplier, flow_answer *out)
{
    *out = (flow_answer){.outcome = outcome, .multiplier = multiplier, .figure = figure_at(s, multiplier)};
    out->last_capacity = s->capacity[s->course.periods - 1];
    out->total_capacity = flow_total(s->capacity, s->course.periods);
    out->projections = s->projections;
}

static void search_run(search *s, flow_answer *out)
{
    const double last = look_last(s);
    double best = NAN, best_multiplier = 0, not_met = 0, met = NAN;
    for (size_t k = 0; k <= LOOK_FINE + LOOK_COARSE; k++) {
        const double multiplier = look_at(k, last), figure = figure_at(s, multiplier);
        if (flow_goal_met(s->goal, figure)) {
            met = multiplier;
            break;
        }
        not_met = multiplier;
        if (is_nearer(s->goal, figure, best)) {
            best = figure;
            best_multiplier = multiplier;
        }
    }
    if (isnan(met)) {
        answer_fill(s, FLOW_CANNOT_BE_MET, best_multiplier, out);
        return;
    }
    if (met == 0) {
        answer_fill(s, FLOW_MET_BY_NONE, 0, out);
        return;
    }
    for (;;) {
        const double middle = not_met + (met - not_met) / 2;
        if (!(middle > not_met && middle < met))
            break;
        if (flow_goal_met(s->goal, figure_at(s, middle)))
            met = middle;
        else
            not_met = middle;
    }
    answer_fill(s, FLOW_MET, met, out);
}

status flow_optimise(const flow_model *model, const flow_course *course, const flow_profile *profile,
                     const flow_goal *goal, arena *scratch, double *capacity, flow_answer *out, error *err)
{
    flow_course unset = *course;
    unset.capacity = NULL;
    status outcome = flow_model_check(model, err);
    if (outcome == STATUS_OK)
        outcome = flow_course_check(&unset, model->bands, err);
    if (outcome == STATUS_OK)
        outcome = profile_check(profile, course->periods, err);
    if (outcome == STATUS_OK)
        outcome = goal_check(goal, model->bands, err);
    if (outcome != STATUS_OK)
        return outcome;
    search s = {model, unset, profile, goal, capacity, NULL, 0};
    s.course.capacity = capacity;
    s.stock = arena_array(scratch, course->periods * model->bands, sizeof *s.stock);
    if (!s.stock)
        return error_set(err, STATUS_MEMORY, "no memory for %zu periods of %zu bands", course->periods, model->bands);
    search_run(&s, out);
    return STATUS_OK;
}
