/*
 * base/arena.h: memory that is given back all at once.
 */
#ifndef WY_BASE_ARENA_H
#define WY_BASE_ARENA_H

#include <stdint.h>

#include "base/mem.h"
#include "base/spares.h"

struct wy_arena_block;

typedef struct wy_arena {
    const wy_mem *mem;
    struct wy_arena_block *blocks; /* newest first */
    uint8_t *next, *end;           /* free part of the newest block, as far as it is prepared */
    uint8_t *block_end;            /* of that block */
    size_t reserved;               /* bytes taken from mem: what the arena costs */
    uint8_t *lent, *lent_end;      /* used first; NULL: none */
    wy_spares *spares;             /* NULL: none */
} wy_arena;

void wy_arena_init(wy_arena *arena, const wy_mem *mem);
/* The same, with `size` bytes of the caller's, on its stack say, that are used before any are taken
 * from `mem`: what is small then takes none. */
void wy_arena_init_with(wy_arena *arena, const wy_mem *mem, void *memory, size_t size);
/* For one that has given nothing yet: takes its first block from `spares`, which outlives it, unless
 * they are NULL. */
void wy_arena_use(wy_arena *arena, wy_spares *spares);

#define WY_ARENA_ALIGNMENT 16

void *wy_arena_alloc_slowly(wy_arena *arena, size_t size);

/* `size` bytes, aligned to WY_ARENA_ALIGNMENT; NULL: memory is out. */
static inline void *wy_arena_alloc(wy_arena *arena, size_t size)
{
    uint8_t *const next = arena->next;
    const size_t pad = (size_t)(-(uintptr_t)next & (WY_ARENA_ALIGNMENT - 1));
    const size_t left = next ? (size_t)(arena->end - next) : 0;
    /* One after the other: the sum of padding and size may overflow. */
    if (pad > left || size > left - pad || !next) return wy_arena_alloc_slowly(arena, size);
    arena->next = next + pad + size;
    return next + pad;
}

char *wy_arena_strndup(wy_arena *arena, const char *data, size_t length); /* with a NUL */
/* All that was given is void; keeps one block, or what was lent. */
void wy_arena_reset(wy_arena *arena);
void wy_arena_free(wy_arena *arena);

#endif
