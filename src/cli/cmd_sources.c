/*
 * concord sources: what the mappings of the catalogue see in a file.
 *
 * For whoever writes or mends one: first every layout that comes near is held against every sheet, with what it finds and what it lacks; then the file is read as `concord add` would, into nothing, and what comes out is
 * shown. The workspace is not touched.
 */
#include "cli/commands.h"
#include "intake/intake.h"

#include <string.h>

typedef struct trying {
    cli *cli;
    table trials;
    size_t told, fitting;
    bool all;
    const source *source;
    table rows;
    table_column columns[24];
    size_t column_count;
    bool rows_begun;
    int64_t rows_left;
    arena *memory;
} trying;

/* ---- layouts ---- */

/* A layout that lacks most of its columns has nothing to do with the sheet. */
static bool is_near(const intake_trial *t)
{
    return t->fits || (t->found > 0 && t->found * 2 >= t->declared);
}

static void trial_told(void *context, const intake_trial *t)
{
    trying *w = context;
    char found[64];
    if (!w->all && !is_near(t))
        return;
    (void)snprintf(found, sizeof found, "%zu of %zu", t->found, t->declared);
    w->told++;
    w->fitting += t->fits;
    table_text(&w->trials, t->sheet);
    table_text(&w->trials, t->source->id);
    table_text(&w->trials, t->layout->id);
    if (t->header_line > 0)
        table_int(&w->trials, t->header_line);
    else
        table_missing(&w->trials);
    table_text(&w->trials, found);
    table_int(&w->trials, (int64_t)t->to_rows);
    if (t->period.kind != PERIOD_NONE)
        table_period(&w->trials, t->period);
    else
        table_missing(&w->trials);
    table_bool(&w->trials, t->fits);
    table_text(&w->trials, t->missing[0] == 0 ? NULL : t->missing);
    table_text(&w->trials, t->unknown[0] == 0 ? NULL : t->unknown);
}

/* ---- rows ---- */

static status rows_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    trying *w = context;
    (void)layout;
    (void)err;
    w->source = s;
    w->columns[w->column_count++] = (table_column){.name = "sheet", .number = true};
    w->columns[w->column_count++] = (table_column){.name = "row", .number = true};
    w->columns[w->column_count++] = (table_column){.name = "period"};
    for (size_t i = 0; i < s->column_count && w->column_count < sizeof w->columns / sizeof w->columns[0]; i++) {
        column_type type = s->columns[i].type;
        w->columns[w->column_count++] = (table_column){
            .name = s->columns[i].name, .number = type == COLUMN_COUNT || type == COLUMN_BAND || type == COLUMN_NUMBER};
    }
    table_begin(&w->rows, w->columns, w->column_count);
    w->rows_begun = true;
    return STATUS_OK;
}

static void cell_show(trying *w, const row_column *column, size_t column_index, size_t i)
{
    int64_t per_unit = source_per_unit(w->source, (int32_t)column_index);
    if ((column->present[i / 64] >> (i % 64) & 1) == 0) {
        if ((column->suppressed[i / 64] >> (i % 64) & 1) != 0)
            table_text(&w->rows, "withheld");
        else
            table_missing(&w->rows);
        return;
    }
    switch (column->type) {
    case COLUMN_COUNT:
        if (per_unit == 1)
            table_int(&w->rows, column->as.counts[i]);
        else
            table_number(&w->rows, (double)column->as.counts[i] / (double)per_unit);
        break;
    case COLUMN_BAND: table_int(&w->rows, column->as.bands[i]); break;
    case COLUMN_NUMBER: table_number(&w->rows, column->as.numbers[i]); break;
    case COLUMN_CODE:
    case COLUMN_CATEGORY:
    case COLUMN_TEXT:
        table_text(&w->rows, arena_copy(w->memory, column->as.texts[i].at, column->as.texts[i].length));
        break;
    }
}

static status rows_show(void *context, const row_batch *batch, error *err)
{
    trying *w = context;
    (void)err;
    for (size_t i = 0; i < batch->count && w->rows_left > 0; i++, w->rows_left--) {
        line_place at = place_of_line(batch->line[i]);
        if (at.sheet > 0)
            table_int(&w->rows, at.sheet);
        else
            table_missing(&w->rows);
        table_int(&w->rows, at.row);
        table_period(&w->rows, batch->period[i]);
        for (size_t k = 0; k + 3 < w->column_count; k++)
            cell_show(w, &batch->columns[k], k, i);
    }
    return STATUS_OK;
}

static status name_ignored(void *context, text code, text name, error *err)
{
    (void)context;
    (void)code;
    (void)name;
    (void)err;
    return STATUS_OK;
}

static void report_print(const trying *w, const intake_report *r)
{
    FILE *out = w->cli->out;
    char from[PERIOD_TEXT], to[PERIOD_TEXT], day[DATE_TEXT];
    period_format(r->first_period, from);
    period_format(r->last_period, to);
    (void)fprintf(out, "\nRead as %s", r->source->id);
    if (r->parts[0] != 0)
        (void)fprintf(out, " (%s)", r->parts);
    (void)fprintf(out, ", %s", from);
    if (strcmp(from, to) != 0)
        (void)fprintf(out, " to %s", to);
    (void)fprintf(out, ": %lld rows in, %lld kept.\n", (long long)r->rows_in, (long long)r->rows_kept);
    if (r->published != DATE_NONE) {
        date_format(r->published, day);
        (void)fprintf(out, "Published: %s%s.\n", day, r->revised ? ", a revision" : "");
    }
    for (size_t i = 0; i < r->set_aside_count; i++)
        if (r->set_aside[i].rows > 0)
            (void)fprintf(out, "Set aside: %lld %s.\n", (long long)r->set_aside[i].rows, r->set_aside[i].reason);
    if (r->totals_checked > 0)
        (void)fprintf(out, "Totals in the file: %lld, of which %lld differ from the sums of the rows.\n",
                      (long long)r->totals_checked, (long long)r->totals_differing);
    for (size_t i = 0; i < r->note_count; i++)
        (void)fprintf(out, "Note: %s.\n", r->notes[i]);
}

static status file_read_into_nothing(trying *w, const char *path, const intake_options *options, output_format format,
                                     error *err)
{
    problems list = {0};
    intake_report report;
    const intake_sink sink = {w, rows_begin, rows_show, name_ignored};
    status code = intake_read(path, &w->cli->catalogue, options, &sink, w->memory, &report, &list, err);
    if (code != STATUS_OK)
        say_problems(w->cli, &list);
    else if (format == FORMAT_TABLE)
        report_print(w, &report);
    problems_free(&list);
    if (code == STATUS_OK && w->rows_begun && format == FORMAT_TABLE) {
        (void)fputc('\n', w->cli->out);
        code = table_print(w->cli, &w->rows, format, err);
    }
    return code;
}

/* ---- the command ---- */

static const command_option options_taken[] = {
    {"--source", "ID", "Only the layouts of this source."},
    {"--all", NULL, "Also layouts that lack most of their columns."},
    {"--rows", "N", "How many of the rows to show: 5."},
    {"--period", "P", "The period of a file that does not tell: 2026-04, FY2025-26-Q4 ..."},
    {"--format", "table|csv|json", "How to print what the layouts see; csv and json leave out the rows."},
    {0},
};

/* ---- the text of a source ---- */

#define SOURCE_BYTES ((size_t)4 << 20) /* as the catalogue reads them */

/* The YAML itself: what a workspace copies when a layout has to be mended. */
static status source_show(cli *c, const char *id, error *err)
{
    const char *home = NULL;
    buffer b = {0};
    status code = c->workspace_given != NULL ? workspace_open(c, err) : STATUS_OK;
    if (code == STATUS_OK)
        code = cli_catalogue(c, err);
    if (code == STATUS_OK)
        code = home_folder(c, "catalogue", &home, err);
    if (code != STATUS_OK)
        return code;
    const source *s = catalogue_source(&c->catalogue, id);
    if (s == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no source '%.80s'", id);
        error_hint(err, "`concord list sources` shows them all.");
        return code;
    }
    const char *path = s->folder == 0 ? arena_printf(&c->memory, "%s/%s", home, s->file)
                                      : arena_printf(&c->memory, "%s/catalogue/%s", c->workspace, s->file);
    code = path == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory")
                        : file_read(path, SOURCE_BYTES, &b, err);
    if (code == STATUS_OK && b.length > 0)
        (void)fwrite(b.data, 1, b.length, c->out);
    buffer_free(&b);
    return code;
}

static status sources_run(cli *c, const arguments *a, error *err)
{
    static const table_column columns[] = {{"sheet", NULL, false, false},
                                           {"source", NULL, false, false},
                                           {"layout", NULL, false, false},
                                           {"header_row", "header row", true, false},
                                           {"columns_found", "columns found", false, false},
                                           {"columns_to_rows", "to rows", true, false},
                                           {"period", NULL, false, false},
                                           {"fits", NULL, false, true},
                                           {"lacks", NULL, false, false},
                                           {"not_known", "not known", false, false}};
    trying w = {.cli = c, .rows_left = 5, .memory = &c->memory};
    intake_options options = {.published = DATE_NONE};
    output_format format;
    const char *path = a->positional[1], *given_rows = argument(c->command, a, "--rows"),
               *period_given = argument(c->command, a, "--period");
    if (strcmp(a->positional[0], "show") == 0)
        return source_show(c, path, err);
    if (strcmp(a->positional[0], "try") != 0) {
        status code = error_set(err, STATUS_USAGE, "sources cannot '%s'", a->positional[0]);
        error_hint(err,
                   "Use: concord sources try FILE, or concord sources show ID. `concord list sources` lists them.");
        return code;
    }
    status code = format_parse(argument(c->command, a, "--format"), &format, err);
    if (code == STATUS_OK && given_rows != NULL)
        code = option_count("--rows", given_rows, 0, 1000, &w.rows_left, err);
    if (code == STATUS_OK && period_given != NULL)
        code = option_period("--period", period_given, &options.period, err);
    if (code == STATUS_OK && c->workspace_given != NULL)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_catalogue(c, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code != STATUS_OK)
        return code;
    options.orgs = c->orgs;
    w.all = argument(c->command, a, "--all") != NULL;
    table_begin(&w.trials, columns, sizeof columns / sizeof columns[0]);
    code = intake_try(path, &c->catalogue, argument(c->command, a, "--source"), trial_told, &w, err);
    if (code == STATUS_OK && w.told == 0 && format == FORMAT_TABLE)
        (void)fprintf(c->out,
                      "No layout of the catalogue comes near this file; docs/new-source.md shows how to write one.\n");
    else if (code == STATUS_OK)
        code = table_print(c, &w.trials, format, err);
    (void)fflush(c->out); /* what is said of the file comes after what the layouts see */
    if (code == STATUS_OK)
        code = file_read_into_nothing(&w, path, &options, format, err);
    table_free(&w.trials);
    table_free(&w.rows);
    return code;
}

const command command_sources = {
    .name = "sources",
    .takes = "try FILE|show ID",
    .at_least = 2,
    .at_most = 2,
    .summary = "Show what the catalogue's mappings see in a file, or the text of one.",
    .description =
        "Holds every layout of every source against every sheet of the file (a csv has one) and shows where "
        "it finds its header, how many of its columns, what it lacks and "
        "what is there that it does not know. Then reads the file as `concord add` would, without storing "
        "anything, and shows how many rows come out, what is set aside, "
        "whether the totals that the file prints agree with the rows, and the first rows.\n\n"
        "For writing a mapping of a new publication, and for seeing why a new month of a known one is "
        "refused. Exit code 1 where the file cannot be read.\n\n"
        "`show ID` prints the YAML of a source. A file with the same id in catalogue/sources of the workspace "
        "takes the place of the program's: that is how a layout is mended.",
    .example = "concord sources try Monthly-Virtual-Ward-June2025.xlsx\nconcord sources show virtual-wards\nconcord "
               "sources try --source cancer-waits "
               "--all workbook.xlsx",
    .options = options_taken,
    .run = sources_run,
};
