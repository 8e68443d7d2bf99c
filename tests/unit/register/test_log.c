/* The log: what is written is there, proves right, opens from a snapshot as from the events, and travels as JSON Lines. */
#include "harness.h"

#include <math.h>
#include <sqlite3.h>

static void test_story(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    bench_priority(b);
    const register_subject *s = register_find(b->log, REGISTER_TARGET, "waits");
    assert_non_null(s);
    assert_int_equal(s->standing, STANDING_IN_FORCE);
    assert_int_equal(s->revision, 1);
    assert_int_equal(s->version, 6);
    assert_string_equal(register_value(s, FIELD_CO_DEVELOPERS), "RM1");
    assert_string_equal(register_value(s, FIELD_SIGNATURES), "RM1=8 E10000020=9 QMM=10");
    assert_true(register_value_number(s, FIELD_LEVEL) == 1);
    assert_true(isnan(register_value_number(s, FIELD_TRAJECTORY)));

    OK(b, "2026-02-01T09:00:00Z", "X24", "commitment.make", "money",
       "{\"what\":\"Fund two theatres\",\"whom\":\"RM1\",\"due\":\"2026-06-30\",\"about\":\"waits\"}");
    OK(b, "2026-03-01T09:00:00Z", "X24", "commitment.report", "money",
       "{\"state\":\"late\",\"words\":\"Business case delayed\"}");
    OK(b, "2026-03-02T09:00:00Z", "RM1", "challenge.raise", NULL,
       "{\"about\":\"money\",\"words\":\"When then?\",\"answer_by\":\"2026-03-20\"}");
    assert_string_equal(b->receipt.subject, "challenge-14");
    assert_int_equal(
        put(b, "2026-03-03T09:00:00Z", "X24", "commitment.close", "money", "{\"outcome\":\"met\",\"words\":\"Done\"}"),
        STATUS_REFUSED);
    assert_non_null(strstr(b->err.message, "1 challenge is about it still open"));
    OK(b, "2026-03-05T09:00:00Z", "X24", "challenge.respond", "challenge-14", "{\"words\":\"By May\"}");
    OK(b, "2026-03-06T09:00:00Z", "RM1", "challenge.close", "challenge-14", "{\"outcome\":\"accepted\"}");

    /* The merger in the middle: what QMM held is T6Y0W's. */
    OK(b, "2026-03-10T09:00:00Z", "QMM", "commitment.make", "beds",
       "{\"what\":\"Open 20 beds\",\"whom\":\"People in Norfolk\",\"due\":\"2026-09-30\"}");
    OK(b, "2026-04-01T09:00:00Z", "QMM", "partner.join", "T6Y0W",
       "{\"name\":\"NHS Norfolk and Suffolk ICB\",\"kind\":\"icb\"}");
    OK(b, "2026-04-01T09:01:00Z", "T6Y0W", "partner.succeed", "QMM",
       "{\"successor\":\"T6Y0W\",\"when\":\"2026-04-01\"}");
    assert_string_equal(register_successor_of(b->log, "QMM"), "T6Y0W");
    assert_int_equal(
        put(b, "2026-04-02T09:00:00Z", "QMM", "commitment.report", "beds", "{\"state\":\"on-track\",\"words\":\"x\"}"),
        STATUS_REFUSED);
    assert_string_equal(b->err.message, "QMM became T6Y0W on 2026-04-01");
    OK(b, "2026-04-02T09:00:00Z", "T6Y0W", "commitment.report", "beds", "{\"state\":\"on-track\",\"words\":\"x\"}");
    s = register_find(b->log, REGISTER_COMMITMENT, "money");
    assert_false(register_overdue(s, date_of(2026, 6, 30)));
    assert_true(register_overdue(s, date_of(2026, 7, 1)));
    bench_close(b);
}

static void test_trajectory_level(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    OK(b, "2026-01-10T09:00:00Z", "QMM", "target.propose", "t",
       "{\"tier\":\"regional\",\"authority\":\"NHS England "
       "East\",\"title\":\"T\",\"measure\":\"m\",\"unit\":\"percent\",\"by\":\"2026-04\",\"organisations\":[\"QMM\"],"
       "\"why\":\"w\",\"level\":63,\"trajectory\":[{\"period\":\"2026-02\",\"value\":60},\"2026-03=61.5\",\"2026-04="
       "63\"]}");
    const register_subject *s = register_find(b->log, REGISTER_TARGET, "t");
    assert_string_equal(register_value(s, FIELD_TRAJECTORY), "2026-02=60 2026-03=61.5 2026-04=63");
    assert_true(register_target_level(s, period_month(2026, 3)) == 61.5);
    assert_true(isnan(register_target_level(s, period_month(2026, 1))));
    assert_true(register_target_level(s, period_month(2026, 9)) == 63);
    bench_close(b);
}

static void test_groups_at_a_date(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    arena a = {0};
    const char **members;
    size_t count;
    bench_open_with(b, NULL);
    bench_partners(b);
    OK(b, "2026-01-10T09:00:00Z", "QMM", "group.form", "acute",
       "{\"name\":\"Acute collaborative\",\"kind\":\"provider-collaborative\",\"from\":\"2025-04-01\"}");
    OK(b, "2026-01-10T09:00:00Z", "QMM", "group.add", "acute", "{\"of\":\"RM1\",\"from\":\"2025-04-01\"}");
    OK(b, "2026-01-10T09:00:00Z", "QMM", "group.add", "acute", "{\"of\":\"RGP\",\"from\":\"2025-07-01\"}");
    OK(b, "2026-01-10T09:00:00Z", "QMM", "group.remove", "acute", "{\"of\":\"RM1\",\"until\":\"2025-10-01\"}");
    OK(b, "2026-01-10T09:00:00Z", "QMM", "group.add", "acute", "{\"of\":\"RM1\",\"from\":\"2026-01-01\"}");
    const struct {
        date on;
        const char *members;
    } expected[] = {{date_of(2025, 3, 31), ""},
                    {date_of(2025, 4, 1), "RM1 "},
                    {date_of(2025, 9, 30), "RM1 RGP "},
                    {date_of(2025, 10, 1), "RGP "},
                    {date_of(2026, 1, 1), "RGP RM1 "}};
    const register_subject *g = register_find(b->log, REGISTER_GROUP, "acute");
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char said[64] = "";
        assert_int_equal(register_members(g, expected[i].on, &a, &members, &count, NULL), STATUS_OK);
        for (size_t k = 0; k < count; k++)
            (void)snprintf(said + strlen(said), sizeof said - strlen(said), "%s ", members[k]);
        assert_string_equal(said, expected[i].members);
    }
    arena_free(&a);
    bench_close(b);
}

/* ---- the state is the same however it was arrived at ---- */

static void export_to(register_log *log, buffer *out)
{
    assert_int_equal(register_export(log, buffer_write, out, NULL), STATUS_OK);
}

static void reports(bench *b, int count)
{
    OK(b, "2026-02-01T09:00:00Z", "RM1", "commitment.make", "c",
       "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}");
    for (int i = 0; i < count; i++) {
        char body[96];
        (void)snprintf(body, sizeof body, "{\"state\":\"on-track\",\"words\":\"number %d\",\"value\":%d}", i, i);
        OK(b, "2026-02-01T09:00:00Z", "RM1", "commitment.report", "c", body);
    }
}

static void test_export_import(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here, copy = {0};
    buffer first = {0}, second = {0};
    register_import_report report;
    bench_open_with(b, NULL);
    bench_open_with(&copy, NULL);
    bench_partners(b);
    bench_priority(b);
    reports(b, 20);
    export_to(b->log, &first);
    for (size_t piece = 1; piece <= 7; piece += 3) {
        bytes file = {first.data, first.length, piece};
        error err = {0};
        status code = register_import(copy.log, bytes_read, &file, "export.jsonl", &report, &err);
        if (code != STATUS_OK)
            print_message("%s\n", err.message);
        assert_int_equal(code, STATUS_OK);
        assert_int_equal(report.events, register_last(b->log));
        assert_int_equal(report.added, piece == 1 ? register_last(b->log) : 0);
        assert_int_equal(report.present, piece == 1 ? 0 : register_last(b->log));
    }
    assert_string_equal(register_head(copy.log), register_head(b->log));
    export_to(copy.log, &second);
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.data, second.data, first.length);
    /* What was added afterwards comes alone; the copy's own export is then behind, and adds nothing. */
    OK(b, "2026-02-02T09:00:00Z", "RM1", "commitment.close", "c", "{\"outcome\":\"met\",\"words\":\"Done\"}");
    buffer_clear(&first);
    export_to(b->log, &first);
    bytes file = {first.data, first.length, 0}, old = {second.data, second.length, 0};
    assert_int_equal(register_compare(b->log, bytes_read, &old, "old", &report, NULL), STATUS_OK);
    assert_int_equal(register_compare(copy.log, bytes_read, &file, "new", &report, NULL), STATUS_REFUSED);
    file = (bytes){first.data, first.length, 0};
    assert_int_equal(register_import(copy.log, bytes_read, &file, "new", &report, NULL), STATUS_OK);
    assert_int_equal(report.added, 1);
    assert_int_equal(register_find(copy.log, REGISTER_COMMITMENT, "c")->standing, STANDING_CLOSED);
    buffer_free(&first);
    buffer_free(&second);
    bench_close(&copy);
    bench_close(b);
}

static void test_fork_is_refused(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here, copy = {0};
    buffer first = {0};
    register_import_report report;
    bench_open_with(b, NULL);
    bench_open_with(&copy, NULL);
    bench_partners(b);
    export_to(b->log, &first);
    bytes file = {first.data, first.length, 0};
    assert_int_equal(register_import(copy.log, bytes_read, &file, "x", &report, NULL), STATUS_OK);
    OK(b, "2026-02-01T09:00:00Z", "RM1", "commitment.make", "c",
       "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}");
    assert_int_equal(put(&copy, "2026-02-01T09:00:00Z", "RM1", "commitment.make", "c",
                         "{\"what\":\"something else\",\"whom\":\"y\",\"due\":\"2026-06-30\"}"),
                     STATUS_OK);
    buffer_clear(&first);
    export_to(b->log, &first);
    file = (bytes){first.data, first.length, 0};
    error err = {0};
    char head[SHA256_TEXT];
    (void)snprintf(head, sizeof head, "%s", register_head(copy.log));
    assert_int_equal(register_import(copy.log, bytes_read, &file, "x", &report, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "have parted: event 6"));
    assert_non_null(strstr(err.message, "body"));
    assert_int_equal(err.row, 7);
    assert_string_equal(head, register_head(copy.log));
    buffer_free(&first);
    bench_close(&copy);
    bench_close(b);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *said = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
        fail_msg("%s: %s", sql, said);
    sqlite3_close(db);
}

#define NO_GUARDS "DROP TRIGGER events_never_change; DROP TRIGGER events_never_go; DROP TRIGGER events_never_replaced;"
#define GUARDS                                                                                                         \
    "CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the register only "         \
    "grows'); END;"                                                                                                    \
    "CREATE TRIGGER events_never_go BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the register only grows'); "    \
    "END;"                                                                                                             \
    "CREATE TRIGGER events_never_replaced BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE sequence = " \
    "NEW.sequence) BEGIN SELECT "                                                                                      \
    "RAISE(ABORT, 'the register only grows'); END;"

/* Every way of changing the file behind the program's back, and what verify says. */
static void test_verify_says_where(void **state)
{
    (void)state;
    const struct {
        const char *sql, *says;
        int64_t at;
    } cases[] = {
        {"SELECT 1", NULL, 0},
        {"UPDATE events SET body = replace(body, 'theatres', 'Theatres') WHERE sequence = 7",
         "Event 7 (target.develop of 'waits'", 7},
        {"UPDATE events SET actor = 'B. Person' WHERE sequence = 3", "Event 3 ", 3},
        {"UPDATE events SET time = '2026-01-05T09:00:01Z' WHERE sequence = 2", "Event 2 ", 2},
        {"UPDATE events SET hash = zeroblob(32) WHERE sequence = 5", "Event 5 ", 5},
        {"UPDATE events SET hash = zeroblob(31) WHERE sequence = 5", "Event 5 has a column of the wrong kind", 5},
        {"UPDATE events SET organisation = 'RM1' WHERE sequence = 10", "Event 10 ", 10},
        {"UPDATE events SET signature = 'ab' WHERE sequence = 10", "The signature of event 10 by QMM is not good", 10},
        {"DELETE FROM events WHERE sequence = 4", "Event 4 is missing: it was removed", 4},
        {"DELETE FROM events WHERE sequence BETWEEN 4 AND 6", "Events 4 to 6 are missing", 4},
        {"DELETE FROM events WHERE sequence = 1", "Event 1 is missing", 1},
        {"UPDATE events SET sequence = 100 WHERE sequence = 6; UPDATE events SET sequence = 6 WHERE sequence = 7; "
         "UPDATE events SET sequence = 7 WHERE sequence = 100",
         "Events 6 and 7 were swapped", 6},
        {"DELETE FROM events WHERE sequence = 6; UPDATE events SET sequence = 6 WHERE sequence = 7", NULL, 6},
        {"DELETE FROM events WHERE sequence = 11", "ends at event 10, but event 11 was noted", 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench bench_here = {0}, *b = &bench_here;
        register_proof proof;
        error err = {0};
        char head[SHA256_TEXT];
        bench_open_with(b, NULL);
        bench_partners(b);
        bench_priority(b);
        (void)snprintf(head, sizeof head, "%s", register_head(b->log));
        int64_t last = register_last(b->log);
        register_close(b->log);
        b->log = NULL;
        run_sql(b->path, NO_GUARDS);
        run_sql(b->path, cases[i].sql);
        run_sql(b->path, GUARDS);
        status code = register_verify(b->path, last, head, &proof, &err);
        assert_int_equal(code, cases[i].at == 0 ? STATUS_OK : STATUS_REFUSED);
        assert_int_equal(proof.failed_at, cases[i].at);
        if (cases[i].says != NULL && strstr(err.message, cases[i].says) == NULL)
            fail_msg("%s gives: %s", cases[i].sql, err.message);
        if (cases[i].at == 0)
            assert_int_equal(proof.events, last);
        /* Opening says so too, except where only the end was taken off, which no file can show by itself. */
        if (cases[i].at > 0 && cases[i].at < last &&
            strncmp(cases[i].says == NULL ? "" : cases[i].says, "The signature", 13) != 0) {
            assert_int_equal(register_open(b->path, NULL, &b->log, &err), STATUS_REFUSED);
            assert_null(b->log);
        }
        bench_close(b);
    }
}

static void test_guards(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    sqlite3 *db = NULL;
    error err = {0};
    bench_open_with(b, NULL);
    bench_partners(b);
    assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
    static const char *const refused[] = {"UPDATE events SET actor = 'x'", "DELETE FROM events WHERE sequence = 5",
                                          "DELETE FROM events",
                                          "INSERT OR REPLACE INTO events SELECT * FROM events WHERE sequence = 2"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(sqlite3_exec(db, refused[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
        assert_non_null(strstr(sqlite3_errmsg(db), "only grows"));
    }
    sqlite3_close(db);
    assert_int_equal(register_verify(b->path, 0, NULL, NULL, &err), STATUS_OK);
    run_sql(b->path, "DROP TRIGGER events_never_go");
    assert_int_equal(register_verify(b->path, 0, NULL, NULL, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "triggers"));
    bench_close(b);
}

static void test_keys(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    register_key key, read, other;
    char path[sizeof b->folder + 32], body[128];
    register_proof proof;
    bench_open_with(b, NULL);
    bench_partners(b);
    (void)snprintf(path, sizeof path, "%.63s/key", b->folder);
    assert_int_equal(register_key_make(&key, NULL), STATUS_OK);
    assert_int_equal(register_key_make(&other, NULL), STATUS_OK);
    assert_int_equal(register_key_write(&key, path, NULL), STATUS_OK);
    assert_int_equal(register_key_write(&other, path, &b->err), STATUS_REFUSED);
    assert_int_equal(register_key_read(path, &read, NULL), STATUS_OK);
    assert_string_equal(read.public_key, key.public_key);
    (void)snprintf(body, sizeof body, "{\"public_key\":\"%s\"}", key.public_key);
    register_draft d = {.kind = "partner.key",
                        .subject = "RM1",
                        .time = "2026-02-01T09:00:00Z",
                        .actor = "A",
                        .organisation = "RM1",
                        .body = body};
    /* The first key proves that its owner holds it. */
    assert_int_equal(register_append(b->log, &d, NULL, &b->err), STATUS_REFUSED);
    d.key = &other;
    assert_int_equal(register_append(b->log, &d, NULL, &b->err), STATUS_REFUSED);
    d.key = &read;
    assert_int_equal(register_append(b->log, &d, NULL, &b->err), STATUS_OK);
    const char *made = "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}";
    assert_int_equal(put(b, "2026-02-01T09:00:00Z", "RM1", "commitment.make", "c", made), STATUS_REFUSED);
    assert_non_null(strstr(b->err.message, "is not signed"));
    d = (register_draft){.kind = "commitment.make",
                         .subject = "c",
                         .time = "2026-02-01T09:00:00Z",
                         .actor = "A",
                         .organisation = "RM1",
                         .body = made,
                         .key = &other};
    assert_int_equal(register_append(b->log, &d, NULL, &b->err), STATUS_REFUSED);
    assert_string_equal(b->err.message, "This is not the key that RM1 registered");
    d.key = &read;
    assert_int_equal(register_append(b->log, &d, NULL, &b->err), STATUS_OK);
    d.organisation = "QMM";
    d.subject = "d";
    assert_int_equal(register_append(b->log, &d, NULL, &b->err), STATUS_REFUSED);
    /* A lost key is reset by another partner, in sight of all. */
    assert_int_equal(put(b, "2026-02-02T09:00:00Z", "QMM", "partner.reset-key", "RM1", "{\"reason\":\"Lost\"}"),
                     STATUS_OK);
    assert_int_equal(
        put(b, "2026-02-02T09:00:00Z", "RM1", "commitment.close", "c", "{\"outcome\":\"met\",\"words\":\"Done\"}"),
        STATUS_OK);
    assert_int_equal(register_verify(b->path, 0, NULL, &proof, &b->err), STATUS_OK);
    assert_int_equal(proof.signed_events, 2);
    /* The signature taken off, or one digit of it changed. */
    register_close(b->log);
    b->log = NULL;
    run_sql(b->path, NO_GUARDS "UPDATE events SET signature = '' WHERE sequence = 7;" GUARDS);
    assert_int_equal(register_verify(b->path, 0, NULL, &proof, &b->err), STATUS_REFUSED);
    assert_string_equal(b->err.message, "The signature of event 7 by RM1 is not good");
    /* The key taken off with it: the key is part of what is hashed. */
    run_sql(b->path, NO_GUARDS "UPDATE events SET signature = '', key = '' WHERE sequence = 7;" GUARDS);
    assert_int_equal(register_verify(b->path, 0, NULL, &proof, &b->err), STATUS_REFUSED);
    assert_non_null(strstr(b->err.message, "Event 7 (commitment.make of 'c'"));
    bench_close(b);
}

/* ---- snapshots ---- */

/* Past the step a snapshot is there; the state from it is the state from the events, and one that was tampered with is passed over and found out. */
static void test_snapshots(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    register_proof proof;
    error err = {0};
    bench_open_with(b, NULL);
    bench_partners(b);
    bench_priority(b);
    OK(b, "2026-01-14T09:00:00Z", "X24", "challenge.raise", "why", "{\"about\":\"waits\",\"words\":\"Why?\"}");
    reports(b, REGISTER_SNAPSHOT_STEP + 20);
    register_close(b->log);
    b->log = NULL;
    assert_int_equal(register_verify(b->path, 0, NULL, &proof, &err), STATUS_OK);
    assert_int_equal(proof.snapshots, 1);
    register_log *fresh = NULL, *replayed = NULL;
    const register_options replay = {.ignore_snapshots = true};
    assert_int_equal(register_open(b->path, NULL, &fresh, &err), STATUS_OK);
    assert_int_equal(register_open(b->path, &replay, &replayed, &err), STATUS_OK);
    assert_string_equal(register_snapshot_note(fresh), "");
    for (int k = 0; k < REGISTER_KINDS; k++) {
        assert_int_equal(register_count(fresh, (register_kind)k), register_count(replayed, (register_kind)k));
        for (size_t i = 0; i < register_count(fresh, (register_kind)k); i++) {
            const register_subject *x = register_at(fresh, (register_kind)k, i),
                                   *y = register_at(replayed, (register_kind)k, i);
            assert_string_equal(x->id, y->id);
            assert_string_equal(x->owner, y->owner);
            assert_true(x->standing == y->standing && x->version == y->version && x->revision == y->revision &&
                        x->last_event == y->last_event && x->reports == y->reports && x->challenges == y->challenges &&
                        x->made == y->made && x->changed == y->changed);
            for (int f = 0; f < FIELD_COUNT; f++) {
                const char *u = register_value(x, (register_field)f), *v = register_value(y, (register_field)f);
                assert_true((u == NULL) == (v == NULL));
                assert_true(u == NULL || strcmp(u, v) == 0);
            }
        }
    }
    register_close(fresh);
    register_close(replayed);
    /* A state that was changed with its hash made to fit: opening cannot see it, verify does. One that does not fit its hash is passed over. */
    run_sql(b->path, "UPDATE snapshots SET state = CAST(replace(CAST(hex(state) AS TEXT), '5245', '5246') AS BLOB)");
    assert_int_equal(register_verify(b->path, 0, NULL, &proof, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "The snapshot at event 10000 was changed"));
    assert_int_equal(register_open(b->path, NULL, &b->log, &err), STATUS_OK);
    assert_non_null(strstr(register_snapshot_note(b->log), "passed over"));
    assert_int_equal(register_find(b->log, REGISTER_COMMITMENT, "c")->reports, REGISTER_SNAPSHOT_STEP + 20);
    register_close(b->log);
    b->log = NULL;
    bench_close(b);

    /* The event that a snapshot follows was changed: the snapshot is not taken, and the replay finds the event. */
    bench_open_with(b, NULL);
    bench_partners(b);
    reports(b, REGISTER_SNAPSHOT_STEP);
    register_close(b->log);
    b->log = NULL;
    run_sql(b->path, NO_GUARDS "UPDATE events SET actor = 'B. Person' WHERE sequence = 10000;" GUARDS);
    assert_int_equal(register_open(b->path, NULL, &b->log, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "Event 10000 does not follow"));
    bench_close(b);
}

/* ---- damage ---- */

static void test_file_cut_short(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    bench_priority(b);
    reports(b, 50);
    register_close(b->log);
    b->log = NULL;
    buffer whole = {0};
    assert_int_equal(file_read(b->path, (size_t)1 << 24, &whole, NULL), STATUS_OK);
    for (size_t cut = 0; cut < whole.length; cut += 1 + whole.length / 37) {
        error err = {0};
        assert_int_equal(file_write(b->path, whole.data, cut, false, NULL), STATUS_OK);
        status code = register_open(b->path, NULL, &b->log, &err);
        if (code == STATUS_OK) {
            register_close(b->log);
            code = register_verify(b->path, 0, NULL, NULL, &err);
        }
        b->log = NULL;
        assert_int_equal(code, STATUS_REFUSED);
        assert_true(err.message[0] != 0 && strstr(err.file, "register.sqlite") != NULL);
        /* And why: not that a column is of the wrong kind, which is how the zeros look that SQLite puts in. */
        assert_true(strstr(err.message, "cut short") != NULL || strstr(err.message, "no register") != NULL);
    }
    /* A byte flipped anywhere: either it is seen, or it lies where nothing is kept and the log proves right with the same head. */
    int seen = 0, tried = 0;
    for (size_t at = 100; at < whole.length; at += 211) {
        register_proof proof = {0};
        error err = {0};
        whole.data[at] = (char)(whole.data[at] ^ 0x10);
        assert_int_equal(file_write(b->path, whole.data, whole.length, false, NULL), STATUS_OK);
        status code = register_verify(b->path, 0, NULL, &proof, &err);
        whole.data[at] = (char)(whole.data[at] ^ 0x10);
        assert_true(code == STATUS_REFUSED || (code == STATUS_OK && proof.events == 62) || code == STATUS_IO);
        seen += code != STATUS_OK;
        tried++;
    }
    print_message("%d of %d flipped bytes were in use and were seen\n", seen, tried);
    assert_true(seen > tried / 4);
    buffer_free(&whole);
    bench_close(b);
}

static void test_future_version(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    bench_open_with(b, NULL);
    bench_partners(b);
    register_close(b->log);
    run_sql(b->path, "PRAGMA user_version = 2");
    assert_int_equal(register_open(b->path, NULL, &b->log, &b->err), STATUS_REFUSED);
    assert_non_null(strstr(b->err.message, "newer Concord (format 2, this one knows 1)"));
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_story),
        cmocka_unit_test(test_trajectory_level),
        cmocka_unit_test(test_groups_at_a_date),
        cmocka_unit_test(test_export_import),
        cmocka_unit_test(test_fork_is_refused),
        cmocka_unit_test(test_verify_says_where),
        cmocka_unit_test(test_guards),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_snapshots),
        cmocka_unit_test(test_file_cut_short),
        cmocka_unit_test(test_future_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
