/*
 * base/cpu.h: what the processor can do. With the CMake option WY_PORTABLE everything is false.
 */
#ifndef WY_BASE_CPU_H
#define WY_BASE_CPU_H

#include <stdbool.h>

/* AVX2, BMI1, BMI2 and POPCNT. Cheap; asks the processor each time. */
bool wy_cpu_has_avx2(void);

/* As that, and what Intel has had since Ice Lake and AMD since Zen 4 of AVX-512: F, BW, CD, DQ, VL,
 * VBMI, VBMI2, BITALG and VPOPCNTDQ. */
bool wy_cpu_has_avx512(void);

/* Where there is BMI2: whether PDEP takes a few cycles, not one or more for each bit, as in AMD's
 * processors before Zen 3. */
bool wy_cpu_has_fast_pdep(void);

#endif
