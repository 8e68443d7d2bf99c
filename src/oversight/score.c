/* The steps of a framework on arrays. */
#include "oversight/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double score_discrete(const framework_metric *m, double value)
{
    for (size_t i = 0; i < m->point_count; i++) {
        const framework_point *p = &m->points[i];
        if (isnan(p->value) || (m->better == BETTER_HIGHER ? value >= p->value : value <= p->value))
            return p->score;
    }
    return m->points[m->point_count - 1].score;
}

static double score_continuous(const framework_metric *m, double value)
{
    const framework_point *p = m->points;
    size_t last = m->point_count - 1;
    double sign = m->better == BETTER_HIGHER ? 1 : -1;
    if (sign * value >= sign * p[0].value)
        return p[0].score;
    for (size_t i = 1; i <= last; i++)
        if (sign * value >= sign * p[i].value)
            return p[i].score + (p[i - 1].score - p[i].score) * ((value - p[i].value) / (p[i - 1].value - p[i].value));
    return p[last].score;
}

typedef struct placed {
    double value;
    size_t at;
} placed;

static int compare_placed(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    return x->value < y->value ? -1 : x->value > y->value ? 1 : x->at < y->at ? -1 : x->at > y->at;
}

_Static_assert(sizeof(placed) == 2 * sizeof(double), "the caller's two doubles a value hold one of these");

/* Mean ranks, 1 = first in rising order of sign * value. Returns how many there are. */
static size_t rank_values(const double *values, size_t count, size_t stride, double sign, double *work, double *rank)
{
    placed *order = (placed *)(void *)work;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        double v = values[i * stride];
        rank[i * stride] = NAN;
        if (!isnan(v))
            order[n++] = (placed){sign * v, i};
    }
    if (n > 1)
        qsort(order, n, sizeof *order, compare_placed);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && order[j].value <= order[i].value; j++)
            ;
        for (size_t k = i; k < j; k++)
            rank[order[k].at * stride] = (double)(i + 1 + j) / 2;
    }
    return n;
}

void score_metric(const framework_metric *m, const double *values, size_t count, size_t stride, double *work,
                  double *scores, double *rank)
{
    if (m->scoring == SCORING_RANKED) {
        double *ranks = rank != NULL ? rank : scores;
        size_t n = rank_values(values, count, stride, m->better == BETTER_HIGHER ? -1 : 1, work, ranks);
        for (size_t i = 0; i < count; i++) {
            double r = ranks[i * stride];
            scores[i * stride] = isnan(r) ? NAN : n < 2 ? 1 : 1 + 3 * (r - 1) / (double)(n - 1);
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        double v = values[i * stride];
        if (rank != NULL)
            rank[i * stride] = NAN;
        scores[i * stride] = isnan(v)                         ? NAN
                             : m->scoring == SCORING_DISCRETE ? score_discrete(m, v)
                                                              : score_continuous(m, v);
    }
}

double score_average(const double *scores, const framework_metric *metrics, size_t count)
{
    double sum = 0, weights = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(scores[i]))
            continue;
        sum += metrics[i].weight * scores[i];
        weights += metrics[i].weight;
    }
    return weights > 0 ? sum / weights : NAN;
}

void score_segments(const framework *f, const double *averages, size_t count, double *work, int32_t *segments)
{
    placed *order = (placed *)(void *)work;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        segments[i] = 0;
        if (isnan(averages[i]))
            continue;
        order[n++] = (placed){averages[i], i};
        if (f->thresholds_known) {
            segments[i] = FRAMEWORK_SEGMENTS;
            for (int s = FRAMEWORK_SEGMENTS - 2; s >= 0; s--)
                if (averages[i] <= f->thresholds[s])
                    segments[i] = s + 1;
        }
    }
    if (!f->by_quartiles)
        return;
    if (n > 1)
        qsort(order, n, sizeof *order, compare_placed);
    for (size_t i = 0, first = 0; i < n; i++) {
        if (order[i].value > order[first].value)
            first = i;
        segments[order[i].at] = (int32_t)((FRAMEWORK_SEGMENTS * (first + 1) + n - 1) / n);
    }
}

int32_t score_adjusted(const framework *f, uint64_t adjusted, int32_t segment)
{
    int32_t out = segment, set = 0;
    for (size_t i = 0; i < f->adjustment_count; i++) {
        const framework_adjustment *a = &f->adjustments[i];
        if ((adjusted >> i & 1) == 0)
            continue;
        if (a->segment > set)
            set = a->segment;
        if (out > 0 && a->no_better_than > out)
            out = a->no_better_than;
    }
    return set > 0 ? set : out;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* To have rank r among n = others + 1 is to be better than all but r - 1 of the others. */
static double value_for_rank(const framework_metric *m, double score, const double *others, size_t count, double *work)
{
    size_t n = 0;
    double sign = m->better == BETTER_HIGHER ? -1 : 1;
    for (size_t i = 0; i < count; i++)
        if (!isnan(others[i]))
            work[n++] = sign * others[i];
    if (n == 0)
        return NAN;
    qsort(work, n, sizeof *work, compare_doubles);
    double rank = floor(1 + (score - 1) / 3 * (double)n + 1e-9);
    if (rank < 1)
        return NAN;
    /* The other who would then stand at once behind: rank - 1 of them stay in front. */
    size_t behind = (size_t)rank - 1;
    return behind >= n ? sign * INFINITY : sign * work[behind];
}

double score_value_for(const framework_metric *m, double score, const double *others, size_t count, double *work)
{
    if (m->scoring == SCORING_RANKED)
        return value_for_rank(m, score, others, count, work);
    const framework_point *p = m->points;
    if (score < p[0].score)
        return NAN;
    for (size_t i = m->point_count - 1; i > 0; i--) {
        if (score >= p[i].score)
            return isnan(p[i].value) ? (m->better == BETTER_HIGHER ? -INFINITY : INFINITY) : p[i].value;
        if (m->scoring == SCORING_CONTINUOUS && score >= p[i - 1].score)
            return p[i].value + (p[i - 1].value - p[i].value) * ((p[i].score - score) / (p[i].score - p[i - 1].score));
    }
    return p[0].value;
}
