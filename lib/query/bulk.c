/*
 * query/bulk.c: many postings at once, in portable C.
 */
#include "query/bulk.h"

#include "segment/similarity.h"

static void score(float weight, const float k[256], const uint8_t *lengths, const uint32_t *docs,
                  const uint32_t *freqs, size_t count, uint32_t *scores)
{
    for (size_t i = 0; i < count; i++) scores[i] = wy_score(weight, freqs[i], k[lengths[docs[i]]]);
}

static size_t find_high(const uint32_t *scores, size_t count, uint32_t need, uint8_t *at)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        at[found] = (uint8_t)i;
        found += scores[i] >= need;
    }
    return found;
}

const wy_bulk wy_bulk_scalar = {score, find_high, wy_bulk_set_bits, wy_bulk_count_bits,
                                wy_bulk_take};

const wy_bulk *wy_bulk_get(void)
{
    const wy_bulk *avx2 = wy_bulk_avx2();
    return avx2 ? avx2 : &wy_bulk_scalar;
}
