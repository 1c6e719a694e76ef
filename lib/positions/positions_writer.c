/*
 * positions/positions_writer.c: writing positions, a chunk at a time.
 */
#include "positions/positions.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "positions/positions_format.h"

struct wy_positions_writer {
    const wy_mem *mem;
    wy_sealed_writer *file;
    int status; /* of the first failure, which is in `error` */
    wy_error error;

    uint64_t start;    /* of the term, in the file */
    uint64_t postings; /* of the term, so far */

    uint32_t *values; /* the chunk that is being filled */
    uint8_t *scales;
    size_t filled, value_capacity, scale_capacity;

    uint64_t *ends; /* of the finished chunks, from the start of the term */
    size_t chunks, capacity;
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

int wy_positions_create(const wy_env *env, const wy_mem *mem, const char *path,
                        wy_positions_writer **out, wy_error *error)
{
    wy_positions_writer *writer = wy_calloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->mem = mem;
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

static void end_chunk(wy_positions_writer *writer)
{
    wy_buf *out = &writer->out;
    wy_buf_clear(out);
    if (writer->status != WY_OK) return;
    if (!wy_buf_reserve(out, wy_codec_scaled_room(writer->filled)) ||
        !wy_grow(writer->mem, &writer->ends, &writer->capacity, writer->chunks + 1,
                 sizeof *writer->ends)) {
        writer->status = wy_fail_memory(&writer->error);
        return;
    }
    write_bytes(writer, out->data,
                wy_codec_scaled_write(writer->values, writer->scales, writer->filled, out->data));
    writer->ends[writer->chunks++] = wy_sealed_offset(writer->file) - writer->start;
    writer->filled = 0;
}

int wy_positions_add(wy_positions_writer *writer, uint8_t length, const uint32_t *positions,
                     uint32_t count, wy_error *error)
{
    assert(count >= 1 && writer->postings < UINT32_MAX);
    if (writer->status == WY_OK && count > WY_POSITIONS_CHUNK_MAX - writer->filled)
        writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                 "%d paragraphs have one term more than %u times", WY_BLOCK,
                                 WY_POSITIONS_CHUNK_MAX);
    if (writer->status != WY_OK) return fail(writer, error);
    if (!wy_grow(writer->mem, &writer->values, &writer->value_capacity, writer->filled + count,
                 sizeof *writer->values) ||
        !wy_grow(writer->mem, &writer->scales, &writer->scale_capacity, writer->filled + count,
                 sizeof *writer->scales)) {
        writer->status = wy_fail_memory(&writer->error);
        return fail(writer, error);
    }
    uint32_t *values = writer->values + writer->filled;
    values[0] = positions[0];
    for (uint32_t i = 1; i < count; i++) {
        assert(positions[i] > positions[i - 1]);
        values[i] = positions[i] - positions[i - 1] - 1;
    }
    memset(writer->scales + writer->filled, wy_positions_scale(length, count), count);
    writer->filled += count;
    if (++writer->postings % WY_BLOCK == 0) end_chunk(writer);
    return writer->status == WY_OK ? WY_OK : fail(writer, error);
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
    if (writer->postings % WY_BLOCK != 0) end_chunk(writer);
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
    wy_free(writer->mem, writer->values);
    wy_free(writer->mem, writer->scales);
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
