#include <wenyuan/search.h>

#include <string.h>

#include "text/analyzer.h"

struct wy_analysis {
    wy_allocator hooks;
    const wy_mem *mem;
    wy_term *terms;
    size_t count;
    char *bytes; /* of all terms */
};

static int copy_tokens(wy_analysis *a, const wy_tokens *tokens, wy_error *error)
{
    size_t bytes = 0;
    for (size_t i = 0; i < tokens->count; i++) bytes += tokens->list[i].length;
    a->terms = wy_alloc_array(a->mem, tokens->count, sizeof *a->terms);
    a->bytes = wy_alloc(a->mem, bytes);
    if (!a->terms || !a->bytes) return wy_fail_memory(error);
    char *to = a->bytes;
    for (size_t i = 0; i < tokens->count; i++) {
        const wy_token *t = &tokens->list[i];
        memcpy(to, t->term, t->length);
        a->terms[i] = (wy_term){.text = {to, t->length},
                                .kind = t->kind,
                                .position = t->position,
                                .width = t->width,
                                .span = {t->begin, t->end},
                                .covered = t->covered};
        to += t->length;
    }
    a->count = tokens->count;
    return WY_OK;
}

int wy_analyze(const char *analyzer, wy_string text, const wy_allocator *allocator,
               wy_analysis **out, wy_error *error)
{
    const wy_mem *mem = wy_mem_or_default(allocator);
    wy_analyzer *cutter = NULL;
    wy_tokens tokens;
    wy_analysis *a = wy_calloc(mem, sizeof *a);
    if (!a) return wy_fail_memory(error);
    a->hooks = *mem;
    a->mem = &a->hooks;
    int status = wy_analyzer_open(analyzer, mem, &cutter, error);
    if (status == WY_OK) status = wy_analyzer_run(cutter, text.data, text.length, &tokens, error);
    if (status == WY_OK) status = copy_tokens(a, &tokens, error);
    wy_analyzer_close(cutter);
    if (status != WY_OK) {
        wy_analysis_free(a);
        return status;
    }
    *out = a;
    return WY_OK;
}

size_t wy_analysis_size(const wy_analysis *analysis)
{
    return analysis->count;
}

const wy_term *wy_analysis_term(const wy_analysis *analysis, size_t i)
{
    return &analysis->terms[i];
}

void wy_analysis_free(wy_analysis *analysis)
{
    if (!analysis) return;
    const wy_mem mem = analysis->hooks;
    wy_free(&mem, analysis->terms);
    wy_free(&mem, analysis->bytes);
    wy_free(&mem, analysis);
}
