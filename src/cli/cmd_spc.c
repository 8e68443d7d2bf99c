/* concord spc: control charts of any csv. */
#include "cli/commands.h"
#include "cli/rule_sets.h"
#include "cli/spc_input.h"
#include "cli/spc_plot.h"
#include "cli/spc_season.h"
#include "cli/spc_suggest.h"

#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REBASES_MAXIMUM 256
#define FLUSH_AT        ((size_t)1 << 18)

/* The columns of the csv are fixed: other programs rely on them. */
static const table_column point_columns[] = {
    {"group", NULL, false, false},  {"date", NULL, false, false}, {"value", NULL, true, false},
    {"mean", NULL, true, false},    {"lower", NULL, true, false}, {"upper", NULL, true, false},
    {"segment", NULL, true, false}, {"rule", NULL, false, false}, {"signal", NULL, false, false}};

typedef struct charting {
    cli *cli;
    spc_request request;
    spc_options options;
    output_format format;
    bool summary, suggest;
    date rebases[REBASES_MAXIMUM];
    bool rebase_met[REBASES_MAXIMUM]; /* some group has a row of that date */
    size_t rebase_count;
    spc_season season;
    /* scratch for one group */
    spc_point *points;
    spc_assurance *assurances;
    spc_segment *segments;
    size_t *rebase_rows;
    size_t capacity;
    /* output */
    buffer out;
    table table;
    table_column columns[sizeof point_columns / sizeof point_columns[0] + 3];
    spc_plot plot;
} charting;

/* ---- options ---- */

static status word_choose(const char *option, const char *given, const char *const *words, size_t count, size_t *out,
                          error *err)
{
    if (given == NULL)
        return STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], given) == 0) {
            *out = i;
            return STATUS_OK;
        }
    }
    status code = error_set(err, STATUS_USAGE, "%s cannot be '%s'", option, given);
    error_hint(err, "Use %s%s%s%s%s.", words[0], count > 2 ? ", " : " or ", words[1], count > 2 ? " or " : "",
               count > 2 ? words[2] : "");
    return code;
}

static int date_compare(const void *a, const void *b)
{
    date x = *(const date *)a, y = *(const date *)b;
    return (x > y) - (x < y);
}

static status rebases_read(charting *w, const char *given, error *err)
{
    while (given != NULL && *given != 0) {
        size_t length = strcspn(given, ",");
        text word = text_trim((text){.at = given, .length = length});
        date d = DATE_NONE;
        period p;
        if (word.length == 7 && period_parse(word, &p) && p.kind == PERIOD_MONTH)
            d = period_first_day(p);
        else if (!date_parse_loose(word, &d)) {
            status code = error_set(err, STATUS_USAGE, "--rebase: '%.*s' is not a date", (int)word.length, word.at);
            error_hint(err, "Dates are written 2026-04-01 or 2026-04, several joined by commas.");
            return code;
        }
        if (w->rebase_count == REBASES_MAXIMUM)
            return error_set(err, STATUS_USAGE, "--rebase: more than %d dates", REBASES_MAXIMUM);
        w->rebases[w->rebase_count++] = d;
        given += length + (given[length] == ',');
    }
    qsort(w->rebases, w->rebase_count, sizeof *w->rebases, date_compare);
    return STATUS_OK;
}

/* A number, or the name of a column. */
static status target_read(charting *w, const char *given)
{
    if (given != NULL && !number_parse(text_of(given), &w->options.target))
        w->request.target = given;
    return STATUS_OK;
}

/* --period and --season: seasons are told by the place of a row, so there may be no gaps. */
static status seasons_read(charting *w, const char *period_given, const char *season_given, error *err)
{
    static const char *const periods[] = {"month", "quarter"};
    static const char *const uses[] = {"check", "adjust"};
    size_t period_at = 0, use_at = 0;
    status code = word_choose("--period", period_given, periods, 2, &period_at, err);
    if (code == STATUS_OK)
        code = word_choose("--season", season_given, uses, 2, &use_at, err);
    if (code != STATUS_OK)
        return code;
    if (season_given != NULL && period_given == NULL) {
        code = error_set(err, STATUS_USAGE, "--season needs --period");
        error_hint(err, "Add --period month or --period quarter: the seasons of a year are its months or quarters.");
        return code;
    }
    w->request.period_months = period_given == NULL ? 0 : period_at == 0 ? 1 : 3;
    w->season.seasons = period_at == 0 ? 12 : 4;
    w->season.use = season_given == NULL ? SEASON_NONE : use_at == 0 ? SEASON_CHECK : SEASON_ADJUST;
    return STATUS_OK;
}

static status options_read(charting *w, const arguments *a, error *err)
{
    static const char *const betters[] = {"neither", "higher", "lower"};
    static const char *const switches[] = {"on", "off"};
    const command *of = w->cli->command;
    const char *rules = argument(of, a, "--rules"), *target_given = argument(of, a, "--target");
    const char *baseline = argument(of, a, "--baseline-points"), *format = argument(of, a, "--format");
    size_t better_at = 0, screen_at = 0;
    int64_t points = 0;
    w->request = (spc_request){.path = a->positional_count > 0 ? a->positional[0] : "-",
                               .by = argument(of, a, "--by"),
                               .date = argument(of, a, "--date"),
                               .value = argument(of, a, "--value")};
    w->summary = argument(of, a, "--summary") != NULL;
    w->suggest = argument(of, a, "--suggest-rebase") != NULL;
    w->options.target = NAN;
    if (w->request.date == NULL || w->request.value == NULL) {
        status missing =
            error_set(err, STATUS_USAGE, "spc needs %s", w->request.date == NULL ? "--date COLUMN" : "--value COLUMN");
        error_hint(err, "For example: concord spc file.csv --by organisation --date month --value percent");
        return missing;
    }
    status code = word_choose("--better", argument(of, a, "--better"), betters, 3, &better_at, err);
    if (code == STATUS_OK)
        code = word_choose("--screen", argument(of, a, "--screen"), switches, 2, &screen_at, err);
    if (code == STATUS_OK && w->suggest && w->summary)
        code = error_set(err, STATUS_USAGE, "--summary and --suggest-rebase each print rows of their own: give one");
    if (code == STATUS_OK)
        code = target_read(w, target_given);
    if (code == STATUS_OK)
        code = seasons_read(w, argument(of, a, "--period"), argument(of, a, "--season"), err);
    if (code == STATUS_OK && baseline != NULL)
        code = option_count("--baseline-points", baseline, 12, INT32_MAX, &points, err);
    if (code == STATUS_OK)
        code = option_rule_set(w->cli, rules, &w->options.rules, err);
    if (code == STATUS_OK)
        code = rebases_read(w, argument(of, a, "--rebase"), err);
    if (code == STATUS_OK)
        code = spc_plot_begin(w->cli, argument(of, a, "--plot"), &w->plot, err);
    w->options.better = (better)better_at;
    w->options.no_screening = screen_at == 1;
    w->options.baseline_points = (int32_t)points;
    /* csv is what a pipe wants; on a terminal too, so that the output does not depend on where it goes. */
    return code != STATUS_OK ? code : format_parse(format == NULL ? "csv" : format, &w->format, err);
}

/* ---- one group ---- */

static status scratch_fit(charting *w, size_t count, error *err)
{
    if (count <= w->capacity)
        return STATUS_OK;
    size_t capacity = count * 2;
    free(w->points);
    free(w->assurances);
    free(w->segments);
    free(w->rebase_rows);
    w->assurances = calloc(capacity, sizeof *w->assurances);
    w->points = calloc(capacity, sizeof *w->points);
    w->segments = calloc(capacity + 1, sizeof *w->segments);
    w->rebase_rows = calloc(capacity, sizeof *w->rebase_rows);
    w->capacity =
        w->points == NULL || w->assurances == NULL || w->segments == NULL || w->rebase_rows == NULL ? 0 : capacity;
    return w->capacity > 0 ? STATUS_OK : error_set(err, STATUS_MEMORY, "There is not enough memory for the chart");
}

/* A rebase takes effect at the row of its date; a date that a group does not have leaves the group as it is. */
static size_t rebases_find(charting *w, const spc_input *in, const spc_group *g)
{
    size_t found = 0, at = g->first;
    for (size_t k = 0; k < w->rebase_count; k++) {
        if (k > 0 && w->rebases[k] == w->rebases[k - 1])
            continue;
        while (at < g->first + g->count && in->dates[at] < w->rebases[k])
            at++;
        if (at == g->first + g->count || in->dates[at] != w->rebases[k])
            continue;
        w->rebase_met[k] = true;
        if (at > g->first)
            w->rebase_rows[found++] = at - g->first;
    }
    return found;
}

static const char *const summary_header = "group,segment,n,mean,lower,upper,variation,assurance\n";
static const table_column summary_columns[] = {{"group", NULL, false, false},     {"segment", NULL, true, false},
                                               {"n", NULL, true, false},          {"mean", NULL, true, false},
                                               {"lower", NULL, true, false},      {"upper", NULL, true, false},
                                               {"variation", NULL, false, false}, {"assurance", NULL, false, false}};

static void date_words(date d, bool is_month, char out[DATE_TEXT])
{
    date_format(d, out);
    if (is_month)
        out[7] = 0;
}

/* ---- csv: the fast way, because millions of series go through it ---- */

/* The mean and limits of a segment are the same on each of its rows: they are worded once. */
typedef struct segment_words {
    char text[4 * NUMBER_TEXT + 16];
    size_t length;
} segment_words;

static void segment_word(const spc_point *p, segment_words *out)
{
    buffer b = {0};
    buffer_char(&b, ',');
    buffer_number(&b, p->mean);
    buffer_char(&b, ',');
    buffer_number(&b, p->lower);
    buffer_char(&b, ',');
    buffer_number(&b, p->upper);
    buffer_printf(&b, ",%d,", (int)p->segment);
    out->length = b.length < sizeof out->text ? b.length : sizeof out->text - 1;
    if (b.data != NULL)
        memcpy(out->text, b.data, out->length);
    buffer_free(&b);
}

static void points_csv(charting *w, const spc_input *in, const spc_group *g, const double *values)
{
    buffer name = {0};
    segment_words words = {0};
    int32_t worded = 0;
    buffer_csv(&name, g->name);
    for (size_t i = 0; i < g->count; i++) {
        const spc_point *p = &w->points[i];
        size_t row = g->first + i;
        char day[DATE_TEXT];
        if (p->segment != worded) {
            segment_word(p, &words);
            worded = p->segment;
        }
        date_words(in->dates[row], in->months[row], day);
        buffer_put(&w->out, name.data == NULL ? "" : name.data, name.length);
        buffer_char(&w->out, ',');
        buffer_text(&w->out, day);
        buffer_char(&w->out, ',');
        buffer_number(&w->out, in->values[row]);
        buffer_put(&w->out, words.text, words.length);
        buffer_text(&w->out, spc_rule_name(p->rule));
        buffer_char(&w->out, ',');
        buffer_text(&w->out, spc_signal_name(p->signal));
        if (in->targets != NULL) {
            buffer_char(&w->out, ',');
            buffer_number(&w->out, in->targets[row]);
            buffer_char(&w->out, ',');
            buffer_text(&w->out, spc_assurance_name(w->assurances[i]));
        }
        if (w->season.use == SEASON_ADJUST) {
            buffer_char(&w->out, ',');
            buffer_number(&w->out, values[i]);
        }
        buffer_char(&w->out, '\n');
    }
    buffer_free(&name);
}

static status out_flush(charting *w, size_t above, error *err)
{
    if (w->out.length <= above)
        return buffer_status(&w->out, err);
    if (w->plot.wanted && w->plot.format == PLOT_TERMINAL) { /* the drawing stands instead of the rows */
        buffer_clear(&w->out);
        return STATUS_OK;
    }
    if (fwrite(w->out.data, 1, w->out.length, w->cli->out) != w->out.length)
        return error_set(err, STATUS_IO, "Cannot write to standard output");
    buffer_clear(&w->out);
    return STATUS_OK;
}

/* ---- table and JSON, and the summary in any format ---- */

static void points_table(charting *w, const spc_input *in, const spc_group *g, const double *values)
{
    for (size_t i = 0; i < g->count; i++) {
        const spc_point *p = &w->points[i];
        char day[DATE_TEXT];
        date_words(in->dates[g->first + i], in->months[g->first + i], day);
        table_text(&w->table, g->name);
        table_text(&w->table, day);
        table_number(&w->table, in->values[g->first + i]);
        table_number(&w->table, p->mean);
        table_number(&w->table, p->lower);
        table_number(&w->table, p->upper);
        table_int(&w->table, p->segment);
        table_text(&w->table, spc_rule_name(p->rule));
        table_text(&w->table, spc_signal_name(p->signal));
        if (in->targets != NULL) {
            table_number(&w->table, in->targets[g->first + i]);
            table_text(&w->table, spc_assurance_name(w->assurances[i]));
        }
        if (w->season.use == SEASON_ADJUST)
            table_number(&w->table, values[i]);
    }
}

/* Variation and assurance are those of the whole group, that is of its last point: they stand with the last segment. */
static void summary_table(charting *w, const spc_group *g, const spc_summary *s)
{
    for (size_t k = 0; k < s->segments; k++) {
        const spc_segment *segment = &w->segments[k];
        bool last = k + 1 == s->segments;
        table_text(&w->table, g->name);
        table_int(&w->table, (int64_t)k + 1);
        table_int(&w->table, (int64_t)segment->present);
        table_number(&w->table, segment->mean);
        table_number(&w->table, segment->lower);
        table_number(&w->table, segment->upper);
        table_text(&w->table, last ? spc_variation_name(s->variation) : "");
        table_text(&w->table, last ? spc_assurance_name(s->assurance) : "");
    }
}

static void summary_csv(charting *w, const spc_group *g, const spc_summary *s)
{
    for (size_t k = 0; k < s->segments; k++) {
        const spc_segment *segment = &w->segments[k];
        bool last = k + 1 == s->segments;
        buffer_csv(&w->out, g->name);
        buffer_printf(&w->out, ",%zu,%zu,", k + 1, segment->present);
        buffer_number(&w->out, segment->mean);
        buffer_char(&w->out, ',');
        buffer_number(&w->out, segment->lower);
        buffer_char(&w->out, ',');
        buffer_number(&w->out, segment->upper);
        buffer_printf(&w->out, ",%s,%s\n", last ? spc_variation_name(s->variation) : "",
                      last ? spc_assurance_name(s->assurance) : "");
    }
}

static status group_print(charting *w, const spc_input *in, const spc_group *g, const double *values,
                          const spc_summary *summary, error *err)
{
    bool csv = w->format == FORMAT_CSV;
    status code = STATUS_OK;
    if (w->suggest)
        code = spc_suggest_group(in, g, values, &w->options, csv ? &w->out : NULL, &w->table, err);
    else if (csv && w->summary)
        summary_csv(w, g, summary);
    else if (csv)
        points_csv(w, in, g, values);
    else if (w->summary)
        summary_table(w, g, summary);
    else
        points_table(w, in, g, values);
    return code != STATUS_OK ? code : out_flush(w, FLUSH_AT, err);
}

static status group_chart(charting *w, const spc_input *in, const spc_group *g, error *err)
{
    spc_summary summary = {0};
    const double *values = NULL;
    bool adjusted = false;
    status code = scratch_fit(w, g->count, err);
    if (code == STATUS_OK)
        code = spc_season_group(&w->season, w->cli, in, g, &values, &adjusted, err);
    if (code != STATUS_OK)
        return code;
    w->options.rebase_count = rebases_find(w, in, g);
    w->options.rebases = w->rebase_rows;
    code = spc_xmr(values, g->count, &w->options, w->points, w->segments, w->capacity + 1, &summary, err);
    if (code != STATUS_OK) {
        error_at(err, strcmp(w->request.path, "-") == 0 ? "standard input" : w->request.path, NULL, 0,
                 w->request.value);
        if (g->name[0] != 0 && err != NULL && err->hint[0] == 0)
            error_hint(err, "It is in group '%.80s'.", g->name);
        return code;
    }
    if (in->targets != NULL)
        summary.assurance = spc_assure_each(w->points, in->targets + g->first, g->count, w->options.better,
                                            w->options.rules, w->assurances);
    if (w->plot.wanted)
        code = spc_plot_group(&w->plot, &w->request, in, g, values, adjusted, w->points, &w->options,
                              in->group_count > 1, err);
    return code != STATUS_OK ? code : group_print(w, in, g, values, &summary, err);
}

/* The header of the csv, or the columns of a table. The columns of rows are fixed; what an option asks for comes after them. */
static void output_begin(charting *w, const spc_input *in)
{
    size_t count = 0;
    for (; count < sizeof point_columns / sizeof point_columns[0]; count++)
        w->columns[count] = point_columns[count];
    if (in->has_targets) {
        w->columns[count++] = (table_column){"target", NULL, true, false};
        w->columns[count++] = (table_column){"assurance", NULL, false, false};
    }
    if (w->season.use == SEASON_ADJUST)
        w->columns[count++] = (table_column){"adjusted", NULL, true, false};
    if (w->format != FORMAT_CSV && w->suggest)
        table_begin(&w->table, spc_suggest_columns, spc_suggest_column_count);
    else if (w->format != FORMAT_CSV && w->summary)
        table_begin(&w->table, summary_columns, sizeof summary_columns / sizeof summary_columns[0]);
    else if (w->format != FORMAT_CSV)
        table_begin(&w->table, w->columns, count);
    else if (w->suggest || w->summary)
        buffer_text(&w->out, w->suggest ? spc_suggest_header : summary_header);
    else
        for (size_t i = 0; i < count; i++)
            buffer_printf(&w->out, "%s%c", w->columns[i].name, i + 1 == count ? '\n' : ',');
}

static status groups_chart(charting *w, const spc_input *in, error *err)
{
    status code = STATUS_OK;
    output_begin(w, in);
    for (size_t g = 0; g < in->group_count && code == STATUS_OK; g++)
        code = group_chart(w, in, &in->groups[g], err);
    bool drawn_instead = w->plot.wanted && w->plot.format == PLOT_TERMINAL;
    if (code == STATUS_OK && !drawn_instead)
        code = w->format == FORMAT_CSV ? out_flush(w, 0, err) : table_print(w->cli, &w->table, w->format, err);
    if (code == STATUS_OK)
        code = spc_plot_end(&w->plot, w->cli, err);
    if (code == STATUS_OK)
        spc_season_end(&w->season, w->cli);
    for (size_t k = 0; k < w->rebase_count && code == STATUS_OK; k++) {
        char day[DATE_TEXT];
        date_format(w->rebases[k], day);
        if (!w->rebase_met[k] && (k == 0 || w->rebases[k] != w->rebases[k - 1]))
            say_note(w->cli, "--rebase %s: no row has that date, so nothing was rebased there.", day);
    }
    return code;
}

static status spc_run(cli *c, const arguments *a, error *err)
{
    charting w = {.cli = c};
    spc_input in = {0};
    problems list = {0};
    status code = options_read(&w, a, err);
    if (code == STATUS_OK)
        code = spc_input_read(&w.request, &in, &list, err);
    if (list.total > 0)
        say_problems(c, &list);
    if (code == STATUS_OK)
        code = groups_chart(&w, &in, err);
    problems_free(&list);
    spc_input_free(&in);
    free(w.points);
    free(w.assurances);
    free(w.segments);
    free(w.rebase_rows);
    buffer_free(&w.out);
    table_free(&w.table);
    spc_plot_free(&w.plot);
    spc_season_free(&w.season);
    return code;
}

static const command_option options[] = {
    {"--by", "COL", "The column that tells series apart; without it the file is one series."},
    {"--date", "COL", "The column of dates: 2026-04-30, 2026-04, 30/04/2026 ..."},
    {"--value", "COL", "The column of values; empty and NA are missing."},
    {"--better", "higher|lower|neither", "Which way is better: neither is the default."},
    {"--target", "X|COL",
     "The target that assurance is judged against: a number, or the column that has one for each row."},
    {"--period", "month|quarter", "Months (or quarters) that a group has no row for become missing values."},
    {"--season", "check|adjust",
     "With --period: say where a series is seasonal; adjust also judges it without its season."},
    {"--suggest-rebase", NULL, "One row per group: where new limits would be in order, and why. Nothing is rebased."},
    {"--rebase", "DATE,...", "Dates at which mean and limits start anew."},
    {"--baseline-points", "N", "Take mean and limits from the first N points of each segment (12 or more)."},
    {"--screen", "on|off", "Leave outlying moving ranges out of the limits: on is the default."},
    {"--rules", "NAME|FILE",
     "The rule set: mdc-2023 (the default), plotthedots-0.2.2 ..., one of catalogue/rules/, or a .yaml file."},
    {"--summary", NULL, "One row per segment: mean, limits, variation and assurance."},
    {"--format", "table|csv|json", "How to print: csv is the default."},
    {"--plot", "FILE", "Draw it too: a file that ends in .svg, .png or .pdf, or the word terminal."},
    {0},
};

const command command_spc = {
    .name = "spc",
    .takes = "[FILE]",
    .at_most = 1,
    .summary = "Judge the series of any csv by statistical process control.",
    .description = "Reads a csv (or standard input), takes each group's values in date order, and prints the XmR "
                   "chart: mean, limits, the rule "
                   "that caught each point and what it signals. Rows may come in any order. A date twice in a group, "
                   "text where a number belongs "
                   "and a date that is none are refused with line and column.\n\n"
                   "No workspace is needed.",
    .example = "concord spc waits.csv --by trust --date month --value percent --better higher --target 92",
    .options = options,
    .run = spc_run,
};
