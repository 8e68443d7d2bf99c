/* forecast_edition: concord forecast MEASURE ORG: the newest edition's series in place of a csv. */
#ifndef CONCORD_CLI_FORECAST_EDITION_H
#define CONCORD_CLI_FORECAST_EDITION_H

#include "cli/cli.h"

/* Whether the arguments ask for the edition: a measure and organisations, or a measure and --all. */
bool forecast_asks_edition(const cli *c, const arguments *a);
/* Hands the series to stat_command_run_on as the groups of a csv, by organisation and name. Counts and per cents are bounded by 0 (and 100),
 * unless --lowest and --highest say otherwise. STATUS_NOT_FOUND names what is nearest; series of fewer than two values are left out of --all, with a note. */
MUST_USE status forecast_of_edition(cli *c, const arguments *a, error *err);

#endif
