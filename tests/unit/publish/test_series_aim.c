/*
 * What was agreed in the register beside the national target: which series have it, how it is judged (against spc_assure), what the scorecard, the matrix, the
 * page, the chart and the data files say of it, in both directions, and that a site without a register says nothing.
 */
#include "site_fixture.h"

#include "publish/charts.h"
#include "publish/record.h"
#include "publish/site.h"
#include "stats/stats.h"

static site *tested;

static int open_once(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    tested = fixture_open(fixture_edition("now", 0, "improvement-high", "improvement", MONTHS), NULL);
    return 0;
}

static int close_once(void **state)
{
    site_close(tested);
    return fixture_end(state);
}

static const series_aim *agreed_of(const char *code, const char *which, standing *x, size_t *count)
{
    const int32_t who = edition_find_org(tested->now, code), m = edition_find_measure(tested->now, which);
    assert_true(who >= 0 && m >= 0);
    *x = standing_find(tested, site_total(tested, m, who));
    return site_total_aims(tested, m, who, count);
}

static void the_successor_has_it_and_the_trajectory_is_read(void **state)
{
    standing x;
    size_t count = 0;
    const series_aim *a = agreed_of("D7T5G", "rtt-within-18-weeks", &x, &count);
    (void)state;
    const series_aim *local = NULL;
    for (size_t i = 0; i < count; i++)
        local = strcmp(a[i].id, "nearer-home") == 0 ? &a[i] : local;
    assert_non_null(local);
    assert_int_equal(local->tier, AIM_LOCAL);
    assert_int_equal(local->step_count, 6);
    assert_true(local->level == 78);
    assert_true(isnan(series_aim_level(local, period_month(2025, 12))));
    assert_true(series_aim_level(local, period_month(2026, 1)) == 58);
    assert_true(series_aim_level(local, period_month(2026, 3)) == 75);
    assert_true(series_aim_level(local, period_month(2027, 3)) == 78); /* the last one holds on */
    assert_non_null(x.last);
    const spc_rules rules = edition_rules_of(tested->now);
    const edition_point *last = &x.points[x.count - 1];
    const better way = tested->now->measures[x.series->measure].better;
    assert_string_equal(local->assurance, last->estimated || isnan(last->value)
                                              ? ""
                                              : spc_assurance_name(spc_assure(last->mean, last->lower, last->upper,
                                                                              local->level, way, &rules)));
    /* Who has a successor has none of it any more, nor has a priority that is only proposed. */
    assert_null(agreed_of("QH8", "rtt-within-18-weeks", &x, &count));
    assert_null(agreed_of("D7T5G", "rtt-waiting-list", &x, &count));
}

static void pages_show_both(void **state)
{
    static const struct {
        const char *path, *says;
    } cases[] = {
        {"organisation/D7T5G.html", "agreed locally: <a"},
        {"organisation/D7T5G.html", "class=\"several\""},
        {"organisation/D7T5G.html", "data-label=\"National target\""},
        {"organisation/D7T5G.html", "data-label=\"Agreed locally\""},
        {"organisation/D7T5G.html", "what the system agreed (78% by June 2026"},
        {"series/rtt-within-18-weeks/D7T5G.html", "class=\"chart-agreed\""},
        {"series/rtt-within-18-weeks/D7T5G.html", "what was agreed locally: "},
        {"series/rtt-within-18-weeks/D7T5G.html", "<th scope=\"col\" class=\"number\">Agreed locally"},
        {"series/rtt-within-18-weeks/D7T5G.html", "none yet"},
        {"series/rtt-within-18-weeks/D7T5G.json", "\"id\": \"nearer-home\", "},
        {"series/rtt-within-18-weeks/D7T5G.json", "[\"2026-03\", 75]"},
        {"series/rtt-within-18-weeks/D7T5G.agreed.csv", "id,title,tier,level,by,assurance,period,agreed\n"},
        {"priority/nearer-home.html", "by June 2026</text>"},
    };
    buffer out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buffer_clear(&out);
        (void)render(tested, cases[i].path, &out);
        if (strstr(out.data, cases[i].says) == NULL)
            fail_msg("%s does not say '%s'", cases[i].path, cases[i].says);
    }
    /* The columns that other programs rely on stay as they were. */
    buffer_clear(&out);
    (void)render(tested, "series/rtt-within-18-weeks/D7T5G.csv", &out);
    assert_memory_equal(out.data, "measure,organisation,breakdown,period,numerator,denominator,value,target,mean,", 76);
    assert_null(strstr(out.data, "nearer-home"));
    buffer_free(&out);
}

/* The words for one value between two levels, whichever way is better. */
static void sentences_in_both_directions(void **state)
{
    static const struct {
        better way;
        double national, agreed;
        const char *says;
    } cases[] = {
        {BETTER_HIGHER, 92, 50, " below the national target of 92%"},
        {BETTER_HIGHER, 92, 50, " and above what the system agreed (50% by June 2026: met)."},
        {BETTER_LOWER, 1, 99, "above the national target of 1%"},
        {BETTER_LOWER, 1, 99, " and below what the system agreed (99% by June 2026: met)."},
        {BETTER_NEITHER, 92, 50,
         "below the national target of 92% and above what the system agreed (50% by June 2026)."},
        {BETTER_HIGHER, NAN, 50, "The latest figure is above what the system agreed (50% by June 2026: met)."},
    };
    standing x;
    size_t count = 0;
    (void)state;
    (void)agreed_of("D7T5G", "rtt-within-18-weeks", &x, &count);
    const int32_t m = x.series->measure;
    const better kept = tested->now->measures[m].better;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const series_aim aim = {.id = "a",
                                .title = "a",
                                .by_system = true,
                                .level = cases[i].agreed,
                                .by = period_month(2026, 6),
                                .assurance = ""};
        edition_series series = *x.series;
        buffer out = {0};
        series.latest_target = cases[i].national;
        series.latest_target_index = -1;
        series.assurance = "";
        tested->now->measures[m].better = cases[i].way;
        const series_view v = {.edition = tested->now,
                               .series = &series,
                               .points = x.points,
                               .count = x.count,
                               .aims = &aim,
                               .aim_count = 1};
        sentence_series(&v, &out);
        if (strstr(out.data, cases[i].says) == NULL)
            fail_msg("'%s' is not in '%s'", cases[i].says, out.data);
        buffer_free(&out);
    }
    tested->now->measures[m].better = kept;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_successor_has_it_and_the_trajectory_is_read),
        cmocka_unit_test(pages_show_both),
        cmocka_unit_test(sentences_in_both_directions),
    };
    return cmocka_run_group_tests(tests, open_once, close_once);
}
