/*
 * plot_canvas: a picture made of characters, for people who live in a terminal. Private to publish.
 *
 * Cells hold one character each; what has the higher rank wins. Slanting lines are drawn in braille dots, two by four to a cell, under
 * the characters. Colour is ANSI and only where asked. Nothing that controls a terminal gets through from names.
 */
#ifndef CONCORD_PUBLISH_PLOT_CANVAS_H
#define CONCORD_PUBLISH_PLOT_CANVAS_H

#include "base/base.h"

typedef enum canvas_ink {
    INK_PLAIN = 0,
    INK_DIM,
    INK_BOLD,
    INK_RED,
    INK_BLUE,
    INK_ORANGE,
    INK_PURPLE,
    INK_KINDS
} canvas_ink;

enum { CANVAS_MOST_ROWS = 40, CANVAS_MOST_COLUMNS = 200 };

typedef struct canvas_cell {
    char text[5]; /* one character, or "" */
    unsigned char rank, ink, dots, dot_ink;
} canvas_cell;

typedef struct canvas {
    size_t rows, columns;
    bool colour;
    canvas_cell cells[CANVAS_MOST_ROWS][CANVAS_MOST_COLUMNS];
} canvas;

void canvas_begin(canvas *c, size_t rows, size_t columns, bool colour);
/* Puts a character; of equal ranks the later wins. Outside the canvas nothing happens. */
void canvas_put(canvas *c, long row, long column, const char *character, canvas_ink ink, int rank);
/* A straight line in cells: (0, 0) is the upper left corner of the first cell. */
void canvas_line(canvas *c, double x1, double y1, double x2, double y2, canvas_ink ink);
/* Text from a cell to the right; false (and nothing written) where it would leave the canvas or meet a character. */
bool canvas_text(canvas *c, long row, long column, const char *words, canvas_ink ink);
/* Up to which column a row holds something. */
size_t canvas_row_end(const canvas *c, size_t row);
/* One row without a line end; at least `columns` wide. */
void canvas_row_write(const canvas *c, size_t row, size_t columns, buffer *out);

/* ---- words for a terminal --------------------------------------------------------------------------- */

void canvas_ink_on(bool colour, canvas_ink ink, buffer *out);
void canvas_ink_off(bool colour, canvas_ink ink, buffer *out);
/* Characters of UTF-8 text, each one column wide. */
size_t canvas_columns(const char *words);
/* At most `columns` characters; control characters, also those that turn the direction of writing, become '?'. Cut with "..." . Returns
 * how many columns were written. */
size_t canvas_plain(const char *words, size_t columns, buffer *out);
/* A paragraph broken at spaces, each line ended. */
void canvas_paragraph(const char *words, size_t columns, bool colour, canvas_ink ink, buffer *out);
void canvas_spaces(size_t n, buffer *out);

#endif
