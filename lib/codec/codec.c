/*
 * codec/codec.c: the forms of a block: choosing, writing and reading them.
 */
#include "codec/codec.h"

#include <assert.h>
#include <string.h>

#include "base/reader.h"

enum {
    PATCHED = 0x80, /* bits of a block's first byte */
    SPLIT = 0x40,
    EXCEPTIONS_MAX = 31,
    UNARY_MAX = 5 * WY_BLOCK / 8, /* bytes; see choose_split */
};

/*
 * Bytes that a form must save over the ones before it to be taken, for the time it costs to read:
 * with AVX2 plain takes about 15 ns (35 for ids), patched 30 (70), split 90 (110). On Chinese law
 * (10 million positions, 8 million ids) a split cost of 8 gives blocks 2 % smaller than 12 does,
 * and positions are read a third more slowly; 16 gives blocks 3 % larger, positions read a third
 * faster.
 */
enum { PATCHED_COST = 4, SPLIT_COST = 12 }; /* for WY_BLOCK values */

typedef struct form {
    unsigned kind; /* 0, SPLIT or PATCHED */
    unsigned bits;
    unsigned exceptions, width; /* PATCHED */
    size_t cost;                /* bytes, and what reading it costs */
} form;

const wy_codec *wy_codec_get(void)
{
    const wy_codec *avx2 = wy_codec_avx2();
    return avx2 ? avx2 : &wy_codec_scalar;
}

static unsigned bits_of(uint32_t value)
{
    return value ? 32 - (unsigned)__builtin_clz(value) : 0;
}

unsigned wy_codec_bits(const uint32_t *values, size_t count)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++) all |= values[i];
    return bits_of(all);
}

static size_t bytes_of(size_t bits)
{
    return (bits + 7) / 8;
}

/* WY_BLOCK values of `bits` bits are whole bytes, so that one rule serves lanes and bit strings. */
static size_t packed_bytes(size_t count, unsigned bits)
{
    return bytes_of(count * bits);
}

static uint32_t low_mask(unsigned bits)
{
    return bits < 32 ? (UINT32_C(1) << bits) - 1 : UINT32_MAX;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void store32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) out[i] = (uint8_t)(value >> 8 * i);
}

/* Packs the low `bits` bits of each value in four lanes. */
static uint8_t *pack_lanes(const uint32_t *values, unsigned bits, uint8_t *out)
{
    uint32_t words[WY_BLOCK] = {0};
    const uint32_t mask = low_mask(bits);
    if (bits > 0) {
        for (unsigned i = 0; i < WY_BLOCK; i++) {
            const unsigned lane = i % 4, bit = i / 4 * bits;
            const uint64_t value = (uint64_t)(values[i] & mask) << bit % 32;
            words[bit / 32 * 4 + lane] |= (uint32_t)value;
            if (value >> 32) words[bit / 32 * 4 + 4 + lane] |= (uint32_t)(value >> 32);
        }
    }
    for (unsigned i = 0; i < 4 * bits; i++) store32(out + 4 * i, words[i]);
    return out + 16 * bits;
}

void wy_codec_pack(const uint32_t values[WY_BLOCK], unsigned bits, uint8_t *out)
{
    assert(wy_codec_bits(values, WY_BLOCK) <= bits && bits <= 32);
    pack_lanes(values, bits, out);
}

/* A bit string that is being written. */
typedef struct bit_writer {
    uint8_t *out;
    uint64_t word; /* bits not yet written */
    unsigned filled;
} bit_writer;

static void put_bits(bit_writer *w, uint32_t value, unsigned bits)
{
    w->word |= (uint64_t)value << w->filled;
    for (w->filled += bits; w->filled >= 8; w->filled -= 8) {
        *w->out++ = (uint8_t)w->word;
        w->word >>= 8;
    }
}

static uint8_t *end_bits(bit_writer *w)
{
    if (w->filled > 0) *w->out++ = (uint8_t)w->word;
    return w->out;
}

static uint8_t *pack(const uint32_t *values, size_t count, unsigned bits, uint8_t *out)
{
    if (count == WY_BLOCK) return pack_lanes(values, bits, out);
    const uint32_t mask = low_mask(bits);
    bit_writer w = {out, 0, 0};
    for (size_t i = 0; i < count; i++) put_bits(&w, values[i] & mask, bits);
    return end_bits(&w);
}

static uint8_t *write_unary(const uint32_t *values, size_t count, unsigned bits, uint8_t *out)
{
    bit_writer w = {out, 0, 0};
    for (size_t i = 0; i < count; i++) {
        for (uint32_t zeros = values[i] >> bits; zeros > 0;) {
            unsigned some = zeros < 24 ? zeros : 24;
            put_bits(&w, 0, some);
            zeros -= some;
        }
        put_bits(&w, 1, 1);
    }
    return end_bits(&w);
}

static uint8_t *write_exceptions(const uint32_t *values, size_t count, const form *f, uint8_t *out)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] > low_mask(f->bits)) *out++ = (uint8_t)i;
    bit_writer w = {out, 0, 0};
    for (size_t i = 0; i < count; i++)
        if (values[i] > low_mask(f->bits)) put_bits(&w, values[i] >> f->bits, f->width);
    return end_bits(&w);
}

static void choose_patched(const uint32_t *values, size_t count, form *best)
{
    size_t with[33] = {0}; /* values that need so many bits */
    for (size_t i = 0; i < count; i++) with[bits_of(values[i])]++;
    const unsigned most = wy_codec_bits(values, count);
    size_t exceptions = 0;
    for (unsigned bits = most; bits-- > 0;) {
        exceptions += with[bits + 1];
        if (exceptions > EXCEPTIONS_MAX) break;
        const unsigned width = most - bits;
        const size_t cost = PATCHED_COST * count / WY_BLOCK + 2 + packed_bytes(count, bits) +
                            exceptions + bytes_of(exceptions * width);
        if (cost < best->cost) *best = (form){PATCHED, bits, (unsigned)exceptions, width, cost};
    }
}

/*
 * The best width lies near the logarithm of the mean (Golomb's rule): four are tried. With the
 * smallest of them the mean high part is below 4, so that `unary` has at most 5 * count bits.
 */
static void choose_split(const uint32_t *values, size_t count, form *best)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    const unsigned near = bits_of((uint32_t)(sum / count));
    for (unsigned bits = near > 2 ? near - 2 : 0; bits <= near + 1 && bits < 32; bits++) {
        size_t unary = count;
        for (size_t i = 0; i < count; i++) unary += values[i] >> bits;
        const size_t cost =
            SPLIT_COST * count / WY_BLOCK + 1 + packed_bytes(count, bits) + bytes_of(unary);
        if (cost < best->cost) *best = (form){SPLIT, bits, 0, 0, cost};
    }
}

size_t wy_codec_block_write(const uint32_t *values, size_t count, uint8_t *out)
{
    assert(count >= 1 && count <= WY_BLOCK);
    const unsigned most = wy_codec_bits(values, count);
    form f = {0, most, 0, 0, 1 + packed_bytes(count, most)};
    choose_patched(values, count, &f);
    choose_split(values, count, &f);

    uint8_t *p = out;
    if (f.kind == PATCHED) {
        const unsigned head = f.bits << 10 | f.exceptions << 5 | (f.width - 1);
        *p++ = (uint8_t)(PATCHED | head >> 8);
        *p++ = (uint8_t)head;
    } else {
        *p++ = (uint8_t)(f.kind | f.bits);
    }
    p = pack(values, count, f.bits, p);
    if (f.kind == SPLIT) p = write_unary(values, count, f.bits, p);
    if (f.kind == PATCHED) p = write_exceptions(values, count, &f, p);
    return (size_t)(p - out);
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* A block's first bytes, found to be of a known form with room for `packed` within the length. */
typedef struct block_head {
    unsigned kind, bits, exceptions, width;
    const uint8_t *packed;
    const uint8_t *rest; /* unary, or indexes and high bits */
    size_t left;         /* bytes from `rest` on */
} block_head;

static bool read_head(const uint8_t *in, size_t length, size_t count, block_head *head)
{
    if (length < 1) return false;
    size_t size = 1;
    *head = (block_head){.kind = in[0] & (PATCHED | SPLIT), .bits = in[0] & 0x3F};
    if (head->kind & PATCHED) {
        if (length < 2) return false;
        size = 2;
        head->kind = PATCHED;
        head->bits = in[0] >> 2 & 31;
        head->exceptions = (in[0] << 3 & 24) | in[1] >> 5;
        head->width = (in[1] & 31) + 1;
        if (head->exceptions == 0 || head->bits + head->width > 32) return false;
    } else if (head->bits > (head->kind == SPLIT ? 31 : 32)) {
        return false;
    }
    const size_t bytes = packed_bytes(count, head->bits);
    if (bytes > length - size) return false;
    head->packed = in + size;
    head->rest = in + size + bytes;
    head->left = length - size - bytes;
    if (head->kind == SPLIT && head->left > UNARY_MAX) head->left = UNARY_MAX;
    return true;
}

/* Value `i` of a bit string; bits <= 32, so that it lies within eight bytes. */
static uint32_t get_bits(const uint8_t *in, size_t i, unsigned bits)
{
    const size_t at = i * bits;
    return (uint32_t)(wy_load64(in + at / 8) >> at % 8) & low_mask(bits);
}

static void unpack(const wy_codec *codec, const uint8_t *in, unsigned bits, uint32_t *values,
                   size_t count)
{
    if (count == WY_BLOCK)
        codec->unpack(in, bits, values);
    else
        for (size_t i = 0; i < count; i++) values[i] = get_bits(in, i, bits);
}

static void ascend(const wy_codec *codec, uint32_t base, uint32_t *values, size_t count)
{
    if (count == WY_BLOCK)
        codec->ascend(base, values);
    else
        for (size_t i = 0; i < count; i++) values[i] = base += values[i] + 1;
}

/* Completes the exceptions. Returns the end of the block, or NULL for damage. */
static const uint8_t *patch(const block_head *head, uint32_t *values, size_t count)
{
    const uint8_t *indexes = head->rest, *high = head->rest + head->exceptions;
    const size_t bytes = head->exceptions + bytes_of(head->exceptions * head->width);
    if (bytes > head->left) return NULL;
    uint8_t largest = 0;
    for (unsigned i = 0; i < head->exceptions; i++) {
        /* Within WY_BLOCK whatever is read, and judged once, behind the loop. */
        const uint8_t index = indexes[i];
        largest = index > largest ? index : largest;
        values[index % WY_BLOCK] |= get_bits(high, i, head->width) << head->bits;
    }
    return largest < count ? indexes + bytes : NULL;
}

/* Adds the high bits of a split block. Returns its end, or NULL for damage. */
static const uint8_t *join(const wy_codec *codec, const block_head *head, uint32_t *values,
                           size_t count)
{
    uint32_t buffer[1 + WY_ENDS], *ends = buffer + 1, all = 0;
    ends[-1] = UINT32_MAX;
    const size_t bytes = codec->ones(head->rest, head->left, ends, count);
    if (bytes == 0) return NULL;
    if (count == WY_BLOCK) {
        all = codec->join(ends, head->bits, values);
    } else {
        for (size_t i = 0; i < count; i++) {
            const uint32_t high = buffer[i + 1] - buffer[i] - 1;
            all |= high;
            values[i] |= high << head->bits;
        }
    }
    return bits_of(all) + head->bits <= 32 ? head->rest + bytes : NULL;
}

size_t wy_codec_block_read(const wy_codec *codec, const uint8_t *in, size_t length,
                           uint32_t *values, size_t count)
{
    assert(count >= 1 && count <= WY_BLOCK);
    block_head head;
    if (!read_head(in, length, count, &head)) return 0;
    unpack(codec, head.packed, head.bits, values, count);
    const uint8_t *end = head.rest;
    if (head.kind == PATCHED) end = patch(&head, values, count);
    if (head.kind == SPLIT) end = join(codec, &head, values, count);
    return end ? (size_t)(end - in) : 0;
}

/* A bound of the sum: values of at most 24 bits never pass 2^32 with 128 of them, unless they
 * start high up; then they end below where they started. Larger ones are compared one by one. */
static bool is_ascending(uint32_t base, const uint32_t *values, size_t count, unsigned bits)
{
    if (bits <= 24) return base == UINT32_MAX || values[count - 1] > base;
    bool good = base == UINT32_MAX || values[0] > base;
    for (size_t i = 1; i < count; i++) good &= values[i] > values[i - 1];
    return good;
}

/* The ids of a split block: the sums of the low parts, and those of the high parts, apart. */
static const uint8_t *join_ascending(const wy_codec *codec, const block_head *head, uint32_t base,
                                     uint32_t *values, size_t count, unsigned *most)
{
    uint32_t ends[WY_ENDS];
    const size_t bytes = codec->ones(head->rest, head->left, ends, count);
    if (bytes == 0) return NULL;
    /* No value is above all high parts and its own low part together. */
    const uint32_t high = ends[count - 1] - (uint32_t)(count - 1);
    *most = bits_of(high) + head->bits;
    if (*most > 32) return NULL;
    if (head->bits == 0) {
        for (size_t i = 0; i < count; i++) values[i] = base + 1 + ends[i];
    } else if (count == WY_BLOCK) {
        codec->unpack_ascending(head->packed, head->bits, base, values);
        codec->join_ascending(ends, head->bits, values);
    } else {
        unpack(codec, head->packed, head->bits, values, count);
        ascend(codec, base, values, count);
        for (size_t i = 0; i < count; i++) values[i] += (ends[i] - (uint32_t)i) << head->bits;
    }
    return head->rest + bytes;
}

size_t wy_codec_ascending_read(const wy_codec *codec, const uint8_t *in, size_t length,
                               uint32_t base, uint32_t *values, size_t count)
{
    assert(count >= 1 && count <= WY_BLOCK);
    block_head head;
    if (!read_head(in, length, count, &head)) return 0;
    const uint8_t *end = head.rest;
    unsigned most = head.bits + head.width; /* bits of the largest value, or more */
    if (head.kind == SPLIT) {
        end = join_ascending(codec, &head, base, values, count, &most);
    } else if (head.kind == 0 && count == WY_BLOCK) {
        codec->unpack_ascending(head.packed, head.bits, base, values);
    } else {
        unpack(codec, head.packed, head.bits, values, count);
        if (head.kind == PATCHED) end = patch(&head, values, count);
        ascend(codec, base, values, count);
    }
    if (!end || !is_ascending(base, values, count, most)) return 0;
    return (size_t)(end - in);
}
