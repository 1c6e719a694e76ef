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
    uint32_t *docs, *freqs; /* of a small one */
    uint32_t at;            /* in docs: the first that may still come */
    wy_postings *postings;  /* of a large one */
    size_t parked;          /* of a large one: the first of its blocks in the window still of use */
    wy_postings *spotter;   /* for wy_exact_window_places */
    wy_positions *positions; /* NULL until they are read */
    size_t hit_first, hit_end; /* of the window */
};

static inline bool wy_exact_has_bit(const uint64_t *bits, size_t at)
{
    return bits[at / 64] >> at % 64 & 1;
}

/* Sets bits in ascending order. Where they are dense the word in hand is kept in a register: who adds
 * to it in memory waits, bit for bit, for what was just written. Elsewhere that would be a branch
 * that nothing foretells. */
typedef struct wy_exact_setter {
    uint64_t *bits, word;
    size_t at; /* of the word in hand, or SIZE_MAX */
} wy_exact_setter;

static inline wy_exact_setter wy_exact_setter_of(uint64_t *bits)
{
    return (wy_exact_setter){bits, 0, SIZE_MAX};
}

/* Whether `count` bits among so many are dense. */
static inline bool wy_exact_is_dense(size_t count, size_t among)
{
    return count * 8 > among;
}

/* `bit` is 0 or 1. */
static inline void wy_exact_put_bit(wy_exact_setter *setter, bool dense, size_t at, uint64_t bit)
{
    const size_t word = at / 64;
    if (!dense) {
        setter->bits[word] |= bit << at % 64;
        return;
    }
    if (word != setter->at) setter->word = setter->bits[word];
    setter->word |= bit << at % 64;
    setter->bits[word] = setter->word;
    setter->at = word;
}

/* How often edges that cover all units are at a place of the window. */
static inline uint32_t wy_exact_whole_freq(const wy_exact_window *window, size_t slot)
{
    return window->whole > 0 ? window->room->whole_freqs[slot] : 0;
}

static inline bool wy_exact_is_small(const wy_exact_edge *edge)
{
    return edge->term.info.doc_freq <= WY_BLOCK;
}

int wy_exact_open_postings(wy_exact_window *window, const wy_exact_edge *edge, wy_postings **out,
                           wy_error *error);

/*
 * Counts how often the text is in each of the candidates that are left: those that have it are the
 * window's documents, or, where edges cover all units, their bits are set, and whole_freqs tells.
 */
int wy_exact_count_places(wy_exact_window *window, wy_error *error);

#endif
