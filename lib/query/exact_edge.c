#include "query/exact_edge.h"

#include <string.h>

#include "base/error.h"

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

int wy_exact_load(wy_exact_window *w, wy_exact_edge *edge, wy_error *error)
{
    if (edge->loaded) return WY_OK;
    const int status = wy_exact_is_small(edge)
                           ? load_small(w, edge, error)
                           : wy_exact_open_postings(w, edge, &edge->postings, error);
    edge->loaded = !status;
    return status;
}

/* Moves a small edge to the first id of the window. */
static void skip_small(wy_exact_edge *edge, uint32_t base)
{
    const uint32_t n = edge->term.info.doc_freq;
    while (edge->at < n && edge->docs[edge->at] < base) edge->at++;
}

int wy_exact_next_run(wy_exact_window *w, wy_exact_edge *edge, bool freqs, uint32_t *from,
                      wy_exact_run *out, wy_error *error)
{
    out->count = 0;
    if (*from >= w->end) return WY_OK;
    if (wy_exact_is_small(edge)) {
        const uint32_t n = edge->term.info.doc_freq;
        skip_small(edge, *from);
        *out = (wy_exact_run){edge->docs + edge->at, edge->freqs + edge->at, edge->at, 0};
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
    const uint32_t first = wy_meet_search(p->docs, *from);
    const uint32_t last = p->block_last < w->end ? p->block_count : wy_meet_search(p->docs, w->end);
    *out = (wy_exact_run){p->docs + first, p->freqs + first, first, last - first};
    *from = p->block_last < w->end ? p->block_last + 1 : w->end;
    return WY_OK;
}

static bool make_parked(wy_exact_window *w)
{
    if (!wy_grow(w->site->plan->mem, &w->parked, &w->parked_capacity, w->parked_made + 1,
                 sizeof *w->parked))
        return false;
    wy_postings *made = wy_arena_alloc(w->site->arena, sizeof *made);
    w->parked[w->parked_made] = made;
    w->parked_made += made != NULL;
    return made != NULL;
}

int wy_exact_park(wy_exact_window *w, const wy_exact_edge *edge, wy_error *error)
{
    enum { FREQS = offsetof(wy_postings, freqs), BEHIND = FREQS + sizeof(uint32_t[WY_BLOCK]) };
    if (wy_exact_is_small(edge)) return WY_OK;
    if (w->parked_count == w->parked_made && !make_parked(w)) return wy_fail_memory(error);
    const wy_postings *from = edge->postings;
    wy_postings *to = w->parked[w->parked_count++];
    memcpy(to, from, w->bounded ? BEHIND : FREQS); /* without a bound no frequencies were read */
    memcpy((char *)to + BEHIND, (const char *)from + BEHIND, sizeof *to - BEHIND);
    return WY_OK;
}
