/*
 * store: what the files of src/facts share. Nobody else includes this.
 *
 * Invariants: one connection; it is used by one thread at a time: between facts_release_begin and the end of the rows that is the
 * inserting thread, otherwise the caller's. SQL is built from names that the catalogue checked (and quoted all the same), from
 * integers of ours, and from bound parameters; a text that came from a file is never pasted into a statement.
 */
#ifndef CONCORD_FACTS_STORE_H
#define CONCORD_FACTS_STORE_H

#include "facts/facts.h"

#include <duckdb.h>
#include <sys/types.h>

/* The store's own columns of a rows table come first, marked by an underscore so that no source can name one the same. */
enum { STORE_RELEASE, STORE_LINE, STORE_FIRST_MONTH, STORE_MONTHS, STORE_KIND, STORE_SUPPRESSED, STORE_OWN_COLUMNS };

/* Which parts of a source's table the file really has: a store opened for reading may be older than the catalogue. */
typedef struct store_table {
    bool exists;
    bool *has_column; /* source.column_count of them */
} store_table;

typedef struct insertion insertion; /* append.c: the rows of one release on their way in */

/* The file as it was when a release began (room.c). */
#define STORE_HEADERS (3 * 4096) /* the engine's main header and its two database headers */
typedef struct store_room {
    bool open, known, to_give_back; /* to_give_back: the last release begun did not come in */
    int descriptor;                 /* where open */
    off_t length;
    char header[STORE_HEADERS];
} store_room;

struct facts {
    duckdb_database database;
    duckdb_connection connection;
    const catalogue *catalogue;
    facts_mode mode;
    char path[4096];
    bool has_fixed_tables; /* false only for a store that was never finished, opened for reading */
    bool has_workbooks;    /* false for a store of before the table `workbooks`, opened for reading */
    bool has_contents;     /* false for a store of before the table `contents`, opened for reading */
    bool has_downloads;    /* false for a store of before the table `downloads`, opened for reading */
    bool has_checks;       /* false for a store of before the table `checks`, opened for reading */
    store_table *tables;   /* catalogue.source_count of them */
    insertion *incoming;   /* NULL outside a release */
    store_room room;
    arena memory; /* lives as long as the handle */
};

/* ---- room.c ---- */

/* Remembers the file when a release begins. */
void room_remember(facts *f);
/* Cuts the file back to what is remembered, where the last release failed and nothing that counts was written since. The
 * engine must have closed the file, and the workspace still be locked. */
void room_close(facts *f);

/* ---- duckdb.c ---- */

/* Turns what the engine says into a status and a sentence. what: "Cannot read the figures". */
status store_error(const facts *f, const char *what, const char *engine_message, error *err);
/* Runs a statement that gives no rows. */
MUST_USE status store_run(facts *f, const char *sql, error *err);

/* A statement with its bound texts. A zeroed one is ready; statement_free after use. */
typedef struct statement {
    buffer sql;
    text *values; /* bound as $1, $2 ... */
    size_t count, capacity;
    bool failed;
} statement;
/* Appends "$n" and keeps the text (not copied). */
void statement_bind(statement *s, text value);
void statement_name(statement *s, const char *identifier); /* quoted */
void statement_free(statement *s);

/* Calls `each` for every row chunk of the result; `each` returns STATUS_OK to go on. */
typedef status (*store_chunk)(void *context, duckdb_data_chunk chunk, idx_t rows, error *err);
MUST_USE status store_query(facts *f, const statement *s, store_chunk each, void *context, error *err);

/* One column of a chunk. */
typedef struct cells {
    void *data;
    uint64_t *validity; /* NULL: every cell is there */
} cells;
cells cells_of(duckdb_data_chunk chunk, idx_t column);
bool cell_present(const cells *c, idx_t row);
int64_t cell_int(const cells *c, idx_t row); /* of a BIGINT column; 0 where missing */
text result_text(const cells *c, idx_t row); /* of a VARCHAR column; empty where missing; valid while the chunk is */
const char *cell_string(const cells *c, idx_t row, arena *a); /* a copy; NULL when memory is out */

/* ---- append.c ---- */
/* Waits until every row of the release under way is in its table, where statements see it. */
MUST_USE status incoming_wait(facts *f, error *err);
const source *incoming_source(const facts *f); /* of the release under way; NULL where there is none */

/* ---- schema.c ---- */
MUST_USE status schema_prepare(facts *f, error *err);
const char *schema_type(column_type type); /* as declared in SQL */
/* The source's place in the catalogue; -1 when it is not from there. */
int32_t store_source_index(const facts *f, const source *s);
/* Appends the quoted column, or a NULL of its type where the file has no such column yet. */
void statement_column(statement *st, const facts *f, const source *s, int32_t column);

/* ---- sums.c ---- */
void statement_releases(statement *st, const int64_t *releases, size_t count); /* "_release IN (...)" */
void statement_filters(statement *st, const facts *f, const source *s,
                       const measure_sum *sum); /* " AND ..." per filter, those by kind left out */

/* ---- copies.c ---- */
/* Beside the release under way: the SHA-256 of its table, where it is not that of the file. */
MUST_USE status contents_store(facts *f, int64_t ordinal, const release *r, error *err);
/* Of a SELECT or UPDATE of releases: those that came as that file, or as another with the same table. */
void statement_file(statement *st, const facts *f, const char *hash);

/* ---- append.c ---- */
MUST_USE status insertion_register(facts *f, error *err);
void insertion_drop(facts *f); /* stops the inserting thread where there is one and rolls back */

#endif
