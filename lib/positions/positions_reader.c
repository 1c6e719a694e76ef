/*
 * positions/positions_reader.c: a cursor over the positions of one term.
 *
 * Nothing that was read is trusted: chunks lie within the term, a chunk holds exactly as many
 * values as the frequencies say, and positions of a posting ascend. The memory taken for a chunk
 * is bounded by its length: eight values for each byte at most.
 */
#include "positions/positions.h"

#include <string.h>

#include "base/reader.h"
#include "base/sealed_format.h"
#include "positions/positions_format.h"

int wy_positions_file_open(const wy_env *env, const wy_mem *mem, const char *path,
                           const wy_seal *expected, wy_sealed **out, wy_error *error)
{
    return wy_sealed_open(env, mem, path, WY_POSITIONS_KIND, WY_POSITIONS_VERSION, expected, out,
                          error);
}

/* Damage at `at` in the term. */
static int damaged(const wy_positions *cursor, uint64_t at, const char *reason, wy_error *error)
{
    return wy_sealed_damaged(cursor->file, cursor->offset + at, error, reason);
}

int wy_positions_open(wy_positions *cursor, const wy_mem *mem, const wy_sealed *file,
                      wy_positions_place place, uint32_t postings, const uint8_t *lengths,
                      wy_error *error)
{
    *cursor = (wy_positions){.mem = mem,
                             .codec = wy_codec_get(),
                             .file = file,
                             .offset = place.offset,
                             .length = place.length,
                             .lengths = lengths,
                             .body = place.length,
                             .loaded = UINT32_MAX};
    if (postings == 0 || place.length == 0 || place.length >= 2 * WY_POSITIONS_TERM_MAX)
        return damaged(cursor, 0, "the positions of a term cannot have this size", error);
    if (place.offset < WY_SEALED_HEADER) /* codes are read from their end: WY_CODEC_SLACK */
        return damaged(cursor, 0, "the positions of a term cannot have this size", error);
    int status = wy_sealed_view(file, place.offset, place.length, &cursor->data, error);
    if (status != WY_OK) return status;
    cursor->blocks = (postings - 1) / WY_BLOCK + 1;
    if (cursor->blocks > 1) {
        cursor->width = cursor->data[place.length - 1];
        const uint64_t table = wy_positions_table_bytes(cursor->blocks, cursor->width);
        if (cursor->width > WY_POSITIONS_WIDTH_MAX || table >= place.length ||
            place.length - table >= WY_POSITIONS_TERM_MAX)
            return damaged(cursor, place.length - 1, "the table of positions is not well formed",
                           error);
        cursor->body -= table;
    }
    return WY_OK;
}

void wy_positions_close(wy_positions *cursor)
{
    if (cursor->mem) {
        wy_free(cursor->mem, cursor->values);
        wy_free(cursor->mem, cursor->scales);
        wy_free(cursor->mem, cursor->symbols);
    }
    memset(cursor, 0, sizeof *cursor);
}

/* Where chunk `i` ends; anything, also beyond the body, where the table is damaged. */
static uint64_t chunk_end(const wy_positions *cursor, uint32_t i)
{
    if (i == cursor->blocks - 1) return cursor->body;
    const uint64_t bit = (uint64_t)i * cursor->width;
    const uint64_t word = wy_load64(cursor->data + cursor->body + bit / 8) >> bit % 8;
    const uint64_t entry = word & ((UINT64_C(1) << cursor->width) - 1);
    const uint64_t expected = wy_positions_expected_end(cursor->body, cursor->blocks, i);
    return entry & 1 ? expected - (entry + 1) / 2 : expected + entry / 2;
}

/* How many positions the postings have. 0: more than `most`, or a posting without. */
static uint64_t sum_freqs(const uint32_t *freqs, uint32_t count, uint64_t most)
{
    uint32_t all = 0, without = 0, small = 0;
    for (uint32_t i = 0; i < count; i++) {
        all |= freqs[i];
        without += freqs[i] == 0;
        small += freqs[i];
    }
    uint64_t sum = small;
    if (all > UINT32_MAX / WY_BLOCK) {
        sum = 0;
        for (uint32_t i = 0; i < count; i++) sum += freqs[i];
    }
    return without == 0 && sum <= most ? sum : 0;
}

/*
 * Where the values of each posting start, and the scale of each value. `docs` lie within the
 * lengths. Nearly all frequencies are small, but it is hard to foretell which: so a scale is
 * written eight times, and written over by the next. Returns the bits of all low parts.
 */
static uint64_t set_scales(wy_positions *cursor, const uint32_t *restrict docs,
                           const uint32_t *restrict freqs, uint32_t count)
{
    uint8_t *restrict scales = cursor->scales;
    uint32_t *restrict starts = cursor->starts;
    uint64_t *restrict lows = cursor->lows;
    const uint8_t *const lengths = cursor->lengths;
    uint32_t at = 0;
    uint64_t low = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t freq = freqs[i];
        const uint8_t scale = wy_positions_scale(lengths[docs[i]], freq);
        const uint64_t eight = scale * UINT64_C(0x0101010101010101);
        starts[i] = at;
        lows[i] = WY_SCALED_LOW + low;
        memcpy(scales + at, &eight, sizeof eight);
        if (freq > 8) memset(scales + at + 8, scale, freq - 8);
        at += freq;
        low += (uint64_t)freq * (scale >> 3);
    }
    starts[count] = at;
    return low;
}

static int load(wy_positions *cursor, uint32_t block, const uint32_t *docs, const uint32_t *freqs,
                uint32_t count, wy_error *error)
{
    cursor->loaded = UINT32_MAX;
    cursor->postings = count;
    const uint64_t start = block == 0 ? 0 : chunk_end(cursor, block - 1);
    const uint64_t end = chunk_end(cursor, block);
    if (start >= end || end > cursor->body)
        return damaged(cursor, cursor->body, "the table of positions is damaged", error);
    /* A value has a code, and a code a bit. Below 2^32, so that `starts` holds it. */
    const uint64_t most = end - start < UINT32_MAX / 8 ? 8 * (end - start) : WY_POSITIONS_CHUNK_MAX;
    const size_t total = (size_t)sum_freqs(freqs, count, most);
    if (total == 0)
        return damaged(cursor, start, "there are fewer positions than frequencies tell", error);
    if (!wy_grow(cursor->mem, &cursor->values, &cursor->capacity, total, sizeof *cursor->values) ||
        !wy_grow(cursor->mem, &cursor->scales, &cursor->scale_capacity, total + 8,
                 sizeof *cursor->scales) ||
        !wy_grow(cursor->mem, &cursor->symbols, &cursor->symbol_capacity, total,
                 sizeof *cursor->symbols))
        return wy_fail_memory(error);

    /* Before the chunk there is at least the header of the file: WY_CODEC_SLACK. */
    const uint64_t low = set_scales(cursor, docs, freqs, count);
    if (!wy_codec_scaled_open(cursor->codec, cursor->data + start, (size_t)(end - start),
                              cursor->scales, low, cursor->symbols, cursor->values, total))
        return damaged(cursor, start, "a chunk of positions is not what its frequencies tell",
                       error);
    memset(cursor->whole, 0, sizeof cursor->whole);
    cursor->chunk = cursor->data + start;
    cursor->loaded = block;
    return WY_OK;
}

int wy_positions_gather(wy_positions *cursor, uint32_t index, wy_error *error)
{
    const uint64_t bit = UINT64_C(1) << index % 64;
    if (cursor->whole[index / 64] & bit) return WY_OK;
    const uint32_t start = cursor->starts[index], end = cursor->starts[index + 1];
    const uint8_t scale = cursor->scales[start];
    uint64_t low = cursor->lows[index], position = 0;
    for (uint32_t i = start; i < end; i++, low += scale >> 3) {
        position +=
            wy_codec_scaled_value(cursor->chunk, low, scale, cursor->symbols[i], cursor->values[i]);
        position += i > start;
        cursor->values[i] = (uint32_t)position;
        if (position > UINT32_MAX) break;
    }
    if (position > UINT32_MAX) {
        cursor->loaded = UINT32_MAX; /* half done is of no use: another call shall fail too */
        return damaged(cursor, 0, "a position is impossibly large", error);
    }
    cursor->whole[index / 64] |= bit;
    return WY_OK;
}

int wy_positions_load(wy_positions *cursor, uint32_t block, const uint32_t *docs,
                      const uint32_t *freqs, uint32_t count, wy_error *error)
{
    /* The block comes from postings, which may be of another file than these positions. */
    if (block >= cursor->blocks || count == 0 || count > WY_BLOCK)
        return damaged(cursor, 0, "there are fewer positions than postings", error);
    if (cursor->loaded == block && cursor->postings == count) return WY_OK;
    return load(cursor, block, docs, freqs, count, error);
}

int wy_positions_get(wy_positions *cursor, uint32_t block, const uint32_t *docs,
                     const uint32_t *freqs, uint32_t count, uint32_t index, const uint32_t **out,
                     uint32_t *out_count, wy_error *error)
{
    if (index >= count) return damaged(cursor, 0, "there are fewer positions than postings", error);
    int status = wy_positions_load(cursor, block, docs, freqs, count, error);
    return status ? status : wy_positions_take(cursor, index, out, out_count, error);
}
