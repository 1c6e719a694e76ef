/*
 * query/search_any.c: flat queries of clauses that may match: block-max MAXSCORE in windows.
 *
 * In a window of ids, clauses are ordered by the greatest score they may have there. The longest
 * run of the lowest whose sum cannot enter is not essential: a paragraph matching those alone
 * cannot enter, so only the essential clauses are run through; the others are asked for the
 * paragraphs that came out so, the greatest first, as long as their scores may make a difference.
 * (Turtle & Flood, "Query evaluation: strategies and optimizations", 1995; block-max: Ding & Suel
 * 2011; windows and gathering as Lucene's MaxScoreBulkScorer does since 9.7.)
 */
#include "query/search.h"

#include <string.h>

#include "base/error.h"
#include "base/reader.h"

typedef struct maxscore {
    wy_flat *flat;
    wy_topk *topk;
    const wy_bulk *bulk;
    wy_clause **order; /* by bound, least first; essential ones from `essential` on */
    size_t count, essential;
    uint64_t rest;          /* sum of the bounds of those not essential */
    uint32_t least;         /* ids that a window has at least */
    uint64_t windows, seen; /* windows gathered so far, and matches found in them */
    wy_error *error;
} maxscore;

enum {
    FEW = 32, /* matches that a window should bring on average; below, windows are widened */
};

/* Where the window from `from` ends: with the shortest block of an essential clause. */
static int window_last(maxscore *m, uint32_t from, bool wide, uint32_t *out)
{
    uint32_t last = WY_NO_DOC;
    for (size_t i = m->essential; i < m->count; i++) {
        uint32_t until;
        int status = wy_clause_until(m->order[i], from, wide, &until, m->error);
        if (status) return status;
        if (until < last) last = until;
    }
    const uint32_t end = m->flat->site->end;
    if (m->count - m->essential > 1) {
        if (m->seen >= m->windows * FEW)
            m->least = 1;
        else if (m->least < WY_WINDOW)
            m->least *= 2;
        if (last - from < m->least - 1 && last < WY_NO_DOC - m->least) last = from + m->least - 1;
    }
    *out = last < end ? last : end - 1;
    return WY_OK;
}

/* Bounds the clauses for from .. last and splits them. All fall short: essential == count. */
static int split(maxscore *m, uint32_t from, uint32_t last)
{
    for (size_t i = 0; i < m->count; i++) {
        wy_clause *clause = m->order[i];
        int status = wy_clause_set_bound(clause, from, last, m->error);
        if (status) return status;
        size_t at = i; /* they are nearly in order from the window before */
        for (; at > 0 && m->order[at - 1]->bound > clause->bound; at--)
            m->order[at] = m->order[at - 1];
        m->order[at] = clause;
    }
    m->essential = 0;
    m->rest = 0;
    while (m->essential < m->count && m->rest + m->order[m->essential]->bound < m->topk->need)
        m->rest += m->order[m->essential++]->bound;
    return WY_OK;
}

/* Asks the other clauses about the batch, and pushes what is left. */
static int finish_batch(maxscore *m)
{
    wy_batch *batch = m->flat->batch;
    uint64_t rest = m->rest;
    for (size_t i = m->essential; i-- > 0 && batch->count;) {
        int status = wy_clause_add(m->order[i], false, true, batch, m->error);
        if (status) return status;
        rest -= m->order[i]->bound;
        if (m->topk->need > rest) wy_batch_keep(batch, rest, m->topk->need);
    }
    return wy_flat_push(m->flat, m->topk, m->error);
}

/* One essential clause: its blocks are the batches. */
static int run_single(maxscore *m, uint32_t from, uint32_t last)
{
    while (from <= last) {
        int status = wy_clause_fill(m->order[m->essential], &from, last + 1, true, m->rest,
                                    m->topk->need, m->flat->batch, m->error);
        if (!status) status = finish_batch(m);
        if (status) return status;
    }
    return WY_OK;
}

/* Empties the gathered window of `ids` ids into the batch, without what cannot enter. */
static void take_gathered(maxscore *m, uint32_t ids)
{
    const size_t words = (ids + 63) / 64;
    wy_gather *gather = m->flat->gather;
    wy_batch *batch = m->flat->batch;
    const uint64_t need = m->topk->need > m->rest ? m->topk->need - m->rest : 0;
    m->seen += m->bulk->count_bits(gather->bits, words);
    batch->count = m->bulk->take(gather->bits, gather->scores, words, gather->base, need,
                                 batch->docs, batch->scores);
}

/* Several essential clauses: their scores are summed in an array over the ids. */
static int run_gathered(maxscore *m, uint32_t from, uint32_t last)
{
    wy_gather *gather = m->flat->gather;
    m->windows++;
    while (from <= last) {
        const uint32_t end = last - from < WY_WINDOW ? last + 1 : from + WY_WINDOW;
        gather->base = from;
        for (size_t i = m->essential; i < m->count; i++) {
            int status = wy_clause_gather(m->order[i], from, end, true, gather, m->error);
            if (status) return status;
        }
        take_gathered(m, end - from);
        int status = finish_batch(m);
        if (status) return status;
        from = end;
    }
    return WY_OK;
}

int wy_search_any(wy_flat *flat, wy_topk *topk, wy_error *error)
{
    maxscore m = {.flat = flat,
                  .topk = topk,
                  .bulk = wy_bulk_get(),
                  .count = flat->should.count,
                  .least = 1,
                  .error = error};
    m.order = wy_arena_alloc(flat->site->arena, m.count * sizeof *m.order);
    if (!m.order) return wy_fail_memory(error);
    for (size_t i = 0; i < m.count; i++) m.order[i] = &flat->should.list[i];

    uint32_t from = flat->site->first;
    bool wide = false; /* after a window that was not worth it wider ones are tried */
    while (from < flat->site->end) {
        uint32_t last;
        if (m.essential == m.count) m.essential = m.count - 1;
        int status = window_last(&m, from, wide, &last);
        if (!status) status = split(&m, from, last);
        if (status) return status;
        if (m.essential == m.count) {
            from = last + 1;
            wide = true;
            continue;
        }
        if (wide) {
            wide = false;
            continue;
        }
        status =
            m.count - m.essential == 1 ? run_single(&m, from, last) : run_gathered(&m, from, last);
        if (status) return status;
        from = last + 1;
    }
    return WY_OK;
}

/* ---- Counting ------------------------------------------------------------------------------ */

/* Takes out the ids that the clauses match: gathers them apart. */
static int take_out(wy_flat *flat, uint32_t from, uint32_t end, uint64_t *bits, wy_error *error)
{
    wy_gather *gather = flat->gather;
    if (flat->must_not.count == 0) return WY_OK;
    memset(gather->bits, 0, sizeof gather->bits);
    for (size_t i = 0; i < flat->must_not.count; i++) {
        int status = wy_clause_gather(&flat->must_not.list[i], from, end, false, gather, error);
        if (status) return status;
    }
    for (size_t w = 0; w < WY_WINDOW / 64; w++) bits[w] &= ~gather->bits[w];
    return WY_OK;
}

/* The bits of the live set from `base`, a multiple of 64, on. Nothing lives at `end` or beyond. */
static uint64_t live_word(const uint8_t *live, uint32_t base, uint32_t end)
{
    if (!live) return UINT64_MAX;
    if (base >= end) return 0;
    const uint32_t bytes = (end - base + 7) / 8;
    if (bytes >= 8) return wy_load64(live + base / 8);
    uint64_t word = 0;
    for (uint32_t i = 0; i < bytes; i++) word |= (uint64_t)live[base / 8 + i] << 8 * i;
    return word;
}

int wy_flat_window(wy_flat *flat, uint32_t *from, bool scored, uint32_t *base,
                   uint64_t bits[WY_WINDOW / 64], wy_error *error)
{
    wy_gather *gather = flat->gather;
    const uint32_t end = flat->site->end;
    *base = *from - *from % 64;
    const uint32_t stop = end - *base <= WY_WINDOW ? end : *base + WY_WINDOW;
    gather->base = *base;
    memset(gather->bits, 0, sizeof gather->bits);
    for (size_t i = 0; i < flat->should.count; i++) {
        int status = wy_clause_gather(&flat->should.list[i], *from, stop, scored, gather, error);
        if (status) return status;
    }
    memcpy(bits, gather->bits, sizeof gather->bits);
    int status = take_out(flat, *from, stop, bits, error);
    if (status) return status;
    for (uint32_t w = 0; w < WY_WINDOW / 64; w++)
        bits[w] &= live_word(flat->site->live, *base + w * 64, end);
    *from = stop;
    return WY_OK;
}

int wy_count_any(wy_flat *flat, uint64_t *count, wy_error *error)
{
    uint32_t base;
    uint64_t bits[WY_WINDOW / 64];
    const wy_bulk *bulk = wy_bulk_get();
    for (uint32_t from = flat->site->first; from < flat->site->end;) {
        int status = wy_flat_window(flat, &from, false, &base, bits, error);
        if (status) return status;
        *count += bulk->count_bits(bits, WY_WINDOW / 64);
    }
    return WY_OK;
}
