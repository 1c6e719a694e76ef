/*
 * support/test.c
 */
#define _XOPEN_SOURCE 700 /* nftw */

#include "support/test.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t USUAL_SEED = 20240229;

_Noreturn static void give_up(const char *what, const char *of)
{
    fprintf(stderr, "test support: %s %s: %s\n", what, of, strerror(errno));
    abort();
}

size_t wy_test_rounds(size_t usual)
{
    const char *wish = getenv("WY_ROUNDS");
    double rounds = (double)usual * (wish && *wish ? strtod(wish, NULL) : 1.0);
    return rounds < 1.0 ? 1 : (size_t)rounds;
}

uint64_t wy_test_seed(void)
{
    static bool known;
    static uint64_t seed;
    if (!known) {
        const char *wish = getenv("WY_SEED");
        seed = wish && *wish ? strtoull(wish, NULL, 0) : USUAL_SEED;
        known = true;
        fprintf(stderr, "seed %" PRIu64 " (set WY_SEED to change it)\n", seed);
    }
    return seed;
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

wy_test_random wy_test_random_of(uint64_t stream)
{
    return (wy_test_random){mix(wy_test_seed()) ^ mix(~stream)};
}

uint64_t wy_test_next(wy_test_random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    return mix(random->state);
}

/* A little uneven for huge limits, which no test minds. */
uint64_t wy_test_below(wy_test_random *random, uint64_t limit)
{
    uint64_t n = wy_test_next(random);
    return limit ? n % limit : 0;
}

void wy_test_fill(wy_test_random *random, void *out, size_t length)
{
    uint8_t *p = out;
    for (size_t i = 0; i < length; i++) p[i] = (uint8_t)wy_test_next(random);
}

void *wy_test_alloc(size_t size)
{
    return wy_test_realloc(NULL, size);
}

void *wy_test_realloc(void *block, size_t size)
{
    void *more = realloc(block, size ? size : 1);
    if (!more) give_up("no memory for", "a test");
    return more;
}

char *wy_test_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(wy_test_alloc(size), text, size);
}

char *wy_test_format(const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) give_up("cannot print", format);
    char *text = wy_test_alloc((size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *level)
{
    (void)about;
    (void)kind;
    (void)level;
    return remove(path);
}

static int remove_tree(const char *folder)
{
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Folders that a test which failed has left are removed at the end of the program. */
enum { MOST_FOLDERS = 256 };

static char *folders[MOST_FOLDERS];

static void remove_left_folders(void)
{
    for (size_t i = 0; i < MOST_FOLDERS; i++) {
        if (folders[i]) remove_tree(folders[i]);
        free(folders[i]);
        folders[i] = NULL;
    }
}

static void remember_folder(char *folder)
{
    static bool registered;
    if (!registered) atexit(remove_left_folders);
    registered = true;
    size_t i = 0;
    while (i < MOST_FOLDERS && folders[i]) i++;
    wy_test_must(i < MOST_FOLDERS);
    folders[i] = folder;
}

char *wy_test_folder_make(void)
{
    const char *root = getenv("TMPDIR");
    char *folder = wy_test_format("%s/wenyuan-test-XXXXXX", root && *root ? root : "/tmp");
    if (!mkdtemp(folder)) give_up("cannot make", folder);
    remember_folder(folder);
    return folder;
}

void wy_test_folder_remove(char *folder)
{
    size_t i = 0;
    while (i < MOST_FOLDERS && folders[i] != folder) i++;
    wy_test_must(i < MOST_FOLDERS);
    folders[i] = NULL;
    if (remove_tree(folder) != 0) give_up("cannot remove", folder);
    free(folder);
}

char *wy_test_file_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    size_t filled = 0, capacity = 4096;
    char *data = wy_test_alloc(capacity);
    for (size_t n; (n = fread(data + filled, 1, capacity - filled - 1, file)) > 0;) {
        filled += n;
        if (capacity - filled < 2) data = wy_test_realloc(data, capacity *= 2);
    }
    if (ferror(file)) give_up("cannot read", path);
    fclose(file);
    data[filled] = '\0';
    if (length) *length = filled;
    return data;
}

void wy_test_file_write(const char *path, const void *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file) give_up("cannot open", path);
    if ((length && fwrite(data, 1, length, file) != length) || fclose(file) != 0)
        give_up("cannot write", path);
}

void wy_test_broken(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: this must hold: %s\n", file, line, condition);
    abort();
}

void wy_test_skip(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("skipped: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(WY_TEST_SKIPPED);
}

void wy_test_status(int wanted, int status, const wy_error *error, const char *expression,
                    const char *file, int line)
{
    if (status == wanted) return;
    print_error("%s is \"%s\" (%d), not \"%s\"\n", expression, wy_status_name(status), status,
                wy_status_name(wanted));
    if (error && status != WY_OK && status != WY_END) {
        print_error("  %s\n  file \"%s\"", error->reason, error->file);
        if (error->offset != WY_NO_OFFSET) print_error(", offset %" PRIu64, error->offset);
        print_error(", errno %d\n", (int)error->system);
    }
    _fail(file, line);
}
