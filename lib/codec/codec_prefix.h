/*
 * codec/codec_prefix.h: prefix codes of whole blocks (`coded` and `sparse`). The implementations
 * all translate this: it is faster where there are BMI2's shifts and its PDEP.
 */
#ifndef WY_CODEC_CODEC_PREFIX_H
#define WY_CODEC_CODEC_PREFIX_H

#include <string.h>

#include "base/reader.h"
#include "codec/codec_bits.h"
#include "codec/codec_codes.h"
#include "codec/codec_kernels.h"

/* ---- Levels ------------------------------------------------------------------------------- */

/* Some of the values of a block, a bit each. */
typedef struct wy_places {
    uint64_t low, high;
} wy_places;

WY_ALWAYS_INLINE wy_places wy_both(wy_places a, wy_places b)
{
    return (wy_places){a.low & b.low, a.high & b.high};
}

WY_ALWAYS_INLINE wy_places wy_either(wy_places a, wy_places b)
{
    return (wy_places){a.low | b.low, a.high | b.high};
}

WY_ALWAYS_INLINE wy_places wy_without(wy_places a, wy_places b)
{
    return (wy_places){a.low & ~b.low, a.high & ~b.high};
}

WY_ALWAYS_INLINE unsigned count_places(wy_places some)
{
    return (unsigned)__builtin_popcountll(some.low) + (unsigned)__builtin_popcountll(some.high);
}

/* The first `count` values. */
WY_ALWAYS_INLINE wy_places first_places(size_t count)
{
    if (count == WY_BLOCK) return (wy_places){UINT64_MAX, UINT64_MAX};
    if (count >= 64) return (wy_places){UINT64_MAX, (UINT64_C(1) << (count - 64)) - 1};
    return (wy_places){(UINT64_C(1) << count) - 1, 0};
}

/* Deals the lowest bits out to the places of the ones in `mask`, in order. `fast`: by PDEP. */
WY_ALWAYS_INLINE uint64_t deal(uint64_t bits, uint64_t mask, bool fast)
{
#if defined __BMI2__ && defined __x86_64__
    if (fast) return __builtin_ia32_pdep_di(bits, mask);
#endif
    (void)fast;
    uint64_t out = 0;
    for (; mask; mask &= mask - 1, bits >>= 1) out |= mask & -mask & (0 - (bits & 1));
    return out;
}

/* A bit string whose codes are read a level at a time. */
typedef struct wy_levels {
    const uint8_t *in;
    uint64_t bit, all; /* of the bits there are */
} wy_levels;

/* As wy_load64, which compilers take for too long to be here as often as it is. */
WY_ALWAYS_INLINE uint64_t load_word(const uint8_t *from)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
#else
    return wy_load64(from);
#endif
}

/* 64 bits from any bit on. Nine bytes must be readable. */
WY_ALWAYS_INLINE uint64_t word_at(const uint8_t *in, uint64_t bit)
{
    const uint8_t *const from = in + bit / 8;
    return load_word(from) >> bit % 8 | load_word(from + 1) << (8 - bit % 8);
}

/* As wy_bits_at. */
WY_ALWAYS_INLINE uint64_t bits_from(const uint8_t *in, uint64_t bit)
{
    return load_word(in + bit / 8) >> bit % 8;
}

/* Reads a bit for each of some values. false: there are not so many. The first ones, which `some`
 * has without a gap. */
WY_ALWAYS_INLINE bool wy_take_first(wy_levels *r, bool fast, wy_places some, wy_places *out)
{
    (void)fast;
    const unsigned count = count_places(some);
    if (r->bit + count > r->all) return false;
    *out = (wy_places){load_word(r->in) & some.low, load_word(r->in + 8) & some.high};
    r->bit += count;
    return true;
}

WY_ALWAYS_INLINE bool wy_take_many(wy_levels *r, bool fast, wy_places some, wy_places *out)
{
    const uint64_t middle = r->bit + (unsigned)__builtin_popcountll(some.low);
    const uint64_t end = middle + (unsigned)__builtin_popcountll(some.high);
    if (end > r->all) return false;
    out->low = deal(word_at(r->in, r->bit), some.low, fast);
    out->high = deal(word_at(r->in, middle), some.high, fast);
    r->bit = end;
    return true;
}

/* Where all bits are most likely in one word. */
WY_ALWAYS_INLINE bool wy_take_few(wy_levels *r, bool fast, wy_places some, wy_places *out)
{
    enum { WHOLE = 57 }; /* bits of a word that was loaded at any bit */
    const unsigned low = (unsigned)__builtin_popcountll(some.low);
    const unsigned both = low + (unsigned)__builtin_popcountll(some.high);
    if (both > WHOLE) return wy_take_many(r, fast, some, out);
    if (r->bit + both > r->all) return false;
    const uint64_t word = bits_from(r->in, r->bit);
    out->low = deal(word, some.low, fast);
    out->high = deal(word >> low, some.high, fast);
    r->bit += both;
    return true;
}

#include "codec/code_trees.h" /* made by gen_code_table.c: wy_read_tree_0 and so on */

/* The symbols of `count` values, their bits in planes. */
WY_ALWAYS_INLINE bool read_planes(wy_levels *r, bool fast, unsigned set, size_t count,
                                  wy_places planes[WY_SYMBOL_BITS])
{
    const wy_places all = first_places(count);
    _Static_assert(WY_CODED_SETS == 4, "a tree for each set");
    switch (set) {
    case 0:
        return wy_read_tree_0(r, fast, all, planes);
    case 1:
        return wy_read_tree_1(r, fast, all, planes);
    case 2:
        return wy_read_tree_2(r, fast, all, planes);
    default:
        return wy_read_tree_3(r, fast, all, planes);
    }
}

/* Bits that follow symbols: one less than the symbol for each that is not 0. */
WY_ALWAYS_INLINE unsigned count_rests(const wy_places planes[WY_SYMBOL_BITS])
{
    const wy_places some =
        wy_either(wy_either(planes[0], planes[1]), wy_either(planes[2], planes[3]));
    return count_places(planes[0]) + 2 * count_places(planes[1]) + 4 * count_places(planes[2]) +
           8 * count_places(planes[3]) - count_places(some);
}

/* ---- Values ------------------------------------------------------------------------------- */

/* Eight bits as the lowest of eight bytes. */
WY_ALWAYS_INLINE uint64_t bits_to_bytes(uint64_t bits)
{
    const uint64_t apart =
        (bits & 0xFF) * UINT64_C(0x0101010101010101) & UINT64_C(0x8040201008040201);
    return (apart + UINT64_C(0x7F7F7F7F7F7F7F7F)) >> 7 & UINT64_C(0x0101010101010101);
}

WY_ALWAYS_INLINE size_t read_coded(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                                   uint32_t *values, size_t count)
{
    wy_levels r = {in, 0, 8 * (uint64_t)length};
    wy_places planes[WY_SYMBOL_BITS];
    if (!read_planes(&r, false, set, count, planes)) return 0;
    const uint64_t end = r.bit + count_rests(planes);
    if (end > r.all) return 0;
    for (size_t i = 0; i < count; i += 8) {
        uint64_t symbols = 0;
        for (unsigned b = 0; b < WY_SYMBOL_BITS; b++)
            symbols |= bits_to_bytes((i < 64 ? planes[b].low : planes[b].high) >> i % 64) << b;
        for (size_t k = i; k < i + 8 && k < count; k++, symbols >>= 8) {
            const unsigned symbol = symbols & 0xFF, width = symbol - (unsigned)(symbol > 0);
            const uint32_t rest = (uint32_t)bits_from(in, r.bit) & ((1u << width) - 1);
            const uint32_t low = bits > 0 ? values[k] : 0;
            values[k] = low | (1u << symbol >> 1 | rest) << bits;
            r.bit += width;
        }
    }
    return (size_t)(end + 7) / 8;
}

/* What is found out of the string of a sparse block before its values: where its parts begin. */
typedef struct sparse_parts {
    size_t found;                   /* values that are not 0 */
    uint64_t gaps, rests, unary; /* bits where the low parts and the high ones begin */
} sparse_parts;

WY_ALWAYS_INLINE sparse_parts parts_of(const uint8_t *in, unsigned gap_bits, unsigned rest_bits)
{
    enum { COUNT_BITS = 6 };
    sparse_parts p = {.found = in[0] % (1u << COUNT_BITS) + 1u, .gaps = COUNT_BITS};
    p.rests = p.gaps + p.found * gap_bits;
    p.unary = p.rests + p.found * rest_bits;
    return p;
}

WY_ALWAYS_INLINE size_t read_sparse(const uint8_t *in, size_t length, unsigned gap_bits,
                                    unsigned rest_bits, uint32_t *values, size_t count)
{
    if (length == 0) return 0;
    const sparse_parts p = parts_of(in, gap_bits, rest_bits);
    uint32_t buffer[1 + WY_ENDS], *const ends = buffer + 1;
    const size_t bytes = wy_codec_scalar.ones(in, length, p.unary, ends, 2 * p.found);
    if (bytes == 0) return 0;
    ends[-1] = (uint32_t)p.unary - 1;
    memset(values, 0, count * sizeof *values);
    size_t at = 0; /* behind the value before */
    for (size_t i = 0; i < p.found; i++) {
        const uint32_t gap = (uint32_t)bits_from(in, p.gaps + i * gap_bits) &
                             wy_low_mask(gap_bits);
        const uint32_t rest = (uint32_t)bits_from(in, p.rests + i * rest_bits) &
                              wy_low_mask(rest_bits);
        const uint32_t *end = ends + p.found + i;
        at += (ends[i] - buffer[i] - 1) << gap_bits | gap;
        if (at >= count) return 0;
        values[at++] = ((end[0] - end[-1] - 1) << rest_bits | rest) + 1;
    }
    return bytes;
}

#endif
