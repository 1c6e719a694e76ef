/*
 * base/sealed_writer.c: writing a sealed file. The buffer holds whole chunks, so that it can be
 * summed chunk by chunk whenever it is full.
 */
#include "base/sealed.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "base/sealed_format.h"

enum { BUFFER = 4 * WY_SEALED_CHUNK };

/* Far from any overflow once sums (1/2048 of it) and footer are added; off_t holds it too. */
static const uint64_t LARGEST_BODY = UINT64_C(1) << 60;

struct wy_sealed_writer {
    const wy_env *env;
    const wy_mem *mem;
    wy_env_file *file;
    char *path;
    wy_buf sums;      /* as they go to the file */
    uint64_t flushed; /* bytes of header + payload in the file; a multiple of BUFFER */
    size_t filled;    /* bytes in `buffer` */
    int status;       /* of the first failure, which is in `error` */
    wy_error error;
    uint8_t buffer[BUFFER];
};

static void free_writer(wy_sealed_writer *writer)
{
    wy_buf_free(&writer->sums);
    wy_free(writer->mem, writer->path);
    wy_free(writer->mem, writer);
}

static int failure(const wy_sealed_writer *writer, wy_error *error)
{
    if (error) *error = writer->error;
    return writer->status;
}

int wy_sealed_create(const wy_env *env, const wy_mem *mem, const char *path, const char kind[4],
                     uint32_t version, wy_sealed_writer **out, wy_error *error)
{
    assert(version > 0);
    int status;
    wy_sealed_writer *writer = wy_alloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->env = env;
    writer->mem = mem;
    writer->flushed = 0;
    writer->status = WY_OK;
    wy_buf_init(&writer->sums, mem);
    writer->path = wy_strndup(mem, path, strlen(path));
    if (!writer->path) {
        status = wy_fail_memory(error);
        goto failed;
    }
    status = env->create(env, path, &writer->file, error);
    if (status != WY_OK) goto failed;

    memcpy(writer->buffer, WY_SEALED_MAGIC, 8);
    memcpy(writer->buffer + 8, kind, 4);
    for (size_t i = 0; i < 4; i++) writer->buffer[12 + i] = (uint8_t)(version >> 8 * i);
    writer->filled = WY_SEALED_HEADER;
    *out = writer;
    return WY_OK;
failed:
    free_writer(writer);
    return status;
}

/* Sums and writes what is in the buffer: whole chunks, but for the last one of the file. */
static void flush(wy_sealed_writer *writer)
{
    for (size_t at = 0; at < writer->filled; at += WY_SEALED_CHUNK) {
        size_t left = writer->filled - at;
        wy_buf_u64(&writer->sums, wy_checksum(writer->buffer + at,
                                              left < WY_SEALED_CHUNK ? left : WY_SEALED_CHUNK));
    }
    if (writer->sums.failed)
        writer->status = wy_fail_memory(&writer->error);
    else
        writer->status = writer->env->write(writer->env, writer->file, writer->buffer,
                                            writer->filled, &writer->error);
    writer->flushed += writer->filled;
    writer->filled = 0;
}

int wy_sealed_write(wy_sealed_writer *writer, const void *data, size_t length, wy_error *error)
{
    const uint8_t *p = data;
    if (writer->status == WY_OK && length > LARGEST_BODY - wy_sealed_offset(writer))
        writer->status = wy_fail(&writer->error, WY_E_LIMIT, writer->path, wy_sealed_offset(writer),
                                 "the file would be too large");
    while (writer->status == WY_OK && length > 0) {
        size_t n = BUFFER - writer->filled;
        n = n < length ? n : length;
        memcpy(writer->buffer + writer->filled, p, n);
        writer->filled += n;
        p += n;
        length -= n;
        if (writer->filled == BUFFER) flush(writer);
    }
    return writer->status == WY_OK ? WY_OK : failure(writer, error);
}

uint64_t wy_sealed_offset(const wy_sealed_writer *writer)
{
    return writer->flushed + writer->filled;
}

/* Appends the sums, and the tops and the footer, which are built behind them. */
static void write_end(wy_sealed_writer *writer, wy_seal *seal)
{
    wy_buf *sums = &writer->sums;
    const uint64_t body = writer->flushed;
    const size_t tops = sums->length;

    for (size_t at = 0; at < tops && !sums->failed; at += WY_SEALED_GROUP * 8) {
        size_t left = tops - at;
        wy_buf_u64(sums, wy_checksum(sums->data + at,
                                     left < WY_SEALED_GROUP * 8 ? left : WY_SEALED_GROUP * 8));
    }
    wy_buf_u64(sums, body);
    if (!sums->failed) seal->root = wy_checksum(sums->data + tops, sums->length - tops);
    wy_buf_u64(sums, seal->root);
    wy_buf_bytes(sums, WY_SEALED_END, 8);
    if (sums->failed) {
        writer->status = wy_fail_memory(&writer->error);
        return;
    }
    seal->size = body + sums->length;
    writer->status =
        writer->env->write(writer->env, writer->file, sums->data, sums->length, &writer->error);
}

int wy_sealed_finish(wy_sealed_writer *writer, bool sync, wy_seal *out, wy_error *error)
{
    const wy_env *env = writer->env;
    wy_seal seal = {0, 0};

    if (writer->status == WY_OK && writer->filled > 0) flush(writer);
    if (writer->status == WY_OK) write_end(writer, &seal);
    if (writer->status == WY_OK && sync)
        writer->status = env->sync(env, writer->file, &writer->error);

    int closed = env->close(env, writer->file, writer->status == WY_OK ? &writer->error : NULL);
    if (writer->status == WY_OK) writer->status = closed;
    int status = writer->status;
    if (status == WY_OK)
        *out = seal;
    else
        failure(writer, error);
    free_writer(writer);
    return status;
}

void wy_sealed_abandon(wy_sealed_writer *writer)
{
    if (!writer) return;
    writer->env->close(writer->env, writer->file, NULL);
    free_writer(writer);
}
