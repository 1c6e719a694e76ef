/*
 * result/match.c: where patterns are in an analyzed text.
 *
 * The terms of all patterns get numbers through a hash map; one walk over the tokens lists the
 * tokens of each number. A pattern of several terms is looked for at the places of its rarest
 * term, by binary search in the lists of the others.
 */
#include "result/match.h"

#include <string.h>

#include "base/strmap.h"

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
    wy_found *found;
    size_t found_count, found_capacity;
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

static bool add_found(matcher *m, size_t pattern, uint32_t first, uint32_t last)
{
    if (!wy_grow(m->mem, &m->found, &m->found_capacity, m->found_count + 1, sizeof *m->found))
        return false;
    m->found[m->found_count++] = (wy_found){(uint32_t)pattern, first, last};
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
        if (all && !add_found(m, p, first, last)) return false;
    }
    return true;
}

/* Puts what was found in order of the first token: a counting sort. */
static bool sort_found(matcher *m, wy_matches *out)
{
    if (m->found_count == 0) return true;
    size_t *starts = wy_calloc(m->mem, (m->tokens->count + 1) * sizeof *starts);
    out->list = wy_alloc_array(m->mem, m->found_count, sizeof *out->list);
    if (starts && out->list) {
        for (size_t i = 0; i < m->found_count; i++) starts[m->found[i].first + 1]++;
        for (size_t i = 0; i < m->tokens->count; i++) starts[i + 1] += starts[i];
        for (size_t i = 0; i < m->found_count; i++)
            out->list[starts[m->found[i].first]++] = m->found[i];
        out->count = m->found_count;
    }
    bool good = starts && out->list;
    wy_free(m->mem, starts);
    return good;
}

int wy_match(const wy_tokens *tokens, const wy_pattern *patterns, size_t pattern_count,
             const wy_mem *mem, wy_matches *out, wy_error *error)
{
    matcher m = {
        .tokens = tokens, .patterns = patterns, .pattern_count = pattern_count, .mem = mem};
    *out = (wy_matches){0};
    wy_strmap_init(&m.numbers, mem);
    bool good = number_terms(&m) && list_places(&m);
    for (size_t p = 0; p < pattern_count && good; p++) good = find_pattern(&m, p);
    good = good && sort_found(&m, out);

    wy_strmap_free(&m.numbers);
    wy_free(mem, m.pattern_terms);
    wy_free(mem, m.number_storage);
    wy_free(mem, m.terms);
    wy_free(mem, m.storage);
    wy_free(mem, m.found);
    if (good) return WY_OK;
    wy_free(mem, out->list);
    *out = (wy_matches){0};
    return wy_fail_memory(error);
}
