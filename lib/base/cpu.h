/*
 * base/cpu.h: what the processor can do. With the CMake option WY_PORTABLE everything is false.
 */
#ifndef WY_BASE_CPU_H
#define WY_BASE_CPU_H

#include <stdbool.h>

/* AVX2, BMI1, BMI2 and POPCNT. Cheap; asks the processor each time. */
bool wy_cpu_has_avx2(void);

#endif
