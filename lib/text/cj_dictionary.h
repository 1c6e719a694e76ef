/*
 * text/cj_dictionary.h: ICU's dictionary of Chinese and Japanese words ("cjdict"), each with a
 * cost: the rarer, the higher.
 *
 * It is read where ICU has it in memory, so all users of a process share it. Its bytes, in the
 * order of the machine (ICU's common/dictionarydata.h, format "Dict" 1, and common/unicode/
 * ucharstrie.h):
 *
 *   data  := trie:i32 reserved:i32[2] size:i32 type:i32 transform:i32 reserved:i32[2] ... nodes
 *            `trie` is where the nodes begin; type 9: a trie of UTF-16 units with values
 *   nodes := node*                                                     in units of 16 bits
 *   node  := final | [value] match
 *   final := 8000..ffff                 a value; the word goes no further
 *   match := 0030..003f unit[1..16]     these units follow
 *          | 0000..002f [count] branch  one of several: lead + 1, or after 0 count + 1
 *   value, in the bits from 6 of the lead of a match: what has been read so far is a word
 *
 * A branch of more than 5 is a step of a binary search: a unit, the distance to the half below it,
 * the half from it on. Then come (unit, final or distance to its node) and last a unit alone, whose
 * node follows.
 *
 * The step from the first character of a word, and from there to the second, are the ones that
 * are asked for again and again, and have the widest branches: the first are kept by whoever
 * asks, pairs are kept here, those last seen.
 */
#ifndef WY_TEXT_CJ_DICTIONARY_H
#define WY_TEXT_CJ_DICTIONARY_H

#include <stdbool.h>
#include <stdint.h>
#include <unicode/udata.h>

#include "base/mem.h"

/* Longest word that ICU looks for, in units (maxWordSize in common/dictbe.cpp). */
#define WY_CJ_WORD_MAX 20

#define WY_CJ_NO_WORD UINT32_MAX

/* Where a word may go on. `state` 0: nowhere. `cost`: WY_CJ_NO_WORD where what was read is none. */
typedef struct wy_cj_step {
    uint32_t cost;
    uint32_t state;
} wy_cj_step;

typedef struct wy_cj_pair {
    uint32_t units; /* first << 16 | second; 0: unused */
    wy_cj_step step;
} wy_cj_pair;

#define WY_CJ_PAIR_BITS 16

typedef struct wy_cj_dictionary {
    const wy_mem *mem;
    UDataMemory *data;
    const uint16_t *trie;
    wy_cj_pair *pairs; /* 1 << WY_CJ_PAIR_BITS */
} wy_cj_dictionary;

/*
 * Opens the dictionary of the ICU at hand. WY_OK; WY_E_UNSUPPORTED: there is none, or its format is
 * another; WY_E_NOMEM. It writes no error. wy_cj_dictionary_close after any result.
 */
int wy_cj_dictionary_open(wy_cj_dictionary *dictionary, const wy_mem *mem);
void wy_cj_dictionary_close(wy_cj_dictionary *dictionary);

/* The step by `unit` from `state`, which an earlier step gave. */
wy_cj_step wy_cj_next(const wy_cj_dictionary *dictionary, uint32_t state, unsigned unit);

/* The step by a word's first unit. */
wy_cj_step wy_cj_first(const wy_cj_dictionary *dictionary, unsigned unit);

/* Looks a pair up and keeps it. */
wy_cj_step wy_cj_pair_learn(wy_cj_dictionary *dictionary, wy_cj_pair *pair, uint32_t state,
                            uint32_t units);

/* The step by `second` from `state`, to which `first` led. Neither is 0. */
static inline wy_cj_step wy_cj_second(wy_cj_dictionary *dictionary, uint32_t state, unsigned first,
                                      unsigned second)
{
    uint32_t units = (uint32_t)first << 16 | second;
    wy_cj_pair *pair = &dictionary->pairs[(units * 0x9e3779b1U) >> (32 - WY_CJ_PAIR_BITS)];

    if (pair->units == units) return pair->step;
    return wy_cj_pair_learn(dictionary, pair, state, units);
}

#endif
