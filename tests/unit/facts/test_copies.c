/* The same table in several files: one release, whichever of them came first. */
#include "facts/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const source_column columns[] = {{"org", "Organisation", COLUMN_CODE}, {"list", "List", COLUMN_COUNT}};
static const source sources[] = {
    {.id = "lists", .table = "rows_lists", .columns = columns, .column_count = 2, .file = "lists.yaml"},
};
static const catalogue one = {.sources = sources, .source_count = 1};
static char folder[] = "/tmp/concord-copies-XXXXXX";

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

static facts *store_open(facts_mode mode)
{
    facts *f = NULL;
    error err = {0};
    status code = facts_open(folder, mode, &one, &f, &err);
    if (code != STATUS_OK)
        print_error("%s\n", err.message);
    assert_int_equal(code, STATUS_OK);
    return f;
}

static void store_remove(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/facts.duckdb", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/facts.duckdb.wal", folder);
    (void)unlink(path);
}

/* Files of one table: a csv, whose SHA-256 is the table's, and two packings of it. */
typedef struct packing {
    const char *sha256, *file, *notes;
    date published, archived;
    bool revised;
} packing;
static const packing FILES[] = {{"mm", "a.csv", "", DATE_NONE, DATE_NONE, false},
                                {"aa", "a.zip", "a note of the zip", DATE_NONE, 20000, false},
                                {"zz", "a-revised-2025-06-12.csv.gz", "", 20251, DATE_NONE, true}};

static release release_of(const packing *p, const char *table)
{
    period april = period_month(2025, 4);
    return (release){.sha256 = p->sha256,
                     .source = "lists",
                     .layout = "wide",
                     .file_name = p->file,
                     .member = "",
                     .first_period = april,
                     .last_period = april,
                     .published = p->published,
                     .revised = p->revised,
                     .archived = p->archived,
                     .rows_in = 3,
                     .rows_kept = 3,
                     .bytes = (int64_t)strlen(p->file),
                     .notes = p->notes,
                     .table = table};
}

/* Adds a file as the command line does: as a release of its own, or to the one that has its table. */
static bool file_add(facts *f, const packing *p, const char *table)
{
    arena a = {0};
    error err = {0};
    release *all = NULL;
    size_t count = 0;
    bool renamed = false;
    release r = release_of(p, table);
    assert_int_equal(facts_releases(f, &a, &all, &count, &err), STATUS_OK);
    const release *same = facts_release_same(all, count, &r);
    if (same != NULL) {
        bool lesser = strcmp(p->sha256, same->sha256) < 0;
        assert_int_equal(facts_release_merge(f, same, &r, &renamed, &err), STATUS_OK);
        assert_int_equal(renamed, lesser);
    } else {
        assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
        assert_int_equal(facts_release_commit(f, &r, &err), STATUS_OK);
    }
    arena_free(&a);
    return same != NULL;
}

static void test_any_order(void **state)
{
    (void)state;
    static const int ORDERS[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t o = 0; o < 6; o++) {
        facts *f = store_open(FACTS_WRITE);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(file_add(f, &FILES[ORDERS[o][i]], "mm"), i > 0);
        facts_close(f);
        f = store_open(FACTS_READ);
        arena a = {0};
        release *all = NULL;
        release_quality *quality = NULL;
        size_t count = 0, qualities = 0;
        assert_int_equal(facts_releases(f, &a, &all, &count, NULL), STATUS_OK);
        assert_int_equal(count, 1);
        assert_string_equal(all[0].sha256, "aa");
        assert_string_equal(all[0].file_name, "a.zip");
        assert_int_equal(all[0].bytes, 5);
        assert_string_equal(all[0].table, "mm");
        /* What any of the three says of its publication holds. */
        assert_int_equal(all[0].published, 20251);
        assert_int_equal(all[0].archived, 20000);
        assert_true(all[0].revised);
        assert_int_equal(facts_quality(f, &a, &quality, &qualities, NULL), STATUS_OK);
        assert_int_equal(qualities, 1);
        assert_string_equal(quality[0].notes, "a note of the zip");
        /* Each of them is known when it comes again. */
        for (size_t i = 0; i < 3; i++) {
            bool there = false;
            assert_int_equal(facts_has_release(f, FILES[i].sha256, &there, NULL), STATUS_OK);
            assert_true(there);
        }
        arena_free(&a);
        facts_close(f);
        store_remove();
    }
}

/* A zip is there: its table as a csv is not taken for the same file before its period is known. */
static void test_what_is_no_copy(void **state)
{
    (void)state;
    facts *f = store_open(FACTS_WRITE);
    arena a = {0};
    error err = {0};
    release *all = NULL;
    size_t count = 0;
    bool there = true, renamed = true, changed = false;
    assert_false(file_add(f, &FILES[1], "mm"));
    assert_int_equal(facts_has_release(f, "mm", &there, &err), STATUS_OK);
    assert_false(there);
    assert_int_equal(facts_releases(f, &a, &all, &count, &err), STATUS_OK);
    release r = release_of(&FILES[0], "mm");
    assert_non_null(facts_release_same(all, count, &r));
    r.first_period = r.last_period = period_month(2025, 5); /* the name of the file said another month */
    assert_null(facts_release_same(all, count, &r));
    r = release_of(&FILES[0], "nn");
    assert_null(facts_release_same(all, count, &r));
    r = release_of(&FILES[0], ""); /* of before tables were known by their SHA-256 */
    assert_null(facts_release_same(all, count, &r));
    assert_int_equal(facts_release_merge(f, &all[0], &r, &renamed, &err), STATUS_INTERNAL);
    /* A date given for one of the files is one of the release. */
    assert_true(file_add(f, &FILES[0], "mm"));
    assert_int_equal(facts_release_published(f, "mm", 20300, &changed, &err), STATUS_OK);
    assert_true(changed);
    assert_int_equal(facts_releases(f, &a, &all, &count, &err), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(all[0].published, 20300);
    arena_free(&a);
    facts_close(f);
    store_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_what_is_no_copy),
    };
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove);
}
