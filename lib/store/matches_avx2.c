/*
 * store/matches_avx2.c: 32 bytes compared at once, and the places of a row.
 */
#include "store/matches_search.h"

#include "base/cpu.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

/* Nearly always it is less than 32, which takes no branch: how long a match is cannot be
 * foretold. */
static inline size_t common(const uint8_t *a, const uint8_t *b, size_t most)
{
    size_t n = 0;
    for (; n + 32 <= most; n += 32) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(a + n));
        const __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(b + n));
        const uint32_t same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y));
        if (~same) return n + (size_t)__builtin_ctz(~same);
    }
    while (n < most && a[n] == b[n]) n++;
    return n;
}

static inline unsigned tagged_places(const uint32_t *row, unsigned places, uint32_t tag)
{
    const void *const from = row;
    const __m128i all = places == 4 ? _mm_loadu_si128(from) : _mm_loadl_epi64(from);
    const __m128i other = _mm_xor_si128(all, _mm_set1_epi32((int)tag)), zero = _mm_setzero_si128();
    const __m128i same = _mm_cmpeq_epi32(_mm_srli_epi32(other, WY_MATCH_PLACE_BITS), zero);
    const __m128i found = _mm_andnot_si128(_mm_cmpeq_epi32(all, zero), same);
    _Static_assert(WY_MATCH_LONG_PLACES == 4 && WY_MATCH_SHORT_PLACES == 2, "one register");
    return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(found));
}

#include "store/matches_search_body.h"

static size_t find_avx2(const wy_match_index *index, const uint8_t *block, size_t length,
                        ZSTD_Sequence *out)
{
    return find_all(index, block, length, out);
}

wy_matches_fn *wy_matches_find_avx2(void)
{
    return wy_cpu_has_avx2() ? find_avx2 : NULL;
}

#else

wy_matches_fn *wy_matches_find_avx2(void)
{
    return NULL;
}

#endif
