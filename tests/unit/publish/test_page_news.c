/*
 * What counts as new, and for whom: closed bodies and measures that stopped are no news, scorecard, changes and home tell the same, and
 * a target is drawn through organisations only where it applies to them. Two systems (one closed), two trusts, England, a region; a share that is
 * current and one that stopped ten months ago.
 */
#include "site_fixture.h"

enum { CURRENT, STOPPED, SHARES };
enum { OPEN_SYSTEM, WHOLE, CLOSED, TRUST_A, TRUST_B, AREA, BODY_COUNT };
enum { SHARE_MONTHS = 24 };

static site *tested;
static buffer html;

/* Every last month lies beyond the limits; the one before does not. */
static void share_series(edition_writer *w, int m, int who)
{
    edition_point points[SHARE_MONTHS];
    const bool trust = who == TRUST_A || who == TRUST_B;
    error err = {0};
    for (int i = 0; i < SHARE_MONTHS; i++) {
        const bool last = i == SHARE_MONTHS - 1;
        points[i] = (edition_point){.period = {PERIOD_MONTH, 2026 * 12 + 2 - 23 + i - (m == STOPPED ? 9 : 0), 1},
                                    .value = last ? 50 : 60 + i % 2,
                                    .numerator = last ? 500 : 600 + 10 * (i % 2),
                                    .denominator = 1000,
                                    .has_numerator = true,
                                    .has_denominator = true,
                                    .target = trust ? 92 : 70,
                                    .mean = 60,
                                    .lower = 57,
                                    .upper = 64,
                                    .segment = 1,
                                    .rule = last ? "beyond-limits" : "",
                                    .signal = last ? "concern" : "common-cause",
                                    .release = -1};
    }
    edition_series s = {.measure = m,
                        .org = who,
                        .breakdown = -1,
                        .geography = who == CLOSED ? GEOGRAPHY_AS_PUBLISHED : GEOGRAPHY_CURRENT,
                        .points = SHARE_MONTHS,
                        .first = points[0].period,
                        .last = points[SHARE_MONTHS - 1].period,
                        .latest_value = 50,
                        .latest_target = trust ? 92 : 70,
                        .latest_target_index = trust ? 1 : 0,
                        .variation = "concern-low",
                        .assurance = "fail",
                        .note = ""};
    if (edition_writer_series(w, &s, points, SHARE_MONTHS, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static int open_once(void **state)
{
    (void)fixture_edition; /* the hostile edition is for the tests of markup */
    if (fixture_begin(state) != 0)
        return -1;
    static const char *const codes[BODY_COUNT] = {"D7T5G", "ENGLAND", "QH8", "RAJ", "RDE", "Y61"};
    static const char *const names[BODY_COUNT] = {"NHS Essex Integrated Care Board",
                                                  "England",
                                                  "NHS Old Essex Integrated Care Board",
                                                  "Mid NHS Trust",
                                                  "East NHS Trust",
                                                  "East of England"};
    static const char *const brief[BODY_COUNT] = {"Essex",     "England",    "Old Essex",
                                                  "Mid Trust", "East Trust", "East of England"};
    static const org_kind kinds[BODY_COUNT] = {ORG_ICB, ORG_ENGLAND, ORG_ICB, ORG_TRUST, ORG_TRUST, ORG_REGION};
    static const char *const levels[BODY_COUNT] = {"icb", "england", "icb", "provider", "provider", "region"};
    edition_org bodies[BODY_COUNT];
    for (int i = 0; i < BODY_COUNT; i++)
        bodies[i] = (edition_org){.code = codes[i],
                                  .ons_code = "",
                                  .name = names[i],
                                  .short_name = brief[i],
                                  .kind = kinds[i],
                                  .level = levels[i],
                                  .opened = DATE_NONE,
                                  .closed = i == CLOSED ? date_of(2026, 4, 1) : DATE_FOREVER,
                                  .icb = i == TRUST_A || i == TRUST_B ? OPEN_SYSTEM : -1,
                                  .region = -1,
                                  .became = i == CLOSED ? "Became part of NHS Essex ICB (D7T5G) on 1 April 2026." : "",
                                  .inexact = "",
                                  .hex_row = INT32_MIN,
                                  .hex_column = INT32_MIN,
                                  .hex_label = ""};
    edition_measure measures[SHARES];
    for (int m = 0; m < SHARES; m++)
        measures[m] = (edition_measure){.id = m == CURRENT ? "current-share" : "stopped-share",
                                        .name = m == CURRENT ? "Current share" : "Stopped share",
                                        .short_name = m == CURRENT ? "Current share" : "Stopped share",
                                        .domain = "access",
                                        .question = "What?",
                                        .definition = "All.",
                                        .why_it_matters = "It matters.",
                                        .sentence = "In {period}, {value} in {organisation}.",
                                        .unit = "percent",
                                        .unit_label = "% of people",
                                        .authors = "A",
                                        .checked_by = "B",
                                        .review_by = "2027-01-01",
                                        .caveats = "",
                                        .source = "rtt",
                                        .value_kind = "ratio",
                                        .icb_from = "commissioner",
                                        .better = BETTER_HIGHER,
                                        .decimals = 1,
                                        .scale = 100,
                                        .rule_version = "abc"};
    edition_source published = {
        "rtt", "Waits", "NHS England", "Open Government Licence v3.0", "https://www.england.nhs.uk/", "monthly"};
    edition_target targets[2];
    for (int i = 0; i < 2; i++)
        targets[i] = (edition_target){.id = i == 0 ? "england" : "trusts",
                                      .authority = "NHS England",
                                      .document = "Guidance",
                                      .note = "",
                                      .measure = CURRENT,
                                      .level = i == 0 ? 70 : 92,
                                      .by = i == 0 ? period_month(2027, 3) : period_month(2029, 3),
                                      .levels = i == 0 ? "england icb" : "provider",
                                      .verified = true};
    edition head = {.program_version = "0.1.0",
                    .catalogue_version = "cat",
                    .orgs_version = "org",
                    .rules = "mdc-2023",
                    .current = date_of(2026, 4, 1),
                    .latest = period_month(2026, 3),
                    .orgs = bodies,
                    .org_count = BODY_COUNT,
                    .measures = measures,
                    .measure_count = SHARES,
                    .sources = &published,
                    .source_count = 1,
                    .targets = targets,
                    .target_count = 2};
    char path[128], id[SHA256_TEXT];
    (void)snprintf(path, sizeof path, "%s/news.sqlite", fixture_folder);
    edition_writer *w = NULL;
    error err = {0};
    if (edition_writer_open(path, &head, &w, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (int m = 0; m < SHARES; m++)
        for (int who = 0; who < BODY_COUNT; who++)
            if (m == CURRENT || who != AREA)
                share_series(w, m, who);
    if (edition_writer_close(w, id, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    tested = fixture_open(path, NULL);
    return 0;
}

static int close_once(void **state)
{
    site_close(tested);
    buffer_free(&html);
    return fixture_end(state);
}

static bool says(const char *words)
{
    return strstr(html.data, words) != NULL;
}

static void test_target_of_those_drawn(void **state)
{
    (void)state;
    render(tested, "measure/current-share.html", &html);
    const char *providers = strstr(html.data, "id=\"providers\"");
    assert_non_null(providers);
    assert_non_null(strstr(providers, "Target 92% by March 2029"));
    assert_null(strstr(providers, "Target 70%"));
}

static void test_changes_of_the_latest_month(void **state)
{
    (void)state;
    render(tested, "changes.html", &html);
    assert_true(says("This is the first edition here"));
    assert_true(says("New in the latest month"));
    assert_true(says("Essex") && says("Mid Trust") && says("East Trust"));
    assert_false(says("Old Essex"));     /* closed */
    assert_false(says("Stopped share")); /* ended ten months ago */
    render(tested, "index.html", &html);
    assert_true(says("This is the first edition here"));
    assert_true(says("5 measures of organisations are now of concern")); /* England, Essex, two trusts, the region */
    render(tested, "organisation/D7T5G.html", &html);
    assert_true(says("new concern"));
}

static void test_stopped_measure_is_no_news(void **state)
{
    (void)state;
    render(tested, "organisation/ENGLAND.html", &html);
    const char *news = strstr(html.data, "id=\"changed\""), *end = strstr(html.data, "id=\"missing\"");
    assert_true(news != NULL && end != NULL);
    const char *current = strstr(news, "Current share"), *stopped = strstr(news, "Stopped share");
    assert_true(current != NULL && current < end);
    assert_true(stopped == NULL || stopped > end);
}

static void test_closed_body_is_past(void **state)
{
    (void)state;
    render(tested, "organisation/QH8.html", &html);
    assert_false(says("Where attention should go"));
    assert_false(says("What really changed"));
    assert_false(says("new concern"));
    assert_true(says("was a concern"));
    assert_false(says("Will consistently miss"));
    render(tested, "series/current-share/QH8.html", &html);
    assert_true(says("Variation when it closed"));
    assert_false(says("Will consistently miss"));
}

/* What no region has is not made for regions: a region does not lack it. */
static void test_level_without_a_measure(void **state)
{
    (void)state;
    render(tested, "organisation/Y61.html", &html);
    assert_true(says("What is missing or late"));
    assert_false(says("No figures at all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_of_those_drawn),      cmocka_unit_test(test_changes_of_the_latest_month),
        cmocka_unit_test(test_stopped_measure_is_no_news), cmocka_unit_test(test_closed_body_is_past),
        cmocka_unit_test(test_level_without_a_measure),
    };
    return cmocka_run_group_tests_name("news", tests, open_once, close_once);
}
