/*
 * record.h: the register as the pages show it: who agreed to what, and what became of it. Internal to src/publish.
 *
 * It is replayed from the events that the edition carries, once, when the site is opened; from then on nothing is appended to it, so any number of
 * threads may read. Where the edition carries no register there is no record, and none of its pages.
 *
 * There is no clock. "As at" is the later of two days: that of the register's last event, and the last of the latest month with figures. What was due
 * before it and is still open is overdue.
 */
#ifndef CONCORD_PUBLISH_RECORD_H
#define CONCORD_PUBLISH_RECORD_H

#include "oversight/oversight.h"
#include "publish/record_pages.h"
#include "register/register.h"

typedef struct record {
    register_log *log;
    register_event *events; /* all of them, in order */
    size_t event_count;
    const char *bytes; /* what `concord register export` writes */
    size_t length;
    date as_at;
    const char **target_path, **commitment_path,
        **partner_path; /* by place in the register; partner_path NULL where the
                                                                   site's own page of the organisation serves */
} record;

/* ---- who ----------------------------------------------------------------------------------------------- */

/* Do two codes mean the same body now, successors followed? NULL is nobody. */
bool record_same(const record *r, const char *a, const char *b);
/* The name by which a body is known: of the edition (short), of the register, else its code. */
const char *record_name(const site *s, const char *code);
/* Its name, a link where it has a page: that of the organisation, or of the partner. Follows successors; the other gives whom it was then. */
void record_body_link(page *p, const char *code);
void record_body_then(page *p, const char *code);
/* "NHS England, Regional director" of an event; no link. */
void record_actor(page *p, const register_event *e);

/* ---- what ---------------------------------------------------------------------------------------------- */

/* "National target", "Regional target", "Local priority". */
const char *record_tier(const register_subject *of);
/* Title of a target; what a commitment promises; the words of a challenge; else the id. */
const char *record_title(const register_subject *of);
/* A link to the page of a target or commitment by id; the id alone where there is no such thing. */
void record_about_link(page *p, const char *id);
const register_subject *record_about(const record *r, const char *id); /* target or commitment; NULL */
bool record_overdue(const record *r, const register_subject *commitment);
/* Days of the events: DATE_NONE for a time that is none. */
date record_day(const register_event *e);
/* The event with that number; NULL where there is none. */
const register_event *record_event(const record *r, int64_t sequence);
/* Is the target about, owned by or shared by that body? */
bool record_target_of(const record *r, const register_subject *of, const char *code);
/* "in force" as the pages say it: a tag. */
void record_standing(page *p, const register_subject *of);

/* Pieces of pages that organisations, partners and indexes share (record_tables.c, record_story.c). */

/* Targets and priorities, all alike, a row for each of `rows`. who: says whose figures a row has where they are not this body's; NULL = always. */
void record_targets(page *p, const target_progress *rows, size_t count, const char *who, const char *caption);
/* Commitments as cards of a table. */
void record_commitments(page *p, const register_subject *const *list, size_t count, const char *caption);
/* Challenges with what was answered. */
void record_challenges(page *p, const register_subject *const *list, size_t count);
/* What happened to a target or commitment, and to the challenges about it, in order. */
void record_story(page *p, const register_subject *of);
/* "As at 1 June 2026: ..." */
void record_as_at(page *p);
/* National targets that count as priorities: a warning where there are too many. */
void record_national_warning(page *p);
/* Protected ground that no target in force, of a body or of anyone (NULL), has a measure of: a warning. */
void record_target_grounds(page *p, const char *code);
/* One sentence: how a target stands. as_at: what was due before it is past, whether or not there is a figure (DATE_NONE: nothing is). */
void record_sentence(const edition *e, const target_progress *row, const char *whose, date as_at, buffer *out);
/* "cqc-rating" -> "Care Quality Commission rating". */
const char *record_regime(const char *regime);
/* "at-risk" -> "at risk", "met" -> "kept". */
const char *record_state_words(const char *state);
/* "Open, reported at risk". */
void record_commitment_state(page *p, const register_subject *of);
/* "event 9", a link to it in the log. */
void record_event_link(page *p, int64_t sequence);
const char *record_log_path(size_t which, arena *a);

/* ---- pages --------------------------------------------------------------------------------------------- */

#define LOG_EVENTS_A_PAGE 200
size_t record_log_pages(const record *r);

#endif
