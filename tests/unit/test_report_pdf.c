/*
 * PDF files: lines of print put together, heads, feet and page numbers left out, damage told.
 * The files are made here: a font without glyphs whose codes are Unicode's (ISO 32000-1, 9.7).
 */
#include "test_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"

#define OBJECTS_MAX 64

typedef struct pdf {
    wy_buf bytes;
    size_t offsets[OBJECTS_MAX];
    unsigned objects, pages;
    unsigned page_numbers[16];
} pdf;

static void put(pdf *p, const char *text)
{
    wy_buf_bytes(&p->bytes, text, strlen(text));
}

static void put_number(pdf *p, const char *format, unsigned number)
{
    char text[200];
    snprintf(text, sizeof text, format, number);
    put(p, text);
}

static void begin_object(pdf *p, unsigned number)
{
    assert_true(number < OBJECTS_MAX);
    p->offsets[number] = p->bytes.length;
    if (number >= p->objects) p->objects = number + 1;
    put_number(p, "%u 0 obj\n", number);
}

static void put_stream(pdf *p, unsigned number, const char *data, size_t length)
{
    begin_object(p, number);
    put_number(p, "<< /Length %u >>\nstream\n", (unsigned)length);
    wy_buf_bytes(&p->bytes, data, length);
    put(p, "\nendstream\nendobj\n");
}

enum { CATALOG = 1, PAGES, FONT, DESCENDANT, DESCRIPTOR, TO_UNICODE, INFO, FIRST_PAGE };

static void begin_pdf(pdf *p)
{
    static const char map[] =
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /U def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        "1 beginbfrange <0000> <FFFF> <0000> endbfrange\nendcmap end end\n";
    *p = (pdf){0};
    wy_buf_init(&p->bytes, &wy_mem_default);
    put(p, "%PDF-1.4\n");
    begin_object(p, FONT);
    put(p, "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
           "/DescendantFonts [4 0 R] /ToUnicode 6 0 R >>\nendobj\n");
    begin_object(p, DESCENDANT);
    put(p, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /FontDescriptor 5 0 R "
           "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>\n"
           "endobj\n");
    begin_object(p, DESCRIPTOR);
    put(p, "<< /Type /FontDescriptor /FontName /Song /Flags 4 /Ascent 880 /Descent -120 "
           "/FontBBox [0 -120 1000 880] /ItalicAngle 0 /CapHeight 700 /StemV 80 >>\nendobj\n");
    put_stream(p, TO_UNICODE, map, strlen(map));
    begin_object(p, INFO);
    put(p, "<< /Title (Untitled template) /ModDate (D:20240329150600Z) >>\nendobj\n");
}

/* A page of lines; one that begins with a > is indented by two characters. */
static void add_page(pdf *p, const char *const *lines)
{
    wy_buf content;
    wy_buf_init(&content, &wy_mem_default);
    unsigned page = FIRST_PAGE + 2 * p->pages;
    for (unsigned i = 0; lines[i]; i++) {
        char text[64];
        const char *line = lines[i];
        bool indented = line[0] == '>';
        size_t at = indented, length = strlen(line);
        int n = snprintf(text, sizeof text, "BT /F1 12 Tf 1 0 0 1 %d %d Tm <", indented ? 96 : 72,
                         800 - 18 * (int)i);
        wy_buf_bytes(&content, text, (size_t)n);
        while (at < length) {
            n = snprintf(text, sizeof text, "%04X", (unsigned)wy_utf8_next(line, &at));
            wy_buf_bytes(&content, text, (size_t)n);
        }
        wy_buf_bytes(&content, "> Tj ET\n", 8);
    }
    put_stream(p, page + 1, (const char *)content.data, content.length);
    begin_object(p, page);
    put_number(p, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %u 0 R ",
               page + 1);
    put(p, "/Resources << /Font << /F1 3 0 R >> >> >>\nendobj\n");
    p->page_numbers[p->pages++] = page;
    wy_buf_free(&content);
}

static void end_pdf(pdf *p)
{
    begin_object(p, PAGES);
    put_number(p, "<< /Type /Pages /Count %u /Kids [", p->pages);
    for (unsigned i = 0; i < p->pages; i++) put_number(p, "%u 0 R ", p->page_numbers[i]);
    put(p, "] >>\nendobj\n");
    begin_object(p, CATALOG);
    put(p, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    size_t table = p->bytes.length;
    put_number(p, "xref\n0 %u\n0000000000 65535 f \n", p->objects);
    for (unsigned i = 1; i < p->objects; i++)
        put_number(p, "%010u 00000 n \n", (unsigned)p->offsets[i]);
    put_number(p, "trailer\n<< /Size %u /Root 1 0 R /Info 7 0 R >>\nstartxref\n", p->objects);
    put_number(p, "%u\n%%%%EOF\n", (unsigned)table);
    assert_false(p->bytes.failed);
}

/* Two pages of a report as printed: 20 characters a line. */
static void make_report(pdf *p)
{
    static const char *const pages[][12] = {
        {"东湖区政府文件", "东湖区2023年工作报告", ">一年来，全区上下同心协力，各项工作稳步",
         "推进，取得了新的成绩，群众满意度明显提高。", ">一、主要工作",
         ">全年接待群众三千人次，办结事项两千九百件，",
         "其中网上办结的占八成，比上年提高了一成五。", "- 1 -", NULL},
        {"东湖区政府文件", ">二是开展培训，培训干部五百人次，考核合格",
         "率达到九成九，队伍素质有了很大的提高，服务", "- 2 -", NULL},
        {"东湖区政府文件", "水平也有了进步。", ">三是做好总结，把经验用到新一年的工作里去。",
         "- 3 -", NULL}};
    begin_pdf(p);
    for (size_t i = 0; i < 3; i++) add_page(p, pages[i]);
    end_pdf(p);
}

static void test_whole(void **state)
{
    (void)state;
    pdf p;
    wy_source *source;
    const wy_report *report;
    wy_error error;
    make_report(&p);
    char *folder = wy_test_folder_make();
    char *path = wy_test_format("%s/报告.pdf", folder);
    wy_test_file_write(path, p.bytes.data, p.bytes.length);
    assert_true(wy_source_reads(path, NULL));
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_ok(wy_source_next(source, &report, &error), &error);
    assert_text(report->title, "东湖区2023年工作报告");
    assert_int_equal(report->year, 2023);
    assert_int_equal(report->date, 20240329);
    assert_paragraphs(
        report, "一年来，全区上下同心协力，各项工作稳步推进，取得了新的成绩，群众满意度明显提高。",
        "一、主要工作",
        "全年接待群众三千人次，办结事项两千九百件，其中网上办结的占八成，比上年提高了一成五。",
        "二是开展培训，培训干部五百人次，考核合格率达到九成九，队伍素质有了很大的提高，服务水平也有"
        "了进步。",
        "三是做好总结，把经验用到新一年的工作里去。");
    wy_source_close(source);
    free(path);
    wy_test_folder_remove(folder);
    wy_buf_free(&p.bytes);
}

/* Cut anywhere it is an error, or what poppler can save of it. */
static void test_cut(void **state)
{
    (void)state;
    pdf p;
    make_report(&p);
    for (size_t n = 0; n < p.bytes.length; n += 97) {
        wy_document document;
        wy_error error = {0};
        wy_document_init(&document, &wy_mem_default);
        int status = wy_pdf_lines(&document, "a.pdf", p.bytes.data, n, &error);
        assert_true(status == WY_OK || status == WY_E_FORMAT);
        if (status != WY_OK) assert_string_equal(error.file, "a.pdf");
        wy_document_free(&document);
    }
    wy_buf_free(&p.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole), cmocka_unit_test(test_cut)};
    if (!wy_pdf_available()) wy_test_skip("%s", "built without poppler");
    return cmocka_run_group_tests_name("PDF", tests, NULL, NULL);
}
