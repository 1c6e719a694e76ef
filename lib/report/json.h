/*
 * report/json.h: the fields of a JSON object that a record has.
 *
 * Jansson reads any JSON, and its word is the final one: which lines are JSON, and what is wrong
 * with those that are not. Lines as they nearly all are (an object of strings, whole numbers,
 * null and arrays of strings) are read by wy_json_plain, twenty times as fast; it never guesses,
 * and leaves whatever else it meets to Jansson.
 */
#ifndef WY_REPORT_JSON_H
#define WY_REPORT_JSON_H

#include <stdbool.h>

#include <wenyuan/types.h>

#include "base/arena.h"
#include "base/error.h"

typedef enum wy_json_kind {
    WY_JSON_ABSENT, /* or null */
    WY_JSON_STRING,
    WY_JSON_INTEGER,
    WY_JSON_REAL,
    WY_JSON_ARRAY,
    WY_JSON_OTHER, /* true, false, an object */
} wy_json_kind;

typedef struct wy_json_value {
    wy_json_kind kind;
    wy_string string;
    int64_t integer;
    double real;
    struct wy_json_value *items; /* of an array */
    size_t count;
} wy_json_value;

typedef enum wy_json_field {
    WY_JSON_TEXT,
    WY_JSON_ID,
    WY_JSON_TITLE,
    WY_JSON_ISSUER,
    WY_JSON_YEAR,
    WY_JSON_DATE,
    WY_JSON_SECTION,
    WY_JSON_FIELDS
} wy_json_field;

typedef struct wy_json_fields {
    wy_json_value of[WY_JSON_FIELDS];
} wy_json_fields;

/* The field's name in JSON. */
const char *wy_json_name(wy_json_field field);

/* What wy_json_plain says of a line. */
typedef enum wy_json_answer {
    WY_JSON_READ,
    WY_JSON_NOT_PLAIN, /* ask wy_json_full; *out is void */
    WY_JSON_NO_MEMORY,
} wy_json_answer;

/* Reads a line (valid UTF-8) where it is plain. Strings lie in the line, or in `arena` where they
 * had escapes. Where it reads, wy_json_full reads the same. */
wy_json_answer wy_json_plain(const char *line, size_t length, wy_arena *arena, wy_json_fields *out);

/*
 * Reads any JSON object (valid UTF-8); strings lie in `arena`. Of two fields of one name the last
 * counts. *error has the offset within the line and a reason; `path` is named. WY_E_FORMAT,
 * WY_E_NOMEM.
 */
int wy_json_full(const char *path, const char *line, size_t length, wy_arena *arena,
                 wy_json_fields *out, wy_error *error);

#endif
