/*
 * text/utf8_three.h: inside of the icu analyzer: writing characters that take three bytes.
 */
#ifndef WY_TEXT_UTF8_THREE_H
#define WY_TEXT_UTF8_THREE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes units from U+0800 on, none a surrogate, as UTF-8, three bytes each. What others become is
 * of no use. Up to four bytes are written behind them.
 */
typedef void wy_utf8_three_fn(const uint16_t *units, size_t count, char *to);

/* NULL where the processor has no AVX2. */
wy_utf8_three_fn *wy_utf8_three_avx2(void);

static inline void wy_utf8_three(const uint16_t *units, size_t count, char *to)
{
    for (size_t i = 0; i < count; i++, to += 3) {
        const unsigned c = units[i];
        const uint32_t bytes = 0x8080e0 | c >> 12 | (c << 2 & 0x3f00) | (c << 16 & 0x3f0000);

        for (unsigned b = 0; b < 4; b++) to[b] = (char)(bytes >> 8 * b); /* one store */
    }
}

#endif
