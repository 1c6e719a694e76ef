/*
 * codec/codec_avx512.c: the kernels that AVX-512 makes faster than AVX2 does; the others are those
 * of codec_avx2.c. Nothing in this file runs where these instructions are missing.
 */
#include "base/cpu.h"
#include "codec/codec_kernels.h"

#if defined(__AVX512VBMI2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

#include "codec/codec_avx2.h"
#include "codec/codec_write.h"

WY_ALWAYS_INLINE __m512i load16(const uint32_t *values)
{
    return _mm512_loadu_si512((const void *)values);
}

WY_ALWAYS_INLINE void store16(uint32_t *values, __m512i value)
{
    _mm512_storeu_si512((void *)values, value);
}

/* The lanes `by` places further up, zeros below. */
#define MOVE_UP(lanes, by) _mm512_alignr_epi32(lanes, _mm512_setzero_si512(), 16 - (by))

/* Sums over sixteen gaps - 1, and `carry`, the last id before, in all places. */
WY_ALWAYS_INLINE __m512i ascend_sixteen(__m512i value, __m512i *carry)
{
    const __m512i steps = _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    value = _mm512_add_epi32(value, MOVE_UP(value, 1));
    value = _mm512_add_epi32(value, MOVE_UP(value, 2));
    value = _mm512_add_epi32(value, MOVE_UP(value, 4));
    value = _mm512_add_epi32(value, MOVE_UP(value, 8));
    value = _mm512_add_epi32(value, steps);
    const __m512i ids = _mm512_add_epi32(value, *carry);
    *carry = _mm512_add_epi32(*carry, _mm512_permutexvar_epi32(_mm512_set1_epi32(15), value));
    return ids;
}

static void ascend(uint32_t base, uint32_t values[WY_BLOCK], size_t count)
{
    __m512i carry = _mm512_set1_epi32((int)base);
    for (size_t i = 0; i < count; i += 16)
        store16(values + i, ascend_sixteen(load16(values + i), &carry));
}

/* The numbers 0 to 63. */
WY_ALWAYS_INLINE __m512i all_numbers(void)
{
    return _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46,
                           45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28,
                           27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10,
                           9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

/* All ones of a word at once: their numbers are what is left of all numbers. Whole vectors are
 * stored, of which the next overwrite what is too much; never above WY_ENDS. */
WY_ALWAYS_INLINE size_t find_ones(const uint8_t *in, size_t length, uint64_t from, uint32_t *ends,
                                  size_t count)
{
    const __m512i numbers = all_numbers();
    size_t found = 0;
    uint64_t mask = UINT64_MAX << from % 8;
    for (size_t at = (size_t)from / 8; at < length; at += 8) {
        uint64_t word = load_word(in + at) & mask;
        mask = UINT64_MAX;
        if (length - at < 8) word &= UINT64_MAX >> (64 - 8 * (length - at));
        const __m512i some = _mm512_maskz_compress_epi8(word, numbers);
        const __m512i first = _mm512_set1_epi32((int)(8 * at));
        const unsigned more = (unsigned)_mm_popcnt_u64(word);
        uint32_t *const to = ends + found;
        const __m256i low = _mm512_castsi512_si256(some);
        store16(to, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm256_castsi256_si128(low)), first));
        store16(to + 16,
                _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm256_extracti128_si256(low, 1)), first));
        if (more > 32) {
            const __m256i high = _mm512_extracti64x4_epi64(some, 1);
            store16(to + 32,
                    _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm256_castsi256_si128(high)), first));
            store16(to + 48, _mm512_add_epi32(
                                 _mm512_cvtepu8_epi32(_mm256_extracti128_si256(high, 1)), first));
        }
        found += more;
        if (found >= count) return ends[count - 1] / 8 + 1;
    }
    return 0;
}

static size_t ones(const uint8_t *in, size_t length, uint64_t from, uint32_t *ends, size_t count)
{
    return find_ones(in, length, from, ends, count);
}

/* As in codec_avx2.c, of sixteen ids at a time. */
WY_ALWAYS_INLINE void take_ids(const uint8_t *in, const coded_symbols *s, bool small, unsigned bits,
                               uint32_t base, uint32_t *values)
{
    const symbol_tables t = set_tables();
    const __m128i shift = _mm_cvtsi32_si128((int)bits);
    __m512i carry = _mm512_set1_epi32((int)base);
    uint64_t bit = s->rests;
    for (size_t i = 0; i < WY_BLOCK; i += 16) {
        const __m128i some = _mm_loadu_si128((const __m128i *)(const void *)(s->symbols + i));
        const __m128i rests = _mm_shuffle_epi8(t.rest_low, some);
        const __m128i tops = _mm_shuffle_epi8(t.top_low, some);
        __m512i high;
        if (small) {
            const uint64_t first = take_some(in, &bit, (uint64_t)_mm_cvtsi128_si64(rests));
            const uint64_t second = take_some(in, &bit, (uint64_t)_mm_extract_epi64(rests, 1));
            high = _mm512_cvtepu8_epi32(
                _mm_or_si128(_mm_set_epi64x((long long)second, (long long)first), tops));
        } else {
            const __m128i rests_high = _mm_shuffle_epi8(t.rest_high, some);
            const __m128i tops_high = _mm_shuffle_epi8(t.top_high, some);
            const __m128i a = _mm_unpacklo_epi8(rests, rests_high),
                          b = _mm_unpackhi_epi8(rests, rests_high);
            const uint64_t one = take_some(in, &bit, (uint64_t)_mm_cvtsi128_si64(a));
            const uint64_t two = take_some(in, &bit, (uint64_t)_mm_extract_epi64(a, 1));
            const uint64_t three = take_some(in, &bit, (uint64_t)_mm_cvtsi128_si64(b));
            const uint64_t four = take_some(in, &bit, (uint64_t)_mm_extract_epi64(b, 1));
            const __m256i low = _mm256_set_m128i(_mm_unpackhi_epi8(tops, tops_high),
                                                 _mm_unpacklo_epi8(tops, tops_high));
            const __m256i all = _mm256_set_epi64x((long long)four, (long long)three,
                                                  (long long)two, (long long)one);
            high = _mm512_cvtepu16_epi32(_mm256_or_si256(low, all));
        }
        if (bits > 0) high = _mm512_or_si512(load16(values + i), _mm512_sll_epi32(high, shift));
        store16(values + i, ascend_sixteen(high, &carry));
    }
}

static size_t coded_ascending(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                              uint32_t base, uint32_t values[WY_BLOCK])
{
    coded_symbols s;
    if (!wy_avx2_read_symbols(in, length, set, WY_BLOCK, &s)) return 0;
    if (s.small)
        take_ids(in, &s, true, bits, base, values);
    else
        take_ids(in, &s, false, bits, base, values);
    return (size_t)(s.end + 7) / 8;
}

/* Sixteen numbers of a bit string, a lane each. */
WY_ALWAYS_INLINE __m512i sixteen_lows(const uint8_t *in, uint64_t bit, unsigned bits,
                                      uint64_t masks)
{
    const uint64_t first = _pdep_u64(bits_from(in, bit), masks);
    const uint64_t second = _pdep_u64(bits_from(in, bit + 8 * bits), masks);
    return _mm512_cvtepu8_epi32(_mm_set_epi64x((long long)second, (long long)first));
}

/* What sixteen codes tell of which the high parts end in `ends`. */
WY_ALWAYS_INLINE __m512i sixteen_codes(const uint32_t *ends, __m512i lows, __m128i shift)
{
    const __m512i high = _mm512_sub_epi32(_mm512_sub_epi32(load16(ends), load16(ends - 1)),
                                          _mm512_set1_epi32(1));
    return _mm512_or_si512(_mm512_sll_epi32(high, shift), lows);
}

/* As read_sparse, of sixteen values at a time. */
static size_t sparse(const uint8_t *in, size_t length, unsigned gap_bits, unsigned rest_bits,
                     uint32_t *values, size_t count)
{
    if (length == 0) return 0;
    const sparse_parts p = parts_of(in, gap_bits, rest_bits);
    uint32_t buffer[16 + WY_ENDS], *const ends = buffer + 16;
    const size_t bytes = find_ones(in, length, p.unary, ends, 2 * p.found);
    if (bytes == 0) return 0;
    ends[-1] = (uint32_t)p.unary - 1;
    const uint64_t each = UINT64_C(0x0101010101010101);
    const uint64_t gap_masks = each * ((1u << gap_bits) - 1),
                   rest_masks = each * ((1u << rest_bits) - 1);
    const __m128i gap_shift = _mm_cvtsi32_si128((int)gap_bits),
                  rest_shift = _mm_cvtsi32_si128((int)rest_bits);
    const __m512i one = _mm512_set1_epi32(1), limit = _mm512_set1_epi32((int)count);
    __m512i carry = _mm512_set1_epi32(-1);
    unsigned outside = 0;
    for (size_t i = 0; i < count; i += 16) _mm512_storeu_si512(values + i, _mm512_setzero_si512());
    for (size_t i = 0; i < p.found; i += 16) {
        const __mmask16 there =
            p.found - i < 16 ? (__mmask16)((1u << (p.found - i)) - 1) : (__mmask16)0xFFFF;
        const __m512i gaps =
            sixteen_codes(ends + i, sixteen_lows(in, p.gaps + i * gap_bits, gap_bits, gap_masks),
                          gap_shift);
        const __m512i rests = sixteen_codes(
            ends + p.found + i, sixteen_lows(in, p.rests + i * rest_bits, rest_bits, rest_masks),
            rest_shift);
        const __m512i at = ascend_sixteen(gaps, &carry);
        const __mmask16 inside = _mm512_mask_cmplt_epu32_mask(there, at, limit);
        _mm512_mask_i32scatter_epi32(values, inside, at, _mm512_add_epi32(rests, one), 4);
        outside |= (unsigned)(inside ^ there);
    }
    return outside ? 0 : bytes;
}

/* ---- Bounded blocks ----------------------------------------------------------------------- */

/* The four lanes of 16 bytes, added up by `add`. */
#define FOLD_LANES(add, lanes)                                                                     \
    add(add(_mm512_castsi512_si128(lanes), _mm512_extracti32x4_epi32(lanes, 1)),                   \
        add(_mm512_extracti32x4_epi32(lanes, 2), _mm512_extracti32x4_epi32(lanes, 3)))

/* What the bounds of WY_BLOCK values tell, of which each row of 16 has one of each group: bits of
 * each group's fraction, and of its low parts. */
WY_ALWAYS_INLINE void group_bits(__m512i bases, __m512i more_bases, __m512i lows,
                                 __m128i *all_fractions, __m128i *all_lows)
{
    const __m512i costs = _mm512_broadcast_i32x4(
        _mm_loadu_si128((const __m128i *)(const void *)wy_base_costs));
    const __m512i one = _mm512_set1_epi8(1);
    const __m128i up = _mm_set1_epi16(WY_BIT_COST - 1);
    const __m512i a = _mm512_shuffle_epi8(costs, bases),
                  b = _mm512_shuffle_epi8(costs, more_bases);
    /* Costs are read without sign. */
    const __m512i first = _mm512_maddubs_epi16(_mm512_unpacklo_epi8(a, b), one);
    const __m512i second = _mm512_maddubs_epi16(_mm512_unpackhi_epi8(a, b), one);
    *all_fractions =
        _mm_packus_epi16(bits_of_costs(_mm_add_epi16(FOLD_LANES(_mm_add_epi16, first), up)),
                         bits_of_costs(_mm_add_epi16(FOLD_LANES(_mm_add_epi16, second), up)));
    *all_lows = FOLD_LANES(_mm_add_epi8, lows);
}

/* The bits from each of eight places on, 57 at least. */
WY_ALWAYS_INLINE __m512i eight_at(const uint8_t *in, __m512i bit)
{
    const __m512i words = _mm512_i64gather_epi64(_mm512_srli_epi64(bit, 3), (const void *)in, 1);
    return _mm512_srlv_epi64(words, _mm512_and_si512(bit, _mm512_set1_epi64(7)));
}

WY_ALWAYS_INLINE __m512i fractions_at(__m512i words, __m512i width)
{
    return _mm512_srli_epi64(
        _mm512_sllv_epi64(words, _mm512_sub_epi64(_mm512_set1_epi64(64), width)), 32);
}

enum { ODD = 0xAAAA, EVEN = 0x5555 }; /* lanes of 32 bits */

WY_ALWAYS_INLINE __m512i even_of(__m512i lanes)
{
    return _mm512_maskz_mov_epi32(EVEN, lanes);
}

WY_ALWAYS_INLINE __m512i odd_of(__m512i lanes)
{
    return _mm512_srli_epi64(lanes, 32);
}

WY_ALWAYS_INLINE __m512i weave(__m512i even, __m512i odd)
{
    return _mm512_mask_shuffle_epi32(even, ODD, odd, _MM_PERM_CCAA);
}

/* starts[i] = sum of the bytes before byte i. *all: of all. */
WY_ALWAYS_INLINE __m512i sums_before(__m128i bytes, unsigned *all)
{
    const __m256i words = _mm256_cvtepu8_epi16(bytes);
    __m256i sums = _mm256_add_epi16(words, _mm256_slli_si256(words, 2));
    sums = _mm256_add_epi16(sums, _mm256_slli_si256(sums, 4));
    sums = _mm256_add_epi16(sums, _mm256_slli_si256(sums, 8));
    sums =
        _mm256_add_epi16(sums, _mm256_maskz_permutexvar_epi16(0xFF00, _mm256_set1_epi16(7), sums));
    *all = (unsigned)_mm256_extract_epi16(sums, 15);
    return _mm512_cvtepu16_epi32(_mm256_sub_epi16(sums, words));
}

/* The words from which groups are read: 57 bits at least from where each begins, and, where they
 * do not have the low parts too, the same from where these begin. */
typedef struct group_words {
    __m512i even, odd, even_low, odd_low;
} group_words;

/* From memory; `in`, from where the block begins, in whose first byte `start` begins. */
WY_ALWAYS_INLINE void gather_words(const uint8_t *in, __m512i start, __m512i width,
                                   group_words *words)
{
    const __m512i even_at = even_of(start), odd_at = odd_of(start);
    words->even = eight_at(in, even_at);
    words->odd = eight_at(in, odd_at);
    words->even_low = eight_at(in, _mm512_add_epi64(even_at, even_of(width)));
    words->odd_low = eight_at(in, _mm512_add_epi64(odd_at, odd_of(width)));
}

enum {
    WINDOW = 128, /* bytes of two registers */
    MOST = 57,    /* bits of a group that one word has */
};
_Static_assert((7 + 16 * MOST + 7) / 8 < WINDOW - 8, "such groups must be in two registers");

/* The same where no group has more than MOST bits, from `bytes` bytes, which are in two registers:
 * the words have the low parts too. */
WY_ALWAYS_INLINE void pick_words(const uint8_t *in, unsigned bytes, __m512i start,
                                 group_words *words)
{
    const __m512i low = _mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, bytes), in);
    const __m512i high =
        _mm512_maskz_loadu_epi8(bytes < 64 ? 0 : _bzhi_u64(UINT64_MAX, bytes - 64), in + 64);
    const __m512i numbers = _mm512_set1_epi64(UINT64_C(0x0706050403020100));
    const __m512i evens = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0808080808080808, 0)),
                  odds = _mm512_broadcast_i32x4(
                      _mm_set_epi64x(0x0C0C0C0C0C0C0C0C, 0x0404040404040404));
    const __m512i byte = _mm512_srli_epi32(start, 3);
    const __m512i bits = _mm512_and_si512(start, _mm512_set1_epi32(7));
    const __m512i even_at = _mm512_add_epi8(_mm512_shuffle_epi8(byte, evens), numbers);
    const __m512i odd_at = _mm512_add_epi8(_mm512_shuffle_epi8(byte, odds), numbers);
    words->even = _mm512_srlv_epi64(_mm512_permutex2var_epi8(low, even_at, high), even_of(bits));
    words->odd = _mm512_srlv_epi64(_mm512_permutex2var_epi8(low, odd_at, high), odd_of(bits));
}

/* As read_eights of codec_avx2.c, all sixteen groups at once. */
WY_ALWAYS_INLINE void read_sixteen(const group_words *words, __m512i width, bool near,
                                   const uint8_t *bases, const uint8_t *lows, uint32_t *values,
                                   size_t groups)
{
    const __m512i one = _mm512_set1_epi32(1), all = _mm512_set1_epi32(-1);
    const __m512i even_width = even_of(width), odd_width = odd_of(width);
    __m512i even = fractions_at(words->even, even_width);
    __m512i odd = fractions_at(words->odd, odd_width);
    __m512i low = near ? weave(_mm512_srlv_epi64(words->even, even_width),
                               _mm512_srlv_epi64(words->odd, odd_width))
                       : weave(words->even_low, words->odd_low);
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < 8; row++) {
        const __m128i *const base_row = (const __m128i *)(const void *)(bases + 16 * row);
        const __m128i *const low_row = (const __m128i *)(const void *)(lows + 16 * row);
        const __m512i base = _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm_loadu_si128(base_row)), one);
        const __m512i bits = _mm512_cvtepu8_epi32(_mm_loadu_si128(low_row));
        even = _mm512_mul_epu32(even, base); /* takes the low half: what is below one */
        odd = _mm512_mul_epu32(odd, odd_of(base));
        const __m512i high = _mm512_mask_shuffle_epi32(odd, EVEN, even, _MM_PERM_DDBB);
        const __m512i above = _mm512_sllv_epi32(all, bits);
        /* high << bits | low & ~above. What is behind the groups that there are the next row
         * overwrites, never beyond WY_BLOCK values. */
        store16(values + groups * row,
                _mm512_ternarylogic_epi32(_mm512_sllv_epi32(high, bits), low, above, 0xF4));
        low = _mm512_srlv_epi32(low, bits);
    }
}

/* The bounds of `groups` groups, whose rows follow each other, as rows of sixteen. Those of groups
 * that there are not are 0, with which they take no bits. */
WY_ALWAYS_INLINE void spread_rows(__m512i *first, __m512i *second, size_t groups)
{
    const __m512i rows =
        _mm512_set_epi64(0x0303030303030303, 0x0303030303030303, 0x0202020202020202,
                         0x0202020202020202, 0x0101010101010101, 0x0101010101010101, 0, 0);
    const __m512i lanes =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    const __m512i begins =
        _mm512_shuffle_epi8(_mm512_set1_epi32((int)(0x03020100 * (uint32_t)groups)), rows);
    const __m512i at = _mm512_add_epi8(begins, lanes);
    const __m512i behind = _mm512_add_epi8(at, _mm512_set1_epi8((char)(4 * groups)));
    const __mmask64 some = UINT64_C(0x0001000100010001) * ((UINT64_C(1) << groups) - 1);
    const __m512i a = *first, b = *second;
    *first = _mm512_maskz_permutex2var_epi8(some, a, at, b);
    *second = _mm512_maskz_permutex2var_epi8(some, a, behind, b);
}

WY_ALWAYS_INLINE uint64_t read_bounded(const uint8_t *in, uint64_t all, uint64_t bit,
                                       uint8_t *bounds, uint32_t *values, size_t count)
{
    enum { LANE = 32 }; /* bits of low parts of a group that a lane has */
    _Alignas(64) uint8_t bases[WY_BLOCK], lows[WY_BLOCK];
    __m128i fractions, low_bits;
    const size_t groups = (count + 7) / 8;
    const __m512i nibble = _mm512_set1_epi8(15);
    __m512i a, b;
    if (count == WY_BLOCK) {
        a = _mm512_loadu_si512((const void *)bounds);
        b = _mm512_loadu_si512((const void *)(bounds + 64));
    } else {
        a = _mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, (unsigned)count), bounds);
        b = _mm512_maskz_loadu_epi8(count < 64 ? 0 : _bzhi_u64(UINT64_MAX, (unsigned)count - 64),
                                    bounds + 64);
        spread_rows(&a, &b, groups);
    }
    const __m512i base_a = _mm512_and_si512(a, nibble), base_b = _mm512_and_si512(b, nibble);
    const __m512i low_a = _mm512_and_si512(_mm512_srli_epi16(a, 4), nibble),
                  low_b = _mm512_and_si512(_mm512_srli_epi16(b, 4), nibble);
    _mm512_store_si512(bases, base_a);
    _mm512_store_si512(bases + 64, base_b);
    _mm512_store_si512(lows, low_a);
    _mm512_store_si512(lows + 64, low_b);
    group_bits(base_a, base_b, _mm512_add_epi8(low_a, low_b), &fractions, &low_bits);
    if (any_above(low_bits, LANE)) return wy_avx2_bounded(in, all, bit, bounds, values, count);
    const __m128i sizes = _mm_add_epi8(fractions, low_bits);
    unsigned size;
    const __m512i start =
        _mm512_add_epi32(sums_before(sizes, &size), _mm512_set1_epi32((int)(bit % 8)));
    const __m512i width = _mm512_cvtepu8_epi32(fractions);
    const unsigned bytes = ((unsigned)(bit % 8) + size + 7) / 8;
    const uint8_t *const from = in + bit / 8;
    group_words words;
    if (bit + size > all) return UINT64_MAX;
    if (any_above(sizes, MOST)) {
        gather_words(from, start, width, &words);
        read_sixteen(&words, width, false, bases, lows, values, groups);
    } else {
        pick_words(from, bytes, start, &words);
        read_sixteen(&words, width, true, bases, lows, values, groups);
    }
    return bit + size;
}

static uint64_t bounded(const uint8_t *in, uint64_t all, uint64_t bit, uint8_t *bounds,
                        uint32_t *values, size_t count)
{
    return count == WY_BLOCK ? read_bounded(in, all, bit, bounds, values, WY_BLOCK)
                             : read_bounded(in, all, bit, bounds, values, count);
}

static const wy_codec codec_avx512 = {
    "avx512", wy_avx2_unpack, wy_avx2_unpack_ascending, ascend,        wy_avx2_count_up,
    ones,     wy_avx2_join,   wy_avx2_join_ascending,   wy_avx2_coded, coded_ascending,
    sparse,   bounded,        &wy_writing_avx2};

const wy_codec *wy_codec_avx512(void)
{
    return wy_cpu_has_avx512() && wy_cpu_has_fast_pdep() ? &codec_avx512 : NULL;
}

#else

const wy_codec *wy_codec_avx512(void)
{
    return NULL;
}

#endif
