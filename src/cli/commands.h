/* commands: the records of all commands, one per cmd_*.c. */
#ifndef CONCORD_CLI_COMMANDS_H
#define CONCORD_CLI_COMMANDS_H

#include "cli/cli.h"

#include "cli/stat_command.h"

extern const command command_check, command_diff;
extern const command command_init, command_add, command_update, command_edition, command_publish, command_serve,
    command_list, command_show, command_explain, command_catalogue, command_sources, command_spc, command_oversight,
    command_plan, command_plan_simulate, command_plan_compare, command_plan_scenario, command_help, command_generate;
/* The commands over the register (register_work.h). */
extern const command command_register, command_target, command_priority, command_commit, command_commitments,
    command_challenge, command_respond, command_note, command_rebase, command_group, command_rating, command_collection,
    command_burden;
/* The commands over statistics, one record each (stat_command.h). */
extern const stat_command stat_runchart, stat_funnel, stat_proportion, stat_rate, stat_mean, stat_dsr, stat_isr,
    stat_quantile, stat_lifetable, stat_inequality, stat_trend, stat_cusum, stat_fdr, stat_suppress, stat_peers,
    stat_forecast, stat_waitinglist;

#endif
