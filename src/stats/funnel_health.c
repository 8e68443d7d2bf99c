/* Funnel limits, significance and quantiles as the public-health methods (Fingertips) have them. */
#include "stats/funnel.h"
#include "stats/means.h"
#include "stats/rates.h"

#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static const double tail_2s = 0.025, tail_3s = 0.001;

void funnel_positions(double first, double last, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0) {
            out[0] = first;
            continue;
        }
        const double ratio = pow(last / out[i - 1], 1 / (double)(count - i));
        out[i] = fmax(fround(out[i - 1] * ratio, 0), out[i - 1] + 1);
    }
}

health_limits funnel_proportion_limits(double baseline, double n)
{
    if (!(n > 0) || !(baseline >= 0 && baseline <= 1))
        return (health_limits){NAN, NAN, NAN, NAN};
    const double s = sqrt(baseline * (1 - baseline) / n);
    const double z2 = qnorm(1 - tail_2s, 0, 1, 1, 0), z3 = qnorm(1 - tail_3s, 0, 1, 1, 0);
    return (health_limits){fmax(0, baseline - z2 * s), fmin(1, baseline + z2 * s), fmax(0, baseline - z3 * s),
                           fmin(1, baseline + z3 * s)};
}

health_limits funnel_expected_limits(double events)
{
    if (!(events >= 0))
        return (health_limits){NAN, NAN, NAN, NAN};
    health_limits l;
    count_exact(events, 1 - 2 * tail_2s, &l.upper_2s, &l.lower_2s);
    count_exact(events, 1 - 2 * tail_3s, &l.upper_3s, &l.lower_3s);
    return l;
}

const char *significance_name(significance level)
{
    static const char *const names[] = {
        "", "Not significant", "Low (0.025)", "Low (0.001)", "High (0.025)", "High (0.001)", "Not applicable"};
    return (size_t)level < sizeof names / sizeof names[0] ? names[level] : "";
}

static significance judge_intervals(double lower_2s, double upper_2s, double lower_3s, double upper_3s, double target)
{
    if (isnan(lower_2s) || isnan(upper_2s) || isnan(target))
        return SIGNIFICANCE_NONE;
    if (lower_3s > target)
        return HIGH_001;
    if (upper_3s < target)
        return LOW_001;
    if (lower_2s > target)
        return HIGH_025;
    return upper_2s < target ? LOW_025 : NOT_SIGNIFICANT;
}

significance funnel_proportion_significance(double numerator, double denominator, double baseline)
{
    double lower_2s = NAN, upper_2s = NAN, lower_3s = NAN, upper_3s = NAN;
    proportion_wilson(numerator, denominator, 1 - 2 * tail_2s, &lower_2s, &upper_2s);
    proportion_wilson(numerator, denominator, 1 - 2 * tail_3s, &lower_3s, &upper_3s);
    return judge_intervals(lower_2s, upper_2s, lower_3s, upper_3s, baseline);
}

significance funnel_count_significance(double events, double expected)
{
    double lower_2s = NAN, upper_2s = NAN, lower_3s = NAN, upper_3s = NAN;
    count_limits(events, 1 - 2 * tail_2s, &lower_2s, &upper_2s);
    count_limits(events, 1 - 2 * tail_3s, &lower_3s, &upper_3s);
    return judge_intervals(lower_2s, upper_2s, lower_3s, upper_3s, expected > 0 ? expected : NAN);
}

void quantile_groups(const double *values, size_t count, int32_t k, bool highest_first, double *work, int32_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = 0;
        if (!isnan(values[i]))
            work[n++] = highest_first ? -values[i] : values[i];
    }
    if (k < 1 || n < (size_t)k)
        return;
    qsort(work, n, sizeof *work, by_value);
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        const double rank = (double)count_below(work, n, highest_first ? -values[i] : values[i]) + 1;
        const double group = floor((double)k + 1 - ceil(((double)n + 1 - rank) / ((double)n / (double)k)));
        out[i] = group < 1 ? 1 : (int32_t)group;
    }
}
