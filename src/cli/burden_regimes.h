/* burden_regimes: which returns and reviews are asked of whom, by the frameworks that have regimes and the ratings of the register. */
#ifndef CONCORD_CLI_BURDEN_REGIMES_H
#define CONCORD_CLI_BURDEN_REGIMES_H

#include "cli/register_work.h"

/* A row for each return or review of each regime, with the organisations that are in it in the month of the run's day; with `organisation` (a code as
 * the register uses it, or NULL) those of its regime alone. Begins the table; the caller frees it. */
MUST_USE status burden_regimes_table(register_run *r, const char *organisation, table *t, error *err);

#endif
