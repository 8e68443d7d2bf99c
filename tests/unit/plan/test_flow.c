/* Stock and flow: people are conserved, rates come back from what they made, every rule for surplus by hand, bands from weeks,
 * steady states that stay the same. */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.17g is not %.17g", value, expected);
}

enum { BANDS = 5, PERIODS = 8 };
static const double treatment[BANDS] = {0.15, 0.12, 0.2, 0.1, 0.25}, removal[BANDS] = {0.05, 0.02, 0.04, 0.03, 0.06};
static const double opening[BANDS] = {900, 700, 500, 400, 800};
static const double referrals[PERIODS] = {1000, 900, 1100, 1050, 0, 980, 1200, 1000};

static double sum(const double *values, size_t count)
{
    return flow_total(values, count);
}

static void test_people_are_conserved(void **state)
{
    (void)state;
    for (flow_surplus rule = FLOW_SURPLUS_UNUSED; rule <= FLOW_SURPLUS_LONGEST_FIRST; rule++)
        for (double capacity = 0; capacity < 6000; capacity += 250) {
            double capacities[PERIODS], stock[PERIODS * BANDS], treated[PERIODS * BANDS], removed[PERIODS * BANDS],
                unused[PERIODS];
            for (size_t p = 0; p < PERIODS; p++)
                capacities[p] = capacity;
            const flow_model model = {BANDS, treatment, removal, rule, false, NULL, 0};
            const flow_course course = {PERIODS, opening, referrals, capacities};
            assert_int_equal(flow_model_check(&model, NULL), STATUS_OK);
            assert_int_equal(flow_course_check(&course, BANDS, NULL), STATUS_OK);
            flow_project(&model, &course, stock, treated, removed, unused);
            double before = sum(opening, BANDS);
            for (size_t p = 0; p < PERIODS; p++) {
                const double now = sum(stock + p * BANDS, BANDS), out = sum(treated + p * BANDS, BANDS);
                assert_near(before + referrals[p] - out - sum(removed + p * BANDS, BANDS), now, 1e-6);
                assert_near(out + unused[p], capacity, 1e-6);
                for (size_t i = 0; i < BANDS; i++)
                    assert_true(stock[p * BANDS + i] >= 0 && treated[p * BANDS + i] >= 0);
                if (rule != FLOW_SURPLUS_UNUSED && now > 1e-6)
                    assert_near(unused[p], 0, 1e-6);
                before = now;
            }
        }
}

/* One step in which 500 can be treated and the weights ask for 250 in each of two bands, the second of which holds 100. */
static void test_surplus_by_hand(void **state)
{
    (void)state;
    const double rate[3] = {0.1, 1, 0}, none[3] = {0}, start[3] = {100, 60, 40}, one[1] = {1000}, capacity[1] = {500};
    const flow_course course = {1, start, one, capacity};
    double stock[3], treated[3], unused[1];
    /* Arriving: 1000, 100, 100. Weights 100, 100, 0: 250 wanted of each of the first two, of whom the second has 100. */
    flow_project(&(flow_model){3, rate, none, FLOW_SURPLUS_UNUSED, false, NULL, 0}, &course, stock, treated, NULL,
                 unused);
    assert_near(unused[0], 150, 1e-9);
    assert_near(stock[0], 750, 1e-9);
    assert_near(stock[1], 0, 0);
    assert_near(stock[2], 100, 1e-9);
    /* 150 evenly: 75 of each of the two bands that have people. */
    flow_project(&(flow_model){3, rate, none, FLOW_SURPLUS_EVENLY, false, NULL, 0}, &course, stock, treated, NULL,
                 unused);
    assert_near(stock[0], 675, 1e-9);
    assert_near(stock[2], 25, 1e-9);
    assert_near(unused[0], 0, 0);
    /* 150 to the longest waiters: all 100 of the last band, then 50 of the first. */
    flow_project(&(flow_model){3, rate, none, FLOW_SURPLUS_LONGEST_FIRST, false, NULL, 0}, &course, stock, treated,
                 NULL, unused);
    assert_near(stock[2], 0, 0);
    assert_near(stock[0], 700, 1e-9);
    assert_near(treated[2], 100, 1e-9);
}

/* With rates that hold, twice the capacity that they ask for treats at the rates and sends the other half where the rule says. */
static void test_rates_that_hold(void **state)
{
    (void)state;
    const double rate[3] = {0.1, 0.2, 0.1}, none[3] = {0}, start[3] = {100, 60, 40}, one[1] = {1000},
                 capacity[1] = {260};
    const flow_course course = {1, start, one, capacity};
    double stock[3], treated[3], unused[1];
    /* Arriving: 1000, 100, 100; the rates ask for 100 + 20 + 10 = 130. */
    flow_project(&(flow_model){3, rate, none, FLOW_SURPLUS_UNUSED, true, NULL, 0}, &course, stock, treated, NULL,
                 unused);
    assert_near(unused[0], 130, 1e-9);
    assert_near(stock[0], 900, 1e-9);
    flow_project(&(flow_model){3, rate, none, FLOW_SURPLUS_LONGEST_FIRST, true, NULL, 0}, &course, stock, treated, NULL,
                 unused);
    assert_near(unused[0], 0, 0);
    assert_near(stock[2], 0, 0);
    assert_near(stock[1], 40, 1e-9);
    assert_near(stock[0], 900, 1e-9);
    /* Less than they ask for is shared by the rates. */
    const double half[1] = {65};
    flow_project(&(flow_model){3, rate, none, FLOW_SURPLUS_LONGEST_FIRST, true, NULL, 0},
                 &(flow_course){1, start, one, half}, stock, treated, NULL, unused);
    assert_near(treated[0], 50, 1e-9);
    assert_near(treated[1], 10, 1e-9);
    assert_near(treated[2], 5, 1e-9);
}

static void test_no_capacity_no_referrals_nobody(void **state)
{
    (void)state;
    const double nobody[BANDS] = {0}, nothing[PERIODS] = {0};
    double stock[PERIODS * BANDS], unused[PERIODS];
    const flow_model model = {BANDS, treatment, removal, FLOW_SURPLUS_EVENLY, false, NULL, 0};
    flow_project(&model, &(flow_course){PERIODS, opening, referrals, nothing}, stock, NULL, NULL, unused);
    assert_true(sum(stock + (PERIODS - 1) * BANDS, BANDS) > sum(opening, BANDS));
    assert_near(sum(unused, PERIODS), 0, 0);
    flow_project(&model, &(flow_course){PERIODS, nobody, nothing, referrals}, stock, NULL, NULL, unused);
    assert_near(sum(stock, PERIODS * BANDS), 0, 0);
    assert_near(sum(unused, PERIODS), sum(referrals, PERIODS), 0);
}

/* The capacity that keeps a target with the longest waiters first, put into a projection, keeps it. */
static void test_longest_first_for_good(void **state)
{
    (void)state;
    arena scratch = {0};
    const flow_model model = {BANDS, treatment, removal, FLOW_SURPLUS_LONGEST_FIRST, true, NULL, 0};
    flow_steady steady;
    assert_int_equal(flow_steady_longest_first_find(1000, &model, 0.92, 2.5, NULL, &scratch, &steady, NULL), STATUS_OK);
    assert_true(steady.exists && steady.wait <= 2.5 && steady.wait > 2.499999);
    double stock[BANDS], next[200 * BANDS], in[200], capacity[200];
    flow_steady_longest_first(1000, steady.parameter, &model, 0.92, stock, &steady);
    for (size_t p = 0; p < 200; p++) {
        in[p] = 1000;
        capacity[p] = steady.treated;
    }
    flow_project(&model, &(flow_course){200, stock, in, capacity}, next, NULL, NULL, NULL);
    for (size_t i = 0; i < BANDS; i++)
        assert_near(next[199 * BANDS + i], stock[i], 1e-6);
    /* Where the rates alone do, nothing more is needed. */
    assert_int_equal(flow_steady_longest_first_find(1000, &model, 0.92, 50, NULL, &scratch, &steady, NULL), STATUS_OK);
    assert_near(steady.parameter, BANDS, 0);
    assert_int_equal(flow_steady_longest_first_find(-1, &model, 0.92, 50, NULL, &scratch, &steady, NULL), STATUS_USAGE);
    arena_free(&scratch);
}

/* What a projection with fixed rates made must calibrate to those rates: capacity is chosen so that the shares are the rates. */
static void test_rates_come_back(void **state)
{
    (void)state;
    double stock[(PERIODS + 1) * BANDS], treated[PERIODS * BANDS], capacity[PERIODS];
    memcpy(stock, opening, sizeof opening);
    for (size_t p = 0; p < PERIODS; p++) {
        const double *before = stock + p * BANDS;
        const double arriving[BANDS] = {referrals[p], before[0], before[1], before[2], before[3] + before[4]};
        capacity[p] = 0;
        for (size_t i = 0; i < BANDS; i++)
            capacity[p] += arriving[i] * treatment[i];
        flow_project(&(flow_model){BANDS, treatment, removal, FLOW_SURPLUS_UNUSED, false, NULL, 0},
                     &(flow_course){1, before, &referrals[p], &capacity[p]}, stock + (p + 1) * BANDS,
                     treated + p * BANDS, NULL, NULL);
    }
    const flow_history history = {BANDS, PERIODS, referrals, treated, stock};
    for (int pooled = 0; pooled <= 1; pooled++) {
        double rate[BANDS], gone[BANDS];
        flow_balance balance;
        const flow_calibration options = {.pooled = pooled};
        assert_int_equal(flow_calibrate(&history, &options, rate, gone, &balance, NULL), STATUS_OK);
        for (size_t i = 0; i < BANDS; i++) {
            /* No referrals in one period: nobody arrives in band 0, then in band 1 and so on; the unweighted mean counts a 0. */
            const double share = !pooled && i <= 3 ? (PERIODS - 1.0) / PERIODS : 1;
            assert_near(rate[i], treatment[i] * share, 1e-9);
            assert_near(gone[i], removal[i] * share, 1e-9);
        }
        assert_int_equal(balance.negative_cells, 0);
        assert_near(balance.treated, sum(treated, PERIODS * BANDS), 1e-6);
        assert_near(balance.removed,
                    sum(opening, BANDS) + sum(referrals, PERIODS) - balance.treated -
                        sum(stock + PERIODS * BANDS, BANDS),
                    1e-6);
    }
}

static void test_negative_removals(void **state)
{
    (void)state;
    /* Band 0: 100 referred, 20 treated, 90 left: 10 came from nowhere. Band 1: 50 + 30 there, 20 treated, 40 left: 20 removed. */
    const double referred[1] = {100}, treated[2] = {20, 20}, stock[4] = {50, 30, 90, 40};
    const flow_history history = {2, 1, referred, treated, stock};
    double rate[2], gone[2];
    flow_balance b;
    assert_int_equal(flow_calibrate(&history, &(flow_calibration){0}, rate, gone, &b, NULL), STATUS_OK);
    assert_near(gone[0], -0.1, 1e-12);
    assert_near(gone[1], 0.25, 1e-12);
    assert_int_equal(b.negative_cells, 1);
    assert_near(b.negative_people, 10, 1e-12);
    assert_near(b.worst_people, 10, 1e-12);
    assert_near(b.removed, 10, 1e-12);
    assert_int_equal(
        flow_calibrate(&history, &(flow_calibration){.negative = FLOW_NEGATIVE_CLIP}, rate, gone, NULL, NULL),
        STATUS_OK);
    assert_near(gone[0], 0, 0);
    assert_near(gone[1], 0.25, 1e-12);
    assert_int_equal(
        flow_calibrate(&history, &(flow_calibration){.negative = FLOW_NEGATIVE_BALANCE}, rate, gone, NULL, NULL),
        STATUS_OK);
    assert_near(gone[0], 0, 0);
    assert_near(gone[1] * 80, 10, 1e-12); /* as many as went in all */
    assert_int_equal(
        flow_calibrate(&history, &(flow_calibration){.first_band_to_referrals = true}, rate, gone, &b, NULL),
        STATUS_OK);
    assert_near(b.referrals_added, 10, 1e-12);
    assert_near(rate[0], 20.0 / 110, 1e-12);
    assert_near(gone[0], 0, 0);
}

static void assert_refused(const flow_history *history, const char *words)
{
    double rate[4], gone[4];
    error err = {0};
    assert_int_equal(flow_calibrate(history, &(flow_calibration){0}, rate, gone, NULL, &err), STATUS_REFUSED);
    if (!strstr(err.message, words))
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
    assert_true(err.hint[0] != 0);
}

static void test_bad_input(void **state)
{
    (void)state;
    const double one[2] = {10, 10}, bad[2] = {10, -3}, missing[1] = {NAN}, stock[4] = {1, 1, 1, 1},
                 lost[4] = {1, 1, 1, INFINITY};
    assert_refused(&(flow_history){2, 1, one, bad, stock}, "the treatments of period 1, band 1 is below 0: -3");
    assert_refused(&(flow_history){2, 1, missing, one, stock}, "the referrals of period 1 is missing or infinite");
    assert_refused(&(flow_history){2, 1, one, one, lost},
                   "the list at the end of period 1, band 1 is missing or infinite");
    double rate[2], gone[2];
    error err = {0};
    assert_int_equal(
        flow_calibrate(&(flow_history){1, 1, one, one, stock}, &(flow_calibration){0}, rate, gone, NULL, &err),
        STATUS_USAGE);
    assert_int_equal(
        flow_calibrate(&(flow_history){2, 0, one, one, stock}, &(flow_calibration){0}, rate, gone, NULL, &err),
        STATUS_USAGE);
    const double absurd[2] = {0.5, 1.5}, nan_rate[2] = {NAN, 0}, fine[2] = {0.1, 0.1};
    assert_int_equal(flow_model_check(&(flow_model){2, absurd, fine, FLOW_SURPLUS_UNUSED, false, NULL, 0}, &err),
                     STATUS_REFUSED);
    assert_string_equal(err.message, "the treatment rate of band 1 is 1.5");
    assert_int_equal(flow_model_check(&(flow_model){2, fine, nan_rate, FLOW_SURPLUS_UNUSED, false, NULL, 0}, &err),
                     STATUS_REFUSED);
    assert_int_equal(flow_model_check(&(flow_model){2, fine, absurd, FLOW_SURPLUS_UNUSED, false, NULL, 0}, &err),
                     STATUS_REFUSED);
    assert_int_equal(flow_course_check(&(flow_course){2, one, one, bad}, 2, &err), STATUS_REFUSED);
    assert_string_equal(err.message, "the capacity of period 2 is below 0: -3");
    assert_int_equal(flow_course_check(&(flow_course){2, one, bad, one}, 2, &err), STATUS_REFUSED);
    assert_int_equal(flow_course_check(&(flow_course){2, bad, one, one}, 2, &err), STATUS_REFUSED);
    flow_surplus rule;
    assert_true(flow_surplus_find("longest-first", &rule) && rule == FLOW_SURPLUS_LONGEST_FIRST);
    assert_false(flow_surplus_find("shortest-first", &rule));
}

static void test_percentiles(void **state)
{
    (void)state;
    const double list[4] = {10, 0, 30, 60}, empty[4] = {0};
    assert_near(flow_percentile(list, 4, 0.05), 0.5, 1e-12);
    assert_near(flow_percentile(list, 4, 0.1), 1, 1e-12);
    assert_near(flow_percentile(list, 4, 0.25), 2.5, 1e-12);
    assert_near(flow_percentile(list, 4, 1), 4, 1e-12);
    assert_true(isnan(flow_percentile(empty, 4, 0.5)) && isnan(flow_percentile(list, 4, 0)) &&
                isnan(flow_percentile(list, 4, 2)));
    assert_near(flow_share_from(list, 4, 2), 0.9, 1e-12);
    assert_near(flow_share_from(list, 4, 4), 0, 0);
    assert_near(flow_share_from(empty, 4, 0), 0, 0);
}

/* Bands of a month with their finer shape answer exactly what the weeks answer. */
static void test_bands_from_weeks(void **state)
{
    (void)state;
    enum { WEEKS = 104, MONTHS = 24 };
    double weeks[WEEKS + 1], stock[MONTHS];
    flow_piece pieces[FLOW_PIECES(WEEKS, MONTHS)];
    double over18 = 0, over52 = 0, total = 0;
    for (size_t w = 0; w <= WEEKS; w++) {
        weeks[w] = floor(3000 * exp(-(double)w / 14)) + (double)(w % 3);
        total += weeks[w];
        over18 += w >= 18 ? weeks[w] : 0;
        over52 += w >= 52 ? weeks[w] : 0;
    }
    size_t count = 0;
    assert_int_equal(flow_bands_from_weeks(weeks, WEEKS, FLOW_WEEKS_PER_MONTH, MONTHS, stock, pieces, &count, NULL),
                     STATUS_OK);
    assert_true(count <= FLOW_PIECES(WEEKS, MONTHS));
    const flow_detail detail = {pieces, count};
    assert_near(sum(stock, MONTHS), total, 1e-6);
    assert_near(flow_over(stock, &detail, 18), over18, 1e-6);
    assert_near(flow_over(stock, &detail, 52), over52, 1e-6);
    assert_near(flow_over(stock, &detail, 104), weeks[WEEKS], 1e-6);
    assert_near(flow_over(stock, &detail, 17.5), over18 + weeks[17] / 2, 1e-6);
    assert_near(flow_percentile_weeks(stock, &detail, 0.5), flow_percentile(weeks, WEEKS + 1, 0.5), 1e-9);
    assert_near(flow_percentile_weeks(stock, &detail, 0.92), flow_percentile(weeks, WEEKS + 1, 0.92), 1e-9);
    assert_true(isnan(flow_percentile_weeks(stock, &detail, 1)));
    for (size_t i = 0, band = 0; band < MONTHS; band++) {
        double share = 0;
        for (; i < count && pieces[i].band == band; i++)
            share += pieces[i].share;
        assert_near(share, 1, 1e-12);
    }
    /* Bands of a week are the weeks themselves. */
    double same[WEEKS + 1];
    assert_int_equal(flow_bands_from_weeks(weeks, WEEKS, 1, WEEKS + 1, same, NULL, NULL, NULL), STATUS_OK);
    for (size_t w = 0; w <= WEEKS; w++)
        assert_near(same[w], weeks[w], 0);
    error err = {0};
    assert_int_equal(flow_bands_from_weeks(weeks, WEEKS, FLOW_WEEKS_PER_MONTH, 30, stock, NULL, NULL, &err),
                     STATUS_USAGE);
    assert_non_null(strstr(err.hint, "at most 24 bands"));
}

/* A steady state put into a projection stays. */
static void test_steady_states_stay(void **state)
{
    (void)state;
    const flow_model model = {BANDS, treatment, removal, FLOW_SURPLUS_UNUSED, false, NULL, 0};
    double stock[BANDS];
    flow_steady steady;
    flow_steady_scaled(1000, 1.1, &model, 0.92, stock, &steady);
    assert_true(steady.exists);
    double scaled[BANDS], next[3 * BANDS];
    for (size_t i = 0; i < BANDS; i++)
        scaled[i] = treatment[i] * 1.1;
    const double in[3] = {1000, 1000, 1000}, capacity[3] = {steady.treated, steady.treated, steady.treated};
    flow_project(&(flow_model){BANDS, scaled, removal, FLOW_SURPLUS_UNUSED, false, NULL, 0},
                 &(flow_course){3, stock, in, capacity}, next, NULL, NULL, NULL);
    for (size_t i = 0; i < BANDS; i++)
        assert_near(next[2 * BANDS + i], stock[i], 1e-6);
    const double none[BANDS] = {0};
    flow_steady_scaled(1000, 1, &(flow_model){BANDS, none, none, 0, false, NULL, 0}, 0.92, NULL, &steady);
    assert_false(steady.exists);
}

static void test_steady_states_found(void **state)
{
    (void)state;
    arena scratch = {0};
    const flow_model model = {BANDS, treatment, removal, FLOW_SURPLUS_UNUSED, false, NULL, 0};
    flow_steady steady;
    error err = {0};
    assert_int_equal(flow_steady_scaled_find(1000, &model, 0.92, 3.5, NULL, &scratch, &steady, &err), STATUS_OK);
    assert_true(steady.exists && steady.wait <= 3.5 && steady.wait > 3.499999);
    flow_steady less;
    flow_steady_scaled(1000, steady.parameter * 0.999, &model, 0.92, NULL, &less);
    assert_true(less.wait > 3.5);
    const double never[2] = {0, 0}, nobody[2] = {0, 0};
    assert_int_equal(flow_steady_scaled_find(1000, &(flow_model){2, never, nobody, FLOW_SURPLUS_UNUSED, false, NULL, 0},
                                             0.92, 1, NULL, &scratch, &steady, &err),
                     STATUS_OK);
    assert_false(steady.exists);
    assert_int_equal(flow_steady_scaled_find(0, &model, 0.92, 3, NULL, &scratch, &steady, &err), STATUS_USAGE);
    /* More bands than the reference program's 24. */
    double rates[60];
    for (size_t i = 0; i < 60; i++)
        rates[i] = 0.05;
    assert_int_equal(flow_steady_geometric_find(1000, 300, rates, 60, 0.92, 4 + 68.0 / 487, &steady, &err), STATUS_OK);
    assert_true(steady.exists);
    assert_near(steady.wait, 4 + 68.0 / 487, 1e-6);
    assert_int_equal(flow_steady_geometric_find(1000, 5, rates, 60, 0.92, 2, &steady, &err), STATUS_OK);
    assert_false(steady.exists); /* 5 a month are never enough */
    assert_int_equal(flow_steady_geometric_find(1000, 0, rates, 60, 0.92, 2, &steady, &err), STATUS_USAGE);
    assert_true(err.hint[0] != 0);
    arena_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people_are_conserved),
        cmocka_unit_test(test_surplus_by_hand),
        cmocka_unit_test(test_rates_that_hold),
        cmocka_unit_test(test_longest_first_for_good),
        cmocka_unit_test(test_no_capacity_no_referrals_nobody),
        cmocka_unit_test(test_rates_come_back),
        cmocka_unit_test(test_negative_removals),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_percentiles),
        cmocka_unit_test(test_bands_from_weeks),
        cmocka_unit_test(test_steady_states_stay),
        cmocka_unit_test(test_steady_states_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
