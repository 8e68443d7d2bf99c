/* Which of many targets a plan is about: the last one ahead, wherever it stands in the edition; and scenarios beyond a page's room are told. */
#include "site_fixture.h"

#include "publish/plan_view.h"

static void the_goal_is_the_last_of_many(void **state)
{
    static const struct {
        int year, month;
        double level;
    } set[] = {{2027, 3, 70}, {2029, 3, 92}, {2026, 9, 65}, {2028, 3, 80}, {2026, 6, 62}, {2029, 3, 90}, {2028, 9, 85}};
    enum { COUNT = sizeof set / sizeof *set };
    edition_target targets[COUNT];
    arena memory = {0};
    plan_view v;
    error err = {0};
    (void)state;
    site *s = fixture_open(fixture_edition("targets", 0, "common-cause", "common-cause", MONTHS), NULL);
    const edition_target *kept = s->now->targets;
    const size_t count = s->now->target_count;
    const int32_t who = edition_find_org(s->now, "D7T5G");
    for (size_t turn = 0; turn < COUNT; turn++) { /* in every order of turning round */
        for (size_t i = 0; i < COUNT; i++) {
            const size_t from = (i + turn) % COUNT;
            targets[i] = kept[0];
            targets[i].levels = "icb";
            targets[i].needs_baseline = false;
            targets[i].measure = edition_find_measure(s->now, "rtt-within-18-weeks");
            targets[i].by = period_month(set[from].year, set[from].month);
            targets[i].level = set[from].level;
        }
        s->now->targets = targets;
        s->now->target_count = COUNT;
        assert_int_equal(plan_view_list(s, who, NULL, &memory, &v, &err), STATUS_OK);
        assert_int_equal(v.question.target_count, COURSE_TARGETS);
        assert_non_null(v.goal);
        assert_true(v.goal->level == 92);
        assert_true(v.settings.goal.value == 0.92);
        assert_int_equal(v.settings.by.first_month, period_month(2029, 3).first_month);
        static const double last[COURSE_TARGETS] = {0.8, 0.85, 0.9, 0.92};
        for (size_t i = 0; i < COURSE_TARGETS; i++)
            assert_true(v.targets[i].level == last[i]);
    }
    s->now->targets = (edition_target *)(uintptr_t)kept;
    s->now->target_count = count;
    arena_free(&memory);
    site_close(s);
}

static void scenarios_that_have_no_room_are_counted(void **state)
{
    buffer html = {0};
    (void)state;
    site *s = fixture_open(fixture_edition("beyond", 0, "common-cause", "common-cause", MONTHS), NULL);
    render(s, "plan/D7T5G.html", &html);
    buffer_char(&html, 0);
    assert_null(strstr(html.data, "not shown: a page has room"));
    static const char words[] =
        "scenario: one\nversion: 1\nname: One\nquestion: What of it?\nauthor: A\nassumptions:\n"
        "  - {id: share, name: A share, source: A book, unit: share, low: 0, central: 0, high: 0}\n"
        "levers:\n  - {kind: demand-growth, use: {share_a_year: share}}\n";
    problems list = {0};
    error err = {0};
    scenario one;
    assert_int_equal(scenario_parse(words, strlen(words), "one.yaml", &s->memory, &one, &list, &err), STATUS_OK);
    problems_free(&list);
    for (s->scenarios->count = 0; s->scenarios->count < 25;)
        s->scenarios->items[s->scenarios->count++] = one;
    render(s, "plan/RQ8.html", &html);
    buffer_char(&html, 0);
    assert_non_null(strstr(html.data, "3 more scenarios are not shown: a page has room for 22"));
    buffer_free(&html);
    site_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_goal_is_the_last_of_many),
        cmocka_unit_test(scenarios_that_have_no_room_are_counted),
    };
    return cmocka_run_group_tests(tests, fixture_begin, fixture_end);
}
