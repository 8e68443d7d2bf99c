/*
 * sight: which edition may be seen, by the register's embargoes and releases.
 *
 * An edition is for everyone at once, unless an embargo says until when it is not, who sees it before, and why. An embargo covers its edition and
 * those made after it, since a later edition holds the same figures, but none that was released to everyone since.
 */
#ifndef CONCORD_CLI_SIGHT_H
#define CONCORD_CLI_SIGHT_H

#include "cli/cli.h"

#include "register/register.h"

typedef struct edition_sight {
    bool embargoed;
    char edition[SHA256_TEXT]; /* that the embargo names: this one or an earlier one */
    char until[DATE_TEXT];
    char owner[REGISTER_CODE_MAXIMUM + 1];
    char reason[200], sees[200]; /* of long ones the first words, then "..." or "and others" */
} edition_sight;

/* The day by the clock, in UTC. */
date sight_today(void);
/* The id, into the arena, of the edition that somebody names: "newest" ("latest"), or the first digits of one of the workspace, in the log or apart, in
 * any case of letters. An id of 64 digits that is not here may be a partner's and is taken as it is, in small letters. Anything else is refused:
 * STATUS_NOT_FOUND, or STATUS_USAGE where several editions start so. */
MUST_USE status sight_edition(const char *workspace, const char *typed, arena *a, const char **id, error *err);
/* How the edition at place `at` of `ids` (all of the workspace, newest first) may be seen on a day. */
edition_sight sight_of(const register_log *log, const char *const *ids, size_t count, size_t at, date on);
/* The words that stand on every page of a preview: "Preview: under embargo until 1 July 2026 ...". */
void sight_mark(const edition_sight *sight, char *out, size_t size);
/* Is the newest edition of the workspace for everyone today? STATUS_REFUSED where it is under embargo and not `preview`; else *mark is NULL or the
 * words for its pages, in the run's memory. */
MUST_USE status sight_newest(cli *c, bool preview, const char **mark, error *err);
/* For the server: the newest edition of `ids` that may be seen today. context: a sight_server. */
typedef struct sight_server {
    const char *workspace;
    bool preview;
} sight_server;
MUST_USE status sight_choose(void *context, const char *const *ids, size_t count, size_t *at, char *mark, size_t size,
                             error *err);
/* To whom an edition was released: "everyone", "RM1 QMM" or "" where no release of it is on record; *when the day of it. */
const char *sight_released(const register_log *log, const char *id, date *when);

#endif
