#include "report/bounds.h"

#include <string.h>

#include "report/chars.h"

static bool is_letter(char c)
{
    char lower = wy_ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}

/* Whether `word`, in lower case, stands at `at`, in any case. */
static bool stands(const char *text, size_t length, size_t at, const char *word)
{
    for (; *word; word++, at++)
        if (at >= length || wy_ascii_lower(text[at]) != *word) return false;
    return true;
}

/* Behind the end of the comment or script that begins before `at`. */
static size_t behind(const char *text, size_t length, size_t at, const char *end)
{
    while (at < length) {
        const char *found = memchr(text + at, end[0], length - at);
        if (!found) break;
        at = (size_t)(found - text);
        if (stands(text, length, at, end)) return at + strlen(end);
        at++;
    }
    return length;
}

/* Behind the value of an attribute. */
static size_t skip_value(const char *text, size_t length, size_t at)
{
    while (at < length && wy_ascii_space(text[at])) at++;
    if (at < length && (text[at] == '"' || text[at] == '\'')) {
        const char *end = memchr(text + at + 1, text[at], length - at - 1);
        return end ? (size_t)(end - text) + 1 : length;
    }
    while (at < length && !wy_ascii_space(text[at]) && text[at] != '>') at++;
    return at;
}

/* Behind a tag whose name begins at `at`, as HTML cuts it into attributes; stops before one too
 * many. */
static size_t skip_tag(const char *text, size_t length, size_t at, size_t *attributes)
{
    while (at < length && !wy_ascii_space(text[at]) && text[at] != '>' && text[at] != '/') at++;
    for (;;) {
        while (at < length && (wy_ascii_space(text[at]) || text[at] == '/')) at++;
        if (at == length || text[at] == '>' || *attributes > WY_ATTRIBUTES_MAX) return at;
        ++*attributes;
        size_t begin = at;
        while (at < length && !wy_ascii_space(text[at]) && !memchr("=>/", text[at], 3)) at++;
        while (at < length && wy_ascii_space(text[at])) at++;
        if (at < length && text[at] == '=')
            at = skip_value(text, length, at + 1);
        else if (at == begin)
            at++;
    }
}

bool wy_html_bounded(const char *text, size_t length, size_t *at, bool *attributes)
{
    size_t parts = 0, i = 0;
    while (i < length) {
        const char *open = memchr(text + i, '<', length - i);
        if (!open) break;
        const size_t tag = (size_t)(open - text);
        size_t count = 0;
        i = tag + 1;
        if (stands(text, length, i, "!--")) {
            i = behind(text, length, i + 3, "-->");
        } else if (i < length && (is_letter(text[i]) || text[i] == '/')) {
            i = skip_tag(text, length, i, &count);
            parts += 1 + count;
            if (stands(text, length, tag, "<script")) i = behind(text, length, i, "</script");
            if (stands(text, length, tag, "<style")) i = behind(text, length, i, "</style");
        }
        *at = tag;
        *attributes = count > WY_ATTRIBUTES_MAX;
        if (*attributes || parts > WY_TAGS_MAX) return false;
    }
    return true;
}

/* A < within a value is no XML, so that each begins a tag, wherever it stands. */
bool wy_xml_bounded(wy_xml_bounds *s, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (c == '<') {
            *s = (wy_xml_bounds){.inside = true};
        } else if (!s->inside) {
            continue;
        } else if (s->quote) {
            if (c == s->quote) s->quote = 0;
        } else if (c == '"' || c == '\'') {
            s->quote = c;
        } else if (c == '>') {
            s->inside = false;
        } else if (c == '=' && ++s->attributes > WY_ATTRIBUTES_MAX) {
            return false;
        }
    }
    return true;
}

/* The quote that ends a string whose content begins at `at`; `length` where there is none. Most have
 * few escapes, and memchr looks at many bytes at once. */
static size_t end_of_string(const char *line, size_t length, size_t at)
{
    while (at < length) {
        const char *quote = memchr(line + at, '"', length - at);
        if (!quote) break;
        const size_t end = (size_t)(quote - line);
        size_t escapes = 0; /* an odd number of them: the quote is one of the content */
        while (escapes < end - at && quote[-1 - (ptrdiff_t)escapes] == '\\') escapes++;
        if (escapes % 2 == 0) return end;
        at = end + 1;
    }
    return length;
}

bool wy_json_bounded(const char *line, size_t length)
{
    size_t values = 0;
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '"') { /* over a string */
            i = end_of_string(line, length, i + 1);
        } else if (line[i] == '{' || line[i] == '[' || line[i] == ',') {
            if (++values > WY_JSON_MAX) return false;
        }
    }
    return true;
}
