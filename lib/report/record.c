/*
 * One line of JSON Lines: an object with text, and perhaps id, title, year, date, issuer, section.
 */
#include "report/parse.h"

#include <jansson.h>
#include <string.h>

#include "report/chars.h"
#include "report/date.h"

#include "base/utf8.h"

typedef struct reading {
    const char *path;
    wy_arena *arena;
    wy_error *error;
} reading;

static int wrong(const reading *r, const char *field, const char *needed)
{
    return wy_fail(r->error, WY_E_FORMAT, r->path, 0, "field \"%s\" must be %s", field, needed);
}

static int copy(const reading *r, const char *data, size_t length, wy_string *out)
{
    wy_string text = wy_trim((wy_string){data, length});
    *out = (wy_string){wy_arena_strndup(r->arena, text.data, text.length), text.length};
    return out->data ? WY_OK : wy_fail_memory(r->error);
}

/* What is the caller's own, kept to the byte: paragraphs and their ids. */
static int copy_as_is(const reading *r, const json_t *value, wy_string *out)
{
    size_t length = json_string_length(value);
    *out = (wy_string){wy_arena_strndup(r->arena, json_string_value(value), length), length};
    return out->data ? WY_OK : wy_fail_memory(r->error);
}

static int read_string(const reading *r, const json_t *object, const char *field, wy_string *out)
{
    const json_t *value = json_object_get(object, field);
    if (!value || json_is_null(value)) return WY_OK;
    if (!json_is_string(value)) return wrong(r, field, "a string");
    return copy(r, json_string_value(value), json_string_length(value), out);
}

/* A string, or a whole number, which many data sets have for a name. */
static int read_id(const reading *r, const json_t *object, wy_string *out)
{
    const json_t *value = json_object_get(object, "id");
    if (json_is_string(value)) return copy_as_is(r, value, out);
    if (!json_is_integer(value)) return read_string(r, object, "id", out);
    char digits[24];
    char *at = digits + sizeof digits;
    json_int_t n = json_integer_value(value);
    unsigned long long left = n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n;
    do *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (n < 0) *--at = '-';
    return copy(r, at, (size_t)(digits + sizeof digits - at), out);
}

static int read_year(const reading *r, const json_t *object, int32_t *out)
{
    static const char needed[] = "a year from 1 to 9999, as a number or a string of digits";
    const json_t *value = json_object_get(object, "year");
    double number = 0;
    if (!value || json_is_null(value)) return WY_OK;
    if (json_is_number(value)) {
        number = json_number_value(value);
    } else if (json_is_string(value)) {
        wy_scan scan;
        wy_scan_line(&scan, wy_trim(wy_literal(json_string_value(value))));
        if (scan.n == 0) return WY_OK;
        size_t digits = 0;
        while (digits < scan.n && digits < 5 && wy_char_digit(scan.c[digits]))
            number = number * 10 + (double)(scan.c[digits++] - '0');
        if (digits != scan.n && !(digits + 1 == scan.n && scan.c[digits] == U'年'))
            number = wy_date_year(&scan);
    }
    if (!(number >= 1 && number <= 9999) || number != (double)(int32_t)number)
        return wrong(r, "year", needed);
    *out = (int32_t)number;
    return WY_OK;
}

static int read_date(const reading *r, const json_t *object, int32_t *out)
{
    const json_t *value = json_object_get(object, "date");
    if (!value || json_is_null(value)) return WY_OK;
    if (json_is_integer(value)) {
        if (json_integer_value(value) == 0) return WY_OK;
        *out = wy_date_check(json_integer_value(value));
    } else if (json_is_string(value)) {
        wy_string text = wy_trim(wy_literal(json_string_value(value)));
        if (text.length == 0) return WY_OK;
        *out = wy_date_of(text);
    }
    return *out ? WY_OK : wrong(r, "date", "a day such as \"2024-03-29\" or 20240329");
}

static int read_sections(const reading *r, const json_t *object, wy_record *out)
{
    const json_t *value = json_object_get(object, "section");
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    if (!value || json_is_null(value)) return WY_OK;
    if (!json_is_array(value) && !json_is_string(value))
        return wrong(r, "section", "a string or an array of strings");
    out->sections = wy_arena_alloc(r->arena, count * sizeof *out->sections + 1);
    if (!out->sections) return wy_fail_memory(r->error);
    for (size_t i = 0; i < count; i++) {
        const json_t *heading = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(heading)) return wrong(r, "section", "a string or an array of strings");
        wy_string *text = &out->sections[out->section_count];
        int status = copy(r, json_string_value(heading), json_string_length(heading), text);
        if (status != WY_OK) return status;
        out->section_count += text->length > 0;
    }
    return WY_OK;
}

static int read_fields(const reading *r, const json_t *object, wy_record *out)
{
    const json_t *text = json_object_get(object, "text");
    if (!json_is_object(object))
        return wy_fail(r->error, WY_E_FORMAT, r->path, 0, "not a JSON object");
    if (!json_is_string(text)) return wrong(r, "text", "there, a string");
    int status = copy_as_is(r, text, &out->text);
    if (status == WY_OK) status = read_id(r, object, &out->id);
    if (status == WY_OK) status = read_string(r, object, "title", &out->title);
    if (status == WY_OK) status = read_string(r, object, "issuer", &out->issuer);
    if (status == WY_OK) status = read_year(r, object, &out->year);
    if (status == WY_OK) status = read_date(r, object, &out->date);
    return status == WY_OK ? read_sections(r, object, out) : status;
}

int wy_jsonl_record(const char *path, const char *line, size_t length, wy_arena *arena,
                    wy_record *out, wy_error *error)
{
    const reading r = {path, arena, error};
    json_error_t problem;
    *out = (wy_record){.sections = NULL};
    size_t valid = wy_utf8_valid(line, length);
    if (valid != length)
        return wy_fail(error, WY_E_ENCODING, path, valid, "bytes that are not UTF-8");
    json_t *object = json_loadb(line, length, 0, &problem);
    if (!object) {
        if (json_error_code(&problem) == json_error_out_of_memory) return wy_fail_memory(error);
        uint64_t at = problem.position > 0 ? (uint64_t)problem.position : 0;
        return wy_fail(error, WY_E_FORMAT, path, at, "not JSON: %.100s", problem.text);
    }
    int status = read_fields(&r, object, out);
    json_decref(object);
    return status;
}
