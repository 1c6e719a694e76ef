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

/* Asks the clauses that may match about the batch. `rest`: the sum of their bounds. */
static int add_should(wy_flat *flat, uint64_t rest, uint64_t need, wy_error *error)
{
    wy_batch *batch = flat->batch;
    for (size_t i = 0; i < flat->should.count && batch->count; i++) {
        wy_clause *clause = &flat->should.list[i];
        int status = wy_clause_add(clause, false, true, batch, error);
        if (status) return status;
        rest -= clause->bound;
        if (need > rest) wy_batch_keep(batch, rest, need);
    }
    return WY_OK;
}

/*
 * Which comes first: the scores of the lead, so that what is too low need not be met with the
 * others, or meeting, so that only what is met is scored. It depends on how many of the lead's
 * scores are high enough; of those that were seen lately.
 */
typedef struct order {
    size_t seen, high;
} order;

static void note(order *o, size_t seen, size_t high)
{
    enum { MEMORY = 4096 };
    o->seen += seen;
    o->high += high;
    if (o->seen < MEMORY) return;
    o->seen /= 2;
    o->high /= 2;
}

static bool scores_first(const order *o)
{
    return o->high * 2 < o->seen;
}

/* Scores the ids of the lead's lane, and drops what cannot enter with `rest` more. */
static int fill_lead(wy_flat *flat, order *o, uint32_t *from, uint32_t last, uint64_t rest,
                     uint64_t need, wy_error *error)
{
    wy_lane *lane = flat->must.list[0].lane;
    size_t high;
    int status = wy_lane_fill_ids(lane, from, last + 1, flat->batch, error);
    const size_t seen = flat->batch->count;
    if (!status) status = wy_lane_add_scores(lane, rest, need, &high, flat->batch, error);
    if (status) return status;
    note(o, seen, high);
    if (high < seen) wy_batch_keep(flat->batch, rest, need);
    return WY_OK;
}

/* The batch of ids *from .. last that can enter, and *from moved on. `sum`: of all bounds. */
static int fill_scored(wy_flat *flat, order *o, uint32_t *from, uint32_t last, uint64_t sum,
                       uint64_t need, wy_error *error)
{
    wy_batch *batch = flat->batch;
    wy_clause *lead = &flat->must.list[0];
    uint64_t rest = sum - lead->bound;
    int status = lead->lane ? fill_lead(flat, o, from, last, rest, need, error)
                            : wy_clause_fill(lead, from, last + 1, true, rest, need, batch, error);
    if (status) return status;
    for (size_t i = 1; i < flat->must.count && batch->count; i++) {
        wy_clause *clause = &flat->must.list[i];
        status = wy_clause_add(clause, true, true, batch, error);
        if (status) return status;
        rest -= clause->bound;
        if (need > rest) wy_batch_keep(batch, rest, need);
    }
    return add_should(flat, rest, need, error);
}

/* The same, meeting first. */
static int fill_met(wy_flat *flat, order *o, uint32_t *from, uint32_t last, uint64_t sum,
                    uint64_t need, wy_error *error)
{
    wy_batch *batch = flat->batch;
    wy_clause *lead = &flat->must.list[0];
    uint64_t rest = sum - lead->bound;
    int status = wy_lane_fill_ids(lead->lane, from, last + 1, batch, error);
    for (size_t i = 1; i < flat->must.count && batch->count && !status; i++) {
        wy_clause *clause = &flat->must.list[i];
        status = wy_clause_require(clause, sum - clause->bound, need, WY_LOW_DROP, batch, error);
        rest -= clause->bound;
    }
    size_t high;
    const size_t seen = batch->count;
    if (!status)
        status = wy_lane_add_scores(lead->lane, sum - lead->bound, need, &high, batch, error);
    if (status) return status;
    note(o, seen, high);
    if (need > rest) wy_batch_keep(batch, rest, need);
    return add_should(flat, rest, need, error);
}

/* A cursor alone: it bounds itself as it goes. */
static int search_alone(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    uint32_t from = flat->site->first;
    int status = WY_OK;
    while (from < flat->site->end && !status) {
        flat->must.list[0].cursor->least = topk->need;
        status = wy_clause_fill(&flat->must.list[0], &from, flat->site->end, true, 0, topk->need,
                                flat->batch, error);
        if (!status) status = wy_flat_push(flat, topk, error);
    }
    return status;
}

/* Ranks the ids of a word's block from `from` on, below the end. */
static int rank_block(wy_flat *flat, uint32_t from, wy_topk *topk, wy_error *error)
{
    wy_lane *lane = flat->must.list[0].lane;
    const uint8_t *live = flat->site->live;
    uint32_t scores[WY_BLOCK];
    uint8_t high[WY_BLOCK];
    size_t count;
    int status = wy_lane_ids(lane, &from, flat->site->end, &count, error);
    if (!status && count > 0) status = wy_postings_decode_freqs(&lane->postings, error);
    if (status || count == 0) return status;
    const uint32_t *docs = lane->postings.docs + lane->at;
    wy_lane_scores_of(lane, docs, lane->postings.freqs + lane->at, count, scores);
    const size_t found = lane->bulk->find_high(scores, count, (uint32_t)topk->need, high);
    for (size_t i = 0; i < found && !status; i++) {
        const uint32_t doc = docs[high[i]], score = scores[high[i]];
        if (score >= topk->need && (!live || wy_bit(live, doc)))
            status = wy_topk_push(topk, doc, score);
    }
    return status;
}

/*
 * A word alone. The least impact that a block must have is known, so that passing over blocks and
 * groups is comparing bytes.
 */
static int search_word(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    wy_lane *lane = flat->must.list[0].lane;
    const wy_postings *p = &lane->postings;
    unsigned least = 0;
    for (uint32_t from = flat->site->first; from < flat->site->end;) {
        while (least <= UINT8_MAX &&
               wy_lane_bound_of(lane, (uint8_t)least, lane->weight) < topk->need)
            least++;
        if (p->list_impact < least) return WY_OK;
        int status = wy_lane_shallow(lane, from, error);
        while (!status && p->block_impact < least && p->block_last != WY_NO_DOC) {
            from = (p->group_impact < least ? p->group_last : p->block_last) + 1;
            status = wy_lane_shallow(lane, from, error);
        }
        if (status || p->block_last == WY_NO_DOC) return status;
        if (from >= flat->site->end) return WY_OK;
        status = rank_block(flat, from, topk, error);
        if (status) return status;
        from = p->block_last + 1;
    }
    return WY_OK;
}

int wy_search_must(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    wy_clause *lead = &flat->must.list[0];
    uint32_t from = flat->site->first;
    const uint32_t end = flat->site->end;
    /* What alone may match, or the whole as one cursor; else it is a word. */
    if (!lead->lane && flat->must.count == 1 && flat->should.count == 0)
        return search_alone(flat, topk, error);
    if (lead->lane && flat->must.count == 1 && flat->should.count == 0 && flat->must_not.count == 0)
        return search_word(flat, topk, error);
    const bool by_level = wy_flat_is_bare(flat) && flat->must.count > 2;
    bool wide = false; /* after a block that was not worth it a whole group is tried */
    order o = {0};
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
        const bool scored = !lead->lane || scores_first(&o);
        if (!scored && by_level) {
            wy_seen seen = {0};
            status = wy_bare_rank(flat, &from, last, topk, NULL, &seen, error);
            if (status) return status;
            note(&o, seen.all, seen.high);
            continue;
        }
        status = scored ? fill_scored(flat, &o, &from, last, sum, topk->need, error)
                        : fill_met(flat, &o, &from, last, sum, topk->need, error);
        if (!status) status = wy_flat_push(flat, topk, error);
        if (status) return status;
    }
    return WY_OK;
}

/*
 * The batch of ids *from .. last that all clauses match and that live, and *from moved on.
 * `ranked`: with the scores that all but those that may match give, of what can enter; `sum`: of
 * all bounds.
 */
static int fill_all(wy_flat *flat, uint32_t *from, uint32_t last, bool ranked, uint64_t sum,
                    uint64_t need, wy_error *error)
{
    wy_batch *batch = flat->batch;
    wy_clause *lead = &flat->must.list[0];
    int status = lead->lane ? wy_lane_fill_ids(lead->lane, from, last + 1, batch, error)
                            : wy_clause_fill(lead, from, last + 1, ranked, 0, 0, batch, error);
    for (size_t i = 1; i < flat->must.count && batch->count && !status; i++) {
        wy_clause *clause = &flat->must.list[i];
        status =
            ranked ? wy_clause_require(clause, sum - clause->bound, need, WY_LOW_KEEP, batch, error)
                   : wy_clause_add(clause, true, false, batch, error);
    }
    if (status) return status;
    wy_batch_keep_live(batch, flat->site->live);
    for (size_t i = 0; i < flat->must_not.count && batch->count && !status; i++)
        status = wy_clause_exclude(&flat->must_not.list[i], batch, error);
    return status;
}

int wy_flat_fill(wy_flat *flat, uint32_t *from, uint32_t last, bool scored, wy_error *error)
{
    size_t ignored;
    wy_clause *lead = &flat->must.list[0];
    int status = fill_all(flat, from, last, scored, 0, 0, error);
    if (!status && scored && lead->lane)
        status = wy_lane_add_scores(lead->lane, 0, 0, &ignored, flat->batch, error);
    return status;
}

/* Completes the scores of a batch that is counted already, and pushes what can enter. */
static int rank_batch(wy_flat *flat, uint64_t rest, wy_topk *topk, wy_error *error)
{
    wy_batch *batch = flat->batch;
    wy_clause *lead = &flat->must.list[0];
    if (lead->lane) {
        size_t ignored;
        if (topk->need > rest + lead->bound) wy_batch_keep(batch, rest + lead->bound, topk->need);
        int status = wy_lane_add_scores(lead->lane, 0, 0, &ignored, batch, error);
        if (status) return status;
    }
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
    const bool bare = wy_flat_is_bare(flat), by_level = bare && flat->must.count > 2;
    wy_clause *lead = &flat->must.list[0];
    for (uint32_t from = flat->site->first; from < end;) {
        uint32_t last = end - 1;
        uint64_t sum = 0, rest = 0;
        const uint64_t need = topk && lead->lane ? topk->need : 0; /* 0 where nothing is bounded */
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
            if (bare && (!ranked || by_level)) {
                if (!status && ranked)
                    status = wy_bare_rank(flat, &from, last, topk, count, NULL, error);
                else if (!status)
                    status = wy_bare_count(flat, &from, last, count, error);
                if (status) return status;
                continue;
            }
            if (!status) status = fill_all(flat, &from, last, ranked, sum, need, error);
            *count += flat->batch->count;
            if (!status && ranked) status = rank_batch(flat, rest, topk, error);
            if (status) return status;
        } while (from <= last);
    }
    return WY_OK;
}
