/*
 * json.c: JSON output by way of json-c.
 */
#include "json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "options.h"
#include "output.h"

static json_t *must(json_t *value)
{
    if (value) return value;
    fprintf(stderr, "wenyuan: %s\n", _("memory is out"));
    exit(STATUS_TROUBLE);
}

static json_t *repaired(wy_string text)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    char *clean = take_memory(text.length, 3), *to = clean;
    for (size_t at = 0; at < text.length;) {
        size_t start = at;
        uint32_t c = next_character(text.data, text.length, &at);
        if (c == 0xFFFD) {
            memcpy(to, replacement, 3);
            to += 3;
        } else {
            memcpy(to, text.data + start, at - start);
            to += at - start;
        }
    }
    json_t *value = json_object_new_string_len(clean, (int)(to - clean));
    free(clean);
    return value;
}

json_t *json_text(wy_string text)
{
    if (text.length == 0) return must(json_object_new_string(""));
    return must(is_utf8(text.data, text.length)
                    ? json_object_new_string_len(text.data, (int)text.length)
                    : repaired(text));
}

json_t *json_c_text(const char *text)
{
    return json_text((wy_string){text, strlen(text)});
}

json_t *json_text_or_null(wy_string text)
{
    return text.length ? json_text(text) : NULL;
}

json_t *json_number_or_null(int32_t number)
{
    return number ? must(json_object_new_int(number)) : NULL;
}

json_t *json_date(int32_t date)
{
    char text[16];
    if (date <= 0) return json_null();
    snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(date / 10000) % 10000,
             (int)(date / 100) % 100, (int)date % 100);
    return json_c_text(text);
}

json_t *json_number(uint64_t number)
{
    return must(json_object_new_uint64(number));
}

json_t *json_decimal(double number)
{
    return must(json_object_new_double(number));
}

json_t *json_truth(bool value)
{
    return must(json_object_new_boolean(value));
}

json_t *json_record(void)
{
    return must(json_object_new_object());
}

json_t *json_list(void)
{
    return must(json_object_new_array());
}

void json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_object_add(object, key, value) != 0) must(NULL);
}

void json_add(json_t *array, json_t *value)
{
    if (json_object_array_add(array, value) != 0) must(NULL);
}

json_t *json_problem(const wy_error *error)
{
    if (!error) return NULL;
    json_t *problem = json_record();
    json_put(problem, "code", json_c_text(wy_status_name(error->code)));
    json_put(problem, "offset",
             error->offset == WY_NO_OFFSET ? NULL : json_number(error->offset));
    json_put(problem, "reason", json_c_text(error->reason));
    return problem;
}

/* json-c escapes what JSON asks for; a terminal also acts on DEL, C1 and others. They can only
 * stand inside strings, where \uXXXX means the same. */
static void put_escaped(FILE *to, const char *text)
{
    size_t length = strlen(text), from = 0;
    for (size_t at = 0; at < length;) {
        size_t start = at;
        uint32_t c = next_character(text, length, &at);
        if (!is_control(c)) continue;
        fwrite(text + from, 1, start - from, to);
        fprintf(to, "\\u%04x", (unsigned)c);
        from = at;
    }
    fwrite(text + from, 1, length - from, to);
}

void json_line(FILE *to, json_t *value)
{
    const char *text = json_object_to_json_string_ext(
        value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (!text) must(NULL);
    put_escaped(to, text);
    putc('\n', to);
    json_object_put(value);
}
