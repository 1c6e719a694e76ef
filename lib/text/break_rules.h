/*
 * text/break_rules.h: ICU's word-break rules in their compiled form, as tables that can be walked.
 *
 * ICU compiles its rules to a state machine. ubrk_getBinaryRules hands it out; its bytes are
 * described in ICU's common/rbbidata.h (format 6):
 *
 *   rules  := header tables
 *   header := magic:u32 (0xb1a0) version:u8[4] size:u32 categories:u32
 *             forward:u32 size:u32 reverse:u32 size:u32 trie:u32 size:u32
 *             source:u32 size:u32 statuses:u32 size:u32 reserved:u32[6]      offsets in bytes
 *   forward := states:u32 row_size:u32 first_dictionary_category:u32 lookahead_results:u32
 *              flags:u32 row[states]
 *   row    := accepting lookahead tags next[categories]   each u8 with flag 4, else u16
 *   statuses := (count:i32 status[count]:i32)*            `tags` is an index in numbers
 *   trie   := what ucptrie_openFromBinary reads; it gives the category of a character
 *
 * All in the byte order of the machine. A piece of text is found as in ICU's
 * RuleBasedBreakIterator::handleNext (common/rbbi.cpp): from state 1, step by the category of
 * each character; remember where a state accepts; stop in state 0; step by category 1 at the end
 * of the text. The piece ends where it was last accepted.
 */
#ifndef WY_TEXT_BREAK_RULES_H
#define WY_TEXT_BREAK_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <unicode/ubrk.h>
#include <unicode/ucptrie.h>

#include "base/mem.h"

#define WY_BREAK_END      1 /* the category of the end of the text */
#define WY_BREAK_NO_MATCH 0xffff

typedef struct wy_break_rules {
    const wy_mem *mem;
    /*
     * A row a state: for each category where the next row begins in `rows`, and last the rule
     * status with which the state accepts, or WY_BREAK_NO_MATCH. The row at 0 is the end.
     */
    uint16_t *rows;
    uint32_t start;      /* of the row to begin with */
    uint32_t categories; /* the status is at row[categories] */
    uint32_t dictionary; /* categories from here on are for ICU's dictionaries */
    uint32_t *binary;    /* what the trie reads */
    UCPTrie *categories_of;
} wy_break_rules;

/*
 * Reads the rules of `words`. WY_OK; WY_E_UNSUPPORTED where their format is not the one above or
 * they do what we do not evaluate (look-ahead, rules for the start of a text); WY_E_NOMEM. It
 * writes no error. wy_break_rules_free after any result.
 */
int wy_break_rules_read(wy_break_rules *rules, const wy_mem *mem, UBreakIterator *words);
void wy_break_rules_free(wy_break_rules *rules);

static inline unsigned wy_break_category(const wy_break_rules *rules, uint32_t c)
{
    return ucptrie_get(rules->categories_of, (UChar32)c);
}

#endif
