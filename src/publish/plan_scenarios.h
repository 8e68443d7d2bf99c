/*
 * plan_scenarios: the scenarios of an edition, and what of each a page's list can show. Private to publish.
 *
 * A scenario that names organisations is for their pages alone; one that names none is for all. A page works out one list by itself, so of a
 * scenario only those levers are applied that change this list: moves between providers, sessions shared among several, and levers of
 * single treatment functions are left out, and the page says which and why. Ownership: what is read is the site's, what is
 * narrowed the arena's. Pure but for plan_scenarios_read; any number of threads.
 */
#ifndef CONCORD_PUBLISH_PLAN_SCENARIOS_H
#define CONCORD_PUBLISH_PLAN_SCENARIOS_H

#include "publish/plan_course.h"
#include "publish/site.h"

struct register_subject; /* register/register.h */
struct register_event;

/* As many as an edition carries. */
enum { PLAN_SCENARIOS_MOST = 200 };

/* The scenarios of an edition, read once when a site is opened. */
struct plan_scenarios {
    scenario items[PLAN_SCENARIOS_MOST];
    const struct register_subject *kept[PLAN_SCENARIOS_MOST]; /* NULL: a file of the catalogue or of the workspace */
    size_t count;
    course_luck luck; /* of every plan: for as many months as a plan may have */
    size_t refused;   /* texts that are no scenario */
    const char *said; /* of the first of these; "" where there is none */
};
MUST_USE status plan_scenarios_read(site *s, error *err);

/* Does it name the organisation, in any of its levers? And any at all? */
bool plan_scenario_names(const scenario *s, const char *code);
bool plan_scenario_names_any(const scenario *s);

/* What of a scenario one list cannot show. */
typedef struct plan_left_out {
    bool transfers;   /* moves between this organisation and another */
    const char *with; /* that other one's code */
    bool shared;      /* sessions shared among several providers */
    bool functions;   /* levers of single treatment functions */
} plan_left_out;
/* Why, in words that follow a colon; "" where nothing is left out. with: the name of the other one, or NULL. */
void plan_left_out_words(const plan_left_out *left, const char *with, buffer *out);
/* The levers that change the list of `code`, as levers of that list; lever_count may be 0. Everything else is the scenario's own. */
MUST_USE status plan_scenario_narrow(const scenario *s, const char *code, arena *a, scenario *out, plan_left_out *left,
                                     error *err);

/* The number in the file of the version that this event kept; 0 where the event is none of that kind. */
int64_t plan_scenario_version_of(const struct register_event *event);

#endif
