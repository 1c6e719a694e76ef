/*
 * query/cursor_phrase.c: paragraphs in which words stand at given distances.
 *
 * Candidates are those that hold all the words, found by posting lists alone. Only for them are
 * positions read, those of the rarest words first: each word's places less its offset in the phrase
 * are places where the phrase may begin, and those common to all words are where it does.
 *
 * wy_phrase_fill runs in bulk, a block of the rarest word at a time. Where a score is needed, what
 * is left of it are postings frequent enough for their paragraph's length; these are met with the
 * blocks of the other words.
 */
#include "query/cursor.h"

#include <string.h>

#include "base/error.h"
#include "query/clause.h"

/* A distinct term of the phrase: a repeated word is run along once. */
typedef struct phrase_term {
    wy_lane *lane;
    uint32_t number; /* in the plan */
    const wy_segment_term *place;
    wy_positions positions;
    bool opened;         /* positions are */
    uint32_t with_freqs; /* block whose frequencies were decoded, or UINT32_MAX */
    uint32_t index;      /* of the candidate in the decoded block */
    /* The same for each of many candidates; up to sixteen are written at once. */
    uint8_t at[WY_BLOCK + 16];
    size_t next, end; /* the candidates that are still to be looked for in it */
    const uint32_t *list; /* positions in the candidate */
    uint32_t count;
} phrase_term;

typedef struct phrase_word {
    phrase_term *term;
    uint32_t offset;
} phrase_word;

enum { FREQS = 16 };

/* What can reach a score, so that nothing need be scored to know. */
typedef struct phrase_reach {
    uint64_t need;         /* the score */
    uint16_t codes[FREQS]; /* by frequency, the last of so many and more: paragraphs whose length
                              has a code below this */
    uint16_t impact;       /* blocks of this or a greater one */
} phrase_reach;

typedef struct phrase_cursor {
    wy_cursor base;
    const wy_site *site;
    size_t term_count, word_count;
    phrase_term **terms; /* the rarest first */
    phrase_word *words;  /* in the order of their terms */
    bool paired;         /* the rarest term stands in the phrase but once, and there are others */
    bool early;          /* the two rarest are compared before the third is looked for */
    uint8_t pairs[WY_BLOCK + 8]; /* then: how often they fit, by candidate */
    const wy_positions_meeting *meeting;
    phrase_reach reach;
    bool sought;      /* else `doc` is where it is to begin, and no lane stands anywhere yet */
    uint32_t checked; /* the document whose frequency is known */
    uint32_t freq;
    uint32_t *starts; /* from site->plan->mem */
    size_t capacity;
    uint32_t width; /* in positions */
    wy_spot *spots; /* of the candidate; from site->plan->mem */
    size_t spot_capacity;
} phrase_cursor;

/* ---- Positions ----------------------------------------------------------------------------- */

/* Reads the positions of a term's block. */
static int load_positions(phrase_cursor *c, phrase_term *t, wy_error *error)
{
    wy_postings *p = &t->lane->postings;
    int status = WY_OK;
    if (!t->opened) {
        status = wy_segment_term_positions(c->site->segment, c->site->plan->mem, t->place,
                                           &t->positions, error);
        t->opened = !status;
    }
    if (!status && t->with_freqs != p->block) {
        status = wy_postings_decode_freqs(p, error);
        t->with_freqs = p->block;
    }
    if (!status)
        status =
            wy_positions_load(&t->positions, p->block, p->docs, p->freqs, p->block_count, error);
    return status;
}

/* Reads the positions of a term in the candidate. */
static inline int read_positions(phrase_cursor *c, phrase_term *t, wy_error *error)
{
    int status = WY_OK;
    if (!t->opened || t->positions.loaded != t->lane->postings.block)
        status = load_positions(c, t, error);
    return status ? status : wy_positions_take(&t->positions, t->index, &t->list, &t->count, error);
}

/* Where the phrase may begin for its first word to be where it is. */
static int begin_starts(phrase_cursor *c, const phrase_word *word, size_t *count, wy_error *error)
{
    const phrase_term *t = word->term;
    if (c->capacity < t->count &&
        !wy_grow(c->site->plan->mem, &c->starts, &c->capacity, t->count, sizeof *c->starts))
        return wy_fail_memory(error);
    size_t n = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        c->starts[n] = t->list[i] - word->offset;
        n += t->list[i] >= word->offset;
    }
    *count = n;
    return WY_OK;
}

/* Keeps those of `count` starts from which the word stands at its offset. Both ascend. */
static size_t keep_starts(uint32_t *starts, size_t count, const phrase_word *word)
{
    const uint32_t *at = word->term->list, *end = at + word->term->count;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t wanted = starts[i] + word->offset;
        while (at < end && *at < wanted) at++;
        if (at == end) break;
        starts[kept] = starts[i];
        kept += *at == wanted;
    }
    return kept;
}

/* How often the phrase is in the candidate; the terms' `index` tell which that is. */
static int count_occurrences(phrase_cursor *c, uint32_t *freq, wy_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < c->word_count; i++) {
        const phrase_word *word = &c->words[i];
        int status = WY_OK;
        if (i == 0 || word->term != word[-1].term) status = read_positions(c, word->term, error);
        if (!status && i == 0) status = begin_starts(c, word, &count, error);
        if (status) return status;
        if (i > 0) count = keep_starts(c->starts, count, word);
        if (count == 0) break;
    }
    *freq = (uint32_t)count;
    return WY_OK;
}

/* ---- One candidate after another ----------------------------------------------------------- */

static int phrase_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    wy_lane *lead = c->terms[0]->lane;
    int status = wy_lane_seek(lead, target, error);
    size_t i = 1;
    while (!status && i < c->term_count && lead->doc != WY_NO_DOC) {
        wy_lane *lane = c->terms[i]->lane;
        status = wy_lane_seek(lane, lead->doc, error);
        if (status) break;
        if (lane->doc == lead->doc) {
            i++;
        } else if (lane->doc == WY_NO_DOC) {
            lead->doc = WY_NO_DOC;
        } else {
            status = wy_lane_seek(lead, lane->doc, error);
            i = 1;
        }
    }
    c->base.doc = lead->doc;
    c->sought = true;
    return status;
}

/*
 * Whether all lanes stand at `doc`. Where it is to begin they are asked only now: what runs in bulk
 * would seek for nothing, a block of each word or more.
 */
static int is_candidate(phrase_cursor *c, bool *is, wy_error *error)
{
    const uint32_t doc = c->base.doc;
    int status = c->sought ? WY_OK : phrase_seek(&c->base, doc, error);
    c->base.doc = doc;
    *is = !status && c->terms[0]->lane->doc == doc;
    return status;
}

static int phrase_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    bool candidate;
    int status = is_candidate(c, &candidate, error);
    *match = false;
    if (status || !candidate) return status;
    if (c->checked != c->base.doc) {
        for (size_t i = 0; i < c->term_count; i++) c->terms[i]->index = c->terms[i]->lane->at;
        status = count_occurrences(c, &c->freq, error);
        if (!status) c->checked = c->base.doc;
    }
    *match = !status && c->freq > 0;
    return status;
}

static int phrase_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    (void)error;
    *out = wy_lane_score_of(c->terms[0]->lane, c->base.doc, c->freq);
    return WY_OK;
}

static int phrase_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    (void)error;
    *out = ((phrase_cursor *)cursor)->freq;
    return WY_OK;
}

/* The phrase is not there more often than any of its words. */
static int phrase_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    uint32_t least = UINT32_MAX;
    bool candidate;
    int status = is_candidate(c, &candidate, error);
    *out = 0;
    if (status || !candidate) return status;
    for (size_t i = 0; i < c->term_count; i++) {
        uint32_t freq;
        status = wy_lane_freq(c->terms[i]->lane, &freq, error);
        if (status) return status;
        if (freq < least) least = freq;
    }
    *out = wy_lane_score_of(c->terms[0]->lane, c->base.doc, least);
    return WY_OK;
}

/* Moves the first `count` terms to the blocks of `target` and sets *last to where the first of
 * these ends; WY_NO_DOC, and *some false, where a term has ended, and with it the phrase. */
static int shallow(phrase_cursor *c, size_t first, size_t count, uint32_t target, uint32_t *last,
                   bool *some, wy_error *error)
{
    *last = WY_NO_DOC;
    *some = true;
    for (size_t i = first; i < count; i++) {
        wy_lane *lane = c->terms[i]->lane;
        int status = wy_lane_shallow(lane, target, error);
        if (status) return status;
        if (lane->postings.block_last < *last) *last = lane->postings.block_last;
        *some = *some && lane->postings.block_last != WY_NO_DOC;
    }
    if (!*some) *last = WY_NO_DOC;
    return WY_OK;
}

/* Its impact is not greater than any word's either: the least of theirs in target .. last, under
 * the phrase's weight. All terms must have been moved to `target`. */
static uint64_t bound_of(const phrase_cursor *c, uint32_t last)
{
    uint8_t least = UINT8_MAX;
    for (size_t i = 0; i < c->term_count; i++) {
        const uint8_t impact = wy_lane_impact(c->terms[i]->lane, last);
        if (impact < least) least = impact;
    }
    return wy_lane_bound_of(c->terms[0]->lane, least, c->terms[0]->lane->weight);
}

static int phrase_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                        wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    bool some;
    int status = shallow(c, 0, c->term_count, target, last, &some, error);
    *out = !status && some ? bound_of(c, *last) : 0;
    return status;
}

static int phrase_spots(wy_cursor *cursor, const wy_spot **out, size_t *count, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    if (!wy_grow(c->site->plan->mem, &c->spots, &c->spot_capacity, c->freq, sizeof *c->spots))
        return wy_fail_memory(error);
    for (uint32_t i = 0; i < c->freq; i++)
        c->spots[i] = (wy_spot){c->starts[i], c->starts[i] + c->width};
    *out = c->spots;
    *count = c->freq;
    return WY_OK;
}

static void phrase_close(wy_cursor *cursor)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    for (size_t i = 0; i < c->term_count; i++) {
        if (c->terms[i]->opened) wy_positions_close(&c->terms[i]->positions);
    }
    wy_free(c->site->plan->mem, c->starts);
    wy_free(c->site->plan->mem, c->spots);
}

static const wy_cursor_ops phrase_ops = {.seek = phrase_seek,
                                         .check = phrase_check,
                                         .score = phrase_score,
                                         .freq = phrase_freq,
                                         .peek = phrase_peek,
                                         .bound = phrase_bound,
                                         .close = phrase_close,
                                         .spots = phrase_spots};

/* ---- In bulk ------------------------------------------------------------------------------- */

#define EIGHT(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7
static const uint8_t numbers[WY_BLOCK] = {
    EIGHT(0),  EIGHT(8),  EIGHT(16), EIGHT(24), EIGHT(32), EIGHT(40),  EIGHT(48),  EIGHT(56),
    EIGHT(64), EIGHT(72), EIGHT(80), EIGHT(88), EIGHT(96), EIGHT(104), EIGHT(112), EIGHT(120)};
#undef EIGHT

/* Ascending ids that all terms looked at have, each in the block that it stands in. Candidate i is
 * posting terms[..]->at[base + i] there. `ids` are good as long as there is a term to be met. */
typedef struct candidates {
    uint32_t *ids;
    size_t base, count; /* together at most WY_BLOCK */
} candidates;

/* Finds what can reach `need`. K rises with the length, bounds with the impact. */
static void set_reach(phrase_cursor *c, uint64_t need)
{
    enum { CODES = 256, HALF = CODES / 2 };
    const wy_lane *lane = c->terms[0]->lane;
    phrase_reach *r = &c->reach;
    *r = (phrase_reach){.need = need, .impact = need > 0};
    if (need == 0) return;
    for (uint32_t step = HALF; step > 0; step /= 2) {
        for (uint32_t f = 1; f < FREQS - 1; f++) {
            const uint32_t more = r->codes[f] + step;
            r->codes[f] =
                (uint16_t)(wy_score(lane->weight, f, lane->k[more - 1]) >= need ? more
                                                                                : r->codes[f]);
        }
        if (wy_lane_bound_of(lane, (uint8_t)(r->impact + step - 1), lane->weight) < need)
            r->impact = (uint16_t)(r->impact + step);
    }
    for (uint32_t f = 1; f < FREQS - 1; f++)
        if (r->codes[f] == CODES - 1 && wy_score(lane->weight, f, lane->k[CODES - 1]) >= need)
            r->codes[f] = CODES;
    r->codes[FREQS - 1] = CODES;
}

/* Whether the phrase may score enough in a paragraph that has the rarest of its words so often. */
static inline bool can_reach(const phrase_cursor *c, uint32_t doc, uint32_t freq)
{
    const uint32_t least = freq < FREQS - 1 ? freq : FREQS - 1;
    return c->terms[0]->lane->lengths[doc] < c->reach.codes[least];
}

/* The candidates among `count` postings of the rarest term's block, from lane->at on. */
static int lead_candidates(phrase_cursor *c, uint64_t need, size_t count, candidates *some,
                           wy_error *error)
{
    phrase_term *t = c->terms[0];
    wy_postings *p = &t->lane->postings;
    const size_t first = t->lane->at;
    some->base = 0;
    some->count = count;
    if (need == 0) {
        memcpy(some->ids, p->docs + first, count * sizeof *p->docs);
        memcpy(t->at, numbers + first, count);
        return WY_OK;
    }
    int status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    size_t kept = 0;
    for (size_t i = first; i < first + count; i++) {
        some->ids[kept] = p->docs[i];
        t->at[kept] = (uint8_t)i;
        kept += can_reach(c, p->docs[i], p->freqs[i]);
    }
    some->count = kept;
    return WY_OK;
}

/* The id of a candidate that has met all terms. */
static inline uint32_t id_of(const phrase_cursor *c, const candidates *some, size_t i)
{
    return c->terms[0]->lane->postings.docs[c->terms[0]->at[some->base + i]];
}

/* Keeps those of the candidates that the block of term `number` has; of the terms before they know
 * where they are. */
static int meet_block(phrase_cursor *c, size_t number, candidates *some, wy_error *error)
{
    phrase_term *t = c->terms[number];
    wy_meeting meeting;
    int status = wy_lane_load(t->lane, error);
    if (status) return status;
    const size_t found = t->lane->meet(t->lane->postings.docs, some->ids, some->count, &meeting);
    if (found && t->opened) wy_positions_await(&t->positions, t->lane->postings.block);
    for (size_t j = 0; j < found; j += 16) memcpy(t->at + some->base + j, meeting.at + j, 16);
    if (found == some->count) return WY_OK;
    some->count = found;
    if (number + 1 < c->term_count)
        for (size_t j = 0; j < found; j++) some->ids[j] = some->ids[meeting.id[j]];
    for (size_t k = 0; k < number; k++) {
        uint8_t *at = c->terms[k]->at + some->base;
        for (size_t j = 0; j < found; j++) at[j] = at[meeting.id[j]];
    }
    uint8_t *pairs = c->pairs + some->base;
    if (c->early && number > 1)
        for (size_t j = 0; j < found; j++) pairs[j] = pairs[meeting.id[j]];
    return WY_OK;
}

/*
 * Takes the next of the candidates that are to be looked for in term `number`: those that its next
 * block may have, and keeps of them what it has. *end: it has no more blocks.
 */
static int meet_next(phrase_cursor *c, size_t number, uint32_t *ids, candidates *some, bool *end,
                     wy_error *error)
{
    phrase_term *t = c->terms[number];
    const wy_postings *p = &t->lane->postings;
    int status = wy_lane_shallow(t->lane, ids[t->next], error);
    *end = p->block_last == WY_NO_DOC;
    if (status || *end) return status;
    *some = (candidates){ids + t->next, t->next, 0};
    some->count = wy_meet_run(some->ids, t->end - t->next, p->block_last);
    t->next += some->count;
    if (p->block_impact >= c->reach.impact) return meet_block(c, number, some, error);
    some->count = 0;
    return WY_OK;
}

/*
 * Drops candidates in which the rarest of the words is too rare for `need`: word after word, as
 * long as there is a candidate that one more word could rule out.
 */
static int keep_high(phrase_cursor *c, candidates *some, wy_error *error)
{
    uint32_t least[WY_BLOCK];
    bool open = false;
    for (size_t j = 0; j < some->count; j++) {
        least[j] = c->terms[0]->lane->postings.freqs[c->terms[0]->at[some->base + j]];
        open |= least[j] > 1;
    }
    for (size_t k = 1; k < c->term_count && open && some->count; k++) {
        wy_lane *lane = c->terms[k]->lane;
        int status = wy_postings_decode_freqs(&lane->postings, error);
        if (status) return status;
        size_t kept = 0;
        open = false;
        for (size_t j = 0; j < some->count; j++) {
            const uint32_t freq = lane->postings.freqs[c->terms[k]->at[some->base + j]];
            const uint32_t now = freq < least[j] ? freq : least[j];
            if (!can_reach(c, id_of(c, some, j), now)) continue;
            open |= now > 1;
            least[kept] = now;
            for (size_t i = 0; i < c->term_count; i++)
                c->terms[i]->at[some->base + kept] = c->terms[i]->at[some->base + j];
            if (c->early) c->pairs[some->base + kept] = c->pairs[some->base + j];
            kept++;
        }
        some->count = kept;
    }
    return WY_OK;
}

/* Candidates to look at, by their number, and how often the words that were compared stand there as
 * they should; WY_POSITIONS_UNKNOWN where that is not known. */
typedef struct picked {
    size_t count;
    uint8_t which[WY_BLOCK + 8], freqs[WY_BLOCK + 8];
} picked;

/* Of what was picked, by the first words of all candidates, leaves out those in which the first
 * word and word `number`, of another term, never stand as they should. */
static int pick_paired(phrase_cursor *c, const candidates *some, size_t number, picked *list,
                       wy_error *error)
{
    phrase_term *a = c->words[0].term, *b = c->words[number].term;
    const wy_positions_pair pair = {{&a->positions, &b->positions},
                                    {c->words[0].offset, c->words[number].offset}};
    const size_t count = number > 1 ? list->count : some->count;
    wy_positions_both both;
    const uint8_t *at[2] = {a->at + some->base, b->at + some->base};
    uint8_t found[2][WY_BLOCK + 8];
    int status = load_positions(c, a, error);
    if (!status) status = load_positions(c, b, error);
    if (status) return status;
    if (number > 1) {
        for (unsigned t = 0; t < 2; t++) {
            for (size_t i = 0; i < count; i++) found[t][i] = at[t][list->which[i]];
            at[t] = found[t];
        }
    }
    c->meeting->once(&pair, at, count, &both);
    const size_t in_both = both.open_count[WY_PAIR_BOTH];
    if (both.open_count[WY_PAIR_FIRST] + in_both)
        status = wy_positions_spread(&a->positions, error);
    if (!status && both.open_count[WY_PAIR_SECOND] + in_both)
        status = wy_positions_spread(&b->positions, error);
    if (status) return status;
    c->meeting->pairs(&pair, at, &both);
    if (number == 1) {
        list->count = c->meeting->found(&both, count, list->which, list->freqs);
        return WY_OK;
    }
    uint8_t which[WY_BLOCK + 8], freqs[WY_BLOCK + 8];
    list->count = c->meeting->found(&both, count, which, freqs);
    for (size_t i = 0; i < list->count; i++) {
        const uint8_t before = list->freqs[which[i]];
        list->which[i] = list->which[which[i]];
        list->freqs[i] = before > freqs[i] ? before : freqs[i];
    }
    return WY_OK;
}

/*
 * Picks candidates by comparing each word with the first one. Where that stands once, all others
 * stand as they should if each does, and nothing is left to do; or if there is but one other.
 */
static int pick(phrase_cursor *c, const candidates *some, picked *list, wy_error *error)
{
    list->count = some->count;
    if (!c->paired || c->early) memcpy(list->which, numbers, some->count);
    if (c->early) memcpy(list->freqs, c->pairs + some->base, some->count);
    if (!c->paired) {
        memset(list->freqs, WY_POSITIONS_UNKNOWN, some->count);
        return WY_OK;
    }
    for (size_t i = c->early ? 2 : 1; i < c->word_count && list->count; i++) {
        int status = pick_paired(c, some, i, list, error);
        if (status) return status;
    }
    if (c->word_count == 2) return WY_OK;
    for (size_t i = 0; i < list->count; i++)
        if (c->terms[0]->positions.several[c->terms[0]->at[some->base + list->which[i]]])
            list->freqs[i] = WY_POSITIONS_UNKNOWN;
    return WY_OK;
}

/* Keeps the candidates in which the two rarest words stand as they should. */
static int keep_paired(phrase_cursor *c, candidates *some, wy_error *error)
{
    picked list;
    int status = pick_paired(c, some, 1, &list, error);
    if (status) return status;
    uint8_t *a = c->terms[0]->at + some->base, *b = c->terms[1]->at + some->base;
    for (size_t j = 0; j < list.count; j++) {
        const size_t from = list.which[j];
        some->ids[j] = some->ids[from];
        a[j] = a[from];
        b[j] = b[from];
    }
    memcpy(c->pairs + some->base, list.freqs, list.count);
    some->count = list.count;
    return WY_OK;
}

/* How often words at the two offsets stand in two ascending lists of positions. */
static uint32_t count_pairs(const phrase_word *a, const phrase_word *b)
{
    const phrase_term *x = a->term, *y = b->term;
    uint32_t found = 0;
    for (uint32_t i = 0, j = 0; i < x->count && j < y->count;) {
        const uint64_t here = (uint64_t)x->list[i] + b->offset;
        const uint64_t there = (uint64_t)y->list[j] + a->offset;
        found += here == there && x->list[i] >= a->offset;
        i += here <= there;
        j += there <= here;
    }
    return found;
}

/* How often a phrase of two words is in the candidate. */
static int count_two(phrase_cursor *c, uint32_t *freq, wy_error *error)
{
    phrase_term *a = c->terms[0], *b = c->terms[1];
    int status = read_positions(c, a, error);
    if (!status) status = read_positions(c, b, error);
    if (!status) *freq = count_pairs(&c->words[0], &c->words[1]);
    return status;
}

/* Reads the positions of candidates that hold all words, and appends those that match. */
static int take_candidates(phrase_cursor *c, const candidates *some, bool scored, wy_batch *batch,
                           wy_error *error)
{
    picked list;
    if (some->count == 0) return WY_OK;
    int status = pick(c, some, &list, error);
    for (size_t i = 0; i < list.count && !status; i++) {
        const size_t j = list.which[i];
        uint32_t freq = list.freqs[i];
        if (freq == WY_POSITIONS_UNKNOWN) {
            for (size_t k = 0; k < c->term_count; k++)
                c->terms[k]->index = c->terms[k]->at[some->base + j];
            status = c->paired && c->word_count == 2 ? count_two(c, &freq, error)
                                                     : count_occurrences(c, &freq, error);
            if (status) break;
        }
        const uint32_t doc = id_of(c, some, j);
        batch->docs[batch->count] = doc;
        batch->scores[batch->count] =
            scored && freq > 0 ? wy_lane_score_of(c->terms[0]->lane, doc, freq) : 0;
        batch->count += freq > 0;
    }
    return status;
}

/*
 * Appends the matches among the candidates of a block of the rarest term until there are `most` of
 * them. These go from term to term, block by block, in depth: what two terms' blocks share goes on
 * to the third before the second moves on, so that where candidates have met all terms the blocks
 * of these are at hand. *left: the first id that was not looked at; WY_NO_DOC: none of the block;
 * *end: none at all, since a term has ended.
 */
static int take_block(phrase_cursor *c, const candidates *lead, size_t most, bool scored,
                      uint64_t need, wy_batch *batch, uint32_t *left, bool *end, wy_error *error)
{
    candidates some = *lead;
    const size_t final = c->term_count - 1;
    size_t number = final < 1 ? final : 1;
    *left = WY_NO_DOC;
    c->terms[number]->next = 0;
    c->terms[number]->end = lead->count;
    while (c->terms[number]->next < c->terms[number]->end || number > 1) {
        phrase_term *t = c->terms[number];
        if (t->next == t->end) {
            number--;
            continue;
        }
        if (number <= 1 && batch->count >= most) {
            *left = lead->ids[t->next];
            return WY_OK;
        }
        int status = WY_OK;
        if (number == 0)
            t->next = t->end;
        else
            status = meet_next(c, number, lead->ids, &some, end, error);
        if (status || *end) return status;
        if (number == 1 && c->early && some.count) status = keep_paired(c, &some, error);
        if (status) return status;
        if (some.count == 0) continue;
        if (number < final) {
            t = c->terms[++number];
            t->next = some.base;
            t->end = some.base + some.count;
            continue;
        }
        if (need > 0) status = keep_high(c, &some, error);
        if (!status) status = take_candidates(c, &some, scored, batch, error);
        if (status) return status;
    }
    return WY_OK;
}

bool wy_cursor_is_phrase(const wy_cursor *cursor)
{
    return cursor->ops == &phrase_ops;
}

int wy_phrase_fill(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                   wy_batch *batch, wy_error *error)
{
    /* With so many scores `need` may have risen; a block more has room. */
    enum { SOME = 32, MANY = WY_WINDOW - WY_BLOCK };
    phrase_cursor *c = (phrase_cursor *)cursor;
    wy_lane *lead = c->terms[0]->lane;
    const size_t most = scored ? SOME : MANY;
    if (c->reach.need != need) set_reach(c, need);
    while (*from < end && batch->count < most) {
        uint32_t ids[WY_BLOCK], left;
        size_t count;
        bool ended = false;
        candidates some = {.ids = ids};
        int status = wy_lane_shallow(lead, *from, error);
        if (status) return status;
        const wy_postings *p = &lead->postings;
        if (p->block_impact < c->reach.impact && p->block_last < end) {
            const bool all = p->group_impact < c->reach.impact && p->group_last < end;
            *from = (all ? p->group_last : p->block_last) + 1;
            continue;
        }
        status = wy_lane_ids(lead, from, end, &count, error);
        if (!status && count) status = lead_candidates(c, need, count, &some, error);
        if (!status && some.count)
            status =
                take_block(c, &some, most, scored, need, batch, &left, &ended, error);
        if (status) return status;
        if (ended)
            *from = end;
        else if (some.count && left != WY_NO_DOC)
            *from = left;
    }
    return WY_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

static bool in_segment(const wy_site *site, const wy_node *node)
{
    for (uint32_t i = 0; i < node->word_count; i++) {
        if (!site->plan->terms[node->words[i].term].found[site->number]) return false;
    }
    return true;
}

/* Adds the term of a word, unless it is there. Terms stay in order of cost. */
static int add_term(phrase_cursor *c, const wy_node *node, uint32_t number, wy_error *error)
{
    for (size_t i = 0; i < c->term_count; i++) {
        if (c->terms[i]->number == number) return WY_OK;
    }
    phrase_term *t = wy_arena_alloc(c->site->arena, sizeof *t);
    if (!t) return wy_fail_memory(error);
    t->number = number;
    t->opened = false;
    t->with_freqs = UINT32_MAX;
    t->place = &c->site->plan->terms[number].place[c->site->number];
    int status = wy_lane_open(c->site, node, number, &t->lane, error);
    if (status) return status;
    size_t at = c->term_count++;
    for (; at > 0 && c->terms[at - 1]->lane->postings.count > t->lane->postings.count; at--)
        c->terms[at] = c->terms[at - 1];
    c->terms[at] = t;
    return WY_OK;
}

/* Ties the words to their terms, in the order of these. */
static void tie_words(phrase_cursor *c, const wy_node *node)
{
    for (size_t i = 0; i < c->term_count; i++) {
        for (uint32_t w = 0; w < node->word_count; w++) {
            if (node->words[w].term == c->terms[i]->number)
                c->words[c->word_count++] = (phrase_word){c->terms[i], node->words[w].offset};
        }
    }
}

/*
 * Whether candidates that hold the two rarest words hold the others so often, as if these stood
 * anywhere, that it pays to compare the two before the blocks of the others are read.
 */
static bool others_are_frequent(const phrase_cursor *c)
{
    const double least = 1.0 / 16, paragraphs = wy_segment_paragraphs(c->site->segment);
    double share = 1;
    for (size_t i = 2; i < c->term_count; i++)
        share *= c->terms[i]->lane->postings.count / paragraphs;
    return share >= least;
}

int wy_cursor_phrase(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                     wy_error *error)
{
    *out = NULL;
    if (!in_segment(site, node)) return WY_OK;
    size_t n = node->word_count;
    phrase_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    phrase_term **terms = wy_arena_alloc(site->arena, n * sizeof *terms);
    phrase_word *words = wy_arena_alloc(site->arena, n * sizeof *words);
    if (!c || !terms || !words) return wy_fail_memory(error);
    *c = (phrase_cursor){.base = {.ops = &phrase_ops},
                         .site = site,
                         .terms = terms,
                         .words = words,
                         .meeting = wy_positions_meeting_get(),
                         .checked = WY_NO_DOC};
    for (size_t i = 0; i < n; i++) {
        int status = add_term(c, node, node->words[i].term, error);
        if (status) return status;
    }
    tie_words(c, node);
    c->paired = c->term_count > 1 && c->words[0].term != c->words[1].term;
    c->early = c->paired && c->term_count > 2 && others_are_frequent(c);

    const wy_lane *lead = c->terms[0]->lane;
    uint8_t least = lead->postings.list_impact;
    for (size_t i = 1; i < c->term_count; i++) {
        const uint8_t impact = c->terms[i]->lane->postings.list_impact;
        if (impact < least) least = impact;
    }
    c->base.cost = lead->postings.count;
    c->base.max = wy_lane_bound_of(lead, least, lead->weight);
    const wy_plan_word *final = &node->words[n - 1];
    c->width = final->offset + site->plan->terms[final->term].width;
    wy_site_note(site, &c->base);
    c->base.doc = first;
    *out = &c->base;
    return WY_OK;
}
