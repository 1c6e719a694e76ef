/*
 * Power is lost after every single step that an index takes on its disk, and the disk keeps what it
 * need not lose in many ways. What is found then is the last commit that returned or the one being
 * made, whole; and writing goes on from there.
 *
 * WY_ROUNDS multiplies how many scripts are tried.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/index.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/corpus_gen.h"
#include "support/env_fault.h"
#include "support/env_memory.h"

static const char FOLDER[] = "index";

static const wy_corpus_shape shape = {.vocabulary = 25, .ids = 9, .paragraphs = 4, .words = 25};

static const char *const queries[] = {"-nosuchword", "w0 w1 w2 w3", "\"w0 w1\"", "title:w0 OR w2",
                                      "w5 AND NOT w1"};
enum { QUERIES = sizeof queries / sizeof *queries };

/* What an index may be found to hold: from step `begun` on, and for sure from `ended` on. */
typedef struct mark {
    size_t begun, ended;
    uint64_t fingerprint;
} mark;

enum { MOST_MARKS = 64 };

typedef struct script {
    wy_memory_env *memory;
    wy_fault_env fault; /* before it */
    wy_corpus corpus;
    wy_test_random random;
    wy_oracle *oracle;
    wy_index *index;
    wy_writer *writer;
    mark marks[MOST_MARKS];
    size_t mark_count;
    bool no_sync;
} script;

static size_t states; /* that were looked at */

/* ---- Writing -------------------------------------------------------------------------------- */

static int open_index(const wy_env *env, bool create, wy_index **out, wy_error *error)
{
    wy_index_setup setup = {env, NULL, create, "whitespace"};
    return wy_index_setup_open(FOLDER, &setup, out, error);
}

static void open_writer(script *s, uint32_t threads)
{
    wy_error error;
    wy_writer_options options = {
        .size = sizeof options, .threads = threads, .no_sync = s->no_sync};
    assert_ok(wy_writer_open(s->index, &options, &s->writer, &error), &error);
}

/* A commit has returned that began at `begun`: what is there is what the oracle says. */
static void set_mark(script *s, size_t begun)
{
    wy_error error;
    wy_snapshot *snapshot;
    assert_ok(wy_snapshot_open(s->index, &snapshot, &error), &error);
    wy_compare_state(snapshot, s->oracle);
    wy_snapshot_close(snapshot);
    wy_test_must(s->mark_count < MOST_MARKS);
    mark *m = &s->marks[s->mark_count++];
    m->begun = begun;
    m->ended = wy_memory_env_steps(s->memory);
    assert_ok(wy_fingerprint(s->index, queries, QUERIES, NULL, &m->fingerprint, &error), &error);
}

static void add_some(script *s, size_t count)
{
    wy_error error;
    for (size_t i = 0; i < count; i++) {
        wy_report *report = wy_corpus_report(&s->corpus, &s->random);
        assert_ok(wy_writer_add(s->writer, report, &error), &error);
        wy_oracle_add(s->oracle, report);
        wy_report_free(report);
    }
}

static void delete_some(script *s, size_t count)
{
    wy_error error;
    for (size_t i = 0; i < count; i++) {
        wy_string id = wy_corpus_id((size_t)wy_test_below(&s->random, shape.ids));
        assert_ok(wy_writer_delete(s->writer, id, &error), &error);
        wy_oracle_delete(s->oracle, id);
        free((char *)(uintptr_t)id.data);
    }
}

static void commit(script *s)
{
    wy_error error;
    size_t begun = wy_memory_env_steps(s->memory);
    assert_ok(wy_writer_commit(s->writer, &error), &error);
    set_mark(s, begun);
}

static void merge(script *s)
{
    wy_error error;
    size_t begun = wy_memory_env_steps(s->memory);
    assert_ok(wy_writer_merge(s->writer, 1, &error), &error);
    set_mark(s, begun);
}

/*
 * A merge that ends with a manifest in its place which may or may not be on the disk: the `nth`
 * sync of the folder fails. Another writer takes over and removes files.
 */
static void break_off_merge(script *s, uint32_t threads, uint64_t nth)
{
    wy_error error;
    size_t begun = wy_memory_env_steps(s->memory);
    wy_fault_env_arm(&s->fault, WY_CALL_SYNC_DIR, nth, false, EIO);
    assert_status(WY_E_IO, wy_writer_merge(s->writer, 1, &error), &error);
    assert_status(WY_E_IO, wy_writer_commit(s->writer, &error), &error); /* nothing goes on */
    wy_writer_close(s->writer);
    wy_fault_env_arm(&s->fault, WY_CALL_ANY, 0, false, 0);
    open_writer(s, threads);
    set_mark(s, begun);
}

/* Creates an index and lets it live through all that can happen to one. */
static void play(script *s, uint32_t threads, bool no_sync, uint64_t stream)
{
    wy_error error;
    *s = (script){.memory = wy_memory_env_make(), .no_sync = no_sync};
    wy_fault_env_init(&s->fault, wy_memory_env_table(s->memory));
    s->random = wy_test_random_of(stream);
    wy_corpus_init(&s->corpus, &shape);
    s->oracle = wy_oracle_make("whitespace");
    assert_ok(open_index(&s->fault.env, true, &s->index, &error), &error);
    set_mark(s, 0);
    open_writer(s, threads);
    add_some(s, 3);
    commit(s);
    add_some(s, 2); /* dropped */
    wy_writer_close(s->writer);
    wy_oracle_free(s->oracle);
    s->oracle = wy_oracle_make("whitespace");
    wy_index_close(s->index);

    /* Again from the start, since what was dropped is known to the oracle no more. */
    assert_ok(open_index(&s->fault.env, false, &s->index, &error), &error);
    open_writer(s, threads);
    for (size_t i = 0; i < shape.ids; i++) {
        wy_string id = wy_corpus_id(i);
        assert_ok(wy_writer_delete(s->writer, id, &error), &error);
        free((char *)(uintptr_t)id.data);
    }
    commit(s);
    for (size_t i = 0; i < 4; i++) {
        add_some(s, 1 + (size_t)wy_test_below(&s->random, 4));
        delete_some(s, (size_t)wy_test_below(&s->random, 3));
        commit(s);
    }
    merge(s);
    delete_some(s, 1);
    commit(s);
    for (uint64_t nth = 2; nth <= 4 && !no_sync; nth += 2) { /* of the commit, of the merge */
        add_some(s, 2);
        break_off_merge(s, threads, nth);
        delete_some(s, 2);
        commit(s);
    }
    add_some(s, 2);
    merge(s);
    add_some(s, 1);
    wy_writer_close(s->writer);
    wy_index_close(s->index);
}

static void end(script *s)
{
    wy_oracle_free(s->oracle);
    wy_corpus_free(&s->corpus);
    wy_memory_env_free(s->memory);
}

/* ---- Looking -------------------------------------------------------------------------------- */

typedef struct disk {
    wy_crash_data data;
    wy_crash_names names;
    uint64_t seeds;
} disk;

static const disk disks[] = {
    {WY_CRASH_DATA_DROPPED, WY_CRASH_NAMES_DROPPED, 1},
    {WY_CRASH_DATA_DROPPED, WY_CRASH_NAMES_KEPT, 1},
    {WY_CRASH_DATA_KEPT, WY_CRASH_NAMES_DROPPED, 1},
    {WY_CRASH_DATA_KEPT, WY_CRASH_NAMES_KEPT, 1},
    {WY_CRASH_DATA_DROPPED, WY_CRASH_NAMES_SOME, 2},
    {WY_CRASH_DATA_TORN, WY_CRASH_NAMES_KEPT, 2},
    {WY_CRASH_DATA_TORN, WY_CRASH_NAMES_SOME, 3},
};

static void describe(const script *s, size_t steps, const disk *d, uint64_t seed)
{
    print_error("after %zu steps of %zu, data %d, names %d, seed %d\n", steps,
                wy_memory_env_steps(s->memory), (int)d->data, (int)d->names, (int)seed);
}

/* Whether the fingerprint may be found after so many steps. */
static bool is_expected(const script *s, size_t steps, uint64_t fingerprint)
{
    size_t sure = 0;
    for (size_t i = 0; i < s->mark_count; i++) {
        if (s->marks[i].ended <= steps) sure = i;
    }
    bool next = sure + 1 < s->mark_count && s->marks[sure + 1].begun <= steps;
    return fingerprint == s->marks[sure].fingerprint ||
           (next && fingerprint == s->marks[sure + 1].fingerprint);
}

/* No file is left over after a writer was there. */
static void count_file(void *context, const char *path, size_t length)
{
    (void)path;
    (void)length;
    ++*(uint64_t *)context;
}

static void check_files(const wy_memory_env *memory, wy_index *index)
{
    wy_snapshot *snapshot;
    const wy_stats *stats;
    wy_error error;
    uint64_t there = 0, named = 1; /* the lock */
    assert_ok(wy_snapshot_open(index, &snapshot, &error), &error);
    assert_ok(wy_snapshot_stats(snapshot, &stats, &error), &error);
    for (size_t i = 0; i < stats->file_count; i++) named += stats->files[i].files;
    wy_memory_env_visit(memory, count_file, &there);
    assert_int_equal(there, named);
    wy_snapshot_close(snapshot);
}

static void add_one(wy_index *index)
{
    wy_writer *writer;
    wy_error error;
    wy_paragraph paragraph = {.text = {"w0 afterwards", 13}};
    wy_report report = {.size = sizeof report, .id = {"afterwards", 10}};
    report.paragraphs = &paragraph;
    report.paragraph_count = 1;
    assert_ok(wy_writer_open(index, NULL, &writer, &error), &error);
    assert_ok(wy_writer_add(writer, &report, &error), &error);
    assert_ok(wy_writer_commit(writer, &error), &error);
    wy_writer_close(writer);
}

/* Writing goes on, and what it leaves is one report more. */
static void go_on(const wy_memory_env *memory)
{
    wy_index *index;
    wy_snapshot *snapshot;
    const wy_stats *stats;
    wy_error error;
    assert_ok(open_index(wy_memory_env_table(memory), true, &index, &error), &error);
    assert_ok(wy_snapshot_open(index, &snapshot, &error), &error);
    assert_ok(wy_snapshot_stats(snapshot, &stats, &error), &error);
    uint64_t before = stats->reports;
    wy_snapshot_close(snapshot);
    add_one(index);
    assert_ok(wy_snapshot_open(index, &snapshot, &error), &error);
    assert_ok(wy_snapshot_stats(snapshot, &stats, &error), &error);
    assert_int_equal(stats->reports, before + 1);
    wy_snapshot_close(snapshot);
    check_files(memory, index);
    wy_index_close(index);
    wy_index_setup setup = {.env = wy_memory_env_table(memory)};
    assert_ok(wy_index_verify(FOLDER, &setup, NULL, NULL, &error), &error);
}

/* What was found, or 0 where there is no index yet. */
static uint64_t look(const script *s, size_t steps, const disk *d, uint64_t seed,
                     const wy_memory_env *found)
{
    wy_error error;
    wy_index *index;
    uint64_t fingerprint = 0;
    wy_index_setup setup = {.env = wy_memory_env_table(found)};
    states++;
    int status = wy_index_verify(FOLDER, &setup, NULL, NULL, &error);
    if (status == WY_E_NOT_FOUND && steps < s->marks[0].ended) {
        status = open_index(wy_memory_env_table(found), false, &index, &error);
        assert_status(WY_E_NOT_FOUND, status, &error);
        return 0;
    }
    if (status != WY_OK) describe(s, steps, d, seed);
    assert_ok(status, &error);
    assert_ok(open_index(wy_memory_env_table(found), false, &index, &error), &error);
    status = wy_fingerprint(index, queries, QUERIES, NULL, &fingerprint, &error);
    if (status != WY_OK) describe(s, steps, d, seed);
    assert_ok(status, &error);
    if (!is_expected(s, steps, fingerprint)) {
        describe(s, steps, d, seed);
        fail_msg("the index holds something else");
    }
    wy_index_close(index);
    return fingerprint;
}

static void crash_after(const script *s, size_t steps, const disk *d, uint64_t seed, bool write)
{
    wy_memory_env *found = wy_memory_env_crash(s->memory, steps, d->data, d->names, seed);
    uint64_t before = look(s, steps, d, seed, found);
    if (write || before == 0) {
        go_on(found);
        /* Power is lost again while writing goes on: the old state, or with the report that was
         * added; whole in any case. */
        size_t more = wy_memory_env_steps(found);
        for (size_t i = 0; write && before && i <= more; i++) {
            wy_memory_env *again = wy_memory_env_crash(found, i, WY_CRASH_DATA_TORN,
                                                       WY_CRASH_NAMES_SOME, seed + i);
            wy_error error;
            wy_index_setup setup = {.env = wy_memory_env_table(again)};
            assert_ok(wy_index_verify(FOLDER, &setup, NULL, NULL, &error), &error);
            states++;
            wy_memory_env_free(again);
        }
    }
    wy_memory_env_free(found);
}

static void crash_everywhere(const script *s)
{
    size_t steps = wy_memory_env_steps(s->memory);
    for (size_t i = 0; i <= steps; i++) {
        for (size_t d = 0; d < sizeof disks / sizeof *disks; d++) {
            for (uint64_t seed = 0; seed < disks[d].seeds; seed++)
                crash_after(s, i, &disks[d], seed * 100003 + i, (i + d) % 53 == 0);
        }
    }
    printf("%zu steps, %zu states so far\n", steps, states);
}

static void power_is_lost(void **state)
{
    (void)state;
    for (size_t i = 0; i < wy_test_rounds(2); i++) {
        script s;
        play(&s, i % 2 ? 3 : 1, false, i);
        crash_everywhere(&s);
        end(&s);
    }
}

/* Without syncs a commit is safe from the end of the process, if not of the machine. */
static void the_process_dies(void **state)
{
    (void)state;
    static const disk kept = {WY_CRASH_DATA_KEPT, WY_CRASH_NAMES_KEPT, 1};
    script s;
    play(&s, 1, true, 77);
    size_t steps = wy_memory_env_steps(s.memory);
    for (size_t i = 0; i <= steps; i++) crash_after(&s, i, &kept, 0, i % 16 == 0);
    printf("%zu steps, %zu states so far\n", steps, states);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_is_lost),
        cmocka_unit_test(the_process_dies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
