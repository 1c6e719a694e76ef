/*
 * HTML pages: what is text and what is not.
 */
#include "test_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_government_page(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    wy_test_html(
        "<!DOCTYPE html><html><head><meta charset='gb2312'>\n"
        "<title>东湖区2023年法治建设报告_江城市东湖区人民政府</title>\n"
        "<meta name='SiteName' content='江城市东湖区人民政府'>\n"
        "<META NAME=\"ArticleTitle\" CONTENT=\"东湖区2023年法治建设报告\">\n"
        "<meta name='PubDate' content='2024-03-29 15:06'/>\n"
        "<meta name='ContentSource' content='东湖日报'>\n"
        "<style>p { color: red }</style><script>var a = '<p>不是正文</p>';</script></head>\n"
        "<body class='nav-open'><nav>首页 政务公开</nav><header><h1>网站名</h1></header>\n"
        "<div class='breadcrumb'>首页 &gt; 政务公开</div>\n"
        "<form action='/search'><input name=q value='搜索'><button>搜索</button>站内搜索</form>\n"
        "<div id='content'><h2>东湖区2023年法治建设报告</h2>\n"
        "<p>　　一年来，各项工作\n稳步推进，<b>成绩</b>很大，English\nwords &amp; more。</p>\n"
        "<p>&nbsp;</p><p>一、主要做法<br>第一行<br/>第二行</p>\n"
        "<div class='share'>分享到微信</div>\n"
        "<table><tr><th>项目</th><th>数量</th></tr>\n"
        "<tr><td><p>道路</p></td><td>十二\n条</td></tr></table>\n"
        "<ul><li>甲项<li>乙项</ul><noscript>请打开脚本</noscript></div>\n"
        "<footer>版权所有</footer></body></html>",
        &document, &report);
    assert_text(report.title, "东湖区2023年法治建设报告");
    assert_int_equal(report.year, 2023);
    assert_int_equal(report.date, 20240329);
    assert_text(report.issuer, "东湖区");
    assert_paragraphs(&report, "一年来，各项工作稳步推进，成绩很大，English words & more。",
                      "一、主要做法", "第一行", "第二行", "项目 数量", "道路 十二条", "甲项",
                      "乙项");
    assert_int_equal(report.section_count, 1);
    static const char *const told[] = {"<nav> 首页 政务公开",   "<header> 网站名",
                                       "<div> 首页 > 政务公开", "<form> 搜索 站内搜索",
                                       "<div> 分享到微信",      "<footer> 版权所有"};
    const size_t before = document.dropped_count - sizeof told / sizeof *told;
    assert_true(document.dropped_count >= sizeof told / sizeof *told);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_text(document.dropped[before + i], told[i]);
    wy_document_free(&document);
}

/* What is left out within a paragraph does not tear it; of long parts the beginning is told. */
static void test_left_out(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    char long_part[400] = "";
    for (int i = 0; i < 61; i++) strcat(long_part, "字");
    char *page = wy_test_format("<p>前半<button>展开</button>后半。<aside> <b></b></aside>"
                                "<nav>%s</nav><script>字</script>",
                                long_part);
    wy_test_html(page, &document, &report);
    assert_paragraphs(&report, "前半后半。");
    assert_int_equal(document.dropped_count, 2);
    assert_text(document.dropped[0], "<button> 展开");
    strcpy(long_part + 60 * strlen("字"), "…");
    char *expected = wy_test_format("<nav> %s", long_part);
    assert_text(document.dropped[1], expected);
    wy_document_free(&document);
    free(expected);
    free(page);
}

static void test_layouts(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    /* The page in one table cell and in one form, as it was done. */
    wy_test_html("<title>年度报告 - 某网站</title><body><form id=aspnetForm><table><tr><td>"
                 "<p>年度报告<p>"
                 "第一段是正文，写得比较长，所以表单不能整个去掉。这里再写一些字，好让它更长一些。"
                 "第一段是正文，写得比较长，所以表单不能整个去掉。这里再写一些字，好让它更长一些。"
                 "第一段是正文，写得比较长，所以表单不能整个去掉。这里再写一些字，好让它更长一些。"
                 "<p>第二段。<p>第三段。</table></form>",
                 &document, &report);
    assert_text(report.title, "年度报告");
    assert_int_equal(report.paragraph_count, 3);
    assert_text(report.paragraphs[2].text, "第三段。");
    wy_document_free(&document);

    wy_test_html(
        "<article><header><h1>题目</h1></header><p>正文。</p>"
        "<h2>小标题</h2><p>又一段。</p><h3>更小的</h3><p>三段。</p><footer>尾注</footer></article>"
        "<div hidden>看不见</div><pre>甲\n乙  丙\n</pre>",
        &document, &report);
    assert_text(report.title, "题目");
    assert_paragraphs(&report, "正文。", "小标题", "又一段。", "更小的", "三段。", "尾注", "甲",
                      "乙 丙");
    assert_int_equal(report.section_count, 2);
    assert_int_equal(report.sections[1].parent, 1);
    wy_document_free(&document);

    wy_test_html("", &document, &report);
    assert_int_equal(report.paragraph_count, 0);
    wy_document_free(&document);
    wy_test_html("只有文字<", &document, &report);
    assert_text(report.title, "只有文字<");
    wy_document_free(&document);
}

static char *repeat(const char *before, const char *unit, size_t times, const char *behind)
{
    size_t n = strlen(unit), at = strlen(before);
    char *text = wy_test_alloc(at + n * times + strlen(behind) + 1);
    memcpy(text, before, at);
    for (size_t i = 0; i < times; i++, at += n) memcpy(text + at, unit, n);
    memcpy(text + at, behind, strlen(behind) + 1);
    return text;
}

static void test_deep(void **state)
{
    (void)state;
    static const char *const units[] = {"<div>",  "<b>",          "<table><tr><td>", "<ul><li>",
                                        "<form>", "<blockquote>", "<span class='x'>"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        wy_document document;
        wy_report report;
        char *text =
            repeat("<title>题目</title><body><p>题目</p>", units[i], 10000, "深处的文字。");
        wy_test_html(text, &document, &report);
        assert_text(report.title, "题目");
        if (units[i][1] != 'f') /* a small form is left out */
            assert_paragraphs(&report, "深处的文字。");
        wy_document_free(&document);
        free(text);
    }
}

/* A text of 24 MB in one element keeps its end. */
static void test_long_text(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    char *text = repeat("<p>题目</p><p>", "一二三四五六七八", 1000000, "完</p>");
    wy_test_html(text, &document, &report);
    assert_int_equal(report.paragraph_count, 1);
    assert_int_equal(report.paragraphs[0].text.length, 24000003);
    wy_document_free(&document);
    free(text);
}

static void test_declared(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
    } cases[] = {{"<meta charset=\"gb2312\">", "gb2312"},
                 {"<META http-equiv=Content-Type content='text/html; CHARSET = big5 '>", "big5"},
                 {"<?xml version='1.0'?><meta charset=utf-8>", "utf-8"},
                 {"<meta charset=''>", NULL},
                 {"<p>charset", NULL},
                 {"<p>", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[WY_ENCODING_NAME];
        bool found = wy_html_declared(cases[i].text, strlen(cases[i].text), name);
        assert_int_equal(found, cases[i].name != NULL);
        if (found) assert_string_equal(name, cases[i].name);
    }
    static const char *const pages[] = {
        "<!DOCTYPE html>",      " \n<HTML lang=zh>",
        "\xEF\xBB\xBF<html>",   "<?xml version='1.0'?>\n<!DOCTYPE html>",
        "<!-- saved --><html>", "<body>"};
    static const char *const others[] = {"", "<", "html", "<p", "<!--", "<!-- -->", "<报告>"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        assert_true(wy_html_looks(pages[i], strlen(pages[i])));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(wy_html_looks(others[i], strlen(others[i])));
}

static void test_random(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const parts[] = {
        "<p>", "</p>", "<div class='share'>", "</div>", "<table>", "<tr>", "<td>", "</table>",
        "<br>", "<h1>", "</h1>", "<title>", "</title>", "<script>", "</script>", "<!--", "-->",
        "<meta name=PubDate content=2024-01-02>", "&#x4e2d;", "&nbsp;", "&#0;", "&#xD800;", "<",
        ">", "文字", " ", "\n", "<svg><title>", "<pre>", "</pre>", "<form>", "</form>", "<article>",
        "<![CDATA[x]]>", "<frameset>", "<select><option>", "\"", "<a href=\""
    };
    /* clang-format on */
    wy_test_random random = wy_test_random_of(3);
    for (unsigned round = 0; round < 3000; round++) {
        char text[4096];
        size_t at = 0;
        for (uint64_t i = wy_test_below(&random, 60); i > 0; i--)
            at += (size_t)sprintf(text + at, "%s",
                                  parts[wy_test_below(&random, sizeof parts / sizeof *parts)]);
        text[at] = 0;
        wy_document document;
        wy_report report;
        wy_error error;
        wy_document_init(&document, &wy_mem_default);
        int status = wy_html_lines(&document, "f", text, at, &error);
        if (status == WY_OK)
            assert_ok(wy_structure(&document, &report, &error), &error);
        else
            assert_int_equal(status, WY_E_FORMAT);
        wy_document_free(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_government_page), cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_layouts),         cmocka_unit_test(test_deep),
        cmocka_unit_test(test_long_text),       cmocka_unit_test(test_declared),
        cmocka_unit_test(test_random)};
    return cmocka_run_group_tests_name("report html", tests, NULL, NULL);
}
