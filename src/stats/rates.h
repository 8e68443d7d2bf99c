/*
 * rates: proportions, rates, means and standardised figures with their confidence intervals, and life expectancy.
 *
 * Invariants: confidence is a fraction in (0, 1), for example 0.95; ask once per level where several are wanted. What
 * cannot be computed is NaN, never a figure. Pure and thread-safe; no allocation. Distribution functions are R's own
 * (r-mathlib). Reference: PHEindicatormethods 2.1.0 (the methods of Fingertips; every case of its tables in
 * tests/reference); Eayres, Public Health England technical guide: confidence intervals. Part of stats.h, which other
 * rooms include.
 */
#ifndef CONCORD_STATS_RATES_H
#define CONCORD_STATS_RATES_H

#include "base/base.h"

/* A figure and its limits, all three NaN where it cannot be computed. */
typedef struct interval {
    double value, lower, upper;
} interval;

/* ---- single figures --------------------------------------------------------------------------------- */

/* Wilson score interval of a proportion (Wilson 1927; as in the public-health methods), as fractions.
 * denominator <= 0 or numerator outside 0..denominator gives NaN for both. confidence in (0, 1), for example 0.95. */
void proportion_wilson(double numerator, double denominator, double confidence, double *lower, double *upper);

typedef enum poisson_method { POISSON_NONE = 0, POISSON_EXACT, POISSON_BYARS } poisson_method;
/* "exact", "byars" or "". */
const char *poisson_method_name(poisson_method method);

/* Limits of a Poisson count by Byar's approximation: lower = x (1 - 1/(9x) - z/(3 sqrt x))^3, upper the same with x +
 * 1 and +z (Breslow and Day 1987). A count of 0 has lower 0. NaN for a negative or missing count. */
void count_byars(double count, double confidence, double *lower, double *upper);
/* Exact limits: chi-square quantiles with 2x and 2x + 2 degrees of freedom, halved (Garwood 1936). 0 has lower 0. */
void count_exact(double count, double confidence, double *lower, double *upper);
/* Exact below 10 events, Byar's from 10: the rule of the public-health methods. Returns which was used. */
poisson_method count_limits(double count, double confidence, double *lower, double *upper);

/* count / denominator x multiplier, with count_limits. denominator <= 0 or a negative count gives NaN. */
interval rate_crude(double count, double denominator, double multiplier, double confidence, poisson_method *method);

/* Mean with Student's t limits: mean +/- t(n - 1) s / sqrt n. NaN values are left out. n = 1: a value, no limits; n =
 * 0: nothing. deviation and count may be NULL. */
interval mean_t(const double *values, size_t rows, double confidence, double *deviation, size_t *count);

/* ---- standardised figures --------------------------------------------------------------------------- */

/* One age band (or any other stratum). */
typedef struct rate_band {
    double events; /* NaN counts as 0 (the public-health methods) */
    /* Of `events`; NaN = events, the Poisson case. For non-independent events: the sum over frequencies of frequency^2 x
     * persons, where events is the sum of frequency x persons. */
    double events_variance;
    double population; /* above 0 */
    double standard;   /* standard population, or its weight */
} rate_band;

typedef struct rate_standardised {
    double events, population; /* totals */
    interval rate;
    bool suppressed; /* fewer than 10 events: the method says nothing */
} rate_standardised;

/* Directly standardised rate: sum(w x/n) / sum w x multiplier, with Dobson's limits (Dobson et al 1991): value +
 * sqrt(var(rate) / events) (Byar limit of the events - events); var(rate) = sum(w^2 var(x) / n^2) / (sum w)^2. Byar's
 * always. Non-independent events differ in var(x) alone. Edge cases: fewer than 10 events in all -> suppressed, NaN;
 * a band whose population is not above 0, a negative count or a missing weight -> NaN. */
rate_standardised rate_direct(const rate_band *bands, size_t count, double multiplier, double confidence);

typedef struct rate_indirect {
    double observed, expected;
    double reference_rate; /* of the whole reference population x multiplier */
    interval ratio;        /* observed / expected x ratio_multiplier */
    interval rate;         /* ratio x reference_rate */
    poisson_method method;
} rate_indirect;

/* Indirectly standardised ratio and rate: expected = sum of reference_events / reference_population x population per
 * band; limits by count_limits of the observed total. `observed` is that total (NaN = the sum of the bands' events).
 * A band without population or reference population gives NaN. Bands carry the reference in the two arrays. */
rate_indirect rate_indirectly(const rate_band *bands, const double *reference_events,
                              const double *reference_population, size_t count, double observed, double multiplier,
                              double ratio_multiplier, double confidence);

/* ---- life expectancy -------------------------------------------------------------------------------- */

/* Age bands of the abridged life table: 0, 1, 5, 10 ... 90 and over. */
enum { LIFE_BANDS = 20 };
extern const double life_band_start[LIFE_BANDS];

typedef struct life_row {
    double population, deaths; /* from this age up */
    interval expectancy;       /* years */
} life_row;

typedef enum life_refusal {
    LIFE_GOOD = 0,
    LIFE_FEW_PEOPLE,      /* 5,000 or fewer in all */
    LIFE_BAD_BAND,        /* a population not above 0, negative or missing deaths */
    LIFE_TOO_MANY_DEATHS, /* more deaths than people in a band */
    LIFE_WIDE,            /* the 95 % interval at birth is wider than 20 years */
    LIFE_NO_LAST_DEATHS   /* nobody died in the open band, so it has no end */
} life_refusal;
/* "" or a clause such as "5,000 people or fewer". */
const char *life_refusal_text(life_refusal refusal);

/* Abridged period life table with Chiang's variance, extended to the open band (Chiang 1968; Silcocks 2001; the ONS
 * template). population and deaths hold LIFE_BANDS figures; rows are written for all bands. Years lived by the dying:
 * 0.1 of the first band, half of the others; q = n m / (1 + n m (1 - a)), 1 where deaths exceed population / n / a.
 * Where the table is refused every expectancy is NaN (totals are given). Where nobody is left alive at an age (q was
 * 1 before it) that age's expectancy is NaN, the younger ones stand. O(1). */
life_refusal life_table(const double *population, const double *deaths, double confidence, life_row *rows);

#endif
