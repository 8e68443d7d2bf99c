/* edition_rebases: the register's rebases and groups, for whatever evaluates measures. */
#ifndef CONCORD_CLI_EDITION_REBASES_H
#define CONCORD_CLI_EDITION_REBASES_H

#include "cli/cli.h"

#include "measure/measure.h"

/* Gives `options` the rebases of the workspace's register that stand; with options->as_of, those that stood on that day. And its groups of organisations; with options->as_of,
 * those formed by that day, with the members that are known now. Nothing where there is no register. Texts
 * are in the run's memory. */
MUST_USE status edition_rebases(cli *c, measure_options *options, error *err);

#endif
