/* The register in an edition: its events as lines that replay to the same head, up to the day of an edition as of that day, and the same bytes for
 * the same register. */
#include "workspace.h"

#include "register/register.h"

static void say(register_log *r, const char *time, const char *who, const char *kind, const char *subject,
                const char *body)
{
    const register_draft draft = {
        .kind = kind, .subject = subject, .time = time, .actor = "A. Person", .organisation = who, .body = body};
    register_receipt receipt;
    error err = {0};
    check(register_append(r, &draft, &receipt, &err), &err);
}

static register_log *register_in(const workspace *w)
{
    char path[300];
    register_log *r;
    error err = {0};
    (void)snprintf(path, sizeof path, "%s/register.sqlite", w->folder);
    check(register_open(path, &(register_options){.make = true}, &r, &err), &err);
    return r;
}

static void three_events(register_log *r)
{
    say(r, "2026-01-05T09:00:00Z", "QMM", "register.open", "QMM",
        "{\"title\":\"Norfolk\",\"name\":\"NHS Norfolk and Waveney ICB\",\"kind\":\"icb\"}");
    say(r, "2026-01-05T23:59:59Z", "QMM", "partner.join", "RM1",
        "{\"name\":\"Norfolk and Norwich\",\"kind\":\"trust\"}");
    say(r, "2026-01-06T00:00:00Z", "QMM", "partner.join", "X24", "{\"name\":\"NHS England\",\"kind\":\"nhs-england\"}");
}

static void assert_replays(const edition *e, int64_t events)
{
    size_t count;
    const edition_document *d = edition_documents_of(e, EDITION_DOCUMENT_REGISTER_EVENT, &count);
    const char *lines[8];
    register_log *again;
    error err = {0};
    assert_int_equal(count, events);
    assert_int_equal(e->register_events, events);
    for (size_t i = 0; i < count; i++)
        lines[i] = d[i].text;
    check(register_open_lines(lines, count, "edition", &again, &err), &err);
    assert_string_equal(register_head(again), e->register_head);
    assert_string_equal(register_title(again), "Norfolk");
    register_close(again);
}

static void the_register_is_in_the_edition(void **state)
{
    workspace w;
    char first[SHA256_TEXT];
    (void)state;
    workspace_make(&w);
    workspace_evaluate(&w);
    size_t none;
    assert_null(edition_documents_of(w.edition, EDITION_DOCUMENT_REGISTER_EVENT, &none)); /* no register */
    assert_string_equal(w.edition->register_head, "");
    register_log *r = register_in(&w);
    three_events(r);
    workspace_evaluate(&w);
    assert_false(w.unchanged);
    assert_replays(w.edition, 3);
    assert_string_equal(edition_documents_of(w.edition, EDITION_DOCUMENT_REGISTER_EVENT, &(size_t){0})->name,
                        "000000000001");
    assert_string_equal(w.edition->register_head, register_head(r));
    memcpy(first, w.id, sizeof first);
    workspace_evaluate(&w);
    assert_true(w.unchanged);
    assert_string_equal(w.id, first);
    say(r, "2026-01-07T00:00:00Z", "X24", "partner.leave", "X24", "{\"reason\":\"It has its own\"}");
    workspace_evaluate(&w);
    assert_string_not_equal(w.id, first);
    register_close(r);
    remove_in(w.folder, "register.sqlite");
    workspace_remove(&w);
}

static void an_edition_of_a_day_has_the_events_up_to_it(void **state)
{
    static const struct {
        const char *day;
        int64_t events;
    } cases[] = {{"2026-01-04", 0}, {"2026-01-05", 2}, {"2026-01-06", 3}};
    workspace w;
    error err = {0};
    (void)state;
    workspace_make(&w);
    register_log *r = register_in(&w);
    three_events(r);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        date d;
        char id[SHA256_TEXT], name[SHA256_TEXT + 32], path[400];
        bool unchanged;
        edition *e;
        assert_true(date_parse(text_of(cases[i].day), &d));
        const measure_options options = {.as_at = DATE_NONE, .as_of = &d};
        check(measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, id, &unchanged, &err), &err);
        (void)snprintf(name, sizeof name, "editions/%s.sqlite", id);
        (void)snprintf(path, sizeof path, "%s/%s", w.folder, name);
        check(edition_open(path, &e, &err), &err);
        if (cases[i].events > 0)
            assert_replays(e, cases[i].events);
        else
            assert_int_equal(e->register_events, 0);
        edition_close(e);
        remove_in(w.folder, name);
    }
    register_close(r);
    remove_in(w.folder, "register.sqlite");
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_register_is_in_the_edition),
        cmocka_unit_test(an_edition_of_a_day_has_the_events_up_to_it),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
