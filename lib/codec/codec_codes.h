/*
 * codec/codec_codes.h: the prefix codes of `coded` blocks.
 *
 * Codes are canonical: the shorter first, then by symbol; they are written low bits first, so that
 * they stand here with their bits reversed.
 */
#ifndef WY_CODEC_CODEC_CODES_H
#define WY_CODEC_CODEC_CODES_H

#include "codec/codec_lengths.h"

#define WY_SYMBOL_BITS 4

/* By length of code - 1: how many codes there are; and all symbols, the shorter codes first. */
extern const uint8_t wy_coded_leaves[WY_CODED_SETS][WY_CODE_MAX];
extern const uint8_t wy_coded_order[WY_CODED_SETS][WY_CODED_ROW];

/* For writing. */
extern const uint8_t wy_coded_codes[WY_CODED_SETS][WY_CODED_SYMBOLS];
/* Bits of a symbol by each of the four sets, its rest included, 16 bits apart. */
extern const uint64_t wy_coded_costs[WY_CODED_SYMBOLS];

/* Bits of the rest that follows a symbol. */
static inline unsigned wy_coded_extra(unsigned symbol)
{
    return symbol > 0 ? symbol - 1 : 0;
}

#endif
