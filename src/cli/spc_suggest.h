/* spc_suggest: --suggest-rebase of concord spc: a row for each group that says whether new limits are called for. */
#ifndef CONCORD_CLI_SPC_SUGGEST_H
#define CONCORD_CLI_SPC_SUGGEST_H

#include "cli/cli.h"
#include "cli/spc_input.h"

#include "stats/stats.h"

extern const table_column spc_suggest_columns[];
extern const size_t spc_suggest_column_count;
extern const char *const spc_suggest_header; /* of the csv */

/* Writes the group's row to the csv where `csv` is not NULL, else to the table. Nothing is rebased. STATUS_REFUSED for a group of more than
 * 20,000 rows, which would take too long. */
MUST_USE status spc_suggest_group(const spc_input *in, const spc_group *g, const double *values,
                                  const spc_options *options, buffer *csv, table *t, error *err);

#endif
