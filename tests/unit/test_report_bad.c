/*
 * Input that is bad, hostile or enormous: each is an error that names the file, and its byte where
 * there is one; none ends the process, and none takes memory out of proportion.
 */
#include "test_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "report/filter.h"
#include "report/input.h"
#include "report/loaded.h"
#include "support/fault_mem.h"

static const char sample[] = "东湖区2023年工作报告\n\n　　一年来，工作稳步推进。\n";

/* Packs `length` bytes with gzip (or zstd) into new memory. */
static unsigned char *pack(bool gzip, const void *bytes, size_t length, size_t *packed)
{
    size_t room = ZSTD_compressBound(length) + compressBound((uLong)length) + 64;
    unsigned char *out = malloc(room);
    assert_non_null(out);
    if (!gzip) {
        *packed = ZSTD_compress(out, room, bytes, length, 3);
        assert_false(ZSTD_isError(*packed));
        return out;
    }
    z_stream z = {.avail_in = (uInt)length, .next_out = out, .avail_out = (uInt)room};
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, 0), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    *packed = z.total_out;
    deflateEnd(&z);
    return out;
}

static int read_bytes(const char *folder, const char *name, const void *bytes, size_t length,
                      size_t *paragraphs, wy_error *error)
{
    char *path = wy_test_format("%s/%s", folder, name);
    wy_source *source = NULL;
    const wy_report *report;
    *error = (wy_error){0};
    *paragraphs = 0;
    wy_test_file_write(path, bytes, length);
    int status = wy_source_open(path, NULL, &source, error);
    if (status == WY_OK) status = wy_source_next(source, &report, error);
    if (status == WY_OK) *paragraphs = report->paragraph_count;
    if (status != WY_OK && status != WY_END) assert_string_equal(error->file, path);
    wy_source_close(source);
    free(path);
    return status;
}

/* Packed files cut at every length, and with every byte changed. */
static void test_packed(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    size_t n, paragraphs;
    wy_error error;
    for (int gzip = 0; gzip < 2; gzip++) {
        unsigned char *bytes = pack(gzip, sample, strlen(sample), &n);
        for (size_t cut = 5; cut < n; cut++) {
            int status = read_bytes(folder, "a.txt", bytes, cut, &paragraphs, &error);
            assert_int_equal(status, WY_E_FORMAT);
            assert_int_equal(error.offset, cut);
        }
        for (size_t i = 4; i < n; i++) {
            bytes[i] ^= 0x55;
            int status = read_bytes(folder, "a.txt", bytes, n, &paragraphs, &error);
            assert_true(status == WY_OK || status == WY_E_FORMAT || status == WY_E_ENCODING ||
                        status == WY_E_LIMIT || status == WY_E_NOMEM);
            bytes[i] ^= 0x55;
        }
        /* Two members, as cat makes them, are one file. */
        unsigned char *twice = malloc(2 * n + 8);
        assert_non_null(twice);
        memcpy(twice, bytes, n);
        memcpy(twice + n, bytes, n);
        assert_ok(read_bytes(folder, "a.txt", twice, 2 * n, &paragraphs, &error), &error);
        assert_int_equal(paragraphs, 2); /* the title is seen twice */
        memset(twice + n, 0, 8);
        int status = read_bytes(folder, "a.txt", twice, n + 8, &paragraphs, &error);
        assert_int_equal(status, gzip ? WY_OK : WY_E_FORMAT);
        free(twice);
        free(bytes);
    }
    wy_test_folder_remove(folder);
}

static void test_bombs(void **state)
{
    (void)state;
    const size_t length = (size_t)72 << 20;
    char *folder = wy_test_folder_make(), *zeros = calloc(length, 1);
    size_t n, paragraphs;
    wy_error error;
    assert_non_null(zeros);
    for (int gzip = 0; gzip < 2; gzip++) {
        unsigned char *bytes = pack(gzip, zeros, length, &n);
        int status = read_bytes(folder, "a.txt", bytes, n, &paragraphs, &error);
        assert_int_equal(status, WY_E_LIMIT);
        assert_true(strstr(error.reason, "more than 1000 times its size") != NULL);
        free(bytes);
    }
    free(zeros);
    wy_test_folder_remove(folder);
}

/* Elements in elements, a hundred thousand deep, open or closed. */
static void test_deep_html(void **state)
{
    (void)state;
    static const char *const tags[] = {"div", "b", "table", "ul", "span", "font", "p"};
    for (size_t t = 0; t < sizeof tags / sizeof *tags; t++) {
        wy_buf text;
        wy_document document;
        wy_report report;
        wy_error error;
        char tag[16];
        wy_buf_init(&text, &wy_mem_default);
        int n = snprintf(tag, sizeof tag, "<%s>", tags[t]);
        wy_buf_bytes(&text, "<html><body>", 12);
        for (int i = 0; i < 100000; i++) wy_buf_bytes(&text, tag, (size_t)n);
        wy_buf_bytes(&text, "最里面。", strlen("最里面。"));
        wy_document_init(&document, &wy_mem_default);
        int status =
            wy_html_lines(&document, "a.html", (const char *)text.data, text.length, &error);
        if (status == WY_OK) status = wy_structure(&document, &report, &error);
        assert_true(status == WY_OK || status == WY_E_FORMAT);
        if (status == WY_OK && report.paragraph_count > 0)
            assert_text(report.paragraphs[report.paragraph_count - 1].text, "最里面。");
        wy_document_free(&document);
        wy_buf_free(&text);
    }
}

/* What is no text, whatever it is called. */
static void test_binary(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t length;
        int status;
    } cases[] = {{"a.txt", "", 0, WY_OK},
                 {"a.html", "", 0, WY_OK},
                 {"a.md", "", 0, WY_OK},
                 {"a.jsonl", "", 0, WY_END},
                 {"a.docx", "", 0, WY_E_FORMAT},
                 {"a.txt", "a\0b\0\xFF\xFE\x01", 7, WY_E_FORMAT},
                 {"a.md", "# \xE9\xA2\x98\0", 6, WY_E_FORMAT},
                 {"a.html", "<html>\0", 7, WY_E_FORMAT},
                 {"a.txt", "PK\3\4xl/workbook.xml", 20, WY_E_FORMAT},
                 {"a.txt", "PK\3\4word/document.xml", 22, WY_E_FORMAT},
                 {"a.docx", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, WY_E_FORMAT},
                 {"a.txt", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, WY_E_FORMAT},
                 {"a.doc", "{\\rtf1 a}", 9, WY_E_FORMAT},
                 {"a.txt", "\x1F\x8B", 2, WY_E_FORMAT},
                 {"a.txt", "\x28\xB5\x2F\xFD", 4, WY_E_FORMAT}};
    char *folder = wy_test_folder_make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t paragraphs;
        wy_error error;
        int status =
            read_bytes(folder, cases[i].name, cases[i].bytes, cases[i].length, &paragraphs, &error);
        if (status != cases[i].status)
            fail_msg("case %zu: %d, not %d: %s", i, status, cases[i].status, error.reason);
    }
    wy_test_folder_remove(folder);
}

static void expect_words(const char *command, const char *path, size_t count, const char *joined)
{
    wy_buf text;
    wy_error error;
    size_t found;
    wy_buf_init(&text, &wy_mem_default);
    int status = wy_filter_words(command, path, &text, &found, &error);
    assert_int_equal(status, count ? WY_OK : WY_E_ARGUMENT);
    if (count) {
        assert_int_equal(found, count);
        for (size_t i = 0; i + 1 < text.length; i++)
            if (text.data[i] == 0) text.data[i] = '|';
        assert_string_equal((char *)text.data, joined);
    }
    wy_buf_free(&text);
}

static void test_filter_words(void **state)
{
    (void)state;
    expect_words("cat %s", "a b;c.odt", 2, "cat|a b;c.odt");
    expect_words("  sh -c 'x \"y\" $1'  --in=%s 100%% ", "p", 5, "sh|-c|x \"y\" $1|--in=p|100%");
    expect_words("cat %s", "-rf", 2, "cat|./-rf");
    expect_words("a '' \"b c\"d", "p", 3, "a||b cd");
    expect_words("   ", "p", 0, NULL);
    expect_words("a 'b", "p", 0, NULL);
}

/* Memory that is out at any allocation is an error, and nothing leaks. */
static void test_memory(void **state)
{
    (void)state;
    static const char markdown[] = "# 题目\n\n正文，\n很长。\n\n1. 甲\n\n| 乙 |\n|--|\n| 丙 |\n";
    char *folder = wy_test_folder_make();
    size_t n;
    unsigned char *bytes = pack(true, markdown, strlen(markdown), &n);
    char *path = wy_test_format("%s/a.md.gz", folder);
    wy_test_file_write(path, bytes, n);
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_source *source;
        const wy_report *report;
        wy_error error;
        wy_fault_mem_init(&memory, nth);
        const wy_source_options options = {.size = sizeof options, .allocator = &memory.mem};
        int status = wy_source_open(path, &options, &source, &error);
        while (status == WY_OK) status = wy_source_next(source, &report, &error);
        assert_int_equal(status, memory.failed ? WY_E_NOMEM : WY_END);
        wy_source_close(source);
        wy_fault_mem_check(&memory);
        if (!memory.failed) break;
    }
    free(bytes);
    free(path);
    wy_test_folder_remove(folder);
}

/* Opens `path`, cuts it to `size` once `read` reports were read, and reads on: the last status. */
static int read_shrinking(const char *path, size_t read, off_t size, wy_error *error)
{
    wy_source *source;
    const wy_report *report;
    size_t got = 0;
    assert_ok(wy_source_open(path, NULL, &source, error), error);
    for (;;) {
        if (got == read) assert_int_equal(truncate(path, size), 0);
        int status = wy_source_next(source, &report, error);
        if (status != WY_OK) {
            wy_source_close(source);
            return status;
        }
        got++;
        for (size_t i = 0; i < report->paragraph_count; i++)
            assert_true(report->paragraphs[i].text.length > 0);
    }
}

/* A file that is read line by line and becomes shorter meanwhile is an error at its end, and never
 * taken for a whole one: cut between lines or within one, in front of the reader or behind it. */
static void test_shrinking_lines(void **state)
{
    (void)state;
    enum { LINES = 20000 };
    char *folder = wy_test_folder_make();
    wy_buf lines;
    wy_error error;
    size_t third = 0;
    wy_buf_init(&lines, &wy_mem_default);
    for (int i = 0; i < LINES; i++) {
        char line[160];
        int length = snprintf(
            line, sizeof line,
            "{\"id\":\"%d\",\"title\":\"第%d号\",\"text\":\"湖畔第%d段。\"}\n", i, i, i);
        wy_buf_bytes(&lines, line, (size_t)length);
        if (i == LINES / 3) third = lines.length;
    }
    const struct {
        const char *name;
        size_t read;
        off_t size;
    } cases[] = {
        {"boundary.jsonl", 1, (off_t)third},
        {"within.jsonl", 1, (off_t)third - 9},
        {"read.jsonl", LINES / 2, 100},
        {"empty.jsonl", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = wy_test_format("%s/%s", folder, cases[i].name);
        wy_test_file_write(path, lines.data, lines.length);
        assert_status(WY_E_IO, read_shrinking(path, cases[i].read, cases[i].size, &error), &error);
        assert_string_equal(error.file, path);
        assert_non_null(strstr(error.reason, "changed while it was read"));
        free(path);
    }
    wy_buf_free(&lines);
    wy_test_folder_remove(folder);
}

/* Other files are read whole. One that is cut or grows meanwhile is found out; what happens to it
 * afterwards is nothing to the report. */
static void test_shrinking_text(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20, PART = 1 << 18 };
    static const off_t sizes[] = {0, 1, PART, SIZE - 1, SIZE + 1, 2 * SIZE};
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/a.txt", folder);
    char *bytes = wy_test_alloc(SIZE);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    memset(bytes, 'a', SIZE);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        wy_input input;
        wy_buf read;
        wy_buf_init(&read, &wy_mem_default);
        wy_test_file_write(path, bytes, SIZE);
        assert_ok(wy_input_open(&input, path, &wy_mem_default, &error), &error);
        assert_ok(wy_input_read(&input, &read, PART, &error), &error);
        assert_ok(wy_input_unchanged(&input, &error), &error);
        assert_int_equal(truncate(path, sizes[i]), 0);
        assert_ok(wy_input_read(&input, &read, (size_t)4 * SIZE, &error), &error);
        assert_status(WY_E_IO, wy_input_unchanged(&input, &error), &error);
        assert_string_equal(error.file, path);
        wy_input_close(&input);
        wy_buf_free(&read);
    }
    wy_test_file_write(path, bytes, SIZE);
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_int_equal(truncate(path, 0), 0);
    assert_ok(wy_source_next(source, &report, &error), &error);
    assert_int_equal(report->paragraph_count, 1);
    assert_int_equal(report->paragraphs[0].text.length, SIZE);
    wy_source_close(source);
    free(bytes);
    free(path);
    wy_test_folder_remove(folder);
}

/* A library that is loaded when a file needs it is missing, or has not what is asked of it. */
static void test_missing_library(void **state)
{
    (void)state;
    struct {
        __typeof__(strlen) *length;
    } functions = {0};
    const wy_function list[] = {{"wy_no_such_function", 0}, {"strlen", 0}};
    wy_error error;
    for (int missing = 0; missing < 2; missing++) {
        const char *library = missing ? "libwenyuan-none.so.0" : "libc.so.6";
        error = (wy_error){0};
        assert_status(WY_E_UNSUPPORTED, wy_load(library, list, 2, &functions, "a.docx", &error),
                      &error);
        assert_string_equal(error.file, "a.docx");
        assert_non_null(strstr(error.reason, library));
    }
    assert_ok(wy_load("libc.so.6", list + 1, 1, &functions, "a.docx", &error), &error);
    assert_int_equal(functions.length("abc"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed),          cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_deep_html),       cmocka_unit_test(test_binary),
        cmocka_unit_test(test_filter_words),    cmocka_unit_test(test_memory),
        cmocka_unit_test(test_shrinking_lines), cmocka_unit_test(test_shrinking_text),
        cmocka_unit_test(test_missing_library)};
    return cmocka_run_group_tests_name("bad input", tests, NULL, NULL);
}
