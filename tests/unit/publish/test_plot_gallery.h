/* Every plot drawn from published figures: what the tests look at, and the pictures of the manual (docs/images). */
#ifndef CONCORD_TEST_PLOT_GALLERY_H
#define CONCORD_TEST_PLOT_GALLERY_H

#include "publish/plots.h"
#include "test_plot_data.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef void (*gallery_draw)(const plot_medium *medium, buffer *out);

static inline void gallery_months(int year, int month, size_t count, plot_time *times)
{
    for (size_t i = 0; i < count; i++) {
        int at = year * 12 + month - 1 + (int)i;
        times[i] = (plot_time){.when = date_of(at / 12, at % 12 + 1, 1)};
    }
}

static inline void gallery_must(status result)
{
    if (result != STATUS_OK)
        abort();
}

/* ---- control charts ---------------------------------------------------------------------------------- */

static inline void gallery_xmr(const plot_medium *medium, buffer *out)
{
    enum { N = COUNT(ENGLAND) };
    static const size_t rebases[] = {19};
    const spc_options options = {.better = BETTER_HIGHER, .rebases = rebases, .rebase_count = 1, .target = 65};
    double targets[N];
    spc_point judged[N];
    plot_time times[N];
    plot_control_point points[N];
    gallery_must(spc_xmr(ENGLAND, N, &options, judged, NULL, 0, NULL, NULL));
    for (size_t i = 0; i < N; i++)
        targets[i] = i < 30 ? (double)NAN : 65;
    gallery_months(2022, 10, N, times);
    plot_control_from_xmr(ENGLAND, judged, targets, N, points);
    const plot_control chart = {
        .words = {.subtitle = "Waiting 18 weeks or less, England", .unit = {.kind = PLOT_PERCENT}},
        .kind = CHART_I,
        .kind_name = "XmR chart (mdc-2023)",
        .times = times,
        .points = points,
        .count = N};
    plot_control_chart(&chart, medium, out);
}

/* One chart of a trust's share within four hours, with limits that step as attendances do. */
static inline void gallery_chart(chart_kind kind, const char *subtitle, plot_unit unit, const plot_medium *medium,
                                 buffer *out)
{
    enum { N = COUNT(TRUST_WITHIN) };
    chart_subgroup groups[N];
    chart_point points[N];
    chart_part parts[2];
    double work[N];
    bool excluded[N] = {[18] = true};
    plot_time times[N];
    plot_control_point drawn[N];
    spc_point judged[N];
    for (size_t i = 0; i < N; i++)
        chart_subgroup_of(&TRUST_WITHIN[i], &TRUST_ATTENDANCES[i], 1, &groups[i]);
    const chart_options options = {.kind = kind, .centre = (double)NAN, .excluded = excluded};
    gallery_must(chart_make(groups, N, &options, points, work, parts, 1, NULL));
    chart_spc_points(points, N, NULL, BETTER_HIGHER, work, judged);
    gallery_months(2024, 4, N, times);
    plot_control_from_chart(points, kind == CHART_RUN ? NULL : judged, NULL, N, drawn);
    const plot_control chart = {.words = {.subtitle = subtitle, .unit = unit},
                                .kind = kind,
                                .times = times,
                                .points = drawn,
                                .count = N,
                                .parts = parts,
                                .part_count = 1};
    plot_control_chart(&chart, medium, out);
}

static inline void gallery_p_prime(const plot_medium *medium, buffer *out)
{
    gallery_chart(CHART_P_PRIME, "A&E within 4 hours, University Hospitals of Leicester",
                  (plot_unit){.kind = PLOT_SHARE}, medium, out);
}

static inline void gallery_p(const plot_medium *medium, buffer *out)
{
    gallery_chart(CHART_P, "A&E within 4 hours, University Hospitals of Leicester", (plot_unit){.kind = PLOT_SHARE},
                  medium, out);
}

static inline void gallery_run(const plot_medium *medium, buffer *out)
{
    gallery_chart(CHART_RUN, "A&E within 4 hours, University Hospitals of Leicester", (plot_unit){.kind = PLOT_SHARE},
                  medium, out);
}

/* ---- comparison -------------------------------------------------------------------------------------- */

static inline void gallery_funnel(const plot_medium *medium, buffer *out)
{
    enum { N = COUNT(AE) };
    double within[N], attendances[N], work[N];
    const char *names[N];
    funnel_point points[N];
    plot_funnel_point drawn[N];
    funnel_result result;
    const funnel_options options = {.type = FUNNEL_PROPORTION, .adjusted = true};
    double smallest = INFINITY, largest = 0;
    for (size_t i = 0; i < N; i++) {
        within[i] = AE[i].within;
        attendances[i] = AE[i].attendances;
        names[i] = AE[i].name;
        smallest = fmin(smallest, attendances[i]);
        largest = fmax(largest, attendances[i]);
    }
    gallery_must(funnel_make(within, attendances, N, &options, points, work, &result, NULL));
    plot_funnel_from(points, &options, &result, names, N, drawn);
    plot_funnel_curve wide[PLOT_FUNNEL_CURVE], plain[PLOT_FUNNEL_CURVE];
    for (size_t i = 0; i < N; i++)
        drawn[i].own = strcmp(names[i], "University Hospitals of Leicester") == 0;
    const plot_funnel_input funnel = {
        .words = {.subtitle = "A&E within 4 hours, February 2026",
                  .x_name = "Attendances in the month",
                  .unit = {.kind = PLOT_SHARE}},
        .points = drawn,
        .count = N,
        .target = result.target,
        .target_name = "All trusts",
        .curve = wide,
        .curve_count = plot_funnel_curve_make(&options, &result, true, smallest, largest * 1.04, wide),
        .second = plain,
        .second_count = plot_funnel_curve_make(&options, &result, false, smallest, largest * 1.04, plain),
        .curve_name = "widened for the differences between trusts that chance does not explain",
        .better = BETTER_HIGHER};
    plot_funnel(&funnel, medium, out);
}

static inline void gallery_intervals(const plot_medium *medium, buffer *out)
{
    enum { N = COUNT(ICBS) };
    static plot_interval_row rows[N];
    double within = 0, waiting = 0;
    for (size_t i = 0; i < N; i++) {
        within += ICBS[i].within;
        waiting += ICBS[i].waiting;
    }
    for (size_t i = 0; i < N; i++) {
        plot_interval_row *row = &rows[i];
        *row = (plot_interval_row){.name = ICBS[i].name,
                                   .value = ICBS[i].within / ICBS[i].waiting,
                                   .own = strcmp(ICBS[i].name, "Sussex") == 0,
                                   .outer_lower = (double)NAN,
                                   .outer_upper = (double)NAN};
        proportion_wilson(ICBS[i].within, ICBS[i].waiting, 0.95, &row->lower, &row->upper);
        proportion_wilson(ICBS[i].within, ICBS[i].waiting, 0.998, &row->outer_lower, &row->outer_upper);
        row->differs = (int8_t)(row->outer_lower > within / waiting ? 1 : row->outer_upper < within / waiting ? -1 : 0);
    }
    const plot_interval_input input = {
        .words = {.subtitle = "Waiting 18 weeks or less, integrated care boards, March 2026",
                  .unit = {.kind = PLOT_SHARE}},
        .rows = rows,
        .count = 16,
        .sort = true,
        .reference = within / waiting,
        .reference_name = "England",
        .better = BETTER_HIGHER};
    plot_intervals(&input, medium, out);
}

/* How sure is a place in the league table? */
static inline void gallery_ranks(const plot_medium *medium, buffer *out)
{
    enum { N = 16 };
    double values[N], errors[N];
    rank_interval ranks[N];
    plot_interval_row rows[N];
    const rank_options options = {.highest_first = true, .draws = 4000, .seed = 1};
    for (size_t i = 0; i < N; i++) { /* as if a hundredth of the list had been asked */
        double p = ICBS[i].within / ICBS[i].waiting, n = ICBS[i].waiting / 100;
        values[i] = log(p / (1 - p));
        errors[i] = sqrt(1 / (n * p * (1 - p)));
    }
    gallery_must(rank_intervals(values, errors, N, &options, ranks, NULL));
    for (size_t i = 0; i < N; i++)
        rows[i] = (plot_interval_row){.name = ICBS[i].name,
                                      .value = ranks[i].rank,
                                      .lower = ranks[i].lower,
                                      .upper = ranks[i].upper,
                                      .outer_lower = (double)NAN,
                                      .outer_upper = (double)NAN};
    const plot_interval_input input = {
        .words = {.title = "Most places in the league table are not sure",
                  .subtitle = "Rank of 16 boards if a hundredth of their lists had been sampled",
                  .unit = {.kind = PLOT_COUNT}},
        .rows = rows,
        .count = N,
        .sort = true,
        .lowest_first = true,
        .reference = (double)NAN,
        .interval_name = "95% of 4,000 simulated ranks"};
    plot_intervals(&input, medium, out);
}

/* Fifths, each a group with its own heading. */
static inline void gallery_quantiles(const plot_medium *medium, buffer *out)
{
    enum { N = 15 };
    static const char *const headings[] = {"Lowest third", "Middle third", "Highest third"};
    double values[N], work[N];
    int32_t groups[N];
    plot_interval_row rows[N];
    size_t n = 0;
    for (size_t i = 0; i < N; i++)
        values[i] = ICBS[i].within / ICBS[i].waiting;
    quantile_groups(values, N, 3, false, work, groups);
    for (int32_t g = 3; g >= 1; g--)
        for (size_t i = 0; i < N; i++)
            if (groups[i] == g)
                rows[n++] = (plot_interval_row){.name = ICBS[i].name,
                                                .group = headings[g - 1],
                                                .value = values[i],
                                                .lower = (double)NAN,
                                                .upper = (double)NAN,
                                                .outer_lower = (double)NAN,
                                                .outer_upper = (double)NAN};
    const plot_interval_input input = {
        .words = {.subtitle = "Waiting 18 weeks or less, March 2026, in thirds", .unit = {.kind = PLOT_SHARE}},
        .rows = rows,
        .count = n,
        .sort = true,
        .reference = (double)NAN};
    plot_intervals(&input, medium, out);
}

static inline void gallery_seasons(const plot_medium *medium, buffer *out)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    enum { N = COUNT(WAITING) };
    double work[2 * N];
    season_check season;
    plot_interval_row rows[12];
    gallery_must(season_check_make(WAITING, N, 12, 9, work, &season, NULL));
    for (size_t i = 0; i < 12; i++)
        rows[i] = (plot_interval_row){.name = months[i],
                                      .value = season.effects[i],
                                      .lower = (double)NAN,
                                      .upper = (double)NAN,
                                      .outer_lower = (double)NAN,
                                      .outer_upper = (double)NAN};
    const plot_interval_input input = {
        .words = {.title = season.seasonal ? "The waiting list has a season" : "No season that chance does not explain",
                  .subtitle = "Waiting list, thousands above or below its yearly average, October 2022 to March 2026",
                  .unit = {.kind = PLOT_NUMBER, .may_be_negative = true}},
        .rows = rows,
        .count = 12,
        .reference = 0,
        .reference_name = "Average"};
    plot_intervals(&input, medium, out);
}

/* ---- inequality -------------------------------------------------------------------------------------- */

static inline void gallery_inequality(const plot_medium *medium, buffer *out)
{
    enum { GROUPS = 5, N = COUNT(ICBS) };
    static const char *const names[] = {"Most deprived fifth of boards", "Second fifth", "Third fifth", "Fourth fifth",
                                        "Least deprived fifth"};
    inequality_group groups[GROUPS] = {{0}};
    double within[GROUPS] = {0};
    for (size_t i = 0; i < N; i++) {
        size_t g = i * GROUPS / N;
        within[g] += ICBS[i].within;
        groups[g].population += ICBS[i].waiting;
    }
    for (size_t g = 0; g < GROUPS; g++) {
        groups[g].value = within[g] / groups[g].population;
        groups[g].deviation = (double)NAN;
        proportion_wilson(within[g], groups[g].population, 0.95, &groups[g].lower, &groups[g].upper);
    }
    const slope_options options = {.scale = SLOPE_LOGIT, .transform = true};
    slope_result slope;
    gallery_must(inequality_slope(groups, GROUPS, &options, NULL, &slope, NULL));
    const plot_inequality_input input = {
        .words = {.subtitle = "Waiting 18 weeks or less, boards in fifths by deprivation, March 2026",
                  .x_name = "Share of the waiting list, most deprived boards first",
                  .unit = {.kind = PLOT_SHARE}},
        .groups = groups,
        .names = names,
        .count = GROUPS,
        .slope = &slope,
        .scale = SLOPE_LOGIT,
        .transform = true};
    plot_inequality(&input, medium, out);
}

/* ---- change ------------------------------------------------------------------------------------------ */

static inline void gallery_trend(const plot_medium *medium, buffer *out)
{
    enum { N = 25, FROM = COUNT(ENGLAND) - N };
    double work[N * (N - 1) / 2];
    plot_time times[N];
    trend_rank rank;
    gallery_must(trend_mann_kendall(ENGLAND + FROM, N, 0.95, work, &rank, NULL));
    gallery_months(2024, 4, N, times);
    const plot_trend_input input = {
        .words = {.subtitle = "Waiting 18 weeks or less, England", .unit = {.kind = PLOT_PERCENT}},
        .times = times,
        .values = ENGLAND + FROM,
        .count = N,
        .rank = &rank,
        .better = BETTER_HIGHER};
    plot_trend(&input, medium, out);
}

static inline void gallery_recent(const plot_medium *medium, buffer *out)
{
    enum { N = 8 };
    static const double values[N] = {31.2, 31.6, 30.9, 31.8, 32.6, 33.1, 34.4, 35.2};
    static const char *const years[N] = {"2017/18", "2018/19", "2019/20", "2020/21",
                                         "2021/22", "2022/23", "2023/24", "2024/25"};
    double lower[N], upper[N];
    plot_time times[N];
    for (size_t i = 0; i < N; i++) {
        lower[i] = values[i] - 0.7;
        upper[i] = values[i] + 0.7;
        times[i] = (plot_time){.when = DATE_NONE, .label = years[i]};
    }
    const trend_recent recent = trend_of_values(values, lower, upper, N);
    const plot_trend_input input = {
        .words = {.subtitle = "An indicator of one area", .unit = {.name = "per 1,000 people"}},
        .times = times,
        .values = values,
        .lower = lower,
        .upper = upper,
        .count = N,
        .recent = &recent,
        .better = BETTER_LOWER};
    plot_trend(&input, medium, out);
}

static inline void gallery_cusum(const plot_medium *medium, buffer *out)
{
    enum { N = COUNT(TRUST_WITHIN) };
    const cusum_options options = {.target = (double)NAN, .sigma = (double)NAN, .baseline = 12};
    cusum_point points[N];
    double values[N];
    plot_time times[N];
    double target, sigma;
    for (size_t i = 0; i < N; i++)
        values[i] = TRUST_WITHIN[i] / TRUST_ATTENDANCES[i];
    gallery_must(cusum_make(values, N, &options, points, &target, &sigma, NULL));
    gallery_months(2024, 4, N, times);
    const plot_cusum_input input = {
        .words = {.subtitle = "A&E within 4 hours, University Hospitals of Leicester", .unit = {.kind = PLOT_SHARE}},
        .times = times,
        .points = points,
        .count = N,
        .target = target,
        .sigma = sigma,
        .better = BETTER_HIGHER};
    plot_cusum(&input, medium, out);
}

static inline void gallery_fdr(const plot_medium *medium, buffer *out)
{
    enum { N = COUNT(AE) };
    double p[N], within = 0, attendances = 0;
    const char *names[N];
    for (size_t i = 0; i < N; i++) {
        within += AE[i].within;
        attendances += AE[i].attendances;
    }
    /* How far each trust is from all, on the scale of the funnel widened for overdispersion. */
    for (size_t i = 0; i < N; i++) {
        double z = (asin(sqrt(AE[i].within / AE[i].attendances)) - asin(sqrt(within / attendances))) / 0.075;
        p[i] = erfc(fabs(z) / sqrt(2));
        names[i] = AE[i].name;
    }
    const plot_fdr_input input = {.words = {.subtitle = "A&E within 4 hours against all trusts, February 2026"},
                                  .p = p,
                                  .names = names,
                                  .count = N,
                                  .rate = 0.1};
    plot_fdr(&input, medium, out);
}

/* ---- life and disclosure ------------------------------------------------------------------------------ */

static inline void gallery_life(const plot_medium *medium, buffer *out)
{
    double population[LIFE_BANDS], deaths[2][LIFE_BANDS], survivors[2][LIFE_BANDS];
    life_row rows[LIFE_BANDS];
    plot_life_series series[2] = {{.name = "Women", .survivors = survivors[0]},
                                  {.name = "Men", .survivors = survivors[1]}};
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        population[i] = i == 0 ? 6000 : i == 1 ? 25000 : i < 16 ? 32000 : 32000 - 5500 * ((double)i - 15);
        deaths[0][i] = round(population[i] * MORTALITY_WOMEN[i]);
        deaths[1][i] = round(population[i] * MORTALITY_MEN[i]);
    }
    for (size_t s = 0; s < 2; s++) {
        plot_life_survivors(population, deaths[s], survivors[s]);
        (void)life_table(population, deaths[s], 0.95, rows);
        series[s].at_birth = rows[0].expectancy;
    }
    const plot_life_input input = {.words = {.subtitle = "A made-up area"}, .series = series, .count = 2};
    plot_life_table(&input, medium, out);
}

static inline void gallery_disclosure(const plot_medium *medium, buffer *out)
{
    enum { ROWS = 6, COLUMNS = 5 };
    static const int64_t counts[ROWS][COLUMNS] = {{23, 41, 3, 18, 0},  {12, 5, 62, 40, 11},
                                                  {0, 33, 28, 19, 9},  {54, 61, 70, 48, 36},
                                                  {2, 17, 22, 31, 14}, {1203, 880, 915, 1411, 702}};
    static const char *const rows[] = {"Ashby", "Brook Vale", "Castle Hill", "Dunmore", "Eastleigh Road", "Fen End"};
    static const char *const columns[] = {"0 to 17", "18 to 39", "40 to 64", "65 to 79", "80 and over"};
    disclosure_cell cells[ROWS * COLUMNS];
    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
        cells[i] = (disclosure_cell){.count = counts[i / COLUMNS][i % COLUMNS]};
    gallery_must(disclosure_primary(cells, COUNT(cells), disclosure_rule_find("nhs-hospital-activity"), false, NULL));
    disclosure_table table = {
        .cells = cells, .rows = ROWS, .columns = COLUMNS, .row_totals = true, .column_totals = true};
    size_t work[3 * (ROWS + COLUMNS + 2)], added;
    gallery_must(disclosure_secondary(&table, work, &added, NULL));
    const plot_disclosure_input input = {
        .words = {.subtitle = "Admissions by practice and age, a made-up table under nhs-hospital-activity"},
        .cells = cells,
        .row_names = rows,
        .column_names = columns,
        .rows = ROWS,
        .columns = COLUMNS};
    plot_disclosure(&input, medium, out);
}

/* All of them; the first part of each name is that of its picture in docs/images. */
static const struct gallery_item {
    const char *name;
    gallery_draw draw;
} GALLERY[] = {{"plot-xmr", gallery_xmr},
               {"plot-p-prime", gallery_p_prime},
               {"plot-p", gallery_p},
               {"plot-run", gallery_run},
               {"plot-funnel", gallery_funnel},
               {"plot-intervals", gallery_intervals},
               {"plot-ranks", gallery_ranks},
               {"plot-quantiles", gallery_quantiles},
               {"plot-seasons", gallery_seasons},
               {"plot-inequality", gallery_inequality},
               {"plot-trend", gallery_trend},
               {"plot-recent-trend", gallery_recent},
               {"plot-cusum", gallery_cusum},
               {"plot-fdr", gallery_fdr},
               {"plot-life-table", gallery_life},
               {"plot-disclosure", gallery_disclosure}};

#endif
