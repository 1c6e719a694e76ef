#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "base/utf8.h"
#include "text/analyzer_kind.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Where the word that begins at `at` ends. Eight bytes at a time: where a word ends is foretold by
 * nothing. WY_TERM_SLACK bytes behind the text can be read.
 */
static size_t end_of_word(const char *text, size_t at, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;

    _Static_assert(WY_TERM_SLACK >= 8, "a word of eight bytes is read anywhere");
    while (at < length) {
        uint64_t word = wy_load64((const uint8_t *)text + at);
        /* The lowest bit of those that are set here is at the first byte that is ' ' or below. */
        uint64_t low = (word - ones * (' ' + 1)) & ~word & tops;

        if (low == 0) {
            at += 8;
            continue;
        }
        at += (size_t)__builtin_ctzll(low) / 8;
        if (at >= length || is_space(text[at])) break;
        at++;
    }
    return at < length ? at : length;
}

#define IDENTITY "whitespace 1"

static bool whitespace_could_be(const wy_analyzer_kind *kind, const char *identity)
{
    (void)kind;
    return strcmp(identity, IDENTITY) == 0;
}

static int whitespace_open(wy_analyzer *analyzer, wy_error *error)
{
    (void)error;
    snprintf(analyzer->identity, sizeof analyzer->identity, IDENTITY);
    return WY_OK;
}

static void whitespace_close(wy_analyzer *analyzer)
{
    (void)analyzer;
}

static int whitespace_run(wy_analyzer *analyzer, const char *text, size_t length,
                          uint32_t *positions, wy_error *error)
{
    size_t valid = wy_utf8_valid(text, length), at = 0;
    const char *copy;

    if (valid < length)
        return wy_fail(error, WY_E_ENCODING, NULL, valid, "the text is not UTF-8 here");
    if (length == 0) return WY_OK;
    if (!wy_analyzer_reserve(analyzer, length)) return wy_fail_memory(error);
    memcpy(analyzer->bytes, text, length);
    analyzer->bytes_used = length;
    copy = analyzer->bytes;
    for (;;) {
        wy_token token = {.width = 1, .kind = WY_TOKEN_WORD, .position = *positions};
        size_t begin;

        while (at < length && is_space(copy[at])) at++;
        if (at == length) return WY_OK;
        begin = at;
        at = end_of_word(copy, at, length);
        token.term = copy + begin;
        token.begin = (uint32_t)begin;
        token.end = (uint32_t)at;
        token.length = token.end - token.begin;
        if (token.length > WY_TERM_MAX)
            token.length = (uint32_t)wy_utf8_floor(token.term, token.length, WY_TERM_MAX);
        if (!wy_analyzer_add(analyzer, &token)) return wy_fail_memory(error);
        ++*positions;
    }
}

const wy_analyzer_kind wy_analyzer_whitespace = {.name = "whitespace",
                                                 .counts_characters = false,
                                                 .could_be = whitespace_could_be,
                                                 .open = whitespace_open,
                                                 .close = whitespace_close,
                                                 .run = whitespace_run};
