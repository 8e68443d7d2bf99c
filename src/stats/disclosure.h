/*
 * disclosure: publishing counts without giving people away.
 *
 * Primary suppression and rounding by named rules; secondary suppression, so that totals do not give a suppressed
 * count back; and a check of what the difference between two published areas would tell.
 *
 * Invariants: counts are int64, never negative; a cell is published as it is, rounded, or not at all; nothing
 * allocates. Source of the hospital-activity rule: NHS England's disclosure control for hospital episode statistics
 * (facts.md of the project). Published national files are already safe: this is for local and record-level data. Part
 * of stats.h, which other rooms include.
 */
#ifndef CONCORD_STATS_DISCLOSURE_H
#define CONCORD_STATS_DISCLOSURE_H

#include "base/base.h"

typedef struct disclosure_rule {
    const char *name;
    int64_t suppress_from, suppress_to; /* counts in this range are not published; 0 and 0 = none */
    int64_t round_to;                   /* other counts are rounded to the nearest multiple, halves up; 0 or 1 = not */
    bool national_as_is;                /* national counts are published as they are */
    bool verified;                      /* checked against the publisher's text */
} disclosure_rule;

/* "nhs-hospital-activity" (1 to 7 suppressed, others to the nearest 5, 0 shown, national as is), "under-5",
 * "under-10", "round-5", "round-10", "none". NULL where there is no such rule. All of them with disclosure_rules_all.
 * */
const disclosure_rule *disclosure_rule_find(const char *name);
const disclosure_rule *disclosure_rules_all(size_t *count);

typedef enum cell_state {
    CELL_SHOWN = 0,
    CELL_PRIMARY,  /* suppressed for its own sake */
    CELL_SECONDARY /* suppressed so that totals do not give another away */
} cell_state;

typedef struct disclosure_cell {
    int64_t count;     /* the true count */
    int64_t published; /* what is shown, where it is shown */
    cell_state state;
} disclosure_cell;

/* Applies the rule to `count` cells with their counts filled in. STATUS_REFUSED for a negative count. */
MUST_USE status disclosure_primary(disclosure_cell *cells, size_t count, const disclosure_rule *rule, bool national,
                                   error *err);

typedef struct disclosure_table {
    disclosure_cell *cells; /* rows x columns, row after row, after disclosure_primary */
    size_t rows, columns;
    bool row_totals; /* the total of each row is published (exactly, or rounded) */
    bool column_totals;
} disclosure_table;

/* Suppresses further cells until no suppressed cell can be worked out from the totals. A suppressed cell can be
 * worked out exactly where, in the graph of rows and columns joined by suppressed cells, it lies on no circle (a
 * bridge; Gusfield 1988); each such cell gets the circle that hides the fewest people. Because zeros are shown, a
 * line whose suppressed counts are all 1 gives itself away too: it gets its smallest larger count. Zeros are never
 * used to hide others: everybody can guess them. A total that is not published is one more unknown and needs nothing.
 * `added` = cells suppressed here. `work`: room for 3 x (rows + columns + 2) size_t.
 * Errors: STATUS_REFUSED where a cell cannot be hidden (all others of its row or column are zeros or there are none):
 * suppress the total too. O(bridges x (rows + columns)^2). */
MUST_USE status disclosure_secondary(disclosure_table *table, size_t *work, size_t *added, error *err);

/* Can any suppressed cell be worked out from the totals? Index of the first that can, or SIZE_MAX. The check that a
 * published table has to pass, whoever made it. `work` as above. */
size_t disclosure_weak_cell(const disclosure_table *table, size_t *work);

/* ---- differencing ------------------------------------------------------------------------------------- */

typedef struct area_overlap {
    size_t larger, smaller; /* areas, by index */
    int64_t difference;     /* people in the larger and not in the smaller */
    bool nested;            /* the smaller lies wholly within the larger */
} area_overlap;

/* Areas are made of parts (say, sub-ICB locations): membership is areas x parts, true where the part belongs; counts
 * per part. Finds pairs of published areas whose difference would publish a count that the rule suppresses: nested
 * areas, and areas that overlap and differ by few on one side while what is outside the overlap on the other side is
 * itself published (`also_overlapping`). Writes up to `capacity` findings, returns how many there are in all. */
size_t disclosure_differences(const bool *membership, const int64_t *counts, const bool *published, size_t areas,
                              size_t parts, const disclosure_rule *rule, bool also_overlapping, area_overlap *found,
                              size_t capacity);

#endif
