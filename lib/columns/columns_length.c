/*
 * columns/columns_length.c: lengths in one byte: a small floating-point number, as in Lucene's
 * SmallFloat, but with 127 exact values below and five significant bits above.
 */
#include "columns/columns.h"

enum {
    EXACT = 128,    /* codes below stand for themselves */
    STEPS = 16,     /* codes an octave, above */
    FRACTION = 4,   /* bits: log2(STEPS) */
    TOP = 31 << 10, /* what code 255 stands for */
};

uint8_t wy_length_code(uint32_t length)
{
    if (length < EXACT) return (uint8_t)length;
    if (length >= TOP) return UINT8_MAX;
    unsigned bits = 31 - (unsigned)__builtin_clz(length); /* 7 to 14 */
    return (uint8_t)(EXACT + (bits - 7) * STEPS + (length >> (bits - FRACTION)) - STEPS);
}

uint32_t wy_length_of(uint8_t code)
{
    if (code < EXACT) return code;
    unsigned bits = 7 + (unsigned)(code - EXACT) / STEPS;
    return (STEPS + (unsigned)(code - EXACT) % STEPS) << (bits - FRACTION);
}
