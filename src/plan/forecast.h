/*
 * forecast: where a series goes if things stay as they are, and whether that can be told at all.
 *
 * Two ways: the naive one (the value of the same season last time, or the last value), and exponential smoothing with additive trend and
 * season (Holt and Winters; the model ETS(A,A,A) or, damped, ETS(A,Ad,A) of Hyndman, Koehler, Ord and Snyder 2008). Both are tested on the past
 * by rolling origin: at each of the last points the future is forecast from what was known then. Smoothing that is not better than the naive
 * way there is not shown: the naive forecast is.
 *
 * Missing values (NaN) are allowed: a state does not learn from them. Everything is deterministic. Pure; memory from the arena given.
 * Part of plan.h.
 */
#ifndef CONCORD_PLAN_FORECAST_H
#define CONCORD_PLAN_FORECAST_H

#include "base/base.h"

#define FORECAST_VALUES_MAXIMUM  100000
#define FORECAST_SEASON_MAXIMUM  366
#define FORECAST_HORIZON_MAXIMUM 1200
#define FORECAST_ORIGINS_MAXIMUM 60 /* the last ones */

typedef enum forecast_model {
    FORECAST_NAIVE = 0,
    FORECAST_SMOOTHING, /* additive trend, additive season where season is above 1 */
    FORECAST_DAMPED,    /* the trend fades by phi a step */
    FORECAST_MODELS
} forecast_model;
const char *forecast_model_name(forecast_model m); /* "naive", "smoothing", "damped" */

/* Smoothing as errors correct it: with error e = value - (level + phi trend + season of m steps before),
 * level = level + phi trend + alpha e; trend = phi trend + beta e; season = season + gamma e. */
typedef struct forecast_fit {
    double alpha, beta, gamma, phi;
    double sigma;        /* standard deviation of the errors one step ahead */
    double level, trend; /* after the last value */
    double *season;      /* [season] of the next steps, in order; all 0 where season is 1 */
} forecast_fit;

typedef struct forecast_point {
    double value, lower, upper;
} forecast_point;

typedef struct forecast_test {
    size_t origins, forecasts; /* points of the past that were forecast from, values compared */
    double absolute_error;     /* mean of |forecast - value| over all origins and horizons */
    double bias;               /* mean of forecast - value */
    double covered;            /* share of the values within the interval */
} forecast_test;

typedef enum forecast_verdict {
    FORECAST_BETTER = 0, /* smoothing beats the naive way on the past */
    FORECAST_NOT_BETTER, /* it does not */
    FORECAST_TOO_SHORT   /* it cannot be fitted or tested on so few values */
} forecast_verdict;

typedef struct forecast_options {
    size_t season;          /* steps in a season: 12 for months; 0 or 1: none */
    size_t horizon;         /* steps ahead, at least 1 */
    double coverage;        /* of the intervals: 0.95 */
    double lowest, highest; /* bounds of what can be: 0 for counts, 0 and 100 for per cent; NaN: none */
    size_t test_horizon;    /* steps ahead in the test; 0: the smaller of horizon and season (or 6) */
} forecast_options;

typedef struct forecast_answer {
    forecast_model shown;                /* what `points` are of */
    forecast_verdict verdict;            /* of the better of the two smoothings */
    forecast_model candidate;            /* that one */
    forecast_fit fit;                    /* its fit; zeroed where verdict is TOO_SHORT */
    forecast_test test[FORECAST_MODELS]; /* origins is 0 where a model could not be tested */
    forecast_point *points;              /* [horizon] */
} forecast_answer;

/* Needs at least two values that are there. The smoothing models need two seasons and two values more (without season six) at every origin,
 * and at least three origins to be tested. STATUS_REFUSED: an infinite value, too few. STATUS_USAGE: options out of range. */
MUST_USE status forecast_make(const double *values, size_t count, const forecast_options *options, arena *memory,
                              forecast_answer *out, error *err);

/* ---- the parts, for who wants one model ---- */

/* points [horizon]. Season s ahead is the last value there of that season. The error of k + 1 seasons ahead has k + 1 times the variance. */
MUST_USE status forecast_naive(const double *values, size_t count, const forecast_options *options,
                               forecast_point *points, error *err);
/* Fits alpha, beta, gamma (and phi, 0.8 to 0.98) by least squares of the errors one step ahead: a grid, then Nelder and Mead from its best
 * point. 0 < alpha < 1, 0 < beta < alpha, 0 < gamma < 1 - alpha. The first states come from the first seasons. */
MUST_USE status forecast_smooth(const double *values, size_t count, bool damped, const forecast_options *options,
                                arena *memory, forecast_fit *fit, error *err);
/* From a fit: value h ahead = level + (phi + ... + phi^h) trend + season; variance = sigma^2 (1 + sum over j < h of
 * (alpha + beta (phi + ... + phi^j) + gamma where j is a whole season)^2). */
void forecast_from_fit(const forecast_fit *fit, const forecast_options *options, forecast_point *points);
/* Sum of squared errors one step ahead with given parameters and the first states as forecast_smooth chooses them; the fit's states
 * are left as after the last value. season: as in forecast_fit, the caller's memory. */
double forecast_errors(const double *values, size_t count, size_t season, forecast_fit *fit);

#endif
