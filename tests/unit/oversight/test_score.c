/* The steps of a framework, by hand-made cases and against a naive twin that counts instead of sorting. */
#include "oversight/intervals.h"

#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT 9

/* cmocka's own compares floats. */
#define assert_near(a, b, within) assert_true(fabs((a) - (b)) <= (within))

static const framework_metric higher_ranked = {.scoring = SCORING_RANKED, .better = BETTER_HIGHER, .weight = 1};
static const framework_metric lower_ranked = {.scoring = SCORING_RANKED, .better = BETTER_LOWER, .weight = 1};
static const framework_point anchors[] = {{92, 1}, {65, 2}, {35, 4}};
static const framework_metric continuous = {
    .scoring = SCORING_CONTINUOUS, .better = BETTER_HIGHER, .points = anchors, .point_count = 3, .weight = 1};
static const framework_point steps[] = {{0, 1}, {1, 2}, {NAN, 4}};
static const framework_metric discrete = {
    .scoring = SCORING_DISCRETE, .better = BETTER_LOWER, .points = steps, .point_count = 3, .weight = 1};

static double score_one(const framework_metric *m, double value)
{
    double work[2], score;
    score_metric(m, &value, 1, 1, work, &score, NULL);
    return score;
}

static void test_continuous(void **state)
{
    (void)state;
    assert_near(score_one(&continuous, 95), 1, 0);
    assert_near(score_one(&continuous, 92), 1, 0);
    assert_near(score_one(&continuous, 78.5), 1.5, 1e-12);
    assert_near(score_one(&continuous, 65), 2, 0);
    assert_near(score_one(&continuous, 50), 3, 1e-12);
    assert_near(score_one(&continuous, 10), 4, 0);
    assert_true(isnan(score_one(&continuous, NAN)));
}

static void test_discrete(void **state)
{
    (void)state;
    assert_near(score_one(&discrete, 0), 1, 0);
    assert_near(score_one(&discrete, 0.5), 2, 0);
    assert_near(score_one(&discrete, 1), 2, 0);
    assert_near(score_one(&discrete, 7), 4, 0);
}

/* Rank by counting: those in front, and half of those level. */
static double twin_rank(const double *values, size_t count, size_t who, bool higher)
{
    double front = 0, same = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        front += higher ? values[i] > values[who] : values[i] < values[who];
        same += values[i] >= values[who] && values[i] <= values[who];
    }
    return front + (same + 1) / 2;
}

static void ranked_like_twin(const framework_metric *m, bool higher)
{
    uint64_t bits[4];
    for (uint64_t round = 0; round < 200; round++) {
        double values[COUNT], scores[COUNT], ranks[COUNT], work[2 * COUNT], n = 0;
        for (size_t i = 0; i < COUNT; i++) {
            random_bits(11, round, i, 0, bits);
            values[i] = bits[0] % 7 == 0 ? NAN : (double)(bits[1] % 5); /* many ties */
            n += !isnan(values[i]);
        }
        score_metric(m, values, COUNT, 1, work, scores, ranks);
        for (size_t i = 0; i < COUNT; i++) {
            if (isnan(values[i])) {
                assert_true(isnan(scores[i]) && isnan(ranks[i]));
                continue;
            }
            double rank = twin_rank(values, COUNT, i, higher);
            assert_near(ranks[i], rank, 0);
            assert_near(scores[i], n < 2 ? 1 : 1 + 3 * (rank - 1) / (n - 1), 1e-12);
        }
    }
}

static void test_ranked(void **state)
{
    (void)state;
    ranked_like_twin(&higher_ranked, true);
    ranked_like_twin(&lower_ranked, false);
}

static void test_average(void **state)
{
    (void)state;
    framework_metric metrics[] = {continuous, continuous, continuous};
    metrics[1].weight = 3;
    metrics[2].weight = 0;
    assert_near(score_average((double[]){1, 2, 4}, metrics, 3), 1.75, 1e-12);
    assert_near(score_average((double[]){1, NAN, 4}, metrics, 3), 1, 1e-12);
    assert_true(isnan(score_average((double[]){NAN, NAN, 4}, metrics, 3)));
}

static void test_segments(void **state)
{
    (void)state;
    double work[16];
    int32_t segments[8];
    const framework quarters = {.by_quartiles = true};
    const double averages[8] = {1.2, 3.9, 2.0, NAN, 2.0, 3.1, 1.1, 2.5};
    /* seven in rising order: 1.1 1.2 | 2.0 2.0 | 2.5 3.1 | 3.9, ceil(4 rank / 7): 1 2 2 (2) 3 4 4 */
    score_segments(&quarters, averages, 8, work, segments);
    const int32_t expected[8] = {2, 4, 2, 0, 2, 4, 1, 3};
    assert_memory_equal(segments, expected, sizeof expected);

    const framework bounds = {.thresholds = {1.5, 2.0, 3.0}, .thresholds_known = true};
    score_segments(&bounds, averages, 8, work, segments);
    const int32_t by_bounds[8] = {1, 4, 2, 0, 2, 4, 1, 3};
    assert_memory_equal(segments, by_bounds, sizeof by_bounds);

    const framework unknown = {.thresholds_known = false};
    score_segments(&unknown, averages, 8, work, segments);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(segments[i], 0);
}

static void test_adjusted(void **state)
{
    (void)state;
    const framework_adjustment adjustments[] = {{.no_better_than = 3}, {.segment = 5}, {.no_better_than = 2}};
    const framework f = {.adjustments = adjustments, .adjustment_count = 3};
    assert_int_equal(score_adjusted(&f, 0, 1), 1);
    assert_int_equal(score_adjusted(&f, 1, 1), 3);
    assert_int_equal(score_adjusted(&f, 1, 4), 4);
    assert_int_equal(score_adjusted(&f, 5, 1), 3);
    assert_int_equal(score_adjusted(&f, 2, 1), 5);
    assert_int_equal(score_adjusted(&f, 1, 0), 0); /* nothing was scored: nothing to hold back */
}

static void test_value_for(void **state)
{
    (void)state;
    double work[8];
    assert_near(score_value_for(&continuous, 1.5, NULL, 0, work), 78.5, 1e-12);
    assert_near(score_value_for(&continuous, 3, NULL, 0, work), 50, 1e-12);
    assert_true(isnan(score_value_for(&continuous, 0.9, NULL, 0, work)));
    assert_near(score_value_for(&discrete, 2.7, NULL, 0, work), 1, 0);
    assert_near(score_value_for(&discrete, 1.2, NULL, 0, work), 0, 0);
    /* five in all: scores 1, 1.75, 2.5, 3.25, 4. For 2.5 two may stay in front, so the third of the others must be beaten. */
    const double others[] = {50, 90, NAN, 70, 60};
    assert_near(score_value_for(&higher_ranked, 2.5, others, 5, work), 60, 0);
    assert_near(score_value_for(&higher_ranked, 2.4, others, 5, work), 70, 0);
    assert_near(score_value_for(&higher_ranked, 1, others, 5, work), 90, 0);
    assert_near(score_value_for(&lower_ranked, 1, others, 5, work), 50, 0);
}

/* The value that score_value_for gives does score so, and a little worse does not. */
static void test_value_for_is_enough(void **state)
{
    (void)state;
    double work[8];
    for (double wanted = 1; wanted < 4; wanted += 0.07) {
        double value = score_value_for(&continuous, wanted, NULL, 0, work);
        assert_true(score_one(&continuous, value + 1e-9) <= wanted + 1e-9);
        assert_true(score_one(&continuous, value - 1e-3) > wanted);
    }
}

static void fill_group(double *values, double *errors)
{
    const double given[COUNT] = {60, 61, 62, 70, 71, 80, 81, 82, 90};
    for (size_t i = 0; i < COUNT; i++) {
        values[i] = given[i];
        errors[i] = i == 4 ? 0 : 1;
    }
}

static void test_intervals(void **state)
{
    (void)state;
    const framework f = {.metrics = &higher_ranked, .metric_count = 1, .by_quartiles = true};
    double values[COUNT], errors[COUNT];
    oversight_organisation one[COUNT], five[COUNT], sure[COUNT];
    fill_group(values, errors);
    memset(one, 0, sizeof one);
    memset(five, 0, sizeof five);
    memset(sure, 0, sizeof sure);
    oversight_options o = {.draws = 2000, .seed = 7, .threads = 1, .confidence = 0.95};
    assert_int_equal(score_intervals(&f, values, errors, COUNT, 0, &o, one, NULL), STATUS_OK);
    o.threads = 5;
    assert_int_equal(score_intervals(&f, values, errors, COUNT, 0, &o, five, NULL), STATUS_OK);
    for (size_t i = 0; i < COUNT; i++) {
        assert_near(one[i].rank_lower, five[i].rank_lower, 0);
        assert_near(one[i].rank_upper, five[i].rank_upper, 0);
        double shares = 0;
        for (size_t s = 0; s < FRAMEWORK_SEGMENTS; s++) {
            assert_near(one[i].segment_share[s], five[i].segment_share[s], 0);
            shares += one[i].segment_share[s];
        }
        assert_near(shares, 1, 1e-12);
    }
    /* 90 leads by eight errors; 60, 61 and 62 overlap. */
    assert_true(one[8].rank_lower == 1 && one[8].rank_upper == 1);
    assert_true(one[0].rank_lower <= 8 && one[0].rank_upper == 9);
    assert_true(one[2].rank_lower == 7 && one[2].rank_upper >= 8);
    memset(errors, 0, sizeof errors);
    assert_int_equal(score_intervals(&f, values, errors, COUNT, 0, &o, sure, NULL), STATUS_OK);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(sure[i].rank_lower == (double)(COUNT - i) && sure[i].rank_upper == (double)(COUNT - i));
}

/* Nothing but the order of the list tells those apart that tie in every draw: they share the middle of their places. */
static void test_intervals_of_ties(void **state)
{
    (void)state;
    const framework f = {.metrics = &higher_ranked, .metric_count = 1, .by_quartiles = true};
    const double values[COUNT] = {90, 90, 80, 70, 70, 70, 60, 50, 50}, errors[COUNT] = {0};
    const double places[COUNT] = {1.5, 1.5, 3, 5, 5, 5, 7, 8.5, 8.5};
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        oversight_organisation out[COUNT];
        const oversight_options o = {.draws = 200, .seed = 7, .threads = threads, .confidence = 0.95};
        memset(out, 0, sizeof out);
        assert_int_equal(score_intervals(&f, values, errors, COUNT, 0, &o, out, NULL), STATUS_OK);
        for (size_t i = 0; i < COUNT; i++) {
            assert_near(out[i].rank_lower, places[i], 0);
            assert_near(out[i].rank_upper, places[i], 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_continuous), cmocka_unit_test(test_discrete),
        cmocka_unit_test(test_ranked),     cmocka_unit_test(test_average),
        cmocka_unit_test(test_segments),   cmocka_unit_test(test_adjusted),
        cmocka_unit_test(test_value_for),  cmocka_unit_test(test_value_for_is_enough),
        cmocka_unit_test(test_intervals),  cmocka_unit_test(test_intervals_of_ties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
