/*
 * Numbers by value: tables of writings, of what is none, and random values in every style.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "support/fault_mem.h"
#include "text/analyzer.h"
#include "text/numerals.h"

static wy_analyzer *open_analyzer(void)
{
    wy_analyzer *analyzer;
    wy_error error;

    assert_ok(wy_analyzer_open("icu", &wy_mem_default, &analyzer, &error), &error);
    return analyzer;
}

/* All numbers of a text, a space behind each; those that a query does not seek in parentheses. */
static void list_numbers(wy_analyzer *analyzer, const char *text, char *out, size_t size)
{
    wy_tokens tokens;
    wy_error error;
    size_t at = 0;

    assert_ok(wy_analyzer_run(analyzer, text, strlen(text), &tokens, &error), &error);
    out[0] = '\0';
    for (size_t i = 0; i < tokens.count; i++) {
        const wy_token *t = &tokens.list[i];

        if (t->kind != WY_TOKEN_NUMBER) continue;
        at += (size_t)snprintf(out + at, size - at, t->covered ? "(%.*s) " : "%.*s ",
                               (int)t->length, t->term);
        wy_test_must(at < size);
    }
    if (at > 0) out[at - 1] = '\0';
}

static void assert_numbers(wy_analyzer *analyzer, const char *text, const char *wanted)
{
    char found[1024];

    list_numbers(analyzer, text, found, sizeof found);
    if (strcmp(found, wanted) != 0) print_message("in: %s\n", text);
    assert_string_equal(found, wanted);
}

static const char *const numbers[][2] = {
    /* Rows and digits. */
    {"一九五七", "1957"},
    {"１９５７", "1957"},
    {"1957", "1957"},
    {"一九五七年", "1957"},
    {"二〇二三年", "2023"},
    {"二零二三年", "2023"},
    {"二○○八年", "2008"},
    {"九一八", "918"},
    {"007", "7"},
    {"000", "0"},
    {"0.50", "0.5"},
    {"3.0", "3"},
    {"15,000", "15000"},
    {"１５，０００人", "15000"},
    {"1,234,567.80", "1234567.8"},
    {"2022-2023", "2022 2023"},
    {"10:30", "10 30"},
    {"12345678901234567890123456789012", "12345678901234567890123456789012"},
    /* Integers in words. */
    {"三百二十一", "321"},
    {"十二", "12"},
    {"二十", "20"},
    {"一百零三", "103"},
    {"一百〇三", "103"},
    {"一百一十", "110"},
    {"一千零五十", "1050"},
    {"两千", "2000"},
    {"一万五千", "15000"},
    {"一万零五百", "10500"},
    {"十万", "100000"},
    {"三百二十万零四十", "3200040"},
    {"三亿五千万", "350000000"},
    {"一万亿", "1000000000000"},
    {"一亿零三", "100000003"},
    {"九千九百九十九万九千九百九十九亿", "9999999900000000"},
    {"三百五", "350"},
    {"一万二", "12000"},
    {"廿一", "21"},
    {"卅", ""},
    {"卅五", "35"},
    {"一百廿", "120"},
    {"壹佰贰拾叁", "123"},
    {"壹萬貳仟", "12000"},
    {"肆拾捌億", "4800000000"},
    {"五万千瓦", "50000"},
    {"一百一十千伏", "110"},
    {"三千克", "3000"},
    {"二十四小时内", "24"},
    {"一九五三和一九五四两年", "1953 1954 2年"},
    {"人数二十人以上", "(20) 20人"},
    /* Mixed. */
    {"1000万千瓦", "10000000"},
    {"1.3亿千瓦", "130000000"},
    {"1.5万", "15000"},
    {"１．５万", "15000"},
    {"3亿5千万", "350000000"},
    {"３亿５千万", "350000000"},
    {"1.2亿", "120000000"},
    {"10万4千", "104000"},
    {"3万5000", "35000"},
    {"1,500万", "15000000"},
    {"1.2万亿", "1200000000000"},
    {"5千", "5000"},
    {"2百", "200"},
    {"0.5亿", "50000000"},
    {"123456789万", "1234567890000"},
    /* Decimals. */
    {"零点五", "0.5"},
    {"三点一四一五九", "3.14159"},
    {"九十八点六五", "98.65"},
    {"二点零", "2"},
    {"一点五万", "15000"},
    {"三点二万亿", "3200000000000"},
    {"十点五", "10.5"},
    /* Parts. */
    {"98.65%", "98.65%"},
    {"９８．６５％", "98.65%"},
    {"百分之九十八点六五", "98.65%"},
    {"百分之五", "5%"},
    {"百分之百", "100%"},
    {"百分之一百二十", "120%"},
    {"百分之1.50", "1.5%"},
    {"五十%", "50%"},
    {"3.5‰", "0.35%"},
    {"千分之三点五", "0.35%"},
    {"万分之五", "0.05%"},
    {"三分之二", "2/3"},
    {"十分之一", "1/10"},
    {"四分之二", "2/4"},
    {"百分之三十至百分之五十", "30% 50%"},
    /* With what they count. */
    {"五年", "5年"},
    {"5年", "(5) 5年"},
    {"十八岁", "(18) 18岁"},
    {"三百二十一个", "321"},
    {"第三十二条", "第32条"},
    {"第32条", "第32条 (32)"},
    {"第３２條", "第32条 (32)"},
    {"第三", "第3"},
    {"第一百零三条", "103"},
    {"第五条第一款", "第5条 第1款"},
    {"一九四九年十月一日", "1949 10月 1日"},
    {"两国", "2国"},
    {"三小时", "3"},
    {"一月", "1月"},
    {"十二月三十日", "(12) 12月 (30) 30日"},
};

static const char *const none[] = {
    "",
    "一",
    "一些",
    "万一",
    "一般",
    "统一",
    "三明市",
    "千万不要",
    "一个",
    "（一）",
    "一、",
    "十多年",
    "几十万",
    "数百",
    "数十",
    "零部件",
    "陆域",
    "三农",
    "二是",
    "百万",
    "千亿",
    "万",
    "七八个",
    "三四十",
    "二三百",
    "十七八",
    "九三学社",
    "五四运动",
    "一二三产业",
    "十三五",
    "二〇",
    "三百五万",
    "一百零",
    "百一",
    "三万二万",
    "一亿亿",
    "1.2.3",
    "1,23",
    "1,2345",
    "3a",
    "5g",
    "covid19",
    "a5",
    "_3",
    "3_",
    "3五",
    "5十",
    "3万5",
    "百分之几",
    "千分",
    "五分之",
    "第三者",
    "点五",
    "一五一十",
    "三三两两",
    "三十余",
    "二十几",
    "七上八下",
    "123456789012345678901234567890123",
};

static void known_numbers(void **state)
{
    wy_analyzer *analyzer = open_analyzer();

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_numbers(analyzer, numbers[i][0], numbers[i][1]);
    wy_analyzer_close(analyzer);
}

static void no_numbers(void **state)
{
    wy_analyzer *analyzer = open_analyzer();

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_numbers(analyzer, none[i], "");
    wy_analyzer_close(analyzer);
}

/* ---- Values in every style ----------------------------------------------------------------- */

static const char *const everyday[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const formal[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

struct style {
    const char *const *digits;
    const char *ten, *hundred, *thousand;
};

static const struct style styles[] = {{everyday, "十", "百", "千"}, {formal, "拾", "佰", "仟"}};

/* Below 10^4. `inside`: something larger stands before it. */
static void say_section(char *out, unsigned value, const struct style *style, bool inside)
{
    const char *const names[] = {style->thousand, style->hundred, style->ten, ""};
    bool gap = inside && value < 1000, some = false;

    for (unsigned i = 0, one = 1000; i < 4; i++, one /= 10) {
        unsigned digit = value / one % 10;

        if (digit == 0) {
            gap |= some;
            continue;
        }
        if (gap) strcat(out, "零");
        gap = false;
        some = true;
        strcat(out, style->digits[digit]);
        strcat(out, names[i]);
    }
}

/* As it is said, below 10^12. */
static void say(char *out, uint64_t value, const struct style *style)
{
    unsigned high = (unsigned)(value / 100000000), mid = (unsigned)(value / 10000 % 10000);
    unsigned low = (unsigned)(value % 10000);

    out[0] = '\0';
    if (high) {
        say_section(out, high, style, false);
        strcat(out, "亿");
    }
    if (mid) {
        say_section(out, mid, style, high > 0);
        strcat(out, "万");
    }
    if (low) say_section(out, low, style, high > 0 && mid == 0 ? true : high + mid > 0);
}

/* 3亿5000万, 12万, 15000. */
static void mix(char *out, uint64_t value)
{
    unsigned high = (unsigned)(value / 100000000), mid = (unsigned)(value / 10000 % 10000);
    unsigned low = (unsigned)(value % 10000);

    out[0] = '\0';
    if (high) sprintf(out + strlen(out), "%u亿", high);
    if (mid) sprintf(out + strlen(out), "%u万", mid);
    if (low) sprintf(out + strlen(out), low < 10 && high + mid > 0 ? "零%u" : "%u", low);
}

static void widen(char *out, const char *digits)
{
    out[0] = '\0';
    for (; *digits; digits++) {
        char wide[5] = {0};

        wy_utf8_put((uint32_t)*digits + 0xfee0, wide);
        strcat(out, wide);
    }
}

static void group(char *out, const char *digits)
{
    size_t length = strlen(digits);

    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
}

static void spell(char *out, const char *digits, const struct style *style)
{
    out[0] = '\0';
    for (; *digits; digits++) strcat(out, *digits == '.' ? "点" : style->digits[*digits - '0']);
}

static void assert_number(wy_analyzer *analyzer, const char *before, const char *writing,
                          const char *behind, const char *wanted)
{
    char *text = wy_test_format("%s%s%s", before, writing, behind);

    assert_numbers(analyzer, text, wanted);
    free(text);
}

/* Some digits of a random length, so that all sizes are as likely. */
static uint64_t random_value(wy_test_random *random)
{
    uint64_t limit = 1000;

    for (uint64_t i = wy_test_below(random, 10); i > 0; i--) limit *= 10;
    limit = 100 + wy_test_below(random, limit);
    if (wy_test_below(random, 3) == 0) limit = limit / 1000 * 1000 + 1000; /* round ones */
    return limit % 1000000000000;
}

static bool counts_up(const char *digits)
{
    for (; digits[1]; digits++)
        if (digits[1] != digits[0] + 1) return false;
    return true;
}

static void every_style(void **state)
{
    wy_analyzer *analyzer = open_analyzer();
    wy_test_random random = wy_test_random_of(1);

    (void)state;
    for (unsigned round = 0; round < wy_test_rounds(4000); round++) {
        uint64_t value = random_value(&random);
        char digits[32], text[256];
        const struct style *style = &styles[wy_test_below(&random, 2)];

        if (value < 100) continue;
        sprintf(digits, "%llu", (unsigned long long)value);
        assert_number(analyzer, "共", digits, "，", digits);
        widen(text, digits);
        assert_number(analyzer, "共", text, "人。", digits);
        group(text, digits);
        assert_number(analyzer, "", text, " ", digits);
        say(text, value, style);
        assert_number(analyzer, "共", text, "", digits);
        assert_number(analyzer, "", text, "元", digits);
        mix(text, value);
        assert_number(analyzer, "", text, "；", digits);
        if (!counts_up(digits)) {
            spell(text, digits, style);
            assert_number(analyzer, "（", text, "）", digits);
        }
    }
    wy_analyzer_close(analyzer);
}

/* value / 10^places as a decimal without idle zeros, worked out on the digits. */
static void shift(char *out, uint64_t value, unsigned places)
{
    char digits[48];
    int length = sprintf(digits, "%0*llu", (int)places + 1, (unsigned long long)value);

    sprintf(out, "%.*s.%s", length - (int)places, digits, digits + length - (int)places);
    length = (int)strlen(out);
    while (out[length - 1] == '0') length--;
    if (out[length - 1] == '.') length--;
    out[length] = '\0';
}

static void decimals_and_percents(void **state)
{
    wy_analyzer *analyzer = open_analyzer();
    wy_test_random random = wy_test_random_of(2);

    (void)state;
    for (unsigned round = 0; round < wy_test_rounds(4000); round++) {
        unsigned places = 1 + (unsigned)wy_test_below(&random, 4);
        uint64_t value = 1 + wy_test_below(&random, 10000000);
        uint64_t whole = value;
        char written[64], wanted[64], said[256], text[300], digits[64];

        for (unsigned i = 0; i < places; i++) whole /= 10;
        sprintf(digits, "%0*llu", (int)places + 1, (unsigned long long)value);
        sprintf(written, "%llu.%s", (unsigned long long)whole, digits + strlen(digits) - places);
        if (whole == 0)
            strcpy(said, "零");
        else
            say(said, whole, &styles[0]);
        spell(text, written + strcspn(written, "."), &styles[0]);
        strcat(said, text);

        shift(wanted, value, places);
        if (strlen(wanted) > 2 || value % 10 != 0) {
            assert_number(analyzer, "约", written, "，", wanted);
            assert_number(analyzer, "约", said, "，", wanted);
        }
        strcat(wanted, "%");
        sprintf(text, "%s%%", written);
        assert_number(analyzer, "占", text, "，", wanted);
        sprintf(text, "百分之%s", said);
        assert_number(analyzer, "占", text, "，", wanted);
        shift(wanted, value, places + 1);
        strcat(wanted, "%");
        sprintf(text, "%s‰", written);
        assert_number(analyzer, "占", text, "，", wanted);
        sprintf(text, "千分之%s", said);
        assert_number(analyzer, "占", text, "，", wanted);
        if (places <= 4) { /* 1.5万 */
            uint64_t times = value;

            for (unsigned i = places; i < 4; i++) times *= 10;
            sprintf(wanted, "%llu", (unsigned long long)times);
            sprintf(text, "%s万", written);
            if (times >= 100) assert_number(analyzer, "有", text, "户", wanted);
            sprintf(text, "%s万", said);
            if (times >= 100) assert_number(analyzer, "有", text, "户", wanted);
        }
    }
    wy_analyzer_close(analyzer);
}

/* ---- Anything ------------------------------------------------------------------------------ */

/* Any text gives well-formed values, and reading never leaves the text. */
static void any_text(void **state)
{
    static const char *const pieces[] = {"一", "二",     "两", "三", "九",   "〇", "○",  "零", "十",
                                         "百", "千",     "万", "亿", "廿",   "壹", "拾", "点", "分",
                                         "之", "百分之", "第", "年", "条",   "多", "几", "1",  "5",
                                         "07", "9",      "０", ".",  ",",    "，", "%",  "‰",  "/",
                                         "a",  "_",      " ",  "的", "小时", "(",  "，", "①",  "½"};
    wy_analyzer *analyzer = open_analyzer();
    wy_test_random random = wy_test_random_of(3);

    (void)state;
    for (unsigned round = 0; round < wy_test_rounds(20000); round++) {
        char text[256] = "";
        wy_tokens tokens;
        wy_error error;
        uint32_t position = 0;

        for (uint64_t i = wy_test_below(&random, 14); i > 0; i--)
            strcat(text, pieces[wy_test_below(&random, sizeof pieces / sizeof *pieces)]);
        assert_ok(wy_analyzer_run(analyzer, text, strlen(text), &tokens, &error), &error);
        for (size_t i = 0; i < tokens.count; i++) {
            const wy_token *t = &tokens.list[i];

            assert_true(t->position >= position);
            position = t->position;
            assert_true(t->position + t->width <= tokens.positions);
            assert_true(t->end > t->begin && t->end <= strlen(text));
            if (t->kind != WY_TOKEN_NUMBER) continue;
            assert_in_range(t->length, 1, WY_NUMBER_MAX + 6);
            for (uint32_t at = 0; at < t->length; at++)
                assert_true((t->term[at] & 0x80) || strchr("0123456789.%/", t->term[at]));
        }
    }
    wy_analyzer_close(analyzer);
}

/* wy_number_read alone, on units that end where the memory does. */
static void any_units(void **state)
{
    static const uint16_t some[] = u"0129一二两十百千万亿廿点分之零〇%‰,.多几年第a ";
    wy_test_random random = wy_test_random_of(4);

    (void)state;
    for (unsigned round = 0; round < wy_test_rounds(100000); round++) {
        size_t length = 1 + (size_t)wy_test_below(&random, 12);
        uint16_t *units = wy_test_alloc(length * sizeof *units);
        wy_number number;

        for (size_t i = 0; i < length; i++)
            units[i] = some[wy_test_below(&random, sizeof some / sizeof *some - 1)];
        for (size_t from = 0; from < length; from = number.end) {
            bool found = wy_number_read(units, length, from, &number);

            assert_in_range(number.end, from + 1, length);
            if (found) assert_in_range(number.length, 1, WY_NUMBER_MAX);
        }
        free(units);
    }
}

static void survives_failed_allocations(void **state)
{
    static const char text[] = "第三十二条一万五千元，1957年；5年百分之五，第 3 条";

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem memory;
        wy_analyzer *analyzer;
        wy_tokens tokens;
        wy_error error;
        int status;

        wy_fault_mem_init(&memory, nth);
        status = wy_analyzer_open("icu", &memory.mem, &analyzer, &error);
        if (status == WY_OK) {
            status = wy_analyzer_run(analyzer, text, sizeof text - 1, &tokens, &error);
            wy_analyzer_close(analyzer);
        }
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
        cmocka_unit_test(known_numbers),
        cmocka_unit_test(no_numbers),
        cmocka_unit_test(every_style),
        cmocka_unit_test(decimals_and_percents),
        cmocka_unit_test(any_text),
        cmocka_unit_test(any_units),
        cmocka_unit_test(survives_failed_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
