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
 * Here the price of a way to a place is one number: its cost, then what is the less the longer its
 * last word, then how many words it has. The lowest is ICU's choice: of equal costs, the longest
 * last word; and there the number of words is one. So taking a word or leaving it is a minimum,
 * not a branch that the processor guesses wrong every other time.
 *
 * ICU keeps the whole run. Here a long run is looked at now and then for a place that the best ways
 * to all ends of words begun so far have in common. Up to there all is settled, as each way onward
 * starts with one of them. So memory does not grow with the run, except for texts like
 * 一一一一, where two ways side by side never meet.
 */
#ifndef WY_TEXT_CJ_PATH_H
#define WY_TEXT_CJ_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "text/cj_dictionary.h"
#include "text/segment.h"

/* What is known of a UTF-16 unit; that of a surrogate holds for a lone one. */
typedef struct wy_cut_unit {
    uint32_t state; /* CJ: where words that begin with it go on; 0: nowhere */
    uint16_t cost;  /* CJ: of the word of it alone */
    uint16_t kind;  /* category in the rules, and traits; 0: not yet looked up */
} wy_cut_unit;

/* Longest run that can be cut: the prices of a way through it fit. */
#define WY_CJ_RUN_MAX ((size_t)1 << 22)

#define WY_CJ_COST_NO_WORD 255 /* of a character that is no word */

#define WY_CUT_CATEGORY 0xff

enum {
    WY_CUT_KNOWN = 0x100,
    WY_CUT_PLAIN = 0x200,     /* no dictionary has it */
    WY_CUT_CJ = 0x400,        /* cut here */
    WY_CUT_HANGUL = 0x800,    /* kept together: ICU has no dictionary of Korean */
    WY_CUT_HARD = 0x1000,     /* only ICU knows: Thai and the like, what NFKC changes, some marks */
    WY_CUT_KATAKANA = 0x2000, /* CJ, and in ICU's narrower sense: 30A1..30FE but 30FB */
    WY_CUT_HAN = 0x4000,      /* CJ, and as segment.h has it of a run */
    WY_CUT_APART = 0x8000     /* PLAIN, a piece of status 0 wherever it stands among Han and others
                                 of APART; with HAN: but not beside one of its kind */
};

#define WY_CUT_CLASS (WY_CUT_HAN | WY_CUT_APART)

/* A growing list. */
typedef struct wy_pieces {
    const wy_mem *mem;
    wy_piece *list;
    size_t count, capacity;
} wy_pieces;

bool wy_pieces_reserve(wy_pieces *pieces, size_t more); /* false: memory is out */

static inline void wy_pieces_add(wy_pieces *pieces, size_t end, uint32_t status)
{
    pieces->list[pieces->count++] = (wy_piece){(uint32_t)end, status, WY_PIECE_NO_RUN};
}

#define WY_CJ_AT_ONCE 512 /* units that are cut at once, if there are no more; else, look back */

typedef struct wy_cj_path {
    const wy_mem *mem;
    const wy_cj_dictionary *dictionary;
    const wy_cut_unit *known; /* of all units of the run */
    const uint16_t *units;    /* the text */
    size_t begin;             /* of the run */
    size_t settled, end;      /* what is still to be cut */
    bool is_plain;            /* each character is one unit, and none is Katakana */
    bool tells;               /* crossings */
    size_t done;              /* units from `settled` on whose words have been offered */
    uint64_t *price;          /* of the best way from `settled` to each unit behind it */
    uint8_t *longest;         /* word that begins there and that crossings tell of; of a plain run;
                               * 0: none of two or more */
    uint32_t *lengths; /* of all such words, bit by bit; where the longest is of more than 2 */
    uint8_t *own;      /* behind some bytes, units from there to the end of its piece */
    size_t capacity;
    wy_crossing *crossings; /* whoever takes them sets their count to 0 */
    size_t crossing_count, crossing_capacity;
} wy_cj_path;

void wy_cj_path_free(wy_cj_path *path);

/*
 * Starts on units[begin .. end), which are a run of WY_CUT_CJ; or, if plain, runs of WY_CUT_HAN and
 * units that are WY_CUT_APART, which cost nothing, as no word goes across them. So short runs are
 * cut many at once.
 */
static inline void wy_cj_path_start(wy_cj_path *path, const uint16_t *units, size_t begin,
                                    size_t end, bool is_plain)
{
    path->units = units;
    path->begin = path->settled = begin;
    path->end = end;
    path->done = 0;
    path->is_plain = is_plain;
}

static inline bool wy_cj_path_is_done(const wy_cj_path *path)
{
    return path->settled == path->end;
}

/* Adds some pieces more, and all of a short run. false: memory is out. */
bool wy_cj_path_cut(wy_cj_path *path, uint32_t status, wy_pieces *pieces);

#endif
