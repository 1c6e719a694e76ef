/*
 * wyindex: times indexing inside the process, as bench/peers/LuceneIndex.java does.
 *
 *   wyindex [-m MIB] [-r ROUNDS] DIR WORDS [THREADS]
 *
 * From lines `id⇥title⇥year⇥words` to an index of one segment with analyzer whitespace, ROUNDS
 * times over; DIR is emptied first. Lines with the same title and year that follow each other are
 * a report. The seconds are those from opening the file to the end of the commit, merge to one
 * segment included. Figures go to standard output as lines `name⇥value`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <wenyuan/wenyuan.h>

enum { ROUNDS_MAX = 100 };
enum { ID, TITLE, YEAR, TEXT, COLUMNS };

static _Noreturn void die(const char *what, const wy_error *error)
{
    if (error)
        fprintf(stderr, "wyindex: %s: %s%s%s\n", what, error->file, error->file[0] ? ": " : "",
                error->reason);
    else
        fprintf(stderr, "wyindex: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- Reports ------------------------------------------------------------------------------ */

struct row {
    size_t column[COLUMNS], end; /* places in `bytes` */
};

/* The lines of one report. */
struct gathered {
    char *bytes;
    size_t used, room;
    struct row *rows;
    wy_paragraph *paragraphs;
    size_t count, capacity;
    char *name;
    size_t name_room;
    uint64_t all_paragraphs, text_bytes; /* of all reports */
};

static void *must(void *block)
{
    if (!block)
        die("memory", NULL);
    return block;
}

/* Where the columns are in a line that is not yet among the bytes. */
static struct row cut(const char *line, size_t length)
{
    struct row r = {.end = length};
    for (int i = 1; i < COLUMNS; i++) {
        const char *tab = memchr(line + r.column[i - 1], '\t', length - r.column[i - 1]);
        if (!tab) {
            fprintf(stderr, "wyindex: a line has no %d columns: %.*s\n", COLUMNS, (int)length,
                    line);
            exit(2);
        }
        r.column[i] = (size_t)(tab - line) + 1;
    }
    return r;
}

/* Whether the line belongs to the report at hand: title and year are those of its first line. */
static bool belongs(const struct gathered *g, const char *line, const struct row *row)
{
    if (!g->count)
        return true;
    const struct row *first = &g->rows[0];
    size_t length = first->column[TEXT] - first->column[TITLE];
    return row->column[TEXT] - row->column[TITLE] == length &&
           memcmp(line + row->column[TITLE], g->bytes + first->column[TITLE], length) == 0;
}

static void gather(struct gathered *g, const char *line, size_t length, struct row row)
{
    if (g->used + length > g->room) {
        g->room = (g->used + length) * 2;
        g->bytes = must(realloc(g->bytes, g->room));
    }
    if (g->count == g->capacity) {
        g->capacity = g->capacity ? g->capacity * 2 : 64;
        g->rows = must(realloc(g->rows, g->capacity * sizeof *g->rows));
        g->paragraphs = must(realloc(g->paragraphs, g->capacity * sizeof *g->paragraphs));
    }
    memcpy(g->bytes + g->used, line, length);
    for (int i = 0; i < COLUMNS; i++) row.column[i] += g->used;
    row.end += g->used;
    g->used += length;
    g->rows[g->count++] = row;
}

static wy_string between(const struct gathered *g, size_t begin, size_t end)
{
    return (wy_string){g->bytes + begin, end - begin};
}

/* The report's name in the index begins with the title, so that it sorts as the titles do; the id
 * of its first paragraph behind makes it the only one. */
static wy_string name_report(struct gathered *g, wy_string title, wy_string id)
{
    if (title.length + id.length + 1 > g->name_room) {
        g->name_room = (title.length + id.length + 1) * 2;
        g->name = must(realloc(g->name, g->name_room));
    }
    memcpy(g->name, title.data, title.length);
    g->name[title.length] = '#';
    memcpy(g->name + title.length + 1, id.data, id.length);
    return (wy_string){g->name, title.length + 1 + id.length};
}

static void add_report(struct gathered *g, wy_writer *writer)
{
    wy_error error;
    if (!g->count)
        return;
    const struct row *first = &g->rows[0];
    wy_report report = {.size = sizeof report};
    report.title = between(g, first->column[TITLE], first->column[YEAR] - 1);
    if (first->column[YEAR] + 1 < first->column[TEXT]) /* a tab ends it; empty: unknown */
        report.year = (int32_t)strtol(g->bytes + first->column[YEAR], NULL, 10);
    report.id = name_report(g, report.title, between(g, first->column[ID],
                                                     first->column[TITLE] - 1));
    for (size_t i = 0; i < g->count; i++) {
        const struct row *r = &g->rows[i];
        g->paragraphs[i] = (wy_paragraph){.id = between(g, r->column[ID], r->column[TITLE] - 1),
                                          .text = between(g, r->column[TEXT], r->end)};
        g->text_bytes += r->end - r->column[TEXT];
    }
    report.paragraphs = g->paragraphs;
    report.paragraph_count = g->count;
    if (wy_writer_add(writer, &report, &error) != WY_OK)
        die("adding", &error);
    g->all_paragraphs += g->count;
    g->count = g->used = 0;
}

static void add_all(struct gathered *g, const char *path, wy_writer *writer)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (!file)
        die(path, NULL);
    g->all_paragraphs = g->text_bytes = 0;
    while ((length = getline(&line, &room, file)) > 0) {
        size_t bytes = (size_t)length - (line[length - 1] == '\n');
        struct row row = cut(line, bytes);
        if (!belongs(g, line, &row))
            add_report(g, writer);
        gather(g, line, bytes, row);
    }
    if (ferror(file))
        die(path, NULL);
    add_report(g, writer);
    free(line);
    fclose(file);
}

/* ---- An index ----------------------------------------------------------------------------- */

/* Removes the files of an index that an earlier run left; refuses a folder with anything else
 * than plain files in it. */
static void empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    if (!folder && errno == ENOENT)
        return;
    if (!folder)
        die(path, NULL);
    while ((entry = readdir(folder))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlinkat(dirfd(folder), entry->d_name, 0) != 0)
            die(entry->d_name, NULL);
    }
    closedir(folder);
}

static void write_index(struct gathered *g, const char *folder, const char *words,
                        const wy_writer_options *options)
{
    wy_index_options how = {.size = sizeof how, .create = true, .analyzer = "whitespace"};
    wy_index *index;
    wy_writer *writer;
    wy_error error;
    if (wy_index_open(folder, &how, &index, &error) != WY_OK ||
        wy_writer_open(index, options, &writer, &error) != WY_OK)
        die(folder, &error);
    add_all(g, words, writer);
    if (wy_writer_merge(writer, 1, &error) != WY_OK)
        die("merging", &error);
    wy_writer_close(writer);
    wy_index_close(index);
}

static void print_sizes(const char *folder)
{
    wy_index *index;
    wy_snapshot *snapshot;
    const wy_stats *stats;
    wy_error error;
    if (wy_index_open(folder, NULL, &index, &error) != WY_OK ||
        wy_snapshot_open(index, &snapshot, &error) != WY_OK ||
        wy_snapshot_stats(snapshot, &stats, &error) != WY_OK)
        die(folder, &error);
    printf("segments\t%" PRIu64 "\nterms\t%" PRIu64 "\npostings\t%" PRIu64 "\npositions\t%" PRIu64
           "\n",
           stats->segments, stats->terms, stats->postings, stats->positions);
    for (size_t i = 0; i < stats->file_count; i++)
        printf("bytes_%s\t%" PRIu64 "\n", stats->files[i].kind, stats->files[i].bytes);
    printf("bytes_all\t%" PRIu64 "\n", stats->bytes);
    wy_snapshot_close(snapshot);
    wy_index_close(index);
}

/* ---- Timing ------------------------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare_seconds(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_figures(const struct gathered *g, const char *words, uint32_t threads,
                          double *seconds, int rounds)
{
    struct stat file;
    struct rusage usage;
    double first = seconds[0];
    if (stat(words, &file) != 0 || getrusage(RUSAGE_SELF, &usage) != 0)
        die(words, NULL);
    qsort(seconds, (size_t)rounds, sizeof *seconds, compare_seconds);
    printf("engine\tWenyuan %s\nparagraphs\t%" PRIu64 "\nthreads\t%" PRIu32 "\n", wy_version(),
           g->all_paragraphs, threads);
    printf("input_bytes\t%lld\ntext_bytes\t%" PRIu64 "\n", (long long)file.st_size, g->text_bytes);
    printf("seconds_first\t%.4f\nseconds_median\t%.4f\nseconds_best\t%.4f\n", first,
           seconds[rounds / 2], seconds[0]);
    printf("peak_memory_bytes\t%lld\n", (long long)usage.ru_maxrss * 1024);
}

static int number(const char *text, int most)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno || *end || end == text || n < 1 || n > most) {
        fprintf(stderr, "wyindex: %s is not a number from 1 to %d\n", text, most);
        exit(2);
    }
    return (int)n;
}

int main(int argc, char **argv)
{
    wy_writer_options options = {.size = sizeof options, .threads = 1};
    struct gathered g = {0};
    double seconds[ROUNDS_MAX];
    int rounds = 1, option;
    while ((option = getopt(argc, argv, "m:r:")) != -1) {
        switch (option) {
        case 'm': options.memory = (uint64_t)number(optarg, 1 << 20) << 20; break;
        case 'r': rounds = number(optarg, ROUNDS_MAX); break;
        default: return 2;
        }
    }
    if (argc - optind < 2 || argc - optind > 3) {
        fprintf(stderr, "usage: wyindex [-m MIB] [-r ROUNDS] DIR WORDS [THREADS]\n");
        return 2;
    }
    const char *folder = argv[optind], *words = argv[optind + 1];
    if (argc - optind == 3)
        options.threads = (uint32_t)number(argv[optind + 2], 1024);
    for (int round = 0; round < rounds; round++) {
        empty_folder(folder);
        double start = now();
        write_index(&g, folder, words, &options);
        seconds[round] = now() - start;
    }
    print_figures(&g, words, options.threads, seconds, rounds);
    print_sizes(folder);
    free(g.bytes);
    free(g.rows);
    free(g.paragraphs);
    free(g.name);
    return 0;
}
