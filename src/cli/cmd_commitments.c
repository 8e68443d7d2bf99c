/* concord commitments: what is owed, by whom, since when. */
#include "cli/commands.h"
#include "cli/register_work.h"

#include <string.h>

static bool is_wanted(const register_run *r, const register_subject *s)
{
    const char *of = register_option(r, "--of"), *about = register_option(r, "--about"),
               *served = register_value(s, FIELD_ABOUT);
    bool open = s->standing != STANDING_CLOSED;
    return (register_option(r, "--open") == NULL || open) &&
           (register_option(r, "--overdue") == NULL || register_overdue(s, r->on)) &&
           (register_option(r, "--escalated") == NULL || s->standing == STANDING_ESCALATED) &&
           (of == NULL || strcmp(register_successor_of(r->log, s->owner), register_successor_of(r->log, of)) == 0) &&
           (about == NULL || (served != NULL && strcmp(served, about) == 0));
}

static const register_field columns[] = {FIELD_WHAT,  FIELD_WHOM,    FIELD_DUE,  FIELD_ABOUT,
                                         FIELD_STATE, FIELD_OUTCOME, FIELD_COUNT};

static status all_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_COMMITMENT, columns, is_wanted, err);
}

static const char *const list_options[] = {"--open", "--overdue", "--escalated", "--of", "--about", "--on", NULL};
static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = all_run, .options = list_options}, {0}};

static const command_option options[] = {
    {"--open", NULL, "Only those that are not closed."},
    {"--overdue", NULL, "Only those that are open after the day they were due."},
    {"--escalated", NULL, "Only those that were escalated."},
    {"--of", "ORG", "Only those that this organisation holds, or took over."},
    {"--about", "TARGET", "Only those that serve this target or priority."},
    {"--on", "DATE", "The day by which overdue is told: today where not given."},
    {"--as-of", "DATE", "As the register stood at the end of this day, which is then also --on."},
    {"--format", "table|csv|json", "How to print: a table (the default), csv or JSON."},
    {0},
};

static status commitments_run(cli *c, const arguments *a, error *err)
{
    static const char *const list[] = {"list"};
    arguments as_action = *a;
    as_action.positional = list;
    as_action.positional_count = 1;
    return register_command_run(c, &as_action, actions, err);
}

const command command_commitments = {
    .name = "commitments",
    .summary = "List commitments: open, overdue, of one organisation, about one target.",
    .description = "The owner shown is the one that holds the commitment now: the successor, where the one that made "
                   "it has merged.",
    .example = "concord commitments --open --overdue",
    .options = options,
    .run = commitments_run,
};
