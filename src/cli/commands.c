/* commands: the table. A new command is a cmd_NAME.c with its record, and a line here. */
#include "cli/commands.h"

const command *const commands[] = {
    &command_init, &command_add,     &command_edition,   &command_publish, &command_serve, &command_list,
    &command_show, &command_explain, &command_catalogue, &command_spc,     &command_help,  &command_generate,
};
const size_t command_count = sizeof commands / sizeof commands[0];
