/*
 * Tables of PHEindicatormethods other than the inequality ones. Each table stands on its own and is known by its name
 * and columns; where a table of inputs goes with it, that must be in the folder too.
 */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char suite_name[] = "PHEindicatormethods";

static void compare_interval(check *c, const table *t, size_t row, interval ours, double scale)
{
    check_number(c, "value", table_get(t, row, "value"), ours.value * scale);
    check_number(c, "lowercl", table_get(t, row, "lowercl"), ours.lower * scale);
    check_number(c, "uppercl", table_get(t, row, "uppercl"), ours.upper * scale);
}

/* The peer scales by default to 100 or 100,000; where a statistic names its multiplier ("dsr per 100000") that
 * counts. */
static double multiplier_of(const table *t, size_t row, double usual)
{
    const char *statistic = table_get(t, row, "statistic");
    const char *per = strstr(statistic, "per ");
    double number = NAN;
    return per && number_parse(text_of(per + 4), &number) ? number : usual;
}

static void proportions(folder *f)
{
    table *t = folder_table(f, "proportion_wilson.csv", "x,n,conf,value,lowercl,uppercl");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        const double x = table_number(t, row, "x"), n = table_number(t, row, "n");
        interval ours = {n > 0 ? x / n : NAN, NAN, NAN};
        check_case(&c, table_get(t, row, "id"));
        proportion_wilson(x, n, table_number(t, row, "conf"), &ours.lower, &ours.upper);
        compare_interval(&c, t, row, ours, multiplier_of(t, row, 100));
    }
    check_end(&c);
}

static const char *peer_method(poisson_method method)
{
    return method == POISSON_EXACT ? "Exact" : method == POISSON_BYARS ? "Byars" : "NA";
}

static void rates(folder *f)
{
    table *t = folder_table(f, "rate_byars.csv", "x,n,conf,value,lowercl,uppercl");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        poisson_method method = POISSON_NONE;
        check_case(&c, table_get(t, row, "id"));
        const interval ours = rate_crude(table_number(t, row, "x"), table_number(t, row, "n"),
                                         multiplier_of(t, row, 100000), table_number(t, row, "conf"), &method);
        compare_interval(&c, t, row, ours, 1);
        if (table_column(t, "method") != SIZE_MAX)
            check_text(&c, "method", table_get(t, row, "method"), peer_method(method));
    }
    check_end(&c);
}

static void means(folder *f)
{
    table *t = folder_table(f, "mean_expected.csv", "g,conf,value,lowercl,uppercl");
    table *input = folder_table(f, "mean_input.csv", "g,x");
    if (!t || !input)
        return;
    t->claimed = input->claimed = true;
    const groups by_group = groups_make(input, "g");
    double *values = make_array(input->rows, sizeof *values);
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        const size_t g = groups_find(&by_group, table_get(t, row, "g"));
        double deviation = NAN, sum = 0;
        size_t n = 0, count = 0;
        for (size_t i = g == SIZE_MAX ? 0 : by_group.starts[g]; g != SIZE_MAX && i < by_group.starts[g + 1]; i++) {
            values[n] = table_number(input, by_group.rows[i], "x");
            sum += isnan(values[n]) ? 0 : values[n];
            n++;
        }
        check_case(&c, table_get(t, row, "g"));
        const interval ours = mean_t(values, n, table_number(t, row, "conf"), &deviation, &count);
        compare_interval(&c, t, row, ours, 1);
        check_number(&c, "value_sum", table_get(t, row, "value_sum"), sum);
        check_number(&c, "value_count", table_get(t, row, "value_count"), (double)count);
        check_number(&c, "stdev", table_get(t, row, "stdev"), deviation);
    }
    free(values);
    check_end(&c);
}

static void compare_direct(check *c, const table *t, size_t row, const rate_band *bands, size_t n)
{
    char name[200];
    snprintf(name, sizeof name, "%s", table_get(t, row, "area"));
    const rate_standardised ours = rate_direct(bands, n, multiplier_of(t, row, 100000), table_number(t, row, "conf"));
    check_number(c, "total_count", table_get(t, row, "total_count"), ours.events);
    check_number(c, "total_pop", table_get(t, row, "total_pop"), ours.population);
    compare_interval(c, t, row, ours.rate, 1);
}

static void direct(folder *f)
{
    table *t = folder_table(f, "dsr_expected.csv", "area,conf,value,lowercl,uppercl");
    table *input = folder_table(f, "dsr_input.csv", "area,ageband,x,n,stdpop");
    if (!t || !input)
        return;
    t->claimed = input->claimed = true;
    const groups by_area = groups_make(input, "area");
    rate_band *bands = make_array(input->rows, sizeof *bands);
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        const size_t g = groups_find(&by_area, table_get(t, row, "area"));
        size_t n = 0;
        for (size_t i = g == SIZE_MAX ? 0 : by_area.starts[g]; g != SIZE_MAX && i < by_area.starts[g + 1]; i++) {
            const size_t r = by_area.rows[i];
            bands[n++] = (rate_band){table_number(input, r, "x"), NAN, table_number(input, r, "n"),
                                     table_number(input, r, "stdpop")};
        }
        check_case(&c, table_get(t, row, "area"));
        compare_direct(&c, t, row, bands, n);
    }
    free(bands);
    check_end(&c);
}

/* Rows are age band by frequency of events; a band's population and weight stand in each of its rows. */
static void direct_nonindependent(folder *f)
{
    table *t = folder_table(f, "dsr_nonindependent_expected.csv", "area,conf,value,lowercl,uppercl");
    table *input = folder_table(f, "dsr_nonindependent_input.csv", "area,ageband,eventfreq,x,n,stdpop");
    if (!t || !input)
        return;
    t->claimed = input->claimed = true;
    const groups by_band = groups_make(input, "area,ageband");
    rate_band *bands = make_array(by_band.count, sizeof *bands);
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        size_t n = 0;
        for (size_t g = 0; g < by_band.count; g++) {
            const size_t first = by_band.rows[by_band.starts[g]];
            if (strcmp(table_get(input, first, "area"), table_get(t, row, "area")) != 0)
                continue;
            rate_band b = {0, 0, table_number(input, first, "n"), table_number(input, first, "stdpop")};
            for (size_t i = by_band.starts[g]; i < by_band.starts[g + 1]; i++) {
                const double frequency = table_number(input, by_band.rows[i], "eventfreq");
                double persons = table_number(input, by_band.rows[i], "x");
                persons = isnan(persons) ? 0 : persons;
                b.events += frequency * persons;
                b.events_variance += frequency * frequency * persons;
            }
            bands[n++] = b;
        }
        check_case(&c, table_get(t, row, "area"));
        compare_direct(&c, t, row, bands, n);
    }
    free(bands);
    check_end(&c);
}

/* Indirect standardisation shares the input of the direct one, and a reference population by age band. */
static void indirect(folder *f)
{
    table *t = folder_table(f, "isr_expected.csv", "area,observed,expected,ratio,ratio_lower,ratio_upper,conf");
    table *input = folder_table(f, "dsr_input.csv", "area,ageband,x,n");
    table *reference = folder_table(f, "isr_reference.csv", "ageband,x_ref,n_ref");
    if (!t || !input || !reference)
        return;
    t->claimed = input->claimed = reference->claimed = true;
    const groups by_area = groups_make(input, "area"), by_band = groups_make(reference, "ageband");
    rate_band *bands = make_array(input->rows, sizeof *bands);
    double *events = make_array(input->rows, sizeof *events), *people = make_array(input->rows, sizeof *people);
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        const size_t g = groups_find(&by_area, table_get(t, row, "area"));
        size_t n = 0;
        for (size_t i = g == SIZE_MAX ? 0 : by_area.starts[g]; g != SIZE_MAX && i < by_area.starts[g + 1]; i++) {
            const size_t r = by_area.rows[i], b = groups_find(&by_band, table_get(input, r, "ageband"));
            bands[n] = (rate_band){table_number(input, r, "x"), NAN, table_number(input, r, "n"), 1};
            events[n] = b == SIZE_MAX ? NAN : table_number(reference, by_band.rows[by_band.starts[b]], "x_ref");
            people[n++] = b == SIZE_MAX ? NAN : table_number(reference, by_band.rows[by_band.starts[b]], "n_ref");
        }
        check_case(&c, table_get(t, row, "area"));
        const rate_indirect ours =
            rate_indirectly(bands, events, people, n, NAN, 100000, 100, table_number(t, row, "conf"));
        const struct {
            const char *column;
            double ours;
        } numbers[] = {
            {"observed", ours.observed}, {"expected", ours.expected},       {"ref_rate", ours.reference_rate},
            {"ratio", ours.ratio.value}, {"ratio_lower", ours.ratio.lower}, {"ratio_upper", ours.ratio.upper},
            {"rate", ours.rate.value},   {"rate_lower", ours.rate.lower},   {"rate_upper", ours.rate.upper}};
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            if (table_column(t, numbers[k].column) != SIZE_MAX)
                check_number(&c, numbers[k].column, table_get(t, row, numbers[k].column), numbers[k].ours);
        if (table_column(t, "method") != SIZE_MAX)
            check_text(&c, "method", table_get(t, row, "method"), peer_method(ours.method));
    }
    free(bands);
    free(events);
    free(people);
    check_end(&c);
}

static void quantiles(folder *f)
{
    table *t = folder_table(f, "quantile.csv", "g,id,value,nq,invert,quantile");
    if (!t)
        return;
    t->claimed = true;
    const groups g = groups_make(t, "g,nq,invert");
    double *values = make_array(t->rows, sizeof *values), *work = make_array(t->rows, sizeof *work);
    int32_t *out = make_array(t->rows, sizeof *out);
    check c = check_begin(suite_name, f, t->name);
    for (size_t k = 0; k < g.count; k++) {
        const size_t *rows = g.rows + g.starts[k], n = g.starts[k + 1] - g.starts[k];
        for (size_t i = 0; i < n; i++)
            values[i] = table_number(t, rows[i], "value");
        quantile_groups(values, n, (int32_t)table_number(t, rows[0], "nq"),
                        strcmp(table_get(t, rows[0], "invert"), "TRUE") == 0, work, out);
        check_case(&c, g.keys[k]);
        for (size_t i = 0; i < n; i++)
            check_number(&c, "quantile", table_get(t, rows[i], "quantile"), out[i] > 0 ? (double)out[i] : (double)NAN);
    }
    free(values);
    free(work);
    free(out);
    check_end(&c);
}

static void life_expectancy(folder *f)
{
    table *t = folder_table(f, "life_expectancy_expected.csv", "area,startage,conf,value,lowercl,uppercl");
    table *input = folder_table(f, "life_expectancy_input.csv", "area,startage,pops,deaths");
    if (!t || !input)
        return;
    t->claimed = input->claimed = true;
    const groups by_area = groups_make(t, "area,conf"), bands = groups_make(input, "area,startage");
    check c = check_begin(suite_name, f, t->name);
    for (size_t k = 0; k < by_area.count; k++) {
        const size_t *rows = by_area.rows + by_area.starts[k], n = by_area.starts[k + 1] - by_area.starts[k];
        double people[LIFE_BANDS], deaths[LIFE_BANDS];
        life_row ours[LIFE_BANDS];
        for (size_t i = 0; i < LIFE_BANDS; i++) {
            char key[300];
            snprintf(key, sizeof key, "%s|%g", table_get(t, rows[0], "area"), life_band_start[i]);
            const size_t b = groups_find(&bands, key);
            people[i] = b == SIZE_MAX ? NAN : table_number(input, bands.rows[bands.starts[b]], "pops");
            deaths[i] = b == SIZE_MAX ? NAN : table_number(input, bands.rows[bands.starts[b]], "deaths");
        }
        const life_refusal refusal = life_table(people, deaths, table_number(t, rows[0], "conf"), ours);
        check_case(&c, by_area.keys[k]);
        for (size_t r = 0; r < n; r++) {
            const double age = table_number(t, rows[r], "startage");
            size_t i = 0;
            while (i < LIFE_BANDS && life_band_start[i] != age)
                i++;
            if (i == LIFE_BANDS) {
                check_absent(&c, "start age");
                continue;
            }
            c.condition = refusal == LIFE_NO_LAST_DEATHS ? "when nobody died in the last band"
                          : refusal == LIFE_GOOD && isnan(ours[i].expectancy.value)
                              ? "when nobody is left alive at the age"
                              : NULL;
            check_number(&c, "pops_used", table_get(t, rows[r], "pops_used"), ours[i].population);
            check_number(&c, "dths_used", table_get(t, rows[r], "dths_used"), ours[i].deaths);
            compare_interval(&c, t, rows[r], ours[i].expectancy, 1);
        }
    }
    check_end(&c);
}

/* ---- funnels ---------------------------------------------------------------------------------------- */

static void significance_table(folder *f, const char *name, bool proportion)
{
    table *t = folder_table(f, name, "x,n,significance");
    if (!t)
        return;
    t->claimed = true;
    /* The baseline is that of all rows together; a ratio (observed x, expected n) is held against 1. */
    const bool ratio = strstr(name, "ratio") != NULL;
    double x = 0, n = 0;
    for (size_t row = 0; row < t->rows; row++) {
        const double one_x = table_number(t, row, "x"), one_n = table_number(t, row, "n");
        x += isnan(one_x) ? 0 : one_x;
        n += isnan(one_n) ? 0 : one_n;
    }
    const double baseline = ratio ? 1 : x / n;
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        const double one_x = table_number(t, row, "x"), one_n = table_number(t, row, "n");
        check_case(&c, table_get(t, row, "id"));
        const significance ours = proportion ? funnel_proportion_significance(one_x, one_n, baseline)
                                             : funnel_count_significance(one_x, one_n * baseline);
        check_text(&c, "significance", table_get(t, row, "significance"), significance_name(ours));
        if (table_column(t, "rate") != SIZE_MAX)
            check_number(&c, "rate", table_get(t, row, "rate"), one_x / one_n * 100000);
    }
    check_end(&c);
}

static const double search_step = 1e-7; /* of expected events: where the peer's search stops */
static const double bisection_tolerance = 1e-6;

/* Positions grow from the first to the last of the table: checked, then limits at each. */
static double *check_positions(check *c, const table *t, const char *column)
{
    double *at = make_array(t->rows, sizeof *at), *given = make_array(t->rows, sizeof *given);
    for (size_t row = 0; row < t->rows; row++)
        given[row] = table_number(t, row, column);
    double first = INFINITY, last = -INFINITY;
    for (size_t row = 0; row < t->rows; row++) {
        first = fmin(first, given[row]);
        last = fmax(last, given[row]);
    }
    funnel_positions(first, last, t->rows, at);
    for (size_t row = 0; row < t->rows; row++) {
        size_t rank = 0; /* rows may be in any order */
        for (size_t other = 0; other < t->rows; other++)
            rank += given[other] < given[row] ? 1 : 0;
        check_case(c, table_get(t, row, column));
        check_number(c, column, table_get(t, row, column), at[rank]);
    }
    free(at);
    return given;
}

static void proportion_limits(folder *f)
{
    table *t = folder_table(f, "funnel_limits_proportion.csv", "Population,lower_2s_limit,upper_2s_limit,baseline");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    double *at = check_positions(&c, t, "Population");
    c.cases = 0;
    for (size_t row = 0; row < t->rows; row++) {
        check_case(&c, table_get(t, row, "Population"));
        const health_limits l = funnel_proportion_limits(table_number(t, row, "baseline") / 100, at[row]);
        check_number(&c, "lower_2s_limit", table_get(t, row, "lower_2s_limit"), l.lower_2s * 100);
        check_number(&c, "upper_2s_limit", table_get(t, row, "upper_2s_limit"), l.upper_2s * 100);
        check_number(&c, "lower_3s_limit", table_get(t, row, "lower_3s_limit"), l.lower_3s * 100);
        check_number(&c, "upper_3s_limit", table_get(t, row, "upper_3s_limit"), l.upper_3s * 100);
    }
    free(at);
    check_end(&c);
}

/* rate: x is events, denominators are populations of one year and limits per 100,000; else expected events and per
 * 100. */
static void count_funnel(folder *f, const char *name, const char *position, bool rate)
{
    static const char *const sides[] = {"lower_2s", "upper_2s", "lower_3s", "upper_3s"};
    char required[128];
    snprintf(required, sizeof required, "%s,lower_2s_limit,upper_2s_limit", position);
    table *t = folder_table(f, name, required);
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    double *at = check_positions(&c, t, position);
    c.cases = 0;
    for (size_t row = 0; row < t->rows; row++) {
        const health_limits l = funnel_expected_limits(at[row]);
        const double expected[] = {l.lower_2s, l.upper_2s, l.lower_3s, l.upper_3s};
        const double years = rate ? table_number(t, row, "years_of_data") : 1;
        const double per_event = rate ? 100000 / table_number(t, row, "baseline") / (isnan(years) ? 1 : years) : 1;
        check_case(&c, table_get(t, row, position));
        for (size_t s = 0; s < 4; s++) {
            char column[64];
            snprintf(column, sizeof column, "%s_%s", sides[s], rate ? "population_1_year" : "exp_events");
            const double apart = fabs(table_number(t, row, column) / per_event - expected[s]);
            c.condition =
                expected[s] < 0.1 && apart <= search_step ? "when the peer's search stops within 1e-7 events" : NULL;
            check_number_within(&c, column, table_get(t, row, column), expected[s] * per_event, bisection_tolerance);
            snprintf(column, sizeof column, "%s_limit", sides[s]);
            const double limit = at[row] / expected[s] * (rate ? table_number(t, row, "baseline") : 100);
            check_number_within(&c, column, table_get(t, row, column), limit, bisection_tolerance);
        }
    }
    free(at);
    check_end(&c);
}

void suite_phe(folder *f)
{
    proportions(f);
    rates(f);
    means(f);
    direct(f);
    direct_nonindependent(f);
    indirect(f);
    quantiles(f);
    life_expectancy(f);
    significance_table(f, "funnel_significance_proportion.csv", true);
    significance_table(f, "funnel_significance_rate_crude.csv", false);
    significance_table(f, "funnel_significance_ratio.csv", false);
    proportion_limits(f);
    count_funnel(f, "funnel_limits_rate_crude.csv", "Events", true);
    count_funnel(f, "funnel_limits_ratio_isr.csv", "Observed_events", false);
}
