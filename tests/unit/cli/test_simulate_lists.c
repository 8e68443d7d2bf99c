/* Waiting lists from a csv: what is read, and what is refused, with line and column. */
#include "cli/simulate_lists.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST = 2026 * 12 + 3, MONTHS = 3 };

typedef struct source_text {
    const char *at;
} source_text;

static status fill(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    source_text *s = context;
    (void)err;
    *got = strlen(s->at) < capacity ? strlen(s->at) : capacity;
    memcpy(into, s->at, *got);
    s->at += *got;
    return STATUS_OK;
}

static status read_text(const char *csv, arena *a, simulate_lists *out, problems *list, error *err)
{
    source_text s = {csv};
    csv_reader *reader = NULL;
    assert_int_equal(csv_open(fill, &s, &reader, err), STATUS_OK);
    const status code = simulate_lists_read_on(reader, "lists.csv", FIRST, MONTHS, a, out, list, err);
    csv_close(reader);
    return code;
}

static void lists_are_read(void **state)
{
    (void)state;
    arena a = {0};
    simulate_lists l;
    problems list = {0};
    error err = {0};
    const char *csv =
        "provider,ignored,treatment_function,referrals_2026-04,referrals_2026-05,referrals_2026-06,referrals_2030-01,"
        "capacity,"
        "removal_rate,not_attended_share,wait_0_18,wait_18_,admitted_capacity,admitted_share,admitted_wait_0_2\n"
        "RAA,x,C_110,10,20.5,30,9,40,0.01,0.05,36,27,,,\n"
        "RBB,x,C_110,1,2,3,9,4,,,18,0,5,0.3,3\n";
    if (read_text(csv, &a, &l, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(l.count, 2);
    assert_string_equal(l.lists[0].name, "RAA, C_110");
    assert_string_equal(l.places[1].provider, "RBB");
    assert_true(l.lists[0].referrals[1] == 20.5 && l.lists[0].slots[2] == 40 && l.lists[0].removal_rate[0] == 0.01);
    assert_true(l.lists[0].not_attended_share == 0.05);
    assert_null(l.lists[0].admitted_slots);
    assert_null(l.lists[1].removal_rate);
    int64_t people = 0;
    for (int w = 0; w < SIMULATE_WEEKS; w++)
        people += l.lists[0].waiting[w];
    assert_int_equal(people, 63);
    assert_int_equal(l.lists[0].waiting[0], 2);
    assert_true(l.lists[0].waiting[18] + l.lists[0].waiting[19] >= 1 && l.lists[0].waiting[44] == 0);
    assert_true(l.lists[1].admitted_slots[0] == 5 && l.lists[1].admitted_share == 0.3);
    assert_int_equal(l.lists[1].waiting_admitted[0] + l.lists[1].waiting_admitted[1], 3);
    problems_free(&list);
    arena_free(&a);
}

static void refuses(const char *csv, int64_t line, const char *column, const char *words)
{
    arena a = {0};
    simulate_lists l;
    problems list = {0};
    error err = {0};
    assert_int_equal(read_text(csv, &a, &l, &list, &err), STATUS_REFUSED);
    bool found = false;
    for (size_t i = 0; i < list.count; i++)
        found = found || (list.items[i].row == line && strcmp(list.items[i].column, column) == 0 &&
                          strstr(list.items[i].message, words) != NULL);
    if (!found)
        fail_msg("not told: '%s' of line %d, column '%s'; first: '%s' of line %d, column '%s'", words, (int)line,
                 column, err.message, (int)err.row, err.column);
    problems_free(&list);
    arena_free(&a);
}

#define HEAD "provider,treatment_function,referrals,capacity,wait_0_18\n"

static void bad_files_are_refused(void **state)
{
    (void)state;
    refuses("", 0, "", "empty");
    refuses("provider,referrals\nRAA,3\n", 1, "", "There is no column 'treatment_function'");
    refuses(HEAD, 1, "", "no list");
    refuses(HEAD "RAA,C_110,3,4\n", 2, "", "4 cells and the header 5");
    refuses(HEAD "RAA,C_110,3,4,5\n,C_110,3,4,5\n", 3, "provider", "empty");
    refuses(HEAD "RAA,C_110,-3,4,5\n", 2, "referrals", "'-3' cannot be referrals");
    refuses(HEAD "RAA,C_110,3,,5\n", 2, "capacity", "cannot be capacity");
    refuses(HEAD "RAA,C_110,3,4,5.5\n", 2, "wait_0_18", "no number of people");
    refuses(HEAD "RAA,C_110,3,4,5\nRAA,C_110,3,4,5\n", 0, "", "has two rows");
    refuses("provider,treatment_function,referrals,capacity,wait_0_18,wait_12_20\nRAA,C_110,3,4,5,6\n", 1, "wait_12_20",
            "same weeks as 'wait_0_18'");
    refuses("provider,treatment_function,referrals,capacity,wait_18_0\nRAA,C_110,3,4,5\n", 1, "wait_18_0",
            "not of a run of weeks");
    refuses("provider,treatment_function,referrals_2026-04,capacity,wait_0_18\nRAA,C_110,3,4,5\n", 1, "",
            "Of 'referrals' there are 1 months, and 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_are_read), cmocka_unit_test(bad_files_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
