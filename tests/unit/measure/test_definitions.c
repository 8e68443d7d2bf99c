/* Finance lines under versioned definitions: which one a figure was made under is kept, a change of it splits the series, and figures under two are
 * never added up. */
#include "published_files.h"
#include "workspace.h"

#define HEADER "measure,organisation,period,numerator,denominator,value,definition\n"

static void a_change_of_definition_splits_the_series(void **state)
{
    (void)state;
    workspace w;
    error err = {0};
    measure_part *parts;
    size_t count;
    workspace_make(&w);
    workspace_add(&w, "a.csv",
                  HEADER "mental-health-investment,QE1,FY2023-24,101,100,,planning-2024-25\n"
                         "mental-health-investment,QE1,FY2024-25,99,100,,planning-2024-25\n"
                         "mental-health-investment,QE1,FY2025-26,120,100,,planning-2025-26\n",
                  "");
    workspace_evaluate(&w);
    const edition_point *before = current_point(&w, "mental-health-investment", "QE1", "FY2024-25"),
                        *after = current_point(&w, "mental-health-investment", "QE1", "FY2025-26");
    assert_count(after, 120, 100); /* more than was asked for is no impossible share */
    assert_int_equal(before->segment, 1);
    assert_int_equal(after->segment, 2);
    assert_close(before->mean, 100);
    assert_close(after->mean, 120);
    const edition_series *s = series_named(w.edition, "mental-health-investment", "QE1", "", GEOGRAPHY_CURRENT);
    assert_string_equal(s->note, "Limits start anew from FY2025-26: figures are under the definition planning-2025-26 "
                                 "(NHS planning guidance for 2025/26).");
    assert_close(s->latest_target, 100);
    check(measure_explain(w.facts, &house.catalogue, house.orgs, w.edition, s, after->period, &w.memory, &parts, &count,
                          &err),
          &err);
    assert_int_equal(count, 2);
    assert_string_equal(parts[0].definition, "planning-2025-26");
    workspace_remove(&w);
}

/* Two boards that became one gave their figures of a year under different definitions. */
static void figures_under_two_definitions_do_not_add_up(void **state)
{
    (void)state;
    workspace w;
    const measure_member members[] = {{"QE1", date_of(2023, 4, 1), DATE_FOREVER},
                                      {"QOP", date_of(2023, 4, 1), DATE_FOREVER}};
    const measure_group group = {.code = "north",
                                 .name = "North",
                                 .kind = "cluster",
                                 .system = "",
                                 .from = date_of(2023, 4, 1),
                                 .until = DATE_NONE,
                                 .members = members,
                                 .member_count = 2};
    measure_options options = {.as_at = DATE_NONE, .groups = &group, .group_count = 1};
    error err = {0};
    edition *e;
    workspace_make(&w);
    workspace_add(&w, "a.csv",
                  HEADER "mental-health-investment,QE1,FY2024-25,50,100,,planning-2024-25\n"
                         "mental-health-investment,QOP,FY2024-25,60,100,,planning-2024-25\n"
                         "mental-health-investment,QE1,FY2025-26,70,100,,planning-2024-25\n"
                         "mental-health-investment,QOP,FY2025-26,80,100,,planning-2025-26\n",
                  "");
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, NULL, &e, &err), &err);
    assert_count(point_named(&w, e, "mental-health-investment", "north", "", GEOGRAPHY_CURRENT, "FY2024-25"), 110, 200);
    assert_null(point_named(&w, e, "mental-health-investment", "north", "", GEOGRAPHY_CURRENT, "FY2025-26"));
    assert_count(point_named(&w, e, "mental-health-investment", "QE1", "", GEOGRAPHY_CURRENT, "FY2025-26"), 70, 100);
    edition_close(e);
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_of_definition_splits_the_series),
        cmocka_unit_test(figures_under_two_definitions_do_not_add_up),
    };
    return cmocka_run_group_tests_name("definitions", tests, house_open, house_close);
}
