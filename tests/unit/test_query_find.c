/*
 * wy_find on segments made for it: scores computed here by the formula of search.h, patterns, and
 * every allocation made to fail once.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "query/query.h"
#include "segment/inverter.h"
#include "support/fault_mem.h"

enum { SEGMENTS = 2 };

/* Each line a paragraph of the one report of its segment. */
typedef const char *const segment_texts[4];

typedef struct fixture {
    char *folder;
    wy_analyzer *analyzer;
    segment_texts *texts;
    wy_segment *segments[SEGMENTS];
} fixture;

static segment_texts texts[SEGMENTS] = {
    {"a b c d", "a a b", "c d e f g h", "b"},
    {"a b", "a a a a", "x y z a b a", "c"},
};

static segment_texts chinese[SEGMENTS] = {
    {"全国人民代表大会", "中国人民，全国人民", "对行政处罚不服的", "市政处的人"},
    {"行政处罚决定书", "国人", "人民政府依法行政，处罚有据", "全国一盘棋"},
};

static void make_segment(fixture *f, int number)
{
    wy_inverter *inverter;
    wy_error error;
    wy_segment_info info;
    uint64_t *sequences;
    wy_paragraph paragraphs[4];
    for (int i = 0; i < 4; i++)
        paragraphs[i] = (wy_paragraph){.text = {f->texts[number][i], strlen(f->texts[number][i])}};
    wy_report report = {.size = sizeof report, .year = 2020 + number, .id = {"r", 1}};
    report.title = (wy_string){"some title", 10};
    report.paragraphs = paragraphs;
    report.paragraph_count = 4;
    assert_ok(wy_inverter_open(&wy_mem_default, f->analyzer, &inverter, &error), &error);
    assert_ok(wy_inverter_add(inverter, &report, 1, &error), &error);
    const wy_flush how = {
        .env = &wy_env_posix, .folder = f->folder, .number = (uint64_t)number + 1};
    assert_ok(wy_inverter_flush(&inverter, 1, &how, &info, &sequences, &error), &error);
    wy_inverter_close(inverter);
    wy_free(&wy_mem_default, sequences);
    assert_ok(wy_segment_open(&wy_env_posix, &wy_mem_default, f->folder, &info,
                              &f->segments[number], &error),
              &error);
}

static fixture *make_fixture(const char *analyzer, segment_texts *all)
{
    fixture *f = wy_test_alloc(sizeof *f);
    wy_error error;
    f->folder = wy_test_folder_make();
    f->texts = all;
    assert_ok(wy_analyzer_open(analyzer, &wy_mem_default, &f->analyzer, &error), &error);
    for (int i = 0; i < SEGMENTS; i++) make_segment(f, i);
    return f;
}

static int set_up(void **state)
{
    *state = make_fixture("whitespace", texts);
    return 0;
}

static int set_up_chinese(void **state)
{
    *state = make_fixture("icu", chinese);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < SEGMENTS; i++) wy_segment_close(f->segments[i]);
    wy_analyzer_close(f->analyzer);
    wy_test_folder_remove(f->folder);
    free(f);
    return 0;
}

static int find(fixture *f, const char *text, const wy_mem *mem, const wy_find_options *options,
                wy_top *top, wy_error *error)
{
    const wy_segment *segments[SEGMENTS] = {f->segments[0], f->segments[1]};
    wy_scope scope = {segments, SEGMENTS};
    wy_query *query;
    *top = (wy_top){0};
    int status = wy_query_parse((wy_string){text, strlen(text)}, mem, &query, error);
    if (!status) status = wy_find(&scope, query, f->analyzer, mem, options, top, error);
    wy_query_free(query);
    return status;
}

/* 8 paragraphs of 27 words in all; `n` of them have the word. */
static double part(unsigned n, double tf, double length)
{
    double idf = log(1 + (8 - n + 0.5) / (n + 0.5));
    return idf * tf / (tf + 1.2 * (0.25 + 0.75 * length / (27.0 / 8)));
}

static void scores_are_bm25(void **state)
{
    wy_top top;
    wy_error error;
    wy_find_options options = {.limit = 10, .count = true};
    assert_ok(find(*state, "a c", &wy_mem_default, &options, &top, &error), &error);
    assert_int_equal(top.count, 7);
    assert_int_equal(top.size, 7);
    static const struct {
        uint32_t segment, paragraph;
        double a, c, length;
    } wanted[] = {{1, 3, 0, 1, 1}, {0, 0, 1, 1, 4}, {0, 2, 0, 1, 6}, {1, 1, 4, 0, 4},
                  {0, 1, 2, 0, 3}, {1, 0, 1, 0, 2}, {1, 2, 2, 0, 6}};
    double before = INFINITY;
    for (size_t i = 0; i < top.size; i++) {
        const wy_match *m = &top.list[i];
        size_t w = 0;
        while (w < 7 && (wanted[w].segment != m->segment || wanted[w].paragraph != m->paragraph))
            w++;
        assert_true(w < 7);
        double score = (double)m->score / 65536, expected = 0;
        if (wanted[w].a > 0) expected += part(5, wanted[w].a, wanted[w].length);
        if (wanted[w].c > 0) expected += part(3, wanted[w].c, wanted[w].length);
        assert_true(fabs(score - expected) < 3.0 / 65536);
        assert_true(score <= before);
        before = score;
    }
    wy_top_free(&top);

    /* A phrase is a word whose idf is the sum of its words'. */
    assert_ok(find(*state, "\"a b\"", &wy_mem_default, &options, &top, &error), &error);
    assert_int_equal(top.size, 4);
    assert_int_equal(top.list[0].segment, 1);
    assert_int_equal(top.list[0].paragraph, 0);
    double expected = part(5, 1, 2) * 2; /* b is in as many paragraphs as a */
    assert_true(fabs((double)top.list[0].score / 65536 - expected) < 2.0 / 65536);
    wy_top_free(&top);
}

static void fail_each_allocation(fixture *f, const char *query)
{
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_fault_mem_init(&memory, nth);
        wy_top top;
        wy_error error;
        /* The ties between segments of a limit of 2 read reports. */
        wy_find_options options = {.limit = 2, .count = true, .exhaustive = nth % 2};
        int status = find(f, query, &memory.mem, &options, &top, &error);
        wy_top_free(&top);
        wy_fault_mem_check(&memory);
        if (!memory.failed) {
            assert_ok(status, &error);
            break;
        }
        assert_status(WY_E_NOMEM, status, &error);
    }
}

/* Texts whose words lie in more ways than one: in a word, across words, around punctuation. */
static void quoted_texts_survive_failed_allocations(void **state)
{
    static const char *const queries[] = {
        "\"国人\"",
        "\"行政处罚\"",
        "\"政处\"",
        "\"国人民代表\"",
        "\"人民，全国\"",
        "国人 行政",
        "\"行政，处\" 全国 -\"政处\"",
    };
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++)
        fail_each_allocation(*state, queries[q]);
}

static void survives_failed_allocations(void **state)
{
    static const char *const queries[] = {
        "a",
        "a b c",
        "+a \"a b\" -x",
        "(a AND b) OR \"a a\" title:some",
        "title:\"some title\" AND NOT c",
        "NOT b",
        "year:2020.. AND (a b)",
    };
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++)
        fail_each_allocation(*state, queries[q]);
}

static void empty_scope(void **state)
{
    fixture *f = *state;
    wy_scope scope = {NULL, 0};
    wy_query *query;
    wy_top top;
    wy_error error;
    wy_find_options options = {.limit = 3, .count = true};
    assert_ok(wy_query_parse((wy_string){"a -b", 4}, NULL, &query, &error), &error);
    assert_ok(wy_find(&scope, query, f->analyzer, &wy_mem_default, &options, &top, &error), &error);
    assert_int_equal(top.size, 0);
    assert_int_equal(top.count, 0);
    wy_top_free(&top);
    wy_query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_bm25),
        cmocka_unit_test(survives_failed_allocations),
        cmocka_unit_test_setup_teardown(quoted_texts_survive_failed_allocations, set_up_chinese,
                                        tear_down),
        cmocka_unit_test(empty_scope),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
