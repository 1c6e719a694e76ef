/*
 * Readers beside a writer, in memory and on the disk: each snapshot is one commit, whole; commits
 * never go back; a check finds nothing wrong; many threads search one snapshot with one query; and
 * searches over several indexes, while each of them is written, see one commit of each.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/index.h"
#include "index/writer.h"
#include "support/compare.h"
#include "support/env_memory.h"

enum { READERS = 3, REPORTS = 7, COMMITS = 60 };

typedef struct stage {
    wy_index_setup setup;
    char *folder;
    wy_index *index;
    atomic_bool done;
    atomic_int snapshots, checks;
} stage;

/* Not in the main thread, where a failed assertion would have nowhere to go. */
#define must_ok(status, error)                                                                     \
    do {                                                                                           \
        if ((status) != WY_OK) {                                                                   \
            fprintf(stderr, "%s: %s: %s\n", #status, (error)->file, (error)->reason);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Commit `number` puts "commit <number>" in the place of what all reports said. */
static void write_commit(wy_writer *writer, int number)
{
    wy_error error;
    for (int i = 0; i < REPORTS; i++) {
        char id[16], text[32];
        snprintf(id, sizeof id, "r%d", i);
        snprintf(text, sizeof text, "commit %d", number);
        wy_paragraph paragraph = {.text = {text, strlen(text)}};
        wy_report report = {.size = sizeof report, .id = {id, strlen(id)}, .year = 2000 + i};
        report.paragraphs = &paragraph;
        report.paragraph_count = 1;
        assert_ok(wy_writer_add(writer, &report, &error), &error);
    }
    assert_ok(wy_writer_commit(writer, &error), &error);
    if (number % 7 == 0) assert_ok(wy_writer_merge(writer, 1, &error), &error);
}

/* What all hits say; they say the same. */
static int read_commit(wy_snapshot *snapshot, const wy_query *query)
{
    wy_error error;
    wy_results *results;
    wy_search_options options = {.size = sizeof options, .limit = 100, .count = true};
    int number = 0;
    must_ok(wy_search(&snapshot, 1, query, &options, &results, &error), &error);
    wy_test_must(wy_results_size(results) == REPORTS && wy_results_count(results) == REPORTS);
    for (size_t i = 0; i < REPORTS; i++) {
        const wy_hit *hit;
        must_ok(wy_results_hit(results, i, &hit, &error), &error);
        int said = atoi(hit->text.data + strlen("commit "));
        wy_test_must(hit->highlight_count == 1 && hit->year == 2000 + (int)i);
        wy_test_must(i == 0 || said == number);
        number = said;
    }
    wy_results_free(results);
    return number;
}

static wy_query *parse(const char *text)
{
    wy_error error;
    wy_query *query;
    must_ok(wy_query_parse((wy_string){text, strlen(text)}, NULL, &query, &error), &error);
    return query;
}

static void *read_on(void *context)
{
    stage *s = context;
    wy_error error;
    wy_query *query = parse("commit");
    for (int last = 0; !atomic_load(&s->done);) {
        wy_snapshot *snapshot;
        must_ok(wy_snapshot_open(s->index, &snapshot, &error), &error);
        int number = read_commit(snapshot, query);
        wy_test_must(number >= last);
        last = number;
        wy_snapshot_close(snapshot);
        atomic_fetch_add(&s->snapshots, 1);
    }
    wy_query_free(query);
    return NULL;
}

static void *check_on(void *context)
{
    stage *s = context;
    wy_error error;
    while (!atomic_load(&s->done)) {
        must_ok(wy_index_verify(s->folder, &s->setup, NULL, NULL, &error), &error);
        atomic_fetch_add(&s->checks, 1);
    }
    return NULL;
}

static void read_while_writing(const wy_env *env, const char *folder)
{
    stage s = {.setup = {env, NULL, true, "whitespace"}};
    pthread_t threads[READERS + 1];
    wy_error error;
    wy_writer *writer;
    wy_writer_options options = {.size = sizeof options, .threads = 2};

    s.folder = wy_test_copy(folder);
    assert_ok(wy_index_setup_open(folder, &s.setup, &s.index, &error), &error);
    assert_ok(wy_writer_open(s.index, &options, &writer, &error), &error);
    write_commit(writer, 0);
    for (int i = 0; i <= READERS; i++)
        wy_test_must(pthread_create(&threads[i], NULL, i ? read_on : check_on, &s) == 0);
    /* Until each has had its turn, however the threads are scheduled. */
    for (int i = 1; i < COMMITS || !s.checks || s.snapshots < READERS; i++)
        write_commit(writer, i);
    atomic_store(&s.done, true);
    for (int i = 0; i <= READERS; i++) pthread_join(threads[i], NULL);
    wy_writer_close(writer);
    wy_index_close(s.index);
    printf("%d snapshots and %d checks meanwhile\n", s.snapshots, s.checks);
    free(s.folder);
}

static void beside_a_writer_in_memory(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    read_while_writing(wy_memory_env_table(memory), "index");
    wy_memory_env_free(memory);
}

static void beside_a_writer_on_disk(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    char *index = wy_test_format("%s/index", folder);
    read_while_writing(&wy_env_posix, index);
    free(index);
    wy_test_folder_remove(folder);
}

/* ---- One snapshot, one query ----------------------------------------------------------------- */

typedef struct shared {
    wy_snapshot *snapshot;
    const wy_query *query;
    int number;
} shared;

static void *search_on(void *context)
{
    const shared *s = context;
    const wy_stats *stats;
    wy_error error;
    for (int i = 0; i < 200; i++) {
        wy_test_must(read_commit(s->snapshot, s->query) == s->number);
        must_ok(wy_snapshot_stats(s->snapshot, &stats, &error), &error);
        wy_test_must(stats->reports == REPORTS);
    }
    return NULL;
}

static void many_search_one_snapshot(void **state)
{
    (void)state;
    wy_memory_env *memory = wy_memory_env_make();
    wy_index_setup setup = {wy_memory_env_table(memory), NULL, true, "icu"};
    wy_index *index;
    wy_writer *writer;
    wy_error error;
    pthread_t threads[READERS];
    wy_query *query = parse("commit");
    shared s = {.query = query, .number = 5};

    assert_ok(wy_index_setup_open("index", &setup, &index, &error), &error);
    assert_ok(wy_writer_open(index, NULL, &writer, &error), &error);
    for (int i = 0; i <= s.number; i++) write_commit(writer, i);
    wy_writer_close(writer);
    assert_ok(wy_snapshot_open(index, &s.snapshot, &error), &error);
    for (int i = 0; i < READERS; i++)
        wy_test_must(pthread_create(&threads[i], NULL, search_on, &s) == 0);
    for (int i = 0; i < READERS; i++) pthread_join(threads[i], NULL);
    wy_query_free(query);
    wy_snapshot_close(s.snapshot);
    wy_index_close(index);
    wy_memory_env_free(memory);
}

/* ---- Several indexes, each with a writer ----------------------------------------------------- */

/*
 * Commit n of an index adds report n, takes away the one WINDOW before, and replaces the pin, which
 * then says n. So what may be seen follows from the pin: reports n - WINDOW + 1 to n, each once.
 */
enum { INDEXES = 2, WINDOW = 9, SLIDES = 40 };

typedef struct pair {
    wy_index *indexes[INDEXES];
    wy_writer *writers[INDEXES];
    atomic_bool done;
    atomic_int slides, looks, merged;
} pair;

static void add_numbered(wy_writer *writer, const char *id, int number)
{
    wy_error error;
    char text[48];
    snprintf(text, sizeof text, "common number %d", number);
    wy_paragraph paragraph = {.text = {text, strlen(text)}};
    wy_report report = {.size = sizeof report, .id = {id, strlen(id)}, .year = 1990 + number % 30};
    report.paragraphs = &paragraph;
    report.paragraph_count = 1;
    must_ok(wy_writer_add(writer, &report, &error), &error);
}

static void slide(wy_writer *writer, int number)
{
    wy_error error;
    char id[16];
    snprintf(id, sizeof id, "r%d", number);
    add_numbered(writer, id, number);
    add_numbered(writer, "pin", number);
    snprintf(id, sizeof id, "r%d", number - WINDOW);
    must_ok(wy_writer_delete(writer, (wy_string){id, strlen(id)}, &error), &error);
    must_ok(wy_writer_commit(writer, &error), &error);
    if (number % 5 == 4) must_ok(wy_writer_merge(writer, 1, &error), &error);
}

typedef struct sliding {
    pair *pair;
    size_t index;
} sliding;

static void *slide_on(void *context)
{
    const sliding *s = context;
    /* Until each reader has had its turn, however the threads are scheduled. */
    for (int i = 1; i < SLIDES || atomic_load(&s->pair->looks) < 2 * READERS; i++) {
        slide(s->pair->writers[s->index], i);
        atomic_fetch_add(&s->pair->slides, 1);
        if (i % 5 == 4) atomic_fetch_add(&s->pair->merged, 1);
    }
    return NULL;
}

/* What both say together; pins[i]: the commit that is seen of index i. */
static void look(wy_snapshot *const *snapshots, const wy_query *query, int pins[INDEXES])
{
    enum { ROOM = INDEXES * (WINDOW + 1) };
    wy_error error;
    wy_results *results;
    const wy_search_options options = {.size = sizeof options, .limit = 100, .count = true};
    int numbers[ROOM];
    size_t of[ROOM], expected = 0;
    must_ok(wy_search(snapshots, INDEXES, query, &options, &results, &error), &error);
    const size_t size = wy_results_size(results);
    wy_test_must(size <= ROOM && wy_results_count(results) == size);
    for (size_t i = 0; i < INDEXES; i++) pins[i] = -1;
    for (size_t i = 0; i < size; i++) {
        const wy_hit *hit;
        must_ok(wy_results_hit(results, i, &hit, &error), &error);
        int number = atoi(hit->text.data + strlen("common number "));
        wy_test_must(hit->snapshot < INDEXES && hit->highlight_count == 1);
        if (hit->report.data[0] == 'p') {
            wy_test_must(pins[hit->snapshot] == -1);
            pins[hit->snapshot] = number;
        }
        numbers[i] = hit->report.data[0] == 'p' ? -1 : number;
        of[i] = hit->snapshot;
    }
    uint32_t seen[INDEXES] = {0};
    for (size_t i = 0; i < size; i++) {
        if (numbers[i] < 0) continue;
        const int age = pins[of[i]] - numbers[i];
        wy_test_must(age >= 0 && age < WINDOW && !(seen[of[i]] & 1u << age));
        seen[of[i]] |= 1u << age;
    }
    for (size_t i = 0; i < INDEXES; i++) {
        wy_test_must(pins[i] >= 0);
        expected += 1 + (size_t)(pins[i] + 1 < WINDOW ? pins[i] + 1 : WINDOW);
    }
    wy_test_must(size == expected);
    wy_results_free(results);
}

static void *look_on(void *context)
{
    pair *p = context;
    wy_error error;
    wy_query *query = parse("common");
    int last[INDEXES] = {0};
    while (!atomic_load(&p->done)) {
        wy_snapshot *snapshots[INDEXES];
        int pins[INDEXES], again[INDEXES];
        for (size_t i = 0; i < INDEXES; i++)
            must_ok(wy_snapshot_open(p->indexes[i], &snapshots[i], &error), &error);
        look(snapshots, query, pins);
        look(snapshots, query, again); /* whatever was merged and removed meanwhile */
        for (size_t i = 0; i < INDEXES; i++) {
            wy_test_must(pins[i] >= last[i] && again[i] == pins[i]);
            last[i] = pins[i];
            wy_snapshot_close(snapshots[i]);
        }
        atomic_fetch_add(&p->looks, 1);
    }
    wy_query_free(query);
    return NULL;
}

static void several_indexes_beside_their_writers(const wy_env *env, const char *const folders[])
{
    const wy_index_setup setup = {env, NULL, true, "whitespace"};
    pair p = {.slides = 0};
    sliding slidings[INDEXES];
    pthread_t threads[INDEXES + READERS];
    wy_error error;
    for (size_t i = 0; i < INDEXES; i++) {
        const wy_writer_options options = {
            .size = sizeof options, .threads = (uint32_t)i + 1, .no_sync = true};
        assert_ok(wy_index_setup_open(folders[i], &setup, &p.indexes[i], &error), &error);
        assert_ok(wy_writer_open(p.indexes[i], &options, &p.writers[i], &error), &error);
        slide(p.writers[i], 0);
        slidings[i] = (sliding){&p, i};
    }
    for (size_t i = 0; i < INDEXES; i++)
        wy_test_must(pthread_create(&threads[i], NULL, slide_on, &slidings[i]) == 0);
    for (size_t i = INDEXES; i < INDEXES + READERS; i++)
        wy_test_must(pthread_create(&threads[i], NULL, look_on, &p) == 0);
    for (size_t i = 0; i < INDEXES; i++) pthread_join(threads[i], NULL);
    atomic_store(&p.done, true);
    for (size_t i = INDEXES; i < INDEXES + READERS; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < INDEXES; i++) {
        wy_writer_close(p.writers[i]);
        wy_index_close(p.indexes[i]);
    }
    printf("%d looks at %d indexes, %d commits and %d merges meanwhile\n", p.looks, (int)INDEXES,
           p.slides, p.merged);
}

static void several_indexes_in_memory(void **state)
{
    (void)state;
    static const char *const folders[] = {"a", "b"};
    wy_memory_env *memory = wy_memory_env_make();
    several_indexes_beside_their_writers(wy_memory_env_table(memory), folders);
    wy_memory_env_free(memory);
}

static void several_indexes_on_disk(void **state)
{
    (void)state;
    char *folder = wy_test_folder_make();
    char *a = wy_test_format("%s/a", folder), *b = wy_test_format("%s/b", folder);
    const char *const folders[] = {a, b};
    several_indexes_beside_their_writers(&wy_env_posix, folders);
    free(a);
    free(b);
    wy_test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_a_writer_in_memory),
        cmocka_unit_test(beside_a_writer_on_disk),
        cmocka_unit_test(many_search_one_snapshot),
        cmocka_unit_test(several_indexes_in_memory),
        cmocka_unit_test(several_indexes_on_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
