/* Rates, standardised rates and life expectancy: published figures, definitions solved backwards, and edge cases. */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_near(double ours, double expected, double tolerance)
{
    assert_true(fabs(ours - expected) <= tolerance);
}

/* Sum of Poisson probabilities up to k. */
static double poisson_upto(double mean, int k)
{
    double term = exp(-mean), sum = term;
    for (int i = 1; i <= k; i++) {
        term *= mean / i;
        sum += term;
    }
    return sum;
}

static void exact_limits_solve_the_poisson_tails(void **state)
{
    (void)state;
    for (int x = 0; x < 30; x++) {
        double lower = NAN, upper = NAN;
        count_exact(x, 0.95, &lower, &upper);
        assert_near(poisson_upto(upper, x), 0.025, 1e-9);
        if (x == 0)
            assert_true(lower == 0);
        else
            assert_near(1 - poisson_upto(lower, x - 1), 0.025, 1e-9);
    }
}

static void byars_limits_meet_the_exact_ones(void **state)
{
    (void)state;
    /* Byar's limits are known to meet the exact ones within 1 % from 10 events (Breslow and Day 1987, section 2.3). */
    for (int x = 10; x < 400; x += 7) {
        double lower = NAN, upper = NAN, exact_lower = NAN, exact_upper = NAN;
        count_byars(x, 0.95, &lower, &upper);
        count_exact(x, 0.95, &exact_lower, &exact_upper);
        assert_near(lower / exact_lower, 1, 0.01);
        assert_near(upper / exact_upper, 1, 0.01);
    }
    double lower = NAN, upper = NAN;
    assert_int_equal(count_limits(9, 0.95, &lower, &upper), POISSON_EXACT);
    assert_int_equal(count_limits(10, 0.95, &lower, &upper), POISSON_BYARS);
    assert_int_equal(count_limits(-1, 0.95, &lower, &upper), POISSON_NONE);
    assert_true(isnan(lower) && isnan(upper));
    poisson_method method = POISSON_BYARS;
    assert_true(isnan(rate_crude(3, 0, 1000, 0.95, &method).value));
    assert_int_equal(method, POISSON_NONE);
}

static void means_by_t(void **state)
{
    (void)state;
    const double values[] = {4, 6, NAN, 8};
    double deviation = NAN;
    size_t count = 0;
    const interval m = mean_t(values, 4, 0.95, &deviation, &count);
    assert_near(m.value, 6, 1e-12);
    assert_near(deviation, 2, 1e-12);
    assert_near(m.upper - m.value, 4.302652729749464 * 2 / sqrt(3), 1e-9); /* t, 2 degrees of freedom */
    assert_int_equal(count, 3);
    const interval one = mean_t(values, 1, 0.95, NULL, NULL);
    assert_true(one.value == 4 && isnan(one.lower));
    assert_true(isnan(mean_t(values, 0, 0.95, NULL, NULL).value));
}

static void direct_standardisation(void **state)
{
    (void)state;
    /* With the area's own population as the standard the rate is the crude one, and Dobson's limits are Byar's. */
    rate_band bands[] = {{12, NAN, 1000, 1000}, {30, NAN, 2000, 2000}, {NAN, NAN, 500, 500}};
    const rate_standardised r = rate_direct(bands, 3, 1000, 0.95);
    double lower = NAN, upper = NAN;
    count_byars(42, 0.95, &lower, &upper);
    assert_near(r.rate.value, 12, 1e-12);
    assert_near(r.rate.lower, lower / 3500 * 1000, 1e-9);
    assert_near(r.rate.upper, upper / 3500 * 1000, 1e-9);
    /* Events that come in pairs vary twice as much. */
    rate_band pairs[] = {{12, 24, 1000, 1000}, {30, 60, 2000, 2000}, {0, 0, 500, 500}};
    const rate_standardised p = rate_direct(pairs, 3, 1000, 0.95);
    assert_near((p.rate.upper - 12) / (r.rate.upper - 12), sqrt(2), 1e-9);
    bands[0].events = 3;
    bands[1].events = 6;
    const rate_standardised few = rate_direct(bands, 3, 1000, 0.95);
    assert_true(few.suppressed && isnan(few.rate.value));
    bands[1].events = 60;
    bands[2].population = 0;
    assert_true(isnan(rate_direct(bands, 3, 1000, 0.95).rate.value));
    assert_true(isnan(rate_direct(bands, 0, 1000, 0.95).rate.value));
}

static void indirect_standardisation(void **state)
{
    (void)state;
    const rate_band bands[] = {{8, NAN, 1000, 1}, {22, NAN, 500, 1}};
    const double events[] = {100, 300}, people[] = {20000, 10000};
    const rate_indirect r = rate_indirectly(bands, events, people, 2, NAN, 1000, 100, 0.95);
    assert_near(r.expected, 5 + 15, 1e-12);
    assert_near(r.ratio.value, 150, 1e-12);
    assert_near(r.rate.value, 1.5 * 400.0 / 30000 * 1000, 1e-12);
    assert_int_equal(r.method, POISSON_BYARS);
    const double gone[] = {0, 10000};
    assert_true(isnan(rate_indirectly(bands, events, gone, 2, NAN, 1000, 100, 0.95).ratio.value));
}

static void life_tables(void **state)
{
    (void)state;
    double people[LIFE_BANDS], deaths[LIFE_BANDS];
    life_row rows[LIFE_BANDS];
    /* One death rate m at every age: a naive life table in steps of the bands. */
    const double m = 0.01;
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        people[i] = 10000;
        deaths[i] = 100;
    }
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_GOOD);
    double alive = 1, years = 0;
    for (size_t i = 0; i + 1 < LIFE_BANDS; i++) {
        const double width = life_band_start[i + 1] - life_band_start[i], share = i == 0 ? 0.1 : 0.5;
        const double dying = alive * m * width / (1 + m * width * (1 - share));
        years += (alive - dying) * width + dying * width * share;
        alive -= dying;
    }
    years += alive / m;
    assert_near(rows[0].expectancy.value, years, 1e-9);
    assert_near(rows[LIFE_BANDS - 1].expectancy.value, 1 / m, 1e-9);
    assert_true(rows[0].expectancy.lower < years && rows[0].expectancy.upper > years);
    assert_near(rows[19].population, 10000, 0);
    assert_near(rows[0].deaths, 2000, 0);

    deaths[LIFE_BANDS - 1] = 0;
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_NO_LAST_DEATHS);
    assert_true(isnan(rows[0].expectancy.value));
    deaths[LIFE_BANDS - 1] = 100;
    deaths[3] = 10001;
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_TOO_MANY_DEATHS);
    deaths[3] = -1;
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_BAD_BAND);
    deaths[3] = 100;
    people[5] = 0;
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_BAD_BAND);
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        people[i] = 250;
        deaths[i] = 2;
    }
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_FEW_PEOPLE);
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        people[i] = 300;
        deaths[i] = i == LIFE_BANDS - 1 ? 1 : 0;
    }
    assert_int_equal(life_table(people, deaths, 0.95, rows), LIFE_WIDE);
    assert_true(life_refusal_text(LIFE_WIDE)[0] != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_limits_solve_the_poisson_tails),
        cmocka_unit_test(byars_limits_meet_the_exact_ones),
        cmocka_unit_test(means_by_t),
        cmocka_unit_test(direct_standardisation),
        cmocka_unit_test(indirect_standardisation),
        cmocka_unit_test(life_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
