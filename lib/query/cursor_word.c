/*
 * query/cursor_word.c: documents that hold a word wherever it stands: as a word of its own, inside
 * a longer one, or across words, where the text is cut otherwise (word.h).
 *
 * Mostly it stands alone. So its posting list is run along as ever, block by block, and beside it
 * the few documents in which it stands otherwise, with how often: a window of ids at a time
 * (lists.h).
 *
 * What a score is at most: of s = tf / (tf + K) the odds s / (1 - s) = tf / K add up as frequencies
 * do. So a block without other documents keeps its bound, and where there are some, what theirs and
 * the block's come to together. Where only the others may score enough, they alone are looked at.
 */
#include "query/clause.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "query/lattice.h"
#include "query/lists.h"
#include "query/word.h"

typedef struct word_cursor {
    wy_cursor base;
    const wy_site *site;
    wy_field field;
    uint32_t limit; /* ids are below */
    float weight;
    wy_lane *lane;    /* of the word itself, or NULL */
    wy_lists others;  /* where else it stands */
    uint32_t *scores; /* of those in the window, were the word nowhere else in them */
    size_t at;        /* in others.docs */

    /* Documents of a run, and how often; or how often it is in documents that were asked about. In
     * the room that all words share: void after the call. */
    uint32_t *docs, *freqs;
    size_t count;
} word_cursor;

_Static_assert(WY_WINDOW == WY_LISTS_WINDOW, "a batch fits the room, and a run does");

static uint32_t score_of(const word_cursor *c, uint32_t doc, uint32_t freq)
{
    const wy_norms *norms = c->site->plan->norms[c->field];
    if (!norms) return 0;
    return wy_score(c->weight, freq, norms->k[c->site->lengths[c->field][doc]]);
}

/* ---- The other documents ------------------------------------------------------------------- */

/* Moves to the first of the other documents >= target, if it is in the window of `target`, which
 * is made where it must be: then target < others.end, unless it is not below the limit. */
static int move_others(word_cursor *c, uint32_t target, wy_error *error)
{
    wy_lists *w = &c->others;
    if (target >= w->end && target < c->limit) {
        const uint32_t left = c->limit - target;
        const uint32_t end = left < WY_LISTS_WINDOW ? c->limit : target + WY_LISTS_WINDOW;
        c->at = 0;
        int status = wy_lists_fill(w, target, end, error);
        if (status) return status;
        for (size_t i = 0; i < w->count; i++)
            c->scores[i] = score_of(c, w->docs[i], w->freqs[i]);
    }
    while (c->at < w->count && w->docs[c->at] < target) c->at++;
    return WY_OK;
}

/* ---- The cursor ---------------------------------------------------------------------------- */

static int word_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    const wy_lists *w = &c->others;
    int status = c->lane ? wy_lane_seek(c->lane, target, error) : WY_OK;
    const uint32_t own = !status && c->lane ? c->lane->doc : WY_NO_DOC;
    if (!status) status = move_others(c, target, error);
    /* Others behind the word's own wait for their turn. */
    while (!status && target < c->limit && c->at == w->count && w->end <= own && w->end < c->limit)
        status = move_others(c, w->end, error);
    const uint32_t other = !status && c->at < w->count ? w->docs[c->at] : WY_NO_DOC;
    c->base.doc = own < other ? own : other;
    return status;
}

static int word_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    const wy_lists *w = &c->others;
    int status = WY_OK;
    *out = 0;
    if (c->lane && c->lane->doc == c->base.doc) status = wy_lane_freq(c->lane, out, error);
    if (c->at < w->count && w->docs[c->at] == c->base.doc) *out += w->freqs[c->at];
    return status;
}

static int word_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    uint32_t freq;
    int status = word_freq(cursor, &freq, error);
    *out = status ? 0 : score_of((const word_cursor *)cursor, cursor->doc, freq);
    return status;
}

/* Scores as a part of the most that there may be, and back: raised by what rounding may take. */
static double share_of(const word_cursor *c, uint64_t score)
{
    const double share = ((double)score + 1) * (1 + 2e-6) / ((double)c->weight * WY_SCORE_ONE);
    return share < 1 ? share : 1;
}

/* A score that no document exceeds in which the word's own places score at most `own`, and the
 * others at most `other`. */
static uint64_t joined(const word_cursor *c, uint64_t own, uint32_t other)
{
    const double a = share_of(c, own), b = share_of(c, other);
    if (other == 0) return own;
    if (a >= 1 || b >= 1) return c->base.max;
    const double odds = a / (1 - a) + b / (1 - b);
    const double most = odds / (1 + odds) * (1 + 2e-6) * (double)c->weight * WY_SCORE_ONE + 2;
    return most < (double)c->base.max ? (uint64_t)most : c->base.max;
}

/* What the word's own places score at most among ids from .. last, where the lane was moved to
 * `from`. */
static uint64_t own_bound(const word_cursor *c, uint32_t last)
{
    if (!c->lane) return 0;
    const uint64_t bound = wy_lane_bound_of(c->lane, wy_lane_impact(c->lane, last), c->weight);
    return bound < c->base.max ? bound : c->base.max;
}

/* The bound for ids from .. last, where besides the others' window has both. */
static uint64_t bound_of(const word_cursor *c, uint32_t last)
{
    const wy_lists *w = &c->others;
    uint32_t other = 0;
    for (size_t i = c->at; i < w->count && w->docs[i] <= last; i++)
        if (c->scores[i] > other) other = c->scores[i];
    return joined(c, own_bound(c, last), other);
}

/* Moves lane and others to `from`. *last: as far as they have one bound. */
static int move(word_cursor *c, uint32_t from, uint32_t *last, wy_error *error)
{
    int status = c->lane ? wy_lane_shallow(c->lane, from, error) : WY_OK;
    if (!status) status = move_others(c, from, error);
    *last = c->lane ? c->lane->postings.block_last : WY_NO_DOC;
    if (from >= c->others.end) return status; /* there are no more */
    if (*last >= c->others.end) *last = c->others.end - 1;
    return status;
}

static int word_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                      wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    int status = move(c, target, last, error);
    *out = status ? 0 : bound_of(c, *last);
    return status;
}

int wy_word_bound(wy_cursor *cursor, uint32_t from, uint32_t last, uint64_t *out, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    uint32_t ignored;
    int status = move(c, from, &ignored, error);
    const bool known = last < c->others.end || c->others.end == c->limit;
    *out = !status && known ? bound_of(c, last) : cursor->max;
    return status;
}

static const wy_cursor_ops word_ops = {.seek = word_seek,
                                       .score = word_score,
                                       .freq = word_freq,
                                       .bound = word_bound};

bool wy_cursor_is_word(const wy_cursor *cursor)
{
    return cursor->ops == &word_ops;
}

/* ---- In bulk ------------------------------------------------------------------------------- */

/* Appends the documents of the lane's block from *i < end on, up to `stop`, and moves *i. */
static void add_own(word_cursor *c, size_t *i, size_t end, uint32_t stop, bool freqs)
{
    const wy_postings *p = &c->lane->postings;
    size_t n = 0;
    while (*i + n < end && p->docs[*i + n] < stop) n++;
    memcpy(c->docs + c->count, p->docs + *i, n * sizeof *c->docs);
    if (freqs) memcpy(c->freqs + c->count, p->freqs + *i, n * sizeof *c->freqs);
    c->count += n;
    *i += n;
}

/* The documents from .. last, which is in the block and the window of `from`, in c->docs. */
static int take_run(word_cursor *c, uint32_t from, uint32_t last, bool scored, wy_error *error)
{
    const wy_lists *w = &c->others;
    size_t i = 0, end = 0;
    if (c->lane) {
        const wy_postings *p = &c->lane->postings;
        int status = wy_lane_seek(c->lane, from, error);
        if (!status && c->lane->doc <= last) {
            if (scored) status = wy_postings_decode_freqs(&c->lane->postings, error);
            i = c->lane->at;
            end = p->block_last <= last ? p->block_count : wy_meet_search(p->docs, last + 1);
        }
        if (status) return status;
    }
    for (; c->at < w->count && w->docs[c->at] <= last; c->at++) {
        const uint32_t doc = w->docs[c->at];
        uint32_t freq = w->freqs[c->at];
        if (i < end) add_own(c, &i, end, doc, scored);
        if (i < end && c->lane->postings.docs[i] == doc) {
            if (scored) freq += c->lane->postings.freqs[i];
            i++;
        }
        c->docs[c->count] = doc;
        c->freqs[c->count++] = freq;
    }
    if (i < end) add_own(c, &i, end, WY_NO_DOC, scored);
    return WY_OK;
}

static int count_own(word_cursor *c, const uint32_t *ids, size_t count, bool counted,
                     wy_error *error);

/* The same of the other documents alone, and only those that may have a score of `need` where the
 * word's own places score at most `own`. */
static int take_others(word_cursor *c, uint32_t last, uint64_t own, uint64_t need, wy_error *error)
{
    const wy_lists *w = &c->others;
    const size_t from = c->at;
    for (; c->at < w->count && w->docs[c->at] <= last; c->at++)
        if (joined(c, own, c->scores[c->at]) >= need) c->docs[c->count++] = w->docs[c->at];
    int status = count_own(c, c->docs, c->count, true, error);
    for (size_t i = 0, at = from; i < c->count && !status; i++) {
        while (w->docs[at] < c->docs[i]) at++;
        c->freqs[i] += w->freqs[at];
    }
    return status;
}

/* The next run of ids *from .. end - 1 that may have a score of `need`; *from moves behind it. */
static int next_run(word_cursor *c, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                    wy_error *error)
{
    int status = WY_OK;
    c->count = 0;
    while (*from < end && c->count == 0 && !status) {
        uint32_t last;
        status = move(c, *from, &last, error);
        if (last - *from >= WY_WINDOW) last = *from + WY_WINDOW - 1;
        if (last >= end) last = end - 1;
        const uint64_t own = status ? 0 : own_bound(c, last);
        if (!status && own >= need)
            status = take_run(c, *from, last, scored, error);
        else if (!status)
            status = take_others(c, last, own, need, error);
        *from = last + 1;
    }
    return status;
}

int wy_word_fill(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                 wy_batch *batch, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    size_t kept = 0;
    int status = next_run(c, from, end, scored, need, error);
    for (size_t i = 0; i < c->count && !status; i++) {
        const uint64_t score = scored ? score_of(c, c->docs[i], c->freqs[i]) : 0;
        batch->docs[kept] = c->docs[i];
        batch->scores[kept] = score;
        kept += !scored || score >= need;
    }
    batch->count = kept;
    return status;
}

/* Sets the bits of all documents from .. end. */
static int gather_ids(word_cursor *c, uint32_t from, uint32_t end, wy_gather *gather,
                      wy_error *error)
{
    const wy_lists *w = &c->others;
    wy_clause own = {.lane = c->lane};
    int status = WY_OK;
    if (c->lane) status = wy_clause_gather(&own, from, end, false, gather, error);
    if (status) return status;
    for (; c->at < w->count && w->docs[c->at] < end; c->at++) {
        const uint32_t slot = w->docs[c->at] - gather->base;
        if (w->docs[c->at] >= from) gather->bits[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    /* The lists are behind their window. */
    if (from < w->end) from = w->end;
    return from < end ? wy_lists_gather(&c->others, from, end, gather->base, gather->bits, error)
                      : WY_OK;
}

int wy_word_gather(wy_cursor *cursor, uint32_t from, uint32_t end, bool scored, wy_gather *gather,
                   wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    if (!scored) return gather_ids(c, from, end, gather, error);
    while (from < end) {
        int status = next_run(c, &from, end, true, 0, error);
        if (status) return status;
        for (size_t i = 0; i < c->count; i++) {
            const uint32_t slot = c->docs[i] - gather->base;
            gather->bits[slot / 64] |= UINT64_C(1) << slot % 64;
            gather->scores[slot] += score_of(c, c->docs[i], c->freqs[i]);
        }
    }
    return WY_OK;
}

/* How often the word itself is in each of some ids, ascending, in c->freqs; 0: not at all. Without
 * `counted` whether it is. */
static int count_own(word_cursor *c, const uint32_t *ids, size_t count, bool counted,
                     wy_error *error)
{
    wy_meeting meeting;
    memset(c->freqs, 0, count * sizeof *c->freqs);
    for (size_t i = 0, run, found = 0; c->lane && i < count; i += run) {
        int status =
            wy_lane_meet(c->lane, ids + i, count - i, &run, &meeting, &found, error);
        if (!status && run && found && counted)
            status = wy_postings_decode_freqs(&c->lane->postings, error);
        if (status) return status;
        if (run == 0) break;
        for (size_t j = 0; j < found; j++)
            c->freqs[i + meeting.id[j]] = counted ? c->lane->postings.freqs[meeting.at[j]] : 1;
    }
    return WY_OK;
}

/* The same wherever it stands. */
static int count_in(word_cursor *c, const uint32_t *ids, size_t count, bool counted,
                    wy_error *error)
{
    const wy_lists *w = &c->others;
    int status = count_own(c, ids, count, counted, error);
    for (size_t i = 0; i < count && !status; i++) {
        status = move_others(c, ids[i], error);
        if (!status && c->at < w->count && w->docs[c->at] == ids[i]) c->freqs[i] += w->freqs[c->at];
    }
    return status;
}

int wy_word_count_others(wy_cursor *cursor, uint64_t *count, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    const wy_lists *w = &c->others;
    for (uint32_t from = 0; from < c->limit; from = w->end) {
        int status = move_others(c, from, error);
        if (!status) status = count_own(c, w->docs, w->count, false, error);
        if (status) return status;
        for (size_t i = 0; i < w->count; i++)
            *count += c->freqs[i] == 0 && wy_site_is_live(c->site, w->docs[i]);
    }
    return WY_OK;
}

int wy_word_add(wy_cursor *cursor, bool required, bool scored, wy_batch *batch, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    size_t kept = 0;
    int status = count_in(c, batch->docs, batch->count, scored, error);
    if (status) return status;
    for (size_t i = 0; i < batch->count; i++) {
        const uint32_t doc = batch->docs[i], freq = c->freqs[i];
        batch->docs[kept] = doc;
        batch->at[kept] = batch->at[i];
        batch->scores[kept] = batch->scores[i] + (scored && freq ? score_of(c, doc, freq) : 0);
        kept += freq || !required;
    }
    batch->count = kept;
    return WY_OK;
}

int wy_word_exclude(wy_cursor *cursor, wy_batch *batch, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    size_t kept = 0;
    int status = count_in(c, batch->docs, batch->count, false, error);
    if (status) return status;
    for (size_t i = 0; i < batch->count; i++) {
        batch->docs[kept] = batch->docs[i];
        batch->at[kept] = batch->at[i];
        batch->scores[kept] = batch->scores[i];
        kept += c->freqs[i] == 0;
    }
    batch->count = kept;
    return WY_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

static int make(wy_site *site, const wy_node *node, wy_lane *lane, wy_cursor **out,
                wy_error *error)
{
    const wy_plan_places *places = &node->places[site->number];
    word_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (word_cursor){.base = {.ops = &word_ops, .doc = WY_NO_DOC},
                       .site = site,
                       .field = node->field,
                       .weight = node->weight,
                       .lane = lane};
    c->limit = node->field == WY_FIELD_BODY ? site->end
                                            : wy_segment_documents(site->segment, node->field);
    uint64_t cost = lane ? lane->postings.count : 0;
    for (size_t i = 0; i < places->count; i++) cost += places->list[i].info.doc_freq;
    c->base.cost = cost < c->limit ? cost : c->limit;
    /* tf / (tf + K) is below 1, or rounded to it. */
    c->base.max = (uint64_t)ceil((double)node->weight * WY_SCORE_ONE) + 1;
    size_t most;
    int status = wy_lists_open(&c->others, site, places->list, places->count, &most, error);
    if (status) return status;
    c->scores = wy_arena_alloc(site->arena, most * sizeof *c->scores);
    if (!c->scores) return wy_fail_memory(error);
    c->docs = site->room->docs;
    c->freqs = site->room->freqs;
    *out = &c->base;
    return WY_OK;
}

/* A word without a list of where it stands across others, if only as itself. */
static int stands_alone(wy_site *site, const wy_node *node, const wy_lane *lane, bool *alone,
                        wy_error *error)
{
    wy_lattice lattice;
    int status = wy_lattice_make(&lattice, site->segment, node->field, node->exact, site->plan->mem,
                                 error);
    *alone = lattice.count <= (lane != NULL); /* that edge is the word itself */
    wy_lattice_free(&lattice);
    return status;
}

int wy_cursor_word(wy_site *site, const wy_node *node, uint32_t first, wy_lane **lane,
                   wy_cursor **out, wy_error *error)
{
    bool alone = node->places[site->number].count == 0;
    *out = NULL;
    int status = wy_lane_open(site, node, node->words[0].term, lane, error);
    if (!status && alone && !node->across) status = stands_alone(site, node, *lane, &alone, error);
    if (status || alone) return status;
    if (!node->across) {
        *lane = NULL;
        return wy_cursor_exact(site, node, first, out, error);
    }
    status = make(site, node, *lane, out, error);
    *lane = NULL;
    return status ? status : wy_cursor_seek(*out, first, error);
}
