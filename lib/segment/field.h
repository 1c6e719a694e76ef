/*
 * segment/field.h: fields, and the keys under which their terms are in the dictionary.
 *
 * key := field_and_kind:1 term        field_and_kind = field << 4 | kind (a wy_token_kind)
 *
 * Postings of the body name paragraphs; those of titles and issuers name reports of the segment, so
 * that each is indexed once, however many paragraphs its report has; those of sections name
 * passages (columns/columns.h): the headings above a passage, outermost first, are one text, in
 * which each heading begins WY_HEADING_GAP positions behind the one before, so that no phrase runs
 * across.
 *
 * Two kinds have postings and no positions. Who asks where in its paragraph a word stands that
 * stands across others (WY_TOKEN_ACROSS) asks the words that it lies across; who asks where a
 * number stands (WY_TOKEN_NUMBER), for which only NEAR has a use, finds it in the text: positions
 * would be 0.7 % of an index of Chinese law.
 */
#ifndef WY_SEGMENT_FIELD_H
#define WY_SEGMENT_FIELD_H

#include <stdint.h>
#include <string.h>

#include "text/analyzer.h"

typedef enum wy_field {
    WY_FIELD_BODY = 0,
    WY_FIELD_TITLE = 1,
    WY_FIELD_ISSUER = 2,
    WY_FIELD_SECTION = 3,
    WY_FIELDS
} wy_field;

#define WY_HEADING_GAP 8

/* What the documents of a field are. */
typedef enum wy_unit { WY_UNIT_PARAGRAPH, WY_UNIT_REPORT, WY_UNIT_PASSAGE } wy_unit;

static inline wy_unit wy_field_unit(wy_field field)
{
    return field == WY_FIELD_BODY      ? WY_UNIT_PARAGRAPH
           : field == WY_FIELD_SECTION ? WY_UNIT_PASSAGE
                                       : WY_UNIT_REPORT;
}

/* A key's first byte. */
static inline uint8_t wy_key_first(wy_field field, uint8_t kind)
{
    return (uint8_t)((unsigned)field << 4 | kind);
}

/* Writes the key and returns its length (1 + length). `length` <= WY_TERM_MAX. */
static inline size_t wy_key_make(uint8_t out[1 + WY_TERM_MAX], wy_field field, uint8_t kind,
                                 const void *term, size_t length)
{
    out[0] = wy_key_first(field, kind);
    memcpy(out + 1, term, length);
    return 1 + length;
}

/* What the dictionary lists terms by (a wy_terms_units_fn): the units of words, wy_term_unit. */
size_t wy_key_units(const void *key, size_t length, uint32_t *codes);

static inline wy_field wy_key_field(uint8_t first)
{
    return (wy_field)(first >> 4);
}
static inline uint8_t wy_key_kind(uint8_t first)
{
    return first & 15;
}
static inline bool wy_key_has_positions(uint8_t first)
{
    const uint8_t kind = wy_key_kind(first);
    return kind != WY_TOKEN_ACROSS && kind != WY_TOKEN_NUMBER;
}

#endif
