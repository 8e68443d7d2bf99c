/*
 * Pages of an edition with many measures of many kinds: what is folded away, what is not counted, which unit and which noun a figure
 * gets. One system and one trust; ten measures of planned care, an old one, two yearly ones, one of the trust alone.
 */
#include "site_fixture.h"

enum { PLANNED = 10, OLD = PLANNED, YEARLY, TINY, TRUST_ALONE, MANY };
enum { SYSTEM_D, ENGLAND_E, TRUST_R, BODIES };

static site *tested;
static buffer html;

static edition_measure many_measure(int m)
{
    static char ids[MANY][24], names[MANY][32];
    (void)snprintf(ids[m], sizeof ids[m], "measure-%02d", m);
    (void)snprintf(names[m], sizeof names[m], m == YEARLY ? "Staff's wish" : "Name %02d", m);
    return (edition_measure){.id = ids[m],
                             .name = names[m],
                             .short_name = names[m],
                             .domain = m < PLANNED       ? "access"
                                       : m == OLD        ? "cancer"
                                       : m < TRUST_ALONE ? "workforce"
                                                         : "population",
                             .question = "What?",
                             .definition = "All.",
                             .why_it_matters = "It matters.",
                             .sentence = "In {period}, {value} in {organisation}.",
                             .unit = "percent",
                             .unit_label = "% of people",
                             .authors = "A",
                             .checked_by = m == 0 ? "Not yet independently checked" : "B",
                             .review_by = "2027-01-01",
                             .caveats = "",
                             .source = "rtt",
                             .value_kind = m == YEARLY ? "given" : "ratio",
                             .icb_from = "commissioner",
                             .better = BETTER_HIGHER,
                             .decimals = m == TINY ? 2 : 1,
                             .scale = 100,
                             .rule_version = "abc"};
}

static void many_series(edition_writer *w, int m, int who)
{
    const bool yearly = m == YEARLY || m == TINY, judged = m == 0 || m == OLD;
    const int count = judged ? 24 : yearly ? 2 : 1;
    edition_point points[24];
    error err = {0};
    for (int i = 0; i < count; i++) {
        const int month = 24 - count + i - (m == OLD ? 30 : 0); /* 23 is March 2026 */
        points[i] = (edition_point){.period = yearly ? (period){PERIOD_CALENDAR_YEAR, (2024 + i) * 12, 12}
                                                     : (period){PERIOD_MONTH, 2026 * 12 + 2 - 23 + month, 1},
                                    .value = m == TINY     ? 0.0009
                                             : m == YEARLY ? 31.5 + i
                                                           : 60,
                                    .numerator = 600,
                                    .denominator = 1000,
                                    .has_numerator = m != YEARLY,
                                    .has_denominator = m != YEARLY,
                                    .tidy = m == YEARLY,
                                    .target = (double)NAN,
                                    .mean = judged ? 60 : (double)NAN,
                                    .lower = judged ? 55 : (double)NAN,
                                    .upper = judged ? 65 : (double)NAN,
                                    .segment = 1,
                                    .rule = "",
                                    .signal = judged ? "common-cause" : "",
                                    .release = -1};
    }
    edition_series s = {.measure = m,
                        .org = who,
                        .breakdown = -1,
                        .geography = GEOGRAPHY_CURRENT,
                        .points = count,
                        .first = points[0].period,
                        .last = points[count - 1].period,
                        .latest_value = points[count - 1].value,
                        .latest_target = (double)NAN,
                        .latest_target_index = -1,
                        .variation = judged ? "common-cause" : "",
                        .assurance = "",
                        .note = ""};
    if (edition_writer_series(w, &s, points, (size_t)count, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static int open_once(void **state)
{
    (void)fixture_edition; /* the hostile edition is for the tests of markup */
    if (fixture_begin(state) != 0)
        return -1;
    edition_org bodies[BODIES] = {[SYSTEM_D] = {.code = "D7T5G",
                                                .name = "NHS Essex Integrated Care Board",
                                                .short_name = "Essex",
                                                .kind = ORG_ICB,
                                                .level = "icb"},
                                  [ENGLAND_E] = {.code = "ENGLAND",
                                                 .name = "England",
                                                 .short_name = "England",
                                                 .kind = ORG_ENGLAND,
                                                 .level = "england"},
                                  [TRUST_R] = {.code = "RAJ",
                                               .name = "Essex NHS Trust",
                                               .short_name = "Essex Trust",
                                               .kind = ORG_TRUST,
                                               .level = "provider"}};
    for (int i = 0; i < BODIES; i++) {
        bodies[i].ons_code = bodies[i].became = bodies[i].inexact = bodies[i].hex_label = "";
        bodies[i].opened = DATE_NONE;
        bodies[i].closed = DATE_FOREVER;
        bodies[i].icb = i == TRUST_R ? SYSTEM_D : -1;
        bodies[i].region = -1;
        bodies[i].hex_row = bodies[i].hex_column = INT32_MIN;
    }
    edition_measure measures[MANY];
    for (int m = 0; m < MANY; m++)
        measures[m] = many_measure(m);
    edition_source published = {
        "rtt", "Waits", "NHS England", "Open Government Licence v3.0", "https://www.england.nhs.uk/", "monthly"};
    edition head = {.program_version = "0.1.0",
                    .catalogue_version = "cat",
                    .orgs_version = "org",
                    .rules = "mdc-2023",
                    .current = date_of(2026, 4, 1),
                    .latest = period_month(2026, 3),
                    .orgs = bodies,
                    .org_count = BODIES,
                    .measures = measures,
                    .measure_count = MANY,
                    .sources = &published,
                    .source_count = 1};
    char path[256], id[SHA256_TEXT];
    edition_writer *w = NULL;
    error err = {0};
    (void)snprintf(path, sizeof path, "%s/many.sqlite", fixture_folder);
    if (edition_writer_open(path, &head, &w, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (int m = 0; m < MANY; m++)
        for (int who = 0; who < BODIES; who++)
            if (m != TRUST_ALONE || who == TRUST_R)
                many_series(w, m, who);
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

static void has(const char *words)
{
    if (strstr(html.data, words) == NULL)
        fail_msg("the page does not say: %s", words);
}

static void lacks(const char *words)
{
    const char *at = strstr(html.data, words);
    if (at != NULL)
        fail_msg("the page says: %.120s", at);
}

static void a_scorecard_folds_what_cannot_be_judged(void **state)
{
    (void)state;
    (void)render(tested, "organisation/D7T5G.html", &html);
    has("<a href=\"#access\">Planned care");                              /* a way to each domain */
    has("<details class=\"fold\"><summary>5 more, with too few figures"); /* nine are quiet, four stand open */
    lacks("<span class=\"none\">no target");
    has("1 measure has no figures for this organisation");
    has("measure/measure-13.html");
    has("Of 1 measure that can be judged"); /* the one that ended two years ago is no verdict on today */
}

static void units_and_nouns_are_of_the_figures(void **state)
{
    (void)state;
    (void)render(tested, "organisation/D7T5G.html", &html);
    has("+1.0<span class=\"under\">points</span>");
    has("under 0.01%");
    lacks("0.00%");
    has("Staff\xe2\x80\x99s wish");
    lacks("Staff&#39;s");
    lacks("Staff's");
    (void)render(tested, "series/measure-11/D7T5G.html", &html);
    has("<th scope=\"col\">Year</th>");
    has("Since the year before");
    has("+1.0 points");
    lacks("Since a year before"); /* the same change is told once */
    lacks("What it says");        /* a column with nothing in it */
    lacks("as given");            /* on every row it would say nothing */
    has("taken as they stand");
    (void)render(tested, "series/measure-01/D7T5G.html", &html);
    has("One month so far");
}

static void a_measure_page_shows_only_who_has_it(void **state)
{
    (void)state;
    (void)render(tested, "measure/measure-13.html", &html);
    lacks("id=\"systems\"");
    has("id=\"providers\"");
    (void)render(tested, "measure/measure-00.html", &html);
    has("id=\"systems\"");
    has("95% interval");
    has(", not yet independently checked");
    (void)render(tested, "measure/measure-11.html", &html);
    lacks("95% interval");
}

static void wide_tables_come_in_parts(void **state)
{
    (void)state;
    (void)render(tested, "organisation/ENGLAND.html", &html);
    has("Planned care: access and waiting (1 of 2)");
    has("Planned care: access and waiting (2 of 2)");
    lacks("(1 of 3)");
    (void)render(tested, "measures.html", &html);
    has("id=\"find-measure\"");
    has("<a href=\"#workforce\">Workforce</a>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scorecard_folds_what_cannot_be_judged), cmocka_unit_test(units_and_nouns_are_of_the_figures),
        cmocka_unit_test(a_measure_page_shows_only_who_has_it), cmocka_unit_test(wide_tables_come_in_parts)};
    return cmocka_run_group_tests(tests, open_once, close_once);
}
