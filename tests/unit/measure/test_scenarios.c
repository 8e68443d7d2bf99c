/* The scenarios that an edition carries: the catalogue's, and the workspace's own, which take the place of one of the same id. */
#include "workspace.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_scenarios_stand_beside_and_before_the_catalogues)};
    return cmocka_run_group_tests(tests, house_open, house_close);
}
