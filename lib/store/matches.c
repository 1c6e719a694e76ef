#include "store/matches.h"

#include <assert.h>
#include <string.h>

#include "store/matches_search.h"

/*
 * Over 57.6 MB of Chinese law, and over 62.6 MB of its words with spaces between them, in blocks of
 * 18 KiB with a dictionary of 1 MiB: size of all frames, and time of finding, as it was byte by
 * byte; now it takes half of that. Coding alone takes 0.1 s.
 *                                             law                words
 *     as here                                 13.16 MB, 0.41 s   13.29 MB, 0.46 s
 *     a row of 3 for 12 bytes                 + 0.14, 0.40       + 0.14, 0.44
 *     2^12 places for a block                 + 0.04, the same   + 0.04, the same
 *     6 bytes also where 12 found something
 *     less than 12                            - 0.01, 0.42       - 0.01, 0.47
 *     the offset of the match before first    + 0.01, 0.44       + 0.01, 0.50
 *     none of 12 bytes in a block             + 0.39, 0.40       + 0.36, 0.43
 * zstd's own greedy search takes 1.7 times as long as this for 0.3 MB more, its level 7 three and a
 * half times for 0.2 MB less. To put a match off for one at the next character: no smaller, and
 * half as fast again. For 7 bytes instead of 6: words 0.1 MB smaller, law 0.7 MB larger. Whether
 * 12 bytes are found in the dictionary is told by their tag alone where 6 are passed over for them:
 * 0.001 MB more.
 */
enum {
    LONG_BITS = 16, /* of the hash, at most */
    LONG_BITS_LEAST = 8,
};

/* ---- The dictionary ------------------------------------------------------------------------ */

static void note(uint32_t *row, unsigned places, uint32_t place)
{
    memmove(row + 1, row, (places - 1) * sizeof *row);
    row[0] = place;
}

static void fill(wy_match_index *index)
{
    for (size_t at = 0; at + WY_MATCH_AT_ONCE <= index->length; at++) {
        if (!wy_match_is_begin(index->text[at])) continue;
        const uint32_t h = wy_match_hash_long(index->text + at);
        const uint32_t s = wy_match_hash_short(index->text + at);
        const uint32_t place = (uint32_t)at + 1;
        note(index->longs + wy_match_top(h, index->long_bits) * WY_MATCH_LONG_PLACES,
             WY_MATCH_LONG_PLACES, place | wy_match_tag(h, index->long_bits));
        note(index->shorts + wy_match_top(s, index->short_bits) * WY_MATCH_SHORT_PLACES,
             WY_MATCH_SHORT_PLACES, place | wy_match_tag(s, index->short_bits));
    }
}

int wy_match_index_make(const wy_mem *mem, const uint8_t *text, size_t length, wy_match_index **out,
                        wy_error *error)
{
    _Static_assert((int)LONG_BITS <= (int)WY_MATCH_PLACE_BITS, "a row and a tag are of 32 bits");
    enum { MOST = (1 << WY_MATCH_PLACE_BITS) - 1 };
    wy_match_index *index = wy_calloc(mem, sizeof *index);
    if (!index) return wy_fail_memory(error);
    index->text = length > MOST ? text + (length - MOST) : text;
    index->length = length > MOST ? MOST : length;
    index->long_bits = LONG_BITS_LEAST;
    while (index->long_bits < LONG_BITS && (index->length >> index->long_bits) > 8)
        index->long_bits++;
    index->short_bits = index->long_bits;
    index->longs =
        wy_calloc(mem, (WY_MATCH_LONG_PLACES * sizeof *index->longs) << index->long_bits);
    index->shorts =
        wy_calloc(mem, (WY_MATCH_SHORT_PLACES * sizeof *index->shorts) << index->short_bits);
    if (!index->longs || !index->shorts) {
        wy_match_index_free(mem, index);
        return wy_fail_memory(error);
    }
    wy_matches_fn *avx2 = wy_matches_find_avx2();
    index->find = avx2 ? avx2 : wy_matches_find_scalar;
    fill(index);
    *out = index;
    return WY_OK;
}

void wy_match_index_free(const wy_mem *mem, wy_match_index *index)
{
    if (!index) return;
    wy_free(mem, index->longs);
    wy_free(mem, index->shorts);
    wy_free(mem, index);
}

/* ---- Matches ------------------------------------------------------------------------------- */

/* How many of `most` bytes are the same. */
static inline size_t common(const uint8_t *a, const uint8_t *b, size_t most)
{
    size_t n = 0;
    for (; n + 8 <= most; n += 8) {
        const uint64_t differ = wy_load64(a + n) ^ wy_load64(b + n);
        if (differ) return n + (size_t)__builtin_ctzll(differ) / 8;
    }
    while (n < most && a[n] == b[n]) n++;
    return n;
}

/* Which places of a row have the tag, as bits. */
static inline unsigned tagged_places(const uint32_t *row, unsigned places, uint32_t tag)
{
    unsigned found = 0;
    for (unsigned i = 0; i < places; i++) {
        const unsigned same = (row[i] ^ tag) >> WY_MATCH_PLACE_BITS == 0 && row[i] != 0;
        found |= same << i;
    }
    return found;
}

static inline uint64_t begins_of_64(const uint8_t *text)
{
    return wy_match_begins_of_64(text);
}

#include "store/matches_search_body.h"

size_t wy_matches_find_scalar(const wy_match_index *index, wy_match_characters *characters,
                              const uint8_t *block, size_t length, ZSTD_Sequence *out)
{
    list_characters(characters, block, length);
    return take_all(index, characters, block, length, out);
}

wy_match_characters *wy_match_characters_make(const wy_mem *mem)
{
    return wy_alloc(mem, sizeof(wy_match_characters));
}

void wy_match_characters_free(const wy_mem *mem, wy_match_characters *characters)
{
    wy_free(mem, characters);
}

size_t wy_matches_find(const wy_match_index *index, wy_match_characters *characters,
                       const uint8_t *block, size_t length, ZSTD_Sequence *out)
{
    assert(length <= WY_MATCHES_LONGEST);
    return index->find(index, characters, block, length, out);
}
