/* The sums of a period while they are added up: a hash table from (organisation, breakdown, split, geography, level) to a row of sums. */
#include "measure/rows.h"

#include <stdlib.h>
#include <string.h>

void slots_free(slot_table *t)
{
    free(t->slots);
    free(t->sums);
    free(t->present);
    free(t->spans);
    free(t->unpaired);
    free(t->index);
    *t = (slot_table){0};
}

static uint64_t slot_hash(const slot *s)
{
    uint64_t h = (uint64_t)(uint32_t)s->organisation << 24 ^ (uint64_t)(uint32_t)(s->breakdown + 1) << 5 ^
                 (uint64_t)s->geography << 3 ^ (uint64_t)s->level;
    h = (h ^ (uint64_t)(uint32_t)(s->split + 1) << 44) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 31);
}

static status slots_reserve(slot_table *t, error *err)
{
    if (t->count == t->capacity) {
        size_t capacity = t->capacity == 0 ? 512 : t->capacity * 2;
        slot *slots = realloc(t->slots, capacity * sizeof *slots);
        if (slots != NULL)
            t->slots = slots;
        int64_t *sums = realloc(t->sums, capacity * t->sum_count * sizeof *sums);
        if (sums != NULL)
            t->sums = sums;
        bool *present = realloc(t->present, capacity * t->sum_count * sizeof *present);
        if (present != NULL)
            t->present = present;
        facts_span *spans = realloc(t->spans, (capacity * t->term_count + 1) * sizeof *spans);
        if (spans != NULL)
            t->spans = spans;
        bool *unpaired = realloc(t->unpaired, capacity * t->measure_count + 1);
        if (unpaired != NULL)
            t->unpaired = unpaired;
        if (slots == NULL || sums == NULL || present == NULL || spans == NULL || unpaired == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for sums");
        t->capacity = capacity;
    }
    if (t->count * 2 >= t->index_slots) {
        size_t index_slots = t->index_slots == 0 ? 2048 : t->index_slots * 2;
        int32_t *index = malloc(index_slots * sizeof *index);
        if (index == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for sums");
        memset(index, 0xff, index_slots * sizeof *index);
        for (size_t i = 0; i < t->count; i++) {
            size_t at = slot_hash(&t->slots[i]) & (index_slots - 1);
            while (index[at] >= 0)
                at = (at + 1) & (index_slots - 1);
            index[at] = (int32_t)i;
        }
        free(t->index);
        t->index = index;
        t->index_slots = index_slots;
    }
    return STATUS_OK;
}

static bool same_key(const slot *a, const slot *b)
{
    return a->organisation == b->organisation && a->breakdown == b->breakdown && a->split == b->split &&
           a->geography == b->geography && a->level == b->level;
}

status slot_find(slot_table *t, const slot *key, size_t *out, error *err)
{
    status code = slots_reserve(t, err);
    if (code != STATUS_OK)
        return code;
    size_t at = slot_hash(key) & (t->index_slots - 1);
    for (; t->index[at] >= 0; at = (at + 1) & (t->index_slots - 1))
        if (same_key(&t->slots[t->index[at]], key)) {
            *out = (size_t)t->index[at];
            return STATUS_OK;
        }
    size_t i = t->count++;
    t->slots[i] = (slot){.organisation = key->organisation,
                         .breakdown = key->breakdown,
                         .split = key->split,
                         .geography = key->geography,
                         .level = key->level};
    memset(t->sums + i * t->sum_count, 0, t->sum_count * sizeof *t->sums);
    memset(t->present + i * t->sum_count, 0, t->sum_count * sizeof *t->present);
    for (size_t k = 0; k < t->term_count; k++)
        t->spans[i * t->term_count + k] = (facts_span){0};
    for (size_t k = 0; k < t->measure_count; k++)
        t->unpaired[i * t->measure_count + k] = false;
    t->index[at] = (int32_t)i;
    *out = i;
    return STATUS_OK;
}

void slots_clear(slot_table *t)
{
    t->count = 0;
    if (t->index != NULL)
        memset(t->index, 0xff, t->index_slots * sizeof *t->index);
}
