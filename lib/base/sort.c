/*
 * base/sort.c: a byte at a time, the lowest first (Knuth, "The Art of Computer Programming", vol. 3,
 * 5.2.5), but only bytes that differ; and few items by insertion, since a pass costs as much as a
 * few hundred steps.
 */
#include "base/sort.h"

#include <string.h>

enum { FEW = 48 };

static void insert_each(uint64_t *items, size_t count, unsigned low)
{
    for (size_t i = 1; i < count; i++) {
        const uint64_t item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1] >> low > item >> low; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

static void sort_by_byte(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
    size_t ends[256] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++) ends[from[i] >> shift & 255]++;
    for (unsigned b = 0; b < 256; b++) {
        const size_t here = ends[b];
        ends[b] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++) to[ends[from[i] >> shift & 255]++] = from[i];
}

void wy_sort_u64(uint64_t *items, uint64_t *scratch, size_t count, unsigned low)
{
    if (count < FEW) {
        insert_each(items, count, low);
        return;
    }
    uint64_t differ = 0;
    for (size_t i = 1; i < count; i++) differ |= items[i] ^ items[0];
    uint64_t *from = items, *to = scratch;
    for (unsigned shift = low; shift < 64; shift += 8) {
        if (!(differ >> shift & 255)) continue;
        sort_by_byte(from, to, count, shift);
        uint64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items) memcpy(items, from, count * sizeof *items);
}
