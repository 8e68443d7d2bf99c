/* edition_rebases: from the register to the segments of control charts. */
#include "cli/edition_rebases.h"

#include "cli/oversight_evidence.h"

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the rebases");
}

static bool stands(const register_subject *s, const date *as_of)
{
    if (as_of != NULL && s->made > *as_of)
        return false;
    return s->standing == STANDING_ACTIVE || (as_of != NULL && s->changed > *as_of);
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

status edition_rebases(cli *c, measure_options *options, error *err)
{
    register_log *log = NULL;
    status code = register_open_if_any(c, &log, err);
    if (code != STATUS_OK || log == NULL)
        return code;
    size_t most = register_count(log, REGISTER_REBASE);
    measure_rebase *rebases = arena_array(&c->memory, most + 1, sizeof *rebases);
    if (rebases == NULL)
        code = full(err);
    for (size_t i = 0; i < most && code == STATUS_OK; i++) {
        const register_subject *s = register_at(log, REGISTER_REBASE, i);
        if (stands(s, options->as_of))
            code = take(c, s, &rebases[options->rebase_count++], err);
    }
    options->rebases = rebases;
    register_close(log);
    return code;
}
