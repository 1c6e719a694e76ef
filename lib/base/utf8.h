/*
 * base/utf8.h: UTF-8 by the Unicode standard, table 3-7: no surrogates, nothing overlong.
 */
#ifndef WY_BASE_UTF8_H
#define WY_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the longest well-formed prefix: equal to `length` where all is well. */
size_t wy_utf8_valid(const char *data, size_t length);

/*
 * Passes over well-formed text from `at` on, where a character begins behind 3 bytes or more of such
 * text. Returns where another begins, up to which all is well; not always as far as it is.
 */
typedef size_t wy_utf8_skip_fn(const uint8_t *data, size_t length, size_t at);

/* NULL where this build or processor does not have it. */
wy_utf8_skip_fn *wy_utf8_skip_avx2(void);

/* Decodes the character at data[*at] of text known to be well-formed, and moves *at behind it. */
uint32_t wy_utf8_next(const char *data, size_t *at);

/* Writes 1 to 4 bytes and returns how many. `c` must be a scalar value. */
size_t wy_utf8_put(uint32_t c, char out[4]);

/* Largest offset <= `at` that starts a character. `at` <= length of the text. */
size_t wy_utf8_floor(const char *data, size_t length, size_t at);

#endif
