/* Oversight frameworks: what is taken over, and each kind of mistake with its file, line and words. */
#include "folders.h"

#include <math.h>

static const char GOOD[] = "id: visits-2025-26\n"                                         /* 1 */
                           "name: Visits framework\n"                                     /* 2 */
                           "authority: Somebody\n"                                        /* 3 */
                           "document: Its rules\n"                                        /* 4 */
                           "year: FY2025-26\n"                                            /* 5 */
                           "verified: true\n"                                             /* 6 */
                           "levels: [provider]\n"                                         /* 7 */
                           "kinds: [trust]\n"                                             /* 8 */
                           "groups:\n"                                                    /* 9 */
                           "  - {id: early, name: Early ones, reports: [visits-early]}\n" /* 10 */
                           "  - {id: rest, name: The rest}\n"                             /* 11 */
                           "metrics:\n"                                                   /* 12 */
                           "  - id: M1\n"                                                 /* 13 */
                           "    name: Early visits\n"                                     /* 14 */
                           "    domain: access\n"                                         /* 15 */
                           "    measure: visits-early\n"                                  /* 16 */
                           "    scoring: continuous\n"                                    /* 17 */
                           "    points:\n"                                                /* 18 */
                           "      - {value: 90, score: 1}\n"                              /* 19 */
                           "      - {value: 50, score: 4}\n"                              /* 20 */
                           "    groups: [early]\n"                                        /* 21 */
                           "    weight: 2\n"                                              /* 22 */
                           "    verified: true\n"                                         /* 23 */
                           "  - id: M2\n"                                                 /* 24 */
                           "    name: Plan\n"                                             /* 25 */
                           "    domain: finance\n"                                        /* 26 */
                           "    not_measured_because: Not published\n"                    /* 27 */
                           "    verified: false\n"                                        /* 28 */
                           "segments: {thresholds: [1.5, 2.0, 3]}\n"                      /* 29 */
                           "adjustments:\n"                                               /* 30 */
                           "  - id: deficit\n"                                            /* 31 */
                           "    name: In deficit\n"                                       /* 32 */
                           "    event: deficit-support\n"                                 /* 33 */
                           "    no_better_than: 3\n"                                      /* 34 */
                           "    verified: true\n";                                        /* 35 */

typedef struct mistake {
    const char *find, *replace;
    int line;
    const char *message, *hint;
} mistake;

static const mistake MISTAKES[] = {
    {"id: visits-2025-26", "id: Visits", 1, "'Visits' cannot be the id of a framework", "Small letters"},
    {"year: FY2025-26", "year: soon", 5, "'year' of framework 'visits-2025-26' is no period: 'soon'", "FY2025-26"},
    {"levels: [provider]", "levels: [trust]", 7, "must be one of england", ""},
    {"reports: [visits-early]", "reports: [visits-erly]", 10, "Unknown measure 'visits-erly' in group 'early'",
     "Did you mean 'visits-early'"},
    {"id: rest", "id: early", 11, "Group 'early' stands twice", ""},
    {"measure: visits-early\n    scoring", "measure: something-else-again\n    scoring", 16,
     "Unknown measure 'something-else-again' in metric 'M1'", "not_measured_because"},
    {"scoring: continuous", "scoring: linear", 17, "must be one of discrete, continuous, ranked", ""},
    {"scoring: continuous", "scoring: ranked", 18, "Metric 'M1' is ranked, and has points", "Leave 'points' out"},
    {"      - {value: 50, score: 4}\n", "", 13, "Metric 'M1' needs two points or more", "92"},
    {"{value: 50, score: 4}", "{value: 95, score: 4}", 20, "do not run from best to worst", ""},
    {"{value: 50, score: 4}", "{value: 50, score: 1}", 20, "must rise from 1 (best) towards 4 (worst)", ""},
    {"{value: 50, score: 4}", "{value: 50, score: 5}", 20, "must rise from 1", "within 1 to 4"},
    {"{value: 50, score: 4}", "{value: half, score: 4}", 20, "'value' in 'M1' must be a number, and is 'half'", ""},
    {"{value: 90, score: 1}", "{score: 1}", 19, "'value' is missing in a point of metric 'M1'", ""},
    {"groups: [early]", "groups: [erly]", 21, "Unknown group 'erly' in metric 'M1'", "Did you mean 'early'"},
    {"weight: 2", "weight: 0", 12, "weights of all metrics of framework 'visits-2025-26' are nought", "above 0"},
    {"weight: 2", "weight: -1", 22, "'weight' of metric 'M1' must be from 0 to 100", ""},
    {"id: M2", "id: M1", 24, "Metric 'M1' stands twice", ""},
    {"    not_measured_because: Not published\n", "", 24, "Metric 'M2' has no measure", "not_measured_because"},
    {"[1.5, 2.0, 3]", "[1.5, 2.0]", 29, "are made by quartiles or by three thresholds", ""},
    {"[1.5, 2.0, 3]", "[1.5, 2.0, 2.0]", 29, "must rise, within 1 to 4", ""},
    {"segments: {", "segments: {quartiles: true, ", 29, "are made by quartiles or by three thresholds", ""},
    {"    event: deficit-support\n", "", 31, "needs an event or a measure", ""},
    {"event: deficit-support", "measure: visits-early", 31, "'at_least' is missing in 'deficit'", ""},
    {"no_better_than: 3", "no_better_than: 6", 31, "must say what segment follows", "segment: 5"},
};

static void write_folder(const char *folder, const char *text_given, size_t length)
{
    folder_write(folder, "sources/a.yaml", SMALL_SOURCE, sizeof SMALL_SOURCE - 1);
    folder_write(folder, "measures/a.yaml", SMALL_MEASURES, sizeof SMALL_MEASURES - 1);
    folder_write(folder, "frameworks/a.yaml", text_given, length);
}

static void test_settings(void **state)
{
    (void)state;
    char folder[256];
    folder_new(folder);
    write_folder(folder, GOOD, sizeof GOOD - 1);
    const char *folders[] = {folder};
    catalogue c;
    problems list = {0};
    assert_int_equal(catalogue_load(folders, 1, &c, &list, NULL), STATUS_OK);
    assert_null(catalogue_framework(&c, "visits"));
    const framework *f = catalogue_framework(&c, "visits-2025-26");
    assert_non_null(f);
    assert_int_equal(f->year.months, 12);
    assert_true(f->levels[LEVEL_PROVIDER] && !f->levels[LEVEL_ICB]);
    assert_int_equal(f->group_count, 2);
    assert_string_equal(f->groups[0].reports[0], "visits-early");
    assert_int_equal(f->metric_count, 2);
    const framework_metric *m = &f->metrics[0];
    assert_int_equal(m->better, BETTER_HIGHER); /* of the measure */
    assert_int_equal(m->scoring, SCORING_CONTINUOUS);
    assert_int_equal(m->point_count, 2);
    assert_true(m->points[1].value >= 50 && m->points[1].value <= 50 && m->weight >= 2 && m->weight <= 2);
    assert_int_equal(m->groups[0], 0);
    assert_string_equal(f->metrics[1].measure, "");
    assert_string_equal(f->metrics[1].why_not, "Not published");
    assert_true(f->thresholds_known && !f->by_quartiles);
    assert_true(f->thresholds[1] >= 2 && f->thresholds[1] <= 2);
    assert_int_equal(f->adjustments[0].no_better_than, 3);
    assert_int_equal(f->adjustments[0].segment, 0);
    catalogue_free(&c);
    problems_free(&list);
    folder_remove(folder);
}

static void test_each_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MISTAKES / sizeof MISTAKES[0]; i++) {
        const mistake *m = &MISTAKES[i];
        char folder[256];
        buffer given = {.maximum = 65536};
        const char *at = strstr(GOOD, m->find);
        assert_non_null(at);
        buffer_put(&given, GOOD, (size_t)(at - GOOD));
        buffer_text(&given, m->replace);
        buffer_text(&given, at + strlen(m->find));
        folder_new(folder);
        write_folder(folder, given.data, given.length);
        buffer_free(&given);
        const char *folders[] = {folder};
        catalogue c;
        problems list = {0};
        error err;
        assert_int_equal(catalogue_load(folders, 1, &c, &list, &err), STATUS_REFUSED);
        bool good = err.row == m->line && strstr(err.message, m->message) != NULL &&
                    strstr(err.hint, m->hint) != NULL && strstr(err.file, "frameworks/a.yaml") != NULL;
        if (!good)
            print_error("mistake %zu: line %lld: %s (%s)\n", i, (long long)err.row, err.message, err.hint);
        assert_true(good);
        problems_free(&list);
        folder_remove(folder);
    }
}

static void test_twice(void **state)
{
    (void)state;
    char one[256], other[256];
    folder_new(one);
    folder_new(other);
    write_folder(one, GOOD, sizeof GOOD - 1);
    folder_write(other, "frameworks/b.yaml", GOOD, sizeof GOOD - 1);
    const char *folders[] = {one, other};
    catalogue c;
    problems list = {0};
    error err;
    assert_int_equal(catalogue_load(folders, 2, &c, &list, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "Framework 'visits-2025-26' is declared already, in frameworks/a.yaml line 1"));
    problems_free(&list);
    folder_remove(one);
    folder_remove(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_each_mistake),
        cmocka_unit_test(test_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
