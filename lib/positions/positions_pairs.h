/*
 * positions/positions_pairs.h: how often two terms stand at a distance, in many documents at once:
 * the inner loop of phrases. The positions of a posting are not put in order for that.
 */
#ifndef WY_POSITIONS_POSITIONS_PAIRS_H
#define WY_POSITIONS_POSITIONS_PAIRS_H

#include "positions/positions.h"

/* Two terms that stand in a phrase, and where in it. wy_positions_spread must come before for one
 * of which documents that are open have several positions. */
typedef struct wy_positions_pair {
    const wy_positions *terms[2];
    uint32_t offsets[2];
} wy_positions_pair;

/* Of which terms a document has several positions. */
enum { WY_PAIR_FIRST, WY_PAIR_SECOND, WY_PAIR_BOTH, WY_PAIR_OPEN };

/*
 * What is known of documents that hold both terms, by their numbers. More than WY_BLOCK are written
 * at once: what is behind those that there are is undefined.
 */
typedef struct wy_positions_both {
    /* How often the terms stand as they should; 0 of those that are open. */
    uint8_t freqs[WY_BLOCK + 16];
    /* Where term t must be to stand as it should with the first position of the other. */
    uint32_t wanted[2][WY_BLOCK + 16];
    /* The numbers of documents with several positions of the one, the other, or both. */
    uint8_t open[WY_PAIR_OPEN][WY_BLOCK + 16];
    size_t open_count[WY_PAIR_OPEN];
} wy_positions_both;

/*
 * Compares the firsts of `count` documents, of which number i is posting at[0][i] of the one term
 * and at[1][i] of the other. Mostly they are the only positions, or those of one of the two: then
 * the other needs only to be looked for among many. Eight can be read of `at` at least.
 */
typedef void wy_positions_once_fn(const wy_positions_pair *pair, const uint8_t *const at[2],
                                  size_t count, wy_positions_both *out);

#define WY_POSITIONS_UNKNOWN UINT8_MAX

/* Sets the freqs of documents that are open; to WY_POSITIONS_UNKNOWN where they have too many
 * positions to tell, or something is wrong with these. */
typedef void wy_positions_pairs_fn(const wy_positions_pair *pair, const uint8_t *const at[2],
                                   wy_positions_both *both);

/* The numbers of the documents whose freqs are not 0, and these. Returns how many there are. There
 * must be room for 8 more. */
typedef size_t wy_positions_found_fn(const wy_positions_both *both, size_t count, uint8_t *numbers,
                                     uint8_t *freqs);

typedef struct wy_positions_meeting {
    wy_positions_once_fn *once;
    wy_positions_pairs_fn *pairs;
    wy_positions_found_fn *found;
} wy_positions_meeting;

/* The best for this processor. Static storage. */
const wy_positions_meeting *wy_positions_meeting_get(void);

extern const wy_positions_meeting wy_positions_meeting_scalar;
/* NULL where this build or processor does not have it. */
const wy_positions_meeting *wy_positions_meeting_avx2(void);
const wy_positions_meeting *wy_positions_meeting_avx512(void);

/* What a pair of so many positions is known of: compared are all of the fewer with all of the
 * more. */
#define WY_POSITIONS_PAIR_FEWER 4
#define WY_POSITIONS_PAIR_MORE  8

/* Where no position of a posting with several is, but for those that are too far for their bound.
 */
#define WY_POSITIONS_NOWHERE UINT32_MAX

/* Sums, of which the differences from the first on are those from the first position on. At least
 * eight can be read. */
static inline const uint32_t *wy_positions_sums(const wy_positions *p, uint32_t index)
{
    const uint32_t several = p->several[index]; /* else it has no place */
    return p->sums + (p->starts[index] & (0 - several));
}

/* Whether the positions of a posting lie on a circle, as those of outliers do not, and go round it
 * but once. */
static inline bool wy_positions_is_round(const wy_positions *p, uint32_t index, uint32_t size)
{
    const uint32_t *sums = wy_positions_sums(p, index);
    const uint32_t limit = wy_bound_limit(p->bounds[index]);
    return (sums[size - 1] - sums[0] < limit) & (p->firsts[index] < limit) & (size <= limit);
}

#endif
