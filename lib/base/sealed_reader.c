/*
 * base/sealed_reader.c: reading a sealed file. A bit for each chunk tells that its sum was found
 * right; a chunk whose bit is missing is verified before a byte of it is given out. Likewise a bit
 * for each group of sums, before one of them is believed.
 */
#include "base/sealed.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "base/checksum.h"
#include "base/reader.h"
#include "base/sealed_format.h"

struct wy_sealed {
    wy_sealed_front front; /* must come first */
    const wy_env *env;
    const wy_mem *mem;
    char *path;
    wy_env_map map;
    uint32_t version;
    wy_seal seal;
    size_t chunks; /* WY_SEALED_CHUNK bytes each; the last may be short */
    size_t groups; /* WY_SEALED_GROUP sums each; the last may be short */
};

static int damaged(const wy_sealed *file, uint64_t offset, wy_error *error, const char *reason)
{
    return wy_fail(error, WY_E_DAMAGED, file->path, offset, "%s", reason);
}

static bool is_set(const wy_sealed *file, size_t bit)
{
    return atomic_load_explicit(&file->front.verified[bit / 64], memory_order_relaxed) >> bit % 64 &
           1;
}

/* Relaxed: the bit stands for bytes that nobody writes, so there is nothing to order. */
static void set(const wy_sealed *file, size_t bit)
{
    atomic_fetch_or_explicit(&file->front.verified[bit / 64], UINT64_C(1) << bit % 64,
                             memory_order_relaxed);
}

/* The bit of a group: they begin at a word of their own, so that chunks can be looked at by words.
 */
static size_t group_bit(const wy_sealed *file, size_t group)
{
    return ((file->chunks - 1) / 64 + 1) * 64 + group;
}

/* Verifies one group of sums. */
static int verify_group(const wy_sealed *file, size_t group, wy_error *error)
{
    const size_t first = group * WY_SEALED_GROUP, left = file->chunks - first;
    const size_t length = 8 * (left < WY_SEALED_GROUP ? left : WY_SEALED_GROUP);
    const uint64_t start = file->front.body + 8 * (uint64_t)first;
    const uint8_t *tops = file->map.data + file->front.body + 8 * file->chunks;

    if (wy_checksum(file->map.data + start, length) != wy_load64(tops + 8 * group))
        return damaged(file, start, error, "the checksum of checksums is wrong");
    set(file, group_bit(file, group));
    return WY_OK;
}

/* Verifies one chunk and sets its bit. Two threads may do so at once: both find the same. */
static int verify_chunk(const wy_sealed *file, size_t chunk, wy_error *error)
{
    const uint64_t start = (uint64_t)chunk * WY_SEALED_CHUNK, left = file->front.body - start;
    const size_t length = left < WY_SEALED_CHUNK ? (size_t)left : WY_SEALED_CHUNK;
    const size_t group = chunk / WY_SEALED_GROUP;

    if (!is_set(file, group_bit(file, group))) {
        int status = verify_group(file, group, error);
        if (status != WY_OK) return status;
    }
    if (wy_checksum(file->map.data + start, length) !=
        wy_load64(file->map.data + file->front.body + chunk * 8))
        return wy_fail(error, WY_E_DAMAGED, file->path, start, "the checksum of %zu bytes is wrong",
                       length);
    set(file, chunk);
    return WY_OK;
}

/* Verifies the chunks from `first` to `last` whose bits are missing, 64 at a look. */
static int verify_range(const wy_sealed *file, size_t first, size_t last, wy_error *error)
{
    for (size_t word = first / 64; word <= last / 64; word++) {
        uint64_t wanted = UINT64_MAX;
        if (word == first / 64) wanted &= UINT64_MAX << first % 64;
        if (word == last / 64) wanted &= UINT64_MAX >> (63 - last % 64);
        uint64_t missing =
            wanted & ~atomic_load_explicit(&file->front.verified[word], memory_order_relaxed);
        for (; missing; missing &= missing - 1) {
            int status = verify_chunk(file, word * 64 + (size_t)__builtin_ctzll(missing), error);
            if (status != WY_OK) return status;
        }
    }
    return WY_OK;
}

/* The footer, and that the sizes it gives add up to the size of the file. Sets body, chunks and
 * seal. Nothing that was read is added or multiplied before it is known to be small enough. */
static int check_footer(wy_sealed *file, const wy_seal *expected, wy_error *error)
{
    const uint64_t size = file->map.length;
    if (expected && size != expected->size)
        return wy_fail(error, WY_E_DAMAGED, file->path, WY_NO_OFFSET,
                       "the file has %" PRIu64 " bytes and should have %" PRIu64, size,
                       expected->size);
    if (size < WY_SEALED_HEADER + 8 + 8 + WY_SEALED_FOOTER)
        return damaged(file, size, error, "the file is cut short");

    const uint64_t at = size - WY_SEALED_FOOTER;
    const uint8_t *footer = file->map.data + at;
    if (memcmp(footer + 16, WY_SEALED_END, 8) != 0)
        return damaged(file, at + 16, error, "the file does not end as it should: cut short");
    file->front.data = file->map.data;
    file->front.body = wy_load64(footer);
    file->seal = (wy_seal){size, wy_load64(footer + 8)};
    if (file->front.body < WY_SEALED_HEADER || file->front.body > at)
        return damaged(file, at, error, "the footer gives an impossible size");
    const uint64_t chunks = (file->front.body - 1) / WY_SEALED_CHUNK + 1; /* < 2^50 */
    const uint64_t groups = (chunks - 1) / WY_SEALED_GROUP + 1;
    if (at - file->front.body != (chunks + groups) * 8)
        return damaged(file, at, error, "the footer gives a size that the file does not have");
    file->chunks = (size_t)chunks;
    file->groups = (size_t)groups;

    const uint64_t tops = file->front.body + chunks * 8;
    if (wy_checksum(file->map.data + tops, file->groups * 8 + 8) != file->seal.root)
        return damaged(file, tops, error, "the checksum of the checksums is wrong");
    if (expected && expected->root != file->seal.root)
        return damaged(file, at + 8, error, "the file is whole but not the one that belongs here");
    return WY_OK;
}

static int make_bits(wy_sealed *file, wy_error *error)
{
    size_t words = group_bit(file, file->groups) / 64 + 1;
    file->front.verified = wy_alloc_array(file->mem, words, sizeof *file->front.verified);
    if (!file->front.verified) return wy_fail_memory(error);
    for (size_t i = 0; i < words; i++) atomic_init(&file->front.verified[i], 0);
    return WY_OK;
}

static int check_header(wy_sealed *file, const char kind[4], uint32_t version, wy_error *error)
{
    const uint8_t *header = file->map.data;
    if (memcmp(header, WY_SEALED_MAGIC, 8) != 0)
        return damaged(file, 0, error, "the file does not start as files of an index do");
    if (memcmp(header + 8, kind, 4) != 0)
        return wy_fail(error, WY_E_DAMAGED, file->path, 8, "the file is not of kind %.4s", kind);
    file->version = wy_load32(header + 12);
    if (file->version == version) return WY_OK;

    /* Another version, or one flipped bit? The sum of the first chunk tells. */
    int status = verify_chunk(file, 0, error);
    if (status != WY_OK) return status;
    if (file->version == 0) return damaged(file, 12, error, "there is no version 0");
    if (version == WY_SEALED_ANY) return WY_OK;
    if (file->version < version)
        return wy_fail(error, WY_E_VERSION, file->path, 12,
                       "version %" PRIu32
                       " of %.4s is older than this library, which knows %" PRIu32
                       " alone: make the index anew",
                       file->version, kind, version);
    return wy_fail(error, WY_E_VERSION, file->path, 12,
                   "version %" PRIu32 " of %.4s is newer than this library, which knows %" PRIu32,
                   file->version, kind, version);
}

int wy_sealed_open(const wy_env *env, const wy_mem *mem, const char *path, const char kind[4],
                   uint32_t version, const wy_seal *expected, wy_sealed **out, wy_error *error)
{
    int status;
    wy_sealed *file = wy_calloc(mem, sizeof *file);
    if (!file) return wy_fail_memory(error);
    file->env = env;
    file->mem = mem;
    file->path = wy_strndup(mem, path, strlen(path));
    if (!file->path) {
        status = wy_fail_memory(error);
        goto failed;
    }
    if ((status = env->map(env, path, &file->map, error)) != WY_OK ||
        (status = check_footer(file, expected, error)) != WY_OK ||
        (status = make_bits(file, error)) != WY_OK ||
        (status = check_header(file, kind, version, error)) != WY_OK)
        goto failed;
    *out = file;
    return WY_OK;
failed:
    wy_sealed_close(file);
    return status;
}

/* What the footer should say, from the size alone: the body is what is left when a sum for each of
 * its chunks, a top for each group of sums and the footer are taken away. */
static bool guess_body(wy_sealed *file, uint64_t size)
{
    const uint64_t least = WY_SEALED_HEADER + 8 + 8 + WY_SEALED_FOOTER;
    if (size < least) return false;
    const uint64_t most = (size - WY_SEALED_FOOTER) / WY_SEALED_CHUNK + 1;
    for (uint64_t chunks = most; chunks > 0 && most - chunks < 2 + most / 1024; chunks--) {
        const uint64_t groups = (chunks - 1) / WY_SEALED_GROUP + 1;
        const uint64_t around = 8 * (chunks + groups) + WY_SEALED_FOOTER;
        if (around + WY_SEALED_HEADER > size) continue;
        file->front.data = file->map.data;
        file->front.body = size - around;
        file->chunks = (size_t)chunks;
        file->groups = (size_t)groups;
        if ((file->front.body - 1) / WY_SEALED_CHUNK + 1 == chunks) return true;
    }
    return false;
}

int wy_sealed_open_damaged(const wy_env *env, const wy_mem *mem, const char *path,
                           const char kind[4], uint32_t version, uint64_t size, wy_sealed **out,
                           wy_error *error)
{
    wy_sealed *file = wy_calloc(mem, sizeof *file);
    if (!file) return wy_fail_memory(error);
    file->env = env;
    file->mem = mem;
    file->path = wy_strndup(mem, path, strlen(path));
    int status = file->path ? env->map(env, path, &file->map, error) : wy_fail_memory(error);
    if (status == WY_OK && size == 0) size = file->map.length;
    if (status == WY_OK && (size > file->map.length || !guess_body(file, size)))
        status = damaged(file, file->map.length, error, "the file is cut short");
    if (status == WY_OK) status = make_bits(file, error);
    if (status == WY_OK) {
        file->version = version;
        for (size_t group = 0; group < file->groups; group++) set(file, group_bit(file, group));
        if (verify_chunk(file, 0, NULL) == WY_OK) status = check_header(file, kind, version, error);
    }
    if (status != WY_OK) {
        wy_sealed_close(file);
        return status;
    }
    *out = file;
    return WY_OK;
}

void wy_sealed_close(wy_sealed *file)
{
    if (!file) return;
    file->env->unmap(file->env, &file->map);
    wy_free(file->mem, file->front.verified);
    wy_free(file->mem, file->path);
    wy_free(file->mem, file);
}

const char *wy_sealed_path(const wy_sealed *file)
{
    return file->path;
}

uint32_t wy_sealed_version(const wy_sealed *file)
{
    return file->version;
}

uint64_t wy_sealed_end(const wy_sealed *file)
{
    return file->front.body;
}

wy_seal wy_sealed_seal(const wy_sealed *file)
{
    return file->seal;
}

int wy_sealed_view_slowly(const wy_sealed *file, uint64_t offset, uint64_t length,
                          const uint8_t **out, wy_error *error)
{
    if (offset > file->front.body || length > file->front.body - offset)
        return wy_fail(error, WY_E_DAMAGED, file->path, offset,
                       "%" PRIu64 " bytes are wanted here, but the content ends at %" PRIu64,
                       length, file->front.body);
    *out = file->map.data + offset;
    if (length == 0) return WY_OK;
    const size_t first = (size_t)(offset / WY_SEALED_CHUNK);
    const size_t last = (size_t)((offset + length - 1) / WY_SEALED_CHUNK);
    return verify_range(file, first, last, error);
}

void wy_sealed_evict(const wy_sealed *file)
{
    file->env->evict(file->env, &file->map);
}

/* Every sum and chunk again, whether or not its bit is set: the disk may have changed since. */
int wy_sealed_verify(const wy_sealed *file, wy_error *error)
{
    for (size_t group = 0; group < file->groups; group++) {
        int status = verify_group(file, group, error);
        if (status != WY_OK) return status;
    }
    for (size_t chunk = 0; chunk < file->chunks; chunk++) {
        int status = verify_chunk(file, chunk, error);
        if (status != WY_OK) return status;
    }
    return WY_OK;
}

int wy_sealed_damaged(const wy_sealed *file, uint64_t offset, wy_error *error, const char *reason)
{
    return damaged(file, offset, error, reason);
}
