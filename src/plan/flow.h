/*
 * flow: stock and flow of a waiting list by time waited.
 *
 * A list is an array of bands: band i holds those who have waited from i to i + 1 steps; the last band is open and keeps
 * whoever gets that far. In each step everybody moves up one band, referrals enter band 0, and of those who are then in a
 * band some are treated and some leave untreated. A step may be a month or a week, bands may be any number of at least
 * two: nothing here depends on either. One step of one band:
 *
 *     arriving = stock of the band below (band 0: referrals; last band: also its own stock) + those who join at that wait
 *     removed = removal rate x arriving
 *     treated = capacity x (treatment rate x arriving) / (sum of that over bands)
 *     stock = arriving - treated - removed
 *
 * Sources: the stock-and-flow model of the NHS Bristol, North Somerset and South Gloucestershire analysts (NHSRtt 0.4.1),
 * written anew from its description in docs/methods-planning.md and compared with it in tests/reference.
 *
 * Invariants: stock, treatments, removals and capacity are never negative; nobody is treated who is not there; people are
 * conserved in every step: stock before + referrals + joining = treated + removed + stock. Numbers are doubles: people may be
 * fractions. Matrices are row after row: [period][band]. Pure; memory is the caller's. Part of plan.h.
 */
#ifndef CONCORD_PLAN_FLOW_H
#define CONCORD_PLAN_FLOW_H

#include "base/base.h"

#define FLOW_BANDS_MAXIMUM   4096
#define FLOW_PERIODS_MAXIMUM 1200

/* ---- calibration ------------------------------------------------------------------------------------- */

/* What was observed. Period p leads from stock p to stock p + 1. */
typedef struct flow_history {
    size_t bands, periods;
    const double *referrals;  /* [periods] */
    const double *treatments; /* [periods][bands] */
    const double *stock;      /* [periods + 1][bands]: the list at the start, then at the end of each period */
} flow_history;

/* Removals are what the balance leaves: arriving - treated - stock. Published counts do not always balance (pathways are
 * reopened, join with an earlier clock start, or move between providers), and then a removal comes out below 0. */
typedef enum flow_negative {
    FLOW_NEGATIVE_KEEP = 0, /* as they come: bands may gain people. True to the counts */
    FLOW_NEGATIVE_CLIP,     /* count as 0, which overstates removals as a whole */
    FLOW_NEGATIVE_BALANCE /* count as 0, and the removals of the other bands of that period shrink so that their sum is as
                             observed; all 0 where the sum is negative */
} flow_negative;

typedef struct flow_calibration {
    flow_negative negative;
    bool first_band_to_referrals; /* a negative removal in band 0 counts as referrals that were not reported */
    bool pooled; /* flows of all periods over arrivals of all periods; else the mean of the periods' rates */
} flow_calibration;

/* What calibration found, before the options changed it. */
typedef struct flow_balance {
    double referrals, treated, removed; /* people in all periods; removed is the net of all bands */
    double negative_people;             /* sum of the removals below 0, as a positive number */
    size_t negative_cells, cells;       /* of periods x bands */
    size_t worst_period, worst_band;    /* of the most negative one */
    double worst_people;                /* as a positive number; 0 where there is none */
    double referrals_added;             /* by first_band_to_referrals */
} flow_balance;

/* Rates per band: flow / arriving, per period, averaged over periods (0 where nobody arrived). Fills treatment_rate and
 * removal_rate [bands]; balance may be NULL. Edge cases: one period is enough.
 * STATUS_REFUSED, naming period and band: a count that is missing, infinite or negative.
 * STATUS_USAGE: fewer than 2 bands, no period, or more than the maxima. O(periods x bands). */
MUST_USE status flow_calibrate(const flow_history *history, const flow_calibration *options, double *treatment_rate,
                               double *removal_rate, flow_balance *balance, error *err);

typedef struct flow_rates {
    double *treatment, *removal, *joining; /* [bands], the caller's */
    double gained;
    size_t limited; /* bands in which more were treated than were there, and that do not count as joining: rate 1 */
} flow_rates;

/* The rates that a projection takes. Removals below 0 are no rate: with FLOW_NEGATIVE_KEEP a band whose removals are below 0
 * in sum over the periods has joining[band] people a period more, who come with that wait, and no removals; its treatment rate
 * is over all who were there, they among them. So all rates are from 0 to 1, and treatments and removals of a band together
 * too, and a list in balance stays as it is, whatever was counted. Most who come so in one band are missing in another, so
 * that the list as a whole gains no more than it did: `gained` is that, a period; 0 where people left on the whole. joining
 * and gained are 0 with the other options. Errors as flow_calibrate. */
MUST_USE status flow_calibrate_model(const flow_history *history, const flow_calibration *options, flow_rates *out,
                                     flow_balance *balance, error *err);

/* ---- projection -------------------------------------------------------------------------------------- */

/* What happens to surplus capacity: what a band's share of it has no use for, because nobody is left in the band, and with
 * rates_hold whatever is more than the calibrated rates ask for. */
typedef enum flow_surplus {
    FLOW_SURPLUS_UNUSED = 0,   /* it is lost */
    FLOW_SURPLUS_EVENLY,       /* in equal parts to the bands that still have people, until it is spent */
    FLOW_SURPLUS_LONGEST_FIRST /* to those who have waited longest */
} flow_surplus;
/* "unused", "evenly", "longest-first". */
const char *flow_surplus_name(flow_surplus rule);
bool flow_surplus_find(const char *name, flow_surplus *out);

typedef struct flow_model {
    size_t bands;
    const double *treatment_rate; /* weights of the bands; 0 to 1 */
    const double *removal_rate;   /* 0 to 1 */
    flow_surplus surplus;
    bool
        rates_hold; /* no band is treated at more than its rate, and what capacity is left is surplus: more sessions go where the
                        rule sends them. Else all rates grow with capacity, so that the bands with the highest empty first */
    /* People who join each band in a period without being referred; NULL: nobody. In all they are never more than those who
     * leave untreated in that period and `gained`: where they would be, fewer join every band in proportion. So no list is
     * treated faster than people come: treated <= stock before + referrals + gained, in every period. */
    const double *joining;
    double gained;
} flow_model;

/* The share of `joining` that joins when `removed` leave untreated, in all bands. 0 without joining. */
double flow_joining_share(const flow_model *model, double removed);

typedef struct flow_course {
    size_t periods;
    const double *opening;   /* [bands] */
    const double *referrals; /* [periods] */
    const double *capacity;  /* [periods] people that can be treated */
} flow_course;

/* STATUS_USAGE or STATUS_REFUSED, with what and where: sizes out of range; a rate, referral, capacity or stock that is
 * missing, infinite or negative; a treatment or removal rate above 1; joining or gained that is no count. flow_project does not look
 * again. */
MUST_USE status flow_model_check(const flow_model *model, error *err);
MUST_USE status flow_course_check(const flow_course *course, size_t bands, error *err);

/* Steps through the course. stock [periods][bands] is required; treated and removed [periods][bands], unused [periods]
 * (capacity that found nobody) may be NULL. Removals come before treatments: where a band's removals and treatments exceed
 * those in it, treatments stop at what is left: never more than there are. With nobody waiting in a band of positive rate, all capacity is surplus.
 * O(periods x bands); with FLOW_SURPLUS_EVENLY at worst times bands. The model and course must have been checked. */
void flow_project(const flow_model *model, const flow_course *course, double *stock, double *treated, double *removed,
                  double *unused);
/* People who joined in a period of a projection, without being referred: what its balance leaves. before, stock, treated and
 * removed are [bands] each. */
double flow_joined(const double *before, double referrals, const double *stock, const double *treated,
                   const double *removed, size_t bands);

/* ---- reading a list ---------------------------------------------------------------------------------- */

double flow_total(const double *stock, size_t bands);
/* Share of the list in band `from` and longer; 0 for an empty list. */
double flow_share_from(const double *stock, size_t bands, size_t from);
/* The wait, in steps, that a share p of (0, 1] of the list does not exceed; linear within its band, the open band counting
 * as one step wide. NaN for an empty list. A value above bands - 1 lies in the open band: a lower bound only. */
double flow_percentile(const double *stock, size_t bands, double p);

/* The finer shape within bands, so that a list in months can answer for 18 and 52 weeks as published weekly bands do: each
 * piece has its share of a band, between two waits in weeks. Pieces are in order, each in one band, shares of a band add up
 * to 1; the last is open (to_weeks infinite). */
typedef struct flow_piece {
    size_t band;
    double from_weeks, to_weeks, share;
} flow_piece;
typedef struct flow_detail {
    const flow_piece *pieces;
    size_t count;
} flow_detail;

/* Weeks in a month of 365.25 / 12 days. */
#define FLOW_WEEKS_PER_MONTH (365.25 / 84)

/* Pieces that `weeks` closed bands of one week and an open one need, at most. */
#define FLOW_PIECES(weeks, bands) ((weeks) + 1 + (bands))
/* Sums counts by week ([weeks + 1], the last one open) into bands of `step_weeks` each: a week that a boundary cuts goes to
 * both in proportion. The open week goes to the last band. stock [bands] and pieces [FLOW_PIECES(weeks, bands)] may be NULL
 * each; *count of pieces. A band without people has its pieces' shares by their width.
 * STATUS_USAGE: the last band would begin after the weeks end. */
MUST_USE status flow_bands_from_weeks(const double *by_week, size_t weeks, double step_weeks, size_t bands,
                                      double *stock, flow_piece *pieces, size_t *count, error *err);
/* People who have waited more than so many weeks; linear within a piece. */
double flow_over(const double *stock, const flow_detail *detail, double weeks);
/* As flow_percentile, in weeks. NaN where it lies in the open piece, as in the published figures. */
double flow_percentile_weeks(const double *stock, const flow_detail *detail, double p);

/* ---- capacity profiles ------------------------------------------------------------------------------- */

typedef enum flow_profile_kind {
    FLOW_PROFILE_FLAT = 0, /* base x multiplier throughout */
    FLOW_PROFILE_LINEAR, /* from base in the first period in a line to base x multiplier in the last; one period: the last */
    FLOW_PROFILE_RAMP,   /* the line reaches base x multiplier after `ramp_periods`, then stays */
    FLOW_PROFILE_MONTHLY /* base x multiplier x weights[period]: working days, winter, strikes */
} flow_profile_kind;
const char *flow_profile_name(flow_profile_kind kind); /* "flat", "linear", "ramp", "monthly" */
bool flow_profile_find(const char *name, flow_profile_kind *out);

typedef struct flow_profile {
    flow_profile_kind kind;
    double base;           /* capacity of today, a period; above 0 */
    size_t ramp_periods;   /* RAMP; at least 1 */
    const double *weights; /* MONTHLY; [periods], >= 0 */
} flow_profile;

/* capacity [periods]; never negative. */
void flow_profile_fill(const flow_profile *profile, double multiplier, size_t periods, double *capacity);

/* ---- the optimiser ----------------------------------------------------------------------------------- */

typedef enum flow_goal_kind {
    FLOW_GOAL_SHARE_FROM = 0, /* share of the list in `band` or longer is at most value */
    FLOW_GOAL_SHARE_WITHIN,   /* share waiting no more than `weeks` is at least value; needs detail */
    FLOW_GOAL_SHARE_OVER,     /* share waiting more than `weeks` is at most value; needs detail */
    FLOW_GOAL_OVER,           /* people waiting more than `weeks` are at most value; needs detail */
    FLOW_GOAL_PERCENTILE,     /* wait of the share p, in weeks, is at most value; needs detail */
    FLOW_GOAL_LIST            /* people waiting are at most value */
} flow_goal_kind;

typedef struct flow_goal {
    flow_goal_kind kind;
    double value;
    size_t band;
    double weeks, p;
    const flow_detail *detail;
} flow_goal;

/* The figure that the goal is about. An empty list meets every goal: nobody waits too long in it. */
double flow_goal_figure(const flow_goal *goal, const double *stock, size_t bands);
bool flow_goal_met(const flow_goal *goal, double figure);

typedef enum flow_outcome {
    FLOW_MET = 0,      /* by `multiplier`, the least that does */
    FLOW_MET_BY_NONE,  /* even by multiplier 0 */
    FLOW_CANNOT_BE_MET /* by no capacity of this profile: `multiplier` and `figure` are the best that can be reached */
} flow_outcome;

typedef struct flow_answer {
    flow_outcome outcome;
    double multiplier;
    double figure;         /* the goal's, at the end of the course */
    double last_capacity;  /* of the last period */
    double total_capacity; /* over the course */
    size_t projections;    /* tried */
} flow_answer;

/* The least multiplier of the profile with which the goal is met at the end of the course (whose capacity is not read).
 * First a look at multipliers from 0 to one at which a period's capacity exceeds everybody who could wait, then exact
 * bisection (to the last bit) of the first interval in which the goal becomes met. So it is the least of those the look can
 * tell apart, and it does not take for granted that more capacity is always better. capacity [periods] receives the
 * profile. Errors as flow_model_check and flow_course_check; STATUS_USAGE: a profile or goal that makes no sense (a share
 * outside 0..1, weeks not above 0, base not above 0). Some 150 projections; scratch holds one of them. */
MUST_USE status flow_optimise(const flow_model *model, const flow_course *course, const flow_profile *profile,
                              const flow_goal *goal, arena *scratch, double *capacity, flow_answer *out, error *err);

/* ---- steady state ------------------------------------------------------------------------------------ */

typedef struct flow_steady {
    bool exists;
    double parameter; /* p, or the scale of the treatment rates */
    double wait;      /* the percentile, in steps */
    double treated;   /* a period */
    double list;
    double beyond; /* geometric: who would still wait after the last band; 0 where the profile clears them */
} flow_steady;

/* A list that stays the same under referrals a period, when first x p^i are treated in band i (fewer where fewer wait).
 * Fills everything but exists; stock [bands] may be NULL. p in (0, 1]. Any number of bands. */
void flow_steady_geometric(double referrals, double first, double p, const double *removal_rate, size_t bands,
                           double percentile, double *stock, flow_steady *out);
/* The p at which the percentile is `wait` steps, by bisection to the last bit; exists is false, and out the nearest that
 * can be reached, where no p in (0, 1] does it: `first` is too small, or so large that all wait less. STATUS_USAGE: rates
 * outside 0..1, numbers not above 0, percentile outside 0..1, fewer than 2 bands. */
MUST_USE status flow_steady_geometric_find(double referrals, double first, const double *removal_rate, size_t bands,
                                           double percentile, double wait, flow_steady *out, error *err);

/* A list that stays the same when bands are treated at their rates and what is more goes to the longest waiters: nobody gets
 * further than band `reach` (a fraction of a band: that share of those who come to the end of it goes on, and is treated in
 * the next). reach may be 0 to bands - 1. out->parameter is reach; stock may be NULL. */
void flow_steady_longest_first(double referrals, double reach, const flow_model *model, double percentile,
                               double *stock, flow_steady *out);
/* The greatest reach at which the percentile is at most `wait` steps, or weeks with detail: what capacity keeps a target for good
 * when the rest of it goes to the longest waiters. Where the rates alone do, that is the answer (parameter = bands). STATUS_USAGE
 * as flow_steady_scaled_find. */
MUST_USE status flow_steady_longest_first_find(double referrals, const flow_model *model, double percentile,
                                               double wait, const flow_detail *detail, arena *scratch, flow_steady *out,
                                               error *err);

/* A list that stays the same when the share scale x treatment rate of those in each band is treated (at most all). The open
 * band is in balance too. Where it never empties (rates 0), list is infinite. stock may be NULL. */
void flow_steady_scaled(double referrals, double scale, const flow_model *model, double percentile, double *stock,
                        flow_steady *out);
/* The least scale at which the percentile is at most `wait` steps: what capacity keeps a target for good. detail may be
 * NULL; with it, `wait` and out->wait are in weeks. exists is false where no scale does it. */
MUST_USE status flow_steady_scaled_find(double referrals, const flow_model *model, double percentile, double wait,
                                        const flow_detail *detail, arena *scratch, flow_steady *out, error *err);

#endif
