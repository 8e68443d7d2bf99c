/* A picture made of characters. */
#include "publish/plot_canvas.h"

#include <math.h>
#include <string.h>

static const char *const INKS[INK_KINDS] = {NULL, "2", "1", "31", "1;34", "1;33", "1;35"};

void canvas_ink_on(bool colour, canvas_ink ink, buffer *out)
{
    if (colour && INKS[ink] != NULL) {
        buffer_text(out, "\x1b[");
        buffer_text(out, INKS[ink]);
        buffer_char(out, 'm');
    }
}

void canvas_ink_off(bool colour, canvas_ink ink, buffer *out)
{
    if (colour && INKS[ink] != NULL)
        buffer_text(out, "\x1b[0m");
}

void canvas_spaces(size_t n, buffer *out)
{
    while (n-- > 0)
        buffer_char(out, ' ');
}

/* ---- cells ------------------------------------------------------------------------------------------ */

void canvas_begin(canvas *c, size_t rows, size_t columns, bool colour)
{
    memset(c, 0, sizeof *c);
    c->rows = rows > CANVAS_MOST_ROWS ? CANVAS_MOST_ROWS : rows;
    c->columns = columns > CANVAS_MOST_COLUMNS ? CANVAS_MOST_COLUMNS : columns;
    c->colour = colour;
}

void canvas_put(canvas *c, long row, long column, const char *character, canvas_ink ink, int rank)
{
    if (row < 0 || column < 0 || (size_t)row >= c->rows || (size_t)column >= c->columns)
        return;
    canvas_cell *cell = &c->cells[row][column];
    if (cell->rank > rank)
        return;
    size_t n = text_utf8_length(text_of(character));
    if (n == 0 || n > 4)
        return;
    memcpy(cell->text, character, n);
    cell->text[n] = 0;
    cell->rank = (unsigned char)rank;
    cell->ink = (unsigned char)ink;
}

static void dot(canvas *c, long x, long y, canvas_ink ink)
{
    static const unsigned char bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (x < 0 || y < 0 || (size_t)x >= 2 * c->columns || (size_t)y >= 4 * c->rows)
        return;
    canvas_cell *cell = &c->cells[y / 4][x / 2];
    cell->dots |= bits[y % 4][x % 2];
    cell->dot_ink = (unsigned char)ink;
}

void canvas_line(canvas *c, double x1, double y1, double x2, double y2, canvas_ink ink)
{
    double dx = (x2 - x1) * 2, dy = (y2 - y1) * 4;
    double steps = ceil(fmax(fabs(dx), fabs(dy)));
    /* fmax passes over a NaN, so the ends are asked for themselves; far outside there is nothing to draw. */
    if (!(fabs(x1) < 1e6 && fabs(y1) < 1e6 && fabs(x2) < 1e6 && fabs(y2) < 1e6 && steps < 1e5))
        return;
    for (double k = 0; k <= steps; k += 1) {
        double part = steps > 0 ? k / steps : 0;
        dot(c, (long)floor(x1 * 2 + dx * part), (long)floor(y1 * 4 + dy * part), ink);
    }
}

bool canvas_text(canvas *c, long row, long column, const char *words, canvas_ink ink)
{
    buffer plain = {0};
    size_t width = canvas_plain(words, CANVAS_MOST_COLUMNS, &plain);
    bool free = row >= 0 && column >= 0 && (size_t)row < c->rows && (size_t)column + width <= c->columns && width > 0;
    for (size_t i = 0; i < width && free; i++)
        free = c->cells[row][(size_t)column + i].rank == 0;
    const char *at = plain.data;
    for (size_t i = 0; i < width && free; i++) {
        canvas_put(c, row, column + (long)i, at, ink, 9);
        size_t n = text_utf8_length(text_of(at));
        at += n > 0 ? n : 1;
    }
    buffer_free(&plain);
    return free;
}

static bool cell_used(const canvas_cell *cell)
{
    return cell->dots != 0 || (cell->text[0] != 0 && cell->text[0] != ' ');
}

size_t canvas_row_end(const canvas *c, size_t row)
{
    size_t end = 0;
    for (size_t k = 0; k < c->columns; k++)
        if (cell_used(&c->cells[row][k]))
            end = k + 1;
    return end;
}

void canvas_row_write(const canvas *c, size_t row, size_t columns, buffer *out)
{
    size_t end = canvas_row_end(c, row);
    end = end > columns ? end : columns;
    for (size_t k = 0; k < end && k < c->columns; k++) {
        const canvas_cell *cell = &c->cells[row][k];
        if (cell->text[0] != 0) {
            canvas_ink_on(c->colour, (canvas_ink)cell->ink, out);
            buffer_text(out, cell->text);
            canvas_ink_off(c->colour, (canvas_ink)cell->ink, out);
        } else if (cell->dots != 0) {
            const char braille[] = {(char)0xe2, (char)(0xa0 | cell->dots >> 6), (char)(0x80 | (cell->dots & 0x3f))};
            canvas_ink_on(c->colour, (canvas_ink)cell->dot_ink, out);
            buffer_put(out, braille, sizeof braille);
            canvas_ink_off(c->colour, (canvas_ink)cell->dot_ink, out);
        } else {
            buffer_char(out, ' ');
        }
    }
}

/* ---- words ------------------------------------------------------------------------------------------ */

size_t canvas_columns(const char *words)
{
    size_t n = 0;
    for (; words != NULL && *words != 0; words++)
        n += ((unsigned char)*words & 0xc0) != 0x80;
    return n;
}

/* Would this character control a terminal, or the direction of what follows? */
static bool controls(const char *s, size_t n)
{
    const unsigned char *u = (const unsigned char *)s;
    if (n == 1)
        return u[0] < 0x20 || u[0] == 0x7f;
    if (n == 2 && u[0] == 0xc2)
        return u[1] < 0xa0;
    if (n == 3 && u[0] == 0xe2) /* U+200B..200F, U+2028..202E, U+2060..206F */
        return (u[1] == 0x80 && ((u[2] >= 0x8b && u[2] <= 0x8f) || (u[2] >= 0xa8 && u[2] <= 0xae))) ||
               (u[1] == 0x81 && u[2] >= 0xa0 && u[2] <= 0xaf);
    return n == 3 && u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf;
}

size_t canvas_plain(const char *words, size_t columns, buffer *out)
{
    size_t used = 0;
    if (words == NULL || columns == 0)
        return 0;
    bool cut = canvas_columns(words) > columns;
    for (const char *p = words; *p != 0;) {
        if (cut && used + 1 == columns) {
            buffer_text(out, "\xe2\x80\xa6");
            return used + 1;
        }
        size_t n = text_utf8_length(text_of(p));
        if (n == 0 || controls(p, n))
            buffer_char(out, '?');
        else
            buffer_put(out, p, n);
        p += n > 0 ? n : 1;
        if (++used == columns)
            break;
    }
    return used;
}

void canvas_paragraph(const char *words, size_t columns, bool colour, canvas_ink ink, buffer *out)
{
    while (words != NULL) {
        while (*words == ' ')
            words++;
        if (*words == 0)
            return;
        size_t used = 0, length = 0, space = 0;
        while (words[length] != 0 && used < columns) {
            if (words[length] == ' ')
                space = length;
            length++;
            while (((unsigned char)words[length] & 0xc0) == 0x80)
                length++;
            used++;
        }
        if (words[length] != 0 && words[length] != ' ' && space > 0)
            length = space;
        char line[4 * CANVAS_MOST_COLUMNS + 4];
        size_t n = length < sizeof line - 1 ? length : sizeof line - 1;
        memcpy(line, words, n);
        while (n > 0 && line[n - 1] == ' ')
            n--;
        line[n] = 0;
        canvas_ink_on(colour, ink, out);
        (void)canvas_plain(line, columns, out);
        canvas_ink_off(colour, ink, out);
        buffer_char(out, '\n');
        words += length;
    }
}
