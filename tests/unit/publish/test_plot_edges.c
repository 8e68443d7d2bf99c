/* Plots of nothing, of one thing, of too much, and of hostile things; on a page, on a sheet and in a terminal. */
#include "test_chart_xml.h"
#include "test_plot_gallery.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static buffer out;
static const plot_medium MEDIA[] = {
    {.form = PLOT_WIDE}, {.form = PLOT_NARROW}, {.terminal = true}, {.terminal = true, .colour = true, .columns = 120}};

/* UTF-8 that a terminal can be trusted with: no control character but the line end (and, with colour, our own escapes). */
static void check(const plot_medium *medium)
{
    assert_false(out.failed);
    assert_true(out.length > 0);
    if (!medium->terminal) {
        const char *problem = xml_problem(out.data);
        if (problem != NULL)
            fail_msg("%s in: %s", problem, out.data);
        assert_null(strstr(out.data, "=\"nan"));
        assert_null(strstr(out.data, "=\"inf"));
        assert_null(strstr(out.data, "=\"-inf"));
        assert_null(strstr(out.data, " nan"));
        return;
    }
    for (size_t i = 0; i < out.length; i++) {
        unsigned char c = (unsigned char)out.data[i];
        if (c == 0x1b)
            assert_true(medium->colour && out.data[i + 1] == '[');
        else
            assert_true(c == '\n' || (c >= 0x20 && c != 0x7f));
    }
    for (const char *p = out.data; *p != 0;) {
        size_t n = text_utf8_length(text_of(p));
        assert_true(n > 0);
        p += n;
    }
    assert_null(strstr(out.data, "nan"));
}

static bool says(const char *piece)
{
    bool yes = strstr(out.data, piece) != NULL;
    buffer_clear(&out);
    return yes;
}

static plot_words words(void)
{
    return (plot_words){.subtitle = "Falls <b>&\"' \x01\xff \xe2\x80\xae"
                                    "evil\x1b[2J",
                        .unit = {.name = "per 1,000 \x1b]0;bed days"},
                        .x_name = "a<b\x07"};
}

static plot_control_point point_of(double value)
{
    return (plot_control_point){.value = value,
                                .centre = (double)NAN,
                                .lower = (double)NAN,
                                .upper = (double)NAN,
                                .target = (double)NAN,
                                .part = 1};
}

static plot_interval_row row_of(const char *name, double value)
{
    return (plot_interval_row){.name = name,
                               .value = value,
                               .lower = (double)NAN,
                               .upper = (double)NAN,
                               .outer_lower = (double)NAN,
                               .outer_upper = (double)NAN};
}

static void test_nothing_is_a_sentence(void **state)
{
    (void)state;
    const double nothing[3] = {(double)NAN, (double)NAN, (double)NAN};
    plot_control_point points[3];
    cusum_point sums[3];
    plot_funnel_point funnel[2] = {{.name = "a", .size = (double)NAN, .value = 1},
                                   {.name = "b", .size = 0, .value = 1}};
    inequality_group groups[2] = {{.population = 1, .value = (double)NAN}, {.population = 1, .value = (double)NAN}};
    double survivors[LIFE_BANDS];
    for (size_t i = 0; i < LIFE_BANDS; i++)
        survivors[i] = (double)NAN;
    const plot_life_series life = {.survivors = survivors, .at_birth = {(double)NAN, (double)NAN, (double)NAN}};
    const plot_interval_row row = row_of("a", (double)NAN);
    for (size_t i = 0; i < 3; i++) {
        points[i] = point_of((double)NAN);
        sums[i] = (cusum_point){.high = (double)NAN, .low = (double)NAN};
    }
    for (size_t m = 0; m < COUNT(MEDIA); m++)
        for (size_t count = 0; count < 3; count++) {
            const plot_medium *medium = &MEDIA[m];
            plot_control_chart(&(plot_control){.words = words(), .points = points, .count = count}, medium, &out);
            check(medium);
            assert_true(says("There are no figures to draw"));
            plot_funnel(
                &(plot_funnel_input){
                    .words = words(), .points = funnel, .count = count < 2 ? count : 2, .target = (double)NAN},
                medium, &out);
            check(medium);
            assert_true(says("There are no figures to draw"));
            plot_intervals(
                &(plot_interval_input){.words = words(), .rows = &row, .count = count > 0, .reference = (double)NAN},
                medium, &out);
            check(medium);
            assert_true(says("There are no figures to draw"));
            plot_inequality(
                &(plot_inequality_input){.words = words(), .groups = groups, .count = count < 2 ? count : 2}, medium,
                &out);
            check(medium);
            assert_true(says("There are no figures to draw"));
            plot_trend(&(plot_trend_input){.words = words(), .values = nothing, .count = count}, medium, &out);
            check(medium);
            assert_true(says("There are no figures to draw"));
            plot_cusum(&(plot_cusum_input){.words = words(), .points = sums, .count = count}, medium, &out);
            check(medium);
            assert_true(says("There are no sums to draw"));
            plot_fdr(&(plot_fdr_input){.words = words(), .p = nothing, .count = count, .rate = 0.05}, medium, &out);
            check(medium);
            assert_true(says("There are no figures to draw"));
            plot_life_table(&(plot_life_input){.words = words(), .series = &life, .count = count > 0}, medium, &out);
            check(medium);
            assert_true(says("There is no life table to draw"));
            plot_disclosure(&(plot_disclosure_input){.words = words(), .rows = 0, .columns = count}, medium, &out);
            check(medium);
            assert_true(says("The table has no cells"));
        }
}

static void test_one_of_each(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(MEDIA); m++) {
        const plot_medium *medium = &MEDIA[m];
        const plot_control_point point = point_of(3);
        plot_control_chart(&(plot_control){.words = words(), .points = &point, .count = 1}, medium, &out);
        check(medium);
        assert_true(says("There is one figure only"));
        const double one = 0.5;
        plot_trend(&(plot_trend_input){.words = words(), .values = &one, .count = 1}, medium, &out);
        check(medium);
        assert_true(says("There is one figure only"));
        plot_fdr(&(plot_fdr_input){.words = words(), .p = &one, .count = 1, .rate = 0.05}, medium, &out);
        check(medium);
        assert_true(says("There is one test only"));
        const inequality_group group = {.population = 5, .value = 1};
        plot_inequality(&(plot_inequality_input){.words = words(), .groups = &group, .count = 1}, medium, &out);
        check(medium);
        assert_true(says("There is one group only"));
        const cusum_point sum = {.high = 0, .low = 0};
        plot_cusum(&(plot_cusum_input){.words = words(), .points = &sum, .count = 1}, medium, &out);
        check(medium);
        assert_true(says("There is one figure only"));
        /* One row, one organisation and one cell are worth a drawing. */
        const plot_interval_row row = row_of("Only <one>", 4.5);
        plot_intervals(&(plot_interval_input){.words = words(), .rows = &row, .count = 1, .reference = (double)NAN},
                       medium, &out);
        check(medium);
        assert_true(says("4.5"));
        const plot_funnel_point organisation = {.name = "Only", .size = 10, .value = 0.5};
        plot_funnel(&(plot_funnel_input){.words = words(), .points = &organisation, .count = 1, .target = 0.5}, medium,
                    &out);
        check(medium);
        assert_true(says("1 organisation"));
        const disclosure_cell cell = {.count = 3, .state = CELL_PRIMARY};
        plot_disclosure(&(plot_disclosure_input){.words = words(), .cells = &cell, .rows = 1, .columns = 1}, medium,
                        &out);
        check(medium);
        assert_true(says("1 of 1 cells withheld"));
    }
}

static const double HOSTILE[] = {1e300, -1e300, INFINITY, -INFINITY, (double)NAN, DBL_MIN,
                                 0,     1e-9,   5e14,     -3,        1e149,       DBL_MAX};
static const char *const NAMES[] = {
    "</title><script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "a\nb\tc",
    "\xff\xfe\x80",
    "\xe2\x80\xae"
    "rtl",
    "\"quoted\" & 'single'",
    "",
    NULL,
    "A name that is very much longer than any place in the drawing could ever hold, and then more",
    "]]>",
    "&amp;",
    "\xf0\x9f\x98\x80"};

static void test_hostile_figures_and_names(void **state)
{
    (void)state;
    enum { N = COUNT(HOSTILE) };
    plot_control_point points[N];
    plot_funnel_point funnel[N];
    plot_interval_row rows[N];
    plot_time times[N];
    inequality_group groups[N];
    cusum_point sums[N];
    plot_funnel_curve curve[N];
    disclosure_cell cells[N];
    double p[N], survivors[LIFE_BANDS];
    const trend_rank rank = {.n = N,
                             .p = 0.01,
                             .tau = (double)NAN,
                             .slope = 1e200,
                             .intercept = -1e280,
                             .slope_lower = -INFINITY,
                             .slope_upper = (double)NAN};
    const slope_result slope = {.intercept = 1e-300, .sii = {-5, -INFINITY, (double)NAN}, .rii = {1e308, 0, 0}};
    const trend_recent recent = {.verdict = TREND_RISING, .points = 500};
    for (size_t i = 0; i < N; i++) {
        double a = HOSTILE[i], b = HOSTILE[(i + 5) % N], c = HOSTILE[(i + 7) % N];
        points[i] = (plot_control_point){a, b, c, b, c, (int32_t)(i % 3), i == 4, (spc_signal)(i % 6)};
        funnel[i] = (plot_funnel_point){NAMES[i], c, a, (int8_t)(i * 37), i == 3};
        rows[i] = (plot_interval_row){NAMES[i], NAMES[(i + 3) % N], a, b, c, c, b, (int8_t)(i - 5),
                                      i == 2,   NAMES[(i + 1) % N]};
        times[i] = (plot_time){i % 2 == 0 ? INT32_MAX : INT32_MIN + (int32_t)i, NAMES[i]};
        groups[i] = (inequality_group){c, a, b, b, c};
        sums[i] = (cusum_point){fabs(a), fabs(b), i % 3 == 0, i % 4 == 0, SIZE_MAX};
        curve[i] = (plot_funnel_curve){a, {a, b, c, a}};
        cells[i] = (disclosure_cell){INT64_MAX, INT64_MIN + (int64_t)i, (cell_state)(i % 3)};
        p[i] = a;
    }
    for (size_t i = 0; i < LIFE_BANDS; i++)
        survivors[i] = HOSTILE[i % N];
    const plot_life_series life[8] = {{NAMES[0], survivors, {1e300, 0, 0}}, {NAMES[3], survivors, {0, 0, 0}},
                                      {NAMES[8], survivors, {0, 0, 0}},     {NULL, survivors, {0, 0, 0}},
                                      {NAMES[1], survivors, {0, 0, 0}},     {"", survivors, {0, 0, 0}},
                                      {"g", survivors, {0, 0, 0}},          {"h", survivors, {0, 0, 0}}};
    for (size_t m = 0; m < COUNT(MEDIA); m++)
        for (int kind = 0; kind < 8; kind++) {
            const plot_medium *medium = &MEDIA[m];
            plot_words w = words();
            w.unit.kind = (plot_unit_kind)(kind % 4);
            w.unit.may_be_negative = kind >= 4;
            w.title = kind == 2 ? NAMES[0] : NULL;
            w.note = NAMES[8];
            const better way = (better)(kind % 3);
            plot_control_chart(&(plot_control){w, (chart_kind)(kind + 5), NAMES[kind], kind % 2 ? times : NULL, points,
                                               N, NULL, 3, NAMES, NAMES[3]},
                               medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_funnel(&(plot_funnel_input){w, funnel, N, HOSTILE[kind], NAMES[0], curve, N, curve, N, NAMES[2], way},
                        medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_intervals(&(plot_interval_input){w, rows, N, kind % 2 == 0, kind > 3, HOSTILE[kind], NAMES[1],
                                                  NAMES[5], way, kind > 2},
                           medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_inequality(
                &(plot_inequality_input){w, groups, NAMES, N, &slope, (slope_scale)(kind % 3), kind > 2, kind - 2, 7},
                medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_trend(&(plot_trend_input){w, times, HOSTILE, p, p, N, &rank, &recent, 0, way}, medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_cusum(&(plot_cusum_input){w, times, sums, N, HOSTILE[kind], HOSTILE[kind + 1], HOSTILE[kind + 2], way},
                       medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_fdr(&(plot_fdr_input){w, p, NAMES, N, HOSTILE[kind]}, medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_life_table(&(plot_life_input){w, life, 8}, medium, &out);
            check(medium);
            buffer_clear(&out);
            plot_disclosure(&(plot_disclosure_input){w, cells, NAMES, NAMES, 4, 3}, medium, &out);
            check(medium);
            buffer_clear(&out);
        }
}

static void test_remarks_stand_where_a_figure_would(void **state)
{
    (void)state;
    plot_interval_row rows[2] = {row_of("A", 12), row_of("B", (double)NAN)};
    rows[1].remark = "fewer than 10 events";
    for (size_t m = 0; m < COUNT(MEDIA); m++) {
        plot_intervals(&(plot_interval_input){.rows = rows, .count = 2, .reference = (double)NAN}, &MEDIA[m], &out);
        check(&MEDIA[m]);
        assert_true(says("fewer than 10 events"));
    }
}

static void test_too_many_are_told(void **state)
{
    (void)state;
    enum { N = 5000 };
    plot_control_point *points = calloc(N, sizeof *points);
    plot_funnel_point *funnel = calloc(N, sizeof *funnel);
    plot_interval_row *rows = calloc(N, sizeof *rows);
    double *p = calloc(N, sizeof *p);
    assert_true(points != NULL && funnel != NULL && rows != NULL && p != NULL);
    for (size_t i = 0; i < N; i++) {
        points[i] = point_of((double)(i % 17));
        funnel[i] =
            (plot_funnel_point){.name = "f", .size = (double)i + 1, .value = 1, .level = (int8_t)(i % 50 == 0 ? 2 : 0)};
        rows[i] = row_of("r", (double)i);
        p[i] = (double)(i + 1) / N;
    }
    for (size_t m = 0; m < COUNT(MEDIA); m++) {
        plot_control_chart(&(plot_control){.points = points, .count = N}, &MEDIA[m], &out);
        check(&MEDIA[m]);
        assert_true(says("the last 2000 of 5000 points"));
        plot_funnel(&(plot_funnel_input){.points = funnel, .count = N, .target = (double)NAN}, &MEDIA[m], &out);
        check(&MEDIA[m]);
        assert_true(says("points are drawn of 5000"));
        plot_intervals(&(plot_interval_input){.rows = rows, .count = N, .reference = (double)NAN}, &MEDIA[m], &out);
        check(&MEDIA[m]);
        assert_true(says("the first 400 of 5000 rows"));
        plot_fdr(&(plot_fdr_input){.p = p, .count = N, .rate = 0.05}, &MEDIA[m], &out);
        check(&MEDIA[m]);
        assert_true(says("of 5000 points are drawn"));
    }
    free(points);
    free(funnel);
    free(rows);
    free(p);
}

static void test_sheet(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(MEDIA); m++) {
        plot_sheet sheet = {0};
        buffer one = {0};
        for (size_t i = 0; i < PLOT_MOST_SHEET + 3; i++) {
            const plot_medium medium = plot_sheet_medium(&sheet, &MEDIA[m]);
            gallery_run(&medium, &one);
            plot_sheet_add(&sheet, &MEDIA[m], &one);
            assert_int_equal(one.length, 0);
        }
        assert_int_equal(sheet.drawn, PLOT_MOST_SHEET);
        plot_sheet_end(&sheet, &MEDIA[m], "All <groups>", &out);
        check(&MEDIA[m]);
        assert_non_null(strstr(out.data, "3 more groups are not drawn"));
        if (!MEDIA[m].terminal) {
            assert_int_equal(xml_count(out.data, "<svg"), 1);
            assert_int_equal(xml_count(out.data, "<style>"), 2);
            assert_int_equal(xml_count(out.data, "id=\"plot-7-title\""), 1);
            assert_non_null(strstr(out.data, ">All &lt;groups&gt;</title>"));
        }
        buffer_clear(&out);
        plot_sheet_end(&sheet, &MEDIA[m], NULL, &out);
        check(&MEDIA[m]);
        assert_true(says("There are no figures to draw"));
        buffer_free(&one);
    }
}

static void test_formats(void **state)
{
    (void)state;
    plot_format format;
    error err;
    static const struct {
        const char *target;
        plot_format format;
    } good[] = {{"terminal", PLOT_TERMINAL}, {"a.svg", PLOT_SVG}, {"x/y.PNG", PLOT_PNG}, {"report.v2.Pdf", PLOT_PDF}};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(plot_format_find(good[i].target, &format, &err), STATUS_OK);
        assert_int_equal(format, good[i].format);
        assert_int_equal(plot_medium_of(format).terminal, format == PLOT_TERMINAL);
    }
    static const char *const bad[] = {"", "svg", ".svg", "a.jpeg", "terminal.txt", NULL};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(plot_format_find(bad[i], &format, &err), STATUS_USAGE);
        assert_non_null(strstr(err.hint, ".svg, .png or .pdf"));
    }
}

static void test_terminal_keeps_its_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(GALLERY); i++)
        for (int columns = 60; columns <= 200; columns += 35) {
            const plot_medium medium = {.terminal = true, .columns = columns};
            buffer_clear(&out);
            GALLERY[i].draw(&medium, &out);
            check(&medium);
            int used = 0;
            for (const char *p = out.data; *p != 0; p++) {
                used = *p == '\n' ? 0 : used + (((unsigned char)*p & 0xc0) != 0x80);
                if (used > columns)
                    fail_msg("%s at %d columns: a line is wider: %s", GALLERY[i].name, columns, out.data);
            }
        }
    buffer_clear(&out);
}

static int end(void **state)
{
    (void)state;
    buffer_free(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_a_sentence),
                                       cmocka_unit_test(test_one_of_each),
                                       cmocka_unit_test(test_hostile_figures_and_names),
                                       cmocka_unit_test(test_remarks_stand_where_a_figure_would),
                                       cmocka_unit_test(test_too_many_are_told),
                                       cmocka_unit_test(test_sheet),
                                       cmocka_unit_test(test_formats),
                                       cmocka_unit_test(test_terminal_keeps_its_columns)};
    return cmocka_run_group_tests(tests, NULL, end);
}
