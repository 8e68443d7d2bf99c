/* The outlook of a target, by hand-made series: at rest, rising, falling, too short, with gaps. */
#include "oversight/progress.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MONTHS                    24
#define assert_near(a, b, within) assert_true(fabs((a) - (b)) <= (within))

/* Up and down around a line. */
static void series(double *values, size_t count, double start, double slope)
{
    static const double wobble[] = {0.5, -0.5, 0.25, -0.25, 0, 0.5, -0.25};
    for (size_t i = 0; i < count; i++)
        values[i] = start + slope * (double)i + wobble[i % 7];
}

static progress_outlook outlook(const double *values, size_t count, double asked, bool lower)
{
    return progress_expect(values, count, 60, 57, 63, asked, 6, lower).outlook;
}

static void test_at_rest(void **state)
{
    double v[MONTHS];
    (void)state;
    series(v, MONTHS, 60, 0);
    progress_forecast f = progress_expect(v, MONTHS, 60, 57, 63, 70, 6, false);
    assert_false(f.trend);
    assert_near(f.expected, 60, 0);
    assert_near(f.lower, 57, 0);
    assert_near(f.upper, 63, 0);
    assert_int_equal(f.outlook, OUTLOOK_UNLIKELY);
    assert_int_equal(outlook(v, MONTHS, 57, false), OUTLOOK_LIKELY); /* at the limit: met */
    assert_int_equal(outlook(v, MONTHS, 57.1, false), OUTLOOK_OPEN);
    assert_int_equal(outlook(v, MONTHS, 63, false), OUTLOOK_OPEN);
    assert_int_equal(outlook(v, MONTHS, 63.1, false), OUTLOOK_UNLIKELY);
    assert_int_equal(outlook(v, MONTHS, 63, true), OUTLOOK_LIKELY);
    assert_int_equal(outlook(v, MONTHS, 60, true), OUTLOOK_OPEN);
    assert_int_equal(outlook(v, MONTHS, 56.9, true), OUTLOOK_UNLIKELY);
}

/* One point a month for 24 months from 50 is 73 now and 79 in six months, give or take the limits. */
static void test_rising(void **state)
{
    double v[MONTHS];
    (void)state;
    series(v, MONTHS, 50, 1);
    progress_forecast f = progress_expect(v, MONTHS, 61.5, 58.5, 64.5, 70, 6, false);
    assert_true(f.trend);
    assert_near(f.slope, 1, 0.05);
    assert_near(f.expected, 79, 0.7);
    assert_true(f.lower < f.expected - 2.9 && f.upper > f.expected + 2.9);
    assert_int_equal(f.outlook, OUTLOOK_LIKELY);
    assert_int_equal(progress_expect(v, MONTHS, 61.5, 58.5, 64.5, 79, 6, false).outlook, OUTLOOK_OPEN);
    assert_int_equal(progress_expect(v, MONTHS, 61.5, 58.5, 64.5, 90, 6, false).outlook, OUTLOOK_UNLIKELY);
    assert_int_equal(progress_expect(v, MONTHS, 61.5, 58.5, 64.5, 90, 24, false).outlook, OUTLOOK_LIKELY);
    assert_int_equal(progress_expect(v, MONTHS, 61.5, 58.5, 64.5, 60, 6, true).outlook, OUTLOOK_UNLIKELY);
}

static void test_unknown(void **state)
{
    double v[MONTHS];
    (void)state;
    series(v, MONTHS, 60, 0);
    assert_int_equal(outlook(v, PROGRESS_MONTHS_LEAST - 1, 70, false), OUTLOOK_UNKNOWN);
    assert_int_equal(outlook(v, PROGRESS_MONTHS_LEAST, 70, false), OUTLOOK_UNLIKELY);
    assert_int_equal(outlook(v, 0, 70, false), OUTLOOK_UNKNOWN);
    assert_int_equal(outlook(v, MONTHS, NAN, false), OUTLOOK_UNKNOWN);
    assert_int_equal(progress_expect(v, MONTHS, 60, NAN, NAN, 70, 6, false).outlook, OUTLOOK_UNKNOWN);
    assert_int_equal(progress_expect(v, MONTHS, 60, 57, 63, 70, -1, false).outlook, OUTLOOK_UNKNOWN);
    for (size_t i = 1; i < MONTHS; i += 2) /* months without a figure are not figures */
        v[i] = NAN;
    assert_int_equal(outlook(v, 14, 70, false), OUTLOOK_UNKNOWN);
    assert_int_equal(outlook(v, 15, 70, false), OUTLOOK_UNLIKELY);
}

/* Only the newest months are looked at: what rose long ago and has stood still since has no trend. */
static void test_newest(void **state)
{
    double v[4 * MONTHS];
    (void)state;
    series(v, 3 * MONTHS, 0, 1);
    series(v + 3 * MONTHS, MONTHS, 60, 0);
    assert_false(progress_expect(v, 4 * MONTHS, 60, 57, 63, 70, 6, false).trend);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(progress_outlook_name(OUTLOOK_UNKNOWN), "");
    assert_string_equal(progress_outlook_name(OUTLOOK_OPEN), "could go either way");
    assert_string_equal(progress_outlook_name((progress_outlook)99), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_at_rest), cmocka_unit_test(test_rising),
                                       cmocka_unit_test(test_unknown), cmocka_unit_test(test_newest),
                                       cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
