/* The theory of a waiting list and the statistics of a list of dates: worked examples, and a twin that counts day by day. */
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

static date day_of(int day)
{
    return date_of(2026, 1, 1) + day;
}

static void test_theory(void **state)
{
    (void)state;
    assert_near(queue_target_mean_wait(18, 4), 4.5, 1e-12);
    /* 30 referrals a week and a mean wait of 4.5 weeks keep up a list of 135 (Little). */
    assert_near(queue_target_size(30, 18, 4), 135, 1e-12);
    assert_near(queue_factor_share(4), 0.98168436, 1e-8);
    assert_near(queue_share_factor(queue_factor_share(2.5)), 2.5, 1e-12);
    assert_near(queue_load(30, 25), 1.2, 1e-12);
    assert_true(isinf(queue_load(30, 0)));
    assert_true(isnan(queue_load(0, 0)));
    assert_near(queue_pressure(9, 18), 1, 1e-12);
    assert_near(queue_target_capacity(30, 18, 4, 1, 1), 30 + 4.0 / 18, 1e-12);
    assert_near(queue_relief_capacity(30, 395, 135, 26), 40, 1e-12);
    assert_near(queue_relief_capacity(1, 0, 1000, 26), 0, 0); /* never negative */
    assert_near(queue_demand_upper(30, 1, 400), 30 / 0.9, 1e-12);
    assert_near(queue_demand_upper(30, 10, 4), 30, 0); /* no finite limit */
    assert_near(queue_demand_upper(30, 1, 0), 30, 0);
    assert_false(queue_is_too_big(270, 135));
    assert_true(queue_is_too_big(271, 135));
    assert_true(isnan(queue_target_mean_wait(0, 4)) && isnan(queue_pressure(1, 0)) && isnan(queue_share_factor(1)) &&
                isnan(queue_relief_capacity(1, 1, 1, 0)) && isnan(queue_target_capacity(1, -1, 4, 1, 1)));
}

static void test_a_small_list(void **state)
{
    (void)state;
    const queue_entry list[] = {
        {day_of(0), day_of(4)}, {day_of(2), day_of(6)}, {day_of(10), day_of(13)}, {day_of(12), DATE_NONE}};
    queue_window window;
    assert_int_equal(queue_window_make(list, 4, DATE_NONE, day_of(14), &window, NULL), STATUS_OK);
    assert_int_equal(window.start, day_of(0));
    int64_t sizes[15];
    assert_int_equal(queue_window_days(window), 15);
    queue_sizes(list, 4, window, sizes);
    const int64_t expected[15] = {1, 1, 2, 2, 1, 1, 0, 0, 0, 0, 1, 1, 2, 1, 1};
    assert_memory_equal(sizes, expected, sizeof sizes);
    arena scratch = {0};
    queue_statistics s;
    assert_int_equal(
        queue_statistics_make(list, 4, window, &(queue_targets){.target_wait_weeks = 1}, &scratch, &s, NULL),
        STATUS_OK);
    /* Referrals at 0, 2, 10, 12 in 0..14: five gaps in 14 days. Removals at 4, 6, 13: gaps 4, 2 and, nobody waiting on days 6
     * to 9, 4: three in 10 days. */
    assert_int_equal(s.referrals, 4);
    assert_int_equal(s.removals, 3);
    assert_near(s.demand_per_week, 2.5, 1e-12);
    assert_near(s.capacity_per_week, 2.1, 1e-12);
    assert_near(s.cv_capacity, sqrt(4.0 / 3) / (10.0 / 3), 1e-12);
    assert_int_equal(s.queue_size, 1);
    assert_near(s.mean_wait_weeks, 2.0 / 7, 1e-12);
    assert_near(s.pressure, 4.0 / 7, 1e-12);
    assert_true(s.load_too_big);
    assert_false(s.queue_too_big);
    assert_true(isnan(s.relief_capacity_per_week) && !isnan(s.target_capacity_per_week));
    arena_free(&scratch);
}

/* Those who left before the window are not waiting in it; what happens after it does not count. */
static void test_a_window(void **state)
{
    (void)state;
    const queue_entry list[] = {
        {day_of(0), day_of(3)}, {day_of(1), day_of(12)}, {day_of(11), day_of(30)}, {day_of(40), DATE_NONE}};
    queue_window window;
    assert_int_equal(queue_window_make(list, 4, day_of(10), day_of(20), &window, NULL), STATUS_OK);
    arena scratch = {0};
    queue_statistics s;
    assert_int_equal(
        queue_statistics_make(list, 4, window, &(queue_targets){.target_wait_weeks = 18}, &scratch, &s, NULL),
        STATUS_OK);
    assert_int_equal(s.referrals, 1);
    assert_int_equal(s.removals, 1);
    assert_int_equal(s.queue_size, 1);
    assert_near(s.mean_wait_weeks, 9.0 / 7, 1e-12);
    assert_near(s.capacity_per_week, 3.5, 1e-12); /* one gap of 2 days */
    assert_true(isnan(s.cv_capacity));
    arena_free(&scratch);
}

static void test_nothing_happens(void **state)
{
    (void)state;
    const queue_entry list[] = {{day_of(0), DATE_NONE}};
    queue_window window;
    assert_int_equal(queue_window_make(list, 1, day_of(10), day_of(20), &window, NULL), STATUS_OK);
    arena scratch = {0};
    queue_statistics s;
    assert_int_equal(
        queue_statistics_make(list, 1, window, &(queue_targets){.target_wait_weeks = 18}, &scratch, &s, NULL),
        STATUS_OK);
    assert_near(s.demand_per_week, 0, 0);
    assert_near(s.capacity_per_week, 0, 0);
    assert_true(isnan(s.load) && !s.load_too_big && s.queue_size == 1);
    arena_free(&scratch);
}

static void test_bad_lists(void **state)
{
    (void)state;
    queue_window window;
    error err = {0};
    assert_int_equal(queue_window_make(NULL, 0, DATE_NONE, DATE_NONE, &window, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "empty"));
    const queue_entry backwards[] = {{day_of(0), day_of(1)}, {day_of(5), day_of(4)}};
    assert_int_equal(queue_window_make(backwards, 2, DATE_NONE, DATE_NONE, &window, &err), STATUS_REFUSED);
    assert_string_equal(err.message, "removed on 2026-01-05, before the referral on 2026-01-06");
    assert_int_equal(err.row, 2);
    const queue_entry undated[] = {{DATE_NONE, day_of(1)}};
    assert_int_equal(queue_window_make(undated, 1, DATE_NONE, DATE_NONE, &window, &err), STATUS_REFUSED);
    const queue_entry good[] = {{day_of(0), day_of(1)}};
    assert_int_equal(queue_window_make(good, 1, day_of(5), day_of(5), &window, &err), STATUS_USAGE);
    assert_non_null(strstr(err.message, "not after its start"));
    assert_int_equal(queue_window_make(good, 1, date_of(1700, 1, 1), DATE_NONE, &window, &err), STATUS_USAGE);
    assert_int_equal(queue_window_make(good, 1, DATE_NONE, DATE_NONE, &window, &err), STATUS_OK);
    queue_statistics s;
    arena scratch = {0};
    const queue_targets wrong[] = {{.target_wait_weeks = 0}, {18, -1, 0}, {18, 0, -1}, {.target_wait_weeks = NAN}};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(queue_statistics_make(good, 1, window, &wrong[i], &scratch, &s, &err), STATUS_USAGE);
    arena_free(&scratch);
}

/* Counts and gaps day by day. */
static void naive(const queue_entry *list, size_t count, queue_window window, int64_t *sizes, int64_t *gap_days,
                  int64_t *gaps)
{
    *gap_days = *gaps = 0;
    date before = window.start;
    for (date d = window.start; d <= window.end; d++) {
        int64_t size = 0, yesterday = 0;
        for (size_t i = 0; i < count; i++) {
            size += list[i].referral <= d && (list[i].removal == DATE_NONE || list[i].removal > d);
            yesterday += list[i].referral <= d - 1 && (list[i].removal == DATE_NONE || list[i].removal > d - 1);
        }
        if (yesterday == 0 && d > window.start)
            before = d - 1;
        for (size_t i = 0; i < count; i++)
            if (list[i].removal == d) {
                *gap_days += d - before;
                (*gaps)++;
                before = d;
            }
        sizes[d - window.start] = size;
    }
}

static int next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (int)(*seed >> 40);
}

static void test_random_lists_against_a_twin(void **state)
{
    (void)state;
    uint64_t seed = 6;
    arena scratch = {0};
    for (int round = 0; round < 300; round++) {
        queue_entry list[40];
        const size_t count = 1 + (size_t)next(&seed) % 40;
        for (size_t i = 0; i < count; i++) {
            list[i].referral = day_of(next(&seed) % 60);
            list[i].removal = next(&seed) % 4 == 0 ? DATE_NONE : list[i].referral + next(&seed) % 15;
        }
        const queue_window window = {day_of(next(&seed) % 20), day_of(30 + next(&seed) % 50)};
        int64_t sizes[90], twin[90], gap_days, gaps;
        naive(list, count, window, twin, &gap_days, &gaps);
        queue_sizes(list, count, window, sizes);
        assert_memory_equal(sizes, twin, queue_window_days(window) * sizeof *sizes);
        queue_statistics s;
        assert_int_equal(
            queue_statistics_make(list, count, window, &(queue_targets){.target_wait_weeks = 18}, &scratch, &s, NULL),
            STATUS_OK);
        assert_int_equal(s.queue_size, twin[queue_window_days(window) - 1]);
        assert_int_equal(s.removals, gaps);
        if (gap_days > 0)
            assert_near(s.capacity_per_week, 7.0 * (double)gaps / (double)gap_days, 1e-9);
        arena_reset(&scratch);
    }
    arena_free(&scratch);
}

static void test_booking(void **state)
{
    (void)state;
    /* Row 2 was booked already; the earliest referral comes last in the list; the first slot finds nobody referred before it. */
    queue_entry list[] = {
        {day_of(3), DATE_NONE}, {day_of(1), day_of(9)}, {day_of(3), DATE_NONE}, {day_of(2), DATE_NONE}};
    const date slots[] = {day_of(8), day_of(2), day_of(4), day_of(4), day_of(3), day_of(9)};
    bool used[6];
    arena scratch = {0};
    assert_int_equal(queue_schedule(list, 4, slots, 6, used, &scratch, NULL), STATUS_OK);
    assert_int_equal(list[3].removal, day_of(3));
    assert_int_equal(list[0].removal, day_of(4));
    assert_int_equal(list[2].removal, day_of(4));
    assert_int_equal(list[1].removal, day_of(9));
    const bool expected[6] = {false, false, true, true, true, false};
    assert_memory_equal(used, expected, sizeof used);
    assert_int_equal(queue_schedule(NULL, 0, NULL, 0, NULL, &scratch, NULL), STATUS_OK);
    arena_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_theory),    cmocka_unit_test(test_a_small_list),
        cmocka_unit_test(test_a_window),  cmocka_unit_test(test_nothing_happens),
        cmocka_unit_test(test_bad_lists), cmocka_unit_test(test_random_lists_against_a_twin),
        cmocka_unit_test(test_booking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
