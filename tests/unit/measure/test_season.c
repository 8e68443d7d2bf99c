/* What an edition keeps of seasons and of the rules that judged it. */
#include "published_files.h"
#include "workspace.h"

static void months_add(workspace *w, const char *code, int months, int skip, bool seasonal)
{
    buffer b = {0};
    buffer_text(&b, TIDY_HEADER);
    for (int m = 0; m < months; m++) {
        char month[PERIOD_TEXT];
        const int of_year = (m + 3) % 12; /* from April */
        const int numerator = 700 + (m * 7) % 5 + (seasonal && (of_year == 11 || of_year <= 1) ? 60 : 0);
        period_format((period){PERIOD_MONTH, 2022 * 12 + 3 + m, 1}, month);
        if (m != skip)
            buffer_printf(&b, "ae-within-4-hours,%s,%s,%d,1000,,\n", code, month, numerator);
    }
    char name[32];
    (void)snprintf(name, sizeof name, "%s.csv", code);
    workspace_add(w, name, b.data, "");
    buffer_free(&b);
}

static const edition_series *total(workspace *w, const char *code)
{
    return series_named(w->edition, "ae-within-4-hours", code, "", GEOGRAPHY_CURRENT);
}

static void a_season_is_found_and_kept(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    months_add(&w, "RYJ", 40, 22, true);
    months_add(&w, "RAL", 40, -1, false);
    months_add(&w, "RRP", 35, -1, true); /* a month short of three years */
    workspace_evaluate(&w);
    const edition_season *found = total(&w, "RYJ")->season;
    assert_non_null(found);
    assert_true(found->seasonal && found->years == 3 && found->count == 12 && found->p < 0.01);
    /* As `concord spc --season` has it: the same function on the same values, January first. */
    double values[40], work[80];
    season_check check_made;
    for (int m = 0; m < 40; m++) {
        const int of_year = (m + 3) % 12;
        values[m] =
            m == 22 ? (double)NAN : 100.0 * (700 + (m * 7) % 5 + (of_year == 11 || of_year <= 1 ? 60 : 0)) / 1000;
    }
    assert_int_equal(season_check_make(values, 40, 12, 3, work, &check_made, NULL), STATUS_OK);
    assert_true(check_made.seasonal && found->p == check_made.p);
    for (int i = 0; i < 12; i++)
        assert_true(found->effects[i] == check_made.effects[i]);
    assert_true(found->effects[0] > 3 && found->effects[11] > 3 && found->effects[5] < 0);
    const edition_season *none = total(&w, "RAL")->season;
    assert_non_null(none);
    assert_true(!none->seasonal && none->count == 0 && none->p > 0.01);
    assert_null(total(&w, "RRP")->season);
    workspace_remove(&w);
}

static void an_own_rule_set_is_kept_whole(void **state)
{
    workspace w;
    error err = {0};
    edition *view;
    (void)state;
    workspace_make(&w);
    months_add(&w, "RYJ", 18, -1, false);
    workspace_evaluate(&w);
    assert_string_equal(w.edition->rules, "mdc-2023");
    assert_int_equal(w.edition->judged_by.minimum_points, 13);
    assert_string_not_equal(total(&w, "RYJ")->variation, "");
    spc_rules own = *spc_rules_find(NULL);
    own.name = "own-1";
    own.minimum_points = 20;
    own.shift_points = 8;
    own.limit_factor = 3;
    const measure_options options = {.rule_set = &own, .as_at = DATE_NONE};
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, w.edition, &view, &err), &err);
    assert_string_equal(view->rules, "own-1");
    const edition_rules *kept = &view->judged_by;
    assert_true(kept->minimum_points == 20 && kept->shift_points == 8 && kept->limit_factor == 3 &&
                kept->trend_points == 7 && kept->two_of_three_beyond && kept->improvement_wins &&
                kept->target_at_limit_counts && kept->flat_limits_compare && !kept->two_of_three_any_side &&
                !kept->trend_takes_next_step);
    assert_string_equal(series_named(view, "ae-within-4-hours", "RYJ", "", GEOGRAPHY_CURRENT)->variation, "");
    edition_close(view);
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_season_is_found_and_kept),
        cmocka_unit_test(an_own_rule_set_is_kept_whole),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
