/*
 * fuzz/make_seeds.c: seeds for the targets of binary files, taken from an index that is made on the
 * spot: they are never of an older format. make_seeds FOLDER: writes FOLDER/TARGET/NUMBER.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/sealed_format.h"
#include "fuzz/fuzz.h"
#include "fuzz/sample.h"
#include "index/manifest.h"
#include "segment/segment.h"

static const char *root;

static void put(const char *target, const void *head, size_t head_length, const void *data,
                size_t length)
{
    static unsigned number;
    char *folder = wy_test_format("%s/%s", root, target);
    char *path = wy_test_format("%s/%03u", folder, number++);
    uint8_t *all = wy_test_alloc(head_length + length);
    if (head_length) memcpy(all, head, head_length);
    if (length) memcpy(all + head_length, data, length);
    mkdir(folder, 0777); /* there already: good */
    wy_test_file_write(path, all, head_length + length);
    free(all);
    free(path);
    free(folder);
}

static const uint8_t *payload_of(const uint8_t *file, size_t length, size_t *out)
{
    *out = (size_t)wy_load64(file + length - WY_SEALED_FOOTER) - WY_SEALED_HEADER;
    return file + WY_SEALED_HEADER;
}

/* For target_postings.c and target_positions.c: what stands before the payload. */
static void put_term(const wy_segment *s, const wy_terms_cursor *at, const uint8_t *postings,
                     size_t postings_length, const uint8_t *positions, size_t positions_length)
{
    wy_segment_term term = {.field = wy_key_field(at->key[0]), .info = at->info};
    const uint32_t limits[] = {[WY_UNIT_PARAGRAPH] = wy_segment_paragraphs(s),
                               [WY_UNIT_REPORT] = wy_segment_reports(s),
                               [WY_UNIT_PASSAGE] = wy_columns_passages(wy_segment_columns(s))};
    wy_buf head;
    wy_error error;
    wy_buf_init(&head, &wy_mem_default);
    wy_buf_u32(&head, (uint32_t)at->info.postings_offset);
    wy_buf_u32(&head, (uint32_t)at->info.postings_length);
    wy_buf_u32(&head, at->info.doc_freq);
    wy_buf_u32(&head, limits[wy_field_unit(term.field)]);
    put("postings", head.data, head.length, postings, postings_length);

    wy_postings p;
    const uint8_t *lengths;
    wy_buf_clear(&head);
    wy_buf_u32(&head, (uint32_t)at->info.positions_offset);
    wy_buf_u32(&head, (uint32_t)at->info.positions_length);
    wy_buf_u8(&head, (uint8_t)at->info.doc_freq);
    wy_test_must(wy_segment_lengths(s, term.field, &lengths, &error) == WY_OK);
    wy_test_must(wy_segment_term_postings(s, &term, &p, &error) == WY_OK);
    for (;;) {
        uint32_t freq;
        wy_test_must(wy_postings_next(&p, &error) == WY_OK);
        if (p.doc == WY_NO_DOC) break;
        wy_test_must(wy_postings_freq(&p, &freq, &error) == WY_OK);
        wy_buf_u8(&head, (uint8_t)(freq - 1));
        wy_buf_u8(&head, lengths[p.doc]);
    }
    if (at->info.doc_freq < 256)
        put("positions", head.data, head.length, positions, positions_length);
    wy_buf_free(&head);
}

static void put_terms(const wy_memory_env *memory, const wy_segment_info *info)
{
    wy_segment *s;
    wy_error error;
    wy_terms_cursor cursor;
    const wy_component kinds[2] = {WY_COMPONENT_POSTINGS, WY_COMPONENT_POSITIONS};
    uint8_t *files[2];
    const uint8_t *payloads[2];
    size_t lengths[2];
    for (int i = 0; i < 2; i++) {
        char *path = wy_component_path(&wy_mem_default, FUZZ_SAMPLE_FOLDER, info->number, kinds[i]);
        size_t length;
        files[i] = wy_memory_env_get(memory, path, &length);
        payloads[i] = payload_of(files[i], length, &lengths[i]);
        free(path);
    }
    wy_test_must(wy_segment_open(wy_memory_env_table(memory), &wy_mem_default, FUZZ_SAMPLE_FOLDER,
                                 info, &s, &error) == WY_OK);
    wy_test_must(wy_terms_seek(&cursor, wy_segment_terms(s), "", 0, &error) == WY_OK);
    for (uint32_t i = 0; cursor.valid; i++) {
        if (i % 9 == 0) put_term(s, &cursor, payloads[0], lengths[0], payloads[1], lengths[1]);
        wy_test_must(wy_terms_next(&cursor, &error) == WY_OK);
    }
    wy_segment_close(s);
    for (int i = 0; i < 2; i++) free(files[i]);
}

static const char *target_of(const char *path)
{
    static const char *const targets[][2] = {
        {".terms", "terms"}, {".text", "store"}, {".reports", "store"},
        {".columns", "columns"}, {".live", "live"}};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strstr(path, targets[i][0])) return targets[i][1];
    return NULL;
}

static void put_file(void *context, const char *path, size_t length)
{
    const wy_memory_env *memory = context;
    uint8_t *data = wy_memory_env_get(memory, path, NULL);
    if (strstr(path, "manifest")) {
        put("manifest", NULL, 0, data, length);
    } else if (target_of(path)) {
        size_t size;
        const uint8_t *payload = payload_of(data, length, &size);
        put(target_of(path), NULL, 0, payload, size);
        if (size < 600) put("sealed", NULL, 0, data, length);
    }
    free(data);
}

/* For target_index.c: the byte that names a file, and its payload as it is. */
static void put_components(const wy_memory_env *memory, const wy_manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const wy_segment_info *info = &manifest->segments[i];
        for (int c = 0; c <= WY_COMPONENTS; c++) {
            bool live = c == WY_COMPONENTS;
            if (live && !info->live_generation) continue;
            char *path = live ? wy_live_path(&wy_mem_default, FUZZ_SAMPLE_FOLDER, info->number,
                                             info->live_generation)
                              : wy_component_path(&wy_mem_default, FUZZ_SAMPLE_FOLDER,
                                                  info->number, (wy_component)c);
            size_t length, size;
            uint8_t which = (uint8_t)(8 * i + (live ? 7u : (unsigned)c));
            uint8_t *data = wy_memory_env_get(memory, path, &length);
            const uint8_t *payload = payload_of(data, length, &size);
            put("index", &which, 1, payload, size);
            free(data);
            free(path);
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const analyzers[] = {"icu", "whitespace"};
    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    root = argv[1];
    mkdir(root, 0777); /* there already: good */
    for (int a = 0; a < 2; a++) {
        wy_memory_env *memory = fuzz_sample_make(analyzers[a]);
        wy_manifest manifest;
        wy_error error;
        wy_test_must(wy_manifest_read(wy_memory_env_table(memory), &wy_mem_default,
                                      FUZZ_SAMPLE_FOLDER, &manifest, &error) == WY_OK);
        wy_memory_env_visit(memory, put_file, memory);
        for (size_t i = 0; i < manifest.count; i++) put_terms(memory, &manifest.segments[i]);
        if (a == 0) put_components(memory, &manifest);
        wy_manifest_free(&manifest);
        wy_memory_env_free(memory);
    }
    return 0;
}
