/*
 * support/plain_text.h: a text as a reader sees it who compares characters: folded by ICU itself,
 * white space left out but for one space between words written with spaces, and where it may be
 * cut, by ICU's word boundaries. What exact queries promise is told in these terms; no code is
 * shared with the library.
 *
 * Not for characters that the library folds in a way of its own: circled numbers, fractions,
 * full-width commas and semicolons between digits, ’; nor flags.
 */
#ifndef WY_SUPPORT_PLAIN_TEXT_H
#define WY_SUPPORT_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wy_plain_text {
    uint16_t *units; /* UTF-16 */
    bool *cuts;      /* length + 1: whether a match may begin or end before the unit */
    size_t length;
} wy_plain_text;

wy_plain_text wy_plain_text_of(const char *data, size_t length);

/* What is between two cuts, taken alone, without cuts. Neither its first nor its last unit is a
 * space. */
wy_plain_text wy_plain_text_part(const wy_plain_text *text, size_t begin, size_t end);

void wy_plain_text_free(wy_plain_text *text);

/* How often a part of it, taken alone, is `needle`, overlapping ones too. */
uint32_t wy_plain_text_count(const wy_plain_text *text, const wy_plain_text *needle);

/* Bytes of the first unit of a word of folded UTF-8: a character that is counted as a position, with
 * its marks, or those that come before the next such. */
size_t wy_plain_unit(const char *word, size_t length);

/* Whether a word of folded UTF-8 has two characters or more, each counted as a position: an
 * unquoted one is found wherever it stands. */
bool wy_plain_is_everywhere(const char *word, size_t length);

/* Whether an index keeps a list of where such a word, cut by ICU, stands across others: one of Han
 * characters that the dictionary does not call rare and that is no number, with 第 before it or not, a
 * measure word of these behind it or not: 条年月日个章节. */
bool wy_plain_is_told(const char *word, size_t length);

#endif
