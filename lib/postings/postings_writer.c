/*
 * postings/postings_writer.c: writing posting lists, a group at a time.
 */
#include "postings/postings.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "postings/postings_format.h"

/* What a group tells of a block that is encoded already. */
typedef struct block_head {
    uint32_t slack;
    uint32_t length;
    uint8_t impact;
} block_head;

struct wy_postings_writer {
    const wy_mem *mem;
    const wy_codec *codec;
    wy_sealed_writer *file;
    int status; /* of the first failure, which is in `error` */
    wy_error error;

    /* the list */
    uint64_t start; /* offset in the file */
    uint32_t count; /* postings that were added */
    uint32_t last;  /* id of the last; UINT32_MAX, that is -1, before the first */
    uint8_t impact;

    /* the block that is being filled */
    uint32_t gaps[WY_BLOCK];  /* - 1 */
    uint32_t freqs[WY_BLOCK]; /* - 1 */
    uint32_t filled;
    uint32_t block_base; /* last id before the block */
    uint8_t block_impact;

    /* the group that is being filled */
    block_head heads[WY_GROUP];
    uint32_t blocks;
    uint64_t group_slack;
    uint8_t group_impact;
    wy_buf bodies;
    wy_buf head; /* of a group that is being written */
};

static int fail(wy_postings_writer *writer, wy_error *error)
{
    if (error) *error = writer->error;
    return writer->status;
}

static void write_bytes(wy_postings_writer *writer, const wy_buf *buf)
{
    if (writer->status != WY_OK) return;
    if (buf->failed)
        writer->status = wy_fail_memory(&writer->error);
    else
        writer->status = wy_sealed_write(writer->file, buf->data, buf->length, &writer->error);
}

static void begin_block(wy_postings_writer *writer)
{
    writer->filled = 0;
    writer->block_base = writer->last;
    writer->block_impact = 0;
}

static void begin_group(wy_postings_writer *writer)
{
    writer->blocks = 0;
    writer->group_slack = 0;
    writer->group_impact = 0;
    wy_buf_clear(&writer->bodies);
}

static void begin_list(wy_postings_writer *writer)
{
    writer->start = wy_sealed_offset(writer->file);
    writer->count = 0;
    writer->last = UINT32_MAX;
    writer->impact = 0;
    begin_block(writer);
    begin_group(writer);
}

int wy_postings_create(const wy_env *env, const wy_mem *mem, const char *path,
                       wy_postings_writer **out, wy_error *error)
{
    wy_postings_writer *writer = wy_calloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->mem = mem;
    writer->codec = wy_codec_get();
    wy_buf_init(&writer->bodies, mem);
    wy_buf_init(&writer->head, mem);
    int status = wy_sealed_create(env, mem, path, WY_POSTINGS_KIND, WY_POSTINGS_VERSION,
                                  &writer->file, error);
    if (status != WY_OK) {
        wy_free(mem, writer);
        return status;
    }
    begin_list(writer);
    *out = writer;
    return WY_OK;
}

static void write_values(const wy_postings_writer *writer, wy_buf *out, const uint32_t *values)
{
    if (wy_buf_reserve(out, WY_CODED_MAX))
        out->length +=
            wy_codec_block_write(writer->codec, values, writer->filled, out->data + out->length);
}

/* Appends ids and freqs of the block to `out`, leaving out what follows from elsewhere. */
static void write_body(wy_postings_writer *writer, bool with_ids, wy_buf *out)
{
    if (with_ids) write_values(writer, out, writer->gaps);
    if (wy_codec_bits(writer->freqs, writer->filled) > 0) write_values(writer, out, writer->freqs);
}

static void end_group(wy_postings_writer *writer)
{
    uint32_t slacks = 0, lengths = 0;
    for (uint32_t i = 0; i < writer->blocks; i++) {
        slacks |= writer->heads[i].slack;
        lengths |= writer->heads[i].length;
    }
    const unsigned slack_width = (wy_bits_of(slacks) + 1) / 2 * 2;
    const unsigned length_width = wy_bits_of(lengths);
    assert(length_width <= WY_POSTINGS_LENGTH_WIDTH_MAX);

    wy_buf *head = &writer->head;
    const size_t bytes = (size_t)wy_postings_head_bytes(writer->blocks, slack_width, length_width);
    wy_buf_clear(head);
    wy_buf_varint(head, writer->group_slack);
    wy_buf_varint(head, bytes + writer->bodies.length);
    wy_buf_u8(head, (uint8_t)(slack_width / 2 + WY_POSTINGS_SLACK_WIDTHS * length_width));
    wy_buf_u8(head, writer->group_impact);
    if (wy_buf_reserve(head, bytes)) {
        wy_bit_writer w = {head->data + head->length, 0, 0};
        for (uint32_t i = 0; i < writer->blocks; i++) {
            wy_put_bits(&w, writer->heads[i].impact, 8);
            wy_put_bits(&w, writer->heads[i].slack, slack_width);
            wy_put_bits(&w, writer->heads[i].length, length_width);
        }
        wy_end_bits(&w);
        head->length += bytes;
    }
    write_bytes(writer, head);
    write_bytes(writer, &writer->bodies);
    begin_group(writer);
}

static void end_block(wy_postings_writer *writer)
{
    /* Ids are ascending, so that they span at least as many as there are. */
    block_head *head = &writer->heads[writer->blocks++];
    head->slack = writer->last - writer->block_base - writer->filled;
    head->impact = writer->block_impact;
    const size_t before = writer->bodies.length;
    write_body(writer, head->slack > 0, &writer->bodies);
    head->length = (uint32_t)(writer->bodies.length - before);

    writer->group_slack += head->slack;
    if (head->impact > writer->group_impact) writer->group_impact = head->impact;
    begin_block(writer);
    if (writer->blocks == WY_GROUP) end_group(writer);
}

/* As many as the block at hand has room for; returns how many. */
static size_t add_some(wy_postings_writer *writer, const uint32_t *docs, const uint32_t *freqs,
                       const uint8_t *impacts, size_t count)
{
    const size_t left = WY_BLOCK - writer->filled, some = count < left ? count : left;
    uint32_t *const restrict gaps = writer->gaps + writer->filled;
    uint32_t *const restrict own_freqs = writer->freqs + writer->filled;
    uint8_t impact = writer->block_impact;
    assert(docs[0] <= WY_DOC_MAX && (writer->last == UINT32_MAX || docs[0] > writer->last));
    gaps[0] = docs[0] - writer->last - 1;
    for (size_t i = 1; i < some; i++) {
        assert(docs[i] <= WY_DOC_MAX && docs[i] > docs[i - 1]);
        gaps[i] = docs[i] - docs[i - 1] - 1;
    }
    for (size_t i = 0; i < some; i++) {
        assert(freqs[i] >= 1);
        own_freqs[i] = freqs[i] - 1;
    }
    for (size_t i = 0; i < some; i++) impact = impacts[i] > impact ? impacts[i] : impact;
    writer->last = docs[some - 1];
    writer->count += (uint32_t)some;
    writer->filled += (uint32_t)some;
    writer->block_impact = impact;
    if (impact > writer->impact) writer->impact = impact;
    if (writer->filled == WY_BLOCK) end_block(writer);
    return some;
}

int wy_postings_add_all(wy_postings_writer *writer, const uint32_t *docs, const uint32_t *freqs,
                        const uint8_t *impacts, size_t count, wy_error *error)
{
    for (size_t i = 0; i < count;)
        i += add_some(writer, docs + i, freqs + i, impacts + i, count - i);
    return writer->status == WY_OK ? WY_OK : fail(writer, error);
}

int wy_postings_add(wy_postings_writer *writer, uint32_t doc, uint32_t freq, uint8_t impact,
                    wy_error *error)
{
    return wy_postings_add_all(writer, &doc, &freq, &impact, 1, error);
}

int wy_postings_end(wy_postings_writer *writer, wy_postings_place *out, wy_error *error)
{
    assert(writer->count > 0);
    if (writer->count < WY_BLOCK) {
        wy_buf_clear(&writer->head);
        write_body(writer, true, &writer->head);
        write_bytes(writer, &writer->head);
    } else {
        if (writer->filled > 0) end_block(writer);
        if (writer->blocks > 0) end_group(writer);
    }
    wy_buf_clear(&writer->head);
    wy_buf_u8(&writer->head, writer->impact);
    write_bytes(writer, &writer->head);
    if (writer->status != WY_OK) return fail(writer, error);

    *out = (wy_postings_place){writer->start, wy_sealed_offset(writer->file) - writer->start,
                               writer->count};
    begin_list(writer);
    return WY_OK;
}

static void free_writer(wy_postings_writer *writer)
{
    wy_buf_free(&writer->bodies);
    wy_buf_free(&writer->head);
    wy_free(writer->mem, writer);
}

int wy_postings_finish(wy_postings_writer *writer, bool sync, wy_seal *out, wy_error *error)
{
    assert(writer->status != WY_OK || writer->count == 0);
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

void wy_postings_abandon(wy_postings_writer *writer)
{
    if (!writer) return;
    wy_sealed_abandon(writer->file);
    free_writer(writer);
}
