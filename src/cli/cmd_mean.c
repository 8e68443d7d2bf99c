/* concord mean: means with Student's t limits. */
#include "cli/commands.h"
#include "cli/stat_command.h"

enum { VALUE };

static status prepare(stat_run *r, error *err)
{
    (void)err;
    stat_output_column(r, "n", OUTPUT_NUMBER);
    stat_output_column(r, "mean", OUTPUT_NUMBER);
    stat_output_column(r, "deviation", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    return STATUS_OK;
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    double lower[STAT_CONFIDENCES_MAXIMUM], upper[STAT_CONFIDENCES_MAXIMUM], deviation = 0;
    double *values = stat_scratch(r, g->count, sizeof *values);
    interval mean = {0};
    size_t n = 0;
    if (values == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, VALUE, values);
    for (size_t k = 0; k < r->confidence_count; k++) {
        mean = mean_t(values, g->count, r->confidence[k], &deviation, &n);
        lower[k] = mean.lower;
        upper[k] = mean.upper;
    }
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, (int64_t)n);
    stat_put_number(r, mean.value);
    stat_put_number(r, deviation);
    for (size_t k = 0; k < r->confidence_count; k++)
        stat_put_limits(r, lower[k], upper[k]);
    if (r->plot != NULL)
        stat_plot_interval(r, stat_group_name(r, g), NULL, mean.value, lower, upper, n == 0 ? "no values" : NULL);
    return stat_row_end(r, err);
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value", .kind = STAT_NUMBER, .needed = true},
    {0},
};

static const command_option options[] = {
    {"--value", "COL", "The values: 'value' is the default."},
    STAT_OPTION_BY,
    STAT_OPTION_CONFIDENCE,
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_mean = {
    .command =
        {
            .name = "mean",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Means with their confidence limits.",
            .description =
                "Reads a csv (or standard input) and prints the mean of each group with Student's t limits. Missing "
                "values are left out; one value alone has a mean but no limits.",
            .example = "concord mean stays.csv --value days --by ward --confidence 0.95,0.998",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
