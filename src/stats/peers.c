/* Peer groups: who is enough like us that their figures say something about ours? */
#include "stats/funnel.h"

#include <math.h>

/* Mean and standard deviation (n - 1) of a column; NaN values left out. */
static void column_moments(const double *values, size_t count, size_t variables, size_t column, double *mean,
                           double *deviation)
{
    double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i * variables + column])) {
            sum += values[i * variables + column];
            n++;
        }
    *mean = n ? sum / (double)n : NAN;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i * variables + column])) {
            const double d = values[i * variables + column] - *mean;
            squares += d * d;
        }
    *deviation = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
}

static status standardise_column(const double *values, size_t count, size_t variables, size_t column,
                                 const peer_options *o, double *work, error *err)
{
    double mean = NAN, deviation = NAN;
    column_moments(values, count, variables, column, &mean, &deviation);
    const double cap = o->cap < 0 || isnan(deviation) ? INFINITY : mean + (o->cap > 0 ? o->cap : 5) * deviation;
    for (size_t i = 0; i < count; i++) {
        const double v = values[i * variables + column];
        if (!o->no_square_root && v < 0)
            return error_set(err, STATUS_REFUSED, "organisation %zu, variable %zu: %g has no square root", i + 1,
                             column + 1, v);
        const double capped = v > cap ? cap : v;
        work[i * variables + column] = o->no_square_root ? capped : sqrt(capped);
    }
    column_moments(work, count, variables, column, &mean, &deviation);
    for (size_t i = 0; i < count; i++) {
        double *w = &work[i * variables + column];
        if (!isnan(*w))
            *w = deviation > 0 ? (*w - mean) / deviation : 0;
    }
    return STATUS_OK;
}

static double weight_of(const peer_options *o, size_t variable)
{
    return o->weights ? o->weights[variable] : 1;
}

status peers_nearest(const double *values, size_t count, size_t variables, size_t of, const peer_options *options,
                     double *work, peer *out, size_t wanted, size_t *found, error *err)
{
    *found = 0;
    if (of >= count || variables == 0)
        return error_set(err, STATUS_USAGE, "no such organisation, or nothing to compare it by");
    double total_weight = 0;
    for (size_t v = 0; v < variables; v++) {
        if (!(weight_of(options, v) >= 0))
            return error_set(err, STATUS_USAGE, "the weight of variable %zu must be 0 or more", v + 1);
        total_weight += weight_of(options, v);
        const status standardised = standardise_column(values, count, variables, v, options, work, err);
        if (standardised != STATUS_OK)
            return standardised;
    }
    if (!(total_weight > 0))
        return error_set(err, STATUS_USAGE, "the weights must not all be 0");
    for (size_t v = 0; v < variables; v++)
        if (isnan(values[of * variables + v])) {
            error_set(err, STATUS_USAGE, "organisation %zu has no value of variable %zu", of + 1, v + 1);
            error_hint(err, "Peers are found by all variables: leave that variable out, or give its value.");
            return STATUS_USAGE;
        }
    for (size_t i = 0; i < count; i++) {
        if (i == of)
            continue;
        double sum = 0;
        for (size_t v = 0; v < variables; v++) {
            const double d = work[i * variables + v] - work[of * variables + v];
            sum += weight_of(options, v) / total_weight * d * d;
        }
        const double distance = sqrt(sum);
        if (isnan(distance))
            continue;
        /* Kept sorted by insertion: few are wanted. */
        size_t at = *found < wanted ? *found : wanted;
        while (at > 0 && out[at - 1].distance > distance) {
            if (at < wanted)
                out[at] = out[at - 1];
            at--;
        }
        if (at < wanted) {
            out[at] = (peer){i, distance};
            *found += *found < wanted ? 1 : 0;
        }
    }
    return STATUS_OK;
}
