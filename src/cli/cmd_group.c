/* concord group: provider collaboratives, places and clusters, with their members through time. */
#include "cli/commands.h"
#include "cli/register_work.h"

static const register_field columns[] = {FIELD_NAME, FIELD_KIND, FIELD_SYSTEM, FIELD_FROM, FIELD_UNTIL, FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_GROUP, columns, NULL, err);
}

static status show_run(register_run *r, error *err)
{
    return register_show_print(r, REGISTER_GROUP, r->arguments->positional[1], err);
}

static status members_run(register_run *r, error *err)
{
    static const table_column heads[] = {{"organisation", NULL, false, false}, {"name", NULL, false, false}};
    const char *id = r->arguments->positional[1], **members = NULL;
    const register_subject *group = register_find(r->log, REGISTER_GROUP, id);
    size_t count = 0;
    table t = {0};
    if (group == NULL)
        return error_set(err, STATUS_NOT_FOUND, "There is no group '%s' in the register", id);
    status code = cli_orgs(r->cli, err);
    if (code == STATUS_OK)
        code = register_members(group, r->on, &r->cli->memory, &members, &count, err);
    table_begin(&t, heads, 2);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        org_index o = orgs_find(r->cli->orgs, text_of(members[i]));
        const register_subject *partner = register_find(r->log, REGISTER_PARTNER, members[i]);
        table_text(&t, members[i]);
        table_text(&t, o >= 0            ? orgs_at(r->cli->orgs, o)->name
                       : partner != NULL ? register_value(partner, FIELD_NAME)
                                         : NULL);
    }
    if (code == STATUS_OK)
        code = table_print(r->cli, &t, r->format, err);
    table_free(&t);
    return code;
}

/* A group is measured and shown by its code like any organisation, so the code must be nobody else's. */
static status form_run(register_run *r, error *err)
{
    status code = register_body_collect(r, err);
    const char *id = r->subject;
    if (code == STATUS_OK)
        code = cli_orgs(r->cli, err);
    org_index i = code == STATUS_OK ? orgs_find(r->cli->orgs, text_of(id)) : -1;
    if (i >= 0) {
        code = error_set(err, STATUS_REFUSED, "%s is the code of an organisation: %s", orgs_at(r->cli->orgs, i)->code,
                         orgs_at(r->cli->orgs, i)->name);
        error_hint(err, "Choose another code for the group, such as norfolk-acute.");
    }
    return code == STATUS_OK ? register_body_append(r, err) : code;
}

static const char *const members_options[] = {"--on", NULL};
static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "members",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = members_run,
     .options = members_options},
    {.name = "form", .event = "group.form", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = form_run},
    {.name = "add", .event = "group.add", .places = {PLACE_SUBJECT, FIELD_OF, PLACE_NONE}, .at_least = 2},
    {.name = "remove", .event = "group.remove", .places = {PLACE_SUBJECT, FIELD_OF, PLACE_NONE}, .at_least = 2},
    {.name = "end", .event = "group.end", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--name", "NAME", "What the group is called."},
    {"--kind", "provider-collaborative|place|cluster", "What it is."},
    {"--system", "ORG", "The system that it belongs to, where it belongs to one."},
    {"--from", "DATE", "Since when the group, or the membership, holds."},
    {"--until", "DATE", "The first day on which it no longer holds."},
    {"--reason", "WORDS", "Why the group ends."},
    {"--on", "DATE", "The day for which members are listed: today where not given."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status group_run(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_group = {
    .name = "group",
    .takes = "list|show ID|members ID|form ID|add ID ORG|remove ID ORG|end ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "Provider collaboratives, places and clusters, with their members through time.",
    .description = "A group stands across the tree of organisations: an organisation may be in several, and joins and "
                   "leaves on a day. members lists who is in it on a day.\n\n"
                   "The next edition measures every group like an organisation, from its members' figures in the "
                   "periods in which they are members: concord show MEASURE ID, list orgs and the pages know it by its "
                   "code.",
    .example = "concord group form norfolk-acute --as T6Y0W --actor \"A. Nalyst\" --name \"Norfolk acute "
               "collaborative\" --kind provider-collaborative --from 2025-04-01\nconcord group add norfolk-acute RM1 "
               "--as T6Y0W --actor \"A. Nalyst\" --from 2025-04-01",
    .options = options,
    .run = group_run,
};
