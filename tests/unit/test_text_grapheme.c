/*
 * Grapheme clusters against ICU's, over all characters and random texts.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "text/grapheme.h"

enum { CHARS = 40 };

static UBreakIterator *open_icu(void)
{
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *icu = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);

    assert_true(U_SUCCESS(status));
    return icu;
}

/* Every code point of the text must be a break here where it is one for ICU. */
static void assert_breaks(UBreakIterator *icu, const uint32_t *chars, size_t count)
{
    UChar units[2 * CHARS];
    char text[4 * CHARS];
    size_t length = 0, at = 0, last = 0;
    int32_t unit_count = 0, unit = 0;
    UErrorCode status = U_ZERO_ERROR;

    for (size_t i = 0; i < count; i++) {
        length += wy_utf8_put(chars[i], text + length);
        U16_APPEND_UNSAFE(units, unit_count, chars[i]);
    }
    char *exact = wy_test_alloc(length); /* so that a sanitizer sees a step too far */
    memcpy(exact, text, length);
    ubrk_setText(icu, units, unit_count, &status);
    assert_true(U_SUCCESS(status));
    for (size_t i = 0; i <= count; i++) {
        bool wanted = ubrk_isBoundary(icu, unit);

        if (wy_grapheme_break(exact, length, at) != wanted)
            print_message("before character %zu: U+%04X\n", i, i < count ? chars[i] : 0);
        assert_int_equal(wy_grapheme_break(exact, length, at), wanted);
        if (wanted) {
            assert_int_equal(wy_grapheme_floor(exact, length, at), at);
            assert_int_equal(wy_grapheme_ceil(exact, length, at), at);
            last = at;
        } else {
            assert_int_equal(wy_grapheme_floor(exact, length, at), last);
            assert_true(wy_grapheme_ceil(exact, length, at) > at);
        }
        if (i == count) break;
        at += wy_utf8_put(chars[i], text);
        unit += U16_LENGTH(chars[i]);
    }
    free(exact);
}

/* Every character beside each of some that stand for a rule. */
static void every_char(void **state)
{
    static const uint32_t beside[] = {'a',     0x0d,    0x0a,   0x301,  0x200d,
                                      0x1f469, 0x1f1e8, 0x1100, 0x1161, 0x11a8,
                                      0xac00,  0xac01,  0x600,  0x903,  0x4e00};
    UBreakIterator *icu = open_icu();

    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        const uint32_t other = beside[c % (sizeof beside / sizeof *beside)];

        if (c >= 0xd800 && c <= 0xdfff) continue;
        /* Most characters are like those before them; so each rule meets each range. */
        assert_breaks(icu, (uint32_t[]){other, c, other}, 3);
    }
    ubrk_close(icu);
}

static void random_texts(void **state)
{
    static const uint32_t some[] = {'a',     '\r',   '\n',    0x301,   0x308,   0x200d, 0x1f469,
                                    0x2764,  0xfe0f, 0x1f3fd, 0x1f1e8, 0x1f1f3, 0x1100, 0x1161,
                                    0x11a8,  0xac00, 0xac01,  0x600,   0x903,   0x4e00, 0x200b,
                                    0xe0100, 0x3099, 0x0e33,  0x1f468, 0xe007f, 0x1f3f4};
    UBreakIterator *icu = open_icu();
    wy_test_random random = wy_test_random_of(1);

    (void)state;
    for (size_t round = 0; round < wy_test_rounds(30000); round++) {
        uint32_t chars[CHARS];
        size_t count = (size_t)wy_test_below(&random, CHARS);

        for (size_t i = 0; i < count; i++)
            chars[i] = some[wy_test_below(&random, sizeof some / sizeof *some)];
        assert_breaks(icu, chars, count);
    }
    ubrk_close(icu);
}

/* A text of nothing but flags, joiners or accents takes no time to speak of. */
static void long_runs(void **state)
{
    static const char *const units[] = {"\xF0\x9F\x87\xA8", "\xE2\x80\x8D", "\xCC\x81"};

    (void)state;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t size = strlen(units[u]), length = 200000 * size, found = 0;
        char *text = wy_test_alloc(length);

        for (size_t at = 0; at < length; at += size) memcpy(text + at, units[u], size);
        for (size_t at = 0; at <= length; at += size) found += wy_grapheme_break(text, length, at);
        assert_int_equal(found, u == 0 ? 100001 : 2);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_char),
        cmocka_unit_test(random_texts),
        cmocka_unit_test(long_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
