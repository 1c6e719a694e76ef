/*
 * query/search_must.c: flat queries with clauses that must match: block-max conjunction.
 *
 * The rarest word leads, a block at a time. The greatest scores that all clauses may have among the
 * block's ids tell whether it is worth decoding; then the block's ids are met with the other words
 * one after another, and what can no longer enter is dropped on the way. (Ding & Suel, "Faster
 * top-k document retrieval using block-max indexes", 2011, section 5; run in batches.)
 */
#include "query/search.h"

/* Bounds all clauses for from .. last; the sum. */
static int set_bounds(wy_flat *flat, uint32_t from, uint32_t last, uint64_t *sum, wy_error *error)
{
    const wy_clauses *lists[] = {&flat->must, &flat->should};
    *sum = 0;
    for (int l = 0; l < 2; l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            wy_clause *clause = &lists[l]->list[i];
            int status = wy_clause_set_bound(clause, from, last, error);
            if (status) return status;
            *sum += clause->bound;
        }
    }
    return WY_OK;
}

/* Meets the batch of the leading clause with the others. `rest`: the sum of their bounds. */
static int meet(wy_flat *flat, uint64_t rest, const uint64_t *need, wy_error *error)
{
    wy_batch *batch = flat->batch;
    for (size_t i = 1; i < flat->must.count + flat->should.count; i++) {
        const bool required = i < flat->must.count;
        wy_clause *clause =
            required ? &flat->must.list[i] : &flat->should.list[i - flat->must.count];
        if (batch->count == 0) return WY_OK;
        int status = wy_clause_add(clause, required, true, batch, error);
        if (status) return status;
        rest -= clause->bound;
        if (*need > rest) wy_batch_keep(batch, rest, *need);
    }
    return WY_OK;
}

/* A cursor alone: it bounds itself as it goes. */
static int search_alone(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    uint32_t from = flat->site->first;
    int status = WY_OK;
    while (from < flat->site->end && !status) {
        status = wy_clause_fill(&flat->must.list[0], &from, flat->site->end, true, 0, topk->need,
                                flat->batch, error);
        if (!status) status = wy_flat_push(flat, topk, error);
    }
    return status;
}

int wy_search_must(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    wy_clause *lead = &flat->must.list[0];
    uint32_t from = flat->site->first;
    const uint32_t end = flat->site->end;
    if (!lead->lane) return search_alone(flat, topk, error);
    bool wide = false; /* after a block that was not worth it a whole group is tried */
    while (from < end) {
        uint32_t last;
        uint64_t sum;
        int status = wy_clause_until(lead, from, wide, &last, error);
        if (status || last == WY_NO_DOC) return status;
        if (last >= end) last = end - 1;
        status = set_bounds(flat, from, last, &sum, error);
        if (status) return status;
        if (sum < topk->need) {
            from = last + 1;
            wide = true;
            continue;
        }
        if (wide) {
            wide = false;
            continue;
        }
        const uint64_t rest = sum - lead->bound;
        status = wy_clause_fill(lead, &from, last + 1, true, rest, topk->need, flat->batch, error);
        if (!status) status = meet(flat, rest, &topk->need, error);
        if (!status) status = wy_flat_push(flat, topk, error);
        if (status) return status;
    }
    return WY_OK;
}

int wy_flat_fill(wy_flat *flat, uint32_t *from, uint32_t last, bool scored, wy_error *error)
{
    wy_batch *batch = flat->batch;
    int status = wy_clause_fill(&flat->must.list[0], from, last + 1, scored, 0, 0, batch, error);
    for (size_t i = 1; i < flat->must.count && batch->count && !status; i++)
        status = wy_clause_add(&flat->must.list[i], true, scored, batch, error);
    if (status) return status;
    wy_batch_keep_live(batch, flat->site->live);
    for (size_t i = 0; i < flat->must_not.count && batch->count && !status; i++)
        status = wy_clause_exclude(&flat->must_not.list[i], batch, error);
    return status;
}

/* Adds what may match to a batch that is counted already, and pushes what can enter. */
static int rank_batch(wy_flat *flat, uint64_t rest, wy_topk *topk, wy_error *error)
{
    wy_batch *batch = flat->batch;
    if (topk->need > rest) wy_batch_keep(batch, rest, topk->need);
    for (size_t i = 0; i < flat->should.count && batch->count; i++) {
        int status = wy_clause_add(&flat->should.list[i], false, true, batch, error);
        if (status) return status;
    }
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->scores[i] < topk->need) continue;
        int status = wy_topk_push(topk, batch->docs[i], batch->scores[i]);
        if (status) return status;
    }
    return WY_OK;
}

int wy_count_must(wy_flat *flat, wy_topk *topk, uint64_t *count, wy_error *error)
{
    const uint32_t end = flat->site->end;
    wy_clause *lead = &flat->must.list[0];
    for (uint32_t from = flat->site->first; from < end;) {
        uint32_t last = end - 1;
        uint64_t sum = 0, rest = 0;
        int status = WY_OK;
        if (topk && lead->lane) {
            status = wy_clause_until(lead, from, false, &last, error);
            if (last >= end) last = end - 1;
            if (!status) status = set_bounds(flat, from, last, &sum, error);
        }
        /* A cursor has its score at hand when it has found out that it matches. */
        const bool ranked = topk && (!lead->lane || sum >= topk->need);
        for (size_t i = 0; i < flat->should.count; i++)
            rest += lead->lane ? flat->should.list[i].bound : flat->should.list[i].max;
        /* Only what the bounds were set for is scored. */
        do {
            if (!status) status = wy_flat_fill(flat, &from, last, ranked, error);
            *count += flat->batch->count;
            if (!status && ranked) status = rank_batch(flat, rest, topk, error);
            if (status) return status;
        } while (from <= last);
    }
    return WY_OK;
}
