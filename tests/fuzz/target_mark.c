/*
 * Terms and highlights: chars:u8 patterns:u8 { first:u8 terms:u8 }*(patterns % 8), then a text. The
 * patterns are made of words of the text, so each of them is found in it; after `patterns` of 128
 * and more an exact text too, which is a part of the text.
 */
#include <string.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "result/result.h"

enum { MOST = 8, MOST_TERMS = 8 };

static void check_tokens(const wy_tokens *tokens, const char *text, size_t length)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const wy_token *t = &tokens->list[i];
        wy_test_must(t->length >= 1 && t->length <= WY_TERM_MAX && t->width >= 1);
        wy_test_must(wy_utf8_valid(t->term, t->length) == t->length);
        wy_test_must(t->begin < t->end && t->end <= length);
        wy_test_must(wy_utf8_floor(text, length, t->begin) == t->begin &&
                     wy_utf8_floor(text, length, t->end) == t->end);
        wy_test_must(i == 0 || t->position >= t[-1].position);
        wy_test_must(t->position + t->width <= tokens->positions);
    }
}

/* Words that follow each other, from the first'th on. */
static size_t make_pattern(const wy_tokens *tokens, size_t first, size_t count,
                           wy_pattern_term terms[MOST_TERMS], char *copies[MOST_TERMS])
{
    size_t made = 0;
    uint32_t start = 0, last = 0;
    for (size_t i = first; i < tokens->count && made < count; i++) {
        const wy_token *t = &tokens->list[i];
        if (t->kind != WY_TOKEN_WORD || (made && t->position <= last)) continue;
        if (made == 0) start = t->position;
        last = t->position;
        copies[made] = wy_test_alloc(t->length);
        memcpy(copies[made], t->term, t->length);
        terms[made] = (wy_pattern_term){copies[made], t->length, last - start, t->kind};
        made++;
    }
    return made;
}

static void mark(wy_analyzer *analyzer, const char *text, size_t length, const wy_pattern *patterns,
                 size_t pattern_count, size_t chars)
{
    wy_span *spans, snippet;
    wy_error error;
    size_t count, at = 0;
    int status = wy_mark(analyzer, text, length, patterns, pattern_count, chars, &wy_mem_default,
                         &spans, &count, &snippet, &error);
    wy_test_must(status == WY_OK);
    wy_test_must(pattern_count == 0 || patterns[0].exact || count > 0);
    for (size_t i = 0; i < count; i++) {
        wy_test_must(spans[i].begin >= at && spans[i].begin < spans[i].end &&
                     spans[i].end <= length);
        wy_test_must(wy_utf8_floor(text, length, spans[i].begin) == spans[i].begin &&
                     wy_utf8_floor(text, length, spans[i].end) == spans[i].end);
        at = spans[i].end;
    }
    wy_test_must(snippet.begin <= snippet.end && snippet.end <= length);
    wy_test_must(wy_utf8_floor(text, length, snippet.begin) == snippet.begin &&
                 wy_utf8_floor(text, length, snippet.end) == snippet.end);
    free(spans);
}

static void run(wy_analyzer *analyzer, const uint8_t *choice, size_t wanted, bool exact,
                size_t chars, const char *text, size_t length)
{
    wy_tokens tokens;
    wy_error error;
    wy_pattern patterns[MOST + 1];
    wy_pattern_term terms[MOST][MOST_TERMS];
    char *copies[MOST][MOST_TERMS] = {{NULL}};
    size_t made = 0;
    int status = wy_analyzer_run(analyzer, text, length, &tokens, &error);
    wy_test_must((status == WY_OK) == (wy_utf8_valid(text, length) == length));
    if (status != WY_OK) return;
    check_tokens(&tokens, text, length);
    for (size_t i = 0; i < wanted && tokens.count; i++) {
        size_t n = make_pattern(&tokens, choice[2 * i] % tokens.count,
                                1 + choice[2 * i + 1] % MOST_TERMS, terms[made], copies[made]);
        if (n) {
            patterns[made] =
                (wy_pattern){.terms = terms[made], .count = n, .weight = 1.0f + (float)i};
            made++;
        }
    }
    if (exact && wanted) {
        size_t begin = wy_utf8_floor(text, length, choice[0] * length / 256);
        size_t end = wy_utf8_floor(text, length, begin + choice[1] * (length - begin) / 256);
        const wy_pattern part = {.weight = 2.0f,
                                 .exact = text + begin,
                                 .exact_length = end - begin,
                                 .exact_open = choice[1] & 1};
        if (end > begin) patterns[made++] = part;
    }
    mark(analyzer, text, length, patterns, made, chars);
    for (size_t i = 0; i < MOST; i++)
        for (size_t k = 0; k < MOST_TERMS; k++) free(copies[i][k]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static wy_analyzer *analyzers[2];
    wy_error error;
    for (int i = 0; i < 2 && !analyzers[i]; i++)
        wy_test_must(wy_analyzer_open(i ? "whitespace" : "icu", &wy_mem_default, &analyzers[i],
                                      &error) == WY_OK);
    if (size < 2) return 0;
    size_t wanted = data[1] % MOST, skip = 2 + 2 * wanted;
    if (size < skip) return 0;
    char *text = wy_test_alloc(size - skip);
    if (size > skip) memcpy(text, data + skip, size - skip);
    for (int i = 0; i < 2; i++)
        run(analyzers[i], data + 2, wanted, data[1] >= 128, data[0], text, size - skip);
    free(text);
    return 0;
}
