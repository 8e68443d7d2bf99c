/* concord rate: events in a population, with Poisson limits. */
#include "cli/commands.h"
#include "cli/stat_figures.h"

static stat_figure rate_of(double events, double population, double multiplier, double confidence)
{
    poisson_method method = POISSON_NONE;
    stat_figure out = {.interval = rate_crude(events, population, multiplier, confidence, &method)};
    out.method = poisson_method_name(method);
    return out;
}

static const stat_figures how = {.compute = rate_of, .has_method = true};

static status prepare(stat_run *r, error *err)
{
    return stat_figures_prepare(r, &how, err);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    return stat_figures_group(r, &how, g, err);
}

static const stat_column columns[] = {
    {.option = "--events", .usual = "events|numerator|count|x", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--population", .usual = "population|denominator|n", .kind = STAT_AMOUNT, .needed = true},
    {0},
};

static const command_option options[] = {
    {"--events", "COL", "What happened: 'events' or 'numerator' is the default."},
    {"--population", "COL", "Among how many: 'population' or 'denominator' is the default."},
    STAT_OPTION_BY,
    STAT_OPTION_KEEP,
    STAT_OPTION_CONFIDENCE,
    {"--multiplier", "X", "Per how many: 100000 is the default."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_rate = {
    .command =
        {
            .name = "rate",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Crude rates with their confidence limits.",
            .description =
                "Reads a csv (or standard input) and prints events over population with Poisson limits, for each "
                "row, or with --by for the sums of each group: exact below 10 events, Byar's approximation from "
                "10. A population of 0 has no rate: the cell is empty; with events it is refused.",
            .example = "concord rate falls.csv --events falls --population bed_days --by ward --multiplier 1000",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .row_check = stat_figures_rate_row,
    .multiplier = 100000,
};
