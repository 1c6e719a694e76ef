/*
 * query/cursor_leaf.c: cursors over one posting list, and over ranges of ids.
 */
#include "query/cursor.h"

#include <string.h>

#include "base/error.h"
#include "query/document.h"

int wy_lane_open(const wy_site *site, const wy_node *node, uint32_t term, wy_lane **out,
                 wy_error *error)
{
    const wy_plan_term *t = &site->plan->terms[term];
    *out = NULL;
    if (!t->found[site->number]) return WY_OK;
    wy_lane *lane = wy_arena_alloc(site->arena, sizeof *lane);
    if (!lane) return wy_fail_memory(error);
    lane->doc = WY_NO_DOC;
    lane->at = 0;
    lane->loaded = UINT32_MAX;
    lane->meet = wy_meet_get();
    lane->search = wy_meet_search_get();
    lane->meet_keep = wy_meet_keep_get();
    lane->bulk = wy_bulk_get();
    lane->weight = node->weight;
    const wy_norms *norms = site->plan->norms[t->field];
    lane->k = norms ? norms->k : NULL;
    lane->lengths = site->lengths[t->field];
    lane->written = site->written[t->field];
    lane->searched = site->plan->average[t->field];
    *out = lane;
    return wy_segment_term_postings(site->segment, &t->place[site->number], &lane->postings, error);
}

void wy_lane_spots_init(wy_lane_spots *spots, const wy_site *site, uint32_t term)
{
    *spots = (wy_lane_spots){.site = site, .term = term, .with_freqs = UINT32_MAX};
}

void wy_lane_spots_close(wy_lane_spots *spots)
{
    if (spots->positions) wy_positions_close(spots->positions);
    if (spots->documents) wy_documents_close(spots->documents);
    if (spots->site) wy_free(spots->site->plan->mem, spots->list);
}

static bool add_spot(wy_lane_spots *spots, uint32_t begin, uint32_t width)
{
    if (!wy_grow(spots->site->plan->mem, &spots->list, &spots->capacity, spots->count + 1,
                 sizeof *spots->list))
        return false;
    spots->list[spots->count++] = (wy_spot){begin, begin + width};
    return true;
}

static int open_positions(wy_lane_spots *spots, const wy_plan_term *term, wy_error *error)
{
    const wy_site *site = spots->site;
    wy_positions *positions = wy_arena_alloc(site->arena, sizeof *positions);
    if (!positions) return wy_fail_memory(error);
    int status = wy_segment_term_positions(site->segment, site->plan->mem,
                                           &term->place[site->number], positions, error);
    if (!status) spots->positions = positions;
    return status;
}

static int add_by_positions(wy_lane *lane, wy_lane_spots *spots, const wy_plan_term *term,
                            wy_error *error)
{
    wy_postings *p = &lane->postings;
    int status = spots->positions ? WY_OK : open_positions(spots, term, error);
    if (!status && spots->with_freqs != p->block) {
        status = wy_postings_decode_freqs(p, error);
        spots->with_freqs = p->block;
    }
    const uint32_t *list;
    uint32_t count;
    if (!status)
        status = wy_positions_get(spots->positions, p->block, p->docs, p->freqs, p->block_count,
                                  lane->at, &list, &count, error);
    if (status) return status;
    for (uint32_t i = 0; i < count; i++)
        if (!add_spot(spots, list[i], term->width)) return wy_fail_memory(error);
    return WY_OK;
}

/* A wy_document_fn: adds the places of the term in a text, which is all of its document. */
static int add_in(void *context, wy_string text, wy_error *error)
{
    wy_lane_spots *spots = context;
    const wy_plan *plan = spots->site->plan;
    const wy_plan_term *term = &plan->terms[spots->term];
    wy_tokens tokens;
    int status = wy_analyzer_run(plan->analyzer, text.data, text.length, &tokens, error);
    if (status) return status;
    for (size_t i = 0; i < tokens.count; i++) {
        const wy_token *t = &tokens.list[i];
        if (t->kind != term->kind || t->length != term->length ||
            memcmp(t->term, term->text, t->length) != 0)
            continue;
        if (!add_spot(spots, t->position, t->width)) return wy_fail_memory(error);
    }
    return WY_OK;
}

static int add_by_text(const wy_lane *lane, wy_lane_spots *spots, const wy_plan_term *term,
                       wy_error *error)
{
    if (!spots->documents) {
        wy_documents *documents = wy_arena_alloc(spots->site->arena, sizeof *documents);
        if (!documents) return wy_fail_memory(error);
        wy_documents_init(documents, spots->site, term->field);
        spots->documents = documents;
    }
    return wy_documents_read(spots->documents, lane->doc, add_in, spots, error);
}

int wy_lane_add_spots(wy_lane *lane, wy_lane_spots *spots, wy_error *error)
{
    const wy_plan_term *term = &spots->site->plan->terms[spots->term];
    return wy_key_has_positions(wy_key_first(term->field, term->kind))
               ? add_by_positions(lane, spots, term, error)
               : add_by_text(lane, spots, term, error);
}

/* ---- A word ------------------------------------------------------------------------------- */

typedef struct term_cursor {
    wy_cursor base;
    wy_lane *lane;
    wy_lane_spots spots;
} term_cursor;

static int term_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    term_cursor *c = (term_cursor *)cursor;
    int status = wy_lane_seek(c->lane, target, error);
    c->base.doc = c->lane->doc;
    return status;
}

static int term_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    term_cursor *c = (term_cursor *)cursor;
    uint32_t freq;
    int status = wy_lane_freq(c->lane, &freq, error);
    if (!status) *out = wy_lane_score_of(c->lane, c->base.doc, freq);
    return status;
}

static int term_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    return wy_lane_freq(((term_cursor *)cursor)->lane, out, error);
}

static int term_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                      wy_error *error)
{
    wy_lane *lane = ((term_cursor *)cursor)->lane;
    int status = wy_lane_shallow(lane, target, error);
    *last = lane->postings.block_last;
    *out = wy_lane_bound_of(lane, wy_lane_impact(lane, *last), lane->weight);
    return status;
}

static int term_spots(wy_cursor *cursor, const wy_spot **out, size_t *count, wy_error *error)
{
    term_cursor *c = (term_cursor *)cursor;
    c->spots.count = 0;
    int status = wy_lane_add_spots(c->lane, &c->spots, error);
    *out = c->spots.list;
    *count = c->spots.count;
    return status;
}

static void term_close(wy_cursor *cursor)
{
    wy_lane_spots_close(&((term_cursor *)cursor)->spots);
}

static const wy_cursor_ops term_ops = {.seek = term_seek,
                                       .score = term_score,
                                       .freq = term_freq,
                                       .bound = term_bound,
                                       .close = term_close,
                                       .spots = term_spots};

int wy_cursor_term(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                   wy_error *error)
{
    *out = NULL;
    wy_lane *lane;
    int status = wy_lane_open(site, node, node->words[0].term, &lane, error);
    if (status || !lane) return status;
    term_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (term_cursor){.base = {.ops = &term_ops, .cost = lane->postings.count}, .lane = lane};
    c->base.max = wy_lane_bound_of(lane, lane->postings.list_impact, lane->weight);
    wy_lane_spots_init(&c->spots, site, node->words[0].term);
    wy_site_note(site, &c->base);
    *out = &c->base;
    return term_seek(*out, first, error);
}

/* ---- A range of ids ------------------------------------------------------------------------ */

typedef struct range_cursor {
    wy_cursor base;
    uint32_t first, end;
} range_cursor;

static int range_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    range_cursor *c = (range_cursor *)cursor;
    (void)error;
    if (target < c->first) target = c->first;
    c->base.doc = target < c->end ? target : WY_NO_DOC;
    return WY_OK;
}

static int range_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    (void)cursor;
    (void)error;
    *out = 0;
    return WY_OK;
}

static int range_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    (void)cursor;
    (void)target;
    (void)error;
    *last = WY_NO_DOC;
    *out = 0;
    return WY_OK;
}

static const wy_cursor_ops range_ops = {
    .seek = range_seek, .score = range_score, .bound = range_bound};

bool wy_cursor_is_range(const wy_cursor *cursor, uint32_t *end)
{
    if (cursor->ops != &range_ops) return false;
    *end = ((const range_cursor *)cursor)->end;
    return true;
}

int wy_cursor_range(wy_site *site, uint32_t first, uint32_t end, wy_cursor **out, wy_error *error)
{
    range_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c = (range_cursor){.base = {.ops = &range_ops}, .first = first, .end = end};
    c->base.cost = end > first ? end - first : 0;
    *out = &c->base;
    return range_seek(*out, site->first, error);
}

/* ---- Ranges of ids ------------------------------------------------------------------------- */

typedef struct ranges_cursor {
    wy_cursor base;
    const wy_plan_ranges *ranges;
    size_t at; /* the range at hand */
} ranges_cursor;

static int ranges_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    ranges_cursor *c = (ranges_cursor *)cursor;
    const wy_plan_range *list = c->ranges->list;
    size_t low = c->at, high = c->ranges->count, step = 1;
    (void)error;
    /* Targets are mostly near: look at ever greater distances, then in between. */
    while (low + step < high && list[low + step].end <= target) {
        low += step;
        step *= 2;
    }
    if (low + step < high) high = low + step + 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list[middle].end <= target)
            low = middle + 1;
        else
            high = middle;
    }
    c->at = low;
    c->base.doc = low == c->ranges->count    ? WY_NO_DOC
                  : list[low].first > target ? list[low].first
                                             : target;
    return WY_OK;
}

static const wy_cursor_ops ranges_ops = {
    .seek = ranges_seek, .score = range_score, .bound = range_bound};

int wy_cursor_ranges(wy_site *site, const wy_plan_ranges *ranges, wy_cursor **out, wy_error *error)
{
    *out = NULL;
    if (ranges->count == 0) return WY_OK;
    ranges_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    if (!c) return wy_fail_memory(error);
    *c =
        (ranges_cursor){.base = {.ops = &ranges_ops, .cost = ranges->paragraphs}, .ranges = ranges};
    *out = &c->base;
    return ranges_seek(*out, site->first, error);
}
