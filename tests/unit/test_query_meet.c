/*
 * Meeting a block: every way against a look at every pair, with blocks that are whole or cut short,
 * dense or scattered, and ids up to the largest.
 */
#include "support/test.h"

#include "query/meet.h"

/* `count` ascending ids below `limit`, which is at least `count`; some next to each other. */
static void ascend(wy_test_random *random, uint32_t *ids, size_t count, uint32_t limit)
{
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t room = limit - next - (uint32_t)(count - i); /* ids to leave out, still */
        const uint64_t most = 2 * (room / (count - i)) + 1;
        const uint64_t gap = wy_test_below(random, 3) ? wy_test_below(random, most) : 0;
        next += (uint32_t)(gap < room ? gap : room);
        ids[i] = next++;
    }
}

static void check(wy_meet_fn *meet, wy_meet_keep_fn *keep, const uint32_t *block,
                  const uint32_t *ids, size_t count)
{
    wy_meeting meeting;
    uint32_t kept[WY_BLOCK + 8];
    wy_meet_search_fn *search = wy_meet_search_get();
    assert_int_equal(keep(block, ids, count, NULL), keep(block, ids, count, kept));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(search(block, ids[i]), wy_meet_search(block, ids[i]));
    const size_t found = meet(block, ids, count, &meeting);
    size_t expected = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < WY_BLOCK; at++) {
            if (block[at] != ids[i]) continue;
            assert_true(expected < found);
            assert_int_equal(meeting.id[expected], i);
            assert_int_equal(meeting.at[expected], at);
            assert_int_equal(kept[expected], ids[i]);
            expected++;
        }
    }
    assert_int_equal(found, expected);
    assert_int_equal(keep(block, ids, count, NULL), expected);
}

static void run(wy_meet_fn *meet, wy_meet_keep_fn *keep)
{
    /* About 2^16 too, from where on ids do not fit words. */
    static const uint32_t limits[] = {128,   130,   200,    1000,     65534,     65535,
                                      65536, 65600, 100000, 1u << 31, UINT32_MAX};
    enum { LIMITS = sizeof limits / sizeof *limits };
    wy_test_random random = wy_test_random_of(1);
    const size_t rounds = wy_test_rounds(300);
    for (size_t round = 0; round < rounds; round++) {
        uint32_t block[WY_BLOCK], ids[WY_BLOCK];
        const uint32_t limit = limits[round % LIMITS];
        const uint32_t bases[] = {0, (UINT32_MAX - limit) / 2, UINT32_MAX - limit};
        const uint32_t base = bases[wy_test_below(&random, 3)];
        const size_t filled = round % 4 ? WY_BLOCK : 1 + wy_test_below(&random, WY_BLOCK);
        ascend(&random, block, filled, limit);
        for (size_t i = filled; i < WY_BLOCK; i++) block[i] = WY_NO_DOC;
        size_t count = 1 + wy_test_below(&random, WY_BLOCK);
        if (round % 5 == 0) count = 1 + wy_test_below(&random, 4);
        ascend(&random, ids, count, limit);
        for (size_t i = 0; i < filled; i++) block[i] += base;
        for (size_t i = 0; i < count; i++) ids[i] += base;
        while (count > 0 && ids[count - 1] > block[filled - 1]) count--;
        check(meet, keep, block, ids, count);
        check(meet, keep, block, block, filled);
    }
}

static void scalar(void **state)
{
    (void)state;
    run(wy_meet_scalar, wy_meet_keep_scalar);
}

static void avx2(void **state)
{
    (void)state;
    if (!wy_meet_avx2()) skip();
    run(wy_meet_avx2(), wy_meet_keep_avx2());
}

static void avx512(void **state)
{
    (void)state;
    if (!wy_meet_avx512()) skip();
    run(wy_meet_avx512(), wy_meet_keep_avx512());
}

static void runs(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(2);
    for (size_t round = 0; round < wy_test_rounds(300); round++) {
        uint32_t ids[WY_BLOCK];
        const size_t count = 1 + wy_test_below(&random, WY_BLOCK);
        ascend(&random, ids, count, 400);
        for (size_t n = 1; n <= count; n++) {
            assert_int_equal(wy_meet_run(ids, count, ids[n - 1]), n);
            if (n < count) assert_int_equal(wy_meet_run(ids, count, ids[n] - 1), n);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scalar), cmocka_unit_test(avx2),
                                       cmocka_unit_test(avx512), cmocka_unit_test(runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
