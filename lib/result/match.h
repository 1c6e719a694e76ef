/*
 * result/match.h: where patterns are in an analyzed text.
 */
#ifndef WY_RESULT_MATCH_H
#define WY_RESULT_MATCH_H

#include "base/error.h"
#include "base/mem.h"
#include "text/analyzer.h"
#include "text/pattern.h"

/* A pattern found: tokens first .. last of the text, the first and last of its terms. */
typedef struct wy_found {
    uint32_t pattern;
    uint32_t first, last;
} wy_found;

typedef struct wy_matches {
    wy_found *list; /* in order of first; from `mem`, NULL where there are none */
    size_t count;
} wy_matches;

/*
 * Finds all places of all patterns; also those that overlap. The caller frees out->list. Work is
 * about the tokens, plus, for each pattern of several terms, the places of its rarest term.
 */
int wy_match(const wy_tokens *tokens, const wy_pattern *patterns, size_t pattern_count,
             const wy_mem *mem, wy_matches *out, wy_error *error);

#endif
