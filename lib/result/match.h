/*
 * result/match.h: where patterns are in an analyzed text.
 */
#ifndef WY_RESULT_MATCH_H
#define WY_RESULT_MATCH_H

#include "base/error.h"
#include "base/mem.h"
#include "text/analyzer.h"
#include "text/pattern.h"

/* A pattern found: bytes begin .. end of the text, from its first word to its last. */
typedef struct wy_found {
    uint32_t pattern;
    uint32_t begin, end;
} wy_found;

typedef struct wy_matches {
    wy_found *list; /* in order of begin, then of end; from `mem`, NULL where there are none */
    size_t count, capacity;
} wy_matches;

/*
 * Finds all places of all patterns in the text that `analyzer` cut last, into `tokens`; also those
 * that overlap. The caller frees out->list. Work is about the tokens, plus, for each pattern of
 * several terms, the places of its rarest term, and for each exact text the length of the text.
 */
int wy_match(const wy_analyzer *analyzer, const wy_tokens *tokens, const wy_pattern *patterns,
             size_t pattern_count, const wy_mem *mem, wy_matches *out, wy_error *error);

#endif
