/* paths: from what was typed to the files to be read, in an order that does not depend on the disk. */
#include "cli/add.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static status path_refused(const char *path, const char *what, error *err)
{
    status code = error_set(err, STATUS_IO, "%s", what);
    error_at(err, path, NULL, 0, NULL);
    return code;
}

static status path_add(path_list *list, const char *path, error *err)
{
    if (path == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the names of the files");
    if (list->count == PATHS_MAXIMUM)
        return error_set(err, STATUS_USAGE, "More than %d files", PATHS_MAXIMUM);
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        const char **grown = realloc(list->items, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the names of the files");
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = path;
    return STATUS_OK;
}

void path_list_free(path_list *list)
{
    free(list->items);
    *list = (path_list){0};
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Hidden files, what a Mac leaves behind, and notes about the files (README.md): nobody means them when naming a folder. */
static bool name_is_left_out(const char *name)
{
    size_t n = strlen(name);
    return name[0] == '.' || strcmp(name, "__MACOSX") == 0 || (n > 3 && strcmp(name + n - 3, ".md") == 0);
}

static status folder_names(const char *path, arena *a, path_list *names, error *err)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return path_refused(path, strerror(errno), err);
    status code = STATUS_OK;
    const struct dirent *entry;
    while (code == STATUS_OK && (entry = readdir(folder)) != NULL)
        if (!name_is_left_out(entry->d_name))
            code = path_add(names, arena_string(a, entry->d_name), err);
    (void)closedir(folder);
    if (code == STATUS_OK && names->count > 0)
        qsort(names->items, names->count, sizeof *names->items, name_compare);
    return code;
}

static status folder_collect(const char *path, arena *a, path_list *out, int depth, error *err)
{
    if (depth > FOLDER_DEPTH_MAXIMUM)
        return path_refused(path, "The folders are nested too deeply", err);
    path_list names = {0};
    status code = folder_names(path, a, &names, err);
    size_t length = strlen(path);
    const char *between = length > 0 && path[length - 1] == '/' ? "" : "/";
    for (size_t i = 0; i < names.count && code == STATUS_OK; i++) {
        const char *inside = arena_printf(a, "%s%s%s", path, between, names.items[i]);
        struct stat st;
        if (inside == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory for the names of the files");
        else if (lstat(inside, &st) != 0)
            code = path_refused(inside, strerror(errno), err);
        else if (S_ISDIR(st.st_mode))
            code = folder_collect(inside, a, out, depth + 1, err);
        else if (S_ISREG(st.st_mode) || (S_ISLNK(st.st_mode) && stat(inside, &st) == 0 && S_ISREG(st.st_mode)))
            code = path_add(out, inside, err); /* a link to a folder is not followed: it may lead in a circle */
    }
    path_list_free(&names);
    return code;
}

status paths_collect(const char *path, arena *a, path_list *out, error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return path_refused(path, errno == ENOENT ? "There is no such file or folder" : strerror(errno), err);
    if (S_ISDIR(st.st_mode))
        return folder_collect(path, a, out, 0, err);
    if (!S_ISREG(st.st_mode))
        return path_refused(path, "This is neither a file nor a folder", err);
    return path_add(out, arena_string(a, path), err);
}
