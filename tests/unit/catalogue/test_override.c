/* A source of a workspace takes the place of the program's; everything else of a workspace may only be added. */
#include "catalogue/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char folder[] = "/tmp/concord-override-XXXXXX";

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

#define HEAD(id)                                                                                                       \
    "id: " id "\nname: Visits\npublisher: Test\nlicence: None\nlanding_page: \"\"\nfrequency: monthly\n"               \
    "columns:\n  - {name: provider, title: Provider, type: code}\n  - {name: visits, title: Visits, type: count}\n"    \
    "roles:\n  - {name: provider, column: provider}\n"
#define LAYOUT(header)                                                                                                 \
    "layouts:\n  - id: csv\n    columns:\n      - {header: Period, period: true}\n      - {header: " header            \
    ", to: provider}\n      - {header: Visits, to: visits}\n"
#define PUBLISHED(entry) "published_at: [" entry "]\n"

static void part_write(const char *of, const char *part, const char *name, const char *bytes)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s/%s", folder, of, part);
    assert_int_equal(folder_make(path, NULL), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/%s/%s/%s", folder, of, part, name);
    assert_int_equal(file_write(path, bytes, strlen(bytes), false, NULL), STATUS_OK);
}

static void parts_clear(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'/*", folder);
    assert_int_equal(system(command), 0);
}

static status load(catalogue *c, error *err)
{
    char program[128], workspace[128];
    const char *folders[] = {program, workspace};
    problems list = {0};
    (void)snprintf(program, sizeof program, "%s/program", folder);
    (void)snprintf(workspace, sizeof workspace, "%s/workspace", folder);
    *err = (error){0};
    status code = catalogue_load(folders, 2, c, &list, err);
    problems_free(&list);
    return code;
}

static void test_takes_the_place(void **state)
{
    (void)state;
    catalogue c;
    error err;
    part_write("program", "sources", "visits.yaml", HEAD("visits") LAYOUT("Org Code"));
    part_write("program", "sources", "zebra.yaml", HEAD("zebra") LAYOUT("Zebra Code"));
    part_write("workspace", "sources", "mine.yaml", HEAD("visits") LAYOUT("Organisation Code"));
    assert_int_equal(load(&c, &err), STATUS_OK);
    assert_int_equal(c.source_count, 2);
    const source *s = catalogue_source(&c, "visits");
    assert_string_equal(s->layouts[0].columns[1].header, "Organisation Code");
    assert_string_equal(s->file, "sources/mine.yaml");
    assert_string_equal(s->overrides, "sources/visits.yaml");
    assert_int_equal(s->folder, 1);
    s = catalogue_source(&c, "zebra");
    assert_null(s->overrides);
    assert_int_equal(s->folder, 0);
    catalogue_free(&c);
    /* Twice in one folder is a slip, there and here. */
    part_write("workspace", "sources", "again.yaml", HEAD("visits") LAYOUT("Another Code"));
    assert_int_equal(load(&c, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "Source 'visits' is declared already, in sources/again.yaml"));
    parts_clear();
}

/* What is wrong in it is said as ever, and it may have the very headers of the one that it replaces, but not of another. */
static void test_checked_as_ever(void **state)
{
    (void)state;
    catalogue c;
    error err;
    part_write("program", "sources", "visits.yaml", HEAD("visits") LAYOUT("Org Code"));
    part_write("program", "sources", "zebra.yaml", HEAD("zebra") LAYOUT("Zebra Code"));
    part_write("workspace", "sources", "visits.yaml", HEAD("visits") LAYOUT("Org Code"));
    assert_int_equal(load(&c, &err), STATUS_OK);
    catalogue_free(&c);
    part_write("workspace", "sources", "visits.yaml", HEAD("visits") LAYOUT("Zebra Code"));
    assert_int_equal(load(&c, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "has the same headers as layout 'csv' of source 'zebra'"));
    part_write("workspace", "sources", "visits.yaml", HEAD("visits") "layouts: 7\n");
    assert_int_equal(load(&c, &err), STATUS_REFUSED);
    parts_clear();
}

static void test_places_of_dates(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *problem;
    } cases[] = {
        {HEAD("visits") PUBLISHED("{right_of: \"Published:\"}") LAYOUT("Code"), NULL},
        {HEAD("visits") PUBLISHED("{below: Date, revised: true}, {title: \"*put out*\", sheets: [Cover]}")
             LAYOUT("Code"),
         NULL},
        {HEAD("visits") PUBLISHED("{revised: true}") LAYOUT("Code"), "has none"},
        {HEAD("visits") PUBLISHED("{below: a, title: b}") LAYOUT("Code"), "has more than one"},
        {HEAD("visits") PUBLISHED("{title: \"**\"}") LAYOUT("Code"), "would meet every cell"},
        {HEAD("visits") PUBLISHED("{left_of: a}") LAYOUT("Code"), "left_of"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        catalogue c;
        error err;
        part_write("program", "sources", "visits.yaml", cases[i].yaml);
        status code = load(&c, &err);
        assert_int_equal(code, cases[i].problem == NULL ? STATUS_OK : STATUS_REFUSED);
        if (cases[i].problem != NULL)
            assert_non_null(strstr(err.message, cases[i].problem));
        if (i == 1) {
            const source *s = catalogue_source(&c, "visits");
            assert_int_equal(s->published_at_count, 2);
            assert_int_equal(s->published_at[0].kind, DATE_BELOW);
            assert_true(s->published_at[0].revised);
            assert_int_equal(s->published_at[1].kind, DATE_IN_CELL);
            assert_string_equal(s->published_at[1].sheets[0], "Cover");
        }
        catalogue_free(&c);
        parts_clear();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_the_place),
        cmocka_unit_test(test_checked_as_ever),
        cmocka_unit_test(test_places_of_dates),
    };
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove);
}
