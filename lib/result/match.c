/*
 * result/match.c: where patterns are in an analyzed text.
 *
 * The terms of all patterns get numbers through a hash map; one walk over the tokens lists the
 * tokens of each number. A pattern of several terms is looked for at the places of its rarest
 * term, by binary search in the lists of the others. An exact text is looked for in the folded
 * text.
 */
#include "result/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/strmap.h"
#include "text/exact.h"

/* The tokens of one term, ascending. */
typedef struct places {
    uint32_t *tokens;
    uint32_t count;
} places;

typedef struct matcher {
    const wy_tokens *tokens;
    const wy_pattern *patterns;
    size_t pattern_count;
    const wy_mem *mem;
    wy_strmap numbers;        /* kind and term -> number + 1 */
    places *terms;            /* by number */
    uint32_t *storage;        /* of all places */
    uint32_t **pattern_terms; /* numbers of the terms of each pattern */
    uint32_t *number_storage;
    wy_matches *found;
} matcher;

static size_t make_key(uint8_t key[1 + WY_TERM_MAX], uint8_t kind, const char *term,
                       uint32_t length)
{
    key[0] = kind;
    memcpy(key + 1, term, length);
    return 1 + (size_t)length;
}

/* Numbers the terms of the patterns. false: memory is out. */
static bool number_terms(matcher *m)
{
    uint8_t key[1 + WY_TERM_MAX];
    size_t total = 0;
    for (size_t p = 0; p < m->pattern_count; p++) total += m->patterns[p].count;
    m->pattern_terms = wy_alloc_array(m->mem, m->pattern_count, sizeof *m->pattern_terms);
    m->number_storage = wy_alloc_array(m->mem, total, sizeof *m->number_storage);
    if (!m->pattern_terms || !m->number_storage) return false;

    uint32_t *next = m->number_storage;
    for (size_t p = 0; p < m->pattern_count; p++) {
        m->pattern_terms[p] = next;
        for (size_t t = 0; t < m->patterns[p].count; t++) {
            const wy_pattern_term *term = &m->patterns[p].terms[t];
            bool added;
            /* Longer terms than the analyzer gives are nowhere. */
            uint32_t length = term->length <= WY_TERM_MAX ? term->length : 0;
            size_t size = make_key(key, term->kind, term->term, length);
            uint64_t *number = wy_strmap_put(&m->numbers, key, size, &added);
            if (!number) return false;
            if (added) *number = m->numbers.count;
            *next++ = (uint32_t)(*number - 1);
        }
    }
    m->terms = wy_calloc(m->mem, m->numbers.count * sizeof *m->terms);
    return m->terms != NULL;
}

/* Lists the tokens of each term: counts, then fills. */
static bool list_places(matcher *m)
{
    enum { NONE = 0 };
    const wy_tokens *tokens = m->tokens;
    uint32_t *numbers = wy_alloc_array(m->mem, tokens->count, sizeof *numbers);
    if (!numbers) return false;
    uint8_t key[1 + WY_TERM_MAX];
    size_t total = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        const wy_token *token = &tokens->list[i];
        const uint64_t *number =
            wy_strmap_get(&m->numbers, key, make_key(key, token->kind, token->term, token->length));
        numbers[i] = number ? (uint32_t)*number : NONE;
        if (number) {
            m->terms[*number - 1].count++;
            total++;
        }
    }
    m->storage = wy_alloc_array(m->mem, total, sizeof *m->storage);
    if (m->storage) {
        uint32_t *next = m->storage;
        for (size_t n = 0; n < m->numbers.count; n++) {
            m->terms[n].tokens = next;
            next += m->terms[n].count;
            m->terms[n].count = 0;
        }
        for (size_t i = 0; i < tokens->count; i++) {
            if (numbers[i] == NONE) continue;
            places *term = &m->terms[numbers[i] - 1];
            term->tokens[term->count++] = (uint32_t)i;
        }
    }
    wy_free(m->mem, numbers);
    return m->storage != NULL;
}

static bool add_found(matcher *m, size_t pattern, uint32_t begin, uint32_t end)
{
    wy_matches *found = m->found;
    if (!wy_grow(m->mem, &found->list, &found->capacity, found->count + 1, sizeof *found->list))
        return false;
    found->list[found->count++] = (wy_found){(uint32_t)pattern, begin, end};
    return true;
}

/* The token of `term` at `position`; false: none. */
static bool token_at(const matcher *m, const places *term, uint32_t position, uint32_t *out)
{
    uint32_t low = 0, high = term->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (m->tokens->list[term->tokens[middle]].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == term->count || m->tokens->list[term->tokens[low]].position != position) return false;
    *out = term->tokens[low];
    return true;
}

static bool find_pattern(matcher *m, size_t p)
{
    const wy_pattern *pattern = &m->patterns[p];
    const uint32_t *numbers = m->pattern_terms[p];
    size_t rarest = 0;
    for (size_t t = 1; t < pattern->count; t++) {
        if (m->terms[numbers[t]].count < m->terms[numbers[rarest]].count) rarest = t;
    }
    const places *anchors = &m->terms[numbers[rarest]];
    for (uint32_t i = 0; i < anchors->count; i++) {
        const uint32_t position = m->tokens->list[anchors->tokens[i]].position;
        const uint32_t offset = pattern->terms[rarest].offset;
        if (position < offset) continue;
        uint32_t first = anchors->tokens[i], last = first, token = first;
        bool all = true;
        for (size_t t = 0; t < pattern->count && all; t++) {
            if (t == rarest)
                token = anchors->tokens[i];
            else
                all = token_at(m, &m->terms[numbers[t]],
                               position - offset + pattern->terms[t].offset, &token);
            if (t == 0) first = token;
            last = token;
        }
        const wy_token *list = m->tokens->list;
        if (all && !add_found(m, p, list[first].begin, list[last].end)) return false;
    }
    return true;
}

/* Finds the patterns of terms. false: memory is out. */
static bool find_terms(matcher *m)
{
    size_t terms = 0;
    for (size_t p = 0; p < m->pattern_count; p++) terms += m->patterns[p].count;
    if (terms == 0) return true;
    wy_strmap_init(&m->numbers, m->mem);
    bool good = number_terms(m) && list_places(m);
    for (size_t p = 0; p < m->pattern_count && good; p++) {
        if (m->patterns[p].count) good = find_pattern(m, p);
    }
    wy_strmap_free(&m->numbers);
    wy_free(m->mem, m->pattern_terms);
    wy_free(m->mem, m->number_storage);
    wy_free(m->mem, m->terms);
    wy_free(m->mem, m->storage);
    return good;
}

/* ---- Exact texts --------------------------------------------------------------------------- */

static int find_exact(matcher *m, const wy_haystack *hay, size_t p, wy_error *error)
{
    const wy_pattern *pattern = &m->patterns[p];
    wy_exact_place place = {0};
    wy_needle needle;
    size_t begin, end;
    int status = wy_needle_make(&needle, pattern->exact, pattern->exact_length, pattern->exact_open,
                                m->mem, error);
    while (!status && wy_exact_next(hay, &needle, &place, &begin, &end)) {
        if (!add_found(m, p, wy_exact_byte_begin(hay, begin), wy_exact_byte_end(hay, end)))
            status = wy_fail_memory(error);
    }
    wy_needle_free(&needle);
    return status;
}

static int find_exacts(matcher *m, const wy_folded *folded, wy_error *error)
{
    wy_exact exact;
    const wy_haystack hay = {&exact, folded, m->tokens};
    bool ready = false;
    int status = WY_OK;
    wy_exact_init(&exact, m->mem);
    for (size_t p = 0; p < m->pattern_count && !status; p++) {
        if (!m->patterns[p].exact) continue;
        if (!ready) status = wy_exact_set(&exact, folded, error);
        ready = true;
        if (!status) status = find_exact(m, &hay, p, error);
    }
    wy_exact_free(&exact);
    return status;
}

/* ---- All ----------------------------------------------------------------------------------- */

static int compare_found(const void *a, const void *b)
{
    const wy_found *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end) return x->end < y->end ? -1 : 1;
    return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

int wy_match(const wy_analyzer *analyzer, const wy_tokens *tokens, const wy_pattern *patterns,
             size_t pattern_count, const wy_mem *mem, wy_matches *out, wy_error *error)
{
    const wy_folded *folded = wy_analyzer_folded(analyzer);
    matcher m = {.tokens = tokens,
                 .patterns = patterns,
                 .pattern_count = pattern_count,
                 .mem = mem,
                 .found = out};
    *out = (wy_matches){0};
    int status = tokens->count && !find_terms(&m) ? wy_fail_memory(error) : WY_OK;
    if (!status && folded) status = find_exacts(&m, folded, error);
    if (!status && out->count > 1) qsort(out->list, out->count, sizeof *out->list, compare_found);
    if (status) {
        wy_free(mem, out->list);
        *out = (wy_matches){0};
    }
    return status;
}
