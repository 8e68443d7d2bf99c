/* What a model must be before anything is drawn: every complaint names the list and the period. */
#include "plan/simulate_engine.h"

#include <math.h>

#define PER_PERIOD_MAXIMUM 1e7 /* referrals or slots of one list: more than all of England has in a month */

typedef struct checking {
    const simulate_model *model;
    const simulate_list *list;
    size_t place;
    error *err;
} checking;

static status complain(const checking *c, const char *what, int32_t step, const char *rule)
{
    char when[48] = "";
    if (step >= 0)
        (void)snprintf(when, sizeof when, " in period %d", (int)step + 1);
    if (c->list->name != NULL && c->list->name[0] != 0)
        return error_set(c->err, STATUS_REFUSED, "%s of %.120s%s %s", what, c->list->name, when, rule);
    return error_set(c->err, STATUS_REFUSED, "%s of list %zu%s %s", what, c->place + 1, when, rule);
}

static bool within(double value, double low, double high)
{
    return value >= low && value <= high; /* false for NaN */
}

static status check_periods(const checking *c, const char *what, const double *values, double high, const char *rule)
{
    for (int32_t p = 0; p < c->model->periods && values != NULL; p++)
        if (!within(values[p], 0, high))
            return complain(c, what, p, rule);
    return STATUS_OK;
}

static status check_weekdays(const checking *c, const char *what, const double *weights)
{
    double sum = 0;
    for (int i = 0; i < 7 && weights != NULL; i++) {
        if (!within(weights[i], 0, 1e6))
            return complain(c, what, -1, "must be seven weights, Monday to Sunday, none negative");
        sum += weights[i];
    }
    return weights == NULL || sum > 0 ? STATUS_OK : complain(c, what, -1, "are all 0");
}

static status check_waiting(const checking *c, const char *what, const int32_t *weeks)
{
    int64_t sum = 0;
    for (int i = 0; i < SIMULATE_WEEKS && weeks != NULL; i++) {
        if (weeks[i] < 0)
            return complain(c, what, -1, "is negative in a week");
        sum += weeks[i];
    }
    return sum <= SIMULATE_PEOPLE_MAXIMUM / 2 ? STATUS_OK : complain(c, what, -1, "is more than fifty million");
}

static status check_shares(const checking *c)
{
    const simulate_list *l = c->list;
    double sum = 0;
    bool any = false;
    for (int i = 0; i < SIMULATE_CLASSES; i++) {
        if (!within(l->priority_shares[i], 0, 1))
            return complain(c, "A priority's share", -1, "must be from 0 to 1");
        if (l->target_days[i] < 0 || l->target_days[i] > SIMULATE_TARGET_DAYS_MOST)
            return complain(c, "A priority's target", -1, "must be from 0 to 730 days");
        sum += l->priority_shares[i];
        any = any || l->priority_shares[i] > 0;
    }
    if (any && fabs(sum - 1) > 1e-6)
        return complain(c, "The priorities' shares", -1, "must add up to 1");
    if (!within(l->cancelled_share, 0, 1) || !within(l->not_attended_share, 0, 1) ||
        !within(l->cancelled_share + l->not_attended_share, 0, 1))
        return complain(c, "The shares cancelled and not attended", -1, "must be from 0 to 1, together too");
    if (!within(l->not_attended_discharged, 0, 1) || !within(l->admitted_share, 0, 1))
        return complain(c, "The share discharged or admitted", -1, "must be from 0 to 1");
    if (!within(l->referral_variation, 0, 5) || !within(l->slot_variation, 0, 5))
        return complain(c, "The variation", -1, "must be a coefficient from 0 to 5");
    if (!within(l->referral_dispersion, 0, 1000))
        return complain(c, "The dispersion of referrals", -1, "must be from 0 to 1000");
    if (l->rebook_days < 0 || l->rebook_days > SIMULATE_DAYS_MAXIMUM)
        return complain(c, "The days until rebooking", -1, "must be from 0 to 7320");
    return STATUS_OK;
}

static status check_bands(const checking *c)
{
    const simulate_list *l = c->list;
    const simulate_bands *b = l->bands;
    if (l->rule == BOOKING_AS_PUBLISHED && b == NULL)
        return complain(c, "Booking as published", -1, "needs the rates by time waited");
    if (b == NULL)
        return STATUS_OK;
    if (b->count < 2 || b->count > SIMULATE_BANDS_MAXIMUM || !within(b->days, 1, SIMULATE_WAITED_MAXIMUM))
        return complain(c, "The bands of waiting", -1, "must be 2 to 64, of a day or more");
    if (l->removal_rate != NULL || l->admitted_slots != NULL)
        return complain(c, "The bands of waiting", -1, "are instead of a removal rate, and for one stage");
    for (int32_t i = 0; i < b->count; i++)
        if (!within(b->treatment[i], 0, 1) || !within(b->removal[i], 0, 1) ||
            !within(b->joining[i], 0, PER_PERIOD_MAXIMUM))
            return complain(c, "The rates by time waited", -1, "must be from 0 to 1, and joining 0 or more people");
    return within(b->gained, 0, PER_PERIOD_MAXIMUM)
               ? STATUS_OK
               : complain(c, "The number by which the list gains", -1, "must be 0 or more");
}

static status check_list(const checking *c, int32_t days)
{
    const simulate_list *l = c->list;
    const char *counts = "must be a number from 0 to ten million";
    status code = check_periods(c, "Referrals", l->referrals, PER_PERIOD_MAXIMUM, counts);
    if (code == STATUS_OK)
        code = check_periods(c, "The slots", l->slots, PER_PERIOD_MAXIMUM, counts);
    if (code == STATUS_OK)
        code = check_periods(c, "The admitted slots", l->admitted_slots, PER_PERIOD_MAXIMUM, counts);
    if (code == STATUS_OK)
        code = check_periods(c, "The removal rate", l->removal_rate, 0.99, "must be a share from 0 to 0.99");
    if (code == STATUS_OK)
        code = check_periods(c, "The independent sector's share", l->independent_share, 1, "must be from 0 to 1");
    if (code == STATUS_OK)
        code = check_weekdays(c, "The weekday shares", l->weekday_shares);
    if (code == STATUS_OK)
        code = check_weekdays(c, "The slots' weekdays", l->slot_weekdays);
    if (code == STATUS_OK)
        code = check_waiting(c, "The number waiting", l->waiting);
    if (code == STATUS_OK)
        code = check_waiting(c, "The number waiting for admission", l->waiting_admitted);
    if (code == STATUS_OK)
        code = check_shares(c);
    if (code == STATUS_OK)
        code = check_bands(c);
    if (code != STATUS_OK)
        return code;
    for (int32_t d = 0; d < days && l->slots_by_day != NULL; d++)
        if (l->slots_by_day[d] < 0)
            return complain(c, "The slots of a day", -1, "are negative");
    for (size_t i = 0; i < l->waiting_start_count; i++)
        if (l->waiting_starts[i] >= 0 || l->waiting_starts[i] < -SIMULATE_WAITED_MAXIMUM)
            return complain(c, "A clock start", -1, "must lie from 1 to 910 days before the start");
    if (l->waiting_admitted != NULL && l->admitted_slots == NULL)
        return complain(c, "The admitted stage", -1, "has people waiting but no slots were given");
    if (l->rule >= BOOKING_RULES)
        return complain(c, "The booking rule", -1, "is not known");
    if (l->report < 0 || l->report >= c->model->reports)
        return complain(c, "The report", -1, "is not one of the model's");
    if (l->independent_list < 0 || (size_t)l->independent_list > c->model->list_count ||
        (l->independent_list > 0 &&
         (l->together <= 0 || c->model->lists[l->independent_list - 1].together != l->together)))
        return complain(c, "The independent provider", -1, "must be a list that is worked together with it");
    return STATUS_OK;
}

static status check_moves(const simulate_model *m, error *err)
{
    const int64_t lists = (int64_t)m->list_count;
    for (size_t i = 0; i < m->transfer_count; i++) {
        const simulate_transfer *t = &m->transfers[i];
        if (t->from < 0 || t->to < 0 || t->from >= lists || t->to >= lists || t->from == t->to)
            return error_set(err, STATUS_REFUSED, "Transfer %zu must name two different lists of the model", i + 1);
        if (m->lists[t->from].together <= 0 || m->lists[t->from].together != m->lists[t->to].together)
            return error_set(err, STATUS_REFUSED, "The lists of transfer %zu must be worked together", i + 1);
        if (!within(t->patients, 0, PER_PERIOD_MAXIMUM) || !within(t->accept_share, 0, 1) || t->minimum_weeks < 0)
            return error_set(err, STATUS_REFUSED,
                             "Transfer %zu: patients and weeks cannot be negative, and the share that "
                             "accepts is from 0 to 1",
                             i + 1);
    }
    for (size_t i = 0; i < m->validation_count; i++) {
        const simulate_validation *v = &m->validations[i];
        if (v->list < 0 || v->list >= lists || (i > 0 && v->list < m->validations[i - 1].list))
            return error_set(err, STATUS_REFUSED, "Validation %zu must name a list, in the order of the lists", i + 1);
        if (!within(v->share, 0, 1) || v->minimum_weeks < 0)
            return error_set(err, STATUS_REFUSED, "Validation %zu: the share is from 0 to 1, the weeks from 0", i + 1);
    }
    return STATUS_OK;
}

status simulate_check(const simulate_model *m, error *err)
{
    int64_t days = 0;
    if (m->list_count < 1 || m->list_count > SIMULATE_LISTS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "A simulation needs at least one list and at most %d",
                         SIMULATE_LISTS_MAXIMUM);
    if (m->periods < 1 || m->periods > SIMULATE_DAYS_MAXIMUM || m->reports < 1 || m->start == DATE_NONE)
        return error_set(err, STATUS_REFUSED, "A simulation needs a start, at least one period and one report");
    for (int32_t p = 0; p < m->periods; p++) {
        if (m->days[p] < 1)
            return error_set(err, STATUS_REFUSED, "Period %d has no days", (int)p + 1);
        days += m->days[p];
    }
    if (days > SIMULATE_DAYS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "A simulation is of at most %d days (20 years)", SIMULATE_DAYS_MAXIMUM);
    for (size_t i = 0; i < m->list_count; i++) {
        const checking c = {.model = m, .list = &m->lists[i], .place = i, .err = err};
        status code = check_list(&c, (int32_t)days);
        if (code != STATUS_OK)
            return code;
    }
    return check_moves(m, err);
}
