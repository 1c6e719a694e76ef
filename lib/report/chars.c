#include "report/chars.h"

#include <string.h>

#include "base/utf8.h"

bool wy_char_space(char32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

bool wy_char_invisible(char32_t c)
{
    return c == 0xAD || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF;
}

bool wy_char_wide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF01 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x20000 && c <= 0x3FFFD) || c == 0x2014 ||
           c == 0x2018 || c == 0x2019 || c == 0x201C || c == 0x201D || c == 0x2026;
}

bool wy_char_digit(char32_t c)
{
    return c >= '0' && c <= '9';
}

bool wy_char_latin(char32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7);
}

bool wy_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

char wy_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

char32_t wy_char_fold(char32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + '!';
    return wy_char_space(c) ? ' ' : c;
}

static bool blank(char32_t c)
{
    return wy_char_space(c) || wy_char_invisible(c);
}

wy_string wy_trim(wy_string text)
{
    size_t begin = 0;
    while (begin < text.length) {
        size_t next = begin;
        if (!blank(wy_utf8_next(text.data, &next))) break;
        begin = next;
    }
    size_t end = text.length;
    while (end > begin) {
        size_t last = wy_utf8_floor(text.data, text.length, end - 1), at = last;
        if (!blank(wy_utf8_next(text.data, &at))) break;
        end = last;
    }
    return (wy_string){text.data ? text.data + begin : NULL, end - begin};
}

size_t wy_length(wy_string text, size_t most)
{
    size_t count = 0;
    for (size_t at = 0; at < text.length && count < most; count++) wy_utf8_next(text.data, &at);
    return count;
}

char32_t wy_first_char(wy_string text)
{
    size_t at = 0;
    return text.length == 0 ? 0 : wy_utf8_next(text.data, &at);
}

char32_t wy_last_char(wy_string text)
{
    if (text.length == 0) return 0;
    size_t at = wy_utf8_floor(text.data, text.length, text.length - 1);
    return wy_utf8_next(text.data, &at);
}

bool wy_same(wy_string a, wy_string b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

wy_string wy_literal(const char *text)
{
    return (wy_string){text, strlen(text)};
}

bool wy_same_literal(wy_string a, const char *b)
{
    return wy_same(a, wy_literal(b));
}

bool wy_starts(wy_string text, wy_string with)
{
    return text.length >= with.length && wy_same((wy_string){text.data, with.length}, with);
}

bool wy_ends(wy_string text, wy_string with)
{
    return text.length >= with.length &&
           wy_same((wy_string){text.data + text.length - with.length, with.length}, with);
}

bool wy_has_extension(wy_string name, const char *extension)
{
    size_t n = strlen(extension);
    if (name.length <= n) return false;
    for (size_t i = 0; i < n; i++)
        if (wy_ascii_lower(name.data[name.length - n + i]) != wy_ascii_lower(extension[i]))
            return false;
    return true;
}

const char *wy_string_find(wy_string text, wy_string needle)
{
    const char *at = text.data;
    size_t left = text.length;
    while (needle.length && left >= needle.length) {
        /* Only so far that the whole needle fits behind. */
        const char *found = memchr(at, needle.data[0], left - needle.length + 1);
        if (!found) return NULL;
        if (memcmp(found, needle.data, needle.length) == 0) return found;
        left -= (size_t)(found - at) + 1;
        at = found + 1;
    }
    return NULL;
}

void wy_scan_line(wy_scan *scan, wy_string line)
{
    size_t at = 0;
    scan->n = 0;
    while (at < line.length && scan->n < WY_SCAN_MAX) {
        size_t begin = at;
        char32_t c = wy_utf8_next(line.data, &at);
        if (wy_char_invisible(c)) continue;
        scan->c[scan->n] = wy_char_fold(c);
        scan->at[scan->n++] = (uint32_t)begin;
    }
    scan->c[scan->n] = 0;
    scan->at[scan->n] = (uint32_t)at;
    scan->whole = at == line.length;
}

size_t wy_scan_at(const wy_scan *scan, size_t at, const char32_t *pattern)
{
    size_t i = 0;
    /* The 0 behind the last character matches nothing, so i never runs past it. */
    while (pattern[i] && at + i < scan->n && scan->c[at + i] == pattern[i]) i++;
    return pattern[i] ? 0 : i;
}

bool wy_scan_is(const wy_scan *scan, const char32_t *pattern)
{
    return scan->whole && wy_scan_at(scan, 0, pattern) == scan->n && scan->n > 0;
}

size_t wy_scan_find(const wy_scan *scan, size_t from, const char32_t *pattern)
{
    for (size_t i = from; i < scan->n; i++)
        if (wy_scan_at(scan, i, pattern)) return i;
    return SIZE_MAX;
}

bool wy_in_set(char32_t c, const char32_t *set)
{
    while (*set && *set != c) set++;
    return *set != 0;
}

bool wy_scan_has_char(const wy_scan *scan, size_t from, size_t to, const char32_t *set)
{
    for (size_t i = from; i < to && i < scan->n; i++)
        if (wy_in_set(scan->c[i], set)) return true;
    return false;
}

size_t wy_scan_skip(const wy_scan *scan, size_t at)
{
    while (at < scan->n && scan->c[at] == ' ') at++;
    return at;
}
