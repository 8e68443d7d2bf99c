/*
 * edition: the immutable snapshot that everybody sees at the same moment.
 *
 * One SQLite file holds all series with their figures, limits, signals and targets, the organisations on the current map, the
 * measures as they were defined, the releases behind every figure, and what could not be placed. Pages, packs, the API and
 * `show` read editions and nothing else.
 *
 * Invariants: an edition is named by the SHA-256 of its content and never changed. The same facts, catalogue and organisations
 * give the same bytes, whatever the order of adding and the number of threads. It holds no clock time and no path.
 * A missing figure is NULL in the file and NaN (or has_... false) in memory; never 0.
 * Ownership: edition_open allocates, edition_close frees; text that a lookup returns belongs to the edition, or to the arena where one is given.
 * Threads: after edition_open the tables of organisations, measures, series, releases and targets are in memory and read-only; reading points
 * uses one database handle, so threads open an edition each, or call edition_load_all once and then share it.
 */
#ifndef CONCORD_EDITION_H
#define CONCORD_EDITION_H

#include "base/base.h"
#include "orgs/orgs.h"

#define EDITION_LAYOUT_VERSION 1

typedef enum geography { GEOGRAPHY_CURRENT = 0, GEOGRAPHY_AS_PUBLISHED, GEOGRAPHY_AS_AT } geography;
const char *geography_name(geography g); /* "current", "as-published", "as-at" */

/* Levels as in the catalogue: england, region, icb, sub-icb, provider; "" where an organisation is at none (not placed). */
typedef struct edition_org {
    const char *code, *ons_code, *name, *short_name;
    org_kind kind;
    const char *level;
    date opened, closed; /* DATE_NONE not known; DATE_FOREVER open */
    int32_t icb, region; /* index of the parent on the current map, -1 where none */
    bool unmapped;       /* named by a file, unknown to the organisations data */
    const char *
        became; /* "": else a sentence naming the successors: "Became part of NHS Essex ICB (D7T5G) on 1 April 2026." */
    const char *inexact;         /* "": else why earlier figures on the current map are inexact */
    int32_t hex_row, hex_column; /* INT32_MIN where it has no place on the hex map */
    const char *hex_label;
} edition_org;

typedef struct edition_measure {
    const char *id, *name, *short_name, *domain, *question, *definition, *why_it_matters, *sentence;
    const char *unit, *unit_label, *authors, *checked_by, *review_by;
    const char *caveats;    /* one per line */
    const char *source;     /* source id */
    const char *value_kind; /* "ratio", "numerator", "percentile", "given" */
    const char *
        icb_from; /* whose figures make an ICB's: "commissioner" (people the ICB is responsible for) or "provider" (providers in it) */
    better better;
    int32_t decimals;
    double scale, percentile;
    const char *rule_version; /* SHA-256 prefix of the definition: the rule version that explain shows */
} edition_measure;

typedef struct edition_source {
    const char *id, *name, *publisher, *licence, *landing_page, *frequency;
} edition_source;

typedef struct edition_breakdown_value {
    const char *breakdown, *breakdown_name; /* "treatment-function", "Treatment function" */
    const char *key;                        /* "treatment-function=C_110" */
    const char *name;                       /* "Trauma and Orthopaedic" */
} edition_breakdown_value;

typedef struct edition_release {
    const char *sha256, *source, *file_name, *member, *published;
    const char *
        basis; /* why it counts as the latest: "published date", "revised", "archive date", "only release", "tie"; of a tidy file,
                                 * which is chosen figure by figure, "only release"; "" where it is superseded */
    period first_period, last_period;
    int64_t rows_in, rows_kept;
    bool latest; /* false: superseded by a later release of the same period, kept */
} edition_release;

typedef struct edition_target {
    const char *id, *authority, *document, *note;
    int32_t measure;
    double level;
    period by;
    const char *levels; /* "england icb provider" */
    bool needs_baseline, verified;
} edition_target;

/* One measure for one organisation (and one breakdown value) on one geography. Summary columns describe the last period. */
typedef struct edition_series {
    int64_t id;
    int32_t measure, org;
    int32_t breakdown; /* index of edition_breakdown_value, -1 for the total */
    geography
        geography; /* CURRENT or AS_PUBLISHED (stored only where it differs from current, or where the organisation is closed) */
    int32_t points;      /* rows, gaps included */
    period first, last;  /* last: the last period with a figure */
    double latest_value; /* NaN where empty: the open 104+ band, nothing in the denominator */
    int64_t latest_numerator, latest_denominator;
    bool has_numerator, has_denominator, over_open_band;
    double latest_target;        /* NaN where none */
    int32_t latest_target_index; /* edition_target, -1 */
    const char *variation;       /* spc_variation_name, "" where none */
    const char *assurance;       /* spc_assurance_name */
    bool any_estimated;
    const char *note; /* "" or a sentence shown with the series (inexact, closed, tidy) */
    bool
        current_only; /* of a current series: nothing like it was published (an ICB before it existed), so it is not as published too */
} edition_series;

typedef struct edition_point {
    period period;
    int64_t numerator, denominator;
    bool has_numerator, has_denominator;
    bool missing;                        /* a gap between two periods that have figures */
    bool estimated;                      /* by successors' share: drawn apart, not in the limits */
    bool over_open_band;                 /* the percentile lies in the open 104+ band: value empty, shown "104+" */
    bool revised;                        /* an earlier release of this period exists */
    bool tidy;                           /* given in a tidy file, not computed from rows */
    double value;                        /* measure's unit, NaN where missing */
    double target, mean, lower, upper;   /* NaN where none */
    int32_t segment;                     /* from 1; 0 where the point takes part in none (estimated) */
    const char *rule, *signal;           /* names of stats.h, "" where none */
    int32_t release;                     /* index of edition_release, -1 where several or none */
    int64_t rows, first_line, last_line; /* lines of that release behind the figure; 0 where not known */
} edition_point;

/* What needs a person's attention: conflicts and unmapped codes, never dropped in silence. */
typedef struct edition_issue {
    const char *kind; /* "unmapped", "conflict", "tie", "tidy-overruled", "partial" */
    const char *code, *period, *text;
    int64_t rows;
} edition_issue;

typedef struct edition {
    const char *id; /* SHA-256, 64 hex digits; the file is <id>.sqlite */
    const char *program_version, *catalogue_version, *orgs_version, *rules; /* rules: SPC rule set */
    date current;      /* the pinned date of the current map; in a view as at a date, that date */
    period latest;     /* the latest month any series reaches */
    edition_org *orgs; /* ordered by code */
    size_t org_count;
    edition_measure *measures; /* by domain, those with a target first, then by id */
    size_t measure_count;
    edition_source *sources;
    size_t source_count;
    edition_breakdown_value *breakdowns; /* ordered by key */
    size_t breakdown_count;
    edition_release *releases; /* ordered by source, period, lateness */
    size_t release_count;
    edition_target *targets;
    size_t target_count;
    edition_series *series; /* ordered by measure, org, breakdown, geography */
    size_t series_count;
    edition_issue *issues;
    size_t issue_count;
    struct edition_private *private_;
} edition;

/* ---- reading ---------------------------------------------------------------------------------------- */

/* Opens and checks the layout version; STATUS_REFUSED for a file that is no edition or a newer layout, STATUS_IO where it cannot be read. */
MUST_USE status edition_open(const char *path, edition **out, error *err);
void edition_close(edition *e);
/* -1 where there is none. Codes: ODS or ONS, any case. */
int32_t edition_find_org(const edition *e, const char *code);
int32_t edition_find_measure(const edition *e, const char *id);
int32_t edition_find_breakdown(const edition *e, const char *key); /* "treatment-function=C_110" */
/* Exactly that series, or for AS_PUBLISHED the current one where as published does not differ (not a current_only one); NULL where none.
 * breakdown -1 = total. */
const edition_series *edition_find_series(const edition *e, int32_t measure, int32_t organisation, int32_t breakdown,
                                          geography g);
/* The run of series of one measure and organisation (all breakdowns and geographies), in order. */
const edition_series *edition_series_of(const edition *e, int32_t measure, int32_t organisation, size_t *count);
/* The points of a series in period order, gaps included, into arena memory (or the edition's own after edition_load_all). */
MUST_USE status edition_points(edition *e, const edition_series *s, arena *a, const edition_point **out, size_t *count,
                               error *err);
/* Reads all points into memory, so that the edition may be shared by threads. */
MUST_USE status edition_load_all(edition *e, error *err);

/* ---- which edition is the newest: <workspace>/editions/log.csv, an append-only list of edition ids -------------------- */

/* Newest first; ids into arena memory. A missing log gives none. */
MUST_USE status editions_list(const char *workspace, arena *a, const char ***ids, size_t *count, error *err);
/* <workspace>/editions/<id>.sqlite of the newest; STATUS_NOT_FOUND with a hint where there is none. */
MUST_USE status editions_newest_path(const char *workspace, arena *a, const char **path, error *err);

/* ---- writing (src/measure makes editions) ------------------------------------------------------------ */

/* Builds the database at `path` (a temporary file, or ":memory:"): orgs, measures ... in the given order, then series with their points in order. */
typedef struct edition_writer edition_writer;
/* `head` carries everything but series; its tables are written as they stand. */
MUST_USE status edition_writer_open(const char *path, const edition *head, edition_writer **out, error *err);
MUST_USE status edition_writer_series(edition_writer *w, edition_series *s, const edition_point *points, size_t count,
                                      error *err);
/* Ends the transaction. For a file, sets *id (SHA-256 of the file). */
MUST_USE status edition_writer_close(edition_writer *w, char id[SHA256_TEXT], error *err);
void edition_writer_abort(edition_writer *w);
/* Moves a finished file into <workspace>/editions/<id>.sqlite, read-only, and appends it to the log unless it is the newest already. */
MUST_USE status editions_install(const char *workspace, const char *built_path, const char *id, bool *already_newest,
                                 error *err);
/* An in-memory edition handed over for reading (views on the fly: other geographies). Takes the writer's database. */
MUST_USE status edition_from_writer(edition_writer *w, edition **out, error *err);

#endif
