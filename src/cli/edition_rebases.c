/* edition_rebases: from the register to the segments of control charts, and to the groups of organisations that are measured. */
#include "cli/edition_rebases.h"

#include "cli/oversight_evidence.h"

#include <string.h>

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the rebases");
}

static status take(cli *c, const register_subject *s, measure_rebase *out, error *err)
{
    const char *breakdown = register_value(s, FIELD_BREAKDOWN);
    *out = (measure_rebase){.measure = arena_string(&c->memory, register_value(s, FIELD_MEASURE)),
                            .organisation = arena_string(&c->memory, register_value(s, FIELD_OF)),
                            .breakdown = arena_string(&c->memory, breakdown),
                            .author = arena_string(&c->memory, s->owner),
                            .reason = arena_string(&c->memory, register_value(s, FIELD_REASON))};
    if (!period_parse(text_of(register_value(s, FIELD_PERIOD)), &out->period))
        return error_set(err, STATUS_REFUSED, "The rebase '%s' names no period", s->id);
    return out->measure == NULL || out->organisation == NULL || out->author == NULL || out->reason == NULL ||
                   (breakdown != NULL && out->breakdown == NULL)
               ? full(err)
               : STATUS_OK;
}

/* ---- groups ---------------------------------------------------------------------------------------------- */

/* "RM1=2025-04-01..2026-04-01", as the register keeps it. */
static bool membership_read(cli *c, text word, measure_member *out)
{
    const char *equals = memchr(word.at, '=', word.length);
    size_t n = equals == NULL ? word.length : (size_t)(equals - word.at);
    out->until = DATE_FOREVER;
    if (word.length < n + 1 + 10 + 2 || !date_parse((text){word.at + n + 1, 10}, &out->from))
        return false;
    if (word.length == n + 1 + 10 + 2 + 10 && !date_parse((text){word.at + n + 13, 10}, &out->until))
        return false;
    out->code = arena_copy(&c->memory, word.at, n);
    return out->code != NULL;
}

static status take_group(cli *c, const register_subject *s, measure_group *out, error *err)
{
    const char *at = register_value(s, FIELD_MEMBERS), *system = register_value(s, FIELD_SYSTEM);
    text word;
    size_t count = 0;
    for (const char *p = at; register_list_next(&p, &word);)
        count++;
    measure_member *members = arena_array(&c->memory, count + 1, sizeof *members);
    *out = (measure_group){.code = arena_string(&c->memory, s->id),
                           .name = arena_string(&c->memory, register_value(s, FIELD_NAME)),
                           .kind = arena_string(&c->memory, register_value(s, FIELD_KIND)),
                           .system = arena_string(&c->memory, system == NULL ? "" : system),
                           .from = register_value_date(s, FIELD_FROM),
                           .until = register_value_date(s, FIELD_UNTIL),
                           .members = members};
    if (members == NULL || out->code == NULL || out->name == NULL || out->kind == NULL || out->system == NULL)
        return full(err);
    while (register_list_next(&at, &word))
        if (!membership_read(c, word, &members[out->member_count++]))
            return error_set(err, STATUS_REFUSED, "The members of the group '%s' cannot be read", s->id);
    return STATUS_OK;
}

static status take_groups(cli *c, const register_log *log, measure_options *options, error *err)
{
    size_t most = register_count(log, REGISTER_GROUP);
    measure_group *groups = arena_array(&c->memory, most + 1, sizeof *groups);
    status code = groups == NULL ? full(err) : STATUS_OK;
    for (size_t i = 0; i < most && code == STATUS_OK; i++) {
        code = take_group(c, register_at(log, REGISTER_GROUP, i), &groups[options->group_count++], err);
    }
    options->groups = groups;
    return code;
}

status edition_rebases(cli *c, measure_options *options, error *err)
{
    register_log *log = NULL;
    status code = cli_register(c, &log, err);
    /* What was not known on the day (a rebase since withdrawn, a member that has left since) does not count either way. */
    if (code == STATUS_OK && log != NULL && options->as_of != NULL)
        code = register_turn_back(c, *options->as_of, &log, err);
    if (code != STATUS_OK || log == NULL)
        return code;
    size_t most = register_count(log, REGISTER_REBASE);
    measure_rebase *rebases = arena_array(&c->memory, most + 1, sizeof *rebases);
    if (rebases == NULL)
        code = full(err);
    for (size_t i = 0; i < most && code == STATUS_OK; i++) {
        const register_subject *s = register_at(log, REGISTER_REBASE, i);
        if (s->standing == STANDING_ACTIVE)
            code = take(c, s, &rebases[options->rebase_count++], err);
    }
    options->rebases = rebases;
    if (code == STATUS_OK)
        code = take_groups(c, log, options, err);
    register_close(log);
    return code;
}
