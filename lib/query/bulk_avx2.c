/*
 * query/bulk_avx2.c: many postings at once with AVX2, and the loops over bits with the shifts and
 * the counting of bits that come with it.
 */
#include "query/bulk.h"

#include "base/cpu.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "segment/similarity.h"

/* Eight at a time, with the operations of wy_score in their order: each is rounded as there. */
static void score(float weight, const float k[256], const uint8_t *lengths, const uint32_t *docs,
                  const uint32_t *freqs, size_t count, uint32_t *scores)
{
    const __m256 weights = _mm256_set1_ps(weight), one = _mm256_set1_ps((float)WY_SCORE_ONE),
                 half = _mm256_set1_ps(0.5f);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        /* Not gathered: four bytes from the last id on may be too many. */
        const __m256i codes = _mm256_setr_epi32(
            lengths[docs[i]], lengths[docs[i + 1]], lengths[docs[i + 2]], lengths[docs[i + 3]],
            lengths[docs[i + 4]], lengths[docs[i + 5]], lengths[docs[i + 6]], lengths[docs[i + 7]]);
        const __m256 f = _mm256_cvtepi32_ps(
            _mm256_loadu_si256((const __m256i *)(const void *)(freqs + i))); /* below 2^31 */
        const __m256 part = _mm256_div_ps(f, _mm256_add_ps(f, _mm256_i32gather_ps(k, codes, 4)));
        const __m256 whole = _mm256_add_ps(_mm256_mul_ps(_mm256_mul_ps(weights, part), one), half);
        _mm256_storeu_si256((__m256i *)(void *)(scores + i), _mm256_cvttps_epi32(whole));
    }
    for (; i < count; i++) scores[i] = wy_score(weight, freqs[i], k[lengths[docs[i]]]);
}

/* Mostly there is none in eight. */
static size_t find_high(const uint32_t *scores, size_t count, uint32_t need, uint8_t *at)
{
    const __m256i least = _mm256_set1_epi32((int)need);
    size_t i = 0, found = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256i some = _mm256_loadu_si256((const __m256i *)(const void *)(scores + i));
        const __m256i high = _mm256_cmpeq_epi32(_mm256_max_epu32(some, least), some);
        unsigned left = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(high));
        for (; left; left = _blsr_u32(left)) at[found++] = (uint8_t)(i + _tzcnt_u32(left));
    }
    for (; i < count; i++)
        if (scores[i] >= need) at[found++] = (uint8_t)i;
    return found;
}

/* Translated here, with other instructions. */
static void set_bits(uint64_t *bits, uint32_t base, const uint32_t *docs, size_t count)
{
    wy_bulk_set_bits(bits, base, docs, count);
}

static uint64_t count_bits(const uint64_t *bits, size_t words)
{
    return wy_bulk_count_bits(bits, words);
}

static size_t take(uint64_t *bits, uint64_t *scores, size_t words, uint32_t base, uint64_t need,
                   uint32_t *docs, uint64_t *out)
{
    return wy_bulk_take(bits, scores, words, base, need, docs, out);
}

static const wy_bulk bulk_avx2 = {score, find_high, set_bits, count_bits, take};

const wy_bulk *wy_bulk_avx2(void)
{
    return wy_cpu_has_avx2() ? &bulk_avx2 : NULL;
}

#else

const wy_bulk *wy_bulk_avx2(void)
{
    return NULL;
}

#endif
