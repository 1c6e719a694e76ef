/*
 * unit/test_base_sealed.c: sealed files: what is written is read, and no damage passes.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "base/sealed.h"
#include "base/sealed_format.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"
#include "support/test.h"

static const char KIND[4] = {'T', 'E', 'S', 'T'};

enum { VERSION = 3 };

static wy_seal write_sealed(const wy_env *env, const char *path, const uint8_t *payload,
                            size_t length, size_t piece)
{
    wy_sealed_writer *writer;
    wy_error error;
    wy_seal seal;
    assert_ok(wy_sealed_create(env, &wy_mem_default, path, KIND, VERSION, &writer, &error), &error);
    for (size_t at = 0; at < length;) {
        size_t n = length - at < piece ? length - at : piece;
        assert_int_equal(wy_sealed_offset(writer), WY_SEALED_HEADER + at);
        assert_ok(wy_sealed_write(writer, payload + at, n, &error), &error);
        at += n;
    }
    assert_ok(wy_sealed_finish(writer, true, &seal, &error), &error);
    return seal;
}

static int open_sealed(const wy_env *env, const char *path, const wy_seal *expected,
                       wy_sealed **out, wy_error *error)
{
    return wy_sealed_open(env, &wy_mem_default, path, KIND, VERSION, expected, out, error);
}

/* A payload that differs everywhere. */
static uint8_t *make_payload(size_t length)
{
    uint8_t *payload = wy_test_alloc(length);
    wy_test_random random = wy_test_random_of(length);
    wy_test_fill(&random, payload, length);
    return payload;
}

/* ---- Round trips -------------------------------------------------------------------------- */

static void check_round_trip(size_t length, size_t piece)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    uint8_t *payload = make_payload(length);
    wy_seal seal = write_sealed(env, "file", payload, length, piece);
    wy_sealed *file;
    wy_error error;
    const uint8_t *view;

    assert_ok(open_sealed(env, "file", &seal, &file, &error), &error);
    assert_string_equal(wy_sealed_path(file), "file");
    assert_int_equal(wy_sealed_version(file), VERSION);
    assert_int_equal(wy_sealed_end(file), WY_SEALED_HEADER + length);
    assert_int_equal(wy_sealed_seal(file).size, seal.size);
    assert_true(wy_sealed_seal(file).root == seal.root);

    wy_test_random random = wy_test_random_of(piece);
    for (int i = 0; i < 50; i++) {
        size_t from = (size_t)wy_test_below(&random, length + 1);
        size_t n = (size_t)wy_test_below(&random, length - from + 1);
        assert_ok(wy_sealed_view(file, WY_SEALED_HEADER + from, n, &view, &error), &error);
        assert_memory_equal(view, payload + from, n);
        view += n; /* 16 readable bytes follow: a sanitizer sees it if they do not */
        volatile uint8_t sum = 0;
        for (int k = 0; k < 16; k++) sum = (uint8_t)(sum + view[k]);
    }
    uint64_t end = wy_sealed_end(file);
    assert_ok(wy_sealed_view(file, 0, end, &view, &error), &error);
    assert_ok(wy_sealed_view(file, end, 0, &view, &error), &error);
    assert_status(WY_E_DAMAGED, wy_sealed_view(file, end, 1, &view, &error), NULL);
    assert_status(WY_E_DAMAGED, wy_sealed_view(file, end + 1, 0, &view, &error), NULL);
    assert_status(WY_E_DAMAGED, wy_sealed_view(file, 16, UINT64_MAX, &view, &error), NULL);
    assert_status(WY_E_DAMAGED, wy_sealed_view(file, UINT64_MAX, 2, &view, &error), NULL);
    assert_ok(wy_sealed_verify(file, &error), &error);
    wy_sealed_close(file);
    free(payload);
    wy_memory_env_free(memory);
}

static void sealed_is_read_back(void **state)
{
    (void)state;
    static const size_t pieces[] = {SIZE_MAX, 1000, 16384, 65536, 65537};
    static const size_t sizes[] = {0, 1, 2, 100, 1000, 50000, 70000, 1100000};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            check_round_trip(sizes[s], pieces[p]);
        for (size_t chunks = 1; chunks <= 9; chunks++) {
            for (size_t more = 0; more <= 2; more++)
                check_round_trip(chunks * WY_SEALED_CHUNK - WY_SEALED_HEADER - 1 + more, pieces[p]);
        }
    }
    check_round_trip(64 * WY_SEALED_CHUNK + 5, 7); /* more than one word of bits */
}

static void put64(uint8_t *p, uint64_t value)
{
    for (int i = 0; i < 8; i++) p[i] = (uint8_t)(value >> 8 * i);
}

/* The bytes as sealed_format.h says, put together by hand. */
static void sealed_has_its_format(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    size_t length;
    write_sealed(wy_memory_env_table(memory), "file", (const uint8_t *)"payload", 7, 7);
    uint8_t *bytes = wy_memory_env_get(memory, "file", &length);
    assert_int_equal(length, 16 + 7 + 8 + 8 + 24);
    assert_memory_equal(bytes, "WENYUAN\x1aTEST\3\0\0\0payload", 23);
    uint8_t expected[40] = {0};
    put64(expected, wy_checksum(bytes, 23));
    put64(expected + 8, wy_checksum(expected, 8));
    put64(expected + 16, 23);
    put64(expected + 24, wy_checksum(expected + 8, 16));
    memcpy(expected + 32, "\x1aSEALED\n", 8);
    assert_memory_equal(bytes + 23, expected, 40);
    free(bytes);
    wy_memory_env_free(memory);
}

/* More than one group of sums: a flipped byte is found wherever it is, and only where it is. */
static void groups_of_sums_are_apart(void **state)
{
    (void)state;
    const size_t chunks = WY_SEALED_GROUP + 3;
    const size_t size = chunks * WY_SEALED_CHUNK - WY_SEALED_HEADER;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    uint8_t *payload = make_payload(size);
    size_t length;
    write_sealed(env, "file", payload, size, 1 << 20);
    uint8_t *bytes = wy_memory_env_get(memory, "file", &length);
    assert_int_equal(length, chunks * WY_SEALED_CHUNK + chunks * 8 + 2 * 8 + WY_SEALED_FOOTER);
    const size_t sums = chunks * WY_SEALED_CHUNK, bad = sums + 8 * WY_SEALED_GROUP + 5;
    bytes[bad] ^= 4; /* in the second group */
    wy_memory_env_set(memory, "file", bytes, length);
    wy_sealed *file;
    const uint8_t *view;
    wy_error error;
    assert_ok(open_sealed(env, "file", NULL, &file, &error), &error);
    assert_ok(wy_sealed_view(file, 16, 5 * WY_SEALED_CHUNK, &view, &error), &error);
    const uint64_t second = (uint64_t)WY_SEALED_GROUP * WY_SEALED_CHUNK;
    assert_status(WY_E_DAMAGED, wy_sealed_view(file, second, 1, &view, &error), NULL);
    assert_int_equal(error.offset, sums + 8 * WY_SEALED_GROUP);
    assert_ok(wy_sealed_view(file, second - 1, 1, &view, &error), &error);
    assert_status(WY_E_DAMAGED, wy_sealed_verify(file, &error), NULL);
    wy_sealed_close(file);
    free(bytes);
    free(payload);
    wy_memory_env_free(memory);
}

/* ---- Damage ------------------------------------------------------------------------------- */

/* Whether open, or verify after it, finds damage. Any other failure fails the test. */
static bool is_found(const wy_env *env, const wy_seal *expected)
{
    wy_sealed *file;
    wy_error error;
    int status = open_sealed(env, "file", expected, &file, &error);
    if (status == WY_OK) {
        status = wy_sealed_verify(file, &error);
        wy_sealed_close(file);
    }
    if (status == WY_OK) return false;
    assert_status(WY_E_DAMAGED, status, &error);
    assert_string_equal(error.file, "file");
    assert_true(error.reason[0] != '\0');
    return true;
}

static void any_flipped_byte_is_found(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    uint8_t *payload = make_payload(500);
    size_t length;
    write_sealed(env, "file", payload, 500, 500);
    uint8_t *bytes = wy_memory_env_get(memory, "file", &length);
    for (size_t at = 0; at < length; at++) {
        for (int bit = 0; bit < 9; bit++) {
            uint8_t mask = (uint8_t)(bit < 8 ? 1 << bit : 0xFF);
            bytes[at] ^= mask;
            wy_memory_env_set(memory, "file", bytes, length);
            if (!is_found(env, NULL)) fail_msg("byte %zu changed by %02x passes", at, mask);
            bytes[at] ^= mask;
        }
    }
    free(bytes);
    free(payload);
    wy_memory_env_free(memory);
}

static void any_truncation_is_found(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 300, WY_SEALED_CHUNK + 100};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        wy_memory_env *memory = wy_memory_env_make();
        const wy_env *env = wy_memory_env_table(memory);
        uint8_t *payload = make_payload(sizes[s]);
        size_t length;
        write_sealed(env, "file", payload, sizes[s], sizes[s]);
        uint8_t *bytes = wy_memory_env_get(memory, "file", &length);
        size_t step = length > 1000 ? 97 : 1;
        for (size_t shorter = 0; shorter < length; shorter += step) {
            wy_memory_env_set(memory, "file", bytes, shorter);
            assert_true(is_found(env, NULL));
        }
        bytes = wy_test_realloc(bytes, length + 1); /* longer is as wrong */
        bytes[length] = 0;
        wy_memory_env_set(memory, "file", bytes, length + 1);
        assert_true(is_found(env, NULL));
        free(bytes);
        free(payload);
        wy_memory_env_free(memory);
    }
}

/* Damage in one chunk: the others can be read, and what lies in it cannot. */
static void damage_is_found_where_it_is(void **state)
{
    (void)state;
    enum { CHUNKS = 70, BAD = 66 };
    const size_t size = CHUNKS * (size_t)WY_SEALED_CHUNK;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    uint8_t *payload = make_payload(size);
    size_t length;
    wy_seal seal = write_sealed(env, "file", payload, size, size);
    uint8_t *bytes = wy_memory_env_get(memory, "file", &length);
    bytes[BAD * WY_SEALED_CHUNK + 77] ^= 0x10;
    wy_memory_env_set(memory, "file", bytes, length);

    wy_sealed *file;
    wy_error error;
    const uint8_t *view;
    const uint64_t bad = BAD * (uint64_t)WY_SEALED_CHUNK, after = bad + WY_SEALED_CHUNK;
    assert_ok(open_sealed(env, "file", &seal, &file, &error), &error);
    assert_ok(wy_sealed_view(file, 16, bad - 16, &view, &error), &error);
    assert_ok(wy_sealed_view(file, after, wy_sealed_end(file) - after, &view, &error), &error);
    for (int again = 0; again < 2; again++) {
        assert_status(WY_E_DAMAGED, wy_sealed_view(file, bad, 1, &view, &error), NULL);
        assert_int_equal(error.offset, bad);
        assert_status(WY_E_DAMAGED, wy_sealed_view(file, after - 1, 5, &view, NULL), NULL);
        assert_status(WY_E_DAMAGED, wy_sealed_view(file, 16, after, &view, &error), NULL);
        assert_status(WY_E_DAMAGED, wy_sealed_verify(file, &error), NULL);
        assert_ok(wy_sealed_view(file, after, 100, &view, &error), &error);
    }
    assert_int_equal(wy_sealed_damaged(file, 99, &error, "no sense"), WY_E_DAMAGED);
    assert_string_equal(error.reason, "no sense");
    assert_string_equal(error.file, "file");
    assert_int_equal(error.offset, 99);
    wy_sealed_close(file);
    free(bytes);
    free(payload);
    wy_memory_env_free(memory);
}

/* Puts a file there that somebody made who means harm: `content`, a right sum for the one chunk
 * that its first `summed` bytes are, then `extra` zeros, the right top of that sum, and a footer
 * that gives `body` and has the root that is right if `extra` is not noticed. */
static void forge(wy_memory_env *memory, const void *content, size_t summed, size_t extra,
                  uint64_t body)
{
    uint8_t file[256] = {0}, *p = file + summed;
    memcpy(file, content, summed);
    put64(p, wy_checksum(file, summed));
    uint8_t *top = p + 8 + extra, *footer = top + 8;
    put64(top, wy_checksum(p, 8));
    put64(footer, body);
    put64(footer + 8, wy_checksum(top, 16));
    memcpy(footer + 16, WY_SEALED_END, 8);
    wy_memory_env_set(memory, "file", file, (size_t)(footer + WY_SEALED_FOOTER - file));
}

/* A body of nearly 2^64 bytes whose sums would, modulo 2^64, just fit before the footer. */
static uint64_t overflowing_body(uint64_t footer_at)
{
    const uint64_t near = UINT64_MAX / (WY_SEALED_CHUNK + 8);
    for (uint64_t chunks = near - 4; chunks <= near + 4; chunks++) {
        uint64_t body = footer_at - chunks * 8;
        if ((body - 1) / WY_SEALED_CHUNK + 1 == chunks) return body;
    }
    return 0;
}

static void forged_files_are_refused(void **state)
{
    (void)state;
    static const char good[] = "WENYUAN\x1aTEST\3\0\0\0payload!";
    const size_t length = sizeof good - 1;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    forge(memory, good, length, 0, length);
    assert_false(is_found(env, NULL)); /* the forger knows the trade */

    static const uint64_t bodies[] = {0,
                                      1,
                                      8,
                                      15,
                                      16,
                                      17,
                                      23,
                                      25,
                                      32,
                                      40,
                                      48,
                                      56,
                                      64,
                                      UINT64_MAX,
                                      UINT64_MAX - 7,
                                      UINT64_MAX - 31,
                                      UINT64_C(1) << 63,
                                      UINT64_C(1) << 61};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        forge(memory, good, length, 0, bodies[i]);
        assert_true(is_found(env, NULL));
    }
    uint64_t body = overflowing_body(length + 8);
    assert_true(body > 0);
    forge(memory, good, length, 0, body);
    assert_true(is_found(env, NULL));
    for (size_t extra = 8; extra <= 64; extra += 8) {
        forge(memory, good, length, extra, length);
        assert_true(is_found(env, NULL));
    }
    for (size_t shorter = 0; shorter < WY_SEALED_HEADER; shorter++) {
        forge(memory, good, shorter, 0, shorter);
        assert_true(is_found(env, NULL));
    }
    forge(memory, "WENYUAN\x1bTEST\3\0\0\0payload!", length, 0, length);
    assert_true(is_found(env, NULL));
    forge(memory, "WENYUAN\x1aTEST\0\0\0\0payload!", length, 0, length);
    assert_true(is_found(env, NULL));
    wy_memory_env_free(memory);
}

static void another_file_is_refused(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_sealed *file;
    wy_error error;
    wy_seal seal = write_sealed(env, "file", (const uint8_t *)"one", 3, 3);
    wy_seal other = write_sealed(env, "other", (const uint8_t *)"two", 3, 3);
    assert_int_equal(seal.size, other.size);
    assert_true(seal.root != other.root);

    assert_status(WY_E_DAMAGED, open_sealed(env, "file", &other, &file, &error), NULL);
    wy_seal longer = {seal.size + 1, seal.root};
    assert_status(WY_E_DAMAGED, open_sealed(env, "file", &longer, &file, &error), NULL);
    assert_status(WY_E_NOT_FOUND, open_sealed(env, "none", NULL, &file, &error), NULL);
    assert_string_equal(error.file, "none");
    assert_status(
        WY_E_DAMAGED,
        wy_sealed_open(env, &wy_mem_default, "file", "KIND", VERSION, NULL, &file, &error), NULL);
    assert_status(
        WY_E_VERSION,
        wy_sealed_open(env, &wy_mem_default, "file", KIND, VERSION - 1, NULL, &file, &error), NULL);
    assert_non_null(strstr(error.reason, "version 3 of TEST is newer than this library"));
    assert_status(
        WY_E_VERSION,
        wy_sealed_open(env, &wy_mem_default, "file", KIND, VERSION + 1, NULL, &file, &error), NULL);
    assert_non_null(strstr(error.reason, "version 3 of TEST is older than this library"));
    assert_ok(
        wy_sealed_open(env, &wy_mem_default, "file", KIND, WY_SEALED_ANY, NULL, &file, &error),
        &error);
    assert_int_equal(wy_sealed_version(file), VERSION);
    wy_sealed_close(file);
    wy_memory_env_free(memory);
}

/* What is left of a damaged file is not read as something that it never was. */
static void damaged_is_still_of_its_kind(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    const wy_mem *mem = &wy_mem_default;
    const size_t length = 3 * WY_SEALED_CHUNK;
    uint8_t *payload = make_payload(length);
    wy_sealed *file;
    wy_error error;
    const uint8_t *view;
    write_sealed(env, "file", payload, length, length);
    size_t size;
    uint8_t *bytes = wy_memory_env_get(memory, "file", &size);
    bytes[size - 1] ^= 1; /* the footer */
    wy_memory_env_set(memory, "file", bytes, size);
    assert_status(WY_E_DAMAGED, open_sealed(env, "file", NULL, &file, &error), NULL);
    assert_status(WY_E_VERSION,
                  wy_sealed_open_damaged(env, mem, "file", KIND, VERSION + 1, 0, &file, &error),
                  NULL);
    assert_status(WY_E_VERSION,
                  wy_sealed_open_damaged(env, mem, "file", KIND, VERSION - 1, 0, &file, &error),
                  NULL);
    assert_status(WY_E_DAMAGED,
                  wy_sealed_open_damaged(env, mem, "file", "KIND", VERSION, 0, &file, &error),
                  NULL);
    assert_non_null(strstr(error.reason, "not of kind KIND"));
    assert_ok(wy_sealed_open_damaged(env, mem, "file", KIND, VERSION, 0, &file, &error), &error);
    assert_ok(wy_sealed_view(file, WY_SEALED_HEADER, 100, &view, &error), &error);
    assert_memory_equal(view, payload, 100);
    wy_sealed_close(file);

    /* Where the header's own chunk is damaged nothing says what it is: the rest is still read. */
    bytes[9] ^= 1;
    wy_memory_env_set(memory, "file", bytes, size);
    assert_ok(wy_sealed_open_damaged(env, mem, "file", KIND, VERSION, 0, &file, &error), &error);
    assert_int_equal(wy_sealed_version(file), VERSION);
    assert_status(WY_E_DAMAGED, wy_sealed_view(file, WY_SEALED_HEADER, 100, &view, &error), NULL);
    assert_ok(wy_sealed_view(file, 2 * WY_SEALED_CHUNK, 100, &view, &error), &error);
    assert_memory_equal(view, payload + 2 * WY_SEALED_CHUNK - WY_SEALED_HEADER, 100);
    wy_sealed_close(file);
    free(bytes);
    free(payload);
    wy_memory_env_free(memory);
}

/* ---- Threads ------------------------------------------------------------------------------ */

typedef struct reader_thread {
    pthread_t thread;
    const wy_sealed *file;
    const uint8_t *payload;
    size_t length;
    uint64_t stream;
    size_t wrong;
} reader_thread;

static void *read_here_and_there(void *argument)
{
    reader_thread *me = argument;
    wy_test_random random = wy_test_random_of(me->stream);
    for (int i = 0; i < 400; i++) {
        size_t from = (size_t)wy_test_below(&random, me->length);
        size_t limit = i % 10 ? 3000 : me->length;
        size_t n = (size_t)wy_test_below(&random, limit);
        n = n < me->length - from ? n : me->length - from;
        const uint8_t *view;
        if (wy_sealed_view(me->file, WY_SEALED_HEADER + from, n, &view, NULL) != WY_OK ||
            memcmp(view, me->payload + from, n) != 0)
            me->wrong++;
    }
    return NULL;
}

static void many_threads_read_one_file(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    const size_t length = 3000000;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    uint8_t *payload = make_payload(length);
    wy_seal seal = write_sealed(env, "file", payload, length, length);
    wy_sealed *file;
    wy_error error;
    assert_ok(open_sealed(env, "file", &seal, &file, &error), &error);
    wy_test_seed(); /* is found out once, before there are threads */

    reader_thread threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] =
            (reader_thread){.file = file, .payload = payload, .length = length, .stream = i};
        assert_int_equal(pthread_create(&threads[i].thread, NULL, read_here_and_there, &threads[i]),
                         0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
        assert_int_equal(threads[i].wrong, 0);
    }
    wy_sealed_close(file);
    free(payload);
    wy_memory_env_free(memory);
}

/* ---- Failures ----------------------------------------------------------------------------- */

/* Writes, seals, opens, reads: the first status that is not WY_OK. */
static int do_it_all(const wy_env *env, const wy_mem *mem, const uint8_t *payload, size_t length,
                     wy_error *error)
{
    wy_sealed_writer *writer;
    wy_seal seal;
    int status = wy_sealed_create(env, mem, "file", KIND, VERSION, &writer, error);
    if (status != WY_OK) return status;
    int first = WY_OK;
    for (size_t at = 0; at < length; at += 1000) {
        status = wy_sealed_write(writer, payload + at, 1000, error);
        assert_true(first == WY_OK || status == first); /* sticks */
        first = status;
    }
    status = wy_sealed_finish(writer, true, &seal, error);
    assert_true(first == WY_OK || status == first);
    if (status != WY_OK) return status;

    wy_sealed *file;
    const uint8_t *view;
    status = wy_sealed_open(env, mem, "file", KIND, VERSION, &seal, &file, error);
    if (status == WY_OK) {
        status = wy_sealed_view(file, WY_SEALED_HEADER, length, &view, error);
        wy_sealed_close(file);
    }
    return status;
}

static void sealed_survives_no_memory(void **state)
{
    (void)state;
    const size_t length = 300000;
    uint8_t *payload = make_payload(length);
    for (uint64_t nth = 1;; nth++) {
        wy_memory_env *disk = wy_memory_env_make();
        wy_fault_mem memory;
        wy_error error;
        wy_fault_mem_init(&memory, nth);
        int status = do_it_all(wy_memory_env_table(disk), &memory.mem, payload, length, &error);
        wy_fault_mem_check(&memory);
        assert_status(memory.failed ? WY_E_NOMEM : WY_OK, status, &error);
        wy_memory_env_free(disk);
        if (!memory.failed) {
            assert_true(nth > 4);
            break;
        }
    }
    free(payload);
}

static void sealed_reports_what_the_disk_says(void **state)
{
    (void)state;
    const size_t length = 300000;
    uint8_t *payload = make_payload(length);
    for (uint64_t nth = 1;; nth++) {
        wy_memory_env *disk = wy_memory_env_make();
        wy_fault_mem memory;
        wy_fault_env fault;
        wy_error error;
        wy_fault_mem_init(&memory, 0);
        wy_fault_env_init(&fault, wy_memory_env_table(disk));
        wy_fault_env_arm(&fault, WY_CALL_ANY, nth, false, ENOSPC);
        int status = do_it_all(&fault.env, &memory.mem, payload, length, &error);
        wy_fault_mem_check(&memory);
        assert_status(fault.failed ? WY_E_IO : WY_OK, status, &error);
        wy_memory_env_free(disk);
        if (!fault.failed) {
            assert_int_equal(nth, 1 + fault.calls[WY_CALL_ANY]);
            assert_int_equal(fault.calls[WY_CALL_SYNC], 1);
            break;
        }
        assert_int_equal(error.system, ENOSPC);
    }
    free(payload);
}

static void sealed_may_be_abandoned(void **state)
{
    (void)state;
    wy_memory_env *disk = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(disk);
    wy_sealed_writer *writer;
    wy_sealed *file;
    wy_error error;
    wy_sealed_abandon(NULL);
    wy_sealed_close(NULL);
    assert_ok(wy_sealed_create(env, &wy_mem_default, "file", KIND, 1, &writer, &error), &error);
    assert_status(WY_E_EXISTS,
                  wy_sealed_create(env, &wy_mem_default, "file", KIND, 1, &writer, &error), NULL);
    assert_ok(wy_sealed_write(writer, "half", 4, &error), &error);
    wy_sealed_abandon(writer);
    assert_status(WY_E_DAMAGED, open_sealed(env, "file", NULL, &file, &error), NULL);
    wy_memory_env_free(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_is_read_back),
        cmocka_unit_test(sealed_has_its_format),
        cmocka_unit_test(groups_of_sums_are_apart),
        cmocka_unit_test(any_flipped_byte_is_found),
        cmocka_unit_test(any_truncation_is_found),
        cmocka_unit_test(damage_is_found_where_it_is),
        cmocka_unit_test(forged_files_are_refused),
        cmocka_unit_test(another_file_is_refused),
        cmocka_unit_test(damaged_is_still_of_its_kind),
        cmocka_unit_test(many_threads_read_one_file),
        cmocka_unit_test(sealed_survives_no_memory),
        cmocka_unit_test(sealed_reports_what_the_disk_says),
        cmocka_unit_test(sealed_may_be_abandoned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
