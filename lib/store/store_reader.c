/*
 * store/store_reader.c: reads records out of compressed blocks.
 */
/* For ZSTD_createDDict_byReference: exported by libzstd since 1.1.2. */
#define ZSTD_STATIC_LINKING_ONLY

#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/reader.h"
#include "base/sealed_format.h"
#include "store/store_format.h"

enum {
    LENGTH_BYTES = 5, /* of the longest length in a block of form COUNTED */
    ROOM = 64 << 10,  /* bytes behind a dictionary; most blocks are smaller */
};

/*
 * The one part of an open store that changes: made by the first reader that needs it. Behind the
 * dictionary is room for a block, which a reader takes for as long as it is open if no other has
 * it. What zstd decompresses to there goes on where the dictionary ends, so that it need not tell
 * one from the other, and takes 24 us for a block instead of 38.
 */
struct dictionary {
    pthread_mutex_t making;
    _Atomic(ZSTD_DDict *) ready; /* NULL: not yet */
    uint8_t *content;            /* of which `ready` is made */
    size_t length;
    atomic_bool taken; /* the room behind it */
};

struct wy_store {
    const wy_mem *mem;
    wy_sealed *file;
    struct dictionary *dictionary;
    uint64_t records, bytes, blocks;
    uint64_t dictionary_length; /* in the file; 0: there is none */
    uint64_t index;             /* its offset: the end of the last block */
};

/* Where a block lies, and which records it holds. */
struct place {
    uint64_t first, end;     /* records */
    uint64_t offset, length; /* bytes of the file */
};

struct wy_store_reader {
    const wy_store *store;
    ZSTD_DCtx *context;
    bool prepared; /* context has the dictionary */
    /* the block read last; first == end where there is none */
    uint64_t block, first, end;
    uint8_t *content; /* in the room behind the dictionary, or in `own` */
    uint8_t *own;
    size_t own_capacity;
    bool has_room;    /* behind the dictionary */
    uint32_t *starts; /* of its records in content, and where one more would start */
    size_t start_capacity;
    uint32_t gap; /* bytes between a record and the next one's start */
};

static int damaged(const wy_store *store, uint64_t offset, wy_error *error, const char *reason)
{
    return wy_sealed_damaged(store->file, offset, error, reason);
}

/* ---- Opening ------------------------------------------------------------------------------ */

static uint64_t load40(const uint8_t *p)
{
    return wy_load32(p) | (uint64_t)p[4] << 32;
}

/* Reads the trailer and both ends of the index; what is between them is checked when used. */
static int read_trailer(wy_store *store, wy_error *error)
{
    const uint8_t *p;
    uint64_t end = wy_sealed_end(store->file);
    if (end < WY_SEALED_HEADER + WY_STORE_ENTRY + WY_STORE_TRAILER)
        return damaged(store, end, error, "the store has no trailer");
    uint64_t at = end - WY_STORE_TRAILER;
    int status = wy_sealed_view(store->file, at, WY_STORE_TRAILER, &p, error);
    if (status != WY_OK) return status;
    store->records = wy_load64(p);
    store->bytes = wy_load64(p + 8);
    store->blocks = wy_load64(p + 16);
    store->dictionary_length = wy_load64(p + 24);

    if (store->blocks >= (at - WY_SEALED_HEADER) / WY_STORE_ENTRY)
        return damaged(store, at, error, "the index of the store does not fit");
    store->index = at - (store->blocks + 1) * WY_STORE_ENTRY;
    if (store->dictionary_length > store->index - WY_SEALED_HEADER)
        return damaged(store, at, error, "the dictionary of the store does not fit");

    status = wy_sealed_view(store->file, store->index, WY_STORE_ENTRY, &p, error);
    if (status != WY_OK) return status;
    if (load40(p) != 0 || load40(p + 5) != WY_SEALED_HEADER + store->dictionary_length)
        return damaged(store, store->index, error, "the first block of the store is not in place");
    at -= WY_STORE_ENTRY;
    status = wy_sealed_view(store->file, at, WY_STORE_ENTRY, &p, error);
    if (status != WY_OK) return status;
    if (load40(p) != store->records || load40(p + 5) != store->index)
        return damaged(store, at, error, "the last block of the store is not in place");
    return WY_OK;
}

static int make_dictionary(wy_store *store, wy_error *error)
{
    struct dictionary *dictionary = wy_alloc(store->mem, sizeof *dictionary);
    if (!dictionary) return wy_fail_memory(error);
    int failed = pthread_mutex_init(&dictionary->making, NULL);
    if (failed) {
        wy_free(store->mem, dictionary);
        return wy_fail_system(error, failed, NULL, "cannot make a mutex");
    }
    atomic_init(&dictionary->ready, NULL);
    atomic_init(&dictionary->taken, false);
    dictionary->content = NULL;
    store->dictionary = dictionary;
    return WY_OK;
}

/* Makes a store of a file; takes it over, also where it fails. */
static int open_file(const wy_mem *mem, wy_sealed *file, wy_store **out, wy_error *error)
{
    wy_store *store = wy_calloc(mem, sizeof *store);
    if (!store) {
        wy_sealed_close(file);
        return wy_fail_memory(error);
    }
    store->mem = mem;
    store->file = file;
    int status = read_trailer(store, error);
    if (status == WY_OK) status = make_dictionary(store, error);
    if (status != WY_OK)
        wy_store_close(store);
    else
        *out = store;
    return status;
}

int wy_store_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                  wy_store **out, wy_error *error)
{
    wy_sealed *file;
    int status =
        wy_sealed_open(env, mem, path, WY_STORE_KIND, WY_STORE_VERSION, expected, &file, error);
    return status == WY_OK ? open_file(mem, file, out, error) : status;
}

int wy_store_open_damaged(const wy_env *env, const wy_mem *mem, const char *path, uint64_t size,
                          wy_store **out, wy_error *error)
{
    wy_sealed *file;
    int status =
        wy_sealed_open_damaged(env, mem, path, WY_STORE_KIND, WY_STORE_VERSION, size, &file, error);
    return status == WY_OK ? open_file(mem, file, out, error) : status;
}

void wy_store_close(wy_store *store)
{
    if (!store) return;
    if (store->dictionary) {
        ZSTD_freeDDict(atomic_load(&store->dictionary->ready));
        wy_free(store->mem, store->dictionary->content);
        pthread_mutex_destroy(&store->dictionary->making);
        wy_free(store->mem, store->dictionary);
    }
    wy_sealed_close(store->file);
    wy_free(store->mem, store);
}

uint64_t wy_store_count(const wy_store *store)
{
    return store->records;
}

uint64_t wy_store_bytes(const wy_store *store)
{
    return store->bytes;
}

const wy_sealed *wy_store_file(const wy_store *store)
{
    return store->file;
}

int wy_store_reader_open(const wy_store *store, wy_store_reader **out, wy_error *error)
{
    wy_store_reader *reader = wy_calloc(store->mem, sizeof *reader);
    if (!reader) return wy_fail_memory(error);
    reader->store = store;
    reader->context = ZSTD_createDCtx();
    if (!reader->context) {
        wy_store_reader_close(reader);
        return wy_fail_memory(error);
    }
    *out = reader;
    return WY_OK;
}

void wy_store_reader_close(wy_store_reader *reader)
{
    if (!reader) return;
    const wy_mem *mem = reader->store->mem;
    if (reader->has_room)
        atomic_store_explicit(&reader->store->dictionary->taken, false, memory_order_release);
    ZSTD_freeDCtx(reader->context);
    wy_free(mem, reader->own);
    wy_free(mem, reader->starts);
    wy_free(mem, reader);
}

/* ---- The dictionary ----------------------------------------------------------------------- */

static int fail_zstd(const wy_store *store, uint64_t offset, size_t code, wy_error *error)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) return wy_fail_memory(error);
    return wy_fail(error, WY_E_DAMAGED, wy_sealed_path(store->file), offset,
                   "zstd cannot read this: %s", ZSTD_getErrorName(code));
}

/* Why zstd takes no such dictionary: one that begins with tables may be damaged, one that is a text
 * alone may not. */
static int fail_dictionary(const wy_store *store, const uint8_t *content, size_t length,
                           wy_error *error)
{
    if (length < 8 || wy_load32(content) != ZSTD_MAGIC_DICTIONARY) return wy_fail_memory(error);
    const size_t code = ZDICT_getDictHeaderSize(content, length);
    if (!ZDICT_isError(code) || ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
        return wy_fail_memory(error);
    return damaged(store, WY_SEALED_HEADER, error,
                   "the dictionary of the store is not one of zstd");
}

/* Decompresses the dictionary and digests it. */
static int read_dictionary(const wy_store *store, ZSTD_DDict **out, wy_error *error)
{
    const uint8_t *frame;
    struct dictionary *dictionary = store->dictionary;
    const uint64_t at = WY_SEALED_HEADER;
    const size_t length = (size_t)store->dictionary_length;
    int status = wy_sealed_view(store->file, at, length, &frame, error);
    if (status != WY_OK) return status;
    unsigned long long size = ZSTD_getFrameContentSize(frame, length);
    if (size == 0 || size > WY_STORE_DICTIONARY) /* no frame, or size unknown: huge numbers */
        return damaged(store, at, error, "the dictionary of the store has an impossible size");
    uint8_t *content = wy_alloc(store->mem, (size_t)size + ROOM);
    if (!content) return wy_fail_memory(error);
    size_t got = ZSTD_decompress(content, (size_t)size, frame, length);
    if (ZSTD_isError(got)) {
        status = fail_zstd(store, at, got, error);
        goto failed;
    }
    *out = ZSTD_createDDict_byReference(content, got);
    if (!*out) {
        status = fail_dictionary(store, content, got, error);
        goto failed;
    }
    dictionary->content = content;
    dictionary->length = got;
    return WY_OK;
failed:
    wy_free(store->mem, content);
    return status;
}

/* Gives the reader the dictionary, which the first one to need it makes for all. */
static int prepare(wy_store_reader *reader, wy_error *error)
{
    const wy_store *store = reader->store;
    struct dictionary *dictionary = store->dictionary;
    int status = WY_OK;
    if (store->dictionary_length > 0) {
        ZSTD_DDict *ready = atomic_load_explicit(&dictionary->ready, memory_order_acquire);
        if (!ready) {
            pthread_mutex_lock(&dictionary->making);
            ready = atomic_load_explicit(&dictionary->ready, memory_order_relaxed);
            if (!ready) {
                status = read_dictionary(store, &ready, error);
                if (status == WY_OK)
                    atomic_store_explicit(&dictionary->ready, ready, memory_order_release);
            }
            pthread_mutex_unlock(&dictionary->making);
            if (status != WY_OK) return status;
        }
        size_t code = ZSTD_DCtx_refDDict(reader->context, ready);
        if (ZSTD_isError(code)) return fail_zstd(store, WY_SEALED_HEADER, code, error);
    }
    reader->prepared = true;
    return WY_OK;
}

/* ---- Blocks ------------------------------------------------------------------------------- */

/* Place of block `number` < blocks. */
static int find_place(const wy_store *store, uint64_t number, struct place *place, wy_error *error)
{
    const uint8_t *p;
    uint64_t at = store->index + number * WY_STORE_ENTRY;
    int status = wy_sealed_view(store->file, at, 2 * WY_STORE_ENTRY, &p, error);
    if (status != WY_OK) return status;
    uint64_t end = load40(p + WY_STORE_ENTRY + 5);
    place->first = load40(p);
    place->end = load40(p + WY_STORE_ENTRY);
    place->offset = load40(p + 5);
    if (place->first >= place->end || place->end > store->records ||
        place->offset < WY_SEALED_HEADER + store->dictionary_length || place->offset >= end ||
        end > store->index)
        return damaged(store, at, error, "the index of the store is not in order");
    place->length = end - place->offset;
    return WY_OK;
}

/* The block that holds `record` < records, by binary search in the mapping. */
static int find_block(const wy_store *store, uint64_t record, uint64_t *number, wy_error *error)
{
    /* Invariant: block low begins at or before the record; block high, if any, after it. */
    uint64_t low = 0, high = store->blocks;
    while (high - low > 1) {
        const uint8_t *p;
        uint64_t middle = low + (high - low) / 2;
        int status = wy_sealed_view(store->file, store->index + middle * WY_STORE_ENTRY,
                                    WY_STORE_ENTRY, &p, error);
        if (status != WY_OK) return status;
        if (load40(p) <= record)
            low = middle;
        else
            high = middle;
    }
    *number = low;
    return WY_OK;
}

/* Whether the reader may decompress to behind the dictionary. */
static bool take_room(wy_store_reader *reader)
{
    if (!reader->has_room && reader->store->dictionary_length > 0)
        reader->has_room = !atomic_exchange_explicit(&reader->store->dictionary->taken, true,
                                                     memory_order_acquire);
    return reader->has_room;
}

/* Room for a block of `length` bytes and `count` records. */
static int make_room(wy_store_reader *reader, size_t length, size_t count, wy_error *error)
{
    const wy_mem *mem = reader->store->mem;
    const struct dictionary *dictionary = reader->store->dictionary;
    const bool behind = length <= ROOM && take_room(reader);
    if ((!behind && !wy_grow(mem, &reader->own, &reader->own_capacity, length, 1)) ||
        !wy_grow(mem, &reader->starts, &reader->start_capacity, count + 1, sizeof *reader->starts))
        return wy_fail_memory(error);
    reader->content = behind ? dictionary->content + dictionary->length : reader->own;
    return WY_OK;
}

/* Finds the records in a content of form MARKED: a mark behind each and no other. */
static bool split_marked(wy_store_reader *reader, size_t length, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *mark = memchr(reader->content + at, WY_STORE_MARK, length - at);
        if (!mark) return false;
        reader->starts[i] = (uint32_t)at;
        at = (size_t)(mark - reader->content) + 1;
    }
    reader->starts[count] = (uint32_t)at;
    reader->gap = 1;
    return at == length;
}

/* The same for the form COUNTED: lengths, which must add up to the rest. */
static bool split_counted(wy_store_reader *reader, size_t length, size_t count)
{
    wy_reader r = wy_reader_of(reader->content, length);
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        reader->starts[i] = (uint32_t)sum;
        sum += wy_reader_varint32(&r);
        if (r.bad || sum > length) return false;
    }
    if (sum != wy_reader_left(&r)) return false;
    uint32_t base = (uint32_t)wy_reader_at(&r);
    for (size_t i = 0; i < count; i++) reader->starts[i] += base;
    reader->starts[count] = (uint32_t)length;
    reader->gap = 0;
    return true;
}

/* Makes block `number` the reader's block. */
static int load_block(wy_store_reader *reader, uint64_t number, wy_error *error)
{
    const wy_store *store = reader->store;
    struct place place = {0};
    const uint8_t *block;
    int status;
    reader->first = reader->end = 0; /* no block, until this one is found sound */

    if (!reader->prepared && (status = prepare(reader, error)) != WY_OK) return status;
    status = find_place(store, number, &place, error);
    if (status != WY_OK) return status;
    status = wy_sealed_view(store->file, place.offset, place.length, &block, error);
    if (status != WY_OK) return status;

    /*
     * What the frame claims is believed only within bounds: 128 KiB come from no less than 4
     * bytes of a frame (RFC 8878: a run), a record takes at least a byte, and no block is larger
     * than a record of the greatest length.
     */
    const size_t frame_length = (size_t)place.length - 1;
    unsigned long long size = ZSTD_getFrameContentSize(block + 1, frame_length);
    if (size > (unsigned long long)WY_STORE_RECORD_MAX + LENGTH_BYTES ||
        size / (128 << 10) > frame_length / 4 || place.end - place.first > size)
        return damaged(store, place.offset, error, "a block of the store has an impossible size");
    const size_t length = (size_t)size, count = (size_t)(place.end - place.first);
    status = make_room(reader, length, count, error);
    if (status != WY_OK) return status;
    size_t got =
        ZSTD_decompressDCtx(reader->context, reader->content, length, block + 1, frame_length);
    if (ZSTD_isError(got)) return fail_zstd(store, place.offset, got, error);

    bool sound = got == length;
    if (sound && block[0] == WY_STORE_MARKED)
        sound = split_marked(reader, length, count);
    else if (sound && block[0] == WY_STORE_COUNTED)
        sound = split_counted(reader, length, count);
    else
        sound = false;
    if (!sound)
        return damaged(store, place.offset, error, "a block of the store holds other records");
    reader->block = number;
    reader->first = place.first;
    reader->end = place.end;
    return WY_OK;
}

/* ---- Records ------------------------------------------------------------------------------ */

int wy_store_get(wy_store_reader *reader, uint64_t number, const uint8_t **data, size_t *length,
                 wy_error *error)
{
    const wy_store *store = reader->store;
    if (number >= store->records)
        return wy_fail(error, WY_E_ARGUMENT, wy_sealed_path(store->file), WY_NO_OFFSET,
                       "there is no such record in the store");
    if (number < reader->first || number >= reader->end) {
        uint64_t block = reader->block + 1;
        int status = WY_OK;
        if (reader->first == reader->end || number != reader->end)
            status = find_block(store, number, &block, error);
        if (status == WY_OK) status = load_block(reader, block, error);
        if (status != WY_OK) return status;
        if (number < reader->first || number >= reader->end) /* as the search was misled */
            return damaged(store, store->index, error, "the index of the store is not in order");
    }
    const uint32_t *start = reader->starts + (number - reader->first);
    *data = reader->content + start[0];
    *length = start[1] - reader->gap - start[0];
    return WY_OK;
}

int wy_store_check(const wy_store *store, wy_error *error)
{
    wy_store_reader *reader = NULL;
    uint64_t records = 0, bytes = 0;
    int status = wy_store_reader_open(store, &reader, error);
    if (status != WY_OK) return status;
    for (uint64_t block = 0; block < store->blocks; block++) {
        status = load_block(reader, block, error);
        if (status != WY_OK) goto done;
        size_t count = (size_t)(reader->end - reader->first);
        records += count;
        bytes += reader->starts[count] - reader->starts[0] - (uint64_t)count * reader->gap;
    }
    if (records != store->records || bytes != store->bytes)
        status = damaged(store, wy_sealed_end(store->file) - WY_STORE_TRAILER, error,
                         "the store holds other records than it says");
    else if (store->dictionary_length > 0 && !reader->prepared)
        status = prepare(reader, error);
done:
    wy_store_reader_close(reader);
    return status;
}
