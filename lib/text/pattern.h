/*
 * text/pattern.h: what a query looks for in a text, for marking it there: a sequence of terms at
 * fixed distances. A single word is a pattern of one. The query module makes patterns, the result
 * module finds them in the text of a hit; neither knows the other.
 */
#ifndef WY_TEXT_PATTERN_H
#define WY_TEXT_PATTERN_H

#include <stddef.h>
#include <stdint.h>

typedef struct wy_pattern_term {
    const char *term; /* as the analyzer yields it */
    uint32_t length;
    uint32_t offset; /* position, relative to the first term's */
    uint8_t kind;    /* a wy_token_kind */
} wy_pattern_term;

typedef struct wy_pattern {
    const wy_pattern_term *terms; /* at least one; the first has offset 0; offsets ascend */
    size_t count;
    float weight; /* how much finding it says; for choosing the snippet */
} wy_pattern;

#endif
