/*
 * JSON Lines: records, reports, warnings with their places, bounded memory.
 */
#include "test_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/json.h"
#include "report/jsonl.h"
#include "support/fault_mem.h"

#include "base/utf8.h"

static void test_records(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int status;
        int32_t year, date;
        size_t sections;
    } cases[] = {
        {"{\"text\":\"甲\"}", WY_OK, 0, 0, 0},
        {"{\"text\":\"甲\",\"year\":2023,\"date\":\"2024-03-29\"}", WY_OK, 2023, 20240329, 0},
        {"{\"text\":\"甲\",\"year\":\"2023\",\"date\":20240329}", WY_OK, 2023, 20240329, 0},
        {"{\"text\":\"甲\",\"year\":2023.0,\"date\":\"2024-03-29T01:02:03Z\"}", WY_OK, 2023,
         20240329, 0},
        {"{\"text\":\"甲\",\"year\":\"2023年\",\"date\":\"20240329\"}", WY_OK, 2023, 20240329, 0},
        {"{\"text\":\"甲\",\"year\":\"二○二三年\",\"date\":\"\"}", WY_OK, 2023, 0, 0},
        {"{\"text\":\"甲\",\"year\":null,\"section\":null,\"other\":[{}]}", WY_OK, 0, 0, 0},
        {"{\"text\":\"甲\",\"section\":\"一、\"}", WY_OK, 0, 0, 1},
        {"{\"text\":\"甲\",\"section\":[\"一、\",\"\",\"（一）\"]}", WY_OK, 0, 0, 2},
        {"{\"text\":\"甲\",\"id\":-42}", WY_OK, 0, 0, 0},
        {"{}", WY_E_FORMAT, 0, 0, 0},
        {"[]", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":5}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"title\":5}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"year\":\"soon\"}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"year\":0}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"year\":2023.5}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"year\":123456}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"date\":\"2024-02-30\"}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"date\":true}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\",\"section\":[1]}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\"", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"甲\"} x", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"a\\u0000b\"}", WY_E_FORMAT, 0, 0, 0},
        {"{\"text\":\"\xFF\"}", WY_E_ENCODING, 0, 0, 0},
        {"", WY_E_FORMAT, 0, 0, 0}};
    wy_json_reader reader = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_arena arena;
        wy_record record;
        wy_error error;
        wy_arena_init(&arena, &wy_mem_default);
        assert_status(cases[i].status,
                      wy_jsonl_record(&reader, "f", cases[i].line, strlen(cases[i].line), &arena,
                                      &record, &error),
                      &error);
        if (cases[i].status == WY_OK) {
            assert_text(record.text, "甲");
            assert_int_equal(record.year, cases[i].year);
            assert_int_equal(record.date, cases[i].date);
            assert_int_equal(record.section_count, cases[i].sections);
        }
        wy_arena_free(&arena);
    }
    wy_json_reader_free(&reader);
}

/* ---- Two readers of JSON ------------------------------------------------------------------- */

/* What is JSON and what is not, and where it goes wrong. */
static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int wrong; /* byte, or -1 */
    } cases[] = {
        {"{}", -1},
        {" { \"text\" : \"甲乙丙\" , \"year\" : -0 } \t\r", -1},
        {"{\"text\":\"\",\"text\":\"后\",\"other\":[\"1\",{},true,[2]]}", -1},
        {"{\"text\":\"\\u7532\\ud842\\udfb7\\\"\\\\\\/\\b\\f\\n\\r\\t丁\"}", -1},
        {"{\"te\\u0078t\":\"甲\",\"section\":null,\"id\":123456789012345678}", -1},
        {"{\"text\":\"甲\",\"id\":-}", 20},
        {"{\"text\":\"甲\",}", 14},
        {"{\"text\":\"甲\"}}", 14},
        {"{\"text\":\"甲\"} x", 15},
        {"{\"text\":'甲'}", 8},
        {"{\"text\":\"\\x\"}", 10},
        {"{\"text\":\"\\", 10},
        {"{\"text\"", 7},
        {"", 0},
    };
    wy_json_reader reader = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_arena arena;
        wy_json_fields fields;
        wy_error error;
        /* At its exact length in a block of its own, so that a sanitizer sees a read too far. */
        size_t length = strlen(cases[i].line);
        char *copy = malloc(length ? length : 1);
        memcpy(copy, cases[i].line, length);
        wy_arena_init(&arena, &wy_mem_default);
        int status = wy_json_read(&reader, "f", copy, length, &arena, &fields, &error);
        if ((cases[i].wrong < 0) != (status == WY_OK) ||
            (status != WY_OK && error.offset != (uint64_t)cases[i].wrong))
            fail_msg("%s: %s at %d", cases[i].line, status ? error.reason : "read",
                     status ? (int)error.offset : -1);
        wy_arena_free(&arena);
        free(copy);
    }
    wy_json_reader_free(&reader);
}

/* What a line leaves half done is not seen in the next: each is read as by a reader of its own. */
static void test_lines_by_one_reader(void **state)
{
    (void)state;
    static const char *const bad[] = {"{\"text\":\"\\ud842",
                                      "{\"text\":\"\\ud842\\u",
                                      "{\"text\":\"\\ud842\\udf\"}",
                                      "{\"text\":\"\\ud842\\x\"}",
                                      "{\"text\":[[[[",
                                      "{\"text\":\"a",
                                      "{\"text\":1.5e",
                                      "{\"text\":tr",
                                      "{\"text\":{\"year\":",
                                      "{\"te",
                                      "[1,",
                                      "\"\\ud842"};
    static const char good[] = "{\"text\":\"\\u7532\\udfb7\",\"year\":7}";
    wy_arena arena;
    wy_json_fields first, fields;
    wy_json_reader reader = {0}, fresh = {0};
    wy_error error;
    wy_arena_init(&arena, &wy_mem_default);
    assert_ok(wy_json_read(&fresh, "f", good, sizeof good - 1, &arena, &first, &error), &error);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int status = wy_json_read(&reader, "f", bad[i], strlen(bad[i]), &arena, &fields, &error);
        assert_status(WY_E_FORMAT, status, &error);
        assert_ok(wy_json_read(&reader, "f", good, sizeof good - 1, &arena, &fields, &error),
                  &error);
        const wy_string text = fields.of[WY_JSON_TEXT].string;
        assert_int_equal(text.length, first.of[WY_JSON_TEXT].string.length);
        assert_memory_equal(text.data, first.of[WY_JSON_TEXT].string.data, text.length);
        assert_int_equal(fields.of[WY_JSON_YEAR].integer, 7);
        assert_int_equal(fields.of[WY_JSON_ID].kind, WY_JSON_ABSENT);
    }
    wy_arena_free(&arena);
    wy_json_reader_free(&reader);
    wy_json_reader_free(&fresh);
}

static void assert_value(const char *line, const wy_json_value *a, const wy_json_value *b)
{
    if (a->kind != b->kind || a->count != b->count || a->integer != b->integer ||
        memcmp(&a->real, &b->real, sizeof a->real) != 0 || a->string.length != b->string.length ||
        (a->string.length && memcmp(a->string.data, b->string.data, a->string.length) != 0))
        fail_msg("two readers of one mind: %s", line);
    for (size_t i = 0; i < a->count; i++) assert_value(line, &a->items[i], &b->items[i]);
}

/* Reads a line by each of the two readers: both take it to be the same, or neither takes it. */
static void compare_readers(wy_json_reader *reader, const char *line, size_t length)
{
    wy_arena arena;
    wy_json_fields quick, all;
    wy_error error, other;
    char *copy = malloc(length ? length : 1); /* as above */
    memcpy(copy, line, length);
    wy_arena_init(&arena, &wy_mem_default);
    int status = wy_json_read(reader, "f", copy, length, &arena, &quick, &error);
    int expected = wy_json_read_all(reader, "f", copy, length, &arena, &all, &other);
    if (status != expected) fail_msg("%s: %d, %d by json-c", line, status, expected);
    if (status != WY_OK) {
        assert_int_equal(error.offset, other.offset);
        assert_string_equal(error.reason, other.reason);
    }
    for (int i = 0; i < WY_JSON_FIELDS && status == WY_OK; i++)
        assert_value(line, &quick.of[i], &all.of[i]);
    wy_arena_free(&arena);
    free(copy);
}

/* Values that one of them may take otherwise, and each of their lines with a byte less, or another.
 */
static void test_readers_agree(void **state)
{
    (void)state;
    static const char *const values[] = {"0",
                                         "-0",
                                         "-0.0",
                                         "0.1",
                                         "1e5",
                                         "1E+2",
                                         "1e400",
                                         "-1e-400",
                                         "01",
                                         "+1",
                                         ".5",
                                         "1.",
                                         "1e",
                                         "-",
                                         "2147483648",
                                         "9223372036854775807",
                                         "-9223372036854775808",
                                         "9223372036854775808",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "-9223372036854775809",
                                         "0x10",
                                         "1_0",
                                         "123456789012345678901234567890",
                                         "0.30000000000000004",
                                         "5e-324",
                                         "2.2250738585072011e-308",
                                         "1.7976931348623157e308",
                                         "8.988465674311579e307",
                                         "9007199254740993.0",
                                         "true",
                                         "false",
                                         "null",
                                         "True",
                                         "NULL",
                                         "nul",
                                         "NaN",
                                         "Infinity",
                                         "-Infinity",
                                         "tru",
                                         "\"\"",
                                         "\"甲\"",
                                         "'甲'",
                                         "\"\t\"",
                                         "\"\\t\\/\\b\"",
                                         "\"\\a\"",
                                         "\"\\u12\"",
                                         "\"\\u12g4\"",
                                         "\"\\u0000\"",
                                         "\"\\\\u0000\"",
                                         "\"\\ud842\\udfb7\"",
                                         "\"\\ud842\"",
                                         "\"\\udfb7\"",
                                         "\"\\udfb7\\ud842\"",
                                         "\"\\ud800\\ue000\"",
                                         "\"\\ud800\\u0041\"",
                                         "\"\\uD800\\uDBFF\"",
                                         "\"\\uffff\\ufffe\"",
                                         "\"\\u00e9\\u7532\"",
                                         "\"\\ud83d\\ude00\\\"\"",
                                         "\"\xed\xa0\x80\"",
                                         "\"\xc0\x80\"",
                                         "\"\xf4\x90\x80\x80\"",
                                         "\"\xe7\x94\"",
                                         "\"\xef\xbb\xbf\"",
                                         "\"\x7f\x01\"",
                                         "\"\xf0\x9f\x98\x80\"",
                                         "[]",
                                         "[1,]",
                                         "[,1]",
                                         "[1 2]",
                                         "[1,\"2\",null,[3],{\"a\":4},5.5]",
                                         "[18446744073709551615]",
                                         "[[[[[[[[[[]]]]]]]]]]",
                                         "{}",
                                         "{\"a\"}",
                                         "{\"a\":1,}",
                                         "{a:1}",
                                         "{\"a\":1,\"a\":2}",
                                         "1 2",
                                         "1,",
                                         "1}",
                                         "1}}",
                                         "\"a\" \"b\"",
                                         "/* */1",
                                         "1//",
                                         "\"a\",\"text\":null",
                                         "1,\"title\":\"b\",\"text\":\"c\"",
                                         "1,\"te\\u0078t\":\"c\"",
                                         "1,\"text\\u0000a\":\"c\"",
                                         "1,\"\":\"c\"",
                                         "\v1",
                                         "1\f",
                                         " \t\r1 \t\r"};
    static const char other[] = "\"\\{}[],:0-e.u \t\x80\xe7";
    wy_json_reader reader = {0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char line[256];
        const size_t length =
            (size_t)snprintf(line, sizeof line, "{\"id\":\"甲\",\"text\":%s}", values[i]);
        for (size_t n = 0; n <= length; n++) compare_readers(&reader, line, n);
        for (size_t at = 0; at < length; at++) {
            const char was = line[at];
            for (size_t k = 0; k < sizeof other; k++) { /* U+0000 too */
                line[at] = other[k];
                compare_readers(&reader, line, length);
            }
            line[at] = was;
        }
    }
    wy_json_reader_free(&reader);
}

/* Depths and lengths about the bounds of either. */
static void test_readers_agree_at_bounds(void **state)
{
    (void)state;
    wy_json_reader reader = {0};
    char *line = malloc(70000);
    for (size_t depth = 25; depth < 70; depth++) {
        memcpy(line, "{\"text\":", 8);
        memset(line + 8, '[', depth);
        memset(line + 8 + depth, ']', depth);
        memcpy(line + 8 + 2 * depth, "}", 2);
        compare_readers(&reader, line, 9 + 2 * depth);
    }
    for (size_t length = 65500; length < 65580; length++) {
        memcpy(line, "{\"text\":\"", 9);
        memset(line + 9, 'a', length - 11);
        memcpy(line + length - 2, "\"}", 3);
        compare_readers(&reader, line, length);
    }
    free(line);
    wy_json_reader_free(&reader);
}

/* ---- Whole files --------------------------------------------------------------------------- */

typedef struct log {
    unsigned count;
    wy_error last[8];
} log;

static void keep_warning(void *context, const wy_error *warning)
{
    log *seen = context;
    if (seen->count < 8) seen->last[seen->count] = *warning;
    seen->count++;
}

typedef struct file {
    char *folder, *path;
    log warnings;
    wy_source *source;
} file;

static void open_file(file *f, const char *text, size_t length, const wy_allocator *mem)
{
    wy_error error;
    f->folder = wy_test_folder_make();
    f->path = wy_test_format("%s/in.jsonl", f->folder);
    wy_test_file_write(f->path, text, length);
    f->warnings.count = 0;
    const wy_source_options options = {.size = sizeof options,
                                       .allocator = mem,
                                       .warn = keep_warning,
                                       .warn_context = &f->warnings};
    assert_ok(wy_source_open(f->path, &options, &f->source, &error), &error);
}

static void close_file(file *f)
{
    wy_source_close(f->source);
    free(f->path);
    wy_test_folder_remove(f->folder);
}

static const wy_report *next(file *f)
{
    const wy_report *report;
    wy_error error;
    int status = wy_source_next(f->source, &report, &error);
    if (status == WY_END) return NULL;
    assert_ok(status, &error);
    return report;
}

static void assert_id(const file *f, const wy_report *report, const char *behind)
{
    char *wanted = wy_test_format("%s#%s", f->path, behind);
    assert_text(report->id, wanted);
    free(wanted);
}

static void test_reports(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF{\"title\":\"甲\",\"year\":2023,\"section\":[\"一\","
                               "\"（一）\"],\"text\":\"1\",\"id\":\"p1\"}\n"
                               "{\"title\":\"甲\",\"year\":2023,\"section\":[\"一\",\"（二）\"],"
                               "\"text\":\"2\",\"issuer\":\"局\"}\r\n"
                               "\n"
                               "{\"title\":\"甲\",\"year\":2023,\"section\":\"二\",\"text\":\"3\","
                               "\"date\":\"2024-01-02\"}\n"
                               "{\"title\":\"甲\",\"year\":2023,\"section\":[\"一\",\"（一）\"],"
                               "\"text\":\" 4 \",\"id\":5}\n"
                               "{\"title\":\"甲\",\"year\":2024,\"text\":\"5\"}\n"
                               "{\"title\":\"乙\",\"text\":\"6\"}\n"
                               "{\"text\":\"7\"}\n"
                               "{\"text\":\"  \"}\n"
                               "{\"title\":\"甲\",\"year\":2023,\"text\":\"8\"}";
    file f;
    open_file(&f, text, sizeof text - 1, NULL);
    const wy_report *r = next(&f);
    assert_id(&f, r, "甲@2023");
    assert_text(r->title, "甲");
    assert_text(r->issuer, "局");
    assert_int_equal(r->date, 20240102);
    assert_paragraphs(r, "1", "2", "3", " 4 ");
    assert_text(r->paragraphs[0].id, "p1");
    assert_text(r->paragraphs[1].id, "");
    assert_text(r->paragraphs[3].id, "5");
    assert_int_equal(r->section_count, 4);
    assert_int_equal(r->paragraphs[0].section, 2);
    assert_int_equal(r->paragraphs[1].section, 3);
    assert_int_equal(r->paragraphs[2].section, 4);
    assert_int_equal(r->paragraphs[3].section, 2);
    assert_int_equal(r->sections[1].parent, 1);
    assert_int_equal(r->sections[2].parent, 1);
    assert_int_equal(r->sections[3].parent, 0);
    assert_int_equal(r->source_size, sizeof text - 1);
    uint64_t hash = r->source_hash;
    assert_int_not_equal(hash, 0);
    r = next(&f);
    assert_id(&f, r, "甲@2024");
    assert_int_equal(r->section_count, 0);
    assert_int_equal(r->source_hash, hash);
    assert_id(&f, next(&f), "乙");
    r = next(&f);
    assert_id(&f, r, "");
    assert_paragraphs(r, "7", "  ");
    assert_id(&f, next(&f), "甲@2023~2");
    assert_null(next(&f));
    assert_null(next(&f));
    assert_int_equal(f.warnings.count, 0);
    assert_string_equal(wy_source_encoding(f.source), "UTF-8");
    close_file(&f);
}

static void test_warnings(void **state)
{
    (void)state;
    static const char good[] = "{\"title\":\"甲\",\"text\":\"好\"}\n";
    static const char *const bad[] = {"{\"text\":\"", "{\"title\":\"甲\",\"text\":7}",
                                      "{\"text\":\"a\xFF\"}", "\xEF\xBB\xBF{\"text\":\"x\"}"};
    static const uint64_t inside[] = {SIZE_MAX, 0, 10, SIZE_MAX};
    char text[1024];
    uint64_t starts[4];
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        at += (size_t)sprintf(text + at, "%s", good);
        starts[i] = at;
        at += (size_t)sprintf(text + at, "%s\n", bad[i]);
    }
    file f;
    open_file(&f, text, at, NULL);
    const wy_report *r = next(&f);
    assert_paragraphs(r, "好", "好", "好", "好");
    assert_null(next(&f));
    assert_int_equal(f.warnings.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const wy_error *w = &f.warnings.last[i];
        char *line = wy_test_format("line %zu is left out", 2 * i + 2);
        assert_non_null(strstr(w->reason, line));
        assert_string_equal(w->file, f.path);
        if (inside[i] != SIZE_MAX) assert_int_equal(w->offset, starts[i] + inside[i]);
        assert_in_range(w->offset, starts[i], starts[i] + strlen(bad[i]));
        free(line);
    }
    assert_int_equal(f.warnings.last[2].code, WY_E_ENCODING);
    close_file(&f);
}

/* Many paragraphs and much text of one title: several reports, and no more memory than one. */
static void test_bounds(void **state)
{
    (void)state;
    wy_fault_mem memory;
    wy_buf text;
    file f;
    wy_fault_mem_init(&memory, 0);
    wy_buf_init(&text, &wy_mem_default);
    size_t lines = 2 * WY_JSONL_PARAGRAPHS + 10;
    for (size_t i = 0; i < lines; i++) {
        char line[64];
        int n = sprintf(line, "{\"title\":\"甲\",\"text\":\"%zu\",\"section\":\"一\"}\n", i);
        wy_buf_bytes(&text, line, (size_t)n);
    }
    open_file(&f, (const char *)text.data, text.length, &memory.mem);
    static const char *const ids[] = {"甲", "甲~2", "甲~3"};
    size_t seen = 0;
    for (size_t part = 0; part < 3; part++) {
        const wy_report *r = next(&f);
        assert_id(&f, r, ids[part]);
        assert_int_equal(r->paragraph_count, part < 2 ? WY_JSONL_PARAGRAPHS : 10);
        assert_int_equal(r->section_count, 1);
        char number[24];
        sprintf(number, "%zu", seen);
        assert_text(r->paragraphs[0].text, number);
        seen += r->paragraph_count;
    }
    assert_null(next(&f));
    assert_int_equal(seen, lines);
    assert_true(memory.peak < 16u << 20);
    close_file(&f);
    wy_fault_mem_check(&memory);
    wy_buf_free(&text);
}

/* 1 MB of file or 30: as long as reports are small, memory is the same. */
static void test_memory_is_flat(void **state)
{
    (void)state;
    size_t peaks[2];
    for (size_t round = 0; round < 2; round++) {
        wy_fault_mem memory;
        wy_buf text;
        file f;
        wy_fault_mem_init(&memory, 0);
        wy_buf_init(&text, &wy_mem_default);
        for (unsigned i = 0; i < (round ? 30000u : 1000u); i++) {
            char line[1200];
            int n = sprintf(line, "{\"title\":\"%u\",\"text\":\"%01000u\"}\n", i / 10, i);
            wy_buf_bytes(&text, line, (size_t)n);
        }
        open_file(&f, (const char *)text.data, text.length, &memory.mem);
        unsigned reports = 0;
        while (next(&f)) reports++;
        assert_int_equal(reports, round ? 3000 : 100);
        peaks[round] = memory.peak;
        close_file(&f);
        wy_fault_mem_check(&memory);
        wy_buf_free(&text);
    }
    /* What grows is the table of reports seen. */
    assert_true(peaks[1] < peaks[0] + 3000 * 128);
}

static void test_long_line(void **state)
{
    (void)state;
    static const char before[] = "{\"text\":\"一\"}\n{\"text\":\"",
                      behind[] = "\"}\n{\"text\":\"二\"}\n";
    size_t filler = WY_JSONL_LINE + 100, total = strlen(before) + filler + strlen(behind);
    char *text = wy_test_alloc(total);
    memcpy(text, before, strlen(before));
    memset(text + strlen(before), 'x', filler);
    memcpy(text + strlen(before) + filler, behind, strlen(behind));
    file f;
    open_file(&f, text, total, NULL);
    assert_paragraphs(next(&f), "一", "二");
    assert_null(next(&f));
    assert_int_equal(f.warnings.count, 1);
    assert_int_equal(f.warnings.last[0].code, WY_E_LIMIT);
    assert_int_equal(f.warnings.last[0].offset, strlen("{\"text\":\"一\"}\n"));
    close_file(&f);
    free(text);
}

static void test_changed_file(void **state)
{
    (void)state;
    static const char text[] = "{\"text\":\"一\"}\n{\"title\":\"x\",\"text\":\"二\"}\n";
    const wy_report *report;
    wy_error error;
    file f;
    open_file(&f, text, sizeof text - 1, NULL);
    assert_non_null(next(&f));
    wy_test_file_write(f.path, text, 10);
    assert_non_null(next(&f));
    assert_status(WY_E_IO, wy_source_next(f.source, &report, &error), &error);
    assert_null(next(&f));
    close_file(&f);
}

static void test_ids(void **state)
{
    (void)state;
    wy_buf id;
    wy_buf_init(&id, &wy_mem_default);
    char *title = wy_test_alloc(6001);
    for (size_t i = 0; i < 2000; i++) memcpy(title + 3 * i, "长", 3);
    title[6000] = 0;
    assert_true(wy_jsonl_id("f", wy_test_string("题"), 2023, 1, &id));
    assert_text(((wy_string){(char *)id.data, id.length}), "f#题@2023");
    assert_true(wy_jsonl_id("f", wy_test_string(title), 2023, 12, &id));
    assert_true(id.length <= 4096);
    assert_int_equal(wy_utf8_valid((char *)id.data, id.length), id.length);
    assert_memory_equal(id.data + id.length - 8, "@2023~12", 8);
    char first[4096];
    size_t length = id.length;
    memcpy(first, id.data, length);
    memcpy(title + 5997, "短", 3);
    assert_true(wy_jsonl_id("f", wy_test_string(title), 2023, 12, &id));
    assert_int_equal(id.length, length);
    assert_memory_not_equal(first, id.data, length);
    free(title);
    wy_buf_free(&id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_records),
                                       cmocka_unit_test(test_lines),
                                       cmocka_unit_test(test_lines_by_one_reader),
                                       cmocka_unit_test(test_readers_agree),
                                       cmocka_unit_test(test_readers_agree_at_bounds),
                                       cmocka_unit_test(test_reports),
                                       cmocka_unit_test(test_warnings),
                                       cmocka_unit_test(test_bounds),
                                       cmocka_unit_test(test_memory_is_flat),
                                       cmocka_unit_test(test_long_line),
                                       cmocka_unit_test(test_changed_file),
                                       cmocka_unit_test(test_ids)};
    return cmocka_run_group_tests_name("report jsonl", tests, NULL, NULL);
}
