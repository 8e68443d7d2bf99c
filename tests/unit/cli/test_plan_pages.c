/*
 * The planning pages of a workspace: what they say is what `concord plan` works out from the same files, for every organisation and treatment
 * function. The files are those of docs/commands/plan.md: two trusts and a system, four months, two functions.
 */
#include "../measure/workspace.h"

#include "publish/plan_list.h"
#include "publish/publish.h"

#define FILES CONCORD_SOURCE_DIR "/tests/cli/fixtures/plan/"

static workspace w;
static site *pages;

static void answers_open(void)
{
    static const char *const names[] = {
        "20251130-RTT-November-2025-full-extract.csv", "20251231-RTT-December-2025-full-extract.csv",
        "20260131-RTT-January-2026-full-extract.csv", "20260228-RTT-February-2026-full-extract.csv"};
    const measure_options options = {.as_at = DATE_NONE, .catalogue_folder = CONCORD_SOURCE_DIR "/catalogue"};
    error err = {0};
    const char *path;
    workspace_make(&w);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char file[600];
        (void)snprintf(file, sizeof file, FILES "%s", names[i]);
        workspace_add_path(&w, file, "");
    }
    check(measure_edition(w.folder, w.facts, &house.catalogue, house.orgs, &options, w.id, &w.unchanged, &err), &err);
    check(editions_newest_path(w.folder, &w.memory, &path, &err), &err);
    const site_options shown = {
        .edition_path = path, .web_folder = CONCORD_SOURCE_DIR "/web", .program_version = "1", .answers = true};
    check(site_open(&shown, &pages, &err), &err);
}

static int open_all(void **state)
{
    const int failed = house_open(state);
    if (failed == 0)
        answers_open();
    return failed;
}

static int close_all(void **state)
{
    site_close(pages);
    workspace_remove(&w);
    return house_close(state);
}

static char *page_of(const char *path, arena *a)
{
    buffer out = {0};
    const char *type;
    error err = {0};
    check(site_render(pages, path, a, &out, &type, &err), &err);
    char *kept = arena_copy(a, out.data, out.length);
    buffer_free(&out);
    return kept;
}

/* The number after "key": from `from` on; fails where it is not there. */
static double number_after(const char *from, const char *key)
{
    char wanted[80];
    (void)snprintf(wanted, sizeof wanted, "\"%s\":", key);
    const char *at = strstr(from, wanted);
    if (at == NULL)
        fail_msg("no %s in %.60s", key, from);
    at += strlen(wanted);
    return strncmp(at, "null", 4) == 0 ? (double)NAN : strtod(at, NULL);
}

static void same(const char *what, double got, double wanted, double to)
{
    if (isnan(wanted) ? !isnan(got) : got != round(wanted * to) / to)
        fail_msg("%s: %.10g, not %.10g", what, got, wanted);
}

static void same_figures(const char *json, const char *key, const plan_figures *f)
{
    char wanted[80];
    (void)snprintf(wanted, sizeof wanted, "\"%s\":{", key);
    const char *at = strstr(json, wanted);
    assert_non_null(at);
    same("waiting", number_after(at, "waiting"), f->waiting, 10);
    same("within", number_after(at, "within_percent"), f->within_share * 100, 100);
    same("over 52", number_after(at, "over_52"), f->over_52, 10);
    same("median", number_after(at, "median_weeks"), f->median_weeks, 100);
    same("92nd", number_after(at, "p92_weeks"), f->p92_weeks, 100);
}

/* What `concord plan` does with a list from the workspace. */
static void same_as_concord_plan(const measure_flow *flow, const char *json, arena *a)
{
    plan_settings settings = plan_settings_usual();
    plan_list list;
    plan_answer x;
    error err = {0};
    check(plan_list_make(flow, &settings, a, &list, &err), &err);
    assert_string_equal(list.problem, "");
    check(plan_answer_make(&list, &settings, a, &x, &err), &err);
    same_figures(json, "now", &x.now);
    same_figures(json, "unchanged", &x.unchanged);
    same_figures(json, "planned", &x.planned);
    same("referrals", number_after(json, "referrals"), list.referrals, 10);
    same("capacity", number_after(json, "capacity"), list.capacity, 10);
    same("needed", number_after(json, "capacity_needed"), x.found.last_capacity, 10);
    same("change", number_after(json, "capacity_change_percent"), (x.found.last_capacity / list.capacity - 1) * 100,
         100);
    same("extra", number_after(json, "extra_treatments"), x.extra, 10);
    same("for good", number_after(json, "capacity_for_good"), x.for_good, 10);
}

static void pages_say_what_concord_plan_says(void **state)
{
    static const level levels[] = {LEVEL_ENGLAND, LEVEL_ICB, LEVEL_PROVIDER};
    arena a = {0};
    size_t compared = 0;
    (void)state;
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
        const measure_flow_request request = {.level = levels[l], .each_treatment_function = true};
        measure_flow *flows;
        size_t count;
        error err = {0};
        check(measure_flows(w.facts, &house.catalogue, house.orgs, &request, &a, &flows, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            char path[64], wanted[80];
            (void)snprintf(path, sizeof path, "plan/%s.json", flows[i].code);
            if (!site_has(pages, path))
                fail_msg("there is no %s", path);
            const char *json = page_of(path, &a);
            if (flows[i].treatment_function != NULL) {
                (void)snprintf(wanted, sizeof wanted, "{\"treatment_function\":\"%s\"", flows[i].treatment_function);
                json = strstr(json, wanted);
                assert_non_null(json);
            }
            same_as_concord_plan(&flows[i], json, &a);
            compared++;
        }
    }
    assert_int_equal(compared, 12); /* England, a system, two trusts; all together and two functions */
    arena_free(&a);
}

/* The figures that docs/commands/plan.md prints for Leeds, in words on its pages. */
static void the_answer_is_on_the_pages(void **state)
{
    arena a = {0};
    (void)state;
    const char *plan = page_of("plan/RR8.html", &a), *of = page_of("organisation/RR8.html", &a);
    assert_non_null(strstr(plan, "What would it take to reach 92% by March 2029?"));
    assert_non_null(strstr(plan, "27.2% more than the 1,350 of today: 6,800 more in all until then."));
    assert_non_null(strstr(plan, "1,720"));
    assert_non_null(strstr(plan, "To be sure of it 8 times in 10 takes about 1,8"));
    assert_non_null(strstr(of, "27.2% more than the 1,350 of today"));
    assert_non_null(strstr(of, "href=\"../plan/RR8.html\""));
    assert_non_null(strstr(plan, "href=\"../plan/RR8\""));       /* served: the levers */
    assert_non_null(strstr(plan, "Strikes while demand grows")); /* the catalogue's scenarios */
    assert_null(strstr(plan, "collaborative-mutual-aid"));       /* which names other providers */
    assert_non_null(strstr(plan, "Kept from the model and foretold by it, the last 1 month"));
    const char *csv = page_of("plan/RR8.csv", &a);
    assert_int_equal(strncmp(csv, "organisation,course,month,waiting,", 34), 0);
    assert_non_null(strstr(csv, "\nRR8,as-today,2029-03,1015"));
    assert_non_null(strstr(csv, "\nRR8,what-it-takes,2029-03,522"));
    arena_free(&a);
}

static char *asked(const char *path, const site_field *fields, size_t count, bool *good, arena *a)
{
    buffer out = {0};
    error err = {0};
    check(site_answer(pages, path, fields, count, a, &out, good, &err), &err);
    char *kept = arena_copy(a, out.data, out.length);
    buffer_free(&out);
    return kept;
}

/* `concord plan project RR8 --capacity +5% --growth 2%` by the levers; and of one function. */
static void levers_answer_as_the_command_does(void **state)
{
    const site_field fields[] = {{"growth", "2"},   {"capacity", "5"},  {"profile", "flat"},
                                 {"by", "2027-06"}, {"part", "answer"}, {"function", "C_110"}};
    arena a = {0};
    bool good = false;
    measure_flow *flows;
    size_t count;
    error err = {0};
    (void)state;
    for (size_t with = 5; with <= 6; with++) {
        const measure_flow_request request = {
            .level = LEVEL_PROVIDER, .organisation = "RR8", .treatment_function = with == 6 ? "C_110" : NULL};
        plan_settings settings = plan_settings_usual();
        plan_list list;
        plan_path path;
        double capacity[PLAN_PERIODS_MAXIMUM];
        char wanted[120], waiting[NUMBER_TEXT];
        check(measure_flows(w.facts, &house.catalogue, house.orgs, &request, &a, &flows, &count, &err), &err);
        assert_int_equal(count, 1);
        settings.growth_per_year = 0.02;
        settings.capacity_change = 0.05;
        settings.by = period_month(2027, 6);
        check(plan_list_make(&flows[0], &settings, &a, &list, &err), &err);
        const size_t periods = plan_periods(&list, &settings);
        plan_capacity_fill(&list, &settings, periods, capacity);
        check(plan_project(&list, &settings, capacity, periods, &a, &path, &err), &err);
        const plan_figures f = plan_figures_of(&list, &settings, path.stock + (periods - 1) * list.bands);
        const char *words = asked("plan/RR8", fields, with, &good, &a);
        assert_true(good);
        assert_null(strstr(words, "<html"));
        (void)snprintf(wanted, sizeof wanted, "growing by 2%% a year, %.1f%% would have waited", f.within_share * 100);
        if (strstr(words, wanted) == NULL)
            fail_msg("no '%s' in %.600s", wanted, words);
        number_grouped((int64_t)llround(f.waiting), waiting);
        (void)snprintf(wanted, sizeof wanted, "<td class=\"number\">%s</td>", waiting);
        assert_non_null(strstr(words, wanted));
    }
    arena_free(&a);
}

static void what_cannot_be_answered_says_so(void **state)
{
    const site_field bad[] = {{"growth", "lots"}, {"capacity", "-200"}, {"by", "2020-01"}};
    const site_field near[] = {{"by", "2026-03"}, {"target", "99"}};
    arena a = {0};
    bool good = true;
    buffer out = {0};
    error err = {0};
    (void)state;
    const char *page = asked("plan/RR8", bad, 3, &good, &a);
    assert_false(good);
    assert_non_null(strstr(page, "<title>Error: "));
    assert_non_null(strstr(page, "href=\"#growth\""));
    assert_non_null(strstr(page, "aria-describedby=\"growth-hint growth-error\" aria-invalid=\"true\""));
    assert_non_null(strstr(page, "value=\"lots\""));
    assert_non_null(strstr(page, "value=\"-200\""));
    /* A target that nothing reaches in a month gets a sentence, not an error. */
    page = asked("plan/RR8", near, 2, &good, &a);
    assert_true(good);
    assert_non_null(strstr(page, "treatments a month"));
    assert_false(site_can_answer(pages, "plan/XXX"));
    assert_false(site_can_answer(pages, "plan/"));
    assert_false(site_can_answer(pages, "plan/RR8.html"));
    assert_int_equal(site_answer(pages, "plan/XXX", NULL, 0, &a, &out, &good, &err), STATUS_NOT_FOUND);
    assert_int_equal(out.length, 0);
    arena_free(&a);
}

/* Without a server there is nothing that could answer: no form and no link to one. */
static void a_static_site_has_no_dead_form(void **state)
{
    arena a = {0};
    error err = {0};
    const char *path, *type;
    site *still;
    buffer out = {0};
    (void)state;
    check(editions_newest_path(w.folder, &a, &path, &err), &err);
    const site_options shown = {.edition_path = path, .web_folder = CONCORD_SOURCE_DIR "/web", .program_version = "1"};
    check(site_open(&shown, &still, &err), &err);
    check(site_render(still, "plan/RR8.html", &a, &out, &type, &err), &err);
    assert_null(strstr(out.data, "<form"));
    assert_null(strstr(out.data, "href=\"../plan/RR8\""));
    assert_non_null(strstr(out.data, "concord serve"));
    buffer_free(&out);
    site_close(still);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_say_what_concord_plan_says),  cmocka_unit_test(the_answer_is_on_the_pages),
        cmocka_unit_test(levers_answer_as_the_command_does), cmocka_unit_test(what_cannot_be_answered_says_so),
        cmocka_unit_test(a_static_site_has_no_dead_form),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
