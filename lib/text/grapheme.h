/*
 * text/grapheme.h: where text may be cut for a reader: between what is one character to him, by
 * Unicode's rules for extended grapheme clusters (UAX #29; tests hold it against ICU). A letter is
 * not parted from its accents, an emoji not from its skin tone, its variation selector or what a
 * ZERO WIDTH JOINER ties to it, a syllable of Hangul not from its parts, a flag not in the middle.
 *
 * The properties are in a table generated when the library is built (gen_grapheme_table.c). A text
 * is well-formed UTF-8, and `at` the beginning of a code point or the end.
 */
#ifndef WY_TEXT_GRAPHEME_H
#define WY_TEXT_GRAPHEME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What is looked back upon to tell flags apart, or to find the emoji before a joiner: this many
 * code points. In a longer run of them one flag may be cut, so that no text takes more than linear
 * time.
 */
#define WY_GRAPHEME_LOOK_BACK 512

/* Whether the text may be cut at `at`; it may at 0 and at its end. */
bool wy_grapheme_break(const char *text, size_t length, size_t at);

/* The last such place at or before `at`, and the first at or behind it. */
size_t wy_grapheme_floor(const char *text, size_t length, size_t at);
size_t wy_grapheme_ceil(const char *text, size_t length, size_t at);

#endif
