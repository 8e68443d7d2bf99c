/* A scenario simulated: with central values, with all that its ranges allow, and with one assumption at a time at the ends of its range. */
#include "plan/scenario.h"

#include "plan/simulate_random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is not known ------------------------------------------------------------------------------ */

/* The triangle with its top at the central value. */
static double triangle_draw(const scenario_assumption *a, double u)
{
    const double width = a->high - a->low;
    if (!(width > 0))
        return a->central;
    const double top = (a->central - a->low) / width;
    return u < top ? a->low + sqrt(u * width * (a->central - a->low))
                   : a->high - sqrt((1 - u) * width * (a->high - a->central));
}

static void values_draw(const scenario *s, uint64_t seed, int64_t replication, double *values)
{
    /* No list has this stream: lists are fewer. */
    draws d = draws_begin(seed, (uint64_t)replication << 32 | 0xFFFFFFFFU);
    for (size_t i = 0; i < s->assumption_count; i++)
        values[i] = triangle_draw(&s->assumptions[i], draws_uniform(&d));
}

static status uncertain_run(const scenario *s, const scenario_base *base, const simulate_options *o,
                            simulate_results *out, error *err)
{
    const simulate_model *m = base->model;
    const size_t row = ((size_t)m->reports + 1) * (size_t)m->periods * SIMULATE_MEASURES;
    int64_t first = 0, count = 0;
    arena memory = {0};
    double *values = calloc(s->assumption_count + 1, sizeof *values);
    status code = STATUS_OK;
    if (o->replications < 1 || row * sizeof(double) > ((size_t)4 << 30) / (size_t)o->replications)
        code = error_set(err, STATUS_MEMORY, "The results of %lld replications would be over 4 GiB",
                         (long long)o->replications);
    else
        out->values = calloc((size_t)o->replications, row * sizeof(double));
    if (code == STATUS_OK && (values == NULL || out->values == NULL))
        code = error_set(err, STATUS_MEMORY, "There is not enough memory for the results");
    out->replications = o->replications;
    out->reports = m->reports + 1;
    out->periods = m->periods;
    simulate_ranks_share(o->ranks, o->replications, &first, &count);
    for (int64_t i = first; i < first + count && code == STATUS_OK; i++) {
        const simulate_options one = {.replications = 1, .threads = o->threads, .first = o->first + i};
        simulate_model model;
        simulate_results r = {0};
        arena_reset(&memory);
        values_draw(s, m->seed, one.first, values);
        code = scenario_apply(s, base, values, &memory, &model, NULL, err);
        if (code == STATUS_OK)
            code = simulate_run(&model, &one, &r, err);
        if (code == STATUS_OK)
            memcpy(out->values + (size_t)i * row, r.values, row * sizeof(double));
        simulate_results_free(&r);
    }
    if (code == STATUS_OK && o->ranks != NULL)
        code = o->ranks->gather(o->ranks, out->values, row * sizeof(double), o->replications, err);
    free(values);
    arena_free(&memory);
    return code;
}

status scenario_run(const scenario *s, const scenario_base *base, const simulate_options *options, bool uncertain,
                    simulate_results *out, error *err)
{
    arena memory = {0};
    simulate_model model;
    *out = (simulate_results){0};
    status code = STATUS_OK;
    if (uncertain) {
        code = uncertain_run(s, base, options, out, err);
    } else {
        code = scenario_apply(s, base, NULL, &memory, &model, NULL, err);
        if (code == STATUS_OK)
            code = simulate_run(&model, options, out, err);
    }
    arena_free(&memory);
    if (code != STATUS_OK)
        simulate_results_free(out);
    return code;
}

/* ---- one at a time ---------------------------------------------------------------------------------- */

typedef struct tornado {
    const scenario *s;
    const scenario_base *base;
    const simulate_options *options;
    int32_t report, step;
    simulate_measure measure;
    const simulate_target *target;
    double *values;
} tornado;

static status tornado_try(const tornado *t, double *mean, double *probability, error *err)
{
    arena memory = {0};
    simulate_model model;
    simulate_results r = {0};
    status code = scenario_apply(t->s, t->base, t->values, &memory, &model, NULL, err);
    if (code == STATUS_OK)
        code = simulate_run(&model, t->options, &r, err);
    if (code == STATUS_OK) {
        double sum = 0;
        for (int64_t i = 0; i < r.replications; i++)
            sum += simulate_value(&r, i, t->report, t->step, t->measure);
        *mean = sum / (double)r.replications;
        *probability = t->target == NULL ? NAN : simulate_probability(&r, t->report, t->target).probability;
    }
    simulate_results_free(&r);
    arena_free(&memory);
    return code;
}

static double width_of(const tornado_bar *b)
{
    const double width = fabs(b->high - b->low);
    return isnan(width) ? 0 : width;
}

static void bars_order(tornado_bar *bars, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const tornado_bar kept = bars[i];
        size_t at = i;
        for (; at > 0 && width_of(&bars[at - 1]) < width_of(&kept); at--)
            bars[at] = bars[at - 1];
        bars[at] = kept;
    }
}

status scenario_tornado(const scenario *s, const scenario_base *base, const simulate_options *options, int32_t report,
                        int32_t step, simulate_measure measure, const simulate_target *target, tornado_bar *bars,
                        size_t *count, error *err)
{
    tornado t = {
        .s = s, .base = base, .options = options, .report = report, .step = step, .measure = measure, .target = target};
    double central = 0, ignored = 0;
    *count = 0;
    t.values = calloc(s->assumption_count + 1, sizeof *t.values);
    if (t.values == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the assumptions");
    for (size_t i = 0; i < s->assumption_count; i++)
        t.values[i] = s->assumptions[i].central;
    status code = tornado_try(&t, &central, &ignored, err);
    for (size_t i = 0; i < s->assumption_count && code == STATUS_OK; i++) {
        const scenario_assumption *a = &s->assumptions[i];
        tornado_bar *b = &bars[*count];
        if (a->low == a->high)
            continue;
        *b = (tornado_bar){.assumption = i, .central = central};
        t.values[i] = a->low;
        code = tornado_try(&t, &b->low, &b->probability_low, err);
        t.values[i] = a->high;
        if (code == STATUS_OK)
            code = tornado_try(&t, &b->high, &b->probability_high, err);
        t.values[i] = a->central;
        ++*count;
    }
    free(t.values);
    bars_order(bars, *count);
    return code;
}
