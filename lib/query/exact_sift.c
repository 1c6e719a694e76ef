/*
 * query/exact_sift.c: hits of a window at once, in portable C.
 */
#include "query/exact_sift.h"

static void keep_frequent(const wy_exact_limits *limits, uint64_t *bits, uint8_t *most,
                          const uint8_t *lengths, size_t count)
{
    for (size_t i = 0; i < count; i += 64)
        if (bits[i / 64])
            bits[i / 64] = wy_exact_keep_word(limits, bits[i / 64], most + i, lengths + i);
}

static size_t keep_hits(const uint64_t *bits, wy_positions_spot *hits, size_t count)
{
    return wy_exact_keep_hits(bits, hits, count);
}

const wy_exact_sift wy_exact_sift_scalar = {keep_frequent, keep_hits};

const wy_exact_sift *wy_exact_sift_get(void)
{
    const wy_exact_sift *avx512 = wy_exact_sift_avx512();
    const wy_exact_sift *avx2 = wy_exact_sift_avx2();
    return avx512 ? avx512 : avx2 ? avx2 : &wy_exact_sift_scalar;
}
