/*
 * base/sort.h: sorting integers without comparing them.
 */
#ifndef WY_BASE_SORT_H
#define WY_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sorts `count` items ascending by their bits from `low` (a multiple of 8) on; items that are equal
 * there stay in order. `scratch` has room for as many.
 */
void wy_sort_u64(uint64_t *items, uint64_t *scratch, size_t count, unsigned low);

#endif
