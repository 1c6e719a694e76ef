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

/* For writing. */
extern const uint8_t wy_coded_codes[WY_CODED_SETS][WY_CODED_SYMBOLS];

#endif
