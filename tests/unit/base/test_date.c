/* Dates: every day of two centuries against a calendar that counts on its fingers; the ways in which files write them. */
#include "unit.h"

static int month_days(int year, int month)
{
    static const int days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0) ? 29 : days[month];
}

static void every_day_of_two_centuries_comes_back(void **state)
{
    (void)state;
    date expected = -25567; /* 1900-01-01: 70 years of 365 days and 17 leap days before 1970 */
    for (int year = 1900; year <= 2100; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= month_days(year, month); day++, expected++) {
                date d = date_of(year, month, day), back = 0;
                int y = 0, m = 0, dd = 0;
                assert_int_equal(d, expected);
                date_parts(d, &y, &m, &dd);
                assert_true(y == year && m == month && dd == day);
                char out[DATE_TEXT], twin[40];
                date_format(d, out);
                (void)snprintf(twin, sizeof twin, "%d-%02d-%02d", year, month, day);
                assert_string_equal(out, twin);
                assert_true(date_parse(text_of(out), &back));
                assert_int_equal(back, d);
                back = 0;
                assert_true(date_parse_loose(text_of(out), &back));
                assert_int_equal(back, d);
            }
            assert_int_equal(date_of(year, month, month_days(year, month) + 1), DATE_NONE);
            assert_int_equal(date_of(year, month, 0), DATE_NONE);
        }
        assert_int_equal(date_of(year, 0, 1), DATE_NONE);
        assert_int_equal(date_of(year, 13, 1), DATE_NONE);
    }
    assert_int_equal(date_of(1970, 1, 1), 0);
    assert_int_equal(date_of(0, 1, 1), DATE_NONE);
    assert_int_equal(date_of(10000, 1, 1), DATE_NONE);
}

static void no_date_is_no_text(void **state)
{
    (void)state;
    char out[DATE_TEXT] = "x";
    date_format(DATE_NONE, out);
    assert_string_equal(out, "");
    out[0] = 'x';
    date_format(DATE_FOREVER, out);
    assert_string_equal(out, "");
}

static void strict_dates(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026-4-30",   "2026-04-31",  "2026/04/30",
                                      "20260430",   "2026-04-30 ", " 2026-04-30", "2026-00-01",
                                      "2026-04-3O", "0000-01-01",  "+026-04-30"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        date d = 42;
        assert_false(date_parse(text_of(bad[i]), &d));
        assert_int_equal(d, 42);
    }
}

static void loose_dates(void **state)
{
    (void)state;
    static const char *const same[] = {
        "2026-04-30",           "30/04/2026",          "30-04-2026",
        "30.04.2026",           "2026/04/30",          "20260430",
        "30 April 2026",        "30-Apr-26",           "30 apr 2026",
        "April 30, 2026",       "Apr-30-2026",         "30/4/26",
        " 30/04/2026 ",         "30/04/2026 00:00:00", "2026-04-30 09:30",
        "2026-04-30T09:30:00Z", "30 APRIL 2026 12:00", "\357\273\27730/04/2026\r",
        "30, April 2026",
    };
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        date d = DATE_NONE;
        if (!date_parse_loose(text_of(same[i]), &d))
            fail_msg("not read: %s", same[i]);
        assert_int_equal(d, date_of(2026, 4, 30));
    }
    static const char *const bad[] = {
        "",
        "April 2026",
        "04/2026",
        "31/04/2026",
        "30/13/2026",
        "1/2/3",
        "30/04/026",
        "30/04/20261",
        "030/04/2026",
        "30/004/2026",
        "20260431",
        "2026043",
        "202604300",
        "30 Avril 2026",
        "30 April April",
        "April April 2026",
        "2026 30 April",
        "30/04/2026 revised",
        "30/04/2026x",
        "/30/04/2026",
        "30////04////2026",
        "-30/04/2026",
        "Thursday",
        "30 04",
        "NaN",
        "46142",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        date d = 42;
        if (date_parse_loose(text_of(bad[i]), &d))
            fail_msg("read as a date: %s", bad[i]);
        assert_int_equal(d, 42);
    }
    date d = 0;
    assert_true(date_parse_loose(text_of("29-Feb-00"), &d) && d == date_of(2000, 2, 29));
    assert_true(date_parse_loose(text_of("1/1/70"), &d) && d == date_of(1970, 1, 1));
    assert_true(date_parse_loose(text_of("31/12/69"), &d) && d == date_of(2069, 12, 31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_two_centuries_comes_back),
        cmocka_unit_test(no_date_is_no_text),
        cmocka_unit_test(strict_dates),
        cmocka_unit_test(loose_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
