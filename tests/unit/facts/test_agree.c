/* Sheets of one release that print the same people: what is stored agrees, and what was cut off is not stored. */
#include "facts/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const source_column columns[] = {{"org", "Organisation", COLUMN_CODE},
                                        {"route", "Route", COLUMN_CATEGORY},
                                        {"type", "Type", COLUMN_CATEGORY},
                                        {"list", "List", COLUMN_COUNT}};
static const source sources[] = {
    {.id = "waits", .table = "rows_waits", .columns = columns, .column_count = 4, .file = "waits.yaml"},
};
static const catalogue one = {.sources = sources, .source_count = 1};
static char folder[] = "/tmp/concord-agree-XXXXXX";

static int folder_make_own(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int folder_remove(void **state)
{
    char command[128];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

typedef struct line {
    const char *org, *route, *type;
    int64_t list; /* -1 = withheld */
} line;

static void text_put(row_batch *b, size_t column, size_t row, const char *words)
{
    b->columns[column].as.texts[row] = text_of(words);
    b->columns[column].present[row / 64] |= UINT64_C(1) << (row % 64);
}

/* Puts the lines into a release and asks; the store is as it was. */
static status ask(const line *lines, size_t count, error *err)
{
    facts *f = NULL;
    text texts[3][64];
    int64_t counts[64];
    static row_column cells[4];
    static row_batch batch;
    row_batch *b = &batch;
    release r = {.sha256 = "aa", .source = "waits", .layout = "wide", .file_name = "waits.xlsx", .member = ""};
    r.first_period = r.last_period = period_month(2025, 4);
    r.sheets = "ALL\nBY TYPE";
    assert_true(count <= 64);
    memset(cells, 0, sizeof cells);
    for (size_t k = 0; k < 4; k++) {
        cells[k].type = columns[k].type;
        if (k < 3)
            cells[k].as.texts = texts[k];
        else
            cells[k].as.counts = counts;
    }
    b->columns = cells;
    b->count = count;
    for (size_t i = 0; i < count; i++) {
        text_put(b, 0, i, lines[i].org);
        text_put(b, 1, i, lines[i].route);
        text_put(b, 2, i, lines[i].type);
        counts[i] = lines[i].list;
        if (lines[i].list >= 0)
            cells[3].present[0] |= UINT64_C(1) << i;
        else
            cells[3].suppressed[0] |= UINT64_C(1) << i;
        b->line[i] = (int64_t)i + 1;
        b->period[i] = r.first_period;
    }
    assert_int_equal(facts_open(folder, FACTS_WRITE, &one, &f, err), STATUS_OK);
    assert_int_equal(facts_release_begin(f, &sources[0], &r, err), STATUS_OK);
    assert_int_equal(facts_append(f, b, err), STATUS_OK);
    status code = facts_release_agrees(f, &r, err);
    facts_release_abort(f);
    facts_close(f);
    return code;
}

enum { WHOLE = 14 };
static const line whole[WHOLE] = {
    {"RR8", "ALL ROUTES", "ALL TYPES", 30}, {"RJ1", "ALL ROUTES", "ALL TYPES", 7},
    {"RA7", "ALL ROUTES", "ALL TYPES", 0},  {"RR8", "ALL ROUTES", "Lung", 20},
    {"RR8", "ALL ROUTES", "Skin", 10},      {"RJ1", "ALL ROUTES", "Lung", 7},
    {"RR8", "Screening", "ALL TYPES", 12},  {"RR8", "Urgent", "ALL TYPES", 18},
    {"RJ1", "Urgent", "ALL TYPES", 7},      {"RR8", "Screening", "Lung", 8},
    {"RR8", "Screening", "Skin", 4},        {"RR8", "Urgent", "Lung", 12},
    {"RR8", "Urgent", "Skin", 6},           {"RJ1", "Urgent", "Lung", 7},
};

static void test_whole(void **state)
{
    error err = {0};
    (void)state;
    assert_int_equal(ask(whole, WHOLE, &err), STATUS_OK);
    /* Rows without any total, totals without any rows: a publication that prints one sheet. */
    assert_int_equal(ask(whole + 9, 5, &err), STATUS_OK);
    assert_int_equal(ask(whole, 3, &err), STATUS_OK);
}

static void test_cut_off(void **state)
{
    (void)state;
    for (size_t left = WHOLE - 1; left > 9; left--) {
        error err = {0};
        assert_int_equal(ask(whole, left, &err), STATUS_REFUSED);
        assert_non_null(strstr(err.message, "The sheets do not agree: "));
        assert_non_null(strstr(err.message, "(the first: R"));
        assert_non_null(strstr(err.hint, "Download the file again"));
    }
    /* Rows out of the middle: of RJ1 nothing is left of its types. */
    error err = {0};
    line some[WHOLE];
    size_t n = 0;
    for (size_t i = 0; i < WHOLE; i++)
        if (strcmp(whole[i].org, "RJ1") != 0 || strcmp(whole[i].type, "Lung") != 0)
            some[n++] = whole[i];
    assert_int_equal(ask(some, n, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "RJ1"));
}

/* What is withheld makes no sum, and so no contradiction. */
static void test_withheld(void **state)
{
    line some[WHOLE];
    error err = {0};
    (void)state;
    memcpy(some, whole, sizeof some);
    some[9].list = some[3].list = -1;
    assert_int_equal(ask(some, WHOLE, &err), STATUS_OK);
}

/* One slip in more than a hundred totals is the publisher's: it is left to the checks. */
static void test_one_slip(void **state)
{
    line many[60];
    error err = {0};
    (void)state;
    for (size_t i = 0; i < 60; i++)
        many[i] = (line){i % 2 == 0 ? "RR8" : "RJ1", i < 2 ? "ALL ROUTES" : "Urgent", "Lung", i < 2 ? 29 : 1};
    assert_int_equal(ask(many, 60, &err), STATUS_OK);
    many[0].list = 30; /* one of two */
    assert_int_equal(ask(many, 60, &err), STATUS_REFUSED);
    assert_non_null(
        strstr(err.message, "1 of the totals over 'Route' are not the sum of their rows (the first: RR8, Lung)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_withheld),
        cmocka_unit_test(test_one_slip),
    };
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove);
}
