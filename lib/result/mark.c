/*
 * result/mark.c: marking what a query found.
 */
#include "result/result.h"

#include "base/utf8.h"
#include "result/cluster.h"
#include "result/match.h"
#include "result/snippet.h"

/*
 * What of the tokens is marked, as differences: the sum of cover[0 .. i] counts the matches that
 * token i belongs to, the sum of link[0 .. i] those to which the text between i and i + 1 does.
 */
typedef struct marking {
    int32_t cover, link;
} marking;

static marking *mark_tokens(const wy_tokens *tokens, const wy_matches *matches, const wy_mem *mem)
{
    marking *marks = wy_calloc(mem, (tokens->count + 1) * sizeof *marks);
    if (!marks) return NULL;
    for (size_t i = 0; i < matches->count; i++) {
        const wy_found *found = &matches->list[i];
        marks[found->first].cover++;
        marks[found->last + 1].cover--;
        marks[found->first].link++;
        marks[found->last].link--;
    }
    return marks;
}

/* Writes the spans of marked tokens to `out` (room for one a token), or only counts them. */
static size_t collect(const char *text, size_t length, const wy_tokens *tokens,
                      const marking *marks, wy_span *out)
{
    size_t count = 0;
    wy_span span = {0, 0};
    int32_t cover = 0, link = 0;
    bool open = false, linked = false; /* linked: the match goes on from the token before */
    for (size_t i = 0; i < tokens->count; i++) {
        const wy_token *token = &tokens->list[i];
        cover += marks[i].cover;
        link += marks[i].link;
        if (cover > 0) {
            const size_t begin = wy_cluster_begin(text, length, token->begin);
            const size_t end = wy_cluster_end(text, length, token->end);
            if (open && (linked || begin <= span.end)) {
                if (end > span.end) span.end = end;
                if (begin < span.begin) span.begin = begin;
            } else {
                if (open && out) out[count] = span;
                count += open;
                span = (wy_span){begin, end};
                open = true;
            }
        }
        linked = link > 0;
    }
    if (open && out) out[count] = span;
    return count + open;
}

static int make_spans(const char *text, size_t length, const wy_tokens *tokens,
                      const wy_matches *matches, const wy_mem *mem, wy_span **spans, size_t *count,
                      wy_error *error)
{
    if (matches->count == 0) return WY_OK;
    marking *marks = mark_tokens(tokens, matches, mem);
    if (!marks) return wy_fail_memory(error);
    const size_t size = collect(text, length, tokens, marks, NULL);
    *spans = wy_alloc_array(mem, size, sizeof **spans);
    if (*spans) *count = collect(text, length, tokens, marks, *spans);
    wy_free(mem, marks);
    return *spans ? WY_OK : wy_fail_memory(error);
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
    if (!status && pattern_count && tokens.count)
        status = wy_match(&tokens, patterns, pattern_count, mem, &matches, error);
    if (!status) status = make_spans(text, length, &tokens, &matches, mem, spans, count, error);
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
