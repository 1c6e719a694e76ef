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
 * To find a step among hundreds is slow, and text asks for the same steps again and again: the
 * first of a word are kept by whoever asks, the others are kept here, in a table of those met
 * last. Most pairs of characters begin no word at all; a filter (Bloom 1970, of one hash) knows
 * most of them, so that they need no place in the table. Nothing is built beforehand.
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

/*
 * A place in the dictionary: 0, nowhere, or the number of a unit * 16, and how many units of a
 * match are still to come. That behind a word's first unit is told by this, and WY_CJ_FIRST: so the
 * step by the second is asked for by the two units alone.
 */
#define WY_CJ_STATE_BITS 28
#define WY_CJ_FIRST      (1U << (WY_CJ_STATE_BITS - 1))

/*
 * A word that costs more than its characters one by one is never taken. As no character that is
 * cut here costs more than WY_CJ_COST_MAX, a cost above WY_CJ_TOO_DEAR need not be told from it.
 */
#define WY_CJ_COST_MAX 1023
#define WY_CJ_TOO_DEAR (WY_CJ_WORD_MAX * WY_CJ_COST_MAX + 1)

/*
 * A step from a state by a unit, as it is kept: in `head` the hash of state and unit, which stands
 * for them alone, and below it the cost of the word (WY_CJ_TOO_DEAR where there is none).
 */
typedef struct wy_cj_step {
    uint64_t head;
    uint32_t next;  /* state */
    uint32_t units; /* bit u % 32 is set where a unit u may follow */
} wy_cj_step;

#define WY_CJ_COST_BITS 20

static inline uint64_t wy_cj_cost(wy_cj_step step)
{
    return step.head & ((1U << WY_CJ_COST_BITS) - 1);
}

/*
 * Steps are kept in sets of a cache line. One that is found beyond the first two, or learnt, goes
 * in front, and the last one makes room.
 */
#define WY_CJ_SET           4
#define WY_CJ_SET_BITS_FEW  6 /* sets while little text has been seen: a query opens at once */
#define WY_CJ_SET_BITS_MANY 14

#define WY_CJ_SECOND_BITS 20

typedef struct wy_cj_dictionary {
    const wy_mem *mem;
    UDataMemory *data;
    const uint16_t *trie;
    wy_cj_step *kept; /* sets of WY_CJ_SET */
    unsigned shift;   /* from a hash to the number of a set */
    void *block;      /* that it lies in, aligned to a set */
    uint32_t *seconds; /* a bit for each second unit of a word whose first was asked for */
} wy_cj_dictionary;

/*
 * Opens the dictionary of the ICU at hand. WY_OK; WY_E_UNSUPPORTED: there is none, or its format is
 * another; WY_E_NOMEM. It writes no error. wy_cj_dictionary_close after any result.
 */
int wy_cj_dictionary_open(wy_cj_dictionary *dictionary, const wy_mem *mem);
void wy_cj_dictionary_close(wy_cj_dictionary *dictionary);

/* Makes room for the steps of much text. Where memory is out, all stays as it is. */
void wy_cj_dictionary_widen(wy_cj_dictionary *dictionary);

/*
 * The step by a word's first unit, to be asked for before its second. *cost: WY_CJ_NO_WORD where it
 * is no word alone. Returns the state: 0, or the unit with WY_CJ_FIRST.
 */
uint32_t wy_cj_first(const wy_cj_dictionary *dictionary, unsigned unit, uint32_t *cost);

/* Finds the step with this hash, which is not one of the first two, and puts it in front. */
wy_cj_step *wy_cj_find(const wy_cj_dictionary *dictionary, uint64_t hash, wy_cj_step *set);

static inline uint64_t wy_cj_key(uint32_t state, unsigned unit)
{
    return (uint64_t)state << 16 | unit;
}

/* Of a key: by an odd factor, so that no two have the same. The low WY_CJ_COST_BITS are 0. */
static inline uint64_t wy_cj_hash(uint64_t key)
{
    return (key << WY_CJ_COST_BITS) * 0x9e3779b97f5U;
}

static inline wy_cj_step *wy_cj_set(const wy_cj_dictionary *dictionary, uint64_t hash)
{
    return &dictionary->kept[(hash >> dictionary->shift) * WY_CJ_SET];
}

/* Which bit of `seconds`. */
static inline uint32_t wy_cj_second_bit(uint64_t hash)
{
    return (uint32_t)(hash >> (64 - WY_CJ_SECOND_BITS));
}

/* Ask for what wy_cj_may_begin and wy_cj_step_of will read. */
static inline void wy_cj_fetch_filter(const wy_cj_dictionary *dictionary, uint64_t hash)
{
    __builtin_prefetch(&dictionary->seconds[wy_cj_second_bit(hash) / 32]);
}

static inline void wy_cj_fetch_step(const wy_cj_dictionary *dictionary, uint64_t hash)
{
    __builtin_prefetch(wy_cj_set(dictionary, hash));
}

/*
 * The step that a key of this hash stands for. Words with a unit that has no position of its own
 * (WY_CHAR_COUNTED in char_class.h) and is no surrogate are passed over: such a unit is in no run
 * that is cut, but may be between two.
 */
static inline wy_cj_step wy_cj_step_of(const wy_cj_dictionary *dictionary, uint64_t hash)
{
    wy_cj_step *set = wy_cj_set(dictionary, hash), *step = set;

    step += (set->head ^ hash) >> WY_CJ_COST_BITS != 0; /* one of the first two, without a branch */
    if ((step->head ^ hash) >> WY_CJ_COST_BITS != 0) step = wy_cj_find(dictionary, hash, set);
    return *step;
}

/* The step from `state` by `unit`, which is not 0. */
static inline wy_cj_step wy_cj_next(const wy_cj_dictionary *dictionary, uint32_t state,
                                    unsigned unit)
{
    return wy_cj_step_of(dictionary, wy_cj_hash(wy_cj_key(state, unit)));
}

/* The hash of the step by the second of two units, of which the first has been asked for, or begins
 * no words: that of the sum of two keys is the sum of their hashes. */
static inline uint64_t wy_cj_hash_two(uint32_t first, uint32_t second)
{
    return wy_cj_hash(wy_cj_key(WY_CJ_FIRST, 0)) + wy_cj_hash(first << 16 | second);
}

/* Whether words may go on from their first with what has this hash. Where it says no, there is
 * none. */
static inline bool wy_cj_may_begin(const wy_cj_dictionary *dictionary, uint64_t hash)
{
    uint32_t bit = wy_cj_second_bit(hash);

    return dictionary->seconds[bit / 32] >> bit % 32 & 1;
}

/* Whether words may go on with `unit` from where their first led; 0 will do. Where it says no, there
 * is none. */
static inline bool wy_cj_begin_word(const wy_cj_dictionary *dictionary, uint32_t state,
                                    unsigned unit)
{
    return wy_cj_may_begin(dictionary, wy_cj_hash(wy_cj_key(state, unit)));
}

/* The same as wy_cj_next for the second unit of a word. */
static inline wy_cj_step wy_cj_second(const wy_cj_dictionary *dictionary, uint32_t state,
                                      unsigned unit)
{
    if (!wy_cj_begin_word(dictionary, state, unit)) return (wy_cj_step){.head = WY_CJ_TOO_DEAR};
    return wy_cj_next(dictionary, state, unit);
}

#endif
