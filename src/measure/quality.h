/*
 * measure/quality: what the checks of data quality share. They look on while an edition is made, and the edition keeps what they
 * find; nothing here changes a figure.
 *
 * quality.c           what is noted down on the way, and the findings made of it, in order
 * quality_series.c    within a series: months without a figure, a series that ends, noughts, figures ten or a hundred times too large
 * quality_blanks.c    in the file, with nothing there: those of one column together
 * quality_releases.c  of releases: periods that none covers, late ones, replaced ones, printed totals, suppressed cells
 * quality_sums.c      England beside the sum of its regions and integrated care boards
 *
 * Nothing looks at the clock: "late" is judged against the newest evidence in the store, or the date of --as-of.
 */
#ifndef CONCORD_MEASURE_QUALITY_H
#define CONCORD_MEASURE_QUALITY_H

#include "measure/internal.h"

/* One thing seen in one series; those of several measures that say the same of an organisation become one finding. */
typedef enum seen_kind { SEEN_GAP = 0, SEEN_ENDED, SEEN_BLANK, SEEN_NOUGHT, SEEN_JUMP, SEEN_WITHHELD } seen_kind;
typedef struct quality_sight {
    seen_kind kind;
    int32_t source;       /* catalogue index */
    int32_t org, measure; /* edition indices; org -1: nobody has a figure */
    period first, last;
    bool regular;     /* of a gap, end or blank: it mostly has a figure */
    int32_t power;    /* of a jump: the power of ten */
    size_t periods;   /* of what is withheld */
    const char *what; /* of a jump: "value", "numerator", "denominator" */
    double is, usual; /* of a jump or nought */
    int32_t release;  /* index into evaluation.releases, -1 */
    int64_t line;
} quality_sight;

/* A cell that is blank for an organisation that has a row: submitted, but nothing in it. */
typedef struct blank {
    int32_t measure, organisation; /* catalogue and working index, then edition indices */
    period period;
    int32_t release;
    int64_t line;
} blank;

/* Which periods of a series have a figure; the step between two is `every` months. */
typedef struct presence {
    int32_t measure, org;
    period first; /* the first point; its kind and length are those of all */
    int32_t every;
    size_t count;
    const uint8_t *has; /* count of them */
    bool sizeable;      /* more than a few people or cases are counted on average, or it has no counts */
} presence;

typedef struct level_sum {
    int64_t sum;
    int32_t organisations;
} level_sum;
enum { SUM_ENGLAND, SUM_REGIONS, SUM_ICBS, SUM_LEVELS };

/* The place of one of evaluation.issues, which is known by where its text lies, since they are put in order later. */
typedef struct issue_place {
    const char *text;
    int32_t release;
    int64_t line;
} issue_place;

struct quality {
    bool on; /* off in views of a single measure, of another map or of a single release */
    arena memory;
    blank *blanks;
    size_t blank_count, blank_capacity;
    presence *presences;
    size_t presence_count, presence_capacity;
    quality_sight *seen;
    size_t seen_count, seen_capacity;
    issue_place *places;
    size_t place_count, place_capacity;
    edition_finding *findings;
    size_t finding_count, finding_capacity;
    int32_t base_month, span; /* months from base_month on, over all contributions */
    level_sum *sums;          /* [measure * span * SUM_LEVELS + (month - base) * SUM_LEVELS + level] */
    period *sum_period;       /* [measure * span + month - base] */
    uint8_t *covered;         /* [measure * span + month - base]: anyone has a figure */
};

/* ---- quality.c ---- */
/* An array that grows by doubling, in heap memory. */
MUST_USE status quality_grow(void **items, size_t count, size_t *capacity, size_t size, error *err);
MUST_USE status quality_see(struct quality *q, const quality_sight *s, error *err);
/* Adds a finding; texts are kept as they are (they must outlive the evaluation's writer), NULL is "". */
MUST_USE status quality_find(struct quality *q, const edition_finding *f, error *err);
/* Formats into the checks' own memory; NULL when out of memory, which quality_find reports. */
const char *quality_text(struct quality *q, const char *format, ...) PRINTF_LIKE(2, 3);
/* File, sheet and row of a line of a release. */
void quality_place(const evaluation *v, int32_t release, int64_t line, edition_finding *f);
/* "April 2025", "April to June 2025" for a run of periods of one kind. */
void quality_run_words(period first, period last, char out[2 * PERIOD_WORDS + 8]);

/* ---- quality_series.c ---- */
MUST_USE status quality_look_at_points(evaluation *v, const edition *head, const edition_series *s,
                                       const edition_point *points, size_t count, error *err);
/* Once all series were seen: gaps, ends and blanks. */
MUST_USE status quality_look_at_presence(evaluation *v, const edition *head, error *err);
/* What was seen, as findings. */
MUST_USE status quality_report_seen(evaluation *v, const edition *head, error *err);
/* Months from one period to the next of its kind; 0 for kinds whose gaps cannot be told. */
int32_t quality_step(period p);
/* The power of ten (-3 to 3, not 0) by which `is` is off from its neighbours; 0 where it is not. See quality_series.c. */
int quality_power(double is, const double *neighbours, size_t count, double least);

/* ---- quality_blanks.c ---- */
/* The blanks among what was seen: a finding for each column, not for each organisation. */
MUST_USE status quality_report_blanks(evaluation *v, const edition *head, error *err);
/* Organisations of which every figure of a measure is withheld: a finding for each measure. */
MUST_USE status quality_report_withheld(evaluation *v, const edition *head, error *err);

/* ---- quality_releases.c ---- */
MUST_USE status quality_look_at_releases(evaluation *v, error *err);
/* The day against which lateness is judged. */
date quality_reference(const evaluation *v);

/* ---- quality_sums.c ---- */
void quality_add_sums(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                      size_t count);
MUST_USE status quality_look_at_sums(evaluation *v, const edition *head, error *err);

#endif
