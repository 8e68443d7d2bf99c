/* concord rating: CQC ratings, segments, recovery support and other regimes, with entry and exit. */
#include "cli/commands.h"
#include "cli/register_work.h"

#include <string.h>

static const register_field columns[] = {FIELD_OF,    FIELD_REGIME, FIELD_RATING, FIELD_FROM,
                                         FIELD_UNTIL, FIELD_SOURCE, FIELD_COUNT};

static bool is_wanted(const register_run *r, const register_subject *s)
{
    return r->subject == NULL || strcmp(register_value(s, FIELD_OF), r->subject) == 0;
}

/* Of an organisation that has closed too: its ratings are history. */
static status list_run(register_run *r, error *err)
{
    const char *of = register_option(r, "--of");
    status code =
        of == NULL ? STATUS_OK : register_organisation(r->cli, r->log, of, r->on, BODY_EVER, &r->subject, err);
    return code != STATUS_OK ? code : register_list_print(r, REGISTER_RATING, columns, is_wanted, err);
}

static const char *const list_options[] = {"--of", NULL};
static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run, .options = list_options},
    {.name = "enter", .event = "rating.enter", .places = {FIELD_OF, PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {.name = "exit", .event = "rating.exit", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--regime", "cqc-rating|segment|recovery-support|deficit-support|special-measures|lighter-regime",
     "What kind of rating or regime."},
    {"--rating", "NAME", "The rating, or the level of the regime: Good, 3."},
    {"--from", "DATE", "Since when it holds."},
    {"--until", "DATE", "The first day on which it no longer holds."},
    {"--source", "NAME", "Where it was published."},
    {"--reason", "WORDS", "Why it ended."},
    {"--of", "ORG", "List only this organisation's."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status rating_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_rating = {
    .name = "rating",
    .takes = "list|enter ORG [ID]|exit ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "CQC ratings, segments, recovery support and other regimes, with entry and exit.",
    .description = "An organisation has one of each regime at a time: the one that holds is ended before another "
                   "begins. Where no ID is given it is numbered by its event.",
    .example = "concord rating enter RM1 --as T6Y0W --actor \"A. Nalyst\" --regime cqc-rating --rating Good --from "
               "2026-02-01 --source \"Inspection report\"",
    .options = options,
    .run = rating_run,
};
