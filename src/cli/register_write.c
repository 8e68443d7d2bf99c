/* register_write: from options, places and JSON to an event. */
#include "cli/as_of.h"
#include "cli/oversight_evidence.h"
#include "cli/register_work.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *register_option(const register_run *r, const char *option)
{
    return argument(r->cli->command, r->arguments, option);
}

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory");
}

/* ---- when and who ---- */

static void now_words(char out[REGISTER_TIME_TEXT])
{
    time_t now = time(NULL);
    struct tm parts;
    out[0] = 0;
    if (gmtime_r(&now, &parts) != NULL && strftime(out, REGISTER_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = 0;
}

static status times_read(register_run *r, error *err)
{
    const char *at = register_option(r, "--at"), *on = register_option(r, "--on");
    date day;
    now_words(r->now);
    if (at != NULL && strlen(at) == 10)
        (void)snprintf(r->at, sizeof r->at, "%sT00:00:00Z", at);
    else if (at != NULL && strlen(at) < sizeof r->at)
        (void)snprintf(r->at, sizeof r->at, "%s", at);
    if (at != NULL && (r->at[0] == 0 || !date_parse((text){r->at, 10}, &day))) {
        status code = error_set(err, STATUS_USAGE, "--at: '%s' is not a time", at);
        error_hint(err, "Times are written 2026-04-01 or 2026-04-01T09:30:00Z, in UTC.");
        return code;
    }
    if (!date_parse((text){r->at[0] != 0 ? r->at : r->now, 10}, &r->on))
        r->on = DATE_NONE;
    if (r->cli->as_of != NULL)
        r->on = *r->cli->as_of;
    return on == NULL ? STATUS_OK : option_date("--on", on, &r->on, err);
}

/* Named on the command line, or in the environment for whoever works for one organisation all day. */
static status who_read(register_run *r, const char **organisation, const char **actor, error *err)
{
    const char *as = register_option(r, "--as"), *person = register_option(r, "--actor");
    as = as != NULL ? as : getenv("CONCORD_ORGANISATION");
    person = person != NULL ? person : getenv("CONCORD_ACTOR");
    if (as == NULL || as[0] == 0 || person == NULL || person[0] == 0) {
        status code = error_set(err, STATUS_USAGE,
                                as == NULL || as[0] == 0 ? "Who acts is not said: which organisation"
                                                         : "Who acts is not said: which person");
        error_hint(err, "Give --as ORG and --actor NAME, or set CONCORD_ORGANISATION and CONCORD_ACTOR.");
        return code;
    }
    *actor = person;
    return register_organisation(r->cli, r->log, as, r->on, false, organisation, err);
}

/* ---- the body ---- */

/* Fields that name organisations, and whether one that has closed may be meant: a note can be about a trust that is gone. */
static bool names_organisations(register_field field, bool *closed_too)
{
    *closed_too = field == FIELD_OF || field == FIELD_SYSTEM;
    return *closed_too || field == FIELD_ORGANISATIONS || field == FIELD_PARTNERS || field == FIELD_TO ||
           field == FIELD_SUCCESSOR || field == FIELD_SEES;
}

static status word_take(register_run *r, register_field field, const char *word, const char **out, error *err)
{
    bool closed_too;
    *out = word;
    if (!names_organisations(field, &closed_too))
        return STATUS_OK;
    return register_organisation(r->cli, r->log, word, r->on, closed_too, out, err);
}

static status list_set(register_run *r, register_field field, const char *value, json_t **out, error *err)
{
    json_t *list = json_array();
    status code = list == NULL ? full(err) : STATUS_OK;
    for (const char *at = value; code == STATUS_OK && *at != 0;) {
        size_t n = strcspn(at, ", ");
        char *word = arena_copy(&r->cli->memory, at, n);
        const char *taken = word;
        if (word == NULL)
            code = full(err);
        else if (n > 0)
            code = word_take(r, field, word, &taken, err);
        if (code == STATUS_OK && n > 0 && json_array_append_new(list, json_string(taken)) != 0)
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
    const char *taken = value;
    switch (register_field_shape(field)) {
    case SHAPE_NUMBER:
        code = option_number(option, value, &number, err);
        item = json_real(number);
        break;
    case SHAPE_LIST: code = list_set(r, field, value, &item, err); break;
    case SHAPE_TEXT:
        code = word_take(r, field, value, &taken, err);
        item = json_string(taken);
        break;
    }
    if (code == STATUS_OK && item == NULL)
        code = error_set(err, STATUS_USAGE, "%s holds bytes that are not UTF-8", option);
    if (code == STATUS_OK && json_object_set(r->body, register_field_name(field), item) != 0)
        code = full(err);
    json_decref(item);
    return code;
}

static status json_read(register_run *r, const char *from, error *err)
{
    buffer b = {.maximum = REGISTER_BODY_MAXIMUM};
    json_error_t problem;
    status code = STATUS_OK;
    if (strcmp(from, "-") == 0) {
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
            error_at(err, strcmp(from, "-") == 0 ? "standard input" : from, NULL, given == NULL ? problem.line : 1,
                     NULL);
        } else {
            /* The id is no field of a body: it stands beside it, as on the command line. */
            const json_t *id = json_object_get(given, "id");
            if (json_is_string(id) && (r->subject = arena_string(&r->cli->memory, json_string_value(id))) == NULL)
                code = full(err);
            if (json_is_string(id))
                (void)json_object_del(given, "id");
            if (json_object_update(r->body, given) != 0)
                code = full(err);
        }
        json_decref(given);
    }
    buffer_free(&b);
    return code;
}

/* "--legal-basis" for legal_basis. */
static void option_name(register_field field, char out[40])
{
    (void)snprintf(out, 40, "--%s", register_field_name(field));
    for (char *p = out + 2; *p != 0; p++)
        *p = *p == '_' ? '-' : *p;
}

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

status register_body_collect(register_run *r, error *err)
{
    const char *from = register_option(r, "--json");
    r->body = r->action->fixed == NULL ? json_object() : json_loads(r->action->fixed, 0, NULL);
    status code = r->body == NULL ? full(err) : STATUS_OK;
    if (code == STATUS_OK && from != NULL)
        code = json_read(r, from, err);
    if (code == STATUS_OK)
        code = places_take(r, err);
    register_field field;
    bool required;
    const char *choices;
    for (size_t i = 0; code == STATUS_OK && register_event_field(r->action->event, i, &field, &required, &choices);
         i++) {
        char option[40];
        option_name(field, option);
        const char *value = register_option(r, option);
        if (value != NULL)
            code = field_set(r, field, option, value, err);
    }
    return code;
}

/* ---- appending ---- */

/* A field that is missing is an option that was not given: say so in those words. */
static void needs_as_option(const register_run *r, error *err)
{
    static const char needs[] = " needs '";
    const char *at = err == NULL ? NULL : strstr(err->message, needs);
    register_field field;
    char name[40] = "", option[40], event[40];
    if (at == NULL || sscanf(at + sizeof needs - 1, "%39[a-z_]", name) != 1 || !register_field_find(name, &field))
        return;
    option_name(field, option);
    if (strcmp(r->cli->command->name, r->action->name) == 0)
        (void)snprintf(event, sizeof event, "%s", r->action->name);
    else
        (void)snprintf(event, sizeof event, "%s %s%s", r->cli->command->name,
                       r->action->within == NULL ? "" : r->action->within, r->action->name);
    status code = err->code;
    (void)error_set(err, code, "%s needs %s", event, option);
    error_hint(err, "See: concord %s --help", r->cli->command->name);
}

static status receipt_print(const register_run *r, const register_draft *d, error *err)
{
    buffer out = {0};
    if (r->format == FORMAT_JSON) {
        buffer_printf(&out,
                      "{\"sequence\": %lld, \"kind\": \"%s\", \"subject\": \"%s\", \"organisation\": \"%s\", \"time\": "
                      "\"%s\", \"hash\": \"%s\"}\n",
                      (long long)r->receipt.sequence, d->kind, r->receipt.subject, d->organisation, r->receipt.time,
                      r->receipt.hash);
    } else {
        bool begins = r->receipt.sequence == 1;
        buffer_printf(&out, "Event %lld: %s %s%s%s.\n", (long long)r->receipt.sequence, d->organisation,
                      register_event_words(d->kind), begins ? "" : " ", begins ? "" : r->receipt.subject);
    }
    status code = register_out(r, &out, err);
    buffer_free(&out);
    return code;
}

static void national_warn(const register_run *r)
{
    size_t count = register_national_count(r->log);
    if (strcmp(r->action->event, "target.adopt") == 0 && count > REGISTER_NATIONAL_MAXIMUM)
        say_note(r->cli, "warning: %zu national targets count as priorities, which is more than %d.", count,
                 REGISTER_NATIONAL_MAXIMUM);
}

status register_body_append(register_run *r, error *err)
{
    register_key key;
    const char *key_file = register_option(r, "--key"), *version = register_option(r, "--if-version");
    register_draft d = {
        .kind = r->action->event, .subject = r->subject, .time = r->at[0] != 0 ? r->at : NULL, .now = r->now};
    status code = who_read(r, &d.organisation, &d.actor, err);
    /* A day without a time, on the day of the last event: after it. */
    const char *at = register_option(r, "--at"), *last = register_last_time(r->log);
    if (at != NULL && strlen(at) == 10 && strncmp(at, last, 10) == 0)
        d.time = last;
    if (code == STATUS_OK && version != NULL)
        code = option_count("--if-version", version, 1, INT64_MAX, &d.if_version, err);
    if (code == STATUS_OK && key_file != NULL) {
        code = register_key_read(key_file, &key, err);
        d.key = &key;
    }
    char *body = code == STATUS_OK ? json_dumps(r->body, JSON_COMPACT) : NULL;
    if (code == STATUS_OK && body == NULL)
        code = full(err);
    d.body = body;
    if (code == STATUS_OK) {
        code = register_append(r->log, &d, &r->receipt, err);
        if (code != STATUS_OK)
            needs_as_option(r, err);
    }
    if (d.key != NULL)
        register_key_wipe(&key);
    if (code == STATUS_OK)
        code = receipt_print(r, &d, err);
    if (code == STATUS_OK)
        national_warn(r);
    free(body);
    return code;
}

status register_write(register_run *r, error *err)
{
    status code = register_body_collect(r, err);
    return code == STATUS_OK ? register_body_append(r, err) : code;
}

/* ---- from the command to the action ---- */

static status action_unknown(const cli *c, const register_action *actions, const char *typed, error *err)
{
    buffer names = {0};
    for (size_t i = 0; actions[i].name != NULL; i++)
        buffer_printf(&names, "%s%s", i == 0 ? "" : actions[i + 1].name == NULL ? " or " : ", ", actions[i].name);
    status code = error_set(err, STATUS_USAGE, "%s cannot '%s'", c->command->name, typed);
    error_hint(err, "Use %s.", names.data == NULL ? "" : names.data);
    buffer_free(&names);
    return code;
}

static status places_check(const cli *c, const arguments *a, const register_action *of, error *err)
{
    size_t count = a->positional_count - 1, most = 0;
    while (most < PLACES && of->places[most] != PLACE_NONE)
        most++;
    /* The rules of the event say what is missing from a JSON object. */
    bool may_be_json =
        of->event != NULL && argument(c->command, a, "--json") != NULL && (of->run == NULL || of->json_places);
    if ((count >= of->at_least || may_be_json) && count <= most)
        return STATUS_OK;
    status code = count < of->at_least ? error_set(err, STATUS_USAGE, "%s %s needs more: %s", c->command->name,
                                                   of->name, c->command->takes)
                                       : error_set(err, STATUS_USAGE, "%s %s does not take '%s'", c->command->name,
                                                   of->name, a->positional[most + 1]);
    error_hint(err, "See: concord %s --help", c->command->name);
    return code;
}

/* What is written or proved has no other day than its own. */
static status as_of_take(register_run *r, error *err)
{
    status code = run_as_of(r->cli, r->arguments, err);
    if (code != STATUS_OK || r->cli->as_of == NULL || (r->action->event == NULL && !r->action->whole))
        return code;
    code = error_set(err, STATUS_USAGE, "%s %s does not take --as-of: that is for what only reads",
                     r->cli->command->name, r->action->name);
    error_hint(err, r->action->event == NULL ? "Leave it out: it is about the whole register."
                                             : "The day of what is recorded is --at DATE.");
    return code;
}

static status turned_back(register_run *r, error *err)
{
    char day[DATE_TEXT];
    const int64_t all = register_last(r->log);
    status code = register_turn_back(r->cli, *r->cli->as_of, &r->log, err);
    date_format(*r->cli->as_of, day);
    if (code == STATUS_OK && r->log == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "The register holds nothing from before the end of %s", day);
        error_hint(err, "See since when it is kept: concord register log");
    }
    if (code == STATUS_OK)
        say_note(r->cli, "As of %s: %lld of the %lld events of the register count.", day,
                 (long long)register_last(r->log), (long long)all);
    return code;
}

status register_log_open(register_run *r, bool make, error *err)
{
    cli *c = r->cli;
    status code = workspace_open(c, err);
    if (code == STATUS_OK && r->action->event != NULL)
        code = cli_catalogue(c, err);
    if (code != STATUS_OK)
        return code;
    const char *path = arena_printf(&c->memory, "%s/register.sqlite", c->workspace);
    const register_options options = {.make = make, .catalogue = r->action->event != NULL ? &c->catalogue : NULL};
    code = path == NULL ? full(err) : register_open(path, &options, &r->log, err);
    if (code == STATUS_OK && register_snapshot_note(r->log)[0] != 0)
        say_note(c, "%s. See: concord register verify", register_snapshot_note(r->log));
    return code == STATUS_OK && c->as_of != NULL ? turned_back(r, err) : code;
}

status register_command_run(cli *c, const arguments *a, const register_action *actions, error *err)
{
    register_run r = {.cli = c, .arguments = a};
    for (size_t i = 0; actions[i].name != NULL; i++)
        if (strcmp(actions[i].name, a->positional[0]) == 0)
            r.action = &actions[i];
    if (r.action == NULL)
        return action_unknown(c, actions, a->positional[0], err);
    status code = places_check(c, a, r.action, err);
    if (code == STATUS_OK)
        code = format_parse(register_option(&r, "--format"), &r.format, err);
    if (code == STATUS_OK)
        code = as_of_take(&r, err);
    if (code == STATUS_OK)
        code = times_read(&r, err);
    if (code == STATUS_OK && !r.action->own_log)
        code = register_log_open(&r, false, err);
    if (code == STATUS_OK)
        code = r.action->run != NULL ? r.action->run(&r, err) : register_write(&r, err);
    json_decref(r.body);
    register_close(r.log);
    return code;
}
