/*
 * query/meet.h: which of some ids are in a decoded block: the inner loop of conjunctions.
 */
#ifndef WY_QUERY_MEET_H
#define WY_QUERY_MEET_H

#include <stddef.h>
#include <stdint.h>

#include "segment/segment.h"

/* The ids that were found, in their order: which they are, and where in the block. What is behind
 * them is undefined: more are written at once. */
typedef struct wy_meeting {
    uint8_t id[WY_BLOCK + 16];
    uint8_t at[WY_BLOCK + 16];
} wy_meeting;

/*
 * Looks for `count` <= WY_BLOCK ascending ids, none above the last of `block`, which ascends too.
 * Returns how many were found. Every id is looked for on its own, without a branch, so that the
 * processor works at several at once: that is faster than merging, whose every step waits for the
 * one before.
 */
typedef size_t wy_meet_fn(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                          wy_meeting *out);

/* The best for this processor; all give the same. */
wy_meet_fn *wy_meet_get(void);

wy_meet_fn wy_meet_scalar;
/* NULL where this build or processor does not have it. */
wy_meet_fn *wy_meet_avx2(void);
wy_meet_fn *wy_meet_avx512(void); /* this only where there is the one before */

/* The same, where only ids are wanted: those found go to `out`, not among `ids`, with room for
 * WY_BLOCK + 8; NULL: they are counted alone. */
typedef size_t wy_meet_keep_fn(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                               uint32_t *out);

wy_meet_keep_fn *wy_meet_keep_get(void);

wy_meet_keep_fn wy_meet_keep_scalar;
wy_meet_keep_fn *wy_meet_keep_avx2(void);
wy_meet_keep_fn *wy_meet_keep_avx512(void);

/* The first of the 128 ascending ids that is >= target; one is. Seven steps without a branch. */
static inline uint32_t wy_meet_search(const uint32_t *docs, uint32_t target)
{
    const uint32_t *from = docs;
    for (uint32_t half = WY_BLOCK / 2; half > 0; half /= 2)
        from += from[half - 1] < target ? half : 0;
    return (uint32_t)(from - docs);
}

/* How many of the `count` > 0 ascending ids, at most WY_BLOCK, are not above `last`, as the first is
 * not: so many may be in the block that ends with it. */
static inline size_t wy_meet_run(const uint32_t *ids, size_t count, uint32_t last)
{
    if (ids[count - 1] <= last) return count;
    size_t n = 0;
    while (n + 8 <= count && ids[n + 7] <= last) n += 8;
    if (n + 8 <= count) { /* it is among these: three steps without a branch */
        n += ids[n + 3] <= last ? 4 : 0;
        n += ids[n + 1] <= last ? 2 : 0;
        return n + (ids[n] <= last);
    }
    while (ids[n] <= last) n++;
    return n;
}

/* wy_meet_search, or what is faster here. */
typedef uint32_t wy_meet_search_fn(const uint32_t docs[WY_BLOCK], uint32_t target);

wy_meet_search_fn *wy_meet_search_get(void);
wy_meet_search_fn *wy_meet_search_avx2(void);

#endif
