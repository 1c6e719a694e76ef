/*
 * base/checksum.c: XXH3-64 of libxxhash. Its result is the same on every processor.
 */
#include "base/checksum.h"

#include <xxhash.h>

uint64_t wy_checksum(const void *data, size_t length)
{
    return XXH3_64bits(data, length);
}

wy_checksum_state *wy_checksum_begin(void)
{
    XXH3_state_t *state = XXH3_createState();
    if (state) XXH3_64bits_reset(state);
    return state;
}

void wy_checksum_add(wy_checksum_state *state, const void *data, size_t length)
{
    XXH3_64bits_update(state, data, length);
}

uint64_t wy_checksum_end(wy_checksum_state *state)
{
    uint64_t sum = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return sum;
}
