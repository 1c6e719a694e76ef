#include "query/exact_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { SMALL = WY_BLOCK, NO_STAGE = 255 };

/* One that comes in a single block of postings keeps its ids; others are run along. */
struct wy_exact_edge {
    wy_segment_term term;
    uint64_t mask;   /* units covered; those beyond the 63rd share a bit */
    uint32_t covers; /* units */
    uint32_t from, before;
    uint8_t stage;
    bool loaded;     /* docs and freqs, or postings */
    bool opened;     /* positions */
    uint32_t *docs, *freqs; /* of a small one */
    uint32_t at;            /* in docs: the first that may still come */
    wy_postings *postings;  /* of a large one */
    wy_postings *reader;    /* for positions */
    wy_postings *spotter;   /* for places */
    wy_positions positions;
};

/* An edge in a document of the window. */
struct wy_exact_hit {
    uint32_t edge;
    uint32_t next; /* + 1 */
};

static inline bool is_small(const wy_exact_edge *edge)
{
    return edge->term.info.doc_freq <= SMALL;
}

/* ---- Posting lists ------------------------------------------------------------------------- */

static int open_postings(wy_exact_window *w, wy_exact_edge *edge, wy_postings **out,
                         wy_error *error)
{
    *out = wy_arena_alloc(w->site->arena, sizeof **out);
    if (!*out) return wy_fail_memory(error);
    return wy_segment_term_postings(w->site->segment, &edge->term, *out, error);
}

/* Takes over the only block of a small edge. */
static int load_small(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    const size_t n = edge->term.info.doc_freq;
    const bool freqs = w->lazy || edge->covers == w->needed;
    wy_postings *p = w->scratch;
    edge->docs = wy_arena_alloc(w->site->arena, n * sizeof *edge->docs * (1 + freqs));
    if (!edge->docs) return wy_fail_memory(error);
    int status = wy_segment_term_postings(w->site->segment, &edge->term, p, error);
    if (!status) status = wy_postings_block(p, 0, error);
    if (!status) status = wy_postings_decode_docs(p, error);
    if (!status && freqs) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    memcpy(edge->docs, p->docs, n * sizeof *edge->docs);
    edge->freqs = edge->docs + n;
    if (freqs) memcpy(edge->freqs, p->freqs, n * sizeof *edge->freqs);
    return WY_OK;
}

static int load(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    if (edge->loaded) return WY_OK;
    edge->loaded = true;
    return is_small(edge) ? load_small(w, edge, error)
                          : open_postings(w, edge, &edge->postings, error);
}

/* Moves a small edge to the first id of the window. */
static void skip_small(wy_exact_edge *edge, uint32_t base)
{
    const uint32_t n = edge->term.info.doc_freq;
    while (edge->at < n && edge->docs[edge->at] < base) edge->at++;
}

/* Some postings of the window: ids, and frequencies where asked for. *count 0: no more. */
static int next_run(wy_exact_window *w, wy_exact_edge *edge, bool freqs, uint32_t *from,
                    const uint32_t **docs, const uint32_t **counts, size_t *count, wy_error *error)
{
    *count = 0;
    if (*from >= w->end) return WY_OK;
    if (is_small(edge)) {
        const uint32_t n = edge->term.info.doc_freq;
        skip_small(edge, *from);
        *docs = edge->docs + edge->at;
        *counts = edge->freqs + edge->at;
        while (edge->at + *count < n && (*docs)[*count] < w->end) ++*count;
        *from = w->end;
        return WY_OK;
    }
    wy_postings *p = edge->postings;
    int status = *from > p->block_last || p->block_last == WY_NO_DOC
                     ? wy_postings_block(p, *from, error)
                     : WY_OK;
    if (status || p->block_last == WY_NO_DOC) return status;
    status = wy_postings_decode_docs(p, error);
    if (!status && freqs) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    const uint32_t first = wy_meet_search(p->docs, *from);
    const uint32_t last = p->block_last < w->end ? p->block_count : wy_meet_search(p->docs, w->end);
    *docs = p->docs + first;
    *counts = p->freqs + first;
    *count = last - first;
    *from = p->block_last < w->end ? p->block_last + 1 : w->end;
    return WY_OK;
}

/* ---- Candidates ---------------------------------------------------------------------------- */

static int add_hit(wy_exact_window *w, uint32_t slot, size_t edge, wy_error *error)
{
    if (w->hit_count == w->hit_capacity &&
        !wy_grow(w->site->plan->mem, &w->hits, &w->hit_capacity, w->hit_count + 1,
                 sizeof *w->hits))
        return wy_fail_memory(error);
    w->hits[w->hit_count++] = (wy_exact_hit){(uint32_t)edge, w->heads[slot]};
    w->heads[slot] = (uint32_t)w->hit_count;
    w->masks[slot] |= w->edges[edge].mask;
    return WY_OK;
}

/* All documents of an edge are candidates. */
static int lead(wy_exact_window *w, size_t number, wy_error *error)
{
    wy_exact_edge *edge = &w->edges[number];
    uint32_t from = w->base;
    const uint32_t *docs, *freqs;
    size_t count;
    int status = load(w, edge, error);
    while (!status && from < w->end) {
        status = next_run(w, edge, w->lazy, &from, &docs, &freqs, &count, error);
        if (status || count == 0) break;
        for (size_t i = 0; i < count && !status; i++) {
            const uint32_t slot = docs[i] - w->base;
            if (w->lazy) w->most[slot] += freqs[i];
            w->bits[slot / 64] |= UINT64_C(1) << slot % 64;
            status = add_hit(w, slot, number, error);
        }
    }
    return status;
}

/* Lists the candidates in order, and clears the bits. */
static size_t list_bits(wy_exact_window *w, uint32_t *out)
{
    size_t count = 0;
    const size_t words = (w->end - w->base + 63) / 64;
    for (size_t i = 0; i < words; i++) {
        for (uint64_t bits = w->bits[i]; bits; bits &= bits - 1)
            out[count++] = w->base + (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(bits);
        w->bits[i] = 0;
    }
    return count;
}

/* Which of the candidates a large edge has, block by block. */
static int meet_large(wy_exact_window *w, size_t number, size_t count, wy_error *error)
{
    wy_postings *p = w->edges[number].postings;
    wy_meet_fn *meet = wy_meet_get();
    wy_meeting meeting;
    int status = WY_OK;
    for (size_t i = 0, n; i < count && !status; i += n) {
        const uint32_t *ids = w->candidates + i;
        if (ids[0] > p->block_last) status = wy_postings_block(p, ids[0], error);
        if (status || p->block_last == WY_NO_DOC) break;
        for (n = 1; n < WY_BLOCK && i + n < count && ids[n] <= p->block_last;) n++;
        status = wy_postings_decode_docs(p, error);
        const size_t found = status ? 0 : meet(p->docs, ids, n, &meeting);
        for (size_t j = 0; j < found && !status; j++)
            status = add_hit(w, ids[meeting.id[j]] - w->base, number, error);
    }
    return status;
}

/* Which of the candidates a small edge has: those with a mask are. */
static int meet_small(wy_exact_window *w, size_t number, wy_error *error)
{
    wy_exact_edge *edge = &w->edges[number];
    int status = WY_OK;
    skip_small(edge, w->base);
    for (uint32_t i = edge->at; i < edge->term.info.doc_freq && !status; i++) {
        if (edge->docs[i] >= w->end) break;
        const uint32_t slot = edge->docs[i] - w->base;
        if (w->masks[slot]) status = add_hit(w, slot, number, error);
    }
    return status;
}

static void forget(wy_exact_window *w, uint32_t doc)
{
    w->masks[doc - w->base] = 0;
    w->heads[doc - w->base] = 0;
    w->most[doc - w->base] = 0;
}

/* Drops candidates without the unit. */
static size_t keep_unit(wy_exact_window *w, size_t count, uint64_t unit)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t doc = w->candidates[i];
        if (w->masks[doc - w->base] & unit)
            w->candidates[kept++] = doc;
        else
            forget(w, doc);
    }
    return kept;
}

/* Finds the candidates that have an edge for every unit; they keep their hits. */
static int find_candidates(wy_exact_window *w, size_t *out, wy_error *error)
{
    size_t e = w->whole, count = 0;
    int status = WY_OK;
    w->hit_count = 0;
    for (size_t s = 0; s < w->stage_count && !status; s++) {
        for (; e < w->edge_count && w->edges[e].stage == s && !status; e++) {
            if (s == 0) {
                status = lead(w, e, error);
                continue;
            }
            status = load(w, &w->edges[e], error);
            if (status) break;
            status = is_small(&w->edges[e]) ? meet_small(w, e, error)
                                            : meet_large(w, e, count, error);
        }
        if (s == 0) count = list_bits(w, w->candidates);
        if (!status) count = keep_unit(w, count, w->stages[s]);
        if (count == 0) break;
    }
    *out = count;
    return status;
}

/* ---- Positions ----------------------------------------------------------------------------- */

/* By *reader, which is opened when it is first needed. *count 0: the edge is not in `doc`. */
static int read_positions(wy_exact_window *w, wy_exact_edge *edge, wy_postings **reader,
                          uint32_t doc, const uint32_t **list, uint32_t *count, wy_error *error)
{
    int status = WY_OK;
    *count = 0;
    if (!*reader) status = open_postings(w, edge, reader, error);
    if (!status && !edge->opened) {
        status = wy_segment_term_positions(w->site->segment, w->site->plan->mem, &edge->term,
                                           &edge->positions, error);
        edge->opened = !status;
    }
    wy_postings *p = *reader;
    if (!status) status = wy_postings_block(p, doc, error);
    if (status || p->block_last == WY_NO_DOC) return status;
    status = wy_postings_decode_docs(p, error);
    const uint32_t at = status ? 0 : wy_meet_search(p->docs, doc);
    if (status || p->docs[at] != doc) return status;
    status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    return wy_positions_get(&edge->positions, p->block, p->docs, p->freqs, p->block_count, at, list,
                            count, error);
}

static int by_position(const void *a, const void *b)
{
    const wy_exact_start *x = a, *y = b;
    return (x->position > y->position) - (x->position < y->position);
}

/* Places at which the text may begin for an edge to be where it is. */
static int add_starts(wy_exact_window *w, const wy_exact_edge *edge, const uint32_t *list,
                      uint32_t count, wy_error *error)
{
    if (!wy_grow(w->site->plan->mem, &w->starts, &w->start_capacity, w->start_count + count,
                 sizeof *w->starts))
        return wy_fail_memory(error);
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t position = (uint64_t)list[i] + edge->before;
        if (position < edge->from) continue;
        w->starts[w->start_count++] =
            (wy_exact_start){(uint32_t)(position - edge->from), edge->covers};
    }
    return WY_OK;
}

/* Adds what an edge covers to the places that are there already. */
static void cover_starts(wy_exact_window *w, const wy_exact_edge *edge, const uint32_t *list,
                         uint32_t count)
{
    wy_exact_start *start = w->starts, *end = start + w->start_count;
    for (uint32_t i = 0; i < count && start < end; i++) {
        const uint64_t position = (uint64_t)list[i] + edge->before;
        while (start < end && (uint64_t)start->position + edge->from < position) start++;
        if (start < end && (uint64_t)start->position + edge->from == position)
            start->covered += edge->covers;
    }
}

static void keep_covered(wy_exact_window *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->start_count; i++)
        if (w->starts[i].covered == w->needed) w->starts[kept++] = w->starts[i];
    w->start_count = kept;
}

/* How often the edges of a candidate cover all units. Leaves the places in w->starts. */
static int count_places(wy_exact_window *w, uint32_t doc, uint32_t *out, wy_error *error)
{
    size_t leads = 0;
    w->start_count = 0;
    for (int others = 0; others < 2; others++) {
        for (uint32_t h = w->heads[doc - w->base]; h; h = w->hits[h - 1].next) {
            wy_exact_edge *edge = &w->edges[w->hits[h - 1].edge];
            const uint32_t *list;
            uint32_t count;
            if ((edge->stage > 0) != others) continue;
            int status = read_positions(w, edge, &edge->reader, doc, &list, &count, error);
            if (!status && !others) status = add_starts(w, edge, list, count, error);
            if (status) return status;
            if (others) cover_starts(w, edge, list, count);
            leads += !others;
        }
        if (w->start_count == 0) break;
        if (!others && leads > 1)
            qsort(w->starts, w->start_count, sizeof *w->starts, by_position);
    }
    keep_covered(w);
    *out = (uint32_t)w->start_count;
    return WY_OK;
}

int wy_exact_window_places(wy_exact_window *w, uint32_t doc, wy_error *error)
{
    w->start_count = 0;
    for (size_t e = 0; e < w->edge_count; e++) {
        wy_exact_edge *edge = &w->edges[e];
        const uint32_t *list;
        uint32_t count;
        int status = read_positions(w, edge, &edge->spotter, doc, &list, &count, error);
        if (!status) status = add_starts(w, edge, list, count, error);
        if (status) return status;
    }
    if (w->start_count == 0) return WY_OK;
    qsort(w->starts, w->start_count, sizeof *w->starts, by_position);
    size_t kept = 0;
    for (size_t i = 1; i < w->start_count; i++) {
        if (w->starts[i].position == w->starts[kept].position)
            w->starts[kept].covered += w->starts[i].covered;
        else
            w->starts[++kept] = w->starts[i];
    }
    w->start_count = kept + 1;
    keep_covered(w);
    return WY_OK;
}

/* ---- The window ---------------------------------------------------------------------------- */

/* Adds the frequencies of the edges that cover all. */
static int add_whole(wy_exact_window *w, wy_error *error)
{
    int status = WY_OK;
    for (size_t e = 0; e < w->whole && !status; e++) {
        wy_exact_edge *edge = &w->edges[e];
        uint32_t from = w->base;
        status = load(w, edge, error);
        while (!status && from < w->end) {
            const uint32_t *docs, *freqs;
            size_t count;
            status = next_run(w, edge, true, &from, &docs, &freqs, &count, error);
            if (status || count == 0) break;
            for (size_t i = 0; i < count; i++) {
                const uint32_t slot = docs[i] - w->base;
                w->bits[slot / 64] |= UINT64_C(1) << slot % 64;
                w->whole_freqs[slot] += freqs[i];
            }
        }
    }
    return status;
}

int wy_exact_window_fill(wy_exact_window *w, uint32_t base, uint32_t end, wy_error *error)
{
    size_t candidates = 0;
    for (size_t i = 0; i < w->count && w->lazy; i++) forget(w, w->docs[i]);
    w->base = base;
    w->end = end;
    w->count = 0;
    int status = find_candidates(w, &candidates, error);
    for (size_t i = 0; i < candidates; i++) {
        const uint32_t doc = w->candidates[i], slot = doc - base;
        uint32_t freq = w->most[slot];
        if (!w->lazy) {
            if (!status) status = count_places(w, doc, &freq, error);
            forget(w, doc);
        }
        if (!freq) continue;
        w->whole_freqs[slot] += freq;
        w->bits[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    if (!status) status = add_whole(w, error);
    if (status) return status;
    w->count = list_bits(w, w->docs);
    for (size_t i = 0; i < w->count; i++) {
        uint32_t *freq = &w->whole_freqs[w->docs[i] - base];
        w->freqs[i] = *freq;
        *freq = 0;
    }
    return WY_OK;
}

int wy_exact_window_settle(wy_exact_window *w, size_t i, wy_error *error)
{
    const uint32_t doc = w->docs[i];
    uint32_t freq;
    if (!wy_exact_window_is_open(w, i)) return WY_OK;
    int status = count_places(w, doc, &freq, error);
    if (status) return status;
    w->freqs[i] = w->freqs[i] - w->most[doc - w->base] + freq;
    forget(w, doc);
    return WY_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

static uint64_t bit_of(uint32_t unit)
{
    return UINT64_C(1) << (unit < 63 ? unit : 63);
}

static uint64_t mask_of(uint32_t from, uint32_t to)
{
    uint64_t mask = 0;
    for (uint32_t i = from; i < to; i++) mask |= bit_of(i);
    return mask;
}

static int by_stage(const void *a, const void *b)
{
    const wy_exact_edge *x = a, *y = b;
    return (x->stage > y->stage) - (x->stage < y->stage);
}

/* Puts the units in the order of what their edges cost, and each edge with the first of its units.
 * Drops all that need others where a unit has none. */
static void plan_stages(wy_exact_window *w, uint64_t units)
{
    uint64_t costs[64] = {0}, seen = 0;
    wy_exact_edge *parts = w->edges + w->whole;
    const size_t count = w->edge_count - w->whole;
    for (size_t e = 0; e < count; e++) {
        seen |= parts[e].mask;
        for (uint64_t m = parts[e].mask; m; m &= m - 1)
            costs[__builtin_ctzll(m)] += parts[e].term.info.doc_freq;
    }
    if (seen != units) {
        w->edge_count = w->whole;
        return;
    }
    for (size_t e = 0; e < count; e++) parts[e].stage = NO_STAGE;
    while (units) {
        int best = __builtin_ctzll(units);
        for (uint64_t m = units; m; m &= m - 1)
            if (costs[__builtin_ctzll(m)] < costs[best]) best = __builtin_ctzll(m);
        for (size_t e = 0; e < count; e++)
            if (parts[e].stage == NO_STAGE && parts[e].mask >> best & 1)
                parts[e].stage = (uint8_t)w->stage_count;
        w->stages[w->stage_count++] = UINT64_C(1) << best;
        units &= ~(UINT64_C(1) << best);
    }
    qsort(parts, count, sizeof *parts, by_stage);
}

static bool make_room(wy_exact_window *w)
{
    wy_arena *arena = w->site->arena;
    const size_t n = WY_EXACT_WINDOW;
    w->bits = wy_arena_alloc(arena, n / 8);
    w->masks = wy_arena_alloc(arena, n * sizeof *w->masks);
    w->heads = wy_arena_alloc(arena, n * sizeof *w->heads);
    w->whole_freqs = wy_arena_alloc(arena, n * sizeof *w->whole_freqs);
    w->most = wy_arena_alloc(arena, n * sizeof *w->most);
    w->candidates = wy_arena_alloc(arena, n * sizeof *w->candidates);
    w->docs = wy_arena_alloc(arena, n * sizeof *w->docs);
    w->freqs = wy_arena_alloc(arena, n * sizeof *w->freqs);
    w->scratch = wy_arena_alloc(arena, sizeof *w->scratch);
    if (!w->bits || !w->masks || !w->heads || !w->whole_freqs || !w->most || !w->candidates || !w->docs ||
        !w->freqs || !w->scratch)
        return false;
    memset(w->bits, 0, n / 8);
    memset(w->masks, 0, n * sizeof *w->masks);
    memset(w->heads, 0, n * sizeof *w->heads);
    memset(w->whole_freqs, 0, n * sizeof *w->whole_freqs);
    memset(w->most, 0, n * sizeof *w->most);
    return true;
}

int wy_exact_window_open(wy_exact_window *w, const wy_site *site, wy_field field,
                         const wy_exact_query *query, const wy_lattice *lattice, wy_error *error)
{
    *w = (wy_exact_window){.site = site,
                           .field = field,
                           .needed = query->unit_count - query->gaps,
                           .edge_count = lattice->count,
                           .whole = lattice->whole};
    w->edges = wy_arena_alloc(site->arena, lattice->count * sizeof *w->edges);
    if (!w->edges || !make_room(w)) return wy_fail_memory(error);
    uint64_t units = 0;
    for (uint32_t i = 0; i < query->unit_count; i++)
        if (!wy_exact_is_gap(&query->units[i])) units |= bit_of(i);
    for (size_t i = 0; i < lattice->count; i++) {
        const wy_edge *edge = &lattice->edges[i];
        w->edges[i] = (wy_exact_edge){.term = {field, edge->term, edge->term.doc_freq},
                                      .mask = mask_of(edge->from, edge->to),
                                      .covers = edge->to - edge->from,
                                      .from = edge->from,
                                      .before = edge->before};
    }
    plan_stages(w, units);
    return WY_OK;
}

void wy_exact_window_close(wy_exact_window *w)
{
    if (!w->site) return;
    for (size_t i = 0; i < w->edge_count; i++)
        if (w->edges[i].opened) wy_positions_close(&w->edges[i].positions);
    wy_free(w->site->plan->mem, w->hits);
    wy_free(w->site->plan->mem, w->starts);
    w->site = NULL;
}
