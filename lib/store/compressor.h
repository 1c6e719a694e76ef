/*
 * store/compressor.h: from the content of a block to a zstd frame.
 */
#ifndef WY_STORE_COMPRESSOR_H
#define WY_STORE_COMPRESSOR_H

#include "base/buf.h"
#include "base/error.h"

/* A dictionary made ready. Any number of threads may use one. */
typedef struct wy_compression wy_compression;

/* Makes a dictionary of at most `capacity` bytes, of which there are more than WY_TABLES_ROOM
 * (tables.h), out of a sample. *out: NULL where the sample does not lend itself to it. WY_E_NOMEM,
 * WY_E_INTERNAL. */
int wy_compression_make(const wy_mem *mem, const uint8_t *sample, size_t length, size_t capacity,
                        wy_compression **out, wy_error *error);
/* Its dictionary, in zstd's format. */
const wy_buf *wy_compression_dictionary(const wy_compression *with);
void wy_compression_free(wy_compression *with); /* NULL is ignored */

/* One thread's means to compress. */
typedef struct wy_compressor wy_compressor;

/* `with` is borrowed; NULL: there is no dictionary. WY_E_NOMEM, WY_E_INTERNAL. */
int wy_compressor_open(const wy_mem *mem, const wy_compression *with, wy_compressor **out,
                       wy_error *error);
void wy_compressor_close(wy_compressor *compressor); /* NULL is ignored */

/* Appends a frame of `length` bytes, with its content size. The same bytes give the same frame,
 * whatever came before. WY_E_NOMEM, WY_E_INTERNAL. */
int wy_compressor_run(wy_compressor *compressor, const void *data, size_t length, wy_buf *out,
                      wy_error *error);

/* A failure of zstd while it compresses: memory, or a bug. */
int wy_compressor_fail(size_t code, wy_error *error);

#endif
