/* What was known on a day: since when each release is known, and editions as of a date. */
#include "published_files.h"
#include "workspace.h"

static date day_of(const char *words)
{
    date d;
    assert_true(date_parse(text_of(words), &d));
    return d;
}

static void releases_are_dated_by_their_evidence(void **state)
{
    static const struct {
        const char *published, *archived, *last;
        bool revised;
        const char *known;
        known_by by;
    } cases[] = {
        {"2026-06-11", "2026-06-10", "2026-04", false, "2026-06-11", KNOWN_BY_PUBLISHED},
        {"", "2026-06-10", "2026-04", true, "2026-06-10", KNOWN_BY_ARCHIVE},
        {"", "", "2026-04", false, "2026-06-11", KNOWN_BY_PERIOD},      /* 30 April and 42 days */
        {"", "", "FY2024-25-Q2", false, "2024-11-30", KNOWN_BY_PERIOD}, /* 30 September and 61 days */
        {"", "", "CY2024", false, "2025-04-01", KNOWN_BY_PERIOD},       /* 31 December and 91 days */
        {"", "", "2026-04", true, "2026-12-11", KNOWN_BY_PERIOD},       /* and 183 days more */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        release r = {.published = DATE_NONE, .archived = DATE_NONE, .revised = cases[i].revised};
        known_by by;
        char day[DATE_TEXT];
        assert_true(period_parse(text_of(cases[i].last), &r.last_period));
        if (cases[i].published[0] != 0)
            r.published = day_of(cases[i].published);
        if (cases[i].archived[0] != 0)
            r.archived = day_of(cases[i].archived);
        date_format(release_known(&r, &by), day);
        assert_string_equal(day, cases[i].known);
        assert_int_equal(by, cases[i].by);
    }
}

static void add_month(workspace *w, const char *name, const char *when, int64_t attendances, const char *published)
{
    buffer b = {0};
    ae_header(&b);
    ae_line(&b, when, &(ae_row){.provider = "RYJ", .region_name = "NHS ENGLAND LONDON", .attendances = {attendances}});
    workspace_add(w, name, b.data, published);
    buffer_free(&b);
}

/* May, then June, then a revision of May. */
static void three_releases(workspace *w)
{
    workspace_make(w);
    add_month(w, "ae-may.csv", "MAY-2025", 100, "2025-06-12");
    add_month(w, "ae-june.csv", "JUNE-2025", 200, "2025-07-10");
    add_month(w, "ae-may-revised.csv", "MAY-2025", 150, "2025-11-13");
}

static edition *view_on(workspace *w, const char *day)
{
    date d = day_of(day);
    const measure_options options = {.as_at = DATE_NONE, .as_of = &d};
    edition *out;
    error err = {0};
    check(measure_view(w->facts, &house.catalogue, house.orgs, &options, NULL, &out, &err), &err);
    return out;
}

static void only_what_was_published_by_then_counts(void **state)
{
    static const struct {
        const char *day;
        size_t releases;
        int64_t may, june; /* -1: no figure */
    } cases[] = {{"2025-06-11", 0, -1, -1},   {"2025-06-12", 1, 100, -1},  {"2025-07-09", 1, 100, -1},
                 {"2025-07-10", 2, 100, 200}, {"2025-11-12", 2, 100, 200}, {"2025-11-13", 3, 150, 200}};
    workspace w;
    (void)state;
    three_releases(&w);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edition *e = view_on(&w, cases[i].day);
        assert_string_equal(e->as_of, cases[i].day);
        assert_int_equal(e->release_count, cases[i].releases);
        const edition_point *may = point_named(&w, e, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT, "2025-05");
        const edition_point *june = point_named(&w, e, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT, "2025-06");
        assert_int_equal(may == NULL ? -1 : may->numerator, cases[i].may);
        assert_int_equal(june == NULL ? -1 : june->numerator, cases[i].june);
        edition_close(e);
    }
    workspace_remove(&w);
}

/* Such an edition is kept beside the others and never becomes the newest; its date is part of its name. */
static void an_edition_of_the_past_stays_apart(void **state)
{
    workspace w;
    char id[2][SHA256_TEXT];
    edition_apart *apart;
    size_t count;
    const char *newest, *found;
    error err = {0};
    static const char *const days[] = {"2025-07-10", "2025-07-11"};
    (void)state;
    three_releases(&w);
    workspace_evaluate(&w);
    for (int i = 0; i < 2; i++) {
        date d = day_of(days[i]);
        bool unchanged;
        const measure_options options = {.as_at = DATE_NONE, .as_of = &d};
        check(measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, id[i], &unchanged, &err),
              &err);
    }
    assert_string_not_equal(id[0], id[1]); /* the same releases, another day */
    assert_string_not_equal(id[0], w.id);
    check(editions_newest_path(w.folder, &w.memory, &newest, &err), &err);
    assert_non_null(strstr(newest, w.id));
    check(editions_apart(w.folder, &w.memory, &apart, &count, &err), &err);
    assert_int_equal(count, 2);
    for (int i = 0; i < 2; i++) {
        char name[SHA256_TEXT + 32];
        assert_string_equal(apart[i].as_of, days[i]);
        assert_string_equal(apart[i].id, id[i]);
        char prefix[13];
        (void)snprintf(prefix, sizeof prefix, "%.12s", id[i]);
        check(editions_find(w.folder, prefix, &w.memory, &found, &err), &err);
        assert_string_equal(found, id[i]);
        (void)snprintf(name, sizeof name, "editions/%s.sqlite", id[i]);
        remove_in(w.folder, name);
    }
    assert_int_equal(editions_find(w.folder, "fff", &w.memory, &found, &err), STATUS_NOT_FOUND);
    workspace_remove(&w);
}

static void a_release_can_be_evaluated_alone(void **state)
{
    workspace w;
    release *all;
    size_t count;
    edition *e;
    error err = {0};
    (void)state;
    three_releases(&w);
    check(facts_releases(w.facts, &w.memory, &all, &count, &err), &err);
    assert_int_equal(count, 3);
    const measure_options options = {.as_at = DATE_NONE, .only_release = all[0].sha256}; /* May as first published */
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, NULL, &e, &err), &err);
    assert_int_equal(e->release_count, 1);
    assert_numerator(point_named(&w, e, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT, "2025-05"), 100);
    assert_null(point_named(&w, e, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT, "2025-06"));
    assert_string_equal(e->as_of, "");
    edition_close(e);
    workspace_remove(&w);
}

/* What a later day changed, figure by figure. */
typedef struct tally {
    size_t count[EDITION_CHANGE_KINDS];
    double before, after;
} tally;

static status tally_told(void *context, const edition_change *c, error *err)
{
    tally *t = context;
    (void)err;
    t->count[c->kind]++;
    if (c->kind == EDITION_REVISED) {
        t->before = c->before->value;
        t->after = c->after->value;
    }
    return STATUS_OK;
}

static void two_days_differ_by_what_came_between(void **state)
{
    workspace w;
    tally t = {0};
    error err = {0};
    (void)state;
    three_releases(&w);
    edition *before = view_on(&w, "2025-06-30"), *after = view_on(&w, "2025-12-31");
    check(edition_compare(before, after, "ae-attendances", "RYJ", tally_told, &t, &err), &err);
    assert_int_equal(t.count[EDITION_REVISED], 1);
    assert_int_equal(t.count[EDITION_NEW], 1);
    assert_int_equal(t.count[EDITION_GONE], 0);
    assert_close(t.before, 100);
    assert_close(t.after, 150);
    t = (tally){0};
    check(edition_compare(after, before, "ae-attendances", "RYJ", tally_told, &t, &err), &err);
    assert_int_equal(t.count[EDITION_REVISED], 1);
    assert_int_equal(t.count[EDITION_GONE], 1);
    t = (tally){0};
    check(edition_compare(after, after, NULL, NULL, tally_told, &t, &err), &err);
    for (size_t i = 0; i < EDITION_CHANGE_KINDS; i++)
        assert_int_equal(t.count[i], 0);
    edition_close(before);
    edition_close(after);
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_are_dated_by_their_evidence),
        cmocka_unit_test(only_what_was_published_by_then_counts),
        cmocka_unit_test(an_edition_of_the_past_stays_apart),
        cmocka_unit_test(a_release_can_be_evaluated_alone),
        cmocka_unit_test(two_days_differ_by_what_came_between),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
