/*
 * simulate_queue: the people of one list and the queues that they stand in. Inside the simulator only; simulate_engine.h has the essay.
 *
 * What is done for every slot and referral is inline: put at the end of a day's bucket, take out, look who is first. Ownership: a list's arrays are its own
 * (engine_list_free); they grow, and stay for the next list that is worked in their place.
 */
#ifndef CONCORD_PLAN_SIMULATE_QUEUE_H
#define CONCORD_PLAN_SIMULATE_QUEUE_H

#include "plan/simulate_engine.h"

#include <stdlib.h>

/* A patient's state: priority, stage, where, and how it ended. */
enum {
    STATE_PRIORITY = 3,
    STATE_ADMITTED = 4,
    STATE_ASIDE = 8,
    STATE_GONE = 16,
    STATE_OUTCOME_SHIFT = 5,
    STATE_OUTCOME = 3,  /* after the shift */
    STATE_LEAVING = 128 /* will leave in this period, and is not booked where booking is as published */
};
enum { NOBODY = -1, NEVER = INT16_MAX };

/* Place of a flow among the sums. */
#define FLOW(m) ((m)-SIMULATE_REFERRALS)

/* *array is a pointer to an array of `room` places afterwards; false, and as it was, where memory ran out. */
static inline bool array_grow(void *array, size_t room, size_t size)
{
    void **at = array;
    void *more = realloc(*at, room * size);
    if (more == NULL)
        return false;
    *at = more;
    return true;
}

static inline int band_of(const engine_list *l, int32_t start)
{
    const int band = l->step - l->cohort[start + ENGINE_PAST], last = l->spec->bands->count - 1;
    return band < last ? band : last;
}

static inline engine_queue *queue_of(engine_list *l, uint8_t state)
{
    const int priority = l->spec->rule == BOOKING_PRIORITY ? state & STATE_PRIORITY : 0;
    return &l->queues[((state & STATE_ADMITTED) != 0 ? SIMULATE_CLASSES : 0) + priority];
}

static inline void queue_put(engine_list *l, int32_t who)
{
    engine_queue *q = queue_of(l, l->state[who]);
    const int32_t at = l->key[who] + ENGINE_PAST, last = q->tail[at];
    l->next[who] = NOBODY;
    l->previous[who] = last;
    if (last == NOBODY)
        q->head[at] = who;
    else
        l->next[last] = who;
    q->tail[at] = who;
    if (q->count++ == 0 || at < q->low)
        q->low = at;
}

static inline void queue_take(engine_list *l, int32_t who)
{
    engine_queue *q = queue_of(l, l->state[who]);
    const int32_t at = l->key[who] + ENGINE_PAST, before = l->previous[who], after = l->next[who];
    if (before == NOBODY)
        q->head[at] = after;
    else
        l->next[before] = after;
    if (after == NOBODY)
        q->tail[at] = before;
    else
        l->previous[after] = before;
    q->count--;
}

static inline int32_t queue_first(engine_queue *q)
{
    if (q->count == 0)
        return NOBODY;
    while (q->head[q->low] == NOBODY)
        q->low++;
    return q->head[q->low];
}

/* The next of a stage: the queues stand in the order of priority. */
static inline int32_t stage_first(engine_list *l, int stage)
{
    engine_queue *q = &l->queues[stage * SIMULATE_CLASSES];
    const int count = l->spec->rule == BOOKING_PRIORITY ? l->priorities : 1;
    for (int i = 0; i < count; i++) {
        const int32_t who = queue_first(&q[i]);
        if (who != NOBODY)
            return who;
    }
    return NOBODY;
}

/* The day that orders somebody in the queue of a stage, by the list's rule. */
int32_t person_key(const engine_list *l, int32_t start, int32_t joined, uint8_t state);
uint8_t priority_draw(engine_list *l);
/* The day on which somebody who waits since the end of `day` gives up; NEVER where that is beyond the horizon. */
int32_t patience_draw(engine_list *l, draws *d, int32_t day);
/* Into the queue; who it is, or NOBODY, with l->failed, where memory ran out. due: the day of giving up, or NEVER. */
int32_t person_add(engine_list *l, int32_t start, int32_t joined, uint8_t state, int32_t due);

/* Out of the queue already, or set aside. */
static inline void person_end(engine_list *l, int32_t who, int32_t day, patient_outcome outcome)
{
    l->state[who] = (uint8_t)(l->state[who] | STATE_GONE | (outcome << STATE_OUTCOME_SHIFT));
    l->end[who] = (int16_t)day;
    l->by_start[l->start[who] + ENGINE_PAST]--;
    if (l->spec->bands != NULL)
        l->band_people[band_of(l, l->start[who])]--;
    l->waiting--;
}

static inline void person_remove(engine_list *l, int32_t who, int32_t day)
{
    if ((l->state[who] & STATE_ASIDE) == 0)
        queue_take(l, who);
    person_end(l, who, day, PATIENT_REMOVED);
    l->flows[FLOW(SIMULATE_REMOVED)]++;
}

/* The list of a model at its start, with those who wait already. False where memory ran out. */
bool engine_list_begin(engine_list *l, const simulate_model *model, int32_t place, int64_t replication);
void engine_list_free(engine_list *l);

#endif
