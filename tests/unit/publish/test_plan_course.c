/* Courses of action: the central path is stock and flow itself, luck is the same each time, scenarios do what they say, and laws hold. */
#include "plan_fixture.h"

#include "publish/plan_course.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct setting {
    arena memory;
    edition_flow_month months[PLAN_FIXTURE_MONTHS];
    plan_settings settings;
    plan_list list;
    plan_answer answer;
    course_luck luck;
    course_target target;
    course_question question;
} setting;

static void check(status code, const error *err)
{
    if (code != STATUS_OK)
        fail_msg("%s", err->message);
}

static int open_setting(void **state)
{
    setting *s = calloc(1, sizeof *s);
    error err = {0};
    assert_non_null(s);
    for (int k = 0; k < PLAN_FIXTURE_MONTHS; k++)
        plan_fixture_month(&s->months[k], k, 3);
    const edition_flow flow = {"RQ8", "A trust", NULL, NULL, s->months, PLAN_FIXTURE_MONTHS};
    s->settings = plan_settings_usual();
    s->settings.by = period_month(2028, 3);
    check(plan_list_make(&flow, &s->settings, &s->memory, &s->list, &err), &err);
    assert_string_equal(s->list.problem, "");
    check(plan_answer_make(&s->list, &s->settings, &s->memory, &s->answer, &err), &err);
    check(course_luck_make(COURSE_REPLICATIONS, 60, &s->memory, &s->luck, &err), &err);
    s->target = (course_target){0.92, s->answer.periods - 1, s->settings.by};
    s->question = (course_question){.list = &s->list,
                                    .settings = &s->settings,
                                    .periods = s->answer.periods,
                                    .targets = &s->target,
                                    .target_count = 1,
                                    .luck = &s->luck};
    *state = s;
    return 0;
}

static int close_setting(void **state)
{
    setting *s = *state;
    arena_free(&s->memory);
    free(s);
    return 0;
}

static void the_central_path_is_that_of_concord_plan(void **state)
{
    setting *s = *state;
    error err = {0};
    course today, needed;
    check(course_make(&s->question, s->answer.unchanged_capacity, &s->memory, &today, &err), &err);
    check(course_make(&s->question, s->answer.capacity, &s->memory, &needed, &err), &err);
    for (size_t p = 0; p < s->answer.periods; p++) {
        const plan_figures f =
            plan_figures_of(&s->list, &s->settings, s->answer.unchanged_path.stock + p * s->list.bands);
        assert_true(today.figures[p].waiting == f.waiting && today.figures[p].within_share == f.within_share);
        assert_true(today.treated[p] == s->answer.unchanged_path.treated_total[p]);
    }
    const size_t end = s->answer.periods - 1;
    assert_true(needed.figures[end].waiting == s->answer.planned.waiting);
    assert_true(fabs(needed.figures[end].within_share - 0.92) < 1e-9);
    assert_true(fabs(needed.extra_treatments - s->answer.extra) < 1e-6);
    assert_true(today.extra_treatments == 0 && today.extra_referrals == 0 && isnan(today.cost));
}

static void ranges_hold_the_central_path_and_come_out_again(void **state)
{
    setting *s = *state;
    error err = {0};
    course once, again, more;
    double *capacity = arena_array(&s->memory, s->answer.periods, sizeof *capacity);
    for (size_t p = 0; p < s->answer.periods; p++)
        capacity[p] = s->answer.capacity[p] * 1.1;
    check(course_make(&s->question, s->answer.capacity, &s->memory, &once, &err), &err);
    check(course_make(&s->question, s->answer.capacity, &s->memory, &again, &err), &err);
    check(course_make(&s->question, capacity, &s->memory, &more, &err), &err);
    for (size_t p = 0; p < once.periods; p++) {
        assert_true(once.waiting[p].low <= once.figures[p].waiting && once.figures[p].waiting <= once.waiting[p].high);
        assert_true(once.within[p].low < once.within[p].high && once.within[p].high <= 1 && once.within[p].low >= 0);
        assert_true(once.within[p].low == again.within[p].low && once.waiting[p].high == again.waiting[p].high);
    }
    double chance = 0;
    check(course_chance(&s->question, s->answer.capacity, 0, &s->memory, &chance, &err), &err);
    assert_true(chance == once.met[0].probability);
    /* Just enough is met about half of the time; a tenth more, nearly always; never less often. */
    assert_true(once.met[0].probability > 0.3 && once.met[0].probability < 0.7);
    assert_true(more.met[0].probability > once.met[0].probability + 0.2);
}

static const char scenario_text[] =
    "scenario: made\n"
    "version: 2\n"
    "name: Made\n"
    "question: What if?\n"
    "author: A test\n"
    "assumptions:\n"
    "  - {id: more, name: More of it, source: Here, unit: share, low: 0.05, central: 0.1, high: 0.2}\n"
    "  - {id: leave, name: Who leaves, source: There, unit: share, low: 0.02, central: 0.04, high: 0.06}\n"
    "  - {id: weeks, name: After, source: There, unit: weeks, low: 20, central: 20, high: 20}\n"
    "levers:\n"
    "  - {kind: capacity-change, use: {share: more}}\n"
    "  - {kind: validation, from: 2026-05, to: 2026-05, use: {share: leave, minimum_weeks: weeks}}\n"
    "targets: []\n";

static void scenario_make(setting *s, const char *words, scenario *out)
{
    problems list = {0};
    error err = {0};
    check(scenario_parse(words, strlen(words), "made.yaml", &s->memory, out, &list, &err), &err);
    problems_free(&list);
}

static void a_scenario_does_what_it_says(void **state)
{
    setting *s = *state;
    error err = {0};
    scenario made;
    course plain, with;
    double *capacity = arena_array(&s->memory, s->answer.periods, sizeof *capacity);
    for (size_t p = 0; p < s->answer.periods; p++)
        capacity[p] = s->list.capacity * 1.1;
    scenario_make(s, scenario_text, &made);
    check(course_make(&s->question, capacity, &s->memory, &plain, &err), &err);
    check(course_of_scenario(&s->question, &made, &s->memory, &with, &err), &err);
    assert_null(with.problem);
    for (size_t p = 0; p < with.periods; p++)
        assert_true(fabs(with.capacity[p] - capacity[p]) < 1e-9);
    /* April is the first month: the validation in May takes a share of those beyond 20 weeks then, and nothing before. */
    assert_true(fabs(with.figures[0].waiting - plain.figures[0].waiting) < 1e-6);
    assert_true(with.figures[1].waiting < plain.figures[1].waiting - 10);
    const size_t end = with.periods - 1;
    assert_true(with.figures[end].waiting < plain.figures[end].waiting);
    /* The range is of the end alone, unless every month is asked for. */
    assert_true(with.within[end].high > with.within[end].low && with.within[0].high == 0);
    s->question.every_month = true;
    check(course_of_scenario(&s->question, &made, &s->memory, &with, &err), &err);
    assert_true(with.within[0].high > with.within[0].low);
    s->question.every_month = false;
}

static void a_scenario_of_others_is_said_not_to_apply(void **state)
{
    static const char elsewhere[] =
        "scenario: elsewhere\nversion: 1\nname: E\nquestion: Q?\nauthor: A\n"
        "assumptions:\n  - {id: x, name: X, source: S, unit: share, low: 0, central: 0.1, high: 0.2}\n"
        "levers:\n  - {kind: capacity-change, lists: {provider: [RZZ]}, use: {share: x}}\ntargets: []\n";
    setting *s = *state;
    error err = {0};
    scenario made;
    course c;
    scenario_make(s, elsewhere, &made);
    check(course_of_scenario(&s->question, &made, &s->memory, &c, &err), &err);
    assert_non_null(c.problem);
    assert_non_null(strstr(c.problem, "RZZ"));
}

static void the_widest_bar_comes_first(void **state)
{
    setting *s = *state;
    error err = {0};
    scenario made;
    course courses[2];
    course_bar *bars;
    size_t count;
    scenario_make(s, scenario_text, &made);
    check(course_make(&s->question, s->answer.unchanged_capacity, &s->memory, &courses[0], &err), &err);
    check(course_of_scenario(&s->question, &made, &s->memory, &courses[1], &err), &err);
    check(course_bars(&s->question, courses, 2, &s->memory, &bars, &count, &err), &err);
    assert_int_equal(count, SHARED_ASSUMPTIONS + 2); /* an assumption without a range is none */
    for (size_t i = 1; i < count; i++)
        assert_true(fabs(bars[i - 1].high - bars[i - 1].low) >= fabs(bars[i].high - bars[i].low));
    for (size_t i = 0; i < count; i++) {
        const double low = fmin(bars[i].low, bars[i].high), high = fmax(bars[i].low, bars[i].high);
        assert_true(low <= bars[i].central + 1e-12 && bars[i].central <= high + 1e-12);
    }
    /* More growth, fewer within 18 weeks; more treatments, more of them. */
    for (size_t i = 0; i < count; i++) {
        if (strcmp(bars[i].name, shared_assumptions[SHARED_GROWTH].name) == 0)
            assert_true(bars[i].high < bars[i].low);
        if (strcmp(bars[i].name, "More of it") == 0)
            assert_true(bars[i].high > bars[i].low);
    }
}

static void too_little_luck_is_an_error(void **state)
{
    setting *s = *state;
    error err = {0};
    course c;
    course_luck little;
    check(course_luck_make(10, 2, &s->memory, &little, &err), &err);
    course_question q = s->question;
    q.luck = &little;
    assert_int_equal(course_make(&q, s->answer.capacity, &s->memory, &c, &err), STATUS_INTERNAL);
    q.luck = NULL; /* none is asked for */
    check(course_make(&q, s->answer.capacity, &s->memory, &c, &err), &err);
    assert_null(c.within);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_central_path_is_that_of_concord_plan),
        cmocka_unit_test(ranges_hold_the_central_path_and_come_out_again),
        cmocka_unit_test(a_scenario_does_what_it_says),
        cmocka_unit_test(a_scenario_of_others_is_said_not_to_apply),
        cmocka_unit_test(the_widest_bar_comes_first),
        cmocka_unit_test(too_little_luck_is_an_error),
    };
    return cmocka_run_group_tests(tests, open_setting, close_setting);
}
