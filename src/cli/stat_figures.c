/* stat_figures: see stat_figures.h. */
#include "cli/stat_figures.h"

#include <math.h>

static bool by_rows(const stat_run *r)
{
    return argument_nth(&r->of->command, r->arguments, "--by", 0) == NULL;
}

status stat_figures_prepare(stat_run *r, const stat_figures *how, error *err)
{
    if (!by_rows(r) && argument_nth(&r->of->command, r->arguments, "--keep", 0) != NULL)
        return stat_usage(r, err, "--keep prints a column of each row, and --by makes one figure of many rows");
    if (by_rows(r))
        stat_output_column(r, "row", OUTPUT_NUMBER);
    stat_output_column(r, "numerator", OUTPUT_NUMBER);
    stat_output_column(r, "denominator", OUTPUT_NUMBER);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    if (how->has_method)
        stat_output_column(r, "method", OUTPUT_TEXT);
    return STATUS_OK;
}

static status row_refuse(const stat_data *d, size_t row, size_t column, error *err)
{
    error_at(err, d->source, NULL, d->lines[row], d->columns[column].header);
    error_hint(err, "Correct the row, or leave the cells empty.");
    return STATUS_REFUSED;
}

status stat_figures_rate_row(const stat_data *d, size_t row, error *err)
{
    double numerator = d->columns[FIGURE_NUMERATOR].numbers[row];
    if (!(d->columns[FIGURE_DENOMINATOR].numbers[row] == 0 && numerator > 0))
        return STATUS_OK;
    (void)error_set(err, STATUS_REFUSED, "The denominator is 0, and the numerator %.15g", numerator);
    return row_refuse(d, row, FIGURE_DENOMINATOR, err);
}

status stat_figures_share_row(const stat_data *d, size_t row, error *err)
{
    double numerator = d->columns[FIGURE_NUMERATOR].numbers[row],
           denominator = d->columns[FIGURE_DENOMINATOR].numbers[row];
    if (!(numerator > denominator))
        return STATUS_OK;
    (void)error_set(err, STATUS_REFUSED, "The numerator %.15g is above its denominator %.15g", numerator, denominator);
    return row_refuse(d, row, FIGURE_NUMERATOR, err);
}

static status figure_put(stat_run *r, const stat_figures *how, const stat_group *g, size_t row, double numerator,
                         double denominator, error *err)
{
    double lower[STAT_CONFIDENCES_MAXIMUM], upper[STAT_CONFIDENCES_MAXIMUM];
    stat_figure figure = {.interval = {NAN, NAN, NAN}};
    for (size_t k = 0; k < r->confidence_count; k++) {
        figure = how->compute(numerator, denominator, r->multiplier, r->confidence[k]);
        lower[k] = figure.interval.lower;
        upper[k] = figure.interval.upper;
    }
    stat_row_begin(r, g, row);
    if (row != SIZE_MAX)
        stat_put_count(r, r->data.lines[row]);
    stat_put_number(r, numerator);
    stat_put_number(r, denominator);
    stat_put_number(r, figure.interval.value);
    for (size_t k = 0; k < r->confidence_count; k++)
        stat_put_limits(r, lower[k], upper[k]);
    if (how->has_method)
        stat_put_text(r, figure.method);
    if (r->plot != NULL) {
        const char *name = row == SIZE_MAX ? stat_group_name(r, g)
                           : r->data.keep_count > 0
                               ? stat_text(&r->data, r->data.keep_first, row)
                               : arena_printf(&r->scratch, "row %lu", (unsigned long)r->data.lines[row]);
        stat_plot_interval(r, name, NULL, figure.interval.value, lower, upper, NULL);
    }
    return stat_row_end(r, err);
}

status stat_figures_group(stat_run *r, const stat_figures *how, const stat_group *g, error *err)
{
    bool each = by_rows(r);
    double numerator = 0, denominator = 0;
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        status code = STATUS_OK;
        if (each)
            code = figure_put(r, how, g, row, stat_cell(r, FIGURE_NUMERATOR, row),
                              stat_cell(r, FIGURE_DENOMINATOR, row), err);
        if (code != STATUS_OK)
            return code;
        numerator += stat_cell(r, FIGURE_NUMERATOR, row);
        denominator += stat_cell(r, FIGURE_DENOMINATOR, row);
    }
    return each ? STATUS_OK : figure_put(r, how, g, SIZE_MAX, numerator, denominator, err);
}
