#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uclean.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "support/fault_mem.h"
#include "support/test.h"
#include "text/fold.h"
#include "unit/test_text_strings.h"

#define CHARS 40

/* Folds; the caller frees. */
static wy_folded folded_of(const char *text, size_t length)
{
    wy_folded folded;
    wy_error error;

    wy_folded_init(&folded, &wy_mem_default);
    assert_ok(wy_fold(&folded, text, length, &error), &error);
    return folded;
}

static char *utf8_of(const wy_folded *folded, size_t *length)
{
    char *text = wy_test_alloc(folded->length * 3 + 1);
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;

    if (folded->length > 0)
        u_strToUTF8(text, (int32_t)folded->length * 3 + 1, &count, folded->units,
                    (int32_t)folded->length, &status);
    assert_true(U_SUCCESS(status));
    *length = (size_t)count;
    text[count] = '\0';
    return text;
}

static bool same_units(const wy_folded *a, const wy_folded *b)
{
    return a->length == b->length &&
           (a->length == 0 || memcmp(a->units, b->units, a->length * sizeof *a->units) == 0);
}

static void assert_folds_to(const char *text, const char *wanted)
{
    wy_folded folded = folded_of(text, strlen(text));
    size_t length;
    char *result = utf8_of(&folded, &length);

    assert_string_equal(result, wanted);
    free(result);
    wy_folded_free(&folded);
}

/* Whether folding what folding gave changes nothing. */
static bool is_settled(const char *text, size_t length)
{
    wy_folded once = folded_of(text, length), twice;
    size_t again;
    char *result = utf8_of(&once, &again);
    bool same;

    twice = folded_of(result, again);
    same = same_units(&once, &twice);
    free(result);
    wy_folded_free(&once);
    wy_folded_free(&twice);
    return same;
}

static void test_every_char_settles(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char text[4];
        size_t length;

        if (c >= 0xd800 && c <= 0xdfff) continue;
        length = wy_utf8_put(c, text);
        if (!is_settled(text, length)) fail_msg("U+%04X folds further", (unsigned)c);
    }
}

static void test_known(void **state)
{
    static const char *const known[][2] = {
        {"", ""},
        {"行政複議", "行政复议"},
        {"臺灣乾淨", "台湾干净"},
        {"苧苎薴", "苎苎苎"}, /* ICU goes in a circle here */
        {"ＧＤＰ", "gdp"},
        {"１９５７年", "1957年"},
        {"㎏", "kg"},
        {"ﬁn", "fin"},
        {"Straße", "strasse"},
        {"e\xcc\x81", "é"},
        {"É", "é"},
        {"E\xe2\x80\x8b\xcc\x81", "é"}, /* a zero width space between */
        {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한"},
        {"ｶﾞｲﾄﾞ", "ガイド"},
        {"行\xc2\xad政\xe2\x80\x8b复议\xef\xb8\x80", "行政复议"},
        {"\xef\xbb\xbf报告", "报告"},
        {"don’t", "don't"},
        {"①２０２３年", "(1)2023年"},
        {"⑴⒈⒛ⓐ", "(1)1、20、(a)"},
        {"1½", "1 1/2"},
        {"ＣＯ₂，ＰＭ₂.₅，ｍ²", "co2,pm2.5,m2"},
        {"２７，２０３，３１９元", "27,203,319元"},
        {"3，4-亚甲", "3、4-亚甲"},
        {"3，4567；3；567", "3、4567、3、567"},
        {"３，４；５", "3、4、5"},
        {"第3，第4", "第3,第4"},
        {"1，234", "1,234"},
        {"，123", ",123"},
        {"1，23", "1、23"},
        {"3,4", "3,4"},
        {"𠮷𝒜", "𠮷a"},
        {"你〇々", "你〇々"}};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_folds_to(known[i][0], known[i][1]);
}

/* Every traditional character becomes what ICU's transliterator says, or something beyond. */
static void test_simplified_as_icu(void **state)
{
    static const UChar id[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *simplifier = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    unsigned changed = 0;

    (void)state;
    assert_true(U_SUCCESS(status));
    for (UChar32 c = 0x3400; c <= 0x9fff; c++) {
        UChar unit[8] = {(UChar)c};
        int32_t length = 1, limit = 1;
        char from[4], to[24];
        int32_t to_length;
        wy_folded a, b;

        utrans_transUChars(simplifier, unit, &length, 8, 0, &limit, &status);
        u_strToUTF8(to, sizeof to, &to_length, unit, length, &status);
        assert_true(U_SUCCESS(status));
        if (u_countChar32(unit, length) != 1) continue;
        changed += unit[0] != c;
        a = folded_of(from, wy_utf8_put((uint32_t)c, from));
        b = folded_of(to, (size_t)to_length);
        if (!same_units(&a, &b)) fail_msg("U+%04X does not meet its simplified form", (unsigned)c);
        wy_folded_free(&a);
        wy_folded_free(&b);
    }
    assert_true(changed > 2000);
    utrans_close(simplifier);
}

/* ---- Every character by ICU ---------------------------------------------------------------- */

struct reference {
    const UNormalizer2 *casefold;
    UTransliterator *simplifier;
};

/* One round of ICU's functions over a string: NFKC_Casefold, then each character by itself to its
 * simplified one. Returns the new length; `units` has room for 64. */
static int32_t fold_by_icu(const struct reference *r, UChar *units, int32_t length)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar folded[64];
    UChar32 chars[64];
    int32_t count = unorm2_normalize(r->casefold, units, length, folded, 64, &status), made = 0;

    u_strToUTF32(chars, 64, &count, folded, count, &status);
    for (int32_t i = 0; i < count; i++) {
        UChar one[8];
        int32_t size = 0, limit;
        uint32_t c = (uint32_t)chars[i];

        U16_APPEND_UNSAFE(one, size, c);
        limit = size;
        if (c >= 0x2e80) /* nothing below is Chinese */
            utrans_transUChars(r->simplifier, one, &size, 8, 0, &limit, &status);
        if (u_countChar32(one, size) != 1) {
            size = 0;
            U16_APPEND_UNSAFE(one, size, c);
        }
        memcpy(units + made, one, (size_t)size * sizeof *one);
        made += size;
    }
    assert_true(U_SUCCESS(status));
    return made;
}

/* Where fold.h says that we differ: ’ and ⁄, numbering signs, fractions; and 苎 and 苧, each of which
 * ICU makes the other. */
static bool is_corrected(uint32_t c)
{
    static const uint32_t others[] = {0x2019, 0x2044, 0x82ce, 0x82e7};
    int32_t kind = u_getIntPropertyValue((UChar32)c, UCHAR_DECOMPOSITION_TYPE);

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (c == others[i]) return true;
    return kind == U_DT_CIRCLE || kind == U_DT_FRACTION ||
           (kind == U_DT_COMPAT && c >= 0x2488 && c <= 0x249b) || (c >= 0x1f100 && c <= 0x1f10a);
}

static void test_every_char_as_icu(void **state)
{
    static const UChar id[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    struct reference r = {unorm2_getNFKCCasefoldInstance(&status),
                          utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status)};
    unsigned corrected = 0;

    (void)state;
    assert_true(U_SUCCESS(status));
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        UChar wanted[64], before[64];
        int32_t length = 0, old = 0;
        wy_folded folded;
        char text[4];

        if (c >= 0xd800 && c <= 0xdfff) continue;
        U16_APPEND_UNSAFE(wanted, length, c);
        for (int rounds = 0; rounds < 8; rounds++) {
            memcpy(before, wanted, sizeof before);
            old = length;
            length = fold_by_icu(&r, wanted, length);
            if (length == old && memcmp(before, wanted, (size_t)length * sizeof *wanted) == 0)
                break;
        }
        folded = folded_of(text, wy_utf8_put(c, text));
        if (folded.length != (size_t)length ||
            (length > 0 && memcmp(folded.units, wanted, (size_t)length * sizeof *wanted) != 0)) {
            if (!is_corrected(c)) print_message("U+%04X\n", (unsigned)c);
            assert_true(is_corrected(c));
            corrected++;
        }
        wy_folded_free(&folded);
    }
    assert_in_range(corrected, 100, 250);
    utrans_close(r.simplifier);
}

static size_t icu_casefold(const char *text, size_t length, UChar *out, int32_t room)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
    UChar units[4 * CHARS];
    int32_t count, made;

    u_strFromUTF8(units, 4 * CHARS, &count, text, (int32_t)length, &status);
    made = unorm2_normalize(normalizer, units, count, out, room, &status);
    assert_true(U_SUCCESS(status));
    return (size_t)made;
}

/* Where our own corrections have no say, a string folds as ICU folds the whole of it. */
static void test_strings_as_icu(void **state)
{
    wy_test_random random = wy_test_random_of(1);

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        char text[4 * CHARS];
        UChar wanted[20 * CHARS];
        size_t length = 0, count = (size_t)wy_test_below(&random, CHARS);
        wy_folded folded;

        for (size_t i = 0; i < count; i++) {
            uint32_t c = random_char(&random);
            size_t size = wy_utf8_put(c, text + length), units;
            bool ours;

            if (c == 0xff0c || c == 0xff1b || c == 0xfe50 || c == 0xfe54 || c == 0xfe10 ||
                c == 0xfe14)
                continue;
            folded = folded_of(text + length, size);
            units = icu_casefold(text + length, size, wanted, 20 * CHARS);
            ours = units != folded.length ||
                   (units > 0 && memcmp(folded.units, wanted, units * sizeof *wanted) != 0);
            wy_folded_free(&folded);
            if (!ours) length += size;
        }
        folded = folded_of(text, length);
        assert_int_equal(icu_casefold(text, length, wanted, 20 * CHARS), folded.length);
        if (folded.length > 0)
            assert_memory_equal(wanted, folded.units, folded.length * sizeof *wanted);
        wy_folded_free(&folded);
    }
}

/* The units i to j stem from one span: folding its text alone gives them, but for 、. */
static void check_span(const char *text, const wy_folded *folded, size_t i, size_t j)
{
    wy_folded alone = folded_of(text + folded->begin[i], folded->end[i] - folded->begin[i]);

    assert_int_equal(alone.length, j - i);
    if (folded->units[i] != 0x3001)
        assert_memory_equal(alone.units, folded->units + i, (j - i) * sizeof *alone.units);
    wy_folded_free(&alone);
}

static void check_spans(const char *text, size_t length, const wy_folded *folded)
{
    size_t at = folded->length > 0 ? folded->begin[0] : length;
    wy_folded before = folded_of(text, at);

    assert_int_equal(before.length, 0);
    wy_folded_free(&before);
    for (size_t i = 0, j; i < folded->length; i = j) {
        assert_int_equal(folded->begin[i], at);
        assert_true(folded->end[i] > at);
        at = folded->end[i];
        assert_int_equal(wy_utf8_floor(text, length, at), at);
        for (j = i + 1; j < folded->length && folded->begin[j] == folded->begin[i]; j++)
            assert_int_equal(folded->end[j], at);
        check_span(text, folded, i, j);
    }
    assert_int_equal(at, length);
}

static void test_spans(void **state)
{
    wy_test_random random = wy_test_random_of(2);

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        char text[4 * CHARS];
        size_t length = random_string(&random, text, CHARS);
        wy_folded folded = folded_of(text, length);

        check_spans(text, length, &folded);
        assert_true(is_settled(text, length));
        wy_folded_free(&folded);
    }
}

/* Clusters without end: folded in parts, in linear time. */
static void test_long_clusters(void **state)
{
    static const char *const tails[] = {"\xcc\x81\xcc\xa3", "\xe2\x80\x8b", "\xe2\x80\x8b\xcc\x81",
                                        "\xe1\x85\xa1"};
    enum { REPEAT = 20000 };

    (void)state;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        size_t tail = strlen(tails[i]), length = 1;
        char *text = wy_test_alloc(1 + REPEAT * tail);
        wy_folded folded;

        text[0] = 'e';
        for (unsigned n = 0; n < REPEAT; n++, length += tail) memcpy(text + length, tails[i], tail);
        folded = folded_of(text, length);
        check_spans(text, length, &folded);
        wy_folded_free(&folded);
        free(text);
    }
}

static void test_errors(void **state)
{
    static const char damaged[] = "报告\xe6\x8a", surrogate[] = "a\xed\xa0\x80";
    wy_folded folded;
    wy_error error;

    (void)state;
    wy_folded_init(&folded, &wy_mem_default);
    assert_status(WY_E_ENCODING, wy_fold(&folded, damaged, sizeof damaged - 1, &error), NULL);
    assert_int_equal(error.offset, 6);
    assert_status(WY_E_ENCODING, wy_fold(&folded, surrogate, sizeof surrogate - 1, &error), NULL);
    assert_int_equal(error.offset, 1);
    assert_status(WY_E_LIMIT, wy_fold(&folded, damaged, ((size_t)1 << 30) + 1, &error), NULL);
    assert_ok(wy_fold(&folded, NULL, 0, &error), &error);
    assert_int_equal(folded.length, 0);
    wy_folded_free(&folded);
    assert_true(strlen(wy_fold_version()) >= 7);
}

static void test_memory(void **state)
{
    static const char text[] = "e\xcc\x81第十九条ﬁ行政机关ﷺ应当依照本法的规定e\xcc\x81";

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_folded folded;
        int status;

        wy_fault_mem_init(&memory, nth);
        wy_folded_init(&folded, &memory.mem);
        status = wy_fold(&folded, text, sizeof text - 1, NULL);
        wy_folded_free(&folded);
        wy_fault_mem_check(&memory);
        assert_int_equal(status, memory.failed ? WY_E_NOMEM : WY_OK);
        if (!memory.failed) break;
        assert_true(nth < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_char_settles),
                                       cmocka_unit_test(test_known),
                                       cmocka_unit_test(test_simplified_as_icu),
                                       cmocka_unit_test(test_every_char_as_icu),
                                       cmocka_unit_test(test_strings_as_icu),
                                       cmocka_unit_test(test_spans),
                                       cmocka_unit_test(test_long_clusters),
                                       cmocka_unit_test(test_errors),
                                       cmocka_unit_test(test_memory)};

    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    u_cleanup(); /* what ICU keeps for its transliterators looks like a leak */
    return failed;
}
