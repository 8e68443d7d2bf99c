/*
 * inequality: how a measure differs along a social gradient.
 *
 * Groups are ordered by need, the most deprived first (or whatever the first is: signs follow the order). Slope and
 * relative index of inequality, gaps between the ends, population attributable fraction, concentration index. Each
 * with closed-form limits; the slope also with simulated ones, as the public-health methods have them.
 *
 * References: Mackenbach and Kunst 1997 (SII, RII); PHEindicatormethods 2.1.0 (tests/reference); Kakwani, Wagstaff
 * and van Doorslaer 1997 (concentration index); Fieller 1954. Pure and thread-safe. Part of stats.h, which other
 * rooms include.
 */
#ifndef CONCORD_STATS_INEQUALITY_H
#define CONCORD_STATS_INEQUALITY_H

#include "stats/rates.h"

typedef struct inequality_group {
    double population; /* above 0: sets the group's share of the scale */
    double value;
    double deviation;    /* standard error of the value, on its own scale; NaN = from the limits */
    double lower, upper; /* 95 % limits of the value; used where deviation is NaN */
} inequality_group;

/* How errors of the values are distributed, and (with `transform`) on which scale the line is fitted. */
typedef enum slope_scale { SLOPE_LINEAR = 0, SLOPE_LOG, SLOPE_LOGIT } slope_scale;

typedef struct slope_options {
    slope_scale scale; /* linear for means, log for rates, logit for proportions (as fractions) */
    bool transform;    /* fit on that scale instead of on the values */
    double multiplier; /* of the SII; below 0 turns SII and RII round; 0 = 1 */
    double confidence; /* 0 = 0.95 */
    size_t draws;      /* of the simulation; 0 = none */
    uint64_t seed, stream;
} slope_options;

typedef struct slope_result {
    double intercept;                                /* fitted value at the most deprived end, before the multiplier */
    interval sii, rii;                               /* limits in closed form */
    double sii_simulated_lower, sii_simulated_upper; /* NaN without draws */
    double rii_simulated_lower, rii_simulated_upper;
} slope_result;

enum { FEWEST_SLOPE_GROUPS = 3, MOST_SLOPE_GROUPS = 100 };

/* Line through the groups' values over their mid-points on the cumulative population scale 0..1, weighted by
 * population share: SII = fitted(1) - fitted(0), RII = fitted(1) / fitted(0), each turned round for a negative
 * multiplier.
 *
 * Closed-form limits: with a linear scale SII is normal and RII Fieller's ratio; otherwise by the delta method on the
 * fitted ends (RII on the log scale). Simulated limits: each draw takes every group's value from its error
 * distribution and fits again; type-7 quantiles of the draws. `work` has room for 2 x draws doubles (NULL without
 * draws).
 *
 * Edge cases: a missing value or error -> all NaN; an RII whose limits are unbounded (the intercept may be 0) has NaN
 * limits. Errors: STATUS_USAGE for fewer than 3 or more than 100 groups; STATUS_REFUSED for a population not above 0,
 * a value not above 0 (log) or not within 0..1 (logit). Same seed and stream, same answer, whatever the threads.
 * O(groups + draws). */
MUST_USE status inequality_slope(const inequality_group *groups, size_t count, const slope_options *options,
                                 double *work, slope_result *result, error *err);

/* Many areas at once, `per_area` groups each, on `threads` threads; area i uses stream options->stream + i, so the
 * answer does not depend on the threads. The first error by area stops it. Takes its scratch memory itself:
 * STATUS_MEMORY where there is none. */
MUST_USE status inequality_slopes(const inequality_group *groups, size_t per_area, size_t areas,
                                  const slope_options *options, unsigned threads, slope_result *results, error *err);

/* Difference first - second and ratio first / second of two groups with independent errors: normal limits for the
 * difference, log-normal ones for the ratio. A ratio with a value not above 0 is NaN. */
interval inequality_gap(const inequality_group *first, const inequality_group *second, double confidence);
interval inequality_ratio(const inequality_group *first, const inequality_group *second, double confidence);

/* Share of the whole that would not be there if every group had the value of group `reference`: (overall - reference)
 * / overall, overall = population-weighted mean. Negative where the reference is the worse. Limits by the delta
 * method. */
interval inequality_attributable(const inequality_group *groups, size_t count, size_t reference, double confidence);

/* Concentration index 2 / mean x sum(share x value x midpoint) - 1: 0 without a gradient, negative where the first
 * (most deprived) have more. Limits by the delta method from the groups' errors. */
interval inequality_concentration(const inequality_group *groups, size_t count, double confidence);

#endif
