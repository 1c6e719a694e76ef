/*
 * text/analyzer_kind.h: inside of the analyzers: what all kinds share, and what each provides.
 */
#ifndef WY_TEXT_ANALYZER_KIND_H
#define WY_TEXT_ANALYZER_KIND_H

#include <stdbool.h>

#include "text/analyzer.h"

#define WY_TEXT_MAX ((size_t)1 << 30) /* bytes */

typedef struct wy_analyzer_kind {
    const char *name;
    bool counts_characters; /* with its positions */
    bool keeps_runs;        /* of punctuation, as terms */
    /* As wy_analyzer_could_be. */
    bool (*could_be)(const struct wy_analyzer_kind *kind, const char *identity);
    /* Makes analyzer->state and writes identity and icu_version. */
    int (*open)(wy_analyzer *analyzer, wy_error *error);
    void (*close)(wy_analyzer *analyzer); /* state may be NULL */
    /* Adds the tokens of a text; returns the positions used in *positions. */
    int (*run)(wy_analyzer *analyzer, const char *text, size_t length, uint32_t *positions,
               wy_error *error);
    /* As wy_analyzer_across and wy_analyzer_tells_across. NULL: there are none. */
    int (*across)(wy_analyzer *analyzer, wy_tokens *out, wy_error *error);
    bool (*tells_across)(wy_analyzer *analyzer, const char *term, size_t length);
} wy_analyzer_kind;

extern const wy_analyzer_kind wy_analyzer_icu, wy_analyzer_icu_punctuation, wy_analyzer_whitespace;

#define WY_IDENTITY_SIZE 256

struct wy_analyzer {
    const wy_mem *mem;
    const wy_analyzer_kind *kind;
    void *state;
    char identity[WY_IDENTITY_SIZE];
    char icu_version[24];
    const char *segmenter;   /* name of what cuts, static; "" where nothing does */
    const wy_folded *folded; /* of the last text, in `state`; NULL where nothing is folded */
    wy_token *tokens;        /* of the last text, their terms in `bytes`; both reused */
    size_t count, capacity;
    char *bytes;
    size_t bytes_used, bytes_capacity;
    uint32_t words;
};

/* Room for `more` bytes behind the terms so far, which may move there. false: memory is out. */
bool wy_analyzer_reserve(wy_analyzer *analyzer, size_t more);

/* Room for one token more. false: memory is out. */
bool wy_analyzer_grow(wy_analyzer *analyzer);

/* Adds a token; its term must lie in analyzer->bytes. false: memory is out. */
static inline bool wy_analyzer_add(wy_analyzer *analyzer, const wy_token *token)
{
    if (analyzer->count == analyzer->capacity && !wy_analyzer_grow(analyzer)) return false;
    analyzer->tokens[analyzer->count++] = *token;
    analyzer->words += token->kind == WY_TOKEN_WORD;
    return true;
}

#endif
