/* Replications over threads and machines, and what is counted of each. */
#include "plan/simulate_engine.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_BYTES_MAXIMUM ((size_t)4 << 30)
#define SUMS_BYTES           ((size_t)256 << 20) /* of the replications at work at one time */

/* ---- names ------------------------------------------------------------------------------------------ */

static const char *const rule_names[BOOKING_RULES] = {"first-come", "priority", "longest-first", "target",
                                                      "as-published"};

const char *booking_rule_name(booking_rule rule)
{
    return rule_names[rule];
}

bool booking_rule_find(const char *name, booking_rule *out)
{
    for (int i = 0; i < BOOKING_RULES; i++) {
        if (strcmp(rule_names[i], name) == 0) {
            *out = (booking_rule)i;
            return true;
        }
    }
    return false;
}

const char *simulate_measure_name(simulate_measure m)
{
    static const char *const names[SIMULATE_MEASURES] = {"waiting",
                                                         "within_18_weeks",
                                                         "within_18_weeks_share",
                                                         "over_52_weeks",
                                                         "over_52_weeks_share",
                                                         "over_65_weeks",
                                                         "median_weeks",
                                                         "percentile_92_weeks",
                                                         "referrals",
                                                         "joined",
                                                         "treated",
                                                         "removed",
                                                         "diverted",
                                                         "moved_in",
                                                         "moved_out",
                                                         "slots",
                                                         "slots_unused",
                                                         "slots_failed"};
    return names[m];
}

void simulate_month_days(int32_t first_month, int32_t months, int32_t *days)
{
    for (int32_t i = 0; i < months; i++) {
        const period month = {.kind = PERIOD_MONTH, .first_month = first_month + i, .months = 1};
        days[i] = period_last_day(month) - period_first_day(month) + 1;
    }
}

/* ---- which lists are worked together ---------------------------------------------------------------- */

typedef struct plan_groups {
    int32_t *lists;  /* places, group after group */
    size_t *offsets; /* count + 1 */
    size_t count;
} plan_groups;

static void groups_free(plan_groups *g)
{
    free(g->lists);
    free(g->offsets);
}

typedef struct group_key {
    int32_t together, place;
} group_key;

static int group_compare(const void *a, const void *b)
{
    const group_key *x = a, *y = b;
    if (x->together != y->together)
        return x->together < y->together ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static status groups_make(const simulate_model *m, plan_groups *g, error *err)
{
    group_key *keys = calloc(m->list_count + 1, sizeof *keys);
    *g = (plan_groups){.lists = calloc(m->list_count + 1, sizeof *g->lists),
                       .offsets = calloc(m->list_count + 1, sizeof *g->offsets)};
    if (keys == NULL || g->lists == NULL || g->offsets == NULL) {
        free(keys);
        groups_free(g);
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
    }
    for (size_t i = 0; i < m->list_count; i++)
        keys[i] = (group_key){.together = m->lists[i].together, .place = (int32_t)i};
    qsort(keys, m->list_count, sizeof *keys, group_compare);
    for (size_t i = 0; i < m->list_count; i++) {
        g->lists[i] = keys[i].place;
        if (i == 0 || keys[i].together == 0 || keys[i].together != keys[i - 1].together)
            g->offsets[g->count++] = i;
    }
    g->offsets[g->count] = m->list_count;
    free(keys);
    return STATUS_OK;
}

/* ---- threads ---------------------------------------------------------------------------------------- */

/* Replications first..first+count of all groups: the next piece of work is the next number, whoever takes it. */
typedef struct run_block {
    const simulate_model *model;
    const plan_groups *groups;
    int64_t first, count;
    engine_sums *sums;
    int64_t next;
    bool failed;
} run_block;

static void *block_work(void *context)
{
    run_block *b = context;
    engine_work work = {0};
    const int64_t groups = (int64_t)b->groups->count, pieces = groups * b->count;
    const int64_t places = (int64_t)b->model->reports * b->model->periods;
    while (!__atomic_load_n(&b->failed, __ATOMIC_RELAXED)) {
        const int64_t piece = __atomic_fetch_add(&b->next, 1, __ATOMIC_RELAXED);
        if (piece >= pieces)
            break;
        const int64_t replication = piece / groups;
        const size_t group = (size_t)(piece % groups), from = b->groups->offsets[group];
        if (!engine_run(&work, b->model, b->groups->lists + from, b->groups->offsets[group + 1] - from,
                        b->first + replication, b->sums + replication * places))
            __atomic_store_n(&b->failed, true, __ATOMIC_RELAXED);
    }
    engine_work_free(&work);
    return NULL;
}

static status block_run(run_block *b, int32_t threads, error *err)
{
    pthread_t started[SIMULATE_THREADS_MAXIMUM];
    int32_t count = 0;
    while (count + 1 < threads && pthread_create(&started[count], NULL, block_work, b) == 0)
        count++;
    (void)block_work(b); /* this thread works too, alone where no other could be started */
    for (int32_t i = 0; i < count; i++)
        (void)pthread_join(started[i], NULL);
    return b->failed ? error_set(err, STATUS_MEMORY, "There is not enough memory for the patients of a list")
                     : STATUS_OK;
}

/* ---- what is counted -------------------------------------------------------------------------------- */

/* Linear within the week; NaN in the open one. */
static double weeks_quantile(const int64_t *weeks, int64_t total, double share)
{
    const double wanted = (double)total * share;
    double below = 0;
    for (int w = 0; w < SIMULATE_WEEKS - 1 && total > 0; w++) {
        if (weeks[w] > 0 && below + (double)weeks[w] >= wanted)
            return w + (wanted - below) / (double)weeks[w];
        below += (double)weeks[w];
    }
    return NAN;
}

static void figures_make(const engine_sums *s, double *out)
{
    int64_t waiting = 0, within = 0, over_52 = 0, over_65 = 0;
    for (int w = 0; w < SIMULATE_WEEKS; w++) {
        waiting += s->weeks[w];
        within += w < 18 ? s->weeks[w] : 0;
        over_52 += w >= 52 ? s->weeks[w] : 0;
        over_65 += w >= 65 ? s->weeks[w] : 0;
    }
    out[SIMULATE_WAITING] = (double)waiting;
    out[SIMULATE_WITHIN_18] = (double)within;
    out[SIMULATE_WITHIN_18_SHARE] = waiting > 0 ? (double)within / (double)waiting : 1;
    out[SIMULATE_OVER_52] = (double)over_52;
    out[SIMULATE_OVER_52_SHARE] = waiting > 0 ? (double)over_52 / (double)waiting : 0;
    out[SIMULATE_OVER_65] = (double)over_65;
    out[SIMULATE_MEDIAN] = weeks_quantile(s->weeks, waiting, 0.5);
    out[SIMULATE_PERCENTILE_92] = weeks_quantile(s->weeks, waiting, 0.92);
    for (int i = 0; i < ENGINE_FLOWS; i++)
        out[SIMULATE_REFERRALS + i] = (double)s->flows[i];
}

static void replication_figures(const simulate_model *m, const engine_sums *sums, double *out)
{
    for (int32_t p = 0; p < m->periods; p++) {
        engine_sums total = {0};
        for (int32_t r = 0; r < m->reports; r++) {
            const engine_sums *s = &sums[(int64_t)r * m->periods + p];
            figures_make(s, out + ((int64_t)r * m->periods + p) * SIMULATE_MEASURES);
            for (int i = 0; i < ENGINE_FLOWS; i++)
                total.flows[i] += s->flows[i];
            for (int i = 0; i < SIMULATE_WEEKS; i++)
                total.weeks[i] += s->weeks[i];
        }
        figures_make(&total, out + ((int64_t)m->reports * m->periods + p) * SIMULATE_MEASURES);
    }
}

/* ---- the whole -------------------------------------------------------------------------------------- */

void simulate_ranks_share(const simulate_ranks *ranks, int64_t replications, int64_t *first, int64_t *count)
{
    *first = 0;
    *count = replications;
    if (ranks == NULL)
        return;
    *first = replications * ranks->rank / ranks->count;
    *count = replications * (ranks->rank + 1) / ranks->count - *first;
}

static status blocks_run(const simulate_model *m, const simulate_options *o, const plan_groups *groups, int64_t first,
                         int64_t count, double *values, error *err)
{
    const size_t places = (size_t)m->reports * (size_t)m->periods, bytes = places * sizeof(engine_sums);
    const size_t row = (places + (size_t)m->periods) * SIMULATE_MEASURES;
    int64_t at_once = (int64_t)(SUMS_BYTES / bytes);
    at_once = at_once < 1 ? 1 : at_once > count ? count : at_once;
    engine_sums *sums = calloc((size_t)(at_once < 1 ? 1 : at_once) * places, sizeof *sums);
    if (sums == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the sums of a replication");
    status code = STATUS_OK;
    for (int64_t done = 0; done < count && code == STATUS_OK; done += at_once) {
        run_block b = {.model = m, .groups = groups, .first = o->first + first + done, .sums = sums};
        b.count = count - done < at_once ? count - done : at_once;
        if (done > 0)
            memset(sums, 0, (size_t)at_once * bytes);
        code = block_run(&b, o->threads, err);
        for (int64_t i = 0; i < b.count && code == STATUS_OK; i++)
            replication_figures(m, sums + i * (int64_t)places, values + (size_t)(first + done + i) * row);
    }
    free(sums);
    return code;
}

status simulate_run(const simulate_model *m, const simulate_options *o, simulate_results *out, error *err)
{
    *out = (simulate_results){0};
    status code = simulate_check(m, err);
    if (code != STATUS_OK)
        return code;
    if (o->replications < 1 || o->replications > INT32_MAX || o->first < 0 || o->first > INT32_MAX || o->threads < 0 ||
        o->threads > SIMULATE_THREADS_MAXIMUM)
        return error_set(err, STATUS_USAGE, "Simulate at least one replication, on at most %d threads",
                         SIMULATE_THREADS_MAXIMUM);
    const size_t row = ((size_t)m->reports + 1) * (size_t)m->periods * SIMULATE_MEASURES * sizeof(double);
    if (row > RESULT_BYTES_MAXIMUM / (size_t)o->replications) {
        code = error_set(err, STATUS_MEMORY, "The results of %lld replications would be over 4 GiB",
                         (long long)o->replications);
        error_hint(err, "Ask for fewer replications, months or reports.");
        return code;
    }
    plan_groups groups = {0};
    int64_t first = 0, count = 0;
    out->values = calloc((size_t)o->replications, row);
    if (out->values == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the results");
    out->replications = o->replications;
    out->reports = m->reports + 1;
    out->periods = m->periods;
    simulate_ranks_share(o->ranks, o->replications, &first, &count);
    code = groups_make(m, &groups, err);
    if (code == STATUS_OK) {
        code = blocks_run(m, o, &groups, first, count, out->values, err);
        groups_free(&groups);
    }
    if (code == STATUS_OK && o->ranks != NULL)
        code = o->ranks->gather(o->ranks, out->values, row, o->replications, err);
    if (code != STATUS_OK)
        simulate_results_free(out);
    return code;
}

void simulate_results_free(simulate_results *r)
{
    free(r->values);
    *r = (simulate_results){0};
}

status simulate_patients(const simulate_model *m, int64_t replication, simulate_patient **patients, size_t **offsets,
                         error *err)
{
    *patients = NULL;
    *offsets = NULL;
    plan_groups groups = {0};
    engine_work work = {0};
    simulate_patient **each = NULL;
    status code = simulate_check(m, err);
    if (code == STATUS_OK)
        code = groups_make(m, &groups, err);
    if (code != STATUS_OK)
        return code;
    size_t *at = calloc(m->list_count + 1, sizeof *at);
    each = calloc(m->list_count + 1, sizeof *each);
    bool good = at != NULL && each != NULL;
    for (size_t g = 0; g < groups.count && good; g++) {
        const size_t from = groups.offsets[g], count = groups.offsets[g + 1] - from;
        good = engine_run(&work, m, groups.lists + from, count, replication, NULL);
        for (size_t i = 0; i < count && good; i++) {
            const engine_list *l = &work.lists[i];
            const int32_t place = groups.lists[from + i];
            simulate_patient *people = calloc(l->people + 1, sizeof *people);
            good = people != NULL;
            for (size_t k = 0; k < l->people && good; k++)
                people[k] = engine_patient(l, k);
            each[place] = people;
            at[place + 1] = l->people;
        }
    }
    for (size_t i = 0; i < m->list_count && good; i++)
        at[i + 1] += at[i];
    if (good)
        *patients = calloc(at[m->list_count] + 1, sizeof **patients);
    good = *patients != NULL;
    for (size_t i = 0; i < m->list_count && each != NULL; i++) {
        if (good)
            memcpy(*patients + at[i], each[i], (at[i + 1] - at[i]) * sizeof **patients);
        free(each[i]);
    }
    free(each);
    if (good)
        *offsets = at;
    else
        free(at);
    engine_work_free(&work);
    groups_free(&groups);
    return good ? STATUS_OK : error_set(err, STATUS_MEMORY, "There is not enough memory for the patients");
}
