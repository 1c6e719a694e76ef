/*
 * codec/codec.h: packing up to 128 small integers. Scalar and AVX2, chosen at run time; both give
 * and take the same bytes.
 *
 *   block   := plain | split | patched         of `count` values, 1 to WY_BLOCK
 *   plain   := bits:1 (0 to 32)  packed
 *   split   := 0x40 + bits:1 (0 to 31)  packed  unary
 *   patched := head:2 big-endian  packed  { index:1 }*  high
 *   head    := 1 << 15 | bits << 10 | exceptions << 5 | (width - 1)
 *              bits 0 to 31, exceptions 1 to 31, width 1 to 32 - bits
 *   packed  := the low `bits` bits of each value: where count is WY_BLOCK in four lanes (below),
 *              else a bit string of count * bits bits
 *   unary   := bit string: for each value v, v >> bits zeros and a one; at most 5 * WY_BLOCK bits
 *   high    := bit string: for each exception `width` bits, v >> bits
 *
 * A bit string is filled low bits first, and filled up to a whole byte with zeros.
 *
 * plain serves values of one size. patched serves many small values and a few large ones: these
 * are completed after unpacking (PForDelta; Zukowski et al., "Super-scalar RAM-CPU cache
 * compression", 2006). split serves what lies between: it is Golomb-Rice coding with the low bits
 * in a plane of their own, so that they unpack as plain does. With bits = 0 it is a bitset of the
 * sums of the values, which is how dense blocks of ids are kept.
 *
 * Four lanes ("vertical", as SIMD-BP128 in Lemire & Boytsov, "Decoding billions of integers per
 * second through vectorization", 2015): value i is in lane i mod 4, as the (i / 4)-th of its lane;
 * a lane is a little-endian bit string over its words; word w of lane l is stored at byte
 * 16 * w + 4 * l. The block takes 16 * bits bytes.
 */
#ifndef WY_CODEC_CODEC_H
#define WY_CODEC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WY_BLOCK 128

/* Bytes of the longest block that is written: plain with 32 bits. */
#define WY_CODED_MAX (1 + 16 * 32)

/* Bytes that must be readable behind what is decoded: bit strings are read by whole words. What
 * is there has no influence. Files give it: base/sealed.h. */
#define WY_CODEC_SLACK 8

/* Kernels. Reached through a table; all functions are pure but for what they write. */
typedef struct wy_codec {
    const char *name; /* "scalar", "avx2" */

    /* Unpacks four lanes. Reads exactly 16 * bits bytes of `in`; bits <= 32. */
    void (*unpack)(const uint8_t *in, unsigned bits, uint32_t values[WY_BLOCK]);

    /* values[i] = base + sum of the first i + 1 packed (gap - 1) values + i + 1, modulo 2^32:
     * ascending ids. With base = the last id of the block before (or UINT32_MAX, that is -1, at
     * the start). */
    void (*unpack_ascending)(const uint8_t *in, unsigned bits, uint32_t base,
                             uint32_t values[WY_BLOCK]);

    /* The same sums over values that are unpacked already. */
    void (*ascend)(uint32_t base, uint32_t values[WY_BLOCK]);

    /* Finds the first `count` (<= WY_BLOCK) ones in the bit string of `length` bytes at `in`:
     * ends[i] is the number of the bit of the i-th. Returns the bytes up to the last, or 0 where
     * there are not so many. Writes up to WY_ENDS values. */
    size_t (*ones)(const uint8_t *in, size_t length, uint32_t *ends, size_t count);

    /* values[i] |= (ends[i] - ends[i - 1] - 1) << bits: the high parts of a split block. Reads
     * ends[-1]. Returns all high parts, or'ed. */
    uint32_t (*join)(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK]);

    /* values[i] += (ends[i] - i) << bits: the same for ids. The high parts 0 to i sum up to
     * ends[i] - i, so that no gap is ever built. */
    void (*join_ascending)(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK]);
} wy_codec;

#define WY_ENDS (WY_BLOCK + 64)

/* The best for this processor. Static storage. */
const wy_codec *wy_codec_get(void);

/* One of them, for tests. The second is NULL where this build or processor does not have it. */
extern const wy_codec wy_codec_scalar;
const wy_codec *wy_codec_avx2(void);

/* Bits that the largest of `count` values needs, 0 to 32. */
unsigned wy_codec_bits(const uint32_t *values, size_t count);

/* Packs WY_BLOCK values of at most `bits` bits in four lanes: 16 * bits bytes. */
void wy_codec_pack(const uint32_t values[WY_BLOCK], unsigned bits, uint8_t *out);

/*
 * Writes one block of 1 to WY_BLOCK values in the form that takes the least room; where another
 * is nearly as small and faster to read, in that. Returns the bytes written, at most WY_CODED_MAX.
 */
size_t wy_codec_block_write(const uint32_t *values, size_t count, uint8_t *out);

/*
 * Reads one block of `count` values within `length` bytes. Returns the bytes taken, or 0 where
 * they are no block (damage). Room for WY_BLOCK values is needed at `values`; what is behind
 * `count` is undefined.
 */
size_t wy_codec_block_read(const wy_codec *codec, const uint8_t *in, size_t length,
                           uint32_t *values, size_t count);

/*
 * The same for ids, of which (gap - 1) is kept: values[i] = base + the first i + 1 of them + i + 1.
 * 0 also where the sum passes UINT32_MAX: what is returned is strictly ascending and above `base`
 * (UINT32_MAX stands for -1).
 */
size_t wy_codec_ascending_read(const wy_codec *codec, const uint8_t *in, size_t length,
                               uint32_t base, uint32_t *values, size_t count);

#endif
