/* concord forecast: where a series goes if things stay as they are. */
#include "cli/commands.h"
#include "cli/forecast_grid.h"

#include "plan/plan.h"

#include <math.h>

enum { VALUE, DATE };

typedef struct forecast_request {
    int64_t season, horizon; /* season -1: what is usual */
    double lowest, highest;
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
    if (code == STATUS_OK && q->lowest > q->highest)
        code = stat_usage(r, err, "--lowest is above --highest");
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
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_forecast = {
    .command =
        {
            .name = "forecast",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Where a series goes if things stay as they are, tested on its own past.",
            .description = "Reads a csv (or standard input) and forecasts each group by exponential smoothing with "
                           "trend and season (Holt and "
                           "Winters, plain and damped) and by the naive way (the last season again). From each of the "
                           "last points the future is "
                           "forecast from what was known then: smoothing that does not beat the naive forecast there "
                           "is not shown. "
                           "Missing values are stepped over; a few may be absent.",
            .example =
                "concord forecast referrals.csv --by trust --date month --value referrals --horizon 12 --lowest 0",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
