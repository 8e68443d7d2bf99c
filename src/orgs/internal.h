/*
 * Inside orgs: the index as it stands in memory, and the tables it is loaded from. Nobody outside this folder includes it.
 *
 * Everything hangs on one arena and is written during orgs_load only. Lists that belong to an organisation (parents,
 * children, successions, kinds) lie in one array each, sorted by organisation, with the start of each one's part in an
 * array of count + 1 positions: a look-up is one addition, and there is nothing to free but the arena.
 */
#ifndef CONCORD_ORGS_INTERNAL_H
#define CONCORD_ORGS_INTERNAL_H

#include "orgs/orgs.h"

/* The ranks of England, region, ICB and sub-ICB location or provider are three steps; twice that ends every climb. */
#define CLIMB_LIMIT     8
#define CODE_LENGTH     16
#define NAME_KEY_LENGTH 256

typedef struct kind_change {
    org_index org;
    org_kind kind;
    date from, to;
} kind_change;

typedef struct parent_link {
    org_index child, parent;
    date from, to;
} parent_link;

typedef struct code_slot {
    const char *code; /* upper case; NULL where free */
    org_index org;
} code_slot;

typedef struct name_entry {
    const char *key; /* as name_key writes it */
    int rank;        /* 0 a name or alias, 1 a short name: a name is stronger */
    org_index org;
} name_entry;

struct orgs {
    arena memory;
    org *items; /* ordered by code */
    size_t count;
    org_kind *base_kind; /* as organisations.csv says; items[].kind has kinds.csv applied */
    const char **note;   /* why inexact; "" where exact */
    code_slot *codes;
    size_t code_slots; /* a power of two, at least half of it free */
    name_entry *names; /* ordered by key, rank, org */
    size_t name_count;
    kind_change *kinds; /* by organisation, then from */
    size_t *kind_start;
    size_t kind_count;
    parent_link *parents; /* by child, then from */
    size_t *parent_start;
    size_t parent_count;
    parent_link *children; /* the same links by parent, then child, then from */
    size_t *child_start;
    org_succession *successors; /* by from, then when, then to */
    size_t *successor_start;
    size_t successor_count;
    org_succession *predecessors; /* the same by to, then when, then from */
    size_t *predecessor_start;
    org_hex *hexes;
    size_t hex_count;
    org_conflict *conflicts;
    size_t conflict_count;
    date current;
    char version[SHA256_TEXT];
};

/* ---- csv.c: a small strict reader for our own files ------------------------------------------------- */

typedef struct table {
    const char *file; /* its name inside the folder */
    const char *const *columns;
    size_t column_count;
    const char **cells; /* row after row; terminated */
    int64_t *lines;     /* line of the file on which each row starts */
    size_t row_count;
} table;

/* What is being loaded, and where its problems go. */
typedef struct loading {
    orgs *o;
    const char *folder;
    problems *list;
    int64_t found; /* problems so far */
    bool out_of_memory;
} loading;

static inline const char *table_cell(const table *t, size_t row, size_t column)
{
    return t->cells[row * t->column_count + column];
}

/* Reads one file of the folder into t (t->file and t->columns are given) and adds it to the hash. Problems in the text are
 * reported; the status is for files that cannot be read at all. */
status table_read(loading *l, table *t, sha256 *hash, error *err) MUST_USE;

/* A problem in a cell (column < t->column_count) or row. */
void report(loading *l, const table *t, size_t row, size_t column, const char *hint, const char *format, ...)
    PRINTF_LIKE(6, 7);
/* Arena memory; sets out_of_memory. Zero elements give a pointer that may be freed with the arena, never NULL. */
void *take(loading *l, size_t count, size_t size);

/* Cells that many tables have. Each reports what is wrong and answers false (or -1). */
bool cell_date(loading *l, const table *t, size_t row, size_t column, date if_empty, date *out);
org_index cell_org(loading *l, const table *t, size_t row, size_t column);
/* from and to: empty means for ever; from must be before to. */
bool cell_span(loading *l, const table *t, size_t row, size_t from_column, size_t to_column, date *from, date *to);
/* start[i] .. start[i + 1] is the part of organisation i in an array whose j-th element belongs to owner(j). */
size_t *part_starts(loading *l, const void *array, size_t count, size_t size, size_t owner_at);

/* ---- what each file of data/orgs becomes --------------------------------------------------------------- */

void names_load(loading *l, const table *aliases);         /* names.c: codes and names to organisations */
bool code_add(loading *l, const char *code, org_index i);  /* names.c: false where another organisation has it */
bool codes_make(loading *l, size_t most);                  /* names.c: room for at most so many codes */
void kinds_load(loading *l, const table *kinds);           /* kinds.c */
void parents_load(loading *l, const table *parents);       /* parents.c */
void successors_load(loading *l, const table *successors); /* successors.c */
void hexes_load(loading *l, const table *hexes);           /* hexes.c */

bool org_open_on(const org *g, date on);

#endif
