/* The naive way, intervals, the test on the past, and which model is shown. */
#include "plan/forecast.h"

#include <math.h>
#include <string.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

const char *forecast_model_name(forecast_model m)
{
    static const char *const names[FORECAST_MODELS] = {"naive", "smoothing", "damped"};
    return names[m];
}

static size_t season_of(const forecast_options *o)
{
    return o->season < 2 ? 1 : o->season;
}

static forecast_point point_of(const forecast_options *o, double value, double sd)
{
    const double reach = sd * qnorm5(0.5 + o->coverage / 2, 0, 1, 1, 0);
    double out[3] = {value, value - reach, value + reach};
    for (int i = 0; i < 3; i++) {
        if (out[i] < o->lowest)
            out[i] = o->lowest;
        if (out[i] > o->highest)
            out[i] = o->highest;
    }
    return (forecast_point){out[0], out[1], out[2]};
}

status forecast_naive(const double *values, size_t count, const forecast_options *options, forecast_point *points,
                      error *err)
{
    size_t season = season_of(options), differences = 0, there = 0;
    double squares = 0, last = NAN;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            there++;
            last = values[i];
        }
    }
    if (there < 2)
        return error_set(err, STATUS_REFUSED, "A forecast needs at least two values, and there %s %zu",
                         there == 1 ? "is" : "are", there);
    if (count < season + 1)
        season = 1;
    for (int again = 0; again < 2; again++) {
        squares = 0;
        differences = 0;
        for (size_t i = season; i < count; i++) {
            const double d = values[i] - values[i - season];
            if (!isnan(d)) {
                squares += d * d;
                differences++;
            }
        }
        if (differences > 0)
            break;
        season = 1; /* no pair a season apart: then the last value stands */
    }
    const double variance = differences > 0 ? squares / (double)differences : NAN;
    for (size_t h = 0; h < options->horizon; h++) {
        double value = NAN;
        /* The last value there of this season. */
        for (size_t at = count + h % season; at >= season && isnan(value);) {
            at -= season;
            if (at < count)
                value = values[at];
        }
        points[h] = point_of(options, isnan(value) ? last : value, sqrt(variance * (double)(h / season + 1)));
    }
    return STATUS_OK;
}

void forecast_from_fit(const forecast_fit *fit, const forecast_options *options, forecast_point *points)
{
    const size_t season = season_of(options);
    double trend_sum = 0, power = 1, variance = 1;
    for (size_t h = 1; h <= options->horizon; h++) {
        power *= fit->phi;
        trend_sum += power;
        const double value = fit->level + trend_sum * fit->trend + fit->season[(h - 1) % season];
        points[h - 1] = point_of(options, value, fit->sigma * sqrt(variance));
        const double weight = fit->alpha + fit->beta * trend_sum + (season > 1 && h % season == 0 ? fit->gamma : 0);
        variance += weight * weight;
    }
}

/* ---- the test on the past --------------------------------------------------------------------------- */

typedef struct past {
    const double *values;
    size_t count, horizon;
    const forecast_options *options;
    forecast_point *points;
    arena scratch;
} past;

static bool past_forecast(past *p, size_t known, forecast_model model, error *err)
{
    forecast_options o = *p->options;
    o.horizon = p->horizon;
    if (model == FORECAST_NAIVE)
        return forecast_naive(p->values, known, &o, p->points, err) == STATUS_OK;
    forecast_fit fit;
    arena_reset(&p->scratch);
    if (forecast_smooth(p->values, known, model == FORECAST_DAMPED, &o, &p->scratch, &fit, err) != STATUS_OK)
        return false;
    forecast_from_fit(&fit, &o, p->points);
    return true;
}

static void origin_count(past *p, size_t known, forecast_test *t)
{
    for (size_t h = 0; h < p->horizon && known + h < p->count; h++) {
        const double value = p->values[known + h];
        if (isnan(value))
            continue;
        const double miss = p->points[h].value - value;
        t->forecasts++;
        t->bias += miss;
        t->absolute_error += fabs(miss);
        t->covered += value >= p->points[h].lower && value <= p->points[h].upper;
    }
    t->origins++;
}

/* All models are tested at the same origins, or the comparison would not be fair. */
static void past_test(past *p, forecast_test *tests)
{
    const size_t season = season_of(p->options), first = season > 1 ? 2 * season + 2 : 6;
    size_t from = p->count > FORECAST_ORIGINS_MAXIMUM + first ? p->count - FORECAST_ORIGINS_MAXIMUM : first;
    error ignored;
    for (; from < p->count; from++) {
        bool good = true;
        forecast_test one[FORECAST_MODELS];
        memcpy(one, tests, sizeof one);
        for (int m = 0; m < FORECAST_MODELS && good; m++) {
            good = past_forecast(p, from, (forecast_model)m, &ignored);
            if (good)
                origin_count(p, from, &one[m]);
        }
        if (good)
            memcpy(tests, one, sizeof one);
    }
    for (int m = 0; m < FORECAST_MODELS; m++) {
        const double n = (double)tests[m].forecasts;
        tests[m].bias /= n;
        tests[m].absolute_error /= n;
        tests[m].covered /= n;
    }
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static status options_check(const double *values, size_t count, const forecast_options *o, error *err)
{
    if (o->horizon < 1 || o->horizon > FORECAST_HORIZON_MAXIMUM || o->season > FORECAST_SEASON_MAXIMUM ||
        o->test_horizon > FORECAST_HORIZON_MAXIMUM || !(o->coverage > 0 && o->coverage < 1) || o->lowest > o->highest)
        return error_set(err, STATUS_USAGE,
                         "A forecast is of 1 to %d steps, with a season of at most %d and an interval between 0 and 1",
                         FORECAST_HORIZON_MAXIMUM, FORECAST_SEASON_MAXIMUM);
    if (count > FORECAST_VALUES_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "A forecast is made from at most %d values", FORECAST_VALUES_MAXIMUM);
    for (size_t i = 0; i < count; i++)
        if (isinf(values[i]))
            return error_set(err, STATUS_REFUSED, "Value %zu is infinite", i + 1);
    return STATUS_OK;
}

static forecast_verdict verdict_of(const forecast_test *tests, forecast_model *candidate)
{
    *candidate = tests[FORECAST_DAMPED].absolute_error < tests[FORECAST_SMOOTHING].absolute_error ? FORECAST_DAMPED
                                                                                                  : FORECAST_SMOOTHING;
    if (tests[FORECAST_NAIVE].origins < 3 || tests[FORECAST_NAIVE].forecasts < 3)
        return FORECAST_TOO_SHORT;
    return tests[*candidate].absolute_error < tests[FORECAST_NAIVE].absolute_error ? FORECAST_BETTER
                                                                                   : FORECAST_NOT_BETTER;
}

status forecast_make(const double *values, size_t count, const forecast_options *options, arena *memory,
                     forecast_answer *out, error *err)
{
    *out = (forecast_answer){0};
    status code = options_check(values, count, options, err);
    if (code != STATUS_OK)
        return code;
    const size_t season = season_of(options), usual = season > 1 ? season : 6;
    past p = {.values = values, .count = count, .options = options};
    p.horizon = options->test_horizon > 0 ? options->test_horizon : options->horizon < usual ? options->horizon : usual;
    p.points = arena_array(memory, p.horizon, sizeof *p.points);
    out->points = arena_array(memory, options->horizon, sizeof *out->points);
    if (p.points == NULL || out->points == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the forecast");
    code = forecast_naive(values, count, options, out->points, err);
    if (code != STATUS_OK)
        return code;
    past_test(&p, out->test);
    arena_free(&p.scratch);
    out->verdict = verdict_of(out->test, &out->candidate);
    out->shown = out->verdict == FORECAST_BETTER ? out->candidate : FORECAST_NAIVE;
    if (out->verdict == FORECAST_TOO_SHORT)
        return STATUS_OK;
    code = forecast_smooth(values, count, out->candidate == FORECAST_DAMPED, options, memory, &out->fit, err);
    if (code == STATUS_OK && out->verdict == FORECAST_BETTER)
        forecast_from_fit(&out->fit, options, out->points);
    return code;
}
