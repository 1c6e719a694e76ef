/*
 * text/char_class.h: the few properties of characters that the rules for words, widths and stems
 * ask for, in a table generated when the library is built (gen_class_table.c).
 */
#ifndef WY_TEXT_CHAR_CLASS_H
#define WY_TEXT_CHAR_CLASS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    WY_CHAR_COUNTED = 1, /* a position each: Han, Hiragana, Katakana, Bopomofo, ー, and what else is
                            written without spaces (Thai, Lao, Khmer, Burmese, ...) */
    WY_CHAR_MARK = 2,    /* combining mark */
    WY_CHAR_LATIN = 4,   /* Latin letter */
    WY_CHAR_FOREIGN = 8,  /* letter of another script */
    WY_CHAR_SPACE = 16,   /* Unicode white space */
    WY_CHAR_DIGIT = 32,   /* decimal digit of any script */
    WY_CHAR_NUMERAL = 64, /* numbers are written with it: numeral_chars.h */
    WY_CHAR_MEASURE = 128 /* a measure word of one character */
};

#define WY_CHAR_BLOCK_SHIFT 7

extern const uint16_t wy_class_index[];
extern const uint8_t wy_class_blocks[];

/* The classes of a code point (at most 0x10ffff) as a set of bits. */
static inline unsigned wy_char_class(uint32_t c)
{
    return wy_class_blocks[wy_class_index[c >> WY_CHAR_BLOCK_SHIFT] +
                           (c & ((1U << WY_CHAR_BLOCK_SHIFT) - 1))];
}

extern const uint32_t wy_class_rare[];

/* Whether a character below 2^16 is white space or a numeral, of which a bit each tells. */
static inline unsigned wy_char_is_rare(uint32_t c)
{
    return wy_class_rare[c / 32] >> c % 32 & 1;
}

/* Whether ICU may take the character, where it stands alone between letters or digits, for a part
 * of their word: a point, a comma, an apostrophe, ... (Unicode's Word_Break MidLetter, MidNum,
 * MidNumLet, Single_Quote). Not from the table: asked seldom. */
bool wy_char_joins(uint32_t c);

/*
 * Counting the positions of a word, character by character from {0, false}: a counted character
 * is 1, a maximal run of others is 1, a mark belongs to what precedes it.
 */
typedef struct wy_width {
    uint32_t positions;
    bool in_run;
} wy_width;

static inline void wy_width_add(wy_width *width, unsigned classes)
{
    if (classes & WY_CHAR_COUNTED) {
        width->positions++;
        width->in_run = false;
    } else if (!width->in_run && !(classes & WY_CHAR_MARK && width->positions > 0)) {
        width->positions++;
        width->in_run = true;
    }
}

#endif
