/*
 * codec/codec_trees.h: the codes of a whole block at once: what of all values has a bit on a level
 * is two words, and the bits are dealt out to them: by PDEP in files that are compiled with BMI2,
 * else six places at a time by a table.
 */
#ifndef WY_CODEC_CODEC_TREES_H
#define WY_CODEC_CODEC_TREES_H

#include "codec/codec_bits.h"
#include "codec/codec_codes.h"
#include "codec/codec_kernels.h"

#include <string.h>

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

/* As wy_bits_at. */
WY_ALWAYS_INLINE uint64_t bits_from(const uint8_t *in, uint64_t bit)
{
    return load_word(in + bit / 8) >> bit % 8;
}

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

WY_ALWAYS_INLINE unsigned count_ones(uint64_t word)
{
#ifdef __POPCNT__
    return (unsigned)__builtin_popcountll(word);
#else /* no call of a function: sums of 2, 4 and 8 bits, and of all bytes */
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (unsigned)(word * UINT64_C(0x0101010101010101) >> 56);
#endif
}

/* The low bits of a word, one for each place that there is in `mask`, the lowest first. */
#ifdef __BMI2__
WY_ALWAYS_INLINE uint64_t deal_bits(uint64_t bits, uint64_t mask)
{
    return __builtin_ia32_pdep_di(bits, mask);
}
#else
/* Not inline: the trees are large as they are. */
static __attribute__((noinline)) uint64_t deal_bits(uint64_t bits, uint64_t mask)
{
    uint64_t out = 0;
    for (unsigned i = 0; i < 64; i += WY_DEALT_BITS) {
        const unsigned places = mask >> i & (WY_DEALT - 1);
        out |= (uint64_t)wy_dealt[places][bits & (WY_DEALT - 1)] << i;
        bits >>= wy_dealt_count[places];
    }
    return out;
}
#endif

WY_ALWAYS_INLINE unsigned count_places(wy_places some)
{
    return count_ones(some.low) + count_ones(some.high);
}

/* The first `count` values. */
WY_ALWAYS_INLINE wy_places first_places(size_t count)
{
    if (count == WY_BLOCK) return (wy_places){UINT64_MAX, UINT64_MAX};
    if (count >= 64) return (wy_places){UINT64_MAX, (UINT64_C(1) << (count - 64)) - 1};
    return (wy_places){(UINT64_C(1) << count) - 1, 0};
}

/* A bit string whose codes are read a level at a time. */
typedef struct wy_levels {
    const uint8_t *in;
    uint64_t bit, all; /* of the bits there are */
} wy_levels;

/* 64 bits from any bit on. Nine bytes must be readable. */
WY_ALWAYS_INLINE uint64_t word_at(const uint8_t *in, uint64_t bit)
{
    const uint8_t *const from = in + bit / 8;
    return load_word(from) >> bit % 8 | load_word(from + 1) << (8 - bit % 8);
}

/* Reads a bit for each of some values. false: there are not so many. The first ones, which `some`
 * has without a gap. */
WY_ALWAYS_INLINE bool wy_take_first(wy_levels *r, wy_places some, wy_places *out)
{
    const unsigned count = count_places(some);
    if (r->bit + count > r->all) return false;
    *out = (wy_places){load_word(r->in) & some.low, load_word(r->in + 8) & some.high};
    r->bit += count;
    return true;
}

WY_ALWAYS_INLINE bool wy_take_many(wy_levels *r, wy_places some, wy_places *out)
{
    const uint64_t middle = r->bit + count_ones(some.low);
    const uint64_t end = middle + count_ones(some.high);
    if (end > r->all) return false;
    out->low = deal_bits(word_at(r->in, r->bit), some.low);
    out->high = deal_bits(word_at(r->in, middle), some.high);
    r->bit = end;
    return true;
}

/* Where all bits are most likely in one word. */
WY_ALWAYS_INLINE bool wy_take_few(wy_levels *r, wy_places some, wy_places *out)
{
    enum { WHOLE = 57 }; /* bits of a word that was loaded at any bit */
    const unsigned low = count_ones(some.low);
    const unsigned both = low + count_ones(some.high);
    if (both > WHOLE) return wy_take_many(r, some, out);
    if (r->bit + both > r->all) return false;
    const uint64_t word = bits_from(r->in, r->bit);
    out->low = deal_bits(word, some.low);
    out->high = deal_bits(word >> low, some.high);
    r->bit += both;
    return true;
}

#include "codec/code_trees.h" /* made by gen_code_table.c: wy_read_tree_0 and so on */

/* The symbols of `count` values, their bits in planes. */
WY_ALWAYS_INLINE bool read_planes(wy_levels *r, unsigned set, size_t count,
                                  wy_places planes[WY_SYMBOL_BITS])
{
    const wy_places all = first_places(count);
    _Static_assert(WY_CODED_SETS == 4, "a tree for each set");
    switch (set) {
    case 0:
        return wy_read_tree_0(r, all, planes);
    case 1:
        return wy_read_tree_1(r, all, planes);
    case 2:
        return wy_read_tree_2(r, all, planes);
    default:
        return wy_read_tree_3(r, all, planes);
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

#endif
