/*
 * Every call to the file system fails once, and every allocation, in all that an index does. What
 * comes back is an error that says what is wrong, nothing leaks, the index is at the last commit or
 * at the one being made, and the next try works.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wenyuan/explore.h>

#include "index/index.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/corpus_gen.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/fault_mem.h"

static const char FOLDER[] = "index";

static const wy_corpus_shape shape = {.vocabulary = 25, .ids = 8, .paragraphs = 4, .words = 25};

static const char *const queries[] = {"-nosuchword", "w0 w1 +w2 w3", "\"w0 w1\" OR \"w1 w0\"",
                                      "title:w0 OR w2", "(w5 w3) AND NOT w1 AND year:2003.."};
enum { QUERIES = sizeof queries / sizeof *queries };

/* ---- What is tried -------------------------------------------------------------------------- */

/* A deed does one thing to an index and closes all that it opened. Nothing is asserted here. */
typedef struct deed {
    const char *name;
    int (*act)(const struct deed *deed, const wy_index_setup *setup, wy_error *error);
    uint32_t threads;
    bool no_sync;
} deed;

static wy_report *reports[6]; /* made once; two of one id among them */

typedef int (*writing_fn)(wy_writer *writer, wy_error *error);

static int write_with(const deed *d, const wy_index_setup *setup, writing_fn writing,
                      wy_error *error)
{
    wy_index *index;
    wy_writer *writer = NULL;
    wy_writer_options options = {
        .size = sizeof options, .threads = d->threads, .no_sync = d->no_sync};
    int status = wy_index_setup_open(FOLDER, setup, &index, error);
    if (status != WY_OK) return status;
    status = wy_writer_open(index, &options, &writer, error);
    if (status == WY_OK) status = writing(writer, error);
    wy_writer_close(writer);
    wy_index_close(index);
    return status;
}

static int create(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    (void)d;
    wy_index *index;
    wy_index_setup creating = *setup;
    creating.create = true;
    creating.analyzer = "whitespace";
    int status = wy_index_setup_open(FOLDER, &creating, &index, error);
    if (status == WY_OK) wy_index_close(index);
    return status;
}

static int adding(wy_writer *writer, wy_error *error)
{
    int status = WY_OK;
    for (size_t i = 0; i < 4 && status == WY_OK; i++)
        status = wy_writer_add(writer, reports[i], error);
    return status == WY_OK ? wy_writer_commit(writer, error) : status;
}

static int add(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    return write_with(d, setup, adding, error);
}

static int replacing(wy_writer *writer, wy_error *error)
{
    wy_report other = *reports[4];
    other.id = reports[0]->id;
    int status = wy_writer_add(writer, &other, error);
    return status == WY_OK ? wy_writer_commit(writer, error) : status;
}

static int replace(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    return write_with(d, setup, replacing, error);
}

static int deleting(wy_writer *writer, wy_error *error)
{
    int status = wy_writer_delete(writer, reports[1]->id, error);
    return status == WY_OK ? wy_writer_commit(writer, error) : status;
}

static int delete(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    return write_with(d, setup, deleting, error);
}

static int merging(wy_writer *writer, wy_error *error)
{
    int status = wy_writer_add(writer, reports[5], error);
    return status == WY_OK ? wy_writer_merge(writer, 1, error) : status;
}

static int merge(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    return write_with(d, setup, merging, error);
}

static int find(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    (void)d;
    wy_index *index;
    wy_snapshot *snapshot = NULL;
    const wy_stats *stats;
    uint64_t fingerprint;
    int status = wy_index_setup_open(FOLDER, setup, &index, error);
    if (status != WY_OK) return status;
    status = wy_fingerprint(index, queries, QUERIES, setup->allocator, &fingerprint, error);
    if (status == WY_OK) status = wy_snapshot_open(index, &snapshot, error);
    if (status == WY_OK) status = wy_snapshot_stats(snapshot, &stats, error);
    wy_snapshot_close(snapshot);
    wy_index_close(index);
    return status;
}

static int look_at_hits(wy_snapshot *snapshot, const wy_query *query, wy_error *error)
{
    wy_results *results = NULL;
    const wy_hit *hit;
    const wy_search_options options = {.size = sizeof options,
                                       .count = true,
                                       .limit = 2,
                                       .offset = 1,
                                       .issuer = {"\xE5\x8C\xBA", 3},
                                       .order = WY_ORDER_NEWEST,
                                       .by_report = true,
                                       .context = 1};
    int status = wy_search(&snapshot, 1, query, &options, &results, error);
    for (size_t i = 0; status == WY_OK && i < wy_results_size(results); i++)
        status = wy_results_hit(results, i, &hit, error);
    wy_results_free(results);
    return status;
}

static int look_at_all(wy_snapshot *snapshot, const wy_query *query, wy_error *error)
{
    wy_words *words = NULL;
    const wy_words_options compared = {
        .size = sizeof compared, .prefix = {"w", 1}, .year_to = 2006, .compare = true};
    int status = WY_OK;
    for (int by = WY_BY_YEAR; by <= WY_BY_SECTION && status == WY_OK; by++) {
        wy_counts *counts = NULL;
        const wy_count_options options = {.size = sizeof options, .by = by};
        status = wy_counts_make(&snapshot, 1, query, &options, &counts, error);
        if (status == WY_OK) wy_counts_free(counts);
    }
    if (status == WY_OK) status = wy_words_make(&snapshot, 1, &compared, &words, error);
    wy_words_free(words);
    return status;
}

static int explore(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    (void)d;
    wy_index *index;
    wy_snapshot *snapshot = NULL;
    wy_query *query = NULL;
    const wy_string text = {"w0 OR \"w1 w0\" OR w2", 19};
    int status = wy_index_setup_open(FOLDER, setup, &index, error);
    if (status != WY_OK) return status;
    status = wy_snapshot_open(index, &snapshot, error);
    if (status == WY_OK) status = wy_query_parse(text, setup->allocator, &query, error);
    if (status == WY_OK) status = look_at_hits(snapshot, query, error);
    if (status == WY_OK) status = look_at_all(snapshot, query, error);
    wy_query_free(query);
    wy_snapshot_close(snapshot);
    wy_index_close(index);
    return status;
}

static int check(const deed *d, const wy_index_setup *setup, wy_error *error)
{
    (void)d;
    return wy_index_verify(FOLDER, setup, NULL, NULL, error);
}

static const deed deeds[] = {
    {"create", create, 1, false},      {"add", add, 1, false},
    {"add, threads", add, 3, false},   {"add, no sync", add, 1, true},
    {"replace", replace, 1, false},    {"delete", delete, 1, false},
    {"merge", merge, 1, false},        {"merge, no sync", merge, 1, true},
    {"find", find, 1, false},          {"check", check, 1, false},
    {"explore", explore, 1, false},
};
enum { DEEDS = sizeof deeds / sizeof *deeds };

/* ---- Trying --------------------------------------------------------------------------------- */

/* An index as it is before a deed, and what it holds before and after. */
typedef struct scene {
    const deed *deed;
    wy_memory_env *before;
    uint64_t old, new;
} scene;

static const uint64_t NONE = 0; /* no index at all */

static uint64_t fingerprint_of(const wy_memory_env *memory)
{
    wy_index *index;
    wy_error error;
    uint64_t fingerprint;
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    int status = wy_index_setup_open(FOLDER, &setup, &index, &error);
    if (status == WY_E_NOT_FOUND) return NONE;
    assert_ok(status, &error);
    assert_ok(wy_fingerprint(index, queries, QUERIES, NULL, &fingerprint, &error), &error);
    wy_index_close(index);
    assert_ok(wy_index_verify(FOLDER, &setup, NULL, NULL, &error), &error);
    return fingerprint;
}

static void do_it(const deed *d, const wy_memory_env *memory)
{
    wy_error error;
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    assert_ok(d->act(d, &setup, &error), &error);
}

static void scene_set(scene *s, const deed *d)
{
    wy_memory_env *empty = wy_memory_env_make();
    *s = (scene){.deed = d};
    if (d->act != create) do_it(&deeds[0], empty);
    if (d->act != create && d->act != add) do_it(&deeds[1], empty);
    if (d->act == merge || d->act == find || d->act == check || d->act == explore) { /* segments with dead reports */
        do_it(&deeds[4], empty);
        do_it(&deeds[5], empty);
    }
    s->before = wy_memory_env_clone(empty);
    wy_memory_env_free(empty);
    s->old = fingerprint_of(s->before);
    wy_memory_env *after = wy_memory_env_clone(s->before);
    do_it(d, after);
    s->new = fingerprint_of(after);
    wy_memory_env_free(after);
    bool reads = d->act == find || d->act == check || d->act == explore;
    assert_true((s->new == s->old) == reads);
}

/* The error says what is wrong, in a sentence. */
static void check_error(int status, const wy_error *error)
{
    assert_int_equal(error->code, status);
    assert_true(memchr(error->reason, 0, sizeof error->reason) != NULL);
    assert_true(strlen(error->reason) > 5);
}

/* What a deed that came back with `status` leaves; then it is tried again where nothing fails. */
static void check_left(const scene *s, const wy_memory_env *memory, int status)
{
    uint64_t left = fingerprint_of(memory);
    assert_true(left == s->new || (status != WY_OK && left == s->old));
    do_it(s->deed, memory);
    assert_true(fingerprint_of(memory) == s->new);
}

static uint64_t fail_call(const scene *s, wy_env_call kind, uint64_t nth, bool forever, int system)
{
    wy_fault_env fault;
    wy_fault_mem heap;
    wy_error error;
    memset(&error, 0, sizeof error);
    wy_memory_env *memory = wy_memory_env_clone(s->before);
    wy_fault_mem_init(&heap, 0);
    wy_fault_env_init(&fault, wy_memory_env_table(memory));
    wy_fault_env_arm(&fault, kind, nth, forever, system);
    wy_index_setup setup = {.env = &fault.env, .allocator = &heap.mem};
    int status = s->deed->act(s->deed, &setup, &error);
    bool failed = atomic_load(&fault.failed);
    if (status != WY_OK) {
        if (!failed) print_error("nothing failed: %s\n", error.reason);
        assert_true(failed);
        assert_int_equal(status, WY_E_IO);
        assert_int_equal(error.system, system);
        check_error(status, &error);
    }
    wy_fault_mem_check(&heap);
    if (failed) check_left(s, memory, status);
    wy_memory_env_free(memory);
    return failed;
}

static void every_call_fails(void **state)
{
    (void)state;
    static const int systems[] = {EIO, ENOSPC};
    size_t all = 0;
    for (size_t i = 0; i < DEEDS; i++) {
        scene s;
        size_t tried = 0;
        scene_set(&s, &deeds[i]);
        for (size_t e = 0; e < 2; e++) {
            for (int forever = 0; forever < 2; forever++) {
                for (uint64_t n = 1; fail_call(&s, WY_CALL_ANY, n, forever, systems[e]); n++)
                    tried++;
            }
        }
        printf("%s: %zu failures\n", deeds[i].name, tried);
        all += tried;
        wy_memory_env_free(s.before);
    }
    printf("%zu failures of calls\n", all);
}

static bool fail_allocation(const scene *s, uint64_t nth)
{
    wy_fault_mem heap;
    wy_error error;
    memset(&error, 0, sizeof error);
    wy_memory_env *memory = wy_memory_env_clone(s->before);
    wy_fault_mem_init(&heap, nth);
    wy_index_setup setup = {.env = wy_memory_env_table(memory), .allocator = &heap.mem};
    int status = s->deed->act(s->deed, &setup, &error);
    bool failed = atomic_load(&heap.failed);
    if (status != WY_OK) {
        if (!failed) print_error("nothing failed: %s\n", error.reason);
        assert_true(failed);
        assert_status(WY_E_NOMEM, status, &error);
        check_error(status, &error);
    }
    wy_fault_mem_check(&heap);
    if (failed) check_left(s, memory, status);
    wy_memory_env_free(memory);
    return failed;
}

static void every_allocation_fails(void **state)
{
    (void)state;
    size_t all = 0;
    for (size_t i = 0; i < DEEDS; i++) {
        scene s;
        size_t tried = 0;
        scene_set(&s, &deeds[i]);
        for (uint64_t n = 1; fail_allocation(&s, n); n++) tried++;
        printf("%s: %zu failures\n", deeds[i].name, tried);
        all += tried;
        wy_memory_env_free(s.before);
    }
    printf("%zu failures of allocations\n", all);
}

static int make_reports(void **state)
{
    (void)state;
    wy_corpus corpus;
    wy_test_random random = wy_test_random_of(1);
    wy_corpus_init(&corpus, &shape);
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        do {
            wy_report_free(reports[i]);
            reports[i] = wy_corpus_report(&corpus, &random);
        } while (reports[i]->paragraph_count < 2);
    }
    /* 0 and 1 are replaced and deleted; 3 replaces 2 before the commit. */
    static const size_t ids[] = {100, 101, 102, 102, 104, 105};
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        free((char *)(uintptr_t)reports[i]->id.data);
        reports[i]->id = wy_corpus_id(ids[i]);
    }
    wy_corpus_free(&corpus);
    return 0;
}

static int free_reports(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) wy_report_free(reports[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_fails),
        cmocka_unit_test(every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, make_reports, free_reports);
}
