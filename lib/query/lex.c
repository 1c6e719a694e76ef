/*
 * query/lex.c: cutting the text of a query into operators, words, phrases and filters.
 */
#include "query/lex.h"

#include <stdbool.h>
#include <string.h>

#include "query/lex_char.h"
#include "query/lex_value.h"
#include "text/char_class.h"

enum { LEFT_QUOTE = 0x201C, RIGHT_QUOTE = 0x201D };

int wy_lex_begin(wy_lexer *lexer, const char *text, size_t length, wy_arena *arena, wy_error *error)
{
    size_t valid = wy_utf8_valid(text, length);
    if (valid < length)
        return wy_fail(error, WY_E_SYNTAX, NULL, valid, "the query is not UTF-8 at this byte");
    *lexer = (wy_lexer){text, length, 0, arena, WY_LEX_END, 0};
    return WY_OK;
}

/* ---- Characters ---------------------------------------------------------------------------- */

/* The character at `at`, or 0 at the end; *after is the byte behind it. */
static uint32_t look(const wy_lexer *lexer, size_t at, size_t *after)
{
    return wy_lex_look(lexer->text, lexer->length, at, after);
}

static uint32_t look_narrow(const wy_lexer *lexer, size_t at, size_t *after)
{
    return wy_lex_narrow(look(lexer, at, after));
}

/* The character before `at`, narrow; 0 at the beginning. */
static uint32_t look_back(const wy_lexer *lexer, size_t at)
{
    size_t after;
    if (at == 0) return 0;
    return look_narrow(lexer, wy_utf8_floor(lexer->text, lexer->length, at - 1), &after);
}

/* ， and 、 part words, but not the digits of a number. */
static bool is_separator(const wy_lexer *lexer, uint32_t c, size_t at, size_t after)
{
    size_t ignored;
    if (c != 0xFF0C && c != 0x3001) return false;
    return !(wy_lex_is_digit(look_back(lexer, at)) &&
             wy_lex_is_digit(look(lexer, after, &ignored)));
}

static bool is_gap(const wy_lexer *lexer, uint32_t c, size_t at, size_t after)
{
    return wy_lex_is_space(c) || is_separator(lexer, c, at, after);
}

/* Whether a word cannot go on here. */
static bool ends_word(const wy_lexer *lexer, size_t at)
{
    size_t after;
    if (at >= lexer->length) return true;
    const uint32_t c = look(lexer, at, &after), n = wy_lex_narrow(c);
    return is_gap(lexer, c, at, after) || n == '(' || n == ')' || n == '"' || n == '^';
}

/* Whether the text goes on with a word, phrase or group at once, as + and - want it. */
static bool goes_on(const wy_lexer *lexer, size_t at)
{
    size_t after;
    if (at >= lexer->length) return false;
    const uint32_t c = look(lexer, at, &after);
    return !is_gap(lexer, c, at, after) && wy_lex_narrow(c) != ')';
}

/*
 * Whether ? at `at` stands for a character. Questions end in it: full-width it stands for one only
 * behind a Latin letter or a digit within a word, in ASCII not at the end of a word that is
 * neither.
 */
static bool is_wild_one(const wy_lexer *lexer, uint32_t c, size_t begin, size_t at, size_t after)
{
    const uint32_t before = at > begin ? look_back(lexer, at) : 0;
    const bool latin =
        wy_lex_is_letter(before) || wy_lex_is_digit(before) || before == '*' || before == '?';
    const bool last = ends_word(lexer, after);
    return c == '?' ? !last || latin : !last && latin;
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

/* ---- Words ---------------------------------------------------------------------------------- */

/* A word as written: where it ends, and what is special in it. */
typedef struct scan {
    size_t begin, end; /* without ~1 */
    size_t next;       /* behind ~1 */
    bool wild, fuzzy;
    bool letters; /* something in it is no wildcard */
    bool latin;   /* it is Latin letters and digits, one letter at least */
} scan;

/* Latin letters end there in Unicode's blocks. */
static bool is_latin(uint32_t c)
{
    return wy_lex_is_letter(c) || wy_lex_is_digit(c) || c == '\'' || (c >= 0xC0 && c < 0x250);
}

/* ~, ~1 and what else may stand at the end of a Latin word. */
static int scan_fuzzy(const wy_lexer *lexer, size_t tilde, size_t after, scan *s, wy_error *error)
{
    size_t at = after, next;
    while (at < lexer->length && wy_lex_is_digit(look(lexer, at, &next))) at = next;
    uint32_t edits = 1;
    if (!ends_word(lexer, at)) return WY_OK; /* 5~10, 10~20人 */
    if (at > after && (!wy_lex_number(lexer->text, after, at, 1, &edits) || edits != 1))
        return wy_fail(error, WY_E_SYNTAX, NULL, tilde,
                       "a word may differ in one letter only; write ~1, or \\~ to mean the "
                       "character itself");
    if (s->wild)
        return wy_fail(error, WY_E_SYNTAX, NULL, tilde,
                       "~1 does not go with * and ? in one word; leave out one of them");
    s->end = tilde;
    s->next = at;
    s->fuzzy = true;
    return WY_OK;
}

static int scan_word(const wy_lexer *lexer, size_t begin, scan *s, wy_error *error)
{
    size_t at = begin, after;
    bool letter = false, other = false;
    *s = (scan){.begin = begin};
    for (; !ends_word(lexer, at); at = after) {
        const uint32_t c = look(lexer, at, &after), n = wy_lex_narrow(c);
        int status = WY_OK;
        if (c == '\\') {
            after = at;
            status = step_escape(lexer, &after, error);
            s->letters = other = true;
        } else if (n == '*' || (n == '?' && is_wild_one(lexer, c, begin, at, after))) {
            s->wild = true;
        } else if (n == '~' && letter && !other) {
            status = scan_fuzzy(lexer, at, after, s, error);
            other = true; /* it is no word of Latin letters, unless ~1 ends it here */
        } else {
            s->letters = true;
            letter |= wy_lex_is_letter(c) || (c >= 0xC0 && c < 0x250);
            other |= !is_latin(c);
        }
        if (status) return status;
        if (s->fuzzy) return WY_OK;
    }
    s->end = s->next = at;
    return WY_OK;
}

/*
 * The bytes of a word or phrase without the backslashes that escape, in the arena. `wild`: with the
 * bytes that stand for * and ?. A backslash is always followed by a character within the bytes.
 */
static int resolve(wy_lexer *lexer, size_t begin, size_t end, bool wild, wy_lexeme *out,
                   wy_error *error)
{
    char *text = wy_arena_alloc(lexer->arena, end - begin + 1);
    if (!text) return wy_fail_memory(error);
    size_t length = 0, after;
    for (size_t at = begin; at < end; at = after) {
        const uint32_t c = look(lexer, at, &after), n = wy_lex_narrow(c);
        if (wild && n == '*') {
            text[length++] = WY_PATTERN_MANY;
            continue;
        }
        if (wild && n == '?' && is_wild_one(lexer, c, begin, at, after)) {
            text[length++] = WY_PATTERN_ONE;
            continue;
        }
        if (c == '\\') {
            at = after;
            look(lexer, at, &after);
        }
        memcpy(text + length, lexer->text + at, after - at);
        length += after - at;
    }
    text[length] = '\0';
    out->text = text;
    out->length = length;
    return WY_OK;
}

/*
 * A * at the end of a phrase lets its last word go on. Behind a Chinese character it says nothing,
 * for any may follow there; behind anything else it means itself.
 */
static size_t end_open(const wy_lexer *lexer, size_t star, wy_lexeme *out)
{
    size_t after;
    const uint32_t letter = look_back(lexer, star);
    const unsigned classes = wy_char_class(letter);
    look(lexer, star, &after);
    out->open_ended = wy_lex_is_letter(letter) || wy_lex_is_digit(letter) ||
                      (classes & WY_CHAR_LATIN && !(classes & WY_CHAR_COUNTED));
    return out->open_ended || classes & WY_CHAR_COUNTED ? star : after;
}

/* A phrase whose opening quote is at `at`. */
static int lex_phrase(wy_lexer *lexer, size_t at, wy_lexeme *out, wy_error *error)
{
    size_t begin, after, before = 0; /* before: the last character */
    const uint32_t opening = look(lexer, at, &begin);
    const uint32_t closing = opening == LEFT_QUOTE ? RIGHT_QUOTE : opening;
    for (size_t i = begin; i < lexer->length; before = i, i = after) {
        const uint32_t c = look(lexer, i, &after);
        if (c == '\\') {
            after = i;
            int status = step_escape(lexer, &after, error);
            if (status) return status;
        } else if (c == closing) {
            if (i == begin)
                return wy_fail(error, WY_E_SYNTAX, NULL, at,
                               "the phrase is empty; write words between the quotes");
            size_t end = i;
            const uint32_t last = look_narrow(lexer, before, &after);
            if (last == '*' && before > begin) end = end_open(lexer, before, out);
            look(lexer, i, &lexer->at);
            out->kind = WY_LEX_PHRASE;
            return resolve(lexer, begin, end, false, out, error);
        }
    }
    return wy_fail(error, WY_E_SYNTAX, NULL, at,
                   "the quote is not closed; close it, or write \\ before it to mean the "
                   "character itself");
}

/* ---- Fields --------------------------------------------------------------------------------- */

static bool same(const char *text, size_t length, const char *name)
{
    return length == strlen(name) && memcmp(text, name, length) == 0;
}

static const struct field_name {
    const char *name;
    wy_lexeme_kind kind; /* of its values */
    wy_field field;
} field_names[] = {
    {"title", WY_LEX_WORD, WY_FIELD_TITLE},     {"issuer", WY_LEX_WORD, WY_FIELD_ISSUER},
    {"section", WY_LEX_WORD, WY_FIELD_SECTION}, {"report", WY_LEX_REPORT, WY_FIELD_BODY},
    {"year", WY_LEX_YEARS, WY_FIELD_BODY},      {"date", WY_LEX_DATES, WY_FIELD_BODY},
};

/* A name before a colon or a comparison. */
typedef struct named {
    const struct field_name *field; /* NULL: there is none of this name */
    size_t length;                  /* of the name; 0: none stands here */
    size_t value;                   /* where the value begins */
    wy_compare compare;
} named;

static bool is_ordered(const struct field_name *field)
{
    return field->kind == WY_LEX_YEARS || field->kind == WY_LEX_DATES;
}

/*
 * An ASCII name at `at`. Before ":" it is a field, and must be one that exists; before "：" and
 * before a comparison it is one only where it exists: "GDP：6%" and "x>=2" are words.
 */
static named find_name(const wy_lexer *lexer, size_t at)
{
    named n = {NULL, 0, 0, WY_COMPARE_IN};
    size_t i = at, after;
    const char *text = lexer->text;
    while (i < lexer->length && (wy_lex_is_letter((unsigned char)text[i]) || text[i] == '_' ||
                                 (i > at && wy_lex_is_digit((unsigned char)text[i]))))
        i++;
    if (i == at || text[at] == '_' || i == lexer->length) return n;
    for (size_t f = 0; f < sizeof field_names / sizeof *field_names; f++) {
        if (same(text + at, i - at, field_names[f].name)) n.field = &field_names[f];
    }
    const uint32_t c = look(lexer, i, &after);
    bool compared = false;
    n.value = i;
    if (c == ':' || (n.field && wy_lex_narrow(c) == ':')) {
        n.value = after;
        compared = true;
    }
    if (n.field && is_ordered(n.field)) {
        bool found;
        n.compare = wy_lex_compare(text, lexer->length, &n.value, &found);
        compared |= found;
    }
    if (compared) n.length = i - at;
    return n;
}

static int lex_plain(wy_lexer *lexer, size_t begin, wy_lexeme *out, wy_error *error);

/* report:id, report:"id", report:part* */
static int lex_report(wy_lexer *lexer, size_t begin, wy_lexeme *out, wy_error *error)
{
    int status = lex_plain(lexer, begin, out, error);
    if (status) return status;
    if (out->kind == WY_LEX_FUZZY || out->open_ended)
        return wy_fail(error, WY_E_SYNTAX, NULL, out->offset,
                       "report: wants an id, or a part of it with *, as in report:*2023*");
    out->wild = out->kind == WY_LEX_PATTERN;
    out->kind = WY_LEX_REPORT;
    return WY_OK;
}

/* What stands behind "name:". */
static int lex_field(wy_lexer *lexer, const named *n, wy_lexeme *out, wy_error *error)
{
    const char *name = lexer->text + lexer->at;
    size_t after;
    const uint32_t c = look_narrow(lexer, n->value, &after);
    const bool nothing = ends_word(lexer, n->value);
    if (!n->field) {
        if (nothing && c != '"') { /* prose: "note: that" */
            out->kind = WY_LEX_WORD;
            int status = resolve(lexer, lexer->at, n->value, false, out, error);
            lexer->at = n->value;
            return status;
        }
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "there is no field '%.*s'; fields are title: issuer: section: report: year: "
                       "date:, and \\: means the colon itself",
                       n->length > 64 ? 64 : (int)n->length, name);
    }
    if (is_ordered(n->field)) {
        size_t end = n->value;
        while (!ends_word(lexer, end)) look(lexer, end, &end);
        int status = n->field->kind == WY_LEX_YEARS
                         ? wy_lex_years(lexer->text, n->value, end, n->compare, out, error)
                         : wy_lex_dates(lexer->text, n->value, end, n->compare, out, error);
        lexer->at = end;
        return status;
    }
    out->named = n->field->kind == WY_LEX_WORD;
    out->field = n->field->field;
    if (c == '(' && out->named) {
        out->kind = WY_LEX_OPEN;
        lexer->at = after;
        return WY_OK;
    }
    if (nothing && c != '"')
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       out->named ? "%s: wants a word, a phrase in quotes or a group in "
                                    "parentheses right behind it"
                                  : "%s: wants an id right behind it, in quotes if it has spaces",
                       n->field->name);
    return out->named ? lex_plain(lexer, n->value, out, error)
                      : lex_report(lexer, n->value, out, error);
}

/* ---- Lexemes -------------------------------------------------------------------------------- */

/* NEAR and NEAR/5, at the bytes begin .. end. *is tells whether it is that. */
static int lex_near(const wy_lexer *lexer, size_t begin, size_t end, bool *is, wy_lexeme *out,
                    wy_error *error)
{
    const char *text = lexer->text;
    size_t after;
    *is = end - begin >= 4 && memcmp(text + begin, "NEAR", 4) == 0;
    if (!*is) return WY_OK;
    out->kind = WY_LEX_NEAR;
    out->distance = WY_NEAR_DEFAULT;
    if (end - begin == 4) return WY_OK;
    *is = look_narrow(lexer, begin + 4, &after) == '/';
    if (*is && !wy_lex_number(text, after, end, WY_NEAR_MOST, &out->distance))
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "NEAR/ wants the most characters between the two, from 0 to %d, as in a "
                       "NEAR/5 b",
                       WY_NEAR_MOST);
    return WY_OK;
}

/* A word or phrase without a field, at `begin`. */
static int lex_plain(wy_lexer *lexer, size_t begin, wy_lexeme *out, wy_error *error)
{
    size_t after;
    scan s;
    const uint32_t c = look(lexer, begin, &after);
    if (wy_lex_narrow(c) == '"' && c != RIGHT_QUOTE) return lex_phrase(lexer, begin, out, error);
    int status = scan_word(lexer, begin, &s, error);
    if (status) return status;
    if (s.wild && !s.letters)
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "a pattern wants a letter besides * and ?; write \\ before these to mean "
                       "the characters themselves");
    out->kind = s.fuzzy ? WY_LEX_FUZZY : s.wild ? WY_LEX_PATTERN : WY_LEX_WORD;
    lexer->at = s.next;
    return resolve(lexer, s.begin, s.end, s.wild, out, error);
}

static int lex_word(wy_lexer *lexer, wy_lexeme *out, wy_error *error)
{
    const size_t begin = lexer->at;
    const named n = find_name(lexer, begin);
    if (n.length) return lex_field(lexer, &n, out, error);

    size_t end = begin;
    while (!ends_word(lexer, end) && lexer->text[end] != '\\') look(lexer, end, &end);
    const char *text = lexer->text + begin;
    bool near;
    if (end < lexer->length && lexer->text[end] == '\\') return lex_plain(lexer, begin, out, error);
    int status = lex_near(lexer, begin, end, &near, out, error);
    if (status) return status;
    if (near)
        lexer->at = end;
    else if (same(text, end - begin, "AND"))
        out->kind = WY_LEX_AND;
    else if (same(text, end - begin, "OR"))
        out->kind = WY_LEX_OR;
    else if (same(text, end - begin, "NOT"))
        out->kind = WY_LEX_NOT;
    else
        return lex_plain(lexer, begin, out, error);
    lexer->at = end;
    return WY_OK;
}

/* ^2 at lexer->at, which must touch what it boosts. */
static int lex_boost(wy_lexer *lexer, size_t after, wy_lexeme *out, wy_error *error)
{
    size_t at = after;
    if (!wy_lex_boost(lexer->text, lexer->length, &at, &out->boost) || !ends_word(lexer, at))
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "a boost is a number from 0 to %d, such as ^2 or ^0.5; \\^ means the "
                       "character itself",
                       WY_BOOST_MOST);
    const wy_lexeme_kind of = lexer->touching == lexer->at ? lexer->before : WY_LEX_END;
    if (of == WY_LEX_YEARS || of == WY_LEX_DATES || of == WY_LEX_REPORT)
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "year:, date: and report: choose and do not score; leave out the boost");
    if (of != WY_LEX_WORD && of != WY_LEX_PHRASE && of != WY_LEX_PATTERN && of != WY_LEX_FUZZY &&
        of != WY_LEX_CLOSE)
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "a boost stands right behind a word, phrase or group; \\^ means the "
                       "character itself");
    out->kind = WY_LEX_BOOST;
    lexer->at = at;
    return WY_OK;
}

static int lex_next(wy_lexer *lexer, wy_lexeme *out, wy_error *error)
{
    size_t after = lexer->at;
    uint32_t c = look(lexer, lexer->at, &after);
    while (lexer->at < lexer->length && is_gap(lexer, c, lexer->at, after)) {
        lexer->at = after;
        c = look(lexer, lexer->at, &after);
    }
    *out = (wy_lexeme){.kind = WY_LEX_END, .offset = lexer->at, .field = WY_FIELD_BODY};
    if (lexer->at == lexer->length) return WY_OK;

    const uint32_t n = wy_lex_narrow(c);
    if (c == RIGHT_QUOTE)
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "a closing quote without an opening one; write \\ before it to mean the "
                       "character itself");
    if (n == '"') return lex_phrase(lexer, lexer->at, out, error);
    if (n == '^') return lex_boost(lexer, after, out, error);
    if (n == '~' && lexer->before == WY_LEX_PHRASE && lexer->touching == lexer->at)
        return wy_fail(error, WY_E_SYNTAX, NULL, lexer->at,
                       "~ stands behind a single word; for words near each other write a NEAR/5 b");
    if (n == '(')
        out->kind = WY_LEX_OPEN;
    else if (n == ')')
        out->kind = WY_LEX_CLOSE;
    else if (n == '+' && goes_on(lexer, after))
        out->kind = WY_LEX_PLUS;
    else if (n == '-' && goes_on(lexer, after))
        out->kind = WY_LEX_MINUS;
    else
        return lex_word(lexer, out, error);
    lexer->at = after;
    return WY_OK;
}

int wy_lex_next(wy_lexer *lexer, wy_lexeme *out, wy_error *error)
{
    int status = lex_next(lexer, out, error);
    lexer->before = out->kind;
    lexer->touching = lexer->at;
    return status;
}
