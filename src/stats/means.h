/*
 * means: sums and orders that several statistics share. Inside src/stats only.
 *
 * Means are R's: sum / n in long double, then the mean of the residuals added, so that a point that lies exactly on a line falls on the
 * same side as it does in R. Inline, because they are the inner loop of every chart. Pure; missing values are NaN.
 */
#ifndef CONCORD_STATS_MEANS_H
#define CONCORD_STATS_MEANS_H

#include <math.h>
#include <stddef.h>

/* Mean of the values that are there; NaN where there are none. *present (may be NULL) gets how many. */
static inline double mean_of(const double *values, size_t count, size_t *present)
{
    long double sum = 0, rest = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            n++;
        }
    if (present != NULL)
        *present = n;
    if (n == 0)
        return NAN;
    const long double first = sum / (long double)n;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            rest += values[i] - first;
    return (double)(first + rest / (long double)n);
}

/* Mean of the moving ranges |y[i] - y[i-1]| that are strictly below `below`; NaN where there is none. *largest gets the largest
 * of them. */
static inline double mean_moving_range(const double *values, size_t count, double below, double *largest)
{
    long double sum = 0, rest = 0;
    double most = 0;
    size_t n = 0;
    for (size_t i = 1; i < count; i++) {
        const double range = fabs(values[i] - values[i - 1]);
        if (range < below) {
            sum += range;
            most = range > most ? range : most;
            n++;
        }
    }
    *largest = most;
    if (n == 0)
        return NAN;
    const long double first = sum / (long double)n;
    for (size_t i = 1; i < count; i++) {
        const double range = fabs(values[i] - values[i - 1]);
        if (range < below)
            rest += range - first;
    }
    return (double)(first + rest / (long double)n);
}

/* For qsort: doubles ascending; none may be NaN. */
static inline int by_value(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* How many of the sorted values are below `value`. */
static inline size_t count_below(const double *sorted, size_t count, double value)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Rank, from 1, of a value that is among the sorted ones; ties share the mean of their ranks. */
static inline double average_rank(const double *sorted, size_t count, double value)
{
    const size_t below = count_below(sorted, count, value);
    size_t ties = 0;
    while (below + ties < count && sorted[below + ties] == value)
        ties++;
    return (double)below + ((double)ties + 1) / 2;
}

#endif
