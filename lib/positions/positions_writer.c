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

/* What is found out of a chunk before it is written. What cannot be foretold of a posting (whether
 * it has several positions, lies far behind or is an outlier) is noted in lists without a branch,
 * and each list walked on its own. */
typedef struct chunk {
    unsigned postings, several_count, outside_count;
    unsigned row;              /* of the bounds */
    uint32_t starts[WY_BLOCK]; /* of each posting: number of its first position */
    uint8_t rows[WY_BLOCK];    /* the least whose bound is above all its positions */
    uint8_t several[WY_BLOCK]; /* postings with more than one position */
    uint8_t outside[WY_BLOCK]; /* outliers */
} chunk;

static void find_rows(const wy_positions_writer *writer, chunk *c)
{
    uint32_t start = 0, lasts[WY_BLOCK];
    uint8_t far[WY_BLOCK];
    unsigned several = 0, far_count = 0;
    for (unsigned i = 0; i < c->postings; i++) {
        const uint32_t count = writer->counts[i];
        c->starts[i] = start;
        start += count;
        lasts[i] = writer->positions[start - 1];
        c->several[several] = (uint8_t)i;
        several += count > 1;
    }
    c->several_count = several;
    for (unsigned i = 0; i < c->postings; i++) {
        const uint32_t last = lasts[i], near = last < NEAR ? last : NEAR - 1;
        c->rows[i] = writer->rows[writer->lengths[i]][near];
        far[far_count] = (uint8_t)i;
        far_count += last >= NEAR;
    }
    for (unsigned k = 0; k < far_count; k++) {
        const unsigned i = far[k];
        c->rows[i] = (uint8_t)least_row(writer->limits[writer->lengths[i]], lasts[i]);
    }
}

/* By row: of the postings that have it, their positions, and what these take more as outliers. */
typedef struct row_sum {
    int64_t inside, outside;
} row_sum;

/*
 * Chooses the row that makes the chunk the smallest. A lower one makes all positions within its
 * bounds cheaper by the same, and more postings outliers. What an outlier takes not is its share of
 * the blocks: about the logarithm of its document's length for each position.
 */
static void choose_row(const wy_positions_writer *writer, chunk *c)
{
    /* Two of each: sums that are alike would wait for each other. */
    row_sum sums[WY_POSITIONS_ROWS + 1][2] = {{{0, 0}}};
    for (unsigned i = 0; i < c->postings; i++) {
        row_sum *sum = &sums[c->rows[i]][i % 2];
        const int64_t count = writer->counts[i];
        const int bits = outlier_bits(writer->positions + c->starts[i], 1);
        sum->inside += count;
        sum->outside +=
            WY_BIT_COST * (int64_t)bits - count * (int64_t)writer->saved[writer->lengths[i]];
    }
    for (unsigned k = 0; k < c->several_count; k++) {
        const unsigned i = c->several[k];
        const uint32_t *positions = writer->positions + c->starts[i];
        const int bits = outlier_bits(positions, writer->counts[i]) - outlier_bits(positions, 1);
        sums[c->rows[i]][0].outside += WY_BIT_COST * (int64_t)bits;
    }
    int64_t beyond = 0, least = INT64_MAX, within = 0;
    for (unsigned row = 0; row <= WY_POSITIONS_ROWS; row++)
        beyond += sums[row][0].outside + sums[row][1].outside;
    c->row = 0;
    for (unsigned row = 0; row < WY_POSITIONS_ROWS; row++) {
        within += sums[row][0].inside + sums[row][1].inside;
        beyond -= sums[row][0].outside + sums[row][1].outside;
        const int64_t cost = within * wy_positions_row_costs[row] + beyond;
        c->row = cost < least ? row : c->row;
        least = cost < least ? cost : least;
    }
    c->outside_count = 0;
    for (unsigned i = 0; i < c->postings; i++) {
        c->outside[c->outside_count] = (uint8_t)i;
        c->outside_count += c->rows[i] > c->row;
    }
}

/* Head and outliers. */
static void put_head(wy_positions_writer *writer, const chunk *c)
{
    wy_buf *out = &writer->out;
    const unsigned outside = c->outside_count;
    const unsigned small = outside < WY_POSITIONS_OUTSIDE ? outside : WY_POSITIONS_OUTSIDE;
    wy_buf_u8(out, (uint8_t)(c->row | small << 5));
    if (outside >= WY_POSITIONS_OUTSIDE) wy_buf_u8(out, (uint8_t)(outside - WY_POSITIONS_OUTSIDE));
    for (unsigned k = 0; k < outside; k++) {
        const unsigned i = c->outside[k];
        const uint32_t *positions = writer->positions + c->starts[i];
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
    if (count == 2) { /* most: without a branch */
        const uint32_t step = positions[1] - positions[0];
        *steps = (step > longest ? longest : step) - 1;
        return positions[step > longest];
    }
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
static uint8_t *put_string(wy_positions_writer *writer, const chunk *c, uint8_t *out)
{
    uint32_t firsts[WY_BLOCK];
    uint8_t bounds[WY_BLOCK];
    size_t steps = 0;
    for (unsigned i = 0; i < c->postings; i++) {
        bounds[i] = wy_positions_bounds[c->row][writer->lengths[i]];
        firsts[i] = writer->positions[c->starts[i]];
    }
    for (unsigned k = 0; k < c->outside_count; k++) bounds[c->outside[k]] = 0;
    for (unsigned k = 0; k < c->outside_count; k++) firsts[c->outside[k]] = 0;
    for (unsigned k = 0; k < c->several_count; k++) {
        const unsigned i = c->several[k];
        const uint32_t count = writer->counts[i];
        if (c->rows[i] > c->row) continue;
        firsts[i] = cut_circle(writer->positions + c->starts[i], count, wy_bound_limit(bounds[i]),
                               writer->steps + steps);
        const uint8_t bound = wy_positions_step_bounds[bounds[i]];
        for (uint32_t j = 1; j < count; j++) writer->bounds[steps++] = bound;
    }
    wy_bit_writer w = {out, 0, 0};
    writer->codec->bounded(&w, firsts, bounds, c->postings);
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
    chunk c;
    c.postings = postings;
    find_rows(writer, &c);
    choose_row(writer, &c);
    put_head(writer, &c);
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
    const uint8_t *end = put_string(writer, &c, out->data + out->length);
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
