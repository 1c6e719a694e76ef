/*
 * positions/positions_eight_avx2.h: up to eight positions of a posting in one register, in no
 * order. Only for files that are compiled with AVX2, and behind their <immintrin.h>.
 */
#ifndef WY_POSITIONS_POSITIONS_EIGHT_AVX2_H
#define WY_POSITIONS_POSITIONS_EIGHT_AVX2_H

#include "positions/positions_pairs.h"

/* All ones from lane `size` on. */
static inline __m256i wy_behind(uint32_t size)
{
    static const int32_t lanes[16] = {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i *)(const void *)(lanes + 8 - size));
}

/* What is behind the last lane of a position is anything. */
static inline __m256i wy_eight_positions(const wy_positions *p, uint32_t index)
{
    const uint32_t *sums = wy_positions_sums(p, index);
    const __m256i more = _mm256_set1_epi32((int)(p->firsts[index] - sums[0]));
    const __m256i limit = _mm256_set1_epi32((int)wy_bound_limit(p->bounds[index]));
    const __m256i at =
        _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)(const void *)sums), more);
    /* Below the limit it becomes, without sign, greater than all that a position can be. */
    return _mm256_min_epu32(at, _mm256_sub_epi32(at, limit));
}

#endif
