/*
 * Hits of a window at once: each set of kernels against plain loops, with counts that are no
 * multiple of what a vector holds, and nothing readable behind the last length.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "query/exact_sift.h"

enum { WORDS = 16, WINDOW = WORDS * 64 };

static void fill_limits(wy_exact_limits *limits, wy_test_random *random)
{
    unsigned code = 0;
    for (unsigned freq = 0; freq < WY_EXACT_ENOUGH; freq++) {
        code += (unsigned)wy_test_below(random, 30);
        limits->codes[freq] = (uint8_t)(code < UINT8_MAX ? code : UINT8_MAX);
    }
    limits->codes[WY_EXACT_ENOUGH] = UINT8_MAX;
}

static void what_is_rare_is_dropped(const wy_exact_sift *sift, wy_test_random *random)
{
    const size_t count = wy_test_below(random, WINDOW + 1);
    const unsigned density = 1 + (unsigned)wy_test_below(random, 200);
    uint8_t *lengths = malloc(count + 1), most[WINDOW] = {0}, before[WINDOW];
    uint64_t bits[WORDS] = {0}, old[WORDS];
    const bool chosen = wy_test_below(random, 2);
    wy_exact_limits limits;
    assert_non_null(lengths);
    fill_limits(&limits, random);
    for (size_t i = 0; i < count; i++) {
        lengths[i] = (uint8_t)wy_test_below(random, 256);
        if (wy_test_below(random, density)) continue;
        bits[i / 64] |= UINT64_C(1) << i % 64;
        most[i] = (uint8_t)(1 + wy_test_below(random, wy_test_below(random, 8) ? 4 : 255));
    }
    memcpy(before, most, sizeof before);
    memcpy(old, bits, sizeof old);
    if (!chosen) memset(bits, 0, sizeof bits);
    sift->keep_frequent(&limits, chosen, bits, most, lengths, count);
    for (size_t i = 0; i < WINDOW; i++) {
        const bool was = old[i / 64] >> i % 64 & 1;
        const bool stays = was && wy_exact_is_enough(&limits, before[i], lengths[i]);
        assert_int_equal(bits[i / 64] >> i % 64 & 1, stays);
        assert_int_equal(most[i], 0);
    }
    free(lengths);
}

static void hits_are_left_by_their_bits(const wy_exact_sift *sift, wy_test_random *random)
{
    enum { MOST = 300 };
    const size_t count = wy_test_below(random, MOST + 1);
    const unsigned density = 1 + (unsigned)wy_test_below(random, 20);
    uint64_t bits[WORDS] = {0};
    wy_positions_spot hits[MOST], kept[MOST];
    size_t n = 0;
    for (size_t i = 0; i < WINDOW; i++)
        if (wy_test_below(random, density) == 0) bits[i / 64] |= UINT64_C(1) << i % 64;
    memset(hits, 0, sizeof hits);
    for (size_t i = 0; i < count; i++) {
        hits[i].number = (uint16_t)wy_test_below(random, WINDOW);
        hits[i].at = (uint8_t)wy_test_below(random, 128);
        if (bits[hits[i].number / 64] >> hits[i].number % 64 & 1) kept[n++] = hits[i];
    }
    assert_int_equal(sift->keep_hits(bits, hits, count), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(hits[i].number, kept[i].number);
        assert_int_equal(hits[i].at, kept[i].at);
    }
}

static void bits_become_ids(const wy_exact_sift *sift, wy_test_random *random)
{
    const size_t words = wy_test_below(random, WORDS + 1);
    const unsigned density =
        1 + (unsigned)wy_test_below(random, wy_test_below(random, 2) ? 4 : 300);
    const uint32_t first = (uint32_t)wy_test_below(random, 1000000);
    uint64_t bits[WORDS] = {0};
    uint32_t *out = malloc((WINDOW + WY_EXACT_LISTED) * sizeof *out);
    size_t count = 0, at = 0;
    assert_non_null(out);
    for (size_t i = 0; i < words * 64; i++) {
        if (wy_test_below(random, density)) continue;
        bits[i / 64] |= UINT64_C(1) << i % 64;
        count++;
    }
    assert_int_equal(sift->list(bits, words, wy_test_below(random, 2), first, out), count);
    for (size_t i = 0; i < words * 64; i++)
        if (bits[i / 64] >> i % 64 & 1) assert_int_equal(out[at++], first + i);
    free(out);
}

static void run(const wy_exact_sift *sift)
{
    wy_test_random random = wy_test_random_of(1);
    const size_t rounds = wy_test_rounds(300);
    for (size_t round = 0; round < rounds; round++) {
        what_is_rare_is_dropped(sift, &random);
        hits_are_left_by_their_bits(sift, &random);
        bits_become_ids(sift, &random);
    }
}

static void scalar(void **state)
{
    (void)state;
    run(&wy_exact_sift_scalar);
}

static void avx2(void **state)
{
    (void)state;
    if (!wy_exact_sift_avx2()) skip();
    run(wy_exact_sift_avx2());
}

static void avx512(void **state)
{
    (void)state;
    if (!wy_exact_sift_avx512()) skip();
    run(wy_exact_sift_avx512());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scalar), cmocka_unit_test(avx2),
                                       cmocka_unit_test(avx512)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
