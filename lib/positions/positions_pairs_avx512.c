/*
 * positions/positions_pairs_avx512.c: pairs of positions with AVX-512: the firsts of sixteen
 * documents at once. The rest is as with AVX2.
 */
#include "base/cpu.h"
#include "positions/positions_pairs.h"

#if defined(__AVX512F__) && !defined(WY_PORTABLE)

#include <immintrin.h>

enum { LANES = 16, SOME = 4 /* with fewer documents it does not pay */ };

static inline __m512i gather(const uint32_t *from, __m512i index)
{
    return _mm512_i32gather_epi32(index, (const void *)from, 4);
}

/* The lanes of the `count` > 0 documents, at most sixteen. */
static inline __mmask16 lanes_for(size_t count)
{
    return (__mmask16)(count < LANES ? (1u << count) - 1 : 0xFFFF);
}

/* So many postings, a lane each; the first one in the others. */
static inline __m512i postings_of(const uint8_t *at, __mmask16 valid)
{
    return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(valid, at));
}

/* Which of the postings have a bit. */
static inline __mmask16 bits_of(const uint64_t bits[WY_BLOCK / 64], __m512i index)
{
    const __m512i all =
        _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)bits));
    const __m512i words = _mm512_permutexvar_epi32(_mm512_srli_epi32(index, 5), all);
    return _mm512_test_epi32_mask(words, _mm512_rolv_epi32(_mm512_set1_epi32(1), index));
}

/* Appends the numbers that have a bit. Sixteen are written. */
static inline void put_open(wy_positions_both *out, size_t kind, __mmask16 some, __m128i numbers)
{
    _mm_storeu_si128((__m128i *)(void *)(out->open[kind] + out->open_count[kind]),
                     _mm_maskz_compress_epi8(some, numbers));
    out->open_count[kind] += (size_t)_mm_popcnt_u32(some);
}

static void once(const wy_positions_pair *pair, const uint8_t *const at[2], size_t count,
                 wy_positions_both *out)
{
    if (count < SOME) {
        wy_positions_meeting_scalar.once(pair, at, count, out);
        return;
    }
    const wy_positions *const a = pair->terms[0], *const b = pair->terms[1];
    const __m512i least = _mm512_set1_epi32((int)pair->offsets[0]);
    const __m512i further = _mm512_set1_epi32((int)(pair->offsets[1] - pair->offsets[0]));
    const __m512i nowhere = _mm512_set1_epi32(-1);
    __m128i numbers = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (size_t k = 0; k < WY_PAIR_OPEN; k++) out->open_count[k] = 0;
    for (size_t i = 0; i < count; i += LANES) {
        const __mmask16 valid = lanes_for(count - i);
        const __m512i in_a = postings_of(at[0] + i, valid), in_b = postings_of(at[1] + i, valid);
        const __m512i x = gather(a->firsts, in_a), y = gather(b->firsts, in_b);
        const unsigned more_a = bits_of(a->many, in_a) & valid;
        const unsigned more_b = bits_of(b->many, in_b) & valid;
        const __m512i before = _mm512_sub_epi32(y, further), behind = _mm512_add_epi32(x, further);
        const __mmask16 good = _mm512_cmpge_epu32_mask(x, least);
        const unsigned fits = _mm512_mask_cmpeq_epi32_mask(good, behind, y) & valid;
        _mm512_storeu_si512(
            out->wanted[0] + i,
            _mm512_mask_mov_epi32(nowhere, _mm512_cmpge_epu32_mask(before, least), before));
        _mm512_storeu_si512(out->wanted[1] + i, _mm512_mask_mov_epi32(nowhere, good, behind));
        _mm_storeu_si128((__m128i *)(void *)(out->freqs + i),
                         _mm_maskz_set1_epi8((__mmask16)(fits & ~(more_a | more_b)), 1));
        put_open(out, WY_PAIR_FIRST, (__mmask16)(more_a & ~more_b), numbers);
        put_open(out, WY_PAIR_SECOND, (__mmask16)(more_b & ~more_a), numbers);
        put_open(out, WY_PAIR_BOTH, (__mmask16)(more_a & more_b), numbers);
        numbers = _mm_add_epi8(numbers, _mm_set1_epi8(LANES));
    }
}

static void pairs(const wy_positions_pair *pair, const uint8_t *const at[2],
                  wy_positions_both *both)
{
    wy_positions_meeting_avx2()->pairs(pair, at, both);
}

static size_t found(const wy_positions_both *both, size_t count, uint8_t *numbers, uint8_t *freqs)
{
    return wy_positions_meeting_avx2()->found(both, count, numbers, freqs);
}

static const wy_positions_meeting meeting_avx512 = {once, pairs, found};

const wy_positions_meeting *wy_positions_meeting_avx512(void)
{
    return wy_cpu_has_avx512() && wy_positions_meeting_avx2() ? &meeting_avx512 : NULL;
}

#else

const wy_positions_meeting *wy_positions_meeting_avx512(void)
{
    return NULL;
}

#endif
