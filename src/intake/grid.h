/*
 * grid: one interface for everything that has rows of cells: csv, xlsx, xls. Inside intake only.
 *
 * A grid has sheets; a sheet gives its rows one after the other, top to bottom, and may be begun again. A cell is a view of text and a kind: what a
 * number format makes of a number is settled by the reader, so that who maps cells need not know the format of the file. Dates come as YYYY-MM-DD, numbers as
 * the shortest text of the 15 digits that Excel shows ("0.722", never "0.72199999999999998"), truth as TRUE or FALSE, errors as #N/A.
 *
 * What is expected: files of up to some million cells, of which each sheet is read once, after a look at the first rows of some. So nothing is kept but the
 * row under way and the table of shared texts: memory does not grow with the sheet.
 * Invariants: rows come in rising order of line; rows without anything in them are not given; cells[count - 1] of a row is not blank. Columns are numbered from 0
 * here and from 1 in what is said. Cells are valid until the next row. After an error the grid can only be closed.
 * Ownership: the opener allocates, grid_close frees. One grid per thread.
 */
#ifndef CONCORD_INTAKE_GRID_H
#define CONCORD_INTAKE_GRID_H

#include "base/base.h"

#define GRID_COLUMNS_MAXIMUM ((size_t)16384) /* Excel's own limits */
#define GRID_ROWS_MAXIMUM    ((int64_t)1048576)
#define GRID_SHEETS_MAXIMUM  ((size_t)1024)
#define GRID_CELLS_MAXIMUM   ((int64_t)200000000) /* of one sheet, blanks between cells included */
#define GRID_TEXT_MAXIMUM    ((size_t)1 << 20)    /* bytes of one cell */
#define GRID_STRINGS_MAXIMUM ((size_t)48 << 20)   /* bytes of all shared texts of a workbook */
#define GRID_XML_MEMORY      ((size_t)16 << 20)   /* what an XML parser may take */

typedef enum grid_kind {
    GRID_BLANK = 0,
    GRID_TEXT,
    GRID_NUMBER,
    GRID_DATE,
    GRID_BOOLEAN,
    GRID_ERROR, /* #DIV/0!, #N/A ... */
    /* A formula whose value the file does not hold: no value at all, or an empty one that is not said to be a text. Programs that write formulae without working them out leave `<v/>`; Excel writes an empty
     * text (t="str") where the result of ="" is one: that is known, shows as nothing in Excel, and is read as a blank cell. */
    GRID_NO_VALUE
} grid_kind;

typedef struct grid_row {
    int64_t line; /* 1-based row of the sheet (line of a csv); 0 = there is none left */
    const text *cells;
    const uint8_t *kinds; /* grid_kind of each */
    size_t count;
} grid_row;

typedef struct grid_sheet {
    const char *name;
    bool hidden;
} grid_sheet;

/* Cells that are shown as one: the text is in the first. Rows from 1, columns from 0. */
typedef struct grid_merge {
    int64_t first_row, last_row;
    int32_t first_column, last_column;
} grid_merge;

typedef struct grid grid;
struct grid {
    const char *kind; /* "workbook (xlsx)", for messages */
    const grid_sheet *sheets;
    size_t sheet_count;
    /* Begins a sheet (again). */
    status (*begin)(grid *g, size_t sheet, error *err);
    status (*next)(grid *g, grid_row *row, error *err);
    /* NULL where the format does not tell. */
    status (*merges)(grid *g, size_t sheet, const grid_merge **out, size_t *count, error *err);
    void (*close)(grid *g);
};

MUST_USE status grid_begin(grid *g, size_t sheet, error *err);
/* row->line is 0 at the end. An error has sheet, row and column where they are known. */
MUST_USE status grid_next(grid *g, grid_row *row, error *err);
/* The merged cells of a sheet, ordered by first row, then column; none where the format does not tell. Valid until another sheet is asked for. */
MUST_USE status grid_merges(grid *g, size_t sheet, const grid_merge **out, size_t *count, error *err);
void grid_close(grid *g); /* NULL is fine */

/* Opens an xlsx by its descriptor, which the grid does not close. Refuses, in a sentence: a damaged or cut-off archive, a binary workbook (xlsb), DTDs and entities, parts that
 * unpack absurdly, more than the limits above. */
MUST_USE status grid_open_xlsx(int descriptor, grid **out, error *err);

/* Opens an xls (BIFF) in a child process of its own, which may use XLS_SECONDS of processor time and XLS_MEMORY, may open no file and no connection, and gives the cells through a
 * pipe. Whatever a hostile file makes of the child is a refused file here. descriptor is not closed. */
#define XLS_SECONDS      20
#define XLS_MEMORY       ((size_t)512 << 20)
#define XLS_FILE_MAXIMUM ((int64_t)256 << 20)
MUST_USE status grid_open_xls(int descriptor, grid **out, error *err);

#endif
