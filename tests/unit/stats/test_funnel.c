/* Funnels by hand, significance and quantiles by naive twins, ranks and peers on cases with a known answer. */
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

enum { GROUPS = 20 };
static funnel_point points[GROUPS];
static double work[GROUPS];
static funnel_result result;

/* Twenty organisations of 1,000 whose proportions scatter far wider than chance. */
static void wide_groups(double *x, double *n)
{
    for (size_t i = 0; i < GROUPS; i++) {
        n[i] = 1000;
        x[i] = 500 + ((double)i - 9.5) * 20;
    }
}

static void proportions_with_overdispersion(void **state)
{
    (void)state;
    double x[GROUPS], n[GROUPS];
    wide_groups(x, n);
    const funnel_options o = {.type = FUNNEL_PROPORTION, .adjusted = true, .trim = 0.1};
    assert_int_equal(funnel_make(x, n, GROUPS, &o, points, work, &result, NULL), STATUS_OK);
    assert_near(result.target, 0.5, 1e-12);
    /* Naive phi and tau2: all s are equal, so sum w - sum w^2 / sum w = w (N - 1). */
    const double s = 1 / (2 * sqrt(1000));
    double z[GROUPS], squares = 0;
    for (size_t i = 0; i < GROUPS; i++)
        z[i] = (asin(sqrt(x[i] / 1000)) - asin(sqrt(0.5))) / s;
    const double low = z[1] + 0.9 * (z[2] - z[1]), high = z[17] + 0.1 * (z[18] - z[17]); /* type 7: 19 x 0.1 = 1.9 */
    for (size_t i = 0; i < GROUPS; i++)
        squares += pow(fmin(fmax(z[i], low), high), 2);
    const double phi = squares / GROUPS, tau2 = (GROUPS * phi - (GROUPS - 1)) * s * s / (GROUPS - 1);
    assert_near(result.phi, phi, 1e-9);
    assert_near(result.tau2, tau2, 1e-12);
    assert_near(points[3].wide.inner_upper, pow(sin(asin(sqrt(0.5)) + 1.959964 * sqrt(s * s + tau2)), 2), 1e-12);
    assert_near(points[3].plain.outer_lower, pow(sin(asin(sqrt(0.5)) - 3.090232 * s), 2), 1e-12);
    assert_true(points[0].winsorised && points[1].winsorised && !points[2].winsorised);
    assert_int_equal(result.outliers, 0);
    const funnel_options plain = {.type = FUNNEL_PROPORTION, .unadjusted = true, .outliers_by_inner = true};
    assert_int_equal(funnel_make(x, n, GROUPS, &plain, points, work, &result, NULL), STATUS_OK);
    assert_true(result.outliers > 10 && points[0].side == -1 && points[19].side == 1);
}

static void limits_stay_in_range_and_other_confidences_work(void **state)
{
    (void)state;
    const double x[] = {1, 0, 90, NAN, 3}, n[] = {2, 3, 1000, 5, 0};
    const funnel_options o = {
        .type = FUNNEL_PROPORTION, .unadjusted = true, .inner = 0.8, .outer = 0.9999, .multiplier = 100};
    assert_int_equal(funnel_make(x, n, 5, &o, points, work, &result, NULL), STATUS_OK);
    for (size_t i = 0; i < 3; i++)
        assert_true(points[i].plain.outer_lower >= 0 && points[i].plain.outer_upper <= 100 &&
                    points[i].plain.outer_lower <= points[i].plain.inner_lower);
    assert_true(points[0].plain.outer_lower == 0);
    assert_true(isnan(points[3].z) && isnan(points[4].plain.inner_upper) && !points[4].outlier);
}

static void standardised_ratios(void **state)
{
    (void)state;
    const double o[] = {10, 40, 25}, e[] = {20, 20, 25.004};
    const funnel_options shmi = {.type = FUNNEL_STANDARDISED, .unadjusted = true};
    assert_int_equal(funnel_make(o, e, 3, &shmi, points, work, &result, NULL), STATUS_OK);
    assert_near(points[2].size, 25, 0);
    assert_near(points[1].z, log(2) * sqrt(20), 1e-12);
    double lower = NAN, upper = NAN; /* Poisson limits of the expected number, over it */
    count_exact(20, 0.95, &lower, &upper);
    assert_near(points[0].plain.inner_lower, lower / 20, 1e-9);
    assert_near(points[0].plain.inner_upper, upper / 20, 1e-9);
    const funnel_options cqc = {
        .type = FUNNEL_STANDARDISED, .transform = FUNNEL_CQC, .adjusted = true, .unadjusted = true};
    assert_int_equal(funnel_make(o, e, 3, &cqc, points, work, &result, NULL), STATUS_OK);
    assert_near(points[1].transformed, sqrt(2), 1e-12);
    assert_near(points[2].size, 25.004, 0);
}

static void funnels_refuse_nonsense(void **state)
{
    (void)state;
    const double x[] = {5}, n[] = {4}, minus[] = {-1};
    error err = {0};
    funnel_options o = {.type = FUNNEL_PROPORTION};
    assert_int_equal(funnel_make(x, n, 1, &o, points, work, &result, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "row 1"));
    assert_int_equal(funnel_make(minus, n, 1, &o, points, work, &result, &err), STATUS_REFUSED);
    o.type = FUNNEL_RATIO;
    assert_int_equal(funnel_make(x, n, 1, &o, points, work, &result, &err), STATUS_OK);
    o.trim = 0.5;
    assert_int_equal(funnel_make(x, n, 1, &o, points, work, &result, &err), STATUS_USAGE);
    o.trim = 0;
    assert_int_equal(funnel_make(x, n, 0, &o, points, work, &result, &err), STATUS_OK);
}

static void health_limits_turn_the_intervals_round(void **state)
{
    (void)state;
    for (double n = 20; n < 5000; n *= 2.3) {
        const health_limits l = funnel_proportion_limits(0.3, n);
        double lower = NAN, upper = NAN;
        proportion_wilson(l.upper_2s * n, n, 0.95, &lower, &upper);
        assert_near(lower, 0.3, 1e-9);
        const health_limits c = funnel_expected_limits(floor(n));
        count_exact(floor(n), 0.998, &lower, &upper);
        assert_near(c.upper_3s, lower, 1e-9);
        assert_near(c.lower_3s, upper, 1e-9);
    }
    assert_int_equal(funnel_proportion_significance(30, 100, 0.3), NOT_SIGNIFICANT);
    assert_int_equal(funnel_proportion_significance(60, 100, 0.3), HIGH_001);
    assert_int_equal(funnel_proportion_significance(20, 100, 0.3), LOW_025);
    assert_int_equal(funnel_count_significance(0, 20), LOW_001);
    assert_int_equal(funnel_count_significance(30, 20), HIGH_025);
    assert_int_equal(funnel_count_significance(3, 0), SIGNIFICANCE_NONE);
    assert_string_equal(significance_name(HIGH_025), "High (0.025)");
    double at[5];
    funnel_positions(1, 10000, 5, at);
    assert_true(at[0] == 1 && at[1] == 10 && at[2] == 100 && at[4] == 10000);
}

static void quantiles_share_evenly(void **state)
{
    (void)state;
    double values[43], scratch[43];
    int32_t groups[43];
    for (size_t i = 0; i < 43; i++)
        values[i] = (double)((i * 17) % 43);
    values[5] = NAN;
    quantile_groups(values, 43, 5, true, scratch, groups);
    int sizes[6] = {0};
    for (size_t i = 0; i < 43; i++) {
        sizes[groups[i]]++;
        for (size_t j = 0; j < 43; j++)
            if (values[i] > values[j])
                assert_true(groups[i] <= groups[j]);
    }
    assert_int_equal(sizes[0], 1);
    for (int q = 1; q <= 5; q++)
        assert_true(sizes[q] >= 8 && sizes[q] <= 9);
    quantile_groups(values, 3, 5, true, scratch, groups);
    assert_int_equal(groups[0], 0); /* fewer values than groups */
}

static void ranks_do_not_depend_on_threads(void **state)
{
    (void)state;
    double values[30], errors[30];
    rank_interval one[30], many[30];
    for (size_t i = 0; i < 30; i++) {
        values[i] = (double)i;
        errors[i] = 3;
    }
    values[7] = NAN;
    rank_options o = {.highest_first = true, .draws = 4000, .seed = 7, .threads = 1};
    assert_int_equal(rank_intervals(values, errors, 30, &o, one, NULL), STATUS_OK);
    o.threads = 3;
    assert_int_equal(rank_intervals(values, errors, 30, &o, many, NULL), STATUS_OK);
    for (size_t i = 0; i < 30; i++) {
        if (i == 7) {
            assert_true(isnan(one[i].rank) && isnan(many[i].lower));
            continue;
        }
        assert_true(one[i].lower == many[i].lower && one[i].upper == many[i].upper &&
                    one[i].first_share == many[i].first_share);
        assert_true(one[i].lower <= one[i].median && one[i].median <= one[i].upper);
    }
    assert_near(one[29].rank, 1, 0);
    assert_true(one[15].upper - one[15].lower > 8 && one[29].first_share > 0.95 && one[0].first_share < 0.01);
    for (size_t i = 0; i < 30; i++)
        errors[i] = 0; /* without error a rank is sure */
    assert_int_equal(rank_intervals(values, errors, 30, &o, many, NULL), STATUS_OK);
    assert_true(many[0].lower == 29 && many[0].upper == 29);
    /* Two with a difference d and errors s: the first wins with probability Phi(d / (s sqrt 2)). */
    const double pair[] = {1, 0}, s[] = {1, 1};
    o.draws = 200000;
    assert_int_equal(rank_intervals(pair, s, 2, &o, many, NULL), STATUS_OK);
    assert_true(many[0].lower == 1 && many[0].median == 1 && many[0].upper == 2);
    error err = {0};
    assert_int_equal(rank_intervals(pair, s, MOST_RANKED + 1, &o, many, &err), STATUS_USAGE);
}

static void peers_by_hand(void **state)
{
    (void)state;
    /* Squares, so that the roots are 1, 2, 3, 10 and 1, 1, 1, 1: the second variable does not differ. */
    const double values[] = {1, 1, 4, 1, 9, 1, 100, 1};
    double scratch[8];
    peer found[3];
    size_t n = 0;
    const peer_options o = {0};
    assert_int_equal(peers_nearest(values, 4, 2, 0, &o, scratch, found, 3, &n, NULL), STATUS_OK);
    assert_true(n == 3 && found[0].index == 1 && found[1].index == 2 && found[2].index == 3);
    const double deviation = sqrt((9 + 4 + 1 + 36) / 3.0);
    assert_near(found[0].distance, sqrt(0.5) * 1 / deviation, 1e-12);
    assert_int_equal(peers_nearest(values, 4, 2, 3, &o, scratch, found, 1, &n, NULL), STATUS_OK);
    assert_true(n == 1 && found[0].index == 2);
    const double weights[] = {0, 1};
    const peer_options flat = {.weights = weights};
    assert_int_equal(peers_nearest(values, 4, 2, 0, &flat, scratch, found, 3, &n, NULL), STATUS_OK);
    assert_true(found[0].index == 1 && found[0].distance == 0);
    double holes[] = {1, 1, NAN, 1, 9, 1, 100, 1};
    assert_int_equal(peers_nearest(holes, 4, 2, 0, &o, scratch, found, 3, &n, NULL), STATUS_OK);
    assert_true(n == 2 && found[0].index == 2);
    error err = {0};
    assert_int_equal(peers_nearest(holes, 4, 2, 1, &o, scratch, found, 3, &n, &err), STATUS_USAGE);
    holes[2] = -4;
    assert_int_equal(peers_nearest(holes, 4, 2, 0, &o, scratch, found, 3, &n, &err), STATUS_REFUSED);
    /* The cap: one huge value stops pulling the others together. */
    double far[40];
    for (size_t i = 0; i < 40; i++)
        far[i] = (double)(i + 1) * (double)(i + 1);
    far[39] = 1e9;
    double scratch_far[40];
    assert_int_equal(peers_nearest(far, 40, 1, 0, &o, scratch_far, found, 1, &n, NULL), STATUS_OK);
    const double capped = found[0].distance;
    const peer_options uncapped = {.cap = -1};
    assert_int_equal(peers_nearest(far, 40, 1, 0, &uncapped, scratch_far, found, 1, &n, NULL), STATUS_OK);
    assert_true(capped > found[0].distance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proportions_with_overdispersion),
        cmocka_unit_test(limits_stay_in_range_and_other_confidences_work),
        cmocka_unit_test(standardised_ratios),
        cmocka_unit_test(funnels_refuse_nonsense),
        cmocka_unit_test(health_limits_turn_the_intervals_round),
        cmocka_unit_test(quantiles_share_evenly),
        cmocka_unit_test(ranks_do_not_depend_on_threads),
        cmocka_unit_test(peers_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
