/*
 * query/exact_sift_avx2.c: hits of a window with AVX2: the bytes of 32 documents in a register.
 */
#include "query/exact_sift.h"

#include "base/cpu.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

/* Which of 32 documents hold it often enough. */
static inline uint32_t are_enough(__m256i limits, const uint8_t *most, const uint8_t *lengths)
{
    const __m256i freqs = _mm256_min_epu8(_mm256_loadu_si256((const __m256i *)(const void *)most),
                                          _mm256_set1_epi8(WY_EXACT_ENOUGH));
    const __m256i codes = _mm256_loadu_si256((const __m256i *)(const void *)lengths);
    const __m256i least = _mm256_min_epu8(codes, _mm256_shuffle_epi8(limits, freqs));
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(least, codes));
}

/* Which of 64 bytes are not 0. */
static inline uint64_t some_of(const uint8_t *bytes)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes),
                  high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32)),
                  none = _mm256_setzero_si256();
    if (_mm256_testz_si256(_mm256_or_si256(low, high), _mm256_or_si256(low, high))) return 0;
    const uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, none)),
                   b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, none));
    return ~(a | (uint64_t)b << 32);
}

static void keep_frequent(const wy_exact_limits *limits, bool chosen, uint64_t *bits, uint8_t *most,
                          const uint8_t *lengths, size_t count)
{
    const __m256i table =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)limits->codes));
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        const uint64_t some = chosen ? bits[i / 64] : some_of(most + i);
        if (!some) continue;
        const uint64_t high = are_enough(table, most + i + 32, lengths + i + 32);
        bits[i / 64] = some & (are_enough(table, most + i, lengths + i) | high << 32);
        memset(most + i, 0, 64);
    }
    if (i < count) { /* what is behind the last length may not be read */
        const uint64_t some = chosen ? bits[i / 64] : wy_exact_some(most + i, count - i);
        bits[i / 64] = wy_exact_keep_word(limits, some, most + i, lengths + i);
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

static const wy_exact_sift sift_avx2 = {keep_frequent, keep_hits, list};

const wy_exact_sift *wy_exact_sift_avx2(void)
{
    return wy_cpu_has_avx2() ? &sift_avx2 : NULL;
}

#else

const wy_exact_sift *wy_exact_sift_avx2(void)
{
    return NULL;
}

#endif
