/*
 * query/exact_paths.h: which of the edges of a lattice that are in a document can be part of the
 * text there.
 *
 * Edges that cover the same units are one class, a bit. An edge is of use in a document only if
 * edges that are there too lead from it to the first unit and to the last: 执行 is of none to
 * 行政处罚 where nothing else covers 政. So most documents are dropped, and most edges of those
 * that stay, before a position is read. The answer depends on the set of classes alone, of which
 * few occur; they are remembered.
 */
#ifndef WY_QUERY_EXACT_PATHS_H
#define WY_QUERY_EXACT_PATHS_H

#include "query/lattice.h"

typedef struct wy_exact_class {
    uint32_t from, to; /* units covered */
    uint64_t units;    /* the same as bits */
} wy_exact_class;

typedef struct wy_exact_paths {
    wy_exact_class *classes; /* in the arena */
    uint32_t class_count;
    uint32_t units;
    bool told_apart;     /* each class and each boundary has a bit of its own */
    uint64_t gaps;       /* units */
    uint64_t starts[64]; /* by boundary: classes that begin there, and that end there */
    uint64_t ends[64];
    uint64_t asked[64], answers[64]; /* remembered */
} wy_exact_paths;

/* Units and classes beyond the 63rd share a bit. */
static inline uint64_t wy_exact_bit(uint32_t number)
{
    return UINT64_C(1) << (number < 63 ? number : 63);
}

/* Finds the classes of `count` edges; class_of[i] is that of edge i. WY_E_NOMEM. */
int wy_exact_paths_make(wy_exact_paths *paths, const wy_exact_query *query, const wy_edge *edges,
                        size_t count, uint32_t *class_of, wy_arena *arena, wy_error *error);

/* Finds an answer and remembers it. */
uint64_t wy_exact_paths_ask(wy_exact_paths *paths, uint64_t classes, size_t slot);

/* Those of a set of classes that are on a path from the first unit to the last; all of them where
 * bits are shared. */
static inline uint64_t wy_exact_paths_useful(wy_exact_paths *paths, uint64_t classes)
{
    if (!paths->told_apart) return classes;
    const size_t slot = (size_t)(classes * UINT64_C(0x9e3779b97f4a7c15) >> 58);
    return paths->asked[slot] == classes ? paths->answers[slot]
                                         : wy_exact_paths_ask(paths, classes, slot);
}

#endif
