/*
 * text/fold_kernel.h: inside of folding: characters of three bytes, eight at a time.
 */
#ifndef WY_TEXT_FOLD_KERNEL_H
#define WY_TEXT_FOLD_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* The table of folding, and text from which characters are taken. */
typedef struct wy_fold_source {
    const uint16_t *index, *blocks; /* as fold_table.h has them */
    const uint32_t *changes;        /* bit c % 32 is set where c < 2^16 does not stay the same */
    const uint8_t *text;
    size_t length, at; /* bytes; `at` moves behind what is taken */
} wy_fold_source;

/*
 * Folds characters of three bytes that become one unit each, at most `most`, and stops before any
 * other; it may stop before. `before` is the unit in front of them. Writes units, and where each
 * begins and ends in the text; up to eight behind them are written too. Returns how many there are.
 */
typedef size_t wy_fold_three_fn(wy_fold_source *source, unsigned before, size_t most,
                                uint16_t *units, uint32_t *begins, uint32_t *ends);

/* NULL where the processor has no AVX2. */
wy_fold_three_fn *wy_fold_three_avx2(void);

#endif
