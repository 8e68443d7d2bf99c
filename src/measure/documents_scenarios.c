/*
 * The scenarios that an edition carries for its planning pages: those of the catalogue's folders, then the workspace's own, then those that
 * the register keeps; of one id the last of these. Their text is taken as it is: what is wrong in it is said where it is read (src/plan). A
 * file that cannot be taken is left out and listed among the edition's issues, by its name alone: the same on every machine.
 */
#include "measure/internal.h"

#include "register/register.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SCENARIO_BYTES ((size_t)1 << 20)
#define SCENARIOS_MOST 200

typedef struct scenario_text {
    const char *id, *whole;
} scenario_text;

typedef struct collection {
    evaluation *evaluation;
    arena *memory; /* the evaluation's */
    scenario_text items[SCENARIOS_MOST];
    size_t count;
    int64_t beyond;           /* that found no place */
    const char *first_beyond; /* the id of the first of these */
} collection;

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the edition's scenarios");
}

/* The name stands in the sentence: the code of an issue is an organisation's or a source's. */
static status issue(collection *list, int64_t count, const char *sentence, error *err)
{
    return sentence == NULL ? full(err) : evaluation_issue(list->evaluation, "scenario", "", "", sentence, count, err);
}

static status put(collection *list, const char *id, const char *whole, error *err)
{
    size_t at = 0;
    while (at < list->count && strcmp(list->items[at].id, id) != 0)
        at++;
    if (at == SCENARIOS_MOST) {
        if (list->beyond++ == 0)
            list->first_beyond = arena_string(list->memory, id);
        return list->first_beyond == NULL ? full(err) : STATUS_OK;
    }
    list->items[at] = (scenario_text){arena_string(list->memory, id), arena_string(list->memory, whole)};
    list->count += at == list->count;
    return list->items[at].id == NULL || list->items[at].whole == NULL ? full(err) : STATUS_OK;
}

static text without_quotes(text id)
{
    const bool quoted = id.length >= 2 && (id.at[0] == '"' || id.at[0] == '\'') && id.at[id.length - 1] == id.at[0];
    return quoted ? (text){id.at + 1, id.length - 2} : id;
}

/* The value of the key `scenario` at the beginning of a line: "" where there is none. */
static const char *id_of(arena *memory, const char *whole)
{
    static const char key[] = "scenario:";
    for (const char *line = whole; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, sizeof key - 1) != 0)
            continue;
        const char *value = line + sizeof key - 1;
        const text id = without_quotes(text_trim((text){value, strcspn(value, "#\r\n")}));
        return arena_copy(memory, id.at, id.length);
    }
    return "";
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_yaml(const char *name)
{
    const size_t length = strlen(name);
    return name[0] != '.' && ((length > 5 && strcmp(name + length - 5, ".yaml") == 0) ||
                              (length > 4 && strcmp(name + length - 4, ".yml") == 0));
}

static status file_refuse(collection *list, const char *name, const char *why, error *err)
{
    return issue(list, 1,
                 arena_printf(list->memory, "The scenario's file %s is left out of the edition: %s", name, why), err);
}

static status file_take(collection *list, const char *folder, const char *name, error *err)
{
    buffer bytes = {.maximum = SCENARIO_BYTES + 1};
    const char *path = arena_printf(list->memory, "%s/%s", folder, name);
    status code = path == NULL ? full(err) : file_read(path, SCENARIO_BYTES, &bytes, NULL);
    if (code == STATUS_MEMORY)
        code = full(err);
    else if (code == STATUS_REFUSED)
        code = file_refuse(list, name, "it is larger than 1 MiB", err);
    else if (code != STATUS_OK)
        code = file_refuse(list, name, "it cannot be read", err);
    else if (bytes.length > 0 && memchr(bytes.data, 0, bytes.length) != NULL)
        code = file_refuse(list, name, "it is no text", err);
    else if (bytes.length > 0) {
        const char *id = id_of(list->memory, bytes.data);
        if (id == NULL)
            code = full(err);
        else if (id[0] != 0)
            code = put(list, id, bytes.data, err);
    }
    buffer_free(&bytes);
    return code;
}

/* The names of the files of an open folder, of which *count are there; the texts are the arena's, the list is the caller's to free. */
static status names_read(DIR *d, arena *memory, const char ***names, size_t *count, error *err)
{
    size_t room = 0;
    errno = 0;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL; errno = 0) {
        if (!is_yaml(entry->d_name))
            continue;
        if (*count == room) {
            room = room == 0 ? 64 : room * 2;
            const char **grown = realloc(*names, room * sizeof *grown);
            if (grown == NULL)
                return full(err);
            *names = grown;
        }
        if (((*names)[(*count)++] = arena_string(memory, entry->d_name)) == NULL)
            return full(err);
    }
    return errno == 0 ? STATUS_OK
                      : error_set(err, STATUS_IO, "The folder of scenarios cannot be read: %s", strerror(errno));
}

/* A folder that is not there has no scenarios; one that cannot be opened is refused, since nobody knows what would be missing. */
static status folder_take(collection *list, const char *folder, error *err)
{
    const char **names = NULL;
    size_t count = 0;
    DIR *d = opendir(folder);
    if (d == NULL && errno == ENOENT)
        return STATUS_OK;
    if (d == NULL) {
        error_set(err, STATUS_IO, "The folder of scenarios cannot be opened: %s", strerror(errno));
        error_at(err, folder, NULL, 0, NULL);
        error_hint(err, "Make it a folder that may be read, or take it away.");
        return STATUS_IO;
    }
    status code = names_read(d, list->memory, &names, &count, err);
    (void)closedir(d);
    if (count > 1)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        code = file_take(list, folder, names[i], err);
    free(names);
    return code;
}

/* Those that stood after the last of the events that the edition has, which were taken before and are not ordered among others yet. */
static status register_take(collection *list, error *err)
{
    const evaluation *v = list->evaluation;
    register_log *log = NULL;
    const char **lines = arena_array(list->memory, v->document_count + 1, sizeof *lines);
    size_t events = 0;
    bool any = false;
    if (lines == NULL)
        return full(err);
    for (size_t i = 0; i < v->document_count; i++) {
        if (strcmp(v->documents[i].kind, EDITION_DOCUMENT_REGISTER_EVENT) != 0)
            continue;
        lines[events++] = v->documents[i].text;
        any = any || strstr(v->documents[i].text, "\"scenario.") != NULL; /* replaying takes time */
    }
    status code = any ? register_open_lines(lines, events, "the register", &log, err) : STATUS_OK;
    const size_t count = code == STATUS_OK && any ? register_count(log, REGISTER_SCENARIO) : 0;
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const register_subject *s = register_at(log, REGISTER_SCENARIO, i);
        const char *whole = register_value(s, FIELD_SCENARIO);
        if (s->standing == STANDING_ACTIVE && whole != NULL)
            code = put(list, s->id, whole, err);
    }
    register_close(log);
    return code;
}

static status beyond_tell(collection *list, error *err)
{
    if (list->beyond == 0)
        return STATUS_OK;
    return issue(list, list->beyond,
                 arena_printf(list->memory,
                              "An edition carries at most %d scenarios: %lld more %s left out, the first of them %s",
                              SCENARIOS_MOST, (long long)list->beyond, list->beyond == 1 ? "is" : "are",
                              list->first_beyond),
                 err);
}

status documents_of_scenarios(evaluation *v, const char *workspace, error *err)
{
    collection *list = calloc(1, sizeof *list);
    if (list == NULL)
        return full(err);
    list->evaluation = v;
    list->memory = &v->memory;
    const char *own = arena_printf(&v->memory, "%s/catalogue/scenarios", workspace),
               *shared = v->options->catalogue_folder;
    status code = own == NULL ? full(err) : STATUS_OK;
    if (code == STATUS_OK && shared != NULL && (shared = arena_printf(&v->memory, "%s/scenarios", shared)) == NULL)
        code = full(err);
    if (code == STATUS_OK && shared != NULL)
        code = folder_take(list, shared, err);
    if (code == STATUS_OK)
        code = folder_take(list, own, err);
    if (code == STATUS_OK)
        code = register_take(list, err);
    if (code == STATUS_OK)
        code = beyond_tell(list, err);
    for (size_t i = 0; i < list->count && code == STATUS_OK; i++)
        code = evaluation_document(v, EDITION_DOCUMENT_SCENARIO, list->items[i].id, list->items[i].whole, err);
    free(list);
    return code;
}
