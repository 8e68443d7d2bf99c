/* simulate_published: see simulate_published.h. */
#include "cli/simulate_published.h"

#include "cli/as_of.h"
#include "cli/plan_flows.h"

#include "measure/measure.h"
#include "publish/plan_list.h"

#include <math.h>
#include <string.h>

static double people_of(const double *by_week)
{
    double sum = 0;
    for (size_t w = 0; w <= MEASURE_FLOW_WEEKS; w++)
        sum += by_week[w];
    return sum;
}

static double *level_fill(arena *memory, int32_t months, double value)
{
    double *out = arena_array(memory, (size_t)months, sizeof *out);
    for (int32_t i = 0; out != NULL && i < months; i++)
        out[i] = value;
    return out;
}

/* How people of the list are treated, leave and join by time waited. NULL where there is no memory. */
static const simulate_bands *bands_make(const plan_list *planned, arena *memory)
{
    simulate_bands *b = arena_array(memory, 1, sizeof *b);
    if (b != NULL)
        *b = (simulate_bands){.count = (int32_t)planned->bands,
                              .days = FLOW_WEEKS_PER_MONTH * 7,
                              .treatment = planned->treatment,
                              .removal = planned->removal,
                              .joining = planned->joining,
                              .gained = planned->gained};
    return b;
}

/* The last month alone, where what was not published of it is nobody: a list in which nobody was treated, or nobody waits. */
static status alone_make(const measure_flow *f, const plan_settings *settings, arena *memory, plan_list *out,
                         error *err)
{
    measure_flow_month *m = arena_array(memory, 1, sizeof *m);
    measure_flow *one = arena_array(memory, 1, sizeof *one);
    if (m == NULL || one == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
    *one = *f;
    *m = f->months[f->month_count - 1];
    if (!m->has_waiting)
        memset(m->waiting, 0, sizeof m->waiting);
    if (!m->has_completed)
        memset(m->completed, 0, sizeof m->completed);
    m->completed_all = m->has_completed ? m->completed_all : 0;
    m->new_periods = m->has_new ? m->new_periods : 0;
    m->has_waiting = m->has_completed = m->has_new = true;
    one->months = m;
    one->month_count = 1;
    return plan_list_make(one, settings, memory, out, err);
}

/* One list, calibrated as `concord plan` does. */
static status list_make(const measure_flow *f, int32_t months, arena *memory, simulate_list *l, scenario_place *place,
                        plan_list *planned, error *err)
{
    const measure_flow_month *last = &f->months[f->month_count - 1];
    const plan_settings settings = plan_settings_usual();
    status code = plan_list_make(f, &settings, memory, planned, err);
    if (code == STATUS_OK && planned->treatment == NULL)
        code = alone_make(f, &settings, memory, planned, err);
    if (code != STATUS_OK)
        return code;
    int32_t *weeks = arena_array(memory, SIMULATE_WEEKS, sizeof *weeks);
    *place = (scenario_place){.provider = arena_string(memory, f->code),
                              .treatment_function = arena_string(memory, f->treatment_function)};
    *l = (simulate_list){.name = arena_printf(memory, "%s, %s", f->code, f->treatment_function),
                         .referrals = level_fill(memory, months, planned->referrals),
                         .slots = level_fill(memory, months, planned->capacity),
                         .bands = bands_make(planned, memory),
                         .waiting = weeks};
    if (weeks == NULL || place->provider == NULL || place->treatment_function == NULL || l->name == NULL ||
        l->referrals == NULL || l->slots == NULL || l->bands == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
    for (size_t w = 0; w < SIMULATE_WEEKS; w++)
        weeks[w] = (int32_t)llround(last->waiting[w]);
    return STATUS_OK;
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

static void say_joining(cli *c, size_t lists, double joining)
{
    char people[NUMBER_TEXT];
    if (lists == 0)
        return;
    number_grouped((int64_t)llround(joining), people);
    say_note(c,
             "In %zu lists more people of a wait were treated or still waiting than had been there, %s a month: they "
             "join with that wait, as in plan project.",
             lists, people);
}

status simulate_lists_published(cli *c, const char *all, const char *const *organisations, size_t organisation_count,
                                int32_t *first_month, int32_t months, arena *memory, simulate_lists *out, error *err)
{
    measure_flow *flows = NULL;
    size_t count = 0, left_out = 0, one_month = 0, joined = 0;
    double joining = 0;
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
        plan_list planned;
        code = list_make(&flows[i], months, memory, &out->lists[out->count], &out->places[out->count], &planned, err);
        if (code != STATUS_OK)
            return code;
        const double more = flow_total(planned.joining, planned.bands);
        joined += more > 0;
        joining += more;
        one_month += planned.one_month;
        out->count++;
    }
    say_joining(c, joined, joining);
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
