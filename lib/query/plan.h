/*
 * query/plan.h: a query made ready for a scope: its words analyzed, looked up in every segment and
 * weighed by statistics summed over all of them, and its tree simplified. Nothing here depends on
 * how reports are spread over segments but the places of the terms.
 */
#ifndef WY_QUERY_PLAN_H
#define WY_QUERY_PLAN_H

#include "base/arena.h"
#include "base/strmap.h"
#include "query/exact.h"
#include "query/query.h"
#include "query/tree.h"

/* A term of the query, once for however many places it stands in. */
typedef struct wy_plan_term {
    wy_field field;
    uint8_t kind; /* a wy_token_kind */
    const char *text;
    uint32_t length;
    uint32_t width;    /* positions that it covers */
    uint32_t mark;     /* of the node that it was last expanded for; 0: none */
    uint64_t doc_freq; /* live documents of the field that hold it, in the whole scope */
    double idf;
    /* One for each segment of the scope. */
    bool *found;
    wy_segment_term *place;
} wy_plan_term;

typedef struct wy_plan_word {
    uint32_t term;   /* in wy_plan.terms */
    uint32_t offset; /* position relative to the phrase's first word */
} wy_plan_word;

typedef enum wy_node_kind {
    WY_NODE_TERM,   /* one word */
    WY_NODE_PHRASE, /* two words or more */
    WY_NODE_EXACT,  /* a text as it stands */
    WY_NODE_UNION,  /* any of its words, as if they were one: what a pattern stands for */
    WY_NODE_NEAR,   /* terms, phrases and unions near each other: `parts` */
    WY_NODE_YEARS,
    WY_NODE_REPORTS, /* the paragraphs of some reports */
    WY_NODE_ALL,     /* every paragraph */
    WY_NODE_BOOL     /* at least one child */
} wy_node_kind;

/* Paragraphs of a segment: disjoint ranges first .. end - 1, ascending, none empty. */
typedef struct wy_plan_range {
    uint32_t first, end;
} wy_plan_range;

typedef struct wy_plan_ranges {
    wy_plan_range *list;
    size_t count, capacity;
    uint64_t paragraphs; /* in all */
} wy_plan_ranges;

typedef struct wy_plan_places wy_plan_places; /* word.h */

/*
 * A node of the plan. A bool node matches where all of `must` does and none of `must_not`, and, if
 * there is no `must` but some `should`, one of those; without both it is everything but `must_not`.
 */
typedef struct wy_node {
    wy_node_kind kind;
    wy_field field;            /* of what is looked for in text */
    const wy_plan_word *words; /* of terms (one), phrases, exact texts, unions (any number) */
    uint32_t word_count;
    /* Of exact texts, whose words only weigh; and of a word that is to be found inside others and
     * across them (word.h). */
    wy_exact_query *exact;
    bool across; /* of such a word: a list tells where it stands across others: words[1] */
    wy_plan_places *places; /* of such a word: one for each segment of the scope */
    uint64_t documents;     /* of such a word: those of all its lists, added up */
    const wy_tree *tree;    /* the leaf that it stems from, where it has one */
    double boost;           /* sum of those of the equal leaves of a list that were made one */
    double idf;             /* of all that scores: that of its words together */
    float weight;           /* idf, boosted; of the parts of NEAR: that of NEAR */
    int32_t from, to;       /* of years */
    wy_plan_ranges *ranges; /* of reports: one for each segment of the scope */
    struct wy_node *parts;  /* of NEAR, in the order written; linked by next */
    uint32_t distance;      /* of a part: as in wy_tree */
    bool in_row; /* of NEAR: each part stands behind the one before, at exactly its distance */
    struct wy_node *must, *should, *must_not; /* linked by next */
    struct wy_node *next;
} wy_node;

/* Whether it is found in text and scores by itself. */
static inline bool wy_node_is_leaf(const wy_node *node)
{
    return node->kind <= WY_NODE_NEAR;
}

typedef struct wy_plan {
    const wy_scope *scope;
    const wy_mem *mem;
    wy_arena *arena;
    bool word_phrases;     /* as in wy_find_options */
    wy_analyzer *analyzer; /* for reading texts again, in the searching thread */
    wy_strmap keys; /* dictionary key -> index of the term + 1, but for the first few */
    wy_plan_term *terms;
    size_t term_count, term_capacity;
    wy_node *root;
    uint32_t marks;     /* nodes expanded so far */
    size_t expanded;    /* terms that patterns stand for, together */
    uint64_t looked_at; /* terms of dictionaries */

    /* Every match is within these years: 0: open; both 0: not limited. */
    int32_t year_from, year_to;
    const uint8_t *const *filter; /* as in wy_find_options */
    wy_spares *spares;            /* likewise */
    bool empty;                   /* nothing can match: the years contradict each other */

    bool uses[WY_FIELDS]; /* which fields terms are of: what follows is of these */
    wy_field_stats stats[WY_FIELDS];
    const wy_norms *norms[WY_FIELDS]; /* of fields that are ranked by; else NULL */
    double average[WY_FIELDS];        /* length */
} wy_plan;

/*
 * Makes a plan; its memory is in `arena` and in what wy_plan_free frees (also after an error).
 * `query` must outlive it. WY_E_SYNTAX (no term in the whole query), WY_E_LIMIT (more than
 * WY_QUERY_WORDS words, or what expand.h limits), WY_E_DAMAGED, WY_E_NOMEM.
 */
int wy_plan_make(wy_plan *plan, const wy_scope *scope, const wy_query *query, wy_analyzer *analyzer,
                 const wy_find_options *options, wy_arena *arena, wy_error *error);
void wy_plan_free(wy_plan *plan);

/* What to mark in a hit: see wy_top.patterns. In `arena`, which must outlive them. */
int wy_plan_patterns(const wy_plan *plan, wy_arena *arena, wy_pattern **out, size_t *count,
                     wy_error *error);

/* Average length that `stats` tell; 1 where there is nothing. */
static inline double wy_average_length(wy_field_stats stats)
{
    return stats.documents && stats.length ? (double)stats.length / (double)stats.documents : 1.0;
}

#endif
