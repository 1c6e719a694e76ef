/*
 * positions/positions_pairs_avx2.c: the positions of a posting in one register, without a branch
 * that depends on how many there are.
 */
#include "base/cpu.h"
#include "positions/positions_pairs.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "positions/positions_eight_avx2.h"

static void pairs(const wy_positions_pair *pair, const uint8_t *const at[2], const uint8_t *which,
                  size_t count, uint8_t *freqs)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t index[2] = {at[0][which[i]], at[1][which[i]]};
        uint32_t size[2] = {pair->terms[0]->freqs[index[0]], pair->terms[1]->freqs[index[1]]};
        /* The term with fewer positions: each of its first four is compared with all others. */
        const unsigned f = size[0] > size[1], m = !f;
        const unsigned known =
            size[f] <= WY_POSITIONS_PAIR_FEWER && size[m] <= WY_POSITIONS_PAIR_MORE;
        size[f] = known ? size[f] : 1;
        size[m] = known ? size[m] : 1;
        const unsigned round = (unsigned)wy_positions_is_round(pair->terms[f], index[f], size[f]) &
                               (unsigned)wy_positions_is_round(pair->terms[m], index[m], size[m]);
        const __m256i offset = _mm256_set1_epi32((int)pair->offsets[m]);
        const __m256i further = _mm256_set1_epi32((int)(pair->offsets[m] - pair->offsets[f]));
        const __m256i many = wy_eight_positions(pair->terms[m], index[m]);
        const __m256i few =
            _mm256_or_si256(_mm256_add_epi32(wy_eight_positions(pair->terms[f], index[f]), further),
                            wy_behind(size[f]));
        const __m256i one =
            _mm256_cmpeq_epi32(many, _mm256_permutevar8x32_epi32(few, _mm256_setzero_si256()));
        const __m256i two =
            _mm256_cmpeq_epi32(many, _mm256_permutevar8x32_epi32(few, _mm256_set1_epi32(1)));
        const __m256i three =
            _mm256_cmpeq_epi32(many, _mm256_permutevar8x32_epi32(few, _mm256_set1_epi32(2)));
        const __m256i four =
            _mm256_cmpeq_epi32(many, _mm256_permutevar8x32_epi32(few, _mm256_set1_epi32(3)));
        __m256i same = _mm256_or_si256(_mm256_or_si256(one, two), _mm256_or_si256(three, four));
        same = _mm256_andnot_si256(wy_behind(size[m]), same);
        same = _mm256_and_si256(same, _mm256_cmpeq_epi32(many, _mm256_max_epu32(many, offset)));
        const int bits = _mm256_movemask_ps(_mm256_castsi256_ps(same));
        freqs[i] =
            (known & round) != 0 ? (uint8_t)_mm_popcnt_u32((unsigned)bits) : WY_POSITIONS_UNKNOWN;
    }
}

wy_positions_pairs_fn *wy_positions_pairs_avx2(void)
{
    return wy_cpu_has_avx2() ? pairs : NULL;
}

#else

wy_positions_pairs_fn *wy_positions_pairs_avx2(void)
{
    return NULL;
}

#endif
