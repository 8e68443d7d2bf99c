/*
 * XmR with every rule over a million series of 48 months, on one core, and the ratio to the R package that analysts
 * use.
 *
 * The peer's figure is the row "NHSRplotthedots, ptd_spc compute faceted, 1000 series x 48" of
 * ../shared/oracles/speed.csv: median 2.4350 s for 1,000 series (R 4.2.2, NHSRplotthedots 0.2.2, measured on such a
 * machine).
 */
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static const double peer_seconds_per_series = 2.4350 / 1000;
enum { MONTHS = 48, DISTINCT = 1000, SERIES = 1000000 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void)
{
    double *values = calloc((size_t)DISTINCT * MONTHS, sizeof *values);
    if (!values)
        return 4;
    uint64_t seed = 1;
    for (size_t i = 0; i < (size_t)DISTINCT * MONTHS; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        values[i] = 1000 + (double)(seed >> 44) / 8192 + (i % MONTHS > 30 ? 40 : 0);
    }
    spc_point points[MONTHS];
    spc_segment segment;
    spc_summary summary;
    const size_t rebases[] = {24};
    const spc_options plain = {.better = BETTER_HIGHER, .target = 1100};
    const spc_options rebased = {.better = BETTER_LOWER, .target = 1100, .rebases = rebases, .rebase_count = 1};
    int64_t signals = 0;
    const double start = seconds_now();
    for (size_t s = 0; s < SERIES; s++) {
        const double *series = values + s % DISTINCT * MONTHS;
        if (spc_xmr(series, MONTHS, s % 4 ? &plain : &rebased, points, &segment, 1, &summary, NULL) != STATUS_OK)
            return 4;
        signals += summary.variation != VARIATION_COMMON_CAUSE;
    }
    const double seconds = seconds_now() - start;
    free(values);
    printf("XmR with rules, %d series of %d points: %.2f s, %.0f series/s (%lld with a signal at the end)\n", SERIES,
           MONTHS, seconds, SERIES / seconds, (long long)signals);
    printf("NHSRplotthedots: %.0f series/s; ratio %.0f\n", 1 / peer_seconds_per_series,
           SERIES / seconds * peer_seconds_per_series);
    return 0;
}
