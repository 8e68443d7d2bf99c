/* Statuses, errors with a place and a hint, and lists of problems. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

int status_exit_code(status code)
{
    switch (code) {
    case STATUS_OK: return 0;
    case STATUS_REFUSED: return 1;
    case STATUS_USAGE:
    case STATUS_NOT_FOUND: return 2;
    case STATUS_IO:
    case STATUS_BUSY: return 3;
    case STATUS_MEMORY:
    case STATUS_INTERNAL: return 4;
    }
    return 4;
}

/* A file's own text may reach a terminal through a message: no control character may (those of Unicode's second block,
 * U+0080 to U+009F, included), nor bytes that are not UTF-8, nor the half of a character that a cut left at the end. */
static void clean(char *s)
{
    char *to = s;
    for (text rest = text_of(s); rest.length > 0;) {
        size_t length = text_utf8_length(rest);
        unsigned char first = (unsigned char)rest.at[0];
        bool control =
            first < 0x20 || first == 0x7f || (first == 0xc2 && length == 2 && (unsigned char)rest.at[1] < 0xa0);
        if (length == 0 || control) {
            *to++ = '?';
            length = length == 0 ? 1 : length;
        } else {
            memmove(to, rest.at, length);
            to += length;
        }
        rest.at += length;
        rest.length -= length;
    }
    *to = 0;
}

status error_set(error *err, status code, const char *format, ...)
{
    if (err == NULL)
        return code;
    /* Written aside first: an argument may be a part of the very error that is being replaced. */
    error fresh = {.code = code};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fresh.message, sizeof fresh.message, format, args);
    va_end(args);
    clean(fresh.message);
    *err = fresh;
    return code;
}

static void place(char *out, size_t size, const char *value)
{
    if (value == NULL || value == out)
        return;
    (void)snprintf(out, size, "%s", value);
    clean(out);
}

void error_at(error *err, const char *file, const char *sheet, int64_t row, const char *column)
{
    if (err == NULL)
        return;
    place(err->file, sizeof err->file, file);
    place(err->sheet, sizeof err->sheet, sheet);
    if (row > 0)
        err->row = row;
    place(err->column, sizeof err->column, column);
}

void error_hint(error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    char fresh[sizeof err->hint] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fresh, sizeof fresh, format, args);
    va_end(args);
    clean(fresh);
    memcpy(err->hint, fresh, sizeof fresh);
}

size_t error_format(const error *err, char *out, size_t out_size)
{
    char where[640] = "";
    size_t n = 0;
    if (out_size == 0)
        return 0;
    if (err->file[0] != 0)
        n += (size_t)snprintf(where + n, sizeof where - n, "%s", err->file);
    if (err->sheet[0] != 0)
        n += (size_t)snprintf(where + n, sizeof where - n, "%ssheet '%s'", n > 0 ? ", " : "", err->sheet);
    if (err->row > 0)
        n += (size_t)snprintf(where + n, sizeof where - n, "%srow %lld", n > 0 ? ", " : "", (long long)err->row);
    if (err->column[0] != 0)
        n += (size_t)snprintf(where + n, sizeof where - n, "%scolumn '%s'", n > 0 ? ", " : "", err->column);
    size_t m = strlen(err->message);
    const char *stop = m == 0 || strchr(".!?", err->message[m - 1]) != NULL ? "" : ".";
    int wrote = snprintf(out, out_size, "%s%s%s%s%s%s", where, n > 0 ? ": " : "", err->message, stop,
                         err->hint[0] != 0 ? " " : "", err->hint);
    return wrote < 0 ? 0 : ((size_t)wrote < out_size ? (size_t)wrote : out_size - 1);
}

void problems_add(problems *list, const error *err)
{
    list->total++;
    size_t limit = list->limit == 0 ? 20 : list->limit;
    if (list->count >= limit)
        return;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        error *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL)
            return;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = *err;
}

void problems_free(problems *list)
{
    free(list->items);
    *list = (problems){.limit = list->limit};
}
