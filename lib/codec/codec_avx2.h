/*
 * codec/codec_avx2.h: what the kernels for AVX2 and for AVX-512 share. Only for files that are
 * compiled with AVX2, behind <immintrin.h>.
 */
#ifndef WY_CODEC_CODEC_AVX2_H
#define WY_CODEC_CODEC_AVX2_H

#include <string.h>

#include "codec/codec_kernels.h"
#include "codec/codec_prefix.h"

/* Kernels of codec_avx2.c. */
void wy_avx2_unpack(const uint8_t *in, unsigned bits, uint32_t values[WY_BLOCK]);
void wy_avx2_unpack_ascending(const uint8_t *in, unsigned bits, uint32_t base,
                              uint32_t values[WY_BLOCK]);
bool wy_avx2_count_up(uint32_t values[WY_BLOCK]);
uint32_t wy_avx2_join(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK]);
void wy_avx2_join_ascending(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK]);
size_t wy_avx2_coded(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                     uint32_t *values, size_t count);
uint64_t wy_avx2_bounded(const uint8_t *in, uint64_t all, uint64_t bit, uint8_t *bounds,
                         uint32_t *values, size_t count);

/* What the codes of a block tell. */
typedef struct coded_symbols {
    uint8_t symbols[WY_BLOCK];
    uint64_t rests, end; /* bits where what follows them begins, and ends */
    bool small;          /* no symbol is above 8 */
} coded_symbols;

/* Reads the codes of a coded block. Not inline: there is much code in a tree. false: damage. */
bool wy_avx2_read_symbols(const uint8_t *in, size_t length, unsigned set, size_t count,
                          coded_symbols *out);

/* By symbol: the bits that follow it, and the one above them, in numbers of 16 bits. */
typedef struct symbol_tables {
    __m128i rest_low, rest_high, top_low, top_high;
} symbol_tables;

static symbol_tables set_tables(void)
{
    return (symbol_tables){
        _mm_setr_epi8(0, 0, 1, 3, 7, 15, 31, 63, 127, -1, -1, -1, -1, -1, 0, 0),
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 15, 0, 0),
        _mm_setr_epi8(0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0),
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 0, 0),
    };
}

/* Takes numbers out of the string, with the bits that the masks tell, and moves on. */
WY_ALWAYS_INLINE uint64_t take_some(const uint8_t *in, uint64_t *bit, uint64_t masks)
{
    const uint64_t out = _pdep_u64(bits_from(in, *bit), masks);
    *bit += (uint64_t)_mm_popcnt_u64(masks);
    return out;
}

/* cost / WY_BIT_COST, right for all that eight values may cost. */
WY_ALWAYS_INLINE __m128i bits_of_costs(__m128i cost)
{
    enum { RECIPROCAL = (1 << 21) / WY_BIT_COST + 1 }; /* of 16 bits */
    return _mm_srli_epi16(_mm_mulhi_epu16(cost, _mm_set1_epi16((short)RECIPROCAL)), 5);
}

/* starts[i] = sum of the bytes before byte i. Returns the sum of all. */
WY_ALWAYS_INLINE unsigned sum_bytes(__m128i bytes, uint16_t starts[16])
{
    const __m128i zero = _mm_setzero_si128();
    const __m128i low = _mm_unpacklo_epi8(bytes, zero), high = _mm_unpackhi_epi8(bytes, zero);
    __m128i a = low, b = high;
    a = _mm_add_epi16(a, _mm_slli_si128(a, 2));
    b = _mm_add_epi16(b, _mm_slli_si128(b, 2));
    a = _mm_add_epi16(a, _mm_slli_si128(a, 4));
    b = _mm_add_epi16(b, _mm_slli_si128(b, 4));
    a = _mm_add_epi16(a, _mm_slli_si128(a, 8));
    b = _mm_add_epi16(b, _mm_slli_si128(b, 8));
    b = _mm_add_epi16(b, _mm_set1_epi16((short)_mm_extract_epi16(a, 7)));
    _mm_storeu_si128((__m128i *)(void *)starts, _mm_sub_epi16(a, low));
    _mm_storeu_si128((__m128i *)(void *)(starts + 8), _mm_sub_epi16(b, high));
    return (unsigned)_mm_extract_epi16(b, 7);
}

WY_ALWAYS_INLINE bool any_above(__m128i bytes, char most)
{
    return _mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(most))) != 0;
}

#endif
