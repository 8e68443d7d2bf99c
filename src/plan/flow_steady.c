/* Lists that stay the same: what a target costs for good. */
#include "plan/flow.h"

#include <math.h>

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
    double too_long = 0, short_enough = 1;
    flow_steady_geometric(referrals, first, 1, removal_rate, bands, percentile, NULL, out);
    if (isnan(out->wait) || out->wait > wait) {
        /* All treated at once is no list; treated too slowly even by an even profile is none that meets the target. */
        return STATUS_OK;
    }
    flow_steady lowest = {0};
    flow_steady_geometric(referrals, first, 0, removal_rate, bands, percentile, NULL, &lowest);
    if (isnan(lowest.wait) || lowest.wait < wait) {
        *out = lowest;
        return STATUS_OK;
    }
    for (;;) {
        const double middle = too_long + (short_enough - too_long) / 2;
        if (!(middle > too_long && middle < short_enough))
            break;
        flow_steady_geometric(referrals, first, middle, removal_rate, bands, percentile, NULL, out);
        if (out->wait > wait)
            too_long = middle;
        else
            short_enough = middle;
    }
    flow_steady_geometric(referrals, first, short_enough, removal_rate, bands, percentile, NULL, out);
    out->exists = true;
    return STATUS_OK;
}

/* ---- calibrated rates, scaled ------------------------------------------------------------------------ */

static void scaled_make(double referrals, double scale, const flow_model *model, double *list, flow_steady *s)
{
    double waiting = referrals;
    *s = (flow_steady){.parameter = scale};
    for (size_t i = 0; i < model->bands; i++) {
        const double stay = 1 - model->removal_rate[i];
        const double rate = scale * model->treatment_rate[i] < stay ? scale * model->treatment_rate[i] : stay;
        const double left = stay - rate;
        double arriving = waiting;
        if (i == model->bands - 1) /* list = (waiting + list) x left */
            arriving = left < 1 ? waiting / (1 - left) : INFINITY;
        if (waiting == 0)
            arriving = 0;
        s->treated += arriving > 0 && rate > 0 ? arriving * rate : 0;
        list[i] = arriving > 0 && left > 0 ? arriving * left : 0;
        s->list += list[i];
        waiting = list[i];
    }
}

static double scaled_wait(const double *list, const flow_model *model, const flow_steady *s, double percentile,
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
    out->wait = scaled_wait(list, model, out, percentile, NULL);
    out->exists = isfinite(out->list);
}

status flow_steady_scaled_find(double referrals, const flow_model *model, double percentile, double wait,
                               const flow_detail *detail, arena *scratch, flow_steady *out, error *err)
{
    const status outcome = flow_model_check(model, err);
    if (outcome != STATUS_OK)
        return outcome;
    if (!(referrals > 0) || !isfinite(referrals) || !(wait > 0) || !(percentile > 0 && percentile <= 1))
        return steady_refuse(err,
                             "referrals or the target wait are not above 0, or the percentile is not within 0 and 1");
    double *list = arena_array(scratch, model->bands, sizeof *list);
    if (!list)
        return error_set(err, STATUS_MEMORY, "no memory for %zu bands", model->bands);
    double enough = 0; /* everybody is treated in the first band in which anybody is */
    for (size_t i = 0; i < model->bands; i++)
        if (model->treatment_rate[i] > 0)
            enough = fmax(enough, (1 - model->removal_rate[i]) / model->treatment_rate[i]);
    double too_little = 0;
    scaled_make(referrals, enough, model, list, out);
    out->wait = scaled_wait(list, model, out, percentile, detail);
    if (out->wait > wait)
        return STATUS_OK; /* a band is never treated, and too many reach it */
    flow_steady none;
    scaled_make(referrals, 0, model, list, &none);
    none.wait = scaled_wait(list, model, &none, percentile, detail);
    if (none.wait <= wait)
        enough = 0;
    while (enough > 0) {
        const double middle = too_little + (enough - too_little) / 2;
        if (!(middle > too_little && middle < enough))
            break;
        flow_steady here;
        scaled_make(referrals, middle, model, list, &here);
        if (scaled_wait(list, model, &here, percentile, detail) > wait)
            too_little = middle;
        else
            enough = middle;
    }
    scaled_make(referrals, enough, model, list, out);
    out->wait = scaled_wait(list, model, out, percentile, detail);
    out->exists = true;
    return STATUS_OK;
}

/* ---- the longest waiters first ----------------------------------------------------------------------- */

static void longest_make(double referrals, double reach, const flow_model *model, double *list, flow_steady *s)
{
    const size_t last = (size_t)reach;
    double waiting = referrals;
    *s = (flow_steady){.parameter = reach};
    for (size_t i = 0; i < model->bands; i++) {
        const double stay = fmax(0, 1 - model->removal_rate[i]);
        const double left = fmax(0, stay - model->treatment_rate[i]);
        const double kept = i < last ? left : i == last ? left * (reach - (double)last) : 0;
        list[i] = waiting * kept;
        s->treated += waiting * (stay - kept);
        s->list += list[i];
        waiting = list[i];
    }
}

void flow_steady_longest_first(double referrals, double reach, const flow_model *model, double percentile,
                               double *stock, flow_steady *out)
{
    double kept[FLOW_BANDS_MAXIMUM];
    double *list = stock ? stock : kept;
    longest_make(referrals, reach, model, list, out);
    out->wait = scaled_wait(list, model, out, percentile, NULL);
    out->exists = true;
}

status flow_steady_longest_first_find(double referrals, const flow_model *model, double percentile, double wait,
                                      const flow_detail *detail, arena *scratch, flow_steady *out, error *err)
{
    const status outcome = flow_model_check(model, err);
    if (outcome != STATUS_OK)
        return outcome;
    if (!(referrals > 0) || !isfinite(referrals) || !(wait > 0) || !(percentile > 0 && percentile <= 1))
        return steady_refuse(err,
                             "referrals or the target wait are not above 0, or the percentile is not within 0 and 1");
    double *list = arena_array(scratch, model->bands, sizeof *list);
    if (!list)
        return error_set(err, STATUS_MEMORY, "no memory for %zu bands", model->bands);
    scaled_make(referrals, 1, model, list, out);
    out->wait = scaled_wait(list, model, out, percentile, detail);
    out->exists = true;
    if (out->wait <= wait) {
        out->parameter = (double)model->bands;
        return STATUS_OK;
    }
    double enough = 0, too_far = (double)(model->bands - 1);
    for (;;) {
        const double middle = enough + (too_far - enough) / 2;
        if (!(middle > enough && middle < too_far))
            break;
        flow_steady here;
        longest_make(referrals, middle, model, list, &here);
        if (scaled_wait(list, model, &here, percentile, detail) > wait)
            too_far = middle;
        else
            enough = middle;
    }
    longest_make(referrals, enough, model, list, out);
    out->wait = scaled_wait(list, model, out, percentile, detail);
    out->exists = true;
    return STATUS_OK;
}
