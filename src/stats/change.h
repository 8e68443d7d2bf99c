/*
 * change: is there a trend, when did it start, is it only the season, and how many of all these signals are chance?
 *
 * Recent trend by the Fingertips rule, Mann-Kendall with Sen's slope, CUSUM, false-discovery control, seasonality.
 * Invariants: values in time order, NaN missing; pure and thread-safe; memory is the caller's. Part of stats.h, which
 * other rooms include.
 */
#ifndef CONCORD_STATS_CHANGE_H
#define CONCORD_STATS_CHANGE_H

#include "stats/spc.h"

/* ---- recent trend (Fingertips) ----------------------------------------------------------------------- */

typedef enum trend_verdict { TREND_UNKNOWN = 0, TREND_NONE, TREND_RISING, TREND_FALLING } trend_verdict;
/* "no significant change", "increasing", "decreasing" or "". */
const char *trend_name(trend_verdict verdict);

typedef struct trend_recent {
    trend_verdict verdict;
    size_t points;     /* 5, or 0 where it cannot be told */
    double slope;      /* per period: of the value, or of the logit for proportions */
    double chi_square; /* 1 degree of freedom */
    double p;
    bool steady; /* the slope keeps its sign whichever single point is left out */
} trend_recent;

enum { TREND_POINTS = 5 };

/* The five most recent values (yearly and independent) against time 1..5, weighted by 1 / s^2 with s = (upper -
 * lower) / 3.92 from their 95 % limits; chi-square = (slope / its error)^2. A trend is called where p < 0.002 and the
 * slope keeps its sign whichever point is left out. Method: OHID public health technical guidance, trend markers.
 * Missing values are passed over. Fewer than five values, or limits that are missing or equal: TREND_UNKNOWN. */
trend_recent trend_of_values(const double *values, const double *lower, const double *upper, size_t count);

/* The same for proportions: the Cochran-Armitage test for trend in numerators of denominators, and the sign from the
 * slope of their logits, points unweighted. A numerator that is 0 or all has no logit: TREND_UNKNOWN. */
trend_recent trend_of_proportions(const double *numerators, const double *denominators, size_t count);

/* ---- Mann-Kendall and Sen ---------------------------------------------------------------------------- */

typedef struct trend_rank {
    size_t n;
    double s;                        /* pairs that rise less pairs that fall */
    double variance;                 /* of s, corrected for ties */
    double z, p;                     /* normal with continuity correction, two-sided; NaN below 4 values */
    double tau;                      /* Kendall's tau-b */
    double slope;                    /* Sen: the median of all pairwise slopes, per period */
    double slope_lower, slope_upper; /* limits at the confidence asked for */
    double intercept;                /* median of y - slope x t, t from 0 */
} trend_rank;

/* Mann 1945, Kendall 1975, Sen 1968. Time is the row number, so gaps count. work: room for count (count - 1) / 2
 * doubles, at least count. Edge cases: fewer than 4 values -> NaN throughout; all equal -> s = 0, p = 1, slope 0.
 * O(n^2 log n).
 * STATUS_USAGE above 5,000 rows. */
MUST_USE status trend_mann_kendall(const double *values, size_t count, double confidence, double *work, trend_rank *out,
                                   error *err);

/* ---- CUSUM ------------------------------------------------------------------------------------------- */

typedef struct cusum_options {
    double target, sigma; /* in control; NaN = mean, and mean moving range / 1.128, of the baseline */
    size_t baseline;      /* first n points; 0 = all */
    double slack;         /* k, in sigma; 0 = 0.5, which is best for shifts of one sigma */
    double decision;      /* h, in sigma; 0 = 5 */
    bool restart;         /* start again at 0 after a signal */
} cusum_options;

typedef struct cusum_point {
    double high, low; /* sums above and below, in sigma, both >= 0 */
    bool signal_high, signal_low;
    /* The row at which the sum that signals left 0: when the change is likely to have begun; else the row itself. */
    size_t since;
} cusum_point;

/* Tabular CUSUM (Page 1954; Montgomery, chapter 9): high = max(0, high + z - k), low = max(0, low - z - k), signal
 * above h. A missing value leaves both as they are. target and sigma used are returned (may be NULL); sigma 0 or
 * missing: no signal, sums NaN. */
MUST_USE status cusum_make(const double *values, size_t count, const cusum_options *options, cusum_point *points,
                           double *target, double *sigma, error *err);

/* ---- false-discovery control -------------------------------------------------------------------------- */

typedef struct fdr_summary {
    size_t tests, rejected;
    double threshold;      /* largest p that is called; 0 where none is */
    double expected_false; /* among those called: at most rate x rejected */
} fdr_summary;

/* Benjamini and Hochberg 1995: of `count` p-values calls as many as keep the expected share of false calls at or
 * under `rate`. adjusted (may be NULL) gets the adjusted p-values; called (may be NULL) the verdicts. NaN p-values
 * are no tests: not called, NaN. `work`: room for count size_t. STATUS_USAGE for a rate outside 0..1, STATUS_REFUSED
 * for a p outside 0..1. O(n log n). */
MUST_USE status fdr_control(const double *p, size_t count, double rate, size_t *work, double *adjusted, bool *called,
                            fdr_summary *summary, error *err);

/* How likely ordinary variation is to give the signal of the last row of a series judged by `rules` (NULL = the default), as a p-value
 * for fdr_control: beyond a limit 2 (1 - Phi(|y - mean| / sigma)), where the limits lie k sigma out, k = 3 limit_factor / 2.66; shift
 * of n points 2 (1/2)^n; trend of n points 2 / n!; two of three 2 x 3 Phi(-2k/3)^2 / 2 with the third on that side. n is the run's whole
 * length up to the last row. The least of those that fired, times four (Bonferroni over the four rules); 1 where nothing fired; NaN
 * without limits or value. */
double spc_signal_p(const double *values, const spc_point *points, size_t count, const spc_rules *rules);

/* The p-value of a seasonal series, judged as it is and with its season taken out: the larger of the two where both give the same signal;
 * 1 where they do not, since the signal then is the season's, or hidden by it. NaN where the series as it is has none. */
double season_signal_p(double as_it_is, spc_signal signal, double without, spc_signal signal_without);

/* ---- seasons ----------------------------------------------------------------------------------------- */

enum { MOST_SEASONS = 53 };

typedef struct season_check {
    size_t cycles; /* whole cycles with data */
    double rank_statistic,
        rank_p;              /* Kruskal-Wallis over the seasons, of values less a centred moving average: sees waves */
    double f_statistic, f_p; /* analysis of variance over the same: sees one season that stands out */
    double p;                /* twice the lesser of the two */
    bool seasonal;           /* p < 0.01, and at least three cycles */
    double effects[MOST_SEASONS]; /* what each season adds, by season of the cycle; sum 0 */
} season_check;

/* Is a series seasonal, with so many seasons a cycle (12 for months)? The first value is of season `first` (0-based).
 * The trend is taken out by a centred moving average over one cycle, then seasons are compared by rank and by
 * variance. Effects are medians per season, centred. work: room for 2 x count doubles. Fewer than three cycles, or a
 * season without data: not seasonal, effects 0.
 * STATUS_USAGE for fewer than 2 or above 53. */
MUST_USE status season_check_make(const double *values, size_t count, size_t seasons, size_t first, double *work,
                                  season_check *out, error *err);
/* values less their season's effect. An XmR chart of the result judges change beyond the season; say so where it is
 * shown: the effects are estimated from the same data, so limits are a little too narrow. */
void season_adjust(const double *values, size_t count, size_t seasons, size_t first, const season_check *season,
                   double *out);

#endif
