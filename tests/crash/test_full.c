/*
 * A disk that is full for real: files that may not grow beyond a limit (RLIMIT_FSIZE) and, where
 * the test may mount one, a file system of little room. What comes back is an error that says so;
 * the last commit is whole; and with room the next try works.
 */
#define _GNU_SOURCE 1 /* unshare */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/index.h"
#include "support/test.h"

enum { KIB = 1024 };

static int add(wy_index *index, const char *id, size_t kib, wy_error *error)
{
    wy_writer *writer;
    wy_test_random random = wy_test_random_of(kib);
    char *text = wy_test_alloc(kib * KIB + 16);
    for (size_t i = 0; i < kib * KIB; i += 8)
        snprintf(text + i, 9, "%07x ", (unsigned)wy_test_below(&random, 1u << 28));
    wy_paragraph paragraph = {.text = {text, kib * KIB}};
    wy_report report = {.size = sizeof report, .id = {id, strlen(id)}};
    report.paragraphs = &paragraph;
    report.paragraph_count = 1;
    int status = wy_writer_open(index, NULL, &writer, error);
    if (status == WY_OK) {
        status = wy_writer_add(writer, &report, error);
        if (status == WY_OK) status = wy_writer_commit(writer, error);
        wy_writer_close(writer);
    }
    free(text);
    return status;
}

static wy_index *open_index(const char *path)
{
    wy_index *index;
    wy_error error;
    wy_index_options options = {.size = sizeof options, .create = true, .analyzer = "whitespace"};
    wy_test_must(wy_index_open(path, &options, &index, &error) == WY_OK);
    return index;
}

static uint64_t count_reports(wy_index *index)
{
    wy_snapshot *snapshot;
    const wy_stats *stats;
    wy_error error;
    wy_test_must(wy_snapshot_open(index, &snapshot, &error) == WY_OK);
    wy_test_must(wy_snapshot_stats(snapshot, &stats, &error) == WY_OK);
    uint64_t reports = stats->reports;
    wy_snapshot_close(snapshot);
    return reports;
}

static void must_be_sound(const char *path, uint64_t reports)
{
    wy_error error;
    wy_index *index = open_index(path);
    wy_test_must(wy_index_check(path, NULL, NULL, NULL, &error) == WY_OK);
    wy_test_must(count_reports(index) == reports);
    wy_index_close(index);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    wy_test_must(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = bytes;
    wy_test_must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* In a child of its own: limits and mounts end with it. */
static int in_child(int (*run)(const char *path), const char *path)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    wy_test_must(child >= 0);
    if (child == 0) {
        int result = run(path);
        fflush(stdout);
        _exit(result);
    }
    wy_test_must(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int with_limits(const char *path)
{
    wy_error error;
    signal(SIGXFSZ, SIG_IGN);
    wy_index *index = open_index(path);
    wy_test_must(add(index, "first", 8, &error) == WY_OK);
    int refused = 0;
    for (rlim_t bytes = 1; bytes < 200 * KIB; bytes = bytes * 3 / 2 + 1) {
        limit_files(bytes);
        int status = add(index, "second", 200, &error);
        limit_files(RLIM_INFINITY);
        wy_test_must(status == WY_E_IO && error.system == EFBIG && strstr(error.file, path));
        must_be_sound(path, 1);
        refused++;
    }
    wy_test_must(add(index, "second", 200, &error) == WY_OK);
    wy_index_close(index);
    must_be_sound(path, 2);
    printf("%d limits\n", refused);
    return 0;
}

static int in_a_small_file_system(const char *path)
{
    wy_error error;
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", path, "tmpfs", 0, "size=1m") != 0)
        return WY_TEST_SKIPPED;
    char *inner = wy_test_format("%s/index", path), *filler = wy_test_format("%s/filler", path);
    wy_index *index = open_index(inner);
    wy_test_must(add(index, "first", 8, &error) == WY_OK);
    wy_test_must(add(index, "second", 2000, &error) == WY_E_IO && error.system == ENOSPC);
    must_be_sound(inner, 1);
    /* Filled to the last page by somebody else. */
    FILE *file = fopen(filler, "wb");
    static const char page[4096];
    wy_test_must(file);
    setvbuf(file, NULL, _IONBF, 0);
    while (fwrite(page, 1, sizeof page, file) == sizeof page) {}
    fclose(file);
    wy_test_must(add(index, "second", 8, &error) == WY_E_IO && error.system == ENOSPC);
    must_be_sound(inner, 1);
    wy_test_must(remove(filler) == 0);
    wy_test_must(add(index, "second", 8, &error) == WY_OK);
    wy_index_close(index);
    must_be_sound(inner, 2);
    free(inner);
    free(filler);
    return 0;
}

static void files_may_not_grow(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    char *path = wy_test_format("%s/index", folder);
    assert_int_equal(in_child(with_limits, path), 0);
    free(path);
    wy_test_folder_remove(folder);
}

static void the_disk_is_full(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    int status = in_child(in_a_small_file_system, folder);
    wy_test_folder_remove(folder);
    if (status == WY_TEST_SKIPPED) {
        printf("no file system can be mounted here\n");
        skip();
    }
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_may_not_grow),
        cmocka_unit_test(the_disk_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
