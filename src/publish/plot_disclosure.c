/* A table of counts as it would be published: what is shown, and what is withheld and why. */
#include "publish/plot_canvas.h"
#include "publish/plot_frame.h"

enum { MOST_ROWS = 60, MOST_COLUMNS = 12, NAME_UNITS = 200, CELL_HEIGHT = 28 };

static const char PRIMARY[] = "*", SECONDARY[] = "+";

typedef struct content {
    const plot_disclosure_input *p;
    size_t rows, columns, shown, primary, secondary;
    bool rounded;
} content;

static const disclosure_cell *cell_of(const content *c, size_t row, size_t column)
{
    return &c->p->cells[row * c->p->columns + column];
}

static content content_read(const plot_disclosure_input *p)
{
    content c = {.p = p,
                 .rows = p->rows < MOST_ROWS ? p->rows : MOST_ROWS,
                 .columns = p->columns < MOST_COLUMNS ? p->columns : MOST_COLUMNS};
    for (size_t i = 0; i < p->rows * p->columns; i++) {
        c.shown += p->cells[i].state == CELL_SHOWN;
        c.primary += p->cells[i].state == CELL_PRIMARY;
        c.secondary += p->cells[i].state == CELL_SECONDARY;
        c.rounded = c.rounded || (p->cells[i].state == CELL_SHOWN && p->cells[i].published != p->cells[i].count);
    }
    return c;
}

static const char *row_name(frame *f, const content *c, size_t i)
{
    const char *name = c->p->row_names != NULL ? c->p->row_names[i] : NULL;
    return plot_given(name) ? name : frame_text(f, "Row %zu", i + 1);
}

static const char *column_name(frame *f, const content *c, size_t i)
{
    const char *name = c->p->column_names != NULL ? c->p->column_names[i] : NULL;
    return plot_given(name) ? name : frame_text(f, "Column %zu", i + 1);
}

static const char *cell_text(frame *f, const disclosure_cell *cell)
{
    if (cell->state != CELL_SHOWN)
        return cell->state == CELL_PRIMARY ? PRIMARY : SECONDARY;
    char digits[NUMBER_TEXT];
    number_grouped(cell->published, digits);
    return frame_text(f, "%s", digits);
}

static void words_make(frame *f, const content *c)
{
    const size_t withheld = c->primary + c->secondary, all = withheld + c->shown;
    f->subtitle = frame_subtitle(
        f, NULL,
        c->rows < c->p->rows || c->columns < c->p->columns
            ? frame_text(f, "the first %zu x %zu of %zu x %zu cells", c->rows, c->columns, c->p->rows, c->p->columns)
            : NULL);
    if (f->title == NULL)
        f->title = withheld == 0 ? frame_text(f, "All %zu cells can be published", all)
                                 : frame_text(f, "%zu of %zu cells withheld: %zu small, %zu more to protect them",
                                              withheld, all, c->primary, c->secondary);
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_printf(out,
                  "Table of %zu rows and %zu columns as it would be published. A star is a count withheld for its own "
                  "sake, a plus one withheld "
                  "so that totals do not give another away.",
                  c->p->rows, c->p->columns);
    if (c->rounded)
        buffer_text(out, " Other counts are rounded.");
    f->description = frame_keep(f);
}

/* ---- SVG -------------------------------------------------------------------------------------------- */

static void draw_cell(frame *f, const content *c, size_t row, size_t column, double x, double y, double width,
                      buffer *out)
{
    const disclosure_cell *cell = cell_of(c, row, column);
    const char *words = cell_text(f, cell);
    const bool primary = cell->state == CELL_PRIMARY, shown = cell->state == CELL_SHOWN;
    buffer_text(out, "<g role=\"listitem\"><title>");
    draw_text(row_name(f, c, row), out);
    buffer_text(out, ", ");
    draw_text(column_name(f, c, column), out);
    buffer_text(out, ": ");
    draw_text(shown ? words : primary ? "withheld" : "withheld to protect another", out);
    buffer_text(out, "</title>");
    if (!shown) {
        buffer_text(out, primary ? "<rect class=\"chart-class-4\" fill=\"#2268ae\""
                                 : "<rect class=\"chart-class-2\" fill=\"#a9cbe8\"");
        draw_attribute("x", x + 3, out);
        draw_attribute("y", y + 3, out);
        draw_attribute("width", width - 6, out);
        draw_attribute("height", CELL_HEIGHT - 6, out);
        buffer_text(out, "/>");
    }
    draw_label(x + width - 10, y + (primary ? 21 : 19), "end",
               shown     ? "chart-ink"
               : primary ? "chart-on-dark"
                         : "chart-on-light",
               shown     ? DRAW_INK
               : primary ? "#fff"
                         : "#1a2329",
               words, out);
    buffer_text(out, "</g>");
}

/* Words cut to one line, or broken to at most three lines whose last stands at y. */
static void draw_fitted(double x, double y, bool at_end, const char *class_name, const char *colour, const char *words,
                        double room, size_t most, buffer *out)
{
    size_t starts[3], lengths[3];
    bool cut;
    size_t lines = draw_text_wrap(words, 14, false, room, most, starts, lengths, &cut);
    for (size_t i = 0; i < lines; i++) {
        buffer_text(out, "<text");
        draw_attribute("x", x, out);
        draw_attribute("y", y - 17 * (double)(lines - 1 - i), out);
        buffer_printf(out, "%s class=\"%s\" fill=\"%s\">", at_end ? " text-anchor=\"end\"" : "", class_name, colour);
        draw_text_n(words + starts[i], lengths[i], out);
        buffer_text(out, cut && i + 1 == lines ? "\xe2\x80\xa6</text>" : "</text>");
    }
}

static void draw_key(const content *c, double y, bool narrow, buffer *out)
{
    double x = 8;
    for (int k = 0; k < 2; k++) {
        if ((k == 0 ? c->primary : c->secondary) == 0)
            continue;
        buffer_text(out, k == 0 ? "<rect class=\"chart-class-4\" fill=\"#2268ae\" width=\"22\" height=\"18\""
                                : "<rect class=\"chart-class-2\" fill=\"#a9cbe8\" width=\"22\" height=\"18\"");
        draw_attribute("x", x, out);
        draw_attribute("y", y - 14, out);
        buffer_text(out, "/>");
        draw_label(x + 11, y + (k == 0 ? 2 : 0), "middle", k == 0 ? "chart-on-dark" : "chart-on-light",
                   k == 0 ? "#fff" : "#1a2329", k == 0 ? PRIMARY : SECONDARY, out);
        const char *words = k == 0 ? "Withheld: a small count" : "Withheld to protect another";
        draw_label(x + 30, y, "start", "chart-soft", DRAW_SOFT, words, out);
        if (narrow)
            y += 24;
        else
            x += 54 + draw_text_width(words, 14, false);
    }
}

static void draw_svg(frame *f, const content *c, buffer *out)
{
    const bool narrow = f->medium->form == PLOT_NARROW;
    const double width = narrow ? 360 : 720, room = width - 16;
    double names = 0;
    for (size_t i = 0; i < c->rows; i++) {
        double w = draw_text_width(row_name(f, c, i), 14, false);
        names = w > names ? w : names;
    }
    names = names > (narrow ? 110 : NAME_UNITS) ? (narrow ? 110 : NAME_UNITS) : names;
    const double cell =
        (width - 8 - names - 16) / (double)c->columns > 110 ? 110 : (width - 8 - names - 16) / (double)c->columns;
    size_t starts[4], lengths[4];
    bool cut;
    size_t titles = draw_text_wrap(f->title, narrow ? 18 : 20, true, room, 3, starts, lengths, &cut);
    size_t parts = plot_given(f->subtitle) ? draw_text_wrap(f->subtitle, 14, false, room, 3, starts, lengths, &cut) : 0;
    size_t heads = 1;
    for (size_t k = 0; k < c->columns; k++) {
        size_t lines = draw_text_wrap(column_name(f, c, k), 14, false, cell - 12, 3, starts, lengths, &cut);
        heads = lines > heads ? lines : heads;
    }
    const double left = 8 + names + 12,
                 top = 17 * (double)(heads - 1) + 28 + 23 * (double)(titles - 1) + 18 * (double)parts + 34,
                 bottom = top + CELL_HEIGHT * (double)c->rows;
    const size_t keys = (c->primary > 0 ? 1u : 0u) + (c->secondary > 0 ? 1u : 0u);
    const double height = bottom + 10 + (keys > 0 ? 26 + (narrow ? 24 * (double)(keys - 1) : 0) : 0);
    frame_open(f->medium, width, height, f->title, f->description, out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 24, 23, "chart-title", DRAW_INK, f->title, narrow ? 18 : 20, true, room, 3, out);
    if (parts > 0)
        (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, f->subtitle, 14, false, room, 3, out);
    for (size_t k = 0; k < c->columns; k++)
        draw_fitted(left + cell * (double)(k + 1) - 10, top - 9, true, "chart-soft", DRAW_SOFT, column_name(f, c, k),
                    cell - 12, 3, out);
    buffer_text(out, "<path class=\"chart-grid\" stroke=\"" DRAW_GRID "\" fill=\"none\" d=\"");
    for (size_t i = 0; i <= c->rows; i++) {
        draw_move('M', 8, top + CELL_HEIGHT * (double)i, out);
        buffer_char(out, 'H');
        draw_number(left + cell * (double)c->columns, out);
    }
    buffer_text(out, "\"/>");
    for (size_t i = 0; i < c->rows; i++)
        draw_fitted(8, top + CELL_HEIGHT * (double)i + 19, false, "chart-ink", DRAW_INK, row_name(f, c, i), names, 1,
                    out);
    buffer_text(out, "</g><g role=\"list\" aria-label=\"Cells\">");
    for (size_t i = 0; i < c->rows && !f->failed; i++)
        for (size_t k = 0; k < c->columns; k++)
            draw_cell(f, c, i, k, left + cell * (double)k, top + CELL_HEIGHT * (double)i, cell, out);
    buffer_text(out, "</g><g aria-hidden=\"true\">");
    draw_key(c, bottom + 26, narrow, out);
    buffer_text(out, "</g></svg>");
}

/* ---- characters ------------------------------------------------------------------------------------- */

static void right_aligned(const char *words, size_t width, buffer *out)
{
    size_t used = canvas_columns(words);
    canvas_spaces(width > used ? width - used : 0, out);
    (void)canvas_plain(words, width, out);
}

static void draw_terminal(frame *f, const content *c, buffer *out)
{
    const int columns = f->medium->columns == 0 ? 80 : f->medium->columns;
    const size_t total = columns < 60                    ? 60
                         : columns > CANVAS_MOST_COLUMNS ? CANVAS_MOST_COLUMNS
                                                         : (size_t)columns,
                 names = 20;
    const bool colour = f->medium->colour;
    size_t width = (total - names) / c->columns;
    width = width > 14 ? 14 : width < 5 ? 5 : width;
    size_t fit = (total - names) / width;
    fit = fit < c->columns ? fit : c->columns;
    canvas_paragraph(f->title, total, colour, INK_BOLD, out);
    canvas_paragraph(f->subtitle, total, colour, INK_PLAIN, out);
    buffer_char(out, '\n');
    canvas_spaces(names, out);
    for (size_t k = 0; k < fit; k++) {
        buffer_char(out, ' ');
        right_aligned(column_name(f, c, k), width - 1, out);
    }
    buffer_char(out, '\n');
    for (size_t i = 0; i < c->rows && !f->failed; i++) {
        size_t used = canvas_plain(row_name(f, c, i), names, out);
        canvas_spaces(names - used, out);
        for (size_t k = 0; k < fit; k++) {
            const disclosure_cell *cell = cell_of(c, i, k);
            canvas_ink ink = cell->state == CELL_SHOWN ? INK_PLAIN : cell->state == CELL_PRIMARY ? INK_BLUE : INK_BOLD;
            buffer_char(out, ' ');
            canvas_ink_on(colour, ink, out);
            right_aligned(cell_text(f, cell), width - 1, out);
            canvas_ink_off(colour, ink, out);
        }
        buffer_char(out, '\n');
    }
    if (c->primary > 0)
        buffer_text(out, "* withheld: a small count\n");
    if (c->secondary > 0)
        buffer_text(out, "+ withheld to protect another\n");
    canvas_paragraph(f->note, total, colour, INK_PLAIN, out);
}

void plot_disclosure(const plot_disclosure_input *p, const plot_medium *medium, buffer *out)
{
    if (p->rows == 0 || p->columns == 0) {
        frame_sentence(&p->words, medium, "The table has no cells", out);
        return;
    }
    frame f;
    content c = content_read(p);
    frame_begin(&f, &p->words, medium, 0);
    words_make(&f, &c);
    if (medium->terminal)
        draw_terminal(&f, &c, out);
    else
        draw_svg(&f, &c, out);
    out->failed = out->failed || f.failed || f.scratch.failed;
    frame_leave(&f);
}
