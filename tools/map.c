/*
 * map.c: open addressing with linear probing, at most three quarters full.
 */
#include "map.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

/* FNV-1a. */
static uint64_t hash_of(const char *key, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)key[i]) * 0x100000001B3u;
    return hash ^ hash >> 32;
}

static map_slot *find(const map *m, const char *key, size_t length, uint64_t hash)
{
    for (size_t i = hash & (m->capacity - 1);; i = (i + 1) & (m->capacity - 1)) {
        map_slot *slot = &m->slots[i];
        if (!slot->key ||
            (slot->hash == hash && slot->length == length && memcmp(slot->key, key, length) == 0))
            return slot;
    }
}

static void grow(map *m)
{
    map bigger = {.capacity = m->capacity ? m->capacity * 2 : 64, .count = m->count};
    bigger.slots = take_memory(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < m->capacity; i++) {
        const map_slot *old = &m->slots[i];
        if (old->key) *find(&bigger, old->key, old->length, old->hash) = *old;
    }
    free(m->slots);
    *m = bigger;
}

size_t *map_put(map *m, const char *key, size_t length, bool *added)
{
    if ((m->count + 1) * 4 > m->capacity * 3) grow(m);
    uint64_t hash = hash_of(key, length);
    map_slot *slot = find(m, key, length, hash);
    *added = !slot->key;
    if (*added) {
        *slot = (map_slot){copy_text(key, length), length, hash, 0};
        m->count++;
    }
    return &slot->value;
}

size_t *map_get(const map *m, const char *key, size_t length)
{
    if (m->count == 0) return NULL;
    map_slot *slot = find(m, key, length, hash_of(key, length));
    return slot->key ? &slot->value : NULL;
}

void map_free(map *m)
{
    for (size_t i = 0; i < m->capacity; i++) free(m->slots[i].key);
    free(m->slots);
    *m = (map){0};
}
