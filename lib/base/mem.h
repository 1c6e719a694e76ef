/*
 * base/mem.h: allocation through the caller's hooks. Every allocation of the library goes through
 * here, so that a test can make each one fail once.
 */
#ifndef WY_BASE_MEM_H
#define WY_BASE_MEM_H

#include <wenyuan/types.h>

typedef wy_allocator wy_mem;

/* malloc, realloc, free. */
extern const wy_mem wy_mem_default;

/* `hooks`, or wy_mem_default where it is NULL. */
const wy_mem *wy_mem_or_default(const wy_allocator *hooks);

/* NULL where memory is out; a size of 0 gives a block that can be freed. */
void *wy_alloc(const wy_mem *mem, size_t size);
void *wy_calloc(const wy_mem *mem, size_t size); /* zeroed */
void *wy_realloc(const wy_mem *mem, void *block, size_t size);
void *wy_alloc_array(const wy_mem *mem, size_t count, size_t size); /* NULL on overflow too */
void wy_free(const wy_mem *mem, void *block);

/* A copy with a terminating NUL. */
char *wy_strndup(const wy_mem *mem, const char *data, size_t length);

/*
 * Makes room for at least `count` elements of `size` bytes in *array, whose capacity (elements)
 * is *capacity, growing by half. false where memory is out; *array is unharmed then.
 */
int wy_grow(const wy_mem *mem, void *array, size_t *capacity, size_t count, size_t size);

#endif
