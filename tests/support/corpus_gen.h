/*
 * support/corpus_gen.h: reports made up: words by Zipf's law, ids that collide so that reports
 * replace each other, years of which some are unknown, sections, paragraphs of any length.
 */
#ifndef WY_SUPPORT_CORPUS_GEN_H
#define WY_SUPPORT_CORPUS_GEN_H

#include <wenyuan/report.h>

#include "support/test.h"

#define WY_CORPUS_FIRST_YEAR 2001
#define WY_CORPUS_LAST_YEAR  2012

typedef struct wy_corpus_shape {
    bool chinese;      /* Chinese without spaces, for icu; else words with white space between */
    size_t vocabulary; /* different words */
    size_t ids;        /* different reports */
    size_t paragraphs; /* most in a report */
    size_t words;      /* most in a paragraph; one in a hundred has up to seven times more */
} wy_corpus_shape;

typedef struct wy_corpus {
    wy_corpus_shape shape;
    char **words;
    double *reach; /* of each word: the sum of the frequencies up to it */
} wy_corpus;

void wy_corpus_init(wy_corpus *corpus, const wy_corpus_shape *shape);
void wy_corpus_free(wy_corpus *corpus);

/* A word, the frequent ones often. Lives as long as the corpus. */
const char *wy_corpus_word(const wy_corpus *corpus, wy_test_random *random);

/* Text of `words` words in new memory. */
char *wy_corpus_text(const wy_corpus *corpus, size_t words, wy_test_random *random);

/* A report that owns its memory. */
wy_report *wy_corpus_report(const wy_corpus *corpus, wy_test_random *random);
wy_report *wy_report_copy(const wy_report *report);
void wy_report_free(wy_report *report); /* one of those two; NULL is ignored */

/* The id of the `number`th report, in new memory. */
wy_string wy_corpus_id(size_t number);

#endif
