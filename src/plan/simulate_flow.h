/*
 * simulate_flow: stock and flow (flow.h) with luck: a thousand courses at once.
 *
 * Every replication is a projection of flow_project whose referrals and capacity vary from period to period around the expected ones by gamma
 * factors. Replications are worked side by side, so that the processor does several with each instruction; whole
 * lists are parted over threads. Numbers are counted: the same seed gives the same answer on any number of threads.
 * With no variation every replication is flow_project itself. Part of plan.h.
 */
#ifndef CONCORD_PLAN_SIMULATE_FLOW_H
#define CONCORD_PLAN_SIMULATE_FLOW_H

#include "plan/flow.h"
#include "plan/simulate_answer.h"

typedef struct flow_luck_list {
    flow_model model; /* with FLOW_SURPLUS_EVENLY replications are worked one by one, several times slower */
    flow_course course;
    double referral_variation;    /* coefficient of variation of a period's referrals, 0 to 5 */
    double capacity_variation;    /* of a period's capacity */
    double course_variation;      /* of the whole course's level of referrals: what nobody knows beforehand */
    const double *within_weights; /* [bands] part of each band that is within the limit (18 weeks), 0 to 1 */
    const double *over_weights;   /* [bands] part that is over the other one (52 weeks) */
    double target_share;          /* of the list within the limit at the end of the course; NaN: no target */
} flow_luck_list;

/* Figures of a period. */
typedef struct flow_luck_period {
    answer_range waiting, within_share, over;
} flow_luck_period;

typedef struct flow_luck_answer {
    flow_luck_period *periods;     /* [course.periods]; the caller's memory */
    answer_probability target_met; /* at the end; NaN without a target */
} flow_luck_answer;

typedef struct flow_luck_options {
    int64_t replications; /* 1 to 1,000,000 */
    int32_t threads;      /* 0 = 1 */
    double interval;      /* as in answer_range_of */
    uint64_t seed;
} flow_luck_options;

/* answers: one for each list, with its periods. Checks models and courses as flow_project asks. */
MUST_USE status flow_luck_run(const flow_luck_list *lists, size_t count, const flow_luck_options *options,
                              flow_luck_answer *answers, error *err);

#endif
