/*
 * codec/codec_write_avx2.c: writing blocks, with AVX2 and BMI.
 */
#include "codec/codec_write.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <assert.h>
#include <immintrin.h>
#include <string.h>

#include "codec/codec_codes.h"
#include "codec/codec_kernels.h"

/* ---- Bit strings --------------------------------------------------------------------------- */

/* As wy_bit_writer, eight bytes at a time and without a branch; 0 to 7 bits are filled. */
typedef struct wide_writer {
    uint8_t *out;
    uint64_t word;
    unsigned filled;
} wide_writer;

/* `value` is below 2^bits; bits <= 56. */
WY_ALWAYS_INLINE void put(wide_writer *w, uint64_t value, unsigned bits)
{
    w->word |= value << w->filled;
    memcpy(w->out, &w->word, sizeof w->word);
    w->filled += bits;
    w->out += w->filled / 8;
    w->word >>= w->filled & ~7u;
    w->filled %= 8;
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* Eight values from number i on, those from `count` on as 0. */
WY_ALWAYS_INLINE __m256i load_some(const uint32_t *values, size_t i, size_t count)
{
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i there = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count - (int)i), places);
    return _mm256_maskload_epi32((const int *)(const void *)(values + i), there);
}

/* Bits of each, by its exponent as a float; see find_bits in codec.c. */
WY_ALWAYS_INLINE __m256i bits_of_eight(__m256i values)
{
    const __m256i large = _mm256_srai_epi32(values, 31);
    const __m256i cleared = _mm256_andnot_si256(_mm256_srli_epi32(values, 1), values);
    const __m256i whole = _mm256_andnot_si256(large, cleared);
    const __m256i exponent = _mm256_srli_epi32(_mm256_castps_si256(_mm256_cvtepi32_ps(whole)), 23);
    const __m256i bits = _mm256_subs_epu16(exponent, _mm256_set1_epi32(126));
    return _mm256_or_si256(bits, _mm256_and_si256(large, _mm256_set1_epi32(32)));
}

/* The low bytes of 32 numbers below 128. */
WY_ALWAYS_INLINE __m256i pack_bytes(__m256i a, __m256i b, __m256i c, __m256i d)
{
    const __m256i mixed = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
    return _mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

WY_ALWAYS_INLINE unsigned count_equal(const __m256i bytes[4], unsigned byte)
{
    const __m256i sought = _mm256_set1_epi8((char)byte);
    uint64_t found[4];
    for (unsigned i = 0; i < 4; i++)
        found[i] = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes[i], sought));
    return (unsigned)(_mm_popcnt_u64(found[0] | found[1] << 32) +
                      _mm_popcnt_u64(found[2] | found[3] << 32));
}

static void summarize(const uint32_t *values, size_t count, wy_block_summary *s)
{
    const __m256i low = _mm256_set1_epi64x(UINT32_MAX);
    __m256i bytes[4], sums = _mm256_setzero_si256(), all = sums;
    for (unsigned i = 0; i < 4; i++) {
        __m256i bits[4];
        for (unsigned j = 0; j < 4; j++) {
            const __m256i some = load_some(values, 32 * i + 8 * j, count);
            all = _mm256_or_si256(all, some);
            sums = _mm256_add_epi64(sums, _mm256_and_si256(some, low));
            sums = _mm256_add_epi64(sums, _mm256_srli_epi64(some, 32));
            bits[j] = bits_of_eight(some);
        }
        bytes[i] = pack_bytes(bits[0], bits[1], bits[2], bits[3]);
        _mm256_storeu_si256((__m256i *)(void *)(s->bits + 32 * i), bytes[i]);
    }
    uint64_t four[4], alls[4];
    _mm256_storeu_si256((__m256i *)(void *)four, sums);
    _mm256_storeu_si256((__m256i *)(void *)alls, all);
    alls[0] |= alls[1] | alls[2] | alls[3];
    s->sum = four[0] + four[1] + four[2] + four[3];
    s->count = (uint32_t)count;
    s->most = wy_bits_of((uint32_t)(alls[0] | alls[0] >> 32));
    memset(s->with, 0, sizeof s->with);
    for (unsigned n = 0; n <= s->most; n++) s->with[n] = count_equal(bytes, n);
    s->with[0] -= (uint32_t)(WY_BLOCK - count);
}

/* ---- Codes --------------------------------------------------------------------------------- */

/* The codes level by level: what of all values has a bit on a level is a mask, and PEXT takes their
 * bits together. Values from `count` on have no code. */
WY_ALWAYS_INLINE void put_codes(wide_writer *w, const __m256i symbols[4], unsigned set,
                                size_t count)
{
    const __m256i places =
        _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                         21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    const __m256i code_of = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)wy_coded_codes[set]));
    const __m256i length_of = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)wy_coded_lengths[set]));
    __m256i codes[4], lengths[4];
    for (unsigned i = 0; i < 4; i++) {
        const int left = (int)count - 32 * (int)i;
        const __m256i there =
            _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(left < 32 ? left : 32)), places);
        codes[i] = _mm256_shuffle_epi8(code_of, symbols[i]);
        lengths[i] = _mm256_and_si256(there, _mm256_shuffle_epi8(length_of, symbols[i]));
    }
    for (int level = 0;; level++) {
        const __m256i above = _mm256_set1_epi8((char)level);
        const __m128i shift = _mm_cvtsi32_si128(WY_CODE_MAX - 1 - level); /* to the sign */
        uint32_t masks[4], any = 0;
        for (unsigned i = 0; i < 4; i++) {
            masks[i] = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(lengths[i], above));
            any |= masks[i];
        }
        if (!any) return;
        for (unsigned i = 0; i < 4; i++) {
            const uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_sll_epi16(codes[i], shift));
            put(w, _pext_u32(bits, masks[i]), (unsigned)_mm_popcnt_u32(masks[i]));
        }
    }
}

/* Two numbers of a lane as one, the lower first; and their widths. */
WY_ALWAYS_INLINE __m256i join_pairs(__m256i values, __m256i *widths)
{
    const __m256i low = _mm256_set1_epi64x(UINT32_MAX);
    const __m256i first = _mm256_and_si256(*widths, low);
    const __m256i joined = _mm256_or_si256(_mm256_and_si256(values, low),
                                           _mm256_sllv_epi64(_mm256_srli_epi64(values, 32), first));
    *widths = _mm256_add_epi64(first, _mm256_srli_epi64(*widths, 32));
    return joined;
}

/* What follows the codes: at most 12 bits of each value, and so 48 of four. */
WY_ALWAYS_INLINE void put_rests(wide_writer *w, const uint32_t *values, const uint8_t *extras,
                                unsigned bits, size_t count)
{
    enum { SIXTEEN = 16 };
    _Static_assert(4 * (WY_CODED_SYMBOLS - 2) <= 56, "four rests are put at once");
    const __m256i one = _mm256_set1_epi32(1);
    const __m128i plane = _mm_cvtsi32_si128((int)bits);
    for (size_t i = 0; i < count; i += SIXTEEN) {
        __m256i pairs[2], widths[2];
        for (unsigned j = 0; j < 2; j++) {
            const __m256i high = _mm256_srl_epi32(load_some(values, i + 8 * j, count), plane);
            const __m256i width = _mm256_cvtepu8_epi32(
                _mm_loadl_epi64((const __m128i *)(const void *)(extras + i + 8 * j)));
            const __m256i mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, width), one);
            widths[j] = width;
            pairs[j] = join_pairs(_mm256_and_si256(high, mask), &widths[j]);
        }
        /* The first of two pairs and the second: 0 2 | 1 3 of both. */
        const __m256i first = _mm256_unpacklo_epi64(widths[0], widths[1]);
        const __m256i four =
            _mm256_or_si256(_mm256_unpacklo_epi64(pairs[0], pairs[1]),
                            _mm256_sllv_epi64(_mm256_unpackhi_epi64(pairs[0], pairs[1]), first));
        const __m256i sizes = _mm256_add_epi64(first, _mm256_unpackhi_epi64(widths[0], widths[1]));
        uint64_t rests[4], size[4];
        _mm256_storeu_si256((__m256i *)(void *)rests, four);
        _mm256_storeu_si256((__m256i *)(void *)size, sizes);
        put(w, rests[0], (unsigned)size[0]);
        put(w, rests[2], (unsigned)size[2]);
        put(w, rests[1], (unsigned)size[1]);
        put(w, rests[3], (unsigned)size[3]);
    }
}

static uint8_t *codes(const uint32_t *values, const wy_block_summary *s, unsigned set,
                      unsigned bits, uint8_t *out)
{
    const __m256i plane = _mm256_set1_epi8((char)bits), one = _mm256_set1_epi8(1);
    __m256i symbols[4];
    uint8_t extras[WY_BLOCK];
    for (unsigned i = 0; i < 4; i++) {
        const __m256i all = _mm256_loadu_si256((const __m256i *)(const void *)(s->bits + 32 * i));
        symbols[i] = _mm256_subs_epu8(all, plane);
        _mm256_storeu_si256((__m256i *)(void *)(extras + 32 * i),
                            _mm256_subs_epu8(symbols[i], one));
    }
    wide_writer w = {out, 0, 0};
    put_codes(&w, symbols, set, s->count);
    put_rests(&w, values, extras, bits, s->count);
    return w.out + (w.filled > 0);
}

/* ---- Bounded blocks ------------------------------------------------------------------------ */

/* Groups of a bounded block, four in a row of lanes; see codec_bounded.c. */
typedef struct four_groups {
    uint64_t numbers[4], bases[4], widths[4], lows[2][4], low_bits[2][4];
} four_groups;

WY_ALWAYS_INLINE void store_lanes(uint64_t out[4], __m256i lanes)
{
    _mm256_storeu_si256((__m256i *)(void *)out, lanes);
}

/* Reads four values and bounds each `step` of them, eight times. */
WY_ALWAYS_INLINE void find_groups(const uint32_t *values, const uint8_t *bounds, size_t step,
                                  four_groups *out)
{
    _Static_assert(WY_BIT_COST == 60, "as it is divided by");
    const __m256i nibble = _mm256_set1_epi64x(15), one = _mm256_set1_epi64x(1);
    const __m256i cost_of =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)wy_base_costs));
    __m256i number = _mm256_setzero_si256(), bases = one, cost = number;
    for (unsigned half = 0; half < 2; half++) {
        __m256i low = _mm256_setzero_si256(), filled = low; /* at most 60 bits */
        for (unsigned row = 0; row < 4; row++, values += step, bounds += step) {
            uint32_t four;
            memcpy(&four, bounds, sizeof four);
            const __m256i bound = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128((int)four));
            const __m256i value =
                _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(const void *)values));
            const __m256i less = _mm256_and_si256(bound, nibble);
            const __m256i bits = _mm256_srli_epi64(bound, 4), base = _mm256_add_epi64(less, one);
            const __m256i high = _mm256_srlv_epi64(value, bits);
            const __m256i rest = _mm256_sub_epi64(value, _mm256_sllv_epi64(high, bits));
            number = _mm256_add_epi64(_mm256_mul_epu32(number, base), high);
            bases = _mm256_mul_epu32(bases, base);
            cost = _mm256_add_epi64(cost, _mm256_shuffle_epi8(cost_of, less));
            low = _mm256_or_si256(low, _mm256_sllv_epi64(rest, filled));
            filled = _mm256_add_epi64(filled, bits);
        }
        store_lanes(out->lows[half], low);
        store_lanes(out->low_bits[half], filled);
    }
    /* (cost + 59) / 60, as eight costs of at most 240 need it */
    const __m256i up = _mm256_add_epi64(cost, _mm256_set1_epi64x(WY_BIT_COST - 1));
    store_lanes(out->widths,
                _mm256_srli_epi64(_mm256_mul_epu32(up, _mm256_set1_epi64x(69906)), 22));
    store_lanes(out->numbers, number);
    store_lanes(out->bases, bases);
}

WY_ALWAYS_INLINE void put_long(wide_writer *w, uint64_t value, unsigned bits)
{
    const unsigned first = bits < 32 ? bits : 32;
    put(w, value & UINT32_MAX, first);
    put(w, value >> 32, bits - first);
}

WY_ALWAYS_INLINE void put_group(wide_writer *w, const four_groups *groups, unsigned i)
{
    const unsigned width = (unsigned)groups->widths[i];
    const uint64_t bases = groups->bases[i];
    const uint64_t fraction = ((groups->numbers[i] << width) + bases - 1) / bases;
    const unsigned first = (unsigned)groups->low_bits[0][i],
                   second = (unsigned)groups->low_bits[1][i];
    if (width + first + second <= 56) {
        put(w, (groups->lows[0][i] | groups->lows[1][i] << first) << width | fraction,
            width + first + second);
        return;
    }
    put(w, fraction, width);
    put_long(w, groups->lows[0][i], first);
    put_long(w, groups->lows[1][i], second);
}

static void bounded(wy_bit_writer *out, const uint32_t *values, const uint8_t *bounds, size_t count)
{
    assert(count >= 1 && count <= WY_BLOCK);
    const size_t groups = (count + 7) / 8;
    uint32_t own_values[WY_BLOCK];
    uint8_t own_bounds[WY_BLOCK];
    if (count < WY_BLOCK) { /* what is behind takes no room */
        memset(own_bounds, 0, sizeof own_bounds);
        for (size_t i = 0; i < count; i++) own_bounds[i] = bounds[i];
        for (size_t i = 0; i < WY_BLOCK; i += 8)
            _mm256_storeu_si256((__m256i *)(void *)(own_values + i), load_some(values, i, count));
        values = own_values;
        bounds = own_bounds;
    }
    wide_writer w = {out->out, out->word, out->filled};
    put(&w, 0, 0); /* fewer than 8 bits are filled from here on */
    for (size_t g = 0; g < groups; g += 4) {
        four_groups four;
        find_groups(values + g, bounds + g, groups, &four);
        for (unsigned i = 0; i < 4 && g + i < groups; i++) put_group(&w, &four, i);
    }
    *out = (wy_bit_writer){w.out, w.word, w.filled};
}

const wy_codec_writing wy_writing_avx2 = {summarize, codes, bounded};
const wy_codec_writing wy_writing_slow_pext = {summarize, wy_scalar_codes, bounded};

#endif
