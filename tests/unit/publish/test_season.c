/* Series with a season: in words, on a chart with the season taken out, and the rule set that an edition keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "test_chart_fixture.h"

#define MONTHS 48

static fixture f;
static buffer out;
static edition_season season;

/* Four years from April 2022: `effects` by month of the year over a see-saw around 70. */
static void seasonal_make(const double *effects)
{
    double values[MONTHS];
    for (size_t i = 0; i < MONTHS; i++)
        values[i] = 70 + (double)((i * 7) % 5) / 10 + effects[(i + 3) % 12];
    season = (edition_season){.years = 4, .p = 1e-6, .seasonal = true, .count = 12};
    memcpy(season.effects, effects, sizeof season.effects);
    fixture_begin(&f, 2022, 4, values, MONTHS);
    fixture_judge(&f, 75, NULL, 0);
    f.series.season = &season;
}

static const char *words(void (*say)(const series_view *, buffer *))
{
    buffer_clear(&out);
    say(&f.view, &out);
    return out.data == NULL ? "" : out.data;
}

static const double winter[12] = {5, 4, 0.5, 0, -1, -2.5, -3, -2.4, -1, -0.6, -1, 2.9};

static void test_words(void **state)
{
    (void)state;
    seasonal_make(winter);
    assert_string_equal(words(sentence_season),
                        "This series is seasonal: it is usually highest in December to February and lowest in June to "
                        "August, and the season alone makes a difference of about 8.0 percentage points (4 years of "
                        "figures). The limits do not allow for that, so a signal in those months may be the season and "
                        "no change: read it with care.");
    assert_string_equal(words(sentence_season_brief), "Seasonal: usually highest in December to February and lowest in "
                                                      "June to August, which the limits do not allow for.");
    /* One month that stands out: the other eleven are no season of their own. */
    static const double august[12] = {-1, -1, -1, -1, -1, -1, -1, 11, -1, -1, -1, -1};
    seasonal_make(august);
    assert_string_equal(words(sentence_season_brief),
                        "Seasonal: usually highest in August, which the limits do not allow for.");
    /* Two months; a count in round figures. */
    static const double pairs[12] = {-8000, -7000, 0, 0, 0, 7500, 7400, 0, 0, 0, 100, 0};
    seasonal_make(pairs);
    f.measure.unit = "count";
    assert_non_null(strstr(words(sentence_season),
                           "highest in June and July and lowest in January and February, and the "
                           "season alone makes a difference of about 15,500 ("));
    /* Quarters. */
    seasonal_make(winter);
    season.count = 4;
    assert_non_null(strstr(words(sentence_season_brief), "highest in January to June"));
    /* Not seasonal, or not known: not a word. */
    season = (edition_season){.years = 4, .p = 0.4};
    assert_string_equal(words(sentence_season), "");
    f.series.season = NULL;
    assert_string_equal(words(sentence_season_brief), "");
}

/* The season taken out is each value less its month's effect, judged anew by the edition's own rules. */
static void test_taken_out(void **state)
{
    (void)state;
    arena a = {0};
    series_view without;
    seasonal_make(winter);
    f.points[10].missing = true;
    f.points[10].value = (double)NAN;
    f.points[0].estimated = true;
    f.e.rules = "own-1";
    f.e.judged_by = (edition_rules){.shift_points = 8, .trend_points = 7, .minimum_points = 40, .limit_factor = 2};
    assert_true(season_take_out(&f.view, &a, &without));
    assert_true(without.without_season && without.count == MONTHS);
    double values[MONTHS];
    spc_point judged[MONTHS];
    for (size_t i = 0; i < MONTHS; i++) {
        double plain = 70 + (double)((i * 7) % 5) / 10; /* April is the fourth month */
        assert_true(i == 10 || fabs(without.points[i].value - plain) < 1e-9);
        assert_false(without.points[i].has_numerator || without.points[i].has_denominator);
        assert_true(isnan(without.points[i].target));
        values[i] = i == 10 || i == 0 ? (double)NAN : f.points[i].value - winter[(i + 3) % 12];
    }
    const spc_rules rules = {
        .name = "own-1", .shift_points = 8, .trend_points = 7, .minimum_points = 40, .limit_factor = 2};
    const spc_options options = {.rules = &rules, .better = BETTER_HIGHER, .target = (double)NAN};
    assert_int_equal(spc_xmr(values, MONTHS, &options, judged, NULL, 0, NULL, NULL), STATUS_OK);
    for (size_t i = 1; i < MONTHS; i++) {
        assert_true(without.points[i].mean == judged[i].mean && without.points[i].upper == judged[i].upper);
        assert_string_equal(without.points[i].signal, i == 10 ? "" : spc_signal_name(judged[i].signal));
    }
    assert_true(isnan(without.points[0].mean) && without.points[0].signal[0] == 0);
    assert_true(without.series->latest_target_index == -1 && without.series->assurance[0] == 0);
    /* Titles say what it is; the series itself is as it was. */
    buffer_clear(&out);
    sentence_finding(&without, &out);
    assert_non_null(strstr(out.data, "with its season taken out"));
    buffer_clear(&out);
    chart_spc_write(&without, "u", CHART_WIDE, true, &out);
    assert_non_null(strstr(out.data, "season taken out, England"));
    assert_true(f.points[5].target == 75);
    season.seasonal = false;
    assert_false(season_take_out(&f.view, &a, &without));
    assert_null(without.points);
    arena_free(&a);
}

static void test_rules(void **state)
{
    (void)state;
    edition e = {.rules = "own-1", .judged_by = {.shift_points = 6, .trend_points = 5, .limit_factor = 2}};
    spc_rules r = edition_rules_of(&e);
    assert_true(r.shift_points == 6 && r.trend_points == 5 && r.minimum_points == 0 && r.limit_factor == 2);
    assert_string_equal(r.name, "own-1");
    /* An edition of before that has the name alone. */
    e = (edition){.rules = "plotthedots-0.2.2"};
    assert_true(edition_rules_of(&e).trend_takes_next_step && edition_rules_of(&e).minimum_points == 0);
    e.rules = "gone";
    assert_int_equal(edition_rules_of(&e).minimum_points, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_taken_out),
        cmocka_unit_test(test_rules),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buffer_free(&out);
    return failed;
}
