/*
 * positions/positions_pairs_avx2.c: pairs of positions with AVX2: the firsts of many documents a
 * lane each, then the positions of a posting in one register.
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

static inline unsigned mask_of(__m256i wide)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(wide));
}

/* ---- Firsts: eight documents at once ------------------------------------------------------- */

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

static inline void store_bytes(uint8_t *out, uint64_t bytes)
{
    _mm_storel_epi64((__m128i *)(void *)out, _mm_cvtsi64_si128((long long)bytes));
}

static inline void store8(uint32_t *out, __m256i lanes)
{
    _mm256_storeu_si256((__m256i *)(void *)out, lanes);
}

/* Appends the numbers from `first` on that have a bit. */
static inline void put_open(wy_positions_both *out, size_t kind, unsigned bits, uint64_t numbers)
{
    const uint64_t bytes = _pdep_u64(bits, UINT64_C(0x0101010101010101)) * 0xFF;
    store_bytes(out->open[kind] + out->open_count[kind], _pext_u64(numbers, bytes));
    out->open_count[kind] += (size_t)_mm_popcnt_u32(bits);
}

static void once(const wy_positions_pair *pair, const uint8_t *const at[2], size_t count,
                 wy_positions_both *out)
{
    if (count < SOME) {
        wy_positions_meeting_scalar.once(pair, at, count, out);
        return;
    }
    const uint64_t each = UINT64_C(0x0101010101010101);
    const wy_positions *const a = pair->terms[0], *const b = pair->terms[1];
    const __m256i least = _mm256_set1_epi32((int)pair->offsets[0]);
    const __m256i further = _mm256_set1_epi32((int)(pair->offsets[1] - pair->offsets[0]));
    const __m256i nowhere = _mm256_set1_epi32(-1);
    uint64_t numbers = UINT64_C(0x0706050403020100);
    for (size_t k = 0; k < WY_PAIR_OPEN; k++) out->open_count[k] = 0;
    for (size_t i = 0; i < count; i += LANES, numbers += LANES * each) {
        const unsigned valid = count - i < LANES ? (1u << (count - i)) - 1 : 0xFF;
        const __m256i in_a = postings_of(at[0] + i), in_b = postings_of(at[1] + i);
        const __m256i x = gather(a->firsts, in_a), y = gather(b->firsts, in_b);
        const unsigned more_a = mask_of(bits_of(a->many, in_a)) & valid;
        const unsigned more_b = mask_of(bits_of(b->many, in_b)) & valid;
        const __m256i before = _mm256_sub_epi32(y, further), behind = _mm256_add_epi32(x, further);
        const __m256i good = not_below(x, least);
        const unsigned fits = mask_of(_mm256_and_si256(_mm256_cmpeq_epi32(behind, y), good));
        store8(out->wanted[0] + i, _mm256_blendv_epi8(nowhere, before, not_below(before, least)));
        store8(out->wanted[1] + i, _mm256_blendv_epi8(nowhere, behind, good));
        store_bytes(out->freqs + i, _pdep_u64(fits & valid & ~(more_a | more_b), each));
        put_open(out, WY_PAIR_FIRST, more_a & ~more_b, numbers);
        put_open(out, WY_PAIR_SECOND, more_b & ~more_a, numbers);
        put_open(out, WY_PAIR_BOTH, more_a & more_b, numbers);
    }
}

/* ---- Several positions: one document after another ------------------------------------------ */

/* The positions of a posting that has several, in no order. */
typedef struct eight {
    __m256i at;
    uint32_t size;
    bool unknown; /* there are more, or they go round their circle more than once, or they are
                     outliers, whose limit is 1 and whose sums may be anything */
} eight;

/* The first is below its limit: such values are read. */
static inline eight eight_of(const wy_positions *p, uint32_t index)
{
    const uint32_t size = p->freqs[index];
    const uint32_t *const sums = p->sums + p->starts[index];
    const uint32_t most = wy_bound_limit(p->bounds[index]);
    const __m256i limit = _mm256_set1_epi32((int)most);
    const __m256i way = _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(const void *)sums),
                                         _mm256_set1_epi32((int)sums[0]));
    const __m256i at = _mm256_add_epi32(way, _mm256_set1_epi32((int)p->firsts[index]));
    const unsigned beyond = mask_of(not_below(way, limit));
    /* Below the limit it becomes, without sign, greater than all that a position can be. */
    return (eight){_mm256_min_epu32(at, _mm256_sub_epi32(at, limit)), size,
                   (size > WY_POSITIONS_PAIR_MORE) | (size > most) |
                       (_bzhi_u32(beyond, size) != 0)};
}

static inline uint8_t count_wanted(const wy_positions *p, uint32_t index, uint32_t wanted)
{
    const eight e = eight_of(p, index);
    const unsigned same = mask_of(_mm256_cmpeq_epi32(e.at, _mm256_set1_epi32((int)wanted)));
    const int found = _mm_popcnt_u32(_bzhi_u32(same, e.size));
    return e.unknown ? WY_POSITIONS_UNKNOWN : (uint8_t)found;
}

/* The term with fewer positions: each of its first four is compared with all others. */
static inline uint8_t count_pairs(const wy_positions_pair *pair, const uint32_t index[2])
{
    const unsigned f = pair->terms[0]->freqs[index[0]] > pair->terms[1]->freqs[index[1]], m = !f;
    const eight few = eight_of(pair->terms[f], index[f]), many = eight_of(pair->terms[m], index[m]);
    const __m256i further = _mm256_set1_epi32((int)(pair->offsets[m] - pair->offsets[f]));
    /* Those that there are not stand nowhere. */
    const __m256i begins = _mm256_or_si256(_mm256_add_epi32(few.at, further),
                                           wy_behind(few.size % WY_POSITIONS_PAIR_MORE));
    const __m256i four = _mm256_permute2x128_si256(begins, begins, 0);
    const __m256i one = _mm256_cmpeq_epi32(many.at, _mm256_shuffle_epi32(four, 0x00));
    const __m256i two = _mm256_cmpeq_epi32(many.at, _mm256_shuffle_epi32(four, 0x55));
    const __m256i three = _mm256_cmpeq_epi32(many.at, _mm256_shuffle_epi32(four, 0xAA));
    const __m256i last = _mm256_cmpeq_epi32(many.at, _mm256_shuffle_epi32(four, 0xFF));
    __m256i same = _mm256_or_si256(_mm256_or_si256(one, two), _mm256_or_si256(three, last));
    same = _mm256_and_si256(same, not_below(many.at, _mm256_set1_epi32((int)pair->offsets[m])));
    const int found = _mm_popcnt_u32(_bzhi_u32(mask_of(same), many.size));
    const bool unknown = few.unknown | many.unknown | (few.size > WY_POSITIONS_PAIR_FEWER);
    return unknown ? WY_POSITIONS_UNKNOWN : (uint8_t)found;
}

static void pairs(const wy_positions_pair *pair, const uint8_t *const at[2],
                  wy_positions_both *both)
{
    for (unsigned t = 0; t < 2; t++) {
        const uint8_t *const open = both->open[t];
        for (size_t i = 0; i < both->open_count[t]; i++) {
            const uint32_t number = open[i];
            both->freqs[number] =
                count_wanted(pair->terms[t], at[t][number], both->wanted[t][number]);
        }
    }
    for (size_t i = 0; i < both->open_count[WY_PAIR_BOTH]; i++) {
        const uint32_t number = both->open[WY_PAIR_BOTH][i];
        const uint32_t index[2] = {at[0][number], at[1][number]};
        both->freqs[number] = count_pairs(pair, index);
    }
}

static size_t found(const wy_positions_both *both, size_t count, uint8_t *numbers, uint8_t *freqs)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t eight_numbers = UINT64_C(0x0706050403020100);
    size_t n = 0;
    for (size_t i = 0; i < count; i += 8, eight_numbers += 8 * each) {
        const uint64_t bytes =
            count - i < 8 ? wy_load64(both->freqs + i) & ((UINT64_C(1) << 8 * (count - i)) - 1)
                          : wy_load64(both->freqs + i);
        const __m128i none =
            _mm_cmpeq_epi8(_mm_cvtsi64_si128((long long)bytes), _mm_setzero_si128());
        const uint64_t some = ~(uint64_t)_mm_cvtsi128_si64(none);
        store_bytes(numbers + n, _pext_u64(eight_numbers, some));
        store_bytes(freqs + n, _pext_u64(bytes, some));
        n += (size_t)_mm_popcnt_u64(some) / 8;
    }
    return n;
}

static const wy_positions_meeting meeting_avx2 = {once, pairs, found};

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
