/* concord respond: the answer to a challenge. */
#include "cli/commands.h"
#include "cli/register_work.h"

static const register_action actions[] = {
    {.name = "respond", .event = "challenge.respond", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--words", "WORDS", "The answer."},
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status respond_run(cli *c, const arguments *a, error *err)
{
    const char *words[] = {"respond", a->positional[0]};
    arguments as_action = *a;
    as_action.positional = words;
    as_action.positional_count = 2;
    return register_command_run(c, &as_action, actions, err);
}

const command command_respond = {
    .name = "respond",
    .takes = "CHALLENGE",
    .at_least = 1,
    .at_most = 1,
    .summary = "Answer a challenge.",
    .description = "By whoever holds what was challenged, or by whom the challenge was escalated to.",
    .example =
        "concord respond challenge-17 --as X24 --actor \"R. Director\" --words \"In September; the money is agreed.\"",
    .options = options,
    .run = respond_run,
};
