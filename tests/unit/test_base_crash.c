/*
 * unit/test_base_crash.c: what a crash leaves of the file system in memory, looking into it, and
 * the file system that fails.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
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

static int visit_nothing(void *context, const char *name)
{
    (void)context;
    (void)name;
    return 0;
}

/* ---- Crashes ------------------------------------------------------------------------------ */

static void assert_file(const wy_memory_env *memory, const char *path, const char *text)
{
    uint8_t *bytes = wy_memory_env_get(memory, path, NULL);
    if (!bytes != !text) fail_msg("%s is %s", path, text ? "missing" : "there");
    if (text) assert_string_equal((char *)bytes, text);
    free(bytes);
}

/* The state after a crash, with data and names dropped or kept, of one file. */
static void assert_crash(const wy_memory_env *memory, wy_crash_data data, wy_crash_names names_kept,
                         const char *path, const char *text)
{
    wy_memory_env *left =
        wy_memory_env_crash(memory, wy_memory_env_steps(memory), data, names_kept, 0);
    assert_file(left, path, text);
    assert_int_equal(wy_memory_env_steps(left), 0);
    wy_memory_env_free(left);
}

static void crash_keeps_what_was_synced(void **state)
{
    (void)state;
    const wy_crash_data lose = WY_CRASH_DATA_DROPPED, keep = WY_CRASH_DATA_KEPT;
    const wy_crash_names no = WY_CRASH_NAMES_DROPPED, yes = WY_CRASH_NAMES_KEPT;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_env_file *file;
    wy_error error;

    assert_ok(env->create(env, "a", &file, &error), &error);
    assert_ok(env->write(env, file, "synced", 6, &error), &error);
    assert_ok(env->sync(env, file, &error), &error);
    assert_ok(env->write(env, file, " or not", 7, &error), &error);
    assert_crash(memory, keep, yes, "a", "synced or not");
    assert_crash(memory, lose, yes, "a", "synced");
    assert_crash(memory, keep, no, "a", NULL); /* its name is not durable */
    assert_ok(env->sync_dir(env, "/", &error), &error);
    assert_crash(memory, lose, no, "a", "synced");
    assert_crash(memory, keep, no, "a", "synced or not");
    assert_ok(env->close(env, file, &error), &error);
    assert_crash(memory, lose, no, "a", "synced"); /* a close syncs nothing */

    /* Rename over it. */
    assert_ok(put_file(env, "b", "new", true, &error), &error);
    assert_ok(env->rename(env, "b", "a", &error), &error);
    assert_crash(memory, lose, yes, "a", "new");
    assert_crash(memory, lose, no, "a", "synced");
    assert_crash(memory, lose, no, "b", NULL);
    assert_ok(env->sync_dir(env, ".", &error), &error);
    assert_crash(memory, lose, no, "a", "new");

    /* Unlink. */
    assert_ok(env->unlink(env, "a", &error), &error);
    assert_crash(memory, lose, no, "a", "new");
    assert_crash(memory, lose, yes, "a", NULL);
    assert_ok(env->sync_dir(env, "", &error), &error);
    assert_crash(memory, keep, no, "a", NULL);

    /* A folder's own name is its parent's matter. */
    assert_ok(env->mkdir(env, "d", &error), &error);
    assert_ok(put_file(env, "d/x", "in it", true, &error), &error);
    assert_ok(env->sync_dir(env, "d", &error), &error);
    assert_crash(memory, lose, no, "d/x", NULL);
    assert_ok(env->sync_dir(env, "", &error), &error);
    assert_crash(memory, lose, no, "d/x", "in it");
    wy_memory_env_free(memory);
}

static void crash_at_every_step(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error;
    wy_memory_env_set(memory, "current", "old", 3);
    assert_ok(put_file(env, "next", "new", true, &error), &error);
    assert_ok(env->rename(env, "next", "current", &error), &error);
    assert_ok(env->sync_dir(env, "", &error), &error);

    static const wy_env_call calls[] = {WY_CALL_SET,     WY_CALL_CREATE, WY_CALL_WRITE,
                                        WY_CALL_SYNC,    WY_CALL_CLOSE,  WY_CALL_RENAME,
                                        WY_CALL_SYNC_DIR};
    const size_t steps = sizeof calls / sizeof *calls;
    assert_int_equal(wy_memory_env_steps(memory), steps);
    for (size_t i = 0; i < steps; i++)
        assert_string_equal(wy_env_call_name(wy_memory_env_step(memory, i).call),
                            wy_env_call_name(calls[i]));
    wy_memory_step write = wy_memory_env_step(memory, 2), move = wy_memory_env_step(memory, 5);
    assert_int_equal(write.length, 3);
    assert_memory_equal(write.data, "new", 3);
    assert_string_equal(write.path, "next");
    assert_string_equal(move.path, "next");
    assert_string_equal(move.to, "current");

    /* The rule of an atomic replacement: at each step the old or the new, whole; the new for
     * sure once the folder is synced. */
    for (size_t n = 1; n <= steps; n++) {
        bool seen_old = false, seen_new = false;
        for (uint64_t seed = 0; seed < 40; seed++) {
            wy_memory_env *left = wy_memory_env_crash(memory, n, (wy_crash_data)(seed % 3),
                                                      (wy_crash_names)(seed / 3 % 3), seed);
            uint8_t *bytes = wy_memory_env_get(left, "current", NULL);
            assert_non_null(bytes);
            bool is_new = strcmp((char *)bytes, "new") == 0;
            assert_true(is_new || strcmp((char *)bytes, "old") == 0);
            *(is_new ? &seen_new : &seen_old) = true;
            free(bytes);
            wy_memory_env_free(left);
        }
        assert_int_equal(seen_old, n < steps);
        assert_int_equal(seen_new, n >= 6);
    }
    wy_memory_env_free(memory);
}

/* Names without a sync of the folder come and go each for itself. */
static void crash_keeps_some_names(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error;
    wy_memory_env_set(memory, "old", "1", 1);
    assert_ok(put_file(env, "new", "2", true, &error), &error);
    assert_ok(env->unlink(env, "old", &error), &error);
    unsigned seen = 0;
    for (uint64_t seed = 0; seed < 64; seed++) {
        wy_memory_env *left = wy_memory_env_crash(memory, wy_memory_env_steps(memory),
                                                  WY_CRASH_DATA_DROPPED, WY_CRASH_NAMES_SOME, seed);
        uint8_t *old = wy_memory_env_get(left, "old", NULL),
                *new = wy_memory_env_get(left, "new", NULL);
        seen |= 1u << ((old ? 1 : 0) + (new ? 2 : 0));
        free(old);
        free(new);
        wy_memory_env_free(left);
    }
    assert_int_equal(seen, 15); /* also the loss of both, which only sync_dir between prevents */
    wy_memory_env_free(memory);
}

static void crash_tears_at_sectors(void **state)
{
    (void)state;
    enum { SYNCED = 700, LENGTH = 5000 };
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_env_file *file;
    wy_error error;
    char data[LENGTH];
    memset(data, 'x', sizeof data);
    assert_ok(env->create(env, "a", &file, &error), &error);
    assert_ok(env->write(env, file, data, SYNCED, &error), &error);
    assert_ok(env->sync(env, file, &error), &error);
    assert_ok(env->write(env, file, data + SYNCED, LENGTH - SYNCED, &error), &error);
    assert_ok(env->close(env, file, &error), &error);
    bool shortest = false, longest = false, holes = false;
    for (uint64_t seed = 0; seed < 200; seed++) {
        size_t length;
        wy_memory_env *left = wy_memory_env_crash(memory, wy_memory_env_steps(memory),
                                                  WY_CRASH_DATA_TORN, WY_CRASH_NAMES_KEPT, seed);
        uint8_t *bytes = wy_memory_env_get(left, "a", &length);
        assert_true(length % 512 == 0 || length == SYNCED || length == LENGTH);
        assert_true(length >= SYNCED);
        assert_memory_equal(bytes, data, SYNCED);
        for (size_t i = SYNCED; i < length; i++) {
            assert_true(bytes[i] == 'x' || bytes[i] == 0);
            assert_true(i % 512 == 0 || i == SYNCED || bytes[i] == bytes[i - 1]);
            holes = holes || bytes[i] == 0;
        }
        shortest = shortest || length == SYNCED;
        longest = longest || length == LENGTH;
        free(bytes);
        wy_memory_env_free(left);
    }
    assert_true(shortest && longest && holes);
    wy_memory_env_free(memory);
}

static void count_bytes(void *context, const char *path, size_t length)
{
    size_t *sums = context;
    sums[0]++;
    sums[1] += length;
    sums[2] += strlen(path);
}

static void memory_can_be_looked_into(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    const wy_env *env = wy_memory_env_table(memory);
    wy_error error;
    wy_env_map map;
    size_t sums[3] = {0, 0, 0};
    assert_ok(env->mkdir(env, "d", &error), &error);
    wy_memory_env_set(memory, "d/x", "12345", 5);
    wy_memory_env_set(memory, "y", "", 0);
    wy_memory_env_visit(memory, count_bytes, sums);
    assert_int_equal(sums[0], 2);
    assert_int_equal(sums[1], 5);
    assert_int_equal(sums[2], 4);
    assert_ok(env->map(env, "d/x", &map, &error), &error);
    wy_memory_env_set(memory, "d/x", "other", 5);
    assert_memory_equal(map.data, "12345", 5);
    env->unmap(env, &map);
    wy_memory_env *clone = wy_memory_env_clone(memory);
    wy_memory_env_set(memory, "d/x", "third", 5);
    assert_file(clone, "d/x", "other");
    assert_file(memory, "d/x", "third");
    wy_memory_env_free(clone);
    wy_memory_env_free(memory);
}

/* ---- The one that fails ------------------------------------------------------------------- */

static void fault_env_fails_the_nth(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    wy_fault_env fault;
    wy_error error;
    wy_env_file *file;
    wy_fault_env_init(&fault, wy_memory_env_table(memory));
    const wy_env *env = &fault.env;

    wy_fault_env_arm(&fault, WY_CALL_WRITE, 2, false, ENOSPC);
    assert_ok(env->create(env, "a", &file, &error), &error);
    assert_ok(env->write(env, file, "1234", 4, &error), &error);
    assert_false(fault.failed);
    assert_status(WY_E_IO, env->write(env, file, "5678", 4, &error), NULL);
    assert_int_equal(error.system, ENOSPC);
    assert_true(fault.failed);
    assert_ok(env->write(env, file, "9", 1, &error), &error);
    assert_file(memory, "a", "1234569"); /* half of the one that failed */
    assert_int_equal(fault.calls[WY_CALL_WRITE], 3);
    assert_int_equal(fault.calls[WY_CALL_ANY], 4);

    wy_fault_env_arm(&fault, WY_CALL_ANY, 1, true, EIO);
    size_t steps = wy_memory_env_steps(memory);
    wy_env_map map;
    wy_env_lock *lock;
    assert_status(WY_E_IO, env->sync(env, file, &error), NULL);
    assert_status(WY_E_IO, env->rename(env, "a", "b", &error), NULL);
    assert_status(WY_E_IO, env->unlink(env, "a", &error), NULL);
    assert_status(WY_E_IO, env->mkdir(env, "d", &error), NULL);
    assert_status(WY_E_IO, env->sync_dir(env, "", &error), NULL);
    assert_status(WY_E_IO, env->map(env, "a", &map, &error), NULL);
    assert_status(WY_E_IO, env->lock(env, "l", &lock, &error), NULL);
    assert_status(WY_E_IO, env->list(env, "", visit_nothing, NULL, &error), NULL);
    assert_int_equal(wy_memory_env_steps(memory), steps); /* nothing was done */
    assert_status(WY_E_IO, env->close(env, file, &error), NULL);
    wy_memory_env_free(memory); /* where nothing may be open: it was closed all the same */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crash_keeps_what_was_synced), cmocka_unit_test(crash_at_every_step),
        cmocka_unit_test(crash_keeps_some_names),      cmocka_unit_test(crash_tears_at_sectors),
        cmocka_unit_test(memory_can_be_looked_into),   cmocka_unit_test(fault_env_fails_the_nth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
