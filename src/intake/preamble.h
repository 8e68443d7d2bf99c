/*
 * preamble: the header of a csv, which may have titles above it. Inside intake only.
 *
 * Published csv begins with its header, and then nothing else is looked at. A sheet that somebody has exported begins with the titles that stand above the table: so where the
 * first line is no header, one is looked for among the first LOOK_ROWS lines, and only a line that fits a layout wholly is taken.
 */
#ifndef CONCORD_INTAKE_PREAMBLE_H
#define CONCORD_INTAKE_PREAMBLE_H

#include "intake/shape.h"

typedef struct table_head {
    grid_row rows[LOOK_ROWS]; /* lines with something in them, copied */
    size_t count, header;     /* how many, and which of them is the header */
    header_match match;       /* of a plain layout */
    shaped_file shaped;       /* of a shaped one; count 0 where it is plain */
    size_t given;             /* rows that were handed on */
} table_head;

/* Reads lines until the header is found. Refused: the file is of no source (report->unknown_kind), its header differs from the layout that is meant, or it is blank.
 * report->source and layout are set where they are known. Memory comes from a. */
MUST_USE status table_head_find(csv_reader *csv, const catalogue *c, const char *path, arena *a, table_head *out,
                                intake_report *report, problems *list, error *err);
/* Cells of a shaped csv that stand under no heading. */
typedef struct stray_cells {
    const table_head *head;
    longer_rows longer;
    size_t needed; /* one past the last column that is read */
    bool *seen;    /* per column of the header: it has no heading, and something in it */
} stray_cells;
/* Memory comes from a. */
MUST_USE status stray_cells_begin(stray_cells *s, const table_head *h, arena *a, error *err);
/* A row above the notes; `data` where something of it was kept. Refused where a comma inside a cell has moved the others, and where a row of more than one cell ends before the last column that is read. */
MUST_USE status stray_cells_look(stray_cells *s, const grid_row *row, bool data, const char *path, error *err);
/* Notes what was left out; refused where the rows together are not what a column without a heading looks like. */
MUST_USE status stray_cells_settle(const stray_cells *s, const char *path, arena *a, intake_report *report, error *err);

/* The rows after the header. row->cells is NULL at the end. */
MUST_USE status table_head_next(table_head *h, csv_reader *csv, grid_row *row, error *err);
/* What the titles say: the days of publication, and the period where it is said behind the word (PERIOD_NONE where it is not). Notes that lines were passed over. */
MUST_USE status table_head_read(const table_head *h, const source *s, arena *a, intake_report *report, period *said,
                                error *err);

#endif
