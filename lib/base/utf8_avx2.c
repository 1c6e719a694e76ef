/*
 * base/utf8_avx2.c: validating 32 bytes at a time (Keiser & Lemire, "Validating UTF-8 in less than
 * one instruction per byte", 2020): three tables, by the halves of the byte before and the high
 * half of the byte itself, tell what is wrong with two bytes that follow each other; and where a
 * third or fourth byte must be follows from the bytes two and three before.
 */
#include "base/cpu.h"
#include "base/utf8.h"

#if defined(__AVX2__) && !defined(WY_PORTABLE)

#include <immintrin.h>

enum {
    WIDTH = 32,
    SHORT = 1 << 0,      /* a lead, and no continuation behind it */
    LONG = 1 << 1,       /* a continuation behind ASCII */
    OVERLONG_3 = 1 << 2, /* E0 and what is below A0 */
    LARGE = 1 << 3,      /* F4 and 90 or above, or F5 and above */
    SURROGATE = 1 << 4,  /* ED and A0 or above */
    OVERLONG_2 = 1 << 5, /* C0, C1 */
    OVERLONG_4 = 1 << 6, /* F0 and what is below 90; F5 and above and the same */
    TWO = 1 << 7,        /* two continuations: right behind some leads */
    ANY = SHORT | LONG | TWO,
    HIGH = LARGE | OVERLONG_4,
    THEN = LONG | OVERLONG_2 | TWO,
};

static __m256i look_up(__m256i index, __m128i table)
{
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), index);
}

static __m256i high_half(__m256i bytes)
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
}

static __m256i load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Whether the bytes at p continue what is in the three before them as they should; what the last
 * of them begin is not known. */
static int is_good(const uint8_t *p)
{
    const __m128i by_high = _mm_setr_epi8(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, (char)TWO,
                                          (char)TWO, (char)TWO, (char)TWO, SHORT | OVERLONG_2,
                                          SHORT, SHORT | OVERLONG_3 | SURROGATE, SHORT | HIGH);
    const __m128i by_low = _mm_setr_epi8(
        (char)(ANY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4), (char)(ANY | OVERLONG_2), (char)ANY,
        (char)ANY, (char)(ANY | LARGE), (char)(ANY | HIGH), (char)(ANY | HIGH), (char)(ANY | HIGH),
        (char)(ANY | HIGH), (char)(ANY | HIGH), (char)(ANY | HIGH), (char)(ANY | HIGH),
        (char)(ANY | HIGH), (char)(ANY | HIGH | SURROGATE), (char)(ANY | HIGH), (char)(ANY | HIGH));
    const __m128i by_next =
        _mm_setr_epi8(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
                      (char)(THEN | OVERLONG_3 | OVERLONG_4), (char)(THEN | OVERLONG_3 | LARGE),
                      (char)(THEN | SURROGATE | LARGE), (char)(THEN | SURROGATE | LARGE), SHORT,
                      SHORT, SHORT, SHORT);
    const __m256i bytes = load(p), before = load(p - 1);
    const __m256i wrong = _mm256_and_si256(
        _mm256_and_si256(look_up(high_half(before), by_high),
                         look_up(_mm256_and_si256(before, _mm256_set1_epi8(15)), by_low)),
        look_up(high_half(bytes), by_next));
    /* 80 or above where the byte must be the third or fourth of a character. */
    const __m256i third = _mm256_subs_epu8(load(p - 2), _mm256_set1_epi8(0xE0 - 0x80));
    const __m256i fourth = _mm256_subs_epu8(load(p - 3), _mm256_set1_epi8(0xF0 - 0x80));
    const __m256i two =
        _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    const __m256i errors = _mm256_xor_si256(two, wrong);
    return _mm256_testz_si256(errors, errors);
}

/* Where the last character that begins before `at` begins: it may not be whole. */
static size_t step_back(const uint8_t *data, size_t at)
{
    while ((data[at - 1] & 0xC0) == 0x80) at--;
    return at - 1;
}

static size_t skip(const uint8_t *data, size_t length, size_t at)
{
    if (at < 3 || length - at < WIDTH) return at;
    size_t next = at;
    for (; length - next >= WIDTH; next += WIDTH)
        if (!is_good(data + next)) return next > at ? step_back(data, next) : at;
    if (next < length && !is_good(data + length - WIDTH)) return step_back(data, next);
    return step_back(data, length);
}

wy_utf8_skip_fn *wy_utf8_skip_avx2(void)
{
    return wy_cpu_has_avx2() ? skip : NULL;
}

#else

wy_utf8_skip_fn *wy_utf8_skip_avx2(void)
{
    return NULL;
}

#endif
