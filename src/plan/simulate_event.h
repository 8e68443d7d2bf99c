/*
 * simulate_event: one queue in continuous time, event by event, for what is quicker than a day: a clinic, a scanner, a theatre, an
 * emergency department's door. People arrive at random, c servers see them, who waits too long may leave.
 *
 * The daily simulator (simulate.h) is for lists of weeks and months; this is where waits are of hours, and what is held against queueing theory
 * in closed form: M/M/1, M/M/c (Erlang C), M/D/1 (Pollaczek and Khinchine), M/M/c+M (Erlang A), priorities (Cobham).
 * Units of time are the caller's: rates per hour give waits in hours.
 */
#ifndef CONCORD_PLAN_SIMULATE_EVENT_H
#define CONCORD_PLAN_SIMULATE_EVENT_H

#include "plan/simulate.h"

#define EVENT_SERVERS_MAXIMUM 100000
#define EVENT_PEOPLE_MAXIMUM  50000000

typedef enum service_kind { SERVICE_EXPONENTIAL = 0, SERVICE_FIXED, SERVICE_GAMMA } service_kind;

typedef struct event_queue {
    double arrival_rate; /* people per unit of time, Poisson */
    double service_mean; /* time with one server */
    service_kind service;
    double service_variation; /* SERVICE_GAMMA: coefficient of variation */
    int32_t servers;
    double leaving_rate;                      /* of somebody waiting, per unit of time, exponential; 0: nobody leaves */
    double priority_shares[SIMULATE_CLASSES]; /* most urgent first, nobody is interrupted; all 0: one priority */
    int64_t people;                           /* whose arrivals are simulated */
    int64_t warm_up;                          /* of them, the first that are not counted: the queue starts empty */
    double wait_asked;                        /* share_over is of waits longer than this */
    uint64_t seed;
    int64_t replication; /* the same seed and replication give the same answer */
} event_queue;

typedef struct event_answer {
    int64_t seen, left;                    /* people counted */
    double wait_mean;                      /* time in the queue, of all counted, those who left too */
    double wait_mean_of[SIMULATE_CLASSES]; /* by priority; NaN where there is none */
    double share_waiting;                  /* share that is not seen at once */
    double share_over;                     /* share that waits longer than wait_asked */
    double share_left;                     /* share that leaves unseen */
    double queue_mean;                     /* people in the queue, averaged over time after the warm-up */
    double busy_mean;                      /* servers at work, likewise */
} event_answer;

/* Without leaving, arrivals must be below what the servers can do: arrival_rate * service_mean < servers, else STATUS_REFUSED, since the
 * queue then has no mean. One thread; memory for `people`. */
MUST_USE status event_queue_run(const event_queue *q, event_answer *out, error *err);

#endif
