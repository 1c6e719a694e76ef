/*
 * Words of the dictionary that stand across the words of a text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fault_mem.h"
#include "support/test.h"
#include "text/analyzer.h"

static wy_analyzer *analyzer_of(const char *name, const wy_mem *mem)
{
    wy_analyzer *analyzer;
    wy_error error;

    assert_ok(wy_analyzer_open(name, mem, &analyzer, &error), &error);
    return analyzer;
}

static wy_tokens across_of(wy_analyzer *analyzer, const char *text)
{
    wy_tokens tokens;
    wy_error error;

    assert_ok(wy_analyzer_run(analyzer, text, strlen(text), &tokens, &error), &error);
    assert_ok(wy_analyzer_across(analyzer, &tokens, &error), &error);
    return tokens;
}

/* "position+width:term " of each. */
static void assert_across(wy_analyzer *analyzer, const char *text, const char *wanted)
{
    wy_tokens tokens = across_of(analyzer, text);
    char shown[1024] = "";
    size_t at = 0;

    for (size_t i = 0; i < tokens.count; i++) {
        const wy_token *t = &tokens.list[i];

        assert_int_equal(t->kind, WY_TOKEN_ACROSS);
        at += (size_t)snprintf(shown + at, sizeof shown - at, "%u+%u:%.*s ", t->position, t->width,
                               (int)t->length, t->term);
        wy_test_must(at < sizeof shown);
    }
    assert_string_equal(shown, wanted);
}

static void known(void **state)
{
    static const char *const texts[][2] = {
        {"", ""},
        {"全国", ""},
        {"全国人民", "1+2:国人 "},
        {"全国 \n人民", "1+2:国人 "}, /* white space has no position */
        {"全 国 人 民", "0+2:全国 1+2:国人 2+2:人民 "},
        {"全国人 民代表 大 会，全 国 x 人", "1+2:国人 2+2:人民 6+2:大会 9+2:全国 "},
        {"全国ー人 民", "3+2:人民 "},
        {"，全国人民", "2+2:国人 "},
        {"全国，人民", ""},
        {"全国x人民", ""},
        {"全国\u0304人民", ""}, /* a mark belongs to its character */
        {"全国人\u0304民", ""},
        {"全国\U00020000人民", ""},
        {"代表\u0304全国人民", "3+2:国人 "},
        {"人民代表", ""},   /* 民代 is too rare */
        {"第二十一条", ""}, /* numbers are sought by value */
    };
    wy_analyzer *analyzer = analyzer_of("icu", &wy_mem_default);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_across(analyzer, texts[i][0], texts[i][1]);
    wy_analyzer_close(analyzer);
    analyzer = analyzer_of("whitespace", &wy_mem_default);
    assert_across(analyzer, "人民 代表", "");
    assert_false(wy_analyzer_tells_across(analyzer, "国人", strlen("国人")));
    wy_analyzer_close(analyzer);
}

/* How many words stand across others in `times` times the text. */
static size_t count_repeated(wy_analyzer *analyzer, const char *text, size_t times)
{
    const size_t length = strlen(text);
    char *all = malloc(length * times + 1);

    wy_test_must(all != NULL);
    for (size_t i = 0; i < times; i++) memcpy(all + i * length, text, length);
    all[length * times] = '\0';
    const size_t count = across_of(analyzer, all).count;
    free(all);
    return count;
}

/* Text whose characters stand apart, as in tables: a row of words as long as the text, with a joint
 * at every one. To walk back over it at each would take minutes. */
static void rows_are_long(void **state)
{
    static const char *const texts[] = {"中 国 人 民 ", "五 年 ", "人民 代表 大会 ",
                                        "全\n国x 人 民 "};
    enum { SOME = 100, MANY = 100000 };
    wy_analyzer *analyzer = analyzer_of("icu", &wy_mem_default);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const size_t each =
            count_repeated(analyzer, texts[i], SOME + 1) - count_repeated(analyzer, texts[i], SOME);
        assert_int_equal(count_repeated(analyzer, texts[i], MANY),
                         count_repeated(analyzer, texts[i], SOME) + (MANY - SOME) * each);
    }
    wy_analyzer_close(analyzer);
}

static void told(void **state)
{
    static const char *const yes[] = {"国人", "中国", "政府", "共和国", "一条", "一般"};
    static const char *const no[] = {"",           "国",    "国国国",         "二十",
                                     "第三",       "五条",  "三百",           "law",
                                     "国\u0304人", "国人x", "人民\U00020000", "民代"};
    wy_analyzer *analyzer = analyzer_of("icu", &wy_mem_default);

    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(wy_analyzer_tells_across(analyzer, yes[i], strlen(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(wy_analyzer_tells_across(analyzer, no[i], strlen(no[i])));
    wy_analyzer_close(analyzer);
}

/* ---- Random texts --------------------------------------------------------------------------- */

#define CHARS 40

/* Pieces that Chinese reports are written with, cut wherever it may be. */
static void draw_text(wy_test_random *random, char *text)
{
    static const char source[] =
        "中华人民共和国国务院办公厅关于进一步推进依法行政工作的意见各省自治区"
        "直辖市人民代表大会常务委员会任命本条例所称未成年人及其监护人有权申请"
        "第二十一条应当自收到之日起三十日内作出决定，不予行政处罚的除外";
    size_t length = 0;

    while (length < 3 * CHARS) {
        size_t from = 3 * wy_test_below(random, (sizeof source - 1) / 3);
        size_t bytes = 3 * (1 + wy_test_below(random, 6));

        if (from + bytes >= sizeof source) continue;
        memcpy(text + length, source + from, bytes);
        length += bytes;
    }
    text[length] = 0;
}

/* Whether `length` bytes from `begin` on, at `position`, are among `found`. */
static bool is_among(const wy_tokens *found, const char *begin, size_t length, uint32_t position)
{
    for (size_t i = 0; i < found->count; i++) {
        const wy_token *t = &found->list[i];

        if (t->position == position && t->length == length && memcmp(t->term, begin, length) == 0)
            return true;
    }
    return false;
}

/* Every word that the analyzer tells of and that lies across others is found, and no other. */
static void all_are_found(void **state)
{
    wy_test_random random = wy_test_random_of(1);
    wy_analyzer *analyzer = analyzer_of("icu", &wy_mem_default);
    size_t all = 0;

    (void)state;
    for (uint64_t round = wy_test_rounds(300); round > 0; round--) {
        char text[3 * CHARS + 32];
        uint32_t word_end[CHARS + 8] = {0}; /* by character; 0: in none */
        uint32_t position[CHARS + 8];
        size_t wanted = 0;
        wy_tokens tokens;
        wy_error error;

        draw_text(&random, text);
        assert_ok(wy_analyzer_run(analyzer, text, strlen(text), &tokens, &error), &error);
        for (size_t i = 0; i < tokens.count; i++) {
            const wy_token *t = &tokens.list[i];

            if (t->kind != WY_TOKEN_WORD) continue;
            for (uint32_t c = t->begin / 3; c < t->end / 3; c++) {
                word_end[c] = t->end / 3;
                position[c] = t->position + c - t->begin / 3;
            }
        }
        wy_tokens found = across_of(analyzer, text);
        for (uint32_t from = 0; from < strlen(text) / 3; from++) {
            for (uint32_t to = from + 2; to <= strlen(text) / 3 && word_end[to - 1]; to++) {
                const char *begin = text + (size_t)3 * from;

                if (!word_end[from] || to <= word_end[from]) continue;
                if (!wy_analyzer_tells_across(analyzer, begin, (size_t)3 * (to - from))) continue;
                wanted++;
                assert_true(is_among(&found, begin, (size_t)3 * (to - from), position[from]));
            }
        }
        assert_int_equal(found.count, wanted);
        all += wanted;
    }
    assert_true(all > 0);
    wy_analyzer_close(analyzer);
}

/* ---- Texts of all kinds --------------------------------------------------------------------- */

#define POSITIONS 4096

/* The units of a text at their positions, and where the words that they are in end; 0: in none. */
typedef struct laid_out {
    const char *unit[POSITIONS];
    size_t length[POSITIONS];
    uint32_t word_end[POSITIONS];
    uint32_t count;
} laid_out;

static void lay_out(const wy_tokens *tokens, laid_out *out)
{
    memset(out, 0, sizeof *out);
    out->count = tokens->positions;
    wy_test_must(out->count <= POSITIONS);
    for (size_t i = 0; i < tokens->count; i++) {
        const wy_token *t = &tokens->list[i];
        uint32_t position = t->position;

        if (t->kind != WY_TOKEN_WORD) continue;
        for (size_t at = 0, next; at < t->length; at = next, position++) {
            next = wy_term_unit(t->term, t->length, at, NULL);
            out->unit[position] = t->term + at;
            out->length[position] = next - at;
            out->word_end[position] = t->position + t->width;
        }
    }
}

/* Looks up all texts of 2 to 20 units from each position; what it finds is in the order of `found`.
 */
static size_t assert_all_found(wy_analyzer *analyzer, const laid_out *text, const wy_tokens *found)
{
    size_t count = 0;

    for (uint32_t from = 0; from < text->count; from++) {
        char term[WY_TERM_MAX + 64];
        size_t length = 0;

        for (uint32_t to = from; to < text->count && to < from + 20; to++) {
            if (!text->word_end[to] || length + text->length[to] > sizeof term) break;
            memcpy(term + length, text->unit[to], text->length[to]);
            length += text->length[to];
            if (to < text->word_end[from] || !wy_analyzer_tells_across(analyzer, term, length))
                continue;
            wy_test_must(count < found->count);
            assert_int_equal(found->list[count].position, from);
            assert_int_equal(found->list[count].width, to + 1 - from);
            assert_int_equal(found->list[count].length, length);
            assert_memory_equal(found->list[count].term, term, length);
            count++;
        }
    }
    assert_int_equal(found->count, count);
    return count;
}

/* The same of texts in which Chinese meets all else, and long ones, which are cut by parts. */
static void all_are_found_in_any_text(void **state)
{
    static const char *const pieces[] = {"中华人民共和国",
                                         "国务院办公厅",
                                         "人民代表大会",
                                         "依法行政",
                                         "工作的意见",
                                         "国人民代表大",
                                         "第二十一条",
                                         "三十日内",
                                         "自收到之日起",
                                         "的",
                                         "人",
                                         "一",
                                         "中",
                                         "民",
                                         " ",
                                         "\n",
                                         "，",
                                         "。",
                                         "3",
                                         "2024",
                                         "x",
                                         "law",
                                         "あの",
                                         "カタカナ",
                                         "ー",
                                         "々",
                                         "〇",
                                         "ㄅ",
                                         "\u0304",
                                         "\U00020000",
                                         "한국",
                                         "ไทย",
                                         "國務院",
                                         "（",
                                         "①"};
    wy_test_random random = wy_test_random_of(3);
    wy_analyzer *analyzer = analyzer_of("icu", &wy_mem_default);
    static laid_out text;
    size_t all = 0;

    (void)state;
    for (uint64_t round = wy_test_rounds(300); round > 0; round--) {
        /* In some only Chinese; with white space between; with punctuation. */
        const size_t all_kinds = sizeof pieces / sizeof *pieces, some[] = {all_kinds, 14, 15, 18};
        const size_t kinds = some[wy_test_below(&random, 4)];
        size_t left = wy_test_below(&random, 10) ? 1 + wy_test_below(&random, 30) : 400;
        char drawn[16384] = "";
        size_t length = 0;
        wy_tokens tokens, found;
        wy_error error;

        for (; left > 0; left--)
            length += (size_t)snprintf(drawn + length, sizeof drawn - length, "%s",
                                       pieces[wy_test_below(&random, kinds)]);
        assert_ok(wy_analyzer_run(analyzer, drawn, length, &tokens, &error), &error);
        lay_out(&tokens, &text);
        assert_ok(wy_analyzer_across(analyzer, &found, &error), &error);
        all += assert_all_found(analyzer, &text, &found);
    }
    assert_true(all > 0);
    wy_analyzer_close(analyzer);
}

/* Of nearly all words that it cuts itself the analyzer tells. */
static void words_are_told(void **state)
{
    wy_test_random random = wy_test_random_of(2);
    wy_analyzer *analyzer = analyzer_of("icu", &wy_mem_default);

    size_t words = 0, told_of = 0;

    (void)state;
    for (uint64_t round = wy_test_rounds(100); round > 0; round--) {
        char text[3 * CHARS + 32];
        wy_tokens tokens;
        wy_error error;

        draw_text(&random, text);
        assert_ok(wy_analyzer_run(analyzer, text, strlen(text), &tokens, &error), &error);
        for (size_t i = 0; i < tokens.count; i++) {
            const wy_token *t = &tokens.list[i];
            char first[4] = {0};

            if (t->kind != WY_TOKEN_WORD || t->length < 6) continue; /* a character alone */
            memcpy(first, t->term, 3);
            if (strstr("第一二三十", first)) continue; /* perhaps a number */
            words++;
            told_of += wy_analyzer_tells_across(analyzer, t->term, t->length);
        }
    }
    assert_true(told_of > words * 8 / 10);
    wy_analyzer_close(analyzer);
}

static void without_memory(void **state)
{
    static const char text[] = "全国人民";

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_analyzer *analyzer;
        wy_tokens tokens;
        int status;

        wy_fault_mem_init(&memory, nth);
        status = wy_analyzer_open("icu", &memory.mem, &analyzer, NULL);
        if (status == WY_OK)
            status = wy_analyzer_run(analyzer, text, sizeof text - 1, &tokens, NULL);
        if (status == WY_OK) status = wy_analyzer_across(analyzer, &tokens, NULL);
        if (status == WY_OK) assert_int_equal(tokens.count, 1);
        wy_analyzer_close(analyzer);
        wy_fault_mem_check(&memory);
        assert_int_equal(status, memory.failed ? WY_E_NOMEM : WY_OK);
        if (!memory.failed) break;
        assert_true(nth < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known),
                                       cmocka_unit_test(rows_are_long),
                                       cmocka_unit_test(told),
                                       cmocka_unit_test(all_are_found),
                                       cmocka_unit_test(all_are_found_in_any_text),
                                       cmocka_unit_test(words_are_told),
                                       cmocka_unit_test(without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
