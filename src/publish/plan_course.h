/*
 * plan_course: courses of action for one waiting list, side by side: as today, with what a target takes, with levers moved, under each scenario.
 * Private to publish.
 *
 * Every course is stock and flow (plan/flow.h) on one calibrated list, so that courses differ by what they change and by nothing else, and the
 * central path of "as today" and of "what it takes" is the one that `concord plan` prints. Ranges and likelihoods come from replications in which
 * what is not known is drawn: the shared assumptions below and those of the scenario (triangles of low, central, high), and how months differ
 * by chance. Replication r of every course has the same luck. Counted random numbers: the same list gives the same answer.
 *
 * Ownership: everything comes from the arena given. Pure; any number of threads.
 */
#ifndef CONCORD_PUBLISH_PLAN_COURSE_H
#define CONCORD_PUBLISH_PLAN_COURSE_H

#include "publish/plan_list.h"

/* What is not known of any course, beside what a scenario assumes. Values are shares: 0.02 is two per cent. */
typedef enum shared_assumption {
    SHARED_GROWTH = 0, /* of new pathways a year, added to the settings' own */
    SHARED_TREATED,    /* treatments in every month, against the course's capacity */
    SHARED_LEAVING,    /* people who leave untreated, against the calibrated rates */
    SHARED_ASSUMPTIONS
} shared_assumption;
typedef struct course_assumption {
    const char *name, *unit, *source;
    double low, central, high;
} course_assumption;
extern const course_assumption shared_assumptions[SHARED_ASSUMPTIONS];
/* How much a month differs from the expected by chance, as coefficients of variation, and where that comes from. */
#define COURSE_REFERRAL_VARIATION  0.066
#define COURSE_TREATMENT_VARIATION 0.073
extern const char course_variation_source[];

enum { COURSE_TARGETS = 4, COURSE_REPLICATIONS = 200, COURSE_DRAWS = 16 };
#define COURSE_COVERAGE 0.9 /* of the ranges: 9 in 10 */

/* At least `level` of the list within the settings' weeks, at the end of month `step`. */
typedef struct course_target {
    double level;
    size_t step;
    period by;
} course_target;

typedef struct course_range {
    double low, high;
} course_range;

typedef struct course {
    const char *id, *name;
    const scenario *scenario; /* NULL: none */
    const char *problem; /* NULL, or why a scenario cannot be applied to this list: nothing after it is filled then */
    size_t periods;
    double *referrals, *capacity;             /* [periods] central */
    plan_figures *figures;                    /* [periods] central */
    double *treated;                          /* [periods] central */
    course_range *within, *waiting;           /* [periods] */
    answer_probability met[COURSE_TARGETS];   /* in the order of the targets */
    double extra_treatments, extra_referrals; /* over the course, against the course as today; NaN for that one */
    double cost;                              /* NaN where no unit cost is given */
} course;

/* How months differ from the expected by chance, and what is drawn of the shared assumptions: the same for every list, so drawn once. */
typedef struct course_luck {
    size_t replications, periods;
    const double *factors; /* [replication][month][2]: of new pathways and of treatments */
    const double *shared;  /* [replication][SHARED_ASSUMPTIONS] */
    const double *growth;  /* [replication][month]: what the drawn growth has made of new pathways by then */
    const double *uniform; /* [replication][COURSE_DRAWS]: of a scenario's assumptions, from the first */
} course_luck;
MUST_USE status course_luck_make(size_t replications, size_t periods, arena *a, course_luck *out, error *err);

typedef struct course_question {
    const plan_list *list;
    const plan_settings *settings; /* growth, goal and rule of every course */
    size_t periods;
    const course_target *targets;
    size_t target_count;
    const course_luck
        *luck;        /* for at least that many periods; NULL: no replications, so no ranges and no likelihoods */
    bool every_month; /* ranges of scenarios month by month too, not at the end alone */
} course_question;

/* Fills what the course's capacity [periods] leads to; without a scenario. */
MUST_USE status course_make(const course_question *q, const double *capacity, arena *a, course *out, error *err);
/* The share of the question's replications in which `capacity` meets one of its targets; NaN without luck. */
MUST_USE status course_chance(const course_question *q, const double *capacity, size_t target, arena *a, double *out,
                              error *err);
/* Applies the scenario to today's capacity and referrals. A scenario that does not fit the list (its months are over, it names other providers) sets
 * out->problem and is no error. */
MUST_USE status course_of_scenario(const course_question *q, const scenario *s, arena *a, course *out, error *err);

/* One assumption at its low and at its high value, all others central: the share within the goal's weeks at the end of the course. */
typedef struct course_bar {
    const char *name, *unit, *course; /* the scenario's name; NULL: of every course */
    double low_value, high_value;
    double low, central, high;
} course_bar;
/* The shared assumptions on the course as today and those of each scenario that applies, widest first; assumptions without a range are left out, and so
 * are those that change nothing. */
MUST_USE status course_bars(const course_question *q, const course *courses, size_t count, arena *a, course_bar **out,
                            size_t *bar_count, error *err);

#endif
