/* groups: what groups.c (who is in them, what the edition says of them) and groups_figures.c (their figures) share. */
#ifndef CONCORD_MEASURE_GROUPS_H
#define CONCORD_MEASURE_GROUPS_H

#include "measure/rows.h"

typedef struct joined {
    int32_t organisation; /* working index */
    int32_t next;         /* place in groups.joins of the organisation's next membership, -1 at the end */
    int32_t group;
    date from, until;
} joined;

typedef struct group {
    const measure_group *given;
    int32_t organisation; /* working index */
    size_t first_join, join_count;
} group;

/* That the members behind the figures of a measure change from a period on; or, period_NONE, whom it is without. */
typedef struct told {
    int32_t measure, organisation; /* of the edition */
    period period;
    const char *sentence;
} told;

struct groups {
    group *list;
    size_t count;
    joined *joins;
    size_t join_count;
    int32_t *
        first_of; /* by working index: the first membership, -1 where none; organisations that come later are in no group */
    size_t first_count;
    told *told;
    size_t told_count, told_capacity;
};

bool group_joined(const joined *j, date on);
/* The kind of an organisation on a day; ORG_UNKNOWN where only files or partners name it. */
org_kind group_member_kind(const evaluation *v, int32_t working, date on);
/* The level at which the members of a group report on a day. */
level group_members_level(const evaluation *v, const group *g, date on);
/* Does an organisation report at that level on that day? */
bool group_member_reports(const evaluation *v, int32_t working, date on, level at);

#endif
