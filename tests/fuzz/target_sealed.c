/*
 * The envelope of files: any bytes; then with the sums of a footer that may say anything made
 * right, so that what comes behind them is reached.
 */
#include <string.h>

#include "base/checksum.h"
#include "base/sealed_format.h"
#include "fuzz/fuzz.h"

static const char KIND[4] = {'T', 'E', 'S', 'T'};

static void open_file(const uint8_t *data, size_t size)
{
    wy_memory_env *memory = wy_memory_env_make();
    wy_sealed *file;
    wy_error error;
    wy_memory_env_set(memory, "f", data, size);
    int status = wy_sealed_open(wy_memory_env_table(memory), &wy_mem_default, "f", KIND, 3, NULL,
                                &file, &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        uint64_t end = wy_sealed_end(file), length = end - WY_SEALED_HEADER;
        const uint8_t *bytes;
        wy_test_must(end <= size && wy_sealed_seal(file).size == size);
        for (uint64_t step = 1; step <= length; step = step * 7 + 1) {
            status = wy_sealed_view(file, end - step, step, &bytes, &error);
            fuzz_expect(status);
            /* Decoders may load 16 bytes behind the payload. */
            if (status == WY_OK) fuzz_touch(bytes, (size_t)step + 16);
        }
        wy_test_must(wy_sealed_view(file, end, 1, &bytes, &error) == WY_E_DAMAGED);
        wy_test_must(wy_sealed_view(file, UINT64_MAX, 2, &bytes, &error) == WY_E_DAMAGED);
        wy_test_must(wy_sealed_view(file, 2, UINT64_MAX, &bytes, &error) == WY_E_DAMAGED);
        fuzz_expect(wy_sealed_verify(file, &error));
        wy_sealed_close(file);
    }
    wy_memory_env_free(memory);
}

static void put(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 8; i++) at[i] = (uint8_t)(value >> 8 * i);
}

/* As the writer computes them, where there is room for all. */
static void forge(uint8_t *data, size_t size)
{
    if (size < WY_SEALED_HEADER + 16 + WY_SEALED_FOOTER) return;
    uint8_t *footer = data + size - WY_SEALED_FOOTER;
    memcpy(data, WY_SEALED_MAGIC, 8);
    memcpy(data + 8, KIND, 4);
    memcpy(footer + 16, WY_SEALED_END, 8);
    uint64_t body = wy_load64(footer), room = size - WY_SEALED_FOOTER;
    if (body == 0 || body > room) return;
    uint64_t chunks = (body - 1) / WY_SEALED_CHUNK + 1, groups = (chunks - 1) / WY_SEALED_GROUP + 1;
    if (room - body != 8 * (chunks + groups)) return;
    for (uint64_t i = 0; i < chunks; i++) {
        uint64_t start = i * WY_SEALED_CHUNK, left = body - start;
        put(data + body + 8 * i,
            wy_checksum(data + start, left < WY_SEALED_CHUNK ? (size_t)left : WY_SEALED_CHUNK));
    }
    for (uint64_t i = 0; i < groups; i++) {
        uint64_t first = i * WY_SEALED_GROUP, left = chunks - first;
        put(data + body + 8 * (chunks + i),
            wy_checksum(data + body + 8 * first,
                        8 * (size_t)(left < WY_SEALED_GROUP ? left : WY_SEALED_GROUP)));
    }
    put(footer + 8, wy_checksum(data + body + 8 * chunks, (size_t)groups * 8 + 8));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    open_file(data, size);
    uint8_t *forged = wy_test_alloc(size + 64);
    memcpy(forged, data, size);
    forge(forged, size);
    open_file(forged, size);
    /* All of it as payload, in a file as it should be. */
    uint64_t chunks = (size + WY_SEALED_HEADER - 1) / WY_SEALED_CHUNK + 1;
    size_t whole = WY_SEALED_HEADER + size + 8 * (size_t)chunks + 8 + WY_SEALED_FOOTER;
    forged = wy_test_realloc(forged, whole);
    memset(forged, 0, whole);
    if (size) memcpy(forged + WY_SEALED_HEADER, data, size);
    forged[12] = 1;
    put(forged + whole - WY_SEALED_FOOTER, WY_SEALED_HEADER + size);
    forge(forged, whole);
    open_file(forged, whole);
    free(forged);
    return 0;
}
