/*
 * Our segmenter against ICU's over the sample corpus and, where they are, over real reports and
 * laws: each line as it stands, and folded, as it is indexed.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "text/fold.h"
#include "unit/test_text_segment_compare.h"

struct reading {
    compared both;
    wy_folded folded;
    uint16_t *units;
    size_t capacity;
};

static void read_line(struct reading *r, const char *line, size_t length)
{
    wy_error error;

    if (length == 0 || wy_utf8_valid(line, length) < length) return;
    if (r->capacity < length) {
        r->capacity = 2 * length;
        r->units = wy_test_realloc(r->units, r->capacity * sizeof *r->units);
    }
    compare(&r->both, r->units, widen(line, length, r->units));
    assert_ok(wy_fold(&r->folded, line, length, &error), &error);
    compare(&r->both, r->folded.units, r->folded.length);
}

/* Reads all whole lines; returns the bytes of what is left. */
static size_t read_lines(struct reading *r, const char *text, size_t length)
{
    const char *end;

    while (length > 0 && (end = memchr(text, '\n', length)) != NULL) {
        read_line(r, text, (size_t)(end - text));
        length -= (size_t)(end + 1 - text);
        text = end + 1;
    }
    return length;
}

static void read_file(struct reading *r, const char *path)
{
    size_t length, left;
    char *text = wy_test_file_read(path, &length);

    wy_test_must(text != NULL);
    left = read_lines(r, text, length);
    read_line(r, text + length - left, left);
    free(text);
}

/* Reads all files of a folder and of those in it. false: there is no such folder. */
static bool read_folder(struct reading *r, const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;

    if (!folder) return false;
    while ((entry = readdir(folder)) != NULL) {
        char *name;

        if (entry->d_name[0] == '.') continue;
        name = wy_test_format("%s/%s", path, entry->d_name);
        if (!read_folder(r, name)) read_file(r, name);
        free(name);
    }
    closedir(folder);
    return true;
}

static void show(const char *name, struct reading *r)
{
    printf("%s: %llu boundaries of %llu units, none differs; ICU itself cut %llu units\n", name,
           (unsigned long long)r->both.boundaries, (unsigned long long)r->both.units,
           (unsigned long long)wy_segmenter_left_to_icu(r->both.ours));
}

static void read_all(const char *name, void (*read)(struct reading *, const char *),
                     const char *path)
{
    struct reading r = {.both = compared_open()};

    wy_folded_init(&r.folded, &wy_mem_default);
    read(&r, path);
    show(name, &r);
    assert_true(r.both.boundaries > 0);
    wy_folded_free(&r.folded);
    compared_close(&r.both);
    free(r.units);
}

static void must_read_folder(struct reading *r, const char *path)
{
    wy_test_must(read_folder(r, path));
}

static void read_compressed(struct reading *r, const char *path)
{
    enum { CHUNK = 1 << 20 };
    ZSTD_DStream *stream = ZSTD_createDStream();
    size_t length, kept = 0, capacity = 2 * CHUNK;
    char *packed = wy_test_file_read(path, &length), *text = wy_test_alloc(capacity);
    ZSTD_inBuffer in = {packed, length, 0};
    ZSTD_outBuffer out;

    wy_test_must(packed && stream);
    do {
        size_t left;

        if (capacity - kept < CHUNK) text = wy_test_realloc(text, capacity *= 2);
        out = (ZSTD_outBuffer){text, kept + CHUNK, kept};
        wy_test_must(!ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)));
        left = read_lines(r, text, out.pos);
        memmove(text, text + out.pos - left, left);
        kept = left;
    } while (in.pos < in.size || out.pos == out.size);
    read_line(r, text, kept);
    ZSTD_freeDStream(stream);
    free(packed);
    free(text);
}

static void test_corpus(void **state)
{
    (void)state;
    read_all("corpus", must_read_folder, WY_SOURCE_DIR "/corpus");
}

static bool exists(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file) fclose(file);
    return file != NULL;
}

static void test_reports(void **state)
{
    (void)state;
    if (!exists(WY_SHARED_DATA "/README.md")) skip();
    read_all("reports", must_read_folder, WY_SHARED_DATA "/reports");
}

static void test_laws(void **state)
{
    (void)state;
    if (!exists(WY_SHARED_DATA "/laws.tsv.zst")) skip();
    read_all("laws", read_compressed, WY_SHARED_DATA "/laws.tsv.zst");
}

static void test_statutes(void **state)
{
    (void)state;
    if (!exists(WY_SHARED_DATA "/statutes.tsv.zst")) skip();
    read_all("statutes", read_compressed, WY_SHARED_DATA "/statutes.tsv.zst");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus),
                                       cmocka_unit_test(test_reports), cmocka_unit_test(test_laws),
                                       cmocka_unit_test(test_statutes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
