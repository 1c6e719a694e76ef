/*
 * wybench: times queries inside the process.
 *
 *   wybench [-P] [-p PASSES] [-w WARM-UPS] [-t FILE.tsv] [-d FILE.dump] INDEX QUERIES
 *   wybench -x INDEX QUERIES
 *   wybench -r N [-s SEED] INDEX
 *
 * QUERIES has a line `class⇥words` for each query; words are separated by spaces, and the class
 * begins with what is done with them: term, and, or, phrase, or query (the text as it stands, in
 * the query language). Each query runs in three modes: COUNT (the number of matches alone), TOP10
 * (the ten best), TOP10_COUNT (both). A pass runs all queries once, one mode after the other; the
 * first WARM-UPS passes are not measured. Of each query the minimum and the median over the passes
 * are kept; the table shows their means over the queries of a class, in microseconds.
 *
 * FILE.tsv: class, query, mode, minimum, median (ns), count. FILE.dump: query, count, and the ids
 * of the ten best with their scores, for comparing with another engine.
 *
 * -P takes quoted texts as the phrases of their words, to compare exact queries with.
 *
 * -x times nothing: it sees whether the ten best found by passing over what cannot be among them
 * are those found by scoring every match, paragraph for paragraph, and ends with 1 if not.
 *
 * -r reads N passages drawn from all whose report has a year, each as a hit: its text and the record
 * of its report are read from where they are stored, and the text is cut into words to choose what
 * to show of it. Nearly each is in another block than the one before. Prints the mean, the median
 * and the 99th percentile, in microseconds; the first read, which makes the dictionary ready, comes
 * before that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wenyuan/wenyuan.h>

enum { MODES = 3, PASSES = 10, WARM_UPS = 3, TOP = 10, CLASSES = 64 };

static const char *const mode_names[MODES] = {"COUNT", "TOP10", "TOP10_COUNT"};

struct bench_query {
    char *class_name, *text; /* text: as in the file */
    wy_query *query;
    uint64_t *times[MODES]; /* ns of each pass */
    uint64_t count;
};

struct bench {
    wy_snapshot *snapshot;
    struct bench_query *queries;
    size_t count;
    int passes, warm_ups;
    bool word_phrases;
};

static _Noreturn void die(const char *what, const wy_error *error)
{
    if (error)
        fprintf(stderr, "wybench: %s: %s%s%s\n", what, error->file, error->file[0] ? ": " : "",
                error->reason);
    else
        fprintf(stderr, "wybench: %s: %s\n", what, strerror(errno));
    exit(2);
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- Queries -------------------------------------------------------------------------------- */

/* The words in the query language: each behind `prefix`, with what has a meaning there escaped. */
static char *join(const char *words, const char *open, const char *prefix, const char *close)
{
    char *out = malloc(strlen(words) * 3 + 8), *to = out;
    if (!out)
        die("memory", NULL);
    to = stpcpy(to, open);
    bool start = true;
    for (const char *w = words; *w; w++) {
        if (*w == ' ') {
            start = true;
            *to++ = ' ';
            continue;
        }
        if (start)
            to = stpcpy(to, prefix);
        start = false;
        if (strchr("+-()\":\\*?~^", *w))
            *to++ = '\\';
        *to++ = *w;
    }
    strcpy(to, close);
    return out;
}

static char *to_language(const char *class_name, const char *words)
{
    if (strncmp(class_name, "and", 3) == 0)
        return join(words, "", "+", "");
    if (strncmp(class_name, "phrase", 6) == 0)
        return join(words, "\"", "", "\"");
    if (strncmp(class_name, "query", 5) == 0)
        return strdup(words);
    return join(words, "", "", "");
}

static void read_queries(struct bench *b, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, capacity = 0;
    ssize_t length;
    wy_error error;
    if (!file)
        die(path, NULL);
    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n')
            line[--length] = 0;
        char *tab = strchr(line, '\t');
        if (!tab) {
            fprintf(stderr, "wybench: %s: a line has no tab: %s\n", path, line);
            exit(2);
        }
        *tab = 0;
        if (b->count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            b->queries = realloc(b->queries, capacity * sizeof *b->queries);
        }
        struct bench_query *q = &b->queries[b->count++];
        memset(q, 0, sizeof *q);
        q->class_name = strdup(line);
        q->text = strdup(tab + 1);
        for (int m = 0; m < MODES; m++)
            q->times[m] = calloc((size_t)b->passes, sizeof *q->times[m]);
        char *text = to_language(q->class_name, q->text);
        wy_string string = {text, strlen(text)};
        if (wy_query_parse(string, NULL, &q->query, &error) != WY_OK)
            die(text, &error);
        free(text);
    }
    free(line);
    fclose(file);
}

/* ---- Running -------------------------------------------------------------------------------- */

static wy_search_options options_of(const struct bench *b, int mode)
{
    wy_search_options o = {.size = sizeof o, .word_phrases = b->word_phrases};
    o.limit = mode == 0 ? 0 : TOP;
    o.count = mode != 1;
    return o;
}

static void run_pass(struct bench *b, int pass)
{
    for (int mode = 0; mode < MODES; mode++) {
        wy_search_options options = options_of(b, mode);
        for (size_t i = 0; i < b->count; i++) {
            struct bench_query *q = &b->queries[i];
            wy_results *results;
            wy_error error;
            uint64_t start = now();
            if (wy_search(&b->snapshot, 1, q->query, &options, &results, &error) != WY_OK)
                die(q->text, &error);
            uint64_t took = now() - start;
            if (mode == 0)
                q->count = wy_results_count(results);
            wy_results_free(results);
            if (pass >= 0)
                q->times[mode][pass] = took;
        }
    }
}

static int compare_times(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void run(struct bench *b)
{
    for (int pass = -b->warm_ups; pass < b->passes; pass++) run_pass(b, pass);
    for (size_t i = 0; i < b->count; i++)
        for (int m = 0; m < MODES; m++)
            qsort(b->queries[i].times[m], (size_t)b->passes, sizeof(uint64_t), compare_times);
}

/* ---- Telling -------------------------------------------------------------------------------- */

static void print_table(const struct bench *b)
{
    const char *seen[CLASSES];
    size_t classes = 0;
    printf("%-14s %5s | %27s | %27s\n", "", "", "mean of minima, us", "mean of medians, us");
    printf("%-14s %5s | %8s %8s %9s | %8s %8s %9s\n", "class", "n", "COUNT", "TOP10", "TOP+COUNT",
           "COUNT", "TOP10", "TOP+COUNT");
    for (size_t i = 0; i < b->count; i++) {
        const char *name = b->queries[i].class_name;
        size_t c = 0, n = 0;
        while (c < classes && strcmp(seen[c], name) != 0) c++;
        if (c < classes || classes == CLASSES)
            continue;
        seen[classes++] = name;
        double least[MODES] = {0}, median[MODES] = {0};
        for (size_t j = i; j < b->count; j++) {
            const struct bench_query *q = &b->queries[j];
            if (strcmp(q->class_name, name) != 0)
                continue;
            n++;
            for (int m = 0; m < MODES; m++) {
                least[m] += (double)q->times[m][0];
                median[m] += (double)q->times[m][b->passes / 2];
            }
        }
        double unit = 1000.0 * (double)n;
        printf("%-14s %5zu | %8.1f %8.1f %9.1f | %8.1f %8.1f %9.1f\n", name, n, least[0] / unit,
               least[1] / unit, least[2] / unit, median[0] / unit, median[1] / unit,
               median[2] / unit);
    }
}

static void write_tsv(const struct bench *b, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        die(path, NULL);
    fprintf(file, "class\tquery\tmode\tminimum_ns\tmedian_ns\tcount\n");
    for (size_t i = 0; i < b->count; i++) {
        const struct bench_query *q = &b->queries[i];
        for (int m = 0; m < MODES; m++)
            fprintf(file, "%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", q->class_name,
                    q->text, mode_names[m], q->times[m][0], q->times[m][b->passes / 2], q->count);
    }
    if (fclose(file) != 0)
        die(path, NULL);
}

/* Id and score of each hit, a tab before each. */
static void write_hits(FILE *file, wy_results *results)
{
    for (size_t i = 0; i < wy_results_size(results); i++) {
        const wy_hit *hit;
        wy_error error;
        if (wy_results_hit(results, i, &hit, &error) != WY_OK)
            die("hit", &error);
        fprintf(file, "\t%.*s:%.5f", (int)hit->id.length, hit->id.data, hit->score);
    }
}

static void write_dump(const struct bench *b, const char *path)
{
    FILE *file = fopen(path, "w");
    wy_search_options options = options_of(b, 2);
    wy_error error;
    if (!file)
        die(path, NULL);
    for (size_t i = 0; i < b->count; i++) {
        wy_results *results;
        if (wy_search(&b->snapshot, 1, b->queries[i].query, &options, &results, &error) != WY_OK)
            die(b->queries[i].text, &error);
        fprintf(file, "%s\t%s\t%" PRIu64, b->queries[i].class_name, b->queries[i].text,
                wy_results_count(results));
        write_hits(file, results);
        fputc('\n', file);
        wy_results_free(results);
    }
    if (fclose(file) != 0)
        die(path, NULL);
}

/* ---- Checking ------------------------------------------------------------------------------- */

/* The ids and scores of the ten best, a line, as written by write_dump. */
static char *ten_best(const struct bench *b, const struct bench_query *q, int mode, bool exhaustive)
{
    wy_search_options options = options_of(b, mode);
    wy_results *results;
    wy_error error;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    options.exhaustive = exhaustive;
    if (!out)
        die("memory", NULL);
    if (wy_search(&b->snapshot, 1, q->query, &options, &results, &error) != WY_OK)
        die(q->text, &error);
    write_hits(out, results);
    wy_results_free(results);
    if (fclose(out) != 0)
        die("memory", NULL);
    return text;
}

/* Returns the number of queries whose ten best depend on how they are found. */
static size_t check_pruning(const struct bench *b)
{
    size_t wrong = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct bench_query *q = &b->queries[i];
        char *every = ten_best(b, q, 2, true);
        char *pruned = ten_best(b, q, 1, false);
        char *counted = ten_best(b, q, 2, false);
        if (strcmp(pruned, every) != 0 || strcmp(counted, every) != 0) {
            wrong++;
            printf("%s %s:\n  every match %s\n  pruned     %s\n  counted    %s\n", q->class_name,
                   q->text, every, pruned, counted);
        }
        free(every);
        free(pruned);
        free(counted);
    }
    printf("Pruned against exhaustive over %zu queries: %zu differ in the ten best.\n", b->count,
           wrong);
    return wrong;
}

/* ---- Reading -------------------------------------------------------------------------------- */

/* The next of a sequence of random numbers (splitmix64). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* All passages, as hits that are not read yet. */
static wy_results *find_all(const struct bench *b)
{
    static const char text[] = "year:1..9999";
    wy_search_options options = {.size = sizeof options, .limit = 1, .count = true};
    wy_query *query;
    wy_results *results;
    wy_error error;
    if (wy_query_parse((wy_string){text, sizeof text - 1}, NULL, &query, &error) != WY_OK ||
        wy_search(&b->snapshot, 1, query, &options, &results, &error) != WY_OK)
        die(text, &error);
    options.limit = wy_results_count(results);
    options.count = false;
    wy_results_free(results);
    if (wy_search(&b->snapshot, 1, query, &options, &results, &error) != WY_OK)
        die(text, &error);
    wy_query_free(query);
    return results;
}

static void read_passages(const struct bench *b, size_t times, uint64_t seed)
{
    wy_results *results = find_all(b);
    const size_t all = wy_results_size(results);
    if (all < 2) {
        fprintf(stderr, "wybench: fewer than two passages have a year: nothing can be timed\n");
        exit(1);
    }
    if (times >= all)
        times = all - 1;
    size_t *drawn = malloc((all + 1) * sizeof *drawn);
    uint64_t *took = calloc(times + 1, sizeof *took), sum = 0;
    const wy_hit *hit;
    wy_error error;
    if (!drawn || !took)
        die("memory", NULL);
    for (size_t i = 0; i < all; i++) drawn[i] = i;
    for (size_t i = 0; i <= times; i++) { /* none is drawn twice: a hit is read once */
        const size_t other = i + next_random(&seed) % (all - i), number = drawn[other];
        drawn[other] = drawn[i];
        const uint64_t start = now();
        if (wy_results_hit(results, number, &hit, &error) != WY_OK)
            die("hit", &error);
        if (i > 0)
            sum += took[i - 1] = now() - start;
    }
    qsort(took, times, sizeof *took, compare_times);
    printf("%zu of %zu passages: mean %.1f, median %.1f, 99th percentile %.1f us\n", times, all,
           (double)sum / 1000.0 / (double)times, (double)took[times / 2] / 1000.0,
           (double)took[times * 99 / 100] / 1000.0);
    free(took);
    free(drawn);
    wy_results_free(results);
}

static int number(const char *text, int least)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno || *end || end == text || n < least || n > 100000) {
        fprintf(stderr, "wybench: %s is not a number from %d to 100000\n", text, least);
        exit(2);
    }
    return (int)n;
}

int main(int argc, char **argv)
{
    struct bench b = {.passes = PASSES, .warm_ups = WARM_UPS};
    const char *tsv = NULL, *dump = NULL;
    bool check = false;
    int reads = 0, seed = 1;
    int option;
    while ((option = getopt(argc, argv, "p:w:t:d:xPr:s:")) != -1) {
        switch (option) {
        case 'p': b.passes = number(optarg, 1); break;
        case 'w': b.warm_ups = number(optarg, 0); break;
        case 't': tsv = optarg; break;
        case 'd': dump = optarg; break;
        case 'x': check = true; break;
        case 'P': b.word_phrases = true; break;
        case 'r': reads = number(optarg, 1); break;
        case 's': seed = number(optarg, 0); break;
        default: return 2;
        }
    }
    if (argc - optind != (reads ? 1 : 2) || (reads && (check || tsv || dump))) {
        fprintf(stderr, "usage: wybench [-P] [-p PASSES] [-w WARM-UPS] [-t FILE.tsv] [-d FILE.dump] "
                        "INDEX QUERIES\n       wybench -x INDEX QUERIES\n"
                        "       wybench -r N [-s SEED] INDEX\n");
        return 2;
    }
    wy_index *index;
    wy_error error;
    if (wy_index_open(argv[optind], NULL, &index, &error) != WY_OK ||
        wy_snapshot_open(index, &b.snapshot, &error) != WY_OK)
        die(argv[optind], &error);
    size_t wrong = 0;
    if (!reads)
        read_queries(&b, argv[optind + 1]);
    if (reads) {
        read_passages(&b, (size_t)reads, (uint64_t)seed);
    } else if (check) {
        wrong = check_pruning(&b);
    } else {
        run(&b);
        print_table(&b);
    }
    if (tsv && !check && !reads)
        write_tsv(&b, tsv);
    if (dump && !reads)
        write_dump(&b, dump);
    for (size_t i = 0; i < b.count; i++) {
        wy_query_free(b.queries[i].query);
        for (int m = 0; m < MODES; m++) free(b.queries[i].times[m]);
        free(b.queries[i].class_name);
        free(b.queries[i].text);
    }
    free(b.queries);
    wy_snapshot_close(b.snapshot);
    wy_index_close(index);
    return wrong != 0;
}
