/* as_of: the option --as-of DATE of every command that evaluates, and the note that says by what evidence releases are dated. */
#ifndef CONCORD_CLI_AS_OF_H
#define CONCORD_CLI_AS_OF_H

#include "cli/cli.h"

/* DATE_NONE where it was not given. */
MUST_USE status option_as_of(const cli *c, const arguments *a, date *out, error *err);
/* On standard error: how many of the releases in the store count, and how many of these are dated by a rule. Opens the store. */
MUST_USE status note_as_of(cli *c, date known_on, error *err);

#endif
