/* concord challenge: a partner questions a commitment, a target or a priority. */
#include "cli/commands.h"
#include "cli/register_work.h"

#include <string.h>

static const register_field columns[] = {FIELD_ABOUT, FIELD_WORDS,   FIELD_ANSWER_BY,
                                         FIELD_TO,    FIELD_OUTCOME, FIELD_COUNT};

static bool is_wanted(const register_run *r, const register_subject *s)
{
    return register_option(r, "--open") == NULL || s->standing != STANDING_CLOSED;
}

static status list_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_CHALLENGE, columns, is_wanted, err);
}

static status show_run(register_run *r, error *err)
{
    return register_show_print(r, REGISTER_CHALLENGE, r->arguments->positional[1], err);
}

static const char *const list_options[] = {"--open", NULL};
static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run, .options = list_options},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "raise", .event = "challenge.raise", .places = {FIELD_ABOUT, PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "escalate", .event = "challenge.escalate", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "close", .event = "challenge.close", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--words", "WORDS", "The question, or what was agreed."},
    {"--answer-by", "DATE", "By which day an answer is asked for."},
    {"--to", "ORG", "To whom it is escalated."},
    {"--outcome", "accepted|not-accepted|withdrawn", "Of closing."},
    {"--open", NULL, "List only those that are not closed."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status challenge_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_challenge = {
    .name = "challenge",
    .takes = "list|show ID|raise ABOUT [ID]|escalate ID|close ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "Challenge a commitment, a target or a priority.",
    .description = "Any partner can challenge what another holds; ABOUT is the id of the commitment or target. Whoever "
                   "holds it answers with concord respond; whoever raised the challenge "
                   "escalates or closes it. Where no ID is given the challenge is numbered by its event: challenge-17.",
    .example = "concord register partner add RM1 --as T6Y0W --actor \"A. Secretary\"\nconcord commit make theatres "
               "--as T6Y0W --actor \"R. Director\" --what \"Fund two theatres\" --whom \"People who wait for an "
               "operation\" --due 2029-06-30\nconcord challenge raise theatres when-open --as RM1 --actor \"A. "
               "Director\" --words \"When will they open?\" --answer-by 2029-05-15",
    .options = options,
    .run = challenge_run,
};
