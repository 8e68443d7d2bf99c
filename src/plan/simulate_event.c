/* One queue in continuous time, event by event. */
#include "plan/simulate_event.h"

#include "plan/simulate_random.h"

#include <math.h>
#include <stdlib.h>

enum { NOBODY = -1 };

/* Somebody's service ends, or somebody who may still be waiting leaves. */
typedef struct event {
    double when;
    int64_t who;
    bool leaves;
} event;

typedef struct event_person {
    double came;
    int64_t next, previous;
    uint8_t priority;
    bool waiting;
} event_person;

typedef struct event_run {
    const event_queue *q;
    draws arrivals, services, patience;
    event *heap;
    size_t heap_count, heap_room;
    event_person *people;
    int64_t head[SIMULATE_CLASSES], tail[SIMULATE_CLASSES];
    int64_t waiting, busy;
    double now, counted_since, queue_time, busy_time, wait_sum, wait_of[SIMULATE_CLASSES];
    int64_t counted, counted_of[SIMULATE_CLASSES], waited, over, left;
} event_run;

/* ---- the heap of what comes next -------------------------------------------------------------------- */

static bool heap_put(event_run *r, event e)
{
    if (r->heap_count == r->heap_room) {
        const size_t room = r->heap_room < 64 ? 64 : r->heap_room * 2;
        event *more = realloc(r->heap, room * sizeof *more);
        if (more == NULL)
            return false;
        r->heap = more;
        r->heap_room = room;
    }
    size_t at = r->heap_count++;
    for (size_t up = (at - 1) / 2; at > 0 && r->heap[up].when > e.when; at = up, up = (at - 1) / 2)
        r->heap[at] = r->heap[up];
    r->heap[at] = e;
    return true;
}

static event heap_take(event_run *r)
{
    const event first = r->heap[0], last = r->heap[--r->heap_count];
    size_t at = 0;
    for (size_t down = 1; down < r->heap_count; down = 2 * at + 1) {
        if (down + 1 < r->heap_count && r->heap[down + 1].when < r->heap[down].when)
            down++;
        if (r->heap[down].when >= last.when)
            break;
        r->heap[at] = r->heap[down];
        at = down;
    }
    r->heap[at] = last;
    return first;
}

/* ---- people ----------------------------------------------------------------------------------------- */

static void waiting_take(event_run *r, int64_t who)
{
    event_person *p = &r->people[who];
    if (p->previous == NOBODY)
        r->head[p->priority] = p->next;
    else
        r->people[p->previous].next = p->next;
    if (p->next == NOBODY)
        r->tail[p->priority] = p->previous;
    else
        r->people[p->next].previous = p->previous;
    p->waiting = false;
    r->waiting--;
}

static void wait_count(event_run *r, int64_t who, bool at_once)
{
    const event_person *p = &r->people[who];
    const double wait = at_once ? 0 : r->now - p->came;
    if (who < r->q->warm_up)
        return;
    r->counted++;
    r->counted_of[p->priority]++;
    r->wait_sum += wait;
    r->wait_of[p->priority] += wait;
    r->waited += !at_once;
    r->over += wait > r->q->wait_asked;
}

static bool service_begin(event_run *r, int64_t who)
{
    double length = r->q->service_mean;
    if (r->q->service == SERVICE_EXPONENTIAL)
        length *= draws_exponential(&r->services);
    else if (r->q->service == SERVICE_GAMMA)
        length *= draws_gamma_factor(&r->services, r->q->service_variation);
    r->busy++;
    return heap_put(r, (event){.when = r->now + length, .who = who});
}

static bool arrive(event_run *r, int64_t who)
{
    event_person *p = &r->people[who];
    double u = draws_choice(&r->arrivals);
    *p = (event_person){.came = r->now, .next = NOBODY, .previous = NOBODY};
    while (p->priority + 1 < SIMULATE_CLASSES && u >= r->q->priority_shares[p->priority] &&
           r->q->priority_shares[p->priority + 1] > 0)
        u -= r->q->priority_shares[p->priority++];
    if (r->busy < r->q->servers) {
        wait_count(r, who, true);
        return service_begin(r, who);
    }
    p->waiting = true;
    p->previous = r->tail[p->priority];
    if (p->previous == NOBODY)
        r->head[p->priority] = who;
    else
        r->people[p->previous].next = who;
    r->tail[p->priority] = who;
    r->waiting++;
    if (!(r->q->leaving_rate > 0))
        return true;
    const double leaves = r->now + draws_exponential(&r->patience) / r->q->leaving_rate;
    return heap_put(r, (event){.when = leaves, .who = who, .leaves = true});
}

static bool event_happens(event_run *r, event e)
{
    if (e.leaves) {
        if (r->people[e.who].waiting) {
            waiting_take(r, e.who);
            r->left += e.who >= r->q->warm_up;
            wait_count(r, e.who, false);
        }
        return true;
    }
    r->busy--;
    for (int i = 0; i < SIMULATE_CLASSES; i++) {
        const int64_t who = r->head[i];
        if (who == NOBODY)
            continue;
        waiting_take(r, who);
        wait_count(r, who, false);
        return service_begin(r, who);
    }
    return true;
}

/* Time passes: what the queue and the servers were until now is added up. */
static void time_pass(event_run *r, double until, bool counts)
{
    if (counts) {
        r->queue_time += (double)r->waiting * (until - r->now);
        r->busy_time += (double)r->busy * (until - r->now);
    }
    r->now = until;
}

static status queue_check(const event_queue *q, error *err)
{
    double shares = 0;
    for (int i = 0; i < SIMULATE_CLASSES; i++) {
        if (!(q->priority_shares[i] >= 0))
            return error_set(err, STATUS_REFUSED, "A priority's share cannot be negative");
        shares += q->priority_shares[i];
    }
    if (shares != 0 && fabs(shares - 1) > 1e-6)
        return error_set(err, STATUS_REFUSED, "The priorities' shares must add up to 1");
    if (!(q->arrival_rate > 0) || !(q->service_mean > 0) || !isfinite(q->arrival_rate) || !isfinite(q->service_mean))
        return error_set(err, STATUS_REFUSED, "Arrivals and the time with a server must be above 0");
    if (q->servers < 1 || q->servers > EVENT_SERVERS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "There must be from 1 to %d servers", EVENT_SERVERS_MAXIMUM);
    if (!(q->leaving_rate >= 0) || !(q->service_variation >= 0) || q->service_variation > 100 || !(q->wait_asked >= 0))
        return error_set(err, STATUS_REFUSED, "Leaving, variation and the wait asked for cannot be negative");
    if (q->people < 1 || q->people > EVENT_PEOPLE_MAXIMUM || q->warm_up < 0 || q->warm_up >= q->people)
        return error_set(err, STATUS_REFUSED, "Simulate from 1 to %d people, more than the warm-up",
                         EVENT_PEOPLE_MAXIMUM);
    if (!(q->leaving_rate > 0) && !(q->arrival_rate * q->service_mean < q->servers)) {
        status code = error_set(err, STATUS_REFUSED,
                                "%g servers' worth of people arrive and there are %d: the queue grows for ever",
                                q->arrival_rate * q->service_mean, (int)q->servers);
        error_hint(err, "Give more servers than arrivals x time with a server, or let people leave.");
        return code;
    }
    return STATUS_OK;
}

static void answer_make(const event_run *r, event_answer *out)
{
    const double n = (double)r->counted, time = r->now - r->counted_since;
    *out = (event_answer){.seen = r->counted - r->left,
                          .left = r->left,
                          .wait_mean = r->wait_sum / n,
                          .share_waiting = (double)r->waited / n,
                          .share_over = (double)r->over / n,
                          .share_left = (double)r->left / n,
                          .queue_mean = r->queue_time / time,
                          .busy_mean = r->busy_time / time};
    for (int i = 0; i < SIMULATE_CLASSES; i++)
        out->wait_mean_of[i] = r->counted_of[i] > 0 ? r->wait_of[i] / (double)r->counted_of[i] : NAN;
}

status event_queue_run(const event_queue *q, event_answer *out, error *err)
{
    *out = (event_answer){0};
    status code = queue_check(q, err);
    if (code != STATUS_OK)
        return code;
    const uint64_t stream = (uint64_t)q->replication << 8;
    event_run r = {.q = q,
                   .arrivals = draws_begin(q->seed, stream),
                   .services = draws_begin(q->seed, stream + 1),
                   .patience = draws_begin(q->seed, stream + 2),
                   .head = {NOBODY, NOBODY, NOBODY, NOBODY},
                   .tail = {NOBODY, NOBODY, NOBODY, NOBODY}};
    r.people = calloc((size_t)q->people, sizeof *r.people);
    bool good = r.people != NULL;
    double next = draws_exponential(&r.arrivals) / q->arrival_rate, stop = 0;
    for (int64_t came = 0; good && (came < q->people || r.waiting > 0);) {
        if (came < q->people && (r.heap_count == 0 || next <= r.heap[0].when)) {
            time_pass(&r, next, came > q->warm_up);
            if (came == q->warm_up)
                r.counted_since = r.now;
            good = arrive(&r, came++);
            next = r.now + draws_exponential(&r.arrivals) / q->arrival_rate;
            stop = r.now;
            continue;
        }
        const event e = heap_take(&r);
        /* After the last arrival the queue only empties, which is not what it looks like on average. */
        time_pass(&r, e.when, came > q->warm_up && came < q->people);
        good = event_happens(&r, e);
    }
    if (good) {
        r.now = stop;
        answer_make(&r, out);
    }
    free(r.people);
    free(r.heap);
    return good ? STATUS_OK : error_set(err, STATUS_MEMORY, "There is not enough memory for the queue");
}
