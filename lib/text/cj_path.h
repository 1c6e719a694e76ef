/*
 * text/cj_path.h: cutting a run of Chinese and Japanese characters into the words that together
 * cost least, exactly as ICU's CjkBreakEngine does (divideUpDictionaryRange in common/dictbe.cpp
 * of ICU 72):
 *
 *   - A way through the run costs the sum of its words, found from left to right; of ways that cost
 *     the same, the one found first stays: its last word begins farther to the left.
 *   - A character that is no word of its own is one all the same, at the highest cost, 255.
 *   - A run of Katakana of less than 20 characters, not preceded by Katakana, is a word too, at a
 *     cost by its length.
 *
 * ICU keeps the whole run. Here the way is settled wherever no word reaches across: all ways meet
 * there, and only differences of costs matter. So memory grows with the longest entanglement of
 * words, a few dozen characters, not with the run.
 */
#ifndef WY_TEXT_CJ_PATH_H
#define WY_TEXT_CJ_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "text/cj_dictionary.h"

/* What is known of a UTF-16 unit; that of a surrogate holds for a lone one. */
typedef struct wy_cut_unit {
    uint32_t state;   /* CJ: where words that begin with it go on; 0: nowhere */
    uint16_t cost;    /* CJ: of the word of it alone */
    uint8_t category; /* in the rules */
    uint8_t traits;   /* 0: not yet looked up */
} wy_cut_unit;

enum {
    WY_CUT_KNOWN = 1,
    WY_CUT_PLAIN = 2,    /* no dictionary has it */
    WY_CUT_CJ = 4,       /* cut here */
    WY_CUT_HANGUL = 8,   /* kept together: ICU has no dictionary of Korean */
    WY_CUT_HARD = 16,    /* only ICU knows: Thai and the like, what NFKC changes, some marks */
    WY_CUT_KATAKANA = 32 /* CJ, and in ICU's narrower sense: 30A1..30FE but 30FB */
};

typedef struct wy_piece {
    uint32_t end;    /* unit */
    uint32_t status; /* rule status */
} wy_piece;

/* A growing list of pieces, taken from the front; see segment.c. */
typedef struct wy_pieces {
    const wy_mem *mem;
    wy_piece *list;
    size_t count, capacity;
} wy_pieces;

bool wy_pieces_reserve(wy_pieces *pieces, size_t more); /* false: memory is out */

static inline void wy_pieces_add(wy_pieces *pieces, size_t end, uint32_t status)
{
    pieces->list[pieces->count++] = (wy_piece){(uint32_t)end, status};
}

typedef struct wy_cj_path {
    const wy_mem *mem;
    wy_cj_dictionary *dictionary;
    const wy_cut_unit *known; /* of all units of the run */
    /* From the last settled boundary on: the least cost to each unit, and its last word. */
    uint32_t *cost;
    uint8_t *length;
    size_t capacity;
} wy_cj_path;

void wy_cj_path_free(wy_cj_path *path);

/*
 * Cuts units[from .. to), a run of CJ or a part of one that begins at its start `run` or at a
 * boundary that an earlier call ended with. Stops at a boundary once `enough` pieces are there
 * or at `to`. Returns where it stopped; 0: memory is out.
 */
size_t wy_cj_path_cut(wy_cj_path *path, const uint16_t *units, size_t run, size_t from, size_t to,
                      uint32_t status, size_t enough, wy_pieces *pieces);

#endif
