/*
 * positions/positions_pairs.h: how often two terms stand at a distance, in many documents at once:
 * the inner loop of phrases. The positions of a posting are not put in order for that.
 */
#ifndef WY_POSITIONS_POSITIONS_PAIRS_H
#define WY_POSITIONS_POSITIONS_PAIRS_H

#include "positions/positions.h"

/* Two terms that stand in a phrase, and where in it. wy_positions_spread must come before for one
 * of which there are documents that hold it more than once. */
typedef struct wy_positions_pair {
    const wy_positions *terms[2];
    uint32_t offsets[2];
} wy_positions_pair;

/* Documents that hold both terms: by number, and which posting of each term they are. What is
 * behind `count` is undefined: more are written, and read, at once. */
typedef struct wy_positions_both {
    size_t count;
    uint8_t number[WY_BLOCK + 8], at[2][WY_BLOCK + 8];
} wy_positions_both;

/*
 * Of `count` documents, of which number i is posting at[0][i] of the one term and at[1][i] of the
 * other, leaves out those in which each stands once, and not where it should: these are the most,
 * and they are found without a branch that could be foretold wrongly. several[t]: whether any of
 * the others holds term t more than once. Eight can be read of `at` at least.
 */
typedef void wy_positions_once_fn(const wy_positions_pair *pair, const uint8_t *const at[2],
                                  size_t count, wy_positions_both *out, bool several[2]);

#define WY_POSITIONS_UNKNOWN UINT8_MAX

/*
 * Leaves out documents in which they never stand as they should. freqs[i] = how often they do in
 * document both->number[i]; WY_POSITIONS_UNKNOWN where they have too many positions to tell, or
 * something is wrong with these. `at` is void then.
 */
typedef void wy_positions_pairs_fn(const wy_positions_pair *pair, wy_positions_both *both,
                                   uint8_t freqs[WY_BLOCK + 8]);

typedef struct wy_positions_meeting {
    wy_positions_once_fn *once;
    wy_positions_pairs_fn *pairs;
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
