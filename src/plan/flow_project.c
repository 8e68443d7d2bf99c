/* One step after another: who arrives in a band, who leaves it, and what becomes of capacity that a band cannot use. */
#include "plan/flow.h"

#include <math.h>
#include <string.h>

static const char *const surplus_names[] = {"unused", "evenly", "longest-first"};

const char *flow_surplus_name(flow_surplus rule)
{
    return surplus_names[rule];
}

bool flow_surplus_find(const char *name, flow_surplus *out)
{
    for (size_t i = 0; i < sizeof surplus_names / sizeof *surplus_names; i++)
        if (strcmp(name, surplus_names[i]) == 0) {
            *out = (flow_surplus)i;
            return true;
        }
    return false;
}

/* Takes `surplus` people in equal parts from the bands that have any, again and again while some of it is left. */
static double spend_evenly(double *stock, double *treated, size_t bands, double surplus)
{
    while (surplus > 0) {
        size_t with_people = 0;
        for (size_t i = 0; i < bands; i++)
            with_people += stock[i] > 0;
        if (with_people == 0)
            break;
        const double each = surplus / (double)with_people;
        surplus = 0;
        for (size_t i = 0; i < bands; i++) {
            if (!(stock[i] > 0))
                continue;
            const double taken = each < stock[i] ? each : stock[i];
            stock[i] -= taken;
            treated[i] += taken;
            surplus += each - taken;
        }
    }
    return surplus;
}

static double spend_on_longest(double *stock, double *treated, size_t bands, double surplus)
{
    for (size_t i = bands; i-- > 0 && surplus > 0;) {
        const double taken = surplus < stock[i] ? surplus : stock[i];
        stock[i] -= taken;
        treated[i] += taken;
        surplus -= taken;
    }
    return surplus;
}

/* stock holds those arriving on the way in, those left on the way out. Returns the capacity that found nobody. */
static double step(const flow_model *model, double capacity, double *restrict stock, double *restrict treated,
                   double *restrict removed)
{
    const size_t bands = model->bands;
    double weights = 0;
    for (size_t i = 0; i < bands; i++)
        weights += stock[i] * model->treatment_rate[i];
    double share = weights > 0 ? capacity / weights : 0;
    double surplus = weights > 0 ? 0 : capacity;
    if (model->rates_hold && share > 1) {
        share = 1;
        surplus = capacity - weights;
    }
    for (size_t i = 0; i < bands; i++) {
        removed[i] = stock[i] * model->removal_rate[i];
        const double wanted = share * stock[i] * model->treatment_rate[i];
        const double there = stock[i] - removed[i];
        treated[i] = wanted < there ? wanted : there;
        surplus += wanted - treated[i];
        stock[i] = wanted < there ? there - wanted : 0;
    }
    if (surplus > 0 && model->surplus == FLOW_SURPLUS_EVENLY)
        surplus = spend_evenly(stock, treated, bands, surplus);
    if (surplus > 0 && model->surplus == FLOW_SURPLUS_LONGEST_FIRST)
        surplus = spend_on_longest(stock, treated, bands, surplus);
    return surplus;
}

double flow_joining_share(const flow_model *model, double removed)
{
    const double most = model->joining == NULL ? 0 : flow_total(model->joining, model->bands);
    return most > 0 ? fmin(1, (removed + model->gained) / most) : 0;
}

/* Bands that people join have no removals, so that those who leave are known before. */
static void join(const flow_model *model, double *arriving)
{
    double removed = 0;
    for (size_t i = 0; i < model->bands; i++)
        removed += arriving[i] * model->removal_rate[i];
    const double share = flow_joining_share(model, removed);
    for (size_t i = 0; i < model->bands; i++)
        arriving[i] += model->joining[i] * share;
}

double flow_joined(const double *before, double referrals, const double *stock, const double *treated,
                   const double *removed, size_t bands)
{
    return flow_total(treated, bands) + flow_total(removed, bands) + flow_total(stock, bands) -
           flow_total(before, bands) - referrals;
}

void flow_project(const flow_model *model, const flow_course *course, double *stock, double *treated, double *removed,
                  double *unused)
{
    const size_t bands = model->bands;
    double treated_here[FLOW_BANDS_MAXIMUM], removed_here[FLOW_BANDS_MAXIMUM];
    const double *before = course->opening;
    for (size_t p = 0; p < course->periods; p++) {
        double *now = stock + p * bands;
        now[0] = course->referrals[p];
        memcpy(now + 1, before, (bands - 1) * sizeof *now);
        now[bands - 1] += before[bands - 1];
        if (model->joining != NULL)
            join(model, now);
        const double left = step(model, course->capacity[p], now, treated ? treated + p * bands : treated_here,
                                 removed ? removed + p * bands : removed_here);
        if (unused)
            unused[p] = left;
        before = now;
    }
}
