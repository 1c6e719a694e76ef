#include "text/across.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "text/char_class.h"

#define CHAR_BYTES 3 /* of every character of a row */

#define DEAREST WY_CROSSING_DEAREST

void wy_across_free(wy_across *across, const wy_mem *mem)
{
    wy_free(mem, across->rows);
    wy_free(mem, across->places);
    wy_free(mem, across->units);
    wy_free(mem, across->ends);
    wy_free(mem, across->found);
    *across = (wy_across){0};
}

/* ---- While words are cut -------------------------------------------------------------------- */

void wy_across_begin(wy_across *across)
{
    across->row_count = across->place_count = 0;
    wy_across_end_row(across);
}

static bool begin_row(wy_across *across, const wy_mem *mem, wy_across_row row)
{
    if (!wy_grow(mem, &across->rows, &across->row_capacity, across->row_count + 1,
                 sizeof *across->rows))
        return false;
    across->rows[across->row_count++] = row;
    across->open = true;
    return true;
}

/* Whether words that begin at a position go on in the last row. */
static inline bool touches(const wy_across *across, uint32_t begin)
{
    return across->open && across->rows[across->row_count - 1].end == begin;
}

/* Where the words begin that `words` follows without a gap, in the row that is open; no further
 * back than to the word that `least` is in: a row may be as long as a text. */
static uint32_t begin_touching(const wy_across *across, const wy_token *words, uint32_t least)
{
    const wy_across_row *row = &across->rows[across->row_count - 1];
    uint32_t begin = row->end;

    while (begin > least && words[-1].kind == WY_TOKEN_WORD &&
           words[-1].position + words[-1].width == begin)
        begin = (--words)->position;
    return begin;
}

/* Makes the words of the last row up to `words`, back to where there is a gap, a row that is odd.
 */
static bool make_odd(wy_across *across, const wy_mem *mem, const wy_token *words)
{
    wy_across_row *row = &across->rows[across->row_count - 1];
    size_t place = across->place_count;

    if (row->odd) return true;
    const uint32_t begin = begin_touching(across, words, row->begin);
    if (begin == row->begin) {
        row->odd = true;
        return true;
    }
    while (place > row->first_place && across->places[place - 1].position >= begin) place--;
    return begin_row(across, mem, (wy_across_row){begin, row->end, (uint32_t)place, 0, true});
}

/* Notes that `new` goes on where another run ended. */
static bool join(wy_across *across, const wy_mem *mem, const wy_across_words *new)
{
    const uint32_t position = new->words[0].position;
    wy_across_row *row = &across->rows[across->row_count - 1];
    uint32_t least = row->joint > row->begin ? row->joint : row->begin;
    if (position - least >= WY_DICTIONARY_WORD_MAX) least = position - (WY_DICTIONARY_WORD_MAX - 1);
    const uint32_t before = position - begin_touching(across, new->words, least);
    const wy_across_place joint = {
        .at = {.from = new->from,
               .own = before < WY_DICTIONARY_WORD_MAX ? before : WY_DICTIONARY_WORD_MAX - 1},
        .term = new->term,
        .position = position,
        .before = across->run,
        .end = new->first_run};

    if (!wy_across_add_place(across, mem, joint)) return false;
    for (size_t i = across->place_count - 1; i > new->first_place; i--)
        across->places[i] = across->places[i - 1];
    across->places[new->first_place] = joint;
    row->joint = position;
    return true;
}

bool wy_across_add_runs(wy_across *across, const wy_mem *mem, const wy_across_words *new)
{
    const wy_token *words = new->words;
    const size_t count = new->count;
    const uint32_t end = words[count - 1].position + words[count - 1].width;
    size_t i = 0, place = new->first_place;

    if (touches(across, words[0].position)) {
        wy_across_row *row = &across->rows[across->row_count - 1];
        if (!row->odd && across->run != WY_PIECE_NO_RUN && new->first_run != across->run &&
            !join(across, mem, new))
            return false;
        if (!row->odd) {
            row->end = end;
            i = count;
        }
        for (; i < count && words[i].position == row->end; i++)
            row->end = words[i].position + words[i].width;
    }
    across->run = new->last_run;
    if (i == count) return true;
    while (place < across->place_count && across->places[place].position < words[i].position)
        place++;
    return begin_row(across, mem,
                     (wy_across_row){words[i].position, end, (uint32_t)place, 0, false});
}

bool wy_across_add_word(wy_across *across, const wy_mem *mem, const wy_token *words, uint32_t end)
{
    const uint32_t begin = words[0].position;

    across->run = WY_PIECE_NO_RUN;
    if (!touches(across, begin))
        return begin_row(across, mem,
                         (wy_across_row){begin, end, (uint32_t)across->place_count, 0, true});
    if (!make_odd(across, mem, words)) return false;
    across->rows[across->row_count - 1].end = end;
    return true;
}

bool wy_across_add_place(wy_across *across, const wy_mem *mem, wy_across_place place)
{
    if (!wy_grow(mem, &across->places, &across->place_capacity, across->place_count + 1,
                 sizeof *across->places))
        return false;
    across->places[across->place_count++] = place;
    return true;
}

/* ---- Words across them ---------------------------------------------------------------------- */

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

/* Adds words that begin with units[0], at `term`. */
static bool add_found(wy_across *across, const wy_mem *mem, const uint16_t *units, const char *term,
                      uint32_t position, const uint8_t *lengths, size_t count)
{
    if (!wy_grow(mem, &across->found, &across->found_capacity, across->found_count + count,
                 sizeof *across->found))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (is_number(units, lengths[i])) continue;
        across->found[across->found_count++] =
            (wy_token){.term = term,
                       .length = CHAR_BYTES * (uint32_t)lengths[i],
                       .position = position,
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
                                                across->count, &from, lengths)) > 0) {
        good = add_found(across, mem, across->units + from, across->term + CHAR_BYTES * from,
                         across->position + (uint32_t)from, lengths, count);
        from++;
    }
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

/* The first token at `position` or behind it. */
static size_t token_at(const wy_tokens *tokens, uint32_t position)
{
    size_t low = 0, high = tokens->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (tokens->list[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool find_in_odd_row(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter,
                            const wy_across_row *row, const wy_tokens *tokens)
{
    const size_t most = row->end - row->begin; /* characters */

    across->count = 0;
    if (!wy_grow(mem, &across->units, &across->unit_capacity, most, sizeof *across->units) ||
        !wy_grow(mem, &across->ends, &across->end_capacity, most, sizeof *across->ends))
        return false;
    for (size_t i = token_at(tokens, row->begin); i < tokens->count; i++) {
        const wy_token *token = &tokens->list[i];

        if (token->position >= row->end) break;
        if (token->kind == WY_TOKEN_WORD && !add_word(across, mem, segmenter, token)) return false;
    }
    return end_row(across, mem, segmenter);
}

/* What is looked at and written while words across others are found. */
struct finder {
    wy_across *across;
    const wy_mem *mem;
    wy_segmenter *segmenter;
    const uint16_t *units;
    const char *terms;
};

/* Words at places from *first on, up to `end` or one behind `position`. */
static bool find_at_places(const struct finder *f, size_t *first, size_t end, uint32_t position)
{
    uint8_t lengths[WY_DICTIONARY_WORD_MAX];

    for (; *first < end && f->across->places[*first].position <= position; ++*first) {
        const wy_across_place *place = &f->across->places[*first];
        size_t count = 0;

        for (uint32_t left = place->at.lengths; left > 0; left &= left - 1)
            lengths[count++] = (uint8_t)__builtin_ctz(left);
        if (!add_found(f->across, f->mem, f->units + place->at.from, f->terms + place->term,
                       place->position, lengths, count))
            return false;
    }
    return true;
}

/* Writes the units of a joint's run, and of those that follow without a gap, up to `most`. */
static size_t read_joined(const struct finder *f, size_t joint, size_t end, size_t most,
                          uint16_t *to)
{
    const wy_across_place *places = f->across->places;
    size_t count = 0;

    for (size_t i = joint;; i = joint) {
        for (uint32_t u = places[i].at.from; u < places[i].end && count < most; u++)
            to[count++] = f->units[u];
        if (count == most) return count;
        for (joint = i + 1; joint < end && places[joint].at.lengths > 0; joint++) continue;
        if (joint == end || places[joint].before != places[i].end) return count;
    }
}

/* Words that begin before a joint and end behind it; and those at places on the way, from *first.
 */
static bool find_at_joint(const struct finder *f, size_t joint, size_t end, size_t *first)
{
    enum { MOST = WY_DICTIONARY_WORD_MAX - 1 }; /* units of a word on either side */
    const wy_across_place place = f->across->places[joint];
    uint16_t units[2 * MOST];
    uint8_t lengths[WY_DICTIONARY_WORD_MAX];
    const size_t before = place.at.own;

    memcpy(units, f->units + place.before - before, before * sizeof *units);
    const size_t count = before + read_joined(f, joint, end, MOST, units + before);
    for (size_t i = 0; i < before; i++) {
        const uint32_t left = (uint32_t)(before - i), position = place.position - left;
        const size_t found =
            wy_segmenter_words(f->segmenter, DEAREST, units + i, count - i, left, lengths);

        if (found > 0 &&
            (!find_at_places(f, first, joint, position) ||
             !add_found(f->across, f->mem, units + i, f->terms + place.term - CHAR_BYTES * left,
                        position, lengths, found)))
            return false;
    }
    return true;
}

/* Words across those of a row that is not odd, whose places are from `first` to `end`. */
static bool find_in_row(const struct finder *f, bool joined, size_t first, size_t end)
{
    for (size_t i = first; joined && i < end; i++)
        if (f->across->places[i].at.lengths == 0 && !find_at_joint(f, i, end, &first)) return false;
    return find_at_places(f, &first, end, UINT32_MAX);
}

int wy_across_find(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter,
                   const uint16_t *units, const char *terms, const wy_tokens *tokens,
                   wy_tokens *out, wy_error *error)
{
    const struct finder finder = {across, mem, segmenter, units, terms};
    bool good = true;

    across->found_count = 0;
    if (!wy_segmenter_knows_words(segmenter)) return WY_OK;
    for (size_t i = 0; i < across->row_count && good; i++) {
        const wy_across_row *row = &across->rows[i];
        const size_t end = i + 1 < across->row_count ? row[1].first_place : across->place_count;

        good = row->odd ? find_in_odd_row(across, mem, segmenter, row, tokens)
                        : find_in_row(&finder, row->joint > 0, row->first_place, end);
    }
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
