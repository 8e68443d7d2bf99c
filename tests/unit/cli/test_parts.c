/* The parts of the command line that need no workspace: which files a folder stands for, originals kept whole, tables in three formats, values of
 * options, and the reader of dated values against a plain sort. */
#include "cli/add.h"
#include "cli/spc_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char folder[] = "/tmp/concord-cli-XXXXXX";

static const char *inside(const char *name)
{
    static char path[8][512];
    static size_t next;
    char *to = path[next++ % 8];
    (void)snprintf(to, sizeof path[0], "%s/%s", folder, name);
    return to;
}

static void put(const char *name, const char *contents)
{
    assert_int_equal(file_write(inside(name), contents, strlen(contents), false, NULL), STATUS_OK);
}

static void test_folders_in_the_order_of_names(void **state)
{
    (void)state;
    static const char *const names[] = {"p/b.csv",       "p/B.csv",          "p/a/z.csv",  "p/a.csv",
                                        "p/.hidden.csv", "p/__MACOSX/x.csv", "p/a/c/d.zip"};
    static const char *const expected[] = {"p/B.csv", "p/a/c/d.zip", "p/a/z.csv", "p/a.csv", "p/b.csv"};
    assert_int_equal(folder_make(inside("p/a/c"), NULL), STATUS_OK);
    assert_int_equal(folder_make(inside("p/__MACOSX"), NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(names[i], "x");
    assert_int_equal(symlink("..", inside("p/circle")), 0); /* a link to a folder is not followed */
    arena a = {0};
    path_list list = {0};
    error err = {0};
    assert_int_equal(paths_collect(inside("p"), &a, &list, &err), STATUS_OK);
    assert_int_equal(list.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < list.count; i++)
        assert_string_equal(list.items[i], inside(expected[i]));
    assert_int_equal(paths_collect(inside("p/.hidden.csv"), &a, &list, &err), STATUS_OK); /* named, so meant */
    assert_int_equal(list.count, sizeof expected / sizeof expected[0] + 1);
    assert_int_equal(paths_collect(inside("absent"), &a, &list, &err), STATUS_IO);
    assert_non_null(strstr(err.message, "no such file"));
    path_list_free(&list);
    arena_free(&a);
}

static void test_originals_are_kept_whole(void **state)
{
    (void)state;
    static const char hash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    char kept[256], part[256];
    bool made = false;
    buffer b = {0};
    error err = {0};
    assert_int_equal(folder_make(inside("w/releases"), NULL), STATUS_OK);
    put("original.csv", "a,b\n1,2\n");
    assert_int_equal(original_keep(inside("w"), inside("original.csv"), hash, &made, &err), STATUS_OK);
    assert_true(made);
    (void)snprintf(kept, sizeof kept, "w/releases/%s/original.csv", hash);
    assert_int_equal(file_read(inside(kept), 100, &b, NULL), STATUS_OK);
    assert_string_equal(b.data, "a,b\n1,2\n");
    assert_int_equal(original_keep(inside("w"), inside("original.csv"), hash, &made, &err), STATUS_OK);
    assert_false(made);
    (void)snprintf(part, sizeof part, "w/releases/%s.part", hash);
    put(part, "half");
    put("w/releases/notes.part", "not ours");
    originals_tidy(inside("w"));
    assert_int_not_equal(access(inside(part), F_OK), 0);
    assert_int_equal(access(inside("w/releases/notes.part"), F_OK), 0);
    original_drop(inside("w"), inside("original.csv"), hash);
    assert_int_not_equal(access(inside(kept), F_OK), 0);
    assert_int_equal(original_keep(inside("w"), inside("absent.csv"), hash, &made, &err), STATUS_IO);
    assert_int_not_equal(access(inside(part), F_OK), 0);
    buffer_free(&b);
}

static void test_a_changed_file_is_noticed(void **state)
{
    (void)state;
    file_state before, after;
    put("changing.csv", "one");
    assert_int_equal(file_state_read(inside("changing.csv"), &before, NULL), STATUS_OK);
    assert_int_equal(file_state_read(inside("changing.csv"), &after, NULL), STATUS_OK);
    assert_true(file_state_same(&before, &after));
    put("changing.csv", "two!");
    assert_int_equal(file_state_read(inside("changing.csv"), &after, NULL), STATUS_OK);
    assert_false(file_state_same(&before, &after));
}

static void test_code_set_against_a_plain_list(void **state)
{
    (void)state;
    enum { CODES = 5000 };
    static bool seen[CODES];
    code_set set = {0};
    uint32_t random = 7;
    size_t distinct = 0;
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525u + 1013904223u;
        uint32_t n = (random >> 8) % CODES;
        char code[16];
        bool added = false;
        (void)snprintf(code, sizeof code, "C%u", n);
        assert_int_equal(code_set_add(&set, text_of(code), &added, NULL), STATUS_OK);
        assert_int_equal(added, !seen[n]);
        distinct += !seen[n];
        seen[n] = true;
        assert_int_equal(set.count, distinct);
    }
    code_set_clear(&set);
    bool added = false;
    assert_int_equal(code_set_add(&set, text_of("C1"), &added, NULL), STATUS_OK);
    assert_true(added);
    code_set_free(&set);
    code_set_free(&set);
}

static void table_is(output_format format, const char *expected)
{
    static const table_column columns[] = {
        {"name", "Name", false, false}, {"count", NULL, true, false}, {"open", NULL, false, true}};
    char said[512] = "";
    FILE *to = tmpfile();
    cli c = {.out = to};
    table t = {0};
    assert_non_null(to);
    table_begin(&t, columns, 3);
    table_text(&t, "a \"b\", c");
    table_number(&t, 64.9);
    table_bool(&t, true);
    table_text(&t, "caf\303\251");
    table_number(&t, (double)NAN);
    table_missing(&t);
    assert_int_equal(table_print(&c, &t, format, NULL), STATUS_OK);
    rewind(to);
    said[fread(said, 1, sizeof said - 1, to)] = 0;
    (void)fclose(to);
    table_free(&t);
    assert_string_equal(said, expected);
}

static void test_tables_in_three_formats(void **state)
{
    (void)state;
    table_is(FORMAT_CSV, "name,count,open\n\"a \"\"b\"\", c\",64.9,yes\ncaf\303\251,,\n");
    table_is(FORMAT_JSON, "[\n {\"name\": \"a \\\"b\\\", c\", \"count\": 64.9, \"open\": true},\n"
                          " {\"name\": \"caf\303\251\", \"count\": null, \"open\": null}\n]\n");
    table_is(FORMAT_TABLE, "Name      count  open\na \"b\", c   64.9  yes\ncaf\303\251             \n");
}

static void test_geographies(void **state)
{
    (void)state;
    geography g;
    date as_at;
    error err = {0};
    assert_int_equal(option_geography(NULL, &g, &as_at, &err), STATUS_OK);
    assert_int_equal(g, GEOGRAPHY_CURRENT);
    assert_int_equal(option_geography("as-published", &g, &as_at, &err), STATUS_OK);
    assert_int_equal(g, GEOGRAPHY_AS_PUBLISHED);
    assert_int_equal(option_geography("as-at:2024-04-01", &g, &as_at, &err), STATUS_OK);
    assert_int_equal(as_at, date_of(2024, 4, 1));
    assert_int_equal(option_geography("as-at:2024-13-01", &g, &as_at, &err), STATUS_USAGE);
    assert_int_equal(option_geography("Current", &g, &as_at, &err), STATUS_USAGE);
}

static void test_standing_among_releases(void **state)
{
    (void)state;
    period april = period_month(2026, 4), may = period_month(2026, 5);
    release all[] = {
        {.source = "s",
         .sha256 = "aa",
         .member = "",
         .first_period = april,
         .last_period = april,
         .published = DATE_NONE,
         .archived = DATE_NONE},
        {.source = "s",
         .sha256 = "bb",
         .member = "",
         .first_period = april,
         .last_period = may,
         .published = date_of(2026, 6, 1),
         .archived = DATE_NONE},
        {.source = "t",
         .sha256 = "cc",
         .member = "",
         .first_period = april,
         .last_period = april,
         .published = DATE_NONE,
         .archived = DATE_NONE},
    };
    const source of = {.id = "x"};
    standing first = standing_of(all, 3, &all[0], &of);
    assert_ptr_equal(first.other, &all[1]);
    assert_false(first.later);
    assert_true(standing_of(all, 3, &all[1], &of).later);
    assert_null(standing_of(all, 3, &all[2], &of).other);
    release twin = all[2];
    twin.sha256 = "dd";
    standing tied = standing_of(all, 3, &twin, &of);
    assert_ptr_equal(tied.other, &all[2]);
    assert_true(tied.tie);
}

/* ---- dated values ---- */

typedef struct plain {
    int group, day;
    double value;
} plain;

static int plain_compare(const void *a, const void *b)
{
    const plain *x = a, *y = b;
    return x->group != y->group ? (x->group > y->group) - (x->group < y->group) : (x->day > y->day) - (x->day < y->day);
}

static void test_dated_values_against_a_plain_sort(void **state)
{
    (void)state;
    enum { GROUPS = 300, DAYS = 40, ROWS = GROUPS * DAYS };
    static plain rows[ROWS];
    static size_t order[ROWS];
    uint32_t random = 99;
    buffer csv = {0};
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = (plain){.group = (int)i / DAYS, .day = (int)i % DAYS, .value = (double)i / 8.0};
        order[i] = i;
    }
    for (size_t i = ROWS - 1; i >= DAYS;
         i--) { /* shuffled, but for a first row of each group in order, so that groups are numbered alike */
        random = random * 1664525u + 1013904223u;
        size_t k = DAYS + (random >> 4) % (i - DAYS + 1), keep = order[i];
        order[i] = order[k];
        order[k] = keep;
    }
    buffer_text(&csv, "when,ignored,\"which, group\",how much\n");
    for (int g = 0; g < GROUPS; g++) /* one early row per group */
        buffer_printf(&csv, "1999-01-01,,G%d,NA\n", g);
    for (size_t i = 0; i < ROWS; i++) {
        const plain *r = &rows[order[i]];
        char day[DATE_TEXT];
        date_format(date_of(2020, 1, 1) + r->day, day);
        buffer_printf(&csv, "%s,\"x, y\",G%d,", day, r->group);
        buffer_number(&csv, r->value);
        buffer_text(&csv, "\r\n");
    }
    put("values.csv", csv.data);
    buffer_free(&csv);
    qsort(rows, ROWS, sizeof *rows, plain_compare);
    spc_input in;
    problems list = {0};
    spc_request request = {.path = inside("values.csv"), .by = "which, group", .date = "when", .value = "how much"};
    error err = {0};
    assert_int_equal(spc_input_read(&request, &in, &list, &err), STATUS_OK);
    assert_int_equal(in.group_count, GROUPS);
    assert_int_equal(in.count, ROWS + GROUPS);
    for (size_t g = 0; g < GROUPS; g++) {
        char name[16];
        (void)snprintf(name, sizeof name, "G%zu", g);
        assert_string_equal(in.groups[g].name, name);
        assert_int_equal(in.groups[g].count, DAYS + 1);
        assert_true(isnan(in.values[in.groups[g].first]) != 0);
        for (size_t d = 0; d < DAYS; d++) {
            assert_int_equal(in.dates[in.groups[g].first + 1 + d], date_of(2020, 1, 1) + (int)d);
            assert_true(in.values[in.groups[g].first + 1 + d] == rows[g * DAYS + d].value);
        }
    }
    spc_input_free(&in);
    spc_input_free(&in);
    problems_free(&list);
}

static void test_dated_values_refused(void **state)
{
    (void)state;
    spc_input in;
    problems list = {0};
    spc_request request = {.path = inside("bad.csv"), .by = NULL, .date = "d", .value = "v"};
    error err = {0};
    put("bad.csv", "d,v\n2025-01,1\n2025-01-01,2\n");
    assert_int_equal(spc_input_read(&request, &in, &list, &err), STATUS_REFUSED);
    assert_int_equal(list.total, 1);
    assert_int_equal(list.items[0].row, 3);
    assert_non_null(strstr(list.items[0].message, "2025-01-01 twice"));
    spc_input_free(&in);
    problems_free(&list);
    put("bad.csv", "d,v\n2025-01,1\n2025-02,one\n2025-03,1e999\n");
    assert_int_equal(spc_input_read(&request, &in, &list, &err), STATUS_REFUSED);
    assert_true(list.total >= 1);
    assert_int_equal(list.items[0].row, 3);
    assert_string_equal(list.items[0].column, "v");
    spc_input_free(&in);
    problems_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folders_in_the_order_of_names), cmocka_unit_test(test_originals_are_kept_whole),
        cmocka_unit_test(test_a_changed_file_is_noticed),     cmocka_unit_test(test_code_set_against_a_plain_list),
        cmocka_unit_test(test_tables_in_three_formats),       cmocka_unit_test(test_geographies),
        cmocka_unit_test(test_standing_among_releases),       cmocka_unit_test(test_dated_values_against_a_plain_sort),
        cmocka_unit_test(test_dated_values_refused),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    int failed = cmocka_run_group_tests_name("cli parts", tests, NULL, NULL);
    char remove_it[600];
    (void)snprintf(remove_it, sizeof remove_it, "rm -rf '%s'", folder);
    return system(remove_it) != 0 ? 1 : failed;
}
