/*
 * positions/positions_starts_avx2.c: the starts of a posting in one register, without a branch that
 * depends on how many there are.
 */
#include "positions/positions_starts.h"

#include "base/cpu.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "positions/positions_eight_avx2.h"

/* The starts of a spot, as keys and as bits of their signs; the number of its positions, or 0. */
typedef struct eight {
    __m256i low, high; /* starts */
    uint32_t size;
} eight;

static inline eight starts_of(const wy_positions_starts *s, uint32_t index)
{
    uint32_t size = s->term->freqs[index];
    size = size <= WY_STARTS_MOST ? size : 1;
    const bool round = wy_positions_is_round(s->term, index, size);
    const __m256i at =
        _mm256_add_epi32(wy_eight_positions(s->term, index), _mm256_set1_epi32((int)s->further));
    return (eight){_mm256_cvtepu32_epi64(_mm256_castsi256_si128(at)),
                   _mm256_cvtepu32_epi64(_mm256_extracti128_si256(at, 1)),
                   round && s->term->freqs[index] <= WY_STARTS_MOST ? size : 0};
}

static inline void put_keys(const wy_positions_starts *s, const eight *e, uint32_t number,
                            uint64_t *keys)
{
    const __m256i rest =
        _mm256_set1_epi64x((long long)((uint64_t)number << WY_START_NUMBER | s->part));
    _mm256_storeu_si256((__m256i *)(void *)keys,
                        _mm256_or_si256(_mm256_slli_epi64(e->low, WY_START_POSITION), rest));
    _mm256_storeu_si256((__m256i *)(void *)(keys + 4),
                        _mm256_or_si256(_mm256_slli_epi64(e->high, WY_START_POSITION), rest));
}

static size_t note(const wy_positions_starts *s, uint8_t mark, wy_positions_spot *spots,
                   size_t *count, uint64_t *keys)
{
    const __m256i one = _mm256_set1_epi64x(1), modulus = _mm256_set1_epi64x(63);
    size_t written = 0, unknown = 0;
    for (size_t i = 0; i < *count; i++) {
        const wy_positions_spot spot = spots[i];
        const eight e = starts_of(s, spot.at);
        if (e.size == 0) {
            spots[unknown++] = spot;
            continue;
        }
        put_keys(s, &e, spot.number, keys + written);
        written += e.size;
        const __m256i none = wy_behind(e.size);
        const __m256i low = _mm256_sllv_epi64(one, _mm256_and_si256(e.low, modulus));
        const __m256i high = _mm256_sllv_epi64(one, _mm256_and_si256(e.high, modulus));
        const __m256i all = _mm256_or_si256(
            _mm256_andnot_si256(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(none)), low),
            _mm256_andnot_si256(_mm256_cvtepi32_epi64(_mm256_extracti128_si256(none, 1)), high));
        const __m128i two =
            _mm_or_si128(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
        s->signs[spot.number] |=
            (uint64_t)_mm_cvtsi128_si64(_mm_or_si128(two, _mm_unpackhi_epi64(two, two)));
        s->counts[spot.number] += e.size;
        s->stays[spot.number] |= mark;
    }
    *count = unknown;
    return written;
}

/* Which of the lanes have a sign in `signs`. */
static inline unsigned signed_lanes(__m256i starts, __m256i signs)
{
    const __m256i down = _mm256_sub_epi64(_mm256_set1_epi64x(63), starts);
    const __m256i at = _mm256_and_si256(down, _mm256_set1_epi64x(63));
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_sllv_epi64(signs, at)));
}

static size_t meet(const wy_positions_starts *s, wy_positions_spot *spots, size_t *count,
                   uint64_t *keys)
{
    size_t written = 0, unknown = 0;
    for (size_t i = 0; i < *count; i++) {
        const wy_positions_spot spot = spots[i];
        const eight e = starts_of(s, spot.at);
        if (e.size == 0) {
            spots[unknown++] = spot;
            continue;
        }
        const __m256i signs = _mm256_set1_epi64x((long long)s->signs[spot.number]);
        unsigned lanes = signed_lanes(e.low, signs) | signed_lanes(e.high, signs) << 4;
        lanes &= (1u << e.size) - 1;
        if (lanes == 0) continue;
        uint64_t eight_keys[8];
        put_keys(s, &e, spot.number, eight_keys);
        for (; lanes; lanes &= lanes - 1) keys[written++] = eight_keys[__builtin_ctz(lanes)];
        s->stays[spot.number] = 1;
    }
    *count = unknown;
    return written;
}

const wy_positions_starting *wy_positions_starting_avx2(void)
{
    static const wy_positions_starting starting = {note, meet};
    return wy_cpu_has_avx2() ? &starting : NULL;
}

#else

const wy_positions_starting *wy_positions_starting_avx2(void)
{
    return NULL;
}

#endif
