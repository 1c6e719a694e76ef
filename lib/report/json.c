#include "report/json.h"

#include <jansson.h>

static int copy_string(const json_t *json, wy_arena *arena, wy_string *out, wy_error *error)
{
    size_t length = json_string_length(json);
    *out = (wy_string){wy_arena_strndup(arena, json_string_value(json), length), length};
    return out->data ? WY_OK : wy_fail_memory(error);
}

/* What is not an array. */
static int copy_single(const json_t *json, wy_arena *arena, wy_json_value *out, wy_error *error)
{
    *out = (wy_json_value){.kind = WY_JSON_OTHER};
    if (!json || json_is_null(json)) {
        out->kind = WY_JSON_ABSENT;
    } else if (json_is_string(json)) {
        out->kind = WY_JSON_STRING;
        return copy_string(json, arena, &out->string, error);
    } else if (json_is_integer(json)) {
        out->kind = WY_JSON_INTEGER;
        out->integer = json_integer_value(json);
    } else if (json_is_real(json)) {
        out->kind = WY_JSON_REAL;
        out->real = json_real_value(json);
    }
    return WY_OK;
}

/* Items that are arrays themselves are nothing that a record has. */
static int copy_value(const json_t *json, wy_arena *arena, wy_json_value *out, wy_error *error)
{
    if (!json_is_array(json)) return copy_single(json, arena, out, error);
    size_t count = json_array_size(json);
    *out = (wy_json_value){.kind = WY_JSON_ARRAY, .count = count};
    out->items = wy_arena_alloc(arena, count * sizeof *out->items + 1);
    if (!out->items) return wy_fail_memory(error);
    int status = WY_OK;
    for (size_t i = 0; i < count && status == WY_OK; i++)
        status = copy_single(json_array_get(json, i), arena, &out->items[i], error);
    return status;
}

int wy_json_full(const char *path, const char *line, size_t length, wy_arena *arena,
                 wy_json_fields *out, wy_error *error)
{
    json_error_t problem;
    json_t *object = json_loadb(line, length, 0, &problem);
    if (!object) {
        if (json_error_code(&problem) == json_error_out_of_memory) return wy_fail_memory(error);
        uint64_t at = problem.position > 0 ? (uint64_t)problem.position : 0;
        return wy_fail(error, WY_E_FORMAT, path, at, "not JSON: %.100s", problem.text);
    }
    int status =
        json_is_object(object) ? WY_OK : wy_fail(error, WY_E_FORMAT, path, 0, "not a JSON object");
    for (int i = 0; i < WY_JSON_FIELDS && status == WY_OK; i++)
        status = copy_value(json_object_get(object, wy_json_name((wy_json_field)i)), arena,
                            &out->of[i], error);
    json_decref(object);
    return status;
}
