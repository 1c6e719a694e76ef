/*
 * query/meet_avx2.c: meeting a block with AVX2: two comparisons tell in which eight ids of the
 * block an id must be, a third tells where among them.
 */
#include "base/cpu.h"
#include "query/meet.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

/* With fewer ids it does not pay to read the ends of the eights. */
enum { FEW = 3 };

static unsigned mask_of(__m256i wide)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(wide));
}

/* All ones where a >= b, without sign. */
static __m256i not_below(__m256i a, __m256i b)
{
    return _mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a);
}

static size_t meet(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                   wy_meeting *out)
{
    if (count < FEW) return wy_meet_scalar(block, ids, count, out);
    const __m256i step = _mm256_setr_epi32(7, 15, 23, 31, 39, 47, 55, 63);
    const int *signed_block = (const int *)(const void *)block;
    const __m256i low = _mm256_i32gather_epi32(signed_block, step, 4);
    const __m256i high = _mm256_i32gather_epi32(signed_block + 64, step, 4);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const __m256i id = _mm256_set1_epi32((int)ids[i]);
        const unsigned ends = mask_of(not_below(low, id)) | mask_of(not_below(high, id)) << 8;
        /* The last end is never below; the guard keeps the load within the block all the same. */
        const uint32_t eight = _tzcnt_u32(ends | 1u << 15) * 8;
        const __m256i *from = (const __m256i *)(const void *)(block + eight);
        const unsigned same = mask_of(_mm256_cmpeq_epi32(_mm256_loadu_si256(from), id));
        out->id[found] = (uint8_t)i;
        out->at[found] = (uint8_t)(eight + _tzcnt_u32(same));
        found += same != 0;
    }
    return found;
}

wy_meet_fn *wy_meet_avx2(void)
{
    return wy_cpu_has_avx2() ? meet : NULL;
}

#else

wy_meet_fn *wy_meet_avx2(void)
{
    return NULL;
}

#endif
