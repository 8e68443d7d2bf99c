/* concord trend: is it rising or falling? */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>

enum { VALUE, LOWER, UPPER, NUMERATOR, DENOMINATOR, DATE };
enum { METHOD_RECENT, METHOD_MANN_KENDALL };
enum { MOST_POINTS = 5000 }; /* trend_mann_kendall compares every pair */

typedef struct trend_data {
    double *values, *lower, *upper, *numerators, *denominators;
} trend_data;

static status prepare(stat_run *r, error *err)
{
    (void)err;
    if (stat_choice(r, "--method") == METHOD_RECENT) {
        stat_output_column(r, "points", OUTPUT_NUMBER);
        stat_output_column(r, "trend", OUTPUT_TEXT);
        stat_output_column(r, "meaning", OUTPUT_TEXT);
        stat_output_column(r, "slope", OUTPUT_NUMBER);
        stat_output_column(r, "chi_square", OUTPUT_NUMBER);
        stat_output_column(r, "p", OUTPUT_NUMBER);
        stat_output_column(r, "note", OUTPUT_TEXT);
        return STATUS_OK;
    }
    static const char *const names[] = {"points", "s", "z", "p", "tau", "slope"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        stat_output_column(r, names[i], OUTPUT_NUMBER);
    stat_output_limits(r, "slope_");
    stat_output_column(r, "intercept", OUTPUT_NUMBER);
    stat_output_column(r, "note", OUTPUT_TEXT);
    return STATUS_OK;
}

static bool of_proportions(const stat_run *r)
{
    return stat_has(r, NUMERATOR) && stat_has(r, DENOMINATOR) && stat_given(r, "--value") == NULL;
}

static status columns_check(const stat_run *r, error *err)
{
    status code = STATUS_OK;
    if (!of_proportions(r) && !stat_has(r, VALUE)) {
        code = error_set(err, STATUS_REFUSED, "There is no column of values");
        error_hint(err, "Name it with --value COL, or numerators and denominators with --numerator and --denominator.");
    } else if (!of_proportions(r) && stat_choice(r, "--method") == METHOD_RECENT &&
               (!stat_has(r, LOWER) || !stat_has(r, UPPER))) {
        code = error_set(err, STATUS_REFUSED, "The recent trend needs the 95 %% limits of each value");
        error_hint(
            err,
            "Name them with --lower and --upper, give --numerator and --denominator, or take --method mann-kendall.");
    }
    return code;
}

static status data_read(stat_run *r, const stat_group *g, trend_data *d, error *err)
{
    double **arrays[] = {&d->values, &d->lower, &d->upper, &d->numerators, &d->denominators};
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++) {
        *arrays[k] = stat_scratch(r, g->count, sizeof(double));
        if (*arrays[k] == NULL)
            return stat_full(err);
        stat_numbers(&r->data, g, k, *arrays[k]);
    }
    for (size_t i = 0; i < g->count && of_proportions(r); i++) {
        if (d->numerators[i] > d->denominators[i])
            return stat_refuse(r, stat_row(&r->data, g, i), NUMERATOR, err,
                               "The numerator %.15g is above its denominator %.15g", d->numerators[i],
                               d->denominators[i]);
        d->values[i] = d->denominators[i] > 0 ? d->numerators[i] / d->denominators[i] : NAN;
    }
    for (size_t i = 0; i < g->count && !of_proportions(r); i++)
        if (d->lower[i] > d->values[i] || d->upper[i] < d->values[i])
            return stat_refuse(r, stat_row(&r->data, g, i), VALUE, err,
                               "The value %.15g is not between its limits %.15g and %.15g", d->values[i], d->lower[i],
                               d->upper[i]);
    return STATUS_OK;
}

static const char *meaning_of(const stat_run *r, trend_verdict verdict)
{
    size_t way = stat_choice(r, "--better");
    if (way == BETTER_NEITHER || (verdict != TREND_RISING && verdict != TREND_FALLING))
        return "";
    return (verdict == TREND_RISING) == (way == BETTER_HIGHER) ? "getting better" : "getting worse";
}

static status recent_put(stat_run *r, const stat_group *g, const trend_recent *t, error *err)
{
    bool known = t->verdict != TREND_UNKNOWN;
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, (int64_t)t->points);
    stat_put_text(r, trend_name(t->verdict));
    stat_put_text(r, meaning_of(r, t->verdict));
    stat_put_number(r, known ? t->slope : NAN);
    stat_put_number(r, known ? t->chi_square : NAN);
    stat_put_number(r, known ? t->p : NAN);
    stat_put_text(r, !known ? "fewer than five values with limits to judge by"
                     : t->verdict == TREND_NONE && !t->steady && t->p < 0.002
                         ? "the slope turns when one point is left out"
                         : "");
    return stat_row_end(r, err);
}

static status rank_put(stat_run *r, const stat_group *g, const trend_data *d, trend_rank *out, error *err)
{
    double lower[STAT_CONFIDENCES_MAXIMUM], upper[STAT_CONFIDENCES_MAXIMUM];
    if (g->count > MOST_POINTS) {
        status code = error_set(err, STATUS_REFUSED, "%zu points: Mann-Kendall compares every pair of up to %d",
                                g->count, MOST_POINTS);
        error_hint(err, "Part the rows with --by, or give sums of longer periods.");
        return code;
    }
    double *work = stat_scratch(r, g->count * (g->count + 1) / 2 + 1, sizeof *work);
    if (work == NULL)
        return stat_full(err);
    for (size_t k = r->confidence_count; k-- > 0;) {
        status code = trend_mann_kendall(d->values, g->count, r->confidence[k], work, out, err);
        if (code != STATUS_OK)
            return code;
        lower[k] = out->slope_lower;
        upper[k] = out->slope_upper;
    }
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, (int64_t)out->n);
    stat_put_number(r, out->s);
    stat_put_number(r, out->z);
    stat_put_number(r, out->p);
    stat_put_number(r, out->tau);
    stat_put_number(r, out->slope);
    for (size_t k = 0; k < r->confidence_count; k++)
        stat_put_limits(r, lower[k], upper[k]);
    stat_put_number(r, out->intercept);
    stat_put_text(r, out->n < 4 ? "fewer than four values" : "");
    return stat_row_end(r, err);
}

static void trend_draw(stat_run *r, const stat_group *g, const trend_data *d, const trend_recent *recent,
                       const trend_rank *rank)
{
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    if (medium == NULL)
        return;
    bool limits = stat_has(r, LOWER) && stat_has(r, UPPER) && !of_proportions(r);
    plot_trend_input input = {.words = stat_plot_words(r, g, of_proportions(r) ? NUMERATOR : VALUE),
                              .times = stat_plot_times(r, g, DATE),
                              .values = d->values,
                              .lower = limits ? d->lower : NULL,
                              .upper = limits ? d->upper : NULL,
                              .count = g->count,
                              .rank = rank,
                              .recent = recent,
                              .confidence = r->confidence[0],
                              .better = (better)stat_choice(r, "--better")};
    if (of_proportions(r))
        input.words.unit.kind = PLOT_SHARE;
    if (input.times != NULL)
        plot_trend(&input, medium, drawing);
    stat_plot_add(r);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    trend_data d = {0};
    trend_recent recent = {0};
    trend_rank rank = {0};
    status code = columns_check(r, err);
    if (code == STATUS_OK)
        code = data_read(r, g, &d, err);
    if (code != STATUS_OK)
        return code;
    bool is_recent = stat_choice(r, "--method") == METHOD_RECENT;
    if (is_recent) {
        recent = of_proportions(r) ? trend_of_proportions(d.numerators, d.denominators, g->count)
                                   : trend_of_values(d.values, d.lower, d.upper, g->count);
        code = recent_put(r, g, &recent, err);
    } else {
        code = rank_put(r, g, &d, &rank, err);
    }
    if (code == STATUS_OK && r->plot != NULL)
        trend_draw(r, g, &d, is_recent ? &recent : NULL, is_recent || rank.n < 4 ? NULL : &rank);
    return code;
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value", .kind = STAT_NUMBER},
    {.option = "--lower", .usual = "lower|lower_95|lowercl", .kind = STAT_NUMBER},
    {.option = "--upper", .usual = "upper|upper_95|uppercl", .kind = STAT_NUMBER},
    {.option = "--numerator", .usual = "numerator", .kind = STAT_AMOUNT},
    {.option = "--denominator", .usual = "denominator", .kind = STAT_AMOUNT},
    {.option = "--date", .usual = "date|year|month|period", .kind = STAT_WHEN},
    {0},
};

static const command_option options[] = {
    {"--value", "COL", "The values: 'value' is the default."},
    {"--lower", "COL", "Their lower 95 % limits, for the recent trend: 'lower' is the default."},
    {"--upper", "COL", "Their upper 95 % limits: 'upper' is the default."},
    {"--numerator", "COL", "Instead of values, the numerators of proportions."},
    {"--denominator", "COL", "Their denominators."},
    {"--date", "COL", "Dates, years or whole numbers: 'date' or 'year' is the default."},
    STAT_OPTION_BY,
    {"--method", "recent|mann-kendall",
     "The five latest years by the Fingertips rule (the default), or Mann-Kendall with Sen's slope."},
    {"--better", "neither|higher|lower", "Which way is better: a trend is then called better or worse."},
    {"--confidence", "P,...", "Confidence of the limits of Sen's slope, several at once: 0.95 is the default."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_trend = {
    .command =
        {
            .name = "trend",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Is a series rising or falling: recent trend, Mann-Kendall, Sen's slope.",
            .description = "Reads a csv (or standard input) and judges each group's values in the order of their "
                           "dates. The recent trend "
                           "looks at the five latest values, which must be independent (years that do not overlap), as "
                           "Fingertips does: it "
                           "needs the values' 95 % limits, or numerators and denominators. Mann-Kendall compares every "
                           "pair of values and "
                           "needs four or more; Sen's slope is per row. A date twice in a group is refused.",
            .example = "concord trend smoking.csv --by area --date year --numerator smokers --denominator asked "
                       "--better lower",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
