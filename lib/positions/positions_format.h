/*
 * positions/positions_format.h: where in its paragraph a term stands: kind "POSN", version 1.
 *
 *   payload := term*
 *   term    := chunk*  table?     a chunk for each WY_BLOCK postings; a table for two or more
 *   chunk   := scaled block       codec/codec.h
 *   values  := for each posting: first position, { gap to the one before - 1 }*
 *   table   := { entry:bits }*  width:1 (bits of an entry, 0 to 40)
 *
 * How many postings a term has, and how many positions each of them, follows from dictionary and
 * frequencies; the length of the term from the dictionary.
 *
 * scale      Of the values of a posting, from the length W of its document, as the columns code it,
 *            and the frequency f (wy_positions_scale). A position lies below W where positions
 *            count words, and below 3 W or so where they count characters; gaps of f positions are
 *            f times shorter. So bits(W) - 3 - bits(f - 1) low bits are kept as they are (the last
 *            at most 4), and the code for what is above is chosen by the two bits below the highest
 *            of W, and by whether f is 1. Nothing depends on the bound: a position may be any
 *            number.
 * values     First positions and gaps in one sequence, in the order of the postings.
 * set        Of codes, for each chunk: words that open a paragraph, stand anywhere, or close it.
 * table      Where chunks end, so that one of them is found without a walk: entry i belongs to
 *            chunk i; the last chunk needs none. Chunks of one term are of much the same size, so
 *            an entry is the difference to where the chunk would end if all were of the same:
 *              end(i) = floor((i + 1) * bytes of all chunks / chunks) + difference
 *            as zigzag (0, -1, 1, -2, … are 0, 1, 2, 3, …), in a bit string filled low bits first.
 *            Ten bits or so do, where ends themselves need 24. It follows the chunks, because
 *            the writer then keeps nothing in memory but the ends.
 *
 * Measured on Chinese law (24,181 words, 10.02 million positions): 6.34 MB, 5.1 bits a position,
 * where positions count words; 7.49 MB where they count characters; tables are 0.07 MB. In blocks
 * of one width, split or patched, that do not know the length, it would be 7.23 and 8.36. The sum
 * of log2 C(W, f), what is needed if nothing is known but f positions below W, is 6.07 and 7.19
 * (with W in characters, which no file has). One set of codes instead of eight costs 0.23, classes
 * by three bits of W instead of two save 0.02. The codes of a chunk (154 positions) are read in
 * 0.5 us with AVX2, the positions of a posting then in a few ns: of the 128 a phrase asks for 5 to
 * 20 on average.
 */
#ifndef WY_POSITIONS_POSITIONS_FORMAT_H
#define WY_POSITIONS_POSITIONS_FORMAT_H

#include "codec/codec.h"

#define WY_POSITIONS_KIND    "POSN"
#define WY_POSITIONS_VERSION 1

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

#define WY_POSITIONS_FREQS 10 /* from 9 on bits(f - 1) is taken for 4 */

/* By frequency, the last for all above, and length code. */
extern const uint8_t wy_positions_scales[WY_POSITIONS_FREQS][256];

/* The scale of the values of a posting with `freq` >= 1 positions. */
static inline uint8_t wy_positions_scale(uint8_t length, uint32_t freq)
{
    return wy_positions_scales[freq < WY_POSITIONS_FREQS ? freq : WY_POSITIONS_FREQS - 1][length];
}

#endif
