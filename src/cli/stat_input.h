/*
 * stat_input: any csv as columns of numbers and words, in groups, for the commands over statistics.
 *
 * A command declares the columns that it needs (stat_column); this reads them, checks every cell, and puts the rows into groups (--by).
 * Numbers are kept as doubles, words and dates once each with a number per row, so that ten million rows fit in memory
 * (about 8 bytes a number, 12 a date, and 8 to 12 a row).
 *
 * Invariants after stat_input_read: groups stand in the order of their first row; the rows of a group in the order of its dates where the
 * command has a date column, else in the order of the file; a missing number is NaN and no number is infinite or above
 * STAT_LARGEST. Ownership: everything belongs to the stat_data until stat_data_free.
 */
#ifndef CONCORD_CLI_STAT_INPUT_H
#define CONCORD_CLI_STAT_INPUT_H

#include "base/base.h"
#include "intake/intake.h"

#define STAT_ROWS_MAXIMUM    ((size_t)1 << 31)
#define STAT_COLUMNS_MAXIMUM 64
#define STAT_BY_MAXIMUM      8
#define STAT_LARGEST         1e15 /* whole numbers are exact up to here; no figure of the field comes near */

/* What the cells of a column have to be. Blank, NA, N/A, NaN, NULL, -, .. and * (suppressed) are missing. Figures may have grouping commas. */
typedef enum stat_kind {
    STAT_TEXT = 0,
    STAT_NUMBER,
    STAT_AMOUNT, /* a number, 0 or more */
    STAT_ABOVE,  /* a number above 0 */
    STAT_COUNT,  /* a whole number, 0 or more */
    STAT_SHARE,  /* a number from 0 to 1 */
    STAT_WHEN,   /* a date, month, quarter or year, or a whole number: what orders the rows; never missing */
    STAT_TRUTH   /* yes or no, true or false, 1 or 0; missing is no */
} stat_kind;

typedef struct stat_column {
    const char *option; /* "--numerator", as in the command's options */
    const char *usual;  /* headers that are taken where the option is not given: "numerator|events", any case, and never
                          * a column that plays another part (--keep aside); NULL: none */
    stat_kind kind;
    bool needed;
    bool many; /* the option may be repeated (the last declared column only) */
} stat_column;

/* One column of the file that was asked for. */
typedef struct stat_cells {
    const char *option; /* NULL for --by and --keep */
    const char *header;
    bool present;
    stat_kind kind;
    size_t place;    /* in the file */
    double *numbers; /* by row; for STAT_WHEN what orders the rows. NULL for text */
    uint32_t *texts; /* by row: place in stat_data.texts. NULL for numbers, and for --by */
} stat_cells;

typedef struct stat_group {
    size_t first, count;   /* places in the order of rows: stat_row gives the row */
    const uint32_t *cells; /* its texts, one per --by column */
} stat_group;

typedef struct stat_data {
    const char *source; /* the path, or "standard input" */
    stat_cells columns[STAT_COLUMNS_MAXIMUM];
    size_t column_count; /* declared columns at their places, then repeated ones, --by, --keep */
    size_t many_first, many_count, by_first, by_count, keep_first, keep_count;
    stat_group *groups;
    size_t group_count;
    size_t count;       /* rows */
    uint32_t *lines;    /* of each row in the file */
    uint32_t *order;    /* NULL: the rows stand in order already */
    const char **texts; /* each text once */
    size_t text_count;
    bool when_is_date;        /* the date column holds dates, not whole numbers */
    struct stat_reading *own; /* while reading */
    arena memory;             /* texts and groups */
} stat_data;

/* What is wrong with a row whose cells are each good: STATUS_REFUSED, with the line, the column and what to do. */
typedef status (*stat_row_check)(const stat_data *d, size_t row, error *err);

typedef struct stat_request {
    const char *path;           /* "-" is standard input */
    csv_reader *from;           /* instead of path, where it is not NULL (tests); stays the caller's */
    const stat_column *columns; /* ends with a zeroed one */
    const char *const *given;   /* the header given for each declared column, or NULL */
    const char *const *more;    /* headers of the column that may be repeated, after the first */
    size_t more_count;
    const char *const *by;
    size_t by_count;
    const char *const *keep;
    size_t keep_count;
    bool repeated_dates;      /* several rows of a group may bear one date (subgroups) */
    stat_row_check row_check; /* NULL: none. Its refusals are told along with those of cells */
} stat_request;

/* Refuses: a column that is not there (naming the nearest and those that are) or is there twice, a row with more or fewer cells than the
 * header, a cell of the wrong kind (line and column; the first 20 in problems), a date twice in a group, and a file without rows. */
MUST_USE status stat_input_read(const stat_request *request, stat_data *out, problems *list, error *err);
void stat_data_free(stat_data *d);

/* The i-th row of a group. */
static inline size_t stat_row(const stat_data *d, const stat_group *g, size_t i)
{
    return d->order == NULL ? g->first + i : d->order[g->first + i];
}
/* The text of a cell of a STAT_TEXT or STAT_WHEN column, as it stood in the file. */
static inline const char *stat_text(const stat_data *d, size_t column, size_t row)
{
    return d->texts[d->columns[column].texts[row]];
}
/* The numbers of a group, in its order; NaN throughout where the file has no such column. */
void stat_numbers(const stat_data *d, const stat_group *g, size_t column, double *out);

/* Reads one cell of STAT_WHEN: the key that orders it. False where it is none. is_date tells dates from whole numbers. */
bool stat_when_parse(text cell, double *key, bool *is_date);

#endif
