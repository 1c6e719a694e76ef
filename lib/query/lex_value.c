/*
 * query/lex_value.c: the numbers in a query.
 */
#include "query/lex_value.h"

#include <string.h>

#include "query/lex_char.h"

enum { YEAR_MAX = 9999 };

/* What is left to read. */
typedef struct reading {
    const char *text;
    size_t at, end;
} reading;

/* The next character, narrow; 0 at the end. */
static uint32_t peek(const reading *r)
{
    size_t after;
    return wy_lex_narrow(wy_lex_look(r->text, r->end, r->at, &after));
}

static bool step(reading *r, uint32_t c)
{
    size_t after;
    if (r->at >= r->end || wy_lex_narrow(wy_lex_look(r->text, r->end, r->at, &after)) != c)
        return false;
    r->at = after;
    return true;
}

/* Up to `most` digits; returns how many there were. */
static unsigned digits(reading *r, unsigned most, uint32_t *out)
{
    unsigned count = 0;
    *out = 0;
    while (count < most && wy_lex_is_digit(peek(r))) {
        const uint32_t c = peek(r);
        *out = *out * 10 + (c - '0');
        step(r, c);
        count++;
    }
    return count;
}

static bool two_dots(reading *r)
{
    return step(r, '.') && step(r, '.');
}

wy_compare wy_lex_compare(const char *text, size_t end, size_t *at, bool *found)
{
    reading r = {text, *at, end};
    wy_compare compare = WY_COMPARE_IN;
    *found = true;
    if (step(&r, '>'))
        compare = step(&r, '=') ? WY_COMPARE_MORE_EQUAL : WY_COMPARE_MORE;
    else if (step(&r, '<'))
        compare = step(&r, '=') ? WY_COMPARE_LESS_EQUAL : WY_COMPARE_LESS;
    else if (step(&r, 0x2265))
        compare = WY_COMPARE_MORE_EQUAL;
    else if (step(&r, 0x2264))
        compare = WY_COMPARE_LESS_EQUAL;
    else
        *found = step(&r, '=');
    *at = r.at;
    return compare;
}

/* ---- Ranges -------------------------------------------------------------------------------- */

/* What one value covers: a year, or the days of a year, of a month, or one. */
typedef struct span {
    int32_t first, last;
} span;

typedef bool (*read_fn)(reading *r, span *out);

/* value, value..value, ..value, value.. or what a comparison leaves; 0 is open. */
static bool read_range(reading *r, read_fn read, wy_compare compare, wy_lexeme *out)
{
    span low = {0, 0}, high = {0, 0};
    bool begun = peek(r) != '.' && r->at < r->end;
    if (begun && !read(r, &low)) return false;
    if (compare != WY_COMPARE_IN) {
        const bool more = compare == WY_COMPARE_MORE || compare == WY_COMPARE_MORE_EQUAL;
        out->from = !more ? 0 : compare == WY_COMPARE_MORE ? low.last + 1 : low.first;
        out->to = more ? 0 : compare == WY_COMPARE_LESS ? low.first - 1 : low.last;
        return begun && r->at == r->end;
    }
    high = low;
    if (r->at < r->end || !begun) {
        if (!two_dots(r)) return false;
        high = (span){0, 0};
        if (r->at < r->end && !read(r, &high)) return false;
    }
    out->from = low.first;
    out->to = high.last;
    return r->at == r->end && (out->from || out->to);
}

static bool read_year(reading *r, span *out)
{
    uint32_t year;
    if (!digits(r, 5, &year) || year < 1 || year > YEAR_MAX) return false;
    *out = (span){(int32_t)year, (int32_t)year};
    return true;
}

static bool is_day(uint32_t year, uint32_t month, uint32_t day)
{
    static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1]) return false;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month != 2 || day < 29 || leap;
}

/* yyyy, yyyy-mm, yyyy-mm-dd or yyyymmdd. A report may be dated to the month or year alone: its
 * date then has zeros, and lies in the month or year. */
static bool read_date(reading *r, span *out)
{
    uint32_t year, month = 0, day = 0, rest;
    if (digits(r, 4, &year) != 4 || year < 1) return false;
    const int32_t y = (int32_t)year * 10000;
    if (wy_lex_is_digit(peek(r))) {
        if (digits(r, 4, &rest) != 4) return false;
        month = rest / 100;
        day = rest % 100;
        if (!is_day(year, month, day)) return false;
    } else if (!step(r, '-')) {
        *out = (span){y, y + 9999};
        return true;
    } else if (digits(r, 2, &month) != 2 || !is_day(year, month, 1)) {
        return false;
    } else if (!step(r, '-')) {
        *out = (span){y + (int32_t)month * 100, y + (int32_t)month * 100 + 99};
        return true;
    } else if (digits(r, 2, &day) != 2 || !is_day(year, month, day)) {
        return false;
    }
    out->first = out->last = y + (int32_t)(month * 100 + day);
    return true;
}

int wy_lex_years(const char *text, size_t begin, size_t end, wy_compare compare, wy_lexeme *out,
                 wy_error *error)
{
    reading r = {text, begin, end};
    out->kind = WY_LEX_YEARS;
    /* Below the first year and above the last there is none: no range says so. */
    if (!read_range(&r, read_year, compare, out) || (!out->from && !out->to) ||
        out->from > YEAR_MAX)
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "years are written year:2020, year:2020..2023, year:..2000, year:2020.. or "
                       "year:>=2020, from 1 to 9999");
    if (out->from && out->to && out->from > out->to)
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "the first year is after the last; write year:%d..%d", (int)out->to,
                       (int)out->from);
    return WY_OK;
}

int wy_lex_dates(const char *text, size_t begin, size_t end, wy_compare compare, wy_lexeme *out,
                 wy_error *error)
{
    reading r = {text, begin, end};
    out->kind = WY_LEX_DATES;
    if (!read_range(&r, read_date, compare, out))
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "dates are written date:2024, date:2024-03, date:2024-03-29, date:20240329, "
                       "date:2024-01..2024-06 or date:>=2024-03");
    if (out->from && out->to && out->from > out->to)
        return wy_fail(error, WY_E_SYNTAX, NULL, begin,
                       "the first date is after the last; change their order");
    return WY_OK;
}

/* ---- Numbers ------------------------------------------------------------------------------- */

bool wy_lex_number(const char *text, size_t begin, size_t end, uint32_t most, uint32_t *out)
{
    reading r = {text, begin, end};
    return digits(&r, 8, out) > 0 && r.at == end && *out <= most;
}

bool wy_lex_boost(const char *text, size_t end, size_t *at, double *out)
{
    reading r = {text, *at, end};
    uint32_t whole = 0, parts = 0;
    const unsigned before = digits(&r, 5, &whole);
    unsigned behind = 0;
    if (peek(&r) == '.') {
        step(&r, '.');
        behind = digits(&r, 4, &parts);
        if (behind == 0) return false;
    }
    for (unsigned i = behind; i < 4; i++) parts *= 10;
    *out = whole + parts / 10000.0;
    *at = r.at;
    return before + behind > 0 && *out <= WY_BOOST_MOST;
}
