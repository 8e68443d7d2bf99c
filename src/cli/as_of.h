/*
 * as_of: the option --as-of DATE of every command that reads the workspace, and the note that says by what evidence releases are dated.
 *
 * Commands that evaluate with options of their own read the day with option_as_of. All others call run_as_of once; from then on run_edition, the register
 * (register_log_open), scenarios and waiting lists answer as of that day.
 */
#ifndef CONCORD_CLI_AS_OF_H
#define CONCORD_CLI_AS_OF_H

#include "cli/cli.h"

/* DATE_NONE where it was not given. */
MUST_USE status option_as_of(const cli *c, const arguments *a, date *out, error *err);
/* On standard error: how many of the releases in the store count, and how many of these are dated by a rule. Opens the store. */
MUST_USE status note_as_of(cli *c, date known_on, error *err);

/* Reads --as-of into c->as_of, which stays NULL where it was not given. STATUS_USAGE for what is no date. */
MUST_USE status run_as_of(cli *c, const arguments *a, error *err);
/* STATUS_USAGE where --as-of was given and `file` is read, not the workspace. */
MUST_USE status as_of_suits_file(const cli *c, const arguments *a, const char *file, error *err);
/* The newest edition, or with c->as_of one in memory of what was known on that day (only of this measure, where it is not NULL), with a note. The caller
 * closes it. STATUS_NOT_FOUND where there is no edition yet. */
MUST_USE status run_edition(cli *c, const char *only_measure, edition **out, error *err);
/* An edition in memory of what was known on a day; only_measure as above. */
MUST_USE status edition_known(cli *c, date known_on, const char *only_measure, edition **out, error *err);

#endif
