/* commands: the table. A new command is a cmd_NAME.c with its record, and a line here. */
#include "cli/commands.h"

const command *const commands[] = {
    &command_init,
    &command_add,
    &command_edition,
    &command_publish,
    &command_serve,
    &command_list,
    &command_show,
    &command_explain,
    &command_catalogue,
    &command_sources,
    &command_spc,
    &stat_runchart.command,
    &stat_funnel.command,
    &stat_proportion.command,
    &stat_rate.command,
    &stat_mean.command,
    &stat_dsr.command,
    &stat_isr.command,
    &stat_quantile.command,
    &stat_lifetable.command,
    &stat_inequality.command,
    &stat_trend.command,
    &stat_cusum.command,
    &stat_fdr.command,
    &stat_suppress.command,
    &stat_peers.command,
    &command_help,
    &command_generate,
};
const size_t command_count = sizeof commands / sizeof commands[0];
