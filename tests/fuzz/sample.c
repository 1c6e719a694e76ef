/*
 * fuzz/sample.c
 */
#include "fuzz/sample.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"

/* Words that stand in many paragraphs, in a few and in one; numbers, Latin, marks, both scripts. */
static const char *const texts[] = {
    "青石县人民政府全面推进法治建设，优化营商环境。",
    "青石县去年办结行政复议案件27件，比上年增长百分之十二。",
    "全县法治政府建设稳步推进 law and order in the counties",
    "w0 w1 w2 w0 w1 w3 w0 w0 w0 w0 w0 w4",
    "簡政放權、放管結合，優化服務。",
    "一、主要举措；二、存在问题；三、下一步打算",
    "２０２３年，青石县“一站式”服务大厅受理事项１，２０３件。",
    "w1 w2 running runs ran the counties café ﬁle",
    "法治 法治 法治 政府 政府 政府",
    "未成年人保护工作不断加强，人民群众满意度达到98.5%。",
};
enum { TEXTS = sizeof texts / sizeof *texts, PARAGRAPHS = 7 };

static void add(wy_writer *writer, size_t number)
{
    char id[32], title[64];
    wy_paragraph paragraphs[PARAGRAPHS];
    wy_section sections[] = {{{"一、概况", 12}, 0}, {{"（一）做法", 15}, 1}};
    wy_error error;
    int id_length = snprintf(id, sizeof id, "r%zu", number);
    int title_length = snprintf(title, sizeof title, "青石县%zu年法治政府 w0", 2015 + number % 9);
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        const char *text = texts[(number * 3 + i * (1 + number % 4)) % TEXTS];
        paragraphs[i] = (wy_paragraph){.text = {text, strlen(text)}, .section = (uint32_t)(i % 3)};
    }
    wy_report report = {.size = sizeof report,
                        .id = {id, (size_t)id_length},
                        .title = {title, (size_t)title_length},
                        .issuer = {"青石县", 9},
                        .year = number % 5 ? (int32_t)(2015 + number % 9) : 0,
                        .date = 20240301,
                        .sections = sections,
                        .section_count = 2,
                        .paragraphs = paragraphs,
                        .paragraph_count = PARAGRAPHS - number % 3};
    int status = wy_writer_add(writer, &report, &error);
    wy_test_must(status == WY_OK);
}

wy_memory_env *fuzz_sample_make(const char *analyzer)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_index_setup setup = {wy_memory_env_table(memory), NULL, true, analyzer};
    wy_index *index;
    wy_writer *writer;
    wy_error error;
    int status = wy_index_setup_open(FUZZ_SAMPLE_FOLDER, &setup, &index, &error);
    wy_test_must(status == WY_OK);
    wy_test_must(wy_writer_open(index, NULL, &writer, &error) == WY_OK);
    for (size_t i = 0; i < 24; i++) {
        add(writer, i);
        if (i == 16) wy_test_must(wy_writer_commit(writer, &error) == WY_OK);
    }
    wy_test_must(wy_writer_commit(writer, &error) == WY_OK);
    wy_test_must(wy_writer_delete(writer, (wy_string){"r3", 2}, &error) == WY_OK);
    wy_test_must(wy_writer_commit(writer, &error) == WY_OK);
    wy_writer_close(writer);
    wy_index_close(index);
    wy_memory_env *clean = wy_memory_env_clone(memory);
    wy_memory_env_free(memory);
    return clean;
}

void fuzz_sample_open(const wy_memory_env *memory, wy_index **out)
{
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    wy_error error;
    wy_test_must(wy_index_setup_open(FUZZ_SAMPLE_FOLDER, &setup, out, &error) == WY_OK);
}
