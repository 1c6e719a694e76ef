/*
 * codec/codec_kernels.h: what the two implementations share: a function for each width, so that
 * shifts and masks are constants and no branch is left.
 */
#ifndef WY_CODEC_CODEC_KERNELS_H
#define WY_CODEC_CODEC_KERNELS_H

#include "codec/codec.h"

#if defined(__clang__)
#define WY_UNROLL_ROWS _Pragma("clang loop unroll(full)")
#else
#define WY_UNROLL_ROWS _Pragma("GCC unroll 32")
#endif

#define WY_ALWAYS_INLINE static inline __attribute__((always_inline))

/* A block is 32 rows of four values, one of each lane. */
enum { WY_ROWS = WY_BLOCK / 4 };

/* X(1) X(2) … X(32) */
#define WY_EACH_WIDTH(X)                                                                           \
    X(1)                                                                                           \
    X(2)                                                                                           \
    X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19) \
        X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)

typedef void wy_unpack_fn(const uint8_t *in, uint32_t *values);
typedef void wy_unpack_ascending_fn(const uint8_t *in, uint32_t base, uint32_t *values);

#endif
