/*
 * base/mem.c: allocation through the caller's hooks.
 */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *default_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *default_resize(void *context, void *block, size_t size)
{
    (void)context;
    return realloc(block, size);
}

static void default_release(void *context, void *block)
{
    (void)context;
    free(block);
}

const wy_mem wy_mem_default = {NULL, default_allocate, default_resize, default_release};

const wy_mem *wy_mem_or_default(const wy_allocator *hooks)
{
    return hooks ? hooks : &wy_mem_default;
}

/* malloc(0) may give NULL, which is no failure; so that NULL always is one, 1 byte is asked for. */
static size_t at_least_one(size_t size)
{
    return size ? size : 1;
}

void *wy_alloc(const wy_mem *mem, size_t size)
{
    return mem->allocate(mem->context, at_least_one(size));
}

/* Of malloc's own, what is large comes as zeros from the system: pages that nobody touches are
 * never made. A segmenter's tables have half a megabyte, and a query meets a few characters. */
void *wy_calloc(const wy_mem *mem, size_t size)
{
    if (mem->allocate == default_allocate) return calloc(1, at_least_one(size));
    void *block = wy_alloc(mem, size);
    if (block) memset(block, 0, size);
    return block;
}

void *wy_realloc(const wy_mem *mem, void *block, size_t size)
{
    return mem->resize(mem->context, block, at_least_one(size));
}

void *wy_alloc_array(const wy_mem *mem, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) return NULL;
    return wy_alloc(mem, count * size);
}

void wy_free(const wy_mem *mem, void *block)
{
    if (block) mem->release(mem->context, block);
}

char *wy_strndup(const wy_mem *mem, const char *data, size_t length)
{
    if (length == SIZE_MAX) return NULL;
    char *copy = wy_alloc(mem, length + 1);
    if (!copy) return NULL;
    if (length) memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

int wy_grow(const wy_mem *mem, void *array, size_t *capacity, size_t count, size_t size)
{
    enum { SMALLEST = 8 };
    if (count <= *capacity) return 1;
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < count) /* also where the sum wrapped around */
        wanted = count < SMALLEST ? SMALLEST : count;
    if (wanted > SIZE_MAX / size) wanted = count;
    if (wanted > SIZE_MAX / size) return 0;

    /* `array` is the address of a T * for any T: its bytes are copied, not read as a void *. */
    void *block;
    memcpy(&block, array, sizeof block);
    block = wy_realloc(mem, block, wanted * size);
    if (!block) return 0;
    memcpy(array, &block, sizeof block);
    *capacity = wanted;
    return 1;
}
