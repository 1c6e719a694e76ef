/*
 * support/fault_mem.c: each block has a head that tells whose it is.
 */
#include "support/fault_mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

static const uint64_t ALIVE = UINT64_C(0x77656E7975616E21), DEAD = UINT64_C(0xDEADDEADDEADDEAD);

typedef struct head {
    _Alignas(max_align_t) uint64_t mark;
    wy_fault_mem *owner;
    size_t size;
} head;

/* A new size is counted before an old one is taken away, as realloc may hold both. */
static void count_block(wy_fault_mem *memory, size_t size)
{
    atomic_fetch_add(&memory->blocks, 1);
    size_t bytes = atomic_fetch_add(&memory->bytes, size) + size;
    size_t peak = atomic_load(&memory->peak);
    while (bytes > peak && !atomic_compare_exchange_weak(&memory->peak, &peak, bytes))
        ;
}

static void *allocate(void *context, size_t size)
{
    wy_fault_mem *memory = context;
    if (atomic_fetch_add(&memory->calls, 1) + 1 == memory->fail_at) {
        atomic_store(&memory->failed, true);
        return NULL;
    }
    if (size > SIZE_MAX - sizeof(head)) return NULL;
    head *block = malloc(sizeof *block + size);
    if (!block) return NULL;
    *block = (head){.mark = ALIVE, .owner = memory, .size = size};
    memset(block + 1, 0xA5, size); /* nobody may rely on zeros */
    count_block(memory, size);
    return block + 1;
}

static head *head_of(const wy_fault_mem *memory, void *data)
{
    head *block = (head *)data - 1;
    if (block->mark != ALIVE || block->owner != memory) {
        fprintf(stderr, "a block is freed %s\n",
                block->mark == DEAD ? "twice" : "that these hooks did not give");
        abort();
    }
    return block;
}

static void release(void *context, void *data)
{
    wy_fault_mem *memory = context;
    if (!data) return;
    head *block = head_of(memory, data);
    atomic_fetch_sub(&memory->blocks, 1);
    atomic_fetch_sub(&memory->bytes, block->size);
    memset(data, 0x5A, block->size);
    block->mark = DEAD;
    free(block);
}

/* Always moves, so that a pointer kept across a resize is found out. */
static void *resize(void *context, void *data, size_t size)
{
    void *moved = allocate(context, size);
    if (moved && data) {
        size_t old = head_of(context, data)->size;
        memcpy(moved, data, old < size ? old : size);
        release(context, data);
    }
    return moved;
}

void wy_fault_mem_init(wy_fault_mem *memory, uint64_t fail_at)
{
    memory->mem = (wy_allocator){memory, allocate, resize, release};
    memory->fail_at = fail_at;
    atomic_init(&memory->calls, 0);
    atomic_init(&memory->blocks, 0);
    atomic_init(&memory->bytes, 0);
    atomic_init(&memory->peak, 0);
    atomic_init(&memory->failed, false);
}

void wy_fault_mem_check(const wy_fault_mem *memory)
{
    size_t blocks = atomic_load(&memory->blocks), bytes = atomic_load(&memory->bytes);
    if (blocks) fail_msg("%zu blocks with %zu bytes were not freed", blocks, bytes);
}
