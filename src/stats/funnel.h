/*
 * funnel: comparing organisations of different size.
 *
 * Funnel plots (limits that narrow with size, widened where organisations differ by more than chance), the funnel
 * limits and significance of the public-health methods, quantiles, ranks with their uncertainty, and peer groups.
 *
 * References: Spiegelhalter 2005 (funnel plots) and 2012 (overdispersion), NHS Digital SHMI specification, CQC
 * intelligent monitoring; FunnelPlotR 0.6.0 and PHEindicatormethods 2.1.0 (every case of their tables in
 * tests/reference); Goldstein and Spiegelhalter 1996 (ranks); the Model Health System (peers). Pure and thread-safe;
 * memory is the caller's.
 */
#ifndef CONCORD_STATS_FUNNEL_H
#define CONCORD_STATS_FUNNEL_H

#include "base/base.h"

/* ---- funnel plots ----------------------------------------------------------------------------------- */

typedef enum funnel_type {
    FUNNEL_PROPORTION = 0, /* numerator of denominator; asin sqrt scale */
    FUNNEL_RATIO,          /* ratio of two counts; log scale */
    FUNNEL_STANDARDISED    /* observed over expected; target 1 */
} funnel_type;

/* How standardised ratios are put on a normal scale and how their extremes are kept from the dispersion. */
typedef enum funnel_transform {
    FUNNEL_SHMI = 0, /* log(o/e), s = 1/sqrt(e); the lowest and highest tenth of z are dropped */
    FUNNEL_CQC       /* sqrt(o/e), s = 1/(2 sqrt(e)); z is winsorised, as it is for proportions and ratios of counts */
} funnel_transform;

typedef struct funnel_options {
    funnel_type type;
    funnel_transform transform;
    bool adjusted, unadjusted; /* which limits are wanted; neither: limits, but no outliers */
    double trim;               /* share dropped or winsorised at each end; 0 = 0.1; below 0.5 */
    double multiplier;         /* of values and limits; 0 = 1 */
    bool expected_as_given;    /* SHMI: do not round expected counts to two decimals first */
    double inner, outer;       /* confidence of the two sets of limits; 0 = 0.95 and 0.998 */
    bool outliers_by_inner;    /* outliers by the inner limits instead of the outer */
} funnel_options;

typedef struct funnel_limits {
    double inner_lower, inner_upper, outer_lower, outer_upper;
} funnel_limits;

typedef struct funnel_point {
    double value;          /* numerator / denominator, before the multiplier */
    double size;           /* the denominator as used: rounded under SHMI */
    double transformed, z; /* on the normal scale: z = (transformed - target) / s */
    double kept_z;         /* as it enters the dispersion: winsorised; NaN where truncated */
    double rank;           /* SHMI: rank of z, ties averaged; NaN otherwise */
    int32_t position;      /* SHMI: tenth (by trim) that the rank falls in; -1 otherwise */
    bool winsorised, truncated;
    funnel_limits plain; /* x multiplier */
    funnel_limits wide;  /* with the variance between organisations */
    bool outlier;
    int8_t side; /* of the limits that decide: -1 below, +1 above, 0 within */
} funnel_point;

typedef struct funnel_result {
    double target; /* on the plotted scale, before the multiplier */
    double target_transformed;
    double phi, tau2;          /* dispersion and variance between organisations; 0 where adjusted is not wanted */
    bool adjusted, unadjusted; /* limits in use: where phi <= 1 and only adjusted ones were wanted, the plain ones */
    size_t outliers;
} funnel_result;

/* Funnel of `count` organisations; numerators and denominators (or observed and expected) are already summed per
 * organisation. `points` and `work` (scratch) have room for count.
 *
 * Target: total over total (standardised: 1). z as above with s: proportion 1/(2 sqrt n); ratio of counts
 * sqrt(x/(x+.5)^2 + n/(n+.5)^2) with log((x+.5)/(n+.5)). phi = mean of kept z^2; tau2 = max(0, (N phi - (N-1)) / (sum
 * w - sum w^2 / sum w)), w = 1/s^2 of those kept. Limits: proportion sin^2(asin sqrt T +/- k sqrt(s^2 + tau2)),
 * clipped at 0 and 1; ratio T exp(+/- k sqrt(1/(4n) + tau2)); standardised, plain: exact Poisson by chi-square; wide:
 * exp(+/- k sqrt(1/e + tau2)) or, CQC, 1 +/- k sqrt(1/(4e) + tau2). k is the normal quantile to six decimals, as the
 * SHMI specification writes it.
 *
 * Edge cases: a row with a missing part or a denominator not above 0 has NaN throughout and takes no part; a
 * standardised numerator of 0 has log 0 under SHMI (as the peer). No usable row: everything NaN.
 * Errors: STATUS_REFUSED for a negative count or a proportion above 1; STATUS_USAGE for trim or confidence out of
 * range. O(n log n). Reference: FunnelPlotR 0.6.0. */
MUST_USE status funnel_make(const double *numerators, const double *denominators, size_t count,
                            const funnel_options *options, funnel_point *points, double *work, funnel_result *result,
                            error *err);

/* ---- funnel limits and significance of the public-health methods ------------------------------------- */

/* Limits at 95 % (2 sigma) and 99.8 % (3 sigma), one tail 0.025 and 0.001. */
typedef struct health_limits {
    double lower_2s, upper_2s, lower_3s, upper_3s;
} health_limits;

/* `count` sizes at which to draw a funnel from `first` to `last`: each grows by the same ratio as the rest of the way
 * needs, rounded to whole numbers and at least one more than the one before. Counts of 1 or less write `first`.
 * Reference: PHEindicatormethods. */
void funnel_positions(double first, double last, size_t count, double *out);

/* Values that a proportion of denominator n would have to reach to differ from the baseline (a fraction): the Wilson
 * interval turned round, baseline +/- z sqrt(baseline (1 - baseline) / n), within 0 and 1. n <= 0 gives NaN. */
health_limits funnel_proportion_limits(double baseline, double n);

/* For `events` observed, the numbers of expected events at which they would just differ from expectation: lower_2s is
 * the one that events fall below (upper exact Poisson limit), upper_2s the one that they exceed. The ratio at that
 * point is events / expected. Divide by the baseline rate for a population. */
health_limits funnel_expected_limits(double events);

typedef enum significance {
    SIGNIFICANCE_NONE = 0, /* cannot be judged */
    NOT_SIGNIFICANT,
    LOW_025,
    LOW_001,
    HIGH_025,
    HIGH_001,
    SIGNIFICANCE_NOT_APPLICABLE /* a directly standardised rate of fewer than 10 events */
} significance;
/* "Not significant", "Low (0.025)", "Low (0.001)", "High (0.025)", "High (0.001)", "Not applicable" or "". */
const char *significance_name(significance level);

/* A proportion against the baseline (a fraction), by Wilson intervals; a rate or ratio against its expected events,
 * exact below 10 events and Byar's from 10. */
significance funnel_proportion_significance(double numerator, double denominator, double baseline);
significance funnel_count_significance(double events, double expected);

/* ---- quantiles, ranks, peers ------------------------------------------------------------------------- */

/* Puts values into k groups of near-equal size, 1..k: floor((k + 1) - ceil((N + 1 - rank) / (N / k))), ties sharing
 * the lowest rank, 0 becoming 1; with highest_first group 1 has the highest values. NaN values get 0, as do all when
 * fewer than k values are there. `work` has room for count doubles. O(n log n). Reference: PHEindicatormethods
 * phe_quantile. */
void quantile_groups(const double *values, size_t count, int32_t k, bool highest_first, double *work, int32_t *out);

typedef struct rank_interval {
    double rank;                 /* of the value itself, 1 = first; ties averaged; NaN where missing */
    double lower, median, upper; /* quantiles of the simulated rank */
    double first_share;          /* share of draws in the first quarter of the ranks */
} rank_interval;

typedef struct rank_options {
    bool highest_first;
    double confidence; /* 0 = 0.95 */
    size_t draws;      /* 0 = 10,000 */
    uint64_t seed, stream;
    unsigned threads; /* 0 = 1; does not change the answer */
} rank_options;

enum { MOST_RANKED = 4000 };

/* How sure is a place in a league table? Each draw takes every value from a normal distribution with its standard
 * error and ranks them; limits are quantiles of those ranks (Goldstein and Spiegelhalter 1996). Give proportions on
 * the logit and rates on the log scale. NaN values take no part; a missing error counts as 0.
 * Takes its scratch memory itself. STATUS_USAGE above 4,000 values or for a confidence outside 0..1; STATUS_MEMORY. */
MUST_USE status rank_intervals(const double *values, const double *errors, size_t count, const rank_options *options,
                               rank_interval *out, error *err);

typedef struct peer {
    size_t index;
    double distance;
} peer;

typedef struct peer_options {
    double cap; /* standard deviations above the mean at which values are capped; 0 = 5, below 0 = never */
    /* Otherwise the square root is taken of every variable, which tames the long tails of populations. */
    bool no_square_root;
    const double *weights; /* one per variable; NULL = equal */
} peer_options;

/* The organisations most like organisation `of` (Model Health System): every variable is capped at mean + 5 standard
 * deviations, put under a square root and standardised; distance = sqrt(sum w (difference)^2) with weights scaled to
 * sum 1. `values`: count x variables, row after row. Writes the nearest `wanted` (fewer where there are not so many),
 * nearest first, ties by index; `found` says how many. `work`: room for count x variables doubles. Organisations with
 * a missing variable are nobody's peer; a variable that does not differ counts nothing. STATUS_USAGE for `of` out of
 * range or without a variable; STATUS_REFUSED for a negative value under a square root. */
MUST_USE status peers_nearest(const double *values, size_t count, size_t variables, size_t of,
                              const peer_options *options, double *work, peer *out, size_t wanted, size_t *found,
                              error *err);

#endif
