/*
 * known: what was fetched, a line for each address, in a file that can be read and mended by hand.
 *
 * Fields are parted by tabs: kind (file or page), address, ETag, Last-Modified, SHA-256, name, SHA-256 of the file before (left out by earlier versions). Written anew as a whole each time: there are hundreds of lines, not millions,
 * and a kill then leaves the old or the new.
 */
#include "fetch/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KNOWN_MAXIMUM      100000
#define KNOWN_FIELDS       7
#define KNOWN_FILE_MAXIMUM ((size_t)64 << 20)

static bool is_plain(const char *words)
{
    for (; *words != 0; words++)
        if ((unsigned char)*words < 0x20 || *words == 0x7f)
            return false;
    return true;
}

const known *known_find(const known_list *list, const char *address)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].address, address) == 0)
            return &list->items[i];
    return NULL;
}

status known_set(known_list *list, const known *one, error *err)
{
    known copy = {.address = arena_string(&list->memory, one->address),
                  .etag = arena_string(&list->memory, is_plain(one->etag) ? one->etag : ""),
                  .modified = arena_string(&list->memory, is_plain(one->modified) ? one->modified : ""),
                  .sha256 = arena_string(&list->memory, one->sha256),
                  .name = arena_string(&list->memory, is_plain(one->name) ? one->name : ""),
                  .before = arena_string(&list->memory, one->before == NULL ? "" : one->before),
                  .page = one->page};
    if (copy.address == NULL || copy.etag == NULL || copy.modified == NULL || copy.sha256 == NULL ||
        copy.name == NULL || copy.before == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the list of what was fetched");
    known *there = (known *)known_find(list, one->address);
    if (there != NULL) {
        *there = copy;
        return STATUS_OK;
    }
    if (list->count == KNOWN_MAXIMUM)
        return error_set(err, STATUS_MEMORY, "More than %d addresses were fetched", KNOWN_MAXIMUM);
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        known *grown = realloc(list->items, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the list of what was fetched");
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = copy;
    return STATUS_OK;
}

static status line_read(known_list *list, text line, error *err)
{
    text fields[KNOWN_FIELDS] = {{0}};
    size_t count = 0;
    for (bool more = true; more; count++) {
        const size_t i = count;
        if (i == KNOWN_FIELDS)
            return STATUS_OK;
        const char *tab = memchr(line.at, '\t', line.length);
        more = tab != NULL;
        size_t length = tab == NULL ? line.length : (size_t)(tab - line.at);
        fields[i] = (text){.at = line.at, .length = length};
        line.at += length + (tab != NULL);
        line.length -= length + (tab != NULL);
    }
    if (count < KNOWN_FIELDS - 1)
        return STATUS_OK;
    const char *texts[KNOWN_FIELDS];
    for (size_t i = 0; i < KNOWN_FIELDS; i++) {
        texts[i] = fields[i].length == 0 ? "" : arena_copy(&list->memory, fields[i].at, fields[i].length);
        if (texts[i] == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the list of what was fetched");
    }
    if (fields[4].length != SHA256_TEXT - 1 || fields[2].length >= VALIDATOR_MAXIMUM ||
        fields[3].length >= VALIDATOR_MAXIMUM || fields[1].length > ADDRESS_MAXIMUM ||
        (fields[6].length != 0 && fields[6].length != SHA256_TEXT - 1))
        return STATUS_OK;
    return known_set(list,
                     &(known){.address = texts[1],
                              .etag = texts[2],
                              .modified = texts[3],
                              .sha256 = texts[4],
                              .name = texts[5],
                              .before = texts[6],
                              .page = strcmp(texts[0], "page") == 0},
                     err);
}

status known_read(const char *path, known_list *out, error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return STATUS_OK;
    buffer b = {0};
    status code = file_read(path, KNOWN_FILE_MAXIMUM, &b, err);
    for (const char *at = b.data; code == STATUS_OK && at != NULL && *at != 0;) {
        const char *end = strchr(at, '\n');
        code = line_read(out, (text){.at = at, .length = end == NULL ? strlen(at) : (size_t)(end - at)}, err);
        at = end == NULL ? NULL : end + 1;
    }
    buffer_free(&b);
    return code;
}

status known_write(const char *path, const known_list *list, error *err)
{
    buffer b = {.maximum = KNOWN_FILE_MAXIMUM};
    for (size_t i = 0; i < list->count; i++) {
        const known *k = &list->items[i];
        buffer_printf(&b, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k->page ? "page" : "file", k->address, k->etag, k->modified,
                      k->sha256, k->name, k->before);
    }
    status code = buffer_status(&b, err);
    if (code == STATUS_OK)
        code = file_write(path, b.data == NULL ? "" : b.data, b.length, true, err);
    buffer_free(&b);
    return code;
}

void known_free(known_list *list)
{
    free(list->items);
    arena_free(&list->memory);
    *list = (known_list){0};
}
