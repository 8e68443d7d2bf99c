/* stat_command: see stat_command.h. Options are read in stat_options.c, rows written in stat_output.c, plots in stat_plot.c. */
#include "cli/stat_command.h"

#include <string.h>

void *stat_scratch(stat_run *r, size_t count, size_t size)
{
    return arena_array(&r->scratch, count == 0 ? 1 : count, size);
}

status stat_full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory to compute this");
}

status stat_refuse(const stat_run *r, size_t row, size_t column, error *err, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    status code = error_set(err, STATUS_REFUSED, "%s", message);
    error_at(err, r->data.source, NULL, row == SIZE_MAX ? 0 : (int64_t)r->data.lines[row],
             column == SIZE_MAX ? NULL : r->data.columns[column].header);
    return code;
}

const char *stat_group_name(stat_run *r, const stat_group *g)
{
    buffer name = {0};
    for (size_t k = 0; k < r->data.by_count; k++)
        buffer_printf(&name, "%s%s", k == 0 ? "" : ", ", r->data.texts[g->cells[k]]);
    const char *kept = arena_copy(&r->scratch, name.data == NULL ? "" : name.data, name.length);
    buffer_free(&name);
    return kept == NULL ? "" : kept;
}

/* ---- the run ---- */

static status groups_run(stat_run *r, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < r->data.group_count && code == STATUS_OK; i++) {
        const stat_group *g = &r->data.groups[i];
        arena_reset(&r->scratch);
        code = r->of->group(r, g, err);
        if (code == STATUS_OK || err == NULL)
            continue;
        if (err->file[0] == 0)
            error_at(err, r->data.source, NULL, 0, NULL);
        if (err->hint[0] == 0 && r->data.by_count > 0)
            error_hint(err, "It is in group '%.120s'.", stat_group_name(r, g));
    }
    if (cli_interrupted && code == STATUS_OK)
        code = error_set(err, STATUS_IO, "Stopped as asked");
    arena_reset(&r->scratch);
    return code != STATUS_OK || r->of->finish == NULL ? code : r->of->finish(r, err);
}

static void run_free(stat_run *r)
{
    if (r->of->state_free != NULL)
        r->of->state_free(r);
    stat_plot_free(r);
    stat_data_free(&r->data);
    problems_free(&r->problems);
    buffer_free(&r->out);
    table_free(&r->table);
    arena_free(&r->scratch);
    arena_free(&r->memory);
}

static status run_on(cli *c, const arguments *a, csv_reader *from, error *err)
{
    /* The record of the command begins with what the command table points to. */
    stat_run r = {.cli = c, .of = (const stat_command *)(const void *)c->command, .arguments = a, .from = from};
    stat_request request = {0};
    r.columns_read = r.of->columns;
    status code = stat_options_read(&r, err);
    if (code == STATUS_OK && r.of->prepare != NULL)
        code = r.of->prepare(&r, err);
    if (code == STATUS_OK)
        code = stat_request_make(&r, &request, err);
    if (code == STATUS_OK)
        code = stat_input_read(&request, &r.data, &r.problems, err);
    if (r.problems.total > 0)
        say_problems(c, &r.problems);
    if (code == STATUS_OK)
        code = groups_run(&r, err);
    if (code == STATUS_OK)
        code = stat_output_end(&r, err);
    if (code == STATUS_OK)
        code = stat_plot_end(&r, err);
    run_free(&r);
    return code;
}

status stat_command_run(cli *c, const arguments *a, error *err)
{
    return run_on(c, a, NULL, err);
}

/* A csv in memory as a source for the reader. */
typedef struct memory_file {
    const char *at;
    size_t left;
} memory_file;

static status memory_fill(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    memory_file *f = context;
    (void)err;
    *got = f->left < capacity ? f->left : capacity;
    if (*got > 0)
        memcpy(into, f->at, *got);
    f->at += *got;
    f->left -= *got;
    return STATUS_OK;
}

status stat_command_run_csv(cli *c, const arguments *a, const buffer *csv, error *err)
{
    memory_file file = {.at = csv->data, .left = csv->length};
    csv_reader *reader = NULL;
    status code = buffer_status(csv, err);
    if (code == STATUS_OK)
        code = csv_open(memory_fill, &file, &reader, err);
    if (code == STATUS_OK)
        code = run_on(c, a, reader, err);
    csv_close(reader);
    return code;
}
