/*
 * The scenarios that an edition carries for its planning pages: those of the catalogue's folders, then the workspace's own, then those that
 * the register keeps; of one id the last of these. Their text is taken as it is: what is wrong in it is said where it is read (src/plan).
 */
#include "measure/internal.h"

#include "register/register.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define SCENARIO_BYTES ((size_t)1 << 20)
#define SCENARIOS_MOST 200

typedef struct scenario_text {
    const char *id, *whole;
} scenario_text;

typedef struct collection {
    arena *memory;
    scenario_text items[SCENARIOS_MOST];
    size_t count;
} collection;

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the edition's scenarios");
}

static status put(collection *list, const char *id, const char *whole, error *err)
{
    size_t at = 0;
    while (at < list->count && strcmp(list->items[at].id, id) != 0)
        at++;
    if (at == SCENARIOS_MOST)
        return error_set(err, STATUS_REFUSED, "There are more than %d scenarios", SCENARIOS_MOST);
    list->items[at] = (scenario_text){arena_string(list->memory, id), arena_string(list->memory, whole)};
    list->count += at == list->count;
    return list->items[at].id == NULL || list->items[at].whole == NULL ? full(err) : STATUS_OK;
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
        const text id = text_trim((text){value, strcspn(value, "#\r\n")});
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

static status file_take(collection *list, const char *path, error *err)
{
    buffer bytes = {.maximum = SCENARIO_BYTES + 1};
    status code = file_read(path, SCENARIO_BYTES, &bytes, err);
    if (code == STATUS_OK && bytes.length > 0 && memchr(bytes.data, 0, bytes.length) == NULL) {
        const char *id = id_of(list->memory, bytes.data);
        if (id == NULL)
            code = full(err);
        else if (id[0] != 0)
            code = put(list, id, bytes.data, err);
    }
    buffer_free(&bytes);
    return code;
}

static status folder_take(collection *list, const char *folder, error *err)
{
    const char *names[SCENARIOS_MOST];
    size_t count = 0;
    status code = STATUS_OK;
    DIR *d = opendir(folder);
    if (d == NULL)
        return STATUS_OK;
    for (const struct dirent *entry; code == STATUS_OK && (entry = readdir(d)) != NULL;) {
        if (!is_yaml(entry->d_name))
            continue;
        if (count == SCENARIOS_MOST)
            code = error_set(err, STATUS_REFUSED, "There are more than %d scenarios in %s", SCENARIOS_MOST, folder);
        else if ((names[count++] = arena_string(list->memory, entry->d_name)) == NULL)
            code = full(err);
    }
    (void)closedir(d);
    if (count > 1)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const char *path = arena_printf(list->memory, "%s/%s", folder, names[i]);
        code = path == NULL ? full(err) : file_take(list, path, err);
    }
    return code;
}

static status register_take(collection *list, const char *workspace, const date *as_of, error *err)
{
    register_log *log = NULL;
    const char *path = arena_printf(list->memory, "%s/register.sqlite", workspace);
    if (path == NULL)
        return full(err);
    status code = register_open(path, &(register_options){.read_only = true}, &log, err);
    if (code == STATUS_NOT_FOUND) {
        if (err != NULL)
            *err = (error){0};
        return STATUS_OK;
    }
    const size_t count = code == STATUS_OK ? register_count(log, REGISTER_SCENARIO) : 0;
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const register_subject *s = register_at(log, REGISTER_SCENARIO, i);
        const char *whole = register_value(s, FIELD_SCENARIO);
        /* Of one that changed after that day only the new text is at hand, which nobody knew then. */
        const bool known = as_of == NULL || (s->made <= *as_of && s->changed <= *as_of);
        if (known && s->standing == STANDING_ACTIVE && whole != NULL)
            code = put(list, s->id, whole, err);
    }
    register_close(log);
    return code;
}

status documents_of_scenarios(evaluation *v, const char *workspace, error *err)
{
    collection *list = calloc(1, sizeof *list);
    if (list == NULL)
        return full(err);
    list->memory = &v->memory;
    const char *own = arena_printf(&v->memory, "%s/catalogue/scenarios", workspace),
               *shared = v->options->catalogue_folder;
    if (shared != NULL)
        shared = arena_printf(&v->memory, "%s/scenarios", shared);
    status code = own == NULL ? full(err) : STATUS_OK;
    if (code == STATUS_OK && shared != NULL)
        code = folder_take(list, shared, err);
    if (code == STATUS_OK)
        code = folder_take(list, own, err);
    if (code == STATUS_OK)
        code = register_take(list, workspace, v->options->as_of, err);
    for (size_t i = 0; i < list->count && code == STATUS_OK; i++)
        code = evaluation_document(v, EDITION_DOCUMENT_SCENARIO, list->items[i].id, list->items[i].whole, err);
    free(list);
    return code;
}
