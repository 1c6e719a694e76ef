/*
 * text/segment.h: cutting folded text by ICU's word-break rules for Chinese.
 *
 * The answer is ICU's, boundary by boundary and rule status by rule status, but most of it is
 * found here: the compiled rules (break_rules.h) are walked, and runs of Chinese and Japanese are
 * cut by ICU's dictionary (cj_dictionary.h, cj_path.h). Only pieces that hold what is not
 * evaluated here go to ICU: Thai, Lao, Khmer, Burmese and other scripts without spaces,
 * half-width Katakana and other characters that NFKC changes, marks in the midst of Chinese. A
 * piece of the rules always ends where the rules stop looking back, so ICU gets it alone. Where
 * ICU's data have another format, all goes to ICU.
 */
#ifndef WY_TEXT_SEGMENT_H
#define WY_TEXT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

typedef struct wy_segmenter wy_segmenter;

/* A piece of the text begins where the one before it ended. */
typedef struct wy_piece {
    uint32_t end;    /* unit */
    uint32_t status; /* ICU's rule status (ubrk_getRuleStatus) */
    uint32_t run;    /* unit that its run ends at; WY_PIECE_NO_RUN: it is in none, or
                        crossings are not told */
} wy_piece;

/*
 * A run is Chinese without a gap, cut into words: Han characters and what the rules take for such,
 * each of one unit, from U+0800 on, and one that has a position (WY_CHAR_COUNTED). Only of words in
 * runs crossings are told.
 */
#define WY_PIECE_NO_RUN UINT32_MAX

/* Words that cost more are rare, and stand across others by accident mostly: one in 25 of the words
 * of Chinese law, and half of the bytes that their lists would take. No crossing tells of them. */
#define WY_CROSSING_DEAREST 100

/* A place in a piece from which words of the dictionary lead behind the piece's end. */
typedef struct wy_crossing {
    uint32_t from;    /* unit */
    uint32_t lengths; /* bit n is set where such a word has n units */
    uint32_t own;     /* units from there to the end of the piece */
} wy_crossing;

/* The lowest status of a word; below: punctuation, symbols, white space. */
#define WY_PIECE_WORD 100

/* One thread at a time uses a segmenter. WY_E_UNSUPPORTED (ICU has no word rules), WY_E_NOMEM. */
int wy_segmenter_open(const wy_mem *mem, wy_segmenter **out, wy_error *error);

/* One that leaves all to ICU, whatever ICU it is: for tests. */
int wy_segmenter_open_icu(const wy_mem *mem, wy_segmenter **out, wy_error *error);
void wy_segmenter_close(wy_segmenter *segmenter); /* NULL is ignored */

/* What cuts: "dictionary" (our walk of ICU's tables) or "icu" (ICU alone). The answer is one. */
const char *wy_segmenter_name(const wy_segmenter *segmenter);

/*
 * Starts on `length` units, at most INT32_MAX, which must stay until the last piece is taken. Any
 * units will do, lone surrogates too.
 */
int wy_segmenter_start(wy_segmenter *segmenter, const uint16_t *units, size_t length,
                       wy_error *error);

/*
 * Some pieces more, at least one, in the order of the text: *count of them, at *pieces, which stay
 * until the next call. WY_END after the last; WY_E_NOMEM.
 */
int wy_segmenter_next(wy_segmenter *segmenter, const wy_piece **pieces, size_t *count,
                      wy_error *error);

/* Has crossings told, of texts started from now on; they are not at first, and cost a fifth more. */
void wy_segmenter_tell_crossings(wy_segmenter *segmenter);

/*
 * The crossings of the pieces that wy_segmenter_next gave last, in order, all of those with a run:
 * cutting words comes past them. They stay as long as the pieces. Words are those that
 * wy_segmenter_words finds with WY_CROSSING_DEAREST.
 */
const wy_crossing *wy_segmenter_crossings(const wy_segmenter *segmenter, size_t *count);

/* Whether wy_segmenter_words finds any: not where all is left to ICU. */
bool wy_segmenter_knows_words(const wy_segmenter *segmenter);

/* Longest word that is found so, in units. */
#define WY_DICTIONARY_WORD_MAX 20

/*
 * The words of ICU's dictionary that begin with units[0], two units to WY_DICTIONARY_WORD_MAX, that
 * cost at most `dearest`, and that it may cut at all: none that costs more than its characters one
 * by one. Writes the lengths of those longer than `least`, ascending, and returns how many there
 * are.
 */
size_t wy_segmenter_words(wy_segmenter *segmenter, uint32_t dearest, const uint16_t *units,
                          size_t count, size_t least, uint8_t lengths[WY_DICTIONARY_WORD_MAX]);

/*
 * The same for units of which ends[i] tells where the word that units[i] is in ends: the next, from
 * *from on, with which words begin that end behind its own. *from becomes its number; returns how
 * many words there are, or 0 where there are none any more.
 */
size_t wy_segmenter_across(wy_segmenter *segmenter, uint32_t dearest, const uint16_t *units,
                           const uint32_t *ends, size_t count, size_t *from,
                           uint8_t lengths[WY_DICTIONARY_WORD_MAX]);

/* Units that ICU itself has cut since the segmenter was opened. */
uint64_t wy_segmenter_left_to_icu(const wy_segmenter *segmenter);

/* Room for wy_segmenter_dictionary. */
#define WY_DICTIONARY_NAME_SIZE 40

/* Names the dictionary that ICU cuts Chinese by: size and checksum of its data, or "none". */
void wy_segmenter_dictionary(char name[WY_DICTIONARY_NAME_SIZE]);

/* "72.1" and "15.0": of the ICU that is running. Room for U_MAX_VERSION_STRING_LENGTH. */
#define WY_ICU_VERSION_SIZE 20
void wy_segmenter_versions(char icu[WY_ICU_VERSION_SIZE], char unicode[WY_ICU_VERSION_SIZE]);

#endif
