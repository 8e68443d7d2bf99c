/*
 * reference: compares Concord's statistics with tables of what other programs really answered.
 *
 * A folder of tables (see the README beside ../shared/oracles) is read, the program behind it is recognised by its
 * tables and their columns, every case is computed by ours, and every value compared. Nothing is skipped in silence:
 * a table nobody claims is printed as not covered, a case at which the peer stopped is printed with what ours does, a
 * difference that docs/differences.md explains is counted apart.
 *
 * Tables live as long as the process; this is a test program, so it ends at once when memory does.
 */
#ifndef CONCORD_REFERENCE_H
#define CONCORD_REFERENCE_H

#include "stats/stats.h"

/* ---- tables ----------------------------------------------------------------------------------------- */

typedef struct table {
    char *name; /* file name */
    char *path;
    char **header;
    char **cells; /* rows * columns */
    size_t rows, columns;
    bool claimed; /* a suite compares or reads it */
} table;

/* Prints and ends the process when there is no memory. */
void *need(void *memory);
void *make_array(size_t count, size_t size);
/* The same, kept until keep_end. */
void *keep_array(size_t count, size_t size);
char *keep_text(const char *text_to_keep);
void keep_end(void);
MUST_USE status table_read(table *t, error *err);
/* The column's number, or SIZE_MAX. */
size_t table_column(const table *t, const char *name);
/* "" where there is no such column. */
const char *table_cell(const table *t, size_t row, size_t column);
const char *table_get(const table *t, size_t row, const char *column);
/* NA, NaN and empty are NaN; Inf and -Inf as they are; anything else that is no number is NaN with *bad set (bad may
 * be NULL). */
double cell_number(const char *cell, bool *bad);
bool cell_is_missing(const char *cell);
double table_number(const table *t, size_t row, const char *column);

/* Rows grouped by the text of one or more columns ("case", "case,f"); order within a group is that of the file. */
typedef struct groups {
    const table *table;
    size_t *rows;   /* row numbers, group after group */
    char **keys;    /* per group: the cells joined by | */
    size_t *starts; /* count + 1 of them */
    size_t count;
    size_t *by_file; /* groups in order of their first row */
} groups;

groups groups_make(const table *t, const char *columns);
/* SIZE_MAX where there is no such group. */
size_t groups_find(const groups *g, const char *key);
/* The cells of a row joined as groups_make joins them; overwritten by the next call. */
const char *row_key(const table *t, size_t row, const char *columns);

/* ---- folders and comparisons ------------------------------------------------------------------------ */

typedef struct folder {
    char *name;
    table *tables;
    size_t count;
} folder;

/* The table of that name if it is there and has all these columns (comma-separated); NULL otherwise. */
table *folder_table(folder *f, const char *name, const char *columns);

/* One line of the report. */
typedef struct check {
    const char *suite, *folder, *table;
    const char *this_case; /* for messages */
    /* Set by a suite where a case is of a kind that docs/differences.md explains ("when ..."); or NULL. */
    const char *condition;
    int64_t cases, compared, mismatches, explained, peer_stopped;
    double largest; /* relative difference */
} check;

check check_begin(const char *suite, const folder *f, const char *table);
void check_case(check *c, const char *name);
/* Relative tolerance 1e-9 unless given otherwise. Missing must meet missing. */
void check_number(check *c, const char *column, const char *expected, double ours);
void check_number_within(check *c, const char *column, const char *expected, double ours, double tolerance);
void check_text(check *c, const char *column, const char *expected, const char *ours);
void check_flag(check *c, const char *column, const char *expected, bool ours);
/* A row that one side has and the other has not. */
void check_absent(check *c, const char *what);
/* The peer stopped here and ours does not, or refuses too: printed, counted apart, no mismatch. */
void check_peer_stopped(check *c, const char *peer_error, const char *ours);
void check_end(check *c);

/* docs/differences.md; a missing file has none. */
void differences_read(const char *path);
int64_t check_total_mismatches(void);
/* Frees what the comparisons kept. */
void check_finish(void);
bool check_was_compared(const folder *f, const char *table_name);

/* ---- suites: each claims its tables and compares them ------------------------------------------------ */

void suite_plotthedots(folder *f);
void suite_powerbi(folder *f);
void suite_qicharts(folder *f);
void suite_funnelplot(folder *f);
void suite_phe(folder *f);
void suite_phe_inequality(folder *f);
void suite_waitinglist(folder *f);
void suite_simulator(folder *f);
void suite_rtt(folder *f);

#endif
