/*
 * The manifest: any bytes, then the same with the right checksum. What is accepted can be written
 * and read again.
 */
#include <string.h>

#include "base/checksum.h"
#include "fuzz/fuzz.h"
#include "index/manifest.h"
#include "index/manifest_format.h"

static void look(const wy_manifest *manifest)
{
    wy_manifest again;
    wy_error error;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_test_must(env->mkdir(env, "i", &error) == WY_OK);
    fuzz_touch(manifest->analyzer, strlen(manifest->analyzer));
    fuzz_touch(manifest->identity, strlen(manifest->identity));
    fuzz_touch(manifest->icu_version, strlen(manifest->icu_version));
    wy_test_must(wy_manifest_write(env, manifest, "i", true, &error) == WY_OK);
    wy_test_must(wy_manifest_read(env, &wy_mem_default, "i", &again, &error) == WY_OK);
    wy_test_must(again.count == manifest->count && again.generation == manifest->generation);
    for (size_t i = 0; i < again.count; i++)
        wy_test_must(again.segments[i].number == manifest->segments[i].number);
    wy_manifest_free(&again);
    wy_memory_env_free(memory);
}

static void parse(const uint8_t *data, size_t size)
{
    wy_manifest manifest;
    wy_error error;
    int status = wy_manifest_parse(&wy_mem_default, "manifest", data, size, &manifest, &error);
    fuzz_expect(status);
    if (status == WY_OK) {
        look(&manifest);
        wy_manifest_free(&manifest);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    parse(data, size);
    if (size < 8) return 0;
    uint8_t *forged = wy_test_alloc(size);
    memcpy(forged, data, size);
    uint64_t sum = wy_checksum(forged, size - 8);
    for (int i = 0; i < 8; i++) forged[size - 8 + (size_t)i] = (uint8_t)(sum >> 8 * i);
    parse(forged, size);
    free(forged);
    return 0;
}
