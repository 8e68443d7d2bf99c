/* Numbers as people read them, from a table. */
#include "publish/chart_draw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define NONE ((double)NAN)

static buffer out;

static void test_words_and_exact(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        int32_t decimals;
        double value;
        bool open;
        const char *words, *bare, *exact;
    } cases[] = {
        {"percent", 1, 64.8992, false, "64.9%", "64.9%", "64.90"},
        {"percent", 1, 100, false, "100%", "100%", "100.00"},
        {"percent", 1, 0, false, "0%", "0%", "0.00"},
        {"percent", 2, 0.0009, false, "under 0.01%", "under 0.01%", "0.001"},
        {"percent", 1, 0.0501, false, "0.1%", "0.1%", "0.05"},
        {"percent", 1, 99.96, false, "100.0%", "100.0%", "99.96"},
        {"percent", 1, 64.25, false, "64.3%", "64.3%", "64.25"},
        {"percent", 1, -2.14, false,
         "\xe2\x88\x92"
         "2.1%",
         "\xe2\x88\x92"
         "2.1%",
         "-2.14"},
        {"percent", 1, -0.04, false, "0.0%", "0.0%", "-0.04"},
        {"count", 0, 7123980, false, "7.12 million", "7.12 million", "7,123,980"},
        {"count", 0, 999999, false, "999,999", "999,999", "999,999"},
        {"count", 0, 1000000, false, "1.00 million", "1.00 million", "1,000,000"},
        {"count", 0, 9996000, false, "10.0 million", "10.0 million", "9,996,000"},
        {"count", 0, 23456789, false, "23.5 million", "23.5 million", "23,456,789"},
        {"count", 0, 123456789, false, "123 million", "123 million", "123,456,789"},
        {"count", 0, 1234567890, false, "1.23 billion", "1.23 billion", "1,234,567,890"},
        {"count", 0, 0, false, "0", "0", "0"},
        {"count", 0, 1234.5, false, "1,235", "1,235", "1,235"},
        {"weeks", 1, 11.9079, false, "11.9 weeks", "11.9", "11.91"},
        {"weeks", 0, 1, false, "1 week", "1", "1"},
        {"weeks", 1, 1, false, "1.0 weeks", "1.0", "1.00"},
        {"weeks", 1, NONE, true, "104+ weeks", "104+", "104+"},
        {"minutes", 0, 25, false, "25 minutes", "25", "25"},
        {"days", 0, 2, false, "2 days", "2", "2"},
        {"rate", 1, 1234.56, false, "1,234.6 per 100,000", "1,234.6", "1,234.56"},
        {"score", 2, 2.5, false, "2.50", "2.50", "2.500"},
        {"percent", 1, NONE, false, "no figure", "no figure", "no figure"},
        {"percent", 1, (double)INFINITY, false, "no figure", "no figure", "no figure"},
        {"percent", 99, 1, false, "1.000000%", "1.000000%", "1.000000"},
        {"percent", -3, 1.6, false, "2%", "2%", "2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edition_measure m = {.unit = cases[i].unit, .unit_label = "per 100,000", .decimals = cases[i].decimals};
        buffer_clear(&out);
        figure_words(&m, cases[i].value, cases[i].open, &out);
        assert_string_equal(out.data, cases[i].words);
        buffer_clear(&out);
        figure_bare(&m, cases[i].value, cases[i].open, &out);
        assert_string_equal(out.data, cases[i].bare);
        buffer_clear(&out);
        figure_exact(&m, cases[i].value, cases[i].open, &out);
        assert_string_equal(out.data, cases[i].exact);
    }
}

/* Full-time equivalents come in parts: exact figures have one decimal, words none. */
static void test_counts_in_parts(void **state)
{
    (void)state;
    const edition_measure m = {.unit = "count", .unit_label = "full-time equivalents", .numerator_parts = 1000};
    buffer_clear(&out);
    figure_exact(&m, 2516.64, false, &out);
    assert_string_equal(out.data, "2,516.6");
    buffer_clear(&out);
    figure_words(&m, 2516.64, false, &out);
    assert_string_equal(out.data, "2,517");
}

static void test_levels_and_axis(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        double level;
        const char *words;
    } levels[] = {{"percent", 70, "70%"},
                  {"percent", 1.5, "1.5%"},
                  {"percent", 92.25, "92.25%"},
                  {"weeks", 18, "18 weeks"},
                  {"weeks", 1, "1 week"},
                  {"minutes", 25, "25 minutes"},
                  {"count", 0, "0"},
                  {"count", 7200000, "7.20 million"},
                  {"percent", 0.1, "0.1%"}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        edition_measure m = {.unit = levels[i].unit};
        buffer_clear(&out);
        figure_level(&m, levels[i].level, &out);
        assert_string_equal(out.data, levels[i].words);
    }
    static const struct {
        const char *unit;
        double value, step, largest;
        const char *words;
    } axis[] = {{"percent", 65, 5, 70, "65%"},
                {"percent", 62.5, 2.5, 70, "62.5%"},
                {"percent", 0, 1, 4, "0%"},
                {"count", 7.2e6, 1e5, 7.6e6, "7.2m"},
                {"count", 250000, 50000, 4e5, "250,000"},
                {"count", 0, 1e6, 4e6, "0"},
                {"weeks", 40, 5, 45, "40"},
                {"count", 2e9, 1e9, 3e9, "2bn"},
                {"score", -0.2, 0.1, 0.4,
                 "\xe2\x88\x92"
                 "0.2"}};
    for (size_t i = 0; i < sizeof axis / sizeof *axis; i++) {
        edition_measure m = {.unit = axis[i].unit};
        buffer_clear(&out);
        figure_axis(&m, axis[i].value, axis[i].step, axis[i].largest, &out);
        assert_string_equal(out.data, axis[i].words);
    }
}

static void test_coordinates(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {1, "1"},
                 {1.5, "1.5"},
                 {1.25, "1.25"},
                 {1.004, "1"},
                 {-0.001, "0"},
                 {-3.07, "-3.07"},
                 {720, "720"},
                 {0.1 + 0.2, "0.3"},
                 {1e300, "1000000"},
                 {-1e300, "-1000000"},
                 {(double)NAN, "0"},
                 {(double)INFINITY, "0"},
                 {99.999, "100"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&out);
        draw_number(cases[i].value, &out);
        assert_string_equal(out.data, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_exact),
        cmocka_unit_test(test_counts_in_parts),
        cmocka_unit_test(test_levels_and_axis),
        cmocka_unit_test(test_coordinates),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buffer_free(&out);
    return failed;
}
