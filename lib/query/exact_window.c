#include "query/exact_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "query/exact_edge.h"

enum { NO_STAGE = 255 };

/* ---- Filling ------------------------------------------------------------------------------- */

/* Adds the frequencies of the edges that cover all. */
static int add_whole(wy_exact_window *w, wy_error *error)
{
    int status = WY_OK;
    for (size_t e = 0; e < w->whole && !status; e++) {
        wy_exact_edge *edge = &w->edges[e];
        uint32_t from = w->base;
        status = wy_exact_load(w, edge, error);
        while (!status && from < w->end) {
            wy_exact_run r;
            status = wy_exact_next_run(w, edge, true, &from, &r, error);
            if (status || r.count == 0) break;
            if (w->bounded) wy_exact_add_most(w, &r, edge->times);
            for (size_t i = 0; i < r.count; i++) {
                const uint32_t slot = r.docs[i] - w->base;
                w->room->whole_bits[slot / 64] |= UINT64_C(1) << slot % 64;
                w->room->whole_freqs[slot] += r.freqs[i] * edge->times;
            }
        }
    }
    return status;
}

/* Clears what is by id where it is needed. */
static void clear_room(wy_exact_window *w)
{
    wy_exact_room *room = w->room;
    if (w->whole > 0 && !room->freqs_cleared) {
        memset(room->whole_freqs, 0, sizeof room->whole_freqs);
        room->freqs_cleared = true;
    }
    if (w->bounded && !room->most_cleared) {
        memset(room->most, 0, sizeof room->most);
        room->most_cleared = true;
    }
}

int wy_exact_window_fill(wy_exact_window *w, uint32_t base, uint32_t end, wy_error *error)
{
    wy_exact_room *room = w->room;
    w->base = base;
    w->end = end;
    w->count = 0;
    w->counted = !w->exists;
    clear_room(w);
    int status = add_whole(w, error);
    if (!status) status = wy_exact_find_candidates(w, error);
    if (!status && wy_exact_has_live(w)) status = wy_exact_count_places(w, error);
    if (status) return status;
    if (w->whole == 0) return WY_OK;
    for (size_t i = 0; i < wy_exact_words(w); i++) {
        room->bits[i] |= room->whole_bits[i];
        room->whole_bits[i] = 0;
    }
    /* What whole words alone prove is not in `left`: to count it first took 3 % more time. */
    w->count = wy_exact_list_bits(w, w->left, w->docs);
    wy_exact_clear_bits(w);
    for (size_t i = 0; i < w->count; i++) {
        uint32_t *freq = &room->whole_freqs[w->docs[i] - base];
        w->freqs[i] = *freq;
        *freq = 0;
        if (w->bounded) room->most[w->docs[i] - base] = 0;
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
            *able |= UINT64_C(1) << parts[e].slot;
            if (parts[e].stage == NO_STAGE) parts[e].stage = (uint8_t)w->stage_count;
        }
        w->stages[w->stage_count++] = (uint32_t)best;
        units &= ~(UINT64_C(1) << best);
    }
    qsort(parts, count, sizeof *parts, by_stage);
}

/* What is used up within a call all windows of the site share. */
static bool make_room(wy_exact_window *w, wy_site *site)
{
    wy_arena *arena = site->arena;
    w->docs = wy_arena_alloc(arena, (w->width + WY_EXACT_LISTED) * sizeof *w->docs);
    w->freqs = wy_arena_alloc(arena, w->width * sizeof *w->freqs);
    w->scratch = wy_arena_alloc(arena, sizeof *w->scratch);
    if (!site->exact_room) {
        site->exact_room = wy_arena_alloc(arena, sizeof *site->exact_room);
        if (site->exact_room) memset(site->exact_room, 0, offsetof(wy_exact_room, whole_freqs));
    }
    w->room = site->exact_room;
    return w->docs && w->freqs && w->scratch && w->room;
}

/* How wide windows are, by the documents of the edges that lead: all may be in one. */
static void choose_width(wy_exact_window *w)
{
    uint64_t documents = 0;
    size_t leads = 0;
    for (size_t e = w->whole; e < w->edge_count && w->edges[e].stage == 0; e++, leads++)
        documents += w->edges[e].term.info.doc_freq;
    w->width = documents <= WY_EXACT_NUMBERS ? WY_EXACT_WINDOW : WY_EXACT_NUMBERS;
    w->alone = leads == 1 && w->whole == 0;
}

static uint32_t slot_of(const wy_exact_paths *paths, uint32_t class_number)
{
    return paths->class_count <= 64 ? class_number : wy_exact_slot(class_number);
}

int wy_exact_window_open(wy_exact_window *w, wy_site *site, wy_field field,
                         const wy_exact_query *query, const wy_lattice *lattice, wy_error *error)
{
    *w = (wy_exact_window){.site = site,
                           .field = field,
                           .needed = query->unit_count - query->gaps,
                           .whole = lattice->whole};
    const size_t parts = lattice->count - lattice->whole;
    uint32_t *classes = wy_arena_alloc(site->arena, (parts + 1) * sizeof *classes);
    w->edges = wy_arena_alloc(site->arena, lattice->count * sizeof *w->edges);
    if (!w->edges || !classes) return wy_fail_memory(error);
    w->sift = wy_exact_sift_get();
    w->starting = wy_positions_starting_get();
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
                                      .slot = slot_of(&w->paths, number),
                                      .units = whole ? 0 : w->paths.classes[number].units,
                                      .covers = edge->to - edge->from,
                                      .from = edge->from,
                                      .before = edge->before,
                                      .times = edge->times};
    }
    w->edge_count = lattice->count; /* not before: the window may be closed after any failure */
    plan_stages(w, units);
    choose_width(w);
    return make_room(w, site) ? WY_OK : wy_fail_memory(error);
}

void wy_exact_window_close(wy_exact_window *w)
{
    if (!w->site) return;
    for (size_t i = 0; i < w->edge_count; i++)
        if (w->edges[i].positions) wy_positions_close(w->edges[i].positions);
    wy_free(w->site->plan->mem, w->hits);
    wy_free(w->site->plan->mem, w->parked);
    wy_free(w->site->plan->mem, w->keys);
    wy_free(w->site->plan->mem, w->starts);
    w->site = NULL;
}
