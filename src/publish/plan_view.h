/*
 * plan_view: all that the planning page of an organisation says, worked out from the edition. Private to publish.
 *
 * Everything is computed when a page is asked for: about a millisecond. In the arena given, or kept for a while (plan_view_take).
 */
#ifndef CONCORD_PUBLISH_PLAN_VIEW_H
#define CONCORD_PUBLISH_PLAN_VIEW_H

#include "publish/plan_scenarios.h"

/* Fewer people waiting than that: chance alone decides, and a plan would be one for single people. */
#define PLAN_FEWEST_WAITING 100
/* Months of the past that are drawn beside the plan, where they were published. */
#define PLAN_PAST_MONTHS 24

/* How sure a board may want to be. */
#define PLAN_SURE 0.8

enum { PLAN_COURSES_MOST = 24 };
enum { COURSE_TODAY = 0, COURSE_NEEDED, COURSE_FIRST_SCENARIO };

struct plan_shelf; /* plan_shelf.c */

/* One treatment function. */
typedef struct plan_function {
    const edition_flow *flow;
    plan_list list; /* problem set: no more is filled */
    plan_answer answer;
} plan_function;

/* A scenario that this page is about. */
typedef struct plan_shown {
    const scenario *whole;               /* with everything that its file has */
    const struct register_subject *kept; /* who kept it; NULL: a file of the catalogue or of the workspace */
    plan_left_out left;                  /* what this list cannot show of it */
    const char *below; /* the page of a board: the code of its provider that the scenario is about; NULL */
    size_t course;     /* in the view's courses; 0: none of its levers changes this list */
} plan_shown;

/* Months that were kept back, beside what was published of them. */
typedef struct plan_test {
    size_t months;                                  /* 0: too few to test */
    double list_error_percent, within_error_points; /* means of the sizes of the errors */
} plan_test;

typedef struct plan_view {
    const site *site;
    int32_t who;
    plan_settings settings;
    const edition_flow *flow;
    plan_list list; /* problem set: no more is filled */
    plan_answer answer;
    course_question question;
    course_target targets[COURSE_TARGETS];
    const edition_target
        *goal; /* the target that the page is about; NULL: none is set, and the standard is asked for */
    course courses[PLAN_COURSES_MOST];
    size_t course_count;
    plan_shown *shown; /* in the order of the edition */
    size_t shown_count;
    size_t beyond; /* scenarios that the page has no room for */
    course_bar *bars;
    size_t bar_count;
    plan_function *functions;
    size_t function_count;
    plan_test test;
    double
        sure; /* treatments a month in the end with which PLAN_SURE of the runs meet the goal; NaN where none up to twice what it takes does */
} plan_view;

/* The list alone: settings as usual, with the goal that the edition's targets set for this organisation. only_function: NULL or "" for all together. */
MUST_USE status plan_view_list(const site *s, int32_t who, const char *only_function, arena *a, plan_view *out,
                               error *err);
/* What of it is wanted: some parts cost milliseconds. */
typedef enum plan_part {
    PLAN_BARS = 1,        /* which assumption matters most */
    PLAN_FUNCTIONS = 2,   /* treatment functions */
    PLAN_EVERY_MONTH = 4, /* ranges of scenarios month by month */
    PLAN_PAGE = PLAN_BARS | PLAN_FUNCTIONS
} plan_part;
MUST_USE status plan_view_make(const site *s, int32_t who, unsigned parts, arena *a, plan_view *out, error *err);

/* All parts of it, for an organisation's page and its two files, which are mostly asked for one after the other: the last few are kept with the site, so
 * that it is worked out once. Any thread; who asks while another works it out waits. Give it back with plan_view_release, which takes NULL too. */
MUST_USE status plan_view_take(const site *s, int32_t who, const plan_view **out, error *err);
void plan_view_release(const site *s, const plan_view *v);
MUST_USE status plan_shelf_make(site *s, error *err);

/* The share within the goal's weeks that was published, in per cent, month by month up to the list's last; NaN where there is none. */
typedef struct plan_history {
    size_t months; /* 1: that of the list's last month alone */
    int32_t first_month;
    double *published,
        *estimated; /* [months]; estimated: of those before a board's time, shared out from the boards that it was formed from */
    bool any_estimated;
} plan_history;
MUST_USE status plan_history_make(const plan_view *v, arena *a, plan_history *out, error *err);

/* ---- words (plan_words.c) ---- */

/* Each appends plain words. "55.5%" */
void plan_share_words(double share, buffer *out);
/* "59,000" of 59,035: three figures that count, as people say them. */
void plan_people_words(double people, buffer *out);
/* "under 1%", "47%", "over 99%" */
void plan_chance_words(double probability, buffer *out);
/* "+23.9%", "no change" */
void plan_change_words(double share, buffer *out);
/* The answer in two or three sentences. */
void plan_answer_words(const plan_view *v, buffer *out);
/* One sentence: what the goal takes. */
void plan_needed_words(const plan_list *list, const plan_settings *settings, const plan_answer *x, const char *who,
                       buffer *out);
/* A value of an assumption with its unit: "2% a year", "10 patients". */
void plan_value_words(double value, const char *unit, buffer *out);

#endif
