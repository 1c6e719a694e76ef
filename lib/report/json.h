/*
 * report/json.h: the fields of a JSON object that a record has, read by json-c and, where that is
 * quicker, simdjson (json_quick.h).
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

/* Reads one line after another, in one thread. What it takes for that is the parsers' own memory,
 * kept between lines. Begins zeroed. */
typedef struct wy_json_reader {
    struct wy_json_quick *quick;
    struct json_tokener *tokener;
} wy_json_reader;

void wy_json_reader_free(wy_json_reader *reader);

/*
 * Reads a JSON object (without line ends, less than 2 GiB); strings lie in `arena`, or stay until
 * the reader's next line. Of two fields of one name the last counts. *error has the offset within
 * the line and a reason; `path` is named. Safe from several threads at once, each with a reader of
 * its own. WY_E_ENCODING (not UTF-8), WY_E_FORMAT, WY_E_LIMIT (more values than any record has),
 * WY_E_NOMEM.
 */
int wy_json_read(wy_json_reader *reader, const char *path, const char *line, size_t length,
                 wy_arena *arena, wy_json_fields *out, wy_error *error);

/* The same by json-c alone. */
int wy_json_read_all(wy_json_reader *reader, const char *path, const char *line, size_t length,
                     wy_arena *arena, wy_json_fields *out, wy_error *error);

#endif
