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

#include "base/arena.h"
#include "base/spares.h"
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

/* A report among the results: its passages are `count` matches of wy_top.list from `first` on. */
typedef struct wy_group {
    size_t first, count;
    uint64_t matches; /* paragraphs of it that match */
} wy_group;

typedef struct wy_top {
    wy_match *list; /* best first; from `mem`, freed with wy_top_free */
    size_t size;    /* at most the limit */
    uint64_t count; /* all matching live paragraphs, if asked for */

    /* Where passages were asked for; the list then has them report by report. */
    wy_group *groups; /* best first; from `mem` */
    size_t group_count;
    uint64_t reports; /* all that have a match */

    /* What the query looks for, for marking it in the text of a hit: positive terms and phrases of
     * the body, not those under NOT. They own their bytes and are freed with the top. None where no
     * matches are wanted. */
    wy_pattern *patterns;
    size_t pattern_count;

    wy_arena arena; /* private */
    const wy_mem *mem;
} wy_top;

typedef struct wy_find_options {
    size_t limit;     /* matches wanted */
    bool count;       /* count all */
    bool exhaustive;  /* no pruning */
    bool word_phrases; /* as in wy_search_options */
    int32_t year_from, year_to; /* as in wy_search_options */

    /* A bit set for each segment of the scope: the live paragraphs that may match (bit i & 7 of
     * byte i >> 3), as many bits as it has paragraphs; NULL: all that live. What does not pass
     * counts in the statistics all the same. */
    const uint8_t *const *filter;

    wy_spares *spares; /* for what the call alone needs; NULL: none */

    wy_order order;
    size_t passages; /* not 0: limit counts reports, and each has at most so many passages */
    size_t skip;     /* with passages: reports whose passages are not wanted */
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

/* Some matches of one segment, paragraphs ascending; segments come in the order of the scope. */
typedef struct wy_visited {
    uint32_t segment; /* index in the scope */
    size_t count;
    const uint32_t *paragraphs;
    const uint64_t *scores;      /* units of 2^-16; NULL unless asked for */
    const uint32_t *occurrences; /* NULL unless asked for */
} wy_visited;

/* Not WY_OK ends the visit, which returns it; `error` is that of the call. */
typedef int (*wy_visit_fn)(void *context, const wy_visited *matches, wy_error *error);

typedef struct wy_visit_options {
    bool scored;
    /* How often what the query looks for in the body, but not under NOT, is in each match: words
     * and phrases, each once however often the query has it. */
    bool counted;
    int32_t year_from, year_to;
    const uint8_t *const *filter; /* as in wy_find_options */
    wy_spares *spares;            /* likewise */
} wy_visit_options;

/* Hands out all live matches of `query`. Otherwise as wy_find. */
int wy_visit(const wy_scope *scope, const wy_query *query, wy_analyzer *analyzer, const wy_mem *mem,
             const wy_visit_options *options, wy_visit_fn visit, void *context, wy_error *error);

#endif
