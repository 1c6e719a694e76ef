/*
 * query/lex.h: cutting the text of a query into operators, words, phrases and filters. What each
 * looks like is in parse.h.
 */
#ifndef WY_QUERY_LEX_H
#define WY_QUERY_LEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "segment/field.h"

typedef enum wy_lexeme_kind {
    WY_LEX_END,
    WY_LEX_WORD,
    WY_LEX_PHRASE,
    WY_LEX_PATTERN, /* a word with * or ? */
    WY_LEX_FUZZY,   /* a word with ~1 */
    WY_LEX_YEARS,
    WY_LEX_DATES,
    WY_LEX_REPORT,
    WY_LEX_AND,
    WY_LEX_OR,
    WY_LEX_NOT,
    WY_LEX_NEAR,
    WY_LEX_PLUS,
    WY_LEX_MINUS,
    WY_LEX_OPEN,
    WY_LEX_CLOSE,
    WY_LEX_BOOST
} wy_lexeme_kind;

/* In the text of a pattern: bytes that UTF-8 does not have. */
#define WY_PATTERN_MANY '\xFF' /* * */
#define WY_PATTERN_ONE  '\xFE' /* ? */

#define WY_NEAR_DEFAULT 10    /* characters */
#define WY_NEAR_MOST    10000 /* characters */
#define WY_BOOST_MOST   1000

typedef struct wy_lexeme {
    wy_lexeme_kind kind;
    size_t offset;     /* byte in the query, a field's name included */
    bool named;        /* a field stands before a word, phrase or parenthesis: ... */
    wy_field field;    /* ... this one; else the body */
    const char *text;  /* of words, phrases and reports, escapes resolved; in the lexer's arena */
    size_t length;     /* of text */
    bool wild;         /* of a report: the text is a pattern */
    bool open_ended;   /* of a phrase: its last word may go on */
    int32_t from, to;  /* of years and dates (yyyymmdd), both included; 0: open */
    uint32_t distance; /* of NEAR, in characters */
    double boost;
} wy_lexeme;

typedef struct wy_lexer {
    const char *text;
    size_t length, at;
    wy_arena *arena;
    wy_lexeme_kind before; /* kind of the lexeme that ends at `touching` ... */
    size_t touching;
} wy_lexer;

/* Begins with `text`, which the lexer borrows. WY_E_SYNTAX where it is not UTF-8. */
int wy_lex_begin(wy_lexer *lexer, const char *text, size_t length, wy_arena *arena,
                 wy_error *error);

/* The next lexeme; WY_LEX_END again and again at the end. WY_E_SYNTAX, WY_E_NOMEM. */
int wy_lex_next(wy_lexer *lexer, wy_lexeme *out, wy_error *error);

#endif
