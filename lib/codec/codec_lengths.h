/*
 * codec/codec_lengths.h: the lengths of the prefix codes of `coded` blocks (codec.h), from which
 * gen_code_table.c makes the codes. Part of the format: a change makes files unreadable.
 *
 * A block chooses the set that makes it the smallest. The sets were found on Chinese law (8 million
 * gaps) by assigning each block to its best set and making Huffman codes of at most eight bits for
 * what each set got, in turns, until nothing changed.
 */
#ifndef WY_CODEC_CODEC_LENGTHS_H
#define WY_CODEC_CODEC_LENGTHS_H

#include <stdint.h>

#define WY_CODE_MAX 8 /* bits */

/* One set a row, one symbol a column. Gaps that shrink geometrically, more and less; gaps of
 * one size; runs with long gaps between. */
#define WY_CODED_SETS    4
#define WY_CODED_SYMBOLS 14
#define WY_CODED_ROW     16 /* a row is as long as a vector */

static const uint8_t wy_coded_lengths[WY_CODED_SETS][WY_CODED_ROW] = {
    {1, 2, 3, 4, 6, 7, 8, 8, 8, 8, 8, 8, 7, 7},
    {1, 3, 3, 3, 4, 6, 6, 7, 8, 8, 8, 8, 8, 8},
    {2, 3, 3, 3, 3, 3, 4, 5, 7, 7, 8, 8, 8, 8},
    {1, 4, 4, 4, 5, 5, 4, 4, 4, 5, 6, 7, 8, 8},
};

#endif
