/* concord help, and the hidden concord generate that makes man pages and completion from the same table. */
#include "cli/commands.h"

#include <string.h>

static status help_run(cli *c, const arguments *a, error *err)
{
    if (a->positional_count == 0) {
        help_overview(c->out);
        return STATUS_OK;
    }
    const command *of = command_find(a->positional[0]);
    if (of == NULL) {
        status code = error_set(err, STATUS_USAGE, "There is no command '%s'", a->positional[0]);
        error_hint(err, "See: concord help");
        return code;
    }
    if (a->positional_count > 1) {
        const command *part = command_part(of, a->positional[1]);
        if (part == NULL)
            return error_set(err, STATUS_USAGE, "There is no command '%s %s'", of->name, a->positional[1]);
        of = part;
    }
    help_command(c->out, of);
    return STATUS_OK;
}

const command command_help = {
    .name = "help",
    .takes = "[COMMAND [PART]]",
    .at_most = 2,
    .summary = "Say what the commands are, or what one of them does.",
    .description = "Without a command, lists them. With one, says what it takes, with an example.",
    .example = "concord help add",
    .run = help_run,
};

static status generate_run(cli *c, const arguments *a, error *err)
{
    const char *what = a->positional[0], *of = a->positional_count > 1 ? a->positional[1] : NULL;
    if (strcmp(what, "man") == 0)
        return generate_man(c, c->out, of, err);
    if (strcmp(what, "completion") == 0)
        return generate_completion(c->out, of, err);
    if (strcmp(what, "commands") == 0) {
        for (size_t i = 0; i < command_count; i++)
            if (!commands[i]->hidden)
                (void)fprintf(c->out, "%s\n", commands[i]->name);
        return STATUS_OK;
    }
    status code = error_set(err, STATUS_USAGE, "generate cannot make '%s'", what);
    error_hint(err, "Use man, man COMMAND, completion bash or commands.");
    return code;
}

const command command_generate = {
    .name = "generate",
    .takes = "man [COMMAND] | completion SHELL | commands",
    .at_least = 1,
    .at_most = 2,
    .summary = "Write a man page, shell completion or the list of commands.",
    .description = "Made from the command table, for packagers.",
    .example = "concord generate completion bash",
    .run = generate_run,
    .hidden = true,
};
