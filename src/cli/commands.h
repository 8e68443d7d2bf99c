/* commands: the records of all commands, one per cmd_*.c. */
#ifndef CONCORD_CLI_COMMANDS_H
#define CONCORD_CLI_COMMANDS_H

#include "cli/cli.h"

extern const command command_init, command_add, command_edition, command_publish, command_serve, command_list,
    command_show, command_explain, command_catalogue, command_spc, command_help, command_generate;

#endif
