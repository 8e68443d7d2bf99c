/* target_progress: how targets and priorities stand, for concord target progress and concord priority progress. */
#ifndef CONCORD_CLI_TARGET_PROGRESS_H
#define CONCORD_CLI_TARGET_PROGRESS_H

#include "cli/register_work.h"

/* Prints a row for each target and organisation, and, as a table, how many are on trajectory: every target counts alike, national or local. `filter` may be
 * NULL. Takes the id from the second place, where it is given, and --organisation. */
MUST_USE status target_progress_print(register_run *r, register_filter filter, error *err);

#endif
