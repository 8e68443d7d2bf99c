/* concord rebase: limits of a control chart worked out anew from a month, with author and reason. */
#include "cli/commands.h"
#include "cli/register_chart.h"

static const register_field columns[] = {FIELD_MEASURE, FIELD_OF,     FIELD_BREAKDOWN,
                                         FIELD_PERIOD,  FIELD_REASON, FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_REBASE, columns, NULL, err);
}

static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "add",
     .event = "rebase.add",
     .places = {FIELD_MEASURE, FIELD_OF, FIELD_PERIOD},
     .at_least = 3,
     .run = register_chart_add},
    {.name = "withdraw", .event = "rebase.withdraw", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--reason", "WORDS", "Why the limits are worked out anew, or why that is taken back."},
    {"--breakdown", "VALUE", "Of which breakdown, as concord show names it."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status rebase_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_rebase = {
    .name = "rebase",
    .takes = "list|add MEASURE ORG MONTH|withdraw ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "Record that a chart's limits start anew from a month, and why.",
    .description = "Limits are worked out anew only where the way things are done has changed and that is known; the "
                   "register keeps who decided so and why.",
    .example = "concord rebase add ae-within-4-hours RM1 2025-12 --as T6Y0W --actor \"A. Nalyst\" --reason "
               "\"Assessment unit open since November\"",
    .options = options,
    .run = rebase_run,
};
