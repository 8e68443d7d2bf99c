/*
 * score: the steps of an oversight framework as functions on arrays.
 *
 * Values stand organisation by organisation: value[organisation * metrics + metric], NaN where not reported or not
 * eligible. Organisations of one call are one group: they are ranked with each other. Scores run from 1 (best) to 4.
 * Pure and thread-safe; callers own all memory.
 */
#ifndef CONCORD_OVERSIGHT_SCORE_H
#define CONCORD_OVERSIGHT_SCORE_H

#include "catalogue/catalogue.h"

/* Scores one metric for a group. Discrete: the first step whose bound the value meets (at or better). Continuous: linear
 * between anchors, the outer scores beyond them. Ranked: 1 + 3 (rank - 1) / (n - 1) over the n values that there are, ties
 * sharing the mean of their ranks; one value alone scores 1. work: 2 * count doubles, for ranked scoring. rank (may be NULL)
 * gets the shared mean rank, NaN where missing. stride: values of one metric stand that far apart. */
void score_metric(const framework_metric *m, const double *values, size_t count, size_t stride, double *work,
                  double *scores, double *rank);

/* Sum of weight x score over sum of weight, of the scores that there are; NaN where there is none. */
double score_average(const double *scores, const framework_metric *metrics, size_t count);

/* Segments 1..4 of averages: by thresholds (average <= threshold), else by quartiles of the rank within the group:
 * ceil(4 rank / n), a tie taking the better of its places. 0 where the average is NaN or the framework has no rule.
 * work: 2 * count doubles. */
void score_segments(const framework *f, const double *averages, size_t count, double *work, int32_t *segments);

/* The segment after adjustments: the worst of the caps, or what an adjustment sets (the highest where several do). */
int32_t score_adjusted(const framework *f, uint64_t adjusted, int32_t segment);

/* The worst value that scores `score` or better; NaN where none does. For ranked scoring `others` are the values of the
 * others in the group in any order (NaN left out), and a value that ties with another is not enough. work: others doubles. */
double score_value_for(const framework_metric *m, double score, const double *others, size_t count, double *work);

#endif
