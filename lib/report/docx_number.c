#include "report/docx_number.h"

#include <stdio.h>
#include <string.h>
#include <uchar.h>

#include "base/utf8.h"

#define LISTS_MAX 10000 /* of each kind: real documents have dozens */

void wy_numbers_init(wy_numbers *numbers, const wy_mem *mem)
{
    *numbers = (wy_numbers){.mem = mem};
    wy_strmap_init(&numbers->list_ids, mem);
    wy_strmap_init(&numbers->use_ids, mem);
}

void wy_numbers_free(wy_numbers *numbers)
{
    wy_free(numbers->mem, numbers->lists);
    wy_free(numbers->mem, numbers->uses);
    wy_strmap_free(&numbers->list_ids);
    wy_strmap_free(&numbers->use_ids);
}

/* Gives `id` to the place `count`, unless it is taken. */
static bool name_place(wy_strmap *ids, const char *id, size_t count)
{
    bool added;
    uint64_t *place = wy_strmap_put(ids, id, strlen(id), &added);
    if (place && added) *place = count + 1;
    return place != NULL;
}

wy_number_list *wy_numbers_add_list(wy_numbers *n, const char *id)
{
    const bool full = n->list_count >= LISTS_MAX;
    if (!wy_grow(n->mem, &n->lists, &n->list_capacity, n->list_count + 1, sizeof *n->lists) ||
        (!full && !name_place(&n->list_ids, id, n->list_count)))
        return NULL;
    wy_number_list *list = &n->lists[n->list_count];
    n->list_count += !full;
    *list = (wy_number_list){0};
    for (size_t i = 0; i < WY_NUMBER_LEVELS; i++) list->levels[i].start = 1;
    return list;
}

wy_number_use *wy_numbers_add_use(wy_numbers *n, const char *id)
{
    const bool full = n->use_count >= LISTS_MAX;
    if (!wy_grow(n->mem, &n->uses, &n->use_capacity, n->use_count + 1, sizeof *n->uses) ||
        (!full && !name_place(&n->use_ids, id, n->use_count)))
        return NULL;
    wy_number_use *use = &n->uses[n->use_count];
    n->use_count += !full;
    *use = (wy_number_use){0};
    return use;
}

static uint64_t find(const wy_strmap *ids, const char *id)
{
    const uint64_t *place = wy_strmap_get(ids, id, strlen(id));
    return place ? *place : 0;
}

uint64_t wy_numbers_find_list(const wy_numbers *numbers, const char *id)
{
    return find(&numbers->list_ids, id);
}

uint64_t wy_numbers_find_use(const wy_numbers *numbers, const char *id)
{
    return find(&numbers->use_ids, id);
}

/* ---- Writing a number ---------------------------------------------------------------------- */

static void put_char(wy_buf *out, char32_t c)
{
    char bytes[4];
    wy_buf_bytes(out, bytes, wy_utf8_put(c, bytes));
}

static void put_decimal(wy_buf *out, uint32_t number, char32_t zero)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%u", number);
    for (const char *d = digits; *d; d++) put_char(out, zero + (char32_t)(*d - '0'));
}

/* 1 to 9999: 十二, 二十, 一百零三. */
static void put_counting(wy_buf *out, uint32_t number)
{
    static const char32_t digits[] = U"零一二三四五六七八九", units[] = U" 十百千";
    bool gap = false;
    for (uint32_t power = 1000, place = 3; power > 0; power /= 10, place--) {
        uint32_t digit = number / power % 10;
        gap = gap || (digit == 0 && number >= power);
        if (digit == 0) continue;
        if (gap) put_char(out, digits[0]);
        gap = false;
        if (!(digit == 1 && place == 1 && number < 20)) put_char(out, digits[digit]);
        if (place > 0) put_char(out, units[place]);
    }
}

static void put_roman(wy_buf *out, uint32_t number, bool lower)
{
    static const struct {
        uint32_t value;
        const char *upper, *lower;
    } parts[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"}, {400, "CD", "cd"},
                 {100, "C", "c"},  {90, "XC", "xc"},  {50, "L", "l"},  {40, "XL", "xl"},
                 {10, "X", "x"},   {9, "IX", "ix"},   {5, "V", "v"},   {4, "IV", "iv"},
                 {1, "I", "i"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (; number >= parts[i].value; number -= parts[i].value) {
            const char *text = lower ? parts[i].lower : parts[i].upper;
            wy_buf_bytes(out, text, strlen(text));
        }
}

typedef enum script { COUNTING, SERIES, ROMAN_UPPER, ROMAN_LOWER, WIDE, NOTHING } script;

/* Formats that are not plain digits, which also stand for what is not listed, and for numbers
 * beyond `most`. */
static const struct {
    const char *name;
    script script;
    uint32_t most;
    const char32_t *series;
} formats[] = {
    {"chineseCounting", COUNTING, 9999, NULL},
    {"chineseCountingThousand", COUNTING, 9999, NULL},
    {"japaneseCounting", COUNTING, 9999, NULL},
    {"taiwaneseCounting", COUNTING, 9999, NULL},
    {"taiwaneseCountingThousand", COUNTING, 9999, NULL},
    {"ideographDigital", SERIES, 9, U"一二三四五六七八九"},
    {"ideographTraditional", SERIES, 10, U"甲乙丙丁戊己庚辛壬癸"},
    {"ideographZodiac", SERIES, 12, U"子丑寅卯辰巳午未申酉戌亥"},
    {"chineseLegalSimplified", SERIES, 10, U"壹贰叁肆伍陆柒捌玖拾"},
    {"decimalEnclosedCircle", SERIES, 20, U"①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"},
    {"decimalEnclosedCircleChinese", SERIES, 20, U"①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"},
    {"upperLetter", SERIES, 26, U"ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {"lowerLetter", SERIES, 26, U"abcdefghijklmnopqrstuvwxyz"},
    {"upperRoman", ROMAN_UPPER, 3999, NULL},
    {"lowerRoman", ROMAN_LOWER, 3999, NULL},
    {"decimalFullWidth", WIDE, UINT32_MAX, NULL},
    {"decimalFullWidth2", WIDE, UINT32_MAX, NULL},
    {"none", NOTHING, UINT32_MAX, NULL},
};

static void put_number(wy_buf *out, const char *format, uint32_t number)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(format, formats[i].name) != 0) continue;
        if (formats[i].script == NOTHING) return;
        if (number == 0 || number > formats[i].most) break;
        switch (formats[i].script) {
        case COUNTING:
            put_counting(out, number);
            return;
        case SERIES:
            put_char(out, formats[i].series[number - 1]);
            return;
        case ROMAN_UPPER:
        case ROMAN_LOWER:
            put_roman(out, number, formats[i].script == ROMAN_LOWER);
            return;
        case WIDE:
            put_decimal(out, number, U'０');
            return;
        case NOTHING:
            return;
        }
    }
    put_decimal(out, number, U'0');
}

/* ---- Counting ------------------------------------------------------------------------------ */

/* Counts on at a level; those below begin anew. */
static void count(wy_number_list *list, unsigned level)
{
    if (list->begun[level] && list->counts[level] < UINT32_MAX)
        list->counts[level]++;
    else if (!list->begun[level])
        list->counts[level] = list->levels[level].start;
    list->begun[level] = true;
    for (unsigned i = level + 1; i < WY_NUMBER_LEVELS; i++) list->begun[i] = false;
}

void wy_numbers_next(wy_numbers *numbers, uint64_t place, unsigned level, wy_buf *out)
{
    wy_number_use *use = &numbers->uses[place - 1];
    if (use->list == 0) return;
    wy_number_list *list = &numbers->lists[use->list - 1];
    for (unsigned i = 0; i < WY_NUMBER_LEVELS && !use->used; i++) {
        if (!use->restarts[i]) continue;
        list->levels[i].start = use->starts[i];
        list->begun[i] = false;
    }
    use->used = true;
    count(list, level);
    const wy_number_level *way = &list->levels[level];
    const size_t before = out->length;
    if (strcmp(way->format, "bullet") == 0) return;
    for (const char *c = way->text; *c; c++) {
        if (c[0] != '%' || c[1] < '1' || c[1] > '0' + WY_NUMBER_LEVELS) {
            wy_buf_u8(out, (uint8_t)*c);
            continue;
        }
        unsigned of = (unsigned)(*++c - '1');
        put_number(out, list->levels[of].format,
                   list->begun[of] ? list->counts[of] : list->levels[of].start);
    }
    /* Behind 一、 and （一） nothing stands in print, though a tab may in the file. */
    if (out->length > before && out->data[out->length - 1] < 0x80 && !way->close)
        wy_buf_u8(out, ' ');
}
