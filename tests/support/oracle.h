/*
 * support/oracle.h: what an index must answer, found by reading everything. Reports lie in a plain
 * list; a question is answered by going through every word of every paragraph, and scored in double
 * by the formula of <wenyuan/search.h>. No code is shared with the index or the evaluation of
 * queries. White space is cut here; for icu the public wy_analyze is asked, and quoted texts are
 * looked for character by character (plain_text.h).
 */
#ifndef WY_SUPPORT_ORACLE_H
#define WY_SUPPORT_ORACLE_H

#include <wenyuan/report.h>

#include "support/ask.h"

typedef struct wy_oracle wy_oracle;

wy_oracle *wy_oracle_make(const char *analyzer);
/* The same reports, shared; each is changed for itself. */
wy_oracle *wy_oracle_clone(const wy_oracle *oracle);
void wy_oracle_free(wy_oracle *oracle);

/* Adds a copy, in the place of one with that id. */
void wy_oracle_add(wy_oracle *oracle, const wy_report *report);
void wy_oracle_delete(wy_oracle *oracle, wy_string id);

size_t wy_oracle_reports(const wy_oracle *oracle);
size_t wy_oracle_paragraphs(const wy_oracle *oracle);
const char *wy_oracle_analyzer(const wy_oracle *oracle);
/* Report `i`, in the order of (year, id bytes). Lives until the next change. */
const wy_report *wy_oracle_report(wy_oracle *oracle, size_t i);

typedef struct wy_oracle_hit {
    const wy_report *report;
    uint32_t paragraph; /* 1-based */
    double score;
    bool seen; /* for those who compare */
} wy_oracle_hit;

/* All matching paragraphs, in the order of (year, id bytes, paragraph). Freed with free. Years: 0
 * is open. */
wy_oracle_hit *wy_oracle_search(wy_oracle *oracle, const wy_ask *ask, int32_t year_from,
                                int32_t year_to, size_t *count);

/* Year, id bytes and paragraph. */
int wy_oracle_order(const wy_oracle_hit *a, const wy_oracle_hit *b);

/* A phrase of two to five words (of icu: anything) out of a text of a field, in new memory; NULL:
 * no luck. */
char *wy_oracle_phrase(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random);
/* A pattern that a word of a text of the field fits, and few others; a Latin word that is an edit
 * away from one. The same. */
char *wy_oracle_pattern(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random);
char *wy_oracle_fuzzy(const wy_oracle *oracle, wy_ask_field field, wy_test_random *random);

#endif
