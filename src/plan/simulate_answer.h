/*
 * simulate_answer: what a board asks of the replications of a simulation.
 *
 * How far may it go (ranges), how likely is the target (probabilities), what does it take (capacity needed), what does a change do
 * (paired differences: replication r of two models has the same luck), and was the model right before (back-test).
 * Pure, but for simulate_capacity_needed, which runs simulations. Part of plan.h.
 */
#ifndef CONCORD_PLAN_SIMULATE_ANSWER_H
#define CONCORD_PLAN_SIMULATE_ANSWER_H

#include "plan/simulate.h"

/* Quantiles by linear interpolation between order statistics (R's type 7). A figure that is not there (a percentile in the open week) counts as
 * larger than all others; a quantile that falls on one is NaN, and so is the mean. */
typedef struct answer_range {
    double mean, low, middle, high;
} answer_range;

/* coverage: 0.9 gives the 5th and 95th percentile. values is put in another order. count at least 1. */
answer_range answer_range_of(double *values, size_t count, double coverage);

/* The range over replications of one figure. scratch: replications doubles. */
answer_range simulate_range(const simulate_results *r, int32_t report, int32_t step, simulate_measure m,
                            double coverage, double *scratch);
/* The same of the sum of a flow over all periods. */
answer_range simulate_range_of_sum(const simulate_results *r, int32_t report, simulate_measure m, double coverage,
                                   double *scratch);
/* after - before, replication by replication: the two must have the same shape. */
answer_range simulate_difference(const simulate_results *before, const simulate_results *after, int32_t report,
                                 int32_t step, simulate_measure m, double coverage, double *scratch);
answer_range simulate_difference_of_sum(const simulate_results *before, const simulate_results *after, int32_t report,
                                        simulate_measure m, double coverage, double *scratch);

typedef struct simulate_target {
    simulate_measure measure;
    bool at_least; /* else at most */
    double level;
    int32_t step; /* period, from 0 */
} simulate_target;

/* Whether one replication meets it; a figure that is not there meets no target. */
bool simulate_target_met(const simulate_results *r, int64_t replication, int32_t report, const simulate_target *t);

typedef struct answer_probability {
    double probability, low, high; /* with the 95 per cent limits that so many replications allow (Wilson) */
} answer_probability;
answer_probability answer_probability_of(int64_t met, int64_t of); /* of at least 1 */
answer_probability simulate_probability(const simulate_results *r, int32_t report, const simulate_target *t);

/* ---- capacity needed --------------------------------------------------------------------------------- */

typedef struct capacity_question {
    int32_t report; /* whose target, and whose lists get the capacity; the last (all lists) too */
    simulate_target target;
    double probability; /* wanted, above 0 to 1 */
    int32_t from_step;  /* capacity changes from this period on */
    double most;        /* times the present capacity; 0 = 4 */
} capacity_question;

typedef struct capacity_answer {
    bool met;             /* false: not even with `most`; the figures are then those of `most` */
    bool met_already;     /* with capacity as it is: multiplier 1 */
    double multiplier;    /* of every slot from from_step on, to 0.001 */
    double extra_slots;   /* over all periods, both stages */
    double extra_a_month; /* per period from from_step on */
    double probability;   /* reached */
} capacity_answer;

/* Bisection between 1 and `most`; every try has the same random numbers. Lists with slots_by_day are refused. */
MUST_USE status simulate_capacity_needed(const simulate_model *model, const simulate_options *options,
                                         const capacity_question *question, capacity_answer *out, error *err);

/* ---- back-test --------------------------------------------------------------------------------------- */

typedef struct simulate_backtest {
    int32_t compared;      /* periods with a published figure */
    double bias;           /* mean of expected - published */
    double absolute_error; /* mean of |expected - published| */
    double percent_error;  /* mean of |expected - published| / published, in per cent; NaN where a published one is 0 */
    double covered;        /* share of the published figures within the interval */
} simulate_backtest;

/* published: one per period, NaN where there is none. coverage as above. */
simulate_backtest simulate_backtest_of(const simulate_results *r, int32_t report, simulate_measure m,
                                       const double *published, double coverage, double *scratch);

#endif
