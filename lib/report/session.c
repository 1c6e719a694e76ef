/*
 * The year of a session of the National People's Congress: a resolution of 第十四届全国人民代表大会
 * 第三次会议 often says no date. Since the sixth (1983) each Congress meets once a year for five
 * years; what was before that is a matter of record.
 */
#include "report/layout.h"

#include "report/date.h"

#define YEARLY_FROM 6 /* the first Congress that met each year from its first session on */
#define YEARLY_YEAR 1983
#define TERM        5 /* years and sessions */

/* Years of the sessions of the first five Congresses. */
static const int16_t early[YEARLY_FROM - 1][TERM] = {{1954, 1955, 1956, 1957, 1958},
                                                     {1959, 1960, 1962, 1963, 0},
                                                     {1964, 0, 0, 0, 0},
                                                     {1975, 0, 0, 0, 0},
                                                     {1978, 1979, 1980, 1981, 1982}};

/* The number between `before` and `behind`: 第 十四 届, 第3次. Position behind, or 0. */
static size_t ordinal(const wy_scan *scan, size_t at, const char32_t *behind, int *value)
{
    if (scan->c[at] != U'第') return 0;
    size_t end = wy_date_number(scan, at + 1, value);
    size_t length = end ? wy_scan_at(scan, end, behind) : 0;
    return length ? end + length : 0;
}

int32_t wy_session_year(const wy_scan *scan)
{
    int congress, session;
    for (size_t i = 0; i < scan->n; i++) {
        size_t at = ordinal(scan, i, U"届全国人民代表大会", &congress);
        if (!at) at = ordinal(scan, i, U"屆全國人民代表大會", &congress);
        size_t end = at ? ordinal(scan, at, U"次会议", &session) : 0;
        if (at && !end) end = ordinal(scan, at, U"次會議", &session);
        if (!end || congress < 1 || session < 1 || session > TERM) continue;
        if (congress < YEARLY_FROM) return early[congress - 1][session - 1];
        return YEARLY_YEAR + (congress - YEARLY_FROM) * TERM + session - 1;
    }
    return 0;
}
