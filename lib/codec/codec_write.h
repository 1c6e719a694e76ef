/*
 * codec/codec_write.h: what is worth kernels of its own where blocks are written.
 */
#ifndef WY_CODEC_CODEC_WRITE_H
#define WY_CODEC_CODEC_WRITE_H

#include "codec/codec.h"

/* What the sizes of the forms of a block are reckoned from. */
typedef struct wy_block_summary {
    uint32_t count, with[33]; /* values that need so many bits */
    unsigned most;            /* bits of the largest */
    uint64_t sum;
    uint8_t bits[WY_BLOCK]; /* of each, and 0 behind `count` */
} wy_block_summary;

/* Reached through wy_codec. All give the same. What is written may be followed by eight bytes of
 * anything. */
struct wy_codec_writing {
    void (*summarize)(const uint32_t *values, size_t count, wy_block_summary *out);

    /* Writes the codes of a coded block; returns their end. */
    uint8_t *(*codes)(const uint32_t *values, const wy_block_summary *s, unsigned set,
                      unsigned bits, uint8_t *out);

    /* wy_codec_bounded_write */
    void (*bounded)(wy_bit_writer *w, const uint32_t *values, const uint8_t *bounds, size_t count);
};

extern const wy_codec_writing wy_writing_scalar;
/* For AVX2, and for processors on which PEXT is slow. */
extern const wy_codec_writing wy_writing_avx2, wy_writing_slow_pext;

/* Of wy_writing_scalar. */
uint8_t *wy_scalar_codes(const uint32_t *values, const wy_block_summary *s, unsigned set,
                         unsigned bits, uint8_t *out);

/* The symbol of `coded` for a value of `length` bits: how many are above the plane. */
static inline unsigned wy_symbol_of(unsigned length, unsigned bits)
{
    return length > bits ? length - bits : 0;
}

#endif
