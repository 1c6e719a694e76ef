#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/across.h"
#include "text/analyzer_kind.h"
#include "text/char_class.h"
#include "text/fold.h"
#include "text/number_tokens.h"
#include "text/segment.h"
#include "text/stem.h"

/* Of what is decided in this file, char_class.h and fold.h. Raise it when terms or positions
 * change, so that an index made before says so. */
#define RULES_VERSION 4

struct icu {
    wy_folded folded;
    wy_segmenter *segmenter;
    wy_stemmer *stemmer;
    wy_number_maker numbers;
    wy_across across;
    unsigned found; /* classes of the characters of a word */
};

/* What only an open analyzer knows of its identity. */
struct parts {
    char dictionary[WY_DICTIONARY_NAME_SIZE];
    uint64_t stems;
    bool knows_words;
};

static void write_identity(const wy_analyzer_kind *kind, const struct parts *parts,
                           char identity[WY_IDENTITY_SIZE])
{
    char icu[WY_ICU_VERSION_SIZE], unicode[WY_ICU_VERSION_SIZE];

    wy_segmenter_versions(icu, unicode);
    snprintf(identity, WY_IDENTITY_SIZE,
             "icu %s unicode %s cjdict %s fold %s stem english-%016" PRIx64 " rules %d%s%s", icu,
             unicode, parts->dictionary, wy_fold_version(), parts->stems, RULES_VERSION,
             parts->knows_words ? "" : " none across", kind->keeps_runs ? " punctuation" : "");
}

static bool icu_could_be(const wy_analyzer_kind *kind, const char *identity)
{
    struct parts parts = {.knows_words = !strstr(identity, " none across")};
    char own[WY_IDENTITY_SIZE];

    _Static_assert(WY_DICTIONARY_NAME_SIZE > 39, "as many are read");
    if (sscanf(identity, "icu %*s unicode %*s cjdict %39s fold %*s stem english-%" SCNx64,
               parts.dictionary, &parts.stems) != 2)
        return false;
    write_identity(kind, &parts, own);
    return strcmp(own, identity) == 0;
}

static int icu_open(wy_analyzer *analyzer, wy_error *error)
{
    char unicode[WY_ICU_VERSION_SIZE];
    struct parts parts;
    struct icu *icu = wy_calloc(analyzer->mem, sizeof *icu);
    int status;

    _Static_assert(sizeof analyzer->icu_version >= WY_ICU_VERSION_SIZE, "room for the version");
    if (!icu) return wy_fail_memory(error);
    analyzer->state = icu;
    wy_folded_init(&icu->folded, analyzer->mem);
    analyzer->folded = &icu->folded;
    status = wy_segmenter_open(analyzer->mem, &icu->segmenter, error);
    if (status != WY_OK) return status;
    wy_segmenter_tell_crossings(icu->segmenter);
    analyzer->segmenter = wy_segmenter_name(icu->segmenter);
    status = wy_stemmer_open(&icu->stemmer, error);
    if (status != WY_OK) return status;
    parts.stems = wy_stemmer_fingerprint(icu->stemmer);
    if (parts.stems == 0) return wy_fail_memory(error);
    wy_segmenter_dictionary(parts.dictionary);
    parts.knows_words = wy_segmenter_knows_words(icu->segmenter);
    wy_segmenter_versions(analyzer->icu_version, unicode);
    write_identity(analyzer->kind, &parts, analyzer->identity);
    return WY_OK;
}

static void icu_close(wy_analyzer *analyzer)
{
    struct icu *icu = analyzer->state;

    if (!icu) return;
    wy_stemmer_close(icu->stemmer);
    wy_segmenter_close(icu->segmenter);
    wy_folded_free(&icu->folded);
    wy_number_maker_free(&icu->numbers, analyzer->mem);
    wy_across_free(&icu->across, analyzer->mem);
    wy_free(analyzer->mem, icu);
}

/* Folded text is well-formed UTF-16. */
static inline uint32_t next_char(const uint16_t *units, size_t *at)
{
    uint32_t c = units[(*at)++];

    if ((c & 0xfc00) != 0xd800) return c;
    return 0x10000 + ((c - 0xd800) << 10) + (units[(*at)++] - 0xdc00U);
}

static bool is_space(const uint16_t *units, size_t from, size_t to)
{
    while (from < to)
        if (!(wy_char_class(next_char(units, &from)) & WY_CHAR_SPACE)) return false;
    return true;
}

/*
 * Writes the term and width of a word that begins at *from, and moves *from behind what it took: a
 * word that is too long for one term is left at the beginning of a unit, so that wherever its units
 * stand they can be looked up; only a unit that is too long itself is cut. Returns the classes of
 * the characters. `term` has room for one character more than WY_TERM_MAX.
 */
static unsigned make_term(const uint16_t *units, size_t *from, size_t to, char *term,
                          wy_token *token)
{
    wy_width width = {0};
    unsigned found = 0;
    bool cut = false;
    size_t at = *from, unit = at;
    uint32_t before = 0; /* bytes before the unit */

    while (at < to) {
        size_t begin = at;
        uint32_t c = next_char(units, &at), size;
        unsigned classes = wy_char_class(c);
        wy_width next = width;

        wy_width_add(&next, classes);
        if (next.positions > width.positions) {
            unit = begin;
            if (cut) break;
            before = token->length;
        }
        size = (uint32_t)wy_utf8_put(c, term + token->length);
        if (!cut && token->length + size > WY_TERM_MAX) {
            if (before > 0) {
                token->length = before;
                next.positions -= next.positions > 0;
                width = next;
                cut = true;
                break;
            }
            cut = true;
        }
        if (!cut) token->length += size;
        width = next;
        found |= classes;
    }
    *from = cut && at < to ? unit : to;
    token->width = width.positions;
    return found;
}

/* The stem of the word that was just added. Most stems are a prefix of it and share its bytes. */
static int add_stem(wy_analyzer *analyzer, const wy_token *word, wy_error *error)
{
    struct icu *icu = analyzer->state;
    wy_token token = *word;
    size_t length = word->length;
    const char *stem = wy_stem(icu->stemmer, word->term, &length);

    if (!stem) return wy_fail_memory(error);
    token.kind = WY_TOKEN_STEM;
    token.covered = false;
    token.length = (uint32_t)length;
    if (memcmp(stem, word->term, length) != 0) {
        char *to = analyzer->bytes + analyzer->bytes_used;

        memcpy(to, stem, length);
        analyzer->bytes_used += length;
        token.term = to;
    }
    return wy_analyzer_add(analyzer, &token) ? WY_OK : wy_fail_memory(error);
}

static int add_term(wy_analyzer *analyzer, size_t *from, size_t to, uint32_t *position,
                    wy_error *error)
{
    struct icu *icu = analyzer->state;
    const wy_folded *folded = &icu->folded;
    const size_t begin = *from;
    wy_token token = {.kind = WY_TOKEN_WORD, .position = *position, .begin = folded->begin[begin]};
    char *term;
    unsigned found;

    if (!wy_analyzer_reserve(analyzer, 2 * WY_TERM_MAX + 4)) /* the word and its stem */
        return wy_fail_memory(error);
    term = analyzer->bytes + analyzer->bytes_used;
    found = make_term(folded->units, from, to, term, &token);
    icu->found |= found;
    token.end = folded->end[*from - 1];
    token.term = term;
    analyzer->bytes_used += token.length;
    *position += token.width;
    token.covered = found & WY_CHAR_LATIN && !(found & (WY_CHAR_FOREIGN | WY_CHAR_COUNTED));
    if (!wy_analyzer_add(analyzer, &token)) return wy_fail_memory(error);
    if (found & WY_CHAR_NUMERAL) {
        wy_numeral_word word = {analyzer->count - 1, begin, *from};

        if (!wy_number_maker_note(&icu->numbers, analyzer->mem, word)) return wy_fail_memory(error);
    }
    return token.covered ? add_stem(analyzer, &token, error) : WY_OK;
}

/* Crossings of the pieces at hand. */
struct crossings {
    const wy_crossing *next;
    size_t left;
};

/* ---- Words --------------------------------------------------------------------------------- */

static int add_word(wy_analyzer *analyzer, size_t from, const wy_piece *piece, uint32_t *position,
                    wy_error *error)
{
    struct icu *icu = analyzer->state;
    const uint32_t begin = *position;
    int status = WY_OK;

    icu->found = 0;
    while (from < piece->end && status == WY_OK)
        status = add_term(analyzer, &from, piece->end, position, error);
    if (status != WY_OK) return status;
    if (piece->run == WY_PIECE_NO_RUN && !(icu->found & WY_CHAR_COUNTED))
        wy_across_end_row(&icu->across);
    else if (!wy_across_add_word(&icu->across, analyzer->mem, begin, *position))
        return wy_fail_memory(error);
    return WY_OK;
}

/*
 * Writes the terms of a run of Han characters from the oldest and largest block alone, which nearly
 * all words of Chinese are in: three bytes and a position each. Returns their classes, 0 for any
 * other run. A byte more is written behind them, for which there is slack.
 */
static inline unsigned make_han_terms(const uint16_t *units, size_t count, char *terms)
{
    unsigned found = 0, others = 0;

    for (size_t i = 0; i < count; i++, terms += 3) {
        const unsigned c = units[i];
        const uint32_t bytes = 0x8080e0 | c >> 12 | (c << 2 & 0x3f00) | (c << 16 & 0x3f0000);

        others |= c - 0x4e00 > 0x9fa5 - 0x4e00;
        found |= wy_char_class(c);
        for (unsigned b = 0; b < 4; b++) terms[b] = (char)(bytes >> 8 * b); /* one store */
    }
    return others ? 0 : found;
}

/* Notes which words of a run numerals stand in; its tokens are the last ones. */
static bool note_numerals(wy_analyzer *analyzer, size_t from, const wy_piece *pieces, size_t count)
{
    struct icu *icu = analyzer->state;
    const uint16_t *units = icu->folded.units;

    for (size_t i = 0; i < count; i++) {
        const wy_numeral_word word = {analyzer->count - count + i, from, pieces[i].end};
        unsigned found = 0;

        for (; from < word.to; from++) found |= wy_char_class(units[from]);
        if (found & WY_CHAR_NUMERAL && !wy_number_maker_note(&icu->numbers, analyzer->mem, word))
            return false;
    }
    return true;
}

/*
 * Adds words of one run of the segmenter at once, if all are of such Han characters; *added tells.
 * Whatever they are, it is the same as to add them one by one.
 */
static int add_run(wy_analyzer *analyzer, size_t from, const wy_piece *pieces, size_t count,
                   struct crossings *crossings, uint32_t *position, bool *added, wy_error *error)
{
    struct icu *icu = analyzer->state;
    const wy_folded *folded = &icu->folded;
    const size_t to = pieces[count - 1].end, bytes = analyzer->bytes_used;
    const uint32_t begin = *position;

    *added = false;
    if (!wy_analyzer_reserve(analyzer, 3 * (to - from)) ||
        !wy_grow(analyzer->mem, &analyzer->tokens, &analyzer->capacity, analyzer->count + count,
                 sizeof *analyzer->tokens))
        return wy_fail_memory(error);
    char *const terms = analyzer->bytes + bytes;
    const unsigned found = make_han_terms(folded->units + from, to - from, terms);
    if (!found) return WY_OK;
    wy_token *token = analyzer->tokens + analyzer->count;
    for (size_t i = 0, at = from; i < count; at = pieces[i++].end) {
        const size_t end = pieces[i].end;

        *token++ = (wy_token){.term = terms + 3 * (at - from),
                              .length = 3 * (uint32_t)(end - at),
                              .position = begin + (uint32_t)(at - from),
                              .width = (uint32_t)(end - at),
                              .begin = folded->begin[at],
                              .end = folded->end[end - 1],
                              .kind = WY_TOKEN_WORD};
    }
    analyzer->count += count;
    analyzer->words += (uint32_t)count;
    analyzer->bytes_used += 3 * (to - from);
    *position += (uint32_t)(to - from);
    *added = true;
    if (found & WY_CHAR_NUMERAL && !note_numerals(analyzer, from, pieces, count))
        return wy_fail_memory(error);
    if (!wy_across_add_run(&icu->across, analyzer->mem, pieces->run, begin, *position))
        return wy_fail_memory(error);
    for (; crossings->left > 0 && crossings->next->from < to;
         crossings->next++, crossings->left--) {
        const uint32_t inside = crossings->next->from - (uint32_t)from;

        if (crossings->next->from < from) continue; /* of a word that was added alone */
        if (!wy_across_add_place(&icu->across, analyzer->mem,
                                 (wy_across_place){.at = *crossings->next,
                                                   .term = (uint32_t)bytes + 3 * inside,
                                                   .position = begin + inside}))
            return wy_fail_memory(error);
    }
    return WY_OK;
}

/* How many of the pieces, of which the first is in a run, are in it. */
static inline size_t count_run(const wy_piece *pieces, size_t count)
{
    size_t i = 1;

    while (i < count && pieces[i].run == pieces->run) i++;
    return i;
}

/* A run of punctuation: its units, none where `to` is 0. */
struct punctuation {
    size_t from, to;
};

/* Adds the units from .. to, which begin and end with punctuation, as a term. */
static int add_punctuation(wy_analyzer *analyzer, size_t from, size_t to, uint32_t position,
                           wy_error *error)
{
    const wy_folded *folded = &((struct icu *)analyzer->state)->folded;
    wy_token token = {.kind = WY_TOKEN_RUN,
                      .position = position,
                      .width = 1,
                      .begin = folded->begin[from],
                      .end = folded->end[to - 1],
                      .covered = true};

    if (!wy_analyzer_reserve(analyzer, WY_TERM_MAX + 4)) return wy_fail_memory(error);
    char *term = analyzer->bytes + analyzer->bytes_used;
    while (from < to && token.length <= WY_TERM_MAX) {
        const uint32_t c = next_char(folded->units, &from);

        if (!(wy_char_class(c) & WY_CHAR_SPACE))
            token.length += (uint32_t)wy_utf8_put(c, term + token.length);
    }
    if (token.length > WY_TERM_MAX) {
        token.length = sizeof WY_RUN_TOO_LONG - 1;
        memcpy(term, WY_RUN_TOO_LONG, token.length);
    }
    token.term = term;
    analyzer->bytes_used += token.length;
    return wy_analyzer_add(analyzer, &token) ? WY_OK : wy_fail_memory(error);
}

/* Ends a run, which has the position before `positions`. */
static int end_punctuation(wy_analyzer *analyzer, struct punctuation *run, uint32_t positions,
                           wy_error *error)
{
    const struct punctuation ended = *run;

    run->to = 0;
    if (ended.to == 0 || !analyzer->kind->keeps_runs) return WY_OK;
    return add_punctuation(analyzer, ended.from, ended.to, positions - 1, error);
}

/* Adds what is in the pieces, of which the first begins at *from. */
static int add_pieces(wy_analyzer *analyzer, const wy_piece *pieces, size_t count,
                      struct crossings crossings, size_t *from, uint32_t *position,
                      struct punctuation *run, wy_error *error)
{
    const uint16_t *units = ((struct icu *)analyzer->state)->folded.units;
    int status = WY_OK;

    for (size_t i = 0; i < count && status == WY_OK;) {
        size_t more = 1;

        if (pieces[i].status < WY_PIECE_WORD) {
            if (!is_space(units, *from, pieces[i].end)) {
                if (run->to == 0) run->from = *from, ++*position;
                run->to = pieces[i].end;
            }
        } else {
            bool added = false;

            if (run->to > 0) status = end_punctuation(analyzer, run, *position, error);
            if (pieces[i].run != WY_PIECE_NO_RUN && status == WY_OK) {
                more = count_run(pieces + i, count - i);
                status =
                    add_run(analyzer, *from, pieces + i, more, &crossings, position, &added, error);
                if (!added) more = 1;
            }
            if (!added && status == WY_OK)
                status = add_word(analyzer, *from, &pieces[i], position, error);
        }
        *from = pieces[i + more - 1].end;
        i += more;
    }
    return status;
}

static int icu_run(wy_analyzer *analyzer, const char *text, size_t length, uint32_t *positions,
                   wy_error *error)
{
    struct icu *icu = analyzer->state;
    struct punctuation run = {0};
    const wy_piece *pieces;
    size_t from = 0, count;
    int status = wy_fold(&icu->folded, text, length, error);

    icu->numbers.word_count = 0;
    wy_across_begin(&icu->across);
    if (status != WY_OK) return status;
    status = wy_segmenter_start(icu->segmenter, icu->folded.units, icu->folded.length, error);
    if (status != WY_OK) return status;
    while ((status = wy_segmenter_next(icu->segmenter, &pieces, &count, error)) == WY_OK) {
        struct crossings crossings;
        crossings.next = wy_segmenter_crossings(icu->segmenter, &crossings.left);
        status = add_pieces(analyzer, pieces, count, crossings, &from, positions, &run, error);
        if (status != WY_OK) return status;
    }
    if (status != WY_END) return status;
    status = end_punctuation(analyzer, &run, *positions, error);
    if (status != WY_OK) return status;
    if (icu->numbers.word_count == 0) return WY_OK;
    return wy_number_maker_run(&icu->numbers, analyzer, &icu->folded, error);
}

static int icu_across(wy_analyzer *analyzer, wy_tokens *out, wy_error *error)
{
    struct icu *icu = analyzer->state;
    const wy_tokens words = {.list = analyzer->tokens, .count = analyzer->count};

    return wy_across_find(&icu->across, analyzer->mem, icu->segmenter, icu->folded.units,
                          analyzer->bytes, &words, out, error);
}

static bool icu_tells_across(wy_analyzer *analyzer, const char *term, size_t length)
{
    struct icu *icu = analyzer->state;

    return wy_across_tells(icu->segmenter, term, length);
}

const wy_analyzer_kind wy_analyzer_icu = {.name = "icu",
                                          .counts_characters = true,
                                          .could_be = icu_could_be,
                                          .open = icu_open,
                                          .close = icu_close,
                                          .run = icu_run,
                                          .across = icu_across,
                                          .tells_across = icu_tells_across};

const wy_analyzer_kind wy_analyzer_icu_punctuation = {.name = "icu-punctuation",
                                                      .counts_characters = true,
                                                      .keeps_runs = true,
                                                      .could_be = icu_could_be,
                                                      .open = icu_open,
                                                      .close = icu_close,
                                                      .run = icu_run,
                                                      .across = icu_across,
                                                      .tells_across = icu_tells_across};
