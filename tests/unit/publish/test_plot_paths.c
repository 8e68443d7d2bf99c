/* Paths into the future: what is drawn says what was given, whatever is missing. */
#include "publish/plots.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { COUNT = 6 };
static const double today[COUNT] = {55, 55, 54, 54, 53, 53}, planned[COUNT] = {55, 60, 68, 77, 86, 92};
static plot_time times[COUNT];

static plot_paths_input input_make(const plot_path_line lines[2])
{
    for (int i = 0; i < COUNT; i++)
        times[i] = (plot_time){.when = date_of(2026, 4 + i, 1)};
    return (plot_paths_input){
        .words = {.title = "It takes 60,454 <treatments>", .subtitle = "Essex & more", .unit = {.kind = PLOT_PERCENT}},
        .times = times,
        .count = COUNT,
        .lines = lines,
        .line_count = 2,
        .target = 92};
}

static void holds(const buffer *b, const char *words)
{
    if (b->data == NULL || strstr(b->data, words) == NULL)
        fail_msg("the drawing does not say \"%s\"", words);
}

static void test_svg_and_terminal(void **state)
{
    (void)state;
    const plot_path_line lines[2] = {{.name = "As today", .values = today}, {.name = "Planned", .values = planned}};
    plot_paths_input input = input_make(lines);
    for (int terminal = 0; terminal <= 1; terminal++) {
        buffer out = {0};
        const plot_medium medium = plot_medium_of(terminal ? PLOT_TERMINAL : PLOT_SVG);
        plot_paths(&input, &medium, &out);
        assert_false(out.failed);
        holds(&out, terminal ? "<treatments>" : "&lt;treatments&gt;");
        holds(&out, "As today");
        holds(&out, "Planned");
        holds(&out, "Target 92%");
        if (!terminal) {
            holds(&out, "September 2026: Planned 92.0%, As today 53.0%");
            holds(&out, "Line chart of 2 courses from April 2026 to September 2026");
        }
        buffer_free(&out);
    }
}

/* The least and the most of the whole per cents that label the axis. */
static void labels_read(const char *svg, double *least, double *most)
{
    for (const char *at = strchr(svg, '>'); at != NULL; at = strchr(at + 1, '>')) {
        char *end = NULL;
        const double value = strtod(at + 1, &end);
        if (end == at + 1 || end[0] != '%' || end[1] != '<')
            continue;
        *least = fmin(*least, value);
        *most = fmax(*most, value);
    }
}

/* A range that is given widens the axis. */
static void test_the_axis_holds_the_interval(void **state)
{
    (void)state;
    const double low[COUNT] = {55, 50, 44, 38, 31, 22}, high[COUNT] = {55, 60, 70, 80, 92, 99};
    const plot_path_line narrow[2] = {{.name = "As today", .values = today}, {.name = "Planned", .values = today}},
                         wide[2] = {{.name = "As today", .values = today, .lower = low, .upper = high},
                                    {.name = "Planned", .values = today}};
    for (int is_wide = 0; is_wide <= 1; is_wide++) {
        plot_paths_input input = input_make(is_wide ? wide : narrow);
        input.target = NAN;
        buffer out = {0};
        const plot_medium medium = plot_medium_of(PLOT_SVG);
        plot_paths(&input, &medium, &out);
        assert_false(out.failed);
        double least = INFINITY, most = -INFINITY;
        labels_read(out.data, &least, &most);
        assert_int_equal(least <= 40, is_wide);
        assert_int_equal(most >= 80, is_wide);
        buffer_free(&out);
    }
}

static void test_a_course_keeps_its_look(void **state)
{
    (void)state;
    const plot_path_line lines[2] = {{.name = "What it takes", .values = planned, .series = 2},
                                     {.name = "Your levers", .values = today, .series = 3}};
    const plot_paths_input input = input_make(lines);
    buffer out = {0};
    const plot_medium medium = plot_medium_of(PLOT_SVG);
    plot_paths(&input, &medium, &out);
    holds(&out, "plot-series-2");
    holds(&out, "plot-series-3");
    assert_null(strstr(out.data, "class=\"plot-series-1\""));
    buffer_free(&out);
}

static void test_gaps_intervals_and_nothing(void **state)
{
    (void)state;
    const double gap[COUNT] = {55, NAN, INFINITY, 60, 61, NAN}, lower[COUNT] = {50, 51, 52, 53, 54, 55},
                 upper[COUNT] = {60, 61, 62, 63, 64, 65};
    const plot_path_line lines[2] = {{.name = "As today", .values = today}, {.name = "Planned", .values = gap}};
    plot_paths_input input = input_make(lines);
    input.lower = lower;
    input.upper = upper;
    input.target = NAN;
    const plot_medium medium = plot_medium_of(PLOT_SVG);
    buffer out = {0};
    plot_paths(&input, &medium, &out);
    holds(&out, "Interval");
    assert_null(strstr(out.data, "nan"));
    assert_null(strstr(out.data, "inf\""));
    buffer_clear(&out);
    input.count = 1;
    plot_paths(&input, &medium, &out);
    holds(&out, "There are no two months");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_svg_and_terminal), cmocka_unit_test(test_the_axis_holds_the_interval),
        cmocka_unit_test(test_a_course_keeps_its_look), cmocka_unit_test(test_gaps_intervals_and_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
