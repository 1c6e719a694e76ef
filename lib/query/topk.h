/*
 * query/topk.h: the best matches so far, of all segments.
 *
 * Order: score descending, then year, report id and paragraph number ascending. Within a segment
 * that is the order of ids, so nothing needs to be read to compare; between segments the reports
 * are read, and only where scores are equal.
 */
#ifndef WY_QUERY_TOPK_H
#define WY_QUERY_TOPK_H

#include "base/arena.h"
#include "query/query.h"

typedef struct wy_topk_entry wy_topk_entry;

typedef struct wy_topk {
    const wy_scope *scope;
    const wy_mem *mem;
    size_t limit;
    wy_topk_entry *heap; /* the worst first */
    size_t size, capacity;
    uint32_t segment; /* in whose order matches are coming */
    /* No match of this segment with a score below can enter. */
    uint64_t need;
    /* A match with this score has lost against the worst by order: later ones would too. */
    uint64_t lost;
    wy_store_reader **readers; /* of reports, opened when first needed */
    wy_arena arena;            /* of ids that were read */
    int status;                /* sticks: of reading for a comparison */
    wy_error *error;
} wy_topk;

void wy_topk_begin(wy_topk *topk, const wy_scope *scope, const wy_mem *mem, size_t limit,
                   wy_error *error);
void wy_topk_free(wy_topk *topk);

/* From here on matches are of segment `segment`, in ascending order of paragraphs. */
void wy_topk_segment(wy_topk *topk, uint32_t segment);

/* Offers a match. Call it only where score >= topk->need. */
int wy_topk_push(wy_topk *topk, uint32_t paragraph, uint64_t score);

/* The matches, best first, in an array from `mem`; NULL where there are none. Empties the heap. */
int wy_topk_take(wy_topk *topk, wy_match **out, size_t *size);

#endif
