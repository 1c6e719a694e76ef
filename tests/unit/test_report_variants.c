/*
 * The sample reports in every encoding, packing and format are the same reports: the same title,
 * year, sections and paragraphs.
 */
#include "test_report_docx.h"

#include "test_report.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <unicode/ucnv.h>
#include <zlib.h>
#include <zstd.h>

typedef struct fixture {
    char *folder;
    unsigned reports, big5;
} fixture;

static void same_sections(const wy_report *a, const wy_report *b)
{
    assert_int_equal(a->section_count, b->section_count);
    for (size_t i = 0; i < a->section_count; i++) {
        assert_text(a->sections[i].heading, wy_test_view(b->sections[i].heading));
        assert_int_equal(a->sections[i].parent, b->sections[i].parent);
    }
}

static void same_report(const wy_report *a, const wy_report *b)
{
    assert_text(a->title, wy_test_view(b->title));
    assert_int_equal(a->year, b->year);
    for (size_t i = 0; i < a->paragraph_count && i < b->paragraph_count; i++) {
        assert_text(a->paragraphs[i].text, wy_test_view(b->paragraphs[i].text));
        assert_int_equal(a->paragraphs[i].section, b->paragraphs[i].section);
    }
    assert_int_equal(a->paragraph_count, b->paragraph_count);
    same_sections(a, b);
}

/* Reads `bytes` under a name with this ending. `whole`: date and issuer are in the file too. */
static void check(const fixture *f, const char *ending, const void *bytes, size_t length,
                  const char *encoding, const wy_report *wanted, bool whole)
{
    char *path = wy_test_format("%s/a%s", f->folder, ending);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    wy_understanding how = {.size = sizeof how};
    if (bytes) wy_test_file_write(path, bytes, length);
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_ok(wy_source_next(source, &report, &error), &error);
    same_report(report, wanted);
    if (whole) {
        assert_int_equal(report->date, wanted->date);
        assert_text(report->issuer, wy_test_view(wanted->issuer));
    }
    wy_source_understanding(source, &how);
    assert_string_equal(how.encoding, encoding);
    assert_string_equal(how.encoding, wy_source_encoding(source));
    wy_source_close(source);
    free(path);
}

/* `text` in `encoding` behind `mark`; false: it has characters that the encoding lacks. */
static bool convert(const char *encoding, const char *mark, wy_string text, wy_buf *out)
{
    UErrorCode code = U_ZERO_ERROR;
    UConverter *from = ucnv_open("UTF-8", &code), *to = ucnv_open(encoding, &code);
    assert_true(U_SUCCESS(code));
    ucnv_setFromUCallBack(to, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
    wy_buf_clear(out);
    wy_test_put(out, mark);
    assert_true(wy_buf_reserve(out, text.length * 4 + 16));
    char *target = (char *)out->data + out->length, *begin = target;
    const char *source = text.data;
    ucnv_convertEx(to, from, &target, target + text.length * 4, &source, text.data + text.length,
                   NULL, NULL, NULL, NULL, true, true, &code);
    out->length += (size_t)(target - begin);
    ucnv_close(from);
    ucnv_close(to);
    return U_SUCCESS(code);
}

static void check_encodings(const fixture *f, wy_string text, const wy_report *wanted)
{
    static const struct {
        const char *encoding, *mark, *found;
    } cases[] = {{"UTF-8", "\xEF\xBB\xBF", "UTF-8"},   {"GB18030", "", "GB18030"},
                 {"UTF-16LE", "\xFF\xFE", "UTF-16LE"}, {"UTF-16BE", "\xFE\xFF", "UTF-16BE"},
                 {"UTF-16LE", "", "UTF-16LE"},         {"UTF-16BE", "", "UTF-16BE"}};
    wy_buf out;
    wy_buf_init(&out, &wy_mem_default);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(convert(cases[i].encoding, cases[i].mark, text, &out));
        check(f, ".txt", out.data, out.length, cases[i].found, wanted, true);
    }
    wy_buf_free(&out);
}

/* Big5 has no 〇, for which its texts write ○. Reports in simplified characters are left out. */
static void check_big5(fixture *f, wy_string text)
{
    wy_buf plain, out;
    wy_source *source;
    const wy_report *wanted;
    wy_error error;
    char *path = wy_test_format("%s/b.txt", f->folder);
    wy_buf_init(&plain, &wy_mem_default);
    wy_buf_init(&out, &wy_mem_default);
    for (size_t i = 0; i < text.length; i++) {
        bool zero = text.length - i >= 3 && memcmp(text.data + i, "〇", 3) == 0;
        if (zero)
            wy_test_put(&plain, "○");
        else
            wy_buf_u8(&plain, (uint8_t)text.data[i]);
        i += zero ? 2 : 0;
    }
    if (convert("Big5", "", (wy_string){(const char *)plain.data, plain.length}, &out)) {
        wy_test_file_write(path, plain.data, plain.length);
        assert_ok(wy_source_open(path, NULL, &source, &error), &error);
        assert_ok(wy_source_next(source, &wanted, &error), &error);
        check(f, ".txt", out.data, out.length, "Big5", wanted, true);
        wy_source_close(source);
        f->big5++;
    }
    wy_buf_free(&out);
    wy_buf_free(&plain);
    free(path);
}

static void check_packings(const fixture *f, wy_string text, const wy_report *wanted)
{
    size_t room = ZSTD_compressBound(text.length) + compressBound((uLong)text.length) + 64;
    unsigned char *packed = malloc(room);
    assert_non_null(packed);
    size_t n = ZSTD_compress(packed, room, text.data, text.length, 3);
    assert_false(ZSTD_isError(n));
    check(f, ".txt.zst", packed, n, "UTF-8", wanted, true);
    check(f, ".txt", packed, n, "UTF-8", wanted, true);
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)text.data,
                  .avail_in = (uInt)text.length,
                  .next_out = packed,
                  .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    check(f, ".txt.gz", packed, z.total_out, "UTF-8", wanted, true);
    deflateEnd(&z);
    free(packed);
}

static void check_html(const fixture *f, const wy_report *wanted)
{
    wy_buf out;
    wy_buf_init(&out, &wy_mem_default);
    wy_test_put(&out, "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>");
    wy_test_xml(&out, wanted->title);
    wy_test_put(&out, "_门户网站</title></head><body><nav><a href=\"/\">首页</a></nav><h1>");
    wy_test_xml(&out, wanted->title);
    wy_test_put(&out, "</h1><div class=\"share\">分享到微信</div>\n");
    for (size_t i = 0; i < wanted->paragraph_count; i++) {
        wy_test_put(&out, "<p>\n　　");
        wy_test_xml(&out, wanted->paragraphs[i].text);
        wy_test_put(&out, "\n</p>\n");
    }
    wy_test_put(&out, "<footer>版权所有</footer><script>var a = '<p>';</script></body></html>");
    check(f, ".html", out.data, out.length, "UTF-8", wanted, false);
    wy_buf_free(&out);
}

static void check_docx(const fixture *f, const wy_report *wanted)
{
    wy_buf out;
    char *path = wy_test_format("%s/a.docx", f->folder);
    wy_buf_init(&out, &wy_mem_default);
    wy_test_put(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document " WY_TEST_W
                      "><w:body><w:p><w:r><w:t>");
    wy_test_xml(&out, wanted->title);
    wy_test_put(&out, "</w:t></w:r></w:p>\n");
    for (size_t i = 0; i < wanted->paragraph_count; i++) {
        wy_test_put(&out, "  <w:p>\n    <w:r><w:t>");
        wy_test_xml(&out, wanted->paragraphs[i].text);
        wy_test_put(&out, "</w:t></w:r></w:p>\n");
    }
    wy_test_put(&out, "</w:body></w:document>");
    wy_buf_u8(&out, 0);
    const wy_test_part parts[] = {{"[Content_Types].xml", "<Types/>"},
                                  {"word/document.xml", (const char *)out.data},
                                  {NULL, NULL}};
    wy_test_docx_write(path, parts);
    check(f, ".docx", NULL, 0, "UTF-8", wanted, false);
    wy_buf_free(&out);
    free(path);
}

/* A paragraph as Markdown: marks that would mean something are escaped. */
static void put_markdown(wy_buf *out, wy_string text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (strchr("\\`*_{}[]<>()#+-.!|&~", text.data[i])) wy_buf_u8(out, '\\');
        wy_buf_u8(out, (uint8_t)text.data[i]);
    }
}

static void check_markdown(const fixture *f, const wy_report *wanted)
{
    wy_buf out;
    wy_buf_init(&out, &wy_mem_default);
    wy_test_put(&out, "# ");
    put_markdown(&out, wanted->title);
    for (size_t i = 0; i < wanted->paragraph_count; i++) {
        wy_test_put(&out, "\n\n");
        put_markdown(&out, wanted->paragraphs[i].text);
    }
    wy_test_put(&out, "\n");
    check(f, ".md", out.data, out.length, "UTF-8", wanted, false);
    wy_buf_free(&out);
}

static void check_file(fixture *f, const char *path)
{
    wy_source *source;
    const wy_report *report;
    wy_error error;
    size_t length;
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_ok(wy_source_next(source, &report, &error), &error);
    assert_true(report->paragraph_count > 3 && report->title.length > 0);
    char *bytes = wy_test_file_read(path, &length);
    if (strstr(path, ".txt")) {
        char encoding[WY_ENCODING_NAME];
        wy_buf decoded;
        wy_buf_init(&decoded, &wy_mem_default);
        assert_ok(wy_decode(path, bytes, length, NULL, NULL, &decoded, encoding, &error), &error);
        const wy_string text = {(const char *)decoded.data, decoded.length};
        check_encodings(f, text, report);
        check_big5(f, text);
        check_packings(f, text, report);
        wy_buf_free(&decoded);
    }
    check_html(f, report);
    check_docx(f, report);
    check_markdown(f, report);
    f->reports++;
    free(bytes);
    wy_source_close(source);
}

static void walk(fixture *f, const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct stat st;
        if (entry->d_name[0] == '.' || strstr(entry->d_name, ".md")) continue;
        char *path = wy_test_format("%s/%s", folder, entry->d_name);
        assert_int_equal(stat(path, &st), 0);
        if (S_ISDIR(st.st_mode))
            walk(f, path);
        else if (!strstr(path, ".jsonl"))
            check_file(f, path);
        free(path);
    }
    closedir(dir);
}

static void test_corpus(void **state)
{
    (void)state;
    fixture f = {.folder = wy_test_folder_make()};
    walk(&f, WY_SOURCE_DIR "/corpus");
    print_message("%u reports, %u of them in Big5 too\n", f.reports, f.big5);
    assert_true(f.reports >= 10);
    assert_true(f.big5 >= 1);
    wy_test_folder_remove(f.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests_name("variants of reports", tests, NULL, NULL);
}
