/*
 * result/mark.c: marking what a query found.
 */
#include "result/result.h"

#include "result/match.h"
#include "result/snippet.h"
#include "text/grapheme.h"

/* Writes what is found, grown to whole characters and merged where it touches, to `out` (room for
 * one a match), or only counts it. */
static size_t collect(const char *text, size_t length, const wy_matches *matches, wy_span *out)
{
    size_t count = 0;
    wy_span span = {0, 0};
    for (size_t i = 0; i < matches->count; i++) {
        const size_t begin = wy_grapheme_floor(text, length, matches->list[i].begin);
        const size_t end = wy_grapheme_ceil(text, length, matches->list[i].end);
        if (i > 0 && begin <= span.end) {
            if (end > span.end) span.end = end;
            continue;
        }
        if (i > 0 && out) out[count] = span;
        count += i > 0;
        span = (wy_span){begin, end};
    }
    if (matches->count && out) out[count] = span;
    return count + (matches->count > 0);
}

static int make_spans(const char *text, size_t length, const wy_matches *matches, const wy_mem *mem,
                      wy_span **spans, size_t *count, wy_error *error)
{
    if (matches->count == 0) return WY_OK;
    *spans = wy_alloc_array(mem, collect(text, length, matches, NULL), sizeof **spans);
    if (!*spans) return wy_fail_memory(error);
    *count = collect(text, length, matches, *spans);
    return WY_OK;
}

int wy_mark(wy_analyzer *analyzer, const char *text, size_t length, const wy_pattern *patterns,
            size_t pattern_count, size_t chars, const wy_mem *mem, wy_span **spans, size_t *count,
            wy_span *snippet, wy_error *error)
{
    wy_tokens tokens;
    wy_matches matches = {0};
    *spans = NULL;
    *count = 0;
    int status = wy_analyzer_run(analyzer, text, length, &tokens, error);
    if (!status && pattern_count)
        status = wy_match(analyzer, &tokens, patterns, pattern_count, mem, &matches, error);
    if (!status) status = make_spans(text, length, &matches, mem, spans, count, error);
    if (!status)
        status = wy_snippet(text, length, &tokens, &matches, patterns, pattern_count, chars, mem,
                            snippet, error);
    if (status) {
        wy_free(mem, *spans);
        *spans = NULL;
        *count = 0;
    }
    wy_free(mem, matches.list);
    return status;
}
