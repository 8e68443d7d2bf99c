/* plan_monthly: lists from monthly flows, which tell how many join, are completed and wait, and not how long. */
#include "cli/plan_flows.h"

#include <math.h>

enum { BANDS = 2 };

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

/* The first of the unbroken run of months that ends with the last. */
static size_t run_first(const plan_monthly *from)
{
    size_t first = from->count - 1;
    while (first > 0 && from->months[first - 1] + 1 == from->months[first])
        first--;
    return first;
}

static bool goal_is_of_people(const plan_settings *settings)
{
    return settings->goal.kind == FLOW_GOAL_LIST;
}

static period month_of(int32_t first_month)
{
    return period_month(first_month / 12, first_month % 12 + 1);
}

static status history_make(const plan_monthly *from, size_t first, size_t used, const plan_settings *settings, arena *a,
                           plan_list *out, error *err)
{
    const size_t months = from->count - first;
    double *stock = arena_array(a, months * BANDS, sizeof *stock),
           *treated = arena_array(a, months * BANDS, sizeof *treated), *joined = arena_array(a, months, sizeof *joined);
    flow_piece *pieces = arena_array(a, BANDS, sizeof *pieces);
    if (stock == NULL || treated == NULL || joined == NULL || pieces == NULL)
        return no_memory(err);
    for (size_t i = 0; i < months; i++) {
        const double here = from->joined[first + i], waiting = from->waiting[first + i];
        joined[i] = here;
        /* A list shorter than who joined: the rest of it is nobody. */
        stock[i * BANDS] = fmin(here, waiting);
        stock[i * BANDS + 1] = fmax(0, waiting - here);
        treated[i * BANDS + 1] = from->completed[first + i];
    }
    pieces[0] = (flow_piece){0, 0, FLOW_WEEKS_PER_MONTH, 1};
    pieces[1] = (flow_piece){1, FLOW_WEEKS_PER_MONTH, INFINITY, 1};
    out->detail = (flow_detail){pieces, BANDS};
    out->published = stock + used * BANDS;
    /* The first month's flows lead to its list from one that is not known. */
    const flow_history history = {BANDS, used - 1, joined + 1, treated + BANDS, stock};
    return plan_list_calibrate(settings, &history, a, out, err);
}

status plan_monthly_list(const plan_monthly *from, const plan_settings *settings, size_t held_out, arena *a,
                         plan_list *out, error *err)
{
    *out = (plan_list){.code = from->code, .name = from->name, .estimated = from->estimated};
    if (from->count == 0) {
        (void)snprintf(out->problem, sizeof out->problem, "there are no figures");
        return STATUS_OK;
    }
    const size_t first = run_first(from), months = from->count - first;
    out->first = month_of(from->months[first]);
    out->gap = first > 0;
    if (months < held_out + 2) {
        char words[PERIOD_WORDS];
        period_words(out->first, words);
        (void)snprintf(out->problem, sizeof out->problem,
                       "there are %zu months in an unbroken run (from %s), too few to %s: %zu are needed", months,
                       words, held_out > 0 ? "hold so many out" : "calibrate on", held_out + 2);
        return STATUS_OK;
    }
    const size_t used = months - held_out;
    out->last = month_of(from->months[first + used - 1]);
    out->published_periods = held_out;
    const status code = history_make(from, first, used, settings, a, out, err);
    if (code == STATUS_OK && out->problem[0] == 0 && held_out == 0 && !goal_is_of_people(settings))
        (void)snprintf(
            out->problem, sizeof out->problem,
            "monthly flows tell how many wait and not how long: ask for people waiting (--goal list --target "
            "N), or add the full extracts, which have weeks");
    return code;
}
