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
#include <jansson.h>
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

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "real";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

static void check_field(json_t *object, const char *field)
{
    char name[64];
    const char *colon = strchr(field, ':'), *type = colon + 1;
    size_t length = strlen(type);
    snprintf(name, sizeof name, "%.*s", (int)(colon - field), field);
    const json_t *value = json_object_get(object, name);
    if (!value) fail("no field", name);
    if (type[length - 1] == '?') {
        if (json_is_null(value)) return;
        length--;
    }
    const char *is = type_name(value);
    if (strlen(is) != length || strncmp(is, type, length) != 0) fail("wrong type", name);
}

static bool starts_character(const char *text, size_t at)
{
    return ((unsigned char)text[at] & 0xC0) != 0x80;
}

static void check_highlights(const json_t *object)
{
    const json_t *spans = json_object_get(object, "highlights"), *pair;
    const json_t *text = json_object_get(object, "text");
    size_t i;
    json_int_t last = 0;
    if (!spans || !text) return;
    json_array_foreach(spans, i, pair)
    {
        json_int_t begin = json_integer_value(json_array_get(pair, 0));
        json_int_t end = json_integer_value(json_array_get(pair, 1));
        if (json_array_size(pair) != 2 || begin < last || end <= begin ||
            (size_t)end > json_string_length(text))
            fail("highlights", "not ascending ranges of text");
        if (!starts_character(json_string_value(text), (size_t)begin) ||
            !starts_character(json_string_value(text), (size_t)end))
            fail("highlights", "a character is split");
        last = end;
    }
}

static void check_date(const json_t *object)
{
    const char *date = json_string_value(json_object_get(object, "date"));
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

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        json_error_t error;
        line_number++;
        if (line[length - 1] != '\n') fail("bytes", "no line end");
        check_bytes(line, (size_t)length - 1);
        json_t *object =
            json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
        if (!object || !json_is_object(object)) fail("not an object", object ? line : error.text);
        for (int i = 1; i < argc; i++) check_field(object, argv[i]);
        if (json_object_size(object) != (size_t)argc - 1) fail("fields", "more than expected");
        check_highlights(object);
        check_date(object);
        json_decref(object);
    }
    free(line);
    printf("%zu\n", line_number);
    return 0;
}
