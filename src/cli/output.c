/* output: tables as text, csv and JSON; errors, notes and progress on standard error. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MISSING "\x01" /* marks a missing cell: no text of ours or of a file holds it */

status format_parse(const char *name, output_format *out, error *err)
{
    static const char *const names[] = {"table", "csv", "json"};
    *out = FORMAT_TABLE;
    if (name == NULL)
        return STATUS_OK;
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (output_format)i;
            return STATUS_OK;
        }
    }
    status code = error_set(err, STATUS_USAGE, "There is no format '%s'", name);
    error_hint(err, "Use --format table, csv or json.");
    return code;
}

/* ---- building ---- */

void table_begin(table *t, const table_column *columns, size_t column_count)
{
    *t = (table){.columns = columns, .column_count = column_count};
}

void table_text(table *t, const char *cell)
{
    const char *kept = cell == NULL ? MISSING : cell;
    buffer_put(&t->cells, kept, strlen(kept) + 1);
    t->count++;
}

void table_missing(table *t)
{
    table_text(t, NULL);
}

void table_int(table *t, int64_t value)
{
    char text_of_it[NUMBER_TEXT];
    (void)snprintf(text_of_it, sizeof text_of_it, "%lld", (long long)value);
    table_text(t, text_of_it);
}

void table_number(table *t, double value)
{
    char text_of_it[NUMBER_TEXT];
    table_text(t, number_format(value, text_of_it) > 0 ? text_of_it : NULL);
}

void table_date(table *t, date d)
{
    char text_of_it[DATE_TEXT];
    if (d == DATE_NONE || d == DATE_FOREVER) {
        table_missing(t);
        return;
    }
    date_format(d, text_of_it);
    table_text(t, text_of_it);
}

void table_period(table *t, period p)
{
    char text_of_it[PERIOD_TEXT];
    if (p.kind == PERIOD_NONE) {
        table_missing(t);
        return;
    }
    period_format(p, text_of_it);
    table_text(t, text_of_it);
}

void table_bool(table *t, bool value)
{
    table_text(t, value ? "yes" : "no");
}

void table_free(table *t)
{
    buffer_free(&t->cells);
    t->count = 0;
}

/* ---- printing ---- */

/* Characters, not bytes: continuation bytes take no room. */
static size_t width_of(const char *s)
{
    size_t n = 0;
    for (; *s != 0; s++)
        n += ((unsigned char)*s & 0xC0U) != 0x80U;
    return n;
}

static bool is_missing(const char *cell)
{
    return strcmp(cell, MISSING) == 0;
}

static void pad(buffer *b, size_t from, size_t to)
{
    for (; from < to; from++)
        buffer_char(b, ' ');
}

static void print_row(buffer *b, const table *t, const char *const *cells, const size_t *widths)
{
    for (size_t k = 0; k < t->column_count; k++) {
        const char *cell = is_missing(cells[k]) ? "" : cells[k];
        size_t width = width_of(cell);
        if (k > 0)
            buffer_text(b, "  ");
        if (t->columns[k].number)
            pad(b, width, widths[k]);
        buffer_text(b, cell);
        if (!t->columns[k].number && k + 1 < t->column_count)
            pad(b, width, widths[k]);
    }
    buffer_char(b, '\n');
}

static void print_table(buffer *b, const table *t, const char *const *cells, size_t rows, bool colour, size_t *widths)
{
    const char **titles = calloc(t->column_count + 1, sizeof *titles);
    if (titles == NULL) {
        b->failed = true;
        return;
    }
    for (size_t k = 0; k < t->column_count; k++) {
        titles[k] = t->columns[k].title != NULL ? t->columns[k].title : t->columns[k].name;
        widths[k] = width_of(titles[k]);
        for (size_t r = 0; r < rows; r++) {
            const char *cell = cells[r * t->column_count + k];
            size_t width = is_missing(cell) ? 0 : width_of(cell);
            widths[k] = width > widths[k] ? width : widths[k];
        }
    }
    if (colour)
        buffer_text(b, "\033[1m");
    print_row(b, t, titles, widths);
    if (colour)
        buffer_text(b, "\033[0m");
    for (size_t r = 0; r < rows; r++)
        print_row(b, t, cells + r * t->column_count, widths);
    free(titles);
}

static void print_csv(buffer *b, const table *t, const char *const *cells, size_t rows)
{
    for (size_t k = 0; k < t->column_count; k++) {
        if (k > 0)
            buffer_char(b, ',');
        buffer_csv(b, t->columns[k].name);
    }
    buffer_char(b, '\n');
    for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < t->column_count; k++) {
            const char *cell = cells[r * t->column_count + k];
            if (k > 0)
                buffer_char(b, ',');
            if (!is_missing(cell))
                buffer_csv(b, cell);
        }
        buffer_char(b, '\n');
    }
}

static void print_json(buffer *b, const table *t, const char *const *cells, size_t rows)
{
    buffer_text(b, "[");
    for (size_t r = 0; r < rows; r++) {
        buffer_text(b, r > 0 ? ",\n {" : "\n {");
        for (size_t k = 0; k < t->column_count; k++) {
            const char *cell = cells[r * t->column_count + k];
            if (k > 0)
                buffer_text(b, ", ");
            buffer_json(b, t->columns[k].name);
            buffer_text(b, ": ");
            if (is_missing(cell))
                buffer_text(b, "null");
            else if (t->columns[k].number)
                buffer_text(b, cell);
            else if (t->columns[k].truth)
                buffer_text(b, strcmp(cell, "yes") == 0 ? "true" : "false");
            else
                buffer_json(b, cell);
        }
        buffer_text(b, "}");
    }
    buffer_text(b, rows > 0 ? "\n]\n" : "]\n");
}

status table_print(const cli *c, const table *t, output_format format, error *err)
{
    buffer b = {0};
    size_t rows = t->count / t->column_count;
    const char **cells = calloc(t->count + 1, sizeof *cells);
    size_t *widths = calloc(t->column_count + 1, sizeof *widths);
    status code = buffer_status(&t->cells, err);
    if (code == STATUS_OK && (cells == NULL || widths == NULL))
        code = error_set(err, STATUS_MEMORY, "There is not enough memory for the table");
    if (code != STATUS_OK)
        goto out;
    const char *at = t->cells.data;
    for (size_t i = 0; i < t->count; i++) {
        cells[i] = at;
        at += strlen(at) + 1;
    }
    if (format == FORMAT_CSV)
        print_csv(&b, t, cells, rows);
    else if (format == FORMAT_JSON)
        print_json(&b, t, cells, rows);
    else
        print_table(&b, t, cells, rows, c->colour, widths);
    code = buffer_status(&b, err);
    if (code == STATUS_OK && fwrite(b.data, 1, b.length, c->out) != b.length)
        code = error_set(err, STATUS_IO, "Cannot write to standard output");
out:
    free(cells);
    free(widths);
    buffer_free(&b);
    return code;
}

/* ---- messages ---- */

void say_error(cli *c, const error *err)
{
    char line[2048];
    wipe_progress(c);
    (void)error_format(err, line, sizeof line);
    (void)fprintf(c->err, "%s: %s\n", c->program, line);
}

void say_problems(cli *c, const problems *list)
{
    for (size_t i = 0; i < list->count; i++)
        say_error(c, &list->items[i]);
    if (list->total > (int64_t)list->count)
        (void)fprintf(c->err, "%s: and %lld more of such.\n", c->program,
                      (long long)(list->total - (int64_t)list->count));
}

void say_note(cli *c, const char *format, ...)
{
    va_list args;
    wipe_progress(c);
    (void)fprintf(c->err, "%s: ", c->program);
    va_start(args, format);
    (void)vfprintf(c->err, format, args);
    va_end(args);
    (void)fputc('\n', c->err);
}

void print_progress(cli *c, const char *format, ...)
{
    if (!c->err_terminal)
        return;
    char line[160];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    (void)fprintf(c->err, "\r\033[K%.100s", line);
    (void)fflush(c->err);
    c->progress_shown = true;
}

void wipe_progress(cli *c)
{
    if (!c->progress_shown)
        return;
    (void)fputs("\r\033[K", c->err);
    (void)fflush(c->err);
    c->progress_shown = false;
}
