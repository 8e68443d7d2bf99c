/* Figures that plots work out themselves, against the functions that know them. */
#include "test_plot_gallery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void close_to(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12 * fmax(1, fabs(b))))
        fail_msg("%.17g is not %.17g", a, b);
}

/* The curve at an organisation's own size is that organisation's limits. */
static void test_funnel_curve_is_the_limits(void **state)
{
    (void)state;
    enum { N = 40 };
    double numerators[N], denominators[N], work[N];
    funnel_point points[N];
    funnel_result result;
    static plot_funnel_curve curve[PLOT_FUNNEL_CURVE];
    for (int type = 0; type < 3; type++)
        for (int transform = 0; transform < 2; transform++)
            for (int adjusted = 0; adjusted < 2; adjusted++) {
                for (size_t i = 0; i < N; i++) {
                    denominators[i] = 20 + 37.5 * (double)i;
                    numerators[i] = floor(denominators[i] * (0.3 + 0.4 * (double)(i * 7 % N) / N));
                }
                const funnel_options options = {.type = (funnel_type)type,
                                                .transform = (funnel_transform)transform,
                                                .adjusted = adjusted == 1,
                                                .unadjusted = adjusted == 0,
                                                .multiplier = 100,
                                                .inner = 0.9,
                                                .outer = 0.99};
                assert_int_equal(funnel_make(numerators, denominators, N, &options, points, work, &result, NULL),
                                 STATUS_OK);
                for (size_t i = 0; i < N; i += 13) {
                    assert_int_equal(
                        plot_funnel_curve_make(&options, &result, adjusted == 1, points[i].size, 5000, curve),
                        PLOT_FUNNEL_CURVE);
                    const funnel_limits *l = adjusted == 1 ? &points[i].wide : &points[i].plain;
                    close_to(curve[0].size, points[i].size);
                    close_to(curve[0].limits.inner_lower, l->inner_lower);
                    close_to(curve[0].limits.inner_upper, l->inner_upper);
                    close_to(curve[0].limits.outer_lower, l->outer_lower);
                    close_to(curve[0].limits.outer_upper, l->outer_upper);
                    close_to(curve[PLOT_FUNNEL_CURVE - 1].size, 5000);
                }
            }
    funnel_result none = {.target_transformed = (double)NAN};
    const funnel_options options = {0};
    assert_int_equal(plot_funnel_curve_make(&options, &none, false, 1, 2, curve), 0);
    assert_int_equal(plot_funnel_curve_make(&options, &result, false, 0, 2, curve), 0);
    assert_int_equal(plot_funnel_curve_make(&options, &result, false, 3, 2, curve), 0);
    assert_int_equal(plot_funnel_curve_make(&options, &result, false, 1, INFINITY, curve), 0);
}

static void test_funnel_levels(void **state)
{
    (void)state;
    const funnel_limits limits = {.inner_lower = 30, .inner_upper = 70, .outer_lower = 20, .outer_upper = 80};
    const double values[] = {0.5, 0.75, 0.9, 0.25, 0.1, (double)NAN};
    const int8_t levels[] = {0, 1, 2, -1, -2, 0};
    funnel_point points[6];
    plot_funnel_point drawn[6];
    for (size_t i = 0; i < 6; i++)
        points[i] = (funnel_point){.value = values[i], .size = 10, .plain = limits, .wide = {-1e9, 1e9, -1e9, 1e9}};
    const funnel_options options = {.multiplier = 100};
    plot_funnel_from(points, &options, &(funnel_result){.unadjusted = true}, NULL, 6, drawn);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(drawn[i].level, levels[i]);
    close_to(drawn[2].value, 90);
    plot_funnel_from(points, &options, &(funnel_result){.adjusted = true}, NULL, 6, drawn);
    assert_int_equal(drawn[2].level, 0);
    plot_funnel_from(points, &options, &(funnel_result){0}, NULL, 6, drawn);
    assert_int_equal(drawn[2].level, 0);
}

/* Life expectancy at birth from the survivors, by hand, is what life_table says. */
static void test_survivors_give_the_expectancy(void **state)
{
    (void)state;
    double population[LIFE_BANDS], deaths[LIFE_BANDS], survivors[LIFE_BANDS], years = 0;
    life_row rows[LIFE_BANDS];
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        population[i] = 20000 - 700 * (double)i;
        deaths[i] = round(population[i] * MORTALITY_MEN[i]);
    }
    plot_life_survivors(population, deaths, survivors);
    close_to(survivors[0], 100000);
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        if (i + 1 == LIFE_BANDS) {
            years += survivors[i] / (deaths[i] / population[i]);
            break;
        }
        assert_true(survivors[i + 1] <= survivors[i]);
        double width = life_band_start[i + 1] - life_band_start[i], share = i == 0 ? 0.1 : 0.5;
        years += width * (survivors[i + 1] + share * (survivors[i] - survivors[i + 1]));
    }
    assert_int_equal(life_table(population, deaths, 0.95, rows), LIFE_GOOD);
    assert_true(fabs(years / 100000 - rows[0].expectancy.value) < 1e-9);
    population[4] = 0;
    plot_life_survivors(population, deaths, survivors);
    assert_true(isfinite(survivors[4]));
    assert_true(isnan(survivors[5]) && isnan(survivors[LIFE_BANDS - 1]));
}

static void test_points_from_charts(void **state)
{
    (void)state;
    const chart_point points[] = {
        {.value = 5, .centre = 2, .lower = 0, .upper = 4, .part = 1, .included = true, .beyond = true},
        {.value = -1, .centre = 2, .lower = 0, .upper = 4, .part = 1, .included = true, .beyond = true},
        {.value = 9, .centre = 2, .lower = 0, .upper = 4, .part = 2, .included = false, .beyond = true},
        {.value = 2, .centre = 2, .lower = 0, .upper = 4, .part = 2, .included = true}};
    const double targets[] = {1, (double)NAN, 1, 1};
    plot_control_point out[4];
    plot_control_from_chart(points, NULL, targets, 4, out);
    assert_int_equal(out[0].signal, SIGNAL_HIGH);
    assert_int_equal(out[1].signal, SIGNAL_LOW);
    assert_int_equal(out[2].signal, SIGNAL_NONE);
    assert_true(out[2].excluded && out[2].part == 2);
    assert_int_equal(out[3].signal, SIGNAL_COMMON_CAUSE);
    assert_true(out[0].target == 1 && isnan(out[1].target));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_funnel_curve_is_the_limits), cmocka_unit_test(test_funnel_levels),
        cmocka_unit_test(test_survivors_give_the_expectancy), cmocka_unit_test(test_points_from_charts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
