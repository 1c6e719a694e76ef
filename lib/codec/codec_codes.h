/*
 * codec/codec_codes.h: the prefix codes of `coded` blocks, as tables.
 *
 * Codes are canonical: the shorter first, then by symbol; they are written low bits first, so that
 * they stand here with their bits reversed.
 */
#ifndef WY_CODEC_CODEC_CODES_H
#define WY_CODEC_CODEC_CODES_H

#include <stddef.h>

#include "codec/codec_lengths.h"

#define WY_CODE_WINDOW (1 << WY_CODE_MAX)

/* All whole codes of `coded` that the next nine bits begin with: in byte 0 their bits, as a shift takes
 * them; in byte 1 their number; then up to six symbols, a byte each. Never none: no code is longer. Of windows of 8,
 * 9 and 10 bits this is the fastest: more codes a look-up, but a table twice as large. */
#define WY_CODED_WINDOW (1 << 9)
#define WY_CODED_RUN    6 /* symbols */
extern const uint64_t wy_coded_runs[WY_CODED_SETS][WY_CODED_WINDOW];

#define WY_SPARSE_HIGH_MAX 15 /* zeros of a code of `sparse`, at most */

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
