#include "text/analyzer.h"

#include <string.h>

#include "base/utf8.h"
#include "text/analyzer_kind.h"
#include "text/char_class.h"

static const wy_analyzer_kind *kind_of(const char *name)
{
    static const wy_analyzer_kind *const kinds[] = {&wy_analyzer_icu, &wy_analyzer_icu_punctuation,
                                                    &wy_analyzer_whitespace};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (name && strcmp(kinds[i]->name, name) == 0) return kinds[i];
    return NULL;
}

int wy_analyzer_known(const char *name)
{
    return kind_of(name) != NULL;
}

bool wy_analyzer_could_be(const char *name, const char *identity)
{
    const wy_analyzer_kind *kind = kind_of(name);

    return kind && kind->could_be(kind, identity);
}

int wy_analyzer_open(const char *name, const wy_mem *mem, wy_analyzer **out, wy_error *error)
{
    const wy_analyzer_kind *kind = kind_of(name);
    wy_analyzer *analyzer;
    int status;

    *out = NULL;
    if (!kind)
        return wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET,
                       "there is no analyzer \"%s\": use icu, icu-punctuation or whitespace",
                       name ? name : "");
    analyzer = wy_calloc(mem, sizeof *analyzer);
    if (!analyzer) return wy_fail_memory(error);
    analyzer->mem = mem;
    analyzer->kind = kind;
    analyzer->segmenter = "";
    status = kind->open(analyzer, error);
    if (status == WY_OK)
        *out = analyzer;
    else
        wy_analyzer_close(analyzer);
    return status;
}

void wy_analyzer_close(wy_analyzer *analyzer)
{
    if (!analyzer) return;
    analyzer->kind->close(analyzer);
    wy_free(analyzer->mem, analyzer->tokens);
    wy_free(analyzer->mem, analyzer->bytes);
    wy_free(analyzer->mem, analyzer);
}

const char *wy_analyzer_name(const wy_analyzer *analyzer)
{
    return analyzer->kind->name;
}

const char *wy_analyzer_identity(const wy_analyzer *analyzer)
{
    return analyzer->identity;
}

bool wy_analyzer_counts_characters(const wy_analyzer *analyzer)
{
    return analyzer->kind->counts_characters;
}

const char *wy_analyzer_icu_version(const wy_analyzer *analyzer)
{
    return analyzer->icu_version;
}

const char *wy_analyzer_segmenter(const wy_analyzer *analyzer)
{
    return analyzer->segmenter;
}

const wy_folded *wy_analyzer_folded(const wy_analyzer *analyzer)
{
    return analyzer->folded;
}

bool wy_analyzer_reserve(wy_analyzer *analyzer, size_t more)
{
    size_t capacity = analyzer->bytes_capacity * 2;
    char *bytes;

    more += WY_TERM_SLACK;
    if (analyzer->bytes_capacity - analyzer->bytes_used >= more) return true;
    if (capacity < analyzer->bytes_used + more) capacity = analyzer->bytes_used + more;
    bytes = wy_alloc(analyzer->mem, capacity);
    if (!bytes) return false;
    if (analyzer->bytes_used > 0) memcpy(bytes, analyzer->bytes, analyzer->bytes_used);
    for (size_t i = 0; i < analyzer->count; i++)
        analyzer->tokens[i].term = bytes + (analyzer->tokens[i].term - analyzer->bytes);
    wy_free(analyzer->mem, analyzer->bytes);
    analyzer->bytes = bytes;
    analyzer->bytes_capacity = capacity;
    return true;
}

bool wy_analyzer_grow(wy_analyzer *analyzer)
{
    return wy_grow(analyzer->mem, &analyzer->tokens, &analyzer->capacity, analyzer->count + 1,
                   sizeof *analyzer->tokens);
}

int wy_analyzer_run(wy_analyzer *analyzer, const char *text, size_t length, wy_tokens *out,
                    wy_error *error)
{
    uint32_t positions = 0;
    int status;

    *out = (wy_tokens){0};
    analyzer->count = 0;
    analyzer->bytes_used = 0;
    analyzer->words = 0;
    if (length > WY_TEXT_MAX)
        return wy_fail(error, WY_E_LIMIT, NULL, WY_NO_OFFSET, "the text is longer than 2^30 bytes");
    status = analyzer->kind->run(analyzer, text, length, &positions, error);
    if (status != WY_OK) return status;
    *out = (wy_tokens){.list = analyzer->tokens,
                       .count = analyzer->count,
                       .words = analyzer->words,
                       .positions = positions};
    return WY_OK;
}

int wy_analyzer_across(wy_analyzer *analyzer, wy_tokens *out, wy_error *error)
{
    *out = (wy_tokens){0};
    return analyzer->kind->across ? analyzer->kind->across(analyzer, out, error) : WY_OK;
}

bool wy_analyzer_tells_across(wy_analyzer *analyzer, const char *term, size_t length)
{
    return analyzer->kind->tells_across && analyzer->kind->tells_across(analyzer, term, length);
}

size_t wy_term_unit(const char *term, size_t length, size_t at, uint32_t *code)
{
    enum { CHARS = 0x110000, HASHES = 0x200000 - CHARS };
    const size_t begin = at;
    uint32_t c = wy_utf8_next(term, &at), hash = 2166136261U; /* FNV-1a */
    bool counted = wy_char_class(c) & WY_CHAR_COUNTED;
    const size_t one = at;

    while (at < length) {
        size_t next = at;
        unsigned classes = wy_char_class(wy_utf8_next(term, &next));

        if (counted ? !(classes & WY_CHAR_MARK) : classes & WY_CHAR_COUNTED) break;
        at = next;
    }
    if (!code) return at;
    *code = c;
    if (at == one) return at;
    for (size_t i = begin; i < at; i++) hash = (hash ^ (uint8_t)term[i]) * 16777619U;
    *code = CHARS + hash % HASHES;
    return at;
}

uint32_t wy_term_width(const char *term, size_t length)
{
    wy_width width = {0};

    for (size_t at = 0; at < length;) wy_width_add(&width, wy_char_class(wy_utf8_next(term, &at)));
    return width.positions;
}
