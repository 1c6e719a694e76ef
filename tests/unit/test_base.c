/*
 * unit/test_base.c: errors, memory, arena, buffer and reader, UTF-8, string map, checksum.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/beside.h"
#include "base/buf.h"
#include "base/checksum.h"
#include "base/cpu.h"
#include "base/env.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/reader.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "support/fault_mem.h"
#include "support/test.h"

/* ---- Errors ------------------------------------------------------------------------------- */

static void error_is_filled_in(void **state)
{
    (void)state;
    wy_error error;
    memset(&error, 0xFF, sizeof error);
    assert_int_equal(wy_fail(&error, WY_E_DAMAGED, "a/b", 42, "%d of %s", 7, "them"), WY_E_DAMAGED);
    assert_int_equal(error.code, WY_E_DAMAGED);
    assert_int_equal(error.system, 0);
    assert_int_equal(error.offset, 42);
    assert_string_equal(error.file, "a/b");
    assert_string_equal(error.reason, "7 of them");
    assert_int_equal(wy_fail(NULL, WY_E_LIMIT, NULL, 0, "nobody listens"), WY_E_LIMIT);
    assert_int_equal(wy_fail_memory(&error), WY_E_NOMEM);
    assert_string_equal(error.file, "");
    assert_true(error.offset == WY_NO_OFFSET);

    /* Wrapping an error in itself. */
    wy_fail(&error, WY_E_IO, "path", 0, "inside");
    wy_fail(&error, WY_E_IO, error.file, 0, "outside of %s", error.reason);
    assert_string_equal(error.file, "path");
    assert_string_equal(error.reason, "outside of inside");
}

static void error_of_the_system(void **state)
{
    (void)state;
    static const struct {
        int system, status;
    } cases[] = {
        {ENOENT, WY_E_NOT_FOUND}, {ENOTDIR, WY_E_NOT_FOUND},
        {EEXIST, WY_E_EXISTS},    {ENOMEM, WY_E_NOMEM},
        {EIO, WY_E_IO},           {ENOSPC, WY_E_IO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_error error;
        assert_int_equal(wy_fail_system(&error, cases[i].system, "x", "cannot try"),
                         cases[i].status);
        assert_int_equal(error.system, cases[i].system);
        char *expected = wy_test_format("cannot try: %s", strerror(cases[i].system));
        assert_string_equal(error.reason, expected);
        free(expected);
    }
}

static void error_cuts_paths_in_front(void **state)
{
    (void)state;
    const size_t room = sizeof((wy_error *)0)->file - 1;
    char path[2048];
    wy_error error;

    for (size_t ascii = 0; ascii < 8; ascii++) { /* moves the cut through a character */
        char *p = path;
        for (int i = 0; i < 300; i++, p += 3) memcpy(p, "渊", 3);
        memset(p, 'e', ascii);
        p[ascii] = '\0';
        wy_fail(&error, WY_E_IO, path, 0, "x");
        size_t length = strlen(error.file), whole = strlen(path);
        assert_true(length <= room && length > room - 3);
        assert_string_equal(error.file, path + whole - length);
        assert_int_equal(wy_utf8_valid(error.file, length), length);
    }
    memset(path, 'a', room);
    path[room] = '\0';
    wy_fail(&error, WY_E_IO, path, 0, "x");
    assert_string_equal(error.file, path); /* it just fits */
    memset(path, 0x80, 600);               /* not UTF-8: what can be kept is kept */
    path[600] = '\0';
    wy_fail(&error, WY_E_IO, path, 0, "x");
    assert_int_equal(strlen(error.file), room - 3);
}

static void error_cuts_reasons_behind(void **state)
{
    (void)state;
    char text[1024];
    wy_error error;
    for (size_t ascii = 0; ascii < 8; ascii++) {
        memset(text, 'e', ascii);
        for (size_t at = ascii; at + 4 < sizeof text; at += 4) memcpy(text + at, "𠀀", 5);
        wy_fail(&error, WY_E_IO, NULL, 0, "%s", text);
        size_t length = strlen(error.reason);
        assert_true(length > sizeof error.reason - 5);
        assert_int_equal(wy_utf8_valid(error.reason, length), length);
    }
}

static void statuses_have_names(void **state)
{
    (void)state;
    for (int a = 0; a <= WY_E_INTERNAL; a++) {
        assert_string_not_equal(wy_status_name(a), wy_status_name(-1));
        for (int b = 0; b < a; b++) assert_string_not_equal(wy_status_name(a), wy_status_name(b));
    }
    assert_non_null(wy_status_name(12345));
}

/* ---- Memory ------------------------------------------------------------------------------- */

static void memory_grows_by_half(void **state)
{
    (void)state;
    wy_fault_mem memory;
    wy_fault_mem_init(&memory, 0);
    uint32_t *list = NULL;
    size_t capacity = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        assert_true(wy_grow(&memory.mem, &list, &capacity, i + 1, sizeof *list));
        list[i] = i;
    }
    for (uint32_t i = 0; i < 100000; i++) assert_int_equal(list[i], i);
    assert_true(memory.calls < 40);
    assert_true(capacity <= 150000);

    size_t before = capacity;
    assert_false(wy_grow(&memory.mem, &list, &capacity, SIZE_MAX / 2, sizeof *list));
    memory.fail_at = memory.calls + 1;
    assert_false(wy_grow(&memory.mem, &list, &capacity, capacity + 1, sizeof *list));
    assert_int_equal(capacity, before);
    assert_int_equal(list[99999], 99999);
    wy_free(&memory.mem, list);
    wy_fault_mem_check(&memory);
}

static void memory_edges(void **state)
{
    (void)state;
    const wy_mem *mem = wy_mem_or_default(NULL);
    assert_ptr_equal(mem, &wy_mem_default);
    assert_ptr_equal(wy_mem_or_default(mem), mem);
    void *nothing = wy_alloc(mem, 0);
    assert_non_null(nothing);
    nothing = wy_realloc(mem, nothing, 0);
    assert_non_null(nothing);
    wy_free(mem, nothing);
    wy_free(mem, NULL);
    assert_null(wy_alloc_array(mem, SIZE_MAX / 4, 8));
    assert_null(wy_strndup(mem, "x", SIZE_MAX));
    char *copy = wy_strndup(mem, NULL, 0);
    assert_string_equal(copy, "");
    wy_free(mem, copy);
    uint8_t *zeros = wy_calloc(mem, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(zeros[i], 0);
    wy_free(mem, zeros);
}

static void paths_are_joined(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}, {"a", "", "a/"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = wy_path_join(&wy_mem_default, cases[i][0], cases[i][1]);
        assert_string_equal(path, cases[i][2]);
        wy_free(&wy_mem_default, path);
    }
}

static void fault_memory_sees_leaks(void **state)
{
    (void)state;
    wy_fault_mem memory;
    wy_fault_mem_init(&memory, 2);
    void *first = wy_alloc(&memory.mem, 100);
    assert_non_null(first);
    assert_false(memory.failed);
    assert_null(wy_alloc(&memory.mem, 1));
    assert_true(memory.failed);
    void *third = wy_alloc(&memory.mem, 50);
    assert_non_null(third); /* fails once */
    assert_int_equal(memory.blocks, 2);
    assert_int_equal(memory.bytes, 150);
    wy_free(&memory.mem, first);
    third = wy_realloc(&memory.mem, third, 60);
    assert_int_equal(memory.peak, 150);
    assert_int_equal(memory.bytes, 60);
    wy_free(&memory.mem, third);
    wy_fault_mem_check(&memory);
}

/* ---- Arena -------------------------------------------------------------------------------- */

static void arena_gives_what_is_not_given(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    wy_fault_mem memory;
    wy_fault_mem_init(&memory, 0);
    wy_test_random random = wy_test_random_of(1);
    wy_arena arena;
    wy_arena_init(&arena, &memory.mem);
    for (int round = 0; round < 3; round++) {
        uint8_t *blocks[COUNT];
        size_t sizes[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            sizes[i] = (size_t)wy_test_below(&random, i % 100 == 0 ? 20000 : 100);
            if (i % 3 == 0) {
                char text[128];
                memset(text, (int)(i & 0xFF), sizeof text);
                sizes[i] %= sizeof text;
                blocks[i] = (uint8_t *)wy_arena_strndup(&arena, text, sizes[i]);
                assert_int_equal(blocks[i][sizes[i]], 0);
            } else {
                blocks[i] = wy_arena_alloc(&arena, sizes[i]);
                assert_int_equal((uintptr_t)blocks[i] % 16, 0);
                memset(blocks[i], (int)(i & 0xFF), sizes[i]);
            }
        }
        for (size_t i = 0; i < COUNT; i++) {
            for (size_t j = 0; j < sizes[i]; j++) assert_int_equal(blocks[i][j], i & 0xFF);
        }
        assert_int_equal(arena.reserved, memory.bytes);
        wy_arena_reset(&arena);
        assert_int_equal(arena.reserved, memory.bytes);
        assert_int_equal(memory.blocks, 1);
    }
    assert_null(wy_arena_alloc(&arena, SIZE_MAX));
    assert_null(wy_arena_alloc(&arena, SIZE_MAX - 20));
    assert_null(wy_arena_strndup(&arena, "x", SIZE_MAX));
    wy_arena_free(&arena);
    assert_int_equal(arena.reserved, 0);
    wy_fault_mem_check(&memory);
}

/* The first block is a spare one, which the next arena finds as it was left; what is too large for
 * it, or comes behind it, is not. No more are kept than is said. */
static void arena_begins_with_a_spare(void **state)
{
    (void)state;
    wy_fault_mem memory;
    wy_fault_mem_init(&memory, 0);
    wy_spares spares;
    assert_true(wy_spares_init(&spares, &memory.mem));
    wy_arena arenas[WY_SPARES_KEPT + 2];
    const size_t count = sizeof arenas / sizeof *arenas;
    uint8_t few[64];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < count; i++) {
            wy_arena *arena = &arenas[i];
            wy_arena_init_with(arena, &memory.mem, few, sizeof few);
            wy_arena_use(arena, &spares);
            uint8_t *block = wy_arena_alloc(arena, WY_SPARE_SIZE / 2);
            assert_int_equal(arena->reserved, WY_SPARE_SIZE);
            memset(block, (int)i, WY_SPARE_SIZE / 2);
            block = wy_arena_alloc(arena, WY_SPARE_SIZE - 1000);
            memset(block, (int)i, WY_SPARE_SIZE - 1000);
            assert_in_range(arena->reserved, 2 * WY_SPARE_SIZE - 1000, 2 * WY_SPARE_SIZE);
        }
        const uint64_t taken = memory.blocks;
        for (size_t i = 0; i < count; i++) {
            wy_arena_reset(&arenas[i]);
            assert_int_equal(arenas[i].reserved, 0);
            wy_arena_free(&arenas[i]);
        }
        assert_int_equal(taken, 2 * count);
        assert_int_equal(memory.blocks, WY_SPARES_KEPT);
        assert_int_equal(memory.bytes, WY_SPARES_KEPT * WY_SPARE_SIZE);
    }
    wy_arena_init(&arenas[0], &memory.mem);
    wy_arena_use(&arenas[0], &spares);
    wy_arena_alloc(&arenas[0], WY_SPARE_SIZE); /* with what the arena adds it does not fit */
    assert_int_equal(memory.blocks, WY_SPARES_KEPT + 1);
    wy_arena_free(&arenas[0]);
    wy_spares_destroy(&spares);
    wy_fault_mem_check(&memory);
}

static void arena_survives_a_failure(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_fault_mem_init(&memory, nth);
        wy_arena arena;
        wy_arena_init(&arena, &memory.mem);
        int failures = 0;
        for (int i = 0; i < 1000; i++) {
            void *block = wy_arena_alloc(&arena, 100);
            if (block)
                memset(block, i, 100);
            else
                failures++;
        }
        assert_int_equal(failures, memory.failed);
        wy_arena_free(&arena);
        wy_fault_mem_check(&memory);
        if (!memory.failed) break;
    }
}

/* ---- Buffer and reader -------------------------------------------------------------------- */

static const uint64_t VARINTS[] = {0,
                                   1,
                                   0x7F,
                                   0x80,
                                   0x3FFF,
                                   0x4000,
                                   0x1FFFFF,
                                   0x200000,
                                   0xFFFFFFF,
                                   0x10000000,
                                   UINT32_MAX,
                                   UINT64_C(1) << 32,
                                   UINT64_C(1) << 35,
                                   (UINT64_C(1) << 56) - 1,
                                   UINT64_C(1) << 56,
                                   (UINT64_C(1) << 63) - 1,
                                   UINT64_C(1) << 63,
                                   UINT64_MAX};

enum { VARINT_COUNT = sizeof VARINTS / sizeof *VARINTS };

static void write_sample(wy_buf *buf)
{
    wy_buf_u8(buf, 0xFE);
    wy_buf_u16(buf, 0xFEDC);
    wy_buf_u32(buf, 0xFEDCBA98);
    wy_buf_u64(buf, UINT64_C(0xFEDCBA9876543210));
    for (size_t i = 0; i < VARINT_COUNT; i++) wy_buf_varint(buf, VARINTS[i]);
    wy_buf_string(buf, "文渊阁", 9);
    wy_buf_string(buf, NULL, 0);
    wy_buf_bytes(buf, "end", 3);
}

/* Reads the sample; true where all of it was there. */
static bool read_sample(wy_reader *r)
{
    uint8_t a = wy_reader_u8(r);
    uint16_t b = wy_reader_u16(r);
    uint32_t c = wy_reader_u32(r);
    uint64_t d = wy_reader_u64(r);
    if (r->bad) return false;
    assert_int_equal(a, 0xFE);
    assert_int_equal(b, 0xFEDC);
    assert_int_equal(c, 0xFEDCBA98);
    assert_true(d == UINT64_C(0xFEDCBA9876543210));
    for (size_t i = 0; i < VARINT_COUNT; i++) {
        uint64_t v = wy_reader_varint(r);
        if (r->bad) return false;
        assert_true(v == VARINTS[i]);
    }
    size_t length, none;
    const uint8_t *text = wy_reader_string(r, &length), *empty = wy_reader_string(r, &none);
    const uint8_t *end = wy_reader_bytes(r, 3);
    if (r->bad) {
        assert_null(end);
        return false;
    }
    assert_int_equal(length, 9);
    assert_memory_equal(text, "文渊阁", 9);
    assert_non_null(empty);
    assert_int_equal(none, 0);
    assert_memory_equal(end, "end", 3);
    return true;
}

static void buffer_is_read_back(void **state)
{
    (void)state;
    wy_buf buf;
    wy_buf_init(&buf, &wy_mem_default);
    write_sample(&buf);
    assert_false(buf.failed);
    static const uint8_t start[] = {0xFE, 0xDC, 0xFE, 0x98, 0xBA, 0xDC, 0xFE, 0x10, 0x32};
    assert_memory_equal(buf.data, start, sizeof start); /* little-endian on any machine */

    for (size_t length = 0; length <= buf.length; length++) {
        uint8_t *exact = wy_test_alloc(length); /* so that a sanitizer sees a read past it */
        memcpy(exact, buf.data, length);
        wy_reader r = wy_reader_of(exact, length);
        assert_int_equal(read_sample(&r), length == buf.length);
        assert_int_equal(r.bad, length != buf.length);
        assert_int_equal(wy_reader_left(&r), 0);
        assert_int_equal(wy_reader_at(&r), length);
        assert_int_equal(wy_reader_u64(&r), 0); /* and stays so */
        assert_true(r.bad);
        free(exact);
    }
    wy_buf_free(&buf);
}

static void varints_have_edges(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        bool good;
        uint64_t value;
    } cases[] = {
        {"\x80", 1, false, 0},
        {"\x80\x00", 2, true, 0}, /* longer than it need be is no harm */
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10, true, UINT64_MAX},
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10, false, 0},
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10, false, 0},
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11, false, 0},
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 10, true, 0},
        {"", 0, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_reader r = wy_reader_of(cases[i].bytes, cases[i].length);
        uint64_t value = wy_reader_varint(&r);
        assert_int_equal(r.bad, !cases[i].good);
        assert_true(value == cases[i].value);
    }
    wy_reader fits = wy_reader_of("\xFF\xFF\xFF\xFF\x0F", 5);
    assert_int_equal(wy_reader_varint32(&fits), UINT32_MAX);
    assert_false(fits.bad);
    wy_reader wide = wy_reader_of("\x80\x80\x80\x80\x10", 5);
    assert_int_equal(wy_reader_varint32(&wide), 0);
    assert_true(wide.bad);
    size_t length = 99;
    wy_reader huge = wy_reader_of("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01xyz", 13);
    assert_null(wy_reader_string(&huge, &length));
    assert_int_equal(length, 0);
    assert_true(huge.bad);
}

static void buffer_keeps_its_failure(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_fault_mem_init(&memory, nth);
        wy_buf buf;
        wy_buf_init(&buf, &memory.mem);
        for (int i = 0; i < 100; i++) write_sample(&buf);
        assert_int_equal(buf.failed, memory.failed);
        size_t length = buf.length;
        wy_buf_u8(&buf, 1);
        assert_int_equal(buf.length, memory.failed ? length : length + 1);
        wy_buf_clear(&buf);
        assert_false(buf.failed);
        write_sample(&buf);
        assert_false(buf.failed);
        wy_buf_free(&buf);
        wy_fault_mem_check(&memory);
        if (!memory.failed) break;
    }
    wy_buf buf;
    wy_buf_init(&buf, &wy_mem_default);
    wy_buf_u8(&buf, 1);
    assert_false(wy_buf_reserve(&buf, SIZE_MAX));
    assert_true(buf.failed);
    wy_buf_free(&buf);
}

/* ---- UTF-8 -------------------------------------------------------------------------------- */

/* Table 3-7 of the Unicode standard, written down as it stands there. */
static size_t length_by_table(const uint8_t *p, size_t left)
{
    static const struct {
        uint8_t length, range[4][2];
    } table[] = {
        {1, {{0x00, 0x7F}}},
        {2, {{0xC2, 0xDF}, {0x80, 0xBF}}},
        {3, {{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}}},
        {3, {{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}}},
        {3, {{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}}},
        {3, {{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}}},
        {4, {{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
        {4, {{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
        {4, {{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}}},
    };
    for (size_t row = 0; row < sizeof table / sizeof *table; row++) {
        size_t n = table[row].length, i = 0;
        if (n > left) continue;
        while (i < n && p[i] >= table[row].range[i][0] && p[i] <= table[row].range[i][1]) i++;
        if (i == n) return n;
    }
    return 0;
}

static size_t valid_by_table(const uint8_t *p, size_t length)
{
    size_t at = 0;
    for (size_t n; at < length && (n = length_by_table(p + at, length - at)) > 0; at += n)
        ;
    return at;
}

/* All of two bytes, and all that third and fourth bytes at the borders make of them; alone, and
 * with a character behind, so that the fast loops see them too. */
static void utf8_is_what_the_table_says(void **state)
{
    (void)state;
    static const uint8_t borders[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90,
                                      0x9F, 0xA0, 0xBF, 0xC0, 0xE4, 0xFF};
    enum { BORDERS = sizeof borders };
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            for (unsigned rest = 0; rest < BORDERS * BORDERS; rest++) {
                uint8_t bytes[8] = {(uint8_t)first,
                                    (uint8_t)second,
                                    borders[rest / BORDERS],
                                    borders[rest % BORDERS],
                                    0xE4,
                                    0xB8,
                                    0xAD};
                for (size_t length = 1; length <= 4; length++) {
                    if (wy_utf8_valid((char *)bytes, length) != valid_by_table(bytes, length))
                        fail_msg("%02x %02x %02x %02x, %zu bytes", bytes[0], bytes[1], bytes[2],
                                 bytes[3], length);
                }
                if (wy_utf8_valid((char *)bytes, 7) != valid_by_table(bytes, 7))
                    fail_msg("%02x %02x %02x %02x and more", bytes[0], bytes[1], bytes[2],
                             bytes[3]);
            }
        }
    }
    assert_int_equal(wy_utf8_valid(NULL, 0), 0);
}

/* The same four bytes somewhere in text that is long enough to be looked at in pieces. */
static void utf8_of_all_beginnings_in_text(void **state)
{
    (void)state;
    static const uint8_t borders[] = {0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xE4};
    enum { BORDERS = sizeof borders, ROOM = 160 };
    wy_test_random random = wy_test_random_of(5);
    uint8_t text[ROOM];
    for (unsigned i = 0; i < 256 * 256 * BORDERS * BORDERS; i++) {
        const size_t length = 64 + (size_t)wy_test_below(&random, ROOM - 64);
        const size_t at = (size_t)wy_test_below(&random, length - 3);
        const size_t kind = (size_t)wy_test_below(&random, 3); /* ASCII, Han, one and the other */
        for (size_t j = 0; j < length; j++) text[j] = 'a';
        for (size_t j = kind == 2 ? at : 0; kind > 0 && j + 3 <= length; j += kind == 2 ? 4 : 3)
            memcpy(text + j, "\xE4\xB8\xAD", 3);
        const uint8_t bytes[] = {(uint8_t)(i >> 8), (uint8_t)i, borders[(i >> 16) % BORDERS],
                                 borders[(i >> 16) / BORDERS]};
        memcpy(text + at, bytes, sizeof bytes);
        if (wy_utf8_valid((char *)text, length) != valid_by_table(text, length))
            fail_msg("%02x %02x %02x %02x at %zu of %zu", bytes[0], bytes[1], bytes[2], bytes[3],
                     at, length);
    }
}

static uint32_t random_scalar(wy_test_random *random)
{
    static const uint32_t limits[] = {0x80, 0x800, 0x10000, 0x110000};
    for (;;) {
        uint32_t c = (uint32_t)wy_test_below(random, limits[wy_test_below(random, 4)]);
        if (wy_test_below(random, 2) == 0) c = 0x4E00 + c % 0x5000; /* Han */
        if (c < 0xD800 || c > 0xDFFF) return c;
    }
}

static void utf8_of_random_text(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(2);
    for (int round = 0; round < 3000; round++) {
        uint32_t characters[64];
        size_t count = (size_t)wy_test_below(&random, 64), length = 0;
        char text[64 * 4];
        for (size_t i = 0; i < count; i++) {
            characters[i] = round % 3 ? random_scalar(&random)
                                      : (uint32_t)wy_test_below(&random, 0x80); /* long ASCII */
            length += wy_utf8_put(characters[i], text + length);
        }
        char *exact = wy_test_alloc(length);
        memcpy(exact, text, length);
        assert_int_equal(wy_utf8_valid(exact, length), length);

        size_t at = 0;
        for (size_t i = 0; i < count; i++) {
            size_t start = at;
            assert_int_equal(wy_utf8_next(exact, &at), characters[i]);
            for (size_t inside = start; inside < at; inside++)
                assert_int_equal(wy_utf8_floor(exact, length, inside), start);
        }
        assert_int_equal(at, length);
        assert_int_equal(wy_utf8_floor(exact, length, length), length);

        for (int damage = 0; damage < 4 && length > 0; damage++) { /* the same verdict if broken */
            exact[wy_test_below(&random, length)] = (char)wy_test_next(&random);
            assert_int_equal(wy_utf8_valid(exact, length),
                             valid_by_table((uint8_t *)exact, length));
        }
        free(exact);
    }
}

static void utf8_of_every_scalar(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        char bytes[4];
        size_t length = wy_utf8_put(c, bytes), at = 0;
        if (wy_utf8_valid(bytes, length) != length || wy_utf8_next(bytes, &at) != c || at != length)
            fail_msg("U+%04X", (unsigned)c);
    }
}

/* ---- String map --------------------------------------------------------------------------- */

static void strmap_is_a_list(void **state)
{
    (void)state;
    enum { KEYS = 700 };
    wy_fault_mem memory;
    wy_fault_mem_init(&memory, 0);
    wy_test_random random = wy_test_random_of(3);
    char keys[KEYS][24];
    size_t lengths[KEYS];
    uint64_t values[KEYS];
    wy_strmap map;
    wy_strmap_init(&map, &memory.mem);

    for (int round = 0; round < 2; round++) {
        size_t count = 0;
        for (int step = 0; step < 20000; step++) {
            char key[24];
            size_t length = (size_t)wy_test_below(&random, 3); /* few letters: keys repeat */
            if (wy_test_below(&random, 2)) length += 20;
            for (size_t i = 0; i < length; i++)
                key[i] = (char)wy_test_below(&random, i < 2 ? 16 : 1); /* also NUL */
            size_t at = 0;
            while (at < count && !(lengths[at] == length && memcmp(keys[at], key, length) == 0))
                at++;
            uint64_t *value = wy_strmap_get(&map, length ? key : NULL, length);
            assert_int_equal(value != NULL, at < count);
            if (value) assert_true(*value == values[at]);
            if (wy_test_below(&random, 4) == 0 && (at < count || count < KEYS)) {
                bool added;
                value = wy_strmap_put(&map, key, length, step % 2 ? &added : NULL);
                assert_non_null(value);
                assert_true(*value == (at < count ? values[at] : 0));
                if (step % 2) assert_int_equal(added, at == count);
                if (at == count) {
                    memcpy(keys[count], key, length);
                    lengths[count++] = length;
                }
                values[at] = *value = wy_test_next(&random);
            }
        }
        assert_int_equal(map.count, count);
        assert_true(count > 200);
        assert_int_equal(wy_strmap_memory(&map), memory.bytes);
        wy_strmap_clear(&map);
        assert_null(wy_strmap_get(&map, keys[0], lengths[0]));
    }
    wy_strmap_free(&map);
    wy_fault_mem_check(&memory);
}

static void strmap_survives_a_failure(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_fault_mem_init(&memory, nth);
        wy_strmap map;
        wy_strmap_init(&map, &memory.mem);
        size_t put = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            uint64_t *value = wy_strmap_put(&map, &i, sizeof i, NULL);
            if (value) {
                *value = i + 1;
                put++;
            }
        }
        assert_int_equal(map.count, put);
        assert_int_equal(put, memory.failed ? 999 : 1000);
        for (uint32_t i = 0; i < 1000; i++) {
            const uint64_t *value = wy_strmap_get(&map, &i, sizeof i);
            put -= value != NULL;
            assert_true(!value || *value == i + 1);
        }
        assert_int_equal(put, 0);
        wy_strmap_free(&map);
        wy_fault_mem_check(&memory);
        if (!memory.failed) break;
    }
}

/* ---- Checksum ----------------------------------------------------------------------------- */

/* Known values: the format must not change with the library. */
static void checksum_is_xxh3(void **state)
{
    (void)state;
    assert_true(wy_checksum("", 0) == UINT64_C(0x2D06800538D394C2));
    assert_true(wy_checksum(NULL, 0) == UINT64_C(0x2D06800538D394C2));
    assert_true(wy_checksum("文渊阁", 9) == UINT64_C(0x3DCC488CCC1C9DC1));
}

/* ---- Processor ---------------------------------------------------------------------------- */

static void cpu_is_what_the_system_says(void **state)
{
    (void)state;
    bool avx2 = false, avx512 = false;
#if defined(__x86_64__) && !defined(WY_PORTABLE)
    static const char *const more[] = {" avx512f ",      " avx512bw ",      " avx512cd ",
                                       " avx512dq ",     " avx512vl ",      " avx512vbmi ",
                                       " avx512_vbmi2 ", " avx512_bitalg ", " avx512_vpopcntdq "};
    char *info = wy_test_file_read("/proc/cpuinfo", NULL);
    if (!info) skip();
    avx2 = strstr(info, " avx2 ") && strstr(info, " bmi1 ") && strstr(info, " bmi2 ");
    avx512 = avx2;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        avx512 = avx512 && strstr(info, more[i]);
    free(info);
#endif
    assert_int_equal(wy_cpu_has_avx2(), avx2);
    assert_int_equal(wy_cpu_has_avx512(), avx512);
}

/* ---- Work beside work ---------------------------------------------------------------------- */

typedef struct beside_work {
    wy_beside beside;
    int status;     /* what it ends with */
    bool waits;     /* it works until the other has failed */
    bool ran, threaded;
} beside_work;

static int work_beside(void *context, bool threaded, wy_error *error)
{
    beside_work *w = context;
    w->ran = true;
    w->threaded = threaded;
    while (w->waits && !wy_beside_is_over(&w->beside)) {
    }
    if (w->status == WY_OK && !w->waits) return WY_OK;
    return wy_fail(error, w->waits ? WY_E_CANCELLED : w->status, NULL, WY_NO_OFFSET, "of the work");
}

static void work_runs_beside(void **state)
{
    (void)state;
    wy_error error;
    for (int threaded = 0; threaded < 2; threaded++) {
        beside_work good = {.status = WY_OK}, bad = {.status = WY_E_LIMIT};
        assert_ok(wy_beside_start(&good.beside, threaded, work_beside, &good, &error), &error);
        while (!wy_beside_wait(&good.beside, 10)) {
        }
        assert_ok(wy_beside_end(&good.beside, WY_OK, &error), &error);
        assert_true(good.ran);
        assert_int_equal(good.threaded, threaded);

        int status = wy_beside_start(&bad.beside, threaded, work_beside, &bad, &error);
        assert_int_equal(status, threaded ? WY_OK : WY_E_LIMIT);
        while (threaded && !wy_beside_is_over(&bad.beside)) {
        }
        /* The caller stops because of it. */
        if (threaded) status = wy_fail(&error, WY_E_CANCELLED, NULL, WY_NO_OFFSET, "stopped");
        assert_int_equal(wy_beside_end(&bad.beside, status, &error), WY_E_LIMIT);
        assert_string_equal(error.reason, "of the work");
    }
}

static void work_ends_with_its_caller(void **state)
{
    (void)state;
    wy_error error;
    beside_work patient = {.waits = true};
    assert_ok(wy_beside_start(&patient.beside, true, work_beside, &patient, &error), &error);
    assert_false(wy_beside_wait(&patient.beside, 1));
    const int status = wy_fail(&error, WY_E_NOMEM, NULL, WY_NO_OFFSET, "of the caller");
    assert_int_equal(wy_beside_end(&patient.beside, status, &error), WY_E_NOMEM);
    assert_string_equal(error.reason, "of the caller");
    assert_true(patient.ran);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_is_filled_in),
        cmocka_unit_test(error_of_the_system),
        cmocka_unit_test(error_cuts_paths_in_front),
        cmocka_unit_test(error_cuts_reasons_behind),
        cmocka_unit_test(statuses_have_names),
        cmocka_unit_test(memory_grows_by_half),
        cmocka_unit_test(memory_edges),
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test(fault_memory_sees_leaks),
        cmocka_unit_test(arena_gives_what_is_not_given),
        cmocka_unit_test(arena_begins_with_a_spare),
        cmocka_unit_test(arena_survives_a_failure),
        cmocka_unit_test(buffer_is_read_back),
        cmocka_unit_test(varints_have_edges),
        cmocka_unit_test(buffer_keeps_its_failure),
        cmocka_unit_test(utf8_is_what_the_table_says),
        cmocka_unit_test(utf8_of_all_beginnings_in_text),
        cmocka_unit_test(utf8_of_random_text),
        cmocka_unit_test(utf8_of_every_scalar),
        cmocka_unit_test(strmap_is_a_list),
        cmocka_unit_test(strmap_survives_a_failure),
        cmocka_unit_test(checksum_is_xxh3),
        cmocka_unit_test(cpu_is_what_the_system_says),
        cmocka_unit_test(work_runs_beside),
        cmocka_unit_test(work_ends_with_its_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
