/*
 * query/visit.c: all matches of a plan, a batch at a time: those of a flat query, and how often
 * each of its words and phrases is in them.
 */
#include "query/visit.h"

#include <string.h>

#include "base/error.h"
#include "query/search.h"

typedef struct visitor {
    wy_visit_fn visit;
    void *context;
    bool scored, counted;
    wy_site site;
    wy_flat flat;
    const wy_node **leaves; /* of the plan: words and phrases of the body, not those under NOT */
    size_t leaf_count;
    wy_cursor **cursors; /* of those that the segment has; for counting */
    size_t cursor_count;
    uint32_t occurrences[WY_WINDOW];
    wy_error *error;
} visitor;

/* ---- What is counted ------------------------------------------------------------------------ */

static bool is_leaf(const wy_node *node)
{
    return wy_node_is_leaf(node) && node->field == WY_FIELD_BODY;
}

static size_t count_leaves(const wy_node *node)
{
    size_t count = is_leaf(node);
    for (const wy_node *n = node->must; n; n = n->next) count += count_leaves(n);
    for (const wy_node *n = node->should; n; n = n->next) count += count_leaves(n);
    return count;
}

/* Whether both look for the same: a word that stands in several places is counted once. */
static bool is_same(const wy_node *a, const wy_node *b)
{
    if (a->kind != b->kind || a->word_count != b->word_count || a->word_count == 0) return false;
    for (uint32_t i = 0; i < a->word_count; i++) {
        if (a->words[i].term != b->words[i].term || a->words[i].offset != b->words[i].offset)
            return false;
    }
    return a->kind == WY_NODE_TERM || a->kind == WY_NODE_PHRASE || a->kind == WY_NODE_UNION;
}

static void add_leaf(visitor *v, const wy_node *node)
{
    for (size_t i = 0; i < v->leaf_count; i++) {
        if (is_same(v->leaves[i], node)) return;
    }
    v->leaves[v->leaf_count++] = node;
}

static void add_leaves(visitor *v, const wy_node *node)
{
    if (is_leaf(node)) add_leaf(v, node);
    for (const wy_node *n = node->must; n; n = n->next) add_leaves(v, n);
    for (const wy_node *n = node->should; n; n = n->next) add_leaves(v, n);
}

static int find_leaves(visitor *v, const wy_plan *plan)
{
    if (!v->counted) return WY_OK;
    v->leaves = wy_arena_alloc(plan->arena, (count_leaves(plan->root) + 1) * sizeof *v->leaves);
    if (!v->leaves) return wy_fail_memory(v->error);
    add_leaves(v, plan->root);
    return WY_OK;
}

static int open_counters(visitor *v)
{
    v->cursor_count = 0;
    if (!v->counted) return WY_OK;
    v->cursors = wy_arena_alloc(v->site.arena, (v->leaf_count + 1) * sizeof *v->cursors);
    if (!v->cursors) return wy_fail_memory(v->error);
    for (size_t i = 0; i < v->leaf_count; i++) {
        wy_cursor *cursor;
        int status = wy_cursor_make(&v->site, v->leaves[i], &cursor, v->error);
        if (status) return status;
        if (cursor) v->cursors[v->cursor_count++] = cursor;
    }
    return WY_OK;
}

static int count_in(visitor *v, wy_cursor *cursor, const uint32_t *docs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool match;
        uint32_t freq = 0;
        int status = wy_cursor_matches(cursor, docs[i], &match, v->error);
        if (!status && match) status = wy_cursor_freq(cursor, &freq, v->error);
        if (status) return status;
        v->occurrences[i] += freq;
    }
    return WY_OK;
}

/* ---- Batches ------------------------------------------------------------------------------- */

static int hand_out(visitor *v)
{
    const wy_batch *batch = v->flat.batch;
    if (batch->count == 0) return WY_OK;
    if (v->counted) {
        memset(v->occurrences, 0, batch->count * sizeof *v->occurrences);
        for (size_t i = 0; i < v->cursor_count; i++) {
            int status = count_in(v, v->cursors[i], batch->docs, batch->count);
            if (status) return status;
        }
    }
    wy_visited matches = {v->site.number, batch->count, batch->docs,
                          v->scored ? batch->scores : NULL, v->counted ? v->occurrences : NULL};
    return v->visit(v->context, &matches, v->error);
}

static int visit_must(visitor *v)
{
    wy_flat *flat = &v->flat;
    const uint32_t end = v->site.end;
    int status = WY_OK;
    for (uint32_t from = v->site.first; from < end && !status;) {
        status = wy_flat_fill(flat, &from, end - 1, v->scored, v->error);
        for (size_t i = 0; v->scored && i < flat->should.count && !status; i++)
            status = wy_clause_add(&flat->should.list[i], false, true, flat->batch, v->error);
        if (!status) status = hand_out(v);
    }
    return status;
}

static void take_window(wy_flat *flat, uint32_t base, const uint64_t bits[WY_WINDOW / 64])
{
    wy_batch *batch = flat->batch;
    size_t count = 0;
    for (uint32_t w = 0; w < WY_WINDOW / 64; w++) {
        for (uint64_t left = bits[w]; left; left &= left - 1) {
            const uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(left);
            batch->docs[count] = base + i;
            batch->scores[count++] = flat->gather->scores[i];
        }
    }
    batch->count = count;
}

static int visit_any(visitor *v)
{
    wy_flat *flat = &v->flat;
    uint64_t bits[WY_WINDOW / 64];
    uint32_t base;
    int status = WY_OK;
    for (uint32_t from = v->site.first; from < v->site.end && !status;) {
        status = wy_flat_window(flat, &from, v->scored, &base, bits, v->error);
        if (status) return status;
        take_window(flat, base, bits);
        if (v->scored) memset(flat->gather->scores, 0, sizeof flat->gather->scores);
        status = hand_out(v);
    }
    return status;
}

static int visit_segment(visitor *v)
{
    bool some;
    v->flat = (wy_flat){0};
    int status = wy_flat_open(&v->site, &v->flat, &some, v->error);
    if (status || !some) return status;
    status = wy_flat_make_room(&v->flat, true, v->flat.must.count == 0, v->error);
    if (!status) status = open_counters(v);
    if (status) return status;
    return v->flat.must.count ? visit_must(v) : visit_any(v);
}

int wy_visit_plan(const wy_plan *plan, bool scored, bool counted, wy_visit_fn visit, void *context,
                  wy_error *error)
{
    if (plan->empty) return WY_OK;
    visitor *v = wy_calloc(plan->mem, sizeof *v);
    if (!v) return wy_fail_memory(error);
    v->visit = visit;
    v->context = context;
    v->scored = scored;
    v->counted = counted;
    v->error = error;
    wy_arena arena;
    wy_arena_init(&arena, plan->mem);
    wy_arena_use(&arena, plan->spares);
    int status = find_leaves(v, plan);
    for (size_t s = 0; s < plan->scope->count && !status; s++) {
        bool some;
        status = wy_site_open(&v->site, plan, (uint32_t)s, &arena, &some, error);
        if (!status && some) status = visit_segment(v);
        wy_site_close(&v->site);
        wy_arena_reset(&arena);
    }
    wy_arena_free(&arena);
    wy_free(plan->mem, v);
    return status;
}

int wy_visit(const wy_scope *scope, const wy_query *query, wy_analyzer *analyzer, const wy_mem *mem,
             const wy_visit_options *options, wy_visit_fn visit, void *context, wy_error *error)
{
    const wy_find_options find = {.limit = options->scored,
                                  .year_from = options->year_from,
                                  .year_to = options->year_to,
                                  .filter = options->filter,
                                  .spares = options->spares};
    wy_plan plan = {0};
    wy_arena arena;
    wy_arena_init(&arena, mem);
    int status = wy_plan_make(&plan, scope, query, analyzer, &find, &arena, error);
    if (!status)
        status = wy_visit_plan(&plan, options->scored, options->counted, visit, context, error);
    wy_plan_free(&plan);
    wy_arena_free(&arena);
    return status;
}
