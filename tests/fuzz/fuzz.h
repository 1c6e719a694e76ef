/*
 * fuzz/fuzz.h: what the fuzz targets share. A target is one file, target_NAME.c, that defines
 * LLVMFuzzerTestOneInput. With clang and WY_FUZZ it is linked with libFuzzer; everywhere it is
 * linked with replay.c, which tries what is kept in NAME/ as a plain test.
 */
#ifndef WY_FUZZ_FUZZ_H
#define WY_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/reader.h"
#include "base/sealed.h"
#include "support/env_memory.h"
#include "support/test.h"

/* libFuzzer's name. Always returns 0; what must not be ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file "f" with this payload, all checksums right, in a file system of its own. */
static inline wy_memory_env *fuzz_seal(const char kind[4], uint32_t version, const uint8_t *payload,
                                       size_t length)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_sealed_writer *writer;
    wy_seal seal;
    int status = wy_sealed_create(wy_memory_env_table(memory), &wy_mem_default, "f", kind, version,
                                  &writer, NULL);
    wy_test_must(status == WY_OK);
    wy_test_must(wy_sealed_write(writer, payload, length, NULL) == WY_OK);
    wy_test_must(wy_sealed_finish(writer, false, &seal, NULL) == WY_OK);
    return memory;
}

/* A reader of a file may only find that all is well, or that it is not what was written. */
static inline void fuzz_expect(int status)
{
    wy_test_must(status == WY_OK || status == WY_E_DAMAGED || status == WY_E_VERSION);
}

/* Reads every byte, so that a sanitizer sees one that is not there. */
static inline void fuzz_touch(const void *data, size_t length)
{
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < length; i++) sum = (uint8_t)(sum + ((const uint8_t *)data)[i]);
}

#endif
