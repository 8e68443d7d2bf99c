/* Hex map: one hexagon of equal size per system, so that a large rural one does not outweigh a small crowded one. */
#include "publish/chart_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 5, MOST_HEXES = 400 };

static const double HEX_WIDTH = 78, HEX_SIDE = 45.03; /* side = width / sqrt(3) */

typedef struct hex_classes {
    size_t count;                       /* up to CLASSES; fewer where there are few different values */
    double low[CLASSES], high[CLASSES]; /* lowest and highest value of each */
} hex_classes;

static double shown_value(const chart_hex *h)
{
    return h->over_open_band ? 104 : h->value;
}

static int number_order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Classes of about equal numbers; equal values are never parted. Two figures that show the same digits might be, so values are
 * rounded to what is shown first. */
static void classes_make(const chart_hexes *h, hex_classes *c)
{
    static const double powers[] = {1, 10, 100, 1000};
    double values[MOST_HEXES];
    size_t n = 0;
    int32_t decimals = h->measure->decimals < 0 ? 0 : h->measure->decimals > 3 ? 3 : h->measure->decimals;
    for (size_t i = 0; i < h->count && n < MOST_HEXES; i++)
        if (isfinite(shown_value(&h->items[i])))
            values[n++] = round(shown_value(&h->items[i]) * powers[decimals]) / powers[decimals];
    *c = (hex_classes){0};
    if (n == 0)
        return;
    qsort(values, n, sizeof *values, number_order);
    size_t from = 0;
    for (size_t k = 0; k < CLASSES && from < n; k++) {
        size_t to = (k + 1) * n / CLASSES;
        if (to <= from)
            continue;
        while (to < n && values[to] == values[to - 1])
            to++;
        c->low[c->count] = values[from];
        c->high[c->count++] = values[to - 1];
        from = to;
    }
}

/* 1..count, 0 where there is no figure. */
static size_t class_of(const hex_classes *c, const edition_measure *m, const chart_hex *h)
{
    static const double powers[] = {1, 10, 100, 1000};
    double value = shown_value(h);
    if (!isfinite(value) || c->count == 0)
        return 0;
    int32_t decimals = m->decimals < 0 ? 0 : m->decimals > 3 ? 3 : m->decimals;
    value = round(value * powers[decimals]) / powers[decimals];
    size_t k = 0;
    while (k + 1 < c->count && value > c->high[k])
        k++;
    return k + 1;
}

/* Spread over the five tints, so that two classes are as far apart as can be. */
static size_t tint_of(const hex_classes *c, size_t k)
{
    return k == 0 ? 0 : c->count <= 1 ? 3 : 1 + (k - 1) * (CLASSES - 1) / (c->count - 1);
}

static const char *tint_colour(size_t tint)
{
    static const char *const colours[] = {"#ffffff", "#dbe9f6", "#a9cbe8", "#6ba3d6", "#2268ae", "#083b73"};
    return colours[tint];
}

static void draw_hexagon(double x, double y, size_t tint, double shrink, buffer *out)
{
    double w = HEX_WIDTH / 2 - shrink, s = HEX_SIDE - shrink * 1.1547;
    buffer_printf(out, "<path class=\"chart-focus chart-class-%zu\" fill=\"%s\"%s d=\"", tint, tint_colour(tint),
                  tint == 0 ? " stroke=\"" DRAW_LINE "\" stroke-dasharray=\"4 3\"" : "");
    const double corners[6][2] = {{0, -s}, {w, -s / 2}, {w, s / 2}, {0, s}, {-w, s / 2}, {-w, -s / 2}};
    for (size_t i = 0; i < 6; i++)
        draw_move(i == 0 ? 'M' : 'L', x + corners[i][0], y + corners[i][1], out);
    buffer_text(out, "z\"/>");
}

static void draw_hex(const chart_hexes *h, const hex_classes *classes, const chart_hex *hex, double x, double y,
                     buffer *words, buffer *out)
{
    size_t tint = tint_of(classes, class_of(classes, h->measure, hex));
    bool dark = tint >= 4, link = hex->link != NULL && hex->link[0] != 0;
    const char *class_name = tint == 0 ? "chart-soft" : dark ? "chart-on-dark" : "chart-on-light";
    const char *colour = tint == 0 ? DRAW_SOFT : dark ? "#ffffff" : "#1a2329";
    /* The title is the link's name and its tooltip. It holds the short name too, for people who speak to their computer. */
    buffer_clear(words);
    buffer_text(words, hex->name != NULL ? hex->name : "");
    buffer_text(words, hex->name != NULL && hex->label != NULL ? " (" : "");
    buffer_text(words, hex->label != NULL ? hex->label : "");
    buffer_text(words, hex->name != NULL && hex->label != NULL ? "): " : ": ");
    figure_words(h->measure, hex->value, hex->over_open_band, words);
    buffer_text(out, "<g role=\"listitem\">");
    if (link) {
        buffer_text(out, "<a href=\"");
        draw_text(hex->link, out);
        buffer_text(out, "\">");
    }
    buffer_text(out, "<title>");
    draw_text(words->data, out);
    buffer_text(out, "</title>");
    draw_hexagon(x, y, tint, 1.5, out);
    buffer_clear(words);
    if (isfinite(hex->value) || hex->over_open_band)
        figure_bare(h->measure, hex->value, hex->over_open_band, words);
    else
        buffer_text(words, "none");
    buffer linked = {0};
    buffer_text(&linked, class_name);
    buffer_text(&linked, link ? " chart-link" : "");
    draw_label(x, y - 2, "middle", linked.data != NULL ? linked.data : class_name, colour,
               hex->label != NULL ? hex->label : "", out);
    buffer_free(&linked);
    draw_label(x, y + 17, "middle", class_name, colour, words->data, out);
    buffer_text(out, link ? "</a></g>" : "</g>");
}

static void draw_legend(const chart_hexes *h, const hex_classes *c, bool missing, double width, double y, buffer *words,
                        buffer *out)
{
    double x = 8;
    for (size_t k = 1; k <= c->count + (missing ? 1u : 0u); k++) {
        bool none = k > c->count;
        buffer_clear(words);
        if (none) {
            buffer_text(words, "No figure");
        } else {
            figure_bare(h->measure, c->low[k - 1], c->low[k - 1] == 104 && figure_unit_of(h->measure) == FIGURE_WEEKS,
                        words);
            if (c->high[k - 1] != c->low[k - 1]) {
                buffer_text(words, " to ");
                figure_bare(h->measure, c->high[k - 1],
                            c->high[k - 1] == 104 && figure_unit_of(h->measure) == FIGURE_WEEKS, words);
            }
        }
        double room = 24 + draw_text_width(words->data, 14, false) + 18;
        if (x > 8 && x + room - 18 > width - 8) {
            x = 8;
            y += 24;
        }
        size_t tint = none ? 0 : tint_of(c, k);
        buffer_printf(out,
                      "<rect class=\"chart-class-%zu chart-swatch\" fill=\"%s\" stroke=\"" DRAW_LINE
                      "\" width=\"18\" height=\"14\"",
                      tint, tint_colour(tint));
        draw_attribute("x", x, out);
        draw_attribute("y", y - 12, out);
        buffer_text(out, "/>");
        draw_label(x + 24, y, "start", "chart-soft", DRAW_SOFT, words->data, out);
        x += room;
    }
}

static size_t legend_rows(const chart_hexes *h, const hex_classes *c, bool missing, double width, buffer *words)
{
    size_t rows = 1;
    double x = 8;
    for (size_t k = 1; k <= c->count + (missing ? 1u : 0u); k++) {
        buffer_clear(words);
        if (k > c->count)
            buffer_text(words, "No figure");
        else {
            figure_bare(h->measure, c->low[k - 1], false, words);
            buffer_text(words, " to ");
            figure_bare(h->measure, c->high[k - 1], false, words);
        }
        double room = 24 + draw_text_width(words->data, 14, false) + 18;
        if (x > 8 && x + room - 18 > width - 8) {
            x = 8;
            rows++;
        }
        x += room;
    }
    return rows;
}

void chart_hex_map(const chart_hexes *h, const char *unique, bool standalone, buffer *out)
{
    hex_classes classes;
    buffer words = {0}, title = {0}, description = {0}, parts = {0};
    int32_t left = INT32_MAX, right = INT32_MIN, top = INT32_MAX, bottom = INT32_MIN;
    size_t figures = 0;
    const chart_hex *low = NULL, *high = NULL;
    for (size_t i = 0; i < h->count; i++) {
        const chart_hex *x = &h->items[i];
        left = x->column < left ? x->column : left;
        right = x->column > right ? x->column : right;
        top = x->row < top ? x->row : top;
        bottom = x->row > bottom ? x->row : bottom;
        if (!isfinite(shown_value(x)))
            continue;
        figures++;
        if (low == NULL || shown_value(x) < shown_value(low))
            low = x;
        if (high == NULL || shown_value(x) > shown_value(high))
            high = x;
    }
    if (h->count == 0 || right - left > 100 || bottom - top > 100)
        left = right = top = bottom = 0;
    classes_make(h, &classes);

    if (h->title != NULL)
        buffer_text(&title, h->title);
    else if (low != NULL && low != high) {
        buffer_text(&title, "From ");
        figure_bare(h->measure, low->value, low->over_open_band, &title);
        buffer_printf(&title, " in %s to ", low->name != NULL ? low->name : low->label);
        figure_words(h->measure, high->value, high->over_open_band, &title);
        buffer_printf(&title, " in %s", high->name != NULL ? high->name : high->label);
    } else
        buffer_text(&title, figures == 0 ? "No figures" : h->measure->name);
    buffer_text(&parts, h->measure->name);
    if (h->subtitle != NULL && h->subtitle[0] != 0) {
        buffer_text(&parts, ", ");
        buffer_text(&parts, h->subtitle);
    }
    buffer_text(&description, parts.data);
    buffer_printf(&description,
                  ". Map of %zu hexagons of equal size, each near where its system lies, darker where the figure is "
                  "higher. Each has a short name and its figure; all are in the table.",
                  h->count);

    double map_width = (double)(right - left + 1) * HEX_WIDTH + HEX_WIDTH / 2, width = fmax(map_width + 16, 420);
    size_t starts[4], lengths[4];
    bool cut, missing = figures < h->count;
    size_t title_lines = draw_text_wrap(title.data, 20, true, width - 16, 3, starts, lengths, &cut);
    size_t part_lines = draw_text_wrap(parts.data, 14, false, width - 16, 2, starts, lengths, &cut);
    double legend = 24 + 23 * (double)(title_lines - 1) + 4 + 18 * (double)part_lines + 28;
    double map_top = legend + 24 * (double)(legend_rows(h, &classes, missing, width, &words) - 1) + 20;
    double height = map_top + (double)(bottom - top) * HEX_SIDE * 1.5 + HEX_SIDE * 2 + 8;
    double x0 = (width - map_width) / 2 + HEX_WIDTH / 2;

    draw_open(unique, width, height, standalone, title.data, description.data, out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 24, 23, "chart-title", DRAW_INK, title.data, 20, true, width - 16, 3, out);
    (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, parts.data, 14, false, width - 16, 2, out);
    draw_legend(h, &classes, missing, width, legend, &words, out);
    buffer_text(out, "</g><g role=\"list\" aria-label=\"Systems\">");
    for (size_t i = 0; i < h->count; i++) {
        const chart_hex *x = &h->items[i];
        int64_t row = (int64_t)x->row - top, column = (int64_t)x->column - left;
        double shift = (x->row & 1) != 0 ? HEX_WIDTH / 2 : 0;
        draw_hex(h, &classes, x, x0 + (double)column * HEX_WIDTH + shift,
                 map_top + HEX_SIDE + (double)row * HEX_SIDE * 1.5, &words, out);
    }
    buffer_text(out, "</g></svg>");
    buffer_free(&words);
    buffer_free(&title);
    buffer_free(&description);
    buffer_free(&parts);
}
