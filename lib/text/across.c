#include "text/across.h"

#include <assert.h>

#include "base/utf8.h"
#include "text/char_class.h"

#define CHAR_BYTES 3 /* of every character of a row */

/* Words that cost more are rare, and stand across others by accident mostly: one in 25 of the words
 * of Chinese law, and half of the bytes that its lists would take. */
#define DEAREST 100

void wy_across_free(wy_across *across, const wy_mem *mem)
{
    wy_free(mem, across->units);
    wy_free(mem, across->ends);
    wy_free(mem, across->found);
    *across = (wy_across){0};
}

/* Whether the unit of a term, as wy_term_unit gives it, is a character that the dictionary may
 * have: one with a position of its own, without marks. */
static bool is_plain(uint32_t code)
{
    if (code >= 0x4e00 && code <= 0x9fa5) return true; /* Han, since Unicode 1.1 */
    return code >= 0x800 && code <= 0xffff && wy_char_class(code) & WY_CHAR_COUNTED;
}

/* Whether a word is a number, perhaps with 第 before it or a measure word behind: 二十, 第三, 五条.
 * 一 before one is no number (analyzer.h). */
static bool is_number(const uint16_t *units, size_t count)
{
    size_t at = units[0] == u'第', begin = at;

    while (at < count && wy_char_class(units[at]) & WY_CHAR_NUMERAL) at++;
    if (at == begin) return false;
    if (at == count) return true;
    return at + 1 == count && wy_char_class(units[at]) & WY_CHAR_MEASURE &&
           !(count == 2 && units[0] == u'一');
}

/* Adds words that begin at character `from`. */
static bool add_found(wy_across *across, const wy_mem *mem, size_t from, const uint8_t *lengths,
                      size_t count)
{
    if (!wy_grow(mem, &across->found, &across->found_capacity, across->found_count + count,
                 sizeof *across->found))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (is_number(across->units + from, lengths[i])) continue;
        across->found[across->found_count++] =
            (wy_token){.term = across->term + CHAR_BYTES * from,
                       .length = CHAR_BYTES * (uint32_t)lengths[i],
                       .position = across->position + (uint32_t)from,
                       .width = lengths[i],
                       .kind = WY_TOKEN_ACROSS,
                       .covered = true};
    }
    return true;
}

/* Looks the row through, and begins the next. */
static bool end_row(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter)
{
    uint8_t lengths[WY_DICTIONARY_WORD_MAX];
    size_t count, from = 0;
    bool good = true;

    while (good && (count = wy_segmenter_across(segmenter, DEAREST, across->units, across->ends,
                                                across->count, &from, lengths)) > 0)
        good = add_found(across, mem, from++, lengths, count);
    across->count = 0;
    return good;
}

/*
 * The unit of a term that begins at `at`, as wy_term_unit has it; *code is 0 where is_plain would
 * say no. Nearly all are a character of three bytes before another, and read here.
 */
static inline size_t next_unit(const char *term, size_t length, size_t at, uint32_t *code)
{
    const uint8_t *b = (const uint8_t *)term + at;

    if (b[0] >= 0xe3 && b[0] <= 0xe9 && (at + 3 == length || (b[3] >= 0xe4 && b[3] <= 0xe9))) {
        /* U+4000 to U+9FFF behind it: no mark. */
        *code = (uint32_t)(b[0] & 15) << 12 | (uint32_t)(b[1] & 63) << 6 | (b[2] & 63);
        at += 3;
    } else {
        at = wy_term_unit(term, length, at, code);
    }
    if (!is_plain(*code)) *code = 0;
    return at;
}

/* The characters from `begun` on are those of one word. */
static void end_word(wy_across *across, size_t begun)
{
    for (size_t i = begun; i < across->count; i++) across->ends[i] = (uint32_t)across->count;
}

/* Adds the characters of a word; a unit that the dictionary has not ends the row. */
static bool add_word(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter,
                     const wy_token *word)
{
    size_t begun = across->count;
    uint32_t position = word->position;

    assert(begun == 0 || across->term + CHAR_BYTES * begun == word->term);
    for (size_t at = 0; at < word->length; position++) {
        const size_t begin = at;
        uint32_t code;

        at = next_unit(word->term, word->length, at, &code);
        if (code) {
            if (across->count == 0) {
                across->term = word->term + begin;
                across->position = position;
            }
            across->units[across->count++] = (uint16_t)code;
            continue;
        }
        end_word(across, begun);
        if (!end_row(across, mem, segmenter)) return false;
        begun = 0;
    }
    end_word(across, begun);
    return true;
}

/* Room for all characters of the words. */
static bool make_room(wy_across *across, const wy_mem *mem, const wy_tokens *tokens)
{
    size_t bytes = 0;

    for (size_t i = 0; i < tokens->count; i++) bytes += tokens->list[i].length;
    const size_t most = bytes / CHAR_BYTES;
    return wy_grow(mem, &across->units, &across->unit_capacity, most, sizeof *across->units) &&
           wy_grow(mem, &across->ends, &across->end_capacity, most, sizeof *across->ends);
}

int wy_across_find(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter,
                   const wy_tokens *tokens, wy_tokens *out, wy_error *error)
{
    uint32_t position = 0; /* behind the last word */
    bool good;

    across->count = across->found_count = 0;
    if (!wy_segmenter_knows_words(segmenter)) return WY_OK;
    good = make_room(across, mem, tokens);
    for (size_t i = 0; i < tokens->count && good; i++) {
        const wy_token *token = &tokens->list[i];

        if (token->kind != WY_TOKEN_WORD) continue;
        if (token->position != position) good = end_row(across, mem, segmenter);
        if (good) good = add_word(across, mem, segmenter, token);
        position = token->position + token->width;
    }
    if (good) good = end_row(across, mem, segmenter);
    if (!good) return wy_fail_memory(error);
    *out = (wy_tokens){.list = across->found, .count = across->found_count};
    return WY_OK;
}

bool wy_across_tells(wy_segmenter *segmenter, const char *term, size_t length)
{
    uint16_t units[WY_DICTIONARY_WORD_MAX];
    uint8_t lengths[WY_DICTIONARY_WORD_MAX];
    size_t count = 0;

    for (size_t at = 0; at < length; count++) {
        uint32_t code;

        at = next_unit(term, length, at, &code);
        if (count == WY_DICTIONARY_WORD_MAX || !code) return false;
        units[count] = (uint16_t)code;
    }
    if (count < 2 || is_number(units, count)) return false;
    /* Longer than all but all of it. */
    return wy_segmenter_words(segmenter, DEAREST, units, count, count - 1, lengths) == 1;
}
