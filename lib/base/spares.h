/*
 * base/spares.h: large blocks that are kept from one use to the next. What a search takes and gives
 * back at once an allocator may give back to the system, and then every page of it is a fault the
 * next time: up to a third of the time of a search that needs a megabyte.
 */
#ifndef WY_BASE_SPARES_H
#define WY_BASE_SPARES_H

#include "base/mem.h"
#include "base/thread.h"

#define WY_SPARE_SIZE  ((size_t)4 << 20) /* bytes of a block */
#define WY_SPARES_KEPT 8                 /* blocks, at most */

typedef struct wy_spares {
    const wy_mem *mem;
    wy_mutex mutex;
    void *kept[WY_SPARES_KEPT];
    size_t count;
} wy_spares;

/* false where the system has no mutex left. */
bool wy_spares_init(wy_spares *spares, const wy_mem *mem);
void wy_spares_destroy(wy_spares *spares);

/* A block of WY_SPARE_SIZE bytes with anything in it; NULL: memory is out. Thread-safe, as is giving
 * it back. */
void *wy_spares_take(wy_spares *spares);
void wy_spares_give(wy_spares *spares, void *block);

#endif
