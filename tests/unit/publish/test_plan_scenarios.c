/* Which scenarios a planning page shows, and what of them: for those whom they name, else for all; what one list cannot show is said. */
#include "site_fixture.h"

#include "publish/plan_view.h"
#include "publish/record.h"

#define HEAD(id)                                                                                                       \
    "scenario: " id "\nversion: 3\nname: Scenario " id "\nquestion: What of " id "?\nauthor: A. Author\n"              \
    "assumptions:\n"                                                                                                   \
    "  - {id: share, name: A share, source: A book, unit: share, low: 0.01, central: 0.02, high: 0.04}\n"              \
    "  - {id: many, name: So many, source: Another book, unit: patients, low: 1, central: 2, high: 3}\n"               \
    "  - {id: weeks, name: So long, source: A third book, unit: weeks, low: 26, central: 26, high: 26}\nlevers:\n"

static const char everybody[] = HEAD("everybody") "  - {kind: demand-growth, use: {share_a_year: share}}\n";
static const char own[] = HEAD("own") "  - {kind: capacity-change, lists: {provider: [RQ8]}, use: {share: share}}\n";
static const char aid[] =
    HEAD("aid") "  - {kind: mutual-aid, lists: {provider: [RQ8]}, to_provider: RAJ, use: {patients: "
                "many, accept_share: share, minimum_weeks: weeks}}\n"
                "  - {kind: demand-growth, use: {share_a_year: share}}\n";
static const char moves[] = HEAD("moves") "  - {kind: mutual-aid, lists: {provider: [RQ8]}, to_provider: RAJ, use: "
                                          "{patients: many, accept_share: share, minimum_weeks: weeks}}\n";
static const char together[] = HEAD("together") "  - {kind: extra-sessions, lists: {provider: [RQ8, RAJ]}, use: "
                                                "{sessions: many, patients_per_session: many}}\n";
static const char hips[] = HEAD("hips") "  - {kind: capacity-change, lists: {treatment_function: [C_110]}, use: "
                                        "{share: share}}\n";

static void add(site *s, const char *words)
{
    problems list = {0};
    error err = {0};
    scenario *to = &s->scenarios->items[s->scenarios->count];
    if (scenario_parse(words, strlen(words), "made.yaml", &s->memory, to, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    problems_free(&list);
    s->scenarios->kept[s->scenarios->count++] = NULL;
}

static site *site_with_scenarios(const char *name)
{
    static const char *const all[] = {everybody, own, aid, moves, together, hips};
    site *s = fixture_open(fixture_edition(name, 0, "common-cause", "common-cause", MONTHS), NULL);
    s->scenarios->count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        add(s, all[i]);
    return s;
}

static void names_are_found_in_any_lever(void **state)
{
    site *s = site_with_scenarios("names");
    const scenario *x = s->scenarios->items;
    (void)state;
    static const bool any[] = {false, true, true, true, true, false};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(plan_scenario_names_any(&x[i]), any[i]);
    assert_true(plan_scenario_names(&x[2], "RQ8"));
    assert_true(plan_scenario_names(&x[2], "RAJ")); /* who receives is named too */
    assert_false(plan_scenario_names(&x[1], "RAJ"));
    assert_false(plan_scenario_names(&x[0], "RQ8"));
    site_close(s);
}

static void a_list_gets_its_own_levers(void **state)
{
    arena memory = {0};
    scenario narrow;
    plan_left_out left;
    buffer words = {0};
    error err = {0};
    (void)state;
    site *s = site_with_scenarios("narrow");
    const scenario *x = s->scenarios->items;
    static const size_t levers[] = {1, 1, 1, 0, 0, 0};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(plan_scenario_narrow(&x[i], "RQ8", &memory, &narrow, &left, &err), STATUS_OK);
        assert_int_equal(narrow.lever_count, levers[i]);
        for (size_t k = 0; k < narrow.lever_count; k++)
            assert_int_equal(narrow.levers[k].provider_count, 0);
        assert_int_equal(left.transfers, i == 2 || i == 3);
        assert_int_equal(left.shared, i == 4);
        assert_int_equal(left.functions, i == 5);
        assert_int_equal(x[i].lever_count, i == 2 ? 2 : 1); /* the scenario itself is as it was */
    }
    assert_int_equal(plan_scenario_narrow(&x[2], "RAJ", &memory, &narrow, &left, &err), STATUS_OK);
    assert_string_equal(left.with, "RQ8"); /* of who receives, the other is who gives */
    plan_left_out_words(&left, "Another", &words);
    assert_non_null(strstr(words.data, "people who move between providers (here with Another)"));
    assert_int_equal(plan_scenario_narrow(&x[1], "RAJ", &memory, &narrow, &left, &err), STATUS_OK);
    assert_int_equal(narrow.lever_count, 0);
    buffer_clear(&words);
    plan_left_out_words(&left, NULL, &words);
    assert_int_equal(words.length, 0);
    buffer_free(&words);
    arena_free(&memory);
    site_close(s);
}

static void pages_show_what_is_meant_for_them(void **state)
{
    buffer html = {0};
    (void)state;
    site *s = site_with_scenarios("shown");
    render(s, "plan/RQ8.html", &html);
    buffer_char(&html, 0);
    static const char *const there[] = {
        "id=\"scenario-everybody\"",
        "id=\"scenario-own\"",
        "id=\"scenario-aid\"",
        "id=\"scenario-moves\"",
        "id=\"scenario-together\"",
        "id=\"scenario-hips\"",
        "<code>own</code>, version 3.",
        "Written by A. Author.",
        "What of own?",
        "A third book",
        "<strong>Applied in part.</strong>",
        "<strong>Not applied here.</strong> Left out: people who move between providers",
        "concord plan simulate RQ8 RAJ --scenario moves",
        "sessions that several providers share",
        "what changes single treatment functions",
        "nobody has kept it in the register"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        if (strstr(html.data, there[i]) == NULL)
            fail_msg("the page of RQ8 does not have: %s", there[i]);
    buffer_free(&html);
    render(s, "plan/D7T5G.html", &html);
    buffer_char(&html, 0);
    assert_non_null(strstr(html.data, "id=\"scenario-everybody\""));
    assert_non_null(strstr(html.data, "id=\"scenario-hips\""));
    if (s->now->orgs[edition_find_org(s->now, "RQ8")].icb == edition_find_org(s->now, "D7T5G")) {
        assert_non_null(
            strstr(html.data,
                   "It is about single providers: see it on the page of <a href=\"../plan/RQ8.html#scenario-own\""));
    } else
        assert_null(strstr(html.data, "scenario-own"));
    assert_null(strstr(html.data, "The lists have no provider"));
    buffer_free(&html);
    site_close(s);
}

static void a_version_is_read_from_its_event_alone(void **state)
{
    register_event e = {.kind = "scenario.keep",
                        .body = "{\"name\":\"\\\"revision\\\":7\",\"revision\":12,\"scenario\":\"x\"}"};
    (void)state;
    assert_int_equal(plan_scenario_version_of(&e), 12);
    e.body = "{\"revision\":3}";
    assert_int_equal(plan_scenario_version_of(&e), 3);
    e.body = "{\"name\":\"x\"}";
    assert_int_equal(plan_scenario_version_of(&e), 0);
    e.body = "{\"revision\":\"three\"}";
    assert_int_equal(plan_scenario_version_of(&e), 0);
    e.body = "{\"revision\":3}";
    e.kind = "scenario.retire";
    assert_int_equal(plan_scenario_version_of(&e), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_in_any_lever),
        cmocka_unit_test(a_list_gets_its_own_levers),
        cmocka_unit_test(pages_show_what_is_meant_for_them),
        cmocka_unit_test(a_version_is_read_from_its_event_alone),
    };
    return cmocka_run_group_tests(tests, fixture_begin, fixture_end);
}
