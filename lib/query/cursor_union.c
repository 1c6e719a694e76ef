/*
 * query/cursor_union.c: documents that hold any of some terms, scored as if these were one: what a
 * pattern stands for. Its frequency in a document is the sum of theirs.
 *
 * tf / (tf + K) of a sum is at most the sum of the parts', so the bounds of the terms add up to one
 * of the union; and it never exceeds the weight.
 */
#include "query/cursor.h"

#include <stdlib.h>

#include "base/error.h"

enum { BOUNDED = 16 }; /* terms, at most, whose blocks are looked at for a bound */

typedef struct member {
    wy_lane *lane;
    wy_lane_spots spots; /* its list is not used */
} member;

typedef struct union_cursor {
    wy_cursor base;
    const wy_site *site;
    member **heap; /* by doc, the least first */
    size_t count;
    wy_spot *spots; /* of the candidate */
    size_t spot_count, spot_capacity;
} union_cursor;

static void sift_down(union_cursor *c, size_t i)
{
    member *moved = c->heap[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= c->count) break;
        if (child + 1 < c->count && c->heap[child + 1]->lane->doc < c->heap[child]->lane->doc)
            child++;
        if (c->heap[child]->lane->doc >= moved->lane->doc) break;
        c->heap[i] = c->heap[child];
        i = child;
    }
    c->heap[i] = moved;
}

static int union_seek(wy_cursor *cursor, uint32_t target, wy_error *error)
{
    union_cursor *c = (union_cursor *)cursor;
    while (c->heap[0]->lane->doc < target) {
        int status = wy_lane_seek(c->heap[0]->lane, target, error);
        if (status) return status;
        sift_down(c, 0);
    }
    c->base.doc = c->heap[0]->lane->doc;
    return WY_OK;
}

/* Adds up the frequencies of those that stand at the candidate: the top of the heap. */
static int add_freqs(union_cursor *c, size_t i, uint64_t *sum, wy_error *error)
{
    int status = WY_OK;
    while (i < c->count && c->heap[i]->lane->doc == c->base.doc && !status) {
        uint32_t freq;
        status = wy_lane_freq(c->heap[i]->lane, &freq, error);
        if (status) return status;
        *sum += freq;
        status = add_freqs(c, 2 * i + 1, sum, error);
        i = 2 * i + 2;
    }
    return status;
}

static int union_freq(wy_cursor *cursor, uint32_t *out, wy_error *error)
{
    uint64_t sum = 0;
    int status = add_freqs((union_cursor *)cursor, 0, &sum, error);
    *out = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
    return status;
}

static int union_score(wy_cursor *cursor, uint64_t *out, wy_error *error)
{
    const union_cursor *c = (const union_cursor *)cursor;
    uint32_t freq;
    int status = union_freq(cursor, &freq, error);
    if (!status) *out = wy_lane_score_of(c->heap[0]->lane, c->base.doc, freq);
    return status;
}

static int union_bound(wy_cursor *cursor, uint32_t target, uint32_t *last, uint64_t *out,
                       wy_error *error)
{
    union_cursor *c = (union_cursor *)cursor;
    *last = WY_NO_DOC;
    *out = c->base.max;
    if (c->count > BOUNDED) return WY_OK;
    uint64_t sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        wy_lane *lane = c->heap[i]->lane;
        int status = wy_lane_shallow(lane, target, error);
        if (status) return status;
        if (lane->postings.block_last < *last) *last = lane->postings.block_last;
    }
    for (size_t i = 0; i < c->count; i++) {
        const wy_lane *lane = c->heap[i]->lane;
        sum += wy_lane_bound_of(lane, wy_lane_impact(lane, *last), lane->weight);
    }
    if (sum < *out) *out = sum;
    return WY_OK;
}

/* ---- Spots ---------------------------------------------------------------------------------- */

static int add_spots(union_cursor *c, size_t i, wy_error *error)
{
    int status = WY_OK;
    while (i < c->count && c->heap[i]->lane->doc == c->base.doc && !status) {
        member *m = c->heap[i];
        /* The members append to one list, in turn. */
        m->spots.list = c->spots;
        m->spots.count = c->spot_count;
        m->spots.capacity = c->spot_capacity;
        status = wy_lane_add_spots(m->lane, &m->spots, error);
        c->spots = m->spots.list;
        c->spot_count = m->spots.count;
        c->spot_capacity = m->spots.capacity;
        m->spots.list = NULL;
        if (!status) status = add_spots(c, 2 * i + 1, error);
        i = 2 * i + 2;
    }
    return status;
}

static int compare_spots(const void *a, const void *b)
{
    const wy_spot *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static int union_spots(wy_cursor *cursor, const wy_spot **out, size_t *count, wy_error *error)
{
    union_cursor *c = (union_cursor *)cursor;
    c->spot_count = 0;
    int status = add_spots(c, 0, error);
    if (status) return status;
    if (c->spot_count > 1) qsort(c->spots, c->spot_count, sizeof *c->spots, compare_spots);
    *out = c->spots;
    *count = c->spot_count;
    return WY_OK;
}

static void union_close(wy_cursor *cursor)
{
    union_cursor *c = (union_cursor *)cursor;
    for (size_t i = 0; i < c->count; i++) wy_lane_spots_close(&c->heap[i]->spots);
    wy_free(c->site->plan->mem, c->spots);
}

static const wy_cursor_ops union_ops = {.seek = union_seek,
                                        .score = union_score,
                                        .freq = union_freq,
                                        .bound = union_bound,
                                        .close = union_close,
                                        .spots = union_spots};

/* ---- Making --------------------------------------------------------------------------------- */

/* Opens the lanes of the words that the segment has. */
static int open_members(wy_site *site, const wy_node *node, union_cursor *c, uint32_t first,
                        wy_error *error)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < node->word_count; i++) {
        wy_lane *lane;
        int status = wy_lane_open(site, node, node->words[i].term, &lane, error);
        if (!status && lane) status = wy_lane_seek(lane, first, error);
        if (status) return status;
        if (!lane) continue;
        member *m = wy_arena_alloc(site->arena, sizeof *m);
        if (!m) return wy_fail_memory(error);
        m->lane = lane;
        wy_lane_spots_init(&m->spots, site, node->words[i].term);
        c->heap[c->count++] = m;
        c->base.cost += lane->postings.count;
        sum += wy_lane_bound_of(lane, lane->postings.list_impact, lane->weight);
    }
    const uint64_t most = (uint64_t)((double)node->weight * (1.0 + 2e-6) * WY_SCORE_ONE) + 1;
    c->base.max = sum < most ? sum : most;
    return WY_OK;
}

int wy_cursor_union(wy_site *site, const wy_node *node, uint32_t first, wy_cursor **out,
                    wy_error *error)
{
    *out = NULL;
    union_cursor *c = wy_arena_alloc(site->arena, sizeof *c);
    member **heap = wy_arena_alloc(site->arena, node->word_count * sizeof(member *));
    if (!c || !heap) return wy_fail_memory(error);
    *c = (union_cursor){.base = {.ops = &union_ops}, .site = site, .heap = heap};
    int status = open_members(site, node, c, first, error);
    if (status || c->count == 0) return status;
    for (size_t i = c->count / 2; i-- > 0;) sift_down(c, i);
    c->base.doc = c->heap[0]->lane->doc;
    wy_site_note(site, &c->base);
    *out = &c->base;
    return WY_OK;
}
