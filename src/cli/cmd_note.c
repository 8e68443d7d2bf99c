/* concord note, concord rebase: annotations of charts, each with author and reason. */
#include "cli/commands.h"
#include "cli/register_chart.h"

static const register_field note_columns[] = {FIELD_MEASURE, FIELD_OF,    FIELD_BREAKDOWN,
                                              FIELD_PERIOD,  FIELD_WORDS, FIELD_COUNT};

static status note_list(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_NOTE, note_columns, NULL, err);
}

static const register_action note_actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = note_list},
    {.name = "add",
     .event = "note.add",
     .places = {FIELD_MEASURE, FIELD_OF, FIELD_PERIOD},
     .at_least = 3,
     .run = register_chart_add},
    {.name = "withdraw", .event = "note.withdraw", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option note_options[] = {
    {"--words", "WORDS", "The note."},
    {"--breakdown", "VALUE", "Of which breakdown, as concord show names it."},
    {"--reason", "WORDS", "Why it is taken back."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status note_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, note_actions, err);
}

const command command_note = {
    .name = "note",
    .takes = "list|add MEASURE ORG MONTH|withdraw ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "Annotate a point of a chart.",
    .description = "A note says what happened in a month: a new ward, a strike, a change of recording. It is an event "
                   "with its author; whoever made it can take it back, and the log keeps both.",
    .example = "concord note add ae-within-4-hours RM1 2025-11 --as T6Y0W --actor \"A. Nalyst\" --words \"The new "
               "assessment unit opened\"",
    .options = note_options,
    .run = note_run,
};
