#include "store/compressor.h"

#include "store/matches.h" /* zstd.h */

#include <assert.h>

#include <zdict.h>
#include <zstd_errors.h>

#include "base/reader.h"
#include "store/dictionary.h"
#include "store/tables.h"

/*
 * zstd finds the matches of what has no dictionary, and of blocks that hold one long record. By
 * level, 57.3 MB of Chinese law with a dictionary of 1 MiB, all frames, speed:
 *     3: 15.7 MB, 130 MB/s    6: 14.0, 55    7: 13.7, 43    9: 13.4, 28    12: 13.2, 20
 */
enum { LEVEL = 7 };

struct wy_compression {
    const wy_mem *mem;
    wy_buf text;            /* of the dictionary */
    wy_buf all;             /* tables and text */
    ZSTD_CDict *dictionary; /* its tables; to find no matches in */
    wy_match_index *index;
};

struct wy_compressor {
    const wy_mem *mem;
    const wy_compression *with;
    ZSTD_CCtx *context;
    ZSTD_CCtx *searching; /* for what it finds the matches of itself, with a dictionary */
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

static int set(ZSTD_CCtx *context, ZSTD_cParameter parameter, int value, wy_error *error)
{
    const size_t code = ZSTD_CCtx_setParameter(context, parameter, value);
    return ZSTD_isError(code) ? wy_compressor_fail(code, error) : WY_OK;
}

/*
 * zstd's own tables of a dictionary would take 0.01 s to fill, and its tables of a block, cleared
 * for each, as much for 57.3 MB; what is given the matches needs none, so they are as small as they
 * can be. By its strategy zstd chooses how to code: from "lazy" on by what each way would cost,
 * before that by rules of thumb.
 */
static ZSTD_CDict *digest(const uint8_t *data, size_t length)
{
    enum { TABLE_BITS = 8 };
    ZSTD_CDict *out = NULL;
    ZSTD_CCtx_params *parameters = ZSTD_createCCtxParams();
    if (parameters && !ZSTD_isError(ZSTD_CCtxParams_init(parameters, LEVEL)) &&
        !ZSTD_isError(ZSTD_CCtxParams_setParameter(parameters, ZSTD_c_strategy, ZSTD_lazy)) &&
        !ZSTD_isError(ZSTD_CCtxParams_setParameter(parameters, ZSTD_c_hashLog, TABLE_BITS)) &&
        !ZSTD_isError(ZSTD_CCtxParams_setParameter(parameters, ZSTD_c_chainLog, TABLE_BITS)))
        out = ZSTD_createCDict_advanced2(data, length, ZSTD_dlm_byRef, ZSTD_dct_auto, parameters,
                                         ZSTD_defaultCMem);
    ZSTD_freeCCtxParams(parameters);
    return out;
}

/* Whether zstd takes a dictionary for what it is: tables of so many bytes and a text behind them,
 * or a text alone, which may not begin as tables do. */
static int look_at(const wy_buf *all, size_t tables, bool *sound, wy_error *error)
{
    const bool headed = all->length >= 8 && wy_load32(all->data) == ZSTD_MAGIC_DICTIONARY;
    *sound = !headed;
    if (tables == 0) return WY_OK;
    const size_t found = ZDICT_getDictHeaderSize(all->data, all->length);
    if (ZDICT_isError(found) && ZSTD_getErrorCode(found) == ZSTD_error_memory_allocation)
        return wy_fail_memory(error);
    *sound = found == tables;
    return WY_OK;
}

/* Puts what stands in front of the text, if it lends itself to it, and the text together. *sound
 * false: there is no dictionary to be made of it. */
static int join(wy_compression *with, const uint8_t *sample, size_t length, bool *sound,
                wy_error *error)
{
    wy_buf *all = &with->all;
    int status = wy_tables_make(with->mem, with->index, sample, length, all, error);
    if (status != WY_OK) return status;
    size_t tables = all->length;
    wy_buf_bytes(all, with->text.data, with->text.length);
    if (all->failed) return wy_fail_memory(error);
    status = look_at(all, tables, sound, error);
    if (status != WY_OK || *sound || tables == 0) return status;
    wy_buf_clear(all); /* a zstd to come may not take such tables */
    wy_buf_bytes(all, with->text.data, with->text.length);
    return look_at(all, 0, sound, error);
}

/* The dictionary and what it is used with; none: the sample does not lend itself to it. */
static int fill(wy_compression *with, const uint8_t *sample, size_t length, size_t capacity,
                wy_error *error)
{
    const wy_mem *mem = with->mem;
    bool sound = false;
    int status =
        wy_dictionary_choose(mem, sample, length, capacity - WY_TABLES_ROOM, &with->text, error);
    if (status != WY_OK || with->text.length == 0) return status;
    status = wy_match_index_make(mem, with->text.data, with->text.length, &with->index, error);
    if (status == WY_OK) status = join(with, sample, length, &sound, error);
    if (status != WY_OK || !sound) return status;
    with->dictionary = digest(with->all.data, with->all.length);
    return with->dictionary ? WY_OK : wy_fail_memory(error);
}

int wy_compression_make(const wy_mem *mem, const uint8_t *sample, size_t length, size_t capacity,
                        wy_compression **out, wy_error *error)
{
    assert(capacity > WY_TABLES_ROOM);
    *out = NULL;
    wy_compression *with = wy_calloc(mem, sizeof *with);
    if (!with) return wy_fail_memory(error);
    with->mem = mem;
    wy_buf_init(&with->text, mem);
    wy_buf_init(&with->all, mem);
    const int status = fill(with, sample, length, capacity, error);
    if (status == WY_OK && with->dictionary)
        *out = with;
    else
        wy_compression_free(with);
    return status;
}

const wy_buf *wy_compression_dictionary(const wy_compression *with)
{
    return &with->all;
}

void wy_compression_free(wy_compression *with)
{
    if (!with) return;
    wy_match_index_free(with->mem, with->index);
    ZSTD_freeCDict(with->dictionary);
    wy_buf_free(&with->text);
    wy_buf_free(&with->all);
    wy_free(with->mem, with);
}

/* A context that makes frames. */
static int make_context(ZSTD_CCtx **out, wy_error *error)
{
    const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {
        {ZSTD_c_compressionLevel, LEVEL},
        {ZSTD_c_contentSizeFlag, 1},
        {ZSTD_c_checksumFlag, 0}, /* the chunks of the file have sums */
        {ZSTD_c_dictIDFlag, 0},   /* there is but one */
    };
    int status = WY_OK;
    *out = ZSTD_createCCtx();
    if (!*out) return wy_fail_memory(error);
    for (size_t i = 0; i < sizeof settings / sizeof *settings && status == WY_OK; i++)
        status = set(*out, settings[i].parameter, settings[i].value, error);
    return status;
}

/* Makes the context that finds matches in the dictionary itself, which few need. */
static int make_searching(wy_compressor *compressor, wy_error *error)
{
    const wy_compression *with = compressor->with;
    ZSTD_CCtx *context = NULL;
    int status = make_context(&context, error);
    if (status == WY_OK) {
        const size_t code =
            ZSTD_CCtx_loadDictionary_byReference(context, with->all.data, with->all.length);
        if (ZSTD_isError(code)) status = wy_compressor_fail(code, error);
    }
    if (status == WY_OK)
        compressor->searching = context;
    else
        ZSTD_freeCCtx(context);
    return status;
}

int wy_compressor_open(const wy_mem *mem, const wy_compression *with, wy_compressor **out,
                       wy_error *error)
{
    wy_compressor *compressor = wy_calloc(mem, sizeof *compressor);
    if (!compressor) return wy_fail_memory(error);
    compressor->mem = mem;
    compressor->with = with;
    int status = make_context(&compressor->context, error);
    if (status == WY_OK && with) {
        compressor->characters = wy_match_characters_make(mem);
        if (!compressor->characters) status = wy_fail_memory(error);
    }
    if (status == WY_OK && with)
        status = set(compressor->context, ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters,
                     error);
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
    ZSTD_freeCCtx(compressor->searching);
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
        if (compressor->with && !compressor->searching) {
            const int status = make_searching(compressor, error);
            if (status != WY_OK) return status;
        }
        code = ZSTD_compress2(compressor->with ? compressor->searching : compressor->context, to,
                              room, data, length);
    }
    if (ZSTD_isError(code)) return wy_compressor_fail(code, error);
    out->length += code;
    return WY_OK;
}
