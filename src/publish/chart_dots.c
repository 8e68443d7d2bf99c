/* Dot plot: every organisation's figure with its interval, ordered, England's value as a line. Never bars: the axis need not start at 0. */
#include "publish/chart_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

chart_dot chart_dot_of(const edition_measure *m, const edition_point *p)
{
    chart_dot dot = {
        .value = p->value, .lower = (double)NAN, .upper = (double)NAN, .over_open_band = p->over_open_band};
    bool ratio = m->value_kind != NULL && strcmp(m->value_kind, "ratio") == 0 && figure_unit_of(m) == FIGURE_PERCENT;
    const double numerator = edition_numerator(m, p), denominator = edition_denominator(m, p);
    /* More people than places is no proportion (virtual wards may be fuller than planned). */
    if (ratio && isfinite(p->value) && numerator <= denominator) {
        proportion_wilson(numerator, denominator, 0.95, &dot.lower, &dot.upper);
        dot.lower *= m->scale;
        dot.upper *= m->scale;
    }
    return dot;
}

/* What stands where a value is missing: the open band is beyond every value. */
static double rank_value(const chart_dot *d)
{
    return d->over_open_band ? INFINITY : d->value;
}

static int name_order(const chart_dot *a, const chart_dot *b)
{
    return strcmp(a->name != NULL ? a->name : "", b->name != NULL ? b->name : "");
}

static int compare(const chart_dot *a, const chart_dot *b, int sign)
{
    double x = rank_value(a), y = rank_value(b);
    if (isnan(x) || isnan(y))
        return isnan(x) != isnan(y) ? (isnan(x) ? 1 : -1) : name_order(a, b);
    if (x != y)
        return (x < y ? -1 : 1) * sign;
    return name_order(a, b);
}

static int lowest_first(const void *a, const void *b)
{
    return compare(a, b, 1);
}

static int highest_first(const void *a, const void *b)
{
    return compare(a, b, -1);
}

void chart_dots_rank(chart_dot *items, size_t count, better way)
{
    if (count > 1)
        qsort(items, count, sizeof *items, way == BETTER_LOWER ? lowest_first : highest_first);
}

/* ---- drawing ---------------------------------------------------------------------------------------- */

enum { MOST_ROWS = 1000 };
#define SMALL_NAME 12.5 /* on a wide screen only: a phone shows the picture smaller than it is drawn */

typedef struct dot_plot {
    const chart_dots *dots;
    size_t count;
    bool narrow;
    double width, row, top, left, right; /* rows start at top; values lie between left and right */
    double widest_value;                 /* of the figures at the right edge */
    draw_scale scale;                    /* low at left, high at right: only its ticks and bounds are used */
    buffer words;
} dot_plot;

static buffer *fresh(dot_plot *c)
{
    buffer_clear(&c->words);
    return &c->words;
}

static const char *words_of(const dot_plot *c)
{
    return c->words.data != NULL ? c->words.data : "";
}

static double x_of(const dot_plot *c, double value)
{
    double part = (value - c->scale.low) / (c->scale.high - c->scale.low);
    part = !(part > 0) ? 0 : part > 1 ? 1 : part;
    return c->left + part * (c->right - c->left);
}

static double dot_value(const chart_dot *d)
{
    return d->over_open_band ? 104 : d->value;
}

static bool has_value(const chart_dot *d)
{
    return d->over_open_band || isfinite(d->value);
}

/* An upright line through all rows; on a phone, where names lie above the dots, only through where the dots are. */
static void vertical(const dot_plot *c, double x, double above, const char *attributes, buffer *out)
{
    buffer_text(out, "<path fill=\"none\" ");
    buffer_text(out, attributes);
    buffer_text(out, " d=\"");
    for (size_t i = 0; i < (c->narrow ? c->count : 1); i++) {
        double from = c->narrow ? c->top + c->row * ((double)i + 0.5) : c->top - above;
        double to = c->narrow ? from + c->row / 2 : c->top + c->row * (double)c->count;
        draw_move('M', x, from, out);
        buffer_char(out, 'V');
        draw_number(to, out);
    }
    buffer_text(out, "\"/>");
}

static void draw_axis(dot_plot *c, double y_text, bool grid, buffer *out)
{
    double largest = fmax(fabs(c->scale.low), fabs(c->scale.high));
    for (size_t i = 0; i < c->scale.count; i++) {
        double x = x_of(c, c->scale.ticks[i]);
        if (grid)
            vertical(c, x, 0, "class=\"chart-grid\" stroke=\"" DRAW_GRID "\"", out);
        figure_axis(c->dots->measure, c->scale.ticks[i], c->scale.step, largest, fresh(c));
        double half = draw_text_width(words_of(c), 14, false) / 2; /* the outermost stay in the picture */
        draw_label(fmin(fmax(x, half + 2), c->width - half - 2), y_text, "middle", "chart-soft", DRAW_SOFT, words_of(c),
                   out);
    }
}

/* The words of a row for those who hear it: name, figure, interval, whether it is a peer. */
static void row_words(dot_plot *c, const chart_dot *d)
{
    buffer *w = fresh(c);
    buffer_text(w, d->name);
    buffer_text(w, ": ");
    figure_words(c->dots->measure, d->value, d->over_open_band, w);
    if (isfinite(d->lower) && isfinite(d->upper)) {
        buffer_text(w, ", 95% interval ");
        figure_bare(c->dots->measure, d->lower, false, w);
        buffer_text(w, " to ");
        figure_bare(c->dots->measure, d->upper, false, w);
    }
    if (d->own)
        buffer_text(w, ", this organisation");
    else if (d->peer)
        buffer_text(w, ", a peer");
}

static void draw_row_mark(const dot_plot *c, const chart_dot *d, double y, buffer *out)
{
    if (!has_value(d))
        return;
    double x = x_of(c, dot_value(d));
    if (isfinite(d->lower) && isfinite(d->upper)) {
        buffer_text(out, "<path class=\"chart-interval\" stroke=\"#8a99a3\" stroke-width=\"3\" fill=\"none\" d=\"");
        draw_move('M', x_of(c, d->lower), y, out);
        buffer_char(out, 'H');
        draw_number(x_of(c, d->upper), out);
        buffer_text(out, "\"/>");
    }
    buffer_text(out, d->own ? "<circle class=\"chart-own\" fill=\"#005eb8\""
                            : "<circle class=\"chart-dot\" fill=\"#425563\"");
    draw_attribute("cx", x, out);
    draw_attribute("cy", y, out);
    draw_attribute("r", d->own ? 6 : 4.2, out);
    buffer_text(out, "/>");
    if (d->peer && !d->own) {
        buffer_text(out, "<circle class=\"chart-ring\" fill=\"none\" stroke=\"#5b6d78\" stroke-width=\"1.5\"");
        draw_attribute("cx", x, out);
        draw_attribute("cy", y, out);
        draw_attribute("r", 7.4, out);
        buffer_text(out, "/>");
    }
}

/* The name, cut where it is too long (the row's own title has all of it), a link where there is one. The link holds nothing but the words that
 * it shows, so that people who speak to their computer can say them. */
static void draw_row_name(const dot_plot *c, const chart_dot *d, double x, double y, double room, buffer *out)
{
    size_t start, length;
    bool cut, link = d->link != NULL && d->link[0] != 0;
    const char *name = d->name != NULL ? d->name : "";
    double suffix = d->peer && !d->own ? draw_text_width(" (peer)", 14, false) : 0;
    /* A name a little too long is written a little smaller, before it is cut. */
    const double size = !c->narrow && draw_text_width(name, 14, d->own) > room - suffix ? SMALL_NAME : 14;
    const double whole = draw_text_width(name, size, d->own);
    const bool squeeze = whole > room - suffix && whole < 1.06 * (room - suffix);
    (void)draw_text_wrap(name, size, d->own, squeeze ? whole + 1 : room - suffix, 1, &start, &length, &cut);
    double width = draw_text_width_n(name + start, length, size, d->own) + (cut ? size : 0) + suffix;
    if (link) {
        buffer_text(out, "<a href=\"");
        draw_text(d->link, out);
        buffer_text(out, "\"><rect class=\"chart-focus\" fill=\"none\" pointer-events=\"all\" height=\"22\"");
        draw_attribute("x", (c->narrow ? x : x - width) - 3, out);
        draw_attribute("y", y - 16, out);
        draw_attribute("width", width + 6, out);
        buffer_text(out, "/>");
    }
    buffer_text(out, "<text");
    draw_attribute("x", x, out);
    draw_attribute("y", y, out);
    buffer_text(out, c->narrow ? "" : " text-anchor=\"end\"");
    if (size < 14)
        draw_attribute("font-size", size, out);
    if (squeeze && suffix == 0) { /* a hair's breadth too long */
        draw_attribute("textLength", room, out);
        buffer_text(out, " lengthAdjust=\"spacingAndGlyphs\"");
        width = room;
    }
    buffer_text(out, link ? " class=\"chart-ink chart-link\" text-decoration=\"underline\"" : " class=\"chart-ink\"");
    buffer_text(out, d->own ? " fill=\"" DRAW_INK "\" font-weight=\"700\">" : " fill=\"" DRAW_INK "\">");
    draw_text_n(name + start, length, out);
    if (cut)
        buffer_text(out, "\xe2\x80\xa6");
    if (suffix > 0)
        buffer_text(out, " (peer)");
    buffer_text(out, link ? "</text></a>" : "</text>");
}

static void draw_row(dot_plot *c, size_t i, buffer *out)
{
    const chart_dot *d = &c->dots->items[i];
    double y = c->top + c->row * ((double)i + 0.5), mark_y = c->narrow ? y + 9 : y, text_y = c->narrow ? y - 5 : y + 5;
    row_words(c, d);
    buffer_text(out, "<g role=\"listitem\" class=\"chart-point\"><title>");
    draw_text(words_of(c), out);
    buffer_text(out, "</title><rect class=\"chart-hit\" fill=\"none\"");
    draw_attribute("x", 0, out);
    draw_attribute("y", y - c->row / 2, out);
    draw_attribute("width", c->width, out);
    draw_attribute("height", c->row, out);
    buffer_text(out, "/>");
    draw_row_mark(c, d, mark_y, out);
    draw_row_name(c, d, c->narrow ? 8 : c->left - 14, text_y,
                  c->narrow ? c->width - c->widest_value - 24 : c->left - 22, out);
    figure_bare(c->dots->measure, d->value, d->over_open_band, fresh(c));
    draw_label(c->width - 8, text_y, "end", has_value(d) ? "chart-ink" : "chart-soft",
               has_value(d) ? DRAW_INK : DRAW_SOFT, words_of(c), out);
    buffer_text(out, "</g>");
}

/* "From 56.5% to 73.9%; England 64.9%": the finding where the page gives none. */
static void default_title(const chart_dots *d, size_t with_value, buffer *out)
{
    const chart_dot *low = NULL, *high = NULL;
    for (size_t i = 0; i < d->count; i++) {
        const chart_dot *x = &d->items[i];
        if (!has_value(x))
            continue;
        if (low == NULL || dot_value(x) < dot_value(low))
            low = x;
        if (high == NULL || dot_value(x) > dot_value(high))
            high = x;
    }
    if (with_value == 0)
        buffer_text(out, "No figures");
    else if (with_value == 1) {
        figure_words(d->measure, low->value, low->over_open_band, out);
    } else {
        buffer_text(out, "From ");
        figure_bare(d->measure, low->value, low->over_open_band, out);
        buffer_text(out, " to ");
        figure_words(d->measure, high->value, high->over_open_band, out);
        if (isfinite(d->reference)) {
            buffer_text(out, "; ");
            buffer_text(out, d->reference_name != NULL ? d->reference_name : "England");
            buffer_char(out, ' ');
            figure_words(d->measure, d->reference, false, out);
        }
    }
}

/* "92% by March 2029" */
static void target_words(const chart_dots *d, buffer *out)
{
    char when[PERIOD_WORDS];
    figure_level(d->measure, d->target, out);
    if (d->target_by.kind == PERIOD_NONE)
        return;
    period_words(d->target_by, when);
    buffer_printf(out, " %s %s", d->target_by.months == 1 ? "by" : "in", when);
}

static void describe(const chart_dots *d, size_t rows, size_t intervals, buffer *out)
{
    buffer_text(out, d->measure->name);
    if (d->subtitle != NULL && d->subtitle[0] != 0) {
        buffer_text(out, ", ");
        buffer_text(out, d->subtitle);
    }
    buffer_printf(out, ". Dot plot of %zu organisations in order, one row each with its figure.", rows);
    if (intervals > 0)
        buffer_text(
            out,
            " A bar through a dot is its 95% interval: where the bars of two overlap much, their order may be chance.");
    if (isfinite(d->reference)) {
        buffer_text(out, " A solid line marks ");
        buffer_text(out, d->reference_name != NULL ? d->reference_name : "England");
        buffer_text(out, ", ");
        figure_words(d->measure, d->reference, false, out);
        buffer_char(out, '.');
    }
    if (isfinite(d->target)) {
        buffer_text(out, " A dark red line marks the target, ");
        target_words(d, out);
        buffer_char(out, '.');
    }
}

/* The names of the two lines stand above the rows, apart from each other. */
static void draw_line_labels(dot_plot *c, double y, buffer *out)
{
    const chart_dots *d = c->dots;
    char reference[96] = "", target[96] = "";
    double x[2] = {0, 0}, half[2] = {0, 0};
    if (isfinite(d->reference)) {
        buffer *w = fresh(c);
        buffer_text(w, d->reference_name != NULL ? d->reference_name : "England");
        buffer_char(w, ' ');
        figure_bare(d->measure, d->reference, false, w);
        (void)snprintf(reference, sizeof reference, "%.60s", words_of(c));
        half[0] = draw_text_width(reference, 14, true) / 2;
        x[0] = fmin(fmax(x_of(c, d->reference), half[0] + 4), c->width - half[0] - 4);
    }
    if (isfinite(d->target)) {
        buffer *w = fresh(c);
        buffer_text(w, "Target ");
        target_words(d, w);
        (void)snprintf(target, sizeof target, "%.94s", words_of(c));
        half[1] = draw_text_width(target, 14, false) / 2;
        x[1] = fmin(fmax(x_of(c, d->target), half[1] + 4), c->width - half[1] - 4);
    }
    if (reference[0] != 0 && target[0] != 0) {
        double apart = half[0] + half[1] + 12, distance = x[1] - x[0], sign = distance >= 0 ? 1 : -1;
        if (fabs(distance) < apart) {
            double push = (apart - fabs(distance)) / 2;
            x[0] -= sign * push;
            x[1] += sign * push;
            /* Pushed off an edge: the other one makes room. */
            for (int i = 0; i < 2; i++) {
                double over = fmax(half[i] + 4 - x[i], 0) - fmax(x[i] + half[i] + 4 - c->width, 0);
                x[0] += over;
                x[1] += over;
            }
        }
    }
    if (reference[0] != 0)
        draw_label(x[0], y, "middle", "chart-ink", DRAW_INK, reference, out);
    if (target[0] != 0)
        draw_label(x[1], y, "middle", "chart-target-text", DRAW_TARGET, target, out);
}

void chart_dot_plot(const chart_dots *d, const char *unique, chart_form form, bool standalone, buffer *out)
{
    dot_plot c = {.dots = d, .count = d->count > MOST_ROWS ? MOST_ROWS : d->count, .narrow = form == CHART_NARROW};
    draw_range range = draw_range_empty();
    size_t with_value = 0, intervals = 0;
    double widest_name = 0, widest_value = 0;
    buffer title = {0}, description = {0}, parts = {0};
    for (size_t i = 0; i < c.count; i++) {
        const chart_dot *x = &d->items[i];
        if (has_value(x)) {
            with_value++;
            draw_range_data(&range, dot_value(x));
        }
        if (isfinite(x->lower) && isfinite(x->upper)) {
            intervals++;
            draw_range_line(&range, x->lower);
            draw_range_line(&range, x->upper);
        }
        double name = draw_text_width(x->name != NULL ? x->name : "", 14, x->own) + (x->peer && !x->own ? 45 : 0);
        widest_name = fmax(widest_name, name);
        figure_bare(d->measure, x->value, x->over_open_band, fresh(&c));
        widest_value = fmax(widest_value, draw_text_width(words_of(&c), 14, false));
    }
    draw_range_data(&range, d->reference);
    draw_range_data(&range, d->target);
    if (d->title != NULL)
        buffer_text(&title, d->title);
    else
        default_title(d, with_value, &title);
    describe(d, c.count, intervals, &description);
    buffer_text(&parts, d->measure->name);
    if (d->subtitle != NULL && d->subtitle[0] != 0) {
        buffer_text(&parts, ", ");
        buffer_text(&parts, d->subtitle);
    }
    if (intervals > 0)
        buffer_text(&parts, ". The bar through a dot is its 95% interval.");

    c.widest_value = widest_value;
    c.width = c.narrow ? 360 : 720;
    c.row = c.narrow ? 42 : 24;
    c.left = c.narrow ? 14 : 8 + fmin(widest_name, 352) + 14;
    c.right = c.narrow ? c.width - 14 : c.width - widest_value - 24;
    draw_scale_make(&range, figure_unit_of(d->measure), c.narrow ? 3 : 4, 0, 1, &c.scale);
    const char *title_words = title.data != NULL ? title.data : "";
    size_t starts[4], lengths[4];
    bool cut;
    size_t title_lines = draw_text_wrap(title_words, 20, true, c.width - 16, 3, starts, lengths, &cut);
    size_t part_lines = draw_text_wrap(parts.data, 14, false, c.width - 16, 3, starts, lengths, &cut);
    double header = 24 + 23 * (double)(title_lines - 1) + 4 + 18 * (double)part_lines;
    bool lines = isfinite(d->reference) || isfinite(d->target);
    c.top = header + 34 + (lines ? 22 : 0);
    double bottom = c.top + c.row * (double)c.count, height = bottom + 30;

    draw_open(unique, c.width, height, standalone, title_words, description.data, out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 24, 23, "chart-title", DRAW_INK, title_words, 20, true, c.width - 16, 3, out);
    (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, parts.data, 14, false, c.width - 16, 3, out);
    /* Every second row is tinted, to lead the eye from the name to the figure. */
    for (size_t i = 1; i < c.count; i += 2) {
        buffer_text(out, "<rect class=\"chart-stripe\" fill=\"#f5f7f8\" x=\"0\"");
        draw_attribute("y", c.top + c.row * (double)i, out);
        draw_attribute("width", c.width, out);
        draw_attribute("height", c.row, out);
        buffer_text(out, "/>");
    }
    draw_axis(&c, c.top - 8 - (lines ? 22 : 0), true, out);
    if (c.count > 12)
        draw_axis(&c, bottom + 20, false, out);
    if (lines)
        draw_line_labels(&c, c.top - 8, out);
    if (isfinite(d->reference))
        vertical(&c, x_of(&c, d->reference), 3, "class=\"chart-mean\" stroke=\"#425563\" stroke-width=\"1.75\"", out);
    if (isfinite(d->target))
        vertical(&c, x_of(&c, d->target), 3,
                 "class=\"chart-target\" stroke=\"" DRAW_TARGET "\" stroke-width=\"2\" stroke-dasharray=\"10 3 2 3\"",
                 out);
    buffer_text(out, "</g><g role=\"list\" aria-label=\"Organisations in order\">");
    for (size_t i = 0; i < c.count; i++)
        draw_row(&c, i, out);
    buffer_text(out, "</g></svg>");
    buffer_free(&title);
    buffer_free(&description);
    buffer_free(&parts);
    buffer_free(&c.words);
}
