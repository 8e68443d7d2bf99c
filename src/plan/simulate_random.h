/*
 * simulate_random: a stream of random numbers and what is drawn from it. Inside the simulator only.
 *
 * A stream is (seed, stream, index): the numbers of stats/random.h in order, so it costs nothing to begin one, and nothing is shared.
 */
#ifndef CONCORD_PLAN_SIMULATE_RANDOM_H
#define CONCORD_PLAN_SIMULATE_RANDOM_H

#include "stats/stats.h"

typedef struct draws {
    uint64_t seed, stream, index;
    uint64_t ready[RANDOM_BLOCK];
    uint32_t left; /* 32-bit halves in `ready` that were not given yet */
    bool has_spare;
    double spare; /* normal numbers come in pairs */
} draws;

static inline draws draws_begin(uint64_t seed, uint64_t stream)
{
    return (draws){.seed = seed, .stream = stream};
}

static inline uint32_t draws_bits(draws *d)
{
    if (d->left == 0) {
        random_bits(d->seed, d->stream, d->index++, 0, d->ready);
        d->left = RANDOM_BLOCK * 2;
    }
    const uint32_t at = --d->left;
    return (uint32_t)(d->ready[at >> 1] >> ((at & 1) * 32));
}

/* Strictly between 0 and 1; 32 bits, which is plenty for a choice. */
static inline double draws_choice(draws *d)
{
    return ((double)draws_bits(d) + 0.5) * 0x1p-32;
}

/* Strictly between 0 and 1; 52 bits. */
static inline double draws_uniform(draws *d)
{
    const uint64_t high = draws_bits(d), low = draws_bits(d);
    return random_uniform_of(high << 32 | low);
}

double draws_normal(draws *d);
double draws_exponential(draws *d); /* mean 1 */
/* Mean 1, coefficient of variation cv (Marsaglia and Tsang 2000); 1 where cv is 0. */
double draws_gamma_factor(draws *d, double cv);
/* Poisson: by inversion below a mean of 10, above by transformed rejection (Hoermann 1993, PTRS). 0 for a mean of 0 or less. */
int64_t draws_poisson(draws *d, double mean);

#endif
