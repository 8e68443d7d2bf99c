/* Every plot as SVG: valid, complete for those who hear it, the same every time, and its words stay apart. */
#include "publish/chart_draw.h"
#include "test_chart_xml.h"
#include "test_plot_gallery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void sound(const char *name, const char *svg)
{
    const char *problem = xml_problem(svg);
    if (problem != NULL)
        fail_msg("%s: %s in %s", name, problem, svg);
    static const char *const never[] = {"=\"nan", "=\"inf", "=\"-inf", " nan", "NaN", ">nan", ">inf", "style=\""};
    for (size_t i = 0; i < COUNT(never); i++)
        if (strstr(svg, never[i]) != NULL)
            fail_msg("%s holds '%s'", name, never[i]);
}

static void words_stay_apart(const char *name, const char *svg)
{
    static text_box boxes[600];
    double height = 0, width = 0;
    assert_int_equal(sscanf(strstr(svg, "viewBox=\"0 0 ") + 13, "%lf %lf", &width, &height), 2);
    size_t n = xml_text_boxes(svg, draw_text_width, boxes, 600);
    assert_true(n > 3);
    for (size_t i = 0; i < n; i++) {
        if (boxes[i].left < -1 || boxes[i].right > width + 1 || boxes[i].top < 0 || boxes[i].bottom > height + 1)
            fail_msg("%s: '%s' leaves the picture: %.1f..%.1f, %.1f..%.1f of %.0f x %.0f", name, boxes[i].words,
                     boxes[i].left, boxes[i].right, boxes[i].top, boxes[i].bottom, width, height);
        for (size_t k = i + 1; k < n; k++)
            if (boxes[i].left < boxes[k].right && boxes[k].left < boxes[i].right && boxes[i].top < boxes[k].bottom &&
                boxes[k].top < boxes[i].bottom)
                fail_msg("%s: '%s' overlaps '%s'", name, boxes[i].words, boxes[k].words);
    }
}

static void test_every_plot(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(GALLERY); i++)
        for (int form = 0; form < 4; form++) {
            buffer once = {0}, again = {0};
            const plot_medium medium = {
                .form = form % 2 == 0 ? PLOT_WIDE : PLOT_NARROW, .inlined = form >= 2, .unique = "p"};
            GALLERY[i].draw(&medium, &once);
            GALLERY[i].draw(&medium, &again);
            assert_false(once.failed);
            sound(GALLERY[i].name, once.data);
            words_stay_apart(GALLERY[i].name, once.data);
            assert_string_equal(once.data, again.data);
            assert_int_equal(xml_count(once.data, "<style>"), form >= 2 ? 0 : 2);
            assert_int_equal(xml_count(once.data, "<title id=\"p-title\">"), 1);
            assert_int_equal(xml_count(once.data, "<desc id=\"p-desc\">"), 1);
            assert_null(strstr(once.data, "<desc id=\"p-desc\"></desc>"));
            assert_true(xml_count(once.data, "role=\"listitem\"") >= 5);
            assert_true(once.length < 60 * 1024);
            buffer_free(&once);
            buffer_free(&again);
        }
}

static const char *wide(gallery_draw draw)
{
    static buffer out;
    const plot_medium medium = {.unique = "w"};
    buffer_clear(&out);
    draw(&medium, &out);
    return out.data;
}

static void expect(const char *svg, const char *piece)
{
    if (strstr(svg, piece) == NULL)
        fail_msg("'%s' is not in %s", piece, svg);
}

static void test_titles_say_the_finding(void **state)
{
    (void)state;
    expect(wide(gallery_xmr), "<title id=\"w-title\">Improving: 64.9% in April 2026</title>");
    expect(wide(gallery_funnel), "<title id=\"w-title\">4 of 121 lie outside the 99.8% limits: 2 high, 2 low</title>");
    expect(wide(gallery_trend), "Rising by 0.214 percentage points a month (95% limits 0.175 to 0.272)");
    expect(wide(gallery_recent), "<title id=\"w-title\">Recent trend: increasing</title>");
    expect(wide(gallery_cusum), "<title id=\"w-title\">A lasting rise, likely from May 2025</title>");
    expect(wide(gallery_fdr), "<title id=\"w-title\">2 of 121 tests stand out</title>");
    expect(wide(gallery_inequality),
           "Falls from most to least deprived by 3.28 percentage points (95% limits 3.16 to 3.41)");
    expect(wide(gallery_life), "<title id=\"w-title\">Life expectancy at birth: Women 83.6, Men 79.5 years</title>");
    expect(wide(gallery_intervals), "9 higher and 7 lower than England, beyond chance");
}

static void test_points_say_their_figure(void **state)
{
    (void)state;
    const char *svg = wide(gallery_xmr);
    expect(svg, "<title>April 2026: 64.9%, improvement</title>");
    expect(svg, "<title>April 2023: no figure</title>");
    expect(svg, ">Target 65%</text>");
    expect(svg, ">Limits recalculated</text>");
    assert_int_equal(xml_count(svg, "role=\"listitem\""), 43);
    svg = wide(gallery_p_prime);
    expect(svg, "October 2025: 62.6%, left out of the calculation");
    expect(svg, "Left out of the calculation</text>");
    expect(wide(gallery_run), "No sign of a shift in 20 points");
    expect(wide(gallery_run), ">Median 61.4%</text>");
    svg = wide(gallery_funnel);
    expect(svg, "East Cheshire: ");
    expect(svg, ", below the 99.8% limits</title>");
    expect(svg, ">University Hospitals of Leicester</text>");
    svg = wide(gallery_cusum);
    assert_int_equal(xml_count(svg, ">Up from May 2025</text>"), 1); /* a missing month does not start a change again */
    /* What is withheld is not in the drawing. */
    svg = wide(gallery_disclosure);
    assert_null(strstr(svg, ">3</text>"));
    assert_null(strstr(svg, "40 to 64: 3<"));
    expect(svg, "Ashby, 40 to 64: withheld</title>");
    expect(svg, "Ashby, 0 to 17: withheld to protect another</title>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_plot), cmocka_unit_test(test_titles_say_the_finding),
                                       cmocka_unit_test(test_points_say_their_figure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
