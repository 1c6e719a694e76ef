/*
 * Exact texts: found where a scan of the folded text, unit by unit, finds them, with the ends of
 * words by ICU.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>

#include "support/fault_mem.h"
#include "text/char_class.h"
#include "text/exact.h"
#include "unit/test_text_strings.h"

enum { CHARS = 60, PIECES = 15 };

struct text {
    wy_analyzer *analyzer;
    wy_tokens tokens;
    wy_exact exact;
    wy_haystack hay;
    UBreakIterator *words;
    uint32_t *word; /* of each folded unit: its piece, 0 where that is no word */
    size_t word_capacity;
};

static void text_open(struct text *t)
{
    UErrorCode status = U_ZERO_ERROR;
    wy_error error;

    *t = (struct text){.words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status)};
    assert_true(U_SUCCESS(status));
    assert_ok(wy_analyzer_open("icu", &wy_mem_default, &t->analyzer, &error), &error);
    wy_exact_init(&t->exact, &wy_mem_default);
}

static void text_close(struct text *t)
{
    ubrk_close(t->words);
    wy_analyzer_close(t->analyzer);
    wy_exact_free(&t->exact);
    free(t->word);
}

static void text_set(struct text *t, const char *data, size_t length)
{
    UErrorCode status = U_ZERO_ERROR;
    const wy_folded *folded;
    wy_error error;
    int32_t from = 0, to;
    uint32_t number = 0;

    assert_ok(wy_analyzer_run(t->analyzer, data, length, &t->tokens, &error), &error);
    folded = wy_analyzer_folded(t->analyzer);
    assert_ok(wy_exact_set(&t->exact, folded, &error), &error);
    t->hay = (wy_haystack){&t->exact, folded, &t->tokens};
    free(t->word);
    t->word = wy_test_alloc((folded->length + 1) * sizeof *t->word);
    ubrk_setText(t->words, folded->units, (int32_t)folded->length, &status);
    assert_true(U_SUCCESS(status));
    for (; (to = ubrk_next(t->words)) != UBRK_DONE; from = to) {
        bool word = ubrk_getRuleStatus(t->words) >= UBRK_WORD_NONE_LIMIT;

        number++;
        for (int32_t i = from; i < to; i++) t->word[i] = word ? number : 0;
    }
}

static uint32_t char_of(const uint16_t *units, size_t at)
{
    if ((units[at] & 0xfc00) == 0xdc00 && at > 0) at--;
    if ((units[at] & 0xfc00) != 0xd800) return units[at];
    return 0x10000 + ((units[at] & 0x3ffU) << 10) + (units[at + 1] & 0x3ffU);
}

/* -1: within what stems from one cluster, where only words of letters are told. */
static int may_cut(const struct text *t, size_t at)
{
    const wy_folded *folded = t->hay.folded;
    size_t unit;

    if (at == 0 || at == t->exact.length) return true;
    unit = t->exact.from[at];
    if (wy_char_class(char_of(folded->units, unit)) & WY_CHAR_MARK) return false;
    if (folded->begin[unit] == folded->begin[unit - 1]) return -1;
    if (t->word[unit] == 0 || t->word[unit] != t->word[unit - 1]) return true;
    return (wy_char_class(char_of(folded->units, unit)) & WY_CHAR_COUNTED) ||
           (wy_char_class(char_of(folded->units, unit - 1)) & WY_CHAR_COUNTED);
}

/* A sign that joins words, with a letter or digit beside it. */
static bool is_sign(uint32_t sign, uint32_t beside)
{
    const unsigned whole = WY_CHAR_LATIN | WY_CHAR_FOREIGN | WY_CHAR_DIGIT | WY_CHAR_MARK;

    return wy_char_joins(sign) && wy_char_class(beside) & whole &&
           !(wy_char_class(beside) & WY_CHAR_COUNTED);
}

/* Where the needle ends that begins at `at`, with a space beside a sign at its begin or end or
 * without; 0: nowhere. */
static size_t end_of_needle(const struct text *t, const wy_exact *needle, size_t at)
{
    const uint16_t *units = t->exact.units, *wanted = needle->units;
    const size_t length = needle->length;

    for (size_t i = 0; i < length; i++, at++) {
        const bool first = i == 1 && is_sign(wanted[0], char_of(wanted, 1));
        const bool last = i + 1 == length && i > 0 && is_sign(wanted[i], char_of(wanted, i - 1));

        if (at < t->exact.length && units[at] == ' ' && (first || last)) at++;
        if (at >= t->exact.length || units[at] != wanted[i]) return 0;
    }
    return at;
}

/* Every place, in order. */
static void check(const struct text *t, const wy_needle *needle)
{
    wy_exact_place place = {0};
    size_t begin, end, length = needle->text.length;
    bool more = wy_exact_next(&t->hay, needle, &place, &begin, &end);

    for (size_t i = 0; length > 0 && i < t->exact.length; i++) {
        const bool here = more && begin == i;
        const size_t expected = end_of_needle(t, &needle->text, i);
        const int first = expected ? may_cut(t, i) : 0;
        const int last = !expected ? 0 : needle->open ? 1 : may_cut(t, expected);

        if (first == 0 || last == 0)
            assert_false(here);
        else if (first == 1 && last == 1)
            assert_true(here);
        if (!here) continue;
        assert_int_equal(end, expected);
        assert_true(wy_exact_byte_begin(&t->hay, begin) < wy_exact_byte_end(&t->hay, end));
        more = wy_exact_next(&t->hay, needle, &place, &begin, &end);
    }
    assert_false(more);
}

static void look_for(const struct text *t, const char *data, size_t length, bool open)
{
    wy_needle needle;
    wy_error error;

    assert_ok(wy_needle_make(&needle, data, length, open, &wy_mem_default, &error), &error);
    check(t, &needle);
    wy_needle_free(&needle);
}

/* Parts of texts of few pieces, so that much is found, also overlapping. */
static void few_pieces(void **state)
{
    static const char *const pieces[PIECES] = {"国", "国家", "家", "a",         "ab",
                                               " ",  "　",   "1",  ".",         "，",
                                               "Ａ", "國",   "ﬁ",  "e\xCC\x81", "'"};
    wy_test_random random = wy_test_random_of(1);
    struct text t;

    (void)state;
    text_open(&t);
    for (size_t round = 0; round < wy_test_rounds(20000); round++) {
        char text[400] = "", needle[40] = "";

        for (uint64_t i = wy_test_below(&random, 40); i > 0; i--)
            strcat(text, pieces[wy_test_below(&random, PIECES)]);
        for (uint64_t i = wy_test_below(&random, 5); i > 0; i--)
            strcat(needle, pieces[wy_test_below(&random, PIECES)]);
        text_set(&t, text, strlen(text));
        look_for(&t, needle, strlen(needle), wy_test_below(&random, 4) == 0);
    }
    text_close(&t);
}

/* Parts of texts of all scripts. */
static void all_scripts(void **state)
{
    wy_test_random random = wy_test_random_of(2);
    struct text t;

    (void)state;
    text_open(&t);
    for (size_t round = 0; round < wy_test_rounds(10000); round++) {
        char text[4 * CHARS];
        size_t length = random_string(&random, text, CHARS), from, to;

        text_set(&t, text, length);
        from = wy_utf8_floor(text, length, (size_t)wy_test_below(&random, length + 1));
        to = wy_utf8_floor(text, length, from + (size_t)wy_test_below(&random, length - from + 1));
        if (to > from) look_for(&t, text + from, to - from, false);
    }
    text_close(&t);
}

/* Finding a row of one character in a longer one takes time in their length, not its square. */
static void long_rows(void **state)
{
    enum { TEXT = 300000, NEEDLE = 100000 };
    char *row = wy_test_alloc(3 * TEXT);
    wy_exact_place place = {0};
    size_t begin, end, found = 0;
    wy_needle needle;
    wy_error error;
    struct text t;

    (void)state;
    for (size_t i = 0; i < TEXT; i++) memcpy(row + 3 * i, "一", 3);
    text_open(&t);
    text_set(&t, row, 3 * TEXT);
    assert_ok(wy_needle_make(&needle, row, 3 * NEEDLE, false, &wy_mem_default, &error), &error);
    while (wy_exact_next(&t.hay, &needle, &place, &begin, &end)) {
        assert_int_equal(begin, found);
        found++;
    }
    assert_int_equal(found, TEXT - NEEDLE + 1);
    wy_needle_free(&needle);
    text_close(&t);
    free(row);
}

static void survives_failed_allocations(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_needle needle;
        wy_error error;
        int status;

        wy_fault_mem_init(&memory, nth);
        status =
            wy_needle_make(&needle, "依法 治国", strlen("依法 治国"), false, &memory.mem, &error);
        wy_needle_free(&needle);
        wy_fault_mem_check(&memory);
        if (!memory.failed) {
            assert_ok(status, &error);
            break;
        }
        assert_status(WY_E_NOMEM, status, &error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_pieces),
        cmocka_unit_test(all_scripts),
        cmocka_unit_test(long_rows),
        cmocka_unit_test(survives_failed_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
