/*
 * unit/test_text_strings.h: random strings over all scripts, for the tests of text/.
 */
#ifndef WY_TEST_TEXT_STRINGS_H
#define WY_TEST_TEXT_STRINGS_H

#include "base/utf8.h"
#include "support/test.h"

/* Ranges of characters where the rules of text/ have something to do, and then all the others. */
static inline uint32_t random_char(wy_test_random *random)
{
    static const uint32_t ranges[][2] = {
        {' ', '~'},         {'a', 'z'},         {'0', '9'},         {0x4e00, 0x9fff},
        {0x4e00, 0x9fff},   {0x4e00, 0x4e80},   {0xa0, 0x24f},      {0x300, 0x36f},
        {0x370, 0x4ff},     {0x590, 0x6ff},     {0x900, 0x97f},     {0xe00, 0xeff},
        {0x1100, 0x11ff},   {0x1e00, 0x1fff},   {0x2000, 0x206f},   {0x2070, 0x218f},
        {0x2460, 0x24ff},   {0x2e80, 0x2fdf},   {0x3000, 0x303f},   {0x3041, 0x30ff},
        {0x3100, 0x31ff},   {0x3200, 0x33ff},   {0x3400, 0x4dbf},   {0xac00, 0xd7a3},
        {0xf900, 0xfaff},   {0xfb00, 0xfdff},   {0xfe00, 0xfe6f},   {0xff00, 0xffef},
        {0x1d400, 0x1d7ff}, {0x1f100, 0x1f6ff}, {0x20000, 0x2a6df}, {0x2f800, 0x2fa1f},
        {0xe0100, 0xe0110}, {'\n', '\n'},       {0xff0c, 0xff0c},   {0xff10, 0xff19},
        {0x200b, 0x200d},   {0, 0xd7ff},        {0xe000, 0x10ffff}};
    size_t i = (size_t)wy_test_below(random, sizeof ranges / sizeof *ranges);

    return ranges[i][0] + (uint32_t)wy_test_below(random, ranges[i][1] - ranges[i][0] + 1);
}

/* Up to `chars` characters into `out`, which has room for 4 bytes each. Returns the bytes. */
static inline size_t random_string(wy_test_random *random, char *out, size_t chars)
{
    size_t length = 0, count = (size_t)wy_test_below(random, chars + 1);

    for (size_t i = 0; i < count; i++) length += wy_utf8_put(random_char(random), out + length);
    return length;
}

#endif
