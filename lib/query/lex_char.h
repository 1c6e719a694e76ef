/*
 * query/lex_char.h: what single characters of a query are. All that means something may be typed
 * on a Chinese keyboard, in full width.
 */
#ifndef WY_QUERY_LEX_CHAR_H
#define WY_QUERY_LEX_CHAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

/* The ASCII character that a full-width one stands for; any other as it is. */
static inline uint32_t wy_lex_narrow(uint32_t c)
{
    if (c == 0x201C || c == 0x201D) return '"';
    return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFF00 + 0x20 : c;
}

/* White_Space of Unicode. */
static inline bool wy_lex_is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static inline bool wy_lex_is_digit(uint32_t c)
{
    c = wy_lex_narrow(c);
    return c >= '0' && c <= '9';
}

static inline bool wy_lex_is_letter(uint32_t c)
{
    c = wy_lex_narrow(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character at `at`, or 0 at the `end`; *after is the byte behind it. */
static inline uint32_t wy_lex_look(const char *text, size_t end, size_t at, size_t *after)
{
    *after = at;
    return at < end ? wy_utf8_next(text, after) : 0;
}

#endif
