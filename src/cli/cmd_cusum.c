/* concord cusum: small lasting changes, and when they began. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>

enum { VALUE, DATE };

static status prepare(stat_run *r, error *err)
{
    cusum_options *o = arena_alloc(&r->memory, sizeof *o);
    int64_t baseline = 0;
    if (o == NULL)
        return stat_full(err);
    r->state = o;
    *o = (cusum_options){
        .target = NAN, .sigma = NAN, .slack = 0.5, .decision = 5, .restart = stat_switch(r, "--restart")};
    status code = stat_option_number(r, "--target", -STAT_LARGEST, STAT_LARGEST, &o->target, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--sigma", 1e-12, STAT_LARGEST, &o->sigma, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--slack", 1e-3, 10, &o->slack, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--decision", 1e-3, 100, &o->decision, err);
    if (code == STATUS_OK)
        code = stat_option_count(r, "--baseline", 2, INT32_MAX, &baseline, err);
    o->baseline = (size_t)baseline;
    if (r->summary) {
        static const char *const names[] = {"points", "target", "sigma", "signals_high", "signals_low"};
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            stat_output_column(r, names[i], OUTPUT_NUMBER);
        stat_output_column(r, "first_signal", OUTPUT_TEXT);
        stat_output_column(r, "began", OUTPUT_TEXT);
        stat_output_column(r, "note", OUTPUT_TEXT);
        return code;
    }
    stat_output_column(r, "date", OUTPUT_TEXT);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    stat_output_column(r, "high", OUTPUT_NUMBER);
    stat_output_column(r, "low", OUTPUT_NUMBER);
    stat_output_column(r, "signal", OUTPUT_TEXT);
    stat_output_column(r, "began", OUTPUT_TEXT);
    return code;
}

static const char *date_words(stat_run *r, const stat_group *g, size_t i)
{
    if (stat_has(r, DATE))
        return stat_text(&r->data, DATE, stat_row(&r->data, g, i));
    const char *number = arena_printf(&r->scratch, "%zu", i + 1);
    return number == NULL ? "" : number;
}

static status points_put(stat_run *r, const stat_group *g, const double *values, const cusum_point *points, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++) {
        const cusum_point *p = &points[i];
        bool signal = p->signal_high || p->signal_low;
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_text(r, date_words(r, g, i));
        stat_put_number(r, values[i]);
        stat_put_number(r, p->high);
        stat_put_number(r, p->low);
        stat_put_text(r, p->signal_high ? "high" : p->signal_low ? "low" : "");
        stat_put_text(r, signal ? date_words(r, g, p->since) : "");
        code = stat_row_end(r, err);
    }
    return code;
}

static status summary_put(stat_run *r, const stat_group *g, const double *values, const cusum_point *points,
                          double in_control, double sigma, error *err)
{
    int64_t present = 0, high = 0, low = 0;
    size_t first = g->count;
    for (size_t i = 0; i < g->count; i++) {
        present += !isnan(values[i]);
        high += points[i].signal_high;
        low += points[i].signal_low;
        if (first == g->count && (points[i].signal_high || points[i].signal_low))
            first = i;
    }
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, present);
    stat_put_number(r, in_control);
    stat_put_number(r, sigma);
    stat_put_count(r, high);
    stat_put_count(r, low);
    stat_put_text(r, first < g->count ? date_words(r, g, first) : "");
    stat_put_text(r, first < g->count ? date_words(r, g, points[first].since) : "");
    stat_put_text(r, sigma > 0 ? "" : "the values do not vary, or are too few, so nothing can be said");
    return stat_row_end(r, err);
}

static void cusum_draw(stat_run *r, const stat_group *g, const cusum_point *points, double in_control, double sigma)
{
    const cusum_options *o = r->state;
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    if (medium == NULL)
        return;
    plot_cusum_input input = {.words = stat_plot_words(r, g, VALUE),
                              .times = stat_plot_times(r, g, DATE),
                              .points = points,
                              .count = g->count,
                              .decision = o->decision,
                              .target = in_control,
                              .sigma = sigma,
                              .better = (better)stat_choice(r, "--better")};
    if (input.times != NULL)
        plot_cusum(&input, medium, drawing);
    stat_plot_add(r);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    double *values = stat_scratch(r, g->count, sizeof *values), in_control = NAN, sigma = NAN;
    cusum_point *points = stat_scratch(r, g->count, sizeof *points);
    if (values == NULL || points == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, VALUE, values);
    status code = cusum_make(values, g->count, r->state, points, &in_control, &sigma, err);
    if (code != STATUS_OK)
        return code;
    if (r->plot != NULL)
        cusum_draw(r, g, points, in_control, sigma);
    return r->summary ? summary_put(r, g, values, points, in_control, sigma, err)
                      : points_put(r, g, values, points, err);
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value", .kind = STAT_NUMBER, .needed = true},
    {.option = "--date", .usual = "date|month|period|week", .kind = STAT_WHEN},
    {0},
};

static const command_option options[] = {
    {"--value", "COL", "The values: 'value' is the default."},
    {"--date", "COL",
     "Dates, or whole numbers: 'date' or 'month' is the default. Without any, rows stand as they are."},
    STAT_OPTION_BY,
    {"--target", "X", "The level in control; else the mean of the baseline."},
    {"--sigma", "X", "The standard deviation in control; else from the baseline's moving ranges."},
    {"--baseline", "N", "Take target and sigma from the first N points; all is the default."},
    {"--slack", "K", "Half the shift to be found, in sigma: 0.5 is the default."},
    {"--decision", "H", "The sum that signals, in sigma: 5 is the default."},
    {"--restart", NULL, "Start again at 0 after a signal."},
    {"--better", "neither|higher|lower", "Which way is better, for the plot."},
    {"--summary", NULL, "One row per group: target, sigma, signals, and when the first change began."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_cusum = {
    .command =
        {
            .name = "cusum",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Find small lasting changes by cumulative sums, and when they began.",
            .description = "Reads a csv (or standard input), takes each group's values in the order of their dates and "
                           "sums up how far they "
                           "lie above and below the target, in standard deviations. A sum above the decision interval "
                           "signals; 'began' is the "
                           "point at which it left 0. Missing values leave the sums as they are. A date twice in a "
                           "group is refused.",
            .example = "concord cusum waits.csv --by trust --date month --value percent --baseline 12",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
