/*
 * query/meet.c: meeting a block, in portable C.
 */
#include "query/meet.h"

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
    wy_meet_fn *avx2 = wy_meet_avx2();
    return avx2 ? avx2 : wy_meet_scalar;
}

size_t wy_meet_keep_scalar(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                           uint32_t *out)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t at = wy_meet_search(block, ids[i]);
        if (out) out[found] = ids[i];
        found += block[at] == ids[i];
    }
    return found;
}

wy_meet_keep_fn *wy_meet_keep_get(void)
{
    wy_meet_keep_fn *avx2 = wy_meet_keep_avx2();
    return avx2 ? avx2 : wy_meet_keep_scalar;
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
