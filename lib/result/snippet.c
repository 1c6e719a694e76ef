/*
 * result/snippet.c: the part of a text to show: the window with the most weight of distinct
 * patterns, with what is around it, from clause to clause where that is not far.
 */
#include "result/snippet.h"

#include <stdbool.h>

#include "base/utf8.h"
#include "text/grapheme.h"

/* ---- The window ---------------------------------------------------------------------------- */

/* Weights are summed as integers, so that taking one out again leaves exactly the rest. */
static uint64_t weight_of(const wy_pattern *pattern)
{
    return pattern->weight > 0 ? (uint64_t)((double)pattern->weight * 1024 + 1) : 1;
}

static size_t count_chars(const char *text, size_t begin, size_t end)
{
    size_t count = 0;
    for (size_t i = begin; i < end; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Number of characters before each match, and before its end. */
typedef struct reach {
    size_t begin, end;
} reach;

static reach *measure(const char *text, const wy_matches *matches, const wy_mem *mem)
{
    reach *list = wy_alloc_array(mem, matches->count, sizeof *list);
    if (!list) return NULL;
    size_t at = 0, chars = 0; /* `chars` characters begin before byte `at` */
    for (size_t i = 0; i < matches->count; i++) {
        const wy_found *found = &matches->list[i];
        chars += count_chars(text, at, found->begin); /* matches are in order */
        at = found->begin;
        list[i].begin = chars;
        list[i].end = chars + count_chars(text, found->begin, found->end);
    }
    return list;
}

/* What speaks for a window, the first thing first. */
typedef struct evidence {
    uint64_t sum;  /* weights of the patterns in it, each once */
    size_t spread; /* how far apart they are where they are nearest: characters, roughly */
    size_t count;  /* matches */
} evidence;

static bool better(const evidence *a, const evidence *b)
{
    if (a->sum != b->sum) return a->sum > b->sum;
    if (a->spread != b->spread) return a->spread < b->spread;
    return a->count > b->count;
}

/* A window that slides over the matches: from `from` on, of which `inside` counts those of each
 * pattern. From `tight` on, where `near` counts, there are still all its patterns, and the first
 * match cannot be spared. */
typedef struct slider {
    const wy_matches *matches;
    const wy_pattern *patterns;
    reach *reaches;
    uint32_t *inside, *near;
    size_t from, tight;
    uint64_t sum;
} slider;

/* Takes match `i` in, and out those that are then too far away. */
static void slide(slider *s, size_t i, size_t chars)
{
    const wy_found *list = s->matches->list;
    const uint32_t pattern = list[i].pattern;
    if (s->inside[pattern]++ == 0) s->sum += weight_of(&s->patterns[pattern]);
    s->near[pattern]++;
    for (; s->from < i && s->reaches[i].end > s->reaches[s->from].begin + chars; s->from++) {
        const uint32_t gone = list[s->from].pattern;
        if (--s->inside[gone] == 0) s->sum -= weight_of(&s->patterns[gone]);
        if (s->tight == s->from) s->near[list[s->tight++].pattern]--;
    }
    while (s->tight < i && s->near[list[s->tight].pattern] > 1) s->near[list[s->tight++].pattern]--;
}

/* Bytes of the matches in the best window of at most `chars` characters. */
static int best_window(const char *text, const wy_matches *matches, const wy_pattern *patterns,
                       size_t pattern_count, size_t chars, const wy_mem *mem, wy_span *out,
                       wy_error *error)
{
    enum { ABOUT = 16 }; /* characters: as near as makes no difference */
    slider s = {.matches = matches,
                .patterns = patterns,
                .reaches = measure(text, matches, mem),
                .inside = wy_calloc(mem, pattern_count * sizeof *s.inside),
                .near = wy_calloc(mem, pattern_count * sizeof *s.near)};
    const bool good = s.reaches && s.inside && s.near;
    evidence best = {0};
    size_t first = 0, last = 0;
    for (size_t i = 0; good && i < matches->count; i++) {
        slide(&s, i, chars);
        const evidence here = {.sum = s.sum,
                               .spread = (s.reaches[i].end - s.reaches[s.tight].begin) / ABOUT,
                               .count = i - s.from + 1};
        if (better(&here, &best)) {
            best = here;
            first = s.from;
            last = i;
        }
    }
    *out = (wy_span){matches->list[first].begin, 0};
    for (size_t i = first; i <= last; i++)
        if (matches->list[i].end > out->end) out->end = matches->list[i].end;
    wy_free(mem, s.reaches);
    wy_free(mem, s.inside);
    wy_free(mem, s.near);
    return good ? WY_OK : wy_fail_memory(error);
}

/* ---- Around it ----------------------------------------------------------------------------- */

/* Moves *at back by one character; false at the beginning. */
static bool step_back(const char *text, size_t length, size_t *at)
{
    if (*at == 0) return false;
    *at = wy_utf8_floor(text, length, *at - 1);
    return true;
}

static bool step_on(const char *text, size_t length, size_t *at)
{
    if (*at >= length) return false;
    wy_utf8_next(text, at);
    return true;
}

/* Whether a clause ends with the character before `at`. A full stop within a number or a name,
 * 3.14 or 10:30, ends nothing. */
static bool ends_clause(const char *text, size_t length, size_t at)
{
    size_t before = at;
    if (!step_back(text, length, &before)) return true;
    size_t i = before;
    switch (wy_utf8_next(text, &i)) {
    case 0xFF0C: /* ， */
    case 0x3002: /* 。 */
    case 0xFF1B: /* ； */
    case 0xFF1A: /* ： */
    case 0x3001: /* 、 */
    case 0xFF01: /* ！ */
    case 0xFF1F: /* ？ */
    case '\n':
        return true;
    case ',':
    case '.':
    case ';':
    case ':':
    case '!':
    case '?': {
        const char next = at < length ? text[at] : ' ';
        return !((next >= '0' && next <= '9') || (next >= 'a' && next <= 'z') ||
                 (next >= 'A' && next <= 'Z'));
    }
    default:
        return false;
    }
}

static size_t skip_space(const char *text, size_t length, size_t at)
{
    while (at < length) {
        size_t after = at;
        const uint32_t c = wy_utf8_next(text, &after);
        if (c != ' ' && c != 0x3000 && !(c >= 9 && c <= 13)) break;
        at = after;
    }
    return at;
}

/* Moves the beginning, by at most `most` characters, to that of a clause: back to its own, or else
 * on to the next one, but not behind `keep`. Where it is the end of a clause it moves on first. */
static size_t fit_begin(const char *text, size_t length, size_t begin, size_t keep, size_t most)
{
    size_t at = begin, next = begin;
    if (begin > 0 && step_on(text, length, &next) && ends_clause(text, length, next)) {
        next = skip_space(text, length, next);
        if (next <= keep) return next;
    }
    for (size_t i = 0;; i++) {
        if (ends_clause(text, length, at)) {
            at = skip_space(text, length, at);
            return at < begin ? at : begin;
        }
        if (i == most || !step_back(text, length, &at)) break;
    }
    at = begin;
    for (size_t i = 0; i < most && step_on(text, length, &at) && at <= keep; i++) {
        if (!ends_clause(text, length, at)) continue;
        at = skip_space(text, length, at);
        return at <= keep ? at : begin;
    }
    return begin;
}

/* Likewise the end: on to that of its clause, or else back to the one before. */
static size_t fit_end(const char *text, size_t length, size_t end, size_t keep, size_t most)
{
    size_t at = end;
    for (size_t i = 0; at < length; i++) {
        if (ends_clause(text, length, at)) return at;
        if (i == most || !step_on(text, length, &at)) break;
    }
    if (at == length) return length;
    at = end;
    for (size_t i = 0; i < most && step_back(text, length, &at) && at > keep; i++)
        if (ends_clause(text, length, at)) return at;
    return end;
}

/* The word or number that `at` is inside of, or NULL. */
static const wy_token *word_around(const wy_tokens *tokens, size_t at)
{
    enum { FEW = 8 }; /* words of a number, which stands behind its first */
    size_t low = 0, high = tokens->count;
    while (low < high) { /* the first that begins at `at` or behind */
        const size_t middle = low + (high - low) / 2;
        if (tokens->list[middle].begin < at)
            low = middle + 1;
        else
            high = middle;
    }
    const wy_token *around = NULL;
    for (size_t i = low; i > 0 && i + FEW > low; i--) {
        const wy_token *token = &tokens->list[i - 1];
        if (token->end > at && (!around || token->begin < around->begin)) around = token;
    }
    return around;
}

/* Takes in the words that the ends would cut, unless they are very long. */
static void keep_words(const wy_tokens *tokens, wy_span *window)
{
    enum { VERY_LONG = 48 }; /* bytes */
    const wy_token *first = word_around(tokens, window->begin);
    const wy_token *last = word_around(tokens, window->end);
    if (first && first->end - first->begin <= VERY_LONG) window->begin = first->begin;
    if (last && last->end - last->begin <= VERY_LONG) window->end = last->end;
}

/* Spends up to `chars` characters, half of them before the window and the rest after it; what one
 * side has no use for goes to the other. */
static void widen(const char *text, size_t length, size_t chars, wy_span *window)
{
    const size_t width = count_chars(text, window->begin, window->end);
    size_t left = chars > width ? chars - width : 0, before = left / 2;
    for (; before > 0 && step_back(text, length, &window->begin); before--) left--;
    for (; left > 0 && step_on(text, length, &window->end); left--)
        ;
    for (; left > 0 && step_back(text, length, &window->begin); left--)
        ;
}

int wy_snippet(const char *text, size_t length, const wy_tokens *tokens, const wy_matches *matches,
               const wy_pattern *patterns, size_t pattern_count, size_t chars, const wy_mem *mem,
               wy_span *out, wy_error *error)
{
    wy_span window = {0, 0};
    if (matches->count) {
        int status =
            best_window(text, matches, patterns, pattern_count, chars, mem, &window, error);
        if (status) return status;
    }
    const wy_span keep = window;
    widen(text, length, chars, &window);
    window.begin = fit_begin(text, length, window.begin, keep.begin, chars / 4);
    window.end = fit_end(text, length, window.end, keep.end, chars / 4);
    keep_words(tokens, &window);
    out->begin = wy_grapheme_floor(text, length, window.begin);
    out->end = wy_grapheme_ceil(text, length, window.end);
    return WY_OK;
}
