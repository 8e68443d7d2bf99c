/*
 * flows: what an edition keeps of waiting lists month by month, so that a plan can be made from it alone: who waits and who was
 * treated by week waited, and how many joined. For organisations as a whole and for each of their treatment functions.
 *
 * In the file, table `flows`: a row for each organisation, treatment function ('' for all together) and month; `waiting` and
 * `completed` are counts by week waited, in order, parted by spaces, the 105th those of 104 weeks and more; noughts at the end are
 * left out. A part that was not published is NULL. Sums of counts are whole numbers.
 * Part of edition.h.
 */
#ifndef CONCORD_EDITION_FLOWS_H
#define CONCORD_EDITION_FLOWS_H

#include "base/base.h"

/* Closed bands of one week; an open one follows. */
#define EDITION_FLOW_WEEKS 104

/* One list in one month. */
typedef struct edition_flow_month {
    period period;
    double waiting[EDITION_FLOW_WEEKS + 1];   /* at its end, by week waited; the open band last */
    double completed[EDITION_FLOW_WEEKS + 1]; /* in the month, with a known clock start */
    double completed_all;                     /* also those whose clock start is not known */
    double new_periods;
    bool has_waiting, has_completed, has_new; /* rows of that part were published */
    bool estimated;                           /* a split organisation's share */
} edition_flow_month;

typedef struct edition_flow {
    const char *code, *name;
    const char *treatment_function, *treatment_function_name; /* NULL: all together */
    const edition_flow_month *months;                         /* ascending; a month without any figure is absent */
    size_t month_count;
} edition_flow;

struct edition;
struct edition_writer;

/* Writes lists, which need not be in order; any number of times before the end. STATUS_REFUSED where a list and month is there already. */
MUST_USE status edition_writer_flows(struct edition_writer *w, const edition_flow *flows, size_t count, error *err);

/* Reads the table into memory, so that edition_flows may be called from any thread; nothing where it was read before. An edition of layout 1 or 2
 * has none. */
MUST_USE status edition_load_flows(struct edition *e, error *err);
/* Has the organisation any? After edition_load_flows. */
bool edition_has_flows(const struct edition *e, int32_t organisation);
/* The organisation's lists, all together first, then by treatment function, into arena memory. After edition_load_flows. only_function: a code
 * such as C_110, "" for all together alone, NULL for every list. STATUS_REFUSED: counts that are none. */
MUST_USE status edition_flows(const struct edition *e, int32_t organisation, const char *only_function, arena *a,
                              const edition_flow **out, size_t *count, error *err);

#endif
