/*
 * positions/positions_kernels.h: the loops over the postings of a chunk: which of them have several
 * positions, what bounds these, and where the steps to them are.
 */
#ifndef WY_POSITIONS_POSITIONS_KERNELS_H
#define WY_POSITIONS_POSITIONS_KERNELS_H

#include "positions/positions.h"

/* Steps of a posting that `few_bounds` can place: bounds are written sixteen at a time. */
#define WY_POSITIONS_FEW_STEPS 15

struct wy_positions_kernels {
    /* several[i] = whether freqs[i] is not 1, of `count` postings, 0 behind them; the same as bits
     * in `many`. *steps: how many more there are in all, unless *most, not below the greatest
     * frequency, is large. false: a frequency is 0. */
    bool (*find_several)(const uint32_t *freqs, uint32_t count, uint8_t several[WY_BLOCK],
                         uint64_t many[WY_BLOCK / 64], uint32_t *steps, uint32_t *most);

    /* bounds[i] = row[lengths[docs[i]]], 0 from `count` on. `docs` ascend. */
    void (*find_bounds)(const uint8_t row[256], const uint8_t *lengths, const uint32_t *docs,
                        uint32_t count, uint8_t bounds[WY_BLOCK]);

    /* For each posting that has a bit: where its freqs[i] - 1 steps, WY_POSITIONS_FEW_STEPS at
     * most, begin, in `starts`, and what bounds them. Returns how many there are in all; sixteen
     * more are written. */
    size_t (*few_bounds)(const uint64_t bits[WY_BLOCK / 64], const uint32_t *freqs,
                         const uint8_t bounds[WY_BLOCK], uint8_t *step_bounds,
                         uint32_t starts[WY_BLOCK]);
};

/* The best for this processor. Static storage. */
const wy_positions_kernels *wy_positions_kernels_get(void);

extern const wy_positions_kernels wy_positions_kernels_scalar;
/* NULL where this build or processor does not have them. */
const wy_positions_kernels *wy_positions_kernels_avx2(void);
const wy_positions_kernels *wy_positions_kernels_avx512(void);

/* Of AVX2, which AVX-512 has too. */
bool wy_avx2_find_several(const uint32_t *freqs, uint32_t count, uint8_t several[WY_BLOCK],
                          uint64_t many[WY_BLOCK / 64], uint32_t *steps, uint32_t *most);
size_t wy_avx2_few_bounds(const uint64_t bits[WY_BLOCK / 64], const uint32_t *freqs,
                          const uint8_t bounds[WY_BLOCK], uint8_t *step_bounds,
                          uint32_t starts[WY_BLOCK]);

#endif
