/*
 * query/exact_edge.h: what the two halves of a window share: exact_window.c, which finds documents
 * by posting lists, and exact_places.c, which reads positions in those that are left.
 */
#ifndef WY_QUERY_EXACT_EDGE_H
#define WY_QUERY_EXACT_EDGE_H

#include "query/exact_window.h"

/* One that comes in a single block of postings keeps it; others are run along. */
struct wy_exact_edge {
    wy_segment_term term;
    uint64_t units; /* covered, as bits; void where these are all, as the next two */
    uint32_t class_number;
    uint32_t slot;   /* of its class */
    uint32_t covers; /* units */
    uint32_t from, before, times;
    uint8_t stage;
    bool loaded;            /* docs and freqs, or postings */
    bool opened;            /* positions */
    uint32_t *docs, *freqs; /* of a small one */
    uint32_t at;            /* in docs: the first that may still come */
    wy_postings *postings;  /* of a large one */
    uint32_t decoded;       /* the block of it whose ids were asked for last, or UINT32_MAX */
    wy_postings *reader;    /* of a large one, for positions */
    wy_postings *spotter;   /* for wy_exact_window_places */
    wy_positions positions;
    size_t hit_first, hit_end; /* of the window */
};

static inline bool wy_exact_has_bit(const uint64_t *bits, size_t at)
{
    return bits[at / 64] >> at % 64 & 1;
}

static inline bool wy_exact_is_small(const wy_exact_edge *edge)
{
    return edge->term.info.doc_freq <= WY_BLOCK;
}

int wy_exact_open_postings(wy_exact_window *window, const wy_exact_edge *edge, wy_postings **out,
                           wy_error *error);

/*
 * Counts in whole_freqs how often the text is in each of the candidates that are left, and sets the
 * bits of those that have it.
 */
int wy_exact_count_places(wy_exact_window *window, wy_error *error);

#endif
