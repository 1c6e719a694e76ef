/*
 * codec/codec_bounded.c: writing and reading `bounded` blocks.
 */
#include <assert.h>

#include "codec/codec.h"

enum { GROUP = 8 };

const uint8_t wy_base_costs[16] = {0,   60,  96,  120, 140, 156, 169, 180,
                                   191, 200, 208, 216, 223, 229, 235, 240};

typedef struct group_size {
    unsigned width, low; /* bits */
} group_size;

static group_size size_of(const uint8_t *bounds, size_t first, size_t step, size_t count)
{
    unsigned cost = 0, low = 0;
    for (size_t i = first; i < count; i += step) {
        cost += wy_base_costs[wy_bound_base(bounds[i]) - 1];
        low += wy_bound_bits(bounds[i]);
    }
    return (group_size){(cost + WY_BIT_COST - 1) / WY_BIT_COST, low};
}

void wy_codec_bounded_write(wy_bit_writer *w, const uint32_t *values, const uint8_t *bounds,
                            size_t count)
{
    assert(count >= 1 && count <= WY_BLOCK);
    const size_t groups = (count + GROUP - 1) / GROUP;
    for (size_t g = 0; g < groups; g++) {
        uint64_t number = 0, bases = 1;
        for (size_t i = g; i < count; i += groups) {
            assert(values[i] < wy_bound_limit(bounds[i]));
            number = number * wy_bound_base(bounds[i]) + (values[i] >> wy_bound_bits(bounds[i]));
            bases *= wy_bound_base(bounds[i]);
        }
        /* number < bases <= 2^width <= 2^32: no overflow. */
        const unsigned width = size_of(bounds, g, groups, count).width;
        const uint64_t fraction = ((number << width) + bases - 1) / bases;
        wy_put_bits(w, (uint32_t)fraction, width);
        for (size_t i = g; i < count; i += groups) {
            const unsigned bits = wy_bound_bits(bounds[i]);
            wy_put_bits(w, values[i] & wy_low_mask(bits), bits);
        }
    }
}

uint64_t wy_codec_bounded_read(const uint8_t *in, uint64_t all, uint64_t bit, uint8_t *bounds,
                               uint32_t *values, size_t count)
{
    const size_t groups = (count + GROUP - 1) / GROUP;
    for (size_t g = 0; g < groups; g++) {
        const group_size size = size_of(bounds, g, groups, count);
        if (bit + size.width + size.low > all) return UINT64_MAX;
        uint64_t fraction = wy_bits_at(in, bit) & wy_low_mask(size.width);
        fraction <<= 32 - size.width;
        bit += size.width;
        for (size_t i = g; i < count; i += groups) {
            const unsigned bits = wy_bound_bits(bounds[i]);
            const uint64_t next = (fraction & UINT32_MAX) * wy_bound_base(bounds[i]);
            const uint32_t low = (uint32_t)wy_bits_at(in, bit) & wy_low_mask(bits);
            values[i] = (uint32_t)(next >> 32) << bits | low;
            fraction = next;
            bit += bits;
        }
    }
    return bit;
}
