/* People who join a list without a referral, capacity beyond the list, a list of nobody, and the largest sizes: against a naive twin of the projection. */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BANDS = 5, PERIODS = 30 };

static uint64_t seed = 20260430;

static double drawn(double low, double high)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (high - low) * (double)(seed >> 11) * 0x1p-53;
}

static double sum(const double *values, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.12g is not %.12g", a, b);
}

/* ---- the twin: one person-group after another, written from docs/methods-planning.md alone ---------------- */

static void twin_step(const flow_model *m, double referrals, double capacity, double *stock, double *treated,
                      double *removed, double *unused)
{
    double there[BANDS], asked = 0, leave = 0, joining = 0;
    for (size_t i = 0; i < BANDS; i++) {
        there[i] = i == 0 ? referrals : stock[i - 1];
        if (i == BANDS - 1)
            there[i] += stock[i];
        leave += m->removal_rate[i] * there[i];
        joining += m->joining[i];
    }
    double factor = 1;
    if (joining > leave + m->gained)
        factor = (leave + m->gained) / joining;
    for (size_t i = 0; i < BANDS; i++) {
        there[i] += factor * m->joining[i];
        removed[i] = m->removal_rate[i] * there[i];
        asked += m->treatment_rate[i] * there[i];
    }
    double left = capacity;
    for (size_t i = 0; i < BANDS; i++) {
        double part = asked > 0 ? capacity * m->treatment_rate[i] * there[i] / asked : 0;
        if (m->rates_hold && capacity > asked)
            part = m->treatment_rate[i] * there[i];
        treated[i] = fmin(part, there[i] - removed[i]);
        stock[i] = there[i] - removed[i] - treated[i];
        left -= treated[i];
    }
    for (size_t i = BANDS; i-- > 0 && m->surplus == FLOW_SURPLUS_LONGEST_FIRST;) {
        const double more = fmin(left, stock[i]);
        treated[i] += more;
        stock[i] -= more;
        left -= more;
    }
    *unused = left;
}

static void nobody_is_treated_who_is_not_there(void **state)
{
    (void)state;
    size_t emptied = 0, limited = 0;
    for (int k = 0; k < 300; k++) {
        double treatment[BANDS], removal[BANDS], joining[BANDS], opening[BANDS], twin[BANDS], referrals[PERIODS],
            capacity[PERIODS], stock[PERIODS * BANDS], treated[PERIODS * BANDS], removed[PERIODS * BANDS],
            unused[PERIODS];
        const double level = drawn(0, 900);
        for (size_t i = 0; i < BANDS; i++) {
            const bool joins = drawn(0, 1) < 0.4;
            treatment[i] = drawn(0, 0.5);
            removal[i] = joins ? 0 : drawn(0, 0.4);
            joining[i] = joins ? drawn(0, 60) : 0;
            twin[i] = opening[i] = k % 10 == 0 ? 0 : drawn(0, 500);
        }
        for (size_t p = 0; p < PERIODS; p++) {
            referrals[p] = k % 7 == 0 ? 0 : drawn(0, 400);
            capacity[p] = level;
        }
        const flow_model model = {BANDS,
                                  treatment,
                                  removal,
                                  k % 2 == 0 ? FLOW_SURPLUS_LONGEST_FIRST : FLOW_SURPLUS_UNUSED,
                                  k % 3 > 0,
                                  joining,
                                  k % 5 == 0 ? 20 : 0};
        const flow_course course = {PERIODS, opening, referrals, capacity};
        assert_int_equal(flow_model_check(&model, NULL), STATUS_OK);
        flow_project(&model, &course, stock, treated, removed, unused);
        const double *before = opening;
        for (size_t p = 0; p < PERIODS; p++) {
            double twin_treated[BANDS], twin_removed[BANDS], twin_unused;
            twin_step(&model, referrals[p], capacity[p], twin, twin_treated, twin_removed, &twin_unused);
            for (size_t i = 0; i < BANDS; i++) {
                assert_near(stock[p * BANDS + i], twin[i], 1e-7);
                assert_near(treated[p * BANDS + i], twin_treated[i], 1e-7);
                assert_near(removed[p * BANDS + i], twin_removed[i], 1e-7);
                assert_true(stock[p * BANDS + i] >= 0 && treated[p * BANDS + i] >= 0 && removed[p * BANDS + i] >= 0);
            }
            assert_near(unused[p], twin_unused, 1e-7);
            const double out = sum(treated + p * BANDS, BANDS), here = sum(before, BANDS) + referrals[p];
            const double joined =
                flow_joined(before, referrals[p], stock + p * BANDS, treated + p * BANDS, removed + p * BANDS, BANDS);
            assert_true(out <= here + model.gained + 1e-7);
            assert_near(out + unused[p], capacity[p], 1e-7);
            assert_true(joined >= -1e-7 && joined <= sum(joining, BANDS) + 1e-7);
            assert_true(joined <= sum(removed + p * BANDS, BANDS) + model.gained + 1e-7);
            emptied += sum(stock + p * BANDS, BANDS) < 1e-9;
            limited += joined < sum(joining, BANDS) - 1e-6;
            before = stock + p * BANDS;
        }
    }
    assert_true(emptied > 100 && limited > 100); /* or nothing was tried */
}

/* Whatever was counted, a list in balance stays as it is at the capacity that was counted. */
static void a_list_in_balance_stays(void **state)
{
    (void)state;
    for (int k = 0; k < 200; k++) {
        double stock[2 * BANDS], treated[BANDS], referrals[1] = {drawn(0, 30)}, rates[3][BANDS], unused[12], twelve[12],
                                                 capacity[12], path[12 * BANDS], out[12 * BANDS];
        for (size_t i = 0; i < BANDS; i++) {
            stock[i] = stock[BANDS + i] = drawn(0, 1) < 0.2 ? 0 : floor(drawn(0, 50));
            treated[i] = drawn(0, 1) < 0.2 ? 0 : floor(drawn(0, 30));
        }
        const flow_history history = {BANDS, 1, referrals, treated, stock};
        flow_rates found = {rates[0], rates[1], rates[2], 0, 0};
        assert_int_equal(flow_calibrate_model(&history, &(flow_calibration){.pooled = k % 2 == 0}, &found, NULL, NULL),
                         STATUS_OK);
        assert_int_equal(found.limited, 0);
        const flow_model model = {BANDS, rates[0], rates[1], FLOW_SURPLUS_LONGEST_FIRST, true, rates[2], found.gained};
        assert_int_equal(flow_model_check(&model, NULL), STATUS_OK);
        for (size_t p = 0; p < 12; p++) {
            twelve[p] = referrals[0];
            capacity[p] = sum(treated, BANDS);
        }
        flow_project(&model, &(flow_course){12, stock, twelve, capacity}, path, out, NULL, unused);
        for (size_t i = 0; i < BANDS; i++) {
            assert_near(path[11 * BANDS + i], stock[i], 1e-9);
            assert_near(out[11 * BANDS + i], treated[i], 1e-9);
        }
        assert_near(unused[11], 0, 1e-9);
    }
}

static void joining_follows_the_options(void **state)
{
    (void)state;
    /* 100 referred, 90 wait and 20 were treated: 10 more than there were; the second band is short of 30. */
    const double stock[4] = {90, 200, 90, 240}, treated[2] = {20, 20}, referrals[1] = {100};
    const flow_history history = {2, 1, referrals, treated, stock};
    double rates[3][2];
    flow_rates found = {rates[0], rates[1], rates[2], -1, 9};
    flow_balance balance;
    assert_int_equal(flow_calibrate_model(&history, &(flow_calibration){0}, &found, &balance, NULL), STATUS_OK);
    assert_near(rates[2][0], 10, 1e-12);
    assert_near(rates[0][0], 20 / 110., 1e-12);
    assert_true(rates[1][0] == 0 && rates[2][1] == 0 && found.gained == 0);
    assert_near(rates[1][1], 30 / 290., 1e-12);
    assert_near(balance.removed, 20, 1e-12);
    assert_int_equal(
        flow_calibrate_model(&history, &(flow_calibration){.negative = FLOW_NEGATIVE_CLIP}, &found, NULL, NULL),
        STATUS_OK);
    assert_true(rates[2][0] == 0 && rates[2][1] == 0);
    assert_near(rates[0][0], 0.2, 1e-12);
    assert_int_equal(
        flow_calibrate_model(&history, &(flow_calibration){.first_band_to_referrals = true}, &found, NULL, NULL),
        STATUS_OK);
    assert_true(rates[2][0] == 0 && found.gained == 0);
    assert_near(rates[0][0], 20 / 110., 1e-12);
    /* The list as a whole gains. */
    const double longer[4] = {90, 200, 90, 300};
    assert_int_equal(flow_calibrate_model(&(flow_history){2, 1, referrals, treated, longer}, &(flow_calibration){0},
                                          &found, NULL, NULL),
                     STATUS_OK);
    assert_near(found.gained, 40, 1e-12);
    assert_near(rates[2][1], 30, 1e-12);
}

static void steady_lists_stay(void **state)
{
    (void)state;
    const double treatment[BANDS] = {0.2, 0.15, 0.1, 0.1, 0.3}, removal[BANDS] = {0, 0.1, 0.05, 0, 0.1},
                 joining[BANDS] = {40, 0, 0, 15, 0};
    for (int k = 0; k < 8; k++) {
        const flow_model model = {BANDS,   treatment,          removal, FLOW_SURPLUS_LONGEST_FIRST, true,
                                  joining, k % 2 == 0 ? 0 : 10};
        double stock[BANDS], after[BANDS], treated[BANDS];
        flow_steady s;
        if (k < 4)
            flow_steady_longest_first(300, 0.4 + k, &model, 0.92, stock, &s);
        else
            flow_steady_scaled(300, 1, &model, 0.92, stock, &s);
        const double referrals[1] = {300}, capacity[1] = {s.treated};
        flow_project(&model, &(flow_course){1, stock, referrals, capacity}, after, treated, NULL, NULL);
        for (size_t i = 0; i < BANDS; i++)
            assert_near(after[i], stock[i], 1e-6);
        assert_near(sum(treated, BANDS), s.treated, 1e-6);
        assert_true(s.treated <= 300 + model.gained + 1e-9);
    }
}

static void a_list_of_nobody(void **state)
{
    (void)state;
    const double rate[3] = {0.2, 0.2, 0.2}, none[3] = {0}, joining[3] = {5, 0, 0}, capacity[2] = {10, 0};
    double stock[6], treated[6], removed[6], unused[2];
    const flow_model model = {3, rate, none, FLOW_SURPLUS_EVENLY, false, joining, 0};
    flow_project(&model, &(flow_course){2, none, none, capacity}, stock, treated, removed, unused);
    assert_true(sum(stock, 6) == 0 && sum(treated, 6) == 0 && sum(removed, 6) == 0);
    assert_true(unused[0] == 10 && unused[1] == 0);
    assert_true(isnan(flow_percentile(stock, 3, 0.5)) && flow_share_from(stock, 3, 1) == 0);
    double rates[3][3];
    flow_rates found = {rates[0], rates[1], rates[2], 1, 1};
    const double empty[6] = {0};
    assert_int_equal(
        flow_calibrate_model(&(flow_history){3, 1, none, none, empty}, &(flow_calibration){0}, &found, NULL, NULL),
        STATUS_OK);
    assert_true(sum(rates[0], 3) == 0 && sum(rates[1], 3) == 0 && sum(rates[2], 3) == 0 && found.gained == 0);
}

static void the_largest_sizes(void **state)
{
    (void)state;
    const size_t bands = FLOW_BANDS_MAXIMUM, periods = FLOW_PERIODS_MAXIMUM;
    double *rate = calloc(bands, sizeof *rate), *opening = calloc(bands, sizeof *opening),
           *referrals = calloc(periods + 1, sizeof *referrals), *stock = calloc(bands * periods, sizeof *stock);
    assert_true(rate != NULL && opening != NULL && referrals != NULL && stock != NULL);
    for (size_t i = 0; i < bands; i++)
        rate[i] = 1;
    referrals[0] = 7;
    const flow_model model = {bands, rate, opening, FLOW_SURPLUS_UNUSED, true, opening, 0};
    const flow_course course = {periods, opening, referrals, opening}; /* no capacity: `opening` is noughts */
    assert_int_equal(flow_model_check(&model, NULL), STATUS_OK);
    assert_int_equal(flow_course_check(&course, bands, NULL), STATUS_OK);
    flow_project(&model, &course, stock, NULL, NULL, NULL);
    assert_true(stock[(periods - 1) * bands + periods - 1] ==
                7); /* who came in the first period has moved up ever since */
    error err;
    assert_int_equal(flow_model_check(&(flow_model){bands + 1, rate, rate, FLOW_SURPLUS_UNUSED, true, NULL, 0}, &err),
                     STATUS_USAGE);
    assert_non_null(strstr(err.message, "4097 bands"));
    assert_int_equal(flow_course_check(&(flow_course){periods + 1, opening, referrals, NULL}, bands, &err),
                     STATUS_USAGE);
    assert_non_null(strstr(err.message, "1201 periods"));
    assert_int_equal(flow_model_check(&(flow_model){1, rate, rate, FLOW_SURPLUS_UNUSED, true, NULL, 0}, &err),
                     STATUS_USAGE);
    free(rate);
    free(opening);
    free(referrals);
    free(stock);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    error err;
    const double fine[2] = {0.1, 0.1}, below[2] = {0.1, -0.1}, missing[2] = {NAN, 1};
    assert_int_equal(flow_model_check(&(flow_model){2, fine, below, FLOW_SURPLUS_UNUSED, true, NULL, 0}, &err),
                     STATUS_REFUSED);
    assert_non_null(strstr(err.message, "removal rate of band 1 is -0.1"));
    assert_int_equal(flow_model_check(&(flow_model){2, fine, fine, FLOW_SURPLUS_UNUSED, true, missing, 0}, &err),
                     STATUS_REFUSED);
    assert_non_null(strstr(err.message, "number who join"));
    assert_int_equal(flow_model_check(&(flow_model){2, fine, fine, FLOW_SURPLUS_UNUSED, true, fine, -1}, &err),
                     STATUS_REFUSED);
    assert_non_null(strstr(err.message, "list gains"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_treated_who_is_not_there),
        cmocka_unit_test(a_list_in_balance_stays),
        cmocka_unit_test(joining_follows_the_options),
        cmocka_unit_test(steady_lists_stay),
        cmocka_unit_test(a_list_of_nobody),
        cmocka_unit_test(the_largest_sizes),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
