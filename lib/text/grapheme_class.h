/*
 * text/grapheme_class.h: the properties of characters that grapheme.c goes by:
 * Grapheme_Cluster_Break of UAX #29, and Extended_Pictographic.
 */
#ifndef WY_TEXT_GRAPHEME_CLASS_H
#define WY_TEXT_GRAPHEME_CLASS_H

enum {
    WY_GRAPHEME_OTHER,
    WY_GRAPHEME_CR,
    WY_GRAPHEME_LF,
    WY_GRAPHEME_CONTROL,
    WY_GRAPHEME_EXTEND,
    WY_GRAPHEME_JOINER,
    WY_GRAPHEME_SPACING_MARK,
    WY_GRAPHEME_PREPEND,
    WY_GRAPHEME_FLAG_HALF, /* Regional_Indicator */
    WY_GRAPHEME_L,         /* Hangul: leading consonants, vowels, trailing ones, syllables */
    WY_GRAPHEME_V,
    WY_GRAPHEME_T,
    WY_GRAPHEME_LV,
    WY_GRAPHEME_LVT,
    WY_GRAPHEME_PICTURE /* Extended_Pictographic */
};

#define WY_GRAPHEME_BLOCK_SHIFT 7

#endif
