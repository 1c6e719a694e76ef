/*
 * report/json_quick.h: most lines of JSON, read by simdjson in a seventh of the time that json-c
 * takes. What it reads, json-c reads too, and to the same fields; all else is left to json-c: what
 * is no JSON, since json-c tells where it goes wrong, and what the two may take differently. So a
 * build without simdjson reads the same, more slowly.
 *
 * simdjson is C++. This is the only header that C++ includes, and json_quick.cc the only file of
 * it.
 */
#ifndef WY_REPORT_JSON_QUICK_H
#define WY_REPORT_JSON_QUICK_H

#include "report/json.h"

/* Longest line that is read so: the parser keeps 15 bytes for each of its longest line. */
#define WY_JSON_QUICK_MAX ((size_t)1 << 16)

typedef struct wy_json_quick wy_json_quick;

wy_json_quick *wy_json_quick_open(void);        /* NULL: memory is out */
void wy_json_quick_close(wy_json_quick *quick); /* NULL is ignored */

/*
 * Reads a line of any bytes as wy_json_read does. Strings stay until the next call or close. It
 * writes no error. WY_E_UNSUPPORTED: json-c is to read it; WY_E_NOMEM.
 */
int wy_json_quick_read(wy_json_quick *quick, const char *line, size_t length, wy_arena *arena,
                       wy_json_fields *out);

#endif
