/*
 * segment/field.h: fields, and the keys under which their terms are in the dictionary.
 *
 * key := field_and_kind:1 term        field_and_kind = field << 4 | kind (a wy_token_kind)
 *
 * Postings of WY_FIELD_BODY name paragraphs, those of WY_FIELD_TITLE reports of the segment: a
 * title is indexed once, however many paragraphs its report has.
 */
#ifndef WY_SEGMENT_FIELD_H
#define WY_SEGMENT_FIELD_H

#include <stdint.h>
#include <string.h>

#include "text/analyzer.h"

typedef enum wy_field { WY_FIELD_BODY = 0, WY_FIELD_TITLE = 1, WY_FIELDS } wy_field;

/* Writes the key and returns its length (1 + length). `length` <= WY_TERM_MAX. */
static inline size_t wy_key_make(uint8_t out[1 + WY_TERM_MAX], wy_field field, uint8_t kind,
                                 const void *term, size_t length)
{
    out[0] = (uint8_t)((unsigned)field << 4 | kind);
    memcpy(out + 1, term, length);
    return 1 + length;
}

static inline wy_field wy_key_field(uint8_t first)
{
    return (wy_field)(first >> 4);
}
static inline uint8_t wy_key_kind(uint8_t first)
{
    return first & 15;
}

#endif
