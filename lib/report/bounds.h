/*
 * report/bounds.h: what a parser is not asked to read. libxml2 and json-c take a time that grows
 * with the square of an element's attributes, and memory that is hundreds of times what a tag or a
 * brace takes in the file. No text of people is like that, so it is refused before they see it.
 */
#ifndef WY_REPORT_BOUNDS_H
#define WY_REPORT_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>

#define WY_ATTRIBUTES_MAX 1000    /* of an element */
#define WY_TAGS_MAX       8000000 /* tags and attributes of a page; 200 bytes of memory each */
#define WY_JSON_MAX       100000  /* braces, brackets and commas in a line; up to 800 bytes each */

/* Whether an HTML page has no more tags, and no element more attributes. Else *at is the byte where
 * there are too many, and *attributes tells of what. */
bool wy_html_bounded(const char *text, size_t length, size_t *at, bool *attributes);

/* The same for XML that comes in pieces; begins zeroed. Tags are not counted: they are not kept. */
typedef struct wy_xml_bounds {
    bool inside; /* a tag */
    char quote;  /* around the value at hand; 0: none */
    unsigned attributes;
} wy_xml_bounds;

bool wy_xml_bounded(wy_xml_bounds *state, const char *text, size_t length);

/* Whether a line of JSON has no more values than a record can use. */
bool wy_json_bounded(const char *line, size_t length);

#endif
