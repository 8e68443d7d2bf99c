/* concord quantile: values in groups of near-equal size. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>

enum { VALUE };
enum { GROUPS_USUAL = 10, GROUPS_MOST = 1000 };

static status prepare(stat_run *r, error *err)
{
    int64_t *groups = arena_alloc(&r->memory, sizeof *groups);
    if (groups == NULL)
        return stat_full(err);
    r->state = groups;
    *groups = GROUPS_USUAL;
    stat_output_column(r, "row", OUTPUT_NUMBER);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    stat_output_column(r, "quantile", OUTPUT_NUMBER);
    return stat_option_count(r, "--groups", 2, GROUPS_MOST, groups, err);
}

static void row_plot(stat_run *r, size_t row, double value, int32_t quantile, int64_t groups)
{
    const double none[STAT_CONFIDENCES_MAXIMUM] = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    const char *name = r->data.keep_count > 0 ? stat_text(&r->data, r->data.keep_first, row)
                                              : arena_printf(&r->scratch, "row %lu", (unsigned long)r->data.lines[row]);
    char heading[48] = "No group";
    if (quantile > 0)
        (void)snprintf(heading, sizeof heading, "Group %d of %lld", (int)quantile, (long long)groups);
    stat_plot_interval(r, name, heading, value, none, none, NULL);
}

/* Of quantile 1 first, as a plot shows them. */
static void rows_plot(stat_run *r, const stat_group *g, const double *values, const int32_t *quantiles, int64_t groups)
{
    if (r->plot != NULL)
        stat_plot_title(
            r, NULL, arena_printf(&r->memory, "%s, in %lld groups", r->data.columns[VALUE].header, (long long)groups));
    for (int32_t wanted = 1; r->plot != NULL && wanted <= groups; wanted++)
        for (size_t i = 0; i < g->count; i++)
            if (quantiles[i] == wanted)
                row_plot(r, stat_row(&r->data, g, i), values[i], wanted, groups);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    const int64_t groups = *(const int64_t *)r->state;
    double *values = stat_scratch(r, g->count, sizeof *values), *work = stat_scratch(r, g->count, sizeof *work);
    int32_t *quantiles = stat_scratch(r, g->count, sizeof *quantiles);
    status code = STATUS_OK;
    if (values == NULL || work == NULL || quantiles == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, VALUE, values);
    quantile_groups(values, g->count, (int32_t)groups, stat_choice(r, "--first") == 0, work, quantiles);
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++) {
        size_t row = stat_row(&r->data, g, i);
        stat_row_begin(r, g, row);
        stat_put_count(r, r->data.lines[row]);
        stat_put_number(r, values[i]);
        stat_put_number(r, quantiles[i] == 0 ? NAN : (double)quantiles[i]);
        code = stat_row_end(r, err);
    }
    rows_plot(r, g, values, quantiles, groups);
    return code;
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value", .kind = STAT_NUMBER, .needed = true},
    {0},
};

static const command_option options[] = {
    {"--value", "COL", "The values: 'value' is the default."},
    {"--groups", "N", "How many groups: 10 is the default, 5 gives fifths."},
    {"--first", "highest|lowest", "Which values are in group 1: the highest is the default."},
    STAT_OPTION_BY,
    STAT_OPTION_KEEP,
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_quantile = {
    .command =
        {
            .name = "quantile",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Put values into groups of near-equal size: fifths, tenths.",
            .description = "Reads a csv (or standard input) and prints for each row the group that its value falls in, "
                           "as the public-health "
                           "methods have it: equal values share a group. Missing values have no group, and where there "
                           "are fewer values "
                           "than groups none has.",
            .example = "concord quantile areas.csv --value deprivation --groups 5 --keep area",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
