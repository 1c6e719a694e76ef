/*
 * codec/codec.h: packing up to 128 small integers. Scalar and AVX2, chosen at run time; both give
 * and take the same bytes.
 *
 *   block   := plain | sparse | split | coded | patched     of `count` values, 1 to WY_BLOCK
 *   plain   := bits:1 (0 to 32)  packed
 *   sparse  := 0x21 + gap * 4 + rest:1 (gap 0 to 6, rest 0 to 3)  string
 *   split   := 0x40 + bits:1 (0 to 31)  packed  unary
 *   coded   := 0x60 + set * 8 + bits:1 (set 0 to 3, bits 0 to 7)  packed  codes
 *   patched := head:2 big-endian  packed  { index:1 }*  high
 *   head    := 1 << 15 | bits << 10 | exceptions << 5 | (width - 1)
 *              bits 0 to 31, exceptions 1 to 31, width 1 to 32 - bits
 *   packed  := the low `bits` bits of each value: where count is WY_BLOCK in four lanes (below),
 *              else a bit string of count * bits bits
 *   unary   := bit string: for each value v, v >> bits zeros and a one; at most 5 * WY_BLOCK bits
 *   codes   := bit string: for each value v the code (codec_lengths.h) of the number of bits of
 *              h = v >> bits, 0 to 13; then for each h but 0 and 1 all its bits below the highest.
 *              Of WY_BLOCK values the codes of the second half are a string of their own, its bytes
 *              in reverse order, which ends with the last byte of the room that the block is in:
 *              the two strings are read at the same time, and nothing tells where one begins
 *   string  := bit string: { zeros:rice(gap) value - 1:rice(rest) }* zeros:rice(gap): for each
 *              value that is not 0 how many are before it, and what it is; the last to the end
 *   rice(n) := v >> n zeros (at most 15), a one, and the low n bits of v
 *   high    := bit string: for each exception `width` bits, v >> bits
 *
 * A bit string is filled low bits first, and filled up to a whole byte with zeros.
 *
 * plain serves values of one size. patched serves many small values and a few large ones: these
 * are completed after unpacking (PForDelta; Zukowski et al., "Super-scalar RAM-CPU cache
 * compression", 2006). split serves what lies between: it is Golomb-Rice coding with the low bits
 * in a plane of their own, so that they unpack as plain does. With bits = 0 it is a bitset of the
 * sums of the values, which is how dense blocks of ids are kept. coded serves values of which some
 * are alike and others far away, as gaps between paragraphs are, within one law and between laws:
 * an Elias gamma code whose first half is a prefix code. sparse serves frequencies, most of which
 * are 1: runs of zeros (Golomb, "Run-length encodings", 1966).
 *
 * Four lanes ("vertical", as SIMD-BP128 in Lemire & Boytsov, "Decoding billions of integers per
 * second through vectorization", 2015): value i is in lane i mod 4, as the (i / 4)-th of its lane;
 * a lane is a little-endian bit string over its words; word w of lane l is stored at byte
 * 16 * w + 4 * l. The block takes 16 * bits bytes.
 *
 *   scaled  := set:3 low front escapes, filled up to a byte; back       any number of values
 *   low     := the low `bits` bits of each value, by its scale
 *   front, back := a code for h = v >> bits of each value of the first and the second half, by
 *              the class of its scale; 19 for all from there on. Fewer than 32 values have no back.
 *              The bytes of back are in reverse order, so that it begins at the last byte of the
 *              block: the two strings are read at the same time
 *   escapes := for each h of 19 or more: bits:5, and (h - 18) without its highest bit in `bits`
 *              bits
 *
 * A scale tells about how large a value may be: the reader knows it from elsewhere. A class gives
 * the leading bits of the range, so that little is lost where it is no power of two.
 */
#ifndef WY_CODEC_CODEC_H
#define WY_CODEC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"

#define WY_BLOCK 128

/* Bytes of the longest block that is written: plain with 32 bits. */
#define WY_CODED_MAX (1 + 16 * 32)

/* Bytes that must be readable behind what is decoded: bit strings are read by whole words. What
 * is there has no influence. Files give it: base/sealed.h. */
#define WY_CODEC_SLACK 8 /* also before it, for strings that are read from their end */

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

    /* values[i] |= h << bits for the `count` codes of a coded block at `in`, of set `set`. Returns
     * their bytes in front, and in *back those at the end of the `length` bytes; 0: damage. */
    size_t (*coded)(const uint8_t *in, size_t length, unsigned set, unsigned bits, uint32_t *values,
                    size_t count, size_t *back);

    /* Reads the codes of a scaled block, of which the first begins at bit *bit: a symbol for each
     * value. *bit becomes where they end in front, *back the bits of those at the back. false: they
     * are not whole within `length`. */
    bool (*symbols)(const uint8_t *in, size_t length, const uint8_t *scales, uint8_t *symbols,
                    size_t count, uint64_t *bit, uint64_t *back);
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
 * The last *back of them belong to the end of the room that the block will be in; something else
 * may come before them.
 */
size_t wy_codec_block_write(const uint32_t *values, size_t count, uint8_t *out, size_t *back);

/*
 * Reads one block of `count` values within `length` bytes. Returns the bytes taken, or 0 where
 * they are no block (damage). Room for WY_BLOCK values is needed at `values`; what is behind
 * `count` is undefined. WY_CODEC_SLACK bytes must be readable before and behind.
 */
size_t wy_codec_block_read(const wy_codec *codec, const uint8_t *in, size_t length,
                           uint32_t *values, size_t count);

/*
 * The same for ids, of which (gap - 1) is kept: values[i] = base + the first i + 1 of them + i + 1.
 * 0 also where the sum passes UINT32_MAX: what is returned is strictly ascending and above `base`
 * (UINT32_MAX stands for -1). Of the bytes taken those in front are returned; *back are at the end
 * of the `length` bytes, and what is between them is not looked at.
 */
size_t wy_codec_ascending_read(const wy_codec *codec, const uint8_t *in, size_t length,
                               uint32_t base, uint32_t *values, size_t count, size_t *back);

/* A scale: values have so many low bits, 0 to WY_SCALE_BITS_MAX, and are of a class, 0 to 7. */
#define WY_SCALE(bits, class) ((uint8_t)((bits) << 3 | (class)))
#define WY_SCALE_BITS_MAX     12

/* Writes a scaled block of `count` >= 1 values and returns its bytes. Room for
 * wy_codec_scaled_room(count) is needed at `out`. */
size_t wy_codec_scaled_write(const uint32_t *values, const uint8_t *scales, size_t count,
                             uint8_t *out);
size_t wy_codec_scaled_room(size_t count);

/*
 * Reads of a scaled block, which takes exactly `length` bytes, what must be read in order: the
 * symbol of each value, and of values that escape, values[i]. Then each value can be had on its own
 * (wy_codec_scaled_value): who wants a few of them does not pay for all. `low_bits`: the sum of the
 * bits of all scales, which must be valid. WY_CODEC_SLACK bytes must be readable before and behind.
 * false: damage.
 */
bool wy_codec_scaled_open(const wy_codec *codec, const uint8_t *in, size_t length,
                          const uint8_t *scales, uint64_t low_bits, uint8_t *symbols,
                          uint32_t *values, size_t count);

#define WY_SCALED_ESCAPE 19 /* the last symbol */

/* The bits of a scaled block before the low parts. */
#define WY_SCALED_LOW 3

/* A value by its scale and symbol. `low`: the bits of the scales of all values before, and
 * WY_SCALED_LOW; `more`: values[i], where it escapes. Damaged where it is above UINT32_MAX. */
static inline uint64_t wy_codec_scaled_value(const uint8_t *in, uint64_t low, uint8_t scale,
                                             uint8_t symbol, uint32_t more)
{
    const unsigned width = scale >> 3;
    const uint64_t rest = wy_load64(in + low / 8) >> low % 8 & ((UINT64_C(1) << width) - 1);
    return (symbol + (symbol == WY_SCALED_ESCAPE ? (uint64_t)more : 0)) << width | rest;
}

#endif
