/* concord runchart: every usual control chart, and the run rules. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

enum { VALUE, DENOMINATOR, DATE };

typedef struct charting {
    chart_options options;
    double *parts, *excluded; /* keys given */
    size_t part_count, excluded_count;
    bool *part_met, *excluded_met;
    bool parts_are_dates, excluded_are_dates;
    bool short_told;
} charting;

/* One group, gathered. */
typedef struct chart_data {
    chart_subgroup *subgroups;
    size_t *first_rows; /* of each subgroup: gives its date */
    double *keys;
    size_t count;
    bool *excluded;
    size_t *part_starts;
    size_t part_count;
    chart_point *points;
    chart_part *parts;
} chart_data;

static bool needs_denominator(chart_kind kind)
{
    return kind == CHART_P || kind == CHART_P_PRIME || kind == CHART_U || kind == CHART_U_PRIME ||
           kind == CHART_I_PRIME;
}

/* These plot the values as they are, or a value over its denominator where denominators are asked for. */
static bool may_have_denominator(chart_kind kind)
{
    return needs_denominator(kind) || kind == CHART_RUN || kind == CHART_I || kind == CHART_MR || kind == CHART_T ||
           kind == CHART_G;
}

static bool not_below_zero(chart_kind kind)
{
    return kind == CHART_P || kind == CHART_P_PRIME || kind == CHART_U || kind == CHART_U_PRIME || kind == CHART_C ||
           kind == CHART_G || kind == CHART_T;
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value|numerator|y", .kind = STAT_NUMBER, .needed = true},
    {.option = "--denominator", .usual = "denominator|n", .kind = STAT_AMOUNT},
    {.option = "--date", .usual = "date|month|period|week", .kind = STAT_WHEN},
    {0},
};

/* Charts that do without denominators divide by none that is not asked for. */
static const stat_column columns_undivided[] = {
    {.option = "--value", .usual = "value|numerator|y", .kind = STAT_NUMBER, .needed = true},
    {.option = "--denominator", .kind = STAT_AMOUNT},
    {.option = "--date", .usual = "date|month|period|week", .kind = STAT_WHEN},
    {0},
};

static void columns_declare(stat_run *r)
{
    if (r->summary) {
        static const char *const names[] = {"part",      "points",          "centre",       "lower",
                                            "upper",     "useful",          "longest_run",  "longest_run_limit",
                                            "crossings", "crossings_limit", "beyond_limits"};
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            stat_output_column(r, names[i], OUTPUT_NUMBER);
        stat_output_column(r, "runs_signal", OUTPUT_TRUTH);
        return;
    }
    stat_output_column(r, "date", OUTPUT_TEXT);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    stat_output_column(r, "centre", OUTPUT_NUMBER);
    stat_output_column(r, "lower", OUTPUT_NUMBER);
    stat_output_column(r, "upper", OUTPUT_NUMBER);
    stat_output_column(r, "part", OUTPUT_NUMBER);
    stat_output_column(r, "included", OUTPUT_TRUTH);
    stat_output_column(r, "beyond_limits", OUTPUT_TRUTH);
    stat_output_column(r, "runs_signal", OUTPUT_TRUTH);
}

static status prepare(stat_run *r, error *err)
{
    charting *w = arena_alloc(&r->memory, sizeof *w);
    int64_t freeze = 0;
    const char *kind = stat_given(r, "--chart"), *method = stat_given(r, "--method");
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    w->options = (chart_options){
        .centre = NAN, .screening = stat_choice(r, "--screen") == 1, .not_negative = stat_switch(r, "--not-negative")};
    if (kind != NULL)
        (void)chart_kind_find(kind, &w->options.kind);
    if (method != NULL)
        (void)runs_method_find(method, &w->options.runs);
    if (!needs_denominator(w->options.kind))
        r->columns_read = columns_undivided;
    if (!may_have_denominator(w->options.kind) && stat_given(r, "--denominator") != NULL)
        return stat_usage(r, err, "--denominator: a %s chart has no denominators", chart_kind_name(w->options.kind));
    status code = stat_option_count(r, "--freeze", 2, INT32_MAX, &freeze, err);
    w->options.freeze = (size_t)freeze;
    w->options.multiply = 1;
    if (code == STATUS_OK)
        code = stat_option_number(r, "--multiply", 1e-12, 1e12, &w->options.multiply, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--cl", -STAT_LARGEST, STAT_LARGEST, &w->options.centre, err);
    if (code == STATUS_OK)
        code = stat_option_points(r, "--part", &w->parts, &w->part_count, &w->parts_are_dates, err);
    if (code == STATUS_OK)
        code = stat_option_points(r, "--exclude", &w->excluded, &w->excluded_count, &w->excluded_are_dates, err);
    if (code == STATUS_OK && freeze > 0 && w->part_count > 0)
        code = stat_usage(r, err, "--freeze and --part do not go together: each part has limits of its own");
    if (code != STATUS_OK)
        return code;
    w->part_met = arena_array(&r->memory, w->part_count + 1, sizeof *w->part_met);
    w->excluded_met = arena_array(&r->memory, w->excluded_count + 1, sizeof *w->excluded_met);
    columns_declare(r);
    return w->part_met == NULL || w->excluded_met == NULL ? stat_full(err) : STATUS_OK;
}

/* ---- gathering ---- */

static status keys_check(const stat_run *r, const charting *w, error *err)
{
    bool dates = stat_has(r, DATE) && r->data.when_is_date;
    if (w->part_count > 0 && w->parts_are_dates != dates)
        return stat_usage(r, err, "--part: %s",
                          dates ? "the file has dates, so parts start at dates"
                                : "the file has no dates: give points by their number");
    if (w->excluded_count > 0 && w->excluded_are_dates != dates)
        return stat_usage(r, err, "--exclude: %s",
                          dates ? "the file has dates, so points are named by dates"
                                : "the file has no dates: give points by their number");
    return STATUS_OK;
}

static status row_check(const stat_run *r, chart_kind kind, size_t row, error *err)
{
    double value = stat_cell(r, VALUE, row), denominator = stat_cell(r, DENOMINATOR, row);
    status code = STATUS_OK;
    if (not_below_zero(kind) && value < 0) {
        code = stat_refuse(r, row, VALUE, err, "%.15g is below 0, which a %s chart cannot hold", value,
                           chart_kind_name(kind));
        error_hint(err, "Counts, and times between events, are 0 or more.");
    } else if ((kind == CHART_P || kind == CHART_P_PRIME) && value > denominator) {
        code =
            stat_refuse(r, row, VALUE, err, "The numerator %.15g is above its denominator %.15g", value, denominator);
        error_hint(err, "A proportion is at most 1: for rates take --chart u.");
    } else if (denominator == 0 && value > 0) {
        code = stat_refuse(r, row, DENOMINATOR, err, "The denominator is 0, and the numerator %.15g", value);
        error_hint(err, "Correct the row, or leave the cells empty.");
    }
    return code;
}

static bool data_room(stat_run *r, const charting *w, const stat_group *g, chart_data *d)
{
    *d = (chart_data){.subgroups = stat_scratch(r, g->count, sizeof *d->subgroups),
                      .first_rows = stat_scratch(r, g->count, sizeof *d->first_rows),
                      .keys = stat_scratch(r, g->count, sizeof *d->keys),
                      .excluded = stat_scratch(r, g->count, sizeof *d->excluded),
                      .part_starts = stat_scratch(r, w->part_count + 1, sizeof *d->part_starts),
                      .points = stat_scratch(r, g->count, sizeof *d->points),
                      .parts = stat_scratch(r, w->part_count + 1, sizeof *d->parts)};
    return d->subgroups != NULL && d->first_rows != NULL && d->keys != NULL && d->excluded != NULL &&
           d->part_starts != NULL && d->points != NULL && d->parts != NULL;
}

/* Rows of one date are one subgroup. */
static status subgroups_make(stat_run *r, const charting *w, const stat_group *g, chart_data *d, error *err)
{
    double *values = stat_scratch(r, g->count, sizeof *values),
           *denominators = stat_scratch(r, g->count, sizeof *denominators);
    bool dated = stat_has(r, DATE), divided = stat_has(r, DENOMINATOR);
    if (values == NULL || denominators == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, VALUE, values);
    stat_numbers(&r->data, g, DENOMINATOR, denominators);
    for (size_t i = 0; i < g->count;) {
        size_t row = stat_row(&r->data, g, i), next = i;
        double key = dated ? r->data.columns[DATE].numbers[row] : (double)d->count + 1;
        do {
            status code = row_check(r, w->options.kind, stat_row(&r->data, g, next), err);
            if (code != STATUS_OK)
                return code;
            next++;
        } while (dated && next < g->count && r->data.columns[DATE].numbers[stat_row(&r->data, g, next)] == key);
        chart_subgroup_of(values + i, divided ? denominators + i : NULL, next - i, &d->subgroups[d->count]);
        d->keys[d->count] = key;
        d->first_rows[d->count++] = row;
        i = next;
    }
    return STATUS_OK;
}

static void keys_apply(charting *w, chart_data *d)
{
    for (size_t i = 0; i < d->count; i++) {
        for (size_t k = 0; k < w->excluded_count; k++) {
            if (w->excluded[k] == d->keys[i]) {
                d->excluded[i] = true;
                w->excluded_met[k] = true;
            }
        }
        bool starts = false;
        for (size_t k = 0; k < w->part_count; k++) {
            if (w->parts[k] == d->keys[i]) {
                w->part_met[k] = true;
                starts = i > 0;
            }
        }
        if (starts)
            d->part_starts[d->part_count++] = i;
    }
}

/* ---- output ---- */

static const char *date_words(stat_run *r, const chart_data *d, size_t i)
{
    if (stat_has(r, DATE))
        return stat_text(&r->data, DATE, d->first_rows[i]);
    const char *number = arena_printf(&r->scratch, "%zu", i + 1);
    return number == NULL ? "" : number;
}

static status points_put(stat_run *r, const stat_group *g, const chart_data *d, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < d->count && code == STATUS_OK; i++) {
        const chart_point *p = &d->points[i];
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_text(r, date_words(r, d, i));
        stat_put_number(r, p->value);
        stat_put_number(r, p->centre);
        stat_put_limits(r, p->lower, p->upper);
        stat_put_count(r, p->part);
        stat_put_truth(r, p->included);
        stat_put_truth(r, p->beyond);
        stat_put_truth(r, d->parts[p->part - 1].runs.signal);
        code = stat_row_end(r, err);
    }
    return code;
}

/* Limits differ from point to point in many charts: those of the part's last point stand for it. */
static status parts_put(stat_run *r, const stat_group *g, const chart_data *d, error *err)
{
    status code = STATUS_OK;
    for (size_t k = 0; k <= d->part_count && code == STATUS_OK; k++) {
        const chart_part *part = &d->parts[k];
        const chart_point *last = &d->points[part->first + part->count - 1];
        int64_t beyond = 0;
        for (size_t i = part->first; i < part->first + part->count; i++)
            beyond += d->points[i].beyond;
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_count(r, (int64_t)k + 1);
        stat_put_count(r, (int64_t)part->runs.observations);
        stat_put_number(r, part->centre);
        stat_put_limits(r, last->lower, last->upper);
        stat_put_count(r, (int64_t)part->runs.useful);
        stat_put_count(r, (int64_t)part->runs.longest);
        stat_put_count(r, (int64_t)part->runs.longest_limit);
        stat_put_count(r, (int64_t)part->runs.crossings);
        stat_put_count(r, (int64_t)part->runs.crossings_limit);
        stat_put_count(r, beyond);
        stat_put_truth(r, part->runs.signal);
        code = stat_row_end(r, err);
    }
    return code;
}

static void chart_draw(stat_run *r, const charting *w, const stat_group *g, const chart_data *d)
{
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    plot_time *times = medium == NULL ? NULL : stat_scratch(r, d->count, sizeof *times);
    plot_control_point *points = times == NULL ? NULL : stat_scratch(r, d->count, sizeof *points);
    if (points == NULL)
        return;
    for (size_t i = 0; i < d->count; i++)
        times[i] = (plot_time){.when = stat_has(r, DATE) && r->data.when_is_date ? (date)d->keys[i] : DATE_NONE,
                               .label = date_words(r, d, i)};
    plot_control_from_chart(d->points, NULL, NULL, d->count, points);
    plot_control input = {.words = stat_plot_words(r, g, VALUE),
                          .kind = w->options.kind,
                          .times = times,
                          .points = points,
                          .count = d->count,
                          .parts = d->parts,
                          .part_count = d->part_count + 1};
    plot_control_chart(&input, medium, drawing);
    stat_plot_add(r);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    charting *w = r->state;
    chart_data d;
    status code = keys_check(r, w, err);
    if (code == STATUS_OK && needs_denominator(w->options.kind) && !stat_has(r, DENOMINATOR)) {
        code = error_set(err, STATUS_REFUSED, "A %s chart needs denominators", chart_kind_name(w->options.kind));
        error_hint(err, "Name their column with --denominator COL.");
    }
    if (code == STATUS_OK && !data_room(r, w, g, &d))
        code = stat_full(err);
    if (code == STATUS_OK)
        code = subgroups_make(r, w, g, &d, err);
    double *work = code == STATUS_OK ? stat_scratch(r, d.count, sizeof *work) : NULL;
    if (code == STATUS_OK && work == NULL)
        code = stat_full(err);
    if (code != STATUS_OK)
        return code;
    keys_apply(w, &d);
    chart_options options = w->options;
    options.parts = d.part_starts;
    options.part_count = d.part_count;
    options.excluded = d.excluded;
    code = chart_make(d.subgroups, d.count, &options, d.points, work, d.parts, d.part_count + 1, err);
    if (code != STATUS_OK)
        return code;
    if (!w->short_told && d.parts[0].runs.useful < 10) {
        w->short_told = true;
        say_note(r->cli, "A part has %zu useful points: under 10, run rules and limits say little.",
                 d.parts[0].runs.useful);
    }
    if (r->plot != NULL)
        chart_draw(r, w, g, &d);
    return r->summary ? parts_put(r, g, &d, err) : points_put(r, g, &d, err);
}

static void keys_missed(stat_run *r, const char *option, const double *keys, const bool *met, size_t count, bool dates)
{
    for (size_t k = 0; k < count; k++) {
        char words[NUMBER_TEXT];
        if (met[k])
            continue;
        if (dates)
            date_format((date)keys[k], words);
        else
            (void)number_format(keys[k], words);
        say_note(r->cli, "%s %s: there is no such point, so it changed nothing.", option, words);
    }
}

static status finish(stat_run *r, error *err)
{
    const charting *w = r->state;
    (void)err;
    keys_missed(r, "--part", w->parts, w->part_met, w->part_count, w->parts_are_dates);
    keys_missed(r, "--exclude", w->excluded, w->excluded_met, w->excluded_count, w->excluded_are_dates);
    return STATUS_OK;
}

static const command_option options[] = {
    {"--value", "COL", "The values, or numerators: 'value' or 'numerator' is the default."},
    {"--denominator", "COL", "The denominators: 'denominator' is the default of the charts p, pp, u, up and ip."},
    {"--date", "COL",
     "Dates, or whole numbers: 'date' or 'month' is the default. Without any, rows stand as they are."},
    STAT_OPTION_BY,
    {"--chart", "run|i|mr|xbar|s|t|p|pp|c|u|up|g|ip", "The kind of chart: run is the default."},
    {"--method", "anhoej|bestbox|cutbox", "The run rules: anhoej is the default."},
    {"--freeze", "N", "Take centre and limits from the first N points."},
    {"--part", "DATE,...", "Points at which centre and limits start anew: dates, or numbers of points."},
    {"--exclude", "DATE,...", "Points that stay on the chart but out of centre, limits and runs."},
    {"--cl", "X", "A centre line that is known, instead of the computed one."},
    {"--multiply", "X", "Multiply values and limits: 100 gives per cent."},
    {"--screen", "off|on", "Leave outlying moving ranges out of the limits: off is the default."},
    {"--not-negative", NULL, "Lower limits of i, xbar and ip charts stop at 0."},
    {"--summary", NULL, "One row per part: centre, limits, runs and crossings."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_runchart = {
    .command =
        {
            .name = "runchart",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Run charts and control charts of every usual kind.",
            .description = "Reads a csv (or standard input) and prints each group's chart: centre line, limits (three "
                           "sigma), points beyond them, "
                           "and whether the order of points is other than random by the run rules. Kinds: run (median, "
                           "no limits), i, mr, xbar, "
                           "s, t (days between rare events), p, pp (Laney), c, u, up (Laney), g (cases between events) "
                           "and ip. Rows of one date "
                           "are one subgroup. A missing value, or 0 of 0, leaves a gap; anything above 0 of 0 is "
                           "refused.\n\nFor the rules of "
                           "Making Data Count see concord "
                           "spc.",
            .example = "concord runchart falls.csv --value falls --denominator bed_days --date month --chart u "
                       "--multiply 1000",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .finish = finish,
    .repeated_dates = true,
};
