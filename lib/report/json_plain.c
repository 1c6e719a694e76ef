/*
 * report/json_plain.c: JSON objects of the usual shape, eight bytes at a time (RFC 8259).
 */
#include "report/json.h"

#include <string.h>

#include "base/reader.h"
#include "base/utf8.h"

#define EACH UINT64_C(0x0101010101010101)
#define HIGH UINT64_C(0x8080808080808080)

typedef struct scan {
    const char *at, *end;
    wy_arena *arena;
    bool no_memory;
} scan;

static const char *const names[WY_JSON_FIELDS] = {
    [WY_JSON_TEXT] = "text",       [WY_JSON_ID] = "id",     [WY_JSON_TITLE] = "title",
    [WY_JSON_ISSUER] = "issuer",   [WY_JSON_YEAR] = "year", [WY_JSON_DATE] = "date",
    [WY_JSON_SECTION] = "section",
};

const char *wy_json_name(wy_json_field field)
{
    return names[field];
}

static void skip_space(scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

static bool take(scan *s, char c)
{
    if (s->at == s->end || *s->at != c) return false;
    s->at++;
    return true;
}

/* The first byte at or behind `p` that ends a run of plain characters: a quote, a backslash, a
 * control character; or `end`. */
static const char *skip_plain(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t word = wy_load64((const uint8_t *)p);
        uint64_t quote = word ^ EACH * '"', slash = word ^ EACH * '\\';
        /* The high bit of a byte, where that byte of `quote` or `slash` is 0 or `word` below 32.
         * A borrow can only raise it behind the first byte that counts. */
        uint64_t found =
            ((quote - EACH) & ~quote) | ((slash - EACH) & ~slash) | ((word - EACH * 32) & ~word);
        if (found & HIGH) break;
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 32) p++;
    return p;
}

/* Four hexadecimal digits. */
static bool take_unit(scan *s, uint32_t *unit)
{
    if (s->end - s->at < 4) return false;
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = *s->at++;
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            digit = (uint32_t)((c | 32) - 'a') + 10;
        else
            return false;
        *unit = *unit << 4 | digit;
    }
    return true;
}

/* What stands behind a backslash. Halves of pairs and U+0000 are for Jansson to refuse. */
static bool take_escape(scan *s, char **to)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    if (s->at == s->end) return false;
    char c = *s->at++;
    if (c != 'u') {
        const char *letter = c ? strchr(letters, c) : NULL;
        if (!letter) return false;
        *(*to)++ = bytes[letter - letters];
        return true;
    }
    uint32_t character, low;
    if (!take_unit(s, &character) || character == 0) return false;
    if (character >= 0xD800 && character <= 0xDFFF) {
        if (character >= 0xDC00 || !take(s, '\\') || !take(s, 'u') || !take_unit(s, &low) ||
            low < 0xDC00 || low > 0xDFFF)
            return false;
        character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    }
    *to += wy_utf8_put(character, *to);
    return true;
}

/* The rest of a string that has escapes; `begin` is its first character. */
static bool take_escaped(scan *s, const char *begin, wy_string *out)
{
    /* No escape is longer than what it stands for: there is room for the string as written. */
    const char *quote = s->at;
    while (quote < s->end && *quote != '"') {
        quote += *quote == '\\' && s->end - quote > 1 ? 2 : 1;
        quote = skip_plain(quote, s->end);
    }
    if (quote == s->end) return false;
    char *text = wy_arena_alloc(s->arena, (size_t)(quote - begin) + 4), *to = text;
    if (!text) {
        s->no_memory = true;
        return false;
    }
    for (const char *from = begin;;) {
        memcpy(to, from, (size_t)(s->at - from));
        to += s->at - from;
        if (take(s, '"')) break;
        if (!take(s, '\\') || !take_escape(s, &to)) return false;
        from = s->at;
        s->at = skip_plain(s->at, s->end);
    }
    *out = (wy_string){text, (size_t)(to - text)};
    return true;
}

/* A string with its quotes. */
static bool take_string(scan *s, wy_string *out)
{
    if (!take(s, '"')) return false;
    const char *begin = s->at;
    s->at = skip_plain(begin, s->end);
    if (s->at == s->end) return false;
    if (*s->at == '\\') return take_escaped(s, begin, out);
    *out = (wy_string){begin, (size_t)(s->at - begin)};
    return take(s, '"');
}

/* A whole number of up to 18 digits. */
static bool take_integer(scan *s, int64_t *out)
{
    bool minus = take(s, '-');
    const char *begin = s->at;
    int64_t n = 0;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && s->at - begin < 19)
        n = n * 10 + (*s->at++ - '0');
    ptrdiff_t digits = s->at - begin;
    if (digits == 0 || digits > 18 || (digits > 1 && *begin == '0')) return false;
    if (s->at < s->end && (*s->at == '.' || *s->at == 'e' || *s->at == 'E')) return false;
    *out = minus ? -n : n;
    return true;
}

/* A list of strings, behind its bracket. */
static bool take_list(scan *s, wy_json_value *out)
{
    size_t room = 0;
    *out = (wy_json_value){.kind = WY_JSON_ARRAY};
    skip_space(s);
    if (take(s, ']')) return true;
    for (;;) {
        if (out->count == room) {
            room = room ? room * 2 : 4;
            wy_json_value *items = wy_arena_alloc(s->arena, room * sizeof *items);
            s->no_memory = !items;
            if (!items) return false;
            if (out->count) memcpy(items, out->items, out->count * sizeof *items);
            out->items = items;
        }
        wy_json_value *item = &out->items[out->count++];
        *item = (wy_json_value){.kind = WY_JSON_STRING};
        skip_space(s);
        if (!take_string(s, &item->string)) return false;
        skip_space(s);
        if (take(s, ']')) return true;
        if (!take(s, ',')) return false;
    }
}

static bool take_value(scan *s, wy_json_value *out)
{
    *out = (wy_json_value){.kind = WY_JSON_ABSENT};
    if (s->at == s->end) return false;
    if (*s->at == '"') {
        out->kind = WY_JSON_STRING;
        return take_string(s, &out->string);
    }
    if (take(s, '[')) return take_list(s, out);
    if (s->end - s->at >= 4 && memcmp(s->at, "null", 4) == 0) {
        s->at += 4;
        return true;
    }
    out->kind = WY_JSON_INTEGER;
    return take_integer(s, &out->integer);
}

static void keep(wy_json_fields *out, wy_string name, const wy_json_value *value)
{
    for (int i = 0; i < WY_JSON_FIELDS; i++)
        if (strlen(names[i]) == name.length && memcmp(names[i], name.data, name.length) == 0)
            out->of[i] = *value;
}

static bool take_object(scan *s, wy_json_fields *out)
{
    skip_space(s);
    if (!take(s, '{')) return false;
    skip_space(s);
    bool over = take(s, '}');
    while (!over) {
        wy_string name;
        wy_json_value value;
        skip_space(s);
        if (!take_string(s, &name)) return false;
        skip_space(s);
        if (!take(s, ':')) return false;
        skip_space(s);
        if (!take_value(s, &value)) return false;
        keep(out, name, &value);
        skip_space(s);
        over = take(s, '}');
        if (!over && !take(s, ',')) return false;
    }
    skip_space(s);
    return s->at == s->end;
}

wy_json_answer wy_json_plain(const char *line, size_t length, wy_arena *arena, wy_json_fields *out)
{
    scan s = {line, line + length, arena, false};
    memset(out, 0, sizeof *out);
    if (length && take_object(&s, out)) return WY_JSON_READ;
    return s.no_memory ? WY_JSON_NO_MEMORY : WY_JSON_NOT_PLAIN;
}
