/* concord show: one measure for one organisation, as a chart in the terminal or as a table of every period. */
#include "cli/commands.h"
#include "cli/figure_notes.h"
#include "cli/oversight_evidence.h"

#include "publish/publish.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The columns of the csv are fixed: other programs rely on them. */
static const table_column columns[] = {
    {"measure", NULL, false, false}, {"organisation", NULL, false, false}, {"breakdown", NULL, false, false},
    {"period", NULL, false, false},  {"numerator", NULL, true, false},     {"denominator", NULL, true, false},
    {"value", NULL, true, false},    {"target", NULL, true, false},        {"mean", NULL, true, false},
    {"lower", NULL, true, false},    {"upper", NULL, true, false},         {"segment", NULL, true, false},
    {"rule", NULL, false, false},    {"signal", NULL, false, false},       {"agreed", NULL, true, false},
};
#define CSV_COLUMNS (sizeof columns / sizeof columns[0] - 1) /* without what was agreed */

/* The levels that the register has in force for a series, as it stood on the day of a view as of a day. */
typedef struct agreed {
    const series_aim *items;
    size_t count;
} agreed;

static status agreed_find(cli *c, const figure *f, const edition_point *points, size_t count, agreed *out, error *err)
{
    const edition *e = f->edition;
    register_log *log = NULL;
    date known_on = DATE_NONE;
    status code = cli_register(c, &log, err);
    if (code == STATUS_OK && log != NULL && e->as_of[0] != 0 && date_parse(text_of(e->as_of), &known_on))
        code = register_turn_back(c, known_on, &log, err);
    if (code == STATUS_OK && log != NULL)
        code = series_aims_find(log, e, f->series->measure, f->series->org, f->series->breakdown, f->series, points,
                                count, &c->memory, &out->items, &out->count, err);
    register_close(log);
    return code;
}

static void count_cell(table *t, bool there, int64_t value)
{
    if (there)
        table_int(t, value);
    else
        table_missing(t);
}

/* Counts that are kept in parts (half pathways) are shown as the decimals that they are. */
static void amount_cell(table *t, bool has, int64_t count, int64_t parts)
{
    if (has && parts > 1)
        table_number(t, edition_count(true, count, parts));
    else
        count_cell(t, has, count);
}

/* `with`: a column more, the level that was agreed first. */
static void point_rows(table *t, const figure *f, const edition_point *points, size_t count, bool with,
                       const agreed *levels)
{
    const char *breakdown = f->series->breakdown < 0 ? "" : f->edition->breakdowns[f->series->breakdown].key;
    for (size_t i = 0; i < count; i++) {
        const edition_point *p = &points[i];
        table_text(t, f->measure->id);
        table_text(t, f->org->code);
        table_text(t, breakdown);
        table_period(t, p->period);
        amount_cell(t, p->has_numerator, p->numerator, f->measure->numerator_parts);
        amount_cell(t, p->has_denominator, p->denominator, f->measure->denominator_parts);
        table_number(t, p->value);
        table_number(t, p->target);
        table_number(t, p->mean);
        table_number(t, p->lower);
        table_number(t, p->upper);
        count_cell(t, p->segment > 0, p->segment);
        table_text(t, p->rule);
        table_text(t, p->suppressed ? "suppressed" : p->signal);
        if (with && levels->count > 0)
            table_number(t, series_aim_level(&levels->items[0], p->period));
        else if (with)
            table_missing(t);
    }
}

static int terminal_columns(const cli *c)
{
    struct winsize size;
    const char *given = getenv("COLUMNS");
    int64_t columns_given = 0;
    if (c->out_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col < 200 ? size.ws_col : 200;
    if (given != NULL && number_parse_count(text_of(given), &columns_given) && columns_given >= 40 &&
        columns_given <= 200)
        return (int)columns_given;
    return 80;
}

static status chart_print(cli *c, const figure *f, const edition_point *points, size_t count, const agreed *levels,
                          error *err)
{
    buffer b = {0};
    const series_view view = {.edition = f->edition,
                              .series = f->series,
                              .points = points,
                              .count = count,
                              .aims = levels->items,
                              .aim_count = levels->count};
    chart_spc_terminal(&view, terminal_columns(c), c->colour, &b);
    buffer_char(&b, '\n');
    sentence_series(&view, &b);
    buffer_char(&b, '\n');
    if (f->series->note != NULL && f->series->note[0] != 0)
        buffer_printf(&b, "%s\n", f->series->note);
    if (f->edition->as_of[0] != 0)
        buffer_printf(&b, "This is what was known on %s: later releases and revisions are left out.\n",
                      f->edition->as_of);
    if (series_is_seasonal(f->series)) {
        sentence_season(&view, &b);
        buffer_char(&b, '\n');
    }
    status code = buffer_status(&b, err);
    if (code == STATUS_OK)
        code = figure_notes(c, f, points, count, &b, err);
    if (code == STATUS_OK)
        (void)fwrite(b.data, 1, b.length, c->out);
    buffer_free(&b);
    return code;
}

/* The columns of the table say nothing of a season, and other programs rely on them; so a person is told beside it. */
static void season_note(cli *c, const figure *f)
{
    buffer b = {.maximum = 2000};
    const series_view view = {.edition = f->edition, .series = f->series};
    sentence_season(&view, &b);
    if (b.length > 0)
        say_note(c, "%s", b.data);
    buffer_free(&b);
}

/* --from and --to choose what is shown; means, limits and signals stay those of the whole series. */
static status range_read(const cli *c, const arguments *a, period *from, period *to, error *err)
{
    const char *from_given = argument(c->command, a, "--from"), *to_given = argument(c->command, a, "--to");
    status code = STATUS_OK;
    if (from_given != NULL)
        code = option_period("--from", from_given, from, err);
    if (code == STATUS_OK && to_given != NULL)
        code = option_period("--to", to_given, to, err);
    if (code == STATUS_OK && from->kind != PERIOD_NONE && to->kind != PERIOD_NONE &&
        from->first_month > to->first_month + to->months - 1)
        code = error_set(err, STATUS_USAGE, "--from %s is after --to %s", from_given, to_given);
    return code;
}

static void range_apply(const period *from, const period *to, const edition_point **points, size_t *count)
{
    while (*count > 0 && from->kind != PERIOD_NONE && (*points)[0].period.first_month < from->first_month) {
        (*points)++;
        (*count)--;
    }
    while (*count > 0 && to->kind != PERIOD_NONE &&
           (*points)[*count - 1].period.first_month >= to->first_month + to->months)
        (*count)--;
}

static status show_run(cli *c, const arguments *a, error *err)
{
    const char *given = argument(c->command, a, "--format");
    bool chart = given == NULL || strcmp(given, "chart") == 0;
    output_format format = FORMAT_TABLE;
    figure_request request;
    figure f = {0};
    period from = {0}, to = {0};
    const edition_point *points = NULL;
    size_t count = 0;
    table t = {0};
    agreed levels = {0};
    status code = chart ? STATUS_OK : format_parse(given, &format, err);
    if (code == STATUS_USAGE)
        error_hint(err, "Use --format chart, table, csv or json.");
    if (code == STATUS_OK)
        code = range_read(c, a, &from, &to, err);
    if (code == STATUS_OK)
        code = figure_request_read(c, a, &request, err);
    if (code == STATUS_OK)
        code = figure_find(c, &request, &f, err);
    if (code == STATUS_OK)
        code = edition_points(f.edition, f.series, &c->memory, &points, &count, err);
    if (code == STATUS_OK)
        code = agreed_find(c, &f, points, count, &levels, err);
    if (code != STATUS_OK)
        goto out;
    range_apply(&from, &to, &points, &count);
    if (chart) {
        code = chart_print(c, &f, points, count, &levels, err);
    } else {
        season_note(c, &f);
        const bool with = format == FORMAT_JSON || (format == FORMAT_TABLE && levels.count > 0);
        table_begin(&t, columns, with ? CSV_COLUMNS + 1 : CSV_COLUMNS);
        point_rows(&t, &f, points, count, with, &levels);
        code = table_print(c, &t, format, err);
    }
out:
    table_free(&t);
    figure_close(&f);
    return code;
}

static const command_option options[] = {
    FIGURE_OPTIONS,
    {"--from", "P", "Show periods from this one on."},
    {"--to", "P", "Show periods up to this one."},
    {"--format", "table|csv|json|chart", "chart (the default) draws in the terminal and says the sentence."},
    {0},
};

const command command_show = {
    .name = "show",
    .takes = "MEASURE ORG",
    .at_least = 2,
    .at_most = 2,
    .summary = "Show one measure for one organisation.",
    .description =
        "Shows a series of the newest edition: as a chart in the terminal with the sentence that the site "
        "has, or with --format as a "
        "table of every period with target, mean, limits, rule and signal.\n\n"
        "Beside the chart stand the register's notes on it, and the ratings and regimes of the organisation. What "
        "was agreed locally for it stands beside the national target, in the chart and in words; in a table and in "
        "JSON it is the column agreed.\n\n"
        "The organisation is an ODS or ONS code, or ENGLAND.",
    .example = "concord show rtt-within-18-weeks QMM\nconcord show rtt-within-18-weeks ENGLAND --format csv",
    .options = options,
    .run = show_run,
};
