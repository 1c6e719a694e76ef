/*
 * wenyuan/explain.h: why a query finds what it finds: what was understood, what is looked for in
 * the indexes, and what each part adds to the score of a hit.
 */
#ifndef WENYUAN_EXPLAIN_H
#define WENYUAN_EXPLAIN_H

#include <wenyuan/search.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum wy_explained_kind {
    WY_EXPLAINED_WORD = 0,   /* one term of the index: a word, stem, number or run of punctuation
                                (term_kind). Of a Chinese word the children are where it stands: as
                                a word of its own, in longer ones, across others; none where only as
                                its own */
    WY_EXPLAINED_PHRASE = 1, /* words at fixed distances: the children */
    WY_EXPLAINED_UNION = 2,  /* a pattern or a word with ~1: any of the children, as one word */
    WY_EXPLAINED_NEAR = 3,   /* the children near each other */
    WY_EXPLAINED_YEARS = 4,
    WY_EXPLAINED_REPORTS = 5, /* paragraphs of the reports that a date or an id chooses */
    WY_EXPLAINED_ALL = 6,     /* every paragraph */
    WY_EXPLAINED_GROUP = 7,   /* children that must, may or must not match */
    WY_EXPLAINED_EXACT = 8    /* a text as it stands; the children are the words of the index that
                                 it can lie in or across */
} wy_explained_kind;

/* What a part is to the one that it belongs to. */
typedef enum wy_explained_role {
    WY_ROLE_ROOT = 0,
    WY_ROLE_MUST = 1,
    WY_ROLE_MAY = 2,
    WY_ROLE_MUST_NOT = 3,
    WY_ROLE_PART = 4 /* of a phrase, a union, an exact text, or beside NEAR */
} wy_explained_role;

/*
 * A part of the plan. A group matches where all that must does and nothing that must not, and, if
 * there is no must but some may, one of those; its score is the sum of those of its children that
 * match, but for those that must not. Other parts score by themselves, as wy_search says: their
 * children only tell what they are made of.
 */
typedef struct wy_explained {
    int kind;           /* a wy_explained_kind */
    int role;           /* a wy_explained_role */
    int term_kind;      /* of a word: a wy_term_kind */
    const char *field;  /* "title", "issuer", "section"; "" for the text of paragraphs. Static */
    wy_string text;     /* as the index has it; of all but words, as the query has it */
    uint64_t documents; /* of the field that hold it, of what has several words summed; of reports and
                           years: paragraphs. 0 for phrases, exact texts and NEAR, where only a
                           search tells */
    uint64_t all;       /* documents of the field; 0 where it is of no field */
    double idf, boost;  /* 0 and 1 where nothing is scored */
    uint32_t distance; /* beside NEAR, but for the first: characters from the part before at most */
    int32_t from, to;  /* of years and dates; 0: open. Of the words of an exact text: which of its
                          characters they cover, from 1 on */
    const struct wy_explained *children;
    size_t child_count;

    /* In the hit that was asked for. */
    bool matches;
    uint32_t frequency; /* how often it is there; 0 for what has no frequency */
    uint32_t length;    /* words of the document of the field that counts, rounded */
    double average;     /* of that length over all documents */
    double score;       /* a multiple of 2^-16; those of what scores add up exactly */
} wy_explained;

typedef struct wy_explanation {
    wy_string query;     /* what was understood: (or a b), (within a years:2020..) and so on */
    uint64_t paragraphs; /* in all snapshots, deleted ones not counted */
    uint64_t reports;
    size_t segments;
    int32_t year_from, year_to; /* every match is within; 0: open */
    const wy_explained *plan;
    const wy_hit *hit; /* NULL: none was found */
} wy_explanation;

typedef struct wy_explain_options {
    size_t size;   /* sizeof(wy_explain_options) */
    size_t rank;   /* explain this hit, 1-based; 0: the best */
    wy_string hit; /* not empty: the hit with this id (wy_hit.id), whatever its rank. It is looked
                      for among all hits */
    int32_t year_from; /* as in wy_search_options */
    int32_t year_to;
    wy_string issuer, title;
} wy_explain_options;

/*
 * Explains `query` as wy_search would answer it. `options` may be NULL. *out lives until it is
 * freed; the snapshots must stay open. Thread-safe. WY_E_NOT_FOUND: no hit has options.hit or that
 * rank, but for rank 0. Else as wy_search.
 */
WY_API int wy_explain(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_query *query,
                      const wy_explain_options *options, wy_explanation **out, wy_error *error);

/* NULL is ignored. */
WY_API void wy_explanation_free(wy_explanation *explanation);

#ifdef __cplusplus
}
#endif

#endif
