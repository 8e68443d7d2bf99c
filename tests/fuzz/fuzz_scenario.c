/*
 * Fuzz target: the reader of scenarios on any bytes, and what it read applied to three small lists. Whatever comes in is read, or refused
 * with a sentence; what was read can be applied, or is refused with a sentence; and a model that was made can be simulated: people are never lost.
 */
#include "plan/plan.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LISTS = 3, MONTHS = 3 };

static void hold(bool held)
{
    if (!held)
        abort();
}

static void told(status code, const error *err)
{
    hold(code != STATUS_INTERNAL && code != STATUS_IO);
    hold(code == STATUS_OK || err->message[0] != 0);
}

/* Every assumption's value is within its range: nothing that is no number got in. */
static void ranges_hold(const scenario *s)
{
    for (size_t i = 0; i < s->assumption_count; i++) {
        const scenario_assumption *a = &s->assumptions[i];
        hold(a->low <= a->central && a->central <= a->high);
    }
    for (size_t i = 0; i < s->lever_count; i++)
        for (int k = 0; k < LEVER_USES; k++)
            hold(s->levers[i].use[k] >= -1 && s->levers[i].use[k] < (int32_t)s->assumption_count);
}

static void apply(const scenario *s, arena *memory)
{
    static const double referrals[MONTHS] = {12, 9, 10}, slots[MONTHS] = {8, 8, 8},
                        removal[MONTHS] = {0.02, 0.02, 0.02};
    static const int32_t days[MONTHS] = {30, 31, 30};
    static const scenario_place places[LISTS] = {{"RAA", "C_100"}, {"RAA", "C_110"}, {"RBB", "C_110"}};
    simulate_list lists[LISTS];
    for (size_t i = 0; i < LISTS; i++)
        lists[i] = (simulate_list){
            .name = places[i].provider, .referrals = referrals, .slots = slots, .removal_rate = removal};
    const int32_t first = 2026 * 12 + 3; /* April 2026, as the examples have it */
    const simulate_model base = {.start = date_of(2026, 4, 1),
                                 .periods = MONTHS,
                                 .days = days,
                                 .lists = lists,
                                 .list_count = LISTS,
                                 .reports = 1};
    const scenario_base on = {.model = &base, .places = places, .first_month = first};
    simulate_model model = base;
    scenario_effect effect;
    error err = {0};
    const status code = scenario_apply(s, &on, NULL, memory, &model, &effect, &err);
    told(code, &err);
    if (code != STATUS_OK)
        return;
    /* Absurd numbers of people are refused by the check of the model, or would only take long. */
    double most = 0;
    for (size_t i = 0; i < model.list_count; i++)
        for (size_t m = 0; m < MONTHS; m++)
            most += model.lists[i].referrals[m] + model.lists[i].slots[m];
    if (!(most < 10000))
        return;
    simulate_results r = {0};
    error again = {0};
    const simulate_options options = {.replications = 1, .threads = 1};
    told(simulate_run(&model, &options, &r, &again), &again);
    simulate_results_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena memory = {0};
    problems list = {0};
    scenario s;
    error err = {0};
    const status code = scenario_parse((const char *)data, size, "scenario.yaml", &memory, &s, &list, &err);
    told(code, &err);
    hold(code == STATUS_OK || code == STATUS_MEMORY || list.total > 0 || err.message[0] != 0);
    if (code == STATUS_OK) {
        ranges_hold(&s);
        apply(&s, &memory);
    }
    problems_free(&list);
    arena_free(&memory);
    return 0;
}
