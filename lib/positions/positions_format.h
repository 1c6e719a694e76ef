/*
 * positions/positions_format.h: where in its paragraph a term stands: kind "POSN", version 1.
 *
 *   payload := term*
 *   term    := chunk*  table?     a chunk for each WY_BLOCK postings; a table for two or more
 *   chunk   := block*             codec/codec.h: its values, WY_BLOCK at a time; the last block
 *                                 may have fewer
 *   values  := for each posting: first position, { gap to the one before - 1 }*
 *   table   := { entry:bits }*  width:1 (bits of an entry, 0 to 40)
 *
 * How many postings a term has, and how many positions each of them, follows from dictionary and
 * frequencies; the length of the term from the dictionary.
 *
 * table      Where chunks end, so that one of them is found without a walk: entry i belongs to
 *            chunk i; the last chunk needs none. Chunks of one term are of much the same size, so
 *            an entry is the difference to where the chunk would end if all were of the same:
 *              end(i) = floor((i + 1) * bytes of all chunks / chunks) + difference
 *            as zigzag (0, -1, 1, -2, … are 0, 1, 2, 3, …), in a bit string filled low bits first.
 *            Ten bits or so do, where ends themselves need 24. It follows the chunks, because
 *            the writer then keeps nothing in memory but the ends.
 * values     First positions and gaps in one sequence, which needs no second pass to bring them
 *            together. In two sequences they would take 0.3 % less.
 *
 * Measured on Chinese law (20,713 words, 10.01 million positions): 8.32 MB, 6.65 bits a position,
 * of which tables are 0.07 MB. Without split blocks it would be 8.64 MB; with the smallest form
 * always, whatever it costs to read, 8.04 (see the costs in codec.c).
 */
#ifndef WY_POSITIONS_POSITIONS_FORMAT_H
#define WY_POSITIONS_POSITIONS_FORMAT_H

#define WY_POSITIONS_KIND    "POSN"
#define WY_POSITIONS_VERSION 1

#define WY_POSITIONS_WIDTH_MAX 40

/* Bytes of a term stay below, so that (i + 1) * bytes fits 64 bits for every chunk that a
 * 32-bit number of postings can give (2^25). */
#define WY_POSITIONS_TERM_MAX (UINT64_C(1) << 38)

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

#endif
