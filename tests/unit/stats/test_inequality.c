/* Slope and relative index, gaps, attributable fraction, concentration index: exact lines, simulations against closed
 * forms. */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double ours, double expected, double tolerance)
{
    assert_true(fabs(ours - expected) <= tolerance);
}

enum { TENTHS = 10, DRAWS = 50000 };
static double work[2 * DRAWS];

/* Values on a line from `start` to `end` over unequal tenths. */
static void on_a_line(inequality_group *g, double start, double end, double error_size)
{
    double total = 0, before = 0;
    for (size_t i = 0; i < TENTHS; i++)
        total += g[i].population = 900 + 40 * (double)i;
    for (size_t i = 0; i < TENTHS; i++) {
        const double share = g[i].population / total;
        g[i].value = start + (end - start) * (before + share / 2);
        g[i].deviation = error_size;
        g[i].lower = g[i].upper = NAN;
        before += share;
    }
}

static void a_line_gives_itself_back(void **state)
{
    (void)state;
    inequality_group g[TENTHS];
    slope_result r;
    on_a_line(g, 60, 80, 0.5);
    assert_int_equal(inequality_slope(g, TENTHS, &(slope_options){0}, NULL, &r, NULL), STATUS_OK);
    assert_near(r.intercept, 60, 1e-9);
    assert_near(r.sii.value, 20, 1e-9);
    assert_near(r.rii.value, 80.0 / 60, 1e-12);
    assert_true(r.sii.lower < 20 && r.sii.upper > 20 && isnan(r.sii_simulated_lower));
    assert_int_equal(inequality_slope(g, TENTHS, &(slope_options){.multiplier = -1}, NULL, &r, NULL), STATUS_OK);
    assert_near(r.sii.value, -20, 1e-9);
    assert_near(r.rii.value, 60.0 / 80, 1e-12);
    /* Straight in logs: fitted on that scale the ends come back. */
    for (size_t i = 0; i < TENTHS; i++) {
        g[i].value = exp(g[i].value / 100);
        g[i].deviation = 0.01;
    }
    assert_int_equal(
        inequality_slope(g, TENTHS, &(slope_options){.scale = SLOPE_LOG, .transform = true}, NULL, &r, NULL),
        STATUS_OK);
    assert_near(r.intercept, exp(0.6), 1e-9);
    assert_near(r.rii.value, exp(0.2), 1e-9);
}

static void simulation_and_closed_form_agree(void **state)
{
    (void)state;
    inequality_group g[TENTHS];
    slope_result r;
    for (int scale = 0; scale < 3; scale++)
        for (int transform = 0; transform < 2; transform++) {
            on_a_line(g, 0.2, 0.35, 0.004);
            const slope_options o = {
                .scale = (slope_scale)scale, .transform = transform, .draws = DRAWS, .seed = 3, .multiplier = 100};
            assert_int_equal(inequality_slope(g, TENTHS, &o, work, &r, NULL), STATUS_OK);
            const double width = r.sii.upper - r.sii.lower, rii_width = r.rii.upper - r.rii.lower;
            assert_near(r.sii_simulated_lower, r.sii.lower, 0.03 * width);
            assert_near(r.sii_simulated_upper, r.sii.upper, 0.03 * width);
            assert_near(r.rii_simulated_lower, r.rii.lower, 0.03 * rii_width);
            assert_near(r.rii_simulated_upper, r.rii.upper, 0.03 * rii_width);
        }
}

static void closed_form_is_the_textbook_variance(void **state)
{
    (void)state;
    /* Equal groups, equal errors s: var(slope) = s^2 / sum (x - mean)^2 over n equal weights. */
    inequality_group g[5];
    slope_result r;
    double spread = 0;
    for (size_t i = 0; i < 5; i++) {
        g[i] = (inequality_group){100, 10 + (double)(i * i), 2, NAN, NAN};
        spread += (0.1 + 0.2 * (double)i - 0.5) * (0.1 + 0.2 * (double)i - 0.5);
    }
    assert_int_equal(inequality_slope(g, 5, &(slope_options){0}, NULL, &r, NULL), STATUS_OK);
    assert_near(r.sii.upper - r.sii.value, 1.9599639845400545 * 2 / sqrt(spread), 1e-9);
}

static int by_value(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The draws again, one by one, sorted: the same quantiles. */
static void simulated_limits_are_quantiles_of_the_draws(void **state)
{
    (void)state;
    inequality_group g[5];
    slope_result r;
    static const size_t draw_counts[] = {2, 3, 41, 1000, 4096};
    for (size_t i = 0; i < 5; i++)
        g[i] = (inequality_group){100, 10 + (double)(i * i), 2, NAN, NAN};
    for (size_t k = 0; k < 5; k++) {
        const size_t draws = draw_counts[k];
        const slope_options o = {.draws = draws, .seed = 77, .stream = k};
        assert_int_equal(inequality_slope(g, 5, &o, work, &r, NULL), STATUS_OK);
        double drawn[4096];
        memcpy(drawn, work, draws * sizeof *drawn); /* the SIIs, in the order that selection left them */
        qsort(drawn, draws, sizeof *drawn, by_value);
        for (int side = 0; side < 2; side++) {
            const double at = (side ? 0.975 : 0.025) * (double)(draws - 1);
            const size_t i = (size_t)at;
            const double next = i + 1 < draws ? drawn[i + 1] : drawn[i];
            assert_near(side ? r.sii_simulated_upper : r.sii_simulated_lower,
                        drawn[i] + (next - drawn[i]) * (at - (double)i), 1e-12);
        }
    }
}

static void threads_and_streams(void **state)
{
    (void)state;
    enum { AREAS = 7 };
    inequality_group g[AREAS * TENTHS];
    slope_result one[AREAS], three[AREAS], alone;
    for (size_t a = 0; a < AREAS; a++)
        on_a_line(g + a * TENTHS, 50 + (double)a, 70, 1);
    const slope_options o = {.draws = 2000, .seed = 11, .stream = 5};
    assert_int_equal(inequality_slopes(g, TENTHS, AREAS, &o, 1, one, NULL), STATUS_OK);
    assert_int_equal(inequality_slopes(g, TENTHS, AREAS, &o, 3, three, NULL), STATUS_OK);
    assert_memory_equal(one, three, sizeof one);
    const slope_options fourth = {.draws = 2000, .seed = 11, .stream = 8};
    assert_int_equal(inequality_slope(g + 3 * TENTHS, TENTHS, &fourth, work, &alone, NULL), STATUS_OK);
    assert_memory_equal(&alone, &one[3], sizeof alone);
    const slope_options other_seed = {.draws = 2000, .seed = 12, .stream = 8};
    assert_int_equal(inequality_slope(g + 3 * TENTHS, TENTHS, &other_seed, work, &alone, NULL), STATUS_OK);
    assert_true(alone.sii_simulated_lower != one[3].sii_simulated_lower);
    g[4 * TENTHS].population = 0;
    error err = {0};
    assert_int_equal(inequality_slopes(g, TENTHS, AREAS, &o, 3, three, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "group 1"));
}

static void slopes_refuse_nonsense(void **state)
{
    (void)state;
    inequality_group g[TENTHS];
    slope_result r;
    error err = {0};
    on_a_line(g, 0.2, 0.4, 0.01);
    assert_int_equal(inequality_slope(g, 2, &(slope_options){0}, NULL, &r, &err), STATUS_USAGE);
    g[3].value = 0;
    assert_int_equal(inequality_slope(g, TENTHS, &(slope_options){.scale = SLOPE_LOG}, NULL, &r, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "group 4"));
    g[3].value = 1;
    assert_int_equal(inequality_slope(g, TENTHS, &(slope_options){.scale = SLOPE_LOGIT}, NULL, &r, &err),
                     STATUS_REFUSED);
    g[3].value = NAN;
    assert_int_equal(inequality_slope(g, TENTHS, &(slope_options){0}, NULL, &r, &err), STATUS_OK);
    assert_true(isnan(r.sii.value));
    assert_int_equal(inequality_slope(g, TENTHS, &(slope_options){.confidence = 1.5}, NULL, &r, &err), STATUS_USAGE);
}

static void gaps_and_fractions(void **state)
{
    (void)state;
    const inequality_group worst = {100, 30, 3, NAN, NAN}, best = {100, 20, 4, NAN, NAN};
    const interval gap = inequality_gap(&worst, &best, 0.95), ratio = inequality_ratio(&worst, &best, 0.95);
    assert_near(gap.value, 10, 1e-12);
    assert_near(gap.upper, 10 + 1.9599639845400545 * 5, 1e-9);
    assert_near(ratio.value, 1.5, 1e-12);
    assert_near(log(ratio.upper / 1.5), 1.9599639845400545 * sqrt(0.01 + 0.04), 1e-9);
    const inequality_group three[] = {{100, 30, 1, NAN, NAN}, {100, 20, 1, NAN, NAN}, {200, 10, 1, NAN, NAN}};
    const interval fraction = inequality_attributable(three, 3, 2, 0.95); /* overall 17.5 */
    assert_near(fraction.value, 7.5 / 17.5, 1e-12);
    /* Its error by small steps. */
    double variance = 0;
    for (size_t i = 0; i < 3; i++) {
        inequality_group moved[3];
        memcpy(moved, three, sizeof three);
        moved[i].value += 1e-5;
        variance += pow((inequality_attributable(moved, 3, 2, 0.95).value - fraction.value) / 1e-5, 2);
    }
    assert_near(fraction.upper - fraction.value, 1.9599639845400545 * sqrt(variance), 1e-5);
    assert_true(isnan(inequality_attributable(three, 3, 3, 0.95).value));
}

static void concentration(void **state)
{
    (void)state;
    inequality_group g[] = {{50, 12, 1, NAN, NAN}, {50, 12, 1, NAN, NAN}};
    assert_near(inequality_concentration(g, 2, 0.95).value, 0, 1e-12);
    g[1].value = 0; /* all of it with the first half: 2/6 x 0.5 x 12 x 0.25 - 1 */
    assert_near(inequality_concentration(g, 2, 0.95).value, -0.5, 1e-12);
    g[0].value = 5;
    g[1].value = 15;
    const interval c = inequality_concentration(g, 2, 0.95);
    assert_true(c.value > 0);
    double variance = 0;
    for (size_t i = 0; i < 2; i++) {
        inequality_group moved[2] = {g[0], g[1]};
        moved[i].value += 1e-5;
        variance += pow((inequality_concentration(moved, 2, 0.95).value - c.value) / 1e-5, 2);
    }
    assert_near(c.upper - c.value, 1.9599639845400545 * sqrt(variance), 1e-5);
    g[0].value = g[1].value = 0;
    assert_true(isnan(inequality_concentration(g, 2, 0.95).value));
}

static void random_numbers_are_numbered(void **state)
{
    (void)state;
    /* Known answer of Philox 4x64-10 with counter and key 0 (Random123, kat_vectors). */
    uint64_t bits[RANDOM_BLOCK];
    random_bits(0, 0, 0, 0, bits);
    assert_true(bits[0] == 0x16554d9eca36314cu && bits[1] == 0xdb20fe9d672d0fdcu && bits[2] == 0xd7e772cee186176bu &&
                bits[3] == 0x7e68b68aec7ba23bu);
    double sum = 0, squares = 0;
    enum { MANY = 40000 };
    for (uint64_t i = 0; i < MANY / RANDOM_BLOCK; i++) {
        double z[RANDOM_BLOCK];
        random_normals(1, 2, i, 0, z);
        for (int k = 0; k < RANDOM_BLOCK; k++) {
            sum += z[k];
            squares += z[k] * z[k];
        }
    }
    assert_near(sum / MANY, 0, 0.02);
    assert_near(squares / MANY, 1, 0.03);
    assert_true(random_uniform_of(0) > 0 && random_uniform_of(UINT64_MAX) < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_gives_itself_back),
        cmocka_unit_test(simulation_and_closed_form_agree),
        cmocka_unit_test(closed_form_is_the_textbook_variance),
        cmocka_unit_test(simulated_limits_are_quantiles_of_the_draws),
        cmocka_unit_test(threads_and_streams),
        cmocka_unit_test(slopes_refuse_nonsense),
        cmocka_unit_test(gaps_and_fractions),
        cmocka_unit_test(concentration),
        cmocka_unit_test(random_numbers_are_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
