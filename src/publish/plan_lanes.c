/* plan_lanes: one step of every run, then the next. */
#include "publish/plan_lanes.h"

#include <math.h>
#include <string.h>

enum { LANES = PLAN_LANES };

/* Two lanes in one register of any processor of 64 bits. Compilers do not turn a choice between two numbers into one by themselves, for fear of traps. */
typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef int64_t choice __attribute__((vector_size(16), aligned(8), may_alias)); /* all bits set or none */

static inline pair choose(choice which, pair yes, pair no)
{
    return (pair)((which & (choice)yes) | (~which & (choice)no));
}

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

double plan_beyond(const flow_piece *piece, double weeks)
{
    if (piece->from_weeks >= weeks)
        return piece->share;
    if (isinf(piece->to_weeks) || piece->to_weeks <= weeks)
        return 0;
    return piece->share * (piece->to_weeks - weeks) / (piece->to_weeks - piece->from_weeks);
}

void plan_validate(const plan_list *list, const simulate_validation *v, size_t stride, double *stock)
{
    const flow_detail *detail = &list->detail;
    for (size_t i = 0, end; i < detail->count; i = end) {
        const size_t band = detail->pieces[i].band;
        double beyond = 0;
        for (end = i; end < detail->count && detail->pieces[end].band == band; end++)
            beyond += plan_beyond(&detail->pieces[end], v->minimum_weeks);
        stock[band * stride] *= 1 - v->share * fmin(1, beyond);
    }
}

status plan_lanes_begin(plan_lanes *l, const plan_list *list, const flow_model *model, size_t periods, arena *a,
                        error *err)
{
    const size_t bands = list->bands;
    *l = (plan_lanes){.list = list, .model = model, .periods = periods};
    l->referrals = arena_array(a, periods * LANES + 1, sizeof(double));
    l->slots = arena_array(a, periods * LANES + 1, sizeof(double));
    l->removal = arena_array(a, bands * LANES, sizeof(double));
    l->stock = arena_array(a, bands * LANES, sizeof(double));
    if (l->referrals == NULL || l->slots == NULL || l->removal == NULL || l->stock == NULL)
        return no_memory(err);
    if (model->surplus == FLOW_SURPLUS_EVENLY && (l->single = arena_array(a, bands * 3, sizeof(double))) == NULL)
        return no_memory(err);
    return STATUS_OK;
}

status plan_lanes_put(plan_lanes *l, const lane_run *run, arena *a, error *err)
{
    const size_t lane = l->used;
    if (run->validation_count > l->validation_room[lane]) {
        l->validations[lane] = arena_array(a, run->validation_count, sizeof *run->validations);
        if (l->validations[lane] == NULL)
            return no_memory(err);
        l->validation_room[lane] = run->validation_count;
    }
    if (run->validation_count > 0)
        memcpy(l->validations[lane], run->validations, run->validation_count * sizeof *run->validations);
    l->validation_counts[lane] = run->validation_count;
    for (size_t p = 0; p < l->periods; p++) {
        l->referrals[p * LANES + lane] = run->referrals[p];
        l->slots[p * LANES + lane] = run->slots[p];
    }
    for (size_t b = 0; b < l->list->bands; b++)
        l->removal[b * LANES + lane] = run->removal[b];
    l->used++;
    return STATUS_OK;
}

/* The step of flow_project in two lanes. Lanes that were not put hold numbers of runs before, or noughts: worked on and not looked at. */
static inline void step(const flow_model *m, pair capacity, const double *removal, double *stock)
{
    const pair nought = {0, 0}, one = {1, 1};
    pair weights = nought;
    for (size_t b = 0; b < m->bands; b++)
        weights += *(const pair *)(stock + b * LANES) * m->treatment_rate[b];
    const choice some = weights > nought;
    pair share = choose(some, capacity / choose(some, weights, one), nought), surplus = choose(some, nought, capacity);
    if (m->rates_hold) {
        const choice over = share > one;
        surplus = choose(over, capacity - weights, surplus);
        share = choose(over, one, share);
    }
    for (size_t b = 0; b < m->bands; b++) {
        pair *at = (pair *)(stock + b * LANES);
        const pair wanted = share * *at * m->treatment_rate[b],
                   there = *at - *at * *(const pair *)(removal + b * LANES),
                   treated = choose(wanted < there, wanted, there);
        surplus += wanted - treated;
        *at = there - treated; /* nought where all are */
    }
    for (size_t b = m->bands; b-- > 0 && m->surplus == FLOW_SURPLUS_LONGEST_FIRST;) {
        pair *at = (pair *)(stock + b * LANES);
        const choice any = surplus > nought;
        if ((any[0] | any[1]) == 0)
            break;
        const pair used = choose(any, choose(surplus < *at, surplus, *at), nought);
        *at -= used;
        surplus -= used;
    }
}

/* Surplus shared evenly goes around the bands as often as it takes: such a lane is stepped by itself. */
static void step_singly(const plan_lanes *l, size_t p)
{
    const size_t bands = l->list->bands;
    double *before = l->single, *now = before + bands, *removal = now + bands;
    flow_model model = *l->model;
    model.removal_rate = removal;
    for (size_t lane = 0; lane < l->used; lane++) {
        for (size_t b = 0; b < bands; b++) {
            before[b] = l->stock[b * LANES + lane];
            removal[b] = l->removal[b * LANES + lane];
        }
        const flow_course one = {1, before, l->referrals + p * LANES + lane, l->slots + p * LANES + lane};
        flow_project(&model, &one, now, NULL, NULL, NULL);
        for (size_t b = 0; b < bands; b++)
            l->stock[b * LANES + lane] = now[b];
    }
}

static void validations_apply(const plan_lanes *l, size_t p)
{
    for (size_t lane = 0; lane < l->used; lane++)
        for (size_t k = 0; k < l->validation_counts[lane]; k++)
            if (l->validations[lane][k].period == (int32_t)p)
                plan_validate(l->list, &l->validations[lane][k], LANES, l->stock + lane);
}

static void arrive(const plan_lanes *l, size_t p)
{
    const size_t bands = l->list->bands;
    double *last = l->stock + (bands - 1) * LANES;
    for (size_t i = 0; i < LANES; i++)
        last[i] = l->stock[(bands - 2) * LANES + i] + last[i];
    memmove(l->stock + LANES, l->stock, (bands - 2) * LANES * sizeof *l->stock);
    memcpy(l->stock, l->referrals + p * LANES, LANES * sizeof *l->stock);
}

static void join(const plan_lanes *l)
{
    const flow_model *m = l->model;
    double removed[LANES] = {0}, share[LANES];
    for (size_t b = 0; b < m->bands; b++)
        for (size_t i = 0; i < LANES; i++)
            removed[i] += l->stock[b * LANES + i] * l->removal[b * LANES + i];
    for (size_t i = 0; i < LANES; i++)
        share[i] = flow_joining_share(m, removed[i]);
    for (size_t b = 0; b < m->bands; b++)
        for (size_t i = 0; i < LANES; i++)
            l->stock[b * LANES + i] += m->joining[b] * share[i];
}

static void figures(const plan_lanes *l, const double *within_weights, double *waiting, double *within)
{
    double all[LANES] = {0}, soon[LANES] = {0};
    for (size_t b = 0; b < l->list->bands; b++)
        for (size_t i = 0; i < LANES; i++) {
            const double people = l->stock[b * LANES + i];
            all[i] += people;
            soon[i] += people * within_weights[b];
        }
    for (size_t i = 0; i < l->used; i++) {
        waiting[i] = all[i];
        within[i] = all[i] > 0 ? soon[i] / all[i] : 1;
    }
}

void plan_lanes_run(plan_lanes *l, const double *within_weights, size_t first, size_t count, double *waiting,
                    double *within)
{
    for (size_t b = 0; b < l->list->bands; b++)
        for (size_t i = 0; i < LANES; i++)
            l->stock[b * LANES + i] = l->list->opening[b];
    for (size_t p = 0; p < l->periods; p++) {
        validations_apply(l, p);
        if (l->single != NULL) {
            step_singly(l, p);
        } else {
            arrive(l, p);
            if (l->model->joining != NULL)
                join(l);
            for (size_t i = 0; i < LANES; i += 2)
                step(l->model, *(const pair *)(l->slots + p * LANES + i), l->removal + i, l->stock + i);
        }
        figures(l, within_weights, waiting + p * count + first, within + p * count + first);
    }
    l->used = 0;
}
