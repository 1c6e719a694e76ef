/*
 * positions/positions_writer.c: writing positions, a chunk at a time.
 */
#include "positions/positions.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "codec/codec_write.h"
#include "positions/positions_format.h"

enum { NEAR = 128 }; /* half as many: one position in four is beyond */

struct wy_positions_writer {
    const wy_mem *mem;
    const wy_codec_writing *codec;
    wy_sealed_writer *file;
    int status; /* of the first failure, which is in `error` */
    wy_error error;

    uint32_t limits[256][WY_POSITIONS_ROWS]; /* of each length: of its bounds */
    uint8_t rows[256][NEAR];                 /* and of most positions: their first row */
    uint16_t saved[256]; /* by the row of the length itself: what a position takes */

    uint64_t start;    /* of the term, in the file */
    uint64_t postings; /* of the term, so far */

    /* The chunk that is being filled. */
    uint32_t *positions;
    size_t filled, capacity;
    uint32_t counts[WY_BLOCK]; /* positions of each posting */
    uint8_t lengths[WY_BLOCK];
    uint32_t *steps; /* room for its steps */
    uint8_t *bounds;
    size_t step_capacity, bound_capacity;

    uint64_t *ends; /* of the finished chunks, from the start of the term */
    size_t chunks, end_capacity;
    wy_buf out; /* a chunk, a table */
};

static int fail(wy_positions_writer *writer, wy_error *error)
{
    if (error) *error = writer->error;
    return writer->status;
}

static void begin_term(wy_positions_writer *writer)
{
    writer->start = wy_sealed_offset(writer->file);
    writer->postings = 0;
    writer->filled = 0;
    writer->chunks = 0;
}

/* The first row whose bound for a length is above `position`; WY_POSITIONS_ROWS: none. Without
 * branches, which would be guessed wrong. */
static unsigned least_row(const uint32_t limits[WY_POSITIONS_ROWS], uint32_t position)
{
    unsigned row = 0;
    _Static_assert(WY_POSITIONS_ROWS == 32, "halves all the way");
    for (unsigned half = 16; half > 0; half /= 2)
        row += half & -(unsigned)(limits[row + half - 1] <= position);
    return row + (limits[row] <= position);
}

static void set_limits(wy_positions_writer *writer)
{
    for (unsigned length = 0; length < 256; length++) {
        const uint8_t bound = wy_positions_bounds[WY_POSITIONS_ROW_OF_LENGTH][length];
        for (unsigned row = 0; row < WY_POSITIONS_ROWS; row++)
            writer->limits[length][row] = wy_bound_limit(wy_positions_bounds[row][length]);
        for (uint32_t position = 0; position < NEAR; position++)
            writer->rows[length][position] = (uint8_t)least_row(writer->limits[length], position);
        writer->saved[length] = (uint16_t)(wy_base_costs[wy_bound_base(bound) - 1] +
                                           WY_BIT_COST * wy_bound_bits(bound));
    }
}

static inline unsigned row_of(const wy_positions_writer *writer, uint8_t length, uint32_t position)
{
    return position < NEAR ? writer->rows[length][position]
                           : least_row(writer->limits[length], position);
}

int wy_positions_create(const wy_env *env, const wy_mem *mem, const char *path,
                        wy_positions_writer **out, wy_error *error)
{
    wy_positions_writer *writer = wy_calloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->mem = mem;
    writer->codec = wy_codec_get()->writing;
    set_limits(writer);
    wy_buf_init(&writer->out, mem);
    int status = wy_sealed_create(env, mem, path, WY_POSITIONS_KIND, WY_POSITIONS_VERSION,
                                  &writer->file, error);
    if (status != WY_OK) {
        wy_free(mem, writer);
        return status;
    }
    begin_term(writer);
    *out = writer;
    return WY_OK;
}

static void write_bytes(wy_positions_writer *writer, const uint8_t *data, size_t length)
{
    if (writer->status == WY_OK)
        writer->status = wy_sealed_write(writer->file, data, length, &writer->error);
}

/* Bits of a varint, about: without a branch, since how large it is cannot be foretold. */
static inline int varint_bits(uint32_t value)
{
    return 8 + 8 * (value >= 128) + 24 * (value >= 128 * 128);
}

/* Bits of an outlier: about right. */
static inline int outlier_bits(const uint32_t *positions, uint32_t count)
{
    int bits = 8 + varint_bits(positions[0]);
    for (uint32_t i = 1; i < count; i++) {
        bits += varint_bits(positions[i] - positions[i - 1] - 1);
        if (bits > INT16_MAX) break; /* enough to tell */
    }
    return bits;
}

/*
 * The row that makes the chunk the smallest. A lower one makes all positions within its bounds
 * cheaper by the same, and more postings outliers. What an outlier takes not is its share of the
 * blocks: about the logarithm of its document's length for each position.
 */
static unsigned choose_row(const wy_positions_writer *writer, unsigned postings,
                           unsigned rows[WY_BLOCK])
{
    int64_t inside[WY_POSITIONS_ROWS + 1] = {0}, outside[WY_POSITIONS_ROWS + 1] = {0};
    const uint32_t *positions = writer->positions;
    for (unsigned i = 0; i < postings; positions += writer->counts[i++]) {
        const uint32_t count = writer->counts[i];
        const unsigned row = row_of(writer, writer->lengths[i], positions[count - 1]);
        rows[i] = row;
        inside[row] += count;
        outside[row] += WY_BIT_COST * (int64_t)outlier_bits(positions, count) -
                        (int64_t)count * (int64_t)writer->saved[writer->lengths[i]];
    }
    int64_t beyond = outside[WY_POSITIONS_ROWS], least = INT64_MAX, within = 0;
    for (unsigned row = 0; row < WY_POSITIONS_ROWS; row++) beyond += outside[row];
    unsigned best = 0;
    for (unsigned row = 0; row < WY_POSITIONS_ROWS; row++) {
        within += inside[row];
        beyond -= outside[row];
        const int64_t cost = within * wy_positions_row_costs[row] + beyond;
        if (cost >= least) continue;
        least = cost;
        best = row;
    }
    return best;
}

/* Head and outliers. What lies within the bounds of `row` has rows[i] <= row. */
static void put_head(wy_positions_writer *writer, unsigned postings, unsigned row,
                     const unsigned rows[WY_BLOCK])
{
    wy_buf *out = &writer->out;
    unsigned outside = 0;
    for (unsigned i = 0; i < postings; i++) outside += rows[i] > row;
    const unsigned small = outside < WY_POSITIONS_OUTSIDE ? outside : WY_POSITIONS_OUTSIDE;
    wy_buf_u8(out, (uint8_t)(row | small << 5));
    if (outside >= WY_POSITIONS_OUTSIDE) wy_buf_u8(out, (uint8_t)(outside - WY_POSITIONS_OUTSIDE));
    const uint32_t *positions = writer->positions;
    for (unsigned i = 0; i < postings; positions += writer->counts[i++]) {
        if (rows[i] <= row) continue;
        wy_buf_u8(out, (uint8_t)i);
        wy_buf_varint(out, positions[0]);
        for (uint32_t j = 1; j < writer->counts[i]; j++)
            wy_buf_varint(out, positions[j] - positions[j - 1] - 1);
    }
}

/* Cuts the circle of length `limit` behind the longest way without a position. Returns the first
 * position from there on, and writes the steps - 1 to the others. */
static uint32_t cut_circle(const uint32_t *positions, uint32_t count, uint32_t limit,
                           uint32_t *steps)
{
    uint32_t first = 0, longest = limit - positions[count - 1] + positions[0];
    for (uint32_t i = 1; i < count; i++) {
        if (positions[i] - positions[i - 1] <= longest) continue;
        longest = positions[i] - positions[i - 1];
        first = i;
    }
    for (uint32_t i = first + 1; i < count; i++) *steps++ = positions[i] - positions[i - 1] - 1;
    if (first > 0) *steps++ = limit - positions[count - 1] + positions[0] - 1;
    for (uint32_t i = 1; i < first; i++) *steps++ = positions[i] - positions[i - 1] - 1;
    return positions[first];
}

/* The string of a chunk; returns its end. */
static uint8_t *put_string(wy_positions_writer *writer, unsigned postings, unsigned row,
                           const unsigned rows[WY_BLOCK], uint8_t *out)
{
    uint32_t firsts[WY_BLOCK];
    uint8_t bounds[WY_BLOCK];
    size_t steps = 0;
    const uint32_t *positions = writer->positions;
    for (unsigned i = 0; i < postings; positions += writer->counts[i++]) {
        const uint32_t more = writer->counts[i] - 1;
        bounds[i] = rows[i] <= row ? wy_positions_bounds[row][writer->lengths[i]] : 0;
        firsts[i] = rows[i] <= row ? positions[0] : 0;
        if (rows[i] > row || more == 0) continue;
        firsts[i] =
            cut_circle(positions, more + 1, wy_bound_limit(bounds[i]), writer->steps + steps);
        memset(writer->bounds + steps, wy_positions_step_bounds[bounds[i]], more);
        steps += more;
    }
    wy_bit_writer w = {out, 0, 0};
    writer->codec->bounded(&w, firsts, bounds, postings);
    for (size_t i = 0; i < steps; i += WY_BLOCK) {
        const size_t left = steps - i;
        writer->codec->bounded(&w, writer->steps + i, writer->bounds + i,
                               left < WY_BLOCK ? left : WY_BLOCK);
    }
    return wy_end_bits(&w);
}

/* The chunk has `postings` of them, 1 to WY_BLOCK. */
static void end_chunk(wy_positions_writer *writer, unsigned postings)
{
    enum { STRING_BYTES = 3 }; /* of a position, at most; of an outlier a varint of 5 more */
    wy_buf *out = &writer->out;
    wy_buf_clear(out);
    if (writer->status != WY_OK) return;
    unsigned rows[WY_BLOCK];
    const unsigned row = choose_row(writer, postings, rows);
    put_head(writer, postings, row, rows);
    if (!wy_buf_reserve(out, STRING_BYTES * writer->filled + 16) ||
        !wy_grow(writer->mem, &writer->steps, &writer->step_capacity, writer->filled,
                 sizeof *writer->steps) ||
        !wy_grow(writer->mem, &writer->bounds, &writer->bound_capacity, writer->filled,
                 sizeof *writer->bounds) ||
        !wy_grow(writer->mem, &writer->ends, &writer->end_capacity, writer->chunks + 1,
                 sizeof *writer->ends)) {
        writer->status = wy_fail_memory(&writer->error);
        return;
    }
    const uint8_t *end = put_string(writer, postings, row, rows, out->data + out->length);
    write_bytes(writer, out->data, (size_t)(end - out->data));
    writer->ends[writer->chunks++] = wy_sealed_offset(writer->file) - writer->start;
    writer->filled = 0;
}

/* Whether there is room for `count` positions more. */
static bool make_room(wy_positions_writer *writer, uint64_t count)
{
    if (writer->status == WY_OK && count > WY_POSITIONS_CHUNK_MAX - writer->filled)
        writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                 "%d paragraphs have one term more than %u times", WY_BLOCK,
                                 WY_POSITIONS_CHUNK_MAX);
    if (writer->status == WY_OK && !wy_grow(writer->mem, &writer->positions, &writer->capacity,
                                            writer->filled + count, sizeof *writer->positions))
        writer->status = wy_fail_memory(&writer->error);
    return writer->status == WY_OK;
}

static void assert_ascending(const uint32_t *positions, const uint32_t *counts, size_t postings)
{
    for (size_t i = 0; i < postings; positions += counts[i++])
        for (uint32_t j = 1; j < counts[i]; j++) assert(positions[j] > positions[j - 1]);
    (void)positions;
}

int wy_positions_add_all(wy_positions_writer *writer, const uint8_t *lengths,
                         const uint32_t *positions, const uint32_t *counts, size_t postings,
                         wy_error *error)
{
    for (size_t i = 0; i < postings;) {
        const size_t at = writer->postings % WY_BLOCK, left = postings - i;
        const size_t some = left < WY_BLOCK - at ? left : WY_BLOCK - at;
        uint64_t count = 0;
        for (size_t j = i; j < i + some; j++) count += counts[j];
        assert(count >= some && writer->postings <= UINT32_MAX - some);
        if (!make_room(writer, count)) break;
        assert_ascending(positions, counts + i, some);
        memcpy(writer->positions + writer->filled, positions, count * sizeof *positions);
        memcpy(writer->counts + at, counts + i, some * sizeof *counts);
        memcpy(writer->lengths + at, lengths + i, some);
        writer->filled += count;
        writer->postings += some;
        positions += count;
        i += some;
        if (at + some == WY_BLOCK) end_chunk(writer, WY_BLOCK);
    }
    return writer->status == WY_OK ? WY_OK : fail(writer, error);
}

int wy_positions_add(wy_positions_writer *writer, uint8_t length, const uint32_t *positions,
                     uint32_t count, wy_error *error)
{
    return wy_positions_add_all(writer, &length, positions, &count, 1, error);
}

/* The difference of the end of chunk `i` to the expected one, as zigzag. */
static uint64_t table_entry(const wy_positions_writer *writer, uint64_t body, uint32_t i)
{
    const uint64_t expected = wy_positions_expected_end(body, (uint32_t)writer->chunks, i);
    const uint64_t end = writer->ends[i];
    return end >= expected ? 2 * (end - expected) : 2 * (expected - end) - 1;
}

static void write_table(wy_positions_writer *writer)
{
    const uint64_t body = writer->ends[writer->chunks - 1];
    const uint32_t entries = (uint32_t)writer->chunks - 1;
    if (body >= WY_POSITIONS_TERM_MAX) {
        writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                 "the positions of one term take more than 256 GiB");
        return;
    }
    uint64_t all = 0;
    for (uint32_t i = 0; i < entries; i++) all |= table_entry(writer, body, i);
    const unsigned width = all ? 64 - (unsigned)__builtin_clzll(all) : 0;

    wy_buf *out = &writer->out;
    uint64_t word = 0;
    unsigned filled = 0;
    wy_buf_clear(out);
    for (uint32_t i = 0; i < entries; i++) {
        word |= table_entry(writer, body, i) << filled; /* at most 7 + 40 bits */
        for (filled += width; filled >= 8; filled -= 8) {
            wy_buf_u8(out, (uint8_t)word);
            word >>= 8;
        }
    }
    if (filled > 0) wy_buf_u8(out, (uint8_t)word);
    wy_buf_u8(out, (uint8_t)width);
    if (out->failed)
        writer->status = wy_fail_memory(&writer->error);
    else
        write_bytes(writer, out->data, out->length);
}

int wy_positions_end(wy_positions_writer *writer, wy_positions_place *out, wy_error *error)
{
    assert(writer->status != WY_OK || writer->postings > 0);
    if (writer->postings % WY_BLOCK != 0)
        end_chunk(writer, (unsigned)(writer->postings % WY_BLOCK));
    if (writer->status == WY_OK && writer->chunks > 1) write_table(writer);
    if (writer->status != WY_OK) return fail(writer, error);
    *out = (wy_positions_place){writer->start, wy_sealed_offset(writer->file) - writer->start};
    begin_term(writer);
    return WY_OK;
}

static void free_writer(wy_positions_writer *writer)
{
    wy_buf_free(&writer->out);
    wy_free(writer->mem, writer->ends);
    wy_free(writer->mem, writer->positions);
    wy_free(writer->mem, writer->steps);
    wy_free(writer->mem, writer->bounds);
    wy_free(writer->mem, writer);
}

int wy_positions_finish(wy_positions_writer *writer, bool sync, wy_seal *out, wy_error *error)
{
    assert(writer->status != WY_OK || writer->postings == 0);
    int status = writer->status;
    if (status == WY_OK) {
        status = wy_sealed_finish(writer->file, sync, out, error);
    } else {
        fail(writer, error);
        wy_sealed_abandon(writer->file);
    }
    free_writer(writer);
    return status;
}

void wy_positions_abandon(wy_positions_writer *writer)
{
    if (!writer) return;
    wy_sealed_abandon(writer->file);
    free_writer(writer);
}
