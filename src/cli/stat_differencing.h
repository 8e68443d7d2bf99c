/* stat_differencing: concord suppress --check. */
#ifndef CONCORD_CLI_STAT_DIFFERENCING_H
#define CONCORD_CLI_STAT_DIFFERENCING_H

#include "cli/stat_command.h"

extern const stat_column differencing_columns[];
void differencing_declare(stat_run *r);
/* Prints the pairs of areas of a group whose difference the rule would suppress; any makes the exit code 1. */
MUST_USE status differencing_group(stat_run *r, const stat_group *g, const disclosure_rule *rule, bool overlaps,
                                   error *err);

#endif
