/*
 * store/matches_search.h: inside of matches.h: the index of a dictionary, and the search of a
 * block. The portable kind looks at one character after the other, that with AVX2 ahead in several
 * parts of the block; both find the same.
 */
#ifndef WY_STORE_MATCHES_SEARCH_H
#define WY_STORE_MATCHES_SEARCH_H

#include <stdbool.h>
#include <string.h>

#include "base/reader.h"
#include "store/matches.h"

enum {
    WY_MATCH_LONG = 12, /* bytes */
    WY_MATCH_SHORT = 6,
    WY_MATCH_LONG_PLACES = 4, /* of characters with the same hash, the last ones */
    WY_MATCH_SHORT_PLACES = 2,
    WY_MATCH_PLACE_BITS = 20, /* what is above in a place is more of the hash */
    WY_MATCH_NEAR_BITS = 13,
    WY_MATCH_AT_ONCE = 32, /* bytes; so many can be read at every place of the dictionary */
    WY_MATCH_WORDS = (WY_MATCHES_LONGEST >> 6) + 2,
};

/*
 * A character of a block. Which ones before it have its hashes does not depend on which matches are
 * taken, so that its own best match does not either: it is looked for at most once, by whoever
 * needs it first, and kept.
 */
typedef struct wy_match_character {
    union {
        uint32_t longs;  /* hashes, while `next` is 0 */
        uint32_t offset; /* of the best match; 0: there is none */
    };
    union {
        uint32_t shorts;
        uint32_t length;
    };
    uint16_t at;
    uint16_t near_longs, near_shorts; /* the last before it with its hashes; 0: perhaps none */
    uint16_t next; /* number of the first character behind the match; 0: it was not looked for */
} wy_match_character;

struct wy_match_characters {
    size_t count;
    uint64_t begins[WY_MATCH_WORDS]; /* where they begin, a bit for each byte of the block */
    uint32_t before[WY_MATCH_WORDS]; /* how many begin before a word of these bits */
    wy_match_character list[WY_MATCHES_LONGEST];
};

typedef size_t wy_matches_fn(const wy_match_index *index, wy_match_characters *characters,
                             const uint8_t *block, size_t length, ZSTD_Sequence *out);

struct wy_match_index {
    wy_matches_fn *find; /* the best for this processor */
    const uint8_t *text;
    size_t length;
    unsigned long_bits, short_bits;
    uint32_t *longs, *shorts; /* rows of places + 1; 0: none */
};

wy_matches_fn wy_matches_find_scalar;
/* NULL where this build or processor does not have it. */
wy_matches_fn *wy_matches_find_avx2(void);

/* The bits at the top of a product depend on all of its factors. */
static inline uint32_t wy_match_hash_long(const uint8_t *p)
{
    const uint64_t mixed = wy_load64(p) ^ wy_load32(p + 8) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(mixed * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static inline uint32_t wy_match_hash_short(const uint8_t *p)
{
    return (uint32_t)((wy_load64(p) << 16) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static inline size_t wy_match_top(uint32_t hash, unsigned bits)
{
    return hash >> (32 - bits);
}

/* The bits of a hash behind those that choose a row: most other characters of a row have others,
 * and need not be looked at. */
static inline uint32_t wy_match_tag(uint32_t hash, unsigned bits)
{
    return hash << bits >> WY_MATCH_PLACE_BITS << WY_MATCH_PLACE_BITS;
}

/* Whether a character begins here that is no space; in other data than text it is as good a choice
 * as any. */
static inline bool wy_match_is_begin(uint8_t byte)
{
    return (byte & 0xc0) != 0x80 && byte > ' ';
}

/* In which of eight bytes a character begins (wy_match_is_begin): the highest bit of each tells. */
static inline uint64_t wy_match_begins_of_8(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t above_space = (bytes & 0x7f * ones) + (0x7f - ' ') * ones, second = bytes << 1;
    const uint64_t all = ((~bytes & above_space) | (bytes & second)) & 0x80 * ones;
    return (all >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t wy_match_begins_of_64(const uint8_t *text)
{
    uint64_t all = 0;
    for (size_t i = 0; i < 64; i += 8) all |= wy_match_begins_of_8(wy_load64(text + i)) << i;
    return all;
}

#endif
