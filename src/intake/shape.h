/*
 * shape: from the rows of sheets to the plain rows that mapping knows. Inside intake only.
 *
 * Published workbooks are laid out for people: titles above the table, headings of two lines, a column for each service or month, totals among the rows and notes below. A shaped
 * layout says what is what; here each row of a sheet becomes none, one or many plain rows of the source's table: a cell for each column of the source, one for each organisation's name and one
 * for the period. Those go through a mapping like the rows of any csv.
 */
#ifndef CONCORD_INTAKE_SHAPE_H
#define CONCORD_INTAKE_SHAPE_H

#include "intake/grid.h"
#include "intake/mapping.h"

#define LOOK_ROWS 48 /* rows of a sheet among which its header is looked for */

/* ---- patterns and headings ---------------------------------------------------------------------------- */

/* Trimmed, white space and no-break spaces folded to one space, lower case. NULL where memory is out. */
const char *heading_fold(arena *a, text t);
/* `*` in the pattern stands for any text. Both are folded. */
bool pattern_meets(const char *pattern, const char *folded);
/* The same for a pattern and a text as they stand in a file. */
bool text_meets(const char *pattern, text t);

/* ---- shape_period.c ------------------------------------------------------------------------------------ */

/* A period in the words of titles and cells: all that period_find knows, and "January to March 2025" (the fourth quarter of 2024/25), "Quarter 4, 2024-25 (January to March 2025)", "Mid-2022"
 * and a lone "2024" (the calendar year), and days, which stand for their month. */
bool period_in_words(text t, period *out);
/* From the first to the last day of whole months: a month, or a range of months (a rolling window that happens to be a quarter is still a window). False where they are not the ends of months. */
bool period_of_days(text first, text last, period *out);

/* ---- shape_find.c: which sheets hold which layouts? ----------------------------------------------------- */

typedef struct look_row {
    int64_t line;
    text *cells;
    const char **folded; /* per cell */
    size_t count;
    const grid_merge *merges; /* that begin in this row, by column */
    size_t merge_count;
} look_row;

/* The first rows of a sheet. */
typedef struct sheet_look {
    size_t sheet;
    look_row rows[LOOK_ROWS];
    size_t count;
    bool looked, merges_known;
} sheet_look;

typedef struct pivot {
    int32_t file_column;
    const layout_unpivot *unpivot;
    const char *key;
    period period; /* where the headings are dates */
} pivot;

#define LACKS_TOLD 6 /* columns that are to become rows and are not there, told by name */

/* A layout on a sheet. */
typedef struct binding {
    const source *source;
    const source_layout *layout;
    size_t sheet;
    size_t header; /* place of the header in the look */
    int64_t header_line;
    int32_t *column_of; /* per column of the layout: column of the sheet, -1 = not there */
    pivot *pivots;
    size_t pivot_count;
    const char **headings; /* per column of the sheet, as in the file */
    size_t width;
    const layout_variant *variant; /* NULL where the layout has none */
    period period;                 /* of all rows; PERIOD_NONE where columns or headings say it */
    period other_period;           /* said beside another such word above the header, and not the same; else none */
    int64_t other_period_row;
    size_t declared, found;        /* columns that must be there, and are */
    bool fits, titled;             /* titled: the variant was told */
    bool columns_fit;              /* fits, but for the title */
    const char *lacks[LACKS_TOLD]; /* of the unpivots: patterns that no heading meets, and that one must */
    size_t lacks_count;            /* all of them, told or not */
    const char *gone[LACKS_TOLD];  /* the same of those that some years leave out */
    size_t gone_count;
    size_t unknown_columns; /* headed columns that the layout does not know */
    const char *unknown_first;
} binding;

/* The sheets of a file that a source's layouts fit. */
typedef struct shaped_file {
    const source *source;
    const binding *bindings; /* in the order of the sheets */
    size_t count;
    /* A sheet that no layout names, though it has all the columns of one that is read, for another period; sheets, not bindings: none is read. */
    size_t left_out[4];
    size_t left_out_count;
} shaped_file;

/* Looks at the sheets and finds the source whose layouts fit. Refused: none does (*unknown_kind), a required sheet is missing, a sheet's columns differ (each difference a problem in
 * list), two rows of a sheet could be its header. Memory comes from a. */
MUST_USE status shape_recognise(const catalogue *c, grid *g, const char *path, arena *a, shaped_file *out,
                                bool *unknown_kind, problems *list, error *err);
/* The same for the first lines of a csv. out->count 0 (and STATUS_OK) where no shaped layout has its header there. */
MUST_USE status shape_recognise_csv(const catalogue *c, const grid_row *rows, size_t row_count, arena *a,
                                    shaped_file *out, error *err);

/* Where no layout fits a csv: refuses it as the source that a shaped layout comes near to, with what differs; STATUS_OK where none comes near. The lines are those among which its header
 * was looked for. */
MUST_USE status shape_near_csv(const catalogue *c, const grid_row *rows, size_t count, const char *path, arena *a,
                               const source **out, problems *list, error *err);

/* Tells what each layout sees in each sheet that it is for; `plain` takes in layouts that are not shaped (a csv). */
MUST_USE status shape_try(const catalogue *c, const source *only, bool plain, grid *g, arena *a, intake_told told,
                          void *context, error *err);

/* ---- shape_rows.c --------------------------------------------------------------------------------------- */

typedef struct shaper shaper;
typedef struct shaper_setup {
    const shaped_file *file;
    const catalogue *catalogue;
    const grid_sheet *sheets; /* NULL for a csv */
    const intake_options *options;
    const intake_sink *sink;
    intake_report *report;
    arena *memory;
    problems *list;
    const char *path;
    period name_period;
} shaper_setup;
MUST_USE status shaper_open(const shaper_setup *setup, shaper **out, error *err);
MUST_USE status shaper_sheet(shaper *s, const binding *b, error *err);
/* *ended: the rest of the sheet is notes. */
MUST_USE status shaper_row(shaper *s, const grid_row *row, bool *ended, error *err);
MUST_USE status shaper_end(shaper *s, error *err);
void shaper_close(shaper *s);

/* ---- checks.c: totals by groups -------------------------------------------------------------------------- */

typedef struct checks checks;
MUST_USE status checks_open(const source *s, arena *a, checks **out, error *err);
/* A kept row counts towards the totals of its group; a line that says a total is compared in the end. `rule` tells totals of different kinds apart. */
MUST_USE status checks_add(checks *c, const layout_set_aside *rule, const void *sheet, const row_batch *batch, size_t i,
                           bool rounded, error *err);
MUST_USE status checks_say(checks *c, const layout_set_aside *rule, const void *sheet, period p, const text *cells,
                           const source_layout *tokens, int64_t line, error *err);
/* Notes what differs; fills in report->totals_checked and totals_differing. Refused: of the figures that the total lines of one kind on a sheet print (two or more, none of them nought), more than half are over a tenth
 * above what the rows add up to: a publisher's slip is in a figure or two, rows that are gone are in all of them. */
MUST_USE status checks_compare(const checks *c, const grid_sheet *sheets, const char *path, intake_report *report,
                               arena *a, error *err);
void checks_close(checks *c);

#endif
