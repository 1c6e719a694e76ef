/*
 * report/chars.h: looking at characters of lines.
 */
#ifndef WY_REPORT_CHARS_H
#define WY_REPORT_CHARS_H

#include <stdbool.h>
#include <uchar.h>

#include <wenyuan/types.h>

/* White space, also U+00A0, U+3000 and the other spaces of Unicode. */
bool wy_char_space(char32_t c);
/* Characters that show nothing: zero width spaces and joiners, byte order marks, soft hyphens. */
bool wy_char_invisible(char32_t c);
/* Drawn two cells wide: Han, kana, Hangul, full-width forms and CJK punctuation. */
bool wy_char_wide(char32_t c);
bool wy_char_digit(char32_t c); /* 0 to 9 */
bool wy_char_latin(char32_t c); /* A letter below U+0250 */

/* ASCII alone, whatever the locale. */
bool wy_ascii_space(char c);
char wy_ascii_lower(char c);

/* Full-width forms to ASCII, every kind of white space to a space; others as they are. */
char32_t wy_char_fold(char32_t c);

/* Without white space and invisible characters at both ends. */
wy_string wy_trim(wy_string text);

/* Number of characters, counted up to `most`. */
size_t wy_length(wy_string text, size_t most);

char32_t wy_first_char(wy_string text); /* 0: empty */
char32_t wy_last_char(wy_string text);  /* 0: empty */

bool wy_same(wy_string a, wy_string b);
bool wy_same_literal(wy_string a, const char *b);
bool wy_starts(wy_string text, wy_string with);
/* Where `needle` first stands in `text`, or NULL. */
const char *wy_string_find(wy_string text, wy_string needle);
bool wy_ends(wy_string text, wy_string with);
wy_string wy_literal(const char *text);

/* Whether a name ends with `extension`, lower-case ASCII, in any case, and has more before it. */
bool wy_has_extension(wy_string name, const char *extension);

/*
 * The beginning of a line, folded and without invisible characters, for matching against
 * patterns. A line that does not fit is no furniture, heading or date: `whole` is false.
 */
#define WY_SCAN_MAX 160

typedef struct wy_scan {
    char32_t c[WY_SCAN_MAX + 1];  /* ends with a 0 */
    uint32_t at[WY_SCAN_MAX + 1]; /* byte offset of each in the line; at[n]: behind the last */
    size_t n;
    bool whole;
} wy_scan;

void wy_scan_line(wy_scan *scan, wy_string line);

bool wy_scan_is(const wy_scan *scan, const char32_t *pattern);
/* Whether `pattern` stands at position `at`; 0: no, else its length. */
size_t wy_scan_at(const wy_scan *scan, size_t at, const char32_t *pattern);
/* First place of `pattern` at or after `from`, or SIZE_MAX. */
size_t wy_scan_find(const wy_scan *scan, size_t from, const char32_t *pattern);
bool wy_scan_has_char(const wy_scan *scan, size_t from, size_t to, const char32_t *set);
bool wy_in_set(char32_t c, const char32_t *set);
/* First position at or after `at` that is no space. */
size_t wy_scan_skip(const wy_scan *scan, size_t at);

#endif
