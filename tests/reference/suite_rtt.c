/* Tables of NHSRtt: calibration, projection under three rules, the optimiser, percentiles and steady states. */
#include "reference.h"

#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Observed months of one model. Stock has the first month's end at the start. */
typedef struct observed {
    flow_history history;
    double *referrals, *treatments, *stock;
    double treatment_rate[FLOW_BANDS_MAXIMUM], removal_rate[FLOW_BANDS_MAXIMUM];
} observed;

static size_t count_up_to(const table *t, const groups *g, size_t group, const char *column)
{
    double most = -1;
    for (size_t i = g->starts[group]; i < g->starts[group + 1]; i++)
        most = fmax(most, table_number(t, g->rows[i], column));
    return (size_t)(most + 1);
}

static void observed_read(const table *t, const groups *g, size_t group, observed *o)
{
    const size_t bands = count_up_to(t, g, group, "months_waited_id"),
                 months = count_up_to(t, g, group, "period_id") - 1;
    o->referrals = make_array(months, sizeof *o->referrals);
    o->treatments = make_array(months * bands, sizeof *o->treatments);
    o->stock = make_array(months * bands, sizeof *o->stock);
    for (size_t i = g->starts[group]; i < g->starts[group + 1]; i++) {
        const size_t row = g->rows[i], month = (size_t)table_number(t, row, "period_id") - 1,
                     band = (size_t)table_number(t, row, "months_waited_id");
        o->stock[month * bands + band] = table_number(t, row, "incompletes");
        if (month == 0) /* its flows lead to the first list, from one that is not in the table */
            continue;
        o->referrals[month - 1] = table_number(t, row, "referrals");
        o->treatments[(month - 1) * bands + band] = table_number(t, row, "treatments");
    }
    o->history = (flow_history){bands, months - 1, o->referrals, o->treatments, o->stock};
}

static void observed_free(observed *o)
{
    free(o->referrals);
    free(o->treatments);
    free(o->stock);
}

static const double *last_stock(const observed *o)
{
    return o->stock + o->history.periods * o->history.bands;
}

static void compare_calibration(folder *f, const table *input, const groups *models, observed *all)
{
    table *t = folder_table(
        f, "calibration_expected.csv",
        "model,redistribute_m0_reneges,allow_negative_params,months_waited_id,renege_param,capacity_param");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRtt", f, "calibration_expected.csv");
    const groups cases = groups_make(t, "model,redistribute_m0_reneges,allow_negative_params");
    for (size_t k = 0; k < cases.count; k++) {
        const size_t g = cases.by_file[k], first = cases.rows[cases.starts[g]];
        const size_t model = groups_find(models, table_get(t, first, "model"));
        check_case(&c, cases.keys[g]);
        if (model == SIZE_MAX) {
            check_absent(&c, "model");
            continue;
        }
        const flow_calibration options = {
            .negative = strcmp(table_get(t, first, "allow_negative_params"), "TRUE") == 0 ? FLOW_NEGATIVE_KEEP
                                                                                          : FLOW_NEGATIVE_CLIP,
            .first_band_to_referrals = strcmp(table_get(t, first, "redistribute_m0_reneges"), "TRUE") == 0,
        };
        const size_t bands = all[model].history.bands;
        double *treatment = make_array(bands, sizeof *treatment), *removal = make_array(bands, sizeof *removal);
        if (flow_calibrate(&all[model].history, &options, treatment, removal, NULL, NULL) != STATUS_OK)
            check_absent(&c, "calibration");
        else
            for (size_t i = cases.starts[g]; i < cases.starts[g + 1]; i++) {
                const size_t row = cases.rows[i], band = (size_t)table_number(t, row, "months_waited_id");
                check_number(&c, "renege_param", table_get(t, row, "renege_param"), removal[band]);
                check_number(&c, "capacity_param", table_get(t, row, "capacity_param"), treatment[band]);
            }
        free(removal);
        free(treatment);
    }
    (void)input;
    check_end(&c);
}

/* What a projection of a model is given. */
typedef struct future {
    size_t periods;
    double capacity[FLOW_PERIODS_MAXIMUM], referrals[FLOW_PERIODS_MAXIMUM];
} future;

static bool future_read(const table *t, const groups *g, const char *model, future *out)
{
    const size_t group = groups_find(g, model);
    if (group == SIZE_MAX)
        return false;
    out->periods = g->starts[group + 1] - g->starts[group];
    for (size_t i = g->starts[group]; i < g->starts[group + 1]; i++) {
        const size_t period_at = (size_t)table_number(t, g->rows[i], "period_id") - 1;
        if (period_at >= out->periods || period_at >= FLOW_PERIODS_MAXIMUM)
            return false;
        out->capacity[period_at] = table_number(t, g->rows[i], "capacity");
        out->referrals[period_at] = table_number(t, g->rows[i], "referrals");
    }
    return true;
}

static bool rule_find(const char *method, flow_surplus *out)
{
    if (strcmp(method, "none") == 0)
        *out = FLOW_SURPLUS_UNUSED;
    else if (strcmp(method, "evenly") == 0)
        *out = FLOW_SURPLUS_EVENLY;
    else if (strcmp(method, "prioritise_long_waiters") == 0)
        *out = FLOW_SURPLUS_LONGEST_FIRST;
    else
        return false;
    return true;
}

static void compare_projection(folder *f, const table *input, const groups *futures, const groups *models,
                               observed *all)
{
    table *t = folder_table(f, "projection_expected.csv",
                            "model,method,period_id,months_waited_id,calculated_treatments,reneges,incompletes");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRtt", f, "projection_expected.csv");
    const groups cases = groups_make(t, "model,method");
    for (size_t k = 0; k < cases.count; k++) {
        const size_t g = cases.by_file[k], first = cases.rows[cases.starts[g]];
        const size_t model = groups_find(models, table_get(t, first, "model"));
        check_case(&c, cases.keys[g]);
        static future ahead;
        flow_surplus rule = FLOW_SURPLUS_UNUSED;
        if (model == SIZE_MAX || !future_read(input, futures, table_get(t, first, "model"), &ahead) ||
            !rule_find(table_get(t, first, "method"), &rule)) {
            check_absent(&c, "model");
            continue;
        }
        const observed *o = &all[model];
        const size_t bands = o->history.bands, cells = ahead.periods * bands;
        double *stock = make_array(cells, sizeof *stock), *treated = make_array(cells, sizeof *treated),
               *removed = make_array(cells, sizeof *removed);
        const flow_course course = {ahead.periods, last_stock(o), ahead.referrals, ahead.capacity};
        flow_project(&(flow_model){bands, o->treatment_rate, o->removal_rate, rule, false, NULL, 0}, &course, stock,
                     treated, removed, NULL);
        if (cases.starts[g + 1] - cases.starts[g] != cells)
            check_absent(&c, "number of rows");
        for (size_t i = cases.starts[g]; i < cases.starts[g + 1]; i++) {
            const size_t row = cases.rows[i];
            const size_t at = ((size_t)table_number(t, row, "period_id") - 1) * bands +
                              (size_t)table_number(t, row, "months_waited_id");
            if (at >= cells) {
                check_absent(&c, "period or band");
                continue;
            }
            check_number(&c, "calculated_treatments", table_get(t, row, "calculated_treatments"), treated[at]);
            check_number(&c, "reneges", table_get(t, row, "reneges"), removed[at]);
            check_number(&c, "incompletes", table_get(t, row, "incompletes"), stock[at]);
        }
        free(removed);
        free(treated);
        free(stock);
    }
    check_end(&c);
}

/* "8%" is a share of the list; "~-5%" is so many percentage points from today's. */
static double target_share(const char *target, double today)
{
    const bool change = target[0] == '~';
    char digits[32];
    snprintf(digits, sizeof digits, "%.*s", (int)strcspn(target + change, "%"), target + change);
    return cell_number(digits, NULL) / 100 + (change ? today : 0);
}

static double multiplier_for(const flow_model *model, const flow_course *course, const flow_profile *profile,
                             size_t band, double share, arena *scratch, flow_answer *answer)
{
    static double capacity[FLOW_PERIODS_MAXIMUM];
    const flow_goal goal = {.kind = FLOW_GOAL_SHARE_FROM, .value = fmax(0, share), .band = band};
    if (flow_optimise(model, course, profile, &goal, scratch, capacity, answer, NULL) != STATUS_OK)
        return NAN;
    return answer->multiplier;
}

/* The package stops its steps as soon as the share is within its tolerance of the target, so its multiplier must lie between
 * ours for a share one tolerance above the target and ours for one below. */
static void compare_optimiser(folder *f, const table *input, const groups *futures, const groups *models, observed *all)
{
    table *t = folder_table(f, "optimise_expected.csv",
                            "model,t_1_capacity,target,target_bin,capacity_profile,tolerance,multiplier,status");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRtt", f, "optimise_expected.csv");
    arena scratch = {0};
    for (size_t row = 0; row < t->rows; row++) {
        char label[96];
        snprintf(label, sizeof label, "%s %s", table_get(t, row, "model"), table_get(t, row, "capacity_profile"));
        check_case(&c, keep_text(label));
        const size_t model = groups_find(models, table_get(t, row, "model"));
        static future ahead;
        if (model == SIZE_MAX || !future_read(input, futures, table_get(t, row, "model"), &ahead)) {
            check_absent(&c, "model");
            continue;
        }
        const observed *o = &all[model];
        const size_t band = (size_t)table_number(t, row, "target_bin");
        const double share =
            target_share(table_get(t, row, "target"), flow_share_from(last_stock(o), o->history.bands, band));
        const double tolerance = table_number(t, row, "tolerance"), theirs = table_number(t, row, "multiplier");
        const bool flat = strcmp(table_get(t, row, "capacity_profile"), "flat") == 0;
        const flow_profile profile = {.kind = flat ? FLOW_PROFILE_FLAT : FLOW_PROFILE_RAMP,
                                      .base = table_number(t, row, "t_1_capacity"),
                                      .ramp_periods = 12};
        const flow_model m = {
            o->history.bands, o->treatment_rate, o->removal_rate, FLOW_SURPLUS_EVENLY, false, NULL, 0};
        const flow_course course = {ahead.periods, last_stock(o), ahead.referrals, NULL};
        flow_answer exact, loose, strict;
        const double ours = multiplier_for(&m, &course, &profile, band, share, &scratch, &exact);
        const double least = multiplier_for(&m, &course, &profile, band, share + tolerance, &scratch, &loose);
        const double most = multiplier_for(&m, &course, &profile, band, share - tolerance, &scratch, &strict);
        const double rounding = 1e-9 * fabs(theirs);
        const bool between = theirs >= least - rounding && theirs <= most + rounding;
        if (theirs < 0 && exact.outcome == FLOW_MET_BY_NONE)
            c.condition = "when the package answers with a negative capacity";
        check_number(&c, "multiplier", table_get(t, row, "multiplier"), between ? theirs : ours);
        c.condition = NULL;
        check_number(&c, "target reached", "1",
                     exact.outcome != FLOW_CANNOT_BE_MET && exact.figure <= share + 1e-12 ? 1 : 0);
        check_text(&c, "status", table_get(t, row, "status"),
                   exact.outcome == FLOW_CANNOT_BE_MET ? "not converged" : "converged");
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    check_end(&c);
}

static void compare_percentiles(folder *f, const groups *models, observed *all)
{
    table *t = folder_table(f, "percentile_expected.csv", "model,percentile,wait_months");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRtt", f, "percentile_expected.csv");
    for (size_t row = 0; row < t->rows; row++) {
        check_case(&c, table_get(t, row, "model"));
        const size_t model = groups_find(models, table_get(t, row, "model"));
        if (model == SIZE_MAX)
            check_absent(&c, "model");
        else
            check_number(
                &c, "wait_months", table_get(t, row, "wait_months"),
                flow_percentile(last_stock(&all[model]), all[model].history.bands, table_number(t, row, "percentile")));
    }
    check_end(&c);
}

/* The package halves its interval of p at most 15 times within 0.1 and 0.85: what it answers for its p must be what we
 * answer for that p, and where it says that it converged our exact p must be as near as its last interval. */
static void compare_steady(folder *f)
{
    table *t =
        folder_table(f, "steady_state_expected.csv", "model,mu_1,referrals,renege_params,p1,time_p,mu,wlsize,status");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRtt", f, "steady_state_expected.csv");
    const double wait_months = 4 + 68.0 / 487;
    for (size_t row = 0; row < t->rows; row++) {
        char label[96];
        snprintf(label, sizeof label, "%s %s", table_get(t, row, "model"), table_get(t, row, "mu_1"));
        check_case(&c, keep_text(label));
        double rates[64];
        size_t bands = 0;
        for (const char *at = table_get(t, row, "renege_params"); *at && bands < 64;) {
            const size_t length = strcspn(at, "|");
            char cell[64];
            snprintf(cell, sizeof cell, "%.*s", (int)length, at);
            rates[bands++] = cell_number(cell, NULL);
            at += length + (at[length] == '|');
        }
        const double referrals = table_number(t, row, "referrals"), first = table_number(t, row, "mu_1");
        const double p = table_number(t, row, "p1");
        flow_steady theirs = {0}, ours = {0};
        flow_steady_geometric(referrals, first, p, rates, bands, 0.92, NULL, &theirs);
        check_number(&c, "time_p", table_get(t, row, "time_p"), theirs.wait);
        check_number(&c, "mu", table_get(t, row, "mu"), theirs.treated);
        check_number(&c, "wlsize", table_get(t, row, "wlsize"), theirs.list);
        if (flow_steady_geometric_find(referrals, first, rates, bands, 0.92, wait_months, &ours, NULL) != STATUS_OK) {
            check_absent(&c, "steady state");
            continue;
        }
        const bool converged = strcmp(table_get(t, row, "status"), "Converged") == 0;
        if (!converged && ours.exists && ours.parameter > 0.85)
            c.condition = "when the steady state lies beyond the package's bounds";
        check_text(&c, "status", table_get(t, row, "status"), ours.exists ? "Converged" : "Not converged");
        /* Its search ends within a thousandth of a month. */
        const bool near = fabs(theirs.wait - wait_months) <= 0.0011 && fabs(ours.parameter - p) <= 1e-3;
        check_number(&c, "p1", table_get(t, row, "p1"), converged && near ? p : ours.parameter);
        c.condition = NULL;
        check_number_within(&c, "wait at our p1", "4.1396303901437372", ours.exists ? ours.wait : NAN, 1e-6);
    }
    check_end(&c);
}

void suite_rtt(folder *f)
{
    compare_steady(f);
    table *input = folder_table(f, "calibration_input.csv",
                                "model,max_months_waited,period_id,months_waited_id,incompletes,treatments,referrals");
    if (!input)
        return;
    input->claimed = true;
    const groups models = groups_make(input, "model");
    observed *all = make_array(models.count, sizeof *all);
    const flow_calibration usual = {.negative = FLOW_NEGATIVE_CLIP, .first_band_to_referrals = true};
    for (size_t g = 0; g < models.count; g++) {
        observed_read(input, &models, g, &all[g]);
        if (flow_calibrate(&all[g].history, &usual, all[g].treatment_rate, all[g].removal_rate, NULL, NULL) !=
            STATUS_OK)
            fprintf(stderr, "%s: %s cannot be calibrated\n", f->name, models.keys[g]);
    }
    compare_calibration(f, input, &models, all);
    compare_percentiles(f, &models, all);
    table *ahead = folder_table(f, "projection_input.csv", "model,period_id,capacity,referrals");
    if (ahead) {
        ahead->claimed = true;
        const groups futures = groups_make(ahead, "model");
        compare_projection(f, ahead, &futures, &models, all);
        compare_optimiser(f, ahead, &futures, &models, all);
    }
    for (size_t g = 0; g < models.count; g++)
        observed_free(&all[g]);
    free(all);
}
