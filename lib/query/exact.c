/*
 * query/exact.c: the units of an exact query, and which of them can be trusted.
 */
#include "query/exact.h"

#include <string.h>

#include "base/utf8.h"
#include "text/char_class.h"

enum { LETTERS = WY_CHAR_COUNTED | WY_CHAR_LATIN | WY_CHAR_FOREIGN | WY_CHAR_DIGIT };

/* Whether ICU may take the character for a part of a word or not, as its neighbours are, or for a
 * part of what stands before it: signs that join words, and marks. */
static bool depends(uint32_t c)
{
    return wy_char_class(c) & WY_CHAR_MARK || c == '_' || c == 0x203f || c == 0x2040 || c == 0x2054;
}

/* Letters and digits, and characters that depend on their neighbours. */
typedef struct tally {
    size_t letters, dependent;
} tally;

static void count_char(tally *census, uint32_t c)
{
    census->letters += (wy_char_class(c) & LETTERS) != 0;
    census->dependent += depends(c);
}

static tally census_of_folded(const wy_folded *folded)
{
    tally all = {0};
    for (size_t i = 0; i < folded->length; i++) {
        uint32_t c = folded->units[i];
        if ((c & 0xfc00) == 0xd800 && i + 1 < folded->length)
            c = 0x10000 + ((c - 0xd800) << 10) + (folded->units[++i] - 0xdc00U);
        count_char(&all, c);
    }
    return all;
}

/* Whether a unit is a word, or a part of one, in every context. */
static bool is_sure(const char *bytes, size_t begin, size_t end)
{
    uint32_t c = 0;
    for (size_t at = begin; at < end;) {
        const bool first = at == begin;
        c = wy_utf8_next(bytes, &at);
        if (depends(c) || (first && !(wy_char_class(c) & LETTERS))) return false;
    }
    return wy_char_class(c) & LETTERS;
}

typedef struct maker {
    wy_exact_query *query;
    char *bytes;
    wy_exact_unit *units;
    bool *sure; /* of each unit */
    uint32_t count, used;
    tally words; /* of all terms */
} maker;

static void add_gap(maker *m)
{
    m->sure[m->count] = true;
    m->units[m->count++] = (wy_exact_unit){.begin = m->used, .end = m->used};
}

/* Adds a run of punctuation; one of which the index has not got the characters is a gap. */
static void add_run(maker *m, const wy_token *token)
{
    if (token->length == 1 && token->term[0] == WY_RUN_TOO_LONG[0]) {
        add_gap(m);
        return;
    }
    memcpy(m->bytes + m->used, token->term, token->length);
    m->units[m->count] =
        (wy_exact_unit){.begin = m->used, .end = m->used + token->length, .run = true};
    m->sure[m->count] = true;
    for (size_t at = 0; at < token->length;)
        if (depends(wy_utf8_next(token->term, &at))) m->sure[m->count] = false;
    m->used += token->length;
    m->count++;
}

/* Whether a unit is a word, or a part of one, of characters without a position each. */
static bool is_whole(const maker *m, const wy_exact_unit *unit)
{
    size_t at = unit->begin;
    return wy_exact_is_word(unit) &&
           !(wy_char_class(wy_utf8_next(m->bytes, &at)) & WY_CHAR_COUNTED);
}

static bool is_hangul(uint32_t c)
{
    return c >= 0xac00 && c <= 0xd7a3;
}

/* Whether two words that follow each other may do so with white space between them and without it,
 * which the index does not tell: as Hangul and others do. Of other scripts they would be one word.
 */
static bool may_touch(const maker *m, const wy_exact_unit *before, const wy_exact_unit *unit)
{
    size_t at = unit->begin;
    uint32_t c = wy_utf8_next(m->bytes, &at);
    if (is_hangul(c)) return true;
    for (at = before->begin; at < before->end;) c = wy_utf8_next(m->bytes, &at);
    return is_hangul(c);
}

/* Whether a run, which has units before and behind it, is a sign that could join the words beside
 * it to one, so that white space around it counts, which the index does not tell. */
static bool may_join(const maker *m, const wy_exact_unit *run)
{
    size_t at = run->begin;
    return run->run && is_whole(m, run - 1) && is_whole(m, run + 1) &&
           wy_char_joins(wy_utf8_next(m->bytes, &at)) && at == run->end;
}

static void add_token(maker *m, const wy_token *token)
{
    memcpy(m->bytes + m->used, token->term, token->length);
    for (size_t at = 0; at < token->length;) count_char(&m->words, wy_utf8_next(token->term, &at));
    for (size_t at = 0; at < token->length;) {
        wy_exact_unit *unit = &m->units[m->count];
        unit->begin = m->used + (uint32_t)at;
        at = wy_term_unit(token->term, token->length, at, &unit->code);
        unit->end = m->used + (uint32_t)at;
        unit->run = false;
        unit->apart = m->count > 0 && is_whole(m, unit - 1) && is_whole(m, unit);
        if (unit->apart && may_touch(m, unit - 1, unit)) m->query->verify = true;
        m->sure[m->count++] = is_sure(m->bytes, unit->begin, unit->end);
        /* A unit as long as a term may have been cut: the index knows its beginning. */
        if (unit->end - unit->begin > WY_TERM_MAX - 4) m->query->verify = true;
    }
    m->used += token->length;
}

/* Whether a unit may not be the first or the last that is asked for: where there are others behind
 * it that are not, the whole of a run is not known. */
static bool is_no_end(const wy_exact_unit *unit, bool others)
{
    return wy_exact_is_gap(unit) || (unit->run && others);
}

/* Chooses the longest row of sure units, without gaps at its ends. */
static void choose(maker *m, bool sure_gaps)
{
    wy_exact_query *q = m->query;
    uint32_t best = 0, begin = 0;
    for (uint32_t i = 0; i <= m->count; i++) {
        const bool gap = i < m->count && !wy_exact_is_word(&m->units[i]);
        if (i < m->count && m->sure[i] && (!gap || sure_gaps)) continue;
        uint32_t from = begin, to = i;
        while (from < to && is_no_end(&m->units[from], from > 0)) from++;
        while (to > from && is_no_end(&m->units[to - 1], to < m->count)) to--;
        if (to - from > best) {
            best = to - from;
            q->units = m->units + from;
        }
        begin = i + 1;
    }
    q->unit_count = best;
    for (uint32_t i = 0; i < best; i++) q->gaps += wy_exact_is_gap(&q->units[i]);
    if (best < m->count || q->gaps > 0) q->verify = true;
}

int wy_exact_prepare(const char *text, size_t length, const wy_analyzer *analyzer,
                     const wy_tokens *tokens, wy_arena *arena, wy_exact_query **out,
                     wy_error *error)
{
    wy_exact_query *q = wy_arena_alloc(arena, sizeof *q);
    size_t bytes = 0;
    uint32_t position = 0;
    for (size_t i = 0; i < tokens->count; i++) bytes += tokens->list[i].length;
    maker m = {.query = q};
    m.bytes = wy_arena_alloc(arena, bytes + 1);
    /* A gap before each word and one at the end. */
    const size_t most = bytes + tokens->count + 1;
    m.units = wy_arena_alloc(arena, most * sizeof *m.units);
    m.sure = wy_arena_alloc(arena, most * sizeof *m.sure);
    if (!q || !m.bytes || !m.units || !m.sure) return wy_fail_memory(error);
    *q = (wy_exact_query){.length = length, .bytes = m.bytes, .units = m.units};
    q->text = wy_arena_strndup(arena, text, length);
    if (!q->text) return wy_fail_memory(error);

    for (size_t i = 0; i < tokens->count; i++) {
        const wy_token *token = &tokens->list[i];
        if (token->kind != WY_TOKEN_WORD && token->kind != WY_TOKEN_RUN) continue;
        if (token->position > position) add_gap(&m);
        if (token->kind == WY_TOKEN_RUN)
            add_run(&m, token);
        else
            add_token(&m, token);
        position = token->position + token->width;
    }
    if (tokens->positions > position) add_gap(&m);
    for (uint32_t i = 1; i + 1 < m.count; i++)
        if (may_join(&m, &m.units[i])) q->verify = true;
    const tally all = census_of_folded(wy_analyzer_folded(analyzer));
    choose(&m, all.letters == m.words.letters && all.dependent == m.words.dependent);
    *out = q;
    return WY_OK;
}

/* Characters of a term that consists of such as have a position each, whatever surrounds them; 0:
 * it does not. */
static uint32_t count_sure(const wy_token *token)
{
    uint32_t count = 0;
    for (size_t at = 0; at < token->length; count++) {
        const uint32_t c = wy_utf8_next(token->term, &at);
        if (!(wy_char_class(c) & WY_CHAR_COUNTED) || depends(c)) return 0;
    }
    return count;
}

int wy_exact_of_word(const wy_token *token, wy_arena *arena, wy_exact_query **out, wy_error *error)
{
    const uint32_t count = token->kind == WY_TOKEN_WORD ? count_sure(token) : 0;
    *out = NULL;
    if (count < 2 || token->length > WY_TERM_MAX - 4) return WY_OK; /* longer ones may be cut */
    wy_exact_query *q = wy_arena_alloc(arena, sizeof *q);
    char *text = wy_arena_strndup(arena, token->term, token->length);
    wy_exact_unit *units = wy_arena_alloc(arena, count * sizeof *units);
    if (!q || !text || !units) return wy_fail_memory(error);
    *q = (wy_exact_query){
        .text = text, .length = token->length, .bytes = text, .units = units, .unit_count = count};
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        units[i] = (wy_exact_unit){.begin = (uint32_t)at};
        at = wy_term_unit(text, token->length, at, &units[i].code);
        units[i].end = (uint32_t)at;
    }
    *out = q;
    return WY_OK;
}
