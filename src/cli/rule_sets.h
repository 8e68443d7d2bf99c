/* rule_sets: --rules NAME or FILE.yaml: the built-in rule sets, and those that an analyst declares in YAML. */
#ifndef CONCORD_CLI_RULE_SETS_H
#define CONCORD_CLI_RULE_SETS_H

#include "cli/cli.h"

#include "stats/stats.h"

/* NULL is the default set. A name is looked for among the built-in sets, then in rules/ of the program's catalogue and of the
 * workspace's own (where the present folder, -w or CONCORD_WORKSPACE is a workspace). What ends in .yaml, or holds a '/', is
 * a file with one rule set. *out lives as long as the run. STATUS_USAGE for a name that there is not; STATUS_REFUSED, with
 * each problem told, for a declaration with mistakes. */
MUST_USE status option_rule_set(cli *c, const char *given, const spc_rules **out, error *err);

#endif
