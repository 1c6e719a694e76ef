/*
 * codec/codec.h: packing up to 128 small integers. Scalar, AVX2 and AVX-512, chosen at run time;
 * all give and take the same bytes.
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
 *              The codes are there level by level: the first bit of each, then the second bit of
 *              each that has one, and so on
 *   string  := bit string: found - 1:6, found 1 to 64, how many of the values are not 0; of each gap
 *              its lowest bits (`gap` of them), of each value - 1 its lowest (`rest`); of each gap
 *              what is above them, of each value - 1 what is above them: as many zeros, and a one.
 *              A gap is how many values before one of these are 0. At most 384 zeros
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
 * No value of a block waits for the one before to be read. A code tells by its own bits where it
 * ends; so codes one behind the other are a chain, of some cycles each. Level by level, as in a
 * wavelet tree (Grossi, Gupta & Vitter, "High-order entropy-compressed text indexes", 2003), they
 * take the same room, and one PDEP a level deals the next bit to all 64 codes that have one. In
 * sparse the parts that tell by themselves where they end are together, each ended by a one, and
 * all ones of a word are found at once.
 *
 * Four lanes ("vertical", as SIMD-BP128 in Lemire & Boytsov, "Decoding billions of integers per
 * second through vectorization", 2015): value i is in lane i mod 4, as the (i / 4)-th of its lane;
 * a lane is a little-endian bit string over its words; word w of lane l is stored at byte
 * 16 * w + 4 * l. The block takes 16 * bits bytes.
 *
 *   bounded := group*                    of `count` values, of which each has a bound
 *   group   := fraction low
 *   low     := the low `bits` bits of each of its values, by its bound
 *
 * A bound is a base, 1 to 16, and a number of bits: the value is below base << bits. The reader
 * knows it from elsewhere. There is a group for each eight values: of `count` values in n groups,
 * value i is in group i mod n. What is above the low bits of its values, h1, h2, ... of the bases
 * b1, b2, ..., is kept as one number of mixed radix, V = (h1 * b2 + h2) * b3 + ..., below
 * M = b1 * b2 * ..., in as many bits as M needs, and this as a fraction: the smallest F that is not
 * below V / M * 2^width. So h1 is the whole part of F / 2^width * b1, and what is left below the
 * point gives h2 in the same way: a multiplication a value, no table and no branch, and where a
 * group begins follows from the bounds alone, so that groups are read side by side.
 *
 *   width   := the sum of the costs of its bases, in 60ths of a bit, rounded up (wy_base_costs)
 *
 * To take eight values together loses half a bit for the eight, a base of four bits 1/16 of a bit
 * for each.
 */
#ifndef WY_CODEC_CODEC_H
#define WY_CODEC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/codec_bits.h"

#define WY_BLOCK 128

/* Bytes of the longest block that is written: plain with 32 bits. */
#define WY_CODED_MAX (1 + 16 * 32)

/* Bytes that must be readable behind what is decoded: bit strings are read by whole words. What
 * is there has no influence. Files give it: base/sealed.h. */
#define WY_CODEC_SLACK 16

typedef struct wy_codec_writing wy_codec_writing; /* codec_write.h */

/* Kernels. Reached through a table; all functions are pure but for what they write. */
typedef struct wy_codec {
    const char *name; /* "scalar", "avx2", "avx512" */

    /* Unpacks four lanes. Reads exactly 16 * bits bytes of `in`; bits <= 32. */
    void (*unpack)(const uint8_t *in, unsigned bits, uint32_t values[WY_BLOCK]);

    /* values[i] = base + sum of the first i + 1 packed (gap - 1) values + i + 1, modulo 2^32:
     * ascending ids. With base = the last id of the block before (or UINT32_MAX, that is -1, at
     * the start). */
    void (*unpack_ascending)(const uint8_t *in, unsigned bits, uint32_t base,
                             uint32_t values[WY_BLOCK]);

    /* The same sums over the first `count` values, which are unpacked already. What is behind them
     * is lost. */
    void (*ascend)(uint32_t base, uint32_t values[WY_BLOCK], size_t count);

    /* Adds one to each value. false: it was UINT32_MAX. */
    bool (*count_up)(uint32_t values[WY_BLOCK]);

    /* Finds the first `count` (<= WY_BLOCK) ones from bit `from` on in the bit string of `length`
     * bytes at `in`: ends[i] is the number of the bit of the i-th. Returns the bytes up to the last,
     * or 0 where there are not so many. Writes up to WY_ENDS values. */
    size_t (*ones)(const uint8_t *in, size_t length, uint64_t from, uint32_t *ends, size_t count);

    /* values[i] |= (ends[i] - ends[i - 1] - 1) << bits: the high parts of a split block. Reads
     * ends[-1]. Returns all high parts, or'ed. */
    uint32_t (*join)(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK]);

    /* values[i] += (ends[i] - i) << bits: the same for ids. The high parts 0 to i sum up to
     * ends[i] - i, so that no gap is ever built. */
    void (*join_ascending)(const uint32_t *ends, unsigned bits, uint32_t values[WY_BLOCK]);

    /* values[i] |= h << bits for the `count` codes of a coded block at `in`, of set `set`; where
     * bits is 0, values[i] = h, and nothing needs to be there before. Returns their bytes; 0:
     * damage. There must be room for WY_BLOCK values; what is behind `count` is lost. */
    size_t (*coded)(const uint8_t *in, size_t length, unsigned set, unsigned bits, uint32_t *values,
                    size_t count);

    /* The same of WY_BLOCK values, and their sums as `ascend` makes them. Where it returns 0 values
     * may be anything. */
    size_t (*coded_ascending)(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                              uint32_t base, uint32_t values[WY_BLOCK]);

    /* Reads the string of a sparse block. Returns its bytes, or 0: damage, and values may be
     * anything. */
    size_t (*sparse)(const uint8_t *in, size_t length, unsigned gap_bits, unsigned rest_bits,
                     uint32_t *values, size_t count);

    /* Reads a bounded block, from bit `bit` on, of the `all` bits there are at `in`. Returns the
     * bit behind it, or UINT64_MAX where there are not so many. `bounds` and `values` have room
     * for WY_BLOCK; what is behind `count` there is lost. Every value is below its bound, whatever
     * the bits are. */
    uint64_t (*bounded)(const uint8_t *in, uint64_t all, uint64_t bit, uint8_t *bounds,
                        uint32_t *values, size_t count);

    const wy_codec_writing *writing;
} wy_codec;

#define WY_ENDS (WY_BLOCK + 64)

/* The best for this processor. Static storage. */
const wy_codec *wy_codec_get(void);

/* One of them, for tests. The others are NULL where this build or processor does not have them. */
extern const wy_codec wy_codec_scalar;
const wy_codec *wy_codec_avx2(void);
const wy_codec *wy_codec_avx512(void);

/* Bits that the largest of `count` values needs, 0 to 32. */
unsigned wy_codec_bits(const uint32_t *values, size_t count);

/* Packs WY_BLOCK values of at most `bits` bits in four lanes: 16 * bits bytes. */
void wy_codec_pack(const uint32_t values[WY_BLOCK], unsigned bits, uint8_t *out);

/*
 * Writes one block of 1 to WY_BLOCK values in the form that takes the least room; where another
 * is nearly as small and faster to read, in that. Returns the bytes written, at most WY_CODED_MAX,
 * for which there must be room: what is behind a shorter block is lost.
 */
size_t wy_codec_block_write(const wy_codec *codec, const uint32_t *values, size_t count,
                            uint8_t *out);

/*
 * Reads one block of `count` values within `length` bytes. Returns the bytes taken, or 0 where
 * they are no block (damage). Room for WY_BLOCK values is needed at `values`; what is behind
 * `count` is undefined. WY_CODEC_SLACK bytes must be readable behind.
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

/* A bound: values are below base << bits; base 1 to 16, bits 0 to 15. */
#define WY_BOUND(bits, base) ((uint8_t)((bits) << 4 | ((base)-1)))
#define WY_BOUND_BITS_MAX    15

static inline uint32_t wy_bound_base(uint8_t bound)
{
    return (bound & 15u) + 1;
}
static inline unsigned wy_bound_bits(uint8_t bound)
{
    return bound >> 4;
}
static inline uint32_t wy_bound_limit(uint8_t bound)
{
    return wy_bound_base(bound) << wy_bound_bits(bound);
}

/* By base - 1: its logarithm in 60ths of a bit, rounded up. As fine as eight bits allow. */
#define WY_BIT_COST 60
extern const uint8_t wy_base_costs[16];

/* Writes a bounded block of 1 to WY_BLOCK values, at most 19 bits each and 7 for all; there must be
 * room for 8 bytes more. In portable C; wy_codec_writing.bounded is the same. */
void wy_codec_bounded_write(wy_bit_writer *w, const uint32_t *values, const uint8_t *bounds,
                            size_t count);

/* wy_codec.bounded in portable C. */
uint64_t wy_codec_bounded_read(const uint8_t *in, uint64_t all, uint64_t bit, uint8_t *bounds,
                               uint32_t *values, size_t count);

#endif
