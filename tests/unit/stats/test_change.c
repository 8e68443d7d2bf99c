/* Trends, CUSUM, false-discovery control and seasons: published examples and naive twins. */
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

static void recent_trend_of_values(void **state)
{
    (void)state;
    /* Equal errors of 1 and values on a line of slope 2: error of the slope = 1 / sqrt(10), chi-square 40. */
    double y[7], lower[7], upper[7];
    for (size_t i = 0; i < 7; i++) {
        y[i] = 10 + 2 * (double)i;
        lower[i] = y[i] - 1.96;
        upper[i] = y[i] + 1.96;
    }
    trend_recent r = trend_of_values(y, lower, upper, 7);
    assert_near(r.slope, 2, 1e-9);
    assert_near(r.chi_square, 40, 1e-9);
    assert_int_equal(r.verdict, TREND_RISING);
    /* Gentle: slope 0.9 gives 8.1, below the 9.55 that 99.8 % asks for. */
    for (size_t i = 0; i < 7; i++) {
        y[i] = 50 - 0.9 * (double)i;
        lower[i] = y[i] - 1.96;
        upper[i] = y[i] + 1.96;
    }
    r = trend_of_values(y, lower, upper, 7);
    assert_near(r.chi_square, 8.1, 1e-9);
    assert_int_equal(r.verdict, TREND_NONE);
    /* One wild point makes the whole slope: not steady. */
    const double wild[] = {10, 9.9, 9.8, 9.7, 40}, low[] = {8, 8, 8, 8, 38}, high[] = {12, 12, 12, 12, 42};
    r = trend_of_values(wild, low, high, 5);
    assert_true(r.p < 0.002 && !r.steady && r.verdict == TREND_NONE);
    assert_int_equal(trend_of_values(wild, low, high, 4).verdict, TREND_UNKNOWN);
    assert_string_equal(trend_name(TREND_FALLING), "decreasing");
}

static void recent_trend_of_proportions(void **state)
{
    (void)state;
    /* Cochran-Armitage by its other formula: T^2 / V with T = sum x (t - mean t). */
    const double x[] = {30, 38, 41, 52, 60}, n[] = {200, 210, 190, 205, 200};
    double all = 0, events = 0, mean_t = 0, top = 0, spread = 0;
    for (size_t i = 0; i < 5; i++) {
        all += n[i];
        events += x[i];
        mean_t += n[i] * ((double)i + 1);
    }
    mean_t /= all;
    for (size_t i = 0; i < 5; i++) {
        const double t = (double)i + 1 - mean_t;
        top += x[i] * t;
        spread += n[i] * t * t;
    }
    const double p = events / all;
    const trend_recent r = trend_of_proportions(x, n, 5);
    assert_near(r.chi_square, top * top / (p * (1 - p) * spread), 1e-9);
    assert_int_equal(r.verdict, TREND_RISING);
    const double none[] = {0, 38, 41, 52, 60};
    assert_int_equal(trend_of_proportions(none, n, 5).verdict, TREND_UNKNOWN);
}

static void mann_kendall(void **state)
{
    (void)state;
    double work[200];
    trend_rank r;
    /* Gilbert 1987, section 16.4.1: 10, 22, 21, 30, 22, 30, 40, 40 with ties: S = 21... counted here pair by pair. */
    const double y[] = {10, 22, 21, 30, 22, 30, 40, 40};
    double s = 0;
    for (size_t i = 0; i < 8; i++)
        for (size_t j = i + 1; j < 8; j++)
            s += y[j] > y[i] ? 1 : y[j] < y[i] ? -1 : 0;
    assert_int_equal(trend_mann_kendall(y, 8, 0.95, work, &r, NULL), STATUS_OK);
    assert_near(r.s, s, 0);
    assert_near(r.variance, (8 * 7 * 21 - 3 * (2 * 1 * 9)) / 18.0, 1e-12);
    assert_near(r.z, (s - 1) / sqrt(r.variance), 1e-12);
    assert_true(r.slope > 0 && r.slope_lower <= r.slope && r.slope_upper >= r.slope);
    /* Sen's slope shrugs off a gap and an outlier. */
    const double line[] = {1, 3, 5, NAN, 9, 11, 500, 15, 17};
    assert_int_equal(trend_mann_kendall(line, 9, 0.95, work, &r, NULL), STATUS_OK);
    assert_near(r.slope, 2, 1e-12);
    assert_near(r.intercept, 1, 1e-12);
    const double flat[] = {4, 4, 4, 4, 4};
    assert_int_equal(trend_mann_kendall(flat, 5, 0.95, work, &r, NULL), STATUS_OK);
    assert_true(r.s == 0 && r.p == 1 && r.slope == 0);
    assert_int_equal(trend_mann_kendall(flat, 3, 0.95, work, &r, NULL), STATUS_OK);
    assert_true(isnan(r.p));
    error err = {0};
    assert_int_equal(trend_mann_kendall(flat, 6000, 0.95, work, &r, &err), STATUS_USAGE);
}

static void cusum_of_the_textbook(void **state)
{
    (void)state;
    /* Montgomery, Introduction to Statistical Quality Control, table 9.1: target 10, sigma 1, k 1/2, h 5; the sum
     * passes 5 at point 29, having left 0 at point 23. */
    const double y[] = {9.45,  7.99,  9.29,  11.66, 12.16, 10.18, 8.04,  11.46, 9.20,  10.34,
                        9.03,  11.47, 10.51, 9.40,  10.08, 9.37,  10.62, 10.31, 8.52,  10.84,
                        10.90, 9.33,  12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52};
    cusum_point p[30];
    assert_int_equal(cusum_make(y, 30, &(cusum_options){.target = 10, .sigma = 1}, p, NULL, NULL, NULL), STATUS_OK);
    assert_near(p[27].high, 4.47 + 0.01, 0.011);
    assert_near(p[28].high, 5.28, 1e-9);
    assert_near(p[29].high, 5.30, 1e-9);
    assert_true(!p[27].signal_high && p[28].signal_high && p[28].since == 22);
    assert_true(!p[28].signal_low);
    double gap[30];
    memcpy(gap, y, sizeof y);
    gap[25] = NAN;
    assert_int_equal(cusum_make(gap, 30, &(cusum_options){.target = 10, .sigma = 1}, p, NULL, NULL, NULL), STATUS_OK);
    assert_near(p[25].high, p[24].high, 0);
    const double flat[] = {3, 3, 3};
    double sigma = 1;
    assert_int_equal(cusum_make(flat, 3, &(cusum_options){.target = NAN, .sigma = NAN}, p, NULL, &sigma, NULL),
                     STATUS_OK);
    assert_true(sigma == 0 && isnan(p[2].high) && !p[2].signal_high);
    error err = {0};
    assert_int_equal(cusum_make(flat, 3, &(cusum_options){.slack = -1}, p, NULL, NULL, &err), STATUS_USAGE);
}

static void false_discoveries(void **state)
{
    (void)state;
    /* Benjamini and Hochberg 1995, section 4.1: four of fifteen at 0.05. */
    const double p[] = {0.3240, 0.0001, 0.0278, 0.0004, 0.0298, 0.0019, 0.0095, 0.0201,
                        0.0344, 0.0459, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
    size_t work[20];
    double adjusted[15];
    bool called[15];
    fdr_summary s;
    assert_int_equal(fdr_control(p, 15, 0.05, work, adjusted, called, &s, NULL), STATUS_OK);
    assert_int_equal(s.rejected, 4);
    assert_near(s.threshold, 0.0095, 0);
    assert_near(s.expected_false, 0.2, 1e-12);
    assert_true(called[1] && called[3] && called[5] && called[6] && !called[7]);
    for (size_t i = 0; i < 15; i++) { /* adjusted: the least p_j n / rank_j over p_j >= p_i */
        double naive = 1;
        for (size_t j = 0; j < 15; j++) {
            double rank = 0;
            for (size_t k = 0; k < 15; k++)
                rank += p[k] <= p[j];
            if (p[j] >= p[i])
                naive = fmin(naive, p[j] * 15 / rank);
        }
        assert_near(adjusted[i], naive, 1e-12);
    }
    const double holes[] = {NAN, 0.01, NAN}, wrong[] = {0.5, 1.5};
    assert_int_equal(fdr_control(holes, 3, 0.05, work, adjusted, called, &s, NULL), STATUS_OK);
    assert_true(s.tests == 1 && called[1] && !called[0] && isnan(adjusted[0]));
    error err = {0};
    assert_int_equal(fdr_control(wrong, 2, 0.05, work, NULL, NULL, &s, &err), STATUS_REFUSED);
    assert_int_equal(fdr_control(holes, 3, 0, work, NULL, NULL, &s, &err), STATUS_USAGE);
    assert_int_equal(fdr_control(holes, 0, 0.1, work, NULL, NULL, &s, &err), STATUS_OK);
    assert_int_equal(s.rejected, 0);
}

static void signals_have_p_values(void **state)
{
    (void)state;
    double y[25];
    spc_point points[25];
    const spc_options o = {.better = BETTER_HIGHER, .target = NAN, .baseline_points = 12};
    for (size_t i = 0; i < 25; i++)
        y[i] = i % 2 ? 21 : 19;
    assert_int_equal(spc_xmr(y, 25, &o, points, NULL, 0, NULL, NULL), STATUS_OK);
    assert_near(spc_signal_p(y, points, 25, NULL), 1, 0);
    y[24] = 30; /* 10 above the mean; sigma = 5.32 / 3 */
    assert_int_equal(spc_xmr(y, 25, &o, points, NULL, 0, NULL, NULL), STATUS_OK);
    assert_near(spc_signal_p(y, points, 25, NULL), 4 * erfc(10 / (5.32 / 3) / sqrt(2)), 1e-15);
    for (size_t i = 16; i < 25; i++)
        y[i] = i % 2 ? 21 : 20.5;
    assert_int_equal(spc_xmr(y, 25, &o, points, NULL, 0, NULL, NULL), STATUS_OK);
    assert_near(spc_signal_p(y, points, 25, NULL), 4 * 2 * pow(0.5, 10), 1e-12); /* row 15 is 21 too: a run of ten */
    assert_true(isnan(spc_signal_p(y, points, 0, NULL)));
    /* Limits half as far out are 1.5 sigma away: sigma stays what it was, and so does p. */
    spc_rules narrow = *spc_rules_find(NULL);
    narrow.name = "narrow";
    narrow.limit_factor = 1.33;
    const spc_options half = {.better = BETTER_HIGHER, .target = NAN, .baseline_points = 12, .rules = &narrow};
    for (size_t i = 0; i < 25; i++)
        y[i] = i % 2 ? 21 : 19;
    y[24] = 30;
    assert_int_equal(spc_xmr(y, 25, &half, points, NULL, 0, NULL, NULL), STATUS_OK);
    assert_near(points[24].upper - points[24].mean, 2.66, 1e-12);
    assert_near(spc_signal_p(y, points, 25, &narrow), 4 * erfc(10 / (5.32 / 3) / sqrt(2)), 1e-15);
}

static void a_season_is_no_signal(void **state)
{
    (void)state;
    /* The larger of two that agree; 1 where only one of the two speaks, or they differ; no test stays none. */
    assert_near(season_signal_p(0.001, SIGNAL_CONCERN, 0.02, SIGNAL_CONCERN), 0.02, 0);
    assert_near(season_signal_p(0.03, SIGNAL_CONCERN, 0.02, SIGNAL_CONCERN), 0.03, 0);
    assert_near(season_signal_p(0.001, SIGNAL_CONCERN, 1, SIGNAL_COMMON_CAUSE), 1, 0);
    assert_near(season_signal_p(1, SIGNAL_COMMON_CAUSE, 0.001, SIGNAL_CONCERN), 1, 0);
    assert_near(season_signal_p(0.001, SIGNAL_CONCERN, 0.001, SIGNAL_IMPROVEMENT), 1, 0);
    assert_near(season_signal_p(1, SIGNAL_COMMON_CAUSE, 1, SIGNAL_COMMON_CAUSE), 1, 0);
    assert_near(season_signal_p(0.001, SIGNAL_CONCERN, NAN, SIGNAL_CONCERN), 1, 0);
    assert_true(isnan(season_signal_p(NAN, SIGNAL_NONE, 0.01, SIGNAL_CONCERN)));
}

static void seasons(void **state)
{
    (void)state;
    double y[60], noise[60], work[120], adjusted[60];
    season_check c;
    uint64_t bits[RANDOM_BLOCK];
    for (size_t i = 0; i < 60; i++) {
        random_bits(9, 0, i, 0, bits);
        noise[i] = random_uniform_of(bits[0]) * 4;
        y[i] = 100 + 0.5 * (double)i + noise[i];
    }
    assert_int_equal(season_check_make(y, 60, 12, 3, work, &c, NULL), STATUS_OK);
    assert_false(c.seasonal);
    for (size_t i = 0; i < 60; i++)
        y[i] += (i + 3) % 12 == 0 ? 11 : -1; /* every January stands out by 12 */
    assert_int_equal(season_check_make(y, 60, 12, 3, work, &c, NULL), STATUS_OK);
    assert_true(c.seasonal && c.cycles == 5);
    assert_near(c.effects[0], 11, 1.5);
    assert_true(c.rank_p > 0.01); /* one month alone is too little for ranks: the analysis of variance sees it */
    double total = 0;
    for (size_t s = 0; s < 12; s++)
        total += c.effects[s];
    assert_near(total, 0, 1e-9);
    season_adjust(y, 60, 12, 3, &c, adjusted);
    assert_near(adjusted[9], y[9] - c.effects[0], 1e-12);
    assert_int_equal(season_check_make(adjusted, 60, 12, 3, work, &c, NULL), STATUS_OK);
    assert_false(c.seasonal);
    for (size_t i = 0; i < 60; i++) /* a wave is for the ranks */
        y[i] = 100 + 6 * sin(2 * M_PI * (double)i / 12) + noise[i];
    assert_int_equal(season_check_make(y, 60, 12, 0, work, &c, NULL), STATUS_OK);
    assert_true(c.seasonal && c.rank_p < 0.001);
    assert_near(c.effects[3], 6, 1.5);
    assert_int_equal(season_check_make(y, 30, 12, 3, work, &c, NULL), STATUS_OK);
    assert_true(!c.seasonal && isnan(c.p));
    error err = {0};
    assert_int_equal(season_check_make(y, 60, 1, 0, work, &c, &err), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recent_trend_of_values), cmocka_unit_test(recent_trend_of_proportions),
        cmocka_unit_test(mann_kendall),           cmocka_unit_test(cusum_of_the_textbook),
        cmocka_unit_test(false_discoveries),      cmocka_unit_test(signals_have_p_values),
        cmocka_unit_test(a_season_is_no_signal),  cmocka_unit_test(seasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
