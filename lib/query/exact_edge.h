/*
 * query/exact_edge.h: what the parts of a window share. exact_window.c makes and fills it;
 * exact_candidates.c finds, by the posting lists of its edges (exact_edge.c), the documents that
 * may match, and exact_places.c reads positions in those that are left.
 */
#ifndef WY_QUERY_EXACT_EDGE_H
#define WY_QUERY_EXACT_EDGE_H

#include <string.h>

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

static inline size_t wy_exact_words(const wy_exact_window *window)
{
    return (window->end - window->base + 63) / 64;
}

static inline void wy_exact_clear_bits(wy_exact_window *window)
{
    memset(window->room->bits, 0, wy_exact_words(window) * sizeof *window->room->bits);
}

/* ---- The postings of an edge (exact_edge.c) ------------------------------------------------ */

int wy_exact_open_postings(wy_exact_window *window, const wy_exact_edge *edge, wy_postings **out,
                           wy_error *error);

/* Makes ready what an edge has, docs and freqs or postings, if that is not done. */
int wy_exact_load(wy_exact_window *window, wy_exact_edge *edge, wy_error *error);

typedef struct wy_exact_run {
    const uint32_t *docs, *freqs;
    uint32_t at; /* of the first in its block */
    size_t count;
} wy_exact_run;

/* Some postings of the window, of an edge that was loaded: ids from *from on, which moves behind
 * them, and frequencies where asked for. count 0: no more. */
int wy_exact_next_run(wy_exact_window *window, wy_exact_edge *edge, bool freqs, uint32_t *from,
                      wy_exact_run *out, wy_error *error);

/* UINT8_MAX: that, or more. */
static inline uint8_t wy_exact_sum(uint8_t most, uint64_t freq)
{
    const uint64_t sum = most + freq;
    return sum < UINT8_MAX ? (uint8_t)sum : UINT8_MAX;
}

/* Adds `times` their frequencies to room->most of the documents of a run. */
static inline void wy_exact_add_most(const wy_exact_window *window, const wy_exact_run *run,
                                     uint32_t times)
{
    uint8_t *most = window->room->most;
    for (size_t i = 0; i < run->count; i++) {
        uint8_t *of = &most[run->docs[i] - window->base];
        *of = wy_exact_sum(*of, (uint64_t)run->freqs[i] * times);
    }
}

/* Keeps the block of an edge with hits for its positions: to copy it is a fraction of what it takes
 * to decode it again. */
int wy_exact_park(wy_exact_window *window, const wy_exact_edge *edge, wy_error *error);

/* ---- Candidates (exact_candidates.c) ------------------------------------------------------- */

/* Finds the candidates that have a path, with the hits of the edges, and where these are of use. */
int wy_exact_find_candidates(wy_exact_window *window, wy_error *error);

/* Whether any candidates are left. */
bool wy_exact_has_live(const wy_exact_window *window);

/* Lists the ids whose bits are set in order, about `most` of them; with room for WY_EXACT_LISTED
 * more. */
size_t wy_exact_list_bits(const wy_exact_window *window, size_t most, uint32_t *out);

/* ---- Places (exact_places.c) --------------------------------------------------------------- */

/*
 * Counts how often the text is in each of the candidates that are left: those that have it are the
 * window's documents, or, where edges cover all units, their bits are set, and whole_freqs tells.
 */
int wy_exact_count_places(wy_exact_window *window, wy_error *error);

#endif
