/*
 * What plain text is made of: title, date, year, issuer, furniture, sections, torn paragraphs.
 */
#include "test_report.h"

#include <stdio.h>
#include <stdlib.h>

static void test_page(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    wy_test_text(
        "\xEF\xBB\xBF当前位置：\n首页\n>\n政务公开\n>\n工作报告\n"
        "东湖区2023年法治建设报告\n发布时间：2024-03-29 15:06 来源：东湖日报 浏览次数：12\n"
        "【字体：\n大\n中\n小\n】\n下载\n打印\n"
        "东湖区2023年法治建设报告\n"
        "一年来，各项工作稳步推进。\n"
        "一、主要做法\n"
        "（一）健全制度。全年制定办法十二件，修订八件。\n"
        "（二）加强培训\n"
        "举办培训班十期。\n"
        "二、下一步打算\n"
        "继续努力。\n"
        "江城市东湖区人民政府\n2024年1月19日\n"
        "责任编辑：王小明\n分享到微信\n×\n相关链接\n",
        &document, &report);
    assert_text(report.title, "东湖区2023年法治建设报告");
    assert_int_equal(report.year, 2023);
    assert_int_equal(report.date, 20240329);
    assert_text(report.issuer, "江城市东湖区人民政府");
    assert_paragraphs(&report, "一年来，各项工作稳步推进。", "一、主要做法",
                      "（一）健全制度。全年制定办法十二件，修订八件。", "（二）加强培训",
                      "举办培训班十期。", "二、下一步打算", "继续努力。", "江城市东湖区人民政府",
                      "2024年1月19日");
    static const struct {
        const char *heading;
        uint32_t parent;
    } sections[] = {
        {"一、主要做法", 0}, {"（一）健全制度", 1}, {"（二）加强培训", 1}, {"二、下一步打算", 0}};
    static const uint32_t numbers[] = {0, 1, 2, 3, 3, 4, 4, 4, 4};
    assert_int_equal(report.section_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_text(report.sections[i].heading, sections[i].heading);
        assert_int_equal(report.sections[i].parent, sections[i].parent);
    }
    for (size_t i = 0; i < report.paragraph_count; i++)
        assert_int_equal(report.paragraphs[i].section, numbers[i]);
    wy_document_free(&document);
}

static void test_titles(void **state)
{
    (void)state;
    static const struct {
        const char *text, *title;
    } cases[] = {{"工作报告\n\n正文在这里。\n", "工作报告"},
                 {"\xE2\x80\x8B\n\n  ２０２０年工作报告　\n\n正文。\n", "２０２０年工作报告"},
                 {"# 工作报告\n\n正文。\n", "工作报告"},
                 {"江城市人民政府关于二○二三年\n法治建设情况的报告\n\n正文。\n",
                  "江城市人民政府关于二○二三年法治建设情况的报告"},
                 {"东湖区贯彻《\n某项办法\n", "东湖区贯彻《某项办法"},
                 {"没有标题的文章一开始就是一句话。\n第二句话。\n", ""},
                 {"下载\n打印\n工作报告\n正文。\n", "工作报告"},
                 {"", ""},
                 {"下载\n", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_document document;
        wy_report report;
        wy_test_text(cases[i].text, &document, &report);
        assert_text(report.title, cases[i].title);
        wy_document_free(&document);
    }
}

/* A file that is nothing but a title has it for its text too. */
static void test_title_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {"新的内容", "下载\n新的内容\n", "新的内容\n新的内容\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wy_document document;
        wy_report report;
        wy_test_text(texts[i], &document, &report);
        assert_text(report.title, "新的内容");
        assert_true(report.paragraph_count > 0);
        assert_text(report.paragraphs[0].text, "新的内容");
        wy_document_free(&document);
    }
}

static void test_torn_paragraphs(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    /* A wiki: empty lines between paragraphs, links and notes torn out. */
    wy_test_text("工作报告\n\n大会听取了主任所作的\n工作报告\n。会议认为，过去的一年成绩很大，\n"
                 "应当肯定。\n\n　　各乡镇认真执行《\n条例（草案）\n》和有关规定，共计一百二十四\n"
                 "\xE2\x80\x8B\n万元。\n\n一、基本情况\n全年粮食产量比上年增长百分之五，农民收入也"
                 "有增加。\n\n"
                 "会议号召全区上下继续努力，完成全年的各项任务。\n\n区长\n\n2024年1月19日\n",
                 &document, &report);
    assert_paragraphs(&report,
                      "大会听取了主任所作的工作报告。会议认为，过去的一年成绩很大，应当肯定。",
                      "各乡镇认真执行《条例（草案）》和有关规定，共计一百二十四万元。",
                      "一、基本情况", "全年粮食产量比上年增长百分之五，农民收入也有增加。",
                      "会议号召全区上下继续努力，完成全年的各项任务。", "区长", "2024年1月19日");
    assert_int_equal(report.date, 20240119);
    wy_document_free(&document);

    /* Lines are paragraphs: only what cannot be otherwise is joined. */
    wy_test_text("工作报告\n空气质量良好，PM\n2.5\n浓度为二十三微克。\n名词解释\n"
                 "1.“双向\n揭榜\n挂帅”：一种做法\n揭榜\n；另一种做法。\n第二段没有句号\n第三段\n",
                 &document, &report);
    assert_paragraphs(&report, "空气质量良好，PM2.5浓度为二十三微克。", "名词解释",
                      "1.“双向揭榜挂帅”：一种做法揭榜；另一种做法。", "第二段没有句号", "第三段");
    wy_document_free(&document);
}

static void test_hard_wrapped(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    wy_test_text("东湖区工作总结\n\n"
                 "　　今年以来东湖区认真落实各项部署坚持稳中求进扎实推进各项工作经济\n"
                 "运行总体平稳社会大局保持稳定人民生活持续改善全区生产总值比上年增长\n"
                 "百分之六。城镇新增就业一万二千人，登记失业率控制在百分之三以内。各\n"
                 "项指标均好于预期，为明年的工作打下了很好的基础，值得认真总结并且继\n"
                 "- 1 -\n"
                 "续坚持下去。\n"
                 "　　一、经济工作\n"
                 "　　工业增加值比上年增长百分之七，其中装备制造业增长百分之九。新开工\n"
                 "项目三十二个，竣工项目二十八个，完成投资一百二十亿元。农业生产形势\n"
                 "良好，粮食总产量再创新高，蔬菜供应充足，价格基本稳定，群众比较满意\n"
                 "，这些都是全区上下共同努力的结果。\n",
                 &document, &report);
    assert_int_equal(report.paragraph_count, 3);
    assert_text(
        report.paragraphs[0].text,
        "今年以来东湖区认真落实各项部署坚持稳中求进扎实推进各项工作经济运行总体平稳社会大局"
        "保持稳定人民生活持续改善全区生产总值比上年增长百分之六。城镇新增就业一万二千人，登记"
        "失业率控制在百分之三以内。各项指标均好于预期，为明年的工作打下了很好的基础，值得认真"
        "总结并且继续坚持下去。");
    assert_text(report.paragraphs[1].text, "一、经济工作");
    wy_document_free(&document);

    /* A figure is not cut: the line before it is shorter. */
    wy_test_text("东湖区工作总结\n\n"
                 "今年以来东湖区认真落实各项部署坚持稳中求进扎实推进各项工作经济运行\n"
                 "总体平稳社会大局保持稳定人民生活持续改善全区生产总值比上年增长到了\n"
                 "百分之六。城镇新增就业一万二千人，登记失业率由上年末的百分之四降到\n"
                 "百分之三，各项指标均好于预期，绿化率和居民满意度分别达到\n"
                 "98.65%和百分之八十七，为明年的工作打下了很好的基础，值得认真总结并\n"
                 "继续坚持下去。工业增加值比上年增长百分之七，装备制造业增长百分之九\n"
                 "，新开工项目三十二个，竣工项目二十八个，完成投资一百二十亿元，农业\n"
                 "生产形势良好，粮食总产量再创新高，蔬菜供应充足，价格基本稳定，群众\n"
                 "满意。\n",
                 &document, &report);
    assert_int_equal(report.paragraph_count, 1);
    wy_document_free(&document);

    wy_test_text("Annual report\n\n"
                 "The district finished all of its projects in time and within the\n"
                 "budget of the year. Nineteen new buildings were opened for visitors\n"
                 "and 12 more are being built in the northern part of the town, where\n"
                 "most of the new families live. The council wishes to thank all who\n"
                 "took part in the work of the committee and in the meetings of the\n"
                 "neighbourhoods, which were held in every month of the year without\n"
                 "any exception. The report will be read again in the spring when the\n"
                 "figures of the last quarter are known to everyone in the council\n"
                 "house.\n",
                 &document, &report);
    assert_int_equal(report.paragraph_count, 1);
    assert_non_null(strstr(wy_test_view(report.paragraphs[0].text), "within the budget"));
    assert_non_null(strstr(wy_test_view(report.paragraphs[0].text), "visitors and 12 more"));
    wy_document_free(&document);
}

static void test_headings(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    wy_test_text(
        "总结\n第一部分 回顾\n第一章 经济\n一、工业\n（一）产量\n1.钢铁\n（1）甲厂\n①一车间\n"
        "2、煤炭\n(二)质量\n二、农业\n第二章 社会\n第二部分 展望\n结束语\n"
        "1."
        "5亿元投资已经到位\n2023年是重要的一年\n一是加强领导\n三、长句也是标题，不过只到第一个句号"
        "。"
        "后面是正文。\n一是抓实产业。全年开工项目三十个。\n二是加强领导，层层落实。\n"
        "一是抓产业。二是抓民生。三是抓治理。\n",
        &document, &report);
    static const struct {
        const char *heading;
        uint32_t parent;
    } wanted[] = {{"第一部分 回顾", 0}, {"第一章 经济", 1},
                  {"一、工业", 2},      {"（一）产量", 3},
                  {"1.钢铁", 4},        {"（1）甲厂", 5},
                  {"①一车间", 6},       {"2、煤炭", 4},
                  {"(二)质量", 3},      {"二、农业", 2},
                  {"第二章 社会", 1},   {"第二部分 展望", 0},
                  {"结束语", 0},        {"三、长句也是标题，不过只到第一个句号", 13},
                  {"一是抓实产业", 14}};
    assert_int_equal(report.section_count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < report.section_count; i++) {
        assert_text(report.sections[i].heading, wanted[i].heading);
        assert_int_equal(report.sections[i].parent, wanted[i].parent);
    }
    assert_int_equal(report.paragraph_count, 20);
    assert_text(report.paragraphs[16].text, "三、长句也是标题，不过只到第一个句号。后面是正文。");
    wy_document_free(&document);
}

static void test_issuers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *issuer;
    } cases[] = {
        {"工作报告\n正文。\n江城市统计局\n二〇二四年一月三日\n", "江城市统计局"},
        {"江城市人民政府办公室关于印发规定的通知\n正文。\n", "江城市人民政府办公室"},
        {"第九届江城市人民代表大会第三次会议关于预算的决议\n正文。\n", "江城市人民代表大会"},
        {"2024年江城市政府工作报告\n我代表江城市人民政府报告工作。\n", "江城市人民政府"},
        {"2024年江城市政府工作报告\n正文。\n", "江城市人民政府"},
        {"江城市2024年政府工作报告\n正文。\n", "江城市人民政府"},
        {"江城市2024年法治政府建设报告\n正文。\n", "江城市"},
        {"2024年江城市法治政府建设报告\n正文。\n", "江城市"},
        {"2024年江城市法治政府建设报告\n江城市人民政府带头。\n", "江城市人民政府"},
        {"2024年江城市人民政府工作报告\n正文。\n", "江城市人民政府"},
        {"政府工作报告\n——2024年1月3日在江城市第九届人民代表大会第三次会议上\n正文。\n",
         "江城市人民政府"},
        {"工作报告\n来源：东湖日报\n正文。\n", "东湖日报"},
        {"工作报告\n（来源：东湖日报）\n正文。\n", "东湖日报"},
        {"工作报告\n来源：\n东湖日报\n正文。\n", "东湖日报"},
        {"工作报告\n正文。\n", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_document document;
        wy_report report;
        wy_test_text(cases[i].text, &document, &report);
        assert_text(report.issuer, cases[i].issuer);
        wy_document_free(&document);
    }
}

/* Words of furniture in sentences stay, and lines that only look like it. */
static void test_nothing_is_lost(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    wy_test_text(
        "说明\n下载次数达到一万次。\n请在首页下载并打印。\n来源：这句话说明数据的来源，所以要留下。"
        "\n"
        "时间：另行通知\n大\n中\n小\n编辑：是一个很长的句子所以不是一个人的名字也不是别的什么\n"
        "日期：待定\n本作品是大家的。\n- 说明 -\n",
        &document, &report);
    assert_paragraphs(&report, "下载次数达到一万次。", "请在首页下载并打印。",
                      "来源：这句话说明数据的来源，所以要留下。", "时间：另行通知", "大", "中",
                      "小", "编辑：是一个很长的句子所以不是一个人的名字也不是别的什么",
                      "日期：待定", "本作品是大家的。", "- 说明 -");
    wy_document_free(&document);
}

static void test_white_space(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    wy_test_text("题\r\n\xC2\xA0　甲  乙\xE2\x80\x8B\t\r丙\xE2\x80\xA8丁\xC2\x85戊\f己\n　\n",
                 &document, &report);
    assert_paragraphs(&report, "甲  乙", "丙", "丁", "戊", "己");
    wy_document_free(&document);
}

/* One line of many megabytes, and very many lines: the work stays linear. */
static void test_huge(void **state)
{
    (void)state;
    wy_document document;
    wy_report report;
    size_t length = (size_t)8 << 20, unit = strlen("很长的一行");
    char *text = wy_test_alloc(length + 64);
    size_t at = (size_t)sprintf(text, "题\n");
    while (at < length) at += (size_t)sprintf(text + at, "很长的一行");
    wy_test_text(text, &document, &report);
    assert_int_equal(report.paragraph_count, 1);
    assert_int_equal(report.paragraphs[0].text.length % unit, 0);
    wy_document_free(&document);
    at = (size_t)sprintf(text, "题\n");
    while (at < length / 4) at += (size_t)sprintf(text + at, "短，\n");
    wy_test_text(text, &document, &report);
    assert_int_equal(report.paragraph_count, 1);
    wy_document_free(&document);
    free(text);
}

/* Lines put together at random from what decides: never a crash, no character lost. */
static void test_random(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const parts[] = {
        "下载", "【字号：", "】", "大", ">", "首页", "日期：2024-03-29", "来源：", "东湖日报",
        "2024年1月19日", "一、", "（一）", "第一章 总则", "正文一句。", "，", "《", "》", "“", "PM",
        "2.5", "- 3 -", "# 题", "江城市人民政府", "\xE2\x80\x8B", "　", "",
        "很长的一行很长的一行很长的一行很长的一行很长的一行", "本作品", "Public domain", "false",
        "结束语", "第", "(", "（", "年", "二○二四年", "1.", "①"
    };
    /* clang-format on */
    wy_test_random random = wy_test_random_of(2);
    for (unsigned round = 0; round < 4000; round++) {
        char text[4096];
        size_t at = 0;
        uint64_t lines = wy_test_below(&random, 40);
        for (uint64_t i = 0; i < lines; i++) {
            uint64_t pieces = 1 + wy_test_below(&random, 2);
            while (pieces--)
                at += (size_t)sprintf(text + at, "%s",
                                      parts[wy_test_below(&random, sizeof parts / sizeof *parts)]);
            at += (size_t)sprintf(text + at, "\n");
        }
        text[at] = 0;
        wy_document document;
        wy_report report;
        wy_test_text(text, &document, &report);
        size_t kept = 0;
        for (size_t i = 0; i < report.paragraph_count; i++) {
            assert_true(report.paragraphs[i].text.length > 0);
            assert_true(report.paragraphs[i].section <= report.section_count);
            kept += report.paragraphs[i].text.length;
        }
        for (size_t i = 0; i < report.section_count; i++)
            assert_true(report.sections[i].parent <= i);
        /* The title is no paragraph, unless there is no other: then its lines are all there is. */
        size_t lines_of_title = 0;
        for (size_t i = 0; i < document.count; i++)
            lines_of_title += document.lines[i].kind == WY_LINE_TITLE;
        assert_true(kept + (lines_of_title ? report.title.length : 0) <= at);
        wy_document_free(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page),         cmocka_unit_test(test_titles),
        cmocka_unit_test(test_title_alone),  cmocka_unit_test(test_torn_paragraphs),
        cmocka_unit_test(test_hard_wrapped), cmocka_unit_test(test_headings),
        cmocka_unit_test(test_issuers),      cmocka_unit_test(test_nothing_is_lost),
        cmocka_unit_test(test_white_space),  cmocka_unit_test(test_huge),
        cmocka_unit_test(test_random)};
    return cmocka_run_group_tests_name("report structure", tests, NULL, NULL);
}
