/*
 * XmR: the rules of methods.md on series made for them, what mdc-2023 does otherwise, edge cases, and a naive twin on
 * random series. (The 494 cases that the R package really answered are compared by tests/reference/run.)
 */
#include "stats/stats.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MDC "mdc-2023"
#define PTD "plotthedots-0.2.2"
enum { LONGEST = 200 };

static spc_point points[LONGEST];
static spc_segment segments[LONGEST];
static spc_summary summary;

static void chart(const char *rules, better way, double target, const double *values, size_t count)
{
    const spc_options options = {.rules = spc_rules_find(rules), .better = way, .target = target};
    error err = {0};
    assert_int_equal(spc_xmr(values, count, &options, points, segments, LONGEST, &summary, &err), STATUS_OK);
}

/* Twelve fixed points with mean 20 and limits 20 +/- 5.32 (every moving range is 2), then `tail`. */
static size_t with_baseline(double *out, const double *tail, size_t count)
{
    for (size_t i = 0; i < 12; i++)
        out[i] = i % 2 ? 21 : 19;
    memcpy(out + 12, tail, count * sizeof *tail);
    return 12 + count;
}

static void chart_after_baseline(const char *rules, better way, double target, const double *tail, size_t count)
{
    double values[LONGEST];
    const size_t n = with_baseline(values, tail, count);
    const spc_options options = {
        .rules = spc_rules_find(rules), .better = way, .target = target, .baseline_points = 12};
    error err = {0};
    assert_int_equal(spc_xmr(values, n, &options, points, segments, LONGEST, &summary, &err), STATUS_OK);
}

static void assert_close(double ours, double expected)
{
    assert_true(fabs(ours - expected) <= 1e-12 * fmax(1, fabs(expected)));
}

static void limits_of_a_known_series(void **state)
{
    (void)state;
    const double tail[] = {20, 20};
    chart_after_baseline(PTD, BETTER_HIGHER, NAN, tail, 2);
    assert_close(points[13].mean, 20);
    assert_close(points[13].upper, 25.32);
    assert_close(points[13].lower, 14.68);
    assert_close(points[13].near_upper, 20 + 5.32 * 2 / 3);
    assert_int_equal(summary.segments, 1);
    assert_int_equal(segments[0].present, 14);
    assert_close(segments[0].mean_moving_range, 2);
}

static void screening_drops_a_wild_range_once(void **state)
{
    (void)state;
    /* Ranges: eleven of 1, then 40 and 40; their mean is 7, so 3.267 x 7 = 22.9 screens out both. */
    const double values[] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 42, 2};
    chart(PTD, BETTER_HIGHER, NAN, values, 14);
    assert_close(segments[0].mean_moving_range, 1);
    const spc_options unscreened = {.rules = spc_rules_find(PTD), .no_screening = true, .target = NAN};
    assert_int_equal(spc_xmr(values, 14, &unscreened, points, segments, LONGEST, NULL, NULL), STATUS_OK);
    assert_close(segments[0].mean_moving_range, 7);
}

static void near_and_beyond_differ_between_the_rule_sets(void **state)
{
    (void)state;
    /* near, beyond, near is the peer's trip_hi_near_hi_out_hi family: 25 is near, 26 beyond. */
    const double tail[] = {20, 25, 26, 21, 20};
    chart_after_baseline(PTD, BETTER_HIGHER, NAN, tail, 5);
    assert_int_equal(points[13].rule, SPC_NONE);
    assert_int_equal(points[14].rule, SPC_BEYOND_LIMITS);
    chart_after_baseline(MDC, BETTER_HIGHER, NAN, tail, 5);
    assert_int_equal(points[13].rule, SPC_TWO_OF_THREE);
    assert_int_equal(points[13].signal, SIGNAL_IMPROVEMENT);
    assert_int_equal(points[14].rule, SPC_BEYOND_LIMITS);
    assert_int_equal(points[15].rule, SPC_NONE); /* on the same side, but within 2 sigma: not marked */
}

static void two_of_three_needs_one_side(void **state)
{
    (void)state;
    const double across[] = {20, 24.5, 19, 24.5, 20};
    for (int i = 0; i < 2; i++) {
        chart_after_baseline(i ? MDC : PTD, BETTER_LOWER, NAN, across, 5);
        assert_int_equal(points[13].rule, SPC_NONE);
        assert_int_equal(points[15].rule, SPC_NONE);
    }
    chart_after_baseline("powerbi-spc-2026-06", BETTER_LOWER, NAN, across, 5);
    assert_int_equal(points[13].rule, SPC_TWO_OF_THREE);
    assert_int_equal(points[15].rule, SPC_TWO_OF_THREE);
    assert_int_equal(points[15].signal, SIGNAL_CONCERN);
}

static void minimum_of_thirteen(void **state)
{
    (void)state;
    double values[13];
    for (size_t i = 0; i < 13; i++)
        values[i] = i % 2 ? 21 : 19;
    chart(MDC, BETTER_HIGHER, 50, values, 12);
    assert_true(isnan(points[11].upper));
    assert_close(points[11].mean, 20);
    assert_int_equal(points[11].signal, SIGNAL_NONE);
    assert_int_equal(summary.variation, VARIATION_NONE);
    assert_int_equal(summary.assurance, ASSURANCE_NONE);
    assert_true(points[0].short_segment);
    chart(PTD, BETTER_HIGHER, 50, values, 12);
    assert_true(!isnan(points[11].upper));
    assert_int_equal(summary.variation, VARIATION_COMMON_CAUSE);
    assert_int_equal(summary.assurance, ASSURANCE_FAIL);
    chart(MDC, BETTER_HIGHER, 50, values, 13);
    assert_int_equal(summary.variation, VARIATION_COMMON_CAUSE);
    assert_int_equal(summary.assurance, ASSURANCE_FAIL);
    assert_false(points[0].short_segment);
    values[6] = NAN; /* 12 values in 13 rows */
    chart(MDC, BETTER_HIGHER, 50, values, 13);
    assert_int_equal(points[12].signal, SIGNAL_NONE);
}

static void improvement_wins_where_both_meet(void **state)
{
    (void)state;
    /* A rise of seven out of the deep: the first points are below the lower limit and in a rising trend. */
    const double tail[] = {20, 9, 10, 11, 12, 13, 19.5, 20.5};
    chart_after_baseline(PTD, BETTER_HIGHER, NAN, tail, 8);
    assert_int_equal(points[13].rule, SPC_BEYOND_LIMITS);
    assert_int_equal(points[13].signal, SIGNAL_CONCERN);
    chart_after_baseline(MDC, BETTER_HIGHER, NAN, tail, 8);
    assert_int_equal(points[13].rule, SPC_TREND);
    assert_int_equal(points[13].signal, SIGNAL_IMPROVEMENT);
    assert_true(points[13].fired & SPC_FIRED_BELOW);
    chart_after_baseline(MDC, BETTER_NEITHER, NAN, tail, 8); /* nothing to win: priority decides */
    assert_int_equal(points[13].rule, SPC_BEYOND_LIMITS);
    assert_int_equal(points[13].signal, SIGNAL_LOW);
}

static void apex_takes_the_later_direction_unless_improvement_wins(void **state)
{
    (void)state;
    const double tail[] = {18, 18.5, 19.5, 20.5, 21, 21.5, 22, 21.6, 21.1, 20.6, 19.6, 18.6, 18.1};
    chart_after_baseline(PTD, BETTER_HIGHER, NAN, tail, 13);
    assert_int_equal(points[18].rule, SPC_TREND);
    assert_int_equal(points[17].direction, 1);
    assert_int_equal(points[18].direction, -1);
    chart_after_baseline(MDC, BETTER_NEITHER, NAN, tail, 13);
    assert_int_equal(points[18].direction, -1);
    chart_after_baseline(MDC, BETTER_HIGHER, NAN, tail, 13);
    assert_int_equal(points[18].direction, 1);
    assert_int_equal(points[18].signal, SIGNAL_IMPROVEMENT);
}

static void six_points_are_no_trend_and_ties_break_one(void **state)
{
    (void)state;
    const double six[] = {20, 18, 18.5, 19, 21, 21.5, 22, 20};
    chart_after_baseline(MDC, BETTER_HIGHER, NAN, six, 8);
    assert_int_equal(points[15].rule, SPC_NONE);
    const double seven[] = {20, 18, 18.5, 19, 21, 21.5, 22, 22.5, 20};
    chart_after_baseline(MDC, BETTER_HIGHER, NAN, seven, 9);
    for (size_t i = 13; i < 20; i++)
        assert_int_equal(points[i].rule, SPC_TREND);
    assert_int_equal(points[20].rule, SPC_NONE);
    const double tied[] = {20, 18, 18.5, 19, 19, 21.5, 22, 22.5, 20};
    chart_after_baseline(MDC, BETTER_HIGHER, NAN, tied, 9);
    assert_int_equal(points[15].rule, SPC_NONE);
}

static void shift_of_seven_broken_by_the_mean_and_by_a_gap(void **state)
{
    (void)state;
    const double seven[] = {20, 21, 22, 21, 22, 21, 22, 21, 19};
    chart_after_baseline(MDC, BETTER_LOWER, NAN, seven, 9);
    for (size_t i = 13; i < 20; i++)
        assert_int_equal(points[i].rule, SPC_SHIFT);
    assert_int_equal(points[13].signal, SIGNAL_CONCERN);
    const double on_mean[] = {20, 21, 22, 21, 20, 21, 22, 21, 19};
    chart_after_baseline(MDC, BETTER_LOWER, NAN, on_mean, 9);
    assert_int_equal(points[14].rule, SPC_NONE);
    const double gap[] = {20, 21, 22, 21, NAN, 21, 22, 21, 21};
    chart_after_baseline(MDC, BETTER_LOWER, NAN, gap, 9);
    assert_int_equal(points[14].rule, SPC_NONE);
    assert_int_equal(points[16].signal, SIGNAL_COMMON_CAUSE);
}

static void missing_removes_both_ranges_and_never_flags(void **state)
{
    (void)state;
    double values[15];
    for (size_t i = 0; i < 15; i++)
        values[i] = i % 2 ? 21 : 19;
    values[7] = NAN; /* 21 missing: 19 on both sides of it must not give a range of 0 */
    chart(PTD, BETTER_HIGHER, NAN, values, 15);
    assert_close(segments[0].mean_moving_range, 2);
    assert_int_equal(segments[0].present, 14);
    assert_int_equal(points[7].rule, SPC_NONE);
    assert_int_equal(points[7].side, 0);
    /* The case at which the peer stops: a missing value among steps that all rise. */
    const double rising[] = {1, 2, 3, 4, NAN, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    chart(PTD, BETTER_HIGHER, NAN, rising, 15);
    assert_int_equal(points[4].rule, SPC_NONE);
    assert_false(points[3].fired & SPC_FIRED_RISE);
    assert_true(points[5].fired & SPC_FIRED_RISE);
    double nothing[14];
    for (size_t i = 0; i < 14; i++)
        nothing[i] = NAN;
    chart(MDC, BETTER_HIGHER, 3, nothing, 14);
    assert_true(isnan(points[0].mean) && isnan(points[0].upper));
    assert_int_equal(summary.variation, VARIATION_NONE);
    assert_int_equal(summary.assurance, ASSURANCE_NONE);
    chart(MDC, BETTER_HIGHER, 3, nothing, 0);
    assert_int_equal(summary.segments, 0);
    assert_int_equal(summary.variation, VARIATION_NONE);
}

static void constant_series(void **state)
{
    (void)state;
    double values[20];
    for (size_t i = 0; i < 20; i++)
        values[i] = 100;
    chart(PTD, BETTER_HIGHER, 100, values, 20);
    assert_true(isnan(points[3].upper));
    assert_int_equal(summary.assurance, ASSURANCE_HIT_AND_MISS);
    chart(MDC, BETTER_HIGHER, 100, values, 20);
    assert_true(isnan(points[3].upper));
    assert_int_equal(points[3].signal, SIGNAL_NONE);
    assert_int_equal(summary.assurance, ASSURANCE_PASS);
    chart(MDC, BETTER_HIGHER, 100.5, values, 20);
    assert_int_equal(summary.assurance, ASSURANCE_FAIL);
    chart(MDC, BETTER_LOWER, 100.5, values, 20);
    assert_int_equal(summary.assurance, ASSURANCE_PASS);
    const spc_options unscreened = {.better = BETTER_HIGHER, .no_screening = true, .target = 100};
    assert_int_equal(spc_xmr(values, 20, &unscreened, points, NULL, 0, &summary, NULL), STATUS_OK);
    assert_close(points[3].upper, 100);
    assert_int_equal(summary.assurance, ASSURANCE_PASS);
    assert_int_equal(summary.variation, VARIATION_COMMON_CAUSE);
    /* A gap hides the last step from the moving ranges, but not every value is the same: nothing can be expected without limits. */
    values[18] = NAN;
    values[19] = 99.8;
    chart(MDC, BETTER_HIGHER, 78, values, 20);
    assert_true(isnan(points[3].upper));
    assert_int_equal(summary.assurance, ASSURANCE_NONE);
}

static void assurance_at_and_beyond_the_limits(void **state)
{
    (void)state;
    const spc_rules *mdc = spc_rules_find(MDC), *ptd = spc_rules_find(PTD);
    static const struct {
        double target;
        better way;
        spc_assurance mdc, ptd;
    } table[] = {
        {31, BETTER_HIGHER, ASSURANCE_FAIL, ASSURANCE_FAIL},
        {31, BETTER_LOWER, ASSURANCE_PASS, ASSURANCE_PASS},
        {9, BETTER_HIGHER, ASSURANCE_PASS, ASSURANCE_PASS},
        {9, BETTER_LOWER, ASSURANCE_FAIL, ASSURANCE_FAIL},
        {20, BETTER_HIGHER, ASSURANCE_HIT_AND_MISS, ASSURANCE_HIT_AND_MISS},
        {30, BETTER_HIGHER, ASSURANCE_FAIL, ASSURANCE_HIT_AND_MISS},
        {30, BETTER_LOWER, ASSURANCE_PASS, ASSURANCE_HIT_AND_MISS},
        {10, BETTER_HIGHER, ASSURANCE_PASS, ASSURANCE_HIT_AND_MISS},
        {10, BETTER_LOWER, ASSURANCE_FAIL, ASSURANCE_HIT_AND_MISS},
        {31, BETTER_NEITHER, ASSURANCE_NONE, ASSURANCE_NONE},
        {NAN, BETTER_HIGHER, ASSURANCE_NONE, ASSURANCE_NONE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(spc_assure(20, 10, 30, table[i].target, table[i].way, mdc), table[i].mdc);
        assert_int_equal(spc_assure(20, 10, 30, table[i].target, table[i].way, ptd), table[i].ptd);
    }
    assert_int_equal(spc_assure(20, NAN, NAN, 5, BETTER_LOWER, mdc), ASSURANCE_NONE);
    assert_int_equal(spc_assure(20, NAN, NAN, 5, BETTER_LOWER, ptd), ASSURANCE_HIT_AND_MISS);
}

static void rebases_cut_runs_and_number_segments(void **state)
{
    (void)state;
    double values[40];
    for (size_t i = 0; i < 40; i++)
        values[i] = (i < 20 ? 20 : 30) + (i % 2 ? 1 : -1);
    const size_t rebases[] = {20};
    const spc_options options = {.better = BETTER_HIGHER, .rebases = rebases, .rebase_count = 1, .target = 21};
    assert_int_equal(spc_xmr(values, 40, &options, points, segments, LONGEST, &summary, NULL), STATUS_OK);
    assert_int_equal(summary.segments, 2);
    assert_int_equal(points[19].segment, 1);
    assert_int_equal(points[20].segment, 2);
    assert_int_equal(segments[1].first, 20);
    assert_close(points[20].mean, 30);
    assert_int_equal(summary.assurance, ASSURANCE_PASS); /* against the last segment, whose lower limit is 24.68 */
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(points[i].rule, SPC_NONE);
    const size_t at_start[] = {0};
    const spc_options started = {.rebases = at_start, .rebase_count = 1, .target = NAN};
    assert_int_equal(spc_xmr(values, 40, &started, points, segments, LONGEST, &summary, NULL), STATUS_OK);
    assert_int_equal(summary.segments, 1);
}

static void refusals_say_why(void **state)
{
    (void)state;
    double values[15] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1};
    error err = {0};
    spc_options options = {.baseline_points = 11, .target = NAN};
    assert_int_equal(spc_xmr(values, 15, &options, points, NULL, 0, NULL, &err), STATUS_USAGE);
    assert_non_null(strstr(err.message, "11"));
    options.baseline_points = -1;
    assert_int_equal(spc_xmr(values, 15, &options, points, NULL, 0, NULL, &err), STATUS_USAGE);
    options.baseline_points = 12;
    const size_t out_of_range[] = {15}, disordered[] = {8, 4};
    options.rebases = out_of_range;
    options.rebase_count = 1;
    assert_int_equal(spc_xmr(values, 15, &options, points, NULL, 0, NULL, &err), STATUS_USAGE);
    options.rebases = disordered;
    options.rebase_count = 2;
    assert_int_equal(spc_xmr(values, 15, &options, points, NULL, 0, NULL, &err), STATUS_USAGE);
    options.rebase_count = 0;
    values[3] = INFINITY;
    assert_int_equal(spc_xmr(values, 15, &options, points, NULL, 0, NULL, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "value 4"));
    spc_rules odd = *spc_rules_find(NULL);
    odd.shift_points = 0;
    options.rules = &odd;
    values[3] = 2;
    assert_int_equal(spc_xmr(values, 15, &options, points, NULL, 0, NULL, &err), STATUS_USAGE);
    assert_non_null(strstr(err.message, "shift_points"));
}

static void names(void **state)
{
    (void)state;
    size_t count = 0;
    const spc_rules *all = spc_rules_all(&count);
    assert_true(count >= 3);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(spc_rules_find(all[i].name), &all[i]);
        assert_int_equal(spc_rules_check(&all[i], NULL), STATUS_OK);
    }
    assert_string_equal(spc_rules_find("")->name, MDC);
    assert_null(spc_rules_find("mdc-1999"));
    assert_string_equal(spc_rule_name(SPC_TWO_OF_THREE), "two-of-three");
    assert_string_equal(spc_rule_name((spc_rule)77), "");
    assert_string_equal(spc_signal_name(SIGNAL_COMMON_CAUSE), "common-cause");
    assert_string_equal(spc_assurance_name(ASSURANCE_HIT_AND_MISS), "hit-and-miss");
    assert_string_equal(spc_variation_name(VARIATION_NEITHER_LOW), "neither-low");
    assert_string_equal(spc_variation_name(VARIATION_NONE), "");
}

/* ---- the naive twin: the rules again, window by window, with no thought for speed ------------------- */

typedef struct naive_point {
    double mean, lower, upper;
    spc_rule rule;
    int direction;
} naive_point;

static int naive_sign(double a, double b)
{
    return a < b ? 1 : a > b ? -1 : 0;
}

static bool naive_in_window(const double *side, size_t count, size_t at, size_t length, double want)
{
    for (size_t start = 0; start + length <= count; start++) {
        if (at < start || at >= start + length)
            continue;
        bool all = true;
        for (size_t k = start; k < start + length; k++)
            all = all && side[k] == want;
        if (all)
            return true;
    }
    return false;
}

static bool naive_in_trend(const double *y, size_t count, size_t at, int want)
{
    for (size_t start = 0; start + 7 <= count; start++) {
        if (at < start || at >= start + 7)
            continue;
        bool all = true;
        for (size_t k = start + 1; k < start + 7; k++)
            all = all && naive_sign(y[k - 1], y[k]) == want;
        if (all)
            return true;
    }
    return false;
}

static void naive_chart(const double *y, size_t n, bool mdc, better way, naive_point *out)
{
    double sum = 0, side[LONGEST], ranges[LONGEST];
    size_t present = 0, range_count = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i])) {
            sum += y[i];
            present++;
        }
    const double mean = present ? sum / (double)present : NAN;
    for (size_t i = 1; i < n; i++)
        if (!isnan(y[i]) && !isnan(y[i - 1]))
            ranges[range_count++] = fabs(y[i] - y[i - 1]);
    double average = 0, kept_sum = 0;
    for (size_t i = 0; i < range_count; i++)
        average += ranges[i] / (double)range_count;
    size_t kept = 0;
    for (size_t i = 0; i < range_count; i++)
        if (ranges[i] < 3.267 * average) {
            kept_sum += ranges[i];
            kept++;
        }
    double width = kept ? 2.66 * kept_sum / (double)kept : NAN;
    if (mdc && present < 13)
        width = NAN;
    bool beyond[LONGEST], near[LONGEST];
    for (size_t i = 0; i < n; i++) {
        side[i] = y[i] > mean ? 1 : y[i] < mean ? -1 : 0;
        beyond[i] = fabs(y[i] - mean) > width;
        near[i] = fabs(y[i] - mean) > width * 2 / 3 && (mdc || !beyond[i]);
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = (naive_point){mean, mean - width, mean + width, SPC_NONE, 0};
        if (mdc && isnan(width))
            continue;
        const int good = way == BETTER_HIGHER ? 1 : way == BETTER_LOWER ? -1 : 0;
        spc_rule rules[6];
        int directions[6];
        size_t m = 0;
        if (beyond[i])
            rules[m] = SPC_BEYOND_LIMITS, directions[m++] = (int)side[i];
        const bool rise = naive_in_trend(y, n, i, 1), fall = naive_in_trend(y, n, i, -1);
        if (rise && fall) {
            const int later = naive_sign(y[i], y[i + 1]);
            rules[m] = SPC_TREND, directions[m++] = later;
            rules[m] = SPC_TREND, directions[m++] = -later;
        } else if (rise || fall) {
            int direction = rise ? 1 : -1;
            if (!mdc && i + 1 < n && (naive_in_trend(y, n, i + 1, 1) || naive_in_trend(y, n, i + 1, -1)) &&
                y[i + 1] != y[i])
                direction = naive_sign(y[i], y[i + 1]);
            rules[m] = SPC_TREND, directions[m++] = direction;
        }
        bool triple = false;
        for (size_t start = i < 2 ? 0 : i - 2; start <= i && start + 3 <= n; start++) {
            const bool one_side = side[start] != 0 && side[start] == side[start + 1] && side[start] == side[start + 2];
            triple = triple || (one_side && near[start] + near[start + 1] + near[start + 2] >= 2);
        }
        if (triple && near[i])
            rules[m] = SPC_TWO_OF_THREE, directions[m++] = (int)side[i];
        if (side[i] != 0 && naive_in_window(side, n, i, 7, side[i]))
            rules[m] = SPC_SHIFT, directions[m++] = (int)side[i];
        size_t pick = 0;
        if (mdc && good != 0)
            while (pick < m && directions[pick] != good)
                pick++;
        if (pick == m)
            pick = 0;
        if (m > 0) {
            out[i].rule = rules[pick];
            out[i].direction = directions[pick];
        }
    }
}

static uint64_t next_random(uint64_t *seed)
{
    *seed += 0x9E3779B97F4A7C15u;
    uint64_t z = *seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *seed)
{
    return (double)(next_random(seed) >> 11) / 9007199254740992.0;
}

/* Series with drifts, jumps, plateaus and holes, so that every rule fires often. */
static size_t random_series(uint64_t *seed, double *y)
{
    const size_t n = 2 + (size_t)(uniform(seed) * 60);
    const double drift = (uniform(seed) - 0.5) * 4;
    double level = 100, slope = 0;
    for (size_t i = 0; i < n; i++) {
        if (uniform(seed) < 0.15)
            slope = drift * (uniform(seed) - 0.5) * 4;
        if (uniform(seed) < 0.05)
            level += (uniform(seed) - 0.5) * 40;
        level += slope;
        y[i] = level + (uniform(seed) - 0.5) * 6 * (uniform(seed) < 0.5 ? 0.05 : 1);
        if (i > 0 && uniform(seed) < 0.03)
            y[i] = y[i - 1];
        if (uniform(seed) < 0.04)
            y[i] = NAN;
    }
    return n;
}

static void the_naive_twin_agrees(void **state)
{
    (void)state;
    uint64_t seed = 20261121;
    size_t fired[5] = {0};
    for (int run = 0; run < 6000; run++) {
        double y[LONGEST];
        naive_point naive[LONGEST];
        const size_t n = random_series(&seed, y);
        const better way = (better)(run % 3);
        const bool mdc = run % 2;
        chart(mdc ? MDC : PTD, way, NAN, y, n);
        naive_chart(y, n, mdc, way, naive);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(isnan(points[i].upper), isnan(naive[i].upper));
            if (!isnan(naive[i].upper)) {
                assert_close(points[i].upper, naive[i].upper);
                assert_close(points[i].lower, naive[i].lower);
            }
            assert_int_equal(points[i].rule, naive[i].rule);
            assert_int_equal(points[i].direction, naive[i].direction);
            fired[points[i].rule]++;
        }
    }
    for (size_t rule = 0; rule < 5; rule++)
        assert_true(fired[rule] > 500); /* else the twin has proved nothing about that rule */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_a_known_series),
        cmocka_unit_test(screening_drops_a_wild_range_once),
        cmocka_unit_test(near_and_beyond_differ_between_the_rule_sets),
        cmocka_unit_test(two_of_three_needs_one_side),
        cmocka_unit_test(minimum_of_thirteen),
        cmocka_unit_test(improvement_wins_where_both_meet),
        cmocka_unit_test(apex_takes_the_later_direction_unless_improvement_wins),
        cmocka_unit_test(six_points_are_no_trend_and_ties_break_one),
        cmocka_unit_test(shift_of_seven_broken_by_the_mean_and_by_a_gap),
        cmocka_unit_test(missing_removes_both_ranges_and_never_flags),
        cmocka_unit_test(constant_series),
        cmocka_unit_test(assurance_at_and_beyond_the_limits),
        cmocka_unit_test(rebases_cut_runs_and_number_segments),
        cmocka_unit_test(refusals_say_why),
        cmocka_unit_test(names),
        cmocka_unit_test(the_naive_twin_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
