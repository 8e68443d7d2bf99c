/*
 * progress: how a target or priority stands, from the newest figures: on its trajectory or not, how many people short, likely to be met or not.
 *
 * National targets, regional ones and local priorities go through the same steps and count alike.
 * Ownership: texts belong to the register and the edition; lists to the arena. Threads: as the register's handle and the edition.
 */
#ifndef CONCORD_OVERSIGHT_PROGRESS_H
#define CONCORD_OVERSIGHT_PROGRESS_H

#include "edition/edition.h"
#include "register/register.h"

typedef enum progress_outlook {
    OUTLOOK_UNKNOWN = 0, /* too few figures, or nothing asked for */
    OUTLOOK_MET,         /* the month by which it was due has figures, and they meet it */
    OUTLOOK_MISSED,
    OUTLOOK_LIKELY,
    OUTLOOK_OPEN, /* could go either way */
    OUTLOOK_UNLIKELY,
    OUTLOOK_COUNT
} progress_outlook;
/* "", "met", "missed", "likely", "could go either way", "unlikely". */
const char *progress_outlook_name(progress_outlook outlook);

/* What the months to come may bring, in the measure's unit. */
typedef struct progress_forecast {
    bool trend;                    /* the figures rise or fall (Mann-Kendall, p < 0.05) */
    double slope;                  /* Sen, a month; 0 where there is no trend */
    double expected, lower, upper; /* in the month by which the target is due; NaN where unknown */
    progress_outlook outlook;      /* LIKELY, OPEN, UNLIKELY or UNKNOWN */
} progress_forecast;

#define PROGRESS_MONTHS_LEAST 8  /* figures that an outlook needs */
#define PROGRESS_MONTHS_MOST  24 /* the newest that a trend is looked for in */

/* The outlook for the level `asked`, `ahead` months after the last of `count` monthly values (NaN where a month has none; the last has one). mean, lower
 * and upper are the control limits of the last month. Without a trend the process stays between its limits: all of them on the good side is
 * LIKELY, all on the bad side UNLIKELY, else OPEN. With a trend the Sen line is carried on, and between it and the limits of its slope (95%), widened by
 * half the distance of the control limits, lies what is expected. lower_is_better says which side is good. UNKNOWN with fewer than
 * PROGRESS_MONTHS_LEAST values or without limits. */
progress_forecast progress_expect(const double *values, size_t count, double mean, double lower, double upper,
                                  double asked, int32_t ahead, bool lower_is_better);

typedef struct target_progress {
    const register_subject *target;
    const char *organisation; /* code as the register has it now */
    int32_t org, measure;     /* in the edition; -1 where it has none */
    period month;             /* of the latest figure; PERIOD_NONE where none */
    double value;             /* of a measure that is better neither way all verdicts are unknown, and `note` says so */
    double
        due; /* the level asked for in that month; NaN where none yet: no trajectory, and the month of the level is to come */
    bool on_trajectory_known;          /* a level is due, and there is a figure */
    bool on_trajectory;                /* the value is at the level or better */
    double level;                      /* the level in the end */
    period by;                         /* the month of that; PERIOD_NONE where none */
    double short_of_due, short_of_end; /* how far short, in the unit; negative where better than asked; NaN unknown */
    bool people_known;                 /* the measure counts people (or is a share of them) */
    int64_t people_short_of_due;       /* whom it would have taken in the latest month; 0 where met or not due */
    int64_t people_short_of_end;
    progress_forecast forecast;
    const char *assurance; /* of the chart against the catalogue's target, "" where none */
    progress_outlook outlook;
    const char *note; /* "" or why there is no figure */
} target_progress;

/* Every target in force (or the one with `id`, in any standing), in the order in which they were made, a row for each organisation that it is about (its
 * owner where it names none); successors stand in. With `organisation`: its own figures against the targets that name it, that it owns or is a partner of,
 * and against every national one. STATUS_NOT_FOUND for an unknown id or organisation; STATUS_IO; STATUS_MEMORY. */
MUST_USE status progress_of_targets(const register_log *r, edition *e, const char *id, const char *organisation,
                                    arena *a, const target_progress **out, size_t *count, error *err);

#endif
