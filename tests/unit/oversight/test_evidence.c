/* What oversight takes from the register: regimes month by month, and the records under quality statements. */
#include "../register/harness.h"

#include "oversight/evidence.h"

static status rating(bench *b, const char *time, const char *id, const char *regime, const char *from)
{
    char body[200];
    (void)snprintf(body, sizeof body, "{\"of\":\"RM1\",\"regime\":\"%s\",\"rating\":\"in\",\"from\":\"%s\"}", regime,
                   from);
    return put(b, time, "X24", "rating.enter", id, body);
}

static void test_events(void **state)
{
    bench here, *b = &here;
    arena a = {0};
    const oversight_event *events;
    size_t count;
    (void)state;
    bench_open_with(b, NULL);
    bench_partners(b);
    assert_int_equal_said(rating(b, "2026-05-02T09:00:00Z", "deficit", "deficit-support", "2025-09-09"));
    assert_int_equal_said(rating(b, "2026-05-02T09:00:00Z", "recovery", "recovery-support", "2026-03-05"));
    assert_int_equal_said(rating(b, "2026-05-02T09:00:00Z", "special", "special-measures", "2026-04-02"));
    OK(b, "2026-05-03T09:00:00Z", "X24", "rating.exit", "recovery", "{\"until\":\"2026-03-28\"}"); /* within a month */
    OK(b, "2026-05-03T09:00:00Z", "X24", "rating.exit", "special", "{\"until\":\"2026-05-01\"}");  /* all of April */
    assert_int_equal(oversight_events(b->log, &a, &events, &count, &b->err), STATUS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(events[0].organisation, "RM1");
    assert_string_equal(events[0].kind, "deficit-support");
    assert_int_equal(period_compare(events[0].first, period_month(2025, 9)), 0);
    assert_int_equal(events[0].last.kind, PERIOD_NONE);
    assert_string_equal(events[1].kind, "special-measures");
    assert_int_equal(period_compare(events[1].first, period_month(2026, 4)), 0);
    assert_int_equal(period_compare(events[1].last, period_month(2026, 4)), 0);
    arena_free(&a);
    bench_close(b);
}

static size_t records(bench *b, const char *who, const char *record, arena *a, const oversight_record **out)
{
    size_t count = 0;
    assert_int_equal(oversight_records(b->log, who, record, a, out, &count, &b->err), STATUS_OK);
    return count;
}

static void test_records(void **state)
{
    bench here, *b = &here;
    arena a = {0};
    const oversight_record *r;
    (void)state;
    bench_open_with(b, NULL);
    bench_partners(b);
    size_t partners = records(b, "QMM", "partners", &a, &r);
    assert_int_equal(partners, register_count(b->log, REGISTER_PARTNER));
    assert_int_equal(records(b, "RM1", "partners", &a, &r), 1); /* a trust answers for itself */
    assert_string_equal(r[0].id, "RM1");
    OK(b, "2026-05-02T09:00:00Z", "RM1", "commitment.make", "theatre",
       "{\"what\":\"Open a theatre\",\"whom\":\"Patients\",\"due\":\"2026-09-30\"}");
    OK(b, "2026-05-03T09:00:00Z", "E10000020", "challenge.raise", "late",
       "{\"about\":\"theatre\",\"words\":\"When?\"}");
    assert_int_equal(records(b, "QMM", "responses", &a, &r), 0);
    OK(b, "2026-05-04T09:00:00Z", "RM1", "challenge.respond", "late", "{\"words\":\"In June\"}");
    assert_int_equal(records(b, "QMM", "commitments", &a, &r), 1);
    assert_string_equal(r[0].words, "Open a theatre");
    assert_string_equal(r[0].standing, "open");
    assert_string_equal(r[0].owner, "RM1");
    assert_int_equal(records(b, "QMM", "challenges", &a, &r), 1);
    assert_int_equal(records(b, "QMM", "responses", &a, &r), 1);
    assert_string_equal(r[0].words, "In June");
    assert_int_equal(r[0].on, date_of(2026, 5, 4));
    assert_int_equal(records(b, "RM1", "challenges", &a, &r), 1); /* it is about what the trust promised */
    assert_int_equal(records(b, "RGP", "challenges", &a, &r), 0);
    assert_int_equal(records(b, "QMM", "something-else", &a, &r), 0);
    /* What the old body answered for, its successor answers for. */
    OK(b, "2026-05-05T09:00:00Z", "RM1", "partner.join", "T6Y0W",
       "{\"kind\":\"icb\",\"name\":\"Norfolk and Suffolk\"}");
    OK(b, "2026-05-06T09:00:00Z", "T6Y0W", "partner.succeed", "QMM",
       "{\"successor\":\"T6Y0W\",\"when\":\"2026-04-01\"}");
    assert_int_equal(records(b, "T6Y0W", "commitments", &a, &r), 1);
    assert_int_equal(records(b, "QMM", "commitments", &a, &r), 1);
    arena_free(&a);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_events), cmocka_unit_test(test_records)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
