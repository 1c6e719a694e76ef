#include "text/segment.h"

#include <assert.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include "text/break_rules.h"
#include "text/char_class.h"
#include "text/cj_dictionary.h"
#include "text/cj_path.h"

/*
 * The ICUs whose common/dictbe.cpp, rbbi.cpp and rbbi_cache.cpp were read. From 71 on (the last
 * change was in January 2022) they differ in nothing that decides a boundary of words.
 */
#define ICU_FIRST 71
#define ICU_LAST  78

#define UNITS      65536
#define CATEGORIES (WY_CUT_CATEGORY + 1)
#define MUCH       16384 /* units after which the dictionary gets its large table */
#define ENOUGH     128   /* pieces made at once: they stay in the processor's first cache */

struct wy_segmenter {
    const wy_mem *mem;
    const uint16_t *units;
    size_t length, at; /* units; pieces up to `at` are made, but for what `path` and ICU are at */
    wy_pieces pieces;

    uint32_t run_status; /* of the run that `path` is cutting */
    /* A stretch that ICU is cutting. */
    size_t icu_from, icu_at, icu_end;
    UBreakIterator *words;
    uint64_t left_to_icu;
    bool primed;

    uint64_t seen; /* units */
    bool own;      /* the rest is there */
    wy_break_rules rules;
    wy_cj_dictionary dictionary;
    wy_cj_path path;
    wy_cut_unit *known; /* UNITS, filled in as units are met */

    /* Of what stretches are made of (find_stretch). */
    bool sorted;                /* the rest is there */
    unsigned han;               /* kind of most Han characters; 0: the rules are not as needed */
    uint32_t han_status;        /* of the rules */
    uint16_t apart[CATEGORIES]; /* WY_CUT_APART and WY_CUT_HAN, by category */
};

static int fail(UErrorCode status, wy_error *error)
{
    if (status == U_MEMORY_ALLOCATION_ERROR) return wy_fail_memory(error);
    return wy_fail(error, WY_E_UNSUPPORTED, NULL, WY_NO_OFFSET, "ICU cannot cut words: %s",
                   u_errorName(status));
}

static bool icu_is_known(void)
{
    UVersionInfo version;

    u_getVersion(version);
    return version[0] >= ICU_FIRST && version[0] <= ICU_LAST;
}

/* Prepares our own evaluation. WY_E_UNSUPPORTED: it cannot be done here. */
static int open_own(wy_segmenter *segmenter)
{
    int status;

    if (!icu_is_known()) return WY_E_UNSUPPORTED;
    status = wy_break_rules_read(&segmenter->rules, segmenter->mem, segmenter->words);
    if (status == WY_OK) status = wy_cj_dictionary_open(&segmenter->dictionary, segmenter->mem);
    if (status != WY_OK) return status;
    segmenter->known = wy_calloc(segmenter->mem, UNITS * sizeof *segmenter->known);
    if (!segmenter->known) return WY_E_NOMEM;
    segmenter->path = (wy_cj_path){
        .mem = segmenter->mem, .dictionary = &segmenter->dictionary, .known = segmenter->known};
    segmenter->own = true;
    return WY_OK;
}

static void close_own(wy_segmenter *segmenter)
{
    wy_cj_path_free(&segmenter->path);
    wy_cj_dictionary_close(&segmenter->dictionary);
    wy_break_rules_free(&segmenter->rules);
    wy_free(segmenter->mem, segmenter->known);
}

int wy_segmenter_open_icu(const wy_mem *mem, wy_segmenter **out, wy_error *error)
{
    wy_segmenter *segmenter = wy_calloc(mem, sizeof *segmenter);
    UErrorCode status = U_ZERO_ERROR;

    if (!segmenter) return wy_fail_memory(error);
    segmenter->mem = segmenter->pieces.mem = segmenter->path.mem = mem;
    segmenter->rules.mem = segmenter->dictionary.mem = mem;
    segmenter->words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    if (U_SUCCESS(status) && !wy_pieces_reserve(&segmenter->pieces, 2 * ENOUGH))
        status = U_MEMORY_ALLOCATION_ERROR;
    if (U_FAILURE(status)) {
        wy_segmenter_close(segmenter);
        return fail(status, error);
    }
    *out = segmenter;
    return WY_OK;
}

int wy_segmenter_open(const wy_mem *mem, wy_segmenter **out, wy_error *error)
{
    wy_segmenter *segmenter;
    int status = wy_segmenter_open_icu(mem, &segmenter, error);

    if (status != WY_OK) return status;
    if (open_own(segmenter) == WY_E_NOMEM) {
        wy_segmenter_close(segmenter);
        return wy_fail_memory(error);
    }
    *out = segmenter;
    return WY_OK;
}

void wy_segmenter_close(wy_segmenter *segmenter)
{
    if (!segmenter) return;
    close_own(segmenter);
    if (segmenter->words) ubrk_close(segmenter->words);
    wy_free(segmenter->mem, segmenter->pieces.list);
    wy_free(segmenter->mem, segmenter);
}

const char *wy_segmenter_name(const wy_segmenter *segmenter)
{
    return segmenter->own ? "dictionary" : "icu";
}

uint64_t wy_segmenter_left_to_icu(const wy_segmenter *segmenter)
{
    return segmenter->left_to_icu;
}

int wy_segmenter_start(wy_segmenter *segmenter, const uint16_t *units, size_t length,
                       wy_error *error)
{
    (void)error;
    assert(length <= INT32_MAX);
    segmenter->units = units;
    segmenter->length = length;
    segmenter->seen += length;
    if (segmenter->own && segmenter->seen > MUCH) wy_cj_dictionary_widen(&segmenter->dictionary);
    segmenter->at = 0;
    segmenter->pieces.count = 0;
    wy_cj_path_start(&segmenter->path, units, 0, 0, false);
    segmenter->icu_at = segmenter->icu_end = 0;
    return WY_OK;
}

/* ---- Left to ICU ---------------------------------------------------------------------------- */

/*
 * ICU finds the dictionary for a character by its script, and ー has the script of no dictionary.
 * It is cut like Katakana only once the iterator has met Chinese or Japanese. So that a text's
 * words do not depend on the texts before it, it meets some first.
 */
static void prime(wy_segmenter *segmenter, UErrorCode *status)
{
    static const UChar two_words[] = {0x4e2d, 0x6587, 0x6587, 0x5b57};

    ubrk_setText(segmenter->words, two_words, 4, status);
    while (U_SUCCESS(*status) && ubrk_next(segmenter->words) != UBRK_DONE) continue;
    segmenter->primed = true;
}

static int icu_start(wy_segmenter *segmenter, size_t from, size_t to, wy_error *error)
{
    UErrorCode status = U_ZERO_ERROR;

    if (!segmenter->primed) prime(segmenter, &status);
    ubrk_setText(segmenter->words, segmenter->units + from, (int32_t)(to - from), &status);
    if (U_FAILURE(status)) return fail(status, error);
    segmenter->icu_from = segmenter->icu_at = from;
    segmenter->icu_end = to;
    segmenter->left_to_icu += to - from;
    return WY_OK;
}

static int icu_cut(wy_segmenter *segmenter, wy_error *error)
{
    while (segmenter->icu_at < segmenter->icu_end && segmenter->pieces.count < ENOUGH) {
        int32_t next = ubrk_next(segmenter->words);
        size_t end = segmenter->icu_from + (size_t)next;

        if (next == UBRK_DONE || end <= segmenter->icu_at)
            return wy_fail_memory(error); /* ICU stops early only where memory is out */
        segmenter->icu_at = end;
        wy_pieces_add(&segmenter->pieces, end, (uint32_t)ubrk_getRuleStatus(segmenter->words));
    }
    return WY_OK;
}

/* ---- Our own ------------------------------------------------------------------------------- */

/* Whether ICU's engine for Chinese and Japanese takes the character (CjkBreakEngine's set). */
static bool engine_takes(uint32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)c, &status);

    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
           c == 0x30fc || c == 0xff70 || c == 0xff9e || c == 0xff9f;
}

/* ICU normalizes a run before it cuts; a run of only such characters stays as it is. */
static bool nfkc_keeps(uint32_t c)
{
    return u_getIntPropertyValue((UChar32)c, UCHAR_NFKC_QUICK_CHECK) == UNORM_YES &&
           u_getCombiningClass((UChar32)c) == 0;
}

static unsigned traits_of(const wy_break_rules *rules, uint32_t c, unsigned category)
{
    bool for_dictionary = category >= rules->dictionary;
    bool taken = engine_takes(c);

    if (!for_dictionary && !taken) return WY_CUT_PLAIN;
    if (for_dictionary && c >= 0xac00 && c <= 0xd7a3) return WY_CUT_HANGUL;
    if (!for_dictionary || !taken || !nfkc_keeps(c)) return WY_CUT_HARD;
    if (c >= 0x30a1 && c <= 0x30fe && c != 0x30fb) return WY_CUT_CJ | WY_CUT_KATAKANA;
    return WY_CUT_CJ;
}

static unsigned kind_of(const wy_break_rules *rules, uint32_t c)
{
    unsigned category = wy_break_category(rules, c);

    return WY_CUT_KNOWN | traits_of(rules, c, category) | category;
}

/* The row behind the first character of a piece. */
static const uint16_t *row_of(const wy_break_rules *rules, unsigned kind)
{
    return rules->rows + rules->rows[rules->start + (kind & WY_CUT_CATEGORY)];
}

/* Whether a character of this category is a piece of its own at the end and beside Han characters.
 */
static bool is_apart(const wy_segmenter *segmenter, unsigned category)
{
    const wy_break_rules *rules = &segmenter->rules;
    const uint16_t *row = row_of(rules, category);

    return category < rules->dictionary && row[rules->categories] == 0 && row[WY_BREAK_END] == 0 &&
           row[segmenter->han & WY_CUT_CATEGORY] == 0 &&
           row_of(rules, segmenter->han)[category] == 0;
}

/* Takes a category among those that are apart, unless it is joined to one of them. */
static void take_apart(wy_segmenter *segmenter, unsigned category)
{
    const wy_break_rules *rules = &segmenter->rules;
    const uint16_t *row = row_of(rules, category);

    if (segmenter->apart[category] || !is_apart(segmenter, category)) return;
    for (unsigned k = 0; k < rules->categories; k++)
        if (segmenter->apart[k] && (row[k] != 0 || row_of(rules, k)[category] != 0)) return;
    segmenter->apart[category] = row[category] == 0 ? WY_CUT_APART : WY_CUT_CLASS;
}

/* Finds out which categories are cut in stretches; those of the commonest characters go first. */
static void sort_categories(wy_segmenter *segmenter)
{
    static const uint16_t common[] = u",、。;()“”《》: ";
    const wy_break_rules *rules = &segmenter->rules;
    const unsigned kind = kind_of(rules, 0x4e00), category = kind & WY_CUT_CATEGORY;
    const uint16_t *row = row_of(rules, kind);

    segmenter->sorted = true;
    if (kind != (WY_CUT_KNOWN | WY_CUT_CJ | category) || row != rules->rows + row[category] ||
        row[rules->categories] == WY_BREAK_NO_MATCH || row[WY_BREAK_END] != 0)
        return;
    segmenter->han = kind;
    segmenter->han_status = row[rules->categories];
    for (size_t i = 0; common[i]; i++) take_apart(segmenter, wy_break_category(rules, common[i]));
    for (unsigned k = 0; k < rules->categories; k++) take_apart(segmenter, k);
}

/* What a unit, of which `kind` is known, is in a stretch. */
static unsigned class_of(const wy_segmenter *segmenter, uint32_t unit, unsigned kind)
{
    const bool counted = wy_char_class(unit) & WY_CHAR_COUNTED;

    if (!segmenter->han || U16_IS_SURROGATE(unit) || unit == 0) return 0;
    if (kind == segmenter->han) return counted && unit >= 0x800 ? WY_CUT_HAN : 0;
    return kind & WY_CUT_PLAIN && !counted ? segmenter->apart[kind & WY_CUT_CATEGORY] : 0;
}

static unsigned learn(wy_segmenter *segmenter, uint32_t unit)
{
    wy_cut_unit *known = &segmenter->known[unit];
    uint32_t cost = 0;
    unsigned kind;

    if (!segmenter->sorted) sort_categories(segmenter);
    kind = kind_of(&segmenter->rules, unit);
    if (kind & WY_CUT_CJ) {
        known->state = wy_cj_first(&segmenter->dictionary, unit, &cost);
        if (cost == WY_CJ_NO_WORD) cost = WY_CJ_COST_NO_WORD;
        /* Words with what is not counted are not looked for (cj_dictionary.h). */
        if (cost > WY_CJ_COST_MAX || !(wy_char_class(unit) & WY_CHAR_COUNTED))
            kind = WY_CUT_KNOWN | WY_CUT_HARD | (kind & WY_CUT_CATEGORY);
        known->cost = (uint16_t)cost;
    }
    known->kind = (uint16_t)(kind | class_of(segmenter, unit, kind));
    return known->kind;
}

bool wy_segmenter_knows_words(const wy_segmenter *segmenter)
{
    return segmenter->own;
}

void wy_segmenter_tell_crossings(wy_segmenter *segmenter)
{
    segmenter->path.tells = true;
}

const wy_crossing *wy_segmenter_crossings(const wy_segmenter *segmenter, size_t *count)
{
    *count = segmenter->path.crossing_count;
    return segmenter->path.crossings;
}

/* The words that begin with units[0] and units[1], of which there are some. */
static size_t find_words(wy_segmenter *segmenter, uint32_t dearest, const uint16_t *units,
                         size_t count, size_t least, uint8_t lengths[WY_DICTIONARY_WORD_MAX])
{
    const wy_cj_dictionary *dictionary = &segmenter->dictionary;
    wy_cut_unit *known = segmenter->known;
    size_t found = 0, at = 1;
    uint64_t apart = known[units[0]].cost; /* what the characters cost one by one */
    wy_cj_step step = wy_cj_next(dictionary, known[units[0]].state, units[1]);

    assert(dearest < WY_CJ_TOO_DEAR);
    if (count > WY_CJ_WORD_MAX) count = WY_CJ_WORD_MAX;
    for (;;) {
        if (known[units[at]].kind == 0) learn(segmenter, units[at]);
        apart += known[units[at]].cost;
        at++;
        if (at > least && wy_cj_cost(step) <= dearest && wy_cj_cost(step) <= apart)
            lengths[found++] = (uint8_t)at;
        if (at == count || !(step.units >> (units[at] & 31) & 1)) return found;
        step = wy_cj_next(dictionary, step.next, units[at]);
    }
}

/* Whether words may begin with two units. */
static inline bool begin_word(wy_segmenter *segmenter, const uint16_t *units)
{
    wy_cut_unit *known = &segmenter->known[units[0]];

    if (known->kind == 0) learn(segmenter, units[0]);
    return known->state != 0 && wy_cj_begin_word(&segmenter->dictionary, known->state, units[1]);
}

size_t wy_segmenter_words(wy_segmenter *segmenter, uint32_t dearest, const uint16_t *units,
                          size_t count, size_t least, uint8_t lengths[WY_DICTIONARY_WORD_MAX])
{
    _Static_assert(WY_DICTIONARY_WORD_MAX == WY_CJ_WORD_MAX, "as the dictionary has it");
    if (!segmenter->own || count < 2 || !begin_word(segmenter, units)) return 0;
    return find_words(segmenter, dearest, units, count, least, lengths);
}

size_t wy_segmenter_across(wy_segmenter *segmenter, uint32_t dearest, const uint16_t *units,
                           const uint32_t *ends, size_t count, size_t *from,
                           uint8_t lengths[WY_DICTIONARY_WORD_MAX])
{
    if (!segmenter->own) return 0;
    for (size_t i = *from; i < count && ends[i] < count; i++) {
        if (!begin_word(segmenter, units + i)) continue;
        const size_t found =
            find_words(segmenter, dearest, units + i, count - i, ends[i] - i, lengths);
        if (found == 0) continue;
        *from = i;
        return found;
    }
    return 0;
}

/* A piece of the rules: where it ends, how, and what kinds of characters are in it. */
struct rule_piece {
    size_t end;
    uint32_t status;
    unsigned traits;
};

/* The next piece, character by character. */
static struct rule_piece next_by_rules(wy_segmenter *segmenter)
{
    const wy_cut_unit *known = segmenter->known;
    const uint16_t *units = segmenter->units, *rows = segmenter->rules.rows;
    const uint16_t *row = rows + segmenter->rules.start;
    size_t at = segmenter->at, length = segmenter->length, end = 0;
    size_t status_at = segmenter->rules.categories;
    unsigned traits = 0, end_traits = 0, status = 0;

    while (at < length) {
        uint32_t c = units[at++];
        unsigned kind = known[c].kind, next;

        if (kind == 0) kind = learn(segmenter, c);
        if (U16_IS_LEAD(c) && at < length && U16_IS_TRAIL(units[at])) {
            c = (uint32_t)U16_GET_SUPPLEMENTARY(c, units[at]);
            at++;
            kind = kind_of(&segmenter->rules, c);
        }
        next = row[kind & WY_CUT_CATEGORY];
        row = rows + next;
        traits |= kind;
        if (row[status_at] != WY_BREAK_NO_MATCH) {
            end = at;
            status = row[status_at];
            end_traits = traits;
        } else if (next == 0) {
            break;
        }
    }
    if (at == length && row != rows) {
        row = rows + row[WY_BREAK_END];
        if (row[status_at] != WY_BREAK_NO_MATCH) {
            end = at;
            status = row[status_at];
            end_traits = traits;
        }
    }
    if (end == 0) { /* the rules match nothing: ICU goes on by a character */
        end = segmenter->at;
        U16_FWD_1(units, end, length);
        return (struct rule_piece){end, 0, WY_CUT_PLAIN};
    }
    return (struct rule_piece){end, status, end_traits};
}

/* Where the characters that we cut end, or from where on (`wanted` false) there are some again. */
static size_t skip_run(const wy_segmenter *segmenter, size_t from, size_t to, bool wanted)
{
    const uint16_t *units = segmenter->units;

    while (from < to) {
        size_t next = from + 1;
        uint32_t c = units[from];
        unsigned traits = segmenter->known[c].kind;

        if (U16_IS_LEAD(c) && next < to && U16_IS_TRAIL(units[next])) {
            c = (uint32_t)U16_GET_SUPPLEMENTARY(c, units[next]);
            traits = kind_of(&segmenter->rules, c);
            next++;
        }
        if (((traits & WY_CUT_CJ) != 0) != wanted) break;
        from = next;
    }
    return from;
}

static int run_cut(wy_segmenter *segmenter, wy_error *error)
{
    wy_pieces *pieces = &segmenter->pieces;

    if (!wy_cj_path_cut(&segmenter->path, segmenter->run_status, pieces))
        return wy_fail_memory(error);
    if (wy_cj_path_is_done(&segmenter->path)) /* marks that follow belong to the last word */
        pieces->list[pieces->count - 1].end = (uint32_t)segmenter->at;
    return WY_OK;
}

/*
 * A piece that begins with Chinese, as most do: the rules go on in one state through a run of
 * characters of one kind. Returns where the piece ends, or 0 where it is not such a run and no
 * more.
 */
static size_t plain_run(const wy_segmenter *segmenter, unsigned kind, uint32_t *status)
{
    const wy_cut_unit *known = segmenter->known;
    const uint16_t *units = segmenter->units, *rows = segmenter->rules.rows, *row;
    size_t at = segmenter->at + 1, length = segmenter->length;
    unsigned category = kind & WY_CUT_CATEGORY, next = rows[segmenter->rules.start + category];

    row = rows + next;
    *status = row[segmenter->rules.categories];
    if (row[category] != next || *status == WY_BREAK_NO_MATCH) return 0;
    while (at < length && known[units[at]].kind == kind) at++;
    if (at == length) return row[WY_BREAK_END] == 0 ? at : 0;
    kind = known[units[at]].kind;
    if (kind == 0 || U16_IS_LEAD(units[at])) return 0;
    return row[kind & WY_CUT_CATEGORY] == 0 ? at : 0;
}

/* Where the run of Han characters begins that ends at `at`; `from` at the earliest. */
static size_t begin_of_run(const wy_segmenter *segmenter, size_t from, size_t at)
{
    const uint16_t *units = segmenter->units;

    while (at > from && (segmenter->known[units[at - 1]].kind & WY_CUT_CLASS) == WY_CUT_HAN) at--;
    return at;
}

/* Whether the rules make an end between a unit of a stretch and the next, which is in none. */
static bool ends_before(const wy_segmenter *segmenter, unsigned kind, unsigned next)
{
    return row_of(&segmenter->rules, kind)[next & WY_CUT_CATEGORY] == 0;
}

/* Whether the class is WY_CUT_HAN or WY_CUT_APART, not both or none. */
static inline bool is_in_stretch(unsigned kind)
{
    return (kind + WY_CUT_HAN) & WY_CUT_APART;
}

/*
 * A stretch: runs of Han characters, and between them others that the rules leave alone there. That
 * is most of a text, and by the category of a character and the next one all is decided. So whole
 * sentences are cut at once, as one run is. Returns the end of the longest stretch from here on,
 * which may be empty.
 */
static size_t find_stretch(wy_segmenter *segmenter)
{
    const uint16_t *units = segmenter->units;
    wy_cut_unit *known = segmenter->known;
    const size_t from = segmenter->at, left = segmenter->length - from;
    const size_t limit = from + (left < WY_CJ_AT_ONCE ? left : WY_CJ_AT_ONCE);
    size_t at = from;

    for (; at < limit; at++) {
        while (at < limit && is_in_stretch(known[units[at]].kind)) at++;
        if (at == limit) break;
        unsigned kind = known[units[at]].kind;
        if (kind == 0) kind = learn(segmenter, units[at]);
        if (!(kind & WY_CUT_CLASS)) break;
        if ((kind & WY_CUT_CLASS) != WY_CUT_CLASS || at + 1 == segmenter->length) continue;
        kind = known[units[at + 1]].kind; /* beside one of its kind? */
        if (kind == 0) kind = learn(segmenter, units[at + 1]);
        if ((kind & WY_CUT_CLASS) == WY_CUT_CLASS) return at;
    }
    if (at == segmenter->length || at == from) return at;
    const unsigned last = known[units[at - 1]].kind, next = known[units[at]].kind;

    if (at < limit && !U16_IS_SURROGATE(units[at]) && ends_before(segmenter, last, next)) return at;
    return last & WY_CUT_APART ? at - 1 : begin_of_run(segmenter, from, at);
}

/*
 * A piece of one unit, as most punctuation is: after it the rules match nothing more with the unit
 * behind it. Whether it is one; *status as of the piece.
 */
static bool is_single(const wy_segmenter *segmenter, unsigned kind, uint32_t *status)
{
    const uint16_t *rows = segmenter->rules.rows, *next = segmenter->units + segmenter->at + 1;
    const uint16_t *row = rows + rows[segmenter->rules.start + (kind & WY_CUT_CATEGORY)];

    if (kind == 0 || segmenter->at + 1 == segmenter->length || U16_IS_SURROGATE(next[-1]) ||
        U16_IS_SURROGATE(next[0]))
        return false;
    kind = segmenter->known[next[0]].kind;
    *status = row[segmenter->rules.categories];
    return kind != 0 && *status != WY_BREAK_NO_MATCH && row[kind & WY_CUT_CATEGORY] == 0;
}

static int make_piece(wy_segmenter *segmenter, wy_error *error)
{
    size_t from = segmenter->at, run_end;
    struct rule_piece piece;
    unsigned kind;
    uint32_t status;

    kind = segmenter->known[segmenter->units[from]].kind;
    if (kind & WY_CUT_CLASS) {
        run_end = find_stretch(segmenter);
        if (run_end == from + 1 && kind & WY_CUT_APART) {
            wy_pieces_add(&segmenter->pieces, ++segmenter->at, 0);
            return WY_OK;
        }
        if (run_end > from) {
            segmenter->at = run_end;
            segmenter->run_status = segmenter->han_status;
            wy_cj_path_start(&segmenter->path, segmenter->units, from, run_end, true);
            return run_cut(segmenter, error);
        }
    }
    if ((kind & ~(unsigned)(WY_CUT_CATEGORY | WY_CUT_HAN)) == (WY_CUT_KNOWN | WY_CUT_CJ)) {
        run_end = plain_run(segmenter, kind, &segmenter->run_status);
        if (run_end > 0 && run_end - from <= WY_CJ_RUN_MAX) {
            segmenter->at = run_end;
            wy_cj_path_start(&segmenter->path, segmenter->units, from, run_end, true);
            return run_cut(segmenter, error);
        }
    }
    if (is_single(segmenter, kind, &status)) { /* whatever it is: no dictionary is asked */
        wy_pieces_add(&segmenter->pieces, ++segmenter->at, status);
        return WY_OK;
    }
    piece = next_by_rules(segmenter);
    segmenter->at = run_end = piece.end;
    if (!(piece.traits & (WY_CUT_CJ | WY_CUT_HARD)) ||
        piece.end - from == 1) { /* ICU asks no dictionary for a single unit */
        wy_pieces_add(&segmenter->pieces, piece.end, piece.status);
        return WY_OK;
    }
    if (piece.traits & (WY_CUT_HARD | WY_CUT_HANGUL) || piece.end - from > WY_CJ_RUN_MAX)
        return icu_start(segmenter, from, piece.end, error);
    if (piece.traits & WY_CUT_PLAIN) {
        run_end = skip_run(segmenter, from, piece.end, true);
        if (run_end == from || skip_run(segmenter, run_end, piece.end, false) != piece.end)
            return icu_start(segmenter, from, piece.end, error);
    }
    wy_cj_path_start(&segmenter->path, segmenter->units, from, run_end, false);
    segmenter->run_status = piece.status;
    return run_cut(segmenter, error);
}

int wy_segmenter_next(wy_segmenter *segmenter, const wy_piece **list, size_t *count,
                      wy_error *error)
{
    wy_pieces *pieces = &segmenter->pieces;
    int status = WY_OK;

    pieces->count = segmenter->path.crossing_count = 0;
    if (!segmenter->own && segmenter->at < segmenter->length) {
        status = icu_start(segmenter, 0, segmenter->length, error);
        segmenter->at = segmenter->length;
    }
    while (status == WY_OK && pieces->count < ENOUGH) {
        if (!wy_cj_path_is_done(&segmenter->path))
            status = run_cut(segmenter, error);
        else if (segmenter->icu_at < segmenter->icu_end)
            status = icu_cut(segmenter, error);
        else if (segmenter->at < segmenter->length)
            status = make_piece(segmenter, error);
        else
            break;
    }
    *list = pieces->list;
    *count = pieces->count;
    return status == WY_OK && pieces->count == 0 ? WY_END : status;
}
