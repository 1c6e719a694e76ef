/*
 * result/snippet.c: the part of a text to show: the window with the most weight of distinct
 * patterns, with what is around it, from clause to clause where that is not far.
 */
#include "result/snippet.h"

#include <stdbool.h>

#include "base/utf8.h"
#include "result/cluster.h"

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

/* Bytes from the first to the last match of the best window of at most `chars` characters. */
static int best_window(const char *text, const wy_matches *matches, const wy_pattern *patterns,
                       size_t pattern_count, size_t chars, const wy_mem *mem, wy_span *out,
                       wy_error *error)
{
    reach *reaches = measure(text, matches, mem);
    uint32_t *inside = wy_calloc(mem, pattern_count * sizeof *inside);
    if (!reaches || !inside) {
        wy_free(mem, reaches);
        wy_free(mem, inside);
        return wy_fail_memory(error);
    }
    uint64_t sum = 0, best_sum = 0;
    size_t best_count = 0, from = 0;
    for (size_t i = 0; i < matches->count; i++) {
        const uint32_t pattern = matches->list[i].pattern;
        if (inside[pattern]++ == 0) sum += weight_of(&patterns[pattern]);
        for (; from < i && reaches[i].end > reaches[from].begin + chars; from++) {
            const uint32_t gone = matches->list[from].pattern;
            if (--inside[gone] == 0) sum -= weight_of(&patterns[gone]);
        }
        const size_t count = i - from + 1;
        if (sum > best_sum || (sum == best_sum && count > best_count)) {
            best_sum = sum;
            best_count = count;
            out->begin = matches->list[from].begin;
            out->end = matches->list[i].end;
        }
    }
    wy_free(mem, reaches);
    wy_free(mem, inside);
    return WY_OK;
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

/* Moves the beginning back, by at most `most` characters, to that of its clause; or, where it is
 * the end of one, on to the next, but not behind `keep`. */
static size_t grow_begin(const char *text, size_t length, size_t begin, size_t keep, size_t most)
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
        if (i == most || !step_back(text, length, &at)) return begin;
    }
}

static size_t grow_end(const char *text, size_t length, size_t end, size_t most)
{
    size_t at = end;
    for (size_t i = 0; at < length; i++) {
        if (ends_clause(text, length, at)) return at;
        if (i == most || !step_on(text, length, &at)) return end;
    }
    return length;
}

/* The word that `at` is inside of, or NULL. */
static const wy_token *word_around(const wy_tokens *tokens, size_t at)
{
    size_t low = 0, high = tokens->count;
    while (low < high) { /* the first that begins at `at` or behind */
        const size_t middle = low + (high - low) / 2;
        if (tokens->list[middle].begin < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && tokens->list[low - 1].end > at ? &tokens->list[low - 1] : NULL;
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
    const size_t keep = window.begin;
    widen(text, length, chars, &window);
    window.begin = grow_begin(text, length, window.begin, keep, chars / 4);
    window.end = grow_end(text, length, window.end, chars / 4);
    keep_words(tokens, &window);
    out->begin = wy_cluster_begin(text, length, window.begin);
    out->end = wy_cluster_end(text, length, window.end);
    return WY_OK;
}
