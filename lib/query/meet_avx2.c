/*
 * query/meet_avx2.c: meeting a block with AVX2. Few ids are looked for one by one: two comparisons
 * tell in which eight ids of the block an id must be, a third tells where among them. Many are
 * merged, eight with eight at a time: one instruction compares all with all (Schlegel, Willhalm &
 * Lehner, "Fast sorted-set intersection using SIMD instructions", 2011).
 */
#include "base/cpu.h"
#include "query/meet.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

/* With fewer ids it does not pay to read the ends of the eights. */
enum { FEW = 3 };

static unsigned mask_of(__m256i wide)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(wide));
}

/* All ones where a >= b, without sign. */
static __m256i not_below(__m256i a, __m256i b)
{
    return _mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a);
}

static size_t meet_one_by_one(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                              wy_meeting *out)
{
    if (count < FEW) return wy_meet_scalar(block, ids, count, out);
    const __m256i step = _mm256_setr_epi32(7, 15, 23, 31, 39, 47, 55, 63);
    const int *signed_block = (const int *)(const void *)block;
    const __m256i low = _mm256_i32gather_epi32(signed_block, step, 4);
    const __m256i high = _mm256_i32gather_epi32(signed_block + 64, step, 4);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const __m256i id = _mm256_set1_epi32((int)ids[i]);
        const unsigned ends = mask_of(not_below(low, id)) | mask_of(not_below(high, id)) << 8;
        /* The last end is never below; the guard keeps the load within the block all the same. */
        const uint32_t eight = _tzcnt_u32(ends | 1u << 15) * 8;
        const __m256i *from = (const __m256i *)(const void *)(block + eight);
        const unsigned same = mask_of(_mm256_cmpeq_epi32(_mm256_loadu_si256(from), id));
        out->id[found] = (uint8_t)i;
        out->at[found] = (uint8_t)(eight + _tzcnt_u32(same));
        found += same != 0;
    }
    return found;
}

/* Eight ids as numbers of 16 bits: id + more. Saturated; those above 2^31 become 0. */
static __m128i words_of(const uint32_t *ids, __m128i more)
{
    const __m128i *from = (const __m128i *)(const void *)ids;
    return _mm_packus_epi32(_mm_add_epi32(_mm_loadu_si128(from), more),
                            _mm_add_epi32(_mm_loadu_si128(from + 1), more));
}

/* Which of the words are among `others`: a bit each. Words behind a 0 are among none. */
static unsigned words_among(__m128i words, __m128i others)
{
    enum { HOW = _SIDD_UWORD_OPS | _SIDD_CMP_EQUAL_ANY | _SIDD_BIT_MASK };
    return (unsigned)_mm_cvtsi128_si32(_mm_cmpistrm(others, words, HOW));
}

/* Writes the numbers of the bits, counted from `first` on: eight bytes, of which so many count. */
static void put_numbers(uint8_t *out, unsigned bits, size_t first)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), numbers = UINT64_C(0x0706050403020100);
    const uint64_t bytes = _pdep_u64(bits, ones) * 0xFF;
    const uint64_t found = _pext_u64(numbers + first * ones, bytes);
    _mm_storel_epi64((__m128i *)(void *)out, _mm_cvtsi64_si128((long long)found));
}

/* Eight words of which those before `done` are none that there is. */
static __m128i drop_first(__m128i words, size_t done)
{
    static const int16_t drop[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm_or_si128(words, _mm_loadu_si128((const __m128i *)(const void *)(drop + 8 - done)));
}

/* Compares eight words of ids with sixteen of a block, `others` and `behind`: notes those that are
 * the same, of the ids only those that `counted` has a bit of. Returns how many. */
static inline size_t meet_step(__m128i some, unsigned counted, size_t from, __m128i others,
                               __m128i behind, size_t b, uint8_t *id, uint8_t *at)
{
    const unsigned where = words_among(others, some);
    const unsigned all = (words_among(some, others) | words_among(some, behind)) & counted;
    put_numbers(at, where, b);
    put_numbers(at + _mm_popcnt_u32(where), words_among(behind, some), b + 8);
    put_numbers(id, all, from);
    return (size_t)_mm_popcnt_u32(all);
}

/* `less`: not above any id. All of them are within 16 bits of it. The last eight are looked at
 * again as far as they are not eight. */
static size_t meet_eights(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                          uint32_t less, wy_meeting *out)
{
    const __m128i more = _mm_set1_epi32((int)(1 - less)); /* no id becomes 0 */
    size_t found = 0, a = 0, b = 0;
    while ((a + 8 <= count) & (b < WY_BLOCK)) {
        found += meet_step(words_of(ids + a, more), 0xFF, a, words_of(block + b, more),
                           words_of(block + b + 8, more), b, out->id + found, out->at + found);
        const uint32_t last = ids[a + 7], other_last = block[b + 15];
        a += last <= other_last ? 8 : 0;
        b += other_last <= last ? 16 : 0;
    }
    if (a == count || b >= WY_BLOCK) return found;
    const size_t from = count - 8, done = a - from;
    const __m128i some = drop_first(words_of(ids + from, more), done);
    for (bool end = false; !end && b < WY_BLOCK; b += 16) {
        found += meet_step(some, 0xFFu << done, from, words_of(block + b, more),
                           words_of(block + b + 8, more), b, out->id + found, out->at + found);
        end = block[b + 15] >= ids[count - 1];
    }
    return found;
}

static size_t meet(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                   wy_meeting *out)
{
    enum { MANY = 34, NEAR = 65534 };
    if (count < MANY) return meet_one_by_one(block, ids, count, out);
    const uint32_t less = block[0] < ids[0] ? block[0] : ids[0];
    if (ids[count - 1] - less >= NEAR) return meet_one_by_one(block, ids, count, out);
    return meet_eights(block, ids, count, less, out);
}

wy_meet_fn *wy_meet_avx2(void)
{
    if (!wy_cpu_has_avx2()) return NULL;
    return wy_cpu_has_fast_pdep() ? meet : meet_one_by_one;
}

#else

wy_meet_fn *wy_meet_avx2(void)
{
    return NULL;
}

#endif
