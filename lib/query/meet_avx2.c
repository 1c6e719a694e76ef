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
#include <stdbool.h>

/* What is asked for is a constant in each use. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

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

/* How many are below the target: all are compared, and no step waits for another. */
static uint32_t search(const uint32_t docs[WY_BLOCK], uint32_t target)
{
    const __m256i least = _mm256_set1_epi32((int)target);
    __m256i a = _mm256_setzero_si256(), b = a; /* less the numbers of those that are not */
    for (size_t i = 0; i < WY_BLOCK; i += 16) {
        const __m256i *from = (const __m256i *)(const void *)(docs + i);
        a = _mm256_add_epi32(a, not_below(_mm256_loadu_si256(from), least));
        b = _mm256_add_epi32(b, not_below(_mm256_loadu_si256(from + 1), least));
    }
    a = _mm256_add_epi32(a, b);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    sum = _mm_add_epi32(sum, _mm_srli_si128(sum, 8));
    sum = _mm_add_epi32(sum, _mm_srli_si128(sum, 4));
    const int below = WY_BLOCK + _mm_cvtsi128_si32(sum);
    return (uint32_t)(below < WY_BLOCK ? below : WY_BLOCK - 1);
}

static size_t look_few(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                       wy_meeting *out)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t at = search(block, ids[i]);
        out->id[found] = (uint8_t)i;
        out->at[found] = (uint8_t)at;
        found += block[at] == ids[i];
    }
    return found;
}

/* Where what is found goes: which and where, or the ids themselves, or nothing. */
typedef struct target {
    wy_meeting *meeting;
    uint32_t *ids;
} target;

ALWAYS_INLINE size_t look_one_by_one(const uint32_t block[WY_BLOCK], const uint32_t *ids,
                                     size_t count, target out)
{
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
        if (out.meeting) {
            out.meeting->id[found] = (uint8_t)i;
            out.meeting->at[found] = (uint8_t)(eight + _tzcnt_u32(same));
        }
        if (out.ids) out.ids[found] = ids[i];
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

/* The numbers of the bits, counted from `first` on: a byte each, of which so many count. */
static uint64_t numbers_of(unsigned bits, size_t first)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), numbers = UINT64_C(0x0706050403020100);
    return _pext_u64(numbers + first * ones, _pdep_u64(bits, ones) * 0xFF);
}

static void put_numbers(uint8_t *out, unsigned bits, size_t first)
{
    const long long found = (long long)numbers_of(bits, first);
    _mm_storel_epi64((__m128i *)(void *)out, _mm_cvtsi64_si128(found));
}

/* Writes those of eight ids that the bits tell: eight, of which so many count. */
static void put_ids(uint32_t *out, const uint32_t *ids, unsigned bits)
{
    const __m128i found = _mm_cvtsi64_si128((long long)numbers_of(bits, 0));
    const __m256i eight = _mm256_loadu_si256((const __m256i *)(const void *)ids);
    _mm256_storeu_si256((__m256i *)(void *)out,
                        _mm256_permutevar8x32_epi32(eight, _mm256_cvtepu8_epi32(found)));
}

/* Eight words of which those before `done` are none that there is. */
static __m128i drop_first(__m128i words, size_t done)
{
    static const int16_t drop[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm_or_si128(words, _mm_loadu_si128((const __m128i *)(const void *)(drop + 8 - done)));
}

/* Compares the eight ids from `from` on, as words in `some`, with sixteen of the block from `b` on,
 * `others` and `behind`. What is the same goes behind `found` others, of the ids only those that
 * `counted` has a bit of. Returns how many. */
ALWAYS_INLINE size_t meet_step(__m128i some, unsigned counted, const uint32_t *ids, size_t from,
                               __m128i others, __m128i behind, size_t b, target out, size_t found)
{
    const unsigned all = (words_among(some, others) | words_among(some, behind)) & counted;
    if (out.meeting) {
        const unsigned where = words_among(others, some);
        uint8_t *at = out.meeting->at + found;
        put_numbers(at, where, b);
        put_numbers(at + _mm_popcnt_u32(where), words_among(behind, some), b + 8);
        put_numbers(out.meeting->id + found, all, from);
    }
    if (out.ids) put_ids(out.ids + found, ids + from, all);
    return (size_t)_mm_popcnt_u32(all);
}

/* `less`: not above any id. All of them are within 16 bits of it. The last eight are looked at
 * again as far as they are not eight. */
ALWAYS_INLINE size_t meet_eights(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                                 uint32_t less, target out)
{
    const __m128i more = _mm_set1_epi32((int)(1 - less)); /* no id becomes 0 */
    size_t found = 0, a = 0, b = 0;
    while ((a + 8 <= count) & (b < WY_BLOCK)) {
        found += meet_step(words_of(ids + a, more), 0xFF, ids, a, words_of(block + b, more),
                           words_of(block + b + 8, more), b, out, found);
        const uint32_t last = ids[a + 7], other_last = block[b + 15];
        a += last <= other_last ? 8 : 0;
        b += other_last <= last ? 16 : 0;
    }
    if (a == count || b >= WY_BLOCK) return found;
    const size_t from = count - 8, done = a - from;
    const __m128i some = drop_first(words_of(ids + from, more), done);
    for (bool end = false; !end && b < WY_BLOCK; b += 16) {
        found += meet_step(some, 0xFFu << done, ids, from, words_of(block + b, more),
                           words_of(block + b + 8, more), b, out, found);
        end = block[b + 15] >= ids[count - 1];
    }
    return found;
}

/* Whether ids are so many, and so near each other, that eights are compared; *less: see there. */
static inline bool are_many(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                            uint32_t *less)
{
    enum { MANY = 34, NEAR = 65534 };
    if (count < MANY) return false;
    *less = block[0] < ids[0] ? block[0] : ids[0];
    return ids[count - 1] - *less < NEAR;
}

static size_t meet_one_by_one(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                              wy_meeting *out)
{
    return count < FEW ? look_few(block, ids, count, out)
                       : look_one_by_one(block, ids, count, (target){.meeting = out});
}

static size_t meet(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                   wy_meeting *out)
{
    uint32_t less;
    if (!are_many(block, ids, count, &less)) return meet_one_by_one(block, ids, count, out);
    return meet_eights(block, ids, count, less, (target){.meeting = out});
}

/* Whether the block has an id: compared with all, no step waits for another. */
static inline bool has_id(const uint32_t block[WY_BLOCK], uint32_t id)
{
    const __m256i wanted = _mm256_set1_epi32((int)id);
    __m256i same = _mm256_setzero_si256();
    for (size_t i = 0; i < WY_BLOCK; i += 8) {
        const __m256i eight = _mm256_loadu_si256((const __m256i *)(const void *)(block + i));
        same = _mm256_or_si256(same, _mm256_cmpeq_epi32(eight, wanted));
    }
    return !_mm256_testz_si256(same, same);
}

static size_t keep_few(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                       uint32_t *out)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (out) out[found] = ids[i];
        found += has_id(block, ids[i]);
    }
    return found;
}

static size_t keep_one_by_one(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count,
                              uint32_t *out)
{
    if (count < FEW) return keep_few(block, ids, count, out);
    return out ? look_one_by_one(block, ids, count, (target){.ids = out})
               : look_one_by_one(block, ids, count, (target){NULL, NULL});
}

static size_t keep(const uint32_t block[WY_BLOCK], const uint32_t *ids, size_t count, uint32_t *out)
{
    uint32_t less;
    if (!are_many(block, ids, count, &less)) return keep_one_by_one(block, ids, count, out);
    return out ? meet_eights(block, ids, count, less, (target){.ids = out})
               : meet_eights(block, ids, count, less, (target){NULL, NULL});
}

wy_meet_fn *wy_meet_avx2(void)
{
    if (!wy_cpu_has_avx2()) return NULL;
    return wy_cpu_has_fast_pdep() ? meet : meet_one_by_one;
}

wy_meet_keep_fn *wy_meet_keep_avx2(void)
{
    if (!wy_cpu_has_avx2()) return NULL;
    return wy_cpu_has_fast_pdep() ? keep : keep_one_by_one;
}

wy_meet_search_fn *wy_meet_search_avx2(void)
{
    return wy_cpu_has_avx2() ? search : NULL;
}

#else

wy_meet_search_fn *wy_meet_search_avx2(void)
{
    return NULL;
}

wy_meet_fn *wy_meet_avx2(void)
{
    return NULL;
}

wy_meet_keep_fn *wy_meet_keep_avx2(void)
{
    return NULL;
}

#endif
