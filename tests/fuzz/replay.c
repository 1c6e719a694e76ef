/*
 * fuzz/replay.c: the main of fuzz targets without libFuzzer: tries the files named, those in the
 * folders named, and mutations of each that depend on nothing but WY_SEED. A folder that is
 * missing is empty.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

enum { MUTATIONS = 40 }; /* of each input */

static size_t inputs, tried;

/* Exactly `length` bytes, so that a sanitizer sees a read beyond. */
static void run(const uint8_t *data, size_t length)
{
    uint8_t *copy = wy_test_alloc(length);
    if (length) memcpy(copy, data, length);
    wy_test_must(LLVMFuzzerTestOneInput(copy, length) == 0);
    free(copy);
    tried++;
}

/* One change: a bit, a byte, some bytes out, some bytes twice, a number made great. */
static size_t mutate(uint8_t *data, size_t length, wy_test_random *random)
{
    if (length == 0) return 0;
    size_t at = (size_t)wy_test_below(random, length), left = length - at;
    size_t n = 1 + (size_t)wy_test_below(random, left < 8 ? left : 8);
    if (n > left) n = left;
    switch (wy_test_below(random, 6)) {
    case 0:
        data[at] ^= (uint8_t)(1 << wy_test_below(random, 8));
        return length;
    case 1:
        data[at] = (uint8_t)wy_test_next(random);
        return length;
    case 2:
        memmove(data + at, data + at + n, left - n);
        return length - n;
    case 3: /* there is room behind */
        memmove(data + at + n, data + at, left);
        return length + n;
    case 4:
        memset(data + at, wy_test_below(random, 2) ? 0xFF : 0, n);
        return length;
    default:
        return wy_test_below(random, 4) ? length : at;
    }
}

static void try_file(const char *path)
{
    enum { MOST_CHANGES = 6, ROOM = 8 * MOST_CHANGES };
    size_t length;
    char *data = wy_test_file_read(path, &length);
    wy_test_must(data);
    run((const uint8_t *)data, length);
    wy_test_random random = wy_test_random_of(inputs++);
    uint8_t *changed = wy_test_alloc(length + ROOM);
    for (size_t i = 0; i < wy_test_rounds(MUTATIONS); i++) {
        size_t size = length;
        if (length) memcpy(changed, data, length);
        for (uint64_t n = 1 + wy_test_below(&random, MOST_CHANGES); n > 0; n--)
            size = mutate(changed, size, &random);
        run(changed, size);
    }
    free(changed);
    free(data);
}

static void try_all(const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    if (count < 0 && errno == ENOTDIR) {
        try_file(path);
        return;
    }
    for (int i = 0; i < count; i++) {
        char *inner = wy_test_format("%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') try_all(inner);
        free(inner);
        free(names[i]);
    }
    if (count >= 0) free(names);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) try_all(argv[i]);
    printf("%zu inputs, %zu executions\n", inputs, tried);
    return inputs ? 0 : 1;
}
