/*
 * query/exact.h: exact queries: a text that must be in a paragraph as it stands, wherever words are
 * cut there (for analyzers that fold; a quoted query of others is the phrase of its words).
 *
 * The text is taken as a row of units (wy_term_unit), each of which has one position in whatever
 * words it stands. A run of punctuation has a position too. Where the analyzer keeps runs, it is a
 * unit; elsewhere no term covers it, and it is a gap. The lattice (lattice.h) finds the terms of a
 * segment that can cover units; the cursor (cursor_exact.c) finds the places where they cover all.
 * Where the units cannot tell everything (punctuation, marks, words longer than a term), such
 * places are candidates, and the stored text decides.
 */
#ifndef WY_QUERY_EXACT_H
#define WY_QUERY_EXACT_H

#include "query/tree.h"
#include "text/analyzer.h"
#include "text/exact.h"

typedef struct wy_exact_unit {
    uint32_t begin, end; /* in wy_exact_query.bytes; equal: a gap */
    uint32_t code;       /* as wy_term_unit gives it */
    bool apart; /* not in one term with the unit before: both are words of their own, as Latin ones
                   are, and in one term they would be one */
    bool run; /* of punctuation. At an end of the text it may be a part of the run that is there */
} wy_exact_unit;

typedef struct wy_exact_query {
    const char *text; /* as written */
    size_t length;
    /* What the index can be asked for: the longest part that is sure to be cut there as here, but
     * for where words are. It begins and ends with a unit that is no gap; gaps are single. */
    const char *bytes;
    const wy_exact_unit *units;
    uint32_t unit_count; /* 0: the index knows nothing of it: every document is a candidate */
    uint32_t gaps;
    bool verify; /* the text decides */
} wy_exact_query;

static inline bool wy_exact_is_gap(const wy_exact_unit *unit)
{
    return unit->begin == unit->end;
}

/* Whether a unit is in words. */
static inline bool wy_exact_is_word(const wy_exact_unit *unit)
{
    return !unit->run && !wy_exact_is_gap(unit);
}

/*
 * Makes ready what `analyzer` has just cut into `tokens`; all in `arena`. The text is not empty
 * after folding. WY_E_NOMEM.
 */
int wy_exact_prepare(const char *text, size_t length, const wy_analyzer *analyzer,
                     const wy_tokens *tokens, wy_arena *arena, wy_exact_query **out,
                     wy_error *error);

/*
 * The same for a word of an unquoted query, which may stand inside other words and across them: one
 * of two characters or more that each have a position, as Chinese ones. *out is NULL for others: a
 * character alone is mostly a part of other words, and what is written with spaces is whole.
 */
int wy_exact_of_word(const wy_token *token, wy_arena *arena, wy_exact_query **out, wy_error *error);

#endif
