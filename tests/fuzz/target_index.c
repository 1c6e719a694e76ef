/*
 * An index with one file replaced: the first byte says which (component of the second segment, or
 * its neighbour's live set), the rest is its payload, and seals and manifest are made right. What
 * check finds sound can be searched, read and merged, and is sound after that.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/sample.h"
#include "index/manifest.h"
#include "support/compare.h"

static const char *const queries[] = {"-nosuchword", "w0 w1 +法治", "\"法治政府\" OR \"w1 w2\"",
                                      "title:法治 AND NOT w3", "政府 year:2018.."};
enum { QUERIES = sizeof queries / sizeof *queries };

/* The segment and file that the first byte names. */
static wy_seal *choose(wy_manifest *manifest, uint8_t which, char name[WY_COMPONENT_NAME_MAX])
{
    wy_segment_info *info = &manifest->segments[which / 8 % manifest->count];
    if (which % 8 < WY_COMPONENTS) {
        wy_component_file(info->number, (wy_component)(which % 8), name);
        return &info->seals[which % 8];
    }
    for (size_t i = 0; i < manifest->count; i++) {
        info = &manifest->segments[i];
        if (!info->live_generation) continue;
        wy_live_file_name(info->number, info->live_generation, name);
        return &info->live_seal;
    }
    return NULL;
}

static void replace(wy_memory_env *memory, uint8_t which, const uint8_t *payload, size_t length)
{
    const wy_env *env = wy_memory_env_table(memory);
    wy_manifest manifest;
    wy_error error;
    char name[WY_COMPONENT_NAME_MAX], kind[4];
    wy_sealed_writer *writer;
    int status =
        wy_manifest_read(env, &wy_mem_default, FUZZ_SAMPLE_FOLDER, &manifest, &error);
    wy_test_must(status == WY_OK);
    wy_seal *seal = choose(&manifest, which, name);
    wy_test_must(seal);
    char *path = wy_test_format("%s/%s", FUZZ_SAMPLE_FOLDER, name);
    uint8_t *old = wy_memory_env_get(memory, path, NULL);
    memcpy(kind, old + 8, 4);
    uint32_t version = wy_load32(old + 12);
    wy_test_must(env->unlink(env, path, &error) == WY_OK);
    wy_test_must(wy_sealed_create(env, &wy_mem_default, path, kind, version, &writer, &error) ==
                 WY_OK);
    wy_test_must(wy_sealed_write(writer, payload, length, &error) == WY_OK);
    wy_test_must(wy_sealed_finish(writer, true, seal, &error) == WY_OK);
    wy_test_must(wy_manifest_write(env, &manifest, FUZZ_SAMPLE_FOLDER, true, &error) == WY_OK);
    wy_manifest_free(&manifest);
    free(old);
    free(path);
}

static int search(wy_index *index, wy_error *error)
{
    uint64_t fingerprint;
    return wy_fingerprint(index, queries, QUERIES, NULL, &fingerprint, error);
}

static int figures(wy_index *index, wy_error *error)
{
    wy_snapshot *snapshot;
    const wy_stats *stats;
    int status = wy_snapshot_open(index, &snapshot, error);
    if (status != WY_OK) return status;
    status = wy_snapshot_stats(snapshot, &stats, error);
    wy_snapshot_close(snapshot);
    return status;
}

static int merge(wy_index *index, wy_error *error)
{
    wy_writer *writer;
    int status = wy_writer_open(index, NULL, &writer, error);
    if (status != WY_OK) return status;
    status = wy_writer_merge(writer, 1, error);
    wy_writer_close(writer);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static wy_memory_env *sample;
    wy_error error;
    wy_index *index;
    if (size == 0) return 0;
    if (!sample) sample = fuzz_sample_make("icu");
    wy_memory_env *memory = wy_memory_env_clone(sample);
    replace(memory, data[0], data + 1, size - 1);
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    int sound = wy_index_verify(FUZZ_SAMPLE_FOLDER, &setup, NULL, NULL, &error);
    fuzz_expect(sound);
    int status = wy_index_setup_open(FUZZ_SAMPLE_FOLDER, &setup, &index, &error);
    wy_test_must(status == WY_OK);
    int (*const deeds[])(wy_index *, wy_error *) = {search, figures, merge, search};
    for (size_t i = 0; i < 4; i++) {
        status = deeds[i](index, &error);
        fuzz_expect(status);
        if (status != WY_OK && sound == WY_OK)
            fprintf(stderr, "check found nothing, deed %zu: %s: %s\n", i, error.file,
                    error.reason);
        wy_test_must(status == WY_OK || sound != WY_OK);
    }
    status = wy_index_verify(FUZZ_SAMPLE_FOLDER, &setup, NULL, NULL, &error);
    fuzz_expect(status);
    if (status != WY_OK && sound == WY_OK)
        fprintf(stderr, "after the merge: %s: %s\n", error.file, error.reason);
    wy_test_must(status == WY_OK || sound != WY_OK);
    wy_index_close(index);
    wy_memory_env_free(memory);
    return 0;
}
