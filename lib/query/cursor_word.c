/*
 * query/cursor_word.c: documents that hold a word wherever it stands: as a word of its own, inside
 * a longer one, or across words, where the text is cut otherwise.
 *
 * Mostly it stands alone. So its posting list is run along as ever, block by block, and beside it
 * the few documents in which it stands otherwise, with how often: those come from the lattice
 * without the word itself, a window of ids at a time (exact_window.h). tf / (tf + K) of a sum is at
 * most the sum of the parts', so a block without such documents keeps its bound, and others exceed
 * it by no more than the highest of them scores.
 *
 * Whether words that hold the parts stand side by side is asked last: when counting, of documents
 * that have not got the word itself; when ranking, of those that could enter.
 */
#include "query/clause.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "query/exact_window.h"
#include "query/lattice.h"

typedef struct word_cursor {
    wy_cursor base;
    const wy_site *site;
    wy_field field;
    uint32_t limit; /* ids are below */
    float weight;
    wy_lane *lane;          /* of the word itself, or NULL */
    wy_exact_window others; /* where else it stands */
    size_t at;              /* in others.docs */

    /* Documents of a run, and how often. */
    uint32_t *docs, *freqs; /* WY_WINDOW each */
    size_t count;
} word_cursor;

static uint64_t score_of(const word_cursor *c, uint32_t doc, uint32_t freq)
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
    wy_exact_window *w = &c->others;
    if (target >= w->end && target < c->limit) {
        const uint32_t left = c->limit - target;
        const uint32_t end = left < WY_EXACT_WINDOW ? c->limit : target + WY_EXACT_WINDOW;
        c->at = 0;
        int status = wy_exact_window_fill(w, target, end, error);
        if (status) return status;
    }
    while (c->at < w->count && w->docs[c->at] < target) c->at++;
    return WY_OK;
}

/* ---- The cursor ---------------------------------------------------------------------------- */

static int word_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    const wy_exact_window *w = &c->others;
    int status = c->lane ? wy_lane_seek(c->lane, target, error) : WY_OK;
    const uint32_t own = !status && c->lane ? c->lane->doc : WY_NO_DOC;
    if (!status) status = move_others(c, target, error);
    /* Others behind the word's own wait for their turn. */
    while (!status && c->at == w->count && w->end <= own && w->end < c->limit)
        status = move_others(c, w->end, error);
    const uint32_t other = !status && c->at < w->count ? w->docs[c->at] : WY_NO_DOC;
    c->base.doc = own < other ? own : other;
    return status;
}

/* How often the word itself is in the candidate, and whether it stands there otherwise, too. */
static int own_freq(word_cursor *c, uint32_t *own, bool *other, wy_error *error)
{
    const wy_exact_window *w = &c->others;
    *own = 0;
    *other = c->at < w->count && w->docs[c->at] == c->base.doc;
    return c->lane && c->lane->doc == c->base.doc ? wy_lane_freq(c->lane, own, error) : WY_OK;
}

static int word_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    bool other;
    int status = own_freq(c, out, &other, error);
    if (status || !other) return status;
    status = wy_exact_window_settle(&c->others, c->at, error);
    *out += c->others.freqs[c->at];
    return status;
}

static int word_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    uint32_t freq = 0;
    *match = c->lane && c->lane->doc == c->base.doc;
    if (*match) return WY_OK;
    int status = word_freq(cursor, &freq, error);
    *match = freq > 0;
    return status;
}

static int word_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    uint32_t freq;
    int status = word_freq(cursor, &freq, error);
    *out = status ? 0 : score_of((const word_cursor *)cursor, cursor->doc, freq);
    return status;
}

static int word_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    uint32_t freq;
    bool other;
    int status = own_freq(c, &freq, &other, error);
    if (!status && other) freq += c->others.freqs[c->at];
    *out = status ? 0 : score_of(c, c->base.doc, freq);
    return status;
}

/* The bound for ids from .. last, where the lane was moved to `from`, and the others' window has
 * both. */
static uint64_t bound_of(const word_cursor *c, uint32_t last)
{
    const wy_exact_window *w = &c->others;
    uint64_t own = 0, other = 0;
    if (c->lane) own = wy_lane_bound_of(c->lane, wy_lane_impact(c->lane, last), c->weight);
    for (size_t i = c->at; i < w->count && w->docs[i] <= last; i++) {
        const uint64_t score = score_of(c, w->docs[i], w->freqs[i]) + 2; /* both are rounded */
        if (score > other) other = score;
    }
    return own + other < c->base.max ? own + other : c->base.max;
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

static void word_close(wy_cursor *cursor)
{
    wy_exact_window_close(&((word_cursor *)cursor)->others);
}

static const wy_cursor_ops word_ops = {.seek = word_seek,
                                       .check = word_check,
                                       .score = word_score,
                                       .freq = word_freq,
                                       .peek = word_peek,
                                       .bound = word_bound,
                                       .close = word_close};

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

/* Adds the document of the others at hand, in which the word itself is `own` times, unless it does
 * not match or cannot reach `need`. */
static int add_other(word_cursor *c, uint32_t own, bool scored, uint64_t need, wy_error *error)
{
    wy_exact_window *w = &c->others;
    const uint32_t doc = w->docs[c->at];
    if (scored && score_of(c, doc, own + w->freqs[c->at]) < need) return WY_OK;
    if (scored || own == 0) {
        int status = wy_exact_window_settle(w, c->at, error);
        if (status) return status;
    }
    c->docs[c->count] = doc;
    c->freqs[c->count] = own + w->freqs[c->at];
    c->count += c->freqs[c->count] > 0;
    return WY_OK;
}

/* The documents from .. last, which is in the block and the window of `from`, in c->docs: without
 * some of those that cannot reach `need`. */
static int take_run(word_cursor *c, uint32_t from, uint32_t last, bool scored, uint64_t need,
                    wy_error *error)
{
    const wy_exact_window *w = &c->others;
    size_t i = 0, end = 0;
    int status = WY_OK;
    if (c->lane) {
        const wy_postings *p = &c->lane->postings;
        status = wy_lane_seek(c->lane, from, error);
        if (!status && c->lane->doc <= last) {
            if (scored) status = wy_postings_decode_freqs(&c->lane->postings, error);
            i = c->lane->at;
            end = p->block_last <= last ? p->block_count : wy_meet_search(p->docs, last + 1);
        }
    }
    for (; !status && c->at < w->count && w->docs[c->at] <= last; c->at++) {
        const uint32_t doc = w->docs[c->at];
        uint32_t own = 0;
        if (i < end) add_own(c, &i, end, doc, scored);
        if (i < end && c->lane->postings.docs[i] == doc) {
            own = scored ? c->lane->postings.freqs[i] : 1;
            i++;
        }
        status = add_other(c, own, scored, need, error);
    }
    if (!status && i < end) add_own(c, &i, end, WY_NO_DOC, scored);
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
        if (!status && (need == 0 || bound_of(c, last) >= need))
            status = take_run(c, *from, last, scored, need, error);
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

int wy_word_gather(wy_cursor *cursor, uint32_t from, uint32_t end, bool scored, wy_gather *gather,
                   wy_error *error)
{
    word_cursor *c = (word_cursor *)cursor;
    while (from < end) {
        int status = next_run(c, &from, end, scored, 0, error);
        if (status) return status;
        for (size_t i = 0; i < c->count; i++) {
            const uint32_t slot = c->docs[i] - gather->base;
            gather->bits[slot / 64] |= UINT64_C(1) << slot % 64;
            if (scored) gather->scores[slot] += score_of(c, c->docs[i], c->freqs[i]);
        }
    }
    return WY_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

/* Takes the word itself out of the lattice, where it covers all. */
static void drop_own(wy_lattice *lattice, uint32_t ordinal)
{
    for (size_t i = 0; i < lattice->whole; i++) {
        const wy_edge *edge = &lattice->edges[i];
        if (edge->before || edge->term.ordinal != ordinal) continue;
        lattice->edges[i] = lattice->edges[--lattice->whole];
        lattice->edges[lattice->whole] = lattice->edges[--lattice->count];
        return;
    }
}

static int make(wy_site *site, const wy_node *node, const wy_lattice *lattice, wy_lane *lane,
                wy_cursor **out, wy_error *error)
{
    word_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (word_cursor){.base = {.ops = &word_ops, .doc = WY_NO_DOC},
                       .site = site,
                       .field = node->field,
                       .weight = node->weight,
                       .lane = lane};
    c->limit = node->field == WY_FIELD_BODY ? site->end
                                            : wy_segment_documents(site->segment, node->field);
    wy_site_note(site, &c->base);
    int status = wy_exact_window_open(&c->others, site, node->field, node->exact, lattice, error);
    if (status || c->others.edge_count == 0) return status; /* the others never meet */
    c->others.lazy = true;
    c->docs = wy_arena_alloc(site->arena, 2 * WY_WINDOW * sizeof *c->docs);
    if (!c->docs) return wy_fail_memory(error);
    c->freqs = c->docs + WY_WINDOW;
    uint64_t cost = lane ? lane->postings.count : 0;
    for (size_t i = 0; i < lattice->count; i++) cost += lattice->edges[i].term.doc_freq;
    c->base.cost = cost < c->limit ? cost : c->limit;
    /* tf / (tf + K) is below 1, or rounded to it. */
    c->base.max = (uint64_t)ceil((double)node->weight * WY_SCORE_ONE) + 1;
    *out = &c->base;
    return WY_OK;
}

int wy_cursor_word(wy_site *site, const wy_node *node, uint32_t first, wy_lane **lane,
                   wy_cursor **out, wy_error *error)
{
    const uint32_t number = node->words[0].term;
    const wy_plan_term *term = &site->plan->terms[number];
    wy_lattice lattice;
    *out = NULL;
    int status = wy_lane_open(site, node, number, lane, error);
    if (status) return status;
    status = wy_lattice_make(&lattice, site->segment, node->field, node->exact, site->plan->mem,
                             error);
    if (!status && *lane) drop_own(&lattice, term->place[site->number].info.ordinal);
    if (!status && lattice.count) status = make(site, node, &lattice, *lane, out, error);
    wy_lattice_free(&lattice);
    if (status || !*out) return status;
    *lane = NULL;
    return wy_cursor_seek(*out, first, error);
}
