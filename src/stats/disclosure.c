/* Primary rules, and the differencing check. Secondary suppression has its own file. */
#include "stats/disclosure.h"

#include <string.h>

static const disclosure_rule rules[] = {
    {"nhs-hospital-activity", 1, 7, 5, true, true},
    {"under-5", 1, 4, 0, false, false},
    {"under-10", 1, 9, 0, false, false},
    {"round-5", 0, 0, 5, false, false},
    {"round-10", 0, 0, 10, false, false},
    {"none", 0, 0, 0, false, true},
};

const disclosure_rule *disclosure_rules_all(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

const disclosure_rule *disclosure_rule_find(const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return NULL;
}

static bool is_suppressed(int64_t count, const disclosure_rule *rule)
{
    return count > 0 && count >= rule->suppress_from && count <= rule->suppress_to;
}

status disclosure_primary(disclosure_cell *cells, size_t count, const disclosure_rule *rule, bool national, error *err)
{
    const bool as_is = national && rule->national_as_is;
    for (size_t i = 0; i < count; i++) {
        disclosure_cell *c = &cells[i];
        if (c->count < 0)
            return error_set(err, STATUS_REFUSED, "cell %zu: a count cannot be negative", i + 1);
        c->published = c->count;
        c->state = CELL_SHOWN;
        if (as_is)
            continue;
        if (is_suppressed(c->count, rule)) {
            c->published = 0;
            c->state = CELL_PRIMARY;
        } else if (rule->round_to > 1) {
            const int64_t over = c->count % rule->round_to;
            c->published = c->count - over +
                           (2 * over >= rule->round_to && c->count <= INT64_MAX - rule->round_to ? rule->round_to : 0);
        }
    }
    return STATUS_OK;
}

/* People of area a that are not in area b. */
static int64_t people_outside(const bool *a, const bool *b, const int64_t *counts, size_t parts)
{
    int64_t people = 0;
    for (size_t p = 0; p < parts; p++)
        if (a[p] && !b[p] && __builtin_add_overflow(people, counts[p], &people))
            return INT64_MAX;
    return people;
}

static bool share_a_part(const bool *a, const bool *b, size_t parts)
{
    for (size_t p = 0; p < parts; p++)
        if (a[p] && b[p])
            return true;
    return false;
}

static bool any_outside(const bool *a, const bool *b, size_t parts)
{
    for (size_t p = 0; p < parts; p++)
        if (a[p] && !b[p])
            return true;
    return false;
}

size_t disclosure_differences(const bool *membership, const int64_t *counts, const bool *published, size_t areas,
                              size_t parts, const disclosure_rule *rule, bool also_overlapping, area_overlap *found,
                              size_t capacity)
{
    size_t findings = 0;
    for (size_t a = 0; a < areas; a++)
        for (size_t b = 0; b < areas; b++) {
            if (a == b || !published[a] || !published[b])
                continue;
            const bool *larger = membership + a * parts, *smaller = membership + b * parts;
            if (!share_a_part(larger, smaller, parts))
                continue;
            const bool nested = !any_outside(smaller, larger, parts);
            if (!nested && !also_overlapping)
                continue;
            const int64_t difference = people_outside(larger, smaller, counts, parts);
            if (!is_suppressed(difference, rule))
                continue;
            if (findings < capacity)
                found[findings] = (area_overlap){a, b, difference, nested};
            findings++;
        }
    return findings;
}
