/*
 * codec/codec_scalar.c: the kernels in portable C. Rows are vectors of gcc and clang, which become
 * the machine's own (SSE2, NEON) where it has some, and four plain numbers where not.
 */
#include <assert.h>
#include <string.h>

#include "base/reader.h"
#include "codec/codec_kernels.h"
#include "codec/codec_prefix.h"
#include "codec/codec_write.h"

typedef uint32_t row_of_4 __attribute__((vector_size(16)));

WY_ALWAYS_INLINE row_of_4 load_row(const uint8_t *in)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    row_of_4 row;
    memcpy(&row, in, sizeof row);
    return row;
#else
    return (row_of_4){wy_load32(in), wy_load32(in + 4), wy_load32(in + 8), wy_load32(in + 12)};
#endif
}

WY_ALWAYS_INLINE void unpack_width(const uint8_t *in, const unsigned bits, uint32_t *values)
{
    const uint32_t mask = UINT32_MAX >> (32 - bits);
    WY_UNROLL_ROWS
    for (unsigned row = 0; row < WY_ROWS; row++) {
        const unsigned shift = row * bits % 32;
        const uint8_t *word = in + row * bits / 32 * 16;
        row_of_4 value = load_row(word) >> shift;
        if (shift + bits > 32) value |= load_row(word + 16) << (32 - shift);
        value &= mask;
        memcpy(values + 4 * row, &value, sizeof value);
    }
}

#define UNPACK(bits)                                                                               \
    static void unpack_##bits(const uint8_t *in, uint32_t *values)                                 \
    {                                                                                              \
        unpack_width(in, bits, values);                                                            \
    }
WY_EACH_WIDTH(UNPACK)

#define NAME(bits) unpack_##bits,
static wy_unpack_fn *const unpackers[33] = {NULL, WY_EACH_WIDTH(NAME)};

static void unpack(const uint8_t *in, unsigned bits, uint32_t values[WY_BLOCK])
{
    assert(bits <= 32);
    if (bits == 0)
        memset(values, 0, WY_BLOCK * sizeof *values);
    else
        unpackers[bits](in, values);
}

static void ascend(uint32_t base, uint32_t values[WY_BLOCK], size_t count)
{
    /* Sums of a row first: then only one addition a row waits for the row before. */
    for (size_t i = 0; i < count; i += 4) {
        uint32_t a = values[i] + 1, b = a + values[i + 1] + 1;
        uint32_t c = b + values[i + 2] + 1, d = c + values[i + 3] + 1;
        values[i] = base + a;
        values[i + 1] = base + b;
        values[i + 2] = base + c;
        values[i + 3] = base + d;
        base += d;
    }
}

static bool count_up(uint32_t values[WY_BLOCK])
{
    uint32_t none = 0;
    for (size_t i = 0; i < WY_BLOCK; i++) none |= -(uint32_t)(++values[i] == 0);
    return none == 0;
}

static void unpack_ascending(const uint8_t *in, unsigned bits, uint32_t base,
                             uint32_t values[WY_BLOCK])
{
    unpack(in, bits, values);
    ascend(base, values, WY_BLOCK);
}

static size_t ones(const uint8_t *in, size_t length, uint64_t from, uint32_t *ends, size_t count)
{
    size_t found = 0;
    uint64_t mask = UINT64_MAX << from % 8;
    for (size_t at = (size_t)from / 8; at < length; at += 8, mask = UINT64_MAX) {
        uint64_t word = wy_load64(in + at) & mask;
        if (length - at < 8) word &= UINT64_MAX >> (64 - 8 * (length - at));
        /* At most 64 more than the count that was not reached: within WY_ENDS. */
        for (; word; word &= word - 1)
            ends[found++] = (uint32_t)(8 * at) + (uint32_t)__builtin_ctzll(word);
        if (found >= count) return ends[count - 1] / 8 + 1;
    }
    return 0;
}

/* `restrict` lets the compiler use vectors here. */
static uint32_t join(const uint32_t *restrict ends, unsigned bits,
                     uint32_t values[restrict WY_BLOCK])
{
    uint32_t all = 0;
    for (int i = 0; i < WY_BLOCK; i++) {
        const uint32_t high = ends[i] - ends[i - 1] - 1;
        all |= high;
        values[i] |= high << bits;
    }
    return all;
}

static void join_ascending(const uint32_t *restrict ends, unsigned bits,
                           uint32_t values[restrict WY_BLOCK])
{
    for (uint32_t i = 0; i < WY_BLOCK; i++) values[i] += (ends[i] - i) << bits;
}

static size_t coded(const uint8_t *in, size_t length, unsigned set, unsigned bits, uint32_t *values,
                    size_t count)
{
    return read_coded(in, length, set, bits, values, count);
}

static size_t coded_ascending(const uint8_t *in, size_t length, unsigned set, unsigned bits,
                              uint32_t base, uint32_t values[WY_BLOCK])
{
    const size_t bytes = read_coded(in, length, set, bits, values, WY_BLOCK);
    ascend(base, values, WY_BLOCK);
    return bytes;
}

static size_t sparse(const uint8_t *in, size_t length, unsigned gap_bits, unsigned rest_bits,
                     uint32_t *values, size_t count)
{
    return read_sparse(in, length, gap_bits, rest_bits, values, count);
}

const wy_codec wy_codec_scalar = {
    "scalar",
    unpack,
    unpack_ascending,
    ascend,
    count_up,
    ones,
    join,
    join_ascending,
    coded,
    coded_ascending,
    sparse,
    wy_codec_bounded_read,
    &wy_writing_scalar,
};
