/*
 * json_check.c: for test_cli.sh: is standard input one JSON object a line, with these fields?
 *
 *   json_check NAME:TYPE...     TYPE: string, integer, real, boolean, array, object; with '?'
 *                               behind it null is allowed too
 *
 * Every object must have exactly these fields. No byte of a line may be one that a terminal acts
 * on. "highlights" must be ascending byte ranges inside "text" that split no character, "date"
 * must look like one. Prints the number of objects.
 */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t line_number;

static void fail(const char *what, const char *about)
{
    printf("line %zu: %s: %s\n", line_number, what, about);
    exit(1);
}

static const char *type_name(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return "object";
    case json_type_array:
        return "array";
    case json_type_string:
        return "string";
    case json_type_int:
        return "integer";
    case json_type_double:
        return "real";
    case json_type_boolean:
        return "boolean";
    default:
        return "null";
    }
}

static void check_field(struct json_object *object, const char *field)
{
    char name[64];
    const char *colon = strchr(field, ':'), *type = colon + 1;
    size_t length = strlen(type);
    snprintf(name, sizeof name, "%.*s", (int)(colon - field), field);
    struct json_object *value;
    if (!json_object_object_get_ex(object, name, &value)) fail("no field", name);
    if (type[length - 1] == '?') {
        if (!value) return;
        length--;
    }
    const char *is = type_name(value);
    if (strlen(is) != length || strncmp(is, type, length) != 0) fail("wrong type", name);
}

static bool starts_character(const char *text, size_t at)
{
    return ((unsigned char)text[at] & 0xC0) != 0x80;
}

static void check_highlights(struct json_object *object)
{
    struct json_object *spans = json_object_object_get(object, "highlights");
    struct json_object *text = json_object_object_get(object, "text");
    int64_t last = 0;
    if (!spans || !text) return;
    for (size_t i = 0; i < json_object_array_length(spans); i++) {
        struct json_object *pair = json_object_array_get_idx(spans, i);
        int64_t begin = json_object_get_int64(json_object_array_get_idx(pair, 0));
        int64_t end = json_object_get_int64(json_object_array_get_idx(pair, 1));
        if (json_object_array_length(pair) != 2 || begin < last || end <= begin ||
            end > json_object_get_string_len(text))
            fail("highlights", "not ascending ranges of text");
        if (!starts_character(json_object_get_string(text), (size_t)begin) ||
            !starts_character(json_object_get_string(text), (size_t)end))
            fail("highlights", "a character is split");
        last = end;
    }
}

static void check_date(struct json_object *object)
{
    const char *date = json_object_get_string(json_object_object_get(object, "date"));
    int year, month, day, used = 0;
    if (!date) return;
    if (strlen(date) != 10 || sscanf(date, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 ||
        used != 10 || month < 1 || month > 12 || day < 1 || day > 31)
        fail("date", date);
}

static void check_bytes(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        unsigned char next = i + 1 < length ? (unsigned char)line[i + 1] : 0;
        if (c < 0x20 || c == 0x7F || (c == 0xC2 && next < 0xA0 && next >= 0x80))
            fail("bytes", "a raw control character");
    }
}

static struct json_object *parse(const char *line, size_t length)
{
    struct json_tokener *tokener = json_tokener_new();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *object = json_tokener_parse_ex(tokener, line, (int)length);
    if (!json_object_is_type(object, json_type_object))
        fail("not an object", json_tokener_error_desc(json_tokener_get_error(tokener)));
    json_tokener_free(tokener);
    return object;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        line_number++;
        if (line[length - 1] != '\n') fail("bytes", "no line end");
        check_bytes(line, (size_t)length - 1);
        struct json_object *object = parse(line, (size_t)length - 1);
        for (int i = 1; i < argc; i++) check_field(object, argv[i]);
        if (json_object_object_length(object) != argc - 1) fail("fields", "more than expected");
        check_highlights(object);
        check_date(object);
        json_object_put(object);
    }
    free(line);
    printf("%zu\n", line_number);
    return 0;
}
