/*
 * query/expand.h: what a query means in the index at hand: the terms that a pattern or a fuzzy word
 * stands for, and the reports that a date or an id chooses.
 *
 * A pattern is matched against the terms of the dictionary, folded words as they are written, from
 * the first to the last character: * is any number of characters, ? is one. Only the terms that
 * begin as the pattern does are looked at; all of the field where it begins with * or ?.
 *
 * A fuzzy word stands for the words one edit away at most: a letter more, less or another one, or
 * two neighbours exchanged (Damerau 1964, as optimal string alignment counts). Letters put in are
 * Latin ones or digits. The sorted dictionary is walked along the branches that can still match.
 */
#ifndef WY_QUERY_EXPAND_H
#define WY_QUERY_EXPAND_H

#include "query/plan.h"

/* Beyond these a query ends with WY_E_LIMIT. */
#define WY_EXPAND_TERMS 1024     /* that one pattern stands for */
#define WY_EXPAND_ALL   8192     /* that all patterns of a query stand for */
#define WY_EXPAND_LOOKS 20000000 /* terms of dictionaries looked at for one query */

/* Fills in the words of a union from node->tree. */
int wy_expand_pattern(wy_plan *plan, wy_node *node, wy_analyzer *analyzer, wy_error *error);

/* Fills in the ranges of a node of reports from node->tree. */
int wy_expand_reports(wy_plan *plan, wy_node *node, wy_error *error);

/* Whether `text` as a whole is what `pattern` says (WY_PATTERN_MANY, WY_PATTERN_ONE in it). Both
 * are otherwise UTF-8, or at least bytes that * can pass over. */
bool wy_pattern_matches(const char *pattern, size_t length, const char *text, size_t text_length);

/* Whether the words of `a` and `b`, code points, are one edit apart at most. *dead: how many
 * characters of `b` show that nothing that begins so is; 0: none do. */
bool wy_fuzzy_matches(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length,
                      size_t *dead);

#endif
