/* Rates from observed stock and flow, and the balance that they come from. */
#include "plan/flow.h"

#include <math.h>
#include <string.h>

static status sizes_check(size_t bands, size_t periods, error *err)
{
    if (bands < 2 || bands > FLOW_BANDS_MAXIMUM) {
        error_set(err, STATUS_USAGE, "%zu bands of waiting time", bands);
        error_hint(err, "A list needs 2 to %d bands.", FLOW_BANDS_MAXIMUM);
        return STATUS_USAGE;
    }
    if (periods < 1 || periods > FLOW_PERIODS_MAXIMUM) {
        error_set(err, STATUS_USAGE, "%zu periods", periods);
        error_hint(err, "Give 1 to %d periods.", FLOW_PERIODS_MAXIMUM);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

/* Where a count is no count: STATUS_REFUSED with its place. band SIZE_MAX: it has none. */
static status count_check(double value, const char *what, size_t at_period, size_t band, error *err)
{
    if (isfinite(value) && value >= 0)
        return STATUS_OK;
    char figure[NUMBER_TEXT];
    number_format(value, figure);
    char place[64] = "";
    if (band != SIZE_MAX)
        snprintf(place, sizeof place, ", band %zu", band);
    error_set(err, STATUS_REFUSED, "%s of period %zu%s %s%s", what, at_period + 1, place,
              isfinite(value) ? "is below 0: " : "is missing or infinite", isfinite(value) ? figure : "");
    error_hint(err, "Counts of people must be 0 or more; correct the figure, or leave the period out.");
    return STATUS_REFUSED;
}

static status history_check(const flow_history *h, error *err)
{
    status outcome = sizes_check(h->bands, h->periods, err);
    for (size_t p = 0; p < h->periods && outcome == STATUS_OK; p++) {
        outcome = count_check(h->referrals[p], "the referrals", p, SIZE_MAX, err);
        for (size_t i = 0; i < h->bands && outcome == STATUS_OK; i++)
            outcome = count_check(h->treatments[p * h->bands + i], "the treatments", p, i, err);
    }
    for (size_t p = 0; p <= h->periods && outcome == STATUS_OK; p++)
        for (size_t i = 0; i < h->bands && outcome == STATUS_OK; i++)
            outcome = count_check(h->stock[p * h->bands + i], p ? "the list at the end" : "the list at the start",
                                  p ? p - 1 : 0, i, err);
    return outcome;
}

/* Those in band i of period p before anybody is treated. */
static double arriving_in(const flow_history *h, size_t p, size_t i)
{
    const double *before = h->stock + p * h->bands;
    if (i == 0)
        return h->referrals[p];
    return i == h->bands - 1 ? before[i - 1] + before[i] : before[i - 1];
}

static double removed_in(const flow_history *h, size_t p, size_t i)
{
    return arriving_in(h, p, i) - h->treatments[p * h->bands + i] - h->stock[(p + 1) * h->bands + i];
}

static flow_balance balance_of(const flow_history *h)
{
    flow_balance b = {.cells = h->periods * h->bands};
    for (size_t p = 0; p < h->periods; p++) {
        b.referrals += h->referrals[p];
        for (size_t i = 0; i < h->bands; i++) {
            const double removed = removed_in(h, p, i);
            b.treated += h->treatments[p * h->bands + i];
            b.removed += removed;
            if (removed >= 0)
                continue;
            b.negative_cells++;
            b.negative_people -= removed;
            if (-removed > b.worst_people) {
                b.worst_people = -removed;
                b.worst_period = p;
                b.worst_band = i;
            }
        }
    }
    return b;
}

/* By how much the positive removals of a period shrink, so that with the negative ones as 0 their sum is as observed. */
static double balance_factor(const flow_history *h, const flow_calibration *options, size_t p)
{
    if (options->negative != FLOW_NEGATIVE_BALANCE)
        return 1;
    double net = 0, positive = 0;
    for (size_t i = 0; i < h->bands; i++) {
        const double removed = removed_in(h, p, i);
        if (i == 0 && removed < 0 && options->first_band_to_referrals)
            continue;
        net += removed;
        positive += removed > 0 ? removed : 0;
    }
    return net > 0 && positive > 0 ? net / positive : 0;
}

status flow_calibrate(const flow_history *h, const flow_calibration *options, double *treatment_rate,
                      double *removal_rate, flow_balance *balance, error *err)
{
    const status outcome = history_check(h, err);
    if (outcome != STATUS_OK)
        return outcome;
    flow_balance b = balance_of(h);
    memset(treatment_rate, 0, h->bands * sizeof *treatment_rate);
    memset(removal_rate, 0, h->bands * sizeof *removal_rate);
    double arrived[FLOW_BANDS_MAXIMUM];
    memset(arrived, 0, h->bands * sizeof *arrived);
    for (size_t p = 0; p < h->periods; p++) {
        const double factor = balance_factor(h, options, p);
        for (size_t i = 0; i < h->bands; i++) {
            const double treated = h->treatments[p * h->bands + i];
            double arriving = arriving_in(h, p, i), removed = removed_in(h, p, i);
            if (i == 0 && removed < 0 && options->first_band_to_referrals) {
                b.referrals_added -= removed;
                arriving -= removed;
                removed = 0;
            }
            if (removed < 0 && options->negative != FLOW_NEGATIVE_KEEP)
                removed = 0;
            if (removed > 0)
                removed *= factor;
            const double over = options->pooled ? 1 : arriving;
            arrived[i] += arriving;
            treatment_rate[i] += over > 0 ? treated / over : 0;
            removal_rate[i] += over > 0 ? removed / over : 0;
        }
    }
    for (size_t i = 0; i < h->bands; i++) {
        const double over = options->pooled ? arrived[i] : (double)h->periods;
        treatment_rate[i] = over > 0 ? treatment_rate[i] / over : 0;
        removal_rate[i] = over > 0 ? removal_rate[i] / over : 0;
    }
    if (balance)
        *balance = b;
    return STATUS_OK;
}

/* Mean over the periods of what a band is short of, or below 0 has more than could be there; and its arrivals and treatments. */
typedef struct band_mean {
    double arriving, treated, removed;
} band_mean;

static band_mean band_mean_of(const flow_history *h, const flow_calibration *options, size_t i)
{
    band_mean m = {0};
    for (size_t p = 0; p < h->periods; p++) {
        const double removed = removed_in(h, p, i);
        const bool referred = i == 0 && removed < 0 && options->first_band_to_referrals;
        m.arriving += arriving_in(h, p, i) - (referred ? removed : 0);
        m.treated += h->treatments[p * h->bands + i];
        m.removed += referred ? 0 : removed;
    }
    const double periods = (double)h->periods;
    return (band_mean){m.arriving / periods, m.treated / periods, m.removed / periods};
}

status flow_calibrate_model(const flow_history *h, const flow_calibration *options, flow_rates *out,
                            flow_balance *balance, error *err)
{
    const status outcome = flow_calibrate(h, options, out->treatment, out->removal, balance, err);
    if (outcome != STATUS_OK)
        return outcome;
    double net = 0;
    out->limited = 0;
    for (size_t i = 0; i < h->bands; i++) {
        out->joining[i] = 0;
        if (options->negative == FLOW_NEGATIVE_KEEP) {
            const band_mean m = band_mean_of(h, options, i);
            net += m.removed;
            if (m.removed < 0) {
                out->joining[i] = -m.removed;
                out->removal[i] = 0;
                out->treatment[i] = m.treated / (m.arriving + out->joining[i]);
            }
        }
        out->limited += out->treatment[i] > 1;
        out->treatment[i] = fmin(1, out->treatment[i]);
        out->removal[i] = fmax(0, fmin(1, out->removal[i]));
    }
    out->gained = fmax(0, -net);
    return STATUS_OK;
}

/* ---- checks of what a projection is given ------------------------------------------------------------ */

status flow_model_check(const flow_model *model, error *err)
{
    const status outcome = sizes_check(model->bands, 1, err);
    if (outcome != STATUS_OK)
        return outcome;
    for (size_t i = 0; i < model->bands; i++) {
        const double treatment = model->treatment_rate[i], removal = model->removal_rate[i];
        char figure[NUMBER_TEXT];
        if (!(treatment >= 0 && treatment <= 1)) {
            number_format(treatment, figure);
            error_set(err, STATUS_REFUSED, "the treatment rate of band %zu is %s", i, *figure ? figure : "missing");
            error_hint(err, "A rate is a share of the people in the band, from 0 to 1.");
            return STATUS_REFUSED;
        }
        if (!(removal >= 0 && removal <= 1)) {
            number_format(removal, figure);
            error_set(err, STATUS_REFUSED, "the removal rate of band %zu is %s", i, *figure ? figure : "missing");
            error_hint(err,
                       "A rate is a share of the people in the band, from 0 to 1; people who join the list with an "
                       "earlier clock start are counted, not a rate below 0.");
            return STATUS_REFUSED;
        }
        const status joined =
            model->joining == NULL ? STATUS_OK : count_check(model->joining[i], "the number who join", 0, i, err);
        if (joined != STATUS_OK)
            return joined;
    }
    return count_check(model->gained, "the number by which the list gains", 0, SIZE_MAX, err);
}

status flow_course_check(const flow_course *course, size_t bands, error *err)
{
    status outcome = sizes_check(bands, course->periods, err);
    for (size_t i = 0; i < bands && outcome == STATUS_OK; i++)
        outcome = count_check(course->opening[i], "the list at the start", 0, i, err);
    for (size_t p = 0; p < course->periods && outcome == STATUS_OK; p++) {
        outcome = count_check(course->referrals[p], "the referrals", p, SIZE_MAX, err);
        if (outcome == STATUS_OK && course->capacity)
            outcome = count_check(course->capacity[p], "the capacity", p, SIZE_MAX, err);
    }
    return outcome;
}
