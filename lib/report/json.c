#include "report/json.h"

#include <json-c/json.h>
#include <stdint.h>
#include <string.h>

#include "report/bounds.h"
#include "report/json_quick.h"

#include "base/utf8.h"

#define DEPTH 64                /* deepest nesting of a line */
#define LONG  ((size_t)1 << 20) /* bytes of a line whose memory is not kept for the next */

/* In the order of wy_json_field. */
static const char *const names[WY_JSON_FIELDS] = {
    [WY_JSON_TEXT] = "text",       [WY_JSON_ID] = "id",     [WY_JSON_TITLE] = "title",
    [WY_JSON_ISSUER] = "issuer",   [WY_JSON_YEAR] = "year", [WY_JSON_DATE] = "date",
    [WY_JSON_SECTION] = "section",
};

const char *wy_json_name(wy_json_field field)
{
    return names[field];
}

static int copy_string(struct json_object *json, wy_arena *arena, wy_string *out, wy_error *error)
{
    size_t length = (size_t)json_object_get_string_len(json);
    const char *text = json_object_get_string(json);
    if (memchr(text, 0, length))
        return wy_fail(error, WY_E_FORMAT, NULL, 0, "a string holds the character U+0000");
    *out = (wy_string){wy_arena_strndup(arena, text, length), length};
    return out->data ? WY_OK : wy_fail_memory(error);
}

/* What is not an array. */
static int copy_single(struct json_object *json, wy_arena *arena, wy_json_value *out,
                       wy_error *error)
{
    *out = (wy_json_value){.kind = WY_JSON_OTHER};
    switch (json_object_get_type(json)) {
    case json_type_null:
        out->kind = WY_JSON_ABSENT;
        break;
    case json_type_string:
        out->kind = WY_JSON_STRING;
        return copy_string(json, arena, &out->string, error);
    case json_type_int:
        out->kind = WY_JSON_INTEGER;
        out->integer = json_object_get_int64(json);
        break;
    case json_type_double:
        out->kind = WY_JSON_REAL;
        out->real = json_object_get_double(json);
        break;
    default:
        break;
    }
    return WY_OK;
}

/* Items that are arrays themselves are nothing that a record has. */
static int copy_value(struct json_object *json, wy_arena *arena, wy_json_value *out,
                      wy_error *error)
{
    if (!json_object_is_type(json, json_type_array)) return copy_single(json, arena, out, error);
    size_t count = json_object_array_length(json);
    *out = (wy_json_value){.kind = WY_JSON_ARRAY, .count = count};
    out->items = wy_arena_alloc(arena, count * sizeof *out->items + 1);
    if (!out->items) return wy_fail_memory(error);
    int status = WY_OK;
    for (size_t i = 0; i < count && status == WY_OK; i++)
        status = copy_single(json_object_array_get_idx(json, i), arena, &out->items[i], error);
    return status;
}

/* The tokener stops behind the brace that ends the object. */
static bool only_space(const char *text, size_t length)
{
    while (length && (*text == ' ' || *text == '\t' || *text == '\r')) text++, length--;
    return length == 0;
}

/* A new tokener for each line takes a sixth of the time that lines take. */
static bool begin(wy_json_reader *reader)
{
    if (reader->tokener) {
        json_tokener_reset(reader->tokener);
    } else {
        reader->tokener = json_tokener_new_ex(DEPTH);
        if (!reader->tokener) return false;
        json_tokener_set_flags(reader->tokener,
                               JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    }
    return true;
}

static void drop_tokener(wy_json_reader *reader)
{
    if (reader->tokener) json_tokener_free(reader->tokener);
    reader->tokener = NULL;
}

void wy_json_reader_free(wy_json_reader *reader)
{
    drop_tokener(reader);
#ifdef WY_SIMDJSON
    wy_json_quick_close(reader->quick);
    reader->quick = NULL;
#endif
}

/* Parses a line; NULL is the value null too. */
static int parse(struct json_tokener *tokener, const char *path, const char *line, size_t length,
                 struct json_object **out, wy_error *error)
{
    *out = json_tokener_parse_ex(tokener, line, (int)length);
    enum json_tokener_error problem = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    if (problem == json_tokener_success && !only_space(line + end, length - end))
        problem = json_tokener_error_parse_unexpected;
    if (problem == json_tokener_continue)
        return wy_fail(error, WY_E_FORMAT, path, end, "not JSON: the line ends within it");
    if (problem != json_tokener_success)
        return wy_fail(error, WY_E_FORMAT, path, end, "not JSON: %s",
                       json_tokener_error_desc(problem));
    if (!json_object_is_type(*out, json_type_object))
        return wy_fail(error, WY_E_FORMAT, path, 0, "not a JSON object");
    return WY_OK;
}

/* Which field has this name; WY_JSON_FIELDS: none. */
static int field_of(const char *name)
{
    int i = 0;
    while (i < WY_JSON_FIELDS && (name[0] != names[i][0] || strcmp(name, names[i]) != 0)) i++;
    return i;
}

static int copy_fields(struct json_object *object, wy_arena *arena, wy_json_fields *out,
                       wy_error *error)
{
    int status = WY_OK;
    struct lh_entry *entry = lh_table_head(json_object_get_object(object));
    for (; entry && status == WY_OK; entry = lh_entry_next(entry)) {
        const int field = field_of(lh_entry_k(entry));
        if (field == WY_JSON_FIELDS) continue;
        struct json_object *value = (struct json_object *)(uintptr_t)lh_entry_v(entry);
        status = copy_value(value, arena, &out->of[field], error);
    }
    return status;
}

int wy_json_read_all(wy_json_reader *reader, const char *path, const char *line, size_t length,
                     wy_arena *arena, wy_json_fields *out, wy_error *error)
{
    struct json_object *object;
    *out = (wy_json_fields){.of = {{.kind = WY_JSON_ABSENT}}};
    const size_t valid = wy_utf8_valid(line, length);
    if (valid != length)
        return wy_fail(error, WY_E_ENCODING, path, valid, "bytes that are not UTF-8");
    if (!wy_json_bounded(line, length))
        return wy_fail(error, WY_E_LIMIT, path, 0, "it has more than %d values", WY_JSON_MAX);
    if (!begin(reader)) return wy_fail_memory(error);
    int status = parse(reader->tokener, path, line, length, &object, error);
    if (status == WY_OK) status = copy_fields(object, arena, out, error);
    json_object_put(object);
    /* A reset leaves the first half of a pair of surrogates that a bad line ends with. */
    if (status != WY_OK || length > LONG) drop_tokener(reader);
    return status;
}

int wy_json_read(wy_json_reader *reader, const char *path, const char *line, size_t length,
                 wy_arena *arena, wy_json_fields *out, wy_error *error)
{
#ifdef WY_SIMDJSON
    if (!reader->quick) reader->quick = wy_json_quick_open();
    if (!reader->quick) return wy_fail_memory(error);
    int status = wy_json_quick_read(reader->quick, line, length, arena, out);
    if (status == WY_E_NOMEM) return wy_fail_memory(error);
    if (status == WY_OK) return WY_OK;
#endif
    return wy_json_read_all(reader, path, line, length, arena, out, error);
}
