/*
 * codec/codec_avx2.c: the kernels for AVX2 and BMI. Nothing in it runs where these are missing.
 */
#include "base/cpu.h"
#include "codec/codec_kernels.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <assert.h>
#include <immintrin.h>

#include "codec/codec_avx2.h"
#include "codec/codec_write.h"

/* Row `row` of a block of `bits` bits a value: four values, one of each lane. */
WY_ALWAYS_INLINE __m128i unpack_row(const uint8_t *in, const unsigned bits, const unsigned row)
{
    const unsigned shift = row * bits % 32;
    const __m128i *word = (const __m128i *)(const void *)(in + row * bits / 32 * 16);
    __m128i value = _mm_srli_epi32(_mm_loadu_si128(word), (int)shift);
    if (shift + bits > 32)
        value = _mm_or_si128(value, _mm_slli_epi32(_mm_loadu_si128(word + 1), (int)(32 - shift)));
    if (shift + bits != 32)
        value = _mm_and_si128(value, _mm_set1_epi32((int)(UINT32_MAX >> (32 - bits))));
    return value;
}

/* Sums over a row of gaps - 1, and `carry`, the last id before, in all four places. The chain from
 * row to row is one addition: the row's own sum does not wait for the carry. */
WY_ALWAYS_INLINE __m128i ascend_row(__m128i value, __m128i *carry)
{
    value = _mm_add_epi32(value, _mm_set1_epi32(1));
    value = _mm_add_epi32(value, _mm_slli_si128(value, 4));
    value = _mm_add_epi32(value, _mm_slli_si128(value, 8));
    __m128i ids = _mm_add_epi32(value, *carry);
    *carry = _mm_add_epi32(*carry, _mm_shuffle_epi32(value, 0xFF));
    return ids;
}

WY_ALWAYS_INLINE void store_row(uint32_t *values, const unsigned row, __m128i value)
{
    _mm_storeu_si128((__m128i *)(void *)(values + 4 * row), value);
}

WY_ALWAYS_INLINE void unpack_width(const uint8_t *in, const unsigned bits, uint32_t *values)
{
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < WY_ROWS; row++) store_row(values, row, unpack_row(in, bits, row));
}

WY_ALWAYS_INLINE void ascending_width(const uint8_t *in, const unsigned bits, uint32_t base,
                                      uint32_t *values)
{
    __m128i carry = _mm_set1_epi32((int)base);
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < WY_ROWS; row++)
        store_row(values, row, ascend_row(unpack_row(in, bits, row), &carry));
}

#define UNPACK(bits)                                                                               \
    static void unpack_##bits(const uint8_t *in, uint32_t *values)                                 \
    {                                                                                              \
        unpack_width(in, bits, values);                                                            \
    }                                                                                              \
    static void ascending_##bits(const uint8_t *in, uint32_t base, uint32_t *values)               \
    {                                                                                              \
        ascending_width(in, bits, base, values);                                                   \
    }
WY_EACH_WIDTH(UNPACK)

#define NAME(bits) unpack_##bits,
static wy_unpack_fn *const unpackers[33] = {NULL, WY_EACH_WIDTH(NAME)};
#define NAME_ASCENDING(bits) ascending_##bits,
static wy_unpack_ascending_fn *const ascending_unpackers[33] = {NULL,
                                                                WY_EACH_WIDTH(NAME_ASCENDING)};

void wy_avx2_unpack(const uint8_t *in, unsigned bits, uint32_t values[WY_BLOCK])
{
    assert(bits <= 32);
    if (bits == 0)
        memset(values, 0, WY_BLOCK * sizeof *values);
    else
        unpackers[bits](in, values);
}

void wy_avx2_unpack_ascending(const uint8_t *in, unsigned bits, uint32_t base,
                              uint32_t values[WY_BLOCK])
{
    assert(bits <= 32);
    if (bits == 0)
        for (uint32_t i = 0; i < WY_BLOCK; i++) values[i] = base + i + 1;
    else
        ascending_unpackers[bits](in, base, values);
}

/* As ascend_row, of eight at a time. */
WY_ALWAYS_INLINE __m256i ascend_eight(__m256i value, __m256i *carry)
{
    const __m256i fourth = _mm256_setr_epi32(3, 3, 3, 3, 3, 3, 3, 3), eighth = _mm256_set1_epi32(7);
    const __m256i steps = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8);
    value = _mm256_add_epi32(value, _mm256_slli_si256(value, 4));
    value = _mm256_add_epi32(value, _mm256_slli_si256(value, 8));
    const __m256i low = _mm256_permutevar8x32_epi32(value, fourth);
    value = _mm256_add_epi32(value, _mm256_blend_epi32(_mm256_setzero_si256(), low, 0xF0));
    value = _mm256_add_epi32(value, steps);
    const __m256i ids = _mm256_add_epi32(value, *carry);
    *carry = _mm256_add_epi32(*carry, _mm256_permutevar8x32_epi32(value, eighth));
    return ids;
}

static void ascend(uint32_t base, uint32_t values[WY_BLOCK], size_t count)
{
    __m256i carry = _mm256_set1_epi32((int)base);
    for (size_t i = 0; i < count; i += 8) {
        __m256i *const at = (__m256i *)(void *)(values + i);
        _mm256_storeu_si256(at, ascend_eight(_mm256_loadu_si256(at), &carry));
    }
}

bool wy_avx2_count_up(uint32_t values[WY_BLOCK])
{
    const __m256i minus_one = _mm256_set1_epi32(-1);
    __m256i least = minus_one;
    for (size_t i = 0; i < WY_BLOCK; i += 8) {
        __m256i *at = (__m256i *)(void *)(values + i);
        const __m256i more = _mm256_sub_epi32(_mm256_loadu_si256(at), minus_one);
        least = _mm256_min_epu32(least, more);
        _mm256_storeu_si256(at, more);
    }
    return _mm256_testz_si256(_mm256_cmpeq_epi32(least, _mm256_setzero_si256()), minus_one);
}

/* By byte: the numbers of its ones, in order, a byte each. */
#define NUMBER(byte, bit)                                                                          \
    ((uint64_t)((byte) >> (bit)&1u) * (uint64_t)(bit)                                              \
     << 8 * __builtin_popcount((unsigned)(byte) & ((1u << (bit)) - 1)))
#define NUMBERS(byte)                                                                              \
    NUMBER(byte, 1) | NUMBER(byte, 2) | NUMBER(byte, 3) | NUMBER(byte, 4) | NUMBER(byte, 5) |      \
        NUMBER(byte, 6) | NUMBER(byte, 7)
#define FOUR_BYTES(b) NUMBERS(b), NUMBERS((b) + 1), NUMBERS((b) + 2), NUMBERS((b) + 3)
#define SIXTEEN_BYTES(b)                                                                           \
    FOUR_BYTES(b), FOUR_BYTES((b) + 4), FOUR_BYTES((b) + 8), FOUR_BYTES((b) + 12)
#define MORE_BYTES(b)                                                                              \
    SIXTEEN_BYTES(b), SIXTEEN_BYTES((b) + 16), SIXTEEN_BYTES((b) + 32), SIXTEEN_BYTES((b) + 48)
static const uint64_t numbers_of_ones[256] = {MORE_BYTES(0), MORE_BYTES(64), MORE_BYTES(128),
                                              MORE_BYTES(192)};

/*
 * A byte at a time: all eight places are written, the last of which the next byte overwrites. No
 * branch is foretold wrongly; a byte of what is read here has two to four ones.
 */
WY_ALWAYS_INLINE size_t find_ones(const uint8_t *in, size_t length, uint64_t from, uint32_t *ends,
                                  size_t count)
{
    const __m256i eight = _mm256_set1_epi32(8);
    __m256i first = _mm256_set1_epi32((int)(from / 8 * 8)); /* number of the byte's lowest bit */
    size_t found = 0;
    uint64_t mask = UINT64_MAX << from % 8;
    for (size_t at = (size_t)from / 8; at < length; at += 8) {
        uint64_t word = load_word(in + at) & mask;
        mask = UINT64_MAX;
        if (length - at < 8) word &= UINT64_MAX >> (64 - 8 * (length - at));
        /* Not above WY_ENDS: `found` was below count, and 64 at most are written. */
        WY_UNROLL_ROWS
        for (unsigned byte = 0; byte < 8; byte++) {
            const uint8_t bits = (uint8_t)(word >> 8 * byte);
            const __m128i *numbers = (const __m128i *)(const void *)(numbers_of_ones + bits);
            const __m256i wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64(numbers));
            _mm256_storeu_si256((__m256i *)(void *)(ends + found), _mm256_add_epi32(wide, first));
            first = _mm256_add_epi32(first, eight);
            found += (size_t)_mm_popcnt_u32(bits);
        }
        if (found >= count) return ends[count - 1] / 8 + 1;
    }
    return 0;
}

static size_t ones(const uint8_t *in, size_t length, uint64_t from, uint32_t *ends, size_t count)
{
    return find_ones(in, length, from, ends, count);
}

WY_ALWAYS_INLINE __m256i load8(const uint32_t *values)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)values);
}

WY_ALWAYS_INLINE void store8(uint32_t *values, __m256i value)
{
    _mm256_storeu_si256((__m256i *)(void *)values, value);
}

uint32_t wy_avx2_join(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK])
{
    const __m128i shift = _mm_cvtsi32_si128((int)bits);
    const __m256i one = _mm256_set1_epi32(1);
    __m256i all = _mm256_setzero_si256();
    for (size_t i = 0; i < WY_BLOCK; i += 8) {
        __m256i high = _mm256_sub_epi32(load8(ends + i), load8(ends + i - 1));
        high = _mm256_sub_epi32(high, one);
        all = _mm256_or_si256(all, high);
        store8(values + i, _mm256_or_si256(load8(values + i), _mm256_sll_epi32(high, shift)));
    }
    __m128i half = _mm_or_si128(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    half = _mm_or_si128(half, _mm_srli_si128(half, 8));
    half = _mm_or_si128(half, _mm_srli_si128(half, 4));
    return (uint32_t)_mm_cvtsi128_si32(half);
}

void wy_avx2_join_ascending(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK])
{
    const __m128i shift = _mm_cvtsi32_si128((int)bits);
    const __m256i eight = _mm256_set1_epi32(8);
    __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (size_t i = 0; i < WY_BLOCK; i += 8) {
        __m256i high = _mm256_sll_epi32(_mm256_sub_epi32(load8(ends + i), index), shift);
        store8(values + i, _mm256_add_epi32(load8(values + i), high));
        index = _mm256_add_epi32(index, eight);
    }
}

/* What becomes of eight numbers, which are above `shift` bits that are there if `planes`: values, or
 * with `carry` ids. */
WY_ALWAYS_INLINE void add_eight(__m256i high, __m128i shift, bool planes, __m256i *carry,
                                uint32_t *values)
{
    if (planes) high = _mm256_or_si256(load8(values), _mm256_sll_epi32(high, shift));
    store8(values, carry ? ascend_eight(high, carry) : high);
}

/* What follows the symbols. Numbers of seven bits at most are taken eight at a time, else four. The
 * string has all of them: the caller has counted. */
WY_ALWAYS_INLINE void take_rests(const uint8_t *in, uint64_t bit, const uint8_t *symbols,
                                 bool small, unsigned bits, __m256i *carry, uint32_t *values)
{
    const symbol_tables t = set_tables();
    const __m128i shift = _mm_cvtsi32_si128((int)bits);
    for (size_t i = 0; i < WY_BLOCK; i += 16, values += 16) {
        const __m128i some = _mm_loadu_si128((const __m128i *)(const void *)(symbols + i));
        const __m128i rests = _mm_shuffle_epi8(t.rest_low, some);
        const __m128i tops = _mm_shuffle_epi8(t.top_low, some);
        if (small) {
            const uint64_t first = take_some(in, &bit, (uint64_t)_mm_cvtsi128_si64(rests));
            const uint64_t second = take_some(in, &bit, (uint64_t)_mm_extract_epi64(rests, 1));
            const __m128i all =
                _mm_or_si128(_mm_set_epi64x((long long)second, (long long)first), tops);
            add_eight(_mm256_cvtepu8_epi32(all), shift, bits > 0, carry, values);
            add_eight(_mm256_cvtepu8_epi32(_mm_srli_si128(all, 8)), shift, bits > 0, carry, values + 8);
            continue;
        }
        const __m128i rests_high = _mm_shuffle_epi8(t.rest_high, some);
        const __m128i tops_high = _mm_shuffle_epi8(t.top_high, some);
        for (unsigned half = 0; half < 2; half++) {
            const __m128i masks =
                half ? _mm_unpackhi_epi8(rests, rests_high) : _mm_unpacklo_epi8(rests, rests_high);
            const __m128i ones =
                half ? _mm_unpackhi_epi8(tops, tops_high) : _mm_unpacklo_epi8(tops, tops_high);
            const uint64_t first = take_some(in, &bit, (uint64_t)_mm_cvtsi128_si64(masks));
            const uint64_t second = take_some(in, &bit, (uint64_t)_mm_extract_epi64(masks, 1));
            const __m128i all =
                _mm_or_si128(_mm_set_epi64x((long long)second, (long long)first), ones);
            add_eight(_mm256_cvtepu16_epi32(all), shift, bits > 0, carry, values + 8 * half);
        }
    }
}

/* The bits of 32 places as bytes, each `bit` or 0. */
WY_ALWAYS_INLINE __m256i plane_bytes(uint64_t places, unsigned bit)
{
    const __m256i each = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
                                          2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bits = _mm256_set1_epi64x((long long)UINT64_C(0x8040201008040201));
    const __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32((int)places), each);
    const __m256i ones = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bits), bits);
    return _mm256_and_si256(ones, _mm256_set1_epi8((char)bit));
}

WY_ALWAYS_INLINE __m256i symbols_of(const uint64_t planes[WY_SYMBOL_BITS], unsigned shift)
{
    return _mm256_or_si256(_mm256_or_si256(plane_bytes(planes[0] >> shift, 1),
                                           plane_bytes(planes[1] >> shift, 2)),
                           _mm256_or_si256(plane_bytes(planes[2] >> shift, 4),
                                           plane_bytes(planes[3] >> shift, 8)));
}

bool wy_avx2_read_symbols(const uint8_t *in, size_t length, unsigned set, size_t count,
                          coded_symbols *out)
{
    wy_levels r = {in, 0, 8 * (uint64_t)length};
    wy_places planes[WY_SYMBOL_BITS];
    if (!read_planes(&r, set, count, planes)) return false;
    out->rests = r.bit;
    out->end = r.bit + count_rests(planes);
    const uint64_t low[WY_SYMBOL_BITS] = {planes[0].low, planes[1].low, planes[2].low,
                                          planes[3].low};
    const uint64_t high[WY_SYMBOL_BITS] = {planes[0].high, planes[1].high, planes[2].high,
                                           planes[3].high};
    for (unsigned half = 0; half < 2; half++) {
        __m256i *const to = (__m256i *)(void *)(out->symbols + 32 * half);
        _mm256_storeu_si256(to, symbols_of(low, 32 * half));
        _mm256_storeu_si256(to + 2, symbols_of(high, 32 * half));
    }
    const wy_places odd = wy_either(wy_either(planes[0], planes[1]), planes[2]);
    const wy_places large = wy_both(odd, planes[3]);
    out->small = (large.low | large.high) == 0;
    return out->end <= r.all;
}

/* PDEP deals the bits of a word out to several numbers at once. */
WY_ALWAYS_INLINE size_t read_coded_at_once(const uint8_t *in, size_t length, unsigned set,
                                           unsigned bits, __m256i *carry, uint32_t *values,
                                           size_t count)
{
    coded_symbols s;
    if (!wy_avx2_read_symbols(in, length, set, count, &s)) return 0;
    if (s.small)
        take_rests(in, s.rests, s.symbols, true, bits, carry, values);
    else
        take_rests(in, s.rests, s.symbols, false, bits, carry, values);
    return (size_t)(s.end + 7) / 8;
}

size_t wy_avx2_coded(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                     uint32_t *values, size_t count)
{
    return read_coded_at_once(in, length, set, bits, NULL, values, count);
}

static size_t coded_ascending(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                              uint32_t base, uint32_t values[WY_BLOCK])
{
    __m256i carry = _mm256_set1_epi32((int)base);
    return read_coded_at_once(in, length, set, bits, &carry, values, WY_BLOCK);
}

/* For processors whose PDEP takes a step for each bit. */
static size_t coded_one_by_one(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                               uint32_t *values, size_t count)
{
    return wy_codec_scalar.coded(in, length, set, bits, values, count);
}

static size_t coded_ascending_one_by_one(const uint8_t *in, size_t length, unsigned set,
                                         unsigned bits, uint32_t base, uint32_t values[WY_BLOCK])
{
    const size_t bytes = wy_codec_scalar.coded(in, length, set, bits, values, WY_BLOCK);
    ascend(base, values, WY_BLOCK);
    return bytes;
}

/* The first `groups` bytes: those of the groups that there are. */
WY_ALWAYS_INLINE __m128i group_mask(unsigned groups)
{
    const __m128i numbers = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm_cmpgt_epi8(_mm_set1_epi8((char)groups), numbers);
}

/* What `bounds` tell of a block of up to 16 groups: bits of each one's fraction, and of its low
 * parts. A row has a value of each group. */
WY_ALWAYS_INLINE void group_bits(const uint8_t *bounds, unsigned groups, __m128i *fractions,
                                 __m128i *lows)
{
    const __m128i costs = _mm_loadu_si128((const __m128i *)(const void *)wy_base_costs);
    const __m128i nibble = _mm_set1_epi8(15), one = _mm_set1_epi8(1),
                  up = _mm_set1_epi16(WY_BIT_COST - 1);
    const __m128i mask = group_mask(groups);
    __m128i first = up, second = up, low = _mm_setzero_si128();
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < 8; row += 2) {
        const uint8_t *from = bounds + row * groups;
        const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)from);
        const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(from + groups));
        const __m128i cost_a = _mm_shuffle_epi8(costs, _mm_and_si128(a, nibble));
        const __m128i cost_b = _mm_shuffle_epi8(costs, _mm_and_si128(b, nibble));
        /* Costs are read without sign; the sum of two neighbours. */
        first = _mm_add_epi16(first, _mm_maddubs_epi16(_mm_unpacklo_epi8(cost_a, cost_b), one));
        second = _mm_add_epi16(second, _mm_maddubs_epi16(_mm_unpackhi_epi8(cost_a, cost_b), one));
        low = _mm_add_epi8(low, _mm_and_si128(_mm_srli_epi16(a, 4), nibble));
        low = _mm_add_epi8(low, _mm_and_si128(_mm_srli_epi16(b, 4), nibble));
    }
    const __m128i widths = _mm_packus_epi16(bits_of_costs(first), bits_of_costs(second));
    *fractions = _mm_and_si128(widths, mask);
    *lows = _mm_and_si128(low, mask);
}

/* The bits from each of four places on, 57 at least. */
WY_ALWAYS_INLINE __m256i four_at(const uint8_t *in, __m256i bit)
{
    const long long *from = (const long long *)(const void *)in;
    const __m256i words = _mm256_i64gather_epi64(from, _mm256_srli_epi64(bit, 3), 1);
    return _mm256_srlv_epi64(words, _mm256_and_si256(bit, _mm256_set1_epi64x(7)));
}

WY_ALWAYS_INLINE __m256i low_masks(__m256i bits)
{
    const __m256i one = _mm256_set1_epi64x(1);
    return _mm256_sub_epi64(_mm256_sllv_epi64(one, bits), one);
}

WY_ALWAYS_INLINE __m256i widen4(const uint8_t *bytes)
{
    int32_t four;
    memcpy(&four, bytes, sizeof four);
    return _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four));
}

WY_ALWAYS_INLINE __m256i widen8(const uint8_t *bytes)
{
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)bytes));
}

/* The low `width` bits of each word, at most 32, as 32-bit fractions of one. */
WY_ALWAYS_INLINE __m256i fractions_at(__m256i words, __m256i width)
{
    const __m256i above = _mm256_sub_epi64(_mm256_set1_epi64x(64), width);
    return _mm256_srli_epi64(_mm256_sllv_epi64(words, above), 32);
}

/* Four groups, whose fractions, of `width` bits, begin at the bits told, and the low parts behind
 * them. */
WY_ALWAYS_INLINE void read_four(const uint8_t *in, __m256i bit, __m256i width,
                                const uint8_t *bounds, uint32_t *values, unsigned groups)
{
    const __m256i evens = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    const __m256i nibble = _mm256_set1_epi64x(15), one = _mm256_set1_epi64x(1);
    __m256i fraction = fractions_at(four_at(in, bit), width);
    __m256i low = four_at(in, _mm256_add_epi64(bit, width));
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < 8; row++) {
        const __m256i bound = widen4(bounds + row * groups);
        const __m256i bits = _mm256_srli_epi64(bound, 4);
        const __m256i base = _mm256_add_epi64(_mm256_and_si256(bound, nibble), one);
        fraction = _mm256_mul_epu32(fraction, base); /* takes the low half: what is below one */
        __m256i value = _mm256_sllv_epi64(_mm256_srli_epi64(fraction, 32), bits);
        value = _mm256_or_si256(value, _mm256_and_si256(low, low_masks(bits)));
        low = _mm256_srlv_epi64(low, bits);
        value = _mm256_permutevar8x32_epi32(value, evens);
        _mm_storeu_si128((__m128i *)(void *)(values + row * groups), _mm256_castsi256_si128(value));
    }
}

/* Lanes of 32 bits, of which the even ones are in the low halves of one, the odd ones of other. */
WY_ALWAYS_INLINE __m256i weave(__m256i even, __m256i odd)
{
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

WY_ALWAYS_INLINE __m256i even_of(__m256i lanes)
{
    return _mm256_blend_epi32(lanes, _mm256_setzero_si256(), 0xAA);
}

WY_ALWAYS_INLINE __m256i odd_of(__m256i lanes)
{
    return _mm256_srli_epi64(lanes, 32);
}

/*
 * Eight groups, from bit + starts[..] on, whose low parts have 32 bits at most; `near`: fraction
 * and low parts are within the bits that one word has. Only products need 64 bits: those of even
 * and of odd groups are kept apart.
 */
WY_ALWAYS_INLINE void read_eight(const uint8_t *in, uint64_t bit, const uint16_t *starts,
                                 const uint8_t *widths, bool near, const uint8_t *bounds,
                                 uint32_t *values, unsigned groups)
{
    const __m256i nibble = _mm256_set1_epi32(15), one = _mm256_set1_epi32(1),
                  all = _mm256_set1_epi32(-1), from = _mm256_set1_epi64x((long long)bit);
    const __m256i start =
        _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)starts));
    const __m256i width = widen8(widths), even_width = even_of(width), odd_width = odd_of(width);
    const __m256i even_at = _mm256_add_epi64(even_of(start), from),
                  odd_at = _mm256_add_epi64(odd_of(start), from);
    const __m256i even_words = four_at(in, even_at), odd_words = four_at(in, odd_at);
    __m256i even = fractions_at(even_words, even_width), odd = fractions_at(odd_words, odd_width);
    __m256i low = near ? weave(_mm256_srlv_epi64(even_words, even_width),
                               _mm256_srlv_epi64(odd_words, odd_width))
                       : weave(four_at(in, _mm256_add_epi64(even_at, even_width)),
                               four_at(in, _mm256_add_epi64(odd_at, odd_width)));
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < 8; row++) {
        const __m256i bound = widen8(bounds + row * groups);
        const __m256i bits = _mm256_srli_epi32(bound, 4);
        const __m256i base = _mm256_add_epi32(_mm256_and_si256(bound, nibble), one);
        even = _mm256_mul_epu32(even, base); /* takes the low half: what is below one */
        odd = _mm256_mul_epu32(odd, odd_of(base));
        const __m256i high = _mm256_blend_epi32(odd_of(even), odd, 0xAA);
        const __m256i rest = _mm256_andnot_si256(_mm256_sllv_epi32(all, bits), low);
        store8(values + row * groups, _mm256_or_si256(_mm256_sllv_epi32(high, bits), rest));
        low = _mm256_srlv_epi32(low, bits);
    }
}

/*
 * Groups run across lanes: several are read at once, a value of each in a step. Where their number
 * is no multiple of that, a step writes what belongs to the next row too, before that is written:
 * the rows in order, and the last groups first. Never beyond WY_BLOCK values.
 */
WY_ALWAYS_INLINE void read_fours(const uint8_t *in, uint64_t bit, const uint16_t *starts,
                                 const uint8_t *widths, const uint8_t *bounds, uint32_t *values,
                                 unsigned groups)
{
    for (unsigned g = (groups - 1) / 4 * 4 + 4; g > 0;) {
        g -= 4;
        const __m128i four = _mm_loadl_epi64((const __m128i *)(const void *)(starts + g));
        const __m256i at =
            _mm256_add_epi64(_mm256_cvtepu16_epi64(four), _mm256_set1_epi64x((long long)bit));
        read_four(in, at, widen4(widths + g), bounds + g, values + g, groups);
    }
}

WY_ALWAYS_INLINE void read_eights(const uint8_t *in, uint64_t bit, const uint16_t *starts,
                                  const uint8_t *widths, bool near, const uint8_t *bounds,
                                  uint32_t *values, unsigned groups)
{
    if (groups > 8)
        read_eight(in, bit, starts + 8, widths + 8, near, bounds + 8, values + 8, groups);
    read_eight(in, bit, starts, widths, near, bounds, values, groups);
}

WY_ALWAYS_INLINE uint64_t read_groups(const uint8_t *in, uint64_t all, uint64_t bit,
                                      const uint8_t *bounds, uint32_t *values, unsigned groups)
{
    enum { MOST = 57, LANE = 32 }; /* bits of a group that one word has, and low parts a lane */
    __m128i fractions, lows;
    uint16_t starts[16];
    uint8_t widths[16];
    group_bits(bounds, groups, &fractions, &lows);
    if (any_above(lows, MOST)) return 0;
    const __m128i sizes = _mm_add_epi8(fractions, lows);
    const uint64_t end = bit + sum_bytes(sizes, starts);
    if (end > all) return UINT64_MAX;
    _mm_storeu_si128((__m128i *)(void *)widths, fractions);
    if (any_above(lows, LANE))
        read_fours(in, bit, starts, widths, bounds, values, groups);
    else if (any_above(sizes, MOST))
        read_eights(in, bit, starts, widths, false, bounds, values, groups);
    else
        read_eights(in, bit, starts, widths, true, bounds, values, groups);
    return end;
}

uint64_t wy_avx2_bounded(const uint8_t *in, uint64_t all, uint64_t bit, uint8_t *bounds,
                         uint32_t *values, size_t count)
{
    const unsigned groups = (unsigned)(count + 7) / 8;
    uint64_t end;
    if (count == WY_BLOCK) { /* a number that the compiler can use */
        end = read_groups(in, all, bit, bounds, values, WY_BLOCK / 8);
    } else {
        memset(bounds + count, 0, 8 * groups - count);
        end = read_groups(in, all, bit, bounds, values, groups);
    }
    return end ? end : wy_codec_bounded_read(in, all, bit, bounds, values, count);
}

/* Eight numbers of a bit string, a lane each. */
WY_ALWAYS_INLINE __m256i eight_lows(const uint8_t *in, uint64_t bit, uint64_t masks)
{
    const uint64_t lows = _pdep_u64(bits_from(in, bit), masks);
    return _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)lows));
}

/* What eight codes tell of which the high parts end in `ends`. */
WY_ALWAYS_INLINE __m256i eight_codes(const uint32_t *ends, __m256i lows, __m128i shift)
{
    const __m256i high = _mm256_sub_epi32(_mm256_sub_epi32(load8(ends), load8(ends - 1)),
                                          _mm256_set1_epi32(1));
    return _mm256_or_si256(_mm256_sll_epi32(high, shift), lows);
}

/* As read_sparse, of eight values at a time. What is behind those found is lost. */
static size_t sparse(const uint8_t *in, size_t length, unsigned gap_bits, unsigned rest_bits,
                     uint32_t *values, size_t count)
{
    if (length == 0) return 0;
    const sparse_parts p = parts_of(in, gap_bits, rest_bits);
    uint32_t buffer[8 + WY_ENDS], *const ends = buffer + 8;
    uint32_t next[WY_BLOCK], rests[WY_BLOCK];
    const size_t bytes = find_ones(in, length, p.unary, ends, 2 * p.found);
    if (bytes == 0) return 0;
    ends[-1] = (uint32_t)p.unary - 1;
    const uint64_t each = UINT64_C(0x0101010101010101);
    const uint64_t gap_masks = each * ((1u << gap_bits) - 1),
                   rest_masks = each * ((1u << rest_bits) - 1);
    const __m128i gap_shift = _mm_cvtsi32_si128((int)gap_bits),
                  rest_shift = _mm_cvtsi32_si128((int)rest_bits);
    const __m256i one = _mm256_set1_epi32(1);
    for (size_t i = 0; i < p.found; i += 8) {
        const __m256i gap_lows = eight_lows(in, p.gaps + i * gap_bits, gap_masks),
                      rest_lows = eight_lows(in, p.rests + i * rest_bits, rest_masks);
        store8(next + i, eight_codes(ends + i, gap_lows, gap_shift));
        const __m256i rest = eight_codes(ends + p.found + i, rest_lows, rest_shift);
        store8(rests + i, _mm256_add_epi32(rest, one));
    }
    ascend(UINT32_MAX, next, p.found);
    if (next[p.found - 1] >= count) return 0;
    memset(values, 0, count * sizeof *values);
    for (size_t i = 0; i < p.found; i++) values[next[i]] = rests[i];
    return bytes;
}

static size_t sparse_one_by_one(const uint8_t *in, size_t length, unsigned gap_bits,
                                unsigned rest_bits, uint32_t *values, size_t count)
{
    return read_sparse(in, length, gap_bits, rest_bits, values, count);
}

static const wy_codec codec_avx2 = {
    "avx2", wy_avx2_unpack,  wy_avx2_unpack_ascending, ascend,        wy_avx2_count_up,
    ones,   wy_avx2_join,    wy_avx2_join_ascending,   wy_avx2_coded, coded_ascending,
    sparse, wy_avx2_bounded, &wy_writing_avx2};

static const wy_codec codec_slow_pdep = {"avx2, slow PDEP",
                                         wy_avx2_unpack,
                                         wy_avx2_unpack_ascending,
                                         ascend,
                                         wy_avx2_count_up,
                                         ones,
                                         wy_avx2_join,
                                         wy_avx2_join_ascending,
                                         coded_one_by_one,
                                         coded_ascending_one_by_one,
                                         sparse_one_by_one,
                                         wy_avx2_bounded,
                                         &wy_writing_slow_pext};

const wy_codec *wy_codec_avx2(void)
{
    if (!wy_cpu_has_avx2()) return NULL;
    return wy_cpu_has_fast_pdep() ? &codec_avx2 : &codec_slow_pdep;
}

#else

const wy_codec *wy_codec_avx2(void)
{
    return NULL;
}

#endif
