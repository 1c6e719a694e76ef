/*
 * unit/kinds.h: what the tests of terms, store, columns and live share: damaging a file in all
 * ways, and failing every allocation and call while one is written and read.
 */
#ifndef WY_UNIT_KINDS_H
#define WY_UNIT_KINDS_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/sealed.h"
#include "base/sealed_format.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"
#include "support/test.h"

/* Writes the file that is tested at `path`. */
typedef int (*kinds_build)(const wy_env *env, const wy_mem *mem, const char *path, wy_seal *seal,
                           wy_error *error);

/* Opens `path` and calls everything that can read it, also after a failure. Returns the first
 * failure. */
typedef int (*kinds_probe)(const wy_env *env, const wy_mem *mem, const char *path,
                           const wy_seal *expected, wy_error *error);

/* The first failure of two. */
static inline int kinds_first(int a, int b)
{
    return a != WY_OK ? a : b;
}

/* A copy of exactly the size, so that a sanitizer sees what goes beyond it. */
static inline int kinds_probe_bytes(kinds_probe probe, const uint8_t *data, size_t length,
                                    const wy_seal *expected, wy_error *error)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_fault_mem mem;
    wy_fault_mem_init(&mem, 0);
    wy_memory_env_set(memory, "f", data, length);
    int status = probe(wy_memory_env_table(memory), &mem.mem, "f", expected, error);
    wy_fault_mem_check(&mem);
    wy_memory_env_free(memory);
    return status;
}

/* The file that `build` writes. */
static inline uint8_t *kinds_bytes(kinds_build build, size_t *length, wy_seal *seal)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_error error;
    assert_ok(build(wy_memory_env_table(memory), &wy_mem_default, "f", seal, &error), &error);
    uint8_t *data = wy_memory_env_get(memory, "f", length);
    wy_memory_env_free(memory);
    return data;
}

/* A file cut short anywhere, or with any byte changed, is found out. */
static inline void kinds_check_damage(kinds_build build, kinds_probe probe)
{
    size_t length;
    wy_seal seal;
    wy_error error;
    uint8_t *data = kinds_bytes(build, &length, &seal);
    assert_ok(kinds_probe_bytes(probe, data, length, &seal, &error), &error);
    for (size_t cut = 0; cut < length; cut++) {
        assert_status(WY_E_DAMAGED, kinds_probe_bytes(probe, data, cut, NULL, &error), &error);
        assert_string_equal(error.file, "f");
    }
    for (size_t at = 0; at < length; at++) {
        data[at] ^= (uint8_t)(1 << at % 8);
        assert_status(WY_E_DAMAGED, kinds_probe_bytes(probe, data, length, &seal, &error), &error);
        data[at] ^= (uint8_t)(1 << at % 8);
    }
    free(data);
}

/* Seals `payload` anew, so that all its sums are right, and probes it. */
static inline int kinds_probe_payload(kinds_probe probe, const char kind[4], uint32_t version,
                                      const uint8_t *payload, size_t length, wy_error *error)
{
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_sealed_writer *writer;
    wy_fault_mem mem;
    wy_seal seal;
    wy_fault_mem_init(&mem, 0);
    assert_ok(wy_sealed_create(env, &wy_mem_default, "f", kind, version, &writer, error), error);
    assert_ok(wy_sealed_write(writer, payload, length, error), error);
    assert_ok(wy_sealed_finish(writer, false, &seal, error), error);
    int status = probe(env, &mem.mem, "f", &seal, error);
    wy_fault_mem_check(&mem);
    wy_memory_env_free(memory);
    return status;
}

/* What `probe` says of the file with the byte at `at` changed to `value` and sealed anew. */
static inline int kinds_probe_patched(kinds_build build, kinds_probe probe, size_t at,
                                      uint8_t value, wy_error *error)
{
    size_t length;
    wy_seal seal;
    uint8_t *data = kinds_bytes(build, &length, &seal);
    char kind[4];
    memcpy(kind, data + 8, 4);
    size_t body = (size_t)wy_load64(data + length - WY_SEALED_FOOTER);
    assert_true(at < body && data[at] != value);
    data[at] = value;
    int status = kinds_probe_payload(probe, kind, wy_load32(data + 12), data + WY_SEALED_HEADER,
                                     body - WY_SEALED_HEADER, error);
    free(data);
    return status;
}

/*
 * Payloads that were changed and sealed anew are damaged or harmless, and nothing is read outside
 * of them. Every byte is changed in some ways where the file is small; `rounds` random changes
 * more. At least one must be found damaged.
 */
static inline void kinds_check_hostile(kinds_build build, kinds_probe probe, unsigned rounds)
{
    static const uint8_t changes[] = {0x01, 0x02, 0x10, 0x80, 0x7f, 0xff};
    size_t length, found = 0;
    wy_seal seal;
    wy_error error;
    uint8_t *data = kinds_bytes(build, &length, &seal);
    uint8_t *payload = data + WY_SEALED_HEADER;
    const uint32_t version = wy_load32(data + 12);
    char kind[4];
    memcpy(kind, data + 8, 4);
    size_t size = (size_t)wy_load64(data + length - WY_SEALED_FOOTER) - WY_SEALED_HEADER;
    uint8_t *copy = wy_test_alloc(size + 1);
    wy_test_random random = wy_test_random_of(rounds);

    for (size_t i = 0; size < 4096 && i < size * sizeof changes; i++) {
        uint8_t *byte = payload + i / sizeof changes;
        *byte ^= changes[i % sizeof changes];
        int status = kinds_probe_payload(probe, kind, version, payload, size, &error);
        *byte ^= changes[i % sizeof changes];
        if (status != WY_OK) assert_status(WY_E_DAMAGED, status, &error);
        found += status != WY_OK;
    }
    for (unsigned i = 0; i < rounds; i++) {
        memcpy(copy, payload, size);
        size_t left = size;
        for (uint64_t n = wy_test_below(&random, 4); n > 0 && left > 0; n--)
            copy[wy_test_below(&random, left)] = (uint8_t)wy_test_next(&random);
        if (wy_test_below(&random, 4) == 0 && left > 0) { /* bytes taken out somewhere */
            size_t at = (size_t)wy_test_below(&random, left);
            size_t n = 1 + (size_t)wy_test_below(&random, left - at < 9 ? left - at : 9);
            memmove(copy + at, copy + at + n, left - at - n);
            left -= n;
        }
        int status = kinds_probe_payload(probe, kind, version, copy, left, &error);
        if (status != WY_OK) assert_status(WY_E_DAMAGED, status, &error);
        found += status != WY_OK;
    }
    assert_true(found > 0);
    free(copy);
    free(data);
}

/* Every allocation fails once, while writing and while reading: WY_E_NOMEM, and nothing leaks. */
static inline void kinds_check_memory(kinds_build build, kinds_probe probe)
{
    wy_error error;
    wy_seal seal;
    for (uint64_t nth = 1;; nth++) {
        wy_memory_env *memory = wy_memory_env_make();
        wy_fault_mem mem;
        wy_fault_mem_init(&mem, nth);
        int status = build(wy_memory_env_table(memory), &mem.mem, "f", &seal, &error);
        wy_fault_mem_check(&mem);
        wy_memory_env_free(memory);
        assert_status(mem.failed ? WY_E_NOMEM : WY_OK, status, &error);
        if (!mem.failed) break;
    }
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    assert_ok(build(env, &wy_mem_default, "f", &seal, &error), &error);
    for (uint64_t nth = 1;; nth++) {
        wy_fault_mem mem;
        wy_fault_mem_init(&mem, nth);
        int status = probe(env, &mem.mem, "f", &seal, &error);
        wy_fault_mem_check(&mem);
        assert_status(mem.failed ? WY_E_NOMEM : WY_OK, status, &error);
        if (!mem.failed) break;
    }
    wy_memory_env_free(memory);
}

/* Every call to the file system fails once: WY_E_IO, and nothing stays open or leaks. */
static inline void kinds_check_env(kinds_build build)
{
    wy_error error;
    wy_seal seal;
    for (uint64_t nth = 1;; nth++) {
        wy_memory_env *memory = wy_memory_env_make();
        wy_fault_env fault;
        wy_fault_mem mem;
        wy_fault_mem_init(&mem, 0);
        wy_fault_env_init(&fault, wy_memory_env_table(memory));
        wy_fault_env_arm(&fault, WY_CALL_ANY, nth, false, ENOSPC);
        int status = build(&fault.env, &mem.mem, "f", &seal, &error);
        bool failed = fault.failed;
        wy_fault_mem_check(&mem);
        wy_memory_env_free(memory);
        assert_status(failed ? WY_E_IO : WY_OK, status, &error);
        if (!failed) break;
    }
}

#endif
