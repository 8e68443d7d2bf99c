/*
 * The named rule sets and the words for what they say.
 *
 * A published verdict must stay reproducible, so a rule set is never changed once it has a name: a new reading of the
 * rules is a new entry. Sources: NHSRplotthedots 0.2.2; Making Data Count's statements of November and December 2023
 * on its own issue tracker; PowerBI-SPC's rule files of June 2026.
 */
#include "stats/spc.h"

#include <math.h>
#include <string.h>

static const spc_rules rule_sets[] = {
    {.name = "mdc-2023",
     .shift_points = 7,
     .trend_points = 7,
     .two_of_three_beyond = true,
     .minimum_points = 13,
     .improvement_wins = true,
     .target_at_limit_counts = true,
     .flat_limits_compare = true,
     .limit_factor = 2.66},
    {.name = "plotthedots-0.2.2",
     .shift_points = 7,
     .trend_points = 7,
     .limit_factor = 2.66,
     .trend_takes_next_step = true},
    {.name = "powerbi-spc-2026-06",
     .shift_points = 7,
     .trend_points = 5,
     .two_of_three_beyond = true,
     .two_of_three_any_side = true,
     .limit_factor = 3.0 / 1.128},
};

const spc_rules *spc_rules_all(size_t *count)
{
    *count = sizeof rule_sets / sizeof rule_sets[0];
    return rule_sets;
}

const spc_rules *spc_rules_find(const char *name)
{
    if (!name || !*name)
        return &rule_sets[0];
    for (size_t i = 0; i < sizeof rule_sets / sizeof rule_sets[0]; i++)
        if (strcmp(rule_sets[i].name, name) == 0)
            return &rule_sets[i];
    return NULL;
}

status spc_rules_check(const spc_rules *rules, error *err)
{
    if (!rules->name || !*rules->name)
        return error_set(err, STATUS_USAGE, "a rule set needs a name");
    if (rules->shift_points < 3 || rules->shift_points > 100)
        return error_set(err, STATUS_USAGE, "rule set %s: shift_points is %d, but must be 3 to 100", rules->name,
                         (int)rules->shift_points);
    if (rules->trend_points < 3 || rules->trend_points > 100)
        return error_set(err, STATUS_USAGE, "rule set %s: trend_points is %d, but must be 3 to 100", rules->name,
                         (int)rules->trend_points);
    if (rules->minimum_points < 0)
        return error_set(err, STATUS_USAGE, "rule set %s: minimum_points is %d, but cannot be negative", rules->name,
                         (int)rules->minimum_points);
    if (!(rules->limit_factor > 0) || !isfinite(rules->limit_factor))
        return error_set(err, STATUS_USAGE, "rule set %s: limit_factor must be a positive number", rules->name);
    return STATUS_OK;
}

/* The words are indexed by the enums; a value outside them (a damaged edition) gives "" instead of a stray pointer. */
#define NAME_OF(names, value) ((size_t)(value) < sizeof(names) / sizeof((names)[0]) ? (names)[(size_t)(value)] : "")

const char *spc_rule_name(spc_rule rule)
{
    static const char *const names[] = {"", "beyond-limits", "trend", "two-of-three", "shift"};
    return NAME_OF(names, rule);
}

const char *spc_signal_name(spc_signal signal)
{
    static const char *const names[] = {"", "common-cause", "improvement", "concern", "high", "low"};
    return NAME_OF(names, signal);
}

const char *spc_assurance_name(spc_assurance assurance)
{
    static const char *const names[] = {"", "pass", "fail", "hit-and-miss"};
    return NAME_OF(names, assurance);
}

const char *spc_variation_name(spc_variation variation)
{
    static const char *const names[] = {"",
                                        "common-cause",
                                        "improvement-high",
                                        "improvement-low",
                                        "concern-high",
                                        "concern-low",
                                        "neither-high",
                                        "neither-low"};
    return NAME_OF(names, variation);
}
