/*
 * query/cursor_exact.c: documents that hold a text as it stands. Windows of ids are evaluated when
 * they are reached (exact_window.h); what they give are matches, or candidates whose text is read
 * when they are checked.
 */
#include "query/cursor.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "query/bulk.h"
#include "query/clause.h"
#include "query/document.h"
#include "query/exact_window.h"
#include "query/lattice.h"

enum { FIRST_WIDTH = WY_EXACT_WINDOW / 8 };

typedef struct exact_cursor {
    wy_cursor base;
    const wy_site *site;
    const wy_exact_query *query;
    wy_field field;
    bool scans;     /* all documents are candidates */
    uint32_t limit; /* ids are below */
    float weight;
    wy_exact_window window;
    size_t at;           /* in the window's documents */
    bool bounds;         /* the window was asked for its bound: */
    uint64_t window_max; /* no score in it is above */
    uint64_t bounded_by; /* the score that the window's `limits` stand for */

    wy_spot *spots; /* from mem */
    size_t spot_capacity;

    wy_postings *doubtful; /* documents whose text decides, where not all do; or NULL */

    /* For texts that must be read. */
    uint32_t checked; /* the document whose frequency is known ... */
    uint32_t freq;    /* ... and this is it, or only not 0 */
    bool counted;     /* it is */
    bool ready;       /* the needle is */
    wy_needle needle;
    wy_exact hay;
    wy_folded folded;
    wy_documents documents;
} exact_cursor;

/* ---- Text ---------------------------------------------------------------------------------- */

/* Counts the finds in a text that was made ready. *sure: whether characters alone told all. */
static uint32_t count_finds(const exact_cursor *c, const wy_haystack *hay, bool *sure)
{
    wy_exact_place place = {0};
    size_t begin, end;
    uint32_t count = 0;
    *sure = true;
    while (wy_exact_next(hay, &c->needle, &place, &begin, &end)) {
        *sure = *sure && wy_exact_is_sure(hay, begin) && wy_exact_is_sure(hay, end);
        count++;
    }
    return count;
}

/* Adds to c->freq how often the text is in one of a document's texts. Words are cut only where one
 * may be in the way. */
static int count_in(void *context, wy_string text, wy_error *error)
{
    exact_cursor *c = context;
    const wy_mem *mem = c->site->plan->mem;
    wy_tokens tokens;
    bool sure = true;
    int status = WY_OK;
    if (!c->ready) {
        wy_exact_init(&c->hay, mem);
        wy_folded_init(&c->folded, mem);
        status = wy_needle_make(&c->needle, c->query->text, c->query->length, false, mem, error);
        c->ready = true;
    }
    if (!status) status = wy_fold(&c->folded, text.data, text.length, error);
    if (!status) status = wy_exact_set(&c->hay, &c->folded, error);
    uint32_t count = 0;
    if (!status) count = count_finds(c, &(wy_haystack){&c->hay, &c->folded, NULL}, &sure);
    if (!status && !sure) {
        status = wy_analyzer_run(c->site->plan->analyzer, text.data, text.length, &tokens, error);
        if (!status) count = count_finds(c, &(wy_haystack){&c->hay, &c->folded, &tokens}, &sure);
    }
    c->freq += count;
    return status;
}

/* ---- The cursor ---------------------------------------------------------------------------- */

static uint64_t score_of(const exact_cursor *c, uint32_t doc, uint32_t freq)
{
    const wy_norms *norms = c->site->plan->norms[c->field];
    if (!norms) return 0;
    return wy_score(c->weight, freq, norms->k[c->site->lengths[c->field][doc]]);
}

/* The same for some of the window, `count` from `at` on; freqs below 2^31. */
static void scores_of(const exact_cursor *c, size_t at, size_t count, uint32_t *scores)
{
    const wy_norms *norms = c->site->plan->norms[c->field];
    if (!norms) return;
    wy_bulk_get()->score(c->weight, norms->k, c->site->lengths[c->field], c->window.docs + at,
                         c->window.freqs + at, count, scores);
}

/* Tells the window how long a document may be in which the text is so often for a score of `least`:
 * s = w f / (f + K) solved for K, a little more, for what was rounded: scores are floats, with 24
 * bits, before they are whole, and solving magnifies that by (f + K) / K. K grows with the length.
 */
static void set_least(exact_cursor *c, uint64_t least)
{
    const wy_norms *norms = c->site->plan->norms[c->field];
    if (c->bounded_by == least || !norms) return;
    c->bounded_by = least;
    c->window.bounded = true;
    const double score = (double)least * (1 - 5e-7) - 1, most = (double)c->weight * WY_SCORE_ONE;
    unsigned code = 0;
    for (uint32_t freq = 0; freq < WY_EXACT_ENOUGH; freq++) {
        const double k = freq * (most - score) * 1.0001;
        while (code < UINT8_MAX && (double)norms->k[code + 1] * score <= k) code++;
        c->window.limits.codes[freq] = (uint8_t)code;
    }
    c->window.limits.codes[WY_EXACT_ENOUGH] = UINT8_MAX;
}

/* The first window is narrow where scores are asked for: what comes first is to tell of the rest
 * what cannot enter. */
static uint32_t width_of(const exact_cursor *c)
{
    const bool first = c->window.end == 0 && !c->window.exists;
    return first ? FIRST_WIDTH : c->window.width;
}

/* Evaluates windows from `target` on until one has a document. */
static int fill_from(exact_cursor *c, uint32_t target, wy_error *error)
{
    if (c->base.least > 0) set_least(c, c->base.least);
    c->at = 0;
    c->window.count = 0;
    while (target < c->limit && c->window.count == 0) {
        const uint32_t left = c->limit - target;
        const uint32_t width = width_of(c);
        const uint32_t end = left < width ? c->limit : target + width;
        int status = wy_exact_window_fill(&c->window, target, end, error);
        if (status) return status;
        target = end;
    }
    c->bounds = false;
    return WY_OK;
}

static void bound_window(exact_cursor *c)
{
    c->window_max = 0;
    for (size_t i = 0; i < c->window.count; i++) {
        const uint64_t score = score_of(c, c->window.docs[i], c->window.freqs[i]);
        if (score > c->window_max) c->window_max = score;
    }
    c->bounds = true;
}

static int exact_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    const wy_exact_window *w = &c->window;
    int status = WY_OK;
    if (target < w->end) {
        while (c->at < w->count && w->docs[c->at] < target) c->at++;
        if (c->at == w->count) status = fill_from(c, w->end, error);
    } else {
        status = fill_from(c, target, error);
    }
    c->base.doc = !status && c->at < w->count ? w->docs[c->at] : WY_NO_DOC;
    return status;
}

static uint32_t places(const exact_cursor *c)
{
    return c->window.freqs[c->at];
}

/* Whether the text of the candidate decides. */
static int must_read(exact_cursor *c, bool *out, wy_error *error)
{
    wy_postings *p = c->doubtful;
    const uint32_t doc = c->base.doc;
    int status = WY_OK;
    *out = c->query->verify || c->scans;
    if (*out || !p) return WY_OK;
    if (doc > p->block_last) status = wy_postings_block(p, doc, error);
    if (status || p->block_last == WY_NO_DOC) return status;
    status = wy_postings_decode_docs(p, error);
    if (!status) *out = p->docs[wy_meet_search(p->docs, doc)] == doc;
    return status;
}

static int exact_check(wy_cursor *cursor, bool *match, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    int status = WY_OK;
    if (c->checked != c->base.doc) {
        bool read;
        status = must_read(c, &read, error);
        c->freq = status || read ? 0 : places(c);
        c->counted = read || c->window.counted;
        if (!status && read)
            status = wy_documents_read(&c->documents, c->base.doc, count_in, c, error);
        c->checked = c->base.doc;
    }
    *match = !status && c->freq > 0;
    return status;
}

static int exact_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    bool ignored;
    int status = exact_check(cursor, &ignored, error);
    *out = score_of(c, c->base.doc, c->freq);
    return status;
}

static int exact_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    bool ignored;
    int status = exact_check(cursor, &ignored, error);
    if (!status && !c->counted) {
        status = wy_exact_window_places(&c->window, c->base.doc, error);
        c->freq = c->window.start_freq < UINT32_MAX ? (uint32_t)c->window.start_freq : UINT32_MAX;
        c->counted = true;
        c->window.exists = false; /* from the next window on */
    }
    *out = c->freq;
    return status;
}

/* The text is there at most where its units are. */
static int exact_peek(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    (void)error;
    *out = c->scans ? c->base.max : score_of(c, c->base.doc, places(c));
    return WY_OK;
}

static int exact_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    (void)error;
    *last = WY_NO_DOC;
    *out = target < c->limit ? c->base.max : 0;
    if (!c->scans && target >= c->window.base && target < c->window.end) {
        if (!c->bounds) bound_window(c);
        *last = c->window.end - 1;
        *out = c->window_max;
    }
    return WY_OK;
}

/* Where the text decides, also spots that only look like it, in documents that have it. */
static int exact_spots(wy_cursor *cursor, const wy_spot **out, size_t *count, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    wy_exact_window *w = &c->window;
    *count = 0;
    if (c->scans) return WY_OK;
    int status = wy_exact_window_places(w, c->base.doc, error);
    if (!status && !wy_grow(c->site->plan->mem, &c->spots, &c->spot_capacity, w->start_count,
                            sizeof *c->spots))
        return wy_fail_memory(error);
    if (status) return status;
    for (size_t i = 0; i < w->start_count; i++) {
        const uint32_t begin = w->starts[i].position;
        c->spots[i] = (wy_spot){begin, begin + c->query->unit_count};
    }
    *out = c->spots;
    *count = w->start_count;
    return WY_OK;
}

static void exact_close(wy_cursor *cursor)
{
    exact_cursor *c = (exact_cursor *)cursor;
    wy_free(c->site->plan->mem, c->spots);
    wy_exact_window_close(&c->window);
    wy_documents_close(&c->documents);
    if (!c->ready) return;
    wy_needle_free(&c->needle);
    wy_exact_free(&c->hay);
    wy_folded_free(&c->folded);
}

static const wy_cursor_ops exact_ops = {.seek = exact_seek,
                                        .check = exact_check,
                                        .score = exact_score,
                                        .freq = exact_freq,
                                        .peek = exact_peek,
                                        .bound = exact_bound,
                                        .close = exact_close,
                                        .spots = exact_spots};

/* ---- In bulk ------------------------------------------------------------------------------- */

bool wy_cursor_is_exact(const wy_cursor *cursor)
{
    const exact_cursor *c = (const exact_cursor *)cursor;
    return cursor->ops == &exact_ops && !c->query->verify && !c->doubtful;
}

int wy_exact_fill(wy_cursor *cursor, uint32_t *from, uint32_t end, bool scored, uint64_t need,
                  wy_batch *batch, wy_error *error)
{
    exact_cursor *c = (exact_cursor *)cursor;
    const wy_exact_window *w = &c->window;
    int status = cursor->doc < *from ? exact_seek(cursor, *from, error) : WY_OK;
    if (status) return status;
    size_t count = 0, at = c->at;
    while (at < w->count && w->docs[at] < end && count < WY_WINDOW) {
        size_t n = w->count - at < WY_BLOCK ? w->count - at : WY_BLOCK;
        if (n > WY_WINDOW - count) n = WY_WINDOW - count;
        while (w->docs[at + n - 1] >= end) n--;
        uint32_t scores[WY_BLOCK] = {0};
        if (scored) scores_of(c, at, n, scores);
        for (size_t i = 0; i < n; i++) {
            batch->docs[count] = w->docs[at + i];
            batch->scores[count] = scores[i];
            count += !scored || scores[i] >= need;
        }
        at += n;
    }
    batch->count = count;
    *from = at < w->count ? w->docs[at] : w->end;
    if (cursor->doc == WY_NO_DOC || *from > end) *from = end;
    return WY_OK;
}

/* ---- All documents -------------------------------------------------------------------------- */

/* Of a text without a unit that the index knows, or of a run of punctuation alone where it does not
 * know all runs, every document is a candidate. */
static int scan_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    (void)error;
    cursor->doc = target < ((exact_cursor *)cursor)->limit ? target : WY_NO_DOC;
    return WY_OK;
}

static const wy_cursor_ops scan_ops = {.seek = scan_seek,
                                       .check = exact_check,
                                       .score = exact_score,
                                       .freq = exact_freq,
                                       .peek = exact_peek,
                                       .bound = exact_bound,
                                       .close = exact_close,
                                       .spots = exact_spots};

/* ---- Making -------------------------------------------------------------------------------- */

/* Whether the lattice is nothing but the words of the query, as the analyzer cuts it. */
static bool is_plain(const wy_site *site, const wy_lattice *lattice, const wy_node *node)
{
    if (node->exact->verify || lattice->count != node->word_count) return false;
    for (uint32_t i = 0; i < node->word_count; i++) {
        const wy_plan_term *term = &site->plan->terms[node->words[i].term];
        bool found = false;
        for (size_t e = 0; e < lattice->count && term->found[site->number]; e++) {
            const wy_edge *edge = &lattice->edges[e];
            found |= edge->from == node->words[i].offset && edge->before == 0 &&
                     edge->to == edge->from + term->width &&
                     edge->term.ordinal == term->place[site->number].info.ordinal;
        }
        if (!found) return false;
    }
    return true;
}

/* What the documents can be at most. */
static uint64_t cost_of(const wy_lattice *lattice, uint32_t documents)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < lattice->count; i++) sum += lattice->edges[i].term.doc_freq;
    return sum < documents ? sum : documents;
}

static int open_doubtful(exact_cursor *c, const wy_term_info *info, wy_error *error)
{
    wy_segment_term term;
    int status = wy_segment_term_of(c->site->segment, c->field, info, &term, error);
    if (status) return status;
    c->doubtful = wy_arena_alloc(c->site->arena, sizeof *c->doubtful);
    if (!c->doubtful) return wy_fail_memory(error);
    return wy_segment_term_postings(c->site->segment, &term, c->doubtful, error);
}

static int make(wy_site *site, const wy_node *node, const wy_lattice *lattice, uint32_t first,
                wy_cursor **out, wy_error *error)
{
    const wy_exact_query *query = node->exact;
    exact_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    const bool scans = query->unit_count == 0 || (query->unit_count == 1 && lattice->doubtful);
    *c = (exact_cursor){.base = {.ops = scans ? &scan_ops : &exact_ops},
                        .scans = scans,
                        .site = site,
                        .query = query,
                        .field = node->field,
                        .weight = node->weight,
                        .checked = WY_NO_DOC};
    wy_documents_init(&c->documents, site, node->field);
    c->limit =
        node->field == WY_FIELD_BODY ? site->end : wy_segment_documents(site->segment, node->field);
    c->base.cost = scans ? c->limit : cost_of(lattice, c->limit);
    /* tf / (tf + K) is below 1, or rounded to it. */
    c->base.max = (uint64_t)ceil((double)node->weight * WY_SCORE_ONE) + 1;
    wy_site_note(site, &c->base);
    int status = WY_OK;
    if (!scans && lattice->doubtful) status = open_doubtful(c, &lattice->long_runs, error);
    if (!scans && !status)
        status = wy_exact_window_open(&c->window, site, node->field, query, lattice, error);
    c->window.exists = !site->plan->norms[node->field]; /* what is not ranked may not be counted */
    if (!status) status = wy_cursor_seek(&c->base, first, error);
    *out = &c->base;
    return status;
}

int wy_cursor_exact(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                    wy_error *error)
{
    wy_lattice lattice;
    *out = NULL;
    int status =
        wy_lattice_make(&lattice, site->segment, node->field, node->exact, site->plan->mem, error);
    if (!status && (lattice.count > 0 || node->exact->unit_count == 0)) {
        if (is_plain(site, &lattice, node))
            status = node->word_count > 1 ? wy_cursor_phrase(site, node, first, out, error)
                                          : wy_cursor_term(site, node, first, out, error);
        else
            status = make(site, node, &lattice, first, out, error);
    }
    wy_lattice_free(&lattice);
    return status;
}
