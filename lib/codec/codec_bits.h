/*
 * codec/codec_bits.h: bit strings, low bits first.
 */
#ifndef WY_CODEC_CODEC_BITS_H
#define WY_CODEC_CODEC_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"

/* At least 57 bits from bit `bit` on. Eight bytes there must be readable: WY_CODEC_SLACK. */
static inline uint64_t wy_bits_at(const uint8_t *in, uint64_t bit)
{
    return wy_load64(in + bit / 8) >> bit % 8;
}

typedef struct wy_bit_writer {
    uint8_t *out;  /* where the next four bytes go */
    uint64_t word; /* bits not yet written */
    unsigned filled; /* how many: fewer than 32 */
} wy_bit_writer;

/* `value` must be below 2^bits; bits <= 32. */
static inline void wy_put_bits(wy_bit_writer *w, uint32_t value, unsigned bits)
{
    w->word |= (uint64_t)value << w->filled;
    w->filled += bits;
    if (w->filled < 32) return;
    for (unsigned i = 0; i < 4; i++) w->out[i] = (uint8_t)(w->word >> 8 * i); /* one store */
    w->out += 4;
    w->word >>= 32;
    w->filled -= 32;
}

/* Fills the last byte up with zeros and returns the end. */
static inline uint8_t *wy_end_bits(wy_bit_writer *w)
{
    for (unsigned bits = 0; bits < w->filled; bits += 8) *w->out++ = (uint8_t)(w->word >> bits);
    return w->out;
}

/* Bits of a number; 0 has none. Without a branch. */
static inline unsigned wy_bits_of(uint32_t value)
{
    return 63 - (unsigned)__builtin_clzll((uint64_t)value << 1 | 1);
}

static inline uint32_t wy_low_mask(unsigned bits)
{
    return bits < 32 ? (UINT32_C(1) << bits) - 1 : UINT32_MAX;
}

#endif
