/*
 * What cursor.h promises, of cursors of every kind over one segment: wherever they are asked to
 * go, they find the matches that a walk from the first to the last finds, with the same scores;
 * and no bound is below a score.
 */
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "query/cursor.h"
#include "segment/inverter.h"
#include "support/test.h"

enum { PARAGRAPHS = 9500, PIECES = 12 };

typedef struct fixture {
    char *folder;
    wy_analyzer *analyzer;
    wy_segment *segment;
} fixture;

/* 国人 stands across 全国 人民, and 民代, of which no list is kept, across 人民 代表; 政 and 法
 * inside others. Some are rare, others everywhere. */
static size_t make_text(wy_test_random *random, size_t number, char *text)
{
    static const char *const pieces[] = {"人民", "全国", "政府", "人民政府", "法治",  "，",
                                         "的",   "推进", "law",  "代表",     "2021年"};
    /* In all of these a word stands as itself and in another: no bound may take less for sure. */
    static const char twice[] = "行政，行政管理";
    size_t length = 0;
    if (number % 50 == 3) {
        memcpy(text, twice, sizeof twice - 1);
        return sizeof twice - 1;
    }
    for (uint64_t i = 1 + wy_test_below(random, PIECES); i > 0; i--) {
        const uint64_t most = number % 7 == 0 ? sizeof pieces / sizeof *pieces : 4;
        const char *piece = pieces[wy_test_below(random, most)];
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    if (number == 0 || number == PARAGRAPHS - 1 || wy_test_below(random, 700) == 0) {
        static const char rare[] = "行政法规国人";
        memcpy(text + length, rare, sizeof rare - 1);
        length += sizeof rare - 1;
    }
    return length;
}

static void make_segment(fixture *f)
{
    wy_test_random random = wy_test_random_of(1);
    wy_inverter *inverter;
    wy_error error;
    wy_segment_info info;
    uint64_t *sequences;
    wy_paragraph *paragraphs = wy_test_alloc(PARAGRAPHS * sizeof *paragraphs);
    char *text = wy_test_alloc((size_t)PARAGRAPHS * 200), *at = text;
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        const size_t length = make_text(&random, i, at);
        paragraphs[i] = (wy_paragraph){.text = {at, length}};
        at += length;
    }
    wy_report report = {.size = sizeof report, .year = 2020, .id = {"r", 1}};
    report.title = (wy_string){"政府工作", strlen("政府工作")};
    report.paragraphs = paragraphs;
    report.paragraph_count = PARAGRAPHS;
    assert_ok(wy_inverter_open(&wy_mem_default, f->analyzer, &inverter, &error), &error);
    assert_ok(wy_inverter_add(inverter, &report, 1, &error), &error);
    const wy_flush how = {.env = &wy_env_posix, .folder = f->folder, .number = 1};
    assert_ok(wy_inverter_flush(&inverter, 1, &how, &info, &sequences, &error), &error);
    wy_inverter_close(inverter);
    wy_free(&wy_mem_default, sequences);
    free(paragraphs);
    free(text);
    assert_ok(
        wy_segment_open(&wy_env_posix, &wy_mem_default, f->folder, &info, &f->segment, &error),
        &error);
}

static int set_up(void **state)
{
    fixture *f = wy_test_alloc(sizeof *f);
    wy_error error;
    f->folder = wy_test_folder_make();
    assert_ok(wy_analyzer_open("icu", &wy_mem_default, &f->analyzer, &error), &error);
    make_segment(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    wy_segment_close(f->segment);
    wy_analyzer_close(f->analyzer);
    wy_test_folder_remove(f->folder);
    free(f);
    return 0;
}

/* A query planned, and a site with room for cursors. */
typedef struct stage {
    wy_query *query;
    wy_plan plan;
    wy_arena arena;
    wy_site site;
} stage;

static void open_stage(stage *s, const fixture *f, const char *text, uint32_t end)
{
    wy_error error;
    bool some;
    const wy_segment *segments[] = {f->segment};
    const wy_scope scope = {segments, 1};
    const wy_find_options options = {.limit = 10};
    wy_arena_init(&s->arena, &wy_mem_default);
    assert_ok(wy_query_parse((wy_string){text, strlen(text)}, NULL, &s->query, &error), &error);
    assert_ok(wy_plan_make(&s->plan, &scope, s->query, f->analyzer, &options, &s->arena, &error),
              &error);
    assert_ok(wy_site_open(&s->site, &s->plan, 0, &s->arena, &some, &error), &error);
    assert_true(some);
    s->site.end = end; /* as a limit of years would have it */
}

static void close_stage(stage *s)
{
    wy_site_close(&s->site);
    wy_plan_free(&s->plan);
    wy_arena_free(&s->arena);
    wy_query_free(s->query);
}

/* Moves to the first match >= target. */
static uint32_t find(wy_cursor *cursor, uint32_t target, uint32_t end, uint64_t *score)
{
    wy_error error;
    bool match = false;
    uint64_t most;
    if (cursor->doc < target) assert_ok(wy_cursor_seek(cursor, target, &error), &error);
    assert_true(cursor->doc >= target);
    while (cursor->doc < end) {
        assert_ok(wy_cursor_peek(cursor, &most, &error), &error);
        assert_ok(wy_cursor_check(cursor, &match, &error), &error);
        if (match) break;
        assert_ok(wy_cursor_seek(cursor, cursor->doc + 1, &error), &error);
    }
    if (cursor->doc >= end) return end;
    assert_ok(wy_cursor_score(cursor, score, &error), &error);
    assert_true(*score <= most && *score <= cursor->max);
    return cursor->doc;
}

/* The scores of all matches by document, + 1; 0: no match. Returns how many there are. */
static size_t walk(const fixture *f, const char *text, uint32_t end, uint64_t *scores)
{
    stage s;
    wy_cursor *cursor;
    wy_error error;
    size_t count = 0;
    uint64_t score = 0;
    open_stage(&s, f, text, end);
    memset(scores, 0, PARAGRAPHS * sizeof *scores);
    assert_ok(wy_cursor_make(&s.site, s.plan.root, &cursor, &error), &error);
    for (uint32_t doc = 0; cursor && (doc = find(cursor, doc, end, &score)) < end; doc++) {
        scores[doc] = score + 1;
        count++;
    }
    close_stage(&s);
    return count;
}

static uint64_t highest(const uint64_t *scores, uint32_t from, uint32_t last)
{
    uint64_t most = 0;
    for (uint32_t doc = from; doc <= last; doc++)
        if (scores[doc] > most) most = scores[doc];
    return most;
}

/* Goes forward by leaps of all sizes, asking for bounds on the way. */
static void leap(const fixture *f, const char *text, uint32_t end, const uint64_t *scores,
                 wy_test_random *random)
{
    stage s;
    wy_cursor *cursor;
    wy_error error;
    open_stage(&s, f, text, end);
    assert_ok(wy_cursor_make(&s.site, s.plan.root, &cursor, &error), &error);
    const uint64_t most = UINT64_C(1) << wy_test_below(random, 14);
    print_message("%s below %u, leaps up to %u\n", text, end, (unsigned)most);
    for (uint32_t target = 0; cursor && target < end;) {
        uint32_t last, wanted = target;
        uint64_t bound, score = 0;
        if (wy_test_below(random, 2)) {
            assert_ok(wy_cursor_bound(cursor, target, &last, &bound, &error), &error);
            assert_true(last >= target);
            assert_true(highest(scores, target, last < end ? last : end - 1) <= bound + 1);
            if (wy_test_below(random, 4) == 0 && last < end) target = wanted = last + 1;
        }
        while (wanted < end && !scores[wanted]) wanted++;
        if (target < end) assert_int_equal(find(cursor, target, end, &score), wanted);
        if (wanted < end && target < end) assert_int_equal(score + 1, scores[wanted]);
        target += 1 + (uint32_t)wy_test_below(random, most);
    }
    /* Beyond the last that is looked at, as where another part is there already. */
    if (cursor && cursor->doc < PARAGRAPHS) {
        assert_ok(wy_cursor_seek(cursor, PARAGRAPHS, &error), &error);
        assert_true(cursor->doc >= PARAGRAPHS);
    }
    close_stage(&s);
}

static void keep_what_they_promise(void **state)
{
    static const char *const queries[] = {
        "政府",
        "国人",
        "的",
        "行政",
        "law",
        "\"人民\"",
        "\"国人\"",
        "民代",
        "政府 民代",
        "\"民政府法\"",
        "\"政府，人民\"",
        "\"，\"",
        "政*",
        "人民 NEAR/3 法治",
        "\"人民政府\" NEAR/2 推进",
        "2021年 NEAR/5 政府",
        "政府 国人",
        "+政府 +国人",
        "+国人 法治",
        "政府 -人民",
        "+(政府 国人) +\"民政府法\" -law",
        "title:政府",
        "title:政府 国人",
        "2021年",
        "规国人 政府",
    };
    const fixture *f = *state;
    wy_test_random random = wy_test_random_of(2);
    uint64_t *scores = wy_test_alloc(PARAGRAPHS * sizeof *scores);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        for (int limited = 0; limited < 2; limited++) {
            const uint32_t end =
                limited ? 4096 + (uint32_t)wy_test_below(&random, 4097) : PARAGRAPHS;
            const size_t count = walk(f, queries[i], end, scores);
            if (count == 0) fail_msg("%s is nowhere below %u", queries[i], end);
            for (uint64_t round = wy_test_rounds(6); round > 0; round--)
                leap(f, queries[i], end, scores, &random);
        }
    }
    free(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keep_what_they_promise)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
