/*
 * base/checksum.h: XXH3-64 (xxHash, seed 0): fast enough to check all that is read.
 */
#ifndef WY_BASE_CHECKSUM_H
#define WY_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t wy_checksum(const void *data, size_t length);

#endif
