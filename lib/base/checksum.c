/*
 * base/checksum.c: XXH3-64 of libxxhash. Its result is the same on every processor.
 */
#include "base/checksum.h"

#include <xxhash.h>

uint64_t wy_checksum(const void *data, size_t length)
{
    return XXH3_64bits(data, length);
}
