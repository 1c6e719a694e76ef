#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "base/utf8.h"
#include "text/across.h"
#include "text/analyzer_kind.h"
#include "text/char_class.h"
#include "text/fold.h"
#include "text/number_tokens.h"
#include "text/segment.h"
#include "text/stem.h"
#include "text/utf8_three.h"

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
    wy_utf8_three_fn *put_three;

    /* Of units of some pieces at once. */
    uint32_t *numerals;  /* which are numerals, and behind them UINT32_MAX */
    uint32_t *positions; /* behind a piece that ends with the unit */
    size_t numeral_capacity, position_capacity;
    bool found_space; /* there is white space among them */
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
    icu->put_three = wy_utf8_three_avx2();
    if (!icu->put_three) icu->put_three = wy_utf8_three;
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
    wy_free(analyzer->mem, icu->numerals);
    wy_free(analyzer->mem, icu->positions);
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
    const size_t first = analyzer->count;
    int status = WY_OK;

    icu->found = 0;
    while (from < piece->end && status == WY_OK)
        status = add_term(analyzer, &from, piece->end, position, error);
    if (status != WY_OK) return status;
    if (piece->run == WY_PIECE_NO_RUN && !(icu->found & WY_CHAR_COUNTED))
        wy_across_end_row(&icu->across);
    else if (!wy_across_add_word(&icu->across, analyzer->mem, analyzer->tokens + first, *position))
        return wy_fail_memory(error);
    return WY_OK;
}

/* ---- Runs of words ------------------------------------------------------------------------- */

/* Pieces in runs of the segmenter, and what is not a word between them, but no white space. */
struct row {
    size_t from, to; /* units */
    const wy_piece *pieces;
    size_t count;
};

/*
 * Finds the numerals and white space among the units of some pieces, which are few: they are listed
 * without a branch, and then looked at. Those of a pair of surrogates are none.
 */
static bool find_rare(struct icu *icu, const wy_mem *mem, size_t from, size_t to)
{
    const uint16_t *units = icu->folded.units;
    size_t listed = 0, count = 0;

    if (!wy_grow(mem, &icu->numerals, &icu->numeral_capacity, to - from + 1,
                 sizeof *icu->numerals) ||
        !wy_grow(mem, &icu->positions, &icu->position_capacity, to - from + 1,
                 sizeof *icu->positions))
        return false;
    uint32_t *const rare = icu->numerals;
    for (size_t i = from; i < to; i++) {
        rare[listed] = (uint32_t)i;
        listed += wy_char_is_rare(units[i]);
    }
    icu->found_space = false;
    for (size_t i = 0; i < listed; i++) {
        const unsigned classes = wy_char_class(units[rare[i]]);

        icu->found_space |= (classes & WY_CHAR_SPACE) > 0;
        rare[count] = rare[i];
        count += (classes & WY_CHAR_NUMERAL) > 0;
    }
    rare[count] = UINT32_MAX;
    return true;
}

/* `spaces`: there may be white space. */
static inline size_t count_pieces(const struct row *row, const uint16_t *units, bool keeps_runs,
                                  bool spaces)
{
    size_t i = 0;

    for (; i < row->count; i++) { /* but for the end without a branch: words come as they like */
        const wy_piece *piece = &row->pieces[i];
        const bool space = spaces && wy_char_class(units[piece->end - 1]) & WY_CHAR_SPACE;
        const bool other = (piece->status >= WY_PIECE_WORD) | space | keeps_runs;

        if (piece->run + (uint64_t)other > WY_PIECE_NO_RUN) break; /* other, and in no run */
    }
    return i;
}

/*
 * How many pieces can be added at once: words of runs, and, where its terms are not wanted,
 * punctuation between them. White space is no position, so that words on both sides of it touch.
 */
static size_t count_row(const struct row *row, const struct icu *icu, bool keeps_runs)
{
    if (icu->found_space) return count_pieces(row, icu->folded.units, keeps_runs, true);
    return count_pieces(row, icu->folded.units, keeps_runs, false);
}

/*
 * Writes the tokens of a row and returns the end of them. Each piece makes one, and what is no word
 * is written over: which is which cannot be foretold. `open`: punctuation goes before.
 */
static wy_token *make_tokens(struct icu *icu, const struct row *row, const char *terms, bool open,
                             uint32_t *position, wy_token *token)
{
    const wy_folded *folded = &icu->folded;
    uint32_t at = (uint32_t)row->from, next = *position, gap = !open;

    for (size_t i = 0; i < row->count; i++) {
        const uint32_t end = row->pieces[i].end, length = end - at;
        const uint32_t is_word = row->pieces[i].run != WY_PIECE_NO_RUN;

        *token = (wy_token){.term = terms + 3 * (at - row->from),
                            .length = 3 * length,
                            .position = next,
                            .width = length,
                            .begin = folded->begin[at],
                            .end = folded->end[end - 1],
                            .kind = WY_TOKEN_WORD};
        token += is_word;
        next += (length & -is_word) | (gap & (is_word - 1)); /* a position of all punctuation */
        gap = is_word;
        icu->positions[end - row->from] = next;
        at = end;
    }
    *position = next;
    return token;
}

/* Notes which words of a row numerals stand in, from *numerals on; its tokens begin with number
 * `token`. */
static bool note_numerals(struct icu *icu, const wy_mem *mem, const struct row *row, size_t token,
                          const uint32_t **numerals)
{
    const wy_piece *piece = row->pieces;
    const uint32_t *next = *numerals;
    size_t at = row->from;

    while (*next < row->from) next++;
    for (; *next < row->to; next++) {
        for (; piece->end <= *next; piece++) {
            token += piece->run != WY_PIECE_NO_RUN;
            at = piece->end;
        }
        if (piece->run == WY_PIECE_NO_RUN) continue;
        if (!wy_number_maker_note(&icu->numbers, mem, (wy_numeral_word){token, at, piece->end}))
            return false;
        while (next[1] < piece->end) next++; /* a word is noted once */
    }
    *numerals = next;
    return true;
}

/* Notes the crossings in a row, whose terms are at `term`, and passes over those before. */
static bool note_places(struct icu *icu, const wy_mem *mem, const struct row *row, size_t term,
                        struct crossings *crossings)
{
    for (; crossings->left > 0 && crossings->next->from < row->to;
         crossings->next++, crossings->left--) {
        const wy_crossing *crossing = crossings->next;

        if (crossing->from < row->from) continue;
        const size_t inside = crossing->from - row->from;
        if (!wy_across_add_place(
                &icu->across, mem,
                (wy_across_place){.at = *crossing,
                                  .term = (uint32_t)(term + 3 * inside),
                                  .position =
                                      icu->positions[inside + crossing->own] - crossing->own}))
            return false;
    }
    return true;
}

/* Adds the words of a row. It is the same as to add them one by one, whatever they are. */
static int add_row(wy_analyzer *analyzer, const struct row *row, struct crossings *crossings,
                   const uint32_t **numerals, bool open, uint32_t *position, wy_error *error)
{
    struct icu *icu = analyzer->state;
    const wy_mem *mem = analyzer->mem;
    const size_t units = row->to - row->from, first = analyzer->count;
    const size_t first_place = icu->across.place_count, bytes = analyzer->bytes_used;

    if (!wy_analyzer_reserve(analyzer, 3 * units) ||
        !wy_grow(mem, &analyzer->tokens, &analyzer->capacity, first + row->count,
                 sizeof *analyzer->tokens))
        return wy_fail_memory(error);
    char *const terms = analyzer->bytes + bytes;
    wy_token *const tokens = analyzer->tokens + first;
    icu->put_three(icu->folded.units + row->from, units, terms);
    const wy_token *end = make_tokens(icu, row, terms, open, position, tokens);
    const size_t count = (size_t)(end - tokens);
    if (count == 0) return WY_OK;
    analyzer->count += count;
    analyzer->words += (uint32_t)count;
    analyzer->bytes_used += 3 * units;
    if (!note_numerals(icu, mem, row, first, numerals) ||
        !note_places(icu, mem, row, bytes, crossings) ||
        !wy_across_add_runs(&icu->across, mem,
                            &(wy_across_words){.words = tokens,
                                               .count = count,
                                               .first_run = row->pieces[0].run,
                                               .last_run = row->pieces[row->count - 1].run,
                                               .from = (uint32_t)row->from,
                                               .term = (uint32_t)bytes,
                                               .first_place = first_place}))
        return wy_fail_memory(error);
    return WY_OK;
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

/* ---- All of a text ------------------------------------------------------------------------- */

/* Adds a piece that is in no run. */
static int add_piece(wy_analyzer *analyzer, size_t from, const wy_piece *piece, uint32_t *position,
                     struct punctuation *run, wy_error *error)
{
    const uint16_t *units = ((struct icu *)analyzer->state)->folded.units;
    int status;

    if (piece->status < WY_PIECE_WORD) {
        if (is_space(units, from, piece->end)) return WY_OK;
        if (run->to == 0) run->from = from, ++*position;
        run->to = piece->end;
        return WY_OK;
    }
    status = run->to > 0 ? end_punctuation(analyzer, run, *position, error) : WY_OK;
    return status == WY_OK ? add_word(analyzer, from, piece, position, error) : status;
}

/* Adds what is in the pieces, of which the first begins at *from. */
static int add_pieces(wy_analyzer *analyzer, const wy_piece *pieces, size_t count,
                      struct crossings crossings, size_t *from, uint32_t *position,
                      struct punctuation *run, wy_error *error)
{
    struct icu *icu = analyzer->state;
    const bool keeps_runs = analyzer->kind->keeps_runs;
    int status = WY_OK;

    if (!find_rare(icu, analyzer->mem, *from, pieces[count - 1].end)) return wy_fail_memory(error);
    const uint32_t *numerals = icu->numerals;
    for (size_t i = 0; i < count && status == WY_OK;) {
        struct row row = {.from = *from, .pieces = pieces + i, .count = count - i};

        row.count = count_row(&row, icu, keeps_runs);
        if (row.count == 0) {
            status = add_piece(analyzer, *from, &pieces[i], position, run, error);
            *from = pieces[i++].end;
            continue;
        }
        i += row.count;
        *from = row.to = pieces[i - 1].end;
        if (keeps_runs) status = end_punctuation(analyzer, run, *position, error);
        if (status == WY_OK)
            status = add_row(analyzer, &row, &crossings, &numerals, run->to > 0, position, error);
        run->to = pieces[i - 1].run == WY_PIECE_NO_RUN ? row.to : 0;
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
