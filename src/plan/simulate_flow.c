/* Stock and flow with luck, replications side by side. */
#include "plan/simulate_flow.h"

#include "plan/simulate_random.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8 }; /* replications worked side by side */
enum { FIGURE_WAITING = 0, FIGURE_WITHIN, FIGURE_OVER, FIGURES };

typedef struct luck_run {
    const flow_luck_list *lists;
    size_t count, bands_most, periods_most;
    const flow_luck_options *options;
    flow_luck_answer *answers;
    size_t next;
    bool failed;
} luck_run;

/* One thread's memory. */
typedef struct luck_work {
    double *stock;     /* [bands][LANES] */
    double *referrals; /* [periods][LANES] */
    double *capacity;
    double *projected; /* [periods][bands], of one replication */
    double *figures;   /* [periods][FIGURES][replications] */
} luck_work;

static void luck_draw(const luck_run *r, luck_work *w, size_t place, int64_t first)
{
    const flow_luck_list *l = &r->lists[place];
    for (int lane = 0; lane < LANES; lane++) {
        draws d = draws_begin(r->options->seed, (uint64_t)(first + lane) << 32 | (uint64_t)place);
        const double level = draws_gamma_factor(&d, l->course_variation);
        for (size_t p = 0; p < l->course.periods; p++) {
            w->referrals[p * LANES + (size_t)lane] =
                l->course.referrals[p] * level * draws_gamma_factor(&d, l->referral_variation);
            w->capacity[p * LANES + (size_t)lane] =
                l->course.capacity[p] * draws_gamma_factor(&d, l->capacity_variation);
        }
    }
}

static void lanes_join(const flow_model *m, double *stock)
{
    double removed[LANES] = {0}, share[LANES];
    for (size_t b = 0; b < m->bands; b++)
        for (size_t i = 0; i < LANES; i++)
            removed[i] += stock[b * LANES + i] * m->removal_rate[b];
    for (size_t i = 0; i < LANES; i++)
        share[i] = flow_joining_share(m, removed[i]);
    for (size_t b = 0; b < m->bands; b++)
        for (size_t i = 0; i < LANES; i++)
            stock[b * LANES + i] += m->joining[b] * share[i];
}

/* The step of flow_project, LANES times: the same operations in the same order. */
static void lanes_step(const flow_model *m, const double *restrict capacity, double *restrict stock)
{
    double weights[LANES] = {0}, share[LANES], surplus[LANES];
    for (size_t b = 0; b < m->bands; b++)
        for (int i = 0; i < LANES; i++)
            weights[i] += stock[b * LANES + (size_t)i] * m->treatment_rate[b];
    for (int i = 0; i < LANES; i++) {
        share[i] = weights[i] > 0 ? capacity[i] / weights[i] : 0;
        surplus[i] = weights[i] > 0 ? 0 : capacity[i];
        if (m->rates_hold && share[i] > 1) {
            share[i] = 1;
            surplus[i] = capacity[i] - weights[i];
        }
    }
    for (size_t b = 0; b < m->bands; b++) {
        double *restrict at = stock + b * LANES;
        const double treat = m->treatment_rate[b], leave = m->removal_rate[b];
        for (int i = 0; i < LANES; i++) {
            const double wanted = share[i] * at[i] * treat, there = at[i] - at[i] * leave;
            const double treated = wanted < there ? wanted : there;
            surplus[i] += wanted - treated;
            at[i] = wanted < there ? there - wanted : 0;
        }
    }
    for (size_t b = m->bands; b-- > 0 && m->surplus == FLOW_SURPLUS_LONGEST_FIRST;) {
        double *restrict at = stock + b * LANES;
        for (int i = 0; i < LANES; i++) {
            const double taken = surplus[i] < at[i] ? surplus[i] : at[i];
            const double used = taken > 0 ? taken : 0;
            at[i] -= used;
            surplus[i] -= used;
        }
    }
}

static void figures_put(const luck_run *r, luck_work *w, size_t step, int64_t replication, double total, double within,
                        double over)
{
    double *at = w->figures + step * FIGURES * (size_t)r->options->replications + (size_t)replication;
    const size_t replications = (size_t)r->options->replications;
    at[FIGURE_WAITING * replications] = total;
    at[FIGURE_WITHIN * replications] = total > 0 ? within / total : 1;
    at[FIGURE_OVER * replications] = over;
}

static void lanes_figures(const luck_run *r, const flow_luck_list *l, luck_work *w, size_t step, int64_t first)
{
    double total[LANES] = {0}, within[LANES] = {0}, over[LANES] = {0};
    for (size_t b = 0; b < l->model.bands; b++) {
        for (int i = 0; i < LANES; i++) {
            const double people = w->stock[b * LANES + (size_t)i];
            total[i] += people;
            within[i] += people * l->within_weights[b];
            over[i] += people * l->over_weights[b];
        }
    }
    for (int i = 0; i < LANES && first + i < r->options->replications; i++)
        figures_put(r, w, step, first + i, total[i], within[i], over[i]);
}

static void lanes_project(const luck_run *r, const flow_luck_list *l, luck_work *w, int64_t first)
{
    const size_t bands = l->model.bands;
    for (size_t b = 0; b < bands; b++)
        for (size_t i = 0; i < LANES; i++)
            w->stock[b * LANES + i] = l->course.opening[b];
    for (size_t p = 0; p < l->course.periods; p++) {
        for (size_t i = 0; i < LANES; i++)
            w->stock[(bands - 1) * LANES + i] = w->stock[(bands - 2) * LANES + i] + w->stock[(bands - 1) * LANES + i];
        memmove(w->stock + LANES, w->stock, (bands - 2) * LANES * sizeof *w->stock);
        memcpy(w->stock, w->referrals + p * LANES, LANES * sizeof *w->stock);
        if (l->model.joining != NULL)
            lanes_join(&l->model, w->stock);
        lanes_step(&l->model, w->capacity + p * LANES, w->stock);
        lanes_figures(r, l, w, p, first);
    }
}

/* FLOW_SURPLUS_EVENLY, a replication at a time. */
static void single_project(const luck_run *r, const flow_luck_list *l, luck_work *w, int64_t first)
{
    const size_t bands = l->model.bands, periods = l->course.periods;
    for (size_t lane = 0; lane < LANES && first + (int64_t)lane < r->options->replications; lane++) {
        double *referrals = w->projected + periods * bands, *capacity = referrals + periods;
        flow_course course = l->course;
        for (size_t p = 0; p < periods; p++) {
            referrals[p] = w->referrals[p * LANES + lane];
            capacity[p] = w->capacity[p * LANES + lane];
        }
        course.referrals = referrals;
        course.capacity = capacity;
        flow_project(&l->model, &course, w->projected, NULL, NULL, NULL);
        for (size_t p = 0; p < periods; p++) {
            double total = 0, within = 0, over = 0;
            for (size_t b = 0; b < bands; b++) {
                const double people = w->projected[p * bands + b];
                total += people;
                within += people * l->within_weights[b];
                over += people * l->over_weights[b];
            }
            figures_put(r, w, p, first + (int64_t)lane, total, within, over);
        }
    }
}

static void list_work(const luck_run *r, luck_work *w, size_t place)
{
    const flow_luck_list *l = &r->lists[place];
    const int64_t replications = r->options->replications;
    flow_luck_answer *a = &r->answers[place];
    for (int64_t first = 0; first < replications; first += LANES) {
        luck_draw(r, w, place, first);
        if (l->model.surplus == FLOW_SURPLUS_EVENLY)
            single_project(r, l, w, first);
        else
            lanes_project(r, l, w, first);
    }
    const double *last = w->figures + ((l->course.periods - 1) * FIGURES + FIGURE_WITHIN) * (size_t)replications;
    int64_t met = 0;
    for (int64_t i = 0; i < replications; i++)
        met += last[i] >= l->target_share;
    a->target_met =
        isnan(l->target_share) ? (answer_probability){NAN, NAN, NAN} : answer_probability_of(met, replications);
    for (size_t p = 0; p < l->course.periods; p++) {
        double *at = w->figures + p * FIGURES * (size_t)replications;
        const double coverage = r->options->interval;
        const size_t n = (size_t)replications;
        a->periods[p] = (flow_luck_period){.waiting = answer_range_of(at + FIGURE_WAITING * n, n, coverage),
                                           .within_share = answer_range_of(at + FIGURE_WITHIN * n, n, coverage),
                                           .over = answer_range_of(at + FIGURE_OVER * n, n, coverage)};
    }
}

static void *luck_thread(void *context)
{
    luck_run *r = context;
    const size_t periods = r->periods_most, bands = r->bands_most;
    luck_work w = {.stock = calloc(bands * LANES, sizeof(double)),
                   .referrals = calloc(periods * LANES, sizeof(double)),
                   .capacity = calloc(periods * LANES, sizeof(double)),
                   .projected = calloc(periods * (bands + 2), sizeof(double)),
                   .figures = calloc(periods * FIGURES, (size_t)r->options->replications * sizeof(double))};
    if (w.stock == NULL || w.referrals == NULL || w.capacity == NULL || w.projected == NULL || w.figures == NULL)
        __atomic_store_n(&r->failed, true, __ATOMIC_RELAXED);
    while (!__atomic_load_n(&r->failed, __ATOMIC_RELAXED)) {
        const size_t place = __atomic_fetch_add(&r->next, 1, __ATOMIC_RELAXED);
        if (place >= r->count)
            break;
        list_work(r, &w, place);
    }
    free(w.stock);
    free(w.referrals);
    free(w.capacity);
    free(w.projected);
    free(w.figures);
    return NULL;
}

static status luck_check(const flow_luck_list *l, error *err)
{
    status code = flow_model_check(&l->model, err);
    if (code == STATUS_OK)
        code = flow_course_check(&l->course, l->model.bands, err);
    if (code != STATUS_OK)
        return code;
    if (!(l->referral_variation >= 0 && l->referral_variation <= 5) ||
        !(l->capacity_variation >= 0 && l->capacity_variation <= 5) ||
        !(l->course_variation >= 0 && l->course_variation <= 5))
        return error_set(err, STATUS_REFUSED,
                         "The variation of referrals and capacity must be a coefficient from 0 to 5");
    return STATUS_OK;
}

status flow_luck_run(const flow_luck_list *lists, size_t count, const flow_luck_options *options,
                     flow_luck_answer *answers, error *err)
{
    luck_run r = {.lists = lists, .count = count, .options = options, .answers = answers};
    pthread_t started[SIMULATE_THREADS_MAXIMUM];
    if (options->replications < 1 || options->replications > 1000000 ||
        !(options->interval > 0 && options->interval < 1) || options->threads < 0 ||
        options->threads > SIMULATE_THREADS_MAXIMUM)
        return error_set(err, STATUS_USAGE,
                         "Ask for 1 to 1,000,000 replications, an interval between 0 and 1, and at most %d threads",
                         SIMULATE_THREADS_MAXIMUM);
    for (size_t i = 0; i < count; i++) {
        status code = luck_check(&lists[i], err);
        if (code != STATUS_OK)
            return code;
        r.bands_most = lists[i].model.bands > r.bands_most ? lists[i].model.bands : r.bands_most;
        r.periods_most = lists[i].course.periods > r.periods_most ? lists[i].course.periods : r.periods_most;
    }
    int32_t threads = 0;
    while (threads + 1 < options->threads && pthread_create(&started[threads], NULL, luck_thread, &r) == 0)
        threads++;
    (void)luck_thread(&r);
    for (int32_t i = 0; i < threads; i++)
        (void)pthread_join(started[i], NULL);
    return r.failed ? error_set(err, STATUS_MEMORY, "There is not enough memory for so many replications") : STATUS_OK;
}
