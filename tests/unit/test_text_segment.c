#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#include "support/fault_mem.h"
#include "unit/test_text_segment_compare.h"

#define RANDOM_TEXTS 60000
#define RANDOM_UNITS 48
#define LONG_UNITS   100000

struct range {
    uint32_t first, last;
};

/* Characters that the rules and the dictionary treat each in its own way. */
static const struct range ranges[] = {
    {0x4e00, 0x9fff},   {0x4e00, 0x4e80},   {0x3041, 0x309f},   {0x30a0, 0x30ff},
    {0x30a1, 0x30fe},   {0x31f0, 0x31ff},   {0x3005, 0x3007},   {0x3021, 0x3035},
    {0x2e80, 0x2fdf},   {0x3400, 0x4dbf},   {0xf900, 0xfaff},   {0x20000, 0x2ffff},
    {0x1b000, 0x1b16f}, {0xff66, 0xff9f},   {0xac00, 0xd7a3},   {0x1100, 0x11ff},
    {0x3131, 0x318e},   {0x3100, 0x312f},   {0x3200, 0x33ff},   {0x16fe0, 0x16ff1},
    {'a', 'z'},         {'0', '9'},         {' ', '/'},         {'0', '9'},
    {'_', '_'},         {0xff10, 0xff5a},   {0x3000, 0x303f},   {0xff00, 0xff0f},
    {0xa0, 0x24f},      {0x300, 0x36f},     {0x3099, 0x309c},   {0xfe00, 0xfe0f},
    {0xe0100, 0xe01ef}, {0x200b, 0x200f},   {0x200d, 0x200d},   {0x2010, 0x206f},
    {0x370, 0x3ff},     {0x400, 0x4ff},     {0x590, 0x5ff},     {0x600, 0x6ff},
    {0x900, 0x97f},     {0xe00, 0xe7f},     {0xe80, 0xeff},     {0x1000, 0x109f},
    {0x1780, 0x17ff},   {0x1950, 0x19df},   {0x1a20, 0x1aaf},   {0xaa80, 0xaadf},
    {0x1f1e6, 0x1f1ff}, {0x1f300, 0x1f64f}, {0x1f3fb, 0x1f3ff}, {0x2600, 0x27bf},
    {0x1f900, 0x1faff}, {0xa, 0xd},         {0x85, 0x85},       {0x2028, 0x2029},
    {0xd800, 0xdfff},   {0, 0xffff},        {0x10000, 0x10ffff}};

static uint32_t char_of(wy_test_random *random, const struct range *range)
{
    return range->first + (uint32_t)wy_test_below(random, range->last - range->first + 1);
}

static size_t put(uint16_t *units, uint32_t c)
{
    if (c <= 0xffff) {
        units[0] = (uint16_t)c;
        return 1;
    }
    units[0] = (uint16_t)(0xd7c0 + (c >> 10));
    units[1] = (uint16_t)(0xdc00 | (c & 0x3ff));
    return 2;
}

/* A text of a few kinds of characters, chosen for the text, in short runs. */
static size_t random_text(wy_test_random *random, uint16_t *units, size_t limit)
{
    const struct range *kinds[6];
    size_t count = 1 + (size_t)wy_test_below(random, sizeof kinds / sizeof *kinds);
    size_t wanted = (size_t)wy_test_below(random, limit), length = 0;

    for (size_t i = 0; i < count; i++)
        kinds[i] = &ranges[wy_test_below(random, sizeof ranges / sizeof *ranges)];
    while (length < wanted) {
        const struct range *kind = kinds[wy_test_below(random, count)];
        size_t run = 1 + (size_t)wy_test_below(random, 4);

        for (; run > 0 && length + 2 <= limit; run--)
            length += put(units + length, char_of(random, kind));
        if (length + 2 > limit) break;
    }
    return length;
}

static void test_random(void **state)
{
    wy_test_random random = wy_test_random_of(1);
    compared both = compared_open();

    (void)state;
    for (unsigned i = 0; i < RANDOM_TEXTS; i++) {
        uint16_t *units = wy_test_alloc(RANDOM_UNITS * sizeof *units);
        size_t length = random_text(&random, units, RANDOM_UNITS);

        compare(&both, units, length);
        free(units);
    }
    compared_close(&both);
}

/*
 * Runs of Katakana of each length by the thousand, of the characters in which words of the
 * dictionary compete with the run as one word.
 */
static void test_katakana(void **state)
{
    static const struct range kana = {0x30a1, 0x30fc};
    wy_test_random random = wy_test_random_of(6);
    compared both = compared_open();
    uint16_t units[24];

    (void)state;
    for (unsigned i = 0; i < RANDOM_TEXTS; i++) {
        size_t length = 1 + (size_t)wy_test_below(&random, i % 8 == 0 ? 22 : 5);

        for (size_t at = 0; at < length; at++) units[at] = (uint16_t)char_of(&random, &kana);
        units[length++] = 0x4e2d;
        compare(&both, units, length);
    }
    compared_close(&both);
}

/* Where ICU's data are not understood, ICU does all. */
static void test_icu(void **state)
{
    wy_test_random random = wy_test_random_of(4);
    compared both = compared_open_by(wy_segmenter_open_icu);
    uint16_t units[20 * RANDOM_UNITS];

    (void)state;
    for (unsigned i = 0; i < RANDOM_TEXTS / 100; i++)
        compare(&both, units, random_text(&random, units, sizeof units / sizeof *units));
    assert_string_equal(wy_segmenter_name(both.ours), "icu");
    assert_true(wy_segmenter_left_to_icu(both.ours) == both.units);
    compared_close(&both);
}

/* A run so long that the prices of its ways would not fit. */
static void test_longest(void **state)
{
    const size_t length = ((size_t)1 << 22) + 100;
    wy_test_random random = wy_test_random_of(5);
    uint16_t *units = wy_test_alloc(length * sizeof *units);
    compared both = compared_open();

    (void)state;
    for (size_t i = 0; i < length; i++)
        units[i] = (uint16_t)(0x4e00 + wy_test_below(&random, 0x5200));
    compare(&both, units, length - 100);
    compare(&both, units, length);
    free(units);
    compared_close(&both);
}

/* Every code point alone and between others. */
static void test_each(void **state)
{
    static const uint16_t around[][2] = {{0x4e2d, 0x6587}, {'a', 'b'},       {'1', '2'},
                                         {0x30ab, 0x30ca}, {0xac00, 0xac01}, {0x300, 0x200d}};
    wy_test_random random = wy_test_random_of(2);
    compared both = compared_open();
    uint16_t units[4];

    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        const uint16_t *pair = around[wy_test_below(&random, sizeof around / sizeof *around)];
        size_t length = 1;

        /* Beyond the first planes most is unassigned. */
        if (c > 0x32000 && c % 64 != 0 && (c < 0xe0000 || c > 0xe01ef)) continue;
        units[0] = pair[0];
        length += put(units + length, c);
        units[length++] = pair[1];
        compare(&both, units, length);
        compare(&both, units + 1, length - 2);
    }
    compared_close(&both);
}

/* Long runs of one kind, of a few characters, and of mixtures: no piece of work is cut short. */
static void test_long(void **state)
{
    static const struct range kinds[] = {{0x4e00, 0x9fff}, {0x4e00, 0x4e03},   {0x4e00, 0x4e00},
                                         {0x3041, 0x3093}, {0x30a1, 0x30fa},   {0x30fc, 0x30fc},
                                         {0xac00, 0xd7a3}, {'a', 'z'},         {'0', '9'},
                                         {0x3001, 0x3002}, {0x300, 0x36f},     {0x20000, 0x2a6df},
                                         {0x3400, 0x4dbf}, {0x1f1e6, 0x1f1ff}, {' ', ' '}};
    wy_test_random random = wy_test_random_of(3);
    uint16_t *units = wy_test_alloc((LONG_UNITS + 2) * sizeof *units);
    compared both = compared_open();

    (void)state;
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        for (size_t wanted = 1; wanted <= LONG_UNITS; wanted *= 10) {
            size_t length = 0;

            while (length < wanted) length += put(units + length, char_of(&random, &kinds[kind]));
            compare(&both, units, length);
        }
    for (unsigned i = 0; i < 4; i++) compare(&both, units, random_text(&random, units, LONG_UNITS));
    free(units);
    compared_close(&both);
}

/* Runs that the cost model decides: Katakana by length, ties, words as long as can be. */
static void test_runs(void **state)
{
    static const char *const texts[] = {"中华人民共和国未成年人保护法",
                                        "一一一一一一一一一一一一一一一一一一一一一一一一一一一",
                                        "的的的的的的的的",
                                        "カ",
                                        "カタカナ",
                                        "アアアアアアアアアアアアアアアアアアア",
                                        "アアアアアアアアアアアアアアアアアアアア",
                                        "アアアアアアアアアアアアアアアアアアアアア",
                                        "漢字カタカナひらがな漢字",
                                        "ー",
                                        "ーー",
                                        "コーヒーー",
                                        "ｺｰﾋｰ",
                                        "㌀㌁㍿中文",
                                        "か\u3099き\u309a",
                                        "中\u0301文",
                                        "中文\ufe00字",
                                        "葛\U000e0100城市",
                                        "𠀀𠀁中𠀂",
                                        "中𠀀",
                                        "〱ー",
                                        "々々人々",
                                        "〇二〇二四年",
                                        "カ_タ_カ",
                                        "ᨠ_カー",
                                        "한국어中文",
                                        "한국어 대한민국",
                                        "ภาษาไทย中文",
                                        "3.14,15:16;17'18",
                                        "don't can’t o.k. a.b",
                                        "a_1_b 1_000",
                                        "e\u0301e\u0301",
                                        "👨‍👩‍👧👍🏽🇨🇳🇨",
                                        "\r\n\n\r  \t",
                                        "עב\"ג ד'"};
    compared both = compared_open();
    uint16_t units[128];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        compare(&both, units, widen(texts[i], strlen(texts[i]), units));
    compared_close(&both);
}

/* What is said here of what ICU is asked holds: of Chinese text nothing. */
static void test_name(void **state)
{
    static const char text[] = "第一条 为了保护未成年人，根据宪法，制定本法。2024年3.5%（GDP）";
    compared both = compared_open();
    uint16_t units[sizeof text];

    (void)state;
    compare(&both, units, widen(text, sizeof text - 1, units));
    assert_true(strcmp(wy_segmenter_name(both.ours), "dictionary") == 0 ||
                strcmp(wy_segmenter_name(both.ours), "icu") == 0);
    if (strcmp(wy_segmenter_name(both.ours), "dictionary") == 0)
        assert_int_equal(wy_segmenter_left_to_icu(both.ours), 0);
    compared_close(&both);
}

static void test_memory(void **state)
{
    enum { COUNT = 20000 }; /* enough for the dictionary's large table */
    uint16_t *units = wy_test_alloc(COUNT * sizeof *units);
    wy_error error;

    (void)state;
    for (size_t i = 0; i < COUNT; i++) units[i] = 0x4e00; /* one entanglement of words */
    for (uint64_t nth = 1;; nth++) {
        wy_segmenter *segmenter = NULL;
        wy_fault_mem memory;
        const wy_piece *pieces;
        size_t count;
        int status;

        wy_fault_mem_init(&memory, nth);
        status = wy_segmenter_open(&memory.mem, &segmenter, &error);
        if (status == WY_OK) status = wy_segmenter_start(segmenter, units, COUNT, &error);
        while (status == WY_OK) status = wy_segmenter_next(segmenter, &pieces, &count, &error);
        wy_segmenter_close(segmenter);
        wy_fault_mem_check(&memory);
        /* Without the large table it goes on with the small one. */
        assert_true(status == WY_END || (memory.failed && status == WY_E_NOMEM));
        if (!memory.failed) break;
    }
    free(units);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),     cmocka_unit_test(test_random),
        cmocka_unit_test(test_each),     cmocka_unit_test(test_long),
        cmocka_unit_test(test_longest),  cmocka_unit_test(test_icu),
        cmocka_unit_test(test_katakana), cmocka_unit_test(test_name),
        cmocka_unit_test(test_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
