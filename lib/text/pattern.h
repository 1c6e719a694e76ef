/*
 * text/pattern.h: what a query looks for in a text, for marking it there. The query module makes
 * patterns, the result module finds them in the text of a hit; neither knows the other.
 *
 * A pattern is one of two things:
 *   - terms at fixed distances: a word, a stem or a number is a pattern of one, a sequence of words
 *     one of several;
 *   - an exact text, found by scanning the folded text (text/exact.h), so that it does not depend
 *     on where words are cut. Only for analyzers that fold; others find it nowhere.
 */
#ifndef WY_TEXT_PATTERN_H
#define WY_TEXT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wy_pattern_term {
    const char *term; /* as the analyzer yields it */
    uint32_t length;
    uint32_t offset; /* position, relative to the first term's */
    uint8_t kind;    /* a wy_token_kind */
} wy_pattern_term;

typedef struct wy_pattern {
    const wy_pattern_term *terms; /* the first has offset 0; offsets ascend; or NULL ... */
    size_t count;                 /* 0 where it is an exact text */
    float weight;                 /* how much finding it says; for choosing the snippet */
    const char *exact;            /* ... and this, as written: UTF-8; else NULL */
    size_t exact_length;          /* bytes */
    bool exact_open;              /* its end may lie inside a word: "un*" */
} wy_pattern;

#endif
