/*
 * Rule sets that an analyst declares: what is taken over, what is left as in the set they are based on, and each kind of mistake with its
 * file, line and words.
 */
#include "folders.h"

static const char GOOD[] = "id: trust-board\n"                                /* 1 */
                           "version: 2026-04\n"                               /* 2 */
                           "description: Six points,  as the board\n"         /* 3 */
                           "  decided.\n"                                     /* 4 */
                           "based_on: plotthedots-0.2.2\n"                    /* 5 */
                           "shift_points: 6\n"                                /* 6 */
                           "minimum_points: 10\n"                             /* 7 */
                           "two_of_three_counts_points_beyond_limits: true\n" /* 8 */
                           "target_equal_to_limit_counts: false\n"            /* 9 */
                           "when_improvement_and_concern_meet: improvement\n" /* 10 */
                           "limit_factor: 2.66\n";                            /* 11 */

typedef struct mistake {
    const char *find, *replace;
    int line, count;
    const char *message, *hint;
} mistake;

static const mistake MISTAKES[] = {
    {"shift_points", "shift_point", 6, 1, "Unknown key 'shift_point' in rule set 'trust-board'", "'shift_points'"},
    {"id: trust-board\n", "", 1, 1, "'id' is missing in a rule set", ""},
    {"id: trust-board\nversion: 2026-04", "id: mdc-2023\n", 1, 1, "Rule set 'mdc-2023' is built in", "another id"},
    {"id: trust-board\nversion: 2026-04", "id: mdc\nversion: 2023", 1, 1, "Rule set 'mdc-2023' is built in", ""},
    {"id: trust-board", "id: Trust Board", 1, 1, "'Trust Board' cannot be the id of a rule set", "Small letters"},
    {"version: 2026-04\n", "", 1, 1, "Rule set 'trust-board' has no version", "Add 'version"},
    {"version: 2026-04", "version: the newest", 2, 1, "'the newest' cannot be the version", "2026-04"},
    {"version: 2026-04", "version: draft", 2, 1, "'draft' cannot be the version", ""},
    {"plotthedots-0.2.2", "plotthedots-0.2.1", 5, 1, "Unknown rule set 'plotthedots-0.2.1' in 'based_on'",
     "Did you mean 'plotthedots-0.2.2'"},
    {"shift_points: 6", "shift_points: 5", 6, 1, "'shift_points' in rule set 'trust-board-2026-04' must be from 6 to 8",
     ""},
    {"shift_points: 6", "shift_points: 9", 6, 1, "must be from 6 to 8, and is 9", ""},
    {"shift_points: 6", "shift_points: six", 6, 1, "must be a whole number, and is 'six'", ""},
    {"shift_points: 6", "trend_points: 4", 6, 1, "'trend_points' in rule set 'trust-board-2026-04' must be from 5 to 7",
     ""},
    {"minimum_points: 10", "minimum_points: -1", 7, 1, "must be from 0 to 100, and is -1", ""},
    {"minimum_points: 10", "minimum_points: 101", 7, 1, "must be from 0 to 100, and is 101", ""},
    {"limits: true", "limits: often", 8, 1, "must be true or false", ""},
    {"meet: improvement", "meet: concern", 10, 1, "must be one of first-rule, improvement", ""},
    {"limit_factor: 2.66", "limit_factor: 0", 11, 1, "must be a number from 0.5 to 10", "2.66"},
    {"limit_factor: 2.66", "limit_factor: wide", 11, 1, "must be a number from 0.5 to 10, and is 'wide'", ""},
    {"limit_factor: 2.66", "limit_factor: nan", 11, 1, "must be a number from 0.5 to 10", ""},
    {"shift_points: 6\nminimum_points: 10", "shift_points: 1\nminimum_points: 999", 6, 2, "must be from 6 to 8", ""},
    {"id: trust-board\n", "id: [trust-board\n", 2, 1, "not valid YAML", ""},
};

static void edited(const mistake *m, buffer *out)
{
    const char *at = strstr(GOOD, m->find);
    assert_non_null(at);
    buffer_put(out, GOOD, (size_t)(at - GOOD));
    buffer_text(out, m->replace);
    buffer_text(out, at + strlen(m->find));
}

static void test_settings(void **state)
{
    (void)state;
    char folder[256], path[300];
    folder_new(folder);
    folder_write(folder, "rules/a.yaml", GOOD, sizeof GOOD - 1);
    (void)snprintf(path, sizeof path, "%s/rules/a.yaml", folder);
    catalogue c;
    problems list = {0};
    assert_int_equal(rule_sets_read(path, &c, &list, NULL), STATUS_OK);
    assert_int_equal(c.rule_set_count, 1);
    assert_null(catalogue_rule_set(&c, "trust-board"));
    const rule_set *r = catalogue_rule_set(&c, "trust-board-2026-04");
    assert_non_null(r);
    assert_string_equal(r->based_on, "plotthedots-0.2.2");
    assert_string_equal(r->description, "Six points, as the board decided.");
    assert_string_equal(r->file, path);
    assert_int_equal(r->line, 1);
    assert_int_equal(r->shift_points, 6);
    assert_int_equal(r->trend_points, RULE_AS_BASED_ON);
    assert_int_equal(r->minimum_points, 10);
    assert_int_equal(r->two_of_three_beyond, 1);
    assert_int_equal(r->two_of_three_any_side, RULE_AS_BASED_ON);
    assert_int_equal(r->target_at_limit_counts, 0);
    assert_int_equal(r->flat_limits_compare, RULE_AS_BASED_ON);
    assert_int_equal(r->trend_takes_next_step, RULE_AS_BASED_ON);
    assert_int_equal(r->improvement_wins, 1);
    assert_true(r->limit_factor > 2.6599 && r->limit_factor < 2.6601);
    catalogue_free(&c);
    problems_free(&list);
    folder_remove(folder);
}

/* Nothing but an id: everything is as in the default set. */
static void test_least(void **state)
{
    (void)state;
    static const char LEAST[] = "- id: as-it-is-2026\n";
    char folder[256], path[300];
    folder_new(folder);
    folder_write(folder, "rules/a.yaml", LEAST, sizeof LEAST - 1);
    (void)snprintf(path, sizeof path, "%s/rules/a.yaml", folder);
    catalogue c;
    problems list = {0};
    assert_int_equal(rule_sets_read(path, &c, &list, NULL), STATUS_OK);
    const rule_set *r = catalogue_rule_set(&c, "as-it-is-2026");
    assert_non_null(r);
    assert_string_equal(r->based_on, rule_sets_built_in[0]);
    assert_int_equal(r->shift_points, RULE_AS_BASED_ON);
    assert_int_equal(r->improvement_wins, RULE_AS_BASED_ON);
    assert_true(r->limit_factor < 0.1);
    catalogue_free(&c);
    problems_free(&list);
    folder_remove(folder);
}

static void test_each_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MISTAKES / sizeof MISTAKES[0]; i++) {
        const mistake *m = &MISTAKES[i];
        char folder[256], path[300];
        buffer text_given = {.maximum = 65536};
        folder_new(folder);
        edited(m, &text_given);
        folder_write(folder, "rules/a.yaml", text_given.data, text_given.length);
        buffer_free(&text_given);
        (void)snprintf(path, sizeof path, "%s/rules/a.yaml", folder);
        catalogue c;
        problems list = {0};
        error err;
        assert_int_equal(rule_sets_read(path, &c, &list, &err), STATUS_REFUSED);
        if (list.total != m->count || err.row != m->line || strstr(err.message, m->message) == NULL)
            print_error("mistake %zu: line %lld, %lld problems: %s\n", i, (long long)err.row, (long long)list.total,
                        err.message);
        assert_int_equal(list.total, m->count);
        assert_int_equal(err.row, m->line);
        assert_string_equal(err.file, path);
        assert_non_null(strstr(err.message, m->message));
        assert_non_null(strstr(err.hint, m->hint));
        assert_int_equal(c.rule_set_count, 0);
        problems_free(&list);
        folder_remove(folder);
    }
}

/* In the folders of a catalogue: read with the rest, and a workspace may add but not redefine. */
static void test_folders_of_rules(void **state)
{
    (void)state;
    char one[256], other[256];
    folder_new(one);
    folder_new(other);
    folder_write(one, "sources/a.yaml", SMALL_SOURCE, sizeof SMALL_SOURCE - 1);
    folder_write(one, "rules/a.yaml", GOOD, sizeof GOOD - 1);
    const char *folders[] = {one, other};
    catalogue c;
    problems list = {0};
    error err;
    assert_int_equal(catalogue_load(folders, 2, &c, &list, &err), STATUS_OK);
    assert_int_equal(c.rule_set_count, 1);
    assert_string_equal(c.rule_sets[0].file, "rules/a.yaml");
    catalogue_free(&c);
    folder_write(other, "rules/a.yaml", GOOD, sizeof GOOD - 1);
    assert_int_equal(catalogue_load(folders, 2, &c, &list, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "'trust-board-2026-04' is declared already, in rules/a.yaml line 1"));
    assert_non_null(strstr(err.file, other));
    assert_int_equal(err.row, 1);
    problems_free(&list);
    folder_remove(one);
    folder_remove(other);
}

static void test_no_file(void **state)
{
    (void)state;
    catalogue c;
    problems list = {0};
    error err;
    assert_int_equal(rule_sets_read("/nowhere/at/all.yaml", &c, &list, &err), STATUS_IO);
    assert_int_equal(c.rule_set_count, 0);
    catalogue_free(&c);
    problems_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),         cmocka_unit_test(test_least),   cmocka_unit_test(test_each_mistake),
        cmocka_unit_test(test_folders_of_rules), cmocka_unit_test(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
