/* Sparklines, small multiples, dot plots, hex maps, icons, and the contrast of the colours they share. */
#include "publish/chart_draw.h"
#include "test_chart_fixture.h"
#include "test_chart_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static fixture f;
static buffer out;

static double luminance(const char *hex);

static const char *valid(void)
{
    assert_false(out.failed);
    const char *problem = xml_problem(out.data);
    if (problem != NULL)
        fail_msg("%s in: %s", problem, out.data);
    assert_null(strstr(out.data, "nan"));
    assert_null(strstr(out.data, "inf"));
    return out.data;
}

static void test_sparkline(void **state)
{
    (void)state;
    fixture_begin(&f, 2022, 10, ENGLAND_18_WEEKS, 43);
    fixture_judge(&f, 70, NULL, 0);
    buffer_clear(&out);
    chart_sparkline(&f.view, &out);
    const char *svg = valid();
    assert_non_null(strstr(svg, "role=\"img\" aria-label=\"59.1% in May 2024 to 64.9% in April 2026\""));
    assert_int_equal(
        xml_count(svg, "<circle class=\"chart-improvement\"") + xml_count(svg, "class=\"chart-improvement\""), 1);
    /* Nothing at all where there is no figure: never an empty picture. */
    fixture_begin(&f, 2026, 4, (double[]){(double)NAN}, 1);
    fixture_judge(&f, (double)NAN, NULL, 0);
    buffer_clear(&out);
    chart_sparkline(&f.view, &out);
    assert_int_equal(out.length, 0);
}

static void test_small_multiples_share_a_scale(void **state)
{
    (void)state;
    static fixture g[3];
    chart_scale scale = {0};
    char ticks[3][512] = {""};
    for (int k = 0; k < 3; k++) {
        double values[43];
        for (int i = 0; i < 43; i++)
            values[i] = ENGLAND_18_WEEKS[i] + 6 * k;
        fixture_begin(&g[k], 2022, 10, values, 43);
        fixture_judge(&g[k], (double)NAN, NULL, 0);
        chart_scale_add(&scale, &g[k].view);
    }
    for (int k = 0; k < 3; k++) {
        buffer_clear(&out);
        chart_small(&g[k].view, &scale, "Trauma & Orthopaedic", &out);
        const char *svg = valid();
        assert_non_null(strstr(svg, "aria-label=\"Trauma &amp; Orthopaedic: Improving: "));
        const char *from = strstr(svg, "<path class=\"chart-grid\""), *to = strstr(from, "<path class=\"chart-line\"");
        assert_true(to > from && (size_t)(to - from) < sizeof ticks[0] * 4);
        memcpy(ticks[k], from, 500);
        assert_string_equal(ticks[k], ticks[0]);
        static text_box boxes[40];
        size_t n = xml_text_boxes(svg, draw_text_width, boxes, 40);
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++)
                if (boxes[i].left < boxes[j].right && boxes[j].left < boxes[i].right &&
                    boxes[i].top < boxes[j].bottom && boxes[j].top < boxes[i].bottom)
                    fail_msg("'%s' overlaps '%s'", boxes[i].words, boxes[j].words);
    }
}

/* A heading that needs two lines gets them, in every chart of the scale; none is cut, and none lies on another word. */
static void test_small_headings(void **state)
{
    (void)state;
    static const char *const names[] = {"Essex", "Herefordshire and Worcestershire",
                                        "Bath and North East Somerset, Swindon and Wiltshire"};
    for (size_t long_ones = 0; long_ones < 2; long_ones++) {
        chart_scale scale = {0};
        fixture_begin(&f, 2022, 10, ENGLAND_18_WEEKS, 43);
        fixture_judge(&f, 70, NULL, 0);
        chart_scale_heading(&scale, &f.view, names[0]); /* before or after the figures: either order will do */
        chart_scale_add(&scale, &f.view);
        if (long_ones > 0)
            chart_scale_heading(&scale, &f.view, names[1]);
        for (size_t i = 0; i < (long_ones > 0 ? 3 : 1); i++) {
            buffer_clear(&out);
            chart_small(&f.view, &scale, names[i], &out);
            const char *svg = valid();
            assert_non_null(strstr(svg, long_ones > 0 ? "viewBox=\"0 0 232 165\"" : "viewBox=\"0 0 232 148\""));
            assert_null(strstr(svg, "\xe2\x80\xa6"));
            static text_box boxes[40];
            size_t n = xml_text_boxes(svg, draw_text_width, boxes, 40);
            for (size_t a = 0; a < n; a++)
                for (size_t b = a + 1; b < n; b++)
                    if (boxes[a].left < boxes[b].right && boxes[b].left < boxes[a].right &&
                        boxes[a].top < boxes[b].bottom && boxes[b].top < boxes[a].bottom)
                        fail_msg("'%s' overlaps '%s'", boxes[a].words, boxes[b].words);
        }
    }
}

static void test_dot_of_has_wilson_interval(void **state)
{
    (void)state;
    edition_measure m = {.unit = "percent", .value_kind = "ratio", .scale = 100, .decimals = 1};
    edition_point p = {
        .value = 65, .numerator = 65, .denominator = 100, .has_numerator = true, .has_denominator = true};
    chart_dot dot = chart_dot_of(&m, &p);
    /* Wilson's score interval, by hand: (p + z2/2n -+ z sqrt(pq/n + z2/4n2)) / (1 + z2/n). */
    double z = 1.959963984540054, n = 100, q = 0.65, middle = (q + z * z / 2 / n) / (1 + z * z / n);
    double half = z * sqrt(q * (1 - q) / n + z * z / 4 / n / n) / (1 + z * z / n);
    assert_true(fabs(dot.lower - 100 * (middle - half)) < 1e-9 && fabs(dot.upper - 100 * (middle + half)) < 1e-9);
    m.value_kind = "percentile";
    dot = chart_dot_of(&m, &p);
    assert_true(isnan(dot.lower) && isnan(dot.upper) && dot.value == 65);
    m.value_kind = "ratio";
    p.has_denominator = false;
    assert_true(isnan(chart_dot_of(&m, &p).lower));
}

static void test_dots_are_ranked(void **state)
{
    (void)state;
    chart_dot items[] = {{.name = "missing", .value = (double)NAN},
                         {.name = "b", .value = 2},
                         {.name = "open", .value = (double)NAN, .over_open_band = true},
                         {.name = "c", .value = 3},
                         {.name = "a", .value = 2}};
    static const char *const lower[] = {"a", "b", "c", "open", "missing"}, *const higher[] = {"open", "c", "a", "b",
                                                                                              "missing"};
    chart_dots_rank(items, 5, BETTER_LOWER);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(items[i].name, lower[i]);
    chart_dots_rank(items, 5, BETTER_NEITHER);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(items[i].name, higher[i]);
    chart_dots_rank(items, 0, BETTER_HIGHER);
}

static void test_dot_plot(void **state)
{
    (void)state;
    static chart_dot items[200];
    static char names[200][40];
    edition_measure m = {
        .name = "Within <18> weeks", .unit = "percent", .value_kind = "ratio", .scale = 100, .decimals = 1};
    for (size_t i = 0; i < 200; i++) {
        edition_point p = {.value = 50 + (double)i / 8,
                           .numerator = 500 + (int64_t)(i * 10 / 8),
                           .denominator = 1000,
                           .has_numerator = true,
                           .has_denominator = true};
        (void)snprintf(names[i], sizeof names[i], "System & partner %zu", i);
        items[i] = chart_dot_of(&m, &p);
        items[i].name = names[i];
        items[i].link = i % 2 == 0 ? "../a.html?x=1&y=2" : NULL;
        items[i].peer = i % 10 == 3;
        items[i].own = i == 7;
    }
    items[0].value = items[0].lower = items[0].upper = (double)NAN;
    for (size_t n = 0; n <= 200; n = n == 0 ? 1 : n * 200) {
        for (int form = 0; form < 2; form++) {
            chart_dots d = {.measure = &m,
                            .subtitle = "April 2026",
                            .reference = 64.9,
                            .reference_name = "England",
                            .target = 65.5,
                            .items = items,
                            .count = n};
            buffer_clear(&out);
            chart_dot_plot(&d, "d", form == 0 ? CHART_WIDE : CHART_NARROW, true, &out);
            const char *svg = valid();
            assert_int_equal(xml_count(svg, "role=\"listitem\""), n);
            assert_int_equal(xml_count(svg, ">England 64.9%<"), 1);
            assert_int_equal(xml_count(svg, ">Target 65.5%<"), 1);
            assert_int_equal(xml_count(svg, " (peer)</text>"), n == 200 ? 20 : 0);
            if (n > 0)
                assert_non_null(strstr(svg, "<title>System &amp; partner 0: no figure</title>"));
            static text_box boxes[800];
            size_t k = xml_text_boxes(svg, draw_text_width, boxes, 800);
            const text_box *england = NULL, *target = NULL;
            for (size_t i = 0; i < k; i++) {
                if (boxes[i].left < 0 || boxes[i].right > (form == 0 ? 721 : 361))
                    fail_msg("'%s' leaves the picture: %.1f to %.1f", boxes[i].words, boxes[i].left, boxes[i].right);
                england = strncmp(boxes[i].words, "England 64.9", 12) == 0 ? &boxes[i] : england;
                target = strncmp(boxes[i].words, "Target", 6) == 0 ? &boxes[i] : target;
            }
            assert_true(england->right < target->left);
        }
    }
}

/* At 320 px a chart of 360 units is 312 px wide (web/concord.css lets it reach from edge to edge): 14 units are 12 px. */
static void test_hex_map_narrow(void **state)
{
    (void)state;
    /* The places of the 36 systems: 7 hexagons across, odd rows moved. Five capital letters are the widest that there are. */
    static const signed char rows[10][8] = {{5, -1},
                                            {3, 4, 5, -1},
                                            {3, 4, 5, 6, -1},
                                            {2, 3, 4, 5, -1},
                                            {2, 3, 4, 5, -1},
                                            {2, 3, 4, 5, 6, -1},
                                            {2, 3, 4, 5, 6, -1},
                                            {1, 2, 3, 4, 5, -1},
                                            {1, 4, 5, 6, -1},
                                            {0, -1}};
    static chart_hex items[36];
    edition_measure m = {.name = "Waiting 18 weeks or less for planned care", .unit = "percent", .decimals = 1};
    size_t n = 0;
    for (int r = 0; r < 10; r++)
        for (size_t k = 0; rows[r][k] >= 0; k++, n++)
            items[n] = (chart_hex){.label = n == 20 ? "BNSSG" : "NPTON",
                                   .name = n == 0 ? "NHS Bath and North East Somerset, Swindon and Wiltshire ICB"
                                                  : "NHS Leicester, Leicestershire and Rutland ICB",
                                   .link = "organisation/QUY.html",
                                   .row = r,
                                   .column = rows[r][k],
                                   .value = n == 7 ? (double)NAN : 55 + (double)n / 2};
    assert_int_equal(n, 36);
    chart_hexes h = {.measure = &m, .subtitle = "April 2026, 36 integrated care systems", .items = items, .count = n};
    buffer_clear(&out);
    chart_hex_map(&h, "map-narrow", CHART_NARROW, false, &out);
    const char *svg = valid();
    assert_non_null(strstr(svg, "viewBox=\"0 0 360 "));
    assert_non_null(strstr(svg, "<title id=\"map-narrow-title\">From 55.0% in NHS Bath"));
    assert_non_null(strstr(svg, "<desc id=\"map-narrow-desc\">"));
    assert_null(strstr(svg, "\xe2\x80\xa6")); /* nothing is cut */
    assert_int_equal(xml_count(svg, "role=\"listitem\""), 36);
    assert_int_equal(xml_count(svg, "<a href=\"organisation/QUY.html\">"), 36);
    assert_int_equal(xml_count(svg, "chart-swatch"), 6);
    static text_box boxes[200];
    size_t words = xml_text_boxes(svg, draw_text_width, boxes, 200), short_names = 0;
    for (size_t i = 0; i < words; i++) {
        if (boxes[i].left < 0 || boxes[i].right > 360)
            fail_msg("'%s' leaves the picture", boxes[i].words);
        for (size_t k = i + 1; k < words; k++)
            if (boxes[i].left < boxes[k].right && boxes[k].left < boxes[i].right && boxes[i].top < boxes[k].bottom &&
                boxes[k].top < boxes[i].bottom)
                fail_msg("'%s' overlaps '%s'", boxes[i].words, boxes[k].words);
        short_names += strcmp(boxes[i].words, "NPTON") == 0 || strcmp(boxes[i].words, "BNSSG") == 0;
    }
    assert_int_equal(short_names, 36);
    for (const char *t = strstr(svg, " font-size=\""); t != NULL; t = strstr(t + 1, " font-size=\"")) {
        double size = strtod(t + 12, NULL);
        if (size < 14)
            fail_msg("text of %.1f units is %.1f px", size, size * 312 / 360);
    }
    /* The five tints grow darker, step by step: the order is seen in greyscale. */
    double before = 1;
    for (int k = 1; k <= 5; k++) {
        static const char *const tints[] = {"#dbe9f6", "#a9cbe8", "#6ba3d6", "#2268ae", "#083b73"};
        char want[64];
        (void)snprintf(want, sizeof want, "chart-class-%d\" fill=\"%s\"", k, tints[k - 1]);
        assert_int_equal(xml_count(svg, want), 7);
        assert_true(luminance(tints[k - 1]) < before - 0.03);
        before = luminance(tints[k - 1]);
    }
    /* Ever more columns make ever smaller words, never NaN nor a picture that is wider. */
    items[35].column = 60;
    buffer_clear(&out);
    chart_hex_map(&h, "map-narrow", CHART_NARROW, true, &out);
    (void)valid();
    assert_non_null(strstr(out.data, "viewBox=\"0 0 360 "));
}

static void test_hex_map(void **state)
{
    (void)state;
    static chart_hex items[36];
    static char labels[36][6];
    edition_measure m = {.name = "Within 18 weeks", .unit = "percent", .decimals = 1};
    for (size_t i = 0; i < 36; i++) {
        (void)snprintf(labels[i], sizeof labels[i], "S%zu&", i);
        items[i] = (chart_hex){.label = labels[i],
                               .name = "NHS \"Essex\" ICB",
                               .link = "organisation/D7T5G.html",
                               .row = (int32_t)i / 6,
                               .column = (int32_t)i % 6,
                               .value = i == 5 ? (double)NAN : 55 + (double)i / 2};
    }
    chart_hexes h = {.measure = &m, .subtitle = "April 2026", .items = items, .count = 36};
    buffer_clear(&out);
    chart_hex_map(&h, "map", CHART_WIDE, false, &out);
    const char *svg = valid();
    assert_int_equal(xml_count(svg, "role=\"listitem\""), 36);
    assert_int_equal(xml_count(svg, "<a href=\"organisation/D7T5G.html\"><title>NHS &quot;Essex&quot; ICB (S"), 36);
    assert_non_null(strstr(svg, "<title>NHS &quot;Essex&quot; ICB (S5&amp;): no figure</title>"));
    for (int k = 1; k <= 5; k++) { /* seven hexes a class, and its swatch */
        char want[64];
        (void)snprintf(want, sizeof want, "chart-class-%d\"", k);
        assert_int_equal(xml_count(svg, want), 7);
        (void)snprintf(want, sizeof want, "chart-class-%d chart-swatch", k);
        assert_int_equal(xml_count(svg, want), 1);
    }
    assert_non_null(strstr(svg, ">55.0% to 58.5%</text>"));
    /* Equal values are one class; no items and far-off places do no harm. */
    for (size_t i = 0; i < 36; i++)
        items[i].value = 60;
    buffer_clear(&out);
    chart_hex_map(&h, "map", CHART_WIDE, true, &out);
    assert_int_equal(xml_count(valid(), "chart-swatch"), 1);
    items[3].row = INT32_MIN;
    items[4].column = INT32_MAX;
    buffer_clear(&out);
    chart_hex_map(&h, "map", CHART_WIDE, true, &out);
    (void)valid();
    h.count = 0;
    buffer_clear(&out);
    chart_hex_map(&h, "map", CHART_WIDE, true, &out);
    (void)valid();
}

static void test_icons(void **state)
{
    (void)state;
    static const char *const assurances[] = {"pass", "fail", "hit-and-miss"};
    buffer sprite = {0};
    icon_sprite(&sprite);
    assert_null(xml_problem(sprite.data));
    for (int k = VARIATION_COMMON_CAUSE; k <= VARIATION_NEITHER_LOW + 3; k++) {
        bool variation = k <= VARIATION_NEITHER_LOW;
        const char *name = variation ? spc_variation_name((spc_variation)k) : assurances[k - VARIATION_NEITHER_LOW - 1];
        const char *words = variation ? icon_variation_words(name) : icon_assurance_words(name);
        char id[64];
        (void)snprintf(id, sizeof id, "id=\"chart-icon-%s\"", name);
        assert_int_equal(xml_count(sprite.data, id), 1);
        assert_true(strlen(words) > 5);
        buffer_clear(&out);
        (variation ? icon_variation : icon_assurance)(name, true, &out);
        const char *svg = valid();
        assert_non_null(strstr(svg, words));
        assert_non_null(strstr(svg, "role=\"img\""));
        (void)snprintf(id, sizeof id, "href=\"#chart-icon-%s\"", name);
        assert_non_null(strstr(svg, id));
        buffer_clear(&out);
        (variation ? icon_variation : icon_assurance)(name, false, &out);
        assert_non_null(strstr(valid(), "aria-hidden=\"true\""));
        assert_null(strstr(out.data, words));
    }
    /* No two pictures are the same without colour. */
    buffer_clear(&out);
    for (const char *p = sprite.data; *p != 0; p++) { /* colours and classes off */
        if (*p == '#' || strncmp(p, "class=\"", 7) == 0 || strncmp(p, "id=\"", 4) == 0) {
            p += *p == '#' ? 0 : strcspn(p, "\"") + 1;
            p += strcspn(p, "\"");
        }
        buffer_char(&out, *p);
    }
    size_t symbols = 0;
    for (const char *a = strstr(out.data, "<symbol"); a != NULL; a = strstr(a + 1, "<symbol"), symbols++)
        for (const char *b = strstr(a + 1, "<symbol"); b != NULL; b = strstr(b + 1, "<symbol")) {
            size_t n = (size_t)(strstr(a, "</symbol>") - a), k = (size_t)(strstr(b, "</symbol>") - b);
            assert_true(n != k || memcmp(a, b, n) != 0);
        }
    assert_int_equal(symbols, 10);
    buffer_clear(&out);
    icon_variation("", true, &out);
    icon_assurance("no such", true, &out);
    icon_variation(NULL, true, &out);
    assert_int_equal(out.length, 0);
    buffer_free(&sprite);
}

/* ---- contrast (WCAG 2.2) ----------------------------------------------------------------------------- */

static double channel(int value)
{
    double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(const char *hex)
{
    unsigned long v = strtoul(hex + 1, NULL, 16);
    if (strspn(hex + 1, "0123456789abcdef") == 3)
        v = (v >> 8 & 15) * 0x110000 + (v >> 4 & 15) * 0x1100 + (v & 15) * 0x11;
    return 0.2126 * channel((int)(v >> 16 & 255)) + 0.7152 * channel((int)(v >> 8 & 255)) +
           0.0722 * channel((int)(v & 255));
}

static double contrast(const char *a, const char *b)
{
    double x = luminance(a), y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* The colour that a class gets in a part of the style sheet. */
static void colour_of(const char *css, const char *class_name, const char *property, char found[16])
{
    found[0] = 0;
    size_t n = strlen(class_name);
    for (const char *p = strstr(css, class_name); p != NULL; p = strstr(p + 1, class_name)) {
        const char *open = strchr(p, '{'), *close = open == NULL ? NULL : strchr(open, '}'),
                   *value = open == NULL ? NULL : strstr(open, property);
        if (strchr(",{", p[n]) == NULL || value == NULL || value > close)
            continue;
        value += strlen(property) + 1;
        size_t length = strcspn(value, ";}");
        assert_true(length < 16);
        memcpy(found, value, length);
        found[length] = 0;
        return;
    }
    fail_msg("no %s for %s", property, class_name);
}

static void test_contrast(void **state)
{
    (void)state;
    static const struct {
        const char *class_name, *property;
        double least;
    } cases[] = {
        {".chart-ink", "fill", 7},           {".chart-title", "fill", 7},         {".chart-soft", "fill", 4.5},
        {".chart-target-text", "fill", 4.5}, {".chart-improvement", "fill", 4.5}, {".chart-concern", "fill", 4.5},
        {".chart-neutral", "fill", 4.5},     {".chart-common", "fill", 4.5},      {".chart-mean", "stroke", 3},
        {".chart-limit", "stroke", 3},       {".chart-target", "stroke", 3},      {".chart-line", "stroke", 3},
        {".chart-axis", "stroke", 3},        {".chart-ring", "stroke", 3},        {".chart-open", "stroke", 3},
        {".chart-dot", "fill", 3},           {".chart-own", "fill", 3},           {".chart-icon-ring", "stroke", 3}};
    buffer css = {0};
    chart_style(&css);
    char *dark = strstr(css.data, "@media screen and (prefers-color-scheme:dark)"),
         *print = strstr(css.data, "@media print");
    assert_true(dark != NULL && print > dark);
    *print = 0;
    for (int theme = 0; theme < 2; theme++) {
        const char *part = theme == 0 ? css.data : dark;
        char paper[16], band[16], colour[16], letter[16];
        colour_of(part, ".chart-paper", "fill", paper);
        colour_of(part, ".chart-band", "fill", band);
        colour_of(part, ".chart-icon-letter", "stroke", letter);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            colour_of(part, cases[i].class_name, cases[i].property, colour);
            if (contrast(colour, paper) < cases[i].least || contrast(colour, band) < 3)
                fail_msg("%s %s on %s: %.2f, on the band: %.2f", cases[i].class_name, colour, paper,
                         contrast(colour, paper), contrast(colour, band));
        }
        static const char *const frames[] = {".chart-improvement", ".chart-concern", ".chart-neutral"};
        for (size_t i = 0; i < 3; i++) {
            colour_of(part, frames[i], "fill", colour);
            assert_true(contrast(colour, letter) >= 4.5);
        }
    }
    static const char *const tints[] = {".chart-class-1", ".chart-class-2", ".chart-class-3", ".chart-class-4",
                                        ".chart-class-5"};
    double before = 2;
    for (size_t i = 0; i < 5; i++) {
        char tint[16], words[16];
        colour_of(css.data, tints[i], "fill", tint);
        colour_of(css.data, i < 3 ? ".chart-on-light" : ".chart-on-dark", "fill", words);
        assert_true(contrast(tint, words) >= 4.5);
        assert_true(luminance(tint) < before); /* one hue, light to dark: greyscale tells them apart */
        before = luminance(tint);
    }
    buffer_free(&css);
}

static void test_text_wrap(void **state)
{
    (void)state;
    size_t starts[4], lengths[4];
    bool cut;
    const char *sentence = "a long sentence that goes on";
    assert_int_equal(draw_text_wrap("", 14, false, 100, 3, starts, lengths, &cut), 1);
    assert_int_equal(draw_text_wrap("one two three", 14, false, 50, 4, starts, lengths, &cut),
                     3 - 1 * (draw_text_width("one two", 14, false) <= 50));
    assert_false(cut);
    assert_int_equal(draw_text_wrap(sentence, 14, false, 60, 2, starts, lengths, &cut), 2);
    assert_true(cut);
    for (size_t i = 0; i < 2; i++)
        assert_true(draw_text_width_n(&sentence[starts[i]], lengths[i], 14, false) <= 60);
    /* No character is parted, however narrow the room. */
    const char *wide = "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9";
    size_t n = draw_text_wrap(wide, 14, false, 1, 4, starts, lengths, &cut);
    for (size_t i = 0; i < n; i++)
        assert_true(starts[i] % 2 == 0 && lengths[i] % 2 == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sparkline),
        cmocka_unit_test(test_small_multiples_share_a_scale),
        cmocka_unit_test(test_dot_of_has_wilson_interval),
        cmocka_unit_test(test_dots_are_ranked),
        cmocka_unit_test(test_dot_plot),
        cmocka_unit_test(test_hex_map),
        cmocka_unit_test(test_hex_map_narrow),
        cmocka_unit_test(test_small_headings),
        cmocka_unit_test(test_icons),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_text_wrap),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buffer_free(&out);
    return failed;
}
