/*
 * Files into reports: formats, ids, hashes, errors, and memory that is out.
 */
#include "test_report.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <unicode/ucnv.h>

#include "base/checksum.h"
#include "support/fault_mem.h"

static const char sample[] =
    "东湖区2023年工作报告\n发布日期：2024-03-29\n\n　　一年来，工作稳步推进。\n\n"
    "　　一、主要工作\n\n　　接待群众三千人次。\n";

static int read_one(const char *path, const wy_source_options *options, wy_source **source,
                    const wy_report **report, wy_error *error)
{
    int status = wy_source_open(path, options, source, error);
    return status == WY_OK ? wy_source_next(*source, report, error) : status;
}

static void check_sample(const wy_report *report)
{
    assert_text(report->title, "东湖区2023年工作报告");
    assert_int_equal(report->year, 2023);
    assert_int_equal(report->date, 20240329);
    assert_paragraphs(report, "一年来，工作稳步推进。", "一、主要工作", "接待群众三千人次。");
}

/* The same report in every encoding is the same report. */
static void test_encodings(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *mark, *option, *found;
    } cases[] = {{"UTF-8", "", NULL, "UTF-8"},
                 {"UTF-8", "\xEF\xBB\xBF", NULL, "UTF-8"},
                 {"GB18030", "", NULL, "GB18030"},
                 {"UTF-16LE", "\xFF\xFE", NULL, "UTF-16LE"},
                 {"UTF-16BE", "\xFE\xFF", NULL, "UTF-16BE"},
                 {"GBK", "", "gbk", "GB18030"}};
    char *folder = wy_test_folder_make();
    char *path = wy_test_format("%s/报告.txt", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[1024];
        UErrorCode code = U_ZERO_ERROR;
        size_t mark = strlen(cases[i].mark);
        memcpy(bytes, cases[i].mark, mark);
        int32_t n = ucnv_convert(cases[i].encoding, "UTF-8", bytes + mark, 900, sample,
                                 (int32_t)strlen(sample), &code);
        assert_true(U_SUCCESS(code));
        size_t length = mark + (size_t)n;
        wy_test_file_write(path, bytes, length);
        const wy_source_options options = {.size = sizeof options, .encoding = cases[i].option};
        wy_source *source;
        const wy_report *report;
        wy_error error;
        struct stat st;
        assert_ok(read_one(path, &options, &source, &report, &error), &error);
        check_sample(report);
        assert_text(report->id, path);
        assert_text(report->source, path);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(report->size, sizeof *report);
        assert_int_equal(report->source_size, length);
        assert_int_equal(report->source_hash, wy_checksum(bytes, length));
        uint64_t hash;
        assert_ok(wy_file_hash(path, &hash, NULL), NULL);
        assert_int_equal(hash, report->source_hash);
        assert_int_equal(report->source_time,
                         (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
        assert_string_equal(wy_source_encoding(source), cases[i].found);
        assert_int_equal(wy_source_next(source, &report, &error), WY_END);
        wy_source_close(source);
    }
    free(path);
    wy_test_folder_remove(folder);
}

static void test_formats(void **state)
{
    (void)state;
    static const char page[] = "<html><title>题目</title><body><p>正文。</p></body></html>";
    static const char lines[] = "{\"title\":\"题目\",\"text\":\"正文。\"}\n";
    static const char text[] = "题目\n正文。\n";
    static const struct {
        const char *name, *bytes;
        int format;
        const char *title;
    } cases[] = {{"a.html", page, WY_SOURCE_AUTO, "题目"},
                 {"a.HTM", page, WY_SOURCE_AUTO, "题目"},
                 {"a.txt", page, WY_SOURCE_AUTO, "题目"},
                 {"a", lines, WY_SOURCE_AUTO, "题目"},
                 {"a.jsonl", lines, WY_SOURCE_AUTO, "题目"},
                 {"a.ndjson", lines, WY_SOURCE_AUTO, "题目"},
                 {"a.txt", text, WY_SOURCE_AUTO, "题目"},
                 {"a.html", text, WY_SOURCE_TEXT, "题目"},
                 {"a", lines, WY_SOURCE_TEXT, "{\"title\":\"题目\",\"text\":\"正文。\"}"},
                 {"a.txt", lines, WY_SOURCE_JSONL, "题目"},
                 {"a.txt", page, WY_SOURCE_HTML, "题目"}};
    char *folder = wy_test_folder_make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = wy_test_format("%s/%s", folder, cases[i].name);
        wy_test_file_write(path, cases[i].bytes, strlen(cases[i].bytes));
        const wy_source_options options = {.size = sizeof options, .format = cases[i].format};
        wy_source *source;
        const wy_report *report;
        wy_error error;
        assert_ok(read_one(path, &options, &source, &report, &error), &error);
        assert_text(report->title, cases[i].title);
        wy_source_close(source);
        free(path);
    }
    wy_test_folder_remove(folder);
}

static void test_names(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    char *path = wy_test_format("%s/2019-a\xFF.txt", folder);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    wy_test_file_write(path, "工作报告\n正文。\n", strlen("工作报告\n正文。\n"));
    assert_ok(read_one(path, NULL, &source, &report, &error), &error);
    assert_text(report->id, path); /* as given, whatever its bytes */
    assert_int_equal(report->year, 2019);
    wy_source_close(source);
    free(path);
    wy_test_folder_remove(folder);
}

static void test_errors(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    char *path = wy_test_format("%s/a.txt", folder);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    assert_status(WY_E_NOT_FOUND, wy_source_open(path, NULL, &source, &error), &error);
    assert_null(source);
    assert_string_equal(error.file, path);
    assert_status(WY_E_FORMAT, wy_source_open(folder, NULL, &source, &error), &error);
    assert_status(WY_E_ARGUMENT, wy_source_open("", NULL, &source, &error), &error);
    const wy_source_options unset = {.format = WY_SOURCE_TEXT};
    assert_status(WY_E_ARGUMENT, wy_source_open(path, &unset, &source, &error), &error);
    const wy_source_options unknown = {.size = sizeof unknown, .format = 9};
    assert_status(WY_E_ARGUMENT, wy_source_open(path, &unknown, &source, &error), &error);
    const wy_source_options klingon = {.size = sizeof klingon, .encoding = "klingon"};
    wy_test_file_write(path, "abc", 3);
    assert_status(WY_E_ARGUMENT, wy_source_open(path, &klingon, &source, &error), &error);

    wy_test_file_write(path, "ab\0c", 4);
    assert_status(WY_E_FORMAT, read_one(path, NULL, &source, &report, &error), &error);
    assert_int_equal(error.offset, 2);
    assert_string_equal(error.file, path);
    assert_int_equal(wy_source_next(source, &report, &error), WY_END);
    wy_source_close(source);
    wy_test_file_write(path, "题目\xE6\n", 8);
    assert_status(WY_E_ENCODING, read_one(path, NULL, &source, &report, &error), &error);
    assert_int_equal(error.offset, 6);
    wy_source_close(source);
    wy_source_close(NULL);

    wy_test_file_write(path, "", 0);
    assert_ok(read_one(path, NULL, &source, &report, &error), &error);
    assert_int_equal(report->paragraph_count, 0);
    wy_source_close(source);
    free(path);
    wy_test_folder_remove(folder);
}

/* Every allocation fails once; nothing leaks, and the answer is WY_E_NOMEM. */
static void test_no_memory(void **state)
{
    (void)state;
    static const char page[] =
        "<html><head><meta name=ArticleTitle content=题目><meta name=ContentSource content=日报>"
        "<body><p>一、开头<p>正文。</html>";
    static const char lines[] =
        "{\"title\":\"题\",\"section\":[\"一\"],\"text\":\"甲\",\"id\":\"1\"}\n"
        "{\"title\":\"题\",\"issuer\":\"局\",\"text\":\"乙\"}\n"
        "{\"title\":\"二\",\"text\":\"乙\"}\n";
    static const char torn[] = "题目《\n甲》\n\n正文说，\n没有完\n，还有。\n";
    static const struct {
        const char *name, *bytes;
    } cases[] = {{"a.html", page}, {"a.jsonl", lines}, {"a.txt", torn}, {"b.txt", sample}};
    char *folder = wy_test_folder_make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = wy_test_format("%s/%s", folder, cases[i].name);
        wy_test_file_write(path, cases[i].bytes, strlen(cases[i].bytes));
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
        free(path);
    }
    wy_test_folder_remove(folder);
}

/* Callers that were compiled against an older or a newer version of the header. */
static void test_versions(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    char *path = wy_test_format("%s/a.odt", folder);
    wy_source *source;
    const wy_report *report;
    wy_error error;
    wy_test_file_write(path, "题目\n正文。\n", strlen("题目\n正文。\n"));

    /* What an older caller's struct does not have is never read. */
    const wy_source_filter filter = {"odt", "false %s"};
    wy_source_options old = {
        .size = offsetof(wy_source_options, filters), .filters = &filter, .filter_count = 1};
    assert_false(wy_source_reads(path, &old));
    assert_ok(read_one(path, &old, &source, &report, &error), &error);

    /* Nor is anything written behind it. */
    union {
        wy_understanding how;
        unsigned char bytes[sizeof(wy_understanding)];
    } room;
    memset(&room, 0xA5, sizeof room);
    room.how.size = offsetof(wy_understanding, filter);
    wy_source_understanding(source, &room.how);
    assert_string_equal(room.how.encoding, "UTF-8");
    assert_int_equal(room.how.size, offsetof(wy_understanding, filter));
    for (size_t i = room.how.size; i < sizeof room; i++) assert_int_equal(room.bytes[i], 0xA5);
    wy_source_close(source);

    struct {
        wy_source_options known;
        uint64_t more;
    } newer = {.known = {.size = sizeof newer}};
    assert_ok(read_one(path, &newer.known, &source, &report, &error), &error);
    wy_source_close(source);
    newer.more = 1;
    assert_status(WY_E_ARGUMENT, wy_source_open(path, &newer.known, &source, &error), &error);
    free(path);
    wy_test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions), cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_formats),  cmocka_unit_test(test_names),
        cmocka_unit_test(test_errors),   cmocka_unit_test(test_no_memory)};
    return cmocka_run_group_tests_name("report sources", tests, NULL, NULL);
}
