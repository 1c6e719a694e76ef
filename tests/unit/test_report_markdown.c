/*
 * Markdown: what makes a line, what is reduced to its text, and what stays as it is.
 */
#include "test_report.h"

#include "base/buf.h"

static void read_markdown(const char *text, wy_document *document, wy_report *report)
{
    wy_error error;
    wy_document_init(document, &wy_mem_default);
    assert_ok(wy_markdown_lines(document, "a.md", text, strlen(text), &error), &error);
    assert_ok(wy_structure(document, report, &error), &error);
}

static void test_whole(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    read_markdown("# 东湖区**2023年**工作报告\n\n发布日期：2024-03-29\n\n"
                  "一年来，[工作](https://example.org \"题\")*稳步*`推进`，成绩~~很~~好。\n\n"
                  "## 主要工作\n\n"
                  "- 第一项\n- 第二项\n  - 细项\n\n"
                  "1. 接待群众\n2. 办结事项\n\n   又一段。\n\n"
                  "### 数字\n\n| 项目 | 数量 |\n|---|---:|\n| 信访 | 三千 |\n\n"
                  "> 引文。\n\n```\n代码 一\n代码 二\n```\n\n"
                  "![图](a.png) A&amp;B&#x4E2D;&#20013;&nbsp;C\n\n"
                  "<div class=\"x\">\n不读\n</div>\n\n末行  \n硬换行\n",
                  &document, &report);
    assert_text(report.title, "东湖区2023年工作报告");
    assert_int_equal(document.why_title.clue, WY_CLUE_HEADING);
    assert_int_equal(report.date, 20240329);
    assert_int_equal(report.year, 2023);
    assert_paragraphs(&report, "一年来，工作稳步推进，成绩很好。", "主要工作", "第一项", "第二项",
                      "细项", "1. 接待群众", "2. 办结事项", "又一段。", "数字", "项目 数量",
                      "信访 三千", "引文。", "代码 一", "代码 二", "图 A&B中中 C", "末行",
                      "硬换行");
    assert_text(report.sections[0].heading, "主要工作");
    assert_text(report.sections[report.section_count - 1].heading, "数字");
    wy_document_free(&document);
}

/* Hard line breaks are joined; lines that are paragraphs stay apart though no empty line does. */
static void test_lines(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    read_markdown("# 题目\n\n一年来，工作\n稳步推进，成绩很好。\n\n第二段说的是另一件事，话也长，\n"
                  "到这里结束。\n\n第三段说的是又一件事，话也很长，到这里结束。\n",
                  &document, &report);
    assert_paragraphs(&report, "一年来，工作稳步推进，成绩很好。",
                      "第二段说的是另一件事，话也长，到这里结束。",
                      "第三段说的是又一件事，话也很长，到这里结束。");
    wy_document_free(&document);
    read_markdown("题目\n　　一年来，工作稳步推进，成绩很好。\n　　第二段说的是另一件事。\n"
                  "　　一、主要工作\n　　正文。\n",
                  &document, &report);
    assert_text(report.title, "题目");
    assert_paragraphs(&report, "一年来，工作稳步推进，成绩很好。", "第二段说的是另一件事。",
                      "一、主要工作", "正文。");
    wy_document_free(&document);
}

static void test_front_matter(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    read_markdown("---\ntitle: \"东湖区2023年工作报告\"\ndate: 2024-03-29\nsource: 东湖日报\n"
                  "---\n\n正文。\n",
                  &document, &report);
    assert_text(report.title, "东湖区2023年工作报告");
    assert_int_equal(document.why_title.clue, WY_CLUE_FIELD);
    assert_int_equal(report.date, 20240329);
    assert_text(report.issuer, "东湖区");
    assert_paragraphs(&report, "正文。");
    wy_document_free(&document);
    read_markdown("---\n\n正文。\n", &document, &report);
    assert_text(report.title, "");
    assert_paragraphs(&report, "正文。");
    wy_document_free(&document);
}

/* Deep and hostile nesting takes neither the stack nor time that grows out of hand. */
static void test_deep(void **state)
{
    (void)state;
    static const char *const patterns[] = {"> ", "- ", "[", "*a ", "![", "`",
                                           "<",  "&#", "|", "~~",  "1. "};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        wy_document document;
        wy_report report;
        wy_buf text;
        wy_buf_init(&text, &wy_mem_default);
        for (int j = 0; j < 5000; j++) wy_buf_bytes(&text, patterns[i], strlen(patterns[i]));
        wy_buf_bytes(&text, "甲\n", strlen("甲\n") + 1);
        read_markdown((const char *)text.data, &document, &report);
        wy_document_free(&document);
        wy_buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole), cmocka_unit_test(test_lines),
                                       cmocka_unit_test(test_front_matter),
                                       cmocka_unit_test(test_deep)};
    return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
