/* The scenarios that an edition carries: the catalogue's, and the workspace's own, which take the place of one of the same id. */
#include "workspace.h"

#include "register/register.h"

#include <stdio.h>

static const char *text_of_scenario(const edition *e, const char *id)
{
    const edition_document *d = edition_find_document(e, EDITION_DOCUMENT_SCENARIO, id);
    return d == NULL ? NULL : d->text;
}

static void put(const workspace *w, const char *name, const char *words)
{
    char path[500];
    (void)snprintf(path, sizeof path, "%s/catalogue/scenarios/%s", w->folder, name);
    assert_int_equal(file_write(path, words, strlen(words), false, NULL), STATUS_OK);
}

static void gone(const workspace *w, const char *name)
{
    char path[500];
    (void)snprintf(path, sizeof path, "%s/catalogue/%s", w->folder, name);
    assert_int_equal(remove(path), 0);
}

static void evaluate(workspace *w, const char *catalogue_folder)
{
    const measure_options options = {.as_at = DATE_NONE, .catalogue_folder = catalogue_folder};
    error err = {0};
    const char *path;
    edition_close(w->edition);
    w->edition = NULL;
    check(measure_edition(w->folder, w->facts, &house.catalogue, house.orgs, &options, w->id, &w->unchanged, &err),
          &err);
    check(editions_newest_path(w->folder, &w->memory, &path, &err), &err);
    check(edition_open(path, &w->edition, &err), &err);
}

static void own_scenarios_stand_beside_and_before_the_catalogues(void **state)
{
    workspace w;
    size_t count, more;
    char folder[400];
    (void)state;
    workspace_make(&w);
    evaluate(&w, CONCORD_SOURCE_DIR "/catalogue");
    assert_non_null(edition_documents_of(w.edition, EDITION_DOCUMENT_SCENARIO, &count));
    assert_true(count >= 6); /* those of catalogue/scenarios; its README is none */
    assert_non_null(strstr(text_of_scenario(w.edition, "extra-sessions"), "Are four more sessions a month enough"));
    (void)snprintf(folder, sizeof folder, "%s/catalogue/scenarios", w.folder);
    assert_int_equal(folder_make(folder, NULL), STATUS_OK);
    put(&w, "a.yaml", "# mine\nscenario: extra-sessions   # another\nversion: 9\n");
    put(&w, "b.yml", "version: 1\nscenario: ours\n");
    put(&w, "c.yaml", "no: scenario\n");
    put(&w, "notes.txt", "scenario: notes\n");
    put(&w, "empty.yaml", "");
    evaluate(&w, CONCORD_SOURCE_DIR "/catalogue");
    assert_false(w.unchanged);
    (void)edition_documents_of(w.edition, EDITION_DOCUMENT_SCENARIO, &more);
    assert_int_equal(more, count + 1);
    assert_string_equal(text_of_scenario(w.edition, "extra-sessions"),
                        "# mine\nscenario: extra-sessions   # another\nversion: 9\n");
    assert_string_equal(text_of_scenario(w.edition, "ours"), "version: 1\nscenario: ours\n");
    assert_null(text_of_scenario(w.edition, "notes"));
    evaluate(&w, NULL);
    (void)edition_documents_of(w.edition, EDITION_DOCUMENT_SCENARIO, &more);
    assert_int_equal(more, 2);
    static const char *const names[] = {"scenarios/a.yaml",
                                        "scenarios/b.yml",
                                        "scenarios/c.yaml",
                                        "scenarios/notes.txt",
                                        "scenarios/empty.yaml",
                                        "scenarios",
                                        ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        gone(&w, names[i]);
    workspace_remove(&w);
}

static size_t issues_of(const edition *e, const char *with)
{
    size_t count = 0;
    for (size_t i = 0; i < e->issue_count; i++)
        count += strcmp(e->issues[i].kind, "scenario") == 0 && strstr(e->issues[i].text, with) != NULL;
    return count;
}

static void scenarios_folder(const workspace *w)
{
    char folder[400];
    (void)snprintf(folder, sizeof folder, "%s/catalogue/scenarios", w->folder);
    assert_int_equal(folder_make(folder, NULL), STATUS_OK);
}

/* Too large, no text, quoted, a folder of that name, and more than an edition carries: the edition is made, and says what it left out. */
static void what_cannot_be_taken_is_left_out_and_listed(void **state)
{
    enum { BEYOND = 3, MOST = 200 };
    workspace w;
    buffer large = {0};
    size_t count;
    char name[80], path[500];
    (void)state;
    workspace_make(&w);
    scenarios_folder(&w);
    buffer_text(&large, "scenario: large\n");
    while (large.length <= (size_t)1 << 20)
        buffer_text(&large, "# and so on and so on and so on and so on and so on and so on and so on and so on\n");
    put(&w, "large.yaml", large.data);
    buffer_free(&large);
    (void)snprintf(path, sizeof path, "%s/catalogue/scenarios/bytes.yaml", w.folder);
    assert_int_equal(file_write(path, "scenario: b\0x\n", 14, false, NULL), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/catalogue/scenarios/folder.yaml", w.folder);
    assert_int_equal(folder_make(path, NULL), STATUS_OK);
    put(&w, "double.yaml", "scenario: \"double-quoted\"\n");
    put(&w, "single.yaml", "scenario: 'single-quoted' # so\n");
    evaluate(&w, NULL);
    assert_int_equal(issues_of(w.edition, "large.yaml is left out of the edition: it is larger than 1 MiB"), 1);
    assert_int_equal(issues_of(w.edition, "bytes.yaml is left out"), 1);
    assert_int_equal(issues_of(w.edition, "folder.yaml is left out of the edition: it cannot be read"), 1);
    assert_int_equal(issues_of(w.edition, ""), 3);
    assert_int_equal(issues_of(w.edition, w.folder), 0);
    assert_non_null(text_of_scenario(w.edition, "double-quoted"));
    assert_non_null(text_of_scenario(w.edition, "single-quoted"));
    for (int i = 0; i < MOST - 2 + BEYOND; i++) {
        char words[80];
        (void)snprintf(name, sizeof name, "z%03d.yaml", i);
        (void)snprintf(words, sizeof words, "scenario: z%03d\n", i);
        put(&w, name, words);
    }
    evaluate(&w, NULL);
    (void)edition_documents_of(w.edition, EDITION_DOCUMENT_SCENARIO, &count);
    assert_int_equal(count, MOST);
    assert_int_equal(issues_of(w.edition, "3 more are left out, the first of them z198"), 1);
    for (int i = 0; i < MOST - 2 + BEYOND; i++) {
        (void)snprintf(name, sizeof name, "scenarios/z%03d.yaml", i);
        gone(&w, name);
    }
    static const char *const names[] = {"scenarios/large.yaml",  "scenarios/bytes.yaml",  "scenarios/folder.yaml",
                                        "scenarios/double.yaml", "scenarios/single.yaml", "scenarios"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        gone(&w, names[i]);
    /* A file where the folder should be: nobody can say what would be missing. */
    (void)snprintf(path, sizeof path, "%s/catalogue/scenarios", w.folder);
    assert_int_equal(file_write(path, "x", 1, false, NULL), STATUS_OK);
    const measure_options options = {.as_at = DATE_NONE};
    error err = {0};
    assert_int_equal(
        measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, w.id, &w.unchanged, &err),
        STATUS_IO);
    assert_non_null(strstr(err.message, "The folder of scenarios cannot be opened"));
    gone(&w, "scenarios");
    gone(&w, "");
    workspace_remove(&w);
}

static void say(register_log *r, const char *time, const char *kind, const char *subject, const char *body)
{
    const register_draft draft = {
        .kind = kind, .subject = subject, .time = time, .actor = "A. Person", .organisation = "QMM", .body = body};
    register_receipt receipt;
    error err = {0};
    check(register_append(r, &draft, &receipt, &err), &err);
}

/* What was revised and retired later stood on the day, with the words of the day. */
static void the_registers_scenarios_are_those_of_the_day(void **state)
{
    static const struct {
        const char *day, *words; /* NULL: none stood */
    } cases[] = {
        {"2026-01-04", NULL}, {"2026-01-06", "version: 1"}, {"2026-01-07", "version: 2"}, {"2026-01-08", NULL}};
    workspace w;
    register_log *r;
    error err = {0};
    char path[400];
    (void)state;
    workspace_make(&w);
    (void)snprintf(path, sizeof path, "%s/register.sqlite", w.folder);
    check(register_open(path, &(register_options){.make = true}, &r, &err), &err);
    say(r, "2026-01-05T09:00:00Z", "register.open", "QMM",
        "{\"title\":\"Norfolk\",\"name\":\"NHS Norfolk and Waveney ICB\",\"kind\":\"icb\"}");
    say(r, "2026-01-06T09:00:00Z", "scenario.keep", "ours",
        "{\"name\":\"Ours\",\"reason\":\"Asked for\",\"revision\":1,\"scenario\":\"scenario: ours\\nversion: 1\"}");
    say(r, "2026-01-07T09:00:00Z", "scenario.keep", "ours",
        "{\"name\":\"Ours\",\"reason\":\"Asked for\",\"revision\":2,\"scenario\":\"scenario: ours\\nversion: 2\"}");
    say(r, "2026-01-08T09:00:00Z", "scenario.retire", "ours", "{\"reason\":\"Done\"}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        date d;
        char id[SHA256_TEXT], name[SHA256_TEXT + 32];
        bool unchanged;
        edition *e;
        assert_true(date_parse(text_of(cases[i].day), &d));
        const measure_options options = {.as_at = DATE_NONE, .as_of = &d};
        check(measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, id, &unchanged, &err), &err);
        (void)snprintf(name, sizeof name, "editions/%s.sqlite", id);
        (void)snprintf(path, sizeof path, "%s/%s", w.folder, name);
        check(edition_open(path, &e, &err), &err);
        const char *words = text_of_scenario(e, "ours");
        if ((words == NULL) != (cases[i].words == NULL) || (words != NULL && strstr(words, cases[i].words) == NULL))
            fail_msg("%s: %s", cases[i].day, words == NULL ? "none" : words);
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
        cmocka_unit_test(own_scenarios_stand_beside_and_before_the_catalogues),
        cmocka_unit_test(what_cannot_be_taken_is_left_out_and_listed),
        cmocka_unit_test(the_registers_scenarios_are_those_of_the_day),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
