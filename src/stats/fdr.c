/*
 * False-discovery control: a board that looks at hundreds of series sees a few signals in any month by chance alone.
 * These functions say how many, and keep that share down.
 */
#include "stats/change.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

/* Sorts row numbers by p (heap sort: no comparison function can see p without a global). */
static void sift(size_t *rows, const double *p, size_t start, size_t end)
{
    for (size_t root = start; 2 * root + 1 < end;) {
        size_t child = 2 * root + 1;
        if (child + 1 < end && p[rows[child]] < p[rows[child + 1]])
            child++;
        if (p[rows[root]] >= p[rows[child]])
            return;
        const size_t keep = rows[root];
        rows[root] = rows[child];
        rows[child] = keep;
        root = child;
    }
}

static void sort_rows(size_t *rows, const double *p, size_t count)
{
    for (size_t start = count / 2; start-- > 0;)
        sift(rows, p, start, count);
    for (size_t end = count; end-- > 1;) {
        const size_t keep = rows[0];
        rows[0] = rows[end];
        rows[end] = keep;
        sift(rows, p, 0, end);
    }
}

status fdr_control(const double *p, size_t count, double rate, size_t *work, double *adjusted, bool *called,
                   fdr_summary *summary, error *err)
{
    if (!(rate > 0 && rate < 1))
        return error_set(err, STATUS_USAGE, "the rate of false discoveries is %g, but must lie between 0 and 1", rate);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (p[i] < 0 || p[i] > 1)
            return error_set(err, STATUS_REFUSED, "p-value %zu is %g, but must lie between 0 and 1", i + 1, p[i]);
        if (!isnan(p[i]))
            work[n++] = i;
        if (adjusted)
            adjusted[i] = NAN;
        if (called)
            called[i] = false;
    }
    sort_rows(work, p, n);
    *summary = (fdr_summary){.tests = n};
    double least = 1;
    for (size_t k = n; k-- > 0;) {
        const size_t row = work[k];
        least = fmin(least, p[row] * (double)n / (double)(k + 1));
        if (adjusted)
            adjusted[row] = least;
        if (least > rate)
            continue;
        if (summary->rejected == 0) {
            summary->rejected = k + 1;
            summary->threshold = p[row];
        }
        if (called)
            called[row] = true;
    }
    summary->expected_false = rate * (double)summary->rejected;
    return STATUS_OK;
}

/* Length of the run of steps of one sign, in points, that ends at the last row. */
static size_t trend_length(const double *values, size_t count)
{
    size_t length = 1;
    while (length < count) {
        const double a = values[count - length - 1], b = values[count - length], last = values[count - 1],
                     before = values[count - 2];
        if (!((b > a && last > before) || (b < a && last < before)))
            break;
        length++;
    }
    return length;
}

double spc_signal_p(const double *values, const spc_point *points, size_t count, const spc_rules *rules)
{
    const double sigmas = rules != NULL ? 3 * rules->limit_factor / 2.66 : 3;
    if (count == 0 || isnan(values[count - 1]) || isnan(points[count - 1].upper))
        return NAN;
    const spc_point *last = &points[count - 1];
    size_t first = count - 1; /* of the last segment */
    while (first > 0 && points[first - 1].segment == last->segment)
        first--;
    if (last->fired == 0)
        return 1;
    double least = 1;
    if (last->fired & (SPC_FIRED_ABOVE | SPC_FIRED_BELOW)) {
        const double edge = last->fired & SPC_FIRED_ABOVE ? last->upper : last->lower;
        const double sigma = fabs(edge - last->mean) / sigmas;
        const double z = sigma > 0 ? fabs(values[count - 1] - last->mean) / sigma : INFINITY;
        least = fmin(least, 2 * pnorm(z, 0, 1, 0, 0));
    }
    if (last->fired & SPC_FIRED_SHIFT) {
        size_t run = 0;
        while (run < count - first && points[count - 1 - run].side == last->side)
            run++;
        least = fmin(least, 2 * pow(0.5, (double)run));
    }
    if (last->fired & (SPC_FIRED_RISE | SPC_FIRED_FALL))
        least = fmin(least, 2 * exp(-lgammafn((double)trend_length(values + first, count - first) + 1)));
    if (last->fired & SPC_FIRED_TWO_OF_THREE) {
        const double tail = pnorm(sigmas * 2 / 3, 0, 1, 0, 0);
        least = fmin(least, 2 * 3 * tail * tail / 2);
    }
    return fmin(1, 4 * least); /* four rules were looked at */
}
