/*
 * wenyuan/search.h: snapshots, queries and hits.
 */
#ifndef WENYUAN_SEARCH_H
#define WENYUAN_SEARCH_H

#include <stdbool.h>

#include <wenyuan/index.h>
#include <wenyuan/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What an index held at one commit; later commits do not change it, and its files stay until it
 * is closed. Any number of threads may search one snapshot at once.
 */
typedef struct wy_snapshot wy_snapshot;

/* Opens the last commit. Work done does not grow with the index. The caller closes *out. */
WY_API int wy_snapshot_open(wy_index *index, wy_snapshot **out, wy_error *error);

/* NULL is ignored. No results made from it may be in use. */
WY_API void wy_snapshot_close(wy_snapshot *snapshot);

/* *out points into the snapshot and lives as long as it does. WY_E_ANALYZER as told at
 * wy_index_open, WY_E_DAMAGED, WY_E_NOMEM. */
WY_API int wy_snapshot_stats(wy_snapshot *snapshot, const wy_stats **out, wy_error *error);

/*
 * Reports of a snapshot, for keeping files and index in step. `visit` gets the report without
 * sections and paragraphs (their counts are 0), valid during the call; non-zero ends the walk.
 */
typedef int (*wy_report_fn)(void *context, const wy_report *report);
WY_API int wy_snapshot_reports(wy_snapshot *snapshot, wy_report_fn visit, void *context,
                               wy_error *error);

/*
 * A paragraph as exact queries see it. `exact` is the folded text: a run of white space between two
 * letters or digits of words that are written with spaces, also beside a sign between them that
 * would join them (law. The), is one space there, elsewhere nothing.
 * A quoted query, treated in the same way, matches where its bytes stand in `exact` and begin and
 * end at a byte for which `cuts` is 1: elsewhere a character, or a Latin word or number, would be
 * cut. Where it begins with such a sign and a letter or digit behind it, or ends with one behind a
 * letter or digit, a space between the two in `exact` says nothing. `cuts` has exact.length + 1
 * entries.
 */
typedef struct wy_passage {
    wy_string report;   /* id */
    int32_t year;       /* 0: unknown */
    uint32_t paragraph; /* 1-based number in the report */
    wy_string text;     /* as it was added */
    wy_string exact;    /* empty where the analyzer does not fold */
    const uint8_t *cuts; /* NULL then */
} wy_passage;

/* Visits all paragraphs of a snapshot. What `visit` gets is valid during the call; non-zero ends
 * the walk. WY_E_DAMAGED, WY_E_NOMEM. */
typedef int (*wy_passage_fn)(void *context, const wy_passage *passage);
WY_API int wy_snapshot_passages(wy_snapshot *snapshot, wy_passage_fn visit, void *context,
                                wy_error *error);

/* ---- Queries ------------------------------------------------------------------------------ */

/* A parsed query. Immutable: any number of threads may search with one. */
typedef struct wy_query wy_query;

/*
 * Parses `text` (UTF-8). The language:
 *
 *   法治 政府            paragraphs with any of the words, the more and the rarer the better. With
 *                       analyzer icu a word of two characters or more that are not written with
 *                       spaces, as Chinese ones, is found wherever it stands, also inside 人民政府
 *   "简政放权"           this text, wherever words are cut (analyzer icu): folded, with white space
 *                       counted between two Latin letters or digits alone, Latin words and
 *                       numbers whole; punctuation counts too, but takes reading the candidates'
 *                       text, and a query of nothing else reads all of it, unless the analyzer is
 *                       icu-punctuation. With analyzer whitespace: these words side by side
 *   a AND b  a OR b     both; at least one. NOT binds tightest, then NEAR, then AND, then OR
 *   NOT a  -a           paragraphs without it
 *   +a                  must be there
 *   ( … )               grouping
 *   a NEAR/5 b          at most 5 characters apart, in any order; NEAR alone: 10. Between words and
 *                       phrases
 *   un*  w?rd  *法      words of the index by pattern: * any characters, ? one; also "rule of la*"
 *   word~1              a Latin word, or one that differs in one letter put in, left out, changed
 *                       or exchanged with its neighbour
 *   a^2  "a b"^0.5  (a b)^3   counts so many times as much; from 0 to 1000
 *   title:a  issuer:a   in the report's title, in the name of who issued it; also title:"a b"
 *                       and title:(a b)
 *   section:a           in a heading above the paragraph
 *   year:2020  year:2020..2023  year:..2000  year:>=2020
 *   date:2024-03  date:2024-03-29  date:2024-01..2024-06  date:<2024
 *   report:id  report:*2023*    by id; patterns are of ids and of paths of files
 *                       these three limit the list that they stand in (several of one kind: to
 *                       any of them); beside AND or OR and in parentheses each is a clause like
 *                       any other
 *
 * Operators are ASCII capitals. Characters of the language may be full-width, “ ” are quotes, and
 * ， 、 part words. A backslash takes the next character as it is. A word in a bare list that the
 * analyzer cuts into several terms counts as so many optional words; after +, -, NOT or beside AND
 * all of them must be there; beside NEAR they must follow each other. In a field (title:, issuer:,
 * section:) such a word stands as if it were quoted.
 *
 * WY_E_SYNTAX: error->offset is the byte in `text`. WY_E_LIMIT: more than 1024 words or nested
 * deeper than 64.
 */
WY_API int wy_query_parse(wy_string text, const wy_allocator *allocator, wy_query **out,
                          wy_error *error);

/* NULL is ignored. */
WY_API void wy_query_free(wy_query *query);

/* Which hits come first. */
typedef enum wy_order {
    WY_ORDER_SCORE = 0,  /* the best */
    WY_ORDER_OLDEST = 1, /* of the earliest date of publication; of one date the best. A report
                            without a date has that of the first day of its year, one without
                            either comes last */
    WY_ORDER_NEWEST = 2  /* of the latest */
} wy_order;

typedef struct wy_search_options {
    size_t size;          /* sizeof(wy_search_options) */
    size_t limit;         /* hits wanted; 0 with count: none, 0 without: 10 */
    size_t offset;        /* hits skipped first */
    bool count;           /* also count all matching paragraphs */
    bool exhaustive;      /* score every match: the same hits, more slowly; for tests and benches */
    int32_t year_from;    /* 0: open */
    int32_t year_to;      /* 0: open. With both 0 reports without a year match too */
    size_t snippet_chars; /* length aimed at, in characters; 0: 120 */

    /* Only reports whose issuer, whose title holds this text. Width, case and traditional or
     * simplified characters make no difference. Empty: all. Scores do not change. */
    wy_string issuer, title;
    int order; /* a wy_order */
    /*
     * Report by report: limit and offset count reports, in the order of their best passages, and
     * for each there are at most `passages` hits (0: 3), the best first.
     */
    bool by_report;
    size_t passages;
    size_t context; /* paragraphs of the report before and behind each hit to show with it */
    bool word_phrases; /* quoted texts are the phrases of their words, and words stand alone, which
                          misses those that are cut otherwise: for benches */
} wy_search_options;

/* Hits of one search. Used by one thread at a time; its snapshots must stay open. */
typedef struct wy_results wy_results;

/*
 * Searches `snapshots` as if they were one index: statistics are summed before scoring. All must
 * have the same analyzer (WY_E_ANALYZER). `options` may be NULL: 10 hits, no count.
 *
 * Score: sum over matching words of idf * tf / (tf + 1.2 * (0.25 + 0.75 * length / average)),
 * idf = ln(1 + (N - n + 0.5) / (n + 0.5)) over live paragraphs (BM25 as Lucene has it since 8.0).
 * tf of a word that is found wherever it stands is the number of its places; n is the sum, at most
 * N, of the paragraphs in which it is a word by itself, of those of each longer word that holds it,
 * and, but for numbers and words that ICU's dictionary has not or calls rare, of those in which it
 * stands across words. A quoted text of one such word is that word. Any other quoted text counts as
 * one word, with the number of its places as tf, whose idf is the sum of that of the words that the
 * analyzer cuts it into; so does a phrase, and so does what NEAR ties together, with the number of
 * its matches that share no word, at most, as tf. What a pattern or a fuzzy word stands for counts
 * as one word too: its tf is the sum of theirs, and its n the sum of theirs, at most N. A boost
 * multiplies idf. In titles and issuers N, n, tf and length are of reports, in sections of runs of
 * paragraphs under the same headings; all paragraphs below score alike. Lengths count words; up to
 * 127 they are exact, above they are rounded down to five significant bits. Each word's part is
 * rounded to 2^-16, so that sums do not depend on their order.
 * Order: score descending, then year, report id (bytes) and paragraph ascending.
 * What is left out by years, issuer and title counts in the statistics all the same.
 *
 * WY_E_SYNTAX: no word of the query is one to the analyzer, as in "。". WY_E_LIMIT: a pattern
 * stands for more than 1024 words of the indexes, all patterns for more than 8192, or 20 million
 * words had to be looked at; boosts make a score of 32767 or more possible. Both with the byte in
 * the query. Also WY_E_ARGUMENT, WY_E_ANALYZER, WY_E_DAMAGED, WY_E_NOMEM.
 */
WY_API int wy_search(wy_snapshot *const *snapshots, size_t snapshot_count, const wy_query *query,
                     const wy_search_options *options, wy_results **out, wy_error *error);

/* Number of hits at hand (at most limit; by report: at most limit * passages). */
WY_API size_t wy_results_size(const wy_results *results);

/* All reports with a matching paragraph; only if options.count and by_report were set, else 0. */
WY_API uint64_t wy_results_reports(const wy_results *results);

/* All matching paragraphs; only if options.count was set, else 0. */
WY_API uint64_t wy_results_count(const wy_results *results);

typedef struct wy_span {
    size_t begin, end; /* bytes; end is the first byte after */
} wy_span;

/* A paragraph near a hit, in the same report. */
typedef struct wy_context {
    uint32_t paragraph; /* 1-based number in the report */
    wy_string text;
} wy_context;

/* One hit. Everything in it lives until the results are freed. Text is UTF-8. */
typedef struct wy_hit {
    size_t rank;      /* 1-based, options.offset included */
    double score;     /* a multiple of 2^-16 */
    size_t snapshot;  /* which of the snapshots */
    wy_string id;     /* the paragraph's own, else report id, '#' and number */
    wy_string report; /* id of the report */
    wy_string title;
    wy_string issuer;
    wy_string source;
    int32_t year;             /* 0: unknown */
    int32_t date;             /* yyyymmdd; 0: unknown */
    const wy_string *section; /* path of headings, outermost first */
    size_t section_count;
    uint32_t paragraph;        /* 1-based number in the report */
    wy_string text;            /* the whole paragraph */
    const wy_span *highlights; /* what matched, in text; ascending, never overlapping */
    size_t highlight_count;
    wy_span snippet; /* the part of text to show; never splits a character */

    /* By report. `rank` then counts the passages of the report. */
    size_t report_rank;      /* 1-based, options.offset included; 0: not by report */
    uint64_t report_matches; /* paragraphs of the report that match */

    const wy_context *context; /* ascending; the hit itself is not among them */
    size_t context_count;
} wy_hit;

/* Reads hit `i` (0-based). WY_E_ARGUMENT, WY_E_DAMAGED, WY_E_NOMEM. */
WY_API int wy_results_hit(wy_results *results, size_t i, const wy_hit **out, wy_error *error);

/* NULL is ignored. */
WY_API void wy_results_free(wy_results *results);

/* ---- Analysis ------------------------------------------------------------------------------ */

typedef enum wy_term_kind {
    WY_TERM_WORD = 0,   /* the folded word itself */
    WY_TERM_STEM = 1,   /* Snowball stem of a Latin word */
    WY_TERM_NUMBER = 2, /* value of a number, alone or with what it counts: 15000, 98.65%, 5年 */
    WY_TERM_ACROSS = 3, /* a word that stands across others; wy_analyze gives none */
    WY_TERM_PUNCTUATION = 4 /* a run of punctuation, of analyzer icu-punctuation; a line feed stands
                               for those of more than 255 bytes */
} wy_term_kind;

/* One term as the index sees it. */
typedef struct wy_term {
    wy_string text;
    int kind;          /* a wy_term_kind */
    uint32_t position; /* in characters as the index counts them */
    uint32_t width;    /* positions covered */
    wy_span span;      /* bytes in the analyzed text */
    int covered;       /* not 0: a query that is not quoted seeks another term in its place */
} wy_term;

typedef struct wy_analysis wy_analysis;

/* Analyzes `text` with the named analyzer ("icu", "icu-punctuation", "whitespace"). The caller frees
 * *out. */
WY_API int wy_analyze(const char *analyzer, wy_string text, const wy_allocator *allocator,
                      wy_analysis **out, wy_error *error);
WY_API size_t wy_analysis_size(const wy_analysis *analysis);
/* Term `i` (0-based, i < size); lives as long as the analysis. */
WY_API const wy_term *wy_analysis_term(const wy_analysis *analysis, size_t i);
WY_API void wy_analysis_free(wy_analysis *analysis);

#ifdef __cplusplus
}
#endif

#endif
