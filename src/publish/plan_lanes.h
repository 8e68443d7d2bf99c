/*
 * plan_lanes: several runs of one waiting list side by side. Private to publish.
 *
 * The step is flow_project's (plan/flow.h), the same operations in the same order for each lane, so every run comes out as it would by itself, to the last
 * bit; side by side, the processor works on several at once. Ownership: everything in the arena given. Pure; any number of threads.
 */
#ifndef CONCORD_PUBLISH_PLAN_LANES_H
#define CONCORD_PUBLISH_PLAN_LANES_H

#include "publish/plan_list.h"

enum { PLAN_LANES = 8 };

/* What one run is driven by; copied when it is put. */
typedef struct lane_run {
    const double *referrals, *slots; /* [periods] */
    const double *removal;           /* [bands] */
    const simulate_validation *validations;
    size_t validation_count;
} lane_run;

typedef struct plan_lanes {
    const plan_list *list;
    const flow_model *model; /* its removal rates are the lanes' own */
    size_t periods, used;
    double *referrals, *slots; /* [period][lane] */
    double *removal, *stock;   /* [band][lane] */
    simulate_validation *validations[PLAN_LANES];
    size_t validation_counts[PLAN_LANES], validation_room[PLAN_LANES];
    double *single; /* NULL, or three of [bands] for a rule that lanes cannot follow side by side */
} plan_lanes;

MUST_USE status plan_lanes_begin(plan_lanes *l, const plan_list *list, const flow_model *model, size_t periods,
                                 arena *a, error *err);
/* There must be a lane left (used < PLAN_LANES). */
MUST_USE status plan_lanes_put(plan_lanes *l, const lane_run *run, arena *a, error *err);
/* Runs what was put, and makes room. Run i of these goes to waiting and within [month][count] at first + i: people waiting, and the share of them
 * within_weights [bands] count; 1 where nobody waits. */
void plan_lanes_run(plan_lanes *l, const double *within_weights, size_t first, size_t count, double *waiting,
                    double *within);

/* The share of each band that has waited beyond so many weeks. */
double plan_beyond(const flow_piece *piece, double weeks);
/* Everybody who has waited so long is asked, and a share of them leaves. stock [bands], `stride` apart. */
void plan_validate(const plan_list *list, const simulate_validation *v, size_t stride, double *stock);

#endif
