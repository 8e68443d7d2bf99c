/*
 * Slope and relative index tables of PHEindicatormethods. Point estimates are compared at 1e-9. The peer's limits are
 * one simulation (or the mean over several), so ours, simulated from a stated seed, must lie as near as two
 * simulations of that size do.
 */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char suite_name[] = "PHEindicatormethods";
enum { DRAWS = 100000 };
static const uint64_t seed = 20261121;

/* Groups of one area in order of quantile. Returns how many. */
static size_t read_area(const table *input, const groups *by_area, const char *area, inequality_group *out,
                        size_t capacity)
{
    const size_t g = groups_find(by_area, area);
    if (g == SIZE_MAX)
        return 0;
    const size_t *rows = by_area->rows + by_area->starts[g], n = by_area->starts[g + 1] - by_area->starts[g];
    for (size_t i = 0; i < n && i < capacity; i++) {
        size_t rank = 0;
        for (size_t j = 0; j < n; j++)
            rank += table_number(input, rows[j], "q") < table_number(input, rows[i], "q") ? 1 : 0;
        const bool has_deviation = table_column(input, "se") != SIZE_MAX;
        out[rank < capacity ? rank : 0] = (inequality_group){
            .population = table_number(input, rows[i], "pop"),
            .value = table_number(input, rows[i], "value"),
            .deviation = has_deviation ? table_number(input, rows[i], "se") : NAN,
            .lower = table_number(input, rows[i], "lcl"),
            .upper = table_number(input, rows[i], "ucl"),
        };
    }
    return n < capacity ? n : capacity;
}

static bool make_slope(const inequality_group *area, size_t n, slope_options options, double *work, slope_result *ours)
{
    error err = {0};
    options.draws = DRAWS;
    options.seed = seed;
    if (inequality_slope(area, n, &options, work, ours, &err) == STATUS_OK)
        return true;
    fprintf(stderr, "  refused: %s\n", err.message);
    return false;
}

/* Within five standard deviations of the peer's simulation, and never asked to be nearer than rounding. */
static void check_simulated(check *c, const table *t, size_t row, const char *what, double ours)
{
    char mean_column[64], deviation_column[64];
    snprintf(mean_column, sizeof mean_column, "%s_mean", what);
    snprintf(deviation_column, sizeof deviation_column, "%s_sd", what);
    const double mean = table_number(t, row, mean_column), deviation = table_number(t, row, deviation_column);
    check_number_within(c, mean_column, table_get(t, row, mean_column), ours, 5 * deviation / fabs(mean));
}

static void linear(folder *f)
{
    table *t = folder_table(f, "sii_expected.csv", "area,sii,rii,intercept,sii_lower_mean,sii_lower_sd");
    table *input = folder_table(f, "sii_input.csv", "area,q,pop,value");
    if (!t || !input)
        return;
    t->claimed = input->claimed = true;
    const groups by_area = groups_make(input, "area");
    double *work = make_array((size_t)2 * DRAWS, sizeof *work);
    check c = check_begin(suite_name, f, t->name), cs = check_begin(suite_name, f, "sii_expected.csv (simulated)");
    for (size_t row = 0; row < t->rows; row++) {
        inequality_group area[MOST_SLOPE_GROUPS];
        slope_result ours;
        const size_t n = read_area(input, &by_area, table_get(t, row, "area"), area, MOST_SLOPE_GROUPS);
        check_case(&c, table_get(t, row, "area"));
        check_case(&cs, table_get(t, row, "area"));
        if (!make_slope(area, n, (slope_options){.scale = SLOPE_LINEAR}, work, &ours)) {
            check_absent(&c, "sii");
            continue;
        }
        check_number(&c, "sii", table_get(t, row, "sii"), ours.sii.value);
        check_number(&c, "rii", table_get(t, row, "rii"), ours.rii.value);
        check_number(&c, "intercept", table_get(t, row, "intercept"), ours.intercept);
        check_simulated(&cs, t, row, "sii_lower", ours.sii_simulated_lower);
        check_simulated(&cs, t, row, "sii_upper", ours.sii_simulated_upper);
        check_simulated(&cs, t, row, "rii_lower", ours.rii_simulated_lower);
        check_simulated(&cs, t, row, "rii_upper", ours.rii_simulated_upper);
        /* The closed form must say the same as the simulations. */
        check_simulated(&cs, t, row, "sii_lower", ours.sii.lower);
        check_simulated(&cs, t, row, "sii_upper", ours.sii.upper);
        check_simulated(&cs, t, row, "rii_lower", ours.rii.lower);
        check_simulated(&cs, t, row, "rii_upper", ours.rii.upper);
    }
    free(work);
    check_end(&c);
    check_end(&cs);
}

/* One of the peer's two spellings of a limit's name. */
static const char *limit_cell(const table *t, size_t row, const char *what)
{
    char column[64];
    snprintf(column, sizeof column, "%s95_0cl", what);
    const char *cell = table_get(t, row, column);
    if (!cell_is_missing(cell))
        return cell;
    snprintf(column, sizeof column, "%s95_0", what);
    return table_get(t, row, column);
}

static void rates_and_proportions(folder *f)
{
    table *t = folder_table(f, "sii_prop_expected.csv", "area,value_type,transform,multiplier,sii,rii,intercept");
    table *input = folder_table(f, "sii_prop_input.csv", "area,q,pop,value,lcl,ucl");
    if (!t || !input)
        return;
    t->claimed = input->claimed = true;
    const groups by_area = groups_make(input, "area");
    double *work = make_array((size_t)2 * DRAWS, sizeof *work);
    check c = check_begin(suite_name, f, t->name), cs = check_begin(suite_name, f, "sii_prop_expected.csv (simulated)");
    static const double one_run = 0.02; /* the README's allowance for one run of 20,000 draws */
    for (size_t row = 0; row < t->rows; row++) {
        inequality_group area[MOST_SLOPE_GROUPS];
        slope_result ours;
        slope_options o = {.scale = (slope_scale)table_number(t, row, "value_type"),
                           .multiplier = table_number(t, row, "multiplier")};
        o.transform = strcmp(table_get(t, row, "transform"), "TRUE") == 0;
        const size_t n = read_area(input, &by_area, table_get(t, row, "area"), area, MOST_SLOPE_GROUPS);
        check_case(&c, row_key(t, row, "area,value_type,transform,multiplier"));
        check_case(&cs, c.this_case);
        if (!make_slope(area, n, o, work, &ours)) {
            check_absent(&c, "sii");
            continue;
        }
        /* The peer reports the intercept times the multiplier's size only where it transformed the values. */
        const double intercept = ours.intercept * (o.transform ? fabs(o.multiplier) : 1);
        check_number(&c, "sii", table_get(t, row, "sii"), ours.sii.value);
        check_number(&c, "rii", table_get(t, row, "rii"), ours.rii.value);
        check_number(&c, "intercept", table_get(t, row, "intercept"), intercept);
        check_number_within(&cs, "sii_lower", limit_cell(t, row, "sii_lower"), ours.sii_simulated_lower, one_run);
        check_number_within(&cs, "sii_upper", limit_cell(t, row, "sii_upper"), ours.sii_simulated_upper, one_run);
        check_number_within(&cs, "rii_lower", limit_cell(t, row, "rii_lower"), ours.rii_simulated_lower, one_run);
        check_number_within(&cs, "rii_upper", limit_cell(t, row, "rii_upper"), ours.rii_simulated_upper, one_run);
    }
    free(work);
    check_end(&c);
    check_end(&cs);
}

void suite_phe_inequality(folder *f)
{
    linear(f);
    rates_and_proportions(f);
}
