/*
 * positions/positions_scale.c: how large the values of a posting may be, from the length code of
 * its document (columns/columns_length.c): W itself below 128, 16 steps an octave above.
 */
#include "positions/positions_format.h"

/* The low bits of values follow from the bits of W; the class from the two below the highest, and
 * whether there is one position or more. */
#define BITS(w)           (32 - __builtin_clz((w) ? (unsigned)(w) : 1u))
#define LOW(bits)         ((bits) > 3 ? (bits)-3 : 0)
#define MAKE(b, row, two) WY_SCALE(LOW((b) - (row)), ((row) ? 4 : 0) | (two))
#define EXACT(w, row)     MAKE(BITS(w), row, ((w) ? (unsigned)(w) : 1u) << 3 >> BITS(w) & 3)
#define COARSE(c, row)    MAKE(8 + ((c)-128) / 16, row, (c) / 4 % 4)

#define FOUR(X, c, row) X(c, row), X((c) + 1, row), X((c) + 2, row), X((c) + 3, row)
#define SIXTEEN(X, c, row)                                                                         \
    FOUR(X, c, row), FOUR(X, (c) + 4, row), FOUR(X, (c) + 8, row), FOUR(X, (c) + 12, row)
#define SIXTY_FOUR(X, c, row)                                                                      \
    SIXTEEN(X, c, row), SIXTEEN(X, (c) + 16, row), SIXTEEN(X, (c) + 32, row),                      \
        SIXTEEN(X, (c) + 48, row)
#define ROW(row)                                                                                   \
    {                                                                                              \
        SIXTY_FOUR(EXACT, 0, row), SIXTY_FOUR(EXACT, 64, row), SIXTY_FOUR(COARSE, 128, row),       \
            SIXTY_FOUR(COARSE, 192, row)                                                           \
    }

/* By bits(f - 1); no frequency is 0. */
const uint8_t wy_positions_scales[WY_POSITIONS_FREQS][256] = {
    ROW(0), ROW(0), ROW(1), ROW(2), ROW(2), ROW(3), ROW(3), ROW(3), ROW(3), ROW(4)};
