/*
 * positions/positions_kernels_avx2.c: the loops over postings with AVX2 and BMI.
 */
#include "base/cpu.h"
#include "positions/positions_kernels.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "positions/positions_format.h"

static inline __m256i load8(const uint32_t *values)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)values);
}

/* Eight 32-bit lanes to two, each by `join`. */
#define FOLD(join, lanes)                                                                          \
    do {                                                                                           \
        lanes = join(lanes, _mm256_permute4x64_epi64(lanes, 0x4E));                                \
        lanes = join(lanes, _mm256_shuffle_epi32(lanes, 0x4E));                                    \
        lanes = join(lanes, _mm256_shuffle_epi32(lanes, 0xB1));                                    \
    } while (0)

bool wy_avx2_find_several(const uint32_t *freqs, uint32_t count, uint8_t several[WY_BLOCK],
                          uint64_t many[WY_BLOCK / 64], uint32_t *steps, uint32_t *most)
{
    if (count < WY_BLOCK)
        return wy_positions_kernels_scalar.find_several(freqs, count, several, many, steps, most);
    const __m256i one = _mm256_set1_epi32(1), one_byte = _mm256_set1_epi8(1);
    /* Packing works in halves: four bytes of each of eight vectors' halves, in turn. */
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    __m256i sum = _mm256_setzero_si256(), least = one, all = sum;
    for (uint32_t i = 0; i < WY_BLOCK; i += 32) {
        const __m256i a = load8(freqs + i), b = load8(freqs + i + 8), c = load8(freqs + i + 16),
                      d = load8(freqs + i + 24);
        sum =
            _mm256_add_epi32(sum, _mm256_add_epi32(_mm256_add_epi32(a, b), _mm256_add_epi32(c, d)));
        all = _mm256_or_si256(all, _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d)));
        least = _mm256_min_epu32(least,
                                 _mm256_min_epu32(_mm256_min_epu32(a, b), _mm256_min_epu32(c, d)));
        const __m256i low =
            _mm256_packs_epi32(_mm256_cmpeq_epi32(a, one), _mm256_cmpeq_epi32(b, one));
        const __m256i high =
            _mm256_packs_epi32(_mm256_cmpeq_epi32(c, one), _mm256_cmpeq_epi32(d, one));
        const __m256i single = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
        _mm256_storeu_si256((__m256i *)(void *)(several + i), _mm256_add_epi8(single, one_byte));
        const uint64_t bits = ~(uint32_t)_mm256_movemask_epi8(single);
        many[i / 64] = i % 64 ? many[i / 64] | bits << 32 : bits;
    }
    FOLD(_mm256_add_epi32, sum);
    FOLD(_mm256_or_si256, all);
    FOLD(_mm256_min_epu32, least);
    *steps = (uint32_t)_mm256_cvtsi256_si32(sum) - count;
    *most = (uint32_t)_mm256_cvtsi256_si32(all);
    return _mm256_cvtsi256_si32(least) != 0;
}

/* A byte in its place: what it is looked up by needs no register of its own. */
#define PUT(to, i) to = _mm_insert_epi8(to, (char)row[lengths[docs[at + (i)]]], (i) % 8)
#define PUT_EIGHT(to, i)                                                                           \
    do {                                                                                           \
        PUT(to, i);                                                                                \
        PUT(to, (i) + 1);                                                                          \
        PUT(to, (i) + 2);                                                                          \
        PUT(to, (i) + 3);                                                                          \
        PUT(to, (i) + 4);                                                                          \
        PUT(to, (i) + 5);                                                                          \
        PUT(to, (i) + 6);                                                                          \
        PUT(to, (i) + 7);                                                                          \
    } while (0)

/* Sixteen are stored at once, since so many are loaded at once soon after. */
static void find_bounds(const uint8_t row[256], const uint8_t *lengths, const uint32_t *docs,
                        uint32_t count, uint8_t bounds[WY_BLOCK])
{
    if (count < WY_BLOCK) {
        wy_positions_kernels_scalar.find_bounds(row, lengths, docs, count, bounds);
        return;
    }
    for (size_t at = 0; at < WY_BLOCK; at += 16) {
        __m128i low = _mm_setzero_si128(), high = low;
        PUT_EIGHT(low, 0);
        PUT_EIGHT(high, 8);
        _mm_storeu_si128((__m128i *)(void *)(bounds + at), _mm_unpacklo_epi64(low, high));
    }
}

/* wy_positions_step_bounds of all: with bits one less of them, else what a shuffle looks up. */
static void find_halves(const uint8_t bounds[WY_BLOCK], uint8_t halves[WY_BLOCK])
{
    const __m256i one_bit = _mm256_set1_epi8((char)WY_BOUND(1, 1));
    const __m256i small = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)wy_positions_step_bounds));
    for (size_t i = 0; i < WY_BLOCK; i += 32) {
        const __m256i bound = _mm256_loadu_si256((const __m256i *)(const void *)(bounds + i));
        const __m256i less = _mm256_subs_epu8(bound, one_bit);
        const __m256i is_small = _mm256_cmpeq_epi8(_mm256_max_epu8(bound, one_bit), one_bit);
        /* WY_BOUND(1, 1) itself becomes 0 either way. */
        const __m256i half = _mm256_blendv_epi8(less, _mm256_shuffle_epi8(small, bound), is_small);
        _mm256_storeu_si256((__m256i *)(void *)(halves + i), half);
    }
}

size_t wy_avx2_few_bounds(const uint64_t bits[WY_BLOCK / 64], const uint32_t *freqs,
                          const uint8_t bounds[WY_BLOCK], uint8_t *step_bounds,
                          uint32_t starts[WY_BLOCK])
{
    uint8_t halves[WY_BLOCK];
    size_t at = 0;
    find_halves(bounds, halves);
    for (uint32_t word = 0; word < WY_BLOCK / 64; word++) {
        for (uint64_t left = bits[word]; left; left = _blsr_u64(left)) {
            const size_t i = 64 * word + _tzcnt_u64(left);
            /* What is too much the next overwrite. */
            const __m128i sixteen = _mm_set1_epi8((char)halves[i]);
            _mm_storeu_si128((__m128i *)(void *)(step_bounds + at), sixteen);
            starts[i] = (uint32_t)at;
            at += freqs[i] - 1;
        }
    }
    return at;
}

static const wy_positions_kernels kernels_avx2 = {wy_avx2_find_several, find_bounds,
                                                  wy_avx2_few_bounds};

const wy_positions_kernels *wy_positions_kernels_avx2(void)
{
    return wy_cpu_has_avx2() ? &kernels_avx2 : NULL;
}

#else

const wy_positions_kernels *wy_positions_kernels_avx2(void)
{
    return NULL;
}

#endif
