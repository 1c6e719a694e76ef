/*
 * store/store_writer.c: writes records in compressed blocks.
 *
 * A dictionary is made of what was offered. Where nothing was, the first records are kept back
 * until there are SAMPLE bytes of them, and it is made of these. From there on each block is
 * written as soon as it is full; with two threads, as soon as there are MANY that two may compress.
 * Blocks are cut by one rule in both stages, so that the same records give the same bytes.
 */
#include "store/store.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <zstd.h>

#include "base/beside.h"
#include "base/buf.h"
#include "store/compressor.h"
#include "store/store_format.h"

/*
 * Chosen on 363,092 paragraphs of Chinese law, 57.6 MB, with a dictionary of 1 MiB made of 8 MiB,
 * which takes 0.02 s once (with zstd's trainer and its tables: 0.06 s, and 0.13 MB more). The first
 * 8 MiB instead of 8 MiB out of all: 0.3 MB more. By size of a block: size of the file, time to
 * read one record at random:
 *     12 KiB: 13.71 MB, 12 us    14 KiB: 13.63, 14    16 KiB: 13.56, 15    18 KiB: 13.52, 17
 * By zstd's level for the dictionary itself: size of its frame, time:
 *     3: 386 KB, 6 ms    5: 373, 12    6: 363, 18    7: 357, 22    9: 353, 28
 */
enum {
    BLOCK = 14 << 10,
    LARGEST_BLOCK = 1 << 30,
    SAMPLE = 8 << 20,           /* bytes to train on, at most */
    SMALLEST_SAMPLE = 64 << 10, /* with fewer a dictionary costs what it saves */
    SAMPLE_PIECE = 4096,
    SAMPLE_SHARE = 8, /* the dictionary has this part of the sample, at most WY_STORE_DICTIONARY */
    DICTIONARY_LEVEL = 5,
    MANY = 80, /* blocks that two threads share: a thread is started for each so many */
};

/* Records of what is pending that are to become a block, and its frame. */
typedef struct block {
    const uint8_t *data; /* each with its mark behind it, `length` bytes in all */
    size_t length;
    const uint32_t *lengths; /* of `count` records */
    size_t count;
    wy_buf frame; /* used again */
    int status;
    wy_error error;
} block;

/* A thread that compresses. */
typedef struct worker {
    wy_compressor *compressor;
    wy_buf counted; /* content of a block with lengths in front */
} worker;

struct wy_store_writer {
    const wy_mem *mem;
    wy_sealed_writer *file;
    size_t block_size;
    wy_compression *compression; /* with the dictionary; NULL where there is none */
    worker workers[2];           /* the caller, and another thread if there may be one */
    block *blocks;               /* room for block_room; block_count of them are at work */
    size_t block_room, block_count;
    atomic_size_t next_block; /* that is to be compressed */
    bool sampling;            /* nothing is written yet */
    wy_buf sample;            /* of what was offered, each record with a mark behind it */
    uint64_t offered;         /* bytes, marks included */
    wy_buf pending;           /* records not written yet, each with a mark behind it */
    uint32_t *lengths;        /* of those records */
    size_t length_count, length_capacity;
    wy_buf index;
    uint64_t records, bytes;          /* added */
    uint64_t written, blocks_written; /* records in blocks that are written, and these */
    uint64_t dictionary_length;
    int status; /* of the first failure, which is in `error` */
    wy_error error;
};

static void free_writer(wy_store_writer *writer)
{
    for (size_t i = 0; i < 2; i++) {
        wy_compressor_close(writer->workers[i].compressor);
        wy_buf_free(&writer->workers[i].counted);
    }
    for (size_t i = 0; writer->blocks && i < writer->block_room; i++)
        wy_buf_free(&writer->blocks[i].frame);
    wy_free(writer->mem, writer->blocks);
    wy_compression_free(writer->compression);
    wy_buf_free(&writer->sample);
    wy_buf_free(&writer->pending);
    wy_buf_free(&writer->index);
    wy_free(writer->mem, writer->lengths);
    wy_free(writer->mem, writer);
}

int wy_store_create(const wy_env *env, const wy_mem *mem, const char *path,
                    const wy_store_options *options, wy_store_writer **out, wy_error *error)
{
    int status;
    wy_store_writer *writer = wy_calloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->mem = mem;
    writer->sampling = true;
    writer->block_size = options && options->block_size ? options->block_size : BLOCK;
    wy_buf_init(&writer->sample, mem);
    wy_buf_init(&writer->pending, mem);
    wy_buf_init(&writer->index, mem);
    for (size_t i = 0; i < 2; i++) wy_buf_init(&writer->workers[i].counted, mem);
    writer->block_room = options && options->two_threads ? MANY : 1;
    writer->blocks = wy_calloc(mem, writer->block_room * sizeof *writer->blocks);
    if (!writer->blocks) {
        status = wy_fail_memory(error);
        goto failed;
    }
    for (size_t i = 0; i < writer->block_room; i++) wy_buf_init(&writer->blocks[i].frame, mem);
    if (writer->block_size > LARGEST_BLOCK) {
        status =
            wy_fail(error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "no store has this block size");
        goto failed;
    }
    status =
        wy_sealed_create(env, mem, path, WY_STORE_KIND, WY_STORE_VERSION, &writer->file, error);
    if (status != WY_OK) goto failed;
    *out = writer;
    return WY_OK;
failed:
    free_writer(writer);
    return status;
}

/* ---- Blocks ------------------------------------------------------------------------------- */

static void put_u40(wy_buf *buf, uint64_t value)
{
    wy_buf_u32(buf, (uint32_t)value);
    wy_buf_u8(buf, (uint8_t)(value >> 32));
}

/* The next entry of the index: here begins a block, or all are over. */
static void put_entry(wy_store_writer *writer)
{
    uint64_t offset = wy_sealed_offset(writer->file);
    if (offset > WY_STORE_PLACE_MAX || writer->records > WY_STORE_PLACE_MAX)
        writer->status =
            wy_fail(&writer->error, WY_E_LIMIT, NULL, offset, "the store would be too large");
    put_u40(&writer->index, writer->written);
    put_u40(&writer->index, offset);
}

/* Whether marks tell where the records end: whether they are the only bytes of that value. */
static bool marks_suffice(const uint8_t *data, const uint32_t *lengths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lengths[i] > 0 && memchr(data, WY_STORE_MARK, lengths[i])) return false;
        data += (size_t)lengths[i] + 1;
    }
    return true;
}

/* The content of a block with lengths in front. */
static void make_counted(wy_buf *counted, const block *b)
{
    const uint8_t *data = b->data;
    wy_buf_clear(counted);
    for (size_t i = 0; i < b->count; i++) wy_buf_varint(counted, b->lengths[i]);
    for (size_t i = 0; i < b->count; i++) {
        wy_buf_bytes(counted, data, b->lengths[i]);
        data += (size_t)b->lengths[i] + 1;
    }
}

/* Makes the frame of a block. */
static void compress_block(worker *with, block *b)
{
    const uint8_t *data = b->data;
    size_t length = b->length;
    uint8_t form = WY_STORE_MARKED;
    if (!marks_suffice(data, b->lengths, b->count)) {
        form = WY_STORE_COUNTED;
        make_counted(&with->counted, b);
        data = with->counted.data;
        length = with->counted.length;
    }
    wy_buf_clear(&b->frame);
    wy_buf_u8(&b->frame, form);
    b->status = with->counted.failed || b->frame.failed
                    ? wy_fail_memory(&b->error)
                    : wy_compressor_run(with->compressor, data, length, &b->frame, &b->error);
}

/* Takes blocks as long as there are any. */
static int compress_blocks(void *context, bool threaded, wy_error *error)
{
    wy_store_writer *writer = context;
    (void)error;
    for (size_t i; (i = atomic_fetch_add(&writer->next_block, 1)) < writer->block_count;)
        compress_block(&writer->workers[threaded], &writer->blocks[i]);
    return WY_OK;
}

/* Writes the blocks that were cut. */
static void write_cut(wy_store_writer *writer)
{
    wy_beside other;
    atomic_store(&writer->next_block, 0);
    if (writer->block_count > 1) {
        int status = wy_beside_start(&other, true, compress_blocks, writer, NULL);
        if (status == WY_OK) status = compress_blocks(writer, false, NULL);
        wy_beside_end(&other, status, NULL);
    } else {
        compress_blocks(writer, false, NULL);
    }
    for (size_t i = 0; i < writer->block_count && writer->status == WY_OK; i++) {
        const block *b = &writer->blocks[i];
        writer->status = b->status;
        if (b->status != WY_OK) writer->error = b->error;
        if (writer->status == WY_OK) put_entry(writer);
        if (writer->status == WY_OK)
            writer->status =
                wy_sealed_write(writer->file, b->frame.data, b->frame.length, &writer->error);
        writer->written += b->count;
        writer->blocks_written++;
    }
}

/*
 * Cuts blocks from what is pending behind byte *at and record *first, and moves these behind them:
 * as many records as fill block_size with their marks, or one that is longer. A block that may
 * still take a record is kept back, unless `all`.
 */
static void cut_blocks(wy_store_writer *writer, bool all, size_t *at, size_t *first)
{
    size_t length = 0;
    writer->block_count = 0;
    for (size_t i = *first; writer->block_count < writer->block_room; i++) {
        const bool over = i == writer->length_count;
        const size_t next = over ? 0 : (size_t)writer->lengths[i] + 1;
        const bool full =
            over ? all || length >= writer->block_size : length + next > writer->block_size;
        if (length > 0 && full) {
            block *b = &writer->blocks[writer->block_count++];
            b->data = writer->pending.data + *at;
            b->length = length;
            b->lengths = writer->lengths + *first;
            b->count = i - *first;
            *at += length;
            *first = i;
            length = 0;
        }
        if (over) break;
        length += next;
    }
}

/* Writes blocks of what is pending; `all`: all of it. */
static void write_blocks(wy_store_writer *writer, bool all)
{
    size_t at = 0, first = 0; /* what is done: bytes, records */
    do {
        cut_blocks(writer, all, &at, &first);
        write_cut(writer);
    } while (writer->status == WY_OK && writer->block_count == writer->block_room);
    if (writer->status != WY_OK || at == 0) return;
    writer->pending.length -= at;
    writer->length_count -= first;
    memmove(writer->pending.data, writer->pending.data + at, writer->pending.length);
    memmove(writer->lengths, writer->lengths + first,
            writer->length_count * sizeof *writer->lengths);
}

/* ---- The dictionary ----------------------------------------------------------------------- */

/* Writes the dictionary, where the sample is worth one. */
static void make_dictionary(wy_store_writer *writer)
{
    const wy_buf *sample = writer->sample.length > 0 ? &writer->sample : &writer->pending;
    wy_buf *frame = &writer->blocks[0].frame;
    size_t capacity = sample->length / SAMPLE_SHARE;
    if (sample->length < SMALLEST_SAMPLE) return;
    if (capacity > WY_STORE_DICTIONARY) capacity = WY_STORE_DICTIONARY;
    writer->status = wy_compression_make(writer->mem, sample->data, sample->length, capacity,
                                         &writer->compression, &writer->error);
    if (writer->status != WY_OK || !writer->compression) return;
    const wy_buf *all = wy_compression_dictionary(writer->compression);
    wy_buf_clear(frame);
    if (!wy_buf_reserve(frame, ZSTD_compressBound(all->length))) {
        writer->status = wy_fail_memory(&writer->error);
        return;
    }
    const size_t code =
        ZSTD_compress(frame->data, frame->capacity, all->data, all->length, DICTIONARY_LEVEL);
    if (ZSTD_isError(code)) {
        writer->status = wy_compressor_fail(code, &writer->error);
        return;
    }
    writer->dictionary_length = code;
    writer->status = wy_sealed_write(writer->file, frame->data, code, &writer->error);
}

/* Ends the stage of sampling: what was kept back is written, and its memory given back. */
static void end_sampling(wy_store_writer *writer)
{
    writer->sampling = false;
    make_dictionary(writer);
    wy_buf_free(&writer->sample);
    for (size_t i = 0; i < (writer->block_room > 1 ? 2 : 1) && writer->status == WY_OK; i++)
        writer->status = wy_compressor_open(writer->mem, writer->compression,
                                            &writer->workers[i].compressor, &writer->error);
    if (writer->status == WY_OK) write_blocks(writer, false);
    if (writer->status != WY_OK) return;
    wy_buf rest;
    wy_buf_init(&rest, writer->mem);
    wy_buf_bytes(&rest, writer->pending.data, writer->pending.length);
    wy_buf_free(&writer->pending);
    writer->pending = rest;
    if (rest.failed) writer->status = wy_fail_memory(&writer->error);
}

/* ---- Adding ------------------------------------------------------------------------------- */

static void append(wy_store_writer *writer, const void *data, size_t length)
{
    if (!wy_grow(writer->mem, &writer->lengths, &writer->length_capacity, writer->length_count + 1,
                 sizeof *writer->lengths)) {
        writer->status = wy_fail_memory(&writer->error);
        return;
    }
    wy_buf_bytes(&writer->pending, data, length);
    wy_buf_u8(&writer->pending, WY_STORE_MARK);
    if (writer->pending.failed) {
        writer->status = wy_fail_memory(&writer->error);
        return;
    }
    writer->lengths[writer->length_count++] = (uint32_t)length;
    writer->records++;
    writer->bytes += length;
}

/* The first SAMPLE_PIECE of each `distance` bytes go to the sample. */
static void offer_bytes(wy_store_writer *writer, const uint8_t *data, size_t length,
                        uint64_t distance)
{
    while (length > 0) {
        const uint64_t at = writer->offered % distance;
        const bool taken = at < SAMPLE_PIECE;
        const uint64_t left = (taken ? SAMPLE_PIECE : distance) - at;
        const size_t some = length < left ? length : (size_t)left;
        if (taken) wy_buf_bytes(&writer->sample, data, some);
        writer->offered += some;
        data += some;
        length -= some;
    }
}

int wy_store_offer(wy_store_writer *writer, const void *data, size_t length, uint64_t all,
                   wy_error *error)
{
    static const uint8_t mark = WY_STORE_MARK;
    const uint64_t distance = all > SAMPLE ? all / (SAMPLE / SAMPLE_PIECE) : SAMPLE_PIECE;
    assert(writer->records == 0 && writer->offered + length + 1 <= all);
    if (writer->status == WY_OK) {
        offer_bytes(writer, data, length, distance);
        offer_bytes(writer, &mark, 1, distance);
        if (writer->sample.failed) writer->status = wy_fail_memory(&writer->error);
    }
    if (writer->status != WY_OK && error) *error = writer->error;
    return writer->status;
}

int wy_store_add(wy_store_writer *writer, const void *data, size_t length, wy_error *error)
{
    if (writer->status == WY_OK && length > WY_STORE_RECORD_MAX)
        writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                 "a record of %zu bytes is too long for a store", length);
    if (writer->status == WY_OK) append(writer, data, length);
    if (writer->status == WY_OK && writer->sampling &&
        (writer->pending.length >= SAMPLE || writer->sample.length > 0))
        end_sampling(writer);
    if (writer->status == WY_OK && !writer->sampling &&
        writer->pending.length >= writer->block_room * writer->block_size)
        write_blocks(writer, false);
    if (writer->status != WY_OK && error) *error = writer->error;
    return writer->status;
}

/* What stands behind the blocks. */
static void write_end(wy_store_writer *writer)
{
    wy_buf *index = &writer->index;
    put_entry(writer);
    wy_buf_u64(index, writer->records);
    wy_buf_u64(index, writer->bytes);
    wy_buf_u64(index, writer->blocks_written);
    wy_buf_u64(index, writer->dictionary_length);
    if (writer->status == WY_OK && index->failed) writer->status = wy_fail_memory(&writer->error);
    if (writer->status == WY_OK)
        writer->status = wy_sealed_write(writer->file, index->data, index->length, &writer->error);
}

int wy_store_finish(wy_store_writer *writer, bool sync, wy_seal *out, wy_error *error)
{
    if (writer->status == WY_OK && writer->sampling) end_sampling(writer);
    if (writer->status == WY_OK) write_blocks(writer, true);
    if (writer->status == WY_OK) write_end(writer);
    int status = writer->status;
    if (status == WY_OK) {
        status = wy_sealed_finish(writer->file, sync, out, error);
    } else {
        if (error) *error = writer->error;
        wy_sealed_abandon(writer->file);
    }
    free_writer(writer);
    return status;
}

void wy_store_abandon(wy_store_writer *writer)
{
    if (!writer) return;
    wy_sealed_abandon(writer->file);
    free_writer(writer);
}
