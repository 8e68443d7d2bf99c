/* The waiting lists of an edition: what is written is what is read, missing parts stay missing, and damage is said. */
#include "made.h"

#include <sqlite3.h>

static edition_flow_month month_made(int k, int seed)
{
    edition_flow_month m = {
        .period = period_month(2026, k), .has_waiting = true, .has_completed = true, .has_new = true};
    for (int w = 0; w <= EDITION_FLOW_WEEKS; w++) {
        m.waiting[w] = w % (seed + 2) == 0 ? 0 : w * 3 + seed;
        m.completed[w] = w > 40 ? 0 : w + seed;
        m.completed_all += m.completed[w];
    }
    m.new_periods = 1000 + seed;
    m.estimated = seed == 2;
    return m;
}

/* An edition with the lists of QAA (all together and one function) and RAA. */
static void made_with_flows(const char *path)
{
    static edition_flow_month months[3][2];
    const edition_flow flows[] = {{"RAA", "", NULL, NULL, months[2], 1},
                                  {"QAA", "", "C_110", "", months[1], 2},
                                  {"QAA", "", NULL, NULL, months[0], 2}};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++)
            months[i][k] = month_made(k + 3, i);
    months[2][0].has_completed = months[2][0].has_new = false;
    edition head = made_head();
    edition_writer *w;
    char id[SHA256_TEXT];
    error err = {0};
    check(edition_writer_open(path, &head, &w, &err), &err);
    check(edition_writer_flows(w, flows, 3, &err), &err);
    check(edition_writer_flows(w, NULL, 0, &err), &err);
    check(edition_writer_close(w, id, &err), &err);
}

static void same_month(const edition_flow_month *a, const edition_flow_month *b)
{
    assert_int_equal(period_compare(a->period, b->period), 0);
    assert_int_equal(a->has_waiting, b->has_waiting);
    assert_int_equal(a->has_completed, b->has_completed);
    assert_int_equal(a->has_new, b->has_new);
    assert_int_equal(a->estimated, b->estimated);
    for (int w = 0; w <= EDITION_FLOW_WEEKS; w++) {
        assert_true(!a->has_waiting || a->waiting[w] == b->waiting[w]);
        assert_true(!a->has_completed || a->completed[w] == b->completed[w]);
    }
    assert_true(!a->has_completed || a->completed_all == b->completed_all);
    assert_true(!a->has_new || a->new_periods == b->new_periods);
}

static void flows_are_read_as_they_were_written(void **state)
{
    place p;
    edition *e;
    error err = {0};
    arena a = {0};
    const edition_flow *flows;
    size_t count;
    (void)state;
    place_make(&p);
    made_with_flows(place_path(&p, "made.sqlite"));
    check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
    assert_false(edition_has_flows(e, 1)); /* not before they are loaded */
    check(edition_load_flows(e, &err), &err);
    check(edition_load_flows(e, &err), &err);
    assert_true(edition_has_flows(e, 1) && edition_has_flows(e, 2));
    assert_false(edition_has_flows(e, 0) || edition_has_flows(e, 4) || edition_has_flows(e, -1) ||
                 edition_has_flows(e, 5));
    check(edition_flows(e, 1, NULL, &a, &flows, &count, &err), &err);
    assert_int_equal(count, 2);
    assert_null(flows[0].treatment_function);
    assert_string_equal(flows[0].code, "QAA");
    assert_string_equal(flows[1].treatment_function, "C_110");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(flows[i].month_count, 2);
        for (int k = 0; k < 2; k++) {
            const edition_flow_month wanted = month_made(k + 3, i);
            same_month(&flows[i].months[k], &wanted);
        }
    }
    check(edition_flows(e, 1, "", &a, &flows, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_null(flows[0].treatment_function);
    check(edition_flows(e, 1, "C_999", &a, &flows, &count, &err), &err);
    assert_int_equal(count, 0);
    /* What was not published is not there, rather than 0. */
    check(edition_flows(e, 2, NULL, &a, &flows, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_true(flows[0].months[0].has_waiting && !flows[0].months[0].has_completed && !flows[0].months[0].has_new);
    assert_true(flows[0].months[0].estimated);
    edition_close(e);
    arena_free(&a);
    place_remove(&p);
}

static void the_same_flows_give_the_same_bytes(void **state)
{
    char first[SHA256_TEXT], second[SHA256_TEXT];
    place p;
    error err = {0};
    (void)state;
    place_make(&p);
    made_with_flows(place_path(&p, "made.sqlite"));
    check(sha256_file(place_path(&p, "made.sqlite"), first, &err), &err);
    assert_int_equal(unlink(place_path(&p, "made.sqlite")), 0);
    made_with_flows(place_path(&p, "made.sqlite"));
    check(sha256_file(place_path(&p, "made.sqlite"), second, &err), &err);
    assert_string_equal(first, second);
    place_remove(&p);
}

static void a_month_twice_is_refused(void **state)
{
    const edition_flow_month m = month_made(3, 1);
    const edition_flow flow = {"QAA", "", NULL, NULL, &m, 1};
    edition head = made_head();
    edition_writer *w;
    error err = {0};
    (void)state;
    check(edition_writer_open(":memory:", &head, &w, &err), &err);
    check(edition_writer_flows(w, &flow, 1, &err), &err);
    assert_int_equal(edition_writer_flows(w, &flow, 1, &err), STATUS_REFUSED);
    assert_string_equal(err.message, "The waiting list of QAA has a month twice");
    edition_writer_abort(w);
}

static void damage_is_said(void **state)
{
    static const struct {
        const char *sql;
        bool at_loading;
    } damages[] = {{"UPDATE flows SET waiting = '1 2 x'", false},
                   {"UPDATE flows SET waiting = '1  2'", false},
                   {"UPDATE flows SET waiting = '-1 2'", false},
                   {"UPDATE flows SET completed = '1.5'", false},
                   {"UPDATE flows SET waiting = '9999999999999999999999'", false},
                   {"UPDATE flows SET waiting = replace(hex(zeroblob(106)), '00', '1 ')", false},
                   {"UPDATE flows SET organisation = 'XXX' WHERE organisation = 'RAA'", true},
                   {"UPDATE flows SET period = 'never' WHERE period = '2026-03'", true},
                   {"UPDATE flows SET new_periods = -1", true}};
    (void)state;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        place p;
        sqlite3 *db = NULL;
        edition *e;
        error err = {0};
        arena a = {0};
        const edition_flow *flows;
        size_t count;
        place_make(&p);
        made_with_flows(place_path(&p, "made.sqlite"));
        assert_int_equal(sqlite3_open(place_path(&p, "made.sqlite"), &db), SQLITE_OK);
        if (sqlite3_exec(db, damages[i].sql, NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s: %s", damages[i].sql, sqlite3_errmsg(db));
        (void)sqlite3_close(db);
        check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
        const status loaded = edition_load_flows(e, &err);
        if (damages[i].at_loading != (loaded == STATUS_REFUSED))
            fail_msg("%s: %s", damages[i].sql, loaded == STATUS_OK ? "was loaded" : err.message);
        if (!damages[i].at_loading && edition_flows(e, 1, NULL, &a, &flows, &count, &err) != STATUS_REFUSED)
            fail_msg("%s was read", damages[i].sql);
        assert_non_null(strstr(err.message, "The edition is damaged"));
        edition_close(e);
        arena_free(&a);
        place_remove(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_are_read_as_they_were_written),
        cmocka_unit_test(the_same_flows_give_the_same_bytes),
        cmocka_unit_test(a_month_twice_is_refused),
        cmocka_unit_test(damage_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
