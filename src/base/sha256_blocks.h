/* sha256_blocks: the fast way through whole blocks, where the processor has one. Inside base only. */
#ifndef CONCORD_BASE_SHA256_BLOCKS_H
#define CONCORD_BASE_SHA256_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes `count` blocks of 64 bytes into the eight words of the state. False, and nothing done, where the processor cannot. */
bool sha256_blocks(uint32_t state[8], const unsigned char *at, size_t count);

#endif
