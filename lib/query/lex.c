/*
 * query/lex.c: cutting the text of a query into operators, words, phrases and years.
 */
#include "query/lex.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

enum {
    FULL_WIDTH_OPEN = 0xFF08,
    FULL_WIDTH_CLOSE = 0xFF09,
    LEFT_QUOTE = 0x201C,
    RIGHT_QUOTE = 0x201D,
    YEAR_MAX = 9999,
};

int wy_lex_begin(wy_lexer *lexer, const char *text, size_t length, wy_arena *arena, wy_error *error)
{
    size_t valid = wy_utf8_valid(text, length);
    if (valid < length)
        return wy_fail(error, WY_E_SYNTAX, NULL, valid, "the query is not UTF-8 at this byte");
    *lexer = (wy_lexer){text, length, 0, arena};
    return WY_OK;
}

/* The character at `at`, or 0 at the end; *after is the byte behind it. */
static uint32_t look(const wy_lexer *lexer, size_t at, size_t *after)
{
    *after = at;
    return at < lexer->length ? wy_utf8_next(lexer->text, after) : 0;
}

/* White_Space of Unicode. */
static bool is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static bool is_open(uint32_t c)
{
    return c == '(' || c == FULL_WIDTH_OPEN;
}

static bool is_close(uint32_t c)
{
    return c == ')' || c == FULL_WIDTH_CLOSE;
}

static bool is_quote(uint32_t c)
{
    return c == '"' || c == LEFT_QUOTE || c == RIGHT_QUOTE;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether the text goes on with a word, phrase or group at once, as + and - want it. */
static bool goes_on(const wy_lexer *lexer, size_t at)
{
    size_t after;
    if (at >= lexer->length) return false;
    uint32_t c = look(lexer, at, &after);
    return !is_space(c) && !is_close(c);
}

/*
 * The bytes begin .. end without the backslashes that escape; in the arena. A backslash is always
 * followed by a character within the bytes.
 */
static int resolve(wy_lexer *lexer, size_t begin, size_t end, wy_lexeme *out, wy_error *error)
{
    char *text = wy_arena_alloc(lexer->arena, end - begin + 1);
    if (!text) return wy_fail_memory(error);
    size_t length = 0;
    for (size_t i = begin; i < end; i++) {
        if (lexer->text[i] == '\\') i++;
        text[length++] = lexer->text[i];
    }
    text[length] = '\0';
    out->text = text;
    out->length = length;
    return WY_OK;
}

/* Steps over an escape that begins at *at. */
static int step_escape(const wy_lexer *lexer, size_t *at, wy_error *error)
{
    if (*at + 1 >= lexer->length)
        return wy_fail(error, WY_E_SYNTAX, NULL, *at,
                       "the backslash at the end escapes nothing; remove it or double it");
    *at += 1;
    wy_utf8_next(lexer->text, at);
    return WY_OK;
}

/* A phrase whose opening quote is at `at`. */
static int lex_phrase(wy_lexer *lexer, size_t at, wy_lexeme *out, wy_error *error)
{
    size_t begin, after;
    uint32_t closing = look(lexer, at, &begin) == '"' ? '"' : RIGHT_QUOTE;
    for (size_t i = begin; i < lexer->length; i = after) {
        uint32_t c = look(lexer, i, &after);
        if (c == '\\') {
            after = i;
            int status = step_escape(lexer, &after, error);
            if (status) return status;
        } else if (c == closing) {
            if (i == begin)
                return wy_fail(error, WY_E_SYNTAX, NULL, at,
                               "the phrase is empty; write words between the quotes");
            out->kind = WY_LEX_PHRASE;
            lexer->at = after;
            return resolve(lexer, begin, i, out, error);
        }
    }
    return wy_fail(error, WY_E_SYNTAX, NULL, at,
                   "the quote is not closed; close it, or write \\ before it to mean the "
                   "character itself");
}

/* One year at *at, 1 to 9999, or 0 where there is no digit. false: out of range. */
static bool lex_year(const char *text, size_t end, size_t *at, int32_t *out)
{
    int32_t year = 0;
    size_t begin = *at;
    while (*at < end && is_digit(text[*at]) && year <= YEAR_MAX)
        year = year * 10 + (text[(*at)++] - '0');
    *out = year;
    return *at == begin || (year >= 1 && year <= YEAR_MAX);
}

/* year:2020, year:2020..2023, year:..2000, year:2020.. ; the value is begin .. end. */
static int lex_years(wy_lexer *lexer, size_t begin, size_t end, wy_lexeme *out, wy_error *error)
{
    const char *text = lexer->text;
    size_t at = begin;
    bool good = lex_year(text, end, &at, &out->from);
    if (good && at < end) {
        good = end - at >= 2 && text[at] == '.' && text[at + 1] == '.';
        at += 2;
        good = good && lex_year(text, end, &at, &out->to) && at == end;
    } else {
        out->to = out->from;
    }
    if (!good || (out->from == 0 && out->to == 0))
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "years are written year:2020, year:2020..2023, year:..2000 or year:2020.., "
                       "from 1 to 9999");
    if (out->from && out->to && out->from > out->to)
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "the first year is after the last; write year:%d..%d", (int)out->to,
                       (int)out->from);
    out->kind = WY_LEX_YEARS;
    lexer->at = end;
    return WY_OK;
}

/* Finds the end of a word that begins at `at`. */
static int word_end(const wy_lexer *lexer, size_t at, size_t *end, wy_error *error)
{
    size_t after;
    for (; at < lexer->length; at = after) {
        uint32_t c = look(lexer, at, &after);
        if (is_space(c) || is_open(c) || is_close(c) || is_quote(c)) break;
        if (c == '\\') {
            after = at;
            int status = step_escape(lexer, &after, error);
            if (status) return status;
        }
    }
    *end = at;
    return WY_OK;
}

/* Length of an ASCII name before a colon at `at`, or 0. */
static size_t field_name(const wy_lexer *lexer, size_t at)
{
    size_t i = at;
    if (i < lexer->length && is_letter(lexer->text[i])) {
        while (i < lexer->length &&
               (is_letter(lexer->text[i]) || is_digit(lexer->text[i]) || lexer->text[i] == '_'))
            i++;
    }
    return i < lexer->length && lexer->text[i] == ':' ? i - at : 0;
}

static bool same(const char *text, size_t length, const char *name)
{
    return length == strlen(name) && memcmp(text, name, length) == 0;
}

/* A word or phrase behind "name:". */
static int lex_field(wy_lexer *lexer, size_t name_length, wy_lexeme *out, wy_error *error)
{
    const char *name = lexer->text + lexer->at;
    size_t begin = lexer->at + name_length + 1, end, after;
    bool title = same(name, name_length, "title"), year = same(name, name_length, "year");
    uint32_t c = look(lexer, begin, &after);

    int status = word_end(lexer, begin, &end, error);
    if (status) return status;
    if (!title && !year) {
        if (end == begin && c != '"' && c != LEFT_QUOTE) { /* prose: "note: that" */
            out->kind = WY_LEX_WORD;
            status = resolve(lexer, lexer->at, begin, out, error);
            lexer->at = begin;
            return status;
        }
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "there is no field '%.*s'; fields are title: and year:, and \\: means the "
                       "colon itself",
                       name_length > 64 ? 64 : (int)name_length, name);
    }
    if (year) return lex_years(lexer, begin, end, out, error);
    out->field = WY_FIELD_TITLE;
    if (c == '"' || c == LEFT_QUOTE) return lex_phrase(lexer, begin, out, error);
    if (end == begin)
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "title: wants a word or a phrase in quotes right behind it");
    out->kind = WY_LEX_WORD;
    lexer->at = end;
    return resolve(lexer, begin, end, out, error);
}

static int lex_word(wy_lexer *lexer, wy_lexeme *out, wy_error *error)
{
    size_t begin = lexer->at, end;
    size_t name = field_name(lexer, begin);
    if (name) return lex_field(lexer, name, out, error);

    int status = word_end(lexer, begin, &end, error);
    if (status) return status;
    const char *text = lexer->text + begin;
    lexer->at = end;
    if (same(text, end - begin, "AND"))
        out->kind = WY_LEX_AND;
    else if (same(text, end - begin, "OR"))
        out->kind = WY_LEX_OR;
    else if (same(text, end - begin, "NOT"))
        out->kind = WY_LEX_NOT;
    else
        out->kind = WY_LEX_WORD;
    return out->kind == WY_LEX_WORD ? resolve(lexer, begin, end, out, error) : WY_OK;
}

int wy_lex_next(wy_lexer *lexer, wy_lexeme *out, wy_error *error)
{
    size_t after = lexer->at;
    uint32_t c = look(lexer, lexer->at, &after);
    while (lexer->at < lexer->length && is_space(c)) {
        lexer->at = after;
        c = look(lexer, lexer->at, &after);
    }
    *out = (wy_lexeme){.kind = WY_LEX_END, .offset = lexer->at, .field = WY_FIELD_BODY};
    if (lexer->at == lexer->length) return WY_OK;

    if (c == '"' || c == LEFT_QUOTE) return lex_phrase(lexer, lexer->at, out, error);
    if (c == RIGHT_QUOTE)
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "a closing quote without an opening one; write \\ before it to mean the "
                       "character itself");
    if (is_open(c))
        out->kind = WY_LEX_OPEN;
    else if (is_close(c))
        out->kind = WY_LEX_CLOSE;
    else if (c == '+' && goes_on(lexer, after))
        out->kind = WY_LEX_PLUS;
    else if (c == '-' && goes_on(lexer, after))
        out->kind = WY_LEX_MINUS;
    else
        return lex_word(lexer, out, error);
    lexer->at = after;
    return WY_OK;
}
