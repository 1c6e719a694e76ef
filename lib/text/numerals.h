/*
 * text/numerals.h: numbers by value, whatever they are written with: 一九五七 is 1957, 三百二十一
 * is 321, 1.5万 and 一万五千 are 15000, 百分之九十八点六五 is 98.65%.
 *
 *   number   := percent | fraction | decimal ["%" | "‰"]
 *   percent  := ("百分之" | "千分之" | "万分之") (decimal | "百")
 *   fraction := integer "分之" integer
 *   decimal  := (integer | row | digits) [("." digits | "点" row)] [powers]
 *   integer  := coefficients with 十 百 千, 万 and 亿 in the order of the language: 三亿五千万
 *   row      := numerals of a place each: 二〇二三, three or more before a point
 *   powers   := 百 or 千, 万, 亿, or their product: 1.2万亿
 *
 * Coefficients may be digits: 3亿5千万. 廿 and 卅 are 二十 and 三十, 两 is 二, 壹贰叁 ... 拾佰仟
 * are taken as 一二三 ... 十百千, ○ as 〇. 三百五 is 350 and 一万二 is 12000. Digits may be grouped
 * by commas in threes: 15,000.
 *
 * The value is text: decimal digits, a point where there are decimals, no zeros that say nothing.
 * A percentage ends with %, and 5‰ is 0.5%; a fraction is a/b, as written. It is worked out on the
 * digits themselves, never in floating point.
 *
 * No number: what comes from several of them (七八个, 三四十), a row of two (九三, 五四) or one
 * that counts up (一二三产业), what begins with a power (百万, 千万), what is about so much (几十,
 * 十多, 三十余), versions and lists (1.2.3), what is joined to letters (5g); integers of 10^16 and
 * above but for plain digits; more than WY_NUMBER_DIGITS digits on either side of the point.
 */
#ifndef WY_TEXT_NUMERALS_H
#define WY_TEXT_NUMERALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WY_NUMBER_DIGITS 32
#define WY_NUMBER_MAX    (2 * WY_NUMBER_DIGITS + 2) /* bytes of a value */

typedef struct wy_number {
    size_t end;  /* unit behind it */
    bool single; /* one Chinese numeral and nothing else, 五: a number only in company */
    bool digits; /* begins with ASCII digits and has no power behind them: 5, 15,000, 98.65% */
    uint32_t length;
    char value[WY_NUMBER_MAX]; /* not terminated */
} wy_number;

/*
 * Reads the number that begins with units[from], a numeral whose unit before, if any, is none.
 * false: there is none; then out->end is behind the numerals that were looked at. Never looks at
 * what is behind `length`. Work is about the number's length.
 */
bool wy_number_read(const uint16_t *units, size_t length, size_t from, wy_number *out);

#endif
