/*
 * oversight: how organisations are judged by a published framework, recomputed in the open.
 *
 * A framework (catalogue.h) says what is scored and how. Scoring goes in steps, each of which can be shown:
 *   1. who is eligible, and in which group; 2. the value of each metric; 3. its score, 1 (best) to 4;
 *   4. the weighted average of the scores that there are; 5. the segment, by quartiles of the group or by thresholds;
 *   6. adjustments, which can hold a segment back or set it.
 * Then what no league table shows: how sure a rank is, which metric it hangs on, and what would move an organisation on.
 *
 * score.h has the steps as pure functions on arrays; evaluate.c fills the arrays from an edition. A metric that is not
 * reported gets no score and is left out of the average; nothing is ever counted as nought because it is missing.
 * Ownership: oversight_evaluate fills arena memory; nothing is to be freed. Threads: pure but for the arena.
 */
#ifndef CONCORD_OVERSIGHT_H
#define CONCORD_OVERSIGHT_H

#include "catalogue/catalogue.h"
#include "edition/edition.h"
#include "oversight/book.h"     /* everything at once, from the edition alone */
#include "oversight/burden.h"   /* what is asked of a system, and how few measures would do */
#include "oversight/evidence.h" /* what the register brings: regimes, records under statements */
#include "oversight/progress.h" /* how targets and priorities stand */
#include "oversight/score.h"

/* What the command line and the pages take unless told otherwise, so that they say the same. */
#define OVERSIGHT_DRAWS      10000
#define OVERSIGHT_SEED       20260401
#define OVERSIGHT_CONFIDENCE 0.95

typedef struct oversight_options {
    period
        month; /* the metrics' value is the latest in the framework's year, at or before this month; PERIOD_NONE = the year's end */
    uint32_t draws;    /* simulated rankings; 0 = no intervals */
    uint64_t seed;     /* stated with the result: the same seed gives the same intervals on any number of threads */
    unsigned threads;  /* 0 = as many as there are processors */
    double confidence; /* of the rank intervals: 0.95 */
    const oversight_event *events;
    size_t event_count;
} oversight_options;

typedef struct oversight_metric {
    double value; /* in the measure's unit; NaN where not reported */
    period period;
    int64_t numerator, denominator;
    bool has_numerator, has_denominator;
    bool eligible; /* the metric applies to the organisation's group */
    double error;  /* standard error of the value: binomial where it is a share of people, else 0 */
    int32_t rank,
        ranked;   /* with ranked scoring: place among those ranked, ties sharing the first of their places; 0 else */
    double score; /* NaN where there is no value */
    /* What would move the organisation to the next better segment by this metric alone, all else as it is. */
    bool can_move;
    double needed_score, needed_value;
    int64_t
        needed_people; /* more people within (or fewer beyond) the standard that it takes; 0 where not a share of people */
    /* Were this metric left out, and were it weighted double. */
    int32_t segment_without, segment_doubled;
    double average_without;
} oversight_metric;

typedef struct oversight_organisation {
    int32_t org;               /* index in the edition */
    int32_t group;             /* index of the framework's groups, 0 where it has none */
    oversight_metric *metrics; /* one for each of the framework's, in its order */
    int32_t scored;            /* metrics with a score */
    double average;            /* NaN where none is scored */
    double rank;               /* of the average within the group, ties averaged; NaN where none */
    double rank_lower, rank_upper;
    int32_t ranked;            /* how many have a rank in the group */
    int32_t segment_by_scores; /* 0 where the framework gives none (thresholds not known) or nothing is scored */
    int32_t segment;           /* after adjustments */
    double segment_share[FRAMEWORK_SEGMENTS]; /* share of simulated rankings in which the scores give that segment */
    uint64_t adjusted;                        /* bit i: adjustment i of the framework applies */
    double
        average_for_next; /* the highest average that gives the next better segment; NaN in segment 1 or where not known */
} oversight_organisation;

typedef struct oversight_result {
    const framework *framework;
    const edition *edition;
    oversight_organisation *organisations; /* by group, then average (best first), then code */
    size_t organisation_count;
    size_t without_group; /* eligible by level and kind, but reporting what no group asks for */
} oversight_result;

/* STATUS_REFUSED where the framework gathers evidence instead of scoring, or a metric's measure is not in the edition at all
 * (named: the edition was made with another catalogue); STATUS_MEMORY. More than 64 adjustments or metrics are refused. */
MUST_USE status oversight_evaluate(edition *e, const framework *f, const oversight_options *options, arena *a,
                                   oversight_result *out, error *err);
/* A row of a published table beside what is computed here. */
typedef struct oversight_comparison {
    const char *organisation;             /* code as published */
    const oversight_organisation *scored; /* NULL where it is not scored here */
    double published_score;               /* NaN where not published */
    int32_t published_segment;            /* 0 where not published */
    bool agrees;                          /* scores to two decimals, and segments, of what was published */
} oversight_comparison;
oversight_comparison oversight_compare(const oversight_result *r, const char *organisation, double score,
                                       int32_t segment);
/* In words, how a score came about: "Ranked 12 of 118 (higher is better): 1 + 3 x (12 - 1) / (118 - 1) = 1.28". */
MUST_USE status oversight_step(const oversight_result *r, size_t organisation, size_t metric, buffer *out, error *err);

#endif
