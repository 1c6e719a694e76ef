/*
 * base/sealed.h: writing and reading sealed files (sealed_format.h): immutable, checksummed in
 * chunks that are verified when they are first read.
 */
#ifndef WY_BASE_SEALED_H
#define WY_BASE_SEALED_H

#include <stdatomic.h>

#include "base/env.h"
#include "base/sealed_format.h"

/* What the manifest keeps of a file. */
typedef struct wy_seal {
    uint64_t size; /* of the whole file */
    uint64_t root; /* stands for its content */
} wy_seal;

/* ---- Writing ------------------------------------------------------------------------------ */

typedef struct wy_sealed_writer wy_sealed_writer;

/* Creates `path`. `kind`: four ASCII characters. `version`: 1 or more. */
int wy_sealed_create(const wy_env *env, const wy_mem *mem, const char *path, const char kind[4],
                     uint32_t version, wy_sealed_writer **out, wy_error *error);

/* Appends. Errors stick: the first is returned by every later call and by finish. */
int wy_sealed_write(wy_sealed_writer *writer, const void *data, size_t length, wy_error *error);

/* Offset of the next byte. The first payload byte is at WY_SEALED_HEADER. */
uint64_t wy_sealed_offset(const wy_sealed_writer *writer);

/* Writes sums and footer, syncs if `sync`, closes. The writer is freed, also on failure. */
int wy_sealed_finish(wy_sealed_writer *writer, bool sync, wy_seal *out, wy_error *error);

/* Closes and frees without sealing; the caller removes the file. NULL is ignored. */
void wy_sealed_abandon(wy_sealed_writer *writer);

/* ---- Reading ------------------------------------------------------------------------------ */

/* Thread-safe once open. */
typedef struct wy_sealed wy_sealed;

#define WY_SEALED_ANY 0 /* in the place of a version */

/*
 * Opens and checks header, footer and root; reads no payload. `expected` (may be NULL) must agree.
 * Another `version`, newer or older, is WY_E_VERSION, anything else wrong WY_E_DAMAGED.
 */
int wy_sealed_open(const wy_env *env, const wy_mem *mem, const char *path, const char kind[4],
                   uint32_t version, const wy_seal *expected, wy_sealed **out, wy_error *error);
/*
 * Opens a file of which something is wrong, to save what is left: header, footer, root and tops may
 * be anything, but each chunk is still verified before a byte of it is given out. A header whose
 * chunk is whole is believed: another kind is WY_E_DAMAGED, another version WY_E_VERSION. `size`:
 * of the whole file as it was written; 0: as it is. WY_E_DAMAGED where it is shorter.
 */
int wy_sealed_open_damaged(const wy_env *env, const wy_mem *mem, const char *path,
                           const char kind[4], uint32_t version, uint64_t size, wy_sealed **out,
                           wy_error *error);
void wy_sealed_close(wy_sealed *file); /* NULL is ignored */

const char *wy_sealed_path(const wy_sealed *file);
uint32_t wy_sealed_version(const wy_sealed *file); /* of the file, if it can be read */
uint64_t wy_sealed_end(const wy_sealed *file);     /* offset after the last payload byte */
wy_seal wy_sealed_seal(const wy_sealed *file);

/* What a file begins with, for wy_sealed_view. Private. */
typedef struct wy_sealed_front {
    const uint8_t *data;
    uint64_t body;              /* bytes of header + payload; the sums start there */
    _Atomic uint64_t *verified; /* a bit for each chunk, then one for each group of sums */
} wy_sealed_front;

int wy_sealed_view_slowly(const wy_sealed *file, uint64_t offset, uint64_t length,
                          const uint8_t **out, wy_error *error);

/*
 * `length` bytes at `offset`, verified. They live as long as the file is open. A range outside
 * header and payload, or a chunk whose sum is wrong, is WY_E_DAMAGED.
 * At least 16 readable bytes always follow the payload (sums and footer), so that decoders may
 * load whole words.
 */
static inline int wy_sealed_view(const wy_sealed *file, uint64_t offset, uint64_t length,
                                 const uint8_t **out, wy_error *error)
{
    /* Nearly always: look-ups view a few bytes at a time, of a chunk that is verified. */
    const wy_sealed_front *front = (const wy_sealed_front *)(const void *)file;
    if (offset < front->body && length - 1 < front->body - offset) {
        const uint64_t first = offset / WY_SEALED_CHUNK;
        const uint64_t bits =
            atomic_load_explicit(&front->verified[first / 64], memory_order_relaxed);
        *out = front->data + offset;
        if ((offset + length - 1) / WY_SEALED_CHUNK == first && bits >> first % 64 & 1)
            return WY_OK;
    }
    return wy_sealed_view_slowly(file, offset, length, out, error);
}

/* As wy_env.evict: views stay, and what was verified counts as such. */
void wy_sealed_evict(const wy_sealed *file);

/* Verifies every chunk, also those that were verified before. */
int wy_sealed_verify(const wy_sealed *file, wy_error *error);

/* WY_E_DAMAGED with the file's path, for readers whose structure does not hold. */
int wy_sealed_damaged(const wy_sealed *file, uint64_t offset, wy_error *error, const char *reason);

#endif
