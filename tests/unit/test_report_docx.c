/*
 * .docx files: paragraphs, headings by style, tables, notes, properties; archives that are
 * damaged, are none, or expand out of all proportion.
 */
#include "test_report_docx.h"

#include "test_report.h"

#include <stdlib.h>

#include "support/fault_mem.h"

#define BODY(x) "<w:document " WY_TEST_W "><w:body>" x "</w:body></w:document>"
#define P(x)    "<w:p><w:r><w:t>" x "</w:t></w:r></w:p>"
#define STYLED(style, x)                                                                           \
    "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/></w:pPr><w:r><w:t>" x "</w:t></w:r></w:p>"

typedef struct opened {
    char *folder, *path;
    wy_source *source;
    const wy_report *report;
    wy_error error;
    int status;
} opened;

static opened open_parts(const wy_test_part *parts)
{
    opened o = {.folder = wy_test_folder_make()};
    o.path = wy_test_format("%s/报告.docx", o.folder);
    wy_test_docx_write(o.path, parts);
    o.status = wy_source_open(o.path, NULL, &o.source, &o.error);
    if (o.status == WY_OK) o.status = wy_source_next(o.source, &o.report, &o.error);
    return o;
}

static opened open_body(const char *document)
{
    const wy_test_part parts[] = {{"word/document.xml", document}, {NULL, NULL}};
    return open_parts(parts);
}

static void close_opened(opened *o)
{
    wy_source_close(o->source);
    free(o->path);
    wy_test_folder_remove(o->folder);
}

static void test_whole(void **state)
{
    (void)state;
    static const char styles[] =
        "<w:styles " WY_TEST_W ">"
        "<w:style w:styleId=\"a1\"><w:name w:val=\"heading 1\"/></w:style>"
        "<w:style w:styleId=\"a2\"><w:name w:val=\"heading 2\"/></w:style>"
        "<w:style w:styleId=\"own\"><w:name w:val=\"own\"/><w:pPr><w:outlineLvl w:val=\"1\"/>"
        "</w:pPr></w:style>"
        "<w:style w:styleId=\"t\"><w:name w:val=\"Title\"/></w:style>"
        "<w:style w:styleId=\"toc\"><w:name w:val=\"toc 1\"/></w:style></w:styles>";
    static const char core[] =
        "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\" xmlns:dcterms=\"t\">"
        "<dc:title>另一份文件</dc:title><dcterms:created>2020-01-01T08:00:00Z</dcterms:created>"
        "<dcterms:modified>2024-03-29T15:06:00Z</dcterms:modified></cp:coreProperties>";
    /* clang-format off */
    static const char document[] = BODY(
        STYLED("t", "东湖区2023年工作报告")
        STYLED("toc", "主要工作 1")
        P("一年来，<w:tab/>工作</w:t></w:r><w:r><w:t xml:space=\"preserve\">稳步推进。 ")
        STYLED("a1", "主要工作")
        "<w:p><w:r><w:t>接待群众</w:t></w:r>"
        "<w:del><w:r><w:delText>二</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>三</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:t>千人次。</w:t><w:br/><w:t>比上年多。</w:t></w:r></w:p>"
        STYLED("own", "细目")
        P("&lt;甲&amp;乙&gt;")
        "<w:tbl><w:tr><w:tc>" P("项目") "</w:tc><w:tc>" P("数量") "</w:tc></w:tr>"
        "<w:tr><w:tc>" P("信访") "</w:tc><w:tc><w:p/></w:tc><w:tc>" P("三千")
        "</w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>框外前，</w:t></w:r>"
        "<w:r><mc:AlternateContent xmlns:mc=\"m\"><mc:Choice>"
        "<w:txbxContent>" P("框内。") "</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent>" P("框内。") "</w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>框外后。</w:t></w:r></w:p>");
    /* clang-format on */
    static const char notes[] = "<w:footnotes " WY_TEST_W
                                "><w:footnote>" P("注：口径为全年。") "</w:footnote></w:footnotes>";
    const wy_test_part parts[] = {
        {"[Content_Types].xml", "<Types/>"}, {"word/document.xml", document},
        {"word/styles.xml", styles},         {"word/footnotes.xml", notes},
        {"docProps/core.xml", core},         {NULL, NULL}};
    opened o = open_parts(parts);
    wy_understanding how = {.size = sizeof how};
    assert_ok(o.status, &o.error);
    assert_text(o.report->title, "东湖区2023年工作报告");
    assert_int_equal(o.report->year, 2023);
    assert_int_equal(o.report->date, 20240329);
    assert_paragraphs(o.report, "一年来， 工作稳步推进。", "主要工作", "接待群众三千人次。",
                      "比上年多。", "细目", "<甲&乙>", "项目 数量", "信访 三千", "框内。",
                      "框外前，框外后。", "注：口径为全年。");
    assert_int_equal(o.report->section_count, 2);
    assert_text(o.report->sections[0].heading, "主要工作");
    assert_text(o.report->sections[1].heading, "细目");
    assert_int_equal(o.report->sections[1].parent, 1);
    assert_int_equal(o.report->paragraphs[0].section, 0);
    assert_int_equal(o.report->paragraphs[2].section, 1);
    assert_int_equal(o.report->paragraphs[6].section, 2);
    wy_source_understanding(o.source, &how);
    assert_int_equal(how.format, WY_SOURCE_DOCX);
    assert_int_equal(how.title.clue, WY_CLUE_HEADING);
    assert_int_equal(how.date.clue, WY_CLUE_FIELD);
    assert_int_equal(how.dropped_count, 1);
    assert_text(how.dropped[0], "主要工作 1");
    close_opened(&o);
}

#define NUMBERED(style, number, x)                                                                 \
    "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/>" number "</w:pPr><w:r><w:t>" x "</w:t></w:r></"   \
    "w:p>"
#define NUMBER(level, id)                                                                          \
    "<w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" id "\"/></w:numPr>"
#define LEVEL(level, format, text)                                                                 \
    "<w:lvl w:ilvl=\"" level "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" format                  \
    "\"/><w:lvlText w:val=\"" text "\"/></w:lvl>"

/* Numbers that stand in no text: of styles and of paragraphs, counted by level, begun anew. */
static void test_numbers(void **state)
{
    (void)state;
    /* clang-format off */
    static const char numbering[] =
        "<w:numbering " WY_TEST_W "><w:abstractNum w:abstractNumId=\"0\">"
        LEVEL("0", "chineseCounting", "%1、")
        LEVEL("1", "japaneseCounting", "（%2）")
        LEVEL("2", "decimal", "%3.")
        LEVEL("3", "ideographTraditional", "%3.%4")
        "</w:abstractNum><w:abstractNum w:abstractNumId=\"7\">"
        LEVEL("0", "bullet", "●")
        "</w:abstractNum>"
        "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
        "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"7\"/></w:num>"
        "<w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\">"
        "<w:startOverride w:val=\"103\"/></w:lvlOverride></w:num></w:numbering>";
    static const char styles[] =
        "<w:styles " WY_TEST_W ">"
        "<w:style w:styleId=\"a\"><w:name w:val=\"heading 1\"/><w:pPr>" NUMBER("0", "1")
        "</w:pPr></w:style>"
        "<w:style w:styleId=\"b\"><w:name w:val=\"own\"/><w:pPr>" NUMBER("1", "1")
        "</w:pPr></w:style></w:styles>";
    static const char document[] = BODY(
        P("题目")
        STYLED("a", "总体情况")
        STYLED("b", "机制")
        STYLED("b", "队伍")
        NUMBERED("", NUMBER("2", "1"), "甲项。")
        NUMBERED("", NUMBER("3", "1"), "细目。")
        NUMBERED("b", NUMBER("1", "0"), "不编号。")
        STYLED("a", "")
        STYLED("a", "存在问题")
        STYLED("b", "基层")
        NUMBERED("", NUMBER("0", "2"), "圆点。")
        NUMBERED("", NUMBER("0", "9"), "没有这个。")
        NUMBERED("", NUMBER("0", "3"), "重新开始"));
    /* clang-format on */
    const wy_test_part parts[] = {{"word/document.xml", document},
                                  {"word/styles.xml", styles},
                                  {"word/numbering.xml", numbering},
                                  {NULL, NULL}};
    opened o = open_parts(parts);
    assert_ok(o.status, &o.error);
    assert_paragraphs(o.report, "一、总体情况", "（一）机制", "（二）队伍", "1. 甲项。",
                      "1.甲细目。", "不编号。", "二、存在问题", "（一）基层", "圆点。",
                      "没有这个。", "一百零三、重新开始");
    assert_int_equal(o.report->paragraphs[9].section, 5);
    assert_text(o.report->sections[4].heading, "（一）基层");
    assert_text(o.report->sections[o.report->sections[4].parent - 1].heading, "二、存在问题");
    close_opened(&o);
}

/* Rows that lay out a page are paragraphs as they stand; a table in a cell is not lost. */
/* What a style does not say it has from the one that it is based on; a list that is kept with a
 * style of its own is only linked to. */
static void test_inherited(void **state)
{
    (void)state;
    /* clang-format off */
    static const char numbering[] =
        "<w:numbering " WY_TEST_W "><w:abstractNum w:abstractNumId=\"0\">"
        "<w:numStyleLink w:val=\"list\"/></w:abstractNum><w:abstractNum w:abstractNumId=\"1\">"
        "<w:styleLink w:val=\"list\"/>"
        LEVEL("0", "chineseCounting", "%1、")
        LEVEL("1", "chineseCounting", "（%2）")
        "</w:abstractNum>"
        "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
        "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>";
#define STYLE(id, based, more) \
    "<w:style w:styleId=\"" id "\"><w:name w:val=\"样式" id "\"/><w:basedOn w:val=\"" based \
    "\"/><w:pPr>" more "</w:pPr></w:style>"
    static const char styles[] =
        "<w:styles " WY_TEST_W ">"
        STYLE("far", "own", "")
        STYLE("own", "1", NUMBER("0", "1"))
        STYLE("below", "own", "<w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/></w:numPr>"
                              "<w:outlineLvl w:val=\"1\"/>")
        STYLE("plain", "own", "<w:numPr><w:numId w:val=\"0\"/></w:numPr>"
                              "<w:outlineLvl w:val=\"9\"/>")
        STYLE("ring", "round", "") STYLE("round", "ring", "") STYLE("none", "nowhere", "")
        "<w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/></w:style>"
        "<w:style w:styleId=\"list\"><w:name w:val=\"list\"/><w:pPr>"
        "<w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style></w:styles>";
    static const char document[] = BODY(
        P("题目")
        STYLED("far", "总体情况")
        STYLED("below", "机制")
        STYLED("plain", "正文一段。")
        STYLED("own", "存在问题")
        STYLED("ring", "又一段。")
        STYLED("none", "末一段。")
        NUMBERED("", NUMBER("1", "1"), "基层。"));
    /* clang-format on */
    const wy_test_part parts[] = {{"word/document.xml", document},
                                  {"word/styles.xml", styles},
                                  {"word/numbering.xml", numbering},
                                  {NULL, NULL}};
    opened o = open_parts(parts);
    assert_ok(o.status, &o.error);
    assert_paragraphs(o.report, "一、总体情况", "（一）机制", "正文一段。", "二、存在问题",
                      "又一段。", "末一段。", "（一）基层。");
    assert_int_equal(o.report->section_count, 4);
    assert_int_equal(o.report->sections[1].parent, 1);
    assert_int_equal(o.report->paragraphs[2].section, 2);
    assert_int_equal(o.report->paragraphs[5].section, 3);
    close_opened(&o);
}

static void test_tables(void **state)
{
    (void)state;
    opened o = open_body(BODY(P("题目") "<w:tbl><w:tr><w:tc>" P("第一段。") P("第二段。") P(
        "第三段。") "</w:tc></w:tr></w:tbl>"
                    "<w:tbl><w:tr><w:tc>" P("外") "<w:tbl><w:tr><w:tc>" P("内甲") "</w:tc><w:tc>" P(
                        "内乙") "</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>" P("末段。")));
    assert_ok(o.status, &o.error);
    assert_paragraphs(o.report, "第一段。", "第二段。", "第三段。", "内甲", "内乙", "外", "末段。");
    close_opened(&o);
}

static void expect(const char *document, int status, const char *reason)
{
    opened o = open_body(document);
    assert_int_equal(o.status, status);
    if (!strstr(o.error.reason, reason)) fail_msg("%s: %s", reason, o.error.reason);
    assert_true(strstr(o.error.file, ".docx") != NULL);
    close_opened(&o);
}

static void test_bad_parts(void **state)
{
    (void)state;
    expect("<w:document", WY_E_FORMAT, "word/document.xml in the archive");
    expect("", WY_E_FORMAT, "word/document.xml in the archive");
    expect("<!DOCTYPE d [<!ENTITY a \"b\">]>" BODY(P("&a;")), WY_E_FORMAT, "document type");
    /* Elements within elements, more than libxml2 follows. */
    wy_buf deep;
    wy_buf_init(&deep, &wy_mem_default);
    wy_test_put(&deep, "<w:document " WY_TEST_W ">");
    for (int i = 0; i < 100000; i++) wy_test_put(&deep, "<w:p>");
    wy_buf_u8(&deep, 0);
    expect((const char *)deep.data, WY_E_FORMAT, "depth");
    /* A bomb: 8 MiB of one letter. */
    wy_buf_clear(&deep);
    wy_test_put(&deep, "<w:document " WY_TEST_W "><w:body>");
    while (deep.length < (8u << 20))
        wy_test_put(&deep, "<w:p><w:r><w:t>aaaaaaaaaaaaaaaaaaaaaaa"
                           "aaaaaaaaaaaaa</w:t></w:r></w:p>");
    wy_buf_u8(&deep, 0);
    expect((const char *)deep.data, WY_E_LIMIT, "out of all proportion");
    wy_buf_free(&deep);
}

/* A part that is there and cannot be opened is an error, not one that is not there. */
static void test_locked_part(void **state)
{
    (void)state;
    const wy_test_part parts[] = {{"word/document.xml", BODY(P("一"))},
                                  {"word/styles.xml", "<w:styles " WY_TEST_W "/>"},
                                  {NULL, NULL}};
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/a.docx", folder);
    wy_test_docx_write(path, parts);
    int problem = 0;
    zip_t *archive = zip_open(path, 0, &problem);
    assert_non_null(archive);
    assert_int_equal(zip_file_set_encryption(archive, 1, ZIP_EM_AES_256, "一二三"), 0);
    assert_int_equal(zip_close(archive), 0);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_status(WY_E_FORMAT, wy_source_next(source, &report, &error), &error);
    assert_non_null(strstr(error.reason, "word/styles.xml in the archive cannot be read"));
    wy_source_close(source);
    free(path);
    wy_test_folder_remove(folder);
}

/* Text boxes in text boxes, more than there are places for. */
static void test_deep_boxes(void **state)
{
    (void)state;
    wy_buf text;
    wy_buf_init(&text, &wy_mem_default);
    wy_test_put(&text, "<w:document " WY_TEST_W "><w:body>" P("题目"));
    for (int i = 0; i < 40; i++) wy_test_put(&text, "<w:p><w:r><w:t>甲</w:t></w:r>");
    for (int i = 0; i < 40; i++) wy_test_put(&text, "</w:p>");
    wy_test_put(&text, P("末段。") "</w:body></w:document>");
    wy_buf_u8(&text, 0);
    opened o = open_body((const char *)text.data);
    assert_ok(o.status, &o.error);
    size_t letters = 0;
    for (size_t i = 0; i < o.report->paragraph_count; i++)
        letters += o.report->paragraphs[i].text.length / 3;
    assert_int_equal(letters, 40 + 3);
    close_opened(&o);
    wy_buf_free(&text);
}

/* What is no archive, or one cut at any length, is an error and nothing else. */
static void test_cut(void **state)
{
    (void)state;
    size_t length;
    opened o = open_body(BODY(P("题目") P("正文。")));
    assert_ok(o.status, &o.error);
    char *bytes = wy_test_file_read(o.path, &length);
    for (size_t n = 0; n <= length; n++) {
        wy_document document;
        wy_error error = {0};
        wy_document_init(&document, &wy_mem_default);
        int status = wy_docx_lines(&document, "a.docx", bytes, n, &error);
        if (n < length) {
            assert_int_equal(status, WY_E_FORMAT);
            assert_string_equal(error.file, "a.docx");
        } else {
            assert_int_equal(status, WY_OK);
        }
        wy_document_free(&document);
    }
    for (size_t i = 0; i < length; i++) { /* each byte changed */
        wy_document document;
        wy_error error = {0};
        bytes[i] = (char)~bytes[i];
        wy_document_init(&document, &wy_mem_default);
        int status = wy_docx_lines(&document, "a.docx", bytes, length, &error);
        assert_true(status == WY_OK || status == WY_E_FORMAT || status == WY_E_LIMIT);
        wy_document_free(&document);
        bytes[i] = (char)~bytes[i];
    }
    free(bytes);
    close_opened(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),       cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_tables),      cmocka_unit_test(test_bad_parts),
        cmocka_unit_test(test_locked_part), cmocka_unit_test(test_deep_boxes),
        cmocka_unit_test(test_cut),         cmocka_unit_test(test_inherited)};
    return cmocka_run_group_tests_name("docx", tests, NULL, NULL);
}
