/*
 * facts: releases and their rows.
 *
 * One small interface, one file per engine: DuckDB (embedded, facts.duckdb in the workspace). The queries it asks stay in the subset
 * that DuckDB and PostgreSQL answer identically: integer sums, counts, filters, GROUP BY.
 *
 * Operations expected: bulk appends of hundreds of thousands of rows per release, a few wide grouped sums per edition,
 * now and then the lines behind one figure.
 * Invariants: a release is either wholly there with all its rows, or not there. Releases are never changed or removed by adding
 * another. Ids are the SHA-256 of the original file plus the table within it, so they do not depend on the order of adding.
 * Threads: one facts handle per thread. One process writes at a time.
 */
#ifndef CONCORD_FACTS_H
#define CONCORD_FACTS_H

#include "base/base.h"
#include "catalogue/catalogue.h"

typedef struct facts facts;

typedef enum facts_mode { FACTS_READ, FACTS_WRITE } facts_mode;

/* Opens facts.duckdb in the folder (made on FACTS_WRITE where absent), hardened: no extension autoload or autoinstall, no network,
 * no access to other files. Makes or checks the tables of the catalogue's sources. STATUS_BUSY where another process holds it. */
MUST_USE status facts_open(const char *workspace, facts_mode mode, const catalogue *c, facts **out, error *err);
void facts_close(facts *f);

/* One file of a source as published. */
typedef struct release {
    const char *sha256; /* of the original file (the zip, if it came zipped) */
    const char *source; /* source id */
    const char *layout;
    const char *file_name;            /* without folders */
    const char *member;               /* name inside the zip, or "" */
    period first_period, last_period; /* equal for a file of one month */
    date published;                   /* DATE_NONE where nothing tells */
    bool revised;                     /* name or content says "revised" */
    date archived;                    /* the zip entry's date, DATE_NONE where not zipped */
    int64_t rows_in, rows_kept, rows_set_aside;
    int64_t bytes;
    int64_t
        downloads; /* how many files it took the place of at its address, one after the other (facts_downloaded); 0 where it was not fetched. Not for facts_release_begin */
    int64_t ordinal; /* assigned by facts_release_begin; a handle of this store, never shown nor put into an edition */
    /* What the reader found, for the checks of data quality: kept by facts_release_commit; the totals are read back by facts_releases too, the rest by facts_quality alone. */
    int64_t totals_checked,
        totals_differing; /* figures of the file's own total lines held against the sums of its rows */
    const char
        *sheets; /* names of the workbook's sheets, one per line, by which line_place counts; NULL or "" for a csv */
    const char *notes; /* what the reader said of the file, one sentence per line; NULL = "" */
    const char *
        table; /* SHA-256 of the table as it is unpacked, which tells the same one in another zip; "" where not known */
} release;

/* Is a release with that SHA-256 (any source) there already, or another file that was found to hold the same as one? */
MUST_USE status facts_has_release(facts *f, const char *hash, bool *out, error *err);
/* Of a file that is there: has it not been seen under this name? Then the name may tell more of its release ("revised"), or come first. */
MUST_USE status facts_name_is_new(facts *f, const char *hash, const char *file_name, bool *out, error *err);
/* The one of `all` that holds the same table for the same source and periods as `r`, which came as another file (csv, zip, gz); NULL where there is none. */
const release *facts_release_same(const release *all, size_t count, const release *r);
/* Of two files that hold one table, does `another` name the release rather than `there`? The lesser SHA-256 does; of the same bytes under two names the lesser
 * name, byte by byte. */
bool facts_release_names(const release *another, const release *there);
/* `another` holds the same table as `there`, so it is not stored again. Which of them names the release from here on facts_release_names tells (*renamed: it is the new
 * one). A copy does not make a table known later: of what the two say of publication the earlier day is kept, of the dates in archives too, but where one of the two has
 * none none later than the usual delay gives (release_usual); "revised" where either says so. The order of adding plays no part. */
MUST_USE status facts_release_merge(facts *f, const release *there, const release *another, bool *renamed, error *err);
/* Sets the day on which the releases of that file were published: how a tie between two releases is settled after the fact. *changed is
 * false where it was known already. */
MUST_USE status facts_release_published(facts *f, const char *hash, date published, bool *changed, error *err);
/* The file was fetched from the address where that file stood before (both by SHA-256): of two releases with the same date of publication, or none, it is the later.
 * Kept with the file whether it comes in or not. */
MUST_USE status facts_downloaded(facts *f, const char *hash, const char *replaces, error *err);
/* The SHA-256 of every file that is there, those of copies too, in any order, into arena memory. */
MUST_USE status facts_files(facts *f, arena *a, const char ***out, size_t *count, error *err);
/* A release and its rows go in between begin and commit; abort leaves nothing behind, and so does a crash. `names` of codes come with it. */
MUST_USE status facts_release_begin(facts *f, const source *s, release *r, error *err);
MUST_USE status facts_append(facts *f, const row_batch *rows, error *err);
/* The name that this release gives to an organisation's code. */
MUST_USE status facts_append_name(facts *f, text code, text name, error *err);
/* Before commit, of the release under way: STATUS_REFUSED where rows that say "ALL ..." in a category are not the sums of those that say which, more than one in a hundred of them, or where
 * an organisation has the one kind of row without the other though others of its sheet have both: a sheet has been cut off. Nothing else is changed; the caller aborts. No more rows may follow. */
MUST_USE status facts_release_agrees(facts *f, const release *r, error *err);
/* Updates the release's counts and periods from *r, then commits durably. */
MUST_USE status facts_release_commit(facts *f, const release *r, error *err);
void facts_release_abort(facts *f);

/* All releases, ordered by source, first period, then the order of publication (facts_release_later), into arena memory. */
MUST_USE status facts_releases(facts *f, arena *a, release **out, size_t *count, error *err);
/* Which of two releases of one source and period counts: by published date, else the order in which they were fetched from one address, else "revised", else the archive date; ties by
 * sha256 (then *tie is set, so that the caller warns). >0 when a is later than b. The time of adding plays no part. */
int facts_release_later(const release *a, const release *b, bool *tie);
/* What tells since when a release is known. */
typedef enum known_by {
    KNOWN_BY_PUBLISHED = 0, /* its published date */
    KNOWN_BY_ARCHIVE,       /* the date inside the zip that it came in, which is on or before the day it was put up */
    KNOWN_BY_PERIOD /* no date: the end of its last period and the usual delay of publication (RELEASE_DELAY_...) */
} known_by;
const char *known_by_name(known_by k); /* "published date", "archive date", "end of period" */
/* Days from the end of the last period to publication where no date is known. NHS England's monthly statistics come out in about six weeks
 * (A&E in two, so this errs to the late side), quarterly ones in about two months, yearly ones in about three months; a file that is marked
 * revised is a half-yearly revision, so six months more. */
#define RELEASE_DELAY_MONTH    42
#define RELEASE_DELAY_QUARTER  61
#define RELEASE_DELAY_YEAR     91
#define RELEASE_DELAY_REVISION 183
/* The day by the usual delay alone, before what a revision takes longer. */
date release_usual(const release *r);
/* The first day on which the release counts as known. The time of adding plays no part. `by` may be NULL. */
date release_known(const release *r, known_by *by);
/* The roles of the source that each of its releases has rows for: bit k of out[i] where some row of releases[i] names somebody in roles[k]
 * (the first 32). All bits for a release that names nobody, and where there is nothing to tell apart: one role, one release. */
MUST_USE status facts_roles(facts *f, const source *s, const release *releases, size_t count, uint32_t *out,
                            error *err);
/* Names that releases gave to codes: the latest release's name per code, ordered by code. */
typedef struct code_name {
    const char *code, *name;
} code_name;
MUST_USE status facts_names(facts *f, const int64_t *releases, size_t release_count, arena *a, code_name **out,
                            size_t *count, error *err);

/* What a release's own rows and its reading say of its quality. */
typedef struct release_quality {
    int64_t ordinal;
    bool totals_known; /* false where the file was added before these were kept */
    int64_t totals_checked, totals_differing;
    const char *notes;                         /* one sentence per line, or "" */
    int64_t rows, rows_suppressed;             /* rows kept, and those of them with a suppressed cell */
    int64_t cells_suppressed, figures_present; /* present: cells of counts and numbers; 0 where no cell is suppressed */
} release_quality;
/* One for every release that is stored, ordered by ordinal, into arena memory. */
MUST_USE status facts_quality(facts *f, arena *a, release_quality **out, size_t *count, error *err);

/* A grouped sum over the rows of one source. */
typedef struct facts_term {
    const measure_sum *sum; /* by_kind filters are left out by this interface: group by that column instead */
    bool each;              /* true: one result per column of the sum (the bands of a percentile), not their total */
} facts_term;

typedef struct facts_query {
    const source *source;
    const int64_t *releases; /* ordinals: which (release, period) pairs count */
    const period *periods;   /* periods[i] of releases[i] */
    size_t release_count;
    const int32_t *group_by; /* columns (codes or categories) */
    size_t group_count;
    const facts_term *terms;
    size_t term_count;
} facts_query;

/* One group. sums[k] holds the sum of term k (terms with `each` take as many places as columns, and their minus columns are not looked at);
 * present[k] is false where no row met the filters, where every cell of the sum was missing, and where it has minus columns and all of
 * those were missing. A sum over several columns adds those that are there. lines: rows in the group, and the first and last line of them. */
typedef struct facts_span {
    int64_t rows, first_line, last_line; /* 0 where there is no row */
    int64_t
        suppressed; /* those of the rows in which the publisher withholds a cell of the sum: what is there is only a part of it */
} facts_span;
typedef struct facts_group {
    period period;
    int64_t release;
    const text *keys; /* group_count of them; a missing code is an empty text */
    const int64_t *sums;
    const bool *present;
    const facts_span *spans; /* per term: the rows of the group that meet its filters */
    int64_t rows, first_line, last_line;
} facts_group;

typedef struct facts_result {
    facts_group *groups; /* ordered by period, release, then keys in byte order: independent of threads */
    size_t count;
    size_t sum_count;
} facts_result;

MUST_USE status facts_sums(facts *f, const facts_query *q, arena *a, facts_result *out, error *err);

/* A tidy row, as stored. */
typedef struct tidy_row {
    const char *measure, *organisation, *definition, /* "" where the measure's has no versions */
        *breakdown; /* breakdown "" for the total, else "treatment-function=C_110;..." */
    period period;
    int64_t numerator, denominator;
    double value;
    bool has_numerator, has_denominator, has_value;
    int64_t release, line;
} tidy_row;
/* Every tidy row of the releases, ordered by measure, organisation, breakdown, period, release. */
MUST_USE status facts_tidy(facts *f, const int64_t *releases, size_t release_count, arena *a, tidy_row **out,
                           size_t *count, error *err);

/* The lines of a release behind a figure: rows of `period` where each given column equals the value given. */
typedef struct facts_condition {
    int32_t column;
    const text *values; /* any of these */
    size_t value_count;
} facts_condition;
MUST_USE status facts_lines(facts *f, const source *s, int64_t ordinal, period p, const facts_condition *conditions,
                            size_t condition_count, const measure_sum *sum, arena *a, int64_t **lines, size_t *count,
                            error *err);

#endif
