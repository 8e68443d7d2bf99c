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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_svg_and_terminal),
                                       cmocka_unit_test(test_gaps_intervals_and_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
