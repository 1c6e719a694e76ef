/*
 * query/cursor_phrase.c: paragraphs in which words stand at given distances.
 *
 * Candidates are those that hold all the words, found by posting lists alone. Only for them are
 * positions read: each word's places less its offset in the phrase are places where the phrase may
 * begin, and those common to all words are where it does.
 */
#include "query/cursor.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* A distinct term of the phrase: a repeated word is run along once. */
typedef struct phrase_term {
    wy_lane *lane;
    const wy_segment_term *place;
    wy_positions positions;
    bool opened;          /* positions are */
    const uint32_t *list; /* in the candidate */
    uint32_t count;
} phrase_term;

typedef struct phrase_word {
    phrase_term *term;
    uint32_t offset;
} phrase_word;

typedef struct phrase_cursor {
    wy_cursor base;
    const wy_site *site;
    size_t term_count, word_count;
    phrase_term *terms; /* the rarest first */
    phrase_word *words;
    uint32_t checked; /* the document whose frequency is known */
    uint32_t freq;
    uint32_t *starts; /* from site->plan->mem */
    size_t capacity;
} phrase_cursor;

static int phrase_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    wy_lane *lead = c->terms[0].lane;
    int status = wy_lane_seek(lead, target, error);
    size_t i = 1;
    while (!status && i < c->term_count && lead->doc != WY_NO_DOC) {
        wy_lane *lane = c->terms[i].lane;
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
    return status;
}

/* Reads the positions of the candidate. */
static int load_positions(phrase_cursor *c, wy_error *error)
{
    for (size_t i = 0; i < c->term_count; i++) {
        phrase_term *t = &c->terms[i];
        const wy_postings *p = &t->lane->postings;
        int status = WY_OK;
        if (!t->opened) {
            status = wy_segment_term_positions(c->site->segment, c->site->plan->mem, t->place,
                                               &t->positions, error);
            t->opened = true;
        }
        if (!status) status = wy_postings_decode_freqs(&t->lane->postings, error);
        if (!status)
            status = wy_positions_get(&t->positions, p->block, p->freqs, p->block_count,
                                      t->lane->at, &t->list, &t->count, error);
        if (status) return status;
    }
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

static int count_occurrences(phrase_cursor *c, wy_error *error)
{
    int status = load_positions(c, error);
    if (status) return status;
    const phrase_word *rarest = &c->words[0];
    for (size_t i = 1; i < c->word_count; i++) {
        if (c->words[i].term->count < rarest->term->count) rarest = &c->words[i];
    }
    if (!wy_grow(c->site->plan->mem, &c->starts, &c->capacity, rarest->term->count,
                 sizeof *c->starts))
        return wy_fail_memory(error);
    size_t count = 0;
    for (uint32_t i = 0; i < rarest->term->count; i++) {
        if (rarest->term->list[i] >= rarest->offset)
            c->starts[count++] = rarest->term->list[i] - rarest->offset;
    }
    for (size_t i = 0; i < c->word_count && count; i++) {
        if (&c->words[i] != rarest) count = keep_starts(c->starts, count, &c->words[i]);
    }
    c->freq = (uint32_t)count;
    c->checked = c->base.doc;
    return WY_OK;
}

static int phrase_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    int status = c->checked == c->base.doc ? WY_OK : count_occurrences(c, error);
    *match = !status && c->freq > 0;
    return status;
}

static int phrase_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    (void)error;
    *out = wy_lane_score_of(c->terms[0].lane, c->base.doc, c->freq);
    return WY_OK;
}

/* The phrase is not there more often than any of its words. */
static int phrase_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < c->term_count; i++) {
        uint32_t freq;
        int status = wy_lane_freq(c->terms[i].lane, &freq, error);
        if (status) return status;
        if (freq < least) least = freq;
    }
    *out = wy_lane_score_of(c->terms[0].lane, c->base.doc, least);
    return WY_OK;
}

/* So its impact is not greater either: the least of the words' bounds, under the phrase's weight.
 */
static int phrase_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                        wy_error *error)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    uint8_t least = UINT8_MAX;
    *last = WY_NO_DOC;
    for (size_t i = 0; i < c->term_count; i++) {
        wy_lane *lane = c->terms[i].lane;
        int status = wy_lane_shallow(lane, target, error);
        if (status) return status;
        const uint8_t impact = wy_lane_impact(lane, lane->postings.block_last);
        if (impact < least) least = impact;
        if (lane->postings.block_last < *last) *last = lane->postings.block_last;
    }
    *out = wy_lane_bound_of(c->terms[0].lane, least, c->terms[0].lane->weight);
    /* A word that has ended ends the phrase for good. */
    if (least == 0) *last = WY_NO_DOC;
    return WY_OK;
}

static void phrase_close(wy_cursor *cursor)
{
    phrase_cursor *c = (phrase_cursor *)cursor;
    for (size_t i = 0; i < c->term_count; i++) {
        if (c->terms[i].opened) wy_positions_close(&c->terms[i].positions);
    }
    wy_free(c->site->plan->mem, c->starts);
}

static const wy_cursor_ops phrase_ops = {.seek = phrase_seek,
                                         .check = phrase_check,
                                         .score = phrase_score,
                                         .peek = phrase_peek,
                                         .bound = phrase_bound,
                                         .close = phrase_close};

static bool in_segment(const wy_site *site, const wy_node *node)
{
    for (uint32_t i = 0; i < node->word_count; i++) {
        if (!site->plan->terms[node->words[i].term].found[site->number]) return false;
    }
    return true;
}

/* Opens a lane for each distinct term; words name their terms by number in `numbers`. */
static int open_terms(phrase_cursor *c, const wy_node *node, uint32_t *numbers, wy_error *error)
{
    for (uint32_t i = 0; i < node->word_count; i++) {
        uint32_t before = 0;
        while (before < i && node->words[before].term != node->words[i].term) before++;
        if (before < i) {
            numbers[i] = numbers[before];
            continue;
        }
        phrase_term *t = &c->terms[c->term_count];
        memset(t, 0, sizeof *t);
        t->place = &c->site->plan->terms[node->words[i].term].place[c->site->number];
        int status = wy_lane_open(c->site, node, node->words[i].term, &t->lane, error);
        if (status) return status;
        numbers[i] = (uint32_t)c->term_count++;
    }
    return WY_OK;
}

/* Points words at terms, and moves the rarest term to the front, to lead. */
static void tie_words(phrase_cursor *c, const wy_node *node, const uint32_t *numbers)
{
    size_t rarest = 0;
    for (size_t i = 1; i < c->term_count; i++) {
        if (c->terms[i].lane->postings.count < c->terms[rarest].lane->postings.count) rarest = i;
    }
    phrase_term lead = c->terms[rarest];
    c->terms[rarest] = c->terms[0];
    c->terms[0] = lead;
    for (uint32_t i = 0; i < node->word_count; i++) {
        size_t number = numbers[i] == rarest ? 0 : numbers[i] == 0 ? rarest : numbers[i];
        c->words[i] = (phrase_word){&c->terms[number], node->words[i].offset};
    }
    c->word_count = node->word_count;
}

int wy_cursor_phrase(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                     wy_error *error)
{
    *out = NULL;
    if (!in_segment(site, node)) return WY_OK;
    size_t n = node->word_count;
    phrase_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    phrase_term *terms = wy_arena_alloc(site->arena, n * sizeof *terms);
    phrase_word *words = wy_arena_alloc(site->arena, n * sizeof *words);
    uint32_t *numbers = wy_arena_alloc(site->arena, n * sizeof *numbers);
    if (!c || !terms || !words || !numbers) return wy_fail_memory(error);
    *c = (phrase_cursor){.base = {.ops = &phrase_ops},
                         .site = site,
                         .terms = terms,
                         .words = words,
                         .checked = WY_NO_DOC};
    int status = open_terms(c, node, numbers, error);
    if (status) return status;
    tie_words(c, node, numbers);

    const wy_lane *lead = c->terms[0].lane;
    uint8_t least = lead->postings.list_impact;
    for (size_t i = 1; i < c->term_count; i++) {
        const uint8_t impact = c->terms[i].lane->postings.list_impact;
        if (impact < least) least = impact;
    }
    c->base.cost = lead->postings.count;
    c->base.max = wy_lane_bound_of(lead, least, lead->weight);
    c->base.opened_before = site->opened;
    site->opened = &c->base;
    *out = &c->base;
    return phrase_seek(*out, first, error);
}
