/*
 * add: the parts of concord add.
 *
 * paths.c finds the files, original.c keeps the file as it was published, report.c words what was done, cmd_add.c does it.
 */
#ifndef CONCORD_CLI_ADD_H
#define CONCORD_CLI_ADD_H

#include "cli/cli.h"
#include "intake/intake.h"

/* ---- paths.c ---- */

#define PATHS_MAXIMUM        1000000
#define FOLDER_DEPTH_MAXIMUM 64

typedef struct path_list {
    const char **items;
    size_t count, capacity;
} path_list;

/* A file is taken as it is; a folder gives its files, with those of its folders, in byte order of their names. Hidden files and __MACOSX are left out.
 * Text belongs to the arena. STATUS_IO where a path cannot be looked at. */
MUST_USE status paths_collect(const char *path, arena *a, path_list *out, error *err);
void path_list_free(path_list *list);

/* ---- original.c ---- */

/* What identifies the state of a file between two looks at it. */
typedef struct file_state {
    uint64_t device, inode;
    int64_t size, changed_ns;
} file_state;
MUST_USE status file_state_read(const char *path, file_state *out, error *err);
bool file_state_same(const file_state *a, const file_state *b);

/* Copies the file to <workspace>/releases/<sha256>/<its name>, durably: under a temporary name, synced, renamed. *made is true where it was
 * not there before. Whatever fails, no half file is left under that name. */
MUST_USE status original_keep(const char *workspace, const char *path, const char *sha256_text, bool *made, error *err);
/* Takes back what original_keep made, where the release did not come about. */
void original_drop(const char *workspace, const char *path, const char *sha256_text);
/* Removes what a killed run left half copied. */
void originals_tidy(const char *workspace);

/* ---- report.c ---- */

/* What a new release is to the ones that are there for its source and period. */
typedef struct standing {
    const release *other; /* the latest other release of that source and period; NULL where it is the first */
    bool later;           /* the new one counts */
    bool tie;
} standing;

/* Releases that hold different parts of the source stand side by side: none is a revision of the other. */
standing standing_of(const release *all, size_t count, const release *new_one, const source *s);
/* Organisation codes of one file that the organisations data does not know. */
#define UNKNOWN_CODES_NAMED 5
typedef struct unknown_codes {
    size_t count;
    buffer first; /* the first few, parted by spaces */
} unknown_codes;

/* "rtt-full-extract, 2026-04, 180,781 rows in, 140,679 kept, 40,102 set aside (40,102 totals of ...)". */
void report_words(const intake_report *r, buffer *out);
/* The reader's notes, one per line, as they are kept for the checks of data quality; "" where there are none. */
const char *report_notes(cli *c, const intake_report *r);
/* Names of the sheets, one per line: places of rows count them. */
const char *report_sheets(cli *c, const intake_report *r);
/* "a revision of ...; 3 codes are not in the organisations data (ZZ9 ...); ...", nothing where there is nothing to say. */
/* What one reads on standard error where nothing but their SHA-256 tells which of two releases counts. */
void tie_words(const standing *s, buffer *out);
void notes_words(const intake_report *r, const standing *s, const unknown_codes *unknown, buffer *out);
/* "29,780 totals of the treatment functions; 2 ..." */
void reasons_words(const intake_report *r, buffer *out);
int64_t set_aside_rows(const intake_report *r);

/* ---- cmd_add.c: one file, for other commands ---- */

typedef enum add_result { ADD_ADDED = 0, ADD_KNOWN, ADD_REFUSED } add_result;
typedef struct add_request {
    const char *path;
    const char *shown;         /* what the line calls it; NULL = path */
    const intake_dates *dates; /* what page and server say of its publication; NULL = nothing */
    bool lines; /* print the line that concord add prints; a refusal goes to standard error in any case */
} add_request;
/* Adds one file as concord add does. The workspace is open and locked, organisations are loaded, facts are open to write. STATUS_OK where
 * the next file can be added, whatever became of this one; the exit code of a refusal is kept in c. *published: the day that counts for a file
 * that was added, else DATE_NONE. */
MUST_USE status add_one(cli *c, const add_request *request, add_result *result, date *published, error *err);

/* ---- unknown codes: a set of texts ---- */
typedef struct code_set {
    const char **slots;
    size_t capacity, count;
    arena memory;
} code_set;
/* *added is false where it was in already. */
MUST_USE status code_set_add(code_set *s, text code, bool *added, error *err);
void code_set_clear(code_set *s);
void code_set_free(code_set *s);

#endif
