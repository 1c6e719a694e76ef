/*
 * text/fold_entry.h: how the generated folding table says what becomes of a character. An entry
 * is 16 bits: 0 (the character stays as it is), the one BMP character that it becomes, or a
 * number from the range of the surrogates, which no character can be.
 */
#ifndef WY_TEXT_FOLD_ENTRY_H
#define WY_TEXT_FOLD_ENTRY_H

enum {
    WY_FOLD_SAME = 0,
    WY_FOLD_LISTED = 0xd800,    /* becomes several units: look it up in the list */
    WY_FOLD_JOINS = 0xd801,     /* may combine with what precedes it: normalize the cluster */
    WY_FOLD_NOTHING = 0xd802,   /* vanishes */
    WY_FOLD_COMMA = 0xd803,     /* a comma, but not between numbers: see fold.h */
    WY_FOLD_SEMICOLON = 0xd804, /* likewise */
    WY_FOLD_SPECIAL_FIRST = 0xd800,
    WY_FOLD_SPECIAL_LAST = 0xdfff
};

#define WY_FOLD_BLOCK_SHIFT 6

#endif
