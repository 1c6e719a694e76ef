/*
 * positions/positions_kernels.c: the loops over postings in portable C.
 */
#include "positions/positions_kernels.h"

#include <string.h>

#include "base/reader.h"
#include "positions/positions_format.h"

/* The bytes, which are 0 or 1, as bits. */
static void set_many(const uint8_t several[WY_BLOCK], uint64_t bits[WY_BLOCK / 64])
{
    for (uint32_t word = 0; word < WY_BLOCK / 64; word++) {
        bits[word] = 0;
        for (uint32_t i = 0; i < 8; i++) {
            const uint64_t eight = wy_load64(several + 64 * word + 8 * i);
            bits[word] |= eight * UINT64_C(0x0102040810204080) >> 56 << 8 * i;
        }
    }
}

/* Written so that the compiler uses vectors. */
static bool find_several(const uint32_t *restrict freqs, uint32_t count,
                         uint8_t several[restrict WY_BLOCK], uint64_t many[WY_BLOCK / 64],
                         uint32_t *steps, uint32_t *most)
{
    uint32_t sum = 0, all = 0, zeros = 0;
    if (count == WY_BLOCK) {
        for (uint32_t i = 0; i < WY_BLOCK; i++) {
            several[i] = freqs[i] != 1;
            sum += freqs[i];
            all |= freqs[i];
            zeros += freqs[i] == 0;
        }
    } else {
        memset(several, 0, WY_BLOCK);
        for (uint32_t i = 0; i < count; i++) {
            several[i] = freqs[i] != 1;
            sum += freqs[i];
            all |= freqs[i];
            zeros += freqs[i] == 0;
        }
    }
    set_many(several, many);
    *steps = sum - count;
    *most = all;
    return zeros == 0;
}

static void find_bounds(const uint8_t row[restrict 256], const uint8_t *restrict lengths,
                        const uint32_t *restrict docs, uint32_t count, uint8_t *restrict bounds)
{
    if (count == WY_BLOCK) /* a number that the compiler can use */
        for (uint32_t i = 0; i < WY_BLOCK; i++) bounds[i] = row[lengths[docs[i]]];
    else {
        memset(bounds, 0, WY_BLOCK);
        for (uint32_t i = 0; i < count; i++) bounds[i] = row[lengths[docs[i]]];
    }
}

static size_t few_bounds(const uint64_t bits[WY_BLOCK / 64], const uint32_t *freqs,
                         const uint8_t bounds[WY_BLOCK], uint8_t *step_bounds,
                         uint32_t starts[WY_BLOCK])
{
    size_t at = 0;
    for (uint32_t word = 0; word < WY_BLOCK / 64; word++) {
        for (uint64_t left = bits[word]; left; left &= left - 1) {
            const uint32_t i = 64 * word + (uint32_t)__builtin_ctzll(left);
            const uint64_t eight =
                wy_positions_step_bounds[bounds[i]] * UINT64_C(0x0101010101010101);
            memcpy(step_bounds + at, &eight, sizeof eight);
            memcpy(step_bounds + at + 8, &eight, sizeof eight);
            starts[i] = (uint32_t)at;
            at += freqs[i] - 1;
        }
    }
    return at;
}

const wy_positions_kernels wy_positions_kernels_scalar = {find_several, find_bounds, few_bounds};

const wy_positions_kernels *wy_positions_kernels_get(void)
{
    const wy_positions_kernels *best = wy_positions_kernels_avx512();
    if (!best) best = wy_positions_kernels_avx2();
    return best ? best : &wy_positions_kernels_scalar;
}
