/*
 * unit/test_index_writer.c: moments in the life of an index folder that random tests do not meet:
 * two that make it at once, a folder that cannot be synced, files of others, large reports before
 * small ones, threads that work at one segment.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "index/index.h"
#include "index/writer.h"
#include "support/env_fault.h"
#include "support/env_memory.h"
#include "support/test.h"

static void add(wy_writer *writer, const char *id, const char *text)
{
    wy_error error;
    const wy_paragraph paragraph = {.text = {text, strlen(text)}};
    const wy_report report = {.size = sizeof report,
                              .id = {id, strlen(id)},
                              .year = 2020,
                              .paragraphs = &paragraph,
                              .paragraph_count = 1};
    assert_ok(wy_writer_put(writer, &report, &error), &error);
}

static wy_index *open_index(const wy_env *env)
{
    wy_error error;
    wy_index *index;
    const wy_index_setup setup = {.env = env, .create = true, .analyzer = "whitespace"};
    assert_ok(wy_index_setup_open("index", &setup, &index, &error), &error);
    return index;
}

static wy_writer *open_writer(wy_index *index)
{
    wy_error error;
    wy_writer *writer;
    const wy_writer_setup setup = {.memory = 16 << 20};
    assert_ok(wy_writer_setup_open(index, &setup, &writer, &error), &error);
    return writer;
}

static void commit(wy_writer *writer)
{
    wy_error error;
    assert_ok(wy_writer_publish(writer, &error), &error);
    wy_writer_end(writer);
}

/* Reports and segments of the last commit. */
static void count(wy_index *index, uint64_t *reports, uint64_t *segments)
{
    wy_error error;
    wy_snapshot *snapshot;
    const wy_stats *stats;
    assert_ok(wy_snapshot_take(index, &snapshot, &error), &error);
    assert_ok(wy_snapshot_figures(snapshot, &stats, &error), &error);
    *reports = stats->reports;
    *segments = stats->segments;
    wy_snapshot_drop(snapshot);
}

static void assert_reports(wy_index *index, uint64_t wanted)
{
    uint64_t reports, segments;
    count(index, &reports, &segments);
    assert_int_equal(reports, wanted);
}

/* ---- Two that make an index at once ---------------------------------------------------------- */

/* An env in which somebody else makes the index, and commits, in the moment before one call. */
typedef struct rival_env {
    wy_env env;
    const wy_env *inner;
    bool done;
} rival_env;

static void make_rival(rival_env *rival)
{
    if (rival->done) return;
    rival->done = true;
    wy_index *index = open_index(rival->inner);
    wy_writer *writer = open_writer(index);
    add(writer, "a", "one two");
    commit(writer);
    wy_index_destroy(index);
}

static int rival_lock(const wy_env *env, const char *path, wy_env_lock **out, wy_error *error)
{
    rival_env *rival = env->context;
    make_rival(rival);
    return rival->inner->lock(rival->inner, path, out, error);
}

static int rival_mkdir(const wy_env *env, const char *path, wy_error *error)
{
    rival_env *rival = env->context;
    make_rival(rival);
    return rival->inner->mkdir(rival->inner, path, error);
}

/* The other calls take the inner env's context. */
#define PASS(name, parameters, arguments)                                                          \
    static int pass_##name parameters                                                              \
    {                                                                                              \
        const wy_env *inner = ((rival_env *)env->context)->inner;                                  \
        return inner->name arguments;                                                              \
    }
PASS(create, (const wy_env *env, const char *path, wy_env_file **out, wy_error *error),
     (inner, path, out, error))
PASS(write,
     (const wy_env *env, wy_env_file *file, const void *data, size_t length, wy_error *error),
     (inner, file, data, length, error))
PASS(sync, (const wy_env *env, wy_env_file *file, wy_error *error), (inner, file, error))
PASS(close, (const wy_env *env, wy_env_file *file, wy_error *error), (inner, file, error))
PASS(map, (const wy_env *env, const char *path, wy_env_map *out, wy_error *error),
     (inner, path, out, error))
PASS(rename, (const wy_env *env, const char *from, const char *to, wy_error *error),
     (inner, from, to, error))
PASS(unlink, (const wy_env *env, const char *path, wy_error *error), (inner, path, error))
PASS(mkdir, (const wy_env *env, const char *path, wy_error *error), (inner, path, error))
PASS(sync_dir, (const wy_env *env, const char *path, wy_error *error), (inner, path, error))
PASS(list,
     (const wy_env *env, const char *path, wy_env_list_fn visit, void *context, wy_error *error),
     (inner, path, visit, context, error))

static void pass_unmap(const wy_env *env, wy_env_map *map)
{
    const wy_env *inner = ((rival_env *)env->context)->inner;
    inner->unmap(inner, map);
}

static void pass_evict(const wy_env *env, const wy_env_map *map)
{
    const wy_env *inner = ((rival_env *)env->context)->inner;
    inner->evict(inner, map);
}

static void pass_unlock(const wy_env *env, wy_env_lock *lock)
{
    const wy_env *inner = ((rival_env *)env->context)->inner;
    inner->unlock(inner, lock);
}

static void init_rival(rival_env *rival, const wy_env *inner, bool at_lock)
{
    *rival = (rival_env){.inner = inner};
    rival->env = (wy_env){.context = rival,
                          .create = pass_create,
                          .write = pass_write,
                          .sync = pass_sync,
                          .close = pass_close,
                          .map = pass_map,
                          .unmap = pass_unmap,
                          .evict = pass_evict,
                          .rename = pass_rename,
                          .unlink = pass_unlink,
                          .mkdir = at_lock ? pass_mkdir : rival_mkdir,
                          .sync_dir = pass_sync_dir,
                          .list = pass_list,
                          .lock = rival_lock,
                          .unlock = pass_unlock};
}

static void the_first_one_makes_it(void **state)
{
    (void)state;
    for (int at_lock = 0; at_lock < 2; at_lock++) {
        wy_memory_env *memory = wy_memory_env_make();
        rival_env rival;
        init_rival(&rival, wy_memory_env_table(memory), at_lock);
        wy_index *index = open_index(&rival.env);
        assert_true(rival.done);
        assert_reports(index, 1);
        wy_index_destroy(index);
        wy_memory_env_free(memory);
    }
}

/* ---- Files --------------------------------------------------------------------------------------
 */

static void an_unsynced_folder_keeps_its_files(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    wy_fault_env fault;
    wy_fault_env_init(&fault, wy_memory_env_table(memory));
    wy_index *index = open_index(&fault.env);
    wy_memory_env_set(memory, "index/00000000000000ff.terms", "old", 3);
    wy_fault_env_arm(&fault, WY_CALL_SYNC_DIR, 1, false, EIO);
    wy_error error;
    wy_writer *writer;
    const wy_writer_setup setup = {.memory = 0};
    assert_status(WY_E_IO, wy_writer_setup_open(index, &setup, &writer, &error), &error);
    size_t length;
    uint8_t *bytes = wy_memory_env_get(memory, "index/00000000000000ff.terms", &length);
    assert_non_null(bytes); /* an older manifest may name it, and be the one on the disk */
    free(bytes);
    wy_index_destroy(index);
    wy_memory_env_free(memory);
}

static void only_left_overs_go(void **state)
{
    (void)state;
    static const char *const theirs[] = {
        "index/2024-01-01-00000.text", "index/notes.txt", "index/00000000000000ff.pdf",
        "index/00000000000000FF.text", "index/00000000000000ff-1.live"};
    static const char *const ours[] = {"index/00000000000000ff.text",
                                       "index/00000000000000ff-0000000000000001.live",
                                       "index/manifest.new"};
    enum { THEIRS = sizeof theirs / sizeof *theirs, OURS = sizeof ours / sizeof *ours };
    wy_memory_env *memory = wy_memory_env_make();
    wy_index *index = open_index(wy_memory_env_table(memory));
    for (int i = 0; i < THEIRS; i++) wy_memory_env_set(memory, theirs[i], "x", 1);
    for (int i = 0; i < OURS; i++) wy_memory_env_set(memory, ours[i], "x", 1);
    wy_writer *writer = open_writer(index);
    add(writer, "a", "one");
    commit(writer);
    size_t length;
    for (int i = 0; i < THEIRS; i++) {
        uint8_t *bytes = wy_memory_env_get(memory, theirs[i], &length);
        if (!bytes) fail_msg("%s was removed", theirs[i]);
        free(bytes);
    }
    for (int i = 0; i < OURS; i++) assert_null(wy_memory_env_get(memory, ours[i], &length));
    assert_reports(index, 1);
    wy_index_destroy(index);
    wy_memory_env_free(memory);
}

/* ---- Memory -------------------------------------------------------------------------------------
 */

static void small_reports_after_a_large_one_share_a_segment(void **state)
{
    (void)state;
    enum { WORDS = 400000, SMALL = 200 };
    wy_memory_env *memory = wy_memory_env_make();
    wy_index *index = open_index(wy_memory_env_table(memory));
    wy_writer *writer = open_writer(index);
    char *text = wy_test_alloc(WORDS * 8 + 1);
    for (int i = 0; i < WORDS; i++) snprintf(text + i * 8, 9, "w%06d ", i);
    add(writer, "large", text);
    free(text);
    for (int i = 0; i < SMALL; i++) {
        char id[16];
        snprintf(id, sizeof id, "small %d", i);
        add(writer, id, "one two three");
    }
    /* Segments on disk before any merging. */
    size_t made = 0;
    for (uint64_t number = 1; number < SMALL; number++) {
        char path[64];
        size_t length;
        snprintf(path, sizeof path, "index/%016x.terms", (unsigned)number);
        uint8_t *bytes = wy_memory_env_get(memory, path, &length);
        made += bytes != NULL;
        free(bytes);
    }
    assert_int_equal(made, 1); /* the large one; the small ones are still in memory */
    commit(writer);
    assert_reports(index, 1 + SMALL);
    wy_index_destroy(index);
    wy_memory_env_free(memory);
}

/* An index of a later format is no damaged one: whatever opens it refuses it, and nothing is changed
 * in it, by a repair least of all. */
static void a_later_format_is_refused(void **state)
{
    (void)state;
    enum { VERSION_AT = 8, SUM = 8 };
    wy_memory_env *memory = wy_memory_env_make();
    const wy_index_setup setup = {.env = wy_memory_env_table(memory), .analyzer = "whitespace"};
    wy_index *index = open_index(setup.env);
    wy_writer *writer = open_writer(index);
    wy_repair_result result = {.size = sizeof result};
    wy_error error;
    size_t length, after;
    add(writer, "a", "one");
    commit(writer);
    wy_index_destroy(index);

    uint8_t *bytes = wy_memory_env_get(memory, "index/manifest", &length);
    bytes[VERSION_AT]++;
    const uint64_t sum = wy_checksum(bytes, length - SUM);
    for (size_t i = 0; i < SUM; i++) bytes[length - SUM + i] = (uint8_t)(sum >> 8 * i);
    wy_memory_env_set(memory, "index/manifest", bytes, length);

    assert_status(WY_E_VERSION, wy_index_setup_open("index", &setup, &index, &error), NULL);
    assert_non_null(strstr(error.reason, "use a newer wenyuan"));
    assert_status(WY_E_VERSION, wy_index_verify("index", &setup, NULL, NULL, &error), NULL);
    assert_status(WY_E_VERSION, wy_index_mend("index", &setup, NULL, NULL, &result, &error), NULL);
    uint8_t *still = wy_memory_env_get(memory, "index/manifest", &after);
    assert_int_equal(after, length);
    assert_memory_equal(still, bytes, length);
    free(still);
    free(bytes);
    wy_memory_env_free(memory);
}

/* ---- Another ICU ------------------------------------------------------------------------------
 */

/* Makes an index anew with analyzer icu, in whose identity `from` and the word behind it have
 * become `to`. */
static void make_foreign(const wy_env *env, const char *from, const char *to)
{
    const wy_index_setup setup = {.env = env, .create = true, .analyzer = "icu"};
    wy_error error;
    wy_index *index;
    wy_manifest manifest;
    assert_ok(wy_index_setup_open("index", &setup, &index, &error), &error);
    wy_index_destroy(index);
    assert_ok(wy_manifest_read(env, &wy_mem_default, "index", &manifest, &error), &error);
    char *identity = malloc(strlen(manifest.identity) + strlen(to) + 1);
    const char *at = strstr(manifest.identity, from);
    assert_non_null(identity);
    assert_non_null(at);
    const size_t before = (size_t)(at - manifest.identity);
    memcpy(identity, manifest.identity, before);
    at += strlen(from);
    at += strcspn(at, " ");
    strcpy(identity + before, to);
    strcat(identity, at);
    wy_manifest foreign;
    assert_ok(wy_manifest_init(&foreign, &wy_mem_default, manifest.analyzer, identity,
                               manifest.icu_version, &error),
              &error);
    free(identity);
    foreign.generation = manifest.generation + 1;
    foreign.next_segment = manifest.next_segment;
    assert_ok(wy_manifest_write(env, &foreign, "index", true, &error), &error);
    wy_manifest_free(&foreign);
    wy_manifest_free(&manifest);
}

/* Versions are looked at when the index is opened; what ICU's dictionary and the stems are, before
 * text is cut for the first time, whatever for. */
static void another_icu_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        bool opens;
    } cases[] = {{"icu ", "icu 71.1", false},
                 {"unicode ", "unicode 14.0", false},
                 {"fold ", "fold 71.1/14.0", false},
                 {"rules ", "rules 1", false},
                 {"rules ", "words", false},
                 {"cjdict ", "cjdict 2007142-0123456789abcdef", true},
                 {"cjdict ", "cjdict none", true},
                 {"stem english-", "stem english-0123456789abcdef", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wy_memory_env *memory = wy_memory_env_make();
        const wy_env *env = wy_memory_env_table(memory);
        const wy_index_setup setup = {.env = env};
        const wy_writer_setup writing = {.memory = 16 << 20};
        wy_error error = {0};
        wy_index *index;
        wy_snapshot *snapshot;
        wy_writer *writer;
        wy_results *results;
        wy_query *query;
        const wy_stats *stats;
        make_foreign(env, cases[i].from, cases[i].to);
        const int status = wy_index_setup_open("index", &setup, &index, &error);
        if (!cases[i].opens) {
            assert_int_equal(status, WY_E_ANALYZER);
            assert_non_null(strstr(error.reason, cases[i].to));
            wy_memory_env_free(memory);
            continue;
        }
        assert_ok(status, &error);
        assert_ok(wy_snapshot_take(index, &snapshot, &error), &error);
        assert_int_equal(wy_snapshot_figures(snapshot, &stats, &error), WY_E_ANALYZER);
        assert_ok(wy_query_parse((wy_string){"法", 3}, NULL, &query, &error), &error);
        assert_int_equal(wy_search(&snapshot, 1, query, NULL, &results, &error), WY_E_ANALYZER);
        assert_non_null(strstr(error.reason, cases[i].to));
        assert_string_equal(error.file, "index");
        assert_int_equal(wy_writer_setup_open(index, &writing, &writer, &error), WY_E_ANALYZER);
        wy_query_free(query);
        wy_snapshot_drop(snapshot);
        wy_index_destroy(index);
        wy_memory_env_free(memory);
    }
}

/* ---- Several threads ------------------------------------------------------------------------- */

/* Makes an index of reports of many years, which do not come in their order. */
static wy_memory_env *make_with(uint32_t threads)
{
    enum { REPORTS = 400, WORDS = 60 };
    wy_memory_env *memory = wy_memory_env_make();
    wy_index *index = open_index(wy_memory_env_table(memory));
    wy_writer *writer;
    wy_error error;
    uint64_t reports, segments;
    const wy_writer_setup setup = {.memory = 16 << 20, .threads = threads};
    assert_ok(wy_writer_setup_open(index, &setup, &writer, &error), &error);
    for (unsigned i = 0; i < REPORTS; i++) {
        char id[16], text[2][WORDS * 12] = {"", ""};
        size_t length = 0;
        for (unsigned w = 0; w < WORDS; w++)
            length += (size_t)snprintf(text[0] + length, sizeof text[0] - length, "w%u ",
                                       (i * 31 + w * w * 7) % 997);
        snprintf(text[1], sizeof text[1], "report w%u", i % 13);
        snprintf(id, sizeof id, "r%u", i);
        const wy_paragraph paragraphs[] = {{.text = {text[0], length}},
                                           {.text = {text[1], strlen(text[1])}}};
        const wy_report report = {.size = sizeof report,
                                  .id = {id, strlen(id)},
                                  .title = {text[1], strlen(text[1])},
                                  .year = 1990 + (int32_t)(i * 17 % 30),
                                  .paragraphs = paragraphs,
                                  .paragraph_count = 2};
        assert_ok(wy_writer_put(writer, &report, &error), &error);
    }
    commit(writer);
    count(index, &reports, &segments);
    assert_int_equal(reports, REPORTS);
    assert_int_equal(segments, 1);
    wy_index_destroy(index);
    return memory;
}

static void threads_make_the_same_files(void **state)
{
    (void)state;
    static const char *const files[] = {"terms", "postings", "positions",
                                        "text",  "reports",  "columns"};
    wy_memory_env *one = make_with(1), *four = make_with(4);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[64];
        size_t a_length, b_length;
        snprintf(path, sizeof path, "index/0000000000000001.%s", files[i]);
        uint8_t *a = wy_memory_env_get(one, path, &a_length);
        uint8_t *b = wy_memory_env_get(four, path, &b_length);
        assert_true(a && b && a_length > 0);
        assert_int_equal(a_length, b_length);
        assert_memory_equal(a, b, a_length);
        free(a);
        free(b);
    }
    wy_memory_env_free(one);
    wy_memory_env_free(four);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_one_makes_it),
        cmocka_unit_test(an_unsynced_folder_keeps_its_files),
        cmocka_unit_test(only_left_overs_go),
        cmocka_unit_test(small_reports_after_a_large_one_share_a_segment),
        cmocka_unit_test(a_later_format_is_refused),
        cmocka_unit_test(another_icu_is_refused),
        cmocka_unit_test(threads_make_the_same_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
