/*
 * mapping: from a table of cells to typed rows. Inside intake only.
 *
 * It knows nothing of csv: a header and then rows of cells (views of text) go in, whoever read them. header_recognise
 * finds the layout; a mapping turns rows into batches for the sink and collects the problems.
 */
#ifndef CONCORD_INTAKE_MAPPING_H
#define CONCORD_INTAKE_MAPPING_H

#include "intake/grid.h"
#include "intake/intake.h"

#define HEADER_COLUMNS_MAXIMUM ((size_t)16384) /* as wide as a sheet of Excel gets */

/* ---- recognise.c: which source's file is it? --------------------------------------------------------- */

typedef enum column_use {
    USE_DECLARED = 0,
    USE_UNHEADED, /* no heading: left out, whatever is in it */
    USE_OUTSIDE /* headed, but beyond the table, behind a column without heading: left out if empty, else the file is refused */
} column_use;

typedef struct header_match {
    const source *source;
    const source_layout *layout;
    int32_t *column_of;   /* per layout column: which column of the file, -1 = absent (optional) */
    const char **heading; /* per column of the file: its heading, trimmed */
    column_use *use;      /* per column of the file */
    size_t column_count;  /* of the file */
    size_t needed;        /* a row must have so many cells: one past the last column that is read */
    bool outside;         /* any USE_OUTSIDE */
} header_match;

/* Tells the source and layout by the header. Memory comes from a. Refused: no source has such columns (*unknown_kind true); or most
 * but not all of a layout's columns are there: then each missing, renamed, doubled and new column is also a problem in list. */
MUST_USE status header_recognise(const catalogue *c, const text *cells, size_t count, int64_t line, const char *path,
                                 arena *a, header_match *out, bool *unknown_kind, problems *list, error *err);

/* What to do where a publication has changed its headings: how the layout of the source is mended. */
void layout_hint(error *err, const source *s);

/* ---- mapping.c: rows --------------------------------------------------------------------------------- */

typedef struct mapping_setup {
    const header_match *match;
    const catalogue *catalogue;
    const intake_options *options;
    const intake_sink *sink;
    intake_report *report; /* periods, rows, set aside and notes are filled in */
    arena *memory;         /* of the report */
    problems *list;
    const char *path;
    int64_t header_line;
    period name_period; /* what the names of file and member say, or none */
    /* Of rows that a shaper made: */
    bool shaped;              /* periods are written as period_format does */
    const grid_sheet *sheets; /* names for the places of problems; NULL for a csv */
    status (*kept)(void *context, const row_batch *batch, size_t i,
                   error *err); /* called for each row that is kept; may be NULL */
    void *kept_context;
} mapping_setup;

typedef struct mapping mapping;
MUST_USE status mapping_open(const mapping_setup *setup, mapping **out, error *err);
/* From here on cells are read by the tokens of this layout (missing, suppressed, thousands_commas): each sheet has its own. */
void mapping_tokens(mapping *m, const source_layout *tokens);
/* A problem that the shaper found. */
void mapping_problem(mapping *m, int64_t line, int32_t file_column, const char *message, const char *hint);
MUST_USE status mapping_row(mapping *m, const text *cells, size_t count, int64_t line, error *err);
/* Hands over the last rows, compares totals, and refuses the file if there was any problem or no row. */
MUST_USE status mapping_end(mapping *m, error *err);
void mapping_close(mapping *m);

/* ---- complete.c: is the file whole? -------------------------------------------------------------------- */

/* Counts what the layouts' `complete` asks for: the different texts under a heading, for each sheet. Sheets count from 1; 0 is a csv. Texts are compared trimmed, whatever their case. Costs memory for each different text,
 * at most COMPLETE_TEXTS of them; further ones count as there. */
#define COMPLETE_TEXTS ((size_t)1 << 16)
typedef struct complete complete;
MUST_USE status complete_open(arena *a, complete **out, error *err);
/* The cell of a row that is kept. */
MUST_USE status complete_add(complete *c, const layout_complete *rule, const source_layout *layout, size_t sheet,
                             text cell, error *err);
/* Refused: fewer than the layout says, or a sheet that lacks (or has beyond the others) more than a tenth. Fewer than that is noted. */
MUST_USE status complete_check(const complete *c, const source *s, const grid_sheet *sheets, const char *path,
                               intake_report *report, arena *a, error *err);
void complete_close(complete *c);

/* ---- row_checks.c: periods that a source has ---------------------------------------------------------- */

/* True where the period is as long as the source's frequency says (monthly, quarterly, yearly), or that says nothing. *wanted is "a month". */
bool period_fits(const source *s, const source_layout *layout, period p, const char **wanted);
/* True where it is not, with the sentence. */
bool period_misfit(const source *s, const source_layout *layout, period p, char *message, size_t size);

/* ---- row_checks.c: rows of a csv that are longer than its header ---------------------------------------- */

/* A row may go on beyond the last heading because somebody added a column and did not head it, or because a comma inside a number
 * ("12,345" without its quotes) has made two cells of one. The second is the dangerous one: the moved cells are often numbers as
 * well. So the first is believed only where the second cannot be. */
typedef struct longer_rows {
    const source_layout *tokens; /* what stands for a missing or withheld figure */
    size_t headed, width;        /* cells up to the last heading that is read, and those of the header line */
    bool number_last;            /* that heading stands over numbers: a text cannot have been moved from there */
    int64_t rows;                /* data rows */
    int64_t filled;              /* of those, longer ones with text beyond the last heading */
    int64_t first_line;          /* the first row that is longer than the header line, and its cells */
    size_t first_cells;
    int64_t padded,
        doubtful;        /* rows with nothing but empty cells beyond the header line; those that a comma explains */
    error doubt;         /* the first of those */
    size_t more;         /* cells that the first data row has beyond the header line */
    int64_t uneven_line; /* the first data row that has another number of them, 0 = none */
    size_t uneven_cells;
} longer_rows;
/* column_of as in header_match. */
void longer_begin(longer_rows *l, const source *s, const source_layout *layout, const int32_t *column_of, size_t headed,
                  size_t width);
/* A row that is not blank; `data` where it is not set aside. True where it cannot be read: *problem has the sentence, the hint and
 * (by heading_at, a column from 0, or -1) where. A row that ends where the header does is counted, no more. */
bool longer_look(longer_rows *l, const text *cells, size_t count, int64_t line, bool data, error *problem,
                 int32_t *heading_at);
/* At the end: true where the rows together are not what an unheaded column at the end looks like; *line is the row. */
bool longer_wrong(const longer_rows *l, error *problem, int64_t *line);
/* "The row has 23 cells, the header has 22". */
void longer_say(const longer_rows *l, size_t count, error *problem);
/* What was left out, if anything was. */
void longer_note(const longer_rows *l, intake_report *report, arena *a);

/* ---- cells.c: one cell ------------------------------------------------------------------------------- */

typedef enum cell_state { CELL_VALUE, CELL_MISSING, CELL_SUPPRESSED, CELL_BAD } cell_state;

/* *why says what is wrong with a CELL_BAD, to be read after the cell's text: "'12a' is not a whole number". */
cell_state cell_count(const source_layout *layout, text cell, int64_t maximum, int64_t *out, const char **why);
cell_state cell_number(const source_layout *layout, text cell, double *out, const char **why);
/* *out is trimmed. */
cell_state cell_text(const source_layout *layout, text cell, text *out);
/* "-", "--", and the longer dashes of typesetters: no code of an organisation. */
bool cell_is_dash(text cell);
#define DASH_PROBLEM                                                                                                   \
    "A dash stands where the code of an organisation should: the line seems to be a total, and would be added to its " \
    "own parts"
#define DASH_HINT "Take the line away, or declare it in the layout under 'set_aside' with 'total: true'."
/* The cell for a message: trimmed, in quotes, cut to a bearable length between characters. */
#define CELL_SHOWN 72
void cell_show(text cell, char out[CELL_SHOWN]);

/* ---- category_words.c --------------------------------------------------------------------------------- */

/* Small letters and single spaces, no space at either end; line breaks and non-breaking spaces are white space. Returns how many bytes went to out, not
 * terminated: at most size, what is longer is cut. */
size_t word_fold(text word, char *out, size_t size);

/* ---- keys.c: a set of keys, known by 128 bits of hash ------------------------------------------------- */

/* Two keys that differ share a hash with probability 2^-128; the worst that comes of it is a name left out or a line called a double.
 * A zeroed set is ready. */
typedef struct key_set {
    struct key_slot *slots;
    size_t count, capacity;
} key_set;
typedef struct key_hash {
    uint64_t low, high;
} key_hash;
key_hash key_hash_begin(void);
/* Adds a part; its length goes in as well, so that "a"+"bc" is not "ab"+"c". */
void key_hash_add(key_hash *h, text part);
/* *earlier is the line under which the key was added before, 0 where it is new. STATUS_REFUSED over KEYS_MAXIMUM keys. */
#define KEYS_MAXIMUM ((size_t)8 << 20)
MUST_USE status key_set_add(key_set *set, key_hash key, int64_t line, int64_t *earlier, error *err);
void key_set_free(key_set *set);

/* ---- totals.c: lines that say what the others add up to ---------------------------------------------- */

typedef struct totals totals;
/* Sums for the count and band columns of a layout. NULL in *out where the layout declares no total line. Memory comes from a. */
MUST_USE status totals_open(const header_match *match, arena *a, totals **out, error *err);
/* A kept row: value i of the batch. */
void totals_add(totals *t, const row_batch *batch, size_t i);
/* The total line's cell of a column of the source. */
void totals_say(totals *t, int32_t column, int64_t value, int64_t line);
/* A note for what differs. */
/* Refused where most of the line's figures (two or more, none of them nought) are over a tenth above what the rows add up to: rows are missing. */
MUST_USE status totals_compare(const totals *t, const header_match *match, intake_report *report, arena *a, error *err);

/* ---- tidy.c: what holds of tidy rows beyond their cells ------------------------------------------------ */

typedef struct tidy tidy;
/* Memory comes from a. Refused where the source lacks a column that tidy rows need. */
MUST_USE status tidy_open(const source *s, const catalogue *c, const orgs *o, arena *a, tidy **out, error *err);
/* Checks row i: a measure that there is, a breakdown that it has, a numerator or a value that can be, no earlier line for the same. A wrong row sets *problem (message,
 * hint) and *column (of the source, or -1); the answer is not STATUS_OK only where the whole file must be refused at once. */
MUST_USE status tidy_check(tidy *t, const row_batch *batch, size_t i, bool *wrong, error *problem, int32_t *column,
                           error *err);
/* At the end: lines for bodies that were not open in their period. */
void tidy_note(const tidy *t, intake_report *report, arena *a);
void tidy_close(tidy *t);

#endif
