/*
 * spc: has this series really changed? XmR charts judged by a named, versioned set of rules.
 *
 * An XmR chart takes each value's distance to its neighbour (the moving range) as the measure of ordinary variation,
 * draws limits around the mean from it, and calls what the limits and four run rules catch special cause. Public
 * bodies publish the verdict, so the rules are data (spc_rules) with a name and a version, and every verdict can say
 * which it used.
 *
 * Invariants: values are in date order; rows are never dropped (missing is NaN and keeps its row); runs never cross a
 * segment border or a missing value. Nothing allocates; memory is the caller's. Part of stats.h, which other rooms
 * include.
 */
#ifndef CONCORD_STATS_SPC_H
#define CONCORD_STATS_SPC_H

#include "base/base.h"

/* ---- rule sets -------------------------------------------------------------------------------------- */

/* A named, versioned set of rules. `mdc-2023` (the default) is the present Making Data Count rule set;
 * `plotthedots-0.2.2` reproduces the R package NHSRplotthedots 0.2.2; `powerbi-spc-2026-06` the Power BI visual
 * PowerBI-SPC of June 2026 with its standard run lengths. An analyst may fill one in: spc_rules_check says whether it
 * makes sense. */
typedef struct spc_rules {
    const char *name;
    int32_t shift_points;        /* successive points on one side of the mean */
    int32_t trend_points;        /* successive points all rising or all falling: 7 points are 6 steps */
    bool two_of_three_beyond;    /* do points beyond the limits count among the "near" two of three? */
    int32_t minimum_points;      /* fewer non-missing points in a segment: no limits, no signal, no icon; 0 = never */
    bool improvement_wins;       /* where improvement and concern meet in one point, improvement wins */
    bool target_at_limit_counts; /* assurance: a target equal to a limit counts as beyond it */
    bool flat_limits_compare;    /* zero-width limits: the mean is compared with the target, equal or better passes */
    double limit_factor;         /* limits = mean +/- factor x mean moving range: 2.66 */
    bool two_of_three_any_side;  /* the third point may lie anywhere, and two points at the start suffice (Power BI) */
    /* A trend point points the way of the step after it whenever the next point is in any trend (plotthedots); else
     * only where it belongs to both a rise and a fall. */
    bool trend_takes_next_step;
} spc_rules;

/* NULL where there is no such rule set. "" or NULL gives the default. */
const spc_rules *spc_rules_find(const char *name);
/* All rule sets, for lists and messages; *count is set. The first is the default. */
const spc_rules *spc_rules_all(size_t *count);
/* STATUS_USAGE, naming the field, where a rule set cannot be used: shift_points or trend_points under 3 or over 100,
 * minimum_points negative, limit_factor not positive and finite, an empty name. */
MUST_USE status spc_rules_check(const spc_rules *rules, error *err);

typedef enum spc_rule { SPC_NONE = 0, SPC_BEYOND_LIMITS, SPC_TREND, SPC_TWO_OF_THREE, SPC_SHIFT } spc_rule;
/* "beyond-limits", "trend", "two-of-three", "shift" or "". */
const char *spc_rule_name(spc_rule rule);

/* SIGNAL_NONE: no limits here, so nothing can be said. HIGH and LOW are special cause where neither way is better. */
typedef enum spc_signal {
    SIGNAL_NONE = 0,
    SIGNAL_COMMON_CAUSE,
    SIGNAL_IMPROVEMENT,
    SIGNAL_CONCERN,
    SIGNAL_HIGH,
    SIGNAL_LOW
} spc_signal;
/* "improvement", "concern", "high", "low", "common-cause" or "". */
const char *spc_signal_name(spc_signal signal);

typedef enum spc_assurance { ASSURANCE_NONE = 0, ASSURANCE_PASS, ASSURANCE_FAIL, ASSURANCE_HIT_AND_MISS } spc_assurance;
/* "pass", "fail", "hit-and-miss" or "". */
const char *spc_assurance_name(spc_assurance assurance);

/* What variation the last point shows and whether it is high or low: the icon of a series.
 * An improvement can be high (when higher is better) or low; so can a concern. */
typedef enum spc_variation {
    VARIATION_NONE = 0,
    VARIATION_COMMON_CAUSE,
    VARIATION_IMPROVEMENT_HIGH,
    VARIATION_IMPROVEMENT_LOW,
    VARIATION_CONCERN_HIGH,
    VARIATION_CONCERN_LOW,
    VARIATION_NEITHER_HIGH,
    VARIATION_NEITHER_LOW
} spc_variation;
const char *spc_variation_name(spc_variation variation); /* "improvement-high" ... "common-cause" or "" */

/* ---- the chart -------------------------------------------------------------------------------------- */

typedef struct spc_options {
    const spc_rules *rules; /* NULL = default */
    better better;
    bool no_screening;       /* true: moving ranges are not screened (screening is on by default) */
    int32_t baseline_points; /* 0 = every point of the segment; else the first n (12 or more) of each segment */
    const size_t *rebases;   /* indices at which a new segment starts, ascending; may be NULL */
    size_t rebase_count;
    double target; /* NaN = none; judged against the last segment's limits. A zeroed struct has target 0: set NaN */
} spc_options;

/* Every rule that fired at a point, not only the one that names it: bits of spc_point.fired. */
enum {
    SPC_FIRED_ABOVE = 1, /* above the upper limit */
    SPC_FIRED_BELOW = 2,
    SPC_FIRED_RISE = 4, /* in a rising trend */
    SPC_FIRED_FALL = 8,
    SPC_FIRED_TWO_OF_THREE = 16,
    SPC_FIRED_SHIFT = 32
};

typedef struct spc_point {
    double mean, lower, upper;     /* NaN where the segment has none */
    double near_lower, near_upper; /* two-thirds of the way to the limits */
    int32_t segment;               /* 1, 2, ... */
    int8_t side;                   /* -1 below the mean, 0 on it or missing, +1 above */
    bool near;                     /* beyond a near limit, as the rule set counts it */
    bool short_segment;            /* fewer than 13 rows in this segment */
    uint8_t fired;                 /* SPC_FIRED_... of every rule that caught this point */
    spc_rule rule;
    int8_t direction; /* +1 high or rising, -1 low or falling, 0 common cause */
    spc_signal signal;
} spc_point;

typedef struct spc_segment {
    size_t first, count; /* rows, missing ones included */
    size_t present;      /* non-missing values */
    double mean, lower, upper;
    double mean_moving_range; /* after screening */
} spc_segment;

typedef struct spc_summary {
    spc_variation variation; /* of the last row */
    spc_assurance assurance;
    size_t segments;
} spc_summary;

/* XmR chart of `count` values in date order (NaN = missing; its row stays, breaks runs, and removes both its moving
 * ranges). Writes `points` (count of them), up to `segment_capacity` segments (may be NULL with 0), and the summary
 * (may be NULL).
 *
 * Per segment: mean of the baseline values; moving ranges |y[i] - y[i-1]| of adjacent baseline rows, averaged, those
 * not strictly below 3.267 x their average dropped (once), averaged again; limits = mean +/- limit_factor x that
 * average, near limits at two thirds of the way. Then spc_judge.
 *
 * Edge cases: no values -> everything NaN / none. A segment with fewer than rules->minimum_points values: its mean,
 * but no limits, signal or icon. A constant segment under screening: every moving range is screened out, so there are
 * no limits; if flat_limits_compare the target is still compared with the mean. A missing last value: common cause.
 * Errors: STATUS_USAGE for baseline_points 1..11 or negative, rebases not ascending or out of range, a rule set that
 * spc_rules_check refuses; STATUS_REFUSED for a value that is infinite or beyond 1e150 in size. O(count), no
 * allocation. Source: Making Data Count (NHS England); reference: NHSRplotthedots 0.2.2, every case of its table. */
MUST_USE status spc_xmr(const double *values, size_t count, const spc_options *options, spc_point *points,
                        spc_segment *segments, size_t segment_capacity, spc_summary *summary, error *err);

/* Judges values against lines already known: mean, lower, upper, near_lower, near_upper of each point are read (they
 * may differ from point to point, so any chart's limits will do), the rest of each point is written except `segment`
 * and `short_segment`. All `count` points are one run of neighbours: call it once per segment. Rules, in order of
 * priority:
 *   beyond limits  strictly above upper or below lower;
 *   trend          trend_points points each strictly above (or below) the one before;
 *   two of three   of three successive points on one side of the mean at least two are near (strictly beyond a near
 *                  limit; not beyond the limit unless two_of_three_beyond); only the near ones are marked;
 *   shift          shift_points successive points strictly on one side of the mean.
 * With improvement_wins the first rule that speaks of improvement names the point, if there is one.
 * rules NULL = default. A missing value, or a point on the mean, breaks a run. O(count), no allocation. */
void spc_judge(const double *values, size_t count, const spc_rules *rules, better way, spc_point *points);

/* The verdict on one target against one pair of limits (mean used only for zero-width limits). way NEITHER or no
 * target: none. Limits missing: hit-and-miss in a rule set without minimum_points (as NHSRplotthedots has it), else
 * none. */
spc_assurance spc_assure(double mean, double lower, double upper, double target, better way, const spc_rules *rules);

/* The icon of one point. */
spc_variation spc_point_variation(const spc_point *point, better way);

/* ---- targets that change, and rebases ----------------------------------------------------------------- */

/* Assurance against a target for each row (NaN = none there), each against the limits in force at that row. `out` may
 * be NULL. Returns the verdict on the latest target: the last row that has one, which is what an icon shows. */
spc_assurance spc_assure_each(const spc_point *points, const double *targets, size_t count, better way,
                              const spc_rules *rules, spc_assurance *out);

typedef enum rebase_reason { REBASE_NONE = 0, REBASE_SUSTAINED_HIGHER, REBASE_SUSTAINED_LOWER } rebase_reason;

/* A suggestion, never an act: redrawing limits hides a change, so a person decides, with a recorded reason. */
typedef struct spc_rebase {
    rebase_reason reason;
    size_t at;     /* row at which new limits would start */
    size_t points; /* values from there on */
    double mean_before, mean_after;
    double lower_before, upper_before; /* limits from the values before */
} spc_rebase;
enum { SPC_REBASE_ROWS = 10000 }; /* of the last segment, at most: what is compared grows with their square */
/* One sentence such as "15 points from row 25 on are higher: mean 98.2, before 75.4". Returns the length. */
size_t spc_rebase_text(const spc_rebase *suggestion, char *out, size_t size);

/* Would new limits be in order within the last segment of a chart made with these options? Asked for: minimum_points
 * (13 where the rule set has none) values before and after; the first shift_points values after all on one side of
 * the mean before; at least four fifths of those after on that side; and the mean after beyond a near limit of those
 * before, or a shift that has lasted twice shift_points. Among such rows the one that parts the means most (largest
 * standardised difference) is given. Errors as spc_xmr, and STATUS_USAGE above SPC_REBASE_ROWS rows. O(n^2) in the last segment, no allocation. */
MUST_USE status spc_suggest_rebase(const double *values, size_t count, const spc_options *options, spc_rebase *out,
                                   error *err);

#endif
