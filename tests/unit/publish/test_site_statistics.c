/*
 * The statistics that pages show: the funnel of a measure page, false-discovery control behind "what really changed", and inequality
 * by deprivation; on a little edition made by hand whose answers are known, and recomputed here from the plain formulas.
 */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include "site_fixture.h"

#include "publish/site.h"
#include "stats/stats.h"

enum { TRUSTS = 16, FIFTHS = 5, TIME = 20, MEASURES_MADE = 20 };

typedef struct made {
    int64_t low, high; /* trusts 1 and 2: per thousand */
    bool same_size;    /* all trusts alike: no funnel */
    int fifths;        /* groups of deprivation */
    int months;        /* of the gap */
    double slope;      /* percentage points from one fifth to the next */
    double widening;   /* of the most deprived fifth in the last month */
    bool one_signal;   /* measure 0 of the system lies far beyond its limits in the last month */
    int shifts;        /* measures of the system with a fresh shift of seven */
} made;

static edition_point made_point(int month, int64_t numerator, int64_t denominator, double mean, double reach)
{
    return (edition_point){.period = period_month(2024 + (month + 8) / 12, (month + 8) % 12 + 1),
                           .value = (double)numerator / (double)denominator * 100,
                           .numerator = numerator,
                           .denominator = denominator,
                           .has_numerator = true,
                           .has_denominator = true,
                           .target = (double)NAN,
                           .mean = mean,
                           .lower = mean - reach,
                           .upper = mean + reach,
                           .segment = 1,
                           .rule = "",
                           .signal = "common-cause",
                           .release = -1};
}

static void made_series(edition_writer *w, int of, int who, int breakdown, const edition_point *points, int count)
{
    const edition_point *last = &points[count - 1];
    edition_series s = {.measure = of,
                        .org = who,
                        .breakdown = breakdown,
                        .geography = GEOGRAPHY_CURRENT,
                        .points = count,
                        .first = points[0].period,
                        .last = last->period,
                        .latest_value = last->value,
                        .latest_numerator = last->numerator,
                        .latest_denominator = last->denominator,
                        .has_numerator = true,
                        .has_denominator = true,
                        .latest_target = (double)NAN,
                        .latest_target_index = -1,
                        .variation = strcmp(last->signal, "improvement") == 0 ? "improvement-high" : "common-cause",
                        .assurance = "",
                        .note = ""};
    error err = {0};
    if (edition_writer_series(w, &s, points, (size_t)count, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

/* Of the system: an ordinary see-saw around 60%, or one of the two signals. */
static void system_series(edition_writer *w, const made *how, int which)
{
    edition_point points[TIME];
    const bool shifts = which > 0 && which <= how->shifts;
    for (int i = 0; i < TIME; i++) {
        const bool up = (shifts && i >= TIME - 7) || i % 2 == 1;
        points[i] = made_point(i, up ? 610 : 590, 1000, 60, 6);
        if (shifts && i >= TIME - 7) {
            points[i].signal = i == TIME - 1 ? "improvement" : "common-cause";
            points[i].rule = i == TIME - 1 ? "shift" : "";
        }
    }
    if (which == 0 && how->one_signal) {
        points[TIME - 1] = made_point(TIME - 1, 750, 1000, 60, 6);
        points[TIME - 1].signal = "improvement";
        points[TIME - 1].rule = "beyond-limits";
    }
    made_series(w, which, 0, -1, points, TIME);
}

static int64_t fifth_numerator(const made *how, int fifth, int month)
{
    double share = 50 + how->slope * fifth + (month % 2 == 0 ? 0.2 : -0.2) * (fifth == 0);
    if (month == TIME - 1 && fifth == 0)
        share -= how->widening;
    return (int64_t)llround(share * 100);
}

static site *made_open(const made *how)
{
    (void)fixture_edition; /* the hostile edition is for the tests of markup */
    static int serial;
    static char names[TRUSTS][3][32], ids[MEASURES_MADE][32];
    char path[256];
    (void)snprintf(path, sizeof path, "%s/made-%d.sqlite", fixture_folder, serial++);
    edition_org bodies[1 + TRUSTS] = {{.code = "QAA",
                                       .ons_code = "",
                                       .name = "NHS Made Up ICB",
                                       .short_name = "Made Up",
                                       .kind = ORG_ICB,
                                       .level = "icb"}};
    for (int i = 1; i <= TRUSTS; i++) {
        (void)snprintf(names[i - 1][0], 32, "R%02d", i);
        (void)snprintf(names[i - 1][1], 32, "Trust %02d <b>", i);
        bodies[i] = (edition_org){.code = names[i - 1][0],
                                  .ons_code = "",
                                  .name = names[i - 1][1],
                                  .short_name = names[i - 1][1],
                                  .kind = ORG_TRUST,
                                  .level = "provider"};
    }
    for (int i = 0; i <= TRUSTS; i++) {
        bodies[i].icb = bodies[i].region = -1;
        bodies[i].opened = DATE_NONE;
        bodies[i].closed = DATE_FOREVER;
        bodies[i].became = bodies[i].inexact = bodies[i].hex_label = "";
        bodies[i].hex_row = bodies[i].hex_column = INT32_MIN;
    }
    edition_measure measures[MEASURES_MADE];
    for (int i = 0; i < MEASURES_MADE; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "measure-%02d", i);
        measures[i] = (edition_measure){.id = ids[i],
                                        .name = ids[i],
                                        .short_name = ids[i],
                                        .domain = "access",
                                        .question = "How?",
                                        .definition = "So.",
                                        .why_it_matters = "It does.",
                                        .sentence = "In {period}, {value} in {organisation}.",
                                        .unit = "percent",
                                        .unit_label = "% of people seen",
                                        .authors = "A",
                                        .checked_by = "",
                                        .review_by = "",
                                        .caveats = "",
                                        .source = "tidy",
                                        .value_kind = "ratio",
                                        .icb_from = "commissioner",
                                        .better = BETTER_HIGHER,
                                        .decimals = 1,
                                        .scale = 100,
                                        .rule_version = "a"};
    }
    edition_source sources[] = {{"tidy", "Tidy", "Us", "OGL", "https://example.org/", "monthly"}};
    static const char *const keys[FIFTHS] = {"deprivation-quintile=1", "deprivation-quintile=2",
                                             "deprivation-quintile=3", "deprivation-quintile=4",
                                             "deprivation-quintile=5"};
    edition_breakdown_value breakdowns[FIFTHS];
    for (int i = 0; i < FIFTHS; i++)
        breakdowns[i] = (edition_breakdown_value){"deprivation-quintile", "Deprivation quintile", keys[i],
                                                  strchr(keys[i], '=') + 1};
    edition head = {.program_version = "0.1.0",
                    .catalogue_version = "c",
                    .orgs_version = "o",
                    .rules = "mdc-2023",
                    .current = date_of(2026, 4, 1),
                    .latest = period_month(2026, 4),
                    .orgs = bodies,
                    .org_count = 1 + TRUSTS,
                    .measures = measures,
                    .measure_count = MEASURES_MADE,
                    .sources = sources,
                    .source_count = 1,
                    .breakdowns = breakdowns,
                    .breakdown_count = FIFTHS};
    edition_writer *w = NULL;
    error err = {0};
    if (edition_writer_open(path, &head, &w, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    edition_point points[TIME];
    for (int m = 0; m < MEASURES_MADE; m++) {
        system_series(w, how, m);
        for (int k = 0; m == 0 && k < how->fifths; k++) {
            for (int i = 0; i < how->months; i++)
                points[i] =
                    made_point(TIME - how->months + i, fifth_numerator(how, k, TIME - how->months + i), 10000, 50, 9);
            made_series(w, m, 0, k, points, how->months);
        }
        for (int o = 1; m == 0 && o <= TRUSTS; o++) {
            int64_t size = how->same_size ? 1000 : 500 * o, per_thousand = o == 1   ? how->low
                                                                           : o == 2 ? how->high
                                                                                    : 600 + o % 3;
            points[0] = made_point(TIME - 1, size * per_thousand / 1000, size, 60, 6);
            made_series(w, m, o, -1, points, 1);
        }
    }
    char id[SHA256_TEXT];
    if (edition_writer_close(w, id, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return fixture_open(path, NULL);
}

static size_t occurrences(const char *html, const char *words)
{
    size_t n = 0;
    for (const char *c = strstr(html, words); c != NULL; c = strstr(c + 1, words))
        n++;
    return n;
}

static void assert_says(const buffer *html, const char *words)
{
    if (strstr(html->data, words) == NULL)
        fail_msg("The page does not say: %s", words);
}

/* ---- funnels ------------------------------------------------------------------------------------------ */

static void a_measure_page_has_a_funnel(void **state)
{
    (void)state;
    buffer html = {0};
    site *s = made_open(&(made){.low = 300, .high = 900});
    (void)render(s, "measure/measure-00.html", &html);
    assert_says(&html, "<h2 id=\"funnel-trusts\">Which NHS trusts differ by more than chance?</h2>");
    assert_says(&html, "2 of 16 NHS trusts lie beyond the 99.8% limits: 1 better, 1 worse");
    assert_says(&html, "14 lie within the 99.8% limits (0 of them beyond the 95% limits), 1 above and 1 below.");
    assert_says(&html, "methods.html#funnel");
    assert_null(strstr(html.data, "<style"));
    assert_null(strstr(html.data, "<b>"));
    /* The table: the better one first, with its own limits by the formula of the arcsine scale. */
    const char *table = strstr(html.data, "<summary>Beyond the 99.8% limits");
    assert_non_null(table);
    const char *high = strstr(table, "Trust 02 &lt;b&gt;"), *low = strstr(table, "Trust 01 &lt;b&gt;");
    assert_true(high != NULL && low != NULL && high < low);
    assert_null(strstr(table, "Trust 03"));
    assert_true(strstr(high, "Above: better") < low && strstr(low, "Below: worse") != NULL);
    double numerators[TRUSTS], denominators[TRUSTS], work[TRUSTS];
    funnel_point points[TRUSTS];
    funnel_result result;
    for (int o = 1; o <= TRUSTS; o++) {
        int64_t size = 500 * o;
        numerators[o - 1] = (double)(size * (o == 1 ? 300 : o == 2 ? 900 : 600 + o % 3) / 1000);
        denominators[o - 1] = (double)size;
    }
    const funnel_options options = {.type = FUNNEL_PROPORTION, .adjusted = true, .multiplier = 100};
    assert_int_equal(funnel_make(numerators, denominators, TRUSTS, &options, points, work, &result, NULL), STATUS_OK);
    const funnel_limits *limits = result.adjusted ? &points[1].wide : &points[1].plain;
    char want[64];
    (void)snprintf(want, sizeof want, "%.1f to %.1f", limits->outer_lower, limits->outer_upper);
    assert_true(strstr(high, want) != NULL && strstr(high, want) < low);
    site_close(s);
    buffer_free(&html);
}

static void no_funnel_where_it_says_nothing(void **state)
{
    (void)state;
    buffer html = {0};
    site *s = made_open(&(made){.low = 300, .high = 900, .same_size = true});
    (void)render(s, "measure/measure-00.html", &html); /* one size */
    assert_null(strstr(html.data, "id=\"funnel"));
    (void)render(s, "measure/measure-01.html", &html); /* no trusts, one system */
    assert_null(strstr(html.data, "id=\"funnel"));
    site_close(s);
    s = made_open(&(made){.low = 600, .high = 600});
    (void)render(s, "measure/measure-00.html", &html);
    assert_says(&html, "None of 16 NHS trusts differs by more than chance");
    assert_null(strstr(html.data, "<summary>Beyond the 99.8% limits"));
    site_close(s);
    buffer_free(&html);
}

/* ---- false discoveries -------------------------------------------------------------------------------- */

static void news_controls_false_discoveries(void **state)
{
    (void)state;
    news_item items[NEWS_MAXIMUM];
    buffer html = {0};
    site *s = made_open(&(made){.one_signal = true});
    assert_int_equal(news_find(s, 0, items), 1);
    assert_int_equal(items[0].measure, 0);
    /* 15 points above the mean where a limit is 6 away: 7.5 sigma, two tails, four rules. */
    assert_true(fabs(items[0].probability / (4 * erfc(7.5 / sqrt(2))) - 1) < 1e-9);
    (void)render(s, "organisation/QAA.html", &html);
    assert_says(&html, "At most 1 in 10 of these would be chance, on average");
    assert_int_equal(occurrences(html.data, "<ul class=\"news\">"), 1);
    site_close(s);
    /* A fresh shift of seven has p = 4 x 2 / 2^7 = 0.0625: one of 20 tests is what chance brings, and none is told. */
    s = made_open(&(made){.shifts = 1});
    assert_int_equal(news_find(s, 0, items), 0);
    (void)render(s, "organisation/QAA.html", &html);
    assert_says(&html, "Nothing this month is out of the ordinary");
    site_close(s);
    /* 14 of 20: 0.0625 is under 14/20 of 0.1, so all are called; five are shown. 12 of 20 are not enough. */
    s = made_open(&(made){.shifts = 14});
    assert_int_equal(news_find(s, 0, items), NEWS_MAXIMUM);
    assert_true(fabs(items[0].probability - 0.0625) < 1e-12);
    site_close(s);
    s = made_open(&(made){.shifts = 12});
    assert_int_equal(news_find(s, 0, items), 0);
    site_close(s);
    buffer_free(&html);
}

/* ---- inequality --------------------------------------------------------------------------------------- */

static void a_series_page_shows_inequality(void **state)
{
    (void)state;
    buffer html = {0};
    site *s = made_open(&(made){.fifths = FIFTHS, .months = TIME, .slope = 2});
    (void)render(s, "series/measure-00/QAA.html", &html);
    assert_says(&html, "<h2 id=\"inequality\">");
    assert_says(&html, "people in more deprived areas fare worse, by more than chance explains.");
    /* The last month is odd, so the most deprived fifth is at 49.8%; then 52, 54, 56, 58 of 10,000 each. */
    assert_says(&html, "The figure is 49.80% in the most deprived group and 58.00% in the least deprived");
    assert_says(&html, "most less least deprived, is <strong>\xe2\x88\x92"
                       "8.2</strong> percentage points");
    assert_says(&html, "most divided by least deprived, is <strong>0.86</strong>");
    /* Equal weights at 0.1 ... 0.9: slope = sum((x - .5)(y)) / sum((x - .5)^2) = (-.4 49.8 - .2 52 + .2 56 + .4 58) / .4 */
    assert_says(&html, "the slope index of inequality is <strong>10.2</strong> percentage points");
    /* Fitted ends 53.96 -/+ 5.1: 59.06 / 48.86 */
    assert_says(&html, "The relative index of inequality is <strong>1.21</strong>");
    assert_says(&html, "inequality-plot");
    assert_says(&html, "<h3 id=\"inequality-time\">");
    assert_says(&html, "No real change in the gap");
    assert_says(&html, "By deprivation quintile");
    assert_null(strstr(html.data, "<style"));
    site_close(s);
    s = made_open(&(made){.fifths = FIFTHS, .months = TIME, .slope = 2, .widening = 6});
    (void)render(s, "series/measure-00/QAA.html", &html);
    assert_says(&html, "The gap is widening, by more than chance explains");
    site_close(s);
    buffer_free(&html);
}

static void inequality_says_no_more_than_it_knows(void **state)
{
    (void)state;
    buffer html = {0};
    site *s = made_open(&(made){.fifths = FIFTHS, .months = 12, .slope = 0});
    (void)render(s, "series/measure-00/QAA.html", &html);
    assert_says(&html, "no clear difference by deprivation is shown");
    assert_null(strstr(html.data, "inequality-time")); /* twelve months */
    site_close(s);
    s = made_open(&(made){.fifths = FIFTHS, .months = 13, .slope = -2});
    (void)render(s, "series/measure-00/QAA.html", &html);
    assert_says(&html, "people in more deprived areas fare better");
    assert_says(&html, "inequality-time");
    site_close(s);
    s = made_open(&(made){.fifths = 2, .months = TIME, .slope = 2});
    (void)render(s, "series/measure-00/QAA.html", &html);
    assert_null(strstr(html.data, "id=\"inequality\""));
    (void)render(s, "series/measure-01/QAA.html", &html); /* no breakdown */
    assert_null(strstr(html.data, "id=\"inequality\""));
    (void)render(s, "methods.html", &html);
    assert_says(&html, "<h2 id=\"funnel\">");
    assert_says(&html, "<h2 id=\"inequality\">");
    assert_says(&html, "False-discovery control");
    site_close(s);
    buffer_free(&html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_measure_page_has_a_funnel),           cmocka_unit_test(no_funnel_where_it_says_nothing),
        cmocka_unit_test(news_controls_false_discoveries),       cmocka_unit_test(a_series_page_shows_inequality),
        cmocka_unit_test(inequality_says_no_more_than_it_knows),
    };
    return cmocka_run_group_tests(tests, fixture_begin, fixture_end);
}
