/* register_write: from options, places and JSON to an event. */
#include "cli/as_of.h"
#include "cli/oversight_evidence.h"
#include "cli/register_work.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void register_action_words(const cli *c, const register_action *of, char out[REGISTER_ACTION_WORDS])
{
    const char *first = c->command->name;
    const bool alone = strcmp(first, of->name) == 0;
    (void)snprintf(out, REGISTER_ACTION_WORDS, "%s%s%s%s", first, alone ? "" : " ",
                   alone || of->within == NULL ? "" : of->within, alone ? "" : of->name);
}

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
    return register_organisation(r->cli, r->log, as, r->on, BODY_ACTS, organisation, err);
}

/* ---- appending ---- */

/* The rules speak of events and fields; who typed a command reads of its words and options. */
static void words_as_typed(const register_run *r, error *err)
{
    static const struct {
        const char *before, *format;
    } all[] = {{" needs '", "%s needs %s"},
               {" does not take '", "%s does not take %s"},
               {": '", "%s: %s"},
               {" needs the id of a ", "%s needs the id of a %s"}};
    const size_t length = strlen(r->action->event);
    char typed[REGISTER_ACTION_WORDS], option[40], name[40], message[sizeof err->message], hint[sizeof err->hint];
    register_field field = FIELD_COUNT;
    if (err == NULL || strncmp(err->message, r->action->event, length) != 0)
        return;
    const char *rest = err->message + length;
    register_action_words(r->cli, r->action, typed);
    (void)snprintf(hint, sizeof hint, "%s", err->hint);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const size_t n = strlen(all[i].before);
        if (strncmp(rest, all[i].before, n) != 0)
            continue;
        int read = 0;
        if (strchr(all[i].before, '\'') == NULL)
            (void)snprintf(option, sizeof option, "%.39s", rest + n);
        else if (sscanf(rest + n, "%39[a-z_]'%n", name, &read) == 1 && read > 0 && register_field_find(name, &field))
            register_option_name(field, option);
        else
            return;
        (void)snprintf(message, sizeof message, all[i].format, typed, option);
        const status code = err->code;
        (void)error_set(err, code, "%s%s", message, read > 0 ? rest + n + read : "");
        if (hint[0] != 0)
            error_hint(err, "%s", hint);
        else if (field == FIELD_COUNT)
            error_hint(err, "Give it after %s, or as \"id\" in the JSON.", typed);
        else
            error_hint(err, "See: concord %s --help", r->cli->command->name);
        return;
    }
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
            words_as_typed(r, err);
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
    bool may_be_json = of->event != NULL && argument(c->command, a, "--json") != NULL;
    if ((count >= of->at_least || may_be_json) && count <= most)
        return STATUS_OK;
    char typed[REGISTER_ACTION_WORDS];
    register_action_words(c, of, typed);
    status code = count < of->at_least
                      ? error_set(err, STATUS_USAGE, "%s needs more: %s", typed, c->command->takes)
                      : error_set(err, STATUS_USAGE, "%s does not take '%s'", typed, a->positional[most + 1]);
    error_hint(err, "See: concord %s --help", c->command->name);
    return code;
}

static bool among(const char *const *names, const char *name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_field_of(const char *event, const char *option)
{
    register_field field;
    bool required;
    const char *choices;
    char name[40];
    for (size_t i = 0; event != NULL && register_event_field(event, i, &field, &required, &choices); i++) {
        register_option_name(field, name);
        if (strcmp(name, option) == 0)
            return true;
    }
    return false;
}

/* A command's table holds the options of all its actions: one that this action would pass over is refused, since whoever typed it means something. */
static status options_check(const cli *c, const arguments *a, const register_action *of, error *err)
{
    static const char *const written[] = {"--as", "--actor", "--at", "--key", "--if-version", "--json", NULL},
                             *const all[] = {"--format", "--as-of", "--at", "--as", "--actor", NULL};
    for (size_t i = 0; c->command->options[i].name != NULL; i++) {
        const char *option = c->command->options[i].name;
        if (a->options[i] == NULL || among(all, option) || among(of->options, option) ||
            is_field_of(of->event, option) || (of->event != NULL && among(written, option)))
            continue;
        char typed[REGISTER_ACTION_WORDS];
        register_action_words(c, of, typed);
        status code = error_set(err, STATUS_USAGE, "%s does not take %s", typed, option);
        error_hint(err, "See: concord %s --help", c->command->name);
        return code;
    }
    return STATUS_OK;
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
    if (code == STATUS_OK && r.action->places[0] != PLACE_WORDS)
        code = options_check(c, a, r.action, err);
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
