/*
 * query/query.h: from the text of a query to the best paragraphs of a set of segments.
 *
 *   lex -> parse -> tree      syntax alone, without an index (struct wy_query of the public API)
 *   plan                      the tree, analyzed and looked up in every segment
 *   cursors                   one tree of cursors for each segment
 *   top-k                     the best of all segments in one heap
 */
#ifndef WY_QUERY_QUERY_H
#define WY_QUERY_QUERY_H

#include <wenyuan/search.h>

#include "segment/segment.h"
#include "text/analyzer.h"
#include "text/pattern.h"

/* wy_query_parse and wy_query_free of the public API are implemented in this module. */

/* What to search: segments of any number of snapshots, in the caller's order. Borrowed. */
typedef struct wy_scope {
    const wy_segment *const *segments;
    size_t count;
} wy_scope;

typedef struct wy_match {
    uint64_t score;     /* units of 2^-16 */
    uint32_t segment;   /* index in the scope */
    uint32_t paragraph; /* in the segment */
} wy_match;

typedef struct wy_top {
    wy_match *list; /* best first; from `mem`, freed with wy_top_free */
    size_t size;    /* at most the limit */
    uint64_t count; /* all matching live paragraphs, if asked for */

    /* What the query looks for, for marking it in the text of a hit: positive terms and phrases of
     * the body, not those under NOT. They own their bytes and are freed with the top. */
    wy_pattern *patterns;
    size_t pattern_count;

    struct wy_arena *arena; /* private */
    const wy_mem *mem;
} wy_top;

typedef struct wy_find_options {
    size_t limit;     /* matches wanted */
    bool count;       /* count all */
    bool exhaustive;  /* no pruning */
    int32_t year_from, year_to; /* as in wy_search_options */
} wy_find_options;

/*
 * Runs `query` over the scope. `analyzer` is used during the call by this thread alone. Order:
 * score descending; equal ones by year, report id and paragraph number ascending, which within a
 * segment is the order of paragraph ids. The result does not depend on how reports are spread
 * over segments. Thread-safe with regard to segments and query. WY_E_DAMAGED, WY_E_LIMIT,
 * WY_E_SYNTAX (a word that has no term at all, such as "，": offset in the query), WY_E_NOMEM.
 */
int wy_find(const wy_scope *scope, const wy_query *query, wy_analyzer *analyzer, const wy_mem *mem,
            const wy_find_options *options, wy_top *out, wy_error *error);
void wy_top_free(wy_top *top); /* a zeroed one is ignored */

#endif
