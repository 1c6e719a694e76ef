#include "report/date.h"

static bool leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t wy_date_check(int64_t value)
{
    static const uint8_t days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year = value / 10000, month = value / 100 % 100, day = value % 100;
    if (value <= 0 || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return 0;
    if (day > days[month - 1] || (month == 2 && day == 29 && !leap(year))) return 0;
    return (int32_t)value;
}

/* 0 to 9, or -1. A year has any of the four circles for its zero. */
static int numeral(char32_t c)
{
    static const char32_t ones[] = U"一二三四五六七八九";
    for (int i = 0; ones[i]; i++)
        if (ones[i] == c) return i + 1;
    return wy_in_set(c, U"〇零○◯Oo") ? 0 : -1;
}

/*
 * Digits at `at`, at least `least` and at most `most`. `spread`: spaces between them are allowed,
 * as a typesetter of the nineties has them. Returns the position behind, or 0.
 */
static size_t digit_run(const wy_scan *scan, size_t at, unsigned least, unsigned most, bool spread,
                        int *value)
{
    unsigned count = 0;
    size_t end = at;
    *value = 0;
    while (count < most) {
        size_t next = count && spread ? wy_scan_skip(scan, end) : end;
        if (!wy_char_digit(scan->c[next])) break;
        *value = *value * 10 + (int)(scan->c[next] - '0');
        end = next + 1;
        count++;
    }
    return count >= least && !wy_char_digit(scan->c[end]) ? end : 0;
}

static size_t digits(const wy_scan *scan, size_t at, unsigned least, unsigned most, int *value)
{
    return digit_run(scan, at, least, most, false, value);
}

/* Four Chinese digits: 一九五七. */
static size_t chinese_year(const wy_scan *scan, size_t at, int *value)
{
    *value = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = at + i < scan->n ? numeral(scan->c[at + i]) : -1;
        if (digit < 0) return 0;
        *value = *value * 10 + digit;
    }
    return numeral(scan->c[at + 4]) >= 0 && at + 4 < scan->n ? 0 : at + 4;
}

/* A number up to 39 with 十, 廿, 卅: 三, 十二, 二十九, 廿九, 卅一. */
static size_t chinese_number(const wy_scan *scan, size_t at, int *value)
{
    int tens = 0, ones = 0;
    size_t begin = at;
    if (at < scan->n && numeral(scan->c[at]) > 0) ones = numeral(scan->c[at++]);
    if (at < scan->n && scan->c[at] == U'十') {
        tens = ones ? ones : 1;
        ones = 0;
        at++;
    } else if (ones == 0 && at < scan->n && wy_in_set(scan->c[at], U"廿卅")) {
        tens = scan->c[at] == U'廿' ? 2 : 3;
        at++;
    }
    if (tens && at < scan->n && numeral(scan->c[at]) > 0) ones = numeral(scan->c[at++]);
    *value = tens * 10 + ones;
    return *value > 0 && at > begin ? at : 0;
}

/* A year with 年 behind it. */
static size_t year_with_mark(const wy_scan *scan, size_t at, int *value)
{
    size_t end = digit_run(scan, at, 4, 4, true, value);
    if (!end) end = chinese_year(scan, at, value);
    end = end ? wy_scan_skip(scan, end) : 0;
    return end && scan->c[end] == U'年' && *value >= 1000 ? end + 1 : 0;
}

size_t wy_date_number(const wy_scan *scan, size_t at, int *value)
{
    size_t end = digits(scan, at, 1, 2, value);
    return end ? end : chinese_number(scan, at, value);
}

static bool marked_date(const wy_scan *scan, size_t at, wy_date *out)
{
    int year, month, day;
    bool written = false;
    size_t end = year_with_mark(scan, at, &year);
    size_t next = end ? wy_date_number(scan, wy_scan_skip(scan, end), &month) : 0;
    next = next ? wy_scan_skip(scan, next) : 0;
    if (!next || scan->c[next] != U'月') return false;
    end = next + 1;
    next = wy_date_number(scan, wy_scan_skip(scan, end), &day);
    next = next ? wy_scan_skip(scan, next) : 0;
    if (next && wy_in_set(scan->c[next], U"日号號")) {
        end = next + 1;
        written = true;
    } else {
        day = 1;
    }
    *out = (wy_date){wy_date_check((int64_t)year * 10000 + month * 100 + day), at, end, written};
    return out->value != 0;
}

static bool plain_date(const wy_scan *scan, size_t at, wy_date *out)
{
    int year, month, day;
    size_t end = digits(scan, at, 4, 4, &year);
    char32_t between = end ? scan->c[end] : 0;
    if (!wy_in_set(between, U"-/.") || between == 0) return false;
    end = digits(scan, end + 1, 1, 2, &month);
    if (!end || scan->c[end] != between) return false;
    end = digits(scan, end + 1, 1, 2, &day);
    if (!end) return false;
    *out = (wy_date){wy_date_check((int64_t)year * 10000 + month * 100 + day), at, end, true};
    return out->value != 0;
}

bool wy_date_find(const wy_scan *scan, size_t from, wy_date *out)
{
    for (size_t at = from; at < scan->n; at++) {
        if (at > from && wy_char_digit(scan->c[at]) && wy_char_digit(scan->c[at - 1])) continue;
        if (marked_date(scan, at, out) || plain_date(scan, at, out)) return true;
    }
    return false;
}

/* "15:06", "15:06:30", "T15:06:30Z", "07时41分": position behind it, or `at`. */
static size_t time_of_day(const wy_scan *scan, size_t at)
{
    int value;
    size_t end = wy_scan_skip(scan, at);
    if (scan->c[end] == 'T') end++;
    end = digits(scan, end, 1, 2, &value);
    if (!end || !wy_in_set(scan->c[end], U":时點点") || !scan->c[end] || value > 24) return at;
    size_t next = digits(scan, end + 1, 1, 2, &value);
    if (!next || value > 59) return at;
    if (scan->c[next] == U'分') next++;
    end = scan->c[next] == ':' ? digits(scan, next + 1, 1, 2, &value) : 0;
    next = end ? end : next;
    return scan->c[next] == 'Z' ? next + 1 : next;
}

bool wy_date_line(const wy_scan *scan, wy_date *out, bool *time)
{
    size_t at = wy_scan_skip(scan, 0);
    bool bracket = scan->c[at] == '(' || scan->c[at] == '[';
    at = bracket ? wy_scan_skip(scan, at + 1) : at;
    if (!scan->whole || !(marked_date(scan, at, out) || plain_date(scan, at, out))) return false;
    size_t end = time_of_day(scan, out->end);
    *time = end > out->end;
    end = wy_scan_skip(scan, end);
    if (bracket && (scan->c[end] == ')' || scan->c[end] == ']')) end = wy_scan_skip(scan, end + 1);
    return end == scan->n;
}

/* Of "2021—2025年" the first year. */
static int range_start(const wy_scan *scan, size_t at, int year)
{
    size_t begin = at;
    int first;
    while (begin > 0 && wy_in_set(scan->c[begin - 1], U"-—–~～至")) begin--;
    if (begin < at && begin >= 4 && digits(scan, begin - 4, 4, 4, &first) && first < year &&
        first >= 1000)
        return first;
    return year;
}

int32_t wy_date_year(const wy_scan *scan)
{
    int year;
    for (size_t at = 0; at < scan->n; at++)
        if (!(at > 0 && wy_char_digit(scan->c[at - 1])) && year_with_mark(scan, at, &year))
            return range_start(scan, at, year);
    for (size_t at = 0; at < scan->n; at++)
        if (!(at > 0 && wy_char_digit(scan->c[at - 1])) && digits(scan, at, 4, 4, &year) &&
            year >= 1900 && year <= 2099)
            return year;
    return 0;
}

int32_t wy_date_of(wy_string text)
{
    wy_scan scan;
    wy_date date;
    bool time;
    int value;
    wy_scan_line(&scan, wy_trim(text));
    if (digits(&scan, 0, 8, 8, &value)) return wy_date_check(value);
    if (wy_date_line(&scan, &date, &time)) return date.value;
    /* ISO 8601 with fractions and zones behind the time. */
    if (plain_date(&scan, 0, &date) && (scan.c[date.end] == 'T' || scan.c[date.end] == ' ') &&
        wy_char_digit(scan.c[date.end + 1]))
        return date.value;
    return 0;
}
