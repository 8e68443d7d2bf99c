/* Rates that would be seen in one standard population: what makes areas of different age comparable. */
#include "stats/rates.h"

#include <math.h>

enum { FEWEST_EVENTS = 10 }; /* a directly standardised rate of fewer says nothing */

rate_standardised rate_direct(const rate_band *bands, size_t count, double multiplier, double confidence)
{
    rate_standardised r = {.rate = {NAN, NAN, NAN}};
    long double events = 0, population = 0, weights = 0, rate = 0, variance = 0;
    bool good = count > 0;
    for (size_t i = 0; i < count; i++) {
        const rate_band *b = &bands[i];
        const double x = isnan(b->events) ? 0 : b->events;
        const double x_variance = isnan(b->events_variance) ? x : b->events_variance;
        good = good && b->population > 0 && x >= 0 && x_variance >= 0 && b->standard >= 0;
        events += x;
        population += b->population;
        weights += b->standard;
        rate += (long double)b->standard * x / b->population;
        variance += (long double)b->standard * b->standard * x_variance / ((long double)b->population * b->population);
    }
    r.events = (double)events;
    r.population = (double)population;
    r.suppressed = events < FEWEST_EVENTS;
    if (!good || r.suppressed || !(weights > 0))
        return r;
    double lower = NAN, upper = NAN;
    count_byars(r.events, confidence, &lower, &upper);
    const double value = (double)(rate / weights);
    const double scale = (double)sqrtl(variance / (weights * weights) / events);
    r.rate.value = value * multiplier;
    r.rate.lower = (value + scale * (lower - r.events)) * multiplier;
    r.rate.upper = (value + scale * (upper - r.events)) * multiplier;
    return r;
}

rate_indirect rate_indirectly(const rate_band *bands, const double *reference_events,
                              const double *reference_population, size_t count, double observed, double multiplier,
                              double ratio_multiplier, double confidence)
{
    rate_indirect r = {.ratio = {NAN, NAN, NAN}, .rate = {NAN, NAN, NAN}, .reference_rate = NAN, .expected = NAN};
    long double seen = 0, expected = 0, all_events = 0, all_population = 0;
    bool good = count > 0;
    for (size_t i = 0; i < count; i++) {
        seen += isnan(bands[i].events) ? 0 : bands[i].events;
        good = good && bands[i].population >= 0 && reference_population[i] > 0 && reference_events[i] >= 0;
        expected += (long double)reference_events[i] / reference_population[i] * bands[i].population;
        all_events += reference_events[i];
        all_population += reference_population[i];
    }
    r.observed = isnan(observed) ? (double)seen : observed;
    if (!good || !(expected > 0))
        return r;
    r.expected = (double)expected;
    r.reference_rate = (double)(all_events / all_population) * multiplier;
    double lower = NAN, upper = NAN;
    r.method = count_limits(r.observed, confidence, &lower, &upper);
    r.ratio = (interval){r.observed / r.expected * ratio_multiplier, lower / r.expected * ratio_multiplier,
                         upper / r.expected * ratio_multiplier};
    r.rate = (interval){r.observed / r.expected * r.reference_rate, lower / r.expected * r.reference_rate,
                        upper / r.expected * r.reference_rate};
    return r;
}
