/*
 * plan_scenario: a scenario by its name or file.
 *
 * A word with a / in it or that ends in .yaml or .yml is a file. Else it is a name, as in extra-sessions or extra-sessions@2: what the register of the
 * workspace keeps under it comes first (the version asked for, else the newest one that is not retired), then the catalogue's.
 */
#ifndef CONCORD_CLI_PLAN_SCENARIO_H
#define CONCORD_CLI_PLAN_SCENARIO_H

#include "cli/cli.h"

#include "plan/plan.h"

/* Into the run's memory. Problems in the file are told on standard error, all but the first, which is the error. STATUS_NOT_FOUND names those there
 * are; STATUS_REFUSED: a version that is retired or was never kept. */
MUST_USE status plan_scenario_find(cli *c, const char *word, scenario *out, error *err);

#endif
