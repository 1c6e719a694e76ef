/*
 * query/lattice.h: the ways in which an exact query can lie across the words of a segment.
 *
 * An edge is a term that covers units from .. to of the query: a word that is these units; one that
 * ends with the first units, or begins with the last; or one that has all of them inside. Words of
 * a paragraph stand side by side without overlapping, so a paragraph has the text where edges,
 * each at its place, cover all units that are not gaps. A run of punctuation in the text is that
 * run; at an end of the text, one that has it there at its own end.
 */
#ifndef WY_QUERY_LATTICE_H
#define WY_QUERY_LATTICE_H

#include "query/exact.h"
#include "segment/segment.h"

typedef struct wy_edge {
    uint32_t from, to; /* units covered */
    uint32_t before;   /* units that the term has before them */
    uint32_t times;    /* that each occurrence of the term has them there: 1, but for runs */
    wy_term_info term;
} wy_edge;

typedef struct wy_lattice {
    wy_edge *edges; /* from mem; those that cover all units first */
    size_t count, capacity;
    size_t whole; /* edges that cover all units */
    /* Whether an edge is of runs of which the index has not got the characters (WY_RUN_TOO_LONG, in
     * `long_runs`): the text of their documents decides. */
    bool doubtful;
    wy_term_info long_runs;
    const wy_mem *mem;
} wy_lattice;

/*
 * Finds the edges that lie on a path from the first unit to the last. WY_E_DAMAGED, WY_E_NOMEM.
 * wy_lattice_free after any result.
 */
int wy_lattice_make(wy_lattice *lattice, const wy_segment *segment, wy_field field,
                    const wy_exact_query *query, const wy_mem *mem, wy_error *error);

/* The same for the words alone that have the whole text, without gaps, and more: an edge for each
 * place where they have it. */
int wy_lattice_holders(wy_lattice *lattice, const wy_segment *segment, wy_field field,
                       const wy_exact_query *query, const wy_mem *mem, wy_error *error);
void wy_lattice_free(wy_lattice *lattice);

#endif
