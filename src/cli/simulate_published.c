/* simulate_published: see simulate_published.h. */
#include "cli/simulate_published.h"

#include "cli/as_of.h"
#include "cli/plan_flows.h"

#include "measure/measure.h"

#include <math.h>
#include <string.h>

/* Above this share of a month, what is missing from a list is a break in the data, not people who give up. */
#define REMOVAL_RATE_MOST 0.5
/* Lists that gain people are named, up to so many. */
#define GAINING_NAMED 5

static double people_of(const double *by_week)
{
    double sum = 0;
    for (size_t w = 0; w <= MEASURE_FLOW_WEEKS; w++)
        sum += by_week[w];
    return sum;
}

/* The first of the unbroken run of whole months that ends with the last. */
static size_t run_first(const measure_flow *f)
{
    size_t first = f->month_count - 1;
    while (first > 0 && f->months[first - 1].has_waiting && f->months[first - 1].has_new &&
           f->months[first - 1].has_completed &&
           f->months[first - 1].period.first_month == f->months[first].period.first_month - 1)
        first--;
    return first;
}

static double *level_fill(arena *memory, int32_t months, double value)
{
    double *out = arena_array(memory, (size_t)months, sizeof *out);
    for (int32_t i = 0; out != NULL && i < months; i++)
        out[i] = value;
    return out;
}

/* One list; *gained: how many a month joined it without being reported, 0 where people left. False where there is no memory. */
static bool list_make(const measure_flow *f, int32_t months, arena *memory, simulate_list *l, scenario_place *place,
                      double *gained)
{
    const measure_flow_month *last = &f->months[f->month_count - 1];
    const size_t first = run_first(f);
    const double waiting = people_of(last->waiting);
    /* The flows of the first month lead to its list from one that is not known. */
    const size_t from = f->month_count - first > 1 ? first + 1 : first;
    double referrals = 0, treated = 0, exposed = 0;
    for (size_t i = from; i < f->month_count; i++) {
        const measure_flow_month *m = &f->months[i];
        referrals += m->new_periods;
        treated += m->completed_all;
        exposed += people_of(f->months[i > first ? i - 1 : i].waiting) + m->new_periods;
    }
    const double n = (double)(f->month_count - from);
    const double gone = people_of(f->months[first].waiting) + referrals - treated - waiting;
    const double rate = exposed > 0 ? fmin(REMOVAL_RATE_MOST, fmax(0, gone / exposed)) : 0;
    *gained = fmax(0, -gone) / n;
    int32_t *weeks = arena_array(memory, SIMULATE_WEEKS, sizeof *weeks);
    *place = (scenario_place){.provider = arena_string(memory, f->code),
                              .treatment_function = arena_string(memory, f->treatment_function)};
    *l = (simulate_list){.name = arena_printf(memory, "%s, %s", f->code, f->treatment_function),
                         .referrals = level_fill(memory, months, referrals / n),
                         .slots = level_fill(memory, months, treated / n),
                         .removal_rate = level_fill(memory, months, rate),
                         .waiting = weeks};
    if (weeks == NULL || place->provider == NULL || place->treatment_function == NULL || l->name == NULL ||
        l->referrals == NULL || l->slots == NULL || l->removal_rate == NULL)
        return false;
    for (size_t w = 0; w < SIMULATE_WEEKS; w++)
        weeks[w] = (int32_t)llround(last->waiting[w]);
    return true;
}

static bool is_simulated(const measure_flow *f, int32_t last_month)
{
    if (f->treatment_function == NULL || f->month_count == 0)
        return false;
    const measure_flow_month *last = &f->months[f->month_count - 1];
    return last->period.first_month == last_month && (people_of(last->waiting) > 0 || last->new_periods > 0);
}

/* Everybody's flows that were asked for, each treatment function's own. */
static status flows_of(cli *c, const char *all, const char *const *organisations, size_t count, arena *memory,
                       measure_flow **out, size_t *flow_count, error *err)
{
    measure_flow_request request = {.each_treatment_function = true, .as_of = c->as_of};
    *out = NULL;
    *flow_count = 0;
    if (all != NULL && !plan_level_find(all, &request.level)) {
        error_set(err, STATUS_USAGE, "--all: '%s' cannot be used", all);
        error_hint(err, "Use england, regions, icbs, sub-icbs or providers.");
        return STATUS_USAGE;
    }
    status code = STATUS_OK;
    for (size_t i = 0; i < (all != NULL ? 1 : count) && code == STATUS_OK; i++) {
        measure_flow *more = NULL, *both = NULL;
        size_t more_count = 0;
        if (all == NULL)
            code = plan_org_find(c, organisations[i], &request, err);
        for (size_t k = 0; all == NULL && k < i && code == STATUS_OK; k++)
            if (strcmp(organisations[k], organisations[i]) == 0)
                code = error_set(err, STATUS_USAGE, "%s is given twice", organisations[i]);
        if (code == STATUS_OK)
            code = measure_flows(c->facts, &c->catalogue, c->orgs, &request, memory, &more, &more_count, err);
        if (code == STATUS_OK)
            both = arena_array(memory, *flow_count + more_count + 1, sizeof *both);
        if (code == STATUS_OK && both == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
        if (code != STATUS_OK)
            break;
        if (*flow_count > 0)
            memcpy(both, *out, *flow_count * sizeof *both);
        if (more_count > 0)
            memcpy(both + *flow_count, more, more_count * sizeof *both);
        *out = both;
        *flow_count += more_count;
    }
    return code;
}

/* What plan project keeps as people who join cannot be people who give up in a simulation. */
static void say_gaining(cli *c, size_t gaining, double gained, const char *names)
{
    char people[NUMBER_TEXT];
    if (gaining == 0)
        return;
    number_grouped((int64_t)llround(gained), people);
    say_note(
        c,
        "In %zu lists more people were treated or still waiting than had been there, %s a month (%s%s): nobody "
        "leaves these untreated here, where plan project keeps them as people who join. In the others people leave "
        "day by day at one rate for every wait, where plan project has a rate for each month waited; so the two "
        "differ in how many leave untreated.",
        gaining, people, names == NULL ? "" : names, gaining > GAINING_NAMED ? " and others" : "");
}

status simulate_lists_published(cli *c, const char *all, const char *const *organisations, size_t organisation_count,
                                int32_t *first_month, int32_t months, arena *memory, simulate_lists *out, error *err)
{
    measure_flow *flows = NULL;
    size_t count = 0, left_out = 0, one_month = 0, gaining = 0;
    double gained = 0;
    buffer names = {.maximum = 4000};
    int32_t last_month = INT32_MIN;
    *out = (simulate_lists){0};
    _Static_assert(SIMULATE_WEEKS == MEASURE_FLOW_WEEKS + 1, "weeks of the extract are those of the simulation");
    status code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK && c->as_of != NULL)
        code = note_as_of(c, *c->as_of, err);
    if (code == STATUS_OK)
        code = flows_of(c, all, organisations, organisation_count, memory, &flows, &count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < count; i++)
        if (flows[i].month_count > 0 && flows[i].months[flows[i].month_count - 1].period.first_month > last_month)
            last_month = flows[i].months[flows[i].month_count - 1].period.first_month;
    out->lists = arena_array(memory, count + 1, sizeof *out->lists);
    out->places = arena_array(memory, count + 1, sizeof *out->places);
    if (out->lists == NULL || out->places == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
    for (size_t i = 0; i < count; i++) {
        if (!is_simulated(&flows[i], last_month)) {
            left_out += flows[i].treatment_function != NULL;
            continue;
        }
        double joined = 0;
        if (!list_make(&flows[i], months, memory, &out->lists[out->count], &out->places[out->count], &joined)) {
            buffer_free(&names);
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
        }
        if (joined > 0) {
            gaining++;
            gained += joined;
            if (gaining <= GAINING_NAMED)
                buffer_printf(&names, "%s%s", gaining == 1 ? "" : "; ", out->lists[out->count].name);
        }
        one_month += run_first(&flows[i]) + 1 == flows[i].month_count;
        out->count++;
    }
    say_gaining(c, gaining, gained, names.data);
    buffer_free(&names);
    if (out->count == 0) {
        error_set(err, STATUS_NOT_FOUND, "There are no published waiting times of %.60s in the workspace",
                  all != NULL ? all : organisations[0]);
        error_hint(err, "See what there is: concord list releases. They come from the full extract.");
        return STATUS_NOT_FOUND;
    }
    if (*first_month == INT32_MIN)
        *first_month = last_month + 1;
    char words[PERIOD_WORDS];
    period_words(period_month(last_month / 12, last_month % 12 + 1), words);
    say_note(c, "%zu lists as published for %s%s.", out->count, words,
             one_month == out->count ? ", each taken to have been as long a month before" : "");
    if (left_out > 0)
        say_note(c, "%zu lists are left out: nobody waits or joins, or that month was not published.", left_out);
    return STATUS_OK;
}
