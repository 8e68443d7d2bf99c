/* Places among others, and scores. The rank is the horizontal axis, so that every organisation takes as much room and segments by quarters look like quarters. */
#include "publish/chart_place.h"
#include "publish/chart_draw.h"

#include <math.h>

#define EDGE         16.0 /* from the side of the strip to the first place */
#define BAND_TOP     52.0
#define BAND_BOTTOM  108.0
#define STRIP_HEIGHT 166.0
#define LABEL_SIZE   14.0

static double x_of(const chart_places *c, double width, double place)
{
    return EDGE + (width - 2 * EDGE) * (place - 0.5) / (double)c->ranked;
}

static void band(double left, double right, bool darker, buffer *out)
{
    buffer_text(out, darker ? "<rect class=\"chart-band\" fill=\"" DRAW_BAND "\""
                            : "<rect class=\"chart-stripe\" fill=\"#f5f7f8\"");
    draw_attribute("x", left, out);
    draw_attribute("y", BAND_TOP, out);
    draw_attribute("width", right - left, out);
    draw_attribute("height", BAND_BOTTOM - BAND_TOP, out);
    buffer_text(out, "/>");
}

static void line(const char *class_name, const char *colour, double width, double x, double y, double to_x, double to_y,
                 buffer *out)
{
    buffer_printf(out, "<path class=\"%s\" stroke=\"%s\" fill=\"none\"", class_name, colour);
    draw_attribute("stroke-width", width, out);
    buffer_text(out, " d=\"");
    draw_move('M', x, y, out);
    draw_move('L', to_x, to_y, out);
    buffer_text(out, "\"/>");
}

static void dot(double x, double y, double radius, buffer *out)
{
    buffer_text(out, "<circle class=\"chart-own\" fill=\"#005eb8\"");
    draw_attribute("cx", x, out);
    draw_attribute("cy", y, out);
    draw_attribute("r", radius, out);
    buffer_text(out, "/>");
}

static void segments(const chart_places *c, double width, buffer *out)
{
    int32_t before = 0;
    for (int s = 0; s < PLACE_SEGMENTS; s++) {
        if (c->segments[s] == 0)
            continue;
        double left = x_of(c, width, before + 0.5), right = x_of(c, width, before + c->segments[s] + 0.5);
        char words[32];
        band(left, right, s % 2 == 0, out);
        (void)snprintf(words, sizeof words, "Segment %d", s + 1);
        if (draw_text_width(words, LABEL_SIZE, false) > right - left - 4) /* a narrow stretch has its number alone */
            (void)snprintf(words, sizeof words, "%d", s + 1);
        draw_label((left + right) / 2, 14, "middle", "chart-soft", DRAW_SOFT, words, out);
        if (before > 0)
            line("chart-axis", DRAW_LINE, 1, left, BAND_TOP, left, BAND_BOTTOM, out);
        before += c->segments[s];
    }
    if (before == 0)
        band(EDGE, width - EDGE, true, out);
}

/* A label that stays within the picture. */
static void label_near(double x, double y, double width, const char *class_name, const char *words, buffer *out)
{
    double half = draw_text_width(words, LABEL_SIZE, true) / 2;
    double at = fmin(fmax(x, half + 2), width - half - 2);
    draw_label(at, y, "middle", class_name, DRAW_INK, words, out);
}

void chart_place_strip(const chart_places *c, const char *unique, chart_form form, buffer *out)
{
    const bool narrow = form == CHART_NARROW;
    const double width = narrow ? 360 : 720, middle = (BAND_TOP + BAND_BOTTOM) / 2;
    char words[96];
    draw_open(unique, width, STRIP_HEIGHT, false, c->title, c->description, out);
    segments(c, width, out);
    for (int32_t i = 1; i <= c->ranked && c->ranked <= 600; i++) {
        double x = x_of(c, width, i);
        line("chart-tick", DRAW_LINE, narrow ? 0.75 : 1.25, x, middle - 14, x, middle + 2, out);
    }
    double x = x_of(c, width, c->place);
    if (!isnan(c->lower)) {
        double left = x_of(c, width, c->lower), right = x_of(c, width, c->upper), y = BAND_BOTTOM - 10;
        line("chart-mean", "#425563", 3, left - 1, y, right + 1, y, out);
        line("chart-mean", "#425563", 3, left, y - 5, left, y + 5, out);
        line("chart-mean", "#425563", 3, right, y - 5, right, y + 5, out);
        (void)snprintf(words, sizeof words, c->lower < c->upper ? "%s%g to %g" : "%s%g",
                       narrow ? "Likely " : "Likely place: ", c->lower, c->upper);
        label_near((left + right) / 2, BAND_BOTTOM + 20, width, "chart-ink", words, out);
    }
    dot(x, middle - 6, 8, out);
    (void)snprintf(words, sizeof words, c->shared ? "Joint place %d" : "Place %d", (int)c->first);
    label_near(x, BAND_TOP - 10, width, "chart-ink chart-title", words, out);
    draw_label(EDGE, STRIP_HEIGHT - 10, "start", "chart-soft", DRAW_SOFT, "1, best", out);
    (void)snprintf(words, sizeof words, "%d, last", (int)c->ranked);
    draw_label(width - EDGE, STRIP_HEIGHT - 10, "end", "chart-soft", DRAW_SOFT, words, out);
    buffer_text(out, "</svg>");
}

static void small_open(double width, buffer *out)
{
    buffer_text(out, "<svg class=\"chart-cell\" aria-hidden=\"true\" focusable=\"false\"");
    draw_attribute("width", width, out);
    buffer_text(out, " height=\"18\" viewBox=\"0 0 ");
    draw_number(width, out);
    buffer_text(out, " 18\">");
}

void chart_place_line(const chart_places *c, buffer *out)
{
    const double width = 120;
    double scale = (width - 12) / (double)(c->ranked < 1 ? 1 : c->ranked);
    int32_t before = 0;
    small_open(width, out);
    line("chart-tick", DRAW_LINE, 1, 6, 9, width - 6, 9, out);
    for (int s = 0; s < PLACE_SEGMENTS; s++) {
        double x = 6 + before * scale;
        before += c->segments[s];
        if (s > 0 && c->segments[s] > 0)
            line("chart-tick", DRAW_LINE, 1, x, 4, x, 14, out);
    }
    if (!isnan(c->lower))
        line("chart-mean", "#425563", 4, 6 + (c->lower - 1) * scale, 9, 6 + c->upper * scale, 9, out);
    dot(6 + (c->place - 0.5) * scale, 9, 5, out);
    buffer_text(out, "</svg>");
}

void chart_score_line(double score, double average, buffer *out)
{
    const double left = 8, step = 26;
    small_open(2 * left + 3 * step, out);
    line("chart-tick", DRAW_LINE, 1, left, 9, left + 3 * step, 9, out);
    for (int s = 0; s < PLACE_SEGMENTS; s++)
        line("chart-tick", DRAW_LINE, 1, left + s * step, 5, left + s * step, 13, out);
    if (!isnan(average))
        line("chart-mean", "#425563", 2, left + (average - 1) * step, 1, left + (average - 1) * step, 17, out);
    if (!isnan(score))
        dot(left + (score - 1) * step, 9, 5, out);
    buffer_text(out, "</svg>");
}
