/*
 * json.h: JSON output, one object a line.
 */
#ifndef WY_TOOLS_JSON_H
#define WY_TOOLS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <wenyuan/types.h>

/* A value; null is NULL. */
typedef struct json_object json_t;

/* A string; bytes that are not UTF-8 become U+FFFD. */
json_t *json_text(wy_string text);
json_t *json_c_text(const char *text);

static inline json_t *json_null(void)
{
    return NULL;
}

/* An empty string is null. */
json_t *json_text_or_null(wy_string text);

/* 0 is null. */
json_t *json_number_or_null(int32_t number);

/* yyyymmdd as "2024-03-29"; 0 is null. */
json_t *json_date(int32_t date);

json_t *json_number(uint64_t number);
json_t *json_decimal(double number);
json_t *json_truth(bool value);

/* An empty object, an empty array. */
json_t *json_record(void);
json_t *json_list(void);

/* Puts `value`, whose reference it takes, into `object`. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/* Offset and reason of an error, or null where `error` is NULL. */
json_t *json_problem(const wy_error *error);

/* Writes `value` on a line of its own and frees it. No control character is written raw. */
void json_line(FILE *to, json_t *value);

#endif
