/*
 * plan_form: the levers of a planning page as a query has them. Private to publish.
 *
 * Anything may come in: what cannot be used is named in words beside its field, keeps what was typed, and is answered as if it had not been given.
 * Pure; any number of threads.
 */
#ifndef CONCORD_PUBLISH_PLAN_FORM_H
#define CONCORD_PUBLISH_PLAN_FORM_H

#include "edition/edition.h"
#include "plan/plan.h"
#include "publish/publish.h"

typedef enum lever_field {
    ASK_FUNCTION = 0, /* treatment function: a code, "" all together */
    ASK_GROWTH,       /* per cent a year */
    ASK_CAPACITY,     /* per cent more treatments than today */
    ASK_PROFILE,      /* how they get there: flat, linear, ramp */
    ASK_BY,           /* a month */
    ASK_TARGET,       /* per cent within 18 weeks */
    ASK_COST,         /* pounds a treatment; "" none */
    ASK_FIELDS
} lever_field;
extern const char *const lever_names[ASK_FIELDS]; /* in the address: "function", "growth" ... */

#define LEVER_GROWTH_LOW    (-20.)
#define LEVER_GROWTH_HIGH   20.
#define LEVER_CAPACITY_LOW  (-90.)
#define LEVER_CAPACITY_HIGH 200.
#define LEVER_COST_HIGH     1000000.

/* What the organisation offers to choose from, and what stands where nothing is given. */
typedef struct lever_bounds {
    period last;                   /* the last month of figures: `by` must be later */
    period by;                     /* the target's */
    double target;                 /* per cent */
    const edition_flow *functions; /* lists of the organisation, all together among them */
    size_t function_count;
} lever_bounds;

typedef struct lever_form {
    char typed[ASK_FIELDS]
              [SITE_FIELD_TEXT_MAXIMUM +
               1]; /* as typed, for the field: what is not printable ASCII as '?'. "" where nothing was given */
    char wrong[ASK_FIELDS][160]; /* why it cannot be used; "" where it can */
    size_t wrong_count;
    bool answer_alone;       /* part=answer */
    const char *function;    /* of bounds; "" all together */
    double growth, capacity; /* shares: 0.02 */
    double target;           /* share: 0.92 */
    double cost;             /* NaN: none */
    period by;
    flow_profile_kind profile;
} lever_form;

/* Of a field that is there twice the first counts. Unknown fields are passed over. */
void lever_form_read(const site_field *fields, size_t count, const lever_bounds *bounds, lever_form *out);

#endif
