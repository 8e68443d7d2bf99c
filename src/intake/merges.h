/*
 * merges: texts of cells that are merged over several rows, given to each of those rows. Inside intake only.
 *
 * A sheet that groups its rows writes a code or a name once and merges the cell down over the group; the rows below have nothing there. Here they get the text, as a reader sees it. Figures are left
 * alone: a figure over several rows is one figure, not one for each row. Nothing is kept but the merges of the sheet and the texts that are open at a row.
 */
#ifndef CONCORD_INTAKE_MERGES_H
#define CONCORD_INTAKE_MERGES_H

#include "intake/grid.h"

#define MERGES_OPEN_MAXIMUM 128 /* columns with a merged cell at one row */

typedef struct merge_open {
    int64_t last_row;
    int32_t column;
    uint8_t kind;
    char *text;
    size_t length, capacity;
} merge_open;

typedef struct merges {
    const grid_merge *items; /* of more than one row */
    size_t count, next;
    merge_open open[MERGES_OPEN_MAXIMUM];
    size_t open_count;
    text *cells; /* the row with its texts */
    uint8_t *kinds;
    size_t capacity;
    arena memory;
} merges;

/* Those of the sheet that begin below row `after`. To be called before the sheet is begun; a zeroed struct is ready, and may be used for one sheet after the other. */
MUST_USE status merges_begin(merges *m, grid *g, size_t sheet, int64_t after, error *err);
/* Changes *row where a merged text reaches into it; valid until the next call. Rows must come in order. */
MUST_USE status merges_fill(merges *m, grid_row *row, error *err);
void merges_free(merges *m);

#endif
