/*
 * Ranks with their uncertainty. Every draw is numbered, its random numbers follow from the number, and what threads
 * add up are whole counts, so the answer is the same for any number of threads.
 */
#include "stats/funnel.h"
#include "stats/random.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { MOST_THREADS = 64, USUAL_DRAWS = 10000 };

typedef struct drawn {
    double value;
    size_t who;
} drawn;

typedef struct rank_job {
    const double *values, *errors; /* of those that take part */
    size_t count;
    const rank_options *options;
    size_t draws, first, step;
    drawn *row;     /* count */
    uint32_t *seen; /* count x count: how often organisation i had rank r */
} rank_job;

static int by_drawn_value(const void *left, const void *right)
{
    const drawn *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return (a->who > b->who) - (a->who < b->who);
}

static void *run_draws(void *argument)
{
    rank_job *job = argument;
    const double sign = job->options->highest_first ? -1 : 1;
    for (size_t d = job->first; d < job->draws; d += job->step) {
        double z[RANDOM_BLOCK] = {0};
        for (size_t i = 0; i < job->count; i++) {
            if (i % RANDOM_BLOCK == 0)
                random_normals(job->options->seed, job->options->stream, d, i / RANDOM_BLOCK, z);
            job->row[i] = (drawn){sign * (job->values[i] + job->errors[i] * z[i % RANDOM_BLOCK]), i};
        }
        qsort(job->row, job->count, sizeof *job->row, by_drawn_value);
        for (size_t r = 0; r < job->count; r++)
            job->seen[job->row[r].who * job->count + r]++;
    }
    return NULL;
}

/* Smallest rank at or below which at least `share` of the draws lie. */
static double rank_quantile(const uint64_t *counts, size_t count, uint64_t draws, double share)
{
    uint64_t below = 0;
    for (size_t r = 0; r < count; r++) {
        below += counts[r];
        if ((double)below >= share * (double)draws)
            return (double)r + 1;
    }
    return (double)count;
}

static double own_rank(const double *values, size_t count, size_t of, bool highest_first)
{
    double before = 0, ties = 0;
    for (size_t i = 0; i < count; i++) {
        before += highest_first ? values[i] > values[of] : values[i] < values[of];
        ties += values[i] == values[of];
    }
    return before + (ties + 1) / 2;
}

status rank_intervals(const double *values, const double *errors, size_t count, const rank_options *options,
                      rank_interval *out, error *err)
{
    const double confidence = options->confidence > 0 ? options->confidence : 0.95;
    const size_t draws = options->draws ? options->draws : USUAL_DRAWS;
    const size_t threads = options->threads < 1 ? 1 : options->threads > MOST_THREADS ? MOST_THREADS : options->threads;
    if (!(confidence < 1))
        return error_set(err, STATUS_USAGE, "confidence is %g, but must lie between 0 and 1", confidence);
    if (count > MOST_RANKED || draws > UINT32_MAX)
        return error_set(err, STATUS_USAGE, "%zu values: ranks are simulated for up to %d", count, MOST_RANKED);
    status result = STATUS_OK;
    rank_job jobs[MOST_THREADS] = {{0}};
    pthread_t ids[MOST_THREADS];
    bool started[MOST_THREADS] = {false};
    uint64_t *totals = calloc(count + 1, sizeof *totals);
    double *taking_part = calloc(count + 1, 2 * sizeof *taking_part);
    size_t *who = calloc(count + 1, sizeof *who), n = 0;
    if (!totals || !taking_part || !who) {
        result = error_set(err, STATUS_MEMORY, "no memory to rank %zu values", count);
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = (rank_interval){NAN, NAN, NAN, NAN, NAN};
        if (isnan(values[i]))
            continue;
        taking_part[n] = values[i];
        taking_part[count + n] = isnan(errors[i]) ? 0 : errors[i];
        who[n++] = i;
    }
    for (size_t t = 0; t < threads && n > 0; t++) {
        jobs[t] = (rank_job){.values = taking_part,
                             .errors = taking_part + count,
                             .count = n,
                             .options = options,
                             .draws = draws,
                             .first = t,
                             .step = threads,
                             .row = calloc(n, sizeof(drawn)),
                             .seen = calloc(n * n, sizeof(uint32_t))};
        if (!jobs[t].row || !jobs[t].seen) {
            result = error_set(err, STATUS_MEMORY, "no memory to rank %zu values on %zu threads", count, threads);
            goto out;
        }
    }
    for (size_t t = 1; t < threads && n > 0; t++)
        started[t] = pthread_create(&ids[t], NULL, run_draws, &jobs[t]) == 0;
    for (size_t t = 0; t < threads && n > 0; t++) {
        if (started[t])
            pthread_join(ids[t], NULL);
        else
            run_draws(&jobs[t]);
    }
    for (size_t i = 0; i < n; i++) {
        rank_interval *r = &out[who[i]];
        for (size_t k = 0; k < n; k++) {
            totals[k] = 0;
            for (size_t t = 0; t < threads; t++)
                totals[k] += jobs[t].seen[i * n + k];
        }
        r->rank = own_rank(taking_part, n, i, options->highest_first);
        r->lower = rank_quantile(totals, n, draws, (1 - confidence) / 2);
        r->median = rank_quantile(totals, n, draws, 0.5);
        r->upper = rank_quantile(totals, n, draws, 1 - (1 - confidence) / 2);
        uint64_t first = 0;
        for (size_t k = 0; 4 * (k + 1) <= n; k++)
            first += totals[k];
        r->first_share = (double)first / (double)draws;
    }
out:
    for (size_t t = 0; t < threads; t++) {
        free(jobs[t].row);
        free(jobs[t].seen);
    }
    free(totals);
    free(taking_part);
    free(who);
    return result;
}
