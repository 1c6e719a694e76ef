/*
 * base/arena.c: a list of blocks; the newest is carved from its front.
 */
#define _DEFAULT_SOURCE 1 /* madvise */

#include "base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/*
 * A large block is prepared a stretch at a time: its pages are asked for together, where each alone
 * would be a fault when it is first written. Not all of a block at once: some of it may never be
 * used, and what was cleared long ago is no longer in the cache.
 */
enum {
    FIRST_BLOCK = 4096,
    LARGEST_BLOCK = 1 << 20, /* of those that are carved; a larger request gets its own */
    STRETCH = 1 << 17,
    PAGE = 4096, /* where pages are larger, the system refuses, and nothing is lost */
};

struct wy_arena_block {
    struct wy_arena_block *older;
    size_t size; /* bytes taken from mem, this header included */
    bool spare;  /* taken from spares */
};

static uint8_t *block_data(struct wy_arena_block *block)
{
    return (uint8_t *)(block + 1);
}

static uint8_t *block_end(struct wy_arena_block *block)
{
    return (uint8_t *)block + block->size;
}

static size_t padding(const uint8_t *p)
{
    return (size_t)(-(uintptr_t)p & (WY_ARENA_ALIGNMENT - 1));
}

void wy_arena_init(wy_arena *arena, const wy_mem *mem)
{
    *arena = (wy_arena){.mem = mem};
}

void wy_arena_init_with(wy_arena *arena, const wy_mem *mem, void *memory, size_t size)
{
    wy_arena_init(arena, mem);
    arena->lent = arena->next = memory;
    arena->lent_end = arena->end = arena->block_end = arena->lent + size;
}

void wy_arena_use(wy_arena *arena, wy_spares *spares)
{
    assert(!arena->blocks);
    arena->spares = spares;
}

static struct wy_arena_block *make_block(wy_arena *arena, size_t size, bool spare)
{
    struct wy_arena_block *block =
        spare ? wy_spares_take(arena->spares) : wy_alloc(arena->mem, size);
    if (block) {
        block->older = NULL;
        block->size = size;
        block->spare = spare;
        arena->reserved += size;
    }
    return block;
}

/* Asks for the pages from `from` to `to`, but for those that are shared with what is around. A
 * hint: older systems do not know it (Linux 5.14), and without it they come one by one. */
static void prepare(uint8_t *from, uint8_t *to)
{
#ifdef MADV_POPULATE_WRITE
    from += -(uintptr_t)from & (PAGE - 1);
    to -= (uintptr_t)to & (PAGE - 1);
    if (from < to) (void)madvise(from, (size_t)(to - from), MADV_POPULATE_WRITE);
#else
    (void)from;
    (void)to;
#endif
}

/* `size` bytes of what is left of the newest block, behind what is prepared; NULL: it has not so
 * many. */
static uint8_t *carve_on(wy_arena *arena, size_t size)
{
    if (arena->end == arena->block_end) return NULL;
    const size_t pad = padding(arena->next), left = (size_t)(arena->block_end - arena->next);
    if (pad > left || size > left - pad) return NULL;
    uint8_t *const data = arena->next + pad, *const from = arena->end;
    const size_t more = (size_t)(data + size - from);
    const size_t most = (size_t)(arena->block_end - from);
    const size_t wanted = (more + STRETCH - 1) / STRETCH * STRETCH;
    arena->end += wanted < most ? wanted : most;
    arena->next = data + size;
    prepare(from, arena->end);
    return data;
}

/*
 * `size` bytes of a block made for them. Blocks grow with the arena, so that few are needed and
 * no more than about a third of it is idle.
 */
static uint8_t *carve_new_block(wy_arena *arena, size_t size)
{
    const size_t overhead = sizeof(struct wy_arena_block) + WY_ARENA_ALIGNMENT;
    if (size > SIZE_MAX - overhead) return NULL;
    size_t usual = arena->reserved / 2;
    usual = usual < FIRST_BLOCK ? FIRST_BLOCK : usual > LARGEST_BLOCK ? LARGEST_BLOCK : usual;

    /* The first is a spare one, if there are any and it does. */
    const bool spare = arena->spares && !arena->blocks && size + overhead <= WY_SPARE_SIZE;
    if (spare) usual = WY_SPARE_SIZE;
    const bool own = size + overhead > usual;
    struct wy_arena_block *block = make_block(arena, own ? size + overhead : usual, spare);
    if (!block) return NULL;
    uint8_t *data = block_data(block);
    data += padding(data);
    if (own && arena->blocks) { /* goes on behind the newest, whose free part stays in use */
        block->older = arena->blocks->older;
        arena->blocks->older = block;
        return data;
    }
    if (own && arena->lent) { /* as does that of what was lent */
        arena->blocks = block;
        return data;
    }
    block->older = arena->blocks;
    arena->blocks = block;
    arena->next = data + size;
    arena->end = arena->block_end = block_end(block);
    if (usual == LARGEST_BLOCK) arena->end = arena->next; /* for carve_on */
    return data;
}

void *wy_arena_alloc_slowly(wy_arena *arena, size_t size)
{
    uint8_t *data = carve_on(arena, size);
    return data ? data : carve_new_block(arena, size);
}

/* Text needs no alignment: keys lie one behind the other. */
char *wy_arena_strndup(wy_arena *arena, const char *data, size_t length)
{
    if (length == SIZE_MAX) return NULL;
    const size_t size = length + 1, left = arena->next ? (size_t)(arena->end - arena->next) : 0;
    char *copy = (char *)arena->next;
    if (size <= left)
        arena->next += size;
    else
        copy = wy_arena_alloc_slowly(arena, size);
    if (!copy) return NULL;
    if (length) memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

static void free_older(wy_arena *arena, struct wy_arena_block *block)
{
    while (block) {
        struct wy_arena_block *older = block->older;
        arena->reserved -= block->size;
        if (block->spare)
            wy_spares_give(arena->spares, block);
        else
            wy_free(arena->mem, block);
        block = older;
    }
}

void wy_arena_reset(wy_arena *arena)
{
    struct wy_arena_block *kept = arena->blocks;
    if (arena->lent) {
        free_older(arena, kept);
        arena->blocks = NULL;
        arena->next = arena->lent;
        arena->end = arena->block_end = arena->lent_end;
        return;
    }
    if (!kept) return;
    free_older(arena, kept->older);
    kept->older = NULL;
    arena->next = block_data(kept);
    arena->end = arena->block_end = block_end(kept);
}

void wy_arena_free(wy_arena *arena)
{
    free_older(arena, arena->blocks);
    wy_arena_init(arena, arena->mem);
}
