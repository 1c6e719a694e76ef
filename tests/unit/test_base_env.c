/*
 * unit/test_base_env.c: the real file system, and that the one in memory is like it.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/env.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"
#include "support/test.h"

/* A file with some bytes; true where that worked. */
static int put_file(const wy_env *env, const char *path, const char *text, bool sync,
                    wy_error *error)
{
    wy_env_file *file;
    int status = env->create(env, path, &file, error);
    if (status != WY_OK) return status;
    status = env->write(env, file, text, strlen(text), error);
    if (status == WY_OK && sync) status = env->sync(env, file, error);
    int closed = env->close(env, file, status == WY_OK ? error : NULL);
    return status == WY_OK ? closed : status;
}

/* ---- Both file systems -------------------------------------------------------------------- */

typedef struct names {
    char *list[64];
    size_t count;
} names;

static int add_name(void *context, const char *name)
{
    names *all = context;
    assert_true(all->count < 64);
    all->list[all->count++] = wy_test_copy(name);
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(names *all)
{
    for (size_t i = 0; i < all->count; i++) free(all->list[i]);
    all->count = 0;
}

static int stop_at_once(void *context, const char *name)
{
    (void)name;
    ++*(int *)context;
    return 1;
}

static int stop_never(void *context, const char *name)
{
    (void)name;
    ++*(int *)context;
    return 0;
}

static void check_files(const wy_env *env, const char *folder)
{
    wy_error error;
    wy_env_file *file;
    wy_env_map map;
    char *a = wy_path_join(&wy_mem_default, folder, "甲"), *b = wy_test_format("%s/b", folder);
    char *sub = wy_test_format("%s/sub", folder), *none = wy_test_format("%s/no/x", folder);

    /* Create, write, map. */
    assert_ok(env->create(env, a, &file, &error), &error);
    assert_status(WY_E_EXISTS, env->create(env, a, &file, &error), NULL);
    assert_string_equal(error.file, a);
    assert_int_equal(error.system, EEXIST);
    assert_status(WY_E_NOT_FOUND, env->create(env, none, &file, &error), NULL);
    assert_ok(env->map(env, a, &map, &error), &error);
    assert_null(map.data);
    assert_int_equal(map.length, 0);
    env->evict(env, &map);
    env->unmap(env, &map);
    assert_ok(env->write(env, file, "one", 3, &error), &error);
    assert_ok(env->write(env, file, "", 0, &error), &error);
    assert_ok(env->write(env, file, "two", 3, &error), &error);
    assert_ok(env->sync(env, file, &error), &error);
    assert_ok(env->close(env, file, &error), &error);
    assert_ok(env->sync_dir(env, folder, &error), &error);

    /* A map outlives the name, and a new file under it. */
    assert_ok(env->map(env, a, &map, &error), &error);
    assert_ok(env->unlink(env, a, &error), &error);
    assert_ok(put_file(env, a, "other", true, &error), &error);
    assert_int_equal(map.length, 6);
    assert_memory_equal(map.data, "onetwo", 6);
    env->evict(env, &map);
    assert_memory_equal(map.data, "onetwo", 6);
    env->unmap(env, &map);
    assert_null(map.data);

    /* What is not there, and what is a folder. */
    assert_status(WY_E_NOT_FOUND, env->map(env, none, &map, &error), NULL);
    assert_status(WY_E_NOT_FOUND, env->unlink(env, none, &error), NULL);
    assert_status(WY_E_NOT_FOUND, env->rename(env, none, b, &error), NULL);
    assert_status(WY_E_NOT_FOUND, env->mkdir(env, none, &error), NULL);
    assert_status(WY_E_NOT_FOUND, env->sync_dir(env, none, &error), NULL);
    assert_status(WY_E_NOT_FOUND, env->list(env, none, stop_at_once, NULL, &error), NULL);
    assert_ok(env->mkdir(env, sub, &error), &error);
    assert_status(WY_E_EXISTS, env->mkdir(env, sub, &error), NULL);
    assert_status(WY_E_IO, env->map(env, sub, &map, &error), NULL);
    assert_string_equal(error.reason, "not a regular file");
    assert_status(WY_E_IO, env->unlink(env, sub, &error), NULL);
    assert_status(WY_E_NOT_FOUND, env->sync_dir(env, a, &error), NULL);

    /* Rename over another, and the listing. */
    assert_ok(put_file(env, b, "bbb", false, &error), &error);
    assert_ok(env->rename(env, b, a, &error), &error);
    assert_ok(env->map(env, a, &map, &error), &error);
    assert_int_equal(map.length, 3);
    env->unmap(env, &map);
    names found = {{0}, 0};
    assert_ok(env->list(env, folder, add_name, &found, &error), &error);
    qsort(found.list, found.count, sizeof *found.list, compare_names);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.list[0], "sub");
    assert_string_equal(found.list[1], "甲");
    free_names(&found);
    int calls = 0;
    assert_ok(env->list(env, folder, stop_at_once, &calls, &error), &error);
    assert_int_equal(calls, 1);
    assert_ok(env->list(env, folder, stop_never, &calls, &error), &error);
    assert_int_equal(calls, 3);

    free(a);
    free(b);
    free(sub);
    free(none);
}

static void check_locks(const wy_env *env, const char *folder)
{
    wy_error error;
    wy_env_lock *lock, *other;
    char *path = wy_test_format("%s/lock", folder), *second = wy_test_format("%s/lock2", folder);
    for (int round = 0; round < 2; round++) {
        assert_ok(env->lock(env, path, &lock, &error), &error);
        assert_status(WY_E_LOCKED, env->lock(env, path, &other, &error), NULL);
        assert_string_equal(error.file, path);
        assert_ok(env->lock(env, second, &other, &error), &error);
        env->unlock(env, other);
        assert_status(WY_E_LOCKED, env->lock(env, path, &other, &error), NULL);
        env->unlock(env, lock);
    }
    char *none = wy_test_format("%s/no/lock", folder);
    assert_status(WY_E_NOT_FOUND, env->lock(env, none, &lock, &error), NULL);
    assert_status(WY_E_IO, env->lock(env, folder, &lock, &error), NULL);
    free(path);
    free(second);
    free(none);
}

static void posix_files(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    wy_fault_mem memory;
    wy_fault_mem_init(&memory, 0);
    wy_env env = wy_env_posix;
    env.context = &memory.mem;
    check_files(&env, folder);
    check_locks(&env, folder);
    wy_fault_mem_check(&memory);
    wy_test_folder_remove(folder);
}

static void memory_files(void **state)
{
    (void)state;
    wy_error error;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    assert_ok(env->mkdir(env, "/top", &error), &error);
    check_files(env, "/top");
    check_locks(env, "./top");
    wy_memory_env_free(memory);
}

static void faulty_files_without_faults(void **state)
{
    (void)state;
    wy_error error;
    wy_memory_env *memory = wy_memory_env_make();
    wy_fault_env fault;
    wy_fault_env_init(&fault, wy_memory_env_table(memory));
    assert_ok(fault.env.mkdir(&fault.env, "top", &error), &error);
    check_files(&fault.env, "top");
    check_locks(&fault.env, "top");
    assert_false(fault.failed);
    wy_memory_env_free(memory);
}

/* ---- The real one ------------------------------------------------------------------------- */

/* Pages of files that this process has in its memory; few, or -1, where the system does not tell.
 */
static long file_pages(void)
{
    long size, resident, shared = -1;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return -1;
    if (fscanf(file, "%ld %ld %ld", &size, &resident, &shared) != 3) shared = -1;
    fclose(file);
    return shared;
}

/* What was read of a map is let go, and can be read again. */
static void posix_evicts_pages(void **state)
{
    (void)state;
    enum { LENGTH = 16 << 20 };
    wy_error error;
    wy_env_map map;
    const wy_env *env = &wy_env_posix;
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/large", folder);
    char *text = malloc(LENGTH + 1);
    assert_non_null(text);
    memset(text, 'x', LENGTH);
    text[LENGTH] = '\0';
    assert_ok(put_file(env, path, text, false, &error), &error);
    assert_ok(env->map(env, path, &map, &error), &error);
    assert_memory_equal(map.data, text, LENGTH);
    const long before = file_pages();
    env->evict(env, &map);
    const long after = file_pages(), pages = LENGTH / sysconf(_SC_PAGESIZE);
    if (before < pages)
        print_message("this system does not tell what is in memory\n");
    else
        assert_true(before - after > pages * 9 / 10);
    assert_memory_equal(map.data, text, LENGTH);
    env->unmap(env, &map);
    free(text);
    free(path);
    wy_test_folder_remove(folder);
}

/* The lock of another process excludes, and is freed when that process dies, whatever kills it. */
static void posix_lock_ends_with_its_process(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/lock", folder);
    const wy_env *env = &wy_env_posix;
    wy_error error;
    wy_env_lock *lock;
    int ready[2], finish[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(finish), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(finish[1]);
        byte = (char)env->lock(env, path, &lock, NULL);
        if (write(ready[1], &byte, 1) == 1)
            (void)!read(finish[0], &byte, 1); /* until the parent kills it or ends */
        _exit(0);
    }
    close(ready[1]);
    close(finish[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, WY_OK);
    assert_status(WY_E_LOCKED, env->lock(env, path, &lock, &error), NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(env->lock(env, path, &lock, &error), &error);
    env->unlock(env, lock);
    close(ready[0]);
    close(finish[1]);
    free(path);
    wy_test_folder_remove(folder);
}

/* Closing another descriptor of the file must not free the lock, as it would one of fcntl. */
static void posix_lock_survives_a_look_at_its_file(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/lock", folder);
    const wy_env *env = &wy_env_posix;
    wy_error error;
    wy_env_lock *lock, *other;
    assert_ok(env->lock(env, path, &lock, &error), &error);
    free(wy_test_file_read(path, NULL));
    assert_status(WY_E_LOCKED, env->lock(env, path, &other, &error), NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) /* its copies of descriptors are not asked: it opens its own */
        _exit(env->lock(env, path, &other, NULL) == WY_E_LOCKED ? 0 : 1);
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    env->unlock(env, lock);
    free(path);
    wy_test_folder_remove(folder);
}

static void posix_refuses_what_is_no_file(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/fifo", folder);
    wy_error error;
    wy_env_map map;
    wy_env_file *file;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_status(WY_E_IO, wy_env_posix.map(&wy_env_posix, path, &map, &error), NULL);
    assert_status(WY_E_IO, wy_env_posix.map(&wy_env_posix, "/dev/null", &map, &error), NULL);
    char *link = wy_test_format("%s/link", folder), *gone = wy_test_format("%s/gone", folder);
    assert_int_equal(symlink(gone, link), 0); /* a new file must not appear at its other end */
    assert_status(WY_E_EXISTS, wy_env_posix.create(&wy_env_posix, link, &file, &error), NULL);
    free(link);
    free(gone);
    free(path);
    wy_test_folder_remove(folder);
}

static void posix_reports_a_full_disk(void **state)
{
    (void)state;
    wy_error error;
    wy_env_file *file;
    if (access("/dev/full", W_OK) != 0) {
        print_message("no /dev/full here\n");
        skip();
    }
    /* The env makes only new files, so one is made and /dev/full put under its descriptor. */
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/file", folder);
    int next = dup(0);
    close(next);
    assert_ok(wy_env_posix.create(&wy_env_posix, path, &file, &error), &error);
    FILE *full = fopen("/dev/full", "wb");
    assert_non_null(full);
    assert_int_equal(dup2(fileno(full), next), next);
    assert_status(WY_E_IO, wy_env_posix.write(&wy_env_posix, file, "x", 1, &error), NULL);
    assert_int_equal(error.system, ENOSPC);
    assert_string_equal(error.file, path);
    fclose(full);
    assert_ok(wy_env_posix.close(&wy_env_posix, file, &error), &error);
    free(path);
    wy_test_folder_remove(folder);
}

/* A pipe, with a reader that interrupts the writer again and again: of a large write, each call
 * then takes a part or none. */
typedef struct slow_reader {
    int descriptor;
    pthread_t writer;
    size_t total;
    uint8_t sum;
} slow_reader;

static volatile sig_atomic_t interruptions;

static void interrupt(int number)
{
    (void)number;
    interruptions++;
}

static void *read_slowly(void *argument)
{
    slow_reader *me = argument;
    uint8_t bytes[7777];
    ssize_t n;
    do {
        /* With the pipe full, the first cuts a write short, and the second hits one that has
         * written nothing yet. */
        for (int i = 0; i < 2; i++) {
            const struct timespec while_it_blocks = {0, 100000};
            pthread_kill(me->writer, SIGUSR1);
            nanosleep(&while_it_blocks, NULL);
        }
        n = read(me->descriptor, bytes, sizeof bytes);
        for (ssize_t i = 0; i < n; i++) me->sum = (uint8_t)(me->sum * 31 + bytes[i]);
        me->total += n > 0 ? (size_t)n : 0;
    } while (n > 0);
    return NULL;
}

static void posix_goes_on_after_interruptions(void **state)
{
    (void)state;
    enum { LENGTH = 1000003 };
    char *folder = wy_test_folder_make(), *path = wy_test_format("%s/file", folder);
    wy_error error;
    wy_env_file *file;
    int next = dup(0), ends[2];
    close(next);
    assert_ok(wy_env_posix.create(&wy_env_posix, path, &file, &error), &error);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[1], next), next); /* in the place of the file */
    close(ends[1]);

    uint8_t *data = wy_test_alloc(LENGTH), sum = 0;
    wy_test_random random = wy_test_random_of(4);
    wy_test_fill(&random, data, LENGTH);
    for (size_t i = 0; i < LENGTH; i++) sum = (uint8_t)(sum * 31 + data[i]);
    struct sigaction action = {.sa_handler = interrupt}, old; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
    slow_reader reader = {.descriptor = ends[0], .writer = pthread_self()};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_slowly, &reader), 0);
    assert_ok(wy_env_posix.write(&wy_env_posix, file, data, LENGTH, &error), &error);
    assert_ok(wy_env_posix.close(&wy_env_posix, file, &error), &error);
    pthread_join(thread, NULL);
    sigaction(SIGUSR1, &old, NULL);
    close(ends[0]);
    assert_true(interruptions > 0);
    assert_int_equal(reader.total, LENGTH);
    assert_int_equal(reader.sum, sum);
    free(data);
    free(path);
    wy_test_folder_remove(folder);
}

/* ---- The one in memory is like the real one ----------------------------------------------- */

enum { OPEN_FILES = 4 };

typedef struct side {
    const wy_env *env;
    const char *top;
    wy_env_file *files[OPEN_FILES];
} side;

typedef struct action {
    uint64_t kind, file;
    char path[40], to[40], text[700];
    size_t length;
} action;

/* Few names, at most three deep, so that every kind of collision comes up. */
static void random_path(wy_test_random *random, char out[40])
{
    size_t n = 0, depth = 1 + (size_t)wy_test_below(random, 3);
    for (size_t i = 0; i < depth; i++) {
        out[n++] = '/';
        out[n++] = (char)('a' + (int)wy_test_below(random, 4));
    }
    out[n] = '\0';
}

static int perform(side *s, const action *a, wy_error *error)
{
    const wy_env *env = s->env;
    char *path = wy_test_format("%s%s", s->top, a->path),
         *to = wy_test_format("%s%s", s->top, a->to);
    wy_env_file **file = &s->files[a->file];
    wy_env_map map = {NULL, 0, NULL};
    wy_env_lock *lock;
    int status = WY_OK;
    switch (a->kind) {
    case 0:
    case 1:
        if (*file) {
            status = env->close(env, *file, error);
            *file = NULL;
        } else {
            status = env->create(env, path, file, error);
        }
        break;
    case 2:
    case 3:
        if (*file) status = env->write(env, *file, a->text, a->length, error);
        break;
    case 4:
        if (*file) status = env->sync(env, *file, error);
        break;
    case 5:
    case 6:
        status = env->rename(env, path, to, error);
        break;
    case 7:
        status = env->unlink(env, path, error);
        break;
    case 8:
        status = env->mkdir(env, path, error);
        break;
    case 9:
        status = env->sync_dir(env, path, error);
        break;
    case 10:
        status = env->lock(env, path, &lock, error);
        if (status == WY_OK) env->unlock(env, lock);
        break;
    default:
        status = env->map(env, path, &map, error);
        if (status == WY_OK) env->unmap(env, &map);
    }
    free(path);
    free(to);
    return status;
}

/* Compares the folders and what is below; returns how many names there are. */
static size_t compare_trees(const wy_env *a, const char *in_a, const wy_env *b, const char *in_b)
{
    wy_error error;
    names left = {{0}, 0}, right = {{0}, 0};
    assert_ok(a->list(a, in_a, add_name, &left, &error), &error);
    assert_ok(b->list(b, in_b, add_name, &right, &error), &error);
    qsort(left.list, left.count, sizeof *left.list, compare_names);
    qsort(right.list, right.count, sizeof *right.list, compare_names);
    assert_int_equal(left.count, right.count);
    size_t total = left.count;
    for (size_t i = 0; i < left.count; i++) {
        assert_string_equal(left.list[i], right.list[i]);
        char *from_a = wy_test_format("%s/%s", in_a, left.list[i]);
        char *from_b = wy_test_format("%s/%s", in_b, left.list[i]);
        wy_env_map one, two;
        int status = a->map(a, from_a, &one, NULL);
        assert_int_equal(status, b->map(b, from_b, &two, NULL));
        if (status == WY_OK) {
            assert_int_equal(one.length, two.length);
            if (one.length) assert_memory_equal(one.data, two.data, one.length);
            a->unmap(a, &one);
            b->unmap(b, &two);
        } else {
            total += compare_trees(a, from_a, b, from_b);
        }
        free(from_a);
        free(from_b);
    }
    free_names(&left);
    free_names(&right);
    return total;
}

static void memory_is_like_posix(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(5);
    size_t worked = 0, seen = 0;
    for (int round = 0; round < 12; round++) {
        char *folder = wy_test_folder_make();
        wy_memory_env *memory = wy_memory_env_make();
        side real = {&wy_env_posix, folder, {NULL}},
             model = {wy_memory_env_table(memory), "", {NULL}};
        for (int step = 0; step < 500; step++) {
            action a = {.kind = wy_test_below(&random, 12),
                        .file = wy_test_below(&random, OPEN_FILES),
                        .length = (size_t)wy_test_below(&random, sizeof a.text)};
            random_path(&random, a.path);
            random_path(&random, a.to);
            wy_test_fill(&random, a.text, sizeof a.text);
            wy_error one = {0}, two = {0};
            int wanted = perform(&real, &a, &one), got = perform(&model, &a, &two);
            if (wanted != got || one.system != two.system)
                fail_msg("round %d, step %d: %d %s %s: %s (%s), in memory %s (%s)", round, step,
                         (int)a.kind, a.path, a.to, wy_status_name(wanted), one.reason,
                         wy_status_name(got), two.reason);
            worked += got == WY_OK;
            if (step % 50 == 49) {
                seen += compare_trees(real.env, folder, model.env, "");
            }
        }
        for (uint64_t i = 0; i < OPEN_FILES; i++) {
            if (real.files[i]) real.env->close(real.env, real.files[i], NULL);
            if (model.files[i]) model.env->close(model.env, model.files[i], NULL);
        }

        /* Nothing is lost where a crash keeps everything, and a clone is the same too. */
        wy_memory_env *crashed = wy_memory_env_crash(memory, wy_memory_env_steps(memory),
                                                     WY_CRASH_DATA_KEPT, WY_CRASH_NAMES_KEPT, 1);
        wy_memory_env *clone = wy_memory_env_clone(memory);
        compare_trees(real.env, folder, wy_memory_env_table(crashed), "");
        compare_trees(real.env, folder, wy_memory_env_table(clone), "");
        wy_memory_env_free(clone);
        wy_memory_env_free(crashed);
        wy_memory_env_free(memory);
        wy_test_folder_remove(folder);
    }
    assert_true(worked > 1000 && seen > 500); /* else the test tests nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posix_files),
        cmocka_unit_test(posix_evicts_pages),
        cmocka_unit_test(memory_files),
        cmocka_unit_test(faulty_files_without_faults),
        cmocka_unit_test(posix_lock_ends_with_its_process),
        cmocka_unit_test(posix_lock_survives_a_look_at_its_file),
        cmocka_unit_test(posix_refuses_what_is_no_file),
        cmocka_unit_test(posix_reports_a_full_disk),
        cmocka_unit_test(posix_goes_on_after_interruptions),
        cmocka_unit_test(memory_is_like_posix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
