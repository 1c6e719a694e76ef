/*
 * One line of JSON Lines: an object with text, and perhaps id, title, year, date, issuer, section.
 */
#include "report/parse.h"

#include <string.h>

#include "report/chars.h"
#include "report/date.h"

typedef struct reading {
    const char *path;
    wy_arena *arena;
    wy_error *error;
    wy_json_fields fields;
} reading;

static int wrong(const reading *r, wy_json_field field, const char *needed)
{
    return wy_fail(r->error, WY_E_FORMAT, r->path, 0, "field \"%s\" must be %s",
                   wy_json_name(field), needed);
}

static int read_string(const reading *r, wy_json_field field, wy_string *out)
{
    const wy_json_value *value = &r->fields.of[field];
    if (value->kind == WY_JSON_ABSENT) return WY_OK;
    if (value->kind != WY_JSON_STRING) return wrong(r, field, "a string");
    *out = wy_trim(value->string);
    return WY_OK;
}

/* A string, kept to the byte since it is the caller's own, or a whole number, which many data sets
 * have for a name. */
static int read_id(const reading *r, wy_string *out)
{
    const wy_json_value *value = &r->fields.of[WY_JSON_ID];
    if (value->kind == WY_JSON_STRING) {
        *out = value->string;
        return WY_OK;
    }
    if (value->kind != WY_JSON_INTEGER) return read_string(r, WY_JSON_ID, out);
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t left = value->integer < 0 ? 0 - (uint64_t)value->integer : (uint64_t)value->integer;
    do *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (value->integer < 0) *--at = '-';
    size_t length = (size_t)(digits + sizeof digits - at);
    *out = (wy_string){wy_arena_strndup(r->arena, at, length), length};
    return out->data ? WY_OK : wy_fail_memory(r->error);
}

static int read_year(const reading *r, int32_t *out)
{
    static const char needed[] = "a year from 1 to 9999, as a number or a string of digits";
    const wy_json_value *value = &r->fields.of[WY_JSON_YEAR];
    double number = 0;
    if (value->kind == WY_JSON_ABSENT) return WY_OK;
    if (value->kind == WY_JSON_INTEGER) {
        number = (double)value->integer;
    } else if (value->kind == WY_JSON_REAL) {
        number = value->real;
    } else if (value->kind == WY_JSON_STRING) {
        wy_scan scan;
        wy_scan_line(&scan, wy_trim(value->string));
        if (scan.n == 0) return WY_OK;
        size_t digits = 0;
        while (digits < scan.n && digits < 5 && wy_char_digit(scan.c[digits]))
            number = number * 10 + (double)(scan.c[digits++] - '0');
        if (digits != scan.n && !(digits + 1 == scan.n && scan.c[digits] == U'年'))
            number = wy_date_year(&scan);
    }
    if (!(number >= 1 && number <= 9999) || number != (double)(int32_t)number)
        return wrong(r, WY_JSON_YEAR, needed);
    *out = (int32_t)number;
    return WY_OK;
}

static int read_date(const reading *r, int32_t *out)
{
    const wy_json_value *value = &r->fields.of[WY_JSON_DATE];
    if (value->kind == WY_JSON_ABSENT) return WY_OK;
    if (value->kind == WY_JSON_INTEGER) {
        if (value->integer == 0) return WY_OK;
        *out = wy_date_check(value->integer);
    } else if (value->kind == WY_JSON_STRING) {
        wy_string text = wy_trim(value->string);
        if (text.length == 0) return WY_OK;
        *out = wy_date_of(text);
    }
    return *out ? WY_OK : wrong(r, WY_JSON_DATE, "a day such as \"2024-03-29\" or 20240329");
}

static int read_sections(const reading *r, wy_record *out)
{
    static const char needed[] = "a string or an array of strings";
    const wy_json_value *value = &r->fields.of[WY_JSON_SECTION];
    bool list = value->kind == WY_JSON_ARRAY;
    size_t count = list ? value->count : 1;
    if (value->kind == WY_JSON_ABSENT) return WY_OK;
    if (!list && value->kind != WY_JSON_STRING) return wrong(r, WY_JSON_SECTION, needed);
    out->sections = wy_arena_alloc(r->arena, count * sizeof *out->sections + 1);
    if (!out->sections) return wy_fail_memory(r->error);
    for (size_t i = 0; i < count; i++) {
        const wy_json_value *heading = list ? &value->items[i] : value;
        if (heading->kind != WY_JSON_STRING) return wrong(r, WY_JSON_SECTION, needed);
        wy_string *text = &out->sections[out->section_count];
        *text = wy_trim(heading->string);
        out->section_count += text->length > 0;
    }
    return WY_OK;
}

static int read_fields(const reading *r, wy_record *out)
{
    const wy_json_value *text = &r->fields.of[WY_JSON_TEXT];
    if (text->kind != WY_JSON_STRING) return wrong(r, WY_JSON_TEXT, "there, a string");
    out->text = text->string;
    int status = read_id(r, &out->id);
    if (status == WY_OK) status = read_string(r, WY_JSON_TITLE, &out->title);
    if (status == WY_OK) status = read_string(r, WY_JSON_ISSUER, &out->issuer);
    if (status == WY_OK) status = read_year(r, &out->year);
    if (status == WY_OK) status = read_date(r, &out->date);
    return status == WY_OK ? read_sections(r, out) : status;
}

int wy_jsonl_record(wy_json_reader *reader, const char *path, const char *line, size_t length,
                    wy_arena *arena, wy_record *out, wy_error *error)
{
    reading r = {.path = path, .arena = arena, .error = error};
    *out = (wy_record){.sections = NULL};
    int status = wy_json_read(reader, path, line, length, arena, &r.fields, error);
    return status == WY_OK ? read_fields(&r, out) : status;
}
