/*
 * positions/positions_starts_avx512.c: the same as with AVX2, eight starts of 64 bits in one
 * register, and without a branch that depends on whether any agrees.
 */
#include "positions/positions_starts.h"

#include "base/cpu.h"

#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "positions/positions_eight_avx2.h"

/* The starts of a spot; the number of its positions, or 0. */
typedef struct eight {
    __m512i starts;
    uint32_t size;
} eight;

static inline eight starts_of(const wy_positions_starts *s, uint32_t index)
{
    const uint32_t freq = s->term->freqs[index];
    const uint32_t size = freq <= WY_STARTS_MOST ? freq : 1;
    const bool round = wy_positions_is_round(s->term, index, size);
    const __m256i at =
        _mm256_add_epi32(wy_eight_positions(s->term, index), _mm256_set1_epi32((int)s->further));
    return (eight){_mm512_cvtepu32_epi64(at), (round & (freq <= WY_STARTS_MOST)) ? size : 0};
}

static inline __m512i keys_of(const wy_positions_starts *s, __m512i starts, uint32_t number)
{
    const uint64_t rest = (uint64_t)number << WY_START_NUMBER | s->part;
    return _mm512_or_si512(_mm512_slli_epi64(starts, WY_START_POSITION),
                           _mm512_set1_epi64((long long)rest));
}

static inline __mmask8 lanes_of(uint32_t size)
{
    return (__mmask8)((1u << size) - 1);
}

static size_t note(const wy_positions_starts *s, uint8_t mark, wy_positions_spot *spots,
                   size_t *count, uint64_t *keys)
{
    const __m512i one = _mm512_set1_epi64(1), modulus = _mm512_set1_epi64(63);
    size_t written = 0, unknown = 0;
    for (size_t i = 0; i < *count; i++) {
        const wy_positions_spot spot = spots[i];
        const eight e = starts_of(s, spot.at);
        if (e.size == 0) {
            spots[unknown++] = spot;
            continue;
        }
        _mm512_storeu_si512(keys + written, keys_of(s, e.starts, spot.number));
        written += e.size;
        const __m512i signs = _mm512_maskz_sllv_epi64(lanes_of(e.size), one,
                                                      _mm512_and_si512(e.starts, modulus));
        s->signs[spot.number] |= (uint64_t)_mm512_reduce_or_epi64(signs);
        s->counts[spot.number] += e.size;
        s->stays[spot.number] |= mark;
    }
    *count = unknown;
    return written;
}

static size_t meet(const wy_positions_starts *s, wy_positions_spot *spots, size_t *count,
                   uint64_t *keys)
{
    const __m512i one = _mm512_set1_epi64(1), modulus = _mm512_set1_epi64(63);
    size_t written = 0, unknown = 0;
    for (size_t i = 0; i < *count; i++) {
        const wy_positions_spot spot = spots[i];
        const eight e = starts_of(s, spot.at);
        if (e.size == 0) {
            spots[unknown++] = spot;
            continue;
        }
        const __m512i signs = _mm512_set1_epi64((long long)s->signs[spot.number]);
        const __m512i down = _mm512_srlv_epi64(signs, _mm512_and_si512(e.starts, modulus));
        const __mmask8 lanes = _mm512_mask_test_epi64_mask(lanes_of(e.size), down, one);
        const __m512i all = keys_of(s, e.starts, spot.number);
        _mm512_storeu_si512(keys + written, _mm512_maskz_compress_epi64(lanes, all));
        written += (size_t)_mm_popcnt_u32(lanes);
        s->stays[spot.number] |= lanes != 0;
    }
    *count = unknown;
    return written;
}

const wy_positions_starting *wy_positions_starting_avx512(void)
{
    static const wy_positions_starting starting = {note, meet};
    return wy_cpu_has_avx512() ? &starting : NULL;
}

#else

const wy_positions_starting *wy_positions_starting_avx512(void)
{
    return NULL;
}

#endif
