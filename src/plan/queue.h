/*
 * queue: a waiting list as dates of referral and removal, and the theory of what size and what capacity it needs.
 *
 * Sources: Little 1961 (list = demand x mean wait); Kingman 1962 and Marchal 1976 (the wait in heavy traffic); Fong et
 * al. 2022, "Managing Waiting List Guidance", whose quantities NHSRwaitinglist computes: target queue size, target and
 * relief capacity, pressure. Where that package errs we do not follow; docs/differences.md names each place.
 * Units: weeks and people a week. A date is a day; a list is counted at the end of the day. Part of plan.h.
 */
#ifndef CONCORD_PLAN_QUEUE_H
#define CONCORD_PLAN_QUEUE_H

#include "base/base.h"

/* ---- theory ------------------------------------------------------------------------------------------ */

/* The usual ratio of a target to the mean wait that meets it: where waits are exponential, 98.2 % are within target. */
#define QUEUE_FACTOR 4.0
/* Weeks in which relief capacity brings the list down to its target. */
#define QUEUE_RELIEF_WEEKS 26.0

/* Share of exponential waits within the target when their mean is target / factor: 1 - exp(-factor). */
double queue_factor_share(double factor);
/* The factor for a share in (0, 1): -log(1 - share); 2.53 for 92 %. NaN outside. */
double queue_share_factor(double share);

/* target / factor, in the target's unit. NaN unless both are above 0. */
double queue_target_mean_wait(double target_wait_weeks, double factor);
/* The list that demand and the target mean wait keep up by Little's law: demand x target / factor. */
double queue_target_size(double demand_per_week, double target_wait_weeks, double factor);
/* More than twice its target size. */
bool queue_is_too_big(double size, double target_size);
/* Demand / capacity. Above 1 the list grows without end. Infinite where demand meets no capacity; NaN where both are 0. */
double queue_load(double demand_per_week, double capacity_per_week);
/* 2 x mean wait / target: 1 where the mean wait of those waiting is half the target. NaN unless the target is above 0. */
double queue_pressure(double mean_wait_weeks, double target_wait_weeks);
/* Capacity that holds a list at its target size: demand + (cv_demand^2 + cv_capacity^2) / 2 x factor / target. The cvs are
 * of the gaps between referrals and between removals; 1 for a Poisson stream, 0 for an even one. */
double queue_target_capacity(double demand_per_week, double target_wait_weeks, double factor, double cv_demand,
                             double cv_capacity);
/* Capacity that brings a list to its target size in so many weeks: demand + (size - target size) / weeks. Not below 0: a
 * list far under its target needs nothing for now. NaN unless weeks are above 0. */
double queue_relief_capacity(double demand_per_week, double size, double target_size, double weeks);
/* Demand as it may be, when it was estimated from so many gaps between referrals: demand / (1 - 2 cv / sqrt(count)), about
 * the upper 97.5 % limit. Demand itself where count is 0 or the limit is not finite (2 cv >= sqrt(count)). */
double queue_demand_upper(double demand_per_week, double cv_demand, int64_t count);

/* ---- lists of dates ---------------------------------------------------------------------------------- */

typedef struct queue_entry {
    date referral;
    date removal; /* DATE_NONE while waiting; never before the referral */
} queue_entry;

/* Days from start to end, both included. */
typedef struct queue_window {
    date start, end;
} queue_window;

/* Fills what the caller leaves out (DATE_NONE): the first referral, and the last date of the list.
 * STATUS_REFUSED: an empty list, an entry without a referral, a removal before its referral (error row = 1-based entry).
 * STATUS_USAGE: the end does not come after the start, or more than 200 years lie between. */
MUST_USE status queue_window_make(const queue_entry *entries, size_t count, date start, date end, queue_window *out,
                                  error *err);

/* Days of a window: end - start + 1. */
size_t queue_window_days(queue_window window);

/* The size at the end of each day into sizes[queue_window_days]: all referred by then, less all removed by then, whenever
 * they came. O(entries + days). */
void queue_sizes(const queue_entry *entries, size_t count, queue_window window, int64_t *sizes);

typedef struct queue_targets {
    double target_wait_weeks;
    double factor;       /* 0 = QUEUE_FACTOR */
    double relief_weeks; /* 0 = QUEUE_RELIEF_WEEKS */
} queue_targets;

typedef struct queue_statistics {
    queue_window window;
    int64_t referrals, removals; /* within the window */
    double demand_per_week; /* (referrals + 1) / length: the window's ends close the first and last gap; 0 for none */
    double
        capacity_per_week; /* 1 / mean gap between removals while somebody was waiting; 0 for none, NaN where all came in one moment */
    double cv_demand, cv_capacity; /* of those gaps, n - 1; NaN below two gaps */
    double load;
    bool load_too_big;  /* above 1 */
    int64_t queue_size; /* at the end */
    double target_queue_size;
    bool queue_too_big;
    double mean_wait_weeks;          /* of those waiting at the end, so far; NaN when nobody waits */
    double pressure;                 /* 0 when nobody waits */
    double target_capacity_per_week; /* NaN where the queue is too big, or a cv is not known */
    double relief_capacity_per_week; /* NaN where the queue is not too big */
} queue_statistics;

/* Everything of one list in one window. A removal's gap begins at the removal before it, at the window's start, or at the
 * last day on which nobody was waiting, whichever is latest: idle days are no lack of capacity. Only removals within the
 * window count. STATUS_USAGE: a target, factor or relief time that is not above 0; STATUS_MEMORY.
 * O(n log n); scratch holds two dates per entry. */
MUST_USE status queue_statistics_make(const queue_entry *entries, size_t count, queue_window window,
                                      const queue_targets *targets, arena *scratch, queue_statistics *out, error *err);

/* Books those still waiting into slots, first come first served by referral and then row: a slot takes the longest waiter
 * whose referral is earlier than the slot's day, else it is lost. Slots may come in any order and several to a day. Writes
 * removal into entries, and used[slot] (may be NULL). Entries with a removal stay as they are. */
MUST_USE status queue_schedule(queue_entry *entries, size_t count, const date *slots, size_t slot_count, bool *used,
                               arena *scratch, error *err);

#endif
