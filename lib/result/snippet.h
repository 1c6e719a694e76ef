/*
 * result/snippet.h: the part of a text to show.
 */
#ifndef WY_RESULT_SNIPPET_H
#define WY_RESULT_SNIPPET_H

#include <wenyuan/search.h>

#include "result/match.h"

/* See wy_mark. `matches` and `tokens` are of `text`. */
int wy_snippet(const char *text, size_t length, const wy_tokens *tokens, const wy_matches *matches,
               const wy_pattern *patterns, size_t pattern_count, size_t chars, const wy_mem *mem,
               wy_span *out, wy_error *error);

#endif
