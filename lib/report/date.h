/*
 * report/date.h: dates and years as Chinese reports write them.
 *
 *     2024-03-29  2024/3/29  2024.3.29  2024年3月29日  20240329
 *     二〇二四年三月二十九日  二○二四年  一九五七年六月  １９８０年  1 9 9 3 年
 */
#ifndef WY_REPORT_DATE_H
#define WY_REPORT_DATE_H

#include "report/chars.h"

typedef struct wy_date {
    int32_t value;     /* yyyymmdd; of a month alone yyyymm01 */
    size_t begin, end; /* characters of the scan */
    bool day;          /* the day is written */
} wy_date;

/* First date at or after character `from` that has a year and a month. */
bool wy_date_find(const wy_scan *scan, size_t from, wy_date *out);

/* Whether the line is a date, perhaps with a time of day (*time) and brackets, and nothing else. */
bool wy_date_line(const wy_scan *scan, wy_date *out, bool *time);

/* The year in a title: a year followed by 年 first, else four digits 1900 to 2099; 0: none. */
int32_t wy_date_year(const wy_scan *scan);

/* A number of one or two digits, or a Chinese one up to 39: the position behind it, or 0. */
size_t wy_date_number(const wy_scan *scan, size_t at, int *value);

/* "2024-03-29…", "20240329", "2024年3月29日", a whole text; 0: no date. */
int32_t wy_date_of(wy_string text);

/* `value` if it is a yyyymmdd of the calendar, else 0. */
int32_t wy_date_check(int64_t value);

#endif
