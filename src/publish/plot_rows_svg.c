/* Rows of figures as SVG: names at the left, dots with their intervals, figures at the right. On a phone names stand above the dots. */
#include "publish/plot_rows.h"

#include <math.h>

typedef struct picture {
    rows_plot *r;
    bool narrow;
    double width, row, heading, top, left, right, figure_at, interval_at;
    bool two_lines; /* of names; those of one stand in the middle */
} picture;

static double x_of(const picture *c, double value)
{
    return c->left + rows_part(c->r, value) * (c->right - c->left);
}

static double row_y(const picture *c, size_t index)
{
    double y = c->top;
    for (size_t i = 0; i <= index; i++)
        y += (rows_heading(c->r, i) ? c->heading : 0) + (i < index ? c->row : 0);
    return y;
}

static void upright(const picture *c, double x, double from, double to, const char *attributes, buffer *out)
{
    buffer_text(out, "<path fill=\"none\" ");
    buffer_text(out, attributes);
    buffer_text(out, " d=\"");
    double at = c->top;
    for (size_t i = 0; i < c->r->count && c->narrow;
         i++, at += c->row) { /* names stand above the dots: only through these */
        at += rows_heading(c->r, i) ? c->heading : 0;
        draw_move('M', x, at + c->row - 21, out);
        buffer_char(out, 'V');
        draw_number(at + c->row, out);
    }
    if (!c->narrow) {
        draw_move('M', x, from, out);
        buffer_char(out, 'V');
        draw_number(to, out);
    }
    buffer_text(out, "\"/>");
}

static void level_line(const picture *c, double from, double to, double y, const char *attributes, buffer *out)
{
    buffer_text(out, "<path fill=\"none\" ");
    buffer_text(out, attributes);
    buffer_text(out, " d=\"");
    draw_move('M', x_of(c, from), y, out);
    buffer_char(out, 'H');
    draw_number(x_of(c, to), out);
    buffer_text(out, "\"/>");
}

static void draw_axis(const picture *c, double y_text, double bottom, bool grid, buffer *out)
{
    const rows_plot *r = c->r;
    double largest = fmax(fabs(r->scale.low), fabs(r->scale.high));
    for (size_t i = 0; i < r->scale.count; i++) {
        double x = x_of(c, r->scale.ticks[i]);
        if (grid)
            upright(c, x, c->top, bottom, "class=\"chart-grid\" stroke=\"" DRAW_GRID "\"", out);
        buffer *words = frame_fresh(&c->r->f);
        plot_axis_figure(&r->f.unit, r->scale.ticks[i], r->scale.step, largest, words);
        draw_label(x, y_text, "middle", "chart-soft", DRAW_SOFT, words->data, out);
    }
}

static double name_room(const picture *c)
{
    return c->narrow ? c->width - 150 : c->left - 22;
}

static void draw_name(const picture *c, const plot_interval_row *row, double x, double y, buffer *out)
{
    size_t starts[2], lengths[2];
    bool cut;
    const char *name = row->name != NULL ? row->name : "";
    const size_t lines = draw_text_wrap(name, 14, row->own, name_room(c), c->two_lines ? 2 : 1, starts, lengths, &cut);
    for (size_t i = 0; i < lines; i++) {
        buffer_text(out, "<text");
        draw_attribute("x", x, out);
        draw_attribute(
            "y", c->narrow ? y - 17 * (double)(lines - 1 - i) : y + 17 * ((double)i - (double)(lines - 1) / 2), out);
        buffer_text(out, c->narrow ? " class=\"chart-ink\"" : " text-anchor=\"end\" class=\"chart-ink\"");
        buffer_text(out, row->own ? " font-weight=\"700\" fill=\"" DRAW_INK "\">" : " fill=\"" DRAW_INK "\">");
        draw_text_n(name + starts[i], lengths[i], out);
        buffer_text(out, cut && i + 1 == lines ? "\xe2\x80\xa6</text>" : "</text>");
    }
}

/* Where a name takes a second line, every row is as high. */
static void names_fit(picture *c)
{
    size_t starts[2], lengths[2];
    for (size_t i = 0; i < c->r->count && c->r->p->names_whole; i++)
        c->two_lines = c->two_lines || draw_text_wrap(c->r->rows[i]->name, 14, c->r->rows[i]->own, name_room(c), 2,
                                                      starts, lengths, &(bool){false}) > 1;
    c->row += c->two_lines ? 17 : 0;
}

static void draw_row(const picture *c, size_t i, double top, buffer *out)
{
    rows_plot *r = c->r;
    const plot_interval_row *row = r->rows[i];
    const double factor = r->f.factor, y = top + c->row / 2, mark_y = c->narrow ? top + c->row - 12 : y,
                 text_y = c->narrow ? top + c->row - 26 : y + 5;
    const bool value = rows_has_value(row);
    buffer_text(out, "<g role=\"listitem\" class=\"chart-point\"><title>");
    draw_text(rows_words(r, row), out);
    buffer_text(out, "</title><rect class=\"chart-hit\" fill=\"none\" x=\"1\"");
    draw_attribute("y", top, out);
    draw_attribute("width", c->width - 2, out);
    draw_attribute("height", c->row, out);
    buffer_text(out, "/>");
    draw_name(c, row, c->narrow ? 8 : c->left - 14, text_y, out);
    if (value && rows_has_outer(row))
        level_line(c, row->outer_lower * factor, row->outer_upper * factor, mark_y,
                   "class=\"chart-line\" stroke=\"" DRAW_LINE "\" stroke-width=\"1\"", out);
    if (value && rows_has_interval(row))
        level_line(c, row->lower * factor, row->upper * factor, mark_y,
                   row->own ? "class=\"chart-interval\" stroke=\"#8a99a3\" stroke-width=\"5\""
                            : "class=\"chart-interval\" stroke=\"#8a99a3\" stroke-width=\"3\"",
                   out);
    if (value)
        frame_shape_draw(rows_shape(r, row), x_of(c, row->value * factor), mark_y, row->own ? 1.4 : 1, out);
    draw_label(c->figure_at, text_y, "end", value ? "chart-ink" : "chart-soft", value ? DRAW_INK : DRAW_SOFT,
               rows_figure(r, row), out);
    if (c->interval_at > 0)
        draw_label(c->interval_at, text_y, "end", "chart-soft", DRAW_SOFT, rows_interval(r, row), out);
    buffer_text(out, "</g>");
}

static void draw_reference_name(const picture *c, double y, buffer *out)
{
    rows_plot *r = c->r;
    buffer *words = frame_fresh(&r->f);
    buffer_printf(words, "%.60s ", r->reference_name);
    plot_figure(&r->f.unit, r->reference, r->scale.step / 2, words);
    double half = draw_text_width(words->data, 14, false) / 2,
           x = fmin(fmax(x_of(c, r->reference), half + 4), c->width - half - 4);
    draw_label(x, y, "middle", "chart-ink", DRAW_INK, words->data, out);
}

/* Widths of the columns decide what is left for the dots. */
static void layout(picture *c)
{
    rows_plot *r = c->r;
    double name = 0, figure = 0, limits = 0;
    for (size_t i = 0; i < r->count; i++) {
        name = fmax(name, draw_text_width(r->rows[i]->name, 14, r->rows[i]->own));
        if (rows_has_value(r->rows[i]))
            figure = fmax(figure, draw_text_width(rows_figure(r, r->rows[i]), 14, false));
        limits = fmax(limits, draw_text_width(rows_interval(r, r->rows[i]), 14, false));
    }
    if (c->narrow) {
        c->left = 14;
        c->right = c->width - 14;
        c->figure_at = c->width - 8;
        return;
    }
    c->left = 8 + fmin(name, 250) + 14;
    c->interval_at = limits > 0 ? c->width - 8 : 0;
    c->figure_at = limits > 0 ? c->width - 8 - limits - 12 : c->width - 8;
    c->right = c->figure_at - figure - 16;
}

static void draw_keys(const picture *c, double y, buffer *out)
{
    const rows_plot *r = c->r;
    const better way = r->p->better;
    double x = 8;
    for (int side = 1; side >= -1; side -= 2) {
        if ((side > 0 ? r->high : r->low) == 0)
            continue;
        const char *words = way == BETTER_NEITHER ? (side > 0 ? "Higher, beyond chance" : "Lower, beyond chance")
                            : (side > 0) == (way == BETTER_HIGHER) ? "Better, beyond chance"
                                                                   : "Worse, beyond chance";
        frame_shape_draw(frame_shape_of(side, way), x + 7, y - 5, 1, out);
        draw_label(x + 20, y, "start", "chart-soft", DRAW_SOFT, words, out);
        x += 40 + draw_text_width(words, 14, false);
    }
}

void rows_draw_svg(rows_plot *r, buffer *out)
{
    frame *f = &r->f;
    picture c = {.r = r, .narrow = f->medium->form == PLOT_NARROW};
    c.width = c.narrow ? 360 : 720;
    c.row = c.narrow ? 42 : 24;
    c.heading = 30;
    layout(&c);
    names_fit(&c);
    const double size = c.narrow ? 18 : 20, room = c.width - 16;
    size_t starts[4], lengths[4];
    bool cut;
    size_t titles = draw_text_wrap(f->title, size, true, room, 3, starts, lengths, &cut);
    size_t parts = plot_given(f->subtitle) ? draw_text_wrap(f->subtitle, 14, false, room, 3, starts, lengths, &cut) : 0;
    size_t notes = f->note != NULL ? draw_text_wrap(f->note, 14, false, room, 4, starts, lengths, &cut) : 0;
    const bool reference = isfinite(r->reference), keys = r->high + r->low > 0;
    c.top = 28 + 23 * (double)(titles - 1) + 18 * (double)parts + 36 + (reference ? 22 : 0);
    double bottom = row_y(&c, r->count - 1) + c.row, y = bottom + (r->count > 12 ? 26 : 6);
    double key_y = y + 18, note_y = y + 18 + (keys ? 20 : 0);
    double height = y + 8 + (keys ? 22 : 0) + 18 * (double)notes;

    frame_open(f->medium, c.width, height, f->title, f->description, out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    y = draw_text_block(8, 24, 23, "chart-title", DRAW_INK, f->title, size, true, room, 3, out);
    if (parts > 0)
        (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, f->subtitle, 14, false, room, 3, out);
    double at = c.top;
    for (size_t i = 0; i < r->count; i++, at += c.row) {
        at += rows_heading(r, i) ? c.heading : 0;
        if (i % 2 == 0)
            continue;
        buffer_text(out, "<rect class=\"chart-stripe\" fill=\"#f5f7f8\" x=\"0\"");
        draw_attribute("y", at, out);
        draw_attribute("width", c.width, out);
        draw_attribute("height", c.row, out);
        buffer_text(out, "/>");
    }
    draw_axis(&c, c.top - 8 - (reference ? 22 : 0), bottom, true, out);
    if (r->count > 12)
        draw_axis(&c, bottom + 18, bottom, false, out);
    if (reference) {
        draw_reference_name(&c, c.top - 8, out);
        upright(&c, x_of(&c, r->reference), c.top - 3, bottom,
                "class=\"chart-mean\" stroke=\"#425563\" stroke-width=\"1.75\"", out);
    }
    at = c.top;
    for (size_t i = 0; i < r->count; i++, at += c.row) {
        if (!rows_heading(r, i))
            continue;
        (void)draw_text_block(8, at + 21, 18, "chart-ink", DRAW_INK, r->rows[i]->group, 14, true, room, 1, out);
        at += c.heading;
    }
    buffer_text(out, "</g><g role=\"list\" aria-label=\"Figures\">");
    at = c.top;
    for (size_t i = 0; i < r->count; i++, at += c.row) {
        at += rows_heading(r, i) ? c.heading : 0;
        draw_row(&c, i, at, out);
    }
    buffer_text(out, "</g><g aria-hidden=\"true\">");
    if (keys)
        draw_keys(&c, key_y, out);
    if (notes > 0)
        (void)draw_text_block(8, note_y, 18, "chart-soft", DRAW_SOFT, f->note, 14, false, room, 4, out);
    buffer_text(out, "</g></svg>");
}
