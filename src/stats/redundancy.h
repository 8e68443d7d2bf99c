/*
 * redundancy: which measures tell the same story, and how few of them would tell most of it.
 *
 * Spearman correlation between measures, groups at a threshold, and a greedy choice of measures by the variance that they explain.
 * Invariants: NaN is missing; pure and thread-safe; memory is the caller's. Part of stats.h, which other rooms include.
 */
#ifndef CONCORD_STATS_REDUNDANCY_H
#define CONCORD_STATS_REDUNDANCY_H

#include "base/base.h"

/* Spearman's rank correlation of the pairs in which neither is missing; ties share the mean of their ranks. NaN with fewer than
 * `least` pairs (at least 3), or where one of them does not vary. *pairs (may be NULL): how many there were.
 * work: 4 * count doubles and `order`: count size_t. O(n log n). */
double correlation_spearman(const double *x, const double *y, size_t count, size_t least, double *work, size_t *order,
                            size_t *pairs);

/* Groups of measures linked by correlations of at least `threshold` in size (either sign), directly or through others (single linkage):
 * group[i] is the smallest index in i's group. correlations: count x count, symmetric; NaN links nothing. O(count^2). */
void redundancy_groups(const double *correlations, size_t count, double threshold, size_t *group);

/* One step of the choice. */
typedef struct redundancy_choice {
    size_t measure;   /* index */
    double explained; /* share of the variance of all measures that the choices up to this one explain, 0..1 */
} redundancy_choice;

/* Orders the measures by how much they tell about all of them: each step takes the measure that, with those taken before, explains the most variance
 * of all the measures (each with variance 1) by linear regression, on their correlations. Ties go to the lower index. A correlation that is NaN counts as 0; one that
 * is below 0 counts in full, since a mirror image tells the same story. Correlations of pairs with different gaps need not fit together exactly: what is
 * left of a variance is never taken below 0. Fills `out` (count of them; *taken those that still told something: more than 1e-9 of the
 * variance). work: count x count doubles, which get the correlations and are used up. O(count^3). */
void redundancy_choose(const double *correlations, size_t count, double *work, redundancy_choice *out, size_t *taken);

#endif
