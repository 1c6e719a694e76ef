/*
 * query/parse.h: the grammar of queries.
 *
 *   query   = list .
 *   list    = chain { chain } .
 *   chain   = both { "OR" both } .
 *   both    = unary { "AND" unary } .
 *   unary   = ( "NOT" | "-" | "+" ) unary | primary .
 *   primary = "(" list ")" | [ "title:" ] ( word | phrase ) | "year:" years .
 *   years   = year | year ".." year | ".." year | year ".." .
 *   phrase  = '"' text '"' | "“" text "”" .
 *
 * Parentheses may be full-width. A word ends at white space, a parenthesis or a quote. A backslash
 * takes the next character as it is, in words and phrases. + and - are operators only at the
 * beginning of a word, phrase or group and right before it: "a - b" and "a-b" have none. A name of
 * ASCII letters, digits and _ right before a colon and a value is a field, and must be one that
 * exists; "10:30" and "题目:法" are words.
 *
 * What it means. Each chain is a clause of its list:
 *   - without OR: after + it must match, after - or NOT it must not, otherwise it may and adds to
 *     the score;
 *   - with OR: each part may match; NOT and - have their plain logical meaning there, so that
 *     "a OR NOT b" is everything with a and everything without b. + always means "must" in the list
 *     it stands in, beside AND for all that AND ties together.
 *   - year:, without OR, limits the whole list to its years (where there are several, to any of
 *     them; those after + each for itself), and counts neither as what must nor as what may match.
 *     In parentheses or beside OR or AND years are a clause like any other.
 * A list matches where all that must does, nothing that must not does, and, if there is nothing
 * that must, at least one that may. If all its clauses must not match, it is everything else.
 * Under NOT and - nothing adds to the score.
 */
#ifndef WY_QUERY_PARSE_H
#define WY_QUERY_PARSE_H

#include "base/error.h"
#include "query/tree.h"

/* Parses `text`; the tree is in `arena`. WY_E_SYNTAX, WY_E_LIMIT (both with the offset),
 * WY_E_NOMEM. */
int wy_parse(wy_string text, wy_arena *arena, const wy_tree **root, wy_error *error);

#endif
