/*
 * query/search.c: which way a segment is searched.
 */
#include "query/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

int wy_search_exhaustive(wy_site *site, wy_topk *topk, uint64_t *count, wy_error *error)
{
    wy_cursor *cursor;
    int status = wy_cursor_make(site, site->plan->root, &cursor, error);
    while (!status && cursor && cursor->doc < site->end) {
        bool match = wy_site_is_live(site, cursor->doc);
        uint64_t score = 0;
        if (match) status = wy_cursor_check(cursor, &match, error);
        if (!status && match) {
            ++*count;
            if (topk) status = wy_cursor_score(cursor, &score, error);
            if (!status && topk && score >= topk->need)
                status = wy_topk_push(topk, cursor->doc, score);
        }
        if (!status) status = wy_cursor_seek(cursor, cursor->doc + 1, error);
    }
    return status;
}

/* ---- Flat queries -------------------------------------------------------------------------- */

static size_t count_nodes(const wy_node *list)
{
    size_t count = 0;
    for (; list; list = list->next) count++;
    return count;
}

/* Opens the clauses of a list; those that match nothing here are left out, and counted. */
static int open_clauses(wy_site *site, const wy_node *list, wy_clauses *out, size_t *missing,
                        wy_error *error)
{
    out->count = 0;
    *missing = 0;
    out->list = wy_arena_alloc(site->arena, count_nodes(list) * sizeof *out->list);
    if (!out->list) return wy_fail_memory(error);
    for (; list; list = list->next) {
        bool some;
        int status = wy_clause_open(site, list, &some, &out->list[out->count], error);
        if (status) return status;
        if (some)
            out->count++;
        else
            ++*missing;
    }
    return WY_OK;
}

/* The cheapest first; of the others words before cursors, whose checks may read positions. */
static int by_cost(const void *a, const void *b)
{
    const wy_clause *x = a, *y = b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

static int words_first(const void *a, const void *b)
{
    const wy_clause *x = a, *y = b;
    const bool x_is = x->lane || wy_cursor_is_word(x->cursor);
    const bool y_is = y->lane || wy_cursor_is_word(y->cursor);
    return x_is != y_is ? (x_is ? -1 : 1) : by_cost(a, b);
}

int wy_flat_open(wy_site *site, wy_flat *flat, bool *some, wy_error *error)
{
    const wy_node *root = site->plan->root;
    /* The root itself as the only node of a list: never another's member. */
    wy_node alone = *root, everything = {.kind = WY_NODE_ALL};
    alone.next = NULL;
    const bool is_bool = root->kind == WY_NODE_BOOL;
    const wy_node *should = !is_bool ? &alone : root->should;
    if (is_bool && !root->must && !root->should) should = &everything;

    *some = false;
    flat->site = site;
    size_t missing, ignored;
    int status = open_clauses(site, is_bool ? root->must : NULL, &flat->must, &missing, error);
    if (status || missing) return status;
    qsort(flat->must.list, flat->must.count, sizeof *flat->must.list, by_cost);
    const wy_cursor *lead = flat->must.count ? flat->must.list[0].cursor : NULL;
    if (lead && !wy_cursor_is_word(lead)) {
        wy_cursor *whole;
        status = wy_cursor_make(site, root, &whole, error);
        if (status || !whole) return status;
        flat->must.count = 1;
        wy_clause_of_cursor(whole, &flat->must.list[0]);
        *some = true;
        return WY_OK;
    }
    if (flat->must.count > 1)
        qsort(flat->must.list + 1, flat->must.count - 1, sizeof *flat->must.list, words_first);
    status = open_clauses(site, should, &flat->should, &ignored, error);
    if (!status)
        status =
            open_clauses(site, is_bool ? root->must_not : NULL, &flat->must_not, &ignored, error);
    if (flat->must.count == 0 && flat->should.count == 1) {
        flat->must = flat->should;
        flat->should.count = 0;
    }
    *some = flat->must.count || flat->should.count;
    return status;
}

int wy_flat_make_room(wy_flat *flat, bool batch, bool gather, wy_error *error)
{
    wy_arena *arena = flat->site->arena;
    if (batch && !(flat->batch = wy_arena_alloc(arena, sizeof *flat->batch)))
        return wy_fail_memory(error);
    if (gather) {
        flat->gather = wy_arena_alloc(arena, sizeof *flat->gather);
        if (!flat->gather) return wy_fail_memory(error);
        memset(flat->gather, 0, sizeof *flat->gather);
    }
    return WY_OK;
}

int wy_flat_push(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    wy_batch *batch = flat->batch;
    if (batch->count == 0) return WY_OK;
    wy_batch_keep_live(batch, flat->site->live);
    for (size_t i = 0; i < flat->must_not.count && batch->count; i++) {
        int status = wy_clause_exclude(&flat->must_not.list[i], batch, error);
        if (status) return status;
    }
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->scores[i] < topk->need) continue;
        int status = wy_topk_push(topk, batch->docs[i], batch->scores[i]);
        if (status) return status;
    }
    return WY_OK;
}

int wy_search_ranked(wy_site *site, wy_topk *topk, wy_error *error)
{
    wy_flat flat = {0};
    bool some;
    int status = wy_flat_open(site, &flat, &some, error);
    if (status || !some) return status;
    status = wy_flat_make_room(&flat, true, flat.must.count == 0 && flat.should.count > 1, error);
    if (status) return status;
    return flat.must.count ? wy_search_must(&flat, topk, error) : wy_search_any(&flat, topk, error);
}

bool wy_search_known(const wy_plan *plan, uint32_t segment, uint64_t *count)
{
    const wy_node *root = plan->root;
    if (plan->filter || root->kind != WY_NODE_TERM || root->field != WY_FIELD_BODY) return false;
    const wy_plan_term *term = &plan->terms[root->words[0].term];
    if (term->found[segment]) *count += term->place[segment].live_doc_freq;
    return true;
}

/* The same within the site's years. */
static bool count_known(const wy_site *site, uint64_t *count)
{
    return site->first == 0 && site->end == wy_segment_paragraphs(site->segment) &&
           wy_search_known(site->plan, site->number, count);
}

/* Counts, and ranks in the same pass where `topk` is not NULL and *ranked comes out true. */
static int count(wy_site *site, wy_topk *topk, bool *ranked, uint64_t *number, wy_error *error)
{
    *ranked = false;
    if (!site->plan->root->exact && count_known(site, number)) return WY_OK;
    wy_flat flat = {0};
    bool some;
    int status = wy_flat_open(site, &flat, &some, error);
    *ranked = !some;
    if (status || !some) return status;
    /* A word that stands nowhere else. */
    if (flat.must.count && flat.must.list[0].lane && count_known(site, number)) {
        *ranked = false;
        return WY_OK;
    }
    /* A word alone: how often it stands as itself is known; or the bits of its lists will do. */
    if (flat.must.count == 1 && flat.should.count == 0 && flat.must.list[0].cursor &&
        wy_cursor_is_word(flat.must.list[0].cursor)) {
        if (count_known(site, number))
            return wy_word_count_others(flat.must.list[0].cursor, number, error);
        flat.should = flat.must;
        flat.must.count = 0;
    }
    const bool must = flat.must.count > 0;
    status = wy_flat_make_room(&flat, must, !must, error);
    if (status) return status;
    *ranked = must;
    return must ? wy_count_must(&flat, topk, number, error) : wy_count_any(&flat, number, error);
}

int wy_search_count(wy_site *site, uint64_t *number, wy_error *error)
{
    bool ranked;
    return count(site, NULL, &ranked, number, error);
}

int wy_search_both(wy_site *site, wy_topk *topk, uint64_t *number, wy_error *error)
{
    bool ranked;
    int status = count(site, topk, &ranked, number, error);
    if (status || ranked) return status;
    return wy_search_ranked(site, topk, error);
}
