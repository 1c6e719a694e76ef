/*
 * positions/positions_starts.h: where a text may begin by the positions of one of its parts, in
 * many documents at once: the inner loop of quoted texts.
 */
#ifndef WY_POSITIONS_POSITIONS_STARTS_H
#define WY_POSITIONS_POSITIONS_STARTS_H

#include "positions/positions.h"

/* A document, by a number below 2^15 that the caller gave it, and its posting in the chunk. */
typedef struct wy_positions_spot {
    uint16_t number;
    uint8_t at;
} wy_positions_spot;

/* A start as a number: that of the document in the highest 15 bits, the position in the next 32,
 * and what it was found by in the lowest 17. */
#define WY_START_NUMBER   49
#define WY_START_POSITION 17

typedef struct wy_positions_starts {
    /* Its chunk is there. wy_positions_spread must come before where some of the spots have several
     * positions. */
    const wy_positions *term;
    uint32_t further; /* added to a position it is the start, modulo 2^32 */
    uint32_t part;    /* the lowest bits of the keys */
    /* By number of document: */
    uint64_t *signs;  /* bits of its starts modulo 64 */
    uint32_t *counts; /* of its starts */
    uint8_t *stays;
} wy_positions_starts;

#define WY_STARTS_MOST 8 /* of a spot, for each of which there must be room at `keys` */

/*
 * Writes the starts of some spots as keys, and returns how many these are. Spots with more
 * positions than it can tell, or with wrong ones, are left at the front of `spots`; *count is how
 * many. A start below 0 becomes one just below 2^32.
 *
 * note adds all of them to signs and counts, and `mark` to stays; meet takes only those whose signs
 * are there, and sets stays to 1 where there are any.
 */
typedef struct wy_positions_starting {
    size_t (*note)(const wy_positions_starts *starts, uint8_t mark, wy_positions_spot *spots,
                   size_t *count, uint64_t *keys);
    size_t (*meet)(const wy_positions_starts *starts, wy_positions_spot *spots, size_t *count,
                   uint64_t *keys);
} wy_positions_starting;

/* The best for this processor, in static storage; NULL where it is as well to take spots one after
 * the other (wy_positions_take). */
const wy_positions_starting *wy_positions_starting_get(void);

/* NULL where this build or processor does not have it. */
const wy_positions_starting *wy_positions_starting_avx2(void);
const wy_positions_starting *wy_positions_starting_avx512(void);

#endif
