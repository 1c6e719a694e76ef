extern "C" {
#include "report/json_quick.h"
}

#include <cstring>
#include <new>
#include <simdjson.h>

using namespace simdjson;

namespace
{

constexpr size_t depth = 32; // json-c's limit is twice that

// Whether what is behind a \u is half a pair of surrogates, of which simdjson takes some that
// belong to no character, or U+0000, which ends a name for json-c.
bool is_odd(const char *at)
{
    return at[0] == 'd' || at[0] == 'D' || std::memcmp(at, "0000", 4) == 0;
}

bool has_odd_escape(const char *line, size_t length)
{
    size_t at = 0;
    while (const void *found = std::memchr(line + at, '\\', length - at)) {
        at = static_cast<size_t>(static_cast<const char *>(found) - line);
        if (length - at < 6) return false; // no room for \uXXXX
        if (line[at + 1] == 'u' && is_odd(line + at + 2)) return true;
        at += 2;
    }
    return false;
}

// What is not an array.
int read_single(dom::element value, wy_json_value *out)
{
    *out = wy_json_value{};
    switch (value.type()) {
    case dom::element_type::NULL_VALUE:
        out->kind = WY_JSON_ABSENT;
        return WY_OK;
    case dom::element_type::STRING: {
        std::string_view text = value.get_string().value_unsafe();
        out->kind = WY_JSON_STRING;
        out->string = wy_string{text.data(), text.size()};
        return WY_OK;
    }
    case dom::element_type::INT64:
        out->kind = WY_JSON_INTEGER;
        out->integer = value.get_int64().value_unsafe();
        return WY_OK;
    case dom::element_type::DOUBLE:
        out->kind = WY_JSON_REAL;
        out->real = value.get_double().value_unsafe();
        return WY_OK;
    case dom::element_type::UINT64: // above INT64_MAX
        return WY_E_UNSUPPORTED;
    default:
        out->kind = WY_JSON_OTHER;
        return WY_OK;
    }
}

int read_value(dom::element value, wy_arena *arena, wy_json_value *out)
{
    if (value.type() != dom::element_type::ARRAY) return read_single(value, out);
    dom::array items = value.get_array().value_unsafe();
    size_t count = 0;
    for (dom::element item : items) count += (static_cast<void>(item), 1);
    *out = wy_json_value{};
    out->kind = WY_JSON_ARRAY;
    out->items =
        static_cast<wy_json_value *>(wy_arena_alloc(arena, count * sizeof *out->items + 1));
    if (!out->items) return WY_E_NOMEM;
    for (dom::element item : items) {
        int status = read_single(item, &out->items[out->count++]);
        if (status != WY_OK) return status;
    }
    return WY_OK;
}

int field_of(std::string_view name)
{
    int i = 0;
    while (i < WY_JSON_FIELDS && name != wy_json_name(static_cast<wy_json_field>(i))) i++;
    return i;
}

} // namespace

struct wy_json_quick {
    dom::parser parser{WY_JSON_QUICK_MAX};
};

wy_json_quick *wy_json_quick_open()
{
    wy_json_quick *quick = new (std::nothrow) wy_json_quick;
    if (quick && quick->parser.allocate(WY_JSON_QUICK_MAX, depth) != SUCCESS) {
        delete quick;
        return nullptr;
    }
    return quick;
}

void wy_json_quick_close(wy_json_quick *quick)
{
    delete quick;
}

int wy_json_quick_read(wy_json_quick *quick, const char *line, size_t length, wy_arena *arena,
                       wy_json_fields *out)
{
    *out = wy_json_fields{};
    if (length > WY_JSON_QUICK_MAX || has_odd_escape(line, length)) return WY_E_UNSUPPORTED;
    dom::object object;
    if (quick->parser.parse(line, length).get(object) != SUCCESS) return WY_E_UNSUPPORTED;
    int status = WY_OK;
    for (dom::key_value_pair pair : object) {
        const int field = field_of(pair.key);
        if (field != WY_JSON_FIELDS) status = read_value(pair.value, arena, &out->of[field]);
        if (status != WY_OK) break;
    }
    return status;
}
