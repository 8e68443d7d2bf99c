/*
 * flows: what was published of waiting lists month by month, as arrays: who waits and who was treated by week waited, and
 * how many joined. What planning (the plan room) calibrates on; measure may not see that room, so this gives figures only.
 *
 * From the full extract of referral-to-treatment waits (source rtt-full-extract): Part_2 is waiting, Part_1A and Part_1B are
 * completed (admitted and not), Part_3 is new periods. Providers are those who treat; regions and ICBs those who pay, as in
 * the measures of this source; England is every row. Figures are carried over the map as the measures' are.
 * Part of measure.h, which other rooms include.
 */
#ifndef CONCORD_MEASURE_FLOWS_H
#define CONCORD_MEASURE_FLOWS_H

#include "base/base.h"
#include "catalogue/catalogue.h"
#include "edition/edition.h"
#include "facts/facts.h"
#include "orgs/orgs.h"

/* The shapes are the edition's, which keeps such flows: edition/flows.h. People may be fractions of a split organisation, rounded. */
#define MEASURE_FLOW_WEEKS EDITION_FLOW_WEEKS
typedef edition_flow_month measure_flow_month;
typedef edition_flow measure_flow;

typedef struct measure_flow_request {
    level level;
    const char *organisation;       /* code; NULL: every one of the level */
    const char *treatment_function; /* code, C_110; NULL: all */
    bool each_treatment_function;   /* a list for each, and one for all together */
    period first, last;             /* months to read; PERIOD_NONE: from the first, to the last */
    const date *as_of;              /* NULL = every release; else only those known on that day */
    const bool *interrupted;        /* may be NULL */
} measure_flow_request;

/* The lists, ordered by code and treatment function, into arena memory; on the current map of organisations. None is no error.
 * STATUS_NOT_FOUND: the catalogue has no such source, or the workspace no release of it. */
MUST_USE status measure_flows(facts *f, const catalogue *c, const orgs *o, const measure_flow_request *request,
                              arena *a, measure_flow **out, size_t *count, error *err);

#endif
