/*
 * Seasons: a chart of a seasonal series signals every winter, which is no news. This tells whether a series is
 * seasonal before it is charted, and takes the season out.
 */
#include "stats/change.h"
#include "stats/means.h"

#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static const double season_significance = 0.01;
enum { FEWEST_CYCLES = 3 };

/* values less a centred moving average over one cycle; at the ends, and beside gaps, the nearest average that there
 * is. */
static void take_out_trend(const double *values, size_t count, size_t seasons, double *out)
{
    const size_t half = seasons / 2;
    for (size_t i = 0; i < count; i++) {
        size_t centre = i < half ? half : i;
        if (count > seasons && centre + half >= count)
            centre = count - 1 - half;
        double sum = 0, weight = 0;
        for (size_t j = centre - half; j <= centre + half && j < count; j++) {
            /* An even cycle has no middle: both its ends count half. */
            const double w = seasons % 2 == 0 && (j == centre - half || j == centre + half) ? 0.5 : 1;
            if (!isnan(values[j])) {
                sum += w * values[j];
                weight += w;
            }
        }
        out[i] = weight > 0 ? values[i] - sum / weight : NAN;
    }
}

/* Kruskal-Wallis over the seasons of the detrended values. Leaves them sorted in `sorted`. */
static double kruskal_wallis(const double *values, size_t count, size_t seasons, size_t first, double *sorted,
                             double *degrees)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            sorted[n++] = values[i];
    qsort(sorted, n, sizeof *sorted, by_value);
    double rank_sums[MOST_SEASONS] = {0}, sizes[MOST_SEASONS] = {0}, ties = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && sorted[end] == sorted[i])
            end++;
        const double t = (double)(end - i);
        ties += t * t * t - t;
        i = end;
    }
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        const size_t season = (i + first) % seasons;
        rank_sums[season] += average_rank(sorted, n, values[i]);
        sizes[season] += 1;
    }
    const double m = (double)n;
    double h = 0, groups_seen = 0;
    for (size_t s = 0; s < seasons; s++)
        if (sizes[s] > 0) {
            h += rank_sums[s] * rank_sums[s] / sizes[s];
            groups_seen += 1;
        }
    h = 12 / (m * (m + 1)) * h - 3 * (m + 1);
    const double correction = 1 - ties / (m * m * m - m);
    *degrees = groups_seen - 1;
    return correction > 0 ? h / correction : 0;
}

/* F = variance between seasons over variance within. */
static double variance_ratio(const double *values, size_t count, size_t seasons, size_t first, double *between,
                             double *within)
{
    double sums[MOST_SEASONS] = {0}, sizes[MOST_SEASONS] = {0}, total = 0, n = 0, groups_seen = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            sums[(i + first) % seasons] += values[i];
            sizes[(i + first) % seasons] += 1;
            total += values[i];
            n += 1;
        }
    double inside = 0, outside = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            const size_t s = (i + first) % seasons;
            const double d = values[i] - sums[s] / sizes[s];
            inside += d * d;
        }
    for (size_t s = 0; s < seasons; s++)
        if (sizes[s] > 0) {
            const double d = sums[s] / sizes[s] - total / n;
            outside += sizes[s] * d * d;
            groups_seen += 1;
        }
    *between = groups_seen - 1;
    *within = n - groups_seen;
    if (inside == 0)
        return outside > 0 ? INFINITY : 0;
    return outside / *between / (inside / *within);
}

static double median_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

status season_check_make(const double *values, size_t count, size_t seasons, size_t first, double *work,
                         season_check *out, error *err)
{
    *out = (season_check){.rank_statistic = NAN, .rank_p = NAN, .f_statistic = NAN, .f_p = NAN, .p = NAN};
    if (seasons < 2 || seasons > MOST_SEASONS)
        return error_set(err, STATUS_USAGE, "a cycle of %zu seasons: 2 to %d can be checked", seasons, MOST_SEASONS);
    out->cycles = count / seasons;
    if (out->cycles < FEWEST_CYCLES)
        return STATUS_OK;
    size_t per_season[MOST_SEASONS] = {0};
    for (size_t i = 0; i < count; i++)
        per_season[(i + first) % seasons] += isnan(values[i]) ? 0 : 1;
    for (size_t s = 0; s < seasons; s++)
        if (per_season[s] < 2)
            return STATUS_OK;
    double *detrended = work, *scratch = work + count, degrees = 0, between = 0, within = 0;
    take_out_trend(values, count, seasons, detrended);
    out->rank_statistic = kruskal_wallis(detrended, count, seasons, first, scratch, &degrees);
    out->rank_p = pchisq(out->rank_statistic, degrees, 0, 0);
    out->f_statistic = variance_ratio(detrended, count, seasons, first, &between, &within);
    out->f_p = pf(out->f_statistic, between, within, 0, 0);
    out->p = fmin(1, 2 * fmin(out->rank_p, out->f_p));
    out->seasonal = out->p < season_significance;
    double total = 0;
    for (size_t s = 0; s < seasons; s++) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if ((i + first) % seasons == s && !isnan(detrended[i]))
                scratch[n++] = detrended[i];
        out->effects[s] = n ? median_of(scratch, n) : 0;
        total += out->effects[s];
    }
    for (size_t s = 0; s < seasons; s++)
        out->effects[s] -= total / (double)seasons;
    return STATUS_OK;
}

void season_adjust(const double *values, size_t count, size_t seasons, size_t first, const season_check *season,
                   double *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = values[i] - season->effects[(i + first) % seasons];
}

double season_signal_p(double as_it_is, spc_signal signal, double without, spc_signal signal_without)
{
    if (isnan(as_it_is))
        return NAN;
    if (signal != signal_without || isnan(without))
        return 1;
    return fmax(as_it_is, without);
}
