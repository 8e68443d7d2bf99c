/*
 * simulate: waiting lists patient by patient, day by day.
 *
 * Purpose: what a list will look like, and how likely that is, when referrals, capacity, cancellations and people's choices vary. Every
 * patient is one record with the day on which the clock started, the day on which they would give up, and how the clock stopped.
 *
 * A model is a number of lists (a provider's treatment function, say) over periods (usually months) of whole days. In a day, in this order:
 *   1. people whose patience ends leave; at the first day of a period the list is validated where that is asked for;
 *   2. people whose appointment failed come back into the queue;
 *   3. slots of the day are filled in the order of the booking rule: admitted stage, then first stage. So nobody is seen on the day
 *      of the referral, and nobody passes both stages in a day. A slot that finds nobody is lost;
 *   4. new referrals come: some choose an independent provider;
 *   5. patients are moved between lists (mutual aid).
 *
 * Invariants: patients are conserved: waiting at first + referrals + joined + moved in = treated + removed + diverted + moved out + waiting at the end,
 * for every list and replication. Random numbers are counted (stats/random.h): list l of replication r draws from a stream of its own, so the
 * same model and seed give the same patients whatever the number of threads or machines, and two scenarios of a seed differ by what
 * they change and as little else as possible.
 * Ownership: models point to arrays that are the caller's; results own their memory (simulate_results_free; a zeroed one may be freed).
 * Threads: a model is read only; simulate_run starts its own threads and joins them.
 */
#ifndef CONCORD_PLAN_SIMULATE_H
#define CONCORD_PLAN_SIMULATE_H

#include "base/base.h"

#define SIMULATE_CLASSES          4 /* clinical priorities */
#define SIMULATE_BANDS_MAXIMUM    64
#define SIMULATE_WEEKS            105 /* week w: from w to w + 1 weeks; the last is open, 104 and more */
#define SIMULATE_DAYS_MAXIMUM     7320
#define SIMULATE_LISTS_MAXIMUM    1000000
#define SIMULATE_OPEN_BAND_WEEKS  26        /* those found waiting 104 weeks and more are spread over so many weeks */
#define SIMULATE_WAITED_MAXIMUM   910       /* days that anybody can have waited at the start */
#define SIMULATE_PEOPLE_MAXIMUM   100000000 /* of one list in one replication */
#define SIMULATE_THREADS_MAXIMUM  256
#define SIMULATE_TARGET_DAYS_MOST 730

/* Who gets the next slot. Ties: who came into the queue first. */
typedef enum booking_rule {
    BOOKING_FIRST_COME = 0, /* by the day of joining the queue of this stage */
    BOOKING_PRIORITY,       /* by clinical priority, then by clock start */
    BOOKING_LONGEST_FIRST,  /* by clock start, whatever the stage */
    BOOKING_TARGET,         /* by the day on which the target of the patient's priority is due, overdue ones first */
    BOOKING_AS_PUBLISHED, /* by lot, at the rates of the list's bands; slots beyond them to the longest waiting by clock start */
    BOOKING_RULES
} booking_rule;
const char *
booking_rule_name(booking_rule rule); /* "first-come", "priority", "longest-first", "target", "as-published" */
bool booking_rule_find(const char *name, booking_rule *out);

/* What people of each band of waiting do in a period, as flow_calibrate_model gives it (flow.h). A band is a period of the model wide;
 * those who wait at the start are put into bands of `days`. With it a list is expected to go as flow_project says. */
typedef struct simulate_bands {
    int32_t count; /* 2 to SIMULATE_BANDS_MAXIMUM; the last is open */
    double days;
    const double *treatment, *removal; /* shares of a band, 0 to 1; treatment is for BOOKING_AS_PUBLISHED */
    const double *joining;             /* people a period who join without a referral, with that wait */
    double gained;                     /* what joining is at most above those who leave */
} simulate_bands;

/* Arrays of `periods` values are per period of the model; NULL where a thing does not happen. */
typedef struct simulate_list {
    const char *name; /* for messages */
    /* who comes */
    const double *referrals;      /* expected number per period */
    double referral_dispersion;   /* variance / mean of a day's referrals; 0 or 1 = Poisson, above 1 gamma-Poisson */
    double referral_variation;    /* coefficient of variation of a whole period's level around the expected */
    const double *weekday_shares; /* 7 weights of referrals, Monday first; NULL: every day alike */
    double priority_shares[SIMULATE_CLASSES]; /* most urgent first; all 0: one priority */
    int32_t target_days[SIMULATE_CLASSES];    /* for BOOKING_TARGET; 0 = 126 (18 weeks) */
    const int32_t *waiting;                   /* SIMULATE_WEEKS counts at the start, for the first stage */
    const int32_t *waiting_admitted;          /* the same for the admitted stage */
    const int32_t *waiting_starts; /* beside or instead of `waiting`: clock starts of single people, days below 0 */
    size_t waiting_start_count;
    /* who leaves without treatment */
    const double *removal_rate;      /* share of those waiting through a whole period that leave in it, 0 to below 1 */
    const simulate_bands *bands;     /* instead of removal_rate; NULL: none. One stage only */
    const double *independent_share; /* of new referrals, to a provider outside the model or to `independent_list` */
    int32_t
        independent_list; /* 1 + the place of that list in the model; 0: outside. The list must be of the same `together` */
    /* who is seen */
    const double *slots;          /* first stage (the only one where admitted_slots is NULL), per period */
    const double *admitted_slots; /* admitted stage, per period; NULL: one stage */
    const int32_t *slots_by_day;  /* instead of `slots`: one per day of the model */
    double slot_variation;        /* coefficient of variation of a whole period's slots around the expected */
    bool slots_poisson;           /* the slots of a day vary by chance; else they are spread evenly */
    const double *slot_weekdays;  /* 7 weights of slots; NULL: every day alike */
    double admitted_share;        /* of those seen in the first stage: the rest has its clock stopped there */
    double
        cancelled_share; /* of slots with a patient, cancelled by the provider: the slot is lost, the patient waits on */
    double not_attended_share;      /* of slots with a patient: the patient does not come; the slot is lost */
    double not_attended_discharged; /* of those, discharged to the referrer; the others wait on */
    int32_t rebook_days;            /* days until a patient whose slot failed can be seen again; 0 = 14 */
    booking_rule rule;
    int32_t report; /* the results that this list counts in: 0 to reports - 1 */
    int32_t
        together; /* lists with the same number above 0 may exchange patients and are worked day by day together; 0: alone */
} simulate_list;

/* Patients moved from one list to another of the same `together`, in periods first..last. Their clocks run on. */
typedef struct simulate_transfer {
    int32_t from, to;
    int32_t first_period, last_period;
    double patients;       /* offered a move, per period */
    double accept_share;   /* of those; 0 to 1 */
    int32_t minimum_weeks; /* only who has waited so long, longest first */
} simulate_transfer;

/* At the first day of a period everybody waiting minimum_weeks or more is asked; `share` leaves the list. */
typedef struct simulate_validation {
    int32_t list, period, minimum_weeks;
    double share;
} simulate_validation;

typedef struct simulate_model {
    date start;          /* day 0: weekdays are counted from here */
    int32_t periods;     /* 1 to SIMULATE_DAYS_MAXIMUM */
    const int32_t *days; /* of each period; simulate_month_days fills them for months */
    const simulate_list *lists;
    size_t list_count;
    const simulate_transfer *transfers;
    size_t transfer_count;
    const simulate_validation *validations; /* in the order of their lists */
    size_t validation_count;
    int32_t reports; /* results are summed over the lists of a report; one more, the last, is of all lists */
    uint64_t seed;
} simulate_model;

/* Days of each month from first_month (as in period) on; the model's start is its first day. */
void simulate_month_days(int32_t first_month, int32_t months, int32_t *days);

/* STATUS_REFUSED names the list, the period and what is wrong: negative, not finite or absurd figures, shares beyond 0 to 1, nothing to do. */
MUST_USE status simulate_check(const simulate_model *model, error *err);

/* ---- results ---------------------------------------------------------------------------------------- */

/* What is counted for each replication, report and period. Stocks are at the end of the period's last day. */
typedef enum simulate_measure {
    SIMULATE_WAITING = 0,
    SIMULATE_WITHIN_18,       /* people waiting under 18 weeks */
    SIMULATE_WITHIN_18_SHARE, /* of those waiting; 1 where nobody waits */
    SIMULATE_OVER_52,
    SIMULATE_OVER_52_SHARE, /* 0 where nobody waits */
    SIMULATE_OVER_65,
    SIMULATE_MEDIAN, /* weeks waited, interpolated in its week; NaN where nobody waits or it lies in the open week */
    SIMULATE_PERCENTILE_92, /* likewise */
    SIMULATE_REFERRALS,     /* in the period, diverted ones included */
    SIMULATE_JOINED,        /* without a referral, with a clock that ran already; by simulate_bands */
    SIMULATE_TREATED,       /* clocks stopped by being seen, either stage */
    SIMULATE_REMOVED,       /* left without: gave up, validated, discharged after not attending */
    SIMULATE_DIVERTED,      /* chose a provider outside the model */
    SIMULATE_MOVED_IN,
    SIMULATE_MOVED_OUT,
    SIMULATE_SLOTS,        /* all that there were */
    SIMULATE_SLOTS_UNUSED, /* nobody there to be seen */
    SIMULATE_SLOTS_FAILED, /* cancelled or not attended */
    SIMULATE_MEASURES
} simulate_measure;
const char *simulate_measure_name(simulate_measure m); /* "waiting", "within_18_weeks" ... as a column of a file */

/* Splits the replications over machines. gather: every rank has filled the rows of its own replications (rows [first, first + count) of
 * row_bytes each, in `rows`); on return every rank has all rows. */
typedef struct simulate_ranks {
    int32_t rank, count;
    status (*gather)(const struct simulate_ranks *ranks, void *rows, size_t row_bytes, int64_t replications,
                     error *err);
} simulate_ranks;
/* The replications of one rank: [*first, *first + *count). */
void simulate_ranks_share(const simulate_ranks *ranks, int64_t replications, int64_t *first, int64_t *count);

typedef struct simulate_options {
    int64_t replications;        /* at least 1 */
    int32_t threads;             /* 0 = 1 */
    const simulate_ranks *ranks; /* NULL: this machine alone */
    int64_t first;               /* the number of the first replication: its luck is that of this number */
} simulate_options;

typedef struct simulate_results {
    int64_t replications;
    int32_t reports; /* with the total, the last */
    int32_t periods;
    double *values; /* [replication][report][period][SIMULATE_MEASURES] */
} simulate_results;

/* Runs all replications. Checks the model first. STATUS_MEMORY where the results would be over 4 GiB. */
MUST_USE status simulate_run(const simulate_model *model, const simulate_options *options, simulate_results *out,
                             error *err);
void simulate_results_free(simulate_results *r);
static inline double simulate_value(const simulate_results *r, int64_t replication, int32_t report, int32_t step,
                                    simulate_measure m)
{
    return r->values[((replication * r->reports + report) * r->periods + step) * SIMULATE_MEASURES + m];
}

/* ---- single patients -------------------------------------------------------------------------------- */

typedef enum patient_outcome {
    PATIENT_WAITING = 0,
    PATIENT_TREATED,
    PATIENT_REMOVED,
    PATIENT_MOVED /* to another list, where the record goes on */
} patient_outcome;

typedef struct simulate_patient {
    int32_t start; /* clock start, days from the model's start; below 0 for who waited already */
    int32_t end;   /* the day on which the clock stopped; INT32_MAX while waiting */
    uint8_t priority;
    uint8_t outcome; /* patient_outcome */
} simulate_patient;

/* The patients of every list of one replication, one list after the other: offsets has list_count + 1 places; both are allocated with
 * calloc and are the caller's to free. */
MUST_USE status simulate_patients(const simulate_model *model, int64_t replication, simulate_patient **patients,
                                  size_t **offsets, error *err);

#endif
