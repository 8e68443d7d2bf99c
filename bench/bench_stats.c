/*
 * The statistics at the sizes of a whole system, and the ratio to the R packages that analysts use.
 *
 * The peers' figures are the medians of ../shared/oracles/speed.csv (R 4.2.2 with qicharts2 0.8.1, PHEindicatormethods 2.1.0, FunnelPlotR 0.6.0,
 * measured on such a machine); the row is named beside each. What runs on one thread is timed by the processor's time, the least of
 * several runs, so that other work on the machine does not count; the simulation on two threads by the clock.
 *
 * Usage: bench_stats [ROWS of the csv, 960000]
 */
#include "cli/cli.h"
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* task,size of speed.csv: median seconds. */
static const double peer_chart_per_series =
    2.9820 / 100; /* qicharts2: qic i-chart facets return.data, 100 series x 48 (P' is not in it) */
static const double peer_dsr = 2.6960;     /* PHEindicatormethods: calculate_dsr, 10000 groups x 19 */
static const double peer_life = 2.9920;    /* PHEindicatormethods: phe_life_expectancy, 1000 areas x 20 */
static const double peer_slopes = 15.2230; /* PHEindicatormethods: phe_sii default 100k reps, 42 areas x 10 */
static const double peer_funnel = 0.0260;  /* FunnelPlotR: funnel_plot PR (no render), 135 groups */
static const double peer_spc_per_series =
    2.4350 / 1000; /* NHSRplotthedots: ptd_spc compute faceted, 1000 series x 48 */

enum {
    MONTHS = 48,
    DISTINCT = 500,
    SERIES = 1000000,
    AREAS_DSR = 10000,
    BANDS = 19,
    AREAS_LIFE = 1000,
    AREAS_SII = 42,
    TENTHS = 10,
    DRAWS = 100000,
    PROVIDERS = 135
};

static double clock_of(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double processor_now(void)
{
    return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static uint64_t seed = 1;
/* Between 0 and 1. */
static double next_share(void)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void tell(FILE *to, const char *what, double seconds, double limit, double package)
{
    double shown = seconds < 1 ? seconds * 1000 : seconds, most = limit < 1 ? limit * 1000 : limit;
    (void)fprintf(to, "%s: %.3g %s (at most %.3g %s: %s); R package %.3g s, ratio %.0f\n", what, shown,
                  seconds < 1 ? "ms" : "s", most, limit < 1 ? "ms" : "s", seconds <= limit ? "kept" : "MISSED", package,
                  package / seconds);
}

static int bench_charts(FILE *to)
{
    chart_subgroup *subgroups = calloc((size_t)DISTINCT * MONTHS, sizeof *subgroups);
    chart_point points[MONTHS];
    spc_point judged[MONTHS];
    double work[MONTHS];
    chart_part part;
    size_t signals = 0;
    if (subgroups == NULL)
        return 4;
    for (size_t i = 0; i < (size_t)DISTINCT * MONTHS; i++) {
        double n = 4000 + floor(2000 * next_share()), x = floor(n * (0.2 + 0.1 * next_share()));
        subgroups[i] = (chart_subgroup){.sum = x, .mean = x, .deviation = NAN, .denominator = n, .count = 1};
    }
    const chart_options options = {.kind = CHART_P_PRIME, .centre = NAN};
    double start = processor_now();
    for (size_t s = 0; s < SERIES; s++) {
        if (chart_make(subgroups + s % DISTINCT * MONTHS, MONTHS, &options, points, work, &part, 1, NULL) != STATUS_OK)
            return 4;
        chart_spc_points(points, MONTHS, NULL, BETTER_HIGHER, work, judged);
        for (size_t i = 0; i < MONTHS && s < DISTINCT; i++)
            signals += judged[i].rule != SPC_NONE;
    }
    double seconds = processor_now() - start;
    tell(to, "P' charts with rules, a million series of 48", seconds, 3, peer_chart_per_series * SERIES);
    (void)fprintf(to, "  (%.3g%% of the points are called special; the peer's figure is for an I chart)\n",
                  100.0 * (double)signals / (DISTINCT * MONTHS));
    free(subgroups);
    return 0;
}

static int bench_rates(FILE *to)
{
    rate_band *bands = calloc((size_t)AREAS_DSR * BANDS, sizeof *bands);
    double best = INFINITY, sum = 0;
    if (bands == NULL)
        return 4;
    for (size_t i = 0; i < (size_t)AREAS_DSR * BANDS; i++)
        bands[i] = (rate_band){floor(40 * next_share()), NAN, 2000 + floor(9000 * next_share()), 5000};
    for (int run = 0; run < 7; run++) {
        double start = processor_now();
        for (size_t a = 0; a < AREAS_DSR; a++)
            sum += rate_direct(bands + a * BANDS, BANDS, 100000, 0.95).rate.upper;
        best = fmin(best, processor_now() - start);
    }
    tell(to, "Directly standardised rates, 10,000 areas of 19 ages", best, 0.010, peer_dsr);
    free(bands);
    return sum > 0 ? 0 : 4;
}

static int bench_life(FILE *to)
{
    double *population = calloc((size_t)AREAS_LIFE * LIFE_BANDS, sizeof *population);
    double *deaths = calloc((size_t)AREAS_LIFE * LIFE_BANDS, sizeof *deaths), best = INFINITY, sum = 0;
    life_row rows[LIFE_BANDS];
    if (population == NULL || deaths == NULL)
        return 4;
    for (size_t i = 0; i < (size_t)AREAS_LIFE * LIFE_BANDS; i++) {
        population[i] = 3000 + floor(5000 * next_share());
        deaths[i] = 1 + floor(population[i] * 0.15 * pow((double)(i % LIFE_BANDS) / LIFE_BANDS, 4));
    }
    for (int run = 0; run < 7; run++) {
        double start = processor_now();
        for (size_t a = 0; a < AREAS_LIFE; a++) {
            if (life_table(population + a * LIFE_BANDS, deaths + a * LIFE_BANDS, 0.95, rows) != LIFE_GOOD)
                return 4;
            sum += rows[0].expectancy.value;
        }
        best = fmin(best, processor_now() - start);
    }
    tell(to, "Life tables, 1,000 areas", best, 0.005, peer_life);
    free(population);
    free(deaths);
    return sum > 0 ? 0 : 4;
}

static int bench_slopes(FILE *to)
{
    static inequality_group groups[AREAS_SII * TENTHS];
    static slope_result two[AREAS_SII], other[AREAS_SII];
    double best = INFINITY, processor = INFINITY;
    for (size_t i = 0; i < AREAS_SII * TENTHS; i++)
        groups[i] = (inequality_group){.population = 20000 + 10000 * next_share(),
                                       .value = 75 + (double)(i % TENTHS) + next_share(),
                                       .deviation = 0.2 + 0.2 * next_share(),
                                       .lower = NAN,
                                       .upper = NAN};
    const slope_options options = {.draws = DRAWS, .seed = 1};
    for (int run = 0; run < 5; run++) {
        double start = clock_of(CLOCK_MONOTONIC), begun = processor_now();
        if (inequality_slopes(groups, TENTHS, AREAS_SII, &options, 2, two, NULL) != STATUS_OK)
            return 4;
        best = fmin(best, clock_of(CLOCK_MONOTONIC) - start);
        processor = fmin(processor, processor_now() - begun);
    }
    tell(to, "Slope indices, 42 areas, 100,000 draws, 2 threads", best, 0.5, peer_slopes);
    (void)fprintf(to, "  (processor time of both threads %.3g s)\n", processor);
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        if (inequality_slopes(groups, TENTHS, AREAS_SII, &options, threads, other, NULL) != STATUS_OK)
            return 4;
        if (memcmp(two, other, sizeof two) != 0) {
            (void)fprintf(to, "  %u threads give another answer\n", threads);
            return 1;
        }
    }
    (void)fprintf(to, "  1, 2, 3 and 5 threads give the same answer, bit for bit\n");
    return 0;
}

static int bench_funnel(FILE *to)
{
    double numerators[PROVIDERS], denominators[PROVIDERS], work[PROVIDERS], best = INFINITY;
    funnel_point points[PROVIDERS];
    funnel_result result;
    for (size_t i = 0; i < PROVIDERS; i++) {
        denominators[i] = 5000 + floor(100000 * next_share());
        numerators[i] = floor(denominators[i] * (0.7 + 0.2 * next_share()));
    }
    const funnel_options options = {.type = FUNNEL_PROPORTION, .adjusted = true};
    for (int run = 0; run < 200; run++) {
        double start = processor_now();
        if (funnel_make(numerators, denominators, PROVIDERS, &options, points, work, &result, NULL) != STATUS_OK)
            return 4;
        best = fmin(best, processor_now() - start);
    }
    tell(to, "Funnel with overdispersion, 135 providers", best, 0.0002, peer_funnel);
    return 0;
}

/* ---- csv in, csv out, through the command ---- */

static int64_t csv_write(const char *path, int64_t rows)
{
    FILE *f = fopen(path, "w");
    if (f == NULL)
        return 0;
    (void)fputs("organisation,month,value\n", f);
    for (int64_t i = 0; i < rows; i++)
        (void)fprintf(f, "R%05lld,%d-%02d-01,%.2f\n", (long long)(i / MONTHS), 2020 + (int)(i % MONTHS) / 12,
                      1 + (int)(i % MONTHS) % 12, 70 + 20 * next_share());
    return fclose(f) == 0 ? 1 : 0;
}

static double megabytes(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 ? (double)s.st_size / 1e6 : 0;
}

/* The least processor time of three runs; below 0 where one fails. */
static double csv_time(char *in, const char *out, bool summary)
{
    char *words[] = {"concord", "spc",   in,          "--by", "organisation", "--date", "month",
                     "--value", "value", "--summary", NULL};
    double best = INFINITY;
    for (int run = 0; run < 3; run++) {
        if (freopen(out, "w", stdout) == NULL)
            return -1;
        double start = processor_now();
        if (cli_main(summary ? 10 : 9, words) != 0)
            return -1;
        best = fmin(best, processor_now() - start);
    }
    return best;
}

static int bench_csv(FILE *to, int64_t rows)
{
    char in[] = "/tmp/concord-bench-in-XXXXXX", out[] = "/tmp/concord-bench-out-XXXXXX";
    int in_file = mkstemp(in), out_file = mkstemp(out), answer = 4;
    if (in_file < 0 || out_file < 0 || csv_write(in, rows) == 0)
        goto out;
    double series = (double)rows / MONTHS, read = megabytes(in);
    for (int summary = 0; summary <= 1; summary++) {
        double best = csv_time(in, out, summary != 0), written = megabytes(out), both = (read + written) / best;
        if (best <= 0)
            goto out;
        (void)fprintf(to,
                      "spc%s, csv in and csv out, %.0f series of 48: %.0f MB in, %.0f MB out, %.3g s: %.0f MB/s (%.0f "
                      "in, %.0f out; at least 200: "
                      "%s); R package without any csv %.3g s, ratio %.0f\n",
                      summary ? " --summary" : "", series, read, written, best, both, read / best, written / best,
                      both >= 200 ? "kept" : "MISSED", peer_spc_per_series * series,
                      peer_spc_per_series * series / best);
    }
    answer = 0;
out:
    if (in_file >= 0)
        (void)close(in_file);
    if (out_file >= 0)
        (void)close(out_file);
    (void)unlink(in);
    (void)unlink(out);
    return answer;
}

int main(int argc, char **argv)
{
    int64_t rows = 960000;
    if (argc > 1 && (!number_parse_count(text_of(argv[1]), &rows) || rows < MONTHS))
        return 2;
    /* The command writes to standard output, so the report keeps a copy of it. */
    int copy = dup(STDOUT_FILENO);
    FILE *to = copy < 0 ? NULL : fdopen(copy, "w");
    if (to == NULL)
        return 3;
    int answer = bench_charts(to);
    answer = answer == 0 ? bench_rates(to) : answer;
    answer = answer == 0 ? bench_life(to) : answer;
    answer = answer == 0 ? bench_slopes(to) : answer;
    answer = answer == 0 ? bench_funnel(to) : answer;
    answer = answer == 0 ? bench_csv(to, rows) : answer;
    (void)fclose(to);
    return answer;
}
