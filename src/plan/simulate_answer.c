/* What a board asks of the replications of a simulation. */
#include "plan/simulate_answer.h"

#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Brings the k-th smallest of v[low..high] to its place, smaller ones before it, larger ones after it (Hoare's quickselect by the median of three). Figures
 * are many and their quantiles few: sorting them all takes ten times as long. No NaN. */
static void value_place(double *v, size_t low, size_t high, size_t k)
{
    while (low < high) {
        const double a = v[low], b = v[low + (high - low) / 2], c = v[high];
        const double pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        size_t left = low, right = high;
        for (;; left++, right--) {
            while (v[left] < pivot)
                left++;
            while (v[right] > pivot)
                right--;
            if (left >= right)
                break;
            const double kept = v[left];
            v[left] = v[right];
            v[right] = kept;
        }
        if (k <= right)
            high = right;
        else
            low = right + 1;
    }
}

/* Places of the two order statistics around a quantile: *at, and the next where *part is above 0. */
static size_t quantile_at(size_t count, double share, double *part)
{
    const double at = (double)(count - 1) * share;
    *part = at - floor(at);
    return (size_t)at;
}

/* From placed order statistics; those from `there` on are missing. */
static double quantile(const double *placed, size_t there, size_t count, double share)
{
    double part = 0;
    const size_t at = quantile_at(count, share, &part);
    if (at >= there || (part > 0 && at + 1 >= there))
        return NAN;
    return part > 0 ? placed[at] + part * (placed[at + 1] - placed[at]) : placed[at];
}

answer_range answer_range_of(double *values, size_t count, double coverage)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    const double shares[3] = {(1 - coverage) / 2, 0.5, (1 + coverage) / 2};
    size_t there = 0, low = 0;
    for (size_t i = 0; i < count; i++) {
        const double value = values[i];
        if (!isnan(value))
            values[there++] = value;
    }
    /* Upwards: what lies below a placed one need not be looked at again. */
    for (int q = 0; q < 3 && there > 0; q++) {
        double part = 0;
        const size_t at = quantile_at(count, shares[q], &part);
        for (size_t k = at; k < there && k <= at + (part > 0 ? 1 : 0); k++) {
            value_place(values, low, there - 1, k);
            low = k;
        }
    }
    return (answer_range){.mean = sum / (double)count,
                          .low = quantile(values, there, count, shares[0]),
                          .middle = quantile(values, there, count, shares[1]),
                          .high = quantile(values, there, count, shares[2])};
}

static double sum_of(const simulate_results *r, int64_t replication, int32_t report, simulate_measure m)
{
    double sum = 0;
    for (int32_t p = 0; p < r->periods; p++)
        sum += simulate_value(r, replication, report, p, m);
    return sum;
}

answer_range simulate_range(const simulate_results *r, int32_t report, int32_t step, simulate_measure m,
                            double coverage, double *scratch)
{
    for (int64_t i = 0; i < r->replications; i++)
        scratch[i] = simulate_value(r, i, report, step, m);
    return answer_range_of(scratch, (size_t)r->replications, coverage);
}

answer_range simulate_range_of_sum(const simulate_results *r, int32_t report, simulate_measure m, double coverage,
                                   double *scratch)
{
    for (int64_t i = 0; i < r->replications; i++)
        scratch[i] = sum_of(r, i, report, m);
    return answer_range_of(scratch, (size_t)r->replications, coverage);
}

answer_range simulate_difference(const simulate_results *before, const simulate_results *after, int32_t report,
                                 int32_t step, simulate_measure m, double coverage, double *scratch)
{
    for (int64_t i = 0; i < before->replications; i++)
        scratch[i] = simulate_value(after, i, report, step, m) - simulate_value(before, i, report, step, m);
    return answer_range_of(scratch, (size_t)before->replications, coverage);
}

answer_range simulate_difference_of_sum(const simulate_results *before, const simulate_results *after, int32_t report,
                                        simulate_measure m, double coverage, double *scratch)
{
    for (int64_t i = 0; i < before->replications; i++)
        scratch[i] = sum_of(after, i, report, m) - sum_of(before, i, report, m);
    return answer_range_of(scratch, (size_t)before->replications, coverage);
}

bool simulate_target_met(const simulate_results *r, int64_t replication, int32_t report, const simulate_target *t)
{
    const double figure = simulate_value(r, replication, report, t->step, t->measure);
    return t->at_least ? figure >= t->level : figure <= t->level; /* NaN meets neither */
}

answer_probability answer_probability_of(int64_t met, int64_t of)
{
    answer_probability p = {.probability = (double)met / (double)of};
    proportion_wilson((double)met, (double)of, 0.95, &p.low, &p.high);
    return p;
}

answer_probability simulate_probability(const simulate_results *r, int32_t report, const simulate_target *t)
{
    int64_t met = 0;
    for (int64_t i = 0; i < r->replications; i++)
        met += simulate_target_met(r, i, report, t);
    return answer_probability_of(met, r->replications);
}

/* ---- capacity needed --------------------------------------------------------------------------------- */

typedef struct capacity_search {
    const simulate_model *model;
    const simulate_options *options;
    const capacity_question *question;
    simulate_list *lists;
    double *slots;  /* of the lists that change: [list][stage][period] */
    double present; /* slots from from_step on */
} capacity_search;

static bool list_changes(const capacity_search *s, size_t i)
{
    return s->question->report == s->model->reports || s->model->lists[i].report == s->question->report;
}

static status capacity_try(capacity_search *s, double multiplier, double *probability, error *err)
{
    const simulate_model *m = s->model;
    for (size_t i = 0; i < m->list_count; i++) {
        s->lists[i] = m->lists[i];
        if (!list_changes(s, i))
            continue;
        for (int stage = 0; stage < 2; stage++) {
            const double *from = stage == 0 ? m->lists[i].slots : m->lists[i].admitted_slots;
            double *to = s->slots + ((int64_t)i * 2 + stage) * m->periods;
            if (from == NULL)
                continue;
            for (int32_t p = 0; p < m->periods; p++)
                to[p] = from[p] * (p >= s->question->from_step ? multiplier : 1);
            if (stage == 0)
                s->lists[i].slots = to;
            else
                s->lists[i].admitted_slots = to;
        }
    }
    simulate_model changed = *m;
    changed.lists = s->lists;
    simulate_results r;
    status code = simulate_run(&changed, s->options, &r, err);
    if (code != STATUS_OK)
        return code;
    *probability = simulate_probability(&r, s->question->report, &s->question->target).probability;
    simulate_results_free(&r);
    return STATUS_OK;
}

static status capacity_question_check(const capacity_search *s, error *err)
{
    const capacity_question *q = s->question;
    if (q->report < 0 || q->report > s->model->reports || q->target.step < 0 || q->target.step >= s->model->periods ||
        q->from_step < 0 || q->from_step > q->target.step)
        return error_set(err, STATUS_USAGE, "The target must lie in the simulation, and capacity change before it");
    if (!(q->probability > 0 && q->probability <= 1) || (q->most != 0 && !(q->most > 1 && q->most <= 1000)))
        return error_set(err, STATUS_USAGE,
                         "The probability wanted is above 0 to 1, and the most capacity above 1 to 1000 times");
    for (size_t i = 0; i < s->model->list_count; i++)
        if (list_changes(s, i) && s->model->lists[i].slots_by_day != NULL)
            return error_set(err, STATUS_USAGE, "Capacity that is given day by day cannot be multiplied");
    return STATUS_OK;
}

static void capacity_present(capacity_search *s)
{
    const simulate_model *m = s->model;
    for (size_t i = 0; i < m->list_count; i++) {
        for (int32_t p = s->question->from_step; p < m->periods && list_changes(s, i); p++) {
            s->present += m->lists[i].slots == NULL ? 0 : m->lists[i].slots[p];
            s->present += m->lists[i].admitted_slots == NULL ? 0 : m->lists[i].admitted_slots[p];
        }
    }
}

static status capacity_search_run(capacity_search *s, capacity_answer *out, error *err)
{
    double low = 1, high = s->question->most > 0 ? s->question->most : 4, reached = 0;
    status code = capacity_try(s, 1, &out->probability, err);
    if (code != STATUS_OK)
        return code;
    out->multiplier = 1;
    out->met = out->met_already = out->probability >= s->question->probability;
    if (out->met_already)
        return STATUS_OK;
    code = capacity_try(s, high, &out->probability, err);
    out->multiplier = high;
    out->met = out->probability >= s->question->probability;
    while (code == STATUS_OK && out->met && high - low > 0.001) {
        const double middle = (low + high) / 2;
        code = capacity_try(s, middle, &reached, err);
        if (reached >= s->question->probability) {
            high = out->multiplier = middle;
            out->probability = reached;
        } else {
            low = middle;
        }
    }
    return code;
}

status simulate_capacity_needed(const simulate_model *model, const simulate_options *options,
                                const capacity_question *question, capacity_answer *out, error *err)
{
    *out = (capacity_answer){0};
    capacity_search s = {.model = model, .options = options, .question = question};
    status code = simulate_check(model, err);
    if (code == STATUS_OK)
        code = capacity_question_check(&s, err);
    if (code != STATUS_OK)
        return code;
    s.lists = calloc(model->list_count, sizeof *s.lists);
    s.slots = calloc(model->list_count * 2, (size_t)model->periods * sizeof *s.slots);
    if (s.lists == NULL || s.slots == NULL)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory to try other capacities");
    if (code == STATUS_OK) {
        capacity_present(&s);
        code = capacity_search_run(&s, out, err);
        out->extra_slots = s.present * (out->multiplier - 1);
        out->extra_a_month = out->extra_slots / (model->periods - question->from_step);
    }
    free(s.lists);
    free(s.slots);
    return code;
}

/* ---- back-test --------------------------------------------------------------------------------------- */

simulate_backtest simulate_backtest_of(const simulate_results *r, int32_t report, simulate_measure m,
                                       const double *published, double coverage, double *scratch)
{
    simulate_backtest b = {0};
    int32_t covered = 0;
    for (int32_t p = 0; p < r->periods; p++) {
        if (isnan(published[p]))
            continue;
        const answer_range range = simulate_range(r, report, p, m, coverage, scratch);
        const double miss = range.mean - published[p];
        b.compared++;
        b.bias += miss;
        b.absolute_error += fabs(miss);
        b.percent_error += published[p] == 0 ? NAN : 100 * fabs(miss / published[p]);
        covered += published[p] >= range.low && published[p] <= range.high;
    }
    const double n = b.compared;
    b.bias = n > 0 ? b.bias / n : NAN;
    b.absolute_error = n > 0 ? b.absolute_error / n : NAN;
    b.percent_error = n > 0 ? b.percent_error / n : NAN;
    b.covered = n > 0 ? covered / n : NAN;
    return b;
}
