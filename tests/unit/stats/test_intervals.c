/*
 * Wilson's interval against its published values and against its definition: the limits are the proportions p at
 * which the score test (x/n - p) / sqrt(p (1-p) / n) is exactly -z and +z.
 */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_near(double ours, double expected, double tolerance)
{
    assert_true(fabs(ours - expected) <= tolerance);
}

/* Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3, four decimals. */
static void newcombe_table(void **state)
{
    (void)state;
    static const struct {
        double x, n, lower, upper;
    } table[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0.0000, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double lower = 0, upper = 0;
        proportion_wilson(table[i].x, table[i].n, 0.95, &lower, &upper);
        assert_near(lower, table[i].lower, 5e-5);
        assert_near(upper, table[i].upper, 5e-5);
    }
}

static void limits_solve_the_score_test(void **state)
{
    (void)state;
    static const struct {
        double confidence, z;
    } levels[] = {
        {0.95, 1.9599639845400545}, {0.998, 3.0902323061678132}, {0.9, 1.6448536269514722}, {0.5, 0.67448975019608171}};
    for (size_t k = 0; k < sizeof levels / sizeof levels[0]; k++)
        for (double n = 1; n <= 3000; n = floor(n * 3) + 1)
            for (double x = 0; x <= n; x += fmax(1, floor(n / 7))) {
                double lower = 0, upper = 0;
                proportion_wilson(x, n, levels[k].confidence, &lower, &upper);
                assert_true(lower >= 0 && upper <= 1 && lower <= x / n && upper >= x / n);
                if (lower > 0)
                    assert_near((x / n - lower) / sqrt(lower * (1 - lower) / n), levels[k].z, 1e-7);
                if (upper < 1)
                    assert_near((upper - x / n) / sqrt(upper * (1 - upper) / n), levels[k].z, 1e-7);
            }
}

static void ends_are_exact_and_nonsense_is_missing(void **state)
{
    (void)state;
    double lower = 1, upper = 0;
    proportion_wilson(0, 7, 0.998, &lower, &upper);
    assert_true(lower == 0 && upper < 1);
    proportion_wilson(10, 10, 0.95, &lower, &upper);
    assert_true(upper == 1 && lower > 0.7);
    static const double wrong[][3] = {{1, 0, 0.95},   {-1, 5, 0.95},  {6, 5, 0.95},        {1, 5, 0},   {1, 5, 1},
                                      {NAN, 5, 0.95}, {1, NAN, 0.95}, {1, INFINITY, 0.95}, {1, 5, NAN}, {1, -5, 0.95}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        lower = upper = 0;
        proportion_wilson(wrong[i][0], wrong[i][1], wrong[i][2], &lower, &upper);
        assert_true(isnan(lower) && isnan(upper));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newcombe_table),
        cmocka_unit_test(limits_solve_the_score_test),
        cmocka_unit_test(ends_are_exact_and_nonsense_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
