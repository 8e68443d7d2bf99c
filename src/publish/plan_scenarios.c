/* plan_scenarios: which scenarios a page shows, and what of them. */
#include "publish/plan_scenarios.h"

#include "publish/record.h"

#include <string.h>

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory while preparing the plans");
}

/* ---- reading ---------------------------------------------------------------------------------------------- */

/* The register's entry whose text this is: an id may be one of the catalogue's too, and the register has it as it stands. */
static const register_subject *kept_find(const site *s, const char *id)
{
    const register_subject *subject = s->record == NULL ? NULL : register_find(s->record->log, REGISTER_SCENARIO, id);
    return subject != NULL && subject->standing == STANDING_ACTIVE ? subject : NULL;
}

/* What is no scenario is counted and told on the pages, not dropped in silence. */
status plan_scenarios_read(site *s, error *err)
{
    size_t count = 0;
    const edition_document *documents = edition_documents_of(s->now, EDITION_DOCUMENT_SCENARIO, &count);
    struct plan_scenarios *out = arena_array(&s->memory, 1, sizeof *out);
    if (out == NULL)
        return no_memory(err);
    out->said = "";
    s->scenarios = out;
    const status lucky = course_luck_make(COURSE_REPLICATIONS, PLAN_PERIODS_MAXIMUM, &s->memory, &out->luck, err);
    if (lucky != STATUS_OK)
        return lucky;
    for (size_t i = 0; i < count && out->count < PLAN_SCENARIOS_MOST; i++) {
        problems list = {0};
        error own = {0};
        const status code = scenario_parse(documents[i].text, strlen(documents[i].text), documents[i].name, &s->memory,
                                           &out->items[out->count], &list, &own);
        problems_free(&list);
        if (code == STATUS_MEMORY)
            return no_memory(err);
        if (code == STATUS_OK) {
            out->kept[out->count] = kept_find(s, out->items[out->count].id);
            out->count++;
        } else if (out->refused++ == 0)
            out->said = arena_printf(&s->memory, "%s: %s", documents[i].name, own.message);
    }
    return out->said == NULL ? no_memory(err) : STATUS_OK;
}

/* The body of an event is JSON in one order of keys. Within its texts a quotation mark has a backslash before it, so that the key cannot be
 * found in one of them. */
int64_t plan_scenario_version_of(const register_event *event)
{
    static const char key[] = "\"revision\":";
    double version = 0;
    const char *at = strcmp(event->kind, "scenario.keep") == 0 ? strstr(event->body, key) : NULL;
    if (at == NULL)
        return 0;
    at += sizeof key - 1;
    return number_parse((text){at, strcspn(at, ",}")}, &version) && version >= 1 && version <= 1e9 ? (int64_t)version
                                                                                                   : 0;
}

/* ---- whom it is about ------------------------------------------------------------------------------------- */

static bool lever_names(const scenario_lever *l, const char *code)
{
    for (size_t i = 0; i < l->provider_count; i++)
        if (strcmp(l->providers[i], code) == 0)
            return true;
    return strcmp(l->to_provider, code) == 0;
}

bool plan_scenario_names(const scenario *s, const char *code)
{
    for (size_t i = 0; i < s->lever_count; i++)
        if (lever_names(&s->levers[i], code))
            return true;
    return false;
}

bool plan_scenario_names_any(const scenario *s)
{
    for (size_t i = 0; i < s->lever_count; i++)
        if (s->levers[i].provider_count > 0 || s->levers[i].to_provider[0] != 0)
            return true;
    return false;
}

/* ---- one list's part of it -------------------------------------------------------------------------------- */

static bool lever_fits(const scenario_lever *l, const char *code, plan_left_out *left)
{
    if (l->provider_count > 0 && !lever_names(l, code))
        return false;
    if (l->kind == LEVER_MUTUAL_AID) {
        left->transfers = true;
        left->with = strcmp(l->to_provider, code) != 0 ? l->to_provider
                     : l->provider_count > 0           ? l->providers[0]
                                                       : NULL;
        return false;
    }
    left->functions = left->functions || l->treatment_function_count > 0;
    left->shared = left->shared || (l->kind == LEVER_EXTRA_SESSIONS && l->provider_count > 1);
    return l->treatment_function_count == 0 && !(l->kind == LEVER_EXTRA_SESSIONS && l->provider_count > 1);
}

status plan_scenario_narrow(const scenario *s, const char *code, arena *a, scenario *out, plan_left_out *left,
                            error *err)
{
    scenario_lever *levers = arena_array(a, s->lever_count + 1, sizeof *levers);
    *left = (plan_left_out){0};
    *out = *s;
    if (levers == NULL)
        return no_memory(err);
    out->levers = levers;
    out->lever_count = 0;
    for (size_t i = 0; i < s->lever_count; i++)
        if (lever_fits(&s->levers[i], code, left)) {
            levers[out->lever_count] = s->levers[i];
            levers[out->lever_count++].provider_count = 0; /* the only list that there is */
        }
    return STATUS_OK;
}

void plan_left_out_words(const plan_left_out *left, const char *with, buffer *out)
{
    const char *join = "";
    if (left->transfers) {
        buffer_text(out, "people who move between providers");
        if (with != NULL)
            buffer_printf(out, " (here with %.200s)", with);
        buffer_text(out, ", since a page works out one list by itself");
        join = "; ";
    }
    if (left->shared) {
        buffer_printf(out, "%ssessions that several providers share, since a page knows one of them", join);
        join = "; ";
    }
    if (left->functions)
        buffer_printf(out, "%swhat changes single treatment functions, since the list here is all of them together",
                      join);
}
