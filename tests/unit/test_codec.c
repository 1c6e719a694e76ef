/*
 * unit/test_codec.c: blocks of integers: all codecs against each other and against readers and
 * writers that go a bit at a time, made from the description in codec.h.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "codec/codec_lengths.h"
#include "codec/codec_write.h"

enum { TRIES = 40 };

enum { CODECS = 3 };

/* The codecs of this machine. */
static size_t codecs(const wy_codec *out[CODECS])
{
    size_t count = 1;
    out[0] = &wy_codec_scalar;
    if (wy_codec_avx2()) out[count++] = wy_codec_avx2();
    if (wy_codec_avx512()) out[count++] = wy_codec_avx512();
    return count;
}

static uint32_t mask_of(unsigned bits)
{
    return bits < 32 ? (UINT32_C(1) << bits) - 1 : UINT32_MAX;
}

static void random_values(wy_test_random *random, unsigned bits, uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) values[i] = (uint32_t)wy_test_next(random) & mask_of(bits);
}

/* A copy of exactly the bytes that may be read, so that a sanitizer sees any beyond, with noise
 * behind, where words may be loaded from. */
static uint8_t *before_noise(wy_test_random *random, const uint8_t *data, size_t length)
{
    uint8_t *const memory = wy_test_alloc(length + WY_CODEC_SLACK);
    wy_test_fill(random, memory, length + WY_CODEC_SLACK);
    memcpy(memory, data, length);
    return memory;
}

/* ---- Lanes -------------------------------------------------------------------------------- */

static void reference_pack(const uint32_t *values, unsigned bits, uint8_t *out)
{
    memset(out, 0, 16 * bits);
    for (unsigned i = 0; i < WY_BLOCK; i++) {
        for (unsigned b = 0; b < bits; b++) {
            const unsigned bit = i / 4 * bits + b; /* in its lane */
            const unsigned byte = 16 * (bit / 32) + 4 * (i % 4) + bit % 32 / 8;
            out[byte] |= (uint8_t)((values[i] >> b & 1) << bit % 8);
        }
    }
}

static void test_lanes(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    for (unsigned bits = 0; bits <= 32; bits++) {
        for (int t = 0; t < TRIES; t++) {
            uint32_t values[WY_BLOCK], found[WY_BLOCK];
            uint8_t packed[512], expected[512];
            random_values(&random, bits, values, WY_BLOCK);
            wy_codec_pack(values, bits, packed);
            reference_pack(values, bits, expected);
            assert_memory_equal(packed, expected, 16 * bits);

            uint8_t *in = wy_test_alloc(16 * bits);
            memcpy(in, packed, 16 * bits);
            const uint32_t base = t == 0 ? UINT32_MAX : (uint32_t)wy_test_next(&random);
            for (size_t c = 0; c < n; c++) {
                memset(found, 0xAA, sizeof found);
                all[c]->unpack(in, bits, found);
                assert_memory_equal(found, values, sizeof found);
                all[c]->ascend(base, found, WY_BLOCK);
                uint32_t sum = base;
                for (unsigned i = 0; i < WY_BLOCK; i++) {
                    sum += values[i] + 1;
                    assert_int_equal(found[i], sum);
                }
                uint32_t at_once[WY_BLOCK];
                all[c]->unpack_ascending(in, bits, base, at_once);
                assert_memory_equal(at_once, found, sizeof found);
                const size_t some = 1 + (size_t)wy_test_below(&random, WY_BLOCK);
                memcpy(at_once, values, sizeof at_once);
                all[c]->ascend(base, at_once, some);
                assert_memory_equal(at_once, found, some * sizeof *found);
                bool none = false;
                memcpy(at_once, values, sizeof at_once);
                for (unsigned i = 0; i < WY_BLOCK; i++) none |= values[i] == UINT32_MAX;
                assert_true(all[c]->count_up(at_once) == !none);
                for (unsigned i = 0; i < WY_BLOCK; i++)
                    assert_int_equal(at_once[i], (uint32_t)(values[i] + 1));
                at_once[t % WY_BLOCK] = UINT32_MAX;
                assert_false(all[c]->count_up(at_once));
            }
            free(in);
        }
    }
}

static void test_bits(void **state)
{
    (void)state;
    const uint32_t values[] = {0, 0, 5, 1, UINT32_MAX};
    assert_int_equal(wy_codec_bits(values, 0), 0);
    assert_int_equal(wy_codec_bits(values, 2), 0);
    assert_int_equal(wy_codec_bits(values, 4), 3);
    assert_int_equal(wy_codec_bits(values, 5), 32);
}

static void test_ones(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(2);
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    for (int t = 0; t < 2000; t++) {
        uint8_t bytes[100];
        const size_t length = wy_test_below(&random, sizeof bytes + 1);
        wy_test_fill(&random, bytes, sizeof bytes);
        if (t % 3 == 0) memset(bytes, 0xFF, sizeof bytes);
        if (t % 3 == 1)
            for (size_t i = 0; i < sizeof bytes; i++) bytes[i] &= (uint8_t)wy_test_next(&random);
        const size_t count = 1 + wy_test_below(&random, WY_BLOCK);
        uint32_t expected[WY_BLOCK];
        size_t seen = 0;
        const uint64_t from = t % 5 ? 0 : wy_test_below(&random, 8 * sizeof bytes);
        for (uint32_t bit = (uint32_t)from; bit < 8 * length && seen < count; bit++)
            if (bytes[bit / 8] >> bit % 8 & 1) expected[seen++] = bit;
        const size_t taken = seen == count ? expected[count - 1] / 8 + 1 : 0;

        uint8_t *in = before_noise(&random, bytes, length);
        for (size_t c = 0; c < n; c++) {
            uint32_t *ends = wy_test_alloc(WY_ENDS * sizeof *ends);
            assert_int_equal(all[c]->ones(in, length, from, ends, count), taken);
            if (taken > 0) assert_memory_equal(ends, expected, count * sizeof *ends);
            free(ends);
        }
        free(in);
    }
}

/* ---- Blocks ------------------------------------------------------------------------------- */

enum { SHAPES = 9 };

/* Values of many distributions, so that each form is the best for some. */
static void shape_values(wy_test_random *random, unsigned shape, uint32_t *values, size_t count)
{
    const unsigned bits = (unsigned)wy_test_below(random, 33);
    const unsigned more = (unsigned)wy_test_below(random, 33);
    random_values(random, bits, values, count);
    for (size_t i = 0; i < count; i++) {
        const uint64_t noise = wy_test_next(random);
        switch (shape) {
        case 0: /* all of one width */
            break;
        case 1: /* all the same */
            values[i] = values[0];
            break;
        case 2: /* a few large */
            if (noise % 20 == 0) values[i] = (uint32_t)(noise >> 32) & mask_of(more);
            break;
        case 3: /* geometric */
            values[i] = (uint32_t)__builtin_ctzll(noise | UINT64_C(1) << 40) << bits % 24 |
                        ((uint32_t)(noise >> 41) & mask_of(bits % 24));
            break;
        case 4: /* every width */
            values[i] = (uint32_t)noise >> (noise >> 32) % 32;
            break;
        case 5: /* one large */
            values[i] = i == count / 2 ? UINT32_MAX : 0;
            break;
        case 6: /* zeros and ones */
            values[i] = noise % 16 == 0;
            break;
        case 7: /* near each other, and now and then far */
            values[i] = (uint32_t)(noise >> 32);
            values[i] &= mask_of((unsigned)(noise % 4 ? noise % 3 : 4 + noise % 9));
            break;
        default: /* like frequencies */
            if (noise % 6)
                values[i] = 0;
            else
                values[i] = (uint32_t)(noise >> 8 & 15) / 5 + (uint32_t)(noise >> 12) % 3;
            break;
        }
    }
}

enum { PLAIN, SPARSE, SPLIT, CODED, PATCHED, FORMS };

static unsigned form_of(uint8_t first)
{
    return first >= 0x80   ? PATCHED
           : first >= 0x60 ? CODED
           : first >= 0x40 ? SPLIT
           : first >= 0x21 ? SPARSE
                           : PLAIN;
}

static void read_back(wy_test_random *random, const uint8_t *block, size_t length,
                      const uint32_t *values, size_t count)
{
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    uint8_t *in = before_noise(random, block, length);
    for (size_t c = 0; c < n; c++) {
        uint32_t found[WY_BLOCK];
        assert_int_equal(wy_codec_block_read(all[c], in, length, found, count), length);
        assert_memory_equal(found, values, count * sizeof *values);

        uint64_t sum = 0; /* of ids, from -1 */
        for (size_t i = 0; i < count; i++) sum += (uint64_t)values[i] + 1;
        const size_t taken =
            wy_codec_ascending_read(all[c], in, length, UINT32_MAX, found, count);
        assert_int_equal(taken, sum - 1 <= UINT32_MAX ? length : 0);
        uint32_t id = UINT32_MAX;
        for (size_t i = 0; i < count && taken > 0; i++) {
            id += values[i] + 1;
            assert_int_equal(found[i], id);
        }
    }
    free(in);
    /* Cut short, by a byte and by any number of them. */
    for (int t = 0; t < 3; t++) {
        const size_t shorter = t == 0 ? length - 1 : wy_test_below(random, length);
        in = before_noise(random, block, shorter);
        for (size_t c = 0; c < n; c++) {
            uint32_t found[WY_BLOCK];
            assert_int_equal(wy_codec_block_read(all[c], in, shorter, found, count), 0);
            assert_int_equal(wy_codec_ascending_read(all[c], in, shorter, 7, found, count), 0);
        }
        free(in);
    }
}

/* ---- A bit at a time ---------------------------------------------------------------------- */

typedef struct bits {
    const uint8_t *in;
    size_t at;
} bits;

static uint32_t next_bit(bits *b)
{
    const uint8_t byte = b->in[b->at / 8];
    return byte >> b->at++ % 8 & 1;
}

static uint32_t next_bits(bits *b, unsigned count)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < count; i++) value |= next_bit(b) << i;
    return value;
}

/* The symbols of the canonical codes with these lengths, of which each level is behind the other. */
static void next_symbols(bits *b, const uint8_t *lengths, unsigned *symbols, size_t count)
{
    unsigned codes[WY_BLOCK] = {0}, first = 0; /* first: code of the length at hand */
    bool done[WY_BLOCK] = {false};
    for (unsigned length = 1; length <= WY_CODE_MAX; length++) {
        first <<= 1;
        for (size_t i = 0; i < count; i++) {
            if (done[i]) continue;
            codes[i] = codes[i] << 1 | next_bit(b);
            unsigned code = first;
            for (unsigned s = 0; s < WY_CODED_SYMBOLS && !done[i]; s++) {
                if (lengths[s] != length || code++ != codes[i]) continue;
                symbols[i] = s;
                done[i] = true;
            }
        }
        for (unsigned s = 0; s < WY_CODED_SYMBOLS; s++) first += lengths[s] == length;
    }
    for (size_t i = 0; i < count; i++) assert_true(done[i]);
}

static void read_sparse_by_bits(bits *b, unsigned gap_bits, unsigned rest_bits, uint32_t *found)
{
    const size_t some = next_bits(b, 6) + 1;
    uint32_t lows[2][WY_BLOCK], all[2][WY_BLOCK];
    for (size_t i = 0; i < some; i++) lows[0][i] = next_bits(b, gap_bits);
    for (size_t i = 0; i < some; i++) lows[1][i] = next_bits(b, rest_bits);
    for (unsigned which = 0; which < 2; which++) {
        for (size_t i = 0; i < some; i++) {
            uint32_t high = 0;
            while (!next_bit(b)) high++;
            all[which][i] = high << (which ? rest_bits : gap_bits) | lows[which][i];
        }
    }
    for (size_t i = 0, at = 0; i < some; i++) {
        at += all[0][i];
        assert_in_range(at, 0, WY_BLOCK - 1);
        found[at++] = all[1][i] + 1;
    }
}

/* Reads `sparse` and `coded` as codec.h describes them. */
static void read_by_bits(const uint8_t *block, size_t length, const uint32_t *values, size_t count)
{
    uint32_t found[WY_BLOCK + 1] = {0};
    bits b = {block + 1, 0};
    if (block[0] >= 0x21 && block[0] < 0x40) {
        read_sparse_by_bits(&b, (block[0] - 0x21u) / 4, (block[0] - 0x21u) % 4, found);
    } else if (block[0] >= 0x60 && block[0] < 0x80) {
        const unsigned set = (block[0] - 0x60u) / 8, low = (block[0] - 0x60u) % 8;
        unsigned symbols[WY_BLOCK];
        const size_t plane = (count * low + 7) / 8;
        b.in += plane;
        next_symbols(&b, wy_coded_lengths[set], symbols, count);
        for (size_t i = 0; i < count; i++) {
            const unsigned width = symbols[i] > 0 ? symbols[i] - 1 : 0;
            const uint32_t high = symbols[i] > 0 ? 1u << width | next_bits(&b, width) : 0;
            found[i] = high << low | (values[i] & mask_of(low)); /* the plane: read_back */
        }
        b.at += 8 * plane;
    } else {
        return;
    }
    assert_memory_equal(found, values, count * sizeof *values);
    assert_int_equal(1 + (b.at + 7) / 8, length);
}

/* Writes a block, the same with all codecs, of values behind which nothing may be read. */
static size_t write_block(const uint32_t *values, size_t count, uint8_t block[WY_CODED_MAX])
{
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    uint32_t *own = malloc(count * sizeof *own);
    assert_non_null(own);
    memcpy(own, values, count * sizeof *own);
    const size_t length = wy_codec_block_write(all[0], own, count, block);
    assert_in_range(length, 1, WY_CODED_MAX);
    for (size_t c = 1; c < n; c++) {
        uint8_t other[WY_CODED_MAX];
        memset(other, 0xAA, sizeof other);
        assert_int_equal(wy_codec_block_write(all[c], own, count, other), length);
        assert_memory_equal(other, block, length);
    }
    free(own);
    return length;
}

static void test_blocks(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(3);
    size_t forms[FORMS] = {0};
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        for (size_t count = 1; count <= WY_BLOCK; count++) {
            for (int t = 0; t < (count == WY_BLOCK ? 400 : 10); t++) {
                uint32_t values[WY_BLOCK];
                uint8_t block[WY_CODED_MAX];
                shape_values(&random, shape, values, count);
                const size_t length = write_block(values, count, block);
                forms[form_of(block[0])]++;
                read_back(&random, block, length, values, count);
                read_by_bits(block, length, values, count);
            }
        }
    }
    for (unsigned i = 0; i < FORMS; i++) assert_true(forms[i] > 100);
}

/* Ids near the largest number: found where they fit, damage where they pass it. */
static void test_overflow(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(4);
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    for (int t = 0; t < 3000; t++) {
        uint32_t values[WY_BLOCK], found[WY_BLOCK];
        uint8_t block[WY_CODED_MAX + WY_CODEC_SLACK] = {0};
        const size_t count = t % 2 ? WY_BLOCK : 1 + wy_test_below(&random, WY_BLOCK);
        shape_values(&random, (unsigned)t % SHAPES, values, count);
        const size_t length = write_block(values, count, block);
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++) sum += (uint64_t)values[i] + 1;
        for (int off = -1; off <= 1; off++) {
            if (sum >= UINT32_MAX) continue;
            const uint64_t base = UINT32_MAX - sum + (uint64_t)off; /* the last id is off too */
            if (base >= UINT32_MAX) continue;
            for (size_t c = 0; c < n; c++) {
                size_t taken = wy_codec_ascending_read(all[c], block, length, (uint32_t)base, found,
                                                       count);
                assert_int_equal(taken, off <= 0 ? length : 0);
                if (off <= 0) assert_int_equal(found[count - 1], base + sum);
            }
        }
    }
}

/* Whatever the bytes are, all codecs find the same, and ids ascend. */
static void read_damaged(wy_test_random *random, const uint8_t *block, size_t length, size_t count)
{
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    uint8_t *in = before_noise(random, block, length);
    uint32_t found[CODECS][WY_BLOCK], ids[CODECS][WY_BLOCK];
    size_t taken[CODECS], ids_taken[CODECS];
    for (size_t c = 0; c < n; c++) {
        taken[c] = wy_codec_block_read(all[c], in, length, found[c], count);
        ids_taken[c] = wy_codec_ascending_read(all[c], in, length, 1000, ids[c], count);
        assert_true(taken[c] <= length && ids_taken[c] <= length);
        assert_int_equal(taken[c], taken[0]);
        assert_int_equal(ids_taken[c], ids_taken[0]);
        if (taken[c] > 0) assert_memory_equal(found[c], found[0], count * sizeof found[0][0]);
        if (ids_taken[c] == 0) continue;
        assert_true(ids_taken[c] <= length);
        assert_memory_equal(ids[c], ids[0], count * sizeof ids[0][0]);
        for (size_t i = 0; i < count; i++) assert_true(ids[c][i] > (i ? ids[c][i - 1] : 1000));
    }
    free(in);
}

static void test_damage(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(5);
    for (int t = 0; t < 20000; t++) {
        uint8_t block[WY_CODED_MAX];
        size_t length = wy_test_below(&random, sizeof block + 1);
        const size_t count = t % 2 ? WY_BLOCK : 1 + wy_test_below(&random, WY_BLOCK);
        if (t % 4 < 2) {
            wy_test_fill(&random, block, length);
        } else {
            uint32_t values[WY_BLOCK];
            shape_values(&random, (unsigned)t % SHAPES, values, count);
            length = write_block(values, count, block);
            block[t % 8 < 4 ? 0 : wy_test_below(&random, length)] ^=
                (uint8_t)(1 + wy_test_below(&random, 255));
        }
        read_damaged(&random, block, length, count);
    }
}

/* ---- Bounded blocks ----------------------------------------------------------------------- */

/* By the definition: fractions as exact numbers, a value at a time. */
static uint64_t read_bounded_by_bits(const uint8_t *block, const uint8_t *bounds,
                                     const uint32_t *values, size_t count)
{
    bits string = {block, 0};
    const size_t groups = (count + 7) / 8;
    for (size_t g = 0; g < groups; g++) {
        unsigned cost = 0;
        for (size_t i = g; i < count; i += groups) cost += wy_base_costs[bounds[i] & 15];
        const unsigned width = (cost + 59) / 60;
        assert_in_range(width, 0, 32);
        uint64_t rest = width ? next_bits(&string, width) : 0;
        for (size_t i = g; i < count; i += groups) {
            rest *= (bounds[i] & 15u) + 1;
            assert_int_equal(rest >> width, values[i] >> (bounds[i] >> 4));
            rest -= rest >> width << width;
        }
        for (size_t i = g; i < count; i += groups) {
            const unsigned low = bounds[i] >> 4;
            assert_int_equal(low ? next_bits(&string, low) : 0, values[i] & mask_of(low));
        }
    }
    return string.at;
}

static void bounded_values(wy_test_random *random, uint8_t *bounds, uint32_t *values, size_t count)
{
    const unsigned lows = 1 + (unsigned)wy_test_below(random, WY_BOUND_BITS_MAX + 1);
    const unsigned bases = 1 + (unsigned)wy_test_below(random, 16);
    const unsigned kind = (unsigned)wy_test_below(random, 3);
    for (size_t i = 0; i < count; i++) {
        const unsigned base = kind == 0 ? bases : 1 + (unsigned)wy_test_below(random, bases);
        bounds[i] = WY_BOUND((unsigned)wy_test_below(random, lows), base);
        const uint32_t limit = wy_bound_limit(bounds[i]);
        assert_int_equal(limit, base << wy_bound_bits(bounds[i]));
        values[i] = kind == 1 ? limit - 1 : (uint32_t)wy_test_below(random, limit);
    }
}

/* The cost of a base is its logarithm, rounded up: 2^(cost / 60) >= base > 2^((cost - 1) / 60). */
static void test_base_costs(void **state)
{
    (void)state;
    for (unsigned base = 1; base <= 16; base++) {
        double power = 1, two = 1;
        for (int i = 0; i < 60; i++) power *= base;
        for (int i = 0; i < wy_base_costs[base - 1]; i++) two *= 2;
        assert_true(two >= power && (base == 1 || two / 2 < power));
    }
}

static void test_bounded(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(6);
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    for (size_t t = 0; t < 4000; t++) {
        const size_t count = t < WY_BLOCK ? 1 + t
                             : t % 2      ? WY_BLOCK
                                          : 1 + wy_test_below(&random, WY_BLOCK);
        uint8_t bounds[WY_BLOCK], block[WY_BLOCK * 3 + 8], other[WY_BLOCK * 3 + 8];
        uint32_t values[WY_BLOCK], found[WY_BLOCK];
        bounded_values(&random, bounds, values, count);
        const unsigned before = (unsigned)wy_test_below(&random, 8); /* it may begin at any bit */
        wy_bit_writer w = {block, 0, 0};
        wy_put_bits(&w, 0, before);
        wy_codec_bounded_write(&w, values, bounds, count);
        const size_t length = (size_t)(wy_end_bits(&w) - block);
        for (size_t c = 1; c < n; c++) {
            w = (wy_bit_writer){other, 0, 0};
            wy_put_bits(&w, 0, before);
            all[c]->writing->bounded(&w, values, bounds, count);
            assert_int_equal(wy_end_bits(&w) - other, length);
            assert_memory_equal(other, block, length);
        }
        uint8_t *in = before_noise(&random, block, length);
        for (size_t c = 0; c < n; c++) {
            memset(found, 0xAA, sizeof found);
            const uint64_t end = all[c]->bounded(in, 8 * length, before, bounds, found, count);
            assert_int_equal((end + 7) / 8, length);
            assert_memory_equal(found, values, count * sizeof *found);
            if (end == before) continue;
            assert_true(all[c]->bounded(in, end - 1, before, bounds, found, count) == UINT64_MAX);
            if (before == 0) assert_int_equal(read_bounded_by_bits(in, bounds, values, count), end);
        }
        free(in);
    }
}

/* Whatever the bits are, all codecs find the same, and it is below the bounds. */
static void test_bounded_noise(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(7);
    const wy_codec *all[CODECS];
    const size_t n = codecs(all);
    for (int t = 0; t < 4000; t++) {
        const size_t count = t % 2 ? WY_BLOCK : 1 + wy_test_below(&random, WY_BLOCK);
        uint8_t bounds[WY_BLOCK], noise[WY_BLOCK * 3];
        uint32_t values[WY_BLOCK], found[CODECS][WY_BLOCK];
        bounded_values(&random, bounds, values, count);
        const size_t length = wy_test_below(&random, sizeof noise);
        wy_test_fill(&random, noise, length);
        uint8_t *in = before_noise(&random, noise, length);
        uint64_t end[CODECS];
        for (size_t c = 0; c < n; c++) {
            end[c] = all[c]->bounded(in, 8 * length, 0, bounds, found[c], count);
            assert_true(end[c] == end[0]);
            if (end[c] == UINT64_MAX) continue;
            assert_memory_equal(found[c], found[0], count * sizeof found[0][0]);
            for (size_t i = 0; i < count; i++) assert_true(found[c][i] < wy_bound_limit(bounds[i]));
        }
        free(in);
    }
}

static void test_choice(void **state)
{
    (void)state;
    assert_string_equal(wy_codec_scalar.name, "scalar");
    const wy_codec *avx2 = wy_codec_avx2(), *avx512 = wy_codec_avx512();
    assert_ptr_equal(wy_codec_get(), avx512 ? avx512 : avx2 ? avx2 : &wy_codec_scalar);
    if (avx512) assert_string_equal(avx512->name, "avx512");
    if (avx2 && avx512) assert_string_equal(avx2->name, "avx2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),       cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_ones),       cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_overflow),   cmocka_unit_test(test_damage),
        cmocka_unit_test(test_bounded),    cmocka_unit_test(test_bounded_noise),
        cmocka_unit_test(test_base_costs), cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
