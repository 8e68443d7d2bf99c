/* The same files give the same edition, byte for byte, whatever the order in which they were added; a view is like its edition. */
#include "published_files.h"
#include "workspace.h"

#define FILES 6
typedef struct made_file {
    const char *name, *published;
    buffer words;
} made_file;

static made_file files[FILES] = {
    {"rtt-feb.csv", "", {0}},           {"rtt-feb-revised.csv", "", {0}}, {"rtt-april.csv", "2026-06-11", {0}},
    {"ae-june.csv", "2025-07-10", {0}}, {"local.csv", "", {0}},           {"local-later.csv", "2026-05-01", {0}}};

static void rtt_file(buffer *b, const char *when, int64_t more)
{
    static const char *const commissioners[] = {"D4U1Y", "06Q", "93C", "ZZC", "13Q"};
    static const char *const providers[] = {"RYJ", "RDE", "ZZ1", "NT301", "RRP"};
    rtt_header(b);
    for (size_t i = 0; i < 25; i++) {
        rtt_row r = {.provider = providers[i % 5],
                     .provider_parent = i % 5 == 2 ? "QH8" : "",
                     .commissioner = commissioners[i / 5],
                     .commissioner_parent = "",
                     .part = i % 3 == 0 ? "Part_1A" : "Part_2",
                     .treatment_function = i % 2 == 0 ? "C_110" : "C_130"};
        for (int k = 0; k < 60; k++)
            r.bands[k] = (int64_t)(i * 7 + (size_t)k * 3) % 11 + more;
        rtt_line(b, when, &r);
    }
}

static void files_make(void)
{
    rtt_file(&files[0].words, "February-2026", 0);
    rtt_file(&files[1].words, "February-2026", 1);
    rtt_file(&files[2].words, "April-2026", 2);
    ae_header(&files[3].words);
    ae_line(&files[3].words, "JUNE-2025",
            &(ae_row){.provider = "RYJ", .region_name = "NHS ENGLAND LONDON", .attendances = {100, 2, 3, 4, 5, 6}});
    ae_line(&files[3].words, "JUNE-2025",
            &(ae_row){.provider = "ZZ2", .region_name = "NHS ENGLAND LONDON", .attendances = {7}});
    buffer_text(
        &files[4].words, TIDY_HEADER
        "ae-attendances,RYJ,2025-05,90,,,\nae-attendances,RYJ,2025-06,91,,,\nae-attendances,ZZ3,2025-05,1,,,\n");
    buffer_text(&files[5].words,
                TIDY_HEADER "ae-attendances,RYJ,2025-05,95,,,\nrtt-within-18-weeks,QJG,2025-11,4,9,,\n");
}

static void workspace_in_order(workspace *w, const size_t *order)
{
    workspace_make(w);
    for (size_t i = 0; i < FILES; i++)
        workspace_add(w, files[order[i]].name, files[order[i]].words.data, files[order[i]].published);
    workspace_evaluate(w);
}

static void the_order_of_adding_does_not_matter(void **state)
{
    static const size_t orders[][FILES] = {
        {0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {2, 0, 5, 1, 3, 4}, {1, 3, 0, 4, 2, 5}};
    char first[SHA256_TEXT] = "";
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        workspace w;
        workspace_in_order(&w, orders[i]);
        if (i == 0)
            memcpy(first, w.id, sizeof first);
        assert_string_equal(w.id, first);
        assert_true(w.edition->series_count > 200);
        assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-05"), 95);
        assert_numerator(current_point(&w, "ae-attendances", "RYJ", "2025-06"), 120);
        workspace_remove(&w);
    }
}

static void the_edition_says_what_it_is(void **state)
{
    static const size_t order[FILES] = {0, 1, 2, 3, 4, 5};
    workspace w;
    (void)state;
    workspace_in_order(&w, order);
    const edition *e = w.edition;
    assert_string_equal(e->id, w.id);
    assert_string_equal(e->rules, "mdc-2023");
    assert_string_equal(e->catalogue_version, house.catalogue.version);
    assert_string_equal(e->orgs_version, orgs_version(house.orgs));
    assert_int_equal(e->current, orgs_current(house.orgs));
    assert_int_equal(period_compare(e->latest, period_month(2026, 4)), 0);
    assert_int_equal(e->measure_count, house.catalogue.measure_count);
    assert_int_equal(e->target_count, house.catalogue.target_count);
    assert_int_equal(e->release_count, FILES);
    /* Every open ICB has its place, England its own, closed ones their successors. */
    size_t icbs = 0;
    for (size_t i = 0; i < e->org_count; i++) {
        assert_true(i == 0 || strcmp(e->orgs[i - 1].code, e->orgs[i].code) < 0);
        if (e->orgs[i].kind == ORG_ICB && e->orgs[i].closed == DATE_FOREVER) {
            icbs++;
            assert_true(e->orgs[i].hex_row != INT32_MIN && e->orgs[i].hex_label[0] != 0);
            assert_true(e->orgs[i].region >= 0);
        }
    }
    assert_int_equal(icbs, 36);
    assert_non_null(strstr(e->orgs[edition_find_org(e, "QH8")].became, "(D7T5G) on 1 April 2026."));
    assert_non_null(strstr(e->orgs[edition_find_org(e, "QJG")].became, "split on 1 April 2026 between"));
    assert_string_equal(e->orgs[edition_find_org(e, "S0E4D")].level, "icb");
    assert_true(e->orgs[edition_find_org(e, "S0E4D")].inexact[0] != 0);
    /* Series in order, and nothing current of what closed. */
    for (size_t i = 1; i < e->series_count; i++) {
        const edition_series *a = &e->series[i - 1], *b = &e->series[i];
        bool ordered = a->measure != b->measure       ? a->measure < b->measure
                       : a->org != b->org             ? a->org < b->org
                       : a->breakdown != b->breakdown ? a->breakdown < b->breakdown
                                                      : a->geography < b->geography;
        assert_true(ordered);
    }
    assert_null(series_named(e, "rtt-waiting-list", "QH8", "", GEOGRAPHY_CURRENT));
    assert_non_null(series_named(e, "rtt-waiting-list", "QH8", "", GEOGRAPHY_AS_PUBLISHED));
    /* Surrey and Sussex took part of Frimley before it was ever published. */
    assert_non_null(series_named(e, "rtt-waiting-list", "S9B9J", "treatment-function=C_110", GEOGRAPHY_CURRENT));
    workspace_remove(&w);
}

static void views_are_like_their_edition(void **state)
{
    static const size_t order[FILES] = {0, 1, 2, 3, 4, 5};
    workspace w;
    edition *view;
    error err = {0};
    (void)state;
    workspace_in_order(&w, order);
    date map;
    assert_true(date_parse(text_of("2026-03-31"), &map));
    measure_options options = {.geography = GEOGRAPHY_AS_AT, .as_at = map, .only_measure = "rtt-waiting-list"};
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, w.edition, &view, &err), &err);
    assert_int_equal(view->current, map);
    const edition_point *p = point_named(&w, view, "rtt-waiting-list", "QNQ", "", GEOGRAPHY_AS_AT, "2026-02");
    const edition_point *same = published_point(&w, "rtt-waiting-list", "QNQ", "2026-02");
    assert_non_null(same);
    assert_numerator(p, same->numerator);
    assert_false(p->estimated);
    assert_null(series_named(view, "ae-attendances", "RYJ", "", GEOGRAPHY_AS_AT));
    for (size_t i = 0; i < view->series_count; i++)
        assert_int_equal(view->series[i].geography, GEOGRAPHY_AS_AT);
    edition_close(view);
    /* A file added since is not in a view like the edition. */
    workspace_add(&w, "later.csv", TIDY_HEADER "ae-attendances,RYJ,2025-12,5,,,\n", "");
    options = (measure_options){.rules = "plotthedots-0.2.2", .as_at = DATE_NONE, .only_measure = "ae-attendances"};
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, w.edition, &view, &err), &err);
    assert_string_equal(view->rules, "plotthedots-0.2.2");
    assert_null(point_named(&w, view, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT, "2025-12"));
    edition_close(view);
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, NULL, &view, &err), &err);
    assert_numerator(point_named(&w, view, "ae-attendances", "RYJ", "", GEOGRAPHY_CURRENT, "2025-12"), 5);
    edition_close(view);
    workspace_remove(&w);
}

static void what_a_killed_process_left_is_removed(void **state)
{
    workspace w;
    char path[500], folder[400];
    (void)state;
    workspace_make(&w);
    (void)snprintf(folder, sizeof folder, "%s/editions", w.folder);
    assert_int_equal(folder_make(folder, NULL), STATUS_OK);
    /* Beyond the greatest process id there can be. */
    (void)snprintf(path, sizeof path, "%s/building-2147483646.part", folder);
    assert_int_equal(file_write(path, "half", 4, false, NULL), STATUS_OK);
    workspace_add(&w, "local.csv", TIDY_HEADER "ae-attendances,RYJ,2025-12,5,,,\n", "");
    workspace_evaluate(&w);
    assert_int_not_equal(access(path, F_OK), 0);
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_adding_does_not_matter),
        cmocka_unit_test(the_edition_says_what_it_is),
        cmocka_unit_test(views_are_like_their_edition),
        cmocka_unit_test(what_a_killed_process_left_is_removed),
    };
    files_make();
    int failed = cmocka_run_group_tests(tests, house_open, house_close);
    for (size_t i = 0; i < FILES; i++)
        buffer_free(&files[i].words);
    return failed;
}
