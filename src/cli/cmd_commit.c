/* concord commit: who will do what for whom by when, and how it goes. */
#include "cli/commands.h"
#include "cli/register_work.h"

static const register_field columns[] = {FIELD_WHAT,  FIELD_WHOM,    FIELD_DUE,  FIELD_ABOUT,
                                         FIELD_STATE, FIELD_OUTCOME, FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_COMMITMENT, columns, NULL, err);
}

static status show_run(register_run *r, error *err)
{
    return register_show_print(r, REGISTER_COMMITMENT, r->arguments->positional[1], err);
}

static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "make", .event = "commitment.make", .places = {PLACE_SUBJECT, PLACE_NONE}},
    {.name = "report", .event = "commitment.report", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "escalate", .event = "commitment.escalate", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "transfer", .event = "commitment.transfer", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "close", .event = "commitment.close", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--what", "WORDS", "What will be done."},
    {"--whom", "WORDS", "For whom."},
    {"--due", "DATE", "By which day."},
    {"--about", "TARGET", "The target or priority that it serves."},
    {"--measure", "MEASURE", "The measure by which it is seen."},
    {"--level", "N", "The level it is to bring about, in the measure's unit."},
    {"--state", "on-track|at-risk|late|done", "Of a report."},
    {"--value", "N", "Of a report: the figure."},
    {"--to", "ORG", "To whom it is escalated or transferred."},
    {"--outcome", "met|not-met|withdrawn", "Of closing."},
    {"--words", "WORDS", "What is reported, why it is escalated, how it ended."},
    {"--reason", "WORDS", "Why it is transferred."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status commit_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_commit = {
    .name = "commit",
    .takes = "list|show|make|report|escalate|transfer|close [ID]",
    .at_least = 1,
    .at_most = 4,
    .summary = "Commitments: who will do what for whom by when.",
    .description = "Any partner can commit: a trust, a board, a council, a voluntary body, NHS England, the CQC. "
                   "Whoever holds a commitment reports on it and closes it; any partner can "
                   "escalate it, or challenge it (concord challenge). It cannot be closed while a challenge about it "
                   "is open. After a merger its holder is the successor.\n\n"
                   "concord commitments --open --overdue lists what is owed.",
    .example = "concord commit make theatres --as T6Y0W --actor \"R. Director\" --what \"Fund two theatres\" --whom "
               "\"People who wait for an operation\" --due 2029-06-30",
    .options = options,
    .run = commit_run,
};
