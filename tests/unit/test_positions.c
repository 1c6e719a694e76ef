/*
 * unit/test_positions.c: positions against plain arrays, with both codecs; damage whose checksums
 * are right.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/sealed_format.h"
#include "positions/positions.h"
#include "positions/positions_format.h"
#include "positions/positions_kernels.h"
#include "positions/positions_pairs.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"

/* The kernels for the processors that a codec is for. */
static const wy_positions_kernels *kernels_beside(const wy_codec *codec)
{
    if (codec == wy_codec_avx512()) return wy_positions_kernels_avx512();
    if (codec == wy_codec_avx2()) return wy_positions_kernels_avx2();
    return &wy_positions_kernels_scalar;
}

typedef struct term {
    uint32_t postings;
    uint32_t *docs, *freqs;
    uint8_t *lengths; /* by document */
    size_t *starts;   /* of each posting in values */
    uint32_t *values;
    wy_positions_place place;
} term;

typedef enum shape { SHORT, LONG, ONES, ADJACENT, DOZEN, HUGE_VALUES, SHAPES } shape;

static term make_term(wy_test_random *random, shape kind, uint32_t postings)
{
    const uint32_t most = kind == ONES ? 1 : kind == LONG ? 300 : kind == DOZEN ? 12 : 4;
    const uint32_t furthest = kind == ADJACENT ? 1 : kind == DOZEN ? 6 : 99; /* to the next */
    term t = {.postings = postings,
              .docs = wy_test_alloc(postings * sizeof *t.docs),
              .freqs = wy_test_alloc(postings * sizeof *t.freqs),
              .lengths = wy_test_alloc(2 * (size_t)postings),
              .starts = wy_test_alloc(postings * sizeof *t.starts),
              .values = wy_test_alloc((size_t)postings * most * sizeof *t.values)};
    size_t at = 0;
    wy_test_fill(random, t.lengths, 2 * (size_t)postings);
    for (uint32_t i = 0; i < postings; i++) {
        t.docs[i] = 2 * i + (uint32_t)wy_test_below(random, 2);
        /* Most lengths are such that positions are about as long. */
        if (wy_test_below(random, 8)) t.lengths[t.docs[i]] = (uint8_t)(40 + i % 60);
        t.freqs[i] = 1 + (uint32_t)wy_test_below(random, most);
        t.starts[i] = at;
        uint32_t position = (uint32_t)wy_test_below(random, 90);
        if (kind == HUGE_VALUES && wy_test_below(random, 9) == 0) position = UINT32_MAX - 400;
        for (uint32_t j = 0; j < t.freqs[i]; j++) {
            t.values[at++] = position;
            position += 1 + (uint32_t)wy_test_below(random, furthest);
        }
    }
    /* The largest position there is. */
    if (kind == HUGE_VALUES) t.values[at - 1] = UINT32_MAX;
    return t;
}

static void free_term(term *t)
{
    free(t->docs);
    free(t->freqs);
    free(t->lengths);
    free(t->starts);
    free(t->values);
}

static int add_term(wy_positions_writer *writer, term *t, wy_error *error)
{
    for (uint32_t i = 0; i < t->postings; i++) {
        int status = wy_positions_add(writer, t->lengths[t->docs[i]], t->values + t->starts[i],
                                      t->freqs[i], error);
        if (status != WY_OK) return status;
    }
    return wy_positions_end(writer, &t->place, error);
}

static uint32_t postings_of(const term *t, uint32_t block)
{
    const uint32_t left = t->postings - block * WY_BLOCK;
    return left < WY_BLOCK ? left : WY_BLOCK;
}

static void check_posting(wy_positions *cursor, const term *t, uint32_t i)
{
    wy_error error = {0};
    const uint32_t block = i / WY_BLOCK, *found;
    uint32_t count;
    assert_ok(wy_positions_get(cursor, block, t->docs + block * WY_BLOCK,
                               t->freqs + block * WY_BLOCK, postings_of(t, block), i % WY_BLOCK,
                               &found, &count, &error),
              &error);
    assert_int_equal(count, t->freqs[i]);
    assert_memory_equal(found, t->values + t->starts[i], count * sizeof *found);
}

/* How often two postings have positions at the offsets of the two words of a phrase. */
static uint32_t count_pairs(const term *a, const term *b, uint32_t i, const uint32_t offsets[2])
{
    uint32_t found = 0;
    for (uint32_t j = 0; j < a->freqs[i]; j++) {
        const uint64_t x = a->values[a->starts[i] + j];
        for (uint32_t k = 0; k < b->freqs[i]; k++)
            found += x >= offsets[0] &&
                     x + offsets[1] == (uint64_t)b->values[b->starts[i] + k] + offsets[0];
    }
    return found;
}

/* Compares the pairs of a block of two terms with what their positions tell. Returns how many are
 * there that were known. */
static size_t check_pairs(const wy_sealed *file, const term *a, const term *b, uint32_t block,
                          wy_test_random *random, const wy_positions_meeting *meeting)
{
    const term *const terms[2] = {a, b};
    wy_positions cursors[2];
    wy_error error = {0};
    const uint32_t first = block * WY_BLOCK, count = postings_of(a, block);
    uint8_t at[2][WY_BLOCK + 16], numbers[WY_BLOCK + 8], freqs[WY_BLOCK + 8];
    wy_positions_both both;
    size_t open[WY_PAIR_OPEN] = {0}, known = 0, found = 0;
    const int before = wy_test_below(random, 2) ? 0xAA : 0;
    for (unsigned t = 0; t < 2; t++) {
        memset(&cursors[t], before, sizeof cursors[t]);
        assert_ok(wy_positions_open(&cursors[t], &wy_mem_default, file, terms[t]->place,
                                    terms[t]->postings, terms[t]->lengths, &error),
                  &error);
        assert_ok(wy_positions_load(&cursors[t], block, terms[t]->docs + first,
                                    terms[t]->freqs + first, count, &error),
                  &error);
    }
    for (uint32_t i = 0; i < count; i++) {
        at[0][i] = at[1][i] = (uint8_t)(count - 1 - i);
        const bool more_a = a->freqs[first + i] > 1, more_b = b->freqs[first + i] > 1;
        if (more_a || more_b)
            open[more_a && more_b ? WY_PAIR_BOTH : more_a ? WY_PAIR_FIRST : WY_PAIR_SECOND]++;
    }
    const bool several[2] = {open[WY_PAIR_FIRST] + open[WY_PAIR_BOTH] > 0,
                             open[WY_PAIR_SECOND] + open[WY_PAIR_BOTH] > 0};
    for (unsigned t = 0; t < 2; t++)
        if (several[t]) assert_ok(wy_positions_spread(&cursors[t], &error), &error);
    /* So far apart as some posting has them. */
    const uint32_t some = first + (uint32_t)wy_test_below(random, count);
    const uint32_t x = a->values[a->starts[some]], y = b->values[b->starts[some]];
    const uint32_t least = (uint32_t)wy_test_below(random, 3);
    const wy_positions_pair pair = {{&cursors[0], &cursors[1]},
                                    {least + (x > y ? x - y : 0), least + (y > x ? y - x : 0)}};
    const uint8_t *const places[2] = {at[0], at[1]};
    meeting->once(&pair, places, count, &both);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t place = first + at[0][i];
        if (a->freqs[place] == 1 && b->freqs[place] == 1)
            assert_int_equal(both.freqs[i], count_pairs(a, b, place, pair.offsets));
        else
            assert_int_equal(both.freqs[i], 0);
    }
    assert_memory_equal(both.open_count, open, sizeof open);
    meeting->pairs(&pair, places, &both);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t truth = count_pairs(a, b, first + at[0][i], pair.offsets);
        if (both.freqs[i] != WY_POSITIONS_UNKNOWN) assert_int_equal(both.freqs[i], truth);
        known += both.freqs[i] != WY_POSITIONS_UNKNOWN && truth > 0;
    }
    const size_t all = meeting->found(&both, count, numbers, freqs);
    for (uint32_t i = 0; i < count; i++) {
        if (both.freqs[i] == 0) continue;
        assert_int_equal(numbers[found], i);
        assert_int_equal(freqs[found++], both.freqs[i]);
    }
    assert_int_equal(found, all);
    for (unsigned t = 0; t < 2; t++) wy_positions_close(&cursors[t]);
    return known;
}

enum { PAIR_ROUNDS = 4 }; /* distances that are looked for in each block */

static void check_all_pairs(const wy_sealed *file, const term *terms, size_t count,
                            wy_test_random *random)
{
    const wy_positions_meeting *const all[3] = {&wy_positions_meeting_scalar,
                                                wy_positions_meeting_avx2(),
                                                wy_positions_meeting_avx512()};
    for (size_t f = 0; f < 3 && all[f]; f++) {
        size_t known = 0;
        for (size_t i = 0; i < count; i++) {
            const term *a = &terms[i];
            const term *b = &terms[i / SHAPES * SHAPES + wy_test_below(random, SHAPES)];
            for (uint32_t block = 0; block * WY_BLOCK < a->postings; block++)
                for (int round = 0; round < PAIR_ROUNDS; round++)
                    known += check_pairs(file, a, b, block, random, all[f]);
        }
        assert_true(known > 100);
    }
}

/* Of all postings one alone has several positions, and these are too far for its bound: what is in
 * the place of its steps is anything. */
static term make_far_term(uint32_t position)
{
    enum { POSTINGS = 20, FAR = 5 };
    term t = {.postings = POSTINGS,
              .docs = wy_test_alloc(POSTINGS * sizeof *t.docs),
              .freqs = wy_test_alloc(POSTINGS * sizeof *t.freqs),
              .lengths = wy_test_alloc(POSTINGS),
              .starts = wy_test_alloc(POSTINGS * sizeof *t.starts),
              .values = wy_test_alloc((POSTINGS + 1) * sizeof *t.values)};
    size_t at = 0;
    for (uint32_t i = 0; i < POSTINGS; i++) {
        t.docs[i] = i;
        t.lengths[i] = 40;
        t.freqs[i] = 1 + (i == FAR);
        t.starts[i] = at;
        t.values[at++] = i == FAR ? position + 1000000 : position;
        if (i == FAR) t.values[at++] = position + 2000000;
    }
    return t;
}

static void test_far_pairs(void **state)
{
    (void)state;
    const wy_positions_meeting *const all[3] = {&wy_positions_meeting_scalar,
                                                wy_positions_meeting_avx2(),
                                                wy_positions_meeting_avx512()};
    wy_test_random random = wy_test_random_of(5);
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    term terms[2] = {make_far_term(7), make_far_term(8)};
    wy_error error = {0};
    wy_positions_writer *writer;
    wy_sealed *file;
    wy_seal seal;
    assert_ok(wy_positions_create(env, &wy_mem_default, "a", &writer, &error), &error);
    for (int i = 0; i < 2; i++) assert_ok(add_term(writer, &terms[i], &error), &error);
    assert_ok(wy_positions_finish(writer, true, &seal, &error), &error);
    assert_ok(wy_positions_file_open(env, &wy_mem_default, "a", &seal, &file, &error), &error);
    for (int f = 0; f < 3 && all[f]; f++)
        for (int round = 0; round < 8; round++)
            assert_true(check_pairs(file, &terms[0], &terms[1], 0, &random, all[f]) > 0);
    for (int i = 0; i < 2; i++) free_term(&terms[i]);
    wy_sealed_close(file);
    wy_memory_env_free(memory);
}

static void test_terms(void **state)
{
    (void)state;
    const uint32_t counts[] = {1, 2, 50, 127, 128, 129, 256, 257, 1000, 5000};
    enum { COUNTS = sizeof counts / sizeof counts[0], TERMS = COUNTS * SHAPES };
    wy_test_random random = wy_test_random_of(1);
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error = {0};
    wy_positions_writer *writer;
    wy_seal seal;
    term terms[TERMS];

    assert_ok(wy_positions_create(env, &wy_mem_default, "a", &writer, &error), &error);
    uint64_t end = WY_SEALED_HEADER;
    for (size_t i = 0; i < TERMS; i++) {
        terms[i] = make_term(&random, (shape)(i % SHAPES), counts[i / SHAPES]);
        assert_ok(add_term(writer, &terms[i], &error), &error);
        assert_int_equal(terms[i].place.offset, end);
        end += terms[i].place.length;
    }
    assert_ok(wy_positions_finish(writer, true, &seal, &error), &error);

    wy_sealed *file;
    assert_ok(wy_positions_file_open(env, &wy_mem_default, "a", &seal, &file, &error), &error);
    const wy_codec *codecs[3] = {&wy_codec_scalar, wy_codec_avx2(), wy_codec_avx512()};
    for (size_t i = 0; i < TERMS; i++) {
        const term *t = &terms[i];
        for (size_t c = 0; c < 3 && codecs[c]; c++) {
            wy_positions cursor;
            memset(&cursor, 0xAA, sizeof cursor);
            assert_ok(wy_positions_open(&cursor, &wy_mem_default, file, t->place, t->postings,
                                        t->lengths, &error),
                      &error);
            cursor.codec = codecs[c];
            cursor.kernels = kernels_beside(codecs[c]);
            for (uint32_t j = 0; j < t->postings; j++) check_posting(&cursor, t, j);
            for (int k = 0; k < 20; k++) /* and in any order */
                check_posting(&cursor, t, (uint32_t)wy_test_below(&random, t->postings));
            wy_positions_close(&cursor);
            wy_positions_close(&cursor);
        }
    }
    check_all_pairs(file, terms, TERMS, &random);
    for (size_t i = 0; i < TERMS; i++) free_term(&terms[i]);
    wy_sealed_close(file);
    wy_memory_env_free(memory);
}

/* Looks for pairs in a chunk that may be anything. */
static void meet_itself(wy_positions *cursor, uint32_t count)
{
    const wy_positions_meeting *const all[3] = {&wy_positions_meeting_scalar,
                                                wy_positions_meeting_avx2(),
                                                wy_positions_meeting_avx512()};
    const wy_positions_pair pair = {{cursor, cursor}, {0, 1}};
    uint8_t at[WY_BLOCK + 16], numbers[WY_BLOCK + 8], freqs[WY_BLOCK + 8];
    const uint8_t *const places[2] = {at, at};
    for (uint32_t i = 0; i < count; i++) at[i] = (uint8_t)i;
    for (size_t f = 0; f < 3 && all[f]; f++) {
        wy_positions_both both;
        wy_error error = {0};
        all[f]->once(&pair, places, count, &both);
        if (both.open_count[WY_PAIR_BOTH] && wy_positions_spread(cursor, &error) != WY_OK) return;
        all[f]->pairs(&pair, places, &both);
        assert_true(all[f]->found(&both, count, numbers, freqs) <= count);
    }
}

/* Whatever the bytes are: positions ascend, and there are as many as the frequencies say. */
static void use_damaged(const wy_sealed *file, const term *t, wy_positions_place place,
                        const wy_codec *codec)
{
    wy_error error = {0};
    wy_positions cursor;
    int status =
        wy_positions_open(&cursor, &wy_mem_default, file, place, t->postings, t->lengths, &error);
    if (status != WY_OK) {
        assert_int_equal(status, WY_E_DAMAGED);
        return;
    }
    cursor.codec = codec;
    cursor.kernels = kernels_beside(codec);
    for (uint32_t i = 0; i < t->postings; i++) {
        const uint32_t block = i / WY_BLOCK, *found;
        uint32_t count;
        status = wy_positions_get(&cursor, block, t->docs + block * WY_BLOCK,
                                  t->freqs + block * WY_BLOCK, postings_of(t, block), i % WY_BLOCK,
                                  &found, &count, &error);
        if (status != WY_OK) {
            assert_int_equal(status, WY_E_DAMAGED);
            assert_string_equal(error.file, "a");
            i = block * WY_BLOCK + WY_BLOCK - 1; /* on with the next chunk */
            continue;
        }
        assert_int_equal(count, t->freqs[i]);
        for (uint32_t j = 1; j < count; j++) assert_true(found[j] > found[j - 1]);
        if (i % WY_BLOCK == 0) meet_itself(&cursor, postings_of(t, block));
    }
    wy_positions_close(&cursor);
}

static void with_payload(const uint8_t *payload, size_t length, const term *t,
                         wy_positions_place place)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error = {0};
    wy_sealed_writer *writer;
    wy_sealed *file;
    wy_seal seal;
    assert_ok(wy_sealed_create(env, &wy_mem_default, "a", WY_POSITIONS_KIND, WY_POSITIONS_VERSION,
                               &writer, &error),
              &error);
    assert_ok(wy_sealed_write(writer, payload, length, &error), &error);
    assert_ok(wy_sealed_finish(writer, false, &seal, &error), &error);
    assert_ok(wy_positions_file_open(env, &wy_mem_default, "a", &seal, &file, &error), &error);
    use_damaged(file, t, place, &wy_codec_scalar);
    if (wy_codec_avx2()) use_damaged(file, t, place, wy_codec_avx2());
    if (wy_codec_avx512()) use_damaged(file, t, place, wy_codec_avx512());
    wy_sealed_close(file);
    wy_memory_env_free(memory);
}

static uint8_t *payload_of(term *t)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_error error = {0};
    wy_positions_writer *writer;
    wy_seal seal;
    assert_ok(
        wy_positions_create(wy_memory_env_table(memory), &wy_mem_default, "a", &writer, &error),
        &error);
    assert_ok(add_term(writer, t, &error), &error);
    assert_ok(wy_positions_finish(writer, false, &seal, &error), &error);
    uint8_t *bytes = wy_memory_env_get(memory, "a", NULL);
    memmove(bytes, bytes + WY_SEALED_HEADER, (size_t)t->place.length);
    wy_memory_env_free(memory);
    return bytes;
}

static void test_damage(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(2);
    const struct {
        uint32_t postings;
        shape kind;
    } cases[] = {{1, SHORT},         {100, SHORT},    {128, ONES},
                 {300, HUGE_VALUES}, {700, ADJACENT}, {600, SHORT}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        term t = make_term(&random, cases[k].kind, cases[k].postings);
        uint8_t *payload = payload_of(&t);
        const size_t length = (size_t)t.place.length;
        for (size_t i = 0; i < length; i++) {
            const uint8_t flips[] = {0x01, 0x80, 0xFF, (uint8_t)(1 + wy_test_below(&random, 255))};
            for (size_t f = 0; f < sizeof flips; f++) {
                payload[i] ^= flips[f];
                with_payload(payload, length, &t, t.place);
                payload[i] ^= flips[f];
            }
        }
        uint8_t *noise = wy_test_alloc(length);
        for (int n = 0; n < 200; n++) {
            wy_test_fill(&random, noise, length);
            if (n % 2) memcpy(noise, payload, wy_test_below(&random, length));
            with_payload(noise, length, &t, t.place);
        }
        free(noise);
        for (uint64_t cut = 1; cut <= length; cut += 1 + length / 300) {
            with_payload(payload, length, &t, (wy_positions_place){t.place.offset, length - cut});
            with_payload(payload, length, &t,
                         (wy_positions_place){t.place.offset + cut, length - cut});
            with_payload(payload, length, &t, (wy_positions_place){t.place.offset, length + cut});
        }
        with_payload(payload, length, &t, (wy_positions_place){UINT64_MAX, UINT64_MAX});
        free(payload);
        free_term(&t);
    }
}

/* Frequencies that are not those of the term: too many, too few, impossible. */
static void test_other_freqs(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(3);
    term t = make_term(&random, SHORT, 200);
    uint8_t *payload = payload_of(&t);
    const uint32_t wrong[] = {0, 77, 400000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const uint32_t right = t.freqs[60];
        for (uint32_t j = 60; j < 60 + (i == 3 ? 60u : 1u); j++) t.freqs[j] = wrong[i];
        with_payload(payload, (size_t)t.place.length, &t, t.place);
        for (uint32_t j = 60; j < 60 + (i == 3 ? 60u : 1u); j++) t.freqs[j] = right;
    }
    free(payload);
    free_term(&t);
}

/* Wrong places are refused: a block, index or count that the term does not have. */
static void test_bounds(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(4);
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error = {0};
    wy_positions_writer *writer;
    wy_sealed *file;
    wy_seal seal;
    wy_positions cursor;
    const uint32_t *found;
    uint32_t count;
    term t = make_term(&random, SHORT, 200);
    assert_ok(wy_positions_create(env, &wy_mem_default, "a", &writer, &error), &error);
    assert_ok(add_term(writer, &t, &error), &error);
    assert_ok(wy_positions_finish(writer, false, &seal, &error), &error);
    assert_ok(wy_positions_file_open(env, &wy_mem_default, "a", NULL, &file, &error), &error);
    assert_status(WY_E_DAMAGED,
                  wy_positions_open(&cursor, &wy_mem_default, file, t.place, 0, t.lengths, &error),
                  &error);
    assert_ok(wy_positions_open(&cursor, &wy_mem_default, file, t.place, 200, t.lengths, &error),
              &error);
    const struct {
        uint32_t block, count, index;
    } wrong[] = {{2, 128, 0}, {0, 128, 128}, {0, 0, 0}, {0, 129, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_status(WY_E_DAMAGED,
                      wy_positions_get(&cursor, wrong[i].block, t.docs, t.freqs, wrong[i].count,
                                       wrong[i].index, &found, &count, &error),
                      &error);
    check_posting(&cursor, &t, 199);
    wy_positions_close(&cursor);
    wy_sealed_close(file);
    free_term(&t);
    wy_memory_env_free(memory);
}

/* Writes and reads with memory that fails once. */
static int write_and_read(const wy_env *env, const wy_mem *mem, term *t)
{
    wy_error error = {0};
    wy_positions_writer *writer;
    wy_sealed *file = NULL;
    wy_seal seal;
    wy_positions cursor = {0};
    const uint32_t *found;
    uint32_t count;
    int status = wy_positions_create(env, mem, "a", &writer, &error);
    if (status != WY_OK) return status;
    const int first = add_term(writer, t, &error);
    if (first != WY_OK) {
        wy_positions_place place;
        assert_int_equal(wy_positions_add(writer, 9, t->values, 1, &error), first);
        assert_int_equal(wy_positions_end(writer, &place, &error), first);
    }
    status = wy_positions_finish(writer, false, &seal, &error);
    if (first != WY_OK) assert_int_equal(status, first);
    if (status == WY_OK) status = wy_positions_file_open(env, mem, "a", &seal, &file, &error);
    if (status == WY_OK)
        status = wy_positions_open(&cursor, mem, file, t->place, t->postings, t->lengths, &error);
    if (status == WY_OK)
        status =
            wy_positions_get(&cursor, 0, t->docs, t->freqs, WY_BLOCK, 5, &found, &count, &error);
    wy_positions_close(&cursor);
    wy_sealed_close(file);
    return status;
}

static void test_memory(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(5);
    term t = make_term(&random, LONG, 2000);
    uint64_t nth = 1;
    for (bool failed = true; failed; nth++) {
        wy_memory_env *memory = wy_memory_env_make();
        wy_fault_mem mem;
        wy_fault_mem_init(&mem, nth);
        int status = write_and_read(wy_memory_env_table(memory), &mem.mem, &t);
        wy_fault_mem_check(&mem);
        failed = mem.failed;
        assert_int_equal(status, failed ? WY_E_NOMEM : WY_OK);
        wy_memory_env_free(memory);
    }
    assert_true(nth > 6);
    free_term(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),  cmocka_unit_test(test_far_pairs),
        cmocka_unit_test(test_damage), cmocka_unit_test(test_other_freqs),
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
