/*
 * query/exact_sift.c: hits of a window at once, in portable C.
 */
#include "query/exact_sift.h"

static void keep_frequent(const wy_exact_limits *limits, bool chosen, uint64_t *bits, uint8_t *most,
                          const uint8_t *lengths, size_t count)
{
    for (size_t i = 0; i < count; i += 64) {
        uint64_t *word = &bits[i / 64];
        if (!chosen) *word = wy_exact_some(most + i, count - i < 64 ? count - i : 64);
        if (*word) *word = wy_exact_keep_word(limits, *word, most + i, lengths + i);
    }
}

static size_t keep_hits(const uint64_t *bits, wy_positions_spot *hits, size_t count)
{
    return wy_exact_keep_hits(bits, hits, count);
}

static size_t list(const uint64_t *bits, size_t words, bool many, uint32_t first, uint32_t *out)
{
    return wy_exact_list(bits, words, many, first, out);
}

const wy_exact_sift wy_exact_sift_scalar = {keep_frequent, keep_hits, list};

const wy_exact_sift *wy_exact_sift_get(void)
{
    const wy_exact_sift *avx512 = wy_exact_sift_avx512();
    const wy_exact_sift *avx2 = wy_exact_sift_avx2();
    return avx512 ? avx512 : avx2 ? avx2 : &wy_exact_sift_scalar;
}
