/* The lists of one replication, day by day. */
#include "plan/simulate_engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A patient's state: priority, stage, where, and how it ended. */
enum { STATE_PRIORITY = 3, STATE_ADMITTED = 4, STATE_ASIDE = 8, STATE_GONE = 16, STATE_OUTCOME_SHIFT = 5 };
enum { NOBODY = -1, NEVER = INT16_MAX };

#define FLOW(m) ((m)-SIMULATE_REFERRALS)

/* ---- memory ----------------------------------------------------------------------------------------- */

static bool array_grow(void *array, size_t room, size_t size)
{
    void **at = array;
    void *more = realloc(*at, room * size);
    if (more == NULL)
        return false;
    *at = more;
    return true;
}

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

static void list_free(engine_list *l)
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
}

void engine_work_free(engine_work *w)
{
    for (size_t i = 0; i < w->room; i++)
        list_free(&w->lists[i]);
    free(w->lists);
    free(w->moves);
    *w = (engine_work){0};
}

/* ---- queues ----------------------------------------------------------------------------------------- */

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

/* ---- people ----------------------------------------------------------------------------------------- */

static int32_t key_of(const engine_list *l, int32_t start, int32_t joined, uint8_t state)
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

static uint8_t priority_draw(engine_list *l)
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

/* The day on which somebody who waits since the end of `day` gives up; NEVER where that is beyond the horizon. */
static int32_t patience_draw(engine_list *l, draws *d, int32_t day)
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

static int32_t person_add(engine_list *l, int32_t start, int32_t joined, uint8_t state, int32_t due)
{
    if (l->people == l->room && !people_grow(l, l->people + 1)) {
        l->failed = true;
        return NOBODY;
    }
    const int32_t who = (int32_t)l->people++;
    l->start[who] = (int16_t)start;
    l->key[who] = (int16_t)key_of(l, start, joined, state);
    l->end[who] = NEVER;
    l->state[who] = state;
    if (due < l->horizon) {
        l->next_due[who] = l->due[due];
        l->due[due] = who;
    }
    l->by_start[start + ENGINE_PAST]++;
    l->waiting++;
    queue_put(l, who);
    return who;
}

/* Out of the queue already, or set aside. */
static inline void person_end(engine_list *l, int32_t who, int32_t day, patient_outcome outcome)
{
    l->state[who] = (uint8_t)(l->state[who] | STATE_GONE | (outcome << STATE_OUTCOME_SHIFT));
    l->end[who] = (int16_t)day;
    l->by_start[l->start[who] + ENGINE_PAST]--;
    l->waiting--;
}

static inline void person_remove(engine_list *l, int32_t who, int32_t day)
{
    if ((l->state[who] & STATE_ASIDE) == 0)
        queue_take(l, who);
    person_end(l, who, day, PATIENT_REMOVED);
    l->flows[FLOW(SIMULATE_REMOVED)]++;
}

simulate_patient engine_patient(const engine_list *l, size_t i)
{
    const uint8_t state = l->state[i];
    return (simulate_patient){.start = l->start[i],
                              .end = (state & STATE_GONE) != 0 ? l->end[i] : INT32_MAX,
                              .priority = state & STATE_PRIORITY,
                              .outcome = (uint8_t)(state >> STATE_OUTCOME_SHIFT)};
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

static bool list_begin(engine_list *l, const simulate_model *model, int32_t place, int64_t replication)
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
    if (spec->waiting_admitted != NULL && spec->admitted_slots != NULL)
        initial_weeks(l, spec->waiting_admitted, 1);
    if (spec->waiting != NULL)
        initial_weeks(l, spec->waiting, 0);
    for (size_t i = 0; i < spec->waiting_start_count && !l->failed; i++)
        initial_add(l, spec->waiting_starts[i], 0);
    return !l->failed;
}

/* ---- a day ------------------------------------------------------------------------------------------ */

static int weekday_of(date day)
{
    const int weekday = (int)((day + 3) % 7); /* 1970-01-01 was a Thursday */
    return weekday < 0 ? weekday + 7 : weekday;
}

/* The sum of the weights of a period's days; 0 where none of them counts, and then every day counts alike. */
static double period_weight(const simulate_model *m, const double *weekdays, int32_t first_day, int32_t days)
{
    double sum = 0;
    for (int32_t i = 0; i < days && weekdays != NULL; i++)
        sum += weekdays[weekday_of(m->start + first_day + i)];
    return sum;
}

static inline double day_share(const double *weekdays, double weight, int weekday, int32_t days)
{
    return weight > 0 ? weekdays[weekday] / weight : 1.0 / days;
}

static void validate(engine_list *l, const simulate_validation *v, int32_t day)
{
    draws *d = &l->draws[DRAWS_MOVES];
    for (size_t i = 0; i < l->people; i++)
        if ((l->state[i] & STATE_GONE) == 0 && day - l->start[i] >= 7 * v->minimum_weeks && draws_choice(d) < v->share)
            person_remove(l, (int32_t)i, day);
}

/* The first validation of a list, which stand in the order of their lists. */
static size_t validations_of(const simulate_model *m, int32_t place)
{
    size_t low = 0, high = m->validation_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (m->validations[middle].list < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void period_begin(engine_list *l, int32_t place, int32_t step, int32_t first_day)
{
    const simulate_model *m = l->model;
    const simulate_list *spec = l->spec;
    draws *d = &l->draws[DRAWS_LEVEL];
    l->referral_level =
        spec->referrals == NULL ? 0 : spec->referrals[step] * draws_gamma_factor(d, spec->referral_variation);
    const double slots = draws_gamma_factor(d, spec->slot_variation);
    l->slot_level[0] = spec->slots == NULL ? 0 : spec->slots[step] * slots;
    l->slot_level[1] = spec->admitted_slots == NULL ? 0 : spec->admitted_slots[step] * slots;
    l->referral_weight = period_weight(m, spec->weekday_shares, first_day, m->days[step]);
    l->slot_weight = period_weight(m, spec->slot_weekdays, first_day, m->days[step]);
    memset(l->flows, 0, sizeof l->flows);
    for (size_t i = validations_of(m, place); i < m->validation_count && m->validations[i].list == place; i++)
        if (m->validations[i].period == step)
            validate(l, &m->validations[i], first_day);
}

static void leavers(engine_list *l, int32_t day)
{
    for (int32_t who = l->due[day]; who != NOBODY; who = l->next_due[who])
        if ((l->state[who] & STATE_GONE) == 0)
            person_remove(l, who, day);
}

static void comers_back(engine_list *l, int32_t day)
{
    for (int32_t who = l->back[day], next; who != NOBODY; who = next) {
        next = l->next[who];
        if ((l->state[who] & STATE_GONE) != 0)
            continue;
        l->state[who] = (uint8_t)(l->state[who] & ~STATE_ASIDE);
        queue_put(l, who);
    }
}

static void set_aside(engine_list *l, int32_t who, int32_t day)
{
    const int32_t back = day + (l->spec->rebook_days > 0 ? l->spec->rebook_days : 14);
    queue_take(l, who);
    l->state[who] |= STATE_ASIDE;
    if (back < l->horizon) {
        l->next[who] = l->back[back];
        l->back[back] = who;
    }
}

/* True where the slot was of no use to the patient. */
static bool slot_fails(engine_list *l, int32_t who, int32_t day)
{
    const simulate_list *spec = l->spec;
    draws *d = &l->draws[DRAWS_SEEN];
    const double u = draws_choice(d);
    if (u >= spec->cancelled_share + spec->not_attended_share)
        return false;
    l->flows[FLOW(SIMULATE_SLOTS_FAILED)]++;
    if (u >= spec->cancelled_share && draws_choice(d) < spec->not_attended_discharged)
        person_remove(l, who, day);
    else
        set_aside(l, who, day);
    return true;
}

static void slots_fill(engine_list *l, int32_t day, int stage, int64_t slots)
{
    const simulate_list *spec = l->spec;
    const bool may_fail = spec->cancelled_share + spec->not_attended_share > 0;
    const bool goes_on = stage == 0 && spec->admitted_slots != NULL;
    l->flows[FLOW(SIMULATE_SLOTS)] += slots;
    for (; slots > 0; slots--) {
        const int32_t who = stage_first(l, stage);
        if (who == NOBODY) {
            l->flows[FLOW(SIMULATE_SLOTS_UNUSED)] += slots;
            return;
        }
        if (may_fail && slot_fails(l, who, day))
            continue;
        queue_take(l, who);
        if (goes_on && draws_choice(&l->draws[DRAWS_SEEN]) < spec->admitted_share) {
            l->state[who] |= STATE_ADMITTED;
            l->key[who] = (int16_t)key_of(l, l->start[who], day, l->state[who]);
            queue_put(l, who);
            continue;
        }
        person_end(l, who, day, PATIENT_TREATED);
        l->flows[FLOW(SIMULATE_TREATED)]++;
    }
}

static int64_t slots_of_day(engine_list *l, int stage, double share)
{
    const double expected = l->slot_level[stage] * share;
    if (l->spec->slots_poisson)
        return draws_poisson(&l->draws[DRAWS_SLOTS], expected);
    l->slot_carry[stage] += expected;
    const double whole = floor(l->slot_carry[stage] + 1e-9);
    l->slot_carry[stage] -= whole;
    return (int64_t)whole;
}

static void day_slots(engine_list *l, int32_t day, int weekday, int32_t days)
{
    const simulate_list *spec = l->spec;
    const double share = day_share(spec->slot_weekdays, l->slot_weight, weekday, days);
    leavers(l, day);
    comers_back(l, day);
    if (spec->admitted_slots != NULL)
        slots_fill(l, day, 1, slots_of_day(l, 1, share));
    slots_fill(l, day, 0, spec->slots_by_day != NULL ? spec->slots_by_day[day] : slots_of_day(l, 0, share));
}

static void day_referrals(engine_list *l, engine_list *lists, const int32_t *places, size_t count, int32_t step,
                          int32_t day, int weekday)
{
    const simulate_list *spec = l->spec;
    double expected =
        l->referral_level * day_share(spec->weekday_shares, l->referral_weight, weekday, l->model->days[step]);
    if (spec->referral_dispersion > 1 && expected > 0)
        expected *= draws_gamma_factor(&l->draws[DRAWS_REFERRALS], sqrt((spec->referral_dispersion - 1) / expected));
    const int64_t referrals = draws_poisson(&l->draws[DRAWS_REFERRALS], expected);
    const double elsewhere = spec->independent_share == NULL ? 0 : spec->independent_share[step];
    draws *d = &l->draws[DRAWS_PEOPLE];
    engine_list *other = NULL;
    for (size_t i = 0; i < count && elsewhere > 0 && spec->independent_list > 0; i++)
        if (places[i] == spec->independent_list - 1)
            other = &lists[i];
    l->flows[FLOW(SIMULATE_REFERRALS)] += referrals;
    for (int64_t i = 0; i < referrals && !l->failed; i++) {
        const bool leaves = elsewhere > 0 && draws_choice(d) < elsewhere;
        if (leaves && other == NULL) {
            l->flows[FLOW(SIMULATE_DIVERTED)]++;
            continue;
        }
        const uint8_t priority = priority_draw(l);
        engine_list *to = leaves ? other : l;
        if (leaves) {
            l->flows[FLOW(SIMULATE_MOVED_OUT)]++;
            to->flows[FLOW(SIMULATE_MOVED_IN)]++;
        }
        (void)person_add(to, day, day, priority, patience_draw(to, d, day));
    }
}

/* ---- moves between lists ---------------------------------------------------------------------------- */

/* Who is moved: of the last stage's least urgent, the first in the queue. */
static int32_t movable(engine_list *l, const simulate_transfer *t, int32_t day)
{
    const int stage = l->spec->admitted_slots != NULL ? 1 : 0;
    for (int i = l->spec->rule == BOOKING_PRIORITY ? l->priorities - 1 : 0; i >= 0; i--) {
        const int32_t who = queue_first(&l->queues[stage * SIMULATE_CLASSES + i]);
        if (who != NOBODY && day - l->start[who] >= 7 * t->minimum_weeks)
            return who;
    }
    return NOBODY;
}

static void person_move(engine_list *from, engine_list *to, int32_t who, int32_t day)
{
    uint8_t state = from->state[who] & (STATE_PRIORITY | STATE_ADMITTED);
    if (to->spec->admitted_slots == NULL)
        state = (uint8_t)(state & ~STATE_ADMITTED);
    if ((state & STATE_PRIORITY) >= to->priorities)
        state = (uint8_t)((state & STATE_ADMITTED) | (to->priorities - 1));
    queue_take(from, who);
    person_end(from, who, day, PATIENT_MOVED);
    from->flows[FLOW(SIMULATE_MOVED_OUT)]++;
    to->flows[FLOW(SIMULATE_MOVED_IN)]++;
    (void)person_add(to, from->start[who], day, state, patience_draw(to, &from->draws[DRAWS_MOVES], day));
}

static void day_moves(engine_work *w, int32_t step, int32_t days, int32_t day)
{
    for (size_t i = 0; i < w->move_count; i++) {
        engine_move *move = &w->moves[i];
        const simulate_transfer *t = move->transfer;
        engine_list *from = &w->lists[move->from], *to = &w->lists[move->to];
        if (step < t->first_period || step > t->last_period)
            continue;
        move->carry += t->patients / days;
        for (; move->carry >= 1 && !to->failed; move->carry--) {
            if (draws_choice(&from->draws[DRAWS_MOVES]) >= t->accept_share)
                continue;
            const int32_t who = movable(from, t, day);
            if (who != NOBODY)
                person_move(from, to, who, day);
        }
    }
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static void period_end(const engine_list *l, int32_t step, int32_t last_day, engine_sums *sums)
{
    engine_sums *s = &sums[(int64_t)l->spec->report * l->model->periods + step];
    int64_t weeks[SIMULATE_WEEKS] = {0};
    for (int32_t start = -ENGINE_PAST; start <= last_day; start++) {
        const int32_t week = (last_day - start) / 7;
        weeks[week < SIMULATE_WEEKS ? week : SIMULATE_WEEKS - 1] += l->by_start[start + ENGINE_PAST];
    }
    for (int i = 0; i < SIMULATE_WEEKS; i++)
        if (weeks[i] != 0)
            (void)__atomic_fetch_add(&s->weeks[i], weeks[i], __ATOMIC_RELAXED);
    for (int i = 0; i < ENGINE_FLOWS; i++)
        if (l->flows[i] != 0)
            (void)__atomic_fetch_add(&s->flows[i], l->flows[i], __ATOMIC_RELAXED);
}

static bool work_room(engine_work *w, size_t count)
{
    if (count > w->room) {
        if (!array_grow(&w->lists, count, sizeof *w->lists))
            return false;
        memset(w->lists + w->room, 0, (count - w->room) * sizeof *w->lists);
        w->room = count;
    }
    return true;
}

/* The transfers within the group, with the places of their lists in it. */
static bool moves_find(engine_work *w, const simulate_model *m, const int32_t *places, size_t count)
{
    w->move_count = 0;
    for (size_t i = 0; i < m->transfer_count && count > 1; i++) {
        engine_move move = {.transfer = &m->transfers[i]};
        bool has_from = false, has_to = false;
        for (size_t k = 0; k < count; k++) {
            if (places[k] == m->transfers[i].from) {
                move.from = k;
                has_from = true;
            }
            if (places[k] == m->transfers[i].to) {
                move.to = k;
                has_to = true;
            }
        }
        if (!has_from || !has_to)
            continue;
        if (w->move_count == w->move_room) {
            const size_t room = w->move_room < 16 ? 16 : w->move_room * 2;
            if (!array_grow(&w->moves, room, sizeof *w->moves))
                return false;
            w->move_room = room;
        }
        w->moves[w->move_count++] = move;
    }
    return true;
}

bool engine_run(engine_work *w, const simulate_model *model, const int32_t *places, size_t count, int64_t replication,
                engine_sums *sums)
{
    if (!work_room(w, count) || !moves_find(w, model, places, count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!list_begin(&w->lists[i], model, places[i], replication))
            return false;
    int32_t day = 0;
    for (int32_t step = 0; step < model->periods; step++) {
        for (size_t i = 0; i < count; i++)
            period_begin(&w->lists[i], places[i], step, day);
        for (int32_t last = day + model->days[step]; day < last; day++) {
            const int weekday = weekday_of(model->start + day);
            for (size_t i = 0; i < count; i++)
                day_slots(&w->lists[i], day, weekday, model->days[step]);
            for (size_t i = 0; i < count; i++)
                day_referrals(&w->lists[i], w->lists, places, count, step, day, weekday);
            if (count > 1)
                day_moves(w, step, model->days[step], day);
        }
        for (size_t i = 0; i < count; i++) {
            if (w->lists[i].failed)
                return false;
            if (sums != NULL)
                period_end(&w->lists[i], step, day - 1, sums);
        }
    }
    return true;
}
