#include "report/format.h"

#include <string.h>

#include "report/chars.h"
#include "report/expand.h"

#include "base/options.h"

int wy_format_by_name(const char *path, bool *known)
{
    static const struct {
        const char *extension;
        int format;
    } names[] = {
        {".txt", WY_SOURCE_AUTO},          {".html", WY_SOURCE_HTML},   {".htm", WY_SOURCE_HTML},
        {".xhtml", WY_SOURCE_HTML},        {".shtml", WY_SOURCE_HTML},  {".jsonl", WY_SOURCE_JSONL},
        {".ndjson", WY_SOURCE_JSONL},      {".md", WY_SOURCE_MARKDOWN}, {".docx", WY_SOURCE_DOCX},
        {".markdown", WY_SOURCE_MARKDOWN}, {".pdf", WY_SOURCE_PDF}};
    const wy_string name = {path, wy_packing_bare(path)};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wy_has_extension(name, names[i].extension)) {
            *known = true;
            return names[i].format;
        }
    *known = false;
    return WY_SOURCE_AUTO;
}

/* The first line is a JSON object with a text. */
static bool looks_like_jsonl(wy_string text)
{
    if (wy_starts(text, wy_literal("\xEF\xBB\xBF")))
        text = (wy_string){text.data + 3, text.length - 3};
    const char *end = text.length ? memchr(text.data, '\n', text.length) : NULL;
    wy_string line = {text.data, end ? (size_t)(end - text.data) : text.length};
    return line.length > 1 && line.data[0] == '{' &&
           wy_string_find(line, wy_literal("\"text\"")) != NULL;
}

int wy_format_by_content(const void *bytes, size_t length)
{
    const wy_string text = {bytes, length};
    if (wy_starts(text, wy_literal("%PDF-"))) return WY_SOURCE_PDF;
    if (wy_starts(text, wy_literal("PK\3\4")) && wy_string_find(text, wy_literal("word/")))
        return WY_SOURCE_DOCX;
    if (looks_like_jsonl(text)) return WY_SOURCE_JSONL;
    return wy_html_looks(bytes, length) ? WY_SOURCE_HTML : WY_SOURCE_AUTO;
}

bool wy_format_is_text(int format)
{
    return format != WY_SOURCE_DOCX && format != WY_SOURCE_PDF;
}

const wy_source_filter *wy_format_filter(const char *path, const wy_source_options *options)
{
    const wy_source_filter *best = NULL;
    size_t longest = 0;
    const wy_string name = wy_literal(path);
    for (size_t i = 0; i < options->filter_count; i++) {
        const char *ending = options->filters[i].extension;
        size_t n = strlen(ending);
        if (n > longest && name.length > n + 1 && path[name.length - n - 1] == '.' &&
            wy_has_extension(name, ending)) {
            longest = n;
            best = &options->filters[i];
        }
    }
    return best;
}

bool wy_source_reads(const char *name, const wy_source_options *options)
{
    bool known;
    wy_source_options o;
    int format = wy_format_by_name(name, &known);
    if (wy_options_take(&o, sizeof o, options, NULL) == WY_OK && wy_format_filter(name, &o))
        return true;
    return known && (format != WY_SOURCE_PDF || wy_pdf_available());
}
