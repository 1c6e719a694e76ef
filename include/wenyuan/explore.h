/*
 * wenyuan/explore.h: what is in a collection as a whole: how often something is said in each year,
 * by whom, under which heading; which words there are, and which set one year apart from another.
 *
 * Several snapshots are looked at as if they were one. Functions may be called by any number of
 * threads at once; what they hand out is immutable, lives until it is freed, and needs no snapshot.
 */
#ifndef WENYUAN_EXPLORE_H
#define WENYUAN_EXPLORE_H

#include <wenyuan/search.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Counting the matches of a query ------------------------------------------------------- */

typedef enum wy_count_key {
    WY_BY_YEAR = 0,   /* year reported on */
    WY_BY_ISSUER = 1, /* as written */
    WY_BY_SECTION = 2 /* outermost heading above the paragraph, without its number (一、 第二章) */
} wy_count_key;

/* Matches with one key. What the query does not match is counted in the fields all_…. */
typedef struct wy_count {
    wy_string key;        /* issuer or heading; empty: unknown, or none. By year: always empty */
    int32_t year;         /* by year; 0: unknown */
    uint64_t paragraphs;  /* that match */
    uint64_t reports;     /* with a matching paragraph */
    uint64_t occurrences; /* of words and phrases of the query in the text of those paragraphs: not
                             of words for titles, nor under NOT; each word counts once however often
                             the query has it */
    uint64_t all_paragraphs; /* by year: all there are, as far as issuer and title let pass */
    uint64_t all_reports;
} wy_count;

typedef struct wy_counts {
    const wy_count *list; /* by year: all years that have reports, ascending; else only keys that
                             have a match, those with most paragraphs first, equal ones by key */
    size_t size;
    size_t keys;    /* before options.limit */
    wy_count total; /* of all keys, those beyond the limit too; key and year are void */
} wy_counts;

typedef struct wy_count_options {
    size_t size;       /* sizeof(wy_count_options) */
    int by;            /* a wy_count_key */
    size_t limit;      /* keys wanted; 0: all. By year all are given */
    int32_t year_from; /* 0: open */
    int32_t year_to;   /* 0: open. With both 0 reports without a year count too */
    wy_string issuer, title; /* as in wy_search_options */
} wy_count_options;

/*
 * Counts all matches of `query`. `options` may be NULL. The caller frees *out. Work is that of
 * going through all matches without scoring them; by section their records are read too.
 * WY_E_ARGUMENT, WY_E_SYNTAX, WY_E_ANALYZER (snapshots of different analyzers), WY_E_DAMAGED,
 * WY_E_NOMEM.
 */
WY_API int wy_counts_make(wy_snapshot *const *snapshots, size_t snapshot_count,
                          const wy_query *query, const wy_count_options *options, wy_counts **out,
                          wy_error *error);

/* NULL is ignored. */
WY_API void wy_counts_free(wy_counts *counts);

/* ---- Words --------------------------------------------------------------------------------- */

typedef struct wy_word {
    wy_string text;       /* as the index has it: folded */
    uint64_t paragraphs;  /* that hold it */
    uint64_t occurrences; /* in their texts */

    /* Where two ranges of years are compared: the same in the other one. */
    uint64_t other_paragraphs, other_occurrences;
    double g2; /* log-likelihood ratio; below 0 where the word is rarer here than there */
} wy_word;

typedef struct wy_words {
    const wy_word *list; /* most occurrences first, or greatest g2 first; equal ones by bytes */
    size_t size;
    uint64_t words; /* different ones, before options.limit */

    /* Sums over the words with the prefix; where years are compared, over all words. */
    uint64_t occurrences, other_occurrences;
} wy_words;

typedef struct wy_words_options {
    size_t size;       /* sizeof(wy_words_options) */
    wy_string prefix;  /* only words that begin so; folded as the index folds text; empty: all */
    size_t limit;      /* words wanted; 0: all. Where years are compared: at either end */
    int32_t year_from; /* 0: open */
    int32_t year_to;   /* 0: open. With both 0 reports without a year count too */

    /*
     * Compares with the years other_from .. other_to, or, where both are 0, with everything outside
     * year_from .. year_to. The measure is Dunning's log-likelihood ratio G2 ("Accurate methods for
     * the statistics of surprise and coincidence", 1993) of occurrences: above 3.84 a difference is
     * chance once in twenty times, above 10.83 once in a thousand.
     */
    bool compare;
    int32_t other_from, other_to;
} wy_words_options;

/*
 * Lists the words of paragraphs, titles left out. Deleted reports do not count. `options` may be
 * NULL. The caller frees *out. Work grows with the vocabulary and, for years or where reports were
 * deleted, with the postings. WY_E_ARGUMENT (no years to compare), WY_E_ENCODING, WY_E_ANALYZER,
 * WY_E_DAMAGED, WY_E_NOMEM.
 */
WY_API int wy_words_make(wy_snapshot *const *snapshots, size_t snapshot_count,
                         const wy_words_options *options, wy_words **out, wy_error *error);

/* NULL is ignored. */
WY_API void wy_words_free(wy_words *words);

#ifdef __cplusplus
}
#endif

#endif
