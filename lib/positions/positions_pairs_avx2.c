/*
 * positions/positions_pairs_avx2.c: pairs of positions with AVX2: of many documents a lane each, of
 * few the positions of a posting in one register.
 */
#include "base/cpu.h"
#include "positions/positions_pairs.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "base/reader.h"
#include "positions/positions_eight_avx2.h"

/* All ones where a >= b, without sign. */
static inline __m256i not_below(__m256i a, __m256i b)
{
    return _mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a);
}

/* ---- One document after another ------------------------------------------------------------ */

static uint8_t pairs_of_one(const wy_positions_pair *pair, const uint32_t index[2])
{
    uint32_t size[2] = {pair->terms[0]->freqs[index[0]], pair->terms[1]->freqs[index[1]]};
    /* The term with fewer positions: each of its first four is compared with all others. */
    const unsigned f = size[0] > size[1], m = !f;
    const unsigned known = size[f] <= WY_POSITIONS_PAIR_FEWER && size[m] <= WY_POSITIONS_PAIR_MORE;
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
    same = _mm256_and_si256(same, not_below(many, offset));
    const int bits = _mm256_movemask_ps(_mm256_castsi256_ps(same));
    return (known & round) != 0 ? (uint8_t)_mm_popcnt_u32((unsigned)bits) : WY_POSITIONS_UNKNOWN;
}

/* ---- Eight documents at once --------------------------------------------------------------- */

enum { LANES = 8, SOME = 4 /* with fewer documents it does not pay */ };

static inline __m256i gather(const uint32_t *from, __m256i index)
{
    return _mm256_i32gather_epi32((const int *)(const void *)from, index, 4);
}

/* Eight postings, a lane each. */
static inline __m256i postings_of(const uint8_t *at)
{
    const __m256i wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)at));
    return _mm256_and_si256(wide, _mm256_set1_epi32(WY_BLOCK - 1)); /* also what is undefined */
}

/* The bits of the postings, each the highest of its lane. */
static inline __m256i bits_of(const uint64_t bits[WY_BLOCK / 64], __m256i index)
{
    const __m256i all =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)bits));
    const __m256i words = _mm256_permutevar8x32_epi32(all, _mm256_srli_epi32(index, 5));
    /* Where bit n is to become bit 31, it moves up by 31 - n. */
    const __m256i up = _mm256_andnot_si256(index, _mm256_set1_epi32(31));
    return _mm256_sllv_epi32(words, up);
}

static inline unsigned mask_of(__m256i wide)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(wide));
}

static inline void store_bytes(uint8_t *out, uint64_t bytes)
{
    _mm_storel_epi64((__m128i *)(void *)out, _mm_cvtsi64_si128((long long)bytes));
}

static void once(const wy_positions_pair *pair, const uint8_t *const at[2], size_t count,
                 wy_positions_both *out, bool several[2])
{
    if (count < SOME) {
        wy_positions_meeting_scalar.once(pair, at, count, out, several);
        return;
    }
    const uint64_t each = UINT64_C(0x0101010101010101), numbers = UINT64_C(0x0706050403020100);
    const wy_positions *const a = pair->terms[0], *const b = pair->terms[1];
    const __m256i least = _mm256_set1_epi32((int)pair->offsets[0]);
    const __m256i further = _mm256_set1_epi32((int)(pair->offsets[1] - pair->offsets[0]));
    unsigned any_a = 0, any_b = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i += LANES) {
        const unsigned valid = count - i < LANES ? (1u << (count - i)) - 1 : 0xFF;
        const __m256i in_a = postings_of(at[0] + i), in_b = postings_of(at[1] + i);
        const __m256i x = gather(a->firsts, in_a), y = gather(b->firsts, in_b);
        const __m256i more_a = bits_of(a->many, in_a), more_b = bits_of(b->many, in_b);
        const __m256i fits = _mm256_and_si256(_mm256_cmpeq_epi32(_mm256_add_epi32(x, further), y),
                                              not_below(x, least));
        const __m256i more = _mm256_or_si256(more_a, more_b);
        const unsigned kept = mask_of(_mm256_or_si256(fits, more)) & valid;
        any_a |= mask_of(more_a) & valid;
        any_b |= mask_of(more_b) & valid;
        const uint64_t bytes = _pdep_u64(kept, each) * 0xFF;
        store_bytes(out->number + n, _pext_u64(numbers + i * each, bytes));
        store_bytes(out->at[0] + n, _pext_u64(wy_load64(at[0] + i), bytes));
        store_bytes(out->at[1] + n, _pext_u64(wy_load64(at[1] + i), bytes));
        n += (size_t)_mm_popcnt_u32(kept);
    }
    out->count = n;
    several[0] = any_a != 0;
    several[1] = any_b != 0;
}

/* What the positions of eight postings are found from. */
typedef struct lanes {
    const uint32_t *sums;
    __m256i size, first, limit, start, base;
} lanes;

static inline lanes lanes_of(const wy_positions *p, __m256i index)
{
    const int *bounds = (const int *)(const void *)p->bounds; /* not the last thing there */
    const __m256i bound =
        _mm256_and_si256(_mm256_i32gather_epi32(bounds, index, 1), _mm256_set1_epi32(0xFF));
    const __m256i one = _mm256_set1_epi32(1);
    lanes out = {
        .sums = p->sums, .size = gather(p->freqs, index), .first = gather(p->firsts, index)};
    out.limit =
        _mm256_sllv_epi32(_mm256_add_epi32(_mm256_and_si256(bound, _mm256_set1_epi32(15)), one),
                          _mm256_srli_epi32(bound, 4));
    out.start =
        _mm256_and_si256(gather(p->starts, index), _mm256_srai_epi32(bits_of(p->many, index), 31));
    out.base = gather(p->sums, out.start);
    return out;
}

/* Position number `k` of each posting; *bad: all ones where one that there is goes round its circle
 * more than once. */
static inline __m256i position_of(const lanes *l, int k, __m256i there, __m256i *bad)
{
    __m256i at = l->first;
    if (k > 0) {
        const __m256i place = _mm256_add_epi32(l->start, _mm256_set1_epi32(k));
        const __m256i way = _mm256_sub_epi32(gather(l->sums, place), l->base);
        *bad = _mm256_or_si256(*bad, _mm256_and_si256(there, not_below(way, l->limit)));
        at = _mm256_add_epi32(at, way);
    }
    /* Below the limit it becomes, without sign, greater than all that a position can be. */
    return _mm256_min_epu32(at, _mm256_sub_epi32(at, l->limit));
}

/* The sizes where both are known to be few enough, else 1; all ones in *unknown where not. */
static inline void limit_sizes(lanes *a, lanes *b, __m256i *unknown)
{
    const __m256i fewer = _mm256_min_epu32(a->size, b->size),
                  more = _mm256_max_epu32(a->size, b->size);
    *unknown = _mm256_or_si256(not_below(fewer, _mm256_set1_epi32(WY_POSITIONS_PAIR_FEWER + 1)),
                               not_below(more, _mm256_set1_epi32(WY_POSITIONS_PAIR_MORE + 1)));
    const __m256i one = _mm256_set1_epi32(1);
    a->size = _mm256_blendv_epi8(a->size, one, *unknown);
    b->size = _mm256_blendv_epi8(b->size, one, *unknown);
}

/* All ones where the positions lie on no circle: those of outliers, whose sums may be anything. */
static inline __m256i is_no_circle(const lanes *l)
{
    return _mm256_or_si256(not_below(l->first, l->limit), _mm256_cmpgt_epi32(l->size, l->limit));
}

/* A byte each for the first `count` of eight documents, 0 for the others. These are taken for the
 * first posting of each term. */
static uint64_t pairs_of_eight(const wy_positions_pair *pair, const uint8_t *const at[2],
                               uint32_t count)
{
    const __m256i others = count < LANES ? wy_behind(count) : _mm256_setzero_si256();
    lanes a = lanes_of(pair->terms[0], _mm256_andnot_si256(others, postings_of(at[0])));
    lanes b = lanes_of(pair->terms[1], _mm256_andnot_si256(others, postings_of(at[1])));
    const __m256i least = _mm256_set1_epi32((int)pair->offsets[0]);
    const __m256i further = _mm256_set1_epi32((int)(pair->offsets[1] - pair->offsets[0]));
    const __m256i none = _mm256_set1_epi32(-1);
    __m256i bad, hits = _mm256_setzero_si256(), begins[WY_POSITIONS_PAIR_MORE];
    limit_sizes(&a, &b, &bad);
    bad = _mm256_or_si256(bad, is_no_circle(&a));
    bad = _mm256_or_si256(bad, is_no_circle(&b));
    int size = 0;
    for (; size < WY_POSITIONS_PAIR_MORE; size++) {
        const __m256i there = _mm256_cmpgt_epi32(a.size, _mm256_set1_epi32(size));
        if (size > 0 && mask_of(there) == 0) break;
        const __m256i x = position_of(&a, size, there, &bad);
        const __m256i good = _mm256_and_si256(there, not_below(x, least));
        begins[size] = _mm256_blendv_epi8(none, _mm256_add_epi32(x, further), good);
    }
    for (int k = 0; k < WY_POSITIONS_PAIR_MORE; k++) {
        const __m256i there = _mm256_cmpgt_epi32(b.size, _mm256_set1_epi32(k));
        if (k > 0 && mask_of(there) == 0) break;
        const __m256i y = position_of(&b, k, there, &bad);
        __m256i same = _mm256_setzero_si256();
        for (int i = 0; i < size; i++)
            same = _mm256_or_si256(same, _mm256_cmpeq_epi32(begins[i], y));
        hits = _mm256_sub_epi32(hits, _mm256_and_si256(same, there));
    }
    hits = _mm256_andnot_si256(others, _mm256_or_si256(hits, _mm256_srli_epi32(bad, 24)));
    const __m128i words =
        _mm_packus_epi32(_mm256_castsi256_si128(hits), _mm256_extracti128_si256(hits, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(words, words));
}

static void pairs(const wy_positions_pair *pair, wy_positions_both *both,
                  uint8_t freqs[WY_BLOCK + 8])
{
    size_t i = 0, n = 0;
    for (; i + SOME <= both->count; i += LANES) {
        const uint8_t *const at[2] = {both->at[0] + i, both->at[1] + i};
        const size_t left = both->count - i;
        const uint64_t eight =
            pairs_of_eight(pair, at, left < LANES ? (uint32_t)left : (uint32_t)LANES);
        const __m128i none =
            _mm_cmpeq_epi8(_mm_cvtsi64_si128((long long)eight), _mm_setzero_si128());
        const uint64_t some = ~(uint64_t)_mm_cvtsi128_si64(none);
        /* What is written is before what is still to be read. */
        store_bytes(both->number + n, _pext_u64(wy_load64(both->number + i), some));
        store_bytes(freqs + n, _pext_u64(eight, some));
        n += (size_t)_mm_popcnt_u64(some) / 8;
    }
    for (; i < both->count; i++) {
        const uint32_t index[2] = {both->at[0][i], both->at[1][i]};
        freqs[n] = pairs_of_one(pair, index);
        both->number[n] = both->number[i];
        n += freqs[n] > 0;
    }
    both->count = n;
}

static const wy_positions_meeting meeting_avx2 = {once, pairs};

const wy_positions_meeting *wy_positions_meeting_avx2(void)
{
    return wy_cpu_has_avx2() && wy_cpu_has_fast_pdep() ? &meeting_avx2 : NULL;
}

#else

const wy_positions_meeting *wy_positions_meeting_avx2(void)
{
    return NULL;
}

#endif
