#include "text/exact.h"

#include <string.h>

#include "text/char_class.h"

void wy_exact_init(wy_exact *exact, const wy_mem *mem)
{
    *exact = (wy_exact){.mem = mem};
}

void wy_exact_free(wy_exact *exact)
{
    wy_free(exact->mem, exact->units);
    wy_free(exact->mem, exact->from);
    wy_exact_init(exact, exact->mem);
}

/* The character at `at` of well-formed UTF-16, and the one that ends before `at`. */
static uint32_t char_at(const uint16_t *units, size_t at)
{
    uint32_t c = units[at];

    if ((c & 0xfc00) != 0xd800) return c;
    return 0x10000 + ((c - 0xd800) << 10) + (units[at + 1] - 0xdc00U);
}

static uint32_t char_before(const uint16_t *units, size_t at)
{
    bool pair = (units[at - 1] & 0xfc00) == 0xdc00;

    return char_at(units, at - 1 - pair);
}

/* Units of the character `c`. */
static uint8_t width_of(uint32_t c)
{
    return c > 0xffff ? 2 : 1;
}

/* A letter, mark or digit of a word that has one position as a whole. */
static bool in_whole_word(uint32_t c)
{
    unsigned classes = wy_char_class(c);

    return !(classes & WY_CHAR_COUNTED) &&
           classes & (WY_CHAR_LATIN | WY_CHAR_FOREIGN | WY_CHAR_DIGIT | WY_CHAR_MARK);
}

static bool is_space(unsigned unit)
{
    return wy_char_class(unit) & WY_CHAR_SPACE; /* none is beyond the BMP */
}

/* Whether the white space of units begin .. end, which is neither first nor last, parts two
 * characters of whole words, or one and a sign that would join it to another: without it one word
 * were there. */
static bool parts_words(const uint16_t *units, size_t length, size_t begin, size_t end)
{
    const uint32_t before = char_before(units, begin), behind = char_at(units, end);

    if (in_whole_word(before)) {
        if (in_whole_word(behind)) return true;
        if (!wy_char_joins(behind)) return false;
        for (end += width_of(behind); end < length && is_space(units[end]);) end++;
        return end < length && in_whole_word(char_at(units, end));
    }
    if (!in_whole_word(behind) || !wy_char_joins(before)) return false;
    for (begin -= width_of(before); begin > 0 && is_space(units[begin - 1]);) begin--;
    return begin > 0 && in_whole_word(char_before(units, begin));
}

int wy_exact_set(wy_exact *exact, const wy_folded *folded, wy_error *error)
{
    const uint16_t *units = folded->units;
    size_t more = exact->capacity, count = 0;

    if (!wy_grow(exact->mem, &exact->units, &more, folded->length, sizeof *exact->units))
        return wy_fail_memory(error);
    if (!wy_grow(exact->mem, &exact->from, &exact->capacity, folded->length, sizeof *exact->from))
        return wy_fail_memory(error);
    if (exact->capacity > more) exact->capacity = more;
    for (size_t i = 0; i < folded->length; i++) {
        if (is_space(units[i])) {
            size_t first = i;

            while (i + 1 < folded->length && is_space(units[i + 1])) i++;
            if (count == 0 || i + 1 == folded->length ||
                !parts_words(units, folded->length, first, i + 1))
                continue;
            exact->units[count] = ' ';
        } else {
            exact->units[count] = units[i];
        }
        exact->from[count++] = (uint32_t)i;
    }
    exact->length = count;
    return WY_OK;
}

/* See wy_needle. A sign alone is neither. */
static void find_signs(wy_needle *needle)
{
    const uint16_t *units = needle->text.units;
    const size_t length = needle->text.length;
    uint32_t first, last;

    if (length == 0) return;
    first = char_at(units, 0);
    last = char_before(units, length);
    if (length == width_of(first)) return;
    if (wy_char_joins(first) && in_whole_word(char_at(units, width_of(first))))
        needle->head = width_of(first);
    if (wy_char_joins(last) && in_whole_word(char_before(units, length - width_of(last))))
        needle->tail = width_of(last);
}

/* back[i]: of what is between the signs, its longest proper beginning that ends before unit i. */
static int make_back(wy_needle *needle, wy_error *error)
{
    const uint16_t *units;
    const size_t length = needle->text.length - needle->head - needle->tail;
    size_t matched = 0;

    if (length == 0) return WY_OK;
    units = needle->text.units + needle->head;
    needle->back = wy_alloc_array(needle->text.mem, length + 1, sizeof *needle->back);
    if (!needle->back) return wy_fail_memory(error);
    needle->back[0] = needle->back[1] = 0;
    for (size_t i = 1; i < length; i++) {
        while (matched > 0 && units[i] != units[matched]) matched = needle->back[matched];
        matched += units[i] == units[matched];
        needle->back[i + 1] = (uint32_t)matched;
    }
    return WY_OK;
}

int wy_needle_make(wy_needle *needle, const char *text, size_t length, bool open, const wy_mem *mem,
                   wy_error *error)
{
    wy_folded folded;
    int status;

    *needle = (wy_needle){.open = open};
    wy_exact_init(&needle->text, mem);
    wy_folded_init(&folded, mem);
    status = wy_fold(&folded, text, length, error);
    if (status == WY_OK) status = wy_exact_set(&needle->text, &folded, error);
    if (status == WY_OK) {
        find_signs(needle);
        status = make_back(needle, error);
    }
    wy_folded_free(&folded);
    return status;
}

void wy_needle_free(wy_needle *needle)
{
    if (!needle->text.mem) return;
    wy_free(needle->text.mem, needle->back);
    needle->back = NULL;
    wy_exact_free(&needle->text);
}

/* Whether byte `at` lies inside a word. */
static bool inside_token(const wy_tokens *tokens, uint32_t at)
{
    size_t low = 0, high = tokens->count;

    while (low < high) { /* the first token that begins at `at` or behind */
        size_t middle = low + (high - low) / 2;

        if (tokens->list[middle].begin < at)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && tokens->list[low - 1].kind != WY_TOKEN_WORD) low--;
    return low > 0 && tokens->list[low - 1].end > at;
}

/* What the characters on both sides of a place tell. Within a cluster, such as the f and i of a
 * ligature, bytes cannot tell where words end; there two letters are one word. */
typedef enum judgement { MAY, MAY_NOT, ASK_TOKENS } judgement;

static judgement judge(const wy_haystack *hay, size_t at)
{
    const wy_folded *folded = hay->folded;
    uint32_t before, behind;
    size_t unit;

    if (at == 0 || at == hay->exact->length) return MAY;
    unit = hay->exact->from[at];
    before = char_before(folded->units, unit);
    behind = char_at(folded->units, unit);
    if (wy_char_class(behind) & WY_CHAR_MARK) return MAY_NOT;
    if ((wy_char_class(before) | wy_char_class(behind)) & WY_CHAR_COUNTED) return MAY;
    if (folded->begin[unit] == folded->begin[unit - 1])
        return in_whole_word(before) && in_whole_word(behind) ? MAY_NOT : MAY;
    return ASK_TOKENS;
}

bool wy_exact_is_sure(const wy_haystack *hay, size_t at)
{
    return judge(hay, at) != ASK_TOKENS;
}

bool wy_exact_may_cut(const wy_haystack *hay, size_t at)
{
    const judgement verdict = judge(hay, at);

    if (verdict != ASK_TOKENS || !hay->tokens) return verdict != MAY_NOT;
    return !inside_token(hay->tokens, hay->folded->begin[hay->exact->from[at]]);
}

/* Goes from *begin back, or from *end on, over the signs of the needle and a space before each. */
static bool take_signs(const wy_exact *text, const wy_needle *needle, size_t *begin, size_t *end)
{
    const uint16_t *head = needle->text.units, *tail = head + needle->text.length - needle->tail;
    size_t at;

    if (needle->head > 0) {
        at = *begin;
        at -= at > 0 && text->units[at - 1] == ' ';
        if (at < needle->head) return false;
        at -= needle->head;
        if (memcmp(text->units + at, head, needle->head * sizeof *head) != 0) return false;
        *begin = at;
    }
    if (needle->tail > 0) {
        at = *end;
        at += at < text->length && text->units[at] == ' ';
        if (text->length - at < needle->tail) return false;
        if (memcmp(text->units + at, tail, needle->tail * sizeof *tail) != 0) return false;
        *end = at + needle->tail;
    }
    return true;
}

bool wy_exact_next(const wy_haystack *hay, const wy_needle *needle, wy_exact_place *place,
                   size_t *begin, size_t *end)
{
    const uint16_t *units = hay->exact->units, *wanted;
    size_t length = needle->text.length, matched = place->matched;

    if (length == 0) return false;
    wanted = needle->text.units + needle->head;
    length -= needle->head + needle->tail;
    for (size_t i = place->at; i < hay->exact->length; i++) {
        while (matched > 0 && units[i] != wanted[matched]) matched = needle->back[matched];
        matched += units[i] == wanted[matched];
        if (matched < length) continue;
        matched = needle->back[matched];
        *end = i + 1;
        *begin = *end - length;
        if (!take_signs(hay->exact, needle, begin, end)) continue;
        if (!wy_exact_may_cut(hay, *begin) || (!needle->open && !wy_exact_may_cut(hay, *end)))
            continue;
        *place = (wy_exact_place){i + 1, matched};
        return true;
    }
    *place = (wy_exact_place){hay->exact->length, 0};
    return false;
}
