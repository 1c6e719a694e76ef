/*
 * support/corpus_gen.c
 */
#include "support/corpus_gen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Words -------------------------------------------------------------------------------- */

/* Words that a query has to escape, and such as are no plain ASCII. */
static const char *const odd_words[] = {
    "AND", "OR", "NOT", "+plus", "-minus", "title:x", "year:2004", "(open", "close)", "say\"so",
    "back\\slash", "法治", "政府，", "（全）", "“引”", "全　角", "é", "😀", "..", "a:b:c", "-",
};

static const char *const chinese_words[] = {
    "的", "和", "法治", "政府", "建设", "依法", "行政", "推进", "工作", "执法", "重大", "决策",
    "规范", "制度", "改革", "服务", "人民", "监督", "公开", "信息", "审查", "合法性", "营商环境",
    "优化", "落实", "未成年人", "保护", "司法", "调解", "矛盾", "纠纷", "化解", "基层", "治理",
    "体系", "能力", "现代化", "全面", "深化", "放管服", "简政放权", "权力", "清单", "责任",
    "考核", "培训", "领导干部", "学习", "宣传", "普法", "民法典", "宪法", "复议", "应诉", "案件",
    "办结", "率", "达到", "2021年", "百分之十二", "95", "3.5", "GDP", "running", "Reports", "law",
    "laws", "internet", "ＡＢＣ", "東湖區", "发展", "經濟", "中華人民共和國", "上海市", "乡镇", "街道",
};

static const char *const chinese_marks[] = {"，", "。", "、", "；", "：", "《", "》", "“", "”", "（",
                                            "）", " ", "\n", "——", "…", "%"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

void wy_corpus_init(wy_corpus *corpus, const wy_corpus_shape *shape)
{
    size_t most = shape->chinese ? COUNT(chinese_words) : shape->vocabulary;
    *corpus = (wy_corpus){.shape = *shape};
    if (corpus->shape.vocabulary > most) corpus->shape.vocabulary = most;
    size_t count = corpus->shape.vocabulary;
    double sum = 0;
    corpus->words = wy_test_alloc(count * sizeof *corpus->words);
    corpus->reach = wy_test_alloc(count * sizeof *corpus->reach);
    for (size_t i = 0; i < count; i++) {
        if (shape->chinese)
            corpus->words[i] = wy_test_copy(chinese_words[i]);
        else if (i % 5 == 4 && i / 5 < COUNT(odd_words))
            corpus->words[i] = wy_test_copy(odd_words[i / 5]);
        else if (i % 997 == 996) /* longer than a term may be */
            corpus->words[i] = wy_test_format("%0300zu字", i);
        else
            corpus->words[i] = wy_test_format("w%zu", i);
        corpus->reach[i] = sum += 1.0 / (double)(i + 1);
    }
}

void wy_corpus_free(wy_corpus *corpus)
{
    for (size_t i = 0; i < corpus->shape.vocabulary; i++) free(corpus->words[i]);
    free(corpus->words);
    free(corpus->reach);
}

const char *wy_corpus_word(const wy_corpus *corpus, wy_test_random *random)
{
    size_t low = 0, high = corpus->shape.vocabulary - 1;
    double at = (double)(wy_test_next(random) >> 11) * 0x1p-53 * corpus->reach[high];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (corpus->reach[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return corpus->words[low];
}

static const char *separator(const wy_corpus *corpus, wy_test_random *random)
{
    uint64_t dice = wy_test_below(random, 24);
    if (!corpus->shape.chinese) return dice == 0 ? "\n" : dice == 1 ? " \t " : " ";
    return dice < 4 ? chinese_marks[wy_test_below(random, COUNT(chinese_marks))] : "";
}

char *wy_corpus_text(const wy_corpus *corpus, size_t words, wy_test_random *random)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    wy_test_must(out != NULL);
    for (size_t i = 0; i < words; i++) {
        if (i) fputs(separator(corpus, random), out);
        fputs(wy_corpus_word(corpus, random), out);
    }
    wy_test_must(fclose(out) == 0);
    return text;
}

/* ---- Reports ------------------------------------------------------------------------------ */

static wy_string string_copy(wy_string from)
{
    char *copy = wy_test_alloc(from.length);
    if (from.length) memcpy(copy, from.data, from.length);
    return (wy_string){copy, from.length};
}

static wy_string string_of(char *text)
{
    return (wy_string){text, strlen(text)};
}

static void string_free(wy_string string)
{
    free((char *)(uintptr_t)string.data);
}

/* Ids of which some begin others, and with bytes that are no UTF-8. */
wy_string wy_corpus_id(size_t number)
{
    char *text = wy_test_format(number % 5 == 1   ? "%zu\xFF"
                                : number % 5 == 2 ? "%zu_"
                                : number % 5 == 3 ? "区/%zu.txt"
                                                  : "%zu",
                                number / 5);
    wy_string id = string_of(text);
    if (number % 5 == 2) text[id.length - 1] = '\0'; /* a byte of the id, not its end */
    return id;
}

static void make_sections(wy_report *report, wy_test_random *random)
{
    size_t count = (size_t)wy_test_below(random, 5);
    wy_section *sections = wy_test_alloc(count * sizeof *sections);
    for (size_t i = 0; i < count; i++) {
        sections[i].heading = string_of(wy_test_format("第%zu节", i + 1));
        sections[i].parent = (uint32_t)wy_test_below(random, i + 1);
    }
    report->sections = sections;
    report->section_count = count;
}

static void make_paragraphs(const wy_corpus *corpus, wy_report *report, wy_test_random *random)
{
    size_t count = (size_t)wy_test_below(random, corpus->shape.paragraphs + 1);
    wy_paragraph *paragraphs = wy_test_alloc(count * sizeof *paragraphs);
    for (size_t i = 0; i < count; i++) {
        uint64_t most = corpus->shape.words;
        uint64_t dice = wy_test_below(random, 100);
        if (dice == 0) most *= 7;
        if (dice >= 60) most /= 8;
        size_t words = (size_t)wy_test_below(random, most + 1);
        bool named = wy_test_below(random, 4) == 0;
        paragraphs[i].id = named ? string_of(wy_test_format("p%zu", i)) : (wy_string){NULL, 0};
        paragraphs[i].text = string_of(wy_corpus_text(corpus, words, random));
        paragraphs[i].section = (uint32_t)wy_test_below(random, report->section_count + 1);
    }
    report->paragraphs = paragraphs;
    report->paragraph_count = count;
}

wy_report *wy_corpus_report(const wy_corpus *corpus, wy_test_random *random)
{
    wy_report *report = wy_test_alloc(sizeof *report);
    *report = (wy_report){.size = sizeof *report};
    size_t title = (size_t)wy_test_below(random, 9);
    if (wy_test_below(random, 50) == 0) title += 140; /* its length is rounded */
    report->id = wy_corpus_id((size_t)wy_test_below(random, corpus->shape.ids));
    report->title = string_of(wy_corpus_text(corpus, title, random));
    report->issuer = string_of(wy_test_format("区%d", (int)wy_test_below(random, 7)));
    report->source = string_of(wy_test_format("/data/%d", (int)wy_test_below(random, 1000)));
    report->source_size = wy_test_next(random);
    report->source_time = (int64_t)wy_test_next(random);
    report->source_hash = wy_test_next(random);
    if (wy_test_below(random, 6)) {
        uint64_t years = WY_CORPUS_LAST_YEAR - WY_CORPUS_FIRST_YEAR + 1;
        report->year = WY_CORPUS_FIRST_YEAR + (int32_t)wy_test_below(random, years);
        report->date = wy_test_below(random, 3) ? (report->year + 1) * 10000 + 315 : 0;
    }
    make_sections(report, random);
    make_paragraphs(corpus, report, random);
    return report;
}

wy_report *wy_report_copy(const wy_report *from)
{
    wy_report *report = wy_test_alloc(sizeof *report);
    wy_section *sections = wy_test_alloc(from->section_count * sizeof *sections);
    wy_paragraph *paragraphs = wy_test_alloc(from->paragraph_count * sizeof *paragraphs);
    *report = *from;
    report->id = string_copy(from->id);
    report->title = string_copy(from->title);
    report->issuer = string_copy(from->issuer);
    report->source = string_copy(from->source);
    for (size_t i = 0; i < from->section_count; i++) {
        sections[i] = from->sections[i];
        sections[i].heading = string_copy(from->sections[i].heading);
    }
    for (size_t i = 0; i < from->paragraph_count; i++) {
        paragraphs[i] = from->paragraphs[i];
        paragraphs[i].id = string_copy(from->paragraphs[i].id);
        paragraphs[i].text = string_copy(from->paragraphs[i].text);
    }
    report->sections = sections;
    report->paragraphs = paragraphs;
    return report;
}

void wy_report_free(wy_report *report)
{
    if (!report) return;
    string_free(report->id);
    string_free(report->title);
    string_free(report->issuer);
    string_free(report->source);
    for (size_t i = 0; i < report->section_count; i++) string_free(report->sections[i].heading);
    for (size_t i = 0; i < report->paragraph_count; i++) {
        string_free(report->paragraphs[i].id);
        string_free(report->paragraphs[i].text);
    }
    free((wy_section *)(uintptr_t)report->sections);
    free((wy_paragraph *)(uintptr_t)report->paragraphs);
    free(report);
}
