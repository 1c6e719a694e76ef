/*
 * query/exact_sift.h: what is done with the hits of a window at once: leaving out documents in
 * which the text cannot be often enough.
 */
#ifndef WY_QUERY_EXACT_SIFT_H
#define WY_QUERY_EXACT_SIFT_H

#include <string.h>

#include "segment/segment.h"

/* How long a document may be, as a code, for a number of occurrences to count; so many or more are
 * enough in any. */
#define WY_EXACT_ENOUGH 15
typedef struct wy_exact_limits {
    uint8_t codes[WY_EXACT_ENOUGH + 1];
} wy_exact_limits;

static inline bool wy_exact_is_enough(const wy_exact_limits *limits, uint32_t freq, uint8_t length)
{
    return length <= limits->codes[freq < WY_EXACT_ENOUGH ? freq : WY_EXACT_ENOUGH];
}

typedef struct wy_exact_sift {
    /* Of `count` documents with bits, or, unless `chosen`, of those whose most[i] is not 0, while
     * no bit is set, leaves the bits of those in which most[i] occurrences are enough. most[i]
     * becomes 0 where there was a bit, or all. lengths[i] is the document's. */
    void (*keep_frequent)(const wy_exact_limits *limits, bool chosen, uint64_t *bits, uint8_t *most,
                          const uint8_t *lengths, size_t count);

    /* Leaves the hits whose number has a bit; how many. */
    size_t (*keep_hits)(const uint64_t *bits, wy_positions_spot *hits, size_t count);

    /* Lists `first` and more, as the bits tell that are set in `words` words. `many`: most have
     * some. There is room for WY_EXACT_LISTED more than there are. Returns how many these are. */
    size_t (*list)(const uint64_t *bits, size_t words, bool many, uint32_t first, uint32_t *out);
} wy_exact_sift;

#define WY_EXACT_LISTED 16

/* The best for this processor; all give the same. Static storage. */
const wy_exact_sift *wy_exact_sift_get(void);

extern const wy_exact_sift wy_exact_sift_scalar;
/* NULL where this build or processor does not have it. */
const wy_exact_sift *wy_exact_sift_avx2(void);
const wy_exact_sift *wy_exact_sift_avx512(void);

/* ---- What they are made of ----------------------------------------------------------------- */

/* Which of `count` bytes, 64 at most, are not 0. */
static inline uint64_t wy_exact_some(const uint8_t *bytes, size_t count)
{
    uint64_t some = 0;
    for (size_t i = 0; i < count; i++) some |= (uint64_t)(bytes[i] != 0) << i;
    return some;
}

/* keep_frequent for a word of bits; 64 bytes of `most` become 0. */
static inline uint64_t wy_exact_keep_word(const wy_exact_limits *limits, uint64_t bits,
                                          uint8_t *most, const uint8_t *lengths)
{
    uint64_t kept = 0;
    for (uint64_t left = bits; left; left &= left - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(left);
        kept |= (uint64_t)wy_exact_is_enough(limits, most[i], lengths[i]) << i;
    }
    memset(most, 0, 64);
    return kept;
}

static inline size_t wy_exact_list_word(uint64_t bits, uint32_t first, uint32_t *out, size_t count)
{
    do { /* mostly a few: four at once, without a branch that may be guessed wrong */
        for (unsigned j = 0; j < 4; j++) {
            out[count] = first + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
            count += bits != 0;
            bits &= bits - 1;
        }
    } while (bits);
    return count;
}

/* Where few words have some: which, is told without a branch. */
static inline size_t wy_exact_list_few(const uint64_t *bits, size_t words, uint32_t first,
                                       uint32_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < words; i += 64) {
        const size_t n = words - i < 64 ? words - i : 64;
        uint64_t some = 0;
        for (size_t j = 0; j < n; j++) some |= (uint64_t)(bits[i + j] != 0) << j;
        for (; some; some &= some - 1) {
            const size_t at = i + (size_t)__builtin_ctzll(some);
            count = wy_exact_list_word(bits[at], first + (uint32_t)(at * 64), out, count);
        }
    }
    return count;
}

static inline size_t wy_exact_list(const uint64_t *bits, size_t words, bool many, uint32_t first,
                                   uint32_t *out)
{
    size_t count = 0;
    if (!many) return wy_exact_list_few(bits, words, first, out);
    for (size_t i = 0; i < words; i++)
        count = wy_exact_list_word(bits[i], first + (uint32_t)(i * 64), out, count);
    return count;
}

/* Without a branch, since nothing foretells which they are. */
static inline size_t wy_exact_keep_hits(const uint64_t *bits, wy_positions_spot *hits, size_t count)
{
    size_t kept = 0;
    for (size_t h = 0; h < count; h++) {
        const wy_positions_spot hit = hits[h];
        hits[kept] = hit;
        kept += bits[hit.number / 64] >> hit.number % 64 & 1;
    }
    return kept;
}

#endif
