/*
 * evidence: what the register brings to oversight: the dated events that adjustments ask for, and the records under a quality statement.
 *
 * Invariants: reads the register and changes nothing. Texts belong to the register (valid as its subjects are) or to the arena.
 * Threads: as the register's handle.
 */
#ifndef CONCORD_OVERSIGHT_EVIDENCE_H
#define CONCORD_OVERSIGHT_EVIDENCE_H

#include "base/base.h"
#include "register/register.h"

/* An adjustment's event in force for an organisation, from the register or from a file: its kind is that of the framework. */
typedef struct oversight_event {
    const char *organisation; /* ODS code */
    const char *kind;         /* "deficit-support", "recovery-support" ... */
    period first, last;       /* last: PERIOD_NONE while it goes on */
    const char *rating;       /* what was given: "Good", "Programme"; may be NULL where it comes from no register */
} oversight_event;

/* The ratings of the register as events for oversight_options: kind is the regime ("deficit-support", "recovery-support"). An event counts in
 * the months at whose end it stood, so one that began and ended within a month is left out. A regime belongs to the body that it was put on:
 * a successor starts without it. */
MUST_USE status oversight_events(const register_log *r, arena *a, const oversight_event **out, size_t *count,
                                 error *err);

/* One record that bears on a statement. */
typedef struct oversight_record {
    const char *record;   /* as the framework names it: "commitments" ... */
    const char *id;       /* in the register */
    const char *standing; /* "open", "in force" */
    const char *owner;    /* who holds it now */
    date on;              /* the day of the event that says so: made, answered, reviewed */
    const char *words;    /* what was promised, asked, answered, found; "" where nothing */
} oversight_record;

/* The records of one kind for an organisation, in the order in which they were made. `record` is commitments, challenges, responses,
 * priorities, partners, groups or reviews; anything else has none. The body that began the register (or its successor) answers for all of
 * it; any other for what it made, holds, is named in, or takes part in. STATUS_IO, STATUS_MEMORY. */
MUST_USE status oversight_records(register_log *r, const char *organisation, const char *record, arena *a,
                                  const oversight_record **out, size_t *count, error *err);

#endif
