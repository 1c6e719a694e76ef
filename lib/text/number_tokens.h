/*
 * text/number_tokens.h: inside of the icu analyzer: adding the values of numbers to its tokens. The
 * rules are in analyzer.h, what a number is in numerals.h.
 */
#ifndef WY_TEXT_NUMBER_TOKENS_H
#define WY_TEXT_NUMBER_TOKENS_H

#include "text/analyzer_kind.h"

/* A word in which a numeral stands. */
typedef struct wy_numeral_word {
    size_t token;    /* its index */
    size_t from, to; /* its units in the folded text */
} wy_numeral_word;

/* A token to be, behind the token `after`; its term is at `term` of the analyzer's bytes. */
typedef struct wy_number_token {
    size_t after, term;
    wy_token token;
} wy_number_token;

/* Reused from text to text. */
typedef struct wy_number_maker {
    wy_numeral_word *words;
    size_t word_count, word_capacity;
    wy_number_token *made;
    size_t made_count, made_capacity;
} wy_number_maker;

void wy_number_maker_free(wy_number_maker *maker, const wy_mem *mem);

/* Notes a word, in the order of the text. false: memory is out. */
bool wy_number_maker_note(wy_number_maker *maker, const wy_mem *mem, wy_numeral_word word);

/* Adds the numbers in the words noted, which it forgets, to the tokens of `analyzer`, of which
 * `folded` is the text. */
int wy_number_maker_run(wy_number_maker *maker, wy_analyzer *analyzer, const wy_folded *folded,
                        wy_error *error);

#endif
