/*
 * query/exact_paths.h: which of the edges of a lattice that are in a document can be part of the
 * text there.
 *
 * Edges that cover the same units are one class. An edge is of use in a document only if edges that
 * are there too lead from it to the first unit and to the last: 执行 is of none to 行政处罚 where
 * nothing else covers 政. So most documents are dropped, and most edges of those that stay, before
 * a position is read. A document is a bit, and 64 of them are walked through at once.
 */
#ifndef WY_QUERY_EXACT_PATHS_H
#define WY_QUERY_EXACT_PATHS_H

#include "query/lattice.h"

typedef struct wy_exact_class {
    uint32_t from, to; /* units covered */
    uint64_t units;    /* the same as bits */
} wy_exact_class;

/* A class, or a gap, of the way from the first unit to the last. */
typedef struct wy_exact_step {
    uint32_t from, to, slot;
} wy_exact_step;

/* Units and classes beyond the 63rd share a bit. Classes have a slot each, or, where there are more
 * than 64, from the 63rd on share one. Gaps have that behind the last. */
#define WY_EXACT_SLOTS 65

typedef struct wy_exact_paths {
    wy_exact_class *classes; /* in the arena */
    uint32_t class_count;
    uint32_t slot_count; /* without that of gaps */
    uint32_t units;
    bool told_apart;      /* each class and each boundary has a bit of its own: then ... */
    wy_exact_step *steps; /* ... these, in the order of where they begin */
    uint32_t step_count;
} wy_exact_paths;

static inline uint32_t wy_exact_slot(uint32_t number)
{
    return number < 63 ? number : 63;
}

static inline uint64_t wy_exact_bit(uint32_t number)
{
    return UINT64_C(1) << wy_exact_slot(number);
}

/* Finds the classes of `count` edges; class_of[i] is that of edge i. WY_E_NOMEM. */
int wy_exact_paths_make(wy_exact_paths *paths, const wy_exact_query *query, const wy_edge *edges,
                        size_t count, uint32_t *class_of, wy_arena *arena, wy_error *error);

/*
 * Documents are bits of `words` words. There are as many of these for each slot, one behind the
 * other: in `there` the documents that have, or may have, an edge of the class; all for gaps.
 * Leaves of `left` those with a path from the first unit to the last; useful: for each class those
 * in which it is on one. Only where classes are told apart.
 */
void wy_exact_paths_walk(const wy_exact_paths *paths, size_t words, uint64_t *left,
                         const uint64_t *there, uint64_t *useful);

#endif
