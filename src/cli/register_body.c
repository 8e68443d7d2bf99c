/* register_body: from fixed parts, JSON, places and options to the body of an event, with its organisations as the register writes them. */
#include "cli/register_work.h"

#include <jansson.h>
#include <string.h>

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory");
}

/* ---- fields ---- */

static status list_set(register_run *r, register_field field, const char *value, json_t **out, error *err)
{
    json_t *list = json_array();
    status code = list == NULL ? full(err) : STATUS_OK;
    for (const char *at = value; code == STATUS_OK && *at != 0;) {
        size_t n = strcspn(at, ", ");
        char *word = arena_copy(&r->cli->memory, at, n);
        if (word == NULL)
            code = full(err);
        else if (n > 0 && json_array_append_new(list, json_string(word)) != 0)
            code = error_set(err, STATUS_USAGE, "--%s holds bytes that are not UTF-8", register_field_name(field));
        at += n + (at[n] != 0);
    }
    *out = list;
    return code;
}

static status field_set(register_run *r, register_field field, const char *option, const char *value, error *err)
{
    json_t *item = NULL;
    status code = STATUS_OK;
    double number = 0;
    switch (register_field_shape(field)) {
    case SHAPE_NUMBER:
        code = option_number(option, value, &number, err);
        item = json_real(number);
        break;
    case SHAPE_LIST: code = list_set(r, field, value, &item, err); break;
    case SHAPE_TEXT: item = json_string(value); break;
    }
    if (code == STATUS_OK && item == NULL)
        code = error_set(err, STATUS_USAGE, "%s holds bytes that are not UTF-8", option);
    if (code == STATUS_OK && json_object_set(r->body, register_field_name(field), item) != 0)
        code = full(err);
    json_decref(item);
    return code;
}

void register_option_name(register_field field, char out[40])
{
    (void)snprintf(out, 40, "--%s", register_field_name(field));
    for (char *p = out + 2; *p != 0; p++)
        *p = *p == '_' ? '-' : *p;
}

/* ---- JSON ---- */

/* The id is no field of a body: it stands beside it, as on the command line. */
static status json_id_take(register_run *r, json_t *given, const char *from, error *err)
{
    const json_t *id = json_object_get(given, "id");
    if (id == NULL)
        return STATUS_OK;
    if (!json_is_string(id)) {
        status code = error_set(err, STATUS_REFUSED, "'id' is to be a text");
        error_at(err, from, NULL, 0, NULL);
        error_hint(err, "Write it in quotation marks: {\"id\": \"winter-beds\", ...}.");
        return code;
    }
    r->subject = arena_string(&r->cli->memory, json_string_value(id));
    (void)json_object_del(given, "id");
    return r->subject == NULL ? full(err) : STATUS_OK;
}

static status json_read(register_run *r, const char *from, error *err)
{
    buffer b = {.maximum = REGISTER_BODY_MAXIMUM};
    json_error_t problem;
    const bool typed_in = strcmp(from, "-") == 0;
    const char *name = typed_in ? "standard input" : from;
    status code = STATUS_OK;
    if (typed_in) {
        char chunk[4096];
        size_t n;
        while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
            buffer_put(&b, chunk, n);
        code = ferror(stdin) ? error_set(err, STATUS_IO, "Cannot read standard input") : buffer_status(&b, err);
    } else {
        code = file_read(from, REGISTER_BODY_MAXIMUM, &b, err);
    }
    if (code == STATUS_OK) {
        json_t *given = json_loadb(b.data == NULL ? "" : b.data, b.length, JSON_REJECT_DUPLICATES, &problem);
        if (given == NULL || !json_is_object(given)) {
            code = error_set(err, STATUS_REFUSED, "This is not a JSON object: %s",
                             given == NULL ? problem.text : "it is something else");
            error_at(err, name, NULL, given == NULL ? problem.line : 1, NULL);
        } else {
            code = json_id_take(r, given, name, err);
            if (code == STATUS_OK && json_object_update(r->body, given) != 0)
                code = full(err);
        }
        json_decref(given);
    }
    buffer_free(&b);
    return code;
}

/* ---- organisations ---- */

static const char *said(const register_run *r, register_field field)
{
    return json_string_value(json_object_get(r->body, register_field_name(field)));
}

/* The day on which the organisation that a field names must be there. A note on a chart, a rating, a membership may be about a body that has closed
 * since, in the time that it was there. */
static register_body_is day_meant(const register_run *r, register_field field, date *day)
{
    const char *month = said(r, FIELD_PERIOD), *from = said(r, FIELD_FROM);
    period p;
    *day = r->on;
    if (field != FIELD_OF)
        return BODY_NAMED;
    if (month != NULL && period_parse(text_of(month), &p))
        *day = period_first_day(p);
    else if (from == NULL || !date_parse(text_of(from), day))
        return BODY_EVER; /* an end, or a day that the rules will refuse */
    return BODY_NAMED;
}

static bool names_organisations(register_field field)
{
    return field == FIELD_OF || field == FIELD_SYSTEM || field == FIELD_ORGANISATIONS || field == FIELD_PARTNERS ||
           field == FIELD_TO || field == FIELD_SUCCESSOR || field == FIELD_SEES;
}

static status organisation_code(register_run *r, register_field field, json_t *given, json_t **out, error *err)
{
    const char *typed = json_string_value(given), *code_used = NULL;
    date day;
    *out = NULL;
    if (typed == NULL) /* the body's own check says what is wrong */
        return STATUS_OK;
    register_body_is is = day_meant(r, field, &day);
    status code = register_organisation(r->cli, r->log, typed, day, is, &code_used, err);
    if (code == STATUS_OK && (*out = json_string(code_used)) == NULL)
        code = full(err);
    return code;
}

/* However they were given, organisations stand in the body by the codes that the register uses, and are there on the day that is meant. */
static status organisations_take(register_run *r, register_field field, error *err)
{
    json_t *given = json_object_get(r->body, register_field_name(field)), *now = NULL;
    status code = STATUS_OK;
    if (given == NULL || !names_organisations(field))
        return STATUS_OK;
    for (size_t i = 0; i < json_array_size(given) && code == STATUS_OK; i++) {
        code = organisation_code(r, field, json_array_get(given, i), &now, err);
        if (now != NULL && json_array_set_new(given, i, now) != 0)
            code = full(err);
    }
    if (code != STATUS_OK || json_is_array(given))
        return code;
    code = organisation_code(r, field, given, &now, err);
    if (now != NULL && json_object_set_new(r->body, register_field_name(field), now) != 0)
        code = full(err);
    return code;
}

/* ---- all of it ---- */

static status places_take(register_run *r, error *err)
{
    const arguments *a = r->arguments;
    for (size_t i = 0; i < PLACES && i + 1 < a->positional_count; i++) {
        register_field place = r->action->places[i];
        const char *value = a->positional[i + 1];
        status code = STATUS_OK;
        if (place == PLACE_SUBJECT)
            r->subject = value;
        else
            code = field_set(r, place, register_field_name(place), value, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

/* Is an id among what must be given? Then it is missing where neither the command line nor the JSON has it. */
static status subject_check(const register_run *r, error *err)
{
    bool needed = false, makes;
    register_kind kind;
    char typed[REGISTER_ACTION_WORDS];
    for (size_t i = 0; i < r->action->at_least; i++)
        needed = needed || r->action->places[i] == PLACE_SUBJECT;
    if (!needed || r->subject != NULL || !register_event_subject(r->action->event, &kind, &makes))
        return STATUS_OK;
    register_action_words(r->cli, r->action, typed);
    status code = error_set(err, STATUS_USAGE, "%s needs the id of a %s", typed, register_kind_name(kind));
    error_hint(err, "Give it after %s, or as \"id\" in the JSON.", typed);
    return code;
}

status register_body_collect(register_run *r, error *err)
{
    const char *from = register_option(r, "--json"), *choices;
    register_field field;
    bool required;
    r->body = r->action->fixed == NULL ? json_object() : json_loads(r->action->fixed, 0, NULL);
    status code = r->body == NULL ? full(err) : STATUS_OK;
    if (code == STATUS_OK && from != NULL)
        code = json_read(r, from, err);
    if (code == STATUS_OK)
        code = places_take(r, err);
    for (size_t i = 0; code == STATUS_OK && register_event_field(r->action->event, i, &field, &required, &choices);
         i++) {
        char option[40];
        register_option_name(field, option);
        const char *value = register_option(r, option);
        if (value != NULL)
            code = field_set(r, field, option, value, err);
    }
    for (size_t i = 0; code == STATUS_OK && register_event_field(r->action->event, i, &field, &required, &choices); i++)
        code = organisations_take(r, field, err);
    return code == STATUS_OK ? subject_check(r, err) : code;
}
