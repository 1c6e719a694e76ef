/*
 * codec/codec_prefix.h: prefix codes of whole blocks (`coded` and `sparse`), for all processors.
 */
#ifndef WY_CODEC_CODEC_PREFIX_H
#define WY_CODEC_CODEC_PREFIX_H

#include <string.h>

#include "base/reader.h"
#include "codec/codec_bits.h"
#include "codec/codec_codes.h"
#include "codec/codec_kernels.h"

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

/* Codes that are not at their end: which they are, and how far they are beyond the codes that ended
 * there (the canonical codes of a length are numbers that follow each other). */
typedef struct open_code {
    uint8_t at, beyond;
} open_code;

typedef struct open_codes {
    open_code *list; /* those that go on are put in front of it */
    size_t more;
    const uint8_t *order; /* symbols of the codes that may end on this level, and behind */
    unsigned leaves;      /* codes that end */
    uint8_t *symbols;
} open_codes;

WY_ALWAYS_INLINE void take_code(open_codes *o, open_code from, uint64_t bit)
{
    const unsigned code = 2u * from.beyond + (unsigned)(bit & 1);
    o->symbols[from.at] = o->order[code]; /* until it turns out that it goes on */
    o->list[o->more] = (open_code){from.at, (uint8_t)(code - o->leaves)};
    o->more += code >= o->leaves;
}

/* The symbols of `count` codes, level by level. Returns the bits, or UINT64_MAX. Four codes are
 * loaded before one is stored: a load may have to wait until it is known where those before it
 * stored to. */
WY_ALWAYS_INLINE uint64_t read_levels(const uint8_t *in, size_t length, unsigned set,
                                      uint8_t *symbols, size_t count)
{
    open_code list[WY_BLOCK];
    open_codes o = {.list = list, .order = wy_coded_order[set], .symbols = symbols};
    uint64_t bit = 0;
    for (size_t i = 0; i < count; i++) list[i] = (open_code){(uint8_t)i, 0};
    for (unsigned level = 0; count > 0; level++, o.order += o.leaves, count = o.more) {
        if (bit + count > 8 * (uint64_t)length) return UINT64_MAX;
        o.leaves = wy_coded_leaves[set][level];
        o.more = 0;
        size_t i = 0;
        for (; i + 4 <= count; i += 4) {
            const uint64_t bits = bits_from(in, bit + i);
            const open_code a = list[i], b = list[i + 1], c = list[i + 2], d = list[i + 3];
            take_code(&o, a, bits);
            take_code(&o, b, bits >> 1);
            take_code(&o, c, bits >> 2);
            take_code(&o, d, bits >> 3);
        }
        for (; i < count; i++) take_code(&o, list[i], bits_from(in, bit + i));
        bit += count;
    }
    return bit;
}

WY_ALWAYS_INLINE size_t read_coded(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                                   uint32_t *values, size_t count)
{
    uint8_t symbols[WY_BLOCK];
    uint64_t bit = read_levels(in, length, set, symbols, count);
    unsigned extra = 0;
    for (size_t i = 0; i < count; i++) extra += symbols[i] - (unsigned)(symbols[i] > 0);
    if (bit > 8 * (uint64_t)length || bit + extra > 8 * (uint64_t)length) return 0;
    const size_t bytes = (size_t)(bit + extra + 7) / 8;
    for (size_t i = 0; i < count; i++) {
        const unsigned symbol = symbols[i], width = symbol - (unsigned)(symbol > 0);
        const uint32_t rest = (uint32_t)bits_from(in, bit) & ((1u << width) - 1);
        const uint32_t low = bits > 0 ? values[i] : 0;
        values[i] = low | (1u << symbol >> 1 | rest) << bits;
        bit += width;
    }
    return bytes;
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
