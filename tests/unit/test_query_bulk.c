/*
 * Many postings at once: each set of kernels against plain loops, with counts that are no multiple
 * of what a vector holds, ids next to each other and far apart.
 */
#include "support/test.h"

#include <string.h>

#include "query/bulk.h"
#include "segment/similarity.h"

enum { MOST = 128, WORDS = 64, WINDOW = WORDS * 64, LIMIT = 100000 };

static uint8_t length_codes[LIMIT];
static float k[256];

static void fill_tables(wy_test_random *random)
{
    wy_norms norms;
    wy_norms_set(&norms, (wy_field_stats){.documents = 10, .length = 313});
    memcpy(k, norms.k, sizeof k);
    for (size_t i = 0; i < LIMIT; i++) length_codes[i] = (uint8_t)wy_test_below(random, 256);
}

static void scores_are_those_of_one(const wy_bulk *bulk, wy_test_random *random)
{
    static const float weights[] = {0.001f, 0.7f, 3.25f, 12.9f, (float)WY_WEIGHT_MAX};
    uint32_t docs[MOST], freqs[MOST], scores[MOST];
    uint8_t high[MOST];
    const size_t count = wy_test_below(random, MOST + 1);
    const float weight = weights[wy_test_below(random, 5)];
    for (size_t i = 0; i < count; i++) {
        docs[i] = (uint32_t)wy_test_below(random, LIMIT);
        freqs[i] = 1 + (uint32_t)wy_test_below(random, i % 8 ? 5 : UINT32_C(1) << 28);
    }
    bulk->score(weight, k, length_codes, docs, freqs, count, scores);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(scores[i], wy_score(weight, freqs[i], k[length_codes[docs[i]]]));

    const uint32_t need =
        count ? scores[wy_test_below(random, count)] + (uint32_t)wy_test_below(random, 2) : 1;
    const size_t found = bulk->find_high(scores, count, need, high);
    size_t expected = 0;
    for (size_t i = 0; i < count; i++) {
        if (scores[i] < need) continue;
        assert_true(expected < found);
        assert_int_equal(high[expected++], i);
    }
    assert_int_equal(found, expected);
}

static void windows_give_what_was_noted(const wy_bulk *bulk, wy_test_random *random)
{
    static uint64_t bits[WORDS], scores[WINDOW], taken[WINDOW], expected[WINDOW];
    static uint32_t docs[WINDOW], ids[WINDOW];
    const uint32_t base = wy_test_below(random, 2) ? 0 : UINT32_MAX - WINDOW;
    const uint64_t density = 1 + wy_test_below(random, 40);
    const uint64_t need = wy_test_below(random, 10);
    size_t count = 0, kept = 0;
    memset(expected, 0, sizeof expected);
    for (uint32_t i = 0; i < WINDOW; i++)
        if (wy_test_below(random, density) == 0) ids[count++] = base + i;
    /* Some of it twice, as by two lists. */
    bulk->set_bits(bits, base, ids, count / 3);
    bulk->set_bits(bits, base, ids, count);
    assert_int_equal(bulk->count_bits(bits, WORDS), count);
    for (size_t i = 0; i < count; i++) {
        assert_true(bits[(ids[i] - base) / 64] >> (ids[i] - base) % 64 & 1);
        scores[ids[i] - base] = expected[ids[i] - base] = wy_test_below(random, 20);
    }
    const size_t found = bulk->take(bits, scores, WORDS, base, need, docs, taken);
    for (size_t i = 0; i < count; i++) {
        if (expected[ids[i] - base] < need) continue;
        assert_true(kept < found);
        assert_int_equal(docs[kept], ids[i]);
        assert_int_equal(taken[kept], expected[ids[i] - base]);
        kept++;
    }
    assert_int_equal(found, kept);
    for (size_t i = 0; i < WORDS; i++) assert_int_equal(bits[i], 0);
    for (size_t i = 0; i < WINDOW; i++) assert_int_equal(scores[i], 0);
}

static void run(const wy_bulk *bulk)
{
    wy_test_random random = wy_test_random_of(1);
    const size_t rounds = wy_test_rounds(300);
    fill_tables(&random);
    for (size_t round = 0; round < rounds; round++) {
        scores_are_those_of_one(bulk, &random);
        windows_give_what_was_noted(bulk, &random);
    }
}

static void scalar(void **state)
{
    (void)state;
    run(&wy_bulk_scalar);
}

static void avx2(void **state)
{
    (void)state;
    if (!wy_bulk_avx2()) skip();
    run(wy_bulk_avx2());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scalar), cmocka_unit_test(avx2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
