/* Looking things up in a loaded catalogue. */
#include "catalogue/catalogue.h"

#include <string.h>

const char *level_name(level l)
{
    static const char *const NAMES[LEVEL_COUNT] = {"england", "region", "icb", "sub-icb", "provider"};
    return (int)l >= 0 && l < LEVEL_COUNT ? NAMES[l] : "";
}

const source *catalogue_source(const catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->source_count; i++)
        if (strcmp(c->sources[i].id, id) == 0)
            return &c->sources[i];
    return NULL;
}

const measure *catalogue_measure(const catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->measure_count; i++)
        if (strcmp(c->measures[i].id, id) == 0)
            return &c->measures[i];
    return NULL;
}

int32_t source_column_find(const source *s, const char *name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

int32_t source_breakdown_find(const source *s, const char *id)
{
    for (size_t i = 0; i < s->breakdown_count; i++)
        if (strcmp(s->breakdowns[i].id, id) == 0)
            return (int32_t)i;
    return -1;
}

/* Typing "18-weeks" should find rtt-within-18-weeks, which is many edits away: a part of an id counts as near. */
static unsigned nearness(const char *typed, const char *id)
{
    if (strlen(typed) >= 3 && strstr(id, typed) != NULL)
        return 1;
    return text_distance(typed, id);
}

size_t catalogue_nearest_measures(const catalogue *c, const char *typed, const char **out, size_t capacity)
{
    size_t count = 0;
    while (count < capacity && count < c->measure_count) {
        const char *best = NULL;
        unsigned best_distance = 0;
        for (size_t i = 0; i < c->measure_count; i++) {
            bool taken = false;
            for (size_t k = 0; k < count && !taken; k++)
                taken = out[k] == c->measures[i].id;
            unsigned distance = nearness(typed, c->measures[i].id);
            if (!taken && (best == NULL || distance < best_distance)) {
                best = c->measures[i].id;
                best_distance = distance;
            }
        }
        out[count++] = best;
    }
    return count;
}

const target *catalogue_target(const catalogue *c, int32_t measure_index, level l, period p)
{
    if (p.kind == PERIOD_NONE || (int)l < 0 || l >= LEVEL_COUNT)
        return NULL;
    int32_t wanted = p.first_month + p.months - 1;
    for (size_t i = 0; i < c->target_count; i++) {
        const target *t = &c->targets[i];
        if (t->measure == measure_index && t->applies[l] && !t->needs_baseline &&
            t->by.first_month + t->by.months - 1 >= wanted)
            return t; /* they are ordered by due month */
    }
    return NULL;
}
