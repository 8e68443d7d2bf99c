/* register_grounds: mental health, community services and inequality must not fall out of what a system is held to. */
#include "cli/register_targets.h"

#include "oversight/burden.h"

#include <string.h>

/* Has a target or priority in force a measure of that domain? Local measures are of none. */
static bool is_covered(const register_run *r, const char *domain)
{
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++) {
        const register_subject *t = register_at(r->log, REGISTER_TARGET, i);
        const measure *m = register_target_in_force(t)
                               ? catalogue_measure(&r->cli->catalogue, register_value(t, FIELD_MEASURE))
                               : NULL;
        if (m != NULL && strcmp(m->domain, domain) == 0)
            return true;
    }
    return false;
}

/* "mental health, community services and inequality" */
static size_t names_join(const bool chosen[BURDEN_GROUNDS], buffer *out)
{
    size_t count = 0, told = 0;
    for (size_t i = 0; i < BURDEN_GROUNDS; i++)
        count += chosen[i];
    for (size_t i = 0; i < BURDEN_GROUNDS; i++) {
        if (!chosen[i])
            continue;
        buffer_printf(out, "%s%s", told == 0 ? "" : told + 1 == count ? " or " : ", ", burden_ground_at(i)->name);
        told++;
    }
    return count;
}

size_t register_grounds_uncovered(const register_run *r, const char **names, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < BURDEN_GROUNDS && count < capacity; i++)
        if (!is_covered(r, burden_ground_at(i)->domain))
            names[count++] = burden_ground_at(i)->name;
    return count;
}

status register_grounds_note(register_run *r, error *err)
{
    bool open[BURDEN_GROUNDS], any = false;
    buffer names = {0};
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++)
        any = any || register_target_in_force(register_at(r->log, REGISTER_TARGET, i));
    if (!any)
        return STATUS_OK;
    status code = cli_catalogue(r->cli, err);
    for (size_t i = 0; code == STATUS_OK && i < BURDEN_GROUNDS; i++)
        open[i] = !is_covered(r, burden_ground_at(i)->domain);
    if (code == STATUS_OK && names_join(open, &names) > 0)
        say_note(r->cli, "No target or priority in force has a measure of %s.", names.data);
    buffer_free(&names);
    return code;
}

status register_target_retire(register_run *r, error *err)
{
    bool before[BURDEN_GROUNDS], lost[BURDEN_GROUNDS];
    buffer names = {0};
    for (size_t i = 0; i < BURDEN_GROUNDS; i++)
        before[i] = is_covered(r, burden_ground_at(i)->domain);
    status code = register_write(r, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < BURDEN_GROUNDS; i++)
        lost[i] = before[i] && !is_covered(r, burden_ground_at(i)->domain);
    if (names_join(lost, &names) > 0)
        say_note(r->cli,
                 "warning: this leaves protected ground without a measure: no target or priority in force is about %s "
                 "any more.",
                 names.data);
    buffer_free(&names);
    return STATUS_OK;
}
