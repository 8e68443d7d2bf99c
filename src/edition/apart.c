/*
 * Editions by name. The log names those that were once the newest; editions as of a past date lie in the same folder without a
 * line in the log, so that looking back never changes what everybody sees.
 */
#include "edition/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define APART_MAXIMUM  100000
#define PREFIX_MINIMUM 4

typedef struct id_list {
    arena *memory;
    const char **items;
    size_t count, capacity;
} id_list;

static status list_add(id_list *l, const char *id, error *err)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity == 0 ? 16 : l->capacity * 2;
        const char **grown = arena_array(l->memory, capacity, sizeof *grown);
        if (grown == NULL || capacity > APART_MAXIMUM)
            return error_set(err, STATUS_MEMORY, "There are too many editions");
        if (l->count > 0)
            memcpy(grown, l->items, l->count * sizeof *grown);
        l->items = grown;
        l->capacity = capacity;
    }
    l->items[l->count] = arena_copy(l->memory, id, SHA256_TEXT - 1);
    return l->items[l->count++] == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every <64 hex digits>.sqlite of the folder, in order. */
static status list_files(const char *workspace, id_list *l, error *err)
{
    const char *folder = arena_printf(l->memory, "%s/editions", workspace);
    DIR *d = folder == NULL ? NULL : opendir(folder);
    if (d == NULL)
        return STATUS_OK;
    status code = STATUS_OK;
    for (const struct dirent *entry; code == STATUS_OK && (entry = readdir(d)) != NULL;)
        if (strspn(entry->d_name, "0123456789abcdef") == SHA256_TEXT - 1 &&
            strcmp(entry->d_name + SHA256_TEXT - 1, ".sqlite") == 0)
            code = list_add(l, entry->d_name, err);
    (void)closedir(d);
    if (l->count > 1)
        qsort(l->items, l->count, sizeof *l->items, compare_ids);
    return code;
}

/* Only the date is read: opening the edition would read all its series. */
static const char *as_of_read(const char *path, arena *a)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *s = NULL;
    const char *out = "";
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(database, "SELECT value FROM edition WHERE key = 'as_of'", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(s, 0);
        const char *kept = value == NULL ? NULL : arena_string(a, value);
        out = kept == NULL ? "" : kept;
    }
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(database);
    return out;
}

static int compare_apart(const void *a, const void *b)
{
    const edition_apart *x = a, *y = b;
    int c = strcmp(x->as_of, y->as_of);
    return c != 0 ? c : strcmp(x->id, y->id);
}

status editions_apart(const char *workspace, arena *a, edition_apart **out, size_t *count, error *err)
{
    id_list files = {.memory = a};
    const char **logged;
    size_t logged_count, n = 0;
    *out = NULL;
    *count = 0;
    status code = editions_list(workspace, a, &logged, &logged_count, err);
    if (code == STATUS_OK)
        code = list_files(workspace, &files, err);
    if (code != STATUS_OK)
        return code;
    edition_apart *list = arena_array(a, files.count + 1, sizeof *list);
    if (list == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < files.count; i++) {
        bool in_log = false;
        for (size_t k = 0; k < logged_count && !in_log; k++)
            in_log = strcmp(logged[k], files.items[i]) == 0;
        if (in_log)
            continue;
        const char *path = arena_printf(a, "%s/editions/%s.sqlite", workspace, files.items[i]);
        list[n++] = (edition_apart){files.items[i], path == NULL ? "" : as_of_read(path, a)};
    }
    if (n > 1)
        qsort(list, n, sizeof *list, compare_apart);
    *out = list;
    *count = n;
    return STATUS_OK;
}

status editions_find(const char *workspace, const char *prefix, arena *a, const char **id, error *err)
{
    id_list files = {.memory = a};
    size_t length = strlen(prefix), found = 0;
    *id = NULL;
    status code = list_files(workspace, &files, err);
    for (size_t i = 0; code == STATUS_OK && length >= PREFIX_MINIMUM && i < files.count; i++)
        if (strncmp(files.items[i], prefix, length) == 0) {
            *id = files.items[i];
            found++;
        }
    if (code != STATUS_OK || found == 1)
        return code;
    *id = NULL;
    if (found > 1) {
        code = error_set(err, STATUS_USAGE, "%zu editions have names that begin with %s", found, prefix);
        error_hint(err, "Give more of the name. See: concord list editions");
        return code;
    }
    code = error_set(err, STATUS_NOT_FOUND, "There is no edition '%s' in this workspace", prefix);
    error_hint(err, "Use latest, previous or at least %d characters of a name. See: concord list editions",
               PREFIX_MINIMUM);
    return code;
}
