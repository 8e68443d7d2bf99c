/*
 * simulate_engine: the lists of one replication, day by day. Inside the simulator only.
 *
 * What is done most: take the first of a queue, put one at the end of a day's bucket, take one out of the middle (somebody gives up). So a
 * queue is an array of days (by clock start, or whatever orders it), each with a doubly linked list of patients; all three are of constant
 * time. Who will give up within the horizon stands in the bucket of that day too, and is passed over there when treated before. A list's
 * patients are a struct of arrays that only grows: an England of 7 million is worked list by list, each small enough for the cache.
 */
#ifndef CONCORD_PLAN_SIMULATE_ENGINE_H
#define CONCORD_PLAN_SIMULATE_ENGINE_H

#include "plan/simulate.h"
#include "plan/simulate_random.h"

/* Days before day 0 on which a clock can have started: 104 weeks and the spread of the open week. */
#define ENGINE_PAST (SIMULATE_WAITED_MAXIMUM + 2)

/* What is summed over the lists of a report: the counts of simulate_measure from SIMULATE_REFERRALS on. */
enum { ENGINE_FLOWS = SIMULATE_MEASURES - SIMULATE_REFERRALS };

/* Sums of one replication and report: several threads add to it. */
typedef struct engine_sums {
    int64_t flows[ENGINE_FLOWS];
    int64_t weeks[SIMULATE_WEEKS]; /* waiting at the period's end */
} engine_sums;

typedef struct engine_queue {
    int32_t *head, *tail; /* by key + ENGINE_PAST; -1 = empty */
    int32_t low;          /* no bucket below it holds anybody */
    int64_t count;
} engine_queue;

enum { ENGINE_QUEUES = 2 * SIMULATE_CLASSES };
enum {
    DRAWS_LEVEL = 0,
    DRAWS_REFERRALS,
    DRAWS_PEOPLE,
    DRAWS_SLOTS,
    DRAWS_SEEN,
    DRAWS_MOVES,
    DRAWS_BOOKING,
    DRAWS_LEAVING,
    DRAWS_PURPOSES
};

typedef struct engine_list {
    const simulate_model *model;
    const simulate_list *spec;
    int32_t horizon, span; /* days of the model; days of a queue */
    int32_t priorities;    /* 1 to SIMULATE_CLASSES */
    draws draws[DRAWS_PURPOSES];
    /* patients */
    int16_t *start, *key, *end;
    uint8_t *state;
    int32_t *next, *previous, *next_due;
    size_t people, room;
    /* queues and days */
    engine_queue queues[ENGINE_QUEUES];
    int32_t *buckets; /* of the queues, `due` and `back` */
    size_t bucket_room;
    int32_t *due, *back; /* by day: who gives up, who comes back into the queue */
    double *survival;    /* by day: chance that somebody who waits since day 0 still does */
    int32_t *by_start;   /* people waiting by clock start + ENGINE_PAST */
    size_t day_room;     /* of survival and by_start */
    int64_t waiting;
    /* people by band of waiting, where the list has them (simulate_bands.h); bands are those of the period at work */
    int16_t *cohort; /* by clock start + ENGINE_PAST: the period that it lies in, below 0 before the model's */
    int32_t step;    /* the period at work */
    int32_t band_from[SIMULATE_BANDS_MAXIMUM]; /* clock starts of a band: from, below to */
    int32_t band_to[SIMULATE_BANDS_MAXIMUM];
    int64_t band_people[SIMULATE_BANDS_MAXIMUM];
    double booked_to[SIMULATE_BANDS_MAXIMUM], joined_to[SIMULATE_BANDS_MAXIMUM]; /* sums up to a band, a period */
    double expected[SIMULATE_BANDS_MAXIMUM]; /* the list by band, as flow_project has it so far */
    uint64_t luck[RANDOM_BLOCK], luck_index; /* of who leaves: the block that was drawn last */
    bool has_luck;
    double spare, joining_day; /* the share of slots that the rates do not ask for; people who join in a day */
    /* the period at work */
    double referral_level, referral_weight, slot_level[2], slot_weight, slot_carry[2];
    int64_t flows[ENGINE_FLOWS];
    bool failed; /* memory, or more people than SIMULATE_PEOPLE_MAXIMUM */
} engine_list;

typedef struct engine_move {
    const simulate_transfer *transfer;
    size_t from, to; /* places in the group */
    double carry;    /* part of a patient */
} engine_move;

/* The lists of one group, reused from task to task. A zeroed one is ready. */
typedef struct engine_work {
    engine_list *lists;
    size_t room;
    engine_move *moves;
    size_t move_count, move_room;
} engine_work;
void engine_work_free(engine_work *w);

/* Works `count` lists (places in the model) of one replication through all days. sums: [report][period], added to atomically; NULL: not
 * wanted. The lists stay in w->lists for who wants the patients. False where memory ran out. */
bool engine_run(engine_work *w, const simulate_model *model, const int32_t *lists, size_t count, int64_t replication,
                engine_sums *sums);

/* The patients of a worked list. */
simulate_patient engine_patient(const engine_list *l, size_t i);

#endif
