#include "query/exact_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/exact_edge.h"

enum { NO_STAGE = 255 };

/* ---- Posting lists ------------------------------------------------------------------------- */

int wy_exact_open_postings(wy_exact_window *w, const wy_exact_edge *edge, wy_postings **out,
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
    wy_postings *p = w->scratch;
    edge->docs = wy_arena_alloc(w->site->arena, 2 * n * sizeof *edge->docs);
    if (!edge->docs) return wy_fail_memory(error);
    int status = wy_segment_term_postings(w->site->segment, &edge->term, p, error);
    if (!status) status = wy_postings_block(p, 0, error);
    if (!status) status = wy_postings_decode_docs(p, error);
    if (!status) status = wy_postings_decode_freqs(p, error);
    if (status) return status;
    memcpy(edge->docs, p->docs, n * sizeof *edge->docs);
    edge->freqs = edge->docs + n;
    memcpy(edge->freqs, p->freqs, n * sizeof *edge->freqs);
    return WY_OK;
}

static int load(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    if (edge->loaded) return WY_OK;
    edge->loaded = true;
    return wy_exact_is_small(edge) ? load_small(w, edge, error)
                                   : wy_exact_open_postings(w, edge, &edge->postings, error);
}

/* Moves a small edge to the first id of the window. */
static void skip_small(wy_exact_edge *edge, uint32_t base)
{
    const uint32_t n = edge->term.info.doc_freq;
    while (edge->at < n && edge->docs[edge->at] < base) edge->at++;
}

typedef struct run {
    const uint32_t *docs, *freqs;
    uint32_t at; /* of the first in its block */
    size_t count;
} run;

/* Some postings of the window: ids, and frequencies where asked for. count 0: no more. */
static int next_run(wy_exact_window *w, wy_exact_edge *edge, bool freqs, uint32_t *from, run *out,
                    wy_error *error)
{
    out->count = 0;
    if (*from >= w->end) return WY_OK;
    if (wy_exact_is_small(edge)) {
        const uint32_t n = edge->term.info.doc_freq;
        skip_small(edge, *from);
        *out = (run){edge->docs + edge->at, edge->freqs + edge->at, edge->at, 0};
        while (edge->at + out->count < n && out->docs[out->count] < w->end) out->count++;
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
    edge->decoded = p->block;
    const uint32_t first = wy_meet_search(p->docs, *from);
    const uint32_t last = p->block_last < w->end ? p->block_count : wy_meet_search(p->docs, w->end);
    *out = (run){p->docs + first, p->freqs + first, first, last - first};
    *from = p->block_last < w->end ? p->block_last + 1 : w->end;
    return WY_OK;
}

/* ---- Candidates ---------------------------------------------------------------------------- */

/* Room for `more` hits. */
static bool room_for_hits(wy_exact_window *w, size_t more)
{
    return wy_grow(w->site->plan->mem, &w->hits, &w->hit_capacity, w->hit_count + more,
                   sizeof *w->hits);
}

static inline void add_hit(wy_exact_window *w, const wy_exact_edge *edge, uint32_t slot,
                           uint32_t at)
{
    w->hits[w->hit_count++] = (wy_exact_hit){(uint16_t)slot, (uint8_t)at};
    w->masks[slot] |= edge->class_bit;
}

/* All documents of an edge are candidates. */
static int lead(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    uint32_t from = w->base;
    run r;
    int status = WY_OK;
    while (!status && from < w->end) {
        status = next_run(w, edge, w->bounded, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        for (size_t i = 0; i < r.count; i++) {
            const uint32_t slot = r.docs[i] - w->base;
            if (w->bounded) w->most[slot] += r.freqs[i];
            w->bits[slot / 64] |= UINT64_C(1) << slot % 64;
            add_hit(w, edge, slot, r.at + (uint32_t)i);
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

/* The candidates in which an edge of a class could be of use, as w->asked and w->bits. */
static size_t choose(wy_exact_window *w, size_t count, uint64_t class_bit)
{
    size_t chosen = 0;
    memset(w->bits, 0, WY_EXACT_WINDOW / 8);
    for (size_t i = 0; i < count; i++) {
        const uint32_t doc = w->candidates[i], slot = doc - w->base;
        const uint64_t of_use = (w->hopes[i] & class_bit) != 0;
        w->asked[chosen] = doc;
        w->bits[slot / 64] |= of_use << slot % 64;
        chosen += of_use;
    }
    return chosen;
}

/* Which of w->asked a large edge has, block by block. */
static int meet_large(wy_exact_window *w, wy_exact_edge *edge, size_t count, wy_error *error)
{
    wy_postings *p = edge->postings;
    wy_meet_fn *meet = wy_meet_get();
    wy_meeting meeting;
    int status = WY_OK;
    for (size_t i = 0, n; i < count && !status; i += n) {
        const uint32_t *ids = w->asked + i;
        if (ids[0] > p->block_last) status = wy_postings_block(p, ids[0], error);
        if (status || p->block_last == WY_NO_DOC) break;
        for (n = 1; n < WY_BLOCK && i + n < count && ids[n] <= p->block_last;) n++;
        status = wy_postings_decode_docs(p, error);
        edge->decoded = p->block;
        if (!status && !room_for_hits(w, n)) return wy_fail_memory(error);
        const size_t found = status ? 0 : meet(p->docs, ids, n, &meeting);
        for (size_t j = 0; j < found; j++)
            add_hit(w, edge, ids[meeting.id[j]] - w->base, meeting.at[j]);
    }
    return status;
}

/* Which of w->asked an edge has, from its postings in the window. */
static int meet_by_postings(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    uint32_t from = w->base;
    run r;
    int status = WY_OK;
    while (!status && from < w->end) {
        status = next_run(w, edge, false, &from, &r, error);
        if (status || r.count == 0) break;
        if (!room_for_hits(w, r.count)) return wy_fail_memory(error);
        for (size_t i = 0; i < r.count; i++) {
            const uint32_t slot = r.docs[i] - w->base;
            if (w->bits[slot / 64] >> slot % 64 & 1) add_hit(w, edge, slot, r.at + (uint32_t)i);
        }
    }
    return status;
}

/* Either each posting of a large edge is looked up, or each candidate: what takes less. */
static bool has_few(const wy_exact_window *w, const wy_exact_edge *edge, size_t chosen)
{
    const uint64_t documents = wy_segment_documents(w->site->segment, w->field);
    return (uint64_t)edge->term.info.doc_freq * (w->end - w->base) < 4 * chosen * documents;
}

/* Asks the edges of a stage, class after class. */
static int ask_stage(wy_exact_window *w, wy_exact_edge *edge, const wy_exact_edge *end,
                     size_t stage, size_t count, wy_error *error)
{
    uint32_t class = UINT32_MAX;
    size_t chosen = 0;
    int status = WY_OK;
    for (; edge < end && !status; edge++) {
        if (stage > 0 && edge->class_number != class) chosen = choose(w, count, edge->class_bit);
        class = edge->class_number;
        edge->hit_first = edge->hit_end = w->hit_count;
        if (stage > 0 && chosen == 0) continue;
        status = load(w, edge, error);
        if (!status)
            status = stage == 0 ? lead(w, edge, error)
                     : wy_exact_is_small(edge) || has_few(w, edge, chosen)
                         ? meet_by_postings(w, edge, error)
                         : meet_large(w, edge, chosen, error);
        edge->hit_end = w->hit_count;
    }
    if (stage > 0) memset(w->bits, 0, WY_EXACT_WINDOW / 8);
    return status;
}

/* Drops candidates that have nothing for the unit of a stage, or no path any more. Hopes are what
 * may still be on one: of the classes that are there, and of those that nobody asked for yet. */
static size_t keep_hopeful(wy_exact_window *w, size_t count, size_t stage)
{
    size_t kept = 0;
    uint64_t before = 0, hopes = 0; /* mostly the same as the one before */
    for (size_t i = 0; i < count; i++) {
        const uint32_t doc = w->candidates[i], slot = doc - w->base;
        const uint64_t mask = w->masks[slot];
        if (mask != before) hopes = wy_exact_paths_useful(&w->paths, mask | w->later[stage + 1]);
        before = mask;
        w->candidates[kept] = doc;
        w->hopes[kept] = hopes;
        if (mask & w->able[stage] && hopes)
            kept++;
        else
            w->masks[slot] = 0;
    }
    return kept;
}

/* Drops candidates in which the text cannot be often enough. */
static size_t keep_frequent(wy_exact_window *w, size_t count)
{
    const uint8_t *lengths = w->site->lengths[w->field];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t doc = w->candidates[i], slot = doc - w->base;
        w->candidates[kept] = doc;
        if ((uint64_t)w->whole_freqs[slot] + w->most[slot] >= w->least[lengths[doc]])
            kept++;
        else
            w->masks[slot] = 0;
        w->most[slot] = 0;
    }
    return kept;
}

/* Finds the candidates that have a path, with the hits of the edges, and leaves of their masks what
 * is of use. */
static int find_candidates(wy_exact_window *w, size_t *out, wy_error *error)
{
    wy_exact_edge *edge = w->edges + w->whole, *const end = w->edges + w->edge_count;
    size_t count = 0;
    int status = WY_OK;
    w->hit_count = 0;
    for (size_t s = 0; s < w->stage_count && !status; s++) {
        wy_exact_edge *const first = edge;
        while (edge < end && edge->stage == s) edge++;
        status = ask_stage(w, first, edge, s, count, error);
        if (s == 0) count = list_bits(w, w->candidates);
        if (s == 0 && w->bounded) count = keep_frequent(w, count);
        count = keep_hopeful(w, count, s);
        if (count > 0) continue;
        for (; edge < end; edge++) edge->hit_first = edge->hit_end = 0;
        break;
    }
    for (size_t i = 0; i < count; i++) w->masks[w->candidates[i] - w->base] = w->hopes[i];
    *out = count;
    return status;
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
            run r;
            status = next_run(w, edge, true, &from, &r, error);
            if (status || r.count == 0) break;
            for (size_t i = 0; i < r.count; i++) {
                const uint32_t slot = r.docs[i] - w->base;
                w->whole_bits[slot / 64] |= UINT64_C(1) << slot % 64;
                w->whole_freqs[slot] += r.freqs[i];
            }
        }
    }
    return status;
}

int wy_exact_window_fill(wy_exact_window *w, uint32_t base, uint32_t end, wy_error *error)
{
    size_t candidates = 0;
    w->base = base;
    w->end = end;
    w->count = 0;
    int status = add_whole(w, error);
    if (!status) status = find_candidates(w, &candidates, error);
    if (!status && candidates > 0) status = wy_exact_count_places(w, candidates, error);
    if (status) return status;
    for (size_t i = 0; w->whole > 0 && i < WY_EXACT_WINDOW / 64; i++) {
        w->bits[i] |= w->whole_bits[i];
        w->whole_bits[i] = 0;
    }
    w->count = list_bits(w, w->docs);
    for (size_t i = 0; i < w->count; i++) {
        uint32_t *freq = &w->whole_freqs[w->docs[i] - base];
        w->freqs[i] = *freq;
        *freq = 0;
    }
    return WY_OK;
}

/* ---- Making -------------------------------------------------------------------------------- */

static int by_stage(const void *a, const void *b)
{
    const wy_exact_edge *x = a, *y = b;
    if (x->stage != y->stage) return x->stage < y->stage ? -1 : 1;
    return (x->class_number > y->class_number) - (x->class_number < y->class_number);
}

/* Puts the units in the order of what their edges cost, and each edge with the first of its units.
 * Drops all that need others where a unit has none. */
static void plan_stages(wy_exact_window *w, uint64_t units)
{
    uint64_t costs[64] = {0}, seen = 0;
    wy_exact_edge *parts = w->edges + w->whole;
    const size_t count = w->edge_count - w->whole;
    for (size_t e = 0; e < count; e++) {
        seen |= parts[e].units;
        for (uint64_t m = parts[e].units; m; m &= m - 1)
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
        uint64_t *able = &w->able[w->stage_count];
        for (size_t e = 0; e < count; e++) {
            if (!(parts[e].units >> best & 1)) continue;
            *able |= parts[e].class_bit;
            if (parts[e].stage == NO_STAGE) parts[e].stage = (uint8_t)w->stage_count;
        }
        w->stages[w->stage_count++] = (uint32_t)best;
        units &= ~(UINT64_C(1) << best);
    }
    qsort(parts, count, sizeof *parts, by_stage);
    for (size_t e = 0; e < count; e++)
        for (size_t s = 0; s <= parts[e].stage; s++) w->later[s] |= parts[e].class_bit;
}

/* What is used up within a call all windows of the site share. */
static bool make_room(wy_exact_window *w, wy_site *site)
{
    wy_arena *arena = site->arena;
    w->docs = wy_arena_alloc(arena, WY_EXACT_WINDOW * sizeof *w->docs);
    w->freqs = wy_arena_alloc(arena, WY_EXACT_WINDOW * sizeof *w->freqs);
    w->scratch = wy_arena_alloc(arena, sizeof *w->scratch);
    if (!site->exact_room) {
        site->exact_room = wy_arena_alloc(arena, sizeof *site->exact_room);
        if (site->exact_room) memset(site->exact_room, 0, offsetof(wy_exact_room, hopes));
    }
    wy_exact_room *room = site->exact_room;
    if (!w->docs || !w->freqs || !w->scratch || !room) return false;
    w->bits = room->bits;
    w->whole_bits = room->whole_bits;
    w->masks = room->masks;
    w->hopes = room->hopes;
    w->signs = room->signs;
    w->whole_freqs = room->whole_freqs;
    w->firsts = room->firsts;
    w->counts = w->most = room->counts;
    w->candidates = room->candidates;
    w->asked = room->asked;
    return true;
}

int wy_exact_window_open(wy_exact_window *w, wy_site *site, wy_field field,
                         const wy_exact_query *query, const wy_lattice *lattice, wy_error *error)
{
    *w = (wy_exact_window){.site = site,
                           .field = field,
                           .needed = query->unit_count - query->gaps,
                           .edge_count = lattice->count,
                           .whole = lattice->whole};
    const size_t parts = lattice->count - lattice->whole;
    uint32_t *classes = wy_arena_alloc(site->arena, (parts + 1) * sizeof *classes);
    w->edges = wy_arena_alloc(site->arena, lattice->count * sizeof *w->edges);
    if (!w->edges || !classes || !make_room(w, site)) return wy_fail_memory(error);
    int status = wy_exact_paths_make(&w->paths, query, lattice->edges + lattice->whole, parts,
                                     classes, site->arena, error);
    if (status) return status;
    uint64_t units = 0;
    for (uint32_t i = 0; i < query->unit_count; i++)
        if (!wy_exact_is_gap(&query->units[i])) units |= wy_exact_bit(i);
    for (size_t i = 0; i < lattice->count; i++) {
        const wy_edge *edge = &lattice->edges[i];
        const bool whole = i < w->whole;
        const uint32_t number = whole ? 0 : classes[i - w->whole];
        w->edges[i] = (wy_exact_edge){.term = {field, edge->term, edge->term.doc_freq},
                                      .class_number = number,
                                      .class_bit = wy_exact_bit(number),
                                      .units = whole ? 0 : w->paths.classes[number].units,
                                      .covers = edge->to - edge->from,
                                      .decoded = UINT32_MAX,
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
    wy_free(w->site->plan->mem, w->keys);
    wy_free(w->site->plan->mem, w->starts);
    w->site = NULL;
}
