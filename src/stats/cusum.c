/* CUSUM: small lasting changes add up long before a single point leaves its limits. */
#include "stats/change.h"

#include <math.h>

static const double d2 = 1.128; /* mean range of two normal values, in standard deviations */

status cusum_make(const double *values, size_t count, const cusum_options *options, cusum_point *points, double *target,
                  double *sigma, error *err)
{
    const double slack = options->slack != 0 ? options->slack : 0.5,
                 decision = options->decision != 0 ? options->decision : 5;
    if (!(slack > 0) || !(decision > 0) || isinf(slack) || isinf(decision))
        return error_set(err, STATUS_USAGE, "CUSUM slack and decision interval must be above 0");
    const size_t baseline = options->baseline > 0 && options->baseline < count ? options->baseline : count;
    double sum = 0, ranges = 0;
    size_t n = 0, range_count = 0;
    for (size_t i = 0; i < baseline; i++) {
        if (!isnan(values[i])) {
            sum += values[i];
            n++;
        }
        if (i > 0 && !isnan(values[i]) && !isnan(values[i - 1])) {
            ranges += fabs(values[i] - values[i - 1]);
            range_count++;
        }
    }
    const double centre = !isnan(options->target) ? options->target : n ? sum / (double)n : NAN;
    const double s = !isnan(options->sigma) ? options->sigma : range_count ? ranges / (double)range_count / d2 : NAN;
    if (target)
        *target = centre;
    if (sigma)
        *sigma = s;

    double high = 0, low = 0;
    size_t high_since = 0, low_since = 0;
    for (size_t i = 0; i < count; i++) {
        cusum_point *p = &points[i];
        *p = (cusum_point){.high = NAN, .low = NAN, .since = i};
        if (!(s > 0) || isnan(centre))
            continue;
        if (!isnan(values[i])) {
            const double z = (values[i] - centre) / s;
            if (high == 0)
                high_since = i;
            if (low == 0)
                low_since = i;
            high = fmax(0, high + z - slack);
            low = fmax(0, low - z - slack);
            p->signal_high = high > decision;
            p->signal_low = low > decision;
        }
        p->high = high;
        p->low = low;
        if (p->signal_high)
            p->since = high_since;
        else if (p->signal_low)
            p->since = low_since;
        if (options->restart && (p->signal_high || p->signal_low))
            high = low = 0;
    }
    return STATUS_OK;
}
