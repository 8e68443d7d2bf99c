/*
 * A reader for data/orgs: small files that we write ourselves. It is strict on purpose (exact header, exact number of
 * fields, quotes around a whole field or not at all), because a slip of the hand there must be told, never guessed round.
 * Publications from outside go through intake, which is not to be used from here.
 */
#include "internal.h"

#include <stdarg.h>
#include <string.h>

#define FILE_MAXIMUM ((size_t)16 << 20)

void *take(loading *l, size_t count, size_t size)
{
    void *p = arena_array(&l->o->memory, count == 0 ? 1 : count, size);
    if (p == NULL)
        l->out_of_memory = true;
    return p;
}

static void keep(loading *l, error *e, const char *file, int64_t line, const char *column, const char *hint)
{
    error_at(e, file, NULL, line, column);
    if (hint != NULL && hint[0] != 0)
        error_hint(e, "%s", hint);
    problems_add(l->list, e);
    l->found++;
}

void report(loading *l, const table *t, size_t row, size_t column, const char *hint, const char *format, ...)
{
    error e;
    char message[sizeof e.message];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)error_set(&e, STATUS_REFUSED, "%s", message);
    keep(l, &e, t->file, row < t->row_count ? t->lines[row] : 0, column < t->column_count ? t->columns[column] : NULL,
         hint);
}

static void report_line(loading *l, const table *t, int64_t line, const char *column, const char *message,
                        const char *hint)
{
    error e;
    (void)error_set(&e, STATUS_REFUSED, "%s", message);
    keep(l, &e, t->file, line, column, hint);
}

/* Where the reader is in the text of a file. */
typedef struct cursor {
    char *at, *end;
    int64_t line;
} cursor;

typedef enum field_end { FIELD_MORE, FIELD_LAST, FIELD_BAD } field_end;

/* Takes one field off the text, unquoting it in place, and terminates it. */
static field_end field_take(cursor *c, char **out)
{
    char *write = c->at;
    *out = write;
    if (c->at < c->end && *c->at == '"') {
        c->at++;
        for (;;) {
            if (c->at >= c->end)
                return FIELD_BAD;
            if (*c->at == '"' && c->at + 1 < c->end && c->at[1] == '"') {
                *write++ = '"';
                c->at += 2;
            } else if (*c->at == '"') {
                c->at++;
                break;
            } else if (*c->at == '\n' || *c->at == 0) {
                return FIELD_BAD;
            } else {
                *write++ = *c->at++;
            }
        }
    } else {
        while (c->at < c->end && *c->at != ',' && *c->at != '\n' && *c->at != '\r') {
            if (*c->at == '"' || *c->at == 0)
                return FIELD_BAD;
            *write++ = *c->at++;
        }
    }
    field_end how = FIELD_LAST;
    if (c->at < c->end && *c->at == '\r')
        c->at++;
    if (c->at < c->end) {
        if (*c->at == ',')
            how = FIELD_MORE;
        else if (*c->at != '\n')
            return FIELD_BAD;
        c->at++;
    }
    *write = 0;
    return how;
}

/* After a field that cannot be read: on to the next line, so that the other lines are still checked. */
static void line_skip(cursor *c)
{
    while (c->at < c->end && *c->at != '\n')
        c->at++;
    if (c->at < c->end)
        c->at++;
}

static bool header_check(loading *l, const table *t, cursor *c)
{
    for (size_t i = 0; i < t->column_count; i++) {
        char *field;
        field_end how = field_take(c, &field);
        bool last = i + 1 == t->column_count;
        if (how != FIELD_BAD && strcmp(field, t->columns[i]) == 0 && how == (last ? FIELD_LAST : FIELD_MORE))
            continue;
        char message[192];
        (void)snprintf(message, sizeof message, "the heading of column %zu is not \"%s\"%s", i + 1, t->columns[i],
                       last ? ", the last one" : "");
        report_line(l, t, 1, t->columns[i], message,
                    "Give the file the columns that data/orgs/README.md lists, in that order.");
        return false;
    }
    return true;
}

/* One row into cells; false where it is malformed (and reported). */
static bool row_take(loading *l, const table *t, cursor *c, const char **cells)
{
    size_t count = 0;
    field_end how = FIELD_MORE;
    while (how == FIELD_MORE) {
        char *field;
        how = field_take(c, &field);
        if (how == FIELD_BAD) {
            report_line(l, t, c->line, count < t->column_count ? t->columns[count] : NULL,
                        "the field is not well-formed csv",
                        "Put quotes around the whole field, double those inside it, and end it on its own line.");
            line_skip(c);
            return false;
        }
        if (count < t->column_count)
            cells[count] = field;
        count++;
    }
    if (count == t->column_count)
        return true;
    char message[128];
    (void)snprintf(message, sizeof message, "the row has %zu fields, not %zu", count, t->column_count);
    report_line(l, t, c->line, NULL, message, "Quote a field that holds a comma; leave an unknown one empty.");
    return false;
}

status table_read(loading *l, table *t, sha256 *hash, error *err)
{
    buffer content = {0};
    status code = STATUS_OK;
    char *path = arena_printf(&l->o->memory, "%s/%s", l->folder, t->file);
    if (path == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while loading the organisations");
    code = file_read(path, FILE_MAXIMUM, &content, err);
    if (code != STATUS_OK) {
        error_hint(err, "The folder of organisations must hold %s: see data/orgs/README.md.", t->file);
        goto out;
    }
    sha256_add(hash, t->file, strlen(t->file) + 1);
    sha256_add(hash, content.data, content.length);

    char *copy = arena_copy(&l->o->memory, content.data, content.length);
    size_t most = 0;
    for (size_t i = 0; i < content.length; i++)
        most += content.data[i] == '\n';
    most++;
    t->cells = take(l, most * t->column_count, sizeof *t->cells);
    t->lines = take(l, most, sizeof *t->lines);
    if (copy == NULL || l->out_of_memory) {
        code = error_set(err, STATUS_MEMORY, "Out of memory while loading the organisations");
        goto out;
    }
    cursor c = {copy, copy + content.length, 1};
    if (content.length >= 3 && memcmp(copy, "\xef\xbb\xbf", 3) == 0)
        c.at += 3;
    if (!header_check(l, t, &c))
        goto out;
    while (c.at < c.end) {
        c.line++;
        if (!row_take(l, t, &c, t->cells + t->row_count * t->column_count))
            continue;
        t->lines[t->row_count] = c.line;
        t->row_count++;
    }
out:
    buffer_free(&content);
    return code;
}

/* ---- cells that many tables have ------------------------------------------------------------------------ */

bool cell_date(loading *l, const table *t, size_t row, size_t column, date if_empty, date *out)
{
    const char *cell = table_cell(t, row, column);
    *out = if_empty;
    if (cell[0] == 0 || date_parse(text_of(cell), out))
        return true;
    report(l, t, row, column, "Write it as 2026-04-01, or leave it empty where it is not known.",
           "\"%s\" is not a date", cell);
    return false;
}

org_index cell_org(loading *l, const table *t, size_t row, size_t column)
{
    const char *cell = table_cell(t, row, column);
    org_index i = orgs_find(l->o, text_of(cell));
    if (i < 0 || strcmp(l->o->items[i].code, cell) != 0) {
        report(l, t, row, column, "Use the ODS code as organisations.csv has it, or add the organisation there.",
               "\"%s\" is not the code of an organisation", cell);
        return -1;
    }
    return i;
}

bool cell_span(loading *l, const table *t, size_t row, size_t from_column, size_t to_column, date *from, date *to)
{
    bool ok = cell_date(l, t, row, from_column, DATE_NONE, from);
    ok = cell_date(l, t, row, to_column, DATE_FOREVER, to) && ok;
    if (ok && *from >= *to) {
        report(l, t, row, to_column, "Dates are half-open: the first day that no longer counts.",
               "it ends on %s, but begins on %s", table_cell(t, row, to_column), table_cell(t, row, from_column));
        ok = false;
    }
    return ok;
}

size_t *part_starts(loading *l, const void *array, size_t count, size_t size, size_t owner_at)
{
    size_t *start = take(l, l->o->count + 1, sizeof *start);
    if (start == NULL)
        return NULL;
    size_t at = 0;
    for (size_t i = 0; i <= l->o->count; i++) {
        while (at < count) {
            org_index owner;
            memcpy(&owner, (const char *)array + at * size + owner_at, sizeof owner);
            if ((size_t)owner >= i)
                break;
            at++;
        }
        start[i] = at;
    }
    return start;
}
