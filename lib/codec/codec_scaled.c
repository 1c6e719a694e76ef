/*
 * codec/codec_scaled.c: writing and reading `scaled` blocks.
 */
#include <assert.h>
#include <string.h>

#include "codec/codec.h"
#include "codec/codec_bits.h"
#include "codec/codec_codes.h"

enum { ESCAPE = WY_SCALED_ESCAPE };

_Static_assert(ESCAPE == WY_SCALED_SYMBOLS - 1 && WY_SCALED_LOW == WY_SCALED_SET_BITS,
               "codec.h tells what the tables say");

static unsigned width_of(uint8_t scale)
{
    return scale >> 3;
}

static unsigned symbol_of(uint32_t value, uint8_t scale)
{
    const uint32_t high = value >> width_of(scale);
    return high < ESCAPE ? high : ESCAPE;
}

/* The set of codes that takes the fewest bits. */
static unsigned choose_set(const uint32_t *values, const uint8_t *scales, size_t count)
{
    uint64_t bits[WY_SCALED_SETS] = {0};
    for (size_t i = 0; i < count; i++) {
        const unsigned class = scales[i] % WY_SCALED_CLASSES;
        const unsigned symbol = symbol_of(values[i], scales[i]);
        for (unsigned set = 0; set < WY_SCALED_SETS; set++)
            bits[set] += wy_scaled_lengths[set][class][symbol];
    }
    unsigned best = 0;
    for (unsigned set = 1; set < WY_SCALED_SETS; set++)
        if (bits[set] < bits[best]) best = set;
    return best;
}

static void put_symbol(wy_bit_writer *w, unsigned set, uint32_t value, uint8_t scale)
{
    const unsigned class = scale % WY_SCALED_CLASSES, symbol = symbol_of(value, scale);
    wy_put_bits(w, wy_scaled_codes[set][class][symbol], wy_scaled_lengths[set][class][symbol]);
}

static void put_escaped(wy_bit_writer *w, uint32_t value, uint8_t scale)
{
    const uint32_t more = (value >> width_of(scale)) - ESCAPE + 1; /* 1 or more */
    const unsigned bits = wy_bits_of(more) - 1;
    wy_put_bits(w, bits, 5);
    wy_put_bits(w, more & wy_low_mask(bits), bits);
}

size_t wy_codec_scaled_room(size_t count)
{
    /* 12 low bits, a code and an escape of 36 bits. */
    return 7 * count + 16;
}

size_t wy_codec_scaled_write(const uint32_t *values, const uint8_t *scales, size_t count,
                             uint8_t *out)
{
    assert(count >= 1);
    const unsigned set = choose_set(values, scales, count);
    const size_t first = count - wy_scaled_pairs(count);
    wy_bit_writer w = {out, 0, 0};
    wy_put_bits(&w, set, WY_SCALED_SET_BITS);
    for (size_t i = 0; i < count; i++) {
        assert(width_of(scales[i]) <= WY_SCALE_BITS_MAX);
        wy_put_bits(&w, values[i] & wy_low_mask(width_of(scales[i])), width_of(scales[i]));
    }
    for (size_t i = 0; i < first; i++) put_symbol(&w, set, values[i], scales[i]);
    for (size_t i = 0; i < count; i++)
        if (symbol_of(values[i], scales[i]) == ESCAPE) put_escaped(&w, values[i], scales[i]);
    uint8_t *const middle = wy_end_bits(&w);

    /* The codes at the back, in order, which is then turned. */
    wy_bit_writer b = {middle, 0, 0};
    for (size_t i = first; i < count; i++) put_symbol(&b, set, values[i], scales[i]);
    uint8_t *const end = wy_end_bits(&b);
    wy_turn_bytes(middle, end);
    return (size_t)(end - out);
}

/* What values that escape add to their symbols. Returns where that ends, or UINT64_MAX. */
static uint64_t read_escapes(const uint8_t *in, size_t length, uint64_t bit, const uint8_t *symbols,
                             uint32_t *values, size_t count)
{
    const uint8_t *at = symbols, *end = symbols + count;
    while (at < end && (at = memchr(at, ESCAPE, (size_t)(end - at)))) {
        if (bit / 8 >= length) return UINT64_MAX;
        const uint64_t word = wy_load64(in + bit / 8) >> bit % 8;
        const unsigned bits = word & 31;
        values[at++ - symbols] =
            (uint32_t)((UINT64_C(1) << bits | (word >> 5 & wy_low_mask(bits))) - 1);
        bit += 5 + bits;
    }
    return bit;
}

bool wy_codec_scaled_open(const wy_codec *codec, const uint8_t *in, size_t length,
                          const uint8_t *scales, uint64_t low_bits, uint8_t *symbols,
                          uint32_t *values, size_t count)
{
    assert(count >= 1);
    const uint64_t all = 8 * (uint64_t)length;
    if (low_bits >= all || low_bits + WY_SCALED_LOW >= all) return false; /* codes are to come */
    uint64_t bit = low_bits + WY_SCALED_LOW, back;
    if (!codec->symbols(in, length, scales, symbols, count, &bit, &back)) return false;
    bit = read_escapes(in, length, bit, symbols, values, count);
    return bit <= all && back <= all && (bit + 7) / 8 + (back + 7) / 8 == length;
}
