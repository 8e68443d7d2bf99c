/* Correlation of ranks, groups at a threshold, and the measures that explain most of the others. */
#include "stats/redundancy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TELLS_NOTHING 1e-9

/* ---- ranks ------------------------------------------------------------------------------------------ */

/* Heap sort of indices by value: no comparison function can carry the values along, and there are no globals here. */
static void sift(const double *values, size_t *order, size_t root, size_t end)
{
    for (size_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
        if (child + 1 < end && values[order[child]] < values[order[child + 1]])
            child++;
        if (!(values[order[root]] < values[order[child]]))
            return;
        size_t swap = order[root];
        order[root] = order[child];
        order[child] = swap;
        root = child;
    }
}

static void rank_values(const double *values, size_t count, size_t *order, double *ranks)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count / 2; i-- > 0;)
        sift(values, order, i, count);
    for (size_t end = count; end > 1; end--) {
        size_t swap = order[0];
        order[0] = order[end - 1];
        order[end - 1] = swap;
        sift(values, order, 0, end - 1);
    }
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        while (next < count && values[order[next]] == values[order[i]])
            next++;
        for (size_t k = i; k < next; k++)
            ranks[order[k]] = (double)(i + next + 1) / 2;
    }
}

double correlation_spearman(const double *x, const double *y, size_t count, size_t least, double *work, size_t *order,
                            size_t *pairs)
{
    double *a = work, *b = work + count, *rank_a = work + 2 * count, *rank_b = work + 3 * count;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            a[n] = x[i];
            b[n++] = y[i];
        }
    if (pairs != NULL)
        *pairs = n;
    if (n < (least < 3 ? 3 : least))
        return NAN;
    rank_values(a, n, order, rank_a);
    rank_values(b, n, order, rank_b);
    double middle = (double)(n + 1) / 2, ab = 0, aa = 0, bb = 0; /* halves are exact: so are the sums */
    for (size_t i = 0; i < n; i++) {
        ab += (rank_a[i] - middle) * (rank_b[i] - middle);
        aa += (rank_a[i] - middle) * (rank_a[i] - middle);
        bb += (rank_b[i] - middle) * (rank_b[i] - middle);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

/* ---- groups ----------------------------------------------------------------------------------------- */

void redundancy_groups(const double *correlations, size_t count, double threshold, size_t *group)
{
    for (size_t i = 0; i < count; i++)
        group[i] = i;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            if (!(fabs(correlations[i * count + j]) >= threshold) || group[i] == group[j])
                continue;
            size_t keep = group[i] < group[j] ? group[i] : group[j], drop = group[i] < group[j] ? group[j] : group[i];
            for (size_t k = 0; k < count; k++)
                if (group[k] == drop)
                    group[k] = keep;
        }
}

/* ---- choice ----------------------------------------------------------------------------------------- */

/* How much variance of all the measures this one explains, of what is left. */
static double gain(const double *left, size_t count, size_t j)
{
    double sum = 0, own = left[j * count + j];
    if (!(own > TELLS_NOTHING))
        return 0;
    for (size_t i = 0; i < count; i++)
        sum += fmin(left[i * count + j] * left[i * count + j] / own, fmax(0, left[i * count + i]));
    return sum;
}

/* Takes out of all measures what the chosen one explains: one step of Cholesky's decomposition. */
static void take_out(double *left, size_t count, size_t j)
{
    double own = left[j * count + j];
    for (size_t i = 0; i < count; i++) {
        if (i == j)
            continue;
        double share = left[i * count + j] / own;
        for (size_t k = 0; k < count; k++)
            if (k != j)
                left[i * count + k] -= share * left[j * count + k];
        left[i * count + i] = fmax(0, left[i * count + i]);
    }
    for (size_t k = 0; k < count; k++)
        left[j * count + k] = left[k * count + j] = 0;
}

void redundancy_choose(const double *correlations, size_t count, double *work, redundancy_choice *out, size_t *taken)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            double r = correlations[i * count + j];
            work[i * count + j] = i == j ? 1 : isnan(r) ? 0 : r;
        }
    *taken = 0;
    while (*taken < count) {
        size_t best = count;
        double most = TELLS_NOTHING * (double)count;
        for (size_t j = 0; j < count; j++)
            if (gain(work, count, j) > most * (1 + TELLS_NOTHING)) { /* rounding decides no tie */
                most = gain(work, count, j);
                best = j;
            }
        if (best == count)
            return;
        take_out(work, count, best);
        double left = 0;
        for (size_t i = 0; i < count; i++)
            left += work[i * count + i];
        out[(*taken)++] = (redundancy_choice){.measure = best, .explained = 1 - left / (double)count};
    }
}
