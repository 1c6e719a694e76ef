#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "support/fault_mem.h"
#include "support/test.h"
#include "text/analyzer.h"
#include "text/fold.h"
#include "unit/test_text_strings.h"

#define CHARS 60

static wy_analyzer *analyzer_of(const char *name)
{
    wy_analyzer *analyzer;
    wy_error error;

    assert_ok(wy_analyzer_open(name, &wy_mem_default, &analyzer, &error), &error);
    return analyzer;
}

static wy_tokens tokens_of(wy_analyzer *analyzer, const char *text, size_t length)
{
    wy_tokens tokens;
    wy_error error;

    assert_ok(wy_analyzer_run(analyzer, text, length, &tokens, &error), &error);
    return tokens;
}

/* "position+width:term ", with ~ before a stem, # a number and | a run, and the positions of the
 * whole. */
static void assert_tokens(wy_analyzer *analyzer, const char *text, const char *wanted)
{
    wy_tokens tokens = tokens_of(analyzer, text, strlen(text));
    static const char *const mark[] = {"", "~", "#", NULL, "|"};
    char shown[4096];
    size_t at = 0;

    for (size_t i = 0; i < tokens.count; i++) {
        const wy_token *t = &tokens.list[i];

        at +=
            (size_t)snprintf(shown + at, sizeof shown - at, "%u+%u:%s%.*s ", t->position, t->width,
                             mark[t->kind], (int)t->length, t->term);
        wy_test_must(at < sizeof shown);
    }
    snprintf(shown + at, sizeof shown - at, "=%u", tokens.positions);
    assert_string_equal(shown, wanted);
}

static void test_known(void **state)
{
    static const char *const known[][2] = {
        {"", "=0"},
        {" \n\t　", "=0"},
        {"。", "=1"},
        {"。 」\n《", "=1"},
        {"国务院", "0+3:国务院 =3"},
        {"國務院，", "0+3:国务院 =4"},
        {"《国务院》", "1+3:国务院 =5"},
        {"２０２３年ＧＤＰ增长５.２％。", "0+1:2023 0+1:#2023 1+1:年 2+1:gdp 2+1:~gdp 3+2:增长 5+1:5.2 5+2:#5.2% =7"},
        {"Running runs", "0+1:running 0+1:~run 1+1:runs 1+1:~run =2"},
        {"happy", "0+1:happy 0+1:~happi =1"},
        {"Don’t", "0+1:don't 0+1:~don't =1"},
        {"5G网络", "0+1:5g 0+1:~5g 1+2:网络 =3"},
        {"한국어 Москва", "0+1:한국어 1+1:москва =2"},
        {"第3，5条", "0+1:第 0+2:#第3 1+1:3 1+1:#3 3+1:5 3+1:#5 3+2:#5条 4+1:条 =5"},
        {"①2023年", "1+1:1 1+1:#1 3+1:2023 3+1:#2023 4+1:年 =5"},
        {"𠀀", "0+1:𠀀 =1"},
        {"ㄅㄆㄇ", "0+3:ㄅㄆㄇ =3"},
        {"a_ー", "0+2:a_ー =2"},
        {"データ", "0+3:データ =3"},
        {"e\xcc\x81t\xc3\xa9", "0+1:été 0+1:~été =1"}};
    wy_analyzer *analyzer = analyzer_of("icu");

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_tokens(analyzer, known[i][0], known[i][1]);
    wy_analyzer_close(analyzer);
}

/* Runs of punctuation as terms beside all else. */
static void test_runs(void **state)
{
    char text[600], wanted[600], run[WY_TERM_MAX + 1] = "";
    static const char *const known[][2] = {
        {" \n\t　", "=0"},
        {" 。 」\n《 ", "0+1:|。”《 =1"},
        {"《國務院》，", "0+1:|《 1+3:国务院 4+1:|》, =5"},
        {"Don’t, (runs)", "0+1:don't 0+1:~don't 1+1:|,( 2+1:runs 2+1:~run 3+1:|) =4"},
        {"第3，5.2条", "0+1:第 0+2:#第3 1+1:3 1+1:#3 2+1:|、 3+1:5.2 3+1:#5.2 4+1:条 =5"},
        {"😀，e\xcc\x81", "0+1:|😀, 1+1:é 1+1:~é =2"}};
    wy_analyzer *analyzer = analyzer_of("icu-punctuation");

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_tokens(analyzer, known[i][0], known[i][1]);
    memset(run, '.', WY_TERM_MAX); /* the longest, and one more */
    snprintf(text, sizeof text, "法%s", run);
    snprintf(wanted, sizeof wanted, "0+1:法 1+1:|%s =2", run);
    assert_tokens(analyzer, text, wanted);
    snprintf(text, sizeof text, "法%s .法", run);
    assert_tokens(analyzer, text, "0+1:法 1+1:|" WY_RUN_TOO_LONG " 2+1:法 =3");
    wy_analyzer_close(analyzer);
}

/* The same rules, written a second time, straight from ICU's properties and break iterator. */
struct reference {
    UBreakIterator *words;
    wy_folded folded;
};

static bool is_counted(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &status);

    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
           script == USCRIPT_BOPOMOFO ||
           u_getIntPropertyValue(c, UCHAR_WORD_BREAK) == U_WB_KATAKANA ||
           u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

static bool is_mark(UChar32 c)
{
    return (U_MASK(u_charType(c)) & U_GC_M_MASK) != 0;
}

static uint32_t unit_char(const uint16_t *units, size_t *at)
{
    uint32_t c = units[(*at)++];

    if (c >= 0xd800 && c < 0xdc00) c = 0x10000 + ((c & 0x3ff) << 10) + (units[(*at)++] & 0x3ffU);
    return c;
}

static uint32_t reference_width(const uint16_t *units, size_t from, size_t to)
{
    uint32_t width = 0;
    bool other = false; /* whether the last character that is no mark was an other one */

    for (size_t at = from; at < to;) {
        UChar32 c = (UChar32)unit_char(units, &at);

        if (is_mark(c) && width > 0) continue;
        if (is_counted(c) && !is_mark(c)) {
            width++;
            other = false;
        } else {
            if (!other) width++;
            other = true;
        }
    }
    return width;
}

static bool reference_space(const uint16_t *units, size_t from, size_t to)
{
    while (from < to)
        if (!u_isUWhiteSpace((UChar32)unit_char(units, &from))) return false;
    return true;
}

static bool reference_latin(const uint16_t *units, size_t from, size_t to)
{
    bool latin = false;

    while (from < to) {
        UErrorCode status = U_ZERO_ERROR;
        UChar32 c = (UChar32)unit_char(units, &from);
        UScriptCode script = uscript_getScript(c, &status);

        if (is_counted(c) && !is_mark(c)) return false;
        if (!(U_MASK(u_charType(c)) & U_GC_L_MASK)) continue;
        if (script == USCRIPT_LATIN)
            latin = true;
        else if (script != USCRIPT_COMMON && script != USCRIPT_INHERITED)
            return false;
    }
    return latin;
}

static void check_term(const wy_token *token, const uint16_t *units, size_t from, size_t to)
{
    uint32_t length = 0;

    while (from < to) {
        char bytes[4];
        uint32_t size = (uint32_t)wy_utf8_put(unit_char(units, &from), bytes);

        if (length + size > WY_TERM_MAX) break;
        assert_memory_equal(token->term + length, bytes, size);
        length += size;
    }
    assert_int_equal(token->length, length);
    if (from == to) assert_int_equal(wy_term_width(token->term, length), token->width);
}

/* Numbers are tested in test_text_numerals.c; here, that they stand behind a word that they overlap
 * and leave all else as it is. */
static const wy_token *skip_numbers(const wy_tokens *tokens, const wy_token *token)
{
    const wy_token *last = tokens->list + tokens->count;

    for (; token < last && token->kind == WY_TOKEN_NUMBER; token++) {
        const wy_token *word = token;

        assert_true(token > tokens->list);
        do word--;
        while (word->kind != WY_TOKEN_WORD);
        assert_true(word->covered);
        assert_in_range(token->position, word->position, word->position + word->width - 1);
        assert_true(token->begin >= word->begin && token->begin < word->end);
        assert_true(token->end > token->begin && token->width > 0 && token->length > 0);
    }
    return token;
}

/* The tokens must be those of the reference, one by one. */
static void check_tokens(struct reference *r, const char *text, size_t length,
                         const wy_tokens *tokens)
{
    UErrorCode status = U_ZERO_ERROR;
    const wy_token *token = tokens->list, *last = token + tokens->count;
    uint32_t position = 0, words = 0;
    bool run = false;
    wy_error error;
    int32_t from = 0, to;

    assert_ok(wy_fold(&r->folded, text, length, &error), &error);
    ubrk_setText(r->words, r->folded.units, (int32_t)r->folded.length, &status);
    assert_true(U_SUCCESS(status));
    for (; (to = ubrk_next(r->words)) != UBRK_DONE; from = to) {
        const uint16_t *units = r->folded.units;
        size_t begin = (size_t)from, end = (size_t)to;

        if (ubrk_getRuleStatus(r->words) < UBRK_WORD_NONE_LIMIT) {
            if (reference_space(units, begin, end)) continue;
            position += !run;
            run = true;
            continue;
        }
        run = false;
        words++;
        token = skip_numbers(tokens, token);
        assert_true(token < last);
        assert_int_equal(token->kind, WY_TOKEN_WORD);
        assert_int_equal(token->position, position);
        assert_int_equal(token->width, reference_width(units, begin, end));
        assert_int_equal(token->begin, r->folded.begin[begin]);
        assert_int_equal(token->end, r->folded.end[end - 1]);
        check_term(token, units, begin, end);
        position += token->width;
        token++;
        if (!reference_latin(units, begin, end)) continue;
        assert_true(token < last);
        assert_int_equal(token->kind, WY_TOKEN_STEM);
        assert_int_equal(token->position, token[-1].position);
        assert_int_equal(token->width, token[-1].width);
        assert_int_equal(token->begin, token[-1].begin);
        assert_int_equal(token->end, token[-1].end);
        assert_in_range(token->length, 1, token[-1].length);
        token++;
    }
    assert_ptr_equal(skip_numbers(tokens, token), last);
    assert_int_equal(tokens->positions, position);
    assert_int_equal(tokens->words, words);
}

static struct reference reference_open(void)
{
    UErrorCode status = U_ZERO_ERROR;
    struct reference r = {.words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status)};

    assert_true(U_SUCCESS(status));
    wy_folded_init(&r.folded, &wy_mem_default);
    return r;
}

static void reference_close(struct reference *r)
{
    ubrk_close(r->words);
    wy_folded_free(&r->folded);
}

static void test_random(void **state)
{
    wy_test_random random = wy_test_random_of(3);
    wy_analyzer *analyzer = analyzer_of("icu");
    struct reference r = reference_open();

    (void)state;
    for (unsigned round = 0; round < 10000; round++) {
        char text[4 * CHARS];
        size_t length = random_string(&random, text, CHARS);
        wy_tokens tokens = tokens_of(analyzer, text, length);

        check_tokens(&r, text, length, &tokens);
    }
    reference_close(&r);
    wy_analyzer_close(analyzer);
}

/* Every character on its own and between two Han characters. */
static void test_every_char(void **state)
{
    wy_analyzer *analyzer = analyzer_of("icu");
    struct reference r = reference_open();

    (void)state;
    for (uint32_t c = 1; c <= 0x2ffff; c += c < 0x3100 ? 1 : 7) {
        char text[16] = "国", *end = text + strlen(text);
        wy_tokens tokens;

        if (c >= 0xd800 && c <= 0xdfff) continue;
        end += wy_utf8_put(c, end);
        memcpy(end, "法", sizeof "法");
        tokens = tokens_of(analyzer, text, strlen(text));
        check_tokens(&r, text, strlen(text), &tokens);
    }
    reference_close(&r);
    wy_analyzer_close(analyzer);
}

/* Lines joined by line feeds: each has its tokens, moved by the positions before it. */
static void test_joined(void **state)
{
    static const char *const lines[] = {"第一条 为了", "保障GDP。", "、附则", "a，", "",
                                        "；。",        "1957"};
    enum { COUNT = sizeof lines / sizeof *lines, LINES = 8 };
    wy_test_random random = wy_test_random_of(4);
    wy_analyzer *whole = analyzer_of("icu"), *part = analyzer_of("icu");

    (void)state;
    for (unsigned round = 0; round < 500; round++) {
        char text[512] = "";
        const char *line[LINES];
        wy_tokens all, one;
        uint32_t position = 0, offset = 0;
        size_t at = 0;
        bool run = false;

        for (unsigned i = 0; i < LINES; i++) {
            line[i] = lines[wy_test_below(&random, COUNT)];
            strcat(strcat(text, line[i]), "\n");
        }
        all = tokens_of(whole, text, strlen(text));
        for (unsigned i = 0; i < LINES; i++) {
            bool only = line[i][0] != '\0', starts;

            one = tokens_of(part, line[i], strlen(line[i]));
            only = only && one.count == 0;
            starts = only || (one.count > 0 && one.list[0].position > 0);
            if (run && starts) position--;
            for (size_t k = 0; k < one.count; k++, at++) {
                const wy_token *a = &all.list[at], *b = &one.list[k];

                assert_true(at < all.count);
                assert_int_equal(a->position, b->position + position);
                assert_int_equal(a->begin, b->begin + offset);
                assert_int_equal(a->end, b->end + offset);
                assert_int_equal(a->length, b->length);
                assert_memory_equal(a->term, b->term, b->length);
            }
            if (one.count > 0) {
                const wy_token *b = &one.list[one.count - 1];

                run = one.positions > b->position + b->width;
            } else if (only) {
                run = true;
            }
            position += one.positions;
            offset += (uint32_t)strlen(line[i]) + 1;
        }
        assert_int_equal(at, all.count);
        assert_int_equal(position, all.positions);
    }
    wy_analyzer_close(part);
    wy_analyzer_close(whole);
}

static void test_width(void **state)
{
    static const struct {
        const char *term;
        uint32_t width;
    } known[] = {{"国务院", 3}, {"gdp", 1},      {"3d打印", 3},       {"データ", 3},
                 {"ab漢cd", 3}, {"\xcc\x81", 1}, {"漢\xcc\x81字", 2}, {"a\xcc\x81漢\xcc\x81zz", 3},
                 {"한국어", 1}, {"𠀀𠀁", 2}};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(wy_term_width(known[i].term, strlen(known[i].term)), known[i].width);
}

static void test_long_words(void **state)
{
    enum { WORD = 100000 };
    wy_analyzer *analyzer = analyzer_of("icu");
    char *text = wy_test_alloc(WORD + 4);
    wy_tokens tokens;

    (void)state;
    memset(text, 'x', WORD);
    tokens = tokens_of(analyzer, text, WORD);
    assert_int_equal(tokens.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tokens.list[i].length, WY_TERM_MAX);
        assert_int_equal(tokens.list[i].width, 1);
        assert_int_equal(tokens.list[i].end, WORD);
    }
    memcpy(text + WY_TERM_MAX - 1, "é", 2); /* does not fit, and what follows must not either */
    tokens = tokens_of(analyzer, text, WORD);
    assert_int_equal(tokens.list[0].length, WY_TERM_MAX - 1);
    wy_analyzer_close(analyzer);

    analyzer = analyzer_of("whitespace");
    tokens = tokens_of(analyzer, text, WORD);
    assert_int_equal(tokens.count, 1);
    assert_int_equal(tokens.list[0].length, WY_TERM_MAX - 1);
    assert_int_equal(tokens.list[0].end, WORD);
    wy_analyzer_close(analyzer);
    free(text);
}

/* So many terms that the analyzer's memory grows under those it has. */
static void test_long_text(void **state)
{
    enum { REPEAT = 20000 };
    static const char piece[] = "第19条 行政机关running，";
    size_t size = sizeof piece - 1;
    wy_analyzer *analyzer = analyzer_of("icu");
    struct reference r = reference_open();
    char *text = wy_test_alloc(REPEAT * size);
    wy_tokens tokens;

    (void)state;
    for (size_t i = 0; i < REPEAT; i++) memcpy(text + i * size, piece, size);
    tokens = tokens_of(analyzer, text, REPEAT * size);
    check_tokens(&r, text, REPEAT * size, &tokens);
    tokens = tokens_of(analyzer, text, size);
    check_tokens(&r, text, size, &tokens);
    reference_close(&r);
    wy_analyzer_close(analyzer);
    free(text);
}

/* Real reports, where they are present. */
static void test_reports(void **state)
{
    static const char folder[] = WY_SHARED_DATA "/reports";
    DIR *listing = opendir(folder);
    wy_analyzer *analyzer;
    struct reference r;
    struct dirent *entry;

    (void)state;
    if (!listing) {
        print_message("skipped: there is no %s\n", folder);
        skip();
    }
    analyzer = analyzer_of("icu");
    r = reference_open();
    while ((entry = readdir(listing)) != NULL) {
        char *path = wy_test_format("%s/%s", folder, entry->d_name), *text = NULL;
        size_t length;
        wy_tokens tokens;

        if (entry->d_name[0] != '.') text = wy_test_file_read(path, &length);
        if (text) {
            tokens = tokens_of(analyzer, text, length);
            check_tokens(&r, text, length, &tokens);
        }
        free(text);
        free(path);
    }
    closedir(listing);
    reference_close(&r);
    wy_analyzer_close(analyzer);
}

static void test_whitespace(void **state)
{
    wy_test_random random = wy_test_random_of(5);
    wy_analyzer *analyzer = analyzer_of("whitespace");

    (void)state;
    for (unsigned round = 0; round < 5000; round++) {
        char text[4 * CHARS + 1], *word;
        size_t length = 0, count = (size_t)wy_test_below(&random, CHARS), at = 0;
        wy_tokens tokens;

        for (size_t i = 0; i < count; i++) {
            uint32_t c = random_char(&random);

            if (wy_test_below(&random, 4) == 0) c = (uint32_t) " \t\n\v\f\r"[c % 6];
            length += wy_utf8_put(c == 0 ? 'a' : c, text + length);
        }
        tokens = tokens_of(analyzer, text, length);
        text[length] = '\0';
        for (word = strtok(text, " \t\n\v\f\r"); word; word = strtok(NULL, " \t\n\v\f\r"), at++) {
            const wy_token *token = &tokens.list[at];

            assert_true(at < tokens.count);
            assert_int_equal(token->length, strlen(word));
            assert_memory_equal(token->term, word, token->length);
            assert_int_equal(token->position, at);
            assert_int_equal(token->width, 1);
            assert_int_equal(token->kind, WY_TOKEN_WORD);
            assert_int_equal(token->begin, word - text);
            assert_int_equal(token->end, token->begin + token->length);
        }
        assert_int_equal(at, tokens.count);
        assert_int_equal(at, tokens.words);
        assert_int_equal(at, tokens.positions);
    }
    wy_analyzer_close(analyzer);
}

static void test_errors(void **state)
{
    static const char *const names[] = {"icu", "icu-punctuation", "whitespace"};
    wy_analyzer *analyzer;
    wy_error error;

    (void)state;
    assert_false(wy_analyzer_known("jieba"));
    assert_false(wy_analyzer_known(NULL));
    assert_status(WY_E_ARGUMENT, wy_analyzer_open("jieba", &wy_mem_default, &analyzer, &error),
                  NULL);
    assert_null(analyzer);
    wy_analyzer_close(NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        static const char damaged[] = "报告 \xff.";
        wy_tokens tokens;

        assert_true(wy_analyzer_known(names[i]));
        analyzer = analyzer_of(names[i]);
        assert_string_equal(wy_analyzer_name(analyzer), names[i]);
        assert_true((wy_analyzer_segmenter(analyzer)[0] == '\0') ==
                    (strcmp(names[i], "whitespace") == 0));
        assert_status(WY_E_ENCODING,
                      wy_analyzer_run(analyzer, damaged, sizeof damaged - 1, &tokens, &error),
                      NULL);
        assert_int_equal(error.offset, 7);
        assert_int_equal(tokens.count, 0);
        assert_status(WY_E_LIMIT,
                      wy_analyzer_run(analyzer, damaged, ((size_t)1 << 30) + 1, &tokens, &error),
                      NULL);
        tokens = tokens_of(analyzer, NULL, 0);
        assert_int_equal(tokens.count, 0);
        assert_int_equal(tokens.positions, 0);
        wy_analyzer_close(analyzer);
    }
}

static void test_identity(void **state)
{
    wy_analyzer *a = analyzer_of("icu"), *b = analyzer_of("icu"), *c = analyzer_of("whitespace");

    (void)state;
    assert_string_equal(wy_analyzer_identity(a), wy_analyzer_identity(b));
    print_message("%s\n", wy_analyzer_identity(a));
    assert_non_null(strstr(wy_analyzer_identity(a), wy_analyzer_icu_version(a)));
    assert_non_null(strstr(wy_analyzer_identity(a), wy_fold_version()));
    assert_null(strstr(wy_analyzer_identity(a), "unknown"));
    assert_string_equal(wy_analyzer_identity(c), "whitespace 1");
    assert_string_equal(wy_analyzer_icu_version(c), "");
    wy_analyzer_close(c);
    wy_analyzer_close(b);
    wy_analyzer_close(a);
}

static void test_memory(void **state)
{
    static const char *const names[] = {"icu", "icu-punctuation", "whitespace"};
    static const char text[] =
        "第十九条 hopping，行政机关应当依照本法的规定，保障公民的权利。 a b c d e f";

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (uint64_t nth = 1;; nth++) {
            wy_fault_mem memory;
            wy_analyzer *analyzer;
            wy_tokens tokens;
            int status;

            wy_fault_mem_init(&memory, nth);
            status = wy_analyzer_open(names[i], &memory.mem, &analyzer, NULL);
            if (status == WY_OK)
                status = wy_analyzer_run(analyzer, text, sizeof text - 1, &tokens, NULL);
            wy_analyzer_close(analyzer);
            wy_fault_mem_check(&memory);
            assert_int_equal(status, memory.failed ? WY_E_NOMEM : WY_OK);
            if (!memory.failed) break;
            assert_true(nth < 100);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),      cmocka_unit_test(test_random),
        cmocka_unit_test(test_every_char), cmocka_unit_test(test_joined),
        cmocka_unit_test(test_long_words), cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_width),      cmocka_unit_test(test_reports),
        cmocka_unit_test(test_runs), cmocka_unit_test(test_whitespace), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_identity),   cmocka_unit_test(test_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
