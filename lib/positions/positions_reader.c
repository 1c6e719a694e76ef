/*
 * positions/positions_reader.c: a cursor over the positions of one term.
 *
 * Nothing that was read is trusted: chunks lie within the term, a chunk holds exactly as many
 * values as the frequencies say, and positions of a posting ascend. The memory taken for a chunk
 * is bounded by its length: eight steps for each byte at most, and two for each posting whose
 * steps take no bits.
 */
#include "positions/positions.h"

#include <string.h>

#include "base/reader.h"
#include "base/sealed_format.h"
#include "positions/positions_format.h"
#include "positions/positions_kernels.h"

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
    cursor->mem = mem;
    cursor->codec = wy_codec_get();
    cursor->kernels = wy_positions_kernels_get();
    cursor->file = file;
    cursor->offset = place.offset;
    cursor->length = cursor->body = place.length;
    cursor->lengths = lengths;
    cursor->loaded = cursor->placed = UINT32_MAX;
    cursor->width = 0;
    cursor->more_sums = cursor->more_positions = NULL;
    cursor->more_bounds = NULL;
    cursor->sum_capacity = cursor->bound_capacity = cursor->position_capacity = 0;
    if (postings == 0 || place.length == 0 || place.length >= 2 * WY_POSITIONS_TERM_MAX)
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
    if (!cursor->mem) return;
    wy_free(cursor->mem, cursor->more_sums);
    wy_free(cursor->mem, cursor->more_positions);
    wy_free(cursor->mem, cursor->more_bounds);
    cursor->mem = NULL;
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

/* Finds where the chunk of a block lies, if that is not known. */
static void place(wy_positions *cursor, uint32_t block)
{
    if (cursor->placed == block) return;
    cursor->placed_start = block == 0 ? 0 : chunk_end(cursor, block - 1);
    cursor->placed_end = chunk_end(cursor, block);
    cursor->placed = block;
}

void wy_positions_await(wy_positions *cursor, uint32_t block)
{
    enum { LINE = 64, MOST = 4 * LINE };
    if (block >= cursor->blocks) return;
    place(cursor, block);
    const uint64_t start = cursor->placed_start, end = cursor->placed_end;
    if (start >= end || end > cursor->body) return;
    for (uint64_t at = start; at < end && at < start + MOST; at += LINE)
        __builtin_prefetch(cursor->data + at);
    __builtin_prefetch(cursor->data + end - 1);
}

static bool has_bit(const uint64_t bits[WY_BLOCK / 64], uint32_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

/* Reads the varints of an outlier: they go to `out`, unless that is NULL. */
static bool read_outlier(wy_reader *r, uint32_t freq, uint32_t *out)
{
    uint64_t position = 0;
    for (uint32_t i = 0; i < freq && !r->bad; i++) {
        position += wy_reader_varint32(r);
        position += i > 0;
        if (position > UINT32_MAX) return false;
        if (out) out[i] = (uint32_t)position;
    }
    return !r->bad;
}

/*
 * Reads how many outliers there are, and passes over them: their bounds become those of nothing,
 * and the only positions of those with one go to `only`, in order.
 */
static bool read_outliers(wy_positions *cursor, wy_reader *r, unsigned outside,
                          const uint32_t *freqs, uint32_t count, uint32_t only[WY_BLOCK])
{
    if (outside == WY_POSITIONS_OUTSIDE) outside += wy_reader_u8(r);
    cursor->outliers = cursor->chunk + wy_reader_at(r);
    for (uint32_t i = 0, least = 0; i < outside; i++) {
        const uint32_t index = wy_reader_u8(r);
        if (r->bad || index < least || index >= count) return false;
        least = index + 1;
        if (!read_outlier(r, freqs[index], freqs[index] == 1 ? only++ : NULL)) return false;
        cursor->bounds[index] = WY_BOUND(0, 1);
        cursor->starts[index] = 0;
        cursor->outside[index / 64] |= UINT64_C(1) << index % 64;
    }
    return !r->bad;
}

static void put_outliers(wy_positions *cursor, const uint32_t *only)
{
    for (uint32_t word = 0; word < WY_BLOCK / 64; word++) {
        uint64_t bits = cursor->outside[word] & ~cursor->many[word];
        for (; bits; bits &= bits - 1)
            cursor->firsts[64 * word + (uint32_t)__builtin_ctzll(bits)] = *only++;
    }
}

static int wrong_chunk(const wy_positions *cursor, wy_error *error)
{
    return damaged(cursor, cursor->chunk, "a chunk of positions is not what its frequencies tell",
                   error);
}

static int load(wy_positions *cursor, uint32_t block, const uint32_t *docs, const uint32_t *freqs,
                uint32_t count, wy_error *error)
{
    cursor->loaded = UINT32_MAX;
    cursor->postings = count;
    place(cursor, block);
    const uint64_t start = cursor->placed_start, end = cursor->placed_end;
    if (start >= end || end > cursor->body)
        return damaged(cursor, cursor->body, "the table of positions is damaged", error);
    uint32_t steps, most;
    cursor->chunk = start;
    if (!cursor->kernels->find_several(freqs, count, cursor->several, cursor->many, &steps, &most))
        return wrong_chunk(cursor, error);
    cursor->few = most <= WY_POSITIONS_FEW_STEPS && steps <= WY_POSITIONS_STEPS;
    cursor->chunk_end = end;
    cursor->has_steps = false;
    cursor->sums = cursor->few_sums;
    cursor->sums[0] = 0;

    const uint8_t *const chunk = cursor->data + start;
    cursor->kernels->find_bounds(wy_positions_bounds[chunk[0] % WY_POSITIONS_ROWS], cursor->lengths,
                                 docs, count, cursor->bounds);
    wy_reader r = wy_reader_of(chunk, (size_t)(end - start));
    const unsigned outside = wy_reader_u8(&r) / WY_POSITIONS_ROWS;
    uint32_t only[WY_BLOCK];
    memset(cursor->outside, 0, sizeof cursor->outside);
    if (outside > 0 && !read_outliers(cursor, &r, outside, freqs, count, only))
        return wrong_chunk(cursor, error);
    const uint64_t bit = cursor->codec->bounded(chunk, 8 * (end - start), 8 * wy_reader_at(&r),
                                                cursor->bounds, cursor->firsts, count);
    bool more = false;
    for (uint32_t word = 0; word < WY_BLOCK / 64; word++)
        more |= (cursor->many[word] & ~cursor->outside[word]) != 0;
    if (bit == UINT64_MAX || (!more && (bit + 7) / 8 != end - start))
        return wrong_chunk(cursor, error);
    if (outside > 0) put_outliers(cursor, only);
    cursor->steps_bit = bit;
    cursor->loaded = block;
    return WY_OK;
}

/* Room for the sums of steps and their bounds, and for WY_BLOCK more, since blocks are read whole.
 * Keeps the first `kept` bounds. */
static bool make_room(wy_positions *cursor, size_t total, size_t kept, uint8_t **bounds)
{
    const bool first = *bounds == cursor->few_bounds;
    if (!wy_grow(cursor->mem, &cursor->more_sums, &cursor->sum_capacity, total + WY_BLOCK + 1,
                 sizeof *cursor->more_sums) ||
        !wy_grow(cursor->mem, &cursor->more_bounds, &cursor->bound_capacity, total + WY_BLOCK,
                 sizeof *cursor->more_bounds))
        return false;
    if (first) memcpy(cursor->more_bounds, cursor->few_bounds, kept);
    *bounds = cursor->more_bounds;
    cursor->sums = cursor->more_sums;
    return true;
}

/*
 * Where the steps of each posting begin, and their bounds. *total: how many there are. Each takes a
 * bit, but for those that need none since they go round a circle of 3 or less: with that memory is
 * bounded.
 */
static int set_step_bounds(wy_positions *cursor, uint8_t **bounds, size_t *total, wy_error *error)
{
    uint64_t at = 0, left = 8 * (cursor->chunk_end - cursor->chunk);
    for (uint32_t word = 0; word < WY_BLOCK / 64; word++) {
        uint64_t bits = cursor->many[word] & ~cursor->outside[word];
        for (; bits; bits &= bits - 1) {
            const uint32_t i = 64 * word + (uint32_t)__builtin_ctzll(bits);
            const uint32_t steps = cursor->freqs[i] - 1;
            const uint32_t limit = wy_bound_limit(cursor->bounds[i]);
            left += limit < 4 ? 2 : 0;
            if (steps >= limit || steps > left) return wrong_chunk(cursor, error);
            left -= steps;
            if (at + steps > WY_POSITIONS_STEPS && !make_room(cursor, at + steps, at, bounds))
                return wy_fail_memory(error);
            const uint8_t bound = wy_positions_step_bounds[cursor->bounds[i]];
            /* Mostly one or a few: eight at once, of which the next overwrite what is too much. */
            const uint64_t eight = bound * UINT64_C(0x0101010101010101);
            memcpy(*bounds + at, &eight, sizeof eight);
            if (steps > 8) memset(*bounds + at + 8, bound, steps - 8);
            cursor->starts[i] = (uint32_t)at;
            at += steps;
        }
    }
    *total = at;
    return WY_OK;
}

static int read_steps(wy_positions *cursor, wy_error *error)
{
    const uint64_t size = cursor->chunk_end - cursor->chunk;
    uint8_t *bounds = cursor->few_bounds;
    size_t total = 0;
    cursor->sums = cursor->few_sums;
    if (cursor->few) {
        /* A frequency that its circle has no place for is found when it is gone round. */
        const uint64_t inside[WY_BLOCK / 64] = {cursor->many[0] & ~cursor->outside[0],
                                                cursor->many[1] & ~cursor->outside[1]};
        total = cursor->kernels->few_bounds(inside, cursor->freqs, cursor->bounds, bounds,
                                            cursor->starts);
    } else {
        int status = set_step_bounds(cursor, &bounds, &total, error);
        if (status != WY_OK) return status;
    }
    uint32_t *const steps = cursor->sums + 1;
    uint64_t bit = cursor->steps_bit;
    for (size_t i = 0; i < total && bit != UINT64_MAX; i += WY_BLOCK)
        bit = cursor->codec->bounded(cursor->data + cursor->chunk, 8 * size, bit, bounds + i,
                                     steps + i, total - i < WY_BLOCK ? total - i : WY_BLOCK);
    if (bit == UINT64_MAX || (bit + 7) / 8 != size) return wrong_chunk(cursor, error);
    cursor->sums[0] = 0;
    for (size_t i = 0; i < total; i += WY_BLOCK)
        cursor->codec->ascend(cursor->sums[i], steps + i,
                              total - i < WY_BLOCK ? total - i : WY_BLOCK);
    cursor->has_steps = true;
    return WY_OK;
}

int wy_positions_spread(wy_positions *cursor, wy_error *error)
{
    return cursor->has_steps ? WY_OK : read_steps(cursor, error);
}

/* The positions of an outlier with several. */
static bool gather_outlier(const wy_positions *cursor, uint32_t index, uint32_t *list)
{
    wy_reader r = wy_reader_of(cursor->data + cursor->outliers,
                               (size_t)(cursor->chunk_end - cursor->outliers));
    for (;;) {
        const uint32_t i = wy_reader_u8(&r);
        if (r.bad || i > index) return false;
        if (!read_outlier(&r, cursor->freqs[i], i == index ? list : NULL)) return false;
        if (i == index) return true;
    }
}

/* Goes round the circle: what lies behind its end begins it. */
static bool gather_circle(const wy_positions *cursor, uint32_t index, uint32_t *list)
{
    const uint32_t freq = cursor->freqs[index], first = cursor->firsts[index];
    const uint32_t limit = wy_bound_limit(cursor->bounds[index]);
    const uint32_t *const sums = cursor->sums + cursor->starts[index];
    if (freq == 2) { /* the most, without a branch that could be foretold wrongly */
        const uint32_t next = first + (sums[1] - sums[0]),
                       second = next - (next >= limit ? limit : 0);
        list[0] = first < second ? first : second;
        list[1] = first < second ? second : first;
        return first != second;
    }
    uint64_t at = first;
    uint32_t before = 1; /* positions before the end of the circle */
    for (uint32_t i = 0; i < freq - 1; i++) {
        at += sums[i + 1] - sums[i]; /* the sums may have passed 2^32 */
        before += at < limit;
    }
    if (at >= (uint64_t)first + limit) return false;
    uint32_t *out = list + (freq - before), position = first;
    for (uint32_t i = 0; i < freq; i++) {
        if (i == before) {
            out = list;
            position -= limit;
        }
        *out++ = position;
        if (i < freq - 1) position += sums[i + 1] - sums[i];
    }
    return true;
}

int wy_positions_gather(wy_positions *cursor, uint32_t index, const uint32_t **out,
                        uint32_t *out_count, wy_error *error)
{
    const uint32_t freq = cursor->freqs[index];
    const bool outlier = has_bit(cursor->outside, index);
    if (!outlier && !cursor->has_steps) {
        int status = read_steps(cursor, error);
        if (status != WY_OK) return status;
    }
    uint32_t *list = cursor->few_positions;
    if (freq > WY_POSITIONS_FEW) {
        if (!wy_grow(cursor->mem, &cursor->more_positions, &cursor->position_capacity, freq,
                     sizeof *list))
            return wy_fail_memory(error);
        list = cursor->more_positions;
    }
    if (!(outlier ? gather_outlier(cursor, index, list) : gather_circle(cursor, index, list)))
        return wrong_chunk(cursor, error);
    *out = list;
    *out_count = freq;
    return WY_OK;
}

int wy_positions_load(wy_positions *cursor, uint32_t block, const uint32_t *docs,
                      const uint32_t *freqs, uint32_t count, wy_error *error)
{
    /* The block comes from postings, which may be of another file than these positions. */
    if (block >= cursor->blocks || count == 0 || count > WY_BLOCK)
        return damaged(cursor, 0, "there are fewer positions than postings", error);
    cursor->freqs = freqs;
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
