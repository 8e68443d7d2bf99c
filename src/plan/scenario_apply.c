/* What a scenario makes of a base: a model with other referrals, slots, removals and choices. */
#include "plan/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COPY_REFERRALS = 0, COPY_SLOTS, COPY_ADMITTED, COPY_INDEPENDENT, COPIES };

typedef struct applying {
    const scenario *s;
    const scenario_base *base;
    const double *values; /* NULL: central */
    arena *memory;
    simulate_list *lists;
    double *copies; /* [list][COPIES][period] */
    bool *chosen;
    simulate_transfer *transfers;
    simulate_validation *validations;
    size_t transfer_count, validation_count, transfer_room, validation_room;
    int32_t together;
    scenario_effect effect;
    error *err;
} applying;

static status refuse(applying *a, int32_t line, const char *hint, const char *format, ...) PRINTF_LIKE(4, 5);

static status refuse(applying *a, int32_t line, const char *hint, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)error_set(a->err, STATUS_REFUSED, "%s", message);
    error_at(a->err, a->s->file, NULL, line, NULL);
    if (hint != NULL && hint[0] != 0)
        error_hint(a->err, "%s", hint);
    return STATUS_REFUSED;
}

static status no_memory(applying *a)
{
    return error_set(a->err, STATUS_MEMORY, "There is not enough memory to apply the scenario");
}

static double *copy_of(const applying *a, size_t list, int which)
{
    return a->copies + (list * COPIES + (size_t)which) * (size_t)a->base->model->periods;
}

static double value_of(const applying *a, const scenario_lever *l, int use)
{
    if (l->use[use] < 0)
        return NAN;
    return a->values != NULL ? a->values[l->use[use]] : a->s->assumptions[l->use[use]].central;
}

/* ---- the copy --------------------------------------------------------------------------------------- */

static const double *copy_make(applying *a, size_t list, int which, const double *from, bool always)
{
    double *to = copy_of(a, list, which);
    if (from == NULL)
        return always ? to : NULL; /* zeroed */
    memcpy(to, from, (size_t)a->base->model->periods * sizeof *to);
    return to;
}

static status base_copy(applying *a)
{
    const simulate_model *m = a->base->model;
    a->lists = arena_array(a->memory, m->list_count, sizeof *a->lists);
    a->copies = arena_array(a->memory, m->list_count * COPIES, (size_t)m->periods * sizeof *a->copies);
    a->chosen = arena_array(a->memory, m->list_count, sizeof *a->chosen);
    if (a->lists == NULL || a->copies == NULL || a->chosen == NULL)
        return no_memory(a);
    for (size_t i = 0; i < m->list_count; i++) {
        simulate_list *l = &a->lists[i];
        *l = m->lists[i];
        l->referrals = copy_make(a, i, COPY_REFERRALS, l->referrals, true);
        l->slots = copy_make(a, i, COPY_SLOTS, l->slots, true);
        l->admitted_slots = copy_make(a, i, COPY_ADMITTED, l->admitted_slots, false);
        l->independent_share = copy_make(a, i, COPY_INDEPENDENT, l->independent_share, true);
        a->together = l->together > a->together ? l->together : a->together;
    }
    return STATUS_OK;
}

/* ---- whom a lever is about -------------------------------------------------------------------------- */

static const char *place_name(const scenario_place *p, bool provider)
{
    return provider ? p->provider : p->treatment_function;
}

static bool names_hold(const char **names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

static status name_check(applying *a, int32_t line, const char *name, bool provider)
{
    const simulate_model *m = a->base->model;
    const char *nearest = NULL;
    unsigned least = 256;
    char hint[160] = "";
    for (size_t i = 0; i < m->list_count; i++) {
        const char *there = place_name(&a->base->places[i], provider);
        const unsigned away = text_distance(there, name);
        if (strcmp(there, name) == 0)
            return STATUS_OK;
        if (away < least) {
            least = away;
            nearest = there;
        }
    }
    if (nearest != NULL)
        (void)snprintf(hint, sizeof hint, "The nearest that they have is '%.100s'.", nearest);
    return refuse(a, line, hint, "The lists have no %s '%.80s'", provider ? "provider" : "treatment function", name);
}

static status lists_choose(applying *a, const scenario_lever *l)
{
    const simulate_model *m = a->base->model;
    status code = STATUS_OK;
    size_t count = 0;
    for (size_t i = 0; i < l->provider_count && code == STATUS_OK; i++)
        code = name_check(a, l->lists_line, l->providers[i], true);
    for (size_t i = 0; i < l->treatment_function_count && code == STATUS_OK; i++)
        code = name_check(a, l->lists_line, l->treatment_functions[i], false);
    if (code == STATUS_OK && l->to_provider[0] != 0)
        code = name_check(a, l->line, l->to_provider, true);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < m->list_count; i++) {
        const scenario_place *p = &a->base->places[i];
        a->chosen[i] = names_hold(l->providers, l->provider_count, p->provider) &&
                       names_hold(l->treatment_functions, l->treatment_function_count, p->treatment_function);
        count += a->chosen[i] ? 1 : 0;
    }
    if (count == 0)
        return refuse(a, l->lists_line, "Each provider named must have at least one of the treatment functions.",
                      "No list is of such a provider and such a treatment function");
    return STATUS_OK;
}

/* The periods of a lever: first..last of the model. */
static status months_choose(applying *a, const scenario_lever *l, int32_t *first, int32_t *last)
{
    const int32_t begin = a->base->first_month, end = begin + a->base->model->periods - 1;
    if ((l->first_month != INT32_MIN && l->first_month > end) ||
        (l->last_month != INT32_MAX && l->last_month < begin)) {
        char words[2][PERIOD_WORDS];
        period_words((period){.kind = PERIOD_MONTH, .first_month = begin, .months = 1}, words[0]);
        period_words((period){.kind = PERIOD_MONTH, .first_month = end, .months = 1}, words[1]);
        return refuse(a, l->line, NULL, "The lever '%s' is for months outside the simulation, which is from %s to %s",
                      lever_kind_name(l->kind), words[0], words[1]);
    }
    *first = l->first_month == INT32_MIN || l->first_month < begin ? 0 : l->first_month - begin;
    *last = l->last_month == INT32_MAX || l->last_month > end ? end - begin : l->last_month - begin;
    return STATUS_OK;
}

/* ---- the levers ------------------------------------------------------------------------------------- */

/* The slots of a list that a lever is about: one or two arrays. */
static int slots_of(const applying *a, size_t list, lever_stage stage, double **out)
{
    const bool two = a->lists[list].admitted_slots != NULL;
    int count = 0;
    if (!two || stage != LEVER_ADMITTED)
        out[count++] = copy_of(a, list, COPY_SLOTS);
    if (two && stage != LEVER_FIRST)
        out[count++] = copy_of(a, list, COPY_ADMITTED);
    return count;
}

static void cost_add(applying *a, double amount, double unit_cost)
{
    if (isnan(unit_cost))
        return;
    a->effect.cost += amount * unit_cost;
    a->effect.has_cost = true;
}

static void slots_multiply(applying *a, const scenario_lever *l, int32_t first, int32_t last, double factor,
                           double unit_cost)
{
    double added = 0;
    for (size_t i = 0; i < a->base->model->list_count; i++) {
        double *slots[2];
        const int count = a->chosen[i] ? slots_of(a, i, l->stage, slots) : 0;
        for (int k = 0; k < count; k++) {
            for (int32_t p = first; p <= last; p++) {
                added += slots[k][p] * (factor - 1);
                slots[k][p] *= factor;
            }
        }
    }
    cost_add(a, added, unit_cost);
}

static void sessions_add(applying *a, const scenario_lever *l, int32_t first, int32_t last)
{
    const double patients = value_of(a, l, 0) * value_of(a, l, 1);
    for (int32_t p = first; p <= last; p++) {
        double sum = 0, arrays = 0, *slots[2];
        for (int fill = 0; fill < 2; fill++) {
            for (size_t i = 0; i < a->base->model->list_count; i++) {
                const int count = a->chosen[i] ? slots_of(a, i, l->stage, slots) : 0;
                for (int k = 0; k < count; k++) {
                    if (fill == 0) {
                        sum += slots[k][p];
                        arrays++;
                    } else {
                        slots[k][p] += patients * (sum > 0 ? slots[k][p] / sum : 1 / arrays);
                    }
                }
            }
        }
    }
    cost_add(a, value_of(a, l, 0) * (last - first + 1), value_of(a, l, 2));
}

/* Every period from first on, to the end of the model: what has grown stays. */
static void demand_grow(applying *a, int32_t first, int32_t last, double share)
{
    for (size_t i = 0; i < a->base->model->list_count; i++) {
        double *referrals = copy_of(a, i, COPY_REFERRALS);
        for (int32_t p = first; p < a->base->model->periods && a->chosen[i]; p++)
            referrals[p] *= pow(1 + share, ((p < last ? p : last) - first + 1) / 12.0);
    }
}

static void referrals_multiply(applying *a, int32_t first, int32_t last, double factor)
{
    for (size_t i = 0; i < a->base->model->list_count; i++)
        for (int32_t p = first; p <= last && a->chosen[i]; p++)
            copy_of(a, i, COPY_REFERRALS)[p] *= factor;
}

static void choices_change(applying *a, const scenario_lever *l, int32_t first, int32_t last)
{
    const double share = value_of(a, l, 0), most = value_of(a, l, 1);
    double patients = 0;
    for (size_t i = 0; i < a->base->model->list_count; i++) {
        double *elsewhere = copy_of(a, i, COPY_INDEPENDENT);
        const double *referrals = copy_of(a, i, COPY_REFERRALS);
        for (int32_t p = first; p <= last && a->chosen[i]; p++) {
            double more = share;
            if (!isnan(most) && more * referrals[p] > most)
                more = most / referrals[p];
            if (elsewhere[p] + more > 1)
                more = 1 - elsewhere[p];
            elsewhere[p] += more;
            patients += more * referrals[p];
        }
    }
    cost_add(a, patients, value_of(a, l, 2));
}

static bool room_make(applying *a, void *items, size_t count, size_t *room, size_t size)
{
    void **at = items;
    if (count < *room)
        return true;
    const size_t more = *room < 64 ? 64 : *room * 2;
    if (more > SCENARIO_COPIES_MAXIMUM)
        return false;
    char *bigger = arena_array(a->memory, more, size);
    if (bigger == NULL)
        return false;
    if (count > 0)
        memcpy(bigger, *at, count * size);
    *at = bigger;
    *room = more;
    return true;
}

static status validations_add(applying *a, const scenario_lever *l, int32_t first, int32_t last)
{
    for (size_t i = 0; i < a->base->model->list_count; i++) {
        for (int32_t p = first; p <= last && a->chosen[i]; p++) {
            if (!room_make(a, &a->validations, a->validation_count, &a->validation_room, sizeof *a->validations))
                return no_memory(a);
            a->validations[a->validation_count++] =
                (simulate_validation){.list = (int32_t)i,
                                      .period = p,
                                      .minimum_weeks = (int32_t)lround(value_of(a, l, 1)),
                                      .share = value_of(a, l, 0)};
        }
    }
    return STATUS_OK;
}

static void together_join(applying *a, size_t one, size_t other)
{
    const int32_t keep = a->lists[one].together > 0 ? a->lists[one].together : ++a->together,
                  old = a->lists[other].together;
    a->lists[one].together = keep;
    for (size_t i = 0; i < a->base->model->list_count && old > 0; i++)
        if (a->lists[i].together == old)
            a->lists[i].together = keep;
    a->lists[other].together = keep;
}

static status transfers_add(applying *a, const scenario_lever *l, int32_t first, int32_t last)
{
    const scenario_place *places = a->base->places;
    size_t found = 0;
    for (size_t i = 0; i < a->base->model->list_count; i++) {
        if (!a->chosen[i] || strcmp(places[i].provider, l->to_provider) == 0)
            continue;
        for (size_t k = 0; k < a->base->model->list_count; k++) {
            if (strcmp(places[k].provider, l->to_provider) != 0 ||
                strcmp(places[k].treatment_function, places[i].treatment_function) != 0)
                continue;
            if (!room_make(a, &a->transfers, a->transfer_count, &a->transfer_room, sizeof *a->transfers))
                return no_memory(a);
            a->transfers[a->transfer_count++] =
                (simulate_transfer){.from = (int32_t)i,
                                    .to = (int32_t)k,
                                    .first_period = first,
                                    .last_period = last,
                                    .patients = value_of(a, l, 0),
                                    .accept_share = value_of(a, l, 1),
                                    .minimum_weeks = (int32_t)lround(value_of(a, l, 2))};
            together_join(a, i, k);
            cost_add(a, value_of(a, l, 0) * value_of(a, l, 1) * (last - first + 1), value_of(a, l, 3));
            found++;
            break;
        }
    }
    if (found == 0)
        return refuse(a, l->line, "Name a provider that has a list of the same treatment function.",
                      "Provider '%.80s' has no list that patients could be moved to", l->to_provider);
    return STATUS_OK;
}

static void non_attendance_change(applying *a, double factor)
{
    for (size_t i = 0; i < a->base->model->list_count; i++)
        if (a->chosen[i])
            a->lists[i].not_attended_share *= factor;
}

static status lever_pull(applying *a, const scenario_lever *l)
{
    int32_t first = 0, last = 0;
    status code = lists_choose(a, l);
    if (code == STATUS_OK)
        code = months_choose(a, l, &first, &last);
    if (code != STATUS_OK)
        return code;
    switch (l->kind) {
    case LEVER_DEMAND_GROWTH: demand_grow(a, first, last, value_of(a, l, 0)); break;
    case LEVER_DEMAND_CHANGE: referrals_multiply(a, first, last, 1 + value_of(a, l, 0)); break;
    case LEVER_EXTRA_SESSIONS: sessions_add(a, l, first, last); break;
    case LEVER_CAPACITY_CHANGE: slots_multiply(a, l, first, last, 1 + value_of(a, l, 0), value_of(a, l, 1)); break;
    case LEVER_COMMISSIONER_CUT:
        slots_multiply(a, l, first, last, 1 - value_of(a, l, 0) * value_of(a, l, 1), NAN);
        break;
    case LEVER_STRIKE: slots_multiply(a, l, first, last, 1 - value_of(a, l, 0), NAN); break;
    case LEVER_VALIDATION: return validations_add(a, l, first, last);
    case LEVER_INDEPENDENT_SECTOR: choices_change(a, l, first, last); break;
    case LEVER_MUTUAL_AID: return transfers_add(a, l, first, last);
    case LEVER_FOLLOW_UP_REDUCTION: {
        scenario_lever first_stage = *l;
        first_stage.stage = LEVER_FIRST;
        slots_multiply(a, &first_stage, first, last, 1 + value_of(a, l, 0) * value_of(a, l, 1) * value_of(a, l, 2),
                       NAN);
        break;
    }
    case LEVER_NON_ATTENDANCE: non_attendance_change(a, 1 + value_of(a, l, 0)); break;
    case LEVER_KINDS: break;
    }
    return STATUS_OK;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static int validation_compare(const void *x, const void *y)
{
    const simulate_validation *a = x, *b = y;
    if (a->list != b->list)
        return a->list < b->list ? -1 : 1;
    return a->period < b->period ? -1 : a->period > b->period;
}

static status moves_keep(applying *a)
{
    const simulate_model *m = a->base->model;
    for (size_t i = 0; i < m->transfer_count; i++) {
        if (!room_make(a, &a->transfers, a->transfer_count, &a->transfer_room, sizeof *a->transfers))
            return no_memory(a);
        a->transfers[a->transfer_count++] = m->transfers[i];
    }
    for (size_t i = 0; i < m->validation_count; i++) {
        if (!room_make(a, &a->validations, a->validation_count, &a->validation_room, sizeof *a->validations))
            return no_memory(a);
        a->validations[a->validation_count++] = m->validations[i];
    }
    return STATUS_OK;
}

static void effect_sum(applying *a)
{
    const simulate_model *m = a->base->model;
    for (size_t i = 0; i < m->list_count; i++) {
        for (int32_t p = 0; p < m->periods; p++) {
            const simulate_list *old = &m->lists[i];
            a->effect.extra_slots += copy_of(a, i, COPY_SLOTS)[p] - (old->slots == NULL ? 0 : old->slots[p]);
            a->effect.extra_slots +=
                old->admitted_slots == NULL ? 0 : copy_of(a, i, COPY_ADMITTED)[p] - old->admitted_slots[p];
            a->effect.extra_referrals +=
                copy_of(a, i, COPY_REFERRALS)[p] - (old->referrals == NULL ? 0 : old->referrals[p]);
        }
    }
}

status scenario_apply(const scenario *s, const scenario_base *base, const double *values, arena *memory,
                      simulate_model *out, scenario_effect *effect, error *err)
{
    applying a = {.s = s, .base = base, .values = values, .memory = memory, .err = err};
    status code = base_copy(&a);
    if (code == STATUS_OK)
        code = moves_keep(&a);
    for (size_t i = 0; i < s->lever_count && code == STATUS_OK; i++)
        code = lever_pull(&a, &s->levers[i]);
    if (code != STATUS_OK)
        return code;
    effect_sum(&a);
    if (a.validation_count > 0)
        qsort(a.validations, a.validation_count, sizeof *a.validations, validation_compare);
    *out = *base->model;
    out->lists = a.lists;
    out->transfers = a.transfers;
    out->transfer_count = a.transfer_count;
    out->validations = a.validations;
    out->validation_count = a.validation_count;
    if (effect != NULL)
        *effect = a.effect;
    return STATUS_OK;
}

status scenario_target_of(const scenario *s, size_t target, const scenario_base *base, simulate_target *out, error *err)
{
    const scenario_target *t = &s->targets[target];
    *out = (simulate_target){
        .measure = t->measure, .at_least = t->at_least, .level = t->level, .step = t->month - base->first_month};
    if (out->step >= 0 && out->step < base->model->periods)
        return STATUS_OK;
    status code =
        error_set(err, STATUS_REFUSED, "The target '%.80s' is due in a month outside the simulation", t->name);
    error_at(err, s->file, NULL, t->line, NULL);
    error_hint(err, "Simulate more months, or change 'by'.");
    return code;
}
