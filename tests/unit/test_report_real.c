/*
 * Real reports as found, where they are at hand: all are read, their titles and years are those
 * of their file names (year-region-title.txt), no furniture is left among the paragraphs, and
 * every character of a file is in a paragraph, in the title or in a line of furniture.
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

static void check_paragraphs(const wy_report *report)
{
    for (size_t i = 0; i < report->paragraph_count; i++) {
        wy_string text = report->paragraphs[i].text;
        assert_true(text.length > 0);
        assert_true(wy_same(wy_trim(text), text));
        assert_int_equal(wy_utf8_valid(text.data, text.length), text.length);
        assert_true(report->paragraphs[i].section <= report->section_count);
        if (is_furniture(text)) fail_msg("furniture is a paragraph: %s", wy_test_view(text));
    }
}

/* The part behind the last hyphen, without .txt. */
static wy_string title_of(const char *name)
{
    const char *title = strrchr(name, '-');
    title = title ? title + 1 : name;
    return (wy_string){title, strlen(title) - strlen(".txt")};
}

static void check_file(const char *name, tally *sum)
{
    char *path = wy_test_format("%s/%s", REPORTS, name);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    wy_scan scan;
    assert_ok(wy_source_open(path, NULL, &source, &error), &error);
    assert_ok(wy_source_next(source, &report, &error), &error);
    assert_string_equal(wy_source_encoding(source), "UTF-8");
    wy_string title = title_of(name);
    assert_text(report->title, wy_test_view(title));
    wy_scan_line(&scan, title);
    int32_t year = wy_date_year(&scan);
    if (year) assert_int_equal(report->year, year);
    if (name[0] >= '0' && name[0] <= '9') assert_int_equal(report->year, atoi(name));
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
    assert_int_equal(sum.issuers, sum.files);
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
