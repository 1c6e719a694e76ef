/*
 * query/word.h: where else a Chinese word stands than as a word of its own: inside longer ones,
 * and across others, where the text is cut otherwise.
 *
 * The longer words that hold it the dictionary of a segment tells (lattice.h), and where it stands
 * across words a list of its own does (wy_analyzer_across). So a word is a sum of posting lists,
 * and no position is looked at. Words that no such list is kept for (numbers, words that ICU's
 * dictionary has not or calls rare) are sought as a quoted text is.
 *
 * The weight of a word comes from the documents of all its lists, added up as if no document were
 * in two of them: a sum over segments and indexes, which does not depend on how reports are spread
 * over them, and never less than the truth but for words without a list across.
 */
#ifndef WY_QUERY_WORD_H
#define WY_QUERY_WORD_H

#include "query/plan.h"

/* Of one segment. */
struct wy_plan_places {
    wy_segment_term
        *list; /* words that hold it, one for each place in them; then it across others */
    size_t count;
};

/* Finds node->places of a term with node->exact, once its terms are looked up. WY_E_DAMAGED,
 * WY_E_NOMEM. */
int wy_word_find(wy_plan *plan, wy_node *node, wy_error *error);

#endif
