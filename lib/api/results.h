/*
 * api/results.h: the hits of a search, in the hands of search.c and hit.c.
 */
#ifndef WY_API_RESULTS_H
#define WY_API_RESULTS_H

#include "api/view.h"
#include "base/arena.h"

/* How to read the records of a segment of the view. Readers are opened when a hit of the segment
 * is first looked at. */
typedef struct wy_origin {
    wy_store_reader *texts, *records;
} wy_origin;

struct wy_results {
    const wy_mem *mem;
    wy_view view;
    wy_top top;
    size_t offset; /* matches in top before the first hit; by report: groups */
    size_t hit_count;
    size_t snippet_chars, context;
    bool by_report;
    wy_origin *origins;  /* of each segment */
    wy_hit **hits;       /* NULL: not looked at yet */
    wy_arena arena;      /* these lists, and what hits point to */
    wy_span **spans;     /* of each hit, from mem */
};

#endif
