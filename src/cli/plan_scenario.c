/* A scenario by its name or file; and concord plan scenario, which keeps them in the register. */
#include "cli/commands.h"

#include "cli/oversight_evidence.h"
#include "cli/plan_scenario.h"
#include "cli/register_work.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the scenario");
}

/* ---- reading -------------------------------------------------------------------------------------------- */

/* The error is the first of the problems: the others are told before it. */
static void say_rest(cli *c, const problems *list)
{
    if (list->total < 2 || list->count < 1)
        return;
    const problems rest = {.items = list->items + 1, .count = list->count - 1, .total = list->total - 1};
    say_problems(c, &rest);
}

static status text_parse(cli *c, const char *bytes, size_t length, const char *file, scenario *out, error *err)
{
    problems list = {0};
    const status code = scenario_parse(bytes, length, file, &c->memory, out, &list, err);
    if (code != STATUS_OK)
        say_rest(c, &list);
    problems_free(&list);
    return code;
}

static status file_parse(cli *c, const char *path, scenario *out, error *err)
{
    problems list = {0};
    const status code = scenario_read(path, &c->memory, out, &list, err);
    if (code != STATUS_OK)
        say_rest(c, &list);
    problems_free(&list);
    return code;
}

/* ---- kept ones ------------------------------------------------------------------------------------------ */

typedef struct kept_search {
    cli *cli;
    int64_t version; /* wanted */
    const char *text;
} kept_search;

/* The text of one version stands in the event that kept it. */
static status kept_visit(void *context, const register_event *event, error *err)
{
    kept_search *k = context;
    if (strcmp(event->kind, "scenario.keep") != 0)
        return STATUS_OK;
    json_t *root = json_loads(event->body, 0, NULL);
    const json_t *number = json_object_get(root, "revision");
    const char *words = json_string_value(json_object_get(root, "scenario"));
    if (json_is_number(number) && (int64_t)json_number_value(number) == k->version && words != NULL)
        k->text = arena_printf(&k->cli->memory, "%s\n", words);
    const bool full = json_is_number(number) && (int64_t)json_number_value(number) == k->version && k->text == NULL;
    json_decref(root);
    return full ? no_memory(err) : STATUS_OK;
}

/* The workspace's register, where there is one: *out stays NULL else. */
static status log_find(cli *c, register_log **out, error *err)
{
    *out = NULL;
    if (workspace_open(c, NULL) != STATUS_OK)
        return STATUS_OK;
    status code = cli_register(c, out, err);
    return code == STATUS_OK && *out != NULL && c->as_of != NULL ? register_turn_back(c, *c->as_of, out, err) : code;
}

/* version 0: the newest. *kept stays NULL where nothing is kept under that name. */
static status kept_find(cli *c, register_log *log, const char *name, int64_t version, const char **kept, error *err)
{
    const register_subject *s = register_find(log, REGISTER_SCENARIO, name);
    *kept = NULL;
    if (s == NULL)
        return STATUS_OK;
    if (version == 0 && s->standing == STANDING_RETIRED) {
        error_set(err, STATUS_REFUSED, "The scenario '%s' was retired by event %lld", name, (long long)s->last_event);
        error_hint(err, "Ask for one of its versions by number, such as %s@%lld.", name, (long long)s->revision);
        return STATUS_REFUSED;
    }
    kept_search k = {.cli = c, .version = version == 0 ? s->revision : version};
    status code = register_events(log, s->first_event, 0, name, kept_visit, &k, err);
    if (code == STATUS_OK && k.text == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "Version %lld of the scenario '%s' was never kept",
                         (long long)k.version, name);
        error_hint(err, "See: concord plan scenario show %s", name);
    }
    *kept = k.text;
    return code;
}

/* ---- by name -------------------------------------------------------------------------------------------- */

static bool is_file(const char *word)
{
    const size_t length = strlen(word);
    return strchr(word, '/') != NULL || (length > 5 && strcmp(word + length - 5, ".yaml") == 0) ||
           (length > 4 && strcmp(word + length - 4, ".yml") == 0);
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum { NAMES_MAXIMUM = 200 };

/* The names in the catalogue, in order. */
static size_t catalogue_names(cli *c, const char *folder, const char **names)
{
    size_t count = 0;
    DIR *d = opendir(folder);
    for (const struct dirent *e; d != NULL && count < NAMES_MAXIMUM && (e = readdir(d)) != NULL;) {
        const size_t length = strlen(e->d_name);
        if (length > 5 && strcmp(e->d_name + length - 5, ".yaml") == 0 &&
            (names[count] = arena_copy(&c->memory, e->d_name, length - 5)) != NULL)
            count++;
    }
    if (d != NULL)
        (void)closedir(d);
    if (count > 1)
        qsort(names, count, sizeof *names, name_compare);
    return count;
}

static status name_unknown(cli *c, const register_log *log, const char *folder, const char *name, error *err)
{
    const char *names[NAMES_MAXIMUM];
    buffer words = {.maximum = 4000};
    bool any = false;
    for (size_t i = 0; log != NULL && i < register_count(log, REGISTER_SCENARIO); i++)
        if (register_at(log, REGISTER_SCENARIO, i)->standing == STANDING_ACTIVE) {
            buffer_printf(&words, "%s%s", any ? ", " : "Kept: ", register_at(log, REGISTER_SCENARIO, i)->id);
            any = true;
        }
    const size_t count = catalogue_names(c, folder, names);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&words, "%s%s", i > 0 ? ", " : any ? ". In the catalogue: " : "In the catalogue: ", names[i]);
    error_set(err, STATUS_NOT_FOUND, "There is no scenario '%.80s'", name);
    error_hint(err, "%s. A file is named with its ending, .yaml.", words.data == NULL ? "None is kept" : words.data);
    buffer_free(&words);
    return STATUS_NOT_FOUND;
}

/* Only letters, digits and . _ - : no name leads out of the folder. */
static bool name_is_good(const char *name)
{
    const size_t length = strlen(name);
    return length > 0 && length <= REGISTER_CODE_MAXIMUM && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* Wherever Concord is installed, its complaints name the file in the same words. */
static status catalogue_parse(cli *c, const char *path, const char *name, scenario *out, error *err)
{
    buffer b = {0};
    const char *file = arena_printf(&c->memory, "catalogue/scenarios/%s.yaml", name);
    status code = file == NULL ? no_memory(err) : file_read(path, SCENARIO_BYTES_MAXIMUM, &b, err);
    if (code == STATUS_OK)
        code = text_parse(c, b.data == NULL ? "" : b.data, b.length, file, out, err);
    buffer_free(&b);
    return code;
}

status plan_scenario_find(cli *c, const char *word, scenario *out, error *err)
{
    if (is_file(word))
        return file_parse(c, word, out, err);
    register_log *log = NULL;
    const char *folder = NULL, *text_kept = NULL, *at = strchr(word, '@');
    const char *name = arena_copy(&c->memory, word, at == NULL ? strlen(word) : (size_t)(at - word));
    int64_t version = 0;
    status code = name == NULL ? no_memory(err) : home_folder(c, "catalogue/scenarios", &folder, err);
    if (code == STATUS_OK && at != NULL && (!number_parse_count(text_of(at + 1), &version) || version < 1)) {
        code = error_set(err, STATUS_USAGE, "'%.80s' names no version of a scenario", word);
        error_hint(err, "Versions are whole numbers: extra-sessions@2.");
    }
    if (code == STATUS_OK)
        code = log_find(c, &log, err);
    if (code == STATUS_OK && log != NULL)
        code = kept_find(c, log, name, version, &text_kept, err);
    if (code != STATUS_OK)
        goto out;
    const char *path = arena_printf(&c->memory, "%s/%s.yaml", folder, name);
    if (text_kept != NULL) {
        if (path != NULL && name_is_good(name) && access(path, F_OK) == 0)
            say_note(c, "'%s' is the one that the register keeps, not the catalogue's of that name.", name);
        goto out;
    }
    if (path == NULL)
        code = no_memory(err);
    else if (!name_is_good(name) || access(path, F_OK) != 0)
        code = name_unknown(c, log, folder, name, err);
    else
        code = catalogue_parse(c, path, name, out, err);
    if (code == STATUS_OK && version > 0 && version != out->version) {
        code = error_set(err, STATUS_NOT_FOUND, "The catalogue has version %lld of '%s', not %lld",
                         (long long)out->version, name, (long long)version);
        error_hint(err, "Other versions are there only where they were kept: concord plan scenario keep FILE");
    }
out:
    if (code == STATUS_OK && text_kept != NULL)
        code =
            text_parse(c, text_kept, strlen(text_kept), arena_printf(&c->memory, "%s in the register", name), out, err);
    register_close(log);
    return code;
}

/* ---- concord plan scenario ------------------------------------------------------------------------------ */

/* The file's text as the register keeps it: lines end with a line feed, and the last one without. */
static char *text_of_file(cli *c, const buffer *b)
{
    char *out = arena_alloc(&c->memory, b->length + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < b->length; i++)
        if (b->data[i] != '\r' || i + 1 == b->length || b->data[i + 1] != '\n')
            out[n++] = b->data[i];
    while (out != NULL && n > 0 && strchr(" \n\r", out[n - 1]) != NULL)
        n--;
    if (out != NULL)
        out[n] = 0;
    return out;
}

static status body_fill(register_run *r, const scenario *s, const char *words, error *err)
{
    const char *reason = register_option(r, "--reason");
    r->body = json_object();
    if (r->body == NULL || json_object_set_new(r->body, "name", json_string(s->name)) != 0 ||
        json_object_set_new(r->body, "revision", json_integer((json_int_t)s->version)) != 0 ||
        json_object_set_new(r->body, "scenario", json_string(words)) != 0 ||
        (s->question != NULL && s->question[0] != 0 &&
         json_object_set_new(r->body, "question", json_string(s->question)) != 0) ||
        (reason != NULL && json_object_set_new(r->body, "reason", json_string(reason)) != 0))
        return error_set(err, STATUS_REFUSED, "The scenario holds bytes that are not UTF-8");
    return STATUS_OK;
}

static status keep_run(register_run *r, error *err)
{
    const char *path = r->arguments->positional[1];
    buffer b = {0};
    scenario s;
    status code = file_read(path, SCENARIO_BYTES_MAXIMUM, &b, err);
    const char *words = code == STATUS_OK ? text_of_file(r->cli, &b) : "";
    if (code == STATUS_OK && words == NULL)
        code = no_memory(err);
    if (code == STATUS_OK)
        code = text_parse(r->cli, words, strlen(words), path, &s, err);
    if (code == STATUS_OK && !name_is_good(s.id)) {
        code = error_set(err, STATUS_REFUSED, "'%.80s' cannot be the name of a scenario that is kept", s.id);
        error_at(err, path, NULL, 0, NULL);
        error_hint(err, "Use up to 64 letters, digits and . _ - after 'scenario:'.");
    }
    if (code == STATUS_OK)
        code = body_fill(r, &s, words, err);
    if (code == STATUS_OK) {
        r->subject = s.id;
        code = register_body_append(r, err);
    }
    buffer_free(&b);
    return code;
}

static const register_field columns[] = {FIELD_NAME, FIELD_QUESTION, FIELD_REASON, FIELD_COUNT};

static status list_run(register_run *r, error *err)
{
    static const table_column heads[] = {{"scenario", NULL, false, false}, {"version", NULL, true, false},
                                         {"standing", NULL, false, false}, {"kept_by", NULL, false, false},
                                         {"kept_on", NULL, false, false},  {"name", NULL, false, false},
                                         {"reason", NULL, false, false}};
    if (r->format == FORMAT_JSON)
        return register_list_print(r, REGISTER_SCENARIO, columns, NULL, err);
    table t = {0};
    table_begin(&t, heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < register_count(r->log, REGISTER_SCENARIO); i++) {
        const register_subject *s = register_at(r->log, REGISTER_SCENARIO, i);
        table_text(&t, s->id);
        table_int(&t, s->revision);
        table_text(&t, register_standing_name(s->standing));
        table_text(&t, register_successor_of(r->log, s->owner));
        table_date(&t, s->changed);
        table_text(&t, register_value(s, FIELD_NAME));
        table_text(&t, register_value(s, FIELD_REASON));
    }
    const status code = table_print(r->cli, &t, r->format, err);
    table_free(&t);
    return code;
}

/* NAME: what became of it; NAME@VERSION: the text of that version, as it can be saved. */
static status show_run(register_run *r, error *err)
{
    const char *word = r->arguments->positional[1], *at = strchr(word, '@'), *kept = NULL;
    int64_t version = 0;
    if (at == NULL)
        return register_show_print(r, REGISTER_SCENARIO, word, err);
    const char *name = arena_copy(&r->cli->memory, word, (size_t)(at - word));
    if (name == NULL)
        return no_memory(err);
    if (!number_parse_count(text_of(at + 1), &version) || version < 1)
        return error_set(err, STATUS_USAGE, "'%.80s' names no version of a scenario", word);
    status code = kept_find(r->cli, r->log, name, version, &kept, err);
    if (code == STATUS_OK && kept == NULL)
        return register_show_print(r, REGISTER_SCENARIO, name, err); /* says that there is none, and the nearest */
    if (code == STATUS_OK && fputs(kept, r->cli->out) < 0)
        code = error_set(err, STATUS_IO, "Cannot write to standard output");
    return code;
}

static const register_action actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = list_run},
    {.name = "show", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = show_run},
    {.name = "keep", .event = "scenario.keep", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1, .run = keep_run},
    {.name = "retire", .event = "scenario.retire", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--reason", "WORDS", "Why it is kept or retired, or what has changed since the version before."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status scenario_run_command(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_plan_scenario = {
    .name = "plan scenario",
    .takes = "list|show NAME[@VERSION]|keep FILE|retire NAME",
    .at_least = 1,
    .at_most = 2,
    .summary = "Keep scenarios in the register: every version's text, who kept it and why.",
    .description = "keep takes the whole text of a scenario's file; its name and version are those in the file. The "
                   "next version is kept with a higher number, by whoever kept the first. retire takes it out of use; "
                   "its versions stay.\n\nplan simulate and plan compare find a kept scenario by its name.",
    .example =
        "concord plan scenario keep winter.yaml --as QMM --actor \"A. Nalyst\" --reason \"For the March "
        "board\"\nconcord plan scenario show winter@1\nconcord plan simulate RR8 --scenario winter --show targets",
    .options = options,
    .run = scenario_run_command,
};
