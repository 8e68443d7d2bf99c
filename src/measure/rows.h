/*
 * measure/rows: what the evaluation of rows is made of: plans (plan.c), the sums while they are added up (slots.c), and the work (rows.c).
 */
#ifndef CONCORD_MEASURE_ROWS_H
#define CONCORD_MEASURE_ROWS_H

#include "measure/internal.h"

#define GROUP_COLUMNS 8

typedef struct plan_term {
    facts_term term;
    size_t first, count; /* places in a group's sums */
    bool by_kind;        /* some filters look at the dated kind of an organisation in a group_by column */
} plan_term;

typedef struct plan_measure {
    int32_t measure;
    int32_t numerator, denominator; /* plan_term indices, -1 = none */
    bool
        paired; /* both count the same rows: who has one of them and not the other is missing, and makes no part of a whole */
} plan_measure;

/* One query's shape. */
typedef struct plan {
    const source *source;
    int32_t role;      /* whose column groups the rows */
    int32_t breakdown; /* index into source.breakdowns, -1 = none grouped */
    bool totals;       /* also makes the totals, by adding the values of the breakdown */
    bool england_only; /* the role's column names England alone, in whatever words: its rows are placed nowhere else */
    bool counts_unknown; /* the one plan of this role that counts the rows of unknown codes */
    level base;
    int32_t group_by[GROUP_COLUMNS];
    size_t group_count;
    int32_t parent_at, breakdown_at; /* positions in group_by, -1 */
    plan_term *terms;
    size_t term_count, sum_count;
    plan_measure *measures;
    size_t measure_count;
} plan;

/* The measures of a source that a role, a breakdown (-1 = none) and by_kind bring together. measure_count 0 where there are none. */
MUST_USE status plan_make(evaluation *v, int32_t source_at, int32_t role, int32_t breakdown, bool totals, bool by_kind,
                          bool england, plan *p, error *err);
/* Position of a column in group_by, -1. */
int32_t plan_position(const plan *p, int32_t column);
bool measure_is_by_kind(const measure *m);
bool measure_has_breakdown(const measure *m, int32_t breakdown);

/* The sums of one organisation, geography and breakdown value within one period. `split` >= 0: not yet shared out; the whole sums of one
 * reporting organisation of which this one gets a part. They are shared once they are complete, so that rounding happens once. */
typedef struct slot {
    int32_t organisation, breakdown, split;
    geography geography;
    level level;
    bool estimated;
    int64_t rows, first_line, last_line;
} slot;

typedef struct slot_table {
    slot *slots;
    int64_t *sums;
    bool *present;
    facts_span *spans; /* per term: the rows behind its sums */
    bool *unpaired; /* per measure of the plan: some part has a numerator and no denominator, or the other way round */
    size_t count, capacity, sum_count, term_count, measure_count;
    int32_t *index;
    size_t index_slots;
} slot_table;

void slots_free(slot_table *t);
void slots_clear(slot_table *t);
/* groups.c: slots of the groups, the sums of their members' own; measured where a figure cannot be had from those of the members. */
MUST_USE status groups_slots(evaluation *v, slot_table *t, period p, error *err);

/* The slot with that key (organisation, breakdown, split, geography, level), entered where new. */
MUST_USE status slot_find(slot_table *t, const slot *key, size_t *out, error *err);

#endif
