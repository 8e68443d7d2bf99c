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
#include "edition/flows.h"
#include "orgs/orgs.h"

/* 2: every parameter of the rule set, and seasons. 3: documents. Layouts 1 and 2 are read too: layout 1 knows its rules by name alone and its
 * seasons not; neither has documents. */
#define EDITION_LAYOUT_VERSION 3

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
    /* Counts that a publication gives in fractions (half a pathway, thousandths of a bed) are kept as whole parts, so that they add up exactly: how many
     * parts make one. 1 where there are none; 0 in an edition of before these, which means the same. See edition_numerator. */
    int64_t numerator_parts, denominator_parts;
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
        basis; /* why it counts as the latest: "published date", "fetched later", "revised", "archive date", "only release", "tie"; of a tidy file,
                                 * which is chosen figure by figure, "only release"; "" where it is superseded */
    period first_period, last_period;
    int64_t rows_in, rows_kept;
    bool latest;        /* false: superseded by a later release of the same period, kept */
    const char *sheets; /* names of the workbook's sheets, one per line, by which line_place counts; "" for a csv */
} edition_release;

typedef struct edition_target {
    const char *id, *authority, *document, *note;
    int32_t measure;
    double level;
    period by;
    const char *levels; /* "england icb provider" */
    bool needs_baseline, verified;
} edition_target;

/* Is a series seasonal? From season_check_make (stats/change.h) on the values that its limits are made from. */
#define EDITION_SEASONS_MAXIMUM 12
typedef struct edition_season {
    int32_t years; /* whole years that were looked at, three or more */
    double p;      /* how likely so much of a season is by chance */
    bool seasonal; /* the verdict of the check, at the level that stats/change.h names */
    /* Where seasonal: what each month (count 12) or quarter (count 4) of the year adds, January first, in the measure's unit; together
     * 0. Limits and signals of the points do not allow for it. */
    int32_t count;
    double effects[EDITION_SEASONS_MAXIMUM];
} edition_season;

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
    const edition_season *
        season; /* NULL where it cannot be told: fewer than three whole years, months without figures, not months or quarters */
} edition_series;

typedef struct edition_point {
    period period;
    int64_t numerator, denominator; /* in parts: edition_numerator, edition_denominator */
    bool has_numerator, has_denominator;
    bool missing;                        /* no figure: a gap between two periods that have one, or suppressed */
    bool suppressed;                     /* the publisher withholds it, or a part of it; missing as well */
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

/* The counts of a point as people know them: 12.5 of 25 half pathways. NaN where there is none. Exact to the 15 digits of a double, so that its shortest text is the decimal. */
static inline double edition_count(bool present, int64_t count, int64_t parts)
{
    return !present ? (double)__builtin_nan("") : parts > 1 ? (double)count / (double)parts : (double)count;
}
static inline double edition_numerator(const edition_measure *m, const edition_point *p)
{
    return edition_count(p->has_numerator, p->numerator, m->numerator_parts);
}
static inline double edition_denominator(const edition_measure *m, const edition_point *p)
{
    return edition_count(p->has_denominator, p->denominator, m->denominator_parts);
}

/* What needs a person's attention: conflicts and unmapped codes, never dropped in silence. */
typedef struct edition_issue {
    const char *
        kind; /* "unmapped", "unplaced", "conflict", "tie", "tidy-overruled", "partial", "impossible", "period-length", "scenario" */
    const char *code, *period, *text;
    int64_t rows;
} edition_issue;

/* Every parameter of the SPC rule set that judged the edition, so that its verdicts can be made again when the set's declaration has
 * gone or changed. What each means: spc_rules in stats/spc.h. */
typedef struct edition_rules {
    int32_t shift_points, trend_points, minimum_points;
    bool two_of_three_beyond, two_of_three_any_side, improvement_wins, target_at_limit_counts, flat_limits_compare,
        trend_takes_next_step;
    double limit_factor;
} edition_rules;

/* What the checks of data quality found (src/measure/quality_*.c): one sentence that says what, one that says what to do. */
typedef struct edition_finding {
    const char *
        kind; /* "missing-release", "gap", "discontinued", "blank", "nought", "jump", "totals", "sums", "suppressed", "late",
                         "revised", "unmapped", "unplaced", "tie", "conflict", "tidy-overruled", "partial", "impossible", "period-length", "scenario" */
    const char
        *severity; /* "error": a figure is wrong or cannot be trusted; "warning": look at it; "note": good to know */
    const char *source, *measure, *organisation; /* ids and code; "" where it is about none, or about several */
    period first, last;                          /* PERIOD_NONE where it is about no period; equal for one */
    const char *file, *sheet;                    /* of a release, "" where not known */
    int64_t line;                                /* line of the csv, or row of the sheet; 0 where not known */
    int64_t count;                               /* how many: periods, measures, rows or cells, as the text says */
    const char *text, *advice;
} edition_finding;

/* A text that the edition carries whole, so that whoever reads it needs nothing else: */
#define EDITION_DOCUMENT_FRAMEWORK "framework" /* an oversight framework: its YAML; name = its id */
#define EDITION_DOCUMENT_PUBLISHED                                                                                     \
    "framework-published"                    /* what was published of a framework: its csv; name = the framework's id */
#define EDITION_DOCUMENT_SCENARIO "scenario" /* a scenario of a plan: its YAML; name = its id */
#define EDITION_DOCUMENT_REGISTER_EVENT                                                                                \
    "register-event"                   /* the line of `concord register export`; name = its 12-digit number */
#define EDITION_DOCUMENT_GROUP "group" /* a group of organisations: edition_groups reads it; name = its code */
typedef struct edition_document {
    const char *kind, *name, *text;
} edition_document;

typedef struct edition {
    const char *id; /* SHA-256, 64 hex digits; the file is <id>.sqlite */
    const char *program_version, *catalogue_version, *orgs_version, *rules; /* rules: name of the SPC rule set */
    edition_rules judged_by; /* limit_factor 0: an edition of layout 1, which has the name alone (a built-in set) */
    const char
        *as_of;    /* "" = every release; else YYYY-MM-DD: only what was known on that day counts (measure/as_of.c) */
    date current;  /* the pinned date of the current map; in a view as at a date, that date */
    period latest; /* the latest month any series reaches */
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
    edition_finding *findings; /* ordered by severity, kind, source, organisation, period */
    size_t finding_count;
    edition_document *documents; /* ordered by kind, then name; none in layouts 1 and 2 */
    size_t document_count;
    int64_t register_events;   /* how many events of the register the edition carries; 0 without a register */
    const char *register_head; /* the hash of the last of them; "" without a register */
    struct edition_private *private_;
} edition;

/* ---- reading ---------------------------------------------------------------------------------------- */

/* Opens and checks the layout version; STATUS_REFUSED for a file that is no edition or of a newer layout, STATUS_IO where it cannot be read. */
MUST_USE status edition_open(const char *path, edition **out, error *err);
void edition_close(edition *e);
/* -1 where there is none. Codes: ODS or ONS, any case. */
int32_t edition_find_org(const edition *e, const char *code);
int32_t edition_find_measure(const edition *e, const char *id);
int32_t edition_find_breakdown(const edition *e, const char *key); /* "treatment-function=C_110" */
/* NULL where there is none. O(log documents). */
const edition_document *edition_find_document(const edition *e, const char *kind, const char *name);
/* The documents of a kind, in the order of their names: *count of them from the one returned; NULL where there are none. */
const edition_document *edition_documents_of(const edition *e, const char *kind, size_t *count);
/* A group across the tree of organisations, as the register had it: provider collaborative, place, cluster. Its figures are those of an organisation
 * of kind ORG_GROUP and level "group". */
typedef struct edition_member {
    const char *code;
    int32_t org;      /* -1 where the edition has no figures of it: a council, a voluntary body */
    date from, until; /* half-open; DATE_FOREVER while it is a member */
} edition_member;
typedef struct edition_group {
    int32_t org;
    const char *code, *kind; /* kind: "provider-collaborative", "place", "cluster" */
    edition_member *members; /* in the order in which they joined; an organisation may be there several times */
    size_t member_count;
} edition_group;
/* All groups, ordered by code, into arena memory. O(members log organisations). STATUS_REFUSED for a document that is no list of members. */
MUST_USE status edition_groups(const edition *e, arena *a, edition_group **out, size_t *count, error *err);
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

/* An edition kept apart from the log: as of a past date. */
typedef struct edition_apart {
    const char *id;
    const char *as_of; /* "" where the file says none */
} edition_apart;
/* Those in the folder that the log does not name, ordered by date, then id; into arena memory. */
MUST_USE status editions_apart(const char *workspace, arena *a, edition_apart **out, size_t *count, error *err);
/* The full id of the one edition of the workspace, in the log or apart, whose id starts with `prefix` (4 hex digits or more); STATUS_NOT_FOUND,
 * STATUS_USAGE where several start so. */
MUST_USE status editions_find(const char *workspace, const char *prefix, arena *a, const char **id, error *err);

/* ---- comparing two editions (compare.c) -------------------------------------------------------------- */

typedef enum edition_change_kind {
    EDITION_REVISED = 0, /* a figure that both have and that differs */
    EDITION_NEW,         /* only the later has a figure */
    EDITION_GONE,        /* only the earlier has one */
    EDITION_VARIATION,   /* the verdict on the series: improving, concerning ... */
    EDITION_ASSURANCE,   /* the verdict against its target */
    EDITION_CHANGE_KINDS
} edition_change_kind;
const char *edition_change_name(edition_change_kind k); /* "revised", "new", "gone", "variation", "assurance" */

typedef struct edition_change {
    edition_change_kind kind;
    const edition_series *before_series, *after_series; /* NULL where that edition has no such series */
    const edition_point *before, *after; /* NULL where there is no figure; for verdicts the last points */
    period period;                       /* for verdicts the last period of the later series */
} edition_change;
typedef status (*edition_told)(void *context, const edition_change *change, error *err);

/* Does the figure differ: value, open band, numerator or denominator? Both must have a figure (edition_has_figure). */
bool edition_figures_differ(const edition_point *a, const edition_point *b);
/* A percentile in the open band has no value but is a figure. */
bool edition_has_figure(const edition_point *p);
/* Tells every difference between two series (either may be NULL) in period order, verdicts last. Points may be in memory (edition_load_all)
 * or are read into `scratch`. O(points). */
MUST_USE status edition_compare_series(edition *before, const edition_series *x, edition *after,
                                       const edition_series *y, arena *scratch, edition_told told, void *context,
                                       error *err);
/* Tells every difference between two editions: series on the current map, and as published where neither has them on the current map. Ordered by measure, organisation and
 * breakdown as in `after`; what only `before` has comes last, in its own order. only_measure, only_organisation: ids, NULL = all. */
MUST_USE status edition_compare(edition *before, edition *after, const char *only_measure,
                                const char *only_organisation, edition_told told, void *context, error *err);

/* ---- writing (src/measure makes editions) ------------------------------------------------------------ */

/* Builds the database at `path` (a temporary file, or ":memory:"): orgs, measures ... in the given order, then series with their points in order. */
typedef struct edition_writer edition_writer;
/* `head` carries everything but series; its tables are written as they stand. STATUS_REFUSED where two documents have the same kind and name. */
MUST_USE status edition_writer_open(const char *path, const edition *head, edition_writer **out, error *err);
MUST_USE status edition_writer_series(edition_writer *w, edition_series *s, const edition_point *points, size_t count,
                                      error *err);
/* Writes what the checks found, in the given order; once, at any time before the end. An edition without them has none. */
MUST_USE status edition_writer_findings(edition_writer *w, const edition_finding *findings, size_t count, error *err);
/* Ends the transaction. For a file, sets *id (SHA-256 of the file). */
MUST_USE status edition_writer_close(edition_writer *w, char id[SHA256_TEXT], error *err);
void edition_writer_abort(edition_writer *w);
/* Moves a finished file into <workspace>/editions/<id>.sqlite, read-only, and appends it to the log unless it is the newest already. */
MUST_USE status editions_install(const char *workspace, const char *built_path, const char *id, bool *already_newest,
                                 error *err);
/* Moves a finished file into the same folder without a line in the log: an edition as of a past date, which must not become the newest. */
MUST_USE status editions_install_apart(const char *workspace, const char *built_path, const char *id, error *err);
/* An in-memory edition handed over for reading (views on the fly: other geographies). Takes the writer's database. */
MUST_USE status edition_from_writer(edition_writer *w, edition **out, error *err);

#endif
