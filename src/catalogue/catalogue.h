/*
 * catalogue: what an analyst declares in YAML.
 *
 * Sources say how to recognise and read the files of a publication and what typed table they fill. Measures say what is
 * asked of the rows: numerator, denominator, value. Targets say what level is to be met by when and who set it.
 * The files are catalogue/sources/ *.yaml, catalogue/measures/ *.yaml (one measure or a list), catalogue/targets/ *.yaml.
 *
 * Invariants: after a successful load every reference is resolved (a column index is in range, a measure of a target
 * exists), arrays are ordered by id, text is UTF-8 and belongs to the catalogue. Read-only after load; any number of threads.
 * Ownership: catalogue_load allocates, catalogue_free frees.
 */
#ifndef CONCORD_CATALOGUE_H
#define CONCORD_CATALOGUE_H

#include "base/base.h"
#include "catalogue/sources.h"

/* ---- measures --------------------------------------------------------------------------------------- */

typedef enum measure_value {
    VALUE_RATIO = 0,  /* scale x numerator / denominator (scale 100 for percent) */
    VALUE_NUMERATOR,  /* value = numerator, no denominator */
    VALUE_PERCENTILE, /* position p x total within bands, linear in its band; denominator = total */
    VALUE_GIVEN,      /* only as given in a tidy file */
    VALUE_PUBLISHED /* scale x numerator where the denominator is exactly 1: one published figure (a 90th centile), never a sum or a mean of several */
} measure_value;

typedef enum level { LEVEL_ENGLAND = 0, LEVEL_REGION, LEVEL_ICB, LEVEL_SUB_ICB, LEVEL_PROVIDER, LEVEL_COUNT } level;
const char *level_name(level l); /* "england", "region", "icb", "sub-icb", "provider"; "" out of range */

/* A condition on rows: column is one of values; or the dated kind of the organisation in that column is. */
typedef struct measure_filter {
    int32_t column;
    const char *const *values;
    size_t value_count;
    bool by_kind; /* values are organisation kinds ("independent") */
    bool
        except; /* column is none of values (a blank cell is neither): all but the line of totals, whatever is added later */
} measure_filter;

/* The sum of columns, less the sum of the minus columns, over the rows that meet every filter. A sum without columns
 * (column_count 0) is "none": the denominator of a VALUE_NUMERATOR. */
typedef struct measure_sum {
    const int32_t *columns;
    size_t column_count;
    const int32_t *minus; /* "within 4 hours" = attendances less those over 4 hours */
    size_t minus_count;
    const measure_filter *filters;
    size_t filter_count;
} measure_sum;

/* A version of what a measure counts, for figures whose definition changes from year to year (finance): each tidy line says which one it was
 * made under. */
typedef struct measure_definition {
    const char *id;       /* "planning-2025-26" */
    const char *document; /* where it stands */
    const char *what;     /* what it says, or what it changed; "" */
    period from;          /* the first period that it is meant for */
    bool verified;
} measure_definition;

typedef struct measure {
    const char *id, *name, *short_name;
    const char *
        domain; /* access, urgent-care, cancer, diagnostics, community, mental-health, beds-and-flow, workforce, inequality, finance, population */
    const char *question;   /* what it answers, in a sentence */
    const char *definition; /* numerator and denominator in words */
    const char *why_it_matters;
    /* With {period} {organisation} {value} {numerator} {denominator}, at least one of {value} and {numerator}. Whoever
     * fills it writes {value} of a percent with its sign ("64.9%") and of any other unit bare ("11.9", "7.12 million"). */
    const char *sentence;
    const char *unit;       /* "percent", "count", "weeks", "minutes", "days", "rate", "score" */
    const char *unit_label; /* "% of people waiting", "people", "weeks" */
    const char *authors, *checked_by, *review_by;
    const char *const *caveats;
    size_t caveat_count;
    better better;
    int32_t decimals;
    double scale; /* 100 for percent, else 1 */
    measure_value value;
    double percentile;     /* 0.5, 0.92 with VALUE_PERCENTILE */
    int32_t source;        /* index into catalogue.sources; the tidy source for local measures */
    measure_sum numerator; /* with VALUE_PERCENTILE: the closed bands in order, each one week wide from 0 */
    measure_sum
        denominator; /* with VALUE_PERCENTILE: the whole list, unknown clock starts left out: closed bands + open band */
    int64_t numerator_parts,
        denominator_parts;     /* source_per_unit of the columns that are added: all of a sum have the same */
    int32_t open_band;         /* with VALUE_PERCENTILE: column of the open band, else -1 */
    const int32_t *breakdowns; /* indices into source.breakdowns */
    size_t breakdown_count;
    int32_t level_role[LEVEL_COUNT]; /* index into source.roles; MEASURE_ALL_ROWS; MEASURE_NOT_AT_LEVEL */
    bool
        england_from_parts; /* may tidy figures of parts be added up to England (A&E: yes; RTT: no, hubs are outside) */
    const measure_definition
        *definitions; /* in the order of `from`; most measures have none: their definition is one */
    size_t definition_count;
    const char *file;
    int32_t line;
} measure;
#define MEASURE_ALL_ROWS     (-1)
#define MEASURE_NOT_AT_LEVEL (-2)

/* ---- given.c: figures that a tidy line gives --------------------------------------------------------- */

typedef struct given_figure {
    bool has_numerator, has_denominator, has_value;
    int64_t numerator, denominator;
    double value;
} given_figure;
/* Whether the counts of a line give a value that has to be worked out of both: a count is its numerator alone. */
bool given_figure_is_ratio(const measure *m, const given_figure *f);
/* Why the figures of a line cannot be, to be read after "gives": "a figure below nought". NULL where they can. A negative percentage, count or time; some
 * of none; more than all, where the measure is a share of people or events (not beds-and-flow, not finance: more beds can be taken than there
 * are); a value that its counts contradict by more than its rounding. Scores, rates and money may be negative. */
const char *given_figure_impossible(const measure *m, const given_figure *f);

/* ---- targets ---------------------------------------------------------------------------------------- */

typedef struct target {
    const char *id;
    int32_t measure;
    double level;       /* in the measure's unit; with needs_baseline the least level whatever the baseline, 0 = none */
    double improvement; /* with needs_baseline: points better than the trust's own baseline; else 0 */
    period by;          /* due month, or year for a target across a year */
    const char *authority; /* "NHS England" */
    const char *document;  /* "Medium Term Planning Framework" */
    const char *note;      /* "and each trust at least 5 points better", or "" */
    bool applies[LEVEL_COUNT];
    bool needs_baseline; /* set against each trust's own baseline: not shown without one */
    bool verified;
    const char *file;
    int32_t line;
} target;

/* ---- rule sets of control charts ---------------------------------------------------------------------- */

/* What an analyst declares: how the rules differ from those of a built-in set. What each means is in stats/spc.h, which this
 * room does not see; RULE_AS_BASED_ON (or a limit_factor of 0) leaves a setting as it is in the set that it is based on. */
#define RULE_AS_BASED_ON (-1)
typedef struct rule_set {
    const char *name;     /* id, or id-version: "trust-board-2026-04" */
    const char *based_on; /* one of rule_sets_built_in */
    const char *description;
    int32_t shift_points, trend_points, minimum_points; /* 6 to 8, 5 to 7, 0 to 100 */
    /* 0 no, 1 yes */
    int32_t two_of_three_beyond, two_of_three_any_side, target_at_limit_counts, flat_limits_compare;
    int32_t trend_takes_next_step, improvement_wins;
    double limit_factor; /* 0.5 to 10 */
    const char *file;
    int32_t line;
} rule_set;

/* The names of the rule sets in stats/spc.h, which cannot be redefined; the first is the default. A test holds them together. */
#define RULE_SETS_BUILT_IN 3
extern const char *const rule_sets_built_in[RULE_SETS_BUILT_IN];

/* ---- oversight frameworks ---------------------------------------------------------------------------- */

/* How a value of a metric becomes a score. In all three 1 is the best and 4 the worst. */
typedef enum framework_scoring {
    SCORING_DISCRETE = 0, /* steps: the first step whose bound the value meets */
    SCORING_CONTINUOUS,   /* linear between anchors, level outside them */
    SCORING_RANKED        /* by rank among those eligible: 1 + 3 (rank - 1) / (n - 1), ties averaged */
} framework_scoring;

/* An anchor of continuous scoring, or a step of discrete scoring. Ordered from the best score to the worst. */
typedef struct framework_point {
    double value; /* in the measure's unit; NaN in the last step of discrete scoring: every other value */
    double score;
} framework_point;

/* Organisations that are ranked with each other. */
typedef struct framework_group {
    const char *id, *name;
    const char *const
        *reports; /* ids of measures: an organisation is in the first group of which it reports them all */
    size_t report_count;
    bool any_level;
    bool levels[LEVEL_COUNT]; /* else only organisations at one of these */
} framework_group;

typedef struct framework_metric {
    const char *id, *name, *domain;
    const char *measure;   /* id; "" where Concord has no measure for it: never scored, and said so */
    const char *breakdown; /* key, "" = total */
    const char *why_not;   /* where measure is "": why */
    const char *note;
    framework_scoring scoring;
    better better; /* of the measure, or as the framework says */
    const framework_point *points;
    size_t point_count;
    const int32_t *groups; /* indices of groups that it applies to; none = all */
    size_t group_count;
    double weight; /* 1 unless said */
    bool verified;
    int32_t line;
} framework_metric;

/* What changes a segment after the scores: an event in the register, or a measure beyond a bound. */
typedef struct framework_adjustment {
    const char *id, *name, *note;
    const char *event;      /* kind of rating in the register ("deficit-support"), "" where it is a measure */
    const char *measure;    /* id, "" where it is an event */
    double at_least;        /* with a measure: its value is at least this */
    int32_t no_better_than; /* the segment is at best this; 0 = not used */
    int32_t segment;        /* the segment is this; 0 = not used */
    bool verified;
} framework_adjustment;

/* One quality statement of a framework that gathers evidence instead of scoring. */
typedef struct framework_statement {
    const char *id, *name, *theme;
    const char *const *measures; /* ids */
    size_t measure_count;
    const char *const *records; /* kinds of record in the register that bear on it: commitments, priorities ... */
    size_t record_count;
    bool verified;
} framework_statement;

/* A way in which organisations are overseen: the usual one, or one that an event in the register puts them in. */
typedef struct framework_regime {
    const char *id, *name;
    const char *who;   /* to whom it applies, in words */
    const char *event; /* kind of rating in the register ("lighter-regime"); "" = everyone who is in no other */
    const char *note;
    bool verified;
} framework_regime;

/* What is asked of an organisation: a return that it fills in, or a review that it is visited for. */
typedef struct framework_return {
    const char *id, *name, *asked_by, *note;
    bool review;
    const char *const *how; /* by regime: "monthly", "not asked"; "" = not known here */
    bool verified;
} framework_return;

/* What was published of one organisation. */
typedef struct framework_published {
    const char *organisation; /* code as the file has it */
    double score;             /* NaN where the file has none */
    int32_t segment;          /* 0 where the file has none */
} framework_published;

#define FRAMEWORK_SEGMENTS 4
typedef struct framework {
    const char *id, *name, *authority, *document, *note;
    period year;
    bool verified; /* false: something of it is recalled and not read in a source */
    bool levels[LEVEL_COUNT];
    const char *const *kinds; /* of organisation; none = any */
    size_t kind_count;
    const framework_group *groups;
    size_t group_count;
    const framework_metric *metrics;
    size_t metric_count;
    /* Upper bound of the average of segments 1 to 3; NaN thresholds[0]: quarters of the averages within a group. */
    double thresholds[FRAMEWORK_SEGMENTS - 1];
    bool thresholds_known; /* false with thresholds by name: averages are shown, no segments are given */
    bool by_quartiles;
    const framework_adjustment *adjustments;
    size_t adjustment_count;
    const framework_statement *statements; /* where there are any, it gathers evidence and scores nothing */
    size_t statement_count;
    const framework_regime *regimes; /* where there are any, it says which returns and reviews apply to whom */
    size_t regime_count;
    const framework_return *returns;
    size_t return_count;
    const char *file;
    int32_t line;
    text whole; /* the file that declares it */
    const framework_published
        *published; /* of frameworks/ID.published.csv, in its order; none where there is no such file */
    size_t published_count;
    const char *published_text; /* that file; NULL where there is none */
} framework;

/* ---- the catalogue ---------------------------------------------------------------------------------- */

typedef struct catalogue {
    const source *sources;
    size_t source_count;
    const measure *measures;
    size_t measure_count;
    const target *targets; /* ordered by measure, then due month, then level, then id */
    size_t target_count;
    const rule_set *rule_sets; /* in the order of their declaration */
    size_t rule_set_count;
    const framework *frameworks; /* ordered by id */
    size_t framework_count;
    char version[SHA256_TEXT]; /* SHA-256 of the files' relative names and contents, in name order */
    arena memory;
} catalogue;

/* Loads the folders in order (the installed catalogue, then a workspace's own `catalogue/`, which may add but not redefine; but for sources, of which one of the same id takes the
 * place of the program's: that is how a layout is mended before the program is).
 * Each folder holds sources/, measures/, targets/, rules/ and frameworks/ (and scenarios/, read by the plans); any of these may be absent, and so may a whole folder after the first.
 * Every problem is reported with file and line and what to do: YAML that does not parse, an unknown key, a missing or
 * doubled id, an unknown column, unit, breakdown, measure, source or level, a role without a column, a percentile without bands ...
 * Files are at most 4 MB of YAML, at most 32 levels deep, without anchors and aliases.
 * STATUS_REFUSED if there is any (err then holds the first and how many there are); STATUS_IO for what cannot be read, STATUS_MEMORY.
 * *out is zeroed on failure. `file` of a problem is FOLDER/sources/x.yaml as the folder was given; that of a loaded
 * source, measure or target is relative to its folder. */
MUST_USE status catalogue_load(const char *const *folders, size_t folder_count, catalogue *out, problems *list,
                               error *err);
void catalogue_free(catalogue *c);

/* The rule sets of one file, checked as those in rules/ of a catalogue are; *out holds nothing else, and is freed with
 * catalogue_free. `file` of a problem and of a rule set is the path as given. STATUS_REFUSED, STATUS_IO, STATUS_MEMORY. */
MUST_USE status rule_sets_read(const char *path, catalogue *out, problems *list, error *err);

/* What a framework may refer to where only its text is at hand: a measure with its direction. */
typedef struct framework_measure {
    const char *id;
    better better;
} framework_measure;
/* One framework and, where there is one (else NULL), its published table, of files whose bytes are in memory (an edition carries them), checked as those in frameworks/ of a catalogue are, against the
 * measures given; *out holds nothing else, and is freed with catalogue_free. `name` stands for the file in problems. STATUS_REFUSED, STATUS_MEMORY. */
MUST_USE status frameworks_read(const char *name, text bytes, const char *published, const framework_measure *measures,
                                size_t measure_count, catalogue *out, problems *list, error *err);

/* NULL where there is none. */
const source *catalogue_source(const catalogue *c, const char *id);
const measure *catalogue_measure(const catalogue *c, const char *id);
const rule_set *catalogue_rule_set(const catalogue *c, const char *name);
const framework *catalogue_framework(const catalogue *c, const char *id);
/* Column index by name, -1 where none. */
int32_t source_column_find(const source *s, const char *name);
int32_t source_breakdown_find(const source *s, const char *id);
/* Do releases of one period that were read by these layouts hold the same part of the source's table, so that the later hides the other? False where they hold different parts and stand side by side. */
bool source_layouts_compete(const source *s, const char *layout_a, const char *layout_b);
static inline int64_t source_per_unit(const source *s, int32_t column)
{
    return s->per_unit == NULL || column < 0 ? 1 : s->per_unit[column];
}
/* Up to capacity measure ids nearest to what was typed. */
size_t catalogue_nearest_measures(const catalogue *c, const char *typed, const char **out, size_t capacity);
/* The level in force for a measure at a level of organisation in a period: the target with the earliest due month on or
 * after the period's last month, leaving out those that need a baseline; NULL where none is left, and for PERIOD_NONE. */
const target *catalogue_target(const catalogue *c, int32_t measure_index, level l, period p);

/* ---- rows on their way from a file to the store ------------------------------------------------------ */

/* Up to ROW_BATCH rows of one source's table, column by column, in the order of source.columns. Text cells point into
 * memory that is valid only during the call that hands the batch over. A missing cell has its bit clear in `present`;
 * a suppressed one has also its bit set in `suppressed`. */
#define ROW_BATCH 2048

typedef struct row_column {
    column_type type;
    union {
        text *texts;     /* COLUMN_CODE, COLUMN_CATEGORY, COLUMN_TEXT */
        int64_t *counts; /* COLUMN_COUNT */
        int32_t *bands;  /* COLUMN_BAND */
        double *numbers; /* COLUMN_NUMBER */
    } as;
    uint64_t present[ROW_BATCH / 64];
    uint64_t suppressed[ROW_BATCH / 64];
} row_column;

typedef struct row_batch {
    size_t count;
    int64_t line[ROW_BATCH]; /* 1-based line of the file where the row starts; of workbooks a line_place */
    period period[ROW_BATCH];
    row_column *columns; /* source.column_count of them */
} row_batch;

#endif
