/* register_targets: adopting a target of the catalogue, defining a local measure, signing. */
#include "cli/register_targets.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory");
}

static bool set_text(register_run *r, const char *name, const char *value)
{
    return json_object_get(r->body, name) != NULL || json_object_set_new(r->body, name, json_string(value)) == 0;
}

/* ---- adopt ---- */

static const target *catalogue_target_find(const catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->target_count; i++)
        if (strcmp(c->targets[i].id, id) == 0)
            return &c->targets[i];
    return NULL;
}

/* A year is due by its last month. */
static void due_month(period by, char out[PERIOD_TEXT])
{
    int32_t last = by.first_month + by.months - 1;
    period_format(period_month(last / 12, last % 12 + 1), out);
}

status register_target_adopt(register_run *r, error *err)
{
    status code = register_body_collect(r, err);
    const char *id = r->subject;
    const target *t = code == STATUS_OK ? catalogue_target_find(&r->cli->catalogue, id) : NULL;
    char by[PERIOD_TEXT];
    if (code != STATUS_OK)
        return code;
    if (t == NULL) {
        const char *near = NULL;
        unsigned best = 10;
        for (size_t i = 0; i < r->cli->catalogue.target_count; i++)
            if (text_distance(id, r->cli->catalogue.targets[i].id) < best) {
                near = r->cli->catalogue.targets[i].id;
                best = text_distance(id, near);
            }
        code = error_set(err, STATUS_NOT_FOUND, "There is no target '%s' in the catalogue", id);
        if (near != NULL)
            error_hint(err, "Did you mean '%s'?", near);
        else
            error_hint(err, "See: concord list targets");
        return code;
    }
    const measure *m = &r->cli->catalogue.measures[t->measure];
    due_month(t->by, by);
    if (json_object_get(r->body, "level") == NULL) {
        if (t->needs_baseline) {
            code = error_set(err, STATUS_REFUSED,
                             "'%s' is set against each trust's own baseline and has no single level", id);
            error_hint(err, "Give the level for this system with --level.");
            return code;
        }
        if (json_object_set_new(r->body, "level", json_real(t->level)) != 0)
            return full(err);
    }
    bool good = set_text(r, "title", m->name) && set_text(r, "measure", m->id) && set_text(r, "unit", m->unit) &&
                set_text(r, "by", by) && set_text(r, "authority", t->authority) && set_text(r, "document", t->document);
    return good ? register_body_append(r, err) : full(err);
}

/* ---- a local measure ---- */

static void put_yaml(buffer *out, const char *key, const register_subject *s, register_field field)
{
    /* A JSON string is a YAML string. */
    buffer_printf(out, "%s: ", key);
    buffer_json(out, register_value(s, field));
    buffer_char(out, '\n');
}

static status measure_file_write(register_run *r, const char *path, const register_subject *s, error *err)
{
    buffer out = {0};
    const char *unit = register_value(s, FIELD_UNIT), *actor = register_option(r, "--actor");
    buffer_printf(&out, "# Defined in the register by event %lld; fed by tidy files (docs/catalogue.md).\nid: %s\n",
                  (long long)s->first_event, s->id);
    put_yaml(&out, "name", s, FIELD_NAME);
    put_yaml(&out, "short_name", s, FIELD_NAME);
    buffer_text(&out, "domain: population\nsource: tidy\n");
    put_yaml(&out, "question", s, FIELD_QUESTION);
    put_yaml(&out, "definition", s, FIELD_DEFINITION);
    put_yaml(&out, "why_it_matters", s, FIELD_WHY);
    buffer_text(&out, "sentence: \"In {period}, the figure for {organisation} was {value}.\"\n");
    buffer_printf(&out, "unit: %s\nunit_label: %s\ndecimals: 1\nbetter: %s\nvalue: given\n", unit,
                  strcmp(unit, "percent") == 0 ? "\"%\"" : unit, register_value(s, FIELD_BETTER));
    buffer_text(&out, "levels: {england: organisation, region: organisation, icb: organisation, sub-icb: organisation, "
                      "provider: organisation}\n"
                      "caveats:\n  - A local measure, as its partners give it.\nauthors: ");
    buffer_json(&out, actor != NULL ? actor : s->owner);
    buffer_text(&out, "\nchecked_by: Not yet independently checked\nreview_by: ");
    int year, month, day;
    date_parts(s->made, &year, &month, &day);
    buffer_printf(&out, "%04d-%02d\n", year + 1, month);
    status code = buffer_status(&out, err);
    if (code == STATUS_OK)
        code = file_write(path, out.data, out.length, true, err);
    buffer_free(&out);
    return code;
}

/* The event first: a measure that stands in the catalogue without one would have nobody who answers for it. */
status register_measure_define(register_run *r, error *err)
{
    cli *c = r->cli;
    status code = register_body_collect(r, err);
    if (code != STATUS_OK)
        return code;
    const char *id = r->subject;
    if (catalogue_measure(&c->catalogue, id) != NULL) {
        code = error_set(err, STATUS_REFUSED, "There is a measure '%s' in the catalogue already", id);
        error_hint(err, "Choose another id.");
        return code;
    }
    const char *folder = arena_printf(&c->memory, "%s/catalogue/measures", c->workspace);
    const char *path = arena_printf(&c->memory, "%s/%s.yaml", folder == NULL ? "" : folder, id);
    if (folder == NULL || path == NULL)
        return full(err);
    code = register_body_append(r, err);
    if (code == STATUS_OK)
        code = folder_make(folder, err);
    if (code == STATUS_OK)
        code = measure_file_write(r, path, register_find(r->log, REGISTER_MEASURE, id), err);
    if (code == STATUS_OK && r->format != FORMAT_JSON)
        (void)fprintf(c->out, "Its figures come in tidy files with the measure %s; its definition is in %s.\n", id,
                      path);
    return code;
}

/* ---- signing ---- */

status register_priority_sign(register_run *r, error *err)
{
    status code = register_body_collect(r, err);
    const register_subject *s = code == STATUS_OK ? register_find(r->log, REGISTER_TARGET, r->subject) : NULL;
    /* Of one that is not there the rules say so. */
    if (code == STATUS_OK && json_object_get(r->body, "revision") == NULL &&
        json_object_set_new(r->body, "revision", json_integer(s == NULL ? 1 : s->revision)) != 0)
        code = full(err);
    return code == STATUS_OK ? register_body_append(r, err) : code;
}
