/*
 * positions/positions_kernels_avx512.c: the loops over postings that AVX-512 makes faster than AVX2
 * does.
 */
#include "base/cpu.h"
#include "positions/positions_kernels.h"

#if defined(__AVX512VBMI__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "positions/positions_format.h"

/* A table of 256 bytes. */
typedef struct byte_table {
    __m512i parts[4];
} byte_table;

static inline byte_table load_table(const uint8_t row[256])
{
    byte_table table;
    for (size_t i = 0; i < 4; i++) table.parts[i] = _mm512_loadu_si512(row + 64 * i);
    return table;
}

static inline __m512i look_up(const byte_table *table, __m512i index)
{
    const __m512i low = _mm512_permutex2var_epi8(table->parts[0], index, table->parts[1]);
    const __m512i high = _mm512_permutex2var_epi8(table->parts[2], index, table->parts[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high);
}

/* lengths[docs[0]] and so on of four, a byte each. */
static inline uint32_t four_lengths(const uint8_t *lengths, const uint32_t *docs)
{
    return lengths[docs[0]] | (uint32_t)lengths[docs[1]] << 8 | (uint32_t)lengths[docs[2]] << 16 |
           (uint32_t)lengths[docs[3]] << 24;
}

/* The lengths of sixteen documents, which ascend. Where they are near each other, all lengths from
 * the first to the last are in one register. */
static inline __m128i sixteen_lengths(const uint8_t *lengths, const uint32_t *docs)
{
    const uint32_t first = docs[0], span = docs[15] - first;
    if (span < 64) {
        const __m512i near =
            _mm512_maskz_loadu_epi8(UINT64_MAX >> (63 - span), lengths + first);
        const __m512i index =
            _mm512_sub_epi32(_mm512_loadu_si512(docs), _mm512_set1_epi32((int)first));
        const __m512i at = _mm512_castsi128_si512(_mm512_cvtepi32_epi8(index));
        return _mm512_castsi512_si128(_mm512_permutexvar_epi8(at, near));
    }
    return _mm_setr_epi32(
        (int)four_lengths(lengths, docs), (int)four_lengths(lengths, docs + 4),
        (int)four_lengths(lengths, docs + 8), (int)four_lengths(lengths, docs + 12));
}

/* Lengths are looked up as memory is; the table, which would be so again, for 64 at once. */
static void find_bounds(const uint8_t row[256], const uint8_t *lengths, const uint32_t *docs,
                        uint32_t count, uint8_t bounds[WY_BLOCK])
{
    if (count < WY_BLOCK) {
        wy_positions_kernels_scalar.find_bounds(row, lengths, docs, count, bounds);
        return;
    }
    const byte_table table = load_table(row);
    for (size_t i = 0; i < WY_BLOCK; i += 64, docs += 64) {
        const __m256i low = _mm256_set_m128i(sixteen_lengths(lengths, docs + 16),
                                             sixteen_lengths(lengths, docs));
        const __m256i high = _mm256_set_m128i(sixteen_lengths(lengths, docs + 48),
                                              sixteen_lengths(lengths, docs + 32));
        const __m512i all = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
        _mm512_storeu_si512(bounds + i, look_up(&table, all));
    }
}

static const wy_positions_kernels kernels_avx512 = {wy_avx2_find_several, find_bounds,
                                                    wy_avx2_few_bounds};

const wy_positions_kernels *wy_positions_kernels_avx512(void)
{
    return wy_cpu_has_avx512() ? &kernels_avx512 : NULL;
}

#else

const wy_positions_kernels *wy_positions_kernels_avx512(void)
{
    return NULL;
}

#endif
