/*
 * positions/positions_format.h: where in its paragraph a term stands: kind "POSN", version 2.
 *
 *   payload := term*
 *   term    := chunk*  table?     a chunk for each WY_BLOCK postings; a table for two or more
 *   chunk   := row:5 bits  outside:3 bits  { outside - 7:1 }?  outlier*  string
 *   outlier := index:1  first:varint  { gap to the one before - 1:varint }*
 *   string  := bounded block of firsts  { bounded block }*      codec/codec.h
 *   firsts  := for each posting but outliers: one of its positions
 *   the other blocks, of WY_BLOCK values, the last of fewer:
 *           := for each posting but outliers, the steps - 1 to its other positions
 *   table   := { entry:bits }*  width:1 (bits of an entry, 0 to 40)
 *
 * How many postings a term has, and how many positions each of them, follows from dictionary and
 * frequencies; the length of the term from the dictionary.
 *
 * bounds     A position is below a bound that the length W of its document gives, as the columns
 *            code it: W, or a part or multiple of it, by the row of the chunk. Positions that count
 *            words are below W; those that count characters below 2 W or so; and those of words
 *            that open a paragraph below some sixteenths of W. A bound needs no bits, and where a
 *            value lies follows from those before it: no value waits for another to be read.
 * outside    How many postings have a position that is not below the bound; from 7 on in a byte of
 *            its own. They are few: the row is chosen so that the chunk is the smallest. In
 *            `firsts` they stand with a bound of 1, which takes no bit.
 * firsts     Of most postings it is the only position. The positions of others lie on a circle as
 *            long as the bound, L: the first is the one behind the longest way without any, so that
 *            every step is at most L / 2, which is its bound. So an order need not be kept, which
 *            would be log2 f! bits too many: what is lost is 0 for two positions, 0.6 bits for
 *            three, 1.6 for four.
 * table      Where chunks end, so that one of them is found without a walk: entry i belongs to
 *            chunk i; the last chunk needs none. Chunks of one term are of much the same size, so
 *            an entry is the difference to where the chunk would end if all were of the same:
 *              end(i) = floor((i + 1) * bytes of all chunks / chunks) + difference
 *            as zigzag (0, -1, 1, -2, … are 0, 1, 2, 3, …), in a bit string filled low bits first.
 *            Ten bits or so do, where ends themselves need 24. It follows the chunks, because
 *            the writer then keeps nothing in memory but the ends.
 *
 * Measured on Chinese law (24,181 words, 10.02 million positions): 6.37 MB, 5.1 bits a position,
 * where positions count words; 7.74 MB where they count characters; tables are 0.07 MB, outliers
 * 0.11 and 0.25. The sum of log2 C(W, f), what is needed if nothing is known but f positions below
 * W, is 6.07 and 7.19 (with W in characters, which no file has). Prefix codes by the class of W, in
 * eight sets for words that open, stand anywhere and close, took 6.34 and 7.70; but a code waits
 * for the one before: 0.5 us a chunk of 154 positions, where this takes 0.2.
 */
#ifndef WY_POSITIONS_POSITIONS_FORMAT_H
#define WY_POSITIONS_POSITIONS_FORMAT_H

#include "codec/codec.h"

#define WY_POSITIONS_KIND    "POSN"
#define WY_POSITIONS_VERSION 2

#define WY_POSITIONS_WIDTH_MAX 40

/* Bytes of a term stay below, so that (i + 1) * bytes fits 64 bits for every chunk that a
 * 32-bit number of postings can give (2^25). */
#define WY_POSITIONS_TERM_MAX (UINT64_C(1) << 38)

/* Positions of a chunk: the reader counts them in 32 bits. */
#define WY_POSITIONS_CHUNK_MAX UINT32_MAX

/* A table of `chunks` chunks, in bytes; none for a single one. */
static inline uint64_t wy_positions_table_bytes(uint32_t chunks, unsigned width)
{
    return chunks < 2 ? 0 : ((uint64_t)(chunks - 1) * width + 7) / 8 + 1;
}

/* Where chunk `i` would end if all `chunks` took the same part of `body` bytes. */
static inline uint64_t wy_positions_expected_end(uint64_t body, uint32_t chunks, uint32_t i)
{
    return ((uint64_t)i + 1) * body / chunks;
}

#define WY_POSITIONS_ROWS          32
#define WY_POSITIONS_ROW_OF_LENGTH 11 /* whose bounds are the lengths */
#define WY_POSITIONS_OUTSIDE       7  /* from here on in a byte of its own */

/* By row and length code: bounds, which rise from row to row. */
extern const uint8_t wy_positions_bounds[WY_POSITIONS_ROWS][256];

/* For choosing: what a position takes more than in the row of W itself, in units of
 * WY_BIT_COST a bit. */
extern const int16_t wy_positions_row_costs[WY_POSITIONS_ROWS];

/* By bound: the bound of a step - 1 on a circle of that length: half of it. */
extern const uint8_t wy_positions_step_bounds[256];

#endif
