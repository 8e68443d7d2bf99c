/*
 * charts: control charts of every usual kind, and the run rules of Anhoej.
 *
 * One call computes centre and limits of a run, I, MR, Xbar, S, T, P, P', C, U, U', G or I' chart over subgroups in
 * time order, with splitting, freezing, excluding and screening; each part is judged by the run rules. The points can
 * then be judged by any named rule set (chart_spc_points).
 *
 * Reference: qicharts2 0.8.1 (every case of its table in tests/reference); Provost and Murray, The Health Care Data
 * Guide; Laney 2002 (P', U'); Taylor 2017 (I'); Anhoej and Wentzel-Larsen 2020, PLoS ONE 15(6):e0233920 (run rules).
 * Invariants: rows are never dropped; missing is NaN. Nothing allocates. Part of stats.h, which other rooms include.
 */
#ifndef CONCORD_STATS_CHARTS_H
#define CONCORD_STATS_CHARTS_H

#include "stats/spc.h"

/* ---- run rules -------------------------------------------------------------------------------------- */

/* Non-random variation in the order of n useful points (not missing, not exactly on the centre line):
 * RUNS_ANHOEJ   longest run above round(log2 n) + 3, or fewer crossings than the lower 5 % quantile of
 *               Binomial(n - 1, 1/2);
 * RUNS_BEST_BOX for n = 10..100 the box (crossings at least c, longest run at most l) with the highest sensitivity to
 *               a shift of 0.8 standard deviations among those with a specificity of 0.925 or more; elsewhere as
 *               RUNS_ANHOEJ;
 * RUNS_CUT_BOX  the best box less cells at its corner, chosen likewise. */
typedef enum runs_method { RUNS_ANHOEJ = 0, RUNS_BEST_BOX, RUNS_CUT_BOX } runs_method;
/* "anhoej", "bestbox", "cutbox"; false where there is no such method. */
bool runs_method_find(const char *name, runs_method *out);

typedef struct runs_result {
    size_t observations; /* points that count: included ones, missing or not */
    size_t useful;
    size_t longest, crossings; /* meaningless (0) where useful is 0 */
    size_t longest_limit;      /* of the Anhoej rule, whatever the method; 0 where useful is 0 */
    size_t crossings_limit;
    bool signal;
} runs_result;

/* Limits of the Anhoej rule for n useful points (n >= 1; 0 gives 0 and 0). O(n). */
void runs_limits(size_t useful, size_t *longest_limit, size_t *crossings_limit);
/* Does a chart of `useful` points with that many crossings and that longest run signal? False for no points. */
bool runs_signal(size_t useful, size_t crossings, size_t longest, runs_method method);
/* Counts runs of values against the centre; excluded (may be NULL) leaves points out. */
runs_result runs_count(const double *values, double centre, const bool *excluded, size_t count, runs_method method);

/* ---- constants -------------------------------------------------------------------------------------- */

/* For a subgroup of n: c4 = sqrt(2 / (n-1)) gamma(n/2) / gamma((n-1)/2), c5 = sqrt(1 - c4^2), A3 = 3 / (c4 sqrt n),
 * B3 = max(0, 1 - 3 c5/c4), B4 = 1 + 3 c5/c4; `sigmas` replaces the 3. All NaN for n < 2. */
typedef struct chart_constants {
    double c4, c5, a3, b3, b4;
} chart_constants;
chart_constants chart_constants_of(double n, double sigmas);

/* ---- charts ----------------------------------------------------------------------------------------- */

typedef enum chart_kind {
    CHART_RUN = 0, /* median, no limits */
    CHART_I,       /* individuals: mean +/- 3 mean(moving range) / 1.128 */
    CHART_MR,      /* moving ranges of I: 0 to 3.267 mean */
    CHART_XBAR,    /* means of subgroups: A3 x pooled s */
    CHART_S,       /* standard deviations of subgroups: B3, B4 x pooled s */
    CHART_T,       /* times between rare events: I chart of y^(1/3.6), turned back */
    CHART_P,       /* proportions: sqrt(p (1-p) / n) */
    CHART_P_PRIME, /* Laney: P limits widened by the moving ranges of their own z-scores */
    CHART_C,       /* counts: sqrt(c) */
    CHART_U,       /* rates: sqrt(u / n) */
    CHART_U_PRIME, /* Laney */
    CHART_G,       /* cases between events: sqrt(m (m+1)) around the mean m; the line shown is the median */
    CHART_I_PRIME  /* individuals with a varying denominator (Taylor): s / sqrt(n) */
} chart_kind;
enum { CHART_KINDS = CHART_I_PRIME + 1 };
/* "run", "i", "mr", "xbar", "s", "t", "p", "pp", "c", "u", "up", "g", "ip"; "" or false where there is none such. */
const char *chart_kind_name(chart_kind kind);
bool chart_kind_find(const char *name, chart_kind *out);

/* What was measured at one point in time. */
typedef struct chart_subgroup {
    double sum; /* of the non-missing values; NaN where there is none */
    double mean;
    double deviation;   /* standard deviation, n - 1; NaN below two values */
    double denominator; /* sum; NaN where the chart has none */
    size_t count;       /* non-missing values */
} chart_subgroup;

/* Gathers the rows of one point in time. denominators may be NULL; a row with either part missing is left out. */
void chart_subgroup_of(const double *values, const double *denominators, size_t count, chart_subgroup *out);

typedef struct chart_options {
    chart_kind kind;
    runs_method runs;
    bool screening; /* drop moving ranges not below 3.267 x their mean, once (3.2665 for I'); off unless asked for */
    size_t freeze;  /* baseline: the first n points; 0 = all; ignored where there are parts */
    const size_t *parts; /* indices at which a new part starts, ascending, not 0; may be NULL */
    size_t part_count;
    const bool *excluded; /* points left out of centre, limits and runs, but kept on the chart; may be NULL */
    double centre;        /* NaN = computed; else given, in the unit before `multiply` */
    double multiply;      /* values, centre and limits are multiplied by it; 0 = 1 */
    bool not_negative;    /* lower limits of I, Xbar and I' are clipped at 0, as those of counts always are */
    /* I' only: take sigma from the baseline. The peer takes it from every point of the part, also from excluded ones
     * and those after the freeze, and so does ours unless this is set. */
    bool strict_prime_sigma;
} chart_options;

typedef struct chart_point {
    double value; /* what is plotted; NaN where missing, or where a denominator is 0 or less */
    double centre;
    double lower, upper;           /* 3 sigma */
    double near_lower, near_upper; /* 2 sigma */
    int32_t part;                  /* 1, 2, ... */
    bool baseline, included;
    bool beyond; /* outside the limits; false where missing */
} chart_point;

typedef struct chart_part {
    size_t first, count;
    double centre;
    runs_result runs; /* an MR chart is counted but never signals: neighbouring ranges are not independent */
} chart_part;

/* Computes a chart of `count` subgroups in time order. `points` has room for count; `work` (scratch) for count doubles;
 * `parts` gets up to part_capacity (may be NULL with 0).
 * Value plotted: P, P', U, U' and I' sum / denominator; run, I, MR, T and G sum / denominator where denominators are
 * given, else the mean; C the sum; Xbar the mean; S the deviation. Centre and sigma per kind are in charts.c beside
 * each formula. Edge cases: no included baseline value -> centre and limits NaN; P upper limit clipped at 1; lower
 * limits of P, U, C, G, T, MR clipped at 0; a constant series under screening has no limits.
 * Errors: STATUS_USAGE for parts out of order or range. O(count log count) for run and G (medians), else O(count). */
MUST_USE status chart_make(const chart_subgroup *subgroups, size_t count, const chart_options *options,
                           chart_point *points, double *work, chart_part *parts, size_t part_capacity, error *err);

/* Judges a finished chart by a rule set, part by part: fills `out` (count) from its lines and calls spc_judge. `work`
 * holds count doubles. Points that are not included count as missing. */
void chart_spc_points(const chart_point *points, size_t count, const spc_rules *rules, better way, double *work,
                      spc_point *out);

#endif
