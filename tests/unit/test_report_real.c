/*
 * Real reports as found, where they are at hand: all are read, their titles, years, dates and
 * issuers are those of a table that was checked by hand, no furniture is left among the
 * paragraphs, none is torn, and every character of a file is in a paragraph, in the title or in a
 * line of furniture.
 */
#include "test_report.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "report/chars.h"
#include "report/date.h"

#define REPORTS WY_SHARED_DATA "/reports"

/* Whole lines that are furniture, written here again and not taken from the code under test. */
/* clang-format off */
static const char *const furniture[] = {
    "abcd39f1fb7f426d9dfb6bd0fa1f2146:", "e4c29f31c6964493a14c4ddf6b160169:",
    "be341a59f1dd422394845dcb3fce09dc:",
    "四川省第十四届人民代表大会第五次会议关于政府工作报告的决议",
    "四川干部群众热议政府工作报告 以奋勇争先之姿，乘势而为",
    "解读省政府工作报告：在服务大局中担难担重前行 在识变应变中向新向优发展",
    "Public domain", "false", "true", "公有领域", "。", "、", "》", "】", "【", ">", "|", "×",
    "收藏", "下载", "打印", "全屏", "【字号：", "【字体：", "加大", "还原", "减小", "大", "中",
    "小", "首页", "相关报道：", "相关文档：", "相关链接", "相关链接>>", "相关附件>>", "附件下载",
    "扫一扫在手机打开当前页", "扫一扫在手机上查看当前页面", "打印本页", "关闭窗口", "分享:",
    "分享：", "分享到:", "分享到微信", "您的位置:", "当前位置：", "政策文件:",
    "》》点击图片进入专题《《", "阅读量：", "中国大陆", "不总是", "法律", "法规",
    "中华人民共和国著作权法", "中华人民共和国法律", "，也可能在其他管辖区，属于",
    "具有立法、行政、司法性质的文件。", "》第五条第一项，本作品不适用于该法，在",
    "》第五条，本作品不适用于该法，所以属于",
    "本模板所指的决定包括由中华人民共和国主席令公布的修改或废止法律的决定。",
    "注：中文维基文库社群认为，中华人民共和国公务演讲，", "。依据《",
    "，国家机关的决议、决定、命令和其他具有立法、行政、司法性质的文件，及其官方正式译文。根据《"
};
/* clang-format on */
/* How lines of furniture begin. */
static const char *const beginnings[] = {"来源",     "（来源", "日期",     "时间",
                                         "发表时间", "编辑",   "责任编辑", "本作品"};

typedef struct tally {
    unsigned files, titles, years, dates, issuers, sections, leftover;
} tally;

static bool is_furniture(wy_string line)
{
    wy_scan scan;
    wy_date date;
    bool time;
    for (size_t i = 0; i < sizeof furniture / sizeof *furniture; i++)
        if (wy_same_literal(line, furniture[i])) return true;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (wy_starts(line, wy_test_string(beginnings[i])) && wy_length(line, 61) <= 60)
            return true;
    wy_scan_line(&scan, line);
    return wy_date_line(&scan, &date, &time) && time;
}

/* `text` without white space and what shows nothing, appended to `out`. */
static void append_shown(wy_buf *out, wy_string text)
{
    for (size_t at = 0; at < text.length;) {
        size_t begin = at;
        char32_t c = wy_utf8_next(text.data, &at);
        if (!wy_char_space(c) && !wy_char_invisible(c))
            wy_buf_bytes(out, text.data + begin, at - begin);
    }
}

/*
 * Walks the file's lines along the text of all paragraphs. A line stands next in that text, or is
 * furniture, or the title, or in a page's path behind a > (which the paragraphs do not have
 * either). Returns the number of lines that are none of these.
 */
static unsigned account(const char *path, const wy_report *report)
{
    size_t length, at = 0;
    unsigned leftover = 0;
    char *bytes = wy_test_file_read(path, &length);
    wy_buf all, line;
    bool last_was_furniture = false;
    wy_buf_init(&all, &wy_mem_default);
    wy_buf_init(&line, &wy_mem_default);
    for (size_t i = 0; i < report->paragraph_count; i++)
        append_shown(&all, report->paragraphs[i].text);
    for (char *text = strtok(bytes, "\n"); text; text = strtok(NULL, "\n")) {
        wy_string trimmed = wy_trim(wy_test_string(text));
        wy_buf_clear(&line);
        append_shown(&line, trimmed);
        if (line.length <= all.length - at &&
            (line.length == 0 || memcmp(all.data + at, line.data, line.length) == 0)) {
            at += line.length;
        } else {
            bool known = is_furniture(trimmed) || wy_same(trimmed, report->title);
            /* The value of a label or a place in the page's path stands behind furniture. */
            if (!known && last_was_furniture && wy_length(trimmed, 13) <= 12) known = true;
            if (!known) {
                print_message("left over in %s: %s\n", path, wy_test_view(trimmed));
                leftover++;
            }
            last_was_furniture = known;
        }
    }
    assert_int_equal(at, all.length);
    wy_buf_free(&line);
    wy_buf_free(&all);
    free(bytes);
    return leftover;
}

/* Paragraphs that end with a comma where the files themselves, seen by hand, begin a new one: an
 * empty line and an indented 一是 or 第一 stand behind them. */
static const char *const leads[] = {"这是因为，", "为了加快农业的发展，", "主要原因，",
                                    "振兴教育事业，"};

/* A paragraph begins with no mark that cannot begin a line, and ends with none that a sentence
 * goes on behind. */
static void check_whole(wy_string text)
{
    wy_string ending = {NULL, 0};
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        if (wy_ends(text, wy_test_string(leads[i]))) ending = text;
    if (!ending.length && wy_in_set(wy_last_char(text), U"，、（《“「"))
        fail_msg("a paragraph is torn at its end: %s", wy_test_view(text));
    if (wy_in_set(wy_first_char(text), U"，。、：；！？）》”」"))
        fail_msg("a paragraph is torn at its beginning: %s", wy_test_view(text));
    /* Torn on the page by a phrase in bold type, and by the end of a printed page. */
    if (wy_ends(text, wy_test_string("经济社会发展的")) ||
        wy_ends(text, wy_test_string("增加到二千四百万")))
        fail_msg("a paragraph is torn: %s", wy_test_view(text));
}

static void check_paragraphs(const wy_report *report)
{
    for (size_t i = 0; i < report->paragraph_count; i++) {
        wy_string text = report->paragraphs[i].text;
        assert_true(text.length > 0);
        check_whole(text);
        assert_true(wy_same(wy_trim(text), text));
        assert_int_equal(wy_utf8_valid(text.data, text.length), text.length);
        assert_true(report->paragraphs[i].section <= report->section_count);
        if (is_furniture(text)) fail_msg("furniture is a paragraph: %s", wy_test_view(text));
    }
}

/*
 * The facts on each file, checked by hand once: its title, the year that it is the report of, the
 * day that it gives for its publication (0: it gives none), and who issued it. A government's
 * work report is its government's, whoever printed it; a resolution on one is that of the
 * congress, and of the year of its session.
 */
typedef struct fact {
    const char *file, *title;
    int32_t year, date;
    const char *issuer;
} fact;

/* clang-format off */
static const fact facts[] = {
    {"1954-国务院-1954年中华人民共和国国务院政府工作报告.txt",
     "1954年中华人民共和国国务院政府工作报告", 1954, 0,
     "国务院"},
    {"1955-国务院-1955年中华人民共和国国务院政府工作报告.txt",
     "1955年中华人民共和国国务院政府工作报告", 1955, 0,
     "国务院"},
    {"1956-国务院-1956年中华人民共和国国务院政府工作报告.txt",
     "1956年中华人民共和国国务院政府工作报告", 1956, 0,
     "国务院"},
    {"1957-国务院-1957年中华人民共和国国务院政府工作报告.txt",
     "1957年中华人民共和国国务院政府工作报告", 1957, 19570626,
     "国务院"},
    {"1958-国务院-1958年中华人民共和国国务院政府工作报告.txt",
     "1958年中华人民共和国国务院政府工作报告", 1958, 0,
     "国务院"},
    {"1959-国务院-1959年中华人民共和国国务院政府工作报告.txt",
     "1959年中华人民共和国国务院政府工作报告", 1959, 0,
     "国务院"},
    {"1960-国务院-1960年中华人民共和国国务院政府工作报告.txt",
     "1960年中华人民共和国国务院政府工作报告", 1960, 0,
     "国务院"},
    {"1964-国务院-1964年中华人民共和国国务院政府工作报告（摘要）.txt",
     "1964年中华人民共和国国务院政府工作报告（摘要）", 1964, 0,
     "国务院"},
    {"1975-国务院-1975年中华人民共和国国务院政府工作报告.txt",
     "1975年中华人民共和国国务院政府工作报告", 1975, 0,
     "国务院"},
    {"1978-国务院-1978年中华人民共和国国务院政府工作报告.txt",
     "1978年中华人民共和国国务院政府工作报告", 1978, 0,
     "国务院"},
    {"1979-国务院-1979年中华人民共和国国务院政府工作报告.txt",
     "1979年中华人民共和国国务院政府工作报告", 1979, 0,
     "国务院"},
    {"1980-国务院-1980年中华人民共和国国务院政府工作报告.txt",
     "1980年中华人民共和国国务院政府工作报告", 1980, 0,
     "国务院"},
    {"1981-国务院-1981年中华人民共和国国务院政府工作报告.txt",
     "1981年中华人民共和国国务院政府工作报告", 1981, 0,
     "国务院"},
    {"1982-国务院-1982年中华人民共和国国务院政府工作报告.txt",
     "1982年中华人民共和国国务院政府工作报告", 1982, 0,
     "国务院"},
    {"1983-国务院-1983年中华人民共和国国务院政府工作报告.txt",
     "1983年中华人民共和国国务院政府工作报告", 1983, 0,
     "国务院"},
    {"1984-国务院-1984年中华人民共和国国务院政府工作报告.txt",
     "1984年中华人民共和国国务院政府工作报告", 1984, 0,
     "国务院"},
    {"1985-国务院-1985年中华人民共和国国务院政府工作报告.txt",
     "1985年中华人民共和国国务院政府工作报告", 1985, 0,
     "国务院"},
    {"1986-国务院-1986年中华人民共和国国务院政府工作报告.txt",
     "1986年中华人民共和国国务院政府工作报告", 1986, 0,
     "国务院"},
    {"1987-国务院-1987年中华人民共和国国务院政府工作报告.txt",
     "1987年中华人民共和国国务院政府工作报告", 1987, 0,
     "国务院"},
    {"1988-国务院-1988年中华人民共和国国务院政府工作报告.txt",
     "1988年中华人民共和国国务院政府工作报告", 1988, 0,
     "国务院"},
    {"1992-国务院-1992年中华人民共和国国务院政府工作报告.txt",
     "1992年中华人民共和国国务院政府工作报告", 1992, 0,
     "国务院"},
    {"1993-国务院-1993年中华人民共和国国务院政府工作报告.txt",
     "1993年中华人民共和国国务院政府工作报告", 1993, 0,
     "国务院"},
    {"1994-国务院-1994年中华人民共和国国务院政府工作报告.txt",
     "1994年中华人民共和国国务院政府工作报告", 1994, 0,
     "国务院"},
    {"1995-国务院-1995年中华人民共和国国务院政府工作报告.txt",
     "1995年中华人民共和国国务院政府工作报告", 1995, 0,
     "国务院"},
    {"1997-国务院-1997年中华人民共和国国务院政府工作报告.txt",
     "1997年中华人民共和国国务院政府工作报告", 1997, 0,
     "国务院"},
    {"1998-国务院-1998年中华人民共和国国务院政府工作报告.txt",
     "1998年中华人民共和国国务院政府工作报告", 1998, 0,
     "国务院"},
    {"1999-国务院-1999年中华人民共和国国务院政府工作报告.txt",
     "1999年中华人民共和国国务院政府工作报告", 1999, 0,
     "国务院"},
    {"2000-国务院-2000年中华人民共和国国务院政府工作报告.txt",
     "2000年中华人民共和国国务院政府工作报告", 2000, 0,
     "国务院"},
    {"2001-国务院-2001年中华人民共和国国务院政府工作报告.txt",
     "2001年中华人民共和国国务院政府工作报告", 2001, 0,
     "国务院"},
    {"2002-国务院-2002年中华人民共和国国务院政府工作报告.txt",
     "2002年中华人民共和国国务院政府工作报告", 2002, 0,
     "国务院"},
    {"2003-国务院-2003年中华人民共和国国务院政府工作报告.txt",
     "2003年中华人民共和国国务院政府工作报告", 2003, 0,
     "国务院"},
    {"2004-国务院-2004年中华人民共和国国务院政府工作报告.txt",
     "2004年中华人民共和国国务院政府工作报告", 2004, 0,
     "国务院"},
    {"2005-国务院-2005年中华人民共和国国务院政府工作报告.txt",
     "2005年中华人民共和国国务院政府工作报告", 2005, 0,
     "国务院"},
    {"2006-国务院-2006年中华人民共和国国务院政府工作报告.txt",
     "2006年中华人民共和国国务院政府工作报告", 2006, 0,
     "国务院"},
    {"2007-国务院-2007年中华人民共和国国务院政府工作报告.txt",
     "2007年中华人民共和国国务院政府工作报告", 2007, 0,
     "国务院"},
    {"2008-国务院-2008年中华人民共和国国务院政府工作报告.txt",
     "2008年中华人民共和国国务院政府工作报告", 2008, 0,
     "国务院"},
    {"2009-国务院-2009年中华人民共和国国务院政府工作报告.txt",
     "2009年中华人民共和国国务院政府工作报告", 2009, 0,
     "国务院"},
    {"2010-国务院-2010年中华人民共和国国务院政府工作报告.txt",
     "2010年中华人民共和国国务院政府工作报告", 2010, 0,
     "国务院"},
    {"2011-国务院-2011年中华人民共和国国务院政府工作报告.txt",
     "2011年中华人民共和国国务院政府工作报告", 2011, 0,
     "国务院"},
    {"2012-国务院-2012年中华人民共和国国务院政府工作报告.txt",
     "2012年中华人民共和国国务院政府工作报告", 2012, 0,
     "国务院"},
    {"2013-国务院-2013年中华人民共和国国务院政府工作报告.txt",
     "2013年中华人民共和国国务院政府工作报告", 2013, 0,
     "国务院"},
    {"2014-国务院-2014年中华人民共和国国务院政府工作报告.txt",
     "2014年中华人民共和国国务院政府工作报告", 2014, 0,
     "国务院"},
    {"2015-国务院-2015年中华人民共和国国务院政府工作报告.txt",
     "2015年中华人民共和国国务院政府工作报告", 2015, 0,
     "国务院"},
    {"2016-国务院-2016年中华人民共和国国务院政府工作报告.txt",
     "2016年中华人民共和国国务院政府工作报告", 2016, 0,
     "国务院"},
    {"2017-国务院-2017年中华人民共和国国务院政府工作报告.txt",
     "2017年中华人民共和国国务院政府工作报告", 2017, 20170305,
     "国务院"},
    {"2018-国务院-2018年中华人民共和国国务院政府工作报告.txt",
     "2018年中华人民共和国国务院政府工作报告", 2018, 0,
     "国务院"},
    {"2019-国务院-2019年中华人民共和国国务院政府工作报告.txt",
     "2019年中华人民共和国国务院政府工作报告", 2019, 0,
     "国务院"},
    {"2021-国务院-2021年中华人民共和国国务院政府工作报告.txt",
     "2021年中华人民共和国国务院政府工作报告", 2021, 20210305,
     "国务院"},
    {"2022-国务院-2022年中华人民共和国国务院政府工作报告.txt",
     "2022年中华人民共和国国务院政府工作报告", 2022, 20220305,
     "国务院"},
    {"2023-国务院-2023年中华人民共和国国务院政府工作报告.txt",
     "2023年中华人民共和国国务院政府工作报告", 2023, 20230305,
     "国务院"},
    {"2023-马尾区-马尾区2023年法治政府建设工作报告.txt",
     "马尾区2023年法治政府建设工作报告", 2023, 20240329,
     "福州市马尾区人民政府"},
    {"2024-国务院-2024年中华人民共和国国务院政府工作报告.txt",
     "2024年中华人民共和国国务院政府工作报告", 2024, 20240305,
     "国务院"},
    {"2025-国务院-2025年中华人民共和国国务院政府工作报告.txt",
     "2025年中华人民共和国国务院政府工作报告", 2025, 0,
     "国务院"},
    {"2026-上海市-2026年上海市政府工作报告.txt",
     "2026年上海市政府工作报告", 2026, 20260209,
     "上海市人民政府"},
    {"2026-云南省-2026年政府工作报告.txt",
     "2026年政府工作报告", 2026, 20260203,
     "云南省人民政府"},
    {"2026-内蒙古自治区-2026年内蒙古自治区政府工作报告.txt",
     "2026年内蒙古自治区政府工作报告", 2026, 20260212,
     "内蒙古自治区人民政府"},
    {"2026-北京市-2026年北京市政府工作报告.txt",
     "2026年北京市政府工作报告", 2026, 20260202,
     "北京市人民政府"},
    {"2026-吉林省-2026年吉林省政府工作报告.txt",
     "2026年吉林省政府工作报告", 2026, 20260201,
     "吉林省人民政府"},
    {"2026-四川省-2026年四川省人民政府工作报告.txt",
     "2026年四川省人民政府工作报告", 2026, 20260225,
     "四川省人民政府"},
    {"2026-天津市-2026年天津市政府工作报告.txt",
     "2026年天津市政府工作报告", 2026, 20260203,
     "天津市人民政府"},
    {"2026-宁夏回族自治区-2026年宁夏回族自治区政府工作报告.txt",
     "2026年宁夏回族自治区政府工作报告", 2026, 20260209,
     "宁夏回族自治区人民政府"},
    {"2026-安徽省-2026年安徽省政府工作报告.txt",
     "2026年安徽省政府工作报告", 2026, 20260211,
     "安徽省人民政府"},
    {"2026-山东省-2026年山东省政府工作报告.txt",
     "2026年山东省政府工作报告", 2026, 20260201,
     "山东省人民政府"},
    {"2026-山西省-2026年山西省政府工作报告.txt",
     "2026年山西省政府工作报告", 2026, 20260209,
     "山西省人民政府"},
    {"2026-广东省-2026年广东省政府工作报告.txt",
     "2026年广东省政府工作报告", 2026, 20260131,
     "广东省人民政府"},
    {"2026-广西壮族自治区-2026年广西壮族自治区政府工作报告.txt",
     "2026年广西壮族自治区政府工作报告", 2026, 20260207,
     "广西壮族自治区人民政府"},
    {"2026-新疆维吾尔自治区-2026年新疆维吾尔自治区政府工作报告.txt",
     "2026年新疆维吾尔自治区政府工作报告", 2026, 20260212,
     "新疆维吾尔自治区人民政府"},
    {"2026-江苏省-2026年江苏省政府工作报告.txt",
     "2026年江苏省政府工作报告", 2026, 20260209,
     "江苏省人民政府"},
    {"2026-江西省-2026年江西省政府工作报告.txt",
     "2026年江西省政府工作报告", 2026, 20260205,
     "江西省人民政府"},
    {"2026-河北省-2026年河北省政府工作报告.txt",
     "2026年河北省政府工作报告", 2026, 20260202,
     "河北省人民政府"},
    {"2026-河南省-2026年河南省政府工作报告.txt",
     "2026年河南省政府工作报告", 2026, 20260203,
     "河南省人民政府"},
    {"2026-浙江省-2026年浙江省政府工作报告.txt",
     "2026年浙江省政府工作报告", 2026, 20260122,
     "浙江省人民政府"},
    {"2026-海南省-2026年海南省政府工作报告.txt",
     "2026年海南省政府工作报告", 2026, 20260202,
     "海南省人民政府"},
    {"2026-湖北省-2026年湖北省政府工作报告.txt",
     "2026年湖北省政府工作报告", 2026, 20260205,
     "湖北省人民政府"},
    {"2026-湖南省-2026年湖南省政府工作报告.txt",
     "2026年湖南省政府工作报告", 2026, 20260224,
     "湖南省人民政府"},
    {"2026-甘肃省-2026年甘肃省政府工作报告.txt",
     "2026年甘肃省政府工作报告", 2026, 20260210,
     "甘肃省人民政府"},
    {"2026-福建省-2026年福建省政府工作报告.txt",
     "2026年福建省政府工作报告", 2026, 20260206,
     "福建省人民政府"},
    {"2026-西藏自治区-2026年西藏自治区政府工作报告.txt",
     "2026年西藏自治区政府工作报告", 2026, 20260212,
     "西藏自治区人民政府"},
    {"2026-贵州省-2026年贵州省政府工作报告.txt",
     "2026年贵州省政府工作报告", 2026, 20260202,
     "贵州省人民政府"},
    {"2026-辽宁省-2026年辽宁省政府工作报告.txt",
     "2026年辽宁省政府工作报告", 2026, 20260201,
     "辽宁省人民政府"},
    {"2026-重庆市-2026年重庆市政府工作报告.txt",
     "2026年重庆市政府工作报告", 2026, 20260203,
     "重庆市人民政府"},
    {"2026-陕西省-陕西省2026年政府工作报告.txt",
     "陕西省2026年政府工作报告", 2026, 20260202,
     "陕西省人民政府"},
    {"2026-青海省-2026年青海省政府工作报告.txt",
     "2026年青海省政府工作报告", 2026, 20260131,
     "青海省人民政府"},
    {"2026-黑龙江省-2026年黑龙江省政府工作报告.txt",
     "2026年黑龙江省政府工作报告", 2026, 20260226,
     "黑龙江省人民政府"},
    {"国务院-第二届全国人民代表大会第三次会议关于政府工作报告的决议.txt",
     "第二届全国人民代表大会第三次会议关于政府工作报告的决议", 1962, 0,
     "全国人民代表大会"},
    {"国务院-第十一届全国人民代表大会第一次会议关于政府工作报告的决议.txt",
     "第十一届全国人民代表大会第一次会议关于政府工作报告的决议", 2008, 0,
     "全国人民代表大会"},
    {"国务院-第十一届全国人民代表大会第三次会议关于政府工作报告的决议.txt",
     "第十一届全国人民代表大会第三次会议关于政府工作报告的决议", 2010, 0,
     "全国人民代表大会"},
    {"国务院-第十一届全国人民代表大会第二次会议关于政府工作报告的决议.txt",
     "第十一届全国人民代表大会第二次会议关于政府工作报告的决议", 2009, 0,
     "全国人民代表大会"},
    {"国务院-第十一届全国人民代表大会第五次会议关于政府工作报告的决议.txt",
     "第十一届全国人民代表大会第五次会议关于政府工作报告的决议", 2012, 0,
     "全国人民代表大会"},
    {"国务院-第十一届全国人民代表大会第四次会议关于政府工作报告的决议.txt",
     "第十一届全国人民代表大会第四次会议关于政府工作报告的决议", 2011, 0,
     "全国人民代表大会"},
    {"国务院-第十三届全国人民代表大会第一次会议关于政府工作报告的决议.txt",
     "第十三届全国人民代表大会第一次会议关于政府工作报告的决议", 2018, 0,
     "全国人民代表大会"},
    {"国务院-第十三届全国人民代表大会第三次会议关于政府工作报告的决议.txt",
     "第十三届全国人民代表大会第三次会议关于政府工作报告的决议", 2020, 20200528,
     "全国人民代表大会"},
    {"国务院-第十三届全国人民代表大会第二次会议关于政府工作报告的决议.txt",
     "第十三届全国人民代表大会第二次会议关于政府工作报告的决议", 2019, 0,
     "全国人民代表大会"},
    {"国务院-第十三届全国人民代表大会第五次会议关于政府工作报告的决议.txt",
     "第十三届全国人民代表大会第五次会议关于政府工作报告的决议", 2022, 20220311,
     "全国人民代表大会"},
    {"国务院-第十三届全国人民代表大会第四次会议关于政府工作报告的决议.txt",
     "第十三届全国人民代表大会第四次会议关于政府工作报告的决议", 2021, 20210311,
     "全国人民代表大会"},
    {"国务院-第十二届全国人民代表大会第一次会议关于政府工作报告的决议.txt",
     "第十二届全国人民代表大会第一次会议关于政府工作报告的决议", 2013, 0,
     "全国人民代表大会"},
    {"国务院-第十二届全国人民代表大会第三次会议关于政府工作报告的决议.txt",
     "第十二届全国人民代表大会第三次会议关于政府工作报告的决议", 2015, 0,
     "全国人民代表大会"},
    {"国务院-第十二届全国人民代表大会第二次会议关于政府工作报告的决议.txt",
     "第十二届全国人民代表大会第二次会议关于政府工作报告的决议", 2014, 0,
     "全国人民代表大会"},
    {"国务院-第十二届全国人民代表大会第五次会议关于政府工作报告的决议.txt",
     "第十二届全国人民代表大会第五次会议关于政府工作报告的决议", 2017, 0,
     "全国人民代表大会"},
    {"国务院-第十二届全国人民代表大会第四次会议关于政府工作报告的决议.txt",
     "第十二届全国人民代表大会第四次会议关于政府工作报告的决议", 2016, 0,
     "全国人民代表大会"},
    {"国务院-第十四届全国人民代表大会第一次会议关于政府工作报告的决议.txt",
     "第十四届全国人民代表大会第一次会议关于政府工作报告的决议", 2023, 20230313,
     "全国人民代表大会"},
    {"国务院-第十四届全国人民代表大会第三次会议关于政府工作报告的决议.txt",
     "第十四届全国人民代表大会第三次会议关于政府工作报告的决议", 2025, 0,
     "全国人民代表大会"},
    {"国务院-第十四届全国人民代表大会第二次会议关于政府工作报告的决议.txt",
     "第十四届全国人民代表大会第二次会议关于政府工作报告的决议", 2024, 0,
     "全国人民代表大会"},
    {"国务院-第十届全国人民代表大会第五次会议关于政府工作报告的决议.txt",
     "第十届全国人民代表大会第五次会议关于政府工作报告的决议", 2007, 0,
     "全国人民代表大会"},
};
/* clang-format on */

static const fact *find_fact(const char *file)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (strcmp(facts[i].file, file) == 0) return &facts[i];
    fail_msg("no facts on %s", file);
    return NULL;
}

static void check_file(const char *name, tally *sum)
{
    char *path = wy_test_format("%s/%s", REPORTS, name);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    const fact *known = find_fact(name);
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_ok(wy_source_next(source, &report, &error), &error);
    assert_string_equal(wy_source_encoding(source), "UTF-8");
    assert_text(report->title, known->title);
    assert_int_equal(report->year, known->year);
    assert_int_equal(report->date, known->date);
    assert_text(report->issuer, known->issuer);
    check_paragraphs(report);
    sum->files++;
    sum->titles++;
    sum->years += report->year != 0;
    sum->dates += report->date != 0;
    sum->issuers += report->issuer.length != 0;
    sum->sections += report->section_count != 0;
    sum->leftover += account(path, report) != 0;
    assert_int_equal(wy_source_next(source, &report, &error), WY_END);
    wy_source_close(source);
    free(path);
}

static void test_all(void **state)
{
    (void)state;
    tally sum = {0};
    DIR *folder = opendir(REPORTS);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.') check_file(entry->d_name, &sum);
    closedir(folder);
    print_message("%u files: %u titles, %u years, %u dates, %u issuers, %u with sections, "
                  "%u with something left over\n",
                  sum.files, sum.titles, sum.years, sum.dates, sum.issuers, sum.sections,
                  sum.leftover);
    assert_true(sum.files > 0);
    assert_int_equal(sum.files, sizeof facts / sizeof *facts);
    assert_int_equal(sum.leftover, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};
    DIR *folder = opendir(REPORTS);
    if (!folder) wy_test_skip("no real reports in %s", REPORTS);
    closedir(folder);
    return cmocka_run_group_tests_name("real reports", tests, NULL, NULL);
}
