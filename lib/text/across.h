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

/*
 * Words of runs of the segmenter; or, if they are `odd`, any words that follow each other without a
 * gap.
 */
typedef struct wy_across_row {
    uint32_t begin, end;  /* positions of its words */
    uint32_t first_place; /* its places are up to those of the next row */
    uint32_t joint;       /* position of the last joint put into it, which may have gone to the next
                             row; 0: there was none */
    bool odd;
} wy_across_row;

/*
 * A crossing (segment.h) within a word; or a joint, where a run follows another one without a gap,
 * as behind white space: `at.from` is the first unit of that run, `at.lengths` is 0, and `at.own`
 * is how many units of the run before may begin words that go across.
 */
typedef struct wy_across_place {
    wy_crossing at;
    uint32_t term; /* where its character stands in the bytes of the terms */
    uint32_t position;
    uint32_t before, end; /* of a joint: the units that the run before and this run end at */
} wy_across_place;

/* Room that is used again; begin with {0}. */
typedef struct wy_across {
    wy_across_row *rows; /* of a text */
    size_t row_count, row_capacity;
    wy_across_place *places;
    size_t place_count, place_capacity;
    uint32_t run; /* that the last row is in; WY_PIECE_NO_RUN: in none, or there is no row */
    bool open;    /* words may go on in the last row */

    /* An odd row: characters of three bytes that follow each other in words without a gap, a
     * position each; and for each where its word ends in the row, the number of a character. */
    uint16_t *units;
    uint32_t *ends;
    size_t count, unit_capacity, end_capacity;
    const char *term;  /* of the row's first character: those of the others follow */
    uint32_t position; /* and its position */
    wy_token *found;
    size_t found_count, found_capacity;
} wy_across;

/*
 * Begins a text. Then each of its words is noted, in order; a word that is not counted by
 * characters ends its row.
 */
void wy_across_begin(wy_across *across);

static inline void wy_across_end_row(wy_across *across)
{
    across->open = false;
    across->run = WY_PIECE_NO_RUN;
}

/* Words of the segmenter's runs, in order, which have gaps between them. */
typedef struct wy_across_words {
    const wy_token *words; /* with all tokens before them in front */
    size_t count;
    uint32_t first_run, last_run; /* if they begin or end with a word, its run */
    uint32_t from, term; /* of the first: its unit, and where its term stands in the bytes */
    size_t first_place;  /* their places, added before, are from here on */
} wy_across_words;

/* Adds them to rows. false: memory is out. */
bool wy_across_add_runs(wy_across *across, const wy_mem *mem, const wy_across_words *words);

/* Adds any other word, of one term or several that end with `end`, to its row. `words` as above,
 * with all tokens before it in front. */
bool wy_across_add_word(wy_across *across, const wy_mem *mem, const wy_token *words, uint32_t end);

/* Adds a place. false: memory is out. */
bool wy_across_add_place(wy_across *across, const wy_mem *mem, wy_across_place place);

/*
 * Finds the words in the text that was begun last: `units`, cut into `tokens`. The terms of words
 * that follow each other without a gap must lie one behind the other; places are in `terms`. *out
 * as wy_analyzer_across; its terms lie in those of the words.
 */
int wy_across_find(wy_across *across, const wy_mem *mem, wy_segmenter *segmenter,
                   const uint16_t *units, const char *terms, const wy_tokens *tokens,
                   wy_tokens *out, wy_error *error);

/* As wy_analyzer_tells_across. */
bool wy_across_tells(wy_segmenter *segmenter, const char *term, size_t length);

void wy_across_free(wy_across *across, const wy_mem *mem);

#endif
