/*
 * result/result.h: marking what a query found in the text of a hit, and choosing the part to show.
 */
#ifndef WY_RESULT_RESULT_H
#define WY_RESULT_RESULT_H

#include <wenyuan/search.h>

#include "text/analyzer.h"
#include "text/pattern.h"

/*
 * Finds the patterns in `text` by analyzing it: terms where they all stand at their distances, an
 * exact text wherever the folded text has it. Spans are bytes of `text`, ascending, merged where
 * they touch or overlap, and never cut what is one character to a reader (text/grapheme.h).
 *
 * *snippet is the window of about `chars` characters with the most weight of distinct patterns, of
 * those the one in which they are nearest to each other, then with the most matches. Its ends move
 * to the ends of clauses where those are near, and cut no word. Without a match it is the
 * beginning.
 *
 * *spans is allocated from `mem`, NULL where *count is 0.
 */
int wy_mark(wy_analyzer *analyzer, const char *text, size_t length, const wy_pattern *patterns,
            size_t pattern_count, size_t chars, const wy_mem *mem, wy_span **spans, size_t *count,
            wy_span *snippet, wy_error *error);

#endif
