/* Rows of figures in characters. */
#include "publish/plot_canvas.h"
#include "publish/plot_rows.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_NAME = 28 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void name_write(const char *name, size_t room, bool bold, bool colour, buffer *out)
{
    canvas_ink_on(colour, bold ? INK_BOLD : INK_PLAIN, out);
    size_t used = canvas_plain(name, room, out);
    canvas_ink_off(colour, bold ? INK_BOLD : INK_PLAIN, out);
    canvas_spaces(room - used, out);
}

static void put_span(canvas *c, const rows_plot *r, double from, double to, const char *glyph, int rank)
{
    double width = (double)(c->columns - 1);
    for (long k = lround(rows_part(r, from) * width); k <= lround(rows_part(r, to) * width); k++)
        canvas_put(c, 0, k, glyph, INK_PLAIN, rank);
}

/* One row on a canvas of one row. */
static void row_put(canvas *c, const rows_plot *r, const plot_interval_row *row)
{
    static const char *const glyphs[] = {[SHAPE_PLAIN] = "\xe2\x97\x8f",
                                         [SHAPE_IMPROVEMENT] = "\xe2\x97\x8f",
                                         [SHAPE_CONCERN] = "\xe2\x97\x86",
                                         [SHAPE_UNUSUAL] = "\xe2\x96\xa0"};
    static const canvas_ink inks[] = {
        [SHAPE_IMPROVEMENT] = INK_BLUE, [SHAPE_CONCERN] = INK_ORANGE, [SHAPE_UNUSUAL] = INK_PURPLE};
    const double factor = r->f.factor, width = (double)(c->columns - 1);
    canvas_begin(c, 1, c->columns, c->colour);
    if (isfinite(r->reference))
        canvas_put(c, 0, lround(rows_part(r, r->reference) * width), "\xe2\x94\x82", INK_DIM, 1);
    if (!rows_has_value(row))
        return;
    if (rows_has_outer(row))
        put_span(c, r, row->outer_lower * factor, row->outer_upper * factor, "\xe2\x95\x8c", 2);
    if (rows_has_interval(row))
        put_span(c, r, row->lower * factor, row->upper * factor, row->own ? "\xe2\x94\x81" : "\xe2\x94\x80", 3);
    frame_shape shape = rows_shape(r, row);
    canvas_put(c, 0, lround(rows_part(r, row->value * factor) * width), glyphs[shape], inks[shape], 5);
}

static void axis_write(rows_plot *r, size_t name, size_t width, buffer *out)
{
    canvas *line = calloc(1, sizeof *line);
    if (line == NULL) {
        out->failed = true;
        return;
    }
    canvas_begin(line, 1, width + 4, false);
    double largest = fmax(fabs(r->scale.low), fabs(r->scale.high));
    long free_from = 0;
    for (size_t i = 0; i < r->scale.count; i++) {
        buffer *words = frame_fresh(&r->f);
        plot_axis_figure(&r->f.unit, r->scale.ticks[i], r->scale.step, largest, words);
        long length = (long)canvas_columns(words->data);
        long at = lround(rows_part(r, r->scale.ticks[i]) * (double)(width - 1)) - length / 2;
        at = at < 0 ? 0 : at + length > (long)width + 4 ? (long)width + 4 - length : at;
        if (at >= free_from && canvas_text(line, 0, at, words->data, INK_PLAIN))
            free_from = at + length + 1;
    }
    canvas_spaces(name + 1, out);
    canvas_row_write(line, 0, 0, out);
    buffer_char(out, '\n');
    free(line);
}

void rows_draw_terminal(rows_plot *r, buffer *out)
{
    frame *f = &r->f;
    const int columns = f->medium->columns == 0 ? 80 : f->medium->columns;
    const size_t total = columns < 60 ? 60 : columns > CANVAS_MOST_COLUMNS ? CANVAS_MOST_COLUMNS : (size_t)columns;
    const bool colour = f->medium->colour;
    size_t name = 1, figure = 1, spread = 0;
    for (size_t i = 0; i < r->count; i++) {
        name = larger(name, canvas_columns(r->rows[i]->name));
        figure = rows_has_value(r->rows[i]) ? larger(figure, canvas_columns(rows_figure(r, r->rows[i]))) : figure;
        spread = larger(spread, canvas_columns(rows_interval(r, r->rows[i])));
    }
    name = name > MOST_NAME ? MOST_NAME : name;
    if (total < 80 || name + figure + spread + 34 > total)
        spread = 0;
    size_t taken = name + 2 + figure + (spread > 0 ? spread + 2 : 0);
    size_t width = total > taken + 20 ? total - taken : 20;
    canvas *c = calloc(1, sizeof *c);
    if (c == NULL) {
        out->failed = true;
        return;
    }
    canvas_begin(c, 1, width, colour);
    canvas_paragraph(f->title, total, colour, INK_BOLD, out);
    canvas_paragraph(f->subtitle, total, colour, INK_PLAIN, out);
    buffer_char(out, '\n');
    for (size_t i = 0; i < r->count; i++) {
        const plot_interval_row *row = r->rows[i];
        if (rows_heading(r, i))
            canvas_paragraph(row->group, total, colour, INK_BOLD, out);
        name_write(row->name, name, row->own, colour, out);
        buffer_char(out, ' ');
        const char *words = rows_figure(r, row);
        if (!rows_has_value(row)) {
            size_t room = total - name - 1, length = canvas_columns(words);
            canvas_spaces(room > length ? room - length : 0, out);
            (void)canvas_plain(words, room, out);
            buffer_char(out, '\n');
            continue;
        }
        row_put(c, r, row);
        canvas_row_write(c, 0, width, out);
        const char *limits = spread > 0 ? rows_interval(r, row) : "";
        size_t used = canvas_columns(words);
        canvas_spaces(1 + (figure > used ? figure - used : 0), out);
        (void)canvas_plain(words, 40, out);
        if (limits[0] != 0) {
            canvas_spaces(2 + (spread > canvas_columns(limits) ? spread - canvas_columns(limits) : 0), out);
            canvas_ink_on(colour, INK_DIM, out);
            buffer_text(out, limits);
            canvas_ink_off(colour, INK_DIM, out);
        }
        buffer_char(out, '\n');
    }
    axis_write(r, name, width, out);
    if (isfinite(r->reference)) {
        buffer *words = frame_fresh(f);
        buffer_printf(words, "\xe2\x94\x82 %s ", r->reference_name);
        plot_figure_words(&f->unit, r->reference, r->scale.step / 2, words);
        canvas_paragraph(words->data, total, colour, INK_DIM, out);
    }
    if (r->high + r->low > 0)
        canvas_paragraph(r->p->better == BETTER_NEITHER
                             ? "\xe2\x96\xa0 beyond chance"
                             : "\xe2\x97\x8f better, \xe2\x97\x86 worse, beyond chance (plain dots: not)",
                         total, colour, INK_PLAIN, out);
    canvas_paragraph(f->note, total, colour, INK_PLAIN, out);
    free(c);
}
