/*
 * unit/test_postings.c: posting lists against plain arrays, with both codecs; damage whose
 * checksums are right.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/sealed_format.h"
#include "postings/postings.h"
#include "postings/postings_format.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"

/* ---- Lists -------------------------------------------------------------------------------- */

typedef struct list {
    uint32_t count, limit;
    uint32_t *docs, *freqs;
    uint8_t *impacts;
    wy_postings_place place;
} list;

typedef enum shape { SPARSE, DENSE, RUNS, CLUSTERS, ALL, HIGH, SHAPES } shape;

static uint32_t gap_of(wy_test_random *random, shape kind, uint32_t i)
{
    switch (kind) {
    case SPARSE: /* for lists of up to 14,000 */
        return (uint32_t)wy_test_below(random, 300000);
    case DENSE:
        return (uint32_t)wy_test_below(random, 3);
    case RUNS:
        return wy_test_below(random, 400) == 0 ? (uint32_t)wy_test_below(random, 5000) : 0;
    case CLUSTERS:
        return wy_test_below(random, 10) == 0 ? (uint32_t)wy_test_below(random, 100000)
                                              : (uint32_t)wy_test_below(random, 8);
    case HIGH: /* one jump far up, then on to the last ids there are */
        return i == 0 ? WY_DOC_MAX - 3000000 : (uint32_t)wy_test_below(random, 200);
    default:
        return 0;
    }
}

static list make_list(wy_test_random *random, shape kind, uint32_t count)
{
    list l = {.count = count,
              .docs = wy_test_alloc(count * sizeof *l.docs),
              .freqs = wy_test_alloc(count * sizeof *l.freqs),
              .impacts = wy_test_alloc(count)};
    const unsigned freqs = (unsigned)wy_test_below(random, 3);
    uint32_t doc = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        doc += 1 + gap_of(random, kind, i);
        l.docs[i] = doc;
        l.freqs[i] = 1;
        if (freqs == 1) l.freqs[i] += (uint32_t)wy_test_below(random, 4);
        if (freqs == 2 && wy_test_below(random, 100) == 0)
            l.freqs[i] = (uint32_t)wy_test_next(random) | 1;
        l.impacts[i] = (uint8_t)(wy_test_below(random, 256) * wy_test_below(random, 256) / 256);
    }
    l.limit = doc + 1 + (uint32_t)(kind == HIGH ? 0 : wy_test_below(random, 2));
    return l;
}

static void free_list(list *l)
{
    free(l->docs);
    free(l->freqs);
    free(l->impacts);
}

static int add_list(wy_postings_writer *writer, list *l, wy_error *error)
{
    for (uint32_t i = 0; i < l->count; i++) {
        int status = wy_postings_add(writer, l->docs[i], l->freqs[i], l->impacts[i], error);
        if (status != WY_OK) return status;
    }
    return wy_postings_end(writer, &l->place, error);
}

static uint8_t greatest(const list *l, uint32_t from, uint32_t postings)
{
    uint8_t impact = 0;
    for (uint32_t i = from; i < l->count && i - from < postings; i++)
        if (l->impacts[i] > impact) impact = l->impacts[i];
    return impact;
}

/* ---- Against the arrays ------------------------------------------------------------------- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The block fields are those of the block of posting `i`. */
static void check_block(const wy_postings *c, const list *l, uint32_t i)
{
    const uint32_t first = i - i % WY_BLOCK, group = i - i % (WY_GROUP * WY_BLOCK);
    assert_int_equal(c->count, l->count);
    assert_int_equal(c->list_impact, greatest(l, 0, l->count));
    assert_int_equal(c->block, i / WY_BLOCK);
    assert_int_equal(c->block_count, least(WY_BLOCK, l->count - first));
    assert_int_equal(c->block_last, l->docs[first + c->block_count - 1]);
    assert_int_equal(c->block_impact, greatest(l, first, WY_BLOCK));
    assert_int_equal(c->group_last, l->docs[least(group + WY_GROUP * WY_BLOCK, l->count) - 1]);
    assert_int_equal(c->group_impact, greatest(l, group, WY_GROUP * WY_BLOCK));
}

static void check_end(const wy_postings *c)
{
    assert_int_equal(c->doc, WY_NO_DOC);
    assert_int_equal(c->block_last, WY_NO_DOC);
    assert_int_equal(c->group_last, WY_NO_DOC);
    assert_int_equal(c->block_count, 0);
}

static void check_posting(wy_postings *c, const list *l, uint32_t i, bool freq)
{
    wy_error error = {0};
    assert_int_equal(c->doc, l->docs[i]);
    assert_int_equal(c->index, i % WY_BLOCK);
    assert_int_equal(c->docs[c->index], c->doc);
    if (!freq) return;
    uint32_t found;
    assert_ok(wy_postings_freq(c, &found, &error), &error);
    assert_int_equal(found, l->freqs[i]);
}

static void walk(const wy_sealed *file, const list *l, const wy_codec *codec)
{
    wy_error error = {0};
    wy_postings c;
    memset(&c, 0xAA, sizeof c);
    assert_ok(wy_postings_open_with(&c, codec, file, l->place, l->limit, &error), &error);
    check_block(&c, l, 0);
    for (uint32_t i = 0; i < l->count; i++) {
        assert_ok(wy_postings_next(&c, &error), &error);
        if (i % WY_BLOCK == 0) check_block(&c, l, i);
        check_posting(&c, l, i, i % 3 == 0);
    }
    for (int again = 0; again < 2; again++) {
        assert_ok(wy_postings_next(&c, &error), &error);
        check_end(&c);
    }
    assert_ok(wy_postings_seek(&c, 5, &error), &error);
    check_end(&c);
}

static void walk_blocks(const wy_sealed *file, const list *l, const wy_codec *codec)
{
    wy_error error = {0};
    wy_postings c;
    assert_ok(wy_postings_open_with(&c, codec, file, l->place, l->limit, &error), &error);
    for (uint32_t i = 0; i < l->count; i += WY_BLOCK) {
        check_block(&c, l, i);
        assert_ok(wy_postings_decode_docs(&c, &error), &error);
        assert_ok(wy_postings_decode_freqs(&c, &error), &error);
        assert_memory_equal(c.docs, l->docs + i, c.block_count * sizeof *l->docs);
        assert_memory_equal(c.freqs, l->freqs + i, c.block_count * sizeof *l->freqs);
        for (uint32_t j = c.block_count; j < WY_BLOCK; j++) assert_int_equal(c.docs[j], WY_NO_DOC);
        assert_ok(wy_postings_block(&c, c.block_last + 1, &error), &error);
    }
    check_end(&c);
}

/* The first posting at or behind `from` whose id is not below `target`. */
static uint32_t find(const list *l, uint32_t from, uint32_t target)
{
    uint32_t to = l->count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        if (l->docs[middle] < target)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Seeks, block moves and nexts in any order. */
static void wander(wy_test_random *random, const wy_sealed *file, const list *l,
                   const wy_codec *codec)
{
    wy_error error = {0};
    wy_postings c;
    assert_ok(wy_postings_open_with(&c, codec, file, l->place, l->limit, &error), &error);
    const uint64_t step = 1 + (uint64_t)l->limit * 2 / (1 + wy_test_below(random, 500));
    uint64_t target = 0;
    uint32_t at = 0;     /* the posting, or the first of the block after a block move */
    bool placed = false; /* the cursor is at a posting */
    while (at < l->count) {
        target += wy_test_below(random, step);
        if (target > WY_NO_DOC) target = WY_NO_DOC;
        const uint64_t what = wy_test_below(random, 4);
        if (what == 0) {
            if (placed) at++;
            assert_ok(wy_postings_next(&c, &error), &error);
            placed = true;
        } else if (what == 1) {
            const uint32_t block = find(l, at, (uint32_t)target) / WY_BLOCK;
            const bool moves = block != at / WY_BLOCK && find(l, at, (uint32_t)target) < l->count;
            assert_ok(wy_postings_block(&c, (uint32_t)target, &error), &error);
            if (find(l, at, (uint32_t)target) == l->count) {
                at = l->count;
                break;
            }
            if (moves) at = block * WY_BLOCK;
            if (moves) placed = false;
            check_block(&c, l, at);
            continue;
        } else {
            at = find(l, at, (uint32_t)target);
            assert_ok(wy_postings_seek(&c, (uint32_t)target, &error), &error);
            placed = true;
        }
        if (at == l->count) break;
        check_posting(&c, l, at, what == 3);
        check_block(&c, l, at);
        if (target < l->docs[at] && wy_test_below(random, 2)) target = l->docs[at];
    }
    check_end(&c);
}

/* ---- Tests -------------------------------------------------------------------------------- */

static void test_lists(void **state)
{
    (void)state;
    static const uint32_t group = WY_GROUP * WY_BLOCK;
    const uint32_t counts[] = {1,
                               2,
                               7,
                               100,
                               127,
                               128,
                               129,
                               255,
                               256,
                               1000,
                               group - 1,
                               group,
                               group + 1,
                               group + WY_BLOCK,
                               3 * group + 77};
    enum { COUNTS = sizeof counts / sizeof counts[0], LISTS = COUNTS * SHAPES };
    wy_test_random random = wy_test_random_of(1);
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error = {0};
    wy_postings_writer *writer;
    wy_seal seal;
    list lists[LISTS];

    assert_ok(wy_postings_create(env, &wy_mem_default, "a.post", &writer, &error), &error);
    uint64_t end = WY_SEALED_HEADER;
    for (size_t i = 0; i < LISTS; i++) {
        lists[i] = make_list(&random, (shape)(i % SHAPES), counts[i / SHAPES]);
        assert_ok(add_list(writer, &lists[i], &error), &error);
        assert_int_equal(lists[i].place.offset, end);
        assert_int_equal(lists[i].place.count, lists[i].count);
        end += lists[i].place.length;
    }
    assert_ok(wy_postings_finish(writer, true, &seal, &error), &error);

    wy_sealed *file;
    assert_ok(wy_postings_file_open(env, &wy_mem_default, "a.post", &seal, &file, &error), &error);
    const wy_codec *codecs[3] = {&wy_codec_scalar, wy_codec_avx2(), wy_codec_avx512()};
    for (size_t i = 0; i < LISTS; i++) {
        assert_ok(wy_postings_check(file, lists[i].place, lists[i].limit, &error), &error);
        assert_status(
            WY_E_DAMAGED,
            wy_postings_check(file, lists[i].place, lists[i].docs[lists[i].count - 1], &error),
            &error);
        for (size_t c = 0; c < 3 && codecs[c]; c++) {
            walk(file, &lists[i], codecs[c]);
            walk_blocks(file, &lists[i], codecs[c]);
            for (int t = 0; t < 10; t++) wander(&random, file, &lists[i], codecs[c]);
        }
        free_list(&lists[i]);
    }
    wy_sealed_close(file);
    wy_memory_env_free(memory);
}

/* A run of ids without frequencies takes a head for each block and nothing else. */
static void test_runs_are_free(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    wy_error error = {0};
    wy_postings_writer *writer;
    wy_postings_place place;
    assert_ok(
        wy_postings_create(wy_memory_env_table(memory), &wy_mem_default, "a", &writer, &error),
        &error);
    for (uint32_t i = 0; i < WY_GROUP * WY_BLOCK; i++)
        assert_ok(wy_postings_add(writer, i, 1, 0, &error), &error);
    assert_ok(wy_postings_end(writer, &place, &error), &error);
    assert_int_equal(place.length, 4 + WY_GROUP + 1);
    wy_postings_abandon(writer);
    wy_postings_abandon(NULL);
    wy_memory_env_free(memory);
}

/* Whatever the bytes are: ids ascend below the limit, there are not more than the count, and the
 * end comes. */
static void use_damaged(const wy_sealed *file, wy_postings_place place, uint32_t limit,
                        const wy_codec *codec)
{
    wy_error error = {0};
    wy_postings c;
    int status = wy_postings_open_with(&c, codec, file, place, limit, &error);
    uint32_t seen = 0, before = UINT32_MAX, freq;
    while (status == WY_OK) {
        status = wy_postings_next(&c, &error);
        if (status != WY_OK || c.doc == WY_NO_DOC) break;
        assert_true(c.doc < limit && (before == UINT32_MAX || c.doc > before));
        before = c.doc;
        assert_true(++seen <= place.count);
        status = wy_postings_freq(&c, &freq, &error);
        if (status == WY_OK) assert_true(freq > 0);
    }
    if (status == WY_OK) assert_int_equal(seen, place.count);

    status = wy_postings_open_with(&c, codec, file, place, limit, &error);
    for (uint64_t turn = 0, target = 0; status == WY_OK && target <= limit; turn++) {
        status = turn % 2 ? wy_postings_block(&c, (uint32_t)target, &error)
                          : wy_postings_seek(&c, (uint32_t)target, &error);
        if (status != WY_OK || c.block_count == 0) break;
        assert_true(c.block_last >= target && c.block_last < limit);
        target = (turn % 2 ? target : c.doc) + limit / 17 + 1;
    }
    assert_true(status == WY_OK || status == WY_E_DAMAGED);
    if (status == WY_OK) status = wy_postings_seek(&c, WY_NO_DOC, &error);
    check_end(&c);
    status = wy_postings_check(file, place, limit, &error);
    assert_true(status == WY_OK || status == WY_E_DAMAGED);
    if (status != WY_OK) assert_string_equal(error.file, "a.post");
}

/* A file with this payload, sealed as if it were whole. */
static void with_payload(const uint8_t *payload, size_t length, wy_postings_place place,
                         uint32_t limit)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error = {0};
    wy_sealed_writer *writer;
    wy_sealed *file;
    wy_seal seal;
    assert_ok(wy_sealed_create(env, &wy_mem_default, "a.post", WY_POSTINGS_KIND,
                               WY_POSTINGS_VERSION, &writer, &error),
              &error);
    assert_ok(wy_sealed_write(writer, payload, length, &error), &error);
    assert_ok(wy_sealed_finish(writer, false, &seal, &error), &error);
    assert_ok(wy_postings_file_open(env, &wy_mem_default, "a.post", &seal, &file, &error), &error);
    use_damaged(file, place, limit, &wy_codec_scalar);
    if (wy_codec_avx2()) use_damaged(file, place, limit, wy_codec_avx2());
    if (wy_codec_avx512()) use_damaged(file, place, limit, wy_codec_avx512());
    wy_sealed_close(file);
    wy_memory_env_free(memory);
}

/* The payload of a file with this list alone. */
static uint8_t *payload_of(list *l)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_error error = {0};
    wy_postings_writer *writer;
    wy_seal seal;
    assert_ok(
        wy_postings_create(wy_memory_env_table(memory), &wy_mem_default, "a.post", &writer, &error),
        &error);
    assert_ok(add_list(writer, l, &error), &error);
    assert_ok(wy_postings_finish(writer, false, &seal, &error), &error);
    uint8_t *bytes = wy_memory_env_get(memory, "a.post", NULL);
    memmove(bytes, bytes + WY_SEALED_HEADER, (size_t)l->place.length);
    wy_memory_env_free(memory);
    return bytes;
}

static void test_damage(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(2);
    /* Short, one group with a short block at its end, and a list of two groups. */
    const struct {
        uint32_t count;
        shape kind;
        unsigned every; /* how many bytes on until the next is flipped */
    } cases[] = {{1, SPARSE, 1},         {60, CLUSTERS, 1}, {128, DENSE, 1},
                 {300, SPARSE, 1},       {300, HIGH, 1},    {700, RUNS, 1},
                 {4096 + 200, DENSE, 3}, {4096, RUNS, 1},   {5000, CLUSTERS, 41}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        list l = make_list(&random, cases[k].kind, cases[k].count);
        uint8_t *payload = payload_of(&l);
        const size_t length = (size_t)l.place.length;
        for (size_t i = 0; i < length; i += i < 200 ? 1 : cases[k].every) {
            const uint8_t flips[] = {0x01, 0x80, 0xFF, (uint8_t)(1 + wy_test_below(&random, 255))};
            for (size_t f = 0; f < sizeof flips; f++) {
                payload[i] ^= flips[f];
                with_payload(payload, length, l.place, l.limit);
                payload[i] ^= flips[f];
            }
        }
        /* Noise of the same size, and a dictionary that tells another count or place. */
        uint8_t *noise = wy_test_alloc(length);
        for (int t = 0; t < 200; t++) {
            wy_test_fill(&random, noise, length);
            if (t % 2) memcpy(noise, payload, wy_test_below(&random, length));
            with_payload(noise, length, l.place, l.limit);
        }
        free(noise);
        for (int t = 0; t < 200; t++) {
            wy_postings_place place = l.place;
            if (t % 4 == 0) place.count = (uint32_t)wy_test_below(&random, 6000);
            if (t % 4 == 1) place.count = (uint32_t)wy_test_next(&random);
            if (t % 4 == 2) place.length = wy_test_below(&random, length);
            if (t % 4 == 3) {
                place.offset += wy_test_below(&random, length);
                place.length -= place.offset - l.place.offset;
            }
            with_payload(payload, length, place, t % 8 < 4 ? l.limit : WY_DOC_MAX + 1);
        }
        free(payload);
        free_list(&l);
    }
}

/* A list that goes on behind the file. */
static void test_outside(void **state)
{
    (void)state;
    const uint8_t payload[] = {0, 0, 0, 0};
    with_payload(payload, sizeof payload, (wy_postings_place){WY_SEALED_HEADER, 5, 1}, 9);
    with_payload(payload, sizeof payload, (wy_postings_place){UINT64_MAX - 1, 4, 1}, 9);
    with_payload(payload, sizeof payload, (wy_postings_place){WY_SEALED_HEADER, 4, 0}, 9);
    with_payload(payload, sizeof payload, (wy_postings_place){WY_SEALED_HEADER, 4, 1}, 0);
}

/* A whole write with memory or disk that fails once; the same failure again when it is asked on. */
static int write_all(const wy_env *env, const wy_mem *mem, list *l)
{
    wy_error error = {0};
    wy_postings_writer *writer;
    wy_seal seal;
    int status = wy_postings_create(env, mem, "a.post", &writer, &error);
    if (status != WY_OK) return status;
    for (int twice = 0; twice < 2 && status == WY_OK; twice++) status = add_list(writer, l, &error);
    const int first = status;
    if (first != WY_OK) {
        assert_int_equal(wy_postings_add(writer, WY_DOC_MAX, 1, 1, &error), first);
        wy_postings_place place;
        assert_int_equal(wy_postings_end(writer, &place, &error), first);
    }
    status = wy_postings_finish(writer, true, &seal, &error);
    if (first != WY_OK) assert_int_equal(status, first);
    return status;
}

static void test_failures(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(3);
    list l = make_list(&random, SPARSE, 12000);
    uint64_t nth = 1;
    for (bool failed = true; failed; nth++) {
        wy_memory_env *memory = wy_memory_env_make();
        wy_fault_mem mem;
        wy_fault_mem_init(&mem, nth);
        int status = write_all(wy_memory_env_table(memory), &mem.mem, &l);
        wy_fault_mem_check(&mem);
        failed = mem.failed;
        assert_int_equal(status, failed ? WY_E_NOMEM : WY_OK);
        wy_memory_env_free(memory);
    }
    assert_true(nth > 4);
    nth = 1;
    for (bool failed = true; failed; nth++) {
        wy_memory_env *memory = wy_memory_env_make();
        wy_fault_env env;
        wy_fault_env_init(&env, wy_memory_env_table(memory));
        wy_fault_env_arm(&env, WY_CALL_ANY, nth, false, 28);
        int status = write_all(&env.env, &wy_mem_default, &l);
        failed = env.failed;
        assert_int_equal(status, failed ? WY_E_IO : WY_OK);
        wy_memory_env_free(memory);
    }
    assert_true(nth > 4);
    free_list(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_runs_are_free),
        cmocka_unit_test(test_damage),   cmocka_unit_test(test_outside),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
