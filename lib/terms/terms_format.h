/*
 * terms/terms_format.h: the bytes of a term dictionary, in a sealed file of kind "TERM".
 *
 *   payload := block* list* lists index trailer
 *   block   := length:u8 key                 the first key, whole: its length - 1, its bytes
 *              postings:varint positions:varint
 *              shape{n-1} extra{*} suffix{n-1} figures{n}
 *   shape   := u8    high 4 bits: bytes shared with the key before; low 4 bits: length of the
 *                    suffix - 1; 15 in either: 15 + a byte of `extra` (shared first)
 *   suffix  := bytes of the key after those shared
 *   figures := varint (doc_freq - 1) << 1 | more
 *              varint total_freq - doc_freq - 1      only where `more` is 1
 *              varint postings_length
 *              varint positions_length
 *   list    := varint ordinal { varint distance }*       of terms with a unit, ascending
 *   lists   := { key:u32le offset:u32le }*           of each list, in the file; keys ascend; a list
 *                                                    ends where the next begins, or `lists`
 *              key = first byte of the terms' keys << 22 | (the unit is the last) << 21 | code
 *   index   := { offset:u32le }*                     of each block, in the file
 *   trailer := list_count:u32le terms:u32le           (8 bytes)
 *              list_count is WY_TERMS_UNLISTED where terms are not listed by units
 *
 * All blocks hold n = WY_TERMS_BLOCK terms but the last, which holds what is left (1 or more): the
 * number of blocks follows from `terms`, the ordinal of a block's first term from its number, and
 * the place of the index from the end of the file.
 *
 * Why so: lists lie without gaps in the order of the terms, so lengths are enough, with the
 * absolute place of the first list of each block (`postings`, `positions`). Most terms occur once:
 * the flag `more` spares them a byte. Most shapes fit one byte. The parts of a block stand in
 * columns, so that a look-up runs over shapes and suffixes alone and never rebuilds a key. The
 * index has a fixed width: it is searched in the mapping, against the first keys of the blocks.
 *
 * The lists answer "which terms end with", "which contain": the terms that hold all characters of a
 * string are few, and each is looked at. A suffix array would tell at once, but takes twice the
 * room: here a unit of a term takes little more than a byte.
 */
#ifndef WY_TERMS_TERMS_FORMAT_H
#define WY_TERMS_TERMS_FORMAT_H

#define WY_TERMS_KIND    "TERM"
#define WY_TERMS_VERSION 2
#define WY_TERMS_BLOCK   32 /* terms */
#define WY_TERMS_ESCAPE  15 /* in a half of a shape */
#define WY_TERMS_TRAILER 8  /* bytes */
#define WY_TERMS_LIST    8  /* bytes of an entry of `lists` */

#define WY_TERMS_UNLISTED UINT32_MAX

#endif
