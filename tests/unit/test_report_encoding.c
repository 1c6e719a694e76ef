/*
 * One report in many encodings, and bytes that are none.
 */
#include "test_report.h"

#include <stdlib.h>

#include <unicode/ucnv.h>

#include "base/utf8.h"

static const char sample[] =
    "東湖區2023年工作報告\n\n"
    "　　一年來，全區上下同心協力，各項工作取得新的進展，主要目標基本完成。\n\n"
    "　　一、主要工作\n\n"
    "　　全年接待來訪群眾三千二百人次，辦結率達到百分之九十八。\n";

/* `text` in an ICU encoding, in new memory. */
static char *encode(const char *text, const char *encoding, const char *mark, size_t mark_length,
                    size_t *length)
{
    UErrorCode code = U_ZERO_ERROR;
    size_t room = strlen(text) * 4 + 16;
    char *bytes = wy_test_alloc(room);
    memcpy(bytes, mark, mark_length);
    int32_t n = ucnv_convert(encoding, "UTF-8", bytes + mark_length, (int32_t)(room - mark_length),
                             text, (int32_t)strlen(text), &code);
    assert_true(U_SUCCESS(code));
    *length = (size_t)n + mark_length;
    return bytes;
}

static void test_roundtrip(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *mark;
        size_t mark_length;
        const char *option, *declared, *found;
    } cases[] = {{"UTF-8", "", 0, NULL, NULL, "UTF-8"},
                 {"UTF-8", "\xEF\xBB\xBF", 3, NULL, NULL, "UTF-8"},
                 {"UTF-8", "", 0, NULL, "gb2312", "UTF-8"},
                 {"UTF-8", "\xEF\xBB\xBF", 3, "UTF-8", NULL, "UTF-8"},
                 {"GB18030", "", 0, NULL, NULL, "GB18030"},
                 {"GB18030", "", 0, "gbk", NULL, "GB18030"},
                 {"GB18030", "", 0, NULL, "gb2312", "GB18030"},
                 {"GB18030", "", 0, NULL, "utf-8", "GB18030"},
                 {"GB18030", "", 0, NULL, "no such charset", "GB18030"},
                 {"UTF-16LE", "\xFF\xFE", 2, NULL, NULL, "UTF-16LE"},
                 {"UTF-16BE", "\xFE\xFF", 2, NULL, NULL, "UTF-16BE"},
                 {"UTF-16LE", "", 0, "UTF-16LE", NULL, "UTF-16LE"},
                 {"UTF-32LE", "\xFF\xFE\0\0", 4, NULL, NULL, "UTF-32LE"},
                 {"Big5", "", 0, "Big5", NULL, "Big5"},
                 {"Big5", "", 0, NULL, "big5", "big5"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length;
        wy_buf out;
        wy_error error;
        char name[WY_ENCODING_NAME];
        char *bytes =
            encode(sample, cases[i].encoding, cases[i].mark, cases[i].mark_length, &length);
        wy_buf_init(&out, &wy_mem_default);
        assert_ok(
            wy_decode("f", bytes, length, cases[i].option, cases[i].declared, &out, name, &error),
            &error);
        assert_int_equal(out.length, strlen(sample));
        assert_memory_equal(out.data, sample, out.length);
        assert_string_equal(name, cases[i].found);
        wy_buf_free(&out);
        free(bytes);
    }
}

/* Bytes fail with this status at this offset. */
static void check_failure(const char *bytes, size_t length, const char *option, int status,
                          uint64_t offset)
{
    wy_buf out;
    wy_error error = {0};
    char name[WY_ENCODING_NAME];
    wy_buf_init(&out, &wy_mem_default);
    assert_status(status, wy_decode("some.txt", bytes, length, option, NULL, &out, name, &error),
                  &error);
    assert_int_equal(error.offset, offset);
    assert_string_equal(error.file, "some.txt");
    wy_buf_free(&out);
}

static void test_damage(void **state)
{
    (void)state;
    char *text = wy_test_copy(sample);
    size_t length = strlen(text), gb_length;

    /* A character cut in two at the end, and one byte of another value in the middle. */
    check_failure(text, 20, NULL, WY_E_ENCODING, 19);
    char *broken_at = strstr(text, "取得");
    broken_at[1] = 'x';
    check_failure(text, length, NULL, WY_E_ENCODING, (uint64_t)(broken_at - text));

    char *gb = encode(sample, "GB18030", "", 0, &gb_length);
    char *broken = wy_test_alloc(gb_length + 2);
    memcpy(broken, gb, gb_length);
    broken[gb_length] = (char)0xD6;
    check_failure(broken, gb_length + 1, NULL, WY_E_ENCODING, gb_length);
    memcpy(broken, gb, gb_length);
    broken[40] = (char)0xFF;
    check_failure(broken, gb_length, "GB18030", WY_E_ENCODING, 40);
    free(broken);
    free(gb);
    free(text);

    check_failure("abc\0def", 7, NULL, WY_E_FORMAT, 3);
    check_failure("%PDF-1.4\n", 9, NULL, WY_E_FORMAT, 0);
    check_failure("PK\3\4....", 8, NULL, WY_E_FORMAT, 0);
    check_failure("\xFF\xFE"
                  "a\0b",
                  5, NULL, WY_E_ENCODING, 4);
    check_failure("abc", 3, "klingon", WY_E_ARGUMENT, WY_NO_OFFSET);
    check_failure("ab\xFF"
                  "cd",
                  5, "UTF-8", WY_E_ENCODING, 2);
}

static void test_nothing(void **state)
{
    (void)state;
    wy_buf out;
    wy_error error;
    char name[WY_ENCODING_NAME];
    wy_buf_init(&out, &wy_mem_default);
    assert_ok(wy_decode("f", NULL, 0, NULL, NULL, &out, name, &error), &error);
    assert_int_equal(out.length, 0);
    assert_string_equal(name, "UTF-8");
    assert_ok(wy_decode("f", "\xEF\xBB\xBF", 3, NULL, NULL, &out, name, &error), &error);
    assert_int_equal(out.length, 0);
    wy_buf_free(&out);
}

/* Characters beyond the first plane, over the edges of the converter's rounds. */
static void test_long_and_rare(void **state)
{
    (void)state;
    char *text = wy_test_alloc(60001), *at = text;
    for (size_t i = 0; i < 15000; i++, at += 4)
        memcpy(at, i % 3 == 1 ? "\xF0\xA0\x80\x80" : "\xE6\xB9\x96.", 4);
    *at = 0;
    static const char *const encodings[] = {"GB18030", "UTF-16LE"};
    for (size_t i = 0; i < 2; i++) {
        size_t length;
        wy_buf out;
        wy_error error;
        char name[WY_ENCODING_NAME];
        char *bytes = encode(text, encodings[i], "", 0, &length);
        wy_buf_init(&out, &wy_mem_default);
        assert_ok(wy_decode("f", bytes, length, encodings[i], NULL, &out, name, &error), &error);
        assert_int_equal(out.length, 60000);
        assert_memory_equal(out.data, text, 60000);
        wy_buf_free(&out);
        free(bytes);
    }
    free(text);
}

/* Whatever the bytes: an answer, and UTF-8 if it is WY_OK. */
static void test_random(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    for (unsigned round = 0; round < 3000; round++) {
        unsigned char bytes[64];
        size_t length = wy_test_below(&random, sizeof bytes);
        wy_buf out;
        wy_error error;
        char name[WY_ENCODING_NAME];
        wy_test_fill(&random, bytes, length);
        for (size_t i = 0; i < length && round % 2; i++) bytes[i] |= 0x80;
        wy_buf_init(&out, &wy_mem_default);
        int status = wy_decode("f", bytes, length, NULL, NULL, &out, name, &error);
        if (status == WY_OK)
            assert_int_equal(wy_utf8_valid((const char *)out.data, out.length), out.length);
        else
            assert_true(status == WY_E_FORMAT || status == WY_E_ENCODING);
        wy_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roundtrip), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_long_and_rare),
        cmocka_unit_test(test_random)};
    return cmocka_run_group_tests_name("report encodings", tests, NULL, NULL);
}
