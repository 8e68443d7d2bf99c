/* plan_settings: what is asked of a plan, from the options of `concord plan` and its parts. */
#ifndef CONCORD_CLI_PLAN_SETTINGS_H
#define CONCORD_CLI_PLAN_SETTINGS_H

#include "cli/cli.h"

#include "publish/plan_list.h"

/* Options that the command's table lacks stay at their defaults. STATUS_USAGE, naming the option, its value and what it may be. */
MUST_USE status plan_settings_read(const cli *c, const arguments *a, plan_settings *out, error *err);

#endif
