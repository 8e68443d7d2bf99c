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
        int order = strcmp(p->sha256, same->sha256);
        bool lesser = order < 0 || (order == 0 && strcmp(p->file, same->file_name) < 0);
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
        assert_int_equal(release_known(&all[0], NULL), 20251);
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

/* One after the other into an empty store, as `order` says; what the one release then is. */
static release one_release(const packing *files, const int *order, size_t count, arena *a)
{
    facts *f = store_open(FACTS_WRITE);
    release *all = NULL;
    size_t stored = 0;
    for (size_t i = 0; i < count; i++)
        (void)file_add(f, &files[order[i]], "mm");
    assert_int_equal(facts_releases(f, a, &all, &stored, NULL), STATUS_OK);
    assert_int_equal(stored, 1);
    facts_close(f);
    store_remove();
    return all[0];
}

/* A copy does not make an old table known later, whatever order they come in: neither a zip of today, nor a name with a later date. */
static void test_known_no_later(void **state)
{
    (void)state;
    static const int ORDERS[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    /* The usual delay puts April 2025 on 11 June 2025 (day 20250). */
    static const packing zipped_late[] = {{"mm", "a.csv", "", DATE_NONE, DATE_NONE, false},
                                          {"aa", "a.zip", "", DATE_NONE, 20700, false},
                                          {"bb", "b.zip", "", DATE_NONE, 20800, false}};
    static const packing zipped_early[] = {{"mm", "a.csv", "", DATE_NONE, DATE_NONE, false},
                                           {"aa", "a.zip", "", DATE_NONE, 20220, false},
                                           {"bb", "b.zip", "", DATE_NONE, 20800, false}};
    static const packing two_dates[] = {{"mm", "a.csv", "", 20300, DATE_NONE, false},
                                        {"aa", "a.zip", "", 20240, 20800, false},
                                        {"bb", "b.zip", "", DATE_NONE, 20800, false}};
    const struct {
        const packing *files;
        date known;
        known_by by;
    } cases[] = {{zipped_late, 20250, KNOWN_BY_PERIOD},
                 {zipped_early, 20220, KNOWN_BY_ARCHIVE},
                 {two_dates, 20240, KNOWN_BY_PUBLISHED}};
    for (size_t k = 0; k < 3; k++)
        for (size_t o = 0; o < 6; o++) {
            arena a = {0};
            known_by by;
            release r = one_release(cases[k].files, ORDERS[o], 3, &a);
            assert_int_equal(release_known(&r, &by), cases[k].known);
            assert_int_equal(by, cases[k].by);
            assert_string_equal(r.sha256, "aa");
            arena_free(&a);
        }
}

/* The same bytes under two names: the lesser names the release, and what either name says of publication holds. */
static void test_two_names(void **state)
{
    (void)state;
    static const int ORDERS[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const packing named[] = {{"mm", "b.csv", "b", DATE_NONE, DATE_NONE, false},
                                    {"mm", "a (1).csv", "a", DATE_NONE, DATE_NONE, false},
                                    {"mm", "b-revised-2025-06-12.csv", "r", 20251, DATE_NONE, true}};
    for (size_t o = 0; o < 6; o++) {
        arena a = {0};
        release r = one_release(named, ORDERS[o], 3, &a);
        assert_string_equal(r.file_name, "a (1).csv");
        assert_string_equal(r.sha256, "mm");
        assert_int_equal(r.published, 20251);
        assert_true(r.revised);
        arena_free(&a);
    }
    /* A name that was seen is not read again: that of a release, of the same bytes, of a copy. */
    static const packing zipped = {"zz", "b.zip", "", DATE_NONE, 20220, false};
    static const struct {
        const char *sha256, *name;
        bool is_new;
    } asked[] = {{"mm", "b.csv", false}, {"mm", "a (1).csv", false}, {"mm", "c.csv", true},
                 {"zz", "b.zip", false}, {"zz", "b.csv", true},      {"nn", "b.csv", true}};
    facts *f = store_open(FACTS_WRITE);
    (void)file_add(f, &named[0], "mm");
    (void)file_add(f, &named[1], "mm");
    (void)file_add(f, &zipped, "mm");
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        bool is_new = !asked[i].is_new;
        assert_int_equal(facts_name_is_new(f, asked[i].sha256, asked[i].name, &is_new, NULL), STATUS_OK);
        assert_int_equal(is_new, asked[i].is_new);
    }
    facts_close(f);
    store_remove();
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
        cmocka_unit_test(test_known_no_later),
        cmocka_unit_test(test_two_names),
        cmocka_unit_test(test_what_is_no_copy),
    };
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove);
}
