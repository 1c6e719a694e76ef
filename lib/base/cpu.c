/*
 * base/cpu.c: what the processor can do.
 */
#include "base/cpu.h"

bool wy_cpu_has_avx2(void)
{
#if defined(__x86_64__) && !defined(WY_PORTABLE)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
#else
    return false;
#endif
}

bool wy_cpu_has_avx512(void)
{
#if defined(__x86_64__) && !defined(WY_PORTABLE)
    return wy_cpu_has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq");
#else
    return false;
#endif
}

bool wy_cpu_has_fast_pdep(void)
{
#if defined(__x86_64__) && !defined(WY_PORTABLE)
    return !__builtin_cpu_is("bdver4") && !__builtin_cpu_is("znver1") &&
           !__builtin_cpu_is("znver2");
#else
    return false;
#endif
}
