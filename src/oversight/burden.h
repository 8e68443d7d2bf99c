/*
 * burden: what is asked of a system, what of it is asked twice, and which measures tell the same story.
 *
 * The collections come from the register; the measures are those of its open collections and of its targets in force; their figures from an edition.
 * Ownership: texts belong to the register and the edition, lists to the arena. Threads: as the register's handle and the edition.
 */
#ifndef CONCORD_OVERSIGHT_BURDEN_H
#define CONCORD_OVERSIGHT_BURDEN_H

#include "edition/edition.h"
#include "register/register.h"

typedef struct burden_options {
    date on; /* collections that have not ended by this day */
    const char *
        organisation; /* only what is asked of it, and only its figures; NULL = of anyone, and figures of a whole level */
    const char *level; /* whose figures are compared where no organisation is given: "icb", "provider" */
    double threshold;  /* correlations of this size or more tell the same story: 0.8 */
    double share;      /* of the variance that the smallest set is to explain: 0.9 */
} burden_options;

typedef struct burden_asker {
    const char *name;
    size_t collections;
    double hours; /* a year */
} burden_asker;

/* A measure that two or more collections ask of the same organisations, as often. */
typedef struct burden_duplicate {
    const char *measure, *frequency;
    const register_subject **collections;
    size_t count;
    double hours; /* of all of them, a year: each also asks for other things, so this is not what would be saved */
} burden_duplicate;

typedef struct burden_measure {
    const char *id, *domain; /* domain "" where the edition has no such measure */
    size_t targets, collections;
    size_t figures; /* pairs of organisation and month that have one */
    size_t group;   /* place in `measures` of the first one that tells the same story: its own where it stands alone */
    size_t choice;  /* 1 = tells most about all of them, and so on; 0 = tells nothing that is not told */
    double explained; /* share of the variance told by the choices up to this one; NaN where it is none */
    bool kept;        /* in the smallest set */
} burden_measure;

typedef struct burden_pair {
    size_t a, b; /* places in `measures` */
    double correlation;
    size_t pairs; /* of figures */
} burden_pair;

/* Ground that a cut must not leave without a measure. */
typedef struct burden_ground {
    const char *domain, *name;
    size_t asked, kept;    /* measures of it, and those of them in the smallest set */
    const char *first_one; /* the one that tells most of those that were asked; NULL where none */
} burden_ground;

#define BURDEN_GROUNDS 3 /* mental health, community services, inequality */
/* Domain and name of the i-th alone, with nothing counted; i < BURDEN_GROUNDS. */
const burden_ground *burden_ground_at(size_t i);
#define BURDEN_PAIRS_LEAST   8   /* figures that two measures must share to be compared */
#define BURDEN_MONTHS        36  /* the newest months that are compared */
#define BURDEN_MEASURES_MOST 400 /* more are refused */

typedef struct burden {
    size_t collections;
    double hours;
    burden_asker *askers; /* most hours first */
    size_t asker_count;
    burden_duplicate *duplicates; /* by measure, then frequency */
    size_t duplicate_count;
    burden_measure *measures; /* by id */
    size_t measure_count;
    burden_pair *pairs; /* at the threshold or above, strongest first */
    size_t pair_count;
    size_t compared; /* measures with figures enough to be compared with another */
    size_t kept;
    double explained; /* by the kept */
    burden_ground grounds[BURDEN_GROUNDS];
} burden;

/* STATUS_NOT_FOUND for an unknown organisation; STATUS_REFUSED above BURDEN_MEASURES_MOST; STATUS_IO; STATUS_MEMORY. `e` may be NULL: then nothing is
 * compared. */
MUST_USE status burden_weigh(const register_log *r, edition *e, const burden_options *options, arena *a, burden *out,
                             error *err);

#endif
