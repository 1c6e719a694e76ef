/*
 * postings/postings_format.h: which paragraphs hold a term, and how often: kind "POST", version 4.
 *
 *   payload := list*
 *   list    := data  impact:1
 *   data    := short                   fewer than WY_BLOCK postings
 *            | group*                  otherwise: a group for each WY_GROUP blocks
 *   short   := ids  freqs?
 *   group   := slack:varint  size:varint  widths:1  impact:1  heads  body*
 *   widths  := slack width / 2 (0 to 16) + 17 * length width (0 to 11), both in bits
 *   heads   := { impact:8  slack  length }*      a bit string, low bits first, filled up to a byte
 *   body    := ids?  freqs?
 *   ids     := block of gap - 1        codec/codec.h; the first gap counts from -1
 *   freqs   := block of freq - 1
 *
 * A block is WY_BLOCK postings; the last of a list may have fewer. How many postings, blocks and
 * groups there are follows from the count in the term dictionary, as does the length of the list.
 *
 * impact     The greatest in the list, group or block. That of the list comes last, because only
 *            then the writer knows it: it keeps one group in memory, whatever the list.
 * slack      Last id - last id before - postings: how many ids are left out. Where it is 0, the
 *            ids are a run and `ids` is missing. Gives the last id without decoding, and what
 *            decoding must arrive at: a damaged block is seen even if its checksum is right.
 * size       Bytes of heads and bodies: what to pass over.
 * length     Bytes of the body. No second length is needed for freqs: it starts where ids ends.
 * freqs      Missing where all are 1, in which case the body (or short list) ends with ids. That
 *            holds for more than half of the lists of less than a block.
 * widths     The same for a whole group, so that a head is read with one load and no branch; in
 *            bits, which takes 24 KB less than in bytes. The heads lie together: a search that
 *            passes over 32 blocks reads 130 bytes or so, and none of the bodies.
 * short      No slack and no head: the list is decoded when it is opened.
 *
 * Measured on Chinese law (363,092 paragraphs, 24,181 words, 8.06 million postings): 7.63 MB, 7.6
 * bits a posting: ids of whole blocks 5.90 MB, their frequencies 0.93, blocks of less than WY_BLOCK
 * 0.50, heads of blocks 0.23, all else below 0.1. What other codes would give for the ids of whole
 * blocks: one width with bitsets and runs 8.4 MB; the same with patches, or split, 6.81; a width or
 * Rice parameter for each 8 or 16 gaps 6.4 to 7.1; interpolative coding 5.78 at several times the
 * time of `coded`; an adaptive arithmetic coder with the two gaps before as its context 5.7. For
 * frequencies an arithmetic coder that knows the mean of the term gives 0.80.
 */
#ifndef WY_POSTINGS_POSTINGS_FORMAT_H
#define WY_POSTINGS_POSTINGS_FORMAT_H

#include <stdint.h>

#define WY_POSTINGS_KIND    "POST"
#define WY_POSTINGS_VERSION 4

#define WY_POSTINGS_SLACK_WIDTHS     17 /* 0, 2, 4 .. 32 bits */
#define WY_POSTINGS_LENGTH_WIDTH_MAX 11 /* two blocks of WY_CODED_MAX at most */

/* Bytes of the heads of so many blocks. */
static inline uint64_t wy_postings_head_bytes(uint32_t blocks, unsigned slack_width,
                                              unsigned length_width)
{
    return ((uint64_t)blocks * (8 + slack_width + length_width) + 7) / 8;
}

#endif
