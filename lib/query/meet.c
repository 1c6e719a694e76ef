/*
 * query/meet.c: meeting a block, in portable C.
 */
#include "query/meet.h"

#include <string.h>

size_t wy_meet_scalar(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                      wy_meeting *out)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t at = wy_meet_search(block, ids[i]);
        out->id[found] = (uint8_t)i;
        out->at[found] = (uint8_t)at;
        found += block[at] == ids[i];
    }
    return found;
}

wy_meet_fn *wy_meet_get(void)
{
    wy_meet_fn *avx512 = wy_meet_avx512(), *avx2 = wy_meet_avx2();
    return avx512 ? avx512 : avx2 ? avx2 : wy_meet_scalar;
}

enum {
    SPAN = 8192, /* ids of a bitset; a multiple of 64 */
    MANY = 16    /* with so many one is faster than to search for each: counting two frequent words
                    takes a third less */
};

/* By a bitset of the block from the first of `ids` on, of which all are in the span. */
static size_t keep_by_bits(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                           uint32_t *out)
{
    uint64_t bits[SPAN / 64 + 1]; /* the last for what is in the block and not in the span */
    const uint32_t first = ids[0], words = (ids[count - 1] - first) / 64 + 1;
    size_t found = 0;
    memset(bits, 0, words * sizeof *bits);
    bits[SPAN / 64] = 0;
    /* From four places at once, so that no bit waits for the one before to be stored. */
    for (size_t i = 0; i < WY_BLOCK / 4; i++) {
        for (size_t from = i; from < WY_BLOCK; from += WY_BLOCK / 4) {
            const uint32_t way = block[from] - first, at = way < 64 * words ? way : SPAN;
            bits[at / 64] |= UINT64_C(1) << at % 64;
        }
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t at = ids[i] - first;
        if (out) out[found] = ids[i];
        found += bits[at / 64] >> at % 64 & 1;
    }
    return found;
}

size_t wy_meet_keep_scalar(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                           uint32_t *out)
{
    size_t found = 0;
    if (count >= MANY && ids[count - 1] - ids[0] < SPAN)
        return keep_by_bits(block, ids, count, out);
    for (size_t i = 0; i < count; i++) {
        const uint32_t at = wy_meet_search(block, ids[i]);
        if (out) out[found] = ids[i];
        found += block[at] == ids[i];
    }
    return found;
}

wy_meet_keep_fn *wy_meet_keep_get(void)
{
    wy_meet_keep_fn *avx512 = wy_meet_keep_avx512(), *avx2 = wy_meet_keep_avx2();
    return avx512 ? avx512 : avx2 ? avx2 : wy_meet_keep_scalar;
}

static uint32_t search(const uint32_t docs[WY_BLOCK], uint32_t target)
{
    return wy_meet_search(docs, target);
}

wy_meet_search_fn *wy_meet_search_get(void)
{
    wy_meet_search_fn *avx2 = wy_meet_search_avx2();
    return avx2 ? avx2 : search;
}
