/*
 * store/tables.h: what stands in front of a dictionary's text in zstd's format (RFC 8878, 5):
 * tables of how often literals, lengths and offsets are, which a block may use instead of its own.
 * zstd's trainer makes them from what it would find itself; these are made from what is found here,
 * so that nearly all blocks use them: they are smaller, and no table is made to read one.
 */
#ifndef WY_STORE_TABLES_H
#define WY_STORE_TABLES_H

#include "base/buf.h"
#include "store/matches.h"

#define WY_TABLES_ROOM 1024 /* bytes that they have, at most */

/* Appends them as the matches of blocks like the sample have them, where `index` has the text of
 * the dictionary; nothing where the sample does not lend itself to it. WY_E_NOMEM, WY_E_INTERNAL.
 */
int wy_tables_make(const wy_mem *mem, const wy_match_index *index, const uint8_t *sample,
                   size_t length, wy_buf *out, wy_error *error);

#endif
