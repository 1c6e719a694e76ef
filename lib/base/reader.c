/*
 * base/reader.c: the part of the bounded reader that is too long to be inlined.
 */
#include "base/reader.h"

static uint64_t fail(wy_reader *r)
{
    r->bad = true;
    r->next = r->end;
    return 0;
}

uint64_t wy_reader_varint_slow(wy_reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (r->next == r->end) return fail(r);
        uint8_t byte = *r->next++;
        if (shift == 63 && byte > 1) /* the tenth byte has room for bit 63 alone */
            return fail(r);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return fail(r);
}
