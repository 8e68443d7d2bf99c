/*
 * Control charts by hand and against naive formulas; the run-rule boxes recomputed from their definition. (The 204
 * charts that qicharts2 really gave are compared by tests/reference/run.)
 */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LONGEST = 120 };
static chart_subgroup subgroups[LONGEST];
static chart_point points[LONGEST];
static chart_part parts[LONGEST];
static double work[LONGEST];

static void assert_close(double ours, double expected)
{
    assert_true(fabs(ours - expected) <= 1e-10 * fmax(1, fabs(expected)));
}

static void make(chart_options o, const double *y, const double *n, size_t count)
{
    error err = {0};
    for (size_t i = 0; i < count; i++)
        chart_subgroup_of(y + i, n ? n + i : NULL, 1, &subgroups[i]);
    assert_int_equal(chart_make(subgroups, count, &o, points, work, parts, LONGEST, &err), STATUS_OK);
}

static void individuals(void **state)
{
    (void)state;
    const double y[] = {10, 12, 9, 11, 10, 14, 10, 11};
    make((chart_options){.kind = CHART_I, .centre = NAN}, y, NULL, 8);
    const double mean = 87.0 / 8, sigma = (2 + 3 + 2 + 1 + 4 + 4 + 1) / 7.0 / 1.128;
    assert_close(points[0].centre, mean);
    assert_close(points[7].upper, mean + 3 * sigma);
    assert_close(points[7].near_lower, mean - 2 * sigma);
    make((chart_options){.kind = CHART_MR, .centre = NAN}, y, NULL, 8);
    assert_true(isnan(points[0].value));
    assert_close(points[1].value, 2);
    assert_close(points[1].upper, 3.267 * 17 / 7.0);
    assert_false(parts[0].runs.signal);
}

static void proportions_and_their_wider_kin(void **state)
{
    (void)state;
    const double x[] = {12, 15, 9, 30, 14, 11}, n[] = {100, 120, 90, 200, 110, 95};
    make((chart_options){.kind = CHART_P, .centre = NAN}, x, n, 6);
    const double p = 91.0 / 715;
    assert_close(points[3].centre, p);
    assert_close(points[3].upper, p + 3 * sqrt(p * (1 - p) / 200));
    double ranges = 0, z[6];
    for (int i = 0; i < 6; i++)
        z[i] = (x[i] / n[i] - p) / sqrt(p * (1 - p) / n[i]);
    for (int i = 1; i < 6; i++)
        ranges += fabs(z[i] - z[i - 1]);
    make((chart_options){.kind = CHART_P_PRIME, .centre = NAN}, x, n, 6);
    assert_close(points[3].upper, fmin(1, p + 3 * sqrt(p * (1 - p) / 200) * ranges / 5 / 1.128));
    make((chart_options){.kind = CHART_U, .centre = NAN, .multiply = 1000}, x, n, 6);
    assert_close(points[0].value, 120);
    assert_close(points[0].lower, fmax(0, 1000 * (p - 3 * sqrt(p / 100))));
}

static void counts_and_rare_events(void **state)
{
    (void)state;
    const double y[] = {4, 6, 3, 7, 5};
    make((chart_options){.kind = CHART_C, .centre = NAN}, y, NULL, 5);
    assert_close(points[0].upper, 5 + 3 * sqrt(5));
    assert_close(points[0].lower, 0);
    make((chart_options){.kind = CHART_G, .centre = NAN}, y, NULL, 5);
    assert_close(points[0].centre, 5); /* the median */
    assert_close(points[0].upper, 5 + 3 * sqrt(30));
    make((chart_options){.kind = CHART_G, .centre = 10}, y, NULL, 5);
    assert_close(points[0].centre, 6.93);
    double z[5], mean = 0, ranges = 0;
    for (int i = 0; i < 5; i++) {
        z[i] = pow(y[i], 1 / 3.6);
        mean += z[i] / 5;
    }
    for (int i = 1; i < 5; i++)
        ranges += fabs(z[i] - z[i - 1]) / 4;
    make((chart_options){.kind = CHART_T, .centre = NAN}, y, NULL, 5);
    assert_close(points[0].centre, pow(mean, 3.6));
    assert_close(points[0].upper, pow(mean + 3 * ranges / 1.128, 3.6));
}

static void subgroups_of_varying_size(void **state)
{
    (void)state;
    const double a[] = {10, 12, 11}, b[] = {9, 13}, c[] = {11, 12, 13, 10};
    chart_subgroup_of(a, NULL, 3, &subgroups[0]);
    chart_subgroup_of(b, NULL, 2, &subgroups[1]);
    chart_subgroup_of(c, NULL, 4, &subgroups[2]);
    assert_close(subgroups[0].deviation, 1);
    const chart_options o = {.kind = CHART_XBAR, .centre = NAN};
    assert_int_equal(chart_make(subgroups, 3, &o, points, work, parts, LONGEST, NULL), STATUS_OK);
    const double s = sqrt((2 * 1.0 + 8.0 + 5.0) / (2 + 1 + 3)), c4 = 0.88622692545275801;
    assert_close(points[0].centre, 101.0 / 9);
    assert_close(points[0].upper, 101.0 / 9 + 3 * s / (c4 * sqrt(3)));
    /* The textbook's constants: Montgomery, appendix VI, n = 5. */
    const chart_constants k = chart_constants_of(5, 3);
    assert_true(fabs(k.c4 - 0.9400) < 5e-5 && fabs(k.a3 - 1.427) < 5e-4 && k.b3 == 0 && fabs(k.b4 - 2.089) < 5e-4);
    assert_true(isnan(chart_constants_of(1, 3).c4));
}

static void freeze_split_exclude(void **state)
{
    (void)state;
    const double y[] = {1, 2, 1, 2, 9, 8, 9, 8};
    make((chart_options){.kind = CHART_I, .centre = NAN, .freeze = 4}, y, NULL, 8);
    assert_close(points[7].centre, 1.5);
    assert_true(points[7].beyond && !points[0].beyond);
    const size_t starts[] = {4};
    make((chart_options){.kind = CHART_I, .centre = NAN, .parts = starts, .part_count = 1, .freeze = 4}, y, NULL, 8);
    assert_close(points[3].centre, 1.5);
    assert_close(points[4].centre, 8.5);
    assert_int_equal(points[4].part, 2);
    const bool excluded[] = {false, false, false, false, true, true, true, true};
    make((chart_options){.kind = CHART_RUN, .centre = NAN, .excluded = excluded}, y, NULL, 8);
    assert_close(points[7].centre, 1.5);
    assert_int_equal(parts[0].runs.observations, 4);
    const size_t bad[] = {4, 4};
    const chart_options wrong = {.kind = CHART_RUN, .centre = NAN, .parts = bad, .part_count = 2};
    error err = {0};
    assert_int_equal(chart_make(subgroups, 8, &wrong, points, work, NULL, 0, &err), STATUS_USAGE);
    /* I': the peer's sigma uses every point; the strict one the baseline only. */
    const double n[] = {5, 5, 5, 5, 5, 5, 5, 5};
    make((chart_options){.kind = CHART_I_PRIME, .centre = NAN, .freeze = 4}, y, n, 8);
    const double all = points[0].upper;
    make((chart_options){.kind = CHART_I_PRIME, .centre = NAN, .freeze = 4, .strict_prime_sigma = true}, y, n, 8);
    assert_true(points[0].upper < all);
}

static void missing_and_empty(void **state)
{
    (void)state;
    const double y[] = {1, NAN, 3, 4}, n[] = {10, 10, 0, 10};
    make((chart_options){.kind = CHART_P, .centre = NAN}, y, n, 4);
    assert_true(isnan(points[1].value) && isnan(points[2].value) && !isnan(points[3].value));
    assert_true(isnan(points[2].upper) && !points[2].beyond);
    const double none[] = {NAN, NAN};
    for (int kind = 0; kind < CHART_KINDS; kind++) {
        make((chart_options){.kind = (chart_kind)kind, .centre = NAN}, none, NULL, 2);
        assert_true(isnan(points[0].centre));
        assert_int_equal(parts[0].runs.useful, 0);
        assert_false(parts[0].runs.signal);
        make((chart_options){.kind = (chart_kind)kind, .centre = NAN}, none, NULL, 0);
        chart_kind found = CHART_RUN;
        assert_true(chart_kind_find(chart_kind_name((chart_kind)kind), &found));
        assert_int_equal(found, kind);
    }
}

static void any_rule_set_judges_any_chart(void **state)
{
    (void)state;
    double y[20];
    for (size_t i = 0; i < 20; i++)
        y[i] = i < 12 ? (i % 2 ? 21 : 19) : 22 + (double)(i % 2);
    make((chart_options){.kind = CHART_I, .centre = NAN, .freeze = 12}, y, NULL, 20);
    spc_point judged[20];
    chart_spc_points(points, 20, spc_rules_find("mdc-2023"), BETTER_HIGHER, work, judged);
    assert_int_equal(judged[12].rule, SPC_SHIFT);
    assert_int_equal(judged[12].signal, SIGNAL_IMPROVEMENT);
    assert_int_equal(judged[0].rule, SPC_NONE);
}

/* ---- the boxes, from their definition ---------------------------------------------------------------- */

enum { BOX_N = 100 };
/* below[shift][l][c] of one n: probability of exactly c crossings and a longest run of at most l. */
static double below[2][BOX_N + 1][BOX_N + 1][BOX_N + 1]; /* shift, n, l, c */
static double now[BOX_N + 1][BOX_N + 1][2], next[BOX_N + 1][BOX_N + 1][2];

static void distributions(int shift, double up)
{
    for (int l = 1; l <= BOX_N; l++) {
        memset(now, 0, sizeof now);
        now[0][1][1] = up;
        now[0][1][0] = 1 - up;
        for (int n = 1; n <= BOX_N; n++) {
            if (n > 1) {
                memset(next, 0, sizeof next);
                for (int c = 0; c < n; c++)
                    for (int run = 1; run <= l && run < n; run++)
                        for (int side = 0; side < 2; side++) {
                            const double w = now[c][run][side], same = side ? up : 1 - up;
                            if (w == 0)
                                continue;
                            if (run < l)
                                next[c][run + 1][side] += w * same;
                            next[c + 1][1][!side] += w * (1 - same);
                        }
                memcpy(now, next, sizeof now);
            }
            for (int c = 0; c < n; c++)
                for (int run = 1; run <= l && run <= n; run++)
                    below[shift][n][l][c] += now[c][run][0] + now[c][run][1];
        }
    }
}

static double cell(int shift, int n, int l, int c)
{
    return below[shift][n][l][c] - (l > 1 ? below[shift][n][l - 1][c] : 0);
}

static void boxes_follow_from_their_definition(void **state)
{
    (void)state;
    static const double least = 0.925;
    distributions(0, 0.5);
    distributions(1, 0.5 * erfc(-0.8 / sqrt(2)));
    for (int n = 10; n <= BOX_N; n++) {
        double best = 2, inside = 0;
        int c0 = 0, l0 = 0;
        for (int c = 0; c < n; c++)
            for (int l = 1; l <= n; l++) {
                double random = 0, shifted = 0;
                for (int k = c; k < n; k++) {
                    random += below[0][n][l][k];
                    shifted += below[1][n][l][k];
                }
                if (random >= least && shifted < best) {
                    best = shifted;
                    inside = random;
                    c0 = c;
                    l0 = l;
                }
            }
        /* Cuts: the corner with so many cells down the row c0 and along the column l0. */
        int cut_row = 0, cut_column = 0;
        double best_cut = best;
        for (int i = 1; i <= l0; i++)
            for (int j = 1; j < n - c0; j++) {
                double random = inside, shifted = best;
                for (int k = 0; k < i && l0 - k >= 1; k++) {
                    random -= cell(0, n, l0 - k, c0);
                    shifted -= cell(1, n, l0 - k, c0);
                }
                for (int k = 1; k < j; k++) {
                    random -= cell(0, n, l0, c0 + k);
                    shifted -= cell(1, n, l0, c0 + k);
                }
                if (random >= least && shifted < best_cut - 1e-14) {
                    best_cut = shifted;
                    cut_row = i;
                    cut_column = j;
                }
            }
        for (int c = 0; c < n; c++)
            for (int l = 1; l <= n; l++) {
                const bool boxed = c >= c0 && l <= l0;
                const bool cut = (c == c0 && l > l0 - cut_row) || (l == l0 && c < c0 + cut_column);
                assert_int_equal(runs_signal((size_t)n, (size_t)c, (size_t)l, RUNS_BEST_BOX), !boxed);
                assert_int_equal(runs_signal((size_t)n, (size_t)c, (size_t)l, RUNS_CUT_BOX), !boxed || cut);
            }
    }
}

static void run_limits_and_counts(void **state)
{
    (void)state;
    /* n, longest run, crossings: Anhoej and Olesen 2014, PLoS ONE 9(11):e113825, and R's qbinom for the longer ones. */
    static const size_t table[][3] = {{10, 6, 2},  {12, 7, 3},  {20, 7, 6},   {24, 8, 8},
                                      {36, 8, 13}, {60, 9, 23}, {100, 10, 41}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t longest = 0, crossings = 0;
        runs_limits(table[i][0], &longest, &crossings);
        assert_int_equal(longest, table[i][1]);
        assert_int_equal(crossings, table[i][2]);
    }
    size_t longest = 1, crossings = 1;
    runs_limits(0, &longest, &crossings);
    assert_true(longest == 0 && crossings == 0);
    const double y[] = {1, 1, 2, NAN, 1, -1, -1, -2, 0, 3};
    const runs_result r = runs_count(y, 0, NULL, 10, RUNS_ANHOEJ);
    assert_true(r.observations == 10 && r.useful == 8 && r.longest == 4 && r.crossings == 2);
    runs_method method = RUNS_ANHOEJ;
    assert_true(runs_method_find("cutbox", &method) && method == RUNS_CUT_BOX);
    assert_false(runs_method_find("box", &method));
    /* The summation and R's quantile must meet. */
    size_t few = 0, many = 0;
    runs_limits(901, &longest, &few);
    runs_limits(902, &longest, &many);
    assert_true(many >= few && many - few <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(individuals),
        cmocka_unit_test(proportions_and_their_wider_kin),
        cmocka_unit_test(counts_and_rare_events),
        cmocka_unit_test(subgroups_of_varying_size),
        cmocka_unit_test(freeze_split_exclude),
        cmocka_unit_test(missing_and_empty),
        cmocka_unit_test(any_rule_set_judges_any_chart),
        cmocka_unit_test(boxes_follow_from_their_definition),
        cmocka_unit_test(run_limits_and_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
