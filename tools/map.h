/*
 * map.h: a hash map from byte strings to numbers, for files and reports that the index knows.
 */
#ifndef WY_TOOLS_MAP_H
#define WY_TOOLS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct map_slot {
    char *key; /* NULL: free */
    size_t length;
    uint64_t hash;
    size_t value;
} map_slot;

/* Zeroed, it is empty. */
typedef struct map {
    map_slot *slots;
    size_t capacity, count; /* capacity: a power of two, or 0 */
} map;

/* Points to the value of `key`, which is made with value 0 where it was missing (*added tells).
 * Valid until the next put. */
size_t *map_put(map *m, const char *key, size_t length, bool *added);

/* Points to the value, or NULL. */
size_t *map_get(const map *m, const char *key, size_t length);

void map_free(map *m);

#endif
