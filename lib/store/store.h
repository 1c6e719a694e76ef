/*
 * store/store.h: records of bytes, by number, in zstd blocks with a dictionary made of some
 * of them. Paragraphs and reports are kept so. See store_format.h.
 */
#ifndef WY_STORE_STORE_H
#define WY_STORE_STORE_H

#include "base/sealed.h"

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct wy_store_writer wy_store_writer;

typedef struct wy_store_options {
    uint32_t block_size; /* bytes of records in a block, aimed at; 0: 14 KiB */
    bool two_threads;    /* another thread takes half of the compressing; the bytes are the same */
} wy_store_options;

int wy_store_create(const wy_env *env, const wy_mem *mem, const char *path,
                    const wy_store_options *options, wy_store_writer **out, wy_error *error);
/*
 * Before the first record: a record to make the dictionary of. Where records are offered, the
 * dictionary is made of a few MiB of them that are spread evenly; else of the first that are
 * added. `all`: bytes of what will have been offered in the end, each record and one byte more.
 */
int wy_store_offer(wy_store_writer *writer, const void *data, size_t length, uint64_t all,
                   wy_error *error);
/* The next record: numbers count from 0. Errors stick. Memory used is bounded (a few MiB for the
 * sample that the dictionary is made of). */
int wy_store_add(wy_store_writer *writer, const void *data, size_t length, wy_error *error);
int wy_store_finish(wy_store_writer *writer, bool sync, wy_seal *out, wy_error *error);
void wy_store_abandon(wy_store_writer *writer);

/* ---- Reading ------------------------------------------------------------------------------ */

/* Thread-safe once open. The decompression dictionary is prepared when first needed. */
typedef struct wy_store wy_store;

int wy_store_open(const wy_env *env, const wy_mem *mem, const char *path, const wy_seal *expected,
                  wy_store **out, wy_error *error);
/* The same for a file that is damaged, to save the records that can still be read; `size` as
 * wy_sealed_open_damaged has it. WY_E_DAMAGED where none can be found. */
int wy_store_open_damaged(const wy_env *env, const wy_mem *mem, const char *path, uint64_t size,
                          wy_store **out, wy_error *error);
void wy_store_close(wy_store *store);
uint64_t wy_store_count(const wy_store *store);
uint64_t wy_store_bytes(const wy_store *store); /* of all records, before compression */
const wy_sealed *wy_store_file(const wy_store *store);

/* One thread's means to read: decompression state and the last block. */
typedef struct wy_store_reader wy_store_reader;
int wy_store_reader_open(const wy_store *store, wy_store_reader **out, wy_error *error);
void wy_store_reader_close(wy_store_reader *reader);

/* Record `number`; *data lives until the next call. WY_E_DAMAGED; WY_E_ARGUMENT beyond count. */
int wy_store_get(wy_store_reader *reader, uint64_t number, const uint8_t **data, size_t *length,
                 wy_error *error);

/* Decompresses all and verifies; for check. */
int wy_store_check(const wy_store *store, wy_error *error);

#endif
