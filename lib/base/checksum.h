/*
 * base/checksum.h: XXH3-64 (xxHash, seed 0): fast enough to check all that is read.
 */
#ifndef WY_BASE_CHECKSUM_H
#define WY_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t wy_checksum(const void *data, size_t length);

/* The same in pieces, for what is not in memory whole. NULL: memory is out. The state is xxHash's
 * own allocation, since its size is no part of xxHash's stable interface. */
typedef struct XXH3_state_s wy_checksum_state;
wy_checksum_state *wy_checksum_begin(void);
void wy_checksum_add(wy_checksum_state *state, const void *data, size_t length);
/* Frees `state`. */
uint64_t wy_checksum_end(wy_checksum_state *state);

#endif
