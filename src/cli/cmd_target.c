/* concord target: national targets that are adopted, regional ones, and local measures. Local priorities are concord priority. */
#include "cli/commands.h"
#include "cli/register_work.h"
#include "cli/register_targets.h"
#include "cli/target_progress.h"

#include <string.h>

static bool is_target(const register_run *r, const register_subject *s)
{
    (void)r;
    return strcmp(register_value(s, FIELD_TIER), "local") != 0;
}

static const register_field columns[] = {FIELD_TIER, FIELD_TITLE,     FIELD_MEASURE, FIELD_LEVEL,
                                         FIELD_BY,   FIELD_AUTHORITY, FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    status code = register_list_print(r, REGISTER_TARGET, columns, is_target, err);
    size_t count = register_national_count(r->log);
    if (code == STATUS_OK && count > REGISTER_NATIONAL_MAXIMUM)
        say_note(r->cli, "warning: %zu national targets count as priorities, which is more than %d.", count,
                 REGISTER_NATIONAL_MAXIMUM);
    return code == STATUS_OK ? register_grounds_note(r, err) : code;
}

static status show_run(register_run *r, error *err)
{
    return register_show_print(r, REGISTER_TARGET, r->arguments->positional[1], err);
}

/* Of priorities too: what is judged together is shown together. */
static status progress_run(register_run *r, error *err)
{
    return target_progress_print(r, NULL, err);
}

static const char *const progress_options[] = {"--organisation", NULL};
static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "progress", .places = {PLACE_SUBJECT, PLACE_NONE}, .run = progress_run, .options = progress_options},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "adopt",
     .event = "target.adopt",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = register_target_adopt},
    {.name = "propose",
     .event = "target.propose",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .fixed = "{\"tier\":\"regional\"}"},
    {.name = "revise", .event = "target.revise", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "start", .event = "target.start", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "review", .event = "target.review", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "retire",
     .event = "target.retire",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = register_target_retire},
    {.name = "measure",
     .event = "measure.define",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = register_measure_define},
    {0},
};

static const command_option options[] = {
    REGISTER_TARGET_OPTIONS,
    {"--organisation", "ORG", "Of progress: this organisation's figures against what it answers for."},
    {"--authority", "NAME", "Who set a regional target."},
    {"--document", "NAME", "The document in which it stands."},
    {"--name", "NAME", "Of a local measure."},
    {"--question", "WORDS", "What a local measure asks."},
    {"--definition", "WORDS", "Its numerator and denominator in words."},
    {"--unit", "percent|count|weeks|minutes|days|rate|score", "Its unit."},
    {"--better", "higher|lower|neither", "Which way it is better."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status target_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_target = {
    .name = "target",
    .takes = "list|progress|show|adopt|propose|revise|start|review|retire|measure [ID]",
    .at_least = 1,
    .at_most = 4,
    .summary = "National and regional targets in the register, and local measures.",
    .description =
        "adopt takes a target of the catalogue (concord list targets) as one of the system's national priorities. More "
        "than ten of them is a warning, with their number. "
        "A target that is set against each trust's own baseline has no single level: give it with --level.\n\n"
        "propose, revise, start, review and retire are for regional targets. measure defines a local measure, in the "
        "register and in the workspace's catalogue, so that tidy files "
        "with its id can be added.\n\n"
        "progress holds the newest edition against every target and priority in force: the latest value, the level due "
        "in that month, how far short it is and how many people that is, and whether it is likely to be met. Without a "
        "trend that is read from the control limits, with one from the trend carried on. National and local count "
        "alike.\n\n"
        "Mental health, community services and inequality are protected ground: list says where no target or priority "
        "in "
        "force has a measure of one, and retire warns where it takes the last one away.\n\n"
        "Every change is an event of the register: see docs/register.md.",
    .example = "concord target adopt rtt-within-18-weeks-2029-03 --as T6Y0W --actor \"A. Nalyst\"",
    .options = options,
    .run = target_run,
};
