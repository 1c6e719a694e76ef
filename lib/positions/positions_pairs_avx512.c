/*
 * positions/positions_pairs_avx512.c: pairs of positions with AVX-512, sixteen documents at once, a
 * lane each. It is what positions_pairs_avx2.c does; few documents are left to that.
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

/* 0 in the lanes that are not asked for. */
static inline __m512i gather_some(const uint32_t *from, __mmask16 some, __m512i index)
{
    return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), some, index, (const void *)from, 4);
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

static inline void store_bytes(uint8_t *out, __mmask16 some, __m128i bytes)
{
    _mm_storeu_si128((__m128i *)(void *)out, _mm_maskz_compress_epi8(some, bytes));
}

static void once(const wy_positions_pair *pair, const uint8_t *const at[2], size_t count,
                 wy_positions_both *out, bool several[2])
{
    if (count < SOME) {
        wy_positions_meeting_scalar.once(pair, at, count, out, several);
        return;
    }
    const wy_positions *const a = pair->terms[0], *const b = pair->terms[1];
    const __m512i least = _mm512_set1_epi32((int)pair->offsets[0]);
    const __m512i further = _mm512_set1_epi32((int)(pair->offsets[1] - pair->offsets[0]));
    __m128i numbers = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    unsigned any_a = 0, any_b = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i += LANES) {
        const __mmask16 valid = lanes_for(count - i);
        const __m512i in_a = postings_of(at[0] + i, valid), in_b = postings_of(at[1] + i, valid);
        const __m512i x = gather(a->firsts, in_a), y = gather(b->firsts, in_b);
        const unsigned more_a = bits_of(a->many, in_a) & valid;
        const unsigned more_b = bits_of(b->many, in_b) & valid;
        const unsigned fits = _mm512_cmpeq_epi32_mask(_mm512_add_epi32(x, further), y) &
                              _mm512_cmpge_epu32_mask(x, least) & valid;
        const __mmask16 kept = (__mmask16)(fits | more_a | more_b);
        any_a |= more_a;
        any_b |= more_b;
        /* Sixteen are written, from n <= i on. */
        store_bytes(out->number + n, kept, numbers);
        store_bytes(out->at[0] + n, kept, _mm512_cvtepi32_epi8(in_a));
        store_bytes(out->at[1] + n, kept, _mm512_cvtepi32_epi8(in_b));
        numbers = _mm_add_epi8(numbers, _mm_set1_epi8(LANES));
        n += (size_t)_mm_popcnt_u32(kept);
    }
    out->count = n;
    several[0] = any_a != 0;
    several[1] = any_b != 0;
}

/* What the positions of sixteen postings are found from. */
typedef struct lanes {
    const uint32_t *sums;
    __m512i size, first, limit, start, base;
} lanes;

static inline lanes lanes_of(const wy_positions *p, __m512i index)
{
    const __m512i low = _mm512_loadu_si512(p->bounds), high = _mm512_loadu_si512(p->bounds + 64);
    const __m512i bytes = _mm512_castsi128_si512(_mm512_cvtepi32_epi8(index));
    const __m512i bound = _mm512_cvtepu8_epi32(
        _mm512_castsi512_si128(_mm512_permutex2var_epi8(low, bytes, high)));
    const __mmask16 many = bits_of(p->many, index);
    const __m512i one = _mm512_set1_epi32(1);
    lanes out = {
        .sums = p->sums, .size = gather(p->freqs, index), .first = gather(p->firsts, index)};
    out.limit =
        _mm512_sllv_epi32(_mm512_add_epi32(_mm512_and_si512(bound, _mm512_set1_epi32(15)), one),
                          _mm512_srli_epi32(bound, 4));
    out.start = gather_some(p->starts, many, index);
    out.base = gather_some(p->sums, many, out.start); /* the first is 0 */
    return out;
}

/* Position number `k` of the postings that have one; those that go round their circle more than
 * once are added to *bad. */
static inline __m512i position_of(const lanes *l, int k, __mmask16 there, __mmask16 *bad)
{
    __m512i at = l->first;
    if (k > 0) {
        const __m512i place = _mm512_add_epi32(l->start, _mm512_set1_epi32(k));
        const __m512i way = _mm512_sub_epi32(gather_some(l->sums, there, place), l->base);
        *bad |= _mm512_mask_cmpge_epu32_mask(there, way, l->limit);
        at = _mm512_add_epi32(at, way);
    }
    /* Below the limit it becomes, without sign, greater than all that a position can be. */
    return _mm512_min_epu32(at, _mm512_sub_epi32(at, l->limit));
}

/* The sizes where both are known to be few enough, else 1, and *unknown. */
static inline void limit_sizes(lanes *a, lanes *b, __mmask16 *unknown)
{
    const __m512i one = _mm512_set1_epi32(1), fewer = _mm512_min_epu32(a->size, b->size),
                  more = _mm512_max_epu32(a->size, b->size);
    *unknown = _mm512_cmpgt_epu32_mask(fewer, _mm512_set1_epi32(WY_POSITIONS_PAIR_FEWER)) |
               _mm512_cmpgt_epu32_mask(more, _mm512_set1_epi32(WY_POSITIONS_PAIR_MORE));
    a->size = _mm512_mask_mov_epi32(a->size, *unknown, one);
    b->size = _mm512_mask_mov_epi32(b->size, *unknown, one);
}

/* Whose positions lie on no circle: those of outliers, whose sums may be anything. */
static inline __mmask16 are_no_circle(const lanes *l)
{
    return _mm512_cmpge_epu32_mask(l->first, l->limit) | _mm512_cmpgt_epu32_mask(l->size, l->limit);
}

/* A byte for each document, 0 where there is none. */
static __m128i pairs_of_sixteen(const wy_positions_pair *pair, const uint8_t *const at[2],
                                __mmask16 valid)
{
    lanes a = lanes_of(pair->terms[0], postings_of(at[0], valid));
    lanes b = lanes_of(pair->terms[1], postings_of(at[1], valid));
    const __m512i least = _mm512_set1_epi32((int)pair->offsets[0]);
    const __m512i further = _mm512_set1_epi32((int)(pair->offsets[1] - pair->offsets[0]));
    const __m512i one = _mm512_set1_epi32(1), none = _mm512_set1_epi32(-1);
    __m512i hits = _mm512_setzero_si512(), begins[WY_POSITIONS_PAIR_MORE];
    __mmask16 bad;
    limit_sizes(&a, &b, &bad);
    bad |= are_no_circle(&a) | are_no_circle(&b);
    int size = 0;
    for (; size < WY_POSITIONS_PAIR_MORE; size++) {
        const __mmask16 there = _mm512_cmpgt_epu32_mask(a.size, _mm512_set1_epi32(size));
        if (size > 0 && there == 0) break;
        const __m512i x = position_of(&a, size, there, &bad);
        const __mmask16 good = _mm512_mask_cmpge_epu32_mask(there, x, least);
        begins[size] = _mm512_mask_add_epi32(none, good, x, further);
    }
    for (int k = 0; k < WY_POSITIONS_PAIR_MORE; k++) {
        const __mmask16 there = _mm512_cmpgt_epu32_mask(b.size, _mm512_set1_epi32(k));
        if (k > 0 && there == 0) break;
        const __m512i y = position_of(&b, k, there, &bad);
        __mmask16 same = 0;
        for (int i = 0; i < size; i++) same |= _mm512_mask_cmpeq_epi32_mask(there, begins[i], y);
        hits = _mm512_mask_add_epi32(hits, same, hits, one);
    }
    hits = _mm512_mask_mov_epi32(hits, bad, _mm512_set1_epi32(WY_POSITIONS_UNKNOWN));
    return _mm512_cvtepi32_epi8(_mm512_maskz_mov_epi32(valid, hits));
}

static void pairs(const wy_positions_pair *pair, wy_positions_both *both,
                  uint8_t freqs[WY_BLOCK + 8])
{
    if (both->count < SOME) {
        wy_positions_meeting_avx2()->pairs(pair, both, freqs);
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < both->count; i += LANES) {
        const uint8_t *const at[2] = {both->at[0] + i, both->at[1] + i};
        const __mmask16 valid = lanes_for(both->count - i);
        const __m128i found = pairs_of_sixteen(pair, at, valid);
        const __mmask16 some = _mm_test_epi8_mask(found, found);
        /* What is written is before what is still to be read. */
        store_bytes(both->number + n, some, _mm_maskz_loadu_epi8(valid, both->number + i));
        store_bytes(freqs + n, some, found);
        n += (size_t)_mm_popcnt_u32(some);
    }
    both->count = n;
}

static const wy_positions_meeting meeting_avx512 = {once, pairs};

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
