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
    const char *words[] = {"respond", a->positional_count > 0 ? a->positional[0] : NULL};
    arguments as_action = *a;
    as_action.positional = words;
    as_action.positional_count = a->positional_count + 1;
    return register_command_run(c, &as_action, actions, err);
}

const command command_respond = {
    .name = "respond",
    .takes = "CHALLENGE",
    .at_most = 1,
    .summary = "Answer a challenge.",
    .description = "By whoever holds what was challenged, or by whom the challenge was escalated to.",
    .example = "concord register partner add RM1 --as T6Y0W --actor \"A. Secretary\"\nconcord commit make theatres "
               "--as T6Y0W --actor \"R. Director\" --what \"Fund two theatres\" --whom \"People who wait for an "
               "operation\" --due 2029-06-30\nconcord challenge raise theatres when-open --as RM1 --actor \"A. "
               "Director\" --words \"When will they open?\" --answer-by 2029-05-15\nconcord respond when-open --as "
               "T6Y0W --actor \"R. Director\" --words \"In September; the money is agreed.\"",
    .options = options,
    .run = respond_run,
};
