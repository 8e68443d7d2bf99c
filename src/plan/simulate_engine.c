/* The lists of one replication, day by day. */
#include "plan/simulate_bands.h"

#include <math.h>
#include <string.h>

void engine_work_free(engine_work *w)
{
    for (size_t i = 0; i < w->room; i++)
        engine_list_free(&w->lists[i]);
    free(w->lists);
    free(w->moves);
    *w = (engine_work){0};
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

static void list_validate(engine_list *l, const simulate_validation *v, int32_t day)
{
    validate(l, v, day);
    bands_validated(l, v);
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
            list_validate(l, &m->validations[i], first_day);
    bands_begin(l, step, first_day);
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
        const int32_t who = spec->rule == BOOKING_AS_PUBLISHED ? bands_next(l, day) : stage_first(l, stage);
        if (who == NOBODY) {
            l->flows[FLOW(SIMULATE_SLOTS_UNUSED)] += slots;
            return;
        }
        if (may_fail && slot_fails(l, who, day))
            continue;
        queue_take(l, who);
        if (goes_on && draws_choice(&l->draws[DRAWS_SEEN]) < spec->admitted_share) {
            l->state[who] |= STATE_ADMITTED;
            l->key[who] = (int16_t)person_key(l, l->start[who], day, l->state[who]);
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
        const int32_t who = person_add(to, day, day, priority, patience_draw(to, d, day));
        bands_arrive(to, who, day);
    }
    bands_join(l, day);
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
    const int32_t there =
        person_add(to, from->start[who], day, state, patience_draw(to, &from->draws[DRAWS_MOVES], day));
    bands_arrive(to, there, day);
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
        if (!engine_list_begin(&w->lists[i], model, places[i], replication))
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
