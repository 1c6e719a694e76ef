/*
 * store/matches.h: what of a block is written already, in the dictionary or before in the block.
 *
 * zstd looks for matches at every byte. Text in UTF-8 repeats itself from character to character,
 * and two of three bytes of Chinese begin none. So here only characters are looked up, by their
 * first 12 bytes and by their first 6 (four and two Chinese characters), and the best match is
 * taken at once: nearly all of a block is in matches, so that to put one off for a longer one
 * behind it costs more than it gains. zstd then codes the matches.
 */
#ifndef WY_STORE_MATCHES_H
#define WY_STORE_MATCHES_H

/* For ZSTD_Sequence, and what takes it: exported by libzstd since 1.5.0. */
#ifndef ZSTD_STATIC_LINKING_ONLY
#define ZSTD_STATIC_LINKING_ONLY
#endif
#include <zstd.h>

#include "base/error.h"
#include "base/mem.h"

/* Where characters stand in a dictionary's text. Any number of threads may use one. */
typedef struct wy_match_index wy_match_index;

/* `text` is borrowed; of more than 1 MiB only the last is looked at. WY_E_NOMEM. */
int wy_match_index_make(const wy_mem *mem, const uint8_t *text, size_t length, wy_match_index **out,
                        wy_error *error);
void wy_match_index_free(const wy_mem *mem, wy_match_index *index); /* NULL is ignored */

#define WY_MATCHES_LONGEST 65535                 /* bytes of a block */
#define WY_MATCHES_ROOM(length) ((length) / 4 + 2) /* sequences that it may have */

/* Room to search a block in; one thread's. */
typedef struct wy_match_characters wy_match_characters;

wy_match_characters *wy_match_characters_make(const wy_mem *mem); /* NULL: memory is out */
void wy_match_characters_free(const wy_mem *mem, wy_match_characters *characters);

/*
 * Finds the matches of a block of `length` bytes; `out` has room for WY_MATCHES_ROOM(length). They
 * end with a block delimiter (ZSTD_sf_explicitBlockDelimiters); returns how many there are with it.
 */
size_t wy_matches_find(const wy_match_index *index, wy_match_characters *characters,
                       const uint8_t *block, size_t length, ZSTD_Sequence *out);

#endif
