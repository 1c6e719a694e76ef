/*
 * base/strmap.c: open addressing with linear probing; at most 3/4 of the slots are taken. The
 * hash is kept beside the key: probing compares it first, and growing needs no key.
 */
#include "base/strmap.h"

#include <string.h>

#include "base/checksum.h"

enum { FIRST_CAPACITY = 64 };

void wy_strmap_init(wy_strmap *map, const wy_mem *mem)
{
    *map = (wy_strmap){.mem = mem};
    wy_arena_init(&map->keys, mem);
}

void wy_strmap_free(wy_strmap *map)
{
    wy_arena_free(&map->keys);
    wy_free(map->mem, map->slots);
    wy_strmap_init(map, map->mem);
}

void wy_strmap_clear(wy_strmap *map)
{
    wy_arena_reset(&map->keys);
    if (map->slots) memset(map->slots, 0, map->capacity * sizeof *map->slots);
    map->count = 0;
}

/* The slot of the key, or the free slot where it belongs. There is always a free one. */
static wy_strmap_slot *find(wy_strmap_slot *slots, size_t capacity, const void *key, size_t length,
                            uint64_t hash)
{
    const size_t mask = capacity - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        wy_strmap_slot *slot = &slots[i];
        if (!slot->key) return slot;
        if (slot->hash == hash && slot->length == length &&
            (length == 0 || memcmp(slot->key, key, length) == 0))
            return slot;
    }
}

uint64_t *wy_strmap_get(const wy_strmap *map, const void *key, size_t length)
{
    if (map->count == 0) return NULL;
    wy_strmap_slot *slot = find(map->slots, map->capacity, key, length, wy_checksum(key, length));
    return slot->key ? &slot->value : NULL;
}

static bool grow(wy_strmap *map)
{
    if (map->capacity > SIZE_MAX / 2 / sizeof *map->slots) return false;
    size_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
    wy_strmap_slot *slots = wy_calloc(map->mem, capacity * sizeof *slots);
    if (!slots) return false;
    const size_t mask = capacity - 1;
    for (size_t i = 0; i < map->capacity; i++) {
        if (!map->slots[i].key) continue;
        size_t to = (size_t)map->slots[i].hash & mask;
        while (slots[to].key) to = (to + 1) & mask;
        slots[to] = map->slots[i];
    }
    wy_free(map->mem, map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

uint64_t *wy_strmap_put(wy_strmap *map, const void *key, size_t length, bool *added)
{
    if (added) *added = false;
    const uint64_t hash = wy_checksum(key, length);
    wy_strmap_slot *slot = NULL;
    if (map->slots) {
        slot = find(map->slots, map->capacity, key, length, hash);
        if (slot->key) return &slot->value;
    }
    if (map->count >= map->capacity - map->capacity / 4) {
        if (!grow(map)) return NULL;
        slot = find(map->slots, map->capacity, key, length, hash);
    }
    char *copy = wy_arena_strndup(&map->keys, key, length);
    if (!copy) return NULL;
    *slot = (wy_strmap_slot){.key = copy, .length = length, .hash = hash};
    map->count++;
    if (added) *added = true;
    return &slot->value;
}

size_t wy_strmap_memory(const wy_strmap *map)
{
    return map->capacity * sizeof *map->slots + map->keys.reserved;
}
