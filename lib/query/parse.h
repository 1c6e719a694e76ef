/*
 * query/parse.h: the grammar of queries. wenyuan-query(7), in tools/, says the same to users, with
 * an example of each line.
 *
 *   query   = list .
 *   list    = chain { chain } .
 *   chain   = both { "OR" both } .
 *   both    = unary { "AND" unary } .
 *   unary   = ( "NOT" | "-" | "+" ) unary | near | [ name ] "(" list ")" [ boost ] | filter .
 *   near    = part { near-op part } | part boost .
 *   near-op = "NEAR" [ "/" number ] .                         number: characters, 0 to 10000
 *   part    = [ name ] ( word | pattern | fuzzy | phrase ) .
 *   name    = ( "title" | "issuer" | "section" ) ":" .
 *   pattern = a word with "*" or "?" in it, and something else .
 *   fuzzy   = a word of Latin letters and digits, "~" or "~1" .
 *   phrase  = '"' text '"' | "“" text "”" .                   "un*": a Latin word may go on
 *   boost   = "^" number .                                    from 0 to 1000, as 2 or 0.5
 *   filter  = "report" ":" ( word | pattern | phrase )
 *           | "year" ":" range | "date" ":" range .
 *   range   = value | value ".." value | ".." value | value ".."
 *           | ( ">=" | ">" | "<=" | "<" ) value .             also without the colon: year>=2020
 *   value   = a year from 1 to 9999; of a date also 2024-03, 2024-03-29 and 20240329 .
 *
 * All of these characters may be typed in full width, “ and ” stand for quotes, ≥ and ≤ for >= and
 * <=. A word ends at white space, a parenthesis, a quote, ^, and at ， and 、 unless these stand
 * between digits. A backslash takes the next character as it is, in words and phrases. + and - are
 * operators only at the beginning of a word, phrase or group and right before it: "a - b" and "a-b"
 * have none. A name of ASCII letters, digits and _ right before a colon and a value is a field, and
 * must be one that exists; "10:30", "题目:法" and "GDP：6%" are words. ~ is a letter like any other
 * but at the end of a Latin word: "5~10" is a word. ? is none where it ends a question: full-width
 * it is a wildcard only behind a Latin letter or digit and within a word, in ASCII not at the end
 * of a Chinese word.
 *
 * What it means. Each chain is a clause of its list:
 *   - without OR: after + it must match, after - or NOT it must not, otherwise it may and adds to
 *     the score;
 *   - with OR: each part may match; NOT and - have their plain logical meaning there, so that
 *     "a OR NOT b" is everything with a and everything without b. + always means "must" in the list
 *     it stands in, beside AND for all that AND ties together.
 *   - a filter, without OR, limits the whole list, and counts neither as what must nor as what may
 *     match. Of several of one kind any has to hold, of different kinds one of each; those after +
 *     each for itself. In parentheses or beside OR or AND a filter is a clause like any other.
 * A list matches where all that must does, nothing that must not does, and, if there is nothing
 * that must, at least one that may. If all its clauses must not match, it is everything else.
 * Under NOT and - nothing adds to the score; filters never do.
 * A name before a parenthesis holds for all words within that have none of their own. In a field a
 * word that the analyzer cuts into several stands as if quoted.
 * NEAR ties words, phrases, patterns and fuzzy words of one field: neighbours stand in any order,
 * without overlap, at most so many characters from each other (10 without a number).
 */
#ifndef WY_QUERY_PARSE_H
#define WY_QUERY_PARSE_H

#include "base/error.h"
#include "query/tree.h"

/* Parses `text`; the tree is in `arena`. WY_E_SYNTAX, WY_E_LIMIT (both with the offset),
 * WY_E_NOMEM. */
int wy_parse(wy_string text, wy_arena *arena, const wy_tree **root, wy_error *error);

#endif
