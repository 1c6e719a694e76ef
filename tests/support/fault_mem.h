/*
 * support/fault_mem.h: memory hooks that count, fail once where a test wants it, and see leaks
 * and frees of what was never theirs.
 *
 *     for (uint64_t nth = 1;; nth++) {
 *         wy_fault_mem memory;
 *         wy_fault_mem_init(&memory, nth);
 *         int status = do_it(&memory.mem);
 *         wy_fault_mem_check(&memory);
 *         if (!memory.failed)
 *             break;                      (there are fewer than nth allocations: all were tried)
 *         assert_int_equal(status, WY_E_NOMEM);
 *     }
 */
#ifndef WY_SUPPORT_FAULT_MEM_H
#define WY_SUPPORT_FAULT_MEM_H

#include <stdatomic.h>
#include <stdbool.h>

#include <wenyuan/types.h>

/* Must not move after init: mem.context points to it. Usable from several threads. */
typedef struct wy_fault_mem {
    wy_allocator mem;                  /* what the code under test gets */
    uint64_t fail_at;                  /* the allocation that fails, from 1; 0: none */
    atomic_uint_fast64_t calls;        /* allocations asked for; a resize is one */
    atomic_size_t blocks, bytes, peak; /* alive now, and the most bytes that ever were */
    atomic_bool failed;                /* whether fail_at was reached */
} wy_fault_mem;

void wy_fault_mem_init(wy_fault_mem *memory, uint64_t fail_at);

/* The test fails where a block is alive. */
void wy_fault_mem_check(const wy_fault_mem *memory);

#endif
