#include "store/compressor.h"

#include "store/matches.h" /* zstd.h */

#include <string.h>
#include <zdict.h>
#include <zstd_errors.h>

/*
 * zstd finds the matches of what has no dictionary, and of blocks that hold one long record. By
 * level, 57.3 MB of Chinese law with a dictionary of 1 MiB, all frames, speed:
 *     3: 15.7 MB, 130 MB/s    6: 14.0, 55    7: 13.7, 43    9: 13.4, 28    12: 13.2, 20
 */
enum { LEVEL = 7 };

struct wy_compression {
    const wy_mem *mem;
    uint8_t *data;
    ZSTD_CDict *dictionary;
    wy_match_index *index;
};

struct wy_compressor {
    const wy_mem *mem;
    const wy_compression *with;
    ZSTD_CCtx *context;
    wy_match_characters *characters; /* of a block; NULL where there is no dictionary */
    ZSTD_Sequence *matches;
    size_t match_room;
};

int wy_compressor_fail(size_t code, wy_error *error)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) return wy_fail_memory(error);
    return wy_fail(error, WY_E_INTERNAL, NULL, WY_NO_OFFSET, "zstd failed: %s",
                   ZSTD_getErrorName(code));
}

int wy_compression_make(const wy_mem *mem, const void *dictionary, size_t length,
                        wy_compression **out, wy_error *error)
{
    int status;
    wy_compression *with = wy_calloc(mem, sizeof *with);
    if (!with) return wy_fail_memory(error);
    with->mem = mem;
    with->data = wy_alloc(mem, length);
    if (!with->data) {
        status = wy_fail_memory(error);
        goto failed;
    }
    memcpy(with->data, dictionary, length);
    with->dictionary = ZSTD_createCDict_byReference(with->data, length, LEVEL);
    if (!with->dictionary) {
        status = wy_fail_memory(error);
        goto failed;
    }
    const size_t head = ZDICT_getDictHeaderSize(with->data, length);
    if (ZDICT_isError(head)) {
        status = wy_compressor_fail(head, error);
        goto failed;
    }
    status = wy_match_index_make(mem, with->data + head, length - head, &with->index, error);
    if (status != WY_OK) goto failed;
    *out = with;
    return WY_OK;
failed:
    wy_compression_free(with);
    return status;
}

void wy_compression_free(wy_compression *with)
{
    if (!with) return;
    wy_match_index_free(with->mem, with->index);
    ZSTD_freeCDict(with->dictionary);
    wy_free(with->mem, with->data);
    wy_free(with->mem, with);
}

int wy_compressor_open(const wy_mem *mem, const wy_compression *with, wy_compressor **out,
                       wy_error *error)
{
    int status = WY_OK;
    wy_compressor *compressor = wy_calloc(mem, sizeof *compressor);
    if (!compressor) return wy_fail_memory(error);
    compressor->mem = mem;
    compressor->with = with;
    compressor->context = ZSTD_createCCtx();
    if (with) compressor->characters = wy_match_characters_make(mem);
    if (!compressor->context || (with && !compressor->characters)) status = wy_fail_memory(error);
    const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {
        {ZSTD_c_compressionLevel, LEVEL},
        {ZSTD_c_contentSizeFlag, 1},
        {ZSTD_c_checksumFlag, 0}, /* the chunks of the file have sums */
        {ZSTD_c_dictIDFlag, 0},   /* there is but one */
        {ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings && status == WY_OK; i++) {
        const size_t code =
            ZSTD_CCtx_setParameter(compressor->context, settings[i].parameter, settings[i].value);
        if (ZSTD_isError(code)) status = wy_compressor_fail(code, error);
    }
    if (status == WY_OK && with) {
        const size_t code = ZSTD_CCtx_refCDict(compressor->context, with->dictionary);
        if (ZSTD_isError(code)) status = wy_compressor_fail(code, error);
    }
    if (status != WY_OK) {
        wy_compressor_close(compressor);
        return status;
    }
    *out = compressor;
    return WY_OK;
}

void wy_compressor_close(wy_compressor *compressor)
{
    if (!compressor) return;
    ZSTD_freeCCtx(compressor->context);
    wy_match_characters_free(compressor->mem, compressor->characters);
    wy_free(compressor->mem, compressor->matches);
    wy_free(compressor->mem, compressor);
}

int wy_compressor_run(wy_compressor *compressor, const void *data, size_t length, wy_buf *out,
                      wy_error *error)
{
    size_t code;
    if (!wy_buf_reserve(out, ZSTD_compressBound(length))) return wy_fail_memory(error);
    uint8_t *const to = out->data + out->length;
    const size_t room = out->capacity - out->length;
    if (compressor->with && length <= WY_MATCHES_LONGEST) {
        if (!wy_grow(compressor->mem, &compressor->matches, &compressor->match_room,
                     WY_MATCHES_ROOM(length), sizeof *compressor->matches))
            return wy_fail_memory(error);
        const size_t count = wy_matches_find(compressor->with->index, compressor->characters, data,
                                             length, compressor->matches);
        code = ZSTD_compressSequences(compressor->context, to, room, compressor->matches, count,
                                      data, length);
    } else {
        code = ZSTD_compress2(compressor->context, to, room, data, length);
    }
    if (ZSTD_isError(code)) return wy_compressor_fail(code, error);
    out->length += code;
    return WY_OK;
}
