/*
 * plan_list: waiting lists made ready for planning: months of a workspace, an edition or a csv in, a calibrated model out.
 *
 * What `concord plan` and the planning pages do with every list alike, so that both give the same figures: choose the months, fold weeks into bands of a month, calibrate rates, find
 * what today's capacity and referrals are, project, and look for the capacity that a target needs.
 * Ownership: everything a list points to is in the arena given. Pure; any number of threads.
 */
#ifndef CONCORD_PUBLISH_PLAN_LIST_H
#define CONCORD_PUBLISH_PLAN_LIST_H

#include "edition/edition.h"
#include "plan/plan.h"

#define PLAN_PERIODS_MAXIMUM 240 /* twenty years */

typedef struct plan_settings {
    size_t bands; /* of a month each, the last open */
    flow_calibration calibration;
    flow_surplus rule;      /* for what is more than the calibrated rates ask for */
    bool as_today;          /* instead, all rates grow with capacity */
    double growth_per_year; /* of referrals: 0.02 */
    double referrals;       /* a month instead of the calibrated; NaN = as calibrated */
    double capacity;        /* of `project`: a month; NaN = as calibrated */
    double capacity_change; /* of `project`: 0.05 = five per cent more */
    flow_profile_kind profile;
    size_t ramp_months;
    bool has_weights;
    double weights[12]; /* January to December */
    flow_goal goal;     /* detail is filled per list */
    period by;
    double unit_cost; /* of one treatment; NaN = none */
} plan_settings;

/* One list. Where `problem` is not empty, nothing after it is filled. */
typedef struct plan_list {
    const char *code, *name, *treatment_function, *treatment_function_name; /* the latter two NULL: all together */
    char problem[320];
    bool without_referrals; /* the problem: nobody joins the list, which settings.referrals would mend */
    size_t bands, periods;  /* periods that were calibrated on */
    period first, last;     /* months that were used: the list at the end of `last` is today's */
    bool one_month;         /* the list at its start was taken to be that at its end */
    bool gap;               /* earlier months are left out, because one between is missing */
    bool estimated;
    double *opening, *treatment, *removal, *joining; /* by band; as flow_calibrate_model gives them */
    double gained;                                   /* as flow_calibrate_model gives it */
    double *observed_treatment, *observed_removal;   /* by band; as flow_calibrate does: removals may be below 0 */
    flow_detail detail;
    flow_balance balance;
    size_t absurd;              /* flow_rates.limited */
    double referrals, capacity; /* a month, mean of the periods; referrals with those that were not reported */
    const double *published;    /* of a csv's back-test: [published_periods][bands], the lists of the months held out */
    size_t published_periods;
} plan_list;

/* Below half a person nobody is waiting: such a list has no shares and no percentiles. */
#define PLAN_NOBODY 0.5

/* Figures of a list at one time. NaN where there is none, as of the shares and percentiles of a list of nobody. */
typedef struct plan_figures {
    double waiting, within_share, over_52, median_weeks, p92_weeks;
} plan_figures;

/* A list over the months to come. Arrays by month. */
typedef struct plan_path {
    size_t periods;
    double *referrals, *capacity, *unused, *stock, *treated, *removed; /* the last three by month and band */
    double *treated_total, *removed_total;
    double *joined; /* without being referred: list before + referrals + joined = treated + removed + list */
} plan_path;

/* What `concord plan` asks where nothing else is said: 92 per cent within 18 weeks by March 2029, in a line from today's capacity. */
plan_settings plan_settings_usual(void);
/* Months of a flow, from the latest back to the first that is missing or lacks a part. */
MUST_USE status plan_list_make(const edition_flow *flow, const plan_settings *settings, arena *a, plan_list *out,
                               error *err);
/* Calibrates from arrays: stock [periods + 1][bands], treated [periods][bands], referrals [periods]. */
MUST_USE status plan_list_calibrate(const plan_settings *settings, const flow_history *history, arena *a,
                                    plan_list *out, error *err);
/* Weeks from which on waits are not told apart. */
double plan_open_from(const plan_list *list);
/* over_52 is NaN where waits are not told apart so far. */
plan_figures plan_figures_of(const plan_list *list, const plan_settings *settings, const double *stock);
/* Months from the list's last to settings->by; 0 where it is not later. */
size_t plan_periods(const plan_list *list, const plan_settings *settings);
period plan_month(const plan_list *list, size_t index);
/* Referrals grow by the month; capacity [periods] as given. */
MUST_USE status plan_project(const plan_list *list, const plan_settings *settings, const double *capacity,
                             size_t periods, arena *a, plan_path *out, error *err);
/* Today's capacity, or that of the settings, every month (by the months' weights where those are given). */
double plan_capacity(const plan_list *list, const plan_settings *settings);
void plan_capacity_fill(const plan_list *list, const plan_settings *settings, size_t periods, double *capacity);
/* The capacity that meets settings->goal at the end; capacity [periods]. */
MUST_USE status plan_optimise(const plan_list *list, const plan_settings *settings, size_t periods, arena *a,
                              double *capacity, flow_answer *out, error *err);
/* Capacity a month that keeps the goal for good, at the referrals of the last month; NaN where none does, or for goals without a
 * percentile. */
MUST_USE status plan_for_good(const plan_list *list, const plan_settings *settings, size_t periods, arena *a,
                              double *out, error *err);

/* What planning needs of a list, as flow.h takes it. */
flow_model plan_model_of(const plan_list *list, const plan_settings *settings);
/* New pathways of each month, growing from today's. */
void plan_referrals_fill(const plan_list *list, const plan_settings *settings, size_t periods, double *referrals);

/* What would it take? The list as it is, at today's capacity, and at the capacity that meets the goal. */
typedef struct plan_answer {
    size_t periods;
    plan_figures now, unchanged, planned; /* the latter two at the end */
    plan_path unchanged_path, planned_path;
    double *unchanged_capacity, *capacity; /* [periods] */
    flow_answer found;
    double extra; /* treatments over the course, beside today's */
    double for_good;
    double unchanged_total; /* treatments over the course at today's capacity */
} plan_answer;
/* The list must have no problem and the goal's month must be after its last. */
MUST_USE status plan_answer_make(const plan_list *list, const plan_settings *settings, arena *a, plan_answer *out,
                                 error *err);

#endif
