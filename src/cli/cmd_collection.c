/* concord collection: the data collections and reports that are asked of a system. */
#include "cli/commands.h"
#include "cli/register_work.h"

static const register_field columns[] = {FIELD_NAME,  FIELD_ASKED_BY, FIELD_LEGAL_BASIS, FIELD_FREQUENCY,
                                         FIELD_HOURS, FIELD_MEASURES, FIELD_UNTIL,       FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_COLLECTION, columns, NULL, err);
}

static status show_run(register_run *r, error *err)
{
    return register_show_print(r, REGISTER_COLLECTION, r->arguments->positional[1], err);
}

static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "add", .event = "collection.add", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "change", .event = "collection.change", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "end", .event = "collection.end", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--name", "NAME", "What the collection or report is called."},
    {"--asked-by", "NAME", "Who asks for it."},
    {"--legal-basis", "NAME", "On which legal basis."},
    {"--frequency", "daily|weekly|fortnightly|monthly|quarterly|twice a year|yearly|every two years|once|on request",
     "How often."},
    {"--hours", "N", "Hours of work a year that it takes."},
    {"--measures", "MEASURE,...", "The measures that it repeats."},
    {"--organisations", "ORG,...", "Of whom it is asked; of all where not given."},
    {"--until", "DATE", "The day on which it ends."},
    {"--reason", "WORDS", "Why it is changed or ends."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status collection_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_collection = {
    .name = "collection",
    .takes = "list|show ID|add ID|change ID|end ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "Data collections and reports asked of a system: who asks, why, how often, how many hours.",
    .description = "The burden of reporting, on record: who asks, on which legal basis, how often, how much work it "
                   "is, and which measures it repeats.",
    .example = "concord collection add winter-sitrep --as T6Y0W --actor \"A. Nalyst\" --name \"Winter situation "
               "report\" --asked-by \"NHS England\" --legal-basis \"NHS Act 2006\" --frequency daily --hours 400 "
               "--measures ae-within-4-hours",
    .options = options,
    .run = collection_run,
};
