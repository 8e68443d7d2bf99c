/* The list of editions, and files that are damaged or something else: each is refused with a sentence, and never read past. */
#include "made.h"

#include <sqlite3.h>

static void build(const place *p, const char *note, char id[SHA256_TEXT])
{
    const char *before = made_series[0].note;
    made_series[0].note = note;
    made_write(place_path(p, "made.sqlite"), id);
    made_series[0].note = before;
}

static bool install(const place *p, const char *id)
{
    bool newest;
    error err = {0};
    check(editions_install(p->folder, place_path(p, "made.sqlite"), id, &newest, &err), &err);
    return newest;
}

static void the_log_tells_the_newest(void **state)
{
    place p;
    arena a = {0};
    char one[SHA256_TEXT], two[SHA256_TEXT], name[SHA256_TEXT + 16];
    const char **ids, *path;
    size_t count;
    error err = {0};
    struct stat st;
    (void)state;
    place_make(&p);
    assert_int_equal(editions_list(p.folder, &a, &ids, &count, &err), STATUS_OK);
    assert_int_equal(count, 0);
    assert_int_equal(editions_newest_path(p.folder, &a, &path, &err), STATUS_NOT_FOUND);
    assert_non_null(strstr(err.hint, "concord edition"));

    build(&p, "one", one);
    assert_false(install(&p, one));
    build(&p, "two", two);
    assert_false(install(&p, two));
    assert_int_equal(editions_list(p.folder, &a, &ids, &count, &err), STATUS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(ids[0], two);
    assert_string_equal(ids[1], one);
    (void)snprintf(name, sizeof name, "%s.sqlite", two);
    assert_int_equal(editions_newest_path(p.folder, &a, &path, &err), STATUS_OK);
    assert_string_equal(path, place_path(&p, name));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0444);

    /* The same again changes nothing; going back to an earlier one is news. */
    build(&p, "two", two);
    assert_true(install(&p, two));
    assert_int_equal(editions_list(p.folder, &a, &ids, &count, &err), STATUS_OK);
    assert_int_equal(count, 2);
    build(&p, "one", one);
    assert_false(install(&p, one));
    assert_int_equal(editions_list(p.folder, &a, &ids, &count, &err), STATUS_OK);
    assert_int_equal(count, 3);
    assert_string_equal(ids[0], one);

    edition *e;
    (void)snprintf(name, sizeof name, "%s.sqlite", one);
    check(edition_open(place_path(&p, name), &e, &err), &err);
    assert_string_equal(e->id, one);
    edition_close(e);
    arena_free(&a);
    place_remove(&p);
}

static void a_line_cut_short_is_passed_over(void **state)
{
    place p;
    arena a = {0};
    char one[SHA256_TEXT], two[SHA256_TEXT], line[SHA256_TEXT + 80];
    const char **ids;
    size_t count;
    error err = {0};
    (void)state;
    place_make(&p);
    build(&p, "one", one);
    assert_false(install(&p, one));
    /* Every length to which a crash can cut the next line, and what no id is. */
    static const char *const odd[] = {"not an id at all\n", "\n", "\n\n", "# comment\r\n"};
    for (size_t cut = 0; cut < SHA256_TEXT + sizeof odd / sizeof odd[0]; cut++) {
        memset(line, 0, sizeof line);
        (void)snprintf(line, sizeof line, "%s\n", one);
        if (cut < SHA256_TEXT)
            memset(line + strlen(line), 'f', cut);
        else
            (void)snprintf(line + strlen(line), sizeof line - strlen(line), "%s", odd[cut - SHA256_TEXT]);
        assert_int_equal(file_write(place_path(&p, "log.csv"), line, strlen(line), false, NULL), STATUS_OK);
        assert_int_equal(editions_list(p.folder, &a, &ids, &count, &err), STATUS_OK);
        assert_int_equal(count, 1);
        assert_string_equal(ids[0], one);
    }
    /* The next line starts anew after it. */
    (void)snprintf(line, sizeof line, "%s\n0123", one);
    assert_int_equal(file_write(place_path(&p, "log.csv"), line, strlen(line), false, NULL), STATUS_OK);
    build(&p, "two", two);
    assert_false(install(&p, two));
    assert_int_equal(editions_list(p.folder, &a, &ids, &count, &err), STATUS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(ids[0], two);
    arena_free(&a);
    place_remove(&p);
}

static void a_folder_that_is_not_there(void **state)
{
    bool newest;
    error err = {0};
    (void)state;
    assert_int_equal(editions_install("/no/such/workspace", "/no/such/file", "00", &newest, &err), STATUS_IO);
    assert_non_null(strstr(err.message, "Cannot keep the edition"));
}

/* ---- damage ------------------------------------------------------------------------------------------ */

static void refused(const place *p, status wanted, const char *part_of_sentence)
{
    edition *e;
    error err = {0};
    status code = edition_open(place_path(p, "made.sqlite"), &e, &err);
    if (code != wanted || e != NULL)
        fail_msg("answered %d (%s), not %d", (int)code, err.message, (int)wanted);
    if (strstr(err.message, part_of_sentence) == NULL)
        fail_msg("said: %s", err.message);
    assert_non_null(strstr(err.file, "made.sqlite"));
}

static void change(const place *p, const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    (void)chmod(place_path(p, "made.sqlite"), 0644);
    assert_int_equal(sqlite3_open(place_path(p, "made.sqlite"), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s", why);
    (void)sqlite3_close(db);
}

static void files_that_are_something_else(void **state)
{
    place p;
    (void)state;
    place_make(&p);
    refused(&p, STATUS_IO, "Cannot open the edition");
    static const char *const words[] = {"", "x", "code,name\nRAA,A trust\n", "SQLite format 3"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        buffer b = {0};
        buffer_text(&b, words[i]);
        while (i > 0 && b.length < 4000)
            buffer_text(&b, words[i]);
        assert_int_equal(file_write(place_path(&p, "made.sqlite"), b.data == NULL ? "" : b.data, b.length, false, NULL),
                         STATUS_OK);
        buffer_free(&b);
        refused(&p, STATUS_REFUSED, i == 0 ? "not an edition" : "Cannot read the edition");
    }
    (void)unlink(place_path(&p, "made.sqlite"));
    change(&p, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    refused(&p, STATUS_REFUSED, "not an edition");
    change(&p, "CREATE TABLE edition (key TEXT, value TEXT); INSERT INTO edition VALUES ('name', 'Der Ring')");
    refused(&p, STATUS_REFUSED, "layout version 0");
    change(&p, "INSERT INTO edition VALUES ('layout', '1')");
    refused(&p, STATUS_REFUSED, "no such table");
    place_remove(&p);
}

static void another_layout(void **state)
{
    place p;
    char id[SHA256_TEXT];
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    change(&p, "UPDATE edition SET value = '4' WHERE key = 'layout'");
    refused(&p, STATUS_REFUSED, "layout version 4; this program reads versions 1 to 3");
    place_remove(&p);
}

/* Editions are for ever: one of the first layout has neither parameters of its rules nor seasons, and reads without them. */
static void the_layout_before(void **state)
{
    place p;
    char id[SHA256_TEXT];
    edition *e;
    error err = {0};
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    change(&p, "UPDATE edition SET value = '1' WHERE key = 'layout'; DROP TABLE rules;"
               "ALTER TABLE series DROP COLUMN season_effects; ALTER TABLE series DROP COLUMN season_p;"
               "ALTER TABLE series DROP COLUMN season_years");
    check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
    assert_string_equal(e->rules, "trust-board-2026-04");
    assert_true(e->judged_by.limit_factor <= 0);
    assert_int_equal(e->series_count, MADE_SERIES);
    assert_null(e->series[0].season);
    assert_string_equal(e->series[0].assurance, "hit-and-miss");
    edition_close(e);
    place_remove(&p);
}

/* The second layout lacks the documents alone. */
static void the_layout_without_documents(void **state)
{
    place p;
    char id[SHA256_TEXT];
    edition *e;
    error err = {0};
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    change(&p, "UPDATE edition SET value = '2' WHERE key = 'layout'; DROP TABLE documents");
    check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
    assert_true(e->judged_by.limit_factor > 0);
    assert_int_equal(e->document_count, 0);
    assert_int_equal(e->register_events, 0);
    assert_string_equal(e->register_head, "");
    assert_null(edition_find_document(e, EDITION_DOCUMENT_FRAMEWORK, "x"));
    edition_close(e);
    place_remove(&p);
}

static void references_to_nothing(void **state)
{
    static const char *const changes[] = {
        "UPDATE series SET organisation = 'NOBODY' WHERE id = 3",
        "UPDATE series SET measure = '' WHERE id = 0",
        "UPDATE series SET breakdown = 'age=99' WHERE id = 3",
        "UPDATE targets SET measure = 'gone'",
        "UPDATE series SET points = -1 WHERE id = 0",
        "UPDATE series SET points = 99999999999 WHERE id = 0",
        "UPDATE series SET season_effects = '1 2 x' WHERE id = 0",
        "UPDATE series SET season_effects = '1 2 3' WHERE id = 0",
        "UPDATE series SET season_effects = '1 2 3 4 5 6 7 8 9 10 11 12 13' WHERE id = 0",
        "UPDATE series SET season_years = -1 WHERE id = 0",
        "UPDATE rules SET value = 2.5 WHERE key = 'shift_points'",
        "UPDATE rules SET value = 2 WHERE key = 'improvement_wins'",
        "UPDATE rules SET value = NULL WHERE key = 'limit_factor'",
        "DELETE FROM rules WHERE key = 'minimum_points'",
    };
    place p;
    char id[SHA256_TEXT];
    (void)state;
    place_make(&p);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        made_write(place_path(&p, "made.sqlite"), id);
        change(&p, changes[i]);
        refused(&p, STATUS_REFUSED, "damaged");
    }
    /* What can be read without harm is: figures of the wrong kind, a release and a target that are not there, fewer points than said. */
    made_write(place_path(&p, "made.sqlite"), id);
    change(&p, "UPDATE points SET release = 77, period = 'never', value = 'text', rule = 'no-such-rule'; UPDATE series "
               "SET target_position = 5000;"
               "UPDATE series SET points = 9 WHERE id = 1; UPDATE organisations SET icb = 'NOBODY', kind = 'dragon', "
               "closed = 'soon'");
    edition *e;
    error err = {0};
    arena a = {0};
    const edition_point *points;
    size_t count;
    check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
    for (int all = 0; all < 2; all++) {
        for (size_t i = 0; i < e->series_count; i++) {
            check(edition_points(e, &e->series[i], &a, &points, &count, &err), &err);
            assert_int_equal(count, i == 0 ? MADE_POINTS : 1);
            assert_int_equal(points[0].release, -1);
            assert_string_equal(points[0].rule, "");
            assert_int_equal(points[0].period.kind, PERIOD_NONE);
            assert_int_equal(e->series[i].latest_target_index, -1);
        }
        check(edition_load_all(e, &err), &err);
    }
    assert_int_equal(e->orgs[2].icb, -1);
    arena_free(&a);
    edition_close(e);
    place_remove(&p);
}

/* Reads everything; whatever comes of it, nothing may be read past. */
static status read_all(const place *p)
{
    edition *e;
    arena a = {0};
    error err = {0};
    const edition_point *points;
    size_t count;
    status code = edition_open(place_path(p, "made.sqlite"), &e, &err);
    if (code != STATUS_OK) {
        assert_true(err.message[0] != 0);
        return code;
    }
    for (size_t i = 0; i < e->series_count && code == STATUS_OK; i++)
        code = edition_points(e, &e->series[i], &a, &points, &count, &err);
    if (code == STATUS_OK)
        code = edition_load_all(e, &err);
    arena_free(&a);
    edition_close(e);
    return code;
}

static void cut_short_anywhere(void **state)
{
    place p;
    char id[SHA256_TEXT];
    buffer whole = {0};
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    assert_int_equal(file_read(place_path(&p, "made.sqlite"), (size_t)1 << 24, &whole, NULL), STATUS_OK);
    for (size_t length = 0; length < whole.length; length += length < 200 ? 1 : 613) {
        assert_int_equal(file_write(place_path(&p, "made.sqlite"), whole.data, length, false, NULL), STATUS_OK);
        assert_int_equal(read_all(&p), STATUS_REFUSED);
    }
    buffer_free(&whole);
    place_remove(&p);
}

static void flipped_bytes_do_no_harm(void **state)
{
    place p;
    char id[SHA256_TEXT];
    buffer whole = {0};
    size_t noticed = 0, tried = 0;
    uint64_t random = 88172645463325252u;
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    assert_int_equal(file_read(place_path(&p, "made.sqlite"), (size_t)1 << 24, &whole, NULL), STATUS_OK);
    for (; tried < 400; tried++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        size_t at = (size_t)(random >> 20) % whole.length;
        char before = whole.data[at];
        whole.data[at] = (char)(random >> 11);
        assert_int_equal(file_write(place_path(&p, "made.sqlite"), whole.data, whole.length, false, NULL), STATUS_OK);
        noticed += read_all(&p) != STATUS_OK;
        whole.data[at] = before;
    }
    assert_true(noticed > 0 && noticed < tried);
    buffer_free(&whole);
    place_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_tells_the_newest),
        cmocka_unit_test(a_line_cut_short_is_passed_over),
        cmocka_unit_test(a_folder_that_is_not_there),
        cmocka_unit_test(files_that_are_something_else),
        cmocka_unit_test(another_layout),
        cmocka_unit_test(the_layout_before),
        cmocka_unit_test(the_layout_without_documents),
        cmocka_unit_test(references_to_nothing),
        cmocka_unit_test(cut_short_anywhere),
        cmocka_unit_test(flipped_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
