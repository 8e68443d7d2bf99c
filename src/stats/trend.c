/* Trends: the Fingertips marker on five points, and Mann-Kendall with Sen's slope on any number. */
#include "stats/change.h"
#include "stats/means.h"

#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static const double trend_significance = 0.002; /* 99.8 % */

const char *trend_name(trend_verdict verdict)
{
    static const char *const names[] = {"", "no significant change", "increasing", "decreasing"};
    return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "";
}

/* Slope of a weighted line through points 1..5, one of them left out (TREND_POINTS: none); error gets that of the
 * slope. */
static double weighted_slope(const double *y, const double *weights, size_t without, double *error_out)
{
    double w = 0, wt = 0, wy = 0, wtt = 0, wty = 0;
    for (size_t i = 0; i < TREND_POINTS; i++) {
        if (i == without)
            continue;
        const double t = (double)i + 1;
        w += weights[i];
        wt += weights[i] * t;
        wy += weights[i] * y[i];
        wtt += weights[i] * t * t;
        wty += weights[i] * t * y[i];
    }
    const double spread = w * wtt - wt * wt;
    if (error_out)
        *error_out = sqrt(w / spread);
    return (w * wty - wt * wy) / spread;
}

static bool keeps_its_sign(const double *y, const double *weights, double slope)
{
    for (size_t without = 0; without < TREND_POINTS; without++)
        if ((weighted_slope(y, weights, without, NULL) < 0) != (slope < 0))
            return false;
    return true;
}

static void conclude(trend_recent *r)
{
    r->p = pchisq(r->chi_square, 1, 0, 0);
    r->verdict = !(r->p < trend_significance) || !r->steady ? TREND_NONE : r->slope > 0 ? TREND_RISING : TREND_FALLING;
}

trend_recent trend_of_values(const double *values, const double *lower, const double *upper, size_t count)
{
    const trend_recent unknown = {.slope = NAN, .chi_square = NAN, .p = NAN};
    double y[TREND_POINTS], weights[TREND_POINTS];
    size_t found = 0;
    for (size_t i = count; i-- > 0 && found < TREND_POINTS;) {
        if (isnan(values[i]) || isnan(lower[i]) || isnan(upper[i]))
            continue;
        const double s = (upper[i] - lower[i]) / 3.92;
        if (!(s > 0))
            return unknown;
        y[TREND_POINTS - 1 - found] = values[i];
        weights[TREND_POINTS - 1 - found] = 1 / (s * s);
        found++;
    }
    if (found < TREND_POINTS)
        return unknown;
    trend_recent r = {.points = TREND_POINTS};
    double slope_error = NAN;
    r.slope = weighted_slope(y, weights, TREND_POINTS, &slope_error);
    r.chi_square = (r.slope / slope_error) * (r.slope / slope_error);
    r.steady = keeps_its_sign(y, weights, r.slope);
    conclude(&r);
    return r;
}

trend_recent trend_of_proportions(const double *numerators, const double *denominators, size_t count)
{
    const trend_recent unknown = {.slope = NAN, .chi_square = NAN, .p = NAN};
    static const double equal[TREND_POINTS] = {1, 1, 1, 1, 1};
    double logits[TREND_POINTS], x[TREND_POINTS], n[TREND_POINTS];
    size_t found = 0;
    for (size_t i = count; i-- > 0 && found < TREND_POINTS;) {
        if (isnan(numerators[i]) || isnan(denominators[i]))
            continue;
        if (!(numerators[i] > 0) || !(numerators[i] < denominators[i]))
            return unknown;
        const size_t at = TREND_POINTS - 1 - found++;
        x[at] = numerators[i];
        n[at] = denominators[i];
        logits[at] = log(numerators[i] / (denominators[i] - numerators[i]));
    }
    if (found < TREND_POINTS)
        return unknown;
    double all = 0, events = 0, events_t = 0, all_t = 0, all_tt = 0;
    for (size_t i = 0; i < TREND_POINTS; i++) {
        const double t = (double)i + 1;
        all += n[i];
        events += x[i];
        events_t += x[i] * t;
        all_t += n[i] * t;
        all_tt += n[i] * t * t;
    }
    const double difference = all * events_t - events * all_t;
    trend_recent r = {.points = TREND_POINTS};
    r.chi_square = all * difference * difference / (events * (all - events) * (all * all_tt - all_t * all_t));
    r.slope = weighted_slope(logits, equal, TREND_POINTS, NULL);
    r.steady = keeps_its_sign(logits, equal, r.slope);
    conclude(&r);
    return r;
}

/* ---- Mann-Kendall ------------------------------------------------------------------------------------ */

static double sorted_median(const double *sorted, size_t count)
{
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

/* sum over groups of ties t of t (t-1) (2t+5), and of t (t-1) / 2 pairs. */
static void count_ties(const double *sorted, size_t count, double *correction, double *tied_pairs)
{
    *correction = *tied_pairs = 0;
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && sorted[end] == sorted[i])
            end++;
        const double t = (double)(end - i);
        *correction += t * (t - 1) * (2 * t + 5);
        *tied_pairs += t * (t - 1) / 2;
        i = end;
    }
}

status trend_mann_kendall(const double *values, size_t count, double confidence, double *work, trend_rank *out,
                          error *err)
{
    enum { MOST_ROWS = 5000 };
    *out = (trend_rank){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (count > MOST_ROWS)
        return error_set(err, STATUS_USAGE, "Mann-Kendall compares every pair of values: %zu rows are more than %d",
                         count, MOST_ROWS);
    if (!(confidence > 0 && confidence < 1))
        return error_set(err, STATUS_USAGE, "confidence is %g, but must lie between 0 and 1", confidence);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            work[n++] = values[i];
    out->n = n;
    if (n < 4)
        return STATUS_OK;
    qsort(work, n, sizeof *work, by_value);
    double correction = 0, tied_pairs = 0;
    count_ties(work, n, &correction, &tied_pairs);

    size_t pairs = 0;
    double s = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && !isnan(values[i]); j++)
            if (!isnan(values[j])) {
                s += (values[j] > values[i]) - (values[j] < values[i]);
                work[pairs++] = (values[j] - values[i]) / (double)(j - i);
            }
    const double m = (double)n;
    out->s = s;
    out->variance = (m * (m - 1) * (2 * m + 5) - correction) / 18;
    const double all_pairs = m * (m - 1) / 2;
    out->tau = all_pairs > tied_pairs ? s / sqrt(all_pairs * (all_pairs - tied_pairs)) : 0;
    out->z = out->variance > 0 ? (s - (s > 0) + (s < 0)) / sqrt(out->variance) : 0;
    out->p = fmin(1, 2 * pnorm(-fabs(out->z), 0, 1, 1, 0));

    qsort(work, pairs, sizeof *work, by_value);
    out->slope = sorted_median(work, pairs);
    const double reach = qnorm(confidence + (1 - confidence) / 2, 0, 1, 1, 0) * sqrt(out->variance);
    const double low = ((double)pairs - reach) / 2,
                 high = ((double)pairs + reach) / 2; /* 0-based ranks, to the outer slope */
    out->slope_lower = work[(size_t)fmax(0, floor(low))];
    out->slope_upper = work[(size_t)fmin((double)pairs - 1, ceil(high))];
    size_t k = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            work[k++] = values[i] - out->slope * (double)i;
    qsort(work, k, sizeof *work, by_value);
    out->intercept = sorted_median(work, k);
    return STATUS_OK;
}
