/* Hex map: one hexagon of equal size per system, so that a large rural one does not outweigh a small crowded one. */
#include "publish/chart_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 5, MOST_HEXES = 400, TITLE_LINES = 6, PART_LINES = 4 };

static const double ROOT_OF_3 = 1.7320508;

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

/* The grid of a form. A place is counted in half hexagons, because every second row is moved by one. */
typedef struct hex_grid {
    int64_t left, right, top, bottom; /* half hexagons across, rows down; right is the edge of the last one */
    double hex_width, side;           /* side = width / sqrt(3) */
    double text_size;
    double room;  /* for words in a hexagon */
    bool plain;   /* figures without their % sign, where it would make all words smaller; title and key have it */
    double width; /* of the picture */
} hex_grid;

static int64_t half_place(const chart_hex *h)
{
    return 2 * (int64_t)h->column + ((h->row & 1) != 0 ? 1 : 0);
}

static void grid_extent(const chart_hexes *h, hex_grid *g)
{
    *g = (hex_grid){.right = 2};
    for (size_t i = 0; i < h->count; i++) {
        int64_t x = half_place(&h->items[i]), y = h->items[i].row;
        g->left = i == 0 || x < g->left ? x : g->left;
        g->right = i == 0 || x + 2 > g->right ? x + 2 : g->right;
        g->top = i == 0 || y < g->top ? y : g->top;
        g->bottom = i == 0 || y > g->bottom ? y : g->bottom;
    }
    if (g->right - g->left > 200 || g->bottom - g->top > 100)
        *g = (hex_grid){.right = 2};
}

static void hex_figure(const edition_measure *m, const chart_hex *hex, bool plain, buffer *words)
{
    buffer_clear(words);
    if (figure_unit_of(m) == FIGURE_PERCENT && figure_under(hex->value, (int)m->decimals)) {
        buffer_char(words, '<'); /* "under 0.01%" is wider than a hexagon; its title says it in words */
        figure_level(m, pow(10, -(double)m->decimals), words);
    } else if (isfinite(hex->value) || hex->over_open_band)
        figure_bare(m, hex->value, hex->over_open_band, words);
    else
        buffer_text(words, "none");
    if (plain && !words->failed && words->length > 1 && words->data[words->length - 1] == '%')
        words->data[--words->length] = 0;
}

/* Words up to a tenth too long are drawn closer together rather than smaller. */
#define SQUEEZE 1.1

static double widest_words(const chart_hexes *h, const hex_grid *g, bool labels, buffer *words)
{
    double widest = 0;
    for (size_t i = 0; i < h->count; i++) {
        hex_figure(h->measure, &h->items[i], g->plain, words);
        widest = fmax(widest, draw_text_width(words->data, g->text_size, false));
        if (labels)
            widest = fmax(widest, draw_text_width(h->items[i].label, g->text_size, false) / SQUEEZE);
    }
    return widest;
}

/* On a phone the hexagons share the width there is, and the words in them are as large as the longest allows. */
static void grid_fit(const chart_hexes *h, chart_form form, buffer *words, hex_grid *g)
{
    grid_extent(h, g);
    double across = (double)(g->right - g->left) / 2;
    g->width = form == CHART_NARROW ? 360 : fmax(across * 78 + 16, 420);
    g->hex_width = form == CHART_NARROW ? fmin(356 / across, 78) : 78;
    g->side = g->hex_width / ROOT_OF_3;
    g->text_size = 14;
    g->room = g->hex_width - 3;
    g->plain = form == CHART_NARROW && figure_unit_of(h->measure) == FIGURE_PERCENT &&
               widest_words(h, g, false, words) > g->room;
    const double widest = widest_words(h, g, true, words);
    if (widest > g->room)
        g->text_size = fmax(floor(g->text_size * g->room / widest * 10) / 10, 8);
}

static void draw_hexagon(const hex_grid *g, double x, double y, size_t tint, double shrink, buffer *out)
{
    double w = g->hex_width / 2 - shrink, s = g->side - shrink * 2 / ROOT_OF_3;
    buffer_printf(out, "<path class=\"chart-focus chart-class-%zu\" fill=\"%s\"%s d=\"", tint, tint_colour(tint),
                  tint == 0 ? " stroke=\"" DRAW_LINE "\" stroke-dasharray=\"4 3\"" : "");
    const double corners[6][2] = {{0, -s}, {w, -s / 2}, {w, s / 2}, {0, s}, {-w, s / 2}, {-w, -s / 2}};
    for (size_t i = 0; i < 6; i++)
        draw_move(i == 0 ? 'M' : 'L', x + corners[i][0], y + corners[i][1], out);
    buffer_text(out, "z\"/>");
}

/* A line of text in a hexagon; the link's is underlined. */
static void hex_text(const hex_grid *g, double x, double y, size_t tint, bool link, const char *words, buffer *out)
{
    const char *class_name = tint == 0 ? "chart-soft" : tint >= 4 ? "chart-on-dark" : "chart-on-light";
    const char *colour = tint == 0 ? DRAW_SOFT : tint >= 4 ? "#ffffff" : "#1a2329";
    buffer_text(out, "<text");
    draw_attribute("x", x, out);
    draw_attribute("y", y, out);
    draw_attribute("font-size", g->text_size, out);
    if (words != NULL && draw_text_width(words, g->text_size, false) > g->room) {
        draw_attribute("textLength", g->room, out);
        buffer_text(out, " lengthAdjust=\"spacingAndGlyphs\"");
    }
    buffer_printf(out, " text-anchor=\"middle\" class=\"%s%s\" fill=\"%s\">", class_name, link ? " chart-link" : "",
                  colour);
    draw_text(words, out);
    buffer_text(out, "</text>");
}

static void draw_hex(const chart_hexes *h, const hex_grid *g, const hex_classes *classes, const chart_hex *hex,
                     double x, double y, buffer *words, buffer *out)
{
    size_t tint = tint_of(classes, class_of(classes, h->measure, hex));
    bool link = hex->link != NULL && hex->link[0] != 0;
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
    draw_hexagon(g, x, y, tint, 1.5, out);
    hex_text(g, x, y - 0.15 * g->text_size, tint, link, hex->label != NULL ? hex->label : "", out);
    hex_figure(h->measure, hex, g->plain, words);
    hex_text(g, x, y + 1.05 * g->text_size, tint, false, words->data, out);
    buffer_text(out, link ? "</a></g>" : "</g>");
}

static bool any_under(const chart_hexes *h)
{
    bool any = false;
    for (size_t i = 0; i < h->count && figure_unit_of(h->measure) == FIGURE_PERCENT; i++)
        any = any || figure_under(h->items[i].value, (int)h->measure->decimals);
    return any;
}

/* The range of class k, 1 .. count; "No figure" after them. */
static void legend_words(const chart_hexes *h, const hex_classes *c, size_t k, buffer *words)
{
    bool weeks = figure_unit_of(h->measure) == FIGURE_WEEKS;
    buffer_clear(words);
    if (k > c->count) {
        buffer_text(words, "No figure");
        return;
    }
    if (c->high[k - 1] == 0 &&
        any_under(h)) { /* figures are classed as they are shown: this class has more than noughts */
        figure_bare(h->measure, pow(10, -(double)h->measure->decimals) / 10, false, words);
        return;
    }
    figure_bare(h->measure, c->low[k - 1], weeks && c->low[k - 1] == 104, words);
    if (c->high[k - 1] == c->low[k - 1])
        return;
    buffer_text(words, " to ");
    figure_bare(h->measure, c->high[k - 1], weeks && c->high[k - 1] == 104, words);
}

/* Swatches with their ranges, all as wide as the widest so that they stand in columns. Returns the y of the last row; draws only where
 * out is given. */
static double draw_legend(const chart_hexes *h, const hex_classes *c, bool missing, double width, double y,
                          buffer *words, buffer *out)
{
    size_t count = c->count + (missing ? 1u : 0u);
    double room = 0, x = 8;
    for (size_t k = 1; k <= count; k++) {
        legend_words(h, c, k, words);
        room = fmax(room, 24 + draw_text_width(words->data, 14, false) + 18);
    }
    for (size_t k = 1; k <= count; k++) {
        if (x > 8 && x + room - 18 > width - 8) {
            x = 8;
            y += 24;
        }
        if (out != NULL) {
            size_t tint = k > c->count ? 0 : tint_of(c, k);
            legend_words(h, c, k, words);
            buffer_printf(out,
                          "<rect class=\"chart-class-%zu chart-swatch\" fill=\"%s\" stroke=\"" DRAW_LINE
                          "\" width=\"18\" height=\"14\"",
                          tint, tint_colour(tint));
            draw_attribute("x", x, out);
            draw_attribute("y", y - 12, out);
            buffer_text(out, "/>");
            draw_label(x + 24, y, "start", "chart-soft", DRAW_SOFT, words->data, out);
        }
        x += room;
    }
    return y;
}

/* "From 55.9% in NHS Essex ICB to 73.9% waited 18 weeks or less in NHS Devon ICB", where the page gives no title. */
static size_t default_title(const chart_hexes *h, buffer *title)
{
    const chart_hex *low = NULL, *high = NULL;
    size_t figures = 0;
    for (size_t i = 0; i < h->count; i++) {
        const chart_hex *x = &h->items[i];
        if (!isfinite(shown_value(x)))
            continue;
        figures++;
        if (low == NULL || shown_value(x) < shown_value(low))
            low = x;
        if (high == NULL || shown_value(x) > shown_value(high))
            high = x;
    }
    if (h->title != NULL)
        buffer_text(title, h->title);
    else if (low != NULL && low != high) {
        buffer_text(title, "From ");
        figure_bare(h->measure, low->value, low->over_open_band, title);
        buffer_printf(title, " in %s to ", low->name != NULL ? low->name : low->label);
        figure_words(h->measure, high->value, high->over_open_band, title);
        buffer_printf(title, " in %s", high->name != NULL ? high->name : high->label);
    } else
        buffer_text(title, figures == 0 ? "No figures" : h->measure->name);
    return figures;
}

void chart_hex_map(const chart_hexes *h, const char *unique, chart_form form, bool standalone, buffer *out)
{
    hex_classes classes;
    hex_grid g;
    buffer words = {0}, title = {0}, description = {0}, parts = {0};
    size_t figures = default_title(h, &title);
    classes_make(h, &classes);
    grid_fit(h, form, &words, &g);
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

    size_t starts[TITLE_LINES], lengths[TITLE_LINES];
    bool cut, missing = figures < h->count;
    size_t title_lines = draw_text_wrap(title.data, 20, true, g.width - 16, TITLE_LINES, starts, lengths, &cut);
    size_t part_lines = draw_text_wrap(parts.data, 14, false, g.width - 16, PART_LINES, starts, lengths, &cut);
    double legend = 24 + 23 * (double)(title_lines - 1) + 4 + 18 * (double)part_lines + 28;
    double map_top = draw_legend(h, &classes, missing, g.width, legend, &words, NULL) + 20;
    double height = map_top + (double)(g.bottom - g.top) * g.side * 1.5 + g.side * 2 + 8;
    double x0 = (g.width - (double)(g.right - g.left) / 2 * g.hex_width) / 2 + g.hex_width / 2;

    draw_open(unique, g.width, height, standalone, title.data, description.data, out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y =
        draw_text_block(8, 24, 23, "chart-title", DRAW_INK, title.data, 20, true, g.width - 16, TITLE_LINES, out);
    (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, parts.data, 14, false, g.width - 16, PART_LINES, out);
    (void)draw_legend(h, &classes, missing, g.width, legend, &words, out);
    buffer_text(out, "</g><g role=\"list\" aria-label=\"Systems\">");
    for (size_t i = 0; i < h->count; i++) {
        const chart_hex *x = &h->items[i];
        draw_hex(h, &g, &classes, x, x0 + (double)(half_place(x) - g.left) / 2 * g.hex_width,
                 map_top + g.side + (double)(x->row - g.top) * g.side * 1.5, &words, out);
    }
    buffer_text(out, "</g></svg>");
    buffer_free(&words);
    buffer_free(&title);
    buffer_free(&description);
    buffer_free(&parts);
}
