/* Rank intervals by simulation (after Goldstein and Spiegelhalter 1996), of the framework's average instead of one metric. */
#include "oversight/intervals.h"

#include "stats/stats.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAXIMUM 64

typedef struct draw_job {
    const framework *f;
    const double *values, *errors;
    size_t count, metrics;
    uint64_t seed, stream;
    uint32_t first, step, draws;
    double *drawn, *scores, *averages, *work;
    int32_t *segments;
    uint32_t *rank_seen;    /* count x places: how often an organisation had a rank, in halves from 1 */
    uint32_t *segment_seen; /* count x FRAMEWORK_SEGMENTS */
    void *memory;
    pthread_t thread;
    bool started;
} draw_job;

typedef struct averaged {
    double average;
    size_t who;
} averaged;

_Static_assert(sizeof(averaged) == 2 * sizeof(double), "work holds two doubles an organisation");

static int compare_averaged(const void *a, const void *b)
{
    const averaged *x = a, *y = b;
    return x->average < y->average ? -1 : x->average > y->average ? 1 : x->who < y->who ? -1 : x->who > y->who;
}

/* Ranks are counted in halves, because those that tie share the middle of their ranks: 1, 1.5, 2 ... count. */
static size_t places_of(size_t count)
{
    return 2 * count - 1;
}

/* Averages that tie take their mid-rank, as the rank outside the draws does; the order of the list must not decide. */
static void count_ranks(draw_job *job)
{
    averaged *order = (averaged *)(void *)job->work;
    size_t n = 0, places = places_of(job->count);
    for (size_t i = 0; i < job->count; i++)
        if (!isnan(job->averages[i]))
            order[n++] = (averaged){job->averages[i], i};
    if (n > 1)
        qsort(order, n, sizeof *order, compare_averaged);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && !(order[end].average > order[first].average);)
            end++;
        for (size_t r = first; r < end; r++)
            job->rank_seen[order[r].who * places + first + end - 1]++;
    }
}

static void draw_once(draw_job *job, uint32_t draw)
{
    size_t cells = job->count * job->metrics;
    double z[RANDOM_BLOCK] = {0};
    for (size_t i = 0; i < cells; i++) {
        if (i % RANDOM_BLOCK == 0)
            random_normals(job->seed, job->stream, draw, i / RANDOM_BLOCK, z);
        job->drawn[i] = job->values[i] + job->errors[i] * z[i % RANDOM_BLOCK];
    }
    for (size_t m = 0; m < job->metrics; m++)
        score_metric(&job->f->metrics[m], job->drawn + m, job->count, job->metrics, job->work, job->scores + m, NULL);
    for (size_t i = 0; i < job->count; i++)
        job->averages[i] = score_average(job->scores + i * job->metrics, job->f->metrics, job->metrics);
    score_segments(job->f, job->averages, job->count, job->work, job->segments);
    for (size_t i = 0; i < job->count; i++)
        if (job->segments[i] > 0)
            job->segment_seen[i * FRAMEWORK_SEGMENTS + (size_t)job->segments[i] - 1]++;
    count_ranks(job);
}

static void *run_draws(void *argument)
{
    draw_job *job = argument;
    for (uint32_t d = job->first; d < job->draws; d += job->step)
        draw_once(job, d);
    return NULL;
}

static bool job_memory(draw_job *job)
{
    size_t cells = job->count * job->metrics;
    size_t doubles = 2 * cells + 3 * job->count;
    size_t integers = job->count + job->count * places_of(job->count) + job->count * FRAMEWORK_SEGMENTS;
    double *d = calloc(1, doubles * sizeof *d + integers * sizeof(uint32_t));
    if (d == NULL)
        return false;
    job->memory = d;
    job->drawn = d;
    job->scores = d + cells;
    job->averages = d + 2 * cells;
    job->work = job->averages + job->count;
    job->segments = (int32_t *)(void *)(d + doubles);
    job->rank_seen = (uint32_t *)(void *)(job->segments + job->count);
    job->segment_seen = job->rank_seen + job->count * places_of(job->count);
    return true;
}

/* The smallest rank at or below which at least `share` of the draws lie. */
static double rank_at(const uint32_t *seen, size_t count, uint32_t draws, double share)
{
    uint64_t below = 0;
    for (size_t place = 0; place < places_of(count); place++) {
        below += seen[place];
        if ((double)below >= share * (double)draws)
            return 1 + (double)place / 2;
    }
    return (double)count;
}

static void summarise(const draw_job *job, const oversight_options *options, oversight_organisation *out)
{
    double tail = (1 - options->confidence) / 2;
    for (size_t i = 0; i < job->count; i++) {
        oversight_organisation *o = &out[i];
        if (isnan(o->average))
            continue;
        o->rank_lower = rank_at(job->rank_seen + i * places_of(job->count), job->count, job->draws, tail);
        o->rank_upper = rank_at(job->rank_seen + i * places_of(job->count), job->count, job->draws, 1 - tail);
        for (size_t s = 0; s < FRAMEWORK_SEGMENTS; s++)
            o->segment_share[s] = (double)job->segment_seen[i * FRAMEWORK_SEGMENTS + s] / (double)job->draws;
    }
}

static unsigned threads_of(const oversight_options *options)
{
    long processors = options->threads > 0 ? (long)options->threads : sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > THREADS_MAXIMUM ? THREADS_MAXIMUM : (unsigned)processors;
}

status score_intervals(const framework *f, const double *values, const double *errors, size_t count, uint64_t stream,
                       const oversight_options *options, oversight_organisation *out, error *err)
{
    if (options->draws == 0 || count == 0)
        return STATUS_OK;
    unsigned threads = threads_of(options);
    draw_job jobs[THREADS_MAXIMUM] = {{.f = NULL}};
    status code = STATUS_OK;
    for (unsigned t = 0; t < threads; t++) {
        jobs[t] = (draw_job){.f = f,
                             .values = values,
                             .errors = errors,
                             .count = count,
                             .metrics = f->metric_count,
                             .seed = options->seed,
                             .stream = stream,
                             .first = t,
                             .step = threads,
                             .draws = options->draws};
        if (!job_memory(&jobs[t])) {
            code = error_set(err, STATUS_MEMORY, "Not enough memory to simulate the ranks");
            goto out;
        }
    }
    for (unsigned t = 1; t < threads; t++)
        jobs[t].started = pthread_create(&jobs[t].thread, NULL, run_draws, &jobs[t]) == 0;
    for (unsigned t = 0; t < threads; t++)
        if (!jobs[t].started)
            (void)run_draws(&jobs[t]); /* a thread that cannot be had only costs time */
    for (unsigned t = 1; t < threads; t++) {
        if (jobs[t].started)
            (void)pthread_join(jobs[t].thread, NULL);
        for (size_t i = 0; i < count * places_of(count); i++)
            jobs[0].rank_seen[i] += jobs[t].rank_seen[i];
        for (size_t i = 0; i < count * FRAMEWORK_SEGMENTS; i++)
            jobs[0].segment_seen[i] += jobs[t].segment_seen[i];
    }
    summarise(&jobs[0], options, out);
out:
    for (unsigned t = 0; t < threads; t++)
        free(jobs[t].memory);
    return code;
}
