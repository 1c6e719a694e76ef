/*
 * unit/test_codec.c: blocks of integers: both codecs against each other and against a packing
 * written a bit at a time from the description in codec.h.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

enum { TRIES = 40 };

/* The codecs of this machine: one or two. */
static size_t codecs(const wy_codec *out[2])
{
    out[0] = &wy_codec_scalar;
    out[1] = wy_codec_avx2();
    return out[1] ? 2 : 1;
}

static uint32_t mask_of(unsigned bits)
{
    return bits < 32 ? (UINT32_C(1) << bits) - 1 : UINT32_MAX;
}

static void random_values(wy_test_random *random, unsigned bits, uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) values[i] = (uint32_t)wy_test_next(random) & mask_of(bits);
}

/* A copy of exactly the bytes that may be read, so that a sanitizer sees any beyond. What is
 * behind `length` is noise. */
static uint8_t *exact_copy(wy_test_random *random, const uint8_t *data, size_t length)
{
    uint8_t *copy = wy_test_alloc(length + WY_CODEC_SLACK);
    memcpy(copy, data, length);
    wy_test_fill(random, copy + length, WY_CODEC_SLACK);
    return copy;
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
    const wy_codec *all[2];
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
                all[c]->ascend(base, found);
                uint32_t sum = base;
                for (unsigned i = 0; i < WY_BLOCK; i++) {
                    sum += values[i] + 1;
                    assert_int_equal(found[i], sum);
                }
                uint32_t at_once[WY_BLOCK];
                all[c]->unpack_ascending(in, bits, base, at_once);
                assert_memory_equal(at_once, found, sizeof found);
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
    const wy_codec *all[2];
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
        for (uint32_t bit = 0; bit < 8 * length && seen < count; bit++)
            if (bytes[bit / 8] >> bit % 8 & 1) expected[seen++] = bit;
        const size_t taken = seen == count ? expected[count - 1] / 8 + 1 : 0;

        uint8_t *in = exact_copy(&random, bytes, length);
        for (size_t c = 0; c < n; c++) {
            uint32_t *ends = wy_test_alloc(WY_ENDS * sizeof *ends);
            assert_int_equal(all[c]->ones(in, length, ends, count), taken);
            if (taken > 0) assert_memory_equal(ends, expected, count * sizeof *ends);
            free(ends);
        }
        free(in);
    }
}

/* ---- Blocks ------------------------------------------------------------------------------- */

enum { SHAPES = 7 };

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
        default: /* zeros and ones */
            values[i] = noise % 16 == 0;
            break;
        }
    }
}

static void read_back(wy_test_random *random, const uint8_t *block, size_t length,
                      const uint32_t *values, size_t count)
{
    const wy_codec *all[2];
    const size_t n = codecs(all);
    uint8_t *in = exact_copy(random, block, length);
    for (size_t c = 0; c < n; c++) {
        uint32_t found[WY_BLOCK];
        assert_int_equal(wy_codec_block_read(all[c], in, length, found, count), length);
        assert_memory_equal(found, values, count * sizeof *values);

        uint64_t sum = 0; /* of ids, from -1 */
        for (size_t i = 0; i < count; i++) sum += (uint64_t)values[i] + 1;
        const size_t taken = wy_codec_ascending_read(all[c], in, length, UINT32_MAX, found, count);
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
        in = exact_copy(random, block, shorter);
        for (size_t c = 0; c < n; c++) {
            uint32_t found[WY_BLOCK];
            assert_int_equal(wy_codec_block_read(all[c], in, shorter, found, count), 0);
            assert_int_equal(wy_codec_ascending_read(all[c], in, shorter, 7, found, count), 0);
        }
        free(in);
    }
}

static void test_blocks(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(3);
    size_t forms[4] = {0};
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        for (size_t count = 1; count <= WY_BLOCK; count++) {
            for (int t = 0; t < (count == WY_BLOCK ? 400 : 10); t++) {
                uint32_t values[WY_BLOCK];
                uint8_t block[WY_CODED_MAX];
                shape_values(&random, shape, values, count);
                const size_t length = wy_codec_block_write(values, count, block);
                assert_in_range(length, 1, WY_CODED_MAX);
                forms[block[0] >> 6]++;
                read_back(&random, block, length, values, count);
            }
        }
    }
    assert_true(forms[0] > 100);
    assert_true(forms[1] > 100);
    assert_true(forms[2] + forms[3] > 100);
}

/* Ids near the largest number: found where they fit, damage where they pass it. */
static void test_overflow(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(4);
    const wy_codec *all[2];
    const size_t n = codecs(all);
    for (int t = 0; t < 3000; t++) {
        uint32_t values[WY_BLOCK], found[WY_BLOCK];
        uint8_t block[WY_CODED_MAX + WY_CODEC_SLACK] = {0};
        const size_t count = t % 2 ? WY_BLOCK : 1 + wy_test_below(&random, WY_BLOCK);
        shape_values(&random, (unsigned)t % SHAPES, values, count);
        const size_t length = wy_codec_block_write(values, count, block);
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++) sum += (uint64_t)values[i] + 1;
        for (int off = -1; off <= 1; off++) {
            if (sum >= UINT32_MAX) continue;
            const uint64_t base = UINT32_MAX - sum + (uint64_t)off; /* the last id is off too */
            if (base >= UINT32_MAX) continue;
            for (size_t c = 0; c < n; c++) {
                size_t taken =
                    wy_codec_ascending_read(all[c], block, length, (uint32_t)base, found, count);
                assert_int_equal(taken, off <= 0 ? length : 0);
                if (off <= 0) assert_int_equal(found[count - 1], base + sum);
            }
        }
    }
}

/* Whatever the bytes are, both codecs find the same, and ids ascend. */
static void read_damaged(wy_test_random *random, const uint8_t *block, size_t length, size_t count)
{
    const wy_codec *all[2];
    const size_t n = codecs(all);
    uint8_t *in = exact_copy(random, block, length);
    uint32_t found[2][WY_BLOCK], ids[2][WY_BLOCK];
    size_t taken[2], ids_taken[2];
    for (size_t c = 0; c < n; c++) {
        taken[c] = wy_codec_block_read(all[c], in, length, found[c], count);
        ids_taken[c] = wy_codec_ascending_read(all[c], in, length, 1000, ids[c], count);
        assert_true(taken[c] <= length && ids_taken[c] <= length);
        assert_int_equal(taken[c], taken[0]);
        assert_int_equal(ids_taken[c], ids_taken[0]);
        if (taken[c] > 0) assert_memory_equal(found[c], found[0], count * sizeof found[0][0]);
        if (ids_taken[c] == 0) continue;
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
            length = wy_codec_block_write(values, count, block);
            block[t % 8 < 4 ? 0 : wy_test_below(&random, length)] ^=
                (uint8_t)(1 + wy_test_below(&random, 255));
        }
        read_damaged(&random, block, length, count);
    }
}

static void test_choice(void **state)
{
    (void)state;
    assert_string_equal(wy_codec_scalar.name, "scalar");
    const wy_codec *avx2 = wy_codec_avx2();
    assert_ptr_equal(wy_codec_get(), avx2 ? avx2 : &wy_codec_scalar);
    if (avx2) assert_string_equal(avx2->name, "avx2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),     cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_ones),     cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_overflow), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
