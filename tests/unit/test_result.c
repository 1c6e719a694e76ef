/*
 * Marking and snippets: tables with the marks written into the text, and properties of long and
 * random texts.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "result/result.h"
#include "support/fault_mem.h"
#include "text/grapheme.h"

enum { TERMS_MAX = 2048 };

/* Patterns made as a query makes them: an unquoted word by its stem, "several words" by offsets. */
typedef struct pattern_set {
    wy_pattern patterns[TERMS_MAX];
    wy_pattern_term terms[TERMS_MAX];
    char *texts[TERMS_MAX];
    size_t count, term_count;
} pattern_set;

static void add_term(pattern_set *set, const wy_token *token, uint32_t offset)
{
    char *text = wy_test_alloc(token->length + 1);
    memcpy(text, token->term, token->length);
    set->texts[set->term_count] = text;
    set->terms[set->term_count++] = (wy_pattern_term){text, token->length, offset, token->kind};
}

/* "a|b c|…": alternatives by |; one that begins with ' is a phrase, with = an exact text (open at
 * its end with * there), else each term is a pattern. */
static void add_patterns(pattern_set *set, wy_analyzer *analyzer, const char *list)
{
    while (*list) {
        size_t length = strcspn(list, "|");
        bool phrase = *list == '\'';
        wy_tokens tokens;
        wy_error error;
        if (*list == '=') {
            bool open = list[length - 1] == '*';
            set->patterns[set->count++] = (wy_pattern){.weight = 1.0f,
                                                       .exact = list + 1,
                                                       .exact_length = length - 1 - open,
                                                       .exact_open = open};
            list += length;
            if (*list) list++;
            continue;
        }
        assert_ok(wy_analyzer_run(analyzer, list + phrase, length - phrase, &tokens, &error),
                  &error);
        wy_pattern *pattern = NULL;
        for (size_t i = 0; i < tokens.count; i++) {
            const wy_token *token = &tokens.list[i];
            if (phrase ? token->kind != WY_TOKEN_WORD : token->covered) continue;
            if (!phrase || !pattern) {
                pattern = &set->patterns[set->count++];
                *pattern = (wy_pattern){.terms = &set->terms[set->term_count], .weight = 1.0f};
            }
            pattern->count++;
            add_term(set, token, phrase ? token->position - tokens.list[0].position : 0);
        }
        list += length;
        if (*list) list++;
    }
}

static pattern_set *make_set(wy_analyzer *analyzer, const char *list)
{
    pattern_set *set = wy_test_alloc(sizeof *set);
    memset(set, 0, sizeof *set);
    add_patterns(set, analyzer, list);
    return set;
}

static void free_set(pattern_set *set)
{
    for (size_t i = 0; i < set->term_count; i++) free(set->texts[i]);
    free(set);
}

static wy_analyzer *open_analyzer(const char *name)
{
    wy_analyzer *analyzer;
    wy_error error;
    assert_ok(wy_analyzer_open(name, &wy_mem_default, &analyzer, &error), &error);
    return analyzer;
}

/* ---- Marks --------------------------------------------------------------------------------- */

static const struct {
    const char *analyzer, *patterns, *text; /* what is to be marked in [ ] */
} marks[] = {
    {"icu", "治国", "全面依法[治国]。"},
    {"icu", "依法|治国", "全面[依法治国]。"},
    {"icu", "'依法治国", "全面[依法治国]，依法行政，治国理政。"},
    {"icu", "'依法治国", "依 法，[依法 治国]。"},
    {"icu", "'依法，治国", "依法治国；[依法，治国]；[依法！治国]。"},
    {"icu", "依法|治国", "[依法]，[治国]"},
    {"icu", "'依法，治国|'治国，依法", "[依法，治国，依法]"},
    {"icu", "'改革开放|改革", "[改革开放]与[改革]"},
    {"icu", "環境", "治理[环境]"},
    {"icu", "环境", "治理[環境]"},
    {"icu", "2023", "在[２０２３]年"},
    {"icu", "２０２３", "在[2023]年"},
    {"icu", "2023年", "在[２０２３]年，[二〇二三]年，[2023]"},
    {"icu", "321", "[三百二十一]个，[321]，三百二十二"},
    {"icu", "5年", "五年级，[五年]内，[5年]，第五条"},
    {"icu", "第三十二条", "见[第32条]和[第三十二条]，三十二条"},
    {"icu", "1.5万元", "[15000]元，[一万五千]元，[1.5万]元"},
    {"icu", "百分之五", "增[5%]，[百分之五]，５，[５％]"},
    {"icu", "running", "He [runs], she is [Running]; a runner."},
    {"icu", "'running", "He runs, she is [running]."},
    {"icu", "cafe\xCC\x81", "A [CAFÉ] and a [cafe\xCC\x81]."},
    {"icu", "'new york", "The [New York] times, new. York"},
    {"icu", "=法治", "全面依[法治]国，[法治]政府"},
    {"icu", "=法治国", "全面依[法治国]，法 治，[法 治\n国]"},
    {"icu", "=法治政府、法治社会", "[法治政府、法治社会]；法治政府，法治社会"},
    {"icu", "=国国", "国，[国国国]，国"},
    {"icu", "=gdp增长", "[GDP增长]，GDPS增长，[ＧＤＰ 增长]"},
    {"icu", "=2023年", "[2023年]，12023年，[２０２３ 年]，2023.5年"},
    {"icu", "=3", "3.5，[3]，1.3，3a，第[3]条，[３]"},
    {"icu", "=un", "[UN] under untie"},
    {"icu", "=un*", "[UN] [un]der [un]tie run"},
    {"icu", "=new york", "[New York], NewYork, [new \t\n york] yorks"},
    {"icu", "=new york*", "[New York]"},
    {"icu", "=new york", "newyork new, york [new　york]"},
    {"icu", "=環境", "治理[环境]，[環境]"},
    {"icu", "=fi", "[ﬁ] ﬁnd [fi] of"},
    {"icu", "=ind", "ﬁnd [ind]"},
    {"icu", "=1", "[①]，[⑴]，1.5，[½]"},
    {"icu", "=cafe\xCC\x81", "[CAFÉ] [cafe\xCC\x81] cafe"},
    {"icu", "=。", "句[。]句[。]"},
    {"icu", "= |=\xE2\x80\x8B|=", "没 有"},
    {"icu", "=治国|依法", "[依法治国]理政"},
    {"whitespace", "=a", "a b"},
    {"icu", "nothing", "空空如也"},
    {"icu", "a", ""},
    {"icu", "", "没有"},
    {"whitespace", "a", "[a] b [a]  [a]"},
    {"whitespace", "'a b", "[a  b] [a\tb]"},
    {"whitespace", "'a a", "[a a a] b a"},
    {"whitespace", "'a b c|'b c d", "x [a b c d] a b"},
    {"whitespace", "'a b|c", "[a b] [c] [a b]"},
    {"whitespace", "a|'a x", "[a] b"},
};

static void marks_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        wy_analyzer *analyzer = open_analyzer(marks[i].analyzer);
        pattern_set *set = make_set(analyzer, marks[i].patterns);
        char *plain = wy_test_alloc(strlen(marks[i].text) + 1);
        size_t length = 0;
        for (const char *p = marks[i].text; *p; p++) {
            if (*p != '[' && *p != ']') plain[length++] = *p;
        }
        wy_span *spans, snippet;
        size_t count;
        wy_error error;
        assert_ok(wy_mark(analyzer, plain, length, set->patterns, set->count, 100, &wy_mem_default,
                          &spans, &count, &snippet, &error),
                  &error);
        wy_buf out;
        wy_buf_init(&out, &wy_mem_default);
        size_t at = 0;
        for (size_t s = 0; s < count; s++) {
            wy_buf_bytes(&out, plain + at, spans[s].begin - at);
            wy_buf_u8(&out, '[');
            wy_buf_bytes(&out, plain + spans[s].begin, spans[s].end - spans[s].begin);
            wy_buf_u8(&out, ']');
            at = spans[s].end;
        }
        wy_buf_bytes(&out, plain + at, length - at);
        wy_buf_u8(&out, 0);
        assert_string_equal((char *)out.data, marks[i].text);
        if (count == 0) assert_null(spans);
        wy_buf_free(&out);
        wy_free(&wy_mem_default, spans);
        free(plain);
        free_set(set);
        wy_analyzer_close(analyzer);
    }
}

/* ---- Snippets ------------------------------------------------------------------------------ */

static const struct {
    const char *patterns;
    size_t chars;
    const char *text; /* the snippet in [ ] */
} snippets[] = {
    {"治国", 40, "[全面依法治国。]"},
    {"nothing", 6, "[一二三四五六]七八九十一二三四五六七八九十"},
    {"nothing", 8, "[一二三四五六七八，]九十一二三四五六七八九十"},
    {"nothing", 8, "[一二三四五六七八九。]十一二三四五六七八九十"},
    {"治国", 8, "一二三四，五六七八，[九十治国一二三，]四五六七八，九十"},
    {"治国", 8, "[治国一二三四五六，]七八九十一二三四"},
    {"治国", 8, "七八九十一二三四，[一二三四五六治国]"},
    {"治国|环境", 12,
     "治国一二三四五六七八九十，五四三二一，[五六，治国一二环境三四。]五六七八九十一二"},
    {"治国|环境", 20, /* the two are nearer to each other */
     "治国一二三四五六七八九十一二三四环境。一二三四五六七八九十一二三四五六七八九十，"
     "[一二三四，治国环境。一二三四五六七，]八九十一二三四五六七八九十"},
    {"治国|321", 10, "一二三四五六七八，[治国三百二十一，]一二三四五六七八"},
    {"321", 3, "甲乙丙[三百二十一]甲乙丙"},
    {"=国。环", 8, "一二三四五六治国，环境，[七八治国。环境，]一二三四五六七八"},
    {"治国", 4, "一二三四五六七八[九十治国一]二三四五六七八九十"},
    {"治国", 1, "一二三四五六七八九十[治国]一二三四五六七八九十"},
    {"治国", 8, "aa bb, cc [3.14治国3.14] dd, ee ff"},
};

static void snippets_are_right(void **state)
{
    (void)state;
    wy_analyzer *analyzer = open_analyzer("icu");
    for (size_t i = 0; i < sizeof snippets / sizeof *snippets; i++) {
        pattern_set *set = make_set(analyzer, snippets[i].patterns);
        const char *text = snippets[i].text;
        size_t begin = (size_t)(strchr(text, '[') - text);
        size_t end = (size_t)(strchr(text, ']') - text) - 1;
        char *plain = wy_test_copy(text);
        memmove(plain + begin, plain + begin + 1, strlen(plain + begin));
        memmove(plain + end, plain + end + 1, strlen(plain + end));
        wy_span *spans, snippet;
        size_t count;
        wy_error error;
        assert_ok(wy_mark(analyzer, plain, strlen(plain), set->patterns, set->count,
                          snippets[i].chars, &wy_mem_default, &spans, &count, &snippet, &error),
                  &error);
        if (snippet.begin != begin || snippet.end != end)
            print_message("wanted: %s\ngot:    %.*s[%.*s]%s\n", text, (int)snippet.begin, plain,
                          (int)(snippet.end - snippet.begin), plain + snippet.begin,
                          plain + snippet.end);
        assert_int_equal(snippet.begin, begin);
        assert_int_equal(snippet.end, end);
        wy_free(&wy_mem_default, spans);
        free(plain);
        free_set(set);
    }
    wy_analyzer_close(analyzer);
}

/* Begins a character, also to the eye of a reader. */
static bool is_cut(const char *text, size_t length, size_t at)
{
    return at == length || (((unsigned char)text[at] & 0xC0) != 0x80 &&
                            wy_grapheme_break(text, length, at)); /* tested against ICU's */
}

static void never_cuts_characters(void **state)
{
    (void)state;
    static const char *const pieces[] = {"治国",
                                         "环境",
                                         "環境",
                                         "一",
                                         "a",
                                         "run",
                                         "Running",
                                         " ",
                                         "，",
                                         "。",
                                         ". ",
                                         "é",
                                         "e\xCC\x81",
                                         "\xCC\x80",
                                         "\xCD\xAF",
                                         "国\xEF\xB8\x8F",
                                         "\xE3\x80\xAA",
                                         "１２",
                                         "3.14",
                                         "\xF0\x9F\x98\x80",
                                         "\n",
                                         "　",
                                         "ﬁ",
                                         "㎏",
                                         "각",
                                         "\xF0\x9F\x91\xA9",
                                         "\xF0\x9F\x87\xA8",
                                         "\xE2\x80\x8D",
                                         "三百二十一",
                                         "1.5万",
                                         "①",
                                         "ｶﾞ",
                                         "\xE2\x83\xA0"};
    wy_analyzer *analyzer = open_analyzer("icu");
    pattern_set *set =
        make_set(analyzer, "治国|环境|run|'治国环境|'环境，治国|e\xCC\x81|fi|kg|12|'一a|3.14|321|15000|"
                           "=国环|=治国。|=一|=\xF0\x9F\x98\x80|=カ|=r*");
    wy_test_random random = wy_test_random_of(3);
    for (int round = 0; round < 3000; round++) {
        wy_buf text;
        wy_buf_init(&text, &wy_mem_default);
        uint64_t parts = wy_test_below(&random, 60);
        for (uint64_t i = 0; i < parts; i++) {
            const char *piece = pieces[wy_test_below(&random, sizeof pieces / sizeof *pieces)];
            wy_buf_bytes(&text, piece, strlen(piece));
        }
        /* Exactly as long as it is, so that a sanitizer sees a step too far. */
        char *exact = wy_test_alloc(text.length ? text.length : 1);
        if (text.length) memcpy(exact, text.data, text.length);
        size_t length = text.length, chars = wy_test_below(&random, 40);
        wy_span *spans, snippet;
        size_t count;
        wy_error error;
        assert_ok(wy_mark(analyzer, exact, length, set->patterns, set->count, chars,
                          &wy_mem_default, &spans, &count, &snippet, &error),
                  &error);
        size_t before = 0, shown = 0;
        for (size_t i = 0; i < count; i++) {
            assert_true(i == 0 ? spans[i].begin >= before : spans[i].begin > before);
            assert_true(spans[i].end > spans[i].begin && spans[i].end <= length);
            assert_true(is_cut(exact, length, spans[i].begin));
            assert_true(is_cut(exact, length, spans[i].end));
            before = spans[i].end;
            shown += spans[i].begin < snippet.end && spans[i].end > snippet.begin;
        }
        assert_true(shown > 0 || count == 0);
        assert_true(snippet.begin <= snippet.end && snippet.end <= length);
        assert_true(is_cut(exact, length, snippet.begin));
        assert_true(is_cut(exact, length, snippet.end));
        wy_free(&wy_mem_default, spans);
        free(exact);
        wy_buf_free(&text);
    }
    free_set(set);
    wy_analyzer_close(analyzer);
}

/* A paragraph of a million bytes and a thousand patterns, some of two words. */
static void long_text(void **state)
{
    (void)state;
    enum { WORDS = 200000, PATTERNS = 1000 };
    wy_analyzer *analyzer = open_analyzer("whitespace");
    wy_test_random random = wy_test_random_of(4);
    wy_buf text, list;
    wy_buf_init(&text, &wy_mem_default);
    wy_buf_init(&list, &wy_mem_default);
    for (int i = 0; i < WORDS; i++) {
        char *word = wy_test_format("w%u ", (unsigned)wy_test_below(&random, 3000));
        wy_buf_bytes(&text, word, strlen(word));
        free(word);
    }
    for (unsigned i = 0; i < PATTERNS; i++) {
        char *word = i % 2 ? wy_test_format("w%u|", i) : wy_test_format("'w%u w%u|", i, i + 1);
        wy_buf_bytes(&list, word, strlen(word));
        free(word);
    }
    wy_buf_u8(&list, 0);
    pattern_set *set = make_set(analyzer, (char *)list.data);
    wy_span *spans, snippet;
    size_t count, words = 0;
    wy_error error;
    assert_ok(wy_mark(analyzer, (char *)text.data, text.length, set->patterns, set->count, 120,
                      &wy_mem_default, &spans, &count, &snippet, &error),
              &error);
    /* Every word of an odd number below 1000 is marked, here counted in the simplest way. */
    for (size_t i = 0, n = 0; i < text.length; i++) {
        if (text.data[i] == 'w') n = (size_t)strtoul((char *)text.data + i + 1, NULL, 10);
        words += text.data[i] == 'w' && n < PATTERNS && n % 2 == 1;
    }
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t at = spans[i].begin; at < spans[i].end; at++) {
            size_t n = text.data[at] == 'w' ? strtoul((char *)text.data + at + 1, NULL, 10) : 0;
            found += n < PATTERNS && n % 2 == 1;
        }
    }
    assert_int_equal(found, words);
    assert_true(snippet.end - snippet.begin >= 120);
    wy_free(&wy_mem_default, spans);
    free_set(set);
    wy_buf_free(&text);
    wy_buf_free(&list);
    wy_analyzer_close(analyzer);
}

static void survives_failed_allocations(void **state)
{
    (void)state;
    static const char text[] = "a b c a x a b b c d";
    wy_analyzer *analyzer = open_analyzer("icu");
    pattern_set *set = make_set(analyzer, "a|'a b|'b c d|y|=b c|=z*");
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_fault_mem_init(&memory, nth);
        wy_span *spans, snippet;
        size_t count;
        wy_error error;
        int status = wy_mark(analyzer, text, sizeof text - 1, set->patterns, set->count, 10,
                             &memory.mem, &spans, &count, &snippet, &error);
        wy_free(&memory.mem, spans);
        wy_fault_mem_check(&memory);
        if (!memory.failed) {
            assert_ok(status, &error);
            assert_int_equal(count, 4);
            break;
        }
        assert_status(WY_E_NOMEM, status, &error);
    }
    free_set(set);
    wy_analyzer_close(analyzer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_right),
        cmocka_unit_test(snippets_are_right),
        cmocka_unit_test(never_cuts_characters),
        cmocka_unit_test(long_text),
        cmocka_unit_test(survives_failed_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
