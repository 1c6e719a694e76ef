/*
 * Files that are small and would keep a parser busy for hours, or make it take all memory: they are
 * refused before, with the place and the reason. What is only large or careless is read.
 */
#include "test_report_docx.h"

#include "test_report.h"

#include <stdlib.h>

#include "report/bounds.h"

static void put_times(wy_buf *out, const char *text, size_t times)
{
    while (times-- > 0) wy_test_put(out, text);
}

static int read_html(const wy_buf *text, wy_error *error)
{
    wy_document document;
    wy_document_init(&document, &wy_mem_default);
    *error = (wy_error){0};
    int status = wy_html_lines(&document, "页.html", (const char *)text->data, text->length, error);
    if (status == WY_OK && document.count > 0) {
        const wy_string text_end = document.lines[document.count - 1].text;
        const size_t n = strlen("末段。");
        assert_true(text_end.length >= n);
        assert_memory_equal(text_end.data + text_end.length - n, "末段。", n);
    }
    if (status != WY_OK) assert_string_equal(error->file, "页.html");
    wy_document_free(&document);
    return status;
}

/* `unit` so often within a tag, with `before` and `behind` around it. */
static void expect_attributes(const char *before, const char *unit, size_t times, bool good)
{
    wy_buf text;
    wy_error error;
    wy_buf_init(&text, &wy_mem_default);
    wy_test_put(&text, before);
    put_times(&text, unit, times);
    wy_test_put(&text, ">末段。</p>");
    int status = read_html(&text, &error);
    if (status != (good ? WY_OK : WY_E_LIMIT))
        fail_msg("%s %s x %zu: %d %s", before, unit, times, status, error.reason);
    if (!good) {
        assert_non_null(strstr(error.reason, "attributes"));
        assert_int_equal(error.offset, 3);
    }
    wy_buf_free(&text);
}

static void test_attributes(void **state)
{
    (void)state;
    static const char *const units[] = {" a",     "\na=1", " a='>'",    " a=\" \"", "/a ",
                                        " a = b", " =x",   " a=\"b\"c", " \"a\" ",  " <b"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        expect_attributes("　<p", units[i], 400, true);
        expect_attributes("　<p", units[i], WY_ATTRIBUTES_MAX + 1, false);
    }
    /* Words that are no attributes. */
    expect_attributes("<p title='", " a", 5000, true);
    expect_attributes("<p>", " a", 5000, true);
    expect_attributes("<!-- <p", " a", 5000, true);
    expect_attributes("<script>if (a<b", " a", 5000, true);
    expect_attributes("<style>a<b", " a", 5000, true);
    expect_attributes("3 < 4", " a", 5000, true);
}

static void test_tags(void **state)
{
    (void)state;
    wy_buf text;
    wy_error error;
    wy_buf_init(&text, &wy_mem_default);
    put_times(&text, "<b>", WY_TAGS_MAX + 1);
    assert_int_equal(read_html(&text, &error), WY_E_LIMIT);
    assert_int_equal(error.offset, 3 * (uint64_t)WY_TAGS_MAX);
    assert_non_null(strstr(error.reason, "tags"));
    wy_buf_free(&text);
}

/* End tags that end nothing: many, or within many open elements, but not both. */
static void test_end_tags(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        size_t open, ends;
        int status;
    } cases[] = {
        {"", 50000, 500, WY_OK}, {"", 50, 50000, WY_OK}, {"<i><div>", 50000, 20000, WY_E_LIMIT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_buf text;
        wy_error error;
        wy_buf_init(&text, &wy_mem_default);
        wy_test_put(&text, cases[i].before);
        put_times(&text, "<b>", cases[i].open);
        put_times(&text, "</i>", cases[i].ends);
        wy_test_put(&text, "末段。");
        assert_int_equal(read_html(&text, &error), cases[i].status);
        if (cases[i].status != WY_OK) assert_non_null(strstr(error.reason, "end tags"));
        wy_buf_free(&text);
    }
}

static void test_docx(void **state)
{
    (void)state;
    for (size_t times = WY_ATTRIBUTES_MAX - 1; times <= WY_ATTRIBUTES_MAX; times++) {
        char *folder = wy_test_folder_make(), *path = wy_test_format("%s/a.docx", folder);
        wy_source *source;
        const wy_report *report;
        wy_error error;
        wy_buf text;
        wy_buf_init(&text, &wy_mem_default);
        wy_test_put(&text, "<w:document " WY_TEST_W "><!-- it's --><w:body><w:p b='>'");
        for (size_t i = 0; i < times; i++) {
            char attribute[32];
            snprintf(attribute, sizeof attribute, " a%zu=\"=\"", i);
            wy_test_put(&text, attribute);
        }
        wy_test_put(&text, "><w:r><w:t>末段。</w:t></w:r></w:p></w:body></w:document>");
        wy_buf_u8(&text, 0);
        const wy_test_part parts[] = {{"word/document.xml", (const char *)text.data}, {NULL, NULL}};
        wy_test_docx_write(path, parts);
        assert_ok(wy_source_open(path, NULL, &source, &error), &error);
        int status = wy_source_next(source, &report, &error);
        assert_int_equal(status, times < WY_ATTRIBUTES_MAX ? WY_OK : WY_E_LIMIT);
        if (status != WY_OK) assert_non_null(strstr(error.reason, "word/document.xml"));
        wy_source_close(source);
        wy_buf_free(&text);
        free(path);
        wy_test_folder_remove(folder);
    }
}

static int read_json(const char *before, const char *unit, size_t times, const char *behind)
{
    wy_buf text;
    wy_arena arena;
    wy_record record;
    wy_json_reader reader = {0};
    wy_error error;
    wy_buf_init(&text, &wy_mem_default);
    wy_arena_init(&arena, &wy_mem_default);
    wy_test_put(&text, before);
    put_times(&text, unit, times);
    wy_test_put(&text, behind);
    int status = wy_jsonl_record(&reader, "a.jsonl", (const char *)text.data, text.length, &arena,
                                 &record, &error);
    wy_json_reader_free(&reader);
    if (status == WY_E_LIMIT) assert_non_null(strstr(error.reason, "values"));
    wy_arena_free(&arena);
    wy_buf_free(&text);
    return status;
}

static void test_json(void **state)
{
    (void)state;
    static const char *const units[] = {"{},", "[],", "1,"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        assert_int_equal(read_json("{\"text\":\"a\",\"x\":[", units[i], 40000, "1]}"), WY_OK);
        assert_int_equal(read_json("{\"text\":\"a\",\"x\":[", units[i], WY_JSON_MAX, "1]}"),
                         WY_E_LIMIT);
    }
    /* A text may have as many as it likes, also behind what looks like its end. */
    assert_int_equal(read_json("{\"text\":\"a", "\\\"{,\\\\", WY_JSON_MAX, "\"}"), WY_OK);
    assert_int_equal(read_json("{\"text\":\"a\\\\\",\"x\":[", "{},", WY_JSON_MAX, "1]}"),
                     WY_E_LIMIT);
    assert_int_equal(read_json("{\"text\":\"", "", 0, ""), WY_E_FORMAT);
    assert_int_equal(read_json("{\"text\":\"\\", "", 0, ""), WY_E_FORMAT);
}

/* As many lines as a report may have paragraphs; counted here, for they would take 600 MB. */
static void test_lines(void **state)
{
    (void)state;
    wy_document document;
    wy_document_init(&document, &wy_mem_default);
    const wy_line line = {.text = {"一", 3}};
    assert_true(wy_document_add(&document, line));
    const wy_document copy = document;
    document.count = WY_LINES_MAX;
    assert_false(wy_document_add(&document, line));
    assert_true(document.full);
    document = copy;
    assert_false(document.full);
    wy_document_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes), cmocka_unit_test(test_tags),
        cmocka_unit_test(test_end_tags),   cmocka_unit_test(test_docx),
        cmocka_unit_test(test_json),       cmocka_unit_test(test_lines)};
    return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
