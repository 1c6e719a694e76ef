/*
 * codec/codec_prefix.h: prefix codes of whole blocks (`coded` and `sparse`), for all processors.
 */
#ifndef WY_CODEC_CODEC_PREFIX_H
#define WY_CODEC_CODEC_PREFIX_H

#include <string.h>

#include "base/reader.h"
#include "codec/codec_trees.h"

/* The bits of a byte as the lowest ones of eight bytes. */
WY_ALWAYS_INLINE uint64_t spread_byte(uint64_t byte)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    return ((byte * ones & UINT64_C(0x8040201008040201)) + 0x7F * ones) >> 7 & ones;
}

/* Eight symbols from value number `first`, a multiple of 8, on: a byte each. */
WY_ALWAYS_INLINE uint64_t eight_symbols(const wy_places planes[WY_SYMBOL_BITS], size_t first)
{
    uint64_t symbols = 0;
    for (unsigned i = 0; i < WY_SYMBOL_BITS; i++) {
        const uint64_t plane = first < 64 ? planes[i].low : planes[i].high;
        symbols |= spread_byte(plane >> first % 64 & 0xFF) << i;
    }
    return symbols;
}

WY_ALWAYS_INLINE size_t read_coded(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                                   uint32_t *values, size_t count)
{
    /* By symbol: the bit above its rest, the bits of that, and how many they are. */
    static const uint16_t tops[] = {0,   1,   2,   4,    8,    16,   32,   64,
                                    128, 256, 512, 1024, 2048, 4096, 8192, 16384};
    static const uint16_t masks[] = {0,   0,   1,   3,    7,    15,   31,   63,
                                     127, 255, 511, 1023, 2047, 4095, 8191, 16383};
    static const uint8_t widths[] = {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    _Static_assert(WY_CODED_SYMBOLS <= 15, "four rests have at most 57 bits");
    wy_levels r = {in, 0, 8 * (uint64_t)length};
    wy_places planes[WY_SYMBOL_BITS];
    if (!read_planes(&r, set, count, planes)) return 0;
    const uint64_t end = r.bit + count_rests(planes);
    if (end > r.all) return 0;
    for (size_t i = 0; i < count; i += 8) {
        uint64_t symbols = eight_symbols(planes, i); /* 0 from `count` on */
        for (size_t j = i; j < i + 8; j += 4) {
            uint64_t word = bits_from(in, r.bit); /* four rests fit a word */
            WY_UNROLL_ROWS
            for (unsigned k = 0; k < 4; k++) {
                const unsigned symbol = symbols & 0xFF;
                const uint32_t low = bits > 0 ? values[j + k] : 0;
                symbols >>= 8;
                values[j + k] = low | (tops[symbol] | (uint32_t)(word & masks[symbol])) << bits;
                word >>= widths[symbol];
                r.bit += widths[symbol];
            }
        }
    }
    return (size_t)(end + 7) / 8;
}

/* What is found out of the string of a sparse block before its values: where its parts begin. */
typedef struct sparse_parts {
    size_t found;                /* values that are not 0 */
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
        const uint32_t gap = (uint32_t)bits_from(in, p.gaps + i * gap_bits) & wy_low_mask(gap_bits);
        const uint32_t rest =
            (uint32_t)bits_from(in, p.rests + i * rest_bits) & wy_low_mask(rest_bits);
        const uint32_t *end = ends + p.found + i;
        at += (ends[i] - buffer[i] - 1) << gap_bits | gap;
        if (at >= count) return 0;
        values[at++] = ((end[0] - end[-1] - 1) << rest_bits | rest) + 1;
    }
    return bytes;
}

#endif
