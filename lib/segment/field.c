#include "segment/field.h"

#include "base/utf8.h"

size_t wy_key_units(const void *key, size_t length, uint32_t *codes)
{
    const char *term = (const char *)key + 1;
    size_t count = 0;
    if (length < 2 || wy_key_kind(*(const uint8_t *)key) != WY_TOKEN_WORD) return 0;
    length--;
    if (wy_utf8_valid(term, length) < length) return 0; /* of a damaged dictionary */
    for (size_t at = 0; at < length;) at = wy_term_unit(term, length, at, &codes[count++]);
    return count;
}
