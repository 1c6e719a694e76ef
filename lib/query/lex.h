/*
 * query/lex.h: cutting the text of a query into operators, words, phrases and years.
 */
#ifndef WY_QUERY_LEX_H
#define WY_QUERY_LEX_H

#include "base/arena.h"
#include "base/error.h"
#include "segment/field.h"

typedef enum wy_lexeme_kind {
    WY_LEX_END,
    WY_LEX_WORD,
    WY_LEX_PHRASE,
    WY_LEX_YEARS,
    WY_LEX_AND,
    WY_LEX_OR,
    WY_LEX_NOT,
    WY_LEX_PLUS,
    WY_LEX_MINUS,
    WY_LEX_OPEN,
    WY_LEX_CLOSE
} wy_lexeme_kind;

typedef struct wy_lexeme {
    wy_lexeme_kind kind;
    size_t offset;    /* byte in the query, a field's name included */
    wy_field field;   /* of a word or phrase */
    const char *text; /* of a word or phrase, escapes resolved; in the lexer's arena */
    size_t length;
    int32_t from, to; /* of years; 0: open */
} wy_lexeme;

typedef struct wy_lexer {
    const char *text;
    size_t length, at;
    wy_arena *arena;
} wy_lexer;

/* Begins with `text`, which the lexer borrows. WY_E_SYNTAX where it is not UTF-8. */
int wy_lex_begin(wy_lexer *lexer, const char *text, size_t length, wy_arena *arena,
                 wy_error *error);

/* The next lexeme; WY_LEX_END again and again at the end. WY_E_SYNTAX, WY_E_NOMEM. */
int wy_lex_next(wy_lexer *lexer, wy_lexeme *out, wy_error *error);

#endif
