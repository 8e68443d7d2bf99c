/* Absent months and quarters of a csv against a plain walk over every period, with targets that go along. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/spc_input.h"

#define GROUPS  7
#define PERIODS 90

static char path[] = "/tmp/concord-gaps-XXXXXX";
static uint32_t seed = 20260401;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16) % sides;
}

/* Every group has some of the periods, written last first, so that they have to be put in order too. */
static void gaps_against_walk(int32_t months)
{
    bool there[GROUPS][PERIODS];
    buffer csv = {0};
    buffer_text(&csv, "g,d,v,t\n");
    for (int g = 0; g < GROUPS; g++)
        for (int k = 0; k < PERIODS; k++)
            there[g][k] = dice(100) < 60;
    for (int g = 0; g < GROUPS; g++)
        there[g][3] = true;
    for (int k = PERIODS - 1; k >= 0; k--)
        for (int g = 0; g < GROUPS; g++)
            if (there[g][k])
                buffer_printf(&csv, "G%d,%04d-%02d,%d,%d\n", g, 2000 + k * months / 12, k * months % 12 + 1,
                              g * 1000 + k, g * 1000 - k);
    assert_int_equal(file_write(path, csv.data, csv.length, false, NULL), STATUS_OK);
    buffer_free(&csv);
    spc_request r = {.path = path, .by = "g", .date = "d", .value = "v", .target = "t", .period_months = months};
    spc_input in;
    problems list = {0};
    error err = {0};
    assert_int_equal(spc_input_read(&r, &in, &list, &err), STATUS_OK);
    assert_int_equal(in.group_count, GROUPS);
    size_t rows = 0;
    for (size_t at = 0; at < GROUPS; at++) {
        const spc_group *found = &in.groups[at];
        int g = found->name[1] - '0', first = 0, last = PERIODS - 1;
        while (!there[g][first])
            first++;
        while (!there[g][last])
            last--;
        assert_int_equal(found->first, rows);
        assert_int_equal(found->count, last - first + 1);
        for (int k = first; k <= last; k++, rows++) {
            assert_int_equal(in.dates[rows], date_of(2000 + k * months / 12, k * months % 12 + 1, 1));
            assert_true(in.months[rows]);
            assert_int_equal(in.lines[rows] > 0, there[g][k]);
            if (there[g][k]) {
                assert_true(in.values[rows] == g * 1000 + k);
                assert_true(in.targets[rows] == g * 1000 - k);
            } else {
                assert_true(isnan(in.values[rows]) != 0);
                assert_true(isnan(in.targets[rows]) != 0);
            }
        }
    }
    assert_int_equal(in.count, rows);
    spc_input_free(&in);
    problems_free(&list);
}

static void test_gaps(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        gaps_against_walk(1);
        gaps_against_walk(3);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char TWICE[] = "d,v\n2025-01-31,1\n2025-02-01,2\n2025-02-28,3\n";
    spc_request r = {.path = path, .date = "d", .value = "v", .period_months = 1};
    spc_input in;
    problems list = {0};
    error err = {0};
    assert_int_equal(file_write(path, TWICE, sizeof TWICE - 1, false, NULL), STATUS_OK);
    assert_int_equal(spc_input_read(&r, &in, &list, &err), STATUS_REFUSED);
    assert_int_equal(list.total, 1);
    assert_int_equal(list.items[0].row, 4);
    assert_non_null(strstr(list.items[0].message, "two rows in the month of 2025-02 (row 3 too)"));
    spc_input_free(&in);
    problems_free(&list);
    r.target = "standard";
    assert_int_equal(spc_input_read(&r, &in, &list, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "no column 'standard'"));
    assert_non_null(strstr(err.hint, "--target"));
    spc_input_free(&in);
    problems_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gaps), cmocka_unit_test(test_refused)};
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    (void)close(fd);
    int failed = cmocka_run_group_tests_name("spc gaps", tests, NULL, NULL);
    (void)unlink(path);
    return failed;
}
