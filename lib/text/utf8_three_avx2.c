/*
 * text/utf8_three_avx2.c: eight units at a time, a lane each, whose bytes are then put together.
 * The last eight are done together too, so that some are done twice.
 */
#include "text/utf8_three.h"

#include "base/cpu.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

static void put_eight(const uint16_t *units, char *to)
{
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    const __m256i c = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)units));
    const __m256i second = _mm256_and_si256(_mm256_slli_epi32(c, 2), _mm256_set1_epi32(0x3f00));
    const __m256i third = _mm256_and_si256(_mm256_slli_epi32(c, 16), _mm256_set1_epi32(0x3f0000));
    __m256i bytes = _mm256_or_si256(_mm256_srli_epi32(c, 12), _mm256_set1_epi32(0x8080e0));

    bytes = _mm256_or_si256(bytes, _mm256_or_si256(second, third));
    bytes = _mm256_shuffle_epi8(bytes, order);
    _mm_storeu_si128((__m128i *)(void *)to, _mm256_castsi256_si128(bytes));
    _mm_storeu_si128((__m128i *)(void *)(to + 12), _mm256_extracti128_si256(bytes, 1));
}

static void put_three(const uint16_t *units, size_t count, char *to)
{
    if (count < 8) {
        wy_utf8_three(units, count, to);
        return;
    }
    for (size_t i = 0; i + 8 < count; i += 8) put_eight(units + i, to + 3 * i);
    put_eight(units + count - 8, to + 3 * (count - 8));
}

wy_utf8_three_fn *wy_utf8_three_avx2(void)
{
    return wy_cpu_has_avx2() ? put_three : NULL;
}

#else

wy_utf8_three_fn *wy_utf8_three_avx2(void)
{
    return NULL;
}

#endif
