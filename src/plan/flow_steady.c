/* Lists that stay the same: what a target costs for good. */
#include "plan/flow.h"

#include <math.h>

/* ---- the search ------------------------------------------------------------------------------------- */

/* Makes the steady list of a parameter; does it meet the target? */
typedef bool (*steady_meets)(const void *context, double parameter, flow_steady *out);

/* Bisection to the last bit between a parameter that meets the target and one that does not. *out is that of the last one that does. */
static void steady_bisect(steady_meets meets, const void *context, double good, double bad, flow_steady *out)
{
    for (;;) {
        const double middle = good + (bad - good) / 2;
        if (!(middle > fmin(good, bad) && middle < fmax(good, bad)))
            break;
        if (meets(context, middle, out))
            good = middle;
        else
            bad = middle;
    }
    (void)meets(context, good, out);
    out->exists = true;
}

/* ---- a geometric profile of treatments --------------------------------------------------------------- */

void flow_steady_geometric(double referrals, double first, double p, const double *removal_rate, size_t bands,
                           double percentile, double *stock, flow_steady *out)
{
    double kept[FLOW_BANDS_MAXIMUM];
    double *list = stock ? stock : kept;
    double waiting = referrals, wanted = first;
    flow_steady s = {.parameter = p};
    for (size_t i = 0; i < bands; i++) {
        const double there = waiting * (1 - removal_rate[i]);
        const double treated = wanted < there ? wanted : there;
        s.treated += treated;
        waiting = there - treated;
        list[i] = waiting;
        s.list += waiting;
        wanted *= p;
    }
    s.beyond = waiting;
    s.wait = flow_percentile(list, bands, percentile);
    s.exists = out->exists;
    *out = s;
}

static status steady_refuse(error *err, const char *what)
{
    error_set(err, STATUS_USAGE, "%s", what);
    error_hint(
        err, "Referrals, treatments and the target wait must be above 0, rates and the percentile within 0 and 1, and "
             "there must be 2 bands or more.");
    return STATUS_USAGE;
}

typedef struct geometric {
    double referrals, first, percentile, wait;
    const double *removal_rate;
    size_t bands;
} geometric;

static bool geometric_meets(const void *context, double parameter, flow_steady *out)
{
    const geometric *g = context;
    flow_steady_geometric(g->referrals, g->first, parameter, g->removal_rate, g->bands, g->percentile, NULL, out);
    return out->wait <= g->wait;
}

status flow_steady_geometric_find(double referrals, double first, const double *removal_rate, size_t bands,
                                  double percentile, double wait, flow_steady *out, error *err)
{
    if (bands < 2 || bands > FLOW_BANDS_MAXIMUM)
        return steady_refuse(err, "the number of bands is out of range");
    if (!(referrals > 0) || !isfinite(referrals) || !(first > 0) || !isfinite(first) || !(wait > 0))
        return steady_refuse(err, "referrals, treatments in the first band or the target wait are not above 0");
    if (!(percentile > 0 && percentile <= 1))
        return steady_refuse(err, "the percentile is not within 0 and 1");
    for (size_t i = 0; i < bands; i++)
        if (!(removal_rate[i] >= 0 && removal_rate[i] <= 1))
            return steady_refuse(err, "a removal rate is not within 0 and 1");
    *out = (flow_steady){0};
    const geometric g = {referrals, first, percentile, wait, removal_rate, bands};
    if (!geometric_meets(&g, 1, out)) {
        /* All treated at once is no list; treated too slowly even by an even profile is none that meets the target. */
        return STATUS_OK;
    }
    flow_steady lowest = {0};
    flow_steady_geometric(referrals, first, 0, removal_rate, bands, percentile, NULL, &lowest);
    if (isnan(lowest.wait) || lowest.wait < wait) {
        *out = lowest;
        return STATUS_OK;
    }
    steady_bisect(geometric_meets, &g, 1, 0, out);
    return STATUS_OK;
}

/* ---- calibrated rates, scaled ------------------------------------------------------------------------ */

/* People who join a band, when so much of `joining` does. */
static double joining_in(const flow_model *model, size_t band, double share)
{
    return model->joining == NULL ? 0 : share * model->joining[band];
}

/* Fills a list and s; returns the people who leave untreated a period. */
typedef double (*share_maker)(double referrals, double parameter, const flow_model *model, double joining, double *list,
                              flow_steady *s);

/* With the share of `joining` that is in balance with those who leave: what leaves is linear in it. */
static void joined_make(share_maker make, double referrals, double parameter, const flow_model *model, double *list,
                        flow_steady *s)
{
    const double most = model->joining == NULL ? 0 : flow_total(model->joining, model->bands);
    double share = 0;
    if (most > 0) {
        const double all = make(referrals, parameter, model, 1, list, s);
        share = 1;
        if (all + model->gained < most) {
            const double none = make(referrals, parameter, model, 0, list, s);
            share = fmax(0, fmin(1, (none + model->gained) / (most - (all - none))));
        }
    }
    (void)make(referrals, parameter, model, share, list, s);
}

static double scaled_fill(double referrals, double scale, const flow_model *model, double joining, double *list,
                          flow_steady *s)
{
    double removed = 0;
    double waiting = referrals;
    *s = (flow_steady){.parameter = scale};
    for (size_t i = 0; i < model->bands; i++) {
        const double stay = 1 - model->removal_rate[i];
        const double rate = scale * model->treatment_rate[i] < stay ? scale * model->treatment_rate[i] : stay;
        const double left = stay - rate;
        waiting += joining_in(model, i, joining);
        double arriving = waiting;
        if (i == model->bands - 1) /* list = (waiting + list) x left */
            arriving = left < 1 ? waiting / (1 - left) : INFINITY;
        if (waiting == 0)
            arriving = 0;
        s->treated += arriving > 0 && rate > 0 ? arriving * rate : 0;
        removed += arriving > 0 && model->removal_rate[i] > 0 ? arriving * model->removal_rate[i] : 0;
        list[i] = arriving > 0 && left > 0 ? arriving * left : 0;
        s->list += list[i];
        waiting = list[i];
    }
    return removed;
}

static void scaled_make(double referrals, double scale, const flow_model *model, double *list, flow_steady *s)
{
    joined_make(scaled_fill, referrals, scale, model, list, s);
}

static double steady_wait(const double *list, const flow_model *model, const flow_steady *s, double percentile,
                          const flow_detail *detail)
{
    if (!isfinite(s->list))
        return INFINITY;
    if (!(s->list > 0))
        return 0;
    const double wait =
        detail ? flow_percentile_weeks(list, detail, percentile) : flow_percentile(list, model->bands, percentile);
    return isnan(wait) ? INFINITY : wait; /* in the open piece: longer than can be told */
}

void flow_steady_scaled(double referrals, double scale, const flow_model *model, double percentile, double *stock,
                        flow_steady *out)
{
    double kept[FLOW_BANDS_MAXIMUM];
    double *list = stock ? stock : kept;
    scaled_make(referrals, scale, model, list, out);
    out->wait = steady_wait(list, model, out, percentile, NULL);
    out->exists = isfinite(out->list);
}

/* A family of steady lists of one parameter, which makes them. */
typedef void (*steady_maker)(double referrals, double parameter, const flow_model *model, double *list, flow_steady *s);

typedef struct steady_search {
    steady_maker make;
    const flow_model *model;
    double referrals, percentile, wait;
    const flow_detail *detail;
    double *list;
} steady_search;

static status search_begin(steady_search *s, arena *scratch, error *err)
{
    const status outcome = flow_model_check(s->model, err);
    if (outcome != STATUS_OK)
        return outcome;
    if (!(s->referrals > 0) || !isfinite(s->referrals) || !(s->wait > 0) || !(s->percentile > 0 && s->percentile <= 1))
        return steady_refuse(err,
                             "referrals or the target wait are not above 0, or the percentile is not within 0 and 1");
    s->list = arena_array(scratch, s->model->bands, sizeof *s->list);
    return s->list != NULL ? STATUS_OK : error_set(err, STATUS_MEMORY, "no memory for %zu bands", s->model->bands);
}

static bool search_meets(const void *context, double parameter, flow_steady *out)
{
    const steady_search *s = context;
    s->make(s->referrals, parameter, s->model, s->list, out);
    out->wait = steady_wait(s->list, s->model, out, s->percentile, s->detail);
    return out->wait <= s->wait;
}

status flow_steady_scaled_find(double referrals, const flow_model *model, double percentile, double wait,
                               const flow_detail *detail, arena *scratch, flow_steady *out, error *err)
{
    steady_search s = {scaled_make, model, referrals, percentile, wait, detail, NULL};
    const status outcome = search_begin(&s, scratch, err);
    if (outcome != STATUS_OK)
        return outcome;
    double enough = 0; /* everybody is treated in the first band in which anybody is */
    for (size_t i = 0; i < model->bands; i++)
        if (model->treatment_rate[i] > 0)
            enough = fmax(enough, (1 - model->removal_rate[i]) / model->treatment_rate[i]);
    if (!search_meets(&s, enough, out))
        return STATUS_OK; /* a band is never treated, and too many reach it */
    flow_steady none;
    if (search_meets(&s, 0, &none))
        enough = 0;
    steady_bisect(search_meets, &s, enough, 0, out);
    return STATUS_OK;
}

/* ---- the longest waiters first ----------------------------------------------------------------------- */

static double longest_fill(double referrals, double reach, const flow_model *model, double joining, double *list,
                           flow_steady *s)
{
    const size_t last = (size_t)reach;
    double waiting = referrals, removed = 0;
    *s = (flow_steady){.parameter = reach};
    for (size_t i = 0; i < model->bands; i++) {
        const double stay = fmax(0, 1 - model->removal_rate[i]);
        const double left = fmax(0, stay - model->treatment_rate[i]);
        const double kept = i < last ? left : i == last ? left * (reach - (double)last) : 0;
        waiting += joining_in(model, i, joining);
        list[i] = waiting * kept;
        s->treated += waiting * (stay - kept);
        removed += waiting * (1 - stay);
        s->list += list[i];
        waiting = list[i];
    }
    return removed;
}

static void longest_make(double referrals, double reach, const flow_model *model, double *list, flow_steady *s)
{
    joined_make(longest_fill, referrals, reach, model, list, s);
}

void flow_steady_longest_first(double referrals, double reach, const flow_model *model, double percentile,
                               double *stock, flow_steady *out)
{
    double kept[FLOW_BANDS_MAXIMUM];
    double *list = stock ? stock : kept;
    longest_make(referrals, reach, model, list, out);
    out->wait = steady_wait(list, model, out, percentile, NULL);
    out->exists = true;
}

status flow_steady_longest_first_find(double referrals, const flow_model *model, double percentile, double wait,
                                      const flow_detail *detail, arena *scratch, flow_steady *out, error *err)
{
    steady_search s = {scaled_make, model, referrals, percentile, wait, detail, NULL};
    const status outcome = search_begin(&s, scratch, err);
    if (outcome != STATUS_OK)
        return outcome;
    if (search_meets(&s, 1, out)) { /* the rates alone do */
        out->parameter = (double)model->bands;
        out->exists = true;
        return STATUS_OK;
    }
    s.make = longest_make;
    steady_bisect(search_meets, &s, 0, (double)(model->bands - 1), out);
    return STATUS_OK;
}
