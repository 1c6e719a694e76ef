/*
 * base/strmap.h: a hash map from byte strings to 64-bit values, for the tables that live in
 * memory while an index is written. Keys are copied. Open addressing, linear probing.
 */
#ifndef WY_BASE_STRMAP_H
#define WY_BASE_STRMAP_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct wy_strmap_slot {
    const char *key; /* NULL: free */
    size_t length;
    uint64_t hash;
    uint64_t value;
} wy_strmap_slot;

typedef struct wy_strmap {
    const wy_mem *mem;
    wy_arena keys;
    wy_strmap_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
} wy_strmap;

void wy_strmap_init(wy_strmap *map, const wy_mem *mem);
void wy_strmap_free(wy_strmap *map);
void wy_strmap_clear(wy_strmap *map);

/* Points to the value of `key`, or NULL. Valid until the next put. */
uint64_t *wy_strmap_get(const wy_strmap *map, const void *key, size_t length);

/* Points to the value of `key`, which is made with value 0 where it was missing (*added, may be
 * NULL, tells). NULL: memory is out. Valid until the next put. */
uint64_t *wy_strmap_put(wy_strmap *map, const void *key, size_t length, bool *added);

/* Bytes that the map takes. */
size_t wy_strmap_memory(const wy_strmap *map);

#endif
