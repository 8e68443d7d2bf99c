/*
 * The other statistics against their bars and against the R packages' times in ../shared/oracles/speed.csv (the row
 * is named beside each figure; R 4.2.2 on such a machine). One thread unless said.
 */
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double random_between(uint64_t *seed, double low, double high)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double)(*seed >> 11) * 0x1p-53;
}

/* peer_seconds: what the peer takes for `peer_units` of the same units; 0 = no figure. */
static void report(const char *what, double seconds, double units, double bar, double peer_seconds, double peer_units)
{
    printf("%-58s %9.3f ms", what, seconds * 1e3);
    if (bar > 0)
        printf("  bar %7.1f ms %s", bar * 1e3, seconds < bar ? "met" : "MISSED");
    if (peer_seconds > 0)
        printf("  ratio to the R package %.0f", peer_seconds / peer_units * units / seconds);
    putchar('\n');
}

static double p_prime_charts(size_t series)
{
    enum { MONTHS = 48, DISTINCT = 500 };
    static chart_subgroup groups[DISTINCT][MONTHS];
    static chart_point points[MONTHS];
    static double work[MONTHS];
    chart_part part;
    uint64_t seed = 2;
    for (size_t s = 0; s < DISTINCT; s++)
        for (size_t i = 0; i < MONTHS; i++) {
            const double n = floor(random_between(&seed, 800, 1200)), x = floor(n * random_between(&seed, 0.6, 0.7));
            chart_subgroup_of(&x, &n, 1, &groups[s][i]);
        }
    const chart_options o = {.kind = CHART_P_PRIME, .centre = NAN, .screening = true};
    const double start = seconds_now();
    for (size_t s = 0; s < series; s++)
        if (chart_make(groups[s % DISTINCT], MONTHS, &o, points, work, &part, 1, NULL) != STATUS_OK)
            exit(4);
    return seconds_now() - start;
}

static double direct_rates(void)
{
    enum { AREAS = 10000, AGES = 19 };
    rate_band *bands = calloc((size_t)AREAS * AGES, sizeof *bands);
    uint64_t seed = 3;
    double sink = 0;
    if (!bands)
        exit(4);
    for (size_t i = 0; i < (size_t)AREAS * AGES; i++)
        bands[i] =
            (rate_band){floor(random_between(&seed, 0, 60)), NAN, floor(random_between(&seed, 2000, 9000)), 5000};
    const double start = seconds_now();
    for (size_t a = 0; a < AREAS; a++)
        sink += rate_direct(bands + a * AGES, AGES, 100000, 0.95).rate.upper;
    const double taken = seconds_now() - start;
    free(bands);
    return isnan(sink) ? NAN : taken;
}

static double life_tables(void)
{
    enum { AREAS = 1000 };
    double people[LIFE_BANDS], deaths[LIFE_BANDS];
    life_row rows[LIFE_BANDS];
    double sink = 0;
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        people[i] = 5000;
        deaths[i] = 3 + (double)(i * i);
    }
    const double start = seconds_now();
    for (size_t a = 0; a < AREAS; a++) {
        deaths[4] = 3 + (double)(a % 7);
        (void)life_table(people, deaths, 0.95, rows);
        sink += rows[0].expectancy.value;
    }
    const double taken = seconds_now() - start;
    return isnan(sink) ? NAN : taken;
}

static double slopes(unsigned threads)
{
    enum { AREAS = 42, TENTHS = 10 };
    static inequality_group groups[AREAS * TENTHS];
    static slope_result results[AREAS];
    uint64_t seed = 4;
    for (size_t i = 0; i < AREAS * TENTHS; i++)
        groups[i] = (inequality_group){random_between(&seed, 5e4, 9e4),
                                       70 + (double)(i % TENTHS) + random_between(&seed, 0, 1), 0.3, NAN, NAN};
    const slope_options o = {.draws = 100000, .seed = 1};
    const double start = seconds_now();
    if (inequality_slopes(groups, TENTHS, AREAS, &o, threads, results, NULL) != STATUS_OK)
        exit(4);
    return seconds_now() - start;
}

static double funnels(size_t repeats)
{
    enum { GROUPS = 135 };
    static double x[GROUPS], n[GROUPS], work[GROUPS];
    static funnel_point points[GROUPS];
    funnel_result result;
    uint64_t seed = 5;
    for (size_t i = 0; i < GROUPS; i++) {
        n[i] = floor(random_between(&seed, 4e4, 4e5));
        x[i] = floor(n[i] * random_between(&seed, 0.1, 0.4));
    }
    const funnel_options o = {.type = FUNNEL_PROPORTION, .adjusted = true};
    const double start = seconds_now();
    for (size_t i = 0; i < repeats; i++)
        if (funnel_make(x, n, GROUPS, &o, points, work, &result, NULL) != STATUS_OK)
            exit(4);
    return (seconds_now() - start) / (double)repeats;
}

int main(void)
{
    /* qicharts2, qic i-chart facets return.data, 100 series x 48: 2.9820 s */
    report("P' chart with run rules, 1,000,000 series of 48", p_prime_charts(1000000), 1000000, 3, 2.982, 100);
    /* PHEindicatormethods, calculate_dsr, 10000 groups x 19: 2.6960 s */
    report("directly standardised rate, 10,000 areas of 19 ages", direct_rates(), 10000, 0.010, 2.696, 10000);
    /* PHEindicatormethods, phe_life_expectancy, 1000 areas x 20: 2.9920 s */
    report("life table, 1,000 areas", life_tables(), 1000, 0.005, 2.992, 1000);
    /* PHEindicatormethods, phe_sii default 100k reps, 42 areas x 10: 15.2230 s */
    report("slope index, 42 areas of 10, 100,000 draws, 2 threads", slopes(2), 42, 0.5, 15.223, 42);
    /* FunnelPlotR, funnel_plot PR (no render), 135 groups: 0.0260 s */
    report("funnel with overdispersion, 135 providers", funnels(2000), 1, 0.0002, 0.026, 1);
    return 0;
}
