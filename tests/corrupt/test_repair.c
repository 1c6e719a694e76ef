/*
 * Repairing. A small index has every file damaged in turn: cut, flipped here and there, emptied,
 * taken away. After a repair it is sound; nothing is lost that does not lie in the damaged place;
 * damage of what can be made anew (terms, postings, positions, columns, the manifest) costs nothing
 * at all; and what is lost was told. A repair that fails or loses power half-way can be done again.
 *
 * WY_ROUNDS multiplies how many damages are tried.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strmap.h"
#include "index/index.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/corpus_gen.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"

static const char FOLDER[] = "index";

static const char *const queries[] = {"-nosuchword", "w0 w1 +w2 w3", "\"w0 w1\" OR \"w1 w0\"",
                                      "title:w0 OR w2", "w5 AND NOT w1 AND year:2003.."};
enum { QUERIES = sizeof queries / sizeof *queries, MOST_FILES = 64 };

static wy_memory_env *sound;
static uint64_t wanted;
static uint64_t live_reports, live_paragraphs;
static char *paths[MOST_FILES];
static size_t path_count, tried;

/* ---- The index ------------------------------------------------------------------------------- */

static wy_index_setup setup_of(const wy_env *env)
{
    return (wy_index_setup){.env = env, .analyzer = "whitespace"};
}

static uint64_t fingerprint_of(const wy_env *env)
{
    wy_index *index;
    wy_error error;
    uint64_t fingerprint;
    wy_index_setup setup = setup_of(env);
    assert_ok(wy_index_setup_open(FOLDER, &setup, &index, &error), &error);
    assert_ok(wy_fingerprint(index, queries, QUERIES, NULL, &fingerprint, &error), &error);
    wy_index_close(index);
    return fingerprint;
}

static void count_live(const wy_env *env, uint64_t *reports, uint64_t *paragraphs)
{
    wy_index *index;
    wy_snapshot *snapshot;
    const wy_stats *stats;
    wy_error error;
    wy_index_setup setup = setup_of(env);
    assert_ok(wy_index_setup_open(FOLDER, &setup, &index, &error), &error);
    assert_ok(wy_snapshot_open(index, &snapshot, &error), &error);
    assert_ok(wy_snapshot_stats(snapshot, &stats, &error), &error);
    *reports = stats->reports;
    *paragraphs = stats->paragraphs;
    wy_snapshot_close(snapshot);
    wy_index_close(index);
}

static void note_path(void *context, const char *path, size_t length)
{
    (void)context;
    (void)length;
    if (strstr(path, "lock")) return;
    wy_test_must(path_count < MOST_FILES);
    paths[path_count++] = wy_test_copy(path);
}

/* Two segments and more; live sets; reports that replaced others; ids that count up. */
static int make_index(void **state)
{
    (void)state;
    static const wy_corpus_shape shape = {
        .vocabulary = 300, .ids = 60, .paragraphs = 12, .words = 60};
    wy_memory_env *memory = wy_memory_env_make();
    wy_index_setup setup = setup_of(wy_memory_env_table(memory));
    wy_index *index;
    wy_writer *writer;
    wy_corpus corpus;
    wy_error error;
    wy_test_random random = wy_test_random_of(3);
    setup.create = true;
    wy_corpus_init(&corpus, &shape);
    assert_ok(wy_index_setup_open(FOLDER, &setup, &index, &error), &error);
    assert_ok(wy_writer_open(index, NULL, &writer, &error), &error);
    for (size_t c = 0; c < 3; c++) {
        for (size_t i = 0; i < 40; i++) {
            wy_report *report = wy_corpus_report(&corpus, &random);
            assert_ok(wy_writer_add(writer, report, &error), &error);
            wy_report_free(report);
        }
        wy_string id = wy_corpus_id(c);
        assert_ok(wy_writer_commit(writer, &error), &error);
        assert_ok(wy_writer_delete(writer, id, &error), &error);
        free((char *)(uintptr_t)id.data);
        assert_ok(wy_writer_commit(writer, &error), &error);
    }
    wy_writer_close(writer);
    wy_index_close(index);
    wy_corpus_free(&corpus);
    sound = wy_memory_env_clone(memory);
    wy_memory_env_free(memory);
    wy_memory_env_visit(sound, note_path, NULL);
    wanted = fingerprint_of(wy_memory_env_table(sound));
    count_live(wy_memory_env_table(sound), &live_reports, &live_paragraphs);
    assert_true(path_count > 14);
    return 0;
}

static int free_index(void **state)
{
    (void)state;
    for (size_t i = 0; i < path_count; i++) free(paths[i]);
    wy_memory_env_free(sound);
    return 0;
}

/* ---- Damage ---------------------------------------------------------------------------------- */

typedef enum damage { FLIP, CUT, EMPTY, GONE, DAMAGES } damage;

static void harm(wy_memory_env *memory, const char *path, damage what, wy_test_random *random)
{
    size_t length;
    wy_error error;
    uint8_t *data = wy_memory_env_get(memory, path, &length);
    const wy_env *env = wy_memory_env_table(memory);
    switch (what) {
    case FLIP:
        data[wy_test_below(random, length)] ^= (uint8_t)(1 << wy_test_below(random, 8));
        wy_memory_env_set(memory, path, data, length);
        break;
    case CUT:
        wy_memory_env_set(memory, path, data, (size_t)wy_test_below(random, length));
        break;
    case EMPTY:
        wy_memory_env_set(memory, path, NULL, 0);
        break;
    default:
        assert_ok(env->unlink(env, path, &error), &error);
        break;
    }
    free(data);
}

/* What was told, added up. */
typedef struct told {
    uint64_t partial, lost, unnamed, doubtful, paragraphs;
} told;

static void note_event(void *context, const wy_repair_event *event)
{
    told *t = context;
    t->partial += event->kind == WY_REPAIR_PARTIAL;
    t->lost += event->kind == WY_REPAIR_LOST;
    t->unnamed += event->kind == WY_REPAIR_UNNAMED;
    t->doubtful += event->kind == WY_REPAIR_DOUBTFUL;
    if (event->kind != WY_REPAIR_DOUBTFUL) t->paragraphs += event->lost;
    wy_test_must(event->lost <= event->paragraphs);
}

static void compare_told(const told *t, const wy_repair_result *r)
{
    assert_int_equal(t->partial, r->reports_partial);
    assert_int_equal(t->lost, r->reports_lost);
    assert_int_equal(t->unnamed, r->reports_unnamed);
    assert_int_equal(t->doubtful, r->reports_doubtful);
}

static bool ends_with(const char *path, const char *end)
{
    return strlen(path) >= strlen(end) && strcmp(path + strlen(path) - strlen(end), end) == 0;
}

static void repair(wy_memory_env *memory, const char *path, damage what)
{
    wy_index_setup setup = setup_of(wy_memory_env_table(memory));
    wy_repair_result r = {.size = sizeof r}, again = {.size = sizeof again};
    wy_error error;
    told t = {0};
    uint64_t reports, paragraphs;
    tried++;
    int status = wy_index_mend(FOLDER, &setup, note_event, &t, &r, &error);
    if (status != WY_OK) print_error("%s, damage %d\n", path, (int)what);
    assert_ok(status, &error);
    assert_ok(wy_index_verify(FOLDER, &setup, NULL, NULL, &error), &error);
    compare_told(&t, &r);
    count_live(wy_memory_env_table(memory), &reports, &paragraphs);

    const bool text = ends_with(path, ".text"), records = ends_with(path, ".reports");
    if (ends_with(path, ".live")) {
        assert_true(reports >= live_reports && paragraphs >= live_paragraphs);
        assert_int_equal(t.lost + t.partial + t.unnamed, 0);
        assert_true(reports == live_reports || t.doubtful > 0);
    } else if (!text && !records) {
        if (fingerprint_of(wy_memory_env_table(memory)) != wanted)
            fail_msg("%s, damage %d: something is lost", path, (int)what);
        assert_int_equal(t.lost + t.partial + t.unnamed + t.doubtful, 0);
    } else { /* what is not there any more was told, and nothing else is missing */
        if (reports + t.lost - t.unnamed < live_reports - (records ? t.unnamed : 0) ||
            paragraphs + t.paragraphs < live_paragraphs)
            fail_msg("%s, damage %d: %d + %d reports, %d + %d paragraphs", path, (int)what,
                     (int)reports, (int)t.lost, (int)paragraphs, (int)t.paragraphs);
        if (records && what == FLIP) assert_int_equal(paragraphs, live_paragraphs);
    }
    /* What was damaged is there to be looked at, and nothing is left to repair. */
    assert_true(what == GONE || r.files_moved > 0);
    uint64_t before = fingerprint_of(wy_memory_env_table(memory));
    assert_ok(wy_index_mend(FOLDER, &setup, note_event, &t, &again, &error), &error);
    assert_true(again.segments_damaged == 0 && again.files_moved == 0);
    assert_int_equal(fingerprint_of(wy_memory_env_table(memory)), before);
}

static void every_file(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(4);
    for (size_t i = 0; i < path_count; i++) {
        for (int what = 0; what < DAMAGES; what++) {
            for (size_t n = 0; n < (what <= CUT ? wy_test_rounds(5) : 1); n++) {
                wy_memory_env *memory = wy_memory_env_clone(sound);
                harm(memory, paths[i], (damage)what, &random);
                repair(memory, paths[i], (damage)what);
                wy_memory_env_free(memory);
            }
        }
    }
    printf("%zu damaged indexes repaired\n", tried);
}

/* Several files at once: whatever is left, the result is sound. */
static void many_files(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(5);
    for (size_t n = 0; n < wy_test_rounds(30); n++) {
        wy_memory_env *memory = wy_memory_env_clone(sound);
        wy_index_setup setup = setup_of(wy_memory_env_table(memory));
        wy_repair_result r = {.size = sizeof r};
        wy_error error;
        told t = {0};
        for (uint64_t k = 2 + wy_test_below(&random, 4); k > 0; k--) {
            size_t i = (size_t)wy_test_below(&random, path_count);
            size_t length = 0;
            uint8_t *data = wy_memory_env_get(memory, paths[i], &length);
            if (data && length) harm(memory, paths[i], (damage)wy_test_below(&random, DAMAGES), &random);
            free(data);
        }
        assert_ok(wy_index_mend(FOLDER, &setup, note_event, &t, &r, &error), &error);
        compare_told(&t, &r);
        assert_ok(wy_index_verify(FOLDER, &setup, NULL, NULL, &error), &error);
        wy_memory_env_free(memory);
    }
}

/* ---- Half-way -------------------------------------------------------------------------------- */

/* The text of one segment has a flipped byte, and the terms of another. */
static wy_memory_env *damaged_index(void)
{
    wy_memory_env *memory = wy_memory_env_clone(sound);
    wy_test_random random = wy_test_random_of(6);
    size_t terms = 0;
    for (size_t i = 0; i < path_count; i++) {
        if (ends_with(paths[i], ".terms") && terms++ < 2)
            harm(memory, paths[i], FLIP, &random);
    }
    assert_int_equal(terms > 1, 1);
    wy_memory_env *clean = wy_memory_env_clone(memory);
    wy_memory_env_free(memory);
    return clean;
}

static void power_is_lost(void **state)
{
    (void)state;
    wy_memory_env *memory = damaged_index();
    wy_index_setup setup = setup_of(wy_memory_env_table(memory));
    wy_repair_result r = {.size = sizeof r};
    wy_error error;
    assert_ok(wy_index_mend(FOLDER, &setup, NULL, NULL, &r, &error), &error);
    size_t steps = wy_memory_env_steps(memory), states = 0;
    for (size_t i = 0; i <= steps; i++) {
        for (uint64_t seed = 0; seed < 3; seed++) {
            wy_memory_env *found = wy_memory_env_crash(
                memory, i, seed ? WY_CRASH_DATA_TORN : WY_CRASH_DATA_KEPT,
                seed ? WY_CRASH_NAMES_SOME : WY_CRASH_NAMES_KEPT, 1000 * seed + i);
            wy_index_setup there = setup_of(wy_memory_env_table(found));
            assert_ok(wy_index_mend(FOLDER, &there, NULL, NULL, &r, &error), &error);
            assert_ok(wy_index_verify(FOLDER, &there, NULL, NULL, &error), &error);
            assert_int_equal(fingerprint_of(wy_memory_env_table(found)), wanted);
            wy_memory_env_free(found);
            states++;
        }
    }
    printf("%zu states after %zu steps\n", states, steps);
    wy_memory_env_free(memory);
}

static void calls_fail(void **state)
{
    (void)state;
    wy_memory_env *before = damaged_index();
    for (uint64_t nth = 1;; nth++) {
        wy_memory_env *memory = wy_memory_env_clone(before);
        wy_fault_env fault;
        wy_fault_env_init(&fault, wy_memory_env_table(memory));
        wy_fault_env_arm(&fault, WY_CALL_ANY, nth, false, ENOSPC);
        wy_index_setup setup = setup_of(&fault.env);
        wy_repair_result r = {.size = sizeof r};
        wy_error error;
        int status = wy_index_mend(FOLDER, &setup, NULL, NULL, &r, &error);
        bool failed = fault.failed;
        if (!failed) assert_ok(status, &error);
        if (status != WY_OK) assert_status(WY_E_IO, status, &error);
        setup = setup_of(wy_memory_env_table(memory));
        assert_ok(wy_index_mend(FOLDER, &setup, NULL, NULL, &r, &error), &error);
        assert_int_equal(fingerprint_of(wy_memory_env_table(memory)), wanted);
        wy_memory_env_free(memory);
        if (!failed) break;
    }
    wy_memory_env_free(before);
}

static void memory_is_out(void **state)
{
    (void)state;
    wy_memory_env *before = damaged_index();
    for (uint64_t nth = 1;; nth += 1 + nth / 40) {
        wy_memory_env *memory = wy_memory_env_clone(before);
        wy_fault_mem mem;
        wy_fault_mem_init(&mem, nth);
        wy_index_setup setup = setup_of(wy_memory_env_table(memory));
        setup.allocator = &mem.mem;
        wy_repair_result r = {.size = sizeof r};
        wy_error error;
        int status = wy_index_mend(FOLDER, &setup, NULL, NULL, &r, &error);
        wy_fault_mem_check(&mem);
        bool failed = mem.failed;
        if (!failed) assert_ok(status, &error);
        if (status != WY_OK) assert_status(WY_E_NOMEM, status, &error);
        setup.allocator = NULL;
        assert_ok(wy_index_mend(FOLDER, &setup, NULL, NULL, &r, &error), &error);
        assert_int_equal(fingerprint_of(wy_memory_env_table(memory)), wanted);
        wy_memory_env_free(memory);
        if (!failed) break;
    }
    wy_memory_env_free(before);
}

/* ---- Refused --------------------------------------------------------------------------------- */

static void refused(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_clone(sound);
    wy_index_setup setup = setup_of(wy_memory_env_table(memory));
    wy_repair_result r = {.size = sizeof r};
    wy_index *index;
    wy_writer *writer;
    wy_error error;
    assert_status(WY_E_NOT_FOUND, wy_index_mend("nowhere", &setup, NULL, NULL, &r, &error), &error);
    assert_ok(wy_index_setup_open(FOLDER, &setup, &index, &error), &error);
    assert_ok(wy_writer_open(index, NULL, &writer, &error), &error);
    assert_status(WY_E_LOCKED, wy_index_mend(FOLDER, &setup, NULL, NULL, &r, &error), &error);
    wy_writer_close(writer);
    wy_index_close(index);
    wy_memory_env_free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file), cmocka_unit_test(many_files),
        cmocka_unit_test(power_is_lost), cmocka_unit_test(calls_fail),
        cmocka_unit_test(memory_is_out), cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, make_index, free_index);
}
