#include "text/grapheme.h"

#include "base/utf8.h"
#include "text/grapheme_class.h"
#include "text/grapheme_table.h"

static unsigned class_of(uint32_t c)
{
    return grapheme_blocks[grapheme_index[c >> WY_GRAPHEME_BLOCK_SHIFT] +
                           (c & ((1U << WY_GRAPHEME_BLOCK_SHIFT) - 1))];
}

/* The class of the code point that begins at `at`. */
static unsigned class_at(const char *text, size_t at)
{
    return class_of(wy_utf8_next(text, &at));
}

/* Moves *at, which is not 0, to the code point before, and returns its class. */
static unsigned step_back(const char *text, size_t length, size_t *at)
{
    *at = wy_utf8_floor(text, length, *at - 1);
    return class_at(text, *at);
}

/* Rule GB11: whether a picture, and marks of it, stand before the joiner that begins at `at`. */
static bool joins_pictures(const char *text, size_t length, size_t at)
{
    for (int i = 0; i < WY_GRAPHEME_LOOK_BACK && at > 0; i++) {
        unsigned before = step_back(text, length, &at);

        if (before != WY_GRAPHEME_EXTEND) return before == WY_GRAPHEME_PICTURE;
    }
    return false;
}

/* Rules GB12 and GB13: whether the half of a flag at `at` is the first: an even number go before.
 * In a run too long to count every second one is, for each has four bytes. */
static bool begins_flag(const char *text, size_t length, size_t at)
{
    size_t half = at;
    int halves = 0;

    for (; halves < WY_GRAPHEME_LOOK_BACK; halves++)
        if (half == 0 || step_back(text, length, &half) != WY_GRAPHEME_FLAG_HALF)
            return halves % 2 == 0;
    return at / 4 % 2 == 0;
}

static bool is_control(unsigned class)
{
    return class == WY_GRAPHEME_CR || class == WY_GRAPHEME_LF || class == WY_GRAPHEME_CONTROL;
}

/* Rules GB6 to GB8. */
static bool joins_hangul(unsigned before, unsigned behind)
{
    switch (before) {
    case WY_GRAPHEME_L:
        return behind == WY_GRAPHEME_L || behind == WY_GRAPHEME_V || behind == WY_GRAPHEME_LV ||
               behind == WY_GRAPHEME_LVT;
    case WY_GRAPHEME_LV:
    case WY_GRAPHEME_V:
        return behind == WY_GRAPHEME_V || behind == WY_GRAPHEME_T;
    case WY_GRAPHEME_LVT:
    case WY_GRAPHEME_T:
        return behind == WY_GRAPHEME_T;
    default:
        return false;
    }
}

bool wy_grapheme_break(const char *text, size_t length, size_t at)
{
    size_t begin = at;
    unsigned before, behind;

    if (at == 0 || at >= length) return true;
    before = step_back(text, length, &begin);
    behind = class_at(text, at);
    if (before == WY_GRAPHEME_OTHER && behind == WY_GRAPHEME_OTHER) return true;
    if (before == WY_GRAPHEME_CR && behind == WY_GRAPHEME_LF) return false;
    if (is_control(before) || is_control(behind)) return true;
    if (behind == WY_GRAPHEME_EXTEND || behind == WY_GRAPHEME_JOINER ||
        behind == WY_GRAPHEME_SPACING_MARK || before == WY_GRAPHEME_PREPEND)
        return false;
    if (before == WY_GRAPHEME_JOINER && behind == WY_GRAPHEME_PICTURE)
        return !joins_pictures(text, length, begin);
    if (before == WY_GRAPHEME_FLAG_HALF && behind == WY_GRAPHEME_FLAG_HALF)
        return begins_flag(text, length, at);
    return !joins_hangul(before, behind);
}

size_t wy_grapheme_floor(const char *text, size_t length, size_t at)
{
    while (!wy_grapheme_break(text, length, at)) at = wy_utf8_floor(text, length, at - 1);
    return at;
}

size_t wy_grapheme_ceil(const char *text, size_t length, size_t at)
{
    while (!wy_grapheme_break(text, length, at)) wy_utf8_next(text, &at);
    return at;
}
