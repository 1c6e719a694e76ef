/*
 * test_threads.c: threads that search while one writes, through the public headers alone. Made
 * for the thread sanitizer, and for what the headers promise: many threads may search one snapshot
 * with one query, a snapshot never changes, a commit is seen whole or not at all.
 */
#include <ftw.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wenyuan/wenyuan.h>

enum { READERS = 4, ROUNDS = 12, BATCH = 25, ODD = 3 };

typedef struct shared {
    wy_index *index;
    wy_snapshot *snapshot; /* of the first commit */
    wy_query *query;
    atomic_bool over;
    atomic_ulong searches;
} shared;

__attribute__((format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
    fflush(stdout);
    _exit(1);
}

static void must(int status, const wy_error *error)
{
    if (status != WY_OK) die("%s: %s: %s", wy_status_name(status), error->file, error->reason);
}

static wy_string string(const char *text)
{
    return (wy_string){text, strlen(text)};
}

/* Every report has two paragraphs that match, and one that does not. */
static void add_batch(wy_writer *writer, int round)
{
    wy_error error;
    for (int i = 0; i < BATCH; i++) {
        char id[32], text[2][96];
        snprintf(id, sizeof id, "report-%d-%d", round, i);
        snprintf(text[0], sizeof text[0], "第%d轮第%d份报告推进政务公开。", round, i);
        snprintf(text[1], sizeof text[1], "坚持政务公开，第%d次。", i % ODD);
        const wy_paragraph paragraphs[] = {
            {.text = string(text[0])}, {.text = string(text[1])}, {.text = string("其他工作。")}};
        const wy_report report = {.size = sizeof report,
                                  .id = string(id),
                                  .title = string("工作报告"),
                                  .year = 2000 + round,
                                  .paragraphs = paragraphs,
                                  .paragraph_count = 3};
        must(wy_writer_add(writer, &report, &error), &error);
    }
    must(wy_writer_commit(writer, &error), &error);
}

/* Searches and reads every hit. Returns the number of all matches; *first: id of the best. */
static uint64_t search(const shared *s, wy_snapshot *snapshot, char first[64])
{
    const wy_search_options options = {.size = sizeof options, .limit = 10, .count = true};
    wy_error error;
    wy_results *results;
    const wy_hit *hit;
    must(wy_search(&snapshot, 1, s->query, &options, &results, &error), &error);
    for (size_t i = wy_results_size(results); i-- > 0;) {
        must(wy_results_hit(results, i, &hit, &error), &error);
        if (hit->highlight_count != 1) die("%zu marks in a hit, not 1", hit->highlight_count);
        snprintf(first, 64, "%.*s", (int)hit->id.length, hit->id.data);
    }
    uint64_t count = wy_results_count(results);
    wy_results_free(results);
    return count;
}

static void *read_all_the_time(void *context)
{
    shared *s = context;
    uint64_t last = 0;
    char best[64] = "", first[64];
    do {
        wy_error error;
        wy_snapshot *own;
        uint64_t count = search(s, s->snapshot, first);
        if (count != 2 * BATCH) die("the old snapshot has %llu", (unsigned long long)count);
        if (best[0] && strcmp(best, first) != 0) die("%s is first, then %s", best, first);
        snprintf(best, sizeof best, "%s", first);

        must(wy_snapshot_open(s->index, &own, &error), &error);
        count = search(s, own, first);
        wy_snapshot_close(own);
        if (count % (2 * BATCH) != 0 || count < last)
            die("%llu after %llu: half a commit", (unsigned long long)count,
                (unsigned long long)last);
        last = count;
        atomic_fetch_add(&s->searches, 2);
    } while (!atomic_load(&s->over));
    return NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

int main(void)
{
    char folder[4096];
    const char *temp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/wenyuan-XXXXXX", temp && *temp ? temp : "/tmp");
    if (!mkdtemp(folder)) die("no folder in %s", folder);

    const wy_index_options options = {.size = sizeof options, .create = true};
    const wy_writer_options threads = {.size = sizeof threads, .threads = 3, .no_sync = true};
    pthread_t readers[READERS];
    shared s = {0};
    wy_writer *writer;
    wy_error error;
    must(wy_index_open(folder, &options, &s.index, &error), &error);
    must(wy_writer_open(s.index, &threads, &writer, &error), &error);
    must(wy_query_parse(string("\"政务公开\""), NULL, &s.query, &error), &error);
    add_batch(writer, 1);
    must(wy_snapshot_open(s.index, &s.snapshot, &error), &error);

    for (size_t i = 0; i < READERS; i++)
        if (pthread_create(&readers[i], NULL, read_all_the_time, &s) != 0) die("no thread");
    for (int round = 2; round <= ROUNDS; round++) add_batch(writer, round);
    must(wy_writer_merge(writer, 1, &error), &error);
    atomic_store(&s.over, true);
    for (size_t i = 0; i < READERS; i++) pthread_join(readers[i], NULL);

    char first[64];
    wy_snapshot *end;
    must(wy_snapshot_open(s.index, &end, &error), &error);
    uint64_t count = search(&s, end, first);
    if (count != 2 * BATCH * ROUNDS) die("%llu at the end", (unsigned long long)count);
    wy_snapshot_close(end);
    wy_query_free(s.query);
    wy_snapshot_close(s.snapshot);
    wy_writer_close(writer);
    wy_index_close(s.index);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    printf("%lu searches while %d commits were made\n", atomic_load(&s.searches), ROUNDS);
    return 0;
}
