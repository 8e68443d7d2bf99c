/* concord priority: local priorities, from proposal to retirement. */
#include "cli/commands.h"
#include "cli/register_targets.h"
#include "cli/target_progress.h"

#include <string.h>

static bool is_priority(const register_run *r, const register_subject *s)
{
    (void)r;
    return strcmp(register_value(s, FIELD_TIER), "local") == 0;
}

static const register_field columns[] = {FIELD_TITLE, FIELD_MEASURE,  FIELD_LEVEL,
                                         FIELD_BY,    FIELD_PARTNERS, FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_TARGET, columns, is_priority, err);
}

static status show_run(register_run *r, error *err)
{
    return register_show_print(r, REGISTER_TARGET, r->arguments->positional[1], err);
}

static status progress_run(register_run *r, error *err)
{
    return target_progress_print(r, is_priority, err);
}

static const char *const progress_options[] = {"--organisation", NULL};
static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "progress", .places = {PLACE_SUBJECT, PLACE_NONE}, .run = progress_run, .options = progress_options},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "propose",
     .event = "target.propose",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .fixed = "{\"tier\":\"local\"}"},
    {.name = "develop", .event = "target.develop", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "revise", .event = "target.revise", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "sign",
     .event = "target.sign",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = register_priority_sign},
    {.name = "start", .event = "target.start", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "review", .event = "target.review", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "retire",
     .event = "target.retire",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = register_target_retire},
    {0},
};

static const command_option options[] = {
    REGISTER_TARGET_OPTIONS,
    {"--organisation", "ORG", "Of progress: this organisation's figures against what it answers for."},
    {"--partners", "ORG,...", "The partners who are to sign it, beside its owner."},
    {"--revision", "N", "The revision that is signed: the present one where not given."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status priority_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_priority = {
    .name = "priority",
    .takes = "list|progress|show|propose|develop|revise|sign|start|review|retire [ID]",
    .at_least = 1,
    .at_most = 4,
    .summary = "Local priorities: proposed, co-developed, signed, in force, reviewed, retired.",
    .description = "A priority weighs the same as a national target. One organisation proposes it and names the "
                   "partners; a partner says what it brings (develop); every partner and the "
                   "owner sign the same revision; then the owner puts it in force (start). A revision takes the "
                   "signatures off: everybody signs again.\n\n"
                   "Signing is of one revision. With --revision N it is refused where the text has changed since "
                   "revision N was read; --if-version does the same for any other change.",
    .example =
        "concord register partner add RM1 --as T6Y0W --actor \"A. Secretary\"\nconcord priority propose "
        "fewer-long-waits --as T6Y0W --actor \"A. Nalyst\" --title \"Fewer long waits\" --measure rtt-over-52-weeks "
        "--level 1 --by 2029-03 --organisations T6Y0W --partners RM1 --why \"People wait longest where they are "
        "poorest\"\nconcord priority develop fewer-long-waits --as RM1 --actor \"A. Director\" --words \"Two more "
        "theatre days a week\"\nconcord priority sign fewer-long-waits --as RM1 --actor \"A. Director\"",
    .options = options,
    .run = priority_run,
};
