/* People by band of waiting: who leaves, who joins without a referral, and who is next where booking is as published. */
#include "plan/simulate_bands.h"

#include "plan/flow.h"

#include <math.h>
#include <string.h>

/* Bands drawn for a slot before it counts as spare: a band of few may be empty by then. */
enum { BANDS_TRIED = 4 };
/* Less is rounding of a list in balance. */
#define SPARE_LEAST 1e-6
/* Draws of who leaves are of a person and a period, so that scenarios have the same luck; the blocks of other draws are 0. */
enum { LEAVING_BLOCK = 1 };

bool bands_room(engine_list *l, size_t days)
{
    return l->spec->bands == NULL || array_grow(&l->cohort, days, sizeof *l->cohort);
}

/* Clock starts of the model's period p are cohort p; those before it are in cohorts of a band each, -1 the last of them. */
void bands_prepare(engine_list *l)
{
    const simulate_bands *b = l->spec->bands;
    const simulate_model *m = l->model;
    if (b == NULL)
        return;
    for (int32_t s = -ENGINE_PAST; s < 0; s++)
        l->cohort[s + ENGINE_PAST] = (int16_t)(-1 - (int32_t)floor((-s - 0.5) / b->days));
    int32_t day = 0;
    for (int32_t p = 0; p < m->periods; p++)
        for (int32_t i = 0; i < m->days[p]; i++)
            l->cohort[day++ + ENGINE_PAST] = (int16_t)p;
    l->step = 0;
    l->has_luck = false;
    memset(l->band_people, 0, sizeof l->band_people);
    memset(l->expected, 0, sizeof l->expected);
}

/* ---- who leaves ------------------------------------------------------------------------------------- */

/* Of a person and a period: eight people have one block of numbers, and mostly come one after the other. */
static double leaving_luck(engine_list *l, int32_t who)
{
    enum { HALVES = 2 * RANDOM_BLOCK };
    const draws *d = &l->draws[DRAWS_LEAVING];
    const uint64_t index = (uint64_t)(who / HALVES) << 16 | (uint64_t)l->step;
    if (!l->has_luck || l->luck_index != index) {
        random_bits(d->seed, d->stream, index, LEAVING_BLOCK, l->luck);
        l->luck_index = index;
        l->has_luck = true;
    }
    const int at = who % HALVES;
    return ((double)(uint32_t)(l->luck[at / 2] >> (at % 2 * 32)) + 0.5) * 0x1p-32;
}

/* Within `days` from `from` on. */
static void leave_draw(engine_list *l, int32_t who, double rate, int32_t from, int32_t days)
{
    const double u = leaving_luck(l, who);
    if (u >= rate)
        return;
    int32_t day = from + (int32_t)(u / rate * days);
    if (day >= from + days)
        day = from + days - 1;
    l->state[who] |= STATE_LEAVING;
    l->next_due[who] = l->due[day];
    l->due[day] = who;
}

void bands_arrive(engine_list *l, int32_t who, int32_t day)
{
    const simulate_bands *b = l->spec->bands;
    const int32_t left = l->band_to[0] - 1 - day, days = l->model->days[l->step];
    if (b == NULL || who == NOBODY || left < 1)
        return;
    const int band = band_of(l, l->start[who]);
    /* Who comes in the course of a period could leave in what is left of it; of those who are referred in it, as many as the rate says. */
    const double rate = band == 0 ? b->removal[0] * days / (days - 1) : b->removal[band] * left / days;
    leave_draw(l, who, fmin(1, rate), day + 1, left);
}

/* ---- a period --------------------------------------------------------------------------------------- */

static void edges_find(engine_list *l, int32_t first_day)
{
    const int count = l->spec->bands->count;
    l->band_from[0] = first_day;
    l->band_to[0] = first_day + l->model->days[l->step];
    for (int i = 1; i < count; i++)
        l->band_from[i] = l->band_to[i] = -ENGINE_PAST;
    memset(l->band_people, 0, sizeof l->band_people);
    int32_t above = first_day;
    for (int32_t s = first_day - 1; s >= -ENGINE_PAST; s--) {
        const int i = band_of(l, s);
        if (s + 1 == first_day || band_of(l, s + 1) != i)
            l->band_to[i] = above;
        l->band_from[i] = above = s;
        l->band_people[i] += l->by_start[s + ENGINE_PAST];
    }
}

/* Who is in each band before anybody leaves or is treated. */
static void there_find(const engine_list *l, double referrals, double *there)
{
    const simulate_list *spec = l->spec;
    for (int i = 1; i < spec->bands->count; i++)
        there[i] = (double)l->band_people[i];
    there[0] = referrals * (1 - (spec->independent_share == NULL ? 0 : spec->independent_share[l->step]));
}

static double slots_expected(const engine_list *l, int32_t first_day)
{
    const simulate_list *spec = l->spec;
    double slots = spec->slots == NULL ? 0 : spec->slots[l->step];
    for (int32_t i = 0; i < l->model->days[l->step] && spec->slots_by_day != NULL; i++)
        slots += spec->slots_by_day[first_day + i];
    return slots;
}

static flow_model flow_of(const simulate_bands *b)
{
    return (flow_model){.bands = (size_t)b->count,
                        .treatment_rate = b->treatment,
                        .removal_rate = b->removal,
                        .surplus = FLOW_SURPLUS_LONGEST_FIRST,
                        .rates_hold = true,
                        .joining = b->joining,
                        .gained = b->gained};
}

/* What is expected of the list, one period on. Whether slots are spare, and how many join, is told by it and not by what chance made of
 * the list: a month with few people by luck would else have spare slots for the longest waiters, and one with many would not take them back. */
static void expected_step(engine_list *l, double slots, const double *there)
{
    const simulate_bands *b = l->spec->bands;
    const flow_model model = flow_of(b);
    double after[SIMULATE_BANDS_MAXIMUM];
    const flow_course course = {1, l->expected, there, &slots};
    flow_project(&model, &course, after, NULL, NULL, NULL);
    memcpy(l->expected, after, (size_t)b->count * sizeof *after);
}

void bands_validated(engine_list *l, const simulate_validation *v)
{
    const simulate_bands *b = l->spec->bands;
    for (int i = 0; b != NULL && i < b->count; i++) {
        const double beyond = (b->days * (i + 1) - 7 * v->minimum_weeks) / b->days;
        l->expected[i] *= 1 - v->share * fmax(0, fmin(1, i + 1 == b->count && beyond > 0 ? 1 : beyond));
    }
}

void bands_begin(engine_list *l, int32_t step, int32_t first_day)
{
    const simulate_bands *b = l->spec->bands;
    if (b == NULL)
        return;
    const flow_model model = flow_of(b);
    double there[SIMULATE_BANDS_MAXIMUM], expected[SIMULATE_BANDS_MAXIMUM], removed = 0, asked = 0, joining = 0,
                                                                            booked = 0;
    l->step = step;
    edges_find(l, first_day);
    there_find(l, l->referral_level, there);
    /* Lists that exchange patients have no course of their own to be expected. */
    const bool alone = l->spec->together <= 0;
    for (int i = 0; i < b->count && step == 0; i++)
        l->expected[i] = i + 1 < b->count ? (double)l->band_people[i + 1] : 0;
    memcpy(expected, there, (size_t)b->count * sizeof *there);
    if (alone) {
        there_find(l, l->spec->referrals == NULL ? 0 : l->spec->referrals[step], expected);
        for (int i = 1; i < b->count; i++)
            expected[i] = l->expected[i - 1];
        expected[b->count - 1] += l->expected[b->count - 1];
    }
    for (int i = 0; i < b->count; i++)
        removed += expected[i] * b->removal[i];
    const double share = flow_joining_share(&model, removed), slots = slots_expected(l, first_day);
    for (int i = 0; i < b->count; i++) {
        asked += b->treatment[i] * (expected[i] + b->joining[i] * share);
        l->joined_to[i] = joining += b->joining[i] * share;
        l->booked_to[i] = booked += b->treatment[i] * (there[i] + b->joining[i] * share);
    }
    l->joining_day = joining / l->model->days[step];
    l->spare = slots > asked ? 1 - asked / slots : 0;
    if (alone)
        expected_step(l, slots, expected);
    for (size_t i = 0; i < l->people; i++)
        if ((l->state[i] & STATE_GONE) == 0 && b->removal[band_of(l, l->start[i])] > 0)
            leave_draw(l, (int32_t)i, b->removal[band_of(l, l->start[i])], first_day, l->model->days[step]);
}

/* ---- who is next ------------------------------------------------------------------------------------ */

/* The first who stays of those whose clocks started on a day. */
static inline int32_t staying(const engine_list *l, const engine_queue *q, int32_t start)
{
    int32_t who = q->head[start + ENGINE_PAST];
    while (who != NOBODY && (l->state[who] & STATE_LEAVING) != 0)
        who = l->next[who];
    return who;
}

static int32_t longest(engine_list *l, int32_t day)
{
    engine_queue *q = &l->queues[0];
    const int32_t first = queue_first(q);
    if (first == NOBODY)
        return NOBODY;
    for (int32_t s = q->low - ENGINE_PAST; s <= day; s++) {
        const int32_t who = staying(l, q, s);
        if (who != NOBODY)
            return who;
    }
    return first; /* nobody is left but those who would leave */
}

static inline int one_of(const double *upto, int count, double u)
{
    const double at = u * upto[count - 1];
    int i = 0;
    while (i + 1 < count && at >= upto[i])
        i++;
    return i;
}

/* The clock start of one of a band's people, everybody alike; as far as `to`. */
static int32_t start_draw(const engine_list *l, int band, int32_t to, double u)
{
    int64_t left = (int64_t)(u * (double)l->band_people[band]);
    int32_t s = l->band_from[band];
    for (; s + 1 < to; s++) {
        left -= l->by_start[s + ENGINE_PAST];
        if (left < 0)
            break;
    }
    return s;
}

static int32_t one_of_band(const engine_list *l, int band, int32_t day, double u)
{
    const int32_t from = l->band_from[band], to = l->band_to[band] < day ? l->band_to[band] : day;
    if (l->band_people[band] == 0 || to <= from)
        return NOBODY;
    const int32_t first = start_draw(l, band, to, u);
    for (int32_t s = first, k = from; k < to; k++) {
        const int32_t who = staying(l, &l->queues[0], s);
        if (who != NOBODY)
            return who;
        if (++s == to)
            s = from;
    }
    return NOBODY;
}

int32_t bands_next(engine_list *l, int32_t day)
{
    const int count = l->spec->bands->count;
    draws *d = &l->draws[DRAWS_BOOKING];
    if (l->queues[0].count == 0)
        return NOBODY;
    const bool spare = draws_choice(d) < l->spare;
    for (int tries = 0; !spare && tries < BANDS_TRIED && l->booked_to[count - 1] > 0; tries++) {
        const int band = one_of(l->booked_to, count, draws_choice(d));
        const int32_t who = one_of_band(l, band, day, draws_choice(d));
        if (who != NOBODY)
            return who;
        /* Where spare slots have emptied it and all longer waits, the rates' own slots go on from there. */
        const int32_t first = l->spare > SPARE_LEAST ? longest(l, day) : NOBODY;
        if (first != NOBODY && band_of(l, l->start[first]) < band)
            return first;
    }
    return longest(l, day);
}

/* ---- who joins -------------------------------------------------------------------------------------- */

void bands_join(engine_list *l, int32_t day)
{
    draws *d = &l->draws[DRAWS_LEAVING];
    if (l->spec->bands == NULL || !(l->joining_day > 0))
        return;
    for (int64_t left = draws_poisson(d, l->joining_day); left > 0 && !l->failed; left--) {
        const int band = one_of(l->joined_to, l->spec->bands->count, draws_choice(d));
        const int32_t from = l->band_from[band], to = l->band_to[band] < day + 1 ? l->band_to[band] : day + 1;
        const double u = draws_choice(d);
        int32_t start = from + (int32_t)(u * (to - from));
        if (l->band_people[band] > 0)
            start = start_draw(l, band, to, u);
        (void)person_add(l, start, day, priority_draw(l), NEVER);
        l->flows[FLOW(SIMULATE_JOINED)]++;
    }
}
