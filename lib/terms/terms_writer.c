/*
 * terms/terms_writer.c: writes a term dictionary block by block.
 */
#include "terms/terms.h"

#include <string.h>

#include "base/buf.h"
#include "base/order.h"
#include "base/sealed_format.h"
#include "terms/terms_format.h"
#include "terms/terms_inner.h"

struct wy_terms_writer {
    const wy_mem *mem;
    wy_sealed_writer *file;
    uint32_t count;          /* terms added */
    uint8_t key[WY_KEY_MAX]; /* the one added last */
    size_t length;
    uint64_t postings, positions; /* where the next lists must begin, once count > 0 */
    /* the parts of the block at work, and the index */
    wy_buf head, shapes, extras, suffixes, figures, index;
    wy_terms_units_fn *units; /* NULL: terms are not listed by units */
    wy_inner_builder inner;
    int status; /* of the first failure, which is in `error` */
    wy_error error;
};

static void free_writer(wy_terms_writer *writer)
{
    wy_buf_free(&writer->head);
    wy_buf_free(&writer->shapes);
    wy_buf_free(&writer->extras);
    wy_buf_free(&writer->suffixes);
    wy_buf_free(&writer->figures);
    wy_buf_free(&writer->index);
    wy_inner_free(&writer->inner);
    wy_free(writer->mem, writer);
}

int wy_terms_create(const wy_env *env, const wy_mem *mem, const char *path, wy_terms_writer **out,
                    wy_error *error)
{
    wy_terms_writer *writer = wy_calloc(mem, sizeof *writer);
    if (!writer) return wy_fail_memory(error);
    writer->mem = mem;
    wy_buf_init(&writer->head, mem);
    wy_buf_init(&writer->shapes, mem);
    wy_buf_init(&writer->extras, mem);
    wy_buf_init(&writer->suffixes, mem);
    wy_buf_init(&writer->figures, mem);
    wy_buf_init(&writer->index, mem);
    wy_inner_init(&writer->inner, mem);
    int status =
        wy_sealed_create(env, mem, path, WY_TERMS_KIND, WY_TERMS_VERSION, &writer->file, error);
    if (status != WY_OK)
        free_writer(writer);
    else
        *out = writer;
    return status;
}

void wy_terms_list_units(wy_terms_writer *writer, wy_terms_units_fn *units)
{
    writer->units = units;
}

/* Writes one part of a block and empties it. */
static void write_part(wy_terms_writer *writer, wy_buf *part)
{
    if (writer->status == WY_OK && part->failed) writer->status = wy_fail_memory(&writer->error);
    if (writer->status == WY_OK)
        writer->status = wy_sealed_write(writer->file, part->data, part->length, &writer->error);
    wy_buf_clear(part);
}

/* The offset of the next byte; false: it is too large. */
static bool offset_of_next(wy_terms_writer *writer, uint32_t *out)
{
    uint64_t offset = wy_sealed_offset(writer->file);
    *out = (uint32_t)offset;
    if (offset <= UINT32_MAX) return true;
    writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, offset,
                             "the term dictionary would be larger than 4 GiB");
    return false;
}

static void write_block(wy_terms_writer *writer)
{
    uint32_t offset;
    if (!offset_of_next(writer, &offset)) return;
    wy_buf_u32(&writer->index, offset);
    write_part(writer, &writer->head);
    write_part(writer, &writer->shapes);
    write_part(writer, &writer->extras);
    write_part(writer, &writer->suffixes);
    write_part(writer, &writer->figures);
}

/* What would make the dictionary one that its reader calls damaged, or NULL. */
static const char *refuse(const wy_terms_writer *writer, const uint8_t *key, size_t length,
                          const wy_term_info *info)
{
    if (length == 0 || length > WY_KEY_MAX) return "a key is empty or too long";
    if (info->doc_freq == 0 || info->total_freq < info->doc_freq)
        return "the frequencies of a term are impossible";
    if (info->postings_length > UINT64_MAX - info->postings_offset ||
        info->positions_length > UINT64_MAX - info->positions_offset)
        return "a list ends beyond all offsets";
    if (writer->count == 0) return NULL;

    if (wy_bytes_compare(key, length, writer->key, writer->length) <= 0)
        return "keys do not ascend";
    if (info->postings_offset != writer->postings || info->positions_offset != writer->positions)
        return "the lists of terms do not follow one another";
    return NULL;
}

static size_t shared_length(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    size_t i = 0;
    while (i < shorter && a[i] == b[i]) i++;
    return i;
}

/* Half of a shape; what does not fit goes to the extras. */
static uint8_t half_shape(wy_buf *extras, size_t value)
{
    if (value < WY_TERMS_ESCAPE) return (uint8_t)value;
    wy_buf_u8(extras, (uint8_t)(value - WY_TERMS_ESCAPE));
    return WY_TERMS_ESCAPE;
}

static void put_key(wy_terms_writer *writer, const uint8_t *key, size_t length,
                    const wy_term_info *info)
{
    if (writer->count % WY_TERMS_BLOCK == 0) {
        wy_buf_u8(&writer->head, (uint8_t)(length - 1));
        wy_buf_bytes(&writer->head, key, length);
        wy_buf_varint(&writer->head, info->postings_offset);
        wy_buf_varint(&writer->head, info->positions_offset);
        return;
    }
    /* Keys are distinct and ascend, so the suffix has a byte at least. */
    size_t shared = shared_length(key, length, writer->key, writer->length);
    uint8_t high = half_shape(&writer->extras, shared);
    uint8_t low = half_shape(&writer->extras, length - shared - 1);
    wy_buf_u8(&writer->shapes, (uint8_t)(high << 4 | low));
    wy_buf_bytes(&writer->suffixes, key + shared, length - shared);
}

static void put_figures(wy_terms_writer *writer, const wy_term_info *info)
{
    wy_buf *figures = &writer->figures;
    uint64_t more = info->total_freq - info->doc_freq;
    wy_buf_varint(figures, (uint64_t)(info->doc_freq - 1) << 1 | (more > 0));
    if (more > 0) wy_buf_varint(figures, more - 1);
    wy_buf_varint(figures, info->postings_length);
    wy_buf_varint(figures, info->positions_length);
}

int wy_terms_add(wy_terms_writer *writer, const void *key, size_t length, const wy_term_info *info,
                 wy_error *error)
{
    if (writer->status == WY_OK) {
        const char *reason = refuse(writer, key, length, info);
        if (reason)
            writer->status =
                wy_fail(&writer->error, WY_E_ARGUMENT, NULL, WY_NO_OFFSET, "%s", reason);
        else if (writer->count == UINT32_MAX)
            writer->status = wy_fail(&writer->error, WY_E_LIMIT, NULL, WY_NO_OFFSET,
                                     "the term dictionary would have too many terms");
    }
    if (writer->status == WY_OK) {
        put_key(writer, key, length, info);
        put_figures(writer, info);
        memcpy(writer->key, key, length);
        writer->length = length;
        writer->postings = info->postings_offset + info->postings_length;
        writer->positions = info->positions_offset + info->positions_length;
        if (writer->units &&
            !wy_inner_add(&writer->inner, writer->units, writer->count, key, length))
            writer->status = wy_fail_memory(&writer->error);
        if (++writer->count % WY_TERMS_BLOCK == 0) write_block(writer);
    }
    if (writer->status != WY_OK && error) *error = writer->error;
    return writer->status;
}

/* Writes the lists, in the order of their keys, and where they are. */
static void write_lists(wy_terms_writer *writer)
{
    wy_inner_builder *inner = &writer->inner;
    wy_buf *lists = &writer->head;
    wy_inner_sort(inner);
    for (size_t i = 0; i < inner->count && writer->status == WY_OK; i++) {
        uint32_t offset;
        if (!offset_of_next(writer, &offset)) return;
        wy_buf_u32(lists, inner->lists[i].key);
        wy_buf_u32(lists, offset);
        write_part(writer, &inner->lists[i].deltas);
    }
    write_part(writer, lists);
}

int wy_terms_finish(wy_terms_writer *writer, bool sync, wy_seal *out, wy_error *error)
{
    if (writer->status == WY_OK && writer->count % WY_TERMS_BLOCK != 0) write_block(writer);
    write_lists(writer);
    wy_buf_u32(&writer->index,
               writer->units ? (uint32_t)writer->inner.count : WY_TERMS_UNLISTED);
    wy_buf_u32(&writer->index, writer->count);
    write_part(writer, &writer->index);
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

void wy_terms_abandon(wy_terms_writer *writer)
{
    if (!writer) return;
    wy_sealed_abandon(writer->file);
    free_writer(writer);
}
