/* The SPC chart: valid whatever comes in, complete for those who hear it, and its words never overlap. */
#include "publish/chart_draw.h"
#include "test_chart_fixture.h"
#include "test_chart_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static fixture f;
static buffer out;

static const char *draw(chart_form form, bool standalone)
{
    buffer_clear(&out);
    chart_spc_write(&f.view, "c", form, standalone, &out);
    assert_false(out.failed);
    const char *problem = xml_problem(out.data);
    if (problem != NULL)
        fail_msg("%s in: %s", problem, out.data);
    assert_null(strstr(out.data, "nan"));
    assert_null(strstr(out.data, "inf"));
    return out.data;
}

static void no_words_overlap(const char *svg, double width, double height)
{
    static text_box boxes[400];
    size_t n = xml_text_boxes(svg, draw_text_width, boxes, 400);
    assert_true(n > 3);
    for (size_t i = 0; i < n; i++) {
        if (boxes[i].left < 0 || boxes[i].right > width + 1 || boxes[i].top < 0 || boxes[i].bottom > height)
            fail_msg("'%s' leaves the picture: %.1f..%.1f, %.1f..%.1f", boxes[i].words, boxes[i].left, boxes[i].right,
                     boxes[i].top, boxes[i].bottom);
        for (size_t k = i + 1; k < n; k++)
            if (boxes[i].left < boxes[k].right && boxes[k].left < boxes[i].right && boxes[i].top < boxes[k].bottom &&
                boxes[k].top < boxes[i].bottom)
                fail_msg("'%s' overlaps '%s'", boxes[i].words, boxes[k].words);
    }
}

static void england(void)
{
    fixture_begin(&f, 2022, 10, ENGLAND_18_WEEKS, 43);
    f.points[30].revised = true;
    fixture_judge(&f, 70, NULL, 0);
    for (size_t i = 0; i < 42; i++)
        f.points[i].target = 65;
}

static void test_xml_reader_can_fail(void **state)
{
    (void)state;
    assert_null(xml_problem("<svg a=\"1\"><g/>x &amp; y</svg>"));
    const char *const bad[] = {"",
                               "<svg>",
                               "<svg></g>",
                               "<svg a=1/>",
                               "<svg a=\"1\" a=\"2\"/>",
                               "<svg>a & b</svg>",
                               "<svg/><g/>",
                               "<svg style=\"\"/>",
                               "<svg>\x01</svg>",
                               "<svg>\xff</svg>",
                               "x<svg/>"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(xml_problem(bad[i]));
}

static void test_has_title_description_and_points(void **state)
{
    (void)state;
    england();
    const char *svg = draw(CHART_WIDE, true);
    assert_non_null(strstr(svg, "viewBox=\"0 0 720 340\""));
    assert_non_null(strstr(svg, "aria-labelledby=\"c-title\" aria-describedby=\"c-desc\""));
    assert_non_null(strstr(svg, "<title id=\"c-title\">Improving: 64.9% in April 2026, above its usual range</title>"));
    assert_non_null(strstr(svg, "<desc id=\"c-desc\">Waiting 18 weeks or less, England (% of people waiting). Line "
                                "chart from October 2022 to April 2026."));
    assert_non_null(strstr(svg, "There is no figure for April 2023."));
    assert_non_null(strstr(svg, "1 was revised since first published (ring)."));
    assert_non_null(strstr(svg, "A dark red line marks the target, 70% by March 2027."));
    assert_int_equal(xml_count(svg, "role=\"listitem\""), 43);
    assert_non_null(strstr(svg, "<title>April 2026: 64.9%, improvement: above the upper limit</title>"));
    assert_non_null(strstr(svg, "<title>April 2023: no figure</title>"));
    assert_non_null(strstr(
        svg,
        "<title>April 2025: 59.7%, improvement: part of a run above average, revised since first published</title>"));
    assert_non_null(strstr(svg, ">Target 65%</text>"));
    assert_int_equal(xml_count(svg, "class=\"chart-ring\""), 2); /* the point and the key */
    assert_int_equal(xml_count(svg, "<style>"), 1);
    assert_int_equal(xml_count(draw(CHART_WIDE, false), "<style>"), 0);
    no_words_overlap(draw(CHART_WIDE, true), 720, 340);
    assert_non_null(strstr(draw(CHART_NARROW, false), "last 24 months"));
    assert_int_equal(xml_count(out.data, "role=\"listitem\""), 24);
    no_words_overlap(out.data, 360, 420);
}

/* A missing month breaks the line: the path starts anew after it. */
static void test_gap_breaks_the_line(void **state)
{
    (void)state;
    england();
    const char *svg = draw(CHART_WIDE, false), *line = strstr(svg, "class=\"chart-line\"");
    assert_non_null(line);
    const char *end = strstr(line, "/>");
    size_t moves = 0;
    for (const char *p = strstr(line, " d=\""); p != NULL && p < end; p++)
        moves += *p == 'M';
    assert_int_equal(moves, 2);
    /* An absent row is a gap too. */
    memmove(&f.points[6], &f.points[7], 36 * sizeof *f.points);
    f.view.count = 42;
    line = strstr(draw(CHART_WIDE, false), "class=\"chart-line\"");
    end = strstr(line, "/>");
    moves = 0;
    for (const char *p = strstr(line, " d=\""); p != NULL && p < end; p++)
        moves += *p == 'M';
    assert_int_equal(moves, 2);
}

/* Shape and colour for each signal, in the list of points. */
static void test_shape_of_each_signal(void **state)
{
    (void)state;
    static const struct {
        const char *signal, *shape;
    } cases[] = {{"improvement", "<circle"},
                 {"concern", "<path d=\"M"},
                 {"high", "<rect"},
                 {"low", "<rect"},
                 {"common-cause", "<circle"}};
    static const char *const classes[] = {"class=\"chart-improvement\"", "class=\"chart-concern\"",
                                          "class=\"chart-neutral\"", "class=\"chart-neutral\"",
                                          "class=\"chart-common\""};
    double values[20];
    for (int i = 0; i < 20; i++)
        values[i] = 60 + (i * 7 % 5);
    for (size_t k = 0; k < 5; k++) {
        fixture_begin(&f, 2024, 9, values, 20);
        fixture_judge(&f, (double)NAN, NULL, 0);
        for (size_t i = 0; i < 20; i++)
            f.points[i].signal = i == 10 ? cases[k].signal : "";
        const char *svg = draw(CHART_WIDE, false), *point = strstr(svg, "<title>July 2025: 60.0%");
        assert_non_null(point);
        const char *mark = strstr(point, cases[k].shape), *end = strstr(point, "</g>");
        /* the hit area comes first: look behind it */
        mark = strstr(strstr(point, "chart-hit"), cases[k].shape);
        assert_non_null(mark);
        assert_true(mark < end);
        const char *coloured = strstr(point, classes[k]);
        assert_true(coloured != NULL && coloured < end);
    }
}

static void test_estimated_points_are_drawn_apart(void **state)
{
    (void)state;
    double values[30];
    for (int i = 0; i < 30; i++)
        values[i] = 60 + (i * 7 % 5);
    fixture_begin(&f, 2023, 11, values, 30);
    for (size_t i = 0; i < 12; i++)
        f.points[i].estimated = true;
    fixture_judge(&f, (double)NAN, NULL, 0);
    const char *svg = draw(CHART_WIDE, false);
    assert_int_equal(xml_count(svg, "<circle class=\"chart-open\""), 13); /* and the key */
    assert_non_null(strstr(svg, "stroke-dasharray=\"3 3\""));
    assert_non_null(strstr(svg, ">estimated</text>"));
    assert_non_null(strstr(svg, "<title>November 2023: 60.0%, estimated</title>"));
    no_words_overlap(svg, 720, 340);
}

static void test_segments(void **state)
{
    (void)state;
    size_t rebases[] = {28};
    fixture_begin(&f, 2022, 10, ENGLAND_18_WEEKS, 43);
    fixture_judge(&f, 70, rebases, 1);
    const char *svg = draw(CHART_WIDE, false);
    assert_non_null(strstr(svg, ">Limits recalculated</text>"));
    assert_int_equal(xml_count(svg, "<rect class=\"chart-band\""), 3); /* two segments and the key */
    assert_non_null(strstr(svg, "worked out anew once"));
    no_words_overlap(svg, 720, 340);
}

/* Few points still make a chart, and say when limits will come. */
static void test_few_points(void **state)
{
    (void)state;
    double values[] = {62, 63, 63.5, 64, 64.9};
    for (size_t n = 1; n <= 5; n += 4) {
        fixture_begin(&f, 2026, 4 - (int)(n == 5) * 3, values + (n == 1 ? 4 : 0), n);
        fixture_judge(&f, 70, NULL, 0);
        const char *svg = draw(CHART_WIDE, true);
        assert_non_null(strstr(svg, ">Limits appear from 13 months</text>"));
        assert_non_null(strstr(svg, ">Target 70%</text>"));
        assert_null(strstr(svg, "chart-band\" fill"));
        assert_int_equal(xml_count(svg, "role=\"listitem\""), n);
        no_words_overlap(svg, 720, 340);
        no_words_overlap(draw(CHART_NARROW, true), 360, 420);
    }
    fixture_begin(&f, 2026, 4, (double[]){(double)NAN}, 1);
    fixture_judge(&f, (double)NAN, NULL, 0);
    assert_non_null(strstr(draw(CHART_WIDE, true), ">No figures for England for April 2026.</text>"));
    f.view.count = 0;
    assert_non_null(strstr(draw(CHART_WIDE, true), ">No figures for England.</text>"));
}

/* A percent axis ends at 100 although a limit passes it, and the picture says so. */
static void test_limits_past_the_possible(void **state)
{
    (void)state;
    double values[24];
    for (int i = 0; i < 24; i++)
        values[i] = 97 + (i % 2) * 2.4;
    fixture_begin(&f, 2024, 5, values, 24);
    fixture_judge(&f, 92, NULL, 0);
    assert_true(f.points[23].upper > 100);
    const char *svg = draw(CHART_WIDE, false);
    assert_non_null(strstr(svg, ">Upper limit over 100%</text>"));
    assert_non_null(strstr(svg, "its upper edge lies above the chart"));
    assert_null(strstr(svg, ">102%</text>"));
    no_words_overlap(svg, 720, 340);
    for (int i = 0; i < 24; i++)
        f.points[i].value = 0.3 + (i % 2) * 0.9;
    f.measure.better = BETTER_LOWER;
    fixture_judge(&f, 1, NULL, 0);
    svg = draw(CHART_WIDE, false);
    assert_non_null(strstr(svg, ">Lower limit below 0%</text>"));
    assert_non_null(strstr(svg, ">0%</text>"));
    no_words_overlap(svg, 720, 340);
}

static void test_open_band(void **state)
{
    (void)state;
    double values[16];
    for (int i = 0; i < 16; i++)
        values[i] = 90 + i * 7 % 9;
    fixture_begin(&f, 2025, 1, values, 16);
    f.measure.unit = f.measure.unit_label = "weeks";
    f.measure.better = BETTER_LOWER;
    f.points[15].over_open_band = true;
    f.points[15].value = (double)NAN;
    fixture_judge(&f, (double)NAN, NULL, 0);
    const char *svg = draw(CHART_WIDE, false);
    assert_non_null(strstr(svg, ">104+ weeks</text>"));
    assert_non_null(strstr(svg, "<title>April 2026: 104+ weeks</title>"));
    assert_non_null(strstr(svg, "open band of 104 weeks or more"));
    no_words_overlap(svg, 720, 340);
}

static void test_hostile_names(void **state)
{
    (void)state;
    static char long_name[20000];
    memset(long_name, 'W', sizeof long_name - 1);
    const char *const names[] = {"<script>alert(1)</script>",
                                 "\"&'>",
                                 "]]>",
                                 "\x01\x02\x7f",
                                 "\xff\xfe\xc3",
                                 "\xed\xa0\x80",
                                 "\xef\xbf\xbf",
                                 "",
                                 " ",
                                 "\xe2\x80\xae evil",
                                 long_name};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        england();
        f.org = (edition_org){
            .code = "X", .name = names[i], .short_name = names[i], .kind = ORG_INDEPENDENT, .became = names[i]};
        f.measure.name = f.measure.unit_label = f.measure.sentence = f.measure.short_name = names[i];
        for (int form = 0; form < 2; form++) {
            const char *svg = draw(form == 0 ? CHART_WIDE : CHART_NARROW, true);
            assert_null(strstr(svg, "<script"));
        }
        buffer_clear(&out);
        chart_spc_write(&f.view, names[i], CHART_WIDE, false, &out);
        assert_null(xml_problem(out.data));
    }
}

/* The same bytes every time, whatever the buffer held before. */
static void test_same_bytes(void **state)
{
    (void)state;
    buffer first = {0};
    england();
    chart_spc_svg(&f.view, "c", &first);
    for (size_t i = 0; i < 4; i++) {
        england();
        buffer_clear(&out);
        buffer_text(&out, "before");
        chart_spc_svg(&f.view, "c", &out);
        assert_string_equal(out.data + 6, first.data);
    }
    buffer_free(&first);
}

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Thousands of odd series: always valid, always text that keeps apart at the right. */
static void test_random_series(void **state)
{
    (void)state;
    static const double sizes[] = {1e-9, 0.01, 1, 100, 1e4, 1e7, 1e12, 1e18};
    static const char *const units[] = {"percent", "count", "weeks", "rate", "score", "minutes", "?"};
    uint32_t seed = 7;
    double values[120];
    for (int round = 0; round < 1500; round++) {
        size_t n = 1 + random_next(&seed) % 119;
        double size = sizes[random_next(&seed) % 8], level = (double)(random_next(&seed) % 1000) / 100 * size;
        for (size_t i = 0; i < n; i++) {
            values[i] =
                level + ((double)(random_next(&seed) % 2001) / 1000 - (random_next(&seed) % 5 == 0 ? 1 : 0)) * size;
            if (random_next(&seed) % 11 == 0)
                values[i] = (double)NAN;
        }
        size_t rebases[] = {n / 2};
        fixture_begin(&f, 2015 + (int)(random_next(&seed) % 9), 1 + (int)(random_next(&seed) % 12), values, n);
        f.measure.unit = units[random_next(&seed) % 7];
        f.measure.better = (better)(random_next(&seed) % 3);
        f.measure.decimals = (int32_t)(random_next(&seed) % 4);
        for (size_t i = 0; i < n; i++) {
            f.points[i].revised = random_next(&seed) % 9 == 0;
            f.points[i].estimated = i < n / 4 && random_next(&seed) % 2 == 0;
        }
        fixture_judge(&f, random_next(&seed) % 2 == 0 ? level : (double)NAN, rebases,
                      n > 20 ? random_next(&seed) % 2 : 0);
        (void)draw(round % 2 == 0 ? CHART_WIDE : CHART_NARROW, round % 3 == 0);
        buffer_clear(&out);
        chart_sparkline(&f.view, &out);
        assert_true(out.length == 0 || xml_problem(out.data) == NULL);
        chart_scale scale = {0};
        chart_scale_add(&scale, &f.view);
        if (scale.any) {
            buffer_clear(&out);
            chart_small(&f.view, &scale, "A heading that is longer than its picture is wide", &out);
            assert_null(xml_problem(out.data));
            assert_null(strstr(out.data, "nan"));
        }
        buffer_clear(&out);
        chart_spc_terminal(&f.view, (int)(random_next(&seed) % 240), round % 2 == 0, &out);
        assert_null(strstr(out.data, "nan"));
    }
}

static void test_labels_keep_apart(void **state)
{
    (void)state;
    uint32_t seed = 3;
    for (int round = 0; round < 2000; round++) {
        draw_place places[5];
        size_t n = 1 + random_next(&seed) % 5;
        double y = 40, total = 0;
        for (size_t i = 0; i < n; i++) {
            y += (double)(random_next(&seed) % 40);
            places[i] = (draw_place){.wanted = y, .height = i % 2 == 0 ? 18 : 35};
            total += places[i].height;
        }
        draw_places(places, n, 40, 280);
        for (size_t i = 0; i < n; i++) {
            if (i > 0)
                assert_true(places[i].y - places[i].height / 2 >= places[i - 1].y + places[i - 1].height / 2 - 1e-9);
            assert_true(total > 240 || (places[i].y - places[i].height / 2 >= 40 - 1e-9 &&
                                        places[i].y + places[i].height / 2 <= 280 + 1e-9));
        }
    }
    /* Those that have room stay where they want to be. */
    draw_place apart[] = {{60, 18, 0}, {100, 18, 0}, {200, 35, 0}};
    draw_places(apart, 3, 40, 280);
    assert_true(apart[0].y == 60 && apart[1].y == 100 && apart[2].y == 200);
}

static void test_round_ticks(void **state)
{
    (void)state;
    static const struct {
        double low, high;
        figure_unit unit;
        bool from_zero;
    } cases[] = {
        {58, 70, FIGURE_PERCENT, false},   {0.5, 3.4, FIGURE_PERCENT, true},    {97, 100, FIGURE_PERCENT, false},
        {0, 3, FIGURE_COUNT, true},        {7.2e6, 7.7e6, FIGURE_COUNT, false}, {38, 41, FIGURE_WEEKS, false},
        {-5, 5, FIGURE_SCORE, false},      {100, 100, FIGURE_PERCENT, false},   {0, 0, FIGURE_COUNT, true},
        {1e-6, 2e-6, FIGURE_SCORE, false}, {12, 1e9, FIGURE_COUNT, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draw_range range = draw_range_empty();
        draw_scale scale;
        draw_range_data(&range, cases[i].low);
        draw_range_data(&range, cases[i].high);
        draw_scale_make(&range, cases[i].unit, 4, 60, 260, &scale);
        assert_true(scale.low <= cases[i].low && scale.high >= cases[i].high);
        assert_in_range(scale.count, 4, 7);
        assert_int_equal(scale.low == 0, cases[i].from_zero);
        if (cases[i].unit == FIGURE_PERCENT)
            assert_true(scale.high <= 100 && scale.low >= 0);
        double leading = scale.step / pow(10, floor(log10(scale.step * (1 + 1e-12))));
        assert_true(fabs(leading - 1) < 1e-6 || fabs(leading - 2) < 1e-6 || fabs(leading - 2.5) < 1e-6 ||
                    fabs(leading - 5) < 1e-6);
    }
}

static void test_terminal(void **state)
{
    (void)state;
    england();
    for (int columns = 40; columns <= 220; columns += 20) {
        buffer_clear(&out);
        chart_spc_terminal(&f.view, columns, false, &out);
        assert_null(strstr(out.data, "\x1b"));
        size_t limit = (size_t)(columns < 60 ? 60 : columns > 200 ? 200 : columns), width = 0;
        for (const char *p = out.data; *p != 0; p++) {
            width = *p == '\n' ? 0 : width + (((unsigned char)*p & 0xc0) != 0x80);
            if (width > limit)
                fail_msg("wider than %zu columns: %s", limit, out.data);
        }
        assert_non_null(strstr(out.data, "\xe2\x97\x8f improvement"));
        assert_non_null(strstr(out.data, "average 59."));
        assert_non_null(strstr(out.data, "target 70%"));
    }
    buffer_clear(&out);
    chart_spc_terminal(&f.view, 100, true, &out);
    assert_non_null(strstr(out.data, "\x1b[1;34m\xe2\x97\x8f\x1b[0m"));
    f.measure.name = "evil \x1b[2J\xc2\x9b name";
    buffer_clear(&out);
    chart_spc_terminal(&f.view, 100, false, &out);
    assert_null(strchr(out.data, 0x1b));
    assert_null(strstr(out.data, "\xc2\x9b"));
}

/* The numbers of the circles of a drawing, in order, and where they stand; how many. */
static size_t circles_of(const char *svg, double *x)
{
    size_t n = 0;
    for (const char *c = svg; (c = strstr(c, "class=\"chart-note\"")) != NULL && n < 64; c++) {
        const char *at = strstr(c, " cx=\"");
        assert_non_null(at);
        x[n++] = strtod(at + 5, NULL);
    }
    return n;
}

/* Ten marks in one month, a mark every other month, five and five: none leaves the picture, none hides another, no word touches another. */
static void test_marks_keep_apart(void **state)
{
    static series_mark marks[12];
    static const char *const forms[] = {"wide", "narrow"};
    double x[64];
    (void)state;
    for (int spread = 0; spread < 3; spread++)
        for (int form = 0; form < 2; form++) {
            const size_t count = spread == 1 ? 12 : 10;
            england();
            for (size_t i = 0; i < count; i++)
                marks[i] = (series_mark){spread == 0   ? f.points[42].period
                                         : spread == 1 ? f.points[42 - 2 * (count - 1 - i)].period
                                                       : f.points[i < 5 ? 20 : 42].period,
                                         "Words", (int64_t)i + 1};
            f.view.marks = marks;
            f.view.mark_count = count;
            const char *svg = draw(form == 0 ? CHART_WIDE : CHART_NARROW, false);
            const double width = form == 0 ? 720 : 360;
            const size_t n = circles_of(svg, x);
            if (form == 0 || spread == 0)
                assert_int_equal(n, count);
            else
                assert_true(n > 0 && n <= count); /* a phone shows 24 months */
            for (size_t i = 0; i < n; i++) {
                if (x[i] < 10.5 || x[i] > width - 10.5 || (i > 0 && x[i] - x[i - 1] < 21))
                    fail_msg("%s: mark %zu stands at %.1f, the one before at %.1f", forms[form], i + 1, x[i],
                             i > 0 ? x[i - 1] : 0);
            }
            no_words_overlap(svg, width, form == 0 ? 366 : 446);
            assert_non_null(strstr(svg, "Numbered marks above the plot are explained in the list below the chart."));
        }
}

/* Marks of months that the chart does not reach are left to the list; a chart without marks is as tall as ever. */
static void test_marks_outside(void **state)
{
    static const series_mark early = {{PERIOD_MONTH, 24000, 1}, "Long ago", 1};
    (void)state;
    england();
    f.view.marks = &early;
    f.view.mark_count = 1;
    const char *svg = draw(CHART_WIDE, false);
    assert_null(strstr(svg, "chart-note"));
    assert_non_null(strstr(svg, "viewBox=\"0 0 720 340\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xml_reader_can_fail),
        cmocka_unit_test(test_has_title_description_and_points),
        cmocka_unit_test(test_gap_breaks_the_line),
        cmocka_unit_test(test_shape_of_each_signal),
        cmocka_unit_test(test_estimated_points_are_drawn_apart),
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_few_points),
        cmocka_unit_test(test_limits_past_the_possible),
        cmocka_unit_test(test_open_band),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_random_series),
        cmocka_unit_test(test_labels_keep_apart),
        cmocka_unit_test(test_marks_keep_apart),
        cmocka_unit_test(test_marks_outside),
        cmocka_unit_test(test_round_ticks),
        cmocka_unit_test(test_terminal),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buffer_free(&out);
    return failed;
}
