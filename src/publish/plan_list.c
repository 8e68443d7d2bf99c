/* plan_list: calibrating a list and looking into its future. */
#include "publish/plan_list.h"

#include <math.h>
#include <string.h>

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

plan_settings plan_settings_usual(void)
{
    return (plan_settings){.bands = 13,
                           .rule = FLOW_SURPLUS_LONGEST_FIRST,
                           .profile = FLOW_PROFILE_LINEAR,
                           .referrals = NAN,
                           .capacity = NAN,
                           .unit_cost = NAN,
                           .ramp_months = 12,
                           .calibration = {.negative = FLOW_NEGATIVE_KEEP, .pooled = true},
                           .goal = {.kind = FLOW_GOAL_SHARE_WITHIN, .value = 0.92, .weeks = 18, .p = 0.92},
                           .by = period_month(2029, 3)};
}

/* ---- calibration ---------------------------------------------------------------------------------------- */

status plan_list_calibrate(const plan_settings *settings, const flow_history *h, arena *a, plan_list *out, error *err)
{
    out->bands = h->bands;
    out->periods = h->periods;
    double **by_band[] = {&out->treatment,          &out->removal,         &out->joining, &out->opening,
                          &out->observed_treatment, &out->observed_removal};
    for (size_t i = 0; i < sizeof by_band / sizeof *by_band; i++)
        if ((*by_band[i] = arena_array(a, h->bands, sizeof(double))) == NULL)
            return no_memory(err);
    flow_rates rates = {out->treatment, out->removal, out->joining, 0, 0};
    status code = flow_calibrate(h, &settings->calibration, out->observed_treatment, out->observed_removal, NULL, err);
    if (code == STATUS_OK)
        code = flow_calibrate_model(h, &settings->calibration, &rates, &out->balance, err);
    if (code != STATUS_OK)
        return code;
    out->gained = rates.gained;
    out->absurd = rates.limited;
    memcpy(out->opening, h->stock + h->periods * h->bands, h->bands * sizeof(double));
    const double periods = (double)h->periods;
    out->referrals = (out->balance.referrals + out->balance.referrals_added) / periods;
    out->capacity = out->balance.treated / periods;
    if (!(out->capacity > 0))
        (void)snprintf(out->problem, sizeof out->problem,
                       "nobody was treated in the months that were read, so there is no "
                       "capacity to plan with");
    else if (!(flow_total(out->opening, h->bands) > 0))
        (void)snprintf(out->problem, sizeof out->problem, "nobody is waiting at the end of the last month");
    else if (!(out->referrals > 0) && isnan(settings->referrals)) {
        out->without_referrals = true;
        (void)snprintf(out->problem, sizeof out->problem, "no new periods were published in the months that were read");
    }
    if (!isnan(settings->referrals))
        out->referrals = settings->referrals;
    return STATUS_OK;
}

/* The latest unbroken run of months with all parts: [*first, count). */
static size_t run_find(const edition_flow *flow, bool *gap)
{
    size_t first = flow->month_count;
    while (first > 0) {
        const edition_flow_month *m = &flow->months[first - 1];
        if (!m->has_waiting || !m->has_completed || !m->has_new)
            break;
        if (first < flow->month_count && m->period.first_month + 1 != flow->months[first].period.first_month)
            break;
        first--;
    }
    *gap = first > 0 && first < flow->month_count;
    return first;
}

/* Completed pathways whose clock start is not known are taken to have waited like the others. */
static double completed_scale(const edition_flow_month *m)
{
    const double known = flow_total(m->completed, EDITION_FLOW_WEEKS + 1);
    return known > 0 ? m->completed_all / known : 1;
}

static void month_missing(const edition_flow *flow, plan_list *out)
{
    const edition_flow_month *m = &flow->months[flow->month_count - 1];
    char when[PERIOD_WORDS];
    period_words(m->period, when);
    (void)snprintf(out->problem, sizeof out->problem, "%s has no %s", when,
                   !m->has_waiting     ? "figures of people waiting"
                   : !m->has_completed ? "completed pathways, so nobody seems to be treated"
                                       : "new periods, so nobody seems to join the list");
}

static status history_fill(const edition_flow *flow, size_t first, size_t bands, double *stock, double *treated,
                           double *referrals, error *err)
{
    const size_t months = flow->month_count - first, from = months > 1 ? 1 : 0;
    status code = STATUS_OK;
    for (size_t i = 0; i < months && code == STATUS_OK; i++) {
        const edition_flow_month *m = &flow->months[first + i];
        code = flow_bands_from_weeks(m->waiting, EDITION_FLOW_WEEKS, FLOW_WEEKS_PER_MONTH, bands,
                                     stock + (i + 1 - from) * bands, NULL, NULL, err);
        if (code != STATUS_OK || i < from)
            continue;
        double *to = treated + (i - from) * bands;
        code =
            flow_bands_from_weeks(m->completed, EDITION_FLOW_WEEKS, FLOW_WEEKS_PER_MONTH, bands, to, NULL, NULL, err);
        const double scale = completed_scale(m);
        for (size_t k = 0; k < bands; k++)
            to[k] *= scale;
        referrals[i - from] = m->new_periods;
    }
    if (months == 1) /* the list at its start is not published with it */
        memcpy(stock, stock + bands, bands * sizeof *stock);
    return code;
}

status plan_list_make(const edition_flow *flow, const plan_settings *settings, arena *a, plan_list *out, error *err)
{
    *out = (plan_list){.code = flow->code,
                       .name = flow->name,
                       .treatment_function = flow->treatment_function,
                       .treatment_function_name = flow->treatment_function_name};
    if (flow->month_count == 0) {
        (void)snprintf(out->problem, sizeof out->problem, "there are no figures");
        return STATUS_OK;
    }
    const size_t first = run_find(flow, &out->gap);
    if (first == flow->month_count) {
        month_missing(flow, out);
        return STATUS_OK;
    }
    const size_t months = flow->month_count - first, periods = months > 1 ? months - 1 : 1, bands = settings->bands;
    const edition_flow_month *last = &flow->months[flow->month_count - 1];
    out->first = flow->months[first].period;
    out->last = last->period;
    out->one_month = months == 1;
    for (size_t i = first; i < flow->month_count; i++)
        out->estimated = out->estimated || flow->months[i].estimated;
    double *stock = arena_array(a, (periods + 1) * bands, sizeof *stock);
    double *treated = arena_array(a, periods * bands, sizeof *treated),
           *referrals = arena_array(a, periods, sizeof *referrals);
    flow_piece *pieces = arena_array(a, FLOW_PIECES(EDITION_FLOW_WEEKS, bands), sizeof *pieces);
    if (stock == NULL || treated == NULL || referrals == NULL || pieces == NULL)
        return no_memory(err);
    status code = history_fill(flow, first, bands, stock, treated, referrals, err);
    if (code == STATUS_OK)
        code = flow_bands_from_weeks(last->waiting, EDITION_FLOW_WEEKS, FLOW_WEEKS_PER_MONTH, bands, NULL, pieces,
                                     &out->detail.count, err);
    out->detail.pieces = pieces;
    if (code == STATUS_OK)
        code = plan_list_calibrate(settings, &(flow_history){bands, periods, referrals, treated, stock}, a, out, err);
    return code;
}

/* ---- figures -------------------------------------------------------------------------------------------- */

double plan_open_from(const plan_list *list)
{
    return list->detail.count > 0 ? list->detail.pieces[list->detail.count - 1].from_weeks : 0;
}

plan_figures plan_figures_of(const plan_list *list, const plan_settings *settings, const double *stock)
{
    const flow_detail *detail = &list->detail;
    const double waiting = flow_total(stock, list->bands);
    const double weeks = settings->goal.weeks > 0 ? settings->goal.weeks : 18;
    if (waiting < PLAN_NOBODY)
        return (plan_figures){.waiting = waiting,
                              .within_share = NAN,
                              .over_52 = plan_open_from(list) < 52 ? NAN : 0,
                              .median_weeks = NAN,
                              .p92_weeks = NAN};
    return (plan_figures){.waiting = waiting,
                          .within_share = waiting > 0 && plan_open_from(list) >= weeks
                                              ? 1 - flow_over(stock, detail, weeks) / waiting
                                              : NAN,
                          .over_52 = plan_open_from(list) < 52 ? NAN : flow_over(stock, detail, 52),
                          .median_weeks = flow_percentile_weeks(stock, detail, 0.5),
                          .p92_weeks = flow_percentile_weeks(stock, detail, 0.92)};
}

size_t plan_periods(const plan_list *list, const plan_settings *settings)
{
    const int32_t end = settings->by.first_month + settings->by.months - 1, now = list->last.first_month;
    return end > now ? (size_t)(end - now) : 0;
}

period plan_month(const plan_list *list, size_t index)
{
    const int32_t month = list->last.first_month + 1 + (int32_t)index;
    return period_month(month / 12, month % 12 + 1);
}

/* ---- projection ----------------------------------------------------------------------------------------- */

flow_model plan_model_of(const plan_list *list, const plan_settings *settings)
{
    return (flow_model){.bands = list->bands,
                        .treatment_rate = list->treatment,
                        .removal_rate = list->removal,
                        .surplus = settings->rule,
                        .rates_hold = !settings->as_today,
                        .joining = list->joining,
                        .gained = list->gained};
}

void plan_referrals_fill(const plan_list *list, const plan_settings *settings, size_t periods, double *referrals)
{
    for (size_t p = 0; p < periods; p++)
        referrals[p] = list->referrals * pow(1 + settings->growth_per_year, (double)(p + 1) / 12);
}

static void weights_fill(const plan_list *list, const plan_settings *settings, size_t periods, double *weights)
{
    for (size_t p = 0; p < periods; p++)
        weights[p] = settings->has_weights ? settings->weights[plan_month(list, p).first_month % 12] : 1;
}

double plan_capacity(const plan_list *list, const plan_settings *settings)
{
    const double capacity = isnan(settings->capacity) ? list->capacity : settings->capacity;
    return capacity * (1 + settings->capacity_change);
}

void plan_capacity_fill(const plan_list *list, const plan_settings *settings, size_t periods, double *capacity)
{
    weights_fill(list, settings, periods, capacity);
    for (size_t p = 0; p < periods; p++)
        capacity[p] *= plan_capacity(list, settings);
}

status plan_project(const plan_list *list, const plan_settings *settings, const double *capacity, size_t periods,
                    arena *a, plan_path *out, error *err)
{
    const size_t cells = periods * list->bands;
    *out = (plan_path){.periods = periods};
    double **by_month[] = {&out->referrals,     &out->capacity,      &out->unused,
                           &out->treated_total, &out->removed_total, &out->joined};
    double **by_band[] = {&out->stock, &out->treated, &out->removed};
    for (size_t i = 0; i < sizeof by_month / sizeof *by_month; i++)
        if ((*by_month[i] = arena_array(a, periods, sizeof(double))) == NULL)
            return no_memory(err);
    for (size_t i = 0; i < sizeof by_band / sizeof *by_band; i++)
        if ((*by_band[i] = arena_array(a, cells, sizeof(double))) == NULL)
            return no_memory(err);
    plan_referrals_fill(list, settings, periods, out->referrals);
    memcpy(out->capacity, capacity, periods * sizeof *capacity);
    const flow_model model = plan_model_of(list, settings);
    const flow_course course = {periods, list->opening, out->referrals, out->capacity};
    status code = flow_model_check(&model, err);
    if (code == STATUS_OK)
        code = flow_course_check(&course, list->bands, err);
    if (code != STATUS_OK)
        return code;
    flow_project(&model, &course, out->stock, out->treated, out->removed, out->unused);
    for (size_t p = 0; p < periods; p++) {
        out->treated_total[p] = flow_total(out->treated + p * list->bands, list->bands);
        out->removed_total[p] = flow_total(out->removed + p * list->bands, list->bands);
        out->joined[p] =
            fmax(0, flow_joined(p == 0 ? list->opening : out->stock + (p - 1) * list->bands, out->referrals[p],
                                out->stock + p * list->bands, out->treated + p * list->bands,
                                out->removed + p * list->bands, list->bands));
    }
    return STATUS_OK;
}

status plan_optimise(const plan_list *list, const plan_settings *settings, size_t periods, arena *a, double *capacity,
                     flow_answer *out, error *err)
{
    double *referrals = arena_array(a, periods, sizeof *referrals), *weights = arena_array(a, periods, sizeof *weights);
    if (referrals == NULL || weights == NULL)
        return no_memory(err);
    plan_referrals_fill(list, settings, periods, referrals);
    weights_fill(list, settings, periods, weights);
    const flow_model model = plan_model_of(list, settings);
    const flow_course course = {periods, list->opening, referrals, NULL};
    const flow_profile profile = {settings->profile, list->capacity, settings->ramp_months, weights};
    flow_goal goal = settings->goal;
    goal.detail = &list->detail;
    return flow_optimise(&model, &course, &profile, &goal, a, capacity, out, err);
}

status plan_answer_make(const plan_list *list, const plan_settings *settings, arena *a, plan_answer *out, error *err)
{
    *out = (plan_answer){.periods = plan_periods(list, settings), .for_good = NAN};
    plan_settings as_now = *settings;
    as_now.capacity = NAN;
    as_now.capacity_change = 0;
    out->capacity = arena_array(a, out->periods, sizeof *out->capacity);
    out->unchanged_capacity = arena_array(a, out->periods, sizeof *out->unchanged_capacity);
    if (out->capacity == NULL || out->unchanged_capacity == NULL)
        return no_memory(err);
    out->now = plan_figures_of(list, settings, list->opening);
    plan_capacity_fill(list, &as_now, out->periods, out->unchanged_capacity);
    out->unchanged_total = flow_total(out->unchanged_capacity, out->periods);
    status code = plan_project(list, settings, out->unchanged_capacity, out->periods, a, &out->unchanged_path, err);
    if (code != STATUS_OK)
        return code;
    const size_t last = (out->periods - 1) * list->bands;
    out->unchanged = plan_figures_of(list, settings, out->unchanged_path.stock + last);
    code = plan_optimise(list, settings, out->periods, a, out->capacity, &out->found, err);
    if (code == STATUS_OK)
        code = plan_project(list, settings, out->capacity, out->periods, a, &out->planned_path, err);
    if (code != STATUS_OK)
        return code;
    out->planned = plan_figures_of(list, settings, out->planned_path.stock + last);
    out->extra = out->found.total_capacity - out->unchanged_total;
    return plan_for_good(list, settings, out->periods, a, &out->for_good, err);
}

status plan_for_good(const plan_list *list, const plan_settings *settings, size_t periods, arena *a, double *out,
                     error *err)
{
    *out = NAN;
    double percentile = settings->goal.value, wait = settings->goal.weeks;
    if (settings->goal.kind == FLOW_GOAL_PERCENTILE) {
        percentile = settings->goal.p;
        wait = settings->goal.value;
    } else if (settings->goal.kind != FLOW_GOAL_SHARE_WITHIN)
        return STATUS_OK;
    if (!(percentile > 0 && percentile < 1) || !(wait > 0))
        return STATUS_OK;
    if (!settings->as_today && settings->rule != FLOW_SURPLUS_LONGEST_FIRST)
        return STATUS_OK;
    const flow_model model = plan_model_of(list, settings);
    const double referrals = list->referrals * pow(1 + settings->growth_per_year, (double)periods / 12);
    if (!(referrals > 0))
        return STATUS_OK;
    flow_steady steady;
    const status code =
        settings->as_today
            ? flow_steady_scaled_find(referrals, &model, percentile, wait, &list->detail, a, &steady, err)
            : flow_steady_longest_first_find(referrals, &model, percentile, wait, &list->detail, a, &steady, err);
    if (code == STATUS_OK && steady.exists)
        *out = steady.treated;
    return code;
}
