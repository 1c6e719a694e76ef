/*
 * Plain text into lines. A line of spaces is empty and ends a paragraph; a line that holds only
 * zero width characters is no line at all: pages that were saved as text have them in the middle
 * of sentences.
 */
#include "report/parse.h"

#include <string.h>

#include "report/chars.h"

#include "base/utf8.h"

/* Length of the line end at `p`, or 0. */
static size_t line_end(const char *p, size_t left)
{
    const unsigned char *u = (const unsigned char *)p;
    switch (u[0]) {
    case '\r':
        return left > 1 && u[1] == '\n' ? 2 : 1;
    case '\n':
    case '\f':
    case '\v':
        return 1;
    case 0xC2:
        return left > 1 && u[1] == 0x85 ? 2 : 0;
    case 0xE2:
        return left > 2 && u[1] == 0x80 && (u[2] == 0xA8 || u[2] == 0xA9) ? 3 : 0;
    default:
        return 0;
    }
}

/* Two spaces, a tab or an ideographic space: how a paragraph's first line is set. */
static bool begins_indented(wy_string line)
{
    unsigned cells = 0;
    for (size_t at = 0; at < line.length && cells < 2;) {
        char32_t c = wy_utf8_next(line.data, &at);
        if (wy_char_invisible(c)) continue;
        if (!wy_char_space(c)) break;
        cells += c == ' ' || c == 0xA0 ? 1 : 2;
    }
    return cells >= 2;
}

static bool only_invisible(wy_string line)
{
    for (size_t at = 0; at < line.length;)
        if (!wy_char_invisible(wy_utf8_next(line.data, &at))) return false;
    return line.length > 0;
}

int wy_text_lines(wy_document *document, const char *text, size_t length, wy_error *error)
{
    bool gap = true;
    for (size_t begin = 0; begin < length;) {
        size_t end = begin, terminator = 0;
        while (end < length && (terminator = line_end(text + end, length - end)) == 0) end++;
        wy_string line = {text + begin, end - begin};
        begin = end + terminator;
        if (only_invisible(line)) continue;
        size_t before = document->count;
        wy_line entry = {.text = line, .gap = gap, .indented = begins_indented(line)};
        if (!wy_document_add(document, entry)) return wy_fail_memory(error);
        gap = document->count == before;
    }
    return WY_OK;
}
