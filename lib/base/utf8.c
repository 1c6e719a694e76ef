/*
 * base/utf8.c: UTF-8 by the Unicode standard, table 3-7.
 */
#include "base/utf8.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/reader.h"

static bool continues(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Length of the character at p, or 0 where the `left` bytes (1 or more) do not start with one.
 * Takes every case; the loops of wy_utf8_valid leave only the rare ones to it. */
static size_t character_length(const uint8_t *p, size_t left)
{
    uint8_t lead = p[0], low = 0x80, high = 0xBF; /* the range of the second byte */
    size_t length;

    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    if (lead < 0xE0) {
        length = 2;
    } else if (lead < 0xF0) {
        length = 3;
        if (lead == 0xE0)
            low = 0xA0; /* less is overlong */
        else if (lead == 0xED)
            high = 0x9F; /* more is a surrogate */
    } else {
        length = 4;
        if (lead == 0xF0)
            low = 0x90; /* less is overlong */
        else if (lead == 0xF4)
            high = 0x8F; /* more is beyond U+10FFFF */
    }
    if (left < length || p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if (!continues(p[i])) return 0;
    }
    return length;
}

/* Skips ASCII, 8 bytes at a time. */
static const uint8_t *skip_ascii(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        if (word & UINT64_C(0x8080808080808080)) break;
        p += 8;
    }
    while (p < end && *p < 0x80) p++;
    return p;
}

/* Skips characters of 3 bytes, which nearly all of a Chinese text are, with one load each. */
static const uint8_t *skip_three_bytes(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 4) {
        uint32_t word = wy_load32(p);
        if ((word & 0x00C0C0F0) != 0x008080E0) break;
        uint32_t head = word & 0x200F;        /* low half of the lead, bit 5 of the second byte */
        if (head == 0x0000 || head == 0x200D) /* overlong, surrogate */
            break;
        p += 3;
    }
    return p;
}

/* Goes on from `at` until `stop` is reached or passed, or something is wrong. */
static size_t valid_from(const uint8_t *data, size_t length, size_t at, size_t stop)
{
    const uint8_t *p = data + at, *end = data + length;

    while (p < data + stop) {
        p = *p < 0x80 ? skip_ascii(p, end) : skip_three_bytes(p, end);
        if (p == end) break;
        size_t n = character_length(p, (size_t)(end - p));
        if (n == 0) break;
        p += n;
    }
    return (size_t)(p - data);
}

size_t wy_utf8_valid(const char *data, size_t length)
{
    enum { MUCH = 64 }; /* bytes from which on it pays to begin with the first */
    if (length == 0) return 0;
    const uint8_t *bytes = (const uint8_t *)data;
    wy_utf8_skip_fn *skip = length >= MUCH ? wy_utf8_skip_avx2() : NULL;
    size_t at = 0;

    for (size_t n; skip && at < 3 && (n = character_length(bytes + at, length - at)) > 0;) at += n;
    if (at >= 3) at = skip(bytes, length, at);
    return valid_from(bytes, length, at, length);
}

uint32_t wy_utf8_next(const char *data, size_t *at)
{
    const uint8_t *p = (const uint8_t *)data + *at;
    uint32_t c = p[0];
    if (c < 0x80) {
        *at += 1;
        return c;
    }
    if (c < 0xE0) {
        *at += 2;
        return (c & 0x1F) << 6 | (p[1] & 0x3Fu);
    }
    if (c < 0xF0) {
        *at += 3;
        return (c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    *at += 4;
    return (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

size_t wy_utf8_put(uint32_t c, char out[4])
{
    assert(c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF));
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t wy_utf8_floor(const char *data, size_t length, size_t at)
{
    assert(at <= length);
    while (at > 0 && at < length && continues((uint8_t)data[at])) at--;
    return at;
}
