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

/*
 * The symbols of `count` codes, level by level: what is left is a list of those whose codes go on,
 * with how far they are beyond the codes that end here (the canonical codes of a length are
 * numbers that follow each other). Returns the bits, or UINT64_MAX.
 */
WY_ALWAYS_INLINE uint64_t read_levels(const uint8_t *in, size_t length, unsigned set,
                                      uint8_t *symbols, size_t count)
{
    const uint64_t all = 8 * (uint64_t)length;
    const uint8_t *order = wy_coded_order[set];
    uint8_t left[WY_BLOCK], beyond[WY_BLOCK];
    uint64_t bit = 0;
    for (size_t i = 0; i < count; i++) left[i] = (uint8_t)i;
    memset(beyond, 0, count);
    for (unsigned level = 0; count > 0; level++) {
        const unsigned leaves = wy_coded_leaves[set][level];
        size_t more = 0;
        if (bit + count > all) return UINT64_MAX;
        for (size_t i = 0; i < count;) {
            enum { SOME = 56 }; /* bits of a word that was loaded at any bit */
            uint64_t word = bits_from(in, bit + i);
            for (const size_t end = i + SOME < count ? i + SOME : count; i < end; i++, word >>= 1) {
                const unsigned code = 2u * beyond[i] + (unsigned)(word & 1);
                const uint8_t at = left[i];
                symbols[at] = order[code]; /* until it turns out that it goes on */
                left[more] = at;
                beyond[more] = (uint8_t)(code - leaves);
                more += code >= leaves;
            }
        }
        bit += count;
        count = more;
        order += leaves;
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
