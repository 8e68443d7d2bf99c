/* The people of one list: coming, and being there at the start. */
#include "plan/simulate_bands.h"

#include <math.h>
#include <string.h>

/* ---- memory ----------------------------------------------------------------------------------------- */

static bool people_grow(engine_list *l, size_t wanted)
{
    size_t room = l->room < 256 ? 256 : l->room;
    while (room < wanted)
        room += room / 2;
    if (wanted > SIMULATE_PEOPLE_MAXIMUM)
        return false;
    if (!array_grow(&l->start, room, sizeof *l->start) || !array_grow(&l->key, room, sizeof *l->key) ||
        !array_grow(&l->end, room, sizeof *l->end) || !array_grow(&l->state, room, sizeof *l->state) ||
        !array_grow(&l->next, room, sizeof *l->next) || !array_grow(&l->previous, room, sizeof *l->previous) ||
        !array_grow(&l->next_due, room, sizeof *l->next_due))
        return false;
    l->room = room;
    return true;
}

void engine_list_free(engine_list *l)
{
    free(l->start);
    free(l->key);
    free(l->end);
    free(l->state);
    free(l->next);
    free(l->previous);
    free(l->next_due);
    free(l->buckets);
    free(l->survival);
    free(l->by_start);
    free(l->cohort);
}

/* ---- people ----------------------------------------------------------------------------------------- */

int32_t person_key(const engine_list *l, int32_t start, int32_t joined, uint8_t state)
{
    switch (l->spec->rule) {
    case BOOKING_FIRST_COME: return joined;
    case BOOKING_TARGET: {
        const int32_t target = l->spec->target_days[state & STATE_PRIORITY];
        return start + (target > 0 ? target : 126);
    }
    default: return start;
    }
}

uint8_t priority_draw(engine_list *l)
{
    if (l->priorities == 1)
        return 0;
    double u = draws_choice(&l->draws[DRAWS_PEOPLE]);
    for (int i = 0; i + 1 < l->priorities; i++) {
        if (u < l->spec->priority_shares[i])
            return (uint8_t)i;
        u -= l->spec->priority_shares[i];
    }
    return (uint8_t)(l->priorities - 1);
}

int32_t patience_draw(engine_list *l, draws *d, int32_t day)
{
    const double *s = l->survival;
    if (l->spec->removal_rate == NULL)
        return NEVER;
    const double left = draws_choice(d) * s[day + 1];
    if (left < s[l->horizon])
        return NEVER;
    /* The first day at whose end the chance of still waiting has fallen to `left` or below. */
    int32_t low = day + 1, high = l->horizon;
    while (high - low > 1) {
        const int32_t middle = (low + high) / 2;
        if (s[middle] <= left)
            high = middle;
        else
            low = middle;
    }
    return high - 1;
}

int32_t person_add(engine_list *l, int32_t start, int32_t joined, uint8_t state, int32_t due)
{
    if (l->people == l->room && !people_grow(l, l->people + 1)) {
        l->failed = true;
        return NOBODY;
    }
    const int32_t who = (int32_t)l->people++;
    l->start[who] = (int16_t)start;
    l->key[who] = (int16_t)person_key(l, start, joined, state);
    l->end[who] = NEVER;
    l->state[who] = state;
    if (due < l->horizon) {
        l->next_due[who] = l->due[due];
        l->due[due] = who;
    }
    l->by_start[start + ENGINE_PAST]++;
    if (l->spec->bands != NULL)
        l->band_people[band_of(l, start)]++;
    l->waiting++;
    queue_put(l, who);
    return who;
}

simulate_patient engine_patient(const engine_list *l, size_t i)
{
    const uint8_t state = l->state[i];
    return (simulate_patient){.start = l->start[i],
                              .end = (state & STATE_GONE) != 0 ? l->end[i] : INT32_MAX,
                              .priority = state & STATE_PRIORITY,
                              .outcome = (uint8_t)(state >> STATE_OUTCOME_SHIFT & STATE_OUTCOME)};
}

/* ---- the start -------------------------------------------------------------------------------------- */

static bool list_room(engine_list *l)
{
    const bool by_priority = l->spec->rule == BOOKING_PRIORITY;
    const int queues = by_priority ? l->priorities : 1, stages = l->spec->admitted_slots != NULL ? 2 : 1;
    const size_t days = (size_t)l->horizon + 2 + ENGINE_PAST, span = (size_t)l->span;
    const size_t buckets = (size_t)stages * (size_t)queues * span * 2 + (size_t)l->horizon * 2;
    if (buckets > l->bucket_room) {
        if (!array_grow(&l->buckets, buckets, sizeof *l->buckets))
            return false;
        l->bucket_room = buckets;
    }
    if (days > l->day_room) {
        if (!array_grow(&l->survival, days, sizeof *l->survival) ||
            !array_grow(&l->by_start, days, sizeof *l->by_start))
            return false;
        l->day_room = days;
    }
    if (!bands_room(l, days))
        return false;
    memset(l->buckets, 0xFF, buckets * sizeof *l->buckets); /* NOBODY */
    memset(l->by_start, 0, days * sizeof *l->by_start);
    memset(l->queues, 0, sizeof l->queues);
    int32_t *at = l->buckets;
    for (int stage = 0; stage < stages; stage++) {
        for (int i = 0; i < queues; i++, at += 2 * span) {
            engine_queue *q = &l->queues[stage * SIMULATE_CLASSES + i];
            q->head = at;
            q->tail = at + span;
        }
    }
    l->due = at;
    l->back = at + l->horizon;
    return true;
}

static void survival_make(engine_list *l)
{
    const simulate_model *m = l->model;
    double s = 1;
    int32_t day = 0;
    l->survival[0] = 1;
    for (int32_t p = 0; p < m->periods; p++) {
        const double rate = l->spec->removal_rate == NULL ? 0 : l->spec->removal_rate[p];
        const double stay = rate > 0 ? pow(1 - rate, 1.0 / m->days[p]) : 1;
        for (int32_t i = 0; i < m->days[p]; i++)
            l->survival[++day] = s *= stay;
    }
}

/* Somebody who was waiting already. */
static void initial_add(engine_list *l, int32_t start, int stage)
{
    const uint8_t state = (uint8_t)(priority_draw(l) | (stage == 1 ? STATE_ADMITTED : 0));
    (void)person_add(l, start, start, state, patience_draw(l, &l->draws[DRAWS_PEOPLE], -1));
}

/* Spread over the days of their week, the longest waiting first. */
static void initial_weeks(engine_list *l, const int32_t *weeks, int stage)
{
    for (int w = SIMULATE_WEEKS - 1; w >= 0 && !l->failed; w--) {
        const int32_t days = w == SIMULATE_WEEKS - 1 ? SIMULATE_OPEN_BAND_WEEKS * 7 : 7, people = weeks[w];
        int64_t placed = 0;
        for (int32_t day = days - 1; day >= 0; day--) {
            const int64_t until = (int64_t)people * (days - day) / days;
            for (; placed < until && !l->failed; placed++)
                initial_add(l, -1 - 7 * w - day, stage);
        }
    }
}

bool engine_list_begin(engine_list *l, const simulate_model *model, int32_t place, int64_t replication)
{
    const simulate_list *spec = &model->lists[place];
    l->model = model;
    l->spec = spec;
    l->horizon = 0;
    for (int32_t p = 0; p < model->periods; p++)
        l->horizon += model->days[p];
    l->span = ENGINE_PAST + l->horizon + 1 + (spec->rule == BOOKING_TARGET ? SIMULATE_TARGET_DAYS_MOST : 0);
    l->priorities = 1;
    for (int i = 1; i < SIMULATE_CLASSES; i++)
        if (spec->priority_shares[i] > 0)
            l->priorities = i + 1;
    for (int i = 0; i < DRAWS_PURPOSES; i++)
        l->draws[i] = draws_begin(model->seed, (uint64_t)replication << 32 | (uint64_t)place << 3 | (uint64_t)i);
    l->people = 0;
    l->waiting = 0;
    l->failed = false;
    l->slot_carry[0] = l->slot_carry[1] = 0.5;
    memset(l->flows, 0, sizeof l->flows);
    if (!list_room(l))
        return false;
    survival_make(l);
    bands_prepare(l);
    if (spec->waiting_admitted != NULL && spec->admitted_slots != NULL)
        initial_weeks(l, spec->waiting_admitted, 1);
    if (spec->waiting != NULL)
        initial_weeks(l, spec->waiting, 0);
    for (size_t i = 0; i < spec->waiting_start_count && !l->failed; i++)
        initial_add(l, spec->waiting_starts[i], 0);
    return !l->failed;
}
