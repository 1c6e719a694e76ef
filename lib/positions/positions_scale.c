/*
 * positions/positions_scale.c: how large the values of a posting may be, from the length code of
 * its document (columns/columns_length.c): W itself below 128, 16 steps an octave above.
 */
#include "positions/positions_format.h"

/* Bits of W and the two below the highest, as the scale of a posting with one position. */
#define BITS(w)   (32 - __builtin_clz((w) ? (unsigned)(w) : 1u))
#define SCALE(b, two) WY_SCALE((b) > 3 ? (b) - 3 : 0, two)
#define EXACT(w)  SCALE(BITS(w), ((w) ? (unsigned)(w) : 1u) << 3 >> BITS(w) & 3)
#define COARSE(c) SCALE(8 + ((c) - 128) / 16, (c) / 4 % 4)

#define FOUR(X, c)    X(c), X((c) + 1), X((c) + 2), X((c) + 3)
#define SIXTEEN(X, c) FOUR(X, c), FOUR(X, (c) + 4), FOUR(X, (c) + 8), FOUR(X, (c) + 12)
#define SIXTY_FOUR(X, c)                                                                           \
    SIXTEEN(X, c), SIXTEEN(X, (c) + 16), SIXTEEN(X, (c) + 32), SIXTEEN(X, (c) + 48)

const uint8_t wy_positions_scales[256] = {SIXTY_FOUR(EXACT, 0), SIXTY_FOUR(EXACT, 64),
                                          SIXTY_FOUR(COARSE, 128), SIXTY_FOUR(COARSE, 192)};
