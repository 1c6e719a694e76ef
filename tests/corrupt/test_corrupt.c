/*
 * Every file of a small index is cut at every length, lengthened, taken away, and has every byte
 * flipped. A search then says that the index is damaged, or answers as before; it never answers
 * anything else. A check always finds it. With checksums made to fit, so that what is behind them
 * is put to the test, nothing crashes and nothing is read that is not there.
 *
 * WY_ROUNDS multiplies how many flips with fitting checksums are tried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/sealed.h"
#include "base/sealed_format.h"
#include "index/index.h"
#include "index/manifest.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/corpus_gen.h"
#include "support/env_memory.h"

static const char FOLDER[] = "index";

static const char *const queries[] = {"-nosuchword", "w0 w1 +w2 w3", "\"w0 w1\" OR \"w1 w0\"",
                                      "title:w0 OR w2", "w5 AND NOT w1 AND year:2003.."};
enum { QUERIES = sizeof queries / sizeof *queries };

enum { MOST_FILES = 64 };

typedef struct file {
    char *path;
    uint8_t *data;
    size_t length;
} file;

static wy_memory_env *sound; /* the index as it was written */
static uint64_t wanted;      /* its fingerprint */
static file files[MOST_FILES];
static size_t file_count;
static size_t tried, noticed; /* damages, and those that a search met */

/* ---- The index ------------------------------------------------------------------------------ */

static void add_plain(wy_writer *writer, const char *id, size_t count)
{
    enum { MOST = 5 };
    wy_error error;
    wy_paragraph paragraphs[MOST];
    for (size_t i = 0; i < MOST; i++) paragraphs[i] = (wy_paragraph){.text = {"w0 w1 w2", 8}};
    wy_report report = {.size = sizeof report, .id = {id, strlen(id)}, .year = 2003};
    report.paragraphs = paragraphs;
    report.paragraph_count = count;
    assert_ok(wy_writer_add(writer, &report, &error), &error);
}

/* The first segment has a live set in any case, and too few dead to be written anew. */
static void fill(wy_memory_env *memory, const wy_corpus_shape *shape, size_t commits,
                 size_t reports)
{
    wy_index *index;
    wy_writer *writer;
    wy_error error;
    wy_corpus corpus;
    wy_test_random random = wy_test_random_of(1);
    wy_index_setup setup = {wy_memory_env_table(memory), NULL, true, "whitespace"};
    wy_corpus_init(&corpus, shape);
    assert_ok(wy_index_setup_open(FOLDER, &setup, &index, &error), &error);
    assert_ok(wy_writer_open(index, NULL, &writer, &error), &error);
    add_plain(writer, "stays", 5);
    add_plain(writer, "goes", 1);
    assert_ok(wy_writer_commit(writer, &error), &error);
    for (size_t c = 0; c < commits; c++) {
        for (size_t i = 0; i < reports; i++) {
            wy_report *report = wy_corpus_report(&corpus, &random);
            assert_ok(wy_writer_add(writer, report, &error), &error);
            wy_report_free(report);
        }
        assert_ok(wy_writer_commit(writer, &error), &error);
    }
    assert_ok(wy_writer_delete(writer, (wy_string){"goes", 4}, &error), &error);
    assert_ok(wy_writer_commit(writer, &error), &error);
    wy_writer_close(writer);
    wy_index_close(index);
    wy_corpus_free(&corpus);
}

static void note_file(void *context, const char *path, size_t length)
{
    (void)context;
    (void)length;
    if (strstr(path, "lock")) return;
    wy_test_must(file_count < MOST_FILES);
    file *f = &files[file_count++];
    f->path = wy_test_copy(path);
}

static int look(const wy_memory_env *memory, uint64_t *fingerprint, wy_error *error)
{
    wy_index *index;
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    int status = wy_index_setup_open(FOLDER, &setup, &index, error);
    if (status != WY_OK) return status;
    status = wy_fingerprint(index, queries, QUERIES, NULL, fingerprint, error);
    wy_index_close(index);
    return status;
}

static void make_index(const wy_corpus_shape *shape, size_t commits, size_t reports)
{
    wy_error error;
    wy_memory_env *memory = wy_memory_env_make();
    fill(memory, shape, commits, reports);
    sound = wy_memory_env_clone(memory);
    wy_memory_env_free(memory);
    wy_memory_env_visit(sound, note_file, NULL);
    size_t bytes = 0, live = 0;
    for (size_t i = 0; i < file_count; i++) {
        files[i].data = wy_memory_env_get(sound, files[i].path, &files[i].length);
        bytes += files[i].length;
        live += strstr(files[i].path, ".live") != NULL;
    }
    printf("%zu files, %zu bytes, %zu live sets\n", file_count, bytes, live);
    assert_true(live > 0 && file_count > 7);
    assert_ok(look(sound, &wanted, &error), &error);
}

/* Several segments, all as small as can be. */
static int make_small_index(void **state)
{
    (void)state;
    static const wy_corpus_shape shape = {.vocabulary = 20, .ids = 6, .paragraphs = 5, .words = 20};
    make_index(&shape, 3, 3);
    return 0;
}

/* Lists of several blocks, files of several chunks. */
static int make_larger_index(void **state)
{
    (void)state;
    static const wy_corpus_shape shape = {
        .vocabulary = 900, .ids = 200, .paragraphs = 25, .words = 40};
    make_index(&shape, 2, 90);
    return 0;
}

static int free_index(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        free(files[i].path);
        free(files[i].data);
    }
    file_count = 0;
    wy_memory_env_free(sound);
    return 0;
}

/* ---- Plain damage --------------------------------------------------------------------------- */

static bool names(const wy_error *error, const file *f)
{
    return strstr(error->file, strrchr(f->path, '/') + 1) != NULL;
}

/* `what` and `at` tell of the damage where a test fails. */
static void check_damaged(const wy_memory_env *memory, const file *f, const char *what, size_t at,
                          bool gone)
{
    wy_error error;
    uint64_t fingerprint;
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    bool none = gone && strcmp(f->path, "index/manifest") == 0;
    tried++;
    int status = look(memory, &fingerprint, &error);
    if (status == WY_OK && fingerprint != wanted)
        fail_msg("%s %s %zu: a wrong answer", f->path, what, at);
    if (status != WY_OK) {
        noticed++;
        bool told = status == WY_E_DAMAGED || status == WY_E_VERSION;
        if (!(none ? status == WY_E_NOT_FOUND : told && names(&error, f)))
            fail_msg("%s %s %zu: search: %s: \"%s\" in \"%s\"", f->path, what, at,
                     wy_status_name(status), error.reason, error.file);
    }
    status = wy_index_verify(FOLDER, &setup, NULL, NULL, &error);
    bool told = status == WY_E_DAMAGED || status == WY_E_VERSION;
    if (!(none ? status == WY_E_NOT_FOUND : told && names(&error, f)))
        fail_msg("%s %s %zu: check: %s: \"%s\" in \"%s\"", f->path, what, at,
                 wy_status_name(status), status ? error.reason : "", status ? error.file : "");
}

static void try_bytes(const file *f, const uint8_t *data, size_t length, const char *what,
                      size_t at)
{
    wy_memory_env *memory = wy_memory_env_clone(sound);
    wy_memory_env_set(memory, f->path, data, length);
    check_damaged(memory, f, what, at, false);
    wy_memory_env_free(memory);
}

static void told(const char *what)
{
    printf("%zu %s, %zu met by searches\n", tried, what, noticed);
    tried = noticed = 0;
}

static void files_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        const file *f = &files[i];
        for (size_t n = 0; n < f->length; n++)
            try_bytes(f, f->data, n, "cut at", n);
    }
    told("cuts");
}

static void files_grow(void **state)
{
    (void)state;
    static const size_t more[] = {1, 8, 24, 40, 4096};
    for (size_t i = 0; i < file_count; i++) {
        const file *f = &files[i];
        uint8_t *data = wy_test_alloc(f->length + 4096);
        memcpy(data, f->data, f->length);
        for (size_t fill_byte = 0; fill_byte < 256; fill_byte += 255) {
            memset(data + f->length, (int)fill_byte, 4096);
            for (size_t n = 0; n < 5; n++)
                try_bytes(f, data, f->length + more[n], "longer by", more[n]);
        }
        free(data);
    }
    told("longer files");
}

static void bytes_are_flipped(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        const file *f = &files[i];
        uint8_t *data = wy_test_alloc(f->length);
        memcpy(data, f->data, f->length);
        for (size_t n = 0; n < f->length; n++) {
            uint8_t flip = n % 9 == 8 ? 0xFF : (uint8_t)(1 << n % 9);
            data[n] ^= flip;
            try_bytes(f, data, f->length, "flipped at", n);
            data[n] ^= flip;
        }
        free(data);
    }
    told("flips");
}

static void files_are_gone(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        wy_memory_env *memory = wy_memory_env_clone(sound);
        const wy_env *env = wy_memory_env_table(memory);
        wy_error error;
        assert_ok(env->unlink(env, files[i].path, &error), &error);
        check_damaged(memory, &files[i], "gone", 0, true);
        wy_memory_env_free(memory);
    }
    told("files gone");
}

/* A file of the same kind from another segment is as sound as can be, and wrong. */
static void files_are_exchanged(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        for (size_t j = 0; j < file_count; j++) {
            if (i != j) try_bytes(&files[i], files[j].data, files[j].length, "exchanged", j);
        }
    }
    told("exchanges");
}

/* ---- Damage that the checksums do not show --------------------------------------------------- */

/* Writes a file with this payload and takes it into the manifest. */
static void reseal(wy_memory_env *memory, const file *f, const uint8_t *payload, size_t length)
{
    const wy_env *env = wy_memory_env_table(memory);
    wy_sealed_writer *writer;
    wy_manifest manifest;
    wy_error error;
    wy_seal old, new;
    char kind[4];

    memcpy(kind, f->data + 8, sizeof kind);
    old = (wy_seal){f->length, wy_load64(f->data + f->length - WY_SEALED_FOOTER + 8)};
    assert_ok(env->unlink(env, f->path, &error), &error);
    assert_ok(wy_sealed_create(env, &wy_mem_default, f->path, kind, f->data[12], &writer, &error),
              &error);
    assert_ok(wy_sealed_write(writer, payload, length, &error), &error);
    assert_ok(wy_sealed_finish(writer, true, &new, &error), &error);
    assert_ok(wy_manifest_read(env, &wy_mem_default, FOLDER, &manifest, &error), &error);
    for (size_t i = 0; i < manifest.count; i++) {
        wy_segment_info *info = &manifest.segments[i];
        for (int c = 0; c < WY_COMPONENTS; c++) {
            if (info->seals[c].size == old.size && info->seals[c].root == old.root)
                info->seals[c] = new;
        }
        if (info->live_generation && info->live_seal.root == old.root) info->live_seal = new;
    }
    assert_ok(wy_manifest_write(env, &manifest, FOLDER, true, &error), &error);
    wy_manifest_free(&manifest);
}

/* Whatever it says: it comes back, and what it says of damage it says properly. */
static void survive(const wy_memory_env *memory, const file *f, size_t at)
{
    wy_error error;
    uint64_t fingerprint;
    wy_index *index;
    wy_writer *writer;
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    tried++;
    int status = look(memory, &fingerprint, &error);
    noticed += status != WY_OK;
    if (status != WY_OK && status != WY_E_DAMAGED && status != WY_E_VERSION)
        fail_msg("%s at %zu: search: %s: %s", f->path, at, wy_status_name(status), error.reason);
    status = wy_index_verify(FOLDER, &setup, NULL, NULL, &error);
    if (status != WY_OK && status != WY_E_DAMAGED && status != WY_E_VERSION)
        fail_msg("%s at %zu: check: %s: %s", f->path, at, wy_status_name(status), error.reason);
    if (wy_index_setup_open(FOLDER, &setup, &index, &error) != WY_OK) return;
    if (wy_writer_open(index, NULL, &writer, &error) == WY_OK) {
        status = wy_writer_merge(writer, 1, &error);
        if (status != WY_OK && status != WY_E_DAMAGED && status != WY_E_VERSION)
            fail_msg("%s at %zu: merge: %s: %s", f->path, at, wy_status_name(status),
                     error.reason);
        wy_writer_close(writer);
    }
    wy_index_close(index);
}

static size_t payload_of(const file *f)
{
    return (size_t)wy_load64(f->data + f->length - WY_SEALED_FOOTER) - WY_SEALED_HEADER;
}

/* One to a few bytes of the payload are others, and sometimes its end is missing. */
static void change_payload(const file *f, uint8_t *payload, size_t length, size_t at,
                           wy_test_random *random)
{
    wy_memory_env *memory = wy_memory_env_clone(sound);
    size_t cut = wy_test_below(random, 16) ? length : (size_t)wy_test_below(random, length);
    memcpy(payload, f->data + WY_SEALED_HEADER, length);
    payload[at] ^= (uint8_t)(1 + wy_test_below(random, 255));
    while (wy_test_below(random, 4) == 0)
        payload[wy_test_below(random, length)] = (uint8_t)wy_test_next(random);
    reseal(memory, f, payload, cut);
    survive(memory, f, at);
    wy_memory_env_free(memory);
}

/* Every byte, or at random places as many as `most`. */
static void change_payloads(size_t most)
{
    wy_test_random random = wy_test_random_of(7);
    for (size_t i = 0; i < file_count; i++) {
        const file *f = &files[i];
        if (strcmp(f->path, "index/manifest") == 0) continue;
        size_t length = payload_of(f);
        uint8_t *payload = wy_test_alloc(length);
        for (size_t n = 0; n < wy_test_rounds(length < most ? length : most); n++) {
            size_t at = length < most ? n % length : (size_t)wy_test_below(&random, length);
            change_payload(f, payload, length, at, &random);
        }
        free(payload);
    }
    told("damages with fitting checksums");
}

static void seals_fit(void **state)
{
    (void)state;
    change_payloads(SIZE_MAX);
}

static void larger_seals_fit(void **state)
{
    (void)state;
    change_payloads(60);
}

static void bytes_are_flipped_here_and_there(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(8);
    for (size_t i = 0; i < file_count; i++) {
        const file *f = &files[i];
        uint8_t *data = wy_test_alloc(f->length);
        memcpy(data, f->data, f->length);
        for (size_t n = 0; n < wy_test_rounds(40); n++) {
            size_t at = (size_t)wy_test_below(&random, f->length);
            uint8_t flip = (uint8_t)(1 << wy_test_below(&random, 8));
            data[at] ^= flip;
            try_bytes(f, data, f->length, "flipped at", at);
            data[at] ^= flip;
        }
        free(data);
    }
    told("flips");
}

int main(void)
{
    const struct CMUnitTest small[] = {
        cmocka_unit_test(files_are_cut),       cmocka_unit_test(files_grow),
        cmocka_unit_test(bytes_are_flipped),   cmocka_unit_test(files_are_gone),
        cmocka_unit_test(files_are_exchanged), cmocka_unit_test(seals_fit),
    };
    const struct CMUnitTest larger[] = {
        cmocka_unit_test(bytes_are_flipped_here_and_there),
        cmocka_unit_test(larger_seals_fit),
    };
    int failed = cmocka_run_group_tests(small, make_small_index, free_index);
    return failed + cmocka_run_group_tests(larger, make_larger_index, free_index);
}
