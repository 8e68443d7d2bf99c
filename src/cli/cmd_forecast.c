/* concord forecast: where a series goes if things stay as they are. */
#include "cli/commands.h"
#include "cli/forecast_edition.h"
#include "cli/forecast_grid.h"

#include "plan/plan.h"

#include <math.h>

enum { VALUE, DATE };

typedef struct forecast_request {
    int64_t season, horizon; /* season -1: what is usual */
    int64_t held_out;        /* 0: a forecast is wanted, not a test of one */
    double lowest, highest;
    /* sums over the groups of a test */
    size_t groups, percents, smoothed;
    double error, error_naive, percent, percent_naive, covered;
} forecast_request;

static status prepare(stat_run *r, error *err)
{
    forecast_request *q = arena_alloc(&r->memory, sizeof *q);
    if (q == NULL)
        return stat_full(err);
    r->state = q;
    *q = (forecast_request){.season = -1, .horizon = 12, .lowest = NAN, .highest = NAN};
    status code = stat_option_count(r, "--season", 1, FORECAST_SEASON_MAXIMUM, &q->season, err);
    if (code == STATUS_OK)
        code = stat_option_count(r, "--horizon", 1, FORECAST_HORIZON_MAXIMUM, &q->horizon, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--lowest", -STAT_LARGEST, STAT_LARGEST, &q->lowest, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--highest", -STAT_LARGEST, STAT_LARGEST, &q->highest, err);
    if (code == STATUS_OK)
        code = stat_option_count(r, "--hold-out", 1, FORECAST_HORIZON_MAXIMUM, &q->held_out, err);
    if (code == STATUS_OK && q->lowest > q->highest)
        code = stat_usage(r, err, "--lowest is above --highest");
    if (code == STATUS_OK && q->held_out > 0 && (r->summary || r->plot != NULL))
        code = stat_usage(r, err, "--hold-out prints errors: it goes without --summary and --plot");
    if (q->held_out > 0) {
        static const char *const numbers[] = {"error_percent", "error_percent_naive", "error", "error_naive", "bias",
                                              "covered"};
        stat_output_column(r, "points", OUTPUT_NUMBER);
        stat_output_column(r, "held_out", OUTPUT_NUMBER);
        stat_output_column(r, "shown", OUTPUT_TEXT);
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
            stat_output_column(r, numbers[i], OUTPUT_NUMBER);
        return code;
    }
    if (r->summary) {
        stat_output_column(r, "points", OUTPUT_NUMBER);
        stat_output_column(r, "season", OUTPUT_NUMBER);
        stat_output_column(r, "shown", OUTPUT_TEXT);
        stat_output_column(r, "origins", OUTPUT_NUMBER);
        stat_output_column(r, "error_naive", OUTPUT_NUMBER);
        stat_output_column(r, "error_smoothing", OUTPUT_NUMBER);
        stat_output_column(r, "error_damped", OUTPUT_NUMBER);
        stat_output_column(r, "covered", OUTPUT_NUMBER);
        stat_output_column(r, "note", OUTPUT_TEXT);
        return code;
    }
    stat_output_column(r, "date", OUTPUT_TEXT);
    stat_output_column(r, "forecast", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    stat_output_column(r, "model", OUTPUT_TEXT);
    return code;
}

static const char *verdict_words(forecast_verdict verdict)
{
    switch (verdict) {
    case FORECAST_NOT_BETTER:
        return "smoothing was no better than the naive forecast on the past, so the naive one is shown";
    case FORECAST_TOO_SHORT: return "too few values to test smoothing on the past, so the naive forecast is shown";
    default: return "";
    }
}

/* More digits than that are the search's, not the series'. */
static double rounded(double value)
{
    return fabs(value) < 1e9 ? round(value * 1e4) / 1e4 : value;
}

static status summary_put(stat_run *r, const stat_group *g, const forecast_grid *grid, size_t season,
                          const forecast_answer *f, error *err)
{
    int64_t present = 0;
    for (size_t i = 0; i < grid->count; i++)
        present += !isnan(grid->values[i]);
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, present);
    stat_put_count(r, (int64_t)season);
    stat_put_text(r, forecast_model_name(f->shown));
    stat_put_count(r, (int64_t)f->test[FORECAST_NAIVE].origins);
    for (int m = 0; m < FORECAST_MODELS; m++)
        stat_put_number(r, rounded(f->test[m].absolute_error));
    stat_put_number(r, rounded(f->test[f->shown].covered));
    stat_put_text(r, verdict_words(f->verdict));
    return stat_row_end(r, err);
}

static status points_put(stat_run *r, const stat_group *g, const forecast_grid *grid, const forecast_answer *answers,
                         size_t horizon, error *err)
{
    status code = STATUS_OK;
    for (size_t h = 0; h < horizon && code == STATUS_OK; h++) {
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_text(r, forecast_grid_name(r, grid, grid->count + h));
        stat_put_number(r, rounded(answers[0].points[h].value));
        for (size_t k = 0; k < r->confidence_count; k++)
            stat_put_limits(r, rounded(answers[k].points[h].lower), rounded(answers[k].points[h].upper));
        stat_put_text(r, forecast_model_name(answers[0].shown));
        code = stat_row_end(r, err);
    }
    return code;
}

/* ---- a test on values that were kept back ------------------------------------------------------------ */

/* How far points were from what came. */
typedef struct held_errors {
    double error, percent, bias, covered; /* NaN where nothing can be compared */
} held_errors;

static held_errors errors_of(const forecast_point *points, const double *values, size_t count)
{
    size_t there = 0, above = 0;
    held_errors sum = {0};
    for (size_t i = 0; i < count; i++) {
        const double off = points[i].value - values[i];
        if (isnan(values[i]))
            continue;
        there++;
        sum.error += fabs(off);
        sum.bias += off;
        sum.covered += values[i] >= points[i].lower && values[i] <= points[i].upper;
        if (values[i] > 0) {
            above++;
            sum.percent += 100 * fabs(off) / values[i];
        }
    }
    const double n = there == 0 ? NAN : (double)there;
    return (held_errors){.error = sum.error / n,
                         .bias = sum.bias / n,
                         .covered = sum.covered / n,
                         .percent = above == 0 ? NAN : sum.percent / (double)above};
}

/* Forecasts the last values from those before them alone: the choice of the model knows nothing of them either. */
static status held_out_put(stat_run *r, const stat_group *g, const forecast_grid *grid, forecast_options o, error *err)
{
    forecast_request *q = r->state;
    const size_t held = (size_t)q->held_out;
    forecast_answer f;
    if (grid->count < held + 2) {
        status code = error_set(err, STATUS_REFUSED,
                                "There are %zu values, and a test needs the %zu held out and two "
                                "before them",
                                grid->count, held);
        error_hint(err, "Hold out fewer: --hold-out N.");
        return code;
    }
    const size_t before = grid->count - held;
    forecast_point *naive = stat_scratch(r, held, sizeof *naive);
    if (naive == NULL)
        return stat_full(err);
    o.horizon = held;
    o.coverage = r->confidence[0];
    status code = forecast_make(grid->values, before, &o, &r->scratch, &f, err);
    if (code == STATUS_OK)
        code = forecast_naive(grid->values, before, &o, naive, err);
    if (code != STATUS_OK)
        return code;
    const held_errors shown = errors_of(f.points, grid->values + before, held),
                      of_naive = errors_of(naive, grid->values + before, held);
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, (int64_t)before);
    stat_put_count(r, q->held_out);
    stat_put_text(r, forecast_model_name(f.shown));
    stat_put_number(r, rounded(shown.percent));
    stat_put_number(r, rounded(of_naive.percent));
    stat_put_number(r, rounded(shown.error));
    stat_put_number(r, rounded(of_naive.error));
    stat_put_number(r, rounded(shown.bias));
    stat_put_number(r, rounded(shown.covered));
    if (!isnan(shown.error)) {
        q->groups++;
        q->smoothed += f.shown != FORECAST_NAIVE;
        q->error += shown.error;
        q->error_naive += of_naive.error;
        q->covered += shown.covered;
    }
    if (!isnan(shown.percent)) {
        q->percents++;
        q->percent += shown.percent;
        q->percent_naive += of_naive.percent;
    }
    return stat_row_end(r, err);
}

/* What a test of several groups comes to. */
static status finish(stat_run *r, error *err)
{
    const forecast_request *q = r->state;
    (void)err;
    if (q->held_out == 0 || q->groups < 2)
        return STATUS_OK;
    const double n = (double)q->groups, m = q->percents == 0 ? NAN : (double)q->percents;
    say_note(r->cli,
             "%zu series, the last %lld values of each held out. Mean error %.*f (naive %.*f), %.2f%% of the value "
             "(naive %.2f%%); %.0f%% of the values were within the %s%% interval; smoothing was shown for %zu.",
             q->groups, (long long)q->held_out, q->error / n >= 100 ? 0 : 2, q->error / n,
             q->error_naive / n >= 100 ? 0 : 2, q->error_naive / n, q->percent / m, q->percent_naive / m,
             100 * q->covered / n, r->confidence_words[0], q->smoothed);
    return STATUS_OK;
}

/* The past, then the forecast: what has limits is forecast. */
static void forecast_draw(stat_run *r, const stat_group *g, const forecast_grid *grid, const forecast_answer *f,
                          size_t horizon)
{
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    const size_t count = grid->count + horizon;
    plot_control_point *points = stat_scratch(r, count, sizeof *points);
    plot_time *times = stat_scratch(r, count, sizeof *times);
    if (medium == NULL || points == NULL || times == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const bool past = i < grid->count;
        const forecast_point *p = past ? NULL : &f->points[i - grid->count];
        times[i] = forecast_grid_time(r, grid, i);
        points[i] = (plot_control_point){.value = past ? grid->values[i] : p->value,
                                         .centre = NAN,
                                         .lower = past ? NAN : p->lower,
                                         .upper = past ? NAN : p->upper,
                                         .target = NAN};
    }
    plot_control input = {.words = stat_plot_words(r, g, VALUE),
                          .kind = CHART_RUN,
                          .kind_name =
                              f->shown == FORECAST_NAIVE ? "naive forecast" : "forecast by exponential smoothing",
                          .times = times,
                          .points = points,
                          .count = count};
    input.words.title =
        f->shown == FORECAST_NAIVE ? "If the last season repeats itself" : "If things go on as they did";
    plot_control_chart(&input, medium, drawing);
    stat_plot_add(r);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    const forecast_request *q = r->state;
    forecast_grid grid;
    forecast_answer answers[STAT_CONFIDENCES_MAXIMUM];
    status code = forecast_grid_make(r, g, VALUE, DATE, &grid, err);
    if (code != STATUS_OK)
        return code;
    forecast_options o = {.season = q->season > 0 ? (size_t)q->season : grid.season,
                          .horizon = (size_t)q->horizon,
                          .lowest = q->lowest,
                          .highest = q->highest};
    if (q->held_out > 0)
        return held_out_put(r, g, &grid, o, err);
    for (size_t k = 0; k < r->confidence_count && code == STATUS_OK; k++) {
        o.coverage = r->confidence[k];
        code = forecast_make(grid.values, grid.count, &o, &r->scratch, &answers[k], err);
    }
    if (code == STATUS_REFUSED) { /* says which group */
        const char *name = stat_group_name(r, g);
        error_at(err, r->data.source, name[0] == 0 ? NULL : name, 0, NULL);
    }
    if (code != STATUS_OK)
        return code;
    if (r->plot != NULL)
        forecast_draw(r, g, &grid, &answers[0], (size_t)q->horizon);
    return r->summary ? summary_put(r, g, &grid, o.season, &answers[0], err)
                      : points_put(r, g, &grid, answers, (size_t)q->horizon, err);
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value", .kind = STAT_NUMBER, .needed = true},
    {.option = "--date", .usual = "date|month|period|week", .kind = STAT_WHEN},
    {0},
};

static const command_option options[] = {
    {"--value", "COL", "The values: 'value' is the default."},
    {"--date", "COL",
     "Dates, months or whole numbers: 'date' or 'month' is the default. Without any, rows stand as they are."},
    STAT_OPTION_BY,
    {"--horizon", "N", "How many steps ahead: 12 is the default."},
    {"--season", "N",
     "Steps in a season, 1 for none. The default is 12 for months, 4 for quarters, 52 for weeks, 7 for days."},
    {"--lowest", "X", "Nothing lies below: 0 for counts."},
    {"--highest", "X", "Nothing lies above: 100 for per cent."},
    STAT_OPTION_CONFIDENCE,
    {"--summary", NULL, "One row per group: which model is shown, and the errors of all of them on the past."},
    {"--hold-out", "N", "Test it: keep the last N values back, forecast them from those before, print the errors."},
    {"--all", "LEVEL", "With MEASURE: every one of england, regions, icbs, sub-icbs or providers."},
    {"--breakdown", "VALUE", "With MEASURE: one part, treatment-function=C_110."},
    {"--part", "value|numerator|denominator", "With MEASURE: what of it; value is the default."},
    {"--as-of", "DATE", "With MEASURE: from what was known on this day."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

/* A csv, or series of the newest edition. */
static status run(cli *c, const arguments *a, error *err)
{
    static const char *const of_measures[] = {"--breakdown", "--part", "--as-of"};
    if (forecast_asks_edition(c, a))
        return forecast_of_edition(c, a, err);
    for (size_t i = 0; i < sizeof of_measures / sizeof of_measures[0]; i++)
        if (argument(c->command, a, of_measures[i]) != NULL) {
            error_set(err, STATUS_USAGE, "%s is for a measure of the workspace", of_measures[i]);
            error_hint(err, "Give a measure and an organisation: concord forecast rtt-flow-new QE1");
            return STATUS_USAGE;
        }
    return stat_command_run(c, a, err);
}

const stat_command stat_forecast = {
    .command =
        {
            .name = "forecast",
            .takes = "[FILE | MEASURE ORG ...]",
            .at_most = ARGUMENTS_MAXIMUM,
            .summary = "Where a series goes if things stay as they are, tested on its own past.",
            .description = "Reads a csv (or standard input), or a measure of the newest edition for one or more "
                           "organisations, and forecasts each group by exponential smoothing with "
                           "trend and season (Holt and "
                           "Winters, plain and damped) and by the naive way (the last season again). From each of the "
                           "last points the future is "
                           "forecast from what was known then: smoothing that does not beat the naive forecast there "
                           "is not shown. "
                           "Missing values are stepped over; a few may be absent.",
            .example =
                "concord forecast referrals.csv --by trust --date month --value referrals --horizon 12 --lowest 0\n"
                "concord forecast rtt-flow-new QE1\nconcord forecast rtt-flow-new --all icbs --hold-out 6",
            .options = options,
            .run = run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .finish = finish,
};
