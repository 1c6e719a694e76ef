/*
 * positions/positions_bounds.c: the bounds of positions, from the length code of their document
 * (columns/columns_length.c: the length itself below 128, 16 steps an octave above).
 */
#include "positions/positions_format.h"

/* The greatest length with a code; a document of no length counts as one of 1. */
#define EXACT(c)  ((c) ? (c) : 1)
#define COARSE(c) (((17 + (c) % 16) << ((c) / 16 - 5)) - 1)

/* The least base << bits that is not below a limit of which n is one less: a base of four bits. */
#define LOW(n)   ((n) > 15 ? 28 - __builtin_clz((unsigned)(n) | 1) : 0)
#define LEAST(n) WY_BOUND(LOW(n), ((n) >> LOW(n)) + 1)

#define BOUND(length, part) LEAST((length * (part) + 15) / 16 - 1)
#define FOUR(LENGTH, c, part)                                                                      \
    BOUND(LENGTH(c), part), BOUND(LENGTH((c) + 1), part), BOUND(LENGTH((c) + 2), part),            \
        BOUND(LENGTH((c) + 3), part)
#define SIXTEEN(LENGTH, c, part)                                                                   \
    FOUR(LENGTH, c, part), FOUR(LENGTH, (c) + 4, part), FOUR(LENGTH, (c) + 8, part),               \
        FOUR(LENGTH, (c) + 12, part)
#define SIXTY_FOUR(LENGTH, c, part)                                                                \
    SIXTEEN(LENGTH, c, part), SIXTEEN(LENGTH, (c) + 16, part), SIXTEEN(LENGTH, (c) + 32, part),    \
        SIXTEEN(LENGTH, (c) + 48, part)
#define ROW(part)                                                                                  \
    {                                                                                              \
        SIXTY_FOUR(EXACT, 0, part), SIXTY_FOUR(EXACT, 64, part), SIXTY_FOUR(COARSE, 128, part),    \
            SIXTY_FOUR(COARSE, 192, part)                                                          \
    }

const uint8_t wy_positions_bounds[WY_POSITIONS_ROWS][256] = {
    ROW(1),  ROW(2),  ROW(3),  ROW(4),  ROW(5),  ROW(6),  ROW(7),  ROW(8),
    ROW(10), ROW(12), ROW(14), ROW(16), ROW(18), ROW(20), ROW(22), ROW(24),
    ROW(26), ROW(28), ROW(30), ROW(32), ROW(34), ROW(36), ROW(38), ROW(40),
    ROW(44), ROW(48), ROW(52), ROW(56), ROW(64), ROW(80), ROW(96), ROW(128)};

/* WY_BIT_COST * log2(part / 16), rounded. */
const int16_t wy_positions_row_costs[WY_POSITIONS_ROWS] = {
    -240, -180, -145, -120, -101, -85, -72, -60, -41, -25, -12, 0,   10,  19,  28,  35,
    42,   48,   54,   60,   65,   70,  75,  79,  88,  95,  102, 108, 120, 139, 155, 180};

/* With bits one less of them; without, half of a base of b + 1. */
#define ONE_BIT        WY_BOUND(1, 1)
#define HALF(b)        ((uint8_t)((b) < ONE_BIT ? ((b) + 1) / 2 - ((b) > 0) : (b) - ONE_BIT))
#define FOUR_HALVES(b) HALF(b), HALF((b) + 1), HALF((b) + 2), HALF((b) + 3)
#define HALVES(b)                                                                                  \
    FOUR_HALVES(b), FOUR_HALVES((b) + 4), FOUR_HALVES((b) + 8), FOUR_HALVES((b) + 12)
#define MORE_HALVES(b) HALVES(b), HALVES((b) + 16), HALVES((b) + 32), HALVES((b) + 48)

const uint8_t wy_positions_step_bounds[256] = {MORE_HALVES(0), MORE_HALVES(64), MORE_HALVES(128),
                                               MORE_HALVES(192)};
