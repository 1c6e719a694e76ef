/*
 * text/across.h: words of the dictionary that stand across the words a text was cut into.
 *
 * Of the ways to cut 中国人民 ICU takes one, 中国 人民, and 国人 is in neither word. Who looks for
 * a word wants every place where it stands. Which words are looked for cannot be known; but a query
 * is cut by the same dictionary, so that its words are words of it, and few others are met on the
 * way: over Chinese law, a place for thirty words. Numbers (二十 in 第二 十一 条) would be a third
 * of all and are left out: a query seeks their value. So are rare words, which are sought as quoted
 * texts are.
 */
#ifndef WY_TEXT_ACROSS_H
#define WY_TEXT_ACROSS_H

#include "text/analyzer.h"
#include "text/segment.h"

/* Room that is used again; begin with {0}. */
typedef struct wy_across {
    /* A row: characters of three bytes that follow each other in words without a gap, a position
     * each; and for each where its word ends in the row, the number of a character. */
    uint16_t *units;
    uint32_t *ends;
    size_t count, unit_capacity, end_capacity;
    const char *term;  /* of the row's first character: those of the others follow */
    uint32_t position; /* and its position */
    wy_token *found;
    size_t found_count, found_capacity;
} wy_across;

/*
 * Finds them in the words among `tokens`, which are those of one text. The terms of words that
 * follow each other without a gap must lie one behind the other. *out as wy_analyzer_across; its
 * terms lie in those of the words.
 */
int wy_across_find(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter,
                   const wy_tokens *tokens, wy_tokens *out, wy_error *error);

/* As wy_analyzer_tells_across. */
bool wy_across_tells(wy_segmenter *segmenter, const char *term, size_t length);

void wy_across_free(wy_across *across, const wy_mem *mem);

#endif
