/*
 * query/lex_value.h: the numbers in a query: years, dates, distances and boosts.
 */
#ifndef WY_QUERY_LEX_VALUE_H
#define WY_QUERY_LEX_VALUE_H

#include "query/lex.h"

/* How a value is compared. */
typedef enum wy_compare {
    WY_COMPARE_IN, /* the value is a year, a date or a range */
    WY_COMPARE_LESS,
    WY_COMPARE_LESS_EQUAL,
    WY_COMPARE_MORE,
    WY_COMPARE_MORE_EQUAL
} wy_compare;

/* Steps over a comparison at *at, if there is one: >= > <= < = ≥ ≤. *found tells. */
wy_compare wy_lex_compare(const char *text, size_t end, size_t *at, bool *found);

/* Years and dates in the bytes begin .. end, into out->from and out->to. WY_E_SYNTAX. */
int wy_lex_years(const char *text, size_t begin, size_t end, wy_compare compare, wy_lexeme *out,
                 wy_error *error);
int wy_lex_dates(const char *text, size_t begin, size_t end, wy_compare compare, wy_lexeme *out,
                 wy_error *error);

/* A whole number up to `most` that takes all the bytes begin .. end. false: it is none. */
bool wy_lex_number(const char *text, size_t begin, size_t end, uint32_t most, uint32_t *out);

/* A boost at *at, such as 2 or 0.5; moves *at behind it. false: it is none, or above the most. */
bool wy_lex_boost(const char *text, size_t end, size_t *at, double *out);

#endif
