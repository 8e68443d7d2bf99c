/* The examples of docs/catalogue.md, in the order source, measure, target, rule set, load together without a problem. */
#include "folders.h"

static const char *const FILES[] = {"sources/a.yaml", "measures/a.yaml", "targets/a.yaml", "rules/a.yaml"};

static void test_examples_load(void **state)
{
    (void)state;
    char folder[256];
    folder_new(folder);
    buffer manual = {.maximum = (size_t)1 << 20};
    assert_int_equal(file_read(CONCORD_SOURCE_DIR "/docs/catalogue.md", (size_t)1 << 20, &manual, NULL), STATUS_OK);
    size_t found = 0;
    for (const char *p = strstr(manual.data, "```yaml\n"); p != NULL; p = strstr(p, "```yaml\n")) {
        p += strlen("```yaml\n");
        const char *end = strstr(p, "```");
        assert_non_null(end);
        assert_true(found < 4);
        folder_write(folder, FILES[found++], p, (size_t)(end - p));
        p = end + 3;
    }
    assert_int_equal(found, 4);
    const char *folders[] = {folder, CONCORD_SOURCE_DIR "/catalogue"};
    for (size_t count = 1; count <= 2; count++) {
        catalogue c;
        problems list = {.limit = 20};
        status code = catalogue_load(folders, count, &c, &list, NULL);
        for (size_t i = 0; i < list.count; i++) {
            char line[1400];
            (void)error_format(&list.items[i], line, sizeof line);
            print_error("%s\n", line);
        }
        assert_int_equal(code, STATUS_OK);
        const measure *m = catalogue_measure(&c, "clinic-within-2-weeks");
        assert_non_null(m);
        assert_int_equal(m->numerator.column_count, 2);
        assert_int_equal(m->denominator.minus_count, 1);
        assert_non_null(catalogue_rule_set(&c, "trust-board-2026-04"));
        catalogue_free(&c);
        problems_free(&list);
    }
    buffer_free(&manual);
    folder_remove(folder);
}

/* A local measure: tidy files fill it, so it says no sums. */
static void test_local_measures(void **state)
{
    (void)state;
    static const char LOCAL[] =
        "- {id: local-ratio, name: L, short_name: L, domain: community, source: tidy, question: Q, definition: D,\n"
        "   why_it_matters: W, sentence: '{period} {value} {organisation}', unit: percent, unit_label: p,\n"
        "   decimals: 1, better: higher, value: ratio, levels: {icb: organisation}, authors: A, checked_by: C,\n"
        "   review_by: 2027-03}\n"
        "- {id: local-score, name: L, short_name: L, domain: community, source: tidy, question: Q, definition: D,\n"
        "   why_it_matters: W, sentence: '{period} {value} {organisation}', unit: score, unit_label: p,\n"
        "   decimals: 1, better: higher, value: given, levels: {icb: organisation}, authors: A, checked_by: C,\n"
        "   review_by: 2027-03}\n";
    char folder[256];
    folder_new(folder);
    folder_write(folder, FILES[1], LOCAL, sizeof LOCAL - 1);
    const char *folders[] = {CONCORD_SOURCE_DIR "/catalogue", folder};
    catalogue c;
    problems list = {.limit = 20};
    assert_int_equal(catalogue_load(folders, 2, &c, &list, NULL), STATUS_OK);
    const measure *ratio = catalogue_measure(&c, "local-ratio"), *score = catalogue_measure(&c, "local-score");
    const source *tidy = &c.sources[ratio->source];
    assert_true(tidy->tidy);
    assert_int_equal(ratio->numerator.columns[0], source_column_find(tidy, "numerator"));
    assert_int_equal(ratio->denominator.columns[0], source_column_find(tidy, "denominator"));
    assert_int_equal(score->value, VALUE_GIVEN);
    assert_int_equal(score->numerator.column_count, 0);
    catalogue_free(&c);
    problems_free(&list);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples_load), cmocka_unit_test(test_local_measures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
