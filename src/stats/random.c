/* Philox 4x64 with ten rounds, from Random123. */
#include "stats/random.h"

#include <math.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

void random_bits(uint64_t seed, uint64_t stream, uint64_t index, uint64_t block, uint64_t out[RANDOM_BLOCK])
{
    const philox4x64_ctr_t counter = {{index, block, stream, 0}};
    const philox4x64_key_t key = {{seed, 0}};
    const philox4x64_ctr_t bits = philox4x64(counter, key);
    for (int i = 0; i < RANDOM_BLOCK; i++)
        out[i] = bits.v[i];
}

double random_uniform_of(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52; /* a bit more would round the largest up to 1 */
}

void random_normals(uint64_t seed, uint64_t stream, uint64_t index, uint64_t block, double out[RANDOM_BLOCK])
{
    uint64_t bits[RANDOM_BLOCK];
    random_bits(seed, stream, index, block, bits);
    for (int i = 0; i < RANDOM_BLOCK; i += 2) {
        const double radius = sqrt(-2 * log(random_uniform_of(bits[i])));
        const double angle = 2 * M_PI * random_uniform_of(bits[i + 1]);
        out[i] = radius * cos(angle);
        out[i + 1] = radius * sin(angle);
    }
}
