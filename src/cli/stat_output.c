/* stat_output: rows of figures as csv (written as they come), JSON or a table. */
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

#define FLUSH_AT ((size_t)1 << 18)

void stat_output_column(stat_run *r, const char *name, stat_output kind)
{
    if (r->column_count < STAT_OUTPUT_MAXIMUM)
        r->columns[r->column_count++] =
            (table_column){.name = name, .number = kind == OUTPUT_NUMBER, .truth = kind == OUTPUT_TRUTH};
}

void stat_output_limits(stat_run *r, const char *prefix)
{
    for (size_t k = 0; k < r->confidence_count; k++) {
        const char *lower = arena_printf(&r->memory, "%slower_%s", prefix, r->confidence_words[k]);
        const char *upper = arena_printf(&r->memory, "%supper_%s", prefix, r->confidence_words[k]);
        stat_output_column(r, lower == NULL ? "lower" : lower, OUTPUT_NUMBER);
        stat_output_column(r, upper == NULL ? "upper" : upper, OUTPUT_NUMBER);
    }
}

/* The names of --by and --keep stand before the command's own columns. Of two equal names the file's is changed. */
static void columns_lead(stat_run *r)
{
    const stat_data *d = &r->data;
    size_t lead = d->by_count + d->keep_count, own = r->column_count;
    if (lead + own > STAT_OUTPUT_MAXIMUM)
        own = STAT_OUTPUT_MAXIMUM - lead;
    memmove(r->columns + lead, r->columns, own * sizeof *r->columns);
    r->column_count = lead + own;
    for (size_t i = 0; i < lead; i++) {
        const char *name = d->columns[d->by_first + i].header;
        for (size_t k = lead; k < r->column_count; k++) {
            if (strcmp(r->columns[k].name, name) != 0)
                continue;
            const char *other = arena_printf(&r->memory, "%s (given)", name);
            name = other == NULL ? name : other;
            break;
        }
        r->columns[i] = (table_column){.name = name};
    }
}

static void output_begin(stat_run *r)
{
    r->begun = true;
    columns_lead(r);
    if (r->format != FORMAT_CSV) {
        table_begin(&r->table, r->columns, r->column_count);
        return;
    }
    for (size_t i = 0; i < r->column_count; i++) {
        if (i > 0)
            buffer_char(&r->out, ',');
        buffer_csv(&r->out, r->columns[i].name);
    }
    buffer_char(&r->out, '\n');
}

static status output_flush(stat_run *r, size_t above, error *err)
{
    if (r->out.length <= above)
        return buffer_status(&r->out, err);
    if (r->out.failed)
        return buffer_status(&r->out, err);
    if (r->silent) {
        buffer_clear(&r->out);
        return STATUS_OK;
    }
    if (fwrite(r->out.data, 1, r->out.length, r->cli->out) != r->out.length)
        return error_set(err, STATUS_IO, "Cannot write to standard output");
    buffer_clear(&r->out);
    return STATUS_OK;
}

/* ---- cells ---- */

static void cell_next(stat_run *r)
{
    if (r->cells_in_row++ > 0)
        buffer_char(&r->out, ',');
}

void stat_put_text(stat_run *r, const char *words)
{
    if (r->format != FORMAT_CSV) {
        table_text(&r->table, words);
        r->cells_in_row++;
        return;
    }
    cell_next(r);
    buffer_csv(&r->out, words == NULL ? "" : words);
}

void stat_put_number(stat_run *r, double value)
{
    if (r->format != FORMAT_CSV) {
        table_number(&r->table, value);
        r->cells_in_row++;
        return;
    }
    cell_next(r);
    buffer_number(&r->out, value);
}

void stat_put_count(stat_run *r, int64_t value)
{
    if (r->format != FORMAT_CSV) {
        table_int(&r->table, value);
        r->cells_in_row++;
        return;
    }
    cell_next(r);
    buffer_int(&r->out, value);
}

void stat_put_truth(stat_run *r, bool value)
{
    stat_put_text(r, value ? "yes" : "no");
}

void stat_put_limits(stat_run *r, double lower, double upper)
{
    stat_put_number(r, lower);
    stat_put_number(r, upper);
}

void stat_row_begin(stat_run *r, const stat_group *g, size_t row)
{
    const stat_data *d = &r->data;
    if (!r->begun)
        output_begin(r);
    r->cells_in_row = 0;
    for (size_t i = 0; i < d->by_count; i++)
        stat_put_text(r, g == NULL ? NULL : d->texts[g->cells[i]]);
    for (size_t i = 0; i < d->keep_count; i++)
        stat_put_text(r, row == SIZE_MAX ? NULL : stat_text(d, d->keep_first + i, row));
}

status stat_row_end(stat_run *r, error *err)
{
    if (r->cells_in_row != r->column_count)
        return error_set(err, STATUS_INTERNAL, "A row of %s has %zu cells, its header %zu", r->of->command.name,
                         r->cells_in_row, r->column_count);
    if (r->format != FORMAT_CSV)
        return buffer_status(&r->table.cells, err);
    buffer_char(&r->out, '\n');
    return output_flush(r, FLUSH_AT, err);
}

status stat_output_end(stat_run *r, error *err)
{
    if (!r->begun)
        output_begin(r);
    if (r->silent)
        return STATUS_OK;
    return r->format == FORMAT_CSV ? output_flush(r, 0, err) : table_print(r->cli, &r->table, r->format, err);
}
