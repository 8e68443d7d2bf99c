/*
 * scenario: what might be different, written down so that anybody can see it and argue with it.
 *
 * A scenario is a YAML file: assumptions, each with a name, a source and a low, a central and a high value; levers, each of which changes
 * referrals, capacity, removals or choices of some lists in some months by assumptions that it names; and targets. No lever has a number of its own:
 * nothing is hidden. A scenario has an id and a version, and the SHA-256 of its text says which text gave an answer.
 *
 * Reading keeps the line of everything for its complaints, and collects them. Applying makes a new model from a base model: the base is never
 * changed. Ownership: everything comes from the arena given. Pure but for scenario_tornado, which runs simulations. Part of plan.h.
 */
#ifndef CONCORD_PLAN_SCENARIO_H
#define CONCORD_PLAN_SCENARIO_H

#include "plan/simulate_answer.h"

#define SCENARIO_BYTES_MAXIMUM  ((size_t)1 << 20)
#define SCENARIO_ITEMS_MAXIMUM  500 /* of assumptions, levers, targets; and names in a lever's list */
#define SCENARIO_TEXT_MAXIMUM   4000
#define SCENARIO_COPIES_MAXIMUM 1000000

typedef struct scenario_assumption {
    const char *id, *name, *source, *unit;
    double low, central, high;
    int32_t line;
} scenario_assumption;

/* Each kind, and the assumptions that it uses (the keys under `use`; those in brackets may be left out).
 *   demand-growth        share_a_year: referrals x (1 + share)^(months / 12) from the first month on
 *   demand-change        share: referrals x (1 + share)
 *   extra-sessions       sessions (a month over all the lever's lists), patients_per_session [cost_per_session]: slots are added, in
 *                        proportion to the lists' slots (in equal parts where none has any)
 *   capacity-change      share [cost_per_patient]: slots x (1 + share)
 *   commissioner-cut     bought_share, cut_share: slots x (1 - bought_share x cut_share): a part of the activity is bought by a
 *                        commissioner's team, and so much of that part is no longer bought
 *   strike               share_lost: slots x (1 - share_lost)
 *   validation           share, minimum_weeks: in each month, that share of those waiting so long leaves the list
 *   independent-sector   share [patients, cost_per_patient]: that share of new referrals chooses another provider; at most so many patients a month
 *                        and list
 *   mutual-aid           patients (a month, of each list), accept_share, minimum_weeks [cost_per_patient]: to the same
 *                        treatment function of the provider named by `to_provider`
 *   follow-up-reduction  reduction_share, follow_ups_per_first, converted_share: first-stage slots x (1 + the product)
 *   non-attendance       share: the share that does not attend x (1 + share)
 */
typedef enum lever_kind {
    LEVER_DEMAND_GROWTH = 0,
    LEVER_DEMAND_CHANGE,
    LEVER_EXTRA_SESSIONS,
    LEVER_CAPACITY_CHANGE,
    LEVER_COMMISSIONER_CUT,
    LEVER_STRIKE,
    LEVER_VALIDATION,
    LEVER_INDEPENDENT_SECTOR,
    LEVER_MUTUAL_AID,
    LEVER_FOLLOW_UP_REDUCTION,
    LEVER_NON_ATTENDANCE,
    LEVER_KINDS
} lever_kind;
const char *lever_kind_name(lever_kind kind);

enum { LEVER_USES = 4 };
/* The n-th key of `use` of a kind; NULL beyond the last. *optional may be NULL. */
const char *lever_use_name(lever_kind kind, int n, bool *optional);

typedef enum lever_stage { LEVER_BOTH = 0, LEVER_FIRST, LEVER_ADMITTED } lever_stage;

typedef struct scenario_lever {
    lever_kind kind;
    const char **providers, **treatment_functions; /* count 0: all */
    size_t provider_count, treatment_function_count;
    const char *to_provider;
    lever_stage stage;               /* whose slots; a list of one stage counts as both */
    int32_t first_month, last_month; /* as in period; first INT32_MIN: from the start; last INT32_MAX: to the end */
    int32_t use[LEVER_USES];         /* place of the assumption; -1: not used */
    int32_t line, lists_line;
} scenario_lever;

typedef struct scenario_target {
    const char *name, *source;
    simulate_measure measure;
    bool at_least;
    double level;
    int32_t month; /* as in period */
    int32_t line;
} scenario_target;

typedef struct scenario {
    const char *file; /* for complaints */
    const char *id, *name, *question, *author;
    int64_t version;
    char sha256[SHA256_TEXT];
    const scenario_assumption *assumptions;
    const scenario_lever *levers;
    const scenario_target *targets;
    size_t assumption_count, lever_count, target_count;
} scenario;

/* Reads the YAML text. Everything that is wrong goes to `list` with its line; STATUS_REFUSED then, and *err is the first of them. */
MUST_USE status scenario_parse(const char *bytes, size_t length, const char *file, arena *memory, scenario *out,
                               problems *list, error *err);
MUST_USE status scenario_read(const char *path, arena *memory, scenario *out, problems *list, error *err);

/* ---- what it is applied to --------------------------------------------------------------------------- */

typedef struct scenario_place {
    const char *provider, *treatment_function;
} scenario_place;

/* The lists as they are: the model's periods are months from first_month on. */
typedef struct scenario_base {
    const simulate_model *model;
    const scenario_place *places; /* of each list of the model */
    int32_t first_month;
} scenario_base;

typedef struct scenario_effect {
    double extra_slots; /* over all months, against the base; may be negative */
    double extra_referrals;
    double cost; /* of levers that have a unit cost; 0 where none has */
    bool has_cost;
} scenario_effect;

/* values: of each assumption, in order; NULL: the central ones. STATUS_REFUSED, with the scenario's file and line: a provider or treatment function that
 * the base does not have (with the nearest that it has), months outside the base, shares beyond what they can be. The out model points into the base
 * and the arena. effect may be NULL. */
MUST_USE status scenario_apply(const scenario *s, const scenario_base *base, const double *values, arena *memory,
                               simulate_model *out, scenario_effect *effect, error *err);

/* Applies and simulates. uncertain: in each replication every assumption has a value of its own, drawn from the triangle of low, central and high (the
 * base's seed; independent of each other), so that intervals and probabilities hold what is not known as well as luck. Else central values. */
MUST_USE status scenario_run(const scenario *s, const scenario_base *base, const simulate_options *options,
                             bool uncertain, simulate_results *out, error *err);

/* A target of the scenario as the simulation knows it. STATUS_REFUSED where its month is outside the base. */
MUST_USE status scenario_target_of(const scenario *s, size_t target, const scenario_base *base, simulate_target *out,
                                   error *err);

/* ---- which assumption matters most -------------------------------------------------------------------- */

/* The mean of a measure in a period with one assumption at its low and at its high value, all others central. */
typedef struct tornado_bar {
    size_t assumption;
    double low, central, high;                /* of the measure */
    double probability_low, probability_high; /* of the target, where one was asked about */
} tornado_bar;

/* Bars are in the order of |high - low|, widest first; assumptions whose low and high are equal are left out. *count is set.
 * bars: assumption_count places. target may be NULL. 1 + 2 x assumptions simulations with the same random numbers. */
MUST_USE status scenario_tornado(const scenario *s, const scenario_base *base, const simulate_options *options,
                                 int32_t report, int32_t step, simulate_measure measure, const simulate_target *target,
                                 tornado_bar *bars, size_t *count, error *err);

#endif
