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

/* Bits dealt out to some of six places, by what those are and the bits; and how many they are. */
#define WY_DEALT_BITS 6
#define WY_DEALT      (1 << WY_DEALT_BITS)
extern const uint8_t wy_dealt[WY_DEALT][WY_DEALT];
extern const uint8_t wy_dealt_count[WY_DEALT];

/* For writing. */
extern const uint8_t wy_coded_codes[WY_CODED_SETS][WY_CODED_ROW];
/* Bits of a symbol by each of the four sets, its rest included, 16 bits apart. */
extern const uint64_t wy_coded_costs[WY_CODED_SYMBOLS];

/* Bits of the rest that follows a symbol. */
static inline unsigned wy_coded_extra(unsigned symbol)
{
    return symbol > 0 ? symbol - 1 : 0;
}

#endif
