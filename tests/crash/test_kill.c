/*
 * Processes on real files: a writer is killed again and again (SIGKILL), at no moment of its own
 * choosing, while others search and check. What is found after each death is the last commit that
 * returned or the one being made; its lock does not block the next writer; and whoever searched saw
 * nothing but whole commits, none older than one seen before.
 *
 * WY_ROUNDS multiplies how many writers are killed.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "index/index.h"
#include "support/test.h"

enum { REPORTS = 12, SEARCHERS = 2, DEATHS = 24 };

static char *folder, *path;

/* A child has no test to fail: it says what is wrong, and its status does. */
#define must_ok(status, error)                                                                     \
    do {                                                                                           \
        if ((status) != WY_OK) {                                                                   \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, (error)->file,                  \
                    (error)->reason);                                                              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static wy_index *open_index(void)
{
    wy_index *index;
    wy_error error;
    wy_index_options options = {.size = sizeof options, .create = true, .analyzer = "whitespace"};
    must_ok(wy_index_open(path, &options, &index, &error), &error);
    return index;
}

/* Commit `number`: all reports say so. */
static int write_commit(wy_writer *writer, uint32_t number, wy_error *error)
{
    int status = WY_OK;
    for (int i = 0; i < REPORTS && status == WY_OK; i++) {
        char id[16], text[64];
        snprintf(id, sizeof id, "r%d", i);
        snprintf(text, sizeof text, "commit %u filler%u filler%d", number, number * 31 + 7, i);
        wy_paragraph paragraph = {.text = {text, strlen(text)}};
        wy_report report = {.size = sizeof report, .id = {id, strlen(id)}, .year = 2000 + i};
        report.paragraphs = &paragraph;
        report.paragraph_count = 1;
        status = wy_writer_add(writer, &report, error);
    }
    return status == WY_OK ? wy_writer_commit(writer, error) : status;
}

/* The commit that a snapshot shows, which all its reports agree on; 0: the empty index. */
static uint32_t read_commit(wy_index *index)
{
    wy_snapshot *snapshot;
    wy_query *query;
    wy_results *results;
    wy_error error;
    uint32_t number = 0;
    wy_search_options options = {.size = sizeof options, .limit = 100, .count = true};
    must_ok(wy_snapshot_open(index, &snapshot, &error), &error);
    must_ok(wy_query_parse((wy_string){"commit", 6}, NULL, &query, &error), &error);
    must_ok(wy_search(&snapshot, 1, query, &options, &results, &error), &error);
    size_t size = wy_results_size(results);
    wy_test_must(size == 0 || size == REPORTS);
    for (size_t i = 0; i < size; i++) {
        const wy_hit *hit;
        must_ok(wy_results_hit(results, i, &hit, &error), &error);
        uint32_t said = (uint32_t)strtoul(hit->text.data + strlen("commit "), NULL, 10);
        wy_test_must(i == 0 || said == number);
        number = said;
    }
    wy_results_free(results);
    wy_query_free(query);
    wy_snapshot_close(snapshot);
    return number;
}

/* ---- Children -------------------------------------------------------------------------------- */

/* Commits for ever, and tells the number of each commit that returned. Small files, so that merges
 * come often. */
static void write_on(int tell, uint32_t from, bool no_sync)
{
    wy_index *index = open_index();
    wy_writer *writer;
    wy_error error;
    wy_writer_options options = {.size = sizeof options, .no_sync = no_sync, .threads = 2};
    must_ok(wy_writer_open(index, &options, &writer, &error), &error);
    for (uint32_t number = from;; number++) {
        must_ok(write_commit(writer, number, &error), &error);
        if (number % 11 == 0) must_ok(wy_writer_merge(writer, 1, &error), &error);
        if (write(tell, &number, sizeof number) != sizeof number) abort();
    }
}

/* Searches until `stop` is closed, with a new index each time: nothing is kept from before. */
static void search_on(int stop)
{
    uint32_t last = 0;
    struct pollfd ended = {.fd = stop, .events = POLLIN};
    for (unsigned i = 0; poll(&ended, 1, 0) == 0; i++) {
        wy_index *index = open_index();
        for (int k = 0; k < 3; k++) {
            uint32_t number = read_commit(index);
            wy_test_must(number >= last);
            last = number;
        }
        wy_index_close(index);
        wy_error error;
        if (i % 8 == 0) must_ok(wy_index_check(path, NULL, NULL, NULL, &error), &error);
    }
    _exit(0);
}

static pid_t start(void (*run)(int), int with, int other_end)
{
    pid_t child = fork();
    wy_test_must(child >= 0);
    if (child == 0) {
        close(other_end);
        run(with);
        abort();
    }
    return child;
}

/* ---- The test -------------------------------------------------------------------------------- */

static void spend(uint64_t microseconds)
{
    struct timespec t = {0, (long)(1000 * microseconds)};
    nanosleep(&t, NULL);
}

/* Starts a writer, lets it commit some times and a little more, and kills it. Returns the last
 * commit that it told of, at least `last`. */
static uint32_t kill_a_writer(uint32_t last, bool no_sync, wy_test_random *random)
{
    int ends[2];
    uint32_t told = last;
    wy_test_must(pipe(ends) == 0);
    pid_t child = fork();
    wy_test_must(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_on(ends[1], last + 1, no_sync);
    }
    close(ends[1]);
    for (uint64_t n = wy_test_below(random, 6); n > 0; n--)
        if (read(ends[0], &told, sizeof told) != sizeof told) fail_msg("the writer has died");
    wy_index *index = open_index();
    wy_writer *writer;
    wy_error error;
    if (told > last) /* it is there, so nobody else can write */
        assert_status(WY_E_LOCKED, wy_writer_open(index, NULL, &writer, &error), &error);
    wy_index_close(index);
    spend(wy_test_below(random, 30000));
    kill(child, SIGKILL);
    int status;
    wy_test_must(waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    while (read(ends[0], &told, sizeof told) == sizeof told) {}
    close(ends[0]);
    return told;
}

static void writers_are_killed(void **state)
{
    (void)state;
    wy_test_random random = wy_test_random_of(1);
    wy_error error;
    uint32_t last = 0;
    int stop[2];
    pid_t searchers[SEARCHERS];
    wy_index_close(open_index());
    wy_test_must(pipe(stop) == 0);
    for (int i = 0; i < SEARCHERS; i++) searchers[i] = start(search_on, stop[0], stop[1]);

    size_t deaths = wy_test_rounds(DEATHS);
    for (size_t i = 0; i < deaths; i++) {
        uint32_t told = kill_a_writer(last, i % 3 != 0, &random);
        assert_ok(wy_index_check(path, NULL, NULL, NULL, &error), &error);
        wy_index *index = open_index();
        uint32_t found = read_commit(index);
        if (found != told && found != told + 1)
            fail_msg("death %zu: commit %u returned, and %u is found", i, told, found);
        last = found;
        wy_index_close(index);
    }
    close(stop[0]);
    close(stop[1]);
    for (int i = 0; i < SEARCHERS; i++) {
        int status;
        wy_test_must(waitpid(searchers[i], &status, 0) == searchers[i]);
        assert_int_equal(status, 0);
    }
    printf("%zu writers killed, %u commits\n", deaths, last);
}

static int make_folder(void **state)
{
    (void)state;
    folder = wy_test_folder_make();
    path = wy_test_format("%s/index", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    free(path);
    wy_test_folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writers_are_killed)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
