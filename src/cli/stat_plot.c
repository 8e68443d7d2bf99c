/* stat_plot: --plot of the commands over statistics. One drawing per group, one above the other; the file is written at the end. */
#include "cli/stat_command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TERMINAL_COLUMNS 80

struct stat_plot {
    const char *target;
    plot_format format;
    plot_medium medium, next;
    plot_sheet sheet;
    bool several, whole_only;
    buffer drawing, whole;
    /* figures for one dot plot of all groups */
    plot_interval_row *rows;
    size_t row_count, row_capacity, rows_left_out;
    const char *title, *subtitle;
    bool failed;
};

/* The columns of the terminal, as the shell tells them. */
static int terminal_columns(void)
{
    const char *given = getenv("COLUMNS");
    int64_t columns = TERMINAL_COLUMNS;
    if (given == NULL || !number_parse_count(text_of(given), &columns))
        columns = TERMINAL_COLUMNS;
    return columns < 60 ? 60 : columns > 200 ? 200 : (int)columns;
}

status stat_plot_begin(stat_run *r, const char *to, error *err)
{
    plot_format format = PLOT_SVG;
    status code = plot_format_find(to, &format, err);
    if (code != STATUS_OK)
        return code;
    r->plot = arena_alloc(&r->memory, sizeof *r->plot);
    if (r->plot == NULL)
        return stat_full(err);
    *r->plot = (struct stat_plot){.target = to, .format = format, .medium = plot_medium_of(format)};
    r->silent = format == PLOT_TERMINAL;
    r->plot->medium.columns = terminal_columns();
    r->plot->medium.colour = r->cli->colour;
    return STATUS_OK;
}

const plot_medium *stat_plot_medium(stat_run *r, buffer **drawing)
{
    struct stat_plot *p = r->plot;
    if (p == NULL)
        return NULL;
    p->several = r->data.group_count > 1 && !p->whole_only;
    p->next = p->several ? plot_sheet_medium(&p->sheet, &p->medium) : p->medium;
    *drawing = &p->drawing;
    return &p->next;
}

void stat_plot_add(stat_run *r)
{
    if (r->plot->several)
        plot_sheet_add(&r->plot->sheet, &r->plot->medium, &r->plot->drawing);
}

void stat_plot_whole(stat_run *r)
{
    r->plot->whole_only = true;
}

plot_words stat_plot_words(stat_run *r, const stat_group *g, size_t value_column)
{
    const char *name = stat_group_name(r, g);
    const stat_cells *value = value_column == SIZE_MAX ? NULL : &r->data.columns[value_column];
    const char *what = value != NULL && value->present ? value->header : NULL;
    plot_words words = {.subtitle = name[0] == 0 ? what : name};
    if (name[0] != 0 && what != NULL)
        words.subtitle = arena_printf(&r->scratch, "%s, %s", what, name);
    return words;
}

plot_time *stat_plot_times(stat_run *r, const stat_group *g, size_t when)
{
    plot_time *times = stat_scratch(r, g->count, sizeof *times);
    for (size_t i = 0; times != NULL && i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        if (when == SIZE_MAX || !stat_has(r, when)) {
            times[i] = (plot_time){.when = DATE_NONE, .label = arena_printf(&r->scratch, "%zu", i + 1)};
            continue;
        }
        times[i] = (plot_time){.when = r->data.when_is_date ? (date)r->data.columns[when].numbers[row] : DATE_NONE,
                               .label = stat_text(&r->data, when, row)};
    }
    return times;
}

void stat_plot_title(stat_run *r, const char *title, const char *subtitle)
{
    if (r->plot == NULL)
        return;
    r->plot->title = title;
    r->plot->subtitle = subtitle;
}

void stat_plot_interval(stat_run *r, const char *name, const char *heading, double value, const double *lower,
                        const double *upper, const char *remark)
{
    struct stat_plot *p = r->plot;
    if (p == NULL || p->failed)
        return;
    if (p->row_count == PLOT_MOST_ROWS) {
        p->rows_left_out++;
        return;
    }
    if (p->row_count == p->row_capacity) {
        size_t capacity = p->row_capacity == 0 ? 64 : p->row_capacity * 2;
        plot_interval_row *grown = realloc(p->rows, capacity * sizeof *grown);
        if (grown == NULL) {
            p->failed = true;
            return;
        }
        p->rows = grown;
        p->row_capacity = capacity;
    }
    bool outer = r->confidence_count > 1;
    p->rows[p->row_count++] = (plot_interval_row){.name = arena_string(&r->memory, name),
                                                  .group = arena_string(&r->memory, heading),
                                                  .value = value,
                                                  .lower = lower[0],
                                                  .upper = upper[0],
                                                  .outer_lower = outer ? lower[1] : NAN,
                                                  .outer_upper = outer ? upper[1] : NAN,
                                                  .remark = arena_string(&r->memory, remark)};
}

/* The dot plot of the figures collected. */
static void intervals_draw(stat_run *r)
{
    struct stat_plot *p = r->plot;
    char interval_name[64], note[96] = "";
    (void)snprintf(interval_name, sizeof interval_name, "%s%% confidence interval", r->confidence_words[0]);
    if (p->rows_left_out > 0)
        (void)snprintf(note, sizeof note, "%zu further rows are not drawn.", p->rows_left_out);
    plot_interval_input input = {.rows = p->rows,
                                 .count = p->row_count,
                                 .reference = NAN,
                                 .interval_name = interval_name,
                                 .words = {.title = p->title,
                                           .subtitle = p->subtitle != NULL ? p->subtitle : r->of->command.summary,
                                           .note = note}};
    plot_intervals(&input, &p->medium, &p->drawing);
    p->several = false;
}

status stat_plot_end(stat_run *r, error *err)
{
    struct stat_plot *p = r->plot;
    status code = STATUS_OK;
    if (p == NULL)
        return STATUS_OK;
    if (p->failed)
        return stat_full(err);
    if (p->row_count > 0)
        intervals_draw(r);
    if (p->several) {
        if (p->sheet.left_out > 0)
            say_note(r->cli, "--plot: %zu of the groups are not drawn.", p->sheet.left_out);
        plot_sheet_end(&p->sheet, &p->medium, r->of->command.name, &p->drawing);
    }
    code = buffer_status(&p->drawing, err);
    if (code == STATUS_OK)
        code = plot_finish(p->format, &p->drawing, 0, &p->whole, err);
    if (code != STATUS_OK)
        return code;
    if (p->format != PLOT_TERMINAL)
        return file_write(p->target, p->whole.data == NULL ? "" : p->whole.data, p->whole.length, false, err);
    if (fwrite(p->whole.data == NULL ? "" : p->whole.data, 1, p->whole.length, r->cli->out) != p->whole.length)
        return error_set(err, STATUS_IO, "Cannot write to standard output");
    return STATUS_OK;
}

void stat_plot_free(stat_run *r)
{
    struct stat_plot *p = r->plot;
    if (p == NULL)
        return;
    free(p->rows);
    buffer_free(&p->drawing);
    buffer_free(&p->whole);
    buffer_free(&p->sheet.body);
}
