/* concord proportion: shares of a whole, with Wilson's limits. */
#include "cli/commands.h"
#include "cli/stat_figures.h"

#include <math.h>

static stat_figure proportion_of(double numerator, double denominator, double multiplier, double confidence)
{
    interval out = {NAN, NAN, NAN};
    if (denominator > 0 && numerator >= 0 && numerator <= denominator) {
        proportion_wilson(numerator, denominator, confidence, &out.lower, &out.upper);
        out = (interval){numerator / denominator * multiplier, out.lower * multiplier, out.upper * multiplier};
    }
    return (stat_figure){.interval = out};
}

static const stat_figures how = {.compute = proportion_of};

static status prepare(stat_run *r, error *err)
{
    return stat_figures_prepare(r, &how, err);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    return stat_figures_group(r, &how, g, err);
}

static const stat_column columns[] = {
    {.option = "--numerator", .usual = "numerator|count|x", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--denominator", .usual = "denominator|total|n", .kind = STAT_AMOUNT, .needed = true},
    {0},
};

static const command_option options[] = {
    {"--numerator", "COL", "How many of them: 'numerator' is the default."},
    {"--denominator", "COL", "Of how many: 'denominator' is the default."},
    STAT_OPTION_BY,
    STAT_OPTION_KEEP,
    STAT_OPTION_CONFIDENCE,
    {"--multiplier", "X", "What a whole is: 1 is the default, 100 gives per cent."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_proportion = {
    .command =
        {
            .name = "proportion",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Proportions with their confidence limits.",
            .description =
                "Reads a csv (or standard input) and prints numerator over denominator with Wilson's limits, "
                "for each row, or with --by for the sums of each group. A denominator of 0 has no proportion: "
                "the cell is empty. A numerator above its denominator is refused.",
            .example = "concord proportion wards.csv --numerator seen --denominator all --by ward --multiplier 100",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .row_check = stat_figures_share_row,
};
