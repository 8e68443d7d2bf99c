/*
 * random: numbers that do not depend on who draws them.
 *
 * Counter-based (Philox, Salmon et al 2011, Random123): the numbers of draw i of a stream are a function of (seed,
 * stream, i) and of nothing else, so a simulation split over any number of threads gives the same answer, and a seed
 * that is stated gives it again. Part of stats.h, which other rooms include.
 */
#ifndef CONCORD_STATS_RANDOM_H
#define CONCORD_STATS_RANDOM_H

#include <stdint.h>

enum { RANDOM_BLOCK = 4 };

/* Four independent 64-bit numbers of draw `index`, block `block` (where a draw needs more than four). */
void random_bits(uint64_t seed, uint64_t stream, uint64_t index, uint64_t block, uint64_t out[RANDOM_BLOCK]);
/* Strictly between 0 and 1; 52 bits. */
double random_uniform_of(uint64_t bits);
/* Four independent standard normal numbers (Box and Muller). */
void random_normals(uint64_t seed, uint64_t stream, uint64_t index, uint64_t block, double out[RANDOM_BLOCK]);

#endif
